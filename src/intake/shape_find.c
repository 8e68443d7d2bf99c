/*
 * shape_find: which sheets of a file hold which layouts?
 *
 * The header of a sheet is looked for among its first rows: the row under which every column that a layout needs has its heading. So titles may grow and shrink above it. Of the sources whose
 * layouts fit some sheet the one with the most columns found is meant; then every layout of the same form that is not optional must be there.
 */
#include "intake/shape_finder.h"

#include <stdlib.h>
#include <string.h>

bool sheet_named(const finder *f, const folded_layout *fl, size_t sheet)
{
    return fl->layout->sheet_count == 0 || list_meets(&fl->sheets, f->sheet_names[sheet]);
}

/* ---- the file ------------------------------------------------------------------------------------------------ */

const char *form_of(const source_layout *layout)
{
    return layout->form != NULL && layout->form[0] != 0 ? layout->form : layout->id;
}

void missing_list(const binding *b, buffer *out)
{
    for (size_t i = 0; i < b->layout->column_count; i++)
        if (b->column_of[i] < 0 && !b->layout->columns[i].optional)
            buffer_printf(out, "%s'%.100s'", out->length > 0 ? "; " : "", b->layout->columns[i].header);
    size_t told = 0;
    for (; told < b->lacks_count && told < LACKS_TOLD && out->length < 140; told++)
        buffer_printf(out, "%s'%.80s'", out->length > 0 ? "; " : "", b->lacks[told]);
    if (b->lacks_count > told)
        buffer_printf(out, " and %zu more", b->lacks_count - told);
}

void sheets_list(const finder *f, size_t most, buffer *out)
{
    for (size_t i = 0; i < f->grid->sheet_count; i++) {
        if (out->length >= most) {
            buffer_text(out, " ...");
            return;
        }
        buffer_printf(out, "%s'%.60s'", i > 0 ? ", " : "", f->grid->sheets[i].name);
    }
}

void unknown_list(const binding *b, buffer *out, size_t most)
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
}

status sheet_differs(finder *f, const binding *b, const char *path, problems *list, error *err)
{
    buffer missing = {0}, unknown = {0};
    const char *sheet = f->grid == NULL ? NULL : f->grid->sheets[b->sheet].name;
    status code;
    missing_list(b, &missing);
    unknown_list(b, &unknown, 8);
    for (size_t i = 0; i < b->layout->column_count; i++)
        if (b->column_of[i] < 0 && !b->layout->columns[i].optional) {
            error problem;
            (void)error_set(&problem, STATUS_REFUSED, "'%.120s' is missing", b->layout->columns[i].header);
            error_at(&problem, path, sheet, b->header_line, NULL);
            problems_add(list, &problem);
        }
    for (size_t i = 0; i < b->lacks_count && i < LACKS_TOLD; i++) {
        error problem;
        (void)error_set(&problem, STATUS_REFUSED, "no column is headed '%.120s'", b->lacks[i]);
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
    layout_hint(err, b->source);
    buffer_free(&missing);
    buffer_free(&unknown);
    return code;
}

/* A sheet with another name whose columns are those of the layout; "" where there is none. */
static const char *renamed_sheet(finder *f, const source_layout *layout)
{
    for (size_t l = 0; l < f->layout_count; l++)
        for (size_t sheet = 0; f->layouts[l].layout == layout && sheet < f->grid->sheet_count; sheet++) {
            sheet_look *look;
            binding b;
            bool another = false; /* the sheet of another layout of the source */
            for (size_t k = 0; k < f->layout_count; k++)
                another |= f->layouts[k].source == f->layouts[l].source && sheet_named(f, &f->layouts[k], sheet);
            if (!another && look_at(f, sheet, &look, NULL) == STATUS_OK &&
                bind_sheet(f, &f->layouts[l], look, &b, NULL) == STATUS_OK && b.layout != NULL && b.columns_fit)
                return f->grid->sheets[sheet].name;
        }
    return "";
}

static status sheet_missing(finder *f, const source *s, const source_layout *layout, const char *path, error *err)
{
    buffer names = {0};
    const char *renamed = renamed_sheet(f, layout);
    sheets_list(f, 200, &names);
    status code = error_set(
        err, STATUS_REFUSED, "This is %s, but the sheet '%.60s' (layout %s) is not in it; its sheets are %s%s%.60s%s",
        s->id, layout->sheet_count > 0 ? layout->sheets[0] : "*", layout->id, names.data == NULL ? "" : names.data,
        renamed[0] != 0 ? " (the sheet '" : "", renamed, renamed[0] != 0 ? "' has its columns)" : "");
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
    sheets_list(f, 260, &names);
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

/* True where a table that some years lack has been in the publication since before this file's period. */
static bool is_due(const source_layout *layout, const choice *chosen, const binding *all, size_t count)
{
    for (size_t i = 0; i < count && layout->since.kind != PERIOD_NONE; i++)
        if (all[i].fits && all[i].source == chosen->source && all[i].period.kind != PERIOD_NONE &&
            strcmp(form_of(all[i].layout), chosen->form) == 0 && all[i].period.first_month >= layout->since.first_month)
            return true;
    return false;
}

/* A layout that must be there in a file of its form and is not. */
static status required_check(finder *f, const choice *chosen, const binding *all, size_t count, const char *path,
                             problems *list, error *err)
{
    for (size_t l = 0; l < chosen->source->layout_count; l++) {
        const source_layout *layout = &chosen->source->layouts[l];
        const binding *near = NULL;
        bool there = false;
        if (!layout->shaped || strcmp(form_of(layout), chosen->form) != 0 ||
            (layout->optional && !is_due(layout, chosen, all, count)))
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
    if (near != NULL)
        return sheet_differs(f, near, path, list, err);
    near_source meant;
    status code = near_find(f, path, &meant, err);
    if (code != STATUS_OK)
        return code;
    *unknown_kind = meant.source == NULL;
    return meant.source == NULL ? workbook_unknown(f, path, err) : near_refuse(f, &meant, path, err);
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
    code = whole_check(&f, out, all, count, path, list, err);
    if (code == STATUS_OK)
        code = copies_check(&f, out, err);
done:
    if (code != STATUS_OK && err != NULL && err->file[0] == 0)
        error_at(err, path, NULL, 0, NULL);
    free(all);
    arena_free(&f.scratch);
    return code;
}

status shape_recognise_csv(const catalogue *c, const grid_row *rows, size_t row_count, arena *a, shaped_file *out,
                           error *err)
{
    finder f;
    *out = (shaped_file){0};
    status code = finder_open(&f, c, NULL, false, NULL, a, err);
    sheet_look *look = code == STATUS_OK ? arena_alloc(&f.scratch, sizeof *look) : NULL;
    if (look == NULL) {
        code = code == STATUS_OK ? error_set(err, STATUS_MEMORY, "Out of memory") : code;
        goto done;
    }
    for (; look->count < row_count && look->count < LOOK_ROWS && code == STATUS_OK; look->count++)
        code = look_row_keep(&f, &rows[look->count], &look->rows[look->count], err);
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
        *out = (shaped_file){.source = best.source, .bindings = kept, .count = 1};
    }
done:
    arena_free(&f.scratch);
    return code;
}

static void trial_tell(const finder *f, const folded_layout *fl, const binding *b, size_t sheet, const char *lacks,
                       intake_told told, void *context)
{
    buffer missing = {0}, unknown = {0};
    intake_trial t = {
        .source = fl->source, .layout = fl->layout, .sheet = f->grid->sheets[sheet].name, .missing = "", .unknown = ""};
    if (lacks != NULL)
        buffer_text(&missing, lacks);
    if (b->layout != NULL) {
        missing_list(b, &missing);
        if (!b->titled)
            buffer_printf(&missing, "%sa title that the layout knows", missing.length > 0 ? "; " : "");
        unknown_list(b, &unknown, 40);
        t.header_line = b->header_line;
        t.declared = b->declared;
        t.found = b->found;
        t.to_rows = b->pivot_count;
        t.fits = b->fits && lacks == NULL;
        t.period = b->period;
    }
    t.missing = missing.data == NULL ? "" : missing.data;
    t.unknown = unknown.data == NULL ? "" : unknown.data;
    told(context, &t);
    buffer_free(&missing);
    buffer_free(&unknown);
}

/* Where nothing fits: the layout that a sheet comes near to but for its name. */
static status misnamed_tell(finder *f, intake_told told, void *context, error *err)
{
    near_source near;
    status code = near_find(f, "", &near, err);
    if (code != STATUS_OK || near.binding.layout == NULL)
        return code;
    char lacks[160];
    (void)snprintf(lacks, sizeof lacks, "a sheet named '%.100s'", near.layout->sheets[0]);
    for (size_t l = 0; l < f->layout_count; l++)
        if (f->layouts[l].layout == near.layout)
            trial_tell(f, &f->layouts[l], &near.binding, near.binding.sheet, lacks, told, context);
    return code;
}

status shape_try(const catalogue *c, const source *only, bool plain, grid *g, arena *a, intake_told told, void *context,
                 error *err)
{
    finder f;
    bool near = false;
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
            near |= b.layout != NULL && b.found * 2 >= b.declared;
            trial_tell(&f, &f.layouts[l], &b, sheet, NULL, told, context);
        }
    if (code == STATUS_OK && !near && !plain)
        code = misnamed_tell(&f, told, context, err);
    arena_free(&f.scratch);
    return code;
}
