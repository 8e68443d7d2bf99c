/* The shipped map: counts, places, names, the hex map; and, where ../shared is there, against the published files themselves. */
#include "fixture.h"

#include <dirent.h>

#define SHARED CONCORD_SOURCE_DIR "/../shared/data"
#define EVE    "2026-03-31"
#define NEW    "2026-04-01"

static orgs *map;

static int load(void **state)
{
    (void)state;
    map = shipped_load();
    return 0;
}

static int unload(void **state)
{
    (void)state;
    orgs_free(map);
    return 0;
}

static bool open_on(const org *g, const char *on)
{
    return (g->opened == DATE_NONE || g->opened <= day(on)) && day(on) < g->closed;
}

static size_t count_open(org_kind kind, const char *on)
{
    size_t count = 0;
    for (size_t i = 0; i < orgs_count(map); i++) {
        const org *g = orgs_at(map, (org_index)i);
        count += g->kind == kind && open_on(g, on);
    }
    return count;
}

static const char *parent_code(const char *code, const char *on)
{
    return code_of(map, orgs_parent(map, at(map, code), day(on)));
}

static const char *ancestor_code(const char *code, org_kind kind, const char *on)
{
    return code_of(map, orgs_ancestor(map, at(map, code), kind, day(on)));
}

static void forty_two_became_thirty_six(void **state)
{
    (void)state;
    assert_int_equal(orgs_current(map), day(NEW));
    assert_int_equal(count_open(ORG_ENGLAND, NEW), 1);
    assert_int_equal(count_open(ORG_REGION, EVE), 7);
    assert_int_equal(count_open(ORG_REGION, NEW), 7);
    assert_int_equal(count_open(ORG_ICB, EVE), 42);
    assert_int_equal(count_open(ORG_ICB, NEW), 36);
    assert_int_equal(count_open(ORG_SUB_ICB, EVE), 106);
    assert_int_equal(count_open(ORG_SUB_ICB, NEW), 106);
    assert_false(open_on(orgs_at(map, at(map, "D4U1Y")), NEW));
    assert_false(open_on(orgs_at(map, at(map, "U2G6B")), EVE));
    assert_true(count_open(ORG_TRUST, NEW) > 190);
}

static void every_location_has_a_board_and_a_region(void **state)
{
    (void)state;
    static const char *const days[] = {EVE, NEW};
    for (size_t d = 0; d < 2; d++) {
        size_t boards = 0;
        for (size_t i = 0; i < orgs_count(map); i++) {
            const org *g = orgs_at(map, (org_index)i);
            if ((g->kind != ORG_SUB_ICB && g->kind != ORG_ICB) || !open_on(g, days[d]))
                continue;
            org_index board = orgs_ancestor(map, (org_index)i, ORG_ICB, day(days[d]));
            assert_true(board >= 0 && open_on(orgs_at(map, board), days[d]));
            assert_true(orgs_ancestor(map, (org_index)i, ORG_REGION, day(days[d])) >= 0);
            assert_string_equal(code_of(map, orgs_ancestor(map, (org_index)i, ORG_ENGLAND, day(days[d]))), "ENGLAND");
            boards += g->kind == ORG_ICB;
        }
        assert_int_equal(boards, d == 0 ? 42 : 36);
    }
    assert_string_equal(parent_code("07H", EVE), "QM7");
    assert_string_equal(parent_code("07H", NEW), "D7T5G");
    assert_string_equal(parent_code("06T", NEW), "D7T5G");
    assert_string_equal(parent_code("D4U1Y", EVE), "QNQ");
    assert_string_equal(parent_code("U2G6B", NEW), "S0E4D");
    assert_string_equal(ancestor_code("92A", ORG_REGION, NEW), "Y59");
}

/* System-Mapping, then RTT of January, then the trust file of 2025; from April: the trust file of 2026, then RTT of April,
 * then the successor of the earlier parent. Each line is a case in which the sources differ or are silent. */
static void providers_are_placed_in_the_order_of_the_sources(void **state)
{
    (void)state;
    static const struct {
        const char *code, *before, *after;
    } cases[] = {
        {"RAN", "QMJ", "Z9B2Z"},    /* mapping against RTT and trust file */
        {"RWX", "QU9", "S0E4D"},    /* the same */
        {"NDJ", "QNX", "S9B9J"},    /* mapping against RTT; RTT of April alone */
        {"RXK", "QUA", "QUA"},      /* mapping and RTT against the trust file of 2025 */
        {"RPG", "QKK", "QKS"},      /* trust file of 2026 against RTT of April */
        {"RYC", "QUE", "S1Y5D"},    /* trust files alone */
        {"ACG37", "QJG", "T6Y0W"},  /* RTT alone */
        {"NT345", "QNQ", "QRL"},    /* RTT alone, out of a split ICB */
        {"NNH", "QXU", "S9B9J"},    /* gone from RTT in April: the successor of its ICB */
        {"AD913", "QKK", "QKK"},    /* mapping alone: its ICB goes on */
        {"Y03218", "QRV", "Z9B2Z"}, /* mapping alone: the successor */
        {"DT301", "QM7", "S1Y5D"},  /* mapping alone, its ICB split: by hand */
        {"A1S9E", "(none)", "QOQ"}, /* first named in April */
        {"RAP", "QMJ", "Z9B2Z"},    /* closed: keeps a place */
        {"AXG", "Y58", "Y58"},      /* in no source but A&E, which names the region */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_string_equal(parent_code(cases[i].code, EVE), cases[i].before);
        assert_string_equal(parent_code(cases[i].code, NEW), cases[i].after);
    }
    assert_string_equal(ancestor_code("AXG", ORG_ICB, NEW), "(none)");
    assert_string_equal(ancestor_code("AXG", ORG_REGION, NEW), "Y58");
    assert_string_equal(ancestor_code("13Q", ORG_REGION, NEW), "(none)");
    assert_string_equal(ancestor_code("NONC", ORG_ENGLAND, NEW), "ENGLAND");

    size_t count, seen = 0;
    const org_conflict *list = orgs_conflicts(map, &count);
    for (size_t i = 0; i < count; i++) {
        seen += strcmp(list[i].code, "RAN") == 0 && strcmp(list[i].what, "parent to March 2026") == 0 &&
                strncmp(list[i].kept, "QMJ", 3) == 0 && strncmp(list[i].set_aside, "QRV", 3) == 0;
        seen += strcmp(list[i].code, "RPG") == 0 && strcmp(list[i].what, "parent from April 2026") == 0 &&
                strncmp(list[i].kept, "QKS", 3) == 0;
        seen += strcmp(list[i].code, "AXG") == 0 && strcmp(list[i].what, "unplaced") == 0;
    }
    assert_int_equal(seen, 3);
}

static void kinds_by_the_stated_rules(void **state)
{
    (void)state;
    static const struct {
        const char *code;
        org_kind kind;
    } cases[] = {
        {"RX1", ORG_TRUST},
        {"G6V2S", ORG_TRUST},
        {"TAD", ORG_TRUST},
        {"NT202", ORG_INDEPENDENT},
        {"A1D1B", ORG_INDEPENDENT},
        {"8J094", ORG_INDEPENDENT},
        {"NX505", ORG_INDEPENDENT},
        {"NDJ", ORG_COMMUNITY_INTEREST},
        {"NNJ", ORG_COMMUNITY_INTEREST},
        {"NNJ07", ORG_COMMUNITY_INTEREST},
        {"AQK", ORG_COMMUNITY_INTEREST},
        {"NLX", ORG_COMMUNITY_INTEREST},
        {"C82038", ORG_PRACTICE},
        {"ACH01", ORG_PRACTICE},
        {"108", ORG_LOCAL_AUTHORITY},
        {"AXG", ORG_UNKNOWN},
        {"NRF", ORG_UNKNOWN},
        {"K8I4X", ORG_UNKNOWN},
        {"27T", ORG_COMMISSIONING_HUB},
        {"NONC", ORG_NON_ENGLISH_COMMISSIONER},
        {"Y56", ORG_REGION},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (orgs_at(map, at(map, cases[i].code))->kind != cases[i].kind)
            fail_msg("%s is %s, not %s", cases[i].code, org_kind_name(orgs_at(map, at(map, cases[i].code))->kind),
                     org_kind_name(cases[i].kind));
}

static void codes_of_every_vintage(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"ENG", "ENGLAND"},   {"E92000001", "ENGLAND"}, {"england", "ENGLAND"}, {"E54000067", "QRL"},
        {"E54000042", "QRL"}, {"E54000066", "D7T5G"},   {"E54000026", "QH8"},   {"E54000007", "QOP"},
        {"E54000057", "QOP"}, {"E38000264", "92A"},     {"E38000267", "92A"},   {"E40000005", "Y59"},
        {" ntv0b ", "NTV0B"}, {"E40000007", "Y61"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(code_of(map, orgs_find(map, text_of(cases[i][0]))), cases[i][1]);
    assert_string_equal(orgs_at(map, at(map, "QRL"))->ons_code, "E54000067");
}

static void names_as_files_and_people_write_them(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"NHS ENGLAND NORTH WEST ", "Y62"},
        {"NHS England East Of England ", "Y61"},
        {"NHS ENGLAND NORTH EAST AND YORKSHIRE ", "Y63"},
        {"NHS ENGLAND LONDON", "Y56"},
        {"SOUTH EAST COMMISSIONING REGION", "Y59"},
        {"NHS ESSEX INTEGRATED CARE BOARD", "D7T5G"},
        {"NHS Essex ICB", "D7T5G"},
        {"Essex", "D7T5G"},
        {"NHS STAFFORDSHIRE AND STOKE ON TRENT ICB", "QNC"},
        {"SOUTHERN HEALTH NHS FOUNDATION TRUST", "RW1"},
        {"HAMPSHIRE & ISLE OF WIGHT HEALTHCARE NHS FOUNDATION TRUST", "RW1"},
        {"NHS WEST ESSEX (SUB ICB LOCATION)", "07H"},
        {"NHS ESSEX ICB - 07H", "07H"},
        {"NHS Hertfordshire and West Essex ICB - 07H", "07H"},
        {"LONDON - H&J COMMISSIONING HUB", "14M"},
        {"DUCHY HOSPITAL", "(none)"}, /* there are two */
        {"Atlantis", "(none)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        org_index found = orgs_find_name(map, text_of(cases[i][0]));
        if (strcmp(code_of(map, found), cases[i][1]) != 0)
            fail_msg("%s is %s, not %s", cases[i][0], code_of(map, found), cases[i][1]);
    }
    /* Every organisation is found by its code, and by its name unless another bears it. */
    for (size_t i = 0; i < orgs_count(map); i++) {
        const org *g = orgs_at(map, (org_index)i);
        assert_int_equal(orgs_find(map, text_of(g->code)), i);
        org_index by_name = orgs_find_name(map, text_of(g->name));
        if (by_name != (org_index)i)
            assert_true(by_name == -1 && strcmp(g->name, "Duchy Hospital") == 0);
    }
}

static void names_are_in_sensible_case(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"RTD", "The Newcastle upon Tyne Hospitals NHS Foundation Trust"},
        {"RCX", "The Queen Elizabeth Hospital, King's Lynn, NHS Foundation Trust"},
        {"NDJ", "First Community Health and Care CIC"},
        {"NPG15", "SpaMedica Newcastle-under-Lyme"},
        {"14M", "London - Health and Justice Commissioning Hub"},
        {"QNC", "NHS Staffordshire and Stoke-on-Trent Integrated Care Board"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(orgs_at(map, at(map, cases[i][0]))->name, cases[i][1]);
    for (size_t i = 0; i < orgs_count(map); i++) {
        const org *g = orgs_at(map, (org_index)i);
        assert_null(strstr(g->name, " And "));
        assert_null(strstr(g->name, "Nhs"));
        assert_null(strstr(g->name, "Icb"));
        assert_null(strstr(g->name, "  "));
    }
}

static void nearest_to_what_was_typed(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"Essx", "D7T5G"}, {"leeds teaching", "RR8"}, {"S9B9K", "S9B9J"}, {"thames", "S0E4D"},
        {"Frimly", "QNQ"}, {"Cornwal ICB", "QT6"},    {"RRV1", "RRV"},
    };
    org_index list[5];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t count = orgs_nearest(map, cases[i][0], list, 5);
        bool there = false;
        for (size_t k = 0; k < count; k++)
            there = there || strcmp(code_of(map, list[k]), cases[i][1]) == 0;
        if (!there)
            fail_msg("%s is not near %s (%zu: %s ...)", cases[i][1], cases[i][0], count,
                     count > 0 ? code_of(map, list[0]) : "");
    }
    assert_string_equal(code_of(map, (orgs_nearest(map, "Essx", list, 5), list[0])), "D7T5G");
    assert_int_equal(orgs_nearest(map, "xqzwvj", list, 5), 0);
    assert_int_equal(orgs_nearest(map, "", list, 5), 0);
    assert_int_equal(orgs_nearest(map, "Essex", list, 0), 0);
}

static void inexact_ones_say_so(void **state)
{
    (void)state;
    static const char *const inexact[] = {"S0E4D", "S9B9J", "QRL", "U2G6B", "92A", "D9Y0V"};
    size_t noted = 0;
    for (size_t i = 0; i < orgs_count(map); i++)
        noted += orgs_inexact_note(map, (org_index)i)[0] != 0;
    assert_int_equal(noted, 6);
    for (size_t i = 0; i < 6; i++)
        assert_non_null(strstr(orgs_inexact_note(map, at(map, inexact[i])), "Frimley"));
    assert_string_equal(orgs_inexact_note(map, at(map, "D7T5G")), "");
}

/* Neighbours of odd-row offset coordinates. */
static bool touch(const org_hex *a, const org_hex *b)
{
    int32_t row = b->row - a->row, column = b->column - a->column;
    if (row == 0)
        return column == 1 || column == -1;
    if (row != 1 && row != -1)
        return false;
    return column == 0 || column == (a->row % 2 == 1 ? 1 : -1);
}

static bool neighbours(const char *a, const char *b)
{
    size_t count;
    const org_hex *list = orgs_hexes(map, &count), *x = NULL, *y = NULL;
    for (size_t i = 0; i < count; i++) {
        if (list[i].org == at(map, a))
            x = &list[i];
        if (list[i].org == at(map, b))
            y = &list[i];
    }
    return x != NULL && y != NULL && touch(x, y) && touch(y, x);
}

static void the_hex_map_is_one_land(void **state)
{
    (void)state;
    size_t count, reached = 1;
    bool seen[64] = {true};
    const org_hex *list = orgs_hexes(map, &count);
    assert_int_equal(count, 36);
    for (bool grew = true; grew;) {
        grew = false;
        for (size_t i = 0; i < count; i++)
            for (size_t k = 0; k < count; k++)
                if (seen[i] && !seen[k] && touch(&list[i], &list[k])) {
                    seen[k] = grew = true;
                    reached++;
                }
    }
    assert_int_equal(reached, 36);
    /* True neighbours that a reader would look for. */
    static const char *const pairs[][2] = {
        {"QT6", "QJK"},     {"QJK", "QSL"},   {"D7T5G", "S1Y5D"}, {"D7T5G", "T6Y0W"}, {"D7T5G", "QMF"},
        {"Z9B2Z", "S0E4D"}, {"Z9B2Z", "QMF"}, {"QWE", "QKK"},     {"QKK", "QKS"},     {"S9B9J", "QRL"},
        {"QOP", "QYG"},     {"QOP", "QWO"},   {"QWO", "QF7"},     {"QHM", "QOQ"},     {"QHL", "QUA"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (!neighbours(pairs[i][0], pairs[i][1]))
            fail_msg("%s and %s do not touch", pairs[i][0], pairs[i][1]);
}

/* ---- against the published files ------------------------------------------------------------------------------ */

#define FIELDS 32
typedef struct rows {
    buffer content;
    char *next;
    char *field[FIELDS];
    size_t count;
} rows;

static bool rows_open(rows *r, const char *path)
{
    memset(r, 0, sizeof *r);
    if (access(path, R_OK) != 0)
        return false;
    assert_int_equal(file_read(path, (size_t)64 << 20, &r->content, NULL), STATUS_OK);
    r->next = r->content.data;
    if (strncmp(r->next, "\xef\xbb\xbf", 3) == 0)
        r->next += 3;
    return true;
}

/* The next line, split and unquoted; false at the end, and the content is freed. */
static bool rows_next(rows *r)
{
    if (r->next == NULL || *r->next == 0) {
        buffer_free(&r->content);
        return false;
    }
    char *in = r->next;
    r->count = 0;
    for (bool more = true; more;) {
        char *out = in;
        bool quoted = *in == '"';
        if (r->count < FIELDS)
            r->field[r->count++] = out;
        in += quoted;
        while (*in != 0 && (quoted || (*in != ',' && *in != '\n' && *in != '\r'))) {
            if (quoted && *in == '"' && *++in != '"')
                quoted = false;
            else
                *out++ = *in++;
        }
        more = *in == ',';
        if (*in == '\r')
            in++;
        if (*in != 0)
            in++;
        *out = 0;
    }
    r->next = in;
    return true;
}

static void rows_need(rows *r, const char *path)
{
    if (!rows_open(r, path)) {
        print_message("%s is not there: skipped\n", path);
        skip();
    }
}

static void locations_agree_with_the_extracts(void **state)
{
    (void)state;
    rows r;
    size_t checked = 0;
    rows_need(&r, SHARED "/orgs/derived_subicb_parent_2026-01_to_2026-04.csv");
    assert_true(rows_next(&r));
    while (rows_next(&r)) {
        assert_true(orgs_find(map, text_of(r.field[0])) >= 0);
        for (int side = 0; side < 2; side++) {
            const char *board = r.field[side == 0 ? 2 : 5];
            if (board[0] == 0)
                continue;
            assert_string_equal(parent_code(r.field[0], side == 0 ? EVE : NEW), board);
            checked++;
        }
    }
    assert_int_equal(checked, 212);
}

/* A naive twin of the order of sources: code -> ICB, one small table per source. */
typedef struct lookup {
    char code[800][8], board[800][8];
    size_t count;
} lookup;

static const char *look(const lookup *t, const char *code)
{
    for (size_t i = 0; i < t->count; i++)
        if (strcmp(t->code[i], code) == 0)
            return t->board[i];
    return NULL;
}

static void put(lookup *t, const char *code, const char *board)
{
    if (board[0] == 0 || look(t, code) != NULL)
        return;
    assert_in_range(t->count, 0, 799);
    (void)snprintf(t->code[t->count], 8, "%.7s", code);
    (void)snprintf(t->board[t->count++], 8, "%.7s", board);
}

static void providers_agree_with_the_sources(void **state)
{
    (void)state;
    static lookup mapping, january, april, old_trusts, new_trusts;
    rows r;
    rows_need(&r, SHARED "/orgs/System-Mapping.csv");
    (void)rows_next(&r);
    while (rows_next(&r)) {
        r.field[0][strcspn(r.field[0], " ")] = 0;
        for (char *c = r.field[0]; *c != 0; c++)
            *c = (char)(*c >= 'a' && *c <= 'z' ? *c - 32 : *c);
        put(&mapping, r.field[0], r.field[2]);
    }
    assert_true(rows_open(&r, SHARED "/orgs/derived_rtt_provider_parent_2026-01_to_2026-04.csv"));
    (void)rows_next(&r);
    while (rows_next(&r)) {
        put(&january, r.field[0], r.field[2]);
        put(&april, r.field[0], r.field[5]);
    }
    assert_true(rows_open(&r, SHARED "/orgs/etr_2025-07_folakeobalakun.csv"));
    while (rows_next(&r))
        put(&old_trusts, r.field[0], r.field[3]);
    assert_true(rows_open(&r, SHARED "/orgs/etr_2026-04_mayaallek.csv"));
    while (rows_next(&r))
        put(&new_trusts, r.field[0], r.field[3]);

    size_t early = 0, late = 0;
    for (size_t i = 0; i < orgs_count(map); i++) {
        const org *g = orgs_at(map, (org_index)i);
        /* A trust that closed before there were ICBs, or opens after the date, has no place on it. */
        if (!org_kind_is_provider(g->kind) || g->closed <= day("2022-07-01") || g->opened > day(NEW))
            continue;
        const char *before = look(&mapping, g->code), *after = look(&new_trusts, g->code);
        before = before != NULL ? before : look(&january, g->code);
        before = before != NULL ? before : look(&old_trusts, g->code);
        after = after != NULL ? after : look(&april, g->code);
        if (before != NULL && strcmp(before, "Q99") != 0) { /* Q99 is Wales */
            assert_string_equal(parent_code(g->code, EVE), before);
            early++;
        }
        if (after != NULL) {
            assert_string_equal(parent_code(g->code, NEW), after);
            late++;
        }
    }
    print_message("%zu earlier and %zu later places checked\n", early, late);
    assert_true(early > 600 && late > 580);
}

/* No code that the A&E files name is unknown, and none lacks a region. */
static void every_provider_of_the_files_is_known(void **state)
{
    (void)state;
    DIR *folder = opendir(SHARED "/ae");
    size_t checked = 0;
    if (folder == NULL) {
        print_message("../shared/data/ae is not there: skipped\n");
        skip();
        return;
    }
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        char path[512];
        rows r;
        if (strstr(entry->d_name, ".csv") == NULL)
            continue;
        (void)snprintf(path, sizeof path, "%s/ae/%s", SHARED, entry->d_name);
        assert_true(rows_open(&r, path));
        assert_true(rows_next(&r));
        int code = strcmp(r.field[0], "Period") == 0 ? 1 : 0;
        while (rows_next(&r)) {
            if (r.count < 3 || text_is_nocase(text_trim(text_of(r.field[code])), "total") || r.field[code][0] == '-' ||
                r.field[code][0] == 0)
                continue;
            org_index i = orgs_find(map, text_of(r.field[code]));
            if (i < 0)
                fail_msg("%s of %s is unknown", r.field[code], entry->d_name);
            if (code == 1)
                assert_int_equal(orgs_at(map, orgs_find_name(map, text_of(r.field[2])))->kind, ORG_REGION);
            assert_true(orgs_ancestor(map, i, ORG_REGION, day("2024-04-01")) >= 0);
            assert_true(orgs_ancestor(map, i, ORG_REGION, day(NEW)) >= 0);
            checked++;
        }
    }
    (void)closedir(folder);
    assert_true(checked > 3000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forty_two_became_thirty_six),
        cmocka_unit_test(every_location_has_a_board_and_a_region),
        cmocka_unit_test(providers_are_placed_in_the_order_of_the_sources),
        cmocka_unit_test(kinds_by_the_stated_rules),
        cmocka_unit_test(codes_of_every_vintage),
        cmocka_unit_test(names_as_files_and_people_write_them),
        cmocka_unit_test(names_are_in_sensible_case),
        cmocka_unit_test(nearest_to_what_was_typed),
        cmocka_unit_test(inexact_ones_say_so),
        cmocka_unit_test(the_hex_map_is_one_land),
        cmocka_unit_test(locations_agree_with_the_extracts),
        cmocka_unit_test(providers_agree_with_the_sources),
        cmocka_unit_test(every_provider_of_the_files_is_known),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
