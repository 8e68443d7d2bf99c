/*
 * Planning: one projection, one optimisation, and the statistics of a list, beside the R packages that analysts use.
 *
 * The peers' figures are the medians of ../shared/oracles/speed.csv (R 4.2.2 with NHSRtt 0.4.1 and NHSRwaitinglist 0.1.2.9001, measured on
 * such a machine, not in this run); the row is named beside each. One thread, the processor's time, the least of several runs, so that other
 * work on the machine does not count.
 */
#include "plan/plan.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

/* task,size of speed.csv: median seconds. */
static const double peer_projection = 0.2500;   /* NHSRtt: apply_params_to_projections, 24 months x 13 bins */
static const double peer_optimisation = 3.5510; /* NHSRtt: optimise_capacity, 24 months x 13 bins */
static const double peer_statistics = 0.0460;   /* NHSRwaitinglist: wl_stats, ~10.4k refs */
static const double peer_sizes = 0.0230;        /* NHSRwaitinglist: wl_queue_size, ~10.4k refs */

enum { MONTHS = 24, BANDS = 13, WEEKS = 104, ENTRIES = 10400, ROUNDS = 20 };

typedef struct world {
    double treatment[BANDS], removal[BANDS], opening[BANDS], referrals[MONTHS], capacity[MONTHS], stock[MONTHS * BANDS];
    flow_piece pieces[FLOW_PIECES(WEEKS, BANDS)];
    flow_detail detail;
    queue_entry *entries;
    int64_t *sizes;
    queue_window window;
    arena scratch;
} world;

static double processor_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double kept; /* so that nothing is left out as unused */

static void world_make(world *w)
{
    double weeks[WEEKS + 1];
    for (size_t i = 0; i <= WEEKS; i++)
        weeks[i] = 2500 * exp(-(double)i / 16);
    if (flow_bands_from_weeks(weeks, WEEKS, FLOW_WEEKS_PER_MONTH, BANDS, w->opening, w->pieces, &w->detail.count,
                              NULL) != STATUS_OK)
        abort();
    w->detail.pieces = w->pieces;
    for (size_t i = 0; i < BANDS; i++) {
        w->treatment[i] = 0.12 + 0.01 * (double)i;
        w->removal[i] = 0.03;
    }
    for (size_t p = 0; p < MONTHS; p++) {
        w->referrals[p] = 9000 + 40 * (double)p;
        w->capacity[p] = 8000;
    }
    /* A year at 200 referrals a week, treated in order after about a hundred days. */
    const date first = date_of(2025, 1, 1);
    w->entries = calloc(ENTRIES, sizeof *w->entries);
    w->sizes = calloc(1000, sizeof *w->sizes);
    if (!w->entries || !w->sizes)
        abort();
    for (int i = 0; i < ENTRIES; i++)
        w->entries[i] =
            (queue_entry){first + i * 365 / ENTRIES, i < ENTRIES * 3 / 4 ? first + 100 + i * 350 / ENTRIES : DATE_NONE};
    if (queue_window_make(w->entries, ENTRIES, DATE_NONE, DATE_NONE, &w->window, NULL) != STATUS_OK)
        abort();
}

static void run_projection(world *w)
{
    const flow_model model = {BANDS, w->treatment, w->removal, FLOW_SURPLUS_LONGEST_FIRST, false, NULL, 0};
    flow_project(&model, &(flow_course){MONTHS, w->opening, w->referrals, w->capacity}, w->stock, NULL, NULL, NULL);
    kept += w->stock[MONTHS * BANDS - 1];
}

static void run_optimisation(world *w)
{
    const flow_model model = {BANDS, w->treatment, w->removal, FLOW_SURPLUS_LONGEST_FIRST, false, NULL, 0};
    const flow_goal goal = {FLOW_GOAL_SHARE_WITHIN, 0.92, 0, 18, 0, &w->detail};
    flow_answer answer;
    if (flow_optimise(&model, &(flow_course){MONTHS, w->opening, w->referrals, NULL},
                      &(flow_profile){FLOW_PROFILE_LINEAR, 7500, 0, NULL}, &goal, &w->scratch, w->capacity, &answer,
                      NULL) != STATUS_OK ||
        answer.outcome != FLOW_MET)
        abort();
    kept += answer.multiplier;
    arena_reset(&w->scratch);
}

static void run_statistics(world *w)
{
    queue_statistics s;
    if (queue_statistics_make(w->entries, ENTRIES, w->window, &(queue_targets){.target_wait_weeks = 18}, &w->scratch,
                              &s, NULL) != STATUS_OK)
        abort();
    kept += s.demand_per_week;
    arena_reset(&w->scratch);
}

static void run_sizes(world *w)
{
    queue_sizes(w->entries, ENTRIES, w->window, w->sizes);
    kept += (double)w->sizes[0];
}

static void measure(world *w, const char *what, void (*run)(world *), int repeats, double limit, double peer,
                    const char *package)
{
    double best = INFINITY;
    for (int round = 0; round < ROUNDS; round++) {
        const double start = processor_now();
        for (int i = 0; i < repeats; i++)
            run(w);
        best = fmin(best, (processor_now() - start) / repeats);
    }
    printf("%s: %.3g us (at most %.3g us: %s); %s %.3g s (another run), ratio %.0f\n", what, best * 1e6, limit * 1e6,
           best <= limit ? "kept" : "MISSED", package, peer, peer / best);
}

int main(void)
{
    static world w;
    world_make(&w);
    measure(&w, "one projection, 24 months x 13 bands", run_projection, 1000, 20e-6, peer_projection, "NHSRtt");
    measure(&w, "one optimisation, 24 months x 13 bands", run_optimisation, 20, 2e-3, peer_optimisation, "NHSRtt");
    measure(&w, "statistics of a list of 10,400", run_statistics, 5, 5e-3, peer_statistics, "NHSRwaitinglist");
    measure(&w, "queue sizes of a list of 10,400", run_sizes, 50, 1e-3, peer_sizes, "NHSRwaitinglist");
    arena_free(&w.scratch);
    free(w.entries);
    free(w.sizes);
    return isnan(kept);
}
