/* From the register to oversight: regimes in force month by month, and the records under quality statements. */
#include "oversight/evidence.h"

#include <jansson.h>
#include <string.h>

/* ---- regimes ----------------------------------------------------------------------------------------- */

/* The month before the one that the day lies in is the last at whose end something that stopped on that day still stood. */
static period month_before(date day)
{
    int year, month, of_month;
    date_parts(day, &year, &month, &of_month);
    return month > 1 ? period_month(year, month - 1) : period_month(year - 1, 12);
}

status oversight_events(const register_log *r, arena *a, const oversight_event **out, size_t *count, error *err)
{
    size_t most = register_count(r, REGISTER_RATING);
    oversight_event *events = arena_array(a, most + 1, sizeof *events);
    *out = events;
    *count = 0;
    if (events == NULL)
        return error_set(err, STATUS_MEMORY, "There is not enough memory for the ratings");
    for (size_t i = 0; i < most; i++) {
        const register_subject *s = register_at(r, REGISTER_RATING, i);
        date from = register_value_date(s, FIELD_FROM), until = register_value_date(s, FIELD_UNTIL);
        int year, month, day;
        date_parts(from, &year, &month, &day);
        oversight_event event = {.organisation = register_value(s, FIELD_OF),
                                 .kind = register_value(s, FIELD_REGIME),
                                 .rating = register_value(s, FIELD_RATING),
                                 .first = period_month(year, month)};
        if (until != DATE_NONE)
            event.last = month_before(until);
        if (event.last.kind == PERIOD_NONE || event.last.first_month >= event.first.first_month)
            events[(*count)++] = event;
    }
    return STATUS_OK;
}

/* ---- records ----------------------------------------------------------------------------------------- */

typedef struct record_kind {
    const char *record;
    register_kind kind;
    const char *event;    /* each of these events is a record; NULL: the subject is */
    register_field words; /* of the subject */
} record_kind;

static const record_kind kinds[] = {
    {"commitments", REGISTER_COMMITMENT, NULL, FIELD_WHAT}, {"challenges", REGISTER_CHALLENGE, NULL, FIELD_WORDS},
    {"groups", REGISTER_GROUP, NULL, FIELD_NAME},           {"partners", REGISTER_PARTNER, NULL, FIELD_NAME},
    {"priorities", REGISTER_TARGET, NULL, FIELD_TITLE},     {"responses", REGISTER_CHALLENGE, "challenge.respond", 0},
    {"reviews", REGISTER_TARGET, "target.review", 0},
};

typedef struct gathering {
    register_log *log;
    const char *organisation; /* its successor, where it has one */
    const record_kind *kind;
    arena *a;
    const register_subject *subject;
    oversight_record *rows;
    size_t count, room;
} gathering;

static bool is_same(const register_log *r, const char *now, const char *code)
{
    return code != NULL && strcmp(register_successor_of(r, code), now) == 0;
}

static bool list_names(const register_log *r, const char *list, const char *now)
{
    text word;
    while (register_list_next(&list, &word)) {
        char code[REGISTER_CODE_MAXIMUM + 1];
        const char *equals = memchr(word.at, '=', word.length); /* of members */
        size_t n = equals == NULL ? word.length : (size_t)(equals - word.at);
        if (n >= sizeof code)
            continue;
        memcpy(code, word.at, n);
        code[n] = 0;
        if (is_same(r, now, code))
            return true;
    }
    return false;
}

/* A field that the kind does not keep has no text, so every kind can be asked for all of them. */
static bool names(const register_log *r, const register_subject *s, const char *now)
{
    static const register_field lists[] = {FIELD_ORGANISATIONS, FIELD_PARTNERS, FIELD_CO_DEVELOPERS, FIELD_MEMBERS,
                                           FIELD_TO};
    if (is_same(r, now, s->owner) || (s->kind == REGISTER_PARTNER && is_same(r, now, s->id)))
        return true;
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        if (list_names(r, register_value(s, lists[i]), now))
            return true;
    return false;
}

/* What a challenge or a commitment is about concerns whom it concerns. */
static bool concerns(const register_log *r, const register_subject *s, const char *now, int depth)
{
    const char *about = register_value(s, FIELD_ABOUT);
    if (names(r, s, now) || about == NULL || depth == 0)
        return names(r, s, now);
    const register_subject *other = register_find(r, REGISTER_COMMITMENT, about);
    if (other == NULL)
        other = register_find(r, REGISTER_TARGET, about);
    return other != NULL && concerns(r, other, now, depth - 1);
}

static bool keeps_the_register(const register_log *r, const char *now)
{
    return register_count(r, REGISTER_PARTNER) > 0 && is_same(r, now, register_at(r, REGISTER_PARTNER, 0)->id);
}

static status add_row(gathering *g, date on, const char *words, error *err)
{
    const register_subject *s = g->subject;
    if (g->count == g->room) {
        size_t room = g->room * 2 + 16;
        oversight_record *rows = arena_array(g->a, room, sizeof *rows);
        if (rows == NULL)
            return error_set(err, STATUS_MEMORY, "There is not enough memory for the records");
        if (g->count > 0)
            memcpy(rows, g->rows, g->count * sizeof *rows);
        g->rows = rows;
        g->room = room;
    }
    g->rows[g->count++] = (oversight_record){.record = g->kind->record,
                                             .id = s->id,
                                             .standing = register_standing_name(s->standing),
                                             .owner = register_successor_of(g->log, s->owner),
                                             .on = on,
                                             .words = words == NULL ? "" : words};
    return STATUS_OK;
}

/* The words of an event: of a review with its outcome. */
static status event_row(void *context, const register_event *event, error *err)
{
    gathering *g = context;
    date on = DATE_NONE;
    if (strcmp(event->kind, g->kind->event) != 0)
        return STATUS_OK;
    json_t *body = json_loads(event->body, 0, NULL);
    const char *words = json_string_value(json_object_get(body, "words")),
               *outcome = json_string_value(json_object_get(body, "outcome"));
    const char *said = arena_printf(g->a, "%s%s%s", outcome == NULL ? "" : outcome,
                                    outcome == NULL || words == NULL ? "" : "; ", words == NULL ? "" : words);
    json_decref(body);
    (void)date_parse((text){event->time, 10}, &on);
    return said == NULL ? error_set(err, STATUS_MEMORY, "There is not enough memory for the records")
                        : add_row(g, on, said, err);
}

static bool is_record(const record_kind *k, const register_subject *s)
{
    const char *tier = register_value(s, FIELD_TIER);
    return strcmp(k->record, "priorities") != 0 || (tier != NULL && strcmp(tier, "local") == 0);
}

status oversight_records(register_log *r, const char *organisation, const char *record, arena *a,
                         const oversight_record **out, size_t *count, error *err)
{
    gathering g = {.log = r, .organisation = register_successor_of(r, organisation), .a = a};
    status code = STATUS_OK;
    *out = NULL;
    *count = 0;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].record, record) == 0)
            g.kind = &kinds[i];
    if (g.kind == NULL)
        return STATUS_OK;
    bool all = keeps_the_register(r, g.organisation);
    for (size_t i = 0; i < register_count(r, g.kind->kind) && code == STATUS_OK; i++) {
        g.subject = register_at(r, g.kind->kind, i);
        if (!is_record(g.kind, g.subject) || !(all || concerns(r, g.subject, g.organisation, 2)))
            continue;
        code = g.kind->event == NULL ? add_row(&g, g.subject->made, register_value(g.subject, g.kind->words), err)
                                     : register_events(r, 1, 0, g.subject->id, event_row, &g, err);
    }
    *out = g.rows;
    *count = g.count;
    return code;
}
