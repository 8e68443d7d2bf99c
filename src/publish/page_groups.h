/* page_groups: groups across the tree of organisations, on their own pages and on those of their members. */
#ifndef CONCORD_PUBLISH_PAGE_GROUPS_H
#define CONCORD_PUBLISH_PAGE_GROUPS_H

#include "publish/html.h"

/* Everybody who is or was a member, with dates, and the members' figures side by side. Nothing where the organisation is no group. */
void group_members_write(page *p, int32_t who);
/* The groups that an organisation is or was in; of a system also those that belong to it. Nothing where there are none. */
void groups_of_write(page *p, int32_t who);
/* The groups that have figures of a measure, side by side. Nothing where there are none. */
void groups_of_measure_write(page *p, int32_t measure);

#endif
