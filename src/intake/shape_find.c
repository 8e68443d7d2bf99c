/*
 * shape_find: which sheets of a file hold which layouts?
 *
 * The header of a sheet is looked for among its first rows: the row under which every column that a layout needs has its heading. So titles may grow and shrink above it. Of the sources whose
 * layouts fit some sheet the one with the most columns found is meant; then every layout of the same form that is not optional must be there.
 */
#include "intake/shape.h"

#include <stdlib.h>
#include <string.h>

/* ---- patterns ----------------------------------------------------------------------------------------- */

const char *heading_fold(arena *a, text t)
{
    t = text_trim(t);
    char *folded = arena_alloc(a, t.length + 1);
    size_t o = 0;
    bool space = false;
    for (size_t i = 0; folded != NULL && i < t.length; i++) {
        unsigned char c = (unsigned char)t.at[i];
        bool wide = c == 0xc2 && i + 1 < t.length && (unsigned char)t.at[i + 1] == 0xa0; /* no-break space */
        i += wide;
        if (wide || c == ' ' || (c >= '\t' && c <= '\r')) {
            space = true;
            continue;
        }
        if (space)
            folded[o++] = ' ';
        space = false;
        folded[o++] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
    return folded;
}

bool pattern_meets(const char *pattern, const char *folded)
{
    const char *star = NULL, *mark = NULL;
    while (*folded != 0) {
        if (*pattern == '*') {
            star = pattern++;
            mark = folded;
        } else if (*pattern == *folded) {
            pattern++;
            folded++;
        } else if (star != NULL) {
            pattern = star + 1;
            folded = ++mark;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == 0;
}

bool text_meets(const char *pattern, text t)
{
    /* Most cells are told apart by their first letter. */
    t = text_trim(t);
    if (pattern[0] != '*' &&
        (t.length == 0 ? pattern[0] != 0 : (((unsigned char)pattern[0] ^ (unsigned char)t.at[0]) & 0xdf) != 0))
        return false;
    if (t.length > 1000)
        return false;
    arena scratch = {0};
    const char *p = heading_fold(&scratch, text_of(pattern)), *f = heading_fold(&scratch, t);
    bool met = p != NULL && f != NULL && pattern_meets(p, f);
    arena_free(&scratch);
    return met;
}

/* ---- layouts, folded once ------------------------------------------------------------------------------ */

typedef struct folded_list {
    const char **items;
    size_t count;
} folded_list;

typedef struct folded_layout {
    const source *source;
    const source_layout *layout;
    folded_list *columns; /* per column: its wordings */
    folded_list *unpivots, *except;
    folded_list sheets;
    const char *group_row;
    size_t anchor; /* the first column that must be there */
} folded_layout;

typedef struct finder {
    const catalogue *catalogue;
    grid *grid;
    arena *memory; /* of the answer */
    arena scratch;
    folded_layout *layouts;
    size_t layout_count;
    sheet_look *looks;
    const char **sheet_names; /* folded */
    bool out_of_memory;
} finder;

static folded_list fold_list(finder *f, const char *first, const char *const *more, size_t more_count)
{
    folded_list list = {.count = more_count + (first != NULL)};
    list.items = arena_array(&f->scratch, list.count + 1, sizeof *list.items);
    for (size_t i = 0; i < list.count && list.items != NULL; i++) {
        const char *raw = first != NULL ? (i == 0 ? first : more[i - 1]) : more[i];
        list.items[i] = heading_fold(&f->scratch, text_of(raw));
        f->out_of_memory |= list.items[i] == NULL;
    }
    f->out_of_memory |= list.items == NULL;
    return list;
}

static bool list_meets(const folded_list *list, const char *folded)
{
    for (size_t i = 0; i < list->count; i++)
        if (pattern_meets(list->items[i], folded))
            return true;
    return false;
}

static void fold_layout(finder *f, const source *s, const source_layout *layout, folded_layout *out)
{
    *out = (folded_layout){.source = s, .layout = layout};
    out->columns = arena_array(&f->scratch, layout->column_count + 1, sizeof *out->columns);
    out->unpivots = arena_array(&f->scratch, layout->unpivot_count + 1, sizeof *out->unpivots);
    out->except = arena_array(&f->scratch, layout->unpivot_count + 1, sizeof *out->except);
    if (out->columns == NULL || out->unpivots == NULL || out->except == NULL) {
        f->out_of_memory = true;
        return;
    }
    out->sheets = fold_list(f, NULL, layout->sheets, layout->sheet_count);
    out->anchor = layout->column_count;
    if (layout->group_row != NULL && layout->group_row[0] != 0) {
        out->group_row = heading_fold(&f->scratch, text_of(layout->group_row));
        f->out_of_memory |= out->group_row == NULL;
    }
    for (size_t i = 0; i < layout->column_count && !f->out_of_memory; i++) {
        out->columns[i] = fold_list(f, layout->columns[i].header, layout->columns[i].alternatives,
                                    layout->columns[i].alternative_count);
        if (!layout->columns[i].optional && out->anchor == layout->column_count)
            out->anchor = i;
    }
    for (size_t i = 0; i < layout->unpivot_count && !f->out_of_memory; i++) {
        out->unpivots[i] = fold_list(f, NULL, layout->unpivots[i].headers, layout->unpivots[i].header_count);
        out->except[i] = fold_list(f, NULL, layout->unpivots[i].except, layout->unpivots[i].except_count);
    }
}

static status finder_open(finder *f, const catalogue *c, const source *only, bool plain, grid *g, arena *a, error *err)
{
    size_t most = 0;
    *f = (finder){.catalogue = c, .grid = g, .memory = a};
    for (size_t i = 0; i < c->source_count; i++)
        most += c->sources[i].layout_count;
    f->layouts = arena_array(&f->scratch, most + 1, sizeof *f->layouts);
    f->out_of_memory = f->layouts == NULL;
    for (size_t i = 0; i < c->source_count; i++)
        for (size_t j = 0; j < c->sources[i].layout_count && !f->out_of_memory; j++)
            if ((c->sources[i].layouts[j].shaped || plain) && (only == NULL || only == &c->sources[i]))
                fold_layout(f, &c->sources[i], &c->sources[i].layouts[j], &f->layouts[f->layout_count++]);
    if (g != NULL && !f->out_of_memory) {
        f->looks = arena_array(&f->scratch, g->sheet_count + 1, sizeof *f->looks);
        f->sheet_names = arena_array(&f->scratch, g->sheet_count + 1, sizeof *f->sheet_names);
        f->out_of_memory = f->looks == NULL || f->sheet_names == NULL;
        for (size_t i = 0; i < g->sheet_count && !f->out_of_memory; i++) {
            f->sheet_names[i] = heading_fold(&f->scratch, text_of(g->sheets[i].name));
            f->out_of_memory |= f->sheet_names[i] == NULL;
        }
    }
    return f->out_of_memory ? error_set(err, STATUS_MEMORY, "Out of memory") : STATUS_OK;
}

/* ---- a look at a sheet ---------------------------------------------------------------------------------- */

static status look_row_keep(finder *f, const grid_row *row, look_row *out, error *err)
{
    *out = (look_row){.line = row->line, .count = row->count};
    out->cells = arena_array(&f->scratch, row->count + 1, sizeof *out->cells);
    out->folded = arena_array(&f->scratch, row->count + 1, sizeof *out->folded);
    if (out->cells == NULL || out->folded == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    for (size_t i = 0; i < row->count; i++) {
        text cell = row->cells[i];
        cell.length = cell.length > 2000 ? 2000 : cell.length; /* a longer one is prose */
        char *copy = cell.length == 0 ? "" : arena_copy(&f->scratch, cell.at, cell.length);
        out->cells[i] = (text){copy, cell.length};
        out->folded[i] = cell.length == 0 ? "" : heading_fold(&f->scratch, cell);
        if (copy == NULL || out->folded[i] == NULL)
            return error_set(err, STATUS_MEMORY, "Out of memory");
    }
    return STATUS_OK;
}

static status look_at(finder *f, size_t sheet, sheet_look **out, error *err)
{
    sheet_look *look = &f->looks[sheet];
    *out = look;
    if (look->looked)
        return STATUS_OK;
    look->sheet = sheet;
    look->looked = true;
    status code = grid_begin(f->grid, sheet, err);
    while (code == STATUS_OK && look->count < LOOK_ROWS) {
        grid_row row;
        code = grid_next(f->grid, &row, err);
        if (code != STATUS_OK || row.line == 0)
            break;
        code = look_row_keep(f, &row, &look->rows[look->count], err);
        look->count += code == STATUS_OK;
    }
    return code;
}

/* ---- headings ------------------------------------------------------------------------------------------- */

typedef struct heading_row {
    const char **joined; /* per column: with the rows above, "available | maternity" */
    const char **own;    /* per column: of its own row, or of the row above where that is blank */
    text *shown;
    size_t width;
} heading_row;

/* The text of a column in a row of headings over several columns: its own, or the nearest to the left. */
static const char *group_at(const look_row *row, size_t column)
{
    for (size_t i = column + 1; i > 0; i--)
        if (i - 1 < row->count && row->folded[i - 1][0] != 0)
            return row->folded[i - 1];
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
    b->fits = b->found == b->declared && (layout->unpivot_count == 0 || b->pivot_count > 0);
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

static bool period_right_of(const sheet_look *look, size_t header, const char *pattern, arena *scratch, period *out)
{
    const char *folded = heading_fold(scratch, text_of(pattern));
    for (size_t r = 0; folded != NULL && r < header; r++)
        for (size_t i = 0; i < look->rows[r].count; i++) {
            if (look->rows[r].folded[i][0] == 0 || !pattern_meets(folded, look->rows[r].folded[i]))
                continue;
            for (size_t j = i + 1; j < look->rows[r].count; j++)
                if (look->rows[r].folded[j][0] != 0)
                    return period_in_words(look->rows[r].cells[j], out);
        }
    return false;
}

static void period_of_sheet(finder *f, const sheet_look *look, binding *b)
{
    text cell;
    for (size_t i = 0; i < b->layout->period_place_count; i++) {
        const layout_period_place *place = &b->layout->period_places[i];
        bool found = false;
        switch (place->kind) {
        case PERIOD_RIGHT_OF: found = period_right_of(look, b->header, place->text, &f->scratch, &b->period); break;
        case PERIOD_IN_TITLE:
            found = title_meets(look, b->header, place->text, &f->scratch, &cell) && period_in_words(cell, &b->period);
            break;
        case PERIOD_IN_SHEET:
            found = f->grid != NULL && period_in_words(text_of(f->grid->sheets[look->sheet].name), &b->period);
            break;
        case PERIOD_FIXED: found = period_parse(text_of(place->text), &b->period); break;
        }
        if (found)
            return;
    }
}

/* ---- a layout on a sheet ------------------------------------------------------------------------------------ */

static bool same_headings(const binding *a, const binding *b)
{
    for (size_t i = 0; i < a->width || i < b->width; i++)
        if (strcmp(i < a->width ? a->headings[i] : "", i < b->width ? b->headings[i] : "") != 0)
            return false;
    return true;
}

static status two_headers(const finder *f, const binding *a, const binding *b, error *err)
{
    const char *name = f->grid == NULL ? NULL : f->grid->sheets[a->sheet].name;
    status code = error_set(err, STATUS_REFUSED,
                            "Two rows could be the header of the table (layout %s of %s): rows %lld and %lld",
                            a->layout->id, a->source->id, (long long)a->header_line, (long long)b->header_line);
    error_at(err, NULL, name, b->header_line, NULL);
    error_hint(err, "Take away the one that is not, or tell them apart in the layout.");
    return code;
}

/* The row that fits, or the one that comes nearest. best->layout is NULL where no row looks like the header. */
static status bind_sheet(finder *f, const folded_layout *fl, sheet_look *look, binding *best, error *err)
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
        status code = bind_row(f, fl, look, at, &b, err);
        if (code != STATUS_OK)
            return code;
        if (b.fits && best->fits && !same_headings(&b, best))
            return two_headers(f, best, &b, err);
        if (best->layout == NULL || (b.fits && !best->fits) || (!best->fits && b.found > best->found))
            *best = b;
    }
    if (best->layout != NULL) {
        variant_find(f, look, best);
        period_of_sheet(f, look, best);
        best->fits &= best->titled;
    }
    return STATUS_OK;
}

static bool sheet_named(const finder *f, const folded_layout *fl, size_t sheet)
{
    return fl->layout->sheet_count == 0 || list_meets(&fl->sheets, f->sheet_names[sheet]);
}

/* ---- the file ------------------------------------------------------------------------------------------------ */

static const char *form_of(const source_layout *layout)
{
    return layout->form != NULL && layout->form[0] != 0 ? layout->form : layout->id;
}

static void missing_list(const binding *b, buffer *out)
{
    for (size_t i = 0; i < b->layout->column_count; i++)
        if (b->column_of[i] < 0 && !b->layout->columns[i].optional)
            buffer_printf(out, "%s'%.100s'", out->length > 0 ? "; " : "", b->layout->columns[i].header);
    if (b->layout->unpivot_count > 0 && b->pivot_count == 0)
        buffer_printf(out, "%sany of the columns that are to become rows", out->length > 0 ? "; " : "");
}

static void unknown_list(const finder *f, const binding *b, buffer *out, size_t most)
{
    size_t told = 0;
    for (size_t i = 0; i < b->width && told < most; i++) {
        bool used = b->headings[i][0] == 0;
        for (size_t k = 0; k < b->layout->column_count; k++)
            used |= b->column_of[k] == (int32_t)i;
        for (size_t k = 0; k < b->pivot_count; k++)
            used |= b->pivots[k].file_column == (int32_t)i;
        if (used)
            continue;
        char shown[CELL_SHOWN];
        cell_show(text_of(b->headings[i]), shown);
        buffer_printf(out, "%s%s", told++ > 0 ? "; " : "", shown);
    }
    (void)f;
}

static status sheet_differs(finder *f, const binding *b, const char *path, problems *list, error *err)
{
    buffer missing = {0}, unknown = {0};
    const char *sheet = f->grid == NULL ? NULL : f->grid->sheets[b->sheet].name;
    status code;
    missing_list(b, &missing);
    unknown_list(f, b, &unknown, 8);
    for (size_t i = 0; i < b->layout->column_count; i++)
        if (b->column_of[i] < 0 && !b->layout->columns[i].optional) {
            error problem;
            (void)error_set(&problem, STATUS_REFUSED, "'%.120s' is missing", b->layout->columns[i].header);
            error_at(&problem, path, sheet, b->header_line, NULL);
            problems_add(list, &problem);
        }
    if (missing.length == 0)
        code = error_set(
            err, STATUS_REFUSED,
            "This looks like %s (layout %s), but none of the titles that the layout knows stands above the table",
            b->source->id, b->layout->id);
    else
        code = error_set(err, STATUS_REFUSED, "This looks like %s (layout %s), but it lacks %.240s%s%.120s",
                         b->source->id, b->layout->id, missing.data, unknown.length > 0 ? "; not known are " : "",
                         unknown.length > 0 ? unknown.data : "");
    error_at(err, path, sheet, b->header_line, NULL);
    error_hint(
        err,
        "Where the publication has changed, add the new wording to the layout in %s; `concord sources try` shows more.",
        b->source->file == NULL ? "the catalogue" : b->source->file);
    buffer_free(&missing);
    buffer_free(&unknown);
    return code;
}

static status sheet_missing(const finder *f, const source *s, const source_layout *layout, const char *path, error *err)
{
    buffer names = {0};
    for (size_t i = 0; i < f->grid->sheet_count && names.length < 200; i++)
        buffer_printf(&names, "%s'%.60s'", i > 0 ? ", " : "", f->grid->sheets[i].name);
    status code = error_set(
        err, STATUS_REFUSED, "This is %s, but the sheet '%.60s' (layout %s) is not in it; its sheets are %s", s->id,
        layout->sheet_count > 0 ? layout->sheets[0] : "*", layout->id, names.data == NULL ? "" : names.data);
    error_at(err, path, NULL, 0, NULL);
    error_hint(err,
               "Download the workbook again; where the publication has dropped or renamed the sheet, say so in the "
               "layout in %s.",
               s->file == NULL ? "the catalogue" : s->file);
    buffer_free(&names);
    return code;
}

static status workbook_unknown(const finder *f, const char *path, error *err)
{
    buffer names = {0};
    for (size_t i = 0; i < f->grid->sheet_count && names.length < 260; i++)
        buffer_printf(&names, "%s'%.60s'", i > 0 ? ", " : "", f->grid->sheets[i].name);
    status code = error_set(err, STATUS_REFUSED, "No source in the catalogue has such a workbook (its sheets are: %s)",
                            names.data == NULL ? "" : names.data);
    error_at(err, path, NULL, 0, NULL);
    error_hint(err, "`concord list sources` shows what can be read, docs/new-source.md how to describe another.");
    buffer_free(&names);
    return code;
}

/* All pairs of a sheet and a layout that are more than nothing to each other. */
static status bindings_find(finder *f, binding **out, size_t *count, error *err)
{
    size_t capacity = 0;
    status code = STATUS_OK;
    *out = NULL;
    *count = 0;
    for (size_t sheet = 0; sheet < f->grid->sheet_count && code == STATUS_OK; sheet++)
        for (size_t l = 0; l < f->layout_count && code == STATUS_OK; l++) {
            sheet_look *look;
            binding b;
            if (!sheet_named(f, &f->layouts[l], sheet))
                continue;
            code = look_at(f, sheet, &look, err);
            if (code == STATUS_OK)
                code = bind_sheet(f, &f->layouts[l], look, &b, err);
            if (code != STATUS_OK || b.layout == NULL)
                continue;
            if (*count == capacity) {
                capacity = capacity == 0 ? 32 : capacity * 2;
                binding *grown = realloc(*out, capacity * sizeof *grown);
                if (grown == NULL)
                    return error_set(err, STATUS_MEMORY, "Out of memory");
                *out = grown;
            }
            (*out)[(*count)++] = b;
        }
    return code;
}

/* Of several layouts of a source on one sheet the one with the most columns is meant. */
static bool is_outdone(const binding *all, size_t count, size_t i, const char *form)
{
    for (size_t k = 0; k < count; k++) {
        const binding *other = &all[k];
        if (k == i || !other->fits || other->sheet != all[i].sheet || other->source != all[i].source ||
            strcmp(form_of(other->layout), form) != 0)
            continue;
        size_t mine = all[i].found + all[i].pivot_count, theirs = other->found + other->pivot_count;
        if (theirs > mine || (theirs == mine && k < i))
            return true;
    }
    return false;
}

typedef struct choice {
    const source *source;
    const char *form;
    size_t score;
} choice;

static choice choose(const binding *all, size_t count)
{
    choice best = {0};
    for (size_t i = 0; i < count; i++) {
        choice c = {all[i].source, form_of(all[i].layout), 0};
        if (!all[i].fits)
            continue;
        for (size_t k = 0; k < count; k++)
            if (all[k].fits && all[k].source == c.source && strcmp(form_of(all[k].layout), c.form) == 0 &&
                !is_outdone(all, count, k, c.form))
                c.score += all[k].found + all[k].pivot_count;
        if (c.score > best.score)
            best = c;
    }
    return best;
}

/* A layout that must be there in a file of its form and is not. */
static status required_check(finder *f, const choice *chosen, const binding *all, size_t count, const char *path,
                             problems *list, error *err)
{
    for (size_t l = 0; l < chosen->source->layout_count; l++) {
        const source_layout *layout = &chosen->source->layouts[l];
        const binding *near = NULL;
        bool there = false;
        if (!layout->shaped || layout->optional || strcmp(form_of(layout), chosen->form) != 0)
            continue;
        for (size_t i = 0; i < count; i++)
            if (all[i].layout == layout) {
                there |= all[i].fits;
                if (near == NULL || all[i].found > near->found)
                    near = &all[i];
            }
        if (there)
            continue;
        return near != NULL && near->found * 3 >= near->declared ? sheet_differs(f, near, path, list, err)
                                                                 : sheet_missing(f, chosen->source, layout, path, err);
    }
    return STATUS_OK;
}

static status file_refuse(finder *f, const binding *all, size_t count, const char *path, bool *unknown_kind,
                          problems *list, error *err)
{
    const binding *near = NULL;
    for (size_t i = 0; i < count; i++) /* found / declared, crosswise; more columns where that is the same */
        if (all[i].declared > 0 && all[i].found >= 3 && all[i].found * 2 > all[i].declared &&
            (near == NULL || all[i].found * near->declared > near->found * all[i].declared ||
             (all[i].found * near->declared == near->found * all[i].declared && all[i].found > near->found)))
            near = &all[i];
    *unknown_kind = near == NULL;
    return near == NULL ? workbook_unknown(f, path, err) : sheet_differs(f, near, path, list, err);
}

status shape_recognise(const catalogue *c, grid *g, const char *path, arena *a, shaped_file *out, bool *unknown_kind,
                       problems *list, error *err)
{
    finder f;
    binding *all = NULL;
    size_t count = 0;
    *out = (shaped_file){0};
    *unknown_kind = false;
    status code = finder_open(&f, c, NULL, false, g, a, err);
    if (code == STATUS_OK)
        code = bindings_find(&f, &all, &count, err);
    if (code != STATUS_OK)
        goto done;
    choice chosen = choose(all, count);
    if (chosen.source == NULL) {
        code = file_refuse(&f, all, count, path, unknown_kind, list, err);
        goto done;
    }
    out->source = chosen.source;
    code = required_check(&f, &chosen, all, count, path, list, err);
    if (code != STATUS_OK)
        goto done;
    binding *kept = arena_array(a, count, sizeof *kept);
    if (kept == NULL) {
        code = error_set(err, STATUS_MEMORY, "Out of memory");
        goto done;
    }
    for (size_t i = 0; i < count; i++)
        if (all[i].fits && all[i].source == chosen.source && strcmp(form_of(all[i].layout), chosen.form) == 0 &&
            !is_outdone(all, count, i, chosen.form))
            kept[out->count++] = all[i];
    out->bindings = kept;
done:
    if (code != STATUS_OK && err != NULL && err->file[0] == 0)
        error_at(err, path, NULL, 0, NULL);
    free(all);
    arena_free(&f.scratch);
    return code;
}

status shape_recognise_csv(const catalogue *c, const text *cells, size_t count, int64_t line, arena *a,
                           shaped_file *out, error *err)
{
    finder f;
    *out = (shaped_file){0};
    status code = finder_open(&f, c, NULL, false, NULL, a, err);
    sheet_look *look = code == STATUS_OK ? arena_alloc(&f.scratch, sizeof *look) : NULL;
    if (look == NULL) {
        code = code == STATUS_OK ? error_set(err, STATUS_MEMORY, "Out of memory") : code;
        goto done;
    }
    const grid_row row = {line, cells, NULL, count};
    code = look_row_keep(&f, &row, &look->rows[0], err);
    look->count = 1;
    binding best = {0};
    for (size_t l = 0; l < f.layout_count && code == STATUS_OK; l++) {
        binding b;
        if (f.layouts[l].layout->sheet_count > 0 || f.layouts[l].layout->variant_count > 0)
            continue;
        code = bind_sheet(&f, &f.layouts[l], look, &b, err);
        if (code == STATUS_OK && b.layout != NULL && b.fits &&
            (best.layout == NULL || b.found + b.pivot_count > best.found + best.pivot_count))
            best = b;
    }
    if (code == STATUS_OK && best.layout != NULL) {
        binding *kept = arena_alloc(a, sizeof *kept);
        if (kept == NULL) {
            code = error_set(err, STATUS_MEMORY, "Out of memory");
            goto done;
        }
        *kept = best;
        *out = (shaped_file){best.source, kept, 1};
    }
done:
    arena_free(&f.scratch);
    return code;
}

status shape_try(const catalogue *c, const source *only, bool plain, grid *g, arena *a, intake_told told, void *context,
                 error *err)
{
    finder f;
    status code = finder_open(&f, c, only, plain, g, a, err);
    for (size_t sheet = 0; sheet < g->sheet_count && code == STATUS_OK; sheet++)
        for (size_t l = 0; l < f.layout_count && code == STATUS_OK; l++) {
            sheet_look *look;
            binding b;
            if (!sheet_named(&f, &f.layouts[l], sheet))
                continue;
            code = look_at(&f, sheet, &look, err);
            if (code == STATUS_OK)
                code = bind_sheet(&f, &f.layouts[l], look, &b, err);
            if (code != STATUS_OK || (b.layout == NULL && f.layouts[l].layout->sheet_count == 0))
                continue;
            intake_trial t = {.source = f.layouts[l].source,
                              .layout = f.layouts[l].layout,
                              .sheet = g->sheets[sheet].name,
                              .missing = "",
                              .unknown = ""};
            buffer missing = {0}, unknown = {0};
            if (b.layout != NULL) {
                missing_list(&b, &missing);
                if (!b.titled)
                    buffer_printf(&missing, "%sa title that the layout knows", missing.length > 0 ? "; " : "");
                unknown_list(&f, &b, &unknown, 40);
                t.header_line = b.header_line;
                t.declared = b.declared;
                t.found = b.found;
                t.to_rows = b.pivot_count;
                t.fits = b.fits;
                t.period = b.period;
                t.missing = missing.data == NULL ? "" : missing.data;
                t.unknown = unknown.data == NULL ? "" : unknown.data;
            }
            told(context, &t);
            buffer_free(&missing);
            buffer_free(&unknown);
        }
    arena_free(&f.scratch);
    return code;
}
