/*
 * Slope and relative index of inequality.
 *
 * Both ends of the fitted line are linear in the groups' values: fitted(0) = sum a_i y_i and slope = sum b_i y_i. So
 * where errors are normal on the scale that is fitted, a draw of all groups is a draw of two correlated normals,
 * which is both exact and five times faster than drawing every group; that is what the simulation does there.
 */
#include "stats/inequality.h"
#include "stats/random.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>

#define MATHLIB_STANDALONE
#include <Rmath.h>

static double to_scale(double value, slope_scale scale)
{
    return scale == SLOPE_LOG ? log(value) : scale == SLOPE_LOGIT ? log(value / (1 - value)) : value;
}

static double from_scale(double value, slope_scale scale)
{
    return scale == SLOPE_LOG ? exp(value) : scale == SLOPE_LOGIT ? 1 / (1 + exp(-value)) : value;
}

/* d value / d scaled. */
static double scale_steepness(double value, slope_scale scale)
{
    return scale == SLOPE_LOG ? value : scale == SLOPE_LOGIT ? value * (1 - value) : 1;
}

/* Standard error on the given scale. A stated deviation is on the value's own scale. */
static double scaled_deviation(const inequality_group *g, slope_scale scale)
{
    if (!isnan(g->deviation))
        return g->deviation / scale_steepness(g->value, scale);
    return (to_scale(g->upper, scale) - to_scale(g->lower, scale)) / 2 / qnorm(0.975, 0, 1, 1, 0);
}

static double own_deviation(const inequality_group *g)
{
    return isnan(g->deviation) ? (g->upper - g->lower) / 2 / qnorm(0.975, 0, 1, 1, 0) : g->deviation;
}

static double confidence_z(double confidence)
{
    return qnorm(confidence + (1 - confidence) / 2, 0, 1, 1, 0);
}

/* What a draw needs to know. */
typedef struct line {
    size_t count;
    slope_scale scale;
    bool transform;                      /* fitted on the scale */
    double value[MOST_SLOPE_GROUPS];     /* as fitted */
    double centre[MOST_SLOPE_GROUPS];    /* mean of each group on the scale of its errors */
    double deviation[MOST_SLOPE_GROUPS]; /* on the scale of its errors */
    double at_start[MOST_SLOPE_GROUPS];  /* weights of fitted(0) */
    double slope[MOST_SLOPE_GROUPS];     /* weights of the slope */
    double start, rise;                  /* fitted */
    double start_variance, rise_variance,
        covariance; /* of the two, by the delta method where errors are not normal here */
    double multiplier;
} line;

static status check_groups(const inequality_group *groups, size_t count, slope_scale scale, error *err)
{
    if (count < FEWEST_SLOPE_GROUPS || count > MOST_SLOPE_GROUPS)
        return error_set(err, STATUS_USAGE, "a slope index of inequality needs %d to %d groups, not %zu",
                         FEWEST_SLOPE_GROUPS, MOST_SLOPE_GROUPS, count);
    for (size_t i = 0; i < count; i++) {
        const double v = groups[i].value;
        if (!(groups[i].population > 0) || isinf(groups[i].population))
            return error_set(err, STATUS_REFUSED, "group %zu: the population must be above 0", i + 1);
        if (isnan(v))
            continue;
        if ((scale == SLOPE_LOG && !(v > 0)) || (scale == SLOPE_LOGIT && !(v > 0 && v < 1))) {
            error_set(err, STATUS_REFUSED, "group %zu: the value %g has no %s", i + 1, v,
                      scale == SLOPE_LOG ? "logarithm" : "logit");
            error_hint(err, "Rates must be above 0; proportions must be fractions above 0 and below 1.");
            return STATUS_REFUSED;
        }
    }
    return STATUS_OK;
}

static void fit_line(line *l, const inequality_group *groups, size_t count, const slope_options *o)
{
    long double total = 0, before = 0, mean_x = 0, spread = 0;
    double x[MOST_SLOPE_GROUPS], share[MOST_SLOPE_GROUPS];
    l->count = count;
    l->scale = o->scale;
    l->transform = o->transform && o->scale != SLOPE_LINEAR;
    l->multiplier = o->multiplier != 0 ? o->multiplier : 1;
    for (size_t i = 0; i < count; i++)
        total += groups[i].population;
    for (size_t i = 0; i < count; i++) {
        share[i] = (double)(groups[i].population / total);
        x[i] = (double)(before + share[i] / 2);
        before += share[i];
        mean_x += (long double)share[i] * x[i];
    }
    for (size_t i = 0; i < count; i++)
        spread += share[i] * (x[i] - mean_x) * (x[i] - mean_x);
    long double start = 0, rise = 0;
    for (size_t i = 0; i < count; i++) {
        l->centre[i] = to_scale(groups[i].value, o->scale);
        l->deviation[i] = scaled_deviation(&groups[i], o->scale);
        l->value[i] = l->transform ? l->centre[i] : groups[i].value;
        l->slope[i] = (double)(share[i] * (x[i] - mean_x) / spread);
        l->at_start[i] = (double)(share[i] - mean_x * l->slope[i]);
        start += (long double)l->at_start[i] * l->value[i];
        rise += (long double)l->slope[i] * l->value[i];
        const double s = l->transform ? l->deviation[i] : l->deviation[i] * scale_steepness(groups[i].value, o->scale);
        l->start_variance += l->at_start[i] * l->at_start[i] * s * s;
        l->rise_variance += l->slope[i] * l->slope[i] * s * s;
        l->covariance += l->at_start[i] * l->slope[i] * s * s;
    }
    l->start = (double)start;
    l->rise = (double)rise;
}

/* SII and RII of one fitted line. */
static void indices(const line *l, double start, double rise, double *sii, double *rii)
{
    const double low = l->transform ? from_scale(start, l->scale) : start;
    const double high = l->transform ? from_scale(start + rise, l->scale) : start + rise;
    *sii = (high - low) * l->multiplier;
    *rii = l->multiplier < 0 ? low / high : high / low;
}

/* ---- closed-form limits ------------------------------------------------------------------------------ */

/* Fieller: the ratios r for which (top - r bottom)^2 <= z^2 var(top - r bottom). NaN where they are unbounded. */
static void fieller(double top, double bottom, double var_top, double var_bottom, double covariance, double z,
                    interval *out)
{
    const double a = bottom * bottom - z * z * var_bottom;
    const double b = top * bottom - z * z * covariance;
    const double c = top * top - z * z * var_top;
    const double root = b * b - a * c;
    out->lower = out->upper = NAN;
    if (!(a > 0) || !(root >= 0))
        return;
    out->lower = (b - sqrt(root)) / a;
    out->upper = (b + sqrt(root)) / a;
}

static void closed_form(const line *l, double confidence, slope_result *r)
{
    const double z = confidence_z(confidence);
    const double end = l->start + l->rise;
    const double end_variance = l->start_variance + l->rise_variance + 2 * l->covariance;
    const double both = l->start_variance + l->covariance; /* covariance of start and end */
    double sii_deviation = sqrt(l->rise_variance) * fabs(l->multiplier);
    if (l->transform) {
        const double low_steep = scale_steepness(from_scale(l->start, l->scale), l->scale);
        const double high_steep = scale_steepness(from_scale(end, l->scale), l->scale);
        const double variance = high_steep * high_steep * end_variance + low_steep * low_steep * l->start_variance -
                                2 * high_steep * low_steep * both;
        sii_deviation = sqrt(fmax(0, variance)) * fabs(l->multiplier);
        const double low = from_scale(l->start, l->scale), high = from_scale(end, l->scale);
        const double log_variance = (high_steep / high) * (high_steep / high) * end_variance +
                                    (low_steep / low) * (low_steep / low) * l->start_variance -
                                    2 * (high_steep / high) * (low_steep / low) * both;
        const double reach = exp(z * sqrt(fmax(0, log_variance)));
        r->rii.lower = r->rii.value / reach;
        r->rii.upper = r->rii.value * reach;
    } else if (l->multiplier < 0)
        fieller(l->start, end, l->start_variance, end_variance, both, z, &r->rii);
    else
        fieller(end, l->start, end_variance, l->start_variance, both, z, &r->rii);
    r->sii.lower = r->sii.value - z * sii_deviation;
    r->sii.upper = r->sii.value + z * sii_deviation;
}

/* ---- simulation -------------------------------------------------------------------------------------- */

static void swap(double *a, double *b)
{
    const double keep = *a;
    *a = *b;
    *b = keep;
}

/* Puts the k-th smallest value in its place, smaller ones before it and larger ones after (Hoare's selection),
 * knowing that it lies in low..high. */
static void select_kth(double *values, size_t low, size_t high, size_t k)
{
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (values[middle] < values[low])
            swap(&values[middle], &values[low]);
        if (values[high] < values[low])
            swap(&values[high], &values[low]);
        if (values[high] < values[middle])
            swap(&values[high], &values[middle]);
        const double pivot = values[middle];
        size_t i = low, j = high;
        while (i <= j) {
            while (values[i] < pivot)
                i++;
            while (pivot < values[j])
                j--;
            if (i <= j) {
                swap(&values[i], &values[j]);
                i++;
                if (j == low)
                    break;
                j--;
            }
        }
        if (k <= j)
            high = j;
        else if (k >= i)
            low = i;
        else
            return;
    }
}

/* Moves values below `cut` to the front, or those above it to the back. Returns how many. */
static size_t gather_low(double *values, size_t count, double cut)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        if (values[i] < cut)
            swap(&values[i], &values[n++]);
    return n;
}

static size_t gather_high(double *values, size_t count, double cut)
{
    size_t n = 0;
    for (size_t i = count; i-- > 0;)
        if (values[i] > cut)
            swap(&values[i], &values[count - ++n]);
    return n;
}

/* Type-7 quantiles at `tail` and 1 - tail; reorders the values. Each lies between two order statistics: the one towards the
 * middle is selected, the other is then the extreme of the few beyond it. Draws are nearly normal, so the tails are first
 * gathered by a cut a little inside of where the quantile must be; where the guess fails, all values are searched. */
static void draw_limits(double *values, size_t count, double tail, double *lower, double *upper)
{
    const double low_at = tail * (double)(count - 1), high_at = (1 - tail) * (double)(count - 1);
    const size_t low = (size_t)low_at, high = (size_t)high_at;
    const size_t inner_low = low + 1 < count ? low + 1 : low;
    double sum = 0, squares = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    const double mean = sum / (double)count;
    for (size_t i = 0; i < count; i++)
        squares += (values[i] - mean) * (values[i] - mean);
    const double deviation = sqrt(squares / (double)count), reach = fmax(0, -qnorm(tail, 0, 1, 1, 0) - 0.4) * deviation;

    const size_t low_count = gather_low(values, count, mean - reach);
    select_kth(values, 0, inner_low < low_count ? low_count - 1 : count - 1, inner_low);
    double before = values[0];
    for (size_t i = 1; i < inner_low; i++)
        before = values[i] > before ? values[i] : before;
    *lower = before + (values[inner_low] - before) * (low_at - (double)low);

    const size_t high_count = gather_high(values, count, mean + reach);
    select_kth(values, high >= count - high_count ? count - high_count : 0, count - 1, high);
    double after = values[high];
    for (size_t i = high + 1; i < count; i++)
        after = i == high + 1 || values[i] < after ? values[i] : after;
    *upper = values[high] + (after - values[high]) * (high_at - (double)high);
}

/* Errors normal on the fitted scale: start and rise are two correlated normals, two draws to a block of random
 * numbers. */
static void draw_two_normals(const line *l, const slope_options *o, double *sii, double *rii)
{
    const double start_s = sqrt(l->start_variance);
    const double shared = start_s > 0 ? l->covariance / start_s : 0;
    const double own = sqrt(fmax(0, l->rise_variance - shared * shared));
    for (size_t d = 0; d < o->draws; d += 2) {
        double z[RANDOM_BLOCK];
        random_normals(o->seed, o->stream, d / 2, 0, z);
        indices(l, l->start + start_s * z[0], l->rise + shared * z[0] + own * z[1], &sii[d], &rii[d]);
        if (d + 1 < o->draws)
            indices(l, l->start + start_s * z[2], l->rise + shared * z[2] + own * z[3], &sii[d + 1], &rii[d + 1]);
    }
}

static void draw_every_group(const line *l, const slope_options *o, double *sii, double *rii)
{
    for (size_t d = 0; d < o->draws; d++) {
        double z[RANDOM_BLOCK] = {0}, start = 0, rise = 0;
        for (size_t i = 0; i < l->count; i++) {
            if (i % RANDOM_BLOCK == 0)
                random_normals(o->seed, o->stream, d, i / RANDOM_BLOCK, z);
            const double value = from_scale(l->centre[i] + l->deviation[i] * z[i % RANDOM_BLOCK], l->scale);
            start += l->at_start[i] * value;
            rise += l->slope[i] * value;
        }
        indices(l, start, rise, &sii[d], &rii[d]);
    }
}

static void simulate(const line *l, const slope_options *o, double confidence, double *work, slope_result *r)
{
    double *sii = work, *rii = work + o->draws;
    if (l->transform || l->scale == SLOPE_LINEAR)
        draw_two_normals(l, o, sii, rii);
    else
        draw_every_group(l, o, sii, rii);
    const double tail = (1 - confidence) / 2;
    draw_limits(sii, o->draws, tail, &r->sii_simulated_lower, &r->sii_simulated_upper);
    draw_limits(rii, o->draws, tail, &r->rii_simulated_lower, &r->rii_simulated_upper);
}

status inequality_slope(const inequality_group *groups, size_t count, const slope_options *options, double *work,
                        slope_result *result, error *err)
{
    const double confidence = options->confidence > 0 ? options->confidence : 0.95;
    *result = (slope_result){NAN, {NAN, NAN, NAN}, {NAN, NAN, NAN}, NAN, NAN, NAN, NAN};
    if (!(confidence < 1))
        return error_set(err, STATUS_USAGE, "confidence is %g, but must lie between 0 and 1", confidence);
    const status checked = check_groups(groups, count, options->scale, err);
    if (checked != STATUS_OK)
        return checked;
    line l = {0};
    fit_line(&l, groups, count, options);
    if (isnan(l.start) || isnan(l.rise))
        return STATUS_OK;
    result->intercept = l.transform ? from_scale(l.start, l.scale) : l.start;
    indices(&l, l.start, l.rise, &result->sii.value, &result->rii.value);
    if (isnan(l.start_variance))
        return STATUS_OK;
    closed_form(&l, confidence, result);
    if (options->draws > 1 && work)
        simulate(&l, options, confidence, work, result);
    return STATUS_OK;
}

/* ---- many areas -------------------------------------------------------------------------------------- */

typedef struct area_job {
    const inequality_group *groups;
    size_t per_area, first, step, areas;
    const slope_options *options;
    double *work;
    slope_result *results;
    size_t failed_at; /* SIZE_MAX = none */
    error err;
} area_job;

static void *run_areas(void *argument)
{
    area_job *job = argument;
    for (size_t i = job->first; i < job->areas; i += job->step) {
        slope_options options = *job->options;
        options.stream += i;
        if (inequality_slope(job->groups + i * job->per_area, job->per_area, &options, job->work, &job->results[i],
                             &job->err) != STATUS_OK) {
            job->failed_at = i;
            return NULL;
        }
    }
    return NULL;
}

status inequality_slopes(const inequality_group *groups, size_t per_area, size_t areas, const slope_options *options,
                         unsigned threads, slope_result *results, error *err)
{
    enum { MOST_THREADS = 64 };
    area_job jobs[MOST_THREADS];
    pthread_t ids[MOST_THREADS];
    bool started[MOST_THREADS] = {false};
    status result = STATUS_OK;
    const size_t n = threads < 1 ? 1 : threads > MOST_THREADS ? MOST_THREADS : threads;
    for (size_t t = 0; t < n; t++)
        jobs[t] = (area_job){.groups = groups,
                             .per_area = per_area,
                             .first = t,
                             .step = n,
                             .areas = areas,
                             .options = options,
                             .results = results,
                             .failed_at = SIZE_MAX};
    for (size_t t = 0; t < n && options->draws > 0; t++) {
        jobs[t].work = calloc(options->draws, 2 * sizeof *jobs[t].work);
        if (!jobs[t].work) {
            result = error_set(err, STATUS_MEMORY, "no memory for %zu draws", options->draws);
            goto out;
        }
    }
    for (size_t t = 1; t < n; t++)
        started[t] = pthread_create(&ids[t], NULL, run_areas, &jobs[t]) == 0;
    run_areas(&jobs[0]);
    size_t first_failed = SIZE_MAX;
    for (size_t t = 0; t < n; t++) {
        if (t > 0 && started[t])
            pthread_join(ids[t], NULL);
        else if (t > 0)
            run_areas(&jobs[t]); /* no thread was to be had: its areas are done here */
        if (jobs[t].failed_at < first_failed) {
            first_failed = jobs[t].failed_at;
            result = jobs[t].err.code;
            if (err)
                *err = jobs[t].err;
        }
    }
out:
    for (size_t t = 0; t < n; t++)
        free(jobs[t].work);
    return result;
}

/* ---- gaps, attributable fraction, concentration -------------------------------------------------------- */

interval inequality_gap(const inequality_group *first, const inequality_group *second, double confidence)
{
    const double a = own_deviation(first), b = own_deviation(second), gap = first->value - second->value;
    const double reach = confidence_z(confidence) * sqrt(a * a + b * b);
    return (interval){gap, gap - reach, gap + reach};
}

interval inequality_ratio(const inequality_group *first, const inequality_group *second, double confidence)
{
    if (!(first->value > 0) || !(second->value > 0))
        return (interval){NAN, NAN, NAN};
    const double a = own_deviation(first) / first->value, b = own_deviation(second) / second->value;
    const double ratio = first->value / second->value, reach = exp(confidence_z(confidence) * sqrt(a * a + b * b));
    return (interval){ratio, ratio / reach, ratio * reach};
}

interval inequality_attributable(const inequality_group *groups, size_t count, size_t reference, double confidence)
{
    if (reference >= count)
        return (interval){NAN, NAN, NAN};
    double population = 0, overall = 0, variance = 0;
    for (size_t i = 0; i < count; i++)
        population += groups[i].population;
    for (size_t i = 0; i < count; i++)
        overall += groups[i].population / population * groups[i].value;
    if (!(overall > 0))
        return (interval){NAN, NAN, NAN};
    const double base = groups[reference].value, fraction = 1 - base / overall;
    for (size_t i = 0; i < count; i++) {
        /* d fraction / d value: base x share / overall^2, and -1 / overall more for the reference itself. */
        const double slope =
            base * groups[i].population / population / (overall * overall) - (i == reference ? 1 / overall : 0);
        const double s = own_deviation(&groups[i]);
        variance += slope * slope * s * s;
    }
    const double reach = confidence_z(confidence) * sqrt(variance);
    return (interval){fraction, fraction - reach, fraction + reach};
}

interval inequality_concentration(const inequality_group *groups, size_t count, double confidence)
{
    double population = 0, mean = 0, weighted = 0, before = 0, variance = 0;
    for (size_t i = 0; i < count; i++)
        population += groups[i].population;
    for (size_t i = 0; i < count; i++) {
        const double share = groups[i].population / population;
        mean += share * groups[i].value;
        weighted += share * groups[i].value * (before + share / 2);
        before += share;
    }
    if (!(mean > 0))
        return (interval){NAN, NAN, NAN};
    const double index = 2 * weighted / mean - 1;
    before = 0;
    for (size_t i = 0; i < count; i++) {
        const double share = groups[i].population / population;
        const double slope = share * (2 * (before + share / 2) - 1 - index) / mean;
        const double s = own_deviation(&groups[i]);
        variance += slope * slope * s * s;
        before += share;
    }
    const double reach = confidence_z(confidence) * sqrt(variance);
    return (interval){index, index - reach, index + reach};
}
