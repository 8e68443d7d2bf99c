/* concord waitinglist: what a list of referral and removal dates says of demand, capacity and the size of the queue. */
#include "cli/commands.h"
#include "cli/stat_command.h"

#include "plan/plan.h"

#include <math.h>
#include <string.h>

enum { REFERRAL, REMOVAL };
enum { MOST_DRAWN = 400 }; /* days of a chart: more are finer than it is wide */

typedef struct queue_options {
    queue_targets targets;
    date start, end;
    bool daily;
} queue_options;

static status prepare(stat_run *r, error *err)
{
    queue_options *o = arena_alloc(&r->memory, sizeof *o);
    if (o == NULL)
        return stat_full(err);
    *o = (queue_options){{18, QUEUE_FACTOR, QUEUE_RELIEF_WEEKS}, DATE_NONE, DATE_NONE, stat_switch(r, "--daily")};
    r->state = o;
    const char *start = stat_given(r, "--start"), *end = stat_given(r, "--end");
    status code = stat_option_number(r, "--target", 0.1, 1000, &o->targets.target_wait_weeks, err);
    if (code == STATUS_OK)
        code = stat_option_number(r, "--factor", 0.1, 100, &o->targets.factor, err);
    if (code == STATUS_OK)
        code = stat_option_number(r, "--relief-weeks", 1, 1000, &o->targets.relief_weeks, err);
    if (code == STATUS_OK && start != NULL)
        code = option_date("--start", start, &o->start, err);
    if (code == STATUS_OK && end != NULL)
        code = option_date("--end", end, &o->end, err);
    if (o->daily) {
        stat_output_column(r, "date", OUTPUT_TEXT);
        stat_output_column(r, "queue_size", OUTPUT_NUMBER);
        return code;
    }
    static const char *const names[] = {"referrals",   "removals", "demand_per_week", "capacity_per_week", "cv_demand",
                                        "cv_capacity", "load"};
    static const char *const more[] = {"mean_wait_weeks", "pressure", "target_capacity_per_week",
                                       "relief_capacity_per_week"};
    stat_output_column(r, "start", OUTPUT_TEXT);
    stat_output_column(r, "end", OUTPUT_TEXT);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        stat_output_column(r, names[i], OUTPUT_NUMBER);
    stat_output_column(r, "load_too_big", OUTPUT_TRUTH);
    stat_output_column(r, "queue_size", OUTPUT_NUMBER);
    stat_output_column(r, "target_queue_size", OUTPUT_NUMBER);
    stat_output_column(r, "queue_too_big", OUTPUT_TRUTH);
    for (size_t i = 0; i < sizeof more / sizeof *more; i++)
        stat_output_column(r, more[i], OUTPUT_NUMBER);
    stat_output_column(r, "note", OUTPUT_TEXT);
    return code;
}

static bool is_blank(text cell)
{
    return cell.length == 0 || text_is_nocase(cell, "NA") || text_is_nocase(cell, "NULL") || text_is(cell, "-");
}

static status date_read(const stat_run *r, size_t row, size_t column, bool needed, date *out, error *err)
{
    *out = DATE_NONE;
    if (!stat_has(r, column))
        return STATUS_OK;
    const text cell = text_trim(text_of(stat_text(&r->data, column, row)));
    if (is_blank(cell))
        return needed ? stat_refuse(r, row, column, err, "A row has no date of referral") : STATUS_OK;
    if (!date_parse_loose(cell, out))
        return stat_refuse(r, row, column, err, "'%.*s' is not a date", (int)(cell.length < 40 ? cell.length : 40),
                           cell.at);
    return STATUS_OK;
}

static status entries_read(stat_run *r, const stat_group *g, queue_entry *entries, error *err)
{
    status code = STATUS_OK;
    for (size_t i = 0; i < g->count && code == STATUS_OK; i++) {
        const size_t row = stat_row(&r->data, g, i);
        code = date_read(r, row, REFERRAL, true, &entries[i].referral, err);
        if (code == STATUS_OK)
            code = date_read(r, row, REMOVAL, false, &entries[i].removal, err);
        if (code == STATUS_OK && entries[i].removal != DATE_NONE && entries[i].removal < entries[i].referral) {
            char referral[DATE_TEXT], removal[DATE_TEXT];
            date_format(entries[i].referral, referral);
            date_format(entries[i].removal, removal);
            code = stat_refuse(r, row, REMOVAL, err, "Removed on %s, before the referral on %s", removal, referral);
        }
    }
    return code;
}

static const char *note_of(const queue_statistics *s)
{
    if (s->referrals == 0)
        return "nobody was referred in the window";
    if (s->removals == 0)
        return "nobody was removed in the window";
    if (s->queue_too_big)
        return "the queue is more than twice its target: relief capacity";
    return s->load_too_big ? "demand is above capacity: the queue grows without end" : "";
}

static void date_put(stat_run *r, date day)
{
    char words[DATE_TEXT];
    date_format(day, words);
    stat_put_text(r, words);
}

static status statistics_put(stat_run *r, const stat_group *g, const queue_statistics *s, error *err)
{
    stat_row_begin(r, g, SIZE_MAX);
    date_put(r, s->window.start);
    date_put(r, s->window.end);
    stat_put_count(r, s->referrals);
    stat_put_count(r, s->removals);
    stat_put_number(r, s->demand_per_week);
    stat_put_number(r, s->capacity_per_week);
    stat_put_number(r, s->cv_demand);
    stat_put_number(r, s->cv_capacity);
    stat_put_number(r, isfinite(s->load) ? s->load : NAN);
    stat_put_truth(r, s->load_too_big);
    stat_put_count(r, s->queue_size);
    stat_put_number(r, s->target_queue_size);
    stat_put_truth(r, s->queue_too_big);
    stat_put_number(r, s->mean_wait_weeks);
    stat_put_number(r, s->pressure);
    stat_put_number(r, s->target_capacity_per_week);
    stat_put_number(r, s->relief_capacity_per_week);
    stat_put_text(r, note_of(s));
    return stat_row_end(r, err);
}

static status days_put(stat_run *r, const stat_group *g, const queue_entry *entries, queue_window window, error *err)
{
    const size_t days = queue_window_days(window);
    int64_t *sizes = stat_scratch(r, days, sizeof *sizes);
    if (sizes == NULL)
        return stat_full(err);
    queue_sizes(entries, g->count, window, sizes);
    status code = STATUS_OK;
    for (size_t i = 0; i < days && code == STATUS_OK; i++) {
        stat_row_begin(r, g, SIZE_MAX);
        date_put(r, window.start + (date)i);
        stat_put_count(r, sizes[i]);
        code = stat_row_end(r, err);
    }
    return code;
}

/* The queue day by day beside the size that it is meant to have; of long windows every so many days, the last one among them. */
static status queue_draw(stat_run *r, const stat_group *g, const queue_entry *entries, const queue_statistics *s,
                         error *err)
{
    buffer *drawing;
    const plot_medium *medium = stat_plot_medium(r, &drawing);
    if (medium == NULL)
        return STATUS_OK;
    const size_t days = queue_window_days(s->window), step = (days + MOST_DRAWN - 1) / MOST_DRAWN,
                 count = (days - 1) / step + 1;
    int64_t *sizes = stat_scratch(r, days, sizeof *sizes);
    double *values = stat_scratch(r, count, sizeof *values);
    plot_time *times = stat_scratch(r, count, sizeof *times);
    if (sizes == NULL || values == NULL || times == NULL)
        return stat_full(err);
    queue_sizes(entries, g->count, s->window, sizes);
    for (size_t i = 0; i < count; i++) {
        const size_t day = days - 1 - (count - 1 - i) * step;
        times[i].when = s->window.start + (date)day;
        values[i] = (double)sizes[day];
    }
    const char *name = stat_group_name(r, g);
    const bool growing = s->load_too_big;
    const plot_path_line line = {.name = "Waiting", .values = values};
    buffer title = {0}, note = {0};
    buffer_printf(&title, "%lld %s waiting", (long long)s->queue_size, s->queue_size == 1 ? "person is" : "people are");
    if (isfinite(s->target_queue_size))
        buffer_printf(&title, ", %s the %.0f that the target allows",
                      (double)s->queue_size > s->target_queue_size ? "more than" : "within", s->target_queue_size);
    if (isfinite(s->load))
        buffer_printf(&note, "Load %.2f: %.1f join and %.1f leave a week%s.", s->load, s->demand_per_week,
                      s->capacity_per_week, growing ? ", so the queue grows without end" : "");
    status code = buffer_status(&title, err);
    if (code == STATUS_OK)
        code = buffer_status(&note, err);
    if (code == STATUS_OK)
        plot_paths(
            &(plot_paths_input){.words = {.title = title.data,
                                          .subtitle = name[0] == 0 ? "People waiting at the end of each day" : name,
                                          .note = note.data,
                                          .unit = {.kind = PLOT_COUNT}},
                                .times = times,
                                .count = count,
                                .lines = &line,
                                .line_count = 1,
                                .target = isfinite(s->target_queue_size) ? round(s->target_queue_size * 10) / 10 : NAN,
                                .target_name = "Target size",
                                .better = BETTER_LOWER},
            medium, drawing);
    buffer_free(&title);
    buffer_free(&note);
    if (code == STATUS_OK)
        stat_plot_add(r);
    return code;
}

static status group(stat_run *r, const stat_group *g, error *err)
{
    const queue_options *o = r->state;
    queue_entry *entries = stat_scratch(r, g->count, sizeof *entries);
    if (entries == NULL)
        return stat_full(err);
    queue_window window;
    queue_statistics s;
    status code = entries_read(r, g, entries, err);
    if (code == STATUS_OK)
        code = queue_window_make(entries, g->count, o->start, o->end, &window, err);
    if (code != STATUS_OK)
        return code;
    if (o->daily && r->plot == NULL)
        return days_put(r, g, entries, window, err);
    code = queue_statistics_make(entries, g->count, window, &o->targets, &r->scratch, &s, err);
    if (code == STATUS_OK)
        code = o->daily ? days_put(r, g, entries, window, err) : statistics_put(r, g, &s, err);
    return code == STATUS_OK ? queue_draw(r, g, entries, &s, err) : code;
}

static const stat_column columns[] = {
    {"--referral", "referral|referral_date|referred|clock_start", STAT_TEXT, true, false},
    {"--removal", "removal|removal_date|removed|clock_stop", STAT_TEXT, false, false},
    {0},
};

static const command_option options[] = {
    {"--referral", "COL", "The day on which somebody joined: 'referral' is the default."},
    {"--removal", "COL", "The day on which they left, blank while they wait: 'removal' is the default."},
    STAT_OPTION_BY,
    {"--target", "WEEKS", "The longest wait that is meant to happen: 18 is the default."},
    {"--factor", "N", "The target is so many times the mean wait: 4 is the default, for which 98% are within it."},
    {"--relief-weeks", "N", "Weeks in which relief capacity brings the queue to its target: 26."},
    {"--start", "DATE", "First day of the window: the first referral is the default."},
    {"--end", "DATE", "Last day of the window: the last date in the list is the default."},
    {"--daily", NULL, "The size of the queue at the end of each day, instead."},
    STAT_OPTION_PLOT,
    STAT_OPTION_FORMAT,
    {0},
};

const stat_command stat_waitinglist = {
    .command =
        {.name = "waitinglist",
         .takes = "[FILE]",
         .at_most = 1,
         .summary = "Demand, capacity, load and target size of a waiting list, from its dates.",
         .description =
             "Reads a list of people with the day on which each joined and left it, and says for each group: demand "
             "and capacity a week, load, the size of the queue beside its target, and the capacity that it needs."
             "\n\nWhere the queue is more than twice its target, the capacity is relief capacity, which brings it "
             "down in 26 weeks; else it is target capacity, which holds it.",
         .example = "concord waitinglist list.csv --by specialty --target 18\n"
                    "concord waitinglist list.csv --start 2026-01-01 --end 2026-06-30 --format table",
         .options = options,
         .run = stat_command_run},
    .columns = columns,
    .prepare = prepare,
    .group = group,
};
