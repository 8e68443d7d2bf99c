/* plan_figures: see plan_figures.h. */
#include "publish/plan_figures.h"

#include "publish/plots.h"

#include <math.h>

enum { BARS_DRAWN = 10 };

/* ---- paths ------------------------------------------------------------------------------------------------ */

typedef struct paths {
    plot_time *times;
    plot_path_line lines[PLOT_MOST_LINES];
    size_t count, past, line_count;
} paths;

static double *blank(arena *a, size_t count)
{
    double *out = arena_array(a, count, sizeof *out);
    for (size_t i = 0; out != NULL && i < count; i++)
        out[i] = NAN;
    return out;
}

/* A course begins where the published figures end, with no doubt about that month. */
static bool line_of_course(const paths *all, const drawn_course *d, double start, arena *a, plot_path_line *out)
{
    double *values = blank(a, all->count), *lower = blank(a, all->count), *upper = blank(a, all->count);
    if (values == NULL || lower == NULL || upper == NULL)
        return false;
    const size_t from = all->past - 1;
    values[from] = lower[from] = upper[from] = start;
    for (size_t i = 0; i < d->course->periods; i++) {
        values[all->past + i] = d->course->figures[i].within_share * 100;
        if (d->course->within != NULL) {
            lower[all->past + i] = d->course->within[i].low * 100;
            upper[all->past + i] = d->course->within[i].high * 100;
        }
    }
    const bool band = d->band && d->course->within != NULL;
    *out = (plot_path_line){d->name, values, band ? lower : NULL, band ? upper : NULL, PATH_AHEAD, d->series};
    return true;
}

static bool paths_fill(page *p, const plan_view *v, const drawn_course *drawn, size_t count, paths *out)
{
    arena *a = p->scratch;
    plan_history history;
    *out = (paths){0};
    if (plan_history_make(v, a, &history, NULL) != STATUS_OK)
        return false;
    out->past = history.months;
    out->count = out->past + v->answer.periods;
    out->times = arena_array(a, out->count, sizeof *out->times);
    double *published = blank(a, out->count), *estimated = blank(a, out->count);
    if (out->times == NULL || published == NULL || estimated == NULL)
        return false;
    for (size_t i = 0; i < out->count; i++) {
        const int32_t month = history.first_month + (int32_t)i;
        out->times[i] = (plot_time){.when = period_first_day(period_month(month / 12, month % 12 + 1))};
    }
    memcpy(published, history.published, out->past * sizeof *published);
    memcpy(estimated, history.estimated, out->past * sizeof *estimated);
    size_t months = 0;
    for (size_t i = 0; i < out->past; i++)
        months += isnan(published[i]) ? 0 : 1;
    if (months > 1)
        out->lines[out->line_count++] = (plot_path_line){"Published", published, NULL, NULL, PATH_KNOWN, 0};
    if (history.any_estimated)
        out->lines[out->line_count++] = (plot_path_line){"Estimated", estimated, NULL, NULL, PATH_ESTIMATED, 0};
    for (size_t i = 0; i < count && out->line_count < PLOT_MOST_LINES; i++)
        if (!line_of_course(out, &drawn[i], history.published[out->past - 1], a, &out->lines[out->line_count++]))
            return false;
    return true;
}

void plan_paths_figure(page *p, const plan_view *v, const drawn_course *drawn, size_t count, const char *title,
                       const char *unique)
{
    paths all;
    if (!paths_fill(p, v, drawn, count, &all))
        return;
    const char *shaded = NULL;
    for (size_t i = 0; i < count; i++)
        if (drawn[i].band && drawn[i].course->within != NULL)
            shaded = drawn[i].name;
    const plot_paths_input input = {
        .words = {.title = title,
                  .subtitle = arena_printf(p->scratch, "%s: people waiting %.4g weeks or less", v->list.name,
                                           v->settings.goal.weeks),
                  .note = shaded == NULL ? NULL
                                         : arena_printf(p->scratch,
                                                        "Shaded: where \"%s\" comes out 9 times in 10, by the "
                                                        "assumptions below and by chance.",
                                                        shaded),
                  .unit = {.kind = PLOT_PERCENT}},
        .times = all.times,
        .count = all.count,
        .lines = all.lines,
        .line_count = all.line_count,
        .interval_name = shaded == NULL ? NULL : arena_printf(p->scratch, "%s, 9 times in 10", shaded),
        .now = all.past > 1 ? all.past - 1 : 0,
        .now_words = "Plan begins",
        .target = v->settings.goal.value * 100,
        .better = BETTER_HIGHER};
    const char *narrow = arena_printf(p->scratch, "%s-narrow", unique);
    RAW(p, "<figure class=\"chart-box\"><div class=\"chart-wide\">");
    plot_paths(&input, &(plot_medium){.inlined = true, .unique = unique}, p->out);
    RAW(p, "</div><div class=\"chart-narrow\">");
    plot_paths(&input, &(plot_medium){.form = PLOT_NARROW, .inlined = true, .unique = narrow}, p->out);
    RAW(p, "</div></figure>\n");
}

/* ---- tornado ---------------------------------------------------------------------------------------------- */

/* Scenarios may share an assumption: one line of it is enough. */
static bool is_told(const plan_view *v, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (strcmp(v->bars[i].name, v->bars[at].name) == 0 && v->bars[i].low_value == v->bars[at].low_value &&
            v->bars[i].high_value == v->bars[at].high_value)
            return true;
    return false;
}

void plan_tornado_figure(page *p, const plan_view *v, const char *unique)
{
    plot_interval_row *rows = arena_array(p->scratch, BARS_DRAWN, sizeof *rows);
    size_t count = 0;
    if (rows == NULL || v->bar_count == 0)
        return;
    for (size_t i = 0; i < v->bar_count && count < BARS_DRAWN; i++) {
        const course_bar *b = &v->bars[i];
        if (is_told(v, i))
            continue;
        rows[count++] = (plot_interval_row){.name = b->name,
                                            .value = b->central * 100,
                                            .lower = fmin(b->low, b->high) * 100,
                                            .upper = fmax(b->low, b->high) * 100,
                                            .outer_lower = NAN,
                                            .outer_upper = NAN};
    }
    char by[PERIOD_WORDS];
    period_words(v->settings.by, by);
    const plot_interval_input input = {
        .words = {.title = arena_printf(p->scratch, "What matters most: %s", v->bars[0].name),
                  .subtitle = arena_printf(p->scratch,
                                           "Waiting %.4g weeks or less in %s, each assumption from its low to its high "
                                           "value, all others central",
                                           v->settings.goal.weeks, by),
                  .unit = {.kind = PLOT_PERCENT}},
        .rows = rows,
        .count = count,
        .reference = v->courses[COURSE_TODAY].figures[v->answer.periods - 1].within_share * 100,
        .reference_name = "As today",
        .interval_name = "low to high value",
        .names_whole = true,
        .better = BETTER_NEITHER};
    const char *narrow = arena_printf(p->scratch, "%s-narrow", unique);
    RAW(p, "<figure class=\"chart-box\"><div class=\"chart-wide\">");
    plot_intervals(&input, &(plot_medium){.inlined = true, .unique = unique}, p->out);
    RAW(p, "</div><div class=\"chart-narrow\">");
    plot_intervals(&input, &(plot_medium){.form = PLOT_NARROW, .inlined = true, .unique = narrow}, p->out);
    RAW(p, "</div></figure>\n");
}
