/* The list of what a plot draws, and how its figures are written. */
#include "publish/plot_frame.h"

#include <math.h>
#include <string.h>

static const char MINUS[] = "\xe2\x88\x92";

/* ---- looks ------------------------------------------------------------------------------------------ */

frame_shape frame_shape_of(int side, better way)
{
    if (side == 0)
        return SHAPE_USUAL;
    if (way == BETTER_NEITHER)
        return SHAPE_UNUSUAL;
    return (side > 0) == (way == BETTER_HIGHER) ? SHAPE_IMPROVEMENT : SHAPE_CONCERN;
}

frame_shape frame_shape_signal(spc_signal signal)
{
    switch (signal) {
    case SIGNAL_IMPROVEMENT: return SHAPE_IMPROVEMENT;
    case SIGNAL_CONCERN: return SHAPE_CONCERN;
    case SIGNAL_HIGH:
    case SIGNAL_LOW: return SHAPE_UNUSUAL;
    default: return SHAPE_USUAL;
    }
}

static spc_signal shape_signal(frame_shape shape)
{
    switch (shape) {
    case SHAPE_IMPROVEMENT: return SIGNAL_IMPROVEMENT;
    case SHAPE_CONCERN: return SIGNAL_CONCERN;
    case SHAPE_UNUSUAL: return SIGNAL_HIGH;
    default: return SIGNAL_COMMON_CAUSE;
    }
}

const char *frame_shape_class(frame_shape shape)
{
    return shape == SHAPE_PLAIN ? "chart-dot" : draw_signal_class(shape_signal(shape));
}

const char *frame_shape_colour(frame_shape shape)
{
    return shape == SHAPE_PLAIN ? "#425563" : draw_signal_colour(shape_signal(shape));
}

void frame_shape_draw(frame_shape shape, double x, double y, double size, buffer *out)
{
    switch (shape) {
    case SHAPE_NONE: return;
    case SHAPE_PLAIN:
    case SHAPE_OPEN:
        buffer_text(out, "<circle");
        draw_attribute("cx", x, out);
        draw_attribute("cy", y, out);
        draw_attribute("r", (shape == SHAPE_PLAIN ? 4.2 : 4) * size, out);
        buffer_text(out, shape == SHAPE_PLAIN ? " class=\"chart-dot\" fill=\"#425563\"/>"
                                              : " class=\"chart-open\" fill=\"" DRAW_PAPER
                                                "\" stroke=\"#5b6d78\" stroke-width=\"1.5\"/>");
        return;
    case SHAPE_EXCLUDED:
        buffer_text(out,
                    "<path class=\"chart-line\" fill=\"none\" stroke=\"" DRAW_LINE "\" stroke-width=\"1.75\" d=\"");
        draw_move('M', x - 4 * size, y - 4 * size, out);
        draw_move('L', x + 4 * size, y + 4 * size, out);
        draw_move('M', x - 4 * size, y + 4 * size, out);
        draw_move('L', x + 4 * size, y - 4 * size, out);
        buffer_text(out, "\"/>");
        return;
    case SHAPE_START:
        buffer_text(out,
                    "<path class=\"chart-open\" fill=\"" DRAW_PAPER "\" stroke=\"#5b6d78\" stroke-width=\"1.75\" d=\"");
        draw_move('M', x - 5.5 * size, y + 4.5 * size, out);
        draw_move('L', x, y - 5.5 * size, out);
        draw_move('L', x + 5.5 * size, y + 4.5 * size, out);
        buffer_text(out, "z\"/>");
        return;
    default: draw_mark(shape_signal(shape), x, y, size, out);
    }
}

/* ---- the list --------------------------------------------------------------------------------------- */

void frame_begin(frame *f, const plot_words *words, const plot_medium *medium, size_t marks)
{
    *f = (frame){
        .medium = medium, .words = words, .unit = words->unit, .factor = plot_factor(&words->unit), .height = 210};
    f->range = draw_range_empty();
    f->memory.maximum = (size_t)256 << 20;
    f->scratch.maximum = (size_t)1 << 20;
    f->title = plot_given(words->title) ? words->title : NULL;
    f->subtitle = plot_given(words->subtitle) ? words->subtitle : NULL;
    f->note = plot_given(words->note) ? words->note : NULL;
    f->x_name = plot_given(words->x_name) ? words->x_name : NULL;
    f->mark_capacity = marks + 1;
    f->marks = arena_array(&f->memory, f->mark_capacity, sizeof *f->marks);
    f->failed = f->marks == NULL;
}

double *frame_array(frame *f, size_t count)
{
    double *out = arena_array(&f->memory, count + 1, sizeof *out);
    if (out == NULL)
        f->failed = true;
    return out;
}

void frame_line_add(frame *f, frame_style style, const double *x, const double *y, size_t count)
{
    if (f->line_count == FRAME_MOST_LINES || x == NULL || y == NULL)
        return;
    f->lines[f->line_count++] = (frame_line){style, x, y, count};
}

void frame_band_add(frame *f, const double *x, const double *lower, const double *upper, size_t count)
{
    if (f->band_count == FRAME_MOST_BANDS || x == NULL || lower == NULL || upper == NULL)
        return;
    f->bands[f->band_count++] = (frame_band){x, lower, upper, count, false};
}

frame_mark *frame_mark_add(frame *f, double x, double y, frame_shape shape)
{
    const frame_mark made = {.x = x, .y = y, .shape = shape, .lower = NAN, .upper = NAN, .from = NAN, .to = NAN};
    if (f->marks == NULL || f->mark_count == f->mark_capacity) {
        f->nowhere = made;
        return &f->nowhere;
    }
    f->marks[f->mark_count] = made;
    return &f->marks[f->mark_count++];
}

void frame_divider_add(frame *f, double x, const char *words)
{
    if (f->divider_count < FRAME_MOST_DIVIDERS)
        f->dividers[f->divider_count++] = (frame_divider){x, words};
}

/* Whole characters only. */
static void label_copy(char out[64], const char *words)
{
    size_t n = strlen(words);
    if (n > 63) {
        n = 63;
        while (n > 0 && ((unsigned char)words[n] & 0xc0) == 0x80)
            n--;
    }
    memcpy(out, words, n);
    out[n] = 0;
}

void frame_label_add(frame *f, double value, const char *first, const char *second, const char *class_name,
                     const char *colour, bool bold)
{
    if (f->label_count == FRAME_MOST_LABELS || !isfinite(value) || first == NULL)
        return;
    frame_label *l = &f->labels[f->label_count++];
    *l = (frame_label){.value = value, .class_name = class_name, .colour = colour, .bold = bold};
    label_copy(l->lines[0], first);
    if (second != NULL)
        label_copy(l->lines[1], second);
}

static void key_add(frame *f, frame_key key)
{
    if (f->key_count < FRAME_MOST_KEYS)
        f->keys[f->key_count++] = key;
}

void frame_key_shape(frame *f, frame_shape shape, const char *words)
{
    key_add(f, (frame_key){KEY_SHAPE, shape, STYLE_CENTRE, words});
}

void frame_key_line(frame *f, frame_style style, const char *words)
{
    key_add(f, (frame_key){KEY_LINE, SHAPE_NONE, style, words});
}

void frame_key_band(frame *f, const char *words)
{
    key_add(f, (frame_key){KEY_BAND, SHAPE_NONE, STYLE_CENTRE, words});
}

/* ---- ending ----------------------------------------------------------------------------------------- */

static void x_reach(frame *f, double x)
{
    if (f->x_set || !isfinite(x))
        return;
    f->x_low = fmin(f->x_low, x);
    f->x_high = fmax(f->x_high, x);
}

bool frame_settle(frame *f)
{
    if (!f->x_set) {
        f->x_low = INFINITY;
        f->x_high = -INFINITY;
    }
    size_t shown = 0;
    for (size_t i = 0; i < f->mark_count; i++) {
        const frame_mark *m = &f->marks[i];
        x_reach(f, m->x);
        if (!isfinite(m->y) || m->shape == SHAPE_NONE)
            continue;
        shown++;
        draw_range_data(&f->range, m->y);
        draw_range_line(&f->range, m->lower);
        draw_range_line(&f->range, m->upper);
    }
    for (size_t i = 0; i < f->line_count; i++) {
        const frame_line *l = &f->lines[i];
        for (size_t k = 0; k < l->count; k++) {
            x_reach(f, l->x[k]);
            /* Limits of a funnel shoot up where it is narrow: the plot adds to the range what it wants seen. */
            if (l->style == STYLE_CENTRE || (l->style == STYLE_LIMIT && !f->free_limits))
                draw_range_line(&f->range, l->y[k]);
            else if (l->style > STYLE_FAINT)
                draw_range_data(&f->range, l->y[k]);
            shown += isfinite(l->y[k]) && l->style >= STYLE_SERIES_1;
        }
    }
    if (!(f->x_low < f->x_high)) {
        double middle = isfinite(f->x_low) ? f->x_low : 0;
        f->x_low = middle - 0.5;
        f->x_high = middle + 0.5;
    }
    return shown > 0;
}

void frame_leave(frame *f)
{
    arena_free(&f->memory);
    buffer_free(&f->scratch);
}

void frame_draw(frame *f, buffer *out)
{
    if (f->failed || f->scratch.failed)
        out->failed = true;
    else if (!frame_settle(f))
        frame_sentence(f->words, f->medium, "There are no figures to draw", out);
    else if (f->medium->terminal)
        frame_draw_terminal(f, out);
    else
        frame_draw_svg(f, out);
    frame_leave(f);
}

/* ---- words ------------------------------------------------------------------------------------------ */

const char *frame_subtitle(frame *f, const char *kind, const char *more)
{
    buffer *out = frame_fresh(f);
    const char *parts[] = {plot_given(f->words->subtitle) ? f->words->subtitle : NULL, kind, f->unit.name, more};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (!plot_given(parts[i]))
            continue;
        buffer_text(out, out->length > 0 ? ", " : "");
        buffer_text(out, parts[i]);
    }
    return frame_keep(f);
}

const char *frame_text(frame *f, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *out = length < 0 ? NULL : arena_alloc(&f->memory, (size_t)length + 1);
    if (out == NULL) {
        f->failed = true;
        return "";
    }
    va_start(arguments, format);
    (void)vsnprintf(out, (size_t)length + 1, format, arguments);
    va_end(arguments);
    return out;
}

buffer *frame_fresh(frame *f)
{
    buffer_clear(&f->scratch);
    return &f->scratch;
}

const char *frame_keep(frame *f)
{
    const char *out = f->scratch.data == NULL ? "" : arena_copy(&f->memory, f->scratch.data, f->scratch.length);
    if (out == NULL || f->scratch.failed) {
        f->failed = true;
        return "";
    }
    return out;
}

bool plot_given(const char *words)
{
    return words != NULL && words[0] != 0;
}

double plot_sane(double value)
{
    return isfinite(value) && fabs(value) <= 1e150 ? value : (double)NAN;
}

double plot_factor(const plot_unit *unit)
{
    return unit->kind == PLOT_SHARE ? 100 : 1;
}

figure_unit plot_figure_unit(const plot_unit *unit)
{
    switch (unit->kind) {
    case PLOT_COUNT: return FIGURE_COUNT;
    case PLOT_PERCENT:
    case PLOT_SHARE: return unit->may_be_negative ? FIGURE_SCORE : FIGURE_PERCENT;
    default: return unit->may_be_negative ? FIGURE_SCORE : FIGURE_RATE;
    }
}

static bool in_percent(const plot_unit *unit)
{
    return unit->kind == PLOT_PERCENT || unit->kind == PLOT_SHARE;
}

/* Decimals at which steps of that size show apart. */
static int decimals_of(double step)
{
    if (!(step > 0))
        return 0;
    double digits = -floor(log10(step) + 1e-9);
    return digits < 0 ? 0 : digits > 6 ? 6 : (int)digits;
}

/* What six decimals cannot tell from 0 is written in full. */
static void fixed(double value, int decimals, buffer *out)
{
    if (value != 0 && fabs(value) < 5e-6)
        buffer_printf(out, "%.2e", value);
    else if (fabs(value) >= 1e15)
        buffer_printf(out, "%.4g", value);
    else
        figure_fixed(value, decimals, true, MINUS, out);
}

void plot_figure(const plot_unit *unit, double value, double step, buffer *out)
{
    if (!isfinite(value)) {
        buffer_text(out, "no figure");
        return;
    }
    double magnitude = fabs(value);
    int decimals = step > 0 ? decimals_of(step / 10) : magnitude == 0 ? 0 : decimals_of(magnitude / 100);
    if (unit->kind == PLOT_COUNT && fabs(value - nearbyint(value)) < 1e-9)
        decimals = 0;
    if (in_percent(unit) && decimals > 1 && magnitude >= 1 && !(step > 0 && step < 0.2))
        decimals = 1;
    if (value == 0 || (in_percent(unit) && value == 100) ||
        (!(step > 0) && !in_percent(unit) && value == nearbyint(value)))
        decimals = 0;
    if (unit->kind == PLOT_COUNT && magnitude >= 1e6) {
        double size = magnitude >= 1e9 ? 1e9 : 1e6;
        fixed(value / size, magnitude / size < 9.995 ? 2 : magnitude / size < 99.95 ? 1 : 0, out);
        buffer_text(out, size > 1e6 ? " billion" : " million");
    } else {
        fixed(value, decimals, out);
    }
    if (in_percent(unit))
        buffer_char(out, '%');
}

void plot_level(const plot_unit *unit, double value, buffer *out)
{
    int decimals = 0;
    while (decimals < 4 &&
           fabs(value * pow(10, decimals) - nearbyint(value * pow(10, decimals))) > 1e-7 * fmax(1, fabs(value)))
        decimals++;
    if (!isfinite(value))
        return;
    fixed(value, decimals, out);
    if (in_percent(unit))
        buffer_char(out, '%');
}

void plot_figure_words(const plot_unit *unit, double value, double step, buffer *out)
{
    plot_figure(unit, value, step, out);
    if (isfinite(value) && plot_given(unit->name)) {
        buffer_char(out, ' ');
        buffer_text(out, unit->name);
    }
}

void plot_axis_figure(const plot_unit *unit, double value, double step, double largest, buffer *out)
{
    double size = in_percent(unit) ? 1 : largest >= 1e15 ? 1 : largest >= 1e9 ? 1e9 : largest >= 1e6 ? 1e6 : 1;
    const char *suffix = in_percent(unit) ? "%" : size >= 1e9 ? "bn" : size >= 1e6 ? "m" : "";
    int decimals = decimals_of(step / size);
    while (decimals < 6 && fabs(step / size * pow(10, decimals) - nearbyint(step / size * pow(10, decimals))) > 1e-6)
        decimals++;
    fixed(value / size, decimals, out);
    if (value != 0 || in_percent(unit))
        buffer_text(out, suffix);
}

void plot_count(size_t n, const char *one, const char *many, buffer *out)
{
    char digits[NUMBER_TEXT];
    number_grouped((int64_t)n, digits);
    buffer_text(out, digits);
    buffer_char(out, ' ');
    buffer_text(out, n == 1 ? one : many);
}
