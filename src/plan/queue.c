/* Waiting-list theory, and the statistics of a list of dates. */
#include "plan/queue.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DAYS_PER_WEEK = 7, WINDOW_DAYS_MAXIMUM = 200 * 366 };

double queue_factor_share(double factor)
{
    return factor > 0 ? -expm1(-factor) : NAN;
}

double queue_share_factor(double share)
{
    return share > 0 && share < 1 ? -log1p(-share) : NAN;
}

double queue_target_mean_wait(double target_wait_weeks, double factor)
{
    return target_wait_weeks > 0 && factor > 0 ? target_wait_weeks / factor : NAN;
}

double queue_target_size(double demand_per_week, double target_wait_weeks, double factor)
{
    return demand_per_week * queue_target_mean_wait(target_wait_weeks, factor);
}

bool queue_is_too_big(double size, double target_size)
{
    return size > 2 * target_size;
}

double queue_load(double demand_per_week, double capacity_per_week)
{
    return demand_per_week / capacity_per_week;
}

double queue_pressure(double mean_wait_weeks, double target_wait_weeks)
{
    return target_wait_weeks > 0 ? 2 * mean_wait_weeks / target_wait_weeks : NAN;
}

double queue_target_capacity(double demand_per_week, double target_wait_weeks, double factor, double cv_demand,
                             double cv_capacity)
{
    if (!(target_wait_weeks > 0) || !(factor > 0))
        return NAN;
    return demand_per_week + (cv_demand * cv_demand + cv_capacity * cv_capacity) / 2 * factor / target_wait_weeks;
}

double queue_relief_capacity(double demand_per_week, double size, double target_size, double weeks)
{
    if (!(weeks > 0))
        return NAN;
    const double capacity = demand_per_week + (size - target_size) / weeks;
    return capacity < 0 ? 0 : capacity;
}

double queue_demand_upper(double demand_per_week, double cv_demand, int64_t count)
{
    if (count <= 0)
        return demand_per_week;
    const double error_share = 2 * cv_demand / sqrt((double)count);
    return error_share < 1 ? demand_per_week / (1 - error_share) : demand_per_week;
}

/* ---- lists of dates ---------------------------------------------------------------------------------- */

status queue_window_make(const queue_entry *entries, size_t count, date start, date end, queue_window *out, error *err)
{
    if (count == 0) {
        error_set(err, STATUS_REFUSED, "the list is empty");
        error_hint(err, "Give a list with at least one referral.");
        return STATUS_REFUSED;
    }
    date first = DATE_FOREVER, last = DATE_NONE;
    for (size_t i = 0; i < count; i++) {
        const queue_entry *e = &entries[i];
        if (e->referral == DATE_NONE || e->referral == DATE_FOREVER) {
            error_set(err, STATUS_REFUSED, "an entry has no date of referral");
            error_at(err, NULL, NULL, (int64_t)i + 1, NULL);
            error_hint(err, "Every entry needs the day on which the person joined the list.");
            return STATUS_REFUSED;
        }
        if (e->removal != DATE_NONE && e->removal < e->referral) {
            char referral[DATE_TEXT], removal[DATE_TEXT];
            date_format(e->referral, referral);
            date_format(e->removal, removal);
            error_set(err, STATUS_REFUSED, "removed on %s, before the referral on %s", removal, referral);
            error_at(err, NULL, NULL, (int64_t)i + 1, NULL);
            error_hint(err, "Correct one of the dates, or leave the removal empty while the person waits.");
            return STATUS_REFUSED;
        }
        if (e->referral < first)
            first = e->referral;
        if (e->referral > last)
            last = e->referral;
        if (e->removal > last)
            last = e->removal;
    }
    const queue_window window = {start == DATE_NONE ? first : start, end == DATE_NONE ? last : end};
    char from[DATE_TEXT], to[DATE_TEXT];
    date_format(window.start, from);
    date_format(window.end, to);
    if (window.end <= window.start) {
        error_set(err, STATUS_USAGE, "the window ends on %s, not after its start on %s", to, from);
        error_hint(err, "A rate needs at least two days; choose another start or end.");
        return STATUS_USAGE;
    }
    if ((int64_t)window.end - window.start >= WINDOW_DAYS_MAXIMUM) {
        error_set(err, STATUS_USAGE, "the window from %s to %s is longer than 200 years", from, to);
        error_hint(err, "One of the dates is likely to be wrong.");
        return STATUS_USAGE;
    }
    *out = window;
    return STATUS_OK;
}

size_t queue_window_days(queue_window window)
{
    return (size_t)((int64_t)window.end - window.start + 1);
}

void queue_sizes(const queue_entry *entries, size_t count, queue_window window, int64_t *sizes)
{
    const size_t days = queue_window_days(window);
    memset(sizes, 0, days * sizeof *sizes);
    for (size_t i = 0; i < count; i++) {
        const queue_entry *e = &entries[i];
        if (e->referral <= window.end)
            sizes[e->referral > window.start ? (size_t)(e->referral - window.start) : 0]++;
        if (e->removal != DATE_NONE && e->removal <= window.end)
            sizes[e->removal > window.start ? (size_t)(e->removal - window.start) : 0]--;
    }
    for (size_t day = 1; day < days; day++)
        sizes[day] += sizes[day - 1];
}

static int by_date(const void *left, const void *right)
{
    const date a = *(const date *)left, b = *(const date *)right;
    return (a > b) - (a < b);
}

/* Sum and squares of gaps in whole days, so that the mean is exact. */
typedef struct gap_sum {
    int64_t count, days;
    double squares;
} gap_sum;

static void gap_add(gap_sum *sum, int64_t days)
{
    sum->count++;
    sum->days += days;
    sum->squares += (double)days * (double)days;
}

static double gap_rate_per_week(const gap_sum *sum)
{
    if (sum->count == 0)
        return 0;
    return sum->days > 0 ? DAYS_PER_WEEK * (double)sum->count / (double)sum->days : NAN;
}

static double gap_cv(const gap_sum *sum)
{
    if (sum->count < 2 || sum->days == 0)
        return NAN;
    const double n = (double)sum->count, mean = (double)sum->days / n;
    const double variance = (sum->squares - n * mean * mean) / (n - 1);
    return variance > 0 ? sqrt(variance) / mean : 0;
}

/* Gaps between referrals; the window's ends close the first and the last. */
static gap_sum gaps_of_referrals(const date *referrals, size_t count, queue_window window)
{
    gap_sum sum = {0};
    date before = window.start;
    for (size_t i = 0; i < count; i++) {
        if (referrals[i] < window.start || referrals[i] > window.end)
            continue;
        gap_add(&sum, referrals[i] - before);
        before = referrals[i];
    }
    if (sum.count > 0)
        gap_add(&sum, window.end - before);
    return sum;
}

/* Gaps between removals while somebody was waiting. Both arrays are sorted. */
static gap_sum gaps_of_removals(const date *referrals, size_t referral_count, const date *removals,
                                size_t removal_count, queue_window window)
{
    gap_sum sum = {0};
    size_t came = 0, went = 0;
    date before = window.start;
    while (came < referral_count || went < removal_count) {
        const date next_in = came < referral_count ? referrals[came] : DATE_FOREVER;
        const date next_out = went < removal_count ? removals[went] : DATE_FOREVER;
        const date today = next_in < next_out ? next_in : next_out;
        if (today > window.end)
            break;
        if (came == went && today - 1 > before) /* nobody was waiting on the day before */
            before = today - 1;
        while (came < referral_count && referrals[came] == today)
            came++;
        for (; went < removal_count && removals[went] == today; went++) {
            if (today < window.start)
                continue;
            gap_add(&sum, today - before);
            before = today;
        }
    }
    return sum;
}

status queue_statistics_make(const queue_entry *entries, size_t count, queue_window window,
                             const queue_targets *targets, arena *scratch, queue_statistics *out, error *err)
{
    const double factor = targets->factor == 0 ? QUEUE_FACTOR : targets->factor;
    const double relief_weeks = targets->relief_weeks == 0 ? QUEUE_RELIEF_WEEKS : targets->relief_weeks;
    if (!(targets->target_wait_weeks > 0) || !(factor > 0) || !(relief_weeks > 0)) {
        error_set(err, STATUS_USAGE, "the target wait, its factor and the weeks of relief must be above 0");
        error_hint(err, "The target of elective care is 18 weeks, the factor %g.", QUEUE_FACTOR);
        return STATUS_USAGE;
    }
    date *referrals = arena_array(scratch, count, sizeof *referrals);
    date *removals = arena_array(scratch, count, sizeof *removals);
    if (count > 0 && (!referrals || !removals))
        return error_set(err, STATUS_MEMORY, "no memory for a list of %zu entries", count);
    size_t removal_count = 0;
    int64_t waiting = 0, waited_days = 0;
    queue_statistics s = {.window = window};
    for (size_t i = 0; i < count; i++) {
        const queue_entry *e = &entries[i];
        referrals[i] = e->referral;
        if (e->removal != DATE_NONE)
            removals[removal_count++] = e->removal;
        s.referrals += e->referral >= window.start && e->referral <= window.end;
        s.removals += e->removal != DATE_NONE && e->removal >= window.start && e->removal <= window.end;
        if (e->referral <= window.end && (e->removal == DATE_NONE || e->removal > window.end)) {
            waiting++;
            waited_days += window.end - e->referral;
        }
    }
    qsort(referrals, count, sizeof *referrals, by_date);
    qsort(removals, removal_count, sizeof *removals, by_date);
    const gap_sum in = gaps_of_referrals(referrals, count, window);
    const gap_sum out_gaps = gaps_of_removals(referrals, count, removals, removal_count, window);
    s.demand_per_week = gap_rate_per_week(&in);
    s.cv_demand = gap_cv(&in);
    s.capacity_per_week = gap_rate_per_week(&out_gaps);
    s.cv_capacity = gap_cv(&out_gaps);
    s.load = queue_load(s.demand_per_week, s.capacity_per_week);
    s.load_too_big = s.load > 1;
    s.queue_size = waiting;
    s.target_queue_size = queue_target_size(s.demand_per_week, targets->target_wait_weeks, factor);
    s.queue_too_big = queue_is_too_big((double)waiting, s.target_queue_size);
    s.mean_wait_weeks = waiting ? (double)waited_days / (double)waiting / DAYS_PER_WEEK : NAN;
    s.pressure = waiting ? queue_pressure(s.mean_wait_weeks, targets->target_wait_weeks) : 0;
    s.target_capacity_per_week = s.queue_too_big ? NAN
                                                 : queue_target_capacity(s.demand_per_week, targets->target_wait_weeks,
                                                                         factor, s.cv_demand, s.cv_capacity);
    s.relief_capacity_per_week =
        s.queue_too_big ? queue_relief_capacity(s.demand_per_week, (double)waiting, s.target_queue_size, relief_weeks)
                        : NAN;
    *out = s;
    return STATUS_OK;
}

typedef struct place {
    date day;
    size_t at;
} place;

static int by_day_and_place(const void *left, const void *right)
{
    const place *a = left, *b = right;
    if (a->day != b->day)
        return a->day > b->day ? 1 : -1;
    return (a->at > b->at) - (a->at < b->at);
}

status queue_schedule(queue_entry *entries, size_t count, const date *slots, size_t slot_count, bool *used,
                      arena *scratch, error *err)
{
    place *people = arena_array(scratch, count, sizeof *people),
          *times = arena_array(scratch, slot_count, sizeof *times);
    if ((count > 0 && !people) || (slot_count > 0 && !times))
        return error_set(err, STATUS_MEMORY, "no memory for a list of %zu entries and %zu slots", count, slot_count);
    size_t waiting = 0;
    for (size_t i = 0; i < count; i++)
        if (entries[i].removal == DATE_NONE)
            people[waiting++] = (place){entries[i].referral, i};
    for (size_t i = 0; i < slot_count; i++)
        times[i] = (place){slots[i], i};
    if (waiting > 0)
        qsort(people, waiting, sizeof *people, by_day_and_place);
    if (slot_count > 0)
        qsort(times, slot_count, sizeof *times, by_day_and_place);
    size_t head = 0;
    for (size_t i = 0; i < slot_count; i++) {
        const bool takes = head < waiting && people[head].day < times[i].day;
        if (takes)
            entries[people[head++].at].removal = times[i].day;
        if (used)
            used[times[i].at] = takes;
    }
    return STATUS_OK;
}
