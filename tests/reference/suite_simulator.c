/* simulator_distribution.csv: the simulator of NHSRwaitinglist, 400 seeded runs of each scenario, against 400 replications of ours.
 *
 * Random numbers differ, so distributions are compared, within the tolerance that the tables' README states (means within about 4 standard errors):
 * a mean or a spread agrees within 4 standard errors of its difference, a quantile within 4 of its own, and a day more because waits are whole days. A
 * figure beyond that is a mismatch; one within it is counted as compared. */
#include "reference.h"

#include "plan/plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { RUNS = 400, FIGURES = 5, DAYS_MAXIMUM = 400 };

static int ascending(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* R's type 7. */
static double quantile_of(const double *sorted, size_t count, double share)
{
    const double at = (double)(count - 1) * share;
    const size_t below = (size_t)at;
    return below + 1 < count ? sorted[below] + (at - (double)below) * (sorted[below + 1] - sorted[below])
                             : sorted[below];
}

/* Within the tolerance ours counts as theirs, else the two figures are held against each other and found to differ. */
static void check_near(check *c, const char *column, const char *expected, double ours, double tolerance)
{
    const double theirs = cell_number(expected, NULL);
    check_number(c, column, expected, fabs(ours - theirs) <= tolerance ? theirs : ours);
}

static void compare_distribution(check *c, const table *t, size_t row, const char *name, double *values)
{
    static const struct {
        const char *suffix;
        double share,
            errors; /* the standard error of a quantile, in those of a mean: 1.25 for the median, about 2.1 in the tails */
    } quantiles[] = {{"p05", 0.05, 2.1}, {"p50", 0.5, 1.25}, {"p95", 0.95, 2.1}};
    char column[64];
    double sum = 0, squares = 0;
    for (size_t i = 0; i < RUNS; i++)
        sum += values[i];
    const double mean = sum / RUNS;
    for (size_t i = 0; i < RUNS; i++)
        squares += (values[i] - mean) * (values[i] - mean);
    const double sd = sqrt(squares / (RUNS - 1));
    (void)snprintf(column, sizeof column, "%s_sd", name);
    const double their_sd = table_number(t, row, column);
    check_near(c, column, table_get(t, row, column), sd, 4 * their_sd * sqrt(2.0 / RUNS) + 1e-9);
    (void)snprintf(column, sizeof column, "%s_mean", name);
    check_near(c, column, table_get(t, row, column), mean, 4 * sqrt((sd * sd + their_sd * their_sd) / RUNS) + 1e-9);
    qsort(values, RUNS, sizeof *values, ascending);
    for (size_t q = 0; q < sizeof quantiles / sizeof *quantiles; q++) {
        (void)snprintf(column, sizeof column, "%s_%s", name, quantiles[q].suffix);
        check_near(c, column, table_get(t, row, column), quantile_of(values, RUNS, quantiles[q].share),
                   4 * sqrt(2.0 / RUNS) * quantiles[q].errors * their_sd + (their_sd > 0 ? 1 : 1e-9));
    }
}

/* One replication: referrals, removals, those left, mean wait and 92nd percentile of those removed. False where it could not be run. */
static bool replication_measure(const simulate_model *m, int64_t replication, double out[FIGURES])
{
    simulate_patient *people = NULL;
    size_t *offsets = NULL, removed = 0;
    double sum = 0;
    if (simulate_patients(m, replication, &people, &offsets, NULL) != STATUS_OK)
        return false;
    double *waits = make_array(offsets[1] + 1, sizeof *waits);
    for (size_t i = 0; i < offsets[1]; i++)
        if (people[i].outcome == PATIENT_TREATED)
            sum += waits[removed++] = people[i].end - people[i].start;
    qsort(waits, removed, sizeof *waits, ascending);
    out[0] = (double)offsets[1];
    out[1] = (double)removed;
    out[2] = (double)(offsets[1] - removed);
    out[3] = removed == 0 ? NAN : sum / (double)removed;
    out[4] = removed == 0 ? NAN : quantile_of(waits, removed, 0.92);
    free(waits);
    free(people);
    free(offsets);
    return true;
}

static void compare_scenario(check *c, const table *t, size_t row)
{
    static const char *const names[FIGURES] = {"refs", "removed", "left", "mean_wait_removed", "p92"};
    const double expected = table_number(t, row, "demand") / 7 * table_number(t, row, "days");
    const double capacity = table_number(t, row, "capacity");
    const int32_t length = (int32_t)table_number(t, row, "days"), initial = (int32_t)table_number(t, row, "init");
    if (length < 1 || length >= DAYS_MAXIMUM || initial < 0 || !(capacity > 0) ||
        table_number(t, row, "runs") != RUNS) {
        check_absent(c, "scenario");
        return;
    }
    int32_t slots[DAYS_MAXIMUM] = {0};
    int32_t *starts = make_array((size_t)initial + 1, sizeof *starts);
    /* The package's slots are evenly spaced from the first day to the last, and one that falls within a day is had at its end; whoever
     * waits at the start was referred 30 days before. */
    for (int64_t k = 0; (double)k * 7 / capacity <= length - 1; k++)
        slots[(int)ceil((double)k * 7 / capacity)]++;
    for (int32_t i = 0; i < initial; i++)
        starts[i] = -30;
    simulate_list list = {.referrals = &expected,
                          .slots_by_day = slots,
                          .waiting_starts = starts,
                          .waiting_start_count = (size_t)initial};
    const simulate_model m = {.start = date_of(2024, 1, 1),
                              .periods = 1,
                              .days = &length,
                              .lists = &list,
                              .list_count = 1,
                              .reports = 1,
                              .seed = 11};
    double *measured = make_array((size_t)FIGURES * RUNS, sizeof *measured);
    bool whole = true;
    for (int64_t r = 0; r < RUNS && whole; r++) {
        double one[FIGURES];
        whole = replication_measure(&m, r, one);
        for (size_t k = 0; whole && k < FIGURES; k++)
            measured[k * RUNS + (size_t)r] = one[k];
    }
    for (size_t k = 0; whole && k < FIGURES; k++)
        compare_distribution(c, t, row, names[k], measured + k * RUNS);
    if (!whole)
        check_absent(c, "replications");
    free(measured);
    free(starts);
}

void suite_simulator(folder *f)
{
    table *t = folder_table(f, "simulator_distribution.csv", "scen,demand,capacity,days,init,runs,refs_mean,p92_p95");
    if (t == NULL)
        return;
    t->claimed = true;
    check c = check_begin("NHSRwaitinglist", f, t->name);
    for (size_t row = 0; row < t->rows; row++) {
        check_case(&c, keep_text(table_get(t, row, "scen")));
        compare_scenario(&c, t, row);
    }
    check_end(&c);
}
