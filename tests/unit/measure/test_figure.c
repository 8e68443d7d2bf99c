/* Figures from sums, and shares of counts: tables of cases worked out by hand. */
#include "workspace.h"

/* Bands of one week each; the last is the open one. */
static void percentile(double at, const int64_t *bands, size_t count, contribution *out)
{
    const measure m = {.value = VALUE_PERCENTILE, .percentile = at, .open_band = 9};
    int64_t total = 0;
    for (size_t i = 0; i < count; i++)
        total += bands[i];
    *out = (contribution){0};
    assert_true(measure_figure(&m, bands, count, false, 0, true, total, out));
    assert_true(out->has_denominator);
    assert_int_equal(out->denominator, total);
    assert_false(out->has_numerator);
}

static void percentiles_are_linear_in_their_band(void **state)
{
    static const struct {
        double at;
        int64_t bands[4]; /* three closed weeks and the open band */
        double weeks;
    } cases[] = {
        {0.5, {10, 0, 0, 0}, 0.5},   /* half of the one band */
        {0.5, {5, 5, 0, 0}, 1.0},    /* exactly at the end of a band */
        {0.5, {4, 4, 4, 0}, 1.5},    /* in the middle */
        {0.92, {50, 42, 8, 0}, 2.0}, /* 92 of 100 at the end of week two */
        {0.92, {50, 41, 9, 0}, 2 + 1.0 / 9},
        {0.5, {0, 0, 7, 0}, 2.5}, /* empty bands before it are passed over */
        {0.5, {1, 0, 1, 0}, 1.0}, /* met at the end of the first band, not in the empty one */
        {0.5, {3, 3, 3, 9}, 3.0}, /* the last closed band ends just there: not yet open */
        {1.0, {1, 1, 2, 0}, 3.0},
        {0.5, {0, 1, 0, 0}, 1.5},
    };
    contribution c;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        percentile(cases[i].at, cases[i].bands, 4, &c);
        assert_true(c.given);
        assert_false(c.over_open_band);
        assert_close(c.value, cases[i].weeks);
    }
}

static void a_percentile_in_the_open_band_has_no_value(void **state)
{
    const int64_t bands[] = {1, 1, 1, 4};
    contribution c;
    (void)state;
    percentile(0.5, bands, 4, &c);
    assert_true(c.over_open_band);
    assert_true(isnan(c.value));
    assert_false(c.given);
    percentile(0.25, bands, 4, &c);
    assert_false(c.over_open_band);
    assert_close(c.value, 1.75);
}

static void an_empty_list_has_no_percentile(void **state)
{
    const int64_t bands[] = {0, 0, 0, 0};
    contribution c;
    (void)state;
    percentile(0.5, bands, 4, &c);
    assert_true(isnan(c.value));
    assert_false(c.over_open_band);
    const measure m = {.value = VALUE_PERCENTILE, .percentile = 0.5, .open_band = 9};
    assert_false(measure_figure(&m, bands, 4, false, 0, false, 0, &c));
}

static void a_ratio_needs_both(void **state)
{
    const measure ratio = {.value = VALUE_RATIO}, count = {.value = VALUE_NUMERATOR};
    contribution c = {0};
    (void)state;
    assert_true(measure_figure(&ratio, NULL, 0, true, 3, true, 4, &c));
    assert_true(c.has_numerator && c.has_denominator);
    assert_int_equal(c.numerator, 3);
    assert_int_equal(c.denominator, 4);
    assert_false(measure_figure(&ratio, NULL, 0, true, 3, false, 0, &c));
    assert_false(measure_figure(&ratio, NULL, 0, false, 0, true, 4, &c));
    c = (contribution){0};
    assert_true(measure_figure(&count, NULL, 0, true, 7, true, 9, &c));
    assert_int_equal(c.numerator, 7);
    assert_false(c.has_denominator);
    assert_false(measure_figure(&count, NULL, 0, false, 0, false, 0, &c));
}

/* One published figure is taken; two have no sum and no mean. */
static void a_published_figure_is_one(void **state)
{
    const measure minutes = {.value = VALUE_PUBLISHED, .scale = 1 / 60.0, .numerator_parts = 1, .denominator_parts = 1};
    const measure score = {.value = VALUE_PUBLISHED, .scale = 1, .numerator_parts = 10000, .denominator_parts = 10000};
    contribution c = {0};
    (void)state;
    assert_true(measure_figure(&minutes, NULL, 0, true, 3285, true, 1, &c));
    assert_true(c.given && !c.has_numerator && !c.has_denominator);
    assert_true(fabs(c.value - 54.75) < 1e-12);
    assert_false(measure_figure(&minutes, NULL, 0, true, 6570, true, 2, &c));
    assert_false(measure_figure(&minutes, NULL, 0, false, 0, true, 1, &c));
    assert_true(measure_figure(&score, NULL, 0, true, 258130, true, 10000, &c));
    assert_true(fabs(c.value - 25.813) < 1e-12);
    assert_false(measure_figure(&score, NULL, 0, true, 258130, true, 20000, &c));
}

static void shares_add_up_to_the_whole(void **state)
{
    (void)state;
    const placing thirds = {.shares = {{1, 1, 3}, {2, 1, 3}, {3, 1, 3}}, .share_count = 3};
    const placing frimley = {.shares = {{1, 16089, 70237}, {2, 15888, 70237}, {3, 38260, 70237}}, .share_count = 3};
    const placing *all[] = {&thirds, &frimley};
    static const int64_t counts[] = {0, 1, 2, 3, 4, 5, 10, 99, 70237, 71601, 123456789012345, INT64_MAX, -1, -2, -100};
    for (size_t p = 0; p < 2; p++)
        for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
            int64_t sum = 0;
            for (size_t j = 0; j < 3; j++) {
                const placement at = {.shares = 1u << j, .estimated = true};
                assert_int_equal(placed_part(all[p], &at, counts[i]), share_of(all[p], j, counts[i]));
                sum += share_of(all[p], j, counts[i]);
                double exact =
                    (double)counts[i] * (double)all[p]->shares[j].numerator / (double)all[p]->shares[j].denominator;
                assert_true(fabs((double)share_of(all[p], j, counts[i]) - exact) <= 1.0 + fabs(exact) * 1e-15);
            }
            assert_int_equal(sum, counts[i]);
            const placement two = {.shares = 6, .estimated = true}, whole = {.shares = 7};
            assert_int_equal(placed_part(all[p], &two, counts[i]), counts[i] - share_of(all[p], 0, counts[i]));
            assert_int_equal(placed_part(all[p], &whole, counts[i]), counts[i]);
        }
    assert_int_equal(share_of(&frimley, 0, 70237), 16089);
    assert_int_equal(share_of(&frimley, 1, 70237), 15888);
    assert_int_equal(share_of(&frimley, 2, 70237), 38260);
    int64_t top, bottom;
    const placement two = {.shares = 3, .estimated = true};
    placed_share(&thirds, &two, &top, &bottom);
    assert_int_equal(top, 2);
    assert_int_equal(bottom, 3);
}

static contribution part(rank as, bool given, int32_t parts)
{
    return (contribution){.rank = as, .given = given, .parts = parts, .has_numerator = !given};
}

static void the_highest_complete_rank_counts(void **state)
{
    (void)state;
    size_t first, count;
    /* rows beat everything */
    contribution rows[] = {part(RANK_ROWS, false, 0), part(RANK_TIDY, false, 1)};
    assert_true(figure_parts(rows, 2, &first, &count));
    assert_int_equal(first, 0);
    assert_int_equal(count, 1);
    /* two of three parts make nothing; a lower rank that is whole does */
    contribution partial[] = {part(RANK_TIDY, false, 3), part(RANK_TIDY, false, 3),
                              part(RANK_TIDY_FROM_SUB_ICBS, false, 2), part(RANK_TIDY_FROM_SUB_ICBS, false, 2)};
    assert_true(figure_parts(partial, 4, &first, &count));
    assert_int_equal(first, 2);
    assert_int_equal(count, 2);
    assert_false(figure_parts(partial, 3, &first, &count));
    /* a given value stands in for counts that are not complete, and only then */
    contribution given[] = {part(RANK_TIDY, false, 2), part(RANK_TIDY, true, 0)};
    assert_true(figure_parts(given, 2, &first, &count));
    assert_int_equal(first, 1);
    assert_int_equal(count, 1);
    given[0].parts = 1;
    assert_true(figure_parts(given, 2, &first, &count));
    assert_int_equal(first, 0);
    assert_int_equal(count, 1);
    assert_false(figure_parts(NULL, 0, &first, &count));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(percentiles_are_linear_in_their_band),
        cmocka_unit_test(a_percentile_in_the_open_band_has_no_value),
        cmocka_unit_test(an_empty_list_has_no_percentile),
        cmocka_unit_test(a_ratio_needs_both),
        cmocka_unit_test(a_published_figure_is_one),
        cmocka_unit_test(shares_add_up_to_the_whole),
        cmocka_unit_test(the_highest_complete_rank_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
