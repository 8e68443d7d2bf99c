/* plan_plot: the answer of `concord plan` as a chart that a board can read. */
#include "cli/plan_output.h"

#include <math.h>
#include <string.h>

enum { UNCHANGED, PLANNED, LINES };

/* A goal of people, and a list that tells no waits, are drawn in people. */
static bool is_in_people(const plan_list *list, const plan_settings *settings)
{
    return settings->goal.kind == FLOW_GOAL_LIST ||
           plan_open_from(list) < (settings->goal.weeks > 0 ? settings->goal.weeks : 18);
}

/* Month by month from today's list on: per cent within the weeks, or people. */
static void path_fill(const plan_list *list, const plan_settings *settings, const plan_path *path, bool in_people,
                      double *out)
{
    for (size_t p = 0; p <= path->periods; p++) {
        const plan_figures f =
            plan_figures_of(list, settings, p == 0 ? list->opening : path->stock + (p - 1) * list->bands);
        out[p] = in_people ? f.waiting : f.within_share * 100;
    }
}

static void words_fill(const plan_list *list, const plan_settings *settings, const flow_answer *found, buffer *title,
                       buffer *subtitle, buffer *note)
{
    char needed[NUMBER_TEXT], now[NUMBER_TEXT], by[PERIOD_WORDS], first[PERIOD_WORDS], last[PERIOD_WORDS];
    number_grouped((int64_t)llround(found->last_capacity), needed);
    number_grouped((int64_t)llround(list->capacity), now);
    period_words(plan_month(list, plan_periods(list, settings) - 1), by);
    period_words(list->first, first);
    period_words(list->last, last);
    const double change = (found->last_capacity / list->capacity - 1) * 100;
    if (found->outcome == FLOW_CANNOT_BE_MET)
        buffer_printf(title, "No capacity of this profile meets the target by %s", by);
    else if (found->outcome == FLOW_MET_BY_NONE)
        buffer_printf(title, "The target is met by %s whatever is done", by);
    else {
        if (settings->goal.kind == FLOW_GOAL_SHARE_WITHIN)
            buffer_printf(title, "%.4g%% within %.4g weeks by %s takes", settings->goal.value * 100,
                          settings->goal.weeks, by);
        else
            buffer_printf(title, "By %s it takes", by);
        buffer_printf(title, " %s treatments a month, %.0f%% %s than the %s of today", needed, fabs(change),
                      change < 0 ? "fewer" : "more", now);
    }
    plan_list_words(list, subtitle);
    buffer_text(subtitle, ": people waiting");
    if (!is_in_people(list, settings))
        buffer_printf(subtitle, " %.4g weeks or less", settings->goal.weeks);
    buffer_printf(note, "Stock and flow, calibrated on %s%s%s%s. New pathways ", first, list->one_month ? "" : " to ",
                  list->one_month ? "" : last,
                  list->one_month ? " alone: the list at its start is taken to be that at its end" : "");
    if (settings->growth_per_year == 0)
        buffer_text(note, "stay as many as they are.");
    else
        buffer_printf(note, "%s%.1f%% a year.", settings->growth_per_year < 0 ? "" : "+",
                      settings->growth_per_year * 100);
}

status plan_drawing_write(const cli *c, plot_format format, const char *to, const buffer *drawing, error *err)
{
    buffer whole = {0};
    status code = buffer_status(drawing, err);
    if (code == STATUS_OK)
        code = plot_finish(format, drawing, 0, &whole, err);
    const char *bytes = whole.data == NULL ? "" : whole.data;
    if (code == STATUS_OK && format != PLOT_TERMINAL)
        code = file_write(to, bytes, whole.length, false, err);
    else if (code == STATUS_OK && fwrite(bytes, 1, whole.length, c->out) != whole.length)
        code = error_set(err, STATUS_IO, "Cannot write to standard output");
    buffer_free(&whole);
    return code;
}

status plan_plot(const cli *c, const plan_list *list, const plan_settings *settings, const char *to, error *err)
{
    plot_format format;
    status code = plot_format_find(to, &format, err);
    if (code != STATUS_OK)
        return code;
    const size_t periods = plan_periods(list, settings);
    const bool in_people = is_in_people(list, settings);
    arena scratch = {0};
    buffer title = {0}, subtitle = {0}, note = {0}, drawing = {0};
    double capacity[PLAN_PERIODS_MAXIMUM];
    plan_path path;
    flow_answer found;
    plan_settings as_now = *settings;
    as_now.capacity = NAN;
    as_now.capacity_change = 0;
    double *shares[LINES] = {arena_array(&scratch, periods + 1, sizeof(double)),
                             arena_array(&scratch, periods + 1, sizeof(double))};
    plot_time *times = arena_array(&scratch, periods + 1, sizeof *times);
    if (shares[UNCHANGED] == NULL || shares[PLANNED] == NULL || times == NULL) {
        code = error_set(err, STATUS_MEMORY, "Out of memory for the plan");
        goto out;
    }
    times[0].when = period_first_day(list->last);
    for (size_t p = 0; p < periods; p++)
        times[p + 1].when = period_first_day(plan_month(list, p));
    plan_capacity_fill(list, &as_now, periods, capacity);
    code = plan_project(list, settings, capacity, periods, &scratch, &path, err);
    if (code != STATUS_OK)
        goto out;
    path_fill(list, settings, &path, in_people, shares[UNCHANGED]);
    code = plan_optimise(list, settings, periods, &scratch, capacity, &found, err);
    if (code == STATUS_OK)
        code = plan_project(list, settings, capacity, periods, &scratch, &path, err);
    if (code != STATUS_OK)
        goto out;
    path_fill(list, settings, &path, in_people, shares[PLANNED]);
    words_fill(list, settings, &found, &title, &subtitle, &note);
    const plot_path_line lines[LINES] = {{.name = "As today", .values = shares[UNCHANGED]},
                                         {.name = "With what it takes", .values = shares[PLANNED]}};
    plot_medium medium = plot_medium_of(format);
    medium.colour = c->colour;
    plot_paths(&(plot_paths_input){.words = {.title = title.data,
                                             .subtitle = subtitle.data,
                                             .note = note.data,
                                             .unit = {.kind = in_people ? PLOT_COUNT : PLOT_PERCENT}},
                                   .times = times,
                                   .count = periods + 1,
                                   .lines = lines,
                                   .line_count = LINES,
                                   .target = settings->goal.kind == FLOW_GOAL_SHARE_WITHIN ? settings->goal.value * 100
                                             : settings->goal.kind == FLOW_GOAL_LIST       ? settings->goal.value
                                                                                           : NAN,
                                   .better = in_people ? BETTER_LOWER : BETTER_HIGHER},
               &medium, &drawing);
    code = plan_drawing_write(c, format, to, &drawing, err);
out:
    buffer_free(&title);
    buffer_free(&subtitle);
    buffer_free(&note);
    buffer_free(&drawing);
    arena_free(&scratch);
    return code;
}

/* ---- a projection --------------------------------------------------------------------------------------- */

static status drawing_of(const plan_list *list, const plan_settings *settings, size_t periods, plot_medium *medium,
                         arena *scratch, buffer *drawing, error *err)
{
    const double weeks = settings->goal.weeks > 0 ? settings->goal.weeks : 18;
    const bool in_people = plan_open_from(list) < weeks;
    plan_settings as_now = *settings;
    as_now.capacity = NAN;
    as_now.capacity_change = 0;
    const plan_settings *both[LINES] = {&as_now, settings};
    double *values[LINES], capacity[PLAN_PERIODS_MAXIMUM];
    plot_time *times = arena_array(scratch, periods + 1, sizeof *times);
    buffer title = {0}, subtitle = {0};
    status code = times == NULL ? error_set(err, STATUS_MEMORY, "Out of memory for the plan") : STATUS_OK;
    for (size_t i = 0; i < LINES && code == STATUS_OK; i++) {
        plan_path path;
        plan_capacity_fill(list, both[i], periods, capacity);
        values[i] = arena_array(scratch, periods + 1, sizeof(double));
        code = values[i] == NULL ? error_set(err, STATUS_MEMORY, "Out of memory for the plan")
                                 : plan_project(list, both[i], capacity, periods, scratch, &path, err);
        if (code == STATUS_OK)
            path_fill(list, both[i], &path, in_people, values[i]);
    }
    if (code != STATUS_OK)
        return code;
    const bool same = plan_capacity(list, &as_now) == plan_capacity(list, settings);
    const plot_path_line lines[LINES] = {{.name = "As today", .values = values[UNCHANGED]},
                                         {.name = same ? "As today" : "At this capacity", .values = values[PLANNED]}};
    char now[NUMBER_TEXT], then[NUMBER_TEXT], by[PERIOD_WORDS];
    times[0].when = period_first_day(list->last);
    for (size_t p = 0; p < periods; p++)
        times[p + 1].when = period_first_day(plan_month(list, p));
    number_grouped((int64_t)llround(values[PLANNED][0]), now);
    number_grouped((int64_t)llround(values[PLANNED][periods]), then);
    period_words(plan_month(list, periods - 1), by);
    if (in_people)
        buffer_printf(&title, "%s people waiting by %s, from %s", then, by, now);
    else
        buffer_printf(&title, "%.1f%% within %.4g weeks by %s, from %.1f%%", values[PLANNED][periods], weeks, by,
                      values[PLANNED][0]);
    plan_list_words(list, &subtitle);
    plot_paths(&(plot_paths_input){.words = {.title = title.data,
                                             .subtitle = subtitle.data,
                                             .note = "Stock and flow at a given capacity.",
                                             .unit = {.kind = in_people ? PLOT_COUNT : PLOT_PERCENT}},
                                   .times = times,
                                   .count = periods + 1,
                                   .lines = lines + (same ? 1 : 0),
                                   .line_count = same ? 1 : LINES,
                                   .target = NAN,
                                   .better = in_people ? BETTER_LOWER : BETTER_HIGHER},
               medium, drawing);
    buffer_free(&title);
    buffer_free(&subtitle);
    return STATUS_OK;
}

status plan_plot_projection(const cli *c, const plan_list *list, const plan_settings *settings, const char *to,
                            error *err)
{
    plot_format format;
    arena scratch = {0};
    buffer drawing = {0};
    status code = plot_format_find(to, &format, err);
    if (code == STATUS_OK) {
        plot_medium medium = plot_medium_of(format);
        medium.colour = c->colour;
        code = drawing_of(list, settings, plan_periods(list, settings), &medium, &scratch, &drawing, err);
    }
    if (code == STATUS_OK)
        code = plan_drawing_write(c, format, to, &drawing, err);
    buffer_free(&drawing);
    arena_free(&scratch);
    return code;
}
