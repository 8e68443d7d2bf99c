/*
 * plot_frame: one chart with two axes as a list of things to draw, so that a plot is written once and drawn as SVG and in
 * characters. Private to publish.
 *
 * A plot begins a frame, says its lines, marks and words in the units of the data, and ends it: frame_draw picks the medium.
 * Invariants: everything added is copied or lives in the frame's arena until frame_draw; NaN in a line breaks it; a NaN mark is not
 * drawn. Out of memory sets `failed`, and then nothing half drawn is written.
 */
#ifndef CONCORD_PUBLISH_PLOT_FRAME_H
#define CONCORD_PUBLISH_PLOT_FRAME_H

#include "publish/chart_draw.h"
#include "publish/plots.h"

/* ---- looks ------------------------------------------------------------------------------------------ */

typedef enum frame_style {
    STYLE_CENTRE = 0, /* solid, dark grey */
    STYLE_LIMIT,      /* dashed, grey */
    STYLE_INNER,      /* dotted, grey */
    STYLE_FAINT,      /* the other limits */
    STYLE_TARGET,     /* dark red, its own dash */
    STYLE_JOIN,       /* from point to point */
    STYLE_FIT,        /* a fitted line, heavier */
    STYLE_SERIES_1,   /* and the next five: curves of their own colour and dash */
    STYLE_KINDS = STYLE_SERIES_1 + PLOT_MOST_LINES
} frame_style;

typedef enum frame_shape {
    SHAPE_NONE = 0, /* only its words */
    SHAPE_USUAL,    /* small grey dot */
    SHAPE_PLAIN,    /* dot of a dot plot */
    SHAPE_IMPROVEMENT,
    SHAPE_CONCERN,
    SHAPE_UNUSUAL,
    SHAPE_EXCLUDED, /* cross */
    SHAPE_OPEN,     /* hollow dot */
    SHAPE_START     /* hollow triangle: a change begins */
} frame_shape;

/* The shape of a verdict: side of the reference (-1, 0, +1) and which way is better. */
frame_shape frame_shape_of(int side, better way);
frame_shape frame_shape_signal(spc_signal signal);
/* Class, colour and words of a shape: "Improvement", "Concern", "Unusually high or low". */
const char *frame_shape_class(frame_shape shape);
const char *frame_shape_colour(frame_shape shape);
void frame_shape_draw(frame_shape shape, double x, double y, double size, buffer *out);

/* ---- the list --------------------------------------------------------------------------------------- */

typedef struct frame_line {
    frame_style style;
    const double *x, *y;
    size_t count;
} frame_line;

typedef struct frame_band {
    const double *x, *lower, *upper;
    size_t count;
    bool edged; /* its edges are drawn as in the key, since no line runs there */
} frame_band;

typedef struct frame_mark {
    double x, y;
    double lower, upper; /* an upright interval; NaN: none */
    double from, to;     /* a level bar; NaN: none */
    frame_shape shape;
    bool own;          /* drawn larger */
    const char *words; /* for a screen reader and the pointer; NULL: decoration */
    const char *name;  /* written beside it where there is room; NULL: none */
} frame_mark;

typedef struct frame_divider {
    double x;
    const char *words;
} frame_divider;

typedef struct frame_label { /* at the right, where a line ends */
    double value;
    char lines[2][64];
    const char *class_name, *colour;
    bool bold;
} frame_label;

typedef struct frame_key {
    enum { KEY_SHAPE, KEY_LINE, KEY_BAND } kind;
    frame_shape shape;
    frame_style style;
    const char *words;
} frame_key;

typedef enum frame_axis { AXIS_NUMBER = 0, AXIS_TIME, AXIS_LABELS } frame_axis;

enum {
    FRAME_MOST_LINES = 32,
    FRAME_MOST_LABELS = 12,
    FRAME_MOST_KEYS = 10,
    FRAME_MOST_BANDS = 4,
    FRAME_MOST_DIVIDERS = 64
};

typedef struct frame {
    arena memory;
    bool failed;
    const plot_medium *medium;
    const plot_words *words;
    plot_unit unit; /* of the upright axis; words->unit unless the plot says otherwise */
    double factor;  /* 100 where shares are drawn in per cent */
    const char *title, *subtitle, *description, *note, *x_name, *y_name;
    frame_axis axis;
    const plot_time *times; /* AXIS_LABELS: x is an index of these */
    size_t time_count;
    bool log_y;           /* y is given as log10, 0 at the top */
    bool mirrored_y;      /* labels without their minus sign */
    bool x_percent;       /* AXIS_NUMBER in per cent */
    bool free_limits;     /* limits and bands do not stretch the axis */
    bool columns;         /* the pointer hits a mark by its whole column */
    double height;        /* of the plot itself, in units, wide */
    double x_low, x_high; /* set by the plot, or taken from what is added */
    bool x_set;
    draw_range range;
    frame_line lines[FRAME_MOST_LINES];
    size_t line_count;
    frame_band bands[FRAME_MOST_BANDS];
    size_t band_count;
    frame_mark *marks;
    size_t mark_count, mark_capacity;
    frame_mark nowhere; /* what is filled in where there is no room */
    frame_divider dividers[FRAME_MOST_DIVIDERS];
    size_t divider_count;
    frame_label labels[FRAME_MOST_LABELS];
    size_t label_count;
    frame_key keys[FRAME_MOST_KEYS];
    size_t key_count;
    buffer scratch;
} frame;

/* The CSS of what chart_style does not know, without <style>. */
void frame_style_rules(buffer *out);
/* Opens the drawing: draw_open with the rules above where it stands alone. */
void frame_open(const plot_medium *medium, double width, double height, const char *title, const char *description,
                buffer *out);
const char *frame_unique(const plot_medium *medium);

/* Starts a frame for at most `marks` marks. */
void frame_begin(frame *f, const plot_words *words, const plot_medium *medium, size_t marks);
/* The arrays must live until frame_draw (take them from frame_array). Values already x factor. */
void frame_line_add(frame *f, frame_style style, const double *x, const double *y, size_t count);
void frame_band_add(frame *f, const double *x, const double *lower, const double *upper, size_t count);
/* The new mark, to be filled in; a mark that nobody sees where memory is out. Its y counts for the axis when the frame is drawn. */
frame_mark *frame_mark_add(frame *f, double x, double y, frame_shape shape);
void frame_divider_add(frame *f, double x, const char *words);
/* Label at the right; second may be NULL. */
void frame_label_add(frame *f, double value, const char *first, const char *second, const char *class_name,
                     const char *colour, bool bold);
void frame_key_shape(frame *f, frame_shape shape, const char *words);
void frame_key_line(frame *f, frame_style style, const char *words);
void frame_key_band(frame *f, const char *words);
double *frame_array(frame *f, size_t count);
/* Draws by the medium and frees the frame. */
void frame_draw(frame *f, buffer *out);

/* Frees a frame that is not drawn after all. */
void frame_leave(frame *f);

/* A picture of nothing: the sentence, and what it was about. For any medium. */
void frame_sentence(const plot_words *words, const plot_medium *medium, const char *sentence, buffer *out);

/* ---- words ------------------------------------------------------------------------------------------ */

/* The given subtitle, then the parts that are given, then the unit: "Falls, Ward 3: U chart, per 1,000 bed days". */
const char *frame_subtitle(frame *f, const char *kind, const char *more);
/* Text in the frame's arena; "" where memory is out. */
const char *frame_text(frame *f, const char *format, ...) PRINTF_LIKE(2, 3);
/* The scratch, emptied; what it holds, copied to the arena. */
buffer *frame_fresh(frame *f);
const char *frame_keep(frame *f);
/* A figure in words: with as many decimals as tell it apart from its neighbours (`step`: distance of the axis' ticks, 0: three digits
 * that count). Written with % where the unit says so; the value is already x factor. */
void plot_figure(const plot_unit *unit, double value, double step, buffer *out);
/* A level that somebody set: as few digits as tell it: "70%", "5". */
void plot_level(const plot_unit *unit, double value, buffer *out);
/* The same with the unit's name: "12.3 per 100,000 people". */
void plot_figure_words(const plot_unit *unit, double value, double step, buffer *out);
/* A label of an axis. */
void plot_axis_figure(const plot_unit *unit, double value, double step, double largest, buffer *out);
figure_unit plot_figure_unit(const plot_unit *unit);
double plot_factor(const plot_unit *unit);
/* "1 point", "1,234 points". */
void plot_count(size_t n, const char *one, const char *many, buffer *out);
/* Not NULL and not "". */
bool plot_given(const char *words);
/* NaN where value is not finite or is absurdly large (1e150). */
double plot_sane(double value);

/* ---- time ------------------------------------------------------------------------------------------- */

/* Chooses the axis for points in time: days where every time has a date and they do not fall, else indices. x gets count figures. */
frame_axis plot_times_place(const plot_time *times, size_t count, double *x);
/* "April 2026" for the first of a month in a series of months, else "3 April 2026"; the label where there is no date. */
void plot_time_words(const plot_time *t, buffer *out);
/* What a step from point to point is: "month", "week", "day", "quarter", "year"; "step" where they differ. */
const char *plot_step_noun(const plot_time *times, size_t count);
/* Borders half way between neighbours: count + 1 figures. */
void plot_edges(const double *x, size_t count, double *edges);

typedef struct plot_tick {
    double x;
    char first[40], second[16]; /* the second line is the year, or "" */
} plot_tick;
enum { PLOT_MOST_TICKS = 64 };
/* Ticks of the horizontal axis; `room` is its width and `width` gives the width of text, both in units or characters. */
size_t plot_ticks(const frame *f, double room, double (*width)(const char *words), plot_tick *ticks);

/* ---- the two media ---------------------------------------------------------------------------------- */

void frame_draw_svg(frame *f, buffer *out);
void frame_draw_terminal(frame *f, buffer *out);
/* Completes ranges; false where there is nothing to draw. */
bool frame_settle(frame *f);

#endif
