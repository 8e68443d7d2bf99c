/*
 * Files that have been cut off, well formed in all that is left of them: without the total line that each one has, with fewer regions or organisations than a whole one, short of the totals that it prints, or ending in the
 * middle of a row. And lines, sheets and titles that would count twice: totals among the codes, copies of a sheet, a second period. Files are the fixtures of the sources, changed; the catalogue is the one that ships.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "shipped.h"

#define FIXTURES CONCORD_SOURCE_DIR "/tests/unit/intake/fixtures"

static int set_up(void **state)
{
    (void)state;
    return folder_make_own() || catalogue_of(CONCORD_SOURCE_DIR "/catalogue");
}

/* A fixture's file with the first occurrence of a part behind `after` changed. */
static const char *file_with(const char *fixture, const char *after, const char *part, const char *by)
{
    buffer whole = {0}, out = {0};
    char path[1024], name[128];
    (void)snprintf(path, sizeof path, FIXTURES "/%s.txt", fixture);
    assert_int_equal(file_read(path, 1 << 20, &whole, NULL), STATUS_OK);
    char *at = strstr(whole.data, after);
    at = at == NULL ? NULL : strstr(at, part);
    if (at == NULL)
        fail_msg("%s has no '%s'", fixture, part);
    buffer_put(&out, whole.data, (size_t)(at - whole.data));
    buffer_text(&out, by);
    buffer_text(&out, at + strlen(part));
    const char *named = strstr(out.data, "# name: ") + 8, *table = strchr(strstr(out.data, "\n==") + 1, '\n') + 1;
    (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(named, "\n"), named);
    const char *file = path_in(name);
    if (strstr(out.data, "# kind: xlsx") != NULL)
        book_write_xlsx(file, out.data);
    else if (strstr(out.data, "# kind: xls\n") != NULL)
        book_write_xls(file, out.data, "Workbook");
    else
        assert_int_equal(file_write(file, table, strlen(table), false, NULL), STATUS_OK);
    buffer_free(&whole);
    buffer_free(&out);
    return file;
}

static void refused(const char *file, const char *message, const char *sheet, int64_t row)
{
    run r;
    run_file(&r, file, NULL);
    const char *told = r.list.count > 0 ? r.list.items[0].message : r.err.message;
    if (r.code != STATUS_REFUSED || strstr(told, message) == NULL)
        fail_msg("%d <%s> lacks <%s>", (int)r.code, told, message);
    assert_string_equal(r.err.sheet, sheet);
    assert_int_equal(r.err.row, row);
    assert_true(r.err.hint[0] != 0);
    run_free(&r);
}

static void read_with(const char *file, const char *note)
{
    run r;
    run_file(&r, file, NULL);
    if (r.code != STATUS_OK)
        fail_msg("%s", r.err.message);
    if (note != NULL && !has_note(&r, note))
        fail_msg("no note says <%s>", note);
    run_free(&r);
}

static void test_total_line_gone(void **state)
{
    (void)state;
    refused(file_with("virtual-wards", "== Virtual Ward Data - ICB", "|England|", "|Northwater|"),
            "A dash stands where the code of an organisation should", "Virtual Ward Data - ICB", 0);
    refused(file_with("virtual-wards", "== Virtual Ward Data - Provider", "|ENGLAND*|", "|Northwater|"),
            "A dash stands where the code of an organisation should", "Virtual Ward Data - Provider", 17);
    refused(file_with("cancelled-operations", "== Provider", "England (Including", "Britain (Including"),
            "A dash stands where the code of an organisation should", "Provider", 18);
}

static void test_rows_gone(void **state)
{
    (void)state;
    /* The total stands above its rows, so it is still there: one figure that differs is a slip and noted, all of them are rows that are gone. */
    refused(file_with("virtual-wards", "== Virtual Ward Data - ICB",
                      "19||London|Y56|QZ2|NHS Southmoor Integrated Care Board|200|20|60000|**|**\n", ""),
            "Rows are missing: the total line (total of England) says 300 for capacity, and the rows add up to 100; 2 "
            "of its 3",
            "Virtual Ward Data - ICB", 17);
    read_with(file_with("virtual-wards", "== Virtual Ward Data - ICB", "|England|300|", "|England|600|"),
              "says 600 for capacity; the rows add up to 300");
    refused(file_with("cancelled-operations", "== Provider", "20||Y56|LONDON COMMISSIONING REGION|RZ1", "20||Y56|||"),
            "The cell is blank", "Provider", 20);
    refused(file_with("diagnostics-dm01", "15|||||Total|", "20||Y56|London Commissioning Region|NZ301", "20||||||"),
            "The cell is blank", "Provider by Test", 20);
}

/* The same of a csv that is not shaped: the rows above its total line were taken out. */
static void test_rows_gone_csv(void **state)
{
    (void)state;
    static const char head[] =
        "Code,Region,Name,Type 1 Departments - Major A&E,Type 2 Departments - Single Specialty,Type 3 Departments - "
        "Other "
        "A&E/Minor Injury Unit,Total attendances,Type 1 Departments - Major A&E,Type 2 Departments - Single "
        "Specialty,Type 3 Departments - Other A&E/Minor Injury Unit,Total Attendances < 4 hours,Type 1 Departments - "
        "Major "
        "A&E,Type 2 Departments - Single Specialty,Type 3 Departments - Other A&E/Minor Injury Unit,Total Attendances "
        "> 4 "
        "hours,Percentage in 4 hours or less (all),Percentage in 4 hours or less (type 1),Percentage in 4 hours or "
        "less "
        "(type 2),Percentage in 4 hours or less (type 3),Emergency Admissions via Type 1 A&E,Emergency Admissions via "
        "Type 2 "
        "A&E,Emergency Admissions via Type 3 and 4 A&E,Total Emergency Admissions via A&E,Other Emergency admissions "
        "(i.e "
        "not via A&E),Total Emergency Admissions,Number of patients spending >4 hours from decision to admit to "
        "admission,Number of patients spending >12 hours from decision to admit to admission\n";
    char bytes[4096];
    (void)snprintf(bytes, sizeof bytes, "%s%s%s", head,
                   "RJ1,London,One,100,0,0,100,90,0,0,90,10,0,0,10,90%,90%,-,-,5,0,0,5,1,6,2,1\n",
                   "TOTAL,-,England,300,0,0,300,270,0,0,270,30,0,0,30,90%,90%,-,-,15,0,0,15,3,18,6,3\n");
    refused(text_file("August-2025-AE.csv", bytes), "Rows are missing: the total line says 300", "", 3);
}

static void test_sheets_compared(void **state)
{
    (void)state;
    static const char gone[] = "14|||||SOUTHMOOR NHS FOUNDATION TRUST|RZ2|";
    refused(
        file_with("workforce-statistics", "== 2.", gone, "14|||||||"),
        "The sheet '2. NHSE, Org & SG - HC' lacks 1 of the 2 organisations that the sheet '3. NHSE, Org & SG - FTE' "
        "has ('RZ2'): it seems to have been cut off",
        "2. NHSE, Org & SG - HC", 0);
    refused(file_with("population-sub-icb", "== Mid-2024", "5|E38999901|", "5|E38999902|"),
            "lacks 1 of the 1 sub-ICB locations", "Mid-2024 ICB 2024", 0);
}

static void test_regions(void **state)
{
    (void)state;
    refused(file_with("sickness-absence", "==", ",Y63,", ",Y62,"),
            "There are only 6 regions under 'NHSE_REGION_CODE', and a whole file of sickness-absence has at least 7",
            "", 0);
    /* The last row was cut in its middle; a note under the table is none. */
    refused(file_with("sickness-absence", ",Y63,", ",Acute,0.00001,1,0.0", ",Acu"),
            "The row has only 8 cells, the header has 11", "", 9);
    read_with(file_with("sickness-absence", ",Y63,", "Acute,0.00001,1,0.0", "Acute,0.00001,1,0.0\nA note"), NULL);
}

static void test_totals_among_codes(void **state)
{
    (void)state;
    static const char *const words[] = {
        "Total", "England total", "ALL ENGLAND", "London", "London Total", "North East and Yorkshire", "Sub-total"};
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        char by[96], message[160];
        (void)snprintf(by, sizeof by, "|%s|", words[i]);
        (void)snprintf(message, sizeof message, "'%s' stands where the code of an organisation should", words[i]);
        if (i > 0)
            refused(file_with("cancelled-operations", "== Provider", "|NZ301|", by), message, "Provider", 22);
        (void)snprintf(by, sizeof by, ",%s,", words[i]);
        refused(file_with("sickness-absence", "==", ",RZ1,", by), message, "", 2);
    }
    /* Declared, such a line is the total, whatever its name is: checked, and not added. */
    read_with(file_with("virtual-wards", "== Virtual Ward Data - ICB", "|-|-|-|England|300|", "|-|-|Total||301|"),
              "says 301 for capacity; the rows add up to 300");
    /* A code in letters only, and names that begin with a region's, are none. */
    read_with(file_with("cancelled-operations", "== Provider", "|NZ301|", "|LONDX|"), NULL);
}

static void test_quarters(void **state)
{
    (void)state;
    static const char *const words[] = {"Quarter 4 2024-25", "2024/25 Q4", "Q4 2024/25", "2024-25, quarter 4",
                                        "Jan - Mar 2025"};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        read_with(
            file_with("cancelled-operations", "== Provider", "Quarter 4, 2024-25 (January to March 2025)", words[i]),
            NULL);
    refused(file_with("cancelled-operations", "== Provider", "Quarter 4, 2024-25 (January to March 2025)",
                      "Quarter 3 2024-25"),
            "this one two", "Provider", 16);
}

static void test_two_periods(void **state)
{
    (void)state;
    refused(
        file_with("virtual-wards", "== Virtual Ward Data - ICB", "8||Data Source:|", "8||Month:|May 2025\n9||Data|"),
        "Two periods stand above the table, April 2025 and, in row 8, May 2025", "Virtual Ward Data - ICB", 8);
    read_with(
        file_with("virtual-wards", "== Virtual Ward Data - ICB", "8||Data Source:|", "8||Month:|Apr-25\n9||Data|"),
        NULL);
    refused(
        text_file("two.csv",
                  "Period:,April 2025\nPeriod:,May 2025\nperiod,icb_code,treatment_function_code,"
                  "incomplete_pathways,within_18_weeks,median_wait_weeks,p92_wait_weeks,over_52_weeks,over_65_weeks,"
                  "over_78_weeks\n2025-04,QE1,C_100,1,1,1,1,0,0,0\n"),
        "Two periods stand above the table, April 2025 and, on line 2, May 2025", "", 2);
}

static void test_copies(void **state)
{
    (void)state;
    static const char copy[] =
        "== Virtual Ward Data (2)\n6||Month:|%s 2025\n16||Region|Region Code|ICB code|Name|Virtual Ward Capacity|GP "
        "registered population|Patients in a Virtual Ward\n17||-|-|-|England|1|1|1\n18||London|Y56|QZ1|A|1|1|1\n"
        "== Virtual Ward Data - Provider\n";
    char by[512];
    (void)snprintf(by, sizeof by, copy, "April");
    refused(
        file_with("virtual-wards", "==", "== Virtual Ward Data - Provider\n", by),
        "The sheet 'Virtual Ward Data (2)' has all the columns and the period of the sheet 'Virtual Ward Data - ICB'",
        "Virtual Ward Data (2)", 16);
    (void)snprintf(by, sizeof by, copy, "March");
    read_with(file_with("virtual-wards", "==", "== Virtual Ward Data - Provider\n", by),
              "the sheet 'Virtual Ward Data (2)' was left out");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_total_line_gone), cmocka_unit_test(test_rows_gone),
        cmocka_unit_test(test_rows_gone_csv),   cmocka_unit_test(test_sheets_compared),
        cmocka_unit_test(test_regions),         cmocka_unit_test(test_totals_among_codes),
        cmocka_unit_test(test_two_periods),     cmocka_unit_test(test_quarters),
        cmocka_unit_test(test_copies)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
