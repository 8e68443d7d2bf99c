/* The funnel of a measure page: which organisations differ by more than chance, given how large each is. */
#include "publish/page_funnel.h"

#include "publish/charts.h"
#include "publish/html.h"
#include "publish/plots.h"

#include <stdlib.h>

enum { FUNNEL_MAXIMUM = 1000 };

typedef struct funnel_data {
    const edition_measure *measure;
    funnel_options options;
    funnel_result result;
    const int32_t **who; /* into the list, in its order */
    const char **names;
    double *numerators, *denominators, *work;
    funnel_point *points;
    plot_funnel_point *drawn;
    size_t count, above, below, between; /* beyond the 99.8% limits; between the 95% and the 99.8% limits */
    double smallest, largest;
} funnel_data;

static bool data_room(page *p, size_t count, funnel_data *d)
{
    arena *a = p->scratch;
    d->who = arena_array(a, count, sizeof *d->who);
    d->names = arena_array(a, count, sizeof *d->names);
    d->numerators = arena_array(a, count, sizeof *d->numerators);
    d->denominators = arena_array(a, count, sizeof *d->denominators);
    d->work = arena_array(a, count, sizeof *d->work);
    d->points = arena_array(a, count, sizeof *d->points);
    d->drawn = arena_array(a, count, sizeof *d->drawn);
    return d->who != NULL && d->names != NULL && d->numerators != NULL && d->denominators != NULL && d->work != NULL &&
           d->points != NULL && d->drawn != NULL;
}

/* Only figures of the measure's latest month are compared: months differ by season. */
static bool data_collect(page *p, int32_t measure, org_list list, funnel_data *d)
{
    const site *s = p->site;
    d->measure = &s->now->measures[measure];
    /* Minutes a call and the like are means: how far they scatter by chance cannot be told from two totals. */
    bool counts = strcmp(d->measure->unit, "percent") == 0 || strcmp(d->measure->unit, "rate") == 0;
    if (strcmp(d->measure->value_kind, "ratio") != 0 || !counts || list.count < FUNNEL_FEWEST ||
        list.count > FUNNEL_MAXIMUM || !data_room(p, list.count, d))
        return false;
    d->smallest = INFINITY;
    bool proportion = true;
    for (size_t i = 0; i < list.count; i++) {
        const edition_series *series = site_total(s, measure, list.items[i]);
        standing x = series == NULL ? (standing){0} : standing_find(s, series);
        if (x.last == NULL || !x.last->has_numerator || !x.last->has_denominator || x.last->estimated ||
            x.last->numerator < 0 || edition_denominator(d->measure, x.last) < FUNNEL_DENOMINATOR ||
            period_compare(x.last->period, site_measure_latest(s, measure)) != 0)
            continue;
        d->who[d->count] = &list.items[i];
        d->names[d->count] = org_short(s, list.items[i]);
        d->numerators[d->count] = edition_numerator(d->measure, x.last);
        d->denominators[d->count] = edition_denominator(d->measure, x.last);
        proportion = proportion && d->numerators[d->count] <= d->denominators[d->count];
        d->smallest = fmin(d->smallest, d->denominators[d->count]);
        d->largest = fmax(d->largest, d->denominators[d->count]);
        d->count++;
    }
    d->options = (funnel_options){
        .type = proportion ? FUNNEL_PROPORTION : FUNNEL_RATIO, .adjusted = true, .multiplier = d->measure->scale};
    return d->count >= FUNNEL_FEWEST && d->largest >= 2 * d->smallest;
}

static bool data_judge(funnel_data *d)
{
    if (funnel_make(d->numerators, d->denominators, d->count, &d->options, d->points, d->work, &d->result, NULL) !=
            STATUS_OK ||
        !isfinite(d->result.target))
        return false;
    plot_funnel_from(d->points, &d->options, &d->result, d->names, d->count, d->drawn);
    for (size_t i = 0; i < d->count; i++) {
        d->above += d->drawn[i].level == 2;
        d->below += d->drawn[i].level == -2;
        d->between += abs(d->drawn[i].level) == 1;
    }
    return true;
}

/* ---- words -------------------------------------------------------------------------------------------- */

/* "9 of 118 NHS trusts lie beyond what chance explains: 4 better, 5 worse". */
static const char *finding(page *p, const funnel_data *d, const char *what)
{
    const size_t outside = d->above + d->below;
    if (outside == 0)
        return arena_printf(p->scratch, "None of %zu %s differs by more than chance", d->count, what);
    const better way = d->measure->better;
    const size_t good = way == BETTER_LOWER ? d->below : d->above;
    const char *high = way == BETTER_NEITHER ? "high" : "better", *low = way == BETTER_NEITHER ? "low" : "worse";
    const char *lie = outside == 1 ? "lies" : "lie";
    if (good == 0 || good == outside) /* all on one side: no "0 better" */
        return arena_printf(p->scratch, "%zu of %zu %s %s beyond the 99.8%% limits, %s%s", outside, d->count, what, lie,
                            outside == 1 ? "" : "all ", good == 0 ? low : high);
    return arena_printf(p->scratch, "%zu of %zu %s %s beyond the 99.8%% limits: %zu %s, %zu %s", outside, d->count,
                        what, lie, good, high, outside - good, low);
}

static void how_to_read(page *p, const funnel_data *d)
{
    RAW(p, "<p>Each dot is one organisation: the further right, the more ");
    page_text(p, sentence_gap_noun(d->measure));
    RAW(p, " its figure is about. Small numbers swing more by chance, so the limits are wider on the left, like a "
           "funnel on its "
           "side. A dot between the dotted lines (95%) cannot be told from the average of all; one beyond the dashed "
           "lines (99.8%) "
           "differs by more than chance, and is worth asking about. ");
    if (d->result.adjusted)
        RAW(p, "Organisations also differ for reasons of their own, such as whom they treat, so the limits are widened "
               "by their "
               "ordinary spread; where numbers are large the funnel is then nearly a level band. ");
    RAW(p, "It is a prompt for questions, not a league table: <a");
    page_href(p, "methods.html", "funnel");
    RAW(p, ">how funnels work</a>.</p>\n");
}

/* ---- the plot and its table --------------------------------------------------------------------------- */

static void draw(page *p, int32_t measure, const funnel_data *d, const char *what, const char *unique)
{
    plot_funnel_curve *curve = arena_array(p->scratch, PLOT_FUNNEL_CURVE, sizeof *curve);
    if (curve == NULL)
        return;
    char when[PERIOD_WORDS];
    period_words(site_measure_latest(p->site, measure), when);
    plot_funnel_input input = {
        .words = {.title = finding(p, d, what),
                  .subtitle = arena_printf(p->scratch, "%s, %s", d->measure->short_name, when),
                  .x_name = arena_printf(p->scratch, "Number of %s", sentence_gap_noun(d->measure)),
                  .unit = {.kind = strcmp(d->measure->unit, "percent") == 0 ? PLOT_PERCENT : PLOT_NUMBER}},
        .points = d->drawn,
        .count = d->count,
        .target = d->result.target * (d->options.multiplier > 0 ? d->options.multiplier : 1),
        .target_name = "Average",
        .curve = curve,
        .curve_count =
            plot_funnel_curve_make(&d->options, &d->result, d->result.adjusted, d->smallest, d->largest, curve),
        .curve_name = d->result.adjusted ? "widened for overdispersion" : NULL,
        .better = d->measure->better};
    const char *narrow = arena_printf(p->scratch, "%s-narrow", unique);
    RAW(p, "<figure class=\"chart-box\"><div class=\"chart-wide\">");
    plot_funnel(&input, &(plot_medium){.inlined = true, .unique = arena_printf(p->scratch, "%s-plot", unique)}, p->out);
    RAW(p, "</div><div class=\"chart-narrow\">");
    plot_funnel(&input, &(plot_medium){.form = PLOT_NARROW, .inlined = true, .unique = narrow}, p->out);
    RAW(p, "</div></figure>\n");
}

/* Highest first; the list's own order breaks ties. */
static int compare_drawn(const void *a, const void *b)
{
    const plot_funnel_point *x = *(const plot_funnel_point *const *)a, *y = *(const plot_funnel_point *const *)b;
    if (x->value != y->value)
        return x->value > y->value ? -1 : 1;
    return (x > y) - (x < y);
}

static void outlier_row(page *p, int32_t measure, const funnel_data *d, size_t i)
{
    const funnel_point *point = &d->points[i];
    const funnel_limits *limits = d->result.adjusted ? &point->wide : &point->plain;
    const int8_t level = d->drawn[i].level;
    const better way = d->measure->better;
    RAW(p, "<tr><th scope=\"row\">");
    page_link(p, path_series(p, measure, *d->who[i], ".html"), d->names[i]);
    RAW(p, "</th><td class=\"number\">");
    page_figure_brief(p, d->measure, d->drawn[i].value, false);
    RAW(p, "</td><td class=\"number\">");
    page_amount(p, d->denominators[i]);
    RAW(p, "</td><td class=\"number\">");
    page_figure_brief(p, d->measure, limits->outer_lower, false);
    RAW(p, " to ");
    page_figure_brief(p, d->measure, limits->outer_upper, false);
    RAW(p, "</td><td class=\"words\">");
    if (level > 0)
        RAW(p, "Above");
    else
        RAW(p, "Below");
    if (way != BETTER_NEITHER)
        buffer_text(p->out, (level > 0) == (way == BETTER_HIGHER) ? ": better" : ": worse");
    RAW(p, "</td></tr>\n");
}

static void outliers(page *p, int32_t measure, const funnel_data *d, const char *what)
{
    const size_t outside = d->above + d->below;
    RAW(p, "<p>Of ");
    buffer_printf(p->out, "%zu ", d->count);
    page_text(p, what);
    buffer_printf(p->out,
                  ", %zu lie within the 99.8%% limits (%zu of them beyond the 95%% limits), %zu above and %zu below.",
                  d->count - outside, d->between, d->above, d->below);
    RAW(p, "</p>\n");
    const plot_funnel_point **order = arena_array(p->scratch, outside + 1, sizeof *order);
    if (outside == 0 || order == NULL)
        return;
    size_t n = 0;
    for (size_t i = 0; i < d->count; i++)
        if (abs(d->drawn[i].level) == 2)
            order[n++] = &d->drawn[i];
    qsort(order, n, sizeof *order, compare_drawn);
    RAW(p, "<details class=\"table\"><summary>Beyond the 99.8% limits: ");
    page_text(p, what);
    RAW(p, "</summary>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Beyond the 99.8% limits: ");
    page_text(p, what);
    RAW(p, "\"><table class=\"data\"><thead><tr><th scope=\"col\">Organisation</th><th scope=\"col\" "
           "class=\"number\">Figure<span class=\"unit\">");
    page_text(p, unit_head(d->measure));
    RAW(p, "</span></th><th scope=\"col\" class=\"number\">Number of ");
    page_text(p, sentence_gap_noun(d->measure));
    RAW(p, "</th><th scope=\"col\" class=\"number\">99.8% limits at "
           "that size</th><th scope=\"col\">Where it lies</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < n; i++)
        outlier_row(p, measure, d, (size_t)(order[i] - d->drawn));
    RAW(p, "</tbody></table></div></details>\n");
}

bool funnel_section(page *p, int32_t measure, org_list list, const char *what, const char *unique, bool explained)
{
    funnel_data d = {0};
    if (!data_collect(p, measure, list, &d) || !data_judge(&d))
        return false;
    RAW(p, "<section><h2 id=\"");
    page_text(p, unique);
    RAW(p, "\">Which ");
    page_text(p, what);
    RAW(p, " differ by more than chance?</h2>\n");
    if (explained)
        RAW(p, "<p>Read it as the funnel above.</p>\n");
    else
        how_to_read(p, &d);
    draw(p, measure, &d, what, unique);
    outliers(p, measure, &d, what);
    RAW(p, "</section>\n");
    return true;
}
