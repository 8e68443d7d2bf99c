/*
 * Tables of qicharts2: cases.csv and input.csv in, expected_points.csv out; and three tables of its run rules and
 * constants that stand on their own (anhoej_limits, run_signal_truth, constants).
 */
#include "reference.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char suite_name[] = "qicharts2";

typedef struct chart_case {
    chart_options options;
    chart_subgroup *groups;
    const char **dates;
    size_t count;
    chart_point *points;
    chart_part *parts;
    double *work;
    size_t *part_starts;
    bool *excluded;
    bool own_mean; /* the subgroups' means are those of their values, not another aggregate */
    error err;
} chart_case;

typedef struct dated_group {
    const char *day;
    size_t row;
} dated_group;

static int by_day(const void *left, const void *right)
{
    const dated_group *a = left, *b = right;
    const int order = strcmp(a->day, b->day); /* ISO dates sort as text */
    return order ? order : (a->row > b->row) - (a->row < b->row);
}

static double median_of(double *values, size_t count)
{
    double line = NAN;
    /* A run chart of single values shows their median. */
    chart_subgroup *singles = make_array(count, sizeof *singles);
    chart_point *points = make_array(count, sizeof *points);
    double *work = make_array(count, sizeof *work);
    const chart_options options = {.kind = CHART_RUN, .centre = NAN};
    for (size_t i = 0; i < count; i++)
        chart_subgroup_of(values + i, NULL, 1, &singles[i]);
    if (chart_make(singles, count, &options, points, work, NULL, 0, NULL) == STATUS_OK && count > 0)
        line = points[0].centre;
    free(work);
    free(points);
    free(singles);
    return line;
}

/* Gathers the rows of each date; agg_fun replaces the mean that is plotted. */
static void gather(chart_case *k, const table *input, const size_t *rows, size_t count, const char *aggregate)
{
    dated_group *sorted = make_array(count, sizeof *sorted);
    double *values = make_array(count, sizeof *values), *denominators = make_array(count, sizeof *denominators);
    bool any_denominator = false;
    for (size_t i = 0; i < count; i++) {
        sorted[i] = (dated_group){table_get(input, rows[i], "x"), rows[i]};
        any_denominator = any_denominator || !isnan(table_number(input, rows[i], "n"));
    }
    qsort(sorted, count, sizeof *sorted, by_day);
    k->groups = make_array(count, sizeof *k->groups);
    k->dates = make_array(count, sizeof *k->dates);
    for (size_t i = 0; i < count;) {
        size_t n = 0;
        for (; i + n < count && strcmp(sorted[i + n].day, sorted[i].day) == 0; n++) {
            values[n] = table_number(input, sorted[i + n].row, "y");
            denominators[n] = table_number(input, sorted[i + n].row, "n");
        }
        chart_subgroup *g = &k->groups[k->count];
        chart_subgroup_of(values, any_denominator ? denominators : NULL, n, g);
        if (strcmp(aggregate, "sum") == 0)
            g->mean = g->sum;
        else if (strcmp(aggregate, "median") == 0)
            g->mean = median_of(values, n);
        k->dates[k->count++] = sorted[i].day;
        i += n;
    }
    k->own_mean = cell_is_missing(aggregate) || strcmp(aggregate, "mean") == 0;
    free(sorted);
    free(values);
    free(denominators);
}

/* "15|30": numbers of points. Returns how many lie in 1..limit. */
static size_t read_numbers(const char *cell, size_t limit, size_t *out, size_t capacity)
{
    char copy[4096];
    snprintf(copy, sizeof copy, "%s", cell);
    size_t count = 0;
    char *rest = copy;
    for (char *item; (item = strsep(&rest, "|")) != NULL;) {
        const double number = cell_number(item, NULL);
        if (number >= 1 && number <= (double)limit && count < capacity)
            out[count++] = (size_t)number;
    }
    return count;
}

static void make_chart(chart_case *k, const table *cases, size_t row)
{
    chart_options *o = &k->options;
    if (!chart_kind_find(table_get(cases, row, "chart"), &o->kind)) {
        k->err.code = error_set(&k->err, STATUS_USAGE, "no chart of kind %s", table_get(cases, row, "chart"));
        return;
    }
    const char *method = table_get(cases, row, "method");
    if (!cell_is_missing(method) && !runs_method_find(method, &o->runs)) {
        k->err.code = error_set(&k->err, STATUS_USAGE, "no run rules named %s", method);
        return;
    }
    o->screening = strcmp(table_get(cases, row, "screenedmr"), "TRUE") == 0;
    const double freeze = table_number(cases, row, "freeze");
    o->freeze = freeze >= 1 ? (size_t)freeze : 0;
    o->centre = table_number(cases, row, "cl");
    o->multiply = table_number(cases, row, "multiply");
    if (isnan(o->multiply))
        o->multiply = 1;
    o->not_negative = strcmp(table_get(cases, row, "y_neg"), "FALSE") == 0;
    k->part_starts = make_array(k->count, sizeof *k->part_starts);
    o->part_count = k->count ? read_numbers(table_get(cases, row, "part"), k->count - 1, k->part_starts, k->count) : 0;
    o->parts = k->part_starts; /* a part that ends at point k starts the next at index k */
    size_t *dropped = make_array(k->count, sizeof *dropped);
    const size_t drops = read_numbers(table_get(cases, row, "exclude"), k->count, dropped, k->count);
    k->excluded = make_array(k->count, sizeof *k->excluded);
    for (size_t i = 0; i < drops; i++)
        k->excluded[dropped[i] - 1] = true;
    free(dropped);
    o->excluded = k->excluded;
    k->points = make_array(k->count, sizeof *k->points);
    k->parts = make_array(k->count + 1, sizeof *k->parts);
    k->work = make_array(k->count, sizeof *k->work);
    k->err.code = chart_make(k->groups, k->count, o, k->points, k->work, k->parts, k->count + 1, &k->err);
}

static void compare_point(check *c, const table *t, size_t row, const chart_case *k, size_t i)
{
    const chart_point *p = &k->points[i];
    const chart_subgroup *g = &k->groups[i];
    const runs_result *r = &k->parts[p->part - 1].runs;
    const struct {
        const char *column;
        double ours;
    } numbers[] = {
        {"part", p->part},
        {"xx", (double)(i + 1)},
        {"y.sum", g->sum},
        {k->own_mean ? "y.mean" : "y.sum", k->own_mean ? g->mean : g->sum},
        {"y.length", (double)g->count},
        {"y.sd", g->deviation},
        {"n", g->denominator},
        {"y", p->value},
        {"cl", p->centre},
        {"lcl", p->lower},
        {"lcl.95", p->near_lower},
        {"ucl.95", p->near_upper},
        {"ucl", p->upper},
        {"n.obs", (double)r->observations},
        {"n.useful", (double)r->useful},
        {"longest.run", r->useful ? (double)r->longest : NAN},
        {"longest.run.max", r->useful ? (double)r->longest_limit : NAN},
        {"n.crossings", r->useful ? (double)r->crossings : NAN},
        {"n.crossings.min", r->useful ? (double)r->crossings_limit : NAN},
    };
    for (size_t n = 0; n < sizeof numbers / sizeof numbers[0]; n++)
        if (table_column(t, numbers[n].column) != SIZE_MAX)
            check_number(c, numbers[n].column, table_get(t, row, numbers[n].column), numbers[n].ours);
    const struct {
        const char *column;
        bool ours;
    } flags[] = {
        {"baseline", p->baseline}, {"include", p->included}, {"runs.signal", r->signal}, {"sigma.signal", p->beyond}};
    for (size_t n = 0; n < sizeof flags / sizeof flags[0]; n++)
        if (table_column(t, flags[n].column) != SIZE_MAX)
            check_flag(c, flags[n].column, table_get(t, row, flags[n].column), flags[n].ours);
}

static void free_case(chart_case *k)
{
    free(k->groups);
    free(k->dates);
    free(k->points);
    free(k->parts);
    free(k->work);
    free(k->part_starts);
    free(k->excluded);
}

static void compare_charts(folder *f, table *cases, table *input, table *expected)
{
    cases->claimed = input->claimed = expected->claimed = true;
    const groups by_case = groups_make(input, "case"), rows = groups_make(expected, "case,x");
    check c = check_begin(suite_name, f, expected->name), cc = check_begin(suite_name, f, cases->name);
    size_t met = 0;
    for (size_t row = 0; row < cases->rows; row++) {
        const char *name = table_get(cases, row, "case"), *peer_error = table_get(cases, row, "peer_error");
        chart_case k = {0};
        const size_t g = groups_find(&by_case, name);
        if (g == SIZE_MAX)
            k.err.code = error_set(&k.err, STATUS_REFUSED, "no data");
        else {
            gather(&k, input, by_case.rows + by_case.starts[g], by_case.starts[g + 1] - by_case.starts[g],
                   table_get(cases, row, "agg_fun"));
            make_chart(&k, cases, row);
        }
        check_case(&cc, name);
        if (!cell_is_missing(peer_error)) {
            check_peer_stopped(&cc, peer_error,
                               k.err.code == STATUS_OK ? "a chart (documented result)" : k.err.message);
            free_case(&k);
            continue;
        }
        check_text(&cc, "refused", "FALSE", k.err.code == STATUS_OK ? "FALSE" : k.err.message);
        check_case(&c, name);
        for (size_t i = 0; i < k.count && k.err.code == STATUS_OK; i++) {
            char key[1100];
            snprintf(key, sizeof key, "%s|%s", name, k.dates[i]);
            const size_t e = groups_find(&rows, key);
            if (e == SIZE_MAX)
                check_absent(&c, key);
            else
                compare_point(&c, expected, rows.rows[rows.starts[e]], &k, i);
            met++;
        }
        free_case(&k);
    }
    if (met != expected->rows) {
        c.this_case = "(all)";
        check_absent(&c, "number of rows");
    }
    check_end(&cc);
    check_end(&c);
}

static void compare_limits(folder *f, table *t)
{
    t->claimed = true;
    check c = check_begin(suite_name, f, t->name);
    for (size_t row = 0; row < t->rows; row++) {
        size_t longest = 0, crossings = 0;
        check_case(&c, table_get(t, row, "n_useful"));
        runs_limits((size_t)table_number(t, row, "n_useful"), &longest, &crossings);
        check_number(&c, "longest_run_max", table_get(t, row, "longest_run_max"), (double)longest);
        check_number(&c, "n_crossings_min", table_get(t, row, "n_crossings_min"), (double)crossings);
    }
    check_end(&c);
}

static void compare_signals(folder *f, table *t)
{
    static const char *const methods[] = {"anhoej", "bestbox", "cutbox"};
    t->claimed = true;
    check c = check_begin(suite_name, f, t->name);
    for (size_t row = 0; row < t->rows; row++) {
        char name[80];
        snprintf(name, sizeof name, "n %s, c %s, l %s", table_get(t, row, "n"), table_get(t, row, "c"),
                 table_get(t, row, "l"));
        check_case(&c, name);
        for (size_t m = 0; m < 3; m++)
            if (table_column(t, methods[m]) != SIZE_MAX)
                check_flag(&c, methods[m], table_get(t, row, methods[m]),
                           runs_signal((size_t)table_number(t, row, "n"), (size_t)table_number(t, row, "c"),
                                       (size_t)table_number(t, row, "l"), (runs_method)m));
    }
    check_end(&c);
}

static void compare_constants(folder *f, table *t)
{
    t->claimed = true;
    check c = check_begin(suite_name, f, t->name);
    for (size_t row = 0; row < t->rows; row++) {
        check_case(&c, table_get(t, row, "n"));
        const chart_constants k = chart_constants_of(table_number(t, row, "n"), 3),
                              near = chart_constants_of(table_number(t, row, "n"), 2);
        const struct {
            const char *column;
            double ours;
        } numbers[] = {{"c4", k.c4}, {"c5", k.c5},       {"A3", k.a3},       {"B3", k.b3},
                       {"B4", k.b4}, {"A3_95", near.a3}, {"B3_95", near.b3}, {"B4_95", near.b4}};
        for (size_t n = 0; n < sizeof numbers / sizeof numbers[0]; n++)
            if (table_column(t, numbers[n].column) != SIZE_MAX)
                check_number(&c, numbers[n].column, table_get(t, row, numbers[n].column), numbers[n].ours);
    }
    check_end(&c);
}

void suite_qicharts(folder *f)
{
    table *cases = folder_table(f, "cases.csv", "case,chart,screenedmr");
    table *input = folder_table(f, "input.csv", "case,x,y,n");
    table *expected = folder_table(f, "expected_points.csv", "case,x,cl,lcl,ucl,runs.signal");
    if (cases && input && expected)
        compare_charts(f, cases, input, expected);
    table *t = folder_table(f, "anhoej_limits.csv", "n_useful,longest_run_max,n_crossings_min");
    if (t)
        compare_limits(f, t);
    if ((t = folder_table(f, "run_signal_truth.csv", "n,c,l,anhoej")) != NULL)
        compare_signals(f, t);
    if ((t = folder_table(f, "constants.csv", "n,c4")) != NULL)
        compare_constants(f, t);
}
