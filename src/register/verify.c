/* verify: the whole log from its first event: every number, hash, time, rule, signature and snapshot. Where something is wrong it says at which event, and what. */
#include "register/work.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#define SNAPSHOTS_MAXIMUM 64

typedef struct snapshot_mark {
    int64_t sequence;
    char event_hash[SHA256_TEXT], state_hash[SHA256_TEXT];
} snapshot_mark;

typedef struct proving {
    register_log *log;
    register_proof *proof;
    snapshot_mark marks[SNAPSHOTS_MAXIMUM];
    size_t mark_count;
    int64_t expect_sequence;
    const char *expect_hash;
    bool misfit; /* the event after the last one proved does not give its hash */
} proving;

static status wrong(proving *p, int64_t at, error *err, const char *format, ...) PRINTF_LIKE(4, 5);
static status wrong(proving *p, int64_t at, error *err, const char *format, ...)
{
    char message[400];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(message, sizeof message, format, args);
    va_end(args);
    p->proof->failed_at = at;
    status code = error_set(err, STATUS_REFUSED, "%s", message);
    error_at(err, p->log->path, NULL, 0, NULL);
    error_hint(err,
               "Events before %lld are right. Compare with a partner's export: concord register verify --against FILE",
               (long long)at);
    return code;
}

/* ---- what an event that does not fit may mean ---- */

/* Would the event be right with this number after this hash? */
static bool fits(const register_event *event, int64_t sequence, const char *previous)
{
    register_event moved = *event;
    char hash[SHA256_TEXT];
    moved.sequence = sequence;
    chain_hash(&moved, previous, hash);
    return strcmp(hash, event->hash) == 0;
}

static bool hash_at(proving *p, int64_t sequence, char out[SHA256_TEXT])
{
    sqlite3_stmt *s = NULL;
    bool found = sqlite3_prepare_v2(p->log->db, "SELECT lower(hex(hash)) FROM events WHERE sequence = ?1", -1, &s,
                                    NULL) == SQLITE_OK &&
                 sqlite3_bind_int64(s, 1, sequence) == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW &&
                 sqlite3_column_bytes(s, 0) == 64;
    if (found)
        (void)snprintf(out, SHA256_TEXT, "%s", (const char *)sqlite3_column_text(s, 0));
    (void)sqlite3_finalize(s);
    return found;
}

/* Event `at` does not fit where it stands: changed, renumbered or swapped with the next? */
static status diagnose(proving *p, const register_event *event, error *err)
{
    const long long at = (long long)event->sequence;
    char next[SHA256_TEXT];
    if (hash_at(p, event->sequence + 1, next) && fits(event, event->sequence + 1, next))
        return wrong(p, event->sequence, err, "Events %lld and %lld were swapped", at, at + 1);
    for (int64_t removed = 1; removed <= 8; removed++)
        if (fits(event, event->sequence + removed, p->log->state.head))
            return wrong(p, event->sequence, err, "Event %lld was event %lld: the log was renumbered", at,
                         at + (long long)removed);
    return wrong(
        p, event->sequence, err,
        "Event %lld (%.40s of '%.64s', %.20s) was changed, or one before it was removed: it does not give its hash", at,
        event->kind, event->subject, event->time);
}

/* ---- snapshots ---- */

static status marks_read(proving *p, error *err)
{
    sqlite3_stmt *s = NULL;
    int step = SQLITE_DONE;
    if (sqlite3_prepare_v2(p->log->db,
                           "SELECT sequence, event_hash, state_hash, state FROM snapshots ORDER BY sequence", -1, &s,
                           NULL) != SQLITE_OK)
        return store_failed(p->log, "read", err);
    status code = STATUS_OK;
    while (code == STATUS_OK && (step = sqlite3_step(s)) == SQLITE_ROW && p->mark_count < SNAPSHOTS_MAXIMUM) {
        snapshot_mark *m = &p->marks[p->mark_count++];
        const char *event_hash = (const char *)sqlite3_column_text(s, 1);
        char hash[SHA256_TEXT];
        sha256 h;
        sha256_begin(&h);
        sha256_add(&h, sqlite3_column_blob(s, 3), (size_t)sqlite3_column_bytes(s, 3));
        sha256_end(&h, hash);
        m->sequence = sqlite3_column_int64(s, 0);
        (void)snprintf(m->event_hash, sizeof m->event_hash, "%s", event_hash == NULL ? "" : event_hash);
        (void)snprintf(m->state_hash, sizeof m->state_hash, "%s", hash);
        const char *said = (const char *)sqlite3_column_text(s, 2);
        if (said == NULL || strcmp(said, hash) != 0)
            code = wrong(p, m->sequence, err, "The snapshot at event %lld was changed", (long long)m->sequence);
    }
    if (code == STATUS_OK && step != SQLITE_DONE && step != SQLITE_ROW)
        code = store_failed(p->log, "read", err);
    (void)sqlite3_finalize(s);
    return code;
}

static status mark_check(proving *p, error *err)
{
    register_log *r = p->log;
    for (size_t i = 0; i < p->mark_count; i++) {
        char hash[SHA256_TEXT];
        sha256 h;
        if (p->marks[i].sequence != r->state.last)
            continue;
        buffer_clear(&r->encoded);
        snapshot_encode(&r->state, &r->encoded);
        sha256_begin(&h);
        sha256_add(&h, r->encoded.data, r->encoded.length);
        sha256_end(&h, hash);
        if (r->encoded.failed || strcmp(hash, p->marks[i].state_hash) != 0 ||
            strcmp(p->marks[i].event_hash, r->state.head) != 0)
            return wrong(p, r->state.last, err, "The snapshot at event %lld is not what the events give",
                         (long long)r->state.last);
        p->proof->snapshots++;
    }
    return STATUS_OK;
}

/* ---- the guards ---- */

static status guards_check(proving *p, error *err)
{
    sqlite3_stmt *s = NULL;
    int64_t count = 0;
    if (sqlite3_prepare_v2(
            p->log->db,
            "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'events' AND name IN "
            "('events_never_change', 'events_never_go', 'events_never_replaced') AND sql LIKE '%BEGIN SELECT "
            "RAISE(ABORT,%'",
            -1, &s, NULL) == SQLITE_OK &&
        sqlite3_step(s) == SQLITE_ROW)
        count = sqlite3_column_int64(s, 0);
    (void)sqlite3_finalize(s);
    if (count == 3)
        return STATUS_OK;
    status code = error_set(err, STATUS_REFUSED, "The triggers that refuse changes to the log were taken off the file");
    error_at(err, p->log->path, NULL, 0, NULL);
    error_hint(err,
               "The events themselves give their hashes. Make a fresh file: export, then import into a new workspace.");
    return code;
}

/* ---- event by event ---- */

static status event_prove(proving *p, const ahead_event *ahead, error *err)
{
    register_log *r = p->log;
    const register_event *event = &ahead->event;
    const long long at = (long long)event->sequence, wanted = (long long)r->state.last + 1;
    error why = {0};
    if (event->sequence != r->state.last + 1)
        return event->sequence == r->state.last + 2
                   ? wrong(p, wanted, err, "Event %lld is missing: it was removed", wanted)
                   : wrong(p, wanted, err, "Events %lld to %lld are missing: they were removed", wanted, at - 1);
    if (!ahead->fits) {
        p->misfit = true;
        return STATUS_REFUSED;
    }
    if (!ahead->signature_good)
        return wrong(p, at, err, "The signature of event %lld by %.64s is not good", at, event->organisation);
    status code = body_parse(&r->body, event->body, strlen(event->body), &r->scratch, &why);
    if (code == STATUS_OK)
        code = state_apply(&r->state, event, &r->body, false, &why);
    if (code == STATUS_MEMORY)
        return error_set(err, STATUS_MEMORY, "%s", why.message);
    if (code != STATUS_OK)
        return wrong(p, at, err, "Event %lld breaks a rule: %s", at, why.message);
    if (event->sequence == p->expect_sequence && p->expect_hash != NULL && strcmp(event->hash, p->expect_hash) != 0)
        return wrong(p, at, err,
                     "Event %lld is not the one that was noted: the log was written anew from there or before", at);
    p->proof->events++;
    p->proof->signed_events += event->key[0] != 0;
    return mark_check(p, err);
}

/* The event with texts of its own, in `kept`. */
static void event_keep(const register_event *event, register_event *out, buffer *kept)
{
    const char *texts[] = {event->time,    event->actor, event->organisation, event->kind,
                           event->subject, event->body,  event->key,          event->signature};
    const char **places[] = {&out->time,    &out->actor, &out->organisation, &out->kind,
                             &out->subject, &out->body,  &out->key,          &out->signature};
    size_t starts[sizeof texts / sizeof texts[0]];
    *out = *event;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        starts[i] = kept->length;
        buffer_put(kept, texts[i], strlen(texts[i]) + 1);
    }
    for (size_t i = 0; !kept->failed && i < sizeof texts / sizeof texts[0]; i++)
        *places[i] = kept->data + starts[i];
}

static status prove(proving *p, error *err)
{
    register_log *r = p->log;
    read_ahead *reader = NULL;
    const ahead_event *next = NULL;
    bool out_of_memory = false;
    buffer kept = {0};
    state_free(&r->state);
    status code = ahead_start(r, &reader, err);
    if (code != STATUS_OK)
        return code;
    while (code == STATUS_OK && (next = ahead_next(reader)) != NULL)
        code = next->row_good ? event_prove(p, next, err)
                              : wrong(p, r->state.last + 1, err, "Event %lld has a column of the wrong kind",
                                      (long long)next->event.sequence);
    register_event misfit = {0};
    if (p->misfit)
        event_keep(&next->event, &misfit, &kept);
    bool whole = ahead_stop(reader, &out_of_memory);
    /* Now that the reader has let go of the database: what may have happened to the event. */
    if (p->misfit)
        code = kept.failed ? error_set(err, STATUS_MEMORY, "There is not enough memory for the register")
                           : diagnose(p, &misfit, err);
    else if (code == STATUS_OK && out_of_memory)
        code = error_set(err, STATUS_MEMORY, "There is not enough memory for the register");
    else if (code == STATUS_OK && !whole) {
        p->proof->failed_at = r->state.last + 1;
        code = store_failed(r, "read", err);
    }
    buffer_free(&kept);
    (void)sqlite3_reset(r->select);
    if (code == STATUS_OK && p->expect_sequence > r->state.last)
        code = wrong(p, r->state.last + 1, err,
                     "The log ends at event %lld, but event %lld was noted: events were removed from its end",
                     (long long)r->state.last, (long long)p->expect_sequence);
    return code;
}

status register_verify(const char *path, int64_t expect_sequence, const char *expect_hash, register_proof *out,
                       error *err)
{
    register_proof proof = {0};
    register_log *r = NULL;
    proving p = {.proof = &proof, .expect_sequence = expect_sequence, .expect_hash = expect_hash};
    /* Opened without looking at the events: a log that is wrong must still be looked into. */
    register_options options = {.read_only = false};
    status code = store_open_bare(path, &options, &r, err);
    if (code == STATUS_OK) {
        p.log = r;
        code = store_begin(r, false, err);
        if (code == STATUS_OK)
            code = marks_read(&p, err);
        if (code == STATUS_OK)
            code = prove(&p, err);
        if (code == STATUS_OK)
            code = guards_check(&p, err);
        memcpy(proof.head, r->state.head, sizeof proof.head);
        store_rollback(r);
    }
    register_close(r);
    if (out != NULL)
        *out = proof;
    return code;
}
