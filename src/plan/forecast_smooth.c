/* Exponential smoothing: first states, errors, and the parameters with the smallest ones. */
#include "plan/forecast.h"

#include <math.h>
#include <string.h>

enum { PARAMETERS = 4, ROUNDS = 300 };

/* Trend by least squares of the first points; NaN where fewer than two are there. */
static void first_line(const double *values, size_t count, double *level, double *trend)
{
    double n = 0, sum_t = 0, sum_y = 0, sum_tt = 0, sum_ty = 0;
    for (size_t i = 0; i < count; i++) {
        const double t = (double)i + 1;
        if (isnan(values[i]))
            continue;
        n++;
        sum_t += t;
        sum_y += values[i];
        sum_tt += t * t;
        sum_ty += t * values[i];
    }
    const double spread = sum_tt - sum_t * sum_t / n;
    *trend = n > 1 ? (sum_ty - sum_t * sum_y / n) / spread : 0;
    *level = n > 0 ? (sum_y - *trend * sum_t) / n : 0;
}

static double mean_of(const double *values, size_t count)
{
    double sum = 0, n = 0;
    for (size_t i = 0; i < count; i++) {
        if (!isnan(values[i])) {
            sum += values[i];
            n++;
        }
    }
    return sum / n; /* NaN where none is there */
}

/* States before the first value. With a season: trend from the means of the first two, season from what they leave. */
static void first_states(const double *values, size_t count, size_t season, forecast_fit *fit)
{
    if (season < 2) {
        fit->season[0] = 0;
        first_line(values, count < 10 ? count : 10, &fit->level, &fit->trend);
        return;
    }
    const double first = mean_of(values, season), second = mean_of(values + season, season);
    fit->trend = isnan(first) || isnan(second) ? 0 : (second - first) / (double)season;
    const double middle = isnan(first) ? second : first;
    fit->level = (isnan(middle) ? 0 : middle) - fit->trend * ((double)season + 1) / 2;
    const size_t seasons = count / season < 3 ? count / season : 3;
    double sum = 0;
    for (size_t s = 0; s < season; s++) {
        double left = 0, n = 0;
        for (size_t k = 0; k < seasons; k++) {
            const double value = values[k * season + s];
            if (isnan(value))
                continue;
            left += value - fit->level - fit->trend * (double)(k * season + s + 1);
            n++;
        }
        fit->season[s] = n > 0 ? left / n : 0;
        sum += fit->season[s];
    }
    for (size_t s = 0; s < season; s++)
        fit->season[s] -= sum / (double)season;
    fit->level += sum / (double)season;
}

double forecast_errors(const double *values, size_t count, size_t season, forecast_fit *fit)
{
    const size_t steps = season < 2 ? 1 : season;
    double squares = 0;
    first_states(values, count, steps, fit);
    for (size_t i = 0, s = 0; i < count; i++, s = s + 1 == steps ? 0 : s + 1) {
        const double expected = fit->level + fit->phi * fit->trend + fit->season[s];
        const double e = isnan(values[i]) ? 0 : values[i] - expected;
        fit->level += fit->phi * fit->trend + fit->alpha * e;
        fit->trend = fit->phi * fit->trend + fit->beta * e;
        fit->season[s] += steps > 1 ? fit->gamma * e : 0;
        squares += e * e;
    }
    return squares;
}

/* ---- the search ------------------------------------------------------------------------------------- */

typedef struct smooth_search {
    const double *values;
    size_t count, season;
    bool damped;
    forecast_fit *fit;
    int parameters;
} smooth_search;

static double squash(double x)
{
    return 1 / (1 + exp(-x));
}

/* From the whole line to the allowed parameters. */
static void parameters_set(const smooth_search *s, const double *x)
{
    forecast_fit *f = s->fit;
    f->alpha = 0.0001 + 0.9998 * squash(x[0]);
    f->beta = f->alpha * (0.0001 + 0.9998 * squash(x[1]));
    f->gamma = s->season > 1 ? (1 - f->alpha) * (0.0001 + 0.9998 * squash(x[2])) : 0;
    f->phi = s->damped ? 0.8 + 0.18 * squash(x[3]) : 1;
}

static double search_try(const smooth_search *s, const double *x)
{
    parameters_set(s, x);
    const double squares = forecast_errors(s->values, s->count, s->season, s->fit);
    return isfinite(squares) ? squares : HUGE_VAL;
}

static void grid_best(const smooth_search *s, double *best)
{
    static const double places[] = {-3, -1, 1};
    double least = HUGE_VAL;
    for (int a = 0; a < 3; a++)
        for (int b = 0; b < 3; b++)
            for (int g = 0; g < (s->season > 1 ? 3 : 1); g++) {
                const double x[PARAMETERS] = {places[a], places[b] - 2, places[g], 1};
                const double squares = search_try(s, x);
                if (squares < least) {
                    least = squares;
                    memcpy(best, x, sizeof x);
                }
            }
}

typedef struct corner {
    double x[PARAMETERS], value;
} corner;

static void corners_order(corner *c, int count)
{
    for (int i = 1; i < count; i++) {
        const corner kept = c[i];
        int at = i;
        for (; at > 0 && c[at - 1].value > kept.value; at--)
            c[at] = c[at - 1];
        c[at] = kept;
    }
}

/* The corner at centre + factor (centre - worst). */
static corner corner_at(const smooth_search *s, const double *centre, const corner *worst, double factor)
{
    corner out = {.value = 0};
    for (int i = 0; i < PARAMETERS; i++)
        out.x[i] = centre[i] + factor * (centre[i] - worst->x[i]);
    out.value = search_try(s, out.x);
    return out;
}

/* Which coordinates move: gamma only with a season, phi only where damped. */
static int coordinates(const smooth_search *s, int *which)
{
    int count = 0;
    which[count++] = 0;
    which[count++] = 1;
    if (s->season > 1)
        which[count++] = 2;
    if (s->damped)
        which[count++] = 3;
    return count;
}

static void nelder_mead(const smooth_search *s, double *best)
{
    int which[PARAMETERS];
    const int n = coordinates(s, which);
    corner c[PARAMETERS + 1] = {{.value = 0}};
    for (int i = 0; i <= n; i++) {
        memcpy(c[i].x, best, sizeof c[i].x);
        if (i > 0)
            c[i].x[which[i - 1]] += 0.7;
        c[i].value = search_try(s, c[i].x);
    }
    for (int round = 0; round < ROUNDS; round++) {
        corners_order(c, n + 1);
        if (c[n].value - c[0].value <= 1e-12 * fabs(c[0].value))
            break;
        double centre[PARAMETERS] = {0};
        for (int i = 0; i < PARAMETERS; i++)
            for (int k = 0; k < n; k++)
                centre[i] += c[k].x[i] / n;
        const corner over = corner_at(s, centre, &c[n], 1);
        if (over.value < c[0].value) {
            const corner far = corner_at(s, centre, &c[n], 2);
            c[n] = far.value < over.value ? far : over;
            continue;
        }
        if (over.value < c[n - 1].value) {
            c[n] = over;
            continue;
        }
        const corner inside = corner_at(s, centre, &c[n], over.value < c[n].value ? 0.5 : -0.5);
        if (inside.value < c[n].value && inside.value <= over.value) {
            c[n] = inside;
            continue;
        }
        for (int i = 1; i <= n; i++) {
            for (int k = 0; k < PARAMETERS; k++)
                c[i].x[k] = c[0].x[k] + (c[i].x[k] - c[0].x[k]) / 2;
            c[i].value = search_try(s, c[i].x);
        }
    }
    corners_order(c, n + 1);
    memcpy(best, c[0].x, sizeof c[0].x);
}

status forecast_smooth(const double *values, size_t count, bool damped, const forecast_options *options, arena *memory,
                       forecast_fit *fit, error *err)
{
    const size_t season = options->season < 2 ? 1 : options->season;
    size_t there = 0;
    for (size_t i = 0; i < count; i++)
        there += isnan(values[i]) ? 0 : 1;
    const size_t needed = season > 1 ? 2 * season + 2 : 6;
    *fit = (forecast_fit){0};
    if (there < needed || count < 2 * season) {
        status code =
            error_set(err, STATUS_REFUSED, "Smoothing needs at least %zu values, and there are %zu", needed, there);
        error_hint(err, "Two seasons and two values more; without a season six.");
        return code;
    }
    fit->season = arena_array(memory, season, sizeof *fit->season);
    if (fit->season == NULL)
        return error_set(err, STATUS_MEMORY, "There is not enough memory for the seasons");
    const smooth_search s = {.values = values, .count = count, .season = season, .damped = damped, .fit = fit};
    double best[PARAMETERS] = {0, -2, 0, 1};
    grid_best(&s, best);
    nelder_mead(&s, best);
    const double squares = search_try(&s, best);
    /* Each parameter and first state that was fitted takes from what the errors can say; with short series at most half. */
    const double fitted = (season > 1 ? 3.0 : 2.0) + (damped ? 1 : 0) + (double)season + 1, n = (double)there;
    fit->sigma = sqrt(squares / (n - fitted > n / 2 ? n - fitted : n / 2));
    /* The next step's season first. */
    double *turned = arena_array(memory, season, sizeof *turned);
    if (turned == NULL)
        return error_set(err, STATUS_MEMORY, "There is not enough memory for the seasons");
    for (size_t i = 0; i < season; i++)
        turned[i] = fit->season[(count + i) % season];
    fit->season = turned;
    return STATUS_OK;
}
