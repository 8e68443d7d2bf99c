/*
 * Which organisations an organisation's figures belong to.
 *
 * On the current map (or the map of another date) figures are carried to whoever holds them now: whole where a body went over whole,
 * by its successors' shares where it was split. Where all shares of a split meet again in one organisation (both successors in
 * one region) the figure there is exact. As published, figures stay with the code and the parents that the file gave.
 */
#include "measure/internal.h"

#include <stdlib.h>
#include <string.h>

bool level_of_kind(org_kind kind, level *out)
{
    switch (kind) {
    case ORG_ENGLAND: *out = LEVEL_ENGLAND; return true;
    case ORG_REGION: *out = LEVEL_REGION; return true;
    case ORG_ICB: *out = LEVEL_ICB; return true;
    case ORG_SUB_ICB: *out = LEVEL_SUB_ICB; return true;
    default: *out = LEVEL_PROVIDER; return org_kind_is_provider(kind);
    }
}

static uint64_t hash_text(text t)
{
    uint64_t h = 1469598103934665603u;
    for (size_t i = 0; i < t.length; i++)
        h = (h ^ (unsigned char)t.at[i]) * 1099511628211u;
    return h ^ (h >> 29);
}

static status unknown_grow(evaluation *v, error *err)
{
    size_t slots = v->unknown_slots == 0 ? 1024 : v->unknown_slots * 2;
    int32_t *table = malloc(slots * sizeof *table);
    if (table == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory for organisation codes");
    memset(table, 0xff, slots * sizeof *table);
    for (size_t i = orgs_count(v->orgs); i < v->organisation_count; i++) {
        size_t at = hash_text(text_of(v->organisations[i].code)) & (slots - 1);
        while (table[at] >= 0)
            at = (at + 1) & (slots - 1);
        table[at] = (int32_t)i;
    }
    free(v->unknown_table);
    v->unknown_table = table;
    v->unknown_slots = slots;
    return STATUS_OK;
}

status evaluation_organisation(evaluation *v, text code, const char *source_id, int32_t *out, error *err)
{
    *out = -1;
    code = text_trim(code);
    if (code.length == 0)
        return STATUS_OK;
    org_index known = orgs_find(v->orgs, code);
    if (known >= 0) {
        *out = known;
        return STATUS_OK;
    }
    size_t unknown = v->organisation_count - orgs_count(v->orgs);
    if (unknown * 2 >= v->unknown_slots) {
        status grown = unknown_grow(v, err);
        if (grown != STATUS_OK)
            return grown;
    }
    size_t at = hash_text(code) & (v->unknown_slots - 1);
    for (; v->unknown_table[at] >= 0; at = (at + 1) & (v->unknown_slots - 1))
        if (text_is(code, v->organisations[v->unknown_table[at]].code)) {
            *out = v->unknown_table[at];
            return STATUS_OK;
        }
    if (v->organisation_count == v->organisation_capacity) {
        size_t capacity = v->organisation_capacity * 2;
        working_org *grown = realloc(v->organisations, capacity * sizeof *grown);
        if (grown == NULL)
            return error_set(err, STATUS_MEMORY, "Out of memory for organisation codes");
        v->organisations = grown;
        v->organisation_capacity = capacity;
    }
    const char *copy = arena_copy(&v->memory, code.at, code.length);
    if (copy == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory for organisation codes");
    *out = (int32_t)v->organisation_count;
    v->organisations[v->organisation_count++] = (working_org){
        .code = copy, .name = copy, .known = -1, .source = source_id, .reports_at = LEVEL_COUNT, .final = -1};
    v->unknown_table[at] = *out;
    return STATUS_OK;
}

/* Rounds half away from zero; exact for every share that fits (128-bit product). */
static int64_t portion(int64_t count, const org_share *s)
{
    if (s->numerator == s->denominator)
        return count;
    __int128 product = (__int128)count * s->numerator, half = s->denominator / 2;
    return (int64_t)((product >= 0 ? product + half : product - half) / s->denominator);
}

int64_t share_of(const placing *p, size_t j, int64_t count)
{
    if (j + 1 < p->share_count)
        return portion(count, &p->shares[j]);
    int64_t rest = count;
    for (size_t k = 0; k < j; k++)
        rest -= portion(count, &p->shares[k]);
    return rest;
}

int64_t placed_part(const placing *p, const placement *at, int64_t count)
{
    if (!at->estimated)
        return count;
    int64_t sum = 0;
    for (size_t j = 0; j < p->share_count; j++)
        if ((at->shares >> j & 1u) != 0)
            sum += share_of(p, j, count);
    return sum;
}

void placed_share(const placing *p, const placement *at, int64_t *numerator, int64_t *denominator)
{
    __int128 top = 0, bottom = 1;
    *numerator = *denominator = 1;
    for (size_t j = 0; at->estimated && j < p->share_count; j++) {
        if ((at->shares >> j & 1u) == 0)
            continue;
        top = top * p->shares[j].denominator + bottom * p->shares[j].numerator;
        bottom *= p->shares[j].denominator;
        __int128 a = top, b = bottom;
        while (b != 0) {
            __int128 rest = a % b;
            a = b;
            b = rest;
        }
        top /= a;
        bottom /= a;
        *numerator = (int64_t)top;
        *denominator = (int64_t)bottom;
    }
}

static void place_add(placing *p, level l, int32_t organisation, size_t share)
{
    if (organisation < 0)
        return;
    for (size_t i = 0; i < p->count; i++)
        if (p->places[i].level == l && p->places[i].organisation == organisation) {
            p->places[i].shares |= 1u << share;
            return;
        }
    if (p->count < sizeof p->places / sizeof p->places[0])
        p->places[p->count++] = (placement){.level = l, .organisation = organisation, .shares = 1u << share};
}

/* The organisation that the file names as parent, where it gives one of that kind. */
static org_index published_parent(const evaluation *v, text parent, const char *parent_kind, org_kind kind)
{
    if (parent.length == 0 || parent_kind == NULL || strcmp(parent_kind, org_kind_name(kind)) != 0)
        return -1;
    org_index found = orgs_find(v->orgs, parent);
    if (found < 0)
        found = orgs_find_name(v->orgs, parent);
    return found >= 0 && orgs_at(v->orgs, found)->kind == kind ? found : -1;
}

static void place_as_published(evaluation *v, int32_t organisation, level base, date when, text parent,
                               const char *parent_kind, placing *out)
{
    const orgs *o = v->orgs;
    org_index known = v->organisations[organisation].known;
    out->shares[0] = (org_share){organisation, 1, 1};
    out->share_count = 1;
    place_add(out, base, organisation, 0);
    org_index icb = base > LEVEL_ICB ? published_parent(v, parent, parent_kind, ORG_ICB) : known;
    org_index region = published_parent(v, parent, parent_kind, ORG_REGION);
    if (icb < 0 && known >= 0)
        icb = orgs_ancestor(o, known, ORG_ICB, when);
    if (region < 0 && icb >= 0)
        region = orgs_ancestor(o, icb, ORG_REGION, when);
    if (region < 0 && known >= 0)
        region = orgs_ancestor(o, known, ORG_REGION, when);
    if (base > LEVEL_ICB)
        place_add(out, LEVEL_ICB, icb, 0);
    if (base > LEVEL_REGION)
        place_add(out, LEVEL_REGION, region, 0);
}

/* The region on the map; for an organisation that opened after the map's date (figures are never carried back) the one of its own day, so
 * that regions stay whole. */
static org_index region_on_map(const evaluation *v, org_index i, date when)
{
    org_index region = orgs_ancestor(v->orgs, i, ORG_REGION, v->map);
    return region < 0 && when > v->map ? orgs_ancestor(v->orgs, i, ORG_REGION, when) : region;
}

static void place_on_map(evaluation *v, int32_t organisation, level base, date when, text parent,
                         const char *parent_kind, placing *out)
{
    const orgs *o = v->orgs;
    org_index known = v->organisations[organisation].known;
    bool own = known >= 0 &&
               !(base > LEVEL_ICB && orgs_ancestor(o, known, ORG_ICB, v->map) < 0 &&
                 orgs_carry(o, known, when, v->map, out->shares, PLACE_SHARES) == 1 && out->shares[0].to == known);
    if (own) {
        out->share_count = orgs_carry(o, known, when, v->map, out->shares, PLACE_SHARES);
        for (size_t j = 0; j < out->share_count; j++) {
            org_index to = out->shares[j].to;
            place_add(out, base, to, j);
            if (base > LEVEL_ICB)
                place_add(out, LEVEL_ICB, orgs_ancestor(o, to, ORG_ICB, v->map), j);
            if (base > LEVEL_REGION)
                place_add(out, LEVEL_REGION, region_on_map(v, to, when), j);
        }
        return;
    }
    /* The organisations data does not place it: it keeps its own figures, and the parent that the file names is carried to the map. */
    org_index icb = published_parent(v, parent, parent_kind, ORG_ICB);
    org_index region = published_parent(v, parent, parent_kind, ORG_REGION);
    if (icb < 0 && known >= 0)
        icb = orgs_ancestor(o, known, ORG_ICB, when);
    out->shares[0] = (org_share){organisation, 1, 1};
    out->share_count = 1;
    if (icb >= 0 && base > LEVEL_ICB) {
        out->share_count = orgs_carry(o, icb, when, v->map, out->shares, PLACE_SHARES);
        for (size_t j = 0; j < out->share_count; j++) {
            /* An ICB that the map does not have yet would be made of this organisation alone. */
            date opened = orgs_at(o, out->shares[j].to)->opened;
            if (opened == DATE_NONE || opened <= v->map)
                place_add(out, LEVEL_ICB, out->shares[j].to, j);
            place_add(out, LEVEL_REGION, region_on_map(v, out->shares[j].to, when), j);
        }
    } else if (base > LEVEL_REGION) {
        if (region < 0 && known >= 0)
            region = region_on_map(v, known, when);
        place_add(out, LEVEL_REGION, region, 0);
    }
    for (size_t j = 0; j < out->share_count; j++)
        place_add(out, base, organisation, j);
}

status evaluation_place(evaluation *v, int32_t organisation, level base, period p, geography g, text parent,
                        const char *parent_kind, placing *out, error *err)
{
    date when = period_first_day(p);
    out->count = 0;
    out->share_count = 0;
    if (organisation < 0)
        return STATUS_OK;
    /* A body of a higher level among the reporting ones (an NHS England region that commissions directly) is in England's figure alone: a region
     * is the sum of its ICBs. An ICB that reports for itself stands at its own level. */
    org_index known = v->organisations[organisation].known;
    level own = base;
    bool own_figure = true;
    if (known >= 0 && level_of_kind(orgs_at(v->orgs, known)->kind, &own)) {
        if (own < base && own < LEVEL_ICB)
            return STATUS_OK;
        /* A provider among the commissioners: its own figures are those of the role of providers. */
        own_figure = own <= base;
        base = own < base ? own : base;
    } else if (known < 0) {
        /* An unknown code that two roles name has the figures of the role that named it first. */
        working_org *w = &v->organisations[organisation];
        if (w->reports_at == LEVEL_COUNT)
            w->reports_at = base;
        own_figure = w->reports_at == base;
    }
    if (g == GEOGRAPHY_AS_PUBLISHED)
        place_as_published(v, organisation, base, when, parent, parent_kind, out);
    else
        place_on_map(v, organisation, base, when, parent, parent_kind, out);
    if (out->share_count == 0)
        return error_set(err, STATUS_INTERNAL, "Organisation %s went nowhere on the map",
                         v->organisations[organisation].code);
    uint32_t all = out->share_count >= 32 ? UINT32_MAX : (1u << out->share_count) - 1u;
    size_t kept = 0;
    for (size_t i = 0; i < out->count; i++) {
        out->places[i].estimated = out->places[i].shares != all;
        if (own_figure || out->places[i].organisation != organisation)
            out->places[kept++] = out->places[i];
    }
    out->count = kept;
    return STATUS_OK;
}
