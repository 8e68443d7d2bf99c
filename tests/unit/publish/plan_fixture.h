/* Four months of made-up waiting lists of a system and of a trust with a hostile name, for the tests of planning pages. */
#ifndef CONCORD_TEST_PLAN_FIXTURE_H
#define CONCORD_TEST_PLAN_FIXTURE_H

#include "edition/edition.h"

#include <math.h>

enum { PLAN_FIXTURE_MONTHS = 4 };

static inline void plan_fixture_month(edition_flow_month *m, int k, double scale)
{
    *m = (edition_flow_month){.period = period_month(k == 0 ? 2025 : 2026, k == 0 ? 12 : k),
                              .has_waiting = true,
                              .has_completed = true,
                              .has_new = true};
    for (int w = 0; w < 66; w++) {
        m->waiting[w] = round(scale * (88 - 1.3 * w + (w + k) % 3));
        m->completed[w] = round(scale * (5 + (w < 6 ? 8 : 0) + (w % 4)));
        m->completed_all += m->completed[w];
    }
    m->completed_all += 20;
    m->new_periods = round(scale * 600);
}

static inline status plan_fixture_write(edition_writer *w, error *err)
{
    static edition_flow_month months[4][PLAN_FIXTURE_MONTHS];
    static const double scales[4] = {10, 6, 1, 0.5};
    const edition_flow flows[4] = {{"D7T5G", "", NULL, NULL, months[0], PLAN_FIXTURE_MONTHS},
                                   {"D7T5G", "", "C_110", NULL, months[1], PLAN_FIXTURE_MONTHS},
                                   {"RQ8", "", NULL, NULL, months[2], PLAN_FIXTURE_MONTHS},
                                   {"RQ8", "", "C_110", NULL, months[3], 1}};
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < PLAN_FIXTURE_MONTHS; k++)
            plan_fixture_month(&months[i][k], k, scales[i]);
    return edition_writer_flows(w, flows, 4, err);
}

#endif
