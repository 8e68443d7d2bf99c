/*
 * A framework over an edition: who is eligible, their values, and the steps of score.h, group by group.
 *
 * "What would move it on" holds everyone else still: the average that the next better segment asks for is that of the
 * last organisation in it (to be beaten) or the threshold (to be reached), and each metric is then tried alone.
 */
#include "oversight/intervals.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define METRICS_MAXIMUM     64
#define ADJUSTMENTS_MAXIMUM 64

typedef struct work_area {
    edition *e;
    const framework *f;
    const oversight_options *options;
    arena *a;
    period until;
    int32_t measures[METRICS_MAXIMUM], breakdowns[METRICS_MAXIMUM]; /* in the edition; -1 none */
    int32_t adjustment_measures[ADJUSTMENTS_MAXIMUM];
    /* the group in hand */
    size_t count;
    double *values, *errors, *scores, *ranks, *averages, *work;
    int32_t *segments;
} work_area;

static bool level_applies(const bool *levels, const char *name)
{
    for (int i = 0; i < LEVEL_COUNT; i++)
        if (levels[i] && strcmp(level_name((level)i), name) == 0)
            return true;
    return false;
}

static bool kind_applies(const framework *f, org_kind kind)
{
    for (size_t i = 0; i < f->kind_count; i++)
        if (strcmp(org_kind_name(kind), f->kinds[i]) == 0)
            return true;
    return f->kind_count == 0;
}

/* The last point with a value from the month `from` up to the month asked for. */
static status latest_point(work_area *w, int32_t which, int32_t breakdown, int32_t who, int32_t from,
                           edition_point *out, bool *found, error *err)
{
    *found = false;
    if (which < 0)
        return STATUS_OK;
    const edition_series *s = edition_find_series(w->e, which, who, breakdown, GEOGRAPHY_CURRENT);
    if (s == NULL)
        return STATUS_OK;
    const edition_point *points = NULL;
    size_t count = 0;
    status code = edition_points(w->e, s, w->a, &points, &count, err);
    int32_t last = w->until.first_month + w->until.months - 1;
    for (size_t i = count; code == STATUS_OK && i-- > 0;) {
        const edition_point *p = &points[i];
        int32_t month = p->period.first_month + p->period.months - 1;
        if (month > last || p->missing || isnan(p->value))
            continue;
        if (month >= from) {
            *out = *p;
            *found = true;
        }
        break;
    }
    return code;
}

static status find_measures(work_area *w, error *err)
{
    const framework *f = w->f;
    if (f->statement_count > 0)
        return error_set(err, STATUS_REFUSED, "Framework '%s' gathers evidence under statements and gives no scores",
                         f->id);
    if (f->metric_count > METRICS_MAXIMUM || f->adjustment_count > ADJUSTMENTS_MAXIMUM)
        return error_set(err, STATUS_REFUSED, "Framework '%s' has more than %d metrics or adjustments", f->id,
                         METRICS_MAXIMUM);
    for (size_t i = 0; i < f->metric_count; i++) {
        const framework_metric *m = &f->metrics[i];
        w->measures[i] = m->measure[0] != 0 ? edition_find_measure(w->e, m->measure) : -1;
        w->breakdowns[i] = -1;
        if (m->measure[0] != 0 && w->measures[i] < 0) {
            (void)error_set(err, STATUS_REFUSED, "Measure '%s' of metric '%s' is not in this edition", m->measure,
                            m->id);
            return error_hint(err, "Make a new edition: concord edition"), STATUS_REFUSED;
        }
        if (m->breakdown[0] != 0) {
            w->breakdowns[i] = edition_find_breakdown(w->e, m->breakdown);
            if (w->breakdowns[i] < 0)
                w->measures[i] = -1; /* nobody reports it */
        }
    }
    for (size_t i = 0; i < f->adjustment_count; i++)
        w->adjustment_measures[i] =
            f->adjustments[i].measure[0] != 0 ? edition_find_measure(w->e, f->adjustments[i].measure) : -1;
    return STATUS_OK;
}

/* The first group whose measures the organisation reports, in the year or the one before: an acute trust stays one while the first files of a new year are
 * not out. -1 none. */
static status find_group(work_area *w, int32_t who, int32_t *out, error *err)
{
    const framework *f = w->f;
    *out = f->group_count == 0 ? 0 : -1;
    for (size_t g = 0; g < f->group_count && *out < 0; g++) {
        bool all = f->groups[g].any_level || level_applies(f->groups[g].levels, w->e->orgs[who].level);
        for (size_t i = 0; i < f->groups[g].report_count && all; i++) {
            edition_point p;
            status code = latest_point(w, edition_find_measure(w->e, f->groups[g].reports[i]), -1, who,
                                       f->year.first_month - 12, &p, &all, err);
            if (code != STATUS_OK)
                return code;
        }
        if (all)
            *out = (int32_t)g;
    }
    return STATUS_OK;
}

static bool metric_applies(const framework_metric *m, int32_t group)
{
    for (size_t i = 0; i < m->group_count; i++)
        if (m->groups[i] == group)
            return true;
    return m->group_count == 0;
}

/* Binomial where the value is a share of people, in the value's own unit; otherwise the value is taken as it is. */
static double error_of(const edition_measure *m, const edition_point *p)
{
    if (strcmp(m->value_kind, "ratio") != 0 || strcmp(m->unit, "percent") != 0 || !p->has_numerator ||
        !p->has_denominator || p->denominator <= 0 || p->numerator < 0 || p->numerator > p->denominator)
        return 0;
    double n = (double)p->denominator, share = (double)p->numerator / n;
    return m->scale * sqrt(share * (1 - share) / n);
}

static status fill_metrics(work_area *w, oversight_organisation *o, error *err)
{
    for (size_t i = 0; i < w->f->metric_count; i++) {
        oversight_metric *m = &o->metrics[i];
        *m = (oversight_metric){
            .value = NAN, .score = NAN, .needed_score = NAN, .needed_value = NAN, .average_without = NAN};
        m->eligible = w->f->metrics[i].measure[0] != 0 && metric_applies(&w->f->metrics[i], o->group);
        edition_point p;
        bool found = false;
        status code = m->eligible ? latest_point(w, w->measures[i], w->breakdowns[i], o->org, w->f->year.first_month,
                                                 &p, &found, err)
                                  : STATUS_OK;
        if (code != STATUS_OK)
            return code;
        if (!found)
            continue;
        m->value = p.value;
        m->period = p.period;
        m->numerator = p.numerator;
        m->denominator = p.denominator;
        m->has_numerator = p.has_numerator;
        m->has_denominator = p.has_denominator;
        m->error = error_of(&w->e->measures[w->measures[i]], &p);
    }
    return STATUS_OK;
}

static bool event_applies(const work_area *w, const char *code, const char *kind)
{
    return oversight_event_in_force(w->options->events, w->options->event_count, code, kind, w->until) != NULL;
}

static status fill_adjustments(work_area *w, oversight_organisation *o, error *err)
{
    o->adjusted = 0;
    for (size_t i = 0; i < w->f->adjustment_count; i++) {
        const framework_adjustment *a = &w->f->adjustments[i];
        bool applies = a->event[0] != 0 && event_applies(w, w->e->orgs[o->org].code, a->event);
        if (a->measure[0] != 0) {
            edition_point p;
            bool found;
            status code =
                latest_point(w, w->adjustment_measures[i], -1, o->org, w->f->year.first_month, &p, &found, err);
            if (code != STATUS_OK)
                return code;
            applies = found && p.value >= a->at_least;
        }
        if (applies)
            o->adjusted |= (uint64_t)1 << i;
    }
    return STATUS_OK;
}

/* ---- a group ---------------------------------------------------------------------------------------- */

static status group_memory(work_area *w, size_t count, error *err)
{
    size_t metrics = w->f->metric_count;
    w->count = count;
    w->values = arena_alloc(w->a, count * metrics * sizeof(double));
    w->errors = arena_alloc(w->a, count * metrics * sizeof(double));
    w->scores = arena_alloc(w->a, count * metrics * sizeof(double));
    w->ranks = arena_alloc(w->a, count * metrics * sizeof(double));
    w->averages = arena_alloc(w->a, count * sizeof(double));
    w->work = arena_alloc(w->a, 2 * count * sizeof(double));
    w->segments = arena_alloc(w->a, count * sizeof(int32_t));
    if (w->values == NULL || w->errors == NULL || w->scores == NULL || w->ranks == NULL || w->averages == NULL ||
        w->work == NULL || w->segments == NULL)
        return error_set(err, STATUS_MEMORY, "Not enough memory to score framework '%s'", w->f->id);
    return STATUS_OK;
}

static void score_group(work_area *w, oversight_organisation *group)
{
    size_t metrics = w->f->metric_count;
    for (size_t i = 0; i < w->count; i++)
        for (size_t m = 0; m < metrics; m++) {
            w->values[i * metrics + m] = group[i].metrics[m].value;
            w->errors[i * metrics + m] = group[i].metrics[m].error;
        }
    for (size_t m = 0; m < metrics; m++) {
        score_metric(&w->f->metrics[m], w->values + m, w->count, metrics, w->work, w->scores + m, w->ranks + m);
        int32_t ranked = 0;
        for (size_t i = 0; i < w->count; i++)
            ranked += !isnan(w->ranks[i * metrics + m]);
        for (size_t i = 0; i < w->count; i++) {
            oversight_metric *out = &group[i].metrics[m];
            double rank = w->ranks[i * metrics + m];
            out->score = w->scores[i * metrics + m];
            out->ranked = ranked;
            out->rank = 0;
            for (size_t j = 0; j < w->count && !isnan(rank); j++) /* ties show the first of their places */
                out->rank += w->ranks[j * metrics + m] < rank;
            out->rank += !isnan(rank);
        }
    }
    for (size_t i = 0; i < w->count; i++) {
        w->averages[i] = group[i].average = score_average(w->scores + i * metrics, w->f->metrics, metrics);
        group[i].scored = 0;
        for (size_t m = 0; m < metrics; m++)
            group[i].scored += !isnan(w->scores[i * metrics + m]);
    }
    score_segments(w->f, w->averages, w->count, w->work, w->segments);
    for (size_t i = 0; i < w->count; i++) {
        oversight_organisation *o = &group[i];
        size_t before = 0, same = 0, n = 0;
        for (size_t j = 0; j < w->count; j++) {
            n += isnan(w->averages[j]) ? 0 : 1;
            before += w->averages[j] < o->average;
            same += w->averages[j] == o->average; /* ties by the same sums in the same order are exact */
        }
        o->ranked = (int32_t)n;
        o->rank = isnan(o->average) ? NAN : (double)before + (double)(same + 1) / 2;
        o->rank_lower = o->rank_upper = NAN;
        o->segment_by_scores = w->segments[i];
        o->segment = score_adjusted(w->f, o->adjusted, w->segments[i]);
    }
}

/* The highest average that the next better segment would take, everyone else as they are. */
static double average_for_next(const work_area *w, const oversight_organisation *group, size_t i)
{
    int32_t wanted = group[i].segment_by_scores - 1;
    if (wanted < 1)
        return NAN;
    if (w->f->thresholds_known)
        return w->f->thresholds[wanted - 1];
    double worst = NAN;
    for (size_t j = 0; j < w->count; j++)
        if (group[j].segment_by_scores == wanted && !(group[j].average <= worst))
            worst = group[j].average;
    return worst;
}

static void find_moves(work_area *w, oversight_organisation *group, size_t i)
{
    oversight_organisation *o = &group[i];
    const framework *f = w->f;
    size_t metrics = f->metric_count;
    o->average_for_next = isnan(o->average) ? NAN : average_for_next(w, group, i);
    if (isnan(o->average_for_next))
        return;
    double weights = 0;
    for (size_t m = 0; m < metrics; m++)
        if (!isnan(o->metrics[m].score))
            weights += f->metrics[m].weight;
    for (size_t m = 0; m < metrics; m++) {
        oversight_metric *out = &o->metrics[m];
        if (isnan(out->score) || !(f->metrics[m].weight > 0))
            continue;
        out->needed_score = out->score - (o->average - o->average_for_next) * weights / f->metrics[m].weight;
        if (out->needed_score < 1 - 1e-12)
            continue;
        double *others = w->averages; /* free by now: holds count values */
        size_t n = 0;
        for (size_t j = 0; j < w->count; j++)
            if (j != i)
                others[n++] = group[j].metrics[m].value;
        out->needed_value = score_value_for(&f->metrics[m], out->needed_score, others, n, w->work);
        out->can_move = isfinite(out->needed_value);
        if (out->can_move && out->error > 0) {
            double scale = w->e->measures[w->measures[m]].scale;
            double people = fabs(out->needed_value - out->value) / scale * (double)out->denominator;
            out->needed_people = (int64_t)ceil(people - 1e-9);
        }
    }
}

/* Each metric left out, and weighted double, for everyone at once: the group's segments follow. */
static status find_sensitivity(work_area *w, oversight_organisation *group, error *err)
{
    size_t metrics = w->f->metric_count;
    framework_metric *changed = arena_alloc(w->a, metrics * sizeof *changed);
    if (changed == NULL)
        return error_set(err, STATUS_MEMORY, "Not enough memory to score framework '%s'", w->f->id);
    for (size_t m = 0; m < metrics; m++)
        for (int doubled = 0; doubled < 2; doubled++) {
            memcpy(changed, w->f->metrics, metrics * sizeof *changed);
            changed[m].weight = doubled ? 2 * changed[m].weight : 0;
            for (size_t i = 0; i < w->count; i++)
                w->averages[i] = score_average(w->scores + i * metrics, changed, metrics);
            score_segments(w->f, w->averages, w->count, w->work, w->segments);
            for (size_t i = 0; i < w->count; i++) {
                oversight_metric *out = &group[i].metrics[m];
                int32_t segment = score_adjusted(w->f, group[i].adjusted, w->segments[i]);
                if (doubled) {
                    out->segment_doubled = segment;
                } else {
                    out->segment_without = segment;
                    out->average_without = w->averages[i];
                }
            }
        }
    return STATUS_OK;
}

static status evaluate_group(work_area *w, oversight_organisation *group, size_t count, int32_t which, error *err)
{
    status code = group_memory(w, count, err);
    if (code != STATUS_OK)
        return code;
    score_group(w, group);
    code = score_intervals(w->f, w->values, w->errors, count, (uint64_t)which, w->options, group, err);
    if (code == STATUS_OK)
        code = find_sensitivity(w, group, err);
    for (size_t i = 0; code == STATUS_OK && i < count; i++)
        find_moves(w, group, i);
    return code;
}

static int compare_group(const void *a, const void *b)
{
    const oversight_organisation *x = a, *y = b;
    return x->group != y->group ? (x->group < y->group ? -1 : 1) : x->org < y->org ? -1 : x->org > y->org;
}

static int compare_place(const void *a, const void *b)
{
    const oversight_organisation *x = a, *y = b;
    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    if (isnan(x->average) != isnan(y->average))
        return isnan(x->average) ? 1 : -1;
    if (x->average < y->average || x->average > y->average)
        return x->average < y->average ? -1 : 1;
    return x->org < y->org ? -1 : x->org > y->org;
}

static status gather(work_area *w, oversight_result *out, error *err)
{
    const edition *e = w->e;
    out->organisations = arena_alloc(w->a, (e->org_count + 1) * sizeof *out->organisations);
    if (out->organisations == NULL)
        return error_set(err, STATUS_MEMORY, "Not enough memory to score framework '%s'", w->f->id);
    for (size_t i = 0; i < e->org_count; i++) {
        const edition_org *who = &e->orgs[i];
        if (who->unmapped || !level_applies(w->f->levels, who->level) || !kind_applies(w->f, who->kind) ||
            (who->closed != DATE_NONE && who->closed <= e->current))
            continue;
        oversight_organisation o = {.org = (int32_t)i, .average = NAN, .average_for_next = NAN};
        status code = find_group(w, o.org, &o.group, err);
        if (code != STATUS_OK)
            return code;
        if (o.group < 0) {
            out->without_group++;
            continue;
        }
        o.metrics = arena_alloc(w->a, w->f->metric_count * sizeof *o.metrics);
        if (o.metrics == NULL)
            return error_set(err, STATUS_MEMORY, "Not enough memory to score framework '%s'", w->f->id);
        code = fill_metrics(w, &o, err);
        if (code == STATUS_OK)
            code = fill_adjustments(w, &o, err);
        if (code != STATUS_OK)
            return code;
        bool any = false;
        for (size_t m = 0; m < w->f->metric_count; m++)
            any = any || !isnan(o.metrics[m].value);
        if (any)
            out->organisations[out->organisation_count++] = o;
        else
            out->without_group++;
    }
    return STATUS_OK;
}

status oversight_evaluate(edition *e, const framework *f, const oversight_options *options, arena *a,
                          oversight_result *out, error *err)
{
    work_area w = {.e = e, .f = f, .options = options, .a = a, .until = f->year};
    *out = (oversight_result){.framework = f, .edition = e};
    if (options->month.kind != PERIOD_NONE)
        w.until = options->month;
    status code = find_measures(&w, err);
    if (code == STATUS_OK)
        code = gather(&w, out, err);
    if (code != STATUS_OK)
        return code;
    if (out->organisation_count > 1)
        qsort(out->organisations, out->organisation_count, sizeof *out->organisations, compare_group);
    for (size_t i = 0, j; i < out->organisation_count && code == STATUS_OK; i = j) {
        int32_t group = out->organisations[i].group;
        for (j = i + 1; j < out->organisation_count && out->organisations[j].group == group; j++)
            ;
        code = evaluate_group(&w, out->organisations + i, j - i, group, err);
    }
    if (out->organisation_count > 1)
        qsort(out->organisations, out->organisation_count, sizeof *out->organisations, compare_place);
    return code;
}

/* ---- against what was published ---------------------------------------------------------------------- */

#define SAME_TO 0.005 /* published scores have two decimals */

oversight_comparison oversight_compare(const oversight_result *r, const char *organisation, double score,
                                       int32_t segment)
{
    oversight_comparison c = {
        .organisation = organisation, .published_score = score, .published_segment = segment, .agrees = false};
    int32_t who = edition_find_org(r->edition, organisation);
    for (size_t i = 0; who >= 0 && i < r->organisation_count; i++)
        if (r->organisations[i].org == who)
            c.scored = &r->organisations[i];
    if (c.scored != NULL)
        c.agrees = (isnan(score) || fabs(score - c.scored->average) <= SAME_TO + 1e-9) &&
                   (segment == 0 || segment == c.scored->segment);
    return c;
}

/* ---- in words --------------------------------------------------------------------------------------- */

static void step_ranked(const oversight_metric *v, const framework_metric *m, buffer *out)
{
    double rank = 1 + (v->score - 1) / 3 * (v->ranked - 1); /* of a tie, the mean of its places */
    buffer_printf(out, "Place %g of %d (%s is better): 1 + 3 x (%g - 1) / (%d - 1)", rank, (int)v->ranked,
                  m->better == BETTER_HIGHER ? "higher" : "lower", rank, (int)v->ranked);
}

status oversight_step(const oversight_result *r, size_t organisation, size_t metric, buffer *out, error *err)
{
    const framework_metric *m = &r->framework->metrics[metric];
    const oversight_metric *v = &r->organisations[organisation].metrics[metric];
    if (m->measure[0] == 0)
        buffer_printf(out, "Not scored: %s", m->why_not);
    else if (!v->eligible)
        buffer_printf(out, "Does not apply to this group");
    else if (isnan(v->value))
        buffer_printf(out, "Not reported in the year: no score, left out of the average");
    else if (m->scoring == SCORING_RANKED && v->ranked < 2)
        buffer_printf(out, "The only one that reports it");
    else if (m->scoring == SCORING_RANKED)
        step_ranked(v, m, out);
    else if (m->scoring == SCORING_CONTINUOUS)
        buffer_printf(out, "On the line from %g (score %g) to %g (score %g)", m->points[0].value, m->points[0].score,
                      m->points[m->point_count - 1].value, m->points[m->point_count - 1].score);
    else
        buffer_printf(out, "By steps, of which %g scores %g", m->points[0].value, m->points[0].score);
    return buffer_status(out, err);
}
