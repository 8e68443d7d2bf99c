/*
 * A frame as SVG, in the manner of the SPC chart: title, lines named where they end, a list of figures for those who hear it.
 * Drawn back to front: band, grid, lines, marks, words.
 */
#include "publish/plot_frame.h"

#include <math.h>
#include <string.h>

/* ---- the drawing's own measures --------------------------------------------------------------------- */

enum { MOST_NAMES = 24 };

typedef struct box {
    double left, right, top, bottom;
} box;

typedef struct picture {
    frame *f;
    bool narrow;
    double width, height, left, right, top, bottom, gutter;
    draw_scale scale;
    plot_tick ticks[PLOT_MOST_TICKS];
    size_t tick_count;
    double mark;
    box names[MOST_NAMES];
    size_t name_count;
} picture;

static double text_width(const char *words)
{
    return draw_text_width(words, 14, false);
}

static double x_of(const picture *c, double x)
{
    double part = (x - c->f->x_low) / (c->f->x_high - c->f->x_low);
    part = !(part > 0) ? 0 : part > 1 ? 1 : part;
    return c->left + part * (c->right - c->left);
}

static bool inside(const picture *c, double y)
{
    double slack = (c->scale.high - c->scale.low) * 1e-9;
    return y >= c->scale.low - slack && y <= c->scale.high + slack;
}

static const struct {
    const char *attributes, *class_name, *colour;
} STYLES[STYLE_KINDS] = {
    [STYLE_CENTRE] = {"class=\"chart-mean\" stroke=\"#425563\" stroke-width=\"1.75\"", "chart-ink", DRAW_INK},
    [STYLE_LIMIT] = {"class=\"chart-limit\" stroke=\"" DRAW_LINE "\" stroke-width=\"1.25\" stroke-dasharray=\"6 4\"",
                     "chart-soft", DRAW_SOFT},
    [STYLE_INNER] = {"class=\"chart-limit\" stroke=\"" DRAW_LINE "\" stroke-width=\"1.5\" stroke-dasharray=\"1.5 3\"",
                     "chart-soft", DRAW_SOFT},
    [STYLE_FAINT] = {"class=\"chart-leader\" stroke=\"#aeb7bd\" stroke-width=\"1\"", "chart-soft", DRAW_SOFT},
    [STYLE_TARGET] = {"class=\"chart-target\" stroke=\"" DRAW_TARGET
                      "\" stroke-width=\"2\" stroke-dasharray=\"10 3 2 3\"",
                      "chart-target-text", DRAW_TARGET},
    [STYLE_JOIN] = {"class=\"chart-line\" stroke=\"" DRAW_LINE "\" stroke-width=\"1.5\" stroke-linejoin=\"round\"",
                    "chart-ink", DRAW_INK},
    [STYLE_FIT] = {"class=\"plot-fit\" stroke=\"" DRAW_INK "\" stroke-width=\"2.25\"", "chart-ink", DRAW_INK},
    [STYLE_SERIES_1] = {"class=\"plot-series-1\" stroke=\"#005eb8\" stroke-width=\"2.25\"", "plot-text-1", "#005eb8"},
    [STYLE_SERIES_1 + 1] = {"class=\"plot-series-2\" stroke=\"#b84a00\" stroke-width=\"2.25\" stroke-dasharray=\"7 3\"",
                            "plot-text-2", "#b84a00"},
    [STYLE_SERIES_1 + 2] = {"class=\"plot-series-3\" stroke=\"#6a2c91\" stroke-width=\"2.25\" stroke-dasharray=\"2 3\"",
                            "plot-text-3", "#6a2c91"},
    [STYLE_SERIES_1 +
        3] = {"class=\"plot-series-4\" stroke=\"#425563\" stroke-width=\"2.25\" stroke-dasharray=\"10 3 2 3\"",
              "plot-text-4", "#425563"},
    [STYLE_SERIES_1 +
        4] = {"class=\"plot-series-5\" stroke=\"#8b1538\" stroke-width=\"2.25\" stroke-dasharray=\"12 4\"",
              "plot-text-5", "#8b1538"},
    [STYLE_SERIES_1 +
        5] = {"class=\"plot-series-6\" stroke=\"#768692\" stroke-width=\"2.25\" stroke-dasharray=\"4 2 1 2\"",
              "plot-text-6", "#4c6272"}};

/* ---- lines ------------------------------------------------------------------------------------------ */

/* The part of a segment that lies within the axis; false where there is none. */
static bool clip(const draw_scale *s, double *x1, double *y1, double *x2, double *y2)
{
    if ((*y1 > s->high && *y2 > s->high) || (*y1 < s->low && *y2 < s->low))
        return false;
    double ends[4] = {*x1, *y1, *x2, *y2};
    for (int i = 0; i < 2; i++) {
        double *x = i == 0 ? x1 : x2, *y = i == 0 ? y1 : y2;
        double bound = *y > s->high ? s->high : *y < s->low ? s->low : *y;
        if (bound != *y) {
            *x = ends[0] + (ends[2] - ends[0]) * (bound - ends[1]) / (ends[3] - ends[1]);
            *y = bound;
        }
    }
    return true;
}

static void draw_line(picture *c, const frame_line *l, buffer *out)
{
    size_t from = out->length, empty;
    buffer_text(out, "<path fill=\"none\" ");
    buffer_text(out, STYLES[l->style].attributes);
    buffer_text(out, " d=\"");
    empty = out->length;
    double last_x = NAN, last_y = NAN;
    for (size_t i = 1; i < l->count; i++) {
        double x1 = l->x[i - 1], y1 = l->y[i - 1], x2 = l->x[i], y2 = l->y[i];
        if (!isfinite(y1) || !isfinite(y2) || !isfinite(x1) || !isfinite(x2) || !clip(&c->scale, &x1, &y1, &x2, &y2))
            continue;
        if (!(x1 == last_x && y1 == last_y))
            draw_move('M', x_of(c, x1), draw_y(&c->scale, y1), out);
        draw_move('L', x_of(c, x2), draw_y(&c->scale, y2), out);
        last_x = x2;
        last_y = y2;
    }
    if (out->length == empty && !out->failed) {
        out->length = from;
        out->data[from] = 0;
        return;
    }
    buffer_text(out, "\"/>");
}

static void draw_edges(picture *c, const frame_band *b, size_t from, size_t end, buffer *out)
{
    const double *const edges[] = {b->upper, b->lower};
    buffer_text(out,
                "<path class=\"chart-limit\" stroke=\"" DRAW_LINE "\" fill=\"none\" stroke-dasharray=\"5 3\" d=\"");
    for (size_t e = 0; e < 2; e++)
        for (size_t k = from; k < end; k++)
            draw_move(k == from ? 'M' : 'L', x_of(c, b->x[k]), draw_y(&c->scale, edges[e][k]), out);
    buffer_text(out, "\"/>");
}

static void draw_band(picture *c, const frame_band *b, buffer *out)
{
    for (size_t i = 0; i < b->count;) {
        size_t end = i;
        while (end < b->count && isfinite(b->lower[end]) && isfinite(b->upper[end]))
            end++;
        if (end > i + 1) {
            buffer_text(out, "<path class=\"chart-band\" fill=\"" DRAW_BAND "\" d=\"");
            for (size_t k = i; k < end; k++)
                draw_move(k == i ? 'M' : 'L', x_of(c, b->x[k]), draw_y(&c->scale, b->upper[k]), out);
            for (size_t k = end; k-- > i;)
                draw_move('L', x_of(c, b->x[k]), draw_y(&c->scale, b->lower[k]), out);
            buffer_text(out, "z\"/>");
            if (b->edged)
                draw_edges(c, b, i, end, out);
        }
        i = end > i ? end : i + 1;
    }
}

/* ---- axes ------------------------------------------------------------------------------------------- */

static void tick_figure(const picture *c, double tick, buffer *out)
{
    const frame *f = c->f;
    if (f->log_y) {
        static const char *const digits[] = {"\xe2\x81\xb0", "\xc2\xb9",     "\xc2\xb2",     "\xc2\xb3",
                                             "\xe2\x81\xb4", "\xe2\x81\xb5", "\xe2\x81\xb6", "\xe2\x81\xb7",
                                             "\xe2\x81\xb8", "\xe2\x81\xb9"};
        int power = (int)lround(-tick);
        if (power <= 3) {
            figure_fixed(pow(10, -power), power, false, "-", out);
            return;
        }
        buffer_text(out, "10\xe2\x81\xbb");
        if (power >= 10)
            buffer_text(out, digits[power / 10 % 10]);
        buffer_text(out, digits[power % 10]);
        return;
    }
    plot_axis_figure(&f->unit, f->mirrored_y ? fabs(tick) : tick, c->scale.step,
                     fmax(fabs(c->scale.low), fabs(c->scale.high)), out);
}

static void draw_axes(picture *c, buffer *out)
{
    frame *f = c->f;
    buffer_text(out, "<path class=\"chart-grid\" stroke=\"" DRAW_GRID "\" fill=\"none\" d=\"");
    for (size_t i = 0; i < c->scale.count; i++) {
        draw_move('M', c->left, draw_y(&c->scale, c->scale.ticks[i]), out);
        buffer_char(out, 'H');
        draw_number(c->right, out);
    }
    buffer_text(out, "\"/>");
    for (size_t i = 0; i < c->scale.count; i++) {
        buffer *words = frame_fresh(f);
        tick_figure(c, c->scale.ticks[i], words);
        draw_label(c->left - 8, draw_y(&c->scale, c->scale.ticks[i]) + 5, "end", "chart-soft", DRAW_SOFT, words->data,
                   out);
    }
    buffer_text(out, "<path class=\"chart-axis\" stroke=\"" DRAW_LINE "\" fill=\"none\" d=\"");
    draw_move('M', c->left, c->bottom, out);
    buffer_char(out, 'H');
    draw_number(c->right, out);
    buffer_text(out, "\"/>");
    double free_from = 0, year_free_from = 0;
    for (size_t i = 0; i < c->tick_count; i++) {
        const plot_tick *t = &c->ticks[i];
        double x = x_of(c, t->x), half = text_width(t->first) / 2;
        buffer_text(out, "<path class=\"chart-tick\" stroke=\"" DRAW_LINE "\" d=\"");
        draw_move('M', x, c->bottom, out);
        buffer_text(out, "v5\"/>");
        double at = fmin(fmax(x, half + 2), c->width - half - 2);
        if (at - half >= free_from) {
            draw_label(at, c->bottom + 19, "middle", "chart-soft", DRAW_SOFT, t->first, out);
            free_from = at + half + 4;
        }
        if (t->second[0] != 0 && at - 17 >= year_free_from) {
            draw_label(at, c->bottom + 36, "middle", "chart-soft", DRAW_SOFT, t->second, out);
            year_free_from = at + 20;
        }
    }
}

static void draw_dividers(picture *c, buffer *out)
{
    double free_from = 0;
    for (size_t i = 0; i < c->f->divider_count; i++) {
        const frame_divider *d = &c->f->dividers[i];
        double x = x_of(c, d->x), room = text_width(d->words);
        buffer_text(out, "<path class=\"chart-axis\" stroke=\"" DRAW_LINE "\" fill=\"none\" d=\"");
        draw_move('M', x, c->top - 18, out);
        buffer_char(out, 'V');
        draw_number(c->bottom, out);
        buffer_text(out, "\"/>");
        double before = i > 0 ? x_of(c, d[-1].x) : c->left,
               after = i + 1 < c->f->divider_count ? x_of(c, d[1].x) : c->width - 4;
        bool right = x + 6 + room <= after, left = x - 6 - room >= fmax(before, free_from);
        if (right || left) { /* else the words are with the figures */
            draw_label(right ? x + 6 : x - 6, c->top - 6, right ? "start" : "end", "chart-soft", DRAW_SOFT, d->words,
                       out);
            free_from = right ? x + 6 + room + 8 : x + 6;
        }
    }
}

/* ---- marks ------------------------------------------------------------------------------------------ */

static void draw_mark_bars(const picture *c, const frame_mark *m, double x, buffer *out)
{
    if (isfinite(m->from) && isfinite(m->to)) {
        buffer_text(out, "<path class=\"plot-bar\" stroke=\"#aeb7bd\" stroke-width=\"2\" fill=\"none\" d=\"");
        draw_move('M', x_of(c, m->from), draw_y(&c->scale, m->y), out);
        buffer_char(out, 'H');
        draw_number(x_of(c, m->to), out);
        buffer_text(out, "\"/>");
    }
    if (isfinite(m->lower) && isfinite(m->upper)) {
        buffer_text(out, "<path class=\"chart-interval\" stroke=\"#8a99a3\" stroke-width=\"2.5\" fill=\"none\" d=\"");
        draw_move('M', x, draw_y(&c->scale, m->lower), out);
        buffer_char(out, 'V');
        draw_number(draw_y(&c->scale, m->upper), out);
        buffer_text(out, "\"/>");
    }
}

/* The column of a mark reaches half way to its neighbours that have words. */
static void draw_column(const picture *c, size_t i, double x, buffer *out)
{
    const frame *f = c->f;
    double before = NAN, after = NAN;
    for (size_t k = i; k-- > 0 && isnan(before);)
        before = f->marks[k].words != NULL && f->marks[k].x < f->marks[i].x ? x_of(c, f->marks[k].x) : (double)NAN;
    for (size_t k = i + 1; k < f->mark_count && isnan(after); k++)
        after = f->marks[k].words != NULL && f->marks[k].x > f->marks[i].x ? x_of(c, f->marks[k].x) : (double)NAN;
    double left = isnan(before) ? c->left : (before + x) / 2, right = isnan(after) ? c->right : (x + after) / 2;
    buffer_text(out, "<path class=\"chart-hit\" fill=\"none\" d=\"");
    draw_move('M', left, c->top, out);
    buffer_char(out, 'H');
    draw_number(right, out);
    buffer_char(out, 'V');
    draw_number(c->bottom, out);
    buffer_char(out, 'H');
    draw_number(left, out);
    buffer_text(out, "z\"/>");
}

static void draw_marks(picture *c, buffer *out)
{
    const frame *f = c->f;
    for (int heard = 0; heard < 2; heard++) {
        if (heard == 0)
            buffer_text(out, "<g aria-hidden=\"true\">");
        else
            buffer_text(out, "</g><g role=\"list\" aria-label=\"Figures\">");
        for (size_t i = 0; i < f->mark_count; i++) {
            const frame_mark *m = &f->marks[i];
            if ((m->words != NULL) != (heard == 1))
                continue;
            double x = x_of(c, m->x);
            if (m->words != NULL) {
                buffer_text(out, "<g role=\"listitem\" class=\"chart-point\"><title>");
                draw_text(m->words, out);
                buffer_text(out, "</title>");
                if (f->columns) {
                    draw_column(c, i, x, out);
                } else if (isfinite(m->y)) {
                    buffer_text(out, "<circle class=\"chart-hit\" fill=\"none\"");
                    draw_attribute("cx", x, out);
                    draw_attribute("cy", draw_y(&c->scale, m->y), out);
                    buffer_text(out, " r=\"10\"/>");
                }
            }
            if (isfinite(m->y)) {
                draw_mark_bars(c, m, x, out);
                frame_shape_draw(m->shape, x, draw_y(&c->scale, m->y), c->mark * (m->own ? 1.5 : 1), out);
                if (m->own) {
                    buffer_text(out, "<circle class=\"plot-own\" fill=\"none\" stroke=\"" DRAW_INK
                                     "\" stroke-width=\"1.5\" r=\"9.5\"");
                    draw_attribute("cx", x, out);
                    draw_attribute("cy", draw_y(&c->scale, m->y), out);
                    buffer_text(out, "/>");
                }
            }
            if (m->words != NULL)
                buffer_text(out, "</g>");
        }
    }
    buffer_text(out, "</g>");
}

/* ---- names beside marks ------------------------------------------------------------------------------ */

static bool boxes_touch(const box *a, const box *b)
{
    return a->left < b->right && b->left < a->right && a->top < b->bottom && b->top < a->bottom;
}

/* How many marks (which a name must not hide) and lines (which it may cross if it must) a box touches; lines count little. */
static double box_cost(const picture *c, const box *b, size_t own)
{
    const frame *f = c->f;
    double cost = 0;
    for (size_t i = 0; i < c->name_count; i++)
        if (boxes_touch(b, &c->names[i]))
            return 1e6;
    for (size_t i = 0; i < f->mark_count; i++) {
        const frame_mark *m = &f->marks[i];
        if (i == own || m->shape == SHAPE_NONE || !isfinite(m->y))
            continue;
        double x = x_of(c, m->x), y = draw_y(&c->scale, m->y), r = 4;
        if (x > b->left - r && x < b->right + r && y > b->top - r && y < b->bottom + r)
            cost += 100;
    }
    for (size_t i = 0; i < f->line_count; i++) {
        const frame_line *l = &f->lines[i];
        if (l->style == STYLE_JOIN)
            continue;
        for (size_t k = 1; k < l->count; k++) {
            if (!isfinite(l->y[k]) || !isfinite(l->y[k - 1]))
                continue;
            double x1 = x_of(c, l->x[k - 1]), x2 = x_of(c, l->x[k]), y1 = draw_y(&c->scale, l->y[k - 1]),
                   y2 = draw_y(&c->scale, l->y[k]);
            if (fmax(x1, x2) > b->left && fmin(x1, x2) < b->right && fmax(y1, y2) > b->top &&
                fmin(y1, y2) < b->bottom) {
                cost += 3;
                break;
            }
        }
    }
    return cost;
}

static void draw_name(picture *c, size_t i, buffer *out)
{
    const frame_mark *m = &c->f->marks[i];
    size_t start, length;
    bool cut;
    (void)draw_text_wrap(m->name, 14, m->own, c->narrow ? 130 : 230, 1, &start, &length, &cut);
    double width = draw_text_width_n(m->name + start, length, 14, m->own) + (cut ? 14 : 0), r = m->own ? 14 : 9;
    double x = x_of(c, m->x), y = draw_y(&c->scale, m->y);
    const double lefts[] = {x + r,         x - r - width, x + 3,         x + 3,
                            x - 3 - width, x - 3 - width, x - width / 2, x - width / 2};
    const double baselines[] = {y + 5, y + 5, y - r, y + r + 10, y - r, y + r + 10, y - r - 1, y + r + 11};
    double best = m->own ? 1e5 : 99; /* one's own name may stand on another's dot */
    size_t chosen = 8;
    for (size_t k = 0; k < 8; k++) {
        box b = {lefts[k] - 2, lefts[k] + width + 2, baselines[k] - 12, baselines[k] + 4};
        if (b.left < c->left || b.right > c->right + (c->gutter > 0 ? 4 : 8) || b.top < c->top - 4 ||
            b.bottom > c->bottom)
            continue;
        double cost = box_cost(c, &b, i) + (double)k * 0.2;
        if (cost < best) {
            best = cost;
            chosen = k;
        }
    }
    if (chosen == 8)
        return;
    c->names[c->name_count++] =
        (box){lefts[chosen] - 2, lefts[chosen] + width + 2, baselines[chosen] - 12, baselines[chosen] + 4};
    if (best >= 3) { /* a line runs behind it */
        buffer_text(out, "<rect class=\"chart-paper\" fill=\"" DRAW_PAPER "\" fill-opacity=\"0.82\" height=\"16\"");
        draw_attribute("x", lefts[chosen] - 1, out);
        draw_attribute("y", baselines[chosen] - 12, out);
        draw_attribute("width", width + 2, out);
        buffer_text(out, "/>");
    }
    buffer_text(out, "<text");
    draw_attribute("x", lefts[chosen], out);
    draw_attribute("y", baselines[chosen], out);
    buffer_text(out, m->own ? " font-weight=\"700\"" : "");
    buffer_text(out, " class=\"chart-ink\" fill=\"" DRAW_INK "\">");
    draw_text_n(m->name + start, length, out);
    buffer_text(out, cut ? "\xe2\x80\xa6</text>" : "</text>");
}

/* ---- labels where lines end -------------------------------------------------------------------------- */

static void draw_one_label(const picture *c, const frame_label *l, double line_y, double y, buffer *out)
{
    double x = c->right + 18;
    if (inside(c, l->value)) {
        buffer_text(out, "<path class=\"chart-leader\" stroke=\"#aeb7bd\" fill=\"none\" d=\"");
        draw_move('M', c->right + 2, line_y, out);
        draw_move('L', c->right + 6, line_y, out);
        draw_move('L', c->right + 11, y, out);
        draw_move('L', x - 3, y, out);
        buffer_text(out, "\"/>");
    }
    bool two = l->lines[1][0] != 0;
    double first = y - (two ? 8.5 : 0) + (l->bold ? 6 : 5);
    for (size_t k = 0; k < (two ? 2u : 1u); k++) {
        buffer_text(out, "<text");
        draw_attribute("x", x, out);
        draw_attribute("y", first + 17 * (double)k, out);
        buffer_text(out, l->bold ? " font-size=\"17\" font-weight=\"700\" class=\"" : " class=\"");
        buffer_text(out, l->class_name);
        buffer_text(out, "\" fill=\"");
        buffer_text(out, l->colour);
        buffer_text(out, "\">");
        draw_text(l->lines[k], out);
        buffer_text(out, "</text>");
    }
}

static void draw_labels(picture *c, buffer *out)
{
    frame_label *labels = c->f->labels;
    size_t n = c->f->label_count;
    draw_place places[FRAME_MOST_LABELS];
    for (size_t i = 1; i < n; i++)
        for (size_t k = i; k > 0 && labels[k].value > labels[k - 1].value; k--) {
            frame_label moved = labels[k];
            labels[k] = labels[k - 1];
            labels[k - 1] = moved;
        }
    for (size_t i = 0; i < n; i++)
        places[i] = (draw_place){.wanted = draw_y(&c->scale, labels[i].value),
                                 .height = labels[i].lines[1][0] != 0 ? 35
                                           : labels[i].bold           ? 21
                                                                      : 18};
    draw_places(places, n, c->top - 14, c->bottom + (c->f->x_name != NULL ? 10 : 30));
    for (size_t i = 0; i < n; i++)
        draw_one_label(c, &labels[i], draw_y(&c->scale, labels[i].value), places[i].y, out);
}

static double labels_width(const frame *f)
{
    double width = 0;
    for (size_t i = 0; i < f->label_count; i++)
        for (size_t k = 0; k < 2; k++)
            width = fmax(width, draw_text_width(f->labels[i].lines[k], f->labels[i].bold ? 17 : 14, f->labels[i].bold));
    return width;
}

/* ---- the key ----------------------------------------------------------------------------------------- */

static double key_indent(const frame_key *k)
{
    return k->kind == KEY_SHAPE ? 20 : 34;
}

static double key_width(const frame_key *k)
{
    return key_indent(k) + text_width(k->words);
}

/* Draws where `out` is given; returns the rows. */
static size_t key_rows(const picture *c, double y, buffer *out)
{
    double x = 8;
    size_t rows = c->f->key_count > 0;
    for (size_t i = 0; i < c->f->key_count; i++) {
        const frame_key *k = &c->f->keys[i];
        if (x > 8 && x + key_width(k) > c->width - 8) {
            rows++;
            x = 8;
            y += 20;
        }
        if (out != NULL) {
            if (k->kind == KEY_SHAPE) {
                frame_shape_draw(k->shape, x + 7, y - 5, 1, out);
            } else if (k->kind == KEY_LINE) {
                buffer_text(out, "<path fill=\"none\" ");
                buffer_text(out, STYLES[k->style].attributes);
                buffer_text(out, " d=\"");
                draw_move('M', x, y - 5, out);
                buffer_text(out, "h28\"/>");
            } else {
                buffer_text(out, "<rect class=\"chart-band\" fill=\"" DRAW_BAND "\" width=\"26\" height=\"14\"");
                draw_attribute("x", x, out);
                draw_attribute("y", y - 12, out);
                buffer_text(out, "/><path class=\"chart-limit\" stroke=\"" DRAW_LINE
                                 "\" fill=\"none\" stroke-dasharray=\"5 3\" d=\"");
                draw_move('M', x, y - 12, out);
                buffer_text(out, "h26");
                draw_move('M', x, y + 2, out);
                buffer_text(out, "h26\"/>");
            }
            draw_label(x + key_indent(k), y, "start", "chart-soft", DRAW_SOFT, k->words, out);
        }
        x += key_width(k) + 20;
    }
    return rows;
}

/* ---- all of it -------------------------------------------------------------------------------------- */

static void log_scale(frame *f, double top, double bottom, draw_scale *s)
{
    double low = floor(fmin(f->range.low, -1)), step = fmax(1, ceil(-low / 6));
    *s = (draw_scale){.low = low, .high = 0, .step = step, .top = top, .bottom = bottom};
    for (double at = 0; at >= low && s->count < DRAW_TICKS; at -= step)
        s->ticks[s->count++] = at;
}

static size_t lines_of(const char *words, double size, bool bold, double width, size_t most)
{
    size_t starts[8], lengths[8];
    bool cut;
    return words == NULL ? 0 : draw_text_wrap(words, size, bold, width, most, starts, lengths, &cut);
}

static void layout(picture *c, double header)
{
    frame *f = c->f;
    c->top = header + 18 + (f->divider_count > 0 ? 20 : 0);
    c->bottom = c->top + f->height;
    if (f->log_y)
        log_scale(f, c->top, c->bottom, &c->scale);
    else
        draw_scale_make(&f->range, plot_figure_unit(&f->unit), f->height < 180 ? 3 : 4, c->top, c->bottom, &c->scale);
    double widest = 0;
    for (size_t i = 0; i < c->scale.count; i++) {
        buffer *words = frame_fresh(f);
        tick_figure(c, c->scale.ticks[i], words);
        widest = fmax(widest, text_width(words->data));
    }
    c->gutter = labels_width(f);
    c->left = 8 + widest + 8;
    c->right = c->width - (c->gutter > 0 ? c->gutter + 24 : 12);
    c->tick_count = plot_ticks(f, c->right - c->left, text_width, c->ticks);
    size_t shown = 0;
    for (size_t i = 0; i < f->mark_count; i++)
        shown += f->marks[i].shape != SHAPE_NONE;
    double room = (c->right - c->left) / (double)(shown < 1 ? 1 : shown);
    c->mark = !f->columns ? (shown > 400 ? 0.8 : 1) : room >= 10 ? 1 : room <= 3 ? 0.5 : 0.5 + 0.5 * (room - 3) / 7;
}

void frame_draw_svg(frame *f, buffer *out)
{
    picture c = {.f = f, .narrow = f->medium->form == PLOT_NARROW, .width = f->medium->form == PLOT_NARROW ? 360 : 720};
    const double title_size = c.narrow ? 18 : 20, room = c.width - 16;
    const size_t most = c.narrow ? 3 : 2;
    const char *title = f->title != NULL ? f->title : "", *subtitle = f->subtitle != NULL ? f->subtitle : "";
    size_t title_lines = lines_of(title, title_size, true, room, most),
           part_lines = subtitle[0] != 0 ? lines_of(subtitle, 14, false, room, most) : 0;
    layout(&c, 28 + 23 * (double)(title_lines - 1) + 18 * (double)part_lines);
    bool years = false;
    for (size_t i = 0; i < c.tick_count; i++)
        years = years || c.ticks[i].second[0] != 0;
    const size_t name_lines = lines_of(f->x_name, 14, false, c.width - c.left - 8, 2);
    const double name_y = c.bottom + (c.tick_count > 0 ? 42 : 24) + (years ? 17 : 0);
    double below = name_y - 18 + 19 * (double)name_lines;
    size_t keys = key_rows(&c, 0, NULL), notes = f->note != NULL ? lines_of(f->note, 14, false, room, 4) : 0;
    double key_y = below + 22, note_y = below + 22 + 20 * (double)keys + (keys > 0 ? 4 : 0);
    c.height = below + 8 + (keys > 0 ? 20 * (double)keys + 4 : 0) + (notes > 0 ? 18 * (double)notes + 6 : 0);

    frame_open(f->medium, c.width, c.height, title, f->description != NULL ? f->description : "", out);
    buffer_text(out, "<g aria-hidden=\"true\">");
    double y = draw_text_block(8, 24, 23, "chart-title", DRAW_INK, title, title_size, true, room, most, out);
    if (part_lines > 0)
        (void)draw_text_block(8, y + 22, 18, "chart-soft", DRAW_SOFT, subtitle, 14, false, room, most, out);
    for (size_t i = 0; i < f->band_count; i++)
        draw_band(&c, &f->bands[i], out);
    draw_axes(&c, out);
    for (size_t i = 0; i < f->line_count; i++)
        draw_line(&c, &f->lines[i], out);
    draw_dividers(&c, out);
    buffer_text(out, "</g>");
    draw_marks(&c, out);
    buffer_text(out, "<g aria-hidden=\"true\" pointer-events=\"none\">");
    for (size_t i = 0; i < f->mark_count && c.name_count < MOST_NAMES; i++)
        if (plot_given(f->marks[i].name) && isfinite(f->marks[i].y))
            draw_name(&c, i, out);
    draw_labels(&c, out);
    if (f->x_name != NULL)
        (void)draw_text_block(c.left, name_y, 18, "chart-soft", DRAW_SOFT, f->x_name, 14, false, c.width - c.left - 8,
                              2, out);
    (void)key_rows(&c, key_y, out);
    if (notes > 0)
        (void)draw_text_block(8, note_y, 18, "chart-soft", DRAW_SOFT, f->note, 14, false, room, 4, out);
    buffer_text(out, "</g></svg>");
}
