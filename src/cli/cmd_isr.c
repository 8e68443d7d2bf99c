/* concord isr: indirectly standardised ratios and rates. */
#include "cli/commands.h"
#include "cli/stat_command.h"

#include <math.h>
#include <string.h>

enum { EVENTS, POPULATION, BAND, REFERENCE_EVENTS, REFERENCE_POPULATION };

/* The reference population of a file of its own. */
typedef struct reference {
    stat_data data;
    double ratio_multiplier;
    bool from_file;
} reference;
enum { R_EVENTS, R_POPULATION, R_BAND };

static const stat_column columns[] = {
    {.option = "--events", .usual = "events|numerator|count|x", .kind = STAT_AMOUNT, .needed = true},
    {.option = "--population", .usual = "population|denominator|n", .kind = STAT_AMOUNT, .needed = true},
    {.option = "--band", .usual = "band|ageband|age_band|age", .kind = STAT_TEXT},
    {.option = "--reference-events", .usual = "reference_events|x_ref", .kind = STAT_AMOUNT, .needed = true},
    {.option = "--reference-population", .usual = "reference_population|n_ref", .kind = STAT_ABOVE, .needed = true},
    {0},
};
/* Where the reference has a file of its own. */
static const stat_column own_columns[] = {
    {.option = "--events", .usual = "events|numerator|count|x", .kind = STAT_AMOUNT, .needed = true},
    {.option = "--population", .usual = "population|denominator|n", .kind = STAT_AMOUNT, .needed = true},
    {.option = "--band", .usual = "band|ageband|age_band|age", .kind = STAT_TEXT, .needed = true},
    {0},
};
static const stat_column reference_columns[] = {
    {.option = "--reference-events", .usual = "reference_events|x_ref|events|x", .kind = STAT_AMOUNT, .needed = true},
    {.option = "--reference-population",
     .usual = "reference_population|n_ref|population|n",
     .kind = STAT_ABOVE,
     .needed = true},
    {.option = "--band", .usual = "band|ageband|age_band|age", .kind = STAT_TEXT, .needed = true},
    {0},
};

static status reference_read(stat_run *r, reference *s, const char *path, error *err)
{
    const char *given[] = {stat_given(r, "--reference-events"), stat_given(r, "--reference-population"),
                           stat_given(r, "--band")};
    stat_request request = {.path = path, .columns = reference_columns, .given = given};
    s->from_file = true;
    r->columns_read = own_columns;
    status code = stat_input_read(&request, &s->data, &r->problems, err);
    const uint32_t *bands = s->data.columns[R_BAND].texts;
    for (size_t i = 0; code == STATUS_OK && i < s->data.count; i++) {
        for (size_t k = 0; k < i; k++) {
            if (bands[i] != bands[k])
                continue;
            code = error_set(err, STATUS_REFUSED, "The band '%.40s' is there twice (row %lu too)",
                             s->data.texts[bands[i]], (unsigned long)s->data.lines[k]);
            error_at(err, path, NULL, s->data.lines[i], s->data.columns[R_BAND].header);
            return code;
        }
    }
    return code;
}

static status prepare(stat_run *r, error *err)
{
    const char *path = stat_given(r, "--reference");
    reference *s = arena_alloc(&r->memory, sizeof *s);
    if (s == NULL)
        return stat_full(err);
    r->state = s;
    s->ratio_multiplier = 1;
    status code = stat_option_number(r, "--ratio-multiplier", 1e-12, 1e12, &s->ratio_multiplier, err);
    stat_output_column(r, "observed", OUTPUT_NUMBER);
    stat_output_column(r, "expected", OUTPUT_NUMBER);
    stat_output_column(r, "ratio", OUTPUT_NUMBER);
    stat_output_limits(r, "ratio_");
    stat_output_column(r, "reference_rate", OUTPUT_NUMBER);
    stat_output_column(r, "rate", OUTPUT_NUMBER);
    stat_output_limits(r, "rate_");
    stat_output_column(r, "method", OUTPUT_TEXT);
    stat_output_column(r, "note", OUTPUT_TEXT);
    return code != STATUS_OK || path == NULL ? code : reference_read(r, s, path, err);
}

/* The reference figures of one row's band. */
static status reference_of(const stat_run *r, size_t row, double *events, double *population, error *err)
{
    const reference *s = r->state;
    if (!s->from_file) {
        *events = stat_cell(r, REFERENCE_EVENTS, row);
        *population = stat_cell(r, REFERENCE_POPULATION, row);
        return STATUS_OK;
    }
    const char *band = stat_text(&r->data, BAND, row);
    for (size_t i = 0; i < s->data.count; i++) {
        if (strcmp(stat_text(&s->data, R_BAND, i), band) != 0)
            continue;
        *events = s->data.columns[R_EVENTS].numbers[i];
        *population = s->data.columns[R_POPULATION].numbers[i];
        return STATUS_OK;
    }
    status code = stat_refuse(r, row, BAND, err, "The reference has no band '%.40s'", band);
    error_hint(err, "Bands are written the same way in both files.");
    return code;
}

static status group(stat_run *r, const stat_group *g, error *err)
{
    const reference *s = r->state;
    rate_indirect out = {0};
    interval ratios[STAT_CONFIDENCES_MAXIMUM], rates[STAT_CONFIDENCES_MAXIMUM];
    rate_band *bands = stat_scratch(r, g->count, sizeof *bands);
    double *events = stat_scratch(r, g->count, sizeof *events),
           *population = stat_scratch(r, g->count, sizeof *population);
    if (bands == NULL || events == NULL || population == NULL)
        return stat_full(err);
    for (size_t i = 0; i < g->count; i++) {
        size_t row = stat_row(&r->data, g, i);
        bands[i] = (rate_band){.events = stat_cell(r, EVENTS, row),
                               .events_variance = NAN,
                               .population = stat_cell(r, POPULATION, row),
                               .standard = 1};
        status code = reference_of(r, row, &events[i], &population[i], err);
        if (code != STATUS_OK)
            return code;
    }
    for (size_t k = 0; k < r->confidence_count; k++) {
        out = rate_indirectly(bands, events, population, g->count, NAN, r->multiplier, s->ratio_multiplier,
                              r->confidence[k]);
        ratios[k] = out.ratio;
        rates[k] = out.rate;
    }
    stat_row_begin(r, g, SIZE_MAX);
    stat_put_number(r, out.observed);
    stat_put_number(r, out.expected);
    stat_put_number(r, out.ratio.value);
    for (size_t k = 0; k < r->confidence_count; k++)
        stat_put_limits(r, ratios[k].lower, ratios[k].upper);
    stat_put_number(r, out.reference_rate);
    stat_put_number(r, out.rate.value);
    for (size_t k = 0; k < r->confidence_count; k++)
        stat_put_limits(r, rates[k].lower, rates[k].upper);
    stat_put_text(r, isnan(out.ratio.value) ? NULL : poisson_method_name(out.method));
    const char *note = isnan(out.ratio.value) ? "a band without a figure, or nothing expected" : "";
    stat_put_text(r, note);
    if (r->plot != NULL) {
        double lower[STAT_CONFIDENCES_MAXIMUM], upper[STAT_CONFIDENCES_MAXIMUM];
        for (size_t k = 0; k < r->confidence_count; k++) {
            lower[k] = ratios[k].lower;
            upper[k] = ratios[k].upper;
        }
        stat_plot_interval(r, stat_group_name(r, g), NULL, out.ratio.value, lower, upper, note[0] == 0 ? NULL : note);
    }
    return stat_row_end(r, err);
}

static void state_free(stat_run *r)
{
    reference *s = r->state;
    if (s != NULL)
        stat_data_free(&s->data);
}

static const command_option options[] = {
    {"--events", "COL", "Events in each band: 'events' or 'numerator' is the default."},
    {"--population", "COL", "People in each band: 'population' or 'denominator' is the default."},
    {"--reference-events", "COL", "Events of the reference in each band: 'reference_events' is the default."},
    {"--reference-population", "COL", "People of the reference in each band: 'reference_population' is the default."},
    {"--reference", "FILE", "A csv that holds the reference, joined by --band."},
    {"--band", "COL", "The column of age bands, needed with --reference."},
    STAT_OPTION_BY,
    STAT_OPTION_CONFIDENCE,
    {"--multiplier", "X", "Rates per how many: 100000 is the default."},
    {"--ratio-multiplier", "X", "What a ratio of one is written as: 1 is the default, 100 for an SMR."},
    STAT_OPTION_FORMAT,
    STAT_OPTION_PLOT,
    {0},
};

const stat_command stat_isr = {
    .command =
        {
            .name = "isr",
            .takes = "[FILE]",
            .at_most = 1,
            .summary = "Indirectly standardised ratios and rates.",
            .description =
                "Reads a csv (or standard input) with a row for each age band and prints observed over expected events "
                "of "
                "each group, and the rate that follows. Expected events are the reference's rate in each band times "
                "the "
                "people there. Limits are exact below 10 events and Byar's from 10. A missing count of events is 0; a "
                "missing population leaves the figure empty.",
            .example = "concord isr deaths.csv --by area --reference england.csv --band age --ratio-multiplier 100",
            .options = options,
            .run = stat_command_run,
        },
    .columns = columns,
    .prepare = prepare,
    .group = group,
    .state_free = state_free,
    .multiplier = 100000,
};
