/* plan_output: tables, csv and JSON of calibrations, projections and answers. */
#include "cli/plan_output.h"

#include <math.h>
#include <string.h>

#define COUNT(columns) (sizeof(columns) / sizeof *(columns))

void plan_list_words(const plan_list *list, buffer *out)
{
    buffer_text(out, list->name);
    if (list->treatment_function_name != NULL)
        buffer_printf(out, ", %s", list->treatment_function_name);
}

/* "7,123,980" of people; a fraction of a person is no news. */
static const char *people(double value, char out[NUMBER_TEXT])
{
    if (isnan(value) || fabs(value) > 1e15)
        return "";
    number_grouped((int64_t)llround(value), out);
    return out;
}

/* Rounded for files: people to a tenth, shares in per cent and weeks to a hundredth. */
static void people_cell(table *t, double value)
{
    table_number(t, round(value * 10) / 10);
}

static void fine_cell(table *t, double value)
{
    table_number(t, round(value * 100) / 100);
}

void plan_say_notes(cli *c, const plan_list *list, const plan_settings *settings)
{
    char first[PERIOD_WORDS], last[PERIOD_WORDS], some[NUMBER_TEXT], net[NUMBER_TEXT];
    buffer words = {.maximum = 4000};
    plan_list_words(list, &words);
    const char *who = words.data == NULL ? list->code : words.data;
    period_words(list->first, first);
    period_words(list->last, last);
    if (list->problem[0] != 0) {
        say_note(c, "%s: %s.", who, list->problem);
        buffer_free(&words);
        return;
    }
    if (list->one_month)
        say_note(
            c,
            "%s: there is only one month (%s), so the list is taken to have been the same at its start as at its end. "
            "Add the month before it for rates that are measured.",
            who, last);
    if (list->gap)
        say_note(c, "%s: calibrated on %s to %s; earlier months are left out, because a month between is missing.", who,
                 first, last);
    if (list->estimated)
        say_note(c, "%s: some months are the share of an organisation that was split: an estimate.", who);
    if (list->absurd > 0)
        say_note(c,
                 "%s: in %zu bands more people were treated than were there to be treated; they count as all of them.",
                 who, list->absurd);
    const flow_balance *b = &list->balance;
    if (b->negative_cells > 0) {
        static const char *const meant[] = {
            [FLOW_NEGATIVE_KEEP] = "They are kept as people who join (--negative keep)",
            [FLOW_NEGATIVE_CLIP] = "They count as 0, which overstates how many leave untreated (--negative clip)",
            [FLOW_NEGATIVE_BALANCE] =
                "They count as 0 and the other removals shrink to the same sum (--negative balance)"};
        say_note(
            c,
            "%s: in %zu of %zu counts by month and time waited more people were treated or still waiting than had been "
            "there, %s in all, at most %s (%zu to %zu months' wait); in sum %s people %s. Such pathways were reopened, "
            "came "
            "from elsewhere with an earlier clock start, or were counted late. %s. Other ways: --negative keep, clip "
            "or "
            "balance, --first-band-to-referrals.",
            who, b->negative_cells, b->cells, people(b->negative_people, some), people(b->worst_people, first),
            b->worst_band, b->worst_band + 1, people(fabs(b->removed), net),
            b->removed < 0 ? "joined without being reported" : "left untreated", meant[settings->calibration.negative]);
    }
    buffer_free(&words);
}

/* ---- calibration ---------------------------------------------------------------------------------------- */

status plan_print_calibration(const cli *c, const plan_list *lists, size_t count, output_format format, error *err)
{
    static const table_column columns[] = {
        {"organisation", NULL, false, false},  {"treatment_function", NULL, false, false},
        {"from", NULL, false, false},          {"to", NULL, false, false},
        {"months_waited", NULL, true, false},  {"waiting", NULL, true, false},
        {"treatment_rate", NULL, true, false}, {"removal_rate", NULL, true, false},
        {"joining", NULL, true, false}};
    table t = {0};
    table_begin(&t, columns, COUNT(columns));
    for (size_t k = 0; k < count; k++) {
        const plan_list *list = &lists[k];
        for (size_t i = 0; list->problem[0] == 0 && i < list->bands; i++) {
            table_text(&t, list->code);
            table_text(&t, list->treatment_function);
            table_period(&t, list->first);
            table_period(&t, list->last);
            table_int(&t, (int64_t)i);
            people_cell(&t, list->opening[i]);
            table_number(&t, round(list->observed_treatment[i] * 1e6) / 1e6);
            table_number(&t, round(list->observed_removal[i] * 1e6) / 1e6);
            people_cell(&t, list->joining[i]);
        }
    }
    const status code = table_print(c, &t, format, err);
    table_free(&t);
    return code;
}

/* ---- projection ----------------------------------------------------------------------------------------- */

static void path_row(table *t, const plan_list *list, const plan_settings *settings, const plan_path *path, size_t p)
{
    const plan_figures f = plan_figures_of(list, settings, path->stock + p * list->bands);
    table_text(t, list->code);
    table_text(t, list->treatment_function);
    table_period(t, plan_month(list, p));
    people_cell(t, f.waiting);
    fine_cell(t, f.within_share * 100);
    people_cell(t, f.over_52);
    fine_cell(t, f.median_weeks);
    fine_cell(t, f.p92_weeks);
    people_cell(t, path->referrals[p]);
    people_cell(t, path->capacity[p]);
    people_cell(t, path->treated_total[p]);
    people_cell(t, path->removed_total[p]);
    people_cell(t, path->joined[p]);
    people_cell(t, path->unused[p]);
}

status plan_print_projection(const cli *c, const plan_list *lists, size_t count, const plan_settings *settings,
                             output_format format, error *err)
{
    static const table_column columns[] = {
        {"organisation", NULL, false, false},  {"treatment_function", NULL, false, false},
        {"month", NULL, false, false},         {"waiting", NULL, true, false},
        {"within_percent", NULL, true, false}, {"over_52", NULL, true, false},
        {"median_weeks", NULL, true, false},   {"p92_weeks", NULL, true, false},
        {"referrals", NULL, true, false},      {"capacity", NULL, true, false},
        {"treated", NULL, true, false},        {"left_untreated", NULL, true, false},
        {"joining", NULL, true, false},        {"capacity_unused", NULL, true, false}};
    table t = {0};
    arena scratch = {0};
    status code = STATUS_OK;
    table_begin(&t, columns, COUNT(columns));
    for (size_t k = 0; k < count && code == STATUS_OK; k++) {
        const plan_list *list = &lists[k];
        const size_t periods = plan_periods(list, settings);
        if (list->problem[0] != 0 || periods == 0)
            continue;
        double capacity[PLAN_PERIODS_MAXIMUM];
        plan_path path;
        plan_capacity_fill(list, settings, periods, capacity);
        code = plan_project(list, settings, capacity, periods, &scratch, &path, err);
        for (size_t p = 0; p < periods && code == STATUS_OK; p++)
            path_row(&t, list, settings, &path, p);
        arena_reset(&scratch);
    }
    if (code == STATUS_OK)
        code = table_print(c, &t, format, err);
    table_free(&t);
    arena_free(&scratch);
    return code;
}

/* ---- the answer ----------------------------------------------------------------------------------------- */

static const char *outcome_words(flow_outcome outcome)
{
    return outcome == FLOW_MET ? "met" : outcome == FLOW_MET_BY_NONE ? "met by any capacity" : "cannot be met";
}

static void figures_cells(table *t, const plan_figures *f)
{
    people_cell(t, f->waiting);
    fine_cell(t, f->within_share * 100);
    people_cell(t, f->over_52);
    fine_cell(t, f->median_weeks);
    fine_cell(t, f->p92_weeks);
}

#define FIGURE_COLUMNS(prefix)                                                                                         \
    {prefix "waiting", NULL, true, false}, {prefix "within_percent", NULL, true, false},                               \
        {prefix "over_52", NULL, true, false}, {prefix "median_weeks", NULL, true, false},                             \
    {                                                                                                                  \
        prefix "p92_weeks", NULL, true, false                                                                          \
    }

static const table_column answer_columns[] = {{"organisation", NULL, false, false},
                                              {"name", NULL, false, false},
                                              {"treatment_function", NULL, false, false},
                                              {"from", NULL, false, false},
                                              {"to", NULL, false, false},
                                              {"weeks", NULL, true, false},
                                              FIGURE_COLUMNS(""),
                                              {"referrals", NULL, true, false},
                                              {"treated", NULL, true, false},
                                              {"left_untreated", NULL, true, false},
                                              {"joining", NULL, true, false},
                                              {"by", NULL, false, false},
                                              FIGURE_COLUMNS("unchanged_"),
                                              {"outcome", NULL, false, false},
                                              {"capacity_needed", NULL, true, false},
                                              {"capacity_change_percent", NULL, true, false},
                                              {"extra_treatments", NULL, true, false},
                                              {"extra_cost", NULL, true, false},
                                              FIGURE_COLUMNS("planned_"),
                                              {"capacity_for_good", NULL, true, false},
                                              {"note", NULL, false, false}};

static void answer_row(table *t, const plan_list *list, const plan_settings *settings, const plan_answer *a)
{
    table_text(t, list->code);
    table_text(t, list->name);
    table_text(t, list->treatment_function);
    if (list->problem[0] != 0) {
        for (size_t i = 3; i + 1 < COUNT(answer_columns); i++)
            table_missing(t);
        table_text(t, list->problem);
        return;
    }
    table_period(t, list->first);
    table_period(t, list->last);
    table_number(t, settings->goal.weeks > 0 ? settings->goal.weeks : 18);
    figures_cells(t, &a->now);
    people_cell(t, list->referrals);
    people_cell(t, list->capacity);
    const double joining = flow_total(list->joining, list->bands);
    people_cell(t, list->balance.removed / (double)list->periods + joining);
    people_cell(t, joining);
    table_period(t, settings->by);
    figures_cells(t, &a->unchanged);
    table_text(t, outcome_words(a->found.outcome));
    people_cell(t, a->found.last_capacity);
    fine_cell(t, (a->found.last_capacity / list->capacity - 1) * 100);
    people_cell(t, a->extra);
    people_cell(t, isnan(settings->unit_cost) ? NAN : fmax(0, a->extra) * settings->unit_cost);
    figures_cells(t, &a->planned);
    people_cell(t, a->for_good);
    table_text(t, list->one_month ? "one month: the list at its start taken to be that at its end" : "");
}

/* ---- for a person --------------------------------------------------------------------------------------- */

static void told_people(table *t, const char *name, double now, double unchanged, double planned)
{
    char words[NUMBER_TEXT];
    table_text(t, name);
    table_text(t, people(now, words));
    table_text(t, people(unchanged, words));
    table_text(t, people(planned, words));
}

/* Of a list of nobody there is no figure; of waits that are not told apart so far the least that it can be. */
static void told_figure(table *t, const plan_list *list, const plan_answer *a, const char *name, const char *format,
                        double now, double unchanged, double planned)
{
    const double values[] = {now, unchanged, planned};
    const double waiting[] = {a->now.waiting, a->unchanged.waiting, a->planned.waiting};
    table_text(t, name);
    for (size_t i = 0; i < 3; i++) {
        char words[64];
        (void)snprintf(words, sizeof words, "over %.0f", plan_open_from(list));
        if (waiting[i] < PLAN_NOBODY)
            (void)snprintf(words, sizeof words, "nobody is waiting");
        else if (!isnan(values[i]))
            (void)snprintf(words, sizeof words, format, values[i]);
        table_text(t, words);
    }
}

/* The people whom the goal counts, where no other line has them. */
static void over_weeks_row(table *t, const plan_list *list, const plan_settings *settings, const plan_answer *a)
{
    const flow_goal *g = &settings->goal;
    const size_t last = (a->periods - 1) * list->bands;
    char name[64];
    if ((g->kind != FLOW_GOAL_OVER && g->kind != FLOW_GOAL_SHARE_OVER) || g->weeks == 52 ||
        plan_open_from(list) < g->weeks)
        return;
    (void)snprintf(name, sizeof name, "Waiting over %.4g weeks", g->weeks);
    told_people(t, name, flow_over(list->opening, &list->detail, g->weeks),
                flow_over(a->unchanged_path.stock + last, &list->detail, g->weeks),
                flow_over(a->planned_path.stock + last, &list->detail, g->weeks));
}

static void goal_words(const plan_settings *settings, buffer *out)
{
    const flow_goal *g = &settings->goal;
    char words[NUMBER_TEXT];
    switch (g->kind) {
    case FLOW_GOAL_SHARE_WITHIN:
        buffer_printf(out, "%.4g%% to have waited %.4g weeks or less", g->value * 100, g->weeks);
        break;
    case FLOW_GOAL_SHARE_OVER:
        buffer_printf(out, "at most %.4g%% to have waited more than %.4g weeks", g->value * 100, g->weeks);
        break;
    case FLOW_GOAL_OVER:
        buffer_printf(out, "at most %s people to have waited more than %.4g weeks", people(g->value, words), g->weeks);
        break;
    case FLOW_GOAL_PERCENTILE:
        buffer_printf(out, "%.4g%% to have waited at most %.4g weeks", g->p * 100, g->value);
        break;
    case FLOW_GOAL_SHARE_FROM:
    case FLOW_GOAL_LIST: buffer_printf(out, "at most %s people to be waiting", people(g->value, words)); break;
    }
}

static void answer_sentence(const plan_list *list, const plan_settings *settings, const plan_answer *a, buffer *out)
{
    char by[PERIOD_WORDS], first[NUMBER_TEXT], second[NUMBER_TEXT];
    period_words(plan_month(list, a->periods - 1), by);
    buffer_text(out, "For ");
    goal_words(settings, out);
    buffer_printf(out, " by %s, ", by);
    if (a->found.outcome == FLOW_CANNOT_BE_MET) {
        buffer_text(out, "no capacity of this profile is enough: the best that can be reached is ");
        if (isnan(a->planned.within_share) || settings->goal.kind == FLOW_GOAL_LIST)
            buffer_printf(out, "%s people waiting", people(a->planned.waiting, first));
        else
            buffer_printf(out, "%.1f%% within %.4g weeks", a->planned.within_share * 100,
                          settings->goal.weeks > 0 ? settings->goal.weeks : 18);
        if (!isnan(a->planned.over_52))
            buffer_printf(out, " and %s over 52 weeks", people(a->planned.over_52, first));
        buffer_printf(
            out,
            ", with %s treatments in the last month. Give it more time, another --capacity-profile, or --rule "
            "longest-first.\n",
            people(a->found.last_capacity, second));
        return;
    }
    if (a->found.outcome == FLOW_MET_BY_NONE) {
        buffer_text(out, "no more capacity is needed: by what is to be expected the target is met whatever is done.\n");
        return;
    }
    static const char *const shapes[] = {[FLOW_PROFILE_FLAT] = "from the first month on",
                                         [FLOW_PROFILE_LINEAR] = "rising in a line to the last month",
                                         [FLOW_PROFILE_RAMP] = "rising in a line, then staying",
                                         [FLOW_PROFILE_MONTHLY] = "in the last month, by the months' weights"};
    const double change = (a->found.last_capacity / list->capacity - 1) * 100;
    buffer_printf(out, "%s treatments a month are needed, %s: %.1f%% %s than the %s of today",
                  people(a->found.last_capacity, first), shapes[settings->profile], fabs(change),
                  change < 0 ? "fewer" : "more", people(list->capacity, second));
    buffer_printf(out, ", %s %s in all", people(fabs(a->extra), first), a->extra < 0 ? "fewer" : "more");
    if (!isnan(settings->unit_cost) && a->extra > 0)
        buffer_printf(out, ", at a cost of %s", people(a->extra * settings->unit_cost, first));
    buffer_text(out, ".");
    if (!isnan(a->for_good))
        buffer_printf(out, " To keep it for good takes %s a month at the referrals of then.",
                      people(a->for_good, first));
    buffer_char(out, '\n');
}

static status answer_tell(const cli *c, const plan_list *list, const plan_settings *settings, const plan_answer *a,
                          error *err)
{
    char now[PERIOD_WORDS], by[PERIOD_WORDS], within[64];
    period_words(list->last, now);
    period_words(plan_month(list, a->periods - 1), by);
    const table_column columns[] = {{"figure", "", false, false},
                                    {"now", now, true, false},
                                    {"unchanged", by, true, false},
                                    {"planned", "with what it takes", true, false}};
    (void)snprintf(within, sizeof within, "Waiting %.4g weeks or less",
                   settings->goal.weeks > 0 ? settings->goal.weeks : 18);
    table t = {0};
    table_begin(&t, columns, COUNT(columns));
    told_people(&t, "People waiting", a->now.waiting, a->unchanged.waiting, a->planned.waiting);
    /* Monthly flows tell no waits at all: three lines that all say so are no news. */
    const bool told = plan_open_from(list) >= fmin(18, settings->goal.weeks > 0 ? settings->goal.weeks : 18);
    if (told)
        told_figure(&t, list, a, within, "%.1f%%", a->now.within_share * 100, a->unchanged.within_share * 100,
                    a->planned.within_share * 100);
    over_weeks_row(&t, list, settings, a);
    if (!isnan(a->now.over_52))
        told_people(&t, "Waiting over 52 weeks", a->now.over_52, a->unchanged.over_52, a->planned.over_52);
    if (told)
        told_figure(&t, list, a, "Median wait, weeks", "%.1f", a->now.median_weeks, a->unchanged.median_weeks,
                    a->planned.median_weeks);
    if (told)
        told_figure(&t, list, a, "92nd percentile, weeks", "%.1f", a->now.p92_weeks, a->unchanged.p92_weeks,
                    a->planned.p92_weeks);
    const double then = list->referrals * pow(1 + settings->growth_per_year, (double)a->periods / 12);
    told_people(&t, "New pathways a month", list->referrals, then, then);
    told_people(&t, "Capacity a month", list->capacity, a->unchanged_total / (double)a->periods,
                a->found.last_capacity);
    buffer words = {0};
    plan_list_words(list, &words);
    buffer_char(&words, '\n');
    (void)fwrite(words.data == NULL ? "" : words.data, 1, words.length, c->out);
    status code = table_print(c, &t, FORMAT_TABLE, err);
    buffer_clear(&words);
    answer_sentence(list, settings, a, &words);
    if (code == STATUS_OK)
        code = buffer_status(&words, err);
    if (code == STATUS_OK)
        (void)fwrite(words.data, 1, words.length, c->out);
    buffer_free(&words);
    table_free(&t);
    return code;
}

static const table_column short_columns[] = {{"organisation", NULL, false, false},
                                             {"treatment_function", "function", false, false},
                                             {"name", NULL, false, false},
                                             {"waiting", NULL, true, false},
                                             {"within", NULL, true, false},
                                             {"unchanged", NULL, true, false},
                                             {"capacity", "capacity now", true, false},
                                             {"needed", NULL, true, false},
                                             {"change", NULL, true, false},
                                             {"outcome", NULL, false, false}};

static void short_row(table *t, const plan_list *list, const plan_answer *a)
{
    char words[NUMBER_TEXT];
    table_text(t, list->code);
    table_text(t, list->treatment_function);
    table_text(t, list->name);
    if (list->problem[0] != 0) {
        for (size_t i = 0; i < 6; i++)
            table_missing(t);
        table_text(t, list->problem);
        return;
    }
    table_text(t, people(a->now.waiting, words));
    (void)snprintf(words, sizeof words, "%.1f%%", a->now.within_share * 100);
    table_text(t, isnan(a->now.within_share) ? NULL : words);
    (void)snprintf(words, sizeof words, "%.1f%%", a->unchanged.within_share * 100);
    table_text(t, isnan(a->unchanged.within_share) ? NULL : words);
    table_text(t, people(list->capacity, words));
    table_text(t, people(a->found.last_capacity, words));
    (void)snprintf(words, sizeof words, "%+.1f%%", (a->found.last_capacity / list->capacity - 1) * 100);
    table_text(t, words);
    table_text(t, outcome_words(a->found.outcome));
}

status plan_print_answer(const cli *c, const plan_list *lists, size_t count, const plan_settings *settings,
                         output_format format, bool tell, error *err)
{
    table t = {0};
    arena scratch = {0};
    status code = STATUS_OK;
    const bool is_short = format == FORMAT_TABLE;
    table_begin(&t, is_short ? short_columns : answer_columns, is_short ? COUNT(short_columns) : COUNT(answer_columns));
    for (size_t k = 0; k < count && code == STATUS_OK; k++) {
        plan_answer a = {0};
        plan_list list = lists[k];
        if (list.problem[0] == 0 && plan_periods(&list, settings) == 0) {
            char last[PERIOD_WORDS];
            period_words(list.last, last);
            (void)snprintf(list.problem, sizeof list.problem,
                           "the target's month is not after the last month of figures, %s", last);
        }
        if (list.problem[0] == 0)
            code = plan_answer_make(&list, settings, &scratch, &a, err);
        if (code == STATUS_OK && is_short && tell && list.problem[0] == 0)
            code = answer_tell(c, &list, settings, &a, err);
        else if (code == STATUS_OK && is_short)
            short_row(&t, &list, &a);
        else if (code == STATUS_OK)
            answer_row(&t, &list, settings, &a);
        arena_reset(&scratch);
    }
    if (code == STATUS_OK && (t.count > 0 || !is_short))
        code = table_print(c, &t, format, err);
    table_free(&t);
    arena_free(&scratch);
    return code;
}
