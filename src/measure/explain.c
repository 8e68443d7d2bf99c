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
    copy->sheets = arena_string(w->out_memory, r->sheets == NULL ? "" : r->sheets);
    return copy->sha256 == NULL || copy->file_name == NULL || copy->sheets == NULL ? NULL : copy;
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
static status group_share(explain_work *w, const source_role *role, level base, text code, text parent, placing *where,
                          const placement **at, error *err)
{
    const char *wanted = w->edition->orgs[w->series->org].code;
    int32_t organisation;
    *at = NULL;
    status result = evaluation_organisation(&w->v, code, w->source->id, &organisation, err);
    if (result == STATUS_OK)
        result = evaluation_place(&w->v, organisation, base, w->period, w->series->geography, parent, role->parent_kind,
                                  where, err);
    for (size_t i = 0; result == STATUS_OK && i < where->count; i++)
        if (strcmp(w->v.organisations[where->places[i].organisation].code, wanted) == 0)
            *at = &where->places[i];
    return result;
}

/* A filter by kind of the sum, as a condition on the codes of the groups that met it. */
typedef struct kind_condition {
    const measure_filter *filter;
    size_t at; /* position in group_by */
    text *codes;
    size_t count;
} kind_condition;
#define KIND_CONDITIONS 4

static bool kinds_allow(const explain_work *w, const kind_condition *kinds, size_t count, const facts_group *g)
{
    for (size_t i = 0; i < count; i++)
        if (!kind_allowed(&w->v, kinds[i].filter, g->keys[kinds[i].at], w->period))
            return false;
    return true;
}

#define WORDINGS 16
/* The texts in files that mean a value of a breakdown: its code, and what is declared the same as it. */
static size_t wordings_of(const source_breakdown *b, const char *value, text out[WORDINGS])
{
    size_t n = 0;
    out[n++] = text_of(value);
    for (size_t i = 0; i < b->value_count && n < WORDINGS; i++)
        if (b->values[i].same_as != NULL && strcmp(b->values[i].same_as, value) == 0)
            out[n++] = text_of(b->values[i].code);
    return n;
}

static bool is_one_of(text value, const text *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(value, list[i]))
            return true;
    return false;
}

/* One role ("numerator" or "denominator") of the figure from one release. */
static status explain_sum(explain_work *w, const release *r, const measure_sum *sum, const char *role_name,
                          int32_t role_at, level base, bool england, error *err)
{
    /* England of one role is made of the rows that name somebody in it: a publication may hold other rows of the same people. */
    bool named_only = england && w->measure->level_role[LEVEL_ENGLAND] >= 0;
    text *named = NULL;
    size_t named_count = 0;
    const source_role *role = &w->source->roles[role_at];
    int32_t group_by[3 + KIND_CONDITIONS], parent_at = -1, breakdown_at = -1;
    size_t group_count = 0, kind_count = 0;
    kind_condition kinds[KIND_CONDITIONS] = {0};
    text wanted[WORDINGS];
    size_t wanted_count = 0;
    group_by[group_count++] = role->column;
    if (role->parent_column >= 0) {
        parent_at = (int32_t)group_count;
        group_by[group_count++] = role->parent_column;
    }
    if (w->series->breakdown >= 0) {
        const edition_breakdown_value *b = &w->edition->breakdowns[w->series->breakdown];
        int32_t at = source_breakdown_find(w->source, b->breakdown);
        const char *equals = strchr(b->key, '=');
        if (at < 0 || equals == NULL)
            return STATUS_OK;
        wanted_count = wordings_of(&w->source->breakdowns[at], equals + 1, wanted);
        breakdown_at = (int32_t)group_count;
        group_by[group_count++] = w->source->breakdowns[at].column;
    }
    for (size_t i = 0; i < sum->filter_count; i++) {
        if (!sum->filters[i].by_kind)
            continue;
        if (kind_count == KIND_CONDITIONS)
            return error_set(err, STATUS_REFUSED, "%s asks for the kinds of organisations too often to be explained",
                             w->measure->id);
        kinds[kind_count++] = (kind_condition){.filter = &sum->filters[i], .at = group_count};
        group_by[group_count++] = sum->filters[i].column;
    }
    facts_term term = {.sum = sum, .each = false};
    facts_query q = {.source = w->source,
                     .releases = &r->ordinal,
                     .periods = &w->period,
                     .release_count = 1,
                     .group_by = group_by,
                     .group_count = group_count,
                     .terms = &term,
                     .term_count = 1};
    arena scratch = {0};
    facts_result result = {0};
    status code = facts_sums(w->v.facts, &q, &scratch, &result, err);
    if (code != STATUS_OK)
        goto out;
    const release *copy = copy_release(w, r);
    named = arena_array(&scratch, result.count + 1, sizeof *named);
    for (size_t k = 0; k < kind_count; k++)
        kinds[k].codes = arena_array(&scratch, result.count + 1, sizeof *kinds[k].codes);
    if (copy == NULL || named == NULL || (kind_count > 0 && kinds[kind_count - 1].codes == NULL)) {
        code = error_set(err, STATUS_MEMORY, "Out of memory for the explanation");
        goto out;
    }
    for (size_t i = 0; i < result.count;) {
        /* Groups of one code and parent stand together: keys are in byte order and these come first. */
        text own = result.groups[i].keys[0];
        text parent = parent_at < 0 ? (text){"", 0} : result.groups[i].keys[parent_at];
        int64_t amount = 0;
        size_t end = i;
        bool any = false;
        for (size_t k = 0; k < kind_count; k++)
            kinds[k].count = 0;
        for (; end < result.count &&
               (england || (text_equal(result.groups[end].keys[0], own) &&
                            (parent_at < 0 || text_equal(result.groups[end].keys[parent_at], parent))));
             end++) {
            const facts_group *g = &result.groups[end];
            if (!g->present[0] || (wanted_count > 0 && !is_one_of(g->keys[breakdown_at], wanted, wanted_count)) ||
                !kinds_allow(w, kinds, kind_count, g) || (named_only && text_trim(g->keys[0]).length == 0))
                continue;
            if (named_only && (named_count == 0 || !text_equal(named[named_count - 1], g->keys[0])))
                named[named_count++] = g->keys[0];
            for (size_t k = 0; k < kind_count; k++)
                kinds[k].codes[kinds[k].count++] = g->keys[kinds[k].at];
            amount += g->sums[0];
            any = true;
        }
        i = end;
        if (!any)
            continue;
        placing where = {0};
        const placement *at = NULL;
        if (!england && (code = group_share(w, role, base, own, parent, &where, &at, err)) != STATUS_OK)
            goto out;
        if (!england && at == NULL)
            continue;
        facts_condition conditions[3 + KIND_CONDITIONS];
        size_t n = 0;
        if (!england)
            conditions[n++] = (facts_condition){role->column, &own, 1};
        if (named_only)
            conditions[n++] = (facts_condition){role->column, named, named_count};
        if (!england && parent_at >= 0)
            conditions[n++] = (facts_condition){role->parent_column, &parent, 1};
        if (wanted_count > 0)
            conditions[n++] = (facts_condition){group_by[breakdown_at], wanted, wanted_count};
        for (size_t k = 0; k < kind_count; k++)
            conditions[n++] = (facts_condition){kinds[k].filter->column, kinds[k].codes, kinds[k].count};
        int64_t *lines;
        measure_part part = {.release = copy,
                             .role = role_name,
                             .organisation = england ? "ENGLAND" : arena_copy(w->out_memory, own.at, own.length),
                             .amount = at == NULL ? amount : placed_part(&where, at, amount),
                             .parts = sum == &w->measure->numerator ? w->measure->numerator_parts
                                                                    : w->measure->denominator_parts,
                             .definition = "",
                             .share_numerator = 1,
                             .share_denominator = 1};
        if (at != NULL)
            placed_share(&where, at, &part.share_numerator, &part.share_denominator);
        code = facts_lines(w->v.facts, w->source, r->ordinal, w->period, conditions, n, sum, w->out_memory, &lines,
                           &part.line_count, err);
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

/* The rows of one role. */
static status explain_role(explain_work *w, int32_t role, bool england, error *err)
{
    const measure *m = w->measure;
    const char *counted = m->value == VALUE_PERCENTILE ? "bands" : m->value == VALUE_PUBLISHED ? "value" : "numerator";
    level base = role_level(&w->v, m->source, role);
    for (size_t i = 0; i < w->v.selection_count; i++) {
        const selected *s = &w->v.selection[i];
        if (&w->v.catalogue->sources[s->source] != w->source || period_compare(s->period, w->period) != 0 ||
            (s->roles >> role & 1u) == 0)
            continue;
        const release *r = &w->v.releases[s->release];
        status code = STATUS_OK;
        if (m->numerator.column_count > 0)
            code = explain_sum(w, r, &m->numerator, counted, role, base, england, err);
        if (code == STATUS_OK && m->denominator.column_count > 0 && m->value != VALUE_PUBLISHED)
            code = explain_sum(w, r, &m->denominator, "denominator", role, base, england, err);
        if (code != STATUS_OK)
            return code;
    }
    return STATUS_OK;
}

static status explain_rows(explain_work *w, error *err)
{
    const char *at = w->edition->orgs[w->series->org].level;
    level l = level_named(at);
    if (at[0] != 0)
        return l == LEVEL_ENGLAND
                   ? explain_role(w, w->measure->level_role[l] >= 0 ? w->measure->level_role[l] : 0, true, err)
               : w->measure->level_role[l] >= 0 ? explain_role(w, w->measure->level_role[l], false, err)
                                                : STATUS_OK;
    /* A body at no level (a national hub) is in the role that names it. */
    status code = STATUS_OK;
    for (size_t role = 0; code == STATUS_OK && w->count == 0 && role < w->source->role_count; role++)
        for (int k = LEVEL_REGION; k < LEVEL_COUNT; k++)
            if (w->measure->level_role[k] == (int32_t)role) {
                code = explain_role(w, (int32_t)role, false, err);
                break;
            }
    return code;
}

/* What one tidy line adds. */
static status explain_line(explain_work *w, const contribution *c, error *err)
{
    const release *from = c->release < 0 ? NULL : copy_release(w, &w->v.releases[c->release]);
    int64_t *line = arena_alloc(w->out_memory, sizeof *line);
    const char *code_copy = arena_string(w->out_memory, w->v.organisations[c->from].code);
    if (from == NULL || line == NULL || code_copy == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory for the explanation");
    *line = c->first_line;
    measure_part part = {.release = from,
                         .organisation = code_copy,
                         .lines = line,
                         .line_count = 1,
                         .definition = c->definition > 0 ? w->measure->definitions[c->definition - 1].id : "",
                         .share_numerator = 1,
                         .share_denominator = 1};
    if (c->estimated) {
        level base;
        placing where;
        org_index known = w->v.organisations[c->from].known;
        if (!level_of_kind(known < 0 ? ORG_UNKNOWN : orgs_kind_on(w->v.orgs, known, period_first_day(c->period)),
                           &base))
            base = LEVEL_PROVIDER;
        status code = evaluation_place(&w->v, c->from, base, c->period, c->geography, (text){"", 0}, NULL, &where, err);
        if (code != STATUS_OK)
            return code;
        for (size_t k = 0; k < where.count; k++)
            if (where.places[k].organisation == c->organisation)
                placed_share(&where, &where.places[k], &part.share_numerator, &part.share_denominator);
    }
    status code = STATUS_OK;
    if (c->has_numerator) {
        part.role = "numerator";
        part.parts = w->measure->numerator_parts;
        part.amount = c->numerator;
        code = add_part(w, &part, err);
    }
    if (code == STATUS_OK && c->has_denominator) {
        part.role = "denominator";
        part.parts = w->measure->denominator_parts;
        part.amount = c->denominator;
        code = add_part(w, &part, err);
    }
    if (code == STATUS_OK && c->given) {
        part.role = "value";
        part.parts = 1;
        part.amount = 0;
        code = add_part(w, &part, err);
    }
    return code;
}

/* Tidy lines: the evaluation's own contributions to the figure. */
static status explain_tidy(explain_work *w, error *err)
{
    evaluation *v = &w->v;
    const char *key = w->series->breakdown < 0 ? "" : w->edition->breakdowns[w->series->breakdown].key;
    int32_t wanted;
    status code = evaluation_organisation(v, text_of(w->edition->orgs[w->series->org].code), "tidy", &wanted, err);
    if (code == STATUS_OK)
        code = evaluation_tidy(v, err);
    if (code != STATUS_OK)
        return code;
    size_t n = 0, first, count;
    for (size_t i = 0; i < v->contribution_count; i++) {
        const contribution *c = &v->contributions[i];
        const char *own = c->breakdown < 0 ? "" : v->breakdowns[c->breakdown].key;
        if (c->organisation == wanted && c->geography == w->series->geography &&
            period_compare(c->period, w->period) == 0 && strcmp(own, key) == 0)
            v->contributions[n++] = *c;
    }
    if (n > 1)
        qsort(v->contributions, n, sizeof *v->contributions, contribution_compare);
    if (!figure_parts(v->contributions, n, &first, &count))
        return STATUS_OK;
    for (size_t i = 0; i < count && code == STATUS_OK; i++)
        code = explain_line(w, &v->contributions[first + i], err);
    return code;
}

static status series_explain(explain_work *w, bool tidy, error *err)
{
    w->v.contribution_count = 0;
    return tidy ? explain_tidy(w, err) : explain_rows(w, err);
}

/* A group's figure is made of its members', as they were published; a line may also name the group itself. */
static status explain_group(explain_work *w, edition *e, bool tidy, error *err)
{
    arena scratch = {0};
    edition_group *groups;
    size_t group_count, count;
    const edition_series *own = w->series;
    const date on = period_first_day(w->period);
    const edition_point *points;
    status code = tidy ? series_explain(w, true, err) : STATUS_OK;
    if (code == STATUS_OK && w->count == 0)
        code = edition_groups(e, &scratch, &groups, &group_count, err);
    for (size_t g = 0; code == STATUS_OK && w->count == 0 && g < group_count; g++) {
        for (size_t i = 0; groups[g].org == own->org && i < groups[g].member_count && code == STATUS_OK; i++) {
            const edition_member *m = &groups[g].members[i];
            level at, member_at;
            const edition_series *s =
                m->org < 0 || on < m->from || on >= m->until
                    ? NULL
                    : edition_find_series(e, own->measure, m->org, own->breakdown, GEOGRAPHY_AS_PUBLISHED);
            if (s == NULL || !group_level(&w->v, groups[g].code, w->period, &at) ||
                !level_of_kind(e->orgs[m->org].kind, &member_at) || at != member_at)
                continue;
            const edition_series published = {.measure = own->measure,
                                              .org = m->org,
                                              .breakdown = own->breakdown,
                                              .geography = GEOGRAPHY_AS_PUBLISHED};
            code = edition_points(e, s, &scratch, &points, &count, err);
            w->series = &published;
            for (size_t k = 0; code == STATUS_OK && k < count; k++)
                if (period_compare(points[k].period, w->period) == 0 && !points[k].missing)
                    code = series_explain(w, points[k].tidy, err);
            w->series = own;
        }
        if (groups[g].org == own->org)
            break;
    }
    arena_free(&scratch);
    return code;
}

/* The groups of the edition, as options of an evaluation. */
static status groups_of(const edition *e, arena *a, measure_options *options, error *err)
{
    edition_group *groups;
    size_t count;
    status code = edition_groups(e, a, &groups, &count, err);
    measure_group *out = arena_array(a, count + 1, sizeof *out);
    if (code == STATUS_OK && out == NULL)
        code = error_set(err, STATUS_MEMORY, "Out of memory for the explanation");
    for (size_t i = 0; i < count && code == STATUS_OK; i++) {
        const edition_org *o = &e->orgs[groups[i].org];
        measure_member *members = arena_array(a, groups[i].member_count + 1, sizeof *members);
        if (members == NULL)
            return error_set(err, STATUS_MEMORY, "Out of memory for the explanation");
        for (size_t k = 0; k < groups[i].member_count; k++)
            members[k] =
                (measure_member){groups[i].members[k].code, groups[i].members[k].from, groups[i].members[k].until};
        out[i] = (measure_group){.code = groups[i].code,
                                 .name = o->name,
                                 .kind = groups[i].kind,
                                 .system = "",
                                 .from = o->opened,
                                 .until = o->closed,
                                 .members = members,
                                 .member_count = groups[i].member_count};
    }
    options->groups = out;
    options->group_count = code == STATUS_OK ? count : 0;
    return code;
}

status measure_explain(facts *f, const catalogue *c, const orgs *o, edition *e, const edition_series *s, period p,
                       arena *a, measure_part **out, size_t *count, error *err)
{
    /* Amounts do not depend on the rules; those of a view may be an analyst's own, which are not known by name. */
    measure_options options = {.only_measure = e->measures[s->measure].id};
    if (s->geography == GEOGRAPHY_AS_AT) {
        options.geography = GEOGRAPHY_AS_AT;
        options.as_at = e->current;
    }
    explain_work w = {.edition = e, .series = s, .period = p, .out_memory = a};
    bool tidy = false, found = false, withheld = false;
    arena scratch = {0};
    const edition_point *points;
    size_t point_count;
    *out = NULL;
    *count = 0;
    const bool of_group = e->orgs[s->org].kind == ORG_GROUP;
    status code = of_group ? groups_of(e, &scratch, &options, err) : STATUS_OK;
    if (code == STATUS_OK)
        code = evaluation_begin(&w.v, f, c, o, &options, e, err);
    if (code != STATUS_OK)
        goto out;
    w.measure = catalogue_measure(c, e->measures[s->measure].id);
    if (w.measure == NULL) {
        code =
            error_set(err, STATUS_NOT_FOUND, "The catalogue no longer has the measure %s", e->measures[s->measure].id);
        goto out;
    }
    w.source = &c->sources[w.measure->source];
    if ((code = edition_points(e, s, &scratch, &points, &point_count, err)) != STATUS_OK)
        goto out;
    for (size_t i = 0; i < point_count; i++) {
        withheld = withheld || (period_compare(points[i].period, p) == 0 && points[i].suppressed);
        if (period_compare(points[i].period, p) == 0 && !points[i].missing) {
            found = true;
            tidy = points[i].tidy;
        }
    }
    if (!found) {
        char when[PERIOD_WORDS];
        period_words(p, when);
        code = error_set(err, STATUS_NOT_FOUND,
                         withheld ? "The publisher withholds %s for %s in %s, or a part of it: there is no figure"
                                  : "There is no figure of %s for %s in %s",
                         w.measure->id, e->orgs[s->org].code, when);
        goto out;
    }
    code = of_group ? explain_group(&w, e, tidy, err) : series_explain(&w, tidy, err);
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
