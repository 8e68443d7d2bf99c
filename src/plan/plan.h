/*
 * plan: what would it take?
 *
 * Waiting-list theory on lists of dates (queue.h), stock and flow on published counts by time waited (flow.h), and what
 * builds on them. Other rooms include this header.
 *
 * Invariants: pure functions on arrays: no files, no clock, no globals, nothing printed. Missing is NaN. A capacity, a
 * list and a treatment are never negative. Units are in the names; where a function works in any unit, it says so.
 * Ownership: memory is the caller's, or comes from an arena that the caller names. Threads: any function, from any
 * thread, on its own arguments.
 */
#ifndef CONCORD_PLAN_H
#define CONCORD_PLAN_H

#include "plan/flow.h"
#include "plan/forecast.h"
#include "plan/queue.h"
#include "plan/scenario.h"
#include "plan/simulate.h"
#include "plan/simulate_answer.h"
#include "plan/simulate_event.h"
#include "plan/simulate_flow.h"

#endif
