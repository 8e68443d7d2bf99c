/* page_inequality.h: the section "Inequality" of a series page. Internal to src/publish. */
#ifndef CONCORD_PUBLISH_PAGE_INEQUALITY_H
#define CONCORD_PUBLISH_PAGE_INEQUALITY_H

#include "publish/site.h"

/*
 * How a measure differs by deprivation, for one organisation: the gap between the ends, the slope and the relative index with
 * closed-form limits, both as a sentence and drawn, and the gap over time as an XmR chart where 13 months or more have both ends.
 *
 * Needs a ratio of counts and a breakdown whose id begins with "deprivation-" with whole numbers as values
 * (deprivation-quintile=1 ... 5), 1 the most deprived; at least three groups with a denominator in one and the same period, the
 * latest of which counts. Denominators are the populations. Writes nothing else. Where there are several such breakdowns the one
 * with the most groups is shown. Intervals: Wilson's for proportions, those of counts for rates; a group's standard error is read
 * off its interval, so that 0% and 100% have one too.
 */
void inequality_section(page *p, int32_t measure, int32_t who, geography g);

#endif
