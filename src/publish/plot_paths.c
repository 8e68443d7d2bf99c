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

static void add_band(frame *f, const content *c)
{
    const plot_paths_input *p = c->p;
    if (p->lower == NULL || p->upper == NULL)
        return;
    double *lower = frame_array(f, p->count), *upper = frame_array(f, p->count);
    if (f->failed)
        return;
    for (size_t i = 0; i < p->count; i++) {
        lower[i] = plot_sane(p->lower[i]) * f->factor;
        upper[i] = plot_sane(p->upper[i]) * f->factor;
    }
    frame_band_add(f, c->x, lower, upper, p->count);
    frame_key_band(f, "Interval");
}

static void add_lines(frame *f, const content *c)
{
    const plot_paths_input *p = c->p;
    for (size_t k = 0; k < p->line_count && k < PLOT_MOST_LINES; k++) {
        double *y = frame_array(f, p->count);
        if (f->failed)
            return;
        size_t end = SIZE_MAX;
        for (size_t i = 0; i < p->count; i++) {
            y[i] = plot_sane(p->lines[k].values[i]) * f->factor;
            end = isnan(y[i]) ? end : i;
        }
        const frame_style style = (frame_style)(STYLE_SERIES_1 + k);
        frame_line_add(f, style, c->x, y, p->count);
        frame_key_line(f, style, p->lines[k].name);
        if (end != SIZE_MAX)
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
        for (size_t k = p->line_count; k-- > 0;) {
            buffer_printf(out, "%s ", p->lines[k].name);
            plot_figure_words(&f->unit, plot_sane(p->lines[k].values[i]) * f->factor, 0, out);
            buffer_text(out, k > 0 ? ", " : "");
        }
        const char *words = frame_keep(f);
        frame_mark *m = frame_mark_add(f, c->x[i], plot_sane(last_line(p)->values[i]) * f->factor, SHAPE_NONE);
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
        buffer_printf(out, " %s: ", p->lines[k].name);
        plot_figure_words(&f->unit, plot_sane(p->lines[k].values[p->count - 1]) * f->factor, 0, out);
        buffer_text(out, " at the end.");
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
        add_band(&f, &c);
        add_target(&f, &c);
        add_lines(&f, &c);
        add_points(&f, &c);
    }
    frame_draw(&f, out);
}
