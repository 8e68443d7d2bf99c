/*
 * simulate_bands: treatments, removals and joining by time waited, as stock and flow (flow.h) has them. Inside the simulator only.
 *
 * A band of a period of the model are those whose clocks started so many periods before it: everybody moves up one with each period, exactly as
 * in flow.h, so that what is expected of a list here is what flow_project gives. Those who will leave in the period are drawn at its start and are not
 * booked any more; slots are shared out over the bands in proportion to treatment rate x people, one of the band by lot; slots beyond what the rates
 * ask of the expected list go to the longest waiters. All functions may be called for lists without bands, and do nothing there.
 */
#ifndef CONCORD_PLAN_SIMULATE_BANDS_H
#define CONCORD_PLAN_SIMULATE_BANDS_H

#include "plan/simulate_queue.h"

/* Memory for `days` clock starts; false where there is none. */
bool bands_room(engine_list *l, size_t days);
/* Once, before anybody is added. */
void bands_prepare(engine_list *l);
/* A validation of the list, at the start of a period and before bands_begin. */
void bands_validated(engine_list *l, const simulate_validation *v);
/* After the period's levels of referrals and slots are known. */
void bands_begin(engine_list *l, int32_t step, int32_t first_day);
/* Somebody who came on a day, after they were added: whether they leave in the same period. */
void bands_arrive(engine_list *l, int32_t who, int32_t day);
/* Those who join on a day without a referral. */
void bands_join(engine_list *l, int32_t day);
/* Who gets the next slot of a day where booking is as published; NOBODY where nobody waits. */
int32_t bands_next(engine_list *l, int32_t day);

#endif
