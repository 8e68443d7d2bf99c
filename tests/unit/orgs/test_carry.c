/* Carrying figures over successions: the shipped ones, made ones, and thousands at random against a naive twin. */
#include "fixture.h"

#define MOST 16

static void expect(const orgs *o, const char *code, const char *from, const char *on, const char *wanted)
{
    org_share parts[MOST];
    char got[512] = "";
    size_t count = orgs_carry(o, at(o, code), day(from), day(on), parts, MOST);
    for (size_t i = 0; i < count; i++) {
        size_t n = strlen(got);
        (void)snprintf(got + n, sizeof got - n, "%s%s %lld/%lld", i == 0 ? "" : ", ", code_of(o, parts[i].to),
                       (long long)parts[i].numerator, (long long)parts[i].denominator);
    }
    assert_string_equal(got, wanted);
}

static void boards_of_april_2026(void **state)
{
    (void)state;
    orgs *o = shipped_load();
    /* Whole mergers. */
    expect(o, "QMJ", "2025-01-01", "2026-04-01", "Z9B2Z 1/1");
    expect(o, "QRV", "2025-01-01", "2026-04-01", "Z9B2Z 1/1");
    expect(o, "QU9", "2025-01-01", "2026-04-01", "S0E4D 1/1");
    /* Splits by incomplete pathways of January 2026: 45,846 and 146,978; 47,777 and 81,649. */
    expect(o, "QM7", "2025-01-01", "2026-04-01", "D7T5G 22923/96412, S1Y5D 73489/96412");
    expect(o, "QJG", "2025-01-01", "2026-04-01", "D7T5G 47777/129426, T6Y0W 81649/129426");
    /* Frimley and its one sub-ICB location, estimated: 38,260 (U2G6B), 16,089 (92A) and 15,888 (D9Y0V) of 70,237. */
    expect(o, "QNQ", "2025-01-01", "2026-04-01", "QRL 15888/70237, S0E4D 38260/70237, S9B9J 16089/70237");
    expect(o, "D4U1Y", "2025-01-01", "2026-04-01", "92A 16089/70237, D9Y0V 15888/70237, U2G6B 38260/70237");
    /* Who kept code and area, and who kept the code alone. */
    expect(o, "QOP", "2025-01-01", "2026-04-01", "QOP 1/1");
    expect(o, "QRL", "2025-01-01", "2026-04-01", "QRL 1/1");
    expect(o, "92A", "2025-01-01", "2026-04-01", "92A 1/1");
    expect(o, "06Q", "2025-01-01", "2026-04-01", "06Q 1/1");
    /* On the earlier map nothing had happened; nor to figures of a period that begins on the day of the change. */
    expect(o, "QM7", "2025-01-01", "2026-03-31", "QM7 1/1");
    expect(o, "QM7", "2026-04-01", "2026-04-01", "QM7 1/1");
    expect(o, "QM7", "2026-03-31", "2026-04-01", "D7T5G 22923/96412, S1Y5D 73489/96412");
    /* Never backwards. */
    expect(o, "D7T5G", "2026-04-01", "2025-01-01", "D7T5G 1/1");
    orgs_free(o);
}

static void trusts_that_merged(void **state)
{
    (void)state;
    orgs *o = shipped_load();
    expect(o, "RAP", "2024-12-01", "2026-04-01", "RAL 1/1");
    expect(o, "RAP", "2024-12-01", "2024-12-31", "RAP 1/1");
    expect(o, "RTV", "2020-01-01", "2026-04-01", "RW4 1/1");
    expect(o, "RBZ", "2022-03-01", "2026-04-01", "RH8 1/1");
    expect(o, "RY2", "2026-03-01", "2026-04-01", "RWW 1/1");
    /* Two steps: Bedfordshire and Luton -> South Essex in 2010 -> Essex Partnership in 2017. */
    expect(o, "RV7", "2009-01-01", "2016-12-31", "RWN 1/1");
    expect(o, "RV7", "2009-01-01", "2026-04-01", "R1L 1/1");
    /* Split, the parts not published: told, but not carried. */
    expect(o, "RW6", "2020-01-01", "2026-04-01", "RW6 1/1");
    arena a = {0};
    org_succession *list;
    size_t count;
    assert_int_equal(orgs_successors(o, at(o, "RW6"), &a, &list, &count, NULL), STATUS_OK);
    assert_int_equal(count, 2);
    assert_int_equal(list[0].denominator, 0);
    assert_string_equal(code_of(o, list[0].to), "R0A");
    assert_string_equal(code_of(o, list[1].to), "RM3");
    /* A trust that only changed its name goes on. */
    expect(o, "RJL", "2020-01-01", "2026-04-01", "RJL 1/1");
    assert_int_equal(orgs_predecessors(o, at(o, "D7T5G"), &a, &list, &count, NULL), STATUS_OK);
    assert_int_equal(count, 3);
    assert_string_equal(code_of(o, list[0].from), "QH8");
    assert_string_equal(code_of(o, list[1].from), "QJG");
    assert_int_equal(list[1].numerator, 47777);
    assert_string_equal(list[1].basis, "sub-ICB incomplete pathways, January 2026");
    assert_int_equal(list[1].when, day("2026-04-01"));
    arena_free(&a);
    orgs_free(o);
}

/* Whoever they are and whichever day it is, nothing is lost and nothing counted twice. */
static void shares_of_everybody_make_one(void **state)
{
    (void)state;
    static const char *const days[] = {"1990-01-01", "2010-06-01", "2022-07-01",
                                       "2026-03-31", "2026-04-01", "2099-01-01"};
    orgs *o = shipped_load();
    for (size_t i = 0; i < orgs_count(o); i++) {
        for (size_t d = 0; d < sizeof days / sizeof *days; d++) {
            org_share parts[MOST];
            size_t count = orgs_carry(o, (org_index)i, day("1990-01-01"), day(days[d]), parts, MOST);
            assert_in_range(count, 1, MOST);
            __int128 top = 0, bottom = 1;
            for (size_t k = 0; k < count; k++) {
                assert_true(k == 0 || parts[k - 1].to < parts[k].to);
                top = top * parts[k].denominator + (__int128)parts[k].numerator * bottom;
                bottom *= parts[k].denominator;
            }
            assert_true(top == bottom);
        }
    }
    orgs_free(o);
}

static void splits_after_splits(void **state)
{
    (void)state;
    fixture f;
    fixture_make(&f);
    f.text[F_SUCCESSORS] = "predecessor,successor,date,share_numerator,share_denominator,basis\n"
                           "QAAA,QBBB,2023-01-01,1,3,\n"
                           "QAAA,QCCC,2023-01-01,2,3,\n"
                           "QBBB,QCCC,2024-01-01,1,2,\n"
                           "QBBB,QTWO,2024-01-01,2,4,\n"
                           /* its own successor in part, and again later */
                           "QNEW,QNEW,2024-01-01,3,4,\n"
                           "QNEW,QTWO,2024-01-01,1,4,\n"
                           "QNEW,QNEW,2025-01-01,1,3,\n"
                           "QNEW,QAAA,2025-01-01,2,3,\n";
    orgs *o = fixture_load(&f);
    expect(o, "QAAA", "2022-01-01", "2022-12-31", "QAAA 1/1");
    expect(o, "QAAA", "2022-01-01", "2023-01-01", "QBBB 1/3, QCCC 2/3");
    expect(o, "QAAA", "2022-01-01", "2024-01-01", "QCCC 5/6, QTWO 1/6");
    expect(o, "QAAA", "2023-06-01", "2024-01-01", "QAAA 1/1");
    expect(o, "QNEW", "2023-06-01", "2024-06-01", "QNEW 3/4, QTWO 1/4");
    expect(o, "QNEW", "2023-06-01", "2025-06-01", "QAAA 1/2, QNEW 1/4, QTWO 1/4");
    expect(o, "QNEW", "2024-06-01", "2025-06-01", "QAAA 2/3, QNEW 1/3");
    /* No more than there is room for. */
    org_share one;
    assert_int_equal(orgs_carry(o, at(o, "QNEW"), day("2023-06-01"), day("2025-06-01"), &one, 1), 1);
    orgs_free(o);
    fixture_remove(&f);
}

static void shares_too_fine_to_carry_are_refused(void **state)
{
    (void)state;
    fixture f;
    orgs *o = NULL;
    problems list = {0};
    fixture_make(&f);
    f.text[F_SUCCESSORS] = "predecessor,successor,date,share_numerator,share_denominator,basis\n"
                           "QAAA,QBBB,2023-01-01,1,9223372036854775807,\n"
                           "QAAA,QCCC,2023-01-01,9223372036854775806,9223372036854775807,\n"
                           "QBBB,QCCC,2024-01-01,1,9223372036854775783,\n"
                           "QBBB,QTWO,2024-01-01,9223372036854775782,9223372036854775783,\n";
    fixture_write(&f);
    assert_int_equal(orgs_load(f.folder, &o, &list, NULL), STATUS_REFUSED);
    assert_int_equal(list.total, 1);
    assert_non_null(strstr(list.items[0].message, "carried exactly"));
    assert_int_equal(list.items[0].row, 2);
    problems_free(&list);
    fixture_remove(&f);
}

/* ---- the naive twin ------------------------------------------------------------------------------------------ */

#define BODIES 24
#define YEARS  5

typedef struct plan {
    int to[BODIES][YEARS][3];
    int part[BODIES][YEARS][3]; /* of their sum; all 0 where nothing happens */
} plan;

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 16;
}

/* Pushes amount down the years, one year after the other: the slow and obvious way. */
static void naive(const plan *p, int body, int from_year, int to_year, double amount, double held[BODIES])
{
    double now[BODIES] = {0};
    now[body] = amount;
    for (int y = from_year; y <= to_year; y++) {
        double next[BODIES] = {0};
        for (int b = 0; b < BODIES; b++) {
            int all = p->part[b][y][0] + p->part[b][y][1] + p->part[b][y][2];
            if (all == 0)
                next[b] += now[b];
            for (int k = 0; k < 3 && all > 0; k++)
                next[p->to[b][y][k]] += now[b] * p->part[b][y][k] / all;
        }
        memcpy(now, next, sizeof now);
    }
    memcpy(held, now, sizeof now);
}

static void random_successions_agree_with_the_twin(void **state)
{
    (void)state;
    uint32_t seed = 20260401;
    for (int round = 0; round < 60; round++) {
        fixture f;
        buffer organisations = {0}, successors = {0};
        plan p = {0};
        fixture_make(&f);
        buffer_text(
            &organisations,
            "code,ons_code,name,short_name,kind,opened,closed,source\nENGLAND,,England,England,england,,,made\n");
        buffer_text(&successors, "predecessor,successor,date,share_numerator,share_denominator,basis\n");
        for (int b = 0; b < BODIES; b++)
            buffer_printf(&organisations, "R%02d,,Trust %d,Trust %d,trust,,,made\n", b, b, b);
        for (int y = 0; y < YEARS; y++) {
            for (int b = 0; b < BODIES; b++) {
                if (next_random(&seed) % 6 != 0)
                    continue;
                /* Up to three successors that have none themselves in that year; possibly the body itself. */
                int first = (int)(next_random(&seed) % BODIES), count = 0, all = 0;
                int wanted = 1 + (int)(next_random(&seed) % 3);
                for (int step = 0; step < BODIES && count < wanted; step++) {
                    int to = (first + step * 5) % BODIES;
                    bool busy = p.part[to][y][0] > 0 || (to == b && wanted == 1);
                    bool later = to > b; /* may still be drawn this year: leave those alone */
                    if (busy || later)
                        continue;
                    p.to[b][y][count] = to;
                    p.part[b][y][count] = 1 + (int)(next_random(&seed) % 9);
                    all += p.part[b][y][count++];
                }
                if (count == 1 && p.to[b][y][0] == b) {
                    p.part[b][y][0] = 0;
                    continue;
                }
                for (int k = 0; k < count; k++)
                    buffer_printf(&successors, "R%02d,R%02d,%d-04-01,%d,%d,\n", b, p.to[b][y][k], 2020 + y,
                                  p.part[b][y][k], all);
            }
        }
        f.text[F_ALIASES] = "alias,code,type,source\n";
        f.text[F_HEXES] = "code,row,column,label\n";
        f.text[F_INEXACT] = "code,before,note\n";
        f.text[F_KINDS] = "code,kind,from,to,source\n";
        f.text[F_PARENTS] = "child,parent,from,to,source\n";
        f.text[F_ORGANISATIONS] = organisations.data;
        f.text[F_SUCCESSORS] = successors.data;
        orgs *o = fixture_load(&f);
        for (int b = 0; b < BODIES; b++) {
            for (int from = 0; from < YEARS; from++) {
                org_share parts[MOST];
                char code[16];
                double held[BODIES], seen = 0;
                (void)snprintf(code, sizeof code, "R%02d", b);
                naive(&p, b, from, YEARS - 1, 1.0, held);
                size_t count = orgs_carry(o, at(o, code), date_of(2020 + from, 3, 1), date_of(2030, 1, 1), parts, MOST);
                for (size_t k = 0; k < count; k++) {
                    double share = (double)parts[k].numerator / (double)parts[k].denominator;
                    int64_t to;
                    assert_true(number_parse_count(text_of(code_of(o, parts[k].to) + 1), &to));
                    assert_true(share - held[to] < 1e-12 && held[to] - share < 1e-12);
                    seen += share;
                }
                assert_true(seen > 1 - 1e-9 && seen < 1 + 1e-9);
            }
        }
        orgs_free(o);
        fixture_remove(&f);
        buffer_free(&organisations);
        buffer_free(&successors);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(boards_of_april_2026),
        cmocka_unit_test(trusts_that_merged),
        cmocka_unit_test(shares_of_everybody_make_one),
        cmocka_unit_test(splits_after_splits),
        cmocka_unit_test(shares_too_fine_to_carry_are_refused),
        cmocka_unit_test(random_successions_agree_with_the_twin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
