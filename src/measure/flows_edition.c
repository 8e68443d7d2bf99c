/* The waiting lists that an edition carries for plans: of every organisation that has them, as a whole and by treatment function. */
#include "measure/internal.h"

#include <string.h>

/* A year of flows, and the list at its start: a season in the rates would be told as a trend of the plan. */
#define MONTHS_KEPT 13

/* The last month of the extract among the releases that count; PERIOD_NONE where there is none. */
static period last_month(const evaluation *v, int32_t source_at)
{
    period last = {0};
    for (size_t i = 0; i < v->selection_count; i++) {
        const selected *x = &v->selection[i];
        if (x->source == source_at && x->period.kind == PERIOD_MONTH &&
            (last.kind == PERIOD_NONE || x->period.first_month > last.first_month))
            last = x->period;
    }
    return last;
}

/* Each code is kept at the one level that the edition shows it at. */
static bool is_in_edition(const edition *head, const char *code, level at)
{
    size_t low = 0, high = head->org_count; /* ordered by code */
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = strcmp(head->orgs[middle].code, code);
        if (order == 0)
            return strcmp(head->orgs[middle].level, level_name(at)) == 0;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static status level_write(const evaluation *v, const edition *head, level at, period last, edition_writer *w,
                          error *err)
{
    arena memory = {0};
    measure_flow *flows = NULL;
    size_t count = 0, kept = 0;
    const int32_t first = last.first_month - MONTHS_KEPT + 1;
    const measure_flow_request request = {.level = at,
                                          .each_treatment_function = true,
                                          .first = period_month(first / 12, first % 12 + 1),
                                          .last = last,
                                          .as_of = v->options->as_of,
                                          .interrupted = v->options->interrupted};
    status code = measure_flows(v->facts, v->catalogue, v->orgs, &request, &memory, &flows, &count, err);
    for (size_t i = 0; code == STATUS_OK && i < count; i++)
        if (is_in_edition(head, flows[i].code, at))
            flows[kept++] = flows[i];
    if (code == STATUS_OK)
        code = edition_writer_flows(w, flows, kept, err);
    arena_free(&memory);
    return code;
}

status evaluation_flows(const evaluation *v, const edition *head, edition_writer *w, error *err)
{
    static const level levels[] = {LEVEL_ENGLAND, LEVEL_REGION, LEVEL_ICB, LEVEL_PROVIDER};
    const source *s = catalogue_source(v->catalogue, "rtt-full-extract");
    const bool whole = v->options->geography == GEOGRAPHY_CURRENT && v->options->only_measure == NULL &&
                       v->options->only_release == NULL;
    if (s == NULL || !whole)
        return STATUS_OK;
    const period last = last_month(v, (int32_t)(s - v->catalogue->sources));
    status code = STATUS_OK;
    for (size_t i = 0; last.kind != PERIOD_NONE && code == STATUS_OK && i < sizeof levels / sizeof *levels; i++)
        code = level_write(v, head, levels[i], last, w, err);
    return code;
}
