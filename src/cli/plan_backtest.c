/* concord plan backtest: months that were kept from the calibration, beside what was published of them. */
#include "cli/plan_output.h"

#include <math.h>

static void people_cell(table *t, double value)
{
    table_number(t, round(value * 10) / 10);
}

static void fine_cell(table *t, double value)
{
    table_number(t, round(value * 100) / 100);
}

/* One month: what was expected of it beside what was published. */
static void backtest_row(table *t, const plan_list *list, const plan_settings *settings, period month,
                         const double *stock, const flow_detail *published_detail, const double *published)
{
    plan_list there_list = *list;
    there_list.detail = *published_detail;
    const plan_figures expected = plan_figures_of(list, settings, stock),
                       there = plan_figures_of(&there_list, settings, published);
    table_text(t, list->code);
    table_text(t, list->treatment_function);
    table_period(t, month);
    people_cell(t, expected.waiting);
    people_cell(t, there.waiting);
    fine_cell(t, (expected.waiting / there.waiting - 1) * 100);
    /* Where the last band opens before the goal's weeks, waits of so long are not told apart. */
    const bool told = plan_open_from(list) >= (settings->goal.weeks > 0 ? settings->goal.weeks : 18);
    fine_cell(t, told ? expected.within_share * 100 : NAN);
    fine_cell(t, told ? there.within_share * 100 : NAN);
    fine_cell(t, told ? (expected.within_share - there.within_share) * 100 : NAN);
    people_cell(t, expected.over_52);
    people_cell(t, there.over_52);
}

/* The months held out, at the capacity and referrals of those before them. */
static status backtest_path(const plan_list *list, const plan_settings *settings, size_t held_out, arena *a,
                            plan_path *out, error *err)
{
    double capacity[PLAN_PERIODS_MAXIMUM];
    plan_capacity_fill(list, settings, held_out, capacity);
    return plan_project(list, settings, capacity, held_out, a, out, err);
}

static status backtest_rows(table *t, const measure_flow *flow, const plan_settings *settings, size_t held_out,
                            arena *a, error *err)
{
    const measure_flow before = {.code = flow->code,
                                 .name = flow->name,
                                 .treatment_function = flow->treatment_function,
                                 .treatment_function_name = flow->treatment_function_name,
                                 .months = flow->months,
                                 .month_count = flow->month_count - held_out};
    plan_list list;
    plan_path path;
    status code = plan_list_make(&before, settings, a, &list, err);
    if (code != STATUS_OK || list.problem[0] != 0)
        return code;
    code = backtest_path(&list, settings, held_out, a, &path, err);
    for (size_t p = 0; p < held_out && code == STATUS_OK; p++) {
        const measure_flow_month *m = &flow->months[before.month_count + p];
        double *stock = arena_array(a, list.bands, sizeof *stock);
        flow_piece *pieces = arena_array(a, FLOW_PIECES(MEASURE_FLOW_WEEKS, list.bands), sizeof *pieces);
        if (stock == NULL || pieces == NULL)
            return error_set(err, STATUS_MEMORY, "Out of memory for the plan");
        flow_detail published = {pieces, 0};
        code = flow_bands_from_weeks(m->waiting, MEASURE_FLOW_WEEKS, FLOW_WEEKS_PER_MONTH, list.bands, stock, pieces,
                                     &published.count, err);
        if (code == STATUS_OK && m->period.first_month == plan_month(&list, p).first_month && m->has_waiting)
            backtest_row(t, &list, settings, m->period, path.stock + p * list.bands, &published, stock);
    }
    return code;
}

static const table_column backtest_columns[] = {{"organisation", NULL, false, false},
                                                {"treatment_function", NULL, false, false},
                                                {"month", NULL, false, false},
                                                {"waiting_expected", NULL, true, false},
                                                {"waiting_published", NULL, true, false},
                                                {"waiting_error_percent", NULL, true, false},
                                                {"within_percent_expected", NULL, true, false},
                                                {"within_percent_published", NULL, true, false},
                                                {"within_error_points", NULL, true, false},
                                                {"over_52_expected", NULL, true, false},
                                                {"over_52_published", NULL, true, false}};

status plan_print_backtest_of_csv(const cli *c, const plan_list *lists, size_t count, const plan_settings *settings,
                                  output_format format, error *err)
{
    table t = {0};
    arena scratch = {0};
    status code = STATUS_OK;
    table_begin(&t, backtest_columns, sizeof backtest_columns / sizeof *backtest_columns);
    for (size_t k = 0; k < count && code == STATUS_OK; k++) {
        const plan_list *list = &lists[k];
        plan_path path;
        if (list->problem[0] != 0)
            continue;
        code = backtest_path(list, settings, list->published_periods, &scratch, &path, err);
        for (size_t p = 0; p < list->published_periods && code == STATUS_OK; p++)
            backtest_row(&t, list, settings, plan_month(list, p), path.stock + p * list->bands, &list->detail,
                         list->published + p * list->bands);
        arena_reset(&scratch);
    }
    if (code == STATUS_OK)
        code = table_print(c, &t, format, err);
    table_free(&t);
    arena_free(&scratch);
    return code;
}

status plan_print_backtest(const cli *c, const measure_flow *flows, size_t count, const plan_settings *settings,
                           size_t held_out, output_format format, error *err)
{
    table t = {0};
    arena scratch = {0};
    status code = STATUS_OK;
    bool any = false;
    table_begin(&t, backtest_columns, sizeof backtest_columns / sizeof *backtest_columns);
    for (size_t k = 0; k < count && code == STATUS_OK; k++) {
        if (flows[k].month_count < held_out + 1)
            continue;
        any = true;
        code = backtest_rows(&t, &flows[k], settings, held_out, &scratch, err);
        arena_reset(&scratch);
    }
    if (code == STATUS_OK && !any) {
        code = error_set(err, STATUS_REFUSED, "There are too few months to hold out %zu", held_out);
        error_hint(
            err,
            "A back-test needs the months held out and at least one before them; add more months, or give --hold-out "
            "fewer.");
    }
    if (code == STATUS_OK)
        code = table_print(c, &t, format, err);
    table_free(&t);
    arena_free(&scratch);
    return code;
}
