/* simulate_request: what is asked of a simulation, from the options of `concord plan simulate` and `concord plan compare`. */
#ifndef CONCORD_CLI_SIMULATE_REQUEST_H
#define CONCORD_CLI_SIMULATE_REQUEST_H

#include "cli/cli.h"

#include "plan/plan.h"

#define SIMULATE_SCENARIOS_MAXIMUM 6

typedef struct simulate_request {
    const char *scenarios[SIMULATE_SCENARIOS_MAXIMUM]; /* names or files, as given */
    size_t scenario_count;
    const char *csv;     /* lists from a file; NULL: those of the workspace */
    int32_t first_month; /* INT32_MIN: the one after the last that was published */
    const char *show, *report, *plot;
    int64_t months, replications, seed, threads;
    booking_rule rule;
    double priorities[SIMULATE_CLASSES], dispersion, coverage, probability, unit_cost;
    bool working_days, uncertain;
    simulate_measure measures[SIMULATE_MEASURES];
    size_t measure_count;
    output_format format;
} simulate_request;

/* STATUS_USAGE, naming the option, its value and what it may be. */
MUST_USE status simulate_request_read(const cli *c, const arguments *a, simulate_request *out, error *err);

#endif
