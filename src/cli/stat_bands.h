/* stat_bands: age bands as files write them, and the standard population by age. */
#ifndef CONCORD_CLI_STAT_BANDS_H
#define CONCORD_CLI_STAT_BANDS_H

#include <stdbool.h>

/* The age at which a band starts: "0-4", "90+", "85 and over", "Under 1", "<1", "5". False where there is no age in it. */
bool band_start(const char *words, int *start);

/* Weight of the five-year band that starts at this age (0, 5 ... 90 and over) in the European Standard Population 2013, which sums to 100,000;
 * 0 where there is no such band. Source: Eurostat, Revision of the European Standard Population, 2013. */
double esp2013_weight(int start);

#endif
