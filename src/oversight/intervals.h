/* How sure a rank is: the whole scoring repeated on values drawn within their error. Internal to oversight. */
#ifndef CONCORD_OVERSIGHT_INTERVALS_H
#define CONCORD_OVERSIGHT_INTERVALS_H

#include "oversight/oversight.h"

/* One group: values and errors organisation by organisation, as in score.h. Fills rank_lower, rank_upper and segment_share
 * of `out` (count of them); rank 1 = lowest average. Counts are whole numbers added up by threads, and the numbers of a draw
 * follow from (seed, stream, draw), so the answer is the same for any number of threads. */
MUST_USE status score_intervals(const framework *f, const double *values, const double *errors, size_t count,
                                uint64_t stream, const oversight_options *options, oversight_organisation *out,
                                error *err);

#endif
