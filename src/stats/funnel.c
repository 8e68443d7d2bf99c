/*
 * Funnel plots with overdispersion.
 *
 * With large organisations chance explains next to nothing of how they differ (in A&E phi is in the thousands), so
 * limits from chance alone call everyone an outlier. The adjusted limits add the variance between organisations,
 * estimated from z-scores with the extremes winsorised or dropped, so that the outliers sought do not hide themselves.
 */
#include "stats/funnel.h"
#include "stats/means.h"

#include <math.h>
#include <stdlib.h>

#define MATHLIB_STANDALONE
#include <Rmath.h>

/* ---- order statistics ------------------------------------------------------------------------------- */

/* Quantile of sorted values, linear between order statistics (type 7 of Hyndman and Fan, R's default). */
static double sorted_quantile(const double *sorted, size_t count, double share)
{
    const double at = share * (double)(count - 1);
    const double whole = floor(at + 4 * 2.220446049250313e-16);
    const size_t i = (size_t)whole;
    if (i + 1 >= count)
        return sorted[count - 1];
    const double part = at - whole;
    return part > 0 ? sorted[i] + (sorted[i + 1] - sorted[i]) * part : sorted[i];
}

/* ---- one organisation ------------------------------------------------------------------------------- */

typedef struct scale {
    funnel_type type;
    funnel_transform transform;
    bool round_expected;
    double target, target_transformed;
} scale;

static double size_of(const scale *s, double denominator)
{
    return s->type == FUNNEL_STANDARDISED && s->transform == FUNNEL_SHMI && s->round_expected ? fround(denominator, 2)
                                                                                              : denominator;
}

static double deviation_of(const scale *s, double numerator, double size)
{
    if (s->type == FUNNEL_RATIO)
        return sqrt(numerator / ((numerator + 0.5) * (numerator + 0.5)) + size / ((size + 0.5) * (size + 0.5)));
    return s->type == FUNNEL_STANDARDISED && s->transform == FUNNEL_SHMI ? 1 / sqrt(size) : 1 / (2 * sqrt(size));
}

static double transform_of(const scale *s, double numerator, double size)
{
    if (s->type == FUNNEL_PROPORTION)
        return asin(sqrt(numerator / size));
    if (s->type == FUNNEL_RATIO)
        return log((numerator + 0.5) / (size + 0.5));
    if (s->transform == FUNNEL_CQC)
        return sqrt(numerator / size);
    return numerator > 0 ? log(numerator / size) : 0;
}

static double sine_squared(double angle)
{
    /* Plain comparisons, because fmin and fmax would turn a missing angle into a figure. */
    const double s = sin(angle < 0 ? 0 : angle > M_PI_2 ? M_PI_2 : angle);
    return s * s;
}

static void limits_pair(const scale *s, double size, double tau2, double k, double tail, bool wide, double *lower,
                        double *upper)
{
    const double target = s->target_transformed;
    if (s->type == FUNNEL_PROPORTION) {
        const double reach = k * sqrt(1 / (4 * size) + tau2);
        *lower = sine_squared(target - reach);
        *upper = sine_squared(target + reach);
    } else if (s->type == FUNNEL_RATIO) {
        const double reach = k * sqrt(1 / (4 * size) + tau2);
        *lower = exp(target - reach);
        *upper = exp(target + reach);
    } else if (!wide) {
        *lower = qchisq(tail, 2 * size, 1, 0) / 2 / size;
        *upper = qchisq(1 - tail, 2 * (size + 1), 1, 0) / 2 / size;
    } else if (s->transform == FUNNEL_SHMI) {
        const double reach = k * sqrt(1 / size + tau2);
        *lower = exp(-reach);
        *upper = exp(reach);
    } else {
        const double reach = k * sqrt(1 / (4 * size) + tau2);
        *lower = 1 - reach;
        *upper = 1 + reach;
    }
}

typedef struct width {
    double k, tail;
} width;

static width width_of(double confidence)
{
    const double tail = (1 - confidence) / 2;
    return (width){fround(qnorm(1 - tail, 0, 1, 1, 0), 6), tail};
}

static funnel_limits limits_of(const scale *s, double size, double tau2, width inner, width outer, bool wide,
                               double multiplier)
{
    funnel_limits l;
    limits_pair(s, size, tau2, inner.k, inner.tail, wide, &l.inner_lower, &l.inner_upper);
    limits_pair(s, size, tau2, outer.k, outer.tail, wide, &l.outer_lower, &l.outer_upper);
    l.inner_lower *= multiplier;
    l.inner_upper *= multiplier;
    l.outer_lower *= multiplier;
    l.outer_upper *= multiplier;
    return l;
}

/* ---- dispersion ------------------------------------------------------------------------------------- */

static bool usable(double numerator, double denominator)
{
    return !isnan(numerator) && denominator > 0;
}

/* Winsorises z, or ranks and truncates it; `work` is scratch. */
static void keep_z(const scale *s, double trim, funnel_point *points, size_t count, double *work)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        if (!isnan(points[i].z))
            work[n++] = points[i].z;
    if (n == 0)
        return;
    qsort(work, n, sizeof *work, by_value);
    const bool truncate = s->type == FUNNEL_STANDARDISED && s->transform == FUNNEL_SHMI;
    const double low = sorted_quantile(work, n, trim), high = sorted_quantile(work, n, 1 - trim), bins = 1 / trim;
    for (size_t i = 0; i < count; i++) {
        funnel_point *p = &points[i];
        if (isnan(p->z))
            continue;
        if (truncate) {
            p->rank = average_rank(work, n, p->z);
            p->position = (int32_t)floor(p->rank * bins / (double)(n + 1));
            p->truncated = p->position <= 0 || p->position >= (int32_t)floor(bins) - 1;
            p->kept_z = p->truncated ? NAN : p->z;
        } else {
            p->kept_z = p->z < low ? low : p->z > high ? high : p->z;
            p->winsorised = p->z <= low || p->z >= high; /* a value on the quantile counts, though it does not move */
        }
    }
}

static void dispersion(const scale *s, const double *numerators, const funnel_point *points, size_t count,
                       funnel_result *result)
{
    long double squares = 0, weights = 0, weights_squared = 0;
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        if (isnan(points[i].kept_z))
            continue;
        const double deviation = deviation_of(s, numerators[i], points[i].size);
        const double weight = 1 / (deviation * deviation);
        squares += points[i].kept_z * points[i].kept_z;
        weights += weight;
        weights_squared += (long double)weight * weight;
        n++;
    }
    result->phi = n ? (double)(squares / (long double)n) : NAN;
    const double excess = (double)n * result->phi - ((double)n - 1);
    const double spread = (double)(weights - weights_squared / weights);
    result->tau2 = excess > 0 && spread > 0 ? excess / spread : 0;
}

/* ---- the funnel ------------------------------------------------------------------------------------- */

static status check_input(const double *numerators, const double *denominators, size_t count, const funnel_options *o,
                          error *err)
{
    if (!(o->trim >= 0 && o->trim < 0.5))
        return error_set(err, STATUS_USAGE, "trim is %g, but must be at least 0 and below 0.5", o->trim);
    if (!(o->inner >= 0 && o->inner < 1) || !(o->outer >= 0 && o->outer < 1))
        return error_set(err, STATUS_USAGE, "confidence of limits must lie between 0 and 1");
    for (size_t i = 0; i < count; i++) {
        if (numerators[i] < 0 || denominators[i] < 0 || isinf(numerators[i]) || isinf(denominators[i]))
            return error_set(err, STATUS_REFUSED, "row %zu: counts must be finite and not negative", i + 1);
        if (o->type == FUNNEL_PROPORTION && usable(numerators[i], denominators[i]) && numerators[i] > denominators[i]) {
            error_set(err, STATUS_REFUSED, "row %zu: the numerator is above the denominator", i + 1);
            error_hint(err, "A proportion cannot be above 1. For a ratio of two counts choose the ratio type.");
            return STATUS_REFUSED;
        }
    }
    return STATUS_OK;
}

static void find_target(scale *s, const double *numerators, const double *denominators, size_t count)
{
    long double x = 0, n = 0;
    for (size_t i = 0; i < count; i++)
        if (usable(numerators[i], denominators[i])) {
            x += numerators[i];
            n += denominators[i];
        }
    s->target = s->type == FUNNEL_STANDARDISED ? 1 : (double)x / (double)n;
    if (s->type == FUNNEL_STANDARDISED)
        s->target_transformed = s->transform == FUNNEL_SHMI ? 0 : 1;
    else
        s->target_transformed = s->type == FUNNEL_PROPORTION ? asin(sqrt(s->target)) : log(s->target);
}

static void judge(funnel_point *p, const funnel_result *result, double multiplier, bool inner)
{
    if (!result->adjusted && !result->unadjusted)
        return;
    const funnel_limits *l = result->adjusted ? &p->wide : &p->plain;
    const double value = p->value * multiplier;
    if (value > (inner ? l->inner_upper : l->outer_upper))
        p->side = 1;
    else if (value < (inner ? l->inner_lower : l->outer_lower))
        p->side = -1;
    p->outlier = p->side != 0;
}

status funnel_make(const double *numerators, const double *denominators, size_t count, const funnel_options *options,
                   funnel_point *points, double *work, funnel_result *result, error *err)
{
    const status checked = check_input(numerators, denominators, count, options, err);
    if (checked != STATUS_OK)
        return checked;
    const double trim = options->trim > 0 ? options->trim : 0.1,
                 multiplier = options->multiplier > 0 ? options->multiplier : 1;
    const width inner = width_of(options->inner > 0 ? options->inner : 0.95);
    const width outer = width_of(options->outer > 0 ? options->outer : 0.998);
    scale s = {.type = options->type, .transform = options->transform, .round_expected = !options->expected_as_given};
    find_target(&s, numerators, denominators, count);

    for (size_t i = 0; i < count; i++) {
        funnel_point *p = &points[i];
        *p = (funnel_point){
            .value = NAN, .size = NAN, .transformed = NAN, .z = NAN, .kept_z = NAN, .rank = NAN, .position = -1};
        if (!usable(numerators[i], denominators[i]))
            continue;
        p->size = size_of(&s, denominators[i]);
        p->value = numerators[i] / denominators[i];
        p->transformed = transform_of(&s, numerators[i], p->size);
        p->z = (p->transformed - s.target_transformed) / deviation_of(&s, numerators[i], p->size);
    }
    keep_z(&s, trim, points, count, work);
    *result = (funnel_result){.target = s.target, .target_transformed = s.target_transformed};
    if (options->adjusted)
        dispersion(&s, numerators, points, count, result);
    result->adjusted = options->adjusted && (options->unadjusted || result->phi > 1);
    result->unadjusted = options->unadjusted || (options->adjusted && !result->adjusted);

    for (size_t i = 0; i < count; i++) {
        funnel_point *p = &points[i];
        p->plain = limits_of(&s, p->size, 0, inner, outer, false, multiplier);
        p->wide = limits_of(&s, p->size, result->tau2, inner, outer, true, multiplier);
        judge(p, result, multiplier, options->outliers_by_inner);
        result->outliers += p->outlier ? 1 : 0;
    }
    return STATUS_OK;
}
