/* plan_form: see plan_form.h. */
#include "publish/plan_form.h"

#include "publish/plan_list.h"

#include <math.h>
#include <string.h>

const char *const lever_names[ASK_FIELDS] = {"function", "growth", "capacity", "profile", "by", "target", "cost"};

static void typed_keep(const char *value, char *out)
{
    size_t n = 0;
    for (; value != NULL && value[n] != 0 && n < SITE_FIELD_TEXT_MAXIMUM; n++)
        out[n] = value[n] >= ' ' && value[n] <= '~' ? value[n] : '?';
    out[n] = 0;
}

static void refuse(lever_form *f, lever_field field, const char *words)
{
    (void)snprintf(f->wrong[field], sizeof f->wrong[field], "%s", words);
    f->wrong_count++;
}

/* Whether the comma at `i` parts thousands: three digits after it and then no more, one to three before it, and no point before
 * it. The comma of "1,5" is a decimal point of another country. */
static bool comma_parts_thousands(text t, size_t i)
{
    size_t before = 0, after = 0;
    while (before < i && t.at[i - before - 1] >= '0' && t.at[i - before - 1] <= '9')
        before++;
    while (i + 1 + after < t.length && t.at[i + 1 + after] >= '0' && t.at[i + 1 + after] <= '9')
        after++;
    return before >= 1 && before <= 3 && after == 3 && (i == before || t.at[i - before - 1] != '.');
}

/* A decimal comma, or commas that part nothing. */
static bool has_odd_comma(const char *typed)
{
    const text t = text_of(typed);
    bool odd = false;
    for (size_t i = 0; i < t.length; i++)
        odd = odd || (t.at[i] == ',' && !comma_parts_thousands(t, i));
    return odd;
}

/* "+2.5 %" of people who paste; commas between thousands too. False where it is no number. */
static bool number_of(const char *typed, double *out)
{
    char plain[64];
    size_t n = 0;
    text t = text_trim(text_of(typed));
    if (has_odd_comma(typed))
        return false;
    if (t.length > 0 && t.at[t.length - 1] == '%')
        t = text_trim((text){t.at, t.length - 1});
    for (size_t i = 0; i < t.length; i++) {
        if (t.at[i] == ',')
            continue;
        if (n + 1 == sizeof plain)
            return false;
        plain[n++] = t.at[i];
    }
    return number_parse((text){plain, n}, out) && isfinite(*out);
}

/* What was typed with a comma is told how to write it. */
static void refuse_number(lever_form *f, lever_field field, const char *words)
{
    char sentence[160];
    (void)snprintf(sentence, sizeof sentence, "%s%s", words,
                   strchr(f->typed[field], ',') != NULL ? "; parts of one are written with a point, as in 1.5" : "");
    refuse(f, field, sentence);
}

/* A share of a number in per cent; `otherwise` where nothing was given or it cannot be used. */
static double percent_read(lever_form *f, lever_field field, double low, double high, double otherwise,
                           const char *words)
{
    double value = 0;
    if (text_trim(text_of(f->typed[field])).length == 0)
        return otherwise;
    if (strchr(f->typed[field], ',') == NULL && number_of(f->typed[field], &value) && value >= low && value <= high)
        return value / 100;
    refuse_number(f, field, words);
    return otherwise;
}

static void by_read(lever_form *f, const lever_bounds *bounds)
{
    period p = {0};
    char words[PERIOD_WORDS], sentence[160];
    const text typed = text_trim(text_of(f->typed[ASK_BY]));
    f->by = bounds->by;
    if (typed.length == 0)
        return;
    if (!period_parse(typed, &p) || p.kind != PERIOD_MONTH) {
        refuse(f, ASK_BY, "The month must be written as year and month, such as 2029-03");
        return;
    }
    const int32_t ahead = p.first_month - bounds->last.first_month;
    period_words(bounds->last, words);
    if (ahead < 1) {
        (void)snprintf(sentence, sizeof sentence, "The month must be after %s, the last month of figures", words);
        refuse(f, ASK_BY, sentence);
    } else if (ahead > PLAN_PERIODS_MAXIMUM) {
        (void)snprintf(sentence, sizeof sentence, "The month must be within %d years of %s", PLAN_PERIODS_MAXIMUM / 12,
                       words);
        refuse(f, ASK_BY, sentence);
    } else
        f->by = p;
}

static void profile_read(lever_form *f)
{
    flow_profile_kind kind = FLOW_PROFILE_LINEAR;
    f->profile = FLOW_PROFILE_LINEAR;
    if (f->typed[ASK_PROFILE][0] == 0)
        return;
    if (flow_profile_find(f->typed[ASK_PROFILE], &kind) && kind != FLOW_PROFILE_MONTHLY)
        f->profile = kind;
    else
        refuse(f, ASK_PROFILE, "Choose how treatments change: at once, in a line, or over the first year");
}

static void function_read(lever_form *f, const lever_bounds *bounds)
{
    f->function = "";
    if (f->typed[ASK_FUNCTION][0] == 0)
        return;
    for (size_t i = 0; i < bounds->function_count; i++) {
        const char *code = bounds->functions[i].treatment_function;
        if (code != NULL && strcmp(code, f->typed[ASK_FUNCTION]) == 0)
            f->function = code;
    }
    if (f->function[0] == 0)
        refuse(f, ASK_FUNCTION, "Choose one of the treatment functions that this organisation has");
}

static void cost_read(lever_form *f)
{
    double value = 0;
    const text typed = text_trim(text_of(f->typed[ASK_COST]));
    f->cost = NAN;
    if (typed.length == 0)
        return;
    if (number_of(f->typed[ASK_COST], &value) && value >= 0 && value <= LEVER_COST_HIGH)
        f->cost = value;
    else
        refuse_number(f, ASK_COST,
                      "The cost of a treatment must be a number of pounds from 0 to 1,000,000, such as 1900");
}

void lever_form_read(const site_field *fields, size_t count, const lever_bounds *bounds, lever_form *out)
{
    bool given[ASK_FIELDS] = {false};
    *out = (lever_form){0};
    for (size_t i = 0; i < count; i++) {
        if (strcmp(fields[i].name, "part") == 0 && fields[i].value != NULL)
            out->answer_alone = out->answer_alone || strcmp(fields[i].value, "answer") == 0;
        for (size_t k = 0; k < ASK_FIELDS; k++)
            if (!given[k] && strcmp(fields[i].name, lever_names[k]) == 0) {
                given[k] = true;
                typed_keep(fields[i].value, out->typed[k]);
            }
    }
    function_read(out, bounds);
    out->growth = percent_read(out, ASK_GROWTH, LEVER_GROWTH_LOW, LEVER_GROWTH_HIGH, 0,
                               "Growth must be a number from -20 to 20 per cent a year, such as 2");
    out->capacity = percent_read(out, ASK_CAPACITY, LEVER_CAPACITY_LOW, LEVER_CAPACITY_HIGH, 0,
                                 "The change of treatments must be a number from -90 to 200 per cent, such as 5");
    profile_read(out);
    by_read(out, bounds);
    out->target = percent_read(out, ASK_TARGET, 1, 99.9, bounds->target / 100,
                               "The target must be a number from 1 to 99.9 per cent, such as 92");
    cost_read(out);
}
