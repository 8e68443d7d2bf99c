/*
 * The SPC chart. Drawn back to front: band, grid, average, limits, target, line, points, labels.
 *
 * Lines are labelled where they end, at the right, and labels give way to each other (draw_places); a leader joins a label to its
 * line. The points are the only part that a screen reader walks through: a list with a figure and its meaning each, which is
 * also the tooltip of a month's whole column, so that a small dot need not be hit.
 */
#include "publish/chart_spc.h"

#include <math.h>
#include <string.h>

/* Clears the scratch, for a next piece of text. */
buffer *spc_fresh(spc_plot *c)
{
    buffer_clear(&c->words);
    return &c->words;
}

const char *spc_words(const spc_plot *c)
{
    return c->words.data != NULL ? c->words.data : "";
}

double spc_x(const spc_plot *c, size_t i)
{
    return draw_x(&c->months, c->view->points[i].period);
}

double spc_start(const spc_plot *c, const edition_point *p)
{
    return c->months.left + (double)(p->period.first_month - c->months.first) * draw_month_width(&c->months);
}

double spc_end(const spc_plot *c, const edition_point *p)
{
    return spc_start(c, p) + (double)p->period.months * draw_month_width(&c->months);
}

/* ---- lines that hold for a stretch of points --------------------------------------------------------- */

double spc_level_of(const edition_point *p, spc_level level)
{
    return level == LEVEL_MEAN    ? p->mean
           : level == LEVEL_LOWER ? p->lower
           : level == LEVEL_UPPER ? p->upper
                                  : p->target;
}

/* As spc_stretch_next, but for any number of figures. */
static bool stretch_next_any(const series_view *v, spc_level level, size_t *at, size_t *first, size_t *last)
{
    size_t i = *at;
    while (i < v->count && !isfinite(spc_level_of(&v->points[i], level)))
        i++;
    if (i == v->count)
        return false;
    *first = *last = i;
    double value = spc_level_of(&v->points[i], level);
    for (i++; i < v->count; i++) {
        const edition_point *p = &v->points[i];
        double here = spc_level_of(p, level);
        if (isfinite(here) && (here != value || (level != LEVEL_TARGET && p->segment != v->points[*first].segment)))
            break;
        if (isfinite(here))
            *last = i;
        else if (series_has_figure(p))
            break;
    }
    *at = i;
    return true;
}

/* The next stretch of one level from *at on: [first, last]; points without a figure do not break it. False at the end.
 * An average needs two figures to be one (limits are never without): beside estimates there may be a month alone, or none. */
bool spc_stretch_next(const series_view *v, spc_level level, size_t *at, size_t *first, size_t *last)
{
    while (stretch_next_any(v, level, at, first, last)) {
        size_t figures = 0;
        for (size_t i = *first; i <= *last; i++)
            figures += series_has_figure(&v->points[i]);
        if (level != LEVEL_MEAN || figures > 1 || (figures == 1 && isfinite(v->points[*first].upper)))
            return true;
    }
    return false;
}

bool spc_inside(const draw_scale *s, double value)
{
    double slack = (s->high - s->low) * 1e-9;
    return value >= s->low - slack && value <= s->high + slack;
}

static void draw_stretches(spc_plot *c, spc_level level, buffer *out)
{
    size_t at = 0, first, last;
    double before_x = NAN, before_y = NAN;
    while (spc_stretch_next(c->view, level, &at, &first, &last)) {
        double value = spc_level_of(&c->view->points[first], level);
        if (!spc_inside(&c->scale, value)) {
            before_x = NAN;
            continue;
        }
        double x = spc_start(c, &c->view->points[first]), y = draw_y(&c->scale, value);
        /* A target that steps is one line. */
        if (level == LEVEL_TARGET && isfinite(before_x) && fabs(before_x - x) < 0.01) {
            buffer_char(out, 'V');
            draw_number(y, out);
        } else {
            draw_move('M', x, y, out);
        }
        before_x = spc_end(c, &c->view->points[last]);
        before_y = y;
        buffer_char(out, 'H');
        draw_number(before_x, out);
    }
    (void)before_y;
}

static void draw_line_path(spc_plot *c, spc_level level, const char *attributes, buffer *out)
{
    size_t from = out->length;
    buffer_text(out, "<path ");
    buffer_text(out, attributes);
    buffer_text(out, " fill=\"none\" d=\"");
    size_t empty = out->length;
    draw_stretches(c, level, out);
    if (out->length == empty && !out->failed) {
        out->length = from;
        out->data[from] = 0;
        return;
    }
    buffer_text(out, "\"/>");
}

#define TARGET_LINE "class=\"chart-target\" stroke=\"" DRAW_TARGET "\" stroke-width=\"2\" stroke-dasharray=\"10 3 2 3\""
/* Round dots tell it from the dashes of the national target in grey and on paper. */
#define AIM_LINE                                                                                                       \
    "class=\"chart-agreed\" stroke=\"" DRAW_AGREED                                                                     \
    "\" stroke-width=\"3\" stroke-linecap=\"round\" stroke-dasharray=\"0.1 6\""

/* What was agreed, as steps from month to month. */
static void draw_aim(spc_plot *c, const series_aim *a, buffer *out)
{
    const series_view *v = c->view;
    const size_t from = out->length;
    buffer_text(out, a->tier == AIM_NATIONAL ? "<path " TARGET_LINE " fill=\"none\" d=\""
                                             : "<path " AIM_LINE " fill=\"none\" d=\"");
    const size_t empty = out->length;
    double before = NAN;
    for (size_t i = 0; i < v->count; i++) {
        const double level = series_aim_level(a, v->points[i].period);
        if (!isfinite(level) || !spc_inside(&c->scale, level)) {
            before = NAN;
            continue;
        }
        if (isnan(before))
            draw_move('M', spc_start(c, &v->points[i]), draw_y(&c->scale, level), out);
        else if (level != before) {
            buffer_char(out, 'H');
            draw_number(spc_start(c, &v->points[i]), out);
            buffer_char(out, 'V');
            draw_number(draw_y(&c->scale, level), out);
        }
        before = level;
        if (i + 1 == v->count || series_aim_level(a, v->points[i + 1].period) != level) {
            buffer_char(out, 'H');
            draw_number(spc_end(c, &v->points[i]), out);
        }
    }
    if (out->length == empty && !out->failed) {
        out->length = from;
        out->data[from] = 0;
        return;
    }
    buffer_text(out, "\"/>");
}

static void draw_band(spc_plot *c, buffer *out)
{
    size_t at = 0, first, last;
    while (spc_stretch_next(c->view, LEVEL_UPPER, &at, &first, &last)) {
        const edition_point *p = &c->view->points[first];
        if (!isfinite(p->lower))
            continue;
        double x = spc_start(c, p), y = draw_y(&c->scale, p->upper);
        buffer_text(out, "<rect class=\"chart-band\" fill=\"" DRAW_BAND "\"");
        draw_attribute("x", x, out);
        draw_attribute("y", y, out);
        draw_attribute("width", spc_end(c, &c->view->points[last]) - x, out);
        draw_attribute("height", fmax(draw_y(&c->scale, p->lower) - y, 0), out);
        buffer_text(out, "/>");
    }
}

static void draw_axes(spc_plot *c, buffer *out)
{
    double largest = fmax(fabs(c->scale.low), fabs(c->scale.high));
    buffer_text(out, "<path class=\"chart-grid\" stroke=\"" DRAW_GRID "\" fill=\"none\" d=\"");
    for (size_t i = 0; i < c->scale.count; i++) {
        draw_move('M', c->left, draw_y(&c->scale, c->scale.ticks[i]), out);
        buffer_char(out, 'H');
        draw_number(c->right, out);
    }
    buffer_text(out, "\"/>");
    for (size_t i = 0; i < c->scale.count; i++) {
        figure_axis(c->content.reading.measure, c->scale.ticks[i], c->scale.step, largest, spc_fresh(c));
        draw_label(c->left - 8, draw_y(&c->scale, c->scale.ticks[i]) + 5, "end", "chart-soft", DRAW_SOFT, spc_words(c),
                   out);
    }
    buffer_text(out, "<path class=\"chart-axis\" stroke=\"" DRAW_LINE "\" fill=\"none\" d=\"");
    draw_move('M', c->left, c->bottom, out);
    buffer_char(out, 'H');
    draw_number(c->right, out);
    buffer_text(out, "\"/>");
    draw_month_axis(&c->months, c->bottom, out);
}

/* Where a segment starts, and why: its figures are judged by limits of their own. */
static void draw_segments(spc_plot *c, buffer *out)
{
    size_t at = 0, first, last, nth = 0;
    double free_from = -1e6;
    while (spc_stretch_next(c->view, LEVEL_MEAN, &at, &first, &last)) {
        if (nth++ == 0)
            continue;
        const edition_point *p = &c->view->points[first];
        double x = spc_start(c, p), room = draw_text_width("Limits recalculated", 14, false);
        buffer_text(out, "<path class=\"chart-axis\" stroke=\"" DRAW_LINE "\" fill=\"none\" d=\"");
        draw_move('M', x, c->top - 18, out);
        buffer_char(out, 'V');
        draw_number(c->bottom, out);
        buffer_text(out, "\"/>");
        bool left_of_line = x + 6 + room > c->width - 4;
        double from = left_of_line ? x - 6 - room : x + 6;
        if (from > free_from) {
            draw_label(left_of_line ? x - 6 : x + 6, c->top - 6, left_of_line ? "end" : "start", "chart-soft",
                       DRAW_SOFT, "Limits recalculated", out);
            free_from = from + room + 8;
        }
    }
}

/* ---- the figures ------------------------------------------------------------------------------------ */

/* The line that joins neighbours; dashed where one of them is estimated, so drawn in two passes. */
static void draw_joins(spc_plot *c, bool estimated, buffer *out)
{
    const series_view *v = c->view;
    size_t from = out->length, at = 0;
    buffer_text(out, estimated ? "<path class=\"chart-line\" stroke=\"" DRAW_LINE
                                 "\" stroke-width=\"1.25\" stroke-dasharray=\"3 3\" fill=\"none\" d=\""
                               : "<path class=\"chart-line\" stroke=\"" DRAW_LINE
                                 "\" stroke-width=\"1.5\" stroke-linejoin=\"round\" fill=\"none\" d=\"");
    size_t empty = out->length;
    bool open = false;
    for (size_t i = 1; i < v->count; i++) {
        const edition_point *a = &v->points[i - 1], *b = &v->points[i];
        bool joined = series_has_figure(a) && series_has_figure(b) && isfinite(a->value) && isfinite(b->value) &&
                      spc_adjacent(a, b) && (a->estimated || b->estimated) == estimated;
        if (joined && (!open || at != i - 1))
            draw_move('M', spc_x(c, i - 1), draw_y(&c->scale, a->value), out);
        if (joined) {
            draw_move('L', spc_x(c, i), draw_y(&c->scale, b->value), out);
            at = i;
        }
        open = joined;
    }
    if (out->length == empty && !out->failed) {
        out->length = from;
        out->data[from] = 0;
        return;
    }
    buffer_text(out, "\"/>");
}

void spc_open_mark(const edition_point *p, double x, double y, double size, buffer *out)
{
    if (p->over_open_band) {
        buffer_text(out,
                    "<path class=\"chart-open\" fill=\"" DRAW_PAPER "\" stroke=\"#5b6d78\" stroke-width=\"1.5\" d=\"");
        draw_move('M', x - 5.5 * size, y + 4.5 * size, out);
        draw_move('L', x, y - 5.5 * size, out);
        draw_move('L', x + 5.5 * size, y + 4.5 * size, out);
        buffer_text(out, "z\"/>");
        return;
    }
    buffer_text(out, "<circle class=\"chart-open\" fill=\"" DRAW_PAPER "\" stroke=\"#5b6d78\" stroke-width=\"1.25\"");
    draw_attribute("cx", x, out);
    draw_attribute("cy", y, out);
    draw_attribute("r", 2.8 * size, out);
    buffer_text(out, "/>");
}

void spc_ring(double x, double y, double r, buffer *out)
{
    buffer_text(out, "<circle class=\"chart-ring\" fill=\"none\" stroke=\"#5b6d78\" stroke-width=\"1.25\"");
    draw_attribute("cx", x, out);
    draw_attribute("cy", y, out);
    draw_attribute("r", r, out);
    buffer_text(out, "/>");
}

static double ring_radius(spc_signal signal)
{
    return signal == SIGNAL_CONCERN ? 9 : signal > SIGNAL_COMMON_CAUSE ? 8.2 : 6;
}

static void draw_points(spc_plot *c, buffer *out)
{
    const series_view *v = c->view;
    const double half_month = draw_month_width(&c->months) / 2;
    const size_t offset = (size_t)(v->points - c->all->points);
    buffer_text(out, "<g role=\"list\" aria-label=\"Figures\">");
    for (size_t i = 0; i < v->count; i++) {
        const edition_point *p = &v->points[i];
        char when[PERIOD_WORDS];
        double x = spc_x(c, i), half = half_month * (double)p->period.months;
        period_words(p->period, when);
        buffer *words = spc_fresh(c);
        buffer_text(words, when);
        buffer_text(words, ": ");
        if (series_has_figure(p)) {
            figure_words(c->content.reading.measure, p->value, p->over_open_band, words);
            size_t mark = words->length;
            buffer_text(words, ", ");
            size_t before = words->length;
            sentence_point(c->all, offset + i, words);
            if (words->length == before && !words->failed) {
                words->length = mark;
                words->data[mark] = 0;
            }
        } else {
            buffer_text(words, "no figure");
        }
        buffer_text(out, "<g role=\"listitem\" class=\"chart-point\"><title>");
        draw_text(spc_words(c), out);
        buffer_text(out, "</title><path class=\"chart-hit\" fill=\"none\" d=\"");
        draw_move('M', x - half, c->top, out);
        buffer_char(out, 'H');
        draw_number(x + half, out);
        buffer_char(out, 'V');
        draw_number(c->bottom, out);
        buffer_char(out, 'H');
        draw_number(x - half, out);
        buffer_text(out, "z\"/>");
        if (series_has_figure(p)) {
            double y = draw_y(&c->scale, spc_point_value(p));
            spc_signal signal = draw_signal(p->signal);
            if (p->estimated || p->over_open_band) {
                spc_open_mark(p, x, y, c->mark, out);
                signal = SIGNAL_NONE;
            } else {
                draw_mark(signal, x, y, c->mark, out);
            }
            if (p->revised)
                spc_ring(x, y, ring_radius(signal) * c->mark, out);
        }
        buffer_text(out, "</g>");
    }
    buffer_text(out, "</g>");
}

/* ---- all of it -------------------------------------------------------------------------------------- */

/* A phone's width holds two years; the whole series is in the table. */
static series_view view_of(const series_view *v, chart_form form)
{
    series_view out = *v;
    if (form == CHART_NARROW && v->count > 0) {
        int32_t last = v->points[v->count - 1].period.first_month;
        while (out.count > 1 && out.points->period.months == 1 && last - out.points->period.first_month >= 24) {
            out.points++;
            out.count--;
        }
    }
    return out;
}

static void chart_without_figures(const series_view *v, const char *unique, double width, bool standalone, buffer *out)
{
    buffer title = {0}, description = {0};
    sentence_series(v, &title);
    spc_subtitle(v, &description);
    const char *words = title.data != NULL ? title.data : "";
    size_t starts[4], lengths[4];
    bool cut;
    size_t lines = draw_text_wrap(words, 18, true, width - 16, 4, starts, lengths, &cut);
    draw_open(unique, width, 52 + 24 * (double)lines, standalone, words,
              description.data != NULL ? description.data : "", out);
    buffer_text(out, "<g aria-hidden=\"true\">");
    double y = draw_text_block(8, 26, 24, "chart-title", DRAW_INK, words, 18, true, width - 16, 4, out);
    (void)draw_text_block(8, y + 24, 18, "chart-soft", DRAW_SOFT, description.data != NULL ? description.data : "", 14,
                          false, width - 16, 1, out);
    buffer_text(out, "</g></svg>");
    buffer_free(&title);
    buffer_free(&description);
}

/* What is above, beside and below the plot decides what is left for it. */
static void layout(spc_plot *c, double header_bottom)
{
    const series_view *v = c->view;
    const edition_point *last = &v->points[v->count - 1], *end = c->content.reading.last;
    const size_t rows = spc_key_rows(c);
    const bool marked = spc_marks_any(c);
    c->marks_y = marked ? header_bottom + 22 : (double)NAN;
    c->top = header_bottom + 20 + (marked ? 26 : 0) + (c->content.segments > 1 ? 20 : 0);
    c->bottom = c->height - 44 - (rows > 0 ? 20 * (double)rows + 6 : 0);
    draw_scale_make(&c->content.range, figure_unit_of(c->content.reading.measure), c->height < 300 ? 3 : 4, c->top,
                    c->bottom, &c->scale);
    c->content.upper_cut = isfinite(end->upper) && !spc_inside(&c->scale, end->upper);
    c->content.lower_cut = isfinite(end->lower) && !spc_inside(&c->scale, end->lower);
    double widest = 0, largest = fmax(fabs(c->scale.low), fabs(c->scale.high)), gutter = spc_labels_make(c);
    for (size_t i = 0; i < c->scale.count; i++) {
        figure_axis(c->content.reading.measure, c->scale.ticks[i], c->scale.step, largest, spc_fresh(c));
        widest = fmax(widest, draw_text_width(spc_words(c), 14, false));
    }
    c->left = 8 + widest + 8;
    c->right = fmax(c->width - gutter - 18 - 6, c->left + 60);
    c->months = (draw_months){v->points[0].period.first_month,
                              last->period.first_month + last->period.months - v->points[0].period.first_month, c->left,
                              c->right};
    if (c->months.count < 1)
        c->months.count = 1;
    double room = draw_month_width(&c->months) * (double)(last->period.months < 1 ? 1 : last->period.months);
    c->mark = room >= 10 ? 1 : room <= 4 ? 0.6 : 0.6 + 0.4 * (room - 4) / 6;
}

#define LIMIT_LINE "class=\"chart-limit\" stroke=\"" DRAW_LINE "\" stroke-width=\"1.25\" stroke-dasharray=\"6 4\""
#define MEAN_LINE  "class=\"chart-mean\" stroke=\"#425563\" stroke-width=\"1.75\""

static void draw_plot(spc_plot *c, buffer *out)
{
    draw_band(c, out);
    draw_axes(c, out);
    draw_line_path(c, LEVEL_UPPER, LIMIT_LINE, out);
    draw_line_path(c, LEVEL_LOWER, LIMIT_LINE, out);
    if (c->show_mean)
        draw_line_path(c, LEVEL_MEAN, MEAN_LINE, out);
    draw_line_path(c, LEVEL_TARGET, TARGET_LINE, out);
    for (size_t i = 0; i < spc_aims_drawn(c->view); i++)
        draw_aim(c, &c->view->aims[i], out);
    if (c->content.segments > 1)
        draw_segments(c, out);
    if (!isnan(c->marks_y))
        spc_marks_draw(c, c->marks_y, out);
    draw_joins(c, true, out);
    draw_joins(c, false, out);
}

void chart_spc_write(const series_view *v, const char *unique, chart_form form, bool standalone, buffer *out)
{
    const bool narrow = form == CHART_NARROW;
    const series_view shown = view_of(v, form);
    spc_plot c = {.view = &shown, .all = v, .form = form, .width = narrow ? 360 : 720, .height = narrow ? 420 : 340};
    series_reading whole;
    spc_content_read(&shown, &c.content);
    series_read(v, &whole); /* runs reach back further than what a phone shows */
    c.content.reading = whole;
    if (c.content.figures == 0 || whole.last == NULL) {
        chart_without_figures(v, unique, c.width, standalone, out);
        return;
    }
    size_t at = 0, first, last;
    c.show_mean = spc_stretch_next(v, LEVEL_MEAN, &at, &first, &last);
    if (spc_marks_any(&c)) /* a row more, and the plot as tall as ever */
        c.height += 26;
    if (c.content.figures == 1) { /* needs no tall plot, but some room around it */
        draw_range *r = &c.content.range;
        double value = spc_point_value(whole.last), room_around = (r->high - r->low) * 0.35;
        c.height = narrow ? 300 : 240;
        draw_range_line(r, value - room_around);
        draw_range_line(r, value + room_around);
    }
    buffer title = {0}, parts = {0};
    sentence_finding(v, &title);
    spc_subtitle(v, &parts);
    if (shown.count < v->count)
        buffer_text(&parts, ", last 24 months");
    spc_key_make(&c);

    const double title_size = narrow ? 18 : 20, room = c.width - 16;
    const size_t most_lines = narrow ? 3 : 2;
    size_t starts[3], lengths[3];
    bool cut;
    size_t title_lines = draw_text_wrap(title.data, title_size, true, room, most_lines, starts, lengths, &cut);
    size_t part_lines = draw_text_wrap(parts.data, 14, false, room, most_lines, starts, lengths, &cut);
    layout(&c, 28 + 23 * (double)(title_lines - 1) + 18 * (double)part_lines);

    spc_description(&shown, &c.content, spc_fresh(&c));
    draw_open(unique, c.width, c.height, standalone, title.data, spc_words(&c), out);
    buffer_text(out, "<g aria-hidden=\"true\">");
    double y = draw_text_block(8, 24, 23, "chart-title", DRAW_INK, title.data, title_size, true, room, most_lines, out);
    (void)draw_text_block(8, y + 22, 18, "chart-soft", DRAW_SOFT, parts.data, 14, false, room, most_lines, out);
    draw_plot(&c, out);
    buffer_text(out, "</g>");
    draw_points(&c, out);
    buffer_text(out, "<g aria-hidden=\"true\" pointer-events=\"none\">");
    spc_labels_draw(&c, out);
    spc_notes_draw(&c, out);
    const size_t rows = spc_key_rows(&c);
    spc_key_draw(&c, c.height - 10 - 20 * (double)(rows > 0 ? rows - 1 : 0), out);
    buffer_text(out, "</g></svg>");
    out->failed = out->failed || title.failed || parts.failed || c.words.failed;
    buffer_free(&title);
    buffer_free(&parts);
    buffer_free(&c.words);
}

void chart_spc_svg(const series_view *v, const char *unique, buffer *out)
{
    chart_spc_write(v, unique, CHART_WIDE, true, out);
}
