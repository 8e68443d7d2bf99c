/* forecast_edition: see forecast_edition.h. */
#include "cli/forecast_edition.h"

#include "cli/as_of.h"
#include "cli/figures.h"
#include "cli/stat_command.h"

#include <math.h>
#include <string.h>

typedef enum series_part { PART_VALUE = 0, PART_NUMERATOR, PART_DENOMINATOR } series_part;

/* What is collected on the way from arguments to a csv. */
typedef struct edition_work {
    cli *cli;
    const arguments *asked;
    edition *edition; /* that answers */
    const edition_measure *measure;
    series_part part;
    buffer csv;
    size_t points_needed, series, short_ones;
} edition_work;

bool forecast_asks_edition(const cli *c, const arguments *a)
{
    return a->positional_count > 1 || argument(c->command, a, "--all") != NULL;
}

/* "england, regions ...": the level of the edition that --all means; NULL where it is none. */
static const char *level_of(const char *given)
{
    static const char *const names[][2] = {{"england", "england"},
                                           {"regions", "region"},
                                           {"icbs", "icb"},
                                           {"sub-icbs", "sub-icb"},
                                           {"providers", "provider"}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(given, names[i][0]) == 0)
            return names[i][1];
    return NULL;
}

static double part_of(const edition_work *w, const edition_point *p)
{
    if (!edition_has_figure(p))
        return NAN;
    switch (w->part) {
    case PART_NUMERATOR: return edition_numerator(w->measure, p);
    case PART_DENOMINATOR: return edition_denominator(w->measure, p);
    default: return p->value;
    }
}

/* The rows of one series. */
static status series_write(edition_work *w, const edition_series *s, const edition_org *who, bool one_of_many,
                           error *err)
{
    const edition_point *points = NULL;
    size_t count = 0, there = 0;
    const status code = edition_points(w->edition, s, &w->cli->memory, &points, &count, err);
    if (code != STATUS_OK)
        return code;
    for (size_t i = 0; i < count; i++)
        there += (size_t)!isnan(part_of(w, &points[i]));
    if (one_of_many && there < w->points_needed) {
        w->short_ones++;
        return STATUS_OK;
    }
    w->series++;
    for (size_t i = 0; i < count; i++) {
        char words[PERIOD_TEXT];
        const double value = part_of(w, &points[i]);
        period_format(points[i].period, words);
        buffer_csv(&w->csv, who->code);
        buffer_char(&w->csv, ',');
        buffer_csv(&w->csv, who->short_name[0] != 0 ? who->short_name : who->name);
        buffer_printf(&w->csv, ",%s,", words);
        if (!isnan(value))
            buffer_number(&w->csv, value);
        buffer_char(&w->csv, '\n');
    }
    return STATUS_OK;
}

static status header_write(edition_work *w, const char **value)
{
    const char *name = w->measure->short_name[0] != 0 ? w->measure->short_name : w->measure->name;
    /* A copy: the edition may be closed before the csv is read. */
    *value = w->part == PART_VALUE ? arena_string(&w->cli->memory, name)
                                   : arena_printf(&w->cli->memory, "%s, %s", name,
                                                  w->part == PART_NUMERATOR ? "numerator" : "denominator");
    buffer_text(&w->csv, "organisation,name,period,");
    buffer_csv(&w->csv, *value == NULL ? "value" : *value);
    buffer_char(&w->csv, '\n');
    return *value == NULL ? STATUS_MEMORY : STATUS_OK;
}

/* All organisations of a level, in the order of their codes. */
static status level_write(edition_work *w, const char *wanted, int32_t breakdown, error *err)
{
    status code = STATUS_OK;
    const int32_t at = (int32_t)(w->measure - w->edition->measures);
    for (size_t i = 0; i < w->edition->org_count && code == STATUS_OK; i++) {
        const edition_org *one = &w->edition->orgs[i];
        if (strcmp(one->level, wanted) != 0)
            continue;
        const edition_series *s = edition_find_series(w->edition, at, (int32_t)i, breakdown, GEOGRAPHY_CURRENT);
        if (s != NULL)
            code = series_write(w, s, one, true, err);
    }
    if (code == STATUS_OK && w->series == 0) {
        code = error_set(err, STATUS_NOT_FOUND, "No series of '%s' at this level has %zu values or more",
                         w->measure->id, w->points_needed);
        error_hint(err, "See what there is: concord show %s ORG, or concord list releases.", w->measure->id);
    }
    if (code == STATUS_OK && w->short_ones > 0)
        say_note(w->cli, "%zu of %zu series are left out, because they have fewer than %zu values.", w->short_ones,
                 w->short_ones + w->series, w->points_needed);
    return code;
}

/* The arguments as for a csv of these columns. */
static status arguments_change(const edition_work *w, const char *value, arguments *changed, error *err)
{
    const command_option *options = w->cli->command->options;
    const bool is_share = w->part == PART_VALUE && strcmp(w->measure->unit, "percent") == 0;
    const bool is_count = w->part != PART_VALUE || strcmp(w->measure->unit, "count") == 0;
    *changed = *w->asked;
    for (size_t i = 0; options[i].name != NULL; i++) {
        const char *name = options[i].name;
        const bool names_column =
            strcmp(name, "--value") == 0 || strcmp(name, "--date") == 0 || strcmp(name, "--by") == 0;
        if (names_column && w->asked->options[i] != NULL) {
            error_set(err, STATUS_USAGE, "%s names a column of a csv, and a measure of the workspace is given", name);
            error_hint(err, "Leave it out, or give a csv: concord forecast FILE.");
            return STATUS_USAGE;
        }
        if (strcmp(name, "--value") == 0)
            changed->options[i] = value;
        if (strcmp(name, "--date") == 0)
            changed->options[i] = "period";
        if (strcmp(name, "--by") == 0) {
            changed->options[i] = "organisation";
            changed->repeats[changed->repeat_count++] = (argument_repeat){.option = i, .value = "name"};
        }
        if (strcmp(name, "--lowest") == 0 && changed->options[i] == NULL && (is_share || is_count))
            changed->options[i] = "0";
        if (strcmp(name, "--highest") == 0 && changed->options[i] == NULL && is_share)
            changed->options[i] = "100";
    }
    return STATUS_OK;
}

static status request_check(edition_work *w, const char *all, error *err)
{
    const char *part = argument(w->cli->command, w->asked, "--part"),
               *held = argument(w->cli->command, w->asked, "--hold-out");
    int64_t held_out = 0;
    if (w->asked->positional_count == 0 || (all == NULL) == (w->asked->positional_count == 1)) {
        error_set(err, STATUS_USAGE,
                  w->asked->positional_count == 0 ? "--all is given without a measure"
                                                  : "Organisations and --all are both given");
        error_hint(err, "Give a measure and organisations, or a measure and --all: concord forecast rtt-flow-new "
                        "--all icbs");
        return STATUS_USAGE;
    }
    if (all != NULL && level_of(all) == NULL) {
        error_set(err, STATUS_USAGE, "--all cannot be '%.60s'", all);
        error_hint(err, "Use england, regions, icbs, sub-icbs or providers.");
        return STATUS_USAGE;
    }
    if (held != NULL && option_count("--hold-out", held, 1, 1200, &held_out, err) != STATUS_OK)
        return STATUS_USAGE;
    w->points_needed = 2 + (size_t)held_out;
    w->part = part == NULL                       ? PART_VALUE
              : strcmp(part, "numerator") == 0   ? PART_NUMERATOR
              : strcmp(part, "denominator") == 0 ? PART_DENOMINATOR
                                                 : PART_VALUE;
    return STATUS_OK;
}

/* The n-th organisation's series. */
static status series_find(edition_work *w, size_t n, figure *f, error *err)
{
    const figure_request request = {.measure = w->asked->positional[0],
                                    .organisation = w->asked->positional[n],
                                    .known_on = w->cli->as_of == NULL ? DATE_NONE : *w->cli->as_of,
                                    .breakdown = argument(w->cli->command, w->asked, "--breakdown")};
    return figure_find(w->cli, &request, f, err);
}

/* Every series of a level. */
static status level_find(edition_work *w, const char *all, const char **value, error *err)
{
    const char *typed = argument(w->cli->command, w->asked, "--breakdown");
    status code = workspace_open(w->cli, err);
    if (code == STATUS_OK)
        code = run_edition(w->cli, w->asked->positional[0], &w->edition, err);
    if (code != STATUS_OK)
        return code;
    const int32_t at = edition_find_measure(w->edition, w->asked->positional[0]),
                  breakdown = typed == NULL ? -1 : edition_find_breakdown(w->edition, typed);
    if (at < 0) {
        code = error_set(err, STATUS_NOT_FOUND, "There is no measure '%.80s' in the newest edition",
                         w->asked->positional[0]);
        error_hint(err, "See: concord list measures");
        return code;
    }
    if (typed != NULL && breakdown < 0) {
        code = error_set(err, STATUS_NOT_FOUND, "There is no breakdown '%.80s' in the newest edition", typed);
        error_hint(err, "With --all, give the whole of it: treatment-function=C_110");
        return code;
    }
    w->measure = &w->edition->measures[at];
    if (header_write(w, value) != STATUS_OK)
        return stat_full(err);
    return level_write(w, level_of(all), breakdown, err);
}

static status csv_forecast(edition_work *w, const char *value, error *err)
{
    arguments changed;
    status code = arguments_change(w, value, &changed, err);
    changed.positional_count = 1; /* the measure stands for the file in what is said */
    return code == STATUS_OK ? stat_command_run_csv(w->cli, &changed, &w->csv, err) : code;
}

status forecast_of_edition(cli *c, const arguments *a, error *err)
{
    edition_work w = {.cli = c, .asked = a};
    const char *all = argument(c->command, a, "--all"), *value = NULL;
    status code = request_check(&w, all, err);
    if (code == STATUS_OK)
        code = run_as_of(c, a, err);
    if (code == STATUS_OK && all == NULL && c->as_of != NULL && (code = workspace_open(c, err)) == STATUS_OK)
        code = note_as_of(c, *c->as_of, err);
    if (code == STATUS_OK && all != NULL)
        code = level_find(&w, all, &value, err);
    for (size_t i = 1; i < a->positional_count && code == STATUS_OK && all == NULL; i++) {
        figure f = {0};
        code = series_find(&w, i, &f, err);
        w.edition = f.edition;
        w.measure = f.measure;
        if (code == STATUS_OK && i == 1 && header_write(&w, &value) != STATUS_OK)
            code = stat_full(err);
        if (code == STATUS_OK)
            code = series_write(&w, f.series, f.org, false, err);
        if (code == STATUS_OK && i + 1 == a->positional_count)
            code = csv_forecast(&w, value, err); /* while the edition's words are there */
        figure_close(&f);
        w.edition = NULL;
    }
    if (code == STATUS_OK && all != NULL)
        code = csv_forecast(&w, value, err);
    edition_close(w.edition);
    buffer_free(&w.csv);
    return code;
}
