/*
 * plot_rows: rows of names with a figure and its interval, prepared once for both media. Private to publish.
 */
#ifndef CONCORD_PUBLISH_PLOT_ROWS_H
#define CONCORD_PUBLISH_PLOT_ROWS_H

#include "publish/plot_frame.h"

typedef struct rows_plot {
    const plot_interval_input *p;
    frame f;                        /* for its words and memory only */
    const plot_interval_row **rows; /* in the order of drawing */
    size_t count, figures, intervals, outer, high, low, groups;
    const char *reference_name, *interval_name;
    double reference; /* x factor; NaN: none */
    draw_range range;
    draw_scale scale; /* low at 0, high at 1: only its ticks and bounds are used */
} rows_plot;

/* The words of one row, for those who hear it. */
const char *rows_words(rows_plot *r, const plot_interval_row *row);
/* "64.9%", or the remark. */
const char *rows_figure(rows_plot *r, const plot_interval_row *row);
/* "61.2 to 68.0"; "" where there is no interval. */
const char *rows_interval(rows_plot *r, const plot_interval_row *row);
bool rows_has_value(const plot_interval_row *row);
bool rows_has_interval(const plot_interval_row *row);
bool rows_has_outer(const plot_interval_row *row);
/* Does a heading stand above row i? */
bool rows_heading(const rows_plot *r, size_t i);
frame_shape rows_shape(const rows_plot *r, const plot_interval_row *row);
/* Where a value lies between the ends of the axis, 0 to 1. */
double rows_part(const rows_plot *r, double value);

void rows_draw_svg(rows_plot *r, buffer *out);
void rows_draw_terminal(rows_plot *r, buffer *out);

#endif
