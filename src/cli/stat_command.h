/*
 * stat_command: what the commands over statistics (runchart, funnel, rate ...) share.
 *
 * Each is one record: the columns that it needs, its options, and a function that computes one group. This drives the rest: the options are
 * parsed and checked by the record, the file is read (stat_input), groups are computed one after the other, rows are printed as csv, JSON or a
 * table, and --plot is drawn. So the parser, --help, the errors and the output cannot disagree.
 *
 * Invariants: a figure that cannot be computed is an empty cell (null in JSON); NaN and infinities are never printed. Rows come in the order of
 * the groups' first rows in the file. Output is written as it comes, so ten million rows need no more memory than they take when read.
 */
#ifndef CONCORD_CLI_STAT_COMMAND_H
#define CONCORD_CLI_STAT_COMMAND_H

#include "cli/cli.h"
#include "cli/stat_input.h"

#include "publish/plots.h"
#include "stats/stats.h"

#define STAT_CONFIDENCES_MAXIMUM 8
#define STAT_OUTPUT_MAXIMUM      96 /* columns */

typedef struct stat_run stat_run;

typedef struct stat_command {
    command command;            /* first: what the command table holds */
    const stat_column *columns; /* ends with a zeroed one; constants of the command name their places */
    status (*prepare)(stat_run *r,
                      error *err); /* before the file is read: further options, output columns; may be NULL */
    status (*group)(stat_run *r, const stat_group *g,
                    error *err);               /* one group of --by; without it the whole file is one */
    status (*finish)(stat_run *r, error *err); /* after the last group; may be NULL */
    void (*state_free)(stat_run *r);           /* what the run's arena does not hold; may be NULL */
    const char *confidence;                    /* where --confidence is not given; NULL = "0.95" */
    double multiplier;                         /* where --multiplier is not given; 0 = 1 */
    bool repeated_dates;
    stat_row_check row_check; /* of each row while the file is read; may be NULL */
    size_t file_at;           /* place of FILE among the arguments: 1 where something stands before it */
} stat_command;

typedef enum stat_output { OUTPUT_TEXT = 0, OUTPUT_NUMBER, OUTPUT_TRUTH } stat_output;

struct stat_run {
    cli *cli;
    const stat_command *of;
    const arguments *arguments;
    csv_reader *from;                /* tests: read instead of a path */
    const stat_column *columns_read; /* of the record; `prepare` may choose others */
    stat_data data;
    problems problems;
    output_format format;
    bool summary; /* --summary */
    double confidence[STAT_CONFIDENCES_MAXIMUM];
    char confidence_words[STAT_CONFIDENCES_MAXIMUM][16]; /* "95", "99.8" */
    size_t confidence_count;
    double multiplier;
    void *state;   /* the command's own */
    arena memory;  /* the run's */
    arena scratch; /* one group's: emptied before the next */
    /* output */
    table_column columns[STAT_OUTPUT_MAXIMUM];
    size_t column_count, cells_in_row;
    bool begun;
    bool silent; /* --plot terminal: the drawing stands instead of the rows */
    buffer out;
    table table;
    struct stat_plot *plot; /* NULL without --plot */
};

/* The command function of every record. */
MUST_USE status stat_command_run(cli *c, const arguments *a, error *err);
/* The same on a csv that the command made itself (from an edition), which stays the caller's. Fails where the buffer has failed. */
MUST_USE status stat_command_run_csv(cli *c, const arguments *a, const buffer *csv, error *err);

/* ---- options ---- */

/* The value of an option, or NULL. */
const char *stat_given(const stat_run *r, const char *option);
/* Its place among the words of "a|b|c"; 0 where it is not given. All such options were checked before `prepare`. */
size_t stat_choice(const stat_run *r, const char *option);
bool stat_switch(const stat_run *r, const char *option);
/* A number within low..high; *out stays as it is where the option is not given. */
MUST_USE status stat_option_number(const stat_run *r, const char *option, double low, double high, double *out,
                                   error *err);
MUST_USE status stat_option_count(const stat_run *r, const char *option, int64_t low, int64_t high, int64_t *out,
                                  error *err);
/* Keys of "2024-04,2025-04" or "13,25" (points by number where the command's file has no date column), into the run's memory. */
MUST_USE status stat_option_points(stat_run *r, const char *option, double **keys, size_t *count, bool *are_dates,
                                   error *err);
/* STATUS_USAGE: what is wrong with the request, with "See: concord NAME --help". */
status stat_usage(const stat_run *r, error *err, const char *format, ...) PRINTF_LIKE(3, 4);

/* ---- data ---- */

/* count zeroed things from the group's memory; NULL where there is none left (stat_full says so). */
void *stat_scratch(stat_run *r, size_t count, size_t size);
status stat_full(error *err);
static inline bool stat_has(const stat_run *r, size_t column)
{
    return r->data.columns[column].present;
}
static inline double stat_cell(const stat_run *r, size_t column, size_t row)
{
    return stat_has(r, column) ? r->data.columns[column].numbers[row] : __builtin_nan("");
}
/* A row is refused: what, with its line and the column's header (SIZE_MAX: none). Always STATUS_REFUSED. */
status stat_refuse(const stat_run *r, size_t row, size_t column, error *err, const char *format, ...) PRINTF_LIKE(5, 6);
/* "Leeds, 2024": the group's cells; "" without --by. Group's memory. */
const char *stat_group_name(stat_run *r, const stat_group *g);

/* ---- output ---- */

void stat_output_column(stat_run *r, const char *name, stat_output kind);
/* PREFIXlower_95, PREFIXupper_95 and so on for every confidence asked for. */
void stat_output_limits(stat_run *r, const char *prefix);
/* Begins a row with the cells of --by (empty where g is NULL), and those of --keep where row is not SIZE_MAX. */
void stat_row_begin(stat_run *r, const stat_group *g, size_t row);
void stat_put_text(stat_run *r, const char *words);
void stat_put_number(stat_run *r, double value);
void stat_put_count(stat_run *r, int64_t value);
void stat_put_truth(stat_run *r, bool value);
void stat_put_limits(stat_run *r, double lower, double upper);
MUST_USE status stat_row_end(stat_run *r, error *err);

/* ---- plots (stat_plot.c) ---- */

MUST_USE status stat_plot_begin(stat_run *r, const char *to, error *err);
/* The medium for the next drawing, and where to draw; NULL where no plot is wanted. */
const plot_medium *stat_plot_medium(stat_run *r, buffer **drawing);
void stat_plot_add(stat_run *r);
/* There is one drawing for all groups. */
void stat_plot_whole(stat_run *r);
MUST_USE status stat_plot_end(stat_run *r, error *err);
void stat_plot_free(stat_run *r);
/* What the file says of the group: its name, else the file's. */
plot_words stat_plot_words(stat_run *r, const stat_group *g, size_t value_column);
/* Times of a group's rows, by the date column `when`, or their numbers. */
plot_time *stat_plot_times(stat_run *r, const stat_group *g, size_t when);
/* Words of the dot plot that stat_plot_interval collects for; NULL leaves what is made from the figures. */
void stat_plot_title(stat_run *r, const char *title, const char *subtitle);
/* Collects a figure with its limits for one dot plot of all groups, drawn at the end. lower and upper by the first confidence; the second,
 * where there is one, is the outer interval. */
void stat_plot_interval(stat_run *r, const char *name, const char *heading, double value, const double *lower,
                        const double *upper, const char *remark);

/* ---- between the files of stat_command -------------------------------------------------------------- */

MUST_USE status stat_options_read(stat_run *r, error *err);
MUST_USE status stat_request_make(stat_run *r, stat_request *out, error *err);
MUST_USE status stat_output_end(stat_run *r, error *err);

/* ---- options that many commands have: rows of the options table ---- */

#define STAT_OPTION_BY                                                                                                 \
    {                                                                                                                  \
        "--by", "COL ...", "A column that parts the rows into groups; may be given several times."                     \
    }
#define STAT_OPTION_KEEP                                                                                               \
    {                                                                                                                  \
        "--keep", "COL ...", "A column to print with each row; may be given several times."                            \
    }
#define STAT_OPTION_CONFIDENCE                                                                                         \
    {                                                                                                                  \
        "--confidence", "P,...", "Confidence of the limits, several at once: 0.95 is the default; 0.95,0.998."         \
    }
#define STAT_OPTION_FORMAT                                                                                             \
    {                                                                                                                  \
        "--format", "table|csv|json", "How to print: csv is the default."                                              \
    }
#define STAT_OPTION_PLOT                                                                                               \
    {                                                                                                                  \
        "--plot", "FILE", "Draw it too: a file that ends in .svg, .png or .pdf, or the word terminal."                 \
    }

#endif
