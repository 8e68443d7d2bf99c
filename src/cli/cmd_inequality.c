/* concord inequality: how a measure differs along a social gradient. */
#include "cli/commands.h"
#include "cli/stat_command.h"

#include <math.h>
#include <string.h>

enum { VALUE, POPULATION, DEVIATION, LOWER, UPPER, ORDER };
enum { FEW_DRAWS = 1000, MOST_DRAWS = 10000000, MOST_THREADS = 256 };

typedef struct area {
    const stat_group *group;
    size_t first; /* among all groups of all areas */
    bool missing; /* a value or its error is missing */
} area;

typedef struct comparing {
    slope_options options;
    int64_t threads;
    inequality_group *groups;
    size_t group_count;
    area *areas;
    size_t area_count;
} comparing;

static status prepare(stat_run *r, error *err)
{
    comparing *w = arena_alloc(&r->memory, sizeof *w);
    int64_t draws = 0, seed = 1;
    if (w == NULL)
        return stat_full(err);
    r->state = w;
    w->threads = 1;
    w->options = (slope_options){.scale = (slope_scale)stat_choice(r, "--scale"),
                                 .transform = stat_switch(r, "--transform"),
                                 .multiplier = r->multiplier};
    stat_output_column(r, "index", OUTPUT_TEXT);
    stat_output_column(r, "value", OUTPUT_NUMBER);
    stat_output_limits(r, "");
    stat_output_column(r, "note", OUTPUT_TEXT);
    status code = stat_option_count(r, "--draws", FEW_DRAWS, MOST_DRAWS, &draws, err);
    if (code == STATUS_OK)
        code = stat_option_count(r, "--seed", 0, INT64_MAX, &seed, err);
    if (code == STATUS_OK)
        code = stat_option_count(r, "--threads", 1, MOST_THREADS, &w->threads, err);
    if (code == STATUS_OK && draws == 0 && stat_given(r, "--seed") != NULL)
        code = stat_usage(r, err, "--seed belongs to a simulation: give --draws N too");
    w->options.draws = (size_t)draws;
    w->options.seed = (uint64_t)seed;
    return code;
}

/* ---- reading ---- */

static status columns_check(const stat_run *r, error *err)
{
    if (stat_has(r, DEVIATION) || (stat_has(r, LOWER) && stat_has(r, UPPER)))
        return STATUS_OK;
    status code = error_set(err, STATUS_REFUSED, "The errors of the values are not given");
    error_hint(err, "Name their standard errors with --deviation, or their 95 %% limits with --lower and --upper.");
    return code;
}

static status row_check(const stat_run *r, size_t row, const inequality_group *q, error *err)
{
    status code = STATUS_OK;
    const comparing *w = r->state;
    if (isnan(q->population))
        return stat_refuse(r, row, POPULATION, err, "The population of a group is missing");
    if (w->options.scale == SLOPE_LOG && q->value <= 0) {
        code = stat_refuse(r, row, VALUE, err, "%.15g has no logarithm", q->value);
        error_hint(err, "--scale log is for rates above 0.");
    } else if (w->options.scale == SLOPE_LOGIT && (q->value <= 0 || q->value >= 1)) {
        code = stat_refuse(r, row, VALUE, err, "%.15g has no logit", q->value);
        error_hint(err, "--scale logit is for proportions between 0 and 1, not per cent.");
    } else if (isnan(q->deviation) && (q->lower > q->value || q->upper < q->value)) {
        code = stat_refuse(r, row, VALUE, err, "The value %.15g is not between its limits %.15g and %.15g", q->value,
                           q->lower, q->upper);
    }
    return code;
}

static status group(stat_run *r, const stat_group *g, error *err)
{
    comparing *w = r->state;
    status code = columns_check(r, err);
    if (code != STATUS_OK)
        return code;
    if (w->groups == NULL) {
        w->groups = arena_array(&r->memory, r->data.count, sizeof *w->groups);
        w->areas = arena_array(&r->memory, r->data.group_count, sizeof *w->areas);
        if (w->groups == NULL || w->areas == NULL)
            return stat_full(err);
    }
    if (g->count < FEWEST_SLOPE_GROUPS || g->count > MOST_SLOPE_GROUPS)
        return error_set(err, STATUS_REFUSED, "A slope needs %d to %d groups in order of need, and there are %zu",
                         FEWEST_SLOPE_GROUPS, MOST_SLOPE_GROUPS, g->count);
    area *one = &w->areas[w->area_count++];
    *one = (area){.group = g, .first = w->group_count};
    for (size_t i = 0; i < g->count && code == STATUS_OK; i++) {
        size_t row = stat_row(&r->data, g, i);
        inequality_group *q = &w->groups[w->group_count++];
        *q = (inequality_group){.population = stat_cell(r, POPULATION, row),
                                .value = stat_cell(r, VALUE, row),
                                .deviation = stat_cell(r, DEVIATION, row),
                                .lower = stat_cell(r, LOWER, row),
                                .upper = stat_cell(r, UPPER, row)};
        one->missing |= isnan(q->value) || (isnan(q->deviation) && (isnan(q->lower) || isnan(q->upper)));
        code = row_check(r, row, q, err);
    }
    return code;
}

/* ---- indices ---- */

typedef struct indices {
    slope_result slope;
    interval gap, ratio, attributable, concentration;
} indices;

static status row_put(stat_run *r, const area *one, const char *name, const interval *at, size_t stride,
                      const char *note, error *err)
{
    stat_row_begin(r, one->group, SIZE_MAX);
    stat_put_text(r, name);
    stat_put_number(r, at->value);
    for (size_t k = 0; k < r->confidence_count; k++) {
        const interval *level_of = (const interval *)(const void *)((const char *)at + k * stride);
        stat_put_limits(r, level_of->lower, level_of->upper);
    }
    stat_put_text(r, note);
    return stat_row_end(r, err);
}

static status area_put(stat_run *r, const area *one, const indices *all, error *err)
{
    const comparing *w = r->state;
    interval simulated_sii[STAT_CONFIDENCES_MAXIMUM], simulated_rii[STAT_CONFIDENCES_MAXIMUM];
    const char *missing = one->missing ? "a value or its limits are missing" : "";
    const char *unbounded = all->slope.rii.value == all->slope.rii.value && isnan(all->slope.rii.lower)
                                ? "no limits: the fitted value at one end may be 0"
                                : missing;
    for (size_t k = 0; k < r->confidence_count; k++) {
        simulated_sii[k] =
            (interval){all[k].slope.sii.value, all[k].slope.sii_simulated_lower, all[k].slope.sii_simulated_upper};
        simulated_rii[k] =
            (interval){all[k].slope.rii.value, all[k].slope.rii_simulated_lower, all[k].slope.rii_simulated_upper};
    }
    const struct {
        const char *name;
        const interval *at;
        size_t stride;
        const char *note;
        bool wanted;
    } rows[] = {
        {"sii", &all->slope.sii, sizeof *all, missing, true},
        {"sii-simulated", simulated_sii, sizeof *simulated_sii, missing, w->options.draws > 0},
        {"rii", &all->slope.rii, sizeof *all, unbounded, true},
        {"rii-simulated", simulated_rii, sizeof *simulated_rii, missing, w->options.draws > 0},
        {"gap", &all->gap, sizeof *all, missing, true},
        {"ratio", &all->ratio, sizeof *all, missing, true},
        {"attributable-fraction", &all->attributable, sizeof *all, missing, true},
        {"concentration-index", &all->concentration, sizeof *all, missing, true},
    };
    const char *only = stat_given(r, "--index");
    status code = STATUS_OK;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0] && code == STATUS_OK; i++) {
        /* --index sii also gives sii-simulated. */
        bool asked =
            only == NULL || strcmp(only, "all") == 0 ||
            (strncmp(rows[i].name, only, strlen(only)) == 0 && strchr("-", rows[i].name[strlen(only)]) != NULL);
        if (rows[i].wanted && asked)
            code = row_put(r, one, rows[i].name, rows[i].at, rows[i].stride, rows[i].note, err);
    }
    return code;
}

static void area_draw(stat_run *r, const area *one, const indices *all)
{
    const comparing *w = r->state;
    buffer *drawing = NULL;
    const plot_medium *medium = stat_plot_medium(r, &drawing);
    size_t count = one->group->count;
    const char **names = medium == NULL ? NULL : stat_scratch(r, count, sizeof *names);
    if (names == NULL)
        return;
    for (size_t i = 0; i < count && stat_has(r, ORDER); i++)
        names[i] = stat_text(&r->data, ORDER, stat_row(&r->data, one->group, i));
    inequality_group *drawn = stat_scratch(r, count, sizeof *drawn);
    if (drawn == NULL)
        return;
    memcpy(drawn, w->groups + one->first, count * sizeof *drawn);
    for (size_t i = 0; i < count; i++) {
        if (!isnan(drawn[i].lower) && !isnan(drawn[i].upper))
            continue;
        drawn[i].lower = drawn[i].value - 1.959964 * drawn[i].deviation;
        drawn[i].upper = drawn[i].value + 1.959964 * drawn[i].deviation;
    }
    plot_inequality_input input = {.words = stat_plot_words(r, one->group, VALUE),
                                   .groups = drawn,
                                   .names = stat_has(r, ORDER) ? names : NULL,
                                   .count = count,
                                   .slope = one->missing ? NULL : &all->slope,
                                   .scale = w->options.scale,
                                   .transform = w->options.transform,
                                   .multiplier = w->options.multiplier,
                                   .confidence = r->confidence[0]};
    plot_inequality(&input, medium, drawing);
    stat_plot_add(r);
}

static bool equally_many(const comparing *w)
{
    for (size_t i = 1; i < w->area_count; i++)
        if (w->areas[i].group->count != w->areas[0].group->count)
            return false;
    return true;
}

/* Area i always takes stream i, so the answer depends neither on threads nor on whether areas are computed together. */
static status slopes_compute(stat_run *r, const slope_options *options, slope_result *out, error *err)
{
    comparing *w = r->state;
    status code = STATUS_OK;
    if (equally_many(w))
        return inequality_slopes(w->groups, w->areas[0].group->count, w->area_count, options, (unsigned)w->threads, out,
                                 err);
    double *work = stat_scratch(r, 2 * options->draws, sizeof *work);
    if (work == NULL)
        return stat_full(err);
    for (size_t i = 0; i < w->area_count && code == STATUS_OK; i++) {
        slope_options own = *options;
        own.stream = i;
        code = inequality_slope(w->groups + w->areas[i].first, w->areas[i].group->count, &own, work, &out[i], err);
    }
    return code;
}

static status finish(stat_run *r, error *err)
{
    comparing *w = r->state;
    status code = STATUS_OK;
    slope_result *slopes = arena_array(&r->memory, w->area_count * r->confidence_count, sizeof *slopes);
    if (slopes == NULL)
        return stat_full(err);
    for (size_t k = 0; k < r->confidence_count && code == STATUS_OK; k++) {
        slope_options options = w->options;
        options.confidence = r->confidence[k];
        code = slopes_compute(r, &options, slopes + k * w->area_count, err);
    }
    for (size_t i = 0; i < w->area_count && code == STATUS_OK; i++) {
        const area *one = &w->areas[i];
        const inequality_group *groups = w->groups + one->first;
        size_t count = one->group->count;
        indices all[STAT_CONFIDENCES_MAXIMUM];
        arena_reset(&r->scratch);
        for (size_t k = 0; k < r->confidence_count; k++) {
            all[k].slope = slopes[k * w->area_count + i];
            all[k].gap = inequality_gap(&groups[0], &groups[count - 1], r->confidence[k]);
            all[k].ratio = inequality_ratio(&groups[0], &groups[count - 1], r->confidence[k]);
            all[k].attributable = inequality_attributable(groups, count, count - 1, r->confidence[k]);
            all[k].concentration = inequality_concentration(groups, count, r->confidence[k]);
        }
        code = area_put(r, one, all, err);
        if (code == STATUS_OK && r->plot != NULL)
            area_draw(r, one, all);
    }
    return code;
}

static const stat_column columns[] = {
    {.option = "--value", .usual = "value", .kind = STAT_NUMBER, .needed = true},
    {.option = "--population", .usual = "population|pop|denominator", .kind = STAT_ABOVE, .needed = true},
    {.option = "--deviation", .usual = "deviation|se|standard_error", .kind = STAT_AMOUNT},
    {.option = "--lower", .usual = "lower|lower_95|lowercl|lcl", .kind = STAT_NUMBER},
    {.option = "--upper", .usual = "upper|upper_95|uppercl|ucl", .kind = STAT_NUMBER},
    {.option = "--order", .usual = "quintile|decile|quantile|q", .kind = STAT_WHEN},
    {0},
};

static const command_option options[] = {
    {"--value", "COL", "The value of each group: 'value' is the default."},
    {"--population", "COL", "The people of each group: 'population' is the default."},
    {"--deviation", "COL",
     "Standard errors of the values: 'deviation' or 'se' is the default. Else the limits give them."},
    {"--lower", "COL", "Lower 95 % limits of the values: 'lower' is the default."},
    {"--upper", "COL", "Upper 95 % limits: 'upper' is the default."},
    {"--order", "COL",
     "Whole numbers that order the groups, 1 the most deprived: 'quintile' or 'decile' is the default. Else the file's "
     "order."},
    STAT_OPTION_BY,
    {"--index", "all|sii|rii|gap|ratio|attributable-fraction|concentration-index",
     "Print one index only: all is the default."},
    {"--scale", "linear|log|logit",
     "How the errors are distributed: linear for means (the default), log for rates, logit for proportions."},
    {"--transform", NULL, "Fit the line on that scale too."},
    {"--multiplier", "X", "Of the slope index; below 0 turns slope and relative index round. 1 is the default."},
    {"--draws", "N", "Simulate limits of slope and relative index too, by N draws (1000 or more)."},
    {"--seed", "N", "Where the simulation starts: 1 is the default. The same seed gives the same limits."},
    {"--threads", "N", "Threads for the simulation: 1 is the default. They do not change the answer."},
    STAT_OPTION_CONFIDENCE,
    STAT_OPTION_FORMAT,
    STAT_OPTION_PLOT,
    {0},
};

const stat_command stat_inequality = {
    .command =
        {
            .name = "inequality",
            .takes = "[FILE]",
            .at_most = 1,
            .summary = "Slope and relative index of inequality, gaps, and what they are worth.",
            .description = "Reads a csv (or standard input) with a row for each social group, the most deprived first, "
                           "and prints for each group of "
                           "--by: the slope index (sii: the difference between the ends of the line through the "
                           "groups) and the relative index (rii: "
                           "their ratio), the gap and ratio of the first and the last group, the share that would not "
                           "be there if all had the last "
                           "group's value (attributable-fraction), and the concentration index. Limits are in closed "
                           "form; with --draws those of the "
                           "simulation stand beside them. Three to a hundred groups; a missing value leaves the "
                           "figures empty.\n\nWith --by of dates "
                           "and --index gap the output is a series for concord spc.",
            .example = "concord inequality life.csv --by year --order decile --lower lower --upper upper --confidence "
                       "0.95,0.998",
            .options = options,
            .run = stat_command_run,
        },
    .columns = columns,
    .prepare = prepare,
    .group = group,
    .finish = finish,
};
