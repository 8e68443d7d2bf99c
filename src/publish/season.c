/*
 * What an edition says of a series' season and of its rules, made ready for pages and words: the rule set as stats has it, and the
 * series judged again once its season is taken out.
 */
#include "publish/publish.h"

#include <math.h>

spc_rules edition_rules_of(const edition *e)
{
    const edition_rules *r = &e->judged_by;
    const spc_rules *built_in = spc_rules_find(e->rules);
    if (!(r->limit_factor > 0))
        return *(built_in != NULL ? built_in : spc_rules_find(NULL));
    return (spc_rules){.name = e->rules,
                       .shift_points = r->shift_points,
                       .trend_points = r->trend_points,
                       .minimum_points = r->minimum_points,
                       .two_of_three_beyond = r->two_of_three_beyond,
                       .two_of_three_any_side = r->two_of_three_any_side,
                       .improvement_wins = r->improvement_wins,
                       .target_at_limit_counts = r->target_at_limit_counts,
                       .flat_limits_compare = r->flat_limits_compare,
                       .trend_takes_next_step = r->trend_takes_next_step,
                       .limit_factor = r->limit_factor};
}

bool series_is_seasonal(const edition_series *s)
{
    return s->season != NULL && s->season->seasonal && s->season->count > 0;
}

/* A point without its season, unjudged: its counts and its target speak of the figure as it is. */
static edition_point point_adjust(const edition_point *p, const edition_season *season)
{
    const int32_t month = (p->period.first_month % 12 + 12) % 12;
    edition_point out = *p;
    out.value = p->value - season->effects[month / (12 / season->count)];
    out.has_numerator = out.has_denominator = false;
    out.target = out.mean = out.lower = out.upper = (double)NAN;
    out.rule = out.signal = "";
    out.segment = 0;
    return out;
}

bool season_take_out(const series_view *v, arena *a, series_view *out)
{
    *out = (series_view){0};
    if (!series_is_seasonal(v->series) || v->count == 0)
        return false;
    edition_point *points = arena_array(a, v->count, sizeof *points);
    edition_series *series = arena_array(a, 1, sizeof *series);
    double *values = arena_array(a, v->count, sizeof *values);
    spc_point *judged = arena_array(a, v->count, sizeof *judged);
    if (points == NULL || series == NULL || values == NULL || judged == NULL)
        return false;
    for (size_t i = 0; i < v->count; i++) {
        points[i] = point_adjust(&v->points[i], v->series->season);
        values[i] = points[i].estimated || points[i].missing ? (double)NAN : points[i].value;
    }
    const spc_rules rules = edition_rules_of(v->edition);
    const spc_options options = {
        .rules = &rules, .better = v->edition->measures[v->series->measure].better, .target = (double)NAN};
    spc_summary summary = {0};
    if (spc_xmr(values, v->count, &options, judged, NULL, 0, &summary, NULL) != STATUS_OK)
        return false;
    for (size_t i = 0; i < v->count; i++) {
        const spc_point *q = &judged[i];
        edition_point *p = &points[i];
        if (p->estimated)
            continue;
        p->mean = q->mean;
        p->lower = q->lower;
        p->upper = q->upper;
        p->segment = q->segment;
        if (isnan(values[i]) || isnan(q->mean) || isnan(q->lower) || isnan(q->upper))
            continue;
        p->rule = spc_rule_name(q->rule);
        p->signal = spc_signal_name(q->signal);
    }
    *series = *v->series;
    series->variation = points[v->count - 1].signal[0] != 0 ? spc_variation_name(summary.variation) : "";
    series->assurance = series->note = "";
    series->latest_target = (double)NAN;
    series->latest_target_index = -1;
    series->latest_value = points[v->count - 1].value;
    series->has_numerator = series->has_denominator = false;
    *out = (series_view){
        .edition = v->edition, .series = series, .points = points, .count = v->count, .without_season = true};
    return true;
}
