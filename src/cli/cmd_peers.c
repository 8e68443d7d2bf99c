/* concord peers: the organisations most like one. */
#include "cli/as_of.h"
#include "cli/commands.h"
#include "cli/stat_command.h"
#include "cli/stat_peers.h"

#include <math.h>
#include <string.h>

enum { ORGANISATION, VARIABLE };
enum { PEERS_USUAL = 5, PEERS_MOST = 10000 };

typedef struct looking {
    const char *wanted;
    int64_t peers;
    peer_options options;
    double weights[STAT_COLUMNS_MAXIMUM];
    size_t weight_count;
} looking;

static status weights_read(stat_run *r, looking *w, error *err)
{
    for (const char *at = stat_given(r, "--weights"); at != NULL && *at != 0;) {
        size_t length = strcspn(at, ",");
        double value = 0;
        if (!number_parse(text_trim((text){.at = at, .length = length}), &value) || value < 0)
            return stat_usage(r, err, "--weights: '%.*s' is not a number from 0 up", (int)(length < 40 ? length : 40),
                              at);
        if (w->weight_count == STAT_COLUMNS_MAXIMUM)
            return stat_usage(r, err, "--weights: more than %d", STAT_COLUMNS_MAXIMUM);
        w->weights[w->weight_count++] = value;
        at += length + (at[length] == ',');
    }
    return STATUS_OK;
}

static status prepare(stat_run *r, error *err)
{
    looking *w = arena_alloc(&r->memory, sizeof *w);
    if (w == NULL)
        return stat_full(err);
    r->state = w;
    *w = (looking){.wanted = r->arguments->positional_count > 0 ? r->arguments->positional[0] : "",
                   .peers = PEERS_USUAL};
    w->options.cap = 5;
    w->options.no_square_root = stat_choice(r, "--square-root") == 1;
    status code = stat_option_count(r, "--peers", 1, PEERS_MOST, &w->peers, err);
    if (code == STATUS_OK)
        code = stat_option_number(r, "--cap", 0.1, 1e6, &w->options.cap, err);
    if (stat_switch(r, "--no-cap"))
        w->options.cap = -1;
    if (code == STATUS_OK && stat_switch(r, "--no-cap") && stat_given(r, "--cap") != NULL)
        code = stat_usage(r, err, "--cap and --no-cap contradict each other");
    if (code == STATUS_OK)
        code = weights_read(r, w, err);
    stat_output_column(r, "rank", OUTPUT_NUMBER);
    stat_output_column(r, "organisation", OUTPUT_TEXT);
    stat_output_column(r, "distance", OUTPUT_NUMBER);
    return code;
}

/* The row of the organisation asked for; a code twice in the file is refused. */
static status wanted_find(const stat_run *r, const stat_group *g, const char *wanted, size_t *place, error *err)
{
    const char *nearest = NULL;
    unsigned distance = 4;
    *place = SIZE_MAX;
    for (size_t i = 0; i < g->count; i++) {
        size_t row = stat_row(&r->data, g, i);
        const char *name = stat_text(&r->data, ORGANISATION, row);
        if (strcmp(name, wanted) == 0 && *place != SIZE_MAX)
            return stat_refuse(r, row, ORGANISATION, err, "'%.60s' is there twice (row %lu too)", wanted,
                               (unsigned long)r->data.lines[stat_row(&r->data, g, *place)]);
        if (strcmp(name, wanted) == 0)
            *place = i;
        unsigned d = text_distance(name, wanted);
        if (d < distance) {
            distance = d;
            nearest = name;
        }
    }
    if (*place != SIZE_MAX)
        return STATUS_OK;
    status code = error_set(err, STATUS_NOT_FOUND, "There is no organisation '%.60s' in the column '%s'", wanted,
                            r->data.columns[ORGANISATION].header);
    if (nearest != NULL)
        error_hint(err, "Did you mean '%.60s'?", nearest);
    return code;
}

static size_t variable_column(const stat_run *r, size_t v)
{
    return v == 0 ? VARIABLE : r->data.many_first + v - 1;
}

static status values_read(stat_run *r, const stat_group *g, const looking *w, size_t of, double *values,
                          size_t variables, error *err)
{
    for (size_t i = 0; i < g->count; i++) {
        size_t row = stat_row(&r->data, g, i);
        for (size_t v = 0; v < variables; v++) {
            size_t column = variable_column(r, v);
            double value = stat_cell(r, column, row);
            values[i * variables + v] = value;
            if (value < 0 && !w->options.no_square_root) {
                status code = stat_refuse(r, row, column, err, "%.15g has no square root", value);
                error_hint(err, "--square-root off compares the values as they are.");
                return code;
            }
            if (isnan(value) && i == of)
                return stat_refuse(r, row, column, err, "'%.60s' has no value here, so it cannot be compared",
                                   w->wanted);
        }
    }
    return STATUS_OK;
}

static status group(stat_run *r, const stat_group *g, error *err)
{
    looking *w = r->state;
    size_t of = 0, found = 0, variables = 1 + r->data.many_count,
           wanted = (size_t)w->peers < g->count ? (size_t)w->peers : g->count;
    if (w->weight_count > 0 && w->weight_count != variables)
        return stat_usage(r, err, "--weights: %zu are given for %zu variables", w->weight_count, variables);
    w->options.weights = w->weight_count > 0 ? w->weights : NULL;
    double *values = stat_scratch(r, g->count * variables, sizeof *values),
           *work = stat_scratch(r, g->count * variables, sizeof *work);
    peer *out = stat_scratch(r, wanted, sizeof *out);
    if (values == NULL || work == NULL || out == NULL)
        return stat_full(err);
    status code = wanted_find(r, g, w->wanted, &of, err);
    if (code == STATUS_OK)
        code = values_read(r, g, w, of, values, variables, err);
    if (code == STATUS_OK)
        code = peers_nearest(values, g->count, variables, of, &w->options, work, out, wanted, &found, err);
    if (code == STATUS_OK)
        stat_plot_title(r, arena_printf(&r->memory, "%zu organisations most like %s", found, w->wanted),
                        arena_printf(&r->memory, "Distance by %zu %s: 0 is the same", variables,
                                     variables == 1 ? "variable" : "variables"));
    for (size_t i = 0; i < found && code == STATUS_OK; i++) {
        const double none[STAT_CONFIDENCES_MAXIMUM] = {NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
        size_t row = stat_row(&r->data, g, out[i].index);
        const char *name = stat_text(&r->data, ORGANISATION, row);
        stat_row_begin(r, g, row);
        stat_put_count(r, (int64_t)i + 1);
        stat_put_text(r, name);
        stat_put_number(r, out[i].distance);
        code = stat_row_end(r, err);
        if (r->plot != NULL)
            stat_plot_interval(r, name, NULL, out[i].distance, none, none, NULL);
    }
    return code;
}

static const stat_column columns[] = {
    {.option = "--organisation", .usual = "organisation|org|code|area|provider", .kind = STAT_TEXT, .needed = true},
    {.option = "--variable", .kind = STAT_NUMBER, .needed = true, .many = true},
    {0},
};

static const command_option options[] = {
    {"--organisation", "COL", "The column of organisations: 'organisation' or 'code' is the default."},
    {"--variable", "COL ...", "A column to compare by; given once for each."},
    {"--measure", "MEASURE ...",
     "Instead of a file: a measure of the workspace to compare by, its latest value; given once for each."},
    {"--as-of", "DATE", "With --measure: from what was known on this day."},
    {"--weights", "X,...", "Weight of each variable, in their order: all the same is the default."},
    {"--peers", "N", "How many: 5 is the default."},
    {"--cap", "X", "Cap values at the mean and X standard deviations: 5 is the default."},
    {"--no-cap", NULL, "Do not cap values."},
    {"--square-root", "on|off", "Compare square roots, which tames long tails: on is the default."},
    STAT_OPTION_KEEP,
    STAT_OPTION_FORMAT,
    STAT_OPTION_PLOT,
    {0},
};

/* With --measure the variables are the workspace's; they are handed over as a csv, so that one path reads both. */
static status run(cli *c, const arguments *a, error *err)
{
    if (argument(c->command, a, "--measure") != NULL)
        return peers_of_workspace(c, a, err);
    const status code = as_of_suits_file(c, a, "a file", err);
    return code == STATUS_OK ? stat_command_run(c, a, err) : code;
}

const stat_command stat_peers = {
    .command =
        {
            .name = "peers",
            .takes = "ORG [FILE]",
            .at_least = 1,
            .at_most = 2,
            .summary = "Find the organisations most like one.",
            .description = "Reads a csv (or standard input) with a row for each organisation and prints those nearest "
                           "to ORG by the variables named, as "
                           "the Model Health System does: values are capped at the mean and five standard deviations, "
                           "put under a square root and "
                           "standardised; then the weighted Euclidean distance. An organisation without one of the "
                           "values is nobody's peer.\n\nWith "
                           "--measure the variables are the latest figures of the workspace's measures, among "
                           "organisations of the same kind.",
            .example =
                "concord peers QH8 icbs.csv --variable deprivation --variable population --variable share_over_65",
            .options = options,
            .run = run,
        },
    .columns = columns,
    .prepare = prepare,
    .group = group,
    .file_at = 1,
};
