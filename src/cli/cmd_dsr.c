/* concord dsr: directly standardised rates, of events that come alone or several to a person. */
#include "cli/commands.h"
#include "cli/stat_bands.h"
#include "cli/stat_command.h"

#include <math.h>
#include <string.h>

enum { EVENTS, POPULATION, STANDARD, BAND, FREQUENCY };

/* The bands of the file, to see which group lacks one. */
typedef struct standardising {
    size_t *places;    /* of each text: 1 + the row of the group at hand whose band it is, 0 where there is none */
    size_t band_count; /* different bands in the whole file */
    size_t short_groups;
    char *short_name; /* the first group with fewer */
    size_t short_bands;
} standardising;

static bool wants_esp(const stat_run *r)
{
    return stat_given(r, "--standard-population") != NULL;
}

static status prepare(stat_run *r, error *err)
{
    if (wants_esp(r) && stat_given(r, "--standard") != NULL)
        return stat_usage(r, err, "--standard and --standard-population are two ways to say the same");
    r->state = arena_alloc(&r->memory, sizeof(standardising));
    if (r->state == NULL)
        return stat_full(err);
    *(standardising *)r->state = (standardising){0};
    stat_output_column(r, "events", OUTPUT_NUMBER);
    stat_output_column(r, "population", OUTPUT_NUMBER);
    stat_output_column(r, "value", OUTPUT_NUMBER);
    stat_output_limits(r, "");
    stat_output_column(r, "note", OUTPUT_TEXT);
    return STATUS_OK;
}

static status columns_check(const stat_run *r, error *err)
{
    status code = STATUS_OK;
    if (!wants_esp(r) && !stat_has(r, STANDARD)) {
        code = error_set(err, STATUS_REFUSED, "There is no column of standard populations");
        error_hint(err, "Name it with --standard COL, or take --standard-population esp2013 with --band COL.");
    } else if ((wants_esp(r) || stat_has(r, FREQUENCY)) && !stat_has(r, BAND)) {
        code = error_set(err, STATUS_REFUSED, "There is no column of age bands, which %s needs",
                         wants_esp(r) ? "--standard-population" : "--frequency");
        error_hint(err, "Name it with --band COL.");
    }
    return code;
}

static status standard_of(const stat_run *r, size_t row, double *out, error *err)
{
    int start = 0;
    if (!wants_esp(r)) {
        *out = stat_cell(r, STANDARD, row);
        return STATUS_OK;
    }
    const char *band = stat_text(&r->data, BAND, row);
    *out = band_start(band, &start) ? esp2013_weight(start) : 0;
    if (*out > 0)
        return STATUS_OK;
    status code =
        stat_refuse(r, row, BAND, err, "'%.40s' is no age band of the European Standard Population 2013", band);
    error_hint(err, "Its bands start at 0, 5, 10 and so on to 90 and over.");
    return code;
}

/* What tells a band from another: with the European population the age that it starts at, however it is written, else its words. */
static size_t band_key(const stat_run *r, size_t row)
{
    int start = 0;
    if (wants_esp(r) && band_start(stat_text(&r->data, BAND, row), &start))
        return (size_t)start;
    return 1000 + (size_t)r->data.columns[BAND].texts[row];
}

/* Counts the bands of the whole file, once. A key is an age below 1000, or 1000 + the place of a text. */
static status file_bands_count(stat_run *r, error *err)
{
    standardising *w = r->state;
    size_t room = r->data.text_count + 1000;
    if (w->places != NULL || !stat_has(r, BAND))
        return STATUS_OK;
    w->places = arena_array(&r->memory, room, sizeof *w->places);
    if (w->places == NULL)
        return stat_full(err);
    for (size_t row = 0; row < r->data.count; row++) {
        size_t *place = &w->places[band_key(r, row)];
        w->band_count += *place == 0;
        *place = 1;
    }
    memset(w->places, 0, room * sizeof *w->places);
    return STATUS_OK;
}

/* A band twice in a group would count its people and its weight twice. With --frequency rows of a band are one band. */
static status group_bands_check(stat_run *r, const stat_group *g, error *err)
{
    standardising *w = r->state;
    status code = file_bands_count(r, err);
    size_t different = 0, checked = 0;
    if (code != STATUS_OK || !stat_has(r, BAND))
        return code;
    for (; checked < g->count && code == STATUS_OK; checked++) {
        size_t row = stat_row(&r->data, g, checked), *place = &w->places[band_key(r, row)];
        if (*place == 0) {
            different++;
            *place = row + 1;
        } else if (!stat_has(r, FREQUENCY)) {
            code = stat_refuse(r, row, BAND, err, "The age band '%.40s' is there twice (row %lu too)",
                               stat_text(&r->data, BAND, row), (unsigned long)r->data.lines[*place - 1]);
            error_hint(err, "Part areas, sexes and years with --by.");
        }
    }
    for (size_t i = 0; i < checked; i++)
        w->places[band_key(r, stat_row(&r->data, g, i))] = 0;
    if (code == STATUS_OK && different < w->band_count && w->short_groups++ == 0) {
        w->short_name = arena_string(&r->memory, stat_group_name(r, g));
        w->short_bands = different;
    }
    return code;
}

static status finish(stat_run *r, error *err)
{
    const standardising *w = r->state;
    (void)err;
    if (w->short_groups == 0)
        return STATUS_OK;
    char more[64] = "";
    if (w->short_groups > 1)
        (void)snprintf(more, sizeof more, " (and %zu more %s bands)", w->short_groups - 1,
                       w->short_groups == 2 ? "group lacks" : "groups lack");
    say_note(r->cli,
             "%s has %zu of the %zu age bands in the file%s: a rate over fewer bands does not compare with the others.",
             w->short_name == NULL ? "A group" : w->short_name, w->short_bands, w->band_count, more);
    return STATUS_OK;
}

/* The band of this row among those so far; a new one where there is none. */
static size_t band_place(const stat_run *r, const size_t *first_rows, size_t count, size_t row)
{
    if (!stat_has(r, FREQUENCY))
        return count;
    const uint32_t *bands = r->data.columns[BAND].texts;
    for (size_t k = 0; k < count; k++)
        if (bands[first_rows[k]] == bands[row])
            return k;
    return count;
}

/* Rows of one band and several frequencies are one band: its events are frequency x persons, their variance frequency^2 x persons. */
static status bands_make(const stat_run *r, const stat_group *g, rate_band *bands, size_t *first_rows, size_t *count,
                         error *err)
{
    bool frequencies = stat_has(r, FREQUENCY);
    for (size_t i = 0; i < g->count; i++) {
        size_t row = stat_row(&r->data, g, i), k = band_place(r, first_rows, *count, row);
        double standard = 0, events = stat_cell(r, EVENTS, row), population = stat_cell(r, POPULATION, row);
        status code = standard_of(r, row, &standard, err);
        if (code != STATUS_OK)
            return code;
        if (k == *count) {
            first_rows[k] = row;
            bands[k] =
                (rate_band){.events_variance = frequencies ? 0 : NAN, .population = population, .standard = standard};
            ++*count;
        } else if (population != bands[k].population || standard != bands[k].standard) {
            code = stat_refuse(r, row, POPULATION, err,
                               "The band '%.40s' has another population or weight than in row %lu",
                               stat_text(&r->data, BAND, row), (unsigned long)r->data.lines[first_rows[k]]);
            error_hint(err, "With --frequency each row of a band bears the same population.");
            return code;
        }
        double times = frequencies ? stat_cell(r, FREQUENCY, row) : 1;
        if (isnan(times))
            return stat_refuse(r, row, FREQUENCY, err, "The frequency of these events is missing");
        bands[k].events += isnan(events) ? 0 : times * events;
        if (frequencies)
            bands[k].events_variance += isnan(events) ? 0 : times * times * events;
    }
    return STATUS_OK;
}

static const char *note_of(const rate_band *bands, size_t count, const rate_standardised *rate)
{
    for (size_t i = 0; i < count; i++) {
        if (!(bands[i].population > 0))
            return "a band without people";
        if (isnan(bands[i].standard))
            return "a band without a standard population";
    }
    return rate->suppressed ? "fewer than 10 events" : isnan(rate->rate.value) ? "no standard population" : "";
}

static status group(stat_run *r, const stat_group *g, error *err)
{
    double lower[STAT_CONFIDENCES_MAXIMUM], upper[STAT_CONFIDENCES_MAXIMUM];
    rate_band *bands = stat_scratch(r, g->count, sizeof *bands);
    size_t *first_rows = stat_scratch(r, g->count, sizeof *first_rows), count = 0;
    rate_standardised rate = {0};
    status code = bands == NULL || first_rows == NULL ? stat_full(err) : columns_check(r, err);
    if (code == STATUS_OK)
        code = group_bands_check(r, g, err);
    if (code == STATUS_OK)
        code = bands_make(r, g, bands, first_rows, &count, err);
    if (code != STATUS_OK)
        return code;
    for (size_t k = 0; k < r->confidence_count; k++) {
        rate = rate_direct(bands, count, r->multiplier, r->confidence[k]);
        lower[k] = rate.rate.lower;
        upper[k] = rate.rate.upper;
    }
    const char *note = note_of(bands, count, &rate);
    stat_row_begin(r, g, SIZE_MAX);
    stat_put_number(r, rate.events);
    stat_put_number(r, rate.population);
    stat_put_number(r, rate.rate.value);
    for (size_t k = 0; k < r->confidence_count; k++)
        stat_put_limits(r, lower[k], upper[k]);
    stat_put_text(r, note);
    if (r->plot != NULL)
        stat_plot_interval(r, stat_group_name(r, g), NULL, rate.rate.value, lower, upper, note[0] == 0 ? NULL : note);
    return stat_row_end(r, err);
}

static const stat_column columns[] = {
    {.option = "--events", .usual = "events|numerator|count|x", .kind = STAT_AMOUNT, .needed = true},
    {.option = "--population", .usual = "population|denominator|n", .kind = STAT_AMOUNT, .needed = true},
    {.option = "--standard", .usual = "standard|standard_population|stdpop", .kind = STAT_AMOUNT},
    {.option = "--band", .usual = "band|ageband|age_band|age", .kind = STAT_TEXT},
    {.option = "--frequency", .kind = STAT_ABOVE},
    {0},
};

static const command_option options[] = {
    {"--events", "COL", "Events in each band: 'events' or 'numerator' is the default."},
    {"--population", "COL", "People in each band: 'population' or 'denominator' is the default."},
    {"--standard", "COL", "Standard population of each band: 'standard' is the default."},
    {"--standard-population", "esp2013",
     "Take the European Standard Population 2013, by the age that --band starts with."},
    {"--band", "COL", "The column of age bands: 0-4, 5-9 ... 90+."},
    {"--frequency", "COL", "Events to a person: --events then counts persons, and limits allow for it."},
    STAT_OPTION_BY,
    STAT_OPTION_CONFIDENCE,
    {"--multiplier", "X", "Per how many: 100000 is the default."},
    STAT_OPTION_FORMAT,
    STAT_OPTION_PLOT,
    {0},
};

static status run(cli *c, const arguments *a, error *err)
{
    const char *standard = argument(c->command, a, "--standard-population");
    if (standard != NULL && strcmp(standard, "esp2013") != 0) {
        status code = error_set(err, STATUS_USAGE, "--standard-population cannot be '%.60s'", standard);
        error_hint(err, "Use esp2013, or a column of your own with --standard.");
        return code;
    }
    return stat_command_run(c, a, err);
}

const stat_command stat_dsr = {
    .command =
        {
            .name = "dsr",
            .takes = "[FILE]",
            .at_most = 1,
            .summary = "Directly standardised rates with their confidence limits.",
            .description =
                "Reads a csv (or standard input) with a row for each age band and prints the directly standardised "
                "rate "
                "of each group with Dobson's limits. Fewer than 10 events, or a band without people, have no rate: the "
                "cell is empty and the note says why. A missing count of events is 0. With --band, a band "
                "twice in a group is refused (but for --frequency), and a note names the first group that lacks bands "
                "which others have.\n\nWhere a person may have "
                "several "
                "events, --frequency names the column that says how many, --events counts the persons, and rows of a "
                "band "
                "are one band.",
            .example = "concord dsr deaths.csv --by area --band age --standard-population esp2013",
            .options = options,
            .run = run,
        },
    .columns = columns,
    .prepare = prepare,
    .group = group,
    .finish = finish,
    .multiplier = 100000,
};
