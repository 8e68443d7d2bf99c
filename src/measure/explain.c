/*
 * From a figure back to the lines that it was made of: the same placing as the evaluation, asked the other way round. Which codes of which
 * release were placed at this organisation, with what share, and on which lines their rows stand.
 */
#include "measure/internal.h"

#include <stdlib.h>
#include <string.h>

typedef struct explain_work {
    evaluation v;
    const measure *measure;
    const source *source;
    const edition *edition;
    const edition_series *series;
    period period;
    arena *out_memory;
    measure_part *parts;
    size_t count, capacity;
} explain_work;

static status add_part(explain_work *w, const measure_part *part, error *err)
{
    if (w->count == w->capacity) {
        size_t capacity = w->capacity == 0 ? 16 : w->capacity * 2;
        measure_part *grown = realloc(w->parts, capacity * sizeof *grown);
        if (grown == NULL)
            return error_set(err, STATUS_MEMORY, "Out of memory for the explanation");
        w->parts = grown;
        w->capacity = capacity;
    }
    w->parts[w->count++] = *part;
    return STATUS_OK;
}

static const release *copy_release(explain_work *w, const release *r)
{
    release *copy = arena_alloc(w->out_memory, sizeof *copy);
    if (copy == NULL)
        return NULL;
    *copy = *r;
    copy->sha256 = arena_string(w->out_memory, r->sha256);
    copy->source = arena_string(w->out_memory, r->source);
    copy->layout = arena_string(w->out_memory, r->layout);
    copy->file_name = arena_string(w->out_memory, r->file_name);
    copy->member = arena_string(w->out_memory, r->member);
    return copy->sha256 == NULL || copy->file_name == NULL ? NULL : copy;
}

static const measure_filter *kind_filter_of(const measure_sum *sum)
{
    for (size_t i = 0; i < sum->filter_count; i++)
        if (sum->filters[i].by_kind)
            return &sum->filters[i];
    return NULL;
}

static bool kind_allowed(const evaluation *v, const measure_filter *filter, text code, period p)
{
    org_index known = orgs_find(v->orgs, code);
    org_kind kind = known < 0 ? ORG_UNKNOWN : orgs_kind_on(v->orgs, known, period_first_day(p));
    for (size_t i = 0; i < filter->value_count; i++)
        if (strcmp(filter->values[i], org_kind_name(kind)) == 0)
            return true;
    return false;
}

/* The share of a group that stands at the explained organisation: false where none does. */
static status group_share(explain_work *w, const source_role *role, level base, text code, text parent, placing *where, const placement **at,
                          error *err)
{
    const char *wanted = w->edition->orgs[w->series->org].code;
    int32_t organisation;
    *at = NULL;
    status result = evaluation_organisation(&w->v, code, w->source->id, &organisation, err);
    if (result == STATUS_OK)
        result = evaluation_place(&w->v, organisation, base, w->period, w->series->geography, parent, role->parent_kind, where, err);
    for (size_t i = 0; result == STATUS_OK && i < where->count; i++)
        if (strcmp(w->v.organisations[where->places[i].organisation].code, wanted) == 0)
            *at = &where->places[i];
    return result;
}

/* One role ("numerator" or "denominator") of the figure from one release. */
static status explain_sum(explain_work *w, const release *r, const measure_sum *sum, const char *role_name, int32_t role_at, level base,
                          bool england, error *err)
{
    const source_role *role = &w->source->roles[role_at];
    const measure_filter *kinds = kind_filter_of(sum);
    int32_t group_by[4], parent_at = -1, breakdown_at = -1, kind_at = -1;
    size_t group_count = 0;
    const char *wanted_value = NULL;
    group_by[group_count++] = role->column;
    if (role->parent_column >= 0) {
        parent_at = (int32_t)group_count;
        group_by[group_count++] = role->parent_column;
    }
    if (w->series->breakdown >= 0) {
        const edition_breakdown_value *b = &w->edition->breakdowns[w->series->breakdown];
        int32_t at = source_breakdown_find(w->source, b->breakdown);
        if (at < 0)
            return STATUS_OK;
        wanted_value = strchr(b->key, '=') + 1;
        breakdown_at = (int32_t)group_count;
        group_by[group_count++] = w->source->breakdowns[at].column;
    }
    if (kinds != NULL) {
        kind_at = (int32_t)group_count;
        group_by[group_count++] = kinds->column;
    }
    facts_term term = {.sum = sum, .each = false};
    facts_query q = {.source = w->source, .releases = &r->ordinal, .periods = &w->period, .release_count = 1, .group_by = group_by,
                     .group_count = group_count, .terms = &term, .term_count = 1};
    arena scratch = {0};
    facts_result result = {0};
    status code = facts_sums(w->v.facts, &q, &scratch, &result, err);
    if (code != STATUS_OK)
        goto out;
    const release *copy = copy_release(w, r);
    text *kind_codes = arena_array(&scratch, result.count + 1, sizeof *kind_codes);
    if (copy == NULL || kind_codes == NULL) {
        code = error_set(err, STATUS_MEMORY, "Out of memory for the explanation");
        goto out;
    }
    for (size_t i = 0; i < result.count;) {
        /* Groups of one code stand together: keys are in byte order and the code is the first. */
        text own = result.groups[i].keys[0];
        text parent = parent_at < 0 ? (text){"", 0} : result.groups[i].keys[parent_at];
        int64_t amount = 0;
        size_t end = i, kind_count = 0;
        bool any = false;
        for (; end < result.count && (england || (text_equal(result.groups[end].keys[0], own) &&
                                                  (parent_at < 0 || text_equal(result.groups[end].keys[parent_at], parent))));
             end++) {
            const facts_group *g = &result.groups[end];
            if (!g->present[0] || (wanted_value != NULL && !text_is(g->keys[breakdown_at], wanted_value)))
                continue;
            if (kinds != NULL) {
                if (!kind_allowed(&w->v, kinds, g->keys[kind_at], w->period))
                    continue;
                kind_codes[kind_count++] = g->keys[kind_at];
            }
            amount += g->sums[0];
            any = true;
        }
        i = end;
        if (!any)
            continue;
        placing where = {0};
        const placement *at = NULL;
        if (!england && ((code = group_share(w, role, base, own, parent, &where, &at, err)) != STATUS_OK || at == NULL)) {
            if (code != STATUS_OK)
                goto out;
            continue;
        }
        facts_condition conditions[4];
        size_t n = 0;
        text value = text_of(wanted_value);
        if (!england)
            conditions[n++] = (facts_condition){role->column, &own, 1};
        if (!england && parent_at >= 0)
            conditions[n++] = (facts_condition){role->parent_column, &parent, 1};
        if (wanted_value != NULL)
            conditions[n++] = (facts_condition){group_by[breakdown_at], &value, 1};
        if (kinds != NULL)
            conditions[n++] = (facts_condition){kinds->column, kind_codes, kind_count};
        int64_t *lines;
        measure_part part = {.release = copy,
                             .role = role_name,
                             .organisation = england ? "ENGLAND" : arena_copy(w->out_memory, own.at, own.length),
                             .amount = at == NULL ? amount : placed_part(&where, at, amount),
                             .share_numerator = 1,
                             .share_denominator = 1};
        if (at != NULL && at->estimated)
            for (size_t j = 0; j < where.share_count; j++)
                if ((at->shares >> j & 1u) != 0) {
                    part.share_numerator = where.shares[j].numerator;
                    part.share_denominator = where.shares[j].denominator;
                }
        code = facts_lines(w->v.facts, w->source, r->ordinal, w->period, conditions, n, sum, w->out_memory, &lines, &part.line_count, err);
        part.lines = lines;
        if (code == STATUS_OK)
            code = part.organisation == NULL ? error_set(err, STATUS_MEMORY, "Out of memory") : add_part(w, &part, err);
        if (code != STATUS_OK)
            goto out;
    }
out:
    arena_free(&scratch);
    return code;
}

static level level_named(const char *name)
{
    for (int l = LEVEL_ENGLAND; l < LEVEL_COUNT; l++)
        if (strcmp(level_name((level)l), name) == 0)
            return (level)l;
    return LEVEL_PROVIDER;
}

static status explain_rows(explain_work *w, error *err)
{
    const measure *m = w->measure;
    level l = level_named(w->edition->orgs[w->series->org].level);
    bool england = l == LEVEL_ENGLAND;
    int32_t role = england ? 0 : m->level_role[l];
    if (role < 0 || (size_t)role >= w->source->role_count)
        return STATUS_OK;
    level base = l;
    for (int k = LEVEL_PROVIDER; k > LEVEL_ENGLAND && !england; k--)
        if (m->level_role[k] == role) {
            base = (level)k;
            break;
        }
    for (size_t i = 0; i < w->v.selection_count; i++) {
        const selected *s = &w->v.selection[i];
        if (&w->v.catalogue->sources[s->source] != w->source || period_compare(s->period, w->period) != 0)
            continue;
        const release *r = &w->v.releases[s->release];
        status code = STATUS_OK;
        if (m->numerator.column_count > 0)
            code = explain_sum(w, r, &m->numerator, m->value == VALUE_PERCENTILE ? "bands" : "numerator", role, base, england, err);
        if (code == STATUS_OK && m->denominator.column_count > 0)
            code = explain_sum(w, r, &m->denominator, "denominator", role, base, england, err);
        if (code != STATUS_OK)
            return code;
    }
    return STATUS_OK;
}

/* Tidy lines: the organisation's own, and those of organisations whose figures were carried or rolled up to it. */
static status explain_tidy(explain_work *w, error *err)
{
    arena scratch = {0};
    tidy_row *rows;
    size_t count, n = 0;
    const char *key = w->series->breakdown < 0 ? "" : w->edition->breakdowns[w->series->breakdown].key;
    const char *wanted = w->edition->orgs[w->series->org].code;
    bool england = strcmp(wanted, "ENGLAND") == 0;
    status code = STATUS_OK;
    int64_t *ordinals = arena_array(&scratch, w->v.release_count + 1, sizeof *ordinals);
    if (ordinals == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory for the explanation");
    for (size_t i = 0; i < w->v.release_count; i++) {
        const source *s = catalogue_source(w->v.catalogue, w->v.releases[i].source);
        if (s != NULL && s->tidy)
            ordinals[n++] = w->v.releases[i].ordinal;
    }
    if (n == 0 || (code = facts_tidy(w->v.facts, ordinals, n, &scratch, &rows, &count, err)) != STATUS_OK)
        goto out;
    bool own_line = false;
    for (size_t i = 0; i < count; i++)
        own_line = own_line || (strcmp(rows[i].measure, w->measure->id) == 0 && strcmp(rows[i].organisation, wanted) == 0 &&
                                strcmp(rows[i].breakdown, key) == 0 && period_compare(rows[i].period, w->period) == 0);
    for (size_t i = 0; i < count; i++) {
        const tidy_row *r = &rows[i];
        if (strcmp(r->measure, w->measure->id) != 0 || strcmp(r->breakdown, key) != 0 || period_compare(r->period, w->period) != 0)
            continue;
        bool own = strcmp(r->organisation, wanted) == 0;
        int32_t organisation;
        level base;
        placing where = {0};
        const placement *at = NULL;
        if ((code = evaluation_organisation(&w->v, text_of(r->organisation), "tidy", &organisation, err)) != STATUS_OK)
            goto out;
        org_index known = w->v.organisations[organisation].known;
        if (!level_of_kind(known < 0 ? ORG_UNKNOWN : orgs_kind_on(w->v.orgs, known, period_first_day(r->period)), &base))
            base = LEVEL_PROVIDER;
        if (england && !own && (own_line || base != LEVEL_PROVIDER || !w->measure->england_from_parts))
            continue;
        if (!england) {
            code = evaluation_place(&w->v, organisation, base, r->period, w->series->geography, (text){"", 0}, NULL, &where, err);
            if (code != STATUS_OK)
                goto out;
            for (size_t k = 0; k < where.count; k++)
                if (strcmp(w->v.organisations[where.places[k].organisation].code, wanted) == 0 &&
                    (where.places[k].level == base || !own_line))
                    at = &where.places[k];
            if (at == NULL)
                continue;
        }
        int64_t *line = arena_alloc(w->out_memory, sizeof *line);
        const release *from = NULL;
        for (size_t k = 0; k < w->v.release_count; k++)
            if (w->v.releases[k].ordinal == r->release)
                from = copy_release(w, &w->v.releases[k]);
        const char *code_copy = arena_string(w->out_memory, r->organisation);
        if (line == NULL || from == NULL || code_copy == NULL) {
            code = error_set(err, STATUS_MEMORY, "Out of memory for the explanation");
            goto out;
        }
        *line = r->line;
        measure_part part = {.release = from, .organisation = code_copy, .lines = line, .line_count = 1, .share_numerator = 1,
                             .share_denominator = 1};
        if (at != NULL && at->estimated)
            for (size_t j = 0; j < where.share_count; j++)
                if ((at->shares >> j & 1u) != 0) {
                    part.share_numerator = where.shares[j].numerator;
                    part.share_denominator = where.shares[j].denominator;
                }
        if (r->has_numerator) {
            part.role = "numerator";
            part.amount = at == NULL ? r->numerator : placed_part(&where, at, r->numerator);
            if ((code = add_part(w, &part, err)) != STATUS_OK)
                goto out;
        }
        part.role = r->has_denominator ? "denominator" : "value";
        part.amount = r->has_denominator ? (at == NULL ? r->denominator : placed_part(&where, at, r->denominator)) : 0;
        if ((r->has_denominator || !r->has_numerator) && (code = add_part(w, &part, err)) != STATUS_OK)
            goto out;
    }
out:
    arena_free(&scratch);
    return code;
}

status measure_explain(facts *f, const catalogue *c, const orgs *o, edition *e, const edition_series *s, period p, arena *a,
                       measure_part **out, size_t *count, error *err)
{
    measure_options options = {.rules = e->rules};
    explain_work w = {.edition = e, .series = s, .period = p, .out_memory = a};
    bool tidy = false, found = false;
    arena scratch = {0};
    const edition_point *points;
    size_t point_count;
    *out = NULL;
    *count = 0;
    status code = evaluation_begin(&w.v, f, c, o, &options, e, err);
    if (code != STATUS_OK)
        goto out;
    w.measure = catalogue_measure(c, e->measures[s->measure].id);
    if (w.measure == NULL) {
        code = error_set(err, STATUS_NOT_FOUND, "The catalogue no longer has the measure %s", e->measures[s->measure].id);
        goto out;
    }
    w.source = &c->sources[w.measure->source];
    if ((code = edition_points(e, s, &scratch, &points, &point_count, err)) != STATUS_OK)
        goto out;
    for (size_t i = 0; i < point_count; i++)
        if (period_compare(points[i].period, p) == 0 && !points[i].missing) {
            found = true;
            tidy = points[i].tidy;
        }
    if (!found) {
        char when[PERIOD_WORDS];
        period_words(p, when);
        code = error_set(err, STATUS_NOT_FOUND, "There is no figure of %s for %s in %s", w.measure->id, e->orgs[s->org].code, when);
        goto out;
    }
    code = tidy ? explain_tidy(&w, err) : explain_rows(&w, err);
    if (code == STATUS_OK && w.count > 0) {
        *out = arena_array(a, w.count, sizeof **out);
        if (*out == NULL) {
            code = error_set(err, STATUS_MEMORY, "Out of memory for the explanation");
            goto out;
        }
        memcpy(*out, w.parts, w.count * sizeof **out);
        *count = w.count;
    }
out:
    free(w.parts);
    arena_free(&scratch);
    evaluation_free(&w.v);
    return code;
}
