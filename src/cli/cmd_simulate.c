/* concord simulate: waiting lists patient by patient, under a scenario. */
#include "cli/commands.h"
#include "cli/simulate_print.h"
#include "cli/simulate_published.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

enum { MEASURES_SHOWN = 5, THREADS_USUAL = 64 };

static const command_option options[] = {
    {"--from", "MONTH", "The first month that is simulated: the lists are as at its start. Needed with LISTS."},
    {"--published", "providers|icbs|CODE",
     "Instead of LISTS: those of the full extract in the workspace, of every provider or ICB, or of one organisation."},
    {"--months", "N", "How many months: 12 is the default."},
    {"--show", "path|targets|compare|sensitivity|capacity|assumptions", "What is asked: path is the default."},
    {"--against", "SCENARIO", "For --show compare: another scenario instead of things as they are."},
    {"--report", "all|provider|treatment-function|list", "Whom the figures are of: all together is the default."},
    {"--measure", "NAME ...", "A measure to print, such as waiting or over_52_weeks; may be given several times."},
    {"--replications", "N", "How many times everything is played through: 200 is the default."},
    {"--seed", "N", "The same seed gives the same answer: 1 is the default."},
    {"--threads", "N", "On how many threads; all processors is the default. It does not change the answer."},
    {"--rule", "first-come|priority|longest-first|target", "Who is seen next: longest-first is the default."},
    {"--priorities", "SHARE,...", "Shares of up to four clinical priorities, the most urgent first: 0.1,0.2,0.7."},
    {"--dispersion", "X", "Variance over mean of a day's referrals: 1 (Poisson) is the default."},
    {"--uncertain", NULL, "Draw each assumption from its range in every replication, instead of its central value."},
    {"--working-days", NULL, "Referrals and slots fall on Monday to Friday only."},
    {"--interval", "P", "How much of what may happen lies between low and high: 0.9 is the default."},
    {"--probability", "P", "For --show capacity: how likely the target must become: 0.8 is the default."},
    {"--unit-cost", "X", "For --show capacity: the cost of one more slot."},
    {"--format", "table|csv|json", "How to print: csv is the default."},
    {0},
};

typedef struct simulate_request {
    const char *scenario, *lists, *published, *against, *show, *report;
    int32_t first_month;
    int64_t months, replications, seed, threads;
    booking_rule rule;
    double priorities[SIMULATE_CLASSES], dispersion, coverage, probability, unit_cost;
    bool working_days, uncertain;
    simulate_measure measures[SIMULATE_MEASURES];
    size_t measure_count;
    output_format format;
} simulate_request;

/* ---- options ---------------------------------------------------------------------------------------- */

static const char *given(const arguments *a, const char *option)
{
    return argument(&command_simulate, a, option);
}

static status usage(error *err, const char *hint, const char *option, const char *value)
{
    status code = error_set(err, STATUS_USAGE, "%s cannot be '%.60s'", option, value);
    error_hint(err, "%s", hint);
    return code;
}

static status number_read(const arguments *a, const char *option, double low, double high, double *out, error *err)
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

static status count_read(const arguments *a, const char *option, int64_t low, int64_t high, int64_t *out, error *err)
{
    const char *value = given(a, option);
    return value == NULL ? STATUS_OK : option_count(option, value, low, high, out, err);
}

/* "a|b|c" of the options table. */
static status choice_read(const arguments *a, const char *option, const char *usual, const char **out, error *err)
{
    const char *value = given(a, option);
    *out = value == NULL ? usual : value;
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

static status priorities_read(const arguments *a, simulate_request *q, error *err)
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

static status measures_read(const arguments *a, simulate_request *q, error *err)
{
    static const simulate_measure usual[MEASURES_SHOWN] = {SIMULATE_WAITING, SIMULATE_WITHIN_18_SHARE, SIMULATE_OVER_52,
                                                           SIMULATE_MEDIAN, SIMULATE_PERCENTILE_92};
    const char *name = NULL;
    while ((name = argument_nth(&command_simulate, a, "--measure", q->measure_count)) != NULL &&
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

static status month_read(const arguments *a, simulate_request *q, error *err)
{
    const char *from = given(a, "--from");
    period p = {0};
    if ((q->published == NULL) == (q->lists == NULL)) {
        status code = error_set(err, STATUS_USAGE,
                                q->lists == NULL ? "There are no lists" : "LISTS and --published are both given");
        error_hint(err, "Give a csv of lists, or --published providers, icbs or the code of an organisation.");
        return code;
    }
    q->first_month = INT32_MIN;
    if (from == NULL && q->published != NULL)
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

static status request_read(const arguments *a, simulate_request *q, error *err)
{
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);
    const char *rule = NULL;
    *q = (simulate_request){.scenario = a->positional[0],
                            .lists = a->positional_count > 1 ? a->positional[1] : NULL,
                            .published = given(a, "--published"),
                            .against = given(a, "--against"),
                            .months = 12,
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
        code = choice_read(a, "--show", "path", &q->show, err);
    if (code == STATUS_OK)
        code = choice_read(a, "--report", "all", &q->report, err);
    if (code == STATUS_OK)
        code = choice_read(a, "--rule", "longest-first", &rule, err);
    if (code == STATUS_OK && !booking_rule_find(rule, &q->rule))
        code = error_set(err, STATUS_INTERNAL, "The booking rule '%s' is not known", rule);
    if (code == STATUS_OK)
        code = priorities_read(a, q, err);
    if (code == STATUS_OK)
        code = measures_read(a, q, err);
    if (code == STATUS_OK)
        code = format_parse(given(a, "--format") == NULL ? "csv" : given(a, "--format"), &q->format, err);
    if (code == STATUS_OK && q->uncertain && (strcmp(q->show, "capacity") == 0 || strcmp(q->show, "sensitivity") == 0))
        code = error_set(err, STATUS_USAGE,
                         "--uncertain is not for --show %s, which takes assumptions one at a time or as they are",
                         q->show);
    if (code == STATUS_OK && q->against != NULL && strcmp(q->show, "compare") != 0)
        code = error_set(err, STATUS_USAGE, "--against is for --show compare");
    return code;
}

/* ---- reading ---------------------------------------------------------------------------------------- */

/* The error is the first of the problems: the others are told before it. */
static void say_rest(cli *c, const problems *list)
{
    if (list->total < 2 || list->count < 1)
        return;
    const problems rest = {.items = list->items + 1, .count = list->count - 1, .total = list->total - 1};
    say_problems(c, &rest);
}

static status side_read(simulate_job *j, const char *path, scenario *s, error *err)
{
    problems list = {0};
    status code = scenario_read(path, &j->memory, s, &list, err);
    if (code != STATUS_OK)
        say_rest(j->cli, &list);
    problems_free(&list);
    return code;
}

/* The report of each list, and the reports' names. */
static status reports_make(simulate_job *j, const simulate_request *q, simulate_lists *l, int32_t *count, error *err)
{
    const bool all = strcmp(q->report, "all") == 0, by_list = strcmp(q->report, "list") == 0,
               by_provider = strcmp(q->report, "provider") == 0;
    j->report_names = arena_array(&j->memory, l->count + 1, sizeof *j->report_names);
    *count = 0;
    if (j->report_names == NULL)
        return error_set(err, STATUS_MEMORY, "There is not enough memory for the reports");
    for (size_t i = 0; i < l->count; i++) {
        const char *name = all           ? "all"
                           : by_list     ? l->lists[i].name
                           : by_provider ? l->places[i].provider
                                         : l->places[i].treatment_function;
        int32_t at = by_list ? *count : 0;
        while (at < *count && strcmp(j->report_names[at], name) != 0)
            at++;
        if (at == *count)
            j->report_names[(*count)++] = name;
        l->lists[i].report = at;
    }
    j->reports_shown = all ? 1 : *count + 1;
    return STATUS_OK;
}

static status base_make(simulate_job *j, simulate_request *q, simulate_model *m, error *err)
{
    static const double week[7] = {1, 1, 1, 1, 1, 0, 0};
    simulate_lists lists;
    problems list = {0};
    int32_t *days = arena_array(&j->memory, (size_t)q->months, sizeof *days);
    if (days == NULL)
        return error_set(err, STATUS_MEMORY, "There is not enough memory for the months");
    status code = q->published != NULL ? simulate_lists_published(j->cli, q->published, &q->first_month,
                                                                  (int32_t)q->months, &j->memory, &lists, err)
                                       : simulate_lists_read(q->lists, q->first_month, (int32_t)q->months, &j->memory,
                                                             &lists, &list, err);
    if (code != STATUS_OK)
        say_rest(j->cli, &list);
    problems_free(&list);
    if (code != STATUS_OK)
        return code;
    simulate_month_days(q->first_month, (int32_t)q->months, days);
    for (size_t i = 0; i < lists.count; i++) {
        simulate_list *l = &lists.lists[i];
        l->rule = q->rule;
        l->referral_dispersion = q->dispersion;
        memcpy(l->priority_shares, q->priorities, sizeof l->priority_shares);
        l->weekday_shares = q->working_days ? week : NULL;
        l->slot_weekdays = l->weekday_shares;
    }
    *m = (simulate_model){
        .start = period_first_day((period){.kind = PERIOD_MONTH, .first_month = q->first_month, .months = 1}),
        .periods = (int32_t)q->months,
        .days = days,
        .lists = lists.lists,
        .list_count = lists.count,
        .seed = (uint64_t)q->seed};
    code = reports_make(j, q, &lists, &m->reports, err);
    j->base = (scenario_base){.model = m, .places = lists.places, .first_month = q->first_month};
    return code;
}

/* ---- the whole -------------------------------------------------------------------------------------- */

static void say_scenario(const simulate_job *j, const simulate_side *side)
{
    const scenario *s = side->scenario;
    char slots[NUMBER_TEXT], referrals[NUMBER_TEXT], cost[NUMBER_TEXT];
    if (s == NULL)
        return;
    number_grouped((int64_t)llround(side->effect.extra_slots), slots);
    number_grouped((int64_t)llround(side->effect.extra_referrals), referrals);
    number_grouped((int64_t)llround(side->effect.cost), cost);
    say_note(j->cli, "%s, version %lld (%.12s): %s more slots, %s more referrals%s%s", s->id, (long long)s->version,
             s->sha256, slots, referrals, side->effect.has_cost ? ", cost " : "", side->effect.has_cost ? cost : "");
}

static status side_run(simulate_job *j, simulate_side *side, bool replications, error *err)
{
    status code = STATUS_OK;
    side->model = *j->base.model;
    if (side->scenario != NULL)
        code = scenario_apply(side->scenario, &j->base, NULL, &j->memory, &side->model, &side->effect, err);
    if (code == STATUS_OK)
        say_scenario(j, side);
    if (code != STATUS_OK || !replications)
        return code;
    return side->scenario != NULL
               ? scenario_run(side->scenario, &j->base, &j->options, j->uncertain, &side->results, err)
               : simulate_run(&side->model, &j->options, &side->results, err);
}

static status show(simulate_job *j, const simulate_request *q, error *err)
{
    if (strcmp(q->show, "targets") == 0)
        return simulate_print_targets(j, err);
    if (strcmp(q->show, "compare") == 0)
        return simulate_print_compare(j, err);
    if (strcmp(q->show, "sensitivity") == 0)
        return simulate_print_sensitivity(j, err);
    if (strcmp(q->show, "capacity") == 0)
        return simulate_print_capacity(j, err);
    if (strcmp(q->show, "assumptions") == 0)
        return simulate_print_assumptions(j, err);
    return simulate_print_path(j, err);
}

static status run(cli *c, const arguments *a, error *err)
{
    simulate_request q;
    simulate_job j = {.cli = c};
    simulate_model model;
    scenario scenarios[2];
    status code = request_read(a, &q, err);
    if (code == STATUS_OK)
        code = side_read(&j, q.scenario, &scenarios[0], err);
    if (code == STATUS_OK && q.against != NULL)
        code = side_read(&j, q.against, &scenarios[1], err);
    if (code == STATUS_OK)
        code = base_make(&j, &q, &model, err);
    if (code != STATUS_OK)
        goto out;
    const bool compares = strcmp(q.show, "compare") == 0;
    const bool runs = compares || strcmp(q.show, "path") == 0 || strcmp(q.show, "targets") == 0;
    j.format = q.format;
    j.coverage = q.coverage;
    j.probability = q.probability;
    j.unit_cost = q.unit_cost;
    j.uncertain = q.uncertain;
    j.measures = q.measures;
    j.measure_count = q.measure_count;
    j.options = (simulate_options){.replications = q.replications, .threads = (int32_t)q.threads, .ranks = c->ranks};
    j.after.scenario = &scenarios[0];
    j.before.scenario = q.against != NULL ? &scenarios[1] : NULL;
    if (compares)
        code = side_run(&j, &j.before, true, err);
    if (code == STATUS_OK)
        code = side_run(&j, &j.after, runs, err);
    if (code == STATUS_OK)
        code = show(&j, &q, err);
out:
    simulate_results_free(&j.before.results);
    simulate_results_free(&j.after.results);
    arena_free(&j.memory);
    return code;
}

const command command_simulate = {
    .name = "simulate",
    .takes = "SCENARIO [LISTS]",
    .at_least = 1,
    .at_most = 2,
    .summary = "Waiting lists patient by patient: what a scenario leads to, and how likely the targets are.",
    .description = "Plays the lists of a csv through, day by day and patient by patient, many times, under a scenario "
                   "(YAML). Prints the expected path with its "
                   "interval, the probability of each target, the difference to things as they are, which assumption "
                   "matters most, or the capacity that "
                   "is needed.\n\n"
                   "LISTS has a row per provider and treatment function: provider, treatment_function, referrals and "
                   "capacity a month (or a column per month: "
                   "referrals_2026-05), people waiting in columns wait_FROM_TO by weeks waited (wait_0_18, wait_18_52, "
                   "wait_52_), and where known removal_rate, "
                   "admitted_capacity, admitted_share, admitted_wait_FROM_TO, cancelled_share, not_attended_share, "
                   "referral_variation, capacity_variation.\n\n"
                   "The same seed gives the same answer on any number of threads or machines.",
    .example = "concord simulate extra-sessions.yaml lists.csv --from 2026-04 --show targets\n"
               "concord simulate do-nothing.yaml --published D7T5G --replications 20",
    .options = options,
    .run = run,
};
