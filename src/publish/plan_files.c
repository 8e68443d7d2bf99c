/* plan_files: the plan of an organisation as csv and JSON. */
#include "publish/plan_view.h"

/* Rounded as `concord plan` does: people to a tenth, shares in per cent and weeks to a hundredth. */
static double tenth(double value)
{
    return round(value * 10) / 10;
}

static double hundredth(double value)
{
    return round(value * 100) / 100;
}

static void month_text(period p, buffer *out)
{
    char when[PERIOD_TEXT];
    period_format(p, when);
    buffer_text(out, when);
}

/* ---- csv ------------------------------------------------------------------------------------------------ */

static void csv_number(double value, buffer *out)
{
    buffer_char(out, ',');
    buffer_number(out, value);
}

static void csv_course(const plan_view *v, const course *c, buffer *out)
{
    for (size_t i = 0; c->problem == NULL && i < c->periods; i++) {
        const plan_figures *f = &c->figures[i];
        buffer_csv(out, v->list.code);
        buffer_char(out, ',');
        buffer_csv(out, c->id);
        buffer_char(out, ',');
        month_text(plan_month(&v->list, i), out);
        csv_number(tenth(f->waiting), out);
        csv_number(tenth(c->waiting[i].low), out);
        csv_number(tenth(c->waiting[i].high), out);
        csv_number(hundredth(f->within_share * 100), out);
        csv_number(hundredth(c->within[i].low * 100), out);
        csv_number(hundredth(c->within[i].high * 100), out);
        csv_number(tenth(f->over_52), out);
        csv_number(hundredth(f->median_weeks), out);
        csv_number(hundredth(f->p92_weeks), out);
        csv_number(tenth(c->referrals[i]), out);
        csv_number(tenth(c->capacity[i]), out);
        csv_number(tenth(c->treated[i]), out);
        buffer_char(out, '\n');
    }
}

status file_plan_csv(const site *s, int32_t who, buffer *out, error *err)
{
    const plan_view *v = NULL;
    const status code = plan_view_take(s, who, &v, err);
    if (code != STATUS_OK)
        return code;
    buffer_text(out, "organisation,course,month,waiting,waiting_low,waiting_high,within_percent,within_low,within_high,"
                     "over_52,median_weeks,p92_weeks,referrals,capacity,treated\n");
    for (size_t i = 0; i < v->course_count; i++)
        csv_course(v, &v->courses[i], out);
    plan_view_release(s, v);
    return buffer_status(out, err);
}

/* ---- JSON ----------------------------------------------------------------------------------------------- */

static void json_key(const char *key, buffer *out)
{
    buffer_json(out, key);
    buffer_char(out, ':');
}

static void json_number(const char *key, double value, buffer *out)
{
    json_key(key, out);
    buffer_json_number(out, value);
    buffer_char(out, ',');
}

static void json_word(const char *key, const char *value, buffer *out)
{
    json_key(key, out);
    if (value == NULL)
        buffer_text(out, "null");
    else
        buffer_json(out, value);
    buffer_char(out, ',');
}

static void json_month(const char *key, period p, buffer *out)
{
    char when[PERIOD_TEXT];
    period_format(p, when);
    json_word(key, when, out);
}

/* A list or an object is closed over the comma that its last item left. */
static void json_close(char with, buffer *out)
{
    if (out->length > 0 && out->data[out->length - 1] == ',')
        out->data[--out->length] = 0;
    buffer_char(out, with);
}

static void json_figures(const char *key, const plan_figures *f, buffer *out)
{
    json_key(key, out);
    buffer_char(out, '{');
    json_number("waiting", tenth(f->waiting), out);
    json_number("within_percent", hundredth(f->within_share * 100), out);
    json_number("over_52", tenth(f->over_52), out);
    json_number("median_weeks", hundredth(f->median_weeks), out);
    json_number("p92_weeks", hundredth(f->p92_weeks), out);
    json_close('}', out);
    buffer_char(out, ',');
}

static const char *outcome_word(flow_outcome outcome)
{
    return outcome == FLOW_MET ? "met" : outcome == FLOW_MET_BY_NONE ? "met by any capacity" : "cannot be met";
}

static void json_answer(const plan_list *list, const plan_answer *x, buffer *out)
{
    json_figures("now", &x->now, out);
    json_figures("unchanged", &x->unchanged, out);
    json_figures("planned", &x->planned, out);
    json_word("outcome", outcome_word(x->found.outcome), out);
    json_number("referrals", tenth(list->referrals), out);
    json_number("capacity", tenth(list->capacity), out);
    json_number("capacity_needed", tenth(x->found.last_capacity), out);
    json_number("capacity_change_percent", hundredth((x->found.last_capacity / list->capacity - 1) * 100), out);
    json_number("extra_treatments", tenth(x->extra), out);
    json_number("capacity_for_good", tenth(x->for_good), out);
}

static void json_course(const plan_view *v, const course *c, buffer *out)
{
    buffer_char(out, '{');
    json_word("id", c->id, out);
    json_word("name", c->name, out);
    if (c->scenario != NULL)
        json_number("version", (double)c->scenario->version, out);
    json_word("problem", c->problem, out);
    if (c->problem == NULL) {
        const size_t last = c->periods - 1;
        json_figures("at_the_end", &c->figures[last], out);
        json_number("within_low", hundredth(c->within[last].low * 100), out);
        json_number("within_high", hundredth(c->within[last].high * 100), out);
        json_number("waiting_low", tenth(c->waiting[last].low), out);
        json_number("waiting_high", tenth(c->waiting[last].high), out);
        json_number("capacity", tenth(c->capacity[last]), out);
        json_number("extra_treatments", tenth(c->extra_treatments), out);
        json_number("cost", tenth(c->cost), out);
        json_key("targets", out);
        buffer_char(out, '[');
        for (size_t t = 0; t < v->question.target_count; t++) {
            buffer_char(out, '{');
            json_number("percent", v->targets[t].level * 100, out);
            json_month("by", v->targets[t].by, out);
            json_number("probability", c->met[t].probability, out);
            json_close('}', out);
            buffer_char(out, ',');
        }
        json_close(']', out);
        buffer_char(out, ',');
    }
    json_close('}', out);
    buffer_char(out, ',');
}

static void json_assumption(const char *name, const char *of, double low, double middle, double high, const char *unit,
                            const char *source, buffer *out)
{
    buffer_char(out, '{');
    json_word("name", name, out);
    json_word("course", of, out);
    json_number("low", low, out);
    json_number("central", middle, out);
    json_number("high", high, out);
    json_word("unit", unit, out);
    json_word("source", source, out);
    json_close('}', out);
    buffer_char(out, ',');
}

static void json_assumptions(const plan_view *v, buffer *out)
{
    json_key("assumptions", out);
    buffer_char(out, '[');
    for (size_t i = 0; i < SHARED_ASSUMPTIONS; i++) {
        const course_assumption *x = &shared_assumptions[i];
        json_assumption(x->name, NULL, x->low, x->central, x->high, x->unit, x->source, out);
    }
    for (size_t k = 0; k < v->course_count; k++)
        for (size_t i = 0; v->courses[k].scenario != NULL && v->courses[k].problem == NULL &&
                           i < v->courses[k].scenario->assumption_count;
             i++) {
            const scenario_assumption *x = &v->courses[k].scenario->assumptions[i];
            json_assumption(x->name, v->courses[k].id, x->low, x->central, x->high, x->unit, x->source, out);
        }
    json_close(']', out);
    buffer_char(out, ',');
}

status file_plan_json(const site *s, int32_t who, buffer *out, error *err)
{
    const plan_view *v = NULL;
    const status code = plan_view_take(s, who, &v, err);
    if (code != STATUS_OK)
        return code;
    buffer_char(out, '{');
    json_word("organisation", v->list.code, out);
    json_word("name", v->list.name, out);
    json_word("edition", s->now->id, out);
    json_word("problem", v->list.problem[0] == 0 ? NULL : v->list.problem, out);
    if (v->list.problem[0] == 0) {
        json_month("from", v->list.first, out);
        json_month("to", v->list.last, out);
        json_month("by", v->settings.by, out);
        json_number("target_percent", v->settings.goal.value * 100, out);
        json_number("weeks", v->settings.goal.weeks, out);
        json_answer(&v->list, &v->answer, out);
        json_key("courses", out);
        buffer_char(out, '[');
        for (size_t i = 0; i < v->course_count; i++)
            json_course(v, &v->courses[i], out);
        json_close(']', out);
        buffer_char(out, ',');
        json_assumptions(v, out);
        json_key("treatment_functions", out);
        buffer_char(out, '[');
        for (size_t i = 0; i < v->function_count; i++) {
            const plan_function *f = &v->functions[i];
            buffer_char(out, '{');
            json_word("treatment_function", f->flow->treatment_function, out);
            json_word("name", f->flow->treatment_function_name, out);
            json_word("problem", f->list.problem[0] == 0 ? NULL : f->list.problem, out);
            if (f->list.problem[0] == 0)
                json_answer(&f->list, &f->answer, out);
            json_close('}', out);
            buffer_char(out, ',');
        }
        json_close(']', out);
        buffer_char(out, ',');
    }
    json_close('}', out);
    buffer_char(out, '\n');
    plan_view_release(s, v);
    return buffer_status(out, err);
}
