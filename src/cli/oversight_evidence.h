/* oversight_evidence: what concord oversight takes from the register, and the page of a framework that gathers evidence. */
#ifndef CONCORD_CLI_OVERSIGHT_EVIDENCE_H
#define CONCORD_CLI_OVERSIGHT_EVIDENCE_H

#include "cli/cli.h"

#include "oversight/oversight.h"

/* The workspace's register for reading; *out is NULL where there is none. The caller closes it. */
MUST_USE status cli_register(cli *c, register_log **out, error *err);
/* A line for each measure and each record under each statement; a statement with neither says so by its empty line. `log` may be NULL. */
MUST_USE status oversight_evidence_print(cli *c, const edition *e, const framework *f, const char *given,
                                         register_log *log, output_format format, error *err);

/* What is asked of whom: a column for each regime; with `given` an organisation's regime and what is asked of it. e may be NULL without one. */
MUST_USE status oversight_regimes_print(cli *c, const edition *e, const framework *f, const char *given,
                                        const oversight_options *how, output_format format, error *err);
/* Closes *log and opens instead what it held at the end of that day; NULL where that was nothing. */
MUST_USE status register_turn_back(cli *c, date known_on, register_log **log, error *err);

#endif
