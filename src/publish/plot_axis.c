/* The horizontal axis of plots: points in time, labels as they stood in a file, and plain numbers. */
#include "publish/plot_frame.h"

#include <float.h>
#include <math.h>
#include <string.h>

static const char MONTHS[12][10] = {"January", "February", "March",     "April",   "May",      "June",
                                    "July",    "August",   "September", "October", "November", "December"};

frame_axis plot_times_place(const plot_time *times, size_t count, double *x)
{
    bool dated = times != NULL && count > 0;
    for (size_t i = 0; i < count && dated; i++) {
        dated = times[i].when != DATE_NONE && times[i].when != DATE_FOREVER;
        if (i > 0)
            dated = dated && times[i].when >= times[i - 1].when;
    }
    for (size_t i = 0; i < count; i++)
        x[i] = dated ? (double)times[i].when : (double)i;
    return dated ? AXIS_TIME : AXIS_LABELS;
}

void plot_time_words(const plot_time *t, buffer *out)
{
    if (plot_given(t->label)) {
        period p;
        char words[PERIOD_WORDS];
        if (period_parse(text_of(t->label), &p)) { /* "2026-04" is April 2026 to a person */
            period_words(p, words);
            buffer_text(out, words);
        } else {
            buffer_text(out, t->label);
        }
        return;
    }
    if (t->when == DATE_NONE || t->when == DATE_FOREVER)
        return;
    int year, month, day;
    date_parts(t->when, &year, &month, &day);
    if (day != 1)
        buffer_printf(out, "%d ", day);
    buffer_printf(out, "%s %d", MONTHS[(month - 1) % 12], year);
}

const char *plot_step_noun(const plot_time *times, size_t count)
{
    static const struct {
        int32_t fewest, most;
        const char *noun;
    } steps[] = {{1, 1, "day"}, {7, 7, "week"}, {28, 31, "month"}, {89, 92, "quarter"}, {365, 366, "year"}};
    for (size_t k = 0; k < sizeof steps / sizeof *steps && count > 1 && times != NULL; k++) {
        bool all = true;
        for (size_t i = 1; i < count && all; i++)
            all = times[i].when != DATE_NONE && times[i - 1].when != DATE_NONE &&
                  times[i].when - (int64_t)times[i - 1].when >= steps[k].fewest &&
                  times[i].when - (int64_t)times[i - 1].when <= steps[k].most;
        if (all)
            return steps[k].noun;
    }
    return "step";
}

void plot_edges(const double *x, size_t count, double *edges)
{
    if (count == 0)
        return;
    double step = count > 1 ? (x[count - 1] - x[0]) / (double)(count - 1) : 1;
    if (!(step > 0))
        step = 1;
    edges[0] = x[0] - (count > 1 && x[1] > x[0] ? fmin(x[1] - x[0], 2 * step) : step) / 2;
    for (size_t i = 1; i < count; i++)
        edges[i] = (x[i - 1] + x[i]) / 2;
    edges[count] = x[count - 1] +
                   (count > 1 && x[count - 1] > x[count - 2] ? fmin(x[count - 1] - x[count - 2], 2 * step) : step) / 2;
}

static void tick_words(char *out, size_t size, const char *words)
{
    size_t n = strlen(words);
    if (n >= size) {
        n = size - 1;
        while (n > 0 && ((unsigned char)words[n] & 0xc0) == 0x80)
            n--;
    }
    memcpy(out, words, n);
    out[n] = 0;
}

/* ---- labels ----------------------------------------------------------------------------------------- */

static size_t label_ticks(const frame *f, double room, double (*width)(const char *), plot_tick *ticks)
{
    double widest = 0;
    for (size_t i = 0; i < f->time_count; i++) {
        char words[24];
        tick_words(words, sizeof words, f->times != NULL && f->times[i].label != NULL ? f->times[i].label : "");
        widest = fmax(widest, width(words));
    }
    if (widest <= 0)
        widest = width("000");
    double each = room / fmax(f->x_high - f->x_low, 1);
    size_t apart = 1, n = 0;
    static const size_t steps[] = {1, 2, 3, 4, 6, 12, 24, 36, 60, 120, 240, 480, 960, 1920};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        apart = steps[i];
        if ((double)apart * each >= widest + width("00"))
            break;
    }
    for (size_t i = 0; i < f->time_count && n < PLOT_MOST_TICKS; i += apart) {
        plot_tick *t = &ticks[n++];
        *t = (plot_tick){.x = (double)i};
        if (f->times != NULL && plot_given(f->times[i].label))
            tick_words(t->first, 24, f->times[i].label);
        else
            (void)snprintf(t->first, sizeof t->first, "%zu", i + 1);
    }
    return n;
}

/* ---- time ------------------------------------------------------------------------------------------- */

static size_t day_ticks(double low, double high, int step, plot_tick *ticks)
{
    size_t n = 0;
    int before = 0;
    /* Weeks are counted from a Monday: 5 January 1970 was one. */
    double from = step % 7 == 0 ? ceil((low - 4) / step) * step + 4 : ceil(low);
    for (double d = from; d <= high && n < PLOT_MOST_TICKS; d += step) {
        int year, month, day;
        date_parts((date)d, &year, &month, &day);
        plot_tick *t = &ticks[n++];
        *t = (plot_tick){.x = d};
        (void)snprintf(t->first, sizeof t->first, "%d %.3s", day, MONTHS[(month - 1) % 12]);
        if (year != before)
            (void)snprintf(t->second, sizeof t->second, "%d", year);
        before = year;
    }
    return n;
}

static size_t month_ticks(double low, double high, int step, plot_tick *ticks)
{
    size_t n = 0;
    int year, month, day;
    date_parts((date)ceil(low), &year, &month, &day);
    int32_t at = year * 12 + month - 1 + (day > 1);
    bool named = false;
    if (at < 12)
        at = 12; /* the calendar starts at year 1 */
    for (; n < PLOT_MOST_TICKS; at++) {
        if (at % step != 0)
            continue;
        double d = (double)date_of(at / 12, at % 12 + 1, 1);
        if (d > high || at / 12 > 9999)
            break;
        plot_tick *t = &ticks[n++];
        *t = (plot_tick){.x = d};
        if (step >= 12) {
            (void)snprintf(t->first, sizeof t->first, "%d", at / 12);
            continue;
        }
        (void)snprintf(t->first, sizeof t->first, "%.3s", MONTHS[at % 12]);
        /* The year stands under January, and under the first tick where January is not near. */
        if (at % 12 == 0 || (!named && (12 - at % 12) / step >= 2))
            (void)snprintf(t->second, sizeof t->second, "%d", at / 12);
        named = named || t->second[0] != 0;
    }
    return n;
}

static size_t time_ticks(const frame *f, double room, double (*width)(const char *), plot_tick *ticks)
{
    static const int day_steps[] = {1, 2, 7, 14}, month_steps[] = {1, 2, 3, 6, 12, 24, 60, 120, 240, 600};
    double days = f->x_high - f->x_low, each = room / days;
    for (size_t i = 0; i < 4 && days < 190; i++)
        if (day_steps[i] * each >= width("28 Sep 0"))
            return day_ticks(f->x_low, f->x_high, day_steps[i], ticks);
    for (size_t i = 0; i < sizeof month_steps / sizeof *month_steps; i++)
        if (month_steps[i] * 30.4 * each >= width(month_steps[i] >= 12 ? "20000" : "Mar0") &&
            days / (month_steps[i] * 30.4) < PLOT_MOST_TICKS - 2)
            return month_ticks(f->x_low, f->x_high, month_steps[i], ticks);
    return 0;
}

/* ---- numbers ---------------------------------------------------------------------------------------- */

static size_t number_ticks(const frame *f, double room, double (*width)(const char *), plot_tick *ticks)
{
    const plot_unit unit = {.kind = f->x_percent ? PLOT_PERCENT : PLOT_NUMBER};
    double largest = fmax(fabs(f->x_low), fabs(f->x_high)), span = f->x_high - f->x_low;
    double wish = fmax(room / (width("000,000") + width("000")), 2);
    double power = pow(10, floor(log10(span / wish)));
    double step = power * (span / wish <= power ? 1 : span / wish <= 2 * power ? 2 : span / wish <= 5 * power ? 5 : 10);
    size_t n = 0;
    for (double at = ceil(f->x_low / step - 1e-9);
         at * step <= f->x_high * (1 + 1e-12) + step * 1e-9 && n < PLOT_MOST_TICKS; at += 1) {
        buffer words = {0};
        plot_tick *t = &ticks[n++];
        double value = at == 0 ? 0 : at * step;
        *t = (plot_tick){.x = value};
        plot_axis_figure(&unit, value, step, largest, &words);
        tick_words(t->first, sizeof t->first, words.data != NULL ? words.data : "");
        buffer_free(&words);
    }
    return n;
}

size_t plot_ticks(const frame *f, double room, double (*width)(const char *words), plot_tick *ticks)
{
    switch (f->axis) {
    case AXIS_TIME: return time_ticks(f, room, width, ticks);
    case AXIS_LABELS: return label_ticks(f, room, width, ticks);
    default: return number_ticks(f, room, width, ticks);
    }
}
