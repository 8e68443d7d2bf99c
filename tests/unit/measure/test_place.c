/* Where the figures of an organisation belong, on today's map, as published, and as at a date: known cases of the shipped organisations. */
#include "workspace.h"

typedef struct bench {
    evaluation v;
    measure_options options;
    placing where;
} bench;

/* An evaluation that has organisations and a map and nothing else. */
static void bench_open(bench *b, geography g, const char *as_at)
{
    size_t n = orgs_count(house.orgs);
    *b = (bench){.options = {.geography = g, .as_at = DATE_NONE}};
    b->v = (evaluation){
        .orgs = house.orgs, .catalogue = &house.catalogue, .options = &b->options, .map = orgs_current(house.orgs)};
    if (g == GEOGRAPHY_AS_AT)
        assert_true(date_parse(text_of(as_at), &b->v.map));
    b->v.organisations = calloc(n + 16, sizeof *b->v.organisations);
    assert_non_null(b->v.organisations);
    b->v.organisation_count = n;
    b->v.organisation_capacity = n + 16;
    for (size_t i = 0; i < n; i++)
        b->v.organisations[i] = (working_org){
            .code = orgs_at(house.orgs, (org_index)i)->code, .known = (org_index)i, .reports_at = LEVEL_COUNT};
}

static void bench_close(bench *b)
{
    evaluation_free(&b->v);
}

static void place(bench *b, const char *code, level base, const char *month, geography g, const char *parent,
                  const char *parent_kind)
{
    int32_t organisation;
    period p;
    error err = {0};
    assert_true(period_parse(text_of(month), &p));
    check(evaluation_organisation(&b->v, text_of(code), "made", &organisation, &err), &err);
    check(evaluation_place(&b->v, organisation, base, p, g, text_of(parent), parent_kind, &b->where, &err), &err);
}

/* "06Q/sub-icb D7T5G/icb Y61/region", estimated ones with "~share"; in the order of the levels. */
static const char *words(const bench *b)
{
    static char out[600];
    size_t n = 0;
    out[0] = 0;
    for (int l = LEVEL_COUNT - 1; l >= 0; l--)
        for (size_t i = 0; i < b->where.count; i++) {
            const placement *at = &b->where.places[i];
            int64_t top, bottom;
            if ((int)at->level != l)
                continue;
            n += (size_t)snprintf(out + n, sizeof out - n, "%s%s/%s", n > 0 ? " " : "",
                                  b->v.organisations[at->organisation].code, level_name(at->level));
            placed_share(&b->where, at, &top, &bottom);
            if (at->estimated)
                n += (size_t)snprintf(out + n, sizeof out - n, "~%lld:%lld", (long long)top, (long long)bottom);
        }
    return out;
}

static void known_cases(void **state)
{
    static const struct {
        const char *code;
        level base;
        const char *month, *parent, *parent_kind, *current, *published;
    } cases[] = {
        /* A sub-ICB location whose ICB became part of another. */
        {"06Q", LEVEL_SUB_ICB, "2026-02", "QH8", "icb", "06Q/sub-icb D7T5G/icb Y61/region",
         "06Q/sub-icb QH8/icb Y61/region"},
        {"06Q", LEVEL_SUB_ICB, "2026-04", "D7T5G", "icb", "06Q/sub-icb D7T5G/icb Y61/region",
         "06Q/sub-icb D7T5G/icb Y61/region"},
        /* An ICB split in two within one region: each part is an estimate, the region is exact. */
        {"QM7", LEVEL_ICB, "2026-02", "", NULL, "D7T5G/icb~22923:96412 S1Y5D/icb~73489:96412 Y61/region",
         "QM7/icb Y61/region"},
        /* Frimley's location, in three. */
        {"D4U1Y", LEVEL_SUB_ICB, "2026-02", "QNQ", "icb",
         "92A/sub-icb~16089:70237 D9Y0V/sub-icb~15888:70237 U2G6B/sub-icb~38260:70237 S9B9J/icb~16089:70237 "
         "QRL/icb~15888:70237 "
         "S0E4D/icb~38260:70237 Y59/region",
         "D4U1Y/sub-icb QNQ/icb Y59/region"},
        /* Merged whole. */
        {"QMJ", LEVEL_ICB, "2025-01", "", NULL, "Z9B2Z/icb Y56/region", "QMJ/icb Y56/region"},
        {"RRP", LEVEL_PROVIDER, "2024-08", "", NULL, "G6V2S/provider Z9B2Z/icb Y56/region",
         "RRP/provider QMJ/icb Y56/region"},
        /* An unknown code stands for itself, and is where the file says. */
        {"ZZ9", LEVEL_PROVIDER, "2026-02", "QH8", "icb", "ZZ9/provider D7T5G/icb Y61/region",
         "ZZ9/provider QH8/icb Y61/region"},
        {"ZZ9", LEVEL_PROVIDER, "2026-02", "", "icb", "ZZ9/provider", "ZZ9/provider"},
        {"ZZ9", LEVEL_PROVIDER, "2026-02", "NHS ENGLAND LONDON ", "region", "ZZ9/provider Y56/region",
         "ZZ9/provider Y56/region"},
        /* Its file's parent was split: it is whole itself, its ICBs are estimates. */
        {"ZZ9", LEVEL_PROVIDER, "2026-02", "QJG", "icb",
         "ZZ9/provider D7T5G/icb~47777:129426 T6Y0W/icb~81649:129426 Y61/region", "ZZ9/provider QJG/icb Y61/region"},
        /* A parent of another kind than the layout promises says nothing. */
        {"ZZ9", LEVEL_PROVIDER, "2026-02", "Y56", "icb", "ZZ9/provider", "ZZ9/provider"},
        /* A national hub is in no ICB and no region. */
        {"13Q", LEVEL_SUB_ICB, "2026-02", "", "icb", "13Q/sub-icb", "13Q/sub-icb"},
        /* A region that commissions directly is in England's figure alone. */
        {"Y56", LEVEL_SUB_ICB, "2026-02", "", "icb", "", ""},
        /* An ICB among the sub-ICB locations stands at its own level. */
        {"QH8", LEVEL_SUB_ICB, "2026-02", "", "icb", "D7T5G/icb Y61/region", "QH8/icb Y61/region"},
        /* A trust among the commissioners adds to its ICB and region; its own figures are those of its patients. */
        {"RYJ", LEVEL_SUB_ICB, "2026-05", "", "icb", "Z9B2Z/icb Y56/region", "Z9B2Z/icb Y56/region"},
    };
    bench b;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bench_open(&b, GEOGRAPHY_CURRENT, "");
        place(&b, cases[i].code, cases[i].base, cases[i].month, GEOGRAPHY_CURRENT, cases[i].parent,
              cases[i].parent_kind);
        assert_string_equal(words(&b), cases[i].current);
        place(&b, cases[i].code, cases[i].base, cases[i].month, GEOGRAPHY_AS_PUBLISHED, cases[i].parent,
              cases[i].parent_kind);
        assert_string_equal(words(&b), cases[i].published);
        bench_close(&b);
    }
}

static void as_at_a_date(void **state)
{
    bench b;
    (void)state;
    bench_open(&b, GEOGRAPHY_AS_AT, "2025-06-01");
    place(&b, "06Q", LEVEL_SUB_ICB, "2025-01", GEOGRAPHY_AS_AT, "", "icb");
    assert_string_equal(words(&b), "06Q/sub-icb QH8/icb Y61/region");
    /* Figures are never carried back, but what is still there is where it was on that map. */
    place(&b, "06Q", LEVEL_SUB_ICB, "2026-04", GEOGRAPHY_AS_AT, "D7T5G", "icb");
    assert_string_equal(words(&b), "06Q/sub-icb QH8/icb Y61/region");
    /* A location of a later day has no ICB on the earlier map; its region is still whole. */
    place(&b, "U2G6B", LEVEL_SUB_ICB, "2026-04", GEOGRAPHY_AS_AT, "S0E4D", "icb");
    assert_string_equal(words(&b), "U2G6B/sub-icb Y59/region");
    place(&b, "RRP", LEVEL_PROVIDER, "2024-08", GEOGRAPHY_AS_AT, "", NULL);
    assert_string_equal(words(&b), "G6V2S/provider QMJ/icb Y56/region");
    bench_close(&b);
}

static void an_unknown_code_of_two_roles_has_one_figure(void **state)
{
    bench b;
    (void)state;
    bench_open(&b, GEOGRAPHY_CURRENT, "");
    place(&b, "ZZ9", LEVEL_PROVIDER, "2026-05", GEOGRAPHY_CURRENT, "D7T5G", "icb");
    assert_string_equal(words(&b), "ZZ9/provider D7T5G/icb Y61/region");
    place(&b, "ZZ9", LEVEL_SUB_ICB, "2026-05", GEOGRAPHY_CURRENT, "D7T5G", "icb");
    assert_string_equal(words(&b), "D7T5G/icb Y61/region");
    bench_close(&b);
}

static void codes_are_found_however_they_are_written(void **state)
{
    bench b;
    int32_t one, other;
    (void)state;
    bench_open(&b, GEOGRAPHY_CURRENT, "");
    assert_int_equal(evaluation_organisation(&b.v, text_of(" "), "made", &one, NULL), STATUS_OK);
    assert_int_equal(one, -1);
    assert_int_equal(evaluation_organisation(&b.v, text_of("e54000026 "), "made", &one, NULL), STATUS_OK);
    assert_int_equal(evaluation_organisation(&b.v, text_of("QH8"), "made", &other, NULL), STATUS_OK);
    assert_int_equal(one, other);
    /* Many unknown codes: each once, in the order of coming. */
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < 5000; i++) {
            char code[16];
            (void)snprintf(code, sizeof code, "ZZ-%d", i);
            assert_int_equal(evaluation_organisation(&b.v, text_of(code), "made", &one, NULL), STATUS_OK);
            assert_int_equal(one, (int32_t)orgs_count(house.orgs) + i);
        }
    assert_int_equal(b.v.organisation_count, orgs_count(house.orgs) + 5000);
    bench_close(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_cases),
        cmocka_unit_test(as_at_a_date),
        cmocka_unit_test(an_unknown_code_of_two_roles_has_one_figure),
        cmocka_unit_test(codes_are_found_however_they_are_written),
    };
    return cmocka_run_group_tests(tests, house_open, house_close);
}
