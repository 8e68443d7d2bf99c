/*
 * Two editions side by side: which figures were revised, which are new, which are gone, and which verdicts changed. Editions number
 * measures, organisations and breakdowns each in their own way, so they are matched by id, code and key once, and series then by number.
 */
#include "edition/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *edition_change_name(edition_change_kind k)
{
    static const char *const names[] = {"revised", "new", "gone", "variation", "assurance"};
    return k < EDITION_CHANGE_KINDS ? names[k] : "";
}

bool edition_has_figure(const edition_point *p)
{
    return !p->missing && (!isnan(p->value) || p->over_open_band);
}

bool edition_figures_differ(const edition_point *a, const edition_point *b)
{
    if (isnan(a->value) != isnan(b->value) || a->over_open_band != b->over_open_band)
        return true;
    return (!isnan(a->value) && a->value != b->value) || a->numerator != b->numerator ||
           a->denominator != b->denominator;
}

static status tell(edition_told told, void *context, edition_change_kind kind, const edition_series *x,
                   const edition_series *y, const edition_point *before, const edition_point *after, error *err)
{
    const edition_change c = {kind, x, y, before, after, after != NULL ? after->period : before->period};
    return told(context, &c, err);
}

static status points_of(edition *e, const edition_series *s, arena *scratch, const edition_point **points,
                        size_t *count, error *err)
{
    *points = NULL;
    *count = 0;
    return s == NULL ? STATUS_OK : edition_points(e, s, scratch, points, count, err);
}

status edition_compare_series(edition *before, const edition_series *x, edition *after, const edition_series *y,
                              arena *scratch, edition_told told, void *context, error *err)
{
    const edition_point *old, *now;
    size_t old_count, count;
    status code = points_of(before, x, scratch, &old, &old_count, err);
    if (code == STATUS_OK)
        code = points_of(after, y, scratch, &now, &count, err);
    if (code != STATUS_OK)
        return code;
    for (size_t i = 0, k = 0; code == STATUS_OK && (i < count || k < old_count);) {
        int order = i == count ? 1 : k == old_count ? -1 : period_compare(now[i].period, old[k].period);
        const edition_point *is = order <= 0 && edition_has_figure(&now[i]) ? &now[i] : NULL;
        const edition_point *was = order >= 0 && edition_has_figure(&old[k]) ? &old[k] : NULL;
        if (is != NULL && was != NULL && edition_figures_differ(is, was))
            code = tell(told, context, EDITION_REVISED, x, y, was, is, err);
        else if (is != NULL && was == NULL)
            code = tell(told, context, EDITION_NEW, x, y, NULL, is, err);
        else if (was != NULL && is == NULL)
            code = tell(told, context, EDITION_GONE, x, y, was, NULL, err);
        i += order <= 0;
        k += order >= 0;
    }
    if (code != STATUS_OK || x == NULL || y == NULL || count == 0 || old_count == 0)
        return code;
    if (strcmp(x->variation, y->variation) != 0)
        code = tell(told, context, EDITION_VARIATION, x, y, &old[old_count - 1], &now[count - 1], err);
    if (code == STATUS_OK && strcmp(x->assurance, y->assurance) != 0)
        code = tell(told, context, EDITION_ASSURANCE, x, y, &old[old_count - 1], &now[count - 1], err);
    return code;
}

/* Of the numbers of one edition, those of the other; -1 where the other has none. */
typedef struct numbering {
    int32_t *measure, *org, *breakdown;
} numbering;

static status numbering_make(const edition *from, const edition *to, arena *a, numbering *out, error *err)
{
    out->measure = arena_array(a, from->measure_count + 1, sizeof *out->measure);
    out->org = arena_array(a, from->org_count + 1, sizeof *out->org);
    out->breakdown = arena_array(a, from->breakdown_count + 1, sizeof *out->breakdown);
    if (out->measure == NULL || out->org == NULL || out->breakdown == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory for the comparison");
    for (size_t i = 0; i < from->measure_count; i++)
        out->measure[i] = edition_measure_named(to, text_of(from->measures[i].id));
    for (size_t i = 0; i < from->org_count; i++)
        out->org[i] = edition_org_named(to, text_of(from->orgs[i].code));
    for (size_t i = 0; i < from->breakdown_count; i++)
        out->breakdown[i] = edition_breakdown_named(to, text_of(from->breakdowns[i].key));
    return STATUS_OK;
}

/* The series of `to` on exactly that map, NULL where it has none. */
static const edition_series *counterpart(const edition *to, const numbering *n, const edition_series *s, geography g)
{
    int32_t m = n->measure[s->measure], o = n->org[s->org], b = s->breakdown < 0 ? -1 : n->breakdown[s->breakdown];
    if (m < 0 || o < 0 || (s->breakdown >= 0 && b < 0))
        return NULL;
    const edition_series *found = edition_find_series(to, m, o, b, g);
    return found != NULL && found->geography == g ? found : NULL;
}

/* As published counts only where neither edition has the series on the current map: it would say the same change twice. */
static bool is_compared(const edition *own, const edition *other, const numbering *n, const edition_series *s)
{
    if (s->geography != GEOGRAPHY_AS_PUBLISHED)
        return true;
    const edition_series *current = edition_find_series(own, s->measure, s->org, s->breakdown, GEOGRAPHY_CURRENT);
    return current == NULL && counterpart(other, n, s, GEOGRAPHY_CURRENT) == NULL;
}

status edition_compare(edition *before, edition *after, const char *only_measure, const char *only_organisation,
                       edition_told told, void *context, error *err)
{
    arena scratch = {0}, points = {0};
    numbering to_before, to_after;
    status code = numbering_make(after, before, &scratch, &to_before, err);
    if (code == STATUS_OK)
        code = numbering_make(before, after, &scratch, &to_after, err);
    /* All points at once where all are wanted: one walk through the file in its own order. */
    if (code == STATUS_OK && only_measure == NULL && only_organisation == NULL) {
        code = edition_load_all(before, err);
        if (code == STATUS_OK)
            code = edition_load_all(after, err);
    }
    for (int side = 0; side < 2 && code == STATUS_OK; side++) {
        edition *own = side == 0 ? after : before, *other = side == 0 ? before : after;
        const numbering *n = side == 0 ? &to_before : &to_after;
        for (size_t i = 0; i < own->series_count && code == STATUS_OK; i++) {
            const edition_series *s = &own->series[i];
            if ((only_measure != NULL && strcmp(own->measures[s->measure].id, only_measure) != 0) ||
                (only_organisation != NULL && strcmp(own->orgs[s->org].code, only_organisation) != 0) ||
                !is_compared(own, other, n, s))
                continue;
            const edition_series *match = counterpart(other, n, s, s->geography);
            if (side == 1 && match != NULL)
                continue;
            code = side == 0 ? edition_compare_series(before, match, after, s, &points, told, context, err)
                             : edition_compare_series(before, s, after, NULL, &points, told, context, err);
            arena_reset(&points);
        }
    }
    arena_free(&scratch);
    arena_free(&points);
    return code;
}
