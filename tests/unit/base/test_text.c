/* Text views, numbers as text (both ways), edit distance. */
#include "unit.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

static void views_compare(void **state)
{
    (void)state;
    assert_true(text_equal(text_of("RTT"), (text){"RTT-2026", 3}));
    assert_false(text_equal(text_of("RTT"), text_of("RTX")));
    assert_true(text_equal((text){NULL, 0}, text_of("")));
    assert_true(text_equal(text_of(NULL), text_of("")));
    assert_true(text_is((text){"QMMxx", 3}, "QMM"));
    assert_false(text_is((text){"QMMxx", 4}, "QMM"));
    assert_true(text_is_nocase(text_of("April"), "aPRIL"));
    assert_false(text_is_nocase(text_of("April"), "Aprils"));
    assert_false(text_is_nocase(text_of("["), "{")); /* 32 apart, but no letters */
    assert_false(text_is_nocase(text_of("x"), NULL));
}

static void trim_takes_every_white_space(void **state)
{
    (void)state;
    assert_true(text_is(text_trim(text_of("\xef\xbb\xbf \t\xc2\xa0Org Code\xc2\xa0\r\n")), "Org Code"));
    assert_int_equal(text_trim(text_of(" \xc2\xa0\xef\xbb\xbf\v\f ")).length, 0);
    assert_int_equal(text_trim(text_of("")).length, 0);
    /* Letters that merely end or begin like the bytes of a space stay. */
    assert_true(text_is(text_trim(text_of("\xc3\xa0")), "\xc3\xa0"));
    assert_true(text_is(text_trim((text){"a\0", 2}), "a") == false);
}

static void utf8_is_judged(void **state)
{
    (void)state;
    assert_int_equal(text_utf8_length(text_of("")), 0);
    /* Every character, and every cut of it, against the rule that builds them. */
    for (uint32_t c = 1; c <= 0x10ffff; c += c < 0x3000 ? 1 : 61) {
        char s[5] = "";
        size_t length = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
        if (length == 1) {
            s[0] = (char)c;
        } else {
            static const unsigned char lead[5] = {0, 0, 0xc0, 0xe0, 0xf0};
            for (size_t i = length - 1; i > 0; i--)
                s[i] = (char)(0x80 | (c >> (6 * (length - 1 - i)) & 0x3f));
            s[0] = (char)(lead[length] | c >> (6 * (length - 1)));
        }
        bool surrogate = c >= 0xd800 && c <= 0xdfff;
        assert_int_equal(text_utf8_length((text){s, length}), surrogate ? 0 : length);
        for (size_t cut = 1; cut < length; cut++)
            assert_int_equal(text_utf8_length((text){s, cut}), 0);
    }
    assert_int_equal(text_utf8_length(text_of("\x80")), 0);
    assert_int_equal(text_utf8_length(text_of("\xc1\xbf")), 0);
    assert_int_equal(text_utf8_length(text_of("\xe0\x9f\xbf")), 0);
    assert_int_equal(text_utf8_length(text_of("\xf0\x8f\xbf\xbf")), 0);
    assert_int_equal(text_utf8_length(text_of("\xe2\x28\xa1")), 0);
}

static void numbers_are_written_as_people_write_them(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *written;
    } cases[] = {
        {0, "0"},
        {-0.0, "0"},
        {1, "1"},
        {-17, "-17"},
        {64.9, "64.9"},
        {0.1, "0.1"},
        {0.1 + 0.2, "0.30000000000000004"},
        {1.0 / 3, "0.3333333333333333"},
        {100.0 * 4623405 / 7123980, "64.8991855676181"},
        {1e-5, "0.00001"},
        {123456789.125, "123456789.125"},
        {999999999999999, "999999999999999"},
        {1e15, "1e+15"},
        {9.9e-6, "9.9e-06"},
        {DBL_MAX, "1.7976931348623157e+308"},
        {-4.9406564584124654e-324, "-4.94065645841247e-324"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char out[NUMBER_TEXT];
        size_t length = number_format(cases[i].value, out);
        assert_string_equal(out, cases[i].written);
        assert_int_equal(length, strlen(out));
    }
    char out[NUMBER_TEXT];
    assert_int_equal(number_format((double)NAN, out), 0);
    assert_string_equal(out, "");
    assert_int_equal(number_format((double)-INFINITY, out), 0);
}

static void check_round_trip(double value)
{
    char out[NUMBER_TEXT];
    size_t length = number_format(value, out);
    double back = 0;
    assert_in_range(length, 1, NUMBER_TEXT - 1);
    assert_true(number_parse(text_of(out), &back));
    assert_true(back == value);
    double size = fabs(value);
    if (size >= 1e-5 && size < 1e15)
        assert_null(strchr(out, 'e'));
    if (strchr(out, '.') != NULL && strchr(out, 'e') == NULL)
        assert_int_not_equal(out[length - 1], '0');
}

static void numbers_come_back_the_same(void **state)
{
    (void)state;
    uint64_t seed = 2026;
    for (int i = 0; i < 200000; i++) {
        /* Any bits at all; then the size of our figures; then a ratio of two counts. */
        uint64_t bits = next_random(&seed);
        double any;
        memcpy(&any, &bits, sizeof any);
        if (isfinite(any))
            check_round_trip(any);
        check_round_trip(((double)(next_random(&seed) >> 11) - 0x1p52) * 0x1p-40);
        double denominator = (double)(next_random(&seed) % 10000000 + 1);
        check_round_trip(100.0 * (double)(next_random(&seed) % 10000000) / denominator);
    }
    for (int exponent = -1074; exponent < 1024; exponent++) {
        check_round_trip(ldexp(1, exponent));
        check_round_trip(nextafter(ldexp(1, exponent), 0) == 0 ? 1 : nextafter(ldexp(1, exponent), 0));
    }
}

static void counts_are_read_strictly(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t value;
    } good[] = {{"0", 0},
                {"-0", 0},
                {"+7", 7},
                {"7123980", 7123980},
                {"9223372036854775807", INT64_MAX},
                {"-9223372036854775808", INT64_MIN},
                {"007", 7}};
    static const char *const bad[] = {"",
                                      "-",
                                      "+",
                                      "--1",
                                      "1,234",
                                      "1.0",
                                      " 1",
                                      "1 ",
                                      "1e3",
                                      "0x1",
                                      "9223372036854775808",
                                      "-9223372036854775809",
                                      "99999999999999999999",
                                      "*",
                                      "N/A"};
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        int64_t value = 42;
        assert_true(number_parse_count(text_of(good[i].text), &value));
        assert_int_equal(value, good[i].value);
    }
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        int64_t value = 42;
        assert_false(number_parse_count(text_of(bad[i]), &value));
        assert_int_equal(value, 42);
    }
    int64_t value = 42;
    assert_false(number_parse_count((text){"1\0", 2}, &value));
    assert_true(number_parse_count((text){"12345", 2}, &value));
    assert_int_equal(value, 12);
}

static void numbers_are_read_strictly(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double value;
    } good[] = {{"0", 0},       {"-1.5", -1.5}, {"+2", 2},          {"1e3", 1000},
                {"1E-2", 0.01}, {".5", 0.5},    {"75.545", 75.545}, {"1e-400", 0}};
    static const char *const bad[] = {"",   " 1", "1 ", "nan", "inf", "-inf",  "0x10",   "1,5", "1.2.3", "1e",
                                      "e5", "-",  "+",  ".",   "1-2", "1e400", "-1e400", "--1", "5%",    "\302\2435"};
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        double value = 42;
        assert_true(number_parse(text_of(good[i].text), &value));
        assert_true(value == good[i].value);
    }
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        double value = 42;
        assert_false(number_parse(text_of(bad[i]), &value));
        assert_true(value == 42);
    }
    char digits[80];
    memset(digits, '1', sizeof digits);
    double value = 42;
    assert_true(number_parse((text){digits, 63}, &value));
    assert_false(number_parse((text){digits, 64}, &value));
    assert_false(number_parse((text){"1\0", 2}, &value));
}

static void thousands_are_grouped(void **state)
{
    (void)state;
    static const struct {
        int64_t value;
        const char *written;
    } cases[] = {{0, "0"},
                 {999, "999"},
                 {-999, "-999"},
                 {1000, "1,000"},
                 {-123456, "-123,456"},
                 {7123980, "7,123,980"},
                 {INT64_MIN, "-9,223,372,036,854,775,808"}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char out[NUMBER_TEXT];
        number_grouped(cases[i].value, out);
        assert_string_equal(out, cases[i].written);
    }
}

/* The definition itself: slow, but plainly right. */
static unsigned naive_distance(const char *a, const char *b)
{
    if (*a == 0 || *b == 0)
        return (unsigned)(strlen(a) + strlen(b));
    unsigned change = naive_distance(a + 1, b + 1) + ((*a | 32) != (*b | 32));
    unsigned without_a = naive_distance(a + 1, b) + 1, without_b = naive_distance(a, b + 1) + 1;
    unsigned least = change < without_a ? change : without_a;
    return least < without_b ? least : without_b;
}

static void distance_agrees_with_its_definition(void **state)
{
    (void)state;
    assert_int_equal(text_distance("rtt-within-18-weeks", "rtt-within-18-weeks"), 0);
    assert_int_equal(text_distance("rtt-within-18-week", "RTT-within-18-weeks"), 1);
    assert_int_equal(text_distance("", "abc"), 3);
    uint64_t seed = 5;
    for (int i = 0; i < 300; i++) {
        char a[7] = "", b[7] = "";
        for (size_t j = 0, n = next_random(&seed) % 7; j < n; j++)
            a[j] = "aAbc"[next_random(&seed) % 4];
        for (size_t j = 0, n = next_random(&seed) % 7; j < n; j++)
            b[j] = "abBc"[next_random(&seed) % 4];
        assert_int_equal(text_distance(a, b), naive_distance(a, b));
        assert_int_equal(text_distance(b, a), text_distance(a, b));
    }
    char longest[66];
    memset(longest, 'x', sizeof longest);
    longest[64] = 0;
    assert_int_equal(text_distance(longest, ""), 64);
    longest[64] = 'x', longest[65] = 0;
    assert_int_equal(text_distance(longest, longest), 255);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(views_compare),
        cmocka_unit_test(trim_takes_every_white_space),
        cmocka_unit_test(utf8_is_judged),
        cmocka_unit_test(numbers_are_written_as_people_write_them),
        cmocka_unit_test(numbers_come_back_the_same),
        cmocka_unit_test(counts_are_read_strictly),
        cmocka_unit_test(numbers_are_read_strictly),
        cmocka_unit_test(thousands_are_grouped),
        cmocka_unit_test(distance_agrees_with_its_definition),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
