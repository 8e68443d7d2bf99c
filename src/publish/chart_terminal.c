/* The SPC chart in characters, for people who live in a terminal: the same lines, shapes and words as the picture. */
#include "publish/chart_draw.h"
#include "publish/chart_spc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 17, MOST_COLUMNS = 200, GUTTER = 26, LABEL_BYTES = 40 };

/* One character cell: what is drawn there wins over what was drawn before it. */
typedef enum cell {
    CELL_EMPTY = 0,
    CELL_TICK,
    CELL_LIMIT,
    CELL_TARGET,
    CELL_AGREED,
    CELL_MEAN,
    CELL_SEGMENT,
    CELL_JOIN,
    CELL_ESTIMATED,
    CELL_COMMON,
    CELL_IMPROVEMENT,
    CELL_CONCERN,
    CELL_NEUTRAL,
    CELL_OPEN_BAND,
    CELL_KINDS
} cell;

static const char *const GLYPHS[CELL_KINDS] = {" ",
                                               "\xc2\xb7",
                                               "\xe2\x94\x84",
                                               "\xe2\x95\x8d",
                                               "\xe2\x95\x90",
                                               "\xe2\x94\x80",
                                               "\xe2\x94\x82",
                                               "\xe2\x94\x82",
                                               "\xe2\x97\x8b",
                                               "\xe2\x80\xa2",
                                               "\xe2\x97\x8f",
                                               "\xe2\x97\x86",
                                               "\xe2\x96\xa0",
                                               "\xe2\x96\xb3"};
static const char *const INKS[CELL_KINDS] = {
    [CELL_TICK] = "2",           [CELL_LIMIT] = "2",      [CELL_TARGET] = "31",
    [CELL_AGREED] = "36",        [CELL_SEGMENT] = "2",    [CELL_JOIN] = "2",
    [CELL_IMPROVEMENT] = "1;34", [CELL_CONCERN] = "1;33", [CELL_NEUTRAL] = "1;35"};

typedef struct terminal_plot {
    series_view view; /* the points that fit */
    spc_content content;
    bool colour;
    size_t columns, axis, width; /* characters: all, left labels, plot */
    int32_t first_month, months; /* on the axis */
    draw_scale scale;
    unsigned char cells[ROWS][MOST_COLUMNS];
    char labels[ROWS][LABEL_BYTES];
    const char *label_ink[ROWS];
} terminal_plot;

/* Characters that UTF-8 text takes, each one column wide. */
static size_t columns_of(const char *s)
{
    size_t n = 0;
    for (; *s != 0; s++)
        n += ((unsigned char)*s & 0xc0) != 0x80;
    return n;
}

static void spaces(size_t n, buffer *out)
{
    while (n-- > 0)
        buffer_char(out, ' ');
}

static void ink(const terminal_plot *c, const char *code, buffer *out)
{
    if (c->colour && code != NULL) {
        buffer_text(out, "\x1b[");
        buffer_text(out, code);
        buffer_char(out, 'm');
    }
}

static size_t row_of(const terminal_plot *c, double value)
{
    double y = draw_y(&c->scale, value);
    long row = lround(y);
    return row < 0 ? 0 : row >= ROWS ? ROWS - 1 : (size_t)row;
}

/* The first column of a month on the axis; months that are absent keep their place. */
static size_t column_from(const terminal_plot *c, int32_t month)
{
    int64_t at = ((int64_t)month - c->first_month) * (int64_t)c->width / c->months;
    return at < 0 ? 0 : (size_t)at;
}

static size_t column_of(const terminal_plot *c, const edition_point *p)
{
    size_t from = column_from(c, p->period.first_month), to = column_from(c, p->period.first_month + p->period.months);
    return to > from ? from + (to - from - 1) / 2 : from;
}

static void put_cell(terminal_plot *c, size_t row, size_t column, cell what)
{
    if (row < ROWS && column < c->width && c->cells[row][column] < (unsigned char)what)
        c->cells[row][column] = (unsigned char)what;
}

static void put_level(terminal_plot *c, const edition_point *p, double value, cell what)
{
    if (!isfinite(value) || value < c->scale.low || value > c->scale.high)
        return;
    size_t to = column_from(c, p->period.first_month + p->period.months);
    for (size_t k = column_from(c, p->period.first_month); k < to; k++)
        put_cell(c, row_of(c, value), k, what);
}

static void put_points(terminal_plot *c)
{
    for (size_t i = 0; i < c->view.count; i++) {
        const edition_point *p = &c->view.points[i];
        put_level(c, p, p->mean, CELL_MEAN);
        put_level(c, p, p->lower, CELL_LIMIT);
        put_level(c, p, p->upper, CELL_LIMIT);
        put_level(c, p, p->target, CELL_TARGET);
        for (size_t k = 0; k < spc_aims_drawn(&c->view); k++)
            put_level(c, p, series_aim_level(&c->view.aims[k], p->period), CELL_AGREED);
        if (i > 0 && p->segment > 1 && c->view.points[i - 1].segment > 0 && p->segment != c->view.points[i - 1].segment)
            for (size_t row = 0; row < ROWS; row++)
                put_cell(c, row, column_from(c, p->period.first_month), CELL_SEGMENT);
        if (!series_has_figure(p))
            continue;
        spc_signal signal = draw_signal(p->signal);
        cell what = p->over_open_band                               ? CELL_OPEN_BAND
                    : p->estimated                                  ? CELL_ESTIMATED
                    : signal == SIGNAL_IMPROVEMENT                  ? CELL_IMPROVEMENT
                    : signal == SIGNAL_CONCERN                      ? CELL_CONCERN
                    : signal == SIGNAL_HIGH || signal == SIGNAL_LOW ? CELL_NEUTRAL
                                                                    : CELL_COMMON;
        put_cell(c, row_of(c, spc_point_value(p)), column_of(c, p), what);
    }
}

/* A label to the right of the row where its line ends; the nearest free row where that one is taken. */
static void put_label(terminal_plot *c, double value, const char *words, const char *code)
{
    if (!isfinite(value))
        return;
    size_t wanted = row_of(c, value);
    for (size_t away = 0; away < ROWS; away++)
        for (int side = 0; side < 2; side++) {
            size_t row = side == 0 ? wanted - away : wanted + away;
            if (row >= ROWS || c->labels[row][0] != 0)
                continue;
            size_t length = strlen(words) < GUTTER - 2 ? strlen(words) : GUTTER - 2;
            while (length > 0 && ((unsigned char)words[length] & 0xc0) == 0x80) /* never part of a character */
                length--;
            memcpy(c->labels[row], words, length);
            c->labels[row][length] = 0;
            c->label_ink[row] = code;
            return;
        }
}

/* The last value of a level among the points shown. */
static double last_level(const terminal_plot *c, int which)
{
    double value = NAN;
    for (size_t i = 0; i < c->view.count; i++) {
        const edition_point *p = &c->view.points[i];
        double here = which == 0 ? p->mean : which == 1 ? p->upper : which == 2 ? p->lower : p->target;
        if (isfinite(here))
            value = here;
    }
    return value;
}

static void make_labels(terminal_plot *c)
{
    static const char *const names[] = {"average ", "upper limit ", "lower limit ", "target "};
    static const char *const codes[] = {NULL, "2", "2", "31"};
    const series_reading *r = &c->content.reading;
    buffer words = {0};
    figure_words(r->measure, r->last->value, r->last->over_open_band, &words);
    put_label(c, spc_point_value(r->last), words.data != NULL ? words.data : "", "1");
    for (int i = 0; i < 4; i++) {
        double value = last_level(c, (i + 3) % 4);
        if (!isfinite(value))
            continue;
        buffer_clear(&words);
        buffer_text(&words, (i + 3) % 4 == 3 && c->view.aim_count > 0 ? "national target " : names[(i + 3) % 4]);
        if ((i + 3) % 4 == 3)
            figure_level(r->measure, value, &words);
        else
            figure_bare(r->measure, value, false, &words);
        if (words.data != NULL)
            put_label(c, value, words.data, codes[(i + 3) % 4]);
    }
    for (size_t k = 0; k < spc_aims_drawn(&c->view); k++) {
        const series_aim *a = &c->view.aims[k];
        const double value = series_aim_level(a, c->view.points[c->view.count - 1].period);
        buffer_clear(&words);
        buffer_printf(&words, "%s ", series_aim_words(a));
        figure_level(r->measure, value, &words);
        if (words.data != NULL)
            put_label(c, value, words.data, "36");
    }
    buffer_free(&words);
}

/* Months under the axis, as many as have room, with the year under January and April. */
static void write_axis(const terminal_plot *c, buffer *out)
{
    static const char names[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    char months[MOST_COLUMNS + 8], years[MOST_COLUMNS + 8];
    memset(months, ' ', sizeof months);
    memset(years, ' ', sizeof years);
    double width = (double)c->width / c->months;
    int32_t apart = width >= 4 ? 1 : 3 * width >= 5 ? 3 : 6 * width >= 5 ? 6 : 12;
    size_t free_from = 0;
    for (int32_t i = 0; i < c->months; i++) {
        int32_t month = (c->first_month + i) % 12, year = (c->first_month + i) / 12;
        size_t at = column_from(c, c->first_month + i);
        if (month % apart != 0 || at < free_from || at + 3 > c->width + 4)
            continue;
        memcpy(months + at, names[month], 3);
        if (month == 0 || month == 3 || c->months < 4) {
            char digits[16];
            (void)snprintf(digits, sizeof digits, "%04d", (int)(year % 10000));
            memcpy(years + at, digits, 4);
        }
        free_from = at + 4;
    }
    size_t end = c->width + 4;
    months[end] = years[end] = 0;
    const char *lines[] = {months, years};
    for (size_t i = 0; i < 2; i++) {
        size_t n = end;
        while (n > 0 && lines[i][n - 1] == ' ')
            n--;
        spaces(c->axis + 2, out);
        buffer_put(out, lines[i], n);
        buffer_char(out, '\n');
    }
}

static void write_rows(terminal_plot *c, buffer *out)
{
    buffer tick = {0};
    double largest = fmax(fabs(c->scale.low), fabs(c->scale.high));
    for (size_t row = 0; row < ROWS; row++) {
        buffer_clear(&tick);
        for (size_t i = 0; i < c->scale.count; i++)
            if (row_of(c, c->scale.ticks[i]) == row)
                figure_axis(c->content.reading.measure, c->scale.ticks[i], c->scale.step, largest, &tick);
        const char *words = tick.length > 0 ? tick.data : "";
        size_t taken = columns_of(words);
        spaces(taken < c->axis ? c->axis - taken : 0, out);
        buffer_text(out, words);
        buffer_text(out, tick.length > 0 ? " \xe2\x94\xa4" : " \xe2\x94\x82");
        size_t end = c->labels[row][0] != 0 ? c->width : 0;
        for (size_t k = 0; k < c->width; k++)
            if (c->cells[row][k] != CELL_EMPTY && k + 1 > end)
                end = k + 1;
        for (size_t k = 0; k < end; k++) {
            cell what = (cell)c->cells[row][k];
            ink(c, INKS[what], out);
            buffer_text(out, GLYPHS[what]);
            ink(c, INKS[what] != NULL ? "0" : NULL, out);
        }
        if (c->labels[row][0] != 0) {
            buffer_char(out, ' ');
            ink(c, c->label_ink[row], out);
            buffer_text(out, c->labels[row]);
            ink(c, c->label_ink[row] != NULL ? "0" : NULL, out);
        }
        buffer_char(out, '\n');
    }
    spaces(c->axis + 1, out);
    buffer_text(out, "\xe2\x94\x94");
    for (size_t k = 0; k < c->width; k++)
        buffer_text(out, "\xe2\x94\x80");
    buffer_char(out, '\n');
    buffer_free(&tick);
}

static void write_key(const terminal_plot *c, buffer *out)
{
    const struct {
        cell what;
        const char *words;
    } items[] = {{CELL_IMPROVEMENT, "improvement"},
                 {CELL_CONCERN, "concern"},
                 {CELL_NEUTRAL, "unusual"},
                 {CELL_COMMON, "usual variation"},
                 {CELL_ESTIMATED, "estimated"},
                 {CELL_OPEN_BAND, "104 weeks or more"},
                 {CELL_MEAN, "average"},
                 {CELL_LIMIT, "limits"},
                 {CELL_TARGET, c->view.aim_count > 0 ? "national target" : "target"},
                 {CELL_AGREED, "agreed locally"}};
    bool present[CELL_KINDS] = {false};
    size_t used = 0;
    for (size_t row = 0; row < ROWS; row++)
        for (size_t k = 0; k < c->width; k++)
            present[c->cells[row][k]] = true;
    for (size_t i = 0; i < sizeof items / sizeof *items; i++) {
        if (!present[items[i].what] || (items[i].what == CELL_COMMON && !c->content.any_limits))
            continue;
        size_t room = strlen(items[i].words) + 4;
        if (used > 0 && used + room > c->columns) {
            buffer_char(out, '\n');
            used = 0;
        }
        buffer_text(out, used > 0 ? "  " : "");
        ink(c, INKS[items[i].what], out);
        buffer_text(out, GLYPHS[items[i].what]);
        ink(c, INKS[items[i].what] != NULL ? "0" : NULL, out);
        buffer_char(out, ' ');
        buffer_text(out, items[i].words);
        used += room;
    }
    if (used > 0)
        buffer_char(out, '\n');
}

/* Control characters of a hostile name must not reach a terminal. */
static void write_plain(const char *words, size_t columns, buffer *out)
{
    size_t used = 0;
    for (const char *p = words; *p != 0; p++) {
        unsigned char ch = (unsigned char)*p;
        bool starts = (ch & 0xc0) != 0x80;
        if (starts && ++used > columns)
            break;
        if (ch == 0xc2 && (unsigned char)p[1] >= 0x80 && (unsigned char)p[1] < 0xa0) { /* C1 controls */
            buffer_char(out, '?');
            p++;
            continue;
        }
        buffer_char(out, ch < 0x20 || ch == 0x7f ? '?' : *p);
    }
    buffer_char(out, '\n');
}

/* Columns for the labels of the value axis. */
static size_t axis_width(const spc_content *content)
{
    draw_scale scale;
    buffer words = {0};
    size_t widest = 4;
    draw_scale_make(&content->range, figure_unit_of(content->reading.measure), 4, 0, ROWS - 1, &scale);
    double largest = fmax(fabs(scale.low), fabs(scale.high));
    for (size_t i = 0; i < scale.count; i++) {
        buffer_clear(&words);
        figure_axis(content->reading.measure, scale.ticks[i], scale.step, largest, &words);
        size_t columns = words.data != NULL ? columns_of(words.data) : 0;
        widest = columns > widest ? columns : widest;
    }
    buffer_free(&words);
    return widest > 18 ? 18 : widest;
}

void chart_spc_terminal(const series_view *v, int columns, bool colour, buffer *out)
{
    size_t total = columns < 60 ? 60 : columns > MOST_COLUMNS ? MOST_COLUMNS : (size_t)columns;
    buffer words = {0};
    terminal_plot *c = calloc(1, sizeof *c);
    if (c == NULL) {
        out->failed = true;
        return;
    }
    c->view = *v;
    c->colour = colour;
    c->columns = total;
    spc_content_read(v, &c->content);
    sentence_finding(v, &words);
    ink(c, "1", out);
    write_plain(words.data != NULL ? words.data : "", total, out);
    ink(c, "0", out);
    buffer_clear(&words);
    spc_subtitle(v, &words);
    write_plain(words.data != NULL ? words.data : "", total, out);
    if (c->content.reading.last != NULL) {
        const series_reading whole = c->content.reading;
        c->axis = axis_width(&c->content);
        c->width = total - c->axis - 2 - GUTTER;
        const edition_point *last = &v->points[v->count - 1];
        while (c->view.count > 1 &&
               last->period.first_month + last->period.months - c->view.points->period.first_month >
                   (int32_t)c->width) {
            c->view.points++;
            c->view.count--;
        }
        spc_content_read(&c->view, &c->content);
        c->content.reading = whole;
        c->first_month = c->view.points->period.first_month;
        c->months = last->period.first_month + last->period.months - c->first_month;
        if (c->first_month < 0 || c->months < 1) /* no such calendar */
            c->months = 1;
        /* Few months stand near each other rather than lost on a wide line. */
        if (c->width > 6 * (size_t)c->months)
            c->width = 6 * (size_t)c->months;
        draw_scale_make(&c->content.range, figure_unit_of(whole.measure), 4, 0, ROWS - 1, &c->scale);
        put_points(c);
        make_labels(c);
        buffer_char(out, '\n');
        write_rows(c, out);
        write_axis(c, out);
        if (!c->content.any_limits && whole.figures == 0 && c->content.estimated > 0)
            buffer_text(out, "Estimated, so not judged: there are no limits.\n");
        else if (!c->content.any_limits && whole.figures < whole.needed)
            buffer_printf(out, "Limits appear from %zu %ss; there %s %zu.\n", whole.needed,
                          sentence_period_noun(whole.last->period), whole.figures == 1 ? "is" : "are", whole.figures);
        write_key(c, out);
    }
    buffer_free(&words);
    free(c);
}
