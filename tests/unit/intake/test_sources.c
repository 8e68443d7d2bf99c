/*
 * Every source of the catalogue reads a small file of our own making in the published layout (fixtures/), and every published file that is there: the latter agree with the totals
 * that they themselves print.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "book.h"
#include "intake/intake.h"

#include <dirent.h>
#include <unistd.h>

#define FIXTURES CONCORD_SOURCE_DIR "/tests/unit/intake/fixtures"

static char FOLDER[64];
static catalogue SHIPPED;

static int set_up(void **state)
{
    (void)state;
    const char *folder = CONCORD_SOURCE_DIR "/catalogue";
    problems list = {0};
    error err = {0};
    (void)snprintf(FOLDER, sizeof FOLDER, "sources-test-XXXXXX");
    if (mkdtemp(FOLDER) == NULL)
        return 1;
    status code = catalogue_load(&folder, 1, &SHIPPED, &list, &err);
    if (code != STATUS_OK)
        print_error("%s\n", err.message);
    problems_free(&list);
    return code != STATUS_OK;
}

static int tear_down(void **state)
{
    char command[128];
    (void)state;
    catalogue_free(&SHIPPED);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", FOLDER);
    return system(command);
}

/* ---- a sink that adds ------------------------------------------------------------------------------------------- */

typedef struct seen {
    const source *source;
    int64_t rows, sum[1100], names;
} seen;

static status seen_begin(void *context, const source *s, const source_layout *layout, error *err)
{
    seen *r = context;
    (void)layout;
    (void)err;
    r->source = s;
    return STATUS_OK;
}

static status seen_rows(void *context, const row_batch *batch, error *err)
{
    seen *r = context;
    (void)err;
    for (size_t c = 0; c < r->source->column_count; c++)
        for (size_t i = 0; i < batch->count; i++) {
            const row_column *column = &batch->columns[c];
            if ((column->present[i / 64] >> (i % 64) & 1) == 0)
                continue;
            if (column->type == COLUMN_COUNT)
                r->sum[c] += column->as.counts[i];
            else if (column->type == COLUMN_BAND)
                r->sum[c] += column->as.bands[i];
        }
    for (size_t i = 0; i < batch->count; i++)
        assert_int_not_equal(batch->period[i].kind, PERIOD_NONE);
    r->rows += (int64_t)batch->count;
    return STATUS_OK;
}

static status seen_name(void *context, text code, text name, error *err)
{
    (void)err;
    assert_true(code.length > 0 && name.length > 0);
    ((seen *)context)->names++;
    return STATUS_OK;
}

typedef struct run {
    status code;
    error err;
    problems list;
    intake_report report;
    arena memory;
    seen seen;
} run;

static void run_file(run *r, const char *path)
{
    char message[1400];
    *r = (run){0};
    const intake_sink sink = {&r->seen, seen_begin, seen_rows, seen_name};
    r->code = intake_read(path, &SHIPPED, NULL, &sink, &r->memory, &r->report, &r->list, &r->err);
    (void)error_format(&r->err, message, sizeof message);
    if (r->code != STATUS_OK)
        print_error("%s\n", message);
}

static void run_free(run *r)
{
    problems_free(&r->list);
    arena_free(&r->memory);
}

/* ---- fixtures --------------------------------------------------------------------------------------------------- */

/* The value behind "# key: " in the text; false where there is none. */
static bool said(const char *description, const char *key, char *out, size_t size)
{
    char start[64];
    (void)snprintf(start, sizeof start, "# %s: ", key);
    const char *at = strstr(description, start);
    if (at == NULL)
        return false;
    at += strlen(start);
    (void)snprintf(out, size, "%.*s", (int)strcspn(at, "\n"), at);
    return true;
}

/* Makes the file that the text describes and answers its path. */
static const char *fixture_make(const char *description)
{
    static char path[512];
    char kind[16], name[256];
    assert_true(said(description, "kind", kind, sizeof kind) && said(description, "name", name, sizeof name));
    (void)snprintf(path, sizeof path, "%s/%s", FOLDER, name);
    if (strcmp(kind, "xlsx") == 0) {
        book_write_xlsx(path, description);
    } else if (strcmp(kind, "xls") == 0) {
        book_write_xls(path, description, "Workbook");
    } else {
        const char *body = strstr(description, "\n==\n");
        assert_non_null(body);
        assert_int_equal(file_write(path, body + 4, strlen(body + 4), false, NULL), STATUS_OK);
    }
    return path;
}

static int64_t count_of(const char *digits)
{
    int64_t value = -1;
    assert_true(number_parse_count(text_of(digits), &value));
    return value;
}

static void sums_check(const run *r, const char *description, const char *name)
{
    for (const char *at = description; (at = strstr(at, "# sum: ")) != NULL;) {
        char column[64];
        long long expected = 0;
        at += strlen("# sum: ");
        assert_int_equal(sscanf(at, "%63[a-z0-9_]=%lld", column, &expected), 2);
        int32_t c = source_column_find(r->report.source, column);
        assert_true(c >= 0);
        if (r->seen.sum[c] != expected)
            fail_msg("%s: %s is %lld, not %lld", name, column, (long long)r->seen.sum[c], expected);
    }
}

static void fixture_check(const char *name, const char *description)
{
    char expected[128], from[PERIOD_TEXT], to[PERIOD_TEXT], period_said[64];
    run r;
    run_file(&r, fixture_make(description));
    if (r.code != STATUS_OK)
        fail_msg("%s", name);
    assert_true(said(description, "source", expected, sizeof expected));
    assert_string_equal(r.report.source->id, expected);
    assert_true(said(description, "layout", expected, sizeof expected));
    assert_string_equal(r.report.layout->id, expected);
    period_format(r.report.first_period, from);
    period_format(r.report.last_period, to);
    (void)snprintf(period_said, sizeof period_said,
                   period_compare(r.report.first_period, r.report.last_period) == 0 ? "%s" : "%s..%s", from, to);
    assert_true(said(description, "period", expected, sizeof expected));
    assert_string_equal(period_said, expected);
    assert_true(said(description, "rows", expected, sizeof expected));
    if (r.report.rows_kept != count_of(expected) || r.seen.rows != r.report.rows_kept)
        fail_msg("%s: %lld rows, not %s", name, (long long)r.report.rows_kept, expected);
    assert_true(said(description, "totals", expected, sizeof expected));
    if (r.report.totals_checked != count_of(expected) || r.report.totals_differing != 0)
        fail_msg("%s: %lld totals, %lld differ, expected %s; %s", name, (long long)r.report.totals_checked,
                 (long long)r.report.totals_differing, expected, r.report.note_count > 0 ? r.report.notes[0] : "");
    sums_check(&r, description, name);
    run_free(&r);
}

static void test_fixtures(void **state)
{
    (void)state;
    DIR *d = opendir(FIXTURES);
    int files = 0;
    assert_non_null(d);
    for (struct dirent *e; (e = readdir(d)) != NULL;) {
        size_t n = strlen(e->d_name);
        char path[1024];
        buffer description = {0};
        if (n < 4 || strcmp(e->d_name + n - 4, ".txt") != 0)
            continue;
        (void)snprintf(path, sizeof path, FIXTURES "/%s", e->d_name);
        assert_int_equal(file_read(path, 1 << 20, &description, NULL), STATUS_OK);
        fixture_check(e->d_name, description.data);
        buffer_free(&description);
        files++;
    }
    (void)closedir(d);
    assert_true(files >= 18);
}

/* A source without a fixture could stop reading and no test would say so. */
static void test_every_source_has_a_fixture(void **state)
{
    (void)state;
    static const char *const elsewhere[] = {"ae-monthly", "rtt-full-extract", "tidy"}; /* test_rows.c, test_tidy.c */
    for (size_t i = 0; i < SHIPPED.source_count; i++) {
        const char *id = SHIPPED.sources[i].id;
        bool found = false;
        for (size_t k = 0; k < sizeof elsewhere / sizeof elsewhere[0]; k++)
            found |= strcmp(id, elsewhere[k]) == 0;
        DIR *d = opendir(FIXTURES);
        assert_non_null(d);
        for (struct dirent *e; !found && (e = readdir(d)) != NULL;) {
            char path[1024], source_id[128];
            buffer description = {0};
            (void)snprintf(path, sizeof path, FIXTURES "/%s", e->d_name);
            found = strstr(e->d_name, ".txt") != NULL && file_read(path, 1 << 20, &description, NULL) == STATUS_OK &&
                    said(description.data, "source", source_id, sizeof source_id) && strcmp(source_id, id) == 0;
            buffer_free(&description);
        }
        (void)closedir(d);
        if (!found)
            fail_msg("%s has no fixture", id);
    }
}

static char *replaced(const char *whole, const char *part, const char *by)
{
    const char *at = strstr(whole, part);
    assert_non_null(at);
    buffer b = {0};
    buffer_put(&b, whole, (size_t)(at - whole));
    buffer_text(&b, by);
    buffer_text(&b, at + strlen(part));
    return b.data;
}

static char *fixture_text(const char *name)
{
    buffer b = {0};
    char path[1024];
    (void)snprintf(path, sizeof path, FIXTURES "/%s.txt", name);
    assert_int_equal(file_read(path, 1 << 20, &b, NULL), STATUS_OK);
    return b.data;
}

/* The two workbooks of a month stand side by side; a workbook that holds both hides either. */
static void test_parts(void **state)
{
    (void)state;
    const source *cancer = catalogue_source(&SHIPPED, "cancer-waits"),
                 *beds = catalogue_source(&SHIPPED, "beds-overnight-kh03");
    assert_non_null(cancer);
    assert_false(source_layouts_compete(cancer, "provider-28-day", "commissioner-28-day"));
    assert_true(source_layouts_compete(cancer, "provider-28-day", "provider-62-day"));
    assert_true(source_layouts_compete(cancer, "combined-commissioner", "provider-28-day"));
    assert_true(source_layouts_compete(cancer, "commissioner-28-day", "combined-commissioner"));
    assert_true(source_layouts_compete(beds, "trust-by-sector", "trust-by-sector"));
    assert_true(source_layouts_compete(beds, "trust-by-sector", "gone"));
    static const char *const names[] = {"cancer-provider", "cancer-commissioner", "cancer-combined"},
                             *const parts[] = {"provider", "commissioner", "commissioner,provider"};
    for (int i = 0; i < 3; i++) {
        char path[1024];
        buffer description = {0};
        run r;
        (void)snprintf(path, sizeof path, FIXTURES "/%s.txt", names[i]);
        assert_int_equal(file_read(path, 1 << 20, &description, NULL), STATUS_OK);
        run_file(&r, fixture_make(description.data));
        assert_string_equal(r.report.parts, parts[i]);
        assert_true(r.report.sheet_count > 2);
        run_free(&r);
        buffer_free(&description);
    }
}

/* A place goes into a line and comes out again; lines of a csv are themselves; places order by sheet, row and column. */
static void test_places(void **state)
{
    (void)state;
    static const line_place places[] = {{1, 0, 1}, {1, 7, 1}, {1, 0, 2}, {1, 16384, 1048576}, {2, 0, 1}, {1024, 3, 5}};
    int64_t before = (int64_t)1 << 50; /* above any line of a csv */
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        int64_t line = line_of_place(places[i].sheet, places[i].row, places[i].column);
        line_place back = place_of_line(line);
        assert_true(line > before && line < (int64_t)1 << 53);
        assert_int_equal(back.sheet, places[i].sheet);
        assert_int_equal(back.row, places[i].row);
        assert_int_equal(back.column, places[i].column);
        before = line;
    }
    line_place plain = place_of_line(line_of_place(0, 123456789, 4));
    assert_int_equal(plain.sheet, 0);
    assert_int_equal(plain.row, 123456789);
    assert_int_equal(plain.column, 0);
}

/* A workbook in a zip is read as itself; the file is the zip, the member the workbook. A csv named as a workbook is read, with a note. */
static void test_in_a_zip(void **state)
{
    (void)state;
    char path[512], sha[SHA256_TEXT];
    static const char *const names[] = {"cancelled-operations", "diagnostics-dm01"};
    for (int i = 0; i < 2; i++) {
        char *description = fixture_text(names[i]);
        buffer workbook = {0};
        run r;
        assert_int_equal(file_read(fixture_make(description), 1 << 20, &workbook, NULL), STATUS_OK);
        book_part parts[1] = {{"folder/inside.xlsx", {0}}};
        buffer_put(&parts[0].bytes, workbook.data, workbook.length);
        (void)snprintf(path, sizeof path, "%s/packed.zip", FOLDER);
        book_zip(path, parts, 1);
        run_file(&r, path);
        assert_int_equal(r.code, STATUS_OK);
        assert_int_equal(sha256_file(path, sha, NULL), STATUS_OK);
        assert_string_equal(r.report.sha256, sha);
        assert_string_equal(r.report.file_name, "packed.zip");
        assert_string_equal(r.report.member, "folder/inside.xlsx");
        assert_true(r.report.rows_kept >= 3 && r.report.totals_checked > 0);
        run_free(&r);
        free(description);
        buffer_free(&workbook);
    }
    char *description = fixture_text("sickness-absence"),
         *renamed = replaced(description, "2024-04.csv", "2024-04.xls");
    run r;
    run_file(&r, fixture_make(renamed));
    assert_int_equal(r.code, STATUS_OK);
    assert_non_null(strstr(r.report.notes[0], "but it is csv"));
    run_free(&r);
    free(description);
    free(renamed);
}

/* ---- drift: what changes from month to month, and what is said of it ---------------------------------------------- */

static void drift_refused(const char *fixture, const char *part, const char *by, const char *message, const char *sheet,
                          int64_t row)
{
    char *text_before = fixture_text(fixture), *text_after = replaced(text_before, part, by);
    run r;
    const char *path = fixture_make(text_after);
    r = (run){0};
    const intake_sink sink = {&r.seen, seen_begin, seen_rows, seen_name};
    r.code = intake_read(path, &SHIPPED, NULL, &sink, &r.memory, &r.report, &r.list, &r.err);
    if (r.code != STATUS_REFUSED || strstr(r.err.message, message) == NULL)
        fail_msg("%s: %d <%s> lacks <%s>", fixture, (int)r.code, r.err.message, message);
    assert_string_equal(r.err.file, path);
    assert_string_equal(r.err.sheet, sheet);
    assert_int_equal(r.err.row, row);
    assert_true(r.err.hint[0] != 0);
    assert_int_equal(strlen(r.report.sha256), 64);
    run_free(&r);
    free(text_before);
    free(text_after);
}

static void drift_read(const char *fixture, const char *part, const char *by, const char *note)
{
    char *text_before = fixture_text(fixture), *text_after = replaced(text_before, part, by);
    run r;
    run_file(&r, fixture_make(text_after));
    assert_int_equal(r.code, STATUS_OK);
    bool found = note == NULL;
    for (size_t i = 0; i < r.report.note_count; i++)
        found |= note != NULL && strstr(r.report.notes[i], note) != NULL;
    if (!found)
        fail_msg("%s lacks the note <%s>; %s", fixture, note, r.report.note_count > 0 ? r.report.notes[0] : "no note");
    run_free(&r);
    free(text_before);
    free(text_after);
}

static void test_drift(void **state)
{
    (void)state;
    /* The header may move, and columns that nobody knows may come. */
    drift_read("cancelled-operations", "== Provider\n", "== Provider\n1|A line more above the table\n", NULL);
    drift_read("cancelled-operations", "\n17||-||-|England (Excl", "|A new column\n17||-||-|England (Excl",
               "1 column that layout provider does not know was left out (sheet 'Provider'): 'A new column'");
    /* A heading renamed, a sheet gone, a total that does not add up, a cell that is none. */
    drift_refused("cancelled-operations", "Organisation Code", "Org. code",
                  "lacks 'Organisation Code'; not known are 'Org. code'", "Provider", 16);
    drift_refused("cancer-provider", "== 62-DAY (ALL CANCER)", "== 62-DAY OF ALL",
                  "but the sheet '62-DAY*(ALL CANCER)' (layout provider-62-day) is not in it", "", 0);
    drift_read("cancelled-operations", "England (Including Independent Sector)|18",
               "England (Including Independent Sector)|19", "says 19 for cancelled; the rows add up to 18");
    drift_refused("cancelled-operations", "NORTHWATER HOSPITALS NHS TRUST|10", "NORTHWATER HOSPITALS NHS TRUST|ten",
                  "'ten' is not a whole number", "Provider", 20);
    drift_refused("cancelled-operations", "NORTHWATER HOSPITALS NHS TRUST|10", "NORTHWATER HOSPITALS NHS TRUST|10.5",
                  "'10.5' is not a whole number", "Provider", 20);
    drift_refused("cancelled-operations", "|RZ1|NORTHWATER", "||NORTHWATER", "blank, and this column must be filled",
                  "Provider", 20);
    drift_refused("cancelled-operations", "NORTHWATER HOSPITALS NHS TRUST|10", "NORTHWATER HOSPITALS NHS TRUST|=6+4",
                  "formula whose value is not in the file", "Provider", 20);
    drift_refused("cancer-provider", "|ALL STAGES|ALL CANCERS|", "|ALL STAGES|ALL CANCERS|0.25",
                  "is not a number of halves", "31-DAY (ALL CANCER)", 10);
}

/* ---- what the publishers put out ----------------------------------------------------------------------------------- */

/* Totals that a file prints and its rows cannot give: three community services are published for England only. */
static int64_t differences_known(const char *source_id)
{
    return strcmp(source_id, "community-waits") == 0 ? 3 : 0;
}

static void folder_check(const char *folder, const char *ending, const char *source_id, int least, int64_t totals_least)
{
    char path[1024];
    int files = 0;
    (void)snprintf(path, sizeof path, CONCORD_SOURCE_DIR "/../shared/data/%s", folder);
    DIR *d = opendir(path);
    if (d == NULL)
        skip();
    for (struct dirent *e; (e = readdir(d)) != NULL;) {
        size_t n = strlen(e->d_name), m = strlen(ending);
        char file[2048];
        run r;
        if (n < m || strcmp(e->d_name + n - m, ending) != 0)
            continue;
        (void)snprintf(file, sizeof file, "%s/%s", path, e->d_name);
        run_file(&r, file);
        assert_int_equal(r.code, STATUS_OK);
        if (source_id != NULL && strcmp(r.report.source->id, source_id) != 0) {
            run_free(&r); /* another publication of the same folder */
            continue;
        }
        files++;
        if (r.report.totals_checked < totals_least ||
            r.report.totals_differing != differences_known(r.report.source->id))
            fail_msg("%s: %lld totals, of which %lld differ: %s", e->d_name, (long long)r.report.totals_checked,
                     (long long)r.report.totals_differing, r.report.note_count > 0 ? r.report.notes[0] : "");
        run_free(&r);
    }
    (void)closedir(d);
    assert_true(files >= least);
}

static void test_cancer(void **state)
{
    (void)state;
    folder_check("cancer", ".xlsx", "cancer-waits", 43, 700);
}
static void test_diagnostics(void **state)
{
    (void)state;
    folder_check("diagnostics", ".xls", "diagnostics-dm01", 10, 8000);
}
static void test_community(void **state)
{
    (void)state;
    folder_check("community", ".xlsx", "community-waits", 10, 350);
}
static void test_ambulance(void **state)
{
    (void)state;
    folder_check("ambulance", ".xlsx", "ambulance-ambsys", 1, 0);
}
static void test_virtual_wards(void **state)
{
    (void)state;
    folder_check("beds_flow", ".xlsx", "virtual-wards", 11, 3);
}
static void test_beds(void **state)
{
    (void)state;
    folder_check("beds_flow", ".xlsx", "beds-overnight-kh03", 3, 10);
}
static void test_cancelled(void **state)
{
    (void)state;
    folder_check("beds_flow", ".xlsx", "cancelled-operations", 3, 2);
}
static void test_mental_health(void **state)
{
    (void)state;
    folder_check("mental_health", ".csv", "mhsds-four-week-waits", 5, 0);
}
static void test_sickness(void **state)
{
    (void)state;
    folder_check("workforce", ".csv", "sickness-absence", 11, 0);
}
static void test_workforce(void **state)
{
    (void)state;
    folder_check("workforce", ".xlsx", "workforce-statistics", 3, 27);
}
static void test_survey(void **state)
{
    (void)state;
    folder_check("workforce", ".xlsx", "staff-survey", 1, 0);
}
static void test_population(void **state)
{
    (void)state;
    folder_check("population", ".xlsx", "population-sub-icb", 1, 0);
}
static void test_deprivation(void **state)
{
    (void)state;
    folder_check("population", ".csv", "imd-icb", 1, 0);
}
static void test_panel(void **state)
{
    (void)state;
    folder_check("rtt", ".csv", "rtt-icb-panel", 1, 0);
}
static void test_flows(void **state)
{
    (void)state;
    folder_check("rtt", ".csv", "rtt-flows", 1, 0);
}
static void test_series(void **state)
{
    (void)state;
    folder_check("ae", ".xls", "ae-england-series", 1, 0);
}

/* Figures of England that stand in the files as text or in other sheets, by hand. */
static void test_known_figures(void **state)
{
    (void)state;
    static const struct {
        const char *file, *column;
        int64_t sum;
    } known[] = {
        {"beds_flow/Monthly-Virtual-Ward-Aug2024.xlsx", "capacity", 12366}, /* England row */
        {"diagnostics/Monthly-Diagnostics-Web-File-Provider-May-2025.xls", "waiting",
         1709088}, /* sheet Provider, row 15 */
        {"diagnostics/Monthly-Diagnostics-Web-File-Provider-May-2025.xls", "weeks_13_plus", 117862},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        char path[1024];
        run r;
        (void)snprintf(path, sizeof path, CONCORD_SOURCE_DIR "/../shared/data/%s", known[i].file);
        if (access(path, R_OK) != 0)
            skip();
        run_file(&r, path);
        assert_int_equal(r.code, STATUS_OK);
        assert_int_equal(r.seen.sum[source_column_find(r.report.source, known[i].column)], known[i].sum);
        run_free(&r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fixtures),      cmocka_unit_test(test_every_source_has_a_fixture),
        cmocka_unit_test(test_in_a_zip),      cmocka_unit_test(test_parts),
        cmocka_unit_test(test_places),        cmocka_unit_test(test_drift),
        cmocka_unit_test(test_cancer),        cmocka_unit_test(test_diagnostics),
        cmocka_unit_test(test_community),     cmocka_unit_test(test_ambulance),
        cmocka_unit_test(test_virtual_wards), cmocka_unit_test(test_beds),
        cmocka_unit_test(test_cancelled),     cmocka_unit_test(test_mental_health),
        cmocka_unit_test(test_sickness),      cmocka_unit_test(test_workforce),
        cmocka_unit_test(test_survey),        cmocka_unit_test(test_population),
        cmocka_unit_test(test_deprivation),   cmocka_unit_test(test_panel),
        cmocka_unit_test(test_flows),         cmocka_unit_test(test_series),
        cmocka_unit_test(test_known_figures)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
