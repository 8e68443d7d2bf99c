/* spc_plot: --plot of concord spc: an XmR chart for each group, one above the other. */
#ifndef CONCORD_CLI_SPC_PLOT_H
#define CONCORD_CLI_SPC_PLOT_H

#include "cli/cli.h"
#include "cli/spc_input.h"

#include "publish/plots.h"

typedef struct spc_plot {
    bool wanted;
    const char *to; /* "terminal", or the file */
    plot_format format;
    plot_medium medium;
    plot_sheet sheet;
    buffer drawing;
} spc_plot;

/* NULL is no plot. STATUS_USAGE for an ending that is none of those drawn. */
MUST_USE status spc_plot_begin(const cli *c, const char *to, spc_plot *out, error *err);
/* Draws one group: `values` are those that were judged, which are not those of the file where `adjusted`. */
MUST_USE status spc_plot_group(spc_plot *p, const spc_request *r, const spc_input *in, const spc_group *g,
                               const double *values, bool adjusted, const spc_point *points, const spc_options *options,
                               bool several, error *err);
/* Writes the file, or prints to the terminal. */
MUST_USE status spc_plot_end(spc_plot *p, cli *c, error *err);
void spc_plot_free(spc_plot *p);

#endif
