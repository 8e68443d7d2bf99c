/* figure_notes: notes, ratings and regimes of the register beside a chart. */
#include "cli/figure_notes.h"

#include "cli/oversight_evidence.h"

#include <string.h>

typedef struct window {
    int32_t first, last; /* months */
} window;

static int32_t month_of(date day)
{
    int year, month, of_month;
    date_parts(day, &year, &month, &of_month);
    return period_month(year, month).first_month;
}

static bool is_of(const figure *f, const register_subject *s, bool of_measure)
{
    const char *breakdown = register_value(s, FIELD_BREAKDOWN),
               *key = f->series->breakdown < 0 ? "" : f->edition->breakdowns[f->series->breakdown].key;
    return strcmp(register_value(s, FIELD_OF), f->org->code) == 0 &&
           (!of_measure || (strcmp(register_value(s, FIELD_MEASURE), f->measure->id) == 0 &&
                            strcmp(breakdown == NULL ? "" : breakdown, key) == 0));
}

static void note_line(const register_subject *s, const window *w, buffer *out)
{
    const char *when = register_value(s, FIELD_PERIOD);
    period month;
    if (!period_parse(text_of(when), &month) || month.first_month > w->last ||
        month.first_month + month.months - 1 < w->first)
        return;
    buffer_printf(out, "%s: %s (%s)\n", when, register_value(s, FIELD_WORDS), s->owner);
}

static void rating_line(const register_subject *s, const window *w, buffer *out)
{
    date from = register_value_date(s, FIELD_FROM), until = register_value_date(s, FIELD_UNTIL);
    char began[DATE_TEXT], ended[DATE_TEXT];
    if (month_of(from) > w->last || (until != DATE_NONE && month_of(until) < w->first))
        return;
    date_format(from, began);
    date_format(until, ended);
    buffer_printf(out, "%s%s%s: %s %s (%s)\n", began, until == DATE_NONE ? " on" : " to ", ended,
                  register_value(s, FIELD_REGIME), register_value(s, FIELD_RATING), s->owner);
}

status figure_notes(cli *c, const figure *f, const edition_point *points, size_t count, buffer *out, error *err)
{
    register_log *log = NULL;
    date known_on;
    status code = count == 0 ? STATUS_OK : cli_register(c, &log, err);
    if (code == STATUS_OK && log != NULL && date_parse(text_of(f->edition->as_of), &known_on))
        code = register_turn_back(c, known_on, &log, err);
    if (code != STATUS_OK || log == NULL)
        return code;
    window w = {.first = points[0].period.first_month,
                .last = points[count - 1].period.first_month + points[count - 1].period.months - 1};
    for (size_t i = 0; i < register_count(log, REGISTER_NOTE); i++) {
        const register_subject *s = register_at(log, REGISTER_NOTE, i);
        if (is_of(f, s, true) && s->standing != STANDING_WITHDRAWN)
            note_line(s, &w, out);
    }
    for (size_t i = 0; i < register_count(log, REGISTER_RATING); i++) {
        const register_subject *s = register_at(log, REGISTER_RATING, i);
        if (is_of(f, s, false))
            rating_line(s, &w, out);
    }
    register_close(log);
    return buffer_status(out, err);
}
