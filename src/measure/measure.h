/*
 * measure: evaluates the catalogue's measures over facts, carries figures over the dated map of organisations, applies the
 * statistics, and writes editions. The only maker of editions.
 *
 * Invariants: counts are added as int64 and divided once, at the end. The result depends on the facts, catalogue and organisations
 * alone: not on the order of adding, the clock, or the number of threads. Figures made by successors' shares are marked estimated and kept out
 * of limits. A figure computed from rows beats a tidy one; both are listed.
 */
#ifndef CONCORD_MEASURE_H
#define CONCORD_MEASURE_H

#include "base/base.h"
#include "catalogue/catalogue.h"
#include "edition/edition.h"
#include "facts/facts.h"
#include "measure/flows.h"
#include "orgs/orgs.h"

struct spc_rules; /* stats/spc.h */

/* The limits of one series start anew from a period, because the way things are done has changed and that is known. */
typedef struct measure_rebase {
    const char *measure, *organisation; /* id and code of the series, on every geography */
    const char *breakdown;              /* key, NULL = the total */
    period period; /* the first of the new segment; where the series has no point in it, the next one that it has */
    const char *author, *reason; /* the edition keeps them in the note of the series */
} measure_rebase;

/* A group across the tree of organisations: provider collaborative, place, cluster. groups.c says how it is measured. */
typedef struct measure_member {
    const char *code;
    date from, until; /* half-open; DATE_FOREVER while it is a member */
} measure_member;
typedef struct measure_group {
    const char *code, *name;
    const char *kind;   /* "provider-collaborative", "place", "cluster" */
    const char *system; /* the ICB that it belongs to, "" where to none */
    date from, until;
    const measure_member *members; /* in the order in which they joined; an organisation may be there several times */
    size_t member_count;
} measure_group;

#define MEASURE_REBASES_MOST 32 /* of one series; those beyond are left out */

typedef struct measure_options {
    const char *rules; /* SPC rule set; NULL = default */
    /* An analyst's own rule set, or that of an edition, instead of `rules`. An edition keeps all its parameters. */
    const struct spc_rules *rule_set;
    geography geography; /* with AS_AT: series of that map alone, for views on the fly; else current and as-published */
    date as_at;
    const char *only_measure; /* NULL = all */
    const date *as_of;        /* NULL = every release; else only those known on that day (release_known) */
    const char *only_release; /* NULL = all; else the releases of the file with that SHA-256, alone */
    const measure_rebase
        *rebases; /* in any order; those of series that there are not, or before their second point, change nothing */
    size_t rebase_count;
    const measure_group *groups; /* in any order; their codes differ */
    size_t group_count;
    const char *catalogue_folder; /* whose scenarios/ an edition carries beside the workspace's own; NULL = none */
    void (*progress)(void *context, const char *step, size_t done, size_t total); /* may be NULL */
    void *progress_context;
    const bool *interrupted; /* may be NULL: stops cleanly when it becomes true */
} measure_options;

/* Which of the releases count for something, for any period and role, by the rule that editions go by: out[i] of all[i]. Those that are not in the store, or not known
 * on *as_of (NULL = any day), do not. */
MUST_USE status measure_releases(facts *f, const catalogue *c, const date *as_of, const release *all, size_t count,
                                 bool *out, error *err);

/* Evaluates everything into a new edition file in the workspace. id: the edition; unchanged: it is the newest already. With options.as_of
 * the edition is kept apart: it does not become the newest, and its date is part of its content. */
MUST_USE status measure_edition(const char *workspace, facts *f, const catalogue *c, const orgs *o,
                                const measure_options *options, char id[SHA256_TEXT], bool *unchanged, error *err);

/* Evaluates into an edition in memory, for `--geography as-at:DATE`. The caller closes it. Only the releases whose SHA-256 is listed in
 * `like` (an opened edition) are used, so that every view shows the same figure; NULL = all releases. */
MUST_USE status measure_view(facts *f, const catalogue *c, const orgs *o, const measure_options *options,
                             const edition *like, edition **out, error *err);

/* What a figure is made of: for `explain`. */
typedef struct measure_part {
    const release *release;
    const char *organisation; /* the reporting organisation whose rows these are */
    const char *
        role; /* "numerator", "denominator", "bands" (all of a percentile's), "value" (given in a tidy file: amount 0; one published figure: its amount) */
    int64_t amount;                             /* what these rows add to it, in parts */
    int64_t parts;                              /* so many parts make one unit: 2 for halves, mostly 1 */
    int64_t share_numerator, share_denominator; /* 1/1, or the successor's share */
    const int64_t *lines;                       /* ascending; of a workbook places (place_of_line) */
    size_t line_count;
    const char
        *definition; /* id of the measure's definition that a tidy line was made under, "" where it has no versions */
} measure_part;
/* The amounts of a role add up to the figure's. A part for each reporting code (for England one for all rows). STATUS_NOT_FOUND where the
 * series has no figure for the period. */
MUST_USE status measure_explain(facts *f, const catalogue *c, const orgs *o, edition *e, const edition_series *s,
                                period p, arena *a, measure_part **out, size_t *count, error *err);

#endif
