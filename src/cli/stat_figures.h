/* stat_figures: figures of a numerator and a denominator, for concord proportion and concord rate. */
#ifndef CONCORD_CLI_STAT_FIGURES_H
#define CONCORD_CLI_STAT_FIGURES_H

#include "cli/stat_command.h"

/* The first two columns of such a command. */
enum { FIGURE_NUMERATOR = 0, FIGURE_DENOMINATOR };

typedef struct stat_figure {
    interval interval;
    const char *method; /* NULL: the command has no such column */
} stat_figure;

typedef struct stat_figures {
    /* One figure at one confidence; NaN where it cannot be computed. */
    stat_figure (*compute)(double numerator, double denominator, double multiplier, double confidence);
    bool has_method;
} stat_figures;

/* Refuses a denominator of 0 below a numerator above 0. For .row_check of the commands. */
MUST_USE status stat_figures_rate_row(const stat_data *d, size_t row, error *err);
/* Refuses a numerator above its denominator. */
MUST_USE status stat_figures_share_row(const stat_data *d, size_t row, error *err);

/* With --by a figure of the sums of each group, else one of each row. A missing part makes the figure missing. */
MUST_USE status stat_figures_prepare(stat_run *r, const stat_figures *how, error *err);
MUST_USE status stat_figures_group(stat_run *r, const stat_figures *how, const stat_group *g, error *err);

#endif
