/*
 * transfer: the register as JSON Lines, out and in.
 *
 * A header, one line an event, a closing line with their number and the last hash: a file that was cut short lacks it. Importing takes the
 * events that are not here yet in one transaction, or none. Where the same number holds another event here and there, the two registers have
 * parted (a fork), and neither is taken for the other.
 */
#include "register/work.h"

#include <jansson.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAXIMUM ((size_t)1 << 20)
#define CHUNK        ((size_t)1 << 16)

/* ---- out ---- */

typedef struct exporting {
    register_writer write;
    void *context;
    buffer line;
    char previous[SHA256_TEXT];
    int64_t count;
} exporting;

static status line_out(exporting *x, error *err)
{
    buffer_char(&x->line, '\n');
    status code = buffer_status(&x->line, err);
    if (code == STATUS_OK)
        code = x->write(x->context, x->line.data, x->line.length, err);
    buffer_clear(&x->line);
    return code;
}

static status export_event(void *context, const register_event *event, error *err)
{
    exporting *x = context;
    event_encode(event, x->previous, &x->line);
    memcpy(x->previous, event->hash, sizeof x->previous);
    x->count++;
    return line_out(x, err);
}

void register_event_line(const register_event *event, const char *previous, buffer *out)
{
    event_encode(event, previous, out);
}

status register_export(register_log *r, register_writer write, void *context, error *err)
{
    exporting x = {.write = write, .context = context, .previous = HASH_ZERO};
    status code = register_refresh(r, err);
    if (code == STATUS_OK) {
        buffer_printf(&x.line, "{\"concord_register\":%d,\"title\":", REGISTER_FORMAT);
        buffer_json(&x.line, r->state.title);
        buffer_char(&x.line, '}');
        code = line_out(&x, err);
    }
    if (code == STATUS_OK)
        code = register_events(r, 1, register_last(r), NULL, export_event, &x, err);
    if (code == STATUS_OK) {
        buffer_printf(&x.line, "{\"end\":%lld,\"head\":\"%s\"}", (long long)x.count, x.previous);
        code = line_out(&x, err);
    }
    buffer_free(&x.line);
    return code;
}

/* ---- lines of a file ---- */

typedef struct lines {
    register_reader read;
    void *context;
    const char *name;
    buffer held; /* what was read and not yet taken */
    size_t at;
    int64_t number;
    bool ended;
} lines;

static status line_refused(const lines *l, error *err, const char *hint, const char *format, ...) PRINTF_LIKE(4, 5);
static status line_refused(const lines *l, error *err, const char *hint, const char *format, ...)
{
    char message[400];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(message, sizeof message, format, args);
    va_end(args);
    status code = refuse(err, hint, "%s", message);
    error_at(err, l->name, NULL, l->number, NULL);
    return code;
}

static status more_read(lines *l, error *err)
{
    char *chunk = malloc(CHUNK);
    size_t got = 0;
    if (chunk == NULL)
        return error_set(err, STATUS_MEMORY, "There is not enough memory for the file");
    if (l->at > 0) {
        size_t left = l->held.length - l->at;
        memmove(l->held.data, l->held.data + l->at, left);
        l->held.length = left;
        l->at = 0;
    }
    status code = l->read(l->context, chunk, CHUNK, &got, err);
    if (code == STATUS_OK && got > 0)
        buffer_put(&l->held, chunk, got);
    l->ended = got == 0;
    free(chunk);
    return code == STATUS_OK ? buffer_status(&l->held, err) : code;
}

/* The next line without its end; at NULL where there is none. A last line without an end is cut short. */
static status line_next(lines *l, text *out, error *err)
{
    *out = (text){0};
    for (size_t looked = 0;;) {
        size_t left = l->held.length - l->at;
        const char *from = left == 0 ? NULL : l->held.data + l->at;
        const char *end = left > looked ? memchr(from + looked, '\n', left - looked) : NULL;
        if (end != NULL) {
            *out = (text){from, (size_t)(end - from)};
            l->at += out->length + 1;
            l->number++;
            return STATUS_OK;
        }
        looked = left;
        if (l->ended && left == 0)
            return STATUS_OK;
        l->number += left > 0 && (l->ended || left > LINE_MAXIMUM);
        if (l->ended)
            return line_refused(l, err, "Ask for the file again.", "The file is cut short: its last line has no end");
        if (left > LINE_MAXIMUM)
            return line_refused(l, err, "Ask for the file again.",
                                "The line is longer than any event: this is no export of a register");
        status code = more_read(l, err);
        if (code != STATUS_OK)
            return code;
    }
}

/* ---- in ---- */

typedef struct importing {
    register_log *log;
    lines lines;
    register_import_report *report;
    arena memory;
    int64_t here; /* events that were here before */
    int64_t next; /* the number that the next event must have */
    char head[SHA256_TEXT];
    char title[REGISTER_NAME_MAXIMUM + 1];
    bool compare; /* nothing is written */
    bool closed;  /* the closing line was read */
} importing;

static status header_check(importing *x, text line, error *err)
{
    json_t *root = line.at == NULL ? NULL : json_loadb(line.at, line.length, JSON_REJECT_DUPLICATES, NULL);
    const json_t *version = json_object_get(root, "concord_register"), *title = json_object_get(root, "title");
    status code = STATUS_OK;
    if (!json_is_integer(version))
        code = line_refused(&x->lines, err, "An export begins with {\"concord_register\":1.",
                            line.at == NULL ? "The file is empty" : "This is no export of a register");
    else if (json_integer_value(version) > REGISTER_FORMAT)
        code = line_refused(&x->lines, err, "Use that version of Concord.",
                            "The file was written by a newer Concord (format %lld, this one knows %d)",
                            (long long)json_integer_value(version), REGISTER_FORMAT);
    else if (json_integer_value(version) != REGISTER_FORMAT || !json_is_string(title) ||
             json_string_length(title) > REGISTER_NAME_MAXIMUM)
        code = line_refused(&x->lines, err, NULL, "The first line is not that of an export");
    else
        (void)snprintf(x->title, sizeof x->title, "%s", json_string_value(title));
    json_decref(root);
    if (code == STATUS_OK) {
        buffer again = {0};
        buffer_printf(&again, "{\"concord_register\":%d,\"title\":", REGISTER_FORMAT);
        buffer_json(&again, x->title);
        buffer_char(&again, '}');
        if (again.failed || again.length != line.length || memcmp(again.data, line.at, line.length) != 0)
            code = line_refused(&x->lines, err, NULL, "The first line is not as the register writes it");
        buffer_free(&again);
    }
    return code;
}

/* The event of that number here, into the memory of the line; sequence 0 where there is none. */
static status event_here(importing *x, int64_t sequence, register_event *out, error *err)
{
    sqlite3_stmt *s = x->log->select;
    register_event row;
    *out = (register_event){0};
    (void)sqlite3_reset(s);
    (void)sqlite3_bind_int64(s, 1, sequence - 1);
    int step = sqlite3_step(s);
    status code = step == SQLITE_ROW    ? store_row(s, &row, err)
                  : step == SQLITE_DONE ? STATUS_OK
                                        : store_failed(x->log, "read", err);
    if (code == STATUS_OK && step == SQLITE_ROW && row.sequence == sequence) {
        *out = row;
        const char **texts[] = {&out->time,    &out->actor, &out->organisation, &out->kind,
                                &out->subject, &out->body,  &out->key,          &out->signature};
        for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
            if ((*texts[i] = arena_string(&x->memory, *texts[i])) == NULL)
                code = error_set(err, STATUS_MEMORY, "There is not enough memory for the file");
    }
    (void)sqlite3_reset(s);
    return code;
}

/* The names of the parts that differ. */
static void differences(const register_event *a, const register_event *b, buffer *out)
{
    const struct {
        const char *name, *a, *b;
    } parts[] = {{"time", a->time, b->time},
                 {"actor", a->actor, b->actor},
                 {"organisation", a->organisation, b->organisation},
                 {"kind", a->kind, b->kind},
                 {"subject", a->subject, b->subject},
                 {"body", a->body, b->body},
                 {"key", a->key, b->key},
                 {"signature", a->signature, b->signature}};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (strcmp(parts[i].a, parts[i].b) != 0)
            buffer_printf(out, "%s%s", out->length > 0 ? ", " : "", parts[i].name);
    if (out->length == 0)
        buffer_text(out, "what came before");
}

static status known_check(importing *x, const register_event *event, error *err)
{
    register_event ours;
    buffer parts = {0};
    status code = event_here(x, event->sequence, &ours, err);
    if (code != STATUS_OK || ours.sequence == 0)
        return code != STATUS_OK ? code
                                 : line_refused(&x->lines, err, "Look with: concord register verify",
                                                "Event %lld of the file is missing here", (long long)event->sequence);
    bool same = strcmp(ours.hash, event->hash) == 0 && strcmp(ours.signature, event->signature) == 0;
    differences(&ours, event, &parts);
    /* A row whose content was changed under its old hash is seen as well. */
    if (same && strcmp(parts.data == NULL ? "" : parts.data, "what came before") != 0)
        same = false;
    if (!same)
        code = line_refused(&x->lines, err, "Nothing was changed. Find out which of the two is right.",
                            "The two registers have parted: event %lld here is another one (they differ in %s)",
                            (long long)event->sequence, parts.data == NULL ? "" : parts.data);
    buffer_free(&parts);
    return code;
}

static status event_in(importing *x, text line, error *err)
{
    register_log *r = x->log;
    register_event event;
    char previous[SHA256_TEXT] = "", hash[SHA256_TEXT];
    error why = {0};
    arena_reset(&x->memory);
    status code = event_decode(line.at, line.length, &x->memory, &event, previous, &why);
    if (code != STATUS_OK)
        return code == STATUS_MEMORY ? error_set(err, code, "%s", why.message)
                                     : line_refused(&x->lines, err, "Ask for the file again.", "%s", why.message);
    if (event.sequence != x->next)
        return line_refused(&x->lines, err, "Ask for the file again.",
                            "Event %lld stands where event %lld belongs: lines were swapped or taken out",
                            (long long)event.sequence, (long long)x->next);
    chain_hash(&event, x->head, hash);
    if (strcmp(previous, x->head) != 0 || strcmp(hash, event.hash) != 0)
        return line_refused(&x->lines, err, "Ask for the file again.",
                            "Event %lld does not give its hash: the line was changed", (long long)event.sequence);
    x->next++;
    memcpy(x->head, event.hash, sizeof x->head);
    x->report->events++;
    if (event.sequence <= x->here) {
        x->report->present++;
        return known_check(x, &event, err);
    }
    if (x->compare)
        return line_refused(&x->lines, err, "Events were removed from the end here, or the copy is newer: import it.",
                            "The file has event %lld, which is not here", (long long)event.sequence);
    if (!chain_signature_is_good(&event))
        return line_refused(&x->lines, err, "Ask for the file again.",
                            "The signature of event %lld by %.64s is not good", (long long)event.sequence,
                            event.organisation);
    code = body_parse(&r->body, event.body, strlen(event.body), &r->scratch, &why);
    if (code == STATUS_OK)
        code = state_apply(&r->state, &event, &r->body, false, &why);
    if (code != STATUS_OK)
        return code == STATUS_MEMORY ? error_set(err, code, "%s", why.message)
                                     : line_refused(&x->lines, err, why.hint, "Event %lld breaks a rule: %s",
                                                    (long long)event.sequence, why.message);
    x->report->added++;
    return store_insert(r, &event, err);
}

static bool is_closing(text line)
{
    static const char begins[] = "{\"end\":";
    return line.length > sizeof begins && memcmp(line.at, begins, sizeof begins - 1) == 0;
}

static status closing_check(importing *x, text line, error *err)
{
    char wanted[128];
    int n = snprintf(wanted, sizeof wanted, "{\"end\":%lld,\"head\":\"%s\"}", (long long)(x->next - 1), x->head);
    if (n < 0 || line.length != (size_t)n || memcmp(line.at, wanted, line.length) != 0)
        return line_refused(&x->lines, err, "Ask for the file again.",
                            "The closing line does not fit the %lld events before it", (long long)(x->next - 1));
    x->closed = true;
    return STATUS_OK;
}

static status lines_in(importing *x, error *err)
{
    text line;
    status code = line_next(&x->lines, &line, err);
    if (code == STATUS_OK)
        code = header_check(x, line, err);
    while (code == STATUS_OK && (code = line_next(&x->lines, &line, err)) == STATUS_OK && line.at != NULL) {
        if (x->closed)
            code = line_refused(&x->lines, err, "Ask for the file again.", "There is a line after the closing line");
        else
            code = is_closing(line) ? closing_check(x, line, err) : event_in(x, line, err);
    }
    if (code == STATUS_OK && !x->closed)
        code = line_refused(&x->lines, err, "Ask for the file again.",
                            "The file is cut short: the closing line is missing");
    if (code == STATUS_OK && strcmp(x->title, x->log->state.title) != 0) {
        x->lines.number = 1;
        code =
            line_refused(&x->lines, err, NULL, "The first line calls the register '%.100s', its first event '%.100s'",
                         x->title, x->log->state.title);
    }
    return code;
}

static status take_in(register_log *r, register_reader read, void *context, const char *name, bool compare,
                      register_import_report *out, error *err)
{
    register_import_report report = {0};
    importing x = {
        .log = r,
        .lines = {.read = read, .context = context, .name = name, .held = {.maximum = LINE_MAXIMUM * 2 + CHUNK * 2}},
        .report = &report,
        .next = 1,
        .head = HASH_ZERO,
        .compare = compare};
    if (!compare && r->options.read_only)
        return error_set(err, STATUS_USAGE, "The register was opened for reading only");
    status code = store_begin(r, !compare, err);
    if (code != STATUS_OK)
        return code;
    code = store_catch_up(r, err);
    x.here = r->state.last;
    r->stale = true; /* until the commit the state may be ahead of the file */
    if (code == STATUS_OK)
        code = lines_in(&x, err);
    memcpy(report.head, x.head, sizeof report.head);
    bool writes = code == STATUS_OK && report.added > 0;
    if (writes && report.added >= REGISTER_SNAPSHOT_STEP)
        code = store_snapshot(r, err);
    if (writes && code == STATUS_OK)
        code = store_commit(r, err);
    else
        store_rollback(r);
    r->stale = code != STATUS_OK;
    buffer_free(&x.lines.held);
    arena_free(&x.memory);
    if (out != NULL)
        *out = report;
    return code;
}

status register_import(register_log *r, register_reader read, void *context, const char *name,
                       register_import_report *out, error *err)
{
    return take_in(r, read, context, name, false, out, err);
}

status register_compare(register_log *r, register_reader read, void *context, const char *name,
                        register_import_report *out, error *err)
{
    return take_in(r, read, context, name, true, out, err);
}
