/*
 * The patient-level simulator: patients are conserved, queues are in the order that the rule says (naive twins over the single patients),
 * the same answer for any number of threads. The distributions that NHSRwaitinglist gave are held against it in tests/reference/suite_simulator.c.
 */
#include "plan/plan.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MONTHS = 12, LISTS = 5 };

static const double referrals[MONTHS] = {100, 110, 120, 90, 80, 100, 105, 115, 95, 60, 120, 100};
static const double slots[MONTHS] = {70, 80, 80, 70, 60, 90, 80, 85, 70, 50, 90, 80};
static const double few_slots[MONTHS] = {30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30};
static const double removals[MONTHS] = {0.02, 0.02, 0.03, 0.02, 0.02, 0.02, 0.1, 0.02, 0.02, 0.02, 0, 0.05};
static const double elsewhere[MONTHS] = {0.05, 0.05, 0.05, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1};
static const double working_days[7] = {1, 1, 1, 1, 1, 0, 0};
static int32_t waiting[SIMULATE_WEEKS], days[MONTHS];

/* The last list: people leave and join by time waited, and are booked so. */
static const double band_treatment[3] = {0.3, 0.2, 0.4}, band_removal[3] = {0, 0.1, 0.05}, band_joining[3] = {12, 0, 0};
static const simulate_bands bands = {3, 30.4375, band_treatment, band_removal, band_joining, 2};

static simulate_list everything(int i)
{
    return (simulate_list){.name = "Leeds, C_110",
                           .referrals = referrals,
                           .slots = slots,
                           .admitted_slots = i % 2 == 0 && i < 4 ? few_slots : NULL,
                           .admitted_share = 0.4,
                           .removal_rate = i < 4 ? removals : NULL,
                           .bands = i < 4 ? NULL : &bands,
                           .independent_share = i < 3 ? elsewhere : NULL,
                           .independent_list = i == 1 ? 3 : 0,
                           .waiting = waiting,
                           .waiting_admitted = i == 0 ? waiting : NULL,
                           .referral_dispersion = 2,
                           .referral_variation = 0.1,
                           .weekday_shares = working_days,
                           .slot_weekdays = working_days,
                           .slot_variation = 0.1,
                           .slots_poisson = i == 3,
                           .priority_shares = {0.1, 0.3, 0.6},
                           .target_days = {14, 42},
                           .cancelled_share = 0.05,
                           .not_attended_share = 0.08,
                           .not_attended_discharged = 0.3,
                           .rule = (booking_rule)(i % BOOKING_RULES),
                           .report = i / 2,
                           .together = i < 3 ? 7 : 0};
}

static const simulate_transfer transfers[] = {
    {.from = 0, .to = 2, .first_period = 2, .last_period = 9, .patients = 20, .accept_share = 0.7, .minimum_weeks = 8},
    {.from = 2, .to = 1, .first_period = 0, .last_period = 11, .patients = 5, .accept_share = 1}};
static const simulate_validation validations[] = {{.list = 1, .period = 3, .minimum_weeks = 18, .share = 0.2},
                                                  {.list = 4, .period = 0, .minimum_weeks = 0, .share = 0.1}};

static int64_t waiting_fill(void)
{
    int64_t people = 0;
    for (int w = 0; w < SIMULATE_WEEKS; w++)
        people += waiting[w] = w < 60 ? 30 - w / 2 : w == SIMULATE_WEEKS - 1 ? 40 : 0;
    simulate_month_days(2026 * 12 + 3, MONTHS, days);
    return people;
}

static simulate_model model_of(simulate_list *lists, size_t count)
{
    for (size_t i = 0; i < count; i++)
        lists[i] = everything((int)i);
    return (simulate_model){.start = date_of(2026, 4, 1),
                            .periods = MONTHS,
                            .days = days,
                            .lists = lists,
                            .list_count = count,
                            .transfers = transfers,
                            .transfer_count = 2,
                            .validations = validations,
                            .validation_count = 2,
                            .reports = 3,
                            .seed = 20261122};
}

static simulate_results run(const simulate_model *m, int64_t replications, int32_t threads)
{
    simulate_results r;
    error err = {0};
    const simulate_options o = {.replications = replications, .threads = threads};
    if (simulate_run(m, &o, &r, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    return r;
}

/* Every person of the start and every referral is waiting, treated, removed, diverted or moved; every slot used, unused or failed. */
static void patients_are_conserved(void **state)
{
    (void)state;
    const int64_t people = waiting_fill();
    simulate_list lists[LISTS];
    const simulate_model m = model_of(lists, LISTS);
    simulate_results r = run(&m, 20, 2);
    const double begin[4] = {3.0 * (double)people, 2.0 * (double)people, (double)people, 6.0 * (double)people};
    for (int64_t i = 0; i < r.replications; i++) {
        for (int32_t report = 0; report < r.reports; report++) {
            double balance = begin[report], moved = 0;
            for (int32_t p = 0; p < MONTHS; p++) {
                balance += simulate_value(&r, i, report, p, SIMULATE_REFERRALS) +
                           simulate_value(&r, i, report, p, SIMULATE_JOINED) +
                           simulate_value(&r, i, report, p, SIMULATE_MOVED_IN) -
                           simulate_value(&r, i, report, p, SIMULATE_TREATED) -
                           simulate_value(&r, i, report, p, SIMULATE_REMOVED) -
                           simulate_value(&r, i, report, p, SIMULATE_DIVERTED) -
                           simulate_value(&r, i, report, p, SIMULATE_MOVED_OUT);
                assert_true(balance == simulate_value(&r, i, report, p, SIMULATE_WAITING));
                moved += simulate_value(&r, i, report, p, SIMULATE_MOVED_IN) -
                         simulate_value(&r, i, report, p, SIMULATE_MOVED_OUT);
            }
            if (report == r.reports - 1)
                assert_true(moved == 0);
        }
    }
    assert_true(simulate_value(&r, 0, 3, 4, SIMULATE_MOVED_IN) > 0 &&
                simulate_value(&r, 0, 0, 4, SIMULATE_DIVERTED) > 0);
    simulate_results_free(&r);
}

static void threads_do_not_change_the_answer(void **state)
{
    (void)state;
    (void)waiting_fill();
    simulate_list lists[LISTS];
    const simulate_model m = model_of(lists, LISTS);
    simulate_results one = run(&m, 30, 1), two = run(&m, 30, 2), five = run(&m, 30, 5);
    const size_t bytes = 30 * 4 * MONTHS * SIMULATE_MEASURES * sizeof(double);
    assert_memory_equal(one.values, two.values, bytes);
    assert_memory_equal(one.values, five.values, bytes);
    simulate_model other = m;
    other.seed++;
    simulate_results seeded = run(&other, 30, 1);
    assert_true(memcmp(one.values, seeded.values, bytes) != 0);
    simulate_results_free(&one);
    simulate_results_free(&two);
    simulate_results_free(&five);
    simulate_results_free(&seeded);
}

/* What is counted is what the single patients say. */
static void counts_are_those_of_the_patients(void **state)
{
    (void)state;
    (void)waiting_fill();
    simulate_list lists[LISTS];
    simulate_model m = model_of(lists, LISTS);
    for (int i = 0; i < LISTS; i++)
        lists[i].report = i;
    m.reports = LISTS;
    simulate_results r = run(&m, 3, 1);
    simulate_patient *people = NULL;
    size_t *offsets = NULL;
    error err = {0};
    assert_int_equal(simulate_patients(&m, 2, &people, &offsets, &err), STATUS_OK);
    for (int32_t l = 0; l < LISTS; l++) {
        int32_t last = -1;
        for (int32_t p = 0; p < MONTHS; p++) {
            const int32_t first = last + 1;
            last += days[p];
            int64_t stock = 0, within = 0, over = 0, treated = 0, weeks[SIMULATE_WEEKS] = {0};
            for (size_t i = offsets[l]; i < offsets[l + 1]; i++) {
                const simulate_patient *who = &people[i];
                treated += who->outcome == PATIENT_TREATED && who->end >= first && who->end <= last;
                if (who->start > last || who->end <= last)
                    continue;
                /* Somebody moved in counts here from the day of the move on, which the record does not say: leave those lists out. */
                stock++;
                within += last - who->start < 18 * 7;
                over += last - who->start >= 52 * 7;
                const int32_t week = (last - who->start) / 7;
                weeks[week < SIMULATE_WEEKS ? week : SIMULATE_WEEKS - 1]++;
            }
            assert_true((double)treated == simulate_value(&r, 2, l, p, SIMULATE_TREATED));
            if (l == 1 || l == 2)
                continue;
            assert_true((double)stock == simulate_value(&r, 2, l, p, SIMULATE_WAITING));
            assert_true((double)within == simulate_value(&r, 2, l, p, SIMULATE_WITHIN_18));
            assert_true((double)over == simulate_value(&r, 2, l, p, SIMULATE_OVER_52));
            /* The median: half lie below it, counted with the part of its week. */
            const double median = simulate_value(&r, 2, l, p, SIMULATE_MEDIAN);
            double below = 0;
            for (int w = 0; w < (int)median; w++)
                below += (double)weeks[w];
            below += (median - floor(median)) * (double)weeks[(int)median];
            assert_true(fabs(below - (double)stock / 2) < 1e-6);
        }
    }
    free(people);
    free(offsets);
    simulate_results_free(&r);
}

/* First come, first served: the naive schedule of the same clock starts gives the same days. */
static void first_come_is_first_served(void **state)
{
    (void)state;
    static int32_t by_day[365];
    for (int i = 0; i < 365; i++)
        by_day[i] = (i * 7 + 3) % 5;
    const int32_t starts[] = {-5, -40, -3, -700, -40};
    simulate_list list = {
        .referrals = referrals, .slots_by_day = by_day, .waiting_starts = starts, .waiting_start_count = 5};
    simulate_month_days(2026 * 12 + 3, MONTHS, days);
    const simulate_model m = {.start = date_of(2026, 4, 1),
                              .periods = MONTHS,
                              .days = days,
                              .lists = &list,
                              .list_count = 1,
                              .reports = 1,
                              .seed = 5};
    simulate_patient *people = NULL;
    size_t *offsets = NULL;
    assert_int_equal(simulate_patients(&m, 0, &people, &offsets, NULL), STATUS_OK);
    const size_t count = offsets[1];
    bool *seen = calloc(count, sizeof *seen);
    assert_non_null(seen);
    size_t treated = 0;
    for (int32_t day = 0; day < 365; day++) {
        for (int32_t slot = 0; slot < by_day[day]; slot++) {
            size_t best = count;
            for (size_t i = 0; i < count; i++)
                if (!seen[i] && people[i].start < day && (best == count || people[i].start < people[best].start))
                    best = i;
            if (best == count)
                break;
            seen[best] = true;
            assert_int_equal(people[best].end, day);
            treated++;
        }
    }
    assert_true(treated > 600);
    for (size_t i = 0; i < count; i++)
        assert_true(seen[i] || people[i].end == INT32_MAX);
    free(seen);
    free(people);
    free(offsets);
}

/* With one stage and nothing else, nobody waits at the end of a day while somebody who should come later was seen that day. */
static void rules_order_the_queue(void **state)
{
    (void)state;
    const int64_t begin = waiting_fill();
    assert_true(begin > 0);
    for (int rule = BOOKING_PRIORITY; rule < BOOKING_AS_PUBLISHED; rule++) {
        simulate_list list = everything(rule);
        const int32_t targets[SIMULATE_CLASSES] = {14, 42, 126, 126};
        list.admitted_slots = NULL;
        list.waiting_admitted = NULL;
        list.removal_rate = list.independent_share = NULL;
        list.independent_list = 0;
        list.cancelled_share = list.not_attended_share = 0;
        list.report = list.together = 0;
        list.rule = (booking_rule)rule;
        const simulate_model m = {.start = date_of(2026, 4, 1),
                                  .periods = MONTHS,
                                  .days = days,
                                  .lists = &list,
                                  .list_count = 1,
                                  .reports = 1,
                                  .seed = 9};
        simulate_patient *people = NULL;
        size_t *offsets = NULL;
        assert_int_equal(simulate_patients(&m, 0, &people, &offsets, NULL), STATUS_OK);
        for (int32_t day = 0; day < 365; day++) {
            int64_t seen_most = INT64_MIN, left_least = INT64_MAX;
            for (size_t i = 0; i < offsets[1]; i++) {
                const simulate_patient *who = &people[i];
                int64_t key = rule == BOOKING_PRIORITY ? who->priority * 100000LL + who->start
                              : rule == BOOKING_TARGET ? who->start + targets[who->priority]
                                                       : who->start;
                if (who->start >= day || who->end < day)
                    continue;
                if (who->end == day)
                    seen_most = key > seen_most ? key : seen_most;
                else
                    left_least = key < left_least ? key : left_least;
            }
            assert_true(seen_most <= left_least);
        }
        free(people);
        free(offsets);
    }
}

/* With no slots and a removal rate r a month, a share (1 - r) stays each month; validation takes its share once; priorities keep theirs. */
static void removals_and_shares_are_as_asked(void **state)
{
    (void)state;
    static int32_t many[SIMULATE_WEEKS];
    many[10] = 100000;
    many[30] = 100000;
    static const double rate[2] = {0.1, 0.25}, none[2] = {0, 0};
    const int32_t lengths[2] = {30, 31};
    simulate_list list = {.waiting = many, .removal_rate = rate, .slots = none, .priority_shares = {0.2, 0.5, 0.3}};
    const simulate_validation validation = {.list = 0, .period = 1, .minimum_weeks = 26, .share = 0.4};
    const simulate_model m = {.start = date_of(2026, 4, 1),
                              .periods = 2,
                              .days = lengths,
                              .lists = &list,
                              .list_count = 1,
                              .reports = 1,
                              .validations = &validation,
                              .validation_count = 1,
                              .seed = 3};
    simulate_results r = run(&m, 1, 1);
    const double after_one = 200000 * 0.9, after_two = 100000 * 0.9 * 0.75 * (1 + 0.6);
    assert_true(fabs(simulate_value(&r, 0, 0, 0, SIMULATE_WAITING) - after_one) < 5 * sqrt(200000 * 0.09));
    assert_true(fabs(simulate_value(&r, 0, 0, 1, SIMULATE_WAITING) - after_two) < 5 * sqrt(200000 * 0.25));
    simulate_results_free(&r);
    simulate_patient *people = NULL;
    size_t *offsets = NULL;
    int64_t of[SIMULATE_CLASSES] = {0};
    assert_int_equal(simulate_patients(&m, 0, &people, &offsets, NULL), STATUS_OK);
    for (size_t i = 0; i < offsets[1]; i++)
        of[people[i].priority]++;
    for (int i = 0; i < SIMULATE_CLASSES; i++)
        assert_true(fabs((double)of[i] - 200000 * list.priority_shares[i]) < 5 * sqrt(200000 * 0.25));
    free(people);
    free(offsets);
}

/* ---- bad input -------------------------------------------------------------------------------------- */

static void refuses(simulate_list list, const char *words)
{
    static const double level[2] = {10, 10};
    const int32_t lengths[2] = {30, 31};
    list.name = "Leeds, C_110";
    if (list.slots == NULL)
        list.slots = level;
    const simulate_model m = {.start = 0, .periods = 2, .days = lengths, .lists = &list, .list_count = 1, .reports = 1};
    const simulate_options o = {.replications = 1};
    simulate_results r;
    error err = {0};
    assert_int_equal(simulate_run(&m, &o, &r, &err), STATUS_REFUSED);
    if (strstr(err.message, words) == NULL || strstr(err.message, "Leeds, C_110") == NULL)
        fail_msg("'%s' does not say '%s'", err.message, words);
}

static void bad_models_are_refused(void **state)
{
    (void)state;
    static const double negative[2] = {5, -1}, rate[2] = {0, 1}, absurd[2] = {0, INFINITY};
    static const double no_day[7] = {0};
    const int32_t future = 4;
    refuses((simulate_list){.referrals = negative}, "Referrals of Leeds, C_110 in period 2");
    refuses((simulate_list){.slots = absurd}, "slots");
    refuses((simulate_list){.removal_rate = rate}, "removal rate of Leeds, C_110 in period 2");
    refuses((simulate_list){.weekday_shares = no_day}, "all 0");
    refuses((simulate_list){.priority_shares = {0.5, 0.4}}, "add up to 1");
    refuses((simulate_list){.cancelled_share = 0.6, .not_attended_share = 0.6}, "cancelled");
    refuses((simulate_list){.referral_variation = NAN}, "variation");
    refuses((simulate_list){.waiting_starts = &future, .waiting_start_count = 1}, "clock start");
    refuses((simulate_list){.report = 1}, "report");
    refuses((simulate_list){.independent_list = 1}, "independent");
    const simulate_model nothing = {.start = 0};
    assert_int_equal(simulate_check(&nothing, NULL), STATUS_REFUSED);
}

static void ranks_part_the_replications(void **state)
{
    (void)state;
    for (int32_t count = 1; count < 6; count++) {
        int64_t next = 0;
        for (int32_t rank = 0; rank < count; rank++) {
            const simulate_ranks ranks = {.rank = rank, .count = count};
            int64_t first = -1, size = -1;
            simulate_ranks_share(&ranks, 7, &first, &size);
            assert_int_equal(first, next);
            next += size;
        }
        assert_int_equal(next, 7);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patients_are_conserved),
        cmocka_unit_test(threads_do_not_change_the_answer),
        cmocka_unit_test(counts_are_those_of_the_patients),
        cmocka_unit_test(first_come_is_first_served),
        cmocka_unit_test(rules_order_the_queue),
        cmocka_unit_test(removals_and_shares_are_as_asked),
        cmocka_unit_test(bad_models_are_refused),
        cmocka_unit_test(ranks_part_the_replications),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
