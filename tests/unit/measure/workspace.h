/*
 * A workspace in a temporary folder that a test fills with small made-up files (through intake, as `concord add` does) and evaluates with
 * the shipped catalogue and organisations.
 */
#ifndef CONCORD_TEST_MEASURE_WORKSPACE_H
#define CONCORD_TEST_MEASURE_WORKSPACE_H

#include "intake/intake.h"
#include "measure/internal.h"
#include "measure/measure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* What every test of a program shares: loaded once. */
typedef struct shipped {
    catalogue catalogue;
    orgs *orgs;
} shipped;

static shipped house;

typedef struct workspace {
    char folder[256];
    facts *facts;
    char id[SHA256_TEXT];
    bool unchanged;
    edition *edition;
    arena memory;
} workspace;

static inline void check(status code, const error *err)
{
    char line[1400];
    if (code == STATUS_OK)
        return;
    (void)error_format(err, line, sizeof line);
    fail_msg("%s", line);
}

static inline int house_open(void **state)
{
    (void)state;
    const char *folder = CONCORD_SOURCE_DIR "/catalogue";
    error err = {0};
    check(catalogue_load(&folder, 1, &house.catalogue, NULL, &err), &err);
    check(orgs_load(CONCORD_SOURCE_DIR "/data/orgs", &house.orgs, NULL, &err), &err);
    return 0;
}

static inline int house_close(void **state)
{
    (void)state;
    catalogue_free(&house.catalogue);
    orgs_free(house.orgs);
    return 0;
}

static inline const char *temporary_place(void)
{
    const char *place = getenv("TMPDIR");
    return place != NULL && place[0] != 0 ? place : P_tmpdir;
}

static inline void workspace_make(workspace *w)
{
    error err = {0};
    *w = (workspace){0};
    (void)snprintf(w->folder, sizeof w->folder, "%.200s/concord-measure-XXXXXX", temporary_place());
    assert_non_null(mkdtemp(w->folder));
    check(facts_open(w->folder, FACTS_WRITE, &house.catalogue, &w->facts, &err), &err);
}

static inline void remove_in(const char *folder, const char *name)
{
    char path[400];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    (void)unlink(path);
}

static inline void workspace_remove(workspace *w)
{
    arena scratch = {0};
    const char **ids;
    size_t count;
    char name[SHA256_TEXT + 32];
    edition_close(w->edition);
    facts_close(w->facts);
    assert_int_equal(editions_list(w->folder, &scratch, &ids, &count, NULL), STATUS_OK);
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(name, sizeof name, "editions/%s.sqlite", ids[i]);
        remove_in(w->folder, name);
    }
    arena_free(&scratch);
    remove_in(w->folder, "editions/log.csv");
    remove_in(w->folder, "facts.duckdb");
    remove_in(w->folder, "facts.duckdb.wal");
    (void)snprintf(name, sizeof name, "editions");
    char path[400];
    (void)snprintf(path, sizeof path, "%s/editions", w->folder);
    (void)rmdir(path);
    assert_int_equal(rmdir(w->folder), 0);
    arena_free(&w->memory);
    *w = (workspace){0};
}

/* ---- adding a file ---- */

typedef struct adding {
    facts *facts;
    release release;
    bool begun;
} adding;

static inline status add_begin(void *context, const source *s, const source_layout *layout, error *err)
{
    adding *a = context;
    (void)layout;
    status code = facts_release_begin(a->facts, s, &a->release, err);
    a->begun = code == STATUS_OK;
    return code;
}

static inline status add_rows(void *context, const row_batch *batch, error *err)
{
    return facts_append(((adding *)context)->facts, batch, err);
}

static inline status add_name(void *context, text code, text name, error *err)
{
    return facts_append_name(((adding *)context)->facts, code, name, err);
}

/* Adds a file that is there. published: "" or a date. */
static inline void workspace_add_path(workspace *w, const char *path, const char *published)
{
    adding a = {.facts = w->facts};
    const intake_sink sink = {&a, add_begin, add_rows, add_name};
    intake_options options = {.published = DATE_NONE, .orgs = house.orgs};
    intake_report r = {0};
    arena memory = {0};
    problems list = {0};
    error err = {0};
    if (published[0] != 0)
        assert_true(date_parse(text_of(published), &options.published));
    status code = intake_read(path, &house.catalogue, &options, &sink, &memory, &r, &list, &err);
    if (list.count > 0)
        print_message("%s: row %lld, %s: %s\n", path, (long long)list.items[0].row, list.items[0].column,
                      list.items[0].message);
    check(code, &err);
    a.release.sha256 = r.sha256;
    a.release.source = r.source->id;
    a.release.layout = r.layout->id;
    a.release.file_name = r.file_name;
    a.release.member = r.member == NULL ? "" : r.member;
    a.release.first_period = r.first_period;
    a.release.last_period = r.last_period;
    a.release.published = r.published;
    a.release.revised = r.revised;
    a.release.archived = r.archived;
    a.release.rows_in = r.rows_in;
    a.release.rows_kept = r.rows_kept;
    a.release.bytes = r.bytes;
    a.release.totals_checked = r.totals_checked;
    a.release.totals_differing = r.totals_differing;
    a.release.notes = r.note_count > 0 ? r.notes[0] : "";
    buffer sheets = {0};
    for (size_t i = 0; r.sheets != NULL && i < r.sheet_count; i++)
        buffer_printf(&sheets, "%s%s", i > 0 ? "\n" : "", r.sheets[i]);
    a.release.sheets = sheets.data;
    check(facts_release_commit(w->facts, &a.release, &err), &err);
    buffer_free(&sheets);
    problems_free(&list);
    arena_free(&memory);
}

static inline void workspace_add(workspace *w, const char *name, const char *words, const char *published)
{
    char path[400];
    (void)snprintf(path, sizeof path, "%s/%s", w->folder, name);
    assert_int_equal(file_write(path, words, strlen(words), false, NULL), STATUS_OK);
    workspace_add_path(w, path, published);
    (void)unlink(path);
}

/* ---- evaluating and looking up ---- */

static inline void workspace_evaluate(workspace *w)
{
    measure_options options = {.as_at = DATE_NONE};
    error err = {0};
    const char *path;
    edition_close(w->edition);
    w->edition = NULL;
    check(measure_edition(w->folder, w->facts, &house.catalogue, house.orgs, &options, w->id, &w->unchanged, &err),
          &err);
    check(editions_newest_path(w->folder, &w->memory, &path, &err), &err);
    check(edition_open(path, &w->edition, &err), &err);
}

static inline const edition_series *series_named(const edition *e, const char *measure_id, const char *org_code,
                                                 const char *breakdown, geography g)
{
    int32_t m = edition_find_measure(e, measure_id), o = edition_find_org(e, org_code), b = -1;
    if (m < 0)
        fail_msg("there is no measure %s", measure_id);
    if (breakdown[0] != 0 && (b = edition_find_breakdown(e, breakdown)) < 0)
        return NULL;
    return o < 0 ? NULL : edition_find_series(e, m, o, b, g);
}

/* The point of one figure; NULL where there is no series or no such period. */
static inline const edition_point *point_named(workspace *w, edition *e, const char *measure_id, const char *org_code,
                                               const char *breakdown, geography g, const char *when)
{
    const edition_series *s = series_named(e, measure_id, org_code, breakdown, g);
    const edition_point *points;
    size_t count;
    period p;
    error err = {0};
    assert_true(period_parse(text_of(when), &p));
    if (s == NULL)
        return NULL;
    check(edition_points(e, s, &w->memory, &points, &count, &err), &err);
    for (size_t i = 0; i < count; i++)
        if (period_compare(points[i].period, p) == 0)
            return &points[i];
    return NULL;
}

static inline const edition_point *current_point(workspace *w, const char *measure_id, const char *org_code,
                                                 const char *when)
{
    return point_named(w, w->edition, measure_id, org_code, "", GEOGRAPHY_CURRENT, when);
}

static inline const edition_point *published_point(workspace *w, const char *measure_id, const char *org_code,
                                                   const char *when)
{
    return point_named(w, w->edition, measure_id, org_code, "", GEOGRAPHY_AS_PUBLISHED, when);
}

static inline const edition_issue *issue_named(const edition *e, const char *kind, const char *code)
{
    for (size_t i = 0; i < e->issue_count; i++)
        if (strcmp(e->issues[i].kind, kind) == 0 && strcmp(e->issues[i].code, code) == 0)
            return &e->issues[i];
    return NULL;
}

static inline size_t issue_count_of(const edition *e, const char *kind)
{
    size_t n = 0;
    for (size_t i = 0; i < e->issue_count; i++)
        n += strcmp(e->issues[i].kind, kind) == 0;
    return n;
}

#define assert_count(point, wanted_numerator, wanted_denominator)                                                      \
    do {                                                                                                               \
        const edition_point *seen_ = (point);                                                                          \
        assert_non_null(seen_);                                                                                        \
        assert_true(seen_->has_numerator);                                                                             \
        assert_int_equal(seen_->numerator, wanted_numerator);                                                          \
        assert_true(seen_->has_denominator);                                                                           \
        assert_int_equal(seen_->denominator, wanted_denominator);                                                      \
    } while (0)

#define assert_numerator(point, wanted)                                                                                \
    do {                                                                                                               \
        const edition_point *seen_ = (point);                                                                          \
        assert_non_null(seen_);                                                                                        \
        assert_true(seen_->has_numerator);                                                                             \
        assert_int_equal(seen_->numerator, wanted);                                                                    \
    } while (0)

static inline bool is_close(double seen, double wanted)
{
    return fabs(seen - wanted) <= 1e-9 * fmax(1.0, fabs(wanted));
}
#define assert_close(seen, wanted) assert_true(is_close(seen, wanted))

#endif
