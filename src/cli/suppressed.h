/*
 * suppressed: where a publisher withholds a figure that somebody asks for.
 *
 * A series of which every figure is withheld is in no edition, and one of some has gaps; the rows are in the store all the same. They are looked for among
 * the rows of the organisation and of those that the measure adds up to it: the trusts of a board.
 */
#ifndef CONCORD_CLI_SUPPRESSED_H
#define CONCORD_CLI_SUPPRESSED_H

#include "cli/cli.h"

typedef struct suppressed_request {
    const char *measure, *organisation; /* ids; of the organisation as it is published */
    const char *breakdown;              /* "treatment-function=C_110"; NULL = the whole */
    period period;                      /* PERIOD_NONE = the newest there is */
    date known_on;                      /* DATE_NONE = any day */
} suppressed_request;

/* STATUS_NOT_FOUND with a sentence, file, sheet and row in err where the figure is suppressed in a release that counts; else STATUS_OK and err untouched. Opens the store; whatever else fails is returned. */
MUST_USE status suppressed_look(cli *c, const suppressed_request *r, error *err);

#endif
