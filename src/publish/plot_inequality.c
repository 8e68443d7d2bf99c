/* How a measure falls or rises along a social gradient: dots over each group's share of the people, and the line of the slope index. */
#include "publish/plot_frame.h"

#include <math.h>

typedef struct content {
    const plot_inequality_input *p;
    double total, sii, lower, upper; /* the slope index in the unit that is drawn */
    size_t figures;
    double fitted_first, fitted_last;
    bool slope;
} content;

static double link_of(const content *c, double y)
{
    if (!c->p->transform || c->p->scale == SLOPE_LINEAR)
        return y;
    return c->p->scale == SLOPE_LOG ? log(y) : log(y / (1 - y));
}

static double unlink_of(const content *c, double y)
{
    if (!c->p->transform || c->p->scale == SLOPE_LINEAR)
        return y;
    return c->p->scale == SLOPE_LOG ? exp(y) : 1 / (1 + exp(-y));
}

static void content_read(const plot_inequality_input *p, double factor, content *c)
{
    *c = (content){.p = p};
    for (size_t i = 0; i < p->count; i++) {
        if (p->groups[i].population > 0 && isfinite(plot_sane(p->groups[i].population)))
            c->total += p->groups[i].population;
        c->figures += isfinite(plot_sane(p->groups[i].value)) ? 1 : 0;
    }
    const double multiplier = p->multiplier == 0 || !isfinite(p->multiplier) ? 1 : p->multiplier;
    if (p->slope == NULL || !isfinite(plot_sane(p->slope->sii.value)) || !isfinite(plot_sane(p->slope->intercept)))
        return;
    c->fitted_first = p->slope->intercept;
    c->fitted_last = p->slope->intercept + p->slope->sii.value / multiplier;
    c->slope = isfinite(link_of(c, c->fitted_first)) && isfinite(link_of(c, c->fitted_last));
    const double drawn = factor / fabs(multiplier);
    c->sii = p->slope->sii.value * drawn;
    c->lower = plot_sane(p->slope->sii.lower * drawn);
    c->upper = plot_sane(p->slope->sii.upper * drawn);
}

static const char *points_unit(const frame *f)
{
    return f->unit.kind == PLOT_PERCENT || f->unit.kind == PLOT_SHARE ? " percentage points" : "";
}

/* "8.4" or, with its limits, "8.4 (95% limits 6.1 to 10.7)". Signs stay. */
static const char *index_text(frame *f, const content *c, double value, double lower, double upper, bool absolute)
{
    const plot_unit plain = {.may_be_negative = true};
    const double level = c->p->confidence > 0 ? c->p->confidence : 0.95;
    if (absolute && value < 0) {
        double turned = -lower;
        value = -value;
        lower = -upper;
        upper = turned;
    }
    buffer *out = frame_fresh(f);
    plot_figure(&plain, value, 0, out);
    buffer_text(out, points_unit(f));
    if (isfinite(lower) && isfinite(upper)) {
        buffer_text(out, " (");
        buffer_number(out, round(level * 1e6) / 1e4);
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
    if (!c->slope)
        return frame_text(f, "%zu groups, most deprived first", c->figures);
    const bool clear = !isfinite(c->lower) || !isfinite(c->upper) || c->lower > 0 || c->upper < 0;
    const char *index = index_text(f, c, c->sii, c->lower, c->upper, clear);
    if (!clear)
        return frame_text(f, "No clear gradient: the slope index is %s", index);
    return frame_text(f, "%s from most to least deprived by %s", c->fitted_last > c->fitted_first ? "Rises" : "Falls",
                      index);
}

static void add_groups(frame *f, const content *c)
{
    const plot_inequality_input *p = c->p;
    double before = 0;
    for (size_t i = 0; i < p->count && !f->failed; i++) {
        const inequality_group *g = &p->groups[i];
        if (!(g->population > 0) || !isfinite(plot_sane(g->population)))
            continue;
        double from = before / c->total * 100, to = (before + g->population) / c->total * 100;
        before += g->population;
        double value = plot_sane(g->value * f->factor);
        const char *name =
            p->names != NULL && plot_given(p->names[i]) ? p->names[i] : frame_text(f, "Group %zu", i + 1);
        buffer *out = frame_fresh(f);
        buffer_printf(out, "%s: ", name);
        plot_figure_words(&f->unit, value, 0, out);
        bool limits = isfinite(plot_sane(g->lower)) && isfinite(plot_sane(g->upper));
        if (limits && isfinite(value)) {
            buffer_text(out, ", 95% interval ");
            plot_figure(&f->unit, g->lower * f->factor, 0, out);
            buffer_text(out, " to ");
            plot_figure(&f->unit, g->upper * f->factor, 0, out);
        }
        const char *words = frame_keep(f);
        frame_mark *m = frame_mark_add(f, (from + to) / 2, value, isfinite(value) ? SHAPE_PLAIN : SHAPE_NONE);
        m->words = words;
        m->from = from + 0.4;
        m->to = to - 0.4;
        if (limits) {
            m->lower = g->lower * f->factor;
            m->upper = g->upper * f->factor;
        }
    }
}

static void add_line(frame *f, const content *c)
{
    enum { STEPS = 40 };
    double *x = frame_array(f, STEPS + 1), *y = frame_array(f, STEPS + 1);
    if (f->failed || !c->slope)
        return;
    const double a = link_of(c, c->fitted_first), b = link_of(c, c->fitted_last);
    for (size_t i = 0; i <= STEPS; i++) {
        x[i] = 100.0 * (double)i / STEPS;
        y[i] = plot_sane(unlink_of(c, a + (b - a) * (double)i / STEPS) * f->factor);
    }
    frame_line_add(f, STYLE_FIT, x, y, STEPS + 1);
    const plot_unit plain = {.may_be_negative = true};
    plot_figure(&plain, c->sii, 0, frame_fresh(f));
    const char *figure = frame_keep(f), *sii = frame_text(f, "Slope index %s", figure);
    if (!f->medium->terminal && f->medium->form == PLOT_NARROW) { /* the relative index is in the description */
        frame_label_add(f, y[STEPS], "Slope index", figure, "chart-ink", DRAW_INK, false);
        return;
    }
    const char *rii = NULL;
    if (isfinite(plot_sane(c->p->slope->rii.value))) {
        plot_figure(&plain, c->p->slope->rii.value, 0, frame_fresh(f));
        rii = frame_text(f, "Relative index %s", frame_keep(f));
    }
    frame_label_add(f, y[STEPS], sii, rii, "chart-ink", DRAW_INK, false);
}

static void describe(frame *f, const content *c)
{
    const char *index = c->slope ? index_text(f, c, c->sii, c->lower, c->upper, false) : NULL;
    buffer *out = frame_fresh(f);
    if (plot_given(f->subtitle))
        buffer_printf(out, "%s. ", f->subtitle);
    plot_count(c->figures, "group", "groups", out);
    buffer_text(out, " from the most to the least deprived, each a dot over the middle of its share of the population, "
                     "with its 95% interval.");
    if (index != NULL) {
        buffer_text(out, " A line through them goes from ");
        plot_figure_words(&f->unit, c->fitted_first * f->factor, 0, out);
        buffer_text(out, " at the most deprived end to ");
        plot_figure_words(&f->unit, c->fitted_last * f->factor, 0, out);
        buffer_printf(out, " at the other: a slope index of inequality of %s", index);
        if (isfinite(plot_sane(c->p->slope->rii.value))) {
            const plot_unit plain = {.may_be_negative = true};
            buffer_text(out, ", a relative index of ");
            plot_figure(&plain, c->p->slope->rii.value, 0, out);
        }
        buffer_char(out, '.');
    }
    f->description = frame_keep(f);
}

void plot_inequality(const plot_inequality_input *p, const plot_medium *medium, buffer *out)
{
    content c;
    content_read(p, plot_factor(&p->words.unit), &c);
    if (c.figures < 2 || !(c.total > 0)) {
        frame_sentence(&p->words, medium,
                       c.figures == 0   ? "There are no figures to draw"
                       : !(c.total > 0) ? "The groups have no population, which sets their place on the scale"
                                        : "There is one group only: a gradient needs at least two",
                       out);
        return;
    }
    frame f;
    frame_begin(&f, &p->words, medium, p->count);
    f.height = 240;
    f.x_percent = f.x_set = f.columns = true;
    f.x_low = 0;
    f.x_high = 100;
    f.x_name = plot_given(p->words.x_name) ? p->words.x_name : "Share of the population, most deprived first";
    f.subtitle = frame_subtitle(&f, NULL, NULL);
    if (f.title == NULL)
        f.title = title_text(&f, &c);
    describe(&f, &c);
    add_line(&f, &c);
    add_groups(&f, &c);
    frame_key_shape(&f, SHAPE_PLAIN, "A group, with its 95% interval and its share");
    if (c.slope)
        frame_key_line(&f, STYLE_FIT, "Slope index of inequality");
    frame_draw(&f, out);
}
