/* plan_words: a plan in plain English. */
#include "publish/figure.h"
#include "publish/html.h"
#include "publish/plan_view.h"

void plan_share_words(double share, buffer *out)
{
    if (isnan(share))
        buffer_text(out, "not known");
    else
        buffer_printf(out, "%.1f%%", share * 100);
}

void plan_people_words(double people, buffer *out)
{
    char words[NUMBER_TEXT];
    if (isnan(people)) {
        buffer_text(out, "not known");
        return;
    }
    double size = fabs(people), step = 1;
    while (size / step >= 1000)
        step *= 10;
    if (size >= 1e6) {
        buffer_printf(out, "%.3g million", size / 1e6);
        return;
    }
    number_grouped((int64_t)(llround(size / step) * (long long)step), words);
    buffer_text(out, words);
}

void plan_chance_words(double probability, buffer *out)
{
    if (isnan(probability))
        buffer_text(out, "not known");
    else if (probability < 0.01)
        buffer_text(out, "under 1%");
    else if (probability > 0.99)
        buffer_text(out, "over 99%");
    else
        buffer_printf(out, "%.0f%%", probability * 100);
}

void plan_change_words(double share, buffer *out)
{
    if (isnan(share))
        buffer_text(out, "not known");
    else if (fabs(share) < 0.0005)
        buffer_text(out, "no change");
    else
        buffer_printf(out, "%s%.1f%%", share < 0 ? "\xe2\x88\x92" : "+", fabs(share) * 100);
}

void plan_value_words(double value, const char *unit, buffer *out)
{
    static const char share[] = "share";
    const bool is_share = strncmp(unit, share, sizeof share - 1) == 0;
    const char *rest = is_share ? unit + sizeof share - 1 : unit;
    if (is_share)
        buffer_printf(out, "%s%.3g%%", value < 0 ? "\xe2\x88\x92" : "", fabs(value) * 100);
    else
        figure_fixed(value, value == floor(value) ? 0 : fabs(value) < 10 ? 2 : 1, true, "\xe2\x88\x92", out);
    if (rest[0] != 0)
        buffer_printf(out, "%s%s", rest[0] == ' ' ? "" : " ", rest);
}

void plan_needed_words(const plan_list *list, const plan_settings *settings, const plan_answer *x, const char *who,
                       buffer *out)
{
    char by[PERIOD_WORDS];
    period_words(settings->by, by);
    const double change = x->found.last_capacity / list->capacity - 1;
    if (x->found.outcome == FLOW_CANNOT_BE_MET) {
        buffer_printf(out, "No number of treatments reached in this way gets %s to %.4g%% by %s: the best is ", who,
                      settings->goal.value * 100, by);
        plan_share_words(x->planned.within_share, out);
        buffer_text(out, ". It needs more time, or capacity that comes sooner.");
        return;
    }
    if (x->found.outcome == FLOW_MET_BY_NONE) {
        buffer_printf(out, "%.4g%% by %s is to be expected whatever is done: so many leave the list without treatment.",
                      settings->goal.value * 100, by);
        return;
    }
    buffer_printf(out, "For %.4g%% of people to have waited %.4g weeks or less by %s, ", settings->goal.value * 100,
                  settings->goal.weeks, by);
    buffer_printf(out, "%s would need about ", who);
    plan_people_words(x->found.last_capacity, out);
    buffer_text(out, " treatments a month");
    buffer_text(out, settings->profile == FLOW_PROFILE_FLAT     ? " from the first month on"
                     : settings->profile == FLOW_PROFILE_LINEAR ? " by then"
                                                                : " at the end of the ramp");
    if (fabs(change) < 0.0005) {
        buffer_text(out, ", as many as today.");
        return;
    }
    buffer_printf(out, ", %.1f%% %s than the ", fabs(change) * 100, change < 0 ? "fewer" : "more");
    plan_people_words(list->capacity, out);
    buffer_text(out, " of today: ");
    plan_people_words(x->extra, out);
    buffer_printf(out, " %s in all until then", x->extra < 0 ? "fewer" : "more");
    if (!isnan(settings->unit_cost) && x->extra > 0) {
        buffer_text(out, ", at a cost of \xc2\xa3");
        plan_people_words(x->extra * settings->unit_cost, out);
    }
    buffer_char(out, '.');
}

void plan_answer_words(const plan_view *v, buffer *out)
{
    const plan_answer *x = &v->answer;
    const course *today = &v->courses[COURSE_TODAY];
    const answer_probability *met = &today->met[v->question.target_count - 1];
    plan_needed_words(&v->list, &v->settings, x, org_short(v->site, v->who), out);
    if (!isnan(v->sure)) {
        buffer_text(out, " To be sure of it 8 times in 10 takes about ");
        plan_people_words(v->sure, out);
        buffer_text(out, ".");
    }
    if (x->for_good > 0 && x->found.outcome == FLOW_MET) {
        buffer_text(out, " Keeping it there afterwards takes about ");
        plan_people_words(x->for_good, out);
        buffer_text(out, " a month.");
    }
    if (x->unchanged.waiting < PLAN_NOBODY) {
        buffer_text(out, " If all stays as today, nobody is to be waiting by then.");
        return;
    }
    buffer_text(out, " If all stays as today, ");
    plan_share_words(x->unchanged.within_share, out);
    buffer_text(out, " is what to expect (9 times in 10 between ");
    plan_share_words(today->within[x->periods - 1].low, out);
    buffer_text(out, " and ");
    plan_share_words(today->within[x->periods - 1].high, out);
    buffer_printf(out, "), and the chance of reaching %.4g%% is ", v->settings.goal.value * 100);
    plan_chance_words(met->probability, out);
    buffer_char(out, '.');
}
