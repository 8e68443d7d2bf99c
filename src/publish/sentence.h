/*
 * sentence: what a series says, worked out once and told in plain English by rules. Private to publish.
 *
 * Invariants: words never claim more than the edition's signals, targets and figures do; a figure that is estimated, missing or has
 * no limits is never called improving or a concern.
 */
#ifndef CONCORD_PUBLISH_SENTENCE_H
#define CONCORD_PUBLISH_SENTENCE_H

#include "publish/charts.h"
#include "publish/figure.h"
#include "stats/stats.h"

typedef struct series_reading {
    const edition_measure *measure;
    const edition_org *org;
    const edition_point *last;   /* the latest point with a figure (or in the open band); NULL where there is none */
    const edition_point *before; /* the figure before that; NULL where there is none */
    size_t last_index;
    size_t figures,
        needed; /* figures in the last segment that count towards limits; how many limits need (0 = any number) */
    bool has_limits;
    bool constant; /* every figure of the last segment is the same */
    spc_signal signal;
    spc_rule rule;
    bool high;                    /* which way the signal points: above, or rising */
    size_t run;                   /* shift: points on that side up to the last; trend: steps in a row up to the last */
    const edition_target *target; /* NULL where none */
    double level;                 /* NaN where none */
    bool judged;                  /* there is a target and a better way: `met` says something */
    bool met;
} series_reading;

void series_read(const series_view *v, series_reading *r);
/* Is there something to show: a value, or a figure in the open band? */
bool series_has_figure(const edition_point *p);
spc_rule series_rule(const char *name);
/* Does the signal of that point mean high or rising (true), or low or falling? */
bool series_direction(const series_view *v, size_t index, spc_signal signal, spc_rule rule);
/* Is the verdict on the latest figure another than that on the figure before it? The one rule of scorecards ("new concern"), of what changed and of
 * the home page. A first "no real change" after figures without a verdict is no news. *before and *now are set in any case. */
bool series_verdict_changed(const series_view *v, spc_signal *before, spc_signal *now);
/* Has the organisation closed by the date of the edition's map? Then there is a verdict on how it stood, and nothing to expect. */
bool series_closed(const series_view *v);
/* "month", "quarter", "year", "period". */
const char *sentence_period_noun(period p);
/* "57.7% to 62.5%"; a limit beyond what the unit can be is left out: "up to 2.1%", "93.1% or more"; false where both are. */
bool sentence_range(const edition_measure *m, double lower, double upper, buffer *out);
/* For a count of 1, whose words were written for many. Each writes the start of `words` as it reads of one, and returns how many of its
 * bytes that stands for; 0 and nothing written where there is nothing to change. The noun may follow adjectives: " new pathways of" -> " new
 * pathway"; the verb follows a space: " were waiting" -> " was". */
size_t sentence_one_noun(const char *words, buffer *out);
size_t sentence_one_verb(const char *words, buffer *out);
/* sentence_series without what became of the organisation, for pages that say that once. */
void sentence_series_alone(const series_view *v, buffer *out);
/* How the latest figure stands to the national target and to what was agreed, from a space on; nothing where there is neither. */
void sentence_targets(const series_view *v, const series_reading *r, buffer *out);
/* What one point says, after its figure: "improvement: part of a run above average", "usual variation", "estimated", "no figure". */
void sentence_point(const series_view *v, size_t index, buffer *out);

#endif
