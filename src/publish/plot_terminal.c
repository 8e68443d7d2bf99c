/* A frame in characters: the same lines, shapes and words as the picture. */
#include "publish/plot_canvas.h"
#include "publish/plot_frame.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_GUTTER = 26, LABEL_BYTES = 132, NAMED = 12 };

static const struct {
    const char *glyph;
    canvas_ink ink;
} SHAPES[] = {[SHAPE_NONE] = {"", INK_PLAIN},
              [SHAPE_USUAL] = {"\xe2\x80\xa2", INK_PLAIN},
              [SHAPE_PLAIN] = {"\xe2\x97\x8f", INK_PLAIN},
              [SHAPE_IMPROVEMENT] = {"\xe2\x97\x8f", INK_BLUE},
              [SHAPE_CONCERN] = {"\xe2\x97\x86", INK_ORANGE},
              [SHAPE_UNUSUAL] = {"\xe2\x96\xa0", INK_PURPLE},
              [SHAPE_EXCLUDED] = {"\xc3\x97", INK_PLAIN},
              [SHAPE_OPEN] = {"\xe2\x97\x8b", INK_PLAIN},
              [SHAPE_START] = {"\xe2\x96\xb3", INK_PLAIN}};

/* Level lines have a character of their own; others, and all that slant, are drawn in dots. */
static const struct {
    const char *glyph;
    canvas_ink ink;
} LINES[STYLE_KINDS] = {[STYLE_CENTRE] = {"\xe2\x94\x80", INK_PLAIN},
                        [STYLE_LIMIT] = {"\xe2\x94\x84", INK_DIM},
                        [STYLE_INNER] = {"\xe2\x94\x88", INK_DIM},
                        [STYLE_FAINT] = {NULL, INK_DIM},
                        [STYLE_TARGET] = {"\xe2\x95\x8d", INK_RED},
                        [STYLE_JOIN] = {NULL, INK_DIM},
                        [STYLE_FIT] = {NULL, INK_BOLD},
                        [STYLE_SERIES_1] = {NULL, INK_BLUE},
                        [STYLE_SERIES_1 + 1] = {NULL, INK_ORANGE},
                        [STYLE_SERIES_1 + 2] = {NULL, INK_PURPLE},
                        [STYLE_SERIES_1 + 3] = {NULL, INK_PLAIN},
                        [STYLE_SERIES_1 + 4] = {NULL, INK_RED},
                        [STYLE_SERIES_1 + 5] = {NULL, INK_DIM}};

typedef struct drawing {
    frame *f;
    canvas canvas;
    draw_scale scale;
    size_t total, rows, axis, width;
    char labels[CANVAS_MOST_ROWS][LABEL_BYTES];
    canvas_ink label_inks[CANVAS_MOST_ROWS];
    plot_tick ticks[PLOT_MOST_TICKS];
    size_t tick_count;
} drawing;

static double words_width(const char *words)
{
    return (double)canvas_columns(words);
}

static double x_of(const drawing *d, double x)
{
    return (x - d->f->x_low) / (d->f->x_high - d->f->x_low) * (double)d->width;
}

static long column_of(const drawing *d, double x)
{
    double at = floor(x_of(d, x));
    return at < 0 ? 0 : at >= (double)d->width ? (long)d->width - 1 : (long)at;
}

static long row_of(const drawing *d, double y)
{
    return lround(draw_y(&d->scale, y));
}

static bool inside(const drawing *d, double y)
{
    double slack = (d->scale.high - d->scale.low) * 1e-9;
    return y >= d->scale.low - slack && y <= d->scale.high + slack;
}

static void put_line(drawing *d, const frame_line *l)
{
    const char *glyph = LINES[l->style].glyph;
    for (size_t i = 1; i < l->count; i++) {
        double y1 = l->y[i - 1], y2 = l->y[i];
        if (!isfinite(y1) || !isfinite(y2))
            continue;
        if (glyph != NULL && (y1 == y2 || l->x[i - 1] == l->x[i])) {
            if (y1 != y2 || !inside(d, y1))
                continue; /* the riser of a step */
            for (long k = column_of(d, l->x[i - 1]); k <= column_of(d, l->x[i]); k++)
                canvas_put(&d->canvas, row_of(d, y1), k, glyph, LINES[l->style].ink,
                           1 + (l->style == STYLE_TARGET) + 2 * (l->style == STYLE_CENTRE));
            continue;
        }
        if (!inside(d, y1) && !inside(d, y2))
            continue;
        canvas_line(&d->canvas, x_of(d, l->x[i - 1]), draw_y(&d->scale, y1) + 0.5, x_of(d, l->x[i]),
                    draw_y(&d->scale, y2) + 0.5, LINES[l->style].ink);
    }
}

static void put_marks(drawing *d)
{
    const frame *f = d->f;
    for (size_t i = 0; i < f->mark_count; i++) {
        const frame_mark *m = &f->marks[i];
        if (!isfinite(m->y))
            continue;
        long row = row_of(d, m->y), column = column_of(d, m->x);
        if (isfinite(m->from) && isfinite(m->to))
            for (long k = column_of(d, m->from); k <= column_of(d, m->to); k++)
                canvas_put(&d->canvas, row, k, "\xe2\x95\x8c", INK_DIM, 1);
        if (isfinite(m->lower) && isfinite(m->upper))
            for (long k = row_of(d, m->upper); k <= row_of(d, m->lower); k++)
                canvas_put(&d->canvas, k, column, "\xe2\x94\x82", INK_DIM, 2);
        canvas_put(&d->canvas, row, column, m->own ? "\xe2\x97\x89" : SHAPES[m->shape].glyph, SHAPES[m->shape].ink,
                   m->shape == SHAPE_USUAL ? 5 : 6);
    }
    size_t named = 0;
    for (size_t i = 0; i < f->mark_count && named < NAMED; i++) {
        const frame_mark *m = &f->marks[i];
        if (!plot_given(m->name) || !isfinite(m->y))
            continue;
        buffer words = {0};
        size_t width = canvas_plain(m->name, 24, &words);
        long row = row_of(d, m->y), column = column_of(d, m->x);
        if (words.data != NULL &&
            (canvas_text(&d->canvas, row, column + 2, words.data, m->own ? INK_BOLD : INK_PLAIN) ||
             canvas_text(&d->canvas, row, column - 1 - (long)width, words.data, m->own ? INK_BOLD : INK_PLAIN)))
            named++;
        buffer_free(&words);
    }
}

static canvas_ink label_ink(const frame_label *l)
{
    static const struct {
        const char *class_name;
        canvas_ink ink;
    } inks[] = {{"chart-target-text", INK_RED}, {"chart-soft", INK_DIM},       {"chart-improvement", INK_BLUE},
                {"chart-concern", INK_ORANGE},  {"chart-neutral", INK_PURPLE}, {"plot-text-1", INK_BLUE},
                {"plot-text-2", INK_ORANGE},    {"plot-text-3", INK_PURPLE},   {"plot-text-5", INK_RED}};
    for (size_t i = 0; i < sizeof inks / sizeof *inks; i++)
        if (strcmp(inks[i].class_name, l->class_name) == 0)
            return inks[i].ink;
    return l->bold ? INK_BOLD : INK_PLAIN;
}

/* Both lines of a label in one, where the margin holds them. */
static size_t label_columns(const frame_label *l)
{
    return canvas_columns(l->lines[0]) + (l->lines[1][0] != 0 ? 1 + canvas_columns(l->lines[1]) : 0);
}

/* To the right of the row where its line ends; the nearest free row where that one is taken. The most telling come first. */
static void put_label(drawing *d, const frame_label *l)
{
    if (label_columns(l) > MOST_GUTTER && l->lines[1][0] != 0) {
        frame_label first = *l, second = *l;
        first.lines[1][0] = 0;
        memcpy(second.lines[0], l->lines[1], sizeof second.lines[0]);
        second.lines[1][0] = 0;
        put_label(d, &second); /* the later goes above it, where its row is taken */
        put_label(d, &first);
        return;
    }
    long wanted = row_of(d, l->value);
    for (long away = 0; away < (long)d->rows; away++)
        for (int side = 0; side < 2; side++) {
            long row = side == 0 ? wanted - away : wanted + away;
            if (row < 0 || row >= (long)d->rows || d->labels[row][0] != 0)
                continue;
            (void)snprintf(d->labels[row], LABEL_BYTES, "%s%s%s", l->lines[0], l->lines[1][0] != 0 ? " " : "",
                           l->lines[1]);
            d->label_inks[row] = label_ink(l);
            return;
        }
}

static void put_labels(drawing *d)
{
    for (int bold = 1; bold >= 0; bold--)
        for (size_t i = 0; i < d->f->label_count; i++)
            if (d->f->labels[i].bold == (bold == 1))
                put_label(d, &d->f->labels[i]);
}

/* ---- writing ---------------------------------------------------------------------------------------- */

static void axis_figure(const drawing *d, double tick, buffer *out)
{
    const frame *f = d->f;
    if (f->log_y) {
        if (tick >= -3.5)
            figure_fixed(pow(10, tick), (int)lround(-tick), false, "-", out);
        else
            buffer_printf(out, "1e%d", (int)lround(tick));
        return;
    }
    plot_axis_figure(&f->unit, f->mirrored_y ? fabs(tick) : tick, d->scale.step,
                     fmax(fabs(d->scale.low), fabs(d->scale.high)), out);
}

static void write_rows(drawing *d, buffer *out)
{
    bool colour = d->canvas.colour;
    for (size_t row = 0; row < d->rows; row++) {
        buffer *tick = frame_fresh(d->f);
        for (size_t i = 0; i < d->scale.count && tick->length == 0; i++)
            if (row_of(d, d->scale.ticks[i]) == (long)row)
                axis_figure(d, d->scale.ticks[i], tick);
        size_t used = tick->length > 0 ? canvas_columns(tick->data) : 0;
        canvas_spaces(d->axis > used ? d->axis - used : 0, out);
        if (tick->length > 0)
            buffer_text(out, tick->data);
        buffer_text(out, tick->length > 0 ? " \xe2\x94\xa4" : " \xe2\x94\x82");
        bool label = d->labels[row][0] != 0;
        canvas_row_write(&d->canvas, row, label ? d->width : 0, out);
        if (label) {
            buffer_char(out, ' ');
            canvas_ink_on(colour, d->label_inks[row], out);
            (void)canvas_plain(d->labels[row], d->total - d->axis - 3 - d->width, out);
            canvas_ink_off(colour, d->label_inks[row], out);
        }
        buffer_char(out, '\n');
    }
    canvas_spaces(d->axis + 1, out);
    buffer_text(out, "\xe2\x94\x94");
    for (size_t k = 0; k < d->width; k++) {
        bool tick = false;
        for (size_t i = 0; i < d->tick_count; i++)
            tick = tick || column_of(d, d->ticks[i].x) == (long)k;
        buffer_text(out, tick ? "\xe2\x94\xac" : "\xe2\x94\x80");
    }
    buffer_char(out, '\n');
}

static void write_ticks(const drawing *d, buffer *out)
{
    canvas *line = calloc(1, sizeof *line);
    if (line == NULL) {
        out->failed = true;
        return;
    }
    canvas_begin(line, 2, d->width + 12 < CANVAS_MOST_COLUMNS ? d->width + 12 : CANVAS_MOST_COLUMNS, false);
    long free_from[2] = {0, 0};
    for (size_t i = 0; i < d->tick_count; i++) {
        const char *words[] = {d->ticks[i].first, d->ticks[i].second};
        long at = column_of(d, d->ticks[i].x);
        for (int k = 0; k < 2; k++) {
            long half = d->f->axis == AXIS_TIME ? 0 : (long)canvas_columns(words[k]) / 2,
                 from = at > half ? at - half : 0;
            if (words[k][0] == 0 || from < free_from[k] || !canvas_text(line, k, from, words[k], INK_PLAIN))
                continue;
            free_from[k] = from + (long)canvas_columns(words[k]) + 1;
        }
    }
    for (size_t k = 0; k < 2; k++) {
        if (canvas_row_end(line, k) == 0)
            continue;
        canvas_spaces(d->axis + 2, out);
        canvas_row_write(line, k, 0, out);
        buffer_char(out, '\n');
    }
    free(line);
    if (d->f->x_name != NULL) {
        canvas_spaces(d->axis + 2, out);
        (void)canvas_plain(d->f->x_name, d->total - d->axis - 2, out);
        buffer_char(out, '\n');
    }
}

static void write_key(const drawing *d, buffer *out)
{
    const frame *f = d->f;
    size_t used = 0;
    for (size_t i = 0; i < f->key_count; i++) {
        const frame_key *k = &f->keys[i];
        if (k->kind == KEY_BAND)
            continue; /* the lines show it */
        const char *glyph =
            k->kind == KEY_SHAPE ? SHAPES[k->shape].glyph : NULL; /* lines of a key slant, so they are dots */
        canvas_ink ink = k->kind == KEY_SHAPE ? SHAPES[k->shape].ink : LINES[k->style].ink;
        size_t room = canvas_columns(k->words) + 4;
        if (used > 0 && used + room > d->total) {
            buffer_char(out, '\n');
            used = 0;
        }
        buffer_text(out, used > 0 ? "  " : "");
        canvas_ink_on(d->canvas.colour, ink, out);
        buffer_text(out, glyph != NULL ? glyph : "\xe2\xa0\x92");
        canvas_ink_off(d->canvas.colour, ink, out);
        buffer_char(out, ' ');
        buffer_text(out, k->words);
        used += room;
    }
    if (used > 0)
        buffer_char(out, '\n');
}

static void layout(drawing *d)
{
    frame *f = d->f;
    d->rows = f->height > 250 ? 21 : 17;
    if (f->log_y) {
        double low = floor(fmin(f->range.low, -1)), step = fmax(1, ceil(-low / 6));
        d->scale = (draw_scale){.low = low, .high = 0, .step = step, .top = 0, .bottom = (double)d->rows - 1};
        for (double at = 0; at >= low && d->scale.count < DRAW_TICKS; at -= step)
            d->scale.ticks[d->scale.count++] = at;
    } else {
        draw_scale_make(&f->range, plot_figure_unit(&f->unit), 4, 0, (double)d->rows - 1, &d->scale);
    }
    d->axis = 5;
    for (size_t i = 0; i < d->scale.count; i++) {
        buffer *words = frame_fresh(f);
        axis_figure(d, d->scale.ticks[i], words);
        size_t n = words->length > 0 ? canvas_columns(words->data) : 0;
        d->axis = n > d->axis ? n : d->axis;
    }
    size_t gutter = 0;
    for (size_t i = 0; i < f->label_count; i++) {
        size_t n = label_columns(&f->labels[i]);
        if (n > MOST_GUTTER) {
            size_t a = canvas_columns(f->labels[i].lines[0]), b = canvas_columns(f->labels[i].lines[1]);
            n = a > b ? a : b;
        }
        gutter = n > gutter ? n : gutter;
    }
    gutter = gutter > MOST_GUTTER ? MOST_GUTTER : gutter;
    if (d->axis > 14)
        d->axis = 14;
    d->width = d->total - d->axis - 2 - (gutter > 0 ? gutter + 1 : 0);
    d->tick_count = plot_ticks(f, (double)d->width, words_width, d->ticks);
}

static size_t columns_of(const plot_medium *medium)
{
    int columns = medium->columns == 0 ? 80 : medium->columns;
    return columns < 60 ? 60 : columns > CANVAS_MOST_COLUMNS ? CANVAS_MOST_COLUMNS : (size_t)columns;
}

void frame_draw_terminal(frame *f, buffer *out)
{
    drawing *d = calloc(1, sizeof *d);
    if (d == NULL) {
        out->failed = true;
        return;
    }
    const bool colour = f->medium->colour;
    d->f = f;
    d->total = columns_of(f->medium);
    layout(d);
    canvas_begin(&d->canvas, d->rows, d->width, colour);
    for (size_t i = 0; i < f->divider_count; i++)
        for (long row = 0; row < (long)d->rows; row++)
            canvas_put(&d->canvas, row, column_of(d, f->dividers[i].x), "\xe2\x94\x82", INK_DIM, 4);
    for (size_t i = 0; i < f->line_count; i++)
        put_line(d, &f->lines[i]);
    put_marks(d);
    put_labels(d);
    canvas_paragraph(f->title, d->total, colour, INK_BOLD, out);
    canvas_paragraph(f->subtitle, d->total, colour, INK_PLAIN, out);
    buffer_char(out, '\n');
    write_rows(d, out);
    write_ticks(d, out);
    write_key(d, out);
    for (size_t i = 0; i < f->divider_count; i++) {
        buffer *words = frame_fresh(f);
        buffer_printf(words, "\xe2\x94\x82 %s", f->dividers[i].words);
        if (i == 0 || strcmp(f->dividers[i].words, f->dividers[i - 1].words) != 0)
            canvas_paragraph(words->data, d->total, colour, INK_DIM, out);
    }
    canvas_paragraph(f->note, d->total, colour, INK_PLAIN, out);
    free(d);
}

void frame_sentence(const plot_words *words, const plot_medium *medium, const char *sentence, buffer *out)
{
    if (medium->terminal) {
        canvas_paragraph(sentence, columns_of(medium), medium->colour, INK_BOLD, out);
        canvas_paragraph(words->subtitle, columns_of(medium), medium->colour, INK_PLAIN, out);
        return;
    }
    const double width = medium->form == PLOT_NARROW ? 360 : 720;
    size_t starts[4], lengths[4];
    bool cut;
    size_t lines = draw_text_wrap(sentence, 18, true, width - 16, 4, starts, lengths, &cut);
    bool more = plot_given(words->subtitle);
    frame_open(medium, width, 22 + 24 * (double)lines + (more ? 22 : 0), sentence, more ? words->subtitle : "", out);
    buffer_text(out, "<g aria-hidden=\"true\">");
    double y = draw_text_block(8, 26, 24, "chart-title", DRAW_INK, sentence, 18, true, width - 16, 4, out);
    if (more)
        (void)draw_text_block(8, y + 24, 18, "chart-soft", DRAW_SOFT, words->subtitle, 14, false, width - 16, 1, out);
    buffer_text(out, "</g></svg>");
}
