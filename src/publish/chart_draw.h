/*
 * chart_draw: the pencil that every chart shares. Private to publish.
 *
 * Purpose: coordinates and escaped text quickly, the marks of the four signals, widths of text, round ticks, labels that do not
 * overlap, and the month axis. All in user units of the SVG, y downwards.
 * Invariants: nothing here writes NaN, infinity, a locale's comma, or a byte that XML forbids.
 */
#ifndef CONCORD_PUBLISH_CHART_DRAW_H
#define CONCORD_PUBLISH_CHART_DRAW_H

#include "publish/charts.h"
#include "publish/figure.h"
#include "stats/stats.h"

/* ---- writing ---------------------------------------------------------------------------------------- */

/* At most two decimals; what is not finite becomes 0, what is beyond a million units stops there. */
void draw_number(double value, buffer *out);
/* ` name="12.34"` */
void draw_attribute(const char *name, double value, buffer *out);
/* "M12 34": one command of a path. */
void draw_move(char command, double x, double y, buffer *out);
/* Text for element content or a double-quoted attribute; bytes that are not UTF-8, and characters that XML 1.0 forbids, become U+FFFD. */
void draw_text(const char *words, buffer *out);
void draw_text_n(const char *words, size_t length, buffer *out);
/* Letters, digits, '-' and '_' only, so that it can be part of an id; "chart" where nothing is left. */
void draw_id(const char *unique, buffer *out);
/* <text ...>words</text> at x, y; anchor "start", "middle" or "end"; colour is the presentation attribute for viewers without CSS. */
void draw_label(double x, double y, const char *anchor, const char *class_name, const char *colour, const char *words,
                buffer *out);
/* Opens <svg> with viewBox, title and desc (already plain text), and, where standalone, its style and paper. */
void draw_open(const char *unique, double width, double height, bool standalone, const char *title,
               const char *description, buffer *out);

/* ---- marks ------------------------------------------------------------------------------------------ */

/* The signal named by an edition; SIGNAL_NONE for "" and for what is not known. */
spc_signal draw_signal(const char *name);
/* "chart-improvement", "chart-concern", "chart-neutral", "chart-common". */
const char *draw_signal_class(spc_signal signal);
const char *draw_signal_colour(spc_signal signal);
/* Improvement: filled circle; concern: filled diamond; high and low: filled square; else a small dot. size 1 is the size of the large chart. */
void draw_mark(spc_signal signal, double x, double y, double size, buffer *out);

/* Colours of the light theme, also in chart_style. */
#define DRAW_INK    "#212b32"
#define DRAW_SOFT   "#4c6272"
#define DRAW_LINE   "#768692"
#define DRAW_GRID   "#e1e6e9"
#define DRAW_BAND   "#eef2f4"
#define DRAW_TARGET "#8b1538"
#define DRAW_AGREED "#00594f"
#define DRAW_PAPER  "#ffffff"

/* ---- measuring -------------------------------------------------------------------------------------- */

/* Width of text in Arial or Helvetica at that size. Other characters count as wide as a digit. */
double draw_text_width(const char *words, double size, bool bold);
double draw_text_width_n(const char *words, size_t length, double size, bool bold);
/* Breaks text at spaces into at most `capacity` lines no wider than `width`; the last line is cut with "..." where it must be
 * (cut is set). starts[i], lengths[i] are byte ranges of words. Returns the number of lines, at least 1. */
size_t draw_text_wrap(const char *words, double size, bool bold, double width, size_t capacity, size_t *starts,
                      size_t *lengths, bool *cut);
/* Wrapped <text> lines from y downwards, `leading` apart; returns the y of the last line. */
double draw_text_block(double x, double y, double leading, const char *class_name, const char *colour,
                       const char *words, double size, bool bold, double width, size_t capacity, buffer *out);

/* ---- scales ----------------------------------------------------------------------------------------- */

#define DRAW_TICKS 10
typedef struct draw_scale {
    double low, high, step; /* the axis, and the distance of its ticks */
    double ticks[DRAW_TICKS];
    size_t count;
    double top, bottom; /* where high and low are drawn */
} draw_scale;

/* What an axis must hold: figures (never cut), and lines such as limits (which may be cut at the natural bounds of a unit). */
typedef struct draw_range {
    double low, high;           /* all; low > high where there is nothing */
    double data_low, data_high; /* figures and targets only */
} draw_range;
draw_range draw_range_empty(void);
void draw_range_data(draw_range *r, double value);
void draw_range_line(draw_range *r, double value);

/* An axis with `fewest` to `fewest` + 2 round ticks: from the data, from 0 only where they are near it; a percent axis stays within 0 to
 * 100, and what cannot be negative above 0, unless the figures themselves go further. */
void draw_scale_make(const draw_range *r, figure_unit unit, size_t fewest, double top, double bottom, draw_scale *s);
/* y of a value, cut to the plot. */
double draw_y(const draw_scale *s, double value);

/* ---- labels that do not overlap --------------------------------------------------------------------- */

typedef struct draw_place {
    double wanted; /* y of the middle that it would like */
    double height;
    double y; /* y of the middle that it gets */
} draw_place;

/* Moves the places as little as it can (least squares) so that none overlap and, where there is room, all lie between top and bottom.
 * Must be in order of `wanted`. O(n) merges. */
void draw_places(draw_place *places, size_t count, double top, double bottom);

/* ---- months ----------------------------------------------------------------------------------------- */

typedef struct draw_months {
    int32_t first, count; /* months on the axis */
    double left, right;
} draw_months;
/* x of the middle of a period. */
double draw_x(const draw_months *m, period p);
double draw_month_width(const draw_months *m);
/* Months below the axis line at y with the year under January and April, thinned to the room there is. */
void draw_month_axis(const draw_months *m, double y, buffer *out);

#endif
