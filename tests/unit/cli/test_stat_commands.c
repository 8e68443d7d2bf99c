/*
 * The commands over statistics on bad input: every kind of it for every command. Each is either refused by a clear sentence (exit 1) or has a
 * documented result; no NaN or infinity is ever printed as a figure.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stat_harness.h"

/* ---- changing a csv ---- */

static size_t columns_of(const char *csv)
{
    size_t n = 1;
    for (; *csv != '\n'; csv++)
        n += *csv == ',';
    return n;
}

/* Every cell of a column (SIZE_MAX: all), below the header, becomes `cell`; rows beyond `rows` are left out. */
static void with_cells(const char *csv, size_t column, const char *cell, size_t rows, buffer *out)
{
    size_t row = 0, at_column = 0;
    buffer_clear(out);
    for (const char *at = csv; *at != 0 && row <= rows;) {
        size_t n = strcspn(at, ",\n");
        if (row > 0 && (column == SIZE_MAX || column == at_column))
            buffer_text(out, cell);
        else
            buffer_put(out, at, n);
        buffer_char(out, at[n]);
        at_column = at[n] == ',' ? at_column + 1 : 0;
        row += at[n] == '\n';
        at += n + 1;
    }
}

static void with_line_ends(const char *csv, const char *mark, const char *line_end, buffer *out)
{
    buffer_clear(out);
    buffer_text(out, mark);
    for (; *csv != 0; csv++) {
        if (*csv == '\n')
            buffer_text(out, line_end);
        else
            buffer_char(out, *csv);
    }
}

/* Is the column read as numbers, by this case? */
static bool is_numeric(const stat_case *of, size_t column)
{
    buffer changed = {0};
    with_cells(of->csv, column, "zebra", SIZE_MAX, &changed);
    stat_answer answer = stat_try(of, changed.data, changed.length);
    bool numeric =
        answer.code == STATUS_REFUSED && answer.said != NULL && strstr(answer.said, "is not a number") != NULL;
    stat_answer_free(&answer);
    buffer_free(&changed);
    return numeric;
}

/* What always holds, whatever came in. */
static void check_answer(const stat_case *of, const stat_answer *answer, const char *what)
{
    const char *name = of->command->command.name;
    if (answer->code != STATUS_OK && answer->code != STATUS_REFUSED && answer->code != STATUS_NOT_FOUND &&
        answer->code != STATUS_USAGE)
        fail_msg("%s, %s: status %d: %s", name, what, (int)answer->code, answer->err.message);
    if (answer->code != STATUS_OK && answer->err.message[0] == 0)
        fail_msg("%s, %s: refused without a word", name, what);
    if (stat_holds_no_figure(answer->out))
        fail_msg("%s, %s: prints NaN or an infinity:\n%s", name, what, answer->out);
}

static void check_refused(const stat_case *of, const char *csv, size_t length, const char *what, const char *words)
{
    stat_answer answer = stat_try(of, csv, length);
    char line[2048];
    check_answer(of, &answer, what);
    (void)error_format(&answer.err, line, sizeof line);
    if (answer.code != STATUS_REFUSED)
        fail_msg("%s, %s: not refused:\n%s", of->command->command.name, what, answer.out);
    if (strstr(answer.said, words) == NULL && strstr(line, words) == NULL)
        fail_msg("%s, %s: does not say '%s' but:\n%s%s", of->command->command.name, what, words, answer.said, line);
    stat_answer_free(&answer);
}

/* ---- tests ---- */

static void good_input_is_answered(void **state)
{
    (void)state;
    for (size_t i = 0; i < STAT_CASES; i++) {
        const stat_case *of = &stat_cases[i];
        stat_answer answer = stat_try(of, of->csv, strlen(of->csv));
        if (answer.code != STATUS_OK)
            fail_msg("case %zu, %s: %s", i, of->command->command.name, answer.err.message);
        check_answer(of, &answer, "good input");
        assert_non_null(strchr(answer.out, '\n'));
        assert_true(strlen(strchr(answer.out, '\n')) > 2);
        stat_answer_free(&answer);
    }
}

static void line_ends_and_marks_change_nothing(void **state)
{
    (void)state;
    static const char *const ways[][2] = {{"", "\r\n"}, {"\xef\xbb\xbf", "\n"}, {"\xef\xbb\xbf", "\r\n"}, {"", "\r"}};
    for (size_t i = 0; i < STAT_CASES; i++) {
        const stat_case *of = &stat_cases[i];
        stat_answer plain = stat_try(of, of->csv, strlen(of->csv));
        for (size_t k = 0; k < sizeof ways / sizeof ways[0]; k++) {
            buffer changed = {0};
            with_line_ends(of->csv, ways[k][0], ways[k][1], &changed);
            stat_answer answer = stat_try(of, changed.data, changed.length);
            assert_int_equal(answer.code, STATUS_OK);
            assert_string_equal(answer.out, plain.out);
            stat_answer_free(&answer);
            buffer_free(&changed);
        }
        stat_answer_free(&plain);
    }
}

/* Whatever stands in a column of numbers: refused with the line and the column, or a documented result. */
static void cells_that_are_no_figures(void **state)
{
    (void)state;
    static const char *const refused[] = {"zebra",  "1.2.3", "inf",  "-inf", "1e999",   "1e300",
                                          "-1e300", "12%",   "0x10", "1 2",  "\"1,23\""};
    static const char *const answered[] = {"",           "NA",    "nan", "*", "0", "-5", "0.5", "999999999999999",
                                           "\"16,670\"", "1e-300"};
    size_t numeric = 0;
    for (size_t i = 0; i < STAT_CASES; i++) {
        const stat_case *of = &stat_cases[i];
        for (size_t column = 0; column < columns_of(of->csv); column++) {
            buffer changed = {0};
            if (!is_numeric(of, column))
                continue;
            numeric++;
            for (size_t k = 0; k < sizeof refused / sizeof refused[0]; k++) {
                with_cells(of->csv, column, refused[k], SIZE_MAX, &changed);
                check_refused(of, changed.data, changed.length, refused[k], "row 2, column '");
            }
            for (size_t k = 0; k < sizeof answered / sizeof answered[0]; k++) {
                with_cells(of->csv, column, answered[k], SIZE_MAX, &changed);
                stat_answer answer = stat_try(of, changed.data, changed.length);
                check_answer(of, &answer, answered[k]);
                stat_answer_free(&answer);
            }
            buffer_free(&changed);
        }
    }
    assert_true(numeric > 40);
}

static void every_cell_the_same(void **state)
{
    (void)state;
    static const char *const cells[] = {"", "0", "1", "-1", "2025-01", "90+", "x", "999999999999999"};
    for (size_t i = 0; i < STAT_CASES; i++) {
        for (size_t k = 0; k < sizeof cells / sizeof cells[0]; k++) {
            for (size_t rows = 1; rows <= 3; rows++) {
                buffer changed = {0};
                with_cells(stat_cases[i].csv, SIZE_MAX, cells[k], rows, &changed);
                stat_answer answer = stat_try(&stat_cases[i], changed.data, changed.length);
                check_answer(&stat_cases[i], &answer, cells[k]);
                stat_answer_free(&answer);
                buffer_free(&changed);
            }
        }
    }
}

static void few_rows_and_repeated_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < STAT_CASES; i++) {
        const stat_case *of = &stat_cases[i];
        const char *rows = strchr(of->csv, '\n') + 1;
        buffer changed = {0};
        for (size_t n = 1; n < 30; n++) {
            buffer_clear(&changed);
            with_cells(of->csv, SIZE_MAX - 1, "", n, &changed);
            stat_answer answer = stat_try(of, changed.data, changed.length);
            check_answer(of, &answer, "few rows");
            stat_answer_free(&answer);
        }
        buffer_clear(&changed);
        buffer_text(&changed, of->csv);
        buffer_text(&changed, rows);
        stat_answer answer = stat_try(of, changed.data, changed.length);
        check_answer(of, &answer, "every row twice");
        stat_answer_free(&answer);
        buffer_free(&changed);
    }
}

static void files_that_are_no_tables(void **state)
{
    (void)state;
    for (size_t i = 0; i < STAT_CASES; i++) {
        const stat_case *of = &stat_cases[i];
        buffer changed = {0};
        check_refused(of, "", 0, "an empty file", "empty");
        size_t header = strcspn(of->csv, "\n") + 1;
        check_refused(of, of->csv, header, "a header only", "no row");
        buffer_put(&changed, of->csv, header);
        buffer_text(&changed, "\"never closed\n");
        check_refused(of, changed.data, changed.length, "an open quote", "never closed");
        buffer_clear(&changed);
        buffer_put(&changed, of->csv, header);
        for (size_t k = 0; k <= columns_of(of->csv); k++)
            buffer_text(&changed, k == 0 ? "1" : ",1");
        buffer_char(&changed, '\n');
        check_refused(of, changed.data, changed.length, "a cell too many", "cells, the header");
        buffer_clear(&changed);
        buffer_put(&changed, of->csv, header);
        buffer_text(&changed, "1\n");
        if (columns_of(of->csv) > 1)
            check_refused(of, changed.data, changed.length, "a short row", "cells, the header");
        buffer_clear(&changed);
        buffer_put(&changed, of->csv, header);
        buffer_put(&changed, "a\0b\n", 4);
        check_refused(of, changed.data, changed.length, "a NUL", "NUL");
        buffer_free(&changed);
    }
}

/* Each column in turn is called something else: one that is needed is missed by name. */
static void missing_and_doubled_columns(void **state)
{
    (void)state;
    for (size_t i = 0; i < STAT_CASES; i++) {
        const stat_case *of = &stat_cases[i];
        const char *start = of->csv;
        for (size_t column = 0; column < columns_of(of->csv); column++) {
            size_t n = strcspn(start, ",\n");
            buffer changed = {0};
            buffer_put(&changed, of->csv, (size_t)(start - of->csv));
            buffer_text(&changed, "somewhere else");
            buffer_text(&changed, start + n);
            check_refused(of, changed.data, changed.length, "a missing column", "one of these columns");
            buffer_clear(&changed);
            const char *second = columns_of(of->csv) > 1 && column > 0 ? of->csv : strchr(of->csv, ',') + 1;
            size_t m = strcspn(second, ",\n");
            buffer_put(&changed, of->csv, (size_t)(start - of->csv));
            buffer_put(&changed, second, m);
            buffer_text(&changed, start + n);
            check_refused(of, changed.data, changed.length, "a doubled or missing column", "column");
            buffer_free(&changed);
            start += n + 1;
        }
    }
}

static void awkward_column_names(void **state)
{
    (void)state;
    static const stat_case odd = {
        &stat_rate,
        NULL,
        {"--by", "a, \"b\"", "--by", "line\nend", "--events", " x;y ", "--population", "100%", NULL},
        NULL};
    static const char csv[] = "\"a, \"\"b\"\"\",\"line\nend\",x;y,100%\n\"q, \"\"r\"\"\",2,3,10\n";
    stat_case same = odd;
    same.options[5] = "x;y";
    stat_answer answer = stat_try(&same, csv, sizeof csv - 1);
    assert_int_equal(answer.code, STATUS_OK);
    assert_non_null(strstr(answer.out, "\"a, \"\"b\"\"\",\"line\nend\",numerator"));
    assert_non_null(strstr(answer.out, "\n\"q, \"\"r\"\"\",2,3,10,30000,"));
    stat_answer_free(&answer);
}

static void latin_1_is_read(void **state)
{
    (void)state;
    static const stat_case plain = {&stat_mean, NULL, {"--by", "ort\xc3\xa9", "--value", "x", NULL}, NULL};
    static const char csv[] = "ort\xe9,x\nYnys M\xf4n,3\nYnys M\xf4n,5\n";
    stat_answer answer = stat_try(&plain, csv, sizeof csv - 1);
    assert_int_equal(answer.code, STATUS_OK);
    assert_non_null(strstr(answer.out, "Ynys M\xc3\xb4n,2,4,"));
    stat_answer_free(&answer);
}

static void dates_in_any_order(void **state)
{
    (void)state;
    static const stat_case of = {&stat_cusum, NULL, {"--date", "d", "--value", "x", NULL}, NULL};
    static const char sorted[] = "d,x\n2025-01,1\n2025-02,2\n2025-03,4\n2025-04,3\n",
                      mixed[] = "d,x\n2025-03,4\n2025-01,1\n2025-04,3\n2025-02,2\n";
    stat_answer a = stat_try(&of, sorted, sizeof sorted - 1), b = stat_try(&of, mixed, sizeof mixed - 1);
    assert_int_equal(a.code, STATUS_OK);
    assert_string_equal(a.out, b.out);
    stat_answer_free(&a);
    stat_answer_free(&b);
    static const char twice[] = "d,x\n2025-03,4\n2025-01,1\n2025-03,3\n", kinds[] = "d,x\n2025-03,4\n7,1\n",
                      none[] = "d,x\nlater,4\n";
    check_refused(&of, twice, sizeof twice - 1, "a date twice", "twice (row 2 too)");
    check_refused(&of, kinds, sizeof kinds - 1, "dates and numbers", "is a whole number, and those before are dates");
    check_refused(&of, none, sizeof none - 1, "no date", "'later' is not a date");
}

/* The declared columns are options of the command, and every option is named once. */
static void records_make_sense(void **state)
{
    (void)state;
    for (size_t i = 0; i < command_count; i++) {
        const command *of = commands[i];
        size_t count = 0;
        for (; of->options != NULL && of->options[count].name != NULL; count++)
            for (size_t k = 0; k < count; k++)
                assert_string_not_equal(of->options[count].name, of->options[k].name);
        assert_true(count <= COMMAND_OPTIONS_MAXIMUM);
    }
    for (size_t i = 0; i < STAT_CASES; i++) {
        const stat_command *of = stat_cases[i].command;
        for (const stat_column *column = of->columns; column->option != NULL; column++) {
            bool found = false;
            for (const command_option *option = of->command.options; option->name != NULL; option++)
                found = found || strcmp(option->name, column->option) == 0;
            if (!found)
                fail_msg("%s has no option %s", of->command.name, column->option);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_input_is_answered),
        cmocka_unit_test(line_ends_and_marks_change_nothing),
        cmocka_unit_test(cells_that_are_no_figures),
        cmocka_unit_test(every_cell_the_same),
        cmocka_unit_test(few_rows_and_repeated_rows),
        cmocka_unit_test(files_that_are_no_tables),
        cmocka_unit_test(missing_and_doubled_columns),
        cmocka_unit_test(awkward_column_names),
        cmocka_unit_test(latin_1_is_read),
        cmocka_unit_test(dates_in_any_order),
        cmocka_unit_test(records_make_sense),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
