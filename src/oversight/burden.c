/* What is asked of a system: hours, repeats, and the measures that would do. */
#include "oversight/burden.h"

#include "stats/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const burden_ground grounds[BURDEN_GROUNDS] = {
    {.domain = "mental-health", .name = "mental health"},
    {.domain = "community", .name = "community services"},
    {.domain = "inequality", .name = "inequality"},
};

typedef struct weighing {
    const register_log *r;
    edition *e;
    const burden_options *options;
    arena *a;
    burden *out;
    const register_subject **asked; /* collections that stand */
} weighing;

static status full(error *err)
{
    return error_set(err, STATUS_MEMORY, "There is not enough memory for the burden");
}

/* ---- collections ------------------------------------------------------------------------------------ */

static bool names(const register_log *r, const char *list, const char *organisation)
{
    text word;
    const char *at = list;
    if (list == NULL || list[0] == 0 || organisation == NULL)
        return true; /* asked of all */
    while (register_list_next(&at, &word)) {
        char code[REGISTER_CODE_MAXIMUM + 1];
        if (word.length >= sizeof code)
            continue;
        memcpy(code, word.at, word.length);
        code[word.length] = 0;
        if (strcmp(register_successor_of(r, code), register_successor_of(r, organisation)) == 0)
            return true;
    }
    return false;
}

/* Is there an organisation of whom both are asked? */
static bool overlap(const register_log *r, const register_subject *a, const register_subject *b)
{
    const char *list = register_value(a, FIELD_ORGANISATIONS), *other = register_value(b, FIELD_ORGANISATIONS);
    text word;
    if (list == NULL || list[0] == 0 || other == NULL || other[0] == 0)
        return true;
    while (register_list_next(&list, &word)) {
        char code[REGISTER_CODE_MAXIMUM + 1];
        if (word.length >= sizeof code)
            continue;
        memcpy(code, word.at, word.length);
        code[word.length] = 0;
        if (names(r, other, code))
            return true;
    }
    return false;
}

static double hours_of(const register_subject *s)
{
    double hours = register_value_number(s, FIELD_HOURS);
    return isnan(hours) ? 0 : hours;
}

static int by_hours(const void *x, const void *y)
{
    const burden_asker *a = x, *b = y;
    return a->hours > b->hours ? -1 : a->hours < b->hours ? 1 : strcmp(a->name, b->name);
}

static status take_collections(weighing *w, error *err)
{
    burden *b = w->out;
    size_t most = register_count(w->r, REGISTER_COLLECTION);
    w->asked = arena_array(w->a, most + 1, sizeof *w->asked);
    b->askers = arena_array(w->a, most + 1, sizeof *b->askers);
    if (w->asked == NULL || b->askers == NULL)
        return full(err);
    for (size_t i = 0; i < most; i++) {
        const register_subject *s = register_at(w->r, REGISTER_COLLECTION, i);
        date until = register_value_date(s, FIELD_UNTIL);
        const char *asker = register_value(s, FIELD_ASKED_BY);
        if ((until != DATE_NONE && until <= w->options->on) ||
            !names(w->r, register_value(s, FIELD_ORGANISATIONS), w->options->organisation))
            continue;
        size_t k = 0;
        while (k < b->asker_count && strcmp(b->askers[k].name, asker) != 0)
            k++;
        if (k == b->asker_count)
            b->askers[b->asker_count++] = (burden_asker){.name = asker};
        b->askers[k].collections++;
        b->askers[k].hours += hours_of(s);
        b->hours += hours_of(s);
        w->asked[b->collections++] = s;
    }
    qsort(b->askers, b->asker_count, sizeof *b->askers, by_hours);
    return STATUS_OK;
}

/* ---- measures --------------------------------------------------------------------------------------- */

static int by_id(const void *x, const void *y)
{
    const burden_measure *a = x, *b = y;
    return strcmp(a->id, b->id);
}

static status count_measure(weighing *w, text id, bool of_target, error *err)
{
    burden *b = w->out;
    size_t k = 0;
    while (k < b->measure_count && !text_is(id, b->measures[k].id))
        k++;
    if (k == b->measure_count) {
        if (k == BURDEN_MEASURES_MOST)
            return error_set(err, STATUS_REFUSED, "More than %d measures are asked for", BURDEN_MEASURES_MOST);
        const char *copy = arena_copy(w->a, id.at, id.length);
        if (copy == NULL)
            return full(err);
        int32_t at = w->e == NULL ? -1 : edition_find_measure(w->e, copy);
        b->measures[b->measure_count++] =
            (burden_measure){.id = copy, .domain = at < 0 ? "" : w->e->measures[at].domain, .explained = NAN};
    }
    b->measures[k].targets += of_target;
    b->measures[k].collections += !of_target;
    return STATUS_OK;
}

static status take_measures(weighing *w, error *err)
{
    burden *b = w->out;
    status code = STATUS_OK;
    b->measures = arena_array(w->a, BURDEN_MEASURES_MOST, sizeof *b->measures);
    if (b->measures == NULL)
        return full(err);
    for (size_t i = 0; i < register_count(w->r, REGISTER_TARGET) && code == STATUS_OK; i++) {
        const register_subject *s = register_at(w->r, REGISTER_TARGET, i);
        const char *id = register_value(s, FIELD_MEASURE);
        if (register_target_in_force(s) && id != NULL &&
            names(w->r, register_value(s, FIELD_ORGANISATIONS), w->options->organisation))
            code = count_measure(w, text_of(id), true, err);
    }
    for (size_t i = 0; i < b->collections && code == STATUS_OK; i++) {
        const char *list = register_value(w->asked[i], FIELD_MEASURES);
        text word;
        while (code == STATUS_OK && register_list_next(&list, &word))
            code = count_measure(w, word, false, err);
    }
    qsort(b->measures, b->measure_count, sizeof *b->measures, by_id);
    for (size_t i = 0; i < b->measure_count; i++)
        b->measures[i].group = i;
    return code;
}

/* ---- what is asked twice ---------------------------------------------------------------------------- */

static bool asks(const register_subject *s, const char *id, const char *frequency)
{
    return register_list_has(register_value(s, FIELD_MEASURES), id) &&
           strcmp(register_value(s, FIELD_FREQUENCY), frequency) == 0;
}

/* Those that ask as often as `first` does for the measure, and of somebody of whom another of them asks too. */
static size_t alike(weighing *w, size_t first, const char *id, const register_subject **into)
{
    const char *frequency = register_value(w->asked[first], FIELD_FREQUENCY);
    size_t count = 0;
    for (size_t i = 0; i < w->out->collections; i++) {
        bool twice = false;
        if (!asks(w->asked[i], id, frequency))
            continue;
        for (size_t k = 0; k < w->out->collections && !twice; k++)
            twice = k != i && asks(w->asked[k], id, frequency) && overlap(w->r, w->asked[i], w->asked[k]);
        if (twice)
            into[count++] = w->asked[i];
    }
    return count;
}

static status find_duplicates(weighing *w, error *err)
{
    burden *b = w->out;
    size_t room = 0;
    for (size_t m = 0; m < b->measure_count; m++)
        room += b->measures[m].collections;
    b->duplicates = arena_array(w->a, room + 1, sizeof *b->duplicates);
    const register_subject **found = arena_array(w->a, b->collections + 1, sizeof *found);
    if (b->duplicates == NULL || found == NULL)
        return full(err);
    for (size_t m = 0; m < b->measure_count; m++)
        for (size_t i = 0; i < b->collections && b->measures[m].collections > 1; i++) {
            const char *id = b->measures[m].id;
            if (!register_list_has(register_value(w->asked[i], FIELD_MEASURES), id))
                continue;
            size_t count = alike(w, i, id, found);
            if (count < 2 || found[0] != w->asked[i]) /* each group once, by its first */
                continue;
            burden_duplicate *d = &b->duplicates[b->duplicate_count++];
            *d = (burden_duplicate){
                .measure = id, .frequency = register_value(w->asked[i], FIELD_FREQUENCY), .count = count};
            d->collections = arena_array(w->a, count, sizeof *d->collections);
            if (d->collections == NULL)
                return full(err);
            memcpy(d->collections, found, count * sizeof *found);
            for (size_t k = 0; k < count; k++)
                d->hours += hours_of(found[k]);
        }
    return STATUS_OK;
}

/* ---- figures ---------------------------------------------------------------------------------------- */

static int32_t last_month(period p)
{
    return p.first_month + p.months - 1;
}

static bool is_compared(const weighing *w, int32_t who, int32_t only)
{
    return only >= 0 ? who == only : strcmp(w->e->orgs[who].level, w->options->level) == 0;
}

/* A row for each organisation and month; NaN where the measure has no figure. */
static status fill_figures(weighing *w, int32_t only, const int32_t *place, size_t rows, double *figures, error *err)
{
    burden *b = w->out;
    int32_t first = last_month(w->e->latest) - BURDEN_MONTHS + 1;
    for (size_t i = 0; i < b->measure_count * rows; i++)
        figures[i] = NAN;
    for (size_t m = 0; m < b->measure_count; m++) {
        int32_t at = edition_find_measure(w->e, b->measures[m].id);
        for (size_t o = 0; at >= 0 && o < w->e->org_count; o++) {
            const edition_series *s = !is_compared(w, (int32_t)o, only)
                                          ? NULL
                                          : edition_find_series(w->e, at, (int32_t)o, -1, GEOGRAPHY_CURRENT);
            const edition_point *points = NULL;
            size_t count = 0;
            status code = s == NULL ? STATUS_OK : edition_points(w->e, s, w->a, &points, &count, err);
            if (code != STATUS_OK)
                return code;
            for (size_t i = 0; i < count; i++) {
                int32_t month = last_month(points[i].period) - first;
                if (points[i].missing || isnan(points[i].value) || month < 0 || month >= BURDEN_MONTHS)
                    continue;
                figures[m * rows + (size_t)place[o] * BURDEN_MONTHS + (size_t)month] = points[i].value;
                b->measures[m].figures++;
            }
        }
    }
    return STATUS_OK;
}

static int by_strength(const void *x, const void *y)
{
    const burden_pair *p = x, *q = y;
    double a = fabs(p->correlation), b = fabs(q->correlation);
    return a > b ? -1 : a < b ? 1 : p->a != q->a ? (p->a < q->a ? -1 : 1) : p->b < q->b ? -1 : p->b > q->b;
}

/* Only measures that can be compared with another one take part in the choice: of the rest nobody can say what they tell. */
static void choose(weighing *w, const double *r, double *chosen, double *work, size_t *members, size_t *groups,
                   redundancy_choice *choices)
{
    burden *b = w->out;
    size_t n = b->measure_count, k = 0, taken = 0;
    for (size_t i = 0; i < n; i++) {
        bool any = false;
        for (size_t j = 0; j < n; j++)
            any = any || (i != j && !isnan(r[i * n + j]));
        if (any)
            members[k++] = i;
    }
    b->compared = k;
    for (size_t i = 0; i < k; i++)
        for (size_t j = 0; j < k; j++)
            chosen[i * k + j] = r[members[i] * n + members[j]];
    redundancy_choose(chosen, k, work, choices, &taken);
    for (size_t i = 0; i < taken; i++) {
        burden_measure *m = &b->measures[members[choices[i].measure]];
        m->choice = i + 1;
        m->explained = choices[i].explained;
        m->kept = b->explained < w->options->share;
        b->explained = m->kept ? choices[i].explained : b->explained;
        b->kept += m->kept;
    }
    redundancy_groups(r, n, w->options->threshold, groups);
    for (size_t i = 0; i < n; i++)
        b->measures[i].group = groups[i];
}

static status compare(weighing *w, error *err)
{
    burden *b = w->out;
    size_t n = b->measure_count, chosen_orgs = 0;
    int32_t only = w->options->organisation == NULL ? -1 : edition_find_org(w->e, w->options->organisation);
    if (w->options->organisation != NULL && only < 0)
        return error_set(err, STATUS_NOT_FOUND, "There is no organisation '%s' in this edition",
                         w->options->organisation);
    int32_t *place = arena_array(w->a, w->e->org_count + 1, sizeof *place);
    if (place == NULL)
        return full(err);
    for (size_t o = 0; o < w->e->org_count; o++)
        place[o] = is_compared(w, (int32_t)o, only) ? (int32_t)chosen_orgs++ : -1;
    size_t rows = chosen_orgs * BURDEN_MONTHS;
    double *figures = arena_array(w->a, n * rows + 1, sizeof *figures), *r = arena_array(w->a, n * n + 1, sizeof *r),
           *chosen = arena_array(w->a, n * n + 1, sizeof *chosen), *left = arena_array(w->a, n * n + 1, sizeof *left),
           *work = arena_array(w->a, rows + 1, 4 * sizeof *work);
    size_t *order = arena_array(w->a, rows + 1, sizeof *order), *members = arena_array(w->a, n + 1, sizeof *members),
           *groups = arena_array(w->a, n + 1, sizeof *groups);
    redundancy_choice *choices = arena_array(w->a, n + 1, sizeof *choices);
    b->pairs = arena_array(w->a, n * n / 2 + 1, sizeof *b->pairs);
    if (figures == NULL || r == NULL || chosen == NULL || left == NULL || work == NULL || order == NULL ||
        members == NULL || groups == NULL || choices == NULL || b->pairs == NULL)
        return full(err);
    status code = fill_figures(w, only, place, rows, figures, err);
    for (size_t i = 0; i < n && code == STATUS_OK; i++) {
        r[i * n + i] = 1;
        for (size_t j = i + 1; j < n; j++) {
            size_t pairs = 0;
            double rho = correlation_spearman(figures + i * rows, figures + j * rows, rows, BURDEN_PAIRS_LEAST, work,
                                              order, &pairs);
            r[i * n + j] = r[j * n + i] = rho;
            if (fabs(rho) >= w->options->threshold)
                b->pairs[b->pair_count++] = (burden_pair){.a = i, .b = j, .correlation = rho, .pairs = pairs};
        }
    }
    if (code == STATUS_OK)
        choose(w, r, chosen, left, members, groups, choices);
    qsort(b->pairs, b->pair_count, sizeof *b->pairs, by_strength);
    return code;
}

/* ---- protected ground ------------------------------------------------------------------------------- */

const burden_ground *burden_ground_at(size_t i)
{
    return &grounds[i];
}

static void watch_grounds(burden *b)
{
    for (size_t g = 0; g < BURDEN_GROUNDS; g++) {
        size_t best = 0;
        b->grounds[g] = grounds[g];
        for (size_t i = 0; i < b->measure_count; i++) {
            const burden_measure *m = &b->measures[i];
            if (strcmp(m->domain, grounds[g].domain) != 0)
                continue;
            b->grounds[g].asked++;
            b->grounds[g].kept += m->kept;
            if (b->grounds[g].first_one == NULL || (m->choice > 0 && (best == 0 || m->choice < best))) {
                b->grounds[g].first_one = m->id;
                best = m->choice;
            }
        }
    }
}

status burden_weigh(const register_log *r, edition *e, const burden_options *options, arena *a, burden *out, error *err)
{
    weighing w = {.r = r, .e = e, .options = options, .a = a, .out = out};
    *out = (burden){0};
    status code = take_collections(&w, err);
    if (code == STATUS_OK)
        code = take_measures(&w, err);
    if (code == STATUS_OK)
        code = find_duplicates(&w, err);
    if (code == STATUS_OK && e != NULL)
        code = compare(&w, err);
    watch_grounds(out);
    return code;
}
