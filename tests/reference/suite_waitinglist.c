/* Tables of NHSRwaitinglist: the formulas, queue sizes, statistics of lists and booking.
 *
 * Where the package errs, ours differs, and docs/differences.md says why. A difference counts as explained only where the
 * package's figure is found again, to the last digit, by doing what it does: package_* below. */
#include "reference.h"

#include "plan/plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DAYS_PER_WEEK = 7 };

static date cell_date(const char *cell)
{
    date d = DATE_NONE;
    if (!cell_is_missing(cell) && !date_parse(text_of(cell), &d))
        return DATE_NONE;
    return d;
}

/* Entries of a group of rows with columns referral and removal. */
static queue_entry *read_entries(const groups *g, size_t group, size_t *count)
{
    *count = g->starts[group + 1] - g->starts[group];
    queue_entry *entries = make_array(*count, sizeof *entries);
    for (size_t i = 0; i < *count; i++) {
        const size_t row = g->rows[g->starts[group] + i];
        entries[i].referral = cell_date(table_get(g->table, row, "referral"));
        entries[i].removal = cell_date(table_get(g->table, row, "removal"));
    }
    return entries;
}

static void compare_formulas(folder *f)
{
    table *t =
        folder_table(f, "calc_functions.csv",
                     "demand,target_wait,factor,cvd,cvc,queue_size,time_to_target,num_referrals,capacity,mean_wait,"
                     "target_capacity,relief_capacity,queue_load,pressure");
    if (!t)
        return;
    t->claimed = true;
    check c = check_begin("NHSRwaitinglist", f, "calc_functions.csv");
    for (size_t row = 0; row < t->rows; row++) {
        char name[32];
        snprintf(name, sizeof name, "row %zu", row + 1);
        check_case(&c, keep_text(name));
        const double demand = table_number(t, row, "demand"), target = table_number(t, row, "target_wait");
        const double factor = table_number(t, row, "factor"), cv = table_number(t, row, "cvd");
        const double size = table_number(t, row, "queue_size"), weeks = table_number(t, row, "time_to_target");
        const int64_t referrals = (int64_t)table_number(t, row, "num_referrals");
        const double target_size = queue_target_size(demand, target, factor);
        check_number(&c, "target_mean_wait", table_get(t, row, "target_mean_wait"),
                     queue_target_mean_wait(target, factor));
        check_number(&c, "target_queue_size", table_get(t, row, "target_queue_size"), target_size);
        check_number(&c, "target_capacity", table_get(t, row, "target_capacity"),
                     queue_target_capacity(demand, target, factor, cv, table_number(t, row, "cvc")));
        /* The allowance for a demand known from a sample: ours is free of units, the package multiplies cv by demand. */
        const double as_package =
            queue_relief_capacity(queue_demand_upper(demand, demand * cv, referrals), size, target_size, weeks);
        const double ours = queue_relief_capacity(queue_demand_upper(demand, cv, referrals), size, target_size, weeks);
        const double theirs = table_number(t, row, "relief_capacity");
        if (fabs(as_package - theirs) <= 1e-9 * fabs(theirs) && fabs(ours - theirs) > 1e-9 * fabs(theirs))
            c.condition = "when the allowance for sampling multiplies by demand";
        check_number(&c, "relief_capacity", table_get(t, row, "relief_capacity"), ours);
        c.condition = NULL;
        check_number(&c, "queue_load", table_get(t, row, "queue_load"),
                     queue_load(demand, table_number(t, row, "capacity")));
        check_number(&c, "pressure", table_get(t, row, "pressure"),
                     queue_pressure(table_number(t, row, "mean_wait"), target));
    }
    check_end(&c);
}

static void compare_sizes(folder *f, const groups *lists)
{
    table *t = folder_table(f, "queue_size_expected.csv", "list,date,queue_size");
    if (!t)
        return;
    t->claimed = true;
    check c = check_begin("NHSRwaitinglist", f, "queue_size_expected.csv");
    const groups days = groups_make(t, "list");
    for (size_t k = 0; k < days.count; k++) {
        const size_t g = days.by_file[k], list = groups_find(lists, days.keys[g]);
        check_case(&c, days.keys[g]);
        if (list == SIZE_MAX) {
            check_absent(&c, "list");
            continue;
        }
        size_t count = 0;
        queue_entry *entries = read_entries(lists, list, &count);
        queue_window window;
        if (queue_window_make(entries, count, DATE_NONE, DATE_NONE, &window, NULL) != STATUS_OK) {
            check_absent(&c, "window");
            free(entries);
            continue;
        }
        int64_t *sizes = make_array(queue_window_days(window), sizeof *sizes);
        queue_sizes(entries, count, window, sizes);
        if (days.starts[g + 1] - days.starts[g] != queue_window_days(window))
            check_absent(&c, "number of days");
        for (size_t i = days.starts[g]; i < days.starts[g + 1]; i++) {
            const size_t row = days.rows[i];
            const date day = cell_date(table_get(t, row, "date"));
            if (day < window.start || day > window.end)
                check_absent(&c, "day");
            else
                check_number(&c, "queue_size", table_get(t, row, "queue_size"), (double)sizes[day - window.start]);
        }
        free(sizes);
        free(entries);
    }
    check_end(&c);
}

/* ---- statistics -------------------------------------------------------------------------------------- */

/* An event of the package's search for gaps between removals: a day on which nobody waits comes before a removal of that day. */
typedef struct event {
    date day;
    bool removal;
} event;

static int by_event(const void *left, const void *right)
{
    const event *a = left, *b = right;
    if (a->day != b->day)
        return a->day > b->day ? 1 : -1;
    return a->removal - b->removal;
}

/* What the package does: gaps of all removals, also outside the window, each beginning at the removal or the day without a
 * queue before it, so that the removal that empties the list has a gap of 0 days. */
static void package_capacity(const queue_entry *entries, size_t count, queue_window window, double *per_week,
                             double *cv)
{
    date first = window.start;
    for (size_t i = 0; i < count; i++)
        first = entries[i].referral < first ? entries[i].referral : first;
    const queue_window all = {first, window.end};
    const size_t days = queue_window_days(all);
    int64_t *sizes = make_array(days, sizeof *sizes);
    queue_sizes(entries, count, all, sizes);
    event *events = make_array(days + count, sizeof *events);
    size_t n = 0;
    for (size_t d = 0; d < days; d++)
        if (sizes[d] == 0)
            events[n++] = (event){first + (date)d, false};
    for (size_t i = 0; i < count; i++)
        if (entries[i].removal != DATE_NONE)
            events[n++] = (event){entries[i].removal, true};
    qsort(events, n, sizeof *events, by_event);
    double sum = 0, squares = 0, gaps = 0;
    date before = window.start;
    for (size_t i = 0; i < n; i++) {
        if (events[i].removal) {
            const double gap = (double)(events[i].day - before);
            sum += gap;
            squares += gap * gap;
            gaps++;
        }
        before = events[i].day;
    }
    const double mean = sum / gaps;
    *per_week = DAYS_PER_WEEK / mean;
    *cv = sqrt(fmax(0, squares - gaps * mean * mean) / (gaps - 1)) / mean;
    free(events);
    free(sizes);
}

static bool is_same(double a, const char *cell)
{
    const double b = cell_number(cell, NULL);
    return fabs(a - b) <= 1e-9 * fmax(fabs(a), fabs(b)) || fabs(a - b) < 1e-12;
}

/* One row of statistics: what depends on nothing that the package gets wrong must agree; the rest agrees, or is explained by
 * finding the package's figure again. */
static void compare_row(check *c, const table *t, size_t row, const queue_entry *entries, size_t count,
                        queue_window window, arena *scratch)
{
    const double target = table_number(t, row, "target_wait");
    queue_statistics s;
    if (queue_statistics_make(entries, count, window, &(queue_targets){.target_wait_weeks = target}, scratch, &s,
                              NULL) != STATUS_OK) {
        check_absent(c, "statistics");
        return;
    }
    check_number(c, "mean_demand", table_get(t, row, "mean_demand"), s.demand_per_week);
    check_number(c, "count_demand", table_get(t, row, "count_demand"), (double)s.referrals + 1);
    check_number(c, "cv_arrival", table_get(t, row, "cv_arrival"), s.cv_demand);
    check_number(c, "target_queue_size", table_get(t, row, "target_queue_size"), s.target_queue_size);
    const double days = s.mean_wait_weeks * DAYS_PER_WEEK;
    const bool in_days = is_same(s.queue_size ? days : 0, table_get(t, row, "mean_wait"));
    if (in_days && s.queue_size && days > 0)
        c->condition = "when the mean wait is in days";
    check_number(c, "mean_wait", table_get(t, row, "mean_wait"), s.queue_size ? s.mean_wait_weeks : 0);
    const double pressure = 2 * days / target;
    if (!is_same(pressure, table_get(t, row, "pressure")))
        c->condition = NULL;
    check_number(c, "pressure", table_get(t, row, "pressure"), s.pressure);
    c->condition = NULL;

    int64_t left_before = 0;
    for (size_t i = 0; i < count; i++)
        left_before += entries[i].removal != DATE_NONE && entries[i].removal < window.start;
    const double package_size = (double)(s.queue_size + left_before);
    const bool size_differs = left_before > 0 && is_same(package_size, table_get(t, row, "queue_size"));
    if (size_differs)
        c->condition = "when people who left before the window count as waiting";
    check_number(c, "queue_size", table_get(t, row, "queue_size"), (double)s.queue_size);
    check_flag(c, "queue_too_big", table_get(t, row, "queue_too_big"), s.queue_too_big);
    c->condition = NULL;

    double capacity = NAN, cv = NAN;
    package_capacity(entries, count, window, &capacity, &cv);
    const bool found =
        is_same(capacity, table_get(t, row, "mean_capacity")) && is_same(cv, table_get(t, row, "cv_removal"));
    const bool differs = found && !(is_same(s.capacity_per_week, table_get(t, row, "mean_capacity")) &&
                                    is_same(s.cv_capacity, table_get(t, row, "cv_removal")));
    if (differs)
        c->condition = "when gaps between removals are taken from other days";
    check_number(c, "mean_capacity", table_get(t, row, "mean_capacity"), s.capacity_per_week);
    check_number(c, "cv_removal", table_get(t, row, "cv_removal"), s.cv_capacity);
    check_number(c, "load", table_get(t, row, "load"), s.load);
    check_flag(c, "load_too_big", table_get(t, row, "load_too_big"), s.load_too_big);
    const bool package_too_big = queue_is_too_big(package_size, s.target_queue_size);
    const double target_capacity =
        package_too_big ? NAN : queue_target_capacity(s.demand_per_week, target, QUEUE_FACTOR, s.cv_demand, cv);
    const double relief = package_too_big ? queue_relief_capacity(s.demand_per_week, package_size, s.target_queue_size,
                                                                  QUEUE_RELIEF_WEEKS)
                                          : NAN;
    if (size_differs && (package_too_big ? is_same(relief, table_get(t, row, "relief_capacity"))
                                         : is_same(target_capacity, table_get(t, row, "target_capacity"))))
        c->condition = "when people who left before the window count as waiting";
    else if (!package_too_big && !is_same(target_capacity, table_get(t, row, "target_capacity")))
        c->condition = NULL;
    check_number(c, "target_capacity", table_get(t, row, "target_capacity"), s.target_capacity_per_week);
    check_number(c, "relief_capacity", table_get(t, row, "relief_capacity"), s.relief_capacity_per_week);
    c->condition = NULL;
}

static void compare_statistics(folder *f, const groups *lists, const char *name, bool cut)
{
    table *t = folder_table(f, name, "list,target_wait,start_date,end_date,peer_error,mean_demand,mean_capacity");
    if (!t)
        return;
    t->claimed = true;
    check c = check_begin("NHSRwaitinglist", f, t->name);
    arena scratch = {0};
    for (size_t row = 0; row < t->rows; row++) {
        const char *key = table_get(t, row, "list");
        char label[96];
        snprintf(label, sizeof label, "%s %s", key, table_get(t, row, "start_date"));
        check_case(&c, keep_text(label));
        const size_t list = groups_find(lists, key);
        if (list == SIZE_MAX) {
            check_absent(&c, "list");
            continue;
        }
        size_t count = 0;
        queue_entry *entries = read_entries(lists, list, &count);
        const date end = cell_date(table_get(t, row, "end_date"));
        if (cut) { /* the table was made without those referred after the end */
            size_t kept = 0;
            for (size_t i = 0; i < count; i++)
                if (entries[i].referral <= end)
                    entries[kept++] = entries[i];
            count = kept;
        }
        queue_window window;
        error err = {0};
        const status outcome =
            queue_window_make(entries, count, cell_date(table_get(t, row, "start_date")), end, &window, &err);
        const char *stopped = table_get(t, row, "peer_error");
        if (outcome != STATUS_OK)
            check_absent(&c, err.message);
        else if (*stopped) {
            queue_statistics s;
            char ours[160] = "refused";
            if (queue_statistics_make(entries, count, window,
                                      &(queue_targets){.target_wait_weeks = table_number(t, row, "target_wait")},
                                      &scratch, &s, NULL) == STATUS_OK)
                snprintf(ours, sizeof ours, "demand %.4g, capacity %.4g a week, %lld waiting", s.demand_per_week,
                         s.capacity_per_week, (long long)s.queue_size);
            check_peer_stopped(&c, stopped, ours);
        } else
            compare_row(&c, t, row, entries, count, window, &scratch);
        arena_reset(&scratch);
        free(entries);
    }
    arena_free(&scratch);
    check_end(&c);
}

/* ---- booking ----------------------------------------------------------------------------------------- */

static int by_referral_and_removal(const void *left, const void *right)
{
    const queue_entry *a = left, *b = right;
    if (a->referral != b->referral)
        return a->referral > b->referral ? 1 : -1;
    const date ours = a->removal == DATE_NONE ? DATE_FOREVER : a->removal;
    const date theirs = b->removal == DATE_NONE ? DATE_FOREVER : b->removal;
    return (ours > theirs) - (ours < theirs);
}

static void compare_schedule(folder *f)
{
    table *input = folder_table(f, "schedule_input.csv", "list,row,referral,removal");
    table *slot_table = folder_table(f, "schedule_slots.csv", "list,slot,slot_date,used");
    table *expected = folder_table(f, "schedule_expected.csv", "list,referral,removal");
    if (!input || !slot_table || !expected)
        return;
    input->claimed = slot_table->claimed = expected->claimed = true;
    const groups lists = groups_make(input, "list"), slots = groups_make(slot_table, "list"),
                 booked = groups_make(expected, "list");
    check c = check_begin("NHSRwaitinglist", f, "schedule_expected.csv");
    check slot_check = check_begin("NHSRwaitinglist", f, "schedule_slots.csv");
    arena scratch = {0};
    for (size_t k = 0; k < lists.count; k++) {
        const size_t g = lists.by_file[k], s = groups_find(&slots, lists.keys[g]),
                     e = groups_find(&booked, lists.keys[g]);
        check_case(&c, lists.keys[g]);
        check_case(&slot_check, lists.keys[g]);
        if (s == SIZE_MAX || e == SIZE_MAX) {
            check_absent(&c, "list");
            continue;
        }
        size_t count = 0, expected_count = 0;
        queue_entry *entries = read_entries(&lists, g, &count), *theirs = read_entries(&booked, e, &expected_count);
        const size_t slot_count = slots.starts[s + 1] - slots.starts[s];
        date *days = make_array(slot_count, sizeof *days);
        bool *used = make_array(slot_count, sizeof *used);
        for (size_t i = 0; i < slot_count; i++)
            days[i] = cell_date(table_get(slot_table, slots.rows[slots.starts[s] + i], "slot_date"));
        if (queue_schedule(entries, count, days, slot_count, used, &scratch, NULL) != STATUS_OK ||
            count != expected_count)
            check_absent(&c, "entries");
        else {
            /* The package prints those it booked before those that were booked already. */
            qsort(entries, count, sizeof *entries, by_referral_and_removal);
            qsort(theirs, count, sizeof *theirs, by_referral_and_removal);
            for (size_t i = 0; i < count; i++) {
                char day[2][DATE_TEXT], other[2][DATE_TEXT];
                date_format(theirs[i].referral, day[0]);
                date_format(theirs[i].removal, day[1]);
                date_format(entries[i].referral, other[0]);
                date_format(entries[i].removal, other[1]);
                check_text(&c, "referral", day[0], other[0]);
                check_text(&c, "removal", day[1], other[1]);
            }
            for (size_t i = 0; i < slot_count; i++)
                check_number(&slot_check, "used", table_get(slot_table, slots.rows[slots.starts[s] + i], "used"),
                             used[i]);
        }
        arena_reset(&scratch);
        free(used);
        free(days);
        free(theirs);
        free(entries);
    }
    arena_free(&scratch);
    check_end(&c);
    check_end(&slot_check);
}

void suite_waitinglist(folder *f)
{
    compare_formulas(f);
    compare_schedule(f);
    table *input = folder_table(f, "lists.csv", "list,referral,removal");
    if (!input)
        return;
    input->claimed = true;
    const groups lists = groups_make(input, "list");
    compare_sizes(f, &lists);
    compare_statistics(f, &lists, "stats_expected.csv", false);
    compare_statistics(f, &lists, "stats_windowed_cut_expected.csv", true);
}
