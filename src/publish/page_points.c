/* The table under the chart of a series: every period with its figure, counts, target, limits and what it says. */
#include "publish/page_points.h"

#include "publish/chart_draw.h"
#include "publish/html.h"
#include "publish/sentence.h"

static const char *signal_words(const edition_point *point)
{
    if (strcmp(point->signal, "improvement") == 0)
        return "Improving";
    if (strcmp(point->signal, "concern") == 0)
        return "Concern";
    if (strcmp(point->signal, "high") == 0)
        return "Unusually high";
    if (strcmp(point->signal, "low") == 0)
        return "Unusually low";
    if (strcmp(point->signal, "common-cause") == 0)
        return "No real change";
    return "";
}

/* Which way as well: "steady rise", not "steady rise or fall". */
static const char *rule_words(const series_view *x, const edition_point *point)
{
    const spc_rule rule = series_rule(point->rule);
    const bool high = series_direction(x, (size_t)(point - x->points), draw_signal(point->signal), rule);
    switch (rule) {
    case SPC_BEYOND_LIMITS: return high ? "above the upper limit" : "below the lower limit";
    case SPC_TREND: return high ? "steady rise" : "steady fall";
    case SPC_TWO_OF_THREE: return high ? "two of three near the upper limit" : "two of three near the lower limit";
    case SPC_SHIFT: return high ? "run above the average" : "run below the average";
    case SPC_NONE: break;
    }
    return "";
}

static void point_notes(page *p, const edition_point *point, bool some_given)
{
    if (point->estimated)
        RAW(p, " <span class=\"tag\">estimated</span>");
    if (point->revised)
        RAW(p, " <span class=\"tag\">revised</span>");
    if (point->tidy && some_given)
        RAW(p, " <span class=\"tag\">as given</span>");
}

typedef struct table_columns {
    bool numerator, denominator, target, limits, words;
    bool some_given; /* some figures were given as they stand and some were not: only then is it worth a mark on each */
} table_columns;

static table_columns columns_of(const series_view *x)
{
    table_columns c = {0};
    size_t given = 0, figures = 0;
    for (size_t i = 0; i < x->count; i++) {
        const edition_point *point = &x->points[i];
        c.numerator = c.numerator || point->has_numerator;
        c.denominator = c.denominator || point->has_denominator;
        c.target = c.target || !isnan(point->target);
        c.limits = c.limits || !isnan(point->lower);
        c.words = c.words || point->signal[0] != 0 || point->rule[0] != 0 || point->estimated || point->revised;
        given += point->tidy;
        figures += point_has_figure(point);
    }
    c.some_given = given > 0 && given < figures;
    c.words = c.words || c.some_given;
    return c;
}

static void number_cell(page *p, const edition_measure *m, double value)
{
    RAW(p, "<td class=\"number\">");
    page_figure_exact(p, m, value, false);
    RAW(p, "</td>");
}

static void table_row(page *p, const edition_measure *m, const series_view *x, const edition_point *point,
                      table_columns c)
{
    RAW(p, "<tr><th scope=\"row\" class=\"month\">");
    page_period(p, point->period);
    RAW(p, "</th><td class=\"number\">");
    if (point_has_figure(point))
        page_figure_exact(p, m, point->value, point->over_open_band);
    else if (point->suppressed)
        RAW(p, "<span class=\"none\">suppressed</span>");
    else
        RAW(p, "<span class=\"none\">no figure</span>");
    RAW(p, "</td>");
    if (c.numerator) {
        RAW(p, "<td class=\"number\">");
        if (point->has_numerator)
            page_amount(p, edition_numerator(m, point));
        RAW(p, "</td>");
    }
    if (c.denominator) {
        RAW(p, "<td class=\"number\">");
        if (point->has_denominator)
            page_amount(p, edition_denominator(m, point));
        RAW(p, "</td>");
    }
    if (c.target)
        number_cell(p, m, point->target);
    for (size_t i = 0; i < x->aim_count; i++) {
        const double due = series_aim_level(&x->aims[i], point->period);
        if (isnan(due))
            RAW(p, "<td class=\"number\"><span class=\"none\">none yet</span></td>");
        else
            number_cell(p, m, due);
    }
    if (c.limits) {
        number_cell(p, m, point->mean);
        number_cell(p, m, point->lower);
        number_cell(p, m, point->upper);
    }
    if (!c.words) {
        RAW(p, "</tr>\n");
        return;
    }
    RAW(p, "<td class=\"words\">");
    buffer_text(p->out, signal_words(point));
    if (point->rule[0] != 0) {
        RAW(p, ": ");
        buffer_text(p->out, rule_words(x, point));
    }
    point_notes(p, point, c.some_given);
    RAW(p, "</td></tr>\n");
}

void points_table(page *p, const edition_measure *m, const series_view *x, const char *heading, bool open)
{
    table_columns c = columns_of(x);
    bool counts = strcmp(m->value_kind, "numerator") == 0;
    if (counts)
        c.numerator = false; /* it is the value */
    RAW(p, "<details class=\"table\"");
    if (open)
        RAW(p, " open");
    RAW(p, "><summary>");
    page_text(p, heading);
    RAW(p, "</summary>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"");
    page_text(p, heading);
    RAW(p, "\"><table class=\"data\"><thead><tr><th scope=\"col\">");
    buffer_text(p->out, series_noun(x->series, true));
    RAW(p, "</th><th scope=\"col\" class=\"number\">Figure<span class=\"unit\">");
    page_text(p, unit_head(m));
    RAW(p, "</span></th>");
    if (c.numerator)
        RAW(p, "<th scope=\"col\" class=\"number\">Numerator</th>");
    if (c.denominator)
        RAW(p, "<th scope=\"col\" class=\"number\">Denominator</th>");
    if (c.target && x->aim_count > 0)
        RAW(p, "<th scope=\"col\" class=\"number\">National target</th>");
    else if (c.target)
        RAW(p, "<th scope=\"col\" class=\"number\">Target</th>");
    for (size_t i = 0; i < x->aim_count; i++) {
        RAW(p, "<th scope=\"col\" class=\"number\">");
        buffer_text(p->out, x->aims[i].tier == AIM_LOCAL      ? "Agreed locally"
                            : x->aims[i].tier == AIM_REGIONAL ? "Regional target"
                                                              : "National target, in the register");
        if (x->aim_count > 1) {
            RAW(p, "<span class=\"unit\">");
            page_text(p, x->aims[i].title);
            RAW(p, "</span>");
        }
        RAW(p, "</th>");
    }
    if (c.limits)
        RAW(p, "<th scope=\"col\" class=\"number\">Average</th><th scope=\"col\" class=\"number\">Lower limit</th>"
               "<th scope=\"col\" class=\"number\">Upper limit</th>");
    if (c.words)
        RAW(p, "<th scope=\"col\">What it says</th>");
    RAW(p, "</tr></thead><tbody>\n");
    for (size_t i = x->count; i > 0; i--)
        table_row(p, m, x, &x->points[i - 1], c);
    RAW(p, "</tbody></table></div></details>\n");
}
