/*
 * The shape of the YAML files, as libcyaml schemas, and the plain structs that libcyaml fills.
 *
 * Everything here is as written by the analyst: names not resolved, texts not checked. load_*.c turn it into the
 * catalogue. Numbers with a fraction are texts here, because libcyaml reads them by the locale of the process.
 * Internal to the catalogue.
 */
#ifndef CONCORD_CATALOGUE_SCHEMA_H
#define CONCORD_CATALOGUE_SCHEMA_H

#include "catalogue/catalogue.h"

#include <cyaml/cyaml.h>

#define CATALOGUE_COLUMN_MAXIMUM 1024 /* of one source, after `repeat` */
#define CATALOGUE_REPEAT_MAXIMUM 512
#define CATALOGUE_LIST_MAXIMUM   1024 /* entries of any other list */

/* ---- sources ---- */
typedef struct raw_column {
    char *name, *title;
    column_type type;
    int64_t repeat; /* 0 = not repeated */
    int64_t per_unit;
    char **known;
    uint32_t known_count;
} raw_column;

typedef struct raw_role {
    char *name, *column, *parent_column, *parent_kind;
    char **kinds;
    uint32_t kinds_count;
} raw_role;

typedef struct raw_breakdown_value {
    char *code, *name, *same_as;
} raw_breakdown_value;

typedef struct raw_breakdown {
    char *id, *name, *column;
    raw_breakdown_value *values;
    uint32_t values_count;
} raw_breakdown;

typedef struct raw_condition {
    char *header;
    char **is;
    uint32_t is_count;
} raw_condition;

typedef struct raw_layout_column {
    char *header, *to, *name_of;
    char **alternatives;
    uint32_t alternatives_count;
    int64_t occurrence, repeat;
    bool period, optional, required, blank_is_zero, ignore;
    bool period_start, period_end, fill_down, by_name, rounded;
    raw_condition *when;
} raw_layout_column;

typedef struct raw_set_aside {
    char *header, *reason;
    int64_t occurrence;
    char **equals;
    uint32_t equals_count;
    bool total, blank;
    char *kept_in;
    char **by;
    uint32_t by_count;
} raw_set_aside;

typedef struct raw_constant {
    char *column, *text;
    int64_t value;
} raw_constant;

typedef struct raw_variant {
    char *name;
    bool optional;
    char **instead_of;
    uint32_t instead_of_count;
    char **sheets;
    uint32_t sheets_count;
    char **titles;
    uint32_t titles_count;
    raw_constant *set;
    uint32_t set_count;
} raw_variant;

typedef struct raw_unpivot {
    char **headers;
    uint32_t headers_count;
    char **except;
    uint32_t except_count;
    char **must_have;
    uint32_t must_have_count;
    int64_t at_least;
    char *to, *heading_to, *strip;
    bool dates, rounded, optional;
    raw_constant *set;
    uint32_t set_count;
} raw_unpivot;

typedef struct raw_period_place {
    char *right_of, *title, *fixed;
    bool sheet;
} raw_period_place;

typedef struct raw_complete {
    char *header, *of;
    int64_t at_least;
    bool same;
} raw_complete;

typedef struct raw_row_sum {
    char *equals;
    char **of;
    uint32_t of_count;
} raw_row_sum;

typedef struct raw_layout {
    char *id;
    raw_row_sum *row_sums;
    uint32_t row_sums_count;
    raw_complete *complete;
    uint32_t complete_count;
    raw_layout_column *columns;
    uint32_t columns_count;
    raw_set_aside *set_aside;
    uint32_t set_aside_count;
    char **missing;
    uint32_t missing_count;
    char **suppressed;
    uint32_t suppressed_count;
    bool thousands_commas, total_required;
    char **one_row_per;
    uint32_t one_row_per_count;
    raw_constant *constants;
    uint32_t constants_count;
    char *form, *part, *like;
    bool optional;
    char **sheets;
    uint32_t sheets_count;
    int64_t heading_rows;
    char *group_row;
    raw_variant *variants;
    uint32_t variants_count;
    raw_unpivot *unpivot;
    uint32_t unpivot_count;
    raw_period_place *period_at;
    uint32_t period_at_count;
    char **ends_before;
    uint32_t ends_before_count;
    char *since;
    bool shaped, only_these, blocks;
} raw_layout;

/* Where the publisher lists its files: load_landing.c. */
typedef struct raw_landing {
    char *page;
    char **follow;
    uint32_t follow_count;
    bool verified;
} raw_landing;

typedef struct raw_link {
    char *address, *words;
    char **except;
    uint32_t except_count;
} raw_link;

/* Where a file says when it was published: load_landing.c. */
typedef struct raw_date_place {
    char *right_of, *below, *title;
    char **sheets;
    uint32_t sheets_count;
    bool revised;
} raw_date_place;

typedef struct raw_source {
    char *id, *name, *publisher, *licence, *landing_page, *frequency;
    bool tidy, one_period;
    raw_date_place *published_at;
    uint32_t published_at_count;
    raw_landing *landing;
    uint32_t landing_count;
    raw_link *links;
    uint32_t links_count;
    char **hosts;
    uint32_t hosts_count;
    raw_column *columns;
    uint32_t columns_count;
    raw_role *roles;
    uint32_t roles_count;
    raw_breakdown *breakdowns;
    uint32_t breakdowns_count;
    raw_layout *layouts;
    uint32_t layouts_count;
} raw_source;

/* ---- measures ---- */
typedef struct raw_filter {
    char *column;
    char **is;
    uint32_t is_count;
    char **is_not;
    uint32_t is_not_count;
    char **kind;
    uint32_t kind_count;
} raw_filter;

typedef struct raw_sum {
    char **sum;
    uint32_t sum_count;
    char **minus;
    uint32_t minus_count;
    raw_filter *where;
    uint32_t where_count;
} raw_sum;

typedef struct raw_bands {
    char **closed;
    uint32_t closed_count;
    char *open;
    raw_filter *where;
    uint32_t where_count;
} raw_bands;

typedef struct raw_levels {
    char *by_level[LEVEL_COUNT]; /* a role, "all", or NULL */
} raw_levels;

typedef struct raw_definition {
    char *id, *from, *document, *what;
    bool verified;
} raw_definition;

typedef struct raw_measure {
    char *id, *name, *short_name, *domain, *source, *question, *definition, *why_it_matters, *sentence;
    char *unit, *unit_label, *authors, *checked_by, *review_by, *percentile, *scale;
    int64_t decimals;
    better better;
    measure_value value;
    raw_sum *numerator, *denominator;
    raw_bands *bands;
    raw_levels *levels;
    bool england_from_parts;
    char **breakdowns;
    uint32_t breakdowns_count;
    char **caveats;
    uint32_t caveats_count;
    raw_definition *definitions;
    uint32_t definitions_count;
} raw_measure;

/* ---- targets ---- */
typedef struct raw_target {
    char *id, *measure, *level, *improvement, *by, *authority, *document, *note;
    level *applies_to;
    uint32_t applies_to_count;
    bool needs_baseline, verified;
} raw_target;

/* Top-level shapes: one declaration, or a list of them. */
extern const cyaml_schema_value_t shape_source, shape_source_list;
extern const cyaml_schema_value_t shape_measure, shape_measure_list;
extern const cyaml_schema_value_t shape_target, shape_target_list;

#endif
