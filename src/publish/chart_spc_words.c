/* What an SPC chart holds, and that in words: for those who hear it and for its layout. */
#include "publish/chart_spc.h"

#include <math.h>
#include <string.h>

double spc_point_value(const edition_point *p)
{
    return p->over_open_band ? SPC_OPEN_BAND : p->value;
}

bool spc_adjacent(const edition_point *a, const edition_point *b)
{
    return a->period.first_month + a->period.months >= b->period.first_month;
}

void spc_content_read(const series_view *v, spc_content *c)
{
    *c = (spc_content){.range = draw_range_empty()};
    series_read(v, &c->reading);
    int32_t segment = -1;
    for (size_t i = 0; i < v->count; i++) {
        const edition_point *p = &v->points[i];
        draw_range_line(&c->range, p->mean);
        draw_range_line(&c->range, p->lower);
        draw_range_line(&c->range, p->upper);
        draw_range_line(&c->range, p->target);
        for (size_t k = 0; k < spc_aims_drawn(v); k++)
            draw_range_line(&c->range, series_aim_level(&v->aims[k], p->period));
        c->any_limits = c->any_limits || (isfinite(p->lower) && isfinite(p->upper));
        c->any_target = c->any_target || isfinite(p->target);
        if (isfinite(p->mean) && p->segment != segment) {
            c->segments++;
            segment = p->segment;
        }
        if (!series_has_figure(p))
            continue;
        draw_range_data(&c->range, spc_point_value(p));
        if (c->figures++ == 0)
            c->first = i;
        c->last = i;
        c->revised += p->revised;
        if (p->over_open_band)
            c->open_band++;
        else if (p->estimated)
            c->estimated++;
        else
            switch (draw_signal(p->signal)) {
            case SIGNAL_IMPROVEMENT: c->improvements++; break;
            case SIGNAL_CONCERN: c->concerns++; break;
            case SIGNAL_HIGH: c->highs++; break;
            case SIGNAL_LOW: c->lows++; break;
            case SIGNAL_COMMON_CAUSE:
            case SIGNAL_NONE: c->common++; break;
            }
    }
}

void spc_subtitle(const series_view *v, buffer *out)
{
    const edition_measure *m = &v->edition->measures[v->series->measure];
    const edition_org *o = &v->edition->orgs[v->series->org];
    buffer_text(out, m->name != NULL && m->name[0] != 0 ? m->name : m->short_name);
    int32_t breakdown = v->series->breakdown;
    if (breakdown >= 0 && (size_t)breakdown < v->edition->breakdown_count) {
        buffer_text(out, ", ");
        buffer_text(out, v->edition->breakdowns[breakdown].name);
    }
    if (v->without_season)
        buffer_text(out, ", season taken out");
    buffer_text(out, ", ");
    sentence_organisation(o, out);
    if (m->unit_label != NULL && m->unit_label[0] != 0) {
        buffer_text(out, " (");
        buffer_text(out, m->unit_label);
        buffer_char(out, ')');
    }
}

static void count_of(size_t n, const char *one, const char *many, bool *first, buffer *out)
{
    if (n == 0)
        return;
    buffer_text(out, *first ? "" : ", ");
    *first = false;
    buffer_int(out, (int64_t)n);
    buffer_char(out, ' ');
    buffer_text(out, n == 1 ? one : many);
}

static void describe_extremes(const series_view *v, const spc_content *c, buffer *out)
{
    const edition_point *low = NULL, *high = NULL;
    char words[PERIOD_WORDS];
    for (size_t i = 0; i < v->count; i++) {
        const edition_point *p = &v->points[i];
        if (!series_has_figure(p) || !isfinite(p->value))
            continue;
        if (low == NULL || p->value < low->value)
            low = p;
        if (high == NULL || p->value > high->value)
            high = p;
    }
    if (low == NULL || low->value == high->value)
        return;
    buffer_text(out, " The lowest figure is ");
    figure_words(c->reading.measure, low->value, false, out);
    buffer_text(out, " in ");
    period_words(low->period, words);
    buffer_text(out, words);
    buffer_text(out, ", the highest ");
    figure_words(c->reading.measure, high->value, false, out);
    buffer_text(out, " in ");
    period_words(high->period, words);
    buffer_text(out, words);
    buffer_char(out, '.');
}

/* Up to the latest figure: months to come have none by their nature. */
static void describe_gaps(const series_view *v, size_t count, buffer *out)
{
    size_t gaps = 0;
    char words[PERIOD_WORDS];
    for (size_t i = 0; i < count; i++) {
        if (series_has_figure(&v->points[i]))
            continue;
        if (gaps++ < 3) {
            period_words(v->points[i].period, words);
            buffer_text(out, gaps == 1 ? " There is no figure for " : ", ");
            buffer_text(out, words);
        }
    }
    if (gaps > 3) {
        buffer_text(out, " and ");
        buffer_int(out, (int64_t)gaps - 3);
        buffer_text(out, " more");
    }
    if (gaps > 0)
        buffer_char(out, '.');
}

size_t spc_aims_drawn(const series_view *v)
{
    return v->aim_count < SPC_MOST_AIMS ? v->aim_count : SPC_MOST_AIMS;
}

/* "A green dotted line marks what was agreed locally: 1.7% for April 2026, 1% by June 2026." */
static void describe_aim(const series_view *v, const series_reading *r, const series_aim *a, bool drawn, buffer *out)
{
    const double due = r->last == NULL ? (double)NAN : series_aim_level(a, r->last->period);
    char when[PERIOD_WORDS];
    bool any = false;
    for (size_t i = 0; i < v->count && !any; i++)
        any = isfinite(series_aim_level(a, v->points[i].period));
    buffer_text(out, !drawn || !any            ? " Not drawn is what was "
                     : a->tier == AIM_NATIONAL ? " A dark red line of dashes and dots marks what was "
                                               : " A green dotted line marks what was ");
    buffer_text(out, a->tier == AIM_LOCAL      ? "agreed locally: "
                     : a->tier == AIM_REGIONAL ? "set as the regional target: "
                                               : "set as a national target: ");
    if (isfinite(due) && due != a->level) {
        figure_level(r->measure, due, out);
        period_words(r->last->period, when);
        buffer_printf(out, " for %s, ", when);
    }
    sentence_aim(r->measure, a, out);
    buffer_char(out, '.');
}

void spc_description(const series_view *v, const spc_content *c, buffer *out)
{
    const series_reading *r = &c->reading;
    char words[PERIOD_WORDS];
    spc_subtitle(v, out);
    if (c->figures == 0) {
        buffer_text(out, ". There are no figures to show.");
        return;
    }
    const char *noun = sentence_period_noun(v->points[c->first].period);
    period_words(v->points[c->first].period, words);
    buffer_text(out, c->figures == 1 ? ". One point, " : ". Line chart from ");
    buffer_text(out, words);
    if (c->figures > 1) {
        period_words(r->last->period, words);
        buffer_text(out, " to ");
        buffer_text(out, words);
    }
    buffer_text(out, c->figures == 1 ? ": " : ". The latest figure is ");
    figure_words(r->measure, r->last->value, r->last->over_open_band, out);
    buffer_char(out, '.');
    describe_extremes(v, c, out);
    if (r->has_limits) {
        buffer_text(out, " A solid line marks the average, ");
        figure_words(r->measure, r->last->mean, false, out);
        buffer_text(out, "; a shaded band with dashed edges marks the range expected from ordinary variation, ");
        figure_words(r->measure, r->last->lower, false, out);
        buffer_text(out, " to ");
        figure_words(r->measure, r->last->upper, false, out);
        if (c->upper_cut || c->lower_cut)
            buffer_text(out, c->upper_cut && c->lower_cut ? "; both its edges lie off the chart"
                             : c->upper_cut               ? "; its upper edge lies above the chart"
                                                          : "; its lower edge lies below the chart");
        buffer_char(out, '.');
        bool first = true;
        buffer_text(out, " Points: ");
        count_of(c->improvements, "improvement (filled circle)", "improvements (filled circles)", &first, out);
        count_of(c->concerns, "concern (filled diamond)", "concerns (filled diamonds)", &first, out);
        count_of(c->highs, "unusually high (filled square)", "unusually high (filled squares)", &first, out);
        count_of(c->lows, "unusually low (filled square)", "unusually low (filled squares)", &first, out);
        count_of(c->common, "in usual variation (small dot)", "in usual variation (small dots)", &first, out);
        count_of(c->estimated, "estimated (hollow)", "estimated (hollow)", &first, out);
        buffer_char(out, '.');
    } else if (!c->any_limits && r->figures == 0 && c->estimated > 0) {
        buffer_text(out, " All of it is estimated, so it is not judged and has no limits.");
    } else if (!c->any_limits && r->figures < r->needed) {
        buffer_printf(out, " Limits appear from %zu %ss; there %s %zu.", r->needed, noun,
                      r->figures == 1 ? "is" : "are", r->figures);
    }
    if (!r->has_limits && c->estimated > 0)
        buffer_printf(out, " %zu %s estimated (hollow points, dashed line).", c->estimated,
                      c->estimated == 1 ? "is" : "are");
    if (c->open_band > 0)
        buffer_printf(out, " %zu %s in the open band of 104 weeks or more (hollow triangle).", c->open_band,
                      c->open_band == 1 ? "is" : "are");
    if (c->segments > 1)
        buffer_printf(out, " The average and limits were worked out anew %s, marked by a vertical line.",
                      c->segments == 2   ? "once"
                      : c->segments == 3 ? "twice"
                                         : "several times");
    if (c->revised > 0)
        buffer_printf(out, " %zu %s revised since first published (ring).", c->revised,
                      c->revised == 1 ? "was" : "were");
    describe_gaps(v, c->last, out);
    if (v->mark_count > 0)
        buffer_printf(out, " %s above the plot %s explained in the list below the chart.",
                      v->mark_count == 1 ? "A numbered mark" : "Numbered marks", v->mark_count == 1 ? "is" : "are");
    if (isfinite(r->level)) {
        buffer_text(out, v->aim_count > 0 ? " A dark red line of dashes and dots marks the national target, "
                                          : " A dark red line marks the target, ");
        if (r->target != NULL)
            sentence_target(r->measure, r->target, out);
        else
            figure_level(r->measure, r->level, out);
        buffer_char(out, '.');
    }
    for (size_t i = 0; i < v->aim_count; i++)
        describe_aim(v, r, &v->aims[i], i < spc_aims_drawn(v), out);
}
