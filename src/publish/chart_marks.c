/* Numbered marks above the plot of an SPC chart: what somebody put on record about that month. Their words stand below the chart. */
#include "publish/chart_spc.h"

#include <math.h>

#define MARK_RADIUS 10.5
#define MARK_APART  23.0
#define MARKS_DRAWN 40

/* Marks of months that the chart shows. */
static bool is_drawn(const spc_plot *c, const series_mark *m)
{
    return m->period.first_month >= c->months.first && m->period.first_month < c->months.first + c->months.count;
}

bool spc_marks_any(const spc_plot *c)
{
    for (size_t i = 0; i < c->view->mark_count; i++) {
        const series_view *v = c->view;
        const period p = v->marks[i].period, last = v->points[v->count - 1].period;
        if (p.first_month >= v->points[0].period.first_month && p.first_month < last.first_month + last.months)
            return true;
    }
    return false;
}

/* They keep apart, and within the chart: pushed to the right by the one before, then back from the edge. */
static size_t place(const spc_plot *c, size_t *which, double *x, double *wanted)
{
    size_t n = 0;
    for (size_t i = 0; i < c->view->mark_count && n < MARKS_DRAWN; i++) {
        if (!is_drawn(c, &c->view->marks[i]))
            continue;
        which[n] = i;
        wanted[n] = draw_x(&c->months, c->view->marks[i].period);
        x[n] = n > 0 ? fmax(wanted[n], x[n - 1] + MARK_APART) : fmax(wanted[n], MARK_RADIUS + 2);
        n++;
    }
    double most = c->width - MARK_RADIUS - 2;
    for (size_t i = n; i-- > 0; most = x[i] - MARK_APART)
        x[i] = fmin(x[i], most);
    return n;
}

void spc_marks_draw(spc_plot *c, double y, buffer *out)
{
    size_t which[MARKS_DRAWN];
    double x[MARKS_DRAWN], wanted[MARKS_DRAWN];
    const size_t n = place(c, which, x, wanted);
    if (n == 0)
        return;
    buffer_text(out, "<path class=\"chart-axis\" stroke=\"" DRAW_LINE
                     "\" stroke-dasharray=\"1 4\" stroke-width=\"1.5\" fill=\"none\" d=\"");
    /* Marks of one month share a line; it stops short of the words that say where limits were worked out anew. */
    const double clear = c->content.segments > 1 ? c->top - 24 : c->top - 2;
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && wanted[i] == wanted[i - 1])
            continue;
        draw_move('M', x[i], y + MARK_RADIUS, out);
        draw_move('L', wanted[i], clear, out);
        draw_move('M', wanted[i], c->top, out);
        buffer_char(out, 'V');
        draw_number(c->bottom, out);
    }
    buffer_text(out, "\"/>");
    for (size_t i = 0; i < n; i++) {
        char number[16];
        (void)snprintf(number, sizeof number, "%zu", which[i] + 1);
        buffer_text(out, "<circle class=\"chart-note\" fill=\"" DRAW_PAPER "\" stroke=\"" DRAW_INK
                         "\" stroke-width=\"1.75\"");
        draw_attribute("cx", x[i], out);
        draw_attribute("cy", y, out);
        draw_attribute("r", MARK_RADIUS, out);
        buffer_text(out, "/>");
        draw_label(x[i], y + 5, "middle", "chart-ink", DRAW_INK, number, out);
    }
}
