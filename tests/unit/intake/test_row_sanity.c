/* Rows that contradict themselves, values that the catalogue does not know, and figures for bodies that were not open, with the catalogue that is shipped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "shipped.h"

#define BANDS 105

static orgs *ORGS;

static int set_up(void **state)
{
    problems list = {0};
    error err = {0};
    (void)state;
    if (folder_make_own() || catalogue_of(CONCORD_SOURCE_DIR "/catalogue"))
        return 1;
    status code = orgs_load(CONCORD_SOURCE_DIR "/data/orgs", &ORGS, &list, &err);
    problems_free(&list);
    return code != STATUS_OK;
}

static int tear_all_down(void **state)
{
    orgs_free(ORGS);
    return tear_down(state);
}

/* weeks: what stands in the first two bands ("" = no weeks at all); then Total, unknown clock starts and Total All. */
typedef struct rtt_line {
    const char *part, *function, *weeks[2], *total, *unknown, *all;
} rtt_line;

static void rtt_run(run *r, const rtt_line *lines, size_t count)
{
    buffer b = {0};
    buffer_text(&b, "Period,Provider Parent Org Code,Provider Parent Name,Provider Org Code,Provider Org Name,"
                    "Commissioner Parent Org Code,Commissioner Parent Name,Commissioner Org Code,"
                    "Commissioner Org Name,RTT Part Type,RTT Part Description,Treatment Function Code,"
                    "Treatment Function Name,");
    for (int k = 0; k < BANDS - 1; k++)
        buffer_printf(&b, "Gt %02d To %02d Weeks SUM 1,", k, k + 1);
    buffer_text(&b, "Gt 104 Weeks SUM 1,Total,Patients with unknown clock start date,Total All\n");
    for (size_t i = 0; i < count; i++) {
        buffer_printf(&b, "RTT-April-2026,QE1,,RJ1,,QE1,,0%zuX,,%s,,%s,,%s,%s", i, lines[i].part, lines[i].function,
                      lines[i].weeks[0], lines[i].weeks[1]);
        for (int k = 2; k < BANDS; k++)
            buffer_text(&b, lines[i].weeks[0][0] == 0 ? "," : ",0");
        buffer_printf(&b, ",%s,%s,%s\n", lines[i].total, lines[i].unknown, lines[i].all);
    }
    run_file(r, file_of("rtt.csv", b.data, b.length), NULL);
    buffer_free(&b);
}

static void a_row_that_adds_up_is_kept(void **state)
{
    (void)state;
    static const rtt_line lines[] = {
        {"Part_1A", "C_110", {"3", "4"}, "7", "2", "9"}, {"Part_1B", "C_110", {"3", "4"}, "7", "", "7"},
        {"Part_2", "C_110", {"3", "4"}, "", "", "7"},    {"Part_2A", "C_110", {"0", "0"}, "", "", "0"},
        {"Part_3", "C_110", {"", ""}, "", "", "12"},  /* new periods have no weeks */
        {"Part_2", "C_110", {"*", "4"}, "", "", "7"}, /* of one that is withheld nothing can be told */
    };
    run r;
    rtt_run(&r, lines, COUNT_OF(lines));
    assert_int_equal(r.code, STATUS_OK);
    assert_int_equal(r.seen.rows, COUNT_OF(lines));
    assert_int_equal(r.report.note_count, 0);
    run_free(&r);
}

static void a_row_that_contradicts_itself_refuses_the_file(void **state)
{
    (void)state;
    static const struct {
        rtt_line line;
        const char *message;
    } cases[] = {
        {{"Part_2", "C_110", {"3", "4"}, "", "", "100007"}, "The row says 100,007, but the 106 columns"},
        {{"Part_2", "C_110", {"3", "4"}, "", "", "6"}, "add up to 7"},
        {{"Part_1A", "C_110", {"3", "4"}, "7", "2", "7"}, "add up to 9"},
        {{"Part_1A", "C_110", {"3", "4"}, "8", "2", "9"}, "('Total' and 'Patients with unknown clock start date')"},
        {{"Part_2", "C_110", {"0", "0"}, "", "", "5"}, "add up to 0"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        run r;
        rtt_run(&r, &cases[i].line, 1);
        assert_int_equal(r.code, STATUS_REFUSED);
        assert_true(r.list.count > 0);
        assert_non_null(strstr(r.list.items[0].message, cases[i].message));
        assert_string_equal(r.list.items[0].column, "Total All");
        assert_int_equal(r.list.items[0].row, 2);
        run_free(&r);
    }
}

static void twenty_are_listed_and_all_are_counted(void **state)
{
    (void)state;
    rtt_line lines[30];
    run r;
    for (size_t i = 0; i < COUNT_OF(lines); i++)
        lines[i] = (rtt_line){"Part_2", "C_110", {"3", "4"}, "", "", i % 10 == 9 ? "7" : "8"};
    rtt_run(&r, lines, COUNT_OF(lines));
    assert_int_equal(r.code, STATUS_REFUSED);
    assert_int_equal(r.list.count, 20);
    assert_int_equal(r.list.total, 27);
    run_free(&r);
}

static void an_unknown_part_is_refused(void **state)
{
    (void)state;
    static const rtt_line lines[] = {{"Part_2", "C_110", {"3", "4"}, "", "", "7"},
                                     {"Part_9", "C_110", {"3", "4"}, "", "", "7"},
                                     {"Part_9", "C_110", {"3", "4"}, "", "", "7"}};
    run r;
    rtt_run(&r, lines, COUNT_OF(lines));
    assert_int_equal(r.code, STATUS_REFUSED);
    assert_int_equal(r.list.total, 2);
    assert_string_equal(r.list.items[0].column, "RTT Part Type");
    assert_int_equal(r.list.items[0].row, 3);
    assert_non_null(strstr(r.list.items[0].message, "'Part_9' is not known here"));
    assert_non_null(strstr(r.list.items[0].hint, "Part_1A, Part_1B, Part_2, Part_2A, Part_3"));
    run_free(&r);
}

static void an_unknown_treatment_function_is_kept_and_said_once(void **state)
{
    (void)state;
    static const rtt_line lines[] = {{"Part_2", "C_777", {"3", "4"}, "", "", "7"},
                                     {"Part_2", "C_777", {"3", "4"}, "", "", "7"},
                                     {"Part_2", "C_110", {"3", "4"}, "", "", "7"},
                                     {"Part_2", "C_777", {"3", "4"}, "", "", "7"}};
    rtt_line many[6];
    static const char *const codes[] = {"X01", "X07", "X08", "X09", "X02", "X01"};
    run r;
    rtt_run(&r, lines, COUNT_OF(lines));
    assert_int_equal(r.code, STATUS_OK);
    assert_int_equal(r.seen.rows, 4);
    assert_int_equal(r.report.note_count, 1);
    assert_true(has_note(&r, "treatment function 'C_777' is not in the catalogue: 3 rows, kept under its code"));
    run_free(&r);
    for (size_t i = 0; i < COUNT_OF(many); i++)
        many[i] = (rtt_line){"Part_2", codes[i], {"3", "4"}, "", "", "7"};
    rtt_run(&r, many, COUNT_OF(many));
    assert_int_equal(r.report.note_count, 1);
    assert_true(has_note(&r, "treatment function 'X01', 'X07', 'X08' ... are not in the catalogue: 5 rows, kept "
                             "under their codes"));
    run_free(&r);
}

static void tidy_run(run *r, const char *lines)
{
    const intake_options options = {.published = DATE_NONE, .orgs = ORGS};
    buffer b = {0};
    buffer_printf(&b, "measure,organisation,period,numerator,denominator,value,breakdown\n%s", lines);
    run_file(r, file_of("local.csv", b.data, b.length), &options);
    buffer_free(&b);
}

static void figures_that_cannot_be_refuse_a_tidy_file(void **state)
{
    (void)state;
    static const char *const wrong[][2] = {
        {"ae-within-4-hours,RJ1,2026-01,15,10,,\n", "more than all: the numerator is greater"},
        {"ae-within-4-hours,RJ1,2026-01,5,10,80,\n", "contradicts its numerator and denominator"},
        {"ae-within-4-hours,RJ1,2026-01,5,0,,\n", "some of none"},
        {"ae-within-4-hours,RJ1,2026-01,,,150,\n", "above 100%"},
        {"rtt-median-wait,RJ1,2026-01,,,-3,\n", "below nought"},
        {"rtt-within-18-weeks,RJ1,2026-01,5,10,,age=old\n", "which has these: treatment-function"}};
    static const char right[] = "ae-within-4-hours,RJ1,2026-01,2,3,66.7,\n"
                                "bed-occupancy-general-acute,RJ1,2026-01,105,100,,\n"
                                "rtt-within-18-weeks,RJ1,2026-01,5,10,,treatment-function=C_110\n";
    run r;
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        tidy_run(&r, wrong[i][0]);
        assert_int_equal(r.code, STATUS_REFUSED);
        assert_int_equal(r.list.total, 1);
        assert_int_equal(r.list.items[0].row, 2);
        assert_non_null(strstr(r.list.items[0].message, wrong[i][1]));
        run_free(&r);
    }
    tidy_run(&r, right);
    assert_int_equal(r.code, STATUS_OK);
    assert_int_equal(r.report.note_count, 0);
    run_free(&r);
}

static void a_figure_for_a_body_that_was_closed_is_said(void **state)
{
    (void)state;
    run r;
    tidy_run(&r, "ae-attendances,QH8,2026-03,5,,,\nae-attendances,QH8,2026-05,5,,,\nae-attendances,RJ1,2026-05,5,,,\n");
    assert_int_equal(r.code, STATUS_OK);
    assert_int_equal(r.report.note_count, 1);
    assert_true(has_note(&r, "1 line is for an organisation before it opened or after it closed: QH8 in 2026-05 (line "
                             "3; closed 2026-04-01)"));
    run_free(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_that_adds_up_is_kept),
        cmocka_unit_test(a_row_that_contradicts_itself_refuses_the_file),
        cmocka_unit_test(twenty_are_listed_and_all_are_counted),
        cmocka_unit_test(an_unknown_part_is_refused),
        cmocka_unit_test(an_unknown_treatment_function_is_kept_and_said_once),
        cmocka_unit_test(figures_that_cannot_be_refuse_a_tidy_file),
        cmocka_unit_test(a_figure_for_a_body_that_was_closed_is_said),
    };
    return cmocka_run_group_tests(tests, set_up, tear_all_down);
}
