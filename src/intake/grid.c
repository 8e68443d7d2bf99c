/* grid: what all readers of cells share. */
#include "intake/grid.h"

status grid_begin(grid *g, size_t sheet, error *err)
{
    if (sheet >= g->sheet_count)
        return error_set(err, STATUS_INTERNAL, "There is no sheet %zu", sheet + 1);
    status code = g->begin(g, sheet, err);
    if (code != STATUS_OK && err != NULL && err->sheet[0] == 0)
        error_at(err, NULL, g->sheets[sheet].name, 0, NULL);
    return code;
}

status grid_next(grid *g, grid_row *row, error *err)
{
    return g->next(g, row, err);
}

status grid_merges(grid *g, size_t sheet, const grid_merge **out, size_t *count, error *err)
{
    *out = NULL;
    *count = 0;
    return g->merges == NULL ? STATUS_OK : g->merges(g, sheet, out, count, err);
}

void grid_close(grid *g)
{
    if (g != NULL)
        g->close(g);
}
