/*
 * Finding things in an edition: by code, id or key, and the series of a measure and organisation. Organisations and breakdown values are in
 * the order of their codes and keys; series in the order of measure, organisation, breakdown, geography.
 */
#include "edition/internal.h"

#include <string.h>

int32_t edition_measure_named(const edition *e, text id)
{
    for (size_t i = 0; i < e->measure_count; i++)
        if (text_is(id, e->measures[i].id))
            return (int32_t)i;
    return -1;
}

static int compare_code(text key, const char *code)
{
    size_t n = strlen(code), least = key.length < n ? key.length : n;
    int c = least == 0 ? 0 : memcmp(key.at, code, least);
    return c != 0 ? c : (key.length > n) - (key.length < n);
}

/* Among `count` structs of `size` bytes, ordered by the text whose pointer stands at `text_at` of each; -1 where none has it. */
static int32_t find_ordered(const void *items, size_t count, size_t size, size_t text_at, text key)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const char *there;
        memcpy(&there, (const char *)items + middle * size + text_at, sizeof there);
        int c = compare_code(key, there);
        if (c == 0)
            return (int32_t)middle;
        if (c < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return -1;
}

int32_t edition_org_named(const edition *e, text code)
{
    return find_ordered(e->orgs, e->org_count, sizeof *e->orgs, offsetof(edition_org, code), code);
}

int32_t edition_breakdown_named(const edition *e, text key)
{
    return find_ordered(e->breakdowns, e->breakdown_count, sizeof *e->breakdowns,
                        offsetof(edition_breakdown_value, key), key);
}

int32_t edition_find_org(const edition *e, const char *code)
{
    text key = text_trim(text_of(code));
    char upper[80]; /* codes of groups are words that partners chose */
    if (key.length == 0 || key.length >= sizeof upper)
        return -1;
    for (size_t i = 0; i < key.length; i++)
        upper[i] = (char)(key.at[i] >= 'a' && key.at[i] <= 'z' ? key.at[i] - 32 : key.at[i]);
    text as_upper = {upper, key.length};
    int32_t found = edition_org_named(e, as_upper);
    if (found < 0)
        found = edition_org_named(e, key);
    for (size_t i = 0; found < 0 && i < e->org_count; i++)
        if (e->orgs[i].ons_code[0] != 0 && text_is_nocase(key, e->orgs[i].ons_code))
            found = (int32_t)i;
    if (found < 0 && text_is(as_upper, "ENG"))
        found = edition_org_named(e, text_of("ENGLAND"));
    return found;
}

int32_t edition_find_measure(const edition *e, const char *id)
{
    return edition_measure_named(e, text_of(id));
}

int32_t edition_find_breakdown(const edition *e, const char *key)
{
    return edition_breakdown_named(e, text_of(key));
}

/* The first series that is not before (measure, organisation). */
static size_t series_from(const edition *e, int32_t measure, int32_t organisation)
{
    size_t low = 0, high = e->series_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const edition_series *s = &e->series[middle];
        if (s->measure < measure || (s->measure == measure && s->org < organisation))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const edition_series *edition_series_of(const edition *e, int32_t measure, int32_t organisation, size_t *count)
{
    size_t first = series_from(e, measure, organisation), end = first;
    while (end < e->series_count && e->series[end].measure == measure && e->series[end].org == organisation)
        end++;
    *count = end - first;
    return *count == 0 ? NULL : &e->series[first];
}

const edition_series *edition_find_series(const edition *e, int32_t measure, int32_t organisation, int32_t breakdown,
                                          geography g)
{
    size_t count;
    const edition_series *run = edition_series_of(e, measure, organisation, &count), *current = NULL;
    for (size_t i = 0; i < count; i++) {
        if (run[i].breakdown != breakdown)
            continue;
        if (run[i].geography == g)
            return &run[i];
        if (run[i].geography == GEOGRAPHY_CURRENT && !run[i].current_only)
            current = &run[i];
    }
    return g == GEOGRAPHY_AS_PUBLISHED ? current : NULL;
}
