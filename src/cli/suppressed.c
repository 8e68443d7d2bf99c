/* suppressed: see suppressed.h. */
#include "cli/suppressed.h"

#include "measure/measure.h"

#include <string.h>

/* Rows of one release and period, by one role of the source. */
typedef struct place_asked {
    const suppressed_request *request;
    const measure *measure;
    const source *source;
    const release *release;
    int32_t role;
    period period;
} place_asked;

static bool row_breakdown_is(const facts_group *g, const char *wanted)
{
    return wanted == NULL || text_equal(g->keys[1], text_of(wanted));
}

/* The organisation itself, or one that the measure adds up to it (its board or region of today, or England). */
static bool reports_for(const cli *c, const place_asked *w, text code)
{
    static const struct {
        level level;
        org_kind kind;
    } above[] = {{LEVEL_ICB, ORG_ICB}, {LEVEL_REGION, ORG_REGION}};
    const char *whose = w->request->organisation;
    if (text_equal(code, text_of(whose)))
        return true;
    const org_index from = orgs_find(c->orgs, code);
    if (strcmp(whose, "ENGLAND") == 0)
        return from >= 0 && w->measure->level_role[LEVEL_ENGLAND] < 0;
    for (size_t i = 0; i < sizeof above / sizeof above[0] && from >= 0; i++) {
        const org_index up = orgs_ancestor(c->orgs, from, above[i].kind, orgs_current(c->orgs));
        if (up >= 0 && w->measure->level_role[above[i].level] == w->role &&
            strcmp(orgs_at(c->orgs, up)->code, whose) == 0)
            return true;
    }
    return false;
}

static status suppressed_tell(const place_asked *w, text reporter, const facts_span *span, error *err)
{
    char when[PERIOD_WORDS];
    const line_place at = place_of_line(span->first_line);
    const text sheet = line_sheet(w->release->sheets, at.sheet);
    period_words(w->period, when);
    const bool own = text_equal(reporter, text_of(w->request->organisation));
    status code = error_set(err, STATUS_NOT_FOUND, "The publisher suppressed the figure of %s for %s in %s%s%.*s%s",
                            w->measure->id, w->request->organisation, when, own ? "" : ", or a part of it (",
                            own ? 0 : (int)reporter.length, own ? "" : reporter.at, own ? "" : ")");
    char name[200];
    (void)snprintf(name, sizeof name, "%.*s", (int)(sheet.length < 199 ? sheet.length : 199), sheet.at);
    error_at(err, w->release->file_name, sheet.length == 0 ? NULL : name, at.row, NULL);
    if (span->rows > 1)
        error_hint(err, "It is the sum of %lld rows from this one on, of which %lld are suppressed.",
                   (long long)span->rows, (long long)span->suppressed);
    else
        error_hint(err, "What is withheld is not nought and not missing: nothing can be shown of it.");
    return code;
}

static status place_look(cli *c, const place_asked *w, error *err)
{
    const suppressed_request *r = w->request;
    int32_t group_by[2] = {w->source->roles[w->role].column};
    size_t groups = 1;
    const char *wanted = NULL;
    if (r->breakdown != NULL) {
        const char *equals = strchr(r->breakdown, '=');
        char name[100];
        if (equals == NULL || (size_t)(equals - r->breakdown) >= sizeof name)
            return STATUS_OK;
        (void)snprintf(name, sizeof name, "%.*s", (int)(equals - r->breakdown), r->breakdown);
        const int32_t at = source_breakdown_find(w->source, name);
        if (at < 0)
            return STATUS_OK;
        group_by[groups++] = w->source->breakdowns[at].column;
        wanted = equals + 1;
    }
    const facts_term terms[2] = {{.sum = &w->measure->numerator}, {.sum = &w->measure->denominator}};
    const facts_query q = {.source = w->source,
                           .releases = &w->release->ordinal,
                           .periods = &w->period,
                           .release_count = 1,
                           .group_by = group_by,
                           .group_count = groups,
                           .terms = terms,
                           .term_count = w->measure->denominator.column_count > 0 ? 2 : 1};
    arena scratch = {0};
    facts_result result = {0};
    status code = facts_sums(c->facts, &q, &scratch, &result, err);
    for (size_t i = 0; i < result.count && code == STATUS_OK; i++) {
        const facts_group *g = &result.groups[i];
        for (size_t k = 0; k < q.term_count && code == STATUS_OK; k++)
            if (g->spans[k].suppressed > 0 && reports_for(c, w, text_trim(g->keys[0])) && row_breakdown_is(g, wanted))
                code = suppressed_tell(w, text_trim(g->keys[0]), &g->spans[k], err);
    }
    arena_free(&scratch);
    return code;
}

/* The months of a release, or its one period. */
static status release_look(cli *c, place_asked *w, error *err)
{
    const release *r = w->release;
    const period asked = w->request->period;
    const bool one = period_compare(r->first_period, r->last_period) == 0;
    status code = STATUS_OK;
    for (int32_t m = r->last_period.first_month; m >= r->first_period.first_month && code == STATUS_OK;
         m -= r->last_period.months > 0 ? r->last_period.months : 1) {
        w->period = one ? r->first_period : r->last_period;
        w->period.first_month = m;
        if (asked.kind != PERIOD_NONE && period_compare(asked, w->period) != 0)
            continue;
        for (size_t k = 0; k < w->source->role_count && code == STATUS_OK; k++) {
            w->role = (int32_t)k;
            code = place_look(c, w, err);
        }
    }
    return code;
}

status suppressed_look(cli *c, const suppressed_request *r, error *err)
{
    release *all = NULL;
    size_t count = 0;
    status code = cli_orgs(c, err);
    if (code == STATUS_OK)
        code = cli_facts(c, FACTS_READ, err);
    place_asked w = {.request = r, .measure = code == STATUS_OK ? catalogue_measure(&c->catalogue, r->measure) : NULL};
    if (w.measure == NULL || w.measure->numerator.column_count == 0)
        return code; /* of a tidy file: there nothing is suppressed */
    w.source = &c->catalogue.sources[w.measure->source];
    code = facts_releases(c->facts, &c->memory, &all, &count, err);
    bool *counts = code == STATUS_OK ? arena_array(&c->memory, count + 1, sizeof *counts) : NULL;
    if (code == STATUS_OK && counts == NULL)
        code = error_set(err, STATUS_MEMORY, "There is not enough memory");
    if (code == STATUS_OK)
        code = measure_releases(c->facts, &c->catalogue, r->known_on == DATE_NONE ? NULL : &r->known_on, all, count,
                                counts, err);
    for (size_t i = count; i-- > 0 && code == STATUS_OK;) {
        w.release = &all[i];
        if (counts[i] && strcmp(all[i].source, w.source->id) == 0)
            code = release_look(c, &w, err);
    }
    return code;
}
