/*
 * Frameworks that the small edition of the tests of pages carries: one that scores (with a metric that nobody reports, one without a measure, an
 * adjustment, a published table), one without known thresholds, one that gathers evidence, one with regimes, one that cannot be read; hostile words
 * wherever somebody may write.
 */
#ifndef CONCORD_TEST_OVERSIGHT_FIXTURE_H
#define CONCORD_TEST_OVERSIGHT_FIXTURE_H

#include "edition/edition.h"

#define OVERSIGHT_HOSTILE "<b>bold</b> & 'quoted' \\\"words\\\""
#define OVERSIGHT_MOST    1024

static const char oversight_scored[] =
    "id: fixture-scored\nname: \"Scored " OVERSIGHT_HOSTILE "\"\nauthority: NHS England\ndocument: Its rules\n"
    "note: \"Note " OVERSIGHT_HOSTILE "\"\nyear: FY2025-26\nverified: false\nlevels: [provider]\nkinds: [trust]\n"
    "groups:\n  - {id: acute, name: Acute trusts, reports: [rtt-within-18-weeks]}\n"
    "metrics:\n"
    "  - {id: M1, name: \"Within 18 weeks " OVERSIGHT_HOSTILE "\", domain: access, measure: rtt-within-18-weeks, "
    "scoring: ranked, verified: true}\n"
    "  - {id: M2, name: List, domain: access, measure: rtt-waiting-list, scoring: continuous, points: [{value: 1000, "
    "score: 1}, {value: 2000, score: 4}], weight: 2, verified: false, note: \"" OVERSIGHT_HOSTILE "\"}\n"
    "  - {id: M3, name: Plan, domain: finance, not_measured_because: \"Not published " OVERSIGHT_HOSTILE
    "\", verified: false}\n"
    "segments: {quartiles: true}\n"
    "adjustments:\n  - {id: deficit, name: In deficit, event: deficit-support, no_better_than: 3, verified: true}\n"
    "  - {id: long-list, name: \"A long list " OVERSIGHT_HOSTILE
    "\", measure: rtt-waiting-list, at_least: 1, segment: 5, verified: false}\n";
static const char oversight_open[] =
    "id: fixture-open\nname: Without thresholds\nauthority: NHS England\ndocument: Its rules\nyear: FY2025-26\n"
    "verified: false\nlevels: [provider, icb]\nkinds: [trust, icb]\ngroups:\n  - {id: icb, name: Systems, levels: "
    "[icb]}\n  - {id: trusts, name: Trusts}\nmetrics:\n  - {id: M1, name: Within 18 weeks, domain: access, measure: "
    "rtt-within-18-weeks, scoring: ranked, verified: true}\n";
static const char oversight_held[] =
    "id: fixture-held\nname: Held\nauthority: NHS England\ndocument: Its rules\nyear: FY2025-26\nverified: true\n"
    "levels: [provider]\nkinds: [trust]\nmetrics:\n  - {id: M1, name: Within 18 weeks, domain: access, measure: "
    "rtt-within-18-weeks, scoring: ranked, verified: true}\nsegments: {thresholds: [1.5, 2, 3]}\nadjustments:\n"
    "  - {id: always, name: \"Always held\", measure: rtt-within-18-weeks, at_least: 0, no_better_than: 4, verified: "
    "true}\n";
static const char oversight_evidence_yaml[] =
    "id: fixture-evidence\nname: Evidence\nauthority: Care Quality Commission\ndocument: Its rules\nyear: FY2025-26\n"
    "verified: true\nlevels: [icb]\nkinds: [icb]\nstatements:\n"
    "  - {id: access, theme: \"Safety " OVERSIGHT_HOSTILE "\", name: \"Access " OVERSIGHT_HOSTILE
    "\", measures: [rtt-within-18-weeks, ae-wait], records: [priorities, commitments, challenges], verified: false}\n"
    "  - {id: empty, theme: Leadership, name: Nothing bears on it, measures: [], records: [], verified: true}\n";
static const char oversight_regimes_yaml[] =
    "id: fixture-regimes\nname: Regimes\nauthority: NHS England\ndocument: A review\nyear: FY2025-26\nverified: false\n"
    "levels: [icb]\nkinds: [icb]\nregimes:\n  - {id: usual, name: Usual, who: Everyone else, verified: true}\n"
    "  - {id: lighter, name: \"Lighter " OVERSIGHT_HOSTILE
    "\", who: Some, event: lighter-regime, verified: false}\nreturns:\n"
    "  - {id: report, name: \"Report " OVERSIGHT_HOSTILE
    "\", asked_by: NHS England, kind: return, applies: [{regime: usual, how: Monthly}], verified: false}\n";
static const char oversight_broken[] = "id: fixture-broken\nname: <i>Broken</i>\nmetriks: []\n";
static const char oversight_table[] = "organisation,score,segment\nRAJ,1.00,1\nRQ8,2.5,\n<b>X</b>,3,4\n";

static void oversight_fixture(edition *head)
{
    static edition_document documents[OVERSIGHT_MOST];
    const edition_document own[] = {{EDITION_DOCUMENT_FRAMEWORK, "fixture-scored", oversight_scored},
                                    {EDITION_DOCUMENT_FRAMEWORK, "fixture-open", oversight_open},
                                    {EDITION_DOCUMENT_FRAMEWORK, "fixture-held", oversight_held},
                                    {EDITION_DOCUMENT_FRAMEWORK, "fixture-evidence", oversight_evidence_yaml},
                                    {EDITION_DOCUMENT_FRAMEWORK, "fixture-regimes", oversight_regimes_yaml},
                                    {EDITION_DOCUMENT_FRAMEWORK, "fixture-broken", oversight_broken},
                                    {EDITION_DOCUMENT_PUBLISHED, "fixture-scored", oversight_table}};
    const size_t count = sizeof own / sizeof *own;
    if (head->document_count + count > OVERSIGHT_MOST)
        return;
    memcpy(documents, own, sizeof own);
    if (head->document_count > 0)
        memcpy(documents + count, head->documents, head->document_count * sizeof *documents);
    head->documents = documents;
    head->document_count += count;
}

#endif
