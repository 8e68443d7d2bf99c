/* What each layout sees in a file: for those who write one. */
#include "intake/stream.h"
#include "intake/workbook.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The first lines of a csv as a grid of one sheet. */
typedef struct csv_grid {
    grid base; /* must be first */
    grid_sheet sheet;
    csv_reader *reader;
} csv_grid;

static status csv_begin(grid *g, size_t sheet, error *err)
{
    (void)g;
    (void)sheet;
    (void)err;
    return STATUS_OK;
}

static status csv_grid_next(grid *g, grid_row *row, error *err)
{
    *row = (grid_row){0};
    return csv_next(((csv_grid *)g)->reader, &row->cells, &row->count, &row->line, err);
}

static void csv_grid_close(grid *g)
{
    (void)g;
}

static status csv_try(const char *path, const catalogue *c, const source *only, arena *a, intake_told told,
                      void *context, error *err)
{
    intake_report report = {0};
    stream *s = NULL;
    csv_reader *csv = NULL;
    text first;
    char sha[SHA256_TEXT];
    status code = stream_open(path, a, &report, &s, err);
    if (code == STATUS_OK)
        code = stream_peek(s, &first, err);
    if (code == STATUS_OK)
        code = content_refuse(content_of(first), &report, err);
    if (code == STATUS_OK)
        code = csv_open(stream_fill, s, &csv, err);
    if (code == STATUS_OK) {
        csv_grid g = {.sheet = {"", false}, .reader = csv};
        g.base = (grid){.kind = "csv",
                        .sheets = &g.sheet,
                        .sheet_count = 1,
                        .begin = csv_begin,
                        .next = csv_grid_next,
                        .close = csv_grid_close};
        code = shape_try(c, only, true, &g.base, a, told, context, err);
    }
    csv_close(csv);
    stream_close(s, sha, NULL);
    return code;
}

status intake_try(const char *path, const catalogue *c, const char *source_id, intake_told told, void *context,
                  error *err)
{
    arena a = {0};
    grid *g = NULL;
    int descriptor = -1;
    status code = STATUS_OK;
    const source *only = source_id == NULL ? NULL : catalogue_source(c, source_id);
    if (source_id != NULL && only == NULL) {
        code = error_set(err, STATUS_NOT_FOUND, "There is no source '%.80s'", source_id);
        error_hint(err, "`concord list sources` shows them all.");
        return code;
    }
    workbook_kind kind = workbook_look(path);
    if (kind == WORKBOOK_NONE) {
        code = csv_try(path, c, only, &a, told, context, err);
    } else {
        code = workbook_open(path, kind, &descriptor, &g, err);
        if (code == STATUS_OK)
            code = shape_try(c, only, false, g, &a, told, context, err);
        grid_close(g);
        if (descriptor >= 0)
            (void)close(descriptor);
    }
    if (code != STATUS_OK && err != NULL && err->file[0] == 0)
        error_at(err, path, NULL, 0, NULL);
    arena_free(&a);
    return code;
}
