/* Redundancy: rank correlation against a twin that counts, groups against a twin that walks, the choice against least squares. */
#include "stats/stats.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define MOST                      40
#define assert_near(a, b, within) assert_true(fabs((a) - (b)) <= (within))

static double draw(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (double)(*state >> 33) / 2147483648.0;
}

/* ---- correlation ---- */

static double naive_rank(const double *v, const bool *in, size_t count, size_t i)
{
    double below = 0, level_with = 0;
    for (size_t k = 0; k < count; k++) {
        below += in[k] && v[k] < v[i];
        level_with += in[k] && v[k] == v[i];
    }
    return below + (level_with + 1) / 2;
}

static double naive_spearman(const double *x, const double *y, size_t count)
{
    bool in[MOST];
    double n = 0, sx = 0, sy = 0, sxy = 0, sxx = 0, syy = 0;
    for (size_t i = 0; i < count; i++)
        in[i] = !isnan(x[i]) && !isnan(y[i]);
    for (size_t i = 0; i < count; i++)
        if (in[i]) {
            double a = naive_rank(x, in, count, i), b = naive_rank(y, in, count, i);
            n++;
            sx += a;
            sy += b;
            sxy += a * b;
            sxx += a * a;
            syy += b * b;
        }
    double xx = n * sxx - sx * sx, yy = n * syy - sy * sy;
    return n < 3 || xx <= 0 || yy <= 0 ? NAN : (n * sxy - sx * sy) / sqrt(xx * yy);
}

static void test_correlation_twin(void **state)
{
    uint64_t seed = 5;
    (void)state;
    for (int round = 0; round < 2000; round++) {
        double x[MOST], y[MOST], work[4 * MOST];
        size_t order[MOST], pairs, count = (size_t)(draw(&seed) * MOST), values = 2 + (size_t)(draw(&seed) * 30);
        for (size_t i = 0; i < count; i++) {
            x[i] = draw(&seed) < 0.1 ? NAN : floor(draw(&seed) * (double)values);
            y[i] = draw(&seed) < 0.1 ? NAN : floor(draw(&seed) * (double)values);
        }
        double ours = correlation_spearman(x, y, count, 3, work, order, &pairs), twin = naive_spearman(x, y, count);
        assert_int_equal(isnan(ours), isnan(twin));
        if (!isnan(ours))
            assert_near(ours, twin, 1e-12);
    }
}

static void test_correlation_cases(void **state)
{
    double x[] = {1, 2, 3, 4, 5}, up[] = {1, 8, 27, 64, 125}, down[] = {5, 4, 3, 2, 1},
           level_values[] = {7, 7, 7, 7, 7}, work[20];
    size_t order[5], pairs = 0;
    (void)state;
    assert_near(correlation_spearman(x, up, 5, 3, work, order, &pairs), 1, 0);
    assert_int_equal(pairs, 5);
    assert_near(correlation_spearman(x, down, 5, 3, work, order, NULL), -1, 0);
    assert_true(isnan(correlation_spearman(x, level_values, 5, 3, work, order, NULL)));
    assert_true(isnan(correlation_spearman(x, up, 5, 6, work, order, NULL)));
    assert_true(isnan(correlation_spearman(x, up, 2, 0, work, order, NULL)));
    assert_true(isnan(correlation_spearman(x, up, 0, 0, work, order, NULL)));
}

/* ---- groups ---- */

static void walk(const double *r, size_t count, double threshold, size_t from, bool *seen)
{
    seen[from] = true;
    for (size_t k = 0; k < count; k++)
        if (!seen[k] && fabs(r[from * count + k]) >= threshold)
            walk(r, count, threshold, k, seen);
}

static void test_groups_twin(void **state)
{
    uint64_t seed = 11;
    (void)state;
    for (int round = 0; round < 500; round++) {
        double r[12 * 12];
        size_t group[12], count = 1 + (size_t)(draw(&seed) * 12);
        for (size_t i = 0; i < count; i++)
            for (size_t j = 0; j <= i; j++)
                r[i * count + j] = r[j * count + i] = i == j ? 1 : draw(&seed) < 0.1 ? NAN : 2 * draw(&seed) - 1;
        redundancy_groups(r, count, 0.85, group);
        for (size_t i = 0; i < count; i++) {
            bool seen[12] = {false};
            size_t first = 0;
            walk(r, count, 0.85, i, seen);
            while (!seen[first])
                first++;
            assert_int_equal(group[i], first);
        }
    }
}

/* ---- the choice ---- */

/* Variance of measure `of` that the set explains: b' R^-1 b by Gauss with pivots. */
static double explained_by(const double *r, size_t count, const size_t *set, size_t n, size_t of)
{
    double m[8][9], sum = 0;
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < n; k++)
            m[i][k] = r[set[i] * count + set[k]];
        m[i][n] = r[set[i] * count + of];
    }
    for (size_t c = 0; c < n; c++) {
        size_t pivot = c;
        for (size_t i = c + 1; i < n; i++)
            if (fabs(m[i][c]) > fabs(m[pivot][c]))
                pivot = i;
        for (size_t k = 0; k <= n; k++) {
            double swap = m[c][k];
            m[c][k] = m[pivot][k];
            m[pivot][k] = swap;
        }
        for (size_t i = 0; i < n; i++)
            for (size_t k = n + 1; i != c && k-- > c;)
                m[i][k] -= m[i][c] / m[c][c] * m[c][k];
    }
    for (size_t i = 0; i < n; i++)
        sum += m[i][n] / m[i][i] * r[set[i] * count + of];
    return sum;
}

static double told(const double *r, size_t count, const size_t *set, size_t n)
{
    double sum = 0;
    for (size_t of = 0; of < count; of++)
        sum += explained_by(r, count, set, n, of);
    return sum / (double)count;
}

static void test_choice_twin(void **state)
{
    uint64_t seed = 23;
    (void)state;
    for (int round = 0; round < 200; round++) {
        enum { ROWS = 30 };
        double values[8][ROWS], r[64], work[64], ranks[4 * ROWS];
        size_t order[ROWS], count = 2 + (size_t)(draw(&seed) * 7), taken;
        redundancy_choice out[8];
        for (size_t i = 0; i < count; i++)
            for (size_t k = 0; k < ROWS; k++)
                values[i][k] = draw(&seed) + (i > 1 ? values[i / 2][k] : 0);
        for (size_t i = 0; i < count; i++)
            for (size_t j = 0; j < count; j++)
                r[i * count + j] = correlation_spearman(values[i], values[j], ROWS, 3, ranks, order, NULL);
        redundancy_choose(r, count, work, out, &taken);
        assert_int_equal(taken, count);
        size_t set[8];
        for (size_t n = 0; n < taken; n++) {
            double best = 0;
            for (size_t j = 0; j < count; j++) {
                bool had = false;
                for (size_t k = 0; k < n; k++)
                    had = had || set[k] == j;
                set[n] = j;
                if (!had && told(r, count, set, n + 1) > best)
                    best = told(r, count, set, n + 1);
            }
            set[n] = out[n].measure;
            assert_near(told(r, count, set, n + 1), best, 1e-9);
            assert_near(out[n].explained, best, 1e-9);
        }
    }
}

static void test_choice_cases(void **state)
{
    /* Two that are the same (one upside down) and one of its own: one of the two, then the third, and nothing is left. */
    const double r[] = {1, -1, 0, -1, 1, 0, 0, 0, 1}, unknown[] = {1, NAN, NAN, 1};
    double work[9];
    redundancy_choice out[3];
    size_t taken;
    (void)state;
    redundancy_choose(r, 3, work, out, &taken);
    assert_int_equal(taken, 2);
    assert_int_equal(out[0].measure, 0);
    assert_near(out[0].explained, 2.0 / 3, 1e-12);
    assert_int_equal(out[1].measure, 2);
    assert_near(out[1].explained, 1, 1e-12);
    redundancy_choose(unknown, 2, work, out, &taken);
    assert_int_equal(taken, 2);
    assert_near(out[0].explained, 0.5, 1e-12);
    redundancy_choose(r, 0, work, out, &taken);
    assert_int_equal(taken, 0);
    /* Correlations that no figures could have, as gaps can make them: shares stay between 0 and 1. */
    const double impossible[] = {1, 0.95, 0.95, 0.95, 1, -0.95, 0.95, -0.95, 1};
    redundancy_choose(impossible, 3, work, out, &taken);
    for (size_t i = 0; i < taken; i++)
        assert_true(out[i].explained >= 0 && out[i].explained <= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_correlation_twin), cmocka_unit_test(test_correlation_cases),
        cmocka_unit_test(test_groups_twin),      cmocka_unit_test(test_choice_twin),
        cmocka_unit_test(test_choice_cases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
