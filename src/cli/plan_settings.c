/* What is asked of a plan: numbers, the goal, rules and profiles. */
#include "cli/plan_settings.h"

#include <math.h>
#include <string.h>

static status option_refuse(error *err, const char *option, const char *value, const char *hint)
{
    error_set(err, STATUS_USAGE, "%s: '%s' cannot be used", option, value);
    error_hint(err, "%s", hint);
    return STATUS_USAGE;
}

/* More than this a month is a slip of the keyboard: England has some two million new pathways. Changes are in per cent. */
#define PEOPLE_MOST 1e7
#define CHANGE_MOST 1000.

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
    if (percent ? number > CHANGE_MOST : number > PEOPLE_MOST)
        return option_refuse(err, "--capacity", value,
                             "That is more than anybody could treat: at most 10 million people a month, or +1000%.");
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
    if (s->referrals > PEOPLE_MOST)
        return option_refuse(err, "--referrals", value, "Give at most 10 million new pathways a month.");
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

status plan_settings_read(const cli *c, const arguments *a, plan_settings *s, error *err)
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
        code = option_count("--bands", given, 2, argument(c->command, a, "--csv") == NULL ? 24 : FLOW_BANDS_MAXIMUM,
                            &bands, err);
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
