/* A small made-up edition that holds one of everything, and folders to put it in. */
#ifndef CONCORD_TEST_EDITION_MADE_H
#define CONCORD_TEST_EDITION_MADE_H

#include "edition/edition.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static inline void check(status code, const error *err)
{
    char line[1400];
    if (code == STATUS_OK)
        return;
    (void)error_format(err, line, sizeof line);
    fail_msg("%s", line);
}

#define NONE ((double)NAN)

static edition_org made_orgs[] = {
    {.code = "ENGLAND",
     .ons_code = "E92000001",
     .name = "England",
     .short_name = "England",
     .kind = ORG_ENGLAND,
     .level = "england",
     .opened = DATE_NONE,
     .closed = DATE_FOREVER,
     .icb = -1,
     .region = -1,
     .became = "",
     .inexact = "",
     .hex_row = INT32_MIN,
     .hex_column = INT32_MIN,
     .hex_label = ""},
    {.code = "QAA",
     .ons_code = "E54000001",
     .name = "NHS \"Aye\" ICB, Ünïted",
     .short_name = "Aye",
     .kind = ORG_ICB,
     .level = "icb",
     .opened = 19174,
     .closed = 20544,
     .icb = -1,
     .region = 3,
     .became = "Became part of NHS Bee ICB (QBB) on 1 April 2026.",
     .inexact = "Made up.",
     .hex_row = -2,
     .hex_column = 0,
     .hex_label = "AYE"},
    {.code = "RAA",
     .ons_code = "",
     .name = "A trust",
     .short_name = "A trust",
     .kind = ORG_TRUST,
     .level = "provider",
     .opened = DATE_NONE,
     .closed = DATE_FOREVER,
     .icb = 1,
     .region = 3,
     .became = "",
     .inexact = "",
     .hex_row = INT32_MIN,
     .hex_column = INT32_MIN,
     .hex_label = ""},
    {.code = "Y01",
     .ons_code = "E40000001",
     .name = "Somewhere",
     .short_name = "Somewhere",
     .kind = ORG_REGION,
     .level = "region",
     .opened = DATE_NONE,
     .closed = DATE_FOREVER,
     .icb = -1,
     .region = -1,
     .became = "",
     .inexact = "",
     .hex_row = INT32_MIN,
     .hex_column = INT32_MIN,
     .hex_label = ""},
    {.code = "ZZ1",
     .ons_code = "",
     .name = "Nobody's",
     .short_name = "Nobody's",
     .kind = ORG_UNKNOWN,
     .level = "",
     .opened = DATE_NONE,
     .closed = DATE_FOREVER,
     .icb = -1,
     .region = -1,
     .unmapped = true,
     .became = "",
     .inexact = "",
     .hex_row = INT32_MIN,
     .hex_column = INT32_MIN,
     .hex_label = ""},
};

#define MADE_MEASURE(the_id, kind, way)                                                                                \
    {                                                                                                                  \
        .id = the_id, .name = "Name of " the_id, .short_name = "Short", .domain = "access", .question = "How?",        \
        .definition = "This.", .why_it_matters = "Because.", .sentence = "In {period} ...", .unit = "percent",         \
        .unit_label = "% of people", .authors = "A. Author", .checked_by = "", .review_by = "2027-03",                 \
        .caveats = "One.\nTwo.", .source = "made", .value_kind = kind, .icb_from = "commissioner", .better = way,      \
        .decimals = 1, .scale = 100, .percentile = NONE, .rule_version = "0123456789ab"                                \
    }

static edition_measure made_measures[] = {MADE_MEASURE("zebra", "ratio", BETTER_HIGHER),
                                          MADE_MEASURE("ant", "numerator", BETTER_LOWER),
                                          MADE_MEASURE("middle", "percentile", BETTER_NEITHER)};

static edition_source made_sources[] = {
    {"made", "Made figures", "Nobody", "OGL", "https://example.org/?a=1&b=2", "monthly"}};
static edition_breakdown_value made_breakdowns[] = {{"age", "Age", "age=0-17", "0 to 17"},
                                                    {"age", "Age", "age=18", "18 and over"}};
static edition_release made_releases[] = {
    {.sha256 = "aa",
     .source = "made",
     .file_name = "one, with \"quotes\".csv",
     .member = "",
     .published = "",
     .basis = "",
     .first_period = {PERIOD_MONTH, 24300, 1},
     .last_period = {PERIOD_MONTH, 24300, 1},
     .rows_in = 10,
     .rows_kept = 9,
     .latest = false},
    {.sha256 = "bb",
     .source = "made",
     .file_name = "two.zip",
     .member = "inside.csv",
     .published = "2026-05-14",
     .basis = "published date",
     .first_period = {PERIOD_MONTH, 24300, 1},
     .last_period = {PERIOD_MONTH, 24303, 1},
     .rows_in = INT64_MAX,
     .rows_kept = 0,
     .latest = true},
};
static edition_target made_targets[] = {
    {.id = "t1",
     .authority = "NHS England",
     .document = "Guidance",
     .note = "",
     .measure = 0,
     .level = 65.5,
     .by = {PERIOD_MONTH, 24315, 1},
     .levels = "england icb",
     .needs_baseline = false,
     .verified = true},
    {.id = "t2",
     .authority = "NHS England",
     .document = "Framework",
     .note = "A note.",
     .measure = 2,
     .level = 0,
     .by = {PERIOD_FINANCIAL_YEAR, 24303, 12},
     .levels = "provider",
     .needs_baseline = true,
     .verified = false},
};
static edition_issue made_issues[] = {{"unmapped", "ZZ1", "", "ZZ1 is unknown", 12},
                                      {"tie", "made", "2025-01", "Two releases", 0}};

static inline edition made_head(void)
{
    return (edition){.program_version = "9.9.9",
                     .catalogue_version = "cat",
                     .orgs_version = "org",
                     .rules = "trust-board-2026-04",
                     .judged_by = {.shift_points = 6,
                                   .trend_points = 5,
                                   .minimum_points = 20,
                                   .two_of_three_beyond = true,
                                   .improvement_wins = true,
                                   .trend_takes_next_step = true,
                                   .limit_factor = 3 / 1.128},
                     .current = 20544,
                     .latest = {PERIOD_MONTH, 24303, 1},
                     .orgs = made_orgs,
                     .org_count = 5,
                     .measures = made_measures,
                     .measure_count = 3,
                     .sources = made_sources,
                     .source_count = 1,
                     .breakdowns = made_breakdowns,
                     .breakdown_count = 2,
                     .releases = made_releases,
                     .release_count = 2,
                     .targets = made_targets,
                     .target_count = 2,
                     .issues = made_issues,
                     .issue_count = 2};
}

#define MADE_BLANK                                                                                                     \
    .value = NONE, .target = NONE, .mean = NONE, .lower = NONE, .upper = NONE, .rule = "", .signal = "", .release = -1

/* A full one, a gap, an estimate, one in the open band, one with zeros that are not missing. */
static const edition_point made_points[] = {
    {.period = {PERIOD_MONTH, 24300, 1},
     .numerator = INT64_MAX,
     .denominator = 3,
     .has_numerator = true,
     .has_denominator = true,
     .value = 1.0 / 3,
     .target = 92,
     .mean = -0.1,
     .lower = 1e-300,
     .upper = 1e300,
     .segment = 2,
     .rule = "two-of-three",
     .signal = "improvement",
     .revised = true,
     .release = 1,
     .rows = 3,
     .first_line = 2,
     .last_line = 900000},
    {.period = {PERIOD_MONTH, 24301, 1}, MADE_BLANK, .missing = true},
    {.period = {PERIOD_MONTH, 24302, 1},
     .value = 12.5,
     .target = NONE,
     .mean = NONE,
     .lower = NONE,
     .upper = NONE,
     .rule = "",
     .signal = "",
     .release = -1,
     .estimated = true,
     .tidy = true},
    {.period = {PERIOD_MONTH, 24303, 1},
     .numerator = 0,
     .denominator = 0,
     .has_numerator = true,
     .has_denominator = true,
     .value = NONE,
     .target = 0,
     .mean = 0,
     .lower = 0,
     .upper = 0,
     .segment = 1,
     .rule = "",
     .signal = "common-cause",
     .release = 0,
     .over_open_band = true,
     .rows = 1,
     .first_line = 1,
     .last_line = 1},
};
#define MADE_POINTS 4

/* One that is seasonal, with effects that take every digit, and one that was looked at and is not. */
static const edition_season made_season = {
    .years = 3,
    .p = 1e-7,
    .seasonal = true,
    .count = 12,
    .effects = {1.0 / 3, -0.1, 1e-9, 0, -2.5, 1, 2, 3, -3, -1.0 / 3, 0.1 + 0.2, 12345.678}};
static const edition_season made_no_season = {.years = 4, .p = 0.25};

static edition_series made_series[] = {
    {.season = &made_season,
     .measure = 0,
     .org = 0,
     .breakdown = -1,
     .geography = GEOGRAPHY_CURRENT,
     .first = {PERIOD_MONTH, 24300, 1},
     .last = {PERIOD_MONTH, 24303, 1},
     .latest_value = NONE,
     .has_numerator = true,
     .has_denominator = true,
     .over_open_band = true,
     .latest_target = 0,
     .latest_target_index = 0,
     .variation = "common-cause",
     .assurance = "hit-and-miss",
     .any_estimated = true,
     .note = "A note, with a comma."},
    {.measure = 0,
     .org = 1,
     .breakdown = -1,
     .geography = GEOGRAPHY_CURRENT,
     .latest_value = 1.5,
     .latest_numerator = 7,
     .has_numerator = true,
     .latest_target = NONE,
     .latest_target_index = -1,
     .variation = "",
     .assurance = "",
     .note = "",
     .season = &made_no_season,
     .first = {PERIOD_MONTH, 24300, 1},
     .last = {PERIOD_MONTH, 24300, 1}},
    {.measure = 0,
     .org = 1,
     .breakdown = -1,
     .geography = GEOGRAPHY_AS_PUBLISHED,
     .latest_value = 1.25,
     .latest_target = NONE,
     .latest_target_index = -1,
     .variation = "",
     .assurance = "",
     .note = "",
     .first = {PERIOD_MONTH, 24300, 1},
     .last = {PERIOD_MONTH, 24300, 1}},
    {.measure = 0,
     .org = 1,
     .breakdown = 1,
     .geography = GEOGRAPHY_CURRENT,
     .latest_value = 2,
     .latest_target = NONE,
     .latest_target_index = -1,
     .variation = "",
     .assurance = "",
     .note = "",
     .first = {PERIOD_MONTH, 24300, 1},
     .last = {PERIOD_MONTH, 24300, 1}},
    {.measure = 0,
     .org = 2,
     .breakdown = -1,
     .geography = GEOGRAPHY_CURRENT,
     .latest_value = 3,
     .latest_target = NONE,
     .latest_target_index = -1,
     .variation = "",
     .assurance = "",
     .note = "",
     .current_only = true,
     .first = {PERIOD_MONTH, 24300, 1},
     .last = {PERIOD_MONTH, 24300, 1}},
    {.measure = 2,
     .org = 2,
     .breakdown = 0,
     .geography = GEOGRAPHY_AS_PUBLISHED,
     .latest_value = 4,
     .latest_target = NONE,
     .latest_target_index = -1,
     .variation = "",
     .assurance = "",
     .note = "",
     .first = {PERIOD_MONTH, 24300, 1},
     .last = {PERIOD_MONTH, 24300, 1}},
};
#define MADE_SERIES (sizeof made_series / sizeof made_series[0])

/* The first series has every point, the others one of them. */
static inline void made_write_series(edition_writer *w)
{
    error err = {0};
    for (size_t i = 0; i < MADE_SERIES; i++)
        check(edition_writer_series(w, &made_series[i], i == 0 ? made_points : &made_points[i % MADE_POINTS],
                                    i == 0 ? MADE_POINTS : 1, &err),
              &err);
}

static inline void made_write(const char *path, char id[SHA256_TEXT])
{
    edition head = made_head();
    edition_writer *w;
    error err = {0};
    check(edition_writer_open(path, &head, &w, &err), &err);
    made_write_series(w);
    check(edition_writer_close(w, id, &err), &err);
}

typedef struct place {
    char folder[256], editions[300];
} place;

static inline void place_make(place *p)
{
    const char *where = getenv("TMPDIR");
    (void)snprintf(p->folder, sizeof p->folder, "%.200s/concord-edition-XXXXXX",
                   where != NULL && where[0] != 0 ? where : P_tmpdir);
    assert_non_null(mkdtemp(p->folder));
    (void)snprintf(p->editions, sizeof p->editions, "%s/editions", p->folder);
    assert_int_equal(mkdir(p->editions, 0755), 0);
}

static inline const char *place_path(const place *p, const char *name)
{
    static char out[4][500];
    static unsigned turn;
    char *to = out[turn++ % 4];
    (void)snprintf(to, sizeof out[0], "%s/%s", p->editions, name);
    return to;
}

static inline void place_remove(const place *p)
{
    arena a = {0};
    const char **ids;
    size_t count;
    char name[SHA256_TEXT + 16];
    assert_int_equal(editions_list(p->folder, &a, &ids, &count, NULL), STATUS_OK);
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(name, sizeof name, "%s.sqlite", ids[i]);
        (void)unlink(place_path(p, name));
    }
    arena_free(&a);
    (void)unlink(place_path(p, "log.csv"));
    (void)unlink(place_path(p, "made.sqlite"));
    assert_int_equal(rmdir(p->editions), 0);
    assert_int_equal(rmdir(p->folder), 0);
}

#endif
