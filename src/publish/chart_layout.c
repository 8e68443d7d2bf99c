/* Measuring and placing: widths of text, round ticks, labels that keep apart, and the month axis. */
#include "publish/chart_draw.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* Advance widths of Helvetica (and of Arial, made to the same measure) for ASCII, in thousandths of the size. */
static const uint16_t WIDTHS[95] = {278,  278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
                                    556,  556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
                                    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
                                    667,  778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
                                    333,  556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
                                    556,  556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584};

static double character_width(unsigned char c)
{
    if (c >= 0x20 && c < 0x7f)
        return WIDTHS[c - 0x20];
    return (c & 0xc0) == 0x80 ? 0 : 700; /* the first byte of another character stands for all of it */
}

double draw_text_width_n(const char *words, size_t length, double size, bool bold)
{
    double width = 0;
    for (size_t i = 0; i < length; i++)
        width += character_width((unsigned char)words[i]);
    return width * size / 1000 * (bold ? 1.08 : 1);
}

double draw_text_width(const char *words, double size, bool bold)
{
    return words == NULL ? 0 : draw_text_width_n(words, strlen(words), size, bold);
}

size_t draw_text_wrap(const char *words, double size, bool bold, double width, size_t capacity, size_t *starts,
                      size_t *lengths, bool *cut)
{
    if (words == NULL)
        words = "";
    const double room = width * 1000 / size / (bold ? 1.08 : 1);
    const size_t length = strlen(words);
    size_t lines = 0, at = 0;
    *cut = false;
    while (lines < capacity) {
        while (at < length && words[at] == ' ')
            at++;
        double used = 0;
        size_t end = at, space = at;
        while (end < length && used + character_width((unsigned char)words[end]) <= room) {
            if (words[end] == ' ')
                space = end;
            used += character_width((unsigned char)words[end]);
            end++;
        }
        starts[lines] = at;
        if (end < length && lines + 1 == capacity) { /* the last line there is: cut, leaving room for the dots */
            *cut = true;
            while (end > at && (used > room - 1000 || ((unsigned char)words[end] & 0xc0) == 0x80)) {
                end--;
                used -= character_width((unsigned char)words[end]);
            }
            while (end > at && words[end - 1] == ' ')
                end--;
        } else if (end < length) {
            if (words[end] == ' ')
                space = end;
            if (space > at)
                end = space;
            while (end > at && ((unsigned char)words[end] & 0xc0) == 0x80)
                end--;
            if (end == at) /* not even one character fits: take it all the same */
                do
                    end++;
                while (end < length && ((unsigned char)words[end] & 0xc0) == 0x80);
        }
        lengths[lines++] = end - at;
        at = end;
        if (at >= length)
            break;
    }
    return lines;
}

double draw_text_block(double x, double y, double leading, const char *class_name, const char *colour,
                       const char *words, double size, bool bold, double width, size_t capacity, buffer *out)
{
    size_t starts[8], lengths[8];
    bool cut;
    if (words == NULL)
        words = "";
    size_t lines = draw_text_wrap(words, size, bold, width, capacity > 8 ? 8 : capacity, starts, lengths, &cut);
    for (size_t i = 0; i < lines; i++) {
        buffer_text(out, "<text");
        draw_attribute("x", x, out);
        draw_attribute("y", y + leading * (double)i, out);
        draw_attribute("font-size", size, out);
        if (bold)
            buffer_text(out, " font-weight=\"700\"");
        buffer_text(out, " class=\"");
        buffer_text(out, class_name);
        buffer_text(out, "\" fill=\"");
        buffer_text(out, colour);
        buffer_text(out, "\">");
        draw_text_n(words + starts[i], lengths[i], out);
        if (cut && i + 1 == lines)
            buffer_text(out, "\xe2\x80\xa6");
        buffer_text(out, "</text>");
    }
    return y + leading * (double)(lines - 1);
}

/* ---- scales ----------------------------------------------------------------------------------------- */

draw_range draw_range_empty(void)
{
    return (draw_range){DBL_MAX, -DBL_MAX, DBL_MAX, -DBL_MAX};
}

void draw_range_line(draw_range *r, double value)
{
    if (!isfinite(value) || fabs(value) > 1e150)
        return;
    r->low = fmin(r->low, value);
    r->high = fmax(r->high, value);
}

void draw_range_data(draw_range *r, double value)
{
    if (!isfinite(value) || fabs(value) > 1e150)
        return;
    draw_range_line(r, value);
    r->data_low = fmin(r->data_low, value);
    r->data_high = fmax(r->data_high, value);
}

/* Multiples of step within low..high. */
static size_t tick_count(double low, double high, double step)
{
    double first = ceil(low / step - 1e-9), last = floor(high / step + 1e-9);
    return last < first ? 0 : last - first > 1000 ? 1001 : (size_t)(last - first) + 1;
}

/* The step of 1, 2, 2.5 or 5 times a power of ten whose number of ticks comes nearest to the middle of what is wanted. */
static double step_choose(double low, double high, size_t fewest, double smallest)
{
    static const double steps[] = {1, 2, 2.5, 5};
    double power = pow(10, floor(log10((high - low) / (double)(fewest + 2))) - 1);
    double best = power, best_distance = DBL_MAX;
    for (int k = 0; k < 4; k++, power *= 10)
        for (size_t i = 0; i < 4; i++) {
            double step = steps[i] * power;
            if (step < smallest || (smallest >= 1 && step != floor(step)))
                continue;
            /* Ticks at quarters are read less easily than at ones, twos and fives. */
            double distance = fabs((double)tick_count(low, high, step) - (double)(fewest + 1)) + (i == 2 ? 0.5 : 0);
            if (distance < best_distance || best_distance == DBL_MAX) {
                best = step;
                best_distance = distance;
            }
        }
    return best < smallest ? smallest : best;
}

void draw_scale_make(const draw_range *range, figure_unit unit, size_t fewest, double top, double bottom, draw_scale *s)
{
    draw_range r = *range;
    if (r.low > r.high)
        r = (draw_range){0, 1, 0, 1};
    if (r.data_low > r.data_high) {
        r.data_low = r.low;
        r.data_high = r.high;
    }
    bool floor_at_zero = figure_never_negative(unit) && r.data_low >= 0;
    bool ceiling = unit == FIGURE_PERCENT && r.data_high <= 100;
    /* Figures need some room even where they never change. */
    double low = r.low, high = r.high;
    if (high - low < 1e-9 * fmax(fabs(high), 1)) {
        double room = fmax(fabs(high) * 0.05, unit == FIGURE_COUNT || high == 0 ? 1 : 0.5);
        low -= room;
        high += room;
    }
    double pad = (high - low) * 0.05;
    low -= pad;
    high += pad;
    if (floor_at_zero && (low < 0 || r.low < 0.3 * high))
        low = 0;
    if (ceiling && high > 100)
        high = 100;
    double smallest = unit == FIGURE_COUNT ? 1 : 0;
    double step = step_choose(low, high, fewest, smallest);
    for (int tries = 0; tries < 6 && tick_count(low, high, step) < fewest; tries++) {
        double up = (floor(high / step + 1e-9) + 1) * step, down = (ceil(low / step - 1e-9) - 1) * step;
        bool can_up = !(ceiling && up > 100 + 1e-9), can_down = !(floor_at_zero && down < -1e-9);
        if (can_up && (!can_down || up - high <= low - down))
            high = up;
        else if (can_down)
            low = down;
        else
            break;
    }
    *s = (draw_scale){.low = low, .high = high, .step = step, .top = top, .bottom = bottom};
    double first = ceil(low / step - 1e-9);
    size_t count = tick_count(low, high, step);
    for (size_t i = 0; i < count && i < DRAW_TICKS; i++) {
        double tick = (first + (double)i) * step;
        s->ticks[s->count++] = fabs(tick) < step * 1e-9 ? 0 : tick;
    }
}

double draw_y(const draw_scale *s, double value)
{
    if (!isfinite(value))
        return s->bottom;
    double part = (value - s->low) / (s->high - s->low);
    part = part < 0 ? 0 : part > 1 ? 1 : part;
    return s->bottom - part * (s->bottom - s->top);
}

/* ---- labels that do not overlap --------------------------------------------------------------------- */

/* Pool adjacent violators: with each label's place measured from where it would be if all above it were stacked on it, the
 * order must not fall; runs that would are pooled at their mean. */
void draw_places(draw_place *places, size_t count, double top, double bottom)
{
    enum { MOST = 16 };
    double mean[MOST];
    size_t size[MOST], blocks = 0, n = count > MOST ? MOST : count;
    double stacked[MOST], offset = 0, total = 0;
    for (size_t i = 0; i < n; i++) {
        stacked[i] = offset + places[i].height / 2;
        offset += places[i].height;
        total += places[i].height;
    }
    for (size_t i = 0; i < n; i++) {
        mean[blocks] = places[i].wanted - stacked[i];
        size[blocks++] = 1;
        while (blocks > 1 && mean[blocks - 2] > mean[blocks - 1]) {
            size_t a = size[blocks - 2], b = size[blocks - 1];
            mean[blocks - 2] = (mean[blocks - 2] * (double)a + mean[blocks - 1] * (double)b) / (double)(a + b);
            size[blocks - 2] = a + b;
            blocks--;
        }
    }
    double lowest = top, highest = bottom - total; /* of the start of the stack */
    if (highest < lowest)
        highest = lowest;
    size_t i = 0;
    for (size_t b = 0; b < blocks; b++) {
        double start = mean[b] < lowest ? lowest : mean[b] > highest ? highest : mean[b];
        for (size_t k = 0; k < size[b]; k++, i++)
            places[i].y = start + stacked[i];
    }
    for (i = n; i < count; i++)
        places[i].y = places[i].wanted;
}

/* ---- months ----------------------------------------------------------------------------------------- */

double draw_month_width(const draw_months *m)
{
    return (m->right - m->left) / (double)(m->count < 1 ? 1 : m->count);
}

double draw_x(const draw_months *m, period p)
{
    return m->left + ((double)p.first_month - (double)m->first + (double)p.months / 2) * draw_month_width(m);
}

void draw_month_axis(const draw_months *m, double y, buffer *out)
{
    static const char names[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const double width = draw_month_width(m);
    /* How many months apart the names stand, so that they do not touch; then whether there is room for both years. */
    int32_t apart = width >= 32 ? 1 : 3 * width >= 30 ? 3 : 6 * width >= 30 ? 6 : 12;
    int32_t years_apart = 1;
    while (apart == 12 && 12 * years_apart * width < 40 && years_apart < 100)
        years_apart++;
    bool both_years = 3 * width >= 36 && apart <= 3;
    double year_free_from = -DBL_MAX;
    bool any_year = false;
    for (int32_t i = 0; i < m->count; i++) {
        int32_t month = (m->first + i) % 12, year = (m->first + i) / 12;
        if (m->first < 0 || month % apart != 0 || (apart == 12 && year % years_apart != 0))
            continue;
        double x = m->left + ((double)i + 0.5) * width;
        buffer_text(out, "<path class=\"chart-tick\" stroke=\"" DRAW_LINE "\" d=\"");
        draw_move('M', x, y, out);
        buffer_text(out, "v5\"/>");
        draw_label(x, y + 19, "middle", "chart-soft", DRAW_SOFT, names[month], out);
        /* The first month named carries its year too, where the next year does not come right after it. */
        int32_t next_year_in = both_years ? (month < 3 ? 3 - month : 12 - month) : 12 - month;
        bool first_named = !any_year && month != 0 && month != 3 &&
                           ((double)next_year_in * width >= 40 || i + next_year_in >= m->count);
        if ((month == 0 || (month == 3 && both_years) || first_named) && x - 17 >= year_free_from) {
            char year_text[16];
            (void)snprintf(year_text, sizeof year_text, "%d", year);
            draw_label(x, y + 36, "middle", "chart-soft", DRAW_SOFT, year_text, out);
            year_free_from = x + 19;
            any_year = true;
        }
    }
}
