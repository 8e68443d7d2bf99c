/* Charts that fit in a table row or a grid: a sparkline, and small multiples on one scale. Each is one picture to a screen reader. */
#include "publish/chart_draw.h"
#include "publish/chart_spc.h"

#include <math.h>
#include <string.h>

typedef struct small_plot {
    const edition_point *points;
    size_t count;
    draw_months months;
    draw_scale scale;
} small_plot;

static void point_at(const small_plot *c, char command, size_t i, double value, buffer *out)
{
    draw_move(command, draw_x(&c->months, c->points[i].period), draw_y(&c->scale, value), out);
}

/* Limits and average as bands and lines per stretch of equal values, without dashes: at this size dashes read as noise. */
static void draw_levels(const small_plot *c, buffer *out)
{
    double width = draw_month_width(&c->months);
    for (size_t i = 0; i < c->count;) {
        const edition_point *p = &c->points[i];
        size_t last = i;
        if (!isfinite(p->mean)) {
            i++;
            continue;
        }
        for (size_t k = i + 1; k < c->count; k++) {
            const edition_point *q = &c->points[k];
            if (isfinite(q->mean) ? q->segment != p->segment || q->mean != p->mean : series_has_figure(q))
                break;
            if (isfinite(q->mean))
                last = k;
        }
        size_t figures = 0;
        for (size_t k = i; k <= last; k++)
            figures += series_has_figure(&c->points[k]);
        if (figures == 0 || (figures == 1 && !isfinite(p->upper))) { /* the average of one month says nothing */
            i = last + 1;
            continue;
        }
        double left = c->months.left + (p->period.first_month - c->months.first) * width;
        double right = c->months.left +
                       (c->points[last].period.first_month + c->points[last].period.months - c->months.first) * width;
        if (isfinite(p->lower) && isfinite(p->upper)) {
            double top = draw_y(&c->scale, p->upper);
            buffer_text(out, "<rect class=\"chart-band\" fill=\"" DRAW_BAND "\"");
            draw_attribute("x", left, out);
            draw_attribute("y", top, out);
            draw_attribute("width", right - left, out);
            draw_attribute("height", fmax(draw_y(&c->scale, p->lower) - top, 0), out);
            buffer_text(out, "/>");
        }
        buffer_text(out, "<path class=\"chart-mean\" fill=\"none\" stroke=\"#425563\" d=\"M");
        draw_number(left, out);
        buffer_char(out, ' ');
        draw_number(draw_y(&c->scale, p->mean), out);
        buffer_char(out, 'H');
        draw_number(right, out);
        buffer_text(out, "\"/>");
        i = last + 1;
    }
}

/* The joining line; a figure with a gap on both sides stands as a dot. */
static void draw_joined(const small_plot *c, buffer *out)
{
    size_t from = out->length;
    buffer_text(out, "<path class=\"chart-line\" fill=\"none\" stroke=\"" DRAW_LINE
                     "\" stroke-width=\"1.5\" stroke-linejoin=\"round\" stroke-linecap=\"round\" d=\"");
    size_t empty = out->length;
    bool open = false;
    for (size_t i = 0; i < c->count; i++) {
        const edition_point *p = &c->points[i];
        if (!series_has_figure(p)) {
            open = false;
            continue;
        }
        bool joined = open && spc_adjacent(&c->points[i - 1], p);
        point_at(c, joined ? 'L' : 'M', i, spc_point_value(p), out);
        if (!joined && (i + 1 == c->count || !series_has_figure(&c->points[i + 1])))
            buffer_text(out, "h.01");
        open = true;
    }
    if (out->length == empty && !out->failed) {
        out->length = from;
        out->data[from] = 0;
        return;
    }
    buffer_text(out, "\"/>");
}

static void draw_target_line(const small_plot *c, buffer *out)
{
    double width = draw_month_width(&c->months);
    bool any = false;
    for (size_t i = 0; i < c->count; i++) {
        const edition_point *p = &c->points[i];
        if (!isfinite(p->target) || p->target < c->scale.low || p->target > c->scale.high)
            continue;
        if (!any)
            buffer_text(out, "<path class=\"chart-target\" fill=\"none\" stroke=\"" DRAW_TARGET
                             "\" stroke-width=\"1.5\" stroke-dasharray=\"6 2 1.5 2\" d=\"");
        bool goes_on = any && isfinite(c->points[i - 1].target) && c->points[i - 1].target == p->target;
        if (!goes_on) {
            draw_move('M', c->months.left + (p->period.first_month - c->months.first) * width,
                      draw_y(&c->scale, p->target), out);
        }
        buffer_char(out, 'H');
        draw_number(c->months.left + (p->period.first_month + p->period.months - c->months.first) * width, out);
        any = true;
    }
    if (any)
        buffer_text(out, "\"/>");
}

/* What was agreed, as round dots; only the months that the picture shows. */
static void draw_aim_line(const small_plot *c, const series_aim *a, buffer *out)
{
    const double width = draw_month_width(&c->months);
    bool any = false;
    for (size_t i = 0; i < c->count; i++) {
        const period when = c->points[i].period;
        const double level = series_aim_level(a, when);
        if (!isfinite(level) || level < c->scale.low || level > c->scale.high)
            continue;
        if (!any)
            buffer_text(out, "<path class=\"chart-agreed\" fill=\"none\" stroke=\"" DRAW_AGREED
                             "\" stroke-width=\"2.2\" stroke-linecap=\"round\" stroke-dasharray=\"0.1 4.4\" d=\"");
        any = true;
        draw_move('M', c->months.left + (when.first_month - c->months.first) * width, draw_y(&c->scale, level), out);
        buffer_char(out, 'H');
        draw_number(c->months.left + (when.first_month + when.months - c->months.first) * width, out);
    }
    if (any)
        buffer_text(out, "\"/>");
}

static void draw_figure_mark(const small_plot *c, size_t i, double size, buffer *out)
{
    const edition_point *p = &c->points[i];
    double x = draw_x(&c->months, p->period), y = draw_y(&c->scale, spc_point_value(p));
    if (p->estimated || p->over_open_band) {
        buffer_text(out,
                    "<circle class=\"chart-open\" fill=\"" DRAW_PAPER "\" stroke=\"#5b6d78\" stroke-width=\"1.25\"");
        draw_attribute("cx", x, out);
        draw_attribute("cy", y, out);
        draw_attribute("r", 3 * size, out);
        buffer_text(out, "/>");
    } else {
        draw_mark(draw_signal(p->signal), x, y, size, out);
    }
}

/* ---- sparkline -------------------------------------------------------------------------------------- */

enum { SPARK_WIDTH = 132, SPARK_HEIGHT = 36, SPARK_MONTHS = 24 };

void chart_sparkline(const series_view *v, buffer *out)
{
    series_reading r;
    buffer words = {0};
    char when[PERIOD_WORDS];
    series_read(v, &r);
    if (r.last == NULL)
        return;
    small_plot c = {.points = v->points, .count = r.last_index + 1};
    int32_t span = SPARK_MONTHS * (r.last->period.months < 1 ? 1 : r.last->period.months);
    int32_t after = r.last->period.first_month + r.last->period.months;
    while (c.count > 1 && after - c.points->period.first_month > span) {
        c.points++;
        c.count--;
    }
    draw_range range = draw_range_empty();
    const edition_point *first = NULL;
    for (size_t i = 0; i < c.count; i++) {
        const edition_point *p = &c.points[i];
        draw_range_line(&range, p->lower);
        draw_range_line(&range, p->upper);
        draw_range_line(&range, p->mean);
        if (series_has_figure(p)) {
            draw_range_data(&range, spc_point_value(p));
            first = first == NULL ? p : first;
        }
    }
    if (range.high - range.low < 1e-9 * fmax(fabs(range.high), 1)) {
        range.low -= 1;
        range.high += 1;
    }
    c.scale = (draw_scale){.low = range.low, .high = range.high, .top = 7, .bottom = SPARK_HEIGHT - 7};
    /* The months always take 24 places, so that rows of a table line up in time. */
    c.months = (draw_months){.first = after - span, .count = span, .left = 2, .right = SPARK_WIDTH - 6};

    figure_words(r.measure, first->value, first->over_open_band, &words);
    buffer_text(&words, " in ");
    period_words(first->period, when);
    buffer_text(&words, when);
    if (first != r.last) {
        buffer_text(&words, " to ");
        figure_words(r.measure, r.last->value, r.last->over_open_band, &words);
        buffer_text(&words, " in ");
        period_words(r.last->period, when);
        buffer_text(&words, when);
    }
    buffer_text(out, "<svg class=\"chart chart-spark\" viewBox=\"0 0 132 36\" width=\"132\" height=\"36\" role=\"img\" "
                     "aria-label=\"");
    draw_text(words.data, out);
    buffer_text(out, "\"><title>");
    draw_text(words.data, out);
    buffer_text(out, "</title>");
    draw_levels(&c, out);
    draw_joined(&c, out);
    draw_figure_mark(&c, c.count - 1, 0.85, out);
    buffer_text(out, "</svg>");
    buffer_free(&words);
}

/* ---- small multiples -------------------------------------------------------------------------------- */

void chart_scale_add(chart_scale *scale, const series_view *v)
{
    draw_range range = draw_range_empty();
    for (size_t i = 0; i < v->count; i++) {
        const edition_point *p = &v->points[i];
        draw_range_line(&range, p->lower);
        draw_range_line(&range, p->upper);
        draw_range_line(&range, p->mean);
        if (series_has_figure(p))
            draw_range_data(&range, spc_point_value(p));
    }
    if (range.low > range.high)
        return;
    int32_t first = v->points[0].period.first_month;
    int32_t last = v->points[v->count - 1].period.first_month + v->points[v->count - 1].period.months - 1;
    if (!scale->any) {
        *scale = (chart_scale){true, range.low, range.high, first, last, scale->two_lines};
        return;
    }
    scale->low = fmin(scale->low, range.low);
    scale->high = fmax(scale->high, range.high);
    scale->first_month = first < scale->first_month ? first : scale->first_month;
    scale->last_month = last > scale->last_month ? last : scale->last_month;
}

enum { SMALL_WIDTH = 232, SMALL_HEIGHT = 148, SMALL_LEADING = 17 };

/* How wide a heading may be beside the latest figure, which is written into words. */
static double heading_room(const series_reading *r, buffer *words)
{
    buffer_clear(words);
    if (r->last == NULL)
        return SMALL_WIDTH - 8;
    figure_bare(r->measure, r->last->value, r->last->over_open_band, words);
    return SMALL_WIDTH - 16 - draw_text_width(words->data, 14, true);
}

void chart_scale_heading(chart_scale *scale, const series_view *v, const char *heading)
{
    series_reading r;
    buffer words = {0};
    series_read(v, &r);
    scale->two_lines =
        scale->two_lines || draw_text_width(heading == NULL ? "" : heading, 14, true) > heading_room(&r, &words);
    buffer_free(&words);
}

static void small_month(const small_plot *c, int32_t month, const char *anchor, double x, buffer *out)
{
    static const char names[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    char words[24];
    if (month < 0)
        return;
    (void)snprintf(words, sizeof words, "%s %d", names[month % 12], (int)(month / 12));
    draw_label(x, c->scale.bottom + 18, anchor, "chart-soft", DRAW_SOFT, words, out);
}

void chart_small(const series_view *v, const chart_scale *scale, const char *heading, buffer *out)
{
    series_reading r;
    buffer words = {0}, tick = {0};
    const char *name = heading == NULL ? "" : heading;
    series_read(v, &r);
    small_plot c = {.points = v->points, .count = v->count};
    draw_range range = {scale->low, scale->high, scale->low, scale->high};
    figure_unit unit = figure_unit_of(r.measure);
    /* Limits may have gone where figures cannot; the shared axis does not follow them there. */
    if (figure_never_negative(unit) && range.low < 0)
        range.low = range.data_low = 0;
    if (unit == FIGURE_PERCENT && range.high > 100)
        range.high = range.data_high = 100;
    const double more = scale->two_lines ? SMALL_LEADING : 0;
    draw_scale_make(&range, unit, 2, 32 + more, SMALL_HEIGHT + more - 26, &c.scale);
    double largest = fmax(fabs(c.scale.low), fabs(c.scale.high)), widest = 0;
    for (size_t i = 0; i < c.scale.count; i++) {
        buffer_clear(&tick);
        figure_axis(r.measure, c.scale.ticks[i], c.scale.step, largest, &tick);
        widest = fmax(widest, draw_text_width(tick.data, 14, false));
    }
    c.months =
        (draw_months){scale->first_month, scale->last_month - scale->first_month + 1, widest + 6, SMALL_WIDTH - 8};

    buffer_text(&words, name);
    buffer_text(&words, ": ");
    sentence_finding(v, &words);
    buffer_printf(out, "<svg class=\"chart chart-small\" viewBox=\"0 0 232 %d\" role=\"img\" ",
                  SMALL_HEIGHT + (int)more);
    buffer_text(out, "font-family=\"Arial,Helvetica,sans-serif\" font-size=\"14\" aria-label=\"");
    draw_text(words.data, out);
    buffer_text(out, "\"><title>");
    draw_text(words.data, out);
    buffer_text(out, "</title>");
    /* The heading, with the latest figure at its right. */
    double room = heading_room(&r, &words);
    if (r.last != NULL) {
        buffer_text(out, "<text x=\"224\" y=\"16\" text-anchor=\"end\" font-weight=\"700\" class=\"");
        buffer_text(out, r.signal > SIGNAL_COMMON_CAUSE ? draw_signal_class(r.signal) : "chart-ink");
        buffer_text(out, "\" fill=\"");
        buffer_text(out, r.signal > SIGNAL_COMMON_CAUSE ? draw_signal_colour(r.signal) : DRAW_INK);
        buffer_text(out, "\">");
        draw_text(words.data, out);
        buffer_text(out, "</text>");
    }
    /* Only the first line shares its width with the figure. */
    size_t starts[2], lengths[2];
    bool cut;
    size_t lines = scale->two_lines ? draw_text_wrap(name, 14, true, room, 2, starts, lengths, &cut) : 1;
    if (lines == 2) {
        buffer_clear(&words);
        buffer_put(&words, name, lengths[0]);
        (void)draw_text_block(0, 16, 0, "chart-ink", DRAW_INK, words.data, 14, true, room, 1, out);
        (void)draw_text_block(0, 16 + SMALL_LEADING, 0, "chart-ink", DRAW_INK, name + starts[1], 14, true, SMALL_WIDTH,
                              1, out);
    } else {
        (void)draw_text_block(0, 16, 0, "chart-ink", DRAW_INK, name, 14, true, room, 1, out);
    }
    draw_levels(&c, out);
    buffer_text(out, "<path class=\"chart-grid\" fill=\"none\" stroke=\"" DRAW_GRID "\" d=\"");
    for (size_t i = 0; i < c.scale.count; i++) {
        draw_move('M', c.months.left, draw_y(&c.scale, c.scale.ticks[i]), out);
        buffer_char(out, 'H');
        draw_number(c.months.right, out);
    }
    buffer_text(out, "\"/>");
    for (size_t i = 0; i < c.scale.count; i++) {
        buffer_clear(&tick);
        figure_axis(r.measure, c.scale.ticks[i], c.scale.step, largest, &tick);
        draw_label(c.months.left - 4, draw_y(&c.scale, c.scale.ticks[i]) + 5, "end", "chart-soft", DRAW_SOFT, tick.data,
                   out);
    }
    small_month(&c, scale->first_month, "start", c.months.left, out);
    if (scale->last_month > scale->first_month)
        small_month(&c, scale->last_month, "end", c.months.right, out);
    draw_target_line(&c, out);
    for (size_t i = 0; i < spc_aims_drawn(v); i++)
        draw_aim_line(&c, &v->aims[i], out);
    draw_joined(&c, out);
    /* Special points only, and the latest: dots of every month would fill a picture of this size. */
    for (size_t i = 0; i < c.count; i++)
        if (series_has_figure(&c.points[i]) &&
            (&c.points[i] == r.last ||
             (!c.points[i].estimated && draw_signal(c.points[i].signal) > SIGNAL_COMMON_CAUSE)))
            draw_figure_mark(&c, i, &c.points[i] == r.last ? 0.85 : 0.5, out);
    buffer_text(out, "</svg>");
    buffer_free(&words);
    buffer_free(&tick);
}
