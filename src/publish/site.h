/*
 * site.h: what the pages of a site share. Internal to src/publish.
 *
 * A site is an edition in memory, the edition before it where there is one, and lookups made once when it is opened, so that
 * rendering a page touches nothing but memory: no SQL, no files, no locks but that of the plans kept for their files. Every page is a row of one table (site_entry)
 * that says its path, its kind and what it is about; site_render looks the path up and calls the page's function.
 *
 * Invariants: read-only after site_open, but for that shelf. Indices are of the edition's own arrays; -1 = none.
 */
#ifndef CONCORD_PUBLISH_SITE_H
#define CONCORD_PUBLISH_SITE_H

#include <math.h>
#include <string.h>

#include "publish/publish.h"

typedef enum page_kind {
    PAGE_HOME = 0,
    PAGE_MAP, /* map/<measure>.html */
    PAGE_ORGANISATIONS,
    PAGE_MEASURES,
    PAGE_CHANGES,
    PAGE_METHODS,
    PAGE_DATA,
    PAGE_QUALITY,
    PAGE_ACCESSIBILITY,
    PAGE_NOT_FOUND,
    PAGE_ORGANISATION, /* organisation/<CODE>.html */
    PAGE_MEASURE,      /* measure/<measure>.html */
    PAGE_SERIES,       /* series/<measure>/<CODE>.html */
    FILE_SERIES_CSV,
    FILE_SERIES_JSON,
    FILE_AGREED_CSV,    /* series/<measure>/<CODE>.agreed.csv */
    FILE_PUBLISHED_CSV, /* series/<measure>/<CODE>.as-published.csv */
    FILE_PUBLISHED_JSON,
    FILE_INDEX_CSV, /* data/index.csv */
    FILE_INDEX_JSON,
    FILE_ISSUES_CSV,  /* data/issues.csv */
    FILE_QUALITY_CSV, /* data/quality.csv */
    FILE_QUALITY_JSON,
    PAGE_PRIORITIES,
    PAGE_PRIORITY, /* priority/<id>.html: any target of the register */
    PAGE_COMMITMENTS,
    PAGE_COMMITMENT, /* commitment/<id>.html */
    PAGE_PARTNER,    /* partner/<CODE>.html: one who is no organisation of the edition */
    PAGE_LOG,        /* log.html, log-2.html ... */
    FILE_REGISTER,   /* data/register.jsonl */
    PAGE_OVERSIGHT,
    PAGE_FRAMEWORK,        /* oversight/<framework>.html: everyone that it scores */
    PAGE_STEPS,            /* oversight/<framework>/<CODE>.html: how a score came about */
    PAGE_SYSTEM_OVERSIGHT, /* system-oversight/<CODE>.html: NHS England's and the CQC's views */
    PAGE_BURDEN,
    FILE_SCORES_CSV, /* oversight/<framework>/scores.csv */
    FILE_STEPS_CSV,  /* oversight/<framework>/steps.csv */
    PAGE_PLAN,       /* plan/<CODE>.html */
    FILE_PLAN_CSV,
    FILE_PLAN_JSON,
    FILE_WEB /* style sheet, script, icon: copied as they are */
} page_kind;

typedef struct site_entry {
    const char *path;
    page_kind kind;
    int32_t measure, org; /* -1 where the page is about none */
    int32_t file;         /* index of site_file; of pages of the register, which one; -1 */
} site_entry;

typedef struct site_file {
    const char *bytes;
    size_t length;
    const char *content_type;
} site_file;

/* A run of organisation indices, ordered by name. */
typedef struct org_list {
    const int32_t *items;
    size_t count;
} org_list;

/* A series and the points that a scorecard speaks of; NULL where there is none. */
typedef struct standing {
    const edition_series *series;
    const edition_point *points;
    size_t count;
    const edition_point *last;         /* the last point with a figure */
    const edition_point *month_before; /* the period right before it, where that has a figure */
    const edition_point *year_before;  /* the same period a year before, where that has a figure */
} standing;

typedef enum change_kind {
    CHANGE_SIGNAL = 0, /* a verdict that is not what it was, of a series that may be news: site_series_current */
    CHANGE_REVISION,   /* a figure of an earlier period that is not what it was */
    CHANGE_NEW_PERIOD, /* a measure that reaches a later period */
    CHANGE_NEW_SERIES,
    CHANGE_KIND_COUNT
} change_kind;

/* One thing that is not as it was. Organisation -1 for what concerns a measure as a whole. */
typedef struct site_change {
    change_kind kind;
    int32_t measure, org;
    period period;
    const char *before, *after; /* signals, or figures as read */
} site_change;

struct site {
    edition *now, *previous; /* previous: NULL where there is none */
    arena memory;
    const char *program_version;
    const char *mark; /* "" or words on top of every page */
    site_entry *entries;
    size_t entry_count;
    uint32_t *slots;   /* open addressing: entry index + 1, 0 = free */
    size_t slot_count; /* a power of two */
    site_file *files;
    size_t file_count;
    int32_t england;          /* -1 where the edition has none */
    int32_t *current_total;   /* [org * measure_count + measure]: series index of the total, current map; -1 */
    int32_t *published_total; /* the same, as published, where stored apart */
    period *measure_latest;   /* the latest period that any organisation reaches */
    int32_t *org_latest; /* [org]: the month after the last one that any of its measures reaches; 0 where it has none */
    char **org_name;     /* path component of each org; NULL where it has no page */
    org_list regions, icbs, closed_icbs;
    org_list *children[3]; /* by parent: CHILD_... */
    int32_t *order; /* measures as pages list them: by domain, within one: with a target, shares and waits, counts */
    int32_t headline[3]; /* the measures that England is told in; -1 */
    int32_t *mapped;     /* measures that the hex map can show */
    size_t mapped_count;
    edition_group *groups; /* across the tree of organisations, ordered by code */
    size_t group_count;
    site_change *changes;
    size_t change_count;
    bool *plans;                      /* [org]: has a planning page */
    struct plan_scenarios *scenarios; /* plan_view.h */
    struct plan_shelf *shelf;         /* plans just worked out, behind a lock of its own; NULL where none can be */
    bool answers;                     /* a server computes: pages may link to site_answer */
    struct oversight_book *book;      /* every framework scored; pages of oversight where it has chapters */
    struct burden *burden;            /* what is asked; NULL where the register says nothing of it */
    struct record *record;            /* the register that the edition carries; NULL where none (record.h) */
    struct aim_book *aims;            /* what it has in force for series; NULL where nothing */
};

enum { CHILD_ICB = 0, CHILD_SUB_ICB, CHILD_PROVIDER };

/* ---- lookups (site_lookup.c) ------------------------------------------------------------------------- */

MUST_USE status site_prepare_lookups(site *s, error *err);
/* The series that an organisation is shown by: the current map's, else as published; NULL where neither. */
const edition_series *site_total(const site *s, int32_t measure, int32_t who);
/* As published where it is stored apart from the current map; NULL where it does not differ. */
const edition_series *site_published(const site *s, int32_t measure, int32_t who);
bool site_org_has_page(const site *s, int32_t who);
bool site_org_closed(const site *s, int32_t who);
/* Children of a parent ordered by name: CHILD_ICB of a region; CHILD_SUB_ICB and CHILD_PROVIDER of an ICB or region. */
org_list site_children(const site *s, int32_t parent, int which);
/* The points of a series; none where they cannot be had. */
const edition_point *site_points(const site *s, const edition_series *series, size_t *count);
standing standing_find(const site *s, const edition_series *series);
/* Does a point carry something to show? A percentile in the open band has no value but is a figure. */
static inline bool point_has_figure(const edition_point *p)
{
    return !p->missing && (!isnan(p->value) || p->over_open_band);
}
/* The latest period that any organisation reaches in a measure. */
period site_measure_latest(const site *s, int32_t measure);
/* Does a series end two years or more before its organisation's other figures? Then it says how things stood, not how they stand: it is not
 * counted among verdicts and is no news. */
bool site_series_old(const site *s, const edition_series *series);
/* "integrated care board", "NHS trust" ... in the middle of a sentence. */
const char *org_kind_words(org_kind kind);
/* "Integrated care system", "NHS region" ... as a heading's caption. */
const char *org_kind_caption(org_kind kind);
const char *domain_title(const char *domain); /* "urgent-care" -> "Urgent care" */

/* A code or id as a path component, into arena memory; NULL without memory. */
char *site_path_component(arena *a, const char *code);

/* ---- levels agreed in the register (site_aims.c) ------------------------------------------------------- */

MUST_USE status site_prepare_aims(site *s, error *err); /* after record_open */
/* Those of a series on its map; those of the series that an organisation is shown by, with or without figures. NULL and 0 where none. */
const series_aim *site_aims(const site *s, int32_t measure, int32_t who, int32_t breakdown, geography g, size_t *count);
const series_aim *site_total_aims(const site *s, int32_t measure, int32_t who, size_t *count);

/* ---- what changed (site_changes.c) -------------------------------------------------------------------- */

MUST_USE status site_prepare_changes(site *s, error *err);

/* What really changed for an organisation this month, with false alarms controlled; see news_find. */
typedef struct news_item {
    int32_t measure;
    standing standing;
    double probability; /* spc_signal_p of the latest month */
} news_item;
#define NEWS_MAXIMUM 5
/* May a series be news? Of an open organisation, to the latest period of its measure, which ends at most half a year (a yearly figure: two
 * years) before the edition's latest month. What was published long ago, or of a body that is no more, is nothing new. */
bool site_series_current(const site *s, const edition_series *series);
/* At most NEWS_MAXIMUM total series of the organisation, the least likely to be chance first. Each judged series is a test:
 * its p-value is spc_signal_p of the latest month, 1 for common cause. A seasonal series is also judged with its season taken out: the larger
 * p-value counts, and 1 where the signal is then another. Benjamini and Hochberg's procedure (fdr_control) at 10%
 * calls the real changes; of these one is news if the same procedure did not call it a month ago (or called it the other way), or
 * if the latest month lies beyond the limits. */
size_t news_find(const site *s, int32_t who, news_item out[NEWS_MAXIMUM]);

/* ---- pages (page_*.c); each appends a whole document ---------------------------------------------------- */

typedef struct page {
    const site *site;
    buffer *out;
    arena *scratch;
    buffer words;     /* reused for words that must be escaped */
    const char *root; /* "", "../" or "../../": from this page to the site's root */
    const char *path;
} page;

void page_home(page *p);
void page_map(page *p, int32_t measure);
void page_organisations(page *p);
void page_measures(page *p);
void page_changes(page *p);
void page_methods(page *p);
void page_data(page *p);
void page_quality(page *p);
void page_accessibility(page *p);
void page_not_found(page *p);
void page_organisation(page *p, int32_t who);
void page_measure(page *p, int32_t measure);
void page_series(page *p, int32_t measure, int32_t who);

/* Oversight (site_oversight.c, page_oversight*.c, page_burden.c). A framework is told by its place in the book. */
MUST_USE status site_prepare_oversight(site *s, error *err);
void site_close_oversight(site *s);
bool site_has_oversight(const site *s);
typedef void (*site_entry_told)(void *context, const char *path, page_kind kind, int32_t which, int32_t who);
size_t site_oversight_entry_count(const site *s); /* at most as many as these */
void site_oversight_entries(site *s, site_entry_told told, void *context);
void page_oversight(page *p);
void page_framework(page *p, int32_t which);
void page_steps(page *p, int32_t which, int32_t who);
void page_system_oversight(page *p, int32_t who);
void page_burden(page *p);
/* On the page of a trust or a system: how it is judged; nothing where it is not. */
void oversight_block(page *p, int32_t who);
void file_scores_csv(const site *s, int32_t which, buffer *out);
void file_steps_csv(const site *s, int32_t which, buffer *out);

/* Plans (site_plan.c, page_plan.c, plan_*.c). */
MUST_USE status site_prepare_plans(site *s, error *err);
void site_close_plans(site *s);
bool site_has_plan(const site *s, int32_t who);
MUST_USE status page_plan(page *p, int32_t who, error *err);
/* Two lines on the page of an organisation, with a link; nothing where it has no planning page. */
void plan_block(page *p, int32_t who);
MUST_USE status file_plan_csv(const site *s, int32_t who, buffer *out, error *err);
MUST_USE status file_plan_json(const site *s, int32_t who, buffer *out, error *err);

/* Files (page_files.c). */
void file_series_csv(const site *s, int32_t measure, int32_t who, geography g, buffer *out);
void file_series_json(const site *s, int32_t measure, int32_t who, geography g, buffer *out);
/* What was agreed for it and its parts (file_agreed.c): a file of its own, and a member of the JSON. */
void file_agreed_csv(const site *s, int32_t measure, int32_t who, geography g, buffer *out);
void json_agreed(const site *s, int32_t measure, int32_t who, geography g, buffer *out);
void file_index_csv(const site *s, buffer *out);
void file_index_json(const site *s, buffer *out);
void file_issues_csv(const site *s, buffer *out);
void file_quality_csv(const site *s, buffer *out);
void file_quality_json(const site *s, buffer *out);

#endif
