/* Single cells, and the set of keys. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "hand_sources.h"
#include "intake/mapping.h"

static const source_layout PLAIN = {.id = "plain"};

static void count_is(const source_layout *layout, const char *cell, cell_state state, int64_t value)
{
    int64_t out = -1;
    const char *why = NULL;
    assert_int_equal(cell_count(layout, text_of(cell), INT64_MAX, &out, &why), state);
    if (state == CELL_VALUE)
        assert_int_equal(out, value);
    if (state == CELL_BAD)
        assert_non_null(why);
}

static void test_counts(void **state)
{
    (void)state;
    const source_layout *small = &SMALL_LAYOUTS[0];
    count_is(&PLAIN, "0", CELL_VALUE, 0);
    count_is(&PLAIN, " 12 ", CELL_VALUE, 12);
    count_is(&PLAIN,
             "\xc2\xa0"
             "7",
             CELL_VALUE, 7);
    count_is(&PLAIN, "007", CELL_VALUE, 7);
    count_is(&PLAIN, "9223372036854775807", CELL_VALUE, INT64_MAX);
    count_is(&PLAIN, "9223372036854775808", CELL_BAD, 0);
    count_is(&PLAIN, "99999999999999999999999999", CELL_BAD, 0);
    static const char *const bad[] = {"-",     "-1",           "12a",  "1.0",   "1e3",  "+5", "1 2",
                                      "1,234", "\xef\xbc\x91", "0x10", "#REF!", "NULL", "*"};
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        count_is(&PLAIN, bad[i], CELL_BAD, 0);
    count_is(&PLAIN, "", CELL_MISSING, 0);
    count_is(&PLAIN, "  ", CELL_MISSING, 0);
    count_is(small, "-", CELL_MISSING, 0);
    count_is(small, " * ", CELL_SUPPRESSED, 0);
    count_is(small, "16,670", CELL_VALUE, 16670);
    count_is(small, "1,234,567", CELL_VALUE, 1234567);
    static const char *const commas[] = {"16,67", ",670", "1670,000", "1,,000", "1,000,", "1,0000", "-1,000", ","};
    for (size_t i = 0; i < COUNT_OF(commas); i++)
        count_is(small, commas[i], CELL_BAD, 0);
    int64_t out;
    const char *why = NULL;
    assert_int_equal(cell_count(&PLAIN, text_of("2147483648"), INT32_MAX, &out, &why), CELL_BAD);
    assert_non_null(strstr(why, "too large"));
    assert_int_equal(cell_count(&PLAIN, text_of("-3"), INT32_MAX, &out, &why), CELL_BAD);
    assert_non_null(strstr(why, "negative"));
}

static void test_numbers(void **state)
{
    (void)state;
    const char *why = NULL;
    double out = 0;
    assert_int_equal(cell_number(&PLAIN, text_of("76.00%"), &out, &why), CELL_VALUE);
    assert_true(out == 76.0);
    assert_int_equal(cell_number(&PLAIN, text_of(" -1.5e2 "), &out, &why), CELL_VALUE);
    assert_true(out == -150.0);
    assert_int_equal(cell_number(&SMALL_LAYOUTS[0], text_of("1,234.5"), &out, &why), CELL_VALUE);
    assert_true(out == 1234.5);
    static const char *const bad[] = {"nan", "inf", "0x1p3", "1.2.3", "%", "one", "1,234", "1e999"};
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_int_equal(cell_number(&PLAIN, text_of(bad[i]), &out, &why), CELL_BAD);
    assert_int_equal(cell_number(&PLAIN, text_of(" "), &out, &why), CELL_MISSING);
}

static void test_shown(void **state)
{
    (void)state;
    char out[CELL_SHOWN], longest[400];
    cell_show(text_of("  a b "), out);
    assert_string_equal(out, "'a b'");
    memset(longest, 'x', sizeof longest);
    cell_show((text){longest, sizeof longest}, out);
    assert_int_equal(strlen(out), CELL_SHOWN - 1);
    assert_non_null(strstr(out, "...'"));
    /* Never cut within a character. */
    for (size_t i = 0; i + 1 < sizeof longest; i += 2)
        memcpy(longest + i, "\xc3\xa9", 2);
    for (size_t start = 0; start < 2; start++) {
        cell_show((text){longest + start * 1, sizeof longest - start}, out);
        size_t n = strlen(out);
        assert_true((unsigned char)out[n - 5] == 0xa9);
    }
}

static key_hash key_of(const char *a, const char *b)
{
    key_hash h = key_hash_begin();
    key_hash_add(&h, text_of(a));
    key_hash_add(&h, text_of(b));
    return h;
}

static void test_keys(void **state)
{
    (void)state;
    key_set set = {0};
    int64_t earlier;
    char name[32];
    for (int i = 0; i < 20000; i++) {
        (void)snprintf(name, sizeof name, "R%d", i);
        assert_int_equal(key_set_add(&set, key_of(name, ""), i + 1, &earlier, NULL), STATUS_OK);
        assert_int_equal(earlier, 0);
    }
    for (int i = 0; i < 20000; i += 97) {
        (void)snprintf(name, sizeof name, "R%d", i);
        assert_int_equal(key_set_add(&set, key_of(name, ""), 5, &earlier, NULL), STATUS_OK);
        assert_int_equal(earlier, i + 1);
    }
    assert_int_equal(key_set_add(&set, key_of("ab", "c"), 1, &earlier, NULL), STATUS_OK);
    assert_int_equal(earlier, 0);
    assert_int_equal(key_set_add(&set, key_of("a", "bc"), 1, &earlier, NULL), STATUS_OK);
    assert_int_equal(earlier, 0);
    key_set_free(&set);
    key_set_free(&set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_counts), cmocka_unit_test(test_numbers),
                                       cmocka_unit_test(test_shown), cmocka_unit_test(test_keys)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
