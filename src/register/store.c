/*
 * store: the SQLite file of the register.
 *
 * One table of events that only grows: triggers refuse a change or a removal, and the chain shows one that got round them. Writers take turns
 * (BEGIN IMMEDIATE); each takes in what others appended before its own draft is checked. The journal is SQLite's rollback journal and synchronous is EXTRA, so
 * that one file is the whole register and a commit is on the disk, its folder too, before it is acknowledged.
 */
#include "register/work.h"

#include <sodium.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define APPLICATION_ID 0x43527267 /* "CRrg" */

static const char schema[] =
    "CREATE TABLE events (sequence INTEGER PRIMARY KEY, time TEXT NOT NULL, actor TEXT NOT NULL, organisation TEXT NOT "
    "NULL, "
    "kind TEXT NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL, key TEXT NOT NULL, signature TEXT NOT NULL, hash "
    "BLOB NOT NULL) STRICT;"
    "CREATE TABLE snapshots (sequence INTEGER PRIMARY KEY, event_hash TEXT NOT NULL, state BLOB NOT NULL, state_hash "
    "TEXT NOT NULL) STRICT;"
    "CREATE TRIGGER events_never_change BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'the register only grows'); "
    "END;"
    "CREATE TRIGGER events_never_go BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'the register only grows'); END;"
    "CREATE TRIGGER events_never_replaced BEFORE INSERT ON events WHEN EXISTS (SELECT 1 FROM events WHERE sequence = "
    "NEW.sequence) "
    "BEGIN SELECT RAISE(ABORT, 'the register only grows'); END;"
    "PRAGMA application_id = 1129476711; PRAGMA user_version = 1;";

/* ---- errors ---- */

status store_failed(register_log *r, const char *doing, error *err)
{
    int result = sqlite3_errcode(r->db);
    status code;
    switch (result & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        code = error_set(err, STATUS_BUSY, "Somebody else is writing to the register");
        error_hint(err, "Try again in a moment.");
        break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        code =
            error_set(err, STATUS_REFUSED, "The register's file is damaged or cut short (%s)", sqlite3_errmsg(r->db));
        error_hint(err, "Bring it back from a partner's export: concord register import FILE, in a new workspace.");
        break;
    case SQLITE_NOMEM: code = error_set(err, STATUS_MEMORY, "There is not enough memory for the register"); break;
    default: code = error_set(err, STATUS_IO, "Cannot %s the register: %s", doing, sqlite3_errmsg(r->db)); break;
    }
    error_at(err, r->path, NULL, 0, NULL);
    return code;
}

static status run(register_log *r, const char *sql, const char *doing, error *err)
{
    return sqlite3_exec(r->db, sql, NULL, NULL, NULL) == SQLITE_OK ? STATUS_OK : store_failed(r, doing, err);
}

/* A pragma's whole number. */
static status ask_int(register_log *r, const char *sql, int64_t *out, error *err)
{
    sqlite3_stmt *s = NULL;
    status code = STATUS_OK;
    if (sqlite3_prepare_v2(r->db, sql, -1, &s, NULL) != SQLITE_OK || sqlite3_step(s) != SQLITE_ROW)
        code = store_failed(r, "read", err);
    else
        *out = sqlite3_column_int64(s, 0);
    (void)sqlite3_finalize(s);
    return code;
}

/* ---- transactions ---- */

status store_begin(register_log *r, bool write, error *err)
{
    return run(r, write ? "BEGIN IMMEDIATE" : "BEGIN", write ? "write to" : "read", err);
}

status store_commit(register_log *r, error *err)
{
    if (sqlite3_exec(r->db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK)
        return STATUS_OK;
    status code = store_failed(r, "write to", err);
    store_rollback(r);
    return code;
}

void store_rollback(register_log *r)
{
    (void)sqlite3_reset(r->select);
    (void)sqlite3_reset(r->insert);
    if (!sqlite3_get_autocommit(r->db))
        (void)sqlite3_exec(r->db, "ROLLBACK", NULL, NULL, NULL);
}

/* ---- opening ---- */

static status settings(register_log *r, error *err)
{
    int wait = r->options.wait_milliseconds > 0 ? r->options.wait_milliseconds : 10000;
    (void)sqlite3_busy_timeout(r->db, wait);
    (void)sqlite3_db_config(r->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    (void)sqlite3_db_config(r->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    return run(r, "PRAGMA synchronous = EXTRA; PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY", "open", err);
}

static status format_check(register_log *r, error *err)
{
    int64_t application = 0, version = 0;
    status code = ask_int(r, "PRAGMA application_id", &application, err);
    if (code == STATUS_OK)
        code = ask_int(r, "PRAGMA user_version", &version, err);
    if (code != STATUS_OK)
        return code;
    if (application != APPLICATION_ID)
        code = refuse(err, "A register is begun with: concord register start",
                      "This file is no register of Concord, or it is cut short");
    else if (version > REGISTER_FORMAT)
        code = refuse(err, "Use that version of Concord.",
                      "The register was made by a newer Concord (format %lld, this one knows %d)", (long long)version,
                      REGISTER_FORMAT);
    else if (version < 1)
        code = refuse(err, NULL, "The register has no format version");
    if (code != STATUS_OK)
        error_at(err, r->path, NULL, 0, NULL);
    return code;
}

/* SQLite fills up a last page that is cut short with zeros, which would pass for columns of the wrong kind. A file that another grows meanwhile is
 * never shorter than what its header said before. */
static status length_check(register_log *r, error *err)
{
    int64_t pages = 0, page_size = 0;
    struct stat st;
    status code = ask_int(r, "PRAGMA page_count", &pages, err);
    if (code == STATUS_OK)
        code = ask_int(r, "PRAGMA page_size", &page_size, err);
    if (code != STATUS_OK || stat(r->path, &st) != 0 || (int64_t)st.st_size >= pages * page_size)
        return code;
    code = refuse(err, "Bring it back from a partner's export: concord register import FILE, in a new workspace.",
                  "The register's file is cut short: it has %lld bytes and should have %lld", (long long)st.st_size,
                  (long long)(pages * page_size));
    error_at(err, r->path, NULL, 0, NULL);
    return code;
}

/* Makes the tables where there are none; two who begin at once take turns. */
static status schema_make(register_log *r, error *err)
{
    int64_t tables = 0;
    status code = store_begin(r, true, err);
    if (code != STATUS_OK)
        return code;
    code = ask_int(r, "SELECT count(*) FROM sqlite_schema", &tables, err);
    if (code == STATUS_OK && tables == 0)
        code = run(r, schema, "make", err);
    if (code == STATUS_OK)
        return store_commit(r, err);
    store_rollback(r);
    return code;
}

static status prepare(register_log *r, error *err)
{
    static const char select[] =
        "SELECT sequence, time, actor, organisation, kind, subject, body, key, signature, hash FROM events "
        "WHERE sequence > ?1 ORDER BY sequence";
    static const char insert[] = "INSERT INTO events VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    bool good = sqlite3_prepare_v3(r->db, select, -1, SQLITE_PREPARE_PERSISTENT, &r->select, NULL) == SQLITE_OK &&
                sqlite3_prepare_v3(r->db, insert, -1, SQLITE_PREPARE_PERSISTENT, &r->insert, NULL) == SQLITE_OK;
    return good ? STATUS_OK : store_failed(r, "open", err);
}

status store_open_bare(const char *path, const register_options *options, register_log **out, error *err)
{
    *out = NULL;
    register_options chosen = options == NULL ? (register_options){0} : *options;
    if (!chosen.make && access(path, F_OK) != 0) {
        status code = error_set(err, STATUS_NOT_FOUND, "There is no register in this workspace yet");
        error_at(err, path, NULL, 0, NULL);
        error_hint(err, "Begin one with: concord register start");
        return code;
    }
    register_log *r = calloc(1, sizeof *r);
    if (r == NULL || (r->path = strdup(path)) == NULL || sodium_init() < 0) {
        free(r);
        return error_set(err, STATUS_MEMORY, "There is not enough memory for the register");
    }
    r->options = chosen;
    r->scratch.maximum = r->encoded.maximum = (size_t)2 << 30;
    state_begin(&r->state);
    int flags =
        chosen.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | (chosen.make ? SQLITE_OPEN_CREATE : 0);
    status code = body_begin(&r->body, err);
    if (code == STATUS_OK && sqlite3_open_v2(path, &r->db, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        code = store_failed(r, "open", err);
    if (code == STATUS_OK)
        code = settings(r, err);
    if (code == STATUS_OK && chosen.make)
        code = schema_make(r, err);
    if (code == STATUS_OK)
        code = format_check(r, err);
    if (code == STATUS_OK)
        code = length_check(r, err);
    if (code == STATUS_OK)
        code = prepare(r, err);
    if (code == STATUS_OK)
        *out = r;
    else
        register_close(r);
    return code;
}

status register_open(const char *path, const register_options *options, register_log **out, error *err)
{
    status code = store_open_bare(path, options, out, err);
    if (code == STATUS_OK && (code = register_refresh(*out, err)) != STATUS_OK) {
        register_close(*out);
        *out = NULL;
    }
    return code;
}

status register_open_if_any(const char *path, register_log **out, error *err)
{
    const register_options options = {.read_only = true};
    *out = NULL;
    return access(path, F_OK) != 0 ? STATUS_OK : register_open(path, &options, out, err);
}

void register_close(register_log *r)
{
    if (r == NULL)
        return;
    (void)sqlite3_finalize(r->select);
    (void)sqlite3_finalize(r->insert);
    (void)sqlite3_close(r->db);
    state_free(&r->state);
    body_free(&r->body);
    buffer_free(&r->scratch);
    buffer_free(&r->encoded);
    free(r->path);
    free(r);
}

/* ---- events ---- */

static const char *column_text(sqlite3_stmt *row, int column, bool *bad)
{
    const char *words = (const char *)sqlite3_column_text(row, column);
    *bad |= sqlite3_column_type(row, column) != SQLITE_TEXT || words == NULL ||
            strlen(words) != (size_t)sqlite3_column_bytes(row, column);
    return words == NULL ? "" : words;
}

status store_row(sqlite3_stmt *row, register_event *out, error *err)
{
    bool bad = false;
    out->sequence = sqlite3_column_int64(row, 0);
    out->time = column_text(row, 1, &bad);
    out->actor = column_text(row, 2, &bad);
    out->organisation = column_text(row, 3, &bad);
    out->kind = column_text(row, 4, &bad);
    out->subject = column_text(row, 5, &bad);
    out->body = column_text(row, 6, &bad);
    out->key = column_text(row, 7, &bad);
    out->signature = column_text(row, 8, &bad);
    const void *hash = sqlite3_column_blob(row, 9);
    out->hash[0] = 0;
    if (hash != NULL && sqlite3_column_bytes(row, 9) == 32)
        (void)sodium_bin2hex(out->hash, sizeof out->hash, hash, 32);
    else
        bad = true;
    return bad ? error_set(err, STATUS_REFUSED, "Event %lld has a column of the wrong kind", (long long)out->sequence)
               : STATUS_OK;
}

status store_insert(register_log *r, const register_event *event, error *err)
{
    const char *texts[] = {event->time,    event->actor, event->organisation, event->kind,
                           event->subject, event->body,  event->key,          event->signature};
    unsigned char hash[32];
    sqlite3_stmt *s = r->insert;
    (void)sodium_hex2bin(hash, sizeof hash, event->hash, 64, NULL, NULL, NULL);
    bool good = sqlite3_bind_int64(s, 1, event->sequence) == SQLITE_OK;
    for (int i = 0; i < 8; i++)
        good = good && sqlite3_bind_text(s, i + 2, texts[i], -1, SQLITE_STATIC) == SQLITE_OK;
    good = good && sqlite3_bind_blob(s, 10, hash, sizeof hash, SQLITE_STATIC) == SQLITE_OK &&
           sqlite3_step(s) == SQLITE_DONE;
    status code = good ? STATUS_OK : store_failed(r, "write to", err);
    (void)sqlite3_reset(s);
    (void)sqlite3_clear_bindings(s);
    return code;
}

/* ---- snapshots ---- */

status store_snapshot(register_log *r, error *err)
{
    char hash[SHA256_TEXT];
    sha256 h;
    sqlite3_stmt *s = NULL;
    buffer_clear(&r->encoded);
    snapshot_encode(&r->state, &r->encoded);
    /* A state too large for one value has no snapshot: it is replayed. */
    if (r->encoded.failed || r->encoded.length > 900000000)
        return STATUS_OK;
    sha256_begin(&h);
    sha256_add(&h, r->encoded.data, r->encoded.length);
    sha256_end(&h, hash);
    bool good = sqlite3_prepare_v2(r->db, "INSERT OR REPLACE INTO snapshots VALUES (?1, ?2, ?3, ?4)", -1, &s, NULL) ==
                    SQLITE_OK &&
                sqlite3_bind_int64(s, 1, r->state.last) == SQLITE_OK &&
                sqlite3_bind_text(s, 2, r->state.head, -1, SQLITE_STATIC) == SQLITE_OK &&
                sqlite3_bind_blob64(s, 3, r->encoded.data, r->encoded.length, SQLITE_STATIC) == SQLITE_OK &&
                sqlite3_bind_text(s, 4, hash, -1, SQLITE_STATIC) == SQLITE_OK && sqlite3_step(s) == SQLITE_DONE;
    status code = good ? STATUS_OK : store_failed(r, "write to", err);
    (void)sqlite3_finalize(s);
    return code == STATUS_OK ? run(r,
                                   "DELETE FROM snapshots WHERE sequence NOT IN (SELECT sequence FROM snapshots ORDER "
                                   "BY sequence DESC LIMIT 2)",
                                   "write to", err)
                             : code;
}

/* Does the event that the snapshot follows stand in the log, and does its hash fit what it says and the event before it? */
static bool snapshot_is_borne_out(register_log *r)
{
    register_event event, before = {.hash = HASH_ZERO};
    char previous[SHA256_TEXT], hash[SHA256_TEXT];
    bool good = true;
    (void)sqlite3_reset(r->select);
    (void)sqlite3_bind_int64(r->select, 1, r->state.last - 2);
    if (r->state.last > 1)
        good = sqlite3_step(r->select) == SQLITE_ROW && store_row(r->select, &before, NULL) == STATUS_OK &&
               before.sequence == r->state.last - 1;
    memcpy(previous, before.hash, sizeof previous);
    good = good && sqlite3_step(r->select) == SQLITE_ROW && store_row(r->select, &event, NULL) == STATUS_OK &&
           event.sequence == r->state.last;
    if (good) {
        chain_hash(&event, previous, hash);
        good = strcmp(hash, event.hash) == 0 && strcmp(hash, r->state.head) == 0;
    }
    (void)sqlite3_reset(r->select);
    return good;
}

static bool snapshot_take(register_log *r, sqlite3_stmt *row)
{
    char hash[SHA256_TEXT];
    sha256 h;
    const void *bytes = sqlite3_column_blob(row, 1);
    size_t length = (size_t)sqlite3_column_bytes(row, 1);
    const char *said = (const char *)sqlite3_column_text(row, 2);
    sha256_begin(&h);
    sha256_add(&h, bytes, length);
    sha256_end(&h, hash);
    return said != NULL && strcmp(said, hash) == 0 && snapshot_decode(&r->state, bytes, length, NULL) == STATUS_OK &&
           r->state.last == sqlite3_column_int64(row, 0) && r->state.last > 0 && snapshot_is_borne_out(r);
}

/* The newest snapshot that is borne out; without one the state stays empty and everything is replayed. */
static void snapshot_load(register_log *r)
{
    sqlite3_stmt *s = NULL;
    r->snapshot_note[0] = 0;
    bool taken = false;
    if (sqlite3_prepare_v2(r->db, "SELECT sequence, state, state_hash FROM snapshots ORDER BY sequence DESC", -1, &s,
                           NULL) == SQLITE_OK)
        while (!taken && sqlite3_step(s) == SQLITE_ROW) {
            taken = snapshot_take(r, s);
            if (!taken) {
                (void)snprintf(r->snapshot_note, sizeof r->snapshot_note,
                               "The snapshot at event %lld is not borne out by the log and was passed over",
                               (long long)sqlite3_column_int64(s, 0));
                state_free(&r->state);
            }
        }
    (void)sqlite3_finalize(s);
}

/* ---- catching up ---- */

/* The next event of the file: right by the chain, then applied. */
static status event_take(register_log *r, error *err)
{
    register_event event;
    char hash[SHA256_TEXT];
    status code = store_row(r->select, &event, err);
    if (code != STATUS_OK)
        return code;
    chain_hash(&event, r->state.head, hash);
    if (event.sequence != r->state.last + 1 || strcmp(hash, event.hash) != 0)
        return refuse(err, "See: concord register verify",
                      "Event %lld does not follow from those before it: the log was changed",
                      (long long)event.sequence);
    code = body_parse(&r->body, event.body, strlen(event.body), &r->scratch, err);
    return code == STATUS_OK ? state_apply(&r->state, &event, &r->body, false, err) : code;
}

/* Is what the state rests on still in the file? A file put in the place of another would otherwise be taken for its continuation. */
static bool head_is_there(register_log *r)
{
    register_event event;
    (void)sqlite3_reset(r->select);
    (void)sqlite3_bind_int64(r->select, 1, r->state.last - 1);
    bool there = sqlite3_step(r->select) == SQLITE_ROW && store_row(r->select, &event, NULL) == STATUS_OK &&
                 strcmp(event.hash, r->state.head) == 0;
    (void)sqlite3_reset(r->select);
    return there;
}

status store_catch_up(register_log *r, error *err)
{
    if (r->state.last > 0 && !r->stale && !head_is_there(r))
        r->stale = true;
    if (r->stale || r->state.last == 0) {
        state_free(&r->state);
        if (!r->options.ignore_snapshots)
            snapshot_load(r);
        r->stale = false;
    }
    status code = STATUS_OK;
    (void)sqlite3_reset(r->select);
    (void)sqlite3_bind_int64(r->select, 1, r->state.last);
    int step = SQLITE_DONE;
    while (code == STATUS_OK && (step = sqlite3_step(r->select)) == SQLITE_ROW)
        code = event_take(r, err);
    if (code == STATUS_OK && step != SQLITE_DONE)
        code = store_failed(r, "read", err);
    (void)sqlite3_reset(r->select);
    if (code == STATUS_REFUSED || code == STATUS_NOT_FOUND) {
        /* Whatever rule an event of the log breaks, for the caller it is the log that is wrong. */
        if (err != NULL)
            err->code = STATUS_REFUSED;
        error_at(err, r->path, NULL, 0, NULL);
        code = STATUS_REFUSED;
    }
    r->stale = code != STATUS_OK;
    return code;
}

status register_refresh(register_log *r, error *err)
{
    status code = store_begin(r, false, err);
    if (code != STATUS_OK)
        return code;
    code = store_catch_up(r, err);
    store_rollback(r); /* nothing was written */
    return code;
}
