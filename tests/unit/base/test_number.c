/* Figures as text and back: the fast ways against the C library, which is slow and right. */
#include "base/base.h"
#include "unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The naive twin: try 15, 16 and 17 digits until one reads back. */
static void twin_format(double value, char out[64])
{
    int digits = 15;
    char scratch[64];
    out[0] = 0;
    if (!isfinite(value))
        return;
    if (value == 0) {
        memcpy(out, "0", 2);
        return;
    }
    for (; digits < 17; digits++) {
        (void)snprintf(scratch, sizeof scratch, "%.*e", digits - 1, value);
        if (strtod(scratch, NULL) == value)
            break;
    }
    (void)snprintf(scratch, sizeof scratch, "%.*e", digits - 1, value);
    int exponent = (int)strtol(strchr(scratch, 'e') + 1, NULL, 10);
    if (exponent < -5 || exponent >= 15) {
        (void)snprintf(out, 64, "%.*g", digits, value);
        return;
    }
    (void)snprintf(out, 64, "%.*f", digits - 1 - exponent > 0 ? digits - 1 - exponent : 0, value);
    size_t n = strlen(out);
    while (strchr(out, '.') != NULL && (out[n - 1] == '0' || out[n - 1] == '.')) {
        bool point = out[n - 1] == '.';
        out[--n] = 0;
        if (point)
            break;
    }
}

static uint64_t seed = 20261121;
static uint64_t next_bits(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    return seed ^= seed << 17;
}

static void check_format(double value)
{
    char ours[NUMBER_TEXT], theirs[64];
    size_t length = number_format(value, ours);
    twin_format(value, theirs);
    assert_string_equal(ours, theirs);
    assert_int_equal(length, strlen(theirs));
    if (isfinite(value)) {
        double back = NAN;
        assert_true(number_parse(text_of(ours), &back));
        assert_true(back == value);
    }
}

static void formats_as_the_library_does(void **state)
{
    (void)state;
    for (int i = 0; i < 300000; i++) {
        double value;
        uint64_t bits = next_bits();
        memcpy(&value, &bits, sizeof value); /* any double at all */
        check_format(value);
        check_format((double)(int64_t)(bits >> 20) / 1000);                /* decimals of people's making */
        check_format((double)(bits >> 40) / (double)(1 + (bits & 0xfff))); /* means and shares */
        check_format(ldexp((double)(bits >> 11), -(int)(bits & 63)));      /* every exponent of the fast way */
    }
}

/* Where neighbours are not equally far: powers of two; where the number of digits changes: powers of ten; and their neighbours. */
static void formats_at_the_borders(void **state)
{
    (void)state;
    for (int e = -1074; e < 1024; e++) {
        double value = ldexp(1, e);
        check_format(value);
        check_format(-value);
        check_format(nextafter(value, 0));
        check_format(nextafter(value, INFINITY));
    }
    for (int e = -30; e <= 30; e++) {
        char words[16];
        (void)snprintf(words, sizeof words, "1e%d", e);
        double value = strtod(words, NULL);
        double below = value, above = value;
        for (int i = 0; i < 50; i++) {
            check_format(below);
            check_format(above);
            below = nextafter(below, 0);
            above = nextafter(above, INFINITY);
        }
    }
    check_format(0.0);
    check_format(-0.0);
    check_format(NAN);
    check_format(INFINITY);
}

static void check_parse(const char *words)
{
    double ours = NAN, theirs = strtod(words, NULL);
    assert_true(number_parse(text_of(words), &ours));
    assert_memory_equal(&ours, &theirs, sizeof ours);
}

static void parses_as_the_library_does(void **state)
{
    (void)state;
    static const char *const fixed[] = {"0",
                                        "-0",
                                        "+7",
                                        ".5",
                                        "5.",
                                        "-.25",
                                        "0.1",
                                        "9007199254740993",
                                        "9007199254740992",
                                        "1234567890123456789",
                                        "12345678901234567890123",
                                        "0.0000000000000000001",
                                        "179769313486231570000000000000000000000",
                                        "4.35",
                                        "1e22",
                                        "1E-22",
                                        "-2.5e3"};
    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++)
        check_parse(fixed[i]);
    for (int i = 0; i < 300000; i++) {
        uint64_t bits = next_bits();
        char words[64];
        (void)snprintf(words, sizeof words, "%s%llu.%0*llu", bits & 1 ? "-" : "",
                       (unsigned long long)(bits >> (20 + bits % 40)), (int)(1 + (bits >> 8) % 12),
                       (unsigned long long)(bits % 1000));
        check_parse(words);
    }
}

static void refuses_what_is_no_number(void **state)
{
    (void)state;
    static const char *const bad[] = {"",   "-",    "+",   ".",   "-.",    "1.2.3", "1 ", " 1",   "1e",
                                      "e5", "0x10", "inf", "nan", "1,000", "--1",   "1-", "1e999"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        double value = 42;
        assert_false(number_parse(text_of(bad[i]), &value));
        assert_true(value == 42);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formats_as_the_library_does),
        cmocka_unit_test(formats_at_the_borders),
        cmocka_unit_test(parses_as_the_library_does),
        cmocka_unit_test(refuses_what_is_no_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
