/* concord lifetable: life expectancy at every age. */
#include "cli/commands.h"
#include "cli/stat_bands.h"
#include "cli/stat_command.h"

#include <math.h>

enum { AGE, DEATHS, POPULATION };
#define AGES_ALL (-1)

typedef struct surviving {
    int64_t at; /* the age asked for, or AGES_ALL */
    plot_life_series series[PLOT_MOST_LINES];
    double survivors[PLOT_MOST_LINES][LIFE_BANDS];
    size_t series_count, left_out;
} surviving;

static status prepare(stat_run *r, error *err)
{
    surviving *w = arena_alloc(&r->memory, sizeof *w);
    if (w == NULL)
        return stat_full(err);
    r->state = w;
    w->at = AGES_ALL;
    status code = stat_option_count(r, "--at", 0, 90, &w->at, err);
    bool is_band = w->at == AGES_ALL;
    for (size_t i = 0; i < LIFE_BANDS; i++)
        is_band = is_band || life_band_start[i] == (double)w->at;
    if (code == STATUS_OK && !is_band)
        code = stat_usage(r, err, "--at: no band starts at age %lld; they start at 0, 1, 5, 10 and so on to 90",
                          (long long)w->at);
    stat_output_column(r, "age", OUTPUT_NUMBER);
    stat_output_column(r, "population", OUTPUT_NUMBER);
    stat_output_column(r, "deaths", OUTPUT_NUMBER);
    stat_output_column(r, "expectancy", OUTPUT_NUMBER);
    stat_output_limits(r, "");
    stat_output_column(r, "note", OUTPUT_TEXT);
    return code;
}

/* Puts the rows of a group into their bands: each must be there once. */
static status bands_fill(const stat_run *r, const stat_group *g, double *population, double *deaths, error *err)
{
    size_t rows[LIFE_BANDS];
    bool filled[LIFE_BANDS] = {false};
    for (size_t i = 0; i < g->count; i++) {
        size_t row = stat_row(&r->data, g, i), band = LIFE_BANDS;
        const char *words = stat_text(&r->data, AGE, row);
        int start = 0;
        if (band_start(words, &start))
            for (band = 0; band < LIFE_BANDS && life_band_start[band] != start; band++)
                continue;
        if (band == LIFE_BANDS) {
            status code = stat_refuse(r, row, AGE, err, "'%.40s' is no age band of the life table", words);
            error_hint(err, "Bands start at 0, 1, 5, 10 and so on to 90 and over.");
            return code;
        }
        if (filled[band]) {
            status code = stat_refuse(r, row, AGE, err, "The age band '%.40s' is there twice (row %lu too)", words,
                                      (unsigned long)r->data.lines[rows[band]]);
            error_hint(err, "Part areas, sexes and years with --by.");
            return code;
        }
        filled[band] = true;
        rows[band] = row;
        population[band] = stat_cell(r, POPULATION, row);
        deaths[band] = stat_cell(r, DEATHS, row);
    }
    for (size_t band = 0; band < LIFE_BANDS; band++) {
        if (filled[band])
            continue;
        status code =
            error_set(err, STATUS_REFUSED, "The age band that starts at %.0f is missing", life_band_start[band]);
        error_at(err, r->data.source, NULL, 0, r->data.columns[AGE].header);
        return code;
    }
    return STATUS_OK;
}

static const char *note_of(life_refusal refusal, double expectancy)
{
    if (refusal != LIFE_GOOD)
        return life_refusal_text(refusal);
    return isnan(expectancy) ? "nobody is left alive at this age" : "";
}

/* One dot for the age asked for, else a survival curve. */
static void area_draw(stat_run *r, const stat_group *g, const double *population, const double *deaths,
                      life_row rows[][LIFE_BANDS], life_refusal refusal)
{
    surviving *w = r->state;
    double lower[STAT_CONFIDENCES_MAXIMUM], upper[STAT_CONFIDENCES_MAXIMUM];
    size_t band = 0;
    if (w->at == AGES_ALL) {
        if (w->series_count == PLOT_MOST_LINES) {
            w->left_out++;
            return;
        }
        const char *name = stat_group_name(r, g);
        plot_life_survivors(population, deaths, w->survivors[w->series_count]);
        w->series[w->series_count] = (plot_life_series){.name = arena_string(&r->memory, name),
                                                        .survivors = w->survivors[w->series_count],
                                                        .at_birth = rows[0][0].expectancy};
        w->series_count++;
        return;
    }
    while (life_band_start[band] != (double)w->at)
        band++;
    for (size_t k = 0; k < r->confidence_count; k++) {
        lower[k] = rows[k][band].expectancy.lower;
        upper[k] = rows[k][band].expectancy.upper;
    }
    const char *note = note_of(refusal, rows[0][band].expectancy.value);
    stat_plot_title(r, NULL, arena_printf(&r->memory, "Life expectancy in years at age %lld", (long long)w->at));
    stat_plot_interval(r, stat_group_name(r, g), NULL, rows[0][band].expectancy.value, lower, upper,
                       note[0] == 0 ? NULL : note);
}

static status group(stat_run *r, const stat_group *g, error *err)
{
    const surviving *w = r->state;
    double population[LIFE_BANDS] = {0}, deaths[LIFE_BANDS] = {0};
    life_row rows[STAT_CONFIDENCES_MAXIMUM][LIFE_BANDS];
    life_refusal refusal = LIFE_GOOD;
    status code = bands_fill(r, g, population, deaths, err);
    if (code != STATUS_OK)
        return code;
    for (size_t k = 0; k < r->confidence_count; k++)
        refusal = life_table(population, deaths, r->confidence[k], rows[k]);
    for (size_t i = 0; i < LIFE_BANDS && code == STATUS_OK; i++) {
        if (w->at != AGES_ALL && life_band_start[i] != (double)w->at)
            continue;
        stat_row_begin(r, g, SIZE_MAX);
        stat_put_number(r, life_band_start[i]);
        stat_put_number(r, rows[0][i].population);
        stat_put_number(r, rows[0][i].deaths);
        stat_put_number(r, rows[0][i].expectancy.value);
        for (size_t k = 0; k < r->confidence_count; k++)
            stat_put_limits(r, rows[k][i].expectancy.lower, rows[k][i].expectancy.upper);
        stat_put_text(r, note_of(refusal, rows[0][i].expectancy.value));
        code = stat_row_end(r, err);
    }
    if (r->plot != NULL && code == STATUS_OK)
        area_draw(r, g, population, deaths, rows, refusal);
    return code;
}

static status finish(stat_run *r, error *err)
{
    const surviving *w = r->state;
    buffer *drawing = NULL;
    (void)err;
    if (r->plot == NULL || w->series_count == 0)
        return STATUS_OK;
    stat_plot_whole(r);
    const plot_medium *medium = stat_plot_medium(r, &drawing);
    plot_life_input input = {.series = w->series, .count = w->series_count};
    plot_life_table(&input, medium, drawing);
    if (w->left_out > 0)
        say_note(r->cli, "--plot: %zu of the groups are not drawn.", w->left_out);
    return STATUS_OK;
}

static const stat_column columns[] = {
    {.option = "--age", .usual = "age|ageband|age_band|startage", .kind = STAT_TEXT, .needed = true},
    {.option = "--deaths", .usual = "deaths", .kind = STAT_AMOUNT, .needed = true},
    {.option = "--population", .usual = "population|pops", .kind = STAT_AMOUNT, .needed = true},
    {0},
};

static const command_option options[] = {
    {"--age", "COL", "The column of age bands, or of the ages they start at: 'age' is the default."},
    {"--deaths", "COL", "Deaths in each band: 'deaths' is the default."},
    {"--population", "COL", "People (person-years) in each band: 'population' is the default."},
    {"--at", "AGE", "Print only the expectancy at this age; 0 is at birth."},
    STAT_OPTION_BY,
    STAT_OPTION_CONFIDENCE,
    STAT_OPTION_FORMAT,
    STAT_OPTION_PLOT,
    {0},
};

const stat_command stat_lifetable = {
    .command =
        {
            .name = "lifetable",
            .takes = "[FILE]",
            .at_most = 1,
            .summary = "Life expectancy with its confidence limits.",
            .description = "Reads a csv (or standard input) with a row for each of the twenty age bands 0, 1-4, 5-9 "
                           "... 90 and over, and "
                           "prints the life expectancy at each age (Chiang's method). People and deaths are totals "
                           "from that age on. "
                           "Too few people, more deaths than people, no deaths in the last band or limits wider than "
                           "20 years have no "
                           "expectancy: the cell is empty and the note says why.",
            .example = "concord lifetable deaths.csv --by area --by sex --at 0 --confidence 0.95,0.998",
            .options = options,
            .run = stat_command_run,
        },
    .columns = columns,
    .prepare = prepare,
    .group = group,
    .finish = finish,
};
