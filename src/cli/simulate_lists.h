/*
 * simulate_lists: waiting lists from a csv, for concord plan simulate and plan compare: a row is the list of a provider's treatment function.
 *
 * Columns: provider, treatment_function; referrals and capacity a month, or a column per month named referrals_2026-05; people waiting by weeks
 * waited in columns wait_FROM_TO (from FROM to below TO weeks; wait_FROM_ is open). Optional: removal_rate, admitted_capacity (and by month),
 * admitted_share, admitted_wait_FROM_TO, cancelled_share, not_attended_share, referral_variation, capacity_variation.
 *
 * Ownership: everything is from the arena given. Problems in cells are collected with line and column.
 */
#ifndef CONCORD_CLI_SIMULATE_LISTS_H
#define CONCORD_CLI_SIMULATE_LISTS_H

#include "base/base.h"
#include "intake/intake.h"
#include "plan/plan.h"

typedef struct simulate_lists {
    simulate_list *lists;
    scenario_place *places;
    size_t count;
} simulate_lists;

/* Periods are `months` months from first_month on. STATUS_REFUSED: a column that is missing, a cell that is wrong (all in `list`), a list
 * twice, months of a column in part only. */
MUST_USE status simulate_lists_read(const char *path, int32_t first_month, int32_t months, arena *memory,
                                    simulate_lists *out, problems *list, error *err);
/* The same on an open csv, which stays the caller's. */
MUST_USE status simulate_lists_read_on(csv_reader *from, const char *path, int32_t first_month, int32_t months,
                                       arena *memory, simulate_lists *out, problems *list, error *err);

#endif
