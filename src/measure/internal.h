/*
 * measure/internal: what the steps of an evaluation share.
 *
 * select.c   which release counts for each source and period
 * place.c    which organisations on a map an organisation's figures belong to, and with what share
 * rows.c     measures over rows: grouped sums -> contributions (rows.h, plan.c, slots.c)
 * tidy.c     figures given in tidy files -> contributions
 * whole.c    what of the contributions makes no figure: too few providers, another length of period
 * groups.c   groups across the tree: who is in them (groups_figures.c: their figures, those of the members, added)
 * series.c   contributions -> series with limits, signals and targets
 * as_of.c    since when a release is known, and which take part
 * quality.h  the checks of data quality look on
 * head.c     the tables of the edition: organisations, measures, releases ...
 * edition.c  the order of work
 * documents.c the texts that the edition carries whole: the register's events, frameworks, scenarios
 * explain.c  from a figure back to lines
 */
#ifndef CONCORD_MEASURE_INTERNAL_H
#define CONCORD_MEASURE_INTERNAL_H

#include "measure/measure.h"
#include "stats/stats.h"

/* A release that counts for a period. */
typedef struct selected {
    int32_t release; /* index into evaluation.releases */
    int32_t source;  /* index into catalogue.sources */
    period period;
    uint32_t
        roles; /* bit k: it counts for the rows that name somebody in roles[k] of the source; a later release has the others */
    bool revised; /* an earlier release of this period, and of one of these roles, exists */
    bool tie;     /* nothing tells which of the two is later */
} selected;

/* An organisation while evaluating: those of the organisations data first, in its order, then codes that only files name. */
typedef struct working_org {
    const char *code, *name;
    org_index known;    /* -1 where only files name it */
    int64_t rows;       /* rows that name an unknown code */
    const char *source; /* which source named it first (in source order) */
    bool used;
    level reports_at; /* where known < 0: the level of the role in which it was first placed, LEVEL_COUNT before */
    int32_t final;    /* index in the edition */
} working_org;

/* Where the value of a cell came from: a higher rank beats a lower one for the same figure. */
typedef enum rank {
    RANK_TIDY_FROM_PROVIDERS = 0,
    RANK_TIDY_FROM_SUB_ICBS,
    RANK_TIDY_FROM_ICBS,
    RANK_TIDY,
    RANK_ROWS
} rank;

/* A part of a figure, or the whole of it. Parts of one figure and rank are added. */
typedef struct contribution {
    int32_t measure;      /* catalogue index, then edition index */
    int32_t organisation; /* working index, then edition index */
    int32_t breakdown;    /* -1 = total */
    geography geography;
    period period;
    rank rank;
    int64_t numerator, denominator;
    double value; /* only where it cannot be had from numerator and denominator: percentiles, given values */
    bool has_numerator, has_denominator, given, over_open_band, estimated, revised;
    bool suppressed; /* a part of it is withheld by the publisher: it has no number */
    int32_t release; /* index into evaluation.releases */
    int64_t rows, first_line, last_line;
    int32_t from; /* working index of the organisation whose tidy line it is; -1 for rows */
    int32_t
        definition; /* place in the measure's definitions and 1; 0 = none, DEFINITION_MIXED where its parts differ */
    int32_t parts;  /* contributions of this rank that make the whole figure: fewer make none; 0 = any number */
} contribution;

#define DEFINITION_MIXED (-1)

typedef struct breakdown_key {
    const char *key, *breakdown, *breakdown_name, *name;
    int32_t final;
} breakdown_key;

typedef struct evaluation {
    facts *facts;
    const catalogue *catalogue;
    const orgs *orgs;
    const measure_options *options;
    date map; /* the map that `current` (or as-at) means */
    arena memory;

    release *releases;
    size_t release_count;
    uint32_t *release_roles; /* facts_roles */
    bool *release_latest;
    const char **release_basis;
    selected *selection;
    size_t selection_count;

    working_org *organisations;
    size_t organisation_count, organisation_capacity;
    int32_t *unknown_table; /* open addressing over organisations from the files: code -> working index */
    size_t unknown_slots;

    breakdown_key *breakdowns;
    size_t breakdown_count, breakdown_capacity;

    contribution *contributions;
    size_t contribution_count, contribution_capacity;

    edition_issue *issues;
    size_t issue_count, issue_capacity;

    edition_document *documents;
    size_t document_count, document_capacity;

    struct quality *quality; /* quality.h: what the checks noted down */
    struct groups *groups;   /* groups.c; NULL where there are none */
} evaluation;

/* Behind the last contribution; NULL where there is none at all, which no address may be counted from. */
static inline contribution *contributions_end(const evaluation *v)
{
    return v->contributions == NULL ? NULL : v->contributions + v->contribution_count;
}

/* ---- select.c ---- */
MUST_USE status evaluation_select(evaluation *v, const edition *like, error *err);
/* as_of.c: does the release take part, by the date and the file that the options name? */
bool evaluation_counts(const evaluation *v, const release *r);
/* as_of.c: says in the edition's issues which releases count by a rule rather than by a date. */
MUST_USE status evaluation_list_undated(evaluation *v, error *err);

/* ---- place.c ---- */
#define PLACE_SHARES 16
/* An organisation at a level that gets some of the shares of a figure. */
typedef struct placement {
    level level;
    int32_t organisation; /* working index */
    uint32_t shares;      /* bit j: share j of the split goes here */
    bool estimated;       /* not all shares: the figure here is an estimate */
} placement;
typedef struct placing {
    org_share shares[PLACE_SHARES];
    size_t share_count;
    placement places[PLACE_SHARES * 4 + 4];
    size_t count;
} placing;
/* Working index of a code: by the organisations data, else entered as unknown (rows counted by the caller). -1 for an empty code. */
MUST_USE status evaluation_organisation(evaluation *v, text code, const char *source_id, int32_t *out, error *err);
/* Where figures of `organisation` (reported at `base`) of a period belong on a geography. parent: the parent that the file gives
 * ("" where none), of kind parent_kind ("icb", "region" or NULL). England is never among the places: callers add every row to it. */
MUST_USE status evaluation_place(evaluation *v, int32_t organisation, level base, period p, geography g, text parent,
                                 const char *parent_kind, placing *out, error *err);
/* The part of a count that goes to share j; the parts of all shares add up to the count. */
int64_t share_of(const placing *p, size_t j, int64_t count);
/* The shares of a placement added up: 1/1 where it is not estimated. */
void placed_share(const placing *p, const placement *at, int64_t *numerator, int64_t *denominator);
/* The part of a count that goes to a placement. */
int64_t placed_part(const placing *p, const placement *at, int64_t count);
/* The level at which an organisation of that kind reports. False for kinds outside all levels (hubs). */
bool level_of_kind(org_kind kind, level *out);

/* ---- rows.c ---- */
MUST_USE status evaluation_rows(evaluation *v, error *err);
/* Evaluates one measure from its sums: fills value, numerator, denominator of c. Returns false where there is no figure. */
bool measure_figure(const measure *m, const int64_t *bands, size_t band_count, bool has_numerator, int64_t numerator,
                    bool has_denominator, int64_t denominator, contribution *c);
/* The level at which the organisations of a role report. */
level role_level(const evaluation *v, int32_t source_at, int32_t role);
/* Index of the breakdown key, entering it where new. */
MUST_USE status evaluation_breakdown(evaluation *v, const char *key, const char *breakdown, const char *breakdown_name,
                                     const char *name, int32_t *out, error *err);
MUST_USE status evaluation_contribute(evaluation *v, const contribution *c, error *err);
MUST_USE status evaluation_issue(evaluation *v, const char *kind, const char *code, const char *when,
                                 const char *sentence, int64_t rows, error *err);

/* ---- tidy.c ---- */
MUST_USE status evaluation_tidy(evaluation *v, error *err);

/* ---- head.c ---- */
/* Makes the edition's tables and renumbers contributions to edition indices. */
MUST_USE status evaluation_head(evaluation *v, edition *head, error *err);
/* Orders the issues and puts them into the head: again where some were listed since. */
void evaluation_issues_order(evaluation *v, edition *head);

/* ---- documents.c ---- */
/* Fills the documents of the head. workspace: where its register lies; NULL (a view) = no register. After head->as_of is known. */
MUST_USE status evaluation_documents(evaluation *v, const char *workspace, edition *head, error *err);
/* Adds one; the texts are copied. In any order. */
MUST_USE status evaluation_document(evaluation *v, const char *kind, const char *name, const char *words, error *err);

/* ---- whole.c ---- */
#define PARTS_TOO_FEW INT32_MAX /* contribution.parts: far fewer providers than in the nearest period, so no figure */
/* Of ordered contributions in the edition's numbers: takes out those of periods that are not as long as most of their series, and lists them. */
MUST_USE status evaluation_one_length(evaluation *v, const edition *head, error *err);
/* Of the same: marks wholes that tidy figures of too few providers would make. */
MUST_USE status evaluation_whole(evaluation *v, const edition *head, error *err);

/* ---- groups.c ---- */
/* Enters the groups of the options and their members. */
MUST_USE status groups_begin(evaluation *v, error *err);
void groups_free(evaluation *v);
/* The group that stands at a working organisation; NULL where it is none. */
const measure_group *group_at(const evaluation *v, int32_t working);
/* Fills a group's line of the edition. */
void group_head(const evaluation *v, const measure_group *g, edition_org *out);
/* System and region of the groups, where their members are of one; the members into the edition's documents. Once head->orgs stand. */
MUST_USE status groups_head(evaluation *v, edition *head, error *err);
/* Of ordered contributions in the edition's numbers: adds those of the groups, which have to be put in order again (*added). */
MUST_USE status groups_figures(evaluation *v, const edition *head, bool *added, error *err);
/* The level at which a group's members report in a period, by the edition's code of the group. False where it has none. */
bool group_level(const evaluation *v, const char *code, period p, level *out);
/* Where the members behind a group's figures change: ascending places into at (count of them before, and after, *n), a sentence for each into
 * said. Also a sentence about members that have no figure of the measure at all. */
void group_breaks(const evaluation *v, const edition_series *s, const edition_point *points, size_t count, size_t *at,
                  size_t *n, buffer *said);

/* ---- series.c ---- */
/* Orders the contributions; lists tidy figures that are overruled among the issues. */
MUST_USE status evaluation_order(evaluation *v, const edition *head, error *err);
MUST_USE status evaluation_series(evaluation *v, edition *head, edition_writer *w, error *err);
int contribution_compare(const void *a, const void *b);
/* Of the contributions of one figure, in order: those that make it are c[*first] and on, *count of them. The highest rank that is complete
 * counts; within a rank counts go before a given value. False where none is complete. */
bool figure_parts(const contribution *c, size_t n, size_t *first, size_t *count);

/* ---- quality.c: the checks of data quality look on; they change no figure ---- */
MUST_USE status quality_begin(evaluation *v, error *err);
/* A row is there, but the cells that the measure needs are blank. organisation: working index. */
MUST_USE status quality_blank(evaluation *v, int32_t measure_at, int32_t organisation, period p, int32_t release_at,
                              int64_t line, error *err);
/* Once the head is made and contributions have the edition's numbers. */
MUST_USE status quality_prepare(evaluation *v, const edition *head, error *err);
/* A finished series. */
MUST_USE status quality_series(evaluation *v, const edition *head, const edition_series *s, const edition_point *points,
                               size_t count, error *err);
/* A series that is in no edition because it has no figure: every one that there is is suppressed, if any. */
MUST_USE status quality_unseen(evaluation *v, const edition *head, const edition_series *s, const edition_point *points,
                               size_t count, error *err);
/* Makes the findings and writes them. */
/* Where the issue stands that was listed last: release (index into evaluation.releases, -1 = none) and line. */
MUST_USE status quality_issue_place(evaluation *v, int32_t release_at, int64_t line, error *err);
MUST_USE status quality_finish(evaluation *v, const edition *head, edition_writer *w, error *err);
void quality_free(evaluation *v);

/* documents_scenarios.c: part of evaluation_documents, after the register's events were taken and before documents are ordered. */
MUST_USE status documents_of_scenarios(evaluation *v, const char *workspace, error *err);

/* flows_edition.c: the waiting lists that plans are made from; none where the workspace has no full extract. */
MUST_USE status evaluation_flows(const evaluation *v, const edition *head, edition_writer *w, error *err);

/* ---- edition.c ---- */
MUST_USE status evaluation_begin(evaluation *v, facts *f, const catalogue *c, const orgs *o,
                                 const measure_options *options, const edition *like, error *err);
void evaluation_free(evaluation *v);
bool evaluation_stopped(const evaluation *v);

#endif
