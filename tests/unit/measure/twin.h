/*
 * The naive twin: what every figure should be, from plain loops over the rows that a test wrote. It knows the measures by their meaning, not by
 * the catalogue, and places each reporting organisation by the prose of the issue: on today's map with whoever took over its figures, as
 * published with the parents that the file gives. It uses orgs.h (tested by itself) and nothing of src/measure.
 */
#ifndef CONCORD_TEST_MEASURE_TWIN_H
#define CONCORD_TEST_MEASURE_TWIN_H

#include "published_files.h"

#include "orgs/orgs.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* ---- what a row says --------------------------------------------------------------------------------- */

typedef struct twin_figure {
    int64_t numerator, denominator;
    double value;
    bool has_numerator, has_denominator, exists, estimated, over_open_band;
} twin_figure;

/* One reporting code in one role and month, with the parent that the file gives it. */
typedef struct reporter {
    const char *code, *parent;
} reporter;

/* The shares of a reporter's figures that a target organisation has: bit j = share j of `holders`. */
typedef struct target_shares {
    org_share holders[16];
    size_t count;
    uint32_t mine;
} target_shares;

static inline int64_t twin_part(const target_shares *t, int64_t whole)
{
    int64_t sum = 0, rest = whole;
    for (size_t j = 0; j < t->count; j++) {
        int64_t this_one = rest;
        if (j + 1 < t->count)
            this_one =
                (whole * t->holders[j].numerator * 2 + t->holders[j].denominator) / (2 * t->holders[j].denominator);
        rest -= this_one;
        if ((t->mine >> j & 1u) != 0)
            sum += this_one;
    }
    return sum;
}

static inline bool twin_estimated(const target_shares *t)
{
    return t->mine != (1u << t->count) - 1u;
}

typedef enum twin_role { TWIN_PROVIDER, TWIN_COMMISSIONER } twin_role;

/* Does `target` have figures of the reporter, as itself, or as the ICB or region that it is in? */
static inline bool twin_place(const orgs *o, twin_role role, const reporter *r, date when, bool as_published,
                              bool parent_is_region_name, const char *target, target_shares *out)
{
    org_index me = orgs_find(o, text_of(r->code)), wanted = orgs_find(o, text_of(target));
    date map = as_published ? when : orgs_current(o);
    org_kind kind = me < 0 ? ORG_UNKNOWN : orgs_at(o, me)->kind;
    *out = (target_shares){.count = 1, .holders = {{me, 1, 1}}};
    if (kind == ORG_REGION || kind == ORG_ENGLAND)
        return false;
    org_index parent = parent_is_region_name ? -1 : orgs_find(o, text_of(r->parent));
    if (parent >= 0 && orgs_at(o, parent)->kind != ORG_ICB)
        parent = -1;
    if (kind == ORG_ICB)
        parent = me; /* an ICB that reports for itself is in no other */
    org_index region = parent_is_region_name ? orgs_find_name(o, text_of(r->parent)) : -1;
    bool own_name = me >= 0 ? me == wanted : strcmp(r->code, target) == 0;
    if (as_published) {
        org_index icb = parent >= 0 ? parent : me >= 0 ? orgs_ancestor(o, me, ORG_ICB, when) : -1;
        /* The region of that ICB; where it has none (it was not open then), the region that the organisation itself is in. */
        if (region < 0 && icb >= 0)
            region = orgs_ancestor(o, icb, ORG_REGION, when);
        if (region < 0 && me >= 0)
            region = orgs_ancestor(o, me, ORG_REGION, when);
        out->mine = own_name || (wanted >= 0 && (icb == wanted || region == wanted)) ? 1 : 0;
        return out->mine != 0;
    }
    if (me >= 0) {
        out->count = orgs_carry(o, me, when, map, out->holders, 16);
        bool moved = out->count > 1 || out->holders[0].to != me;
        bool provider_without_icb = kind != ORG_ICB && orgs_ancestor(o, me, ORG_ICB, map) < 0;
        if (moved || !provider_without_icb) {
            for (size_t j = 0; j < out->count; j++) {
                org_index to = out->holders[j].to;
                if (to == wanted || (wanted >= 0 && (orgs_ancestor(o, to, ORG_ICB, map) == wanted ||
                                                     orgs_ancestor(o, to, ORG_REGION, map) == wanted)))
                    out->mine |= 1u << j;
            }
            return out->mine != 0;
        }
    }
    /* Nobody's data place it: the file's parent, carried to today. */
    org_index icb = parent >= 0 ? parent : me >= 0 ? orgs_ancestor(o, me, ORG_ICB, when) : -1;
    out->count = 1;
    out->holders[0] = (org_share){me, 1, 1};
    if (icb >= 0)
        out->count = orgs_carry(o, icb, when, map, out->holders, 16);
    else if (region < 0 && me >= 0)
        region = orgs_ancestor(o, me, ORG_REGION, map);
    for (size_t j = 0; j < out->count; j++) {
        org_index to = icb >= 0 ? out->holders[j].to : -1;
        bool above = wanted >= 0 &&
                     (icb >= 0 ? to == wanted || orgs_ancestor(o, to, ORG_REGION, map) == wanted : region == wanted);
        if (own_name || above)
            out->mine |= 1u << j;
    }
    (void)role;
    return out->mine != 0;
}

/* ---- percentiles, from a list of bands -------------------------------------------------------------- */

static inline void twin_percentile(double p, const int64_t bands[RTT_BANDS], twin_figure *f)
{
    int64_t total = 0;
    for (int k = 0; k < RTT_BANDS; k++)
        total += bands[k];
    f->value = (double)NAN;
    if (total == 0)
        return;
    double position = p * (double)total, below = 0;
    for (int k = 0; k < RTT_BANDS - 1; k++) {
        double here = (double)bands[k];
        if (here > 0 && below + here >= position) {
            f->value = k + (position - below) / here;
            return;
        }
        below += here;
    }
    f->over_open_band = true;
}

#endif
