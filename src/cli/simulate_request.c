/* What is asked of a simulation: months, replications, rules, measures. */
#include "cli/simulate_request.h"

#include "cli/commands.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

enum { MEASURES_SHOWN = 5, THREADS_USUAL = 64 };

/* The command at work, and what was given with it. */
typedef struct given_words {
    const command *of;
    const arguments *arguments;
} given_words;

static const char *given(const given_words *g, const char *option)
{
    return argument(g->of, g->arguments, option);
}

static status usage(error *err, const char *hint, const char *option, const char *value)
{
    status code = error_set(err, STATUS_USAGE, "%s cannot be '%.60s'", option, value);
    error_hint(err, "%s", hint);
    return code;
}

static status number_read(const given_words *a, const char *option, double low, double high, double *out, error *err)
{
    const char *value = given(a, option);
    double number = 0;
    if (value == NULL)
        return STATUS_OK;
    status code = option_number(option, value, &number, err);
    if (code == STATUS_OK && !(number >= low && number <= high))
        code = error_set(err, STATUS_USAGE, "%s: %.40s is not from %g to %g", option, value, low, high);
    *out = number;
    return code;
}

static status count_read(const given_words *a, const char *option, int64_t low, int64_t high, int64_t *out, error *err)
{
    const char *value = given(a, option);
    return value == NULL ? STATUS_OK : option_count(option, value, low, high, out, err);
}

/* "a|b|c" of the options table. */
static status choice_read(const given_words *a, const char *option, const char *usual, const char **out, error *err)
{
    const char *value = given(a, option);
    *out = value == NULL ? usual : value;
    const command_option *options = a->of->options;
    for (size_t i = 0; options[i].name != NULL; i++) {
        if (strcmp(options[i].name, option) != 0)
            continue;
        for (const char *at = options[i].value; *at != 0;) {
            const size_t length = strcspn(at, "|");
            if (strlen(*out) == length && memcmp(at, *out, length) == 0)
                return STATUS_OK;
            at += length + (at[length] == '|' ? 1 : 0);
        }
        status code = error_set(err, STATUS_USAGE, "%s cannot be '%.60s'", option, *out);
        error_hint(err, "Use one of %s.", options[i].value);
        return code;
    }
    return STATUS_OK;
}

static status priorities_read(const given_words *a, simulate_request *q, error *err)
{
    const char *at = given(a, "--priorities"), *whole = at;
    double sum = 0;
    for (int i = 0; at != NULL && *at != 0; i++) {
        const size_t length = strcspn(at, ",");
        if (i == SIMULATE_CLASSES || !number_parse((text){.at = at, .length = length}, &q->priorities[i]) ||
            !(q->priorities[i] >= 0))
            return usage(err, "Give up to four shares that add up to 1: 0.1,0.2,0.7.", "--priorities", whole);
        sum += q->priorities[i];
        at += length + (at[length] == ',' ? 1 : 0);
    }
    if (whole != NULL && !(sum > 1 - 1e-6 && sum < 1 + 1e-6))
        return usage(err, "Give up to four shares that add up to 1: 0.1,0.2,0.7.", "--priorities", whole);
    return STATUS_OK;
}

static status measures_read(const given_words *a, simulate_request *q, error *err)
{
    static const simulate_measure usual[MEASURES_SHOWN] = {SIMULATE_WAITING, SIMULATE_WITHIN_18_SHARE, SIMULATE_OVER_52,
                                                           SIMULATE_MEDIAN, SIMULATE_PERCENTILE_92};
    const char *name = NULL;
    while ((name = argument_nth(a->of, a->arguments, "--measure", q->measure_count)) != NULL &&
           q->measure_count < SIMULATE_MEASURES) {
        int m = 0;
        while (m < SIMULATE_MEASURES && strcmp(simulate_measure_name((simulate_measure)m), name) != 0)
            m++;
        if (m == SIMULATE_MEASURES) {
            buffer names = {0};
            for (int i = 0; i < SIMULATE_MEASURES; i++)
                buffer_printf(&names, "%s%s", i > 0 ? ", " : "", simulate_measure_name((simulate_measure)i));
            status code = error_set(err, STATUS_USAGE, "--measure: there is no '%.60s'", name);
            error_hint(err, "There are %s.", names.data == NULL ? "" : names.data);
            buffer_free(&names);
            return code;
        }
        q->measures[q->measure_count++] = (simulate_measure)m;
    }
    if (q->measure_count == 0) {
        memcpy(q->measures, usual, sizeof usual);
        q->measure_count = MEASURES_SHOWN;
    }
    return STATUS_OK;
}

static status month_read(const given_words *a, simulate_request *q, error *err)
{
    const char *from = given(a, "--from"), *all = given(a, "--all");
    period p = {0};
    q->csv = given(a, "--csv");
    q->first_month = INT32_MIN;
    if (q->csv != NULL && (all != NULL || a->arguments->positional_count > 0)) {
        error_set(err, STATUS_USAGE, "--csv and organisations of a workspace are both given");
        error_hint(err, "Give one or the other.");
        return STATUS_USAGE;
    }
    if (q->csv == NULL && (all == NULL) == (a->arguments->positional_count == 0)) {
        error_set(err, STATUS_USAGE, all == NULL ? "There are no lists" : "Organisations and --all are both given");
        error_hint(err, "Give the code of an organisation, such as RR8, or --all providers, or a file with --csv.");
        return STATUS_USAGE;
    }
    if (from == NULL && q->csv == NULL)
        return STATUS_OK;
    if (from == NULL) {
        status code = error_set(err, STATUS_USAGE, "--from is missing");
        error_hint(err, "Say which month is the first that is simulated: --from 2026-04");
        return code;
    }
    if (!period_parse(text_of(from), &p) || p.kind != PERIOD_MONTH)
        return usage(err, "Write it like 2026-04.", "--from", from);
    q->first_month = p.first_month;
    return STATUS_OK;
}

static status scenarios_read(const given_words *a, simulate_request *q, error *err)
{
    const char *word = NULL;
    while ((word = argument_nth(a->of, a->arguments, "--scenario", q->scenario_count)) != NULL) {
        if (q->scenario_count == SIMULATE_SCENARIOS_MAXIMUM)
            return error_set(err, STATUS_USAGE, "At most %d scenarios can be compared at once",
                             SIMULATE_SCENARIOS_MAXIMUM);
        for (size_t i = 0; i < q->scenario_count; i++)
            if (strcmp(q->scenarios[i], word) == 0)
                return error_set(err, STATUS_USAGE, "--scenario %.80s is given twice", word);
        q->scenarios[q->scenario_count++] = word;
    }
    return STATUS_OK;
}

status simulate_request_read(const cli *c, const arguments *taken, simulate_request *q, error *err)
{
    const given_words words = {c->command, taken}, *a = &words;
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);
    const char *rule = NULL;
    *q = (simulate_request){.months = 12,
                            .plot = given(a, "--plot"),
                            .replications = 200,
                            .seed = 1,
                            .threads = processors < 1               ? 1
                                       : processors > THREADS_USUAL ? THREADS_USUAL
                                                                    : processors,
                            .dispersion = 1,
                            .coverage = 0.9,
                            .probability = 0.8,
                            .unit_cost = NAN,
                            .working_days = given(a, "--working-days") != NULL,
                            .uncertain = given(a, "--uncertain") != NULL};
    status code = month_read(a, q, err);
    if (code == STATUS_OK)
        code = scenarios_read(a, q, err);
    if (code == STATUS_OK)
        code = count_read(a, "--months", 1, 240, &q->months, err);
    if (code == STATUS_OK)
        code = count_read(a, "--replications", 1, 1000000, &q->replications, err);
    if (code == STATUS_OK)
        code = count_read(a, "--seed", 0, INT64_MAX, &q->seed, err);
    if (code == STATUS_OK)
        code = count_read(a, "--threads", 1, SIMULATE_THREADS_MAXIMUM, &q->threads, err);
    if (code == STATUS_OK)
        code = number_read(a, "--dispersion", 1, 1000, &q->dispersion, err);
    if (code == STATUS_OK)
        code = number_read(a, "--interval", 0.01, 0.999, &q->coverage, err);
    if (code == STATUS_OK)
        code = number_read(a, "--probability", 0.01, 1, &q->probability, err);
    if (code == STATUS_OK)
        code = number_read(a, "--unit-cost", 0, 1e9, &q->unit_cost, err);
    if (code == STATUS_OK)
        code = choice_read(a, "--show", c->command == &command_plan_compare ? "all" : "path", &q->show, err);
    if (code == STATUS_OK)
        code = choice_read(a, "--report", "all", &q->report, err);
    if (code == STATUS_OK)
        code = choice_read(a, "--rule", q->csv == NULL ? "as-published" : "longest-first", &rule, err);
    if (code == STATUS_OK && !booking_rule_find(rule, &q->rule))
        code = error_set(err, STATUS_INTERNAL, "The booking rule '%s' is not known", rule);
    if (code == STATUS_OK && q->csv != NULL && q->rule == BOOKING_AS_PUBLISHED)
        code = usage(err,
                     "A csv does not tell how long those who were treated had waited. Use longest-first, first-come, "
                     "priority or target.",
                     "--rule", rule);
    if (code == STATUS_OK)
        code = priorities_read(a, q, err);
    if (code == STATUS_OK)
        code = measures_read(a, q, err);
    if (code == STATUS_OK)
        code = format_parse(given(a, "--format"), &q->format, err);
    if (code == STATUS_OK && q->uncertain && (strcmp(q->show, "capacity") == 0 || strcmp(q->show, "sensitivity") == 0))
        code = error_set(err, STATUS_USAGE,
                         "--uncertain is not for --show %s, which takes assumptions one at a time or as they are",
                         q->show);
    return code;
}
