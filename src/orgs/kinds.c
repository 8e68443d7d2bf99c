/* What kind an organisation is, and when that changed. */
#include "internal.h"

#include <stdlib.h>

static const char *const kind_names[ORG_KIND_COUNT] = {
    [ORG_UNKNOWN] = "unknown",
    [ORG_ENGLAND] = "england",
    [ORG_REGION] = "region",
    [ORG_ICB] = "icb",
    [ORG_SUB_ICB] = "sub-icb",
    [ORG_TRUST] = "trust",
    [ORG_INDEPENDENT] = "independent",
    [ORG_COMMUNITY_INTEREST] = "community-interest-company",
    [ORG_PRACTICE] = "practice",
    [ORG_LOCAL_AUTHORITY] = "local-authority",
    [ORG_COMMISSIONING_HUB] = "commissioning-hub",
    [ORG_NON_ENGLISH_COMMISSIONER] = "non-english-commissioner",
    [ORG_GROUP] = "group",
};

const char *org_kind_name(org_kind kind)
{
    return (unsigned)kind < ORG_KIND_COUNT ? kind_names[kind] : kind_names[ORG_UNKNOWN];
}

bool org_kind_parse(text name, org_kind *out)
{
    for (int k = 0; k < ORG_KIND_COUNT; k++) {
        if (text_is(name, kind_names[k])) {
            *out = (org_kind)k;
            return true;
        }
    }
    return false;
}

bool org_kind_is_provider(org_kind kind)
{
    switch (kind) {
    case ORG_UNKNOWN:
    case ORG_TRUST:
    case ORG_INDEPENDENT:
    case ORG_COMMUNITY_INTEREST:
    case ORG_PRACTICE:
    case ORG_LOCAL_AUTHORITY: return true;
    case ORG_ENGLAND:
    case ORG_REGION:
    case ORG_ICB:
    case ORG_SUB_ICB:
    case ORG_COMMISSIONING_HUB:
    case ORG_NON_ENGLISH_COMMISSIONER:
    case ORG_GROUP:
    case ORG_KIND_COUNT: return false;
    }
    return false;
}

static int compare(const void *a, const void *b)
{
    const kind_change *x = a, *y = b;
    if (x->org != y->org)
        return x->org < y->org ? -1 : 1;
    return (x->from > y->from) - (x->from < y->from);
}

void kinds_load(loading *l, const table *t)
{
    enum { CODE, KIND, FROM, TO };
    orgs *o = l->o;
    kind_change *list = take(l, t->row_count, sizeof *list);
    o->base_kind = take(l, o->count, sizeof *o->base_kind);
    if (l->out_of_memory)
        return;
    for (size_t i = 0; i < o->count; i++)
        o->base_kind[i] = o->items[i].kind;
    for (size_t r = 0; r < t->row_count; r++) {
        kind_change c;
        c.org = cell_org(l, t, r, CODE);
        bool ok = c.org >= 0;
        if (!org_kind_parse(text_of(table_cell(t, r, KIND)), &c.kind)) {
            report(l, t, r, KIND, "The kinds are listed in data/orgs/README.md.",
                   "\"%s\" is not a kind of organisation", table_cell(t, r, KIND));
            ok = false;
        }
        if (!cell_span(l, t, r, FROM, TO, &c.from, &c.to) || !ok)
            continue;
        bool overlaps = false;
        for (size_t k = 0; k < o->kind_count; k++)
            overlaps = overlaps || (list[k].org == c.org && list[k].from < c.to && c.from < list[k].to);
        if (overlaps)
            report(l, t, r, FROM, "End the one on the day on which the other begins.",
                   "%s has two kinds at the same time", table_cell(t, r, CODE));
        else
            list[o->kind_count++] = c;
    }
    qsort(list, o->kind_count, sizeof *list, compare);
    o->kinds = list;
    o->kind_start = part_starts(l, list, o->kind_count, sizeof *list, offsetof(kind_change, org));
    if (o->kind_start == NULL)
        return;
    for (size_t i = 0; i < o->count; i++) {
        const org *g = &o->items[i];
        date on = g->closed != DATE_FOREVER && g->closed <= o->current ? g->closed - 1 : o->current;
        o->items[i].kind = orgs_kind_on(o, (org_index)i, on);
    }
}

org_kind orgs_kind_on(const orgs *o, org_index i, date on)
{
    for (size_t k = o->kind_start[i]; k < o->kind_start[i + 1]; k++)
        if (o->kinds[k].from <= on && on < o->kinds[k].to)
            return o->kinds[k].kind;
    return o->base_kind[i];
}
