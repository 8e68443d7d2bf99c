/* register_chart: notes and rebases, which are about a point of a chart. */
#ifndef CONCORD_CLI_REGISTER_CHART_H
#define CONCORD_CLI_REGISTER_CHART_H

#include "cli/register_work.h"

/* Records a note or a rebase. Where the newest edition draws the chart, the breakdown is written as the edition names it, and a breakdown or a month that
 * the chart has not is refused; without an edition the rules of the register alone decide. */
MUST_USE status register_chart_add(register_run *r, error *err);

#endif
