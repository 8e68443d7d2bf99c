/* Any control chart: points in time, the centre, limits that may step, parts, a target, and what the run rules say. */
#include "publish/plot_frame.h"

#include <math.h>
#include <string.h>

void plot_control_from_chart(const chart_point *points, const spc_point *judged, const double *targets, size_t count,
                             plot_control_point *out)
{
    for (size_t i = 0; i < count; i++) {
        const chart_point *p = &points[i];
        spc_signal signal = !p->included          ? SIGNAL_NONE
                            : judged != NULL      ? judged[i].signal
                            : !p->beyond          ? SIGNAL_COMMON_CAUSE
                            : p->value > p->upper ? SIGNAL_HIGH
                                                  : SIGNAL_LOW;
        out[i] = (plot_control_point){.value = p->value,
                                      .centre = p->centre,
                                      .lower = p->lower,
                                      .upper = p->upper,
                                      .target = targets != NULL ? targets[i] : (double)NAN,
                                      .part = p->part,
                                      .excluded = !p->included,
                                      .signal = signal};
    }
}

void plot_control_from_xmr(const double *values, const spc_point *points, const double *targets, size_t count,
                           plot_control_point *out)
{
    for (size_t i = 0; i < count; i++)
        out[i] = (plot_control_point){.value = values[i],
                                      .centre = points[i].mean,
                                      .lower = points[i].lower,
                                      .upper = points[i].upper,
                                      .target = targets != NULL ? targets[i] : (double)NAN,
                                      .part = points[i].segment,
                                      .signal = points[i].signal};
}

/* ---- what there is ---------------------------------------------------------------------------------- */

typedef struct content {
    const plot_control *p;
    const plot_control_point *points; /* the ones that are drawn */
    const plot_time *times;
    size_t count, skipped;
    size_t figures, last, excluded;
    size_t improvements, concerns, unusual, usual;
    bool limits;
    double *x, *edges;
} content;

static void content_read(const plot_control *p, content *c)
{
    *c = (content){.p = p, .points = p->points, .times = p->times, .count = p->count};
    if (c->count > PLOT_MOST_POINTS) {
        c->skipped = c->count - PLOT_MOST_POINTS;
        c->points += c->skipped;
        c->times = c->times != NULL ? c->times + c->skipped : NULL;
        c->count = PLOT_MOST_POINTS;
    }
    for (size_t i = 0; i < c->count; i++) {
        const plot_control_point *q = &c->points[i];
        if (isnan(plot_sane(q->value)))
            continue;
        c->figures++;
        c->last = i;
        c->excluded += q->excluded;
        c->limits = c->limits || isfinite(q->lower) || isfinite(q->upper);
        if (q->excluded)
            continue;
        c->improvements += q->signal == SIGNAL_IMPROVEMENT;
        c->concerns += q->signal == SIGNAL_CONCERN;
        c->unusual += q->signal == SIGNAL_HIGH || q->signal == SIGNAL_LOW;
        c->usual += q->signal == SIGNAL_COMMON_CAUSE;
    }
}

static const char *kind_words(const plot_control *p)
{
    static const char *const names[CHART_KINDS] = {[CHART_RUN] = "run chart",
                                                   [CHART_I] = "I chart",
                                                   [CHART_MR] = "MR chart",
                                                   [CHART_XBAR] = "Xbar chart",
                                                   [CHART_S] = "S chart",
                                                   [CHART_T] = "T chart",
                                                   [CHART_P] = "P chart",
                                                   [CHART_P_PRIME] = "P\xe2\x80\xb2 chart",
                                                   [CHART_C] = "C chart",
                                                   [CHART_U] = "U chart",
                                                   [CHART_U_PRIME] = "U\xe2\x80\xb2 chart",
                                                   [CHART_G] = "G chart",
                                                   [CHART_I_PRIME] = "I\xe2\x80\xb2 chart"};
    if (plot_given(p->kind_name))
        return p->kind_name;
    return (unsigned)p->kind < CHART_KINDS ? names[p->kind] : "control chart";
}

static const char *centre_name(const plot_control *p)
{
    return p->kind == CHART_RUN || p->kind == CHART_G ? "Median" : "Average";
}

static const chart_part *last_part(const plot_control *p)
{
    return p->parts != NULL && p->part_count > 0 ? &p->parts[p->part_count - 1] : NULL;
}

/* ---- words ------------------------------------------------------------------------------------------ */

static const char *when_text(frame *f, const content *c, size_t i)
{
    buffer *out = frame_fresh(f);
    if (c->times != NULL)
        plot_time_words(&c->times[i], out);
    if (out->length == 0)
        buffer_printf(out, "Point %zu", c->skipped + i + 1);
    return frame_keep(f);
}

/* "Improving: 64.9% in April 2026" where the last point is unusual; else how many are. */
static const char *title_text(frame *f, const content *c)
{
    const plot_control_point *last = &c->points[c->last];
    const chart_part *part = last_part(c->p);
    const bool runs = part != NULL && part->runs.signal;
    const char *when = when_text(f, c, c->last);
    size_t special = c->improvements + c->concerns + c->unusual;
    buffer *out = frame_fresh(f);
    if (!last->excluded && last->signal > SIGNAL_COMMON_CAUSE) {
        buffer_text(out, last->signal == SIGNAL_IMPROVEMENT ? "Improving: "
                         : last->signal == SIGNAL_CONCERN   ? "Concern: "
                         : last->signal == SIGNAL_HIGH      ? "Unusually high: "
                                                            : "Unusually low: ");
        plot_figure(&f->unit, last->value * f->factor, 0, out);
        buffer_printf(out, " in %s", when);
    } else if (runs) {
        buffer_text(out, part->runs.longest > part->runs.longest_limit
                             ? "A shift: a run too long to be chance"
                             : "Not random: the figures cross the middle too rarely to be chance");
    } else if (special > 0) {
        char digits[NUMBER_TEXT];
        number_grouped((int64_t)special, digits);
        buffer_printf(out, "%s of ", digits);
        plot_count(c->figures - c->excluded, "point", "points", out);
        buffer_text(out, special == 1 ? " is unusual" : " are unusual");
        if (!last->excluded)
            buffer_text(out, "; the latest is not");
    } else if (!c->limits && part != NULL) {
        buffer_text(out, "No sign of a shift in ");
        plot_count(c->figures - c->excluded, "point", "points", out);
    } else if (c->limits) {
        buffer_text(out, "Only usual variation in ");
        plot_count(c->figures - c->excluded, "point", "points", out);
    } else {
        plot_figure_words(&f->unit, last->value * f->factor, 0, out);
        buffer_printf(out, " in %s; too few points for limits", when);
    }
    return frame_keep(f);
}

static const char *runs_text(frame *f, const content *c)
{
    const chart_part *part = last_part(c->p);
    if (part == NULL || part->runs.useful == 0)
        return NULL;
    return frame_text(f, "Longest run %zu (at most %zu by chance), %zu crossings (at least %zu)%s: %s.",
                      part->runs.longest, part->runs.longest_limit, part->runs.crossings, part->runs.crossings_limit,
                      c->p->part_count > 1 ? " in the last part" : "",
                      part->runs.signal ? "not random" : "no sign of a shift");
}

static void describe(frame *f, const content *c, const char *runs)
{
    const plot_control_point *last = &c->points[c->last];
    const char *first_when = when_text(f, c, 0), *last_when = when_text(f, c, c->last);
    buffer *out = frame_fresh(f);
    buffer_printf(out, "%s. Line chart from %s to %s, ", f->subtitle, first_when, last_when);
    plot_count(c->figures, "figure. The last is ", "figures. The last is ", out);
    plot_figure_words(&f->unit, last->value * f->factor, 0, out);
    if (isfinite(last->centre)) {
        buffer_printf(out, "; the %s is ", c->p->kind == CHART_RUN || c->p->kind == CHART_G ? "median" : "average");
        plot_figure(&f->unit, last->centre * f->factor, 0, out);
    }
    if (isfinite(last->lower) && isfinite(last->upper)) {
        buffer_text(out, ", the limits ");
        plot_figure(&f->unit, last->lower * f->factor, 0, out);
        buffer_text(out, " and ");
        plot_figure(&f->unit, last->upper * f->factor, 0, out);
    }
    buffer_char(out, '.');
    if (c->improvements > 0) {
        buffer_char(out, ' ');
        plot_count(c->improvements, "point is an improvement (circle).", "points are improvements (circles).", out);
    }
    if (c->concerns > 0) {
        buffer_char(out, ' ');
        plot_count(c->concerns, "point is a concern (diamond).", "points are concerns (diamonds).", out);
    }
    if (c->unusual > 0) {
        buffer_char(out, ' ');
        plot_count(c->unusual, "point is unusually high or low (square).",
                   "points are unusually high or low (squares).", out);
    }
    if (c->excluded > 0) {
        buffer_char(out, ' ');
        plot_count(c->excluded, "point is left out of the calculation (cross).",
                   "points are left out of the calculation (crosses).", out);
    }
    if (runs != NULL)
        buffer_printf(out, " %s", runs);
    f->description = frame_keep(f);
}

/* ---- lines ------------------------------------------------------------------------------------------ */

typedef enum level { LEVEL_CENTRE, LEVEL_LOWER, LEVEL_UPPER, LEVEL_TARGET } level;

static double level_of(const plot_control_point *p, level which, double factor)
{
    double value = which == LEVEL_CENTRE  ? p->centre
                   : which == LEVEL_LOWER ? p->lower
                   : which == LEVEL_UPPER ? p->upper
                                          : p->target;
    return plot_sane(value * factor);
}

/* Steps: level from the left border of each point to its right; broken where a part begins or the level is missing. */
static size_t steps(frame *f, const content *c, level which, double *x, double *y)
{
    size_t n = 0;
    for (size_t i = 0; i < c->count; i++) {
        double value = level_of(&c->points[i], which, f->factor);
        bool fresh = i > 0 && which != LEVEL_TARGET && c->points[i].part != c->points[i - 1].part;
        /* A point of no figure without a level does not break the line of its neighbours where both agree. */
        if (isnan(value) && isnan(c->points[i].value) && n > 0 && i + 1 < c->count &&
            level_of(&c->points[i + 1], which, f->factor) == y[n - 1])
            value = y[n - 1];
        if (n > 0 && (fresh || isnan(value)) && !isnan(y[n - 1])) {
            x[n] = c->edges[i];
            y[n++] = NAN;
        }
        if (isnan(value))
            continue;
        if (n > 0 && !isnan(y[n - 1]) && y[n - 1] == value) {
            x[n - 1] = c->edges[i + 1];
            continue;
        }
        x[n] = c->edges[i];
        y[n++] = value;
        x[n] = c->edges[i + 1];
        y[n++] = value;
    }
    return n;
}

static bool level_any(const content *c, level which, double factor)
{
    for (size_t i = 0; i < c->count; i++)
        if (isfinite(level_of(&c->points[i], which, factor)))
            return true;
    return false;
}

static double level_last(const content *c, level which, double factor)
{
    for (size_t i = c->count; i-- > 0;)
        if (isfinite(level_of(&c->points[i], which, factor)))
            return level_of(&c->points[i], which, factor);
    return NAN;
}

static void add_levels(frame *f, const content *c)
{
    static const struct {
        level which;
        frame_style style;
    } levels[] = {{LEVEL_UPPER, STYLE_LIMIT},
                  {LEVEL_LOWER, STYLE_LIMIT},
                  {LEVEL_CENTRE, STYLE_CENTRE},
                  {LEVEL_TARGET, STYLE_TARGET}};
    if (level_any(c, LEVEL_LOWER, 1) && level_any(c, LEVEL_UPPER, 1)) {
        double *x = frame_array(f, 3 * c->count), *low = frame_array(f, 3 * c->count),
               *high = frame_array(f, 3 * c->count);
        size_t n = 0;
        for (size_t i = 0; i < c->count && !f->failed; i++) {
            double lower = level_of(&c->points[i], LEVEL_LOWER, f->factor),
                   upper = level_of(&c->points[i], LEVEL_UPPER, f->factor);
            bool fresh = i > 0 && c->points[i].part != c->points[i - 1].part;
            if (fresh) {
                x[n] = c->edges[i];
                low[n] = high[n] = NAN;
                n++;
            } else if (n > 1 && low[n - 1] == lower && high[n - 1] == upper) {
                x[n - 1] = c->edges[i + 1];
                continue;
            }
            for (size_t k = 0; k < 2; k++, n++) {
                x[n] = c->edges[i + k];
                low[n] = lower;
                high[n] = upper;
            }
        }
        frame_band_add(f, x, low, high, n);
    }
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        double *x = frame_array(f, 3 * c->count), *y = frame_array(f, 3 * c->count);
        if (f->failed)
            return;
        frame_line_add(f, levels[i].style, x, y, steps(f, c, levels[i].which, x, y));
    }
}

static void add_labels(frame *f, const content *c)
{
    const plot_control *p = c->p;
    const plot_control_point *last = &c->points[c->last];
    const bool narrow = !f->medium->terminal && f->medium->form == PLOT_NARROW;
    static const level levels[] = {LEVEL_CENTRE, LEVEL_UPPER, LEVEL_LOWER, LEVEL_TARGET};
    for (size_t i = 0; i < 4; i++) {
        double value = level_last(c, levels[i], f->factor);
        if (isnan(value))
            continue;
        const char *name = levels[i] == LEVEL_CENTRE    ? centre_name(p)
                           : levels[i] == LEVEL_UPPER   ? (narrow ? "Upper" : "Upper limit")
                           : levels[i] == LEVEL_LOWER   ? (narrow ? "Lower" : "Lower limit")
                           : plot_given(p->target_name) ? p->target_name
                                                        : "Target";
        const char *class_name = levels[i] == LEVEL_TARGET   ? "chart-target-text"
                                 : levels[i] == LEVEL_CENTRE ? "chart-ink"
                                                             : "chart-soft";
        const char *colour = levels[i] == LEVEL_TARGET ? DRAW_TARGET : levels[i] == LEVEL_CENTRE ? DRAW_INK : DRAW_SOFT;
        if (levels[i] == LEVEL_TARGET)
            plot_level(&f->unit, value, frame_fresh(f));
        else
            plot_figure(&f->unit, value, 0, frame_fresh(f));
        const char *figure = frame_keep(f);
        if (narrow)
            frame_label_add(f, value, name, figure, class_name, colour, false);
        else
            frame_label_add(f, value, frame_text(f, "%.40s %s", name, figure), NULL, class_name, colour, false);
    }
    plot_figure(&f->unit, last->value * f->factor, 0, frame_fresh(f));
    frame_shape shape = last->excluded ? SHAPE_USUAL : frame_shape_signal(last->signal);
    bool special = shape != SHAPE_USUAL;
    frame_label_add(f, last->value * f->factor, frame_keep(f), NULL, special ? frame_shape_class(shape) : "chart-ink",
                    special ? frame_shape_colour(shape) : DRAW_INK, true);
}

/* The line from point to point: broken by gaps, parts and points left out. */
static void add_joins(frame *f, const content *c)
{
    double *x = frame_array(f, 2 * c->count), *y = frame_array(f, 2 * c->count);
    size_t n = 0;
    for (size_t i = 0; i < c->count && !f->failed; i++) {
        const plot_control_point *p = &c->points[i];
        double value = p->excluded ? (double)NAN : plot_sane(p->value * f->factor);
        if (i > 0 && p->part != c->points[i - 1].part) {
            x[n] = c->x[i];
            y[n++] = NAN;
        }
        x[n] = c->x[i];
        y[n++] = value;
    }
    frame_line_add(f, STYLE_JOIN, x, y, n);
}

static void add_points(frame *f, const content *c)
{
    static const char *const verdicts[] = {"", "", ", improvement", ", concern", ", unusually high", ", unusually low"};
    for (size_t i = 0; i < c->count && !f->failed; i++) {
        const plot_control_point *p = &c->points[i];
        double value = plot_sane(p->value * f->factor);
        frame_shape shape = isnan(value) ? SHAPE_NONE : p->excluded ? SHAPE_EXCLUDED : frame_shape_signal(p->signal);
        const char *when = when_text(f, c, i);
        buffer *out = frame_fresh(f);
        buffer_printf(out, "%s: ", when);
        plot_figure_words(&f->unit, value, 0, out);
        if (!isnan(value))
            buffer_text(out, p->excluded ? ", left out of the calculation"
                             : (unsigned)p->signal < sizeof verdicts / sizeof *verdicts ? verdicts[p->signal]
                                                                                        : "");
        const char *words = frame_keep(f);
        frame_mark *m = frame_mark_add(f, c->x[i], value, shape);
        m->words = words;
    }
}

static void add_dividers(frame *f, const content *c)
{
    size_t nth = 0;
    for (size_t i = 1; i < c->count; i++) {
        if (c->points[i].part == c->points[i - 1].part)
            continue;
        const plot_control *p = c->p;
        nth = c->points[i].part > 1 ? (size_t)c->points[i].part - 2 : nth;
        const char *reason = p->part_reasons != NULL && nth + 1 < p->part_count ? p->part_reasons[nth] : NULL;
        frame_divider_add(f, c->edges[i], plot_given(reason) ? reason : c->limits ? "Limits recalculated" : "New part");
    }
}

static void add_keys(frame *f, const content *c)
{
    if (c->improvements > 0)
        frame_key_shape(f, SHAPE_IMPROVEMENT, "Improvement");
    if (c->concerns > 0)
        frame_key_shape(f, SHAPE_CONCERN, "Concern");
    if (c->unusual > 0)
        frame_key_shape(f, SHAPE_UNUSUAL, "Unusually high or low");
    if (c->limits && c->usual > 0)
        frame_key_shape(f, SHAPE_USUAL, "Usual variation");
    if (c->excluded > 0)
        frame_key_shape(f, SHAPE_EXCLUDED, "Left out of the calculation");
    if (level_any(c, LEVEL_LOWER, 1) && level_any(c, LEVEL_UPPER, 1))
        frame_key_band(f, "Usual range");
}

void plot_control_chart(const plot_control *p, const plot_medium *medium, buffer *out)
{
    content c;
    content_read(p, &c);
    if (c.figures < 2) {
        frame_sentence(&p->words, medium,
                       c.figures == 0 ? "There are no figures to draw"
                                      : "There is one figure only: a chart over time needs at least two",
                       out);
        return;
    }
    frame f;
    frame_begin(&f, &p->words, medium, c.count);
    c.x = frame_array(&f, c.count);
    c.edges = frame_array(&f, c.count + 1);
    if (!f.failed) {
        f.axis = c.times != NULL ? plot_times_place(c.times, c.count, c.x) : AXIS_LABELS;
        for (size_t i = 0; i < c.count && c.times == NULL; i++)
            c.x[i] = (double)i;
        plot_edges(c.x, c.count, c.edges);
        f.times = c.times;
        f.time_count = c.count;
        f.columns = f.x_set = true;
        f.x_low = c.edges[0];
        f.x_high = c.edges[c.count];
        f.subtitle = frame_subtitle(
            &f, kind_words(p),
            c.skipped > 0 ? frame_text(&f, "the last %d of %zu points", PLOT_MOST_POINTS, p->count) : NULL);
        const char *runs = runs_text(&f, &c);
        if (f.title == NULL)
            f.title = title_text(&f, &c);
        describe(&f, &c, runs);
        if (runs != NULL)
            f.note = f.note != NULL ? frame_text(&f, "%s %s", runs, f.note) : runs;
        add_levels(&f, &c);
        add_joins(&f, &c);
        add_points(&f, &c);
        add_dividers(&f, &c);
        add_labels(&f, &c);
        add_keys(&f, &c);
    }
    frame_draw(&f, out);
}
