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

static void heads(page *p, const char *const *names, size_t count, size_t words_from);

void plan_table_close(page *p)
{
    RAW(p, "</tbody></table></div>\n");
}

void plan_cards_open(page *p, const char *label, const char *const *names, size_t count, size_t words_from)
{
    RAW(p, "<table class=\"judged courses\" aria-label=\"");
    page_text(p, label);
    RAW(p, "\">\n");
    heads(p, names, count, words_from);
}

void plan_cards_close(page *p)
{
    RAW(p, "</tbody></table>\n");
}

void plan_card_cell(page *p, const char *name, bool number)
{
    const char *bar = strchr(name, '|');
    if (number)
        RAW(p, "<td class=\"number\" data-label=\"");
    else
        RAW(p, "<td class=\"say\" data-label=\"");
    page_text(p, bar == NULL ? name : arena_copy(p->scratch, name, (size_t)(bar - name)));
    RAW(p, "\">");
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

/* What stands in a cell. */
static void figure(page *p, const plan_list *list, answer_row row, const plan_figures *f, double referrals,
                   double treated)
{
    if (f->waiting < PLAN_NOBODY && (row == ROW_WITHIN || row == ROW_MEDIAN || row == ROW_P92)) {
        none(p, nobody);
        return;
    }
    switch (row) {
    case ROW_WAITING: people(p, f->waiting); break;
    case ROW_WITHIN: share(p, f->within_share); break;
    case ROW_OVER_52: people(p, f->over_52); break;
    case ROW_MEDIAN: weeks(p, list, f->median_weeks); break;
    case ROW_P92: weeks(p, list, f->p92_weeks); break;
    case ROW_REFERRALS: people(p, referrals); break;
    case ROW_TREATED: people(p, treated); break;
    }
}

static void figure_cell(page *p, const plan_list *list, answer_row row, const plan_figures *f, double referrals,
                        double treated)
{
    number_open(p);
    figure(p, list, row, f, referrals, treated);
    cell_close(p);
}

/* In a table whose rows become cards. */
static void figure_card(page *p, const char *name, const plan_list *list, answer_row row, const plan_figures *f,
                        double referrals, double treated)
{
    plan_card_cell(p, name, true);
    figure(p, list, row, f, referrals, treated);
    cell_close(p);
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
    plan_cards_open(p, "The list now and in the courses", head, columns, columns);
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        if (rows[r].row == ROW_OVER_52 && isnan(v->answer.now.over_52))
            continue;
        RAW(p, "<tr><th scope=\"row\">");
        page_text(p, rows[r].name);
        RAW(p, "</th>");
        figure_card(p, head[1], &v->list, rows[r].row, &v->answer.now, v->list.referrals, v->list.capacity);
        for (size_t i = 0; i + 2 < columns; i++) {
            const size_t end = courses[i]->periods - 1;
            figure_card(p, head[i + 2], &v->list, rows[r].row, &courses[i]->figures[end], courses[i]->referrals[end],
                        courses[i]->treated[end]);
        }
        RAW(p, "</tr>\n");
    }
    plan_cards_close(p);
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

static const plan_shown *shown_of(const plan_view *v, const course *c)
{
    for (size_t i = 0; i < v->shown_count; i++)
        if (v->shown[i].course > 0 && &v->courses[v->shown[i].course] == c)
            return &v->shown[i];
    return NULL;
}

static void course_head(page *p, const plan_view *v, const course *c, bool explained)
{
    const plan_shown *shown = shown_of(v, c);
    RAW(p, "<tr><th scope=\"row\">");
    if (shown == NULL || !explained) {
        page_text(p, c->name);
    } else {
        RAW(p, "<a");
        page_href(p, p->path, plan_anchor(p, shown->whole));
        RAW(p, ">");
        page_text(p, c->name);
        RAW(p, "</a><span class=\"under\">");
        page_text(p, shown->whole->question);
        if (shown->left.transfers || shown->left.shared || shown->left.functions)
            RAW(p, " <strong>Applied in part.</strong>");
        RAW(p, "</span>");
    }
    RAW(p, "</th>");
}

static void treatments_cell(page *p, const char *name, const plan_view *v, const course *c)
{
    const size_t end = c->periods - 1;
    plan_card_cell(p, name, true);
    people(p, c->treated[end]);
    RAW(p, "<span class=\"under\">");
    buffer_clear(&p->words);
    plan_change_words(c->treated[end] / v->list.capacity - 1, &p->words);
    page_text(p, p->words.data);
    RAW(p, "</span>");
    cell_close(p);
}

static void scenario_row(page *p, const plan_view *v, const course *c, const char *const *names)
{
    const size_t end = c->periods - 1;
    const plan_figures *f = &c->figures[end];
    course_head(p, v, c, true);
    plan_card_cell(p, *++names, true);
    if (f->waiting < PLAN_NOBODY)
        none(p, nobody);
    else {
        share(p, f->within_share);
        range_words(p, c->within[end].low, c->within[end].high, true);
    }
    cell_close(p);
    for (size_t t = 0; t < v->question.target_count; t++) {
        plan_card_cell(p, *++names, true);
        buffer_clear(&p->words);
        plan_chance_words(c->met[t].probability, &p->words);
        page_text(p, p->words.data);
        cell_close(p);
    }
    plan_card_cell(p, *++names, true);
    people(p, f->waiting);
    range_words(p, c->waiting[end].low, c->waiting[end].high, false);
    cell_close(p);
    treatments_cell(p, *++names, v, c);
    RAW(p, "</tr>\n");
}

static void more_row(page *p, const plan_view *v, const course *c, const char *const *names)
{
    const size_t end = c->periods - 1;
    const plan_figures *f = &c->figures[end], *today = &v->courses[COURSE_TODAY].figures[end];
    course_head(p, v, c, false);
    plan_card_cell(p, *++names, true);
    if (c == &v->courses[COURSE_TODAY])
        none(p, "compared with");
    else
        people_beside(p, late_people(f) - late_people(today));
    cell_close(p);
    figure_card(p, *++names, &v->list, ROW_OVER_52, f, NAN, NAN);
    figure_card(p, *++names, &v->list, ROW_MEDIAN, f, NAN, NAN);
    figure_card(p, *++names, &v->list, ROW_P92, f, NAN, NAN);
    plan_card_cell(p, *++names, true);
    people_beside(p, c->extra_treatments);
    cell_close(p);
    plan_card_cell(p, *++names, true);
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
    static const char *const more[] = {"Course",
                                       "People over 18 weeks|beside as today",
                                       "Over 52 weeks|people",
                                       "Median|weeks",
                                       "92nd percentile|weeks",
                                       "Treatments in all|beside as today",
                                       "Cost|where given"};
    char by[PERIOD_WORDS];
    period_words(v->settings.by, by);
    const char *head[5 + COURSE_TARGETS];
    size_t columns = 0;
    head[columns++] = "Course";
    head[columns++] = "Within 18 weeks|9 times in 10";
    for (size_t t = 0; t < v->question.target_count; t++) {
        char when[PERIOD_WORDS];
        period_words(v->targets[t].by, when);
        head[columns++] = arena_printf(p->scratch, "Chance of %.4g%%|%s", v->targets[t].level * 100, when);
    }
    head[columns++] = "People waiting|9 times in 10";
    head[columns++] = "Treatments|a month, by then";
    plan_cards_open(p, arena_printf(p->scratch, "Courses of action in %s", by), head, columns, columns);
    for (size_t i = 0; i < v->course_count; i++)
        if (v->courses[i].problem == NULL)
            scenario_row(p, v, &v->courses[i], head);
    plan_cards_close(p);
    RAW(p, "<details class=\"table\"><summary>Longest waits, treatments in all and cost of each course</summary>\n");
    plan_cards_open(p, arena_printf(p->scratch, "More of the courses in %s", by), more, 7, 7);
    for (size_t i = 0; i < v->course_count; i++)
        if (v->courses[i].problem == NULL)
            more_row(p, v, &v->courses[i], more);
    plan_cards_close(p);
    RAW(p, "</details>\n");
}

/* ---- what matters most ------------------------------------------------------------------------------------ */

void plan_table_bars(page *p, const plan_view *v)
{
    static const char *const head[] = {"Assumption",           "Low value", "Within 18 weeks then", "High value",
                                       "Within 18 weeks then", "Difference"};
    RAW(p, "<details class=\"table\"><summary>Every assumption</summary>\n");
    plan_cards_open(p, "What each assumption does", head, 6, 6);
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
        plan_card_value(p, head[1], b->low_value, unit);
        plan_card_cell(p, head[2], true);
        share(p, b->low);
        cell_close(p);
        plan_card_value(p, head[3], b->high_value, unit);
        plan_card_cell(p, head[4], true);
        share(p, b->high);
        cell_close(p);
        plan_card_cell(p, head[5], true);
        buffer_printf(p->out, "%.1f points", fabs(b->high - b->low) * 100);
        RAW(p, "</td></tr>\n");
    }
    plan_cards_close(p);
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
        RAW(p, "Expected whatever is done");
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
