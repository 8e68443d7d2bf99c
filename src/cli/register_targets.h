/* register_targets: what the commands target and priority share. */
#ifndef CONCORD_CLI_REGISTER_TARGETS_H
#define CONCORD_CLI_REGISTER_TARGETS_H

#include "cli/register_work.h"

#define REGISTER_TARGET_OPTIONS                                                                                        \
    {"--title", "NAME", "What it is called."},                                                                         \
        {"--measure", "MEASURE", "The measure, of the catalogue or a local one."},                                     \
        {"--level", "N", "The level to be met, in the measure's unit."},                                               \
        {"--trajectory", "MONTH=N,...", "The way there, month by month: 2026-04=61,2026-05=62.5."},                    \
        {"--by", "MONTH", "The month by which it is to be met."},                                                      \
        {"--organisations", "ORG,...", "Whose figures it is about."},                                                  \
        {"--whom", "WORDS", "For whom, in words: people over 75 in the poorest fifth."},                               \
        {"--why", "WORDS", "Why it matters here."}, {"--clear", "WORDS", "Evidence: it is clear."},                    \
        {"--relevant", "WORDS", "Evidence: it is relevant."},                                                          \
        {"--attributable", "WORDS", "Evidence: a change in it can be put down to those who answer for it."},           \
        {"--valid", "WORDS", "Evidence: it measures what it is meant to."},                                            \
        {"--affordable", "WORDS", "Evidence: what collecting it costs."},                                              \
        {"--risks", "WORDS", "Evidence: what could go wrong, gaming for one."},                                        \
        {"--from", "DATE", "Since when it is in force."}, {"--outcome", "continue|change|retire", "Of a review."},     \
        {"--words", "WORDS", "What was found, or contributed."},                                                       \
    {                                                                                                                  \
        "--reason", "WORDS", "Why it is revised or retired."                                                           \
    }

/* target adopt: title, measure, unit, level, month, authority and document come from the catalogue. */
MUST_USE status register_target_adopt(register_run *r, error *err);
/* target measure: an event, and a measure in the workspace's catalogue that tidy files feed. */
MUST_USE status register_measure_define(register_run *r, error *err);
/* priority sign: the present revision where --revision is not given. */
MUST_USE status register_priority_sign(register_run *r, error *err);

/* ---- register_grounds.c: protected ground (oversight/burden.h) ---- */

/* Says which protected ground no target or priority in force has a measure of. Nothing where none is in force at all. */
MUST_USE status register_grounds_note(register_run *r, error *err);
/* Names of the protected grounds without such a measure, whatever is in force, into names; how many. The catalogue must be loaded. */
size_t register_grounds_uncovered(const register_run *r, const char **names, size_t capacity);
/* Retires a target or priority, and warns where that leaves protected ground without a measure. */
MUST_USE status register_target_retire(register_run *r, error *err);

#endif
