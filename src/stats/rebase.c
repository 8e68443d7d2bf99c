/*
 * Targets that change over time, and the suggestion to recalculate limits. Making Data Count advises against
 * automatic redrawing: limits that follow the data hide the very change they are there to show. So this says where
 * and why, and leaves it to a person.
 */
#include "stats/spc.h"

#include <math.h>

spc_assurance spc_assure_each(const spc_point *points, const double *targets, size_t count, better way,
                              const spc_rules *rules, spc_assurance *out)
{
    spc_assurance latest = ASSURANCE_NONE;
    for (size_t i = 0; i < count; i++) {
        const spc_assurance here = spc_assure(points[i].mean, points[i].lower, points[i].upper, targets[i], way, rules);
        if (out)
            out[i] = here;
        if (!isnan(targets[i]))
            latest = here;
    }
    return latest;
}

size_t spc_rebase_text(const spc_rebase *suggestion, char *out, size_t size)
{
    int length = 0;
    if (suggestion->reason == REBASE_NONE)
        length = snprintf(out, size, "no new limits are called for");
    else
        length = snprintf(out, size, "%zu points from row %zu on are %s: mean %.6g, before %.6g", suggestion->points,
                          suggestion->at + 1, suggestion->reason == REBASE_SUSTAINED_HIGHER ? "higher" : "lower",
                          suggestion->mean_after, suggestion->mean_before);
    return length < 0 ? 0 : (size_t)length;
}

/* What the values before a row say: mean, and limits from their screened moving ranges. */
typedef struct before_row {
    double mean, reach;
    size_t present;
} before_row;

static double mean_of(const double *values, size_t count, size_t *present)
{
    double sum = 0;
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        if (!isnan(values[i])) {
            sum += values[i];
            n++;
        }
    *present = n;
    return n ? sum / (double)n : NAN;
}

static double mean_range_below(const double *values, size_t count, double below)
{
    double sum = 0;
    size_t n = 0;
    for (size_t i = 1; i < count; i++) {
        const double range = fabs(values[i] - values[i - 1]);
        if (range < below) {
            sum += range;
            n++;
        }
    }
    return n ? sum / (double)n : NAN;
}

static before_row look_before(const double *values, size_t count, const spc_options *options, const spc_rules *rules)
{
    before_row b = {0};
    b.mean = mean_of(values, count, &b.present);
    double range = mean_range_below(values, count, INFINITY);
    if (!options->no_screening && range > 0)
        range = mean_range_below(values, count, 3.267 * range);
    b.reach = rules->limit_factor * range;
    return b;
}

/* Do the values from here on lie on `side` of the mean before, from the start and for good? */
static bool is_sustained(const double *values, size_t count, double mean, int side, size_t shift_points)
{
    size_t seen = 0, agreeing = 0;
    for (size_t i = 0; i < count; i++) {
        if (isnan(values[i]))
            continue;
        const int here = (values[i] > mean) - (values[i] < mean);
        if (seen < shift_points && here != side)
            return false;
        seen++;
        agreeing += here == side ? 1 : 0;
    }
    return seen >= shift_points && 5 * agreeing >= 4 * seen;
}

static size_t first_run(const double *values, size_t count, double mean, int side)
{
    size_t run = 0;
    for (size_t i = 0; i < count; i++) {
        if (isnan(values[i]))
            continue;
        if ((values[i] > mean) - (values[i] < mean) != side)
            break;
        run++;
    }
    return run;
}

status spc_suggest_rebase(const double *values, size_t count, const spc_options *options, spc_rebase *out, error *err)
{
    const spc_rules *rules = options->rules ? options->rules : spc_rules_find(NULL);
    *out = (spc_rebase){.mean_before = NAN, .mean_after = NAN, .lower_before = NAN, .upper_before = NAN};
    const status checked = spc_rules_check(rules, err);
    if (checked != STATUS_OK)
        return checked;
    for (size_t r = 0; r < options->rebase_count; r++)
        if (options->rebases[r] >= count || (r > 0 && options->rebases[r] <= options->rebases[r - 1]))
            return error_set(err, STATUS_USAGE, "rebase %zu is out of range or out of order", r + 1);
    const size_t first = options->rebase_count ? options->rebases[options->rebase_count - 1] : 0;
    const double *segment = values + first;
    const size_t n = count - first, least = rules->minimum_points > 0 ? (size_t)rules->minimum_points : 13;
    const size_t shift = (size_t)rules->shift_points;
    if (n > SPC_REBASE_ROWS)
        return error_set(err, STATUS_USAGE, "a rebase is suggested for up to %d rows, and these are %zu",
                         SPC_REBASE_ROWS, n);
    double best = 0;
    for (size_t at = least; at + least <= n; at++) {
        if (isnan(segment[at]))
            continue;
        const before_row before = look_before(segment, at, options, rules);
        size_t after_count = 0;
        const double after = mean_of(segment + at, n - at, &after_count);
        if (before.present < least || after_count < least || !(before.reach > 0))
            continue;
        const int side = (after > before.mean) - (after < before.mean);
        if (side == 0 || !is_sustained(segment + at, n - at, before.mean, side, shift))
            continue;
        const double distance = fabs(after - before.mean);
        if (distance <= before.reach * 2 / 3 && first_run(segment + at, n - at, before.mean, side) < 2 * shift)
            continue;
        const double a = (double)before.present, b = (double)after_count;
        const double parted = distance * sqrt(a * b / (a + b)) / before.reach;
        if (parted <= best)
            continue;
        best = parted;
        *out = (spc_rebase){.reason = side > 0 ? REBASE_SUSTAINED_HIGHER : REBASE_SUSTAINED_LOWER,
                            .at = first + at,
                            .points = after_count,
                            .mean_before = before.mean,
                            .mean_after = after,
                            .lower_before = before.mean - before.reach,
                            .upper_before = before.mean + before.reach};
    }
    return STATUS_OK;
}
