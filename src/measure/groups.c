/*
 * Groups across the tree of organisations: provider collaboratives, places, clusters.
 *
 * A figure of a group is the sum of its members' own counts in the periods on whose first day they are members; a percentile comes from
 * their summed bands. Members are taken as they were published: a group has dates of its own, so it is the same on every map, and who follows
 * a member that has closed is for the partners to say. Members report at one level (providers where there is a provider among them, else
 * sub-ICB locations, else ICBs): adding a trust's waiting list to that of the board whose people wait there would count them twice.
 *
 * A member without a figure makes no whole. Of providers those count that have a figure of the measure at all: a mental health trust
 * has no A&E, and the note of the series says without whom it is. For one value of a breakdown, a member that has the total and not the value has
 * none of it. Where the members behind the figures change, limits start anew.
 */
#include "measure/groups.h"

#include <stdlib.h>
#include <string.h>

static status full(error *err)
{
    return error_set(err, STATUS_MEMORY, "Out of memory for groups of organisations");
}

/* ---- who is in them ------------------------------------------------------------------------------------- */

static int compare_groups(const void *a, const void *b)
{
    return strcmp(((const group *)a)->given->code, ((const group *)b)->given->code);
}

/* An organisation's own code wins: a group of the same code is listed and left out. */
static status enter_group(evaluation *v, const measure_group *g, error *err)
{
    struct groups *all = v->groups;
    char sentence[400];
    if (orgs_find(v->orgs, text_of(g->code)) >= 0) {
        (void)snprintf(sentence, sizeof sentence,
                       "The group %.120s has the code of an organisation, %.64s: it is not measured. Form it again "
                       "under another code",
                       g->name, g->code);
        return evaluation_issue(v, "conflict", g->code, "", sentence, 0, err);
    }
    all->list[all->count++].given = g;
    return STATUS_OK;
}

static status enter_members(evaluation *v, int32_t at, error *err)
{
    struct groups *all = v->groups;
    group *g = &all->list[at];
    g->first_join = all->join_count;
    status code = evaluation_organisation(v, text_of(g->given->code), "", &g->organisation, err);
    for (size_t i = 0; code == STATUS_OK && i < g->given->member_count; i++) {
        const measure_member *m = &g->given->members[i];
        joined *j = &all->joins[all->join_count];
        *j = (joined){.group = at, .next = -1, .from = m->from, .until = m->until};
        if (g->given->until != DATE_NONE && g->given->until < j->until)
            j->until = g->given->until;
        code = evaluation_organisation(v, text_of(m->code), "", &j->organisation, err);
        all->join_count += j->organisation >= 0;
    }
    g->join_count = all->join_count - g->first_join;
    if (code == STATUS_OK)
        v->organisations[g->organisation] = (working_org){.code = g->given->code,
                                                          .name = g->given->name,
                                                          .known = -1,
                                                          .source = "",
                                                          .used = true,
                                                          .reports_at = LEVEL_COUNT,
                                                          .final = -1};
    return code;
}

status groups_begin(evaluation *v, error *err)
{
    size_t count = v->options->group_count, members = 0;
    if (count == 0)
        return STATUS_OK;
    for (size_t i = 0; i < count; i++)
        members += v->options->groups[i].member_count;
    struct groups *all = v->groups = arena_alloc(&v->memory, sizeof *all);
    if (all == NULL)
        return full(err);
    *all = (struct groups){.list = arena_array(&v->memory, count, sizeof *all->list),
                           .joins = arena_array(&v->memory, members + 1, sizeof *all->joins)};
    if (all->list == NULL || all->joins == NULL)
        return full(err);
    status code = STATUS_OK;
    for (size_t i = 0; i < count && code == STATUS_OK; i++)
        code = enter_group(v, &v->options->groups[i], err);
    qsort(all->list, all->count, sizeof *all->list, compare_groups);
    for (size_t i = 0; i < all->count && code == STATUS_OK; i++)
        code = enter_members(v, (int32_t)i, err);
    if (code != STATUS_OK)
        return code;
    all->first_count = v->organisation_count;
    all->first_of = arena_array(&v->memory, all->first_count + 1, sizeof *all->first_of);
    if (all->first_of == NULL)
        return full(err);
    memset(all->first_of, 0xff, all->first_count * sizeof *all->first_of);
    for (size_t i = all->join_count; i-- > 0;) {
        all->joins[i].next = all->first_of[all->joins[i].organisation];
        all->first_of[all->joins[i].organisation] = (int32_t)i;
    }
    return STATUS_OK;
}

void groups_free(evaluation *v)
{
    if (v->groups != NULL)
        free(v->groups->told);
    v->groups = NULL;
}

const measure_group *group_at(const evaluation *v, int32_t working)
{
    for (size_t i = 0; v->groups != NULL && i < v->groups->count; i++)
        if (v->groups->list[i].organisation == working)
            return v->groups->list[i].given;
    return NULL;
}

bool group_joined(const joined *j, date on)
{
    return j->from <= on && on < j->until;
}

org_kind group_member_kind(const evaluation *v, int32_t working, date on)
{
    org_index known = v->organisations[working].known;
    return known < 0 ? ORG_UNKNOWN : orgs_kind_on(v->orgs, known, on);
}

/* The level at which the members of a group report on a day. Councils and bodies that nobody knows are providers where others are, and decide
 * nothing. */
level group_members_level(const evaluation *v, const group *g, date on)
{
    bool sub_icb = false, icb = false;
    for (size_t i = g->first_join; i < g->first_join + g->join_count; i++) {
        const joined *j = &v->groups->joins[i];
        org_kind kind = group_member_kind(v, j->organisation, on);
        if (!group_joined(j, on))
            continue;
        if (org_kind_is_provider(kind) && kind != ORG_UNKNOWN && kind != ORG_LOCAL_AUTHORITY)
            return LEVEL_PROVIDER;
        sub_icb = sub_icb || kind == ORG_SUB_ICB;
        icb = icb || kind == ORG_ICB;
    }
    return sub_icb ? LEVEL_SUB_ICB : icb ? LEVEL_ICB : LEVEL_PROVIDER;
}

bool group_member_reports(const evaluation *v, int32_t working, date on, level at)
{
    level own;
    return level_of_kind(group_member_kind(v, working, on), &own) && own == at;
}

bool group_level(const evaluation *v, const char *code, period p, level *out)
{
    for (size_t i = 0; v->groups != NULL && i < v->groups->count; i++) {
        const group *g = &v->groups->list[i];
        if (strcmp(g->given->code, code) != 0)
            continue;
        *out = group_members_level(v, g, period_first_day(p));
        return true;
    }
    return false;
}

/* ---- the edition's head --------------------------------------------------------------------------------- */

void group_head(const evaluation *v, const measure_group *g, edition_org *out)
{
    (void)v;
    *out = (edition_org){.code = g->code,
                         .ons_code = "",
                         .name = g->name,
                         .short_name = g->name,
                         .kind = ORG_GROUP,
                         .level = "group",
                         .opened = g->from,
                         .closed = g->until == DATE_NONE ? DATE_FOREVER : g->until,
                         .icb = -1,
                         .region = -1,
                         .became = "",
                         .inexact = "",
                         .hex_row = INT32_MIN,
                         .hex_column = INT32_MIN,
                         .hex_label = ""};
}

/* The ancestor that all members have in common on the map; -1 where they have none. */
static org_index common_ancestor(const evaluation *v, const group *g, org_kind kind)
{
    org_index common = -1;
    bool any = false;
    for (size_t i = g->first_join; i < g->first_join + g->join_count; i++) {
        const joined *j = &v->groups->joins[i];
        org_index known = v->organisations[j->organisation].known;
        if (known < 0 || !group_joined(j, v->map))
            continue;
        org_index up = orgs_ancestor(v->orgs, known, kind, v->map);
        if (any && up != common)
            return -1;
        common = up;
        any = true;
    }
    return common;
}

static int32_t final_of(const evaluation *v, org_index i)
{
    return i < 0 ? -1 : v->organisations[i].final;
}

/* "kind place", then a line for each membership: code, first day, day after the last ("-" while it lasts). */
static status group_document(evaluation *v, const group *g, error *err)
{
    buffer b = {0};
    char from[DATE_TEXT], until[DATE_TEXT];
    buffer_printf(&b, "kind %s\n", g->given->kind);
    for (size_t i = g->first_join; i < g->first_join + g->join_count; i++) {
        const joined *j = &v->groups->joins[i];
        date_format(j->from, from);
        date_format(j->until, until);
        buffer_printf(&b, "%s %s %s\n", v->organisations[j->organisation].code, from,
                      j->until == DATE_FOREVER ? "-" : until);
    }
    status code = buffer_status(&b, err);
    if (code == STATUS_OK)
        code = evaluation_document(v, EDITION_DOCUMENT_GROUP, g->given->code, b.data, err);
    buffer_free(&b);
    return code;
}

status groups_head(evaluation *v, edition *head, error *err)
{
    status code = STATUS_OK;
    for (size_t i = 0; v->groups != NULL && i < v->groups->count && code == STATUS_OK; i++) {
        const group *g = &v->groups->list[i];
        edition_org *o = &head->orgs[v->organisations[g->organisation].final];
        org_index icb = common_ancestor(v, g, ORG_ICB);
        org_index system = orgs_find(v->orgs, text_of(g->given->system));
        if (icb < 0 && system >= 0 && orgs_at(v->orgs, system)->kind == ORG_ICB)
            icb = system;
        org_index region = icb >= 0 ? orgs_ancestor(v->orgs, icb, ORG_REGION, v->map) : -1;
        o->icb = final_of(v, icb);
        o->region = final_of(v, region >= 0 ? region : common_ancestor(v, g, ORG_REGION));
        code = group_document(v, g, err);
    }
    return code;
}

/* ---- percentiles: summed bands --------------------------------------------------------------------------- */

static status slot_add(slot_table *t, size_t from, const slot *key, error *err)
{
    size_t to;
    status code = slot_find(t, key, &to, err);
    if (code != STATUS_OK)
        return code;
    const slot *own = &t->slots[from];
    slot *sum = &t->slots[to];
    sum->rows += own->rows;
    if (sum->first_line == 0 || (own->first_line > 0 && own->first_line < sum->first_line))
        sum->first_line = own->first_line;
    if (own->last_line > sum->last_line)
        sum->last_line = own->last_line;
    for (size_t k = 0; k < t->term_count; k++) {
        facts_span *span = &t->spans[to * t->term_count + k];
        const facts_span more = t->spans[from * t->term_count + k];
        span->rows += more.rows;
        span->suppressed += more.suppressed;
        if (span->first_line == 0 || (more.first_line > 0 && more.first_line < span->first_line))
            span->first_line = more.first_line;
        if (more.last_line > span->last_line)
            span->last_line = more.last_line;
    }
    for (size_t k = 0; k < t->measure_count; k++)
        if (t->unpaired[from * t->measure_count + k])
            t->unpaired[to * t->measure_count + k] = true;
    for (size_t j = 0; j < t->sum_count; j++) {
        int64_t *total = &t->sums[to * t->sum_count + j];
        if (!t->present[from * t->sum_count + j])
            continue;
        t->present[to * t->sum_count + j] = true;
        if (__builtin_add_overflow(*total, t->sums[from * t->sum_count + j], total))
            return error_set(err, STATUS_REFUSED, "A sum of a group of organisations passes the largest whole number");
    }
    return STATUS_OK;
}

status groups_slots(evaluation *v, slot_table *t, period p, error *err)
{
    const struct groups *all = v->groups;
    const date on = period_first_day(p);
    size_t before = t->count;
    for (size_t i = 0; all != NULL && i < before; i++) {
        const slot own = t->slots[i];
        if (own.geography != GEOGRAPHY_AS_PUBLISHED || own.split >= 0 || own.organisation < 0 ||
            (size_t)own.organisation >= all->first_count)
            continue;
        for (int32_t k = all->first_of[own.organisation]; k >= 0; k = all->joins[k].next) {
            const joined *j = &all->joins[k];
            const group *g = &all->list[j->group];
            if (!group_joined(j, on) || group_members_level(v, g, on) != own.level ||
                !group_member_reports(v, own.organisation, on, own.level))
                continue;
            const slot key = {.organisation = g->organisation,
                              .breakdown = own.breakdown,
                              .split = -1,
                              .geography = GEOGRAPHY_CURRENT,
                              .level = own.level};
            status code = slot_add(t, i, &key, err);
            if (code != STATUS_OK)
                return code;
        }
    }
    return STATUS_OK;
}

/* ---- what charts say of it ------------------------------------------------------------------------------- */

void group_breaks(const evaluation *v, const edition_series *s, const edition_point *points, size_t count, size_t *at,
                  size_t *n, buffer *said)
{
    const struct groups *all = v->groups;
    for (size_t k = 0; all != NULL && k < all->told_count; k++) {
        const told *t = &all->told[k];
        size_t i = 0, place = 0;
        char month[PERIOD_TEXT];
        if (t->measure != s->measure || t->organisation != s->org)
            continue;
        if (t->period.kind == PERIOD_NONE) {
            buffer_printf(said, "%s%s", said->length > 0 ? " " : "", t->sentence);
            continue;
        }
        while (i < count && points[i].period.first_month < t->period.first_month)
            i++;
        if (i == 0 || i == count || *n == MEASURE_REBASES_MOST)
            continue;
        period_format(t->period, month);
        buffer_printf(said, "%sLimits start anew from %s: %s.", said->length > 0 ? " " : "", month, t->sentence);
        while (place < *n && at[place] < i)
            place++;
        if (place < *n && at[place] == i)
            continue;
        memmove(at + place + 1, at + place, (*n - place) * sizeof *at);
        at[place] = i;
        (*n)++;
    }
}
