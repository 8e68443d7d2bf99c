/* plan_tables: see plan_tables.h. */
#include "publish/plan_tables.h"

#include "publish/figure.h"

/* ---- cells ------------------------------------------------------------------------------------------------ */

void plan_table_open(page *p, const char *label, bool sortable)
{
    RAW(p, "<div class=\"scroll whole\" tabindex=\"0\" role=\"region\" aria-label=\"");
    page_text(p, label);
    if (sortable)
        RAW(p, "\"><table class=\"data grid\" data-sortable>\n");
    else
        RAW(p, "\"><table class=\"data grid\">\n");
}

void plan_table_close(page *p)
{
    RAW(p, "</tbody></table></div>\n");
}

/* Heads; "Name|unit", those after the first are of numbers. */
static void heads(page *p, const char *const *names, size_t count, size_t words_from)
{
    RAW(p, "<thead><tr>");
    for (size_t i = 0; i < count; i++) {
        const char *bar = strchr(names[i], '|');
        if (i > 0 && i < words_from)
            RAW(p, "<th scope=\"col\" class=\"number\">");
        else
            RAW(p, "<th scope=\"col\">");
        page_text(p, bar == NULL ? names[i] : arena_copy(p->scratch, names[i], (size_t)(bar - names[i])));
        if (bar != NULL) {
            RAW(p, "<span class=\"unit\">");
            page_text(p, bar + 1);
            RAW(p, "</span>");
        }
        RAW(p, "</th>");
    }
    RAW(p, "</tr></thead><tbody>\n");
}

static void none(page *p, const char *words)
{
    RAW(p, "<span class=\"none\">");
    page_text(p, words);
    RAW(p, "</span>");
}

static void people(page *p, double value)
{
    if (isnan(value))
        none(p, "not known");
    else
        page_count(p, (int64_t)llround(value));
}

/* With its sign, for what is beside something else. */
static void people_beside(page *p, double value)
{
    if (isnan(value)) {
        none(p, "not known");
        return;
    }
    const int64_t whole = (int64_t)llround(value);
    if (whole == 0) {
        none(p, "none");
        return;
    }
    buffer_text(p->out, whole < 0 ? "\xe2\x88\x92" : "+");
    page_count(p, whole < 0 ? -whole : whole);
}

static void share(page *p, double value)
{
    if (isnan(value))
        none(p, "not known");
    else
        buffer_printf(p->out, "%.1f%%", value * 100);
}

static void weeks(page *p, const plan_list *list, double value)
{
    if (!isnan(value))
        buffer_printf(p->out, "%.1f", value);
    else
        buffer_printf(p->out, "over %.0f", plan_open_from(list));
}

static const char nobody[] = "nobody is waiting";

static void number_open(page *p)
{
    RAW(p, "<td class=\"number\">");
}

static void cell_close(page *p)
{
    RAW(p, "</td>");
}

void plan_cell_people(page *p, double value)
{
    number_open(p);
    people(p, value);
    cell_close(p);
}

void plan_cell_share(page *p, double value)
{
    number_open(p);
    share(p, value);
    cell_close(p);
}

void plan_cell_weeks(page *p, const plan_list *list, double value)
{
    number_open(p);
    weeks(p, list, value);
    cell_close(p);
}

static void range_words(page *p, double low, double high, bool percent)
{
    RAW(p, "<span class=\"under\">");
    if (percent)
        buffer_printf(p->out, "%.0f to %.0f%%", low * 100, high * 100);
    else {
        buffer_clear(&p->words);
        plan_people_words(low, &p->words);
        buffer_text(&p->words, " to ");
        plan_people_words(high, &p->words);
        page_text(p, p->words.data);
    }
    RAW(p, "</span>");
}

static void month_words(page *p, period when)
{
    char words[PERIOD_WORDS];
    period_words(when, words);
    page_text(p, words);
}

/* ---- the answer ------------------------------------------------------------------------------------------- */

typedef enum answer_row {
    ROW_WAITING,
    ROW_WITHIN,
    ROW_OVER_52,
    ROW_MEDIAN,
    ROW_P92,
    ROW_REFERRALS,
    ROW_TREATED
} answer_row;

static void figure_cell(page *p, const plan_list *list, answer_row row, const plan_figures *f, double referrals,
                        double treated)
{
    if (f->waiting < PLAN_NOBODY && (row == ROW_WITHIN || row == ROW_MEDIAN || row == ROW_P92)) {
        number_open(p);
        none(p, nobody);
        cell_close(p);
        return;
    }
    switch (row) {
    case ROW_WAITING: plan_cell_people(p, f->waiting); break;
    case ROW_WITHIN: plan_cell_share(p, f->within_share); break;
    case ROW_OVER_52: plan_cell_people(p, f->over_52); break;
    case ROW_MEDIAN: plan_cell_weeks(p, list, f->median_weeks); break;
    case ROW_P92: plan_cell_weeks(p, list, f->p92_weeks); break;
    case ROW_REFERRALS: plan_cell_people(p, referrals); break;
    case ROW_TREATED: plan_cell_people(p, treated); break;
    }
}

void plan_table_answer(page *p, const plan_view *v, const course *const *courses, const char *const *names,
                       size_t count)
{
    static const struct {
        answer_row row;
        const char *name;
    } rows[] = {{ROW_WAITING, "People waiting"},        {ROW_WITHIN, "Waiting 18 weeks or less"},
                {ROW_OVER_52, "Waiting over 52 weeks"}, {ROW_MEDIAN, "Median wait, weeks"},
                {ROW_P92, "92nd percentile, weeks"},    {ROW_REFERRALS, "New pathways a month"},
                {ROW_TREATED, "Treatments a month"}};
    char now[PERIOD_WORDS], by[PERIOD_WORDS];
    period_words(v->list.last, now);
    period_words(v->settings.by, by);
    const char *head[8] = {"Figure", now};
    size_t columns = 2;
    for (size_t i = 0; i < count && columns < 8; i++)
        head[columns++] = arena_printf(p->scratch, "%s|%s", names[i], by);
    plan_table_open(p, "The list now and in the courses", false);
    heads(p, head, columns, columns);
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        if (rows[r].row == ROW_OVER_52 && isnan(v->answer.now.over_52))
            continue;
        RAW(p, "<tr><th scope=\"row\">");
        page_text(p, rows[r].name);
        RAW(p, "</th>");
        figure_cell(p, &v->list, rows[r].row, &v->answer.now, v->list.referrals, v->list.capacity);
        for (size_t i = 0; i + 2 < columns; i++) {
            const size_t end = courses[i]->periods - 1;
            figure_cell(p, &v->list, rows[r].row, &courses[i]->figures[end], courses[i]->referrals[end],
                        courses[i]->treated[end]);
        }
        RAW(p, "</tr>\n");
    }
    plan_table_close(p);
}

void plan_table_months(page *p, const plan_view *v, const course *const *courses, const char *const *names,
                       size_t count)
{
    const char *head[16] = {"Month"};
    size_t columns = 1;
    for (size_t i = 0; i < count && columns + 3 <= 16; i++) {
        head[columns++] = arena_printf(p->scratch, "%s|waiting", names[i]);
        head[columns++] = arena_printf(p->scratch, "%s|within 18 weeks", names[i]);
        head[columns++] = arena_printf(p->scratch, "%s|treatments", names[i]);
    }
    RAW(p, "<details class=\"table\"><summary>Month by month</summary>\n");
    plan_table_open(p, "Month by month", false);
    heads(p, head, columns, columns);
    for (size_t m = 0; m < courses[0]->periods; m++) {
        RAW(p, "<tr><th scope=\"row\" class=\"month\">");
        month_words(p, plan_month(&v->list, m));
        RAW(p, "</th>");
        for (size_t i = 0; i < count; i++) {
            plan_cell_people(p, courses[i]->figures[m].waiting);
            figure_cell(p, &v->list, ROW_WITHIN, &courses[i]->figures[m], NAN, NAN);
            plan_cell_people(p, courses[i]->treated[m]);
        }
        RAW(p, "</tr>\n");
    }
    plan_table_close(p);
    RAW(p, "</details>\n");
}

/* ---- scenarios -------------------------------------------------------------------------------------------- */

static double late_people(const plan_figures *f)
{
    return f->waiting < PLAN_NOBODY ? 0 : f->waiting * (1 - f->within_share);
}

static void scenario_row(page *p, const plan_view *v, const course *c)
{
    const size_t end = c->periods - 1;
    const plan_figures *f = &c->figures[end], *today = &v->courses[COURSE_TODAY].figures[end];
    RAW(p, "<tr><th scope=\"row\">");
    page_text(p, c->name);
    if (c->scenario != NULL) {
        RAW(p, "<span class=\"under\">");
        page_text(p, c->scenario->question);
        buffer_printf(p->out, " (version %lld)", (long long)c->scenario->version);
        RAW(p, "</span>");
    }
    RAW(p, "</th><td class=\"number\">");
    people(p, f->waiting);
    range_words(p, c->waiting[end].low, c->waiting[end].high, false);
    RAW(p, "</td><td class=\"number\">");
    if (f->waiting < PLAN_NOBODY)
        none(p, nobody);
    else {
        share(p, f->within_share);
        range_words(p, c->within[end].low, c->within[end].high, true);
    }
    cell_close(p);
    number_open(p);
    if (c == &v->courses[COURSE_TODAY])
        none(p, "compared with");
    else
        people_beside(p, late_people(f) - late_people(today));
    cell_close(p);
    plan_cell_people(p, f->over_52);
    figure_cell(p, &v->list, ROW_MEDIAN, f, NAN, NAN);
    figure_cell(p, &v->list, ROW_P92, f, NAN, NAN);
    for (size_t t = 0; t < v->question.target_count; t++) {
        number_open(p);
        buffer_clear(&p->words);
        plan_chance_words(c->met[t].probability, &p->words);
        page_text(p, p->words.data);
        cell_close(p);
    }
    plan_cell_people(p, c->treated[end]);
    number_open(p);
    people_beside(p, c->extra_treatments);
    cell_close(p);
    number_open(p);
    if (isnan(c->cost))
        none(p, "not given");
    else {
        RAW(p, "\xc2\xa3");
        people(p, c->cost);
    }
    RAW(p, "</td></tr>\n");
}

void plan_table_scenarios(page *p, const plan_view *v)
{
    char by[PERIOD_WORDS];
    period_words(v->settings.by, by);
    const char *head[11 + COURSE_TARGETS];
    size_t columns = 0;
    head[columns++] = "Course";
    head[columns++] = "People waiting|9 times in 10";
    head[columns++] = "Within 18 weeks|9 times in 10";
    head[columns++] = "People over 18 weeks|beside as today";
    head[columns++] = "Over 52 weeks|people";
    head[columns++] = "Median|weeks";
    head[columns++] = "92nd percentile|weeks";
    for (size_t t = 0; t < v->question.target_count; t++) {
        char when[PERIOD_WORDS];
        period_words(v->targets[t].by, when);
        head[columns++] = arena_printf(p->scratch, "Chance of %.4g%%|%s", v->targets[t].level * 100, when);
    }
    head[columns++] = "Treatments|a month, by then";
    head[columns++] = "Treatments in all|beside as today";
    head[columns++] = "Cost|where given";
    RAW(p, "<div class=\"courses\">");
    plan_table_open(p, arena_printf(p->scratch, "Courses of action in %s", by), false);
    heads(p, head, columns, columns);
    for (size_t i = 0; i < v->course_count; i++)
        if (v->courses[i].problem == NULL)
            scenario_row(p, v, &v->courses[i]);
    plan_table_close(p);
    RAW(p, "</div>\n");
}

/* ---- assumptions ------------------------------------------------------------------------------------------ */

static void value_cell(page *p, double value, const char *unit)
{
    number_open(p);
    buffer_clear(&p->words);
    plan_value_words(value, unit, &p->words);
    page_text(p, p->words.data);
    cell_close(p);
}

static void assumption_row(page *p, const char *name, double low, double central, double high, const char *unit,
                           const char *course_name, const char *source)
{
    RAW(p, "<tr><th scope=\"row\">");
    page_text(p, name);
    RAW(p, "</th>");
    value_cell(p, low, unit);
    value_cell(p, central, unit);
    value_cell(p, high, unit);
    RAW(p, "<td>");
    page_text(p, course_name);
    RAW(p, "</td><td class=\"words\">");
    page_text(p, source);
    RAW(p, "</td></tr>\n");
}

void plan_table_assumptions(page *p, const plan_view *v)
{
    static const char *const head[] = {"Assumption", "Low", "Central", "High", "Course", "Where it is from"};
    plan_table_open(p, "Assumptions", false);
    heads(p, head, 6, 4);
    for (size_t i = 0; i < SHARED_ASSUMPTIONS; i++) {
        const course_assumption *x = &shared_assumptions[i];
        assumption_row(p, x->name, x->low, x->central, x->high, arena_printf(p->scratch, "share %s", x->unit), "All",
                       x->source);
    }
    RAW(p, "<tr><th scope=\"row\">How much new pathways differ from month to month</th><td></td>");
    value_cell(p, COURSE_REFERRAL_VARIATION, "share");
    RAW(p, "<td></td><td>All</td><td class=\"words\">");
    page_text(p, course_variation_source);
    RAW(p, "</td></tr>\n<tr><th scope=\"row\">How much treatments differ from month to month</th><td></td>");
    value_cell(p, COURSE_TREATMENT_VARIATION, "share");
    RAW(p, "<td></td><td>All</td><td class=\"words\">");
    page_text(p, course_variation_source);
    RAW(p, "</td></tr>\n");
    for (size_t k = 0; k < v->course_count; k++) {
        const course *c = &v->courses[k];
        for (size_t i = 0; c->scenario != NULL && c->problem == NULL && i < c->scenario->assumption_count; i++) {
            const scenario_assumption *x = &c->scenario->assumptions[i];
            assumption_row(p, x->name, x->low, x->central, x->high, x->unit, c->name, x->source);
        }
    }
    plan_table_close(p);
}

void plan_table_bars(page *p, const plan_view *v)
{
    static const char *const head[] = {
        "Assumption",       "Low value", "Share within 18 weeks then", "High value", "Share within 18 weeks then",
        "Difference|points"};
    RAW(p, "<details class=\"table\"><summary>Every assumption</summary>\n");
    plan_table_open(p, "What each assumption does", false);
    heads(p, head, 6, 6);
    for (size_t i = 0; i < v->bar_count; i++) {
        const course_bar *b = &v->bars[i];
        const char *unit = b->course == NULL ? arena_printf(p->scratch, "share %s", b->unit) : b->unit;
        RAW(p, "<tr><th scope=\"row\">");
        page_text(p, b->name);
        if (b->course != NULL) {
            RAW(p, "<span class=\"under\">");
            page_text(p, b->course);
            RAW(p, "</span>");
        }
        RAW(p, "</th>");
        value_cell(p, b->low_value, unit);
        plan_cell_share(p, b->low);
        value_cell(p, b->high_value, unit);
        plan_cell_share(p, b->high);
        number_open(p);
        buffer_printf(p->out, "%.1f", fabs(b->high - b->low) * 100);
        RAW(p, "</td></tr>\n");
    }
    plan_table_close(p);
    RAW(p, "</details>\n");
}

/* ---- treatment functions ---------------------------------------------------------------------------------- */

static void function_row(page *p, const plan_view *v, const plan_function *f)
{
    const plan_answer *x = &f->answer;
    RAW(p, "<tr><th scope=\"row\">");
    page_text(p, f->flow->treatment_function_name);
    RAW(p, "</th>");
    if (f->list.problem[0] != 0) {
        RAW(p, "<td colspan=\"7\"><span class=\"none\">No plan: ");
        page_text(p, f->list.problem);
        RAW(p, "</span></td></tr>\n");
        return;
    }
    plan_cell_people(p, x->now.waiting);
    figure_cell(p, &f->list, ROW_WITHIN, &x->now, NAN, NAN);
    figure_cell(p, &f->list, ROW_WITHIN, &x->unchanged, NAN, NAN);
    plan_cell_people(p, f->list.capacity);
    plan_cell_people(p, x->found.last_capacity);
    number_open(p);
    buffer_clear(&p->words);
    plan_change_words(x->found.last_capacity / f->list.capacity - 1, &p->words);
    page_text(p, p->words.data);
    RAW(p, "</td><td>");
    if (x->found.outcome == FLOW_CANNOT_BE_MET) {
        RAW(p, "Cannot be reached: ");
        share(p, x->planned.within_share);
        RAW(p, " at best");
    } else if (x->found.outcome == FLOW_MET_BY_NONE)
        RAW(p, "Reached whatever is done");
    else
        buffer_printf(p->out, "Reaches %.4g%%", v->settings.goal.value * 100);
    RAW(p, "</td></tr>\n");
}

void plan_table_functions(page *p, const plan_view *v)
{
    static const char *const head[] = {"Treatment function",
                                       "People waiting",
                                       "Within 18 weeks|now",
                                       "As today|by then",
                                       "Treatments|a month, now",
                                       "It takes|a month, by then",
                                       "Change",
                                       "Outcome"};
    plan_table_open(p, "Treatment functions", true);
    heads(p, head, 8, 7);
    for (size_t i = 0; i < v->function_count; i++)
        function_row(p, v, &v->functions[i]);
    plan_table_close(p);
}
