/*
 * XmR: limits from moving ranges, and the verdict on each point.
 *
 * This is the inner loop of every edition (hundreds of measures times thousands of organisations), so it is written
 * as a few straight passes over the caller's `points`, which double as the only working memory. Sums are carried in
 * long double with R's second pass (mean, then mean of the residuals), because a point that lies exactly on the mean
 * or on a limit must fall on the same side as it does in R.
 */
#include "stats/spc.h"
#include "stats/means.h"

#include <math.h>

/* 3.267 = D4 for ranges of two: the upper limit of a moving range. */
static const double screening_factor = 3.267;
static const double largest_value = 1e150; /* so that no difference or sum of squares overflows */

static int8_t step_sign(double from, double to)
{
    return (int8_t)((to > from) - (to < from));
}

/* The run that ends at point i has just grown to `length` points: marks it where it is long enough (all of it when it
 * first becomes so, then each point that joins). */
static void mark_run(spc_point *points, size_t i, size_t length, size_t least, unsigned flag)
{
    for (size_t j = length == least ? i + 1 - least : i; j <= i; j++)
        points[j].fired |= (uint8_t)flag;
}

static int near_side(const spc_point *point)
{
    return point->near ? point->side : 0;
}

/* Judges the three points that end at `end` (two at the very start, which only any_side allows). */
static void mark_triple(spc_point *points, size_t end, bool any_side)
{
    const size_t from = end >= 2 ? end - 2 : 0;
    int sum = 0;
    bool one_side = points[from].side != 0;
    for (size_t j = from; j <= end; j++) {
        sum += near_side(&points[j]);
        one_side = one_side && points[j].side == points[from].side;
    }
    if ((sum >= 2 || sum <= -2) && (any_side || one_side))
        for (size_t j = from; j <= end; j++)
            if (points[j].near)
                points[j].fired |= SPC_FIRED_TWO_OF_THREE;
}

/* Near points are few, so only the triples that start or end at one with another close by are looked at. */
static void mark_two_of_three(spc_point *points, size_t count, bool any_side)
{
    const size_t first_end = any_side ? 1 : 2;
    for (size_t i = 0; i < count; i++)
        if (points[i].near)
            for (size_t end = i > first_end ? i : first_end; end < count && end <= i + 2; end++)
                mark_triple(points, end, any_side);
}

static spc_signal signal_of(int8_t direction, better way)
{
    if (direction == 0)
        return SIGNAL_COMMON_CAUSE;
    if (way == BETTER_NEITHER)
        return direction > 0 ? SIGNAL_HIGH : SIGNAL_LOW;
    return (direction > 0) == (way == BETTER_HIGHER) ? SIGNAL_IMPROVEMENT : SIGNAL_CONCERN;
}

/* Which way the trend at point i points. At an apex, where a rise and a fall meet, it is the later one: the step
 * after. */
static int8_t trend_direction(const double *values, const spc_point *points, size_t count, size_t i,
                              bool takes_next_step)
{
    const unsigned both = SPC_FIRED_RISE | SPC_FIRED_FALL;
    if (!takes_next_step && (points[i].fired & both) != both)
        return points[i].fired & SPC_FIRED_RISE ? 1 : -1;
    if (i + 1 < count && (points[i + 1].fired & both)) {
        const int8_t after = step_sign(values[i], values[i + 1]);
        if (after)
            return after;
    }
    return points[i].fired & SPC_FIRED_RISE ? 1 : -1;
}

/* Names the point: the first rule by priority, or, where improvement wins, the first that speaks of improvement. */
static void name_point(const double *values, spc_point *points, size_t count, size_t i, const spc_rules *rules,
                       better way)
{
    spc_point *point = &points[i];
    const unsigned fired = point->fired;
    struct {
        spc_rule rule;
        int8_t direction;
    } candidates[5];
    size_t n = 0;
    if (fired & (SPC_FIRED_ABOVE | SPC_FIRED_BELOW)) {
        candidates[n].rule = SPC_BEYOND_LIMITS;
        candidates[n++].direction = fired & SPC_FIRED_ABOVE ? 1 : -1;
    }
    if (fired & (SPC_FIRED_RISE | SPC_FIRED_FALL)) {
        const int8_t direction = trend_direction(values, points, count, i, rules->trend_takes_next_step);
        candidates[n].rule = SPC_TREND;
        candidates[n++].direction = direction;
        if ((fired & SPC_FIRED_RISE) && (fired & SPC_FIRED_FALL)) {
            candidates[n].rule = SPC_TREND;
            candidates[n++].direction = (int8_t)-direction;
        }
    }
    if (fired & SPC_FIRED_TWO_OF_THREE) {
        candidates[n].rule = SPC_TWO_OF_THREE;
        candidates[n++].direction = point->side;
    }
    if (fired & SPC_FIRED_SHIFT) {
        candidates[n].rule = SPC_SHIFT;
        candidates[n++].direction = point->side;
    }
    size_t chosen = 0;
    if (rules->improvement_wins)
        for (size_t c = n; c-- > 0;)
            if (signal_of(candidates[c].direction, way) == SIGNAL_IMPROVEMENT)
                chosen = c;
    point->rule = candidates[chosen].rule;
    point->direction = candidates[chosen].direction;
    point->signal = signal_of(point->direction, way);
}

/* One pass over the points: side, near, beyond, and the runs that end here. Where `line` is given it holds for all points
 * and is written to them on the way, which spares the chart of one segment a pass over its memory. Returns whether
 * anything fired or may fire. Forced inline, so that each use is compiled for its own kind of lines. */
static inline __attribute__((always_inline)) bool
pass_points(const double *values, size_t count, const spc_rules *rules, const spc_point *line, spc_point *points)
{
    const size_t shift_least = (size_t)rules->shift_points, trend_least = (size_t)rules->trend_points;
    const bool beyond_is_near = rules->two_of_three_beyond;
    /* Run lengths are carried along instead of searched for: where runs end is what a processor cannot guess. */
    size_t shift_length = 0, trend_length = 1;
    int8_t side_before = 0, step_before = 0;
    unsigned near_count = 0, any_fired = 0;
    double before = NAN;
    for (size_t i = 0; i < count; i++) {
        spc_point p = line ? *line : points[i];
        const double y = values[i];
        const bool above = y > p.upper, below = y < p.lower, no_limits = isnan(p.upper) && isnan(p.lower);
        p.side = (int8_t)((y > p.mean) - (y < p.mean));
        p.near = ((y > p.near_upper) | (y < p.near_lower)) & (beyond_is_near | !(above | below));
        p.fired = (uint8_t)((above ? SPC_FIRED_ABOVE : 0) | (below ? SPC_FIRED_BELOW : 0));
        p.rule = SPC_NONE;
        p.direction = 0;
        p.signal = no_limits ? SIGNAL_NONE : SIGNAL_COMMON_CAUSE;
        points[i] = p;
        near_count += p.near;
        any_fired |= p.fired;
        shift_length = p.side == side_before ? shift_length + 1 : 1;
        side_before = p.side;
        const int8_t step = step_sign(before, y);
        before = y;
        trend_length = step == step_before ? trend_length + 1 : 2; /* points, not steps */
        step_before = step;
        if (shift_length >= shift_least && p.side != 0) {
            mark_run(points, i, shift_length, shift_least, SPC_FIRED_SHIFT);
            any_fired = 1;
        }
        if (trend_length >= trend_least && step != 0) {
            mark_run(points, i, trend_length, trend_least, step > 0 ? SPC_FIRED_RISE : SPC_FIRED_FALL);
            any_fired = 1;
        }
    }
    if (near_count >= 2)
        mark_two_of_three(points, count, rules->two_of_three_any_side);
    return any_fired || near_count >= 2;
}

static void name_points(const double *values, size_t count, const spc_rules *rules, better way, spc_point *points)
{
    for (size_t i = 0; i < count; i++) {
        if (points[i].signal == SIGNAL_NONE && rules->minimum_points > 0)
            points[i].fired = 0;
        else if (points[i].fired)
            name_point(values, points, count, i, rules, way);
    }
}

void spc_judge(const double *values, size_t count, const spc_rules *rules, better way, spc_point *points)
{
    if (!rules)
        rules = spc_rules_find(NULL);
    if (pass_points(values, count, rules, NULL, points))
        name_points(values, count, rules, way, points);
}

spc_assurance spc_assure(double mean, double lower, double upper, double target, better way, const spc_rules *rules)
{
    if (!rules)
        rules = spc_rules_find(NULL);
    if (way == BETTER_NEITHER || isnan(target))
        return ASSURANCE_NONE;
    if (isnan(lower) && isnan(upper))
        return rules->minimum_points > 0 ? ASSURANCE_NONE : ASSURANCE_HIT_AND_MISS;
    const bool higher = way == BETTER_HIGHER;
    if (rules->flat_limits_compare && lower == upper) {
        const bool meets = higher ? mean >= target : mean <= target;
        return meets ? ASSURANCE_PASS : ASSURANCE_FAIL;
    }
    const bool equal_counts = rules->target_at_limit_counts;
    if (target > upper || (equal_counts && target == upper))
        return higher ? ASSURANCE_FAIL : ASSURANCE_PASS;
    if (target < lower || (equal_counts && target == lower))
        return higher ? ASSURANCE_PASS : ASSURANCE_FAIL;
    return ASSURANCE_HIT_AND_MISS;
}

spc_variation spc_point_variation(const spc_point *point, better way)
{
    switch (point->signal) {
    case SIGNAL_NONE: return VARIATION_NONE;
    case SIGNAL_COMMON_CAUSE: return VARIATION_COMMON_CAUSE;
    case SIGNAL_IMPROVEMENT: return way == BETTER_HIGHER ? VARIATION_IMPROVEMENT_HIGH : VARIATION_IMPROVEMENT_LOW;
    case SIGNAL_CONCERN: return way == BETTER_HIGHER ? VARIATION_CONCERN_LOW : VARIATION_CONCERN_HIGH;
    case SIGNAL_HIGH: return VARIATION_NEITHER_HIGH;
    case SIGNAL_LOW: return VARIATION_NEITHER_LOW;
    }
    return VARIATION_NONE;
}

static bool every_same(const double *values, size_t count)
{
    double first = NAN;
    for (size_t i = 0; i < count; i++) {
        if (isnan(values[i]))
            continue;
        if (isnan(first))
            first = values[i];
        if (values[i] != first)
            return false;
    }
    return true;
}

/* Limits of one segment, then its verdicts. `flat` says that every value is the same although screening left no
 * limits. */
static void judge_segment(const double *values, size_t count, const spc_options *options, const spc_rules *rules,
                          int32_t number, spc_point *points, spc_segment *segment, bool *flat)
{
    size_t baseline = count;
    if (options->baseline_points > 0 && (size_t)options->baseline_points < count)
        baseline = (size_t)options->baseline_points;
    size_t present = 0;
    const double mean = mean_of(values, baseline, &present);
    for (size_t i = baseline; i < count; i++)
        present += isnan(values[i]) ? 0 : 1;

    double largest = 0, range = mean_moving_range(values, baseline, INFINITY, &largest);
    *flat = range == 0 && every_same(values, count); /* a gap hides a step from the ranges */
    /* Where no range is screened out the mean stays as it is. */
    if (!options->no_screening && largest >= screening_factor * range)
        range = mean_moving_range(values, baseline, screening_factor * range, &largest);
    if (present < (size_t)rules->minimum_points) {
        range = NAN;
        *flat = false;
    }
    const double reach = rules->limit_factor * range;
    const double near_reach = rules->limit_factor / 3 * 2 * range;
    const spc_point line = {.mean = mean,
                            .lower = mean - reach,
                            .upper = mean + reach,
                            .near_lower = mean - near_reach,
                            .near_upper = mean + near_reach,
                            .segment = number,
                            .short_segment = count < 13};
    if (pass_points(values, count, rules, &line, points))
        name_points(values, count, rules, options->better, points);
    segment->count = count;
    segment->present = present;
    segment->mean = mean;
    segment->lower = line.lower;
    segment->upper = line.upper;
    segment->mean_moving_range = range;
}

static status refuse_absurd(const double *values, size_t count, error *err)
{
    size_t i = 0;
    while (i + 1 < count && !(fabs(values[i]) > largest_value))
        i++;
    error_set(err, STATUS_REFUSED, "value %zu of the series is infinite or absurdly large", i + 1);
    error_hint(err, "Correct the value or leave it empty.");
    return STATUS_REFUSED;
}

status spc_xmr(const double *values, size_t count, const spc_options *options, spc_point *points, spc_segment *segments,
               size_t segment_capacity, spc_summary *summary, error *err)
{
    const spc_rules *rules = options->rules ? options->rules : spc_rules_find(NULL);
    const status checked = spc_rules_check(rules, err);
    if (checked != STATUS_OK)
        return checked;
    if (options->baseline_points < 0 || (options->baseline_points > 0 && options->baseline_points < 12)) {
        error_set(err, STATUS_USAGE, "baseline of %d points: limits need 12 or more", (int)options->baseline_points);
        error_hint(err, "Give 12 or more baseline points, or none to use every point.");
        return STATUS_USAGE;
    }
    for (size_t r = 0; r < options->rebase_count; r++)
        if (options->rebases[r] >= count || (r > 0 && options->rebases[r] <= options->rebases[r - 1]))
            return error_set(err, STATUS_USAGE, "rebase %zu is out of range or out of order", r + 1);
    bool absurd = false;
    for (size_t i = 0; i < count; i++)
        absurd |= fabs(values[i]) > largest_value;
    if (absurd)
        return refuse_absurd(values, count, err);

    spc_segment last = {.mean = NAN, .lower = NAN, .upper = NAN};
    bool last_flat = false;
    size_t made = 0, rebase = 0;
    for (size_t first = 0; first < count; made++) {
        while (rebase < options->rebase_count && options->rebases[rebase] <= first)
            rebase++;
        const size_t end = rebase < options->rebase_count ? options->rebases[rebase] : count;
        last.first = first;
        judge_segment(values + first, end - first, options, rules, (int32_t)(made + 1), points + first, &last,
                      &last_flat);
        if (made < segment_capacity)
            segments[made] = last;
        first = end;
    }
    if (summary) {
        summary->segments = made;
        summary->variation = count ? spc_point_variation(&points[count - 1], options->better) : VARIATION_NONE;
        /* Under screening a constant series has no limits, but "always 100%" against a target of 100% has an answer. */
        const bool as_flat = rules->flat_limits_compare && last_flat && isnan(last.upper);
        summary->assurance =
            count == 0 ? ASSURANCE_NONE
                       : spc_assure(last.mean, as_flat ? last.mean : last.lower, as_flat ? last.mean : last.upper,
                                    options->target, options->better, rules);
    }
    return STATUS_OK;
}
