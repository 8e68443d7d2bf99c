/* shape_bind: one layout on one sheet: its header among the first rows, its columns, the title that tells the variant, the period of the whole sheet. */
#include "intake/shape_finder.h"

#include <string.h>

/* ---- headings ------------------------------------------------------------------------------------------- */

typedef struct heading_row {
    const char **joined; /* per column: with the rows above, "available | maternity" */
    const char **own;    /* per column: of its own row, or of the row above where that is blank */
    text *shown;
    size_t width;
} heading_row;

/* A heading that is merged over some columns says nothing of those beyond them; one that is not merged is over all up to the next. */
static bool group_reaches(const look_row *row, size_t from, size_t column)
{
    for (size_t i = 0; i < row->merge_count; i++)
        if ((size_t)row->merges[i].first_column == from)
            return column <= (size_t)row->merges[i].last_column;
    return true;
}

/* The text of a column in a row of headings over several columns: its own, or the nearest to the left. */
static const char *group_at(const look_row *row, size_t column)
{
    for (size_t i = column + 1; i > 0; i--)
        if (i - 1 < row->count && row->folded[i - 1][0] != 0)
            return group_reaches(row, i - 1, column) ? row->folded[i - 1] : "";
    return "";
}

/* The row above with a cell that meets the pattern; NULL where there is none. */
static const look_row *group_row_find(const sheet_look *look, size_t at, const char *pattern)
{
    for (size_t r = 0; r < at; r++)
        for (size_t i = 0; i < look->rows[r].count; i++)
            if (look->rows[r].folded[i][0] != 0 && pattern_meets(pattern, look->rows[r].folded[i]))
                return &look->rows[r];
    return NULL;
}

static status headings_join(finder *f, const sheet_look *look, size_t at, int32_t rows, const char *group_pattern,
                            heading_row *out, error *err)
{
    const look_row *row = &look->rows[at];
    const look_row *far = group_pattern == NULL ? NULL : group_row_find(look, at, group_pattern);
    out->width = row->count;
    for (int32_t up = 1; up < rows && at >= (size_t)up; up++)
        if (look->rows[at - (size_t)up].count > out->width)
            out->width = look->rows[at - (size_t)up].count;
    out->joined = arena_array(&f->scratch, out->width + 1, sizeof *out->joined);
    out->own = arena_array(&f->scratch, out->width + 1, sizeof *out->own);
    out->shown = arena_array(&f->scratch, out->width + 1, sizeof *out->shown);
    if (out->joined == NULL || out->own == NULL || out->shown == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    for (size_t i = 0; i < out->width; i++) {
        bool mine = i < row->count && row->folded[i][0] != 0;
        const char *joined = mine ? row->folded[i] : "";
        out->own[i] = joined;
        out->shown[i] = mine ? row->cells[i] : (text){"", 0};
        for (int32_t up = 1; up < rows && at >= (size_t)up; up++) {
            const look_row *above = &look->rows[at - (size_t)up];
            if (above->line != row->line - up)
                break; /* an empty row parts the header from the title */
            bool there = i < above->count && above->folded[i][0] != 0;
            if (!mine && there && out->own[i][0] == 0) {
                out->own[i] = above->folded[i];
                out->shown[i] = above->cells[i];
            }
            const char *group = mine ? group_at(above, i) : there ? above->folded[i] : "";
            if (group[0] != 0)
                joined = joined[0] == 0 ? group : arena_printf(&f->scratch, "%s | %s", group, joined);
            if (joined == NULL)
                return error_set(err, STATUS_MEMORY, "Out of memory");
        }
        if (far != NULL && mine && group_at(far, i)[0] != 0)
            joined = arena_printf(&f->scratch, "%s | %s", group_at(far, i), joined);
        if (joined == NULL)
            return error_set(err, STATUS_MEMORY, "Out of memory");
        out->joined[i] = joined;
    }
    return STATUS_OK;
}

/* Patterns with a bar are about joined headings, others about the last line alone. */
static bool column_meets(const folded_list *wordings, const heading_row *h, size_t column)
{
    if (h->own[column][0] == 0)
        return false;
    for (size_t i = 0; i < wordings->count; i++)
        if (pattern_meets(wordings->items[i],
                          strstr(wordings->items[i], " | ") != NULL ? h->joined[column] : h->own[column]))
            return true;
    return false;
}

/* ---- a layout on a row ---------------------------------------------------------------------------------- */

static status pivots_find(finder *f, const folded_layout *fl, const heading_row *h, bool *used, binding *b, error *err)
{
    b->pivots = arena_array(f->memory, h->width + 1, sizeof *b->pivots);
    if (b->pivots == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    for (size_t i = 0; i < h->width; i++)
        for (size_t u = 0; u < fl->layout->unpivot_count && !used[i]; u++) {
            const layout_unpivot *unpivot = &fl->layout->unpivots[u];
            period p = {0};
            if (h->own[i][0] == 0 || list_meets(&fl->except[u], h->own[i]))
                continue;
            if (unpivot->dates ? !period_in_words(h->shown[i], &p) || p.kind != PERIOD_MONTH
                               : !column_meets(&fl->unpivots[u], h, i))
                continue;
            text key = text_trim(h->shown[i]);
            size_t strip = strlen(unpivot->strip);
            if (strip > 0 && key.length > strip && text_is_nocase((text){key.at, strip}, unpivot->strip))
                key = text_trim((text){key.at + strip, key.length - strip});
            b->pivots[b->pivot_count] = (pivot){(int32_t)i, unpivot, arena_copy(f->memory, key.at, key.length), p};
            if (b->pivots[b->pivot_count++].key == NULL)
                return error_set(err, STATUS_MEMORY, "Out of memory");
            used[i] = true;
        }
    return STATUS_OK;
}

static void lack(const char **told, size_t *count, const char *what)
{
    if (*count < LACKS_TOLD)
        told[*count] = what;
    ++*count;
}

/* Which of the headings that must become rows are not there. */
static void pivots_check(const folded_layout *fl, const heading_row *h, binding *b)
{
    for (size_t u = 0; u < fl->layout->unpivot_count; u++) {
        const layout_unpivot *unpivot = &fl->layout->unpivots[u];
        const char *lacks[LACKS_TOLD];
        size_t taken = 0, count = 0;
        for (size_t k = 0; k < b->pivot_count; k++)
            taken += b->pivots[k].unpivot == unpivot;
        if (taken == 0 && unpivot->optional)
            continue;
        if (unpivot->must_have_count == 0 && taken < unpivot->at_least)
            lack(b->lacks, &b->lacks_count, unpivot->dates ? "a month" : unpivot->headers[0]);
        for (size_t m = 0; m < unpivot->must_have_count; m++) {
            const folded_list one = {&fl->must_have[u].items[m], 1};
            bool found = false;
            for (size_t k = 0; k < b->pivot_count && !found; k++)
                found = b->pivots[k].unpivot == unpivot && column_meets(&one, h, (size_t)b->pivots[k].file_column);
            if (!found)
                lack(lacks, &count, unpivot->must_have[m]);
        }
        bool enough = unpivot->must_have_count - count >= unpivot->at_least;
        for (size_t i = 0; i < count; i++)
            lack(enough ? b->gone : b->lacks, enough ? &b->gone_count : &b->lacks_count,
                 i < LACKS_TOLD ? lacks[i] : NULL);
    }
}

static bool is_ignored(const layout_column *c)
{
    return c->column < 0 && !c->is_period && !c->is_period_start && !c->is_period_end;
}

/* Holds a layout against a row as its header. */
static status bind_row(finder *f, const folded_layout *fl, const sheet_look *look, size_t at, binding *b, error *err)
{
    heading_row h;
    const source_layout *layout = fl->layout;
    *b = (binding){
        .source = fl->source, .layout = layout, .sheet = look->sheet, .header = at, .header_line = look->rows[at].line};
    status code = headings_join(f, look, at, layout->heading_rows, fl->group_row, &h, err);
    if (code != STATUS_OK)
        return code;
    bool *used = arena_array(&f->scratch, h.width + 1, sizeof *used);
    b->column_of = arena_array(f->memory, layout->column_count + 1, sizeof *b->column_of);
    b->headings = arena_array(f->memory, h.width + 1, sizeof *b->headings);
    b->width = h.width;
    if (used == NULL || b->column_of == NULL || b->headings == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    for (size_t i = 0; i < layout->column_count; i++) {
        int32_t occurrence = layout->columns[i].occurrence > 0 ? layout->columns[i].occurrence : 1;
        b->column_of[i] = -1;
        for (size_t j = 0; j < h.width && b->column_of[i] < 0; j++)
            if (column_meets(&fl->columns[i], &h, j) && --occurrence == 0)
                b->column_of[i] = (int32_t)j;
        if (b->column_of[i] >= 0 && !is_ignored(&layout->columns[i]))
            used[b->column_of[i]] = true;
        b->declared += !layout->columns[i].optional;
        b->found += !layout->columns[i].optional && b->column_of[i] >= 0;
    }
    code = pivots_find(f, fl, &h, used, b, err);
    if (code == STATUS_OK)
        pivots_check(fl, &h, b);
    /* A heading that is ignored may stand for many, of which the others have taken what they want. */
    for (size_t i = 0; i < layout->column_count; i++)
        for (size_t j = 0; j < h.width && is_ignored(&layout->columns[i]); j++)
            used[j] = used[j] || column_meets(&fl->columns[i], &h, j);
    for (size_t i = 0; i < h.width && code == STATUS_OK; i++) {
        char *heading = arena_copy(f->memory, h.shown[i].at, h.shown[i].length);
        for (char *c = heading; c != NULL && *c != 0; c++)
            *c = (unsigned char)*c < ' ' ? ' ' : *c;
        b->headings[i] = heading;
        if (heading == NULL)
            code = error_set(err, STATUS_MEMORY, "Out of memory");
        else if (!used[i] && h.own[i][0] != 0 && b->unknown_columns++ == 0)
            b->unknown_first = b->headings[i];
    }
    b->fits = b->columns_fit =
        b->found == b->declared && b->lacks_count == 0 && (layout->unpivot_count == 0 || b->pivot_count > 0);
    return code;
}

/* ---- title ------------------------------------------------------------------------------------------------ */

static bool title_meets(const sheet_look *look, size_t header, const char *pattern, arena *scratch, text *cell)
{
    const char *folded = heading_fold(scratch, text_of(pattern));
    for (size_t r = 0; folded != NULL && r < header; r++)
        for (size_t i = 0; i < look->rows[r].count; i++)
            if (look->rows[r].folded[i][0] != 0 && pattern_meets(folded, look->rows[r].folded[i])) {
                *cell = look->rows[r].cells[i];
                return true;
            }
    return false;
}

static void variant_find(finder *f, const sheet_look *look, binding *b)
{
    const source_layout *layout = b->layout;
    text cell;
    b->titled = layout->variant_count == 0;
    for (size_t v = 0; v < layout->variant_count && !b->titled; v++) {
        const layout_variant *variant = &layout->variants[v];
        bool met = variant->sheet_count == 0;
        for (size_t i = 0; i < variant->sheet_count && !met && f->grid != NULL; i++)
            met = text_meets(variant->sheets[i], text_of(f->grid->sheets[look->sheet].name));
        bool titled = variant->title_count == 0;
        for (size_t i = 0; i < variant->title_count && !titled; i++)
            titled = title_meets(look, b->header, variant->titles[i], &f->scratch, &cell);
        if (met && titled) {
            b->variant = variant;
            b->titled = true;
        }
    }
}

/* What stands to the right of each cell that meets the pattern: the first that is a period is taken, another one that differs is kept for who refuses it. */
static void periods_right_of(const sheet_look *look, const char *pattern, arena *scratch, binding *b)
{
    const char *folded = heading_fold(scratch, text_of(pattern));
    for (size_t r = 0; folded != NULL && r < b->header; r++)
        for (size_t i = 0; i < look->rows[r].count; i++) {
            const look_row *row = &look->rows[r];
            period found = {0};
            if (row->folded[i][0] == 0 || !pattern_meets(folded, row->folded[i]))
                continue;
            size_t j = i + 1;
            while (j < row->count && row->folded[j][0] == 0)
                j++;
            if (j == row->count || !period_in_words(row->cells[j], &found))
                continue;
            if (b->period.kind == PERIOD_NONE) {
                b->period = found;
            } else if (b->other_period.kind == PERIOD_NONE && period_compare(found, b->period) != 0) {
                b->other_period = found;
                b->other_period_row = row->line;
            }
        }
}

static void period_of_sheet(finder *f, const sheet_look *look, binding *b)
{
    text cell;
    for (size_t i = 0; i < b->layout->period_place_count; i++) {
        const layout_period_place *place = &b->layout->period_places[i];
        bool known = b->period.kind != PERIOD_NONE;
        if (known && place->kind != PERIOD_RIGHT_OF)
            continue;
        switch (place->kind) {
        case PERIOD_RIGHT_OF: periods_right_of(look, place->text, &f->scratch, b); break;
        case PERIOD_IN_TITLE:
            if (title_meets(look, b->header, place->text, &f->scratch, &cell) && !period_in_words(cell, &b->period))
                b->period = (period){0};
            break;
        case PERIOD_IN_SHEET:
            if (f->grid != NULL && !period_in_words(text_of(f->grid->sheets[look->sheet].name), &b->period))
                b->period = (period){0};
            break;
        case PERIOD_FIXED:
            if (!period_parse(text_of(place->text), &b->period))
                b->period = (period){0};
            break;
        }
    }
}

/* ---- a layout on a sheet ------------------------------------------------------------------------------------ */

/* The next block of the same table. */
static bool same_columns(const binding *a, const binding *b)
{
    bool same = a->pivot_count == b->pivot_count;
    for (size_t i = 0; i < a->layout->column_count && same; i++)
        same = a->column_of[i] == b->column_of[i];
    for (size_t i = 0; i < a->pivot_count && same; i++)
        same = a->pivots[i].file_column == b->pivots[i].file_column && strcmp(a->pivots[i].key, b->pivots[i].key) == 0;
    return same;
}

static status two_headers(const finder *f, const binding *a, const binding *b, error *err)
{
    const char *name = f->grid == NULL ? NULL : f->grid->sheets[a->sheet].name;
    status code = error_set(err, STATUS_REFUSED,
                            "Two rows could be the header of the table (layout %s of %s): rows %lld and %lld",
                            a->layout->id, a->source->id, (long long)a->header_line, (long long)b->header_line);
    error_at(err, NULL, name, b->header_line, NULL);
    error_hint(err, "A sheet holds one table under one header: take away the line that is not, or put the second table "
                    "into a file of its own.");
    return code;
}

/* The row that fits, or the one that comes nearest. best->layout is NULL where no row looks like the header. */
status bind_sheet(finder *f, const folded_layout *fl, sheet_look *look, binding *best, error *err)
{
    *best = (binding){0};
    for (size_t at = 0; at < look->count; at++) {
        binding b;
        const look_row *row = &look->rows[at];
        bool anchored = false;
        size_t met = 0;
        /* A row is worth more than a glance where the first column's heading is in it, or several others are. */
        for (size_t i = 0; i < row->count && !anchored; i++) {
            if (row->folded[i][0] == 0)
                continue;
            anchored = fl->anchor < fl->layout->column_count && list_meets(&fl->columns[fl->anchor], row->folded[i]);
            for (size_t k = 0; k < fl->layout->column_count && !anchored && met < 3; k++)
                if (k != fl->anchor && list_meets(&fl->columns[k], row->folded[i])) {
                    met++;
                    break;
                }
        }
        if (!anchored && met < 3 && fl->anchor < fl->layout->column_count)
            continue;
        bool stacked = fl->layout->heading_rows > 1 || (fl->layout->group_row != NULL && fl->layout->group_row[0] != 0);
        status code = stacked ? look_merges(f, look, err) : STATUS_OK;
        if (code == STATUS_OK)
            code = bind_row(f, fl, look, at, &b, err);
        if (code != STATUS_OK)
            return code;
        if (b.fits && best->fits && !(fl->layout->blocks && same_columns(best, &b)))
            return two_headers(f, best, &b, err);
        if (best->layout == NULL || (b.fits && !best->fits) ||
            (!best->fits && (b.found > best->found || (b.found == best->found && b.lacks_count < best->lacks_count))))
            *best = b;
    }
    if (best->layout != NULL) {
        variant_find(f, look, best);
        period_of_sheet(f, look, best);
        best->fits &= best->titled;
    }
    return STATUS_OK;
}
