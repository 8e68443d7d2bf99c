/*
 * Patient-level simulation: a year of one list, and all of England; stock and flow with luck; forecasts.
 *
 * The peer's figure is the row "NHSRwaitinglist, wl_simulator 200/wk, 1 year" of ../shared/oracles/speed.csv: median 1.0230 s (R 4.2.2,
 * measured on such a machine). England is made up in the shape of the published lists: 3,600 lists of a provider's treatment function, sizes
 * that differ four-hundredfold, 7.1 million waiting, 1.65 million referrals a month.
 */
#include "plan/plan.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

static const double peer_seconds = 1.0230;
enum { LISTS = 3600, MONTHS = 12, ROUNDS = 200 };

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Of all threads: what a busy machine does not stretch. */
static double processor_now(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

static void months_fill(double *values, double each)
{
    for (int i = 0; i < MONTHS; i++)
        values[i] = each;
}

static int one_list(void)
{
    double referrals[MONTHS], slots[MONTHS], removals[MONTHS];
    int32_t days[MONTHS], waiting[SIMULATE_WEEKS] = {0};
    months_fill(referrals, 200 * 365.25 / 7 / MONTHS);
    months_fill(slots, 198 * 365.25 / 7 / MONTHS);
    months_fill(removals, 0.02);
    for (int w = 0; w < 20; w++)
        waiting[w] = 100;
    simulate_month_days(2026 * 12 + 3, MONTHS, days);
    for (int plain = 1; plain >= 0; plain--) {
        simulate_list list = {.name = "one", .referrals = referrals, .slots = slots};
        if (!plain) {
            list.removal_rate = removals;
            list.waiting = waiting;
            list.cancelled_share = 0.03;
            list.not_attended_share = 0.06;
            list.priority_shares[0] = 0.1;
            list.priority_shares[1] = 0.2;
            list.priority_shares[2] = 0.7;
            list.rule = BOOKING_PRIORITY;
        }
        simulate_model model = {.start = date_of(2026, 4, 1),
                                .periods = MONTHS,
                                .days = days,
                                .lists = &list,
                                .list_count = 1,
                                .reports = 1,
                                .seed = 1};
        const simulate_options options = {.replications = ROUNDS, .threads = 1};
        simulate_results results;
        const double start = seconds_now(), worked = processor_now();
        if (simulate_run(&model, &options, &results, NULL) != STATUS_OK)
            return 4;
        const double each = (seconds_now() - start) / ROUNDS;
        printf("A year at 200 referrals a week, %s: %.3f ms (processor %.3f); NHSRwaitinglist %.0f ms; ratio %.0f "
               "(%.0f waiting at the end)\n",
               plain ? "nothing else" : "with priorities, removals, cancellations, 2,000 waiting at first", each * 1e3,
               (processor_now() - worked) / ROUNDS * 1e3, peer_seconds * 1e3, peer_seconds / each,
               simulate_value(&results, 0, 0, MONTHS - 1, SIMULATE_WAITING));
        simulate_results_free(&results);
    }
    return 0;
}

typedef struct england {
    simulate_list lists[LISTS];
    double referrals[LISTS][MONTHS], slots[LISTS][MONTHS], removals[MONTHS];
    int32_t waiting[LISTS][SIMULATE_WEEKS], days[MONTHS];
} england;

/* Sizes fall off by rank; the waiting times fall off with half-lives of 12 weeks. */
static void england_make(england *e)
{
    double size_sum = 0, week_sum = 0, sizes[LISTS], weeks[SIMULATE_WEEKS];
    for (int i = 0; i < LISTS; i++)
        size_sum += sizes[i] = exp(-6.0 * i / LISTS);
    for (int w = 0; w < SIMULATE_WEEKS; w++)
        week_sum += weeks[w] = exp2(-w / 12.0);
    months_fill(e->removals, 0.03);
    simulate_month_days(2026 * 12 + 3, MONTHS, e->days);
    for (int i = 0; i < LISTS; i++) {
        const double share = sizes[i] / size_sum;
        months_fill(e->referrals[i], 1.65e6 * share);
        months_fill(e->slots[i], 1.5e6 * share);
        double owed = 0;
        for (int w = 0; w < SIMULATE_WEEKS; w++) {
            owed += 7.1e6 * share * weeks[w] / week_sum;
            e->waiting[i][w] = (int32_t)owed;
            owed -= e->waiting[i][w];
        }
        e->lists[i] = (simulate_list){.name = "list",
                                      .referrals = e->referrals[i],
                                      .slots = e->slots[i],
                                      .removal_rate = e->removals,
                                      .waiting = e->waiting[i],
                                      .report = i,
                                      .cancelled_share = 0.02,
                                      .not_attended_share = 0.05,
                                      .not_attended_discharged = 0.3,
                                      .priority_shares = {0.1, 0.2, 0.7},
                                      .rule = BOOKING_PRIORITY,
                                      .referral_dispersion = 1.5,
                                      .slot_variation = 0.03};
    }
}

static int all_england(void)
{
    england *e = calloc(1, sizeof *e);
    if (e == NULL)
        return 4;
    england_make(e);
    simulate_model model = {.start = date_of(2026, 4, 1),
                            .periods = MONTHS,
                            .days = e->days,
                            .lists = e->lists,
                            .list_count = LISTS,
                            .reports = LISTS,
                            .seed = 1};
    for (int threads = 1; threads <= 2; threads++) {
        const simulate_options options = {.replications = 1, .threads = threads};
        simulate_results r;
        struct rusage used;
        const double start = seconds_now(), worked = processor_now();
        if (simulate_run(&model, &options, &r, NULL) != STATUS_OK)
            return 4;
        const double took = seconds_now() - start, processor = processor_now() - worked;
        double people = 7.1e6;
        for (int m = 0; m < MONTHS; m++)
            people += simulate_value(&r, 0, LISTS, m, SIMULATE_REFERRALS);
        getrusage(RUSAGE_SELF, &used);
        printf("England, %d lists, %.1f million people, 12 months, %d thread%s: %.2f s a replication, processor %.2f "
               "s, %ld MB (%.0f waiting at the end)\n",
               LISTS, people / 1e6, threads, threads > 1 ? "s" : "", took, processor, used.ru_maxrss / 1024,
               simulate_value(&r, 0, LISTS, MONTHS - 1, SIMULATE_WAITING));
        simulate_results_free(&r);
    }
    free(e);
    return 0;
}

/* 42 ICBs, 24 treatment functions, 24 months, 13 bands, 1,000 replications each. */
static int stock_and_flow(void)
{
    enum { COUNT = 42 * 24, PERIODS = 24, BANDS = 13 };
    static double opening[BANDS], coming[PERIODS], capacity[PERIODS], treat[BANDS], leave[BANDS], within[BANDS],
        over[BANDS];
    static flow_luck_period periods[COUNT][PERIODS];
    static flow_luck_list lists[COUNT];
    static flow_luck_answer answers[COUNT];
    for (int b = 0; b < BANDS; b++) {
        opening[b] = 1000 * exp2(-b / 3.0);
        treat[b] = 0.12;
        leave[b] = 0.03;
        within[b] = b < 4;
        over[b] = b == BANDS - 1;
    }
    for (int p = 0; p < PERIODS; p++) {
        coming[p] = 1100;
        capacity[p] = 1000;
    }
    for (int i = 0; i < COUNT; i++) {
        lists[i] = (flow_luck_list){
            .model = {.bands = BANDS,
                      .treatment_rate = treat,
                      .removal_rate = leave,
                      .surplus = FLOW_SURPLUS_LONGEST_FIRST},
            .course = {.periods = PERIODS, .opening = opening, .referrals = coming, .capacity = capacity},
            .referral_variation = 0.04,
            .capacity_variation = 0.05,
            .course_variation = 0.02,
            .within_weights = within,
            .over_weights = over,
            .target_share = 0.92};
        answers[i] = (flow_luck_answer){.periods = periods[i]};
    }
    for (int threads = 1; threads <= 2; threads++) {
        const flow_luck_options options = {.replications = 1000, .threads = threads, .interval = 0.9, .seed = 1};
        const double start = seconds_now(), worked = processor_now();
        if (flow_luck_run(lists, COUNT, &options, answers, NULL) != STATUS_OK)
            return 4;
        printf("Stock and flow, %d lists x 1000 replications x %d months, %d thread%s: %.2f s, processor %.2f s (%.0f "
               "waiting at the end, of one list)\n",
               COUNT, PERIODS, threads, threads > 1 ? "s" : "", seconds_now() - start, processor_now() - worked,
               periods[0][PERIODS - 1].waiting.mean);
    }
    return 0;
}

static int forecasts(void)
{
    enum { SERIES = 200, POINTS = 72 };
    const forecast_options options = {.season = 12, .horizon = 12, .coverage = 0.95, .lowest = 0, .highest = NAN};
    double values[POINTS];
    int shown = 0;
    const double start = processor_now();
    for (int i = 0; i < SERIES; i++) {
        arena memory = {0};
        forecast_answer answer;
        for (int t = 0; t < POINTS; t++)
            values[t] = 1000 + 3 * t + 80 * cos(2 * 3.14159265358979 * t / 12) + (t * 7919 + i * 104729) % 97;
        if (forecast_make(values, POINTS, &options, &memory, &answer, NULL) != STATUS_OK)
            return 4;
        shown += answer.shown != FORECAST_NAIVE;
        arena_free(&memory);
    }
    printf("Forecasts of %d months, tested on the past from up to 60 origins: %.1f ms of processor a series (%d of %d "
           "by smoothing)\n",
           POINTS, (processor_now() - start) / SERIES * 1e3, shown, SERIES);
    return 0;
}

int main(void)
{
    int failed = one_list();
    if (failed == 0)
        failed = stock_and_flow();
    if (failed == 0)
        failed = forecasts();
    return failed != 0 ? failed : all_england();
}
