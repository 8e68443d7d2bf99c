/* The levers as a query has them: what can be used, what is refused with which words, and whatever bytes come in. */
#include "publish/plan_form.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const edition_flow functions[] = {{"D7T5G", "", NULL, NULL, NULL, 0}, {"D7T5G", "", "C_110", "Bones", NULL, 0}};

static lever_bounds bounds_of(void)
{
    return (lever_bounds){.last = period_month(2026, 4),
                          .by = period_month(2029, 3),
                          .target = 92,
                          .functions = functions,
                          .function_count = 2};
}

static lever_form read_one(const char *name, const char *value)
{
    const lever_bounds bounds = bounds_of();
    const site_field field = {name, value};
    lever_form f;
    lever_form_read(&field, 1, &bounds, &f);
    return f;
}

static void nothing_given_is_as_today(void **state)
{
    (void)state;
    const lever_bounds bounds = bounds_of();
    lever_form f;
    lever_form_read(NULL, 0, &bounds, &f);
    assert_int_equal(f.wrong_count, 0);
    assert_true(f.growth == 0 && f.capacity == 0 && isnan(f.cost));
    assert_true(fabs(f.target - 0.92) < 1e-12);
    assert_int_equal(f.by.first_month, period_month(2029, 3).first_month);
    assert_int_equal(f.profile, FLOW_PROFILE_LINEAR);
    assert_string_equal(f.function, "");
    assert_false(f.answer_alone);
}

static void a_decimal_comma_is_told_how_to_be_written(void **state)
{
    (void)state;
    static const char *const names[] = {"growth", "capacity", "target", "cost"};
    for (size_t i = 0; i < 4; i++) {
        const lever_form f = read_one(names[i], "1,5");
        const lever_field field = i == 0 ? ASK_GROWTH : i == 1 ? ASK_CAPACITY : i == 2 ? ASK_TARGET : ASK_COST;
        assert_int_equal(f.wrong_count, 1);
        assert_non_null(strstr(f.wrong[field], "with a point, as in 1.5"));
    }
}

static void numbers(void **state)
{
    static const struct {
        const char *name, *value;
        double wanted; /* NaN: refused */
    } cases[] = {
        {"growth", "2", 0.02},
        {"growth", " 2.5 % ", 0.025},
        {"growth", "-20", -0.2},
        {"growth", "+3", 0.03},
        {"growth", "20.1", NAN},
        {"growth", "-21", NAN},
        {"growth", "two", NAN},
        {"growth", "1e999", NAN},
        {"growth", "nan", NAN},
        {"growth", "inf", NAN},
        {"growth", "0x10", NAN},
        {"growth", "2 3", NAN},
        {"growth", "2%%", NAN},
        {"growth", "", 0},
        {"growth", "  ", 0},
        {"growth", "%", NAN},
        {"capacity", "5", 0.05},
        {"capacity", "-90", -0.9},
        {"capacity", "-100", NAN},
        {"capacity", "200", 2},
        {"capacity", "1,000", NAN},
        {"capacity", "1e400", NAN},
        {"target", "92", 0.92},
        {"target", "100", NAN},
        {"target", "0", NAN},
        {"target", "-5", NAN},
        {"target", "99.9", 0.999},
        {"cost", "1,900", 1900},
        {"cost", "100,000", 100000},
        {"cost", "1,5", NAN},
        {"cost", "19,00", NAN},
        {"cost", "1900,50", NAN},
        {"cost", "1.900,50", NAN},
        {"growth", "1,5", NAN},
        {"growth", "1,5 %", NAN},
        {"growth", ",5", NAN},
        {"capacity", "0,050", NAN},
        {"target", "91,5", NAN},
        {"cost", "-1", NAN},
        {"cost", "1000001", NAN},
        {"cost",
         "\xc2\xa3"
         "5",
         NAN},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const lever_form f = read_one(cases[i].name, cases[i].value);
        const double got = strcmp(cases[i].name, "growth") == 0     ? f.growth
                           : strcmp(cases[i].name, "capacity") == 0 ? f.capacity
                           : strcmp(cases[i].name, "target") == 0   ? f.target
                                                                    : f.cost;
        if (isnan(cases[i].wanted) ? f.wrong_count != 1 : f.wrong_count != 0 || fabs(got - cases[i].wanted) > 1e-12)
            fail_msg("%s=%s: %g, %zu wrong", cases[i].name, cases[i].value, got, f.wrong_count);
    }
}

static void months_and_choices(void **state)
{
    (void)state;
    assert_int_equal(read_one("by", "2027-03").by.first_month, period_month(2027, 3).first_month);
    assert_int_equal(read_one("by", "2026-05").wrong_count, 0);
    assert_string_equal(read_one("by", "2026-04").wrong[ASK_BY],
                        "The month must be after April 2026, the last month of figures");
    assert_string_equal(read_one("by", "2046-05").wrong[ASK_BY], "The month must be within 20 years of April 2026");
    assert_int_equal(read_one("by", "2046-04").wrong_count, 0);
    assert_int_equal(read_one("by", "soon").wrong_count, 1);
    assert_int_equal(read_one("by", "2029").wrong_count, 1); /* a year is no month */
    assert_int_equal(read_one("by", "2029-13").wrong_count, 1);
    assert_int_equal(read_one("by", "999999999999-01").wrong_count, 1);
    assert_int_equal(read_one("profile", "flat").profile, FLOW_PROFILE_FLAT);
    assert_int_equal(read_one("profile", "monthly").wrong_count, 1);
    assert_int_equal(read_one("profile", "Flat").wrong_count, 1);
    assert_string_equal(read_one("function", "C_110").function, "C_110");
    assert_int_equal(read_one("function", "C_999").wrong_count, 1);
    assert_string_equal(read_one("function", "C_999").function, "");
    assert_true(read_one("part", "answer").answer_alone);
    assert_false(read_one("part", "all").answer_alone);
    assert_int_equal(read_one("unknown", "x").wrong_count, 0);
}

static void what_is_wrong_is_kept_and_the_rest_is_used(void **state)
{
    const lever_bounds bounds = bounds_of();
    const site_field fields[] = {{"growth", "<b>lots</b>\n"}, {"capacity", "7"}, {"growth", "3"}, {"by", NULL}};
    lever_form f;
    (void)state;
    lever_form_read(fields, 4, &bounds, &f);
    assert_int_equal(f.wrong_count, 1);
    assert_string_equal(f.typed[ASK_GROWTH], "<b>lots</b>?"); /* the first of the two, without what cannot be printed */
    assert_true(fabs(f.capacity - 0.07) < 1e-12 && f.growth == 0);
}

/* Whatever comes in, every value stays within its bounds and every text is ended. */
static void any_bytes(void **state)
{
    const lever_bounds bounds = bounds_of();
    uint64_t random = 88172645463325252u;
    (void)state;
    for (int round = 0; round < 20000; round++) {
        char values[SITE_FIELDS_MAXIMUM][SITE_FIELD_TEXT_MAXIMUM + 40];
        site_field fields[SITE_FIELDS_MAXIMUM];
        const size_t count = (size_t)(round % (SITE_FIELDS_MAXIMUM + 1));
        static const char likely[] = "0123456789.-+e%, 2029-03C_110flat";
        for (size_t i = 0; i < count; i++) {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            const size_t length = random % (i % 3 == 0 ? SITE_FIELD_TEXT_MAXIMUM + 39 : 9);
            for (size_t k = 0; k < length; k++) {
                random ^= random << 13;
                random ^= random >> 7;
                random ^= random << 17;
                values[i][k] = i % 2 == 0 ? (char)(random >> 24) : likely[random % (sizeof likely - 1)];
            }
            values[i][length] = 0;
            fields[i] = (site_field){i % 5 == 4 ? values[i] : lever_names[(i + random) % ASK_FIELDS], values[i]};
        }
        lever_form f;
        lever_form_read(fields, count, &bounds, &f);
        assert_true(f.growth >= -0.2 && f.growth <= 0.2);
        assert_true(f.capacity >= -0.9 && f.capacity <= 2);
        assert_true(f.target >= 0.01 && f.target <= 0.999);
        assert_true(isnan(f.cost) || (f.cost >= 0 && f.cost <= LEVER_COST_HIGH));
        assert_true(f.by.kind == PERIOD_MONTH && f.by.first_month > bounds.last.first_month);
        assert_true(f.profile != FLOW_PROFILE_MONTHLY);
        size_t wrong = 0;
        for (size_t i = 0; i < ASK_FIELDS; i++) {
            assert_true(strlen(f.typed[i]) <= SITE_FIELD_TEXT_MAXIMUM);
            for (const char *c = f.typed[i]; *c != 0; c++)
                assert_true(*c >= ' ' && *c <= '~');
            wrong += f.wrong[i][0] != 0;
        }
        assert_int_equal(wrong, f.wrong_count);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_given_is_as_today),
        cmocka_unit_test(numbers),
        cmocka_unit_test(a_decimal_comma_is_told_how_to_be_written),
        cmocka_unit_test(months_and_choices),
        cmocka_unit_test(what_is_wrong_is_kept_and_the_rest_is_used),
        cmocka_unit_test(any_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
