/*
 * From contributions to series. Contributions are ordered by measure, organisation, breakdown, geography, period and rank; the
 * highest rank of a figure counts and parts of one rank are added. Missing months between the first and last figure become
 * points without a value. Limits and signals come from stats, and whether a series is seasonal, which limits do not allow for; estimated figures take no part
 * in either.
 */
#include "measure/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct run_memory {
    edition_point *points;
    double *values;
    double *season_work; /* twice as long */
    spc_point *spc;
    int32_t *definitions; /* of the points: contribution.definition */
    size_t capacity;
    edition_season season; /* of the series that was judged last */
    buffer note;           /* the same */
} run_memory;

int contribution_compare(const void *a, const void *b)
{
    const contribution *x = a, *y = b;
    if (x->measure != y->measure)
        return x->measure < y->measure ? -1 : 1;
    if (x->organisation != y->organisation)
        return x->organisation < y->organisation ? -1 : 1;
    if (x->breakdown != y->breakdown)
        return x->breakdown < y->breakdown ? -1 : 1;
    if (x->geography != y->geography)
        return x->geography < y->geography ? -1 : 1;
    int c = period_compare(x->period, y->period);
    if (c != 0)
        return c;
    if (x->rank != y->rank)
        return x->rank > y->rank ? -1 : 1;
    if (x->given != y->given)
        return y->given ? -1 : 1;
    if (x->release != y->release)
        return x->release < y->release ? -1 : 1;
    if (x->first_line != y->first_line)
        return x->first_line < y->first_line ? -1 : 1;
    return (x->from > y->from) - (x->from < y->from);
}

static bool same_series(const contribution *a, const contribution *b)
{
    return a->measure == b->measure && a->organisation == b->organisation && a->breakdown == b->breakdown &&
           a->geography == b->geography;
}

static void run_free(run_memory *r)
{
    free(r->points);
    free(r->values);
    free(r->season_work);
    free(r->spc);
    free(r->definitions);
    buffer_free(&r->note);
}

static bool run_reserve(run_memory *r, size_t count)
{
    if (count <= r->capacity)
        return true;
    size_t capacity = r->capacity == 0 ? 256 : r->capacity;
    while (capacity < count)
        capacity *= 2;
    edition_point *points = realloc(r->points, capacity * sizeof *points);
    if (points != NULL)
        r->points = points;
    double *values = realloc(r->values, capacity * sizeof *values);
    if (values != NULL)
        r->values = values;
    double *season_work = realloc(r->season_work, 2 * capacity * sizeof *season_work);
    if (season_work != NULL)
        r->season_work = season_work;
    spc_point *spc = realloc(r->spc, capacity * sizeof *spc);
    if (spc != NULL)
        r->spc = spc;
    int32_t *definitions = realloc(r->definitions, capacity * sizeof *definitions);
    if (definitions != NULL)
        r->definitions = definitions;
    if (points == NULL || values == NULL || season_work == NULL || spc == NULL || definitions == NULL)
        return false;
    r->capacity = capacity;
    return true;
}

static double value_of(const edition_measure *m, const contribution *c)
{
    if (c->given)
        return c->value;
    bool alike = m->numerator_parts == m->denominator_parts; /* the parts cancel: no rounding on the way */
    if (strcmp(m->value_kind, "ratio") == 0)
        return c->has_numerator && c->has_denominator && c->denominator > 0
                   ? m->scale * edition_count(true, c->numerator, alike ? 1 : m->numerator_parts) /
                         edition_count(true, c->denominator, alike ? 1 : m->denominator_parts)
                   : (double)NAN;
    if (strcmp(m->value_kind, "numerator") == 0 && c->has_numerator)
        return edition_count(true, c->numerator, m->numerator_parts);
    return (double)NAN;
}

bool figure_parts(const contribution *c, size_t n, size_t *first, size_t *count)
{
    for (size_t i = 0; i < n;) {
        size_t end = i, counts = i;
        int32_t needed = 0;
        while (end < n && c[end].rank == c[i].rank) {
            counts += !c[end].given;
            needed = !c[end].given && c[end].parts > needed ? c[end].parts : needed;
            end++;
        }
        *first = i;
        *count = counts - i;
        if (counts > i && (int32_t)(counts - i) >= needed)
            return true;
        if (counts < end) {
            *first = counts;
            *count = 1;
            return true;
        }
        i = end;
    }
    return false;
}

static size_t same_period(const contribution *at, const contribution *end)
{
    size_t n = 1;
    while (at + n < end && same_series(at, at + n) && period_compare(at->period, at[n].period) == 0)
        n++;
    return n;
}

/* The figure of one period: the parts that make it, added. */
static status merge_parts(const edition *head, const contribution *parts, size_t count, contribution *out, error *err)
{
    contribution c = parts[0];
    for (size_t i = 1; i < count; i++) {
        const contribution *more = &parts[i];
        if (__builtin_add_overflow(c.numerator, more->numerator, &c.numerator) ||
            __builtin_add_overflow(c.denominator, more->denominator, &c.denominator))
            return error_set(err, STATUS_REFUSED,
                             "The figures of %s for %s add up to more than the largest whole number",
                             head->measures[c.measure].id, head->orgs[c.organisation].code);
        c.has_numerator = c.has_numerator && more->has_numerator;
        c.has_denominator = c.has_denominator && more->has_denominator;
        c.suppressed = c.suppressed || more->suppressed;
        c.estimated = c.estimated || more->estimated;
        c.revised = c.revised || more->revised;
        if (c.definition != more->definition)
            c.definition = DEFINITION_MIXED;
        if (c.release != more->release)
            c.release = -1;
        c.rows += more->rows;
        c.first_line = more->first_line < c.first_line ? more->first_line : c.first_line;
        c.last_line = more->last_line > c.last_line ? more->last_line : c.last_line;
    }
    if (c.release < 0)
        c.rows = c.first_line = c.last_line = 0;
    *out = c;
    return STATUS_OK;
}

/* How far the next period of that kind starts: 0 for kinds whose gaps cannot be told (rolling windows). */
static int32_t cadence(period p)
{
    switch (p.kind) {
    case PERIOD_MONTH: return 1;
    case PERIOD_QUARTER: return 3;
    case PERIOD_FINANCIAL_YEAR:
    case PERIOD_CALENDAR_YEAR: return 12;
    default: return 0;
    }
}

/* Fills the points of one run of contributions; gaps become missing points. */
static status fill_points(const edition *head, const contribution *first, const contribution *end, run_memory *r,
                          size_t *count, error *err)
{
    const edition_measure *m = &head->measures[first->measure];
    size_t n = 0;
    for (const contribution *c = first; c < end;) {
        size_t used = same_period(c, end), from, parts, gap = 0;
        bool made = figure_parts(c, used, &from, &parts);
        contribution one = {0};
        status code = made ? merge_parts(head, c + from, parts, &one, err) : STATUS_OK;
        c += used;
        if (code != STATUS_OK)
            return code;
        if (!made || one.definition == DEFINITION_MIXED)
            continue; /* figures under two definitions do not add up */
        int32_t every = cadence(one.period);
        if (n > 0 && every > 0 && r->points[n - 1].period.kind == one.period.kind) {
            int32_t apart = one.period.first_month - r->points[n - 1].period.first_month;
            gap = apart > every ? (size_t)(apart / every) - 1 : 0;
        }
        if (!run_reserve(r, n + gap + 1))
            return error_set(err, STATUS_MEMORY, "Out of memory for the points of a series");
        edition_point blank = {.value = (double)NAN,
                               .target = (double)NAN,
                               .mean = (double)NAN,
                               .lower = (double)NAN,
                               .upper = (double)NAN,
                               .rule = "",
                               .signal = "",
                               .release = -1};
        for (size_t k = 0; k < gap; k++, n++) {
            r->points[n] = blank;
            r->points[n].missing = true;
            r->points[n].period = r->points[n - 1].period;
            r->points[n].period.first_month += every;
            r->definitions[n] = n > 0 ? r->definitions[n - 1] : 0;
        }
        r->definitions[n] = one.definition;
        edition_point *p = &r->points[n++];
        *p = blank;
        p->period = one.period;
        p->numerator = one.numerator;
        p->denominator = one.denominator;
        p->has_numerator = one.has_numerator;
        p->has_denominator = one.has_denominator;
        p->value = value_of(m, &one);
        p->estimated = one.estimated;
        p->over_open_band = one.over_open_band;
        p->revised = one.revised;
        p->suppressed = p->missing = one.suppressed;
        p->tidy = one.rank != RANK_ROWS;
        p->release = one.release;
        p->rows = one.rows;
        p->first_line = one.first_line;
        p->last_line = one.last_line;
    }
    *count = n;
    return STATUS_OK;
}

static bool any_value(const edition_point *p, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!isnan(p[i].value) || p[i].over_open_band)
            return true;
    return false;
}

static bool same_points(const edition_point *a, size_t a_count, const edition_point *b, size_t b_count)
{
    if (a_count != b_count)
        return false;
    for (size_t i = 0; i < a_count; i++) {
        bool values = a[i].value == b[i].value || (isnan(a[i].value) && isnan(b[i].value));
        if (period_compare(a[i].period, b[i].period) != 0 || !values || a[i].has_numerator != b[i].has_numerator ||
            a[i].has_denominator != b[i].has_denominator || (a[i].has_numerator && a[i].numerator != b[i].numerator) ||
            (a[i].has_denominator && a[i].denominator != b[i].denominator) || a[i].estimated != b[i].estimated ||
            a[i].suppressed != b[i].suppressed)
            return false;
    }
    return true;
}

/* Index in head->targets of the target in force, -1 where none. head->targets are the catalogue's, in its order. */
static int32_t target_in_force(const evaluation *v, const edition *head, int32_t edition_measure_at,
                               const edition_org *o, period p)
{
    level l = LEVEL_ENGLAND;
    bool placed = false;
    for (int k = LEVEL_ENGLAND; k < LEVEL_COUNT; k++)
        if (strcmp(o->level, level_name((level)k)) == 0) {
            l = (level)k;
            placed = true;
        }
    if (o->kind == ORG_GROUP)
        placed = group_level(v, o->code, p, &l); /* what holds for each of its members holds for them together */
    const measure *m = catalogue_measure(v->catalogue, head->measures[edition_measure_at].id);
    if (!placed || m == NULL)
        return -1;
    const target *t = catalogue_target(v->catalogue, (int32_t)(m - v->catalogue->measures), l, p);
    return t == NULL ? -1 : (int32_t)(t - v->catalogue->targets);
}

/* Is the series seasonal? By the function of `concord spc --season`, on the values that its limits are made from, months or quarters
 * without a break of kind; January, or the first quarter, is the first season. */
static status season_find(run_memory *r, size_t count, edition_series *s, error *err)
{
    const period first = r->points[0].period;
    const size_t seasons = first.kind == PERIOD_MONTH ? 12 : first.kind == PERIOD_QUARTER ? 4 : 0;
    s->season = NULL;
    if (seasons == 0 || count < 3 * seasons)
        return STATUS_OK;
    for (size_t i = 1; i < count; i++)
        if (r->points[i].period.kind != first.kind ||
            r->points[i].period.first_month != first.first_month + (int32_t)i * first.months)
            return STATUS_OK;
    season_check found;
    size_t begins = (size_t)((first.first_month % 12 + 12) % 12) / (12 / seasons);
    status code = season_check_make(r->values, count, seasons, begins, r->season_work, &found, err);
    if (code != STATUS_OK || isnan(found.p))
        return code;
    r->season = (edition_season){.years = (int32_t)found.cycles, .p = found.p, .seasonal = found.seasonal};
    for (size_t i = 0; found.seasonal && i < seasons; i++)
        r->season.effects[i] = found.effects[i];
    r->season.count = found.seasonal ? (int32_t)seasons : 0;
    s->season = &r->season;
    return STATUS_OK;
}

static bool rebase_is_of(const measure_rebase *b, const edition *head, const edition_series *s)
{
    const char *key = s->breakdown < 0 ? "" : head->breakdowns[s->breakdown].key;
    return strcmp(b->measure, head->measures[s->measure].id) == 0 &&
           strcmp(b->organisation, head->orgs[s->org].code) == 0 &&
           strcmp(b->breakdown == NULL ? "" : b->breakdown, key) == 0;
}

/* Where segments start by somebody's decision: ascending places, each once, and a sentence for each into the series' note. */
static size_t find_rebases(const evaluation *v, const edition *head, run_memory *r, size_t count,
                           const edition_series *s, size_t *at, buffer *said)
{
    size_t n = 0;
    for (size_t k = 0; k < v->options->rebase_count && n < MEASURE_REBASES_MOST; k++) {
        const measure_rebase *b = &v->options->rebases[k];
        size_t i = 0, place = 0;
        char month[PERIOD_TEXT];
        if (!rebase_is_of(b, head, s))
            continue;
        while (i < count && r->points[i].period.first_month < b->period.first_month)
            i++;
        if (i == 0 || i == count)
            continue;
        while (place < n && at[place] < i)
            place++;
        period_format(b->period, month);
        buffer_printf(said, "%sLimits start anew from %s: %s (%s).", said->length > 0 ? " " : "", month, b->reason,
                      b->author);
        if (place < n && at[place] == i)
            continue;
        memmove(at + place + 1, at + place, (n - place) * sizeof *at);
        at[place] = i;
        n++;
    }
    return n;
}

/* A change of the measure's definition splits the series like a rebase: ascending places, a sentence for each. */
static void find_definitions(const evaluation *v, const edition *head, const run_memory *r, size_t count,
                             const edition_series *s, size_t *at, size_t *n, buffer *said)
{
    const measure *m = catalogue_measure(v->catalogue, head->measures[s->measure].id);
    for (size_t i = 1; m != NULL && m->definition_count > 0 && i < count && *n < MEASURE_REBASES_MOST; i++) {
        size_t place = 0;
        char month[PERIOD_TEXT];
        if (r->definitions[i] == r->definitions[i - 1] || r->definitions[i] < 1)
            continue;
        const measure_definition *d = &m->definitions[r->definitions[i] - 1];
        period_format(r->points[i].period, month);
        buffer_printf(said, "%sLimits start anew from %s: figures are under the definition %s (%s).",
                      said->length > 0 ? " " : "", month, d->id, d->document);
        while (place < *n && at[place] < i)
            place++;
        if (place < *n && at[place] == i)
            continue;
        memmove(at + place + 1, at + place, (*n - place) * sizeof *at);
        at[place] = i;
        (*n)++;
    }
}

/* Targets, limits, rules and signals of the points; the summary of the series. */
static status judge(const evaluation *v, const edition *head, run_memory *r, size_t count, edition_series *s,
                    error *err)
{
    const edition_measure *m = &head->measures[s->measure];
    const edition_org *o = &head->orgs[s->org];
    for (size_t i = 0; i < count; i++) {
        edition_point *p = &r->points[i];
        int32_t t = target_in_force(v, head, s->measure, o, p->period);
        p->target = t < 0 ? (double)NAN : head->targets[t].level;
        r->values[i] = p->estimated ? (double)NAN : p->value;
        if (i == count - 1) {
            s->latest_target = p->target;
            s->latest_target_index = t;
        }
    }
    spc_summary summary = {0};
    const spc_rules *own = v->options->rule_set;
    spc_options options = {
        .rules = own != NULL ? own : spc_rules_find(head->rules), .better = m->better, .target = s->latest_target};
    size_t starts[MEASURE_REBASES_MOST];
    r->note.length = 0;
    options.rebases = starts;
    options.rebase_count = find_rebases(v, head, r, count, s, starts, &r->note);
    find_definitions(v, head, r, count, s, starts, &options.rebase_count, &r->note);
    if (o->kind == ORG_GROUP)
        group_breaks(v, s, r->points, count, starts, &options.rebase_count, &r->note);
    status code = spc_xmr(r->values, count, &options, r->spc, NULL, 0, &summary, err);
    if (code == STATUS_OK)
        code = season_find(r, count, s, err);
    if (code != STATUS_OK)
        return code;
    for (size_t i = 0; i < count; i++) {
        edition_point *p = &r->points[i];
        const spc_point *q = &r->spc[i];
        if (p->estimated)
            continue;
        p->mean = q->mean;
        p->lower = q->lower;
        p->upper = q->upper;
        p->segment = q->segment;
        p->rule = spc_rule_name(q->rule);
        p->signal = isnan(r->values[i]) ? "" : spc_signal_name(q->signal);
        if (isnan(q->mean) || isnan(q->lower) || isnan(q->upper))
            p->rule = p->signal = "";
    }
    const edition_point *last = &r->points[count - 1];
    s->first = r->points[0].period;
    s->last = last->period;
    s->latest_value = last->value;
    s->latest_numerator = last->numerator;
    s->latest_denominator = last->denominator;
    s->has_numerator = last->has_numerator;
    s->has_denominator = last->has_denominator;
    s->over_open_band = last->over_open_band;
    /* Judged where the last point is; a figure that never changes has no limits, but its target still has an answer (spc.h). */
    bool counts = !last->estimated && !isnan(last->value);
    s->variation = last->signal[0] != 0 ? spc_variation_name(summary.variation) : "";
    s->assurance = counts ? spc_assurance_name(summary.assurance) : "";
    s->any_estimated = false;
    for (size_t i = 0; i < count; i++)
        s->any_estimated = s->any_estimated || r->points[i].estimated;
    s->note = s->any_estimated && s->geography != GEOGRAPHY_AS_PUBLISHED ? o->inexact : "";
    if (s->any_estimated && s->note[0] == 0)
        s->note = "Figures marked estimated are a share of a predecessor's figure and take no part in the limits.";
    if (r->note.length > 0 && s->note[0] != 0)
        buffer_printf(&r->note, " %s", s->note);
    if (r->note.length > 0)
        s->note = r->note.data;
    return buffer_status(&r->note, err);
}

/* What an organisation's figures of a measure leave out of view: the edition lists it. */
typedef struct left_out {
    int64_t overruled; /* tidy lines where rows give the figure */
    int64_t partial;   /* figures that tidy lines give only a part of */
    int64_t few;       /* figures that tidy lines of too few providers would have made */
} left_out;

static void count_left_out(const contribution *first, const contribution *end, left_out *out)
{
    for (const contribution *c = first; c < end;) {
        size_t n = same_period(c, end), from, parts;
        for (size_t i = 1; c->rank == RANK_ROWS && i < n; i++)
            out->overruled += c[i].rank == RANK_TIDY;
        bool made = figure_parts(c, n, &from, &parts), few = c[n - 1].parts == PARTS_TOO_FEW;
        out->partial += !made && !few;
        out->few += !made && few;
        c += n;
    }
}

static status list_left_out(evaluation *v, const char *measure_id, const char *organisation, const left_out *l,
                            error *err)
{
    char sentence[320];
    status code = STATUS_OK;
    if (l->overruled > 0) {
        (void)snprintf(sentence, sizeof sentence,
                       "%s: %lld figure%s given in tidy files, overruled by what published rows give", measure_id,
                       (long long)l->overruled, l->overruled == 1 ? "" : "s");
        code = evaluation_issue(v, "tidy-overruled", organisation, "", sentence, l->overruled, err);
    }
    if (code == STATUS_OK && l->partial > 0) {
        (void)snprintf(
            sentence, sizeof sentence,
            "%s: %lld figure%s not made, since tidy files do not give every organisation that would be part of it",
            measure_id, (long long)l->partial, l->partial == 1 ? "" : "s");
        code = evaluation_issue(v, "partial", organisation, "", sentence, l->partial, err);
    }
    if (code == STATUS_OK && l->few > 0) {
        (void)snprintf(sentence, sizeof sentence,
                       "%s: %lld figure%s not made, since far fewer providers have a figure than in the nearest period",
                       measure_id, (long long)l->few, l->few == 1 ? "" : "s");
        code = evaluation_issue(v, "partial", organisation, "", sentence, l->few, err);
    }
    return code;
}

status evaluation_series(evaluation *v, edition *head, edition_writer *w, error *err)
{
    run_memory current = {0}, published = {0};
    status code = STATUS_OK;
    contribution *all = v->contributions, *stop = contributions_end(v);
    for (contribution *at = all; at < stop && code == STATUS_OK;) {
        contribution *end = at;
        while (end < stop && same_series(at, end))
            end++;
        run_memory *r = at->geography == GEOGRAPHY_AS_PUBLISHED ? &published : &current;
        size_t count;
        if ((code = fill_points(head, at, end, r, &count, err)) != STATUS_OK)
            break;
        /* As published is kept only where it differs from the series before it, the current one of the same figure. */
        bool repeated = false, beside_current = false;
        if (at->geography == GEOGRAPHY_AS_PUBLISHED && at > all) {
            contribution *before = at - 1;
            if (before->measure == at->measure && before->organisation == at->organisation &&
                before->breakdown == at->breakdown) {
                contribution *start = before;
                while (start > all && same_series(start - 1, before))
                    start--;
                size_t before_count;
                if ((code = fill_points(head, start, before + 1, &current, &before_count, err)) != STATUS_OK)
                    break;
                repeated = same_points(current.points, before_count, published.points, count);
                beside_current = before_count > 0 && any_value(current.points, before_count);
            }
        }
        /* A series without a value is left out; but beside a current one its absence would say that as published is the same. */
        if (!repeated && count > 0 && (beside_current || any_value(r->points, count))) {
            edition_series s = {.measure = at->measure,
                                .org = at->organisation,
                                .breakdown = at->breakdown,
                                .geography = at->geography};
            /* England and groups are the same on every map and have no figures as published of their own. */
            org_kind kind = head->orgs[at->organisation].kind;
            s.current_only = at->geography == GEOGRAPHY_CURRENT && kind != ORG_ENGLAND && kind != ORG_GROUP &&
                             !(end < stop && end->measure == at->measure && end->organisation == at->organisation &&
                               end->breakdown == at->breakdown && end->geography == GEOGRAPHY_AS_PUBLISHED);
            code = judge(v, head, r, count, &s, err);
            if (code == STATUS_OK)
                code = edition_writer_series(w, &s, r->points, count, err);
            if (code == STATUS_OK)
                code = quality_series(v, head, &s, r->points, count, err);
        } else if (!repeated && count > 0) {
            const edition_series unseen = {.measure = at->measure,
                                           .org = at->organisation,
                                           .breakdown = at->breakdown,
                                           .geography = at->geography};
            code = quality_unseen(v, head, &unseen, r->points, count, err);
        }
        size_t done = (size_t)(end - all);
        if (v->options->progress != NULL && (size_t)(at - all) / 16384 != done / 16384)
            v->options->progress(v->options->progress_context, "judging", done, v->contribution_count);
        if (evaluation_stopped(v) && code == STATUS_OK)
            code = error_set(err, STATUS_IO, "Interrupted; nothing was changed");
        at = end;
    }
    run_free(&current);
    run_free(&published);
    return code;
}

/* Orders contributions and lists what was overruled: before the head is written, since its issues are part of it. */
status evaluation_order(evaluation *v, const edition *head, error *err)
{
    if (v->contribution_count == 0)
        return STATUS_OK;
    qsort(v->contributions, v->contribution_count, sizeof *v->contributions, contribution_compare);
    status code = evaluation_one_length(v, head, err);
    if (code == STATUS_OK)
        code = evaluation_whole(v, head, err);
    bool added = false;
    if (code == STATUS_OK)
        code = groups_figures(v, head, &added, err);
    if (added)
        qsort(v->contributions, v->contribution_count, sizeof *v->contributions, contribution_compare);
    contribution *stop = contributions_end(v);
    for (contribution *at = v->contributions; at < stop && code == STATUS_OK;) {
        left_out l = {0};
        contribution *end = at;
        for (contribution *run = at; run < stop && run->measure == at->measure && run->organisation == at->organisation;
             run = end) {
            while (end < stop && same_series(run, end))
                end++;
            if (run->geography != GEOGRAPHY_AS_PUBLISHED)
                count_left_out(run, end, &l);
        }
        code = list_left_out(v, head->measures[at->measure].id, head->orgs[at->organisation].code, &l, err);
        at = end;
    }
    return code;
}
