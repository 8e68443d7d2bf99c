/* Bytes that claim to be an xlsx: every sheet is read to its end, with its merged cells; cells stay within what the header promises, and a failure has a sentence. */
#define _GNU_SOURCE /* memfd_create */
#include "intake/grid.h"
#include "intake/merges.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define ROWS_MOST 20000 /* of one input */

static void sheets_drain(grid *g)
{
    int64_t rows = 0, sum = 0;
    for (size_t i = 0; i < g->sheet_count; i++) {
        error err = {0};
        grid_row row = {0};
        merges merged = {0};
        status code = merges_begin(&merged, g, i, 0, &err);
        if (code == STATUS_OK)
            code = grid_begin(g, i, &err);
        for (int64_t last = 0; code == STATUS_OK && rows < ROWS_MOST; last = row.line, rows++) {
            code = grid_next(g, &row, &err);
            if (code != STATUS_OK || row.line == 0)
                break;
            if (row.line <= last || row.line > GRID_ROWS_MAXIMUM || row.count == 0 ||
                row.count > GRID_COLUMNS_MAXIMUM || row.kinds[row.count - 1] == GRID_BLANK)
                __builtin_trap();
            code = merges_fill(&merged, &row, &err);
            if (code != STATUS_OK || row.count > GRID_COLUMNS_MAXIMUM || row.kinds[row.count - 1] == GRID_BLANK)
                __builtin_trap();
            for (size_t k = 0; k < row.count; k++)
                for (size_t j = 0; j < row.cells[k].length; j++)
                    sum += (unsigned char)row.cells[k].at[j];
        }
        merges_free(&merged);
        if (code != STATUS_OK && err.message[0] == 0)
            __builtin_trap();
        if (code != STATUS_OK)
            break; /* after an error a grid can only be closed */
    }
    if (sum < 0)
        __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size); /* libFuzzer calls it by name */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int descriptor = memfd_create("book.xlsx", MFD_CLOEXEC);
    if (descriptor < 0)
        return 0;
    if (write(descriptor, data, size) == (ssize_t)size) {
        grid *g = NULL;
        error err = {0};
        status code = grid_open_xlsx(descriptor, &g, &err);
        if (code == STATUS_OK)
            sheets_drain(g);
        else if (err.message[0] == 0)
            __builtin_trap();
        grid_close(g);
    }
    (void)close(descriptor);
    return 0;
}
