/*
 * Figures given in tidy files. For each measure, organisation, breakdown and period the latest release's line counts. It stands at its
 * own organisation, is carried to the current map, and is rolled up to the levels that its measure declares to be made of
 * the same organisations (A&E: provider -> ICB -> region; RTT: sub-ICB -> ICB -> region, never from providers). A line
 * with only a value is never rolled up. A region is made of ICB lines only where every ICB of it has one.
 */
#include "measure/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Which of two lines for the same figure counts: the later release; within one release the intake has refused doubles. */
static bool later_line(const evaluation *v, const tidy_row *a, const tidy_row *b)
{
    const release *x = NULL, *y = NULL;
    for (size_t i = 0; i < v->release_count; i++) {
        if (v->releases[i].ordinal == a->release)
            x = &v->releases[i];
        if (v->releases[i].ordinal == b->release)
            y = &v->releases[i];
    }
    bool tie = false;
    return x != NULL && y != NULL && facts_release_later(x, y, &tie) > 0;
}

static int32_t release_index(const evaluation *v, int64_t ordinal)
{
    for (size_t i = 0; i < v->release_count; i++)
        if (v->releases[i].ordinal == ordinal)
            return (int32_t)i;
    return -1;
}

static bool same_figure(const tidy_row *a, const tidy_row *b)
{
    return strcmp(a->measure, b->measure) == 0 && strcmp(a->organisation, b->organisation) == 0 &&
           strcmp(a->breakdown, b->breakdown) == 0 && period_compare(a->period, b->period) == 0;
}

/* "treatment-function=C_110" -> its names from any source that declares the breakdown. */
static status tidy_breakdown(evaluation *v, const char *key, int32_t *out, error *err)
{
    *out = -1;
    if (key[0] == 0)
        return STATUS_OK;
    const char *equals = strchr(key, '=');
    if (equals == NULL || strchr(key, ';') != NULL)
        return evaluation_breakdown(v, key, key, key, key, out, err);
    size_t length = (size_t)(equals - key);
    for (size_t s = 0; s < v->catalogue->source_count; s++) {
        const source *x = &v->catalogue->sources[s];
        for (size_t b = 0; b < x->breakdown_count; b++) {
            const source_breakdown *d = &x->breakdowns[b];
            if (strlen(d->id) != length || memcmp(d->id, key, length) != 0)
                continue;
            const char *name = equals + 1;
            for (size_t k = 0; k < d->value_count; k++)
                if (strcmp(d->values[k].code, equals + 1) == 0)
                    name = d->values[k].name;
            return evaluation_breakdown(v, key, d->id, d->name, name, out, err);
        }
    }
    const char *id = arena_copy(&v->memory, key, length);
    if (id == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    return evaluation_breakdown(v, key, id, id, equals + 1, out, err);
}

/* The figure of a line at its own organisation. False where the line says nothing that the measure can use. */
static bool line_figure(const measure *m, const tidy_row *r, contribution *c)
{
    c->value = (double)NAN;
    c->numerator = r->numerator;
    c->has_numerator = r->has_numerator;
    c->denominator = r->denominator;
    c->has_denominator = r->has_denominator;
    bool computed = (m->value == VALUE_RATIO && r->has_numerator && r->has_denominator) ||
                    (m->value == VALUE_NUMERATOR && r->has_numerator);
    if (!computed && r->has_value) {
        c->value = r->value;
        c->given = true;
    } else if (!computed && m->value == VALUE_GIVEN && r->has_numerator) {
        c->value = (double)r->numerator;
        c->given = true;
    }
    return computed || c->given || r->has_numerator;
}

/* Levels above `base` that are made of the organisations at `base`. */
static bool rolls_up(const measure *m, level base, level to)
{
    if (to >= base || m->level_role[to] == MEASURE_NOT_AT_LEVEL || m->level_role[base] == MEASURE_NOT_AT_LEVEL)
        return false;
    if (to == LEVEL_ENGLAND)
        return m->england_from_parts && base == LEVEL_PROVIDER;
    return m->level_role[to] == m->level_role[base];
}

static rank rank_from(level base)
{
    return base == LEVEL_PROVIDER ? RANK_TIDY_FROM_PROVIDERS : base == LEVEL_SUB_ICB ? RANK_TIDY_FROM_SUB_ICBS : RANK_TIDY_FROM_ICBS;
}

/* Has every ICB that belonged to the region then a line for this measure and period? */
static status region_complete(evaluation *v, const tidy_row *rows, size_t count, const tidy_row *r, org_index region, bool *out,
                              error *err)
{
    arena scratch = {0};
    org_index *children;
    size_t children_count;
    date when = period_first_day(r->period);
    *out = true;
    status code = orgs_children(v->orgs, region, when, &scratch, &children, &children_count, err);
    for (size_t i = 0; code == STATUS_OK && *out && i < children_count; i++) {
        const org *o = orgs_at(v->orgs, children[i]);
        if (o->kind != ORG_ICB)
            continue;
        bool found = false;
        /* rows are ordered by measure, then organisation: look the ICB up by its code. */
        size_t low = 0, high = count;
        while (low < high) {
            size_t middle = low + (high - low) / 2;
            int c = strcmp(rows[middle].measure, r->measure);
            if (c == 0)
                c = strcmp(rows[middle].organisation, o->code);
            if (c < 0)
                low = middle + 1;
            else
                high = middle;
        }
        for (size_t k = low; k < count && !found && strcmp(rows[k].measure, r->measure) == 0 &&
                             strcmp(rows[k].organisation, o->code) == 0; k++)
            found = period_compare(rows[k].period, r->period) == 0;
        *out = found;
    }
    arena_free(&scratch);
    return code;
}

static status contribute_part(evaluation *v, const measure *m, const contribution *whole, const placing *where, const placement *at,
                              rank as, geography g, error *err)
{
    contribution c = *whole;
    if (at->estimated && (c.given || !c.has_numerator))
        return STATUS_OK; /* a value cannot be shared out */
    c.organisation = at->organisation;
    c.rank = as;
    c.geography = g;
    c.estimated = at->estimated;
    c.numerator = placed_part(where, at, whole->numerator);
    c.denominator = placed_part(where, at, whole->denominator);
    if (as != RANK_TIDY) {
        c.release = -1;
        c.rows = c.first_line = c.last_line = 0;
    }
    (void)m;
    return evaluation_contribute(v, &c, err);
}

static status tidy_line(evaluation *v, const tidy_row *rows, size_t count, const tidy_row *r, bool revised, error *err)
{
    const measure *m = catalogue_measure(v->catalogue, r->measure);
    int32_t organisation, breakdown;
    if (m == NULL) {
        char sentence[256];
        (void)snprintf(sentence, sizeof sentence, "A tidy file has figures for the measure %s, which the catalogue no longer defines",
                       r->measure);
        return evaluation_issue(v, "conflict", r->organisation, "", sentence, 1, err);
    }
    status code = evaluation_organisation(v, text_of(r->organisation), "tidy", &organisation, err);
    if (code == STATUS_OK)
        code = tidy_breakdown(v, r->breakdown, &breakdown, err);
    if (code != STATUS_OK || organisation < 0)
        return code;
    org_index known = v->organisations[organisation].known;
    if (known < 0)
        v->organisations[organisation].rows++;
    level base = LEVEL_PROVIDER;
    bool has_level = level_of_kind(known < 0 ? ORG_UNKNOWN : orgs_kind_on(v->orgs, known, period_first_day(r->period)), &base);
    contribution whole = {.measure = (int32_t)(m - v->catalogue->measures),
                          .organisation = organisation,
                          .breakdown = breakdown,
                          .period = r->period,
                          .rank = RANK_TIDY,
                          .revised = revised,
                          .release = release_index(v, r->release),
                          .rows = 1,
                          .first_line = r->line,
                          .last_line = r->line};
    if (!line_figure(m, r, &whole))
        return STATUS_OK;
    bool as_at = v->options->geography == GEOGRAPHY_AS_AT;
    geography on_map = as_at ? GEOGRAPHY_AS_AT : GEOGRAPHY_CURRENT;
    if (base == LEVEL_ENGLAND) {
        whole.geography = on_map;
        return evaluation_contribute(v, &whole, err);
    }
    bool summable = whole.has_numerator && !whole.given;
    for (int geo = 0; geo < 2; geo++) {
        geography g = geo == 0 ? on_map : GEOGRAPHY_AS_PUBLISHED;
        if (as_at && geo == 1)
            break;
        placing where;
        code = evaluation_place(v, organisation, base, r->period, g, (text){"", 0}, NULL, &where, err);
        for (size_t i = 0; code == STATUS_OK && i < where.count; i++) {
            const placement *at = &where.places[i];
            if (at->level == base) {
                /* A value that is no ratio stays with its organisation; it does not go over to a successor. */
                if (summable || at->organisation == organisation)
                    code = contribute_part(v, m, &whole, &where, at, RANK_TIDY, g, err);
            } else if (summable && has_level && rolls_up(m, base, at->level)) {
                bool complete = true;
                if (base == LEVEL_ICB) {
                    org_index region = orgs_ancestor(v->orgs, known, ORG_REGION, period_first_day(r->period));
                    code = region < 0 ? STATUS_OK : region_complete(v, rows, count, r, region, &complete, err);
                }
                if (code == STATUS_OK && complete)
                    code = contribute_part(v, m, &whole, &where, at, rank_from(base), g, err);
            }
        }
        if (code != STATUS_OK)
            return code;
    }
    if (summable && has_level && rolls_up(m, base, LEVEL_ENGLAND)) {
        contribution england = whole;
        england.organisation = orgs_find(v->orgs, text_of("ENGLAND"));
        england.rank = rank_from(base);
        england.geography = on_map;
        england.release = -1;
        england.rows = england.first_line = england.last_line = 0;
        code = evaluation_contribute(v, &england, err);
    }
    return code;
}

status evaluation_tidy(evaluation *v, error *err)
{
    arena scratch = {0};
    tidy_row *rows = NULL;
    size_t count = 0, ordinal_count = 0;
    status code = STATUS_OK;
    int64_t *ordinals = arena_array(&scratch, v->release_count + 1, sizeof *ordinals);
    if (ordinals == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    for (size_t i = 0; i < v->release_count; i++) {
        const source *s = catalogue_source(v->catalogue, v->releases[i].source);
        if (s != NULL && s->tidy)
            ordinals[ordinal_count++] = v->releases[i].ordinal;
    }
    if (ordinal_count == 0)
        goto out;
    if ((code = facts_tidy(v->facts, ordinals, ordinal_count, &scratch, &rows, &count, err)) != STATUS_OK)
        goto out;
    for (size_t i = 0; code == STATUS_OK && i < count;) {
        size_t end = i + 1, best = i;
        for (; end < count && same_figure(&rows[i], &rows[end]); end++)
            if (later_line(v, &rows[end], &rows[best]))
                best = end;
        bool wanted = v->options->only_measure == NULL || strcmp(v->options->only_measure, rows[i].measure) == 0;
        if (wanted)
            code = tidy_line(v, rows, count, &rows[best], end - i > 1, err);
        if (evaluation_stopped(v) && code == STATUS_OK)
            code = error_set(err, STATUS_IO, "Interrupted; nothing was changed");
        i = end;
    }
out:
    arena_free(&scratch);
    return code;
}
