/* What is written is what is read: every field of every table, from a file and from memory, point by point and all at once. */
#include "made.h"

#include <sqlite3.h>

static bool same_number(double a, double b)
{
    return isnan(a) ? isnan(b) : a >= b && a <= b;
}

static void points_equal(const edition_point *a, const edition_point *b)
{
    assert_int_equal(period_compare(a->period, b->period), 0);
    assert_int_equal(a->has_numerator, b->has_numerator);
    assert_int_equal(a->has_denominator, b->has_denominator);
    assert_int_equal(a->numerator, b->numerator);
    assert_int_equal(a->denominator, b->denominator);
    assert_true(same_number(a->value, b->value) && same_number(a->target, b->target) && same_number(a->mean, b->mean) &&
                same_number(a->lower, b->lower) && same_number(a->upper, b->upper));
    assert_int_equal(a->segment, b->segment);
    assert_string_equal(a->rule, b->rule);
    assert_string_equal(a->signal, b->signal);
    assert_true(a->missing == b->missing && a->estimated == b->estimated && a->over_open_band == b->over_open_band &&
                a->revised == b->revised && a->tidy == b->tidy);
    assert_int_equal(a->release, b->release);
    assert_int_equal(a->rows, b->rows);
    assert_int_equal(a->first_line, b->first_line);
    assert_int_equal(a->last_line, b->last_line);
}

static void seasons_equal(const edition_season *a, const edition_season *b)
{
    assert_int_equal(a == NULL, b == NULL);
    if (a == NULL)
        return;
    assert_true(a->years == b->years && same_number(a->p, b->p) && a->seasonal == b->seasonal && a->count == b->count);
    for (int32_t i = 0; i < b->count; i++)
        assert_true(same_number(a->effects[i], b->effects[i]));
}

static void texts_equal(const char *const *a, const char *const *b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_string_equal(a[i], b[i]);
}

static void heads_equal(const edition *e)
{
    edition h = made_head();
    assert_string_equal(e->program_version, h.program_version);
    assert_string_equal(e->catalogue_version, h.catalogue_version);
    assert_string_equal(e->orgs_version, h.orgs_version);
    assert_string_equal(e->rules, h.rules);
    const edition_rules *r = &e->judged_by, *q = &h.judged_by;
    assert_true(r->shift_points == q->shift_points && r->trend_points == q->trend_points &&
                r->minimum_points == q->minimum_points && r->two_of_three_beyond == q->two_of_three_beyond &&
                r->two_of_three_any_side == q->two_of_three_any_side && r->improvement_wins == q->improvement_wins &&
                r->target_at_limit_counts == q->target_at_limit_counts &&
                r->flat_limits_compare == q->flat_limits_compare &&
                r->trend_takes_next_step == q->trend_takes_next_step && same_number(r->limit_factor, q->limit_factor));
    assert_int_equal(e->current, h.current);
    assert_int_equal(period_compare(e->latest, h.latest), 0);
    assert_int_equal(e->org_count, h.org_count);
    for (size_t i = 0; i < h.org_count; i++) {
        const edition_org *a = &e->orgs[i], *b = &h.orgs[i];
        texts_equal((const char *const[]){a->code, a->ons_code, a->name, a->short_name, a->level, a->became, a->inexact,
                                          a->hex_label},
                    (const char *const[]){b->code, b->ons_code, b->name, b->short_name, b->level, b->became, b->inexact,
                                          b->hex_label},
                    8);
        assert_true(a->kind == b->kind && a->opened == b->opened && a->closed == b->closed && a->icb == b->icb &&
                    a->region == b->region && a->unmapped == b->unmapped && a->hex_row == b->hex_row &&
                    a->hex_column == b->hex_column);
    }
    assert_int_equal(e->measure_count, h.measure_count);
    for (size_t i = 0; i < h.measure_count; i++) {
        const edition_measure *a = &e->measures[i], *b = &h.measures[i];
        texts_equal(
            (const char *const[]){a->id, a->name, a->short_name, a->domain, a->question, a->definition,
                                  a->why_it_matters, a->sentence, a->unit, a->unit_label, a->authors, a->checked_by,
                                  a->review_by, a->caveats, a->source, a->value_kind, a->icb_from, a->rule_version},
            (const char *const[]){b->id, b->name, b->short_name, b->domain, b->question, b->definition,
                                  b->why_it_matters, b->sentence, b->unit, b->unit_label, b->authors, b->checked_by,
                                  b->review_by, b->caveats, b->source, b->value_kind, b->icb_from, b->rule_version},
            18);
        assert_true(a->better == b->better && a->decimals == b->decimals && same_number(a->scale, b->scale) &&
                    same_number(a->percentile, b->percentile));
    }
    assert_int_equal(e->source_count, h.source_count);
    texts_equal((const char *const[]){e->sources[0].id, e->sources[0].name, e->sources[0].publisher,
                                      e->sources[0].licence, e->sources[0].landing_page, e->sources[0].frequency},
                (const char *const[]){h.sources[0].id, h.sources[0].name, h.sources[0].publisher, h.sources[0].licence,
                                      h.sources[0].landing_page, h.sources[0].frequency},
                6);
    assert_int_equal(e->breakdown_count, h.breakdown_count);
    for (size_t i = 0; i < h.breakdown_count; i++)
        texts_equal((const char *const[]){e->breakdowns[i].breakdown, e->breakdowns[i].breakdown_name,
                                          e->breakdowns[i].key, e->breakdowns[i].name},
                    (const char *const[]){h.breakdowns[i].breakdown, h.breakdowns[i].breakdown_name,
                                          h.breakdowns[i].key, h.breakdowns[i].name},
                    4);
    assert_int_equal(e->release_count, h.release_count);
    for (size_t i = 0; i < h.release_count; i++) {
        const edition_release *a = &e->releases[i], *b = &h.releases[i];
        texts_equal((const char *const[]){a->sha256, a->source, a->file_name, a->member, a->published, a->basis},
                    (const char *const[]){b->sha256, b->source, b->file_name, b->member, b->published, b->basis}, 6);
        assert_int_equal(period_compare(a->first_period, b->first_period), 0);
        assert_int_equal(period_compare(a->last_period, b->last_period), 0);
        assert_true(a->rows_in == b->rows_in && a->rows_kept == b->rows_kept && a->latest == b->latest);
    }
    assert_int_equal(e->target_count, h.target_count);
    for (size_t i = 0; i < h.target_count; i++) {
        const edition_target *a = &e->targets[i], *b = &h.targets[i];
        texts_equal((const char *const[]){a->id, a->authority, a->document, a->note, a->levels},
                    (const char *const[]){b->id, b->authority, b->document, b->note, b->levels}, 5);
        assert_int_equal(period_compare(a->by, b->by), 0);
        assert_true(a->measure == b->measure && same_number(a->level, b->level) &&
                    a->needs_baseline == b->needs_baseline && a->verified == b->verified);
    }
    assert_int_equal(e->issue_count, h.issue_count);
    for (size_t i = 0; i < h.issue_count; i++) {
        texts_equal((const char *const[]){e->issues[i].kind, e->issues[i].code, e->issues[i].period, e->issues[i].text},
                    (const char *const[]){h.issues[i].kind, h.issues[i].code, h.issues[i].period, h.issues[i].text}, 4);
        assert_int_equal(e->issues[i].rows, h.issues[i].rows);
    }
}

static void series_equal(edition *e)
{
    arena a = {0};
    error err = {0};
    assert_int_equal(e->series_count, MADE_SERIES);
    for (size_t i = 0; i < MADE_SERIES; i++) {
        const edition_series *x = &e->series[i], *y = &made_series[i];
        assert_true(x->id == (int64_t)i && x->measure == y->measure && x->org == y->org &&
                    x->breakdown == y->breakdown && x->geography == y->geography &&
                    x->points == (i == 0 ? MADE_POINTS : 1));
        assert_int_equal(period_compare(x->first, y->first), 0);
        assert_int_equal(period_compare(x->last, y->last), 0);
        assert_true(same_number(x->latest_value, y->latest_value) && same_number(x->latest_target, y->latest_target));
        assert_true(x->has_numerator == y->has_numerator && x->has_denominator == y->has_denominator &&
                    x->latest_numerator == y->latest_numerator && x->latest_denominator == y->latest_denominator);
        assert_true(x->over_open_band == y->over_open_band && x->latest_target_index == y->latest_target_index &&
                    x->any_estimated == y->any_estimated && x->current_only == y->current_only);
        texts_equal((const char *const[]){x->variation, x->assurance, x->note},
                    (const char *const[]){y->variation, y->assurance, y->note}, 3);
        seasons_equal(x->season, y->season);
        const edition_point *points;
        size_t count;
        check(edition_points(e, x, &a, &points, &count, &err), &err);
        assert_int_equal(count, i == 0 ? MADE_POINTS : 1);
        for (size_t k = 0; k < count; k++)
            points_equal(&points[k], i == 0 ? &made_points[k] : &made_points[i % MADE_POINTS]);
    }
    arena_free(&a);
}

static void everything_reads_back(void **state)
{
    place p;
    char id[SHA256_TEXT];
    edition *e;
    error err = {0};
    (void)state;
    place_make(&p);
    made_write(place_path(&p, "made.sqlite"), id);
    check(edition_open(place_path(&p, "made.sqlite"), &e, &err), &err);
    heads_equal(e);
    series_equal(e);
    /* All points at once are the points one by one; doing it twice is fine. */
    check(edition_load_all(e, &err), &err);
    check(edition_load_all(e, &err), &err);
    series_equal(e);
    const edition_point *points;
    size_t count;
    check(edition_points(e, &e->series[MADE_SERIES - 1], NULL, &points, &count, &err), &err);
    assert_int_equal(count, 1);
    edition_close(e);
    edition_close(NULL);
    place_remove(&p);
}

static void an_edition_in_memory(void **state)
{
    edition head = made_head(), *e;
    edition_writer *w;
    error err = {0};
    (void)state;
    check(edition_writer_open(":memory:", &head, &w, &err), &err);
    made_write_series(w);
    check(edition_from_writer(w, &e, &err), &err);
    assert_string_equal(e->id, "");
    heads_equal(e);
    series_equal(e);
    edition_close(e);
    /* Nothing at all is an edition too. */
    head = (edition){
        .program_version = "", .catalogue_version = "", .orgs_version = "", .rules = "", .current = DATE_NONE};
    check(edition_writer_open(":memory:", &head, &w, &err), &err);
    check(edition_from_writer(w, &e, &err), &err);
    assert_int_equal(e->series_count, 0);
    assert_int_equal(e->current, DATE_NONE);
    assert_int_equal(e->latest.kind, PERIOD_NONE);
    check(edition_load_all(e, &err), &err);
    edition_close(e);
    check(edition_writer_open(":memory:", &head, &w, &err), &err);
    edition_writer_abort(w);
    edition_writer_abort(NULL);
}

static void look_ups(void **state)
{
    edition head = made_head(), *e;
    edition_writer *w;
    error err = {0};
    size_t count;
    (void)state;
    check(edition_writer_open(":memory:", &head, &w, &err), &err);
    made_write_series(w);
    check(edition_from_writer(w, &e, &err), &err);
    static const struct {
        const char *typed;
        int32_t at;
    } orgs_typed[] = {{"ENGLAND", 0}, {"england", 0},   {"ENG", 0}, {"E92000001", 0},
                      {" raa ", 2},   {"e54000001", 1}, {"Y01", 3}, {"ZZ1", 4},
                      {"ZZ2", -1},    {"", -1},         {"R", -1},  {"A very long name of nothing that is a code", -1}};
    for (size_t i = 0; i < sizeof orgs_typed / sizeof orgs_typed[0]; i++)
        assert_int_equal(edition_find_org(e, orgs_typed[i].typed), orgs_typed[i].at);
    assert_int_equal(edition_find_measure(e, "ant"), 1);
    assert_int_equal(edition_find_measure(e, "an"), -1);
    assert_int_equal(edition_find_breakdown(e, "age=18"), 1);
    assert_int_equal(edition_find_breakdown(e, "age=1"), -1);
    static const struct {
        int32_t measure, org, breakdown;
        geography geography;
        int at; /* index of the series, -1 = none */
    } found[] = {
        {0, 0, -1, GEOGRAPHY_CURRENT, 0},       {0, 0, -1, GEOGRAPHY_AS_PUBLISHED, 0}, /* as published is the same */
        {0, 1, -1, GEOGRAPHY_CURRENT, 1},       {0, 1, -1, GEOGRAPHY_AS_PUBLISHED, 2}, {0, 1, 1, GEOGRAPHY_CURRENT, 3},
        {0, 1, 1, GEOGRAPHY_AS_PUBLISHED, 3},   {0, 1, 0, GEOGRAPHY_CURRENT, -1},      {0, 2, -1, GEOGRAPHY_CURRENT, 4},
        {0, 2, -1, GEOGRAPHY_AS_PUBLISHED, -1}, /* nothing like it was published */
        {2, 2, 0, GEOGRAPHY_CURRENT, -1},       {2, 2, 0, GEOGRAPHY_AS_PUBLISHED, 5}, /* closed: as published alone */
        {1, 0, -1, GEOGRAPHY_CURRENT, -1},      {0, 4, -1, GEOGRAPHY_CURRENT, -1},     {0, 0, -1, GEOGRAPHY_AS_AT, -1},
    };
    for (size_t i = 0; i < sizeof found / sizeof found[0]; i++) {
        const edition_series *s =
            edition_find_series(e, found[i].measure, found[i].org, found[i].breakdown, found[i].geography);
        assert_int_equal(s == NULL ? -1 : (int)(s - e->series), found[i].at);
    }
    assert_ptr_equal(edition_series_of(e, 0, 1, &count), &e->series[1]);
    assert_int_equal(count, 3);
    assert_null(edition_series_of(e, 1, 1, &count));
    assert_int_equal(count, 0);
    edition_close(e);
    for (int g = GEOGRAPHY_CURRENT; g <= GEOGRAPHY_AS_AT; g++)
        assert_true(geography_name((geography)g)[0] != 0);
}

static void missing_is_null_in_the_file(void **state)
{
    static const struct {
        const char *sql, *answer;
    } asked[] = {
        {"SELECT count(*) FROM points WHERE value IS NULL",
         "5"}, /* the gap and the open band of the first series; three of the others */
        {"SELECT typeof(numerator)||typeof(value)||typeof(release)||typeof(first_line) FROM points WHERE series=0 AND "
         "position=1",
         "nullnullnullnull"},
        {"SELECT typeof(numerator)||numerator||typeof(lower)||lower FROM points WHERE series=0 AND position=3",
         "integer0real0.0"},
        {"SELECT numerator FROM points WHERE series=0 AND position=0", "9223372036854775807"},
        {"SELECT typeof(value)||typeof(target_position) FROM series WHERE id=0", "nullinteger"},
        {"SELECT typeof(hex_row)||typeof(opened)||typeof(closed) FROM organisations WHERE code='RAA'", "nullnullnull"},
        {"SELECT closed||icb FROM organisations WHERE code='QAA'", "2026-04-01"},
        {"SELECT value FROM edition WHERE key='current'", "2026-04-01"},
        {"SELECT group_concat(key) FROM (SELECT key FROM edition ORDER BY key)",
         "catalogue_version,current,latest,layout,orgs_version,program_version,rules"},
        {"SELECT count(*) FROM points WHERE value != value OR value = 'nan'", "0"},
        {"PRAGMA integrity_check", "ok"},
    };
    place p;
    char id[SHA256_TEXT];
    sqlite3 *db;
    (void)state;
    place_make(&p);
    made_write(place_path(&p, "made.sqlite"), id);
    assert_int_equal(sqlite3_open_v2(place_path(&p, "made.sqlite"), &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        sqlite3_stmt *s;
        assert_int_equal(sqlite3_prepare_v2(db, asked[i].sql, -1, &s, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_step(s), SQLITE_ROW);
        assert_string_equal((const char *)sqlite3_column_text(s, 0), asked[i].answer);
        (void)sqlite3_finalize(s);
    }
    (void)sqlite3_close(db);
    place_remove(&p);
}

static void the_same_content_gives_the_same_bytes(void **state)
{
    place p;
    char first[SHA256_TEXT], second[SHA256_TEXT], of_file[SHA256_TEXT];
    (void)state;
    place_make(&p);
    made_write(place_path(&p, "made.sqlite"), first);
    assert_int_equal(sha256_file(place_path(&p, "made.sqlite"), of_file, NULL), STATUS_OK);
    assert_string_equal(first, of_file);
    made_write(place_path(&p, "made.sqlite"), second); /* over the old one */
    assert_string_equal(first, second);
    const char *note = made_series[0].note;
    made_series[0].note = "Another note.";
    made_write(place_path(&p, "made.sqlite"), second);
    made_series[0].note = note;
    assert_string_not_equal(first, second);
    place_remove(&p);
}

static void a_file_that_cannot_be_written(void **state)
{
    edition head = made_head();
    edition_writer *w;
    error err = {0};
    char longest[5000];
    (void)state;
    assert_int_equal(edition_writer_open("/no/such/folder/made.sqlite", &head, &w, &err), STATUS_IO);
    assert_null(w);
    assert_non_null(strstr(err.message, "Cannot write the edition"));
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = 0;
    assert_int_equal(edition_writer_open(longest, &head, &w, &err), STATUS_IO);
    /* Abandoned halfway: nothing is left. */
    place p;
    place_make(&p);
    check(edition_writer_open(place_path(&p, "made.sqlite"), &head, &w, &err), &err);
    made_write_series(w);
    edition_writer_abort(w);
    assert_int_not_equal(access(place_path(&p, "made.sqlite"), F_OK), 0);
    place_remove(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_reads_back),
        cmocka_unit_test(an_edition_in_memory),
        cmocka_unit_test(look_ups),
        cmocka_unit_test(missing_is_null_in_the_file),
        cmocka_unit_test(the_same_content_gives_the_same_bytes),
        cmocka_unit_test(a_file_that_cannot_be_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
