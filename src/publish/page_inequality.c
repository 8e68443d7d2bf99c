/* Inequality by deprivation on a series page. */
#include "publish/page_inequality.h"

#include "publish/figure.h"
#include "publish/html.h"
#include "publish/plots.h"

#include <stdlib.h>

enum { GROUPS_MAXIMUM = MOST_SLOPE_GROUPS, GAP_MONTHS_FEWEST = 13, GAP_MONTHS_MAXIMUM = 600 };

typedef struct gradient {
    const edition_measure *measure;
    const edition_series *series[GROUPS_MAXIMUM]; /* most deprived first */
    int order[GROUPS_MAXIMUM];                    /* the number in the key */
    const char *names[GROUPS_MAXIMUM];
    inequality_group groups[GROUPS_MAXIMUM];
    size_t count;
    period when;
    interval gap, ratio; /* most deprived less, or divided by, least deprived */
    slope_result slope;
} gradient;

/* ---- which breakdown ---------------------------------------------------------------------------------- */

/* The number of "deprivation-quintile=3"; 0 where the key is nothing of the kind. */
static int deprivation_number(const edition_breakdown_value *b)
{
    const char *equals = strchr(b->key, '=');
    if (strncmp(b->breakdown, "deprivation-", 12) != 0 || equals == NULL || equals[1] < '1' || equals[1] > '9')
        return 0;
    char *end = NULL;
    long number = strtol(equals + 1, &end, 10);
    return *end == 0 && number <= GROUPS_MAXIMUM ? (int)number : 0;
}

static void gradient_insert(gradient *d, const edition_series *series, int number)
{
    if (d->count == GROUPS_MAXIMUM)
        return;
    size_t at = d->count++;
    for (; at > 0 && d->order[at - 1] > number; at--) {
        d->order[at] = d->order[at - 1];
        d->series[at] = d->series[at - 1];
    }
    d->order[at] = number;
    d->series[at] = series;
}

/* Series are ordered by breakdown key, so each breakdown is one run; the longest wins, the first of equals. */
static void gradient_find(const site *s, int32_t measure, int32_t who, geography g, gradient *best)
{
    size_t count = 0;
    const edition_series *all = edition_series_of(s->now, measure, who, &count);
    gradient run = {0};
    const char *open = NULL;
    for (size_t i = 0; i <= count; i++) {
        const edition_breakdown_value *b =
            i < count && all[i].breakdown >= 0 ? &s->now->breakdowns[all[i].breakdown] : NULL;
        const char *id = b == NULL ? NULL : b->breakdown;
        if (open != NULL && (id == NULL || strcmp(id, open) != 0)) {
            if (run.count > best->count)
                *best = run;
            run = (gradient){0};
            open = NULL;
        }
        if (b == NULL || all[i].geography != g || deprivation_number(b) == 0)
            continue;
        open = id;
        gradient_insert(&run, &all[i], deprivation_number(b));
    }
    best->measure = &s->now->measures[measure];
}

/* ---- the figures -------------------------------------------------------------------------------------- */

static bool usable(const edition_point *x)
{
    return !x->missing && !x->estimated && x->has_numerator && x->has_denominator && x->denominator > 0 &&
           x->numerator >= 0;
}

static const edition_point *point_at(const site *s, const edition_series *series, period when)
{
    size_t count = 0;
    const edition_point *points = site_points(s, series, &count);
    for (size_t i = count; i > 0; i--)
        if (period_compare(points[i - 1].period, when) == 0)
            return usable(&points[i - 1]) ? &points[i - 1] : NULL;
    return NULL;
}

/* The latest period in which every group has a figure. */
static bool gradient_date(const site *s, gradient *d)
{
    size_t count = 0;
    const edition_point *points = site_points(s, d->series[0], &count);
    for (size_t i = count; i > 0; i--) {
        bool whole = true;
        for (size_t k = 0; k < d->count && whole; k++)
            whole = point_at(s, d->series[k], points[i - 1].period) != NULL;
        if (whole) {
            d->when = points[i - 1].period;
            return true;
        }
    }
    return false;
}

static bool gradient_figures(page *p, gradient *d)
{
    const double scale = d->measure->scale > 0 ? d->measure->scale : 1;
    bool proportion = true;
    for (size_t i = 0; i < d->count; i++) {
        const edition_point *x = point_at(p->site, d->series[i], d->when);
        if (x == NULL)
            return false;
        proportion = proportion && edition_numerator(d->measure, x) <= edition_denominator(d->measure, x);
    }
    for (size_t i = 0; i < d->count; i++) {
        const edition_point *x = point_at(p->site, d->series[i], d->when);
        const double numerator = edition_numerator(d->measure, x), denominator = edition_denominator(d->measure, x);
        inequality_group *g = &d->groups[i];
        *g = (inequality_group){
            .population = denominator, .value = numerator / denominator * scale, .deviation = (double)NAN};
        if (proportion && scale <= 100)
            proportion_wilson(numerator, denominator, 0.95, &g->lower, &g->upper);
        else
            count_limits(numerator, 0.95, &g->lower, &g->upper);
        const double unit = proportion && scale <= 100 ? scale : scale / denominator;
        g->lower *= unit;
        g->upper *= unit;
        const char *end = i == 0 ? " (most deprived)" : i + 1 == d->count ? " (least deprived)" : "";
        d->names[i] = arena_printf(p->scratch, "%d%s", d->order[i], end);
    }
    d->gap = inequality_gap(&d->groups[0], &d->groups[d->count - 1], 0.95);
    d->ratio = inequality_ratio(&d->groups[0], &d->groups[d->count - 1], 0.95);
    return inequality_slope(d->groups, d->count, &(slope_options){.scale = SLOPE_LINEAR, .confidence = 0.95}, NULL,
                            &d->slope, NULL) == STATUS_OK &&
           isfinite(d->slope.sii.value);
}

/* ---- words -------------------------------------------------------------------------------------------- */

static void number(page *p, double value, int decimals)
{
    figure_fixed(value, decimals, true, "\xe2\x88\x92", p->out);
}

static void limits(page *p, interval x, int decimals)
{
    if (!isfinite(x.lower) || !isfinite(x.upper))
        return;
    RAW(p, " (95% limits ");
    number(p, x.lower, decimals);
    RAW(p, " to ");
    number(p, x.upper, decimals);
    RAW(p, ")");
}

static const char *gap_unit(const edition_measure *m)
{
    return strcmp(m->unit, "percent") == 0 ? " percentage points" : "";
}

static bool clear_of(interval x, double none)
{
    return isfinite(x.lower) && isfinite(x.upper) && (x.lower > none || x.upper < none);
}

/* "The most deprived group is worse off ...". */
static void answer(page *p, const gradient *d)
{
    RAW(p, "<p class=\"lede\">In ");
    page_period(p, d->when);
    if (!clear_of(d->slope.sii, 0)) {
        RAW(p, " no clear difference by deprivation is shown.</p>\n");
        return;
    }
    const bool falls = d->slope.sii.value < 0;
    if (d->measure->better == BETTER_NEITHER)
        buffer_text(p->out, falls ? " the figure is higher where people are more deprived"
                                  : " the figure is lower where people are more deprived");
    else
        buffer_text(p->out, falls == (d->measure->better == BETTER_LOWER)
                                ? " people in more deprived areas fare worse"
                                : " people in more deprived areas fare better");
    RAW(p, ", by more than chance explains.</p>\n");
}

static void sentences(page *p, const gradient *d)
{
    const int decimals = d->measure->decimals < 1 ? 1 : d->measure->decimals > 4 ? 4 : (int)d->measure->decimals;
    RAW(p, "<p>The figure is ");
    page_figure_exact(p, d->measure, d->groups[0].value, false);
    buffer_text(p->out, strcmp(d->measure->unit, "percent") == 0 ? "%" : "");
    RAW(p, " in the most deprived group and ");
    page_figure_exact(p, d->measure, d->groups[d->count - 1].value, false);
    buffer_text(p->out, strcmp(d->measure->unit, "percent") == 0 ? "%" : "");
    RAW(p, " in the least deprived. The absolute gap, most less least deprived, is <strong>");
    number(p, d->gap.value, decimals);
    RAW(p, "</strong>");
    buffer_text(p->out, gap_unit(d->measure));
    limits(p, d->gap, decimals);
    if (isfinite(d->ratio.value)) {
        RAW(p, "; the relative gap, most divided by least deprived, is <strong>");
        number(p, d->ratio.value, 2);
        RAW(p, "</strong>");
        limits(p, d->ratio, 2);
    }
    RAW(p, ".</p>\n<p>Over all groups, the slope index of inequality is <strong>");
    number(p, d->slope.sii.value, decimals);
    RAW(p, "</strong>");
    buffer_text(p->out, gap_unit(d->measure));
    limits(p, d->slope.sii, decimals);
    RAW(p, ": so much the fitted line ");
    buffer_text(p->out, d->slope.sii.value < 0 ? "falls" : "rises");
    RAW(p, " from the most to the least deprived end. ");
    if (isfinite(d->slope.rii.value)) {
        RAW(p, "The relative index of inequality is <strong>");
        number(p, d->slope.rii.value, 2);
        RAW(p, "</strong>");
        limits(p, d->slope.rii, 2);
        RAW(p, ". ");
    }
    RAW(p, "<a");
    page_href(p, "methods.html", "inequality");
    RAW(p, ">How inequality is measured</a>.</p>\n");
}

/* ---- pictures ----------------------------------------------------------------------------------------- */

static void draw_gradient(page *p, const gradient *d)
{
    char when[PERIOD_WORDS];
    period_words(d->when, when);
    const plot_inequality_input input = {
        .words = {.subtitle = arena_printf(p->scratch, "%s, %s", d->measure->short_name, when),
                  .unit = {.kind = strcmp(d->measure->unit, "percent") == 0 ? PLOT_PERCENT : PLOT_NUMBER}},
        .groups = d->groups,
        .names = d->names,
        .count = d->count,
        .slope = &d->slope};
    RAW(p, "<figure class=\"chart-box\"><div class=\"chart-wide\">");
    plot_inequality(&input, &(plot_medium){.inlined = true, .unique = "inequality-plot"}, p->out);
    RAW(p, "</div><div class=\"chart-narrow\">");
    plot_inequality(&input, &(plot_medium){.form = PLOT_NARROW, .inlined = true, .unique = "inequality-narrow"},
                    p->out);
    RAW(p, "</div></figure>\n");
}

typedef struct gap_series {
    double *values;
    plot_time *times;
    period *periods;
    spc_point *points;
    plot_control_point *drawn;
    size_t count, present;
    spc_signal last; /* of the last month with a gap */
} gap_series;

/* How much worse off the most deprived are: above 0 where they fare worse. Where neither way is better: most less least. */
static double gap_of(const gradient *d, const edition_point *most, const edition_point *least)
{
    const double scale = d->measure->scale > 0 ? d->measure->scale : 1;
    const double a = edition_numerator(d->measure, most) / edition_denominator(d->measure, most) * scale;
    const double b = edition_numerator(d->measure, least) / edition_denominator(d->measure, least) * scale;
    return d->measure->better == BETTER_HIGHER ? b - a : a - b;
}

static bool gap_collect(page *p, const gradient *d, gap_series *gap)
{
    size_t count = 0;
    const edition_point *most = site_points(p->site, d->series[0], &count);
    arena *a = p->scratch;
    if (count < GAP_MONTHS_FEWEST)
        return false;
    if (count > GAP_MONTHS_MAXIMUM) {
        most += count - GAP_MONTHS_MAXIMUM;
        count = GAP_MONTHS_MAXIMUM;
    }
    gap->values = arena_array(a, count, sizeof *gap->values);
    gap->times = arena_array(a, count, sizeof *gap->times);
    gap->periods = arena_array(a, count, sizeof *gap->periods);
    gap->points = arena_array(a, count, sizeof *gap->points);
    gap->drawn = arena_array(a, count, sizeof *gap->drawn);
    if (gap->values == NULL || gap->times == NULL || gap->periods == NULL || gap->points == NULL || gap->drawn == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        const edition_point *least = point_at(p->site, d->series[d->count - 1], most[i].period);
        bool known = usable(&most[i]) && least != NULL;
        if (!known && gap->present == 0)
            continue;
        gap->values[gap->count] = known ? gap_of(d, &most[i], least) : (double)NAN;
        gap->times[gap->count] = (plot_time){.when = period_first_day(most[i].period)};
        gap->periods[gap->count] = most[i].period;
        gap->count++;
        gap->present += known;
    }
    while (gap->count > 0 && isnan(gap->values[gap->count - 1]))
        gap->count--;
    return gap->present >= GAP_MONTHS_FEWEST;
}

static bool gap_judge(const site *s, const gradient *d, gap_series *gap)
{
    const better way = d->measure->better == BETTER_NEITHER ? BETTER_NEITHER : BETTER_LOWER;
    const spc_rules rules = edition_rules_of(s->now);
    const spc_options options = {.rules = &rules, .better = way, .target = (double)NAN};
    if (spc_xmr(gap->values, gap->count, &options, gap->points, NULL, 0, NULL, NULL) != STATUS_OK)
        return false;
    plot_control_from_xmr(gap->values, gap->points, NULL, gap->count, gap->drawn);
    gap->last = gap->points[gap->count - 1].signal;
    return true;
}

static const char *gap_verdict(spc_signal signal)
{
    switch (signal) {
    case SIGNAL_IMPROVEMENT: return "The gap is narrowing, by more than chance explains";
    case SIGNAL_CONCERN: return "The gap is widening, by more than chance explains";
    case SIGNAL_HIGH: return "The gap is unusually high";
    case SIGNAL_LOW: return "The gap is unusually low";
    case SIGNAL_COMMON_CAUSE: return "No real change in the gap";
    default: return "Too little is known to judge the gap over time";
    }
}

static const char *month_verdict(spc_signal signal)
{
    switch (signal) {
    case SIGNAL_IMPROVEMENT: return "Narrower";
    case SIGNAL_CONCERN: return "Wider";
    case SIGNAL_HIGH: return "Unusually high";
    case SIGNAL_LOW: return "Unusually low";
    case SIGNAL_COMMON_CAUSE: return "No real change";
    default: return "";
    }
}

static void gap_table(page *p, const gradient *d, const gap_series *gap)
{
    const int decimals = d->measure->decimals < 1 ? 1 : d->measure->decimals > 4 ? 4 : (int)d->measure->decimals;
    RAW(p, "<details class=\"table\"><summary>The gap, month by month</summary>\n<div class=\"scroll\" tabindex=\"0\" "
           "role=\"region\" "
           "aria-label=\"The gap, month by month\"><table class=\"data\"><thead><tr><th scope=\"col\">Month</th><th "
           "scope=\"col\" "
           "class=\"number\">Gap</th><th scope=\"col\">What it says</th></tr></thead><tbody>\n");
    for (size_t i = gap->count; i > 0; i--) {
        RAW(p, "<tr><th scope=\"row\">");
        page_period(p, gap->periods[i - 1]);
        RAW(p, "</th><td class=\"number\">");
        if (isnan(gap->values[i - 1]))
            RAW(p, "<span class=\"none\">no figure</span>");
        else
            number(p, gap->values[i - 1], decimals);
        RAW(p, "</td><td class=\"words\">");
        buffer_text(p->out, isnan(gap->values[i - 1]) ? "" : month_verdict(gap->points[i - 1].signal));
        RAW(p, "</td></tr>\n");
    }
    RAW(p, "</tbody></table></div></details>\n");
}

static void gap_over_time(page *p, const gradient *d)
{
    gap_series gap = {0};
    if (!gap_collect(p, d, &gap) || !gap_judge(p->site, d, &gap))
        return;
    const plot_control input = {
        .words = {.title = gap_verdict(gap.last),
                  .subtitle = "Gap between the most and the least deprived group",
                  .unit = {.kind = PLOT_NUMBER,
                           .name = strcmp(d->measure->unit, "percent") == 0 ? "percentage points" : NULL,
                           .may_be_negative = true}},
        .kind = CHART_I,
        .kind_name = "XmR chart",
        .times = gap.times,
        .points = gap.drawn,
        .count = gap.count};
    RAW(p, "<h3 id=\"inequality-time\">Is the gap really changing?</h3>\n<p>");
    if (d->measure->better == BETTER_NEITHER)
        RAW(p, "The most deprived group less the least deprived, month by month.");
    else
        RAW(p, "How much worse off the most deprived group is than the least deprived, month by month: above 0 it is "
               "worse off, below 0 "
               "better off.");
    RAW(p, " The same rules judge it as any other figure.</p>\n<figure class=\"chart-box\"><div class=\"chart-wide\">");
    plot_control_chart(&input, &(plot_medium){.inlined = true, .unique = "gap-plot"}, p->out);
    RAW(p, "</div><div class=\"chart-narrow\">");
    plot_control_chart(&input, &(plot_medium){.form = PLOT_NARROW, .inlined = true, .unique = "gap-narrow"}, p->out);
    RAW(p, "</div></figure>\n");
    gap_table(p, d, &gap);
}

void inequality_section(page *p, int32_t measure, int32_t who, geography g)
{
    gradient d = {0};
    gradient_find(p->site, measure, who, g, &d);
    if (strcmp(d.measure->value_kind, "ratio") != 0 || d.count < FEWEST_SLOPE_GROUPS || !gradient_date(p->site, &d) ||
        !gradient_figures(p, &d))
        return;
    RAW(p, "<section><h2 id=\"inequality\">Inequality</h2>\n");
    answer(p, &d);
    sentences(p, &d);
    draw_gradient(p, &d);
    gap_over_time(p, &d);
    RAW(p, "</section>\n");
}
