/*
 * plan_flows: the waiting lists of a workspace that a plan is asked about.
 *
 * They come from the full extracts of referral-to-treatment waits, by week waited; where the workspace has none for what was asked, or --flows says so,
 * from the monthly flows of boards (source rtt-flows): how many joined, were completed and wait, not how long.
 */
#ifndef CONCORD_CLI_PLAN_FLOWS_H
#define CONCORD_CLI_PLAN_FLOWS_H

#include "cli/cli.h"

#include "measure/measure.h"
#include "publish/plan_list.h"

/* "england", "regions", "icbs", "sub-icbs", "providers". */
bool plan_level_find(const char *name, level *out);
/* The organisation that a code or name means, and its level. STATUS_NOT_FOUND with the nearest. */
MUST_USE status plan_org_find(const cli *c, const char *typed, measure_flow_request *request, error *err);

/* Months of one organisation, how many and not how long; ascending. */
typedef struct plan_monthly {
    const char *code, *name;
    size_t count;
    const int32_t *months; /* as period.first_month */
    const double *joined, *completed, *waiting;
    bool unordered, estimated; /* the file's months were out of order; some are the share of a board that was split */
} plan_monthly;

typedef struct plan_flows {
    const measure_flow *flows;   /* by week waited, or */
    const plan_monthly *monthly; /* monthly flows; NULL where the lists are by week */
    size_t count;
    bool one; /* one list was asked for, and found */
} plan_flows;

/* The lists that the command names: organisations, or --all; opens the workspace. STATUS_USAGE, STATUS_NOT_FOUND with what there is. */
MUST_USE status plan_flows_read(cli *c, const arguments *a, plan_flows *out, error *err);

/* A list of two bands: who joined in the month (nobody of them counts as treated) and everybody else. Of the months: the latest run without a gap, less
 * the last `held_out`, which go to list.published. out->problem says where there are too few; goals in weeks cannot be told. */
MUST_USE status plan_monthly_list(const plan_monthly *from, const plan_settings *settings, size_t held_out, arena *a,
                                  plan_list *out, error *err);

#endif
