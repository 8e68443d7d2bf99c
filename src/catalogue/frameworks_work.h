/* An oversight framework as written, and its schema: shared by frameworks.c, where both are, and load.c. */
#ifndef CONCORD_CATALOGUE_FRAMEWORKS_WORK_H
#define CONCORD_CATALOGUE_FRAMEWORKS_WORK_H

#include "catalogue/loader.h"

typedef struct raw_point {
    char *value, *score;
} raw_point;

typedef struct raw_group {
    char *id, *name;
    char **reports;
    uint32_t reports_count;
    level *levels;
    uint32_t levels_count;
} raw_group;

typedef struct raw_metric {
    char *id, *name, *domain, *measure, *breakdown, *why_not, *note, *weight;
    framework_scoring scoring;
    better better;
    raw_point *points;
    uint32_t points_count;
    char **groups;
    uint32_t groups_count;
    bool verified;
} raw_metric;

typedef struct raw_adjustment {
    char *id, *name, *note, *event, *measure, *at_least;
    int64_t no_better_than, segment;
    bool verified;
} raw_adjustment;

typedef struct raw_statement {
    char *id, *name, *theme;
    char **measures;
    uint32_t measures_count;
    char **records;
    uint32_t records_count;
    bool verified;
} raw_statement;

typedef struct raw_regime {
    char *id, *name, *who, *event, *note;
    bool verified;
} raw_regime;

typedef struct raw_applies {
    char *regime, *how;
} raw_applies;

typedef enum return_kind { RETURN_FILLED_IN = 0, RETURN_REVIEW } return_kind;

typedef struct raw_return {
    char *id, *name, *asked_by, *note;
    return_kind kind;
    raw_applies *applies;
    uint32_t applies_count;
    bool verified;
} raw_return;

typedef struct raw_segments {
    bool quartiles;
    char **thresholds;
    uint32_t thresholds_count;
} raw_segments;

typedef struct raw_framework {
    char *id, *name, *authority, *document, *note, *year;
    bool verified;
    level *levels;
    uint32_t levels_count;
    char **kinds;
    uint32_t kinds_count;
    raw_group *groups;
    uint32_t groups_count;
    raw_metric *metrics;
    uint32_t metrics_count;
    raw_segments *segments;
    raw_adjustment *adjustments;
    uint32_t adjustments_count;
    raw_statement *statements;
    uint32_t statements_count;
    raw_regime *regimes;
    uint32_t regimes_count;
    raw_return *returns;
    uint32_t returns_count;
} raw_framework;

extern const cyaml_schema_value_t shape_framework, shape_framework_list;
extern const cyaml_schema_value_t framework_regime_entry, framework_return_entry; /* frameworks_regimes.c */

/* Words of other rooms that a framework may use, NULL at the end: ratings of the register, its records, kinds of organisations. The unit tests of
 * oversight hold them against those rooms. */
extern const char *const framework_events[], *const framework_records[], *const framework_kinds[];
/* Reports a word that is none of them, with the nearest. at: the node of the word. */
void framework_check_word(loader *l, const yaml_node *at, const char *const *known, const char *word, const char *what,
                          const char *of);
/* The same for a list. */
void framework_check_words(loader *l, const yaml_node *list, const char *const *known, const char *const *words,
                           size_t count, const char *what, const char *of);
/* The published table of a framework, from l->whole. */
void loader_add_published(loader *l, framework *f);
#define FRAMEWORK_PUBLISHED_ENDING ".published.csv"
/* The same of a file frameworks/ID.published.csv, once every framework is known. */
void loader_attach_published(loader *l, const char *path, const char *relative, const char *bytes, size_t length);
void loader_add_regimes(loader *l, const raw_framework *raw, const yaml_node *at, framework *f);

/* Checks one declaration, and adds it where it has no problem. */
void loader_add_framework(loader *l, const raw_framework *raw, const yaml_node *at);

#endif
