/* CUSUM: small shifts that last, added up until they show. */
#include "publish/plot_frame.h"

#include <math.h>

typedef struct content {
    const plot_cusum_input *p;
    size_t from, count, figures, first_signal,
        last_signal; /* signals: where each stretch beyond a threshold starts; count of p where none */
    double h, *x, *edges;
    bool high, low;
} content;

static void content_read(const plot_cusum_input *p, content *c)
{
    *c = (content){.p = p, .count = p->count, .h = p->decision > 0 ? p->decision : 5};
    if (c->count > PLOT_MOST_POINTS) {
        c->from = c->count - PLOT_MOST_POINTS;
        c->count = PLOT_MOST_POINTS;
    }
    c->first_signal = c->last_signal = p->count;
    bool was_high = false, was_low = false;
    for (size_t i = c->from; i < p->count; i++) {
        const cusum_point *q = &p->points[i];
        if (!isfinite(plot_sane(q->high)) && !isfinite(plot_sane(q->low)))
            continue;
        c->figures++;
        if ((q->signal_high || q->signal_low) && c->first_signal == p->count)
            c->first_signal = i;
        if ((q->signal_high && !was_high) || (q->signal_low && !was_low))
            c->last_signal = i;
        /* A missing figure leaves its sum where it was. */
        was_high = q->signal_high || (was_high && q->high > c->h);
        was_low = q->signal_low || (was_low && q->low > c->h);
        c->high = c->high || q->signal_high;
        c->low = c->low || q->signal_low;
    }
}

static const char *when_text(frame *f, const content *c, size_t i)
{
    buffer *out = frame_fresh(f);
    if (c->p->times != NULL && i < c->p->count)
        plot_time_words(&c->p->times[i], out);
    if (out->length == 0)
        buffer_printf(out, "row %zu", i + 1);
    return frame_keep(f);
}

static size_t start_of(const content *c, size_t i)
{
    size_t since = c->p->points[i].since;
    return since <= i ? since : i;
}

static const char *title_text(frame *f, const content *c)
{
    if (c->first_signal == c->p->count)
        return "No lasting shift: neither sum reaches its threshold";
    const cusum_point *q = &c->p->points[c->last_signal];
    return frame_text(f, "A lasting %s, likely from %s", q->signal_high ? "rise" : "fall",
                      when_text(f, c, start_of(c, c->last_signal)));
}

static void add_lines(frame *f, const content *c)
{
    double *high = frame_array(f, c->count), *low = frame_array(f, c->count), *ends = frame_array(f, 2);
    if (f->failed)
        return;
    ends[0] = f->x_low;
    ends[1] = f->x_high;
    for (int side = -1; side <= 1; side++) {
        double *level = frame_array(f, 2);
        if (f->failed)
            return;
        level[0] = level[1] = side * c->h;
        frame_line_add(f, side == 0 ? STYLE_CENTRE : STYLE_LIMIT, ends, level, 2);
    }
    for (size_t i = 0; i < c->count; i++) {
        high[i] = plot_sane(c->p->points[c->from + i].high);
        low[i] = -plot_sane(c->p->points[c->from + i].low);
    }
    frame_line_add(f, STYLE_SERIES_1, c->x, high, c->count);
    frame_line_add(f, STYLE_SERIES_1 + 1, c->x, low, c->count);
    const plot_unit plain = {.kind = PLOT_NUMBER};
    plot_figure(&plain, c->h, 0, frame_fresh(f));
    const char *h = frame_keep(f);
    frame_label_add(f, c->h, frame_text(f, "Threshold %s", h), NULL, "chart-soft", DRAW_SOFT, false);
    frame_label_add(f, -c->h, frame_text(f, "Threshold %s", h), NULL, "chart-soft", DRAW_SOFT, false);
    if (isfinite(high[c->count - 1]))
        frame_label_add(f, fmax(high[c->count - 1], 0.001), "Above target", NULL, "plot-text-1", "#005eb8", false);
    if (isfinite(low[c->count - 1]))
        frame_label_add(f, low[c->count - 1], "Below target", NULL, "plot-text-2", "#b84a00", false);
}

static void add_points(frame *f, const content *c)
{
    const plot_unit plain = {.kind = PLOT_NUMBER};
    bool was_high = false, was_low = false;
    for (size_t i = c->from; i < c->p->count && !f->failed; i++) {
        const cusum_point *q = &c->p->points[i];
        const char *when = when_text(f, c, i);
        const size_t start = start_of(c, i);
        const char *since = q->signal_high || q->signal_low ? when_text(f, c, start) : NULL;
        double x = c->x[i - c->from], y = q->signal_high ? q->high : q->signal_low ? -q->low : (double)NAN;
        buffer *out = frame_fresh(f);
        buffer_printf(out, "%s: sum above ", when);
        plot_figure(&plain, q->high, 0, out);
        buffer_text(out, ", sum below ");
        plot_figure(&plain, q->low, 0, out);
        if (since != NULL)
            buffer_printf(out, ", beyond the threshold; the %s began about %s", q->signal_high ? "rise" : "fall",
                          since);
        const char *words = frame_keep(f);
        frame_mark *m =
            frame_mark_add(f, x, plot_sane(y),
                           isfinite(plot_sane(y)) ? frame_shape_of(q->signal_high ? 1 : -1, c->p->better) : SHAPE_NONE);
        m->words = words;
        if (((q->signal_high && !was_high) || (q->signal_low && !was_low)) && start >= c->from)
            frame_divider_add(f, c->x[start - c->from],
                              frame_text(f, "%s from %s", q->signal_high ? "Up" : "Down", since));
        /* A missing figure leaves its sum where it was. */
        was_high = q->signal_high || (was_high && q->high > c->h);
        was_low = q->signal_low || (was_low && q->low > c->h);
    }
}

static void describe(frame *f, const content *c)
{
    const char *start = c->first_signal < c->p->count ? when_text(f, c, start_of(c, c->first_signal)) : NULL;
    const char *crossed = c->first_signal < c->p->count ? when_text(f, c, c->first_signal) : NULL;
    const plot_unit plain = {.kind = PLOT_NUMBER};
    buffer *out = frame_fresh(f);
    if (plot_given(f->subtitle))
        buffer_printf(out, "%s. ", f->subtitle);
    buffer_text(out, "Two cumulative sums in standard deviations over time: above the target drawn upwards, below it "
                     "drawn downwards, with a "
                     "threshold of ");
    plot_figure(&plain, c->h, 0, out);
    buffer_text(out, " each way. ");
    if (start != NULL)
        buffer_printf(out, "The threshold is first crossed at %s; the sum left 0 at %s.", crossed, start);
    else
        buffer_text(out, "Neither crosses it.");
    f->description = frame_keep(f);
}

void plot_cusum(const plot_cusum_input *p, const plot_medium *medium, buffer *out)
{
    content c;
    content_read(p, &c);
    if (c.figures < 2) {
        frame_sentence(&p->words, medium,
                       c.figures == 0 ? "There are no sums to draw: the figures do not vary, or there are none"
                                      : "There is one figure only: sums over time need at least two",
                       out);
        return;
    }
    frame f;
    frame_begin(&f, &p->words, medium, c.count);
    c.x = frame_array(&f, c.count);
    c.edges = frame_array(&f, c.count + 1);
    if (!f.failed) {
        f.unit = (plot_unit){.kind = PLOT_NUMBER, .may_be_negative = true};
        f.factor = 1;
        f.mirrored_y = f.columns = f.x_set = true;
        f.times = p->times != NULL ? p->times + c.from : NULL;
        f.time_count = c.count;
        f.axis = plot_times_place(f.times, c.count, c.x);
        plot_edges(c.x, c.count, c.edges);
        f.x_low = c.edges[0];
        f.x_high = c.edges[c.count];
        const plot_unit *unit = &p->words.unit;
        const char *against = NULL;
        if (isfinite(plot_sane(p->target)) && isfinite(plot_sane(p->sigma))) {
            buffer *words = frame_fresh(&f);
            buffer_text(words, "target ");
            plot_figure_words(unit, p->target * plot_factor(unit), 0, words);
            buffer_text(words, ", standard deviation ");
            const plot_unit plain = {.kind = PLOT_NUMBER};
            plot_figure(&plain, p->sigma * plot_factor(unit), 0, words);
            against = frame_keep(&f);
        }
        f.subtitle = frame_subtitle(&f, "CUSUM in standard deviations", against);
        if (f.title == NULL)
            f.title = title_text(&f, &c);
        describe(&f, &c);
        add_lines(&f, &c);
        add_points(&f, &c);
        if (c.high)
            frame_key_shape(&f, frame_shape_of(1, p->better), "Beyond the upper threshold");
        if (c.low)
            frame_key_shape(&f, frame_shape_of(-1, p->better), "Beyond the lower threshold");
    }
    frame_draw(&f, out);
}
