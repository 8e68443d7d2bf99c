/*
 * plots: every statistic of the command line as a picture. Plain arrays in, a drawing out; no edition, no file, no organisation.
 *
 * Purpose: `concord spc|runchart|funnel|... --plot`. A command fills one struct, calls one function, hands the bytes to
 * plot_finish. What the picture says (its title, its description, the words on it) is made here from the figures, unless given.
 *
 *     plot_medium medium = plot_medium_of(format);           SVG, or a terminal
 *     plot_control_chart(&chart, &medium, &drawing);
 *     plot_finish(format, &drawing, 0, &file, &err);         SVG and terminal as they are; PNG and PDF through librsvg
 *
 * Invariants: well-formed XML whatever names and figures come in; no NaN or infinity written; no style attribute, no id that is
 * not below `unique`; the same input gives the same bytes; no clock, no locale. NaN is "not there" everywhere: a point without a
 * value is a gap, a limit that is NaN is not drawn. Where there is nothing to draw (no point with a value) the drawing is a
 * sentence that says so and what is needed, never an empty chart. Text in is UTF-8; what is not, and what XML or a terminal must
 * not get, is replaced. NULL and "" are the same in every text.
 * Maximum: PLOT_MOST_POINTS points are drawn; of longer series the last ones, of longer lists the ones named beside each
 * function, and the subtitle says so.
 * Every plot: shapes as well as colours, names at the lines, dark mode and print (chart_style), text values for screen readers.
 * Ownership: nothing is kept; everything is appended to `out`. out->failed tells of memory. Threads: any number.
 */
#ifndef CONCORD_PUBLISH_PLOTS_H
#define CONCORD_PUBLISH_PLOTS_H

#include "base/base.h"
#include "stats/stats.h"

/* ---- where it goes ---------------------------------------------------------------------------------- */

typedef enum plot_format { PLOT_SVG = 0, PLOT_PNG, PLOT_PDF, PLOT_TERMINAL } plot_format;

/* What `--plot TARGET` asks for: "terminal", or a file that ends in .svg, .png or .pdf (any case). STATUS_USAGE else. */
MUST_USE status plot_format_find(const char *target, plot_format *out, error *err);

typedef enum plot_form { PLOT_WIDE = 0, PLOT_NARROW } plot_form; /* 720 units wide, or 360 for phones */

typedef struct plot_medium {
    bool terminal;      /* characters instead of SVG */
    plot_form form;     /* SVG */
    bool inlined;       /* SVG: for a page that has chart_style already; else the SVG carries its style and paper */
    const char *unique; /* SVG: prefix of ids, unique on the page; NULL = "plot" */
    int columns;        /* terminal: 60 to 200; 0 = 80 */
    bool colour;        /* terminal: ANSI colours */
} plot_medium;

/* The CSS rules that an inlined plot needs beside chart_style, without <style>; once per page. */
void plot_style(buffer *out);

/* The medium of a format: PNG and PDF are made from the standalone SVG. */
plot_medium plot_medium_of(plot_format format);

/* The finished bytes of a drawing. SVG gets a line end; PNG and PDF are made by raster.h (scale 0 = 2 pixels a unit, for PNG). */
MUST_USE status plot_finish(plot_format format, const buffer *drawing, double scale, buffer *out, error *err);

/* Several plots (of the groups of --by) in one drawing, one above the other. Begin with a zeroed sheet; add each finished drawing
 * made with plot_sheet_medium, which gives each its own ids; end writes it all. Terminal drawings are joined by an empty line.
 * At most PLOT_MOST_SHEET drawings: more are counted and the end says how many were left out. */
enum { PLOT_MOST_SHEET = 60 };
typedef struct plot_sheet {
    buffer body;
    double width, height;
    size_t drawn, left_out;
    char unique[32];
} plot_sheet;
/* The medium for the next drawing of the sheet. Valid until the sheet is used again. */
plot_medium plot_sheet_medium(plot_sheet *sheet, const plot_medium *medium);
/* drawing: the bytes of one plot; it is cleared. */
void plot_sheet_add(plot_sheet *sheet, const plot_medium *medium, buffer *drawing);
/* title: what it all is, for screen readers. Writes to out and frees the sheet. */
void plot_sheet_end(plot_sheet *sheet, const plot_medium *medium, const char *title, buffer *out);

/* ---- what all plots share ---------------------------------------------------------------------------- */

enum { PLOT_MOST_POINTS = 2000 };

/* How values are written. */
typedef enum plot_unit_kind {
    PLOT_NUMBER = 0, /* as it is, with as many decimals as its axis needs */
    PLOT_COUNT,      /* whole numbers */
    PLOT_PERCENT,    /* 0 to 100, written with % */
    PLOT_SHARE       /* 0 to 1, drawn and written in per cent */
} plot_unit_kind;

typedef struct plot_unit {
    plot_unit_kind kind;
    const char *name;     /* "per 100,000 people", "days"; NULL where there is none */
    bool may_be_negative; /* else the axis stays at or above 0 where all figures do */
} plot_unit;

typedef struct plot_words {
    const char *title;    /* the finding; NULL: made from the figures */
    const char *subtitle; /* what, where, when: "Falls, Ward 3" */
    const char *x_name;   /* of the horizontal axis; NULL: none, or what the plot says */
    const char *note;     /* under the plot: source, method; NULL: none */
    plot_unit unit;       /* of the values */
} plot_words;

/* When (or what) a point is: `when` places it on a time axis where every point has one; else points stand evenly with their labels. */
typedef struct plot_time {
    date when;         /* DATE_NONE where there is none. A zeroed struct is 1 January 1970: set it */
    const char *label; /* as it stood in the file: "2026-04", "Week 3"; may be NULL where `when` is given */
} plot_time;

/* ---- control charts ---------------------------------------------------------------------------------- */

typedef struct plot_control_point {
    double value;                /* NaN: a gap */
    double centre, lower, upper; /* may differ from point to point (P, U, S ...): drawn as steps; NaN: not drawn */
    double target;               /* NaN: none */
    int32_t part;                /* 1, 2, ...: a divider where it changes; 0 = 1 */
    bool excluded;               /* drawn as a cross, and not joined */
    spc_signal signal;           /* the shape and colour; SIGNAL_HIGH or LOW where neither way is better */
} plot_control_point;

typedef struct plot_control {
    plot_words words;
    chart_kind kind;        /* names the chart and its centre line ("Median" of a run chart) */
    const char *kind_name;  /* instead of the kind's own ("XmR chart, mdc-2023"); NULL: from kind */
    const plot_time *times; /* count of them */
    const plot_control_point *points;
    size_t count;
    const chart_part *parts; /* for the run rules' verdict in words; NULL where not wanted */
    size_t part_count;
    const char *const
        *part_reasons;       /* why part 2, 3, ... starts, part_count - 1 of them; NULL: "Limits recalculated" */
    const char *target_name; /* NULL: "Target" */
} plot_control;

/* Any control chart (run, I, MR, Xbar, S, T, P, P', C, U, U', G, I', XmR). Missing points break the joining line; limits that
 * differ from point to point are steps around each point. One point with a value: a sentence. Longer than PLOT_MOST_POINTS: the last. */
void plot_control_chart(const plot_control *p, const plot_medium *medium, buffer *out);

/* Points of a chart from stats/charts.h. judged: chart_spc_points' verdicts, or NULL: then points beyond the limits are marked
 * (high and low). Excluded is !included. target may be NULL. multiply as in chart_options is already in the points. */
void plot_control_from_chart(const chart_point *points, const spc_point *judged, const double *targets, size_t count,
                             plot_control_point *out);
/* Points of an XmR chart from stats/spc.h; targets may be NULL. */
void plot_control_from_xmr(const double *values, const spc_point *points, const double *targets, size_t count,
                           plot_control_point *out);

/* ---- funnels ----------------------------------------------------------------------------------------- */

typedef struct plot_funnel_point {
    const char *name;
    double size, value; /* denominator or expected; value on the plotted scale (after the multiplier) */
    int8_t level;       /* 0 within; -1, +1 beyond the inner limits; -2, +2 beyond the outer */
    bool own;           /* always named, and drawn larger */
} plot_funnel_point;

typedef struct plot_funnel_curve {
    double size;
    funnel_limits limits; /* x multiplier; NaN where not drawn */
} plot_funnel_curve;

typedef struct plot_funnel_input {
    plot_words words; /* x_name NULL: "Denominator" */
    const plot_funnel_point *points;
    size_t count;
    double target;                  /* NaN: none */
    const char *target_name;        /* NULL: "Average" */
    const plot_funnel_curve *curve; /* ascending sizes, the limits that decide; see plot_funnel_curve_make */
    size_t curve_count;
    const plot_funnel_curve *second; /* the other limits (plain beside adjusted), drawn faintly; NULL: none */
    size_t second_count;
    const char *curve_name; /* "adjusted for overdispersion": told of the limits in the note; NULL: none */
    better better;          /* an outlier on the good side is blue, on the bad side orange; neither: purple */
} plot_funnel_input;

/* Points by size around the target, limits at 95 % and 99.8 %, the outliers (and `own`) named where there is room, the farthest
 * first. Points without a value or size are left out and counted in the words. Above PLOT_MOST_POINTS: outliers first, then
 * every n-th of the rest. */
void plot_funnel(const plot_funnel_input *p, const plot_medium *medium, buffer *out);

enum { PLOT_FUNNEL_CURVE = 80 };
/* Limits of a funnel at PLOT_FUNNEL_CURVE sizes from `smallest` to `largest`, by the formulas of funnel_make. adjusted: with tau2.
 * Returns how many were written: 0 where sizes or target make no sense. */
size_t plot_funnel_curve_make(const funnel_options *options, const funnel_result *result, bool adjusted,
                              double smallest, double largest, plot_funnel_curve *out);
/* Points from funnel_make: names may be NULL. level is 2 or -2 for outliers by the outer limits, 1 or -1 by the inner ones (of the
 * adjusted limits where they are in use). */
void plot_funnel_from(const funnel_point *points, const funnel_options *options, const funnel_result *result,
                      const char *const *names, size_t count, plot_funnel_point *out);

/* ---- figures with intervals -------------------------------------------------------------------------- */

typedef struct plot_interval_row {
    const char *name;
    const char *group; /* a heading above the first row of each group; NULL: none */
    double value, lower, upper;
    double outer_lower, outer_upper; /* a second, wider interval (99.8 %), thinner; NaN: none */
    int8_t differs;                  /* -1 below, +1 above the reference beyond chance, 0 not: shape and colour */
    bool own;                        /* heavier */
    const char *remark; /* instead of a figure where value is NaN: "fewer than 10 events"; NULL: "no figure" */
} plot_interval_row;

typedef struct plot_interval_input {
    plot_words words;
    const plot_interval_row *rows;
    size_t count;
    bool sort;                  /* highest first within each group; else as given */
    bool lowest_first;          /* with sort: lowest first, as for ranks */
    double reference;           /* NaN: none */
    const char *reference_name; /* NULL: "Reference" */
    const char *interval_name;  /* "95% confidence interval"; NULL: that */
    better better;              /* what `differs` means; neither: purple */
    bool names_whole;           /* names that do not fit take a second line, instead of being cut */
} plot_interval_input;

/* Dot plot, one row per name: proportion, rate, mean, dsr, isr, life expectancy, ranks, quantiles (group "Fifth 1 of 5"), seasons
 * (rows January to December, reference 0). The axis need not start at 0, so never bars. Above PLOT_MOST_ROWS rows: the first of them
 * (after sorting), and the subtitle says so. */
enum { PLOT_MOST_ROWS = 400 };
void plot_intervals(const plot_interval_input *p, const plot_medium *medium, buffer *out);

/* ---- inequality -------------------------------------------------------------------------------------- */

typedef struct plot_inequality_input {
    plot_words words;               /* x_name NULL: "Share of the population, most deprived first" */
    const inequality_group *groups; /* most deprived first; populations give the widths */
    const char *const *names;       /* "1 (most deprived)" ...; NULL: 1 to count */
    size_t count;
    const slope_result *slope; /* NULL: no line */
    slope_scale scale;         /* with transform: the scale on which the line is straight */
    bool transform;
    double multiplier; /* of the slope_options, to read the fitted ends; 0 = 1 */
    double confidence; /* of the slope's limits; 0 = 0.95 */
} plot_inequality_input;

/* Each group is a dot at the middle of its share of the population, with its interval (lower, upper) and a thin bar as wide as the
 * share; the line of the SII goes from end to end, and the SII and RII stand beside it in words. */
void plot_inequality(const plot_inequality_input *p, const plot_medium *medium, buffer *out);

/* ---- trend ------------------------------------------------------------------------------------------- */

typedef struct plot_trend_input {
    plot_words words;
    const plot_time *times;
    const double *values, *lower, *upper; /* limits of each value: NULL where none */
    size_t count;
    const trend_rank *rank;     /* Mann-Kendall and Sen: the line; NULL: none */
    const trend_recent *recent; /* the Fingertips verdict, marked over the points that it uses; NULL: none */
    double confidence;          /* of the slope's limits; 0 = 0.95 */
    better better;
} plot_trend_input;

/* Sen's line is intercept + slope x row, so on a time axis with gaps it is drawn from row to row. */
void plot_trend(const plot_trend_input *p, const plot_medium *medium, buffer *out);

/* ---- paths into the future ---------------------------------------------------------------------------- */

typedef enum plot_path_look {
    PATH_AHEAD = 0, /* a course of action: a colour and dash of its own, in the order given */
    PATH_KNOWN,     /* what was published: solid, grey */
    PATH_ESTIMATED  /* dashed, grey */
} plot_path_look;

typedef struct plot_path_line {
    const char *name;            /* at its end; of one that ends before the last time, in the key alone */
    const double *values;        /* count of them; NaN: not there */
    const double *lower, *upper; /* its interval; NULL: none */
    plot_path_look look;
    size_t
        series; /* PATH_AHEAD: whose colour and dash, 1 to PLOT_MOST_LINES, so that a course looks the same on every chart; 0: in
                      the order given */
} plot_path_line;

typedef struct plot_paths_input {
    plot_words words; /* words.title is what the paths say: the finding */
    const plot_time *times;
    size_t count;
    const plot_path_line
        *lines; /* up to PLOT_MOST_LINES; the last is the one that is asked about, and drawn with its points */
    size_t line_count;
    const double *lower, *upper; /* an interval of the last line; NULL: none */
    const char *interval_name;   /* "9 in 10 courses"; NULL: "Interval" */
    size_t now;                  /* a divider stands at this time, where the past ends and the future begins; 0: none */
    const char *now_words;       /* on the divider; NULL: none */
    double target;               /* NaN: none */
    const char *target_name;     /* NULL: "Target" */
    better better;               /* which side of the target is the good one */
} plot_paths_input;

/* What is expected of several courses of action, month by month, beside a target. */
void plot_paths(const plot_paths_input *p, const plot_medium *medium, buffer *out);

/* ---- CUSUM ------------------------------------------------------------------------------------------- */

typedef struct plot_cusum_input {
    plot_words words; /* unit is not used: sums are in standard deviations */
    const plot_time *times;
    const cusum_point *points;
    size_t count;
    double decision;      /* h; 0 = 5 */
    double target, sigma; /* told in words; NaN: not */
    better better;
} plot_cusum_input;

/* The upper sum above 0, the lower one mirrored below, the thresholds at +h and -h; where a sum first crosses one, the row at which it
 * left 0 is marked: that is when the change is likely to have begun. */
void plot_cusum(const plot_cusum_input *p, const plot_medium *medium, buffer *out);

/* ---- false discovery --------------------------------------------------------------------------------- */

typedef struct plot_fdr_input {
    plot_words words; /* unit is not used */
    const double *p;
    const char *const *names; /* may be NULL */
    size_t count;
    double rate; /* 0.05 or 0.1 ... */
} plot_fdr_input;

/* p-values in order, on a logarithmic axis, against the line rate x rank / tests of Benjamini and Hochberg; those called are filled and
 * the smallest named. What lies below 1e-12 is drawn there. Above PLOT_MOST_POINTS tests: all that are called first. */
void plot_fdr(const plot_fdr_input *p, const plot_medium *medium, buffer *out);

/* ---- life tables ------------------------------------------------------------------------------------- */

typedef struct plot_life_series {
    const char *name;        /* "Women", "Area E07000223" */
    const double *survivors; /* LIFE_BANDS figures: per 100,000 born alive, at the start of each band; NaN: not drawn */
    interval at_birth;       /* expectancy at birth, for the words; NaN: none */
} plot_life_series;

typedef struct plot_life_input {
    plot_words words; /* unit is not used: survivors in per cent */
    const plot_life_series *series;
    size_t count; /* at most PLOT_MOST_LINES are drawn */
} plot_life_input;

enum { PLOT_MOST_LINES = 6 };
/* Survival curves by age, named at the line, each with its own dash and mark. */
void plot_life_table(const plot_life_input *p, const plot_medium *medium, buffer *out);
/* Survivors of 100,000 at the start of each band, by the formula of life_table (q = n m / (1 + n m (1 - a))). NaN from a band on that
 * cannot be computed. */
void plot_life_survivors(const double *population, const double *deaths, double survivors[LIFE_BANDS]);

/* ---- disclosure -------------------------------------------------------------------------------------- */

typedef struct plot_disclosure_input {
    plot_words words;
    const disclosure_cell *cells;                       /* rows x columns, after suppression */
    const char *const *row_names, *const *column_names; /* may be NULL */
    size_t rows, columns;                               /* at most 60 x 12 are drawn */
} plot_disclosure_input;

/* The table as it would be published: figures, and a mark for what is withheld for its own sake or so that totals do not give another
 * away. True counts of suppressed cells are not in the drawing. */
void plot_disclosure(const plot_disclosure_input *p, const plot_medium *medium, buffer *out);

#endif
