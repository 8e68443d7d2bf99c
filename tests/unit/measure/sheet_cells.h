/* Cells of published workbooks found by their headings, apart from the catalogue's layouts: what tests hold figures against. */
#ifndef CONCORD_TEST_MEASURE_SHEET_CELLS_H
#define CONCORD_TEST_MEASURE_SHEET_CELLS_H

#include "intake/grid.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define SHARED_DATA CONCORD_SOURCE_DIR "/../shared/data/"

typedef struct sheet_reader {
    grid *grid;
    grid_row row;
    char heading[256][160]; /* of the header row, by column */
    size_t width;
} sheet_reader;

/* Opens the sheet whose name begins so; false where there is none. */
static inline bool sheet_open(sheet_reader *s, const char *folder, const char *name, const char *sheet)
{
    char path[1024];
    error err = {0};
    *s = (sheet_reader){0};
    (void)snprintf(path, sizeof path, SHARED_DATA "%s/%s", folder, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    size_t length = strlen(path);
    assert_int_equal(strcmp(path + length - 4, ".xls") == 0 ? grid_open_xls(fd, &s->grid, &err)
                                                            : grid_open_xlsx(fd, &s->grid, &err),
                     STATUS_OK);
    (void)close(fd);
    for (size_t i = 0; i < s->grid->sheet_count; i++)
        if (strncmp(s->grid->sheets[i].name, sheet, strlen(sheet)) == 0) {
            assert_int_equal(grid_begin(s->grid, i, &err), STATUS_OK);
            return true;
        }
    grid_close(s->grid);
    s->grid = NULL;
    return false;
}

static inline bool sheet_next(sheet_reader *s)
{
    error err = {0};
    assert_int_equal(grid_next(s->grid, &s->row, &err), STATUS_OK);
    return s->row.line > 0;
}

static inline text cell(const sheet_reader *s, int column)
{
    return column >= 0 && (size_t)column < s->row.count ? text_trim(s->row.cells[column]) : (text){"", 0};
}

static inline bool begins(text t, const char *with)
{
    size_t n = strlen(with);
    return t.length >= n && text_is_nocase((text){t.at, n}, with);
}

/* Goes to the row that has a cell which begins so, and keeps its cells as headings. */
static inline void sheet_header(sheet_reader *s, const char *first)
{
    while (sheet_next(s))
        for (size_t i = 0; i < s->row.count; i++)
            if (begins(cell(s, (int)i), first)) {
                s->width = s->row.count < 256 ? s->row.count : 256;
                for (size_t k = 0; k < s->width; k++)
                    (void)snprintf(s->heading[k], sizeof s->heading[k], "%.*s", (int)cell(s, (int)k).length,
                                   cell(s, (int)k).at);
                return;
            }
    fail_msg("no row begins its headings with %s", first);
}

/* The n-th column (from 1) whose heading begins so. */
static inline int column_of(const sheet_reader *s, const char *heading, int n)
{
    for (size_t i = 0; i < s->width; i++)
        if (begins(text_of(s->heading[i]), heading) && --n == 0)
            return (int)i;
    fail_msg("there is no heading %s", heading);
    return -1;
}

/* The column whose heading is that. */
static inline int column_named(const sheet_reader *s, const char *heading)
{
    for (size_t i = 0; i < s->width; i++)
        if (strcmp(s->heading[i], heading) == 0)
            return (int)i;
    fail_msg("there is no heading %s", heading);
    return -1;
}

static inline bool number_at(const sheet_reader *s, int column, double *out)
{
    return number_parse(cell(s, column), out);
}

#endif
