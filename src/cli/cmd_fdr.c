/* concord fdr: how many of all these signals are chance? */
#include "cli/commands.h"
#include "cli/stat_command.h"

#include <math.h>

enum { P, VALUE, DATE };

typedef struct judging {
    double rate;
    const spc_rules *rules;
    /* series: what each group gave, until all are there */
    double *p;
    spc_variation *variations;
    spc_rule *fired;
    fdr_summary last;
    bool plotted;
} judging;

static bool of_series(const stat_run *r)
{
    return stat_given(r, "--value") != NULL;
}

static status prepare(stat_run *r, error *err)
{
    judging *w = arena_alloc(&r->memory, sizeof *w);
    if (w == NULL)
        return stat_full(err);
    r->state = w;
    w->rate = 0.05;
    if (of_series(r) && stat_given(r, "--p") != NULL)
        return stat_usage(r, err, "--p names p-values, --value series to be judged: give one of them");
    if (of_series(r) && (stat_given(r, "--by") == NULL || stat_given(r, "--date") == NULL))
        return stat_usage(r, err, "--value judges series, so it needs --by and --date too");
    if (!of_series(r) && (stat_given(r, "--rules") != NULL || stat_given(r, "--better") != NULL))
        return stat_usage(r, err, "--rules and --better belong to series (--value)");
    status code = stat_option_number(r, "--rate", 1e-6, 0.5, &w->rate, err);
    if (code == STATUS_OK)
        code = option_rules(stat_given(r, "--rules"), err);
    w->rules = spc_rules_find(stat_given(r, "--rules"));
    if (r->summary) {
        static const char *const names[] = {"tests", "called", "threshold", "expected_false"};
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
            stat_output_column(r, names[i], OUTPUT_NUMBER);
        return code;
    }
    if (!of_series(r))
        stat_output_column(r, "row", OUTPUT_NUMBER);
    else {
        stat_output_column(r, "variation", OUTPUT_TEXT);
        stat_output_column(r, "rule", OUTPUT_TEXT);
    }
    stat_output_column(r, "p", OUTPUT_NUMBER);
    stat_output_column(r, "adjusted", OUTPUT_NUMBER);
    stat_output_column(r, "called", OUTPUT_TRUTH);
    return code;
}

static void fdr_draw(stat_run *r, const stat_group *g, const double *p, const char *const *names, size_t count)
{
    const judging *w = r->state;
    buffer *drawing = NULL;
    const plot_medium *medium = stat_plot_medium(r, &drawing);
    if (medium == NULL)
        return;
    plot_fdr_input input = {.p = p, .names = names, .count = count, .rate = w->rate};
    if (g != NULL)
        input.words = stat_plot_words(r, g, SIZE_MAX);
    plot_fdr(&input, medium, drawing);
    stat_plot_add(r);
}

static status summary_put(stat_run *r, const stat_group *g, const fdr_summary *s, error *err)
{
    stat_row_begin(r, g, SIZE_MAX);
    stat_put_count(r, (int64_t)s->tests);
    stat_put_count(r, (int64_t)s->rejected);
    stat_put_number(r, s->rejected == 0 ? NAN : s->threshold);
    stat_put_number(r, s->expected_false);
    return stat_row_end(r, err);
}

/* ---- p-values of the file ---- */

static status p_values(stat_run *r, const stat_group *g, error *err)
{
    judging *w = r->state;
    double *p = stat_scratch(r, g->count, sizeof *p), *adjusted = stat_scratch(r, g->count, sizeof *adjusted);
    size_t *work = stat_scratch(r, g->count, sizeof *work);
    bool *called = stat_scratch(r, g->count, sizeof *called);
    const char **names = stat_scratch(r, g->count, sizeof *names);
    if (p == NULL || adjusted == NULL || work == NULL || called == NULL || names == NULL)
        return stat_full(err);
    stat_numbers(&r->data, g, P, p);
    status code = fdr_control(p, g->count, w->rate, work, adjusted, called, &w->last, err);
    if (code != STATUS_OK)
        return code;
    for (size_t i = 0; i < g->count && r->plot != NULL && r->data.keep_count > 0; i++)
        names[i] = stat_text(&r->data, r->data.keep_first, stat_row(&r->data, g, i));
    if (r->plot != NULL)
        fdr_draw(r, g, p, r->data.keep_count > 0 ? names : NULL, g->count);
    if (r->summary)
        return summary_put(r, g, &w->last, err);
    for (size_t i = 0; i < g->count && code == STATUS_OK; i++) {
        size_t row = stat_row(&r->data, g, i);
        stat_row_begin(r, g, row);
        stat_put_count(r, r->data.lines[row]);
        stat_put_number(r, p[i]);
        stat_put_number(r, adjusted[i]);
        stat_put_truth(r, called[i]);
        code = stat_row_end(r, err);
    }
    return code;
}

/* ---- series ---- */

static status series_judge(stat_run *r, const stat_group *g, error *err)
{
    judging *w = r->state;
    size_t place = (size_t)(g - r->data.groups);
    double *values = stat_scratch(r, g->count, sizeof *values);
    spc_point *points = stat_scratch(r, g->count, sizeof *points);
    spc_summary summary = {0};
    spc_options options = {.rules = w->rules, .better = (better)stat_choice(r, "--better"), .target = NAN};
    if (w->p == NULL) {
        w->p = arena_array(&r->memory, r->data.group_count, sizeof *w->p);
        w->variations = arena_array(&r->memory, r->data.group_count, sizeof *w->variations);
        w->fired = arena_array(&r->memory, r->data.group_count, sizeof *w->fired);
    }
    if (values == NULL || points == NULL || w->p == NULL || w->variations == NULL || w->fired == NULL)
        return stat_full(err);
    stat_numbers(&r->data, g, VALUE, values);
    status code = spc_xmr(values, g->count, &options, points, NULL, 0, &summary, err);
    if (code != STATUS_OK)
        return code;
    w->p[place] = spc_signal_p(values, points, g->count);
    w->variations[place] = summary.variation;
    w->fired[place] = points[g->count - 1].rule;
    return STATUS_OK;
}

static status series_put(stat_run *r, const double *adjusted, const bool *called, error *err)
{
    const judging *w = r->state;
    status code = STATUS_OK;
    for (size_t i = 0; i < r->data.group_count && code == STATUS_OK; i++) {
        stat_row_begin(r, &r->data.groups[i], SIZE_MAX);
        stat_put_text(r, spc_variation_name(w->variations[i]));
        stat_put_text(r, spc_rule_name(w->fired[i]));
        stat_put_number(r, w->p[i]);
        stat_put_number(r, adjusted[i]);
        stat_put_truth(r, called[i]);
        code = stat_row_end(r, err);
    }
    return code;
}

static status finish(stat_run *r, error *err)
{
    judging *w = r->state;
    size_t count = r->data.group_count;
    if (!of_series(r) || count == 0)
        return STATUS_OK;
    double *adjusted = stat_scratch(r, count, sizeof *adjusted);
    size_t *work = stat_scratch(r, count, sizeof *work);
    bool *called = stat_scratch(r, count, sizeof *called);
    const char **names = stat_scratch(r, count, sizeof *names);
    if (adjusted == NULL || work == NULL || called == NULL || names == NULL)
        return stat_full(err);
    status code = fdr_control(w->p, count, w->rate, work, adjusted, called, &w->last, err);
    for (size_t i = 0; i < count && r->plot != NULL; i++)
        names[i] = stat_group_name(r, &r->data.groups[i]);
    if (code == STATUS_OK && r->plot != NULL)
        stat_plot_whole(r);
    if (code == STATUS_OK && r->plot != NULL)
        fdr_draw(r, NULL, w->p, names, count);
    if (code != STATUS_OK)
        return code;
    if (!r->summary)
        return series_put(r, adjusted, called, err);
    /* One row for all series: the cells of --by stay empty. */
    stat_row_begin(r, NULL, SIZE_MAX);
    stat_put_count(r, (int64_t)w->last.tests);
    stat_put_count(r, (int64_t)w->last.rejected);
    stat_put_number(r, w->last.rejected == 0 ? NAN : w->last.threshold);
    stat_put_number(r, w->last.expected_false);
    return stat_row_end(r, err);
}

static status group(stat_run *r, const stat_group *g, error *err)
{
    if (of_series(r))
        return series_judge(r, g, err);
    if (stat_has(r, P))
        return p_values(r, g, err);
    status code = error_set(err, STATUS_REFUSED, "There is no column of p-values");
    error_hint(err, "Name it with --p COL, or series to be judged with --value, --date and --by.");
    return code;
}

static const stat_column columns[] = {
    {.option = "--p", .usual = "p|p_value|pvalue", .kind = STAT_SHARE},
    {.option = "--value", .kind = STAT_NUMBER},
    {.option = "--date", .kind = STAT_WHEN},
    {0},
};

static const command_option options[] = {
    {"--p", "COL", "The column of p-values: 'p' is the default."},
    {"--value", "COL", "Instead: values of series, which are judged by control charts; needs --by and --date."},
    {"--date", "COL", "The dates of the series."},
    STAT_OPTION_BY,
    STAT_OPTION_KEEP,
    {"--rate", "SHARE", "The share of false calls to expect among those called: 0.05 is the default."},
    {"--rules", "NAME", "The rule set for series: mdc-2023 (the default), plotthedots-0.2.2 ..."},
    {"--better", "neither|higher|lower", "For series: which way is better."},
    {"--summary", NULL, "One row: tests, how many are called, and how many of those are expected to be false."},
    STAT_OPTION_FORMAT,
    STAT_OPTION_PLOT,
    {0},
};

const stat_command stat_fdr = {
    .command =
        {
            .name = "fdr",
            .takes = "[FILE]",
            .at_most = 1,
            .summary = "Call as many signals as keep the share of false ones low.",
            .description = "Reads a csv (or standard input) of p-values and calls as many as keep the expected share "
                           "of false calls at or "
                           "under the rate (Benjamini and Hochberg), with --by within each group. A missing p-value is "
                           "no test.\n\nWith "
                           "--value each group of --by is a series: its latest point is judged by an XmR chart, how "
                           "likely ordinary variation "
                           "is to give such a signal becomes its p-value, and the rate holds across all series. A "
                           "series without limits is "
                           "no test.",
            .example = "concord fdr series.csv --by organisation --by measure --date month --value value --rate 0.1",
            .options = options,
            .run = stat_command_run,
        },
    .columns = columns,
    .prepare = prepare,
    .group = group,
    .finish = finish,
};
