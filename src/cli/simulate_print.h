/* simulate_print: what concord simulate prints of its replications. */
#ifndef CONCORD_CLI_SIMULATE_PRINT_H
#define CONCORD_CLI_SIMULATE_PRINT_H

#include "cli/cli.h"
#include "cli/simulate_lists.h"

/* One scenario, or the lists as they are, with its replications. */
typedef struct simulate_side {
    const scenario *scenario; /* NULL: as they are */
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
    simulate_side before, after;
    arena memory;
} simulate_job;

/* The report in the results that is shown as the i-th: the total comes last. */
int32_t simulate_report_at(const simulate_job *j, int32_t i);

MUST_USE status simulate_print_path(simulate_job *j, error *err);
MUST_USE status simulate_print_targets(simulate_job *j, error *err);
MUST_USE status simulate_print_compare(simulate_job *j, error *err);
MUST_USE status simulate_print_sensitivity(simulate_job *j, error *err);
MUST_USE status simulate_print_capacity(simulate_job *j, error *err);
MUST_USE status simulate_print_assumptions(simulate_job *j, error *err);

#endif
