/* A small catalogue in a temporary folder, for the tests of the loader. */
#ifndef CONCORD_TESTS_CATALOGUE_FOLDERS_H
#define CONCORD_TESTS_CATALOGUE_FOLDERS_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "catalogue/catalogue.h"

/* Line numbers in the tests count from the first line of these texts. */
static const char SMALL_SOURCE[] =
    "id: visits\n"                                                                          /* 1 */
    "name: Visits\n"                                                                        /* 2 */
    "publisher: Somebody\n"                                                                 /* 3 */
    "licence: Open\n"                                                                       /* 4 */
    "landing_page: https://example.org/visits\n"                                            /* 5 */
    "frequency: monthly\n"                                                                  /* 6 */
    "columns:\n"                                                                            /* 7 */
    "  - {name: provider, title: Provider, type: code}\n"                                   /* 8 */
    "  - {name: region, title: Region, type: category}\n"                                   /* 9 */
    "  - {name: part, title: Part, type: category}\n"                                       /* 10 */
    "  - {name: \"weeks_{from}_{to}\", title: \"{from} to {to}\", type: band, repeat: 4}\n" /* 11 */
    "  - {name: weeks_04_plus, title: Over 4, type: band}\n"                                /* 12 */
    "  - {name: total, title: Total, type: count}\n"                                        /* 13 */
    "roles:\n"                                                                              /* 14 */
    "  - {name: provider, column: provider, parent_column: region, parent_kind: region}\n"  /* 15 */
    "breakdowns:\n"                                                                         /* 16 */
    "  - id: part\n"                                                                        /* 17 */
    "    name: Part\n"                                                                      /* 18 */
    "    column: part\n"                                                                    /* 19 */
    "    values: [{code: A, name: First}, {code: B, name: Second}]\n"                       /* 20 */
    "layouts:\n"                                                                            /* 21 */
    "  - id: csv\n"                                                                         /* 22 */
    "    thousands_commas: true\n"                                                          /* 23 */
    "    missing: [\"-\"]\n"                                                                /* 24 */
    "    suppressed: [\"*\"]\n"                                                             /* 25 */
    "    columns:\n"                                                                        /* 26 */
    "      - {header: Period, period: true, required: true}\n"                              /* 27 */
    "      - {header: Code, to: provider, required: true}\n"                                /* 28 */
    "      - {header: Name, name_of: provider}\n"                                           /* 29 */
    "      - {header: Region, alternatives: [Area], to: region}\n"                          /* 30 */
    "      - {header: Part, to: part}\n"                                                    /* 31 */
    "      - {header: \"{from} to {to}\", to: \"weeks_{from}_{to}\", repeat: 4}\n"          /* 32 */
    "      - {header: Total, ignore: true}\n"                                               /* 33 */
    "      - {header: Total, occurrence: 2, to: total}\n"                                   /* 34 */
    "    set_aside:\n"                                                                      /* 35 */
    "      - {header: Code, equals: [TOTAL], reason: total of all, total: true}\n"          /* 36 */
    "    constants:\n"                                                                      /* 37 */
    "      - {column: weeks_04_plus, value: 0}\n";                                          /* 38 */

static const char SMALL_MEASURES[] = "- id: visits-early\n"                                                 /* 1 */
                                     "  name: Early visits\n"                                               /* 2 */
                                     "  short_name: Early\n"                                                /* 3 */
                                     "  domain: access\n"                                                   /* 4 */
                                     "  source: visits\n"                                                   /* 5 */
                                     "  question: How many?\n"                                              /* 6 */
                                     "  definition: Early of all.\n"                                        /* 7 */
                                     "  why_it_matters: It does.\n"                                         /* 8 */
                                     "  sentence: \"In {period}, {value} in {organisation}.\"\n"            /* 9 */
                                     "  unit: percent\n"                                                    /* 10 */
                                     "  unit_label: \"% of visits\"\n"                                      /* 11 */
                                     "  decimals: 1\n"                                                      /* 12 */
                                     "  better: higher\n"                                                   /* 13 */
                                     "  value: ratio\n"                                                     /* 14 */
                                     "  numerator:\n"                                                       /* 15 */
                                     "    sum: [weeks_00_01..weeks_03_04]\n"                                /* 16 */
                                     "    minus: [weeks_04_plus]\n"                                         /* 17 */
                                     "    where:\n"                                                         /* 18 */
                                     "      - {column: part, is: [A]}\n"                                    /* 19 */
                                     "      - {column: provider, kind: [trust]}\n"                          /* 20 */
                                     "  denominator: {sum: [total]}\n"                                      /* 21 */
                                     "  levels: {england: all, provider: provider}\n"                       /* 22 */
                                     "  breakdowns: [part]\n"                                               /* 23 */
                                     "  caveats: [None]\n"                                                  /* 24 */
                                     "  authors: Us\n"                                                      /* 25 */
                                     "  checked_by: Them\n"                                                 /* 26 */
                                     "  review_by: 2027-03\n"                                               /* 27 */
                                     "- id: visits-median\n"                                                /* 28 */
                                     "  name: Median\n"                                                     /* 29 */
                                     "  short_name: Median\n"                                               /* 30 */
                                     "  domain: access\n"                                                   /* 31 */
                                     "  source: visits\n"                                                   /* 32 */
                                     "  question: How long?\n"                                              /* 33 */
                                     "  definition: The middle.\n"                                          /* 34 */
                                     "  why_it_matters: It does.\n"                                         /* 35 */
                                     "  sentence: \"In {period}, {value} weeks in {organisation}.\"\n"      /* 36 */
                                     "  unit: weeks\n"                                                      /* 37 */
                                     "  unit_label: weeks\n"                                                /* 38 */
                                     "  decimals: 1\n"                                                      /* 39 */
                                     "  better: lower\n"                                                    /* 40 */
                                     "  value: percentile\n"                                                /* 41 */
                                     "  percentile: 0.5\n"                                                  /* 42 */
                                     "  bands: {closed: [weeks_00_01..weeks_03_04], open: weeks_04_plus}\n" /* 43 */
                                     "  levels: {provider: provider}\n"                                     /* 44 */
                                     "  authors: Us\n"                                                      /* 45 */
                                     "  checked_by: Them\n"                                                 /* 46 */
                                     "  review_by: 2027-03\n";                                              /* 47 */

static const char SMALL_TARGETS[] = "- id: early-2026\n"                  /* 1 */
                                    "  measure: visits-early\n"           /* 2 */
                                    "  level: 65.5\n"                     /* 3 */
                                    "  by: 2026-03\n"                     /* 4 */
                                    "  authority: NHS England\n"          /* 5 */
                                    "  document: Guidance\n"              /* 6 */
                                    "  applies_to: [england]\n"           /* 7 */
                                    "  verified: true\n"                  /* 8 */
                                    "- id: early-2026-providers\n"        /* 9 */
                                    "  measure: visits-early\n"           /* 10 */
                                    "  improvement: 5\n"                  /* 11 */
                                    "  by: 2026-03\n"                     /* 12 */
                                    "  authority: NHS England\n"          /* 13 */
                                    "  document: Guidance\n"              /* 14 */
                                    "  applies_to: [provider]\n"          /* 15 */
                                    "  needs_baseline: true\n"            /* 16 */
                                    "  verified: false\n"                 /* 17 */
                                    "- id: early-2029\n"                  /* 18 */
                                    "  measure: visits-early\n"           /* 19 */
                                    "  level: 92\n"                       /* 20 */
                                    "  by: FY2028-29\n"                   /* 21 */
                                    "  authority: NHS England\n"          /* 22 */
                                    "  document: Guidance\n"              /* 23 */
                                    "  applies_to: [england, provider]\n" /* 24 */
                                    "  verified: true\n";                 /* 25 */

/* A new empty folder under the system's folder for temporary files. */
static inline void folder_new(char path[256])
{
    const char *base = getenv("TMPDIR");
    (void)snprintf(path, 256, "%s/concord-catalogue-XXXXXX", base != NULL ? base : "/tmp");
    assert_non_null(mkdtemp(path));
}

/* Writes bytes to FOLDER/name, making the folder on the way. */
static inline void folder_write(const char *folder, const char *name, const char *bytes, size_t length)
{
    char path[512];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    char *slash = strrchr(path, '/');
    *slash = 0;
    assert_int_equal(folder_make(path, NULL), STATUS_OK);
    *slash = '/';
    assert_int_equal(file_write(path, bytes, length, false, NULL), STATUS_OK);
}

static inline void folder_remove(const char *folder)
{
    static const char *const NAMES[] = {"sources/a.yaml",  "sources/b.yaml", "sources/a.yml",  "measures/a.yaml",
                                        "measures/b.yaml", "targets/a.yaml", "targets/b.yaml", "sources/README.md",
                                        "sources",         "measures",       "targets",        "rules/a.yaml",
                                        "rules",           "measure/a.yaml", "measure",        ""};
    char path[512];
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, NAMES[i]);
        (void)remove(path);
    }
}

#endif
