/* Several courses of action into the future, beside a target. */
#include "publish/plot_frame.h"

#include <math.h>

typedef struct content {
    const plot_paths_input *p;
    double *x;
} content;

static const plot_path_line *last_line(const plot_paths_input *p)
{
    return &p->lines[p->line_count - 1];
}

static const char *when_text(frame *f, const plot_paths_input *p, size_t i)
{
    buffer *out = frame_fresh(f);
    if (p->times != NULL)
        plot_time_words(&p->times[i], out);
    if (out->length == 0)
        buffer_printf(out, "Step %zu", i + 1);
    return frame_keep(f);
}

static const char *value_text(frame *f, double value)
{
    plot_figure(&f->unit, value, 0, frame_fresh(f));
    return frame_keep(f);
}

static const char *target_name(const plot_paths_input *p)
{
    return plot_given(p->target_name) ? p->target_name : "Target";
}

static void add_target(frame *f, const content *c)
{
    const double target = plot_sane(c->p->target) * f->factor;
    if (isnan(target))
        return;
    double *x = frame_array(f, 2), *y = frame_array(f, 2);
    if (f->failed)
        return;
    x[0] = f->x_low;
    x[1] = f->x_high;
    y[0] = y[1] = target;
    frame_line_add(f, STYLE_TARGET, x, y, 2);
    plot_level(&f->unit, target, frame_fresh(f));
    frame_label_add(f, target, frame_text(f, "%s %s", target_name(c->p), frame_keep(f)), NULL, "chart-ink", DRAW_INK,
                    false);
}

static void add_band(frame *f, const content *c, const double *lower, const double *upper)
{
    const plot_paths_input *p = c->p;
    if (lower == NULL || upper == NULL || f->band_count == FRAME_MOST_BANDS)
        return;
    double *low = frame_array(f, p->count), *high = frame_array(f, p->count);
    if (f->failed)
        return;
    size_t first = 0, end = p->count;
    for (size_t i = 0; i < p->count; i++) {
        low[i] = plot_sane(lower[i]) * f->factor;
        high[i] = plot_sane(upper[i]) * f->factor;
        /* A range that the axis cuts reads as a narrower one. */
        draw_range_data(&f->range, low[i]);
        draw_range_data(&f->range, high[i]);
    }
    while (first < end && (isnan(low[first]) || isnan(high[first])))
        first++;
    while (end > first && (isnan(low[end - 1]) || isnan(high[end - 1])))
        end--;
    if (end - first < 2)
        return;
    if (f->band_count == 0)
        frame_key_band(f, plot_given(p->interval_name) ? p->interval_name : "Interval");
    frame_band_add(f, c->x + first, low + first, high + first, end - first);
    f->bands[f->band_count - 1].edged = true;
}

static void add_bands(frame *f, const content *c)
{
    for (size_t k = 0; k < c->p->line_count; k++)
        add_band(f, c, c->p->lines[k].lower, c->p->lines[k].upper);
    add_band(f, c, c->p->lower, c->p->upper);
}

static frame_style series_style(const plot_path_line *line, size_t *ahead)
{
    const size_t own = line->series > 0 && line->series <= PLOT_MOST_LINES ? line->series - 1 : *ahead;
    (*ahead)++;
    return (frame_style)(STYLE_SERIES_1 + own);
}

static void add_lines(frame *f, const content *c)
{
    const plot_paths_input *p = c->p;
    size_t ahead = 0;
    for (size_t k = 0; k < p->line_count && k < PLOT_MOST_LINES; k++) {
        double *y = frame_array(f, p->count);
        if (f->failed)
            return;
        size_t end = SIZE_MAX;
        for (size_t i = 0; i < p->count; i++) {
            y[i] = plot_sane(p->lines[k].values[i]) * f->factor;
            end = isnan(y[i]) ? end : i;
        }
        const plot_path_look look = p->lines[k].look;
        const frame_style style = look == PATH_KNOWN       ? STYLE_CENTRE
                                  : look == PATH_ESTIMATED ? STYLE_LIMIT
                                                           : series_style(&p->lines[k], &ahead);
        frame_line_add(f, style, c->x, y, p->count);
        frame_key_line(f, style, p->lines[k].name);
        if (end + 1 == p->count)
            frame_label_add(f, y[end], p->lines[k].name, value_text(f, y[end]), "chart-ink", DRAW_INK,
                            k + 1 == p->line_count);
    }
}

static void add_points(frame *f, const content *c)
{
    const plot_paths_input *p = c->p;
    for (size_t i = 0; i < p->count && !f->failed; i++) {
        const char *when = when_text(f, p, i);
        buffer *out = frame_fresh(f);
        buffer_printf(out, "%s: ", when);
        double at = NAN;
        for (size_t k = p->line_count; k-- > 0;) {
            const double value = plot_sane(p->lines[k].values[i]) * f->factor;
            if (isnan(value))
                continue;
            buffer_printf(out, "%s%s ", isnan(at) ? "" : ", ", p->lines[k].name);
            plot_figure_words(&f->unit, value, 0, out);
            at = isnan(at) ? value : at;
        }
        const char *words = frame_keep(f);
        if (isnan(at))
            continue;
        frame_mark *m = frame_mark_add(f, c->x[i], at, SHAPE_NONE);
        m->words = words;
    }
}

static void describe(frame *f, const content *c)
{
    const plot_paths_input *p = c->p;
    const char *first = when_text(f, p, 0), *last = when_text(f, p, p->count - 1);
    buffer *out = frame_fresh(f);
    if (plot_given(f->subtitle))
        buffer_printf(out, "%s. ", f->subtitle);
    buffer_printf(out, "Line chart of %zu courses from %s to %s.", p->line_count, first, last);
    for (size_t k = 0; k < p->line_count; k++) {
        size_t end = p->count;
        while (end > 0 && isnan(plot_sane(p->lines[k].values[end - 1])))
            end--;
        if (end == 0)
            continue;
        buffer_printf(out, " %s: ", p->lines[k].name);
        plot_figure_words(&f->unit, plot_sane(p->lines[k].values[end - 1]) * f->factor, 0, out);
        buffer_text(out, end == p->count ? " at the end." : " in ");
        if (end < p->count) {
            if (p->times != NULL)
                plot_time_words(&p->times[end - 1], out);
            else
                buffer_printf(out, "step %zu", end);
            buffer_char(out, '.');
        }
    }
    f->description = frame_keep(f);
}

void plot_paths(const plot_paths_input *p, const plot_medium *medium, buffer *out)
{
    if (p->count < 2 || p->line_count == 0) {
        frame_sentence(&p->words, medium, "There are no two months to draw a path between", out);
        return;
    }
    frame f;
    content c = {.p = p};
    frame_begin(&f, &p->words, medium, p->count);
    c.x = frame_array(&f, p->count);
    double *edges = frame_array(&f, p->count + 1);
    if (!f.failed) {
        f.times = p->times;
        f.time_count = p->count;
        f.axis = plot_times_place(p->times, p->count, c.x);
        plot_edges(c.x, p->count, edges);
        f.columns = f.x_set = true;
        f.x_low = edges[0];
        f.x_high = edges[p->count];
        f.subtitle = frame_subtitle(&f, NULL, NULL);
        if (f.title == NULL) {
            const char *end = value_text(&f, plot_sane(last_line(p)->values[p->count - 1]) * f.factor);
            f.title = frame_text(&f, "%s: %s", last_line(p)->name, end);
        }
        describe(&f, &c);
        add_bands(&f, &c);
        if (p->now > 0 && p->now < p->count)
            frame_divider_add(&f, c.x[p->now], p->now_words);
        add_target(&f, &c);
        add_lines(&f, &c);
        add_points(&f, &c);
    }
    frame_draw(&f, out);
}
