/*
 * chart_place: pictures of a place among others, and of a score from 1 (best) to 4. Internal to src/publish.
 *
 * Invariants: as in charts.h. The two small ones stand in table cells whose words say the same, so they are hidden from screen readers.
 */
#ifndef CONCORD_PUBLISH_CHART_PLACE_H
#define CONCORD_PUBLISH_CHART_PLACE_H

#include "publish/charts.h"

#define PLACE_SEGMENTS 4

typedef struct chart_places {
    const char *title, *description; /* plain text */
    int32_t ranked;                  /* how many there are, 1 = best */
    double place, lower,
        upper;     /* place: the middle of its places where some are level; lower and upper NaN: no interval */
    int32_t first; /* the first of its places, as it is called */
    bool shared;   /* with others that are level */
    int32_t segments[PLACE_SEGMENTS]; /* how many are in each, in order of place; all 0 where segments are not given */
} chart_places;

/* All places in a row from the best to the last, segments as stretches, this one as a large dot with its interval beneath. */
void chart_place_strip(const chart_places *c, const char *unique, chart_form form, buffer *out);
/* The same in a table's cell: 120 x 18 units. */
void chart_place_line(const chart_places *c, buffer *out);
/* A score between 1 and 4 beside an average (NaN: none); 96 x 18 units. */
void chart_score_line(double score, double average, buffer *out);

#endif
