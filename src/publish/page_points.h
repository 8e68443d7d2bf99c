/* page_points.h: the table of a series' points. Internal to src/publish. */
#ifndef CONCORD_PUBLISH_PAGE_POINTS_H
#define CONCORD_PUBLISH_PAGE_POINTS_H

#include "publish/site.h"

/* The latest period first; columns that have nothing in any row are left out. `open`: unfolded as the page comes. */
void points_table(page *p, const edition_measure *m, const series_view *x, const char *heading, bool open);

#endif
