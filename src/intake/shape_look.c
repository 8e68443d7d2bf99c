/* shape_look: patterns and headings, folded; the layouts of the catalogue, folded once; the first rows of a sheet. */
#include "intake/shape_finder.h"

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

bool list_meets(const folded_list *list, const char *folded)
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
    out->must_have = arena_array(&f->scratch, layout->unpivot_count + 1, sizeof *out->must_have);
    if (out->columns == NULL || out->unpivots == NULL || out->except == NULL || out->must_have == NULL) {
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
        out->must_have[i] = fold_list(f, NULL, layout->unpivots[i].must_have, layout->unpivots[i].must_have_count);
    }
}

status finder_open(finder *f, const catalogue *c, const source *only, bool plain, grid *g, arena *a, error *err)
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

status look_row_keep(finder *f, const grid_row *row, look_row *out, error *err)
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

status look_merges(finder *f, sheet_look *look, error *err)
{
    const grid_merge *all = NULL;
    size_t count = 0, at = 0;
    if (f->grid == NULL || look->merges_known)
        return STATUS_OK;
    look->merges_known = true;
    status code = look->count == 0 ? STATUS_OK : grid_merges(f->grid, look->sheet, &all, &count, err);
    for (size_t i = 0; i < look->count && code == STATUS_OK; i++) {
        look_row *row = &look->rows[i];
        while (at < count && all[at].first_row < row->line)
            at++;
        size_t end = at;
        while (end < count && all[end].first_row == row->line)
            end++;
        grid_merge *kept = end > at ? arena_array(&f->scratch, end - at, sizeof *kept) : NULL;
        if (end > at && kept == NULL)
            return error_set(err, STATUS_MEMORY, "Out of memory");
        if (kept != NULL)
            memcpy(kept, all + at, (end - at) * sizeof *kept);
        row->merges = kept;
        row->merge_count = end - at;
    }
    return code;
}

status look_at(finder *f, size_t sheet, sheet_look **out, error *err)
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
