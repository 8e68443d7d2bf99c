/*
 * What must hold of a whole file: a table that is missing, renamed, pasted in twice or of another publication refuses the file, with its sheet, its row and what to do. Files are the fixtures of the sources, changed; the
 * catalogue and the organisations are those that ship.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "book.h"
#include "intake/intake.h"

#include <unistd.h>

#define FIXTURES CONCORD_SOURCE_DIR "/tests/unit/intake/fixtures"

static char FOLDER[64];
static catalogue SHIPPED;
static orgs *ORGS;

static int set_up(void **state)
{
    (void)state;
    const char *folder = CONCORD_SOURCE_DIR "/catalogue";
    problems list = {0};
    error err = {0};
    (void)snprintf(FOLDER, sizeof FOLDER, "whole-test-XXXXXX");
    if (mkdtemp(FOLDER) == NULL)
        return 1;
    status code = catalogue_load(&folder, 1, &SHIPPED, &list, &err);
    if (code == STATUS_OK)
        code = orgs_load(CONCORD_SOURCE_DIR "/data/orgs", &ORGS, &list, &err);
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
    orgs_free(ORGS);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", FOLDER);
    return system(command);
}

/* ---- a fixture, changed ------------------------------------------------------------------------------------ */

static char *fixture_text(const char *name)
{
    buffer b = {0};
    char path[1024];
    (void)snprintf(path, sizeof path, FIXTURES "/%s.txt", name);
    assert_int_equal(file_read(path, 1 << 20, &b, NULL), STATUS_OK);
    return b.data;
}

/* The first, or every, occurrence of a part by something else; frees what it was given. */
static char *changed(char *whole, const char *part, const char *by, bool every)
{
    buffer b = {0};
    const char *at = whole, *found = strstr(at, part);
    if (found == NULL)
        fail_msg("<%s> is not in the fixture", part);
    for (; found != NULL; found = every ? strstr(at, part) : NULL) {
        buffer_put(&b, at, (size_t)(found - at));
        buffer_text(&b, by);
        at = found + strlen(part);
    }
    buffer_text(&b, at);
    free(whole);
    return b.data;
}

static char *added(char *whole, const char *more)
{
    buffer b = {0};
    buffer_text(&b, whole);
    buffer_text(&b, more);
    free(whole);
    return b.data;
}

/* The line that begins with `start`, once more as row `row` (0 = a line of a csv, as it is), behind the line before which `before` begins a line ("" = at the end). */
static char *repeated(char *whole, const char *start, int row, const char *before)
{
    char from[256];
    buffer b = {0};
    (void)snprintf(from, sizeof from, "\n%s", start);
    const char *line = strstr(whole, from);
    if (line == NULL)
        fail_msg("no line begins with <%s>", start);
    size_t n = strcspn(++line, "\n"), number = row > 0 ? strcspn(line, "|") : 0;
    (void)snprintf(from, sizeof from, "\n%s", before);
    const char *at = before[0] == 0 ? whole + strlen(whole) : strstr(line, from);
    assert_non_null(at);
    buffer_put(&b, whole, (size_t)(at - whole));
    if (b.length > 0 && b.data[b.length - 1] != '\n')
        buffer_char(&b, '\n');
    if (row > 0)
        buffer_int(&b, row);
    buffer_put(&b, line + number, n - number);
    buffer_text(&b, at[0] == 0 ? "\n" : at);
    free(whole);
    return b.data;
}

static const char *file_of_text(const char *description)
{
    static char path[512];
    char kind[16] = "", name[256] = "";
    const char *at = strstr(description, "# kind: "), *named = strstr(description, "# name: ");
    assert_true(at != NULL && named != NULL);
    (void)snprintf(kind, sizeof kind, "%.*s", (int)strcspn(at + 8, "\n"), at + 8);
    (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(named + 8, "\n"), named + 8);
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

/* ---- reading ----------------------------------------------------------------------------------------------- */

typedef struct run {
    status code;
    error err;
    problems list;
    intake_report report;
    arena memory;
    int64_t begun, rows;
} run;

static status seen_begin(void *context, const source *s, const source_layout *layout, error *err)
{
    (void)s, (void)layout, (void)err;
    ((run *)context)->begun++;
    return STATUS_OK;
}

static status seen_rows(void *context, const row_batch *batch, error *err)
{
    (void)err;
    ((run *)context)->rows += (int64_t)batch->count;
    return STATUS_OK;
}

static void run_text(run *r, char *description)
{
    *r = (run){0};
    const intake_sink sink = {.context = r, .begin = seen_begin, .rows = seen_rows};
    const intake_options options = {.published = DATE_NONE, .orgs = ORGS};
    r->code =
        intake_read(file_of_text(description), &SHIPPED, &options, &sink, &r->memory, &r->report, &r->list, &r->err);
    free(description);
}

static void run_free(run *r)
{
    problems_free(&r->list);
    arena_free(&r->memory);
}

/* Every part of the message, one sentence that names the sheet and row, a hint; nothing is of no known kind, nothing reaches the store. */
static void refused(char *description, const char *sheet, int64_t row, const char *const *parts)
{
    run r;
    run_text(&r, description);
    for (size_t i = 0; parts[i] != NULL; i++)
        if (r.code != STATUS_REFUSED || strstr(r.err.message, parts[i]) == NULL)
            fail_msg("%d <%s> lacks <%s>", (int)r.code, r.err.message, parts[i]);
    assert_string_equal(r.err.sheet, sheet);
    assert_int_equal(r.err.row, row);
    assert_true(r.err.hint[0] != 0);
    assert_false(r.report.unknown_kind);
    assert_int_equal(r.begun == 0 || r.rows == 0, true);
    run_free(&r);
}
#define PARTS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void read_with(char *description, const char *note)
{
    run r;
    run_text(&r, description);
    if (r.code != STATUS_OK)
        fail_msg("%s", r.err.message);
    bool found = note == NULL;
    for (size_t i = 0; i < r.report.note_count; i++)
        found |= note != NULL && strstr(r.report.notes[i], note) != NULL;
    if (!found)
        fail_msg("no note says <%s>", note);
    run_free(&r);
}

/* ---- tables that must be there ------------------------------------------------------------------------------- */

static char *community(void)
{
    return fixture_text("community-waits");
}

static void test_bands(void **state)
{
    (void)state;
    read_with(community(), NULL);
    refused(changed(community(), "== Table 4c\n", "== Notes 4c\n", false), "", 0,
            PARTS("The table '2-4 weeks' of community-waits", "is not in it; its sheets are 'Cover page'"));
    refused(changed(community(), "1|Number waiting >2-4 weeks (15-28 days)", "1|Waits of two to four weeks", false),
            "Table 4c", 5,
            PARTS("The table '2-4 weeks' of community-waits is not in it", "the title of the sheet 'Table 4c'",
                  "'Waits of two to four weeks by service, June 2025'"));
    refused(changed(community(), "1|Total waiting list by service", "1|Everybody", false), "Table 4", 5,
            PARTS("The table 'all' of community-waits"));
    /* The two longest bands were one until 2024: one or the other. */
    read_with(fixture_text("community-waits-2024"), NULL);
    refused(changed(community(), ">52-104 weeks (365-728 days)", "over 52 weeks (over 365 days)", false), "Table 4g", 5,
            PARTS("half way between two layouts", "'Table 4h' has the table 'over 104 weeks'",
                  "'Table 4g' has 'over 52 weeks'"));
    refused(changed(fixture_text("community-waits-2024"), "over 52 weeks (over 365 days)", "a year or more", false),
            "Table 4g", 5, PARTS("The table '52-104 weeks'", "'Table 4g'"));
    /* A table of a band that nobody knows, beside all the others. */
    refused(added(community(), "== Table 4i\n1|Number waiting over 3 years by service, June 2025\n5|Organisation "
                               "Type|Organisation Code|Organisation Name|(A) Audiology\n9|Provider|RZ1|A|1\n"),
            "Table 4i", 5, PARTS("This looks like community-waits", "lacks '(A) Adult safeguarding'"));
    /* A sheet whose columns were renamed holds no band. */
    refused(changed(changed(community(), "== Table 4d\n", "== Table 4d\n4|Organisation\n", false),
                    "== Table 4d\n4|Organisation\n1|Number waiting >4-12 weeks (29-84 days) by service, June "
                    "2025\n2|Blanks indicate no organisation submitted for the service line\n5|Organisation "
                    "Type|Organisation Code|",
                    "== Table 4d\n1|Number waiting >4-12 weeks (29-84 days) by service, June 2025\n5|Organisation "
                    "Type|Code|",
                    false),
            "Table 4d", 5,
            PARTS("The table '4-12 weeks'", "the sheet 'Table 4d' looks like it, but lacks 'Organisation Code'"));
}

static void test_services(void **state)
{
    (void)state;
    refused(changed(community(), "|(A) ", "|Adults: ", true), "Table 4", 5, PARTS("lacks '(A) Adult safeguarding'"));
    refused(
        changed(community(), "Therapy", "Treatment", true), "Table 4", 5,
        PARTS("This looks like community-waits", "'(A) Nursing and Therapy support for LTCs: Continence/ colostomy'"));
    /* In one sheet only. */
    refused(changed(community(),
                    "== Table 4c\n1|Number waiting >2-4 weeks (15-28 days) by service, June 2025\n2|Blanks "
                    "indicate no organisation submitted for the service line\n5|Organisation "
                    "Type|Organisation Code|Organisation Name|(A) Adult safeguarding|",
                    "== Table 4c\n1|Number waiting >2-4 weeks (15-28 days) by service, June 2025\n5|Organisation "
                    "Type|Organisation Code|Organisation Name|(A) Safeguarding of adults|",
                    false),
            "Table 4c", 5,
            PARTS("The sheet 'Table 4' has a column '(A) Adult safeguarding', and the sheet 'Table 4c'"));
    refused(changed(community(), "(A) Adult safeguarding|(A) Audiology", "(A) Audiology|(A) Audiology", false),
            "Table 4", 5, PARTS("'(A) Audiology' is the heading of two columns, D and E"));
    refused(changed(community(), "|(CYP) Vision screening|", "|Children: vision screening|", true), "Table 4", 5,
            PARTS("does not know 1 column of the sheet 'Table 4': 'Children: vision screening'",
                  "not there are '(CYP) Vision screening'"));
    /* Services come and go, and it is said. */
    read_with(changed(community(), "|(CYP) Vision screening|", "|(CYP) Sight|", true),
              "1 column of layout by-service is not there: '(CYP) Vision screening'");
}

static void test_columns_that_are_rows(void **state)
{
    (void)state;
    refused(changed(fixture_text("beds-overnight-kh03"), "|Learning Disabilities|Maternity|", "|LD|Maternity|", false),
            "NHS Trust by Sector", 15, PARTS("lacks 'Available | Learning Disabilities'"));
    refused(changed(fixture_text("population-sub-icb"), "|F17|", "|Girls of 17|", false), "Mid-2022 ICB 2024", 4,
            PARTS("This looks like population-sub-icb", "lacks 'F17'", "'Girls of 17'"));
    refused(changed(fixture_text("workforce-statistics"), "|Midwives|", "|Midwifery|", false), "2. NHSE, Org & SG - HC",
            6, PARTS("lacks 'Midwives'"));
    refused(changed(fixture_text("staff-survey"), "Q25c - I would", "Q25 iii - I would", false),
            "YOUR ORGANISATION Q25-26", 5, PARTS("lacks 'Q25c - * | % *'"));
}

static void test_sheets(void **state)
{
    (void)state;
    static const char *const fixtures[][3] = {
        {"virtual-wards", "== Virtual Ward Data - Provider\n", "the sheet 'Virtual Ward Data*Provider*'"},
        {"workforce-statistics", "== 3. NHSE, Org & SG - FTE\n", "the sheet '3. NHSE, Org & SG*FTE'"},
        {"staff-survey", "== HEALTH WELLBEING SAFETY Q12\n", "the sheet 'HEALTH WELLBEING SAFETY Q12'"},
        {"cancer-provider", "== 62-DAY (ALL CANCER)\n", "the sheet '62-DAY*(ALL CANCER)'"},
        {"cancer-combined", "== Provider Level Performance\n", "the sheet 'Provider Level*'"},
        {"ae-england-series", "== Performance\n", "the sheet 'Performance'"}};
    for (size_t i = 0; i < sizeof fixtures / sizeof fixtures[0]; i++)
        refused(changed(fixture_text(fixtures[i][0]), fixtures[i][1], "== Other\n", false), "", 0,
                PARTS(fixtures[i][2], "is not in it; its sheets are "));
    refused(changed(fixture_text("cancelled-operations"), "== Provider\n", "== Trusts\n", false), "", 0,
            PARTS("This is cancelled-operations, but the sheet 'Provider'", "(the sheet 'Trusts' has its columns)"));
    /* Before April 2025 there was no sheet of providers. */
    char *old = changed(fixture_text("virtual-wards"), "April 2025", "March 2025", true);
    read_with(changed(old, "== Virtual Ward Data - Provider\n", "== Other\n", false), NULL);
}

/* The only sheet is gone or has another name: which publication was meant is said all the same. */
static void test_only_sheet(void **state)
{
    (void)state;
    static const char *const fixtures[][4] = {
        {"beds-overnight-kh03", "== NHS Trust by Sector\n", "beds-overnight-kh03 (layout trust-by-sector)",
         "the sheet 'NHS Trust by Sector' is not there"},
        {"diagnostics-dm01", "== Provider by Test\n", "diagnostics-dm01 (layout provider-by-test)",
         "the sheet 'Provider by Test' is not there"},
        {"ambulance-ambsys", "== Raw", "ambulance-ambsys (layout raw)", "the sheet 'Raw' is not there"}};
    for (size_t i = 0; i < sizeof fixtures / sizeof fixtures[0]; i++)
        refused(changed(fixture_text(fixtures[i][0]), fixtures[i][1], "== Figures\n", false), "", 0,
                PARTS("This looks like ", fixtures[i][2], fixtures[i][3], "(the sheet 'Figures' has its columns)"));
    char *one = changed(fixture_text("virtual-wards"), "== Virtual Ward Data - ICB\n", "== Data\n", false);
    refused(changed(one, "== Virtual Ward Data - Provider\n", "== More data\n", false), "", 0,
            PARTS("This looks like virtual-wards (layout icb), but the sheet 'Virtual Ward Data' is not there; its "
                  "sheets are 'Notes', 'Data', 'More data'"));
    /* Nothing but notes is left: the name of the file tells. */
    refused(changed(changed(fixture_text("diagnostics-dm01"), "Provider Code", "X", true), "== Provider by Test\n",
                    "== Other\n", false),
            "", 0, PARTS("diagnostics-dm01"));
    static const char only[] = "# kind: xlsx\n# name: Monthly-Virtual-Ward-Aug2024.xlsx\n== Notes\n1|Notes\n";
    char *notes = strdup(only);
    refused(notes, "", 0,
            PARTS("This looks like virtual-wards (layout icb) by its name, but the sheet 'Virtual Ward Data' is not "
                  "there; its sheets are 'Notes'"));
    /* A csv whose headings were renamed. */
    refused(changed(fixture_text("sickness-absence"), "FTE_DAYS_LOST", "DAYS_LOST", false), "", 1,
            PARTS("This looks like sickness-absence (layout csv), but it lacks 'FTE_DAYS_LOST'", "'DAYS_LOST'"));
}

/* ---- tables that are there twice ------------------------------------------------------------------------------ */

/* The same organisation twice in a table, in every source that has a line for each. */
static void test_rows_twice(void **state)
{
    (void)state;
    static const struct {
        const char *fixture, *line, *before, *sheet, *told;
        int row;
    } cases[] = {
        {"community-waits", "9|Provider|RZ1", "== Table 4a", "Table 4", "row 9 of the sheet 'Table 4'", 40},
        {"virtual-wards", "19||London|Y56|QZ2", "== Virtual Ward Data - Prov", "Virtual Ward Data - ICB", "row 19", 40},
        {"virtual-wards", "19||London|Y56|RZ2", "", "Virtual Ward Data - Provider", "'RZ2', 'Y56' stands in row 19",
         40},
        {"cancelled-operations", "21||Y56", "== Guidance", "Provider", "'RZ2' stands in row 21", 40},
        {"beds-overnight-kh03", "19||2024-25", "== Region by", "NHS Trust by Sector", "'RZ2', 'Total' stands in row 19",
         40},
        {"workforce-statistics", "14|||||SOUTHMOOR NHS FOUNDATION TRUST|RZ2|22", "== 3.", "2. NHSE, Org & SG - HC",
         "'RZ2', 'Total' stands in row 14", 40},
        {"population-sub-icb", "5|E38999901", "== Mid-2024", "Mid-2022 ICB 2024", "'E38999901', 'Female', '0'", 40},
        {"staff-survey", "6|RZ1", "== HEALTH WELLBEING SAFETY Q12", "YOUR JOB Q1-3", "'RZ1', 'Q2a'", 40},
        {"diagnostics-dm01", "18||Y56", "== Notes", "Provider by Test", "'RZ1', 'Computed Tomography' stands in row 18",
         40},
        {"ambulance-ambsys", "11|2025", "", "Raw", "'RZ1' stands in row 11", 40},
        {"ae-england-series", "16||@2010", "== Performance", "Activity", "'ENG' stands in row 16", 40},
        {"cancer-provider", "11||RZ2", "== 28-DAY FDS (BY ROUTE)", "28-DAY FDS (ALL ROUTES)",
         "stands in row 11 of the sheet '28-DAY FDS (ALL ROUTES)'", 40},
        {"cancer-commissioner", "11||", "== 28-DAY FDS (BY ROUTE)", "28-DAY FDS (ALL ROUTES)", "stands in row 11", 40},
        {"cancer-combined", "17||QZ1", "== Provider Level", "System Level Performance", "stands in row 17", 40},
        {"sickness-absence", "30/04/2024", "", "", "stands on line", 0},
        {"rtt-flows", "2020", "", "", "stands on line", 0},
        {"rtt-icb-panel", "2022-10", "", "", "stands on line", 0},
        {"imd-icb", "E54999901", "", "", "stands on line", 0},
        {"mhsds-four-week-waits", "01/", "", "", "stands on line", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        run r;
        run_text(&r, repeated(fixture_text(cases[i].fixture), cases[i].line, cases[i].row, cases[i].before));
        if (r.code != STATUS_REFUSED || r.list.count == 0 || strstr(r.list.items[0].message, cases[i].told) == NULL ||
            strstr(r.list.items[0].message, "must not be counted twice") == NULL)
            fail_msg("%s: %d <%s> <%s>", cases[i].fixture, (int)r.code, r.err.message,
                     r.list.count > 0 ? r.list.items[0].message : "");
        assert_string_equal(r.list.items[0].sheet, cases[i].sheet);
        if (cases[i].row > 0)
            assert_int_equal(r.list.items[0].row, cases[i].row);
        assert_true(r.list.items[0].hint[0] != 0);
        run_free(&r);
    }
}

/* A second header: a second table below the first, whatever stands in it. */
static void test_headers_twice(void **state)
{
    (void)state;
    static const struct {
        const char *fixture, *header, *before, *sheet;
        int first;
        bool stacked; /* its headings are of two rows, and only one is repeated */
    } cases[] = {
        {"cancelled-operations", "16||Region Code|Region Name|Organisation", "== Guidance", "Provider", 16, false},
        {"virtual-wards", "16||Region", "== Virtual Ward Data - Prov", "Virtual Ward Data - ICB", 16, false},
        {"community-waits", "5|Organisation Type", "== Table 4a", "Table 4", 5, false},
        {"beds-overnight-kh03", "15||Year", "== Region by", "NHS Trust by Sector", 15, true},
        {"workforce-statistics", "6|NHS", "== 3.", "2. NHSE, Org & SG - HC", 6, false}};
    char both[64];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        /* Among the first rows both could be the header ... */
        (void)snprintf(both, sizeof both, cases[i].stacked ? "header, beside row %d" : "rows %d and 40",
                       cases[i].first);
        refused(repeated(fixture_text(cases[i].fixture), cases[i].header, 40, cases[i].before), cases[i].sheet, 40,
                PARTS(both));
        /* ... further down, below more rows than are looked at, the second is. */
        buffer filler = {0};
        buffer_char(&filler, '\n');
        for (int row = 41; row < 100; row++)
            buffer_printf(&filler, "%d|-\n", row);
        buffer_text(&filler, cases[i].before);
        char from[64];
        (void)snprintf(from, sizeof from, "\n%s", cases[i].before);
        char *deep = changed(fixture_text(cases[i].fixture), from, filler.data, false);
        (void)snprintf(both, sizeof both, "second header, beside row %d", cases[i].first);
        refused(repeated(deep, cases[i].header, 200, cases[i].before), cases[i].sheet, 200, PARTS(both));
        buffer_free(&filler);
    }
    /* The second table has its columns elsewhere. */
    char *moved = changed(fixture_text("cancelled-operations"), "\n== Guidance",
                          "\n50|Organisation Code|Organisation Name|Region Code|Something else\n51|RZ9|X|Y56|7\n== "
                          "Guidance",
                          false);
    run r;
    run_text(&r, moved);
    assert_int_equal(r.code, STATUS_REFUSED);
    assert_true(r.err.row == 50 && strstr(r.err.message, "second header, beside row 16") != NULL);
    run_free(&r);
    /* A second table beside the first. */
    refused(changed(fixture_text("cancelled-operations"), "\n17||-||-|England (Excl",
                    "|Organisation Code|Number of patients\n17||-||-|England (Excl", false),
            "Provider", 16, PARTS("'Organisation Code' is the heading of two columns, D and H, and one is wanted"));
    /* Sheets of cancer waits hold a block for each stage, each under the same headings. */
    char *blocks = fixture_text("cancer-provider");
    read_with(repeated(blocks, "9||ODS CODE (1)|ACCOUNTABLE PROVIDER|TREATMENT STAGE|CANCER TYPE|", 60,
                       "== 31-DAY (BY CANCER)"),
              NULL);
}

/* ---- codes of another kind, periods of another length --------------------------------------------------------- */

static void test_kinds(void **state)
{
    (void)state;
    static const struct {
        const char *fixture, *part, *by, *sheet, *message, *column;
        int row;
    } cases[] = {
        {"virtual-wards", "|Y56|QZ2|", "|Y56|Y56|", "Virtual Ward Data - ICB",
         "'Y56' is a region (London), and this column is for integrated care boards", "ICB code", 19},
        {"virtual-wards", "|Y56|RZ2|", "|Y56|QMJ|", "Virtual Ward Data - Provider", "'QMJ' is an integrated care board",
         "Provider code", 19},
        {"cancelled-operations", "|RZ2|", "|Y56|", "Provider", "and this column is for providers", "Organisation Code",
         21},
        {"community-waits", "9|Provider|RZ1", "9|Provider|QMJ", "Table 4", "and this column is for providers",
         "Organisation Code", 9},
        {"community-waits", "8|ICB|QZ1", "8|ICB|Y56", "Table 4", "and this column is for integrated care boards",
         "Organisation Code", 8},
        {"rtt-flows", "2020,Apr,QZ1,", "2020,Apr,Y56,", "", "this column is for integrated care boards",
         "Provider Parent Org Code", 2},
        {"rtt-icb-panel", "2022-10,QZ1,", "2022-10,RJ1,", "", "'RJ1' is a trust", "icb_code", 2},
        {"population-sub-icb", "E38999901", "QMJ", "Mid-2022 ICB 2024", "this column is for sub-ICB locations",
         "SICBL 2024 Code", 5},
        {"beds-overnight-kh03", "|RZ2|", "|QMJ|", "NHS Trust by Sector", "and this column is for providers", "Org Code",
         19},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        run r;
        run_text(&r, changed(fixture_text(cases[i].fixture), cases[i].part, cases[i].by, false));
        if (r.code != STATUS_REFUSED || strstr(r.err.message, cases[i].message) == NULL)
            fail_msg("%s: %d <%s>", cases[i].fixture, (int)r.code, r.err.message);
        assert_string_equal(r.err.sheet, cases[i].sheet);
        assert_string_equal(r.err.column, cases[i].column);
        assert_int_equal(r.err.row, cases[i].row);
        run_free(&r);
    }
    /* Boards employ staff and stand among the providers there. */
    read_with(changed(fixture_text("sickness-absence"), ",RZ1,", ",QMJ,", false), NULL);
}

static void test_periods(void **state)
{
    (void)state;
    refused(changed(fixture_text("virtual-wards"), "6||Month:|April 2025", "6||Month:|Quarter 1 2025", false),
            "Virtual Ward Data - ICB", 16,
            PARTS("The period of the table does not fit: 2025 is not a month, and virtual-wards is published monthly"));
    refused(changed(fixture_text("virtual-wards"), "April 2025", "2024-25 Q1", true), "Virtual Ward Data - ICB", 16,
            PARTS("is not a month, and virtual-wards is published monthly"));
    refused(
        changed(fixture_text("cancelled-operations"), "Quarter 4, 2024-25 (January to March 2025)", "March 2025", true),
        "National & Regional", 16,
        PARTS("March 2025 is not a quarter, and cancelled-operations is published quarterly"));
    /* Two months in one workbook. */
    char *two = fixture_text("virtual-wards");
    char *at = strstr(two, "== Virtual Ward Data - Provider");
    assert_non_null(at);
    at = strstr(at, "April 2025");
    assert_non_null(at);
    memcpy(at, "June  2025", 10);
    refused(two, "Virtual Ward Data - Provider", 16,
            PARTS("A file of virtual-wards holds one period, and this one two",
                  "the sheet 'Virtual Ward Data - ICB' is for April 2025",
                  "the sheet 'Virtual Ward Data - Provider' for June 2025"));
    char *csv = fixture_text("sickness-absence");
    char *body = strstr(csv, "30/04/2024");
    assert_non_null(body);
    body = strstr(body + 10, "30/04/2024");
    assert_non_null(body);
    memcpy(body, "31/05/2024", 10);
    run r;
    run_text(&r, csv);
    assert_int_equal(r.code, STATUS_REFUSED);
    assert_non_null(strstr(r.err.message, "a file of sickness-absence holds one period"));
    assert_true(r.err.row > 1);
    run_free(&r);
}

/* Sheets of two forms of a publication, or of two publications, in one workbook. */
static void test_mixtures(void **state)
{
    (void)state;
    char *combined = fixture_text("cancer-combined");
    const char *sheets = strstr(combined, "\n== ");
    assert_non_null(sheets);
    refused(added(fixture_text("cancer-provider"), sheets + 1), "System Level Performance", 15,
            PARTS("half way between two layouts of cancer-waits"));
    free(combined);
    char *wards = fixture_text("virtual-wards");
    sheets = strstr(wards, "\n== Virtual Ward Data - ICB");
    assert_non_null(sheets);
    refused(added(fixture_text("cancelled-operations"), sheets + 1), "National & Regional", 16,
            PARTS("The workbook holds two publications", "virtual-wards"));
    free(wards);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_bands),
                                       cmocka_unit_test(test_services),
                                       cmocka_unit_test(test_columns_that_are_rows),
                                       cmocka_unit_test(test_sheets),
                                       cmocka_unit_test(test_only_sheet),
                                       cmocka_unit_test(test_rows_twice),
                                       cmocka_unit_test(test_headers_twice),
                                       cmocka_unit_test(test_kinds),
                                       cmocka_unit_test(test_periods),
                                       cmocka_unit_test(test_mixtures)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
