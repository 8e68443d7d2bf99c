/* Runs side by side against the projection of each by itself: the same to the last bit, for every rule. */
#include "publish/plan_lanes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { BANDS = 6, MONTHS = 18, RUNS = 11 };

static uint64_t seed = 7;

static double drawn(double low, double high)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return low + (high - low) * (double)(seed >> 11) * 0x1p-53;
}

static void lanes_are_the_projection(void **state)
{
    (void)state;
    for (int rule = 0; rule < 6; rule++) {
        double treatment[BANDS], joining[BANDS], opening[BANDS], weights[BANDS], removal[RUNS][BANDS],
            referrals[RUNS][MONTHS], slots[RUNS][MONTHS], waiting[MONTHS * RUNS], within[MONTHS * RUNS];
        for (size_t i = 0; i < BANDS; i++) {
            treatment[i] = drawn(0, 0.4);
            joining[i] = i % 3 == 0 ? drawn(0, 40) : 0;
            opening[i] = drawn(0, 600);
            weights[i] = i < 3 ? 1 : 0;
        }
        const plan_list list = {.bands = BANDS, .opening = opening};
        const flow_model model = {.bands = BANDS,
                                  .treatment_rate = treatment,
                                  .surplus = (flow_surplus)(rule % 3),
                                  .rates_hold = rule > 2,
                                  .joining = joining,
                                  .gained = rule == 4 ? 12 : 0};
        arena memory = {0};
        plan_lanes lanes;
        assert_int_equal(plan_lanes_begin(&lanes, &list, &model, MONTHS, &memory, NULL), STATUS_OK);
        for (size_t k = 0; k < RUNS; k++) {
            const double level = drawn(0, 1200); /* from no capacity to more than there are people */
            for (size_t p = 0; p < MONTHS; p++) {
                referrals[k][p] = drawn(0, 300);
                slots[k][p] = k == 3 ? 0 : level;
            }
            for (size_t i = 0; i < BANDS; i++)
                removal[k][i] = joining[i] > 0 ? 0 : drawn(0, 0.2);
            assert_int_equal(
                plan_lanes_put(&lanes, &(lane_run){referrals[k], slots[k], removal[k], NULL, 0}, &memory, NULL),
                STATUS_OK);
            if (lanes.used == PLAN_LANES || k + 1 == RUNS)
                plan_lanes_run(&lanes, weights, k + 1 - lanes.used, RUNS, waiting, within);
        }
        for (size_t k = 0; k < RUNS; k++) {
            double stock[MONTHS * BANDS];
            flow_model own = model;
            own.removal_rate = removal[k];
            flow_project(&own, &(flow_course){MONTHS, opening, referrals[k], slots[k]}, stock, NULL, NULL, NULL);
            for (size_t p = 0; p < MONTHS; p++) {
                double all = 0, soon = 0;
                for (size_t i = 0; i < BANDS; i++) {
                    all += stock[p * BANDS + i];
                    soon += stock[p * BANDS + i] * weights[i];
                }
                if (waiting[p * RUNS + k] != all || within[p * RUNS + k] != (all > 0 ? soon / all : 1))
                    fail_msg("rule %d, run %zu, month %zu: %.17g people, by itself %.17g", rule, k, p,
                             waiting[p * RUNS + k], all);
            }
        }
        arena_free(&memory);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(lanes_are_the_projection)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
