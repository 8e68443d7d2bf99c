/* Targets that change over time and the suggestion to recalculate limits. */
#include "stats/stats.h"

#include <math.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ROWS = 48 };

static double noise(size_t i)
{
    static const double steps[] = {0, 1.2, -0.8, 0.5, -1.1, 0.9, -0.3, -0.6, 1.0, -0.9, 0.4};
    return steps[i % 11];
}

static void assurance_follows_the_target(void **state)
{
    (void)state;
    spc_point points[4];
    for (size_t i = 0; i < 4; i++)
        points[i] = (spc_point){.mean = 70, .lower = 65, .upper = 75};
    const double targets[] = {60, 70, 80, NAN};
    spc_assurance each[4];
    assert_int_equal(spc_assure_each(points, targets, 4, BETTER_HIGHER, NULL, each), ASSURANCE_FAIL);
    assert_int_equal(each[0], ASSURANCE_PASS);
    assert_int_equal(each[1], ASSURANCE_HIT_AND_MISS);
    assert_int_equal(each[2], ASSURANCE_FAIL);
    assert_int_equal(each[3], ASSURANCE_NONE);
    assert_int_equal(spc_assure_each(points, targets + 3, 1, BETTER_HIGHER, NULL, NULL), ASSURANCE_NONE);
}

static spc_rebase suggest(const double *y, size_t n)
{
    spc_rebase r;
    const spc_options o = {.better = BETTER_HIGHER, .target = NAN};
    error err = {0};
    assert_int_equal(spc_suggest_rebase(y, n, &o, &r, &err), STATUS_OK);
    return r;
}

static void a_lasting_step_is_found_where_it_is(void **state)
{
    (void)state;
    double y[ROWS];
    for (size_t i = 0; i < ROWS; i++)
        y[i] = 50 + noise(i) + (i >= 26 ? 8 : 0);
    const spc_rebase r = suggest(y, ROWS);
    assert_int_equal(r.reason, REBASE_SUSTAINED_HIGHER);
    assert_int_equal(r.at, 26);
    assert_int_equal(r.points, ROWS - 26);
    assert_true(r.mean_after - r.mean_before > 7.5 && r.upper_before < r.mean_after);
    char sentence[160];
    spc_rebase_text(&r, sentence, sizeof sentence);
    assert_non_null(strstr(sentence, "22 points from row 27 on are higher"));
    y[30] = NAN; /* a missing month changes nothing but the count */
    assert_int_equal(suggest(y, ROWS).points, ROWS - 27);
}

static void no_suggestion_without_a_lasting_change(void **state)
{
    (void)state;
    double y[ROWS];
    for (size_t i = 0; i < ROWS; i++)
        y[i] = 50 + noise(i);
    assert_int_equal(suggest(y, ROWS).reason, REBASE_NONE);
    for (size_t i = 30; i < 38; i++) /* a shift that goes back */
        y[i] += 8;
    assert_int_equal(suggest(y, ROWS).reason, REBASE_NONE);
    for (size_t i = 0; i < ROWS; i++) /* too fresh: only ten points */
        y[i] = 50 + noise(i) + (i >= ROWS - 10 ? 8 : 0);
    assert_int_equal(suggest(y, ROWS).reason, REBASE_NONE);
    assert_int_equal(suggest(y, 0).reason, REBASE_NONE);
    char sentence[160];
    const spc_rebase none = suggest(y, 5);
    spc_rebase_text(&none, sentence, sizeof sentence);
    assert_string_equal(sentence, "no new limits are called for");
}

static void only_the_last_segment_is_looked_at(void **state)
{
    (void)state;
    double y[ROWS];
    for (size_t i = 0; i < ROWS; i++)
        y[i] = 50 + noise(i) + (i >= 20 ? 8 : 0);
    const size_t rebases[] = {20};
    const spc_options o = {.target = NAN, .rebases = rebases, .rebase_count = 1};
    spc_rebase r;
    assert_int_equal(spc_suggest_rebase(y, ROWS, &o, &r, NULL), STATUS_OK);
    assert_int_equal(r.reason, REBASE_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(assurance_follows_the_target),
        cmocka_unit_test(a_lasting_step_is_found_where_it_is),
        cmocka_unit_test(no_suggestion_without_a_lasting_change),
        cmocka_unit_test(only_the_last_segment_is_looked_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
