/* forecast_grid: dated values as an evenly spaced series, and the names of the steps after its end. */
#ifndef CONCORD_CLI_FORECAST_GRID_H
#define CONCORD_CLI_FORECAST_GRID_H

#include "cli/stat_command.h"

typedef enum grid_kind { GRID_ROWS = 0, GRID_NUMBERS, GRID_MONTHS, GRID_DAYS } grid_kind;

typedef struct forecast_grid {
    grid_kind kind;
    period_kind label;   /* GRID_MONTHS: how the file writes its periods; PERIOD_NONE: as dates */
    int64_t first, step; /* numbers, months since year 0, or days since 1970 */
    int32_t month_day;   /* GRID_MONTHS of dates: their day; 0: the last of the month */
    double *values;      /* NaN where the file has no row */
    size_t count;
    size_t season; /* what is usual for such steps: 12 months, 4 quarters, 52 weeks, 7 days; 1 else */
} forecast_grid;

/* A group's values by its date column, which may be absent. Rows that are missing become missing values. STATUS_REFUSED where the dates are not
 * evenly spaced. */
MUST_USE status forecast_grid_make(stat_run *r, const stat_group *g, size_t value, size_t when, forecast_grid *out,
                                   error *err);
/* The i-th step (from 0): its name, in the group's memory, and where it stands on a time axis. */
const char *forecast_grid_name(stat_run *r, const forecast_grid *grid, size_t i);
plot_time forecast_grid_time(stat_run *r, const forecast_grid *grid, size_t i);

#endif
