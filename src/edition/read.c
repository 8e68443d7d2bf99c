/*
 * Reading an edition: everything but points is held in memory; points come from one prepared statement, or from memory after
 * edition_load_all. Text columns are copied into the edition's arena.
 */
#include "edition/internal.h"

#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *geography_name(geography g)
{
    static const char *const names[] = {"current", "as-published", "as-at"};
    return names[g];
}

#define EDITION_LAYOUT_OLDEST 1
#define SERIES_POINTS_MAXIMUM 1000000 /* no run of months is longer: a greater number is damage */

/* ---- columns ------------------------------------------------------------------------------------------ */

static const char *column_text(edition *e, sqlite3_stmt *s, int at)
{
    const char *value = (const char *)sqlite3_column_text(s, at);
    if (value == NULL || value[0] == 0)
        return "";
    const char *copy = arena_copy(&e->private_->memory, value, (size_t)sqlite3_column_bytes(s, at));
    return copy == NULL ? "" : copy;
}

static double column_number(sqlite3_stmt *s, int at)
{
    return sqlite3_column_type(s, at) == SQLITE_NULL ? (double)NAN : sqlite3_column_double(s, at);
}

static bool column_count(sqlite3_stmt *s, int at, int64_t *value)
{
    *value = sqlite3_column_int64(s, at);
    return sqlite3_column_type(s, at) != SQLITE_NULL;
}

static text column_view(sqlite3_stmt *s, int at)
{
    const char *value = (const char *)sqlite3_column_text(s, at);
    return (text){value == NULL ? "" : value, (size_t)sqlite3_column_bytes(s, at)};
}

static period column_period(sqlite3_stmt *s, int at)
{
    period p = {0};
    (void)period_parse(column_view(s, at), &p);
    return p;
}

static date column_date(sqlite3_stmt *s, int at, date otherwise)
{
    date d;
    return date_parse(column_view(s, at), &d) ? d : otherwise;
}

/* Rules and signals are few: points share static text. An unknown word (a later layout would say so) reads as none. */
static const char *column_word(sqlite3_stmt *s, int at)
{
    static const char *const words[] = {"common-cause",  "improvement", "concern",      "high", "low",
                                        "beyond-limits", "trend",       "two-of-three", "shift"};
    const char *value = (const char *)sqlite3_column_text(s, at);
    if (value != NULL && value[0] != 0)
        for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
            if (strcmp(words[i], value) == 0)
                return words[i];
    return "";
}

/* ---- tables ------------------------------------------------------------------------------------------- */

typedef bool (*row_reader)(edition *e, sqlite3_stmt *s, void *item);

static status load_table(edition *e, const char *table, const char *order, size_t item_size, row_reader read,
                         void **out, size_t *count, error *err)
{
    sqlite3 *db = e->private_->database;
    sqlite3_stmt *s = NULL;
    char sql[128];
    status code = STATUS_OK;
    (void)snprintf(sql, sizeof sql, "SELECT COUNT(*) FROM %s", table);
    if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK || sqlite3_step(s) != SQLITE_ROW) {
        code = edition_database_error(db, "Cannot read the edition", err);
        goto out;
    }
    size_t expected = (size_t)sqlite3_column_int64(s, 0);
    (void)sqlite3_finalize(s);
    s = NULL;
    char *items = arena_array(&e->private_->memory, expected + 1, item_size);
    if (items == NULL) {
        code = error_set(err, STATUS_MEMORY, "Out of memory for the edition's table %s", table);
        goto out;
    }
    (void)snprintf(sql, sizeof sql, "SELECT * FROM %s ORDER BY %s", table, order);
    if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK) {
        code = edition_database_error(db, "Cannot read the edition", err);
        goto out;
    }
    size_t n = 0;
    int stepped;
    while ((stepped = sqlite3_step(s)) == SQLITE_ROW && n < expected) {
        if (!read(e, s, items + n * item_size)) {
            code = error_set(err, STATUS_REFUSED,
                             "The edition is damaged: row %zu of its table %s names what is not there", n + 1, table);
            goto out;
        }
        n++;
    }
    if (stepped != SQLITE_DONE) {
        code = edition_database_error(db, "Cannot read the edition", err);
        goto out;
    }
    *out = items;
    *count = n;
out:
    (void)sqlite3_finalize(s);
    return code;
}

static bool read_org(edition *e, sqlite3_stmt *s, void *item)
{
    edition_org *o = item;
    o->code = column_text(e, s, 1);
    o->ons_code = column_text(e, s, 2);
    o->name = column_text(e, s, 3);
    o->short_name = column_text(e, s, 4);
    (void)org_kind_parse(column_view(s, 5), &o->kind);
    o->level = column_text(e, s, 6);
    o->opened = column_date(s, 7, DATE_NONE);
    o->closed = column_date(s, 8, DATE_FOREVER);
    o->icb = o->region = -1;
    o->unmapped = sqlite3_column_int(s, 11) != 0;
    o->became = column_text(e, s, 12);
    o->inexact = column_text(e, s, 13);
    int64_t row, column;
    bool placed = column_count(s, 14, &row) && column_count(s, 15, &column);
    o->hex_row = placed ? (int32_t)row : INT32_MIN;
    o->hex_column = placed ? (int32_t)column : INT32_MIN;
    o->hex_label = column_text(e, s, 16);
    return true;
}

static bool read_measure(edition *e, sqlite3_stmt *s, void *item)
{
    edition_measure *m = item;
    const char **texts[] = {&m->id,         &m->name,           &m->short_name, &m->domain,  &m->question,
                            &m->definition, &m->why_it_matters, &m->sentence,   &m->unit,    &m->unit_label,
                            &m->authors,    &m->checked_by,     &m->review_by,  &m->caveats, &m->source,
                            &m->value_kind, &m->icb_from};
    int at = 1;
    for (size_t k = 0; k < sizeof texts / sizeof texts[0]; k++)
        *texts[k] = column_text(e, s, at++);
    text way = column_view(s, at++);
    m->better = text_is(way, "higher") ? BETTER_HIGHER : text_is(way, "lower") ? BETTER_LOWER : BETTER_NEITHER;
    m->decimals = sqlite3_column_int(s, at++);
    m->scale = column_number(s, at++);
    m->percentile = column_number(s, at++);
    m->rule_version = column_text(e, s, at++);
    m->numerator_parts = sqlite3_column_int64(s, at++);
    m->denominator_parts = sqlite3_column_int64(s, at++);
    return true;
}

static bool read_source(edition *e, sqlite3_stmt *s, void *item)
{
    edition_source *x = item;
    const char **texts[] = {&x->id, &x->name, &x->publisher, &x->licence, &x->landing_page, &x->frequency};
    for (int k = 0; k < 6; k++)
        *texts[k] = column_text(e, s, k + 1);
    return true;
}

static bool read_breakdown(edition *e, sqlite3_stmt *s, void *item)
{
    edition_breakdown_value *x = item;
    x->breakdown = column_text(e, s, 1);
    x->breakdown_name = column_text(e, s, 2);
    x->key = column_text(e, s, 3);
    x->name = column_text(e, s, 4);
    return true;
}

static bool read_release(edition *e, sqlite3_stmt *s, void *item)
{
    edition_release *x = item;
    x->sha256 = column_text(e, s, 1);
    x->source = column_text(e, s, 2);
    x->file_name = column_text(e, s, 3);
    x->member = column_text(e, s, 4);
    x->published = column_text(e, s, 5);
    x->basis = column_text(e, s, 6);
    x->first_period = column_period(s, 7);
    x->last_period = column_period(s, 8);
    x->rows_in = sqlite3_column_int64(s, 9);
    x->rows_kept = sqlite3_column_int64(s, 10);
    x->latest = sqlite3_column_int(s, 11) != 0;
    x->sheets = column_text(e, s, 12);
    return true;
}

static bool read_target(edition *e, sqlite3_stmt *s, void *item)
{
    edition_target *x = item;
    x->id = column_text(e, s, 1);
    x->measure = edition_measure_named(e, column_view(s, 2));
    x->level = column_number(s, 3);
    x->by = column_period(s, 4);
    x->authority = column_text(e, s, 5);
    x->document = column_text(e, s, 6);
    x->note = column_text(e, s, 7);
    x->levels = column_text(e, s, 8);
    x->needs_baseline = sqlite3_column_int(s, 9) != 0;
    x->verified = sqlite3_column_int(s, 10) != 0;
    return x->measure >= 0;
}

static bool read_issue(edition *e, sqlite3_stmt *s, void *item)
{
    edition_issue *x = item;
    x->kind = column_text(e, s, 1);
    x->code = column_text(e, s, 2);
    x->period = column_text(e, s, 3);
    x->text = column_text(e, s, 4);
    x->rows = sqlite3_column_int64(s, 5);
    return true;
}

/* The season of a series: NULL where it was not checked. False where the effects are no row of 4 or 12 numbers. */
static bool read_season(edition *e, sqlite3_stmt *s, int at, const edition_season **out)
{
    int64_t years;
    *out = NULL;
    if (!column_count(s, at, &years))
        return true;
    edition_season *season = arena_array(&e->private_->memory, 1, sizeof *season);
    if (season == NULL || years < 1 || years > SERIES_POINTS_MAXIMUM)
        return false;
    season->years = (int32_t)years;
    season->p = column_number(s, at + 1);
    text rest = column_view(s, at + 2);
    while (rest.length > 0) {
        const char *space = memchr(rest.at, ' ', rest.length);
        size_t n = space == NULL ? rest.length : (size_t)(space - rest.at);
        if (season->count == EDITION_SEASONS_MAXIMUM ||
            !number_parse((text){rest.at, n}, &season->effects[season->count++]))
            return false;
        rest = (text){rest.at + n + (space != NULL), rest.length - n - (space != NULL)};
    }
    season->seasonal = season->count > 0;
    *out = season;
    return season->count == 0 || season->count == 4 || season->count == 12;
}

static bool read_finding(edition *e, sqlite3_stmt *s, void *item)
{
    edition_finding *x = item;
    const char **texts[] = {&x->kind, &x->severity, &x->source, &x->measure, &x->organisation};
    int at = 1;
    for (size_t k = 0; k < sizeof texts / sizeof texts[0]; k++)
        *texts[k] = column_text(e, s, at++);
    x->first = column_period(s, at++);
    x->last = column_period(s, at++);
    x->file = column_text(e, s, at++);
    x->sheet = column_text(e, s, at++);
    x->line = sqlite3_column_int64(s, at++);
    x->count = sqlite3_column_int64(s, at++);
    x->text = column_text(e, s, at++);
    x->advice = column_text(e, s, at++);
    return true;
}

/* Editions of before the checks have no such table: nothing was looked for, so nothing was found. */
static bool has_findings(sqlite3 *database)
{
    sqlite3_stmt *s = NULL;
    bool has = sqlite3_prepare_v2(database, "SELECT 1 FROM sqlite_master WHERE name = 'findings'", -1, &s, NULL) ==
                   SQLITE_OK &&
               sqlite3_step(s) == SQLITE_ROW;
    (void)sqlite3_finalize(s);
    return has;
}

static bool read_series(edition *e, sqlite3_stmt *s, void *item)
{
    edition_series *x = item;
    int64_t target;
    x->id = sqlite3_column_int64(s, 0);
    x->measure = edition_measure_named(e, column_view(s, 1));
    x->org = edition_org_named(e, column_view(s, 2));
    text key = column_view(s, 3);
    x->breakdown = key.length == 0 ? -1 : edition_breakdown_named(e, key);
    text where = column_view(s, 4);
    x->geography = text_is(where, "as-published") ? GEOGRAPHY_AS_PUBLISHED
                   : text_is(where, "as-at")      ? GEOGRAPHY_AS_AT
                                                  : GEOGRAPHY_CURRENT;
    int64_t points = sqlite3_column_int64(s, 5);
    x->points = (int32_t)points;
    x->first = column_period(s, 6);
    x->last = column_period(s, 7);
    x->latest_value = column_number(s, 8);
    x->has_numerator = column_count(s, 9, &x->latest_numerator);
    x->has_denominator = column_count(s, 10, &x->latest_denominator);
    x->over_open_band = sqlite3_column_int(s, 11) != 0;
    x->latest_target = column_number(s, 12);
    x->latest_target_index =
        column_count(s, 13, &target) && target >= 0 && target < (int64_t)e->target_count ? (int32_t)target : -1;
    x->variation = column_text(e, s, 14);
    x->assurance = column_text(e, s, 15);
    x->any_estimated = sqlite3_column_int(s, 16) != 0;
    x->note = column_text(e, s, 17);
    x->current_only = sqlite3_column_int(s, 18) != 0;
    if (!read_season(e, s, 19, &x->season)) /* columns that layout 1 has not read as NULL */
        return false;
    return x->measure >= 0 && x->org >= 0 && (key.length == 0 || x->breakdown >= 0) && points >= 0 &&
           points <= SERIES_POINTS_MAXIMUM;
}

/* Parents are stored as codes; they are resolved once all organisations are there. */
static status resolve_parents(edition *e, error *err)
{
    sqlite3_stmt *s = NULL;
    sqlite3 *db = e->private_->database;
    if (sqlite3_prepare_v2(db, "SELECT icb, region FROM organisations ORDER BY position", -1, &s, NULL) != SQLITE_OK)
        return edition_database_error(db, "Cannot read the edition", err);
    for (size_t i = 0; i < e->org_count && sqlite3_step(s) == SQLITE_ROW; i++) {
        e->orgs[i].icb = edition_org_named(e, column_view(s, 0));
        e->orgs[i].region = edition_org_named(e, column_view(s, 1));
    }
    (void)sqlite3_finalize(s);
    return STATUS_OK;
}

static status load_head(edition *e, error *err)
{
    sqlite3 *db = e->private_->database;
    sqlite3_stmt *s = NULL;
    int layout = 0;
    if (sqlite3_prepare_v2(db, "SELECT key, value FROM edition", -1, &s, NULL) != SQLITE_OK) {
        (void)sqlite3_finalize(s);
        if ((sqlite3_errcode(db) & 0xff) == SQLITE_ERROR) {
            error_set(err, STATUS_REFUSED, "This file is not an edition");
            error_hint(err, "Editions are made by `concord edition` in the workspace's folder editions");
            return STATUS_REFUSED;
        }
        return edition_database_error(db, "Cannot read the edition", err);
    }
    while (sqlite3_step(s) == SQLITE_ROW) {
        text key = column_view(s, 0);
        const char *value = column_text(e, s, 1);
        if (text_is(key, "layout"))
            layout = (int)strtol(value, NULL, 10);
        else if (text_is(key, "program_version"))
            e->program_version = value;
        else if (text_is(key, "catalogue_version"))
            e->catalogue_version = value;
        else if (text_is(key, "orgs_version"))
            e->orgs_version = value;
        else if (text_is(key, "rules"))
            e->rules = value;
        else if (text_is(key, "as_of"))
            e->as_of = value;
        else if (text_is(key, "current"))
            (void)date_parse(text_of(value), &e->current);
        else if (text_is(key, "latest"))
            (void)period_parse(text_of(value), &e->latest);
        else if (text_is(key, "register_events"))
            e->register_events = strtoll(value, NULL, 10);
        else if (text_is(key, "register_head"))
            e->register_head = value;
    }
    (void)sqlite3_finalize(s);
    status code =
        layout > EDITION_LAYOUT_OLDEST && layout <= EDITION_LAYOUT_VERSION ? edition_rules_load(e, err) : STATUS_OK;
    if (code == STATUS_OK && layout == EDITION_LAYOUT_VERSION)
        code = edition_documents_load(e, err);
    if (layout >= EDITION_LAYOUT_OLDEST && layout <= EDITION_LAYOUT_VERSION)
        return code;
    error_set(err, STATUS_REFUSED, "This edition has layout version %d; this program reads versions %d to %d", layout,
              EDITION_LAYOUT_OLDEST, EDITION_LAYOUT_VERSION);
    error_hint(err, "Use the program that made it, or make a new edition with `concord edition`");
    return STATUS_REFUSED;
}

status edition_load(sqlite3 *database, const char *id, edition **out, error *err)
{
    *out = NULL;
    edition *e = calloc(1, sizeof *e);
    struct edition_private *p = calloc(1, sizeof *p);
    if (e == NULL || p == NULL) {
        free(e);
        free(p);
        (void)sqlite3_close(database);
        return error_set(err, STATUS_MEMORY, "Out of memory");
    }
    e->private_ = p;
    p->database = database;
    e->program_version = e->catalogue_version = e->orgs_version = e->rules = e->as_of = e->register_head = "";
    e->current = DATE_NONE;
    status code = load_head(e, err);
    if (code != STATUS_OK)
        goto out;
    e->id = arena_string(&p->memory, id);
#define LOAD(table, order, items, count, read)                                                                         \
    if ((code = load_table(e, table, order, sizeof *e->items, read, (void **)&e->items, &e->count, err)) != STATUS_OK) \
    goto out
    LOAD("organisations", "position", orgs, org_count, read_org);
    LOAD("measures", "position", measures, measure_count, read_measure);
    LOAD("sources", "position", sources, source_count, read_source);
    LOAD("breakdowns", "position", breakdowns, breakdown_count, read_breakdown);
    LOAD("releases", "position", releases, release_count, read_release);
    LOAD("targets", "position", targets, target_count, read_target);
    LOAD("issues", "position", issues, issue_count, read_issue);
    if (has_findings(database))
        LOAD("findings", "position", findings, finding_count, read_finding);
    LOAD("series", "id", series, series_count, read_series);
#undef LOAD
    if ((code = resolve_parents(e, err)) != STATUS_OK)
        goto out;
    if (sqlite3_prepare_v2(database, "SELECT * FROM points WHERE series = ? ORDER BY position", -1, &p->points, NULL) !=
        SQLITE_OK) {
        code = edition_database_error(database, "Cannot read the edition", err);
        goto out;
    }
    *out = e;
    return STATUS_OK;
out:
    edition_close(e);
    return code;
}

/* SQLite fills up a last page that is cut short with zeros; an edition never changes, so its length is what its header says. */
static status check_length(const char *path, error *err)
{
    unsigned char h[32];
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return STATUS_OK; /* opening it says why */
    bool known = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && pread(fd, h, sizeof h, 0) == (ssize_t)sizeof h &&
                 memcmp(h, "SQLite format 3", 16) == 0;
    (void)close(fd);
    if (!known)
        return STATUS_OK;
    int64_t page = h[16] << 8 | h[17], pages = (int64_t)h[28] << 24 | h[29] << 16 | h[30] << 8 | h[31];
    int64_t wanted = (page == 1 ? 65536 : page) * pages; /* SQLite file format, 1.3 */
    if ((int64_t)st.st_size == wanted)
        return STATUS_OK;
    error_set(err, STATUS_REFUSED, "The edition is damaged: it has %lld bytes and should have %lld",
              (long long)st.st_size, (long long)wanted);
    error_hint(err, "Make it again with `concord edition`, or copy it again from where it came from");
    return STATUS_REFUSED;
}

status edition_open(const char *path, edition **out, error *err)
{
    *out = NULL;
    sqlite3 *database = NULL;
    status code;
    const char *base = strrchr(path, '/');
    base = base == NULL ? path : base + 1;
    char id[SHA256_TEXT] = "";
    size_t n = strcspn(base, ".");
    memcpy(id, base, n < sizeof id ? n : sizeof id - 1);
    code = check_length(path, err);
    if (code == STATUS_OK &&
        sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) {
        code = edition_database_error(database, "Cannot open the edition", err);
        (void)sqlite3_close(database);
    } else if (code == STATUS_OK) {
        (void)sqlite3_exec(database,
                           "PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA mmap_size=1073741824", NULL,
                           NULL, NULL);
        code = edition_load(database, id, out, err);
    }
    if (code != STATUS_OK)
        error_at(err, path, NULL, 0, NULL);
    return code;
}

void edition_close(edition *e)
{
    if (e == NULL)
        return;
    (void)sqlite3_finalize(e->private_->points);
    (void)sqlite3_close(e->private_->database);
    arena_free(&e->private_->memory);
    free(e->private_);
    free(e);
}

/* ---- points ---------------------------------------------------------------------------------------- */

static void read_point(const edition *e, sqlite3_stmt *s, edition_point *p)
{
    int flags = sqlite3_column_int(s, 13);
    int64_t release;
    *p = (edition_point){0};
    p->period = column_period(s, 2);
    p->has_numerator = column_count(s, 3, &p->numerator);
    p->has_denominator = column_count(s, 4, &p->denominator);
    p->value = column_number(s, 5);
    p->target = column_number(s, 6);
    p->mean = column_number(s, 7);
    p->lower = column_number(s, 8);
    p->upper = column_number(s, 9);
    p->segment = sqlite3_column_int(s, 10);
    p->rule = column_word(s, 11);
    p->signal = column_word(s, 12);
    p->missing = (flags & POINT_MISSING) != 0;
    p->estimated = (flags & POINT_ESTIMATED) != 0;
    p->over_open_band = (flags & POINT_OVER_OPEN_BAND) != 0;
    p->revised = (flags & POINT_REVISED) != 0;
    p->tidy = (flags & POINT_TIDY) != 0;
    p->suppressed = (flags & POINT_SUPPRESSED) != 0;
    p->release =
        column_count(s, 14, &release) && release >= 0 && release < (int64_t)e->release_count ? (int32_t)release : -1;
    p->rows = sqlite3_column_int64(s, 15);
    p->first_line = sqlite3_column_int64(s, 16);
    p->last_line = sqlite3_column_int64(s, 17);
}

status edition_points(edition *e, const edition_series *s, arena *a, const edition_point **out, size_t *count,
                      error *err)
{
    struct edition_private *p = e->private_;
    if (p->all_points != NULL) {
        size_t i = (size_t)(s - e->series);
        *out = p->all_points + p->point_offset[i];
        *count = p->point_offset[i + 1] - p->point_offset[i];
        return STATUS_OK;
    }
    edition_point *points = arena_array(a, (size_t)s->points + 1, sizeof *points);
    if (points == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory for the points of a series");
    size_t n = 0;
    int stepped = SQLITE_DONE;
    (void)sqlite3_bind_int64(p->points, 1, s->id);
    while (n < (size_t)s->points && (stepped = sqlite3_step(p->points)) == SQLITE_ROW)
        read_point(e, p->points, &points[n++]);
    bool failed = stepped != SQLITE_ROW && stepped != SQLITE_DONE;
    status code = failed ? edition_database_error(p->database, "Cannot read the edition", err) : STATUS_OK;
    (void)sqlite3_reset(p->points);
    *out = points;
    *count = n;
    return code;
}

status edition_load_all(edition *e, error *err)
{
    struct edition_private *p = e->private_;
    if (p->all_points != NULL)
        return STATUS_OK;
    size_t total = 0;
    for (size_t i = 0; i < e->series_count; i++)
        total += (size_t)e->series[i].points;
    size_t *offset = arena_array(&p->memory, e->series_count + 1, sizeof *offset);
    edition_point *points = arena_array(&p->memory, total + 1, sizeof *points);
    if (offset == NULL || points == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory for the edition's %zu points", total);
    sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v2(p->database, "SELECT * FROM points ORDER BY series, position", -1, &s, NULL) != SQLITE_OK)
        return edition_database_error(p->database, "Cannot read the edition", err);
    size_t n = 0, at = 0; /* series ids ascend with the index */
    int stepped;
    while ((stepped = sqlite3_step(s)) == SQLITE_ROW && n < total) {
        int64_t id = sqlite3_column_int64(s, 0);
        while (at < e->series_count && e->series[at].id < id)
            offset[++at] = n;
        read_point(e, s, &points[n++]);
    }
    status code = stepped == SQLITE_DONE || n == total
                      ? STATUS_OK
                      : edition_database_error(p->database, "Cannot read the edition", err);
    (void)sqlite3_finalize(s);
    if (code != STATUS_OK)
        return code;
    while (at < e->series_count)
        offset[++at] = n;
    p->point_offset = offset;
    p->all_points = points;
    return STATUS_OK;
}
