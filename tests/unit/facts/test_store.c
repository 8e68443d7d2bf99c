/*
 * The store against a naive twin: random rows go in, and every sum that facts_sums gives is computed again by a plain loop over the
 * same rows. Then what a store must hold whatever happens: nothing of a release that was not committed, nothing for a second process,
 * columns that were added later.
 */
#include "facts/facts.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { ORG, PART, TITLE, LIST, OVER, BAND_1, BAND_2, BAND_3, SCORE, COLUMNS };

static const source_column columns[COLUMNS] = {
    {"org", "Organisation", COLUMN_CODE}, {"part", "Part", COLUMN_CATEGORY}, {"title", "Title", COLUMN_TEXT},
    {"list", "List", COLUMN_COUNT},       {"over", "Over", COLUMN_COUNT},    {"band_1", "Band 1", COLUMN_BAND},
    {"band_2", "Band 2", COLUMN_BAND},    {"band_3", "Band 3", COLUMN_BAND}, {"score", "Score", COLUMN_NUMBER},
};
static const source_column tidy_columns[] = {
    {"measure", "Measure", COLUMN_CATEGORY},      {"organisation", "Organisation", COLUMN_CODE},
    {"breakdown", "Breakdown", COLUMN_CATEGORY},  {"numerator", "Numerator", COLUMN_COUNT},
    {"denominator", "Denominator", COLUMN_COUNT}, {"value", "Value", COLUMN_NUMBER},
};
static const source sources[] = {
    {.id = "lists", .table = "rows_lists", .columns = columns, .column_count = COLUMNS, .file = "lists.yaml"},
    {.id = "tidy", .table = "rows_tidy", .columns = tidy_columns, .column_count = 6, .file = "tidy.yaml", .tidy = true},
};
static const catalogue both = {.sources = sources, .source_count = 2};

#define ROWS 7001 /* three whole batches and a part of one */
typedef struct plain_row {
    char org[24], part[8], title[40];
    int64_t line, list, over;
    int32_t bands[3];
    double score;
    bool has_org, has_list, has_over, has_band[3], suppressed_list;
    period period;
} plain_row;

static plain_row rows[ROWS];
static char folder[] = "/tmp/concord-facts-XXXXXX";

static uint32_t next_random(void)
{
    static uint64_t state = 88172645463325252u;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 16);
}

static void rows_make(void)
{
    for (size_t i = 0; i < ROWS; i++) {
        plain_row *r = &rows[i];
        *r = (plain_row){.line = (int64_t)i * 2 + 3};
        r->has_org = next_random() % 50 != 0;
        /* Some codes are longer than the 12 bytes that live inside a cell, and some hold quotes. */
        (void)snprintf(r->org, sizeof r->org, next_random() % 3 == 0 ? "O'RGANISATION-%u" : "R%u", next_random() % 40);
        (void)snprintf(r->part, sizeof r->part, "P%u", next_random() % 4);
        (void)snprintf(r->title, sizeof r->title, "a title of some length, %u", next_random() % 1000);
        r->has_list = next_random() % 10 != 0;
        r->has_over = next_random() % 3 != 0 && strcmp(r->part, "P3") != 0; /* P3 never has it: a sum that is missing */
        r->list = (int64_t)next_random() * 3;
        r->over = next_random() % 1000;
        r->suppressed_list = !r->has_list && next_random() % 2 == 0;
        for (size_t b = 0; b < 3; b++) {
            r->has_band[b] = b == 0 || next_random() % 5 != 0;
            r->bands[b] = (int32_t)(next_random() % 100);
        }
        r->score = (double)next_random() / 7.0;
        r->period = period_month(2026, 4 - (int)(next_random() % 2));
    }
}

static void mark(uint64_t *mask, size_t at, bool set)
{
    if (set)
        mask[at / 64] |= (uint64_t)1 << (at % 64);
}

/* Appends rows[from..to) in batches. */
static status rows_append(facts *f, size_t from, size_t to, error *err)
{
    static row_batch batch;
    static row_column cells[COLUMNS];
    static text texts[3][ROW_BATCH];
    static int64_t counts[2][ROW_BATCH];
    static int32_t bands[3][ROW_BATCH];
    static double scores[ROW_BATCH];
    while (from < to) {
        size_t n = to - from < ROW_BATCH ? to - from : ROW_BATCH;
        memset(cells, 0, sizeof cells);
        batch.count = n;
        batch.columns = cells;
        for (size_t k = 0; k < COLUMNS; k++)
            cells[k].type = columns[k].type;
        for (size_t k = 0; k < 3; k++)
            cells[k].as.texts = texts[k];
        cells[LIST].as.counts = counts[0];
        cells[OVER].as.counts = counts[1];
        for (size_t b = 0; b < 3; b++)
            cells[BAND_1 + b].as.bands = bands[b];
        cells[SCORE].as.numbers = scores;
        for (size_t i = 0; i < n; i++) {
            plain_row *r = &rows[from + i];
            batch.line[i] = r->line;
            batch.period[i] = r->period;
            texts[0][i] = text_of(r->org);
            texts[1][i] = text_of(r->part);
            texts[2][i] = text_of(r->title);
            counts[0][i] = r->list;
            counts[1][i] = r->over;
            scores[i] = r->score;
            mark(cells[ORG].present, i, r->has_org);
            mark(cells[PART].present, i, true);
            mark(cells[TITLE].present, i, true);
            mark(cells[LIST].present, i, r->has_list);
            mark(cells[LIST].suppressed, i, r->suppressed_list);
            mark(cells[OVER].present, i, r->has_over);
            mark(cells[SCORE].present, i, true);
            for (size_t b = 0; b < 3; b++) {
                bands[b][i] = r->bands[b];
                mark(cells[BAND_1 + b].present, i, r->has_band[b]);
            }
        }
        status code = facts_append(f, &batch, err);
        if (code != STATUS_OK)
            return code;
        from += n;
    }
    return STATUS_OK;
}

static release release_named(const char *hash)
{
    period p = period_month(2026, 4);
    return (release){.sha256 = hash,
                     .source = "lists",
                     .layout = "wide",
                     .file_name = "it's a file.csv",
                     .member = "",
                     .first_period = p,
                     .last_period = p,
                     .published = DATE_NONE,
                     .archived = DATE_NONE,
                     .rows_in = ROWS,
                     .rows_kept = ROWS,
                     .bytes = 99};
}

static facts *store_open(const catalogue *c, facts_mode mode)
{
    facts *f = NULL;
    error err = {0};
    status code = facts_open(folder, mode, c, &f, &err);
    if (code != STATUS_OK)
        print_message("%s\n", err.message);
    assert_int_equal(code, STATUS_OK);
    return f;
}

static void store_remove(void)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/facts.duckdb", folder);
    (void)unlink(path);
    (void)snprintf(path, sizeof path, "%s/facts.duckdb.wal", folder);
    (void)unlink(path);
}

static int64_t release_add(facts *f, const char *hash)
{
    error err = {0};
    release r = release_named(hash);
    assert_int_equal(facts_release_begin(f, &sources[0], &r, &err), STATUS_OK);
    assert_int_equal(rows_append(f, 0, ROWS, &err), STATUS_OK);
    assert_int_equal(facts_append_name(f, text_of("R1"), text_of("A \"quoted\" trust"), &err), STATUS_OK);
    status code = facts_release_commit(f, &r, &err);
    if (code != STATUS_OK)
        print_message("%s\n", err.message);
    assert_int_equal(code, STATUS_OK);
    return r.ordinal;
}

static size_t release_count(facts *f)
{
    arena a = {0};
    release *list = NULL;
    size_t count = 0;
    assert_int_equal(facts_releases(f, &a, &list, &count, NULL), STATUS_OK);
    arena_free(&a);
    return count;
}

/* ---- the twin ---- */

static int64_t row_number(const plain_row *r, int32_t column, bool *there)
{
    switch (column) {
    case LIST: *there = r->has_list; return r->list;
    case OVER: *there = r->has_over; return r->over;
    default: *there = r->has_band[column - BAND_1]; return r->bands[column - BAND_1];
    }
}

static bool row_meets(const plain_row *r, const measure_sum *sum)
{
    for (size_t i = 0; i < sum->filter_count; i++) {
        const char *cell = sum->filters[i].column == ORG ? (r->has_org ? r->org : NULL) : r->part;
        bool any = false;
        for (size_t v = 0; v < sum->filters[i].value_count; v++)
            any = any || (cell != NULL && strcmp(cell, sum->filters[i].values[v]) == 0);
        if (!any && !sum->filters[i].by_kind)
            return false;
    }
    return true;
}

static int64_t twin_columns(const facts_group *g, const measure_sum *sum, const int32_t *list, size_t count, bool *any)
{
    int64_t total = 0;
    *any = false;
    for (size_t i = 0; i < ROWS; i++) {
        const plain_row *r = &rows[i];
        if (period_compare(r->period, g->period) != 0 || !text_is(g->keys[0], r->has_org ? r->org : "") ||
            !row_meets(r, sum))
            continue;
        for (size_t k = 0; k < count; k++) {
            bool there = false;
            int64_t n = row_number(r, list[k], &there);
            if (there) {
                total += n;
                *any = true;
            }
        }
    }
    return total;
}

static void group_check(const facts_group *g, const facts_query *q)
{
    size_t place = 0;
    for (size_t t = 0; t < q->term_count; t++) {
        const measure_sum *sum = q->terms[t].sum;
        size_t parts = q->terms[t].each ? sum->column_count : 1;
        for (size_t k = 0; k < parts; k++, place++) {
            bool any = false, any_minus = false;
            int64_t expected = twin_columns(g, sum, q->terms[t].each ? &sum->columns[k] : sum->columns,
                                            q->terms[t].each ? 1 : sum->column_count, &any);
            if (!q->terms[t].each && sum->minus_count > 0) {
                expected -= twin_columns(g, sum, sum->minus, sum->minus_count, &any_minus);
                any = any && any_minus;
            }
            assert_int_equal(g->present[place], any);
            if (any)
                assert_int_equal(g->sums[place], expected);
        }
    }
}

static void test_sums_equal_the_twin(void **state)
{
    (void)state;
    facts *f = store_open(&both, FACTS_WRITE);
    int64_t ordinal = release_add(f, "aa");
    static const int32_t list_only[] = {LIST}, over[] = {OVER}, bands[] = {BAND_1, BAND_2, BAND_3},
                         wide[] = {LIST, BAND_2};
    static const char *const part_0[] = {"P0"}, *const parts[] = {"P1", "P3"}, *const nothing[] = {"it's not there"},
                             *const kinds[] = {"independent"};
    static const char *const part_3[] = {"P3"};
    measure_filter one = {.column = PART, .values = part_0, .value_count = 1},
                   two = {.column = PART, .values = parts, .value_count = 2};
    measure_filter none = {.column = PART, .values = nothing, .value_count = 1},
                   three = {.column = PART, .values = part_3, .value_count = 1};
    measure_filter kind[] = {{.column = ORG, .values = kinds, .value_count = 1, .by_kind = true}, two};
    measure_sum sums[] = {
        {.columns = list_only, .column_count = 1},
        {.columns = bands, .column_count = 3, .filters = &one, .filter_count = 1},
        {.columns = wide, .column_count = 2, .filters = &two, .filter_count = 1},
        {.columns = bands, .column_count = 3, .filters = &two, .filter_count = 1},
        {.columns = list_only, .column_count = 1, .filters = &none, .filter_count = 1},
        {.columns = list_only, .column_count = 1, .minus = over, .minus_count = 1, .filters = &one, .filter_count = 1},
        {.columns = list_only,
         .column_count = 1,
         .minus = over,
         .minus_count = 1,
         .filters = &three,
         .filter_count = 1},
        {.columns = bands, .column_count = 3, .filters = kind, .filter_count = 2},
    };
    facts_term terms[8];
    for (size_t i = 0; i < 8; i++)
        terms[i] = (facts_term){.sum = &sums[i], .each = i == 3};
    int64_t releases[] = {ordinal, ordinal};
    period periods[] = {period_month(2026, 3), period_month(2026, 4)};
    int32_t by[] = {ORG};
    facts_query q = {.source = &sources[0],
                     .releases = releases,
                     .periods = periods,
                     .release_count = 2,
                     .group_by = by,
                     .group_count = 1,
                     .terms = terms,
                     .term_count = 8};
    arena a = {0};
    facts_result result;
    error err = {0};
    status code = facts_sums(f, &q, &a, &result, &err);
    if (code != STATUS_OK)
        print_message("%s\n", err.message);
    assert_int_equal(code, STATUS_OK);
    assert_int_equal(result.sum_count, 10);
    assert_true(result.count > 100);
    int64_t all = 0;
    for (size_t i = 0; i < result.count; i++) {
        const facts_group *g = &result.groups[i];
        group_check(g, &q);
        assert_false(g->present[6]); /* position of the sum that no row meets */
        assert_false(g->present[8]); /* P3 has no OVER cell at all, so list less over is not known */
        all += g->rows;
        if (i > 0) {
            const facts_group *p = &result.groups[i - 1];
            int order = period_compare(p->period, g->period);
            assert_true(order < 0 || (order == 0 && strcmp(p->keys[0].at, g->keys[0].at) < 0));
        }
    }
    assert_int_equal(all, ROWS);

    q.release_count = 1; /* March alone counts: the rows of April must be gone */
    assert_int_equal(facts_sums(f, &q, &a, &result, &err), STATUS_OK);
    for (size_t i = 0; i < result.count; i++)
        assert_int_equal(period_compare(result.groups[i].period, periods[0]), 0);
    q.release_count = 0;
    assert_int_equal(facts_sums(f, &q, &a, &result, &err), STATUS_OK);
    assert_int_equal(result.count, 0);

    static const int32_t score[] = {SCORE};
    measure_sum wrong = {.columns = score, .column_count = 1};
    facts_term bad = {.sum = &wrong};
    q.terms = &bad;
    q.term_count = 1;
    assert_int_equal(facts_sums(f, &q, &a, &result, &err), STATUS_REFUSED);
    arena_free(&a);
    facts_close(f);
    store_remove();
}

static void test_lines_and_names(void **state)
{
    (void)state;
    facts *f = store_open(&both, FACTS_WRITE);
    int64_t ordinal = release_add(f, "aa");
    arena a = {0};
    text values[] = {text_of("O'RGANISATION-7"), {0}};
    facts_condition condition = {.column = ORG, .values = values, .value_count = 2};
    static const char *const parts[] = {"P1", "P2"};
    measure_filter filter = {.column = PART, .values = parts, .value_count = 2};
    measure_sum sum = {.filters = &filter, .filter_count = 1};
    int64_t *lines = NULL;
    size_t count = 0, expected = 0;
    period p = period_month(2026, 3);
    assert_int_equal(facts_lines(f, &sources[0], ordinal, p, &condition, 1, &sum, &a, &lines, &count, NULL), STATUS_OK);
    for (size_t i = 0; i < ROWS; i++) {
        bool org = !rows[i].has_org || strcmp(rows[i].org, "O'RGANISATION-7") == 0;
        if (!org || !row_meets(&rows[i], &sum) || period_compare(rows[i].period, p) != 0)
            continue;
        assert_true(expected < count);
        assert_int_equal(lines[expected], rows[i].line);
        expected++;
    }
    assert_int_equal(count, expected);
    assert_true(count > 10);

    /* A second release, published later, gives R1 another name: that one is taken, whichever was added first. */
    error err = {0};
    release r = release_named("bb");
    r.published = date_of(2026, 6, 1);
    assert_int_equal(facts_release_begin(f, &sources[0], &r, &err), STATUS_OK);
    assert_int_equal(facts_append_name(f, text_of("R1"), text_of("New name"), &err), STATUS_OK);
    assert_int_equal(facts_append_name(f, text_of("A1"), text_of("Another"), &err), STATUS_OK);
    assert_int_equal(facts_release_commit(f, &r, &err), STATUS_OK);
    code_name *names = NULL;
    int64_t backwards[] = {r.ordinal, ordinal};
    assert_int_equal(facts_names(f, backwards, 2, &a, &names, &count, NULL), STATUS_OK);
    assert_int_equal(count, 2);
    assert_string_equal(names[0].code, "A1");
    assert_string_equal(names[1].name, "New name");
    assert_int_equal(facts_names(f, &ordinal, 1, &a, &names, &count, NULL), STATUS_OK);
    assert_int_equal(count, 1);
    assert_string_equal(names[0].name, "A \"quoted\" trust");
    arena_free(&a);
    facts_close(f);
    store_remove();
}

static void test_releases_are_kept_and_ordered(void **state)
{
    (void)state;
    facts *f = store_open(&both, FACTS_WRITE);
    error err = {0};
    const char *hashes[] = {"cc", "aa", "bb"};
    for (size_t i = 0; i < 3; i++) {
        release r = release_named(hashes[i]);
        r.published = i == 1 ? DATE_NONE : date_of(2026, 5, 10 + (int)i);
        r.revised = i == 2;
        assert_int_equal(facts_release_begin(f, &sources[0], &r, &err), STATUS_OK);
        assert_int_equal(facts_release_commit(f, &r, &err), STATUS_OK);
    }
    facts_close(f);
    f = store_open(&both, FACTS_READ);
    arena a = {0};
    release *list = NULL;
    size_t count = 0;
    assert_int_equal(facts_releases(f, &a, &list, &count, NULL), STATUS_OK);
    assert_int_equal(count, 3);
    assert_string_equal(list[0].sha256, "aa");
    assert_string_equal(list[1].sha256, "cc");
    assert_string_equal(list[2].sha256, "bb");
    assert_int_equal(list[0].published, DATE_NONE);
    assert_int_equal(list[1].published, date_of(2026, 5, 10));
    assert_true(list[2].revised);
    assert_string_equal(list[0].file_name, "it's a file.csv");
    assert_int_equal(list[0].bytes, 99);
    assert_int_equal(list[0].rows_in, ROWS);
    bool there = false;
    assert_int_equal(facts_has_release(f, "bb", &there, NULL), STATUS_OK);
    assert_true(there);
    assert_int_equal(facts_has_release(f, "b", &there, NULL), STATUS_OK);
    assert_false(there);
    arena_free(&a);
    facts_close(f);
    store_remove();
}

static void test_later_is_told_by_publication(void **state)
{
    (void)state;
    release plain = release_named("aa"), other = release_named("bb"), dated = release_named("cc"),
            revised = release_named("dd");
    release archived = release_named("ee");
    dated.published = date_of(2026, 6, 11);
    revised.revised = true;
    archived.archived = date_of(2026, 1, 1);
    bool tie = false;
    assert_true(facts_release_later(&dated, &revised, &tie) > 0);
    assert_true(facts_release_later(&revised, &archived, &tie) > 0);
    assert_true(facts_release_later(&archived, &plain, &tie) > 0);
    assert_false(tie);
    assert_true(facts_release_later(&other, &plain, &tie) > 0);
    assert_true(tie);
    assert_true(facts_release_later(&plain, &other, &tie) < 0);
    assert_int_equal(facts_release_later(&plain, &plain, &tie), 0);
    assert_false(tie);
}

static void test_abort_leaves_nothing(void **state)
{
    (void)state;
    facts *f = store_open(&both, FACTS_WRITE);
    error err = {0};
    release r = release_named("aa");
    assert_int_equal(facts_release_begin(f, &sources[0], &r, &err), STATUS_OK);
    assert_int_equal(rows_append(f, 0, ROWS, &err), STATUS_OK);
    facts_release_abort(f);
    facts_release_abort(f);
    assert_int_equal(release_count(f), 0);
    int64_t ordinal = release_add(f, "bb");
    facts_close(f);

    f = store_open(&both, FACTS_READ);
    static const int32_t list_only[] = {BAND_1};
    measure_sum sum = {.columns = list_only, .column_count = 1};
    facts_term term = {.sum = &sum};
    period p[] = {period_month(2026, 3), period_month(2026, 4)};
    int64_t releases[] = {ordinal, ordinal};
    facts_query q = {
        .source = &sources[0], .releases = releases, .periods = p, .release_count = 2, .terms = &term, .term_count = 1};
    arena a = {0};
    facts_result result;
    assert_int_equal(facts_sums(f, &q, &a, &result, &err), STATUS_OK);
    assert_int_equal(result.count, 2);
    assert_int_equal(result.groups[0].rows + result.groups[1].rows, ROWS);
    arena_free(&a);
    facts_close(f);
    store_remove();
}

static void store_read(buffer *out)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/facts.duckdb", folder);
    assert_int_equal(file_read(path, (size_t)256 << 20, out, NULL), STATUS_OK);
}

/* Without opening it: to close it again would end the engine's lock. */
static size_t store_length(void)
{
    char path[128];
    struct stat about;
    (void)snprintf(path, sizeof path, "%s/facts.duckdb", folder);
    assert_int_equal(stat(path, &about), 0);
    return (size_t)about.st_size;
}

/* A large release that does not come in leaves the file byte for byte as it was, not only its rows: on a full disk there
 * must be as much room as before. */
static void test_abort_gives_room_back(void **state)
{
    (void)state;
    enum { TIMES = 30 };
    facts *f = store_open(&both, FACTS_WRITE);
    (void)release_add(f, "aa");
    facts_close(f);
    buffer before = {0}, after = {0};
    store_read(&before);

    f = store_open(&both, FACTS_WRITE);
    error err = {0};
    release r = release_named("bb");
    assert_int_equal(facts_release_begin(f, &sources[0], &r, &err), STATUS_OK);
    for (int i = 0; i < TIMES; i++)
        assert_int_equal(rows_append(f, 0, ROWS, &err), STATUS_OK);
    facts_release_abort(f);
    assert_true(store_length() > before.length); /* else nothing is tested here */
    facts_close(f);
    store_read(&after);
    assert_int_equal(after.length, before.length);
    assert_memory_equal(after.data, before.data, before.length);

    /* One that fails before one that comes in: nothing of the latter is cut off. */
    f = store_open(&both, FACTS_WRITE);
    assert_int_equal(facts_release_begin(f, &sources[0], &r, &err), STATUS_OK);
    assert_int_equal(rows_append(f, 0, ROWS, &err), STATUS_OK);
    facts_release_abort(f);
    (void)release_add(f, "cc");
    assert_int_equal(facts_release_begin(f, &sources[0], &r, &err), STATUS_OK);
    for (int i = 0; i < TIMES; i++)
        assert_int_equal(rows_append(f, 0, ROWS, &err), STATUS_OK);
    facts_close(f);
    f = store_open(&both, FACTS_WRITE);
    assert_int_equal(release_count(f), 2);
    (void)release_add(f, "dd");
    assert_int_equal(release_count(f), 3);
    facts_close(f);
    buffer_free(&before);
    buffer_free(&after);
    store_remove();
}

/* A child is killed at some moment of adding a release; afterwards the store opens and holds all of it or nothing. */
static void test_killed_while_adding(void **state)
{
    (void)state;
    int whole = 0;
    for (int round = 0; round < 8; round++) {
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            facts *f = NULL;
            release r = release_named("aa");
            if (facts_open(folder, FACTS_WRITE, &both, &f, NULL) != STATUS_OK ||
                facts_release_begin(f, &sources[0], &r, NULL) != STATUS_OK)
                _exit(1);
            for (int again = 0; again < 10; again++)
                if (rows_append(f, 0, ROWS, NULL) != STATUS_OK)
                    _exit(1);
            if (facts_release_commit(f, &r, NULL) != STATUS_OK)
                _exit(1);
            facts_close(f);
            _exit(0);
        }
        (void)usleep((useconds_t)(20000 + round * 60000));
        (void)kill(child, SIGKILL);
        int ended = 0;
        assert_int_equal(waitpid(child, &ended, 0), child);
        facts *f = store_open(&both, FACTS_WRITE);
        size_t count = release_count(f);
        assert_true(count <= 1);
        arena a = {0};
        release *list = NULL;
        assert_int_equal(facts_releases(f, &a, &list, &count, NULL), STATUS_OK);
        int64_t ordinal = count > 0 ? list[0].ordinal : 1;
        period p[] = {period_month(2026, 3), period_month(2026, 4)};
        int64_t releases[] = {ordinal, ordinal};
        facts_query q = {.source = &sources[0], .releases = releases, .periods = p, .release_count = 2};
        facts_result result;
        assert_int_equal(facts_sums(f, &q, &a, &result, NULL), STATUS_OK);
        int64_t held = 0;
        for (size_t i = 0; i < result.count; i++)
            held += result.groups[i].rows;
        assert_int_equal(held, count > 0 ? 10 * ROWS : 0);
        whole += count > 0;
        arena_free(&a);
        facts_close(f);
        store_remove();
    }
    print_message("killed 8 times: the release was whole %d times, else absent\n", whole);
}

static void test_second_process_is_told_who(void **state)
{
    (void)state;
    facts *f = store_open(&both, FACTS_WRITE);
    int pipe_ends[2];
    assert_int_equal(pipe(pipe_ends), 0);
    pid_t child = fork();
    if (child == 0) {
        /* exec, so that nothing of the parent's engine is inherited */
        char self[64];
        (void)snprintf(self, sizeof self, "/proc/%ld/exe", (long)getppid());
        (void)dup2(pipe_ends[1], 1);
        (void)execl(self, self, "--open", folder, (char *)NULL);
        _exit(1);
    }
    (void)close(pipe_ends[1]);
    char said[600] = "", expected[64];
    size_t length = 0;
    ssize_t n;
    while (length < sizeof said - 1 && (n = read(pipe_ends[0], said + length, sizeof said - 1 - length)) > 0)
        length += (size_t)n;
    (void)close(pipe_ends[0]);
    int ended = 0;
    (void)waitpid(child, &ended, 0);
    (void)snprintf(expected, sizeof expected, "in use by process %ld", (long)getpid());
    assert_non_null(strstr(said, expected));
    assert_int_equal(WEXITSTATUS(ended), STATUS_BUSY);
    facts_close(f);
    store_remove();
}

static void test_columns_added_later(void **state)
{
    (void)state;
    source narrow = sources[0];
    narrow.column_count = SCORE; /* a version of the source before it had a score */
    source pair[] = {narrow, sources[1]};
    catalogue before = {.sources = pair, .source_count = 2};
    facts *f = store_open(&before, FACTS_WRITE);
    facts_close(f);

    f = store_open(&both, FACTS_READ); /* read-only: the column cannot be added, so it is missing */
    facts_close(f);
    f = store_open(&both, FACTS_WRITE);
    (void)release_add(f, "aa");
    facts_close(f);

    source_column changed[COLUMNS];
    memcpy(changed, columns, sizeof changed);
    changed[LIST].type = COLUMN_NUMBER;
    pair[0] = sources[0];
    pair[0].columns = changed;
    error err = {0};
    assert_int_equal(facts_open(folder, FACTS_WRITE, &before, &f, &err), STATUS_REFUSED);
    assert_non_null(strstr(err.message, "list"));
    assert_non_null(strstr(err.file, "lists.yaml"));
    store_remove();
}

static void test_tidy_rows(void **state)
{
    (void)state;
    facts *f = store_open(&both, FACTS_WRITE);
    error err = {0};
    release r = release_named("tt");
    static row_batch batch;
    row_column cells[6] = {0};
    text measures[] = {text_of("m2"), text_of("m1")}, organisation[] = {text_of("QMM"), text_of("ENGLAND")},
         breakdown[] = {text_of("x=1"), {0}};
    int64_t numerator[] = {5, 0}, denominator[] = {10, 0};
    double value[] = {50.5, -2.25};
    text *texts[] = {measures, organisation, breakdown};
    for (size_t k = 0; k < 6; k++) {
        cells[k].type = tidy_columns[k].type;
        cells[k].present[0] = k == 2 || k == 3 || k == 4 ? 1 : 3;
        if (k < 3)
            cells[k].as.texts = texts[k];
    }
    cells[3].as.counts = numerator;
    cells[4].as.counts = denominator;
    cells[5].as.numbers = value;
    batch.count = 2;
    batch.columns = cells;
    batch.line[0] = 2;
    batch.line[1] = 3;
    batch.period[0] = batch.period[1] = period_month(2026, 4);
    assert_int_equal(facts_release_begin(f, &sources[1], &r, &err), STATUS_OK);
    assert_int_equal(facts_append(f, &batch, &err), STATUS_OK);
    assert_int_equal(facts_release_commit(f, &r, &err), STATUS_OK);
    arena a = {0};
    tidy_row *list = NULL;
    size_t count = 0;
    assert_int_equal(facts_tidy(f, &r.ordinal, 1, &a, &list, &count, &err), STATUS_OK);
    assert_int_equal(count, 2);
    assert_string_equal(list[0].measure, "m1");
    assert_string_equal(list[0].breakdown, "");
    assert_false(list[0].has_numerator);
    assert_true(list[0].has_value);
    assert_true(list[0].value == -2.25);
    assert_string_equal(list[1].organisation, "QMM");
    assert_int_equal(list[1].numerator, 5);
    assert_int_equal(list[1].line, 2);
    arena_free(&a);
    facts_close(f);
    store_remove();
}

static void test_bad_files(void **state)
{
    (void)state;
    facts *f = NULL;
    error err = {0};
    assert_int_equal(facts_open(folder, FACTS_READ, &both, &f, &err), STATUS_NOT_FOUND);
    assert_non_null(strstr(err.hint, "concord add"));
    char path[128];
    (void)snprintf(path, sizeof path, "%s/facts.duckdb", folder);
    assert_int_equal(
        file_write(path, "this is no database, but some text that is long enough to be looked at", 70, false, &err),
        STATUS_OK);
    assert_int_equal(facts_open(folder, FACTS_WRITE, &both, &f, &err), STATUS_IO);
    assert_non_null(strstr(err.message, "not a store of Concord"));
    store_remove();
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "--open") == 0) {
        facts *f = NULL;
        error err = {0};
        status code = facts_open(argv[2], FACTS_WRITE, &both, &f, &err);
        (void)puts(err.message);
        facts_close(f);
        return (int)code;
    }
    rows_make();
    if (mkdtemp(folder) == NULL)
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sums_equal_the_twin),
        cmocka_unit_test(test_lines_and_names),
        cmocka_unit_test(test_releases_are_kept_and_ordered),
        cmocka_unit_test(test_later_is_told_by_publication),
        cmocka_unit_test(test_abort_leaves_nothing),
        cmocka_unit_test(test_abort_gives_room_back),
        cmocka_unit_test(test_second_process_is_told_who),
        cmocka_unit_test(test_columns_added_later),
        cmocka_unit_test(test_tidy_rows),
        cmocka_unit_test(test_bad_files),
        cmocka_unit_test(test_killed_while_adding),
    };
    int failed = cmocka_run_group_tests_name("facts", tests, NULL, NULL);
    (void)rmdir(folder);
    return failed;
}
