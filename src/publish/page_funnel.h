/* page_funnel.h: the funnel plot of a measure page. Internal to src/publish. */
#ifndef CONCORD_PUBLISH_PAGE_FUNNEL_H
#define CONCORD_PUBLISH_PAGE_FUNNEL_H

#include "publish/site.h"

/*
 * A section with a funnel of the organisations in `list` for the latest month of a measure: how to read it (not where it was
 * `explained` above), the plot in its wide and its narrow form, and the outliers as a table. Limits at 95 % and 99.8 %, widened for
 * overdispersion (funnel_make with `adjusted`); where organisations differ by no more than chance these are the plain ones.
 *
 * Who takes part: figures of the measure's latest month with a numerator and a denominator of at least FUNNEL_DENOMINATOR.
 * Writes nothing, and returns false, where the measure is no ratio of counts, fewer than FUNNEL_FEWEST take part, or the largest is
 * not twice the smallest: a funnel compares organisations of different size. `what`: "NHS trusts". `unique`: id of the heading,
 * unique on the page.
 */
enum { FUNNEL_FEWEST = 10, FUNNEL_DENOMINATOR = 20 };
bool funnel_section(page *p, int32_t measure, org_list list, const char *what, const char *unique, bool explained);

#endif
