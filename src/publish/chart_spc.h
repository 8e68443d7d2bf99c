/* chart_spc: the parts of the SPC chart, shared by its drawing and its words. Private to publish. */
#ifndef CONCORD_PUBLISH_CHART_SPC_H
#define CONCORD_PUBLISH_CHART_SPC_H

#include "publish/chart_draw.h"
#include "publish/sentence.h"

/* What a series has, counted once: it decides the key, the labels and the description. */
typedef struct spc_content {
    series_reading reading;
    draw_range range;
    size_t figures; /* with something to show */
    size_t improvements, concerns, highs, lows, common, estimated, revised, open_band;
    size_t segments;    /* different segments with a mean */
    size_t first, last; /* first and last index with a figure */
    bool any_limits, any_target;
    bool upper_cut, lower_cut; /* the last limits leave the plot; set once the scale is known */
} spc_content;

void spc_content_read(const series_view *v, spc_content *c);

/* A line's name where it ends, or the latest figure. */
enum { SPC_MOST_AIMS = 3 }; /* drawn beside the national target; the words have all of them */
enum { SPC_MOST_LABELS = 5 + SPC_MOST_AIMS, SPC_LABEL_TEXT = 48 };
typedef struct spc_label {
    char lines[2][SPC_LABEL_TEXT];
    size_t line_count;
    double value, y; /* what it names, and where that is drawn */
    const char *class_name, *colour;
    bool bold;
} spc_label;

typedef enum spc_key_mark {
    SPC_KEY_IMPROVEMENT,
    SPC_KEY_CONCERN,
    SPC_KEY_NEUTRAL,
    SPC_KEY_COMMON,
    SPC_KEY_BAND,
    SPC_KEY_ESTIMATED,
    SPC_KEY_REVISED,
    SPC_KEY_OPEN_BAND,
    SPC_KEY_WORDS
} spc_key_mark;
enum { SPC_MOST_KEYS = 9 };
typedef struct spc_key {
    spc_key_mark mark;
    const char *words;
} spc_key;

typedef struct spc_plot {
    const series_view *view; /* the points that are drawn */
    const series_view *all;  /* the whole series, for words */
    spc_content content;
    chart_form form;
    double width, height, left, right, top, bottom;
    draw_scale scale;
    draw_months months;
    double mark;    /* size of marks, 1 where there is room */
    double marks_y; /* the row of numbered marks; NaN where there are none */
    bool show_mean; /* the average of a single figure says nothing */
    spc_label labels[SPC_MOST_LABELS];
    size_t label_count;
    spc_key keys[SPC_MOST_KEYS];
    size_t key_count;
    char key_text[64];
    buffer words; /* scratch */
} spc_plot;

typedef enum spc_level { LEVEL_MEAN, LEVEL_LOWER, LEVEL_UPPER, LEVEL_TARGET } spc_level;

size_t spc_aims_drawn(const series_view *v);
/* Fills labels from the levels (needs the scale's ends, not its place); returns the width of the widest. */
double spc_labels_make(spc_plot *c);
void spc_labels_draw(spc_plot *c, buffer *out);
/* What is said inside the plot: "estimated", earlier steps of the target. */
void spc_notes_draw(spc_plot *c, buffer *out);
void spc_key_make(spc_plot *c);
size_t spc_key_rows(const spc_plot *c);
/* y: baseline of its first row. */
void spc_key_draw(const spc_plot *c, double y, buffer *out);

/* Numbered marks (chart_marks.c): is there one to draw; y: the middle of their row. */
bool spc_marks_any(const spc_plot *c);
void spc_marks_draw(spc_plot *c, double y, buffer *out);

/* Clears the scratch, for a next piece of text; and what it holds. */
buffer *spc_fresh(spc_plot *c);
const char *spc_words(const spc_plot *c);
/* x of the middle of point i; of the start and end of a point's period. */
double spc_x(const spc_plot *c, size_t i);
double spc_start(const spc_plot *c, const edition_point *p);
double spc_end(const spc_plot *c, const edition_point *p);
bool spc_inside(const draw_scale *s, double value);
double spc_level_of(const edition_point *p, spc_level level);
/* The next stretch of one level from *at on: [first, last]; points without a figure do not break it. False at the end. */
bool spc_stretch_next(const series_view *v, spc_level level, size_t *at, size_t *first, size_t *last);
/* A figure that is estimated (hollow dot) or in the open band (hollow triangle); the ring of a revised one. */
void spc_open_mark(const edition_point *p, double x, double y, double size, buffer *out);
void spc_ring(double x, double y, double r, buffer *out);

/* Where the open band 104+ is drawn. */
#define SPC_OPEN_BAND 104.0
/* y value at which a point stands: its value, or the start of the open band. */
double spc_point_value(const edition_point *p);
/* Does point b follow point a without a gap? */
bool spc_adjacent(const edition_point *a, const edition_point *b);

/* "Percentage within 18 weeks, England, % of people waiting". */
void spc_subtitle(const series_view *v, buffer *out);
/* What a person would see, in sentences. */
void spc_description(const series_view *v, const spc_content *c, buffer *out);

#endif
