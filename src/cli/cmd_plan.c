/* concord plan: what would it take? Calibrates waiting lists on published months and looks into their future. */
#include "cli/as_of.h"
#include "cli/commands.h"

#include "cli/plan_csv.h"
#include "cli/plan_output.h"
#include "cli/plan_settings.h"

typedef struct plan_work {
    plan_settings settings;
    output_format format;
    size_t held_out; /* of a back-test; 0 else */
    bool no_goal;    /* nothing is to be met: lists that tell no waits will do */
    plan_flows flows;
    plan_list *lists; /* NULL in a back-test of lists by week, which makes its own */
    size_t count;
    bool one; /* a single list was asked for */
} plan_work;

/* What is said of all lists: notes of a few, one sentence of many; and whether anything is left to plan with. */
static status lists_look(cli *c, const plan_work *w, error *err)
{
    const plan_list *lists = w->lists;
    size_t good = 0, one_month = 0, gaps = 0;
    for (size_t i = 0; i < w->count; i++) {
        good += lists[i].problem[0] == 0;
        one_month += lists[i].one_month;
        gaps += lists[i].gap;
    }
    const bool refused = w->count == 1 && good == 0; /* the refusal says it all */
    if (w->count <= 3 && !refused)
        for (size_t i = 0; i < w->count; i++)
            plan_say_notes(c, &lists[i], &w->settings);
    else if (one_month > 0 && !refused)
        say_note(c,
                 "There is only one month for %zu of %zu lists: each is taken to have been the same at the start of it "
                 "as at its end. Add the month before it for rates that are measured.",
                 one_month, w->count);
    if (w->count > 3 && gaps > 0)
        say_note(c,
                 "In %zu of %zu lists a month is missing: the months before it are left out. See: concord plan "
                 "calibrate",
                 gaps, w->count);
    if (w->count == 0 || good > 0)
        return STATUS_OK;
    if (w->count == 1)
        error_set(err, STATUS_REFUSED, "%s: there is nothing to plan with: %s", lists[0].name, lists[0].problem);
    else
        error_set(err, STATUS_REFUSED, "There is nothing to plan with in any of the lists");
    if (lists[0].without_referrals)
        error_hint(err, "Give them with --referrals.");
    return STATUS_REFUSED;
}

/* Lists from --csv, which needs no workspace. */
static status csv_read(cli *c, const arguments *a, plan_work *w, error *err)
{
    if (a->positional_count > 0 || argument(c->command, a, "--all") != NULL) {
        error_set(err, STATUS_USAGE, "--csv and organisations of a workspace are both given");
        error_hint(err, "Give one or the other.");
        return STATUS_USAGE;
    }
    problems list = {0};
    bool unordered = false;
    status code = as_of_suits_file(c, a, argument(c->command, a, "--csv"), err);
    if (code != STATUS_OK)
        return code;
    code = plan_csv_read(argument(c->command, a, "--csv"), argument(c->command, a, "--list"), &w->settings, w->held_out,
                         &c->memory, &w->lists, &w->count, &unordered, &list, err);
    if (code != STATUS_OK)
        say_problems(c, &list);
    else if (unordered)
        say_note(c, "%s: months are out of order; they were put in order.", argument(c->command, a, "--csv"));
    problems_free(&list);
    w->one = w->count == 1;
    return code;
}

static status workspace_read(cli *c, const arguments *a, plan_work *w, error *err)
{
    status code = plan_flows_read(c, a, &w->flows, err);
    w->count = w->flows.count;
    w->one = w->flows.one;
    if (code != STATUS_OK || (w->held_out > 0 && w->flows.monthly == NULL))
        return code;
    w->lists = arena_array(&c->memory, w->count + 1, sizeof *w->lists);
    if (w->lists == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory for the plan");
    for (size_t i = 0; i < w->count && code == STATUS_OK; i++)
        code = w->flows.monthly != NULL
                   ? plan_monthly_list(&w->flows.monthly[i], &w->settings, w->held_out, &c->memory, &w->lists[i], err)
                   : plan_list_make(&w->flows.flows[i], &w->settings, &c->memory, &w->lists[i], err);
    return code;
}

static status work_read(cli *c, const arguments *a, plan_work *w, error *err)
{
    status code = format_parse(argument(c->command, a, "--format"), &w->format, err);
    if (code == STATUS_OK)
        code = plan_settings_read(c, a, &w->settings, err);
    if (w->no_goal)
        w->settings.goal.kind = FLOW_GOAL_LIST;
    if (code == STATUS_OK)
        code = argument(c->command, a, "--csv") != NULL ? csv_read(c, a, w, err) : workspace_read(c, a, w, err);
    if (code == STATUS_OK && w->lists != NULL)
        code = lists_look(c, w, err);
    return code;
}

static status horizon_check(const plan_work *w, error *err)
{
    for (size_t i = 0; i < w->count; i++) {
        if (w->lists[i].problem[0] != 0)
            continue;
        const size_t periods = plan_periods(&w->lists[i], &w->settings);
        if (periods > PLAN_PERIODS_MAXIMUM) {
            error_set(err, STATUS_USAGE, "--by is %zu months away", periods);
            error_hint(err, "A plan looks at most %d months ahead.", PLAN_PERIODS_MAXIMUM);
            return STATUS_USAGE;
        }
        if (periods == 0 && w->one) {
            char last[PERIOD_WORDS], by[PERIOD_TEXT];
            period_words(w->lists[i].last, last);
            period_format(w->settings.by, by);
            error_set(err, STATUS_USAGE, "--by %s is not after the last month of figures, %s", by, last);
            error_hint(err, "Give a later month.");
            return STATUS_USAGE;
        }
    }
    return STATUS_OK;
}

static status plot_check(const cli *c, const arguments *a, const plan_work *w, error *err)
{
    if (argument(c->command, a, "--plot") == NULL || w->one)
        return STATUS_OK;
    error_set(err, STATUS_USAGE, "--plot draws one list");
    error_hint(err, "Give one organisation, without --all and --each-treatment-function.");
    return STATUS_USAGE;
}

/* ---- the parts ------------------------------------------------------------------------------------------ */

static status optimise_run(cli *c, const arguments *a, error *err)
{
    plan_work w = {0};
    const char *plot = argument(c->command, a, "--plot");
    status code = work_read(c, a, &w, err);
    if (code == STATUS_OK)
        code = horizon_check(&w, err);
    if (code == STATUS_OK)
        code = plot_check(c, a, &w, err);
    if (code == STATUS_OK)
        code = plan_print_answer(c, w.lists, w.count, &w.settings, w.format, w.one, err);
    if (code == STATUS_OK && plot != NULL)
        code = plan_plot(c, &w.lists[0], &w.settings, plot, err);
    return code;
}

static status calibrate_run(cli *c, const arguments *a, error *err)
{
    plan_work w = {.no_goal = true};
    const status code = work_read(c, a, &w, err);
    return code == STATUS_OK ? plan_print_calibration(c, w.lists, w.count, w.format, err) : code;
}

static status project_run(cli *c, const arguments *a, error *err)
{
    plan_work w = {.no_goal = true};
    const char *plot = argument(c->command, a, "--plot");
    status code = work_read(c, a, &w, err);
    if (code == STATUS_OK)
        code = horizon_check(&w, err);
    if (code == STATUS_OK)
        code = plot_check(c, a, &w, err);
    if (code == STATUS_OK)
        code = plan_print_projection(c, w.lists, w.count, &w.settings, w.format, err);
    if (code == STATUS_OK && plot != NULL)
        code = plan_plot_projection(c, &w.lists[0], &w.settings, plot, err);
    return code;
}

static status backtest_run(cli *c, const arguments *a, error *err)
{
    plan_work w = {0};
    int64_t held_out = 3;
    const char *given = argument(c->command, a, "--hold-out");
    status code = given == NULL ? STATUS_OK : option_count("--hold-out", given, 1, 60, &held_out, err);
    w.held_out = (size_t)held_out;
    if (code == STATUS_OK)
        code = work_read(c, a, &w, err);
    if (code != STATUS_OK)
        return code;
    const plan_tested asked = {
        .held_out = w.held_out, .summary = argument(c->command, a, "--summary") != NULL, .format = w.format};
    return w.lists != NULL ? plan_print_backtest_of_lists(c, w.lists, w.count, &w.settings, &asked, err)
                           : plan_print_backtest(c, w.flows.flows, w.count, &w.settings, &asked, err);
}

/* ---- the records ---------------------------------------------------------------------------------------- */

#define OPTIONS_OF_LISTS                                                                                               \
    {"--all", "LEVEL", "Every one of england, regions, icbs, sub-icbs or providers, instead of ORG."},                 \
        {"--treatment-function", "CODE", "One treatment function: C_110. All together where it is not given."},        \
        {"--each-treatment-function", NULL, "A list for each treatment function, and one for all together."},          \
        {"--flows", NULL,                                                                                              \
         "From the monthly flows of boards (rtt-flows), which tell how many and not how long; so too where no full "   \
         "extract is there."},                                                                                         \
        {"--as-of", "DATE", "As the lists were known on this day, without later releases and revisions."},             \
        {"--csv", "FILE",                                                                                              \
         "Read lists from a csv instead of the workspace: a row for each month and band (months or weeks waited), "    \
         "or for each month."},                                                                                        \
        {"--list", "COL", "With --csv: the column that names the lists."},                                             \
        {"--from", "MONTH", "Calibrate on months from this one on."},                                                  \
        {"--to", "MONTH", "Take this month as the last."},                                                             \
        {"--bands", "N",                                                                                               \
         "Bands of a month each, the last one open: 13 is the default, 24 the most; of a csv by week any number."},    \
        {"--negative", "keep|clip|balance", "What becomes of removals below 0: see the page of the command."},         \
    {                                                                                                                  \
        "--first-band-to-referrals", NULL,                                                                             \
            "Removals below 0 in the first month of waiting count as unreported referrals."                            \
    }
#define OPTIONS_OF_THE_FUTURE                                                                                          \
    {"--by", "MONTH", "The last month, when a goal is to be met: 2029-03 is the default."},                            \
        {"--growth", "P%", "Growth of new pathways a year: 0 is the default."},                                        \
        {"--referrals", "N", "New pathways a month, instead of those published."},                                     \
        {"--monthly", "W,...", "Weights of capacity, January to December."},                                           \
        {"--rule", "longest-first|evenly|as-today|unused",                                                             \
         "Who gets capacity beyond today's rates: longest-first is the default."},                                     \
        {"--weeks", "N", "The time of the goal: 18, or 52 with --goal over."},                                         \
        {"--plot", "FILE", "Draw it too, of one list: a file that ends in .svg, .png or .pdf, or the word terminal."}, \
    {                                                                                                                  \
        "--format", "table|csv|json", "How to print: table is the default."                                            \
    }
#define OPTIONS_OF_THE_GOAL                                                                                            \
    {"--target", "N", "What the goal demands: 92 (per cent within the time) is the default."},                         \
        {"--goal", "within|over|percentile|list",                                                                      \
         "within: per cent within --weeks; over: people (or N%) over --weeks; percentile: weeks of the 92nd; list: "   \
         "people waiting."},                                                                                           \
        {"--capacity-profile", "flat|linear|ramp|monthly",                                                             \
         "How capacity gets there: linear is the default, from today's in a line."},                                   \
        {"--ramp-months", "N", "With ramp: months until the line is at its end: 12."},                                 \
    {                                                                                                                  \
        "--unit-cost", "N", "What a treatment costs: the answer names the cost of those that are more than today's."   \
    }

#define ORG_WORDS                                                                                                      \
    "ORG is the code of a provider (those who treat), an integrated care board, a region (those who pay), or "         \
    "ENGLAND.\n\nA csv (--csv) has the columns period (a month), months_waited or weeks_waited (from 0, the last one " \
    "open), waiting, treated and referrals; without them, a row for each month."

static const command_option optimise_options[] = {OPTIONS_OF_LISTS, OPTIONS_OF_THE_GOAL, OPTIONS_OF_THE_FUTURE, {0}};

static const command part_optimise = {
    .name = "plan optimise",
    .takes = "[ORG ...]",
    .at_most = ARGUMENTS_MAXIMUM,
    .summary = "The least capacity that meets a target by a month, or the best that can be reached.",
    .description = "Looks for the least capacity, in the shape of a profile, with which the goal is met in the last "
                   "month. Where no capacity does it, that is said, with the best that can be reached.\n\n" ORG_WORDS,
    .example = "concord plan optimise D7T5G --treatment-function C_110 --target 92 --by 2029-03 --growth 2%\n"
               "concord plan optimise --all icbs --format csv\n"
               "concord plan optimise --csv list-by-month.csv --goal list --target 2000 --by 2027-03",
    .options = optimise_options,
    .run = optimise_run,
};

static const command_option calibrate_options[] = {
    OPTIONS_OF_LISTS, {"--format", "table|csv|json", "How to print: table is the default."}, {0}};

static const command part_calibrate = {
    .name = "plan calibrate",
    .takes = "[ORG ...]",
    .at_most = ARGUMENTS_MAXIMUM,
    .summary = "The rates of published months: who is treated and who leaves untreated, by time waited.",
    .description = "Rates are of those in a band of waiting before anybody is treated, over all months that were "
                   "read. Where counts do not balance, that is said, with the options there are.\n\n" ORG_WORDS,
    .example = "concord plan calibrate RR8 --treatment-function C_110\nconcord plan calibrate --all icbs --format csv\n"
               "concord plan calibrate --csv list-by-month.csv --negative balance",
    .options = calibrate_options,
    .run = calibrate_run,
};

static const command_option project_options[] = {
    OPTIONS_OF_LISTS,
    {"--capacity", "N|P%", "Treatments a month, or a change from today's such as +5%."},
    OPTIONS_OF_THE_FUTURE,
    {0}};

static const command part_project = {
    .name = "plan project",
    .takes = "[ORG ...]",
    .at_most = ARGUMENTS_MAXIMUM,
    .summary = "Month by month at a given capacity: list, waits, treatments.",
    .description = "Steps through the months to --by at today's capacity, or that of --capacity.\n\n" ORG_WORDS,
    .example = "concord plan project ENGLAND --by 2027-03 --capacity +5%\n"
               "concord plan project RR8 --by 2027-03 --plot terminal",
    .options = project_options,
    .run = project_run,
};

static const command_option backtest_options[] = {
    OPTIONS_OF_LISTS,
    {"--hold-out", "N", "Months that are kept from the calibration: 3."},
    {"--summary", NULL, "A line for each list: how far it was off in the middle, and a list that stays as it was."},
    {"--growth", "P%", "Growth of new pathways a year: 0 is the default."},
    {"--monthly", "W,...", "Weights of capacity, January to December."},
    {"--rule", "longest-first|evenly|as-today|unused", "Who gets capacity beyond the rates."},
    {"--weeks", "N", "The time of the share: 18."},
    {"--format", "table|csv|json", "How to print: table is the default."},
    {0}};

static const command part_backtest = {
    .name = "plan backtest",
    .takes = "[ORG ...]",
    .at_most = ARGUMENTS_MAXIMUM,
    .summary = "Months kept from the calibration: what was expected of them beside what was published.",
    .description = "Calibrates on the months before the last ones, looks ahead at the capacity and referrals of then, "
                   "and shows the error of each month that was held out.\n\n" ORG_WORDS,
    .example =
        "concord plan backtest RR8 --hold-out 2\nconcord plan backtest --all icbs --flows --hold-out 6 --summary\n"
        "concord plan backtest --csv list-by-month.csv --list clinic --hold-out 2",
    .options = backtest_options,
    .run = backtest_run,
};

static const command *const parts[] = {
    &part_calibrate,       &part_project,  &part_optimise,         &command_plan_simulate,
    &command_plan_compare, &part_backtest, &command_plan_scenario, NULL};

const command command_plan = {
    .name = "plan",
    .takes = "[ORG ...]",
    .at_most = ARGUMENTS_MAXIMUM,
    .summary = "What would it take: waiting lists into the future, and the capacity that a target needs.",
    .description =
        "Calibrates the waiting list of an organisation on the months of the full extract of referral-to-treatment "
        "waits in the workspace: who joins, who is treated and who leaves untreated, by time waited. Then it looks "
        "ahead. Without a part it is plan optimise.\n\n" ORG_WORDS,
    .example = "concord plan D7T5G\nconcord plan project ENGLAND --by 2027-03 --capacity +5%\n"
               "concord plan simulate RR8 --scenario extra-sessions --show targets\n"
               "concord plan compare RR8 --scenario do-nothing --scenario extra-sessions",
    .options = optimise_options,
    .run = optimise_run,
    .parts = parts,
};
