/* Notes, rebases, ratings and regimes of the register on the charts of their organisation: a number above the plot, a list below it. */
#include "publish/charts.h"
#include "publish/record.h"

#include <stdlib.h>

#define MARKS_MOST 40 /* of one chart, the last ones; earlier ones are left to the log */

typedef struct marking {
    const record *record;
    const edition *edition;
    const edition_series *series;
    arena *memory;
    series_mark *items;
    size_t count, capacity;
    bool failed;
} marking;

static period month_of(date d)
{
    int year, month, day;
    date_parts(d, &year, &month, &day);
    return period_month(year, month);
}

static void mark_add(marking *k, period when, int64_t sequence, const char *words)
{
    if (k->failed || words == NULL || when.kind == PERIOD_NONE)
        return;
    if (k->count == k->capacity) {
        const size_t capacity = k->capacity * 2 + MARKS_MOST;
        series_mark *grown = arena_array(k->memory, capacity, sizeof *grown);
        if (grown == NULL) {
            k->failed = true;
            return;
        }
        if (k->count > 0)
            memcpy(grown, k->items, k->count * sizeof *grown);
        k->items = grown;
        k->capacity = capacity;
    }
    k->items[k->count++] = (series_mark){when, words, sequence};
}

static bool is_of(const marking *k, const register_subject *x)
{
    return record_same(k->record, register_value(x, FIELD_OF), k->edition->orgs[k->series->org].code);
}

/* "Note by Norfolk and Norwich, Chief operating officer: the wards moved" */
static void notes_mark(marking *k, const site *s, register_kind kind)
{
    const char *key = k->series->breakdown < 0 ? "" : k->edition->breakdowns[k->series->breakdown].key,
               *id = k->edition->measures[k->series->measure].id;
    for (size_t i = 0; i < register_count(k->record->log, kind); i++) {
        const register_subject *x = register_at(k->record->log, kind, i);
        const char *breakdown = register_value(x, FIELD_BREAKDOWN), *of_measure = register_value(x, FIELD_MEASURE),
                   *words = register_value(x, kind == REGISTER_NOTE ? FIELD_WORDS : FIELD_REASON);
        const register_event *e = record_event(k->record, x->first_event);
        period when;
        if (x->standing != STANDING_ACTIVE || !is_of(k, x) || of_measure == NULL || strcmp(of_measure, id) != 0 ||
            strcmp(breakdown == NULL ? "" : breakdown, key) != 0 || e == NULL || words == NULL ||
            !period_parse(text_of(register_value(x, FIELD_PERIOD)), &when))
            continue;
        mark_add(k, when, x->first_event,
                 arena_printf(k->memory, "%s by %s (%s): %s",
                              kind == REGISTER_NOTE ? "Note" : "Limits start anew, recorded",
                              record_name(s, e->organisation), e->actor, words));
    }
}

static void ratings_mark(marking *k)
{
    for (size_t i = 0; i < register_count(k->record->log, REGISTER_RATING); i++) {
        const register_subject *x = register_at(k->record->log, REGISTER_RATING, i);
        const date from = register_value_date(x, FIELD_FROM), until = register_value_date(x, FIELD_UNTIL);
        const char *regime = record_regime(register_value(x, FIELD_REGIME)), *rating = register_value(x, FIELD_RATING);
        if (!is_of(k, x) || from == DATE_NONE)
            continue;
        mark_add(k, month_of(from), x->first_event,
                 arena_printf(k->memory, "%s: %s, %s", regime, rating, until == DATE_NONE ? "from here on" : "begins"));
        if (until != DATE_NONE)
            mark_add(k, month_of(until), x->last_event, arena_printf(k->memory, "%s: %s, ends", regime, rating));
    }
}

static int compare_marks(const void *a, const void *b)
{
    const series_mark *x = a, *y = b;
    if (x->period.first_month != y->period.first_month)
        return x->period.first_month < y->period.first_month ? -1 : 1;
    return (x->event > y->event) - (x->event < y->event);
}

void record_mark(const site *s, arena *a, series_view *v)
{
    v->marks = NULL;
    v->mark_count = 0;
    v->marks_left_out = 0;
    if (s->record == NULL || v->series == NULL || v->count == 0)
        return;
    marking k = {.record = s->record, .edition = s->now, .series = v->series, .memory = a};
    notes_mark(&k, s, REGISTER_NOTE);
    notes_mark(&k, s, REGISTER_REBASE);
    ratings_mark(&k);
    if (k.count > 1)
        qsort(k.items, k.count, sizeof *k.items, compare_marks);
    v->marks_left_out = k.count > MARKS_MOST ? k.count - MARKS_MOST : 0;
    v->mark_count = k.count - v->marks_left_out;
    v->marks = k.count == 0 ? NULL : k.items + v->marks_left_out;
}

void record_marks_list(page *p, const series_view *v)
{
    if (v->mark_count == 0)
        return;
    const period first = v->points[0].period, last = v->points[v->count - 1].period;
    RAW(p, "<ol class=\"marks\" aria-label=\"What the numbers on the chart mean\">\n");
    for (size_t i = 0; i < v->mark_count; i++) {
        const series_mark *m = &v->marks[i];
        RAW(p, "<li><strong>");
        page_period(p, m->period);
        RAW(p, "</strong>");
        if (m->period.first_month < first.first_month)
            RAW(p, " (before these figures)");
        else if (m->period.first_month >= last.first_month + last.months)
            RAW(p, " (after these figures)");
        RAW(p, ". ");
        page_text(p, m->words);
        RAW(p, " <span class=\"none\">");
        record_event_link(p, m->event);
        RAW(p, "</span></li>\n");
    }
    RAW(p, "</ol>\n");
    if (v->marks_left_out == 0)
        return;
    buffer_printf(p->out, "<p>%zu earlier %s not shown here: see the <a", v->marks_left_out,
                  v->marks_left_out == 1 ? "one is" : "ones are");
    page_href(p, "log.html", NULL);
    RAW(p, ">log</a>.</p>\n");
}
