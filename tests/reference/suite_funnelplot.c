/* Tables of FunnelPlotR: cases.csv and input.csv in (rows are summed per group here); expected_groups.csv and the
 * columns phi, tau2, used_* and n_outliers of cases.csv out. */
#include "reference.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char suite_name[] = "FunnelPlotR";

typedef struct funnel_case {
    const char **names;
    double *numerators, *denominators;
    size_t count;
    funnel_options options;
    funnel_point *points;
    funnel_result result;
    error err;
} funnel_case;

static void sum_groups(funnel_case *k, const groups *by_group, const char *name)
{
    k->names = make_array(by_group->count, sizeof *k->names);
    k->numerators = make_array(by_group->count, sizeof *k->numerators);
    k->denominators = make_array(by_group->count, sizeof *k->denominators);
    const table *input = by_group->table;
    for (size_t g = 0; g < by_group->count; g++) {
        const size_t first = by_group->rows[by_group->starts[g]];
        if (strcmp(table_get(input, first, "case"), name) != 0)
            continue;
        k->names[k->count] = table_get(input, first, "group");
        for (size_t i = by_group->starts[g]; i < by_group->starts[g + 1]; i++) {
            k->numerators[k->count] += table_number(input, by_group->rows[i], "numerator");
            k->denominators[k->count] += table_number(input, by_group->rows[i], "denominator");
        }
        k->count++;
    }
}

static bool is_true(const table *t, size_t row, const char *column)
{
    return strcmp(table_get(t, row, column), "TRUE") == 0;
}

static void make_funnel(funnel_case *k, const table *cases, size_t row)
{
    const char *type = table_get(cases, row, "data_type");
    funnel_options *o = &k->options;
    o->type = strcmp(type, "PR") == 0   ? FUNNEL_PROPORTION
              : strcmp(type, "RC") == 0 ? FUNNEL_RATIO
                                        : FUNNEL_STANDARDISED;
    o->transform = strcmp(table_get(cases, row, "sr_method"), "CQC") == 0 ? FUNNEL_CQC : FUNNEL_SHMI;
    o->adjusted = is_true(cases, row, "draw_adjusted");
    o->unadjusted = is_true(cases, row, "draw_unadjusted");
    o->trim = table_number(cases, row, "trim_by");
    o->multiplier = table_number(cases, row, "multiplier");
    o->expected_as_given = strcmp(table_get(cases, row, "shmi_rounding"), "FALSE") == 0;
    o->outliers_by_inner = strcmp(table_get(cases, row, "limit"), "95") == 0;
    k->points = make_array(k->count, sizeof *k->points);
    double *work = make_array(k->count, sizeof *work);
    k->err.code = funnel_make(k->numerators, k->denominators, k->count, o, k->points, work, &k->result, &k->err);
    free(work);
}

static void compare_group(check *c, const table *t, size_t row, const funnel_case *k, size_t i)
{
    const funnel_point *p = &k->points[i];
    const bool shmi = k->options.type == FUNNEL_STANDARDISED && k->options.transform == FUNNEL_SHMI;
    const struct {
        const char *column;
        double ours;
    } numbers[] = {
        {"numerator", k->numerators[i]},
        {"denominator", p->size},
        {"rr", p->value},
        {"target_transformed", k->result.target_transformed},
        {"Y", p->transformed},
        {"Uzscore", p->z},
        {"Wuzscore", p->kept_z},
        {"rk", p->rank},
        {"sp", shmi ? (double)p->position : (double)NAN},
        {"winsorised", shmi ? (double)NAN : (double)p->winsorised},
        {"truncated", shmi ? (double)p->truncated : (double)NAN},
        {"LCL95", p->plain.inner_lower},
        {"UCL95", p->plain.inner_upper},
        {"LCL99", p->plain.outer_lower},
        {"UCL99", p->plain.outer_upper},
        {"OD95LCL", p->wide.inner_lower},
        {"OD95UCL", p->wide.inner_upper},
        {"OD99LCL", p->wide.outer_lower},
        {"OD99UCL", p->wide.outer_upper},
        {"outlier", p->outlier},
    };
    for (size_t n = 0; n < sizeof numbers / sizeof numbers[0]; n++)
        if (table_column(t, numbers[n].column) != SIZE_MAX)
            check_number(c, numbers[n].column, table_get(t, row, numbers[n].column), numbers[n].ours);
}

static void compare_case(check *c, const table *cases, size_t row, const funnel_case *k)
{
    check_number(c, "phi", table_get(cases, row, "phi"), k->result.phi);
    check_number(c, "tau2", table_get(cases, row, "tau2"), k->result.tau2);
    check_flag(c, "used_adjusted", table_get(cases, row, "used_adjusted"), k->result.adjusted);
    check_flag(c, "used_unadjusted", table_get(cases, row, "used_unadjusted"), k->result.unadjusted);
    check_number(c, "n_outliers", table_get(cases, row, "n_outliers"), (double)k->result.outliers);
}

void suite_funnelplot(folder *f)
{
    table *cases = folder_table(f, "cases.csv", "case,data_type,sr_method,phi,tau2");
    table *input = folder_table(f, "input.csv", "case,group,numerator,denominator");
    table *expected = folder_table(f, "expected_groups.csv", "case,group,Y,LCL95,OD95LCL");
    if (!cases || !input || !expected)
        return;
    cases->claimed = input->claimed = expected->claimed = true;
    const groups by_group = groups_make(input, "case,group"), rows = groups_make(expected, "case,group");
    check cc = check_begin(suite_name, f, cases->name), c = check_begin(suite_name, f, expected->name);
    size_t met = 0;
    for (size_t row = 0; row < cases->rows; row++) {
        const char *name = table_get(cases, row, "case"), *peer_error = table_get(cases, row, "peer_error");
        funnel_case k = {0};
        sum_groups(&k, &by_group, name);
        make_funnel(&k, cases, row);
        check_case(&cc, name);
        if (!cell_is_missing(peer_error))
            check_peer_stopped(&cc, peer_error,
                               k.err.code == STATUS_OK ? "a funnel (documented result)" : k.err.message);
        else {
            check_text(&cc, "refused", "FALSE", k.err.code == STATUS_OK ? "FALSE" : k.err.message);
            check_case(&c, name);
            if (k.err.code == STATUS_OK)
                compare_case(&cc, cases, row, &k);
            for (size_t i = 0; i < k.count && k.err.code == STATUS_OK; i++, met++) {
                char key[1100];
                snprintf(key, sizeof key, "%s|%s", name, k.names[i]);
                const size_t e = groups_find(&rows, key);
                if (e == SIZE_MAX)
                    check_absent(&c, key);
                else
                    compare_group(&c, expected, rows.rows[rows.starts[e]], &k, i);
            }
        }
        free(k.names);
        free(k.numerators);
        free(k.denominators);
        free(k.points);
    }
    if (met != expected->rows) {
        c.this_case = "(all)";
        check_absent(&c, "number of rows");
    }
    check_end(&cc);
    check_end(&c);
}
