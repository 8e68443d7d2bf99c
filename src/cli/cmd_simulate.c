/* concord plan simulate and plan compare: waiting lists patient by patient, under scenarios. */
#include "cli/as_of.h"
#include "cli/commands.h"
#include "cli/plan_scenario.h"
#include "cli/simulate_print.h"
#include "cli/simulate_published.h"

#include <math.h>
#include <string.h>

/* ---- reading ---------------------------------------------------------------------------------------- */

/* The error is the first of the problems: the others are told before it. */
static void say_rest(cli *c, const problems *list)
{
    if (list->total < 2 || list->count < 1)
        return;
    const problems rest = {.items = list->items + 1, .count = list->count - 1, .total = list->total - 1};
    say_problems(c, &rest);
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

static status lists_read(simulate_job *j, const arguments *a, simulate_request *q, simulate_lists *lists, error *err)
{
    cli *c = j->cli;
    if (q->csv == NULL)
        return simulate_lists_published(c, argument(c->command, a, "--all"), a->positional, a->positional_count,
                                        &q->first_month, (int32_t)q->months, &j->memory, lists, err);
    problems list = {0};
    const status code = simulate_lists_read(q->csv, q->first_month, (int32_t)q->months, &j->memory, lists, &list, err);
    if (code != STATUS_OK)
        say_rest(c, &list);
    problems_free(&list);
    return code;
}

static status base_make(simulate_job *j, const arguments *a, simulate_request *q, simulate_model *m, error *err)
{
    static const double week[7] = {1, 1, 1, 1, 1, 0, 0};
    simulate_lists lists;
    int32_t *days = arena_array(&j->memory, (size_t)q->months, sizeof *days);
    if (days == NULL)
        return error_set(err, STATUS_MEMORY, "There is not enough memory for the months");
    status code = lists_read(j, a, q, &lists, err);
    if (code != STATUS_OK)
        return code;
    simulate_month_days(q->first_month, (int32_t)q->months, days);
    for (size_t i = 0; i < lists.count; i++) {
        simulate_list *l = &lists.lists[i];
        l->rule = q->rule == BOOKING_AS_PUBLISHED && l->bands == NULL ? BOOKING_LONGEST_FIRST : q->rule;
        l->referral_dispersion = q->dispersion;
        memcpy(l->priority_shares, q->priorities, sizeof l->priority_shares);
        l->weekday_shares = q->working_days ? week : NULL;
        l->slot_weekdays = l->weekday_shares;
    }
    size_t classes = 0;
    for (size_t k = 0; k < SIMULATE_CLASSES; k++)
        classes += q->priorities[k] > 0;
    if (classes < 2 && q->rule != BOOKING_LONGEST_FIRST && q->rule != BOOKING_AS_PUBLISHED)
        say_note(j->cli, "Without several --priorities everybody is of one class: --rule makes no difference to it.");
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

/* Two versions of a scenario are told apart by their number. */
static void sides_name(simulate_job *j)
{
    for (size_t i = 0; i < j->side_count; i++) {
        const scenario *s = j->sides[i].scenario;
        j->sides[i].name = s == NULL ? "as they are" : s->id;
        for (size_t k = 0; k < j->side_count && s != NULL; k++) {
            const scenario *other = j->sides[k].scenario;
            if (k == i || other == NULL || strcmp(other->id, s->id) != 0)
                continue;
            const char *words = arena_printf(&j->memory, "%s@%lld", s->id, (long long)s->version);
            j->sides[i].name = words == NULL ? s->id : words;
        }
    }
}

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

static status show(simulate_job *j, const char *what, error *err)
{
    if (strcmp(what, "targets") == 0)
        return simulate_print_targets(j, err);
    if (strcmp(what, "sensitivity") == 0)
        return simulate_print_sensitivity(j, err);
    if (strcmp(what, "capacity") == 0)
        return simulate_print_capacity(j, err);
    if (strcmp(what, "assumptions") == 0)
        return simulate_print_assumptions(j, err);
    return simulate_print_path(j, err);
}

static void job_fill(simulate_job *j, const simulate_request *q)
{
    j->format = q->format;
    j->coverage = q->coverage;
    j->probability = q->probability;
    j->unit_cost = q->unit_cost;
    j->uncertain = q->uncertain;
    j->measures = q->measures;
    j->measure_count = q->measure_count;
    j->plot = q->plot;
    j->options =
        (simulate_options){.replications = q->replications, .threads = (int32_t)q->threads, .ranks = j->cli->ranks};
}

static void job_free(simulate_job *j)
{
    for (size_t i = 0; i < j->side_count; i++)
        simulate_results_free(&j->sides[i].results);
    arena_free(&j->memory);
}

static status simulate_command_run(cli *c, const arguments *a, error *err)
{
    simulate_request q;
    simulate_job j = {.cli = c, .side_count = 1};
    simulate_model model;
    scenario what;
    status code = simulate_request_read(c, a, &q, err);
    if (code == STATUS_OK && q.csv != NULL)
        code = as_of_suits_file(c, a, q.csv, err);
    if (code == STATUS_OK)
        code = run_as_of(c, a, err);
    if (code == STATUS_OK)
        code = plan_scenario_find(c, q.scenario_count == 0 ? "do-nothing" : q.scenarios[0], &what, err);
    if (code == STATUS_OK)
        code = base_make(&j, a, &q, &model, err);
    const bool runs = code == STATUS_OK && (strcmp(q.show, "path") == 0 || strcmp(q.show, "targets") == 0);
    if (code == STATUS_OK && q.plot != NULL && !runs)
        code = error_set(err, STATUS_USAGE, "--plot draws a path: it goes with --show path or targets");
    if (code == STATUS_OK) {
        job_fill(&j, &q);
        j.sides[0].scenario = &what;
        sides_name(&j);
        code = side_run(&j, &j.sides[0], runs, err);
    }
    if (code == STATUS_OK)
        code = show(&j, q.show, err);
    if (code == STATUS_OK && q.plot != NULL)
        code = simulate_plot(&j, q.plot, err);
    job_free(&j);
    return code;
}

static status compare_command_run(cli *c, const arguments *a, error *err)
{
    simulate_request q;
    simulate_job j = {.cli = c};
    simulate_model model;
    scenario scenarios[SIMULATE_SCENARIOS_MAXIMUM];
    status code = simulate_request_read(c, a, &q, err);
    if (code == STATUS_OK && q.csv != NULL)
        code = as_of_suits_file(c, a, q.csv, err);
    if (code == STATUS_OK)
        code = run_as_of(c, a, err);
    if (code == STATUS_OK && q.scenario_count == 0) {
        code = error_set(err, STATUS_USAGE, "There is nothing to compare");
        error_hint(err, "Give --scenario twice or more; one alone is compared with the lists as they are.");
    }
    for (size_t i = 0; i < q.scenario_count && code == STATUS_OK; i++)
        code = plan_scenario_find(c, q.scenarios[i], &scenarios[i], err);
    if (code == STATUS_OK)
        code = base_make(&j, a, &q, &model, err);
    if (code == STATUS_OK)
        job_fill(&j, &q);
    /* One alone is held against the lists as they are. */
    j.side_count = q.scenario_count == 1 ? 1 : 0;
    for (size_t i = 0; i < q.scenario_count && code == STATUS_OK; i++)
        j.sides[j.side_count++].scenario = &scenarios[i];
    sides_name(&j);
    for (size_t i = 0; i < j.side_count && code == STATUS_OK; i++)
        code = side_run(&j, &j.sides[i], true, err);
    if (code == STATUS_OK)
        code = simulate_print_compare(&j, q.show, err);
    if (code == STATUS_OK && q.plot != NULL)
        code = simulate_plot(&j, q.plot, err);
    job_free(&j);
    return code;
}

/* ---- the records ------------------------------------------------------------------------------------ */

#define OPTIONS_OF_LISTS                                                                                               \
    {"--all", "LEVEL", "Every one of england, regions, icbs, sub-icbs or providers, instead of ORG."},                 \
        {"--as-of", "DATE", "As lists and kept scenarios were known on this day, without later releases."},            \
        {"--csv", "FILE", "Lists from a csv instead of the workspace."},                                               \
    {                                                                                                                  \
        "--from", "MONTH",                                                                                             \
            "The first month that is simulated: the lists are as at its start. Needed with --csv; else the month "     \
            "after the last that was published."                                                                       \
    }
#define OPTIONS_OF_REPLICATIONS                                                                                        \
    {"--months", "N", "How many months: 12 is the default."},                                                          \
        {"--report", "all|provider|treatment-function|list", "Whom the figures are of: all together is the default."}, \
        {"--measure", "NAME ...",                                                                                      \
         "A measure to print, such as waiting or over_52_weeks; may be given several times."},                         \
        {"--replications", "N", "How many times everything is played through: 200 is the default."},                   \
        {"--seed", "N", "The same seed gives the same answer: 1 is the default."},                                     \
        {"--threads", "N", "On how many threads; all processors is the default. It does not change the answer."},      \
        {"--rule", "as-published|longest-first|first-come|priority|target",                                            \
         "Who is seen next: as-published, the default of published lists, draws them at the rates by time waited; "    \
         "longest-first is the default of a csv."},                                                                    \
        {"--priorities", "SHARE,...",                                                                                  \
         "Shares of up to four clinical priorities, the most urgent first: 0.1,0.2,0.7."},                             \
        {"--dispersion", "X", "Variance over mean of a day's referrals: 1 (Poisson) is the default."},                 \
        {"--uncertain", NULL,                                                                                          \
         "Draw each assumption from its range in every replication, instead of its central value."},                   \
        {"--working-days", NULL, "Referrals and slots fall on Monday to Friday only."},                                \
        {"--interval", "P", "How much of what may happen lies between low and high: 0.9 is the default."},             \
        {"--plot", "FILE",                                                                                             \
         "Draw the first measure too: a file that ends in .svg, .png or .pdf, or the word terminal."},                 \
    {                                                                                                                  \
        "--format", "table|csv|json", "How to print: table is the default."                                            \
    }

#define LIST_WORDS                                                                                                     \
    "ORG is the code of a provider, an integrated care board, a region, or ENGLAND: a list for each of its treatment " \
    "functions, as in the last full extract of the workspace.\n\nA csv (--csv) has a row per provider and treatment "  \
    "function: provider, treatment_function, referrals and capacity a month (or a column per month: "                  \
    "referrals_2026-05), people waiting in columns wait_FROM_TO by weeks waited (wait_0_18, wait_18_52, wait_52_), "   \
    "and where known removal_rate, admitted_capacity, admitted_share, admitted_wait_FROM_TO, cancelled_share, "        \
    "not_attended_share, referral_variation, capacity_variation.\n\nThe same seed gives the same answer on any "       \
    "number of threads or machines."

static const command_option simulate_options_taken[] = {
    {"--scenario", "NAME|FILE",
     "What is different: a scenario that the register keeps, one of the catalogue, or a file; do-nothing is the "
     "default."},
    OPTIONS_OF_LISTS,
    {"--show", "path|targets|sensitivity|capacity|assumptions", "What is asked: path is the default."},
    {"--probability", "P", "For --show capacity: how likely the target must become: 0.8 is the default."},
    {"--unit-cost", "X", "For --show capacity: the cost of one more slot."},
    OPTIONS_OF_REPLICATIONS,
    {0},
};

const command command_plan_simulate = {
    .name = "plan simulate",
    .takes = "[ORG ...]",
    .at_most = ARGUMENTS_MAXIMUM,
    .summary = "Patient by patient: what a scenario leads to, and how likely the targets are.",
    .description = "Plays lists through, day by day and patient by patient, many times, under a scenario (YAML). "
                   "Prints the expected path with its interval, the probability of each target, which assumption "
                   "matters most, or the capacity that is needed.\n\n" LIST_WORDS,
    .example = "concord plan simulate RR8 --scenario extra-sessions --show targets\n"
               "concord plan simulate --csv lists.csv --from 2026-04 --scenario my-plan.yaml --show capacity\n"
               "concord plan simulate --all providers --replications 20 --measure waiting --format csv",
    .options = simulate_options_taken,
    .run = simulate_command_run,
};

static const command_option compare_options_taken[] = {
    {"--scenario", "NAME|FILE ...",
     "Given two to six times, kept in the register, of the catalogue, or a file: the first is what the others are "
     "compared with. One alone is compared with the lists as they are."},
    OPTIONS_OF_LISTS,
    {"--show", "all|path|targets|people|capacity|sensitivity", "What is compared: all is the default."},
    OPTIONS_OF_REPLICATIONS,
    {0},
};

const command command_plan_compare = {
    .name = "plan compare",
    .takes = "[ORG ...]",
    .at_most = ARGUMENTS_MAXIMUM,
    .summary = "Scenarios side by side: paths, the probability of each target, people, capacity and cost.",
    .description = "Plays the same lists with the same luck through under each scenario, and prints beside each other "
                   "what is expected and its interval, how likely each target is (those of all the scenarios), whom "
                   "it is about, what it adds in capacity and cost, and which assumption matters most.\n\nA table has "
                   "a column for each scenario and shows the last month; csv and JSON have every month, with the "
                   "difference to the first scenario, replication by replication.\n\n" LIST_WORDS,
    .example = "concord plan compare RR8 --scenario do-nothing --scenario extra-sessions\n"
               "concord plan compare --csv lists.csv --from 2026-04 --scenario do-nothing --scenario my-plan.yaml "
               "--measure within_18_weeks_share --plot compared.svg",
    .options = compare_options_taken,
    .run = compare_command_run,
};
