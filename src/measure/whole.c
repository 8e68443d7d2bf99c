/*
 * What of the contributions makes no figure of a series, once they are ordered.
 *
 * The points of a series have one length: a year among months would stand in the limits as a month of twelve times the size. The
 * length that most of its periods have counts, of two the shorter; the others are listed.
 *
 * A whole is made from tidy figures of providers only where not far fewer of them have one than in the nearest period: the figure of one
 * trust must not pass for England. Rows count too, as they are what the nearest period is most often made of.
 */
#include "measure/internal.h"

#include <stdlib.h>
#include <string.h>

#define ENOUGH_OF_FIVE 4 /* at least four fifths of the providers of the nearest period */

static bool same_run(const contribution *a, const contribution *b)
{
    return a->measure == b->measure && a->organisation == b->organisation && a->breakdown == b->breakdown;
}

static size_t of_period(const contribution *at, const contribution *end)
{
    size_t n = 1;
    while (at + n < end && period_compare(at->period, at[n].period) == 0)
        n++;
    return n;
}

/* The contributions from `at` that are one series. */
static contribution *series_end(contribution *at, const contribution *stop)
{
    contribution *end = at;
    while (end < stop && same_run(at, end) && at->geography == end->geography)
        end++;
    return end;
}

/* ---- one length ---------------------------------------------------------------------------------------- */

#define LENGTHS_MOST 16 /* lengths that one series can have; more are not told apart from the last */

static int32_t usual_length(const contribution *at, const contribution *end)
{
    struct {
        int32_t months;
        size_t periods;
    } found[LENGTHS_MOST] = {{0, 0}};
    size_t count = 0, best = 0;
    for (const contribution *c = at; c < end; c += of_period(c, end)) {
        size_t i = 0;
        while (i < count && found[i].months != c->period.months)
            i++;
        if (i == LENGTHS_MOST)
            continue;
        count += i == count;
        found[i].months = c->period.months;
        found[i].periods++;
    }
    for (size_t i = 1; i < count; i++)
        if (found[i].periods > found[best].periods ||
            (found[i].periods == found[best].periods && found[i].months < found[best].months))
            best = i;
    return found[best].months;
}

static status list_length(evaluation *v, const edition *head, const contribution *c, error *err)
{
    char sentence[400], when[PERIOD_TEXT];
    const edition_org *o = &head->orgs[c->organisation];
    period_format(c->period, when);
    (void)snprintf(
        sentence, sizeof sentence,
        "%s: the figure of %.120s (%.20s) for %s is set aside, since most of the series has periods of another "
        "length",
        head->measures[c->measure].id, o->name, o->code, when);
    return evaluation_issue(v, "period-length", o->code, when, sentence, 1, err);
}

status evaluation_one_length(evaluation *v, const edition *head, error *err)
{
    contribution *stop = contributions_end(v), *to = v->contributions;
    contribution before = {.measure = -1};
    status code = STATUS_OK;
    for (contribution *at = v->contributions, *end; at < stop && code == STATUS_OK; at = end) {
        end = series_end(at, stop);
        int32_t months = usual_length(at, end);
        /* As published says it again: once is enough. */
        bool again = same_run(&before, at);
        before = *at;
        for (contribution *c = at; c < end && code == STATUS_OK;) {
            size_t n = of_period(c, end);
            if (c->period.months == months) {
                memmove(to, c, n * sizeof *c);
                to += n;
            } else if (!again) {
                code = list_length(v, head, c, err);
            }
            c += n;
        }
    }
    if (code == STATUS_OK)
        v->contribution_count = (size_t)(to - v->contributions);
    return code;
}

/* ---- enough providers ---------------------------------------------------------------------------------- */

/* That a provider has a figure of a period, at one of the wholes that it belongs to. */
typedef struct presence {
    int32_t whole, breakdown;
    geography geography;
    period period;
} presence;

typedef struct presences {
    presence *items;
    size_t count, capacity;
} presences;

static int compare_presences(const void *a, const void *b)
{
    const presence *x = a, *y = b;
    if (x->whole != y->whole)
        return x->whole < y->whole ? -1 : 1;
    if (x->breakdown != y->breakdown)
        return x->breakdown < y->breakdown ? -1 : 1;
    if (x->geography != y->geography)
        return x->geography < y->geography ? -1 : 1;
    return period_compare(x->period, y->period);
}

static status presence_add(presences *list, const presence *p, error *err)
{
    if (p->whole < 0)
        return STATUS_OK;
    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 4096 : list->capacity * 2;
        presence *grown = realloc(list->items, capacity * sizeof *grown);
        if (grown == NULL)
            return error_set(err, STATUS_MEMORY, "Out of memory for the providers of wholes");
        list->items = grown;
        list->capacity = capacity;
    }
    list->items[list->count++] = *p;
    return STATUS_OK;
}

static int32_t ancestor_of(const evaluation *v, org_index provider, org_kind kind, date on)
{
    org_index up = orgs_ancestor(v->orgs, provider, kind, on);
    return up < 0 || up == provider ? -1 : v->organisations[up].final;
}

/* The presences of one period of a provider: in its ICB, its region and England. */
static status presence_of(const evaluation *v, const contribution *c, org_index provider, int32_t england,
                          presences *list, error *err)
{
    bool published = c->geography == GEOGRAPHY_AS_PUBLISHED;
    date on = published ? period_first_day(c->period) : v->map;
    presence p = {ancestor_of(v, provider, ORG_ICB, on), c->breakdown, c->geography, c->period};
    status code = presence_add(list, &p, err);
    p.whole = ancestor_of(v, provider, ORG_REGION, on);
    if (code == STATUS_OK)
        code = presence_add(list, &p, err);
    p.whole = published ? -1 : england; /* England is the same on every map */
    return code != STATUS_OK ? code : presence_add(list, &p, err);
}

static size_t providers_of(const presences *list, const contribution *c)
{
    presence wanted = {c->organisation, c->breakdown, c->geography, c->period};
    size_t low = 0, high = list->count, first;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_presences(&list->items[middle], &wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    first = low;
    high = list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_presences(&list->items[middle], &wanted) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low - first;
}

/* Up to two may be missing while half are there, however few they are: small providers, such as a walk-in centre, close. */
static bool too_few(size_t own, size_t nearest)
{
    return own * 5 < nearest * ENOUGH_OF_FIVE && (nearest - own > 2 || own * 2 < nearest);
}

/* Marks, of one series of a whole, the periods with too few providers. The nearest period is the one before that is not itself too
 * thin, else the one after. */
static void mark_thin(contribution *at, contribution *end, const presences *list)
{
    size_t nearest = 0;
    for (contribution *c = at; c < end;) {
        size_t n = of_period(c, end), own = providers_of(list, c), other = nearest;
        for (contribution *next = c + n; other == 0 && next < end; next += of_period(next, end))
            other = providers_of(list, next);
        bool thin = c->rank == RANK_TIDY_FROM_PROVIDERS && too_few(own, other);
        for (size_t i = 0; thin && i < n; i++)
            c[i].parts = PARTS_TOO_FEW;
        if (!thin && own > 0)
            nearest = own;
        c += n;
    }
}

static status whole_of_measure(evaluation *v, const org_index *known, int32_t england, contribution *at,
                               contribution *end, presences *list, error *err)
{
    status code = STATUS_OK;
    list->count = 0;
    for (contribution *run = at, *next; run < end && code == STATUS_OK; run = next) {
        next = series_end(run, end);
        level own;
        org_index provider = known[run->organisation];
        for (contribution *c = run; provider >= 0 && c < next && code == STATUS_OK; c += of_period(c, next))
            if (level_of_kind(orgs_kind_on(v->orgs, provider, period_first_day(c->period)), &own) &&
                own == LEVEL_PROVIDER && !c->given)
                code = presence_of(v, c, provider, england, list, err);
    }
    if (code != STATUS_OK)
        return code;
    if (list->count > 1)
        qsort(list->items, list->count, sizeof *list->items, compare_presences);
    for (contribution *run = at, *next; run < end; run = next) {
        next = series_end(run, end);
        bool thin = false;
        for (contribution *c = run; c < next; c++)
            thin = thin || c->rank == RANK_TIDY_FROM_PROVIDERS;
        if (thin)
            mark_thin(run, next, list);
    }
    return STATUS_OK;
}

status evaluation_whole(evaluation *v, const edition *head, error *err)
{
    presences list = {0};
    status code = STATUS_OK;
    org_index *known = arena_array(&v->memory, head->org_count + 1, sizeof *known); /* by edition index */
    if (known == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory for organisations");
    for (size_t i = 0; i < v->organisation_count; i++)
        if (v->organisations[i].used && v->organisations[i].final >= 0)
            known[v->organisations[i].final] = v->organisations[i].known;
    org_index at_england = orgs_find(v->orgs, text_of("ENGLAND"));
    int32_t england = at_england < 0 ? -1 : v->organisations[at_england].final;
    contribution *stop = contributions_end(v);
    for (contribution *at = v->contributions, *end; at < stop && code == STATUS_OK; at = end) {
        bool rolled = false;
        for (end = at; end < stop && end->measure == at->measure; end++)
            rolled = rolled || end->rank == RANK_TIDY_FROM_PROVIDERS;
        if (rolled)
            code = whole_of_measure(v, known, england, at, end, &list, err);
    }
    free(list.items);
    return code;
}
