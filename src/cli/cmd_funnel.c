/* concord funnel: organisations of different size compared. */
#include "cli/commands.h"
#include "cli/stat_command.h"

#include <math.h>
#include <string.h>

enum { NUMERATOR, DENOMINATOR, ORGANISATION };
enum { LIMITS_ADJUSTED, LIMITS_PLAIN };
enum { CURVE_MOST = 10000 };

typedef struct comparing {
    funnel_options options;
    bool health;
    double baseline; /* --target, before the multiplier; NaN: the total's */
    int64_t curve;   /* points of the curve; 0: none */
    size_t *places;  /* by text: 1 + place among the organisations of the group */
} comparing;

/* The organisations of a group, summed. */
typedef struct members {
    double *numerators, *denominators;
    size_t *first_rows;
    size_t count;
} members;

static void columns_declare(stat_run *r, const comparing *w)
{
    static const char *const curve_sides[] = {"lower_2s", "upper_2s", "lower_3s", "upper_3s"};
    if (w->curve > 0) {
        stat_output_column(r, w->options.type == FUNNEL_PROPORTION ? "size" : "events", OUTPUT_NUMBER);
        for (size_t i = 0; i < 4; i++)
            stat_output_column(r, curve_sides[i], OUTPUT_NUMBER);
        return;
    }
    if (r->summary) {
        static const char *const names[] = {"organisations", "target", "phi", "tau2"};
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
            stat_output_column(r, names[i], OUTPUT_NUMBER);
        stat_output_column(r, "limits", OUTPUT_TEXT);
        stat_output_column(r, "outliers", OUTPUT_NUMBER);
        return;
    }
    stat_output_column(r, "organisation", OUTPUT_TEXT);
    stat_output_column(r, "numerator", OUTPUT_NUMBER);
    stat_output_column(r, "denominator", OUTPUT_NUMBER);
    stat_output_column(r, "value", OUTPUT_NUMBER);
    if (w->health) {
        stat_output_column(r, "target", OUTPUT_NUMBER);
        for (size_t i = 0; i < 4 && w->options.type == FUNNEL_PROPORTION; i++)
            stat_output_column(r, curve_sides[i], OUTPUT_NUMBER);
        stat_output_column(r, "significance", OUTPUT_TEXT);
        return;
    }
    stat_output_column(r, "z", OUTPUT_NUMBER);
    stat_output_limits(r, "");
    stat_output_column(r, "outlier", OUTPUT_TEXT);
}

static status prepare(stat_run *r, error *err)
{
    comparing *w = arena_alloc(&r->memory, sizeof *w);
    if (w == NULL)
        return stat_full(err);
    r->state = w;
    *w = (comparing){.health = stat_switch(r, "--health"), .baseline = NAN};
    bool plain = stat_choice(r, "--limits") == LIMITS_PLAIN;
    w->options = (funnel_options){.type = (funnel_type)stat_choice(r, "--type"),
                                  .transform = (funnel_transform)stat_choice(r, "--method"),
                                  .adjusted = !plain,
                                  .unadjusted = plain,
                                  .multiplier = r->multiplier,
                                  .trim = 0.1,
                                  .expected_as_given = stat_switch(r, "--exact-expected"),
                                  .outliers_by_inner = stat_choice(r, "--outliers") == 1};
    status code = stat_option_number(r, "--trim", 0.0001, 0.4999, &w->options.trim, err);
    if (code == STATUS_OK)
        code = stat_option_number(r, "--target", 1e-12, STAT_LARGEST, &w->baseline, err);
    if (code == STATUS_OK)
        code = stat_option_count(r, "--curve", 2, CURVE_MOST, &w->curve, err);
    if (code != STATUS_OK)
        return code;
    if (r->multiplier < 0)
        return stat_usage(r, err, "--multiplier: a funnel needs one above 0");
    if (!w->health && (w->curve > 0 || !isnan(w->baseline)))
        return stat_usage(r, err, "--target and --curve belong to --health");
    if (w->health && (r->summary || stat_given(r, "--confidence") != NULL))
        return stat_usage(r, err, "--health has limits at 95 %% and 99.8 %%, and no --summary");
    if (r->confidence_count != 2 || r->confidence[0] >= r->confidence[1])
        return stat_usage(r, err, "--confidence: a funnel has two sets of limits, the inner first: 0.95,0.998");
    if (w->health && w->options.type == FUNNEL_PROPORTION && w->baseline / r->multiplier > 1)
        return stat_usage(r, err, "--target: a proportion is at most %.15g", r->multiplier);
    w->options.inner = r->confidence[0];
    w->options.outer = r->confidence[1];
    columns_declare(r, w);
    return STATUS_OK;
}

/* ---- organisations ---- */

static status row_check(const stat_run *r, funnel_type type, size_t row, error *err)
{
    double numerator = stat_cell(r, NUMERATOR, row), denominator = stat_cell(r, DENOMINATOR, row);
    status code = STATUS_OK;
    if (isnan(numerator) || isnan(denominator))
        return STATUS_OK;
    if (type == FUNNEL_PROPORTION && numerator > denominator) {
        code = stat_refuse(r, row, NUMERATOR, err, "The numerator %.15g is above its denominator %.15g", numerator,
                           denominator);
        error_hint(err, "For a ratio of two counts take --type ratio.");
    } else if (denominator == 0 && numerator > 0) {
        code = stat_refuse(r, row, DENOMINATOR, err, "The denominator is 0, and the numerator %.15g", numerator);
        error_hint(err, "Correct the row, or leave the cells empty.");
    }
    return code;
}

static size_t place_of(const stat_run *r, const comparing *w, size_t row, members *m)
{
    size_t *known = NULL;
    if (stat_has(r, ORGANISATION)) {
        known = &w->places[r->data.columns[ORGANISATION].texts[row]];
        if (*known != 0)
            return *known - 1;
    }
    m->first_rows[m->count] = row;
    if (known != NULL)
        *known = m->count + 1;
    return m->count++;
}

static status members_sum(stat_run *r, comparing *w, const stat_group *g, members *m, error *err)
{
    *m = (members){.numerators = stat_scratch(r, g->count, sizeof(double)),
                   .denominators = stat_scratch(r, g->count, sizeof(double)),
                   .first_rows = stat_scratch(r, g->count, sizeof(size_t))};
    if (w->places == NULL)
        w->places = arena_array(&r->memory, r->data.text_count + 1, sizeof *w->places);
    if (m->numerators == NULL || m->denominators == NULL || m->first_rows == NULL || w->places == NULL)
        return stat_full(err);
    status code = STATUS_OK;
    for (size_t i = 0; i < g->count && code == STATUS_OK; i++) {
        size_t row = stat_row(&r->data, g, i), place = place_of(r, w, row, m);
        code = row_check(r, w->options.type, row, err);
        m->numerators[place] += stat_cell(r, NUMERATOR, row);
        m->denominators[place] += stat_cell(r, DENOMINATOR, row);
    }
    for (size_t i = 0; i < m->count && stat_has(r, ORGANISATION); i++)
        w->places[r->data.columns[ORGANISATION].texts[m->first_rows[i]]] = 0;
    return code;
}

static const char *member_name(stat_run *r, const members *m, size_t i)
{
    if (stat_has(r, ORGANISATION))
        return stat_text(&r->data, ORGANISATION, m->first_rows[i]);
    const char *name = arena_printf(&r->scratch, "row %lu", (unsigned long)r->data.lines[m->first_rows[i]]);
    return name == NULL ? "" : name;
}

static void member_begin(stat_run *r, const stat_group *g, const members *m, size_t i, double value)
{
    stat_row_begin(r, g, SIZE_MAX);
    stat_put_text(r, member_name(r, m, i));
    stat_put_number(r, m->numerators[i]);
    stat_put_number(r, m->denominators[i]);
    stat_put_number(r, value);
}

/* ---- funnel plots ---- */

static void funnel_draw(stat_run *r, const comparing *w, const stat_group *g, const members *m,
                        const funnel_point *points, const funnel_result *result)
{
    buffer *drawing = NULL;
    const plot_medium *medium = stat_plot_medium(r, &drawing);
    const char **names = stat_scratch(r, m->count, sizeof *names);
    plot_funnel_point *drawn = stat_scratch(r, m->count, sizeof *drawn);
    plot_funnel_curve *curve = stat_scratch(r, PLOT_FUNNEL_CURVE, sizeof *curve);
    double smallest = INFINITY, largest = 0;
    if (medium == NULL || names == NULL || drawn == NULL || curve == NULL)
        return;
    for (size_t i = 0; i < m->count; i++) {
        names[i] = member_name(r, m, i);
        if (points[i].size > 0) {
            smallest = fmin(smallest, points[i].size);
            largest = fmax(largest, points[i].size);
        }
    }
    plot_funnel_from(points, &w->options, result, names, m->count, drawn);
    plot_funnel_input input = {.words = stat_plot_words(r, g, NUMERATOR),
                               .points = drawn,
                               .count = m->count,
                               .target = result->target * r->multiplier,
                               .curve = curve,
                               .curve_name = result->adjusted ? "adjusted for overdispersion" : NULL,
                               .better = (better)stat_choice(r, "--better")};
    input.words.x_name = r->data.columns[DENOMINATOR].header;
    if (largest > 0)
        input.curve_count = plot_funnel_curve_make(&w->options, result, result->adjusted, smallest, largest, curve);
    plot_funnel(&input, medium, drawing);
    stat_plot_add(r);
}

/* The score of a standardised ratio is of its logarithm, which nothing observed does not have; the 0 that FunnelPlotR puts there still has its
 * part in the dispersion, but is no score to print. */
static bool z_is_defined(const comparing *w, double numerator)
{
    return w->options.type != FUNNEL_STANDARDISED || w->options.transform == FUNNEL_CQC || numerator > 0;
}

static status points_put(stat_run *r, const comparing *w, const stat_group *g, const members *m,
                         const funnel_point *points, const funnel_result *result, error *err)
{
    status code = STATUS_OK;
    for (size_t i = 0; i < m->count && code == STATUS_OK; i++) {
        const funnel_point *p = &points[i];
        const funnel_limits *limits = result->adjusted ? &p->wide : &p->plain;
        member_begin(r, g, m, i, p->value * r->multiplier);
        stat_put_number(r, z_is_defined(w, m->numerators[i]) ? p->z : NAN);
        stat_put_limits(r, limits->inner_lower, limits->inner_upper);
        stat_put_limits(r, limits->outer_lower, limits->outer_upper);
        stat_put_text(r, !p->outlier ? "" : p->side > 0 ? "high" : "low");
        code = stat_row_end(r, err);
    }
    return code;
}

static status funnel_group(stat_run *r, const comparing *w, const stat_group *g, const members *m, error *err)
{
    funnel_result result = {0};
    funnel_point *points = stat_scratch(r, m->count, sizeof *points);
    double *work = stat_scratch(r, m->count, sizeof *work);
    if (points == NULL || work == NULL)
        return stat_full(err);
    status code = funnel_make(m->numerators, m->denominators, m->count, &w->options, points, work, &result, err);
    if (code != STATUS_OK)
        return code;
    if (r->plot != NULL)
        funnel_draw(r, w, g, m, points, &result);
    if (!r->summary)
        return points_put(r, w, g, m, points, &result, err);
    stat_row_begin(r, g, SIZE_MAX);
    stat_put_count(r, (int64_t)m->count);
    stat_put_number(r, result.target * r->multiplier);
    stat_put_number(r, result.phi);
    stat_put_number(r, result.tau2);
    stat_put_text(r, result.adjusted ? "adjusted" : "plain");
    stat_put_count(r, (int64_t)result.outliers);
    return stat_row_end(r, err);
}

/* ---- the public-health methods ---- */

static double baseline_of(const stat_run *r, const comparing *w, const members *m)
{
    double numerator = 0, denominator = 0;
    if (!isnan(w->baseline))
        return w->baseline / r->multiplier;
    if (w->options.type == FUNNEL_STANDARDISED)
        return 1;
    for (size_t i = 0; i < m->count; i++) {
        if (isnan(m->numerators[i]) || isnan(m->denominators[i]))
            continue;
        numerator += m->numerators[i];
        denominator += m->denominators[i];
    }
    return denominator > 0 ? numerator / denominator : NAN;
}

static status curve_put(stat_run *r, const comparing *w, const stat_group *g, const members *m, double baseline,
                        error *err)
{
    bool proportion = w->options.type == FUNNEL_PROPORTION;
    const double *sizes = proportion ? m->denominators : m->numerators;
    double smallest = INFINITY, largest = 0;
    double *positions = stat_scratch(r, (size_t)w->curve, sizeof *positions);
    status code = positions == NULL ? stat_full(err) : STATUS_OK;
    for (size_t i = 0; i < m->count; i++) {
        if (sizes[i] > 0) {
            smallest = fmin(smallest, sizes[i]);
            largest = fmax(largest, sizes[i]);
        }
    }
    if (code != STATUS_OK || !(largest > 0))
        return code;
    funnel_positions(smallest, largest, (size_t)w->curve, positions);
    for (int64_t i = 0; i < w->curve && code == STATUS_OK; i++) {
        double x = positions[i];
        health_limits l = proportion ? funnel_proportion_limits(baseline, x) : funnel_expected_limits(x);
        double scale = r->multiplier;
        if (!proportion) {
            scale *= baseline;
            l = (health_limits){x / l.lower_2s, x / l.upper_2s, x / l.lower_3s, x / l.upper_3s};
        }
        stat_row_begin(r, g, SIZE_MAX);
        stat_put_number(r, x);
        stat_put_limits(r, l.lower_2s * scale, l.upper_2s * scale);
        stat_put_limits(r, l.lower_3s * scale, l.upper_3s * scale);
        code = stat_row_end(r, err);
    }
    return code;
}

static status health_put(stat_run *r, const comparing *w, const stat_group *g, const members *m, double baseline,
                         error *err)
{
    bool proportion = w->options.type == FUNNEL_PROPORTION;
    status code = STATUS_OK;
    for (size_t i = 0; i < m->count && code == STATUS_OK; i++) {
        double n = m->denominators[i], x = m->numerators[i], value = n > 0 ? x / n : NAN;
        significance verdict =
            proportion ? funnel_proportion_significance(x, n, baseline) : funnel_count_significance(x, n * baseline);
        member_begin(r, g, m, i, value * r->multiplier);
        stat_put_number(r, baseline * r->multiplier);
        if (proportion) {
            health_limits l = funnel_proportion_limits(baseline, n);
            stat_put_limits(r, l.lower_2s * r->multiplier, l.upper_2s * r->multiplier);
            stat_put_limits(r, l.lower_3s * r->multiplier, l.upper_3s * r->multiplier);
        }
        stat_put_text(r, significance_name(verdict));
        code = stat_row_end(r, err);
    }
    return code;
}

/* The plot of the public-health methods is that of their significance: dots with limits of the funnel around the baseline. */
static void health_draw(stat_run *r, const comparing *w, const stat_group *g, const members *m, double baseline)
{
    funnel_result result = {.target = baseline, .unadjusted = true};
    buffer *drawing = NULL;
    const plot_medium *medium = stat_plot_medium(r, &drawing);
    plot_funnel_point *drawn = stat_scratch(r, m->count, sizeof *drawn);
    plot_funnel_curve *curve = stat_scratch(r, PLOT_FUNNEL_CURVE, sizeof *curve);
    double smallest = INFINITY, largest = 0;
    if (medium == NULL || drawn == NULL || curve == NULL)
        return;
    bool proportion = w->options.type == FUNNEL_PROPORTION;
    for (size_t i = 0; i < m->count; i++) {
        double n = m->denominators[i], x = m->numerators[i];
        significance verdict =
            proportion ? funnel_proportion_significance(x, n, baseline) : funnel_count_significance(x, n * baseline);
        drawn[i] =
            (plot_funnel_point){.name = member_name(r, m, i), .size = n, .value = n > 0 ? x / n * r->multiplier : NAN};
        drawn[i].level = verdict == HIGH_001   ? 2
                         : verdict == HIGH_025 ? 1
                         : verdict == LOW_025  ? -1
                         : verdict == LOW_001  ? -2
                                               : 0;
        if (n > 0) {
            smallest = fmin(smallest, n);
            largest = fmax(largest, n);
        }
    }
    size_t count = 0;
    for (; largest > 0 && count < PLOT_FUNNEL_CURVE && proportion; count++) {
        double n = smallest * pow(largest / smallest, (double)count / (PLOT_FUNNEL_CURVE - 1));
        health_limits l = funnel_proportion_limits(result.target, n);
        curve[count] = (plot_funnel_curve){.size = n,
                                           .limits = {l.lower_2s * r->multiplier, l.upper_2s * r->multiplier,
                                                      l.lower_3s * r->multiplier, l.upper_3s * r->multiplier}};
    }
    plot_funnel_input input = {.words = stat_plot_words(r, g, NUMERATOR),
                               .points = drawn,
                               .count = m->count,
                               .target = baseline * r->multiplier,
                               .curve = curve,
                               .curve_count = count,
                               .better = (better)stat_choice(r, "--better")};
    input.words.x_name = r->data.columns[DENOMINATOR].header;
    plot_funnel(&input, medium, drawing);
    stat_plot_add(r);
}

static status group(stat_run *r, const stat_group *g, error *err)
{
    comparing *w = r->state;
    members m;
    status code = members_sum(r, w, g, &m, err);
    if (code != STATUS_OK)
        return code;
    if (!w->health)
        return funnel_group(r, w, g, &m, err);
    double baseline = baseline_of(r, w, &m);
    if (r->plot != NULL)
        health_draw(r, w, g, &m, baseline);
    return w->curve > 0 ? curve_put(r, w, g, &m, baseline, err) : health_put(r, w, g, &m, baseline, err);
}

static const stat_column columns[] = {
    {.option = "--numerator", .usual = "numerator|observed|events|count", .kind = STAT_AMOUNT, .needed = true},
    {.option = "--denominator", .usual = "denominator|expected|population|total", .kind = STAT_AMOUNT, .needed = true},
    {.option = "--organisation", .usual = "organisation|org|provider|area|group", .kind = STAT_TEXT},
    {0},
};

static const command_option options[] = {
    {"--numerator", "COL", "Numerators, or observed events: 'numerator' or 'observed' is the default."},
    {"--denominator", "COL", "Denominators, or expected events: 'denominator' or 'expected' is the default."},
    {"--organisation", "COL",
     "Whom to compare: 'organisation' or 'provider' is the default. Rows of one are summed; without any, each row is "
     "one."},
    STAT_OPTION_BY,
    {"--type", "proportion|ratio|standardised",
     "Numerator of denominator (the default), ratio of two counts, or observed over expected."},
    {"--method", "shmi|cqc", "How standardised ratios are put on a normal scale: shmi is the default."},
    {"--limits", "adjusted|plain", "Limits widened for overdispersion (the default), or of chance alone."},
    {"--trim", "SHARE", "Share of the extremes kept from the dispersion at each end: 0.1 is the default."},
    {"--exact-expected", NULL, "Do not round expected events to two decimals, as the SHMI method does."},
    {"--confidence", "P,P", "Of the inner and the outer limits: 0.95,0.998 is the default."},
    {"--outliers", "outer|inner", "Outliers are those beyond the outer limits (the default) or the inner ones."},
    {"--health", NULL, "Limits and significance of the public-health methods instead."},
    {"--target", "X", "With --health: the level to compare with, instead of the total's."},
    {"--curve", "N", "With --health: the limits at N sizes, to draw a funnel from."},
    {"--multiplier", "X", "Multiply values and limits: 100 gives per cent."},
    {"--better", "neither|higher|lower", "Which way is better, for the plot."},
    {"--summary", NULL, "One row per group: target, dispersion, limits in use, number of outliers."},
    STAT_OPTION_FORMAT,
    STAT_OPTION_PLOT,
    {0},
};

const stat_command stat_funnel = {
    .command =
        {
            .name = "funnel",
            .takes = "[FILE]",
            .at_most = 1,
            .summary = "Compare organisations of different size by funnel limits.",
            .description = "Reads a csv (or standard input), sums up each organisation, and prints its value with the "
                           "limits that chance leaves an "
                           "organisation of its size. Where organisations differ by more than chance (phi above 1) the "
                           "limits are widened by the "
                           "variance between them (tau squared), else they are the plain ones; --summary says "
                           "which.\n\nAn organisation with a missing "
                           "part or a denominator of 0 takes no part: its figures are empty. A numerator above its "
                           "denominator is refused. A standardised ratio with nothing observed has no z (but for "
                           "--method cqc); it is judged by the limits.",
            .example =
                "concord funnel ae.csv --organisation provider --numerator over_4_hours --denominator attendances",
            .options = options,
            .run = stat_command_run,
        },
    .columns = columns,
    .prepare = prepare,
    .group = group,
    .confidence = "0.95,0.998",
};
