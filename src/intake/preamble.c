/* preamble: where the header of a csv is, and what the titles above it say. */
#include "intake/preamble.h"
#include "intake/published.h"
#include "intake/shape_finder.h"
#include "intake/stream.h"

#include <string.h>

#define HEAD_BYTES ((size_t)4 << 20) /* of all lines that are kept */
#define HEAD_CELLS ((size_t)1 << 16) /* likewise: each is held against every heading that there is */

static size_t cells_filled(const grid_row *row)
{
    size_t n = 0;
    for (size_t i = 0; i < row->count; i++)
        n += text_trim(row->cells[i]).length > 0;
    return n;
}

/* The next line with something in it, copied: what the reader gives is gone with the line after. row->cells is NULL at the end. */
static status line_keep(csv_reader *csv, arena *a, grid_row *out, size_t *bytes, error *err)
{
    const text *cells;
    size_t count = 0;
    *out = (grid_row){0};
    do {
        status code = csv_next(csv, &cells, &count, &out->line, err);
        if (code != STATUS_OK || cells == NULL) {
            *out = (grid_row){0};
            return code;
        }
        out->cells = cells;
        out->count = count;
    } while (cells_filled(out) == 0);
    text *kept = arena_array(a, count, sizeof *kept);
    for (size_t i = 0; i < count && kept != NULL; i++) {
        kept[i] = (text){arena_copy(a, cells[i].at, cells[i].length), cells[i].length};
        *bytes += cells[i].length;
        if (kept[i].at == NULL)
            kept = NULL;
    }
    out->cells = kept;
    return kept == NULL ? error_set(err, STATUS_MEMORY, "Out of memory") : STATUS_OK;
}

/* Is that line the header? An answer of STATUS_REFUSED has its problems in `differs`. */
static status line_try(const catalogue *c, const grid_row *row, const char *path, arena *a, table_head *h,
                       bool *unknown, problems *differs, error *err)
{
    return header_recognise(c, row->cells, row->count, row->line, path, a, &h->match, unknown, differs, err);
}

/* The first line was no header: which of those below it is? *found false where none is; the refusal is then that of the line that comes nearest. */
static status below_find(const catalogue *c, const char *path, arena *a, table_head *h, bool *found, bool *unknown,
                         problems *list, error *err)
{
    *found = false;
    status code = shape_recognise_csv(c, h->rows, h->count, a, &h->shaped, err);
    if (code != STATUS_OK)
        return code;
    if (h->shaped.count > 0) {
        while (h->header < h->count && h->rows[h->header].line != h->shaped.bindings[0].header_line)
            h->header++;
        *found = true;
        return STATUS_OK;
    }
    const header_match first = h->match;
    bool title = cells_filled(&h->rows[0]) < 2;
    for (size_t i = 1; i < h->count && !*found; i++) {
        problems differs = {.limit = list->limit};
        header_match kept = h->match;
        error e = {0};
        bool strange = false;
        if (cells_filled(&h->rows[i]) < 2)
            continue;
        code = line_try(c, &h->rows[i], path, a, h, &strange, &differs, &e);
        *found = code == STATUS_OK;
        if (*found) {
            h->header = i;
        } else if (code == STATUS_REFUSED && *unknown && (!strange || title)) {
            /* It says more of the file than the title in its first line does. */
            *unknown = strange;
            title = false;
            if (err != NULL)
                *err = e;
            for (size_t k = 0; k < differs.count; k++)
                problems_add(list, &differs.items[k]);
            if (strange)
                h->match = first;
        } else {
            h->match = kept;
        }
        problems_free(&differs);
        if (code != STATUS_OK && code != STATUS_REFUSED) {
            if (err != NULL)
                *err = e;
            return code;
        }
    }
    return STATUS_OK;
}

status table_head_find(csv_reader *csv, const catalogue *c, const char *path, arena *a, table_head *out,
                       intake_report *report, problems *list, error *err)
{
    size_t bytes = 0;
    bool found = false;
    error refused = {0};
    problems differs = {.limit = list->limit};
    *out = (table_head){0};
    status code = line_keep(csv, a, &out->rows[0], &bytes, err);
    if (code != STATUS_OK)
        return code;
    if (out->rows[0].cells == NULL)
        return error_set(err, STATUS_REFUSED, "The file holds nothing but blank lines");
    out->count = 1;
    code = shape_recognise_csv(c, out->rows, 1, a, &out->shaped, err);
    if (code == STATUS_OK && out->shaped.count == 0)
        code = line_try(c, &out->rows[0], path, a, out, &report->unknown_kind, &differs, &refused);
    if (code == STATUS_REFUSED) {
        status read = STATUS_OK;
        for (size_t cells = 0; out->count < LOOK_ROWS && bytes < HEAD_BYTES && cells < HEAD_CELLS;) {
            read = line_keep(csv, a, &out->rows[out->count], &bytes, err);
            if (read != STATUS_OK || out->rows[out->count].cells == NULL)
                break;
            cells += out->rows[out->count].count;
            out->count++;
        }
        code = below_find(c, path, a, out, &found, &report->unknown_kind, &differs, &refused);
        if (code == STATUS_OK && !found)
            code = STATUS_REFUSED;
        /* That a line further down cannot be read is no news of a file that nobody knows. */
        if (read != STATUS_OK && (code == STATUS_OK || read != STATUS_REFUSED)) {
            refused.code = STATUS_OK;
            code = read;
        }
    }
    report->source = out->shaped.count > 0 ? out->shaped.source : out->match.source;
    report->layout = out->shaped.count > 0 ? out->shaped.bindings[0].layout : out->match.layout;
    if (found)
        report->unknown_kind = false;
    for (size_t i = 0; i < differs.count && refused.code == STATUS_REFUSED && code == STATUS_REFUSED; i++)
        problems_add(list, &differs.items[i]);
    if (code != STATUS_OK && err != NULL && refused.code != STATUS_OK)
        *err = refused;
    problems_free(&differs);
    return code;
}

status table_head_next(table_head *h, csv_reader *csv, grid_row *row, error *err)
{
    size_t at = h->header + 1 + h->given;
    if (at < h->count) {
        h->given++;
        *row = h->rows[at];
        return STATUS_OK;
    }
    *row = (grid_row){0};
    return csv_next(csv, &row->cells, &row->count, &row->line, err);
}

/* "Period:" and, in the next cell with something in it or behind the word, the period. */
static bool period_said(const look_row *row, period *out)
{
    for (size_t i = 0; i < row->count; i++) {
        if (!pattern_meets("period*", row->folded[i]))
            continue;
        for (size_t j = i + 1; j < row->count; j++)
            if (row->folded[j][0] != 0)
                return period_in_words(row->cells[j], out);
        text behind = text_trim((text){row->cells[i].at + 6, row->cells[i].length - 6});
        while (behind.length > 0 && (behind.at[0] == ':' || behind.at[0] == ' '))
            behind = (text){behind.at + 1, behind.length - 1};
        return period_in_words(behind, out);
    }
    return false;
}

status table_head_read(const table_head *h, const source *s, arena *a, intake_report *report, period *said, error *err)
{
    finder f = {0};
    status code = STATUS_OK;
    *said = (period){0};
    look_row *above = h->header == 0 ? NULL : arena_array(&f.scratch, h->header, sizeof *above);
    if (h->header > 0 && above == NULL)
        code = error_set(err, STATUS_MEMORY, "Out of memory");
    for (size_t i = 0; i < h->header && code == STATUS_OK; i++) {
        code = look_row_keep(&f, &h->rows[i], &above[i], err);
        period here = {0};
        if (code != STATUS_OK || !period_said(&above[i], &here))
            continue;
        if (said->kind != PERIOD_NONE && period_compare(*said, here) != 0) {
            char first[PERIOD_WORDS], second[PERIOD_WORDS];
            period_words(*said, first);
            period_words(here, second);
            code = error_set(err, STATUS_REFUSED,
                             "Two periods stand above the table, %s and, on line %lld, %s: it cannot be told which one "
                             "it is for",
                             first, (long long)above[i].line, second);
            error_at(err, NULL, NULL, above[i].line, NULL);
            error_hint(err, "Take away the line that is wrong, or download the file again.");
        }
        *said = here;
    }
    if (code == STATUS_OK && h->header > 0) {
        published_read_lines(s, above, h->header, a, report);
        note_add(report, a, "%zu line%s above the header (line %lld) %s not of the table", h->header,
                 h->header == 1 ? "" : "s", (long long)h->rows[h->header].line, h->header == 1 ? "is" : "are");
    }
    arena_free(&f.scratch);
    return code;
}

/* ---- cells under no heading ------------------------------------------------------------------------------ */

status stray_cells_begin(stray_cells *s, const table_head *h, arena *a, error *err)
{
    const grid_row *header = &h->rows[h->header];
    const binding *b = &h->shaped.bindings[0];
    size_t headed = header->count;
    while (headed > 0 && text_trim(header->cells[headed - 1]).length == 0)
        headed--;
    *s = (stray_cells){.head = h, .seen = arena_array(a, header->count, sizeof *s->seen)};
    if (s->seen == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    memset(s->seen, 0, header->count * sizeof *s->seen);
    longer_begin(&s->longer, b->source, b->layout, b->column_of, headed, header->count);
    for (size_t i = 0; i < b->layout->column_count; i++) {
        const layout_column *c = &b->layout->columns[i];
        bool is_read = c->column >= 0 || c->is_period || c->is_period_start || c->is_period_end;
        if (is_read && b->column_of[i] >= (int32_t)s->needed)
            s->needed = (size_t)b->column_of[i] + 1;
    }
    for (size_t i = 0; i < b->pivot_count; i++)
        s->needed = b->pivots[i].file_column >= (int32_t)s->needed ? (size_t)b->pivots[i].file_column + 1 : s->needed;
    for (size_t i = 0; i < b->pivot_count; i++)
        s->longer.number_last |= b->pivots[i].file_column >= 0 && (size_t)b->pivots[i].file_column + 1 == headed;
    return STATUS_OK;
}

status stray_cells_look(stray_cells *s, const grid_row *row, bool data, const char *path, error *err)
{
    const grid_row *header = &s->head->rows[s->head->header];
    int32_t at = -1;
    error wrong;
    size_t filled = cells_filled(row);
    if (filled == 0)
        return STATUS_OK;
    if (row->count < s->needed && filled > 1) { /* one alone is a note under the table */
        status code =
            error_set(err, STATUS_REFUSED, "The row has only %zu cells, the header has %zu", row->count, header->count);
        error_at(err, path, NULL, row->line, NULL);
        error_hint(err, "The file may be cut off: download it again. A note under the table that holds commas needs "
                        "quotes around it.");
        return code;
    }
    if (longer_look(&s->longer, row->cells, row->count, row->line, data, &wrong, &at)) {
        status code = error_set(err, STATUS_REFUSED, "%s", wrong.message);
        const binding *b = &s->head->shaped.bindings[0];
        error_at(err, path, NULL, row->line, at >= 0 && (size_t)at < b->width ? b->headings[at] : NULL);
        error_hint(err, "%s", wrong.hint);
        return code;
    }
    for (size_t i = 0; i < row->count && i < header->count; i++)
        s->seen[i] |= text_trim(header->cells[i]).length == 0 && text_trim(row->cells[i]).length > 0;
    return STATUS_OK;
}

status stray_cells_settle(const stray_cells *s, const char *path, arena *a, intake_report *report, error *err)
{
    size_t unheaded = 0, first = 0;
    int64_t line = 0;
    error wrong;
    if (longer_wrong(&s->longer, &wrong, &line)) {
        status code = error_set(err, STATUS_REFUSED, "%s", wrong.message);
        error_at(err, path, NULL, line, NULL);
        error_hint(err, "%s", wrong.hint);
        return code;
    }
    for (size_t i = 0; i < s->head->rows[s->head->header].count; i++)
        if (s->seen[i])
            first = unheaded++ == 0 ? i + 1 : first;
    if (unheaded > 0)
        note_add(report, a, "%zu column%s without a heading %s left out (%s column %zu)", unheaded,
                 unheaded == 1 ? "" : "s", unheaded == 1 ? "was" : "were", unheaded == 1 ? "it is" : "from", first);
    longer_note(&s->longer, report, a);
    return STATUS_OK;
}
