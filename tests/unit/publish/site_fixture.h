/*
 * A small edition made by hand for the tests of pages: four levels, a closed system, a hostile provider and a hostile unknown code, a
 * series that differs as published, gaps, estimates, one-month series, an open band, a register. In a folder of its own that is removed at the end.
 */
#ifndef CONCORD_TEST_SITE_FIXTURE_H
#define CONCORD_TEST_SITE_FIXTURE_H

/* nftw is of the X/Open extensions. */
#ifndef _XOPEN_SOURCE
#define _XOPEN_SOURCE 700
#endif
#include <ftw.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "publish/publish.h"
#include "oversight_fixture.h"
#include "plan_fixture.h"
#include "register_fixture.h"

#define WEB_FOLDER   CONCORD_SOURCE_DIR "/web"
#define HOSTILE      "<script>alert(1)</script> & \"quoted\" 'Trust'"
#define HOSTILE_CODE "../X\"<1"
#define MONTHS       30

enum {
    UNKNOWN,
    SYSTEM,
    ENGLAND,
    CLOSED_SYSTEM,
    TRUST,
    HOSTILE_TRUST,
    REGION,
    ORGS
}; /* by code, as an edition keeps them */
enum { SHARE, LIST, WAIT, MEASURES };

static char fixture_folder[64];

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st, (void)kind, (void)at;
    return remove(path);
}

static void folder_remove(const char *path)
{
    (void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static edition_point fixture_point(int what, int month, double shift)
{
    double value = what == LIST ? 1000 + 10 * month : what == WAIT ? 40 + month % 3 : 60 + (month % 4) + shift;
    edition_point p = {.period = period_month(2023 + (month + 9) / 12, (month + 9) % 12 + 1),
                       .value = value,
                       .numerator = what == LIST ? (int64_t)value : (int64_t)(value * 10),
                       .denominator = 1000,
                       .has_numerator = what != WAIT,
                       .has_denominator = what != LIST,
                       .target = what == SHARE ? 65.0 : (double)NAN,
                       .mean = value - 0.5,
                       .lower = value - 9,
                       .upper = value + 8,
                       .segment = 1,
                       .rule = "",
                       .signal = "common-cause",
                       .release = 0,
                       .rows = 3,
                       .first_line = 10,
                       .last_line = 20};
    if (month == 12) {
        p.missing = true;
        p.has_numerator = p.has_denominator = false;
        p.value = (double)NAN;
        p.release = -1;
    }
    if (month == 5) {
        p.estimated = true;
        p.segment = 0;
        p.mean = p.lower = p.upper = (double)NAN;
        p.signal = "";
    }
    if (month == MONTHS - 2 && what == WAIT) {
        p.over_open_band = true;
        p.value = (double)NAN;
    }
    return p;
}

/* `offset` moves every share; `signal` is the verdict on the last month of the system's share. */
static const char *fixture_edition(const char *name, double offset, const char *variation, const char *signal,
                                   int months)
{
    static char path[256];
    (void)snprintf(path, sizeof path, "%s/%s.sqlite", fixture_folder, name);
    date now = date_of(2026, 4, 1);
    edition_org bodies[ORGS] = {
        [ENGLAND] = {.code = "ENGLAND",
                     .ons_code = "E92000001",
                     .name = "England",
                     .short_name = "England",
                     .kind = ORG_ENGLAND,
                     .level = "england"},
        [REGION] = {.code = "Y61",
                    .ons_code = "E40000007",
                    .name = "East of England",
                    .short_name = "East of England",
                    .kind = ORG_REGION,
                    .level = "region"},
        [SYSTEM] = {.code = "D7T5G",
                    .ons_code = "E54000070",
                    .name = "NHS Essex Integrated Care Board",
                    .short_name = "Essex",
                    .kind = ORG_ICB,
                    .level = "icb",
                    .opened = now,
                    .closed = DATE_FOREVER,
                    .inexact = "Earlier figures are inexact.",
                    .hex_row = 1,
                    .hex_column = 2,
                    .hex_label = "ESX"},
        [CLOSED_SYSTEM] = {.code = "QH8",
                           .ons_code = "E54000026",
                           .name = "NHS Mid and South Essex Integrated Care Board",
                           .short_name = "Mid and South Essex",
                           .kind = ORG_ICB,
                           .level = "icb",
                           .opened = date_of(2022, 7, 1),
                           .closed = now,
                           .became = "Became part of NHS Essex ICB (D7T5G) on 1 April 2026."},
        [TRUST] = {.code = "RAJ",
                   .ons_code = "",
                   .name = "Mid and South Essex NHS Foundation Trust",
                   .short_name = "Mid and South Essex",
                   .kind = ORG_TRUST,
                   .level = "provider"},
        [HOSTILE_TRUST] = {.code = "RQ8",
                           .ons_code = "",
                           .name = HOSTILE,
                           .short_name = HOSTILE,
                           .kind = ORG_TRUST,
                           .level = "provider"},
        [UNKNOWN] = {.code = HOSTILE_CODE,
                     .ons_code = "",
                     .name = "",
                     .short_name = "",
                     .kind = ORG_UNKNOWN,
                     .level = "provider",
                     .unmapped = true},
    };
    for (int i = 0; i < ORGS; i++) {
        bodies[i].icb = i == TRUST || i == HOSTILE_TRUST ? SYSTEM : -1;
        bodies[i].region = i == SYSTEM || i == TRUST || i == HOSTILE_TRUST ? REGION : -1;
        if (bodies[i].opened == 0)
            bodies[i].opened = DATE_NONE;
        if (bodies[i].closed == 0)
            bodies[i].closed = DATE_FOREVER;
        if (bodies[i].became == NULL)
            bodies[i].became = "";
        if (bodies[i].inexact == NULL)
            bodies[i].inexact = "";
        if (bodies[i].hex_label == NULL) {
            bodies[i].hex_label = "";
            bodies[i].hex_row = bodies[i].hex_column = INT32_MIN;
        }
    }
    edition_measure measures[MEASURES] = {
        [SHARE] = {.id = "rtt-within-18-weeks",
                   .name = "Waiting 18 weeks or less",
                   .short_name = "Within 18 weeks",
                   .domain = "access",
                   .question = "Is it " HOSTILE "?",
                   .definition = "People waiting 18 weeks or less, of all waiting.",
                   .why_it_matters = "It matters.",
                   .sentence = "In {period}, {value} of people waiting in {organisation} had waited 18 weeks or less.",
                   .unit = "percent",
                   .unit_label = "% of people waiting",
                   .authors = "A",
                   .checked_by = "B",
                   .review_by = "2027-01-01",
                   .caveats = "One.\nTwo " HOSTILE ".",
                   .source = "rtt",
                   .value_kind = "ratio",
                   .icb_from = "commissioner",
                   .better = BETTER_HIGHER,
                   .decimals = 1,
                   .scale = 100,
                   .rule_version = "abc"},
        [LIST] = {.id = "rtt-waiting-list",
                  .name = "Waiting list",
                  .short_name = "Waiting list",
                  .domain = "access",
                  .question = "How many?",
                  .definition = "All.",
                  .why_it_matters = "It matters.",
                  .sentence = "In {period}, {value} people were waiting in {organisation}.",
                  .unit = "count",
                  .unit_label = "people",
                  .authors = "A",
                  .checked_by = "",
                  .review_by = "",
                  .caveats = "",
                  .source = "rtt",
                  .value_kind = "numerator",
                  .icb_from = "commissioner",
                  .better = BETTER_LOWER,
                  .decimals = 0,
                  .scale = 1,
                  .rule_version = "abd"},
        [WAIT] = {.id = "ae-wait",
                  .name = "Wait in A&E",
                  .short_name = "A&E wait",
                  .domain = "urgent-care",
                  .question = "How long?",
                  .definition = "Percentile.",
                  .why_it_matters = "It matters.",
                  .sentence = "In {period}, {value} in {organisation}.",
                  .unit = "weeks",
                  .unit_label = "weeks",
                  .authors = "A",
                  .checked_by = "",
                  .review_by = "",
                  .caveats = "",
                  .source = "ae",
                  .value_kind = "percentile",
                  .icb_from = "provider",
                  .better = BETTER_LOWER,
                  .decimals = 1,
                  .scale = 1,
                  .percentile = 0.92,
                  .rule_version = "abe"},
    };
    edition_source sources[] = {
        {"rtt", "Referral to treatment", "NHS England", "Open Government Licence v3.0", "https://www.england.nhs.uk/",
         "monthly"},
        {"ae", "A&E", "NHS England", "Open Government Licence v3.0", "javascript:alert(1)", "monthly"}};
    edition_breakdown_value breakdowns[] = {
        {"treatment-function", "Treatment function", "treatment-function=C_110", "Trauma and Orthopaedic"}};
    edition_release releases[] = {{.sha256 = "aa",
                                   .source = "rtt",
                                   .file_name = "April<b>.csv",
                                   .member = "",
                                   .published = "2026-06-11",
                                   .basis = "only release",
                                   .first_period = period_month(2023, 10),
                                   .last_period = period_month(2026, 3),
                                   .rows_in = 100,
                                   .rows_kept = 90,
                                   .latest = true}};
    edition_target targets[] = {{.id = "t",
                                 .authority = "NHS England",
                                 .document = "Guidance",
                                 .note = "",
                                 .measure = SHARE,
                                 .level = 65,
                                 .by = period_month(2027, 3),
                                 .levels = "england icb provider",
                                 .verified = true}};
    edition_issue issues[] = {{"unmapped", HOSTILE_CODE, "2026-03", "A code that " HOSTILE " nobody places", 3}};
    edition head = {.program_version = "0.1.0",
                    .catalogue_version = "cat",
                    .orgs_version = "org",
                    .rules = "mdc-2023",
                    .current = now,
                    .latest = period_month(2026, 3),
                    .orgs = bodies,
                    .org_count = ORGS,
                    .measures = measures,
                    .measure_count = MEASURES,
                    .sources = sources,
                    .source_count = 2,
                    .breakdowns = breakdowns,
                    .breakdown_count = 1,
                    .releases = releases,
                    .release_count = 1,
                    .targets = targets,
                    .target_count = 1,
                    .issues = issues,
                    .issue_count = 1};
    record_fixture(&head);
    oversight_fixture(&head);
    edition_writer *w = NULL;
    error err = {0};
    if (edition_writer_open(path, &head, &w, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    if (plan_fixture_write(w, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    for (int m = 0; m < MEASURES; m++)
        for (int o = 0; o < ORGS; o++)
            for (int breakdown = -1; breakdown < (m == SHARE ? 1 : 0); breakdown++)
                for (int g = GEOGRAPHY_CURRENT; g <= GEOGRAPHY_AS_PUBLISHED; g++) {
                    bool published = o == CLOSED_SYSTEM || (o == SYSTEM && m == SHARE);
                    if ((g == GEOGRAPHY_AS_PUBLISHED && !published) || (g == GEOGRAPHY_CURRENT && o == CLOSED_SYSTEM) ||
                        (o == UNKNOWN && m == LIST))
                        continue;
                    edition_point points[MONTHS];
                    int n = o == HOSTILE_TRUST && m == LIST ? 1 : o == TRUST && m == WAIT ? months - 2 : months;
                    for (int i = 0; i < n; i++)
                        points[i] = fixture_point(m, i, m == SHARE ? offset + o : 0);
                    edition_point *last = &points[n - 1];
                    bool special = o == SYSTEM && m == SHARE;
                    if (special) {
                        last->signal = signal;
                        last->rule = "beyond-limits";
                        last->value = last->upper + 12;
                    }
                    edition_series s = {.measure = m,
                                        .org = o,
                                        .breakdown = breakdown,
                                        .geography = (geography)g,
                                        .points = n,
                                        .first = points[0].period,
                                        .last = last->period,
                                        .latest_value = last->value,
                                        .latest_numerator = last->numerator,
                                        .latest_denominator = last->denominator,
                                        .has_numerator = last->has_numerator,
                                        .has_denominator = last->has_denominator,
                                        .latest_target = last->target,
                                        .latest_target_index = m == SHARE ? 0 : -1,
                                        .variation = n == 1    ? ""
                                                     : special ? variation
                                                               : "common-cause",
                                        .assurance = m == SHARE && n > 1 ? "fail" : "",
                                        .any_estimated = n > 5,
                                        .note = o == SYSTEM ? "Inexact before April 2026." : ""};
                    if (edition_writer_series(w, &s, points, (size_t)n, &err) != STATUS_OK)
                        fail_msg("%s", err.message);
                }
    static const edition_finding findings[] = {{.kind = "jump",
                                                .severity = "error",
                                                .source = "rtt-full-extract",
                                                .measure = "rtt-within-18-weeks",
                                                .organisation = "D7T5G",
                                                .first = {PERIOD_MONTH, 24314, 1},
                                                .last = {PERIOD_MONTH, 24314, 1},
                                                .file = "April<b>.csv",
                                                .sheet = "One & two",
                                                .line = 7,
                                                .count = 1,
                                                .text = "Essex has <i>ten</i> times \"too\" many.",
                                                .advice = "Look at the line."}};
    if (edition_writer_findings(w, findings, 1, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    char id[SHA256_TEXT];
    if (edition_writer_close(w, id, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    return path;
}

static site *fixture_open(const char *edition_path, const char *previous_path)
{
    site_options options = {.edition_path = edition_path,
                            .previous_path = previous_path,
                            .web_folder = WEB_FOLDER,
                            .program_version = "0.1.0"};
    site *s = NULL;
    error err = {0};
    if (site_open(&options, &s, &err) != STATUS_OK)
        fail_msg("%s %s", err.message, err.file);
    return s;
}

static int fixture_begin(void **state)
{
    (void)state;
    (void)snprintf(fixture_folder, sizeof fixture_folder, "/tmp/concord-site-XXXXXX");
    return mkdtemp(fixture_folder) == NULL ? -1 : 0;
}

static int fixture_end(void **state)
{
    (void)state;
    folder_remove(fixture_folder);
    record_fixture_free();
    return 0;
}

/* Renders one page into b (cleared); the content type. */
static const char *render(const site *s, const char *path, buffer *b)
{
    arena scratch = {0};
    const char *type = NULL;
    error err = {0};
    buffer_clear(b);
    if (site_render(s, path, &scratch, b, &type, &err) != STATUS_OK)
        fail_msg("%s: %s", path, err.message);
    arena_free(&scratch);
    return type;
}

#endif
