/*
 * Writing an edition: one transaction into a fresh database, rows in the order in which they are given, so that the same content
 * gives the same bytes. Journal and syncs are off while it is written: the file is nobody's until it is finished, synced and renamed.
 */
#include "edition/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char SCHEMA[] =
    "CREATE TABLE edition (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;"
    "CREATE TABLE organisations (position INTEGER PRIMARY KEY, code TEXT, ons_code TEXT, name TEXT, short_name TEXT, "
    "kind TEXT,"
    " level TEXT, opened TEXT, closed TEXT, icb TEXT, region TEXT, unmapped INTEGER, became TEXT, inexact TEXT,"
    " hex_row INTEGER, hex_column INTEGER, hex_label TEXT);"
    "CREATE TABLE measures (position INTEGER PRIMARY KEY, id TEXT, name TEXT, short_name TEXT, domain TEXT, question "
    "TEXT,"
    " definition TEXT, why_it_matters TEXT, sentence TEXT, unit TEXT, unit_label TEXT, authors TEXT, checked_by TEXT,"
    " review_by TEXT, caveats TEXT, source TEXT, value_kind TEXT, icb_from TEXT, better TEXT, decimals INTEGER, scale "
    "REAL,"
    " percentile REAL, rule_version TEXT, numerator_parts INTEGER, denominator_parts INTEGER);"
    "CREATE TABLE sources (position INTEGER PRIMARY KEY, id TEXT, name TEXT, publisher TEXT, licence TEXT, "
    "landing_page TEXT,"
    " frequency TEXT);"
    "CREATE TABLE breakdowns (position INTEGER PRIMARY KEY, breakdown TEXT, breakdown_name TEXT, key TEXT, name TEXT);"
    "CREATE TABLE releases (position INTEGER PRIMARY KEY, sha256 TEXT, source TEXT, file_name TEXT, member TEXT,"
    " published TEXT, basis TEXT, first_period TEXT, last_period TEXT, rows_in INTEGER, rows_kept INTEGER, latest "
    "INTEGER, sheets TEXT);"
    "CREATE TABLE targets (position INTEGER PRIMARY KEY, id TEXT, measure TEXT, level REAL, due TEXT, authority TEXT,"
    " document TEXT, note TEXT, levels TEXT, needs_baseline INTEGER, verified INTEGER);"
    "CREATE TABLE series (id INTEGER PRIMARY KEY, measure TEXT, organisation TEXT, breakdown TEXT, geography TEXT,"
    " points INTEGER, first_period TEXT, last_period TEXT, value REAL, numerator INTEGER, denominator INTEGER,"
    " over_open_band INTEGER, target REAL, target_position INTEGER, variation TEXT, assurance TEXT, any_estimated "
    "INTEGER,"
    " note TEXT, current_only INTEGER, season_years INTEGER, season_p REAL, season_effects TEXT);"
    "CREATE TABLE rules (key TEXT PRIMARY KEY, value REAL) WITHOUT ROWID;"
    "CREATE TABLE points (series INTEGER, position INTEGER, period TEXT, numerator INTEGER, denominator INTEGER, value "
    "REAL,"
    " target REAL, mean REAL, lower REAL, upper REAL, segment INTEGER, rule TEXT, signal TEXT, flags INTEGER,"
    " release INTEGER, rows INTEGER, first_line INTEGER, last_line INTEGER, PRIMARY KEY (series, position)) WITHOUT "
    "ROWID;"
    "CREATE TABLE issues (position INTEGER PRIMARY KEY, kind TEXT, code TEXT, period TEXT, text TEXT, rows INTEGER);"
    "CREATE TABLE findings (position INTEGER PRIMARY KEY, kind TEXT, severity TEXT, source TEXT, measure TEXT, "
    "organisation TEXT, first_period TEXT, last_period TEXT, file TEXT, sheet TEXT, line INTEGER, count INTEGER, text "
    "TEXT, advice TEXT);"
    "CREATE TABLE documents (kind TEXT, name TEXT, text TEXT, PRIMARY KEY (kind, name)) WITHOUT ROWID;"
    "CREATE TABLE flows (organisation TEXT, treatment_function TEXT, period TEXT, waiting TEXT, completed TEXT,"
    " completed_all INTEGER, new_periods INTEGER, estimated INTEGER, PRIMARY KEY (organisation, treatment_function, "
    "period)) WITHOUT ROWID;";

struct edition_writer {
    sqlite3 *database;
    sqlite3_stmt *series, *points;
    const edition *head;
    buffer effects; /* of the season of the series that is being written */
    int64_t next_series;
    char path[4096]; /* "" where in memory */
};

status edition_database_error(sqlite3 *database, const char *doing, error *err)
{
    int code = database == NULL ? SQLITE_NOMEM : sqlite3_extended_errcode(database);
    /* SQLITE_ERROR: a table or column that our statements name is not there. */
    bool damaged = (code & 0xff) == SQLITE_NOTADB || (code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_ERROR;
    status as = damaged ? STATUS_REFUSED : STATUS_IO;
    return error_set(err, as, "%s: %s", doing, database == NULL ? "out of memory" : sqlite3_errmsg(database));
}

/* ---- binding by kind; NULL for what is missing -------------------------------------------------------- */

static void bind_text(sqlite3_stmt *s, int at, const char *value)
{
    (void)sqlite3_bind_text(s, at, value == NULL ? "" : value, -1, SQLITE_STATIC);
}

static void bind_number(sqlite3_stmt *s, int at, double value)
{
    if (isnan(value))
        (void)sqlite3_bind_null(s, at);
    else
        (void)sqlite3_bind_double(s, at, value);
}

static void bind_count(sqlite3_stmt *s, int at, bool present, int64_t value)
{
    if (present)
        (void)sqlite3_bind_int64(s, at, value);
    else
        (void)sqlite3_bind_null(s, at);
}

static void bind_date(sqlite3_stmt *s, int at, date d)
{
    char out[DATE_TEXT];
    date_format(d, out);
    if (out[0] == 0)
        (void)sqlite3_bind_null(s, at);
    else
        (void)sqlite3_bind_text(s, at, out, -1, SQLITE_TRANSIENT);
}

static void bind_period(sqlite3_stmt *s, int at, period p)
{
    char out[PERIOD_TEXT];
    period_format(p, out);
    (void)sqlite3_bind_text(s, at, out, -1, SQLITE_TRANSIENT);
}

static bool step(sqlite3_stmt *s)
{
    bool ok = sqlite3_step(s) == SQLITE_DONE;
    (void)sqlite3_reset(s);
    return ok;
}

static sqlite3_stmt *prepare(edition_writer *w, const char *sql)
{
    sqlite3_stmt *s = NULL;
    return sqlite3_prepare_v2(w->database, sql, -1, &s, NULL) == SQLITE_OK ? s : NULL;
}

/* ---- the tables of the head --------------------------------------------------------------------------- */

static bool write_key(sqlite3_stmt *s, const char *key, const char *value)
{
    bind_text(s, 1, key);
    bind_text(s, 2, value);
    return step(s);
}

static bool write_edition(edition_writer *w)
{
    const edition *e = w->head;
    char layout[16], current[DATE_TEXT], latest[PERIOD_TEXT], events[24];
    (void)snprintf(layout, sizeof layout, "%d", EDITION_LAYOUT_VERSION);
    (void)snprintf(events, sizeof events, "%lld", (long long)e->register_events);
    date_format(e->current, current);
    period_format(e->latest, latest);
    sqlite3_stmt *s = prepare(w, "INSERT INTO edition VALUES (?,?)");
    bool ok = s != NULL && write_key(s, "layout", layout) && write_key(s, "program_version", e->program_version) &&
              write_key(s, "catalogue_version", e->catalogue_version) &&
              write_key(s, "orgs_version", e->orgs_version) && write_key(s, "rules", e->rules) &&
              write_key(s, "current", current) && write_key(s, "latest", latest) &&
              (e->as_of == NULL || e->as_of[0] == 0 || write_key(s, "as_of", e->as_of)) &&
              (e->register_events == 0 ||
               (write_key(s, "register_events", events) && write_key(s, "register_head", e->register_head)));
    (void)sqlite3_finalize(s);
    return ok;
}

static bool write_rules(edition_writer *w)
{
    sqlite3_stmt *s = prepare(w, "INSERT INTO rules VALUES (?,?)");
    bool ok = s != NULL;
    for (size_t i = 0; ok && i < EDITION_RULES; i++) {
        bind_text(s, 1, edition_rule_parameters[i].key);
        bind_number(s, 2, edition_rule_get(&w->head->judged_by, &edition_rule_parameters[i]));
        ok = step(s);
    }
    (void)sqlite3_finalize(s);
    return ok;
}

static const char *org_code(const edition *e, int32_t i)
{
    return i < 0 ? "" : e->orgs[i].code;
}

static bool write_orgs(edition_writer *w)
{
    sqlite3_stmt *s = prepare(w, "INSERT INTO organisations VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
    bool ok = s != NULL;
    for (size_t i = 0; ok && i < w->head->org_count; i++) {
        const edition_org *o = &w->head->orgs[i];
        int at = 1;
        (void)sqlite3_bind_int64(s, at++, (int64_t)i);
        bind_text(s, at++, o->code);
        bind_text(s, at++, o->ons_code);
        bind_text(s, at++, o->name);
        bind_text(s, at++, o->short_name);
        bind_text(s, at++, org_kind_name(o->kind));
        bind_text(s, at++, o->level);
        bind_date(s, at++, o->opened);
        bind_date(s, at++, o->closed);
        bind_text(s, at++, org_code(w->head, o->icb));
        bind_text(s, at++, org_code(w->head, o->region));
        (void)sqlite3_bind_int(s, at++, o->unmapped);
        bind_text(s, at++, o->became);
        bind_text(s, at++, o->inexact);
        bind_count(s, at++, o->hex_row != INT32_MIN, o->hex_row);
        bind_count(s, at++, o->hex_column != INT32_MIN, o->hex_column);
        bind_text(s, at++, o->hex_label);
        ok = step(s);
    }
    (void)sqlite3_finalize(s);
    return ok;
}

static bool write_measures(edition_writer *w)
{
    static const char *const better_names[] = {"neither", "higher", "lower"};
    sqlite3_stmt *s = prepare(w, "INSERT INTO measures VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
    bool ok = s != NULL;
    for (size_t i = 0; ok && i < w->head->measure_count; i++) {
        const edition_measure *m = &w->head->measures[i];
        const char *texts[] = {m->id,
                               m->name,
                               m->short_name,
                               m->domain,
                               m->question,
                               m->definition,
                               m->why_it_matters,
                               m->sentence,
                               m->unit,
                               m->unit_label,
                               m->authors,
                               m->checked_by,
                               m->review_by,
                               m->caveats,
                               m->source,
                               m->value_kind,
                               m->icb_from,
                               better_names[m->better]};
        int at = 1;
        (void)sqlite3_bind_int64(s, at++, (int64_t)i);
        for (size_t k = 0; k < sizeof texts / sizeof texts[0]; k++)
            bind_text(s, at++, texts[k]);
        (void)sqlite3_bind_int(s, at++, m->decimals);
        bind_number(s, at++, m->scale);
        bind_number(s, at++, m->percentile);
        bind_text(s, at++, m->rule_version);
        (void)sqlite3_bind_int64(s, at++, m->numerator_parts);
        (void)sqlite3_bind_int64(s, at++, m->denominator_parts);
        ok = step(s);
    }
    (void)sqlite3_finalize(s);
    return ok;
}

static bool write_sources(edition_writer *w)
{
    sqlite3_stmt *s = prepare(w, "INSERT INTO sources VALUES (?,?,?,?,?,?,?)");
    bool ok = s != NULL;
    for (size_t i = 0; ok && i < w->head->source_count; i++) {
        const edition_source *x = &w->head->sources[i];
        const char *texts[] = {x->id, x->name, x->publisher, x->licence, x->landing_page, x->frequency};
        (void)sqlite3_bind_int64(s, 1, (int64_t)i);
        for (int k = 0; k < 6; k++)
            bind_text(s, k + 2, texts[k]);
        ok = step(s);
    }
    (void)sqlite3_finalize(s);
    return ok;
}

static bool write_breakdowns(edition_writer *w)
{
    sqlite3_stmt *s = prepare(w, "INSERT INTO breakdowns VALUES (?,?,?,?,?)");
    bool ok = s != NULL;
    for (size_t i = 0; ok && i < w->head->breakdown_count; i++) {
        const edition_breakdown_value *x = &w->head->breakdowns[i];
        (void)sqlite3_bind_int64(s, 1, (int64_t)i);
        bind_text(s, 2, x->breakdown);
        bind_text(s, 3, x->breakdown_name);
        bind_text(s, 4, x->key);
        bind_text(s, 5, x->name);
        ok = step(s);
    }
    (void)sqlite3_finalize(s);
    return ok;
}

static bool write_releases(edition_writer *w)
{
    sqlite3_stmt *s = prepare(w, "INSERT INTO releases VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)");
    bool ok = s != NULL;
    for (size_t i = 0; ok && i < w->head->release_count; i++) {
        const edition_release *x = &w->head->releases[i];
        (void)sqlite3_bind_int64(s, 1, (int64_t)i);
        bind_text(s, 2, x->sha256);
        bind_text(s, 3, x->source);
        bind_text(s, 4, x->file_name);
        bind_text(s, 5, x->member);
        bind_text(s, 6, x->published);
        bind_text(s, 7, x->basis);
        bind_period(s, 8, x->first_period);
        bind_period(s, 9, x->last_period);
        (void)sqlite3_bind_int64(s, 10, x->rows_in);
        (void)sqlite3_bind_int64(s, 11, x->rows_kept);
        (void)sqlite3_bind_int(s, 12, x->latest);
        bind_text(s, 13, x->sheets);
        ok = step(s);
    }
    (void)sqlite3_finalize(s);
    return ok;
}

static bool write_targets(edition_writer *w)
{
    sqlite3_stmt *s = prepare(w, "INSERT INTO targets VALUES (?,?,?,?,?,?,?,?,?,?,?)");
    bool ok = s != NULL;
    for (size_t i = 0; ok && i < w->head->target_count; i++) {
        const edition_target *x = &w->head->targets[i];
        (void)sqlite3_bind_int64(s, 1, (int64_t)i);
        bind_text(s, 2, x->id);
        bind_text(s, 3, w->head->measures[x->measure].id);
        bind_number(s, 4, x->level);
        bind_period(s, 5, x->by);
        bind_text(s, 6, x->authority);
        bind_text(s, 7, x->document);
        bind_text(s, 8, x->note);
        bind_text(s, 9, x->levels);
        (void)sqlite3_bind_int(s, 10, x->needs_baseline);
        (void)sqlite3_bind_int(s, 11, x->verified);
        ok = step(s);
    }
    (void)sqlite3_finalize(s);
    return ok;
}

static bool write_issues(edition_writer *w)
{
    sqlite3_stmt *s = prepare(w, "INSERT INTO issues VALUES (?,?,?,?,?,?)");
    bool ok = s != NULL;
    for (size_t i = 0; ok && i < w->head->issue_count; i++) {
        const edition_issue *x = &w->head->issues[i];
        (void)sqlite3_bind_int64(s, 1, (int64_t)i);
        bind_text(s, 2, x->kind);
        bind_text(s, 3, x->code);
        bind_text(s, 4, x->period);
        bind_text(s, 5, x->text);
        (void)sqlite3_bind_int64(s, 6, x->rows);
        ok = step(s);
    }
    (void)sqlite3_finalize(s);
    return ok;
}

/* ---- the writer --------------------------------------------------------------------------------------- */

static void writer_free(edition_writer *w)
{
    if (w == NULL)
        return;
    (void)sqlite3_finalize(w->series);
    (void)sqlite3_finalize(w->points);
    (void)sqlite3_close(w->database);
    buffer_free(&w->effects);
    free(w);
}

void edition_writer_abort(edition_writer *w)
{
    if (w == NULL)
        return;
    char path[sizeof w->path];
    memcpy(path, w->path, sizeof path);
    writer_free(w);
    if (path[0] != 0)
        (void)unlink(path);
}

status edition_writer_open(const char *path, const edition *head, edition_writer **out, error *err)
{
    *out = NULL;
    edition_writer *w = calloc(1, sizeof *w);
    if (w == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    bool in_memory = strcmp(path, ":memory:") == 0;
    status code = STATUS_OK;
    w->head = head;
    if (!in_memory) {
        if (strlen(path) >= sizeof w->path) {
            code = error_set(err, STATUS_IO, "The path is too long: %s", path);
            goto out;
        }
        memcpy(w->path, path, strlen(path) + 1);
        (void)unlink(path);
    }
    char pragmas[256];
    (void)snprintf(
        pragmas, sizeof pragmas,
        "PRAGMA page_size=8192; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE;"
        "PRAGMA cache_size=-65536; PRAGMA application_id=%d; PRAGMA user_version=%d; BEGIN;",
        EDITION_APPLICATION_ID, EDITION_LAYOUT_VERSION);
    if (sqlite3_open_v2(path, &w->database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL) !=
            SQLITE_OK ||
        sqlite3_exec(w->database, pragmas, NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_exec(w->database, SCHEMA, NULL, NULL, NULL) != SQLITE_OK || !write_edition(w) || !write_rules(w) ||
        !write_orgs(w) || !write_measures(w) || !write_sources(w) || !write_breakdowns(w) || !write_releases(w) ||
        !write_targets(w) || !write_issues(w) ||
        (w->series = prepare(w, "INSERT INTO series VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)")) == NULL ||
        (w->points = prepare(w, "INSERT INTO points VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)")) == NULL) {
        code = edition_database_error(w->database, "Cannot write the edition", err);
        goto out;
    }
    if ((code = edition_documents_write(w->database, head, err)) != STATUS_OK)
        goto out;
    *out = w;
    return STATUS_OK;
out:
    edition_writer_abort(w);
    return code;
}

/* "0.1 -0.2 ...": plain enough for any tool. Bound until the next series. */
static bool bind_season(edition_writer *w, int at, const edition_season *season)
{
    sqlite3_stmt *s = w->series;
    buffer_clear(&w->effects);
    bind_count(s, at, season != NULL, season == NULL ? 0 : season->years);
    bind_number(s, at + 1, season == NULL ? (double)NAN : season->p);
    for (int32_t i = 0; season != NULL && season->seasonal && i < season->count && i < EDITION_SEASONS_MAXIMUM; i++) {
        if (i > 0)
            buffer_char(&w->effects, ' ');
        buffer_number(&w->effects, season->effects[i]);
    }
    bind_text(s, at + 2, w->effects.data);
    return !w->effects.failed;
}

static bool write_point(sqlite3_stmt *s, int64_t series, size_t position, const edition_point *p)
{
    int flags = (p->missing ? POINT_MISSING : 0) | (p->estimated ? POINT_ESTIMATED : 0) |
                (p->over_open_band ? POINT_OVER_OPEN_BAND : 0) | (p->revised ? POINT_REVISED : 0) |
                (p->tidy ? POINT_TIDY : 0) | (p->suppressed ? POINT_SUPPRESSED : 0);
    (void)sqlite3_bind_int64(s, 1, series);
    (void)sqlite3_bind_int64(s, 2, (int64_t)position);
    bind_period(s, 3, p->period);
    bind_count(s, 4, p->has_numerator, p->numerator);
    bind_count(s, 5, p->has_denominator, p->denominator);
    bind_number(s, 6, p->value);
    bind_number(s, 7, p->target);
    bind_number(s, 8, p->mean);
    bind_number(s, 9, p->lower);
    bind_number(s, 10, p->upper);
    (void)sqlite3_bind_int(s, 11, p->segment);
    bind_text(s, 12, p->rule);
    bind_text(s, 13, p->signal);
    (void)sqlite3_bind_int(s, 14, flags);
    bind_count(s, 15, p->release >= 0, p->release);
    bind_count(s, 16, p->rows > 0, p->rows);
    bind_count(s, 17, p->first_line > 0, p->first_line);
    bind_count(s, 18, p->last_line > 0, p->last_line);
    return step(s);
}

status edition_writer_series(edition_writer *w, edition_series *x, const edition_point *points, size_t count,
                             error *err)
{
    const edition *e = w->head;
    sqlite3_stmt *s = w->series;
    x->id = w->next_series++;
    x->points = (int32_t)count;
    int at = 1;
    (void)sqlite3_bind_int64(s, at++, x->id);
    bind_text(s, at++, e->measures[x->measure].id);
    bind_text(s, at++, e->orgs[x->org].code);
    bind_text(s, at++, x->breakdown < 0 ? "" : e->breakdowns[x->breakdown].key);
    bind_text(s, at++, geography_name(x->geography));
    (void)sqlite3_bind_int(s, at++, x->points);
    bind_period(s, at++, x->first);
    bind_period(s, at++, x->last);
    bind_number(s, at++, x->latest_value);
    bind_count(s, at++, x->has_numerator, x->latest_numerator);
    bind_count(s, at++, x->has_denominator, x->latest_denominator);
    (void)sqlite3_bind_int(s, at++, x->over_open_band);
    bind_number(s, at++, x->latest_target);
    bind_count(s, at++, x->latest_target_index >= 0, x->latest_target_index);
    bind_text(s, at++, x->variation);
    bind_text(s, at++, x->assurance);
    (void)sqlite3_bind_int(s, at++, x->any_estimated);
    bind_text(s, at++, x->note);
    (void)sqlite3_bind_int(s, at++, x->current_only);
    if (!bind_season(w, at, x->season))
        return error_set(err, STATUS_MEMORY, "Out of memory for the season of a series");
    if (!step(s))
        return edition_database_error(w->database, "Cannot write the edition", err);
    for (size_t i = 0; i < count; i++)
        if (!write_point(w->points, x->id, i, &points[i]))
            return edition_database_error(w->database, "Cannot write the edition", err);
    return STATUS_OK;
}

status edition_writer_findings(edition_writer *w, const edition_finding *findings, size_t count, error *err)
{
    sqlite3_stmt *s = prepare(w, "INSERT INTO findings VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
    bool ok = s != NULL;
    for (size_t i = 0; ok && i < count; i++) {
        const edition_finding *f = &findings[i];
        const char *texts[] = {f->kind, f->severity, f->source, f->measure, f->organisation};
        int at = 1;
        (void)sqlite3_bind_int64(s, at++, (int64_t)i);
        for (size_t k = 0; k < sizeof texts / sizeof texts[0]; k++)
            bind_text(s, at++, texts[k]);
        bind_period(s, at++, f->first);
        bind_period(s, at++, f->last);
        bind_text(s, at++, f->file);
        bind_text(s, at++, f->sheet);
        bind_count(s, at++, f->line > 0, f->line);
        (void)sqlite3_bind_int64(s, at++, f->count);
        bind_text(s, at++, f->text);
        bind_text(s, at++, f->advice);
        ok = step(s);
    }
    status code = ok ? STATUS_OK : edition_database_error(w->database, "Cannot write the edition", err);
    (void)sqlite3_finalize(s);
    return code;
}

status edition_writer_flows(edition_writer *w, const edition_flow *flows, size_t count, error *err)
{
    return edition_flows_write(w->database, flows, count, err);
}

static status writer_commit(edition_writer *w, error *err)
{
    if (sqlite3_exec(w->database,
                     "CREATE INDEX series_by_organisation ON series (organisation, measure);"
                     "COMMIT",
                     NULL, NULL, NULL) != SQLITE_OK)
        return edition_database_error(w->database, "Cannot write the edition", err);
    return STATUS_OK;
}

static status sync_file(const char *path, error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    int failure = fd < 0 || fsync(fd) != 0 ? errno : 0;
    if (fd >= 0)
        (void)close(fd);
    return failure == 0 ? STATUS_OK : error_set(err, STATUS_IO, "Cannot write the edition: %s", strerror(failure));
}

status edition_writer_close(edition_writer *w, char id[SHA256_TEXT], error *err)
{
    status code = writer_commit(w, err);
    char path[sizeof w->path];
    memcpy(path, w->path, sizeof path);
    writer_free(w);
    if (code == STATUS_OK)
        code = sync_file(path, err);
    if (code == STATUS_OK)
        code = sha256_file(path, id, err);
    if (code != STATUS_OK)
        (void)unlink(path);
    return code;
}

status edition_from_writer(edition_writer *w, edition **out, error *err)
{
    *out = NULL;
    status code = writer_commit(w, err);
    sqlite3 *database = w->database;
    if (code == STATUS_OK) {
        (void)sqlite3_finalize(w->series);
        (void)sqlite3_finalize(w->points);
        w->series = w->points = NULL;
        w->database = NULL;
    }
    writer_free(w);
    return code == STATUS_OK ? edition_load(database, "", out, err) : code;
}
