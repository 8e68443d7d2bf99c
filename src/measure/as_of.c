/* What was known on a day: the releases that had been published by then (release_known). */
#include "measure/internal.h"

#include <string.h>

bool evaluation_counts(const evaluation *v, const release *r)
{
    if (v->options->only_release != NULL && strcmp(v->options->only_release, r->sha256) != 0)
        return false;
    return v->options->as_of == NULL || release_known(r, NULL) <= *v->options->as_of;
}

status evaluation_list_undated(evaluation *v, error *err)
{
    size_t undated = 0, archived = 0;
    if (v->options->as_of == NULL)
        return STATUS_OK;
    for (size_t i = 0; i < v->release_count; i++) {
        known_by by;
        (void)release_known(&v->releases[i], &by);
        undated += by == KNOWN_BY_PERIOD;
        archived += by == KNOWN_BY_ARCHIVE;
    }
    if (undated + archived == 0)
        return STATUS_OK;
    char sentence[320];
    (void)snprintf(
        sentence, sizeof sentence,
        "Of %zu releases that count, %zu have no date of publication: %zu are dated by their zip, %zu by the "
        "end of their period and the usual delay (%d days for a month, %d for a quarter, %d for a year; %d "
        "more where revised).",
        v->release_count, undated + archived, archived, undated, RELEASE_DELAY_MONTH, RELEASE_DELAY_QUARTER,
        RELEASE_DELAY_YEAR, RELEASE_DELAY_REVISION);
    return evaluation_issue(v, "undated", "", "", sentence, (int64_t)(undated + archived), err);
}
