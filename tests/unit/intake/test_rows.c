/* From a csv to typed rows: what the header may look like, what cells become, periods, totals, names, notes. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "hand_sources.h"

static void run_text(run *r, const char *name, const char *bytes, const intake_options *options)
{
    run_file(r, file_of(name, bytes, strlen(bytes)), options);
}

static void run_good(run *r, const char *name, const char *bytes)
{
    run_text(r, name, bytes, NULL);
    if (r->code != STATUS_OK)
        print_error("%s\n", r->err.message);
    assert_int_equal(r->code, STATUS_OK);
    assert_int_equal(r->list.total, 0);
}

static const char *all_notes(const run *r)
{
    static char out[4096];
    out[0] = 0;
    for (size_t i = 0; i < r->report.note_count; i++)
        (void)snprintf(out + strlen(out), sizeof out - strlen(out), "%s;", r->report.notes[i]);
    return out;
}

/* The columns of the small source: code, people, band, rate, note, absent, always. */
static void test_cells_become_columns(void **state)
{
    (void)state;
    run r = {0};
    run_good(&r, "2025-08.csv",
             "Code,People,Band,Rate,Note\n"
             " A1 ,\"1,234\",7,1.5,hello\n"
             "A2,0,*,-,\n"
             "A3,12,,50%,\"x,y\"\n");
    assert_string_equal(r.report.source->id, "small");
    assert_string_equal(r.report.layout->id, "only");
    assert_int_equal(r.report.rows_in, 3);
    assert_int_equal(r.report.rows_kept, 3);
    assert_int_equal(r.seen.sum[1], 1246);
    assert_int_equal(r.seen.sum[2], 7);
    assert_int_equal(r.seen.missing[2], 2);
    assert_int_equal(r.seen.suppressed[2], 1);
    assert_int_equal(r.seen.missing[3], 1);
    assert_true(r.seen.last_number == 50.0);
    assert_int_equal(r.seen.missing[4], 1);
    assert_int_equal(r.seen.missing[5], 3); /* no column of the layout fills it */
    assert_int_equal(r.seen.sum[6], 21);    /* a constant */
    assert_string_equal(r.seen.first_text[0], "A1");
    assert_string_equal(r.seen.first_text[4], "hello");
    assert_int_equal(r.seen.last_line, 4);
    run_free(&r);
}

static void test_headers_that_fit(void **state)
{
    (void)state;
    static const char *const headers[] = {
        "Code,People,Band,Rate,Note",
        "Code,People,Band,Rate", /* Note is optional */
        "rate,BAND,people,code", /* any order, any case */
        " Code ,\"People\",Band\xc2\xa0,  Rate",
        "Code,Persons,Band,Rate", /* another wording */
        "Code,number  of\tpeople,Band,Rate",
        "\357\273\277Code,People,Band,Rate",
        "\n\n,,\nCode,People,Band,Rate",
        "Code,People,Band,Rate,,,", /* stray columns */
    };
    for (size_t i = 0; i < COUNT_OF(headers); i++) {
        char content[256];
        run r = {0};
        (void)snprintf(content, sizeof content, "%s\n1,2,3,4%s\n", headers[i], i == 0 ? ",5" : "");
        run_good(&r, "2025-08.csv", content);
        assert_int_equal(r.seen.rows, 1);
        run_free(&r);
    }
}

static void test_stray_columns(void **state)
{
    (void)state;
    run r = {0};
    run_good(&r, "2025-08.csv", "Code,People,Band,Rate,,\nA,1,2,3,,\nB,1,2,3,stray,\nC,1,2,3\n");
    assert_int_equal(r.seen.rows, 3);
    assert_string_equal(all_notes(&r), "2 columns without a heading were left out (columns 5 to 6);");
    run_free(&r);
    /* As in September 2024: the last of them is headed, and empty. */
    run_good(&r, "2025-08.csv", "Code,People,Band,Rate,,a\nA,1,2,3,,\n");
    assert_non_null(strstr(all_notes(&r), "the one headed 'a' is empty"));
    run_free(&r);
    run_text(&r, "2025-08.csv", "Code,People,Band,Rate,,a\nA,1,2,3,,\nB,1,2,3,,5\n", NULL);
    assert_int_equal(r.code, STATUS_REFUSED);
    assert_int_equal(r.err.row, 3);
    assert_string_equal(r.err.column, "a");
    run_free(&r);
}

static void refused_header(const char *header, const char *part)
{
    run r = {0};
    char content[512];
    (void)snprintf(content, sizeof content, "%s\n1,2,3,4,5,6\n", header);
    run_text(&r, "2025-08.csv", content, NULL);
    assert_int_equal(r.code, STATUS_REFUSED);
    assert_false(r.report.unknown_kind);
    assert_string_equal(r.report.source->id, "small");
    if (strstr(r.err.message, part) == NULL)
        print_error("<%s> lacks <%s>\n", r.err.message, part);
    assert_non_null(strstr(r.err.message, part));
    assert_int_equal(r.err.row, 1);
    assert_true(r.err.hint[0] != 0);
    assert_true(r.list.total > 0);
    assert_int_equal(r.seen.begun, 0);
    run_free(&r);
}

static void test_headers_that_differ(void **state)
{
    (void)state;
    refused_header("Code,People,Band", "'Rate' is missing");
    refused_header("Code,People,Band,Rates", "'Rate' is missing; 'Rates' may be its new name");
    refused_header("Code,People,Band,Rate,New thing", "'New thing' (column 5) is new");
    refused_header("Code,People,Band,Rate,Code", "'Code' (column 5) is there twice");
    refused_header("Code,People,Band,Rate,,Code", "'Code' (column 6) is there twice");
    refused_header("Code,People,Band,Rate,People", "'People' (column 5) is there twice");
    refused_header("Code,People,Persons,Rate,Band", "'Persons' (column 3) is there twice");
}

static void test_unknown_kinds(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "period,icb_code,incomplete\n2022-10,QE1,1\n",
        "old_code,new_code,date\nA,B,C\n",
        "hello\n",
        "Code,Name\nA,B\n",
        ",x\n1,2\n",
    };
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        run r = {0};
        run_text(&r, "2025-08.csv", texts[i], NULL);
        assert_int_equal(r.code, STATUS_REFUSED);
        assert_true(r.report.unknown_kind);
        assert_null(r.report.source);
        assert_non_null(strstr(r.err.message, "No source in the catalogue has such a file"));
        run_free(&r);
    }
    run r = {0};
    run_text(&r, "2025-08.csv", "Code;People;Band;Rate\n1;2;3;4\n", NULL);
    assert_non_null(strstr(r.err.hint, "semicolons"));
    run_free(&r);
    run_text(&r, "2025-08.csv", "Code\tPeople\tBand\tRate\n1\t2\t3\t4\n", NULL);
    assert_non_null(strstr(r.err.hint, "tabs"));
    run_free(&r);
}

static void test_malformed_cells(void **state)
{
    (void)state;
    static const struct {
        const char *row, *column, *message;
    } cases[] = {
        {"A,x,1,1", "People", "'x' is not a whole number"},
        {"A,-5,1,1", "People", "'-5' is negative, and a count cannot be"},
        {"A,1.5,1,1", "People", "'1.5' is not a whole number"},
        {"A,99999999999999999999,1,1", "People", "'99999999999999999999' is too large for a count"},
        {"A,1,3000000000,1", "Band", "'3000000000' is too large for a count"},
        {"A,1,1,fast", "Rate", "'fast' is not a number"},
        {",1,1,1", "Code", "The cell is blank, and this column must be filled"},
        {"A,,1,1", "People", "The cell is blank, and this column must be filled"},
        {"A,-,1,1", "People", "The cell is blank, and this column must be filled"},
        {"A,1,1", "", "The row has only 3 cells, the header has 4"},
        {"A,1,1,1,1", "", "The row has 5 cells, the header has 4"},
        {"TOTAL,x,1,1", "People", "'x' is not a whole number"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        run r = {0};
        char content[256];
        (void)snprintf(content, sizeof content, "Code,People,Band,Rate\nA,1,2,3\n\n%s\nB,1,2,3\n", cases[i].row);
        run_text(&r, "2025-08.csv", content, NULL);
        assert_int_equal(r.code, STATUS_REFUSED);
        assert_int_equal(r.list.total, 1);
        assert_string_equal(r.list.items[0].message, cases[i].message);
        assert_string_equal(r.list.items[0].column, cases[i].column);
        assert_int_equal(r.list.items[0].row, 4);
        assert_non_null(strstr(r.list.items[0].file, "2025-08.csv"));
        assert_int_equal(r.err.row, 4);
        run_free(&r);
    }
}

static void test_first_twenty_problems(void **state)
{
    (void)state;
    buffer all = {0};
    buffer_text(&all, "Code,People,Band,Rate\n");
    for (int i = 0; i < 5000; i++)
        buffer_printf(&all, "A%d,bad,bad,bad\n", i);
    run r = {0};
    run_file(&r, file_of("2025-08.csv", all.data, all.length), NULL);
    assert_int_equal(r.code, STATUS_REFUSED);
    assert_int_equal(r.list.count, 20);
    assert_int_equal(r.list.total, 15000);
    assert_non_null(strstr(r.err.message, "15,000 problems"));
    assert_int_equal(r.list.items[19].row, 8);
    assert_int_equal(r.seen.rows, 0);
    run_free(&r);
    buffer_free(&all);
}

static void test_set_aside_and_totals(void **state)
{
    (void)state;
    run r = {0};
    run_good(&r, "2025-08.csv", "Code,People,Band,Rate\nA,10,1,3\nB,20,2,3\n total ,30,3,\nTOTALS,1,1,1\n");
    assert_int_equal(r.report.rows_in, 4);
    assert_int_equal(r.report.rows_kept, 3);
    assert_int_equal(r.report.set_aside_count, 1);
    assert_int_equal(r.report.set_aside[0].rows, 1);
    assert_string_equal(r.report.set_aside[0].reason, "totals");
    assert_string_equal(all_notes(&r), "the total line (line 4) says 30 for People; the rows add up to 31;"
                                       "the total line (line 4) says 3 for Band; the rows add up to 4;");
    run_free(&r);
}

static void test_totals_first_or_blank(void **state)
{
    (void)state;
    run r = {0};
    /* A total line may come first; a blank in it says nothing; a suppressed cell leaves nothing to compare. */
    run_good(&r, "2025-08.csv", "Code,People,Band,Rate\nTOTAL,30,,\nA,10,1,3\nB,20,2,3\n");
    assert_string_equal(all_notes(&r), "");
    run_free(&r);
    run_good(&r, "2025-08.csv", "Code,People,Band,Rate\nA,10,*,3\nB,20,2,3\nTOTAL,30,9,\n");
    assert_string_equal(all_notes(&r), "");
    run_free(&r);
    run_text(&r, "2025-08.csv", "Code,People,Band,Rate\nTOTAL,30,1,1\n", NULL);
    assert_int_equal(r.code, STATUS_REFUSED);
    assert_non_null(strstr(r.err.message, "besides those that are set aside"));
    run_free(&r);
    run_text(&r, "2025-08.csv", "Code,People,Band,Rate\n\n,,,\n", NULL);
    assert_int_equal(r.code, STATUS_REFUSED);
    assert_string_equal(r.err.message, "The file has a header but no rows");
    run_free(&r);
}

/* ---- A&E: periods and names --------------------------------------------------------------------------- */

static const char *ae(const char *rows)
{
    static char out[8192];
    size_t n = 0;
    for (size_t i = 0; i < COUNT_OF(AE_MONTHLY); i++)
        n += (size_t)snprintf(out + n, sizeof out - n, "%s%s", i > 0 ? "," : "", AE_MONTHLY[i].header);
    (void)snprintf(out + n, sizeof out - n, "\n%s", rows);
    return out;
}
#define ZEROS ",0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0\n"

static void test_period_from_content(void **state)
{
    (void)state;
    run r = {0};
    char when[PERIOD_TEXT];
    run_good(&r, "anything.csv", ae("MSitAE-APRIL-2025,RJ1,LONDON,GUYS" ZEROS "TOTAL,TOTAL,TOTAL,TOTAL" ZEROS));
    period_format(r.report.first_period, when);
    assert_string_equal(when, "2025-04");
    assert_int_equal(r.report.rows_kept, 1);
    assert_int_equal(r.report.set_aside[0].rows, 1);
    run_free(&r);
    /* Several months: each row has its own. */
    run_good(&r, "anything.csv", ae("MSitAE-MAY-2025,RJ1,LONDON,GUYS" ZEROS "MSitAE-APRIL-2025,RJ1,LONDON,GUYS" ZEROS));
    period_format(r.report.first_period, when);
    assert_string_equal(when, "2025-04");
    period_format(r.report.last_period, when);
    assert_string_equal(when, "2025-05");
    period_format(r.seen.last_period, when);
    assert_string_equal(when, "2025-04");
    run_free(&r);
    /* The name says otherwise: the rows hold, with a note. */
    run_good(&r, "Monthly-AE-March-2025-revised.csv", ae("MSitAE-APRIL-2025,RJ1,LONDON,GUYS" ZEROS));
    assert_string_equal(all_notes(&r), "the name says March 2025, but the rows say April 2025: the rows hold;");
    assert_true(r.report.revised);
    run_free(&r);
}

static void test_period_that_is_none(void **state)
{
    (void)state;
    static const char *const cells[] = {"MSitAE-Foober-2025", "2024-13", "soon", ""};
    for (size_t i = 0; i < COUNT_OF(cells); i++) {
        run r = {0};
        char rows[256];
        (void)snprintf(rows, sizeof rows, "MSitAE-APRIL-2025,RJ1,LONDON,GUYS" ZEROS "%s,RJ2,LONDON,X" ZEROS, cells[i]);
        run_text(&r, "2025-04.csv", ae(rows), NULL);
        assert_int_equal(r.code, STATUS_REFUSED);
        assert_int_equal(r.list.total, 1);
        assert_int_equal(r.list.items[0].row, 3);
        assert_string_equal(r.list.items[0].column, "Period");
        run_free(&r);
    }
}

static void test_period_asked_for(void **state)
{
    (void)state;
    run r = {0};
    intake_options april = {.period = period_month(2025, 4), .published = DATE_NONE},
                   may = {.period = period_month(2025, 5), .published = DATE_NONE};
    const char *content = ae("MSitAE-APRIL-2025,RJ1,LONDON,GUYS" ZEROS);
    run_text(&r, "x.csv", content, &april);
    assert_int_equal(r.code, STATUS_OK);
    run_free(&r);
    run_text(&r, "x.csv", content, &may);
    assert_int_equal(r.code, STATUS_REFUSED);
    assert_string_equal(r.err.message, "The file says 2025-04, but --period says 2025-05");
    assert_int_equal(r.err.row, 2);
    run_free(&r);
    /* Without a period inside: the name, else --period, else refused with the hint. */
    const char *small = "Code,People,Band,Rate\nA,1,2,3\n";
    run_text(&r, "x.csv", small, NULL);
    assert_int_equal(r.code, STATUS_REFUSED);
    assert_non_null(strstr(r.err.hint, "--period 2025-08"));
    run_free(&r);
    run_text(&r, "x.csv", small, &may);
    assert_int_equal(r.code, STATUS_OK);
    assert_int_equal(period_compare(r.seen.last_period, may.period), 0);
    run_free(&r);
    run_text(&r, "small-April-2025.csv", small, NULL);
    assert_int_equal(r.code, STATUS_OK);
    assert_int_equal(period_compare(r.report.first_period, april.period), 0);
    run_free(&r);
    run_text(&r, "small-April-2025.csv", small, &may);
    assert_int_equal(r.code, STATUS_REFUSED);
    assert_string_equal(r.err.message, "The file's name says 2025-04, but --period says 2025-05");
    run_free(&r);
}

static void test_published_and_revised(void **state)
{
    (void)state;
    const char *small = "Code,People,Band,Rate\nA,1,2,3\n";
    run r = {0};
    run_good(&r, "small-April-2025-revised-2025-06-12.csv", small);
    assert_true(r.report.revised);
    assert_int_equal(r.report.published, date_of(2025, 6, 12));
    run_free(&r);
    /* The date at the start of an extract's name is the end of its period. */
    run_good(&r, "20260430-small.csv", small);
    assert_false(r.report.revised);
    assert_int_equal(r.report.published, DATE_NONE);
    assert_int_equal(r.report.first_period.first_month, 2026 * 12 + 3);
    run_free(&r);
    intake_options options = {.published = date_of(2025, 7, 1)};
    run_text(&r, "small-April-2025-revised.csv", small, &options);
    assert_int_equal(r.report.published, date_of(2025, 7, 1));
    run_free(&r);
}

static void test_names(void **state)
{
    (void)state;
    run r = {0};
    run_good(&r, "x.csv",
             ae("MSitAE-APRIL-2025,RJ1,LONDON," ZEROS "MSitAE-APRIL-2025,RJ1,LONDON,GUYS" ZEROS
                "MSitAE-APRIL-2025,RJ2,LONDON,LEWISHAM" ZEROS "MSitAE-APRIL-2025,RJ1,LONDON,Guys again" ZEROS
                "TOTAL,TOTAL,TOTAL,TOTAL" ZEROS));
    assert_int_equal(r.seen.names, 2);
    assert_string_equal(r.seen.last_name, "LEWISHAM");
    run_free(&r);
}

/* More rows than a batch, codes that come and go, and a sum that a naive loop knows. */
static void test_many_batches(void **state)
{
    (void)state;
    buffer all = {0};
    int64_t sum = 0;
    buffer_text(&all, "Code,People,Band,Rate,Note\n");
    for (int i = 0; i < 3 * ROW_BATCH + 17; i++) {
        buffer_printf(&all, "C%d,%d,%s,0.5,%s\n", i / 3, i * 31, i % 5 == 0 ? "" : "4",
                      i % 2 == 0 ? "same" : "caf\xe9");
        sum += (int64_t)i * 31;
    }
    run r = {0};
    run_file(&r, file_of("2025-08.csv", all.data, all.length), NULL);
    assert_int_equal(r.code, STATUS_OK);
    assert_int_equal(r.seen.rows, 3 * ROW_BATCH + 17);
    assert_int_equal(r.seen.sum[1], sum);
    assert_int_equal(r.seen.missing[2], (3 * ROW_BATCH + 17 + 4) / 5);
    assert_int_equal(r.seen.missing[4], 0);
    run_free(&r);
    /* A sink that fails ends the file with the sink's own answer. */
    r.seen.fail_after = ROW_BATCH;
    run_file(&r, path_in("2025-08.csv"), NULL);
    assert_int_equal(r.code, STATUS_IO);
    assert_string_equal(r.err.message, "the disk is full");
    assert_int_equal(r.seen.rows, ROW_BATCH);
    run_free(&r);
    buffer_free(&all);
}

static void test_sheet_export(void **state)
{
    (void)state;
    buffer all = {0};
    for (size_t i = 0; i < COUNT_OF(AE_SHEET); i++)
        buffer_printf(&all, "%s%s", i > 0 ? "," : "", AE_SHEET[i].header);
    buffer_text(&all, "\nRC9,East,Beds,\"16,618\",0,\"8,806\",\"25,424\",\"10,494\",0,\"8,806\",\"19,300\",\"6,124\",-,"
                      "0,\"6,124\",75.90%,63.10%,-,100.00%,"
                      "\"4,841\",0,0,\"4,841\",\"2,158\",\"6,999\",82,2\n");
    run r = {0};
    run_file(&r, file_of("sheet-export-September-2025-AE.csv", all.data, all.length), NULL);
    assert_int_equal(r.code, STATUS_OK);
    assert_string_equal(r.report.layout->id, "sheet-export");
    assert_int_equal(r.seen.sum[2], 16618);
    assert_int_equal(r.seen.sum[8], 6124);
    assert_int_equal(r.seen.missing[9], 1);
    assert_int_equal(r.seen.missing[5], 0);
    assert_int_equal(r.seen.sum[5], 0);
    assert_int_equal(r.seen.sum[15], 2);
    run_free(&r);
    buffer_free(&all);
}

/* What must hold of a file as a whole where a layout says so: one row for each organisation and period, and the total at its end. */
static void test_whole_files(void **state)
{
    (void)state;
    static const int32_t BY_CODE[] = {0};
    source_layout whole = SMALL_LAYOUTS[0];
    whole.total_required = true;
    whole.one_row_per = BY_CODE;
    whole.one_row_per_count = 1;
    SOURCES[2].layouts = &whole;
    run r = {0};
    run_good(&r, "2025-08.csv", "Code,People,Band,Rate\nA,10,1,3\nB,20,2,3\nTotal,30,3,3\n");
    assert_int_equal(r.report.rows_kept, 2);
    run_free(&r);
    run_text(&r, "2025-08.csv", "Code,People,Band,Rate\nA,10,1,3\nB,20,2,3\n", NULL);
    assert_int_equal(r.code, STATUS_REFUSED);
    assert_non_null(strstr(r.err.message, "no TOTAL line, and every file of this publication ends with one"));
    assert_non_null(strstr(r.err.hint, "Download it again"));
    run_free(&r);
    run_text(&r, "2025-08.csv", "Code,People,Band,Rate\nA,10,1,3\nB,20,2,3\n A,11,1,3\nTotal,41,4,3\nB,1,1,1\n", NULL);
    assert_int_equal(r.code, STATUS_REFUSED);
    assert_int_equal(r.list.total, 2);
    assert_string_equal(r.list.items[0].message,
                        "'A' stands on line 2 already for 2025-08, and must not be counted twice");
    assert_int_equal(r.list.items[0].row, 4);
    assert_int_equal(r.list.items[1].row, 6);
    run_free(&r);
    SOURCES[2].layouts = SMALL_LAYOUTS;
    run_good(&r, "2025-08.csv", "Code,People,Band,Rate\nA,10,1,3\nA,20,2,3\n"); /* not declared, not asked for */
    run_free(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cells_become_columns),  cmocka_unit_test(test_headers_that_fit),
        cmocka_unit_test(test_stray_columns),         cmocka_unit_test(test_headers_that_differ),
        cmocka_unit_test(test_unknown_kinds),         cmocka_unit_test(test_malformed_cells),
        cmocka_unit_test(test_first_twenty_problems), cmocka_unit_test(test_set_aside_and_totals),
        cmocka_unit_test(test_totals_first_or_blank), cmocka_unit_test(test_period_from_content),
        cmocka_unit_test(test_period_that_is_none),   cmocka_unit_test(test_period_asked_for),
        cmocka_unit_test(test_published_and_revised), cmocka_unit_test(test_names),
        cmocka_unit_test(test_many_batches),          cmocka_unit_test(test_sheet_export),
        cmocka_unit_test(test_whole_files),
    };
    return cmocka_run_group_tests(tests, folder_make_own, folder_remove_own);
}
