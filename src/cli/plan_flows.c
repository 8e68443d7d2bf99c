/* The waiting lists of a workspace that a plan is asked about. */
#include "cli/plan_flows.h"

#include "cli/as_of.h"

#include <stdlib.h>
#include <string.h>

static status no_memory(error *err)
{
    return error_set(err, STATUS_MEMORY, "Out of memory for the plan");
}

/* ---- whose --------------------------------------------------------------------------------------------- */

bool plan_level_find(const char *name, level *out)
{
    static const char *const names[] = {"england", "regions", "icbs", "sub-icbs", "providers"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0) {
            *out = (level)i;
            return true;
        }
    return false;
}

static status org_unknown(const cli *c, const char *typed, error *err)
{
    org_index near[3];
    const size_t count = orgs_nearest(c->orgs, typed, near, 3);
    buffer words = {0};
    for (size_t i = 0; i < count; i++)
        buffer_printf(&words, "%s%s (%s)", i == 0 ? "" : ", ", orgs_at(c->orgs, near[i])->code,
                      orgs_at(c->orgs, near[i])->name);
    error_set(err, STATUS_NOT_FOUND, "There is no organisation '%s'", typed);
    if (command_part(c->command, typed) != NULL)
        error_hint(err, "Write it right after plan, before any option: concord plan %s", typed);
    else if (words.length > 0)
        error_hint(err, "Nearest: %s.", words.data);
    else
        error_hint(err, "Use an ODS or ONS code, or ENGLAND. See: concord list orgs");
    buffer_free(&words);
    return STATUS_NOT_FOUND;
}

/* A code that files name but the organisations data does not know is a provider. */
status plan_org_find(const cli *c, const char *typed, measure_flow_request *request, error *err)
{
    org_index at = orgs_find(c->orgs, text_of(typed));
    if (at < 0)
        at = orgs_find_name(c->orgs, text_of(typed));
    if (at < 0)
        return org_unknown(c, typed, err);
    const org *o = orgs_at(c->orgs, at);
    request->organisation = o->code;
    switch (o->kind) {
    case ORG_ENGLAND: request->level = LEVEL_ENGLAND; break;
    case ORG_REGION: request->level = LEVEL_REGION; break;
    case ORG_ICB: request->level = LEVEL_ICB; break;
    case ORG_SUB_ICB: request->level = LEVEL_SUB_ICB; break;
    default: request->level = LEVEL_PROVIDER; break;
    }
    return STATUS_OK;
}

/* ---- by week, from the full extracts -------------------------------------------------------------------- */

static status flows_append(plan_flows *w, const measure_flow *more, size_t count, arena *a, error *err)
{
    measure_flow *all = arena_array(a, w->count + count + 1, sizeof *all);
    if (all == NULL)
        return no_memory(err);
    if (w->count > 0)
        memcpy(all, w->flows, w->count * sizeof *all);
    if (count > 0)
        memcpy(all + w->count, more, count * sizeof *all);
    w->flows = all;
    w->count += count;
    return STATUS_OK;
}

static status no_figures(const measure_flow_request *request, error *err)
{
    error_set(err, STATUS_NOT_FOUND, "There are no waiting times of %s%s%s in the workspace", request->organisation,
              request->treatment_function == NULL ? "" : " for ",
              request->treatment_function == NULL ? "" : request->treatment_function);
    error_hint(err, "See what there is: concord plan --all icbs, or concord list releases.");
    return STATUS_NOT_FOUND;
}

/* The treatment function must be one that the source declares. */
static status function_check(const cli *c, const char *code, error *err)
{
    const source *s = catalogue_source(&c->catalogue, "rtt-full-extract");
    const int32_t at = s == NULL ? -1 : source_breakdown_find(s, "treatment-function");
    if (code == NULL || at < 0)
        return STATUS_OK;
    const source_breakdown *b = &s->breakdowns[at];
    buffer words = {0};
    bool found = false;
    for (size_t i = 0; i < b->value_count; i++) {
        found = found || strcmp(b->values[i].code, code) == 0;
        buffer_printf(&words, "%s%s", i == 0 ? "" : ", ", b->values[i].code);
    }
    if (!found) {
        error_set(err, STATUS_NOT_FOUND, "There is no treatment function '%s'", code);
        error_hint(err, "They are %s.", words.data == NULL ? "" : words.data);
    }
    buffer_free(&words);
    return found ? STATUS_OK : STATUS_NOT_FOUND;
}

/* ---- monthly flows of boards ---------------------------------------------------------------------------- */

enum { COMPLETED = 0, WAITING, JOINED, FIGURES };

/* One release and month. */
typedef struct month_release {
    const release *release;
    period month;
} month_release;

static bool counts(const cli *c, const release *r, const char *source_id)
{
    return strcmp(r->source, source_id) == 0 && (c->as_of == NULL || release_known(r, NULL) <= *c->as_of);
}

/* For each month the release that counts: the later one of those that cover it. */
static status months_choose(cli *c, const char *source_id, const measure_flow_request *request, month_release **out,
                            size_t *count, error *err)
{
    release *releases = NULL;
    size_t releases_count = 0, room = 0;
    *count = 0;
    status code = facts_releases(c->facts, &c->memory, &releases, &releases_count, err);
    for (size_t i = 0; i < releases_count && code == STATUS_OK; i++)
        if (counts(c, &releases[i], source_id))
            room += (size_t)(releases[i].last_period.first_month - releases[i].first_period.first_month + 1);
    month_release *all = code == STATUS_OK ? arena_array(&c->memory, room + 1, sizeof *all) : NULL;
    if (code == STATUS_OK && all == NULL)
        code = no_memory(err);
    for (size_t i = 0; i < releases_count && code == STATUS_OK; i++) {
        const release *r = &releases[i];
        for (int32_t m = r->first_period.first_month; counts(c, r, source_id) && m <= r->last_period.first_month; m++) {
            if ((request->first.kind != PERIOD_NONE && m < request->first.first_month) ||
                (request->last.kind != PERIOD_NONE && m >= request->last.first_month + request->last.months))
                continue;
            size_t at = 0;
            while (at < *count && all[at].month.first_month != m)
                at++;
            /* As `add` says which counts: the one published later, wherever it begins. */
            if (at == *count || facts_release_later(r, all[at].release, NULL) > 0)
                all[at] = (month_release){r, period_month(m / 12, m % 12 + 1)};
            *count += at == *count;
        }
    }
    *out = all;
    return code;
}

typedef struct monthly_row {
    const char *code;
    int32_t month;
    double figures[FIGURES];
    bool estimated;
} monthly_row;

typedef struct monthly_work {
    cli *cli;
    const measure_flow_request *request;
    monthly_row *rows;
    size_t count, room;
} monthly_work;

static status row_add(monthly_work *w, const char *code, int32_t month, const facts_group *g, double share, error *err)
{
    size_t at = 0;
    while (at < w->count && (w->rows[at].month != month || strcmp(w->rows[at].code, code) != 0))
        at++;
    if (at == w->room) {
        const size_t room = w->room == 0 ? 1024 : w->room * 2;
        monthly_row *grown = realloc(w->rows, room * sizeof *grown);
        if (grown == NULL)
            return no_memory(err);
        w->rows = grown;
        w->room = room;
    }
    if (at == w->count)
        w->rows[w->count++] = (monthly_row){.code = code, .month = month};
    for (int k = 0; k < FIGURES; k++)
        w->rows[at].figures[k] += (double)g->sums[k] * share;
    w->rows[at].estimated = w->rows[at].estimated || share < 1;
    return STATUS_OK;
}

/* To the board itself, as it was published; to those that carry it on; and to the region and England of today. */
static status group_place(monthly_work *w, const facts_group *g, error *err)
{
    const orgs *o = w->cli->orgs;
    const measure_flow_request *q = w->request;
    org_share shares[16];
    const char *published = arena_copy(&w->cli->memory, g->keys[0].at, g->keys[0].length);
    const org_index from = orgs_find(o, g->keys[0]);
    const date on = orgs_current(o);
    status code = published == NULL ? no_memory(err) : STATUS_OK;
    if (code != STATUS_OK || !g->present[COMPLETED] || !g->present[WAITING] || !g->present[JOINED])
        return code; /* a board that left a part out has no such month */
    const int32_t month = g->period.first_month;
    if (q->level == LEVEL_ENGLAND)
        return row_add(w, "ENGLAND", month, g, 1, err);
    if (q->organisation != NULL && q->level == LEVEL_ICB && strcmp(q->organisation, published) == 0)
        return row_add(w, published, month, g, 1, err);
    const size_t count = from < 0 ? 0 : orgs_carry(o, from, period_first_day(g->period), on, shares, 16);
    for (size_t i = 0; i < count && code == STATUS_OK; i++) {
        const org_index to = q->level == LEVEL_REGION ? orgs_ancestor(o, shares[i].to, ORG_REGION, on) : shares[i].to;
        if (to < 0 || (q->organisation != NULL && strcmp(orgs_at(o, to)->code, q->organisation) != 0))
            continue;
        code = row_add(w, orgs_at(o, to)->code, month, g, (double)shares[i].numerator / (double)shares[i].denominator,
                       err);
    }
    return code;
}

static int row_compare(const void *a, const void *b)
{
    const monthly_row *x = a, *y = b;
    const int by_code = strcmp(x->code, y->code);
    return by_code != 0 ? by_code : (x->month > y->month) - (x->month < y->month);
}

static status monthly_make(monthly_work *w, const monthly_row *rows, size_t count, plan_monthly *out, error *err)
{
    arena *a = &w->cli->memory;
    int32_t *months = arena_array(a, count, sizeof *months);
    double *figures[FIGURES];
    for (int k = 0; k < FIGURES; k++)
        figures[k] = arena_array(a, count, sizeof(double));
    const org_index at = orgs_find(w->cli->orgs, text_of(rows[0].code));
    *out = (plan_monthly){.code = rows[0].code,
                          .name = at < 0 ? rows[0].code : orgs_at(w->cli->orgs, at)->name,
                          .count = count,
                          .months = months,
                          .completed = figures[COMPLETED],
                          .waiting = figures[WAITING],
                          .joined = figures[JOINED]};
    if (months == NULL || figures[COMPLETED] == NULL || figures[WAITING] == NULL || figures[JOINED] == NULL)
        return no_memory(err);
    for (size_t i = 0; i < count; i++) {
        months[i] = rows[i].month;
        for (int k = 0; k < FIGURES; k++)
            figures[k][i] = rows[i].figures[k];
        out->estimated = out->estimated || rows[i].estimated;
    }
    return STATUS_OK;
}

static status monthly_append(monthly_work *w, plan_flows *out, error *err)
{
    if (w->count > 1)
        qsort(w->rows, w->count, sizeof *w->rows, row_compare);
    plan_monthly *all = arena_array(&w->cli->memory, out->count + w->count + 1, sizeof *all);
    status code = all == NULL ? no_memory(err) : STATUS_OK;
    if (code == STATUS_OK && out->count > 0)
        memcpy(all, out->monthly, out->count * sizeof *all);
    for (size_t first = 0, end; first < w->count && code == STATUS_OK; first = end) {
        for (end = first; end < w->count && strcmp(w->rows[end].code, w->rows[first].code) == 0;)
            end++;
        code = monthly_make(w, w->rows + first, end - first, &all[out->count++], err);
    }
    if (code == STATUS_OK)
        out->monthly = all;
    return code;
}

static status monthly_read(cli *c, const measure_flow_request *request, plan_flows *out, error *err)
{
    const source *s = catalogue_source(&c->catalogue, "rtt-flows");
    if (s == NULL || request->treatment_function != NULL || request->each_treatment_function ||
        (request->level != LEVEL_ENGLAND && request->level != LEVEL_REGION && request->level != LEVEL_ICB))
        return STATUS_OK;
    static const char *const names[FIGURES] = {"completed", "incomplete", "new_periods"};
    int32_t columns[FIGURES], by = source_column_find(s, "icb");
    measure_sum sums[FIGURES];
    facts_term terms[FIGURES];
    month_release *months = NULL;
    size_t count = 0;
    monthly_work w = {.cli = c, .request = request};
    for (int k = 0; k < FIGURES; k++) {
        columns[k] = source_column_find(s, names[k]);
        sums[k] = (measure_sum){.columns = &columns[k], .column_count = 1};
        terms[k] = (facts_term){.sum = &sums[k]};
        if (columns[k] < 0 || by < 0)
            return error_set(err, STATUS_INTERNAL, "The source rtt-flows lacks a column that planning needs");
    }
    status code = months_choose(c, s->id, request, &months, &count, err);
    for (size_t i = 0; i < count && code == STATUS_OK; i++) {
        const facts_query q = {.source = s,
                               .releases = &months[i].release->ordinal,
                               .periods = &months[i].month,
                               .release_count = 1,
                               .group_by = &by,
                               .group_count = 1,
                               .terms = terms,
                               .term_count = FIGURES};
        facts_result result = {0};
        code = facts_sums(c->facts, &q, &c->memory, &result, err);
        for (size_t k = 0; k < result.count && code == STATUS_OK; k++)
            code = group_place(&w, &result.groups[k], err);
    }
    if (code == STATUS_OK)
        code = monthly_append(&w, out, err);
    free(w.rows);
    return code;
}

/* Where months were asked for of which none is there, what months there are; else the error stands. */
static status months_tell(cli *c, const char *from, const char *to, status otherwise, error *err)
{
    const measure_flow_request any = {.level = LEVEL_ENGLAND};
    month_release *months = NULL;
    size_t count = 0;
    char first[PERIOD_WORDS], last[PERIOD_WORDS];
    if (months_choose(c, "rtt-full-extract", &any, &months, &count, NULL) != STATUS_OK || count == 0)
        return otherwise;
    size_t least = 0, most = 0;
    for (size_t i = 1; i < count; i++) {
        least = months[i].month.first_month < months[least].month.first_month ? i : least;
        most = months[i].month.first_month > months[most].month.first_month ? i : most;
    }
    period_words(months[least].month, first);
    period_words(months[most].month, last);
    error_set(err, STATUS_USAGE, "No month of the full extract in this workspace is %s%s%s%s",
              from == NULL ? "" : "from ", from == NULL ? "" : from,
              to == NULL     ? ""
              : from == NULL ? "up to "
                             : " to ",
              to == NULL ? "" : to);
    if (least == most)
        error_hint(err,
                   "There is %s alone. --from and --to choose the months to learn from; --by is the month of the goal.",
                   last);
    else
        error_hint(
            err,
            "There are months from %s to %s. --from and --to choose the months to learn from; --by is the month of "
            "the goal.",
            first, last);
    return STATUS_USAGE;
}

/* ---- the whole ------------------------------------------------------------------------------------------ */

static status one_read(cli *c, const measure_flow_request *request, bool monthly, plan_flows *out, error *err)
{
    measure_flow *flows = NULL;
    size_t count = 0;
    const size_t before = out->count;
    status code =
        monthly ? STATUS_OK : measure_flows(c->facts, &c->catalogue, c->orgs, request, &c->memory, &flows, &count, err);
    if (code == STATUS_OK && !monthly)
        code = flows_append(out, flows, count, &c->memory, err);
    else if (code == STATUS_OK)
        code = monthly_read(c, request, out, err);
    if (code == STATUS_OK && out->count == before && request->organisation != NULL)
        code = no_figures(request, err);
    return code;
}

static status all_read(cli *c, const arguments *a, measure_flow_request *request, bool monthly, plan_flows *out,
                       error *err)
{
    if (argument(c->command, a, "--all") != NULL)
        return one_read(c, request, monthly, out, err);
    status code = STATUS_OK;
    for (size_t i = 0; i < a->positional_count && code == STATUS_OK; i++) {
        code = plan_org_find(c, a->positional[i], request, err);
        for (size_t k = 0; k < i && code == STATUS_OK; k++)
            if (strcmp(a->positional[k], a->positional[i]) == 0)
                code = error_set(err, STATUS_USAGE, "%s is given twice", a->positional[i]);
        if (code == STATUS_OK)
            code = one_read(c, request, monthly, out, err);
    }
    return code;
}

status plan_flows_read(cli *c, const arguments *a, plan_flows *out, error *err)
{
    const char *all = argument(c->command, a, "--all"), *from = argument(c->command, a, "--from"),
               *to = argument(c->command, a, "--to");
    const bool asked = argument(c->command, a, "--flows") != NULL;
    measure_flow_request request = {.treatment_function = argument(c->command, a, "--treatment-function"),
                                    .each_treatment_function =
                                        argument(c->command, a, "--each-treatment-function") != NULL};
    *out = (plan_flows){0};
    status code = STATUS_OK;
    if (from != NULL)
        code = option_period("--from", from, &request.first, err);
    if (code == STATUS_OK && to != NULL)
        code = option_period("--to", to, &request.last, err);
    if (code != STATUS_OK)
        return code;
    if (all != NULL && !plan_level_find(all, &request.level)) {
        error_set(err, STATUS_USAGE, "--all: '%s' cannot be used", all);
        error_hint(err, "Use england, regions, icbs, sub-icbs or providers.");
        return STATUS_USAGE;
    }
    if ((all == NULL) == (a->positional_count == 0)) {
        error_set(err, STATUS_USAGE,
                  all == NULL ? "No organisation is given" : "Organisations and --all are both given");
        error_hint(err, "Give the code of an organisation, such as D7T5G or ENGLAND, or --all icbs.");
        return STATUS_USAGE;
    }
    code = workspace_open(c, err);
    if (code == STATUS_OK)
        code = run_as_of(c, a, err);
    request.as_of = c->as_of;
    if (code == STATUS_OK)
        code = cli_orgs(c, err);
    if (code == STATUS_OK)
        code = cli_facts(c, FACTS_READ, err);
    if (code == STATUS_OK && c->as_of != NULL)
        code = note_as_of(c, *c->as_of, err);
    if (code == STATUS_OK)
        code = function_check(c, request.treatment_function, err);
    if (code != STATUS_OK)
        return code;
    code = all_read(c, a, &request, asked, out, err);
    if (code == STATUS_NOT_FOUND && !asked) {
        /* No full extract for it: the monthly flows may have it. Else the first error stands. */
        error second = {0};
        plan_flows monthly = {0};
        if (all_read(c, a, &request, true, &monthly, &second) == STATUS_OK && monthly.count > 0) {
            *out = monthly;
            code = STATUS_OK;
            say_note(c, "No full extract has it: from the monthly flows of boards, which tell no waits.");
        }
    }
    out->one = all == NULL && a->positional_count == 1 && out->count == 1;
    return code == STATUS_NOT_FOUND && (from != NULL || to != NULL) ? months_tell(c, from, to, code, err) : code;
}
