/*
 * spc_season: --season of concord spc: is a series seasonal before it is charted, and what it is without its season.
 *
 * Ownership: zeroed is ready; spc_season_free frees the scratch.
 */
#ifndef CONCORD_CLI_SPC_SEASON_H
#define CONCORD_CLI_SPC_SEASON_H

#include "cli/cli.h"
#include "cli/spc_input.h"

#include "stats/stats.h"

typedef enum season_use { SEASON_NONE = 0, SEASON_CHECK, SEASON_ADJUST } season_use;

typedef struct spc_season {
    season_use use;
    size_t seasons; /* of a year: 12 or 4 */
    size_t told, untold, too_short, groups;
    double *work, *adjusted;
    size_t capacity;
} spc_season;

/* Checks one group, whose rows have no gaps (spc_gaps_fill), and says so on standard error where it is seasonal; the first 20
 * such groups are named. *values points to what is to be charted: those of the file, or in `s` those less their season. */
MUST_USE status spc_season_group(spc_season *s, cli *c, const spc_input *in, const spc_group *g, const double **values,
                                 bool *adjusted, error *err);
/* What is left to say: how many more were seasonal, and how many too short to tell. */
void spc_season_end(const spc_season *s, cli *c);
void spc_season_free(spc_season *s);

#endif
