/*
 * stats: statistics on arrays of numbers.
 *
 * Pure functions: no I/O, no clock, no globals, no organisations and no files; callers own all memory. Missing values
 * are NaN on the way in and NaN on the way out; a NaN never becomes a figure. Every function may be called from many
 * threads at once. Each states its formula, its source and its edge cases, and is tested against the tables of the
 * package that analysts use (tests/reference) or a naive twin.
 *
 * This is the one header that other rooms include; each of the headers below holds one family.
 */
#ifndef CONCORD_STATS_H
#define CONCORD_STATS_H

#include "base/base.h"

#include "stats/change.h"     /* trends, CUSUM, false-discovery control, seasons */
#include "stats/charts.h"     /* every control chart, and run rules */
#include "stats/disclosure.h" /* suppression, rounding, differencing */
#include "stats/funnel.h"     /* comparing organisations: funnels, significance, ranks, peers */
#include "stats/inequality.h" /* slope and relative index, gaps, concentration */
#include "stats/random.h"     /* random numbers that do not depend on who draws them */
#include "stats/rates.h"      /* proportions, rates, means, standardised rates, life expectancy, and their intervals */
#include "stats/redundancy.h" /* measures that tell the same story, and the few that tell most of it */
#include "stats/spc.h"        /* XmR charts by named rule sets */

#endif
