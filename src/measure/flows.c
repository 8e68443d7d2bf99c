/* The lists of planned care as arrays, month by month: one grouped query per release, placed on the map like the measures. */
#include "measure/flows.h"

#include "measure/rows.h"

#include <stdlib.h>
#include <string.h>

enum { BANDS = MEASURE_FLOW_WEEKS + 1, WAITING = 0, COMPLETED = BANDS, COMPLETED_ALL = 2 * BANDS, NEW, SUMS };
enum { TERM_WAITING, TERM_COMPLETED, TERM_COMPLETED_ALL, TERM_NEW, TERMS };

/* A list while its months are collected. */
typedef struct collected {
    int32_t organisation, breakdown;
    measure_flow_month *months;
    size_t count, capacity;
} collected;

typedef struct flow_work {
    evaluation v;
    const measure_flow_request *request;
    const source *source;
    int32_t source_at, role;
    level base;
    int32_t function_column, part_column;
    int32_t bands[BANDS], total_column;
    int32_t wanted;         /* working index of the organisation asked for, -1 = all */
    slot_table month;       /* sums of the month that is read */
    slot_table index;       /* organisation and breakdown -> place in lists */
    const char **functions; /* codes of treatment functions met */
    size_t function_count;
    collected *lists;
    size_t count, capacity;
} flow_work;

static status no_memory(error *err)
{
    return error_set(err, STATUS_MEMORY, "Out of memory for the waiting lists");
}

/* ---- what is asked of the store ------------------------------------------------------------------------ */

static status columns_find(flow_work *w, error *err)
{
    for (int i = 0; i < MEASURE_FLOW_WEEKS; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "weeks_%02d_%02d", i, i + 1);
        w->bands[i] = source_column_find(w->source, name);
        if (w->bands[i] < 0)
            return error_set(err, STATUS_INTERNAL, "The source %s has no column %s", w->source->id, name);
    }
    w->bands[MEASURE_FLOW_WEEKS] = source_column_find(w->source, "weeks_104_plus");
    w->total_column = source_column_find(w->source, "total_all");
    w->part_column = source_column_find(w->source, "part");
    w->function_column = source_column_find(w->source, "treatment_function");
    if (w->bands[MEASURE_FLOW_WEEKS] < 0 || w->total_column < 0 || w->part_column < 0 || w->function_column < 0)
        return error_set(err, STATUS_INTERNAL, "The source %s lacks a column that planning needs", w->source->id);
    return STATUS_OK;
}

static status role_find(flow_work *w, error *err)
{
    const char *name = w->request->level == LEVEL_PROVIDER ? "provider" : "commissioner";
    for (size_t i = 0; i < w->source->role_count; i++)
        if (strcmp(w->source->roles[i].name, name) == 0) {
            w->role = (int32_t)i;
            w->base = role_level(&w->v, w->source_at, w->role);
            return STATUS_OK;
        }
    return error_set(err, STATUS_INTERNAL, "The source %s has no %s", w->source->id, name);
}

static status query_release(flow_work *w, const selected *chosen, arena *a, facts_result *result, error *err)
{
    static const char *const part_waiting[] = {"Part_2"}, *const part_completed[] = {"Part_1A", "Part_1B"},
                             *const part_new[] = {"Part_3"};
    const char *const function[] = {w->request->treatment_function};
    const size_t filters = w->request->treatment_function != NULL ? 2 : 1;
    const measure_filter waiting[] = {{w->part_column, part_waiting, 1, false, false},
                                      {w->function_column, function, 1, false, false}};
    const measure_filter completed[] = {{w->part_column, part_completed, 2, false, false},
                                        {w->function_column, function, 1, false, false}};
    const measure_filter fresh[] = {{w->part_column, part_new, 1, false, false},
                                    {w->function_column, function, 1, false, false}};
    const measure_sum sums[TERMS] = {
        [TERM_WAITING] = {.columns = w->bands, .column_count = BANDS, .filters = waiting, .filter_count = filters},
        [TERM_COMPLETED] = {.columns = w->bands, .column_count = BANDS, .filters = completed, .filter_count = filters},
        [TERM_COMPLETED_ALL] = {.columns = &w->total_column,
                                .column_count = 1,
                                .filters = completed,
                                .filter_count = filters},
        [TERM_NEW] = {.columns = &w->total_column, .column_count = 1, .filters = fresh, .filter_count = filters}};
    const facts_term terms[TERMS] = {{&sums[TERM_WAITING], true},
                                     {&sums[TERM_COMPLETED], true},
                                     {&sums[TERM_COMPLETED_ALL], false},
                                     {&sums[TERM_NEW], false}};
    const source_role *role = &w->source->roles[w->role];
    int32_t group_by[3];
    size_t group_count = 0;
    if (w->request->level != LEVEL_ENGLAND) {
        group_by[group_count++] = role->column;
        if (role->parent_column >= 0)
            group_by[group_count++] = role->parent_column;
    }
    if (w->request->each_treatment_function)
        group_by[group_count++] = w->function_column;
    const facts_query q = {.source = w->source,
                           .releases = &w->v.releases[chosen->release].ordinal,
                           .periods = &chosen->period,
                           .release_count = 1,
                           .group_by = group_by,
                           .group_count = group_count,
                           .terms = terms,
                           .term_count = TERMS};
    return facts_sums(w->v.facts, &q, a, result, err);
}

/* ---- adding up a month --------------------------------------------------------------------------------- */

static status function_index(flow_work *w, text code, int32_t *out, error *err)
{
    for (size_t i = 0; i < w->function_count; i++)
        if (text_is(code, w->functions[i])) {
            *out = (int32_t)i;
            return STATUS_OK;
        }
    const char **grown = realloc(w->functions, (w->function_count + 1) * sizeof *grown);
    if (grown == NULL)
        return no_memory(err);
    w->functions = grown;
    w->functions[w->function_count] = arena_copy(&w->v.memory, code.at, code.length);
    if (w->functions[w->function_count] == NULL)
        return no_memory(err);
    *out = (int32_t)w->function_count++;
    return STATUS_OK;
}

static status group_add(flow_work *w, const facts_group *g, int32_t organisation, int32_t breakdown,
                        const placing *where, const placement *at, error *err)
{
    const slot key = {.organisation = organisation, .breakdown = breakdown, .split = -1, .level = w->request->level};
    size_t i;
    const status code = slot_find(&w->month, &key, &i, err);
    if (code != STATUS_OK)
        return code;
    int64_t *sums = w->month.sums + i * SUMS;
    bool *present = w->month.present + i * SUMS;
    for (size_t k = 0; k < SUMS; k++) {
        if (!g->present[k])
            continue;
        present[k] = true;
        const int64_t part = at == NULL ? g->sums[k] : placed_part(where, at, g->sums[k]);
        if (__builtin_add_overflow(sums[k], part, &sums[k]))
            return error_set(err, STATUS_REFUSED, "A sum of %s passes the largest whole number", w->source->name);
    }
    w->month.slots[i].estimated = w->month.slots[i].estimated || (at != NULL && at->estimated);
    return STATUS_OK;
}

/* The list of one treatment function, where each is asked for, and of all together. */
static status group_add_both(flow_work *w, const facts_group *g, int32_t organisation, const placing *where,
                             const placement *at, error *err)
{
    status code = group_add(w, g, organisation, -1, where, at, err);
    if (code != STATUS_OK || !w->request->each_treatment_function)
        return code;
    const size_t keys = w->request->level == LEVEL_ENGLAND ? 0 : w->source->roles[w->role].parent_column >= 0 ? 2 : 1;
    int32_t function = -1;
    code = function_index(w, text_trim(g->keys[keys]), &function, err);
    return code != STATUS_OK ? code : group_add(w, g, organisation, function, where, at, err);
}

static status groups_add(flow_work *w, const facts_result *result, error *err)
{
    const source_role *role = &w->source->roles[w->role];
    status code = STATUS_OK;
    for (size_t n = 0; n < result->count && code == STATUS_OK; n++) {
        const facts_group *g = &result->groups[n];
        if (w->request->level == LEVEL_ENGLAND) {
            code = group_add_both(w, g, w->wanted, NULL, NULL, err);
            continue;
        }
        int32_t organisation;
        placing where;
        code = evaluation_organisation(&w->v, g->keys[0], w->source->id, &organisation, err);
        if (code == STATUS_OK)
            code =
                evaluation_place(&w->v, organisation, w->base, g->period, GEOGRAPHY_CURRENT,
                                 role->parent_column >= 0 ? g->keys[1] : (text){"", 0}, role->parent_kind, &where, err);
        for (size_t i = 0; code == STATUS_OK && i < where.count; i++) {
            const placement *at = &where.places[i];
            if (at->level == w->request->level && (w->wanted < 0 || at->organisation == w->wanted))
                code = group_add_both(w, g, at->organisation, &where, at, err);
        }
    }
    return code;
}

/* ---- collecting months into lists ---------------------------------------------------------------------- */

static status list_find(flow_work *w, const slot *of, collected **out, error *err)
{
    const size_t before = w->index.count;
    const slot key = {.organisation = of->organisation, .breakdown = of->breakdown, .split = -1};
    size_t i;
    const status code = slot_find(&w->index, &key, &i, err);
    if (code != STATUS_OK)
        return code;
    if (w->index.count > before) {
        if (w->count == w->capacity) {
            const size_t capacity = w->capacity == 0 ? 256 : w->capacity * 2;
            collected *grown = realloc(w->lists, capacity * sizeof *grown);
            if (grown == NULL)
                return no_memory(err);
            w->lists = grown;
            w->capacity = capacity;
        }
        w->lists[w->count++] = (collected){.organisation = of->organisation, .breakdown = of->breakdown};
    }
    *out = &w->lists[i]; /* slots of the index are numbered in the order of the lists */
    return STATUS_OK;
}

static status month_keep(flow_work *w, size_t slot_at, period p, error *err)
{
    collected *list = NULL;
    const status code = list_find(w, &w->month.slots[slot_at], &list, err);
    if (code != STATUS_OK)
        return code;
    if (list->count == list->capacity) {
        const size_t capacity = list->capacity == 0 ? 2 : list->capacity * 2;
        measure_flow_month *grown = realloc(list->months, capacity * sizeof *grown);
        if (grown == NULL)
            return no_memory(err);
        list->months = grown;
        list->capacity = capacity;
    }
    measure_flow_month *m = &list->months[list->count++];
    *m = (measure_flow_month){.period = p, .estimated = w->month.slots[slot_at].estimated};
    const int64_t *sums = w->month.sums + slot_at * SUMS;
    const bool *present = w->month.present + slot_at * SUMS;
    for (size_t i = 0; i < BANDS; i++) {
        m->waiting[i] = (double)sums[WAITING + i];
        m->completed[i] = (double)sums[COMPLETED + i];
    }
    m->completed_all = (double)sums[COMPLETED_ALL];
    m->new_periods = (double)sums[NEW];
    m->has_waiting = present[WAITING];
    m->has_completed = present[COMPLETED_ALL];
    m->has_new = present[NEW];
    return STATUS_OK;
}

static status release_read(flow_work *w, const selected *chosen, error *err)
{
    arena scratch = {0};
    facts_result result = {0};
    slots_clear(&w->month);
    status code = query_release(w, chosen, &scratch, &result, err);
    if (code == STATUS_OK)
        code = groups_add(w, &result, err);
    for (size_t i = 0; i < w->month.count && code == STATUS_OK; i++)
        code = month_keep(w, i, chosen->period, err);
    arena_free(&scratch);
    return code;
}

/* ---- the answer ---------------------------------------------------------------------------------------- */

static const char *function_name(const flow_work *w, const char *code)
{
    const int32_t at = source_breakdown_find(w->source, "treatment-function");
    if (at < 0)
        return code;
    const source_breakdown *b = &w->source->breakdowns[at];
    for (size_t i = 0; i < b->value_count; i++)
        if (strcmp(b->values[i].code, code) == 0)
            return b->values[i].name;
    return code;
}

static int by_period(const void *left, const void *right)
{
    const measure_flow_month *a = left, *b = right;
    return period_compare(a->period, b->period);
}

static int by_code_and_function(const void *left, const void *right)
{
    const measure_flow *a = left, *b = right;
    const int codes = strcmp(a->code, b->code);
    if (codes != 0)
        return codes;
    return strcmp(a->treatment_function == NULL ? "" : a->treatment_function,
                  b->treatment_function == NULL ? "" : b->treatment_function);
}

static status answer_make(flow_work *w, arena *a, measure_flow **out, size_t *count, error *err)
{
    measure_flow *flows = arena_array(a, w->count + 1, sizeof *flows);
    if (flows == NULL)
        return no_memory(err);
    for (size_t i = 0; i < w->count; i++) {
        const collected *from = &w->lists[i];
        const working_org *organisation = &w->v.organisations[from->organisation];
        const char *function = from->breakdown >= 0 ? w->functions[from->breakdown] : w->request->treatment_function;
        measure_flow_month *months = arena_array(a, from->count, sizeof *months);
        measure_flow *to = &flows[i];
        *to = (measure_flow){.code = arena_string(a, organisation->code),
                             .name = arena_string(a, organisation->name),
                             .treatment_function = arena_string(a, function),
                             .treatment_function_name =
                                 function == NULL ? NULL : arena_string(a, function_name(w, function)),
                             .months = months,
                             .month_count = from->count};
        if (months == NULL || to->code == NULL || to->name == NULL)
            return no_memory(err);
        memcpy(months, from->months, from->count * sizeof *months);
        qsort(months, from->count, sizeof *months, by_period);
    }
    qsort(flows, w->count, sizeof *flows, by_code_and_function);
    *out = flows;
    *count = w->count;
    return STATUS_OK;
}

static bool is_wanted(const flow_work *w, const selected *chosen)
{
    const measure_flow_request *r = w->request;
    return chosen->source == w->source_at && chosen->period.kind == PERIOD_MONTH &&
           (r->first.kind == PERIOD_NONE || chosen->period.first_month >= r->first.first_month) &&
           (r->last.kind == PERIOD_NONE || chosen->period.first_month < r->last.first_month + r->last.months);
}

static status work_run(flow_work *w, error *err)
{
    status code = columns_find(w, err);
    if (code == STATUS_OK)
        code = role_find(w, err);
    if (code != STATUS_OK)
        return code;
    w->wanted = -1;
    if (w->request->level == LEVEL_ENGLAND)
        w->wanted = orgs_find(w->v.orgs, text_of("ENGLAND"));
    else if (w->request->organisation != NULL)
        code = evaluation_organisation(&w->v, text_of(w->request->organisation), w->source->id, &w->wanted, err);
    if (code == STATUS_OK && w->request->level == LEVEL_ENGLAND && w->wanted < 0)
        code = error_set(err, STATUS_INTERNAL, "The organisations data has no England");
    bool any = false;
    for (size_t i = 0; i < w->v.selection_count && code == STATUS_OK; i++) {
        if (!is_wanted(w, &w->v.selection[i]))
            continue;
        any = true;
        code = release_read(w, &w->v.selection[i], err);
        if (code == STATUS_OK && w->request->interrupted != NULL && *w->request->interrupted)
            code = error_set(err, STATUS_IO, "Stopped");
    }
    if (code == STATUS_OK && !any) {
        code = error_set(err, STATUS_NOT_FOUND, "The workspace has no month of %s", w->source->name);
        error_hint(err, "Add the full extracts, for example: concord add RTT-April-2026-full-extract.csv.zip");
    }
    return code;
}

status measure_flows(facts *f, const catalogue *c, const orgs *o, const measure_flow_request *request, arena *a,
                     measure_flow **out, size_t *count, error *err)
{
    const measure_options options = {
        .geography = GEOGRAPHY_CURRENT, .as_of = request->as_of, .interrupted = request->interrupted};
    flow_work w = {.request = request, .source = catalogue_source(c, "rtt-full-extract")};
    *out = NULL;
    *count = 0;
    if (w.source == NULL)
        return error_set(err, STATUS_NOT_FOUND, "The catalogue has no source rtt-full-extract");
    w.source_at = (int32_t)(w.source - c->sources);
    w.month.sum_count = SUMS;
    w.index.sum_count = 1;
    status code = evaluation_begin(&w.v, f, c, o, &options, NULL, err);
    if (code == STATUS_OK)
        code = work_run(&w, err);
    if (code == STATUS_OK)
        code = answer_make(&w, a, out, count, err);
    for (size_t i = 0; i < w.count; i++)
        free(w.lists[i].months);
    free(w.lists);
    free(w.functions);
    slots_free(&w.month);
    slots_free(&w.index);
    evaluation_free(&w.v);
    return code;
}
