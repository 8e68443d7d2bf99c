/* What a series says: its latest figure, the run that leads to it, its limits and its target. No words here. */
#include "publish/chart_draw.h"
#include "publish/sentence.h"

#include <math.h>
#include <string.h>

bool series_has_figure(const edition_point *p)
{
    return !p->missing && (isfinite(p->value) || p->over_open_band);
}

spc_rule series_rule(const char *name)
{
    if (name != NULL)
        for (spc_rule rule = SPC_BEYOND_LIMITS; rule <= SPC_SHIFT; rule++)
            if (strcmp(name, spc_rule_name(rule)) == 0)
                return rule;
    return SPC_NONE;
}

/* Is q the neighbour that a run may step to from p: the period right before, with a figure that counts, in the same segment? */
static bool in_run(const edition_point *p, const edition_point *q)
{
    return series_has_figure(q) && isfinite(q->value) && !q->estimated && q->segment == p->segment &&
           q->period.first_month + q->period.months == p->period.first_month;
}

/* Points in a row, up to and with i, strictly on the side of the mean that i is on. */
static size_t run_on_side(const series_view *v, size_t i)
{
    const edition_point *points = v->points;
    double mean = points[i].mean;
    if (!isfinite(mean) || points[i].value == mean)
        return 0;
    bool above = points[i].value > mean;
    size_t n = 1;
    for (; i > 0 && in_run(&points[i], &points[i - 1]) && points[i - 1].value != mean &&
           (points[i - 1].value > mean) == above;
         i--)
        n++;
    return n;
}

/* Strict steps in a row up to i that go the way of the last one. */
static size_t run_of_steps(const series_view *v, size_t i, bool *rising)
{
    const edition_point *points = v->points;
    size_t n = 0;
    *rising = i > 0 && points[i].value > points[i - 1].value;
    for (; i > 0 && in_run(&points[i], &points[i - 1]); i--) {
        double step = points[i].value - points[i - 1].value;
        if (step == 0 || (step > 0) != *rising)
            break;
        n++;
    }
    return n;
}

bool series_direction(const series_view *v, size_t i, spc_signal signal, spc_rule rule)
{
    const better way = v->edition->measures[v->series->measure].better;
    const edition_point *p = &v->points[i];
    bool rising;
    if (signal == SIGNAL_HIGH || signal == SIGNAL_LOW)
        return signal == SIGNAL_HIGH;
    if (way != BETTER_NEITHER)
        return (signal == SIGNAL_IMPROVEMENT) == (way == BETTER_HIGHER);
    if (rule == SPC_TREND) {
        (void)run_of_steps(v, i, &rising);
        return rising;
    }
    return p->value > p->mean;
}

void series_read(const series_view *v, series_reading *r)
{
    const edition *e = v->edition;
    *r = (series_reading){.measure = &e->measures[v->series->measure], .org = &e->orgs[v->series->org], .level = NAN};
    const spc_rules rules = edition_rules_of(e);
    r->needed = rules.minimum_points < 0 ? 0 : (size_t)rules.minimum_points;
    for (size_t i = v->count; i-- > 0;) {
        if (!series_has_figure(&v->points[i]))
            continue;
        if (r->last == NULL) {
            r->last = &v->points[i];
            r->last_index = i;
        } else {
            r->before = &v->points[i];
            break;
        }
    }
    if (r->last == NULL)
        return;
    r->has_limits = isfinite(r->last->lower) && isfinite(r->last->upper);
    r->signal = isfinite(r->last->value) && !r->last->estimated ? draw_signal(r->last->signal) : SIGNAL_NONE;
    r->rule = series_rule(r->last->rule);
    r->constant = true;
    double first_value = NAN;
    for (size_t i = 0; i <= r->last_index; i++) {
        const edition_point *p = &v->points[i];
        if (!series_has_figure(p) || p->estimated || !isfinite(p->value) || p->segment != r->last->segment)
            continue;
        r->figures++;
        if (isnan(first_value))
            first_value = p->value;
        r->constant = r->constant && p->value == first_value;
    }
    if (r->signal > SIGNAL_COMMON_CAUSE) {
        bool rising;
        r->high = series_direction(v, r->last_index, r->signal, r->rule);
        if (r->rule == SPC_SHIFT)
            r->run = run_on_side(v, r->last_index);
        else if (r->rule == SPC_TREND)
            r->run = run_of_steps(v, r->last_index, &rising);
    }
    r->level = v->series->latest_target;
    int32_t index = v->series->latest_target_index;
    if (isfinite(r->level) && index >= 0 && (size_t)index < e->target_count)
        r->target = &e->targets[index];
    if ((isfinite(r->level) || v->aim_count > 0) && isfinite(r->last->value) && r->measure->better != BETTER_NEITHER) {
        r->judged = true;
        r->met = r->measure->better == BETTER_HIGHER ? r->last->value >= r->level : r->last->value <= r->level;
    }
}

bool series_verdict_changed(const series_view *v, spc_signal *before, spc_signal *now)
{
    series_reading latest, then;
    series_view earlier = *v;
    series_read(v, &latest);
    *now = latest.signal;
    *before = SIGNAL_NONE;
    if (latest.last == NULL)
        return false;
    earlier.count = latest.last_index;
    series_read(&earlier, &then);
    *before = then.signal;
    return *now != SIGNAL_NONE && *now != *before && !(*before == SIGNAL_NONE && *now == SIGNAL_COMMON_CAUSE);
}

bool series_closed(const series_view *v)
{
    const date closed = v->edition->orgs[v->series->org].closed;
    return closed > 0 && closed != DATE_FOREVER && closed <= v->edition->current;
}

bool sentence_gap(const series_view *v, int64_t *missing)
{
    return sentence_gap_to(v, v->series->latest_target, missing);
}

bool sentence_gap_to(const series_view *v, double level, int64_t *missing)
{
    series_reading r;
    series_read(v, &r);
    *missing = 0;
    if (r.last == NULL || !isfinite(r.last->value) || !isfinite(level) || r.measure->better == BETTER_NEITHER ||
        r.measure->value_kind == NULL || strcmp(r.measure->value_kind, "ratio") != 0 ||
        strcmp(r.measure->unit, "percent") != 0 || !r.last->has_numerator || !r.last->has_denominator ||
        r.last->denominator <= 0 || !(r.measure->scale > 0))
        return false;
    double wanted = level / r.measure->scale * edition_denominator(r.measure, r.last);
    /* A wanted number that is whole but for rounding is that number. */
    bool more = r.measure->better == BETTER_HIGHER;
    double whole = more ? ceil(wanted - 1e-6) : floor(wanted + 1e-6);
    double own = edition_numerator(r.measure, r.last);
    double gap = ceil((more ? whole - own : own - whole) - 1e-6);
    if (!(fabs(gap) < 9e15))
        return false;
    *missing = gap > 0 ? (int64_t)gap : 0;
    return true;
}

const char *sentence_gap_noun(const edition_measure *m)
{
    static const char *const nouns[][2] = {
        {"people", "people"},      {"patient", "people"},         {"child", "children"},
        {"adult", "adults"},       {"attendance", "attendances"}, {"appointment", "appointments"},
        {"referral", "referrals"}, {"pathway", "pathways"},       {"test", "tests"},
        {"call", "calls"},         {"admission", "admissions"},   {"discharge", "discharges"},
        {"contact", "contacts"},   {"visit", "visits"},           {"bed", "beds"}};
    if (m->domain != NULL && strcmp(m->domain, "finance") == 0) /* parts of money are nobody */
        return m->definition != NULL && strstr(m->definition, "thousand pounds") != NULL ? "thousand pounds" : "pounds";
    if (m->unit_label != NULL)
        for (size_t i = 0; i < sizeof nouns / sizeof *nouns; i++)
            if (strstr(m->unit_label, nouns[i][0]) != NULL)
                return nouns[i][1];
    return "cases";
}
