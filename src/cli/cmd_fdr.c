/* concord fdr: how many of all these signals are chance? */
#include "cli/commands.h"
#include "cli/rule_sets.h"
#include "cli/stat_command.h"

#include <math.h>

enum { P, VALUE, DATE };
enum { MONTHS_OF_YEAR = 12, MONTHS_PER_ROW = 20 };

/* What is done about series that rise and fall with the year. */
typedef enum seasons { SEASONS_CHECK = 0, SEASONS_ADJUST, SEASONS_OFF } seasons;

typedef struct judging {
    double rate;
    const spc_rules *rules;
    /* series: what each group gave, until all are there */
    double *p;
    spc_variation *variations;
    spc_rule *fired;
    bool *seasonal;
    seasons seasons;
    size_t seasonal_count;
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
    if (!of_series(r) &&
        (stat_given(r, "--rules") != NULL || stat_given(r, "--better") != NULL || stat_given(r, "--season") != NULL))
        return stat_usage(r, err, "--rules, --better and --season belong to series (--value)");
    status code = stat_option_number(r, "--rate", 1e-6, 0.5, &w->rate, err);
    if (code == STATUS_OK)
        code = option_rule_set(r->cli, stat_given(r, "--rules"), &w->rules, err);
    w->seasons = (seasons)stat_choice(r, "--season");
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
    if (stat_given(r, "--season") != NULL && w->seasons != SEASONS_OFF)
        stat_output_column(r, "seasonal", OUTPUT_TRUTH);
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

/* A series judged once. */
typedef struct verdict {
    double p;
    spc_summary summary;
    spc_point last;
} verdict;

static status values_judge(stat_run *r, const double *values, size_t count, verdict *out, error *err)
{
    const judging *w = r->state;
    spc_point *points = stat_scratch(r, count, sizeof *points);
    spc_options options = {.rules = w->rules, .better = (better)stat_choice(r, "--better"), .target = NAN};
    if (points == NULL)
        return stat_full(err);
    status code = spc_xmr(values, count, &options, points, NULL, 0, &out->summary, err);
    if (code != STATUS_OK)
        return code;
    out->p = spc_signal_p(values, points, count, w->rules);
    out->last = points[count - 1];
    return STATUS_OK;
}

static int64_t month_of(const stat_run *r, const stat_group *g, size_t i)
{
    int year = 0, month = 0, day = 0;
    date_parts((date)stat_cell(r, DATE, stat_row(&r->data, g, i)), &year, &month, &day);
    return (int64_t)year * MONTHS_OF_YEAR + month - 1;
}

/* The values by month, absent months without a value, so that a season is the same place in each year. NULL where the rows are not of one
 * month each. */
static double *months_fill(stat_run *r, const stat_group *g, const double *values, size_t *count)
{
    if (!r->data.when_is_date)
        return NULL;
    const int64_t first = month_of(r, g, 0);
    const size_t span = (size_t)(month_of(r, g, g->count - 1) - first) + 1;
    if (span > g->count * MONTHS_PER_ROW + MONTHS_OF_YEAR)
        return NULL;
    double *filled = stat_scratch(r, span, sizeof *filled);
    if (filled == NULL)
        return NULL;
    for (size_t i = 0; i < span; i++)
        filled[i] = NAN;
    int64_t before = first - 1;
    for (size_t i = 0; i < g->count; i++) {
        const int64_t month = month_of(r, g, i);
        if (month == before)
            return NULL;
        filled[month - first] = values[i];
        before = month;
    }
    *count = span;
    return filled;
}

/* Is the series seasonal, and with `adjust`: is its signal there without the season too? */
static status season_judge(stat_run *r, const stat_group *g, const double *values, verdict *out, bool *seasonal,
                           error *err)
{
    const judging *w = r->state;
    size_t count = 0;
    season_check found;
    verdict without;
    double *filled = months_fill(r, g, values, &count);
    if (filled == NULL && w->seasons == SEASONS_ADJUST) {
        status code = stat_refuse(r, stat_row(&r->data, g, 0), DATE, err, "The series has not one row for each month");
        error_hint(err, "--season adjust needs months: give each once, or leave --season out.");
        return code;
    }
    if (filled == NULL)
        return STATUS_OK;
    const size_t begins = (size_t)(month_of(r, g, 0) % MONTHS_OF_YEAR);
    double *work = stat_scratch(r, 2 * count, sizeof *work);
    if (work == NULL)
        return stat_full(err);
    status code = season_check_make(filled, count, MONTHS_OF_YEAR, begins, work, &found, err);
    *seasonal = code == STATUS_OK && found.seasonal;
    if (!*seasonal || w->seasons != SEASONS_ADJUST)
        return code;
    season_adjust(filled, count, MONTHS_OF_YEAR, begins, &found, work);
    code = values_judge(r, filled, count, out, err);
    if (code == STATUS_OK)
        code = values_judge(r, work, count, &without, err);
    if (code == STATUS_OK)
        out->p = season_signal_p(out->p, out->last.signal, without.p, without.last.signal);
    return code;
}

static status series_judge(stat_run *r, const stat_group *g, error *err)
{
    judging *w = r->state;
    size_t place = (size_t)(g - r->data.groups), all = r->data.group_count;
    double *values = stat_scratch(r, g->count, sizeof *values);
    if (w->p == NULL) {
        w->p = arena_array(&r->memory, all, sizeof *w->p);
        w->variations = arena_array(&r->memory, all, sizeof *w->variations);
        w->fired = arena_array(&r->memory, all, sizeof *w->fired);
        w->seasonal = arena_array(&r->memory, all, sizeof *w->seasonal);
    }
    if (values == NULL || w->p == NULL || w->variations == NULL || w->fired == NULL || w->seasonal == NULL)
        return stat_full(err);
    stat_numbers(&r->data, g, VALUE, values);
    verdict found;
    status code = values_judge(r, values, g->count, &found, err);
    if (code == STATUS_OK && w->seasons != SEASONS_OFF)
        code = season_judge(r, g, values, &found, &w->seasonal[place], err);
    if (code != STATUS_OK)
        return code;
    w->p[place] = found.p;
    w->variations[place] = found.summary.variation;
    w->fired[place] = found.last.rule;
    w->seasonal_count += w->seasonal[place];
    return STATUS_OK;
}

static void seasons_tell(const stat_run *r)
{
    const judging *w = r->state;
    const size_t n = w->seasonal_count;
    if (n == 0)
        return;
    if (w->seasons == SEASONS_ADJUST)
        say_note(r->cli,
                 "%zu of %zu series %s seasonal: a signal of such a series counts only where it is there without the "
                 "season too.",
                 n, r->data.group_count, n == 1 ? "is" : "are");
    else
        say_note(r->cli,
                 "%zu of %zu series %s seasonal and judged as %s: a signal may be no more than the season. --season "
                 "adjust takes that into account.",
                 n, r->data.group_count, n == 1 ? "is" : "are", n == 1 ? "it is" : "they are");
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
        if (stat_given(r, "--season") != NULL && w->seasons != SEASONS_OFF)
            stat_put_truth(r, w->seasonal[i]);
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
    seasons_tell(r);
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
    {"--rules", "NAME|FILE",
     "The rule set for series: its name (mdc-2023 is the default), or a .yaml file that declares one."},
    {"--better", "neither|higher|lower", "For series: which way is better."},
    {"--season", "check|adjust|off",
     "For series of months: check (the default) says where some are seasonal; adjust also judges them without their "
     "season."},
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
