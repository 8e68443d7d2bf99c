/*
 * Groups across the tree: what is made of their members' figures, against a naive twin that keeps every band of every trust and month and adds
 * up by hand; what makes no whole; breaks, notes, targets; the way back to lines.
 */
#include "published_files.h"
#include "workspace.h"

static date day_of(const char *words)
{
    date d;
    assert_true(date_parse(text_of(words), &d));
    return d;
}

static void evaluate_with(workspace *w, const measure_group *groups, size_t count)
{
    measure_options options = {.as_at = DATE_NONE, .groups = groups, .group_count = count};
    error err = {0};
    const char *path;
    edition_close(w->edition);
    w->edition = NULL;
    check(measure_edition(w->folder, w->facts, &house.catalogue, house.orgs, &options, w->id, &w->unchanged, &err),
          &err);
    check(editions_newest_path(w->folder, &w->memory, &path, &err), &err);
    check(edition_open(path, &w->edition, &err), &err);
}

static void tidy_add(workspace *w, const char *name, const char *lines)
{
    buffer b = {0};
    buffer_text(&b, TIDY_HEADER);
    buffer_text(&b, lines);
    workspace_add(w, name, b.data, "");
    buffer_free(&b);
}

static measure_group group_make(const char *code, const measure_member *members, size_t count)
{
    return (measure_group){.code = code,
                           .name = code,
                           .kind = "provider-collaborative",
                           .system = "",
                           .from = day_of("2024-04-01"),
                           .until = DATE_NONE,
                           .members = members,
                           .member_count = count};
}

/* ---- the naive twin ---- */

#define TRUSTS    6
#define MONTHS    8
#define FUNCTIONS 2
#define GROUPS    5
static const char *const trusts[TRUSTS] = {"RM1", "RGP", "RCX", "RDE", "RGT", "RYJ"};
static const char *const functions[FUNCTIONS] = {"C_100", "C_110"};
static const char *const month_names[MONTHS] = {"August-2025",   "September-2025", "October-2025",  "November-2025",
                                                "December-2025", "January-2026",   "February-2026", "March-2026"};

typedef struct twin {
    bool there[TRUSTS][MONTHS][FUNCTIONS];
    int64_t bands[TRUSTS][MONTHS][FUNCTIONS][RTT_BANDS];
} twin;

static uint64_t seed;
static uint64_t draw(uint64_t below)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed % below;
}

static int32_t month_of(size_t i)
{
    return period_month(2025, 8).first_month + (int32_t)i;
}

static void twin_files(workspace *w, twin *t)
{
    for (size_t month = 0; month < MONTHS; month++) {
        buffer b = {0};
        char name[80];
        rtt_header(&b);
        for (size_t who = 0; who < TRUSTS; who++) {
            bool absent = who == TRUSTS - 1 ? true : draw(8) == 0; /* the last one never reports */
            for (size_t f = 0; f < FUNCTIONS && !absent; f++) {
                rtt_row r = {.provider = trusts[who],
                             .provider_parent = "QMM",
                             .commissioner = "26A",
                             .commissioner_parent = "QMM",
                             .part = "Part_2",
                             .treatment_function = functions[f]};
                if (f > 0 && draw(3) == 0)
                    continue;
                for (size_t k = 0; k < RTT_BANDS; k++)
                    r.bands[k] = t->bands[who][month][f][k] = draw(3) == 0 ? (int64_t)draw(40) : 0;
                t->bands[who][month][f][3] = r.bands[3] += 1;
                t->there[who][month][f] = true;
                rtt_line(&b, month_names[month], &r);
            }
        }
        (void)snprintf(name, sizeof name, "2025%02zu-RTT-%s-full-extract.csv", month, month_names[month]);
        if (b.length > 4000)
            workspace_add(w, name, b.data, "");
        buffer_free(&b);
    }
}

static bool naive_member(const measure_group *g, size_t who, size_t month)
{
    date on = period_first_day((period){PERIOD_MONTH, month_of(month), 1});
    for (size_t i = 0; i < g->member_count; i++)
        if (strcmp(g->members[i].code, trusts[who]) == 0 && g->members[i].from <= on && on < g->members[i].until)
            return true;
    return false;
}

/* Summed bands of the members of a month (function FUNCTIONS = all). False where a member has no figure that month but has one in another. */
static bool naive_bands(const twin *t, const measure_group *g, size_t month, size_t function, int64_t out[RTT_BANDS])
{
    bool any = false;
    memset(out, 0, RTT_BANDS * sizeof *out);
    for (size_t who = 0; who < TRUSTS; who++) {
        bool ever = false, now = false;
        for (size_t m = 0; m < MONTHS; m++)
            for (size_t f = 0; f < FUNCTIONS; f++)
                ever = ever || t->there[who][m][f];
        if (!naive_member(g, who, month) || !ever)
            continue;
        for (size_t f = 0; f < FUNCTIONS; f++) {
            now = now || t->there[who][month][f];
            if (function != FUNCTIONS && f != function)
                continue;
            any = any || t->there[who][month][f];
            for (size_t k = 0; k < RTT_BANDS && t->there[who][month][f]; k++)
                out[k] += t->bands[who][month][f][k];
        }
        if (!now)
            return false;
    }
    return any;
}

static double naive_median(const int64_t bands[RTT_BANDS])
{
    int64_t total = 0, below = 0;
    for (size_t k = 0; k < RTT_BANDS; k++)
        total += bands[k];
    for (size_t k = 0; k < RTT_BANDS - 1; k++) {
        if (bands[k] > 0 && (double)(below + bands[k]) >= 0.5 * (double)total)
            return (double)k + (0.5 * (double)total - (double)below) / (double)bands[k];
        below += bands[k];
    }
    return (double)NAN;
}

static void check_month(workspace *w, const twin *t, const measure_group *g, size_t month, size_t function,
                        size_t *figures)
{
    int64_t bands[RTT_BANDS], early = 0, all = 0;
    char when[PERIOD_TEXT], key[64] = "";
    period_format((period){PERIOD_MONTH, month_of(month), 1}, when);
    if (function < FUNCTIONS)
        (void)snprintf(key, sizeof key, "treatment-function=%s", functions[function]);
    bool whole = naive_bands(t, g, month, function, bands);
    for (size_t k = 0; k < RTT_BANDS; k++) {
        early += k < 18 ? bands[k] : 0;
        all += bands[k];
    }
    const edition_point *p = point_named(w, w->edition, "rtt-within-18-weeks", g->code, key, GEOGRAPHY_CURRENT, when);
    assert_int_equal(p != NULL && !p->missing, whole);
    const edition_point *median =
        function < FUNCTIONS ? NULL
                             : point_named(w, w->edition, "rtt-median-wait", g->code, key, GEOGRAPHY_CURRENT, when);
    if (function == FUNCTIONS)
        assert_int_equal(median != NULL && !median->missing, whole);
    if (!whole)
        return;
    assert_count(p, early, all);
    assert_false(p->tidy);
    if (median != NULL)
        assert_close(median->value, naive_median(bands));
    (*figures)++;
}

static void sums_are_those_of_a_naive_twin(void **state)
{
    (void)state;
    size_t figures = 0;
    for (uint64_t round = 1; round <= 3; round++) {
        static twin t;
        workspace w;
        measure_member members[GROUPS][4];
        measure_group groups[GROUPS];
        char codes[GROUPS][16];
        seed = round * 0x9e3779b97f4a7c15u;
        memset(&t, 0, sizeof t);
        workspace_make(&w);
        twin_files(&w, &t);
        for (size_t g = 0; g < GROUPS; g++) {
            size_t count = 1 + draw(4), first = draw(TRUSTS);
            for (size_t i = 0; i < count; i++) {
                int32_t from = month_of(0) - 2 + (int32_t)draw(6), until = from + 1 + (int32_t)draw(8);
                members[g][i] =
                    (measure_member){trusts[(first + i) % TRUSTS], period_first_day((period){PERIOD_MONTH, from, 1}),
                                     draw(3) > 0 ? DATE_FOREVER : period_first_day((period){PERIOD_MONTH, until, 1})};
            }
            (void)snprintf(codes[g], sizeof codes[g], "group-%zu", g);
            groups[g] = group_make(codes[g], members[g], count);
        }
        evaluate_with(&w, groups, GROUPS);
        for (size_t g = 0; g < GROUPS; g++)
            for (size_t month = 0; month < MONTHS; month++)
                for (size_t f = 0; f <= FUNCTIONS; f++)
                    check_month(&w, &t, &groups[g], month, f, &figures);
        /* The order in which groups are given plays no part. */
        char before[SHA256_TEXT];
        memcpy(before, w.id, sizeof before);
        measure_group swapped = groups[0];
        groups[0] = groups[3];
        groups[3] = swapped;
        evaluate_with(&w, groups, GROUPS);
        assert_string_equal(w.id, before);
        assert_true(w.unchanged);
        workspace_remove(&w);
    }
    assert_true(figures > 100);
}

/* ---- what makes no whole, and what is said of it ---- */

static void a_collaborative_of_tidy_figures(void **state)
{
    (void)state;
    workspace w;
    const measure_member members[] = {{"RM1", day_of("2024-04-01"), DATE_FOREVER},
                                      {"RGP", day_of("2024-04-01"), DATE_FOREVER},
                                      {"RCX", day_of("2025-01-01"), day_of("2025-04-01")},
                                      {"RMY", day_of("2024-04-01"), DATE_FOREVER}}; /* mental health: no A&E */
    const measure_group groups[] = {group_make("acute", members, 4)};
    workspace_make(&w);
    tidy_add(&w, "a.csv",
             "ae-within-4-hours,RM1,2024-11,70,100,,\nae-within-4-hours,RGP,2024-11,30,40,,\n"
             "ae-within-4-hours,RM1,2024-12,71,100,,\nae-within-4-hours,RGP,2024-12,31,40,,\n"
             "ae-within-4-hours,RCX,2024-12,9,10,,\n"
             "ae-within-4-hours,RM1,2025-01,72,100,,\nae-within-4-hours,RGP,2025-01,32,40,,\n"
             "ae-within-4-hours,RCX,2025-01,8,10,,\n"
             "ae-within-4-hours,RM1,2025-02,73,100,,\nae-within-4-hours,RGP,2025-02,33,40,,\n"
             "ae-within-4-hours,RM1,2025-03,73,100,,\nae-within-4-hours,RGP,2025-03,,,80,\n"
             "ae-within-4-hours,RCX,2025-03,8,10,,\n"
             "ae-within-4-hours,RM1,2025-04,74,100,,\nae-within-4-hours,RGP,2025-04,34,40,,\n");
    evaluate_with(&w, groups, 1);
    assert_count(current_point(&w, "ae-within-4-hours", "acute", "2024-11"), 100, 140);
    assert_count(current_point(&w, "ae-within-4-hours", "acute", "2024-12"), 102, 140); /* not yet a member */
    assert_count(current_point(&w, "ae-within-4-hours", "acute", "2025-01"), 112, 150);
    assert_true(current_point(&w, "ae-within-4-hours", "acute", "2025-02")->missing); /* RCX has none */
    assert_true(current_point(&w, "ae-within-4-hours", "acute", "2025-03")->missing); /* a value cannot be added */
    assert_count(current_point(&w, "ae-within-4-hours", "acute", "2025-04"), 108, 140);
    assert_true(current_point(&w, "ae-within-4-hours", "acute", "2025-04")->tidy);
    const edition_series *s = series_named(w.edition, "ae-within-4-hours", "acute", "", GEOGRAPHY_CURRENT);
    assert_string_equal(s->note,
                        "Limits start anew from 2025-01: RCX joined. Limits start anew from 2025-04: RCX left. "
                        "Without RMY, of which there are no figures of this measure.");
    /* A target of each trust is one of them together. */
    const edition_series *trust = series_named(w.edition, "ae-within-4-hours", "RM1", "", GEOGRAPHY_CURRENT);
    assert_true(isfinite(trust->latest_target));
    assert_close(s->latest_target, trust->latest_target);
    /* As published is the same; a group is in the list of organisations, in its members' system and region. */
    assert_ptr_equal(series_named(w.edition, "ae-within-4-hours", "acute", "", GEOGRAPHY_AS_PUBLISHED), s);
    const edition_org *o = &w.edition->orgs[edition_find_org(w.edition, "acute")];
    assert_int_equal(o->kind, ORG_GROUP);
    assert_string_equal(o->level, "group");
    assert_string_equal(w.edition->orgs[o->icb].code, "T6Y0W");
    assert_string_equal(w.edition->orgs[o->region].code, "Y61");
    edition_group *read;
    size_t count;
    assert_int_equal(edition_groups(w.edition, &w.memory, &read, &count, NULL), STATUS_OK);
    assert_int_equal(count, 1);
    assert_string_equal(read[0].code, "acute");
    assert_string_equal(read[0].kind, "provider-collaborative");
    assert_int_equal(read[0].member_count, 4);
    assert_string_equal(read[0].members[2].code, "RCX");
    assert_int_equal(read[0].members[2].until, day_of("2025-04-01"));
    assert_int_equal(read[0].members[3].until, DATE_FOREVER);
    assert_int_equal(read[0].members[3].org, -1);
    workspace_remove(&w);
}

static void boards_that_have_no_figure_leave_no_whole(void **state)
{
    (void)state;
    workspace w;
    const measure_member boards[] = {{"QMM", day_of("2024-04-01"), day_of("2026-04-01")},
                                     {"QJG", day_of("2024-04-01"), day_of("2026-04-01")},
                                     {"T6Y0W", day_of("2026-04-01"), DATE_FOREVER},
                                     {"norfolk-county", day_of("2024-04-01"), DATE_FOREVER}};
    const measure_member never[] = {{"QMM", day_of("2024-04-01"), DATE_FOREVER},
                                    {"QHG", day_of("2024-04-01"), DATE_FOREVER}};
    const measure_member mixed[] = {{"RM1", day_of("2024-04-01"), DATE_FOREVER},
                                    {"QMM", day_of("2024-04-01"), DATE_FOREVER}};
    const measure_group groups[] = {group_make("east", boards, 4), group_make("never", never, 2),
                                    group_make("mixed", mixed, 2), group_make("RM1", mixed, 2)};
    workspace_make(&w);
    tidy_add(&w, "a.csv",
             "rtt-within-18-weeks,QMM,2026-01,60,100,,\nrtt-within-18-weeks,QJG,2026-01,50,100,,\n"
             "rtt-within-18-weeks,QMM,2026-02,61,100,,\n"
             "rtt-within-18-weeks,QMM,2026-03,62,100,,\nrtt-within-18-weeks,QJG,2026-03,52,100,,\n"
             "rtt-within-18-weeks,T6Y0W,2026-04,130,200,,\n"
             "rtt-within-18-weeks,RM1,2026-03,7,10,,\n"
             "rtt-within-18-weeks,east,2026-02,7,10,,\n");
    evaluate_with(&w, groups, 4);
    assert_count(current_point(&w, "rtt-within-18-weeks", "east", "2026-01"), 110, 200);
    assert_count(current_point(&w, "rtt-within-18-weeks", "east", "2026-02"), 7, 10); /* its own line */
    assert_count(current_point(&w, "rtt-within-18-weeks", "east", "2026-03"), 114, 200);
    assert_count(current_point(&w, "rtt-within-18-weeks", "east", "2026-04"), 130, 200);
    assert_null(current_point(&w, "rtt-within-18-weeks", "never", "2026-03"));
    /* The trust's waiting list is not added to that of the board whose people wait there. */
    assert_count(current_point(&w, "rtt-within-18-weeks", "mixed", "2026-03"), 7, 10);
    const edition_issue *issue = issue_named(w.edition, "conflict", "RM1");
    assert_non_null(issue);
    assert_non_null(strstr(issue->text, "has the code of an organisation"));
    assert_int_equal(w.edition->orgs[edition_find_org(w.edition, "RM1")].kind, ORG_TRUST);
    workspace_remove(&w);
}

/* ---- the way back ---- */

static int64_t amount_of(const measure_part *parts, size_t count, const char *role)
{
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++)
        if (strcmp(parts[i].role, role) == 0)
            sum += parts[i].amount;
    return sum;
}

static void explained(workspace *w, const char *measure_id, const char *month, const char *role, int64_t wanted,
                      const char *wanted_codes)
{
    error err = {0};
    measure_part *parts;
    size_t count;
    period p;
    buffer codes = {0};
    const edition_series *s = series_named(w->edition, measure_id, "acute", "", GEOGRAPHY_CURRENT);
    assert_true(period_parse(text_of(month), &p));
    check(measure_explain(w->facts, &house.catalogue, house.orgs, w->edition, s, p, &w->memory, &parts, &count, &err),
          &err);
    assert_int_equal(amount_of(parts, count, role), wanted);
    for (size_t i = 0; i < count; i++)
        if (strcmp(parts[i].role, role) == 0)
            buffer_printf(&codes, "%s ", parts[i].organisation);
    assert_string_equal(codes.data, wanted_codes);
    buffer_free(&codes);
}

static void figures_lead_back_to_the_members_lines(void **state)
{
    (void)state;
    workspace w;
    const measure_member members[] = {{"RM1", day_of("2024-04-01"), DATE_FOREVER},
                                      {"RGP", day_of("2024-04-01"), DATE_FOREVER},
                                      {"RCX", day_of("2026-04-01"), DATE_FOREVER}};
    const measure_group groups[] = {group_make("acute", members, 3)};
    buffer b = {0};
    workspace_make(&w);
    rtt_header(&b);
    for (size_t who = 0; who < 3; who++) {
        rtt_row r = {.provider = trusts[who],
                     .provider_parent = "QMM",
                     .commissioner = "26A",
                     .commissioner_parent = "QMM",
                     .part = "Part_2",
                     .treatment_function = "C_100"};
        r.bands[2] = 10 + (int64_t)who;
        r.bands[30] = 5;
        rtt_line(&b, "March-2026", &r);
    }
    workspace_add(&w, "20260331-RTT-March-2026-full-extract.csv", b.data, "");
    buffer_free(&b);
    tidy_add(&w, "a.csv", "rtt-within-18-weeks,RM1,2026-02,60,100,,\nrtt-within-18-weeks,RGP,2026-02,50,100,,\n");
    evaluate_with(&w, groups, 1);
    assert_count(current_point(&w, "rtt-within-18-weeks", "acute", "2026-03"), 21, 31);
    explained(&w, "rtt-within-18-weeks", "2026-03", "numerator", 21, "RM1 RGP ");
    explained(&w, "rtt-within-18-weeks", "2026-03", "denominator", 31, "RM1 RGP ");
    explained(&w, "rtt-median-wait", "2026-03", "bands", 31, "RM1 RGP ");
    explained(&w, "rtt-within-18-weeks", "2026-02", "numerator", 110, "RM1 RGP ");
    workspace_remove(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_are_those_of_a_naive_twin),
        cmocka_unit_test(a_collaborative_of_tidy_figures),
        cmocka_unit_test(boards_that_have_no_figure_leave_no_whole),
        cmocka_unit_test(figures_lead_back_to_the_members_lines),
    };
    return cmocka_run_group_tests_name("groups", tests, house_open, house_close);
}
