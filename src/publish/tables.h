/* tables.h: tables of many organisations. Internal to src/publish. */
#ifndef CONCORD_PUBLISH_TABLES_H
#define CONCORD_PUBLISH_TABLES_H

#include "publish/site.h"

/* A section with a table per domain: organisations down, the domain's measures across, the latest figure of each linked, with an
 * icon where it is a special cause. Trusts first; where there are many other providers these stand in a closed <details>.
 * Writes nothing for an empty list. `anchor`: id of the heading. */
void table_by_domain(page *p, org_list list, const char *anchor, const char *title, const char *head);

/* What a map shows: name, latest figure, change over the year. */
void table_of_map(page *p, int32_t measure, org_list list, const char *caption);

/* All of a list in one measure: latest figure with interval, period, change, target gap, verdicts. For measure pages and maps. */
void table_of_measure(page *p, int32_t measure, org_list list, const char *caption, const char *head);

#endif
