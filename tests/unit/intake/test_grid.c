/* The readers of workbooks: the same made workbook as xlsx and as xls gives the same cells; damaged and hostile ones are refused in a sentence. */
#define _GNU_SOURCE /* memmem */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "book.h"
#include "intake/biff.h"
#include "intake/grid.h"
#include "intake/xlsx.h"

#include <fcntl.h>
#include <unistd.h>

static char FOLDER[64];

static int folder_make_own(void **state)
{
    (void)state;
    (void)snprintf(FOLDER, sizeof FOLDER, "grid-test-XXXXXX");
    return mkdtemp(FOLDER) == NULL;
}

static int folder_remove_own(void **state)
{
    char command[128];
    (void)state;
    (void)snprintf(command, sizeof command, "rm -rf '%s'", FOLDER);
    return system(command);
}

static const char *path_in(const char *name)
{
    static char path[512];
    (void)snprintf(path, sizeof path, "%s/%s", FOLDER, name);
    return path;
}

/* All cells of a workbook as text: "S name|row:column=kind text" line by line. */
static status grid_say(const char *path, buffer *out, error *err)
{
    grid *g = NULL;
    char first[2] = {0};
    int descriptor = open(path, O_RDONLY);
    assert_true(descriptor >= 0);
    assert_true(pread(descriptor, first, 2, 0) >= 0);
    status code = first[0] == 'P' ? grid_open_xlsx(descriptor, &g, err) : grid_open_xls(descriptor, &g, err);
    for (size_t i = 0; code == STATUS_OK && i < g->sheet_count; i++) {
        grid_row row;
        buffer_printf(out, "S %s%s\n", g->sheets[i].name, g->sheets[i].hidden ? " (hidden)" : "");
        code = grid_begin(g, i, err);
        for (int64_t last = 0; code == STATUS_OK; last = row.line) {
            code = grid_next(g, &row, err);
            if (code != STATUS_OK || row.line == 0)
                break;
            assert_true(row.line > last && row.count > 0);
            assert_int_not_equal(row.kinds[row.count - 1], GRID_BLANK);
            for (size_t k = 0; k < row.count; k++)
                if (row.kinds[k] != GRID_BLANK)
                    buffer_printf(out, "%lld:%zu %c%.*s\n", (long long)row.line, k + 1, ".TNDBE?"[row.kinds[k]],
                                  (int)row.cells[k].length, row.cells[k].at);
        }
    }
    grid_close(g);
    (void)close(descriptor);
    return code;
}

static const char *const EVERY_KIND = "== First & last\n"
                                      "2|Title:|A <b> & \"c\"\n"
                                      "3||1|2.5|-7|0.1|1e21|123456789012345\n"
                                      "4|@2025-04-01|@2026-02-28|!#N/A|~TRUE|~FALSE\n"
                                      "9|||||||||||||||||||||||||||last\n"
                                      "== Second (hidden)\n"
                                      "1|x\n"
                                      "70000|y\n";

static const char *const EVERY_KIND_SAID =
    "S First & last\n2:1 TTitle:\n2:2 TA <b> & \"c\"\n3:2 N1\n3:3 N2.5\n3:4 N-7\n3:5 N0.1\n3:6 N1e+21\n3:7 "
    "N123456789012345\n"
    "4:1 D2025-04-01\n4:2 D2026-02-28\n4:3 E#N/A\n4:4 BTRUE\n4:5 BFALSE\n9:27 Tlast\nS Second (hidden)\n1:1 Tx\n";

static void test_every_kind(void **state)
{
    (void)state;
    buffer xlsx = {0}, xls = {0}, expected = {0};
    error err = {0};
    book_write_xlsx(path_in("every.xlsx"), EVERY_KIND);
    assert_int_equal(grid_say(path_in("every.xlsx"), &xlsx, &err), STATUS_OK);
    buffer_printf(&expected, "%s70000:1 Ty\n", EVERY_KIND_SAID);
    assert_string_equal(xlsx.data, expected.data);
    /* An xls has 65,536 rows; the rest is the same. */
    buffer short_one = {0};
    buffer_put(&short_one, EVERY_KIND, strlen(EVERY_KIND) - strlen("70000|y\n"));
    book_write_xls(path_in("every.xls"), short_one.data, "Workbook");
    assert_int_equal(grid_say(path_in("every.xls"), &xls, &err), STATUS_OK);
    assert_string_equal(xls.data, EVERY_KIND_SAID);
    buffer_free(&short_one);
    buffer_free(&xlsx);
    buffer_free(&xls);
    buffer_free(&expected);
}

/* A sheet may be begun again, and another before the first was read to its end. */
static void test_begin_again(void **state)
{
    (void)state;
    static const char *const names[] = {"again.xlsx", "again.xls"};
    const char *description = "== A\n1|a\n2|b\n3|c\n== B\n1|x\n2|y\n";
    book_write_xlsx(path_in(names[0]), description);
    book_write_xls(path_in(names[1]), description, "Workbook");
    for (int i = 0; i < 2; i++) {
        grid *g = NULL;
        grid_row row;
        int descriptor = open(path_in(names[i]), O_RDONLY);
        assert_int_equal(i == 0 ? grid_open_xlsx(descriptor, &g, NULL) : grid_open_xls(descriptor, &g, NULL),
                         STATUS_OK);
        for (int round = 0; round < 3; round++) {
            assert_int_equal(grid_begin(g, 0, NULL), STATUS_OK);
            assert_int_equal(grid_next(g, &row, NULL), STATUS_OK);
            assert_true(text_is(row.cells[0], "a"));
            assert_int_equal(grid_begin(g, 1, NULL), STATUS_OK);
            assert_int_equal(grid_next(g, &row, NULL), STATUS_OK);
            assert_int_equal(grid_next(g, &row, NULL), STATUS_OK);
            assert_true(text_is(row.cells[0], "y"));
            assert_int_equal(grid_next(g, &row, NULL), STATUS_OK);
            assert_int_equal(row.line, 0);
            assert_int_equal(grid_next(g, &row, NULL), STATUS_OK);
            assert_int_equal(row.line, 0);
        }
        assert_int_equal(grid_begin(g, 2, NULL), STATUS_INTERNAL);
        grid_close(g);
        (void)close(descriptor);
    }
}

static void test_formats(void **state)
{
    (void)state;
    static const struct {
        const char *code;
        bool is_date;
    } cases[] = {{"General", false},
                 {"dd/mm/yyyy", true},
                 {"mmm-yy", true},
                 {"[$-F800]dddd\\, mmmm dd\\, yyyy", true},
                 {"h:mm:ss", false},
                 {"[h]:mm:ss", false},
                 {"mm:ss.0", false},
                 {"0.00E+00", false},
                 {"#,##0;[Red]-#,##0", false},
                 {"\"day\" 0", false},
                 {"0\\d", false},
                 {"mmmm", true},
                 {"yyyy", true},
                 {"[Red]0", false},
                 {"@", false},
                 {"d/m;@", true},
                 {"\"open", false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (format_is_date(cases[i].code) != cases[i].is_date)
            fail_msg("%s", cases[i].code);
    assert_true(format_id_is_date(14) && format_id_is_date(17) && format_id_is_date(22) && !format_id_is_date(0) &&
                !format_id_is_date(10) && !format_id_is_date(20));
    /* Excel's own table: 1 January 1900 is 1, 1 March 1900 is 61, 1 January 2000 is 36526; with 1904, 0 is 1 January 1904. */
    assert_int_equal(format_date(1, false), date_of(1900, 1, 1));
    assert_int_equal(format_date(59, false), date_of(1900, 2, 28));
    assert_int_equal(format_date(61, false), date_of(1900, 3, 1));
    assert_int_equal(format_date(36526, false), date_of(2000, 1, 1));
    assert_int_equal(format_date(36526.75, false), date_of(2000, 1, 1));
    assert_int_equal(format_date(35064, true), date_of(2000, 1, 1));
    assert_int_equal(format_date(0.5, false), DATE_NONE);
    assert_int_equal(format_date(-3, false), DATE_NONE);
    assert_int_equal(format_date(1e9, false), DATE_NONE);
    static const char *const numbers[][2] = {{"0.72199999999999998", "0.722"},
                                             {"4.4444444444444446E-2", "0.0444444444444444"},
                                             {"5", "5"},
                                             {"-3.50", "-3.5"},
                                             {"1373862.7500799999", "1373862.75008"},
                                             {"27.500", "27.5"},
                                             {"1E3", "1000"},
                                             {"0", "0"},
                                             {"100", "100"}};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        char out[NUMBER_TEXT];
        size_t length = 0;
        assert_true(format_number(text_of(numbers[i][0]), out, &length));
        assert_string_equal(out, numbers[i][1]);
        assert_int_equal(length, strlen(out));
    }
    char out[NUMBER_TEXT];
    size_t length = 0;
    assert_false(format_number(text_of("abc"), out, &length));
    assert_false(format_number(text_of(""), out, &length));
}

/* ---- what is refused --------------------------------------------------------------------------------------------- */

#define SHEET_HEAD "<worksheet><sheetData>"
#define SHEET_TAIL "</sheetData></worksheet>"

/* A workbook of one sheet with this XML, and these shared texts. */
static void sheet_write(const char *path, const char *sheet, const char *texts)
{
    book_part parts[4] = {{"xl/workbook.xml", {0}},
                          {"xl/_rels/workbook.xml.rels", {0}},
                          {"xl/worksheets/sheet1.xml", {0}},
                          {"xl/sharedStrings.xml", {0}}};
    buffer_text(&parts[0].bytes,
                "<workbook><sheets><sheet name=\"Only\" r:id=\"a\" xmlns:r=\"x\"/></sheets></workbook>");
    buffer_text(&parts[1].bytes, "<Relationships><Relationship Id=\"a\" Type=\"x/worksheet\" "
                                 "Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"b\" Type=\"x/sharedStrings\" "
                                 "Target=\"sharedStrings.xml\"/></Relationships>");
    buffer_text(&parts[2].bytes, sheet);
    buffer_text(&parts[3].bytes, texts);
    book_zip(path, parts, 4);
}

static void refused(const char *path, const char *part, const char *sheet, int64_t row, const char *column)
{
    buffer said = {0};
    error err = {0};
    status code = grid_say(path, &said, &err);
    if (code != STATUS_REFUSED || strstr(err.message, part) == NULL)
        fail_msg("%s: %d <%s> lacks <%s>", path, (int)code, err.message, part);
    if (sheet != NULL)
        assert_string_equal(err.sheet, sheet);
    if (row > 0)
        assert_int_equal(err.row, row);
    if (column != NULL)
        assert_string_equal(err.column, column);
    buffer_free(&said);
}

static void test_hostile_sheets(void **state)
{
    (void)state;
    static const struct {
        const char *sheet, *texts, *part;
        int64_t row;
        const char *column;
    } cases[] = {
        {SHEET_HEAD "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>7</v></c></row>" SHEET_TAIL, "<sst><si><t>a</t></si></sst>",
         "shared text number 7, and the workbook has 1", 1, "A"},
        {SHEET_HEAD "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>-1</v></c></row>" SHEET_TAIL, "<sst/>", "shared text", 1, "A"},
        {SHEET_HEAD "<row r=\"5\"><c r=\"XFE5\"><v>1</v></c></row>" SHEET_TAIL, "<sst/>", "16,384 columns", 5, NULL},
        {SHEET_HEAD "<row r=\"1048577\"><c><v>1</v></c></row>" SHEET_TAIL, "<sst/>", "1,048,576", 0, NULL},
        {SHEET_HEAD "<row r=\"9999999999\"><c><v>1</v></c></row>" SHEET_TAIL, "<sst/>", "1,048,576", 0, NULL},
        {SHEET_HEAD "<row r=\"2\"><c r=\"B2\"><v>1</v></c><c r=\"A2\"><v>1</v></c></row>" SHEET_TAIL, "<sst/>",
         "not in order", 2, "A"},
        {SHEET_HEAD "<row r=\"2\"><c><v>1</v></c></row><row r=\"2\"><c><v>1</v></c></row>" SHEET_TAIL, "<sst/>",
         "rows are not in order", 2, NULL},
        {SHEET_HEAD "<row r=\"2\"><c r=\"2B\"><v>1</v></c></row>" SHEET_TAIL, "<sst/>", "no sheet has", 2, NULL},
        {SHEET_HEAD "<row r=\"2\"><c r=\"A2\"><v>1</c></row>" SHEET_TAIL, "<sst/>", "not proper XML", 0, NULL},
        {"<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]>" SHEET_HEAD
         "<row><c t=\"str\"><v>&b;</v></c></row>" SHEET_TAIL,
         "<sst/>", "declares entities", 0, NULL},
        {SHEET_HEAD "<row><c t=\"str\"><v>&b;</v></c></row>" SHEET_TAIL, "<sst/>", "not proper XML", 0, NULL},
        {SHEET_HEAD, "<!DOCTYPE x><sst/>", "declares entities", 0, NULL},
        {SHEET_HEAD "<row r=\"1\"><c><v>1</v></c></row>", "<sst/>", "not proper XML", 0, NULL},
        {"", "<sst/>", "not proper XML", 0, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        sheet_write(path_in("hostile.xlsx"), cases[i].sheet, cases[i].texts);
        refused(path_in("hostile.xlsx"), cases[i].part, NULL, cases[i].row, cases[i].column);
    }
    /* A cell of 2 MB; elements 65 deep; an attribute that never ends. */
    buffer b = {0};
    buffer_text(&b, SHEET_HEAD "<row r=\"1\"><c t=\"str\"><v>");
    for (int i = 0; i < 2 << 20; i++)
        buffer_char(&b, 'x');
    buffer_text(&b, "</v></c></row>" SHEET_TAIL);
    sheet_write(path_in("hostile.xlsx"), b.data, "<sst/>");
    refused(path_in("hostile.xlsx"), "more text than", "Only", 1, "A");
    buffer_clear(&b);
    buffer_text(&b, SHEET_HEAD);
    for (int i = 0; i < 80; i++)
        buffer_text(&b, "<x>");
    sheet_write(path_in("hostile.xlsx"), b.data, "<sst/>");
    refused(path_in("hostile.xlsx"), "64 deep", "Only", 0, NULL);
    buffer_clear(&b);
    buffer_text(&b, SHEET_HEAD "<row r=\"");
    for (int i = 0; i < 40 << 20; i++)
        buffer_char(&b, (char)('0' + i * 7 % 10));
    sheet_write(path_in("hostile.xlsx"), b.data, "<sst/>");
    refused(path_in("hostile.xlsx"), "too long for a table", "Only", 0, NULL);
    buffer_free(&b);
}

/* Cells far apart cost room; a sheet of nothing but the last column is stopped by the count of cells, not by patience. */
static void test_wide_and_empty(void **state)
{
    (void)state;
    buffer b = {0}, said = {0};
    error err = {0};
    buffer_text(&b, SHEET_HEAD);
    for (int i = 1; i <= 13000; i++)
        buffer_printf(&b, "<row r=\"%d\"><c r=\"XFD%d\"><v>1</v></c></row>", i, i);
    buffer_text(&b, SHEET_TAIL);
    sheet_write(path_in("wide.xlsx"), b.data, "<sst/>");
    grid *g = NULL;
    grid_row row;
    int descriptor = open(path_in("wide.xlsx"), O_RDONLY);
    assert_int_equal(grid_open_xlsx(descriptor, &g, &err), STATUS_OK);
    status code = grid_begin(g, 0, &err);
    while (code == STATUS_OK) {
        code = grid_next(g, &row, &err);
        if (row.line == 0)
            break;
        assert_int_equal(row.count, 16384);
    }
    assert_int_equal(code, STATUS_REFUSED);
    assert_non_null(strstr(err.message, "200 million cells"));
    grid_close(g);
    (void)close(descriptor);
    /* Rows and cells that only carry a border are nothing. */
    sheet_write(path_in("empty.xlsx"),
                SHEET_HEAD "<row r=\"3\"/><row r=\"7\"><c r=\"A7\" s=\"3\"/><c r=\"C7\" "
                           "t=\"str\"><v></v></c></row><row r=\"8\"><c r=\"B8\"><f>1+1</f></c></row>" SHEET_TAIL,
                "<sst/>");
    assert_int_equal(grid_say(path_in("empty.xlsx"), &said, &err), STATUS_OK);
    assert_string_equal(said.data, "S Only\n8:2 ?\n");
    buffer_free(&b);
    buffer_free(&said);
}

/* Cut anywhere, a workbook is refused and nothing worse; so is one with a byte changed, or read as it was. */
static void test_cut_and_changed(void **state)
{
    (void)state;
    static const char *const names[] = {"whole.xlsx", "whole.xls"};
    book_write_xlsx(path_in(names[0]), EVERY_KIND);
    book_write_xls(path_in(names[1]), "== A\n1|x|2|@2025-01-31\n2|y|!#N/A|~TRUE\n3|=text\n== B\n1|z\n", "Workbook");
    for (int i = 0; i < 2; i++) {
        buffer whole = {0}, said = {0};
        assert_int_equal(file_read(path_in(names[i]), 1 << 20, &whole, NULL), STATUS_OK);
        for (size_t cut = 0; cut < whole.length; cut += 1 + whole.length / 60) {
            error err = {0};
            buffer_clear(&said);
            assert_int_equal(file_write(path_in("cut"), whole.data, cut, false, NULL), STATUS_OK);
            status code = grid_say(path_in("cut"), &said, &err);
            assert_true(code == STATUS_REFUSED ||
                        (i == 1 && code == STATUS_OK && cut > whole.length / 2)); /* an xls may end in padding */
            assert_true(code == STATUS_OK || err.message[0] != 0);
        }
        for (size_t at = 0; at < whole.length; at += 1 + whole.length / 120) {
            error err = {0};
            char was = whole.data[at];
            buffer_clear(&said);
            whole.data[at] = (char)(was ^ 0x5a);
            assert_int_equal(file_write(path_in("changed"), whole.data, whole.length, false, NULL), STATUS_OK);
            status code = grid_say(path_in("changed"), &said, &err);
            assert_true(code == STATUS_OK || (code == STATUS_REFUSED && err.message[0] != 0));
            whole.data[at] = was;
        }
        buffer_free(&whole);
        buffer_free(&said);
    }
}

static void test_other_old_files(void **state)
{
    (void)state;
    book_write_xls(path_in("word.doc"), "== A\n1|x\n", "WordDocument");
    refused(path_in("word.doc"), "no Excel workbook", NULL, 0, NULL);
    book_write_xls(path_in("book.xls"), "== A\n1|x\n", "Book");
    buffer said = {0};
    error err = {0};
    assert_int_equal(grid_say(path_in("book.xls"), &said, &err), STATUS_OK);
    assert_string_equal(said.data, "S A\n1:1 Tx\n");
    buffer_free(&said);
    /* FILEPASS right behind the first record. */
    buffer whole = {0};
    assert_int_equal(file_read(path_in("book.xls"), 1 << 20, &whole, NULL), STATUS_OK);
    char *bof = memmem(whole.data, whole.length, "\x09\x08\x10\x00\x00\x06\x05\x00", 8);
    assert_non_null(bof);
    memcpy(bof + 20, "\x2f\x00", 2);
    assert_int_equal(file_write(path_in("locked.xls"), whole.data, whole.length, false, NULL), STATUS_OK);
    refused(path_in("locked.xls"), "password", NULL, 0, NULL);
    memcpy(bof + 4, "\x00\x05", 2);
    assert_int_equal(file_write(path_in("older.xls"), whole.data, whole.length, false, NULL), STATUS_OK);
    refused(path_in("older.xls"), "Excel 95", NULL, 0, NULL);
    buffer_free(&whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_kind),     cmocka_unit_test(test_begin_again),
                                       cmocka_unit_test(test_formats),        cmocka_unit_test(test_hostile_sheets),
                                       cmocka_unit_test(test_wide_and_empty), cmocka_unit_test(test_cut_and_changed),
                                       cmocka_unit_test(test_other_old_files)};
    return cmocka_run_group_tests(tests, folder_make_own, folder_remove_own);
}
