/* The tree at a date: sub-ICB location -> ICB -> region -> England; provider -> ICB (or region, where no source says more). */
#include "internal.h"

#include <stdlib.h>

static int compare_spans(const parent_link *x, const parent_link *y)
{
    return (x->from > y->from) - (x->from < y->from);
}

static int by_child(const void *a, const void *b)
{
    const parent_link *x = a, *y = b;
    if (x->child != y->child)
        return x->child < y->child ? -1 : 1;
    return compare_spans(x, y);
}

static int by_parent(const void *a, const void *b)
{
    const parent_link *x = a, *y = b;
    if (x->parent != y->parent)
        return x->parent < y->parent ? -1 : 1;
    if (x->child != y->child)
        return x->child < y->child ? -1 : 1;
    return compare_spans(x, y);
}

/* Which kinds may stand above which. Providers may belong to another provider (a site), an ICB, or only a region. */
static bool may_belong(org_kind child, org_kind parent)
{
    switch (child) {
    case ORG_ENGLAND: return false;
    case ORG_REGION: return parent == ORG_ENGLAND;
    case ORG_ICB: return parent == ORG_REGION;
    case ORG_SUB_ICB: return parent == ORG_ICB;
    case ORG_COMMISSIONING_HUB:
    case ORG_NON_ENGLISH_COMMISSIONER: return parent == ORG_ENGLAND || parent == ORG_REGION;
    case ORG_UNKNOWN:
    case ORG_TRUST:
    case ORG_INDEPENDENT:
    case ORG_COMMUNITY_INTEREST:
    case ORG_PRACTICE:
    case ORG_LOCAL_AUTHORITY:
        return parent == ORG_ICB || parent == ORG_REGION || parent == ORG_ENGLAND || org_kind_is_provider(parent);
    case ORG_GROUP:
    case ORG_KIND_COUNT: return false;
    }
    return false;
}

/* Overlaps and cycles need all the links in place. A cycle that exists on some day exists on the latest day on which one of
 * its links begins, so climbing from each link on its own first day finds every one. */
static void check(loading *l, const table *t, const size_t *row_of_link)
{
    const orgs *o = l->o;
    for (size_t k = 0; k < o->parent_count; k++) {
        const parent_link *link = &o->parents[k];
        if (k > 0 && o->parents[k - 1].child == link->child && o->parents[k - 1].to > link->from)
            report(l, t, row_of_link[k], 2, "End the earlier link on the day on which the later one begins.",
                   "%s has two parents at the same time: %s and %s", o->items[link->child].code,
                   o->items[o->parents[k - 1].parent].code, o->items[link->parent].code);
        org_index at = link->parent;
        int steps = 0;
        while (at >= 0 && at != link->child && steps < CLIMB_LIMIT) {
            at = orgs_parent(o, at, link->from);
            steps++;
        }
        if (at >= 0)
            report(l, t, row_of_link[k], 1, "Nothing may be above itself: correct one of the links.",
                   "the parents of %s lead back to it or never end", o->items[link->child].code);
    }
}

typedef struct numbered {
    parent_link link;
    size_t row;
} numbered;

static int by_child_numbered(const void *a, const void *b)
{
    return by_child(&((const numbered *)a)->link, &((const numbered *)b)->link);
}

void parents_load(loading *l, const table *t)
{
    enum { CHILD, PARENT, FROM, TO };
    orgs *o = l->o;
    numbered *read = take(l, t->row_count, sizeof *read);
    if (read == NULL)
        return;
    size_t count = 0;
    for (size_t r = 0; r < t->row_count; r++) {
        parent_link k;
        k.child = cell_org(l, t, r, CHILD);
        k.parent = cell_org(l, t, r, PARENT);
        if (!cell_span(l, t, r, FROM, TO, &k.from, &k.to) || k.child < 0 || k.parent < 0)
            continue;
        if (!may_belong(o->items[k.child].kind, o->items[k.parent].kind)) {
            report(l, t, r, PARENT,
                   "Sub-ICB locations belong to an ICB, ICBs to a region, regions to England, providers to an ICB or a "
                   "region.",
                   "%s (%s) cannot belong to %s (%s)", o->items[k.child].code, org_kind_name(o->items[k.child].kind),
                   o->items[k.parent].code, org_kind_name(o->items[k.parent].kind));
            continue;
        }
        read[count++] = (numbered){k, r};
    }
    qsort(read, count, sizeof *read, by_child_numbered);
    o->parents = take(l, count, sizeof *o->parents);
    o->children = take(l, count, sizeof *o->children);
    size_t *row_of_link = take(l, count, sizeof *row_of_link);
    if (l->out_of_memory)
        return;
    o->parent_count = count;
    for (size_t k = 0; k < count; k++) {
        o->parents[k] = o->children[k] = read[k].link;
        row_of_link[k] = read[k].row;
    }
    qsort(o->children, count, sizeof *o->children, by_parent);
    o->parent_start = part_starts(l, o->parents, count, sizeof *o->parents, offsetof(parent_link, child));
    o->child_start = part_starts(l, o->children, count, sizeof *o->children, offsetof(parent_link, parent));
    if (!l->out_of_memory)
        check(l, t, row_of_link);
}

bool org_open_on(const org *g, date on)
{
    return (g->opened == DATE_NONE || g->opened <= on) && (g->closed == DATE_NONE || on < g->closed);
}

org_index orgs_parent(const orgs *o, org_index i, date on)
{
    for (size_t k = o->parent_start[i]; k < o->parent_start[i + 1]; k++)
        if (o->parents[k].from <= on && on < o->parents[k].to)
            return o->parents[k].parent;
    return -1;
}

org_index orgs_ancestor(const orgs *o, org_index i, org_kind kind, date on)
{
    for (int steps = 0; i >= 0 && steps < CLIMB_LIMIT; steps++) {
        if (orgs_kind_on(o, i, on) == kind)
            return i;
        i = orgs_parent(o, i, on);
    }
    return -1;
}

status orgs_children(const orgs *o, org_index i, date on, arena *a, org_index **out, size_t *count, error *err)
{
    size_t first = o->child_start[i], last = o->child_start[i + 1];
    *count = 0;
    *out = arena_array(a, last - first + 1, sizeof **out);
    if (*out == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory while listing the children of %s", o->items[i].code);
    for (size_t k = first; k < last; k++) {
        const parent_link *link = &o->children[k];
        if (link->from <= on && on < link->to && org_open_on(&o->items[link->child], on))
            (*out)[(*count)++] = link->child;
    }
    return STATUS_OK;
}
