/* figure_notes: what the register says beside a chart. */
#ifndef CONCORD_CLI_FIGURE_NOTES_H
#define CONCORD_CLI_FIGURE_NOTES_H

#include "cli/figures.h"

/* Appends a line for each note on the series in the periods shown, and for each rating and regime of the organisation that stood in them; those that were on record by
 * the day of a view as of a day. Nothing where there is no register. */
MUST_USE status figure_notes(cli *c, const figure *f, const edition_point *points, size_t count, buffer *out,
                             error *err);

#endif
