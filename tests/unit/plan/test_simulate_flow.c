/* Stock and flow with luck: without variation it is flow_project; its mean and spread are what the draws make them; threads do not matter. */
#include "plan/plan.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { BANDS = 13, MONTHS = 24, LISTS = 7 };

static double opening[BANDS], referrals[MONTHS], capacity[MONTHS], treat[BANDS], leave[BANDS], within[BANDS],
    over[BANDS];

static void course_fill(void)
{
    for (int b = 0; b < BANDS; b++) {
        opening[b] = 900 - 60 * b;
        treat[b] = 0.1 + 0.01 * b;
        leave[b] = 0.02 + 0.002 * b;
        within[b] = b < 4 ? 1 : b == 4 ? 0.14 : 0;
        over[b] = b == BANDS - 1;
    }
    for (int p = 0; p < MONTHS; p++) {
        referrals[p] = 1000 + 10 * (p % 7);
        capacity[p] = 900 + 5 * p + (p == 10 ? 9000 : 0);
    }
}

static flow_luck_list list_of(flow_surplus surplus)
{
    return (flow_luck_list){
        .model = {.bands = BANDS, .treatment_rate = treat, .removal_rate = leave, .surplus = surplus},
        .course = {.periods = MONTHS, .opening = opening, .referrals = referrals, .capacity = capacity},
        .within_weights = within,
        .over_weights = over,
        .target_share = 0.7};
}

static void without_luck_it_is_the_projection(void **state)
{
    (void)state;
    course_fill();
    for (int surplus = FLOW_SURPLUS_UNUSED; surplus <= FLOW_SURPLUS_LONGEST_FIRST; surplus++) {
        const flow_luck_list list = list_of((flow_surplus)surplus);
        flow_luck_period periods[MONTHS];
        flow_luck_answer answer = {.periods = periods};
        const flow_luck_options options = {.replications = 11, .interval = 0.9, .seed = 1};
        double stock[MONTHS][BANDS];
        error err = {0};
        if (flow_luck_run(&list, 1, &options, &answer, &err) != STATUS_OK)
            fail_msg("%s", err.message);
        flow_project(&list.model, &list.course, stock[0], NULL, NULL, NULL);
        for (int p = 0; p < MONTHS; p++) {
            double total = 0, inside = 0, outside = 0;
            for (int b = 0; b < BANDS; b++) {
                total += stock[p][b];
                inside += stock[p][b] * within[b];
                outside += stock[p][b] * over[b];
            }
            assert_true(fabs(periods[p].waiting.low - total) <= 1e-9 * total &&
                        fabs(periods[p].waiting.high - total) <= 1e-9 * total);
            assert_true(fabs(periods[p].within_share.middle - (total > 0 ? inside / total : 1)) < 1e-9);
            assert_true(fabs(periods[p].over.mean - outside) < 1e-6);
        }
    }
}

/* In the first period nothing is bounded, so the list's spread is that of referrals and capacity. */
static void spread_is_what_was_asked(void **state)
{
    (void)state;
    course_fill();
    flow_luck_list list = list_of(FLOW_SURPLUS_UNUSED);
    flow_luck_period periods[MONTHS];
    flow_luck_answer answer = {.periods = periods};
    const flow_luck_options options = {.replications = 20000, .interval = 0.682689, .seed = 5};
    list.course.periods = 1;
    list.referral_variation = 0.05;
    list.capacity_variation = 0.04;
    list.course_variation = 0.03;
    assert_int_equal(flow_luck_run(&list, 1, &options, &answer, NULL), STATUS_OK);
    double total = 0;
    for (int b = 0; b < BANDS; b++)
        total += opening[b] * (1 - leave[b < BANDS - 1 ? b + 1 : b]);
    total += referrals[0] * (1 - leave[0]) - capacity[0];
    const double in = referrals[0] * (1 - leave[0]);
    const double sd = sqrt(in * in * (0.05 * 0.05 + 0.03 * 0.03) + pow(0.04 * capacity[0], 2));
    assert_true(fabs(periods[0].waiting.mean - total) < 5 * sd / sqrt(20000));
    assert_true(fabs((periods[0].waiting.high - periods[0].waiting.low) / 2 - sd) < 0.03 * sd);
}

static void threads_do_not_matter(void **state)
{
    (void)state;
    course_fill();
    flow_luck_list lists[LISTS];
    static flow_luck_period one[LISTS][MONTHS], other[LISTS][MONTHS];
    flow_luck_answer a[LISTS], b[LISTS];
    for (int i = 0; i < LISTS; i++) {
        lists[i] = list_of((flow_surplus)(i % 3));
        lists[i].referral_variation = lists[i].capacity_variation = 0.05 + 0.01 * i;
        a[i] = (flow_luck_answer){.periods = one[i]};
        b[i] = (flow_luck_answer){.periods = other[i]};
    }
    flow_luck_options options = {.replications = 101, .interval = 0.9, .seed = 7, .threads = 1};
    assert_int_equal(flow_luck_run(lists, LISTS, &options, a, NULL), STATUS_OK);
    options.threads = 5;
    assert_int_equal(flow_luck_run(lists, LISTS, &options, b, NULL), STATUS_OK);
    assert_memory_equal(one, other, sizeof one);
    assert_true(a[2].target_met.low <= a[2].target_met.probability &&
                a[2].target_met.probability <= a[2].target_met.high);
    lists[3].referral_variation = -1;
    error err = {0};
    assert_int_equal(flow_luck_run(lists, LISTS, &options, b, &err), STATUS_REFUSED);
    options.replications = 0;
    assert_int_equal(flow_luck_run(lists, 1, &options, b, &err), STATUS_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(without_luck_it_is_the_projection),
                                       cmocka_unit_test(spread_is_what_was_asked),
                                       cmocka_unit_test(threads_do_not_matter)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
