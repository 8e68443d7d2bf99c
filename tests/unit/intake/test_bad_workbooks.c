/* Bad workbooks as they come from publishers and from hostile hands, read with a mapping: each is refused with its file, sheet, row and column, and nothing of it reaches the store; merged cells, hidden
 * sheets and days counted from 1904 are read. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "book.h"
#include "intake/intake.h"

#include <unistd.h>

static char FOLDER[64];
static catalogue CATALOGUE;

static const char YAML[] =
    "id: visits\nname: Visits\npublisher: Example\nlicence: OGL\nlanding_page: \"\"\nfrequency: monthly\n"
    "columns:\n  - {name: provider, title: Provider, type: code}\n  - {name: service, title: Service, type: category}\n"
    "  - {name: visits, title: Visits, type: count}\n  - {name: day, title: Day, type: text}\n"
    "roles:\n  - {name: provider, column: provider}\n"
    "layouts:\n"
    "  - id: provider\n    form: book\n    sheets: [\"Provider*\"]\n    period_at: [{title: \"Visits:*\"}]\n    "
    "columns:\n"
    "      - {header: Org Code, to: provider, required: true}\n      - {header: Service, to: service, required: true}\n"
    "      - {header: Visits, to: visits, required: true}\n      - {header: Day, to: day, optional: true}\n"
    "  - id: totals\n    form: book\n    optional: true\n    sheets: [\"Summary\"]\n    period_at: [{title: "
    "\"Visits:*\"}]\n    columns:\n"
    "      - {header: Code, to: provider, required: true}\n      - {header: Sum, to: visits, required: true}\n"
    "      - {header: Kind, to: service}\n"
    "  - id: wide\n    sheets: [\"Wide\"]\n    heading_rows: 2\n    period_at: [{title: \"Visits:*\"}]\n    columns:\n"
    "      - {header: Org Code, to: provider, required: true}\n"
    "    unpivot:\n      - {headers: [\"Adults | *\"], to: visits, heading_to: service}\n"
    "  - id: monthly-csv\n    columns:\n      - {header: Provider Code, to: provider, required: true}\n"
    "      - {header: Clinic, to: service}\n      - {header: Number, to: visits}\n      - {header: On, to: day}\n";

static const char *path_in(const char *name)
{
    static char path[512];
    (void)snprintf(path, sizeof path, "%s/%s", FOLDER, name);
    return path;
}

static int set_up(void **state)
{
    char path[256];
    (void)state;
    (void)snprintf(FOLDER, sizeof FOLDER, "bad-workbooks-XXXXXX");
    if (mkdtemp(FOLDER) == NULL)
        return -1;
    (void)snprintf(path, sizeof path, "%s/catalogue/sources", FOLDER);
    assert_int_equal(folder_make(path, NULL), STATUS_OK);
    (void)snprintf(path, sizeof path, "%s/catalogue/sources/visits.yaml", FOLDER);
    assert_int_equal(file_write(path, YAML, strlen(YAML), false, NULL), STATUS_OK);
    (void)snprintf(path, sizeof path, "%s/catalogue", FOLDER);
    const char *folders[] = {path};
    problems list = {0};
    error err = {0};
    status code = catalogue_load(folders, 1, &CATALOGUE, &list, &err);
    if (code != STATUS_OK)
        fail_msg("%s", list.count > 0 ? list.items[0].message : err.message);
    problems_free(&list);
    return 0;
}

static int tear_down(void **state)
{
    char line[128];
    (void)state;
    catalogue_free(&CATALOGUE);
    (void)snprintf(line, sizeof line, "rm -rf '%s'", FOLDER);
    return system(line);
}

/* ---- reading ---- */

typedef struct run {
    status code;
    error err;
    problems list;
    arena memory;
    intake_report report;
    const source *source;
    buffer rows; /* "RJ1 Physio 10 \n" */
} run;

static status seen_begin(void *context, const source *s, const source_layout *layout, error *err)
{
    (void)layout, (void)err;
    ((run *)context)->source = s;
    return STATUS_OK;
}

static status seen_rows(void *context, const row_batch *b, error *err)
{
    run *r = context;
    (void)err;
    for (size_t i = 0; i < b->count; i++) {
        for (size_t c = 0; c < r->source->column_count; c++) {
            bool there = (b->columns[c].present[i / 64] >> (i % 64) & 1) != 0;
            if (there && b->columns[c].type == COLUMN_COUNT)
                buffer_int(&r->rows, b->columns[c].as.counts[i]);
            else if (there)
                buffer_put(&r->rows, b->columns[c].as.texts[i].at, b->columns[c].as.texts[i].length);
            buffer_char(&r->rows, c + 1 < r->source->column_count ? ' ' : '\n');
        }
    }
    return STATUS_OK;
}

static void run_file(run *r, const char *path)
{
    const intake_sink sink = {.context = r, .begin = seen_begin, .rows = seen_rows};
    *r = (run){0};
    r->code = intake_read(path, &CATALOGUE, NULL, &sink, &r->memory, &r->report, &r->list, &r->err);
}

static void run_free(run *r)
{
    problems_free(&r->list);
    arena_free(&r->memory);
    buffer_free(&r->rows);
}

static void refused(const char *path, const char *message, const char *sheet, int64_t row, const char *column)
{
    run r;
    run_file(&r, path);
    if (r.code != STATUS_REFUSED || strstr(r.err.message, message) == NULL)
        fail_msg("%s: %d '%s' lacks '%s'", path, (int)r.code, r.err.message, message);
    assert_string_equal(r.err.file, path);
    assert_string_equal(r.err.sheet, sheet);
    assert_int_equal(r.err.row, row);
    assert_string_equal(r.err.column, column);
    assert_true(r.err.hint[0] != 0);
    run_free(&r);
}

static void read_as(const char *path, const char *rows)
{
    run r;
    run_file(&r, path);
    if (r.code != STATUS_OK)
        fail_msg("%s: %s", path, r.err.message);
    assert_string_equal(r.rows.data == NULL ? "" : r.rows.data, rows);
    run_free(&r);
}

static const char *made(const char *name, const char *description)
{
    book_write_xlsx(path_in(name), description);
    return path_in(name);
}

#define HEAD "1|Visits: May 2025\n3|Org Code|Service|Visits|Day\n"

/* ---- what is refused ---- */

static void test_cells(void **state)
{
    (void)state;
    static const struct {
        const char *rows, *message, *column;
    } cases[] = {{"4|RJ1|Physio|ten\n", "'ten' is not a whole number", "Visits"},
                 {"4|RJ1|Physio|-1\n", "'-1' is negative", "Visits"},
                 {"4|RJ1|Physio|1.5\n", "'1.5' is not a whole number", "Visits"},
                 {"4|RJ1|Physio|=SUM(C5:C9)\n", "formula whose value is not in the file", "Visits"},
                 {"4|RJ1|Physio|=<v/>SUM(C5:C9)\n", "Cell C4 holds a formula whose value is not in the file", "Visits"},
                 {"4|=<v/>A9|Physio|10\n", "Cell A4 holds a formula whose value is not in the file", "Org Code"},
                 {"4|RJ1|Physio|10|=<v/>A9\n", "Cell D4 holds a formula whose value is not in the file", "Day"},
                 {"4|RJ1|Physio|!#REF!\n", "'#REF!'", "Visits"},
                 {"4||Physio|10\n", "The cell is blank", "Org Code"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char description[512];
        (void)snprintf(description, sizeof description, "== Provider\n" HEAD "%s", cases[i].rows);
        refused(made("cells.xlsx", description), cases[i].message, "Provider", 4, cases[i].column);
    }
}

static void test_sheets_and_headers(void **state)
{
    (void)state;
    refused(made("none.xlsx", "== Notes\n1|Visits: May 2025\n== Summary\n1|Service|Number\n2|Physio|10\n"),
            "No source in the catalogue has such a workbook", "", 0, "");
    refused(made("renamed.xlsx", "== Notes\n1|Visits: May 2025\n== Table 1\n" HEAD),
            "This looks like visits (layout provider), but the sheet 'Provider*' is not there; its sheets are 'Notes', "
            "'Table 1' (the sheet 'Table 1' has its columns)",
            "", 0, "");
    refused(made("missing.xlsx", "== Summary\n1|Visits: May 2025\n3|Code|Sum|Kind\n4|RJ1|10|Physio\n"),
            "the sheet 'Provider*' (layout provider) is not in it; its sheets are 'Summary'", "", 0, "");
    refused(made("two.xlsx", "== Provider\n" HEAD "4|RJ1|Physio|10\n6|Service|Org Code|Visits|Day\n7|Physio|RJ1|11\n"),
            "header", "Provider", 6, "");
    refused(made("nodate.xlsx", "== Provider\n1|Visits\n3|Org Code|Service|Visits\n4|RJ1|Physio|10\n"), "period",
            "Provider", 3, "");
    /* An older copy of the sheet was left in: every figure would count twice. */
    refused(made("twice.xlsx",
                 "== Provider\n" HEAD "4|RJ1|Physio|10\n== Provider (old) (hidden)\n" HEAD "4|RJ1|Physio|9\n"),
            "May 2025 is in the workbook twice: on the sheets 'Provider' and 'Provider (old)', which is hidden, "
            "(layout provider)",
            "Provider (old)", 3, "");
    /* Two months side by side are no such thing. */
    read_as(made("months.xlsx", "== Provider May\n" HEAD "4|RJ1|Physio|10\n== Provider June\n1|Visits: June 2025\n"
                                "3|Org Code|Service|Visits|Day\n4|RJ1|Physio|9\n"),
            "RJ1 Physio 10 \nRJ1 Physio 9 \n");
}

static void test_half_way_between_two_layouts(void **state)
{
    (void)state;
    run r;
    static const char half[] = "Provider Code,Clinic,Visits,Day\nRJ1,Physio,10,\n";
    assert_int_equal(file_write(path_in("Visits-May-2025.csv"), half, strlen(half), false, NULL), STATUS_OK);
    run_file(&r, path_in("Visits-May-2025.csv"));
    assert_int_equal(r.code, STATUS_REFUSED);
    assert_true(r.err.message[0] != 0 && r.err.hint[0] != 0);
    assert_null(r.source); /* nothing reached the sink */
    run_free(&r);
    static const char most[] = "Provider Code,Clinic,Visits,On\nRJ1,Physio,10,\n";
    assert_int_equal(file_write(path_in("Visits-May-2025.csv"), most, strlen(most), false, NULL), STATUS_OK);
    run_file(&r, path_in("Visits-May-2025.csv"));
    assert_int_equal(r.code, STATUS_REFUSED);
    assert_non_null(strstr(r.err.message, "This looks like visits (layout monthly-csv)"));
    assert_non_null(strstr(r.err.message, "'Number' is missing"));
    assert_int_equal(r.err.row, 1);
    run_free(&r);
    /* A workbook whose one sheet is new and whose other is old. */
    refused(made("half.xlsx",
                 "== Provider\n1|Visits: May 2025\n3|Org Code|Service|Number\n4|RJ1|Physio|10\n== Summary\n"
                 "1|Visits: May 2025\n3|Code|Sum|Kind\n4|RJ1|10|Physio\n"),
            "it lacks 'Visits'; not known are 'Number'", "Provider", 3, "");
}

static void test_disguised(void **state)
{
    (void)state;
    static const char page[] = "<!DOCTYPE html><html><body>Service unavailable</body></html>";
    assert_int_equal(file_write(path_in("page.xlsx"), page, strlen(page), false, NULL), STATUS_OK);
    refused(path_in("page.xlsx"), "web page", "", 0, "");
    static const char csv[] = "Provider Code,Clinic,Number,On\nRJ1,Physio,10,\n";
    assert_int_equal(file_write(path_in("Visits-May-2025.xls"), csv, strlen(csv), false, NULL), STATUS_OK);
    run r;
    run_file(&r, path_in("Visits-May-2025.xls"));
    assert_int_equal(r.code, STATUS_OK);
    assert_non_null(strstr(r.report.notes[0], "but it is csv"));
    run_free(&r);
    /* A workbook with a password is a compound file with its contents in one stream. */
    book_write_xls(path_in("locked.xlsx"), "== A\n1|x\n", "EncryptedPackage");
    refused(path_in("locked.xlsx"), "protected by a password", "", 0, "");
}

/* 400 MB of nothing in a few hundred kilobytes. */
static void test_bomb(void **state)
{
    (void)state;
    made("bomb.xlsx", "== Provider\n" HEAD "4|RJ1|Physio|10\n");
    int failure = 0;
    zip_t *z = zip_open(path_in("bomb.xlsx"), 0, &failure);
    assert_non_null(z);
    size_t length = (size_t)400 << 20;
    static const char start[] = "<worksheet><sheetData>";
    char *zeros = malloc(length);
    assert_non_null(zeros);
    memset(zeros, ' ', length);
    memcpy(zeros, start, sizeof start - 1);
    zip_source_t *from = zip_source_buffer(z, zeros, length, 0);
    assert_true(zip_file_add(z, "xl/worksheets/sheet1.xml", from, ZIP_FL_OVERWRITE) >= 0);
    assert_int_equal(zip_close(z), 0);
    free(zeros);
    run r;
    run_file(&r, path_in("bomb.xlsx"));
    assert_int_equal(r.code, STATUS_REFUSED);
    assert_non_null(strstr(r.err.message, "unpack"));
    assert_true(r.err.hint[0] != 0);
    run_free(&r);
}

/* ---- what is read ---- */

static void test_merged_rows(void **state)
{
    (void)state;
    /* A code written once over three rows; a figure over two rows is one figure. */
    read_as(made("merged.xlsx", "== Provider\n" HEAD "4|RJ1|Physio|10|x\n5||Speech|20\n6||Hearing|30\n7|RJ2|Physio|40\n"
                                "^A4:A6\n^D4:D5\n^A1:D1\n^A9:A99\n"),
            "RJ1 Physio 10 x\nRJ1 Speech 20 x\nRJ1 Hearing 30 \nRJ2 Physio 40 \n");
    read_as(made("figures.xlsx", "== Provider\n" HEAD "4|RJ1|Physio|10\n5|RJ2|Physio||x\n6|RJ3|Physio|7\n^C4:C5\n"),
            "RJ1 Physio 10 \nRJ3 Physio 7 \n");
    /* Without the merge a code that is not there is a code that is not there. */
    refused(made("gap.xlsx", "== Provider\n" HEAD "4|RJ1|Physio|10\n5||Speech|20\n^B4:B4\n"), "The cell is blank",
            "Provider", 5, "Org Code");
}

static void test_merged_headings(void **state)
{
    (void)state;
    /* Not merged, the group is over all columns up to the next; merged, it ends where the merge ends. */
    read_as(made("open.xlsx", "== Wide\n1|Visits: May 2025\n3||Adults||\n4|Org Code|New|Old|Rate\n5|RJ1|1|2|3\n"),
            "RJ1 New 1 \nRJ1 Old 2 \nRJ1 Rate 3 \n");
    read_as(
        made("merged.xlsx", "== Wide\n1|Visits: May 2025\n3||Adults||\n4|Org Code|New|Old|Rate\n5|RJ1|1|2|3\n^B3:C3\n"),
        "RJ1 New 1 \nRJ1 Old 2 \n");
}

static void test_days_of_1904_and_hidden_sheets(void **state)
{
    (void)state;
    read_as(made("days.xlsx", "== Provider\n" HEAD "4|RJ1|Physio|10|@2025-05-31\n"), "RJ1 Physio 10 2025-05-31\n");
    read_as(made("1904.xlsx", "1904\n== Provider\n" HEAD "4|RJ1|Physio|10|@2025-05-31\n"),
            "RJ1 Physio 10 2025-05-31\n");
    book_write_xls(path_in("1904.xls"), "1904\n== Provider\n" HEAD "4|RJ1|Physio|10|@2025-05-31\n", "Workbook");
    read_as(path_in("1904.xls"), "RJ1 Physio 10 2025-05-31\n");
    /* A formula's empty text is known to be nothing. */
    read_as(made("empty.xlsx", "== Provider\n" HEAD "4|RJ1|Physio|10|=\"\"\n"), "RJ1 Physio 10 \n");
    read_as(made("hidden.xlsx", "== Provider (hidden)\n" HEAD "4|RJ1|Physio|10\n"), "RJ1 Physio 10 \n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_cells),
                                       cmocka_unit_test(test_sheets_and_headers),
                                       cmocka_unit_test(test_half_way_between_two_layouts),
                                       cmocka_unit_test(test_disguised),
                                       cmocka_unit_test(test_bomb),
                                       cmocka_unit_test(test_merged_rows),
                                       cmocka_unit_test(test_merged_headings),
                                       cmocka_unit_test(test_days_of_1904_and_hidden_sheets)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
