/*
 * Figures given in tidy files. For each measure, organisation, breakdown and period the latest release's line counts. It stands at its
 * own organisation, is carried to the current map, and is rolled up to the levels that its measure declares to be made of
 * the same organisations (A&E: provider -> ICB -> region; RTT: sub-ICB -> ICB -> region, never from providers). A line
 * with only a value is never rolled up.
 *
 * A figure that is put together from several lines (a region from its ICBs, an ICB from its sub-ICB locations, an ICB of today from those that it
 * took over) is made only where every organisation that belongs to it has a line: part of a whole must not pass for the whole.
 * Providers are the exception: which of them provide a service at all is known to nobody but the file. whole.c sees to it that a whole is not made
 * of far fewer of them than in other periods. A figure that cannot be (10 of 0, 120% of people) is not used, and listed.
 */
#include "measure/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Which of two lines for the same figure counts: the later release; within one release the intake has refused doubles. */
static bool later_line(const evaluation *v, const tidy_row *a, const tidy_row *b, bool *tie)
{
    const release *x = NULL, *y = NULL;
    for (size_t i = 0; i < v->release_count; i++) {
        if (v->releases[i].ordinal == a->release)
            x = &v->releases[i];
        if (v->releases[i].ordinal == b->release)
            y = &v->releases[i];
    }
    *tie = false;
    return x != NULL && y != NULL && facts_release_later(x, y, tie) > 0;
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

/* Tidy lines give whole units; a measure that is kept in parts of them has its figures in parts throughout. */
static bool into_parts(int64_t *count, int64_t parts)
{
    return parts <= 1 || !__builtin_mul_overflow(*count, parts, count);
}

static given_figure figure_of(const tidy_row *r)
{
    return (given_figure){r->has_numerator, r->has_denominator, r->has_value, r->numerator, r->denominator, r->value};
}

/* Why the figures of a line cannot be; NULL where they can. Intake refuses such lines; a measure may have been changed since. */
static const char *impossible(const measure *m, const tidy_row *r)
{
    given_figure f = figure_of(r);
    return given_figure_impossible(m, &f);
}

/* The figure of a line at its own organisation. False where the line says nothing that the measure can use. */
static bool line_figure(const measure *m, const tidy_row *r, contribution *c)
{
    const given_figure f = figure_of(r);
    const bool is_count = strcmp(m->unit, "count") == 0;
    c->value = (double)NAN;
    c->numerator = r->numerator;
    c->denominator = r->denominator;
    c->has_numerator = r->has_numerator && into_parts(&c->numerator, m->numerator_parts);
    c->has_denominator = r->has_denominator && into_parts(&c->denominator, m->denominator_parts);
    bool computed = (m->value == VALUE_RATIO && c->has_numerator && c->has_denominator) ||
                    (m->value == VALUE_NUMERATOR && c->has_numerator);
    if (!computed && r->has_value) {
        c->value = r->value;
        c->given = true;
    } else if (m->value == VALUE_GIVEN && is_count && r->has_numerator) {
        c->value = (double)r->numerator;
        c->given = true;
    } else if (m->value == VALUE_GIVEN && given_figure_is_ratio(m, &f) && r->denominator > 0) {
        c->value = m->scale * (double)r->numerator / (double)r->denominator;
        c->given = true;
    }
    return computed || c->given || (c->has_numerator && m->value != VALUE_GIVEN);
}

static status list_impossible(evaluation *v, const tidy_row *r, const char *why, error *err)
{
    char sentence[512], when[PERIOD_TEXT];
    int32_t at = release_index(v, r->release);
    period_format(r->period, when);
    (void)snprintf(sentence, sizeof sentence, "%s: line %lld of %.150s gives %s for %.40s in %s; it is not used",
                   r->measure, (long long)place_of_line(r->line).row,
                   at < 0 ? "a tidy file" : v->releases[at].file_name, why, r->organisation, when);
    status code = evaluation_issue(v, "impossible", r->organisation, when, sentence, 1, err);
    return code != STATUS_OK ? code : quality_issue_place(v, at, r->line, err);
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
    return base == LEVEL_PROVIDER  ? RANK_TIDY_FROM_PROVIDERS
           : base == LEVEL_SUB_ICB ? RANK_TIDY_FROM_SUB_ICBS
                                   : RANK_TIDY_FROM_ICBS;
}

/* How many organisations that report at `base` make up each organisation's figure of a period on a geography. */
typedef struct makeup {
    level base;
    geography geography;
    date when;
    int32_t *count; /* by org_index */
} makeup;

typedef struct tidy_work {
    evaluation *v;
    arena scratch;
    makeup *makeups;
    size_t makeup_count, makeup_capacity;
    int64_t ties;
} tidy_work;

static bool open_on(const org *o, date on)
{
    return (o->opened == DATE_NONE || o->opened <= on) && (o->closed == DATE_NONE || on < o->closed);
}

static status makeup_of(tidy_work *w, level base, geography g, period p, const int32_t **out, error *err)
{
    evaluation *v = w->v;
    date when = period_first_day(p);
    for (size_t i = w->makeup_count; i-- > 0;)
        if (w->makeups[i].when == when && w->makeups[i].base == base && w->makeups[i].geography == g) {
            *out = w->makeups[i].count;
            return STATUS_OK;
        }
    size_t n = orgs_count(v->orgs);
    if (w->makeup_count == w->makeup_capacity) {
        size_t capacity = w->makeup_capacity == 0 ? 64 : w->makeup_capacity * 2;
        makeup *grown = realloc(w->makeups, capacity * sizeof *grown);
        if (grown == NULL)
            return error_set(err, STATUS_MEMORY, "Out of memory for tidy figures");
        w->makeups = grown;
        w->makeup_capacity = capacity;
    }
    int32_t *count = arena_array(&w->scratch, n + 1, sizeof *count);
    if (count == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory for tidy figures");
    for (size_t i = 0; i < n; i++) {
        level own;
        placing where;
        if (!level_of_kind(orgs_kind_on(v->orgs, (org_index)i, when), &own) || own != base ||
            !open_on(orgs_at(v->orgs, (org_index)i), when))
            continue;
        status code = evaluation_place(v, (int32_t)i, base, p, g, (text){"", 0}, NULL, &where, err);
        if (code != STATUS_OK)
            return code;
        for (size_t k = 0; k < where.count; k++)
            count[where.places[k].organisation]++;
    }
    w->makeups[w->makeup_count++] = (makeup){base, g, when, count};
    *out = count;
    return STATUS_OK;
}

static status contribute_part(tidy_work *w, const contribution *whole, const placing *where, const placement *at,
                              level base, rank as, geography g, error *err)
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
    if (!c.given && (base == LEVEL_ICB || base == LEVEL_SUB_ICB)) {
        const int32_t *count;
        status code = makeup_of(w, base, g, c.period, &count, err);
        if (code != STATUS_OK)
            return code;
        c.parts = count[at->organisation];
    }
    return evaluation_contribute(w->v, &c, err);
}

/* The version of the measure's definition that a line names; one that the catalogue has no more is kept apart from all others. */
static int32_t line_definition(const measure *m, const tidy_row *r)
{
    for (size_t i = 0; i < m->definition_count; i++)
        if (strcmp(m->definitions[i].id, r->definition) == 0)
            return (int32_t)i + 1;
    return 0;
}

static status tidy_line(tidy_work *w, const tidy_row *r, bool revised, error *err)
{
    evaluation *v = w->v;
    const measure *m = catalogue_measure(v->catalogue, r->measure);
    int32_t organisation, breakdown;
    if (m == NULL) {
        char sentence[256];
        (void)snprintf(sentence, sizeof sentence,
                       "A tidy file has figures for the measure %s, which the catalogue no longer defines", r->measure);
        return evaluation_issue(v, "conflict", r->organisation, "", sentence, 1, err);
    }
    const char *why = impossible(m, r);
    if (why != NULL)
        return list_impossible(v, r, why, err);
    status code = evaluation_organisation(v, text_of(r->organisation), "tidy", &organisation, err);
    if (code == STATUS_OK)
        code = tidy_breakdown(v, r->breakdown, &breakdown, err);
    if (code != STATUS_OK || organisation < 0)
        return code;
    org_index known = v->organisations[organisation].known;
    if (known < 0)
        v->organisations[organisation].rows++;
    level base = LEVEL_PROVIDER;
    bool has_level =
        level_of_kind(known < 0 ? ORG_UNKNOWN : orgs_kind_on(v->orgs, known, period_first_day(r->period)), &base);
    /* An unknown code that rows name too stands where they put it. */
    if (known < 0 && v->organisations[organisation].reports_at != LEVEL_COUNT)
        base = v->organisations[organisation].reports_at;
    contribution whole = {.measure = (int32_t)(m - v->catalogue->measures),
                          .organisation = organisation,
                          .breakdown = breakdown,
                          .period = r->period,
                          .rank = RANK_TIDY,
                          .revised = revised,
                          .release = release_index(v, r->release),
                          .rows = 1,
                          .first_line = r->line,
                          .last_line = r->line,
                          .definition = line_definition(m, r),
                          .from = organisation};
    if (!line_figure(m, r, &whole))
        return STATUS_OK;
    bool as_at = v->options->geography == GEOGRAPHY_AS_AT;
    geography on_map = as_at ? GEOGRAPHY_AS_AT : GEOGRAPHY_CURRENT;
    if (base == LEVEL_ENGLAND) {
        whole.geography = on_map;
        return evaluation_contribute(v, &whole, err);
    }
    bool summable = whole.has_numerator && !whole.given && (m->value != VALUE_RATIO || whole.has_denominator);
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
                    code = contribute_part(w, &whole, &where, at, has_level ? base : LEVEL_PROVIDER, RANK_TIDY, g, err);
            } else if (summable && has_level && rolls_up(m, base, at->level)) {
                code = contribute_part(w, &whole, &where, at, base, rank_from(base), g, err);
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
        code = evaluation_contribute(v, &england, err);
    }
    return code;
}

/* Do two lines for the same figure say the same? */
static bool same_words(const tidy_row *a, const tidy_row *b)
{
    return a->has_numerator == b->has_numerator && a->has_denominator == b->has_denominator &&
           a->has_value == b->has_value && (!a->has_numerator || a->numerator == b->numerator) &&
           (!a->has_denominator || a->denominator == b->denominator) &&
           (!a->has_value || !(a->value < b->value || a->value > b->value));
}

/* The line of rows[first..end) that counts. Of lines of which nothing tells the later, one that can be goes before one that cannot. */
static size_t line_that_counts(tidy_work *w, const tidy_row *rows, size_t first, size_t end)
{
    const measure *m = catalogue_measure(w->v->catalogue, rows[first].measure);
    size_t best = first;
    bool tied = false;
    for (size_t i = first + 1; i < end; i++) {
        bool equal;
        bool later = later_line(w->v, &rows[i], &rows[best], &equal);
        bool matters = equal && !same_words(&rows[i], &rows[best]);
        if (equal && m != NULL && (impossible(m, &rows[i]) == NULL) != (impossible(m, &rows[best]) == NULL))
            later = impossible(m, &rows[i]) == NULL;
        tied = later && !equal ? false : tied || matters;
        best = later ? i : best;
    }
    w->ties += tied;
    return best;
}

/* Lines that cannot be and that only chance kept from counting: they are told all the same. */
static status list_tied_impossible(evaluation *v, const tidy_row *rows, size_t first, size_t end, size_t best,
                                   error *err)
{
    const measure *m = catalogue_measure(v->catalogue, rows[first].measure);
    status code = STATUS_OK;
    for (size_t i = first; i < end && m != NULL && code == STATUS_OK; i++) {
        bool equal = false;
        if (i != best)
            (void)later_line(v, &rows[i], &rows[best], &equal);
        const char *why = equal ? impossible(m, &rows[i]) : NULL;
        if (why != NULL)
            code = list_impossible(v, &rows[i], why, err);
    }
    return code;
}

static status list_ties(tidy_work *w, error *err)
{
    char sentence[320];
    if (w->ties == 0)
        return STATUS_OK;
    (void)snprintf(sentence, sizeof sentence,
                   "%lld figures are given differently by tidy files that have nothing to tell which is later; the "
                   "file with the greater SHA-256 "
                   "counts. Add one of them again with --published DATE.",
                   (long long)w->ties);
    return evaluation_issue(w->v, "tie", "tidy", "", sentence, w->ties, err);
}

status evaluation_tidy(evaluation *v, error *err)
{
    tidy_work w = {.v = v};
    tidy_row *rows = NULL;
    size_t count = 0, ordinal_count = 0;
    status code = STATUS_OK;
    int64_t *ordinals = arena_array(&w.scratch, v->release_count + 1, sizeof *ordinals);
    if (ordinals == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    for (size_t i = 0; i < v->release_count; i++) {
        const source *s = catalogue_source(v->catalogue, v->releases[i].source);
        if (s != NULL && s->tidy)
            ordinals[ordinal_count++] = v->releases[i].ordinal;
    }
    if (ordinal_count == 0)
        goto out;
    if ((code = facts_tidy(v->facts, ordinals, ordinal_count, &w.scratch, &rows, &count, err)) != STATUS_OK)
        goto out;
    for (size_t i = 0; code == STATUS_OK && i < count;) {
        size_t end = i + 1;
        while (end < count && same_figure(&rows[i], &rows[end]))
            end++;
        if (v->options->only_measure == NULL || strcmp(v->options->only_measure, rows[i].measure) == 0) {
            size_t best = line_that_counts(&w, rows, i, end);
            code = list_tied_impossible(v, rows, i, end, best, err);
            if (code == STATUS_OK)
                code = tidy_line(&w, &rows[best], end - i > 1, err);
        }
        if (v->options->progress != NULL && i / 4096 != end / 4096)
            v->options->progress(v->options->progress_context, "reading tidy figures", i, count);
        if (evaluation_stopped(v) && code == STATUS_OK)
            code = error_set(err, STATUS_IO, "Interrupted; nothing was changed");
        i = end;
    }
    if (code == STATUS_OK)
        code = list_ties(&w, err);
out:
    free(w.makeups);
    arena_free(&w.scratch);
    return code;
}
