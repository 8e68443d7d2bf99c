/*
 * simulate_published: waiting lists from the published months of the workspace, for concord plan simulate and plan compare.
 *
 * A list for each organisation and treatment function, as it was at the end of the last published month, calibrated exactly as `concord plan` does (publish/plan_list.h):
 * referrals, capacity, and the rates by time waited at which people are treated, leave and join.
 */
#ifndef CONCORD_CLI_SIMULATE_PUBLISHED_H
#define CONCORD_CLI_SIMULATE_PUBLISHED_H

#include "cli/cli.h"
#include "cli/simulate_lists.h"

/* all: a level ("providers", "icbs" ...), each organisation of it; NULL: the organisations given, by code or name. *first_month: INT32_MIN is set to the
 * month after the last that was published. Lists of which that month was not published, or that nobody waits in or joins, are left out, with a note. */
MUST_USE status simulate_lists_published(cli *c, const char *all, const char *const *organisations,
                                         size_t organisation_count, int32_t *first_month, int32_t months, arena *memory,
                                         simulate_lists *out, error *err);

#endif
