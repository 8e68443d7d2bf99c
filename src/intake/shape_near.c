/*
 * shape_near: which source is meant, where none fits?
 *
 * A workbook whose only sheet was renamed has no sheet that any layout names. So the layouts are held against every sheet, whatever its name; and where that tells nothing, because the sheet is gone, the name of the
 * file is held against the links by which `concord update` would find it. Only done for files that are about to be refused.
 */
#include "intake/shape_finder.h"

#include <string.h>

/* Better: more of the columns that must be there, crosswise; more columns where that is the same. */
static bool is_nearer(const binding *a, const binding *b)
{
    size_t x = a->found * b->declared, y = b->found * a->declared;
    return b->layout == NULL || x > y ||
           (x == y && (a->found > b->found || (a->found == b->found && a->lacks_count < b->lacks_count)));
}

static bool is_near(const binding *b)
{
    return b->layout != NULL && b->found >= 3 && b->found * 3 >= b->declared * 2;
}

static status by_columns(finder *f, near_source *out, error *err)
{
    status code = STATUS_OK;
    for (size_t sheet = 0; sheet < f->grid->sheet_count && code == STATUS_OK; sheet++)
        for (size_t l = 0; l < f->layout_count && code == STATUS_OK; l++) {
            sheet_look *look;
            binding b;
            error ambiguous = {0};
            if (f->layouts[l].layout->sheet_count == 0)
                continue;
            code = look_at(f, sheet, &look, err);
            if (code != STATUS_OK)
                break;
            status bound = bind_sheet(f, &f->layouts[l], look, &b, &ambiguous);
            if (bound != STATUS_OK && bound != STATUS_REFUSED) {
                if (err != NULL)
                    *err = ambiguous;
                code = bound;
            }
            if (bound != STATUS_OK || !is_near(&b) || !is_nearer(&b, &out->binding))
                continue;
            *out = (near_source){b.source, b.layout, b};
        }
    return code;
}

/* The last part of a path as the end of an address. */
static bool name_links(const source *s, text address)
{
    for (size_t i = 0; i < s->link_count; i++) {
        const source_link *link = &s->links[i];
        bool met = link->address[0] != 0 && text_meets(link->address, address);
        for (size_t k = 0; k < link->except_count && met; k++)
            met = !text_meets(link->except[k], address);
        if (met)
            return true;
    }
    return false;
}

static void by_name(const finder *f, const char *path, near_source *out)
{
    char address[320], spaced[320];
    size_t o = 0;
    const char *slash = strrchr(path, '/');
    (void)snprintf(address, sizeof address, "/%s", slash == NULL ? path : slash + 1);
    for (const char *p = address; *p != 0 && o + 4 < sizeof spaced; p++) { /* as in an address: "%20" */
        memcpy(spaced + o, *p == ' ' ? "%20" : p, *p == ' ' ? 3 : 1);
        o += *p == ' ' ? 3 : 1;
    }
    spaced[o] = 0;
    for (size_t l = 0; l < f->layout_count; l++)
        if (f->layouts[l].layout->sheet_count > 0 && !f->layouts[l].layout->optional &&
            (name_links(f->layouts[l].source, text_of(address)) || name_links(f->layouts[l].source, text_of(spaced)))) {
            *out = (near_source){.source = f->layouts[l].source, .layout = f->layouts[l].layout};
            return;
        }
}

status near_find(finder *f, const char *path, near_source *out, error *err)
{
    *out = (near_source){0};
    status code = by_columns(f, out, err);
    if (code == STATUS_OK && out->source == NULL)
        by_name(f, path, out);
    return code;
}

status near_refuse(const finder *f, const near_source *near, const char *path, error *err)
{
    buffer names = {0}, holds = {0};
    sheets_list(f, 200, &names);
    if (near->binding.layout != NULL) {
        const char *sheet = f->grid->sheets[near->binding.sheet].name;
        buffer missing = {0};
        missing_list(&near->binding, &missing);
        buffer_printf(&holds,
                      missing.length > 0 ? " (the sheet '%.60s' has most of its columns, but not %.120s)"
                                         : " (the sheet '%.60s' has its columns%.0s)",
                      sheet, missing.length > 0 ? missing.data : "");
        buffer_free(&missing);
    }
    status code =
        error_set(err, STATUS_REFUSED,
                  "This looks like %s (layout %s)%s, but the sheet '%.60s' is not there; its sheets are %s%s",
                  near->source->id, near->layout->id, near->binding.layout == NULL ? " by its name" : "",
                  near->layout->sheets[0], names.data == NULL ? "" : names.data, holds.data == NULL ? "" : holds.data);
    error_at(err, path, NULL, 0, NULL);
    layout_hint(err, near->source);
    buffer_free(&names);
    buffer_free(&holds);
    return code;
}

status shape_near_csv(const catalogue *c, const grid_row *rows, size_t count, const char *path, arena *a,
                      const source **out, problems *list, error *err)
{
    finder f;
    binding best = {0};
    *out = NULL;
    status code = finder_open(&f, c, NULL, false, NULL, a, err);
    sheet_look *look = code == STATUS_OK ? arena_alloc(&f.scratch, sizeof *look) : NULL;
    if (code == STATUS_OK && look == NULL)
        code = error_set(err, STATUS_MEMORY, "Out of memory");
    for (size_t i = 0; i < count && i < LOOK_ROWS && code == STATUS_OK; i++) {
        code = look_row_keep(&f, &rows[i], &look->rows[i], err);
        look->count += code == STATUS_OK;
    }
    for (size_t l = 0; l < f.layout_count && code == STATUS_OK; l++) {
        binding b;
        error ambiguous = {0};
        if (f.layouts[l].layout->sheet_count > 0 || f.layouts[l].layout->variant_count > 0)
            continue;
        status bound = bind_sheet(&f, &f.layouts[l], look, &b, &ambiguous);
        if (bound != STATUS_OK && bound != STATUS_REFUSED) {
            if (err != NULL)
                *err = ambiguous;
            code = bound;
        }
        if (bound == STATUS_OK && b.layout != NULL && b.found >= 3 && b.found * 2 > b.declared && is_nearer(&b, &best))
            best = b;
    }
    if (code == STATUS_OK && best.layout != NULL) {
        *out = best.source;
        code = sheet_differs(&f, &best, path, list, err);
    }
    arena_free(&f.scratch);
    return code;
}
