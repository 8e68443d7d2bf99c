/* What concord plan simulate prints of its replications. */
#include "cli/simulate_print.h"

#include <math.h>

int32_t simulate_report_at(const simulate_job *j, int32_t i)
{
    return j->reports_shown == 1 ? j->base.model->reports : i;
}

static const char *report_name(const simulate_job *j, int32_t report)
{
    return report < j->base.model->reports ? j->report_names[report] : "all";
}

static void month_put(table *t, const simulate_job *j, int32_t step)
{
    table_period(t, (period){.kind = PERIOD_MONTH, .first_month = j->base.first_month + step, .months = 1});
}

double simulate_rounded(simulate_measure m, double value)
{
    const double scale = m == SIMULATE_WITHIN_18_SHARE || m == SIMULATE_OVER_52_SHARE ? 10000 : 100;
    return isnan(value) ? value : round(value * scale) / scale;
}

static void figure_put(table *t, simulate_measure m, double value)
{
    table_number(t, simulate_rounded(m, value));
}

static status finish(simulate_job *j, table *t, error *err)
{
    status code = table_print(j->cli, t, j->format, err);
    table_free(t);
    return code;
}

double *simulate_scratch(simulate_job *j)
{
    return arena_array(&j->memory, (size_t)j->options.replications, sizeof(double));
}

status simulate_no_memory(error *err)
{
    return error_set(err, STATUS_MEMORY, "There is not enough memory for the answers");
}

static void range_put(table *t, simulate_measure m, answer_range r)
{
    figure_put(t, m, r.mean);
    figure_put(t, m, r.low);
    figure_put(t, m, r.middle);
    figure_put(t, m, r.high);
}

status simulate_print_path(simulate_job *j, error *err)
{
    static const table_column columns[] = {{"report", NULL, false, false},  {"month", NULL, false, false},
                                           {"measure", NULL, false, false}, {"expected", NULL, true, false},
                                           {"low", NULL, true, false},      {"middle", NULL, true, false},
                                           {"high", NULL, true, false}};
    table t;
    double *scratch = simulate_scratch(j);
    if (scratch == NULL)
        return simulate_no_memory(err);
    table_begin(&t, columns, 7);
    for (int32_t i = 0; i < j->reports_shown; i++) {
        const int32_t report = simulate_report_at(j, i);
        for (size_t m = 0; m < j->measure_count; m++) {
            for (int32_t step = 0; step < j->base.model->periods; step++) {
                table_text(&t, report_name(j, report));
                month_put(&t, j, step);
                table_text(&t, simulate_measure_name(j->measures[m]));
                range_put(&t, j->measures[m],
                          simulate_range(&j->sides[0].results, report, step, j->measures[m], j->coverage, scratch));
            }
        }
    }
    return finish(j, &t, err);
}

static status targets_needed(const simulate_job *j, error *err)
{
    if (j->sides[0].scenario->target_count > 0)
        return STATUS_OK;
    status code = error_set(err, STATUS_USAGE, "The scenario has no targets");
    error_at(err, j->sides[0].scenario->file, NULL, 0, NULL);
    return code;
}

static bool booked_as_published(const simulate_model *m)
{
    for (size_t i = 0; i < m->list_count; i++)
        if (m->lists[i].rule != BOOKING_AS_PUBLISHED)
            return false;
    return true;
}

status simulate_print_targets(simulate_job *j, error *err)
{
    static const table_column columns[] = {{"report", NULL, false, false},
                                           {"target", NULL, false, false},
                                           {"by", NULL, false, false},
                                           {"measure", NULL, false, false},
                                           {"at_least", NULL, true, false},
                                           {"at_most", NULL, true, false},
                                           {"expected", NULL, true, false},
                                           {"probability", NULL, true, false},
                                           {"probability_lower_95", NULL, true, false},
                                           {"probability_upper_95", NULL, true, false}};
    const scenario *s = j->sides[0].scenario;
    table t;
    double *scratch = simulate_scratch(j);
    status code = targets_needed(j, err);
    if (scratch == NULL)
        code = simulate_no_memory(err);
    if (code != STATUS_OK)
        return code;
    table_begin(&t, columns, 10);
    for (int32_t i = 0; i < j->reports_shown && code == STATUS_OK; i++) {
        const int32_t report = simulate_report_at(j, i);
        for (size_t k = 0; k < s->target_count && code == STATUS_OK; k++) {
            simulate_target aim;
            code = scenario_target_of(s, k, &j->base, &aim, err);
            if (code != STATUS_OK)
                break;
            const answer_probability p = simulate_probability(&j->sides[0].results, report, &aim);
            table_text(&t, report_name(j, report));
            table_text(&t, s->targets[k].name);
            month_put(&t, j, aim.step);
            table_text(&t, simulate_measure_name(aim.measure));
            table_number(&t, aim.at_least ? aim.level : NAN);
            table_number(&t, aim.at_least ? NAN : aim.level);
            figure_put(&t, aim.measure,
                       simulate_range(&j->sides[0].results, report, aim.step, aim.measure, j->coverage, scratch).mean);
            table_number(&t, p.probability);
            table_number(&t, round(p.low * 1000) / 1000);
            table_number(&t, round(p.high * 1000) / 1000);
        }
    }
    if (code == STATUS_OK)
        say_note(j->cli, "%s",
                 booked_as_published(j->base.model)
                     ? "Probabilities hold for the named assumptions, with people booked by time waited as in the "
                       "published months."
                     : "Probabilities hold for strict booking by --rule with the named assumptions, not for the way "
                       "hospitals book.");
    if (code == STATUS_OK)
        return finish(j, &t, err);
    table_free(&t);
    return code;
}

/* ---- what matters most, and what it takes ----------------------------------------------------------- */

status simulate_tornado(simulate_job *j, const simulate_side *side, simulate_target *aim, tornado_bar **bars,
                        size_t *count, error *err)
{
    const scenario *s = side->scenario;
    const bool has_target = s->target_count > 0;
    *aim = (simulate_target){.measure = SIMULATE_WAITING, .step = j->base.model->periods - 1};
    *count = 0;
    *bars = arena_array(&j->memory, s->assumption_count + 1, sizeof **bars);
    if (*bars == NULL)
        return simulate_no_memory(err);
    const status code = has_target ? scenario_target_of(s, 0, &j->base, aim, err) : STATUS_OK;
    return code != STATUS_OK ? code
                             : scenario_tornado(s, &j->base, &j->options, j->base.model->reports, aim->step,
                                                aim->measure, has_target ? aim : NULL, *bars, count, err);
}

status simulate_print_sensitivity(simulate_job *j, error *err)
{
    static const table_column columns[] = {{"assumption", NULL, false, false},
                                           {"name", NULL, false, false},
                                           {"low", NULL, true, false},
                                           {"high", NULL, true, false},
                                           {"measure", NULL, false, false},
                                           {"month", NULL, false, false},
                                           {"expected_at_low", NULL, true, false},
                                           {"expected", NULL, true, false},
                                           {"expected_at_high", NULL, true, false},
                                           {"probability_at_low", NULL, true, false},
                                           {"probability_at_high", NULL, true, false}};
    const scenario *s = j->sides[0].scenario;
    simulate_target aim;
    tornado_bar *bars = NULL;
    size_t count = 0;
    table t;
    const status code = simulate_tornado(j, &j->sides[0], &aim, &bars, &count, err);
    if (code != STATUS_OK)
        return code;
    table_begin(&t, columns, 11);
    for (size_t i = 0; i < count; i++) {
        const scenario_assumption *a = &s->assumptions[bars[i].assumption];
        table_text(&t, a->id);
        table_text(&t, a->name);
        table_number(&t, a->low);
        table_number(&t, a->high);
        table_text(&t, simulate_measure_name(aim.measure));
        month_put(&t, j, aim.step);
        figure_put(&t, aim.measure, bars[i].low);
        figure_put(&t, aim.measure, bars[i].central);
        figure_put(&t, aim.measure, bars[i].high);
        table_number(&t, bars[i].probability_low);
        table_number(&t, bars[i].probability_high);
    }
    return finish(j, &t, err);
}

/* A target that cannot be met: how near it comes with the most capacity that is tried. */
static void best_say(const simulate_job *j, const capacity_question *q, const capacity_answer *best, const char *name)
{
    say_note(j->cli,
             "%s, %s: not even %.4g times the capacity is enough: %.0f%% of replications reach it at best, %.0f%% are "
             "asked for. See each list by itself with --report list.",
             report_name(j, q->report), name, best->multiplier, best->probability * 100, j->probability * 100);
}

static status capacity_row(simulate_job *j, table *t, int32_t report, size_t which, error *err)
{
    const scenario *s = j->sides[0].scenario;
    capacity_question q = {.report = report, .probability = j->probability};
    capacity_answer a;
    status code = scenario_target_of(s, which, &j->base, &q.target, err);
    if (code == STATUS_OK)
        code = simulate_capacity_needed(&j->sides[0].model, &j->options, &q, &a, err);
    if (code != STATUS_OK)
        return code;
    table_text(t, report_name(j, report));
    table_text(t, s->targets[which].name);
    month_put(t, j, q.target.step);
    table_text(t, a.met_already ? "already" : a.met ? "yes" : "no");
    table_number(t, round(a.multiplier * 1000) / 1000);
    table_number(t, round(a.extra_a_month * 10) / 10);
    table_number(t, round(a.extra_slots));
    table_number(t, isnan(j->unit_cost) ? NAN : round(a.extra_slots * j->unit_cost));
    table_number(t, a.probability);
    if (!a.met && !a.met_already)
        best_say(j, &q, &a, s->targets[which].name);
    return STATUS_OK;
}

status simulate_print_capacity(simulate_job *j, error *err)
{
    static const table_column columns[] = {{"report", NULL, false, false},
                                           {"target", NULL, false, false},
                                           {"by", NULL, false, false},
                                           {"can_be_met", NULL, false, false},
                                           {"capacity_times", NULL, true, false},
                                           {"extra_slots_a_month", NULL, true, false},
                                           {"extra_slots", NULL, true, false},
                                           {"cost", NULL, true, false},
                                           {"probability", NULL, true, false}};
    table t;
    status code = targets_needed(j, err);
    if (code != STATUS_OK)
        return code;
    table_begin(&t, columns, 9);
    for (int32_t i = 0; i < j->reports_shown && code == STATUS_OK; i++)
        for (size_t k = 0; k < j->sides[0].scenario->target_count && code == STATUS_OK; k++)
            code = capacity_row(j, &t, simulate_report_at(j, i), k, err);
    if (code == STATUS_OK)
        return finish(j, &t, err);
    table_free(&t);
    return code;
}

status simulate_print_assumptions(simulate_job *j, error *err)
{
    static const table_column columns[] = {{"assumption", NULL, false, false}, {"name", NULL, false, false},
                                           {"unit", NULL, false, false},       {"low", NULL, true, false},
                                           {"central", NULL, true, false},     {"high", NULL, true, false},
                                           {"source", NULL, false, false}};
    const scenario *s = j->sides[0].scenario;
    table t;
    table_begin(&t, columns, 7);
    for (size_t i = 0; i < s->assumption_count; i++) {
        const scenario_assumption *a = &s->assumptions[i];
        table_text(&t, a->id);
        table_text(&t, a->name);
        table_text(&t, a->unit);
        table_number(&t, a->low);
        table_number(&t, a->central);
        table_number(&t, a->high);
        table_text(&t, a->source);
    }
    return finish(j, &t, err);
}
