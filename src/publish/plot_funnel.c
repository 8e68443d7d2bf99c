/* Funnel plots: who differs by more than chance, given how large each is. */
#include "publish/plot_frame.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MATHLIB_STANDALONE
#include <Rmath.h>

enum { MOST_NAMED = 24 };

void plot_funnel_from(const funnel_point *points, const funnel_options *options, const funnel_result *result,
                      const char *const *names, size_t count, plot_funnel_point *out)
{
    const double multiplier = options->multiplier > 0 ? options->multiplier : 1;
    for (size_t i = 0; i < count; i++) {
        const funnel_point *p = &points[i];
        const funnel_limits *l = result->adjusted ? &p->wide : &p->plain;
        const double value = p->value * multiplier;
        int8_t level = 0;
        if (result->adjusted || result->unadjusted)
            level = (int8_t)(value > l->outer_upper   ? 2
                             : value < l->outer_lower ? -2
                             : value > l->inner_upper ? 1
                             : value < l->inner_lower ? -1
                                                      : 0);
        out[i] = (plot_funnel_point){
            .name = names != NULL ? names[i] : NULL, .size = p->size, .value = value, .level = level};
    }
}

/* The formulas of funnel_make, at any size; test_plot_funnel.c holds the two together. */
static void limits_at(const funnel_options *o, const funnel_result *r, double size, double tau2, bool wide,
                      double confidence, double *lower, double *upper)
{
    const double k = fround(qnorm(1 - (1 - confidence) / 2, 0, 1, 1, 0), 6), target = r->target_transformed;
    if (o->type == FUNNEL_PROPORTION) {
        const double reach = k * sqrt(1 / (4 * size) + tau2);
        const double low = sin(fmax(target - reach, 0)), high = sin(fmin(target + reach, M_PI_2));
        *lower = low * low;
        *upper = high * high;
    } else if (o->type == FUNNEL_RATIO) {
        const double reach = k * sqrt(1 / (4 * size) + tau2);
        *lower = exp(target - reach);
        *upper = exp(target + reach);
    } else if (!wide) {
        count_exact(size, confidence, lower, upper);
        *lower /= size;
        *upper /= size;
    } else if (o->transform == FUNNEL_SHMI) {
        const double reach = k * sqrt(1 / size + tau2);
        *lower = exp(-reach);
        *upper = exp(reach);
    } else {
        const double reach = k * sqrt(1 / (4 * size) + tau2);
        *lower = 1 - reach;
        *upper = 1 + reach;
    }
}

size_t plot_funnel_curve_make(const funnel_options *options, const funnel_result *result, bool adjusted,
                              double smallest, double largest, plot_funnel_curve *out)
{
    if (!(smallest > 0) || !(largest >= smallest) || isinf(largest) || !isfinite(result->target_transformed))
        return 0;
    const double multiplier = options->multiplier > 0 ? options->multiplier : 1, tau2 = adjusted ? result->tau2 : 0;
    const double inner = options->inner > 0 ? options->inner : 0.95,
                 outer = options->outer > 0 ? options->outer : 0.998;
    for (size_t i = 0; i < PLOT_FUNNEL_CURVE; i++) {
        /* The limits bend where organisations are small: by the square of the step, more points there. */
        double part = (double)i / (PLOT_FUNNEL_CURVE - 1), size = smallest + (largest - smallest) * part * part;
        funnel_limits *l = &out[i].limits;
        out[i].size = size;
        limits_at(options, result, size, tau2, adjusted, inner, &l->inner_lower, &l->inner_upper);
        limits_at(options, result, size, tau2, adjusted, outer, &l->outer_lower, &l->outer_upper);
        l->inner_lower *= multiplier;
        l->inner_upper *= multiplier;
        l->outer_lower *= multiplier;
        l->outer_upper *= multiplier;
    }
    return PLOT_FUNNEL_CURVE;
}

/* ---- drawing ---------------------------------------------------------------------------------------- */

typedef struct content {
    const plot_funnel_input *p;
    const plot_funnel_point **shown; /* in the order of drawing: the most unusual first */
    size_t count, usable, outer, inner, high, low, thinned;
    double smallest, largest;
} content;

static double distance(const plot_funnel_point *a, double target)
{
    return isfinite(target) ? fabs(a->value - target) * sqrt(a->size) : 0;
}

static bool usable(const plot_funnel_point *p)
{
    return isfinite(plot_sane(p->value)) && isfinite(plot_sane(p->size)) && p->size > 0;
}

/* The organisation of the page, then outliers by how far they are, then the rest in their order. */
typedef struct ranked {
    const plot_funnel_point *point;
    int place;
    double distance;
    size_t at;
} ranked;

static int by_place(const void *left, const void *right)
{
    const ranked *a = left, *b = right;
    if (a->place != b->place)
        return a->place < b->place ? -1 : 1;
    if (a->distance != b->distance)
        return a->distance > b->distance ? -1 : 1;
    return (a->at > b->at) - (a->at < b->at);
}

static bool content_read(const plot_funnel_input *p, frame *f, content *c)
{
    ranked *order = arena_array(&f->memory, p->count + 1, sizeof *order);
    c->shown = arena_array(&f->memory, PLOT_MOST_POINTS, sizeof *c->shown);
    if (order == NULL || c->shown == NULL)
        return false;
    c->p = p;
    c->smallest = INFINITY;
    size_t n = 0, plain = 0;
    for (size_t i = 0; i < p->count; i++) {
        const plot_funnel_point *q = &p->points[i];
        if (!usable(q))
            continue;
        int level = abs(q->level);
        c->outer += level >= 2;
        c->inner += level == 1;
        c->high += q->level >= 2;
        c->low += q->level <= -2;
        c->smallest = fmin(c->smallest, q->size);
        c->largest = fmax(c->largest, q->size);
        plain += level == 0 && !q->own;
        order[n++] = (ranked){q,
                              q->own       ? 0
                              : level >= 2 ? 1
                              : level == 1 ? 2
                                           : 3,
                              level >= 1 || q->own ? distance(q, p->target) : 0, i};
    }
    c->usable = n;
    qsort(order, n, sizeof *order, by_place);
    size_t before = n - plain, room = before < PLOT_MOST_POINTS ? PLOT_MOST_POINTS - before : 0, every = 1;
    while (room > 0 && plain / every > room)
        every++;
    for (size_t i = 0; i < n && c->count < PLOT_MOST_POINTS; i++)
        if (i < before || (room > 0 && (i - before) % every == 0))
            c->shown[c->count++] = order[i].point;
    c->thinned = n - c->count;
    return true;
}

static const char *title_text(frame *f, const content *c)
{
    buffer *out = frame_fresh(f);
    if (c->p->curve_count == 0) {
        plot_count(c->usable, "organisation", "organisations", out);
        buffer_text(out, " by size");
    } else if (c->outer == 0) {
        if (c->usable == 1)
            buffer_text(out, "It lies");
        else
            buffer_printf(out, "All %zu lie", c->usable);
        buffer_text(out, " within the 99.8% limits");
    } else {
        buffer_printf(out, "%zu of %zu ", c->outer, c->usable);
        buffer_text(out, c->outer == 1 ? "lies" : "lie");
        buffer_text(out, " outside the 99.8% limits");
        if (c->high > 0 && c->low > 0)
            buffer_printf(out, ": %zu high, %zu low", c->high, c->low);
    }
    return frame_keep(f);
}

static void add_curves(frame *f, const plot_funnel_curve *curve, size_t count, bool faint)
{
    double *x = frame_array(f, count), *lines[4];
    for (size_t k = 0; k < 4; k++)
        lines[k] = frame_array(f, count);
    if (f->failed || count < 2)
        return;
    for (size_t i = 0; i < count; i++) {
        x[i] = plot_sane(curve[i].size);
        const funnel_limits *l = &curve[i].limits;
        const double values[] = {l->outer_lower, l->outer_upper, l->inner_lower, l->inner_upper};
        for (size_t k = 0; k < 4; k++)
            lines[k][i] = plot_sane(values[k] * f->factor);
    }
    if (!faint)
        frame_band_add(f, x, lines[2], lines[3], count);
    for (size_t k = 0; k < 4; k++)
        frame_line_add(f, faint ? STYLE_FAINT : k < 2 ? STYLE_LIMIT : STYLE_INNER, x, lines[k], count);
}

static void add_target(frame *f, const content *c)
{
    const plot_funnel_input *p = c->p;
    double *x = frame_array(f, 2), *y = frame_array(f, 2);
    if (f->failed || !isfinite(plot_sane(p->target)))
        return;
    x[0] = f->x_low;
    x[1] = f->x_high;
    y[0] = y[1] = p->target * f->factor;
    frame_line_add(f, STYLE_CENTRE, x, y, 2);
    plot_figure(&f->unit, y[0], 0, frame_fresh(f));
    const char *figure = frame_keep(f);
    frame_label_add(f, y[0], plot_given(p->target_name) ? p->target_name : "Average", figure, "chart-ink", DRAW_INK,
                    false);
}

static void add_points(frame *f, const content *c)
{
    static const char *const levels[] = {", below the 99.8% limits", ", below the 95% limits", "",
                                         ", above the 95% limits", ", above the 99.8% limits"};
    const plot_unit whole = {.kind = PLOT_NUMBER};
    for (size_t i = 0; i < c->count && !f->failed; i++) {
        const plot_funnel_point *q = c->shown[i];
        int level = q->level > 2 ? 2 : q->level < -2 ? -2 : q->level;
        frame_shape shape = abs(level) == 1 ? SHAPE_OPEN : frame_shape_of(level, c->p->better);
        buffer *out = frame_fresh(f);
        if (plot_given(q->name)) {
            buffer_text(out, q->name);
            buffer_text(out, ": ");
        }
        plot_figure_words(&f->unit, q->value * f->factor, 0, out);
        buffer_printf(out, ", %s ", plot_given(c->p->words.x_name) ? c->p->words.x_name : "denominator");
        plot_figure(&whole, q->size, 1, out);
        buffer_text(out, levels[level + 2]);
        const char *words = frame_keep(f);
        frame_mark *m = frame_mark_add(f, q->size, q->value * f->factor, shape);
        m->words = words;
        m->own = q->own;
        if (q->own || (abs(level) == 2 && i < MOST_NAMED))
            m->name = q->name;
    }
}

static void describe(frame *f, const content *c)
{
    buffer *out = frame_fresh(f);
    if (plot_given(f->subtitle))
        buffer_printf(out, "%s. ", f->subtitle);
    buffer_text(out, "Funnel plot of ");
    plot_count(c->usable, "organisation", "organisations", out);
    buffer_text(out, " by size");
    if (isfinite(plot_sane(c->p->target))) {
        buffer_text(out, " around ");
        plot_figure_words(&f->unit, c->p->target * f->factor, 0, out);
    }
    if (c->p->curve_count > 0)
        buffer_printf(out,
                      ". Dotted lines are 95%% limits, dashed ones 99.8%%: the smaller an organisation, the further "
                      "chance alone takes it. %zu above "
                      "and %zu below the 99.8%% limits; %zu more beyond the 95%% limits",
                      c->high, c->low, c->inner);
    buffer_char(out, '.');
    size_t missing = c->p->count - c->usable;
    if (missing > 0) {
        buffer_char(out, ' ');
        plot_count(missing, "row without a figure is", "rows without a figure are", out);
        buffer_text(out, " left out.");
    }
    f->description = frame_keep(f);
}

/* The axis holds the points, and the limits where most organisations are. */
static void reach(frame *f, const content *c)
{
    const plot_funnel_input *p = c->p;
    f->x_set = true;
    f->x_low = c->smallest < 0.5 * c->largest ? 0 : c->smallest - 0.08 * (c->largest - c->smallest + c->smallest * 0.5);
    f->x_high = c->largest * 1.04;
    for (size_t i = 0; i < p->curve_count; i++)
        if (p->curve[i].size >= c->smallest + 0.12 * (c->largest - c->smallest) && p->curve[i].size <= c->largest) {
            draw_range_line(&f->range, p->curve[i].limits.outer_lower * f->factor);
            draw_range_line(&f->range, p->curve[i].limits.outer_upper * f->factor);
        }
}

static void add_limit_labels(frame *f, const content *c)
{
    const plot_funnel_input *p = c->p;
    if (p->curve_count < 2)
        return;
    const plot_funnel_curve *end = &p->curve[p->curve_count - 1];
    const bool narrow = !f->medium->terminal && f->medium->form == PLOT_NARROW;
    frame_label_add(f, plot_sane(end->limits.outer_upper * f->factor), narrow ? "99.8%" : "99.8% limits", NULL,
                    "chart-soft", DRAW_SOFT, false);
    frame_label_add(f, plot_sane(end->limits.inner_upper * f->factor), narrow ? "95%" : "95% limits", NULL,
                    "chart-soft", DRAW_SOFT, false);
}

static void add_notes(frame *f, const content *c)
{
    buffer *out = frame_fresh(f);
    if (plot_given(c->p->curve_name)) {
        buffer_printf(out, "Limits: %s.", c->p->curve_name);
        if (c->p->second_count > 1)
            buffer_text(out, " Faint lines: the other limits.");
    }
    if (c->thinned > 0) {
        buffer_text(out, out->length > 0 ? " " : "");
        plot_count(c->count, "point is drawn", "points are drawn", out);
        buffer_printf(out, " of %zu, those beyond the limits first.", c->usable);
    }
    if (f->note != NULL) {
        buffer_text(out, out->length > 0 ? " " : "");
        buffer_text(out, f->note);
    }
    if (out->length > 0)
        f->note = frame_keep(f);
}

void plot_funnel(const plot_funnel_input *p, const plot_medium *medium, buffer *out)
{
    frame f;
    content c = {0};
    frame_begin(&f, &p->words, medium, p->count < PLOT_MOST_POINTS ? p->count : PLOT_MOST_POINTS);
    if (!content_read(p, &f, &c))
        f.failed = true;
    if (!f.failed && c.usable > 0) {
        f.height = medium->form == PLOT_NARROW ? 290 : 300;
        f.free_limits = true;
        f.x_name = plot_given(p->words.x_name) ? p->words.x_name : "Denominator";
        f.subtitle = frame_subtitle(&f, NULL, NULL);
        if (f.title == NULL)
            f.title = title_text(&f, &c);
        describe(&f, &c);
        reach(&f, &c);
        add_curves(&f, p->second, p->second_count, true);
        add_curves(&f, p->curve, p->curve_count, false);
        add_target(&f, &c);
        add_points(&f, &c);
        add_limit_labels(&f, &c);
        if (p->curve_count > 0 && c.outer > 0 && p->better == BETTER_NEITHER)
            frame_key_shape(&f, SHAPE_UNUSUAL, "Beyond the 99.8% limits");
        if (c.outer > 0 && p->better != BETTER_NEITHER) {
            if ((p->better == BETTER_HIGHER ? c.high : c.low) > 0)
                frame_key_shape(&f, SHAPE_IMPROVEMENT, "Better, beyond the 99.8% limits");
            if ((p->better == BETTER_HIGHER ? c.low : c.high) > 0)
                frame_key_shape(&f, SHAPE_CONCERN, "Worse, beyond the 99.8% limits");
        }
        if (c.inner > 0)
            frame_key_shape(&f, SHAPE_OPEN, "Between the 95% and the 99.8% limits");
        frame_key_shape(&f, SHAPE_USUAL, p->curve_count > 0 ? "Within the 95% limits" : "An organisation");
        add_notes(&f, &c);
    }
    frame_draw(&f, out);
}
