/* Errors: one clear line with the place and what to do; hostile text made harmless; problems collected up to a limit. */
#include "unit.h"

static void codes_of_the_command_line(void **state)
{
    (void)state;
    assert_int_equal(status_exit_code(STATUS_OK), 0);
    assert_int_equal(status_exit_code(STATUS_REFUSED), 1);
    assert_int_equal(status_exit_code(STATUS_USAGE), 2);
    assert_int_equal(status_exit_code(STATUS_NOT_FOUND), 2);
    assert_int_equal(status_exit_code(STATUS_IO), 3);
    assert_int_equal(status_exit_code(STATUS_BUSY), 3);
    assert_int_equal(status_exit_code(STATUS_MEMORY), 4);
    assert_int_equal(status_exit_code(STATUS_INTERNAL), 4);
    assert_int_equal(status_exit_code((status)99), 4);
}

static void one_line_says_all(void **state)
{
    (void)state;
    error err = {0};
    char line[1024];
    assert_int_equal(error_set(&err, STATUS_REFUSED, "'%s' is no count", "n/a"), STATUS_REFUSED);
    (void)error_format(&err, line, sizeof line);
    assert_string_equal(line, "'n/a' is no count.");
    error_at(&err, "april.csv", NULL, 0, NULL);
    error_at(&err, NULL, "Sheet 1", 12, NULL);
    error_at(&err, NULL, NULL, 0, "Total");
    error_hint(&err, "Correct the cell, then add the file again.");
    size_t length = error_format(&err, line, sizeof line);
    assert_string_equal(line, "april.csv, sheet 'Sheet 1', row 12, column 'Total': 'n/a' is no count. Correct the "
                              "cell, then add the file again.");
    assert_int_equal(length, strlen(line));
    length = error_format(&err, line, 10);
    assert_string_equal(line, "april.csv");
    assert_int_equal(length, 9);
    assert_int_equal(error_format(&err, line, 0), 0);

    (void)error_set(&err, STATUS_USAGE, "Which month?");
    (void)error_format(&err, line, sizeof line);
    assert_string_equal(line, "Which month?"); /* the place and the hint of before are gone */
}

static void nobody_has_to_listen(void **state)
{
    (void)state;
    assert_int_equal(error_set(NULL, STATUS_IO, "%d", 1), STATUS_IO);
    error_at(NULL, "x", "x", 1, "x");
    error_hint(NULL, "%d", 1);
}

static void hostile_text_is_made_harmless(void **state)
{
    (void)state;
    error err = {0};
    (void)error_set(&err, STATUS_REFUSED, "%s",
                    "a\x1b[31m\nb\x7f\xc2\x9b"
                    "c\x9b\xff \xc3\xa9");
    assert_string_equal(err.message, "a?[31m?b??c?? \xc3\xa9");
    error_at(&err, "f\x1b", "s\r", 1, "c\t");
    assert_string_equal(err.file, "f?");
    assert_string_equal(err.sheet, "s?");
    assert_string_equal(err.column, "c?");
    error_hint(&err, "%s", "\x1b]0;x\x07");
    assert_string_equal(err.hint, "?]0;x?");
}

static void long_text_is_cut(void **state)
{
    (void)state;
    error err = {0};
    char wide[2000], line[4096];
    for (size_t i = 0; i + 1 < sizeof wide; i += 2)
        memcpy(wide + i, "\xc3\xa9", 2);
    wide[1998] = 0;
    (void)error_set(&err, STATUS_REFUSED, "%s", wide);
    error_at(&err, wide, wide, INT64_MAX, wide);
    error_hint(&err, "%s", wide);
    assert_int_equal(strlen(err.message), sizeof err.message - 1);
    assert_int_equal(err.message[510], '?'); /* the half of a character */
    size_t length = error_format(&err, line, sizeof line);
    assert_int_equal(length, strlen(line));
    assert_true(length > 511 + 383 + 255);
    char exact[8];
    assert_int_equal(error_format(&err, exact, sizeof exact), 7);
}

static void an_error_may_be_built_from_itself(void **state)
{
    (void)state;
    error err = {0};
    (void)error_set(&err, STATUS_IO, "No space left");
    error_hint(&err, "Free some.");
    (void)error_set(&err, STATUS_IO, "Cannot keep the release: %s", err.message);
    assert_string_equal(err.message, "Cannot keep the release: No space left");
    error_hint(&err, "Free some.");
    error_hint(&err, "%s Then try again.", err.hint);
    assert_string_equal(err.hint, "Free some. Then try again.");
    error_at(&err, "x.csv", NULL, 0, NULL);
    error_at(&err, err.file, NULL, 0, NULL);
    assert_string_equal(err.file, "x.csv");
}

static void problems_are_kept_up_to_the_limit(void **state)
{
    (void)state;
    problems list = {0};
    for (int i = 0; i < 50; i++) {
        error err = {0};
        (void)error_set(&err, STATUS_REFUSED, "problem %d", i);
        problems_add(&list, &err);
    }
    assert_int_equal(list.count, 20);
    assert_int_equal(list.total, 50);
    assert_string_equal(list.items[0].message, "problem 0");
    assert_string_equal(list.items[19].message, "problem 19");
    problems_free(&list);
    problems_free(&list);
    assert_int_equal(list.count, 0);

    problems three = {.limit = 3};
    error err = {.code = STATUS_REFUSED};
    for (int i = 0; i < 5; i++)
        problems_add(&three, &err);
    assert_int_equal(three.count, 3);
    assert_int_equal(three.total, 5);
    problems_free(&three);
    assert_int_equal(three.limit, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_of_the_command_line),
        cmocka_unit_test(one_line_says_all),
        cmocka_unit_test(nobody_has_to_listen),
        cmocka_unit_test(hostile_text_is_made_harmless),
        cmocka_unit_test(long_text_is_cut),
        cmocka_unit_test(an_error_may_be_built_from_itself),
        cmocka_unit_test(problems_are_kept_up_to_the_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
