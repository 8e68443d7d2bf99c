/* Dated values as an evenly spaced series. */
#include "cli/forecast_grid.h"

#include "plan/plan.h"

#include <math.h>

static int64_t month_of(date d, int *day)
{
    int year = 0, month = 0;
    date_parts(d, &year, &month, day);
    return (int64_t)year * 12 + month - 1;
}

/* Whether all dates are the same day of a month, or all the last. */
static bool are_months(const stat_run *r, const stat_group *g, size_t when, int32_t *month_day)
{
    bool same = true, last = true;
    int first_day = 0;
    for (size_t i = 0; i < g->count; i++) {
        const date d = (date)r->data.columns[when].numbers[stat_row(&r->data, g, i)];
        int day = 0, next = 0;
        (void)month_of(d, &day);
        (void)month_of(d + 1, &next);
        first_day = i == 0 ? day : first_day;
        same = same && day == first_day;
        last = last && next == 1;
    }
    *month_day = last && !(same && first_day == 1) ? 0 : first_day;
    return g->count > 1 && (last || (same && first_day <= 28));
}

static int64_t key_at(const stat_run *r, const stat_group *g, size_t when, size_t i, grid_kind kind)
{
    const double key = r->data.columns[when].numbers[stat_row(&r->data, g, i)];
    int day = 0;
    return kind == GRID_MONTHS ? month_of((date)key, &day) : (int64_t)key;
}

static int64_t divisor(int64_t a, int64_t b)
{
    while (b != 0) {
        const int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static size_t season_usual(const forecast_grid *grid)
{
    if (grid->kind == GRID_MONTHS)
        return grid->step >= 12 ? 1 : 12 % grid->step == 0 ? (size_t)(12 / grid->step) : 1;
    if (grid->kind == GRID_DAYS)
        return grid->step == 1 ? 7 : grid->step == 7 ? 52 : 1;
    return 1;
}

status forecast_grid_make(stat_run *r, const stat_group *g, size_t value, size_t when, forecast_grid *out, error *err)
{
    *out = (forecast_grid){.kind = GRID_ROWS, .step = 1, .first = 1, .count = g->count, .season = 1};
    if (stat_has(r, when)) {
        out->kind = !r->data.when_is_date                     ? GRID_NUMBERS
                    : are_months(r, g, when, &out->month_day) ? GRID_MONTHS
                                                              : GRID_DAYS;
        out->first = key_at(r, g, when, 0, out->kind);
        out->step = 0;
        for (size_t i = 1; i < g->count; i++)
            out->step = divisor(key_at(r, g, when, i, out->kind) - out->first, out->step);
        out->step = out->step < 1 ? 1 : out->step;
        const int64_t steps = (key_at(r, g, when, g->count - 1, out->kind) - out->first) / out->step + 1;
        /* Few rows on a fine grid are dates without a rhythm. */
        if (steps > FORECAST_VALUES_MAXIMUM || (g->count > 3 && steps > 20 * (int64_t)g->count)) {
            status code =
                stat_refuse(r, stat_row(&r->data, g, g->count - 1), when, err, "The dates are not evenly spaced");
            error_hint(err, "A forecast needs a value for each month, week or day; a few may be missing.");
            return code;
        }
        out->count = (size_t)steps;
        period p = {0};
        if (out->kind == GRID_MONTHS && period_parse(text_of(stat_text(&r->data, when, stat_row(&r->data, g, 0))), &p))
            out->label = p.kind;
        out->season = season_usual(out);
    }
    out->values = stat_scratch(r, out->count, sizeof *out->values);
    if (out->values == NULL)
        return stat_full(err);
    for (size_t i = 0; i < out->count; i++)
        out->values[i] = NAN;
    for (size_t i = 0; i < g->count; i++) {
        const size_t at =
            out->kind == GRID_ROWS ? i : (size_t)((key_at(r, g, when, i, out->kind) - out->first) / out->step);
        out->values[at] = stat_cell(r, value, stat_row(&r->data, g, i));
    }
    return STATUS_OK;
}

static date day_of(const forecast_grid *grid, size_t i)
{
    const int64_t at = grid->first + (int64_t)i * grid->step;
    if (grid->kind != GRID_MONTHS)
        return (date)at;
    if (grid->month_day == 0)
        return period_last_day((period){.kind = PERIOD_MONTH, .first_month = (int32_t)at, .months = 1});
    return date_of((int)(at / 12), (int)(at % 12) + 1, grid->month_day);
}

const char *forecast_grid_name(stat_run *r, const forecast_grid *grid, size_t i)
{
    const int64_t at = grid->first + (int64_t)i * grid->step;
    char words[PERIOD_TEXT > DATE_TEXT ? PERIOD_TEXT : DATE_TEXT] = "";
    if (grid->kind == GRID_ROWS || grid->kind == GRID_NUMBERS) {
        const char *number = arena_printf(&r->scratch, "%lld", (long long)at);
        return number == NULL ? "" : number;
    }
    if (grid->kind == GRID_MONTHS && grid->label != PERIOD_NONE)
        period_format((period){.kind = grid->label, .first_month = (int32_t)at, .months = (int32_t)grid->step}, words);
    else
        date_format(day_of(grid, i), words);
    const char *kept = arena_string(&r->scratch, words);
    return kept == NULL ? "" : kept;
}

plot_time forecast_grid_time(stat_run *r, const forecast_grid *grid, size_t i)
{
    const bool dated = grid->kind == GRID_MONTHS || grid->kind == GRID_DAYS;
    return (plot_time){.when = dated ? day_of(grid, i) : DATE_NONE, .label = forecast_grid_name(r, grid, i)};
}
