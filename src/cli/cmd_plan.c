/* concord plan: what would it take? Calibrates waiting lists on published months and looks into their future. */
#include "cli/commands.h"

#include "cli/plan_csv.h"
#include "cli/plan_output.h"

#include <math.h>
#include <string.h>

typedef enum plan_action { PLAN_OPTIMISE = 0, PLAN_CALIBRATE, PLAN_PROJECT, PLAN_BACKTEST } plan_action;
static const char *const action_names[] = {"optimise", "calibrate", "project", "backtest"};

/* ---- options -------------------------------------------------------------------------------------------- */

static status option_refuse(error *err, const char *option, const char *value, const char *hint)
{
    error_set(err, STATUS_USAGE, "%s: '%s' cannot be used", option, value);
    error_hint(err, "%s", hint);
    return STATUS_USAGE;
}

/* A number with or without a % at its end; *percent tells. */
static status number_read(const char *option, const char *value, double *out, bool *percent, error *err)
{
    text t = text_trim(text_of(value));
    *percent = t.length > 0 && t.at[t.length - 1] == '%';
    t.length -= *percent;
    if (t.length > 0 && t.at[0] == '+') {
        t.at++;
        t.length--;
    }
    if (number_parse(t, out))
        return STATUS_OK;
    return error_set(err, STATUS_USAGE, "%s: '%s' is not a number", option, value);
}

static status growth_read(const char *value, plan_settings *s, error *err)
{
    bool percent;
    const status code = number_read("--growth", value, &s->growth_per_year, &percent, err);
    if (code != STATUS_OK)
        return code;
    s->growth_per_year /= 100;
    return s->growth_per_year > -1 && s->growth_per_year <= 1
               ? STATUS_OK
               : option_refuse(err, "--growth", value,
                               "Give the growth of referrals a year in per cent, above -100 and up to 100, "
                               "such as 2%.");
}

static status capacity_read(const char *value, plan_settings *s, error *err)
{
    bool percent;
    double number;
    const status code = number_read("--capacity", value, &number, &percent, err);
    if (code != STATUS_OK)
        return code;
    if (percent)
        s->capacity_change = number / 100;
    else
        s->capacity = number;
    return (percent ? number >= -100 : number >= 0)
               ? STATUS_OK
               : option_refuse(err, "--capacity", value,
                               "Capacity cannot be below 0: give treatments a month, or a change such as +5%.");
}

static status referrals_read(const char *value, plan_settings *s, error *err)
{
    const status code = option_number("--referrals", value, &s->referrals, err);
    if (code != STATUS_OK)
        return code;
    return s->referrals >= 0 ? STATUS_OK
                             : option_refuse(err, "--referrals", value, "New pathways a month cannot be below 0.");
}

/* Twelve weights, January to December. */
static status weights_read(const char *value, plan_settings *s, error *err)
{
    size_t count = 0;
    double sum = 0;
    for (const char *at = value; *at != 0 && count <= 12;) {
        const size_t length = strcspn(at, ",");
        double weight = 0;
        if (count == 12 || !number_parse(text_trim((text){at, length}), &weight) || weight < 0 || weight > 100)
            break;
        s->weights[count++] = weight;
        sum += weight;
        at += length;
        if (*at == 0)
            break;
        at++;
        if (count == 12)
            count = 13;
    }
    if (count != 12 || !(sum > 0))
        return option_refuse(err, "--monthly", value,
                             "Give twelve weights of 0 or more, January to December, such as "
                             "1,1,1,1,1,1,1,0.9,1,1,1,0.8.");
    s->has_weights = true;
    return STATUS_OK;
}

static status goal_read(const cli *c, const arguments *a, plan_settings *s, error *err)
{
    static const char *const names[] = {"within", "over", "percentile", "list"};
    const char *kind = argument(c->command, a, "--goal"), *demanded = argument(c->command, a, "--target"),
               *weeks = argument(c->command, a, "--weeks");
    size_t at = 0;
    while (kind != NULL && at < 4 && strcmp(kind, names[at]) != 0)
        at++;
    if (at == 4)
        return option_refuse(err, "--goal", kind, "Use within, over, percentile or list.");
    double value = at == 0 ? 92 : at == 2 ? 18 : 0;
    double limit = at == 1 ? 52 : 18;
    bool percent = at == 0;
    status code = STATUS_OK;
    if (demanded != NULL)
        code = number_read("--target", demanded, &value, &percent, err);
    if (code == STATUS_OK && weeks != NULL)
        code = option_number("--weeks", weeks, &limit, err);
    if (code != STATUS_OK)
        return code;
    if (!(limit > 0 && limit <= 104))
        return option_refuse(err, "--weeks", weeks, "Give a wait above 0 and up to 104 weeks.");
    if (at == 0 && !(value > 0 && value < 100))
        return option_refuse(err, "--target", demanded,
                             "Give the per cent of people within the time, above 0 and below 100, such as 92.");
    if (at == 1 && percent && value > 100)
        return option_refuse(err, "--target", demanded, "A share of people cannot be above 100%.");
    if (value < 0)
        return option_refuse(err, "--target", demanded, "A target cannot be below 0.");
    if (at == 3 && demanded == NULL) {
        error_set(err, STATUS_USAGE, "--goal list needs a --target");
        error_hint(err, "Give the number of people that may be waiting.");
        return STATUS_USAGE;
    }
    static const flow_goal_kind kinds[] = {FLOW_GOAL_SHARE_WITHIN, FLOW_GOAL_OVER, FLOW_GOAL_PERCENTILE,
                                           FLOW_GOAL_LIST};
    s->goal = (flow_goal){.kind = kinds[at], .value = at == 0 ? value / 100 : value, .weeks = limit, .p = 0.92};
    if (at == 1 && percent) {
        s->goal.kind = FLOW_GOAL_SHARE_OVER;
        s->goal.value = value / 100;
    }
    return STATUS_OK;
}

static status choices_read(const cli *c, const arguments *a, plan_settings *s, error *err)
{
    const char *rule = argument(c->command, a, "--rule"), *profile = argument(c->command, a, "--capacity-profile"),
               *negative = argument(c->command, a, "--negative");
    static const char *const negatives[] = {"keep", "clip", "balance"};
    s->as_today = rule != NULL && strcmp(rule, "as-today") == 0;
    if (rule != NULL && !s->as_today && !flow_surplus_find(rule, &s->rule))
        return option_refuse(err, "--rule", rule, "Use longest-first, evenly, as-today or unused.");
    if (profile != NULL && !flow_profile_find(profile, &s->profile))
        return option_refuse(err, "--capacity-profile", profile, "Use flat, linear, ramp or monthly.");
    size_t at = 0;
    while (negative != NULL && at < 3 && strcmp(negative, negatives[at]) != 0)
        at++;
    if (at == 3)
        return option_refuse(err, "--negative", negative, "Use keep, clip or balance.");
    if (negative != NULL)
        s->calibration.negative = (flow_negative)at;
    s->calibration.first_band_to_referrals = argument(c->command, a, "--first-band-to-referrals") != NULL;
    if (s->profile == FLOW_PROFILE_MONTHLY && argument(c->command, a, "--monthly") == NULL) {
        error_set(err, STATUS_USAGE, "--capacity-profile monthly needs the months' weights");
        error_hint(err, "Give them with --monthly, January to December.");
        return STATUS_USAGE;
    }
    return STATUS_OK;
}

static status settings_read(const cli *c, const arguments *a, plan_settings *s, error *err)
{
    *s = (plan_settings){.rule = FLOW_SURPLUS_LONGEST_FIRST,
                         .profile = FLOW_PROFILE_LINEAR,
                         .referrals = NAN,
                         .capacity = NAN,
                         .unit_cost = NAN,
                         .calibration = {.negative = FLOW_NEGATIVE_KEEP, .pooled = true},
                         .by = period_month(2029, 3)};
    int64_t bands = 13, ramp = 12;
    const char *given;
    status code = choices_read(c, a, s, err);
    if (code == STATUS_OK)
        code = goal_read(c, a, s, err);
    if (code == STATUS_OK && (given = argument(c->command, a, "--growth")) != NULL)
        code = growth_read(given, s, err);
    if (code == STATUS_OK && (given = argument(c->command, a, "--capacity")) != NULL)
        code = capacity_read(given, s, err);
    if (code == STATUS_OK && (given = argument(c->command, a, "--referrals")) != NULL)
        code = referrals_read(given, s, err);
    if (code == STATUS_OK && (given = argument(c->command, a, "--monthly")) != NULL)
        code = weights_read(given, s, err);
    if (code == STATUS_OK && (given = argument(c->command, a, "--by")) != NULL)
        code = option_period("--by", given, &s->by, err);
    if (code == STATUS_OK && (given = argument(c->command, a, "--bands")) != NULL)
        code = option_count("--bands", given, 2, 24, &bands, err);
    if (code == STATUS_OK && (given = argument(c->command, a, "--ramp-months")) != NULL)
        code = option_count("--ramp-months", given, 1, PLAN_PERIODS_MAXIMUM, &ramp, err);
    if (code == STATUS_OK && (given = argument(c->command, a, "--unit-cost")) != NULL)
        code = option_number("--unit-cost", given, &s->unit_cost, err);
    if (code == STATUS_OK && s->unit_cost < 0)
        code = option_refuse(err, "--unit-cost", given, "The cost of a treatment cannot be below 0.");
    s->bands = (size_t)bands;
    s->ramp_months = (size_t)ramp;
    return code;
}

/* ---- which lists ---------------------------------------------------------------------------------------- */

static bool level_read(const char *name, level *out)
{
    static const char *const names[] = {"england", "regions", "icbs", "sub-icbs", "providers"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0) {
            *out = (level)i;
            return true;
        }
    return false;
}

static status org_unknown(const cli *c, const char *typed, error *err)
{
    org_index near[3];
    const size_t count = orgs_nearest(c->orgs, typed, near, 3);
    buffer words = {0};
    for (size_t i = 0; i < count; i++)
        buffer_printf(&words, "%s%s (%s)", i == 0 ? "" : ", ", orgs_at(c->orgs, near[i])->code,
                      orgs_at(c->orgs, near[i])->name);
    error_set(err, STATUS_NOT_FOUND, "There is no organisation '%s'", typed);
    if (words.length > 0)
        error_hint(err, "Nearest: %s.", words.data);
    else
        error_hint(err, "Use an ODS or ONS code, or ENGLAND. See: concord list orgs");
    buffer_free(&words);
    return STATUS_NOT_FOUND;
}

/* A code that files name but the organisations data does not know is a provider. */
static status org_read(const cli *c, const char *typed, measure_flow_request *request, error *err)
{
    org_index at = orgs_find(c->orgs, text_of(typed));
    if (at < 0)
        at = orgs_find_name(c->orgs, text_of(typed));
    if (at < 0)
        return org_unknown(c, typed, err);
    const org *o = orgs_at(c->orgs, at);
    request->organisation = o->code;
    switch (o->kind) {
    case ORG_ENGLAND: request->level = LEVEL_ENGLAND; break;
    case ORG_REGION: request->level = LEVEL_REGION; break;
    case ORG_ICB: request->level = LEVEL_ICB; break;
    case ORG_SUB_ICB: request->level = LEVEL_SUB_ICB; break;
    default: request->level = LEVEL_PROVIDER; break;
    }
    return STATUS_OK;
}

typedef struct plan_work {
    plan_action action;
    plan_settings settings;
    output_format format;
    measure_flow *flows;
    size_t count;
    bool one; /* a single list was asked for */
} plan_work;

static status flows_append(plan_work *w, const measure_flow *more, size_t count, arena *a, error *err)
{
    measure_flow *all = arena_array(a, w->count + count + 1, sizeof *all);
    if (all == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory for the plan");
    if (w->count > 0)
        memcpy(all, w->flows, w->count * sizeof *all);
    if (count > 0)
        memcpy(all + w->count, more, count * sizeof *all);
    w->flows = all;
    w->count += count;
    return STATUS_OK;
}

static status no_figures(const measure_flow_request *request, error *err)
{
    error_set(err, STATUS_NOT_FOUND, "There are no waiting times of %s%s%s in the workspace", request->organisation,
              request->treatment_function == NULL ? "" : " for ",
              request->treatment_function == NULL ? "" : request->treatment_function);
    error_hint(err, "See what there is: concord plan --all icbs, or concord list releases.");
    return STATUS_NOT_FOUND;
}

/* The treatment function must be one that the source declares. */
static status function_check(const cli *c, const char *code, error *err)
{
    const source *s = catalogue_source(&c->catalogue, "rtt-full-extract");
    const int32_t at = s == NULL ? -1 : source_breakdown_find(s, "treatment-function");
    if (code == NULL || at < 0)
        return STATUS_OK;
    const source_breakdown *b = &s->breakdowns[at];
    buffer words = {0};
    bool found = false;
    for (size_t i = 0; i < b->value_count; i++) {
        found = found || strcmp(b->values[i].code, code) == 0;
        buffer_printf(&words, "%s%s", i == 0 ? "" : ", ", b->values[i].code);
    }
    if (!found) {
        error_set(err, STATUS_NOT_FOUND, "There is no treatment function '%s'", code);
        error_hint(err, "They are %s.", words.data == NULL ? "" : words.data);
    }
    buffer_free(&words);
    return found ? STATUS_OK : STATUS_NOT_FOUND;
}

static status flows_read(cli *c, const arguments *a, plan_work *w, size_t first, error *err)
{
    const char *all = argument(c->command, a, "--all"), *from = argument(c->command, a, "--from"),
               *to = argument(c->command, a, "--to");
    measure_flow_request request = {.treatment_function = argument(c->command, a, "--treatment-function"),
                                    .each_treatment_function =
                                        argument(c->command, a, "--each-treatment-function") != NULL};
    status code = STATUS_OK;
    if (from != NULL)
        code = option_period("--from", from, &request.first, err);
    if (code == STATUS_OK && to != NULL)
        code = option_period("--to", to, &request.last, err);
    if (code != STATUS_OK)
        return code;
    if (all != NULL && !level_read(all, &request.level))
        return option_refuse(err, "--all", all, "Use england, regions, icbs, sub-icbs or providers.");
    if ((all == NULL) == (a->positional_count == first)) {
        error_set(err, STATUS_USAGE,
                  all == NULL ? "No organisation is given" : "Organisations and --all are both given");
        error_hint(err, "Give the code of an organisation, such as D7T5G or ENGLAND, or --all icbs.");
        return STATUS_USAGE;
    }
    code = cli_orgs(c, err);
    if (code == STATUS_OK)
        code = cli_facts(c, FACTS_READ, err);
    if (code == STATUS_OK)
        code = function_check(c, request.treatment_function, err);
    const size_t requests = all != NULL ? 1 : a->positional_count - first;
    for (size_t i = 0; i < requests && code == STATUS_OK; i++) {
        measure_flow *flows = NULL;
        size_t count = 0;
        if (all == NULL)
            code = org_read(c, a->positional[first + i], &request, err);
        if (code == STATUS_OK)
            code = measure_flows(c->facts, &c->catalogue, c->orgs, &request, &c->memory, &flows, &count, err);
        if (code == STATUS_OK && count == 0 && all == NULL)
            code = no_figures(&request, err);
        if (code == STATUS_OK)
            code = flows_append(w, flows, count, &c->memory, err);
    }
    w->one = all == NULL && requests == 1 && w->count == 1;
    return code;
}

/* ---- the command ---------------------------------------------------------------------------------------- */

/* What is said of all lists: notes of a few, one sentence of many; and whether anything is left to plan with. */
static status lists_look(cli *c, const plan_work *w, const plan_list *lists, error *err)
{
    size_t good = 0, one_month = 0;
    for (size_t i = 0; i < w->count; i++) {
        good += lists[i].problem[0] == 0;
        one_month += lists[i].one_month;
    }
    if (w->count <= 3)
        for (size_t i = 0; i < w->count; i++)
            plan_say_notes(c, &lists[i], &w->settings);
    else if (one_month > 0)
        say_note(c,
                 "There is only one month for %zu of %zu lists: each is taken to have been the same at the start of it "
                 "as at its "
                 "end. Add the month before it for rates that are measured.",
                 one_month, w->count);
    if (w->count == 0 || good > 0)
        return STATUS_OK;
    error_set(err, STATUS_REFUSED, "There is nothing to plan with: %s", lists[0].problem);
    return STATUS_REFUSED;
}

static status lists_make(plan_work *w, arena *a, plan_list **out, error *err)
{
    plan_list *lists = arena_array(a, w->count + 1, sizeof *lists);
    if (lists == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory for the plan");
    status code = STATUS_OK;
    for (size_t i = 0; i < w->count && code == STATUS_OK; i++)
        code = plan_list_make(&w->flows[i], &w->settings, a, &lists[i], err);
    *out = lists;
    return code;
}

/* Lists from --csv, which needs no workspace. */
static status csv_read(cli *c, const arguments *a, plan_work *w, size_t first, size_t held_out, plan_list **out,
                       error *err)
{
    if (a->positional_count > first || argument(c->command, a, "--all") != NULL) {
        error_set(err, STATUS_USAGE, "--csv and organisations of a workspace are both given");
        error_hint(err, "Give one or the other.");
        return STATUS_USAGE;
    }
    problems list = {0};
    const status code = plan_csv_read(argument(c->command, a, "--csv"), argument(c->command, a, "--list"), &w->settings,
                                      held_out, &c->memory, out, &w->count, &list, err);
    if (code != STATUS_OK)
        say_problems(c, &list);
    problems_free(&list);
    w->one = w->count == 1;
    return code;
}

static status horizon_check(const plan_work *w, const plan_list *lists, error *err)
{
    for (size_t i = 0; i < w->count; i++) {
        if (lists[i].problem[0] != 0)
            continue;
        const size_t periods = plan_periods(&lists[i], &w->settings);
        if (periods > PLAN_PERIODS_MAXIMUM) {
            error_set(err, STATUS_USAGE, "--by is %zu months away", periods);
            error_hint(err, "A plan looks at most %d months ahead.", PLAN_PERIODS_MAXIMUM);
            return STATUS_USAGE;
        }
        if (periods == 0 && w->one) {
            char last[PERIOD_WORDS], by[PERIOD_TEXT];
            period_words(lists[i].last, last);
            period_format(w->settings.by, by);
            error_set(err, STATUS_USAGE, "--by %s is not after the last month of figures, %s", by, last);
            error_hint(err, "Give a later month.");
            return STATUS_USAGE;
        }
    }
    return STATUS_OK;
}

static status plan_run(cli *c, const arguments *a, error *err)
{
    plan_work w = {0};
    size_t first = 0;
    for (size_t i = 0; i < sizeof action_names / sizeof *action_names && a->positional_count > 0; i++)
        if (strcmp(a->positional[0], action_names[i]) == 0) {
            w.action = (plan_action)i;
            first = 1;
        }
    int64_t held_out = 3;
    const char *given = argument(c->command, a, "--hold-out");
    status code = format_parse(argument(c->command, a, "--format"), &w.format, err);
    if (code == STATUS_OK)
        code = settings_read(c, a, &w.settings, err);
    if (code == STATUS_OK && given != NULL)
        code = option_count("--hold-out", given, 1, 60, &held_out, err);
    plan_list *lists = NULL;
    if (code == STATUS_OK && argument(c->command, a, "--csv") != NULL) {
        code = csv_read(c, a, &w, first, w.action == PLAN_BACKTEST ? (size_t)held_out : 0, &lists, err);
        /* Bands that open before the goal's weeks can be back-tested by their people. */
        if (code == STATUS_OK && w.action == PLAN_BACKTEST)
            return plan_print_backtest_of_csv(c, lists, w.count, &w.settings, w.format, err);
    } else if (code == STATUS_OK) {
        code = workspace_open(c, err);
        if (code == STATUS_OK)
            code = flows_read(c, a, &w, first, err);
        if (code == STATUS_OK && w.action == PLAN_BACKTEST)
            return plan_print_backtest(c, w.flows, w.count, &w.settings, (size_t)held_out, w.format, err);
        if (code == STATUS_OK)
            code = lists_make(&w, &c->memory, &lists, err);
    }
    if (code == STATUS_OK)
        code = lists_look(c, &w, lists, err);
    if (code == STATUS_OK && w.action == PLAN_CALIBRATE)
        return plan_print_calibration(c, lists, w.count, w.format, err);
    if (code == STATUS_OK)
        code = horizon_check(&w, lists, err);
    if (code == STATUS_OK && w.action == PLAN_PROJECT)
        return plan_print_projection(c, lists, w.count, &w.settings, w.format, err);
    if (code == STATUS_OK)
        code = plan_print_answer(c, lists, w.count, &w.settings, w.format, w.one, err);
    const char *plot = argument(c->command, a, "--plot");
    if (code == STATUS_OK && plot != NULL && !w.one) {
        code = error_set(err, STATUS_USAGE, "--plot draws one list");
        error_hint(err, "Give one organisation, without --all and --each-treatment-function.");
    } else if (code == STATUS_OK && plot != NULL)
        code = plan_plot(c, &lists[0], &w.settings, plot, err);
    return code;
}

static const command_option options[] = {
    {"--treatment-function", "CODE", "One treatment function: C_110. All together where it is not given."},
    {"--each-treatment-function", NULL, "A list for each treatment function, and one for all together."},
    {"--all", "LEVEL", "Every one of england, regions, icbs, sub-icbs or providers, instead of ORG."},
    {"--csv", "FILE", "Read lists from a csv instead of the workspace: a row for each month and band of waiting."},
    {"--list", "COL", "With --csv: the column that names the lists."},
    {"--target", "N", "What the goal demands: 92 (per cent within the time) is the default."},
    {"--goal", "within|over|percentile|list",
     "within: per cent within --weeks; over: people (or N%) over --weeks; percentile: weeks of the 92nd; list: people "
     "waiting."},
    {"--weeks", "N", "The time of the goal: 18, or 52 with --goal over."},
    {"--by", "MONTH", "When the goal is to be met: 2029-03 is the default."},
    {"--growth", "P%", "Growth of new pathways a year: 0 is the default."},
    {"--referrals", "N", "New pathways a month, instead of those published."},
    {"--capacity", "N|P%", "With project: treatments a month, or a change from today's such as +5%."},
    {"--capacity-profile", "flat|linear|ramp|monthly",
     "How capacity gets there: linear is the default, from today's in a line."},
    {"--ramp-months", "N", "With ramp: months until the line is at its end: 12."},
    {"--monthly", "W,...", "Weights of capacity, January to December."},
    {"--rule", "longest-first|evenly|as-today|unused",
     "Who gets capacity beyond today's rates: longest-first is the default."},
    {"--negative", "keep|clip|balance", "What becomes of removals below 0: see the page of the command."},
    {"--first-band-to-referrals", NULL,
     "Removals below 0 in the first month of waiting count as unreported referrals."},
    {"--bands", "N", "Bands of a month each, the last one open: 13 is the default, 24 the most."},
    {"--from", "MONTH", "Calibrate on months from this one on."},
    {"--to", "MONTH", "Take this month as the last."},
    {"--hold-out", "N", "With backtest: months that are kept from the calibration: 3."},
    {"--unit-cost", "N", "What a treatment costs: the answer names the cost of those that are more than today's."},
    {"--plot", "FILE",
     "With optimise and one list, draw it too: a file that ends in .svg, .png or .pdf, or the word terminal."},
    {"--format", "table|csv|json", "How to print: table is the default."},
    {0},
};

const command command_plan = {
    .name = "plan",
    .takes = "[ACTION] [ORG ...]",
    .at_least = 0,
    .at_most = ARGUMENTS_MAXIMUM,
    .summary = "What would it take: waiting lists into the future, and the capacity that a target needs.",
    .description =
        "Calibrates the waiting list of an organisation on the months of the full extract of referral-to-treatment "
        "waits in the "
        "workspace: who joins, who is treated and who leaves untreated, by time waited. Then it looks ahead.\n\n"
        "ACTION is optimise (the default: the capacity that meets a target by a month), calibrate (the rates), project "
        "(month by "
        "month at a given capacity) or backtest (months that were kept back, beside what was published).\n\n"
        "ORG is the code of a provider (those who treat), an integrated care board, a region (those who pay), or "
        "ENGLAND.\n\n"
        "A csv (--csv) has the columns period (a month), months_waited (from 0), waiting, treated and referrals.",
    .example =
        "concord plan D7T5G\nconcord plan D7T5G --treatment-function C_110 --target 92 --by 2029-03 --growth 2%\n"
        "concord plan --all icbs --format csv\nconcord plan project ENGLAND --by 2027-03 --capacity +5%",
    .options = options,
    .run = plan_run,
};
