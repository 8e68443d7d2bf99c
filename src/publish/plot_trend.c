/* A series with Sen's line and what the tests for trend say of it. */
#include "publish/plot_frame.h"

#include <math.h>

typedef struct content {
    const plot_trend_input *p;
    size_t from, count, figures, first, last;
    double *x;
    double level;
} content;

static double at(const double *values, size_t i)
{
    return values != NULL ? plot_sane(values[i]) : (double)NAN;
}

static void content_read(const plot_trend_input *p, content *c)
{
    *c = (content){.p = p, .count = p->count, .level = p->confidence > 0 ? p->confidence : 0.95};
    if (c->count > PLOT_MOST_POINTS) {
        c->from = c->count - PLOT_MOST_POINTS;
        c->count = PLOT_MOST_POINTS;
    }
    c->first = p->count;
    for (size_t i = c->from; i < p->count; i++) {
        if (isnan(at(p->values, i)))
            continue;
        c->first = c->figures++ == 0 ? i : c->first;
        c->last = i;
    }
}

static const char *when_text(frame *f, const content *c, size_t i)
{
    buffer *out = frame_fresh(f);
    if (c->p->times != NULL)
        plot_time_words(&c->p->times[i], out);
    if (out->length == 0)
        buffer_printf(out, "Row %zu", i + 1);
    return frame_keep(f);
}

static bool has_slope(const content *c)
{
    return c->p->rank != NULL && isfinite(plot_sane(c->p->rank->slope)) && isfinite(plot_sane(c->p->rank->intercept));
}

/* "0.42 a month (95% limits 0.11 to 0.71)" */
static const char *slope_text(frame *f, const content *c, bool absolute)
{
    const plot_unit plain = {.may_be_negative = true};
    const trend_rank *r = c->p->rank;
    double value = r->slope * f->factor, lower = plot_sane(r->slope_lower * f->factor),
           upper = plot_sane(r->slope_upper * f->factor);
    if (absolute && value < 0) {
        double turned = -lower;
        value = -value;
        lower = -upper;
        upper = turned;
    }
    buffer *out = frame_fresh(f);
    plot_figure(&plain, value, 0, out);
    buffer_text(out, f->unit.kind == PLOT_PERCENT || f->unit.kind == PLOT_SHARE ? " percentage points a " : " a ");
    buffer_text(out, plot_step_noun(c->p->times, c->p->count));
    if (isfinite(lower) && isfinite(upper)) {
        buffer_text(out, " (");
        buffer_number(out, round(c->level * 1e6) / 1e4);
        buffer_text(out, "% limits ");
        plot_figure(&plain, lower, 0, out);
        buffer_text(out, " to ");
        plot_figure(&plain, upper, 0, out);
        buffer_char(out, ')');
    }
    return frame_keep(f);
}

static const char *title_text(frame *f, const content *c)
{
    const trend_recent *recent = c->p->recent;
    if (has_slope(c) && isfinite(c->p->rank->p)) {
        const bool clear = c->p->rank->p < 1 - c->level && c->p->rank->slope != 0;
        const char *slope = slope_text(f, c, clear);
        if (clear)
            return frame_text(f, "%s by %s", c->p->rank->slope > 0 ? "Rising" : "Falling", slope);
        return frame_text(f, "No clear trend: the slope is %s", slope);
    }
    if (recent != NULL && recent->verdict != TREND_UNKNOWN)
        return frame_text(f, "Recent trend: %s", trend_name(recent->verdict));
    return frame_text(f, "%zu figures; too few to tell a trend", c->figures);
}

static const char *verdicts_text(frame *f, const content *c)
{
    const trend_recent *recent = c->p->recent;
    buffer *out = frame_fresh(f);
    if (has_slope(c) && isfinite(c->p->rank->p)) {
        buffer_text(out, "Mann-Kendall test p ");
        buffer_text(out, c->p->rank->p < 0.001 ? "< 0.001" : "= ");
        if (c->p->rank->p >= 0.001)
            figure_fixed(c->p->rank->p, 3, false, "-", out);
        if (isfinite(c->p->rank->tau)) {
            buffer_text(out, ", tau ");
            figure_fixed(c->p->rank->tau, 2, false, "\xe2\x88\x92", out);
        }
        buffer_text(out, ". ");
    }
    if (recent != NULL) {
        if (recent->verdict == TREND_UNKNOWN)
            buffer_text(out, "The recent trend cannot be told: it needs five figures with their limits.");
        else
            buffer_printf(out, "Recent trend over the last %zu points: %s.", recent->points,
                          trend_name(recent->verdict));
    }
    return out->length > 0 ? frame_keep(f) : NULL;
}

static void add_lines(frame *f, const content *c)
{
    double *y = frame_array(f, c->count), *fit = frame_array(f, c->count);
    if (f->failed)
        return;
    for (size_t i = 0; i < c->count; i++) {
        y[i] = at(c->p->values, c->from + i) * f->factor;
        fit[i] = (double)NAN;
        if (has_slope(c) && c->from + i >= c->first && c->from + i <= c->last)
            fit[i] = plot_sane((c->p->rank->intercept + c->p->rank->slope * (double)(c->from + i)) * f->factor);
    }
    frame_line_add(f, STYLE_JOIN, c->x, y, c->count);
    if (has_slope(c)) {
        frame_line_add(f, STYLE_FIT, c->x, fit, c->count);
        frame_label_add(f, fit[c->last - c->from], "Sen\xe2\x80\x99s line", NULL, "chart-ink", DRAW_INK, false);
    }
}

/* The points that the recent verdict used carry its shape. */
static frame_shape verdict_shape(const content *c)
{
    const trend_recent *recent = c->p->recent;
    if (recent == NULL || recent->verdict == TREND_UNKNOWN || recent->verdict == TREND_NONE)
        return SHAPE_USUAL;
    return frame_shape_of(recent->verdict == TREND_RISING ? 1 : -1, c->p->better);
}

static void add_points(frame *f, const content *c)
{
    const plot_trend_input *p = c->p;
    size_t recent_from = p->count, left = p->recent != NULL ? p->recent->points : 0;
    for (size_t i = p->count; i-- > c->from && left > 0;)
        if (isfinite(at(p->values, i))) {
            left--;
            recent_from = i;
        }
    for (size_t i = c->from; i < p->count && !f->failed; i++) {
        double value = at(p->values, i) * f->factor, lower = at(p->lower, i) * f->factor,
               upper = at(p->upper, i) * f->factor;
        const char *when = when_text(f, c, i);
        buffer *out = frame_fresh(f);
        buffer_printf(out, "%s: ", when);
        plot_figure_words(&f->unit, value, 0, out);
        if (isfinite(value) && isfinite(lower) && isfinite(upper)) {
            buffer_text(out, ", interval ");
            plot_figure(&f->unit, lower, 0, out);
            buffer_text(out, " to ");
            plot_figure(&f->unit, upper, 0, out);
        }
        const char *words = frame_keep(f);
        frame_mark *m = frame_mark_add(f, c->x[i - c->from], value,
                                       isnan(value)       ? SHAPE_NONE
                                       : i >= recent_from ? verdict_shape(c)
                                                          : SHAPE_USUAL);
        m->words = words;
        m->lower = lower;
        m->upper = upper;
    }
}

static void describe(frame *f, const content *c, const char *verdicts)
{
    const char *slope = has_slope(c) ? slope_text(f, c, false) : NULL;
    const char *first = when_text(f, c, c->first), *last = when_text(f, c, c->last);
    buffer *out = frame_fresh(f);
    if (plot_given(f->subtitle))
        buffer_printf(out, "%s. ", f->subtitle);
    buffer_printf(out, "Line chart of %zu figures from %s to %s, from ", c->figures, first, last);
    plot_figure_words(&f->unit, c->p->values[c->first] * f->factor, 0, out);
    buffer_text(out, " to ");
    plot_figure_words(&f->unit, c->p->values[c->last] * f->factor, 0, out);
    buffer_char(out, '.');
    if (slope != NULL)
        buffer_printf(out, " Sen's line has a slope of %s.", slope);
    if (verdicts != NULL)
        buffer_printf(out, " %s", verdicts);
    f->description = frame_keep(f);
}

void plot_trend(const plot_trend_input *p, const plot_medium *medium, buffer *out)
{
    content c;
    content_read(p, &c);
    if (c.figures < 2) {
        frame_sentence(&p->words, medium,
                       c.figures == 0 ? "There are no figures to draw"
                                      : "There is one figure only: a trend needs at least four",
                       out);
        return;
    }
    frame f;
    frame_begin(&f, &p->words, medium, c.count);
    c.x = frame_array(&f, c.count);
    double *edges = frame_array(&f, c.count + 1);
    if (!f.failed) {
        f.times = p->times != NULL ? p->times + c.from : NULL;
        f.time_count = c.count;
        f.axis = plot_times_place(f.times, c.count, c.x);
        plot_edges(c.x, c.count, edges);
        f.columns = f.x_set = true;
        f.x_low = edges[0];
        f.x_high = edges[c.count];
        f.subtitle = frame_subtitle(
            &f, NULL, c.from > 0 ? frame_text(&f, "the last %d of %zu points", PLOT_MOST_POINTS, p->count) : NULL);
        if (f.title == NULL)
            f.title = title_text(&f, &c);
        const char *verdicts = verdicts_text(&f, &c);
        describe(&f, &c, verdicts);
        if (verdicts != NULL)
            f.note = f.note != NULL ? frame_text(&f, "%s %s", verdicts, f.note) : verdicts;
        add_lines(&f, &c);
        add_points(&f, &c);
        plot_figure(&f.unit, p->values[c.last] * f.factor, 0, frame_fresh(&f));
        frame_label_add(&f, p->values[c.last] * f.factor, frame_keep(&f), NULL, "chart-ink", DRAW_INK, true);
        frame_shape shape = verdict_shape(&c);
        if (shape != SHAPE_USUAL)
            frame_key_shape(&f, shape,
                            shape == SHAPE_IMPROVEMENT ? "Recent trend: getting better"
                            : shape == SHAPE_CONCERN   ? "Recent trend: getting worse"
                                                       : "Recent trend");
        if (has_slope(&c))
            frame_key_line(&f, STYLE_FIT, "Sen\xe2\x80\x99s line: the median of all slopes");
    }
    frame_draw(&f, out);
}
