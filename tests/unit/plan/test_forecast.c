/* Forecasts: closed forms, a naive twin of the smoothing, the test on the past, and series that smoothing cannot help. */
#include "plan/forecast.h"

#include "stats/stats.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static const forecast_options months = {.season = 12, .horizon = 24, .coverage = 0.95, .lowest = NAN, .highest = NAN};

static forecast_answer make(const double *values, size_t count, forecast_options o, arena *a)
{
    forecast_answer out;
    error err = {0};
    if (forecast_make(values, count, &o, a, &out, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    return out;
}

static void near(double a, double b, double tolerance)
{
    if (!(fabs(a - b) <= tolerance))
        fail_msg("%.12g is not %.12g", a, b);
}

/* A line with a fixed season and no noise goes on as it is, with no width. */
static void a_line_with_seasons_goes_on(void **state)
{
    (void)state;
    arena a = {0};
    double y[60];
    for (int i = 0; i < 60; i++)
        y[i] = 100 + 2 * i + 10 * sin(2 * M_PI * i / 12);
    const forecast_answer f = make(y, 60, months, &a);
    assert_int_equal(f.verdict, FORECAST_BETTER);
    for (int h = 0; h < 24; h++) {
        const double next = 100 + 2 * (60 + h) + 10 * sin(2 * M_PI * (60 + h) / 12);
        if (f.shown == FORECAST_SMOOTHING)
            near(f.points[h].value, next, 0.05);
        assert_true(f.points[h].upper - f.points[h].lower < 4);
    }
    arena_free(&a);
}

/* Written out again, state by state. */
static double twin_errors(const double *y, size_t n, size_t m, const forecast_fit *p, double *forecast, size_t horizon)
{
    double *level = calloc(n + 1, sizeof(double)), *trend = calloc(n + 1, sizeof(double)),
           *season = calloc(n + m, sizeof(double)), sse = 0;
    double one = 0, two = 0, sum = 0;
    for (size_t i = 0; i < m; i++) {
        one += y[i] / (double)m;
        two += y[m + i] / (double)m;
    }
    trend[0] = (two - one) / (double)m;
    level[0] = one - trend[0] * ((double)m + 1) / 2;
    for (size_t i = 0; i < m; i++) {
        for (size_t k = 0; k < 3; k++)
            season[i] += (y[k * m + i] - level[0] - trend[0] * (double)(k * m + i + 1)) / 3;
        sum += season[i] / (double)m;
    }
    for (size_t i = 0; i < m; i++)
        season[i] -= sum;
    level[0] += sum;
    for (size_t t = 1; t <= n; t++) {
        const double e = y[t - 1] - (level[t - 1] + p->phi * trend[t - 1] + season[t - 1]);
        level[t] = level[t - 1] + p->phi * trend[t - 1] + p->alpha * e;
        trend[t] = p->phi * trend[t - 1] + p->beta * e;
        season[t - 1 + m] = season[t - 1] + p->gamma * e;
        sse += e * e;
    }
    for (size_t h = 1; h <= horizon; h++) {
        double damp = 0;
        for (size_t i = 1; i <= h; i++)
            damp += pow(p->phi, (double)i);
        forecast[h - 1] = level[n] + damp * trend[n] + season[n + (h - 1) % m];
    }
    free(level);
    free(trend);
    free(season);
    return sse;
}

static void noisy(double *y, size_t n, uint64_t seed, double noise)
{
    double z[RANDOM_BLOCK];
    for (size_t i = 0; i < n; i++) {
        random_normals(seed, 1, i, 0, z);
        y[i] = 500 + 1.5 * (double)i + 40 * cos(2 * M_PI * (double)i / 12) + noise * z[0];
    }
}

static void smoothing_is_its_naive_twin(void **state)
{
    (void)state;
    arena a = {0};
    double y[64], next[24];
    noisy(y, 64, 3, 12);
    for (int damped = 0; damped < 2; damped++) {
        forecast_fit fit;
        forecast_point points[24];
        assert_int_equal(forecast_smooth(y, 64, damped != 0, &months, &a, &fit, NULL), STATUS_OK);
        const double sse = twin_errors(y, 64, 12, &fit, next, 24);
        forecast_from_fit(&fit, &months, points);
        for (int h = 0; h < 24; h++)
            near(points[h].value, next[h], 1e-8);
        double season[12];
        forecast_fit again = fit;
        again.season = season;
        near(forecast_errors(y, 64, 12, &again), sse, 1e-6);
        /* Width: the variance of h steps in closed form. */
        double variance = 1;
        for (int h = 1; h <= 24; h++) {
            near((points[h - 1].upper - points[h - 1].lower) / 2, 1.959963984540054 * fit.sigma * sqrt(variance), 1e-8);
            double damp = 0;
            for (int i = 1; i <= h; i++)
                damp += pow(fit.phi, i);
            const double c = fit.alpha + fit.beta * damp + (h == 12 ? fit.gamma : 0);
            variance += c * c;
        }
        /* The parameters found are no worse than those of a fine grid. */
        double least = HUGE_VAL;
        for (double al = 0.02; al < 1; al += 0.08)
            for (double be = 0.02; be < 1; be += 0.16)
                for (double ga = 0.02; ga < 1; ga += 0.12) {
                    forecast_fit g = {.alpha = al,
                                      .beta = be * al,
                                      .gamma = ga * (1 - al),
                                      .phi = damped ? 0.9 : 1,
                                      .season = season};
                    const double squares = forecast_errors(y, 64, 12, &g);
                    least = squares < least ? squares : least;
                }
        assert_true(sse <= least * 1.001);
    }
    arena_free(&a);
}

static void naive_repeats_the_season(void **state)
{
    (void)state;
    double y[30];
    forecast_point points[24];
    for (int i = 0; i < 30; i++)
        y[i] = i % 12 + (i >= 12 ? 5 : 0) + (i >= 24 ? -3 : 0);
    y[29] = NAN; /* month 5: the value of a year before stands */
    assert_int_equal(forecast_naive(y, 30, &months, points, NULL), STATUS_OK);
    for (int h = 0; h < 24; h++) {
        const int month = (30 + h) % 12;
        near(points[h].value, month + 5 + (month < 5 ? -3 : 0), 1e-12);
    }
    /* 12 differences of 5 and 5 of -3; two seasons ahead the variance is twice that. */
    const double sigma = sqrt((12 * 25.0 + 5 * 9.0) / 17);
    near(points[0].upper - points[0].value, 1.959963984540054 * sigma, 1e-9);
    near(points[12].upper - points[12].value, 1.959963984540054 * sigma * sqrt(2), 1e-9);
    const forecast_options plain = {.horizon = 3, .coverage = 0.9, .lowest = 0, .highest = NAN};
    const double walk[] = {4, 6, 3, NAN, 2, 1};
    assert_int_equal(forecast_naive(walk, 6, &plain, points, NULL), STATUS_OK);
    near(points[2].value, 1, 0);
    near(points[2].lower, 0, 0); /* bounded */
    near(points[2].upper - 1, 1.6448536269514722 * sqrt(3 * (4 + 9 + 1) / 3.0), 1e-9);
}

/* A random walk cannot be beaten: over many of them smoothing must mostly not be shown; a noisy line with seasons must be. */
static void only_what_beats_the_naive_is_shown(void **state)
{
    (void)state;
    arena a = {0};
    int shown = 0, lines = 0;
    double covered = 0;
    for (uint64_t seed = 0; seed < 20; seed++) {
        double walk[72], line[72];
        double z[RANDOM_BLOCK];
        for (size_t i = 0; i < 72; i++) {
            random_normals(seed, 2, i, 0, z);
            walk[i] = (i > 0 ? walk[i - 1] : 1000) + 10 * z[0];
        }
        noisy(line, 72, seed, 15);
        const forecast_options plain = {.horizon = 6, .coverage = 0.9, .lowest = NAN, .highest = NAN};
        const forecast_answer w = make(walk, 72, plain, &a), l = make(line, 72, months, &a);
        shown += w.shown != FORECAST_NAIVE;
        lines += l.shown != FORECAST_NAIVE;
        covered += l.test[l.candidate].covered / 20;
        assert_true((w.shown == FORECAST_NAIVE) == (w.verdict != FORECAST_BETTER));
        if (w.verdict == FORECAST_NOT_BETTER)
            assert_true(w.test[w.candidate].absolute_error >= w.test[FORECAST_NAIVE].absolute_error);
    }
    assert_true(shown <= 10);
    assert_true(lines >= 19);
    assert_true(covered > 0.85); /* of intervals of 95 per cent */
    arena_free(&a);
}

static void short_or_bad_series_are_told(void **state)
{
    (void)state;
    arena a = {0};
    double y[27] = {1, 2};
    forecast_answer f;
    error err = {0};
    for (int i = 2; i < 27; i++)
        y[i] = i % 5;
    f = make(y, 27, months, &a);
    assert_int_equal(f.verdict, FORECAST_TOO_SHORT);
    assert_int_equal(f.shown, FORECAST_NAIVE);
    f = make(y, 5, months, &a); /* not even a season: the last value stands */
    near(f.points[3].value, y[4], 0);
    assert_int_equal(forecast_make(y, 1, &months, &a, &f, &err), STATUS_REFUSED);
    y[3] = INFINITY;
    assert_int_equal(forecast_make(y, 27, &months, &a, &f, &err), STATUS_REFUSED);
    forecast_options o = months;
    o.horizon = 0;
    assert_int_equal(forecast_make(y, 27, &o, &a, &f, &err), STATUS_USAGE);
    o = months;
    o.coverage = 1;
    assert_int_equal(forecast_make(y, 27, &o, &a, &f, &err), STATUS_USAGE);
    /* Missing values are stepped over. */
    double gaps[60];
    noisy(gaps, 60, 1, 5);
    gaps[7] = gaps[31] = gaps[32] = gaps[59] = NAN;
    f = make(gaps, 60, months, &a);
    assert_int_equal(f.verdict, FORECAST_BETTER);
    for (int h = 0; h < 24; h++)
        near(f.points[h].value, 500 + 1.5 * (60 + h) + 40 * cos(2 * M_PI * (60 + h) / 12), 40);
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_with_seasons_goes_on),  cmocka_unit_test(smoothing_is_its_naive_twin),
        cmocka_unit_test(naive_repeats_the_season),     cmocka_unit_test(only_what_beats_the_naive_is_shown),
        cmocka_unit_test(short_or_bad_series_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
