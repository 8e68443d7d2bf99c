/* register_views: what stands in the register, as tables and as JSON. */
#include "cli/register_work.h"

#include <jansson.h>
#include <string.h>

status register_out(const register_run *r, const buffer *b, error *err)
{
    status code = buffer_status(b, err);
    if (code == STATUS_OK && b->length > 0 && fwrite(b->data, 1, b->length, r->cli->out) != b->length)
        code = error_set(err, STATUS_IO, "Cannot write to standard output");
    return code;
}

/* ---- JSON ---- */

static void put_list(buffer *out, register_field field, const char *list)
{
    text word;
    char item[256];
    buffer_char(out, '[');
    for (bool first = true; register_list_next(&list, &word); first = false) {
        const char *equals = memchr(word.at, '=', word.length);
        int n = (int)(equals == NULL ? word.length : (size_t)(equals - word.at)), rest = (int)word.length - n - 1;
        if (!first)
            buffer_text(out, ", ");
        if (field == FIELD_TRAJECTORY)
            buffer_printf(out, "{\"period\": \"%.*s\", \"value\": %.*s}", n, word.at, rest, equals + 1);
        else if (field == FIELD_SIGNATURES)
            buffer_printf(out, "{\"organisation\": \"%.*s\", \"event\": %.*s}", n, word.at, rest, equals + 1);
        else if (field == FIELD_MEMBERS)
            buffer_printf(out, "{\"organisation\": \"%.*s\", \"from\": \"%.10s\", \"until\": %s%.*s%s}", n, word.at,
                          equals + 1, rest > 12 ? "\"" : "null", rest - 12, rest > 12 ? equals + 13 : "",
                          rest > 12 ? "\"" : "");
        else {
            (void)snprintf(item, sizeof item, "%.*s", (int)word.length, word.at);
            buffer_json(out, item);
        }
    }
    buffer_char(out, ']');
}

void register_subject_json(const register_subject *s, const register_log *log, buffer *out)
{
    size_t count;
    const register_field *fields = register_kind_fields(s->kind, &count);
    buffer_text(out, "{\"id\": ");
    buffer_json(out, s->id);
    buffer_printf(out, ", \"standing\": \"%s\", \"owner\": ", register_standing_name(s->standing));
    buffer_json(out, s->owner);
    if (strcmp(register_successor_of(log, s->owner), s->owner) != 0) {
        buffer_text(out, ", \"owner_now\": ");
        buffer_json(out, register_successor_of(log, s->owner));
    }
    buffer_printf(out, ", \"version\": %lld, \"revision\": %lld, \"first_event\": %lld, \"last_event\": %lld",
                  (long long)s->version, (long long)s->revision, (long long)s->first_event, (long long)s->last_event);
    if (s->kind == REGISTER_COMMITMENT)
        buffer_printf(out, ", \"reports\": %lld", (long long)s->reports);
    if (s->kind == REGISTER_COMMITMENT || s->kind == REGISTER_TARGET)
        buffer_printf(out, ", \"open_challenges\": %lld", (long long)s->challenges);
    for (size_t i = 0; i < count; i++) {
        const char *value = register_value(s, fields[i]);
        if (value == NULL)
            continue;
        buffer_printf(out, ", \"%s\": ", register_field_name(fields[i]));
        if (register_field_shape(fields[i]) == SHAPE_LIST)
            put_list(out, fields[i], value);
        else if (register_field_shape(fields[i]) == SHAPE_NUMBER)
            buffer_text(out, value);
        else
            buffer_json(out, value);
    }
    buffer_char(out, '}');
}

/* ---- lists ---- */

#define COLUMNS_MAXIMUM 16

static status list_json(register_run *r, register_kind kind, register_filter filter, error *err)
{
    buffer out = {0};
    bool first = true;
    buffer_char(&out, '[');
    for (size_t i = 0; i < register_count(r->log, kind); i++) {
        const register_subject *s = register_at(r->log, kind, i);
        if (filter != NULL && !filter(r, s))
            continue;
        buffer_text(&out, first ? "\n " : ",\n ");
        register_subject_json(s, r->log, &out);
        first = false;
    }
    buffer_text(&out, first ? "]\n" : "\n]\n");
    status code = register_out(r, &out, err);
    buffer_free(&out);
    return code;
}

status register_list_print(register_run *r, register_kind kind, const register_field *columns, register_filter filter,
                           error *err)
{
    table_column heads[COLUMNS_MAXIMUM] = {{.name = register_kind_name(kind)}, {.name = "standing"}};
    table t = {0};
    size_t count = 2;
    if (r->format == FORMAT_JSON)
        return list_json(r, kind, filter, err);
    if (kind != REGISTER_PARTNER)
        heads[count++] = (table_column){.name = "owner"};
    for (size_t i = 0; columns[i] != FIELD_COUNT && count < COLUMNS_MAXIMUM; i++)
        heads[count++] = (table_column){.name = register_field_name(columns[i]),
                                        .number = register_field_shape(columns[i]) == SHAPE_NUMBER};
    table_begin(&t, heads, count);
    for (size_t i = 0; i < register_count(r->log, kind); i++) {
        const register_subject *s = register_at(r->log, kind, i);
        if (filter != NULL && !filter(r, s))
            continue;
        table_text(&t, s->id);
        table_text(&t, register_standing_name(s->standing));
        if (kind != REGISTER_PARTNER)
            table_text(&t, register_successor_of(r->log, s->owner));
        for (size_t k = 0; columns[k] != FIELD_COUNT && k < COLUMNS_MAXIMUM - 3; k++)
            table_text(&t, register_value(s, columns[k]));
    }
    status code = table_print(r->cli, &t, r->format, err);
    table_free(&t);
    return code;
}

/* ---- events ---- */

/* What an event says in its own words: for people who read a table. The whole body is in csv and JSON. */
static void body_words(const char *body, buffer *out)
{
    static const char *const says[] = {"state",     "outcome", "rating", "title", "name",  "edition", "of",
                                       "successor", "from",    "until",  "what",  "words", "reason"};
    json_t *root = json_loads(body, 0, NULL);
    buffer_clear(out);
    buffer_text(out, "");
    for (size_t i = 0; i < sizeof says / sizeof says[0]; i++) {
        const json_t *value = json_object_get(root, says[i]);
        if (json_is_string(value))
            buffer_printf(out, "%s%s", out->length > 0 ? "; " : "", json_string_value(value));
    }
    for (size_t i = 0; i < out->length; i++)
        if (out->data[i] == '\n')
            out->data[i] = ' ';
    json_decref(root);
}

typedef struct event_rows {
    register_run *run;
    const register_subject
        *of; /* its events and those of challenges about it; NULL = all, or those with the id `named` */
    const char *named;
    table table;
    buffer json, words;
    size_t count;
} event_rows;

static bool event_is_wanted(const event_rows *rows, const register_event *e)
{
    register_kind kind;
    bool makes;
    if (rows->of == NULL)
        return rows->named == NULL || strcmp(e->subject, rows->named) == 0;
    if (!register_event_subject(e->kind, &kind, &makes))
        return false;
    if (kind == rows->of->kind)
        return strcmp(e->subject, rows->of->id) == 0;
    const register_subject *challenge =
        kind == REGISTER_CHALLENGE ? register_find(rows->run->log, kind, e->subject) : NULL;
    return challenge != NULL && (rows->of->kind == REGISTER_COMMITMENT || rows->of->kind == REGISTER_TARGET) &&
           strcmp(register_value(challenge, FIELD_ABOUT), rows->of->id) == 0;
}

static status event_row(void *context, const register_event *e, error *err)
{
    event_rows *rows = context;
    if (!event_is_wanted(rows, e))
        return STATUS_OK;
    if (rows->run->format == FORMAT_JSON) {
        buffer_printf(&rows->json,
                      "%s {\"sequence\": %lld, \"time\": \"%s\", \"actor\": ", rows->count == 0 ? "\n" : ",\n",
                      (long long)e->sequence, e->time);
        buffer_json(&rows->json, e->actor);
        buffer_printf(&rows->json,
                      ", \"organisation\": \"%s\", \"kind\": \"%s\", \"subject\": \"%s\", \"body\": %s, \"hash\": "
                      "\"%s\", \"signed\": %s}",
                      e->organisation, e->kind, e->subject, e->body, e->hash, e->key[0] != 0 ? "true" : "false");
    } else {
        bool people = rows->run->format == FORMAT_TABLE;
        body_words(e->body, &rows->words);
        table_int(&rows->table, e->sequence);
        table_text(&rows->table, people ? arena_printf(&rows->run->cli->memory, "%.10s", e->time) : e->time);
        table_text(&rows->table, e->organisation);
        table_text(&rows->table, e->actor);
        table_text(&rows->table, people ? register_event_words(e->kind) : e->kind);
        table_text(&rows->table, e->subject);
        table_text(&rows->table, people ? rows->words.data : e->body);
    }
    rows->count++;
    return buffer_status(&rows->json, err);
}

static const table_column event_columns[] = {{"event", NULL, true, false},         {"time", NULL, false, false},
                                             {"organisation", NULL, false, false}, {"actor", NULL, false, false},
                                             {"kind", "what", false, false},       {"subject", NULL, false, false},
                                             {"body", "words", false, false}};

static status events_gather(register_run *r, event_rows *rows, error *err)
{
    table_begin(&rows->table, event_columns, 7);
    buffer_char(&rows->json, '[');
    status code = register_events(r->log, 1, 0, NULL, event_row, rows, err);
    buffer_text(&rows->json, rows->count > 0 ? "\n]" : "]");
    return code;
}

status register_events_print(register_run *r, const char *subject, error *err)
{
    event_rows rows = {.run = r, .named = subject};
    status code = events_gather(r, &rows, err);
    buffer_char(&rows.json, '\n');
    if (code == STATUS_OK)
        code = r->format == FORMAT_JSON ? register_out(r, &rows.json, err)
                                        : table_print(r->cli, &rows.table, r->format, err);
    table_free(&rows.table);
    buffer_free(&rows.words);
    buffer_free(&rows.json);
    return code;
}

/* ---- one subject ---- */

/* The trajectory, signatures and members read better with a space after each. */
static void put_value(buffer *out, const char *name, const char *value)
{
    char label[32];
    (void)snprintf(label, sizeof label, "%s", name);
    for (char *p = label; *p != 0; p++)
        *p = *p == '_' ? ' ' : *p;
    buffer_printf(out, "  %-14s %s\n", label, value);
}

static void subject_words(const register_subject *s, const register_log *log, buffer *out)
{
    size_t count;
    const register_field *fields = register_kind_fields(s->kind, &count);
    const char *now = register_successor_of(log, s->owner);
    buffer_printf(out, "%s %s: %s, version %lld", register_kind_name(s->kind), s->id,
                  register_standing_name(s->standing), (long long)s->version);
    if (s->revision > 1)
        buffer_printf(out, ", revision %lld", (long long)s->revision);
    buffer_char(out, '\n');
    if (strcmp(now, s->owner) != 0)
        buffer_printf(out, "  %-14s %s (made by %s)\n", "owner", now, s->owner);
    else
        put_value(out, "owner", s->owner);
    for (size_t i = 0; i < count; i++)
        if (register_value(s, fields[i]) != NULL)
            put_value(out, register_field_name(fields[i]), register_value(s, fields[i]));
    if (s->challenges > 0)
        buffer_printf(out, "  %-14s %lld\n", "open challenges", (long long)s->challenges);
    buffer_char(out, '\n');
}

status register_show_print(register_run *r, register_kind kind, const char *id, error *err)
{
    const register_subject *s = register_find(r->log, kind, id);
    event_rows rows = {.run = r, .of = s};
    buffer out = {0};
    if (s == NULL) {
        status code =
            error_set(err, STATUS_NOT_FOUND, "There is no %s '%s' in the register", register_kind_name(kind), id);
        for (size_t i = 0; i < register_count(r->log, kind); i++)
            if (text_distance(id, register_at(r->log, kind, i)->id) < 4) {
                error_hint(err, "Did you mean '%s'?", register_at(r->log, kind, i)->id);
                break;
            }
        return code;
    }
    status code = events_gather(r, &rows, err);
    if (code == STATUS_OK && r->format == FORMAT_JSON) {
        register_subject_json(s, r->log, &out);
        out.length--; /* the closing brace, which the events go before */
        buffer_printf(&out, ", \"events\": %s}\n", rows.json.data);
        code = register_out(r, &out, err);
    } else if (code == STATUS_OK) {
        if (r->format == FORMAT_TABLE)
            subject_words(s, r->log, &out);
        code = register_out(r, &out, err);
        if (code == STATUS_OK)
            code = table_print(r->cli, &rows.table, r->format, err);
    }
    table_free(&rows.table);
    buffer_free(&rows.words);
    buffer_free(&rows.json);
    buffer_free(&out);
    return code;
}
