/* concord plan backtest: months that were kept from the calibration, beside what was published of them. */
#include "cli/plan_output.h"

#include <math.h>
#include <stdlib.h>

static void people_cell(table *t, double value)
{
    table_number(t, round(value * 10) / 10);
}

static void fine_cell(table *t, double value)
{
    table_number(t, round(value * 100) / 100);
}

/* What is said of a back-test: each month, or each list. */
typedef struct tested {
    table table;
    bool summary;
    double *errors, *unchanged; /* of each list, for the middle one */
    size_t lists;
    /* the list at work */
    size_t months, shares;
    double opening, absolute, bias, same, share, last;
} tested;

/* One month: what was expected of it beside what was published. */
static void month_put(tested *to, const plan_list *list, const plan_settings *settings, period month,
                      const double *stock, const flow_detail *published_detail, const double *published)
{
    plan_list there_list = *list;
    there_list.detail = *published_detail;
    const plan_figures expected = plan_figures_of(list, settings, stock),
                       there = plan_figures_of(&there_list, settings, published);
    const double off = (expected.waiting / there.waiting - 1) * 100,
                 points = (expected.within_share - there.within_share) * 100;
    if (there.waiting > 0) {
        to->months++;
        to->absolute += fabs(off);
        to->bias += off;
        to->same += fabs(to->opening / there.waiting - 1) * 100;
        to->last = off;
        to->shares += isnan(points) ? 0 : 1;
        to->share += isnan(points) ? 0 : fabs(points);
    }
    if (to->summary)
        return;
    table *t = &to->table;
    table_text(t, list->code);
    table_text(t, list->treatment_function);
    table_period(t, month);
    people_cell(t, expected.waiting);
    people_cell(t, there.waiting);
    fine_cell(t, off);
    fine_cell(t, expected.within_share * 100);
    fine_cell(t, there.within_share * 100);
    fine_cell(t, points);
    people_cell(t, expected.over_52);
    people_cell(t, there.over_52);
}

static void list_begin(tested *to, const plan_list *list)
{
    to->months = to->shares = 0;
    to->absolute = to->bias = to->same = to->share = 0;
    to->last = NAN;
    to->opening = flow_total(list->opening, list->bands);
}

static void list_end(tested *to, const plan_list *list)
{
    const double n = (double)to->months;
    if (to->months == 0)
        return;
    to->errors[to->lists] = to->absolute / n;
    to->unchanged[to->lists++] = to->same / n;
    if (!to->summary)
        return;
    table *t = &to->table;
    table_text(t, list->code);
    table_text(t, list->treatment_function);
    table_period(t, list->first);
    table_period(t, list->last);
    table_int(t, (int64_t)to->months);
    fine_cell(t, to->absolute / n);
    fine_cell(t, to->same / n);
    fine_cell(t, to->bias / n);
    fine_cell(t, to->last);
    fine_cell(t, to->shares > 0 ? to->share / (double)to->shares : NAN);
}

/* The months held out, at the capacity and referrals of those before them. */
static status path_make(const plan_list *list, const plan_settings *settings, size_t held_out, arena *a, plan_path *out,
                        error *err)
{
    double capacity[PLAN_PERIODS_MAXIMUM];
    plan_capacity_fill(list, settings, held_out, capacity);
    return plan_project(list, settings, capacity, held_out, a, out, err);
}

/* A list by week waited: the months before the last ones make it, and those are what it is held against. */
static status flow_test(tested *to, const measure_flow *flow, const plan_settings *settings, size_t held_out, arena *a,
                        error *err)
{
    measure_flow before = *flow;
    before.month_count -= held_out;
    plan_list list;
    plan_path path;
    status code = plan_list_make(&before, settings, a, &list, err);
    if (code != STATUS_OK || list.problem[0] != 0)
        return code;
    list_begin(to, &list);
    code = path_make(&list, settings, held_out, a, &path, err);
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
            month_put(to, &list, settings, m->period, path.stock + p * list.bands, &published, stock);
    }
    if (code == STATUS_OK)
        list_end(to, &list);
    return code;
}

/* A list that brings the months that were held out with it. */
static status list_test(tested *to, const plan_list *list, const plan_settings *settings, arena *a, error *err)
{
    plan_path path;
    list_begin(to, list);
    const status code = path_make(list, settings, list->published_periods, a, &path, err);
    if (code != STATUS_OK)
        return code;
    for (size_t p = 0; p < list->published_periods; p++)
        month_put(to, list, settings, plan_month(list, p), path.stock + p * list->bands, &list->detail,
                  list->published + p * list->bands);
    list_end(to, list);
    return STATUS_OK;
}

/* ---- the whole ------------------------------------------------------------------------------------------ */

static status tested_begin(tested *to, const plan_tested *asked, size_t count, error *err)
{
    static const table_column months[] = {{"organisation", NULL, false, false},
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
    static const table_column lists[] = {{"organisation", NULL, false, false},
                                         {"treatment_function", NULL, false, false},
                                         {"from", NULL, false, false},
                                         {"to", NULL, false, false},
                                         {"months_held_out", NULL, true, false},
                                         {"waiting_error_percent", NULL, true, false},
                                         {"unchanged_error_percent", NULL, true, false},
                                         {"bias_percent", NULL, true, false},
                                         {"last_month_error_percent", NULL, true, false},
                                         {"within_error_points", NULL, true, false}};
    *to = (tested){.summary = asked->summary};
    if (asked->summary)
        table_begin(&to->table, lists, sizeof lists / sizeof *lists);
    else
        table_begin(&to->table, months, sizeof months / sizeof *months);
    to->errors = calloc(count + 1, sizeof *to->errors);
    to->unchanged = calloc(count + 1, sizeof *to->unchanged);
    return to->errors != NULL && to->unchanged != NULL ? STATUS_OK
                                                       : error_set(err, STATUS_MEMORY, "Out of memory for the plan");
}

static int number_compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double middle(double *values, size_t count)
{
    qsort(values, count, sizeof *values, number_compare);
    return (values[(count - 1) / 2] + values[count / 2]) / 2;
}

static status tested_end(cli *c, tested *to, const plan_tested *asked, status code, error *err)
{
    if (code == STATUS_OK && to->lists == 0) {
        code = error_set(err, STATUS_REFUSED, "There are too few months to hold out %zu", asked->held_out);
        error_hint(
            err,
            "A back-test needs the months held out and at least one before them; add more months, or give --hold-out "
            "fewer.");
    }
    if (code == STATUS_OK)
        code = table_print(c, &to->table, asked->format, err);
    if (code == STATUS_OK && to->lists > 1)
        say_note(c, "People waiting: the middle one of %zu lists was %.1f%% off; had it stayed as it was, %.1f%%.",
                 to->lists, middle(to->errors, to->lists), middle(to->unchanged, to->lists));
    table_free(&to->table);
    free(to->errors);
    free(to->unchanged);
    return code;
}

status plan_print_backtest_of_lists(cli *c, const plan_list *lists, size_t count, const plan_settings *settings,
                                    const plan_tested *asked, error *err)
{
    tested to;
    arena scratch = {0};
    status code = tested_begin(&to, asked, count, err);
    for (size_t k = 0; k < count && code == STATUS_OK; k++) {
        if (lists[k].problem[0] == 0)
            code = list_test(&to, &lists[k], settings, &scratch, err);
        arena_reset(&scratch);
    }
    arena_free(&scratch);
    return tested_end(c, &to, asked, code, err);
}

status plan_print_backtest(cli *c, const measure_flow *flows, size_t count, const plan_settings *settings,
                           const plan_tested *asked, error *err)
{
    tested to;
    arena scratch = {0};
    status code = tested_begin(&to, asked, count, err);
    for (size_t k = 0; k < count && code == STATUS_OK; k++) {
        if (flows[k].month_count >= asked->held_out + 1)
            code = flow_test(&to, &flows[k], settings, asked->held_out, &scratch, err);
        arena_reset(&scratch);
    }
    arena_free(&scratch);
    return tested_end(c, &to, asked, code, err);
}
