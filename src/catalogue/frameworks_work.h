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
} raw_framework;

extern const cyaml_schema_value_t shape_framework, shape_framework_list;

/* Checks one declaration, and adds it where it has no problem. */
void loader_add_framework(loader *l, const raw_framework *raw, const yaml_node *at);

#endif
