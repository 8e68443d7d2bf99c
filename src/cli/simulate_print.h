/* simulate_print: what concord plan simulate and plan compare print of their replications. */
#ifndef CONCORD_CLI_SIMULATE_PRINT_H
#define CONCORD_CLI_SIMULATE_PRINT_H

#include "cli/cli.h"
#include "cli/simulate_lists.h"
#include "cli/simulate_request.h"

#define SIMULATE_SIDES_MAXIMUM SIMULATE_SCENARIOS_MAXIMUM

/* One scenario, or the lists as they are, with its replications. */
typedef struct simulate_side {
    const scenario *scenario; /* NULL: as they are */
    const char *name;         /* "extra-sessions", with @VERSION where another side has the same */
    simulate_model model;
    scenario_effect effect;
    simulate_results results;
} simulate_side;

typedef struct simulate_job {
    cli *cli;
    output_format format;
    scenario_base base;
    simulate_options options;
    const char **report_names; /* of each report; the total is "all" */
    int32_t reports_shown;     /* with the total; 1 where there is only the total */
    bool uncertain;
    double coverage, probability, unit_cost; /* unit_cost NaN: none */
    const simulate_measure *measures;
    size_t measure_count;
    simulate_side sides[SIMULATE_SIDES_MAXIMUM];
    size_t side_count; /* simulate: 1. compare: the first is what the others are compared with */
    const char *plot;  /* NULL: none */
    arena memory;
} simulate_job;

/* The report in the results that is shown as the i-th: the total comes last. */
int32_t simulate_report_at(const simulate_job *j, int32_t i);

MUST_USE status simulate_print_path(simulate_job *j, error *err);
MUST_USE status simulate_print_targets(simulate_job *j, error *err);
MUST_USE status simulate_print_sensitivity(simulate_job *j, error *err);
MUST_USE status simulate_print_capacity(simulate_job *j, error *err);
MUST_USE status simulate_print_assumptions(simulate_job *j, error *err);

/* All sides side by side: what is "path", "targets", "people", "capacity", "sensitivity" or "all" of them. Targets are those of all the scenarios, each
 * held against every side. */
MUST_USE status simulate_print_compare(simulate_job *j, const char *what, error *err);
/* The first of the measures, month by month with its interval; of several sides the last is the one with the interval. */
MUST_USE status simulate_plot(const simulate_job *j, const char *to, error *err);

/* Shares to a tenth of a thousandth, people and weeks to a hundredth: more digits are luck. */
double simulate_rounded(simulate_measure m, double value);
/* Of each replication a place. NULL where memory ran out. */
double *simulate_scratch(simulate_job *j);
MUST_USE status simulate_no_memory(error *err);
/* One assumption at a time, the widest first. bars: as many as the scenario has assumptions. */
MUST_USE status simulate_tornado(simulate_job *j, const simulate_side *side, simulate_target *aim, tornado_bar **bars,
                                 size_t *count, error *err);

#endif
