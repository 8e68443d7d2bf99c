/* scorecard.h: the scorecard and the matrix of an organisation. Internal to src/publish. */
#ifndef CONCORD_PUBLISH_SCORECARD_H
#define CONCORD_PUBLISH_SCORECARD_H

#include "publish/site.h"

/* How many measures an organisation has, by verdict; `unusual`: really changed where neither way is better; `judged`: all of those four. */
typedef struct score_tally {
    size_t measures, improving, unchanged, concern, unusual, judged, missing_target;
    period latest;
} score_tally;
score_tally scorecard_tally(const site *s, int32_t who);

/* A table per domain; a body of two rows per measure: its figures, and its sentence. At 320 px each body becomes a card. */
void scorecard_write(page *p, int32_t who);
/* Variation across, assurance down, each measure's name in its cell. */
void matrix_write(page *p, int32_t who);

#endif
