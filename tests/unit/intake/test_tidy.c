/* Tidy files: rows that name their measure. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "hand_sources.h"

#define HEADER "measure,organisation,period,numerator,denominator,value,breakdown\n"

static void run_rows(run *r, const char *rows)
{
    buffer all = {0};
    buffer_text(&all, HEADER);
    buffer_text(&all, rows);
    run_file(r, file_of("local.csv", all.data, all.length), NULL);
    buffer_free(&all);
}

static void test_good(void **state)
{
    (void)state;
    run r = {0};
    run_rows(&r, "ae-attendances,RJ1,2025-04,12,,,\n"
                 "ae-attendances,QMM,FY2025-26,0,0,,\n"
                 "ae-attendances,QMM,FY2025-26-Q1,5,2,,\n" /* some ratios exceed 1 */
                 "ae-attendances,RJ1,2024-04..2024-06,,,7.5,\n"
                 "rtt-waiting-list,RJ1,CY2024,1,2,0.5,treatment-function=C_110\n"
                 "rtt-waiting-list,NOBODY,2025-04,1,2,50,\n");
    if (r.code != STATUS_OK)
        print_error("%s\n", r.err.message);
    assert_int_equal(r.code, STATUS_OK);
    assert_true(r.report.source->tidy);
    assert_int_equal(r.seen.rows, 6);
    assert_int_equal(r.seen.sum[3], 19);
    assert_int_equal(r.seen.missing[3], 1);
    assert_int_equal(r.seen.missing[2], 5);
    char when[PERIOD_TEXT];
    period_format(r.report.first_period, when);
    assert_string_equal(when, "CY2024");
    period_format(r.report.last_period, when);
    assert_string_equal(when, "FY2025-26");
    run_free(&r);
}

static void test_without_breakdown(void **state)
{
    (void)state;
    static const char content[] =
        "measure,organisation,period,numerator,denominator,value\nae-attendances,RJ1,2025-04,12,13,\n";
    run r = {0};
    run_file(&r, file_of("local.csv", content, strlen(content)), NULL);
    assert_int_equal(r.code, STATUS_OK);
    assert_int_equal(r.seen.missing[2], 1);
    run_free(&r);
}

static void test_bad_rows(void **state)
{
    (void)state;
    static const struct {
        const char *row, *message, *column, *hint;
    } cases[] = {
        {"ae-attendancs,RJ1,2025-04,1,,,\n", "'ae-attendancs' is not a measure of the catalogue", "measure",
         "ae-attendances"},
        {",RJ1,2025-04,1,,,\n", "The cell is blank, and this column must be filled", "measure", ""},
        {"ae-attendances,,2025-04,1,,,\n", "The cell is blank, and this column must be filled", "organisation", ""},
        {"ae-attendances,RJ1,,1,,,\n", "The cell is blank, and this column must be filled", "period", ""},
        {"ae-attendances,RJ1,April 2025,1,,,\n", "'April 2025' is not a period", "period", ""},
        {"ae-attendances,RJ1,2025-13,1,,,\n", "'2025-13' is not a period", "period", ""},
        {"ae-attendances,RJ1,2025-05,1.5,,,\n", "'1.5' is not a whole number", "numerator", ""},
        {"ae-attendances,RJ1,2025-05,1,-2,,\n", "'-2' is negative, and a count cannot be", "denominator", ""},
        {"ae-attendances,RJ1,2025-05,1,2,x,\n", "'x' is not a number", "value", ""},
        {"my-local,RJ1,2025-05,1,,,\n", "'my-local' is not a measure of the catalogue", "measure",
         "`concord list measures` shows them all. A measure of your own"}, /* nothing is near it */
        {"ae-attendances,RJ1,2025-05,,,-2,\n", "The line gives a figure below nought, which ae-attendances cannot be",
         "value", "attendances"},
        {"ae-attendances,RJ1,2025-05,1,,,age=old\n", "'age=old' is not a breakdown of ae-attendances, which has none",
         "breakdown", "the total"},
        {"rtt-waiting-list,RJ1,2025-05,1,,,age=old\n",
         "'age=old' is not a breakdown of rtt-waiting-list, which has these: treatment-function", "breakdown",
         "treatment-function=VALUE"},
        {"rtt-waiting-list,RJ1,2025-05,1,,,treatment-function=\n", "is not a breakdown of rtt-waiting-list",
         "breakdown", "treatment-function=VALUE"},
        {"ae-attendances,RJ1,2025-05,,2,,\n", "The line has neither a numerator nor a value", "value", "gap"},
        {"ae-attendances,RJ1,2025-04,9,,,\n",
         "The same measure, organisation, period and breakdown are on line 2 already", "", "holds"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        run r = {0};
        char rows[256];
        (void)snprintf(rows, sizeof rows, "ae-attendances,RJ1,2025-04,12,,,\n%s", cases[i].row);
        run_rows(&r, rows);
        assert_int_equal(r.code, STATUS_REFUSED);
        assert_int_equal(r.list.total, 1);
        if (strstr(r.list.items[0].message, cases[i].message) == NULL)
            print_error("case %zu: <%s>\n", i, r.list.items[0].message);
        assert_non_null(strstr(r.list.items[0].message, cases[i].message));
        assert_string_equal(r.list.items[0].column, cases[i].column);
        assert_non_null(strstr(r.list.items[0].hint, cases[i].hint));
        assert_int_equal(r.list.items[0].row, 3);
        run_free(&r);
    }
}

/* The same key far apart, and after other problems, is still found; what differs in one part only is not the same. */
static void test_doubles(void **state)
{
    (void)state;
    buffer rows = {0};
    for (int i = 0; i < 5000; i++)
        buffer_printf(&rows, "ae-attendances,R%d,2025-04,%d,,,\n", i, i);
    buffer_text(&rows,
                "ae-attendances,R1,2025-05,1,,,\nrtt-waiting-list,R1,2025-04,1,,,\nrtt-waiting-list,R1,2025-04,1,,"
                ",treatment-function=C_100\n");
    run r = {0};
    run_rows(&r, rows.data);
    assert_int_equal(r.code, STATUS_OK);
    run_free(&r);
    buffer_text(&rows, "ae-attendances,R2,2025-05,,,,\nae-attendances,R4999,2025-04,3,,,\n");
    run_rows(&r, rows.data);
    assert_int_equal(r.code, STATUS_REFUSED);
    assert_int_equal(r.list.total, 2);
    assert_non_null(strstr(r.list.items[1].message, "line 5001 already"));
    run_free(&r);
    buffer_free(&rows);
}

/* It is the person's own file: no publication has changed. */
static void test_extra_column(void **state)
{
    (void)state;
    static const char content[] =
        "measure,organisation,period,numerator,denominator,value,note\nae-attendances,RJ1,2025-04,12,,,x\n";
    run r = {0};
    run_file(&r, file_of("local.csv", content, strlen(content)), NULL);
    assert_int_equal(r.code, STATUS_REFUSED);
    assert_non_null(strstr(r.err.message, "'note' (column 7) is new"));
    assert_non_null(strstr(r.err.hint, "docs/intake.md"));
    assert_null(strstr(r.err.hint, "publication"));
    run_free(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_good), cmocka_unit_test(test_without_breakdown),
                                       cmocka_unit_test(test_bad_rows), cmocka_unit_test(test_doubles),
                                       cmocka_unit_test(test_extra_column)};
    return cmocka_run_group_tests(tests, folder_make_own, folder_remove_own);
}
