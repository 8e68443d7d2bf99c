/*
 * Disclosure control. The naive twin of "can this cell be worked out?" is linear algebra: a suppressed cell is known
 * exactly when its unit vector lies in the row space of the published totals.
 */
#include "stats/stats.h"

#include <math.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MOST = 6 };
static size_t work[3 * (2 * MOST + 2)];

static void primary_rules(void **state)
{
    (void)state;
    const disclosure_rule *nhs = disclosure_rule_find("nhs-hospital-activity");
    static const int64_t counts[] = {0, 1, 7, 8, 12, 13, 1002};
    static const int64_t shown[] = {0, -1, -1, 10, 10, 15, 1000};
    disclosure_cell cells[7];
    for (size_t i = 0; i < 7; i++)
        cells[i] = (disclosure_cell){.count = counts[i]};
    assert_int_equal(disclosure_primary(cells, 7, nhs, false, NULL), STATUS_OK);
    for (size_t i = 0; i < 7; i++) {
        assert_int_equal(cells[i].state, shown[i] < 0 ? CELL_PRIMARY : CELL_SHOWN);
        if (shown[i] >= 0)
            assert_int_equal(cells[i].published, shown[i]);
    }
    assert_int_equal(disclosure_primary(cells, 7, nhs, true, NULL), STATUS_OK);
    assert_true(cells[1].state == CELL_SHOWN && cells[1].published == 1);
    cells[3].count = INT64_MAX;
    assert_int_equal(disclosure_primary(cells, 7, nhs, false, NULL), STATUS_OK);
    cells[3].count = -1;
    error err = {0};
    assert_int_equal(disclosure_primary(cells, 7, nhs, false, &err), STATUS_REFUSED);
    assert_non_null(strstr(err.message, "cell 4"));
    size_t count = 0;
    assert_true(disclosure_rules_all(&count) && count >= 3);
    assert_null(disclosure_rule_find("secret"));
}

/* Gauss-Jordan over the published totals, unknowns being the suppressed cells; true where cell `which` comes out
 * alone. */
static bool worked_out_by_algebra(const disclosure_table *t, size_t which)
{
    enum { CELLS = MOST * MOST, LINES = 2 * MOST };
    double m[LINES][CELLS] = {{0}};
    size_t lines = 0;
    const size_t cells = t->rows * t->columns;
    for (size_t r = 0; r < t->rows && t->row_totals; r++, lines++)
        for (size_t c = 0; c < t->columns; c++)
            m[lines][r * t->columns + c] = t->cells[r * t->columns + c].state != CELL_SHOWN;
    for (size_t c = 0; c < t->columns && t->column_totals; c++, lines++)
        for (size_t r = 0; r < t->rows; r++)
            m[lines][r * t->columns + c] = t->cells[r * t->columns + c].state != CELL_SHOWN;
    size_t used = 0;
    for (size_t cell = 0; cell < cells && used < lines; cell++) {
        size_t pivot = used;
        while (pivot < lines && fabs(m[pivot][cell]) < 1e-9)
            pivot++;
        if (pivot == lines)
            continue;
        for (size_t k = 0; k < cells; k++) {
            const double keep = m[used][k];
            m[used][k] = m[pivot][k];
            m[pivot][k] = keep;
        }
        const double scale = m[used][cell];
        for (size_t k = 0; k < cells; k++)
            m[used][k] /= scale;
        for (size_t line = 0; line < lines; line++) {
            const double factor = m[line][cell];
            for (size_t k = 0; k < cells && line != used; k++)
                m[line][k] -= factor * m[used][k];
        }
        used++;
    }
    for (size_t line = 0; line < used; line++) {
        size_t others = 0;
        for (size_t k = 0; k < cells; k++)
            others += k != which && fabs(m[line][k]) > 1e-9;
        if (fabs(m[line][which]) > 1e-9 && others == 0)
            return true;
    }
    return false;
}

static uint64_t next_random(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return *seed >> 33;
}

static void no_cell_can_be_worked_out(void **state)
{
    (void)state;
    const disclosure_rule *rule = disclosure_rule_find("nhs-hospital-activity");
    uint64_t seed = 5;
    int mended = 0, refused = 0;
    for (int run = 0; run < 3000; run++) {
        disclosure_cell cells[MOST * MOST];
        disclosure_table t = {
            .cells = cells, .rows = 1 + next_random(&seed) % MOST, .columns = 1 + next_random(&seed) % MOST};
        t.row_totals = next_random(&seed) % 4 != 0;
        t.column_totals = next_random(&seed) % 4 != 0;
        const size_t n = t.rows * t.columns;
        for (size_t i = 0; i < n; i++)
            cells[i] = (disclosure_cell){.count = (int64_t)(next_random(&seed) % (next_random(&seed) % 3 ? 60 : 9))};
        assert_int_equal(disclosure_primary(cells, n, rule, false, NULL), STATUS_OK);
        /* Before: the graph and the algebra name the same cells as weak. */
        const size_t weak = disclosure_weak_cell(&t, work);
        bool any = false;
        for (size_t i = 0; i < n && !any; i++)
            any = cells[i].state != CELL_SHOWN && worked_out_by_algebra(&t, i);
        if (any)
            assert_true(weak != SIZE_MAX && worked_out_by_algebra(&t, weak));
        size_t added = 0;
        error err = {0};
        if (disclosure_secondary(&t, work, &added, &err) != STATUS_OK) {
            assert_non_null(strstr(err.message, "nothing else can be suppressed"));
            refused++;
            continue;
        }
        mended += added > 0;
        assert_true(!any || added > 0);
        assert_int_equal(disclosure_weak_cell(&t, work), SIZE_MAX);
        for (size_t i = 0; i < n; i++) {
            assert_false(cells[i].state != CELL_SHOWN && worked_out_by_algebra(&t, i));
            assert_true(cells[i].state != CELL_SECONDARY || cells[i].count > 0);
        }
    }
    assert_true(mended > 500 && refused > 20);
}

static void the_cheapest_partner_goes(void **state)
{
    (void)state;
    /* 3 must go; the circle through 9, 8 and 20 hides fewer people than any other. */
    disclosure_cell cells[9] = {{3, 0, 0},  {50, 0, 0}, {9, 0, 0},  {40, 0, 0}, {60, 0, 0},
                                {70, 0, 0}, {8, 0, 0},  {90, 0, 0}, {20, 0, 0}};
    disclosure_table t = {cells, 3, 3, true, true};
    size_t added = 0;
    assert_int_equal(disclosure_primary(cells, 9, disclosure_rule_find("under-5"), false, NULL), STATUS_OK);
    assert_int_equal(disclosure_secondary(&t, work, &added, NULL), STATUS_OK);
    assert_int_equal(added, 3);
    assert_true(cells[2].state == CELL_SECONDARY && cells[6].state == CELL_SECONDARY &&
                cells[8].state == CELL_SECONDARY);
    /* Without totals nothing gives it away. */
    disclosure_cell single[2] = {{3, 0, CELL_PRIMARY}, {9, 9, CELL_SHOWN}};
    disclosure_table list = {single, 1, 2, false, false};
    assert_int_equal(disclosure_secondary(&list, work, &added, NULL), STATUS_OK);
    assert_int_equal(added, 0);
    list.row_totals = true;
    assert_int_equal(disclosure_secondary(&list, work, &added, NULL), STATUS_OK);
    assert_int_equal(added, 1);
}

static void suppressed_ones_give_themselves_away(void **state)
{
    (void)state;
    disclosure_cell cells[4] = {{1, 0, CELL_PRIMARY}, {1, 0, CELL_PRIMARY}, {30, 30, CELL_SHOWN}, {12, 12, CELL_SHOWN}};
    disclosure_table t = {cells, 1, 4, true, false};
    size_t added = 0;
    assert_int_equal(disclosure_weak_cell(&t, work),
                     0); /* total less what is shown is 2, in two cells, none of them 0 */
    assert_int_equal(disclosure_secondary(&t, work, &added, NULL), STATUS_OK);
    assert_true(added == 1 && cells[3].state == CELL_SECONDARY);
}

static void differences_between_areas(void **state)
{
    (void)state;
    /* Parts of 5, 900 and 40 people; area 0 = all, 1 = the last two, 2 = the first two, 3 = not published. */
    const bool membership[] = {true, true, true, false, true, true, true, true, false, false, true, false};
    const bool published[] = {true, true, true, false};
    const int64_t counts[] = {5, 900, 40};
    const disclosure_rule *rule = disclosure_rule_find("nhs-hospital-activity");
    area_overlap found[4];
    assert_int_equal(disclosure_differences(membership, counts, published, 4, 3, rule, false, found, 4), 1);
    assert_true(found[0].larger == 0 && found[0].smaller == 1 && found[0].difference == 5 && found[0].nested);
    assert_int_equal(disclosure_differences(membership, counts, published, 4, 3, rule, true, found, 1), 2);
    const bool all[] = {true, true, true, true};
    assert_true(disclosure_differences(membership, counts, all, 4, 3, rule, false, found, 4) >= 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(primary_rules),
        cmocka_unit_test(no_cell_can_be_worked_out),
        cmocka_unit_test(the_cheapest_partner_goes),
        cmocka_unit_test(suppressed_ones_give_themselves_away),
        cmocka_unit_test(differences_between_areas),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
