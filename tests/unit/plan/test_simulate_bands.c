/* Booking, leaving and joining by time waited: what is expected of the patients is what flow_project gives, whatever the capacity. */
#include "plan/plan.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { BANDS = 6, MONTHS = 12, REPLICATIONS = 60 };

static const double treatment[BANDS] = {0.22, 0.15, 0.12, 0.1, 0.16, 0.35};
static const double removal[BANDS] = {0, 0.06, 0, 0.12, 0.05, 0.1};
static const double joining[BANDS] = {90, 0, 40, 0, 0, 0};
static const simulate_bands bands = {BANDS, FLOW_WEEKS_PER_MONTH * 7, treatment, removal, joining, 0};
static int32_t waiting[SIMULATE_WEEKS], days[MONTHS];
static double opening[BANDS], referrals[MONTHS], capacity[MONTHS];

/* The same people in weeks and in bands. */
static void list_fill(double people, double slots)
{
    double weeks[SIMULATE_WEEKS] = {0};
    for (int w = 0; w < SIMULATE_WEEKS; w++) {
        waiting[w] = w < 50 ? (int32_t)(people * (1 - w / 55.)) : 0;
        weeks[w] = waiting[w];
    }
    assert_int_equal(
        flow_bands_from_weeks(weeks, SIMULATE_WEEKS - 1, FLOW_WEEKS_PER_MONTH, BANDS, opening, NULL, NULL, NULL),
        STATUS_OK);
    for (int p = 0; p < MONTHS; p++) {
        referrals[p] = people * 4.3;
        capacity[p] = slots * (p == 4 ? 0.6 : 1);
    }
    simulate_month_days(2026 * 12 + 4, MONTHS, days);
}

static simulate_list one_list(void)
{
    return (simulate_list){.name = "one",
                           .referrals = referrals,
                           .slots = capacity,
                           .bands = &bands,
                           .waiting = waiting,
                           .rule = BOOKING_AS_PUBLISHED};
}

static simulate_model model_of(const simulate_list *lists, size_t count)
{
    return (simulate_model){
        .start = 20574, .periods = MONTHS, .days = days, .lists = lists, .list_count = count, .reports = 1, .seed = 11};
}

static double mean_of(const simulate_results *r, int32_t step, simulate_measure m)
{
    double sum = 0;
    for (int64_t i = 0; i < r->replications; i++)
        sum += simulate_value(r, i, r->reports - 1, step, m);
    return sum / (double)r->replications;
}

static void expected_is_stock_and_flow(void **state)
{
    (void)state;
    /* As much as the rates ask for, less, more, far more than there are people, and none. */
    for (int k = 0; k < 5; k++) {
        static const double slots[] = {1900, 1500, 2400, 9000, 0};
        list_fill(400, slots[k]);
        const simulate_list list = one_list();
        const simulate_model m = model_of(&list, 1);
        simulate_results r = {0};
        assert_int_equal(simulate_run(&m, &(simulate_options){.replications = REPLICATIONS, .threads = 2}, &r, NULL),
                         STATUS_OK);
        const flow_model model = {BANDS, treatment, removal, FLOW_SURPLUS_LONGEST_FIRST, true, joining, 0};
        double stock[MONTHS * BANDS], treated[MONTHS * BANDS], removed[MONTHS * BANDS], unused[MONTHS];
        flow_project(&model, &(flow_course){MONTHS, opening, referrals, capacity}, stock, treated, removed, unused);
        for (int p = 0; p < MONTHS; p++) {
            const double list_expected = flow_total(stock + p * BANDS, BANDS),
                         treated_expected = flow_total(treated + p * BANDS, BANDS);
            const double list_found = mean_of(&r, p, SIMULATE_WAITING),
                         treated_found = mean_of(&r, p, SIMULATE_TREATED);
            /* Bands of whole days and whole people, and four standard errors of the referrals' luck. */
            const double nobody_yet = slots[k] > 8000 ? 70 : 20; /* those of the last day are not seen on it */
            const double allowed = 0.01 * list_expected + 4 * sqrt(referrals[0] * (p + 1) / REPLICATIONS) + nobody_yet;
            if (fabs(list_found - list_expected) > allowed)
                fail_msg("capacity %g, month %d: %g people, not %g", slots[k], p, list_found, list_expected);
            if (fabs(treated_found - treated_expected) > 0.01 * treated_expected + allowed / 4)
                fail_msg("capacity %g, month %d: %g treated, not %g", slots[k], p, treated_found, treated_expected);
            const double gone = mean_of(&r, p, SIMULATE_REMOVED), left = flow_total(removed + p * BANDS, BANDS);
            if (slots[k] < 9000 && fabs(gone - left) > 0.02 * left + 15)
                fail_msg("capacity %g, month %d: %g left, not %g", slots[k], p, gone, left);
            assert_true(mean_of(&r, p, SIMULATE_SLOTS) ==
                        mean_of(&r, p, SIMULATE_TREATED) + mean_of(&r, p, SIMULATE_SLOTS_UNUSED));
        }
        simulate_results_free(&r);
    }
}

/* By wait too: the bands of each month end, from the clock starts of single patients. */
static void the_shape_is_stock_and_flow(void **state)
{
    (void)state;
    list_fill(900, 4300);
    const simulate_list list = one_list();
    const simulate_model m = model_of(&list, 1);
    const flow_model model = {BANDS, treatment, removal, FLOW_SURPLUS_LONGEST_FIRST, true, joining, 0};
    double stock[MONTHS * BANDS], found[BANDS] = {0};
    flow_project(&model, &(flow_course){MONTHS, opening, referrals, capacity}, stock, NULL, NULL, NULL);
    enum { RUNS = 8 };
    for (int64_t k = 0; k < RUNS; k++) {
        simulate_patient *patients = NULL;
        size_t *offsets = NULL;
        assert_int_equal(simulate_patients(&m, k, &patients, &offsets, NULL), STATUS_OK);
        for (size_t i = 0; i < offsets[1]; i++) {
            if (patients[i].outcome != PATIENT_WAITING)
                continue;
            int band = 0, first = 0;
            for (int p = 0; p < MONTHS - 1; p++)
                first += days[p];
            for (int p = MONTHS - 1; patients[i].start < first && band < BANDS - 1; p--, band++)
                first -= p > 0 ? days[p - 1] : 0;
            found[band] += 1. / RUNS;
        }
        free(patients);
        free(offsets);
    }
    for (int b = 0; b < BANDS; b++) {
        const double expected = stock[(MONTHS - 1) * BANDS + b];
        if (fabs(found[b] - expected) > 0.03 * expected + 30)
            fail_msg("band %d: %g people, not %g", b, found[b], expected);
    }
}

static void people_are_conserved_and_threads_change_nothing(void **state)
{
    (void)state;
    list_fill(40, 190);
    simulate_list lists[3];
    for (int i = 0; i < 3; i++) {
        lists[i] = one_list();
        lists[i].rule = i == 0 ? BOOKING_LONGEST_FIRST : BOOKING_AS_PUBLISHED;
        lists[i].together = i > 0;
    }
    const simulate_transfer move = {
        .from = 1, .to = 2, .first_period = 1, .last_period = 11, .patients = 15, .accept_share = 0.8};
    const simulate_validation asked[] = {{.list = 0, .period = 0, .minimum_weeks = 20, .share = 0.3},
                                         {.list = 1, .period = 3, .minimum_weeks = 12, .share = 0.2}};
    simulate_model m = model_of(lists, 3);
    m.transfers = &move;
    m.transfer_count = 1;
    m.validations = asked;
    m.validation_count = 2;
    simulate_results one = {0}, three = {0};
    assert_int_equal(simulate_run(&m, &(simulate_options){.replications = 7, .threads = 1}, &one, NULL), STATUS_OK);
    assert_int_equal(simulate_run(&m, &(simulate_options){.replications = 7, .threads = 3}, &three, NULL), STATUS_OK);
    assert_memory_equal(one.values, three.values,
                        sizeof(double) * 7 * (size_t)one.reports * MONTHS * SIMULATE_MEASURES);
    double begin = 0, joined = 0;
    for (int w = 0; w < SIMULATE_WEEKS; w++)
        begin += 3. * waiting[w];
    for (int64_t i = 0; i < 7; i++) {
        double balance = begin;
        for (int32_t p = 0; p < MONTHS; p++) {
            balance +=
                simulate_value(&one, i, 0, p, SIMULATE_REFERRALS) + simulate_value(&one, i, 0, p, SIMULATE_JOINED) -
                simulate_value(&one, i, 0, p, SIMULATE_TREATED) - simulate_value(&one, i, 0, p, SIMULATE_REMOVED);
            joined += simulate_value(&one, i, 0, p, SIMULATE_JOINED);
            assert_true(balance == simulate_value(&one, i, 0, p, SIMULATE_WAITING));
        }
    }
    assert_true(joined > 0);
    simulate_results_free(&one);
    simulate_results_free(&three);
}

static void a_list_of_nobody(void **state)
{
    (void)state;
    list_fill(0, 50);
    const simulate_list list = one_list();
    const simulate_model m = model_of(&list, 1);
    simulate_results r = {0};
    assert_int_equal(simulate_run(&m, &(simulate_options){.replications = 2, .threads = 1}, &r, NULL), STATUS_OK);
    for (int p = 0; p < MONTHS; p++) {
        assert_true(mean_of(&r, p, SIMULATE_WAITING) == 0 && mean_of(&r, p, SIMULATE_TREATED) == 0);
        assert_true(mean_of(&r, p, SIMULATE_JOINED) == 0); /* nobody leaves either, and joining is no gain */
        assert_true(mean_of(&r, p, SIMULATE_SLOTS_UNUSED) == mean_of(&r, p, SIMULATE_SLOTS));
    }
    simulate_results_free(&r);
}

static void refuses(simulate_list l, const char *words)
{
    error err;
    const simulate_model m = model_of(&l, 1);
    assert_int_equal(simulate_check(&m, &err), STATUS_REFUSED);
    if (strstr(err.message, words) == NULL)
        fail_msg("'%s' does not say '%s'", err.message, words);
}

static void what_cannot_be_is_refused(void **state)
{
    (void)state;
    static const double above[BANDS] = {0, 1.5}, below[BANDS] = {-1}, rate[MONTHS] = {0.1};
    list_fill(10, 10);
    simulate_list l = one_list();
    l.bands = NULL;
    refuses(l, "needs the rates by time waited");
    l = one_list();
    l.removal_rate = rate;
    refuses(l, "instead of a removal rate");
    simulate_bands b = bands;
    l = one_list();
    l.bands = &b;
    b.treatment = above;
    refuses(l, "must be from 0 to 1");
    b = bands;
    b.joining = below;
    refuses(l, "joining 0 or more");
    b = bands;
    b.count = SIMULATE_BANDS_MAXIMUM + 1;
    refuses(l, "must be 2 to 64");
    b = bands;
    b.gained = NAN;
    refuses(l, "must be 0 or more");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(expected_is_stock_and_flow),
        cmocka_unit_test(the_shape_is_stock_and_flow),
        cmocka_unit_test(people_are_conserved_and_threads_change_nothing),
        cmocka_unit_test(a_list_of_nobody),
        cmocka_unit_test(what_cannot_be_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
