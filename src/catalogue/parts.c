/*
 * Which releases of a source compete for a period.
 *
 * Some publications come in several files a month that hold different parts of one table (cancer waiting times by provider and by commissioner), and later in one file that holds them all. A layout says which
 * part it fills; the layouts of one form are found in one file together.
 */
#include "catalogue/catalogue.h"

#include <string.h>

static const source_layout *layout_of(const source *s, const char *id)
{
    for (size_t i = 0; i < s->layout_count; i++)
        if (strcmp(s->layouts[i].id, id) == 0)
            return &s->layouts[i];
    return NULL;
}

static bool same_form(const source_layout *a, const source_layout *b)
{
    return a == b || (a->form != NULL && b->form != NULL && a->form[0] != 0 && strcmp(a->form, b->form) == 0);
}

bool source_layouts_compete(const source *s, const char *layout_a, const char *layout_b)
{
    const source_layout *a = layout_of(s, layout_a), *b = layout_of(s, layout_b);
    if (a == NULL || b == NULL)
        return true;
    for (size_t i = 0; i < s->layout_count; i++)
        for (size_t k = 0; k < s->layout_count; k++) {
            const source_layout *x = &s->layouts[i], *y = &s->layouts[k];
            if (!same_form(a, x) || !same_form(b, y))
                continue;
            const char *p = x->part == NULL ? "" : x->part, *q = y->part == NULL ? "" : y->part;
            if (p[0] == 0 || q[0] == 0 || strcmp(p, q) == 0)
                return true;
        }
    return false;
}
