/*
 * The published figures. Needs ../shared (the national files and a table of figures computed from them by another program); without it the
 * tests skip.
 */
#include "workspace.h"

#include <dirent.h>

#define SHARED CONCORD_SOURCE_DIR "/../shared"

static workspace w;
static bool there;

static void folder_add(const char *folder, const char *ending)
{
    DIR *d = opendir(folder);
    char path[600];
    assert_non_null(d);
    for (const struct dirent *entry; (entry = readdir(d)) != NULL;) {
        size_t n = strlen(entry->d_name), m = strlen(ending);
        if (n <= m || strcmp(entry->d_name + n - m, ending) != 0)
            continue;
        (void)snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        workspace_add_path(&w, path, "");
    }
    (void)closedir(d);
}

static int shared_open(void **state)
{
    there = access(SHARED "/reference/rtt-2026-04.csv", R_OK) == 0 && access(SHARED "/data/rtt", R_OK) == 0;
    int failed = house_open(state);
    if (!there || failed != 0)
        return failed;
    workspace_make(&w);
    folder_add(SHARED "/data/rtt", ".csv.zip");
    folder_add(SHARED "/data/ae", ".csv");
    workspace_evaluate(&w);
    return 0;
}

static int shared_close(void **state)
{
    if (there)
        workspace_remove(&w);
    return house_close(state);
}

static void needs_shared(void)
{
    if (there)
        return;
    print_message("../shared is not there: nothing to compare with\n");
    skip();
}

typedef struct expected {
    char level[16], org[16];
    double figures[7]; /* total, within 18, over 52, 65, 78, median, p92; NaN where empty */
} expected;

static void expected_read(csv_reader *r, expected *e, bool *end)
{
    const text *fields;
    size_t count;
    int64_t line;
    error err = {0};
    check(csv_next(r, &fields, &count, &line, &err), &err);
    *end = fields == NULL;
    if (*end)
        return;
    assert_int_equal(count, 9);
    (void)snprintf(e->level, sizeof e->level, "%.*s", (int)fields[0].length, fields[0].at);
    (void)snprintf(e->org, sizeof e->org, "%.*s", (int)fields[1].length, fields[1].at);
    for (size_t i = 0; i < 7; i++)
        if (!number_parse(fields[2 + i], &e->figures[i]))
            e->figures[i] = (double)NAN;
}

static void rtt_of_every_icb_and_provider(void **state)
{
    static const char *const over[] = {"rtt-within-18-weeks", "rtt-over-52-weeks", "rtt-over-65-weeks",
                                       "rtt-over-78-weeks"};
    static const char *const weeks[] = {"rtt-median-wait", "rtt-92nd-percentile-wait"};
    csv_reader *r;
    error err = {0};
    expected e;
    bool end;
    size_t compared = 0, icbs = 0;
    (void)state;
    needs_shared();
    check(csv_open_path(SHARED "/reference/rtt-2026-04.csv", &r, &err), &err);
    expected_read(r, &e, &end); /* the heading */
    for (expected_read(r, &e, &end); !end; expected_read(r, &e, &end)) {
        if (strcmp(e.org, "(blank)") == 0)
            continue; /* those whose ICB the file leaves blank are no organisation */
        const char *who = strcmp(e.org, "ENG") == 0 ? "ENGLAND" : e.org;
        for (int g = 0; g < 2; g++) {
            geography where = g == 0 ? GEOGRAPHY_CURRENT : GEOGRAPHY_AS_PUBLISHED;
            assert_numerator(point_named(&w, w.edition, "rtt-waiting-list", who, "", where, "2026-04"),
                             (int64_t)e.figures[0]);
            for (size_t i = 0; i < 4; i++) {
                const edition_point *p = point_named(&w, w.edition, over[i], who, "", where, "2026-04");
                assert_count(p, (int64_t)e.figures[1 + i], (int64_t)e.figures[0]);
                assert_close(p->value, 100 * e.figures[1 + i] / e.figures[0]);
            }
            for (size_t i = 0; i < 2; i++) {
                const edition_point *p = point_named(&w, w.edition, weeks[i], who, "", where, "2026-04");
                assert_non_null(p);
                assert_int_equal(isnan(p->value), isnan(e.figures[5 + i]));
                if (!isnan(p->value))
                    assert_close(p->value, e.figures[5 + i]);
                assert_int_equal(p->over_open_band, isnan(e.figures[5 + i]) && e.figures[0] > 0);
            }
        }
        icbs += strcmp(e.level, "icb") == 0;
        compared++;
    }
    csv_close(r);
    assert_int_equal(icbs, 36);
    assert_true(compared > 400);
    print_message("%zu organisations compared in 7 figures on 2 maps\n", compared);
}

static void england(void **state)
{
    (void)state;
    needs_shared();
    assert_count(current_point(&w, "rtt-within-18-weeks", "ENGLAND", "2026-04"), 4623405, 7123980);
    assert_close(current_point(&w, "rtt-within-18-weeks", "ENGLAND", "2026-04")->target, 70);
    const edition_point *p = current_point(&w, "ae-within-4-hours", "ENGLAND", "2025-06");
    assert_count(p, 2350478 - 574809, 2350478);
    assert_true(fabs(p->value - 75.545) < 0.001);
    assert_numerator(current_point(&w, "ae-attendances", "ENGLAND", "2025-06"), 2350478);
    assert_true(fabs(current_point(&w, "ae-type-1-within-4-hours", "ENGLAND", "2025-06")->value - 61.7188) < 0.00005);
}

/* Regions and England are the sums of what they are made of. */
static void parts_add_up(void **state)
{
    (void)state;
    needs_shared();
    int64_t regions = 0, icbs = 0, providers = 0,
            england_attendances = current_point(&w, "ae-attendances", "ENGLAND", "2025-06")->numerator;
    for (size_t i = 0; i < w.edition->org_count; i++) {
        const edition_org *o = &w.edition->orgs[i];
        const edition_point *p = current_point(&w, "ae-attendances", o->code, "2025-06");
        if (p == NULL || p->missing)
            continue;
        regions += strcmp(o->level, "region") == 0 ? p->numerator : 0;
        icbs += strcmp(o->level, "icb") == 0 ? p->numerator : 0;
        providers += strcmp(o->level, "provider") == 0 ? p->numerator : 0;
    }
    assert_int_equal(providers, england_attendances);
    assert_int_equal(regions, england_attendances);
    /* Providers without an ICB are in a region alone. */
    assert_true(icbs <= england_attendances && icbs > england_attendances * 99 / 100);
}

static void a_real_figure_is_explained(void **state)
{
    measure_part *parts;
    size_t count;
    error err = {0};
    int64_t numerator = 0, denominator = 0, lines = 0;
    (void)state;
    needs_shared();
    const edition_series *s = series_named(w.edition, "rtt-within-18-weeks", "D7T5G", "", GEOGRAPHY_CURRENT);
    const edition_point *p = current_point(&w, "rtt-within-18-weeks", "D7T5G", "2026-04");
    check(measure_explain(w.facts, &house.catalogue, house.orgs, w.edition, s, period_month(2026, 4), &w.memory, &parts,
                          &count, &err),
          &err);
    for (size_t i = 0; i < count; i++) {
        *(strcmp(parts[i].role, "numerator") == 0 ? &numerator : &denominator) += parts[i].amount;
        lines += strcmp(parts[i].role, "denominator") == 0 ? (int64_t)parts[i].line_count : 0;
        for (size_t k = 1; k < parts[i].line_count; k++)
            assert_true(parts[i].lines[k] > parts[i].lines[k - 1]);
    }
    assert_count(p, numerator, denominator);
    assert_true(lines > 100 && lines <= p->rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rtt_of_every_icb_and_provider),
        cmocka_unit_test(england),
        cmocka_unit_test(parts_add_up),
        cmocka_unit_test(a_real_figure_is_explained),
    };
    return cmocka_run_group_tests(tests, shared_open, shared_close);
}
