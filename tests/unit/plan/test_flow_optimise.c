/* The optimiser: what it finds meets the goal, a little less does not, and where nothing does it says so. */
#include "plan/plan.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void assert_near(double value, double expected, double within)
{
    if (!(fabs(value - expected) <= within))
        fail_msg("%.17g is not %.17g", value, expected);
}

enum { BANDS = 13, PERIODS = 24 };

typedef struct world {
    double treatment[BANDS], removal[BANDS], opening[BANDS], referrals[PERIODS], weights[PERIODS];
    flow_piece pieces[200];
    flow_detail detail;
    arena scratch;
} world;

static void world_make(world *w)
{
    memset(w, 0, sizeof *w);
    double weeks[105];
    for (size_t i = 0; i < 105; i++)
        weeks[i] = 2500 * exp(-(double)i / 16);
    assert_int_equal(
        flow_bands_from_weeks(weeks, 104, FLOW_WEEKS_PER_MONTH, BANDS, w->opening, w->pieces, &w->detail.count, NULL),
        STATUS_OK);
    w->detail.pieces = w->pieces;
    for (size_t i = 0; i < BANDS; i++) {
        w->treatment[i] = 0.12 + 0.01 * (double)i;
        w->removal[i] = 0.03;
    }
    for (size_t p = 0; p < PERIODS; p++) {
        w->referrals[p] = 9000 + 40 * (double)p;
        w->weights[p] = p % 12 == 8 ? 0.8 : 1; /* a short month */
    }
}

static double figure_of(world *w, const flow_profile *profile, const flow_goal *goal, flow_surplus rule,
                        double multiplier)
{
    double capacity[PERIODS], stock[PERIODS * BANDS];
    flow_profile_fill(profile, multiplier, PERIODS, capacity);
    flow_project(&(flow_model){BANDS, w->treatment, w->removal, rule, false, NULL, 0},
                 &(flow_course){PERIODS, w->opening, w->referrals, capacity}, stock, NULL, NULL, NULL);
    return flow_goal_figure(goal, stock + (PERIODS - 1) * BANDS, BANDS);
}

static void test_the_least_capacity_is_found(void **state)
{
    (void)state;
    world w;
    world_make(&w);
    const flow_goal goals[] = {{FLOW_GOAL_SHARE_WITHIN, 0.92, 0, 18, 0, &w.detail},
                               {FLOW_GOAL_SHARE_OVER, 0.01, 0, 52, 0, &w.detail},
                               {FLOW_GOAL_OVER, 100, 0, 52, 0, &w.detail},
                               {FLOW_GOAL_PERCENTILE, 18, 0, 0, 0.92, &w.detail},
                               {FLOW_GOAL_LIST, 20000, 0, 0, 0, NULL},
                               {FLOW_GOAL_SHARE_FROM, 0.08, 4, 0, 0, NULL}};
    for (size_t g = 0; g < sizeof goals / sizeof *goals; g++)
        for (flow_profile_kind kind = FLOW_PROFILE_FLAT; kind <= FLOW_PROFILE_MONTHLY; kind++)
            for (flow_surplus rule = FLOW_SURPLUS_UNUSED; rule <= FLOW_SURPLUS_LONGEST_FIRST; rule++) {
                const flow_profile profile = {kind, 7500, 12, w.weights};
                const flow_model model = {BANDS, w.treatment, w.removal, rule, false, NULL, 0};
                const flow_course course = {PERIODS, w.opening, w.referrals, NULL};
                double capacity[PERIODS];
                flow_answer answer;
                assert_int_equal(
                    flow_optimise(&model, &course, &profile, &goals[g], &w.scratch, capacity, &answer, NULL),
                    STATUS_OK);
                assert_int_equal(answer.outcome, FLOW_MET);
                assert_true(flow_goal_met(&goals[g], figure_of(&w, &profile, &goals[g], rule, answer.multiplier)));
                assert_false(
                    flow_goal_met(&goals[g], figure_of(&w, &profile, &goals[g], rule, answer.multiplier * (1 - 1e-9))));
                assert_true(answer.projections < 200);
                for (size_t p = 0; p < PERIODS; p++)
                    assert_true(capacity[p] >= 0);
                assert_near(capacity[PERIODS - 1], answer.last_capacity, 0);
                arena_reset(&w.scratch);
            }
    arena_free(&w.scratch);
}

static void test_profiles(void **state)
{
    (void)state;
    double capacity[5];
    flow_profile_fill(&(flow_profile){FLOW_PROFILE_FLAT, 100, 0, NULL}, 1.5, 5, capacity);
    assert_near(capacity[0] + capacity[4], 300, 1e-9);
    flow_profile_fill(&(flow_profile){FLOW_PROFILE_LINEAR, 100, 0, NULL}, 2, 5, capacity);
    assert_near(capacity[0], 100, 1e-9);
    assert_near(capacity[2], 150, 1e-9);
    assert_near(capacity[4], 200, 1e-9);
    flow_profile_fill(&(flow_profile){FLOW_PROFILE_RAMP, 100, 2, NULL}, 2, 5, capacity);
    assert_near(capacity[1], 150, 1e-9);
    assert_near(capacity[2], 200, 1e-9);
    assert_near(capacity[4], 200, 1e-9);
    const double weights[5] = {1, 0, 2, 1, 1};
    flow_profile_fill(&(flow_profile){FLOW_PROFILE_MONTHLY, 100, 0, weights}, 2, 5, capacity);
    assert_near(capacity[1], 0, 0);
    assert_near(capacity[2], 400, 1e-9);
    flow_profile_fill(&(flow_profile){FLOW_PROFILE_LINEAR, 100, 0, NULL}, -3, 5, capacity);
    assert_near(capacity[4], 0, 0); /* never negative */
    flow_profile_kind kind;
    assert_true(flow_profile_find("ramp", &kind) && kind == FLOW_PROFILE_RAMP && !flow_profile_find("steep", &kind));
}

/* Bands from the fifth on are never treated, and capacity that finds nobody is lost: no capacity clears them. */
static void test_a_target_that_cannot_be_met(void **state)
{
    (void)state;
    world w;
    world_make(&w);
    for (size_t i = 4; i < BANDS; i++)
        w.treatment[i] = w.removal[i] = 0;
    const flow_goal goal = {FLOW_GOAL_SHARE_WITHIN, 0.92, 0, 18, 0, &w.detail};
    const flow_profile profile = {FLOW_PROFILE_FLAT, 7500, 0, NULL};
    const flow_course course = {PERIODS, w.opening, w.referrals, NULL};
    double capacity[PERIODS];
    flow_answer answer;
    assert_int_equal(flow_optimise(&(flow_model){BANDS, w.treatment, w.removal, FLOW_SURPLUS_UNUSED, false, NULL, 0},
                                   &course, &profile, &goal, &w.scratch, capacity, &answer, NULL),
                     STATUS_OK);
    assert_int_equal(answer.outcome, FLOW_CANNOT_BE_MET);
    assert_true(answer.figure < 0.92 && answer.multiplier >= 0);
    for (double multiplier = 0; multiplier < 50; multiplier += 0.5) /* nothing is better */
        assert_true(figure_of(&w, &profile, &goal, FLOW_SURPLUS_UNUSED, multiplier) <= answer.figure + 0.01);
    /* By the other rule it can be met. */
    assert_int_equal(
        flow_optimise(&(flow_model){BANDS, w.treatment, w.removal, FLOW_SURPLUS_LONGEST_FIRST, false, NULL, 0}, &course,
                      &profile, &goal, &w.scratch, capacity, &answer, NULL),
        STATUS_OK);
    assert_int_equal(answer.outcome, FLOW_MET);
    /* Half a list cannot be over nothing: met whatever the capacity. */
    const flow_goal easy = {FLOW_GOAL_SHARE_WITHIN, 0.001, 0, 18, 0, &w.detail};
    assert_int_equal(flow_optimise(&(flow_model){BANDS, w.treatment, w.removal, FLOW_SURPLUS_UNUSED, false, NULL, 0},
                                   &course, &profile, &easy, &w.scratch, capacity, &answer, NULL),
                     STATUS_OK);
    assert_int_equal(answer.outcome, FLOW_MET_BY_NONE);
    assert_near(answer.total_capacity, 0, 0);
    arena_free(&w.scratch);
}

static void assert_usage(world *w, const flow_profile *profile, const flow_goal *goal, const char *words)
{
    double capacity[PERIODS];
    flow_answer answer;
    error err = {0};
    assert_int_equal(flow_optimise(&(flow_model){BANDS, w->treatment, w->removal, FLOW_SURPLUS_UNUSED, false, NULL, 0},
                                   &(flow_course){PERIODS, w->opening, w->referrals, NULL}, profile, goal, &w->scratch,
                                   capacity, &answer, &err),
                     STATUS_USAGE);
    if (!strstr(err.message, words))
        fail_msg("\"%s\" does not say \"%s\"", err.message, words);
    assert_true(err.hint[0] != 0);
}

static void test_bad_input(void **state)
{
    (void)state;
    world w;
    world_make(&w);
    const flow_profile flat = {FLOW_PROFILE_FLAT, 7500, 0, NULL};
    const flow_goal good = {FLOW_GOAL_SHARE_WITHIN, 0.92, 0, 18, 0, &w.detail};
    assert_usage(&w, &flat, &(flow_goal){FLOW_GOAL_SHARE_WITHIN, 92, 0, 18, 0, &w.detail}, "no share");
    assert_usage(&w, &flat, &(flow_goal){FLOW_GOAL_SHARE_WITHIN, 0.92, 0, 0, 0, &w.detail}, "not above 0");
    assert_usage(&w, &flat, &(flow_goal){FLOW_GOAL_SHARE_WITHIN, 0.92, 0, 18, 0, NULL}, "in weeks");
    assert_usage(&w, &flat, &(flow_goal){FLOW_GOAL_PERCENTILE, 18, 0, 0, 92, &w.detail}, "percentile");
    assert_usage(&w, &flat, &(flow_goal){FLOW_GOAL_SHARE_FROM, 0.08, BANDS, 0, 0, NULL}, "beyond the last");
    assert_usage(&w, &flat, &(flow_goal){FLOW_GOAL_LIST, NAN, 0, 0, 0, NULL}, "missing");
    assert_usage(&w, &(flow_profile){FLOW_PROFILE_FLAT, 0, 0, NULL}, &good, "capacity of today is 0");
    assert_usage(&w, &(flow_profile){FLOW_PROFILE_RAMP, 1, 0, NULL}, &good, "ramp of no periods");
    const double nothing[PERIODS] = {0}, wrong[PERIODS] = {-1};
    assert_usage(&w, &(flow_profile){FLOW_PROFILE_MONTHLY, 1, 0, nothing}, &good, "all months");
    assert_usage(&w, &(flow_profile){FLOW_PROFILE_MONTHLY, 1, 0, wrong}, &good, "below 0");
    arena_free(&w.scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_least_capacity_is_found),
        cmocka_unit_test(test_profiles),
        cmocka_unit_test(test_a_target_that_cannot_be_met),
        cmocka_unit_test(test_bad_input),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
