/* Tables as people hand them on: with titles above the header, with a column that nobody headed, withheld figures, in a zip or not. Read with the shipped catalogue. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "shipped.h"

#include <zlib.h>

static int set_up(void **state)
{
    (void)state;
    return folder_make_own() != 0 || catalogue_of(CONCORD_SOURCE_DIR "/catalogue") != 0;
}

#define HEADER                                                                                                         \
    "Period,Org Code,Parent Org,Org name,A&E attendances Type 1,A&E attendances Type 2,"                               \
    "A&E attendances Other A&E Department,A&E attendances Booked Appointments Type 1,"                                 \
    "A&E attendances Booked Appointments Type 2,A&E attendances Booked Appointments Other Department,"                 \
    "Attendances over 4hrs Type 1,Attendances over 4hrs Type 2,Attendances over 4hrs Other Department,"                \
    "Attendances over 4hrs Booked Appointments Type 1,Attendances over 4hrs Booked Appointments Type 2,"               \
    "Attendances over 4hrs Booked Appointments Other Department,"                                                      \
    "Patients who have waited 4-12 hs from DTA to admission,Patients who have waited 12+ hrs from DTA to admission,"   \
    "Emergency admissions via A&E - Type 1,Emergency admissions via A&E - Type 2,"                                     \
    "Emergency admissions via A&E - Other A&E department,Other emergency admissions"
#define ROW(period, code, name, first) period "," code ",LONDON," name "," first ",2,3,0,0,0,1,0,0,0,0,0,4,5,6,7,8,9"
#define APRIL                                                                                                          \
    ROW("MSitAE-APRIL-2025", "RJ1", "NORTHWATER", "10")                                                                \
    "\n" ROW("MSitAE-APRIL-2025", "RJ2", "SOUTHMOOR", "20") "\n"
#define TOTAL "TOTAL,,,,30,4,6,0,0,0,2,0,0,0,0,0,8,10,12,14,16,18\n"

static void refused(const char *bytes, const char *part)
{
    run r;
    run_file(&r, text_file("refused.csv", bytes), NULL);
    if (r.code != STATUS_REFUSED || strstr(r.err.message, part) == NULL)
        print_error("%d <%s> lacks <%s>\n", (int)r.code, r.err.message, part);
    assert_int_equal(r.code, STATUS_REFUSED);
    assert_non_null(strstr(r.err.message, part));
    run_free(&r);
}

static void taken(const char *name, const char *bytes, const char *note)
{
    run r;
    run_file(&r, text_file(name, bytes), NULL);
    if (r.code != STATUS_OK)
        print_error("%s\n", r.err.message);
    assert_int_equal(r.code, STATUS_OK);
    assert_string_equal(r.report.source->id, "ae-monthly");
    assert_int_equal(r.seen.rows, 2);
    assert_int_equal(r.seen.sum[source_column_find(r.report.source, "attendances_type_1")], 30);
    assert_int_equal(r.report.totals_differing, 0);
    assert_int_equal(r.report.note_count, note == NULL ? 0 : 1);
    if (note != NULL && !has_note(&r, note))
        print_error("<%s> lacks <%s>\n", r.report.notes[0], note);
    assert_true(note == NULL || has_note(&r, note));
    assert_int_equal(period_compare(r.report.first_period, period_month(2025, 4)), 0);
    run_free(&r);
}

static void test_titles(void **state)
{
    (void)state;
    taken("a.csv", HEADER "\n" APRIL TOTAL, NULL);
    taken("a.csv", "\n\n" HEADER "\n" APRIL TOTAL, NULL);
    taken("a.csv", "A&E attendances and emergency admissions\n\n" HEADER "\n" APRIL TOTAL,
          "1 line above the header (line 3) is not of the table");
    taken("a.csv",
          "\xef\xbb\xbf"
          "Title:,A&E,,\r\nSource:,NHS England,,\r\n,,,\r\n" HEADER "\r\n" APRIL TOTAL,
          "2 lines above the header (line 4) are not of the table");
    /* The line of a problem is that of the file. */
    run r;
    run_file(&r, text_file("a.csv", "Title\n\n\n" HEADER "\n" ROW("MSitAE-APRIL-2025", "RJ1", "N", "many") "\n"), NULL);
    assert_int_equal(r.code, STATUS_REFUSED);
    assert_int_equal(r.list.items[0].row, 5);
    run_free(&r);
    /* Too far down, or no header at all: the file is of no source. */
    buffer far = {0};
    for (int i = 0; i < 60; i++)
        buffer_text(&far, "a title\n");
    buffer_text(&far, HEADER "\n" APRIL TOTAL);
    refused(far.data, "No source in the catalogue has such a file");
    buffer_free(&far);
    refused("a title\nanother\n", "No source in the catalogue has such a file (its columns are: 'a title')");
    refused("a title\n\nApples,Pears\n1,2\n", "(its columns are: 'Apples', 'Pears')");
}

static void test_changed_header_below_titles(void **state)
{
    (void)state;
    char bytes[4096], *at;
    run r;
    (void)snprintf(bytes, sizeof bytes, "A title,,\n\n%s\n%s%s", HEADER, APRIL, TOTAL);
    at = strstr(bytes, "Org Code");
    memcpy(at, "OrgaCode", 8);
    run_file(&r, text_file("changed.csv", bytes), NULL);
    assert_int_equal(r.code, STATUS_REFUSED);
    assert_non_null(strstr(r.err.message, "This looks like ae-monthly (layout monthly-csv)"));
    assert_int_equal(r.err.row, 3);
    assert_non_null(strstr(r.err.hint, "concord sources show ae-monthly"));
    assert_false(r.report.unknown_kind);
    assert_true(r.list.count > 0);
    run_free(&r);
}

/* The sheet as the publisher lays it out, exported with its titles: they say the month. */
static void test_sheet_export(void **state)
{
    (void)state;
    static const char *const NAMES[] = {"export.csv", "export-September-2025.csv"};
    static const char bytes[] =
        "Title:,A&E Attendances\nPeriod:,August 2025\nPublished:,11th September 2025\n\n"
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
        "admission,Number of patients spending >12 hours from decision to admit to admission\n"
        "RJ1,London,Northwater,\"1,000\",-,*,1000,900,0,0,900,100,0,0,100,90%,90%,-,-,10,0,0,10,1,11,2,0\n";
    for (size_t i = 0; i < COUNT_OF(NAMES); i++) {
        run r;
        run_file(&r, text_file(NAMES[i], bytes), NULL);
        if (r.code != STATUS_OK)
            print_error("%s\n", r.err.message);
        assert_int_equal(r.code, STATUS_OK);
        assert_int_equal(period_compare(r.report.first_period, period_month(2025, 8)), 0);
        assert_date(r.report.published, "2025-09-11");
        assert_int_equal(has_note(&r, "the title holds"), i == 1);
        /* "-" is not known, "*" is known and withheld. */
        assert_int_equal(r.seen.sum[source_column_find(r.report.source, "attendances_type_1")], 1000);
        assert_int_equal(r.seen.missing[source_column_find(r.report.source, "attendances_type_2")], 1);
        assert_int_equal(r.seen.suppressed[source_column_find(r.report.source, "attendances_other")], 1);
        run_free(&r);
    }
}

#define STRAY(rest)                                                                                                    \
    ROW("MSitAE-APRIL-2025", "RJ1", "NORTHWATER", "10")                                                                \
    rest "\n" ROW("MSitAE-APRIL-2025", "RJ2", "SOUTHMOOR", "20") rest "\n"

static void test_columns_without_heading(void **state)
{
    (void)state;
    taken("a.csv", HEADER "\n" STRAY(",checked") TOTAL,
          "what stands beyond the last heading (from column 23 on, in 2 rows) was left out");
    taken("a.csv", HEADER ",\n" STRAY(",checked") TOTAL, "1 column without a heading was left out (column 23)");
    taken("a.csv", HEADER "\n" STRAY(",,") TOTAL, NULL);
    /* One row among many is a comma too many. */
    refused(HEADER "\n" ROW("MSitAE-APRIL-2025", "RJ1", "N", "10") ",11\n" ROW("MSitAE-APRIL-2025", "RJ2", "S",
                                                                               "20") "\n" TOTAL,
            "The row has 23 cells, the header has 22");
    /* So is one in each row, where it moves the cells: that is what is said, not what the moved cells are not. */
    run r;
    run_file(&r,
             text_file("a.csv", HEADER "\n" ROW("MSitAE-APRIL-2025", "RJ1", "NORTH, WATER", "10") "\n" ROW(
                                    "MSitAE-APRIL-2025", "RJ2", "SOUTH, MOOR", "20") "\n" TOTAL),
             NULL);
    assert_int_equal(r.code, STATUS_REFUSED);
    assert_int_equal(r.list.total, 2);
    for (size_t i = 0; i < r.list.count; i++)
        assert_string_equal(r.list.items[i].message, "The row has 23 cells, the header has 22");
    run_free(&r);
}

#define SICKNESS                                                                                                       \
    "DATE,NHSE_REGION_CODE,NHSE_REGION_NAME,ICS_CODE,ICS_NAME,ORG_CODE,ORG_NAME,ORG_TYPE,FTE_DAYS_LOST,"               \
    "FTE_DAYS_AVAILABLE,SICKNESS_ABSENCE_RATE_PERCENT"
#define ABSENT(code) "30/04/2024,Y56,London,QMM,Norfolk," code ",Trust,Acute,10.5,100.25,10.47"
/* A file without one of the seven regions is refused as cut off. */
#define IN_REGION(region, code, end)                                                                                   \
    "30/04/2024," region ",Region,QMM,Norfolk," code ",Trust,Acute,10.5,100.25,10.47" end "\n"
#define OTHER_REGIONS(end)                                                                                             \
    IN_REGION("Y58", "RJ3", end)                                                                                       \
    IN_REGION("Y59", "RJ4", end)                                                                                       \
    IN_REGION("Y60", "RJ5", end)                                                                                       \
    IN_REGION("Y61", "RJ6", end) IN_REGION("Y62", "RJ7", end) IN_REGION("Y63", "RJ8", end)

/* The same in a layout that is shaped. */
static void test_shaped_without_heading(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *note, *refused;
    } cases[] = {
        {SICKNESS "\n" ABSENT("RJ1") "\n" ABSENT("RJ2") "\n" OTHER_REGIONS(""), NULL, NULL},
        {SICKNESS "\n" ABSENT("RJ1") ",x\n" ABSENT("RJ2") ",x\n" OTHER_REGIONS(",x"), "from column 12 on, in 8 rows",
         NULL},
        {SICKNESS ",\n" ABSENT("RJ1") ",x\n" ABSENT("RJ2") ",\n" OTHER_REGIONS(","),
         "1 column without a heading was left out (it is column 12)", NULL},
        {SICKNESS "\n" ABSENT("RJ1") ",x\n" ABSENT("RJ2") "\n" OTHER_REGIONS(""), NULL,
         "The row has 12 cells, the header has 11"},
        {"Sickness absence,\n\n" SICKNESS "\n" ABSENT("RJ1") "\n" ABSENT("RJ2") "\n" OTHER_REGIONS(""),
         "1 line above the header (line 3)", NULL},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        run r;
        run_file(&r, text_file("sickness.csv", cases[i].bytes), NULL);
        if (cases[i].refused != NULL) {
            assert_int_equal(r.code, STATUS_REFUSED);
            assert_string_equal(r.err.message, cases[i].refused);
            assert_int_equal(r.err.row, 2);
        } else {
            if (r.code != STATUS_OK)
                print_error("%zu: %s\n", i, r.err.message);
            assert_int_equal(r.code, STATUS_OK);
            assert_int_equal(r.seen.rows, 8);
            assert_int_equal(r.report.note_count, cases[i].note != NULL);
            assert_true(cases[i].note == NULL || has_note(&r, cases[i].note));
        }
        run_free(&r);
    }
}

#define FLOWS "Year,Month,Provider Parent Org Code,Completed,Incomplete,New\n"
#define PANEL                                                                                                          \
    "period,icb_code,treatment_function_code,incomplete_pathways,within_18_weeks,median_wait_weeks,p92_wait_weeks,"    \
    "over_52_weeks,over_65_weeks,over_78_weeks\n"
#define ORGANISATION(code) "30/04/2024,Y56,London,QMM,Norfolk," code ",Trust,Acute,"

/* Numbers with a comma and no quotes: every row is longer by as much, and every cell is a number still. */
static void test_thousands_without_quotes(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *column, *part;
        int64_t row;
    } cases[] = {
        /* Both numbers of a rate: read as they stand, the rate would be 12 of 345. */
        {SICKNESS "\n" ORGANISATION("RJ1") "12,345,267,890,4.62\n" ORGANISATION("RJ2") "11,200,240,100,4.66\n",
         "FTE_DAYS_LOST", "as in '12' and '345'", 2},
        {SICKNESS "\n" ORGANISATION("RJ1") "12,345.67890,267,890.12345,4.62\n", "FTE_DAYS_LOST",
         "as in '12' and '345.67890'", 2},
        {SICKNESS "\n" ORGANISATION("RJ1") "12,345,267,890,\n" ORGANISATION("RJ2") "11,200,240,100,\n", "FTE_DAYS_LOST",
         "The row has 13 cells, the header has 11", 2},
        {SICKNESS ",,\n" ORGANISATION("RJ1") "12,345,267,890,4.62\n", "FTE_DAYS_LOST", "as in '12' and '345'", 2},
        {FLOWS "2020,Apr,QE1,14,922,134,220,14,582\n2020,Apr,QF7,20,076,121,868,15,117\n", "Completed",
         "The row has 9 cells, the header has 6: a comma seems to have split a number, as in '14' and '922'", 2},
        {FLOWS "2020,Apr,QE1,1,014,922,134220,14582\n", "Completed", "as in '1' and '014'", 2},
        {FLOWS "2020,Apr,QE1,922,134,14582\n2020,Apr,QF7,20,076,868,117\n", "Completed", "as in '20' and '076'", 3},
        {PANEL
         "2022-10,QE1,C_100,13,275,8224,13.2,46.3,717,238,60\n2022-10,QE1,C_101,11,253,6964,12.7,45.7,621,250,78\n",
         "incomplete_pathways", "The row has 11 cells, the header has 10: a comma seems to have split a number", 2},
        {HEADER "\n" ROW("MSitAE-APRIL-2025", "RJ1", "N", "1,000") "\n" ROW("MSitAE-APRIL-2025", "RJ2", "S",
                                                                            "2,000") "\n" TOTAL,
         "A&E attendances Type 1", "as in '1' and '000'", 2},
        /* A total line is set aside, but what it says is held against the sums. */
        {HEADER "\n" APRIL "TOTAL,,,,1,030,4,6,0,0,0,2,0,0,0,0,0,8,10,12,14,16,18\n", "A&E attendances Type 1",
         "as in '1' and '030'", 4},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        run r;
        run_file(&r, text_file("thousands.csv", cases[i].bytes), NULL);
        const error *told = r.list.count > 0 ? &r.list.items[0] : &r.err;
        if (r.code != STATUS_REFUSED || strstr(told->message, cases[i].part) == NULL)
            print_error("%zu: %d <%s> lacks <%s>\n", i, (int)r.code, told->message, cases[i].part);
        assert_int_equal(r.code, STATUS_REFUSED);
        assert_non_null(strstr(told->message, cases[i].part));
        assert_string_equal(told->column, cases[i].column);
        assert_int_equal(told->row, cases[i].row);
        assert_non_null(strstr(told->file, "thousands.csv"));
        assert_non_null(strstr(told->hint, "in quotes"));
        run_free(&r);
    }
    /* Nothing but commas at the end of each row, and in one row only two numbers that could be one: nothing has moved. */
    run r;
    run_file(&r, text_file("flows.csv", FLOWS "2020,Apr,QE1,14,922,14582,\n2020,Apr,QF7,20076,121868,15117,\n"), NULL);
    assert_int_equal(r.code, STATUS_OK);
    assert_int_equal(r.seen.rows, 2);
    run_free(&r);
    /* The same in some rows only, or in all rows where all could be one: what the figures are is not known. */
    refused(FLOWS "2020,Apr,QE1,14,922,14582,\n2020,Apr,QF7,20076,121868,15117\n", "as in '14' and '922'");
    refused(FLOWS "2020,Apr,QE1,14,922,14582,\n2020,Apr,QF7,20,761,15117,\n", "as in '14' and '922'");
}

/* A column at the end that nobody headed: in every row, and text. */
static void test_unheaded_column_at_the_end(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *told;
        bool good;
    } cases[] = {
        {FLOWS "2020,Apr,QE1,14922,134220,14582,checked\n2020,Apr,QF7,20076,121868,15117,\n",
         "what stands beyond the last heading (from column 7 on, in 1 row) was left out", true},
        /* Two numbers side by side could be one, but then "checked" would stand where numbers do. */
        {FLOWS "2020,Apr,QE1,14,220,582,checked\n2020,Apr,QF7,20,868,117,checked\n", "(from column 7 on, in 2 rows)",
         true},
        {PANEL "2022-10,QE1,C_100,13275,8224,13.2,46.3,717,238,60,a,b\n", "(from column 11 on, in 1 row)", true},
        {SICKNESS "\n" ABSENT("RJ1") ",x\n" OTHER_REGIONS(",x"), "(from column 12 on, in 7 rows)", true},
        {FLOWS "2020,Apr,QE1,14922,134220,14582,5\n2020,Apr,QF7,20076,121868,15117,6\n",
         "The row has 7 cells, the header has 6", false},
        {FLOWS "2020,Apr,QE1,14922,134220,14582,-,5\n", "The row has 8 cells, the header has 6", false},
        {FLOWS "2020,Apr,QE1,14922,134220,14582,x\n2020,Apr,QF7,20076,121868,15117,x,y\n"
               "2020,Apr,QGH,1,2,3,x\n",
         "The row has 7 cells, the header has 6", false},
        {PANEL "2022-10,QE1,C_100,13275,8224,13.2,46.3,1717,2380,60,7\n", "The row has 11 cells, the header has 10",
         false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        run r;
        run_file(&r, text_file("unheaded.csv", cases[i].bytes), NULL);
        const char *told = r.list.count > 0 ? r.list.items[0].message : r.err.message;
        const bool said = cases[i].good ? has_note(&r, cases[i].told) : strcmp(told, cases[i].told) == 0;
        if (r.code != (cases[i].good ? STATUS_OK : STATUS_REFUSED) || !said)
            print_error("%zu: %d <%s>\n", i, (int)r.code, told);
        assert_int_equal(r.code, cases[i].good ? STATUS_OK : STATUS_REFUSED);
        assert_true(said);
        run_free(&r);
    }
    /* Columns without a heading are counted one by one, however far apart they stand. */
    buffer wide = {0};
    run r;
    buffer_text(&wide, SICKNESS);
    for (int i = 0; i < 80; i++)
        buffer_text(&wide, ",");
    buffer_text(&wide, "\n" ABSENT("RJ1") ",x");
    for (int i = 0; i < 64; i++)
        buffer_text(&wide, ",");
    buffer_text(&wide, "y\n" OTHER_REGIONS(""));
    run_file(&r, text_file("wide.csv", wide.data), NULL);
    assert_int_equal(r.code, STATUS_OK);
    assert_true(has_note(&r, "2 columns without a heading were left out (from column 12)"));
    run_free(&r);
    buffer_free(&wide);
}

static void test_cut_short(void **state)
{
    (void)state;
    refused(HEADER "\n" APRIL,
            "The file has no TOTAL line, and every file of this publication ends with one: it has been cut short");
}

/* Withheld is kept apart from missing, and is in no sum that the total is held against. */
static void test_withheld(void **state)
{
    (void)state;
    run r;
    run_file(&r,
             text_file("a.csv", HEADER "\n" ROW("MSitAE-APRIL-2025", "RJ1", "N", "*") "\n" ROW(
                                    "MSitAE-APRIL-2025", "RJ2", "S", "20") "\n" ROW("MSitAE-APRIL-2025", "RJ3", "E",
                                                                                    "") "\n" TOTAL),
             NULL);
    assert_int_equal(r.code, STATUS_OK);
    int32_t column = source_column_find(r.report.source, "attendances_type_1");
    assert_int_equal(r.seen.sum[column], 20);
    assert_int_equal(r.seen.suppressed[column], 1);
    assert_int_equal(r.seen.missing[column], 1);
    run_free(&r);
    /* In a workbook, too; "**" of virtual wards is "not submitted", so missing. */
    const char *path = path_in("Monthly-Virtual-Ward-Dec2024.xlsx");
    book_write_xlsx(path, "== Virtual Ward Data\n6||Month:|December 2024\n"
                          "16||Region|Region Code|ICB code|Name|Virtual Ward Capacity|GP registered "
                          "population|Patients in a Virtual Ward\n"
                          "17||London|Y56|QZ1|Northwater|100|4000|*\n18||London|Y56|QZ2|Southmoor|*|4000|**\n"
                          "19||-|-|-|England|200|8000|100\n");
    run_file(&r, path, NULL);
    if (r.code != STATUS_OK)
        print_error("%s\n", r.err.message);
    assert_int_equal(r.code, STATUS_OK);
    assert_int_equal(r.seen.suppressed[source_column_find(r.report.source, "patients")], 1);
    assert_int_equal(r.seen.missing[source_column_find(r.report.source, "patients")], 1);
    assert_int_equal(r.seen.suppressed[source_column_find(r.report.source, "capacity")], 1);
    run_free(&r);
    /* Every source of counts of people knows the asterisk, and none takes it for missing. */
    static const char *const WITHOUT[] = {"imd-icb", "population-sub-icb", "rtt-icb-panel", "tidy"};
    for (size_t i = 0; i < CATALOGUE.source_count; i++) {
        const source *s = &CATALOGUE.sources[i];
        bool meant = true;
        for (size_t k = 0; k < COUNT_OF(WITHOUT); k++)
            meant &= strcmp(s->id, WITHOUT[k]) != 0;
        for (size_t l = 0; l < s->layout_count && meant; l++) {
            bool known = false;
            for (size_t k = 0; k < s->layouts[l].suppressed_count; k++)
                known |= strcmp(s->layouts[l].suppressed[k], "*") == 0;
            if (!known)
                print_error("%s, layout %s\n", s->id, s->layouts[l].id);
            assert_true(known);
        }
    }
}

static void zip_write(const char *path, const char *member, const char *bytes)
{
    int failure = 0;
    (void)unlink(path);
    zip_t *z = zip_open(path, ZIP_CREATE, &failure);
    assert_non_null(z);
    zip_source_t *from = zip_source_buffer(z, bytes, strlen(bytes), 0);
    assert_true(zip_file_add(z, member, from, 0) >= 0);
    assert_int_equal(zip_close(z), 0);
}

/* The table's own SHA-256 is the same however it is packed; that of the file is not. */
static void test_same_table(void **state)
{
    (void)state;
    static const char bytes[] = HEADER "\n" APRIL TOTAL;
    run r[3];
    const char *paths[] = {text_file("a.csv", bytes), path_in("a.csv.gz"), path_in("a.zip")};
    gzFile g = gzopen(paths[1], "wb");
    assert_int_equal(gzwrite(g, bytes, sizeof bytes - 1), sizeof bytes - 1);
    assert_int_equal(gzclose(g), Z_OK);
    zip_write(paths[2], "Monthly-AE.csv", bytes);
    for (size_t i = 0; i < 3; i++) {
        run_file(&r[i], paths[i], NULL);
        assert_int_equal(r[i].code, STATUS_OK);
        assert_string_equal(r[i].report.table_sha256, r[0].report.sha256);
        assert_int_equal(strcmp(r[i].report.sha256, r[0].report.sha256) == 0, i == 0);
    }
    for (size_t i = 0; i < 3; i++)
        run_free(&r[i]);
}

/* What is no table of statistics is said to be what it is, with advice that fits it. */
static void test_no_statistics(void **state)
{
    (void)state;
    static const struct {
        const char *name, *bytes, *message, *hint;
    } cases[] = {
        {"a.geojson", "{\"type\": \"FeatureCollection\", \"features\": []}", "This is a map", "nothing in it to add"},
        {"a.hexjson", "{\"layout\":\"odd-r\",\"hexes\":{}}", "This is a map", "nothing in it to add"},
        {"a.json", "{\"codes\": [1]}", "This is JSON", "JSON is not read"},
        {"a.pdf", "%PDF-1.7\n", "This is a PDF document", "as a csv or an Excel workbook"},
        {"a.png", "\x89PNG\r\n\x1a\n", "This is a picture", "nothing in it to add"},
        {"a.jpg", "\xff\xd8\xff\xe0", "This is a picture", "nothing in it to add"},
        {"a.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "This is a picture", "nothing in it to add"},
        {"a.html", "<!DOCTYPE html><p>Gone", "This is a web page", "download the file again"},
        {"a.csv", "old_code,new_code,date\nRA1,RA2,2024\n", "No source",
         "a lookup of codes, which has no figures to add"},
        {"b.csv", "SICBL24CD,SICBL24CDH,SICBL24NM\nE,00L,x\n", "No source", "a lookup of codes"},
        {"c.csv", "code,name,visits\nRA1,N,4\n", "No source", "`concord list sources`"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        run r;
        run_file(&r, text_file(cases[i].name, cases[i].bytes), NULL);
        if (strstr(r.err.message, cases[i].message) == NULL || strstr(r.err.hint, cases[i].hint) == NULL)
            print_error("%s: %s. %s\n", cases[i].name, r.err.message, r.err.hint);
        assert_int_equal(r.code, STATUS_REFUSED);
        assert_non_null(strstr(r.err.message, cases[i].message));
        assert_non_null(strstr(r.err.hint, cases[i].hint));
        assert_null(strstr(r.err.hint, "heading"));
        run_free(&r);
    }
}

/* The monthly csv before booked appointments were counted: no columns for them, so they are 0, not missing. */
static void test_before_booked(void **state)
{
    (void)state;
    run r;
    run_file(
        &r,
        text_file(
            "a.csv",
            "Period,Org Code,Parent Org,Org name,Number of A&E attendances Type 1,Number of A&E attendances Type 2,"
            "Number of A&E attendances Other A&E Department,Number of attendances over 4hrs Type 1,"
            "Number of attendances over 4hrs Type 2,Number of attendances over 4hrs Other A&E Department,"
            "Patients who have waited 4-12 hs from DTA to admission,"
            "Patients who have waited 12+ hrs from DTA to admission,Emergency admissions via A&E - Type 1,"
            "Emergency admissions via A&E - Type 2,Emergency admissions via A&E - Other A&E department,"
            "Other emergency admissions\n"
            "MSitAE-MAY-2019,RJ1,LONDON,N,10,2,3,1,0,0,4,5,6,7,8,9\n"
            "MSitAE-MAY-2019,RJ2,LONDON,S,20,2,3,1,0,0,4,5,6,7,8,9\n"
            "TOTAL,,,,30,4,6,2,0,0,8,10,12,14,16,18\n"),
        NULL);
    assert_int_equal(r.code, STATUS_OK);
    assert_string_equal(r.report.layout->id, "monthly-csv-before-booked");
    assert_int_equal(r.seen.rows, 2);
    assert_int_equal(r.seen.sum[source_column_find(r.report.source, "attendances_type_1")], 30);
    assert_int_equal(r.seen.sum[source_column_find(r.report.source, "over_4_hours_type_1")], 2);
    assert_int_equal(r.seen.missing[source_column_find(r.report.source, "attendances_booked_type_1")], 0);
    assert_int_equal(r.report.totals_differing, 0);
    assert_int_equal(period_compare(r.report.first_period, period_month(2019, 5)), 0);
    run_free(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_titles),
        cmocka_unit_test(test_before_booked),
        cmocka_unit_test(test_changed_header_below_titles),
        cmocka_unit_test(test_sheet_export),
        cmocka_unit_test(test_columns_without_heading),
        cmocka_unit_test(test_shaped_without_heading),
        cmocka_unit_test(test_thousands_without_quotes),
        cmocka_unit_test(test_unheaded_column_at_the_end),
        cmocka_unit_test(test_cut_short),
        cmocka_unit_test(test_withheld),
        cmocka_unit_test(test_same_table),
        cmocka_unit_test(test_no_statistics),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
