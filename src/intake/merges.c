/* merges: what is written once over several rows is read in each of them. */
#include "intake/merges.h"

#include <stdlib.h>
#include <string.h>

#define TEXT_MAXIMUM ((size_t)4096) /* a longer one is prose, which no row needs */

status merges_begin(merges *m, grid *g, size_t sheet, int64_t after, error *err)
{
    const grid_merge *all = NULL;
    size_t count = 0;
    arena_reset(&m->memory);
    m->count = m->next = m->open_count = 0;
    status code = grid_merges(g, sheet, &all, &count, err);
    grid_merge *kept = code == STATUS_OK && count > 0 ? arena_array(&m->memory, count, sizeof *kept) : NULL;
    if (code != STATUS_OK || count == 0)
        return code;
    if (kept == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    for (size_t i = 0; i < count; i++)
        if (all[i].first_row > after && all[i].last_row > all[i].first_row)
            kept[m->count++] = all[i];
    m->items = kept;
    return STATUS_OK;
}

/* A merge begins at this row: its text is kept where it is one. */
static status merge_begins(merges *m, const grid_merge *of, const grid_row *row, error *err)
{
    size_t column = (size_t)of->first_column;
    if (column >= row->count || (row->kinds[column] != GRID_TEXT && row->kinds[column] != GRID_DATE) ||
        row->cells[column].length > TEXT_MAXIMUM || m->open_count == MERGES_OPEN_MAXIMUM)
        return STATUS_OK;
    merge_open *o = &m->open[m->open_count];
    text cell = row->cells[column];
    if (o->capacity < cell.length + 1) {
        char *grown = realloc(o->text, cell.length + 1);
        if (grown == NULL)
            return error_set(err, STATUS_MEMORY, "Out of memory");
        o->text = grown;
        o->capacity = cell.length + 1;
    }
    memcpy(o->text, cell.at, cell.length);
    o->length = cell.length;
    o->kind = row->kinds[column];
    o->column = of->first_column;
    o->last_row = of->last_row;
    m->open_count++;
    return STATUS_OK;
}

static status row_copy(merges *m, grid_row *row, size_t count, error *err)
{
    if (count > m->capacity) {
        text *cells = realloc(m->cells, count * sizeof *cells);
        m->cells = cells != NULL ? cells : m->cells;
        uint8_t *kinds = realloc(m->kinds, count);
        m->kinds = kinds != NULL ? kinds : m->kinds;
        if (cells == NULL || kinds == NULL)
            return error_set(err, STATUS_MEMORY, "Out of memory");
        m->capacity = count;
    }
    memcpy(m->cells, row->cells, row->count * sizeof *m->cells);
    memcpy(m->kinds, row->kinds, row->count);
    for (size_t i = row->count; i < count; i++) {
        m->cells[i] = (text){"", 0};
        m->kinds[i] = GRID_BLANK;
    }
    *row = (grid_row){row->line, m->cells, m->kinds, count};
    return STATUS_OK;
}

status merges_fill(merges *m, grid_row *row, error *err)
{
    status code = STATUS_OK;
    if (m->count == 0 || row->kinds == NULL)
        return STATUS_OK;
    for (size_t i = 0; i < m->open_count;) {
        if (m->open[i].last_row >= row->line) {
            i++;
            continue;
        }
        /* The last takes its place, and leaves it its memory. */
        merge_open ended = m->open[i];
        m->open[i] = m->open[--m->open_count];
        m->open[m->open_count] = ended;
    }
    /* Before those that begin here are opened: none reaches into its own first row. */
    size_t reaching = m->open_count, width = row->count;
    for (size_t i = 0; i < reaching; i++)
        width = (size_t)m->open[i].column >= width ? (size_t)m->open[i].column + 1 : width;
    while (m->next < m->count && m->items[m->next].first_row < row->line)
        m->next++; /* its first row has nothing in it */
    for (; m->next < m->count && m->items[m->next].first_row == row->line && code == STATUS_OK; m->next++)
        code = merge_begins(m, &m->items[m->next], row, err);
    bool copied = false;
    for (size_t i = 0; i < reaching && code == STATUS_OK; i++) {
        size_t column = (size_t)m->open[i].column;
        if (column < row->count && row->kinds[column] != GRID_BLANK)
            continue;
        if (!copied)
            code = row_copy(m, row, width, err);
        copied = true;
        if (code == STATUS_OK) {
            m->cells[column] = (text){m->open[i].text, m->open[i].length};
            m->kinds[column] = m->open[i].kind;
        }
    }
    return code;
}

void merges_free(merges *m)
{
    for (size_t i = 0; i < MERGES_OPEN_MAXIMUM; i++)
        free(m->open[i].text);
    free(m->cells);
    free(m->kinds);
    arena_free(&m->memory);
    *m = (merges){0};
}
