/*
 * Control charts: centre, sigma and limits of each kind.
 *
 * Every kind is the same three steps: what is plotted, where the centre is, how wide ordinary variation is. The first
 * is done once for all rows; the other two per part, from its baseline rows that are not excluded. Sums are carried
 * in long double and means take R's second pass, so that points exactly on a line fall where they fall in R.
 */
#include "stats/charts.h"
#include "stats/means.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MATHLIB_STANDALONE
#include <Rmath.h>

static const double d2 = 1.128;           /* mean range of two normal values, in standard deviations */
static const double range_screen = 3.267; /* D4 for two values */
static const double prime_range_screen = 3.2665;
static const double rare_event_power = 3.6; /* Nelson 1994: y^(1/3.6) of an exponential is nearly normal */

static const char *const kind_names[CHART_KINDS] = {"run", "i", "mr", "xbar", "s", "t", "p",
                                                    "pp",  "c", "u",  "up",   "g", "ip"};

const char *chart_kind_name(chart_kind kind)
{
    return (size_t)kind < CHART_KINDS ? kind_names[kind] : "";
}

bool chart_kind_find(const char *name, chart_kind *out)
{
    for (size_t i = 0; i < CHART_KINDS; i++)
        if (strcmp(name, kind_names[i]) == 0) {
            *out = (chart_kind)i;
            return true;
        }
    return false;
}

chart_constants chart_constants_of(double n, double sigmas)
{
    if (!(n >= 2))
        return (chart_constants){NAN, NAN, NAN, NAN, NAN};
    chart_constants k;
    k.c4 = sqrt(2 / (n - 1)) * exp(lgammafn(n / 2) - lgammafn((n - 1) / 2));
    k.c5 = sqrt(1 - k.c4 * k.c4);
    k.a3 = sigmas / k.c4 / sqrt(n);
    k.b3 = fmax(0, 1 - sigmas * k.c5 / k.c4);
    k.b4 = 1 + sigmas * k.c5 / k.c4;
    return k;
}

void chart_subgroup_of(const double *values, const double *denominators, size_t count, chart_subgroup *out)
{
    long double sum = 0, denominator = 0;
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        if (!isnan(values[i]) && !(denominators && isnan(denominators[i]))) {
            sum += values[i];
            denominator += denominators ? denominators[i] : 0;
            n++;
        }
    out->count = n;
    out->sum = n ? (double)sum : NAN;
    out->denominator = denominators ? (double)denominator : NAN;
    out->mean = out->deviation = NAN;
    if (n == 0)
        return;
    const long double first = sum / (long double)n;
    long double rest = 0;
    for (size_t i = 0; i < count; i++)
        if (!isnan(values[i]) && !(denominators && isnan(denominators[i])))
            rest += values[i] - first;
    out->mean = (double)(first + rest / (long double)n);
    if (n < 2)
        return;
    long double squares = 0;
    for (size_t i = 0; i < count; i++)
        if (!isnan(values[i]) && !(denominators && isnan(denominators[i])))
            squares += ((long double)values[i] - out->mean) * ((long double)values[i] - out->mean);
    out->deviation = (double)sqrtl(squares / (long double)(n - 1));
}

/* ---- sums over the baseline of one part ------------------------------------------------------------- */

/* The rows of one part, and scratch for as many values. A row counts where it is in the baseline and included. */
typedef struct part_rows {
    const chart_subgroup *groups;
    chart_point *points;
    double *work;
    size_t count;
} part_rows;

static bool counts(const part_rows *r, size_t i)
{
    return r->points[i].baseline && r->points[i].included;
}

/* Plotted values of the rows that count, missing ones too, side by side in work; returns how many. */
static size_t gather_plotted(const part_rows *r)
{
    size_t n = 0;
    for (size_t i = 0; i < r->count; i++)
        if (counts(r, i))
            r->work[n++] = r->points[i].value;
    return n;
}

/* Mean moving range of successive values; a missing one removes both its ranges. */
static double mean_range(const double *values, size_t count, bool screening)
{
    double largest = 0;
    const double mean = mean_moving_range(values, count, INFINITY, &largest);
    /* Where no range is screened out the mean stays as it is. */
    return screening && largest >= range_screen * mean ? mean_moving_range(values, count, range_screen * mean, &largest)
                                                       : mean;
}

/* Sum of numerators over sum of denominators, rows with a plotted value only. */
static double pooled_ratio(const part_rows *r)
{
    long double sum = 0, denominator = 0;
    for (size_t i = 0; i < r->count; i++)
        if (counts(r, i) && r->groups[i].count > 0) {
            sum += r->groups[i].sum;
            denominator += r->groups[i].denominator;
        }
    return (double)sum / (double)denominator;
}

static double median_over(const part_rows *r)
{
    size_t n = 0;
    for (size_t i = 0; i < r->count; i++)
        if (counts(r, i) && !isnan(r->points[i].value))
            r->work[n++] = r->points[i].value;
    if (n == 0)
        return NAN;
    qsort(r->work, n, sizeof *r->work, by_value);
    return n % 2 ? r->work[n / 2] : (r->work[n / 2 - 1] + r->work[n / 2]) / 2;
}

/* Taylor 2017: each pair of neighbours estimates sigma, whatever their denominators; means, screened once. */
static double prime_sigma_below(const part_rows *r, bool strict, double below)
{
    long double sum = 0;
    size_t n = 0, before = SIZE_MAX;
    for (size_t i = 0; i < r->count; i++) {
        if (strict && !counts(r, i))
            continue;
        if (before != SIZE_MAX) {
            const double difference = fabs(r->points[i].value - r->points[before].value);
            const double sigma =
                sqrt(M_PI / 2) * difference / sqrt(1 / r->groups[before].denominator + 1 / r->groups[i].denominator);
            if (sigma < below) {
                sum += sigma;
                n++;
            }
        }
        before = i;
    }
    return n ? (double)(sum / (long double)n) : NAN;
}

static double prime_sigma(const part_rows *r, bool strict, bool screening)
{
    const double mean = prime_sigma_below(r, strict, INFINITY);
    return screening && !isnan(mean) ? prime_sigma_below(r, strict, prime_range_screen * mean) : mean;
}

/* Standard deviation within subgroups: the mean of the deviations where all have one size, else the root of the
 * pooled variance. */
static double pooled_deviation(const part_rows *r)
{
    size_t size = 0;
    bool varies = false;
    long double squares = 0, freedom = 0;
    for (size_t i = 0; i < r->count; i++) {
        if (!counts(r, i))
            continue;
        const chart_subgroup *g = &r->groups[i];
        varies = varies || (size != 0 && g->count != size);
        size = g->count;
        if (g->count > 1) {
            squares += (long double)(g->count - 1) * g->deviation * g->deviation;
            freedom += (long double)(g->count - 1);
        }
    }
    if (varies)
        return sqrt((double)squares / (double)freedom);
    size_t n = 0;
    for (size_t i = 0; i < r->count; i++)
        if (counts(r, i))
            r->work[n++] = r->groups[i].deviation;
    return mean_of(r->work, n, NULL);
}

static double grand_mean(const part_rows *r)
{
    long double sum = 0, n = 0;
    for (size_t i = 0; i < r->count; i++)
        if (counts(r, i) && r->groups[i].count > 0) {
            sum += (long double)r->groups[i].count * r->groups[i].mean;
            n += (long double)r->groups[i].count;
        }
    return (double)sum / (double)n;
}

/* ---- limits ----------------------------------------------------------------------------------------- */

static double clip(double value, double least, double most)
{
    return value < least ? least : value > most ? most : value; /* NaN stays NaN */
}

/* centre +/- 2 and 3 sigma, within [least, most]. */
static void set_lines(chart_point *p, double centre, double sigma, double least, double most)
{
    p->centre = centre;
    p->lower = clip(centre - 3 * sigma, least, INFINITY);
    p->near_lower = clip(centre - 2 * sigma, least, INFINITY);
    p->near_upper = clip(centre + 2 * sigma, -INFINITY, most);
    p->upper = clip(centre + 3 * sigma, -INFINITY, most);
}

static double given_or(double given, double computed)
{
    return isnan(given) ? computed : given;
}

static void limits_individuals(const part_rows *r, const chart_options *o, double least)
{
    const size_t n = gather_plotted(r);
    const double centre = given_or(o->centre, mean_of(r->work, n, NULL));
    const double sigma = mean_range(r->work, n, o->screening) / d2;
    for (size_t i = 0; i < r->count; i++)
        set_lines(&r->points[i], centre, sigma, least, INFINITY);
}

static void limits_moving_range(const part_rows *r, const chart_options *o)
{
    const double centre = given_or(o->centre, mean_of(r->work, gather_plotted(r), NULL));
    for (size_t i = 0; i < r->count; i++) {
        chart_point *p = &r->points[i];
        p->centre = centre;
        p->lower = p->near_lower = 0;
        p->near_upper = range_screen / 3 * 2 * centre;
        p->upper = range_screen * centre;
    }
}

static double back_to_time(double value)
{
    return isnan(value) ? NAN : pow(fmax(0, value), rare_event_power);
}

static void limits_rare_events(const part_rows *r, const chart_options *o)
{
    const double given = isnan(o->centre) ? NAN : pow(o->centre, 1 / rare_event_power);
    const size_t n = gather_plotted(r);
    for (size_t i = 0; i < n; i++)
        r->work[i] = pow(r->work[i], 1 / rare_event_power);
    const double centre = given_or(given, mean_of(r->work, n, NULL));
    const double sigma = mean_range(r->work, n, o->screening) / d2;
    for (size_t i = 0; i < r->count; i++) {
        chart_point *p = &r->points[i];
        set_lines(p, centre, sigma, -INFINITY, INFINITY);
        p->centre = back_to_time(p->centre);
        p->lower = back_to_time(p->lower);
        p->near_lower = back_to_time(p->near_lower);
        p->near_upper = back_to_time(p->near_upper);
        p->upper = back_to_time(p->upper);
    }
}

/* P, P', U, U': sigma_i = sqrt(variance / n_i), widened by sigma_z in the primed kinds. */
static void limits_ratio(const part_rows *r, const chart_options *o, bool proportion, bool prime)
{
    const double centre = given_or(o->centre, pooled_ratio(r));
    const double variance = proportion ? centre * (1 - centre) : centre;
    double widen = 1;
    size_t n = 0;
    for (size_t i = 0; i < r->count; i++) {
        chart_point *p = &r->points[i];
        const double size = r->groups[i].denominator;
        p->upper = size > 0 ? sqrt(variance / size) : NAN; /* sigma, until the lines are set */
        if (prime && counts(r, i))
            r->work[n++] = (p->value - centre) / p->upper;
    }
    if (prime)
        widen = mean_range(r->work, n, o->screening) / d2;
    for (size_t i = 0; i < r->count; i++)
        set_lines(&r->points[i], centre, r->points[i].upper * widen, 0, proportion ? 1 : INFINITY);
}

static void limits_counts(const part_rows *r, const chart_options *o)
{
    const double centre = given_or(o->centre, mean_of(r->work, gather_plotted(r), NULL));
    for (size_t i = 0; i < r->count; i++)
        set_lines(&r->points[i], centre, sqrt(centre), 0, INFINITY);
}

static void limits_cases_between(const part_rows *r, const chart_options *o)
{
    const double mean = given_or(o->centre, mean_of(r->work, gather_plotted(r), NULL));
    /* The median of a geometric variable is ln 2 of its mean: what is shown where the centre is given. */
    const double shown = isnan(o->centre) ? median_over(r) : 0.693 * o->centre;
    for (size_t i = 0; i < r->count; i++) {
        set_lines(&r->points[i], mean, sqrt(mean * (mean + 1)), 0, INFINITY);
        r->points[i].centre = shown;
    }
}

static void limits_individuals_prime(const part_rows *r, const chart_options *o, double least)
{
    const double centre = given_or(o->centre, pooled_ratio(r));
    const double sigma = prime_sigma(r, o->strict_prime_sigma, o->screening);
    for (size_t i = 0; i < r->count; i++) {
        const double n = r->groups[i].denominator;
        set_lines(&r->points[i], centre, n > 0 ? sigma / sqrt(n) : NAN, least, INFINITY);
    }
}

static void limits_subgroups(const part_rows *r, const chart_options *o, double least)
{
    const double s = pooled_deviation(r);
    const bool means = o->kind == CHART_XBAR;
    const double centre = given_or(o->centre, means ? grand_mean(r) : s);
    chart_constants k = {0};
    size_t size = SIZE_MAX;
    for (size_t i = 0; i < r->count; i++) {
        chart_point *p = &r->points[i];
        const double n = (double)r->groups[i].count;
        if (r->groups[i].count != size)
            k = chart_constants_of(n, 1);
        size = r->groups[i].count;
        if (means) {
            set_lines(p, centre, k.a3 * s, least, INFINITY);
            continue;
        }
        set_lines(p, centre, centre * k.c5 / k.c4, 0, INFINITY);
    }
}

static void limits_of_part(const part_rows *r, const chart_options *o)
{
    const double least = o->not_negative ? 0 : -INFINITY;
    switch (o->kind) {
    case CHART_RUN: {
        const double centre = given_or(o->centre, median_over(r));
        for (size_t i = 0; i < r->count; i++)
            set_lines(&r->points[i], centre, NAN, -INFINITY, INFINITY);
        break;
    }
    case CHART_I: limits_individuals(r, o, least); break;
    case CHART_MR: limits_moving_range(r, o); break;
    case CHART_XBAR:
    case CHART_S: limits_subgroups(r, o, least); break;
    case CHART_T: limits_rare_events(r, o); break;
    case CHART_P: limits_ratio(r, o, true, false); break;
    case CHART_P_PRIME: limits_ratio(r, o, true, true); break;
    case CHART_C: limits_counts(r, o); break;
    case CHART_U: limits_ratio(r, o, false, false); break;
    case CHART_U_PRIME: limits_ratio(r, o, false, true); break;
    case CHART_G: limits_cases_between(r, o); break;
    case CHART_I_PRIME: limits_individuals_prime(r, o, least); break;
    }
}

/* ---- the chart -------------------------------------------------------------------------------------- */

static double plotted_value(const chart_subgroup *g, chart_kind kind)
{
    if (g->count == 0)
        return NAN;
    switch (kind) {
    case CHART_XBAR: return g->mean;
    case CHART_S: return g->deviation;
    case CHART_C: return g->sum;
    case CHART_P:
    case CHART_P_PRIME:
    case CHART_U:
    case CHART_U_PRIME:
    case CHART_I_PRIME: return g->denominator > 0 ? g->sum / g->denominator : NAN;
    case CHART_RUN:
    case CHART_I:
    case CHART_MR:
    case CHART_T:
    case CHART_G: break;
    }
    if (isnan(g->denominator))
        return g->mean;
    return g->denominator > 0 ? g->sum / g->denominator : NAN;
}

static void set_rows(const chart_subgroup *groups, size_t count, const chart_options *o, int32_t number, size_t first,
                     chart_point *points)
{
    const size_t baseline = o->freeze > 0 && o->part_count == 0 && o->freeze < count ? o->freeze : count;
    for (size_t i = 0; i < count; i++) {
        points[i] = (chart_point){.value = plotted_value(&groups[i], o->kind), .part = number};
        points[i].baseline = i < baseline;
        points[i].included = !(o->excluded && o->excluded[first + i]);
    }
    if (o->kind == CHART_MR)
        for (size_t i = count; i-- > 0;)
            points[i].value = i > 0 ? fabs(points[i].value - points[i - 1].value) : NAN;
}

status chart_make(const chart_subgroup *subgroups, size_t count, const chart_options *options, chart_point *points,
                  double *work, chart_part *parts, size_t part_capacity, error *err)
{
    for (size_t p = 0; p < options->part_count; p++)
        if (options->parts[p] == 0 || options->parts[p] >= count ||
            (p > 0 && options->parts[p] <= options->parts[p - 1]))
            return error_set(err, STATUS_USAGE, "part %zu is out of range or out of order", p + 2);
    const double multiply = options->multiply > 0 ? options->multiply : 1;
    for (size_t p = 0; p <= options->part_count && count > 0; p++) {
        const size_t first = p > 0 ? options->parts[p - 1] : 0;
        const size_t end = p < options->part_count ? options->parts[p] : count;
        part_rows rows = {subgroups + first, points + first, work, end - first};
        set_rows(rows.groups, rows.count, options, (int32_t)(p + 1), first, rows.points);
        limits_of_part(&rows, options);
        for (size_t i = 0; i < rows.count; i++) {
            chart_point *point = &rows.points[i];
            point->value *= multiply;
            point->centre *= multiply;
            point->lower *= multiply;
            point->near_lower *= multiply;
            point->near_upper *= multiply;
            point->upper *= multiply;
            point->beyond = point->value > point->upper || point->value < point->lower;
            work[i] = point->value;
        }
        if (p < part_capacity) {
            const double centre = rows.points[0].centre;
            parts[p] = (chart_part){.first = first, .count = rows.count, .centre = centre};
            parts[p].runs = runs_count(work, centre, options->excluded ? options->excluded + first : NULL, rows.count,
                                       options->runs);
            if (options->kind == CHART_MR)
                parts[p].runs.signal = false;
        }
    }
    return STATUS_OK;
}

void chart_spc_points(const chart_point *points, size_t count, const spc_rules *rules, better way, double *work,
                      spc_point *out)
{
    for (size_t first = 0; first < count;) {
        size_t end = first;
        for (; end < count && points[end].part == points[first].part; end++) {
            const chart_point *p = &points[end];
            work[end] = p->included ? p->value : NAN;
            out[end] = (spc_point){.mean = p->centre,
                                   .lower = p->lower,
                                   .upper = p->upper,
                                   .near_lower = p->near_lower,
                                   .near_upper = p->near_upper,
                                   .segment = p->part};
        }
        for (size_t i = first; i < end; i++)
            out[i].short_segment = end - first < 13;
        spc_judge(work + first, end - first, rules, way, out + first);
        first = end;
    }
}
