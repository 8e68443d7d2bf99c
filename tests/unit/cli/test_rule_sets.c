/* Rule sets that an analyst declares, as they reach the statistics. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/rule_sets.h"

/* The catalogue does not see the statistics, so it has a list of its own of what cannot be redefined. */
static void test_built_in_names_agree(void **state)
{
    (void)state;
    size_t count = 0;
    const spc_rules *all = spc_rules_all(&count);
    assert_int_equal(count, RULE_SETS_BUILT_IN);
    for (size_t i = 0; i < count; i++)
        assert_string_equal(all[i].name, rule_sets_built_in[i]);
}

static status read_rules(cli *c, const char *yaml, const spc_rules **out, error *err)
{
    char folder[] = "/tmp/concord-rules-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/r.yaml", folder);
    assert_int_equal(file_write(path, yaml, strlen(yaml), false, NULL), STATUS_OK);
    status code = option_rule_set(c, path, out, err);
    (void)unlink(path);
    (void)rmdir(folder);
    return code;
}

static void test_settings_arrive(void **state)
{
    (void)state;
    cli c = {.err = stderr, .program = "concord"};
    const spc_rules *r = NULL;
    error err;
    assert_int_equal(
        read_rules(&c,
                   "id: ours-1\nbased_on: powerbi-spc-2026-06\nshift_points: 8\n"
                   "two_of_three_third_point_on_any_side: false\nwhen_improvement_and_concern_meet: improvement\n",
                   &r, &err),
        STATUS_OK);
    const spc_rules *base = spc_rules_find("powerbi-spc-2026-06");
    assert_string_equal(r->name, "ours-1");
    assert_int_equal(r->shift_points, 8);
    assert_int_equal(r->trend_points, base->trend_points);
    assert_int_equal(r->minimum_points, base->minimum_points);
    assert_true(r->two_of_three_beyond);
    assert_false(r->two_of_three_any_side);
    assert_true(r->improvement_wins);
    assert_false(r->target_at_limit_counts);
    assert_true(r->limit_factor == base->limit_factor);
    /* A setting that says what the base says gives what the base gives. */
    assert_int_equal(
        read_rules(&c,
                   "id: same-1\nshift_points: 7\ntrend_points: 7\nminimum_points: 13\nlimit_factor: 2.66\n"
                   "two_of_three_counts_points_beyond_limits: true\ntarget_equal_to_limit_counts: true\n"
                   "constant_series_compared_with_target: true\ntrend_point_takes_next_step: false\n"
                   "two_of_three_third_point_on_any_side: false\nwhen_improvement_and_concern_meet: improvement\n",
                   &r, &err),
        STATUS_OK);
    const spc_rules *usual = spc_rules_find(NULL);
    double values[40];
    spc_point by_base[40], by_own[40];
    for (int i = 0; i < 40; i++)
        values[i] = (double)((i * 29) % 17) + (i > 25 ? 6 : 0);
    spc_options options = {.rules = usual, .better = BETTER_HIGHER, .target = 20};
    assert_int_equal(spc_xmr(values, 40, &options, by_base, NULL, 0, NULL, &err), STATUS_OK);
    options.rules = r;
    assert_int_equal(spc_xmr(values, 40, &options, by_own, NULL, 0, NULL, &err), STATUS_OK);
    for (int i = 0; i < 40; i++) {
        assert_int_equal(by_own[i].fired, by_base[i].fired);
        assert_int_equal(by_own[i].signal, by_base[i].signal);
        assert_true(by_own[i].upper == by_base[i].upper);
    }
    arena_free(&c.memory);
}

static void test_refused(void **state)
{
    (void)state;
    cli c = {.err = stderr, .program = "concord"};
    const spc_rules *r = NULL;
    error err;
    assert_int_equal(read_rules(&c, "- id: one-1\n- id: two-2\n", &r, &err), STATUS_REFUSED);
    assert_non_null(strstr(err.message, "holds 2 rule sets"));
    assert_int_equal(read_rules(&c, "[]\n", &r, &err), STATUS_REFUSED);
    assert_non_null(strstr(err.message, "holds 0 rule sets"));
    assert_int_equal(option_rule_set(&c, "nowhere/x", &r, &err), STATUS_IO);
    assert_int_equal(option_rule_set(&c, NULL, &r, &err), STATUS_OK);
    assert_ptr_equal(r, spc_rules_find(NULL));
    arena_free(&c.memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_built_in_names_agree),
        cmocka_unit_test(test_settings_arrive),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
