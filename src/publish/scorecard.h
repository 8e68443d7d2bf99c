/* scorecard.h: the scorecard and the matrix of an organisation. Internal to src/publish. */
#ifndef CONCORD_PUBLISH_SCORECARD_H
#define CONCORD_PUBLISH_SCORECARD_H

#include "publish/site.h"

/* A level asked for of a measure of one organisation: the edition's own target (no aim), or one of the register. */
typedef struct score_ask {
    const series_aim *aim;
    double level;
    const char *assurance; /* "" where none */
} score_ask;
#define SCORE_ASKS_MOST 6
/* The national target first, then in the order in which they were agreed. With or without figures. */
size_t scorecard_asks(const site *s, int32_t measure, int32_t who, score_ask out[SCORE_ASKS_MOST]);
/* Agreed locally, or regional. */
bool score_ask_local(const score_ask *ask);

/* How many measures an organisation has, by verdict; `unusual`: really changed where neither way is better; `judged`: all of those four. Of targets, how
 * many will be missed unless something changes: national ones, and those agreed; of the latter how many there are. */
typedef struct score_tally {
    size_t measures, improving, unchanged, concern, unusual, judged, missing_target, missing_agreed, agreed;
    period latest;
} score_tally;
score_tally scorecard_tally(const site *s, int32_t who);

/* A table per domain; a body of rows per measure: its figures, a row more for each further level asked for, and its sentence. At 320 px each body becomes a card. */
void scorecard_write(page *p, int32_t who);
/* Variation across, assurance down, each measure's name in its cell. */
void matrix_write(page *p, int32_t who);

#endif
