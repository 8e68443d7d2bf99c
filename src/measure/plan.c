/*
 * Plans: which measures of a source one grouped query answers, and the sums it must ask for, each once.
 */
#include "measure/rows.h"

#include <string.h>

static bool same_sum(const measure_sum *a, const measure_sum *b)
{
    if (a->column_count != b->column_count || a->minus_count != b->minus_count || a->filter_count != b->filter_count)
        return false;
    for (size_t i = 0; i < a->column_count; i++)
        if (a->columns[i] != b->columns[i])
            return false;
    for (size_t i = 0; i < a->minus_count; i++)
        if (a->minus[i] != b->minus[i])
            return false;
    for (size_t i = 0; i < a->filter_count; i++) {
        const measure_filter *x = &a->filters[i], *y = &b->filters[i];
        if (x->column != y->column || x->by_kind != y->by_kind || x->except != y->except ||
            x->value_count != y->value_count)
            return false;
        for (size_t k = 0; k < x->value_count; k++)
            if (strcmp(x->values[k], y->values[k]) != 0)
                return false;
    }
    return true;
}

static bool has_kind_filter(const measure_sum *sum)
{
    for (size_t i = 0; i < sum->filter_count; i++)
        if (sum->filters[i].by_kind)
            return true;
    return false;
}

bool measure_is_by_kind(const measure *m)
{
    return has_kind_filter(&m->numerator) || has_kind_filter(&m->denominator);
}

int32_t plan_position(const plan *p, int32_t column)
{
    for (size_t i = 0; i < p->group_count; i++)
        if (p->group_by[i] == column)
            return (int32_t)i;
    return -1;
}

/* The term for a sum, entered where new; -1 for a sum without columns. Columns whose organisations' kinds are asked for are grouped by. */
static status plan_sum(plan *p, const measure_sum *sum, bool each, int32_t *out, error *err)
{
    *out = -1;
    if (sum->column_count == 0)
        return STATUS_OK;
    for (size_t i = 0; i < p->term_count; i++)
        if (p->terms[i].term.each == each && same_sum(p->terms[i].term.sum, sum)) {
            *out = (int32_t)i;
            return STATUS_OK;
        }
    for (size_t i = 0; i < sum->filter_count; i++) {
        if (!sum->filters[i].by_kind || plan_position(p, sum->filters[i].column) >= 0)
            continue;
        if (p->group_count == GROUP_COLUMNS)
            return error_set(err, STATUS_REFUSED,
                             "The measures of %s ask for the kinds of organisations in too many columns",
                             p->source->id);
        p->group_by[p->group_count++] = sum->filters[i].column;
    }
    *out = (int32_t)p->term_count;
    p->terms[p->term_count++] = (plan_term){.term = {.sum = sum, .each = each},
                                            .first = p->sum_count,
                                            .count = each ? sum->column_count : 1,
                                            .by_kind = has_kind_filter(sum)};
    p->sum_count += p->terms[*out].count;
    return STATUS_OK;
}

/* A percentile needs its bands each, the open one last, whatever the numerator's list says. */
static status percentile_bands(evaluation *v, const measure *m, const measure_sum **out, error *err)
{
    *out = &m->numerator;
    if (m->open_band < 0)
        return STATUS_OK;
    for (size_t i = 0; i < m->numerator.column_count; i++)
        if (m->numerator.columns[i] == m->open_band)
            return STATUS_OK;
    measure_sum *sum = arena_alloc(&v->memory, sizeof *sum);
    int32_t *columns = arena_array(&v->memory, m->numerator.column_count + 1, sizeof *columns);
    if (sum == NULL || columns == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    memcpy(columns, m->numerator.columns, m->numerator.column_count * sizeof *columns);
    columns[m->numerator.column_count] = m->open_band;
    *sum = m->numerator;
    sum->columns = columns;
    sum->column_count = m->numerator.column_count + 1;
    *out = sum;
    return STATUS_OK;
}

static bool wanted(const evaluation *v, const measure *m)
{
    return v->options->only_measure == NULL || strcmp(v->options->only_measure, m->id) == 0;
}

/* Is any level of the measure fed by this role (or England by all rows, which the source's first role answers for)? */
static bool uses_role(const measure *m, int32_t role, bool england)
{
    for (int l = LEVEL_ENGLAND; l < LEVEL_COUNT; l++)
        if (m->level_role[l] == role)
            return true;
    return england && m->level_role[LEVEL_ENGLAND] == MEASURE_ALL_ROWS;
}

bool measure_has_breakdown(const measure *m, int32_t breakdown)
{
    for (size_t i = 0; i < m->breakdown_count; i++)
        if (m->breakdowns[i] == breakdown)
            return true;
    return false;
}

/* The lowest level that a role's organisations feed: England where nothing else is. */
static level role_lowest(const evaluation *v, int32_t source_at, int32_t role)
{
    int lowest = LEVEL_ENGLAND;
    for (size_t i = 0; i < v->catalogue->measure_count; i++)
        for (int l = LEVEL_REGION; l < LEVEL_COUNT; l++)
            if (v->catalogue->measures[i].source == source_at && v->catalogue->measures[i].level_role[l] == role &&
                l > lowest)
                lowest = l;
    return (level)lowest;
}

level role_level(const evaluation *v, int32_t source_at, int32_t role)
{
    level lowest = role_lowest(v, source_at, role);
    return lowest == LEVEL_ENGLAND ? LEVEL_PROVIDER : lowest;
}

/* Do two sums look at the same rows? Filters by kind never do: they count a part of the organisations. */
static bool same_rows(const measure_sum *a, const measure_sum *b)
{
    bool same = a->filter_count == b->filter_count;
    for (size_t i = 0; same && i < a->filter_count; i++) {
        const measure_filter *x = &a->filters[i], *y = &b->filters[i];
        same = !x->by_kind && !y->by_kind && x->column == y->column && x->except == y->except &&
               x->value_count == y->value_count;
        for (size_t k = 0; same && k < x->value_count; k++)
            same = strcmp(x->values[k], y->values[k]) == 0;
    }
    return same;
}

status plan_make(evaluation *v, int32_t source_at, int32_t role, int32_t breakdown, bool totals, bool by_kind,
                 bool england, plan *p, error *err)
{
    const catalogue *c = v->catalogue;
    *p = (plan){.source = &c->sources[source_at],
                .role = role,
                .breakdown = breakdown,
                .totals = totals,
                .england_only = role_lowest(v, source_at, role) == LEVEL_ENGLAND,
                .base = role_level(v, source_at, role),
                .parent_at = -1,
                .breakdown_at = -1};
    p->terms = arena_array(&v->memory, 2 * c->measure_count + 1, sizeof *p->terms);
    p->measures = arena_array(&v->memory, c->measure_count + 1, sizeof *p->measures);
    if (p->terms == NULL || p->measures == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    p->group_by[p->group_count++] = p->source->roles[role].column;
    if (p->source->roles[role].parent_column >= 0) {
        p->parent_at = (int32_t)p->group_count;
        p->group_by[p->group_count++] = p->source->roles[role].parent_column;
    }
    if (breakdown >= 0) {
        p->breakdown_at = (int32_t)p->group_count;
        p->group_by[p->group_count++] = p->source->breakdowns[breakdown].column;
    }
    for (size_t i = 0; i < c->measure_count; i++) {
        const measure *m = &c->measures[i];
        if (m->source != source_at || m->value == VALUE_GIVEN || !wanted(v, m) || measure_is_by_kind(m) != by_kind ||
            !uses_role(m, role, england) || !(totals || measure_has_breakdown(m, breakdown)))
            continue;
        const measure_sum *numerator = &m->numerator;
        bool percentile = m->value == VALUE_PERCENTILE;
        plan_measure *pm = &p->measures[p->measure_count++];
        pm->measure = (int32_t)i;
        status code = percentile ? percentile_bands(v, m, &numerator, err) : STATUS_OK;
        if (code == STATUS_OK)
            code = plan_sum(p, numerator, percentile, &pm->numerator, err);
        if (code == STATUS_OK)
            code = plan_sum(p, &m->denominator, false, &pm->denominator, err);
        if (code != STATUS_OK)
            return code;
        pm->paired = m->value == VALUE_RATIO && pm->numerator >= 0 && pm->denominator >= 0 &&
                     same_rows(&m->numerator, &m->denominator);
    }
    return STATUS_OK;
}
