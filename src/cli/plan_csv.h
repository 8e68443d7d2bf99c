/* plan_csv: lists from a csv: columns period (a month, or its name beside a column year), months_waited (band, from 0), waiting, treated, referrals (in
 * the row of band 0), and one that names the list. Without months_waited there is a row for each month: monthly flows (plan_monthly). */
#ifndef CONCORD_CLI_PLAN_CSV_H
#define CONCORD_CLI_PLAN_CSV_H

#include "cli/plan_flows.h"

/* held_out: so many of the last months are kept from the calibration, into plan_list.published. by: the column that names the lists; NULL: one list. Refused, naming the place: a cell that is no count, a month or band that is
 * missing or there twice. Rows may stand in any order; *unordered says that they did not follow the months. */
MUST_USE status plan_csv_read(const char *path, const char *by, const plan_settings *settings, size_t held_out,
                              arena *a, plan_list **out, size_t *count, bool *unordered, problems *list, error *err);

#endif
