/*
 * shape_whole: what must hold of a whole workbook once its sheets have been told.
 *
 * A sheet that fits says nothing of those that do not: a table that lost its title would be left out without a word, one that was pasted in twice would be added up. So the file is held against
 * what the layouts say that a file of that source has.
 */
#include "intake/shape_finder.h"

#include <string.h>

static const char *sheet_name(const finder *f, const binding *b)
{
    return f->grid->sheets[b->sheet].name;
}

static bool same_form(const binding *b, const source *s, const char *form)
{
    return b->source == s && strcmp(form_of(b->layout), form) == 0;
}

static bool sheet_is_kept(const shaped_file *kept, size_t sheet)
{
    for (size_t i = 0; i < kept->count; i++)
        if (kept->bindings[i].sheet == sheet)
            return true;
    return false;
}

/* ---- variants ---------------------------------------------------------------------------------------------- */

static const binding *variant_found(const shaped_file *kept, const source_layout *layout, const layout_variant *v)
{
    for (size_t i = 0; i < kept->count; i++)
        if (kept->bindings[i].layout == layout && kept->bindings[i].variant == v)
            return &kept->bindings[i];
    return NULL;
}

/* The first text above the header: what stands where a title should. */
static text title_shown(const sheet_look *look, size_t header)
{
    for (size_t r = 0; r < header && r < look->count; r++)
        for (size_t i = 0; i < look->rows[r].count; i++)
            if (text_trim(look->rows[r].cells[i]).length > 0)
                return text_trim(look->rows[r].cells[i]);
    return (text){"", 0};
}

/* A table whose title none of the variants has: a new one, or one whose title has drifted. */
static status title_unknown(finder *f, const binding *b, const layout_variant *missing, error *err)
{
    char shown[CELL_SHOWN];
    cell_show(title_shown(&f->looks[b->sheet], b->header), shown);
    status code =
        missing == NULL
            ? error_set(err, STATUS_REFUSED,
                        "The title of the sheet '%.60s', %s, is none that the layout %s of %s knows", sheet_name(f, b),
                        shown, b->layout->id, b->source->id)
            : error_set(err, STATUS_REFUSED,
                        "The table '%.80s' of %s is not in it, and the title of the sheet '%.60s', %s, is none that "
                        "the layout %s knows",
                        missing->name, b->source->id, sheet_name(f, b), shown, b->layout->id);
    error_at(err, NULL, sheet_name(f, b), b->header_line, NULL);
    layout_hint(err, b->source);
    return code;
}

static status variant_missing(const finder *f, const source *s, const source_layout *layout, const layout_variant *v,
                              const binding *near, error *err)
{
    buffer names = {0}, lacks = {0};
    sheets_list(f, 200, &names);
    if (near != NULL)
        missing_list(near, &lacks);
    status code =
        lacks.length > 0
            ? error_set(err, STATUS_REFUSED,
                        "The table '%.80s' of %s (layout %s) is not in it; the sheet '%.60s' looks like it, but lacks "
                        "%.180s",
                        v->name, s->id, layout->id, sheet_name(f, near), lacks.data)
            : error_set(err, STATUS_REFUSED, "The table '%.80s' of %s (layout %s) is not in it; its sheets are %s",
                        v->name, s->id, layout->id, names.data == NULL ? "" : names.data);
    error_at(err, NULL, near == NULL ? NULL : sheet_name(f, near), near == NULL ? 0 : near->header_line, NULL);
    layout_hint(err, s);
    buffer_free(&names);
    buffer_free(&lacks);
    return code;
}

static status variants_both(const finder *f, const binding *a, const binding *b, error *err)
{
    status code = error_set(err, STATUS_REFUSED,
                            "The workbook is half way between two layouts: the sheet '%.60s' has the table '%.80s', "
                            "and the sheet '%.60s' has '%.80s', of which only one can be there",
                            sheet_name(f, a), a->variant->name, sheet_name(f, b), b->variant->name);
    error_at(err, NULL, sheet_name(f, b), b->header_line, NULL);
    error_hint(err, "Download the workbook again; their figures would count twice.");
    return code;
}

static status variants_check(finder *f, const shaped_file *kept, const source_layout *layout, const binding *all,
                             size_t count, error *err)
{
    const binding *untitled = NULL, *near = NULL;
    bool used = false;
    for (size_t i = 0; i < kept->count; i++)
        used |= kept->bindings[i].layout == layout;
    for (size_t i = 0; i < count; i++) {
        if (all[i].layout != layout || sheet_is_kept(kept, all[i].sheet))
            continue;
        if (all[i].columns_fit && !all[i].titled && untitled == NULL)
            untitled = &all[i];
        if (!all[i].columns_fit && (near == NULL || all[i].found > near->found))
            near = &all[i];
    }
    for (size_t v = 0; v < layout->variant_count && used; v++) {
        const layout_variant *variant = &layout->variants[v];
        const binding *here = variant_found(kept, layout, variant);
        bool wanted = here == NULL && !variant->optional && variant->instead_of_count == 0;
        for (size_t w = 0; w < layout->variant_count; w++) {
            const layout_variant *other = &layout->variants[w];
            const binding *there = variant_found(kept, layout, other);
            for (size_t k = 0; k < other->instead_of_count && there != NULL; k++) {
                bool stands_in = strcmp(other->instead_of[k], variant->name) == 0;
                if (stands_in && here != NULL)
                    return variants_both(f, here, there, err);
                wanted &= !stands_in;
            }
        }
        if (wanted)
            return untitled != NULL ? title_unknown(f, untitled, variant, err)
                                    : variant_missing(f, kept->source, layout, variant, near, err);
    }
    return untitled != NULL && used ? title_unknown(f, untitled, NULL, err) : STATUS_OK;
}

/* ---- columns ------------------------------------------------------------------------------------------------ */

static bool same_pivot(const pivot *a, const pivot *b)
{
    return a->unpivot == b->unpivot &&
           (a->unpivot->dates ? period_compare(a->period, b->period) == 0 : text_is_nocase(text_of(a->key), b->key));
}

/* Headings that become rows, each there once. */
static status headings_once(const finder *f, const binding *b, error *err)
{
    for (size_t i = 0; i < b->pivot_count; i++)
        for (size_t k = 0; k < i; k++) {
            if (!same_pivot(&b->pivots[i], &b->pivots[k]))
                continue;
            char first[COLUMN_LETTERS], second[COLUMN_LETTERS];
            place_letters(b->pivots[k].file_column + 1, first);
            place_letters(b->pivots[i].file_column + 1, second);
            status code = error_set(err, STATUS_REFUSED, "'%.120s' is the heading of two columns, %s and %s",
                                    b->pivots[i].key, first, second);
            error_at(err, NULL, sheet_name(f, b), b->header_line, b->headings[b->pivots[i].file_column]);
            error_hint(err, "Their figures would count twice: download the file again, or take the wrong one away.");
            return code;
        }
    return STATUS_OK;
}

static bool column_is_used(const binding *b, int32_t column)
{
    for (size_t i = 0; i < b->layout->column_count; i++)
        if (b->column_of[i] == column)
            return true;
    for (size_t i = 0; i < b->pivot_count; i++)
        if (b->pivots[i].file_column == column)
            return true;
    return false;
}

/* A heading that is wanted once and stands over two columns: a second table beside the first. */
static status columns_once(const finder *f, const binding *b, error *err)
{
    for (size_t i = 0; i < b->layout->column_count; i++) {
        int32_t at = b->column_of[i];
        text heading = at < 0 ? (text){"", 0} : text_trim(text_of(b->headings[at]));
        for (size_t k = at < 0 ? b->width : (size_t)at + 1; k < b->width && b->layout->columns[i].column >= 0; k++) {
            if (!text_equal(text_trim(text_of(b->headings[k])), heading) || column_is_used(b, (int32_t)k))
                continue;
            char first[COLUMN_LETTERS], second[COLUMN_LETTERS];
            place_letters(at + 1, first);
            place_letters((int32_t)k + 1, second);
            status code =
                error_set(err, STATUS_REFUSED, "'%.120s' is the heading of two columns, %s and %s, and one is wanted",
                          b->headings[at], first, second);
            error_at(err, NULL, sheet_name(f, b), b->header_line, b->headings[at]);
            error_hint(err, "Put a second table into a file of its own, or take the wrong column away.");
            return code;
        }
    }
    return STATUS_OK;
}

/* Sheets that differ in their title only have the same columns. */
static status headings_same(const finder *f, const binding *a, const binding *b, error *err)
{
    for (size_t i = 0; i < a->pivot_count; i++) {
        bool found = false;
        for (size_t k = 0; k < b->pivot_count && !found; k++)
            found = same_pivot(&a->pivots[i], &b->pivots[k]);
        if (found)
            continue;
        status code = error_set(err, STATUS_REFUSED,
                                "The sheet '%.60s' has a column '%.120s', and the sheet '%.60s' of the same layout "
                                "(%s) has none",
                                sheet_name(f, a), a->pivots[i].key, sheet_name(f, b), a->layout->id);
        error_at(err, NULL, sheet_name(f, b), b->header_line, NULL);
        error_hint(err, "Download the workbook again, or ask its publisher: one of the two has been changed.");
        return code;
    }
    return STATUS_OK;
}

static status only_these(const finder *f, const binding *b, error *err)
{
    buffer unknown = {0}, gone = {0};
    if (!b->layout->only_these || b->unknown_columns == 0)
        return STATUS_OK;
    unknown_list(b, &unknown, 3);
    for (size_t i = 0; i < b->gone_count && i < 3; i++)
        buffer_printf(&gone, "%s'%.100s'", i > 0 ? "; " : "", b->gone[i]);
    status code = error_set(
        err, STATUS_REFUSED, "The layout %s of %s does not know %zu column%s of the sheet '%.60s': %.160s%s%.140s",
        b->layout->id, b->source->id, b->unknown_columns, b->unknown_columns == 1 ? "" : "s", sheet_name(f, b),
        unknown.data, gone.length > 0 ? "; not there are " : "", gone.length > 0 ? gone.data : "");
    error_at(err, NULL, sheet_name(f, b), b->header_line, NULL);
    layout_hint(err, b->source);
    buffer_free(&unknown);
    buffer_free(&gone);
    return code;
}

static status columns_check(const finder *f, const shaped_file *kept, error *err)
{
    status code = STATUS_OK;
    for (size_t i = 0; i < kept->count && code == STATUS_OK; i++) {
        const binding *b = &kept->bindings[i];
        code = headings_once(f, b, err);
        if (code == STATUS_OK)
            code = columns_once(f, b, err);
        if (code == STATUS_OK)
            code = only_these(f, b, err);
        for (size_t k = 0; k < i && code == STATUS_OK && b->layout->variant_count > 0; k++) {
            if (kept->bindings[k].layout != b->layout)
                continue;
            code = headings_same(f, &kept->bindings[k], b, err);
            if (code == STATUS_OK)
                code = headings_same(f, b, &kept->bindings[k], err);
            break; /* one is enough: that one is like the others */
        }
    }
    return code;
}

/* ---- sheets against each other ------------------------------------------------------------------------------ */

static status two_sheets(const finder *f, const binding *a, const binding *b, const char *message, const char *hint,
                         error *err)
{
    status code = error_set(err, STATUS_REFUSED, "%s", message);
    (void)a;
    error_at(err, NULL, sheet_name(f, b), b->header_line, NULL);
    error_hint(err, "%s", hint);
    return code;
}

/* Two sheets that say the same of the same months: an older copy that was left in, often hidden. Kept both, each figure would count twice. */
static status sheets_twice(const finder *f, const shaped_file *kept, error *err)
{
    for (size_t i = 0; i < kept->count; i++) {
        const binding *b = &kept->bindings[i];
        char misfit[200];
        if (!period_misfit(b->source, b->layout, b->period, misfit, sizeof misfit))
            continue;
        status code = error_set(err, STATUS_REFUSED, "The period of the table does not fit: %s", misfit);
        error_at(err, NULL, sheet_name(f, b), b->header_line, NULL);
        error_hint(err, "Correct the title above the table, or download the workbook again.");
        return code;
    }
    for (size_t i = 0; i < kept->count; i++)
        for (size_t k = 0; k < i; k++) {
            const binding *a = &kept->bindings[k], *b = &kept->bindings[i];
            char message[480], words[PERIOD_WORDS], other[PERIOD_WORDS];
            const grid_sheet *x = &f->grid->sheets[a->sheet], *y = &f->grid->sheets[b->sheet];
            bool both = a->period.kind != PERIOD_NONE && b->period.kind != PERIOD_NONE,
                 same = both && period_compare(a->period, b->period) == 0;
            period_words(a->period, words);
            period_words(b->period, other);
            if (same && a->layout == b->layout && a->variant == b->variant && a->sheet != b->sheet) {
                (void)snprintf(message, sizeof message,
                               "%s is in the workbook twice: on the sheets '%.60s'%s and '%.60s'%s (layout %s)", words,
                               x->name, x->hidden ? ", which is hidden," : "", y->name,
                               y->hidden ? ", which is hidden," : "", a->layout->id);
                return two_sheets(f, a, b, message,
                                  "Remove the sheet that is not meant, save the workbook, and add that.", err);
            }
            if (both && !same && kept->source->one_period) {
                (void)snprintf(message, sizeof message,
                               "A file of %s holds one period, and this one two: the sheet '%.60s' is for %s, the "
                               "sheet '%.60s' for %s",
                               kept->source->id, x->name, words, y->name, other);
                return two_sheets(f, a, b, message,
                                  "Put each period into a workbook of its own, or correct the title that is wrong.",
                                  err);
            }
        }
    return STATUS_OK;
}

/* Sheets that fit something else: another form of the source, or another source. Nothing would be said of them. */
static status others_check(const finder *f, const shaped_file *kept, const binding *all, size_t count, error *err)
{
    const binding *first = &kept->bindings[0];
    const char *form = form_of(first->layout);
    for (size_t i = 0; i < count; i++) {
        const binding *b = &all[i];
        char message[480];
        if (!b->fits || same_form(b, kept->source, form) || sheet_is_kept(kept, b->sheet) ||
            b->layout->sheet_count == 0)
            continue;
        if (b->source == kept->source)
            (void)snprintf(message, sizeof message,
                           "The workbook is half way between two layouts of %s: the sheet '%.60s' is of %s, the sheet "
                           "'%.60s' of %s",
                           kept->source->id, sheet_name(f, first), first->layout->id, sheet_name(f, b), b->layout->id);
        else
            (void)snprintf(message, sizeof message,
                           "The workbook holds two publications: the sheet '%.60s' is of %s, the sheet '%.60s' of %s",
                           sheet_name(f, first), kept->source->id, sheet_name(f, b), b->source->id);
        return two_sheets(f, first, b, message, "Put each into a workbook of its own, as it was published.", err);
    }
    return STATUS_OK;
}

/* A sheet with the name of a table of this form, and most of its columns, that fits nothing. */
static status nearly_check(finder *f, const shaped_file *kept, const binding *all, size_t count, const char *path,
                           problems *list, error *err)
{
    const char *form = form_of(kept->bindings[0].layout);
    for (size_t i = 0; i < count; i++)
        if (!all[i].columns_fit && same_form(&all[i], kept->source, form) && all[i].layout->sheet_count > 0 &&
            !sheet_is_kept(kept, all[i].sheet) && all[i].found * 2 > all[i].declared)
            return sheet_differs(f, &all[i], path, list, err);
    return STATUS_OK;
}

/* A layout of the file on a sheet that none names; false where its columns are not there, or not once. */
static bool copy_bind(finder *f, const folded_layout *fl, size_t sheet, binding *out)
{
    sheet_look *look;
    return look_at(f, sheet, &look, NULL) == STATUS_OK && bind_sheet(f, fl, look, out, NULL) == STATUS_OK &&
           out->layout != NULL && out->fits;
}

static const binding *first_of_layout(const shaped_file *kept, const binding *like)
{
    for (size_t i = 0; i < kept->count; i++)
        if (kept->bindings[i].layout == like->layout && kept->bindings[i].variant == like->variant)
            return &kept->bindings[i];
    return NULL;
}

status copies_check(finder *f, shaped_file *kept, error *err)
{
    for (size_t sheet = 0; sheet < f->grid->sheet_count && kept->count > 0; sheet++) {
        bool named = false;
        for (size_t l = 0; l < f->layout_count; l++)
            named |= f->layouts[l].source == kept->source && sheet_named(f, &f->layouts[l], sheet);
        for (size_t l = 0; l < f->layout_count && !named; l++) {
            binding b;
            if (f->layouts[l].source != kept->source || !copy_bind(f, &f->layouts[l], sheet, &b))
                continue;
            const binding *original = first_of_layout(kept, &b);
            if (original == NULL)
                continue;
            named = true; /* once told is enough */
            bool another = b.period.kind != PERIOD_NONE && original->period.kind != PERIOD_NONE &&
                           period_compare(b.period, original->period) != 0;
            if (another) {
                if (kept->left_out_count < sizeof kept->left_out / sizeof kept->left_out[0])
                    kept->left_out[kept->left_out_count++] = sheet;
                continue;
            }
            char message[300];
            (void)snprintf(message, sizeof message,
                           "The sheet '%.60s'%s has all the columns and the period of the sheet '%.60s', and only one "
                           "of the two can be meant (layout %s)",
                           sheet_name(f, &b), f->grid->sheets[sheet].hidden ? ", which is hidden," : "",
                           sheet_name(f, original), b.layout->id);
            return two_sheets(f, original, &b, message,
                              "Remove the sheet that is not meant, save the workbook, and add that.", err);
        }
    }
    return STATUS_OK;
}

status whole_check(finder *f, const shaped_file *kept, const binding *all, size_t count, const char *path,
                   problems *list, error *err)
{
    status code = STATUS_OK;
    if (kept->count == 0)
        return code;
    const char *form = form_of(kept->bindings[0].layout);
    for (size_t l = 0; l < kept->source->layout_count && code == STATUS_OK; l++)
        if (kept->source->layouts[l].shaped && strcmp(form_of(&kept->source->layouts[l]), form) == 0)
            code = variants_check(f, kept, &kept->source->layouts[l], all, count, err);
    if (code == STATUS_OK)
        code = nearly_check(f, kept, all, count, path, list, err);
    if (code == STATUS_OK)
        code = others_check(f, kept, all, count, err);
    if (code == STATUS_OK)
        code = sheets_twice(f, kept, err);
    if (code == STATUS_OK)
        code = columns_check(f, kept, err);
    return code;
}
