/*
 * Small editions made in memory for the tests of charts and sentences: one measure, one organisation, points judged by the real
 * rules (spc_xmr). Static and header-only: each test program has its own.
 */
#ifndef CONCORD_TEST_CHART_FIXTURE_H
#define CONCORD_TEST_CHART_FIXTURE_H

#include "publish/charts.h"
#include "stats/stats.h"

#include <math.h>
#include <string.h>

#define FIXTURE_POINTS 1000

typedef struct fixture {
    edition e;
    edition_measure measure;
    edition_org org;
    edition_target target;
    edition_breakdown_value breakdown;
    edition_series series;
    edition_point points[FIXTURE_POINTS];
    double values[FIXTURE_POINTS];
    spc_point judged[FIXTURE_POINTS];
    size_t count;
    series_view view;
} fixture;

/* England, within 18 weeks, per cent, higher is better; months from `year`, `month`. NAN in values is a missing month. */
static inline void fixture_begin(fixture *f, int year, int month, const double *values, size_t count)
{
    memset(f, 0, sizeof *f);
    f->measure = (edition_measure){
        .id = "rtt-within-18-weeks",
        .name = "Waiting 18 weeks or less",
        .short_name = "Within 18 weeks",
        .domain = "access",
        .unit = "percent",
        .unit_label = "% of people waiting",
        .value_kind = "ratio",
        .sentence =
            "In {period}, {value} of people waiting for planned care in {organisation} had waited 18 weeks or less.",
        .better = BETTER_HIGHER,
        .decimals = 1,
        .scale = 100};
    f->org = (edition_org){.code = "ENGLAND",
                           .name = "England",
                           .short_name = "England",
                           .kind = ORG_ENGLAND,
                           .level = "england",
                           .became = "",
                           .inexact = ""};
    f->count = count;
    for (size_t i = 0; i < count; i++) {
        int m = year * 12 + month - 1 + (int)i;
        f->values[i] = values[i];
        f->points[i] = (edition_point){.period = period_month(m / 12, m % 12 + 1),
                                       .value = values[i],
                                       .missing = isnan(values[i]),
                                       .target = (double)NAN,
                                       .mean = (double)NAN,
                                       .lower = (double)NAN,
                                       .upper = (double)NAN,
                                       .rule = "",
                                       .signal = "",
                                       .release = -1};
    }
}

/* Judges the points, with new segments at the given indices; a set target stands at every point. Call after changing measure or values. */
static inline void fixture_judge(fixture *f, double target, const size_t *rebases, size_t rebase_count)
{
    spc_options options = {
        .better = f->measure.better, .rebases = rebases, .rebase_count = rebase_count, .target = target};
    spc_summary summary = {0};
    for (size_t i = 0; i < f->count; i++)
        f->values[i] = f->points[i].missing || f->points[i].estimated || f->points[i].over_open_band
                           ? (double)NAN
                           : f->points[i].value;
    size_t skip = 0; /* estimates come first and are kept out of the rules */
    while (skip < f->count && f->points[skip].estimated)
        skip++;
    if (spc_xmr(f->values + skip, f->count - skip, &options, f->judged + skip, NULL, 0, &summary, NULL) != STATUS_OK)
        return;
    f->e = (edition){.measures = &f->measure,
                     .measure_count = 1,
                     .orgs = &f->org,
                     .org_count = 1,
                     .targets = &f->target,
                     .breakdowns = &f->breakdown,
                     .rules = "mdc-2023"};
    f->series = (edition_series){.breakdown = -1,
                                 .points = (int32_t)f->count,
                                 .latest_target = target,
                                 .latest_target_index = -1,
                                 .variation = spc_variation_name(summary.variation),
                                 .assurance = spc_assurance_name(summary.assurance),
                                 .note = "",
                                 .latest_value = (double)NAN};
    for (size_t i = 0; i < f->count; i++) {
        edition_point *p = &f->points[i];
        p->target = target;
        if (i < skip)
            continue;
        p->mean = f->judged[i].mean;
        p->lower = f->judged[i].lower;
        p->upper = f->judged[i].upper;
        p->segment = f->judged[i].segment;
        p->signal = p->missing ? "" : spc_signal_name(f->judged[i].signal);
        p->rule = p->missing ? "" : spc_rule_name(f->judged[i].rule);
    }
    if (isfinite(target)) {
        f->target = (edition_target){.id = "t",
                                     .authority = "NHS England",
                                     .document = "Planning guidance",
                                     .level = target,
                                     .by = period_month(2027, 3)};
        f->e.target_count = 1;
        f->series.latest_target_index = 0;
    }
    f->view = (series_view){.edition = &f->e, .series = &f->series, .points = f->points, .count = f->count};
}

/* England's share within 18 weeks, October 2022 to April 2026, rounded; April 2023 is missing as published files lack it here. */
static const double ENGLAND_18_WEEKS[43] = {
    60.50, 60.38, 58.32, 58.63, 58.81, 58.94, (double)NAN, 59.53, 59.20, 58.62, 58.03, 57.61, 58.19, 58.25, 56.56,
    57.01, 57.52, 57.17, 57.85, 59.05, 58.83, 58.80,       58.24, 58.49, 58.91, 59.13, 58.91, 58.83, 59.16, 59.77,
    59.74, 60.93, 61.53, 61.22, 60.98, 61.76, 61.71,       61.66, 61.47, 61.44, 62.56, 65.32, 64.90};

#endif
