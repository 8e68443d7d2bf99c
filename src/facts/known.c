/*
 * known: since when a release is known.
 *
 * A release whose date of publication nobody knows is dated by what evidence there is, and never by the time of adding: the date
 * inside its zip, else the end of its last period and the usual delay. The rule errs to the late side, so that an edition as of a date does
 * not hold what could not have been known.
 */
#include "facts/facts.h"

const char *known_by_name(known_by k)
{
    static const char *const names[] = {"published date", "archive date", "end of period"};
    return names[k];
}

date release_usual(const release *r)
{
    int32_t months = r->last_period.months;
    int32_t delay = months <= 1 ? RELEASE_DELAY_MONTH : months < 12 ? RELEASE_DELAY_QUARTER : RELEASE_DELAY_YEAR;
    return period_last_day(r->last_period) + delay;
}

date release_known(const release *r, known_by *by)
{
    date usual = release_usual(r);
    /* What a merge of copies put in place of a later date in an archive (copies.c) is the rule's day, not the archive's. */
    known_by how = r->published != DATE_NONE                          ? KNOWN_BY_PUBLISHED
                   : r->archived != DATE_NONE && r->archived != usual ? KNOWN_BY_ARCHIVE
                                                                      : KNOWN_BY_PERIOD;
    if (by != NULL)
        *by = how;
    if (how == KNOWN_BY_PUBLISHED)
        return r->published;
    if (r->archived != DATE_NONE)
        return r->archived;
    return usual + (r->revised ? RELEASE_DELAY_REVISION : 0);
}
