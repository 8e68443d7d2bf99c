/*
 * The figures of groups: for each measure and period the parts of the members' own figures, handed on to the group. What makes a figure, and what
 * makes none, says groups.c.
 */
#include "measure/groups.h"

#include <stdlib.h>
#include <string.h>

static status full(error *err)
{
    return error_set(err, STATUS_MEMORY, "Out of memory for groups of organisations");
}

/* A contribution to a member's own figure, or a percentile of the group's from its slots. */
typedef struct gathered {
    contribution c;
    size_t at; /* in evaluation.contributions */
} gathered;

typedef struct adding {
    evaluation *v;
    const edition *head;
    const group *group;
    int32_t final; /* of the group in the edition */
    gathered *found;
    size_t count;
    contribution *parts; /* of one member's figure; as many as are found */
    int32_t *finals;     /* distinct members in the edition, ascending */
    size_t member_count;
    bool *ever;    /* by member: has a figure of the measure at all */
    bool *totals;  /* by member: has a figure of the total in this period */
    bool *within;  /* by member: is expected to have a figure in this period */
    bool *behind;  /* by member: is behind the figures of the period */
    bool *earlier; /* by member: was behind those of the period before */
    bool has_earlier;
    bool *drop; /* by contribution of the evaluation: a percentile without all of its members */
} adding;

static int compare_gathered(const void *a, const void *b)
{
    const gathered *x = a, *y = b;
    int c = x->c.measure != y->c.measure ? (x->c.measure < y->c.measure ? -1 : 1)
                                         : period_compare(x->c.period, y->c.period);
    if (c == 0 && x->c.breakdown != y->c.breakdown)
        c = x->c.breakdown < y->c.breakdown ? -1 : 1;
    if (c == 0 && x->c.organisation != y->c.organisation)
        c = x->c.organisation < y->c.organisation ? -1 : 1;
    return c != 0 ? c : contribution_compare(&x->c, &y->c);
}

static int compare_int32(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

static size_t member_place(const adding *a, int32_t final)
{
    const int32_t *at = bsearch(&final, a->finals, a->member_count, sizeof *a->finals, compare_int32);
    return at == NULL ? SIZE_MAX : (size_t)(at - a->finals);
}

static bool is_percentile(const adding *a, const contribution *c)
{
    return strcmp(a->head->measures[c->measure].value_kind, "percentile") == 0;
}

/* Can the part be added up to the figure of a whole? */
static bool adds_up(const adding *a, const contribution *c)
{
    const char *kind = a->head->measures[c->measure].value_kind;
    if (is_percentile(a, c))
        return c->has_denominator && c->rank == RANK_ROWS;
    if (c->given || !c->has_numerator || strcmp(kind, "given") == 0)
        return false;
    return strcmp(kind, "ratio") != 0 || c->has_denominator;
}

/* The parts of one member's figure, from found[*at] on: *at is moved behind them. False where there is no figure that adds up. */
static bool member_figure(adding *a, size_t *at, size_t end, size_t *first, size_t *count)
{
    size_t n = 0, start = *at;
    while (*at < end && a->found[*at].c.organisation == a->found[start].c.organisation)
        a->parts[n++] = a->found[(*at)++].c;
    if (!figure_parts(a->parts, n, first, count))
        return false;
    for (size_t i = *first; i < *first + *count; i++)
        if (!adds_up(a, &a->parts[i]))
            return false;
    return true;
}

static void period_members(adding *a, period p)
{
    const evaluation *v = a->v;
    const date on = period_first_day(p);
    const level at = group_members_level(v, a->group, on);
    memset(a->within, 0, a->member_count);
    for (size_t i = a->group->first_join; i < a->group->first_join + a->group->join_count; i++) {
        const joined *j = &v->groups->joins[i];
        size_t m = member_place(a, v->organisations[j->organisation].final);
        if (m != SIZE_MAX && group_joined(j, on) && group_member_reports(v, j->organisation, on, at))
            a->within[m] = at != LEVEL_PROVIDER || a->ever[m];
    }
}

/* Boards and locations always report: one without any figure, which the edition does not know at all, leaves no whole. */
static bool board_missing(const adding *a, period p)
{
    const evaluation *v = a->v;
    const date on = period_first_day(p);
    const level at = group_members_level(v, a->group, on);
    for (size_t i = a->group->first_join; i < a->group->first_join + a->group->join_count; i++) {
        const joined *j = &v->groups->joins[i];
        if (at != LEVEL_PROVIDER && group_joined(j, on) && group_member_reports(v, j->organisation, on, at) &&
            v->organisations[j->organisation].final < 0)
            return true;
    }
    return false;
}

/* One breakdown value of a period: found[from..end). The group's own percentiles, if any, are among them. */
static status add_figure(adding *a, size_t from, size_t end, bool any_totals, bool *made, error *err)
{
    evaluation *v = a->v;
    const bool total = a->found[from].c.breakdown < 0, percentile = is_percentile(a, &a->found[from].c);
    bool whole = !board_missing(a, a->found[from].c.period), rows_alone = true, any = false;
    size_t own = 0, kept = SIZE_MAX, first, count;
    bool *have = a->behind;
    memset(have, 0, a->member_count);
    for (size_t i = from; i < end;) {
        int32_t who = a->found[i].c.organisation;
        if (who == a->final) {
            kept = a->found[i].at;
            a->drop[kept] = true;
            own++;
            i++;
            continue;
        }
        size_t m = member_place(a, who);
        bool figure = member_figure(a, &i, end, &first, &count);
        if (m == SIZE_MAX || !a->within[m] || !figure)
            continue;
        have[m] = any = true;
        rows_alone = rows_alone && a->parts[first].rank == RANK_ROWS;
    }
    for (size_t m = 0; m < a->member_count; m++)
        whole = whole && (!a->within[m] || have[m] || (!total && any_totals && a->totals[m]));
    if (total)
        memcpy(a->totals, have, a->member_count);
    *made = whole && any;
    if (!*made)
        return STATUS_OK;
    if (percentile) {
        if (own == 1)
            a->drop[kept] = false;
        *made = own == 1;
        return STATUS_OK;
    }
    for (size_t i = from; i < end;) {
        size_t m = member_place(a, a->found[i].c.organisation);
        bool figure = member_figure(a, &i, end, &first, &count);
        for (size_t k = first; m != SIZE_MAX && a->within[m] && figure && k < first + count; k++) {
            contribution c = a->parts[k];
            c.organisation = a->final;
            c.geography = GEOGRAPHY_CURRENT;
            c.rank = rows_alone ? RANK_ROWS : RANK_TIDY_FROM_PROVIDERS;
            c.parts = 0;
            status code = evaluation_contribute(v, &c, err);
            if (code != STATUS_OK)
                return code;
        }
    }
    return STATUS_OK;
}

static status tell(adding *a, int32_t measure_at, period p, const buffer *words, error *err)
{
    struct groups *all = a->v->groups;
    if (all->told_count == all->told_capacity) {
        size_t capacity = all->told_capacity == 0 ? 16 : all->told_capacity * 2;
        told *grown = realloc(all->told, capacity * sizeof *grown);
        if (grown == NULL)
            return full(err);
        all->told = grown;
        all->told_capacity = capacity;
    }
    const char *copy = words->failed ? NULL : arena_copy(&a->v->memory, words->data, words->length);
    if (copy == NULL)
        return full(err);
    all->told[all->told_count++] = (told){measure_at, a->final, p, copy};
    return STATUS_OK;
}

static void name_members(const adding *a, const bool *chosen, const bool *but, const char *words, buffer *out)
{
    bool any = false;
    for (size_t m = 0; m < a->member_count; m++) {
        if (!chosen[m] || but[m])
            continue;
        buffer_printf(out, "%s%s", any ? ", " : out->length > 0 ? "; " : "", a->head->orgs[a->finals[m]].code);
        any = true;
    }
    if (any)
        buffer_printf(out, " %s", words);
}

/* The members behind the figures of a period, against those of the period before. */
static status tell_change(adding *a, const contribution *c, error *err)
{
    status code = STATUS_OK;
    bool same = !a->has_earlier || memcmp(a->totals, a->earlier, a->member_count) == 0;
    if (!same) {
        buffer b = {0};
        name_members(a, a->totals, a->earlier, "joined", &b);
        name_members(a, a->earlier, a->totals, "left", &b);
        code = tell(a, c->measure, c->period, &b, err);
        buffer_free(&b);
    }
    memcpy(a->earlier, a->totals, a->member_count);
    a->has_earlier = true;
    return code;
}

/* Providers among the members that have no figure of the measure at all: whoever reads the sum is told. */
static status tell_without(adding *a, int32_t measure_at, const bool *spoken_of, error *err)
{
    buffer b = {0};
    const evaluation *v = a->v;
    for (size_t i = a->group->first_join; i < a->group->first_join + a->group->join_count; i++) {
        const joined *j = &v->groups->joins[i];
        const working_org *w = &v->organisations[j->organisation];
        const date on = j->from > v->map ? j->from : j->until <= v->map ? j->until - 1 : v->map;
        const org_kind kind = group_member_kind(v, j->organisation, on);
        size_t m = w->final < 0 ? SIZE_MAX : member_place(a, w->final);
        bool again = false;
        for (size_t k = a->group->first_join; k < i; k++)
            again = again || v->groups->joins[k].organisation == j->organisation;
        if (again || !org_kind_is_provider(kind) || kind == ORG_UNKNOWN || kind == ORG_LOCAL_AUTHORITY ||
            (m != SIZE_MAX && spoken_of[m]))
            continue;
        buffer_printf(&b, "%s%s", b.length == 0 ? "Without " : ", ", w->code);
    }
    if (b.length > 0)
        buffer_text(&b, ", of which there are no figures of this measure.");
    status code = b.length > 0 ? tell(a, measure_at, (period){0}, &b, err) : STATUS_OK;
    buffer_free(&b);
    return code;
}

/* All periods of one measure: found[from..end). */
static status add_measure(adding *a, size_t from, size_t end, error *err)
{
    status code = STATUS_OK;
    bool any_made = false;
    size_t first, count;
    memset(a->ever, 0, a->member_count);
    for (size_t i = from; i < end;) {
        size_t m = member_place(a, a->found[i].c.organisation);
        int32_t breakdown = a->found[i].c.breakdown, who = a->found[i].c.organisation;
        period p = a->found[i].c.period;
        size_t stop = i;
        while (stop < end && a->found[stop].c.organisation == who && a->found[stop].c.breakdown == breakdown &&
               period_compare(a->found[stop].c.period, p) == 0)
            stop++;
        if (m == SIZE_MAX)
            i = stop;
        else
            a->ever[m] = member_figure(a, &i, stop, &first, &count) || a->ever[m];
        i = stop;
    }
    a->has_earlier = false;
    for (size_t i = from; i < end && code == STATUS_OK;) {
        size_t stop = i;
        bool any_totals = false;
        const contribution head = a->found[i].c;
        period_members(a, head.period);
        memset(a->totals, 0, a->member_count);
        while (stop < end && period_compare(a->found[stop].c.period, head.period) == 0 && code == STATUS_OK) {
            size_t value_end = stop;
            bool made;
            while (value_end < end && period_compare(a->found[value_end].c.period, head.period) == 0 &&
                   a->found[value_end].c.breakdown == a->found[stop].c.breakdown)
                value_end++;
            code = add_figure(a, stop, value_end, any_totals, &made, err);
            if (a->found[stop].c.breakdown < 0) {
                any_totals = true;
                if (made && code == STATUS_OK)
                    code = tell_change(a, &head, err);
            }
            any_made = any_made || made;
            stop = value_end;
        }
        i = stop;
    }
    return code == STATUS_OK && any_made ? tell_without(a, a->found[from].c.measure, a->ever, err) : code;
}

static status gather(adding *a, const bool *is_member, error *err)
{
    const evaluation *v = a->v;
    size_t n = 0;
    for (int pass = 0; pass < 2; pass++) {
        a->count = 0;
        for (size_t i = 0; i < v->contribution_count; i++) {
            const contribution *c = &v->contributions[i];
            bool own = c->organisation == a->final && c->rank == RANK_ROWS;
            if (!own && (c->geography != GEOGRAPHY_AS_PUBLISHED || !is_member[c->organisation]))
                continue;
            if (pass == 1)
                a->found[a->count] = (gathered){*c, i};
            a->count++;
        }
        n = a->count;
        if (pass == 0 && ((a->found = malloc((n + 1) * sizeof *a->found)) == NULL ||
                          (a->parts = malloc((n + 1) * sizeof *a->parts)) == NULL))
            return full(err);
    }
    qsort(a->found, n, sizeof *a->found, compare_gathered);
    return STATUS_OK;
}

static status add_group(evaluation *v, const edition *head, const group *g, bool *drop, error *err)
{
    adding a = {.v = v, .head = head, .group = g, .final = v->organisations[g->organisation].final, .drop = drop};
    arena scratch = {0};
    status code = STATUS_OK;
    bool *is_member = arena_array(&scratch, head->org_count + 1, sizeof *is_member);
    bool **marks[] = {&a.ever, &a.totals, &a.within, &a.behind, &a.earlier};
    a.finals = arena_array(&scratch, g->join_count + 1, sizeof *a.finals);
    bool room = is_member != NULL && a.finals != NULL;
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        room = (*marks[i] = arena_array(&scratch, g->join_count + 1, sizeof(bool))) != NULL && room;
    if (!room) {
        code = full(err);
        goto out;
    }
    for (size_t i = g->first_join; i < g->first_join + g->join_count; i++) {
        int32_t final = v->organisations[v->groups->joins[i].organisation].final;
        if (final < 0 || is_member[final])
            continue;
        is_member[final] = true;
        a.finals[a.member_count++] = final;
    }
    qsort(a.finals, a.member_count, sizeof *a.finals, compare_int32);
    code = gather(&a, is_member, err);
    for (size_t i = 0; i < a.count && code == STATUS_OK;) {
        size_t end = i;
        while (end < a.count && a.found[end].c.measure == a.found[i].c.measure)
            end++;
        code = add_measure(&a, i, end, err);
        i = end;
    }
out:
    free(a.found);
    free(a.parts);
    arena_free(&scratch);
    return code;
}

status groups_figures(evaluation *v, const edition *head, bool *added, error *err)
{
    size_t before = v->contribution_count, kept = 0;
    status code = STATUS_OK;
    *added = false;
    if (v->groups == NULL || before == 0)
        return STATUS_OK;
    bool *drop = calloc(before, sizeof *drop);
    if (drop == NULL)
        return full(err);
    for (size_t i = 0; i < v->groups->count && code == STATUS_OK; i++)
        code = add_group(v, head, &v->groups->list[i], drop, err);
    for (size_t i = 0; i < v->contribution_count; i++)
        if (i >= before || !drop[i])
            v->contributions[kept++] = v->contributions[i];
    v->contribution_count = kept;
    *added = true;
    free(drop);
    return code;
}
