/* edition/internal: what the reader and the writer share. */
#ifndef CONCORD_EDITION_INTERNAL_H
#define CONCORD_EDITION_INTERNAL_H

#include "edition/edition.h"

#include <sqlite3.h>

#define EDITION_APPLICATION_ID 0x434e4344 /* "CNCD" in the file's header: `file` and SQLite tools can tell */

/* Bits of points.flags and series.flags. */
enum {
    POINT_MISSING = 1,
    POINT_ESTIMATED = 2,
    POINT_OVER_OPEN_BAND = 4,
    POINT_REVISED = 8,
    POINT_TIDY = 16,
    POINT_SUPPRESSED = 32
};

struct edition_private {
    arena memory;
    sqlite3 *database;
    sqlite3_stmt *points;
    size_t *point_offset; /* after edition_load_all: where each series starts in all_points */
    edition_point *all_points;
    struct flow_row *flows; /* after edition_load_flows, by organisation, treatment function and month */
    size_t *flow_offset;    /* [org_count + 1]: where each organisation starts in flows */
};
typedef struct flow_row flow_row;

/* The parameters of a rule set as the table `rules` names them. rules.c */
typedef enum rule_kind { RULE_COUNT = 0, RULE_TRUTH, RULE_FACTOR } rule_kind;
typedef struct rule_parameter {
    const char *key;
    rule_kind kind;
    size_t at; /* in edition_rules */
} rule_parameter;
enum { EDITION_RULES = 10 };
extern const rule_parameter edition_rule_parameters[EDITION_RULES];
double edition_rule_get(const edition_rules *rules, const rule_parameter *parameter);
/* False where the value is none that the parameter can have. */
/* Fills judged_by. STATUS_REFUSED where a parameter is not there, or has a value that it cannot have. */
status edition_rules_load(edition *e, error *err);

/* documents.c: the table of documents. A layout before it has none. */
status edition_documents_write(sqlite3 *database, const edition *head, error *err);
status edition_documents_load(edition *e, error *err);

/* flows.c */
status edition_flows_write(sqlite3 *database, const edition_flow *flows, size_t count, error *err);

/* "Cannot read the edition: ..." with SQLite's own words. */
status edition_database_error(sqlite3 *database, const char *doing, error *err);
/* Loads every table but points from an open database. Takes the database, also on failure. */
status edition_load(sqlite3 *database, const char *id, edition **out, error *err);

/* By exact code, id or key; -1 where there is none. find.c */
int32_t edition_org_named(const edition *e, text code);
int32_t edition_measure_named(const edition *e, text id);
int32_t edition_breakdown_named(const edition *e, text key);

#endif
