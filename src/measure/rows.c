/*
 * Measures over rows. One grouped query per source, role, breakdown and a few releases at a time answers every measure of that source at
 * once: its terms are the sums that the measures need, each once. Groups are placed on the maps, their sums are added as
 * integers, and each measure's figure is made from the sums of its organisation at the end of a period.
 */
#include "measure/rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Releases and their rows per query: bounds the memory that a result takes. Small releases go together, since each query has its price. */
#define RELEASES_PER_QUERY 64
#define ROWS_PER_QUERY     1200000

/* The placings of split organisations within one period: what their slots are to be shared by. */
typedef struct splits {
    placing *list;
    size_t count, capacity;
} splits;

/* One query's groups on their way to figures. */
typedef struct work {
    evaluation *v;
    const plan *plan;
    slot_table slots;
    splits splits;
    bool england;
    bool *meets; /* per term: does this group's organisation have the kind that is asked for? */
    int32_t england_org;
    /* Groups of one code and parent follow each other: they are placed once. */
    const facts_group *placed;
    int32_t organisation;
    placing where[2];
    int32_t split[2]; /* index of where[i] in splits, -1 while it has none */
} work;

/* ---- figures ------------------------------------------------------------------------------------------ */

/* Published as one figure: taken as it is, and only where it is one (a merger's two centiles have no mean). */
static bool figure_published(const measure *m, bool has_both, int64_t numerator, int64_t denominator, contribution *c)
{
    int64_t one = m->denominator_parts > 1 ? m->denominator_parts : 1;
    if (!has_both || denominator != one)
        return false;
    c->value = m->scale * (double)numerator / (double)(m->numerator_parts > 1 ? m->numerator_parts : 1);
    c->given = true;
    return true;
}

bool measure_figure(const measure *m, const int64_t *bands, size_t band_count, bool has_numerator, int64_t numerator,
                    bool has_denominator, int64_t denominator, contribution *c)
{
    c->value = (double)NAN;
    if (m->value == VALUE_PERCENTILE) {
        if (!has_denominator)
            return false;
        c->denominator = denominator;
        c->has_denominator = true;
        int64_t total = 0, below = 0;
        for (size_t k = 0; k < band_count; k++)
            total += bands[k];
        if (total <= 0)
            return true;
        double position = m->percentile * (double)total;
        size_t closed = m->open_band >= 0 ? band_count - 1 : band_count;
        for (size_t k = 0; k < closed; k++) {
            if (bands[k] > 0 && (double)(below + bands[k]) >= position) {
                c->value = (double)k + (position - (double)below) / (double)bands[k];
                c->given = true;
                return true;
            }
            below += bands[k];
        }
        c->over_open_band = true;
        return true;
    }
    if (m->value == VALUE_PUBLISHED)
        return figure_published(m, has_numerator && has_denominator, numerator, denominator, c);
    if (!has_numerator)
        return false;
    c->numerator = numerator;
    c->has_numerator = true;
    if (m->value == VALUE_RATIO) {
        if (!has_denominator)
            return false;
        c->denominator = denominator;
        c->has_denominator = true;
    }
    return true;
}

/* England is made of every row of the source (MEASURE_ALL_ROWS), or of the rows that have a code in one role: a publication that gives
 * the same people by provider and by commissioner, or its own line for England, must not be added up twice. */
#define ENGLAND_OF_ROLE ((level)LEVEL_COUNT)

static bool answers_at(const measure *m, level l, int32_t role)
{
    if (l == LEVEL_ENGLAND)
        return m->level_role[LEVEL_ENGLAND] == MEASURE_ALL_ROWS;
    return m->level_role[l == ENGLAND_OF_ROLE ? LEVEL_ENGLAND : l] == role;
}

static void span_add(facts_span *to, facts_span more)
{
    to->rows += more.rows;
    to->suppressed += more.suppressed;
    if (to->first_line == 0 || (more.first_line > 0 && more.first_line < to->first_line))
        to->first_line = more.first_line;
    if (more.last_line > to->last_line)
        to->last_line = more.last_line;
}

/* The rows of numerator and denominator are mostly the same: the longer list stands for both. */
static void figure_lines(contribution *c, const facts_span *spans, int32_t numerator, int32_t denominator)
{
    facts_span both = {0};
    const int32_t terms[] = {numerator, denominator};
    for (int i = 0; i < 2; i++) {
        if (terms[i] < 0)
            continue;
        int64_t rows = both.rows > spans[terms[i]].rows ? both.rows : spans[terms[i]].rows;
        span_add(&both, spans[terms[i]]);
        both.rows = rows;
    }
    c->rows = both.rows;
    c->first_line = both.first_line;
    c->last_line = both.last_line;
}

/* What the publisher withholds is neither nought nor missing: a sum that it is a part of has no figure, and says why. */
static bool is_withheld(const facts_span *spans, const plan_measure *pm)
{
    return (pm->numerator >= 0 && spans[pm->numerator].suppressed > 0) ||
           (pm->denominator >= 0 && spans[pm->denominator].suppressed > 0);
}

/* England is left as the publication's own line of totals adds it up, where it prints one and that agrees; what its rows lack is told by `check`. A difference of two columns of that line is no sum of
 * the rows' differences where a row lacks one of the two. */
static bool printed_so(const evaluation *v, const measure *m, const slot *s, const selected *chosen)
{
    const release *r = &v->releases[chosen->release];
    return (s->level == LEVEL_ENGLAND || s->level == ENGLAND_OF_ROLE) && r->totals_checked > 0 &&
           r->totals_differing == 0 && m->numerator.minus_count == 0 && m->denominator.minus_count == 0;
}

/* Every measure's figure from the sums of one slot. */
static status slot_figures(evaluation *v, const plan *p, const slot_table *t, size_t i, const selected *chosen,
                           error *err)
{
    const slot *s = &t->slots[i];
    const int64_t *sums = t->sums + i * t->sum_count;
    const bool *present = t->present + i * t->sum_count;
    const bool of_group = group_at(v, s->organisation) != NULL; /* groups_figures adds up all but percentiles */
    for (size_t k = 0; k < p->measure_count; k++) {
        const plan_measure *pm = &p->measures[k];
        const measure *m = &v->catalogue->measures[pm->measure];
        if (!answers_at(m, s->level, p->role) || (of_group && m->value != VALUE_PERCENTILE))
            continue;
        if (s->breakdown >= 0) {
            bool has = false;
            for (size_t b = 0; b < m->breakdown_count; b++)
                has = has || m->breakdowns[b] == p->breakdown;
            if (!has)
                continue;
        }
        contribution c = {.measure = pm->measure,
                          .organisation = s->organisation,
                          .breakdown = s->breakdown,
                          .geography = s->geography,
                          .period = chosen->period,
                          .rank = RANK_ROWS,
                          .from = -1,
                          .estimated = s->estimated,
                          .revised = chosen->revised,
                          .release = chosen->release};
        figure_lines(&c, t->spans + i * t->term_count, pm->numerator, pm->denominator);
        const plan_term *numerator = pm->numerator < 0 ? NULL : &p->terms[pm->numerator];
        const plan_term *denominator = pm->denominator < 0 ? NULL : &p->terms[pm->denominator];
        bool figure = measure_figure(
            m, numerator == NULL ? NULL : sums + numerator->first, numerator == NULL ? 0 : numerator->count,
            numerator != NULL && present[numerator->first], numerator == NULL ? 0 : sums[numerator->first],
            denominator != NULL && present[denominator->first], denominator == NULL ? 0 : sums[denominator->first], &c);
        if (t->unpaired[i * t->measure_count + k] && !printed_so(v, m, s, chosen))
            figure = false;
        if (is_withheld(t->spans + i * t->term_count, pm)) {
            c.value = (double)NAN;
            c.numerator = c.denominator = 0;
            c.has_numerator = c.has_denominator = c.given = c.over_open_band = false;
            c.suppressed = figure = true;
        }
        bool own =
            s->breakdown < 0 && s->geography == GEOGRAPHY_CURRENT && s->level == p->base && !s->estimated && !of_group;
        if (!figure && !own)
            continue;
        status code = figure ? evaluation_contribute(v, &c, err)
                             : quality_blank(v, pm->measure, s->organisation, chosen->period, chosen->release,
                                             s->first_line, err);
        if (code != STATUS_OK)
            return code;
    }
    return STATUS_OK;
}

/* ---- adding groups ------------------------------------------------------------------------------------ */

static void add_lines(slot *s, int64_t rows, int64_t first_line, int64_t last_line)
{
    s->rows += rows;
    if (s->first_line == 0 || (first_line > 0 && first_line < s->first_line))
        s->first_line = first_line;
    if (last_line > s->last_line)
        s->last_line = last_line;
}

static status sum_too_large(const plan *p, error *err)
{
    return error_set(err, STATUS_REFUSED, "A sum of %s passes the largest whole number", p->source->name);
}

/* Do the dated kinds of the organisations in this group meet every filter by kind of the term? */
static status kinds_meet(evaluation *v, const plan *p, const plan_term *term, const facts_group *g, bool *out,
                         error *err)
{
    const measure_sum *sum = term->term.sum;
    *out = true;
    for (size_t i = 0; term->by_kind && *out && i < sum->filter_count; i++) {
        const measure_filter *filter = &sum->filters[i];
        if (!filter->by_kind)
            continue;
        int32_t organisation;
        status code =
            evaluation_organisation(v, g->keys[plan_position(p, filter->column)], p->source->id, &organisation, err);
        if (code != STATUS_OK)
            return code;
        org_kind kind = ORG_UNKNOWN;
        if (organisation >= 0 && v->organisations[organisation].known >= 0)
            kind = orgs_kind_on(v->orgs, v->organisations[organisation].known, period_first_day(g->period));
        *out = false;
        for (size_t k = 0; k < filter->value_count; k++)
            *out = *out || strcmp(filter->values[k], org_kind_name(kind)) == 0;
    }
    return STATUS_OK;
}

/* A hospital that gave its attendances and not its waits is missing: a share over everybody else's waits and its attendances too would be wrong. */
static bool is_unpaired(const plan *p, const plan_measure *pm, const facts_group *g)
{
    return pm->paired && g->present[p->terms[pm->numerator].first] != g->present[p->terms[pm->denominator].first];
}

static status add_to_slot(work *w, const facts_group *g, const slot *key, error *err)
{
    slot_table *t = &w->slots;
    size_t i;
    status code = slot_find(t, key, &i, err);
    if (code != STATUS_OK)
        return code;
    int64_t *sums = t->sums + i * t->sum_count;
    bool *present = t->present + i * t->sum_count;
    add_lines(&t->slots[i], g->rows, g->first_line, g->last_line);
    for (size_t k = 0; k < w->plan->measure_count; k++)
        if (is_unpaired(w->plan, &w->plan->measures[k], g))
            t->unpaired[i * t->measure_count + k] = true;
    for (size_t k = 0; k < w->plan->term_count; k++) {
        const plan_term *term = &w->plan->terms[k];
        if (w->meets[k])
            span_add(&t->spans[i * t->term_count + k], g->spans[k]);
        for (size_t j = term->first; j < term->first + term->count; j++) {
            if (!g->present[j])
                continue;
            present[j] = true;
            if (w->meets[k] && __builtin_add_overflow(sums[j], g->sums[j], &sums[j]))
                return sum_too_large(w->plan, err);
        }
    }
    return STATUS_OK;
}

static status group_breakdown(evaluation *v, const plan *p, const facts_group *g, int32_t *out, error *err)
{
    *out = -1;
    if (p->breakdown_at < 0)
        return STATUS_OK;
    const source_breakdown *b = &p->source->breakdowns[p->breakdown];
    text value = g->keys[p->breakdown_at];
    char code_text[128], key[192];
    if (value.length == 0 || value.length >= sizeof code_text)
        return STATUS_OK;
    memcpy(code_text, value.at, value.length);
    code_text[value.length] = 0;
    const char *kept = code_text, *name;
    for (size_t i = 0; i < b->value_count; i++)
        if (b->values[i].same_as != NULL && strcmp(b->values[i].code, code_text) == 0)
            kept = b->values[i].same_as;
    (void)snprintf(key, sizeof key, "%s=%s", b->id, kept);
    name = kept;
    for (size_t i = 0; i < b->value_count; i++)
        if (strcmp(b->values[i].code, kept) == 0)
            name = b->values[i].name;
    return evaluation_breakdown(v, key, b->id, b->name, name, out, err);
}

/* Where the organisation of a group belongs on each map; the group before usually had the same one. */
static status place_group(work *w, const facts_group *g, error *err)
{
    const plan *p = w->plan;
    const source_role *role = &p->source->roles[p->role];
    const facts_group *before = w->placed;
    if (before != NULL && text_equal(before->keys[0], g->keys[0]) &&
        (p->parent_at < 0 || text_equal(before->keys[p->parent_at], g->keys[p->parent_at])))
        return STATUS_OK;
    text parent = p->parent_at < 0 ? (text){"", 0} : g->keys[p->parent_at];
    bool as_at = w->v->options->geography == GEOGRAPHY_AS_AT;
    status code = STATUS_OK;
    if (p->england_only)
        w->organisation = text_trim(g->keys[0]).length == 0 ? -1 : w->england_org;
    else
        code = evaluation_organisation(w->v, g->keys[0], p->source->id, &w->organisation, err);
    for (int i = 0; i < 2 && code == STATUS_OK; i++) {
        w->where[i].count = 0;
        w->split[i] = -1;
        if (!p->england_only && (i == 0 || !as_at))
            code = evaluation_place(w->v, w->organisation, p->base, g->period,
                                    i == 1  ? GEOGRAPHY_AS_PUBLISHED
                                    : as_at ? GEOGRAPHY_AS_AT
                                            : GEOGRAPHY_CURRENT,
                                    parent, role->parent_kind, &w->where[i], err);
    }
    w->placed = code == STATUS_OK ? g : NULL;
    return code;
}

static status split_of(work *w, int map, int32_t *out, error *err)
{
    splits *s = &w->splits;
    if (w->split[map] < 0) {
        if (s->count == s->capacity) {
            size_t capacity = s->capacity == 0 ? 16 : s->capacity * 2;
            placing *grown = realloc(s->list, capacity * sizeof *grown);
            if (grown == NULL)
                return error_set(err, STATUS_MEMORY, "Out of memory for sums");
            s->list = grown;
            s->capacity = capacity;
        }
        w->split[map] = (int32_t)s->count;
        s->list[s->count++] = w->where[map];
    }
    *out = w->split[map];
    return STATUS_OK;
}

/* Adds a group to its organisation and to those above it, on each geography, for its breakdown value and for the total. */
static status add_group(work *w, const facts_group *g, error *err)
{
    evaluation *v = w->v;
    const plan *p = w->plan;
    geography on_map = v->options->geography == GEOGRAPHY_AS_AT ? GEOGRAPHY_AS_AT : GEOGRAPHY_CURRENT;
    int32_t breakdown;
    status code = place_group(w, g, err);
    if (code == STATUS_OK)
        code = group_breakdown(v, p, g, &breakdown, err);
    for (size_t k = 0; code == STATUS_OK && k < p->term_count; k++)
        code = kinds_meet(v, p, &p->terms[k], g, &w->meets[k], err);
    if (code != STATUS_OK)
        return code;
    if (p->counts_unknown && w->organisation >= 0 && v->organisations[w->organisation].known < 0)
        v->organisations[w->organisation].rows += g->rows;
    int32_t as[2] = {breakdown, -1};
    for (size_t b = breakdown >= 0 ? 0 : 1; b < (p->totals ? 2 : 1); b++) {
        slot key = {.organisation = w->england_org,
                    .breakdown = as[b],
                    .split = -1,
                    .geography = on_map,
                    .level = LEVEL_ENGLAND};
        if (w->england && (code = add_to_slot(w, g, &key, err)) != STATUS_OK)
            return code;
        key.level = ENGLAND_OF_ROLE;
        if (w->organisation >= 0 && (code = add_to_slot(w, g, &key, err)) != STATUS_OK)
            return code;
        for (int map = 0; map < 2; map++)
            for (size_t i = 0; i < w->where[map].count; i++) {
                const placement *at = &w->where[map].places[i];
                key = (slot){.organisation = at->organisation,
                             .breakdown = as[b],
                             .split = -1,
                             .geography = map == 0 ? on_map : GEOGRAPHY_AS_PUBLISHED,
                             .level = at->level};
                if (at->estimated && (code = split_of(w, map, &key.split, err)) != STATUS_OK)
                    return code;
                if ((code = add_to_slot(w, g, &key, err)) != STATUS_OK)
                    return code;
            }
    }
    return STATUS_OK;
}

/* Shares out the sums of split organisations, now that they are complete. */
static status share_splits(work *w, error *err)
{
    slot_table *t = &w->slots;
    size_t before = t->count;
    for (size_t i = 0; i < before; i++) {
        slot from = t->slots[i], key = from;
        if (from.split < 0)
            continue;
        const placing *where = &w->splits.list[from.split];
        const placement *at = NULL;
        for (size_t k = 0; k < where->count; k++)
            if (where->places[k].level == from.level && where->places[k].organisation == from.organisation)
                at = &where->places[k];
        size_t to;
        key.split = -1;
        status code =
            at == NULL ? error_set(err, STATUS_INTERNAL, "A split went nowhere") : slot_find(t, &key, &to, err);
        if (code != STATUS_OK)
            return code;
        t->slots[to].estimated = true;
        add_lines(&t->slots[to], from.rows, from.first_line, from.last_line);
        for (size_t k = 0; k < t->term_count; k++)
            span_add(&t->spans[to * t->term_count + k], t->spans[i * t->term_count + k]);
        for (size_t k = 0; k < t->measure_count; k++)
            if (t->unpaired[i * t->measure_count + k])
                t->unpaired[to * t->measure_count + k] = true;
        for (size_t j = 0; j < t->sum_count; j++) {
            if (!t->present[i * t->sum_count + j])
                continue;
            int64_t part = placed_part(where, at, t->sums[i * t->sum_count + j]),
                    *sum = &t->sums[to * t->sum_count + j];
            t->present[to * t->sum_count + j] = true;
            if (__builtin_add_overflow(*sum, part, sum))
                return sum_too_large(w->plan, err);
        }
    }
    return STATUS_OK;
}

static bool is_of(const facts_group *g, const selected *chosen, int64_t ordinal)
{
    return g->release == ordinal && period_compare(g->period, chosen->period) == 0;
}

/* The figures of one period, from its groups. */
static status period_figures(work *w, const facts_group *groups, size_t count, const selected *chosen, error *err)
{
    slots_clear(&w->slots);
    w->splits.count = 0;
    w->placed = NULL;
    status code = STATUS_OK;
    for (size_t i = 0; code == STATUS_OK && i < count; i++)
        code = add_group(w, &groups[i], err);
    if (code == STATUS_OK)
        code = share_splits(w, err);
    if (code == STATUS_OK)
        code = groups_slots(w->v, &w->slots, chosen->period, err);
    for (size_t k = 0; code == STATUS_OK && k < w->slots.count; k++)
        if (w->slots.slots[k].split < 0)
            code = slot_figures(w->v, w->plan, &w->slots, k, chosen, err);
    return code;
}

static status run_plan(evaluation *v, const plan *p, const selected *chosen, size_t count, bool england, error *err)
{
    int64_t ordinals[RELEASES_PER_QUERY];
    period periods[RELEASES_PER_QUERY];
    facts_term *terms = NULL;
    work w = {.v = v,
              .plan = p,
              .slots = {.sum_count = p->sum_count, .term_count = p->term_count, .measure_count = p->measure_count},
              .england = england};
    arena scratch = {0};
    facts_result result = {0};
    status code = STATUS_OK;
    for (size_t i = 0; i < count; i++) {
        ordinals[i] = v->releases[chosen[i].release].ordinal;
        periods[i] = chosen[i].period;
    }
    terms = calloc(p->term_count + 1, sizeof *terms);
    w.meets = calloc(p->term_count + 1, sizeof *w.meets);
    w.england_org = orgs_find(v->orgs, text_of("ENGLAND"));
    if (terms == NULL || w.meets == NULL) {
        code = error_set(err, STATUS_MEMORY, "Out of memory for sums");
        goto out;
    }
    for (size_t i = 0; i < p->term_count; i++)
        terms[i] = p->terms[i].term;
    facts_query q = {.source = p->source,
                     .releases = ordinals,
                     .periods = periods,
                     .release_count = count,
                     .group_by = p->group_by,
                     .group_count = p->group_count,
                     .terms = terms,
                     .term_count = p->term_count};
    if ((code = facts_sums(v->facts, &q, &scratch, &result, err)) != STATUS_OK)
        goto out;
    for (size_t i = 0; i < count; i++) {
        /* Several releases may hold parts of one period: each has its own run of groups. */
        size_t g = 0;
        while (g < result.count && !is_of(&result.groups[g], &chosen[i], ordinals[i]))
            g++;
        size_t end = g;
        while (end < result.count && is_of(&result.groups[end], &chosen[i], ordinals[i]))
            end++;
        if ((code = period_figures(&w, result.groups + g, end - g, &chosen[i], err)) != STATUS_OK)
            goto out;
    }
out:
    slots_free(&w.slots);
    free(w.splits.list);
    free(w.meets);
    free(terms);
    arena_free(&scratch);
    return code;
}

static size_t run_length(const evaluation *v, const selected *chosen, size_t count)
{
    size_t n = 0;
    for (int64_t rows = 0; n < count && n < RELEASES_PER_QUERY; n++) {
        const release *r = &v->releases[chosen[n].release];
        int64_t periods = (r->last_period.first_month - r->first_period.first_month) /
                              (r->first_period.months > 0 ? r->first_period.months : 1) +
                          1;
        rows += r->rows_kept / (periods > 0 ? periods : 1);
        if (n > 0 && rows > ROWS_PER_QUERY)
            break;
    }
    return n;
}

/* before: how many of the selection were done with when this source began. */
static status run_releases(evaluation *v, const plan *p, const selected *chosen, size_t count, size_t before,
                           bool england, error *err)
{
    if (p->measure_count == 0)
        return STATUS_OK;
    for (size_t i = 0, n; i < count; i += n) {
        n = run_length(v, chosen + i, count - i);
        if (v->options->progress != NULL)
            v->options->progress(v->options->progress_context, "measuring", before + i, v->selection_count);
        if (evaluation_stopped(v))
            return error_set(err, STATUS_IO, "Interrupted; nothing was changed");
        status code = run_plan(v, p, chosen + i, n, england, err);
        if (code != STATUS_OK)
            return code;
    }
    return STATUS_OK;
}

static status evaluate_source(evaluation *v, int32_t source_at, const selected *chosen, size_t count, error *err)
{
    const source *s = &v->catalogue->sources[source_at];
    int32_t used[64];
    size_t used_count = 0;
    for (size_t b = 0; b < s->breakdown_count && used_count < 64; b++)
        for (size_t i = 0; i < v->catalogue->measure_count; i++)
            if (v->catalogue->measures[i].source == source_at &&
                measure_has_breakdown(&v->catalogue->measures[i], (int32_t)b)) {
                used[used_count++] = (int32_t)b;
                break;
            }
    selected *of_role = arena_array(&v->memory, count, sizeof *of_role);
    if (of_role == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory for sums");
    for (size_t r = 0; r < s->role_count; r++) {
        bool england = r == 0, counted = false;
        size_t n = 0;
        for (size_t i = 0; i < count; i++)
            if ((chosen[i].roles >> r & 1u) != 0)
                of_role[n++] = chosen[i];
        for (int by_kind = 0; by_kind < 2; by_kind++) {
            /* With one breakdown its values add up to the totals; with several (or none) the totals are asked for by themselves. */
            for (size_t b = 0; b < (used_count == 1 ? 1 : used_count + 1); b++) {
                bool totals = b == 0;
                int32_t breakdown = used_count == 1 ? used[0] : b == 0 ? -1 : used[b - 1];
                plan p;
                status code = plan_make(v, source_at, (int32_t)r, breakdown, totals, by_kind == 1, england, &p, err);
                p.counts_unknown = p.measure_count > 0 && !counted;
                counted = counted || p.counts_unknown;
                if (code == STATUS_OK)
                    code = run_releases(v, &p, of_role, n, (size_t)(chosen - v->selection), england, err);
                if (code != STATUS_OK)
                    return code;
            }
        }
    }
    return STATUS_OK;
}

status evaluation_rows(evaluation *v, error *err)
{
    for (size_t i = 0; i < v->selection_count;) {
        size_t end = i;
        while (end < v->selection_count && v->selection[end].source == v->selection[i].source)
            end++;
        status code = evaluate_source(v, v->selection[i].source, v->selection + i, end - i, err);
        if (code != STATUS_OK)
            return code;
        i = end;
    }
    return STATUS_OK;
}
