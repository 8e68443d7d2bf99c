/*
 * Checks within a series: months without a figure, a series that ends before the others, noughts where there were many, blanks
 * where there was a figure, and figures that are off by a power of ten.
 *
 * The unit check compares a figure with the three before and the three after it (at an end with the six nearest). It speaks only where these
 * agree among themselves (largest at most twice the smallest) and the figure, divided by 10, 100, 1,000 or multiplied by it, lies among them, give
 * or take a fifth. A level that really shifts has neighbours on both levels, which do not agree, so it is not taken for an error. Usual counts below 100 are
 * left alone: among them a tenfold jump can be chance. Ten times is a warning, since it can be real; a hundred or a thousand times is an error.
 *
 * A gap or a blank is a warning where the organisation has a figure in most periods that anyone has, and more than a few people or cases are counted in it;
 * else it is a note: a small service has months without a case, and many publications then have no row for it.
 */
#include "measure/quality.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NEIGHBOURS        6
#define NEIGHBOURS_LEAST  4
#define AGREE_RATIO       2.0
#define AMONG_RATIO       1.2
#define COUNT_LEAST       100.0
#define PERCENT_LEAST     1.0
#define NOUGHT_LEAST      30.0
#define NOUGHT_EACH_LEAST 5.0
#define REGULAR_SHARE     0.75
#define REGULAR_LEAST     30.0

/* ---- a figure among its neighbours --------------------------------------------------------------------- */

static int compare_numbers(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median_of(const double *values, size_t count)
{
    double sorted[NEIGHBOURS];
    memcpy(sorted, values, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, compare_numbers);
    return count % 2 == 1 ? sorted[count / 2] : (sorted[count / 2 - 1] + sorted[count / 2]) / 2;
}

static void range_of(const double *values, size_t count, double *low, double *high)
{
    *low = *high = values[0];
    for (size_t i = 1; i < count; i++) {
        *low = values[i] < *low ? values[i] : *low;
        *high = values[i] > *high ? values[i] : *high;
    }
}

int quality_power(double is, const double *neighbours, size_t count, double least)
{
    static const double tens[] = {0.001, 0.01, 0.1, 1, 10, 100, 1000};
    double low, high;
    if (count < NEIGHBOURS_LEAST || count > NEIGHBOURS || !(is > 0))
        return 0;
    range_of(neighbours, count, &low, &high);
    if (!(low > 0) || high > AGREE_RATIO * low || median_of(neighbours, count) < least)
        return 0;
    for (int power = -3; power <= 3; power++) {
        double as = is / tens[power + 3];
        if (power != 0 && as >= low / AMONG_RATIO && as <= high * AMONG_RATIO)
            return power;
    }
    return 0;
}

/* ---- quantities of a point ----------------------------------------------------------------------------- */

typedef enum quantity { QUANTITY_NUMERATOR = 0, QUANTITY_DENOMINATOR, QUANTITY_VALUE } quantity;
static const char *const quantity_names[] = {"numerator", "denominator", "value"};

/* NaN where the point has none that counts. */
static double quantity_of(const edition_point *p, const edition_measure *m, quantity what)
{
    if (p->missing || p->estimated)
        return (double)NAN;
    return what == QUANTITY_NUMERATOR     ? edition_numerator(m, p)
           : what == QUANTITY_DENOMINATOR ? edition_denominator(m, p)
                                          : p->value;
}

/* The three before and the three after; fewer on one side are made up on the other. */
static size_t neighbours_of(const edition_point *points, size_t count, size_t at, const edition_measure *m,
                            quantity what, double out[NEIGHBOURS])
{
    double before[NEIGHBOURS], after[NEIGHBOURS];
    size_t b = 0, a = 0, n = 0;
    for (size_t i = at; i > 0 && b < NEIGHBOURS; i--) {
        double x = quantity_of(&points[i - 1], m, what);
        if (!isnan(x))
            before[b++] = x;
    }
    for (size_t i = at + 1; i < count && a < NEIGHBOURS; i++) {
        double x = quantity_of(&points[i], m, what);
        if (!isnan(x))
            after[a++] = x;
    }
    size_t from_before = a >= NEIGHBOURS / 2 ? NEIGHBOURS / 2 : NEIGHBOURS - a;
    from_before = from_before > b ? b : from_before;
    size_t from_after = NEIGHBOURS - from_before > a ? a : NEIGHBOURS - from_before;
    for (size_t i = 0; i < from_before; i++)
        out[n++] = before[i];
    for (size_t i = 0; i < from_after; i++)
        out[n++] = after[i];
    return n;
}

static int32_t source_of(const evaluation *v, const edition *head, int32_t measure_at)
{
    const source *s = catalogue_source(v->catalogue, head->measures[measure_at].source);
    return s == NULL ? -1 : (int32_t)(s - v->catalogue->sources);
}

static status look_at_quantity(evaluation *v, const edition *head, const edition_series *s, const edition_point *points,
                               size_t count, quantity what, error *err)
{
    const edition_measure *m = &head->measures[s->measure];
    /* A ratio of counts is looked at through its counts: that says which of them is wrong. */
    double least = what != QUANTITY_VALUE ? COUNT_LEAST : strcmp(m->unit, "percent") == 0 ? PERCENT_LEAST : 0;
    for (size_t i = 0; i < count; i++) {
        double is = quantity_of(&points[i], m, what), around[NEIGHBOURS], low, high;
        if (isnan(is))
            continue;
        size_t n = neighbours_of(points, count, i, m, what, around);
        if (n < NEIGHBOURS_LEAST)
            continue;
        int power = quality_power(is, around, n, least);
        range_of(around, n, &low, &high);
        bool nought =
            is == 0 && what != QUANTITY_VALUE && low >= NOUGHT_EACH_LEAST && median_of(around, n) >= NOUGHT_LEAST;
        if (power == 0 && !nought)
            continue;
        quality_sight x = {.kind = nought ? SEEN_NOUGHT : SEEN_JUMP,
                           .source = source_of(v, head, s->measure),
                           .org = s->org,
                           .measure = s->measure,
                           .first = points[i].period,
                           .last = points[i].period,
                           .power = power,
                           .what = quantity_names[what],
                           .is = is,
                           .usual = median_of(around, n),
                           .release = points[i].release,
                           .line = points[i].first_line};
        status code = quality_see(v->quality, &x, err);
        if (code != STATUS_OK)
            return code;
    }
    return STATUS_OK;
}

/* ---- which periods have a figure ------------------------------------------------------------------------- */

int32_t quality_step(period p)
{
    switch (p.kind) {
    case PERIOD_MONTH: return 1;
    case PERIOD_QUARTER: return 3;
    case PERIOD_FINANCIAL_YEAR:
    case PERIOD_CALENDAR_YEAR: return 12;
    default: return 0;
    }
}

static bool has_figure(const edition_point *p)
{
    return p->suppressed || (!p->missing && (!isnan(p->value) || p->over_open_band || p->has_numerator));
}

static status note_presence(struct quality *q, const edition_measure *m, const edition_series *s,
                            const edition_point *points, size_t count, bool own, error *err)
{
    int32_t every = quality_step(points[0].period);
    for (size_t i = 1; i < count; i++)
        if (points[i].period.kind != points[0].period.kind)
            every = 0;
    uint8_t *has = arena_alloc(&q->memory, count);
    status code =
        quality_grow((void **)&q->presences, q->presence_count, &q->presence_capacity, sizeof *q->presences, err);
    if (code == STATUS_OK && has == NULL)
        code = error_set(err, STATUS_MEMORY, "Out of memory for the checks of data quality");
    if (code != STATUS_OK)
        return code;
    double counted = 0, with_counts = 0;
    for (size_t i = 0; i < count; i++) {
        double size = points[i].has_denominator ? edition_denominator(m, &points[i]) : edition_numerator(m, &points[i]);
        counted += isnan(size) ? 0 : size;
        with_counts += !isnan(size);
        has[i] = has_figure(&points[i]);
        int32_t month = points[i].period.first_month - q->base_month;
        if (has[i] && month >= 0 && month < q->span)
            q->covered[(size_t)s->measure * (size_t)q->span + (size_t)month] = 1;
    }
    if (every > 0 && own)
        q->presences[q->presence_count++] = (presence){s->measure,
                                                       s->org,
                                                       points[0].period,
                                                       every,
                                                       count,
                                                       has,
                                                       with_counts == 0 || counted >= REGULAR_LEAST * with_counts};
    return STATUS_OK;
}

/* Are these the figures of the organisation itself, or added up from others below it? What is wrong below would be told again at every
 * level above. Figures given in tidy files are their organisation's own. */
static bool reports_itself(const evaluation *v, const edition *head, const edition_series *s, bool any_tidy)
{
    const measure *m = catalogue_measure(v->catalogue, head->measures[s->measure].id);
    int at = -1;
    for (int l = LEVEL_ENGLAND; l < LEVEL_COUNT; l++)
        if (strcmp(head->orgs[s->org].level, level_name((level)l)) == 0)
            at = l;
    if (m == NULL || at < 0 || any_tidy)
        return true;
    if (m->level_role[at] == MEASURE_ALL_ROWS)
        return false;
    for (size_t i = 0; i < v->catalogue->measure_count; i++)
        for (int l = at + 1; l < LEVEL_COUNT; l++)
            if (v->catalogue->measures[i].source == m->source &&
                v->catalogue->measures[i].level_role[l] == m->level_role[at])
                return false;
    return true;
}

status quality_look_at_points(evaluation *v, const edition *head, const edition_series *s, const edition_point *points,
                              size_t count, error *err)
{
    bool numerators = false, denominators = false, any_tidy = false;
    for (size_t i = 0; i < count; i++) {
        numerators = numerators || points[i].has_numerator;
        denominators = denominators || points[i].has_denominator;
        any_tidy = any_tidy || points[i].tidy;
    }
    bool own = reports_itself(v, head, s, any_tidy);
    status code = note_presence(v->quality, &head->measures[s->measure], s, points, count, own, err);
    if (!own)
        return code;
    if (code == STATUS_OK && numerators)
        code = look_at_quantity(v, head, s, points, count, QUANTITY_NUMERATOR, err);
    if (code == STATUS_OK && denominators)
        code = look_at_quantity(v, head, s, points, count, QUANTITY_DENOMINATOR, err);
    if (code == STATUS_OK && !numerators && !denominators)
        code = look_at_quantity(v, head, s, points, count, QUANTITY_VALUE, err);
    return code;
}

/* ---- gaps, ends and blanks ------------------------------------------------------------------------------- */

static int compare_blanks(const void *a, const void *b)
{
    const blank *x = a, *y = b;
    if (x->measure != y->measure)
        return x->measure < y->measure ? -1 : 1;
    if (x->organisation != y->organisation)
        return x->organisation < y->organisation ? -1 : 1;
    int c = period_compare(x->period, y->period);
    if (c != 0)
        return c;
    return x->line < y->line ? -1 : x->line > y->line;
}

static const blank *blank_of(const struct quality *q, int32_t measure_at, int32_t who, period p)
{
    size_t low = 0, high = q->blank_count;
    const blank key = {.measure = measure_at, .organisation = who, .period = p, .line = INT64_MIN};
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_blanks(&q->blanks[middle], &key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    const blank *b = low < q->blank_count ? &q->blanks[low] : NULL;
    return b != NULL && b->measure == measure_at && b->organisation == who && period_compare(b->period, p) == 0 ? b
                                                                                                                : NULL;
}

static bool is_covered(const struct quality *q, int32_t measure_at, int32_t month)
{
    int32_t at = month - q->base_month;
    return at >= 0 && at < q->span && q->covered[(size_t)measure_at * (size_t)q->span + (size_t)at] != 0;
}

/* The last month that anyone has, -1 where none. */
static int32_t covered_to(const struct quality *q, int32_t measure_at)
{
    for (int32_t at = q->span - 1; at >= 0; at--)
        if (q->covered[(size_t)measure_at * (size_t)q->span + (size_t)at] != 0)
            return q->base_month + at;
    return -1;
}

/* One series: runs of periods that others have and it has not. Blank cells are told as such. */
static status look_at_one(evaluation *v, const edition *head, const presence *x, error *err)
{
    struct quality *q = v->quality;
    int32_t until = covered_to(q, x->measure), had = x->first.first_month;
    size_t figures = 0, periods = 0;
    for (size_t i = 0; i < x->count; i++)
        if (x->has[i] != 0) {
            had = x->first.first_month + (int32_t)i * x->every;
            figures++;
        }
    for (int32_t month = x->first.first_month; month <= had; month += x->every)
        periods += is_covered(q, x->measure, month);
    quality_sight run = {.kind = SEEN_GAP,
                         .source = source_of(v, head, x->measure),
                         .org = x->org,
                         .measure = x->measure,
                         .regular = x->sizeable && (double)figures >= REGULAR_SHARE * (double)periods,
                         .release = -1};
    bool open = false;
    status code = STATUS_OK;
    for (int32_t month = x->first.first_month; month <= until && code == STATUS_OK; month += x->every) {
        size_t i = (size_t)((month - x->first.first_month) / x->every);
        period p = x->first;
        p.first_month = month;
        /* A period that nobody has is told once, as a missing release, and does not part a run. */
        if (!is_covered(q, x->measure, month))
            continue;
        const blank *nothing = blank_of(q, x->measure, x->org, p);
        bool missing = i >= x->count || x->has[i] == 0;
        seen_kind kind = nothing != NULL ? SEEN_BLANK : month > had ? SEEN_ENDED : SEEN_GAP;
        if (open && (!missing || kind != run.kind)) {
            code = quality_see(q, &run, err);
            open = false;
        }
        if (!missing || code != STATUS_OK)
            continue;
        if (!open) {
            run.kind = kind;
            run.first = p;
            run.release = nothing == NULL ? -1 : nothing->release;
            run.line = nothing == NULL ? 0 : nothing->line;
        }
        run.last = p;
        open = true;
    }
    return open && code == STATUS_OK ? quality_see(q, &run, err) : code;
}

status quality_look_at_presence(evaluation *v, const edition *head, error *err)
{
    struct quality *q = v->quality;
    status code = STATUS_OK;
    if (q->blank_count > 1)
        qsort(q->blanks, q->blank_count, sizeof *q->blanks, compare_blanks);
    for (size_t i = 0; i < q->presence_count && code == STATUS_OK; i++)
        code = look_at_one(v, head, &q->presences[i], err);
    return code;
}

/* ---- as findings ----------------------------------------------------------------------------------------- */

static int compare_seen(const void *a, const void *b)
{
    const quality_sight *x = a, *y = b;
    if (x->source != y->source)
        return x->source < y->source ? -1 : 1;
    if (x->org != y->org)
        return x->org < y->org ? -1 : 1;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    int c = period_compare(x->first, y->first);
    if (c == 0)
        c = period_compare(x->last, y->last);
    if (c != 0)
        return c;
    if (x->power != y->power)
        return x->power < y->power ? -1 : 1;
    if (x->regular != y->regular)
        return x->regular ? -1 : 1;
    if (x->measure != y->measure)
        return x->measure < y->measure ? -1 : 1;
    return x->what == NULL || y->what == NULL ? 0 : strcmp(x->what, y->what);
}

static bool say_the_same(const quality_sight *a, const quality_sight *b)
{
    return a->source == b->source && a->org == b->org && a->kind == b->kind && a->power == b->power &&
           a->regular == b->regular && period_compare(a->first, b->first) == 0 && period_compare(a->last, b->last) == 0;
}

/* "rtt-median-wait" or "rtt-median-wait and 4 other measures". */
static const char *measures_words(struct quality *q, const edition *head, const quality_sight *group, size_t count)
{
    size_t distinct = 1;
    for (size_t i = 1; i < count; i++)
        distinct += group[i].measure != group[i - 1].measure;
    const char *id = head->measures[group->measure].id;
    return distinct == 1 ? id
                         : quality_text(q, "%s and %zu other measure%s", id, distinct - 1, distinct == 2 ? "" : "s");
}

/* Half a person is nobody: what is 100 or more is told in whole numbers. */
static void number_words(double value, char out[NUMBER_TEXT])
{
    if (fabs(value) >= 100 && fabs(value) < 1e15)
        number_grouped((int64_t)llround(value), out);
    else if (value == floor(value) && fabs(value) < 1e15)
        number_grouped((int64_t)value, out);
    else
        (void)number_format(round(value * 100) / 100, out);
}

static status report(evaluation *v, const edition *head, const quality_sight *group, size_t count, error *err)
{
    struct quality *q = v->quality;
    const edition_org *o = &head->orgs[group->org];
    const quality_sight *x = group;
    char when[2 * PERIOD_WORDS + 8], is[NUMBER_TEXT], usual[NUMBER_TEXT];
    int32_t every = quality_step(x->first);
    int64_t periods = every == 0 ? 1 : (x->last.first_month - x->first.first_month) / every + 1;
    bool one = true;
    for (size_t i = 1; i < count; i++)
        one = one && group[i].measure == group->measure;
    edition_finding f = {.source = x->source < 0 ? "" : v->catalogue->sources[x->source].id,
                         .measure = one ? head->measures[x->measure].id : "",
                         .organisation = o->code,
                         .first = x->first,
                         .last = x->last,
                         .count = periods};
    const char *name = o->short_name[0] != 0 ? o->short_name : o->name, *what = measures_words(q, head, group, count);
    quality_run_words(x->first, x->last, when);
    number_words(x->is, is);
    number_words(x->usual, usual);
    bool closed = o->closed != DATE_FOREVER && o->closed != DATE_NONE && o->closed <= period_first_day(x->first);
    char day[DATE_TEXT];
    date_format(o->closed, day);
    if (what == NULL || name == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory for the checks of data quality");
    switch (x->kind) {
    case SEEN_GAP:
        f.kind = "gap";
        f.severity = x->regular ? "warning" : "note";
        f.text = quality_text(q, "%s has no figure of %s for %s, though others have.", name, what, when);
        f.advice = "Ask the organisation or the publisher; a later release may have it.";
        break;
    case SEEN_ENDED:
        f.kind = "discontinued";
        f.severity = closed || !x->regular ? "note" : "warning";
        f.text = closed ? quality_text(q, "%s has no figure of %s from %s on: it closed on %s.", name, what, when, day)
                        : quality_text(q, "%s has no figure of %s any more: none for %s, which others have.", name,
                                       what, when);
        f.advice = closed ? "Nothing needs doing; its figures go on under its successor."
                          : "See whether it stopped the service, merged or did not submit.";
        break;
    case SEEN_WITHHELD:
    case SEEN_BLANK: return STATUS_OK; /* reported together: quality_blanks.c */
    case SEEN_NOUGHT:
        f.kind = "nought";
        f.severity = "warning";
        f.text = quality_text(q, "%s has a %s of 0 for %s in %s, where about %s is usual.", name, x->what, what, when,
                              usual);
        f.advice = "See whether it is truly none, or nothing was submitted and 0 filled in.";
        quality_place(v, x->release, x->line, &f);
        break;
    case SEEN_JUMP: {
        static const char *const tens[] = {"", "ten", "a hundred", "a thousand"};
        int power = x->power < 0 ? -x->power : x->power;
        bool percent =
            power == 2 && strcmp(x->what, "value") == 0 && strcmp(head->measures[x->measure].unit, "percent") == 0;
        f.kind = "jump";
        f.severity = power == 1 ? "warning" : "error";
        f.text = quality_text(q, "%s has a %s of %s for %s in %s, where about %s is usual: %s times too %s%s.", name,
                              x->what, is, what, when, usual, tens[power], x->power > 0 ? "large" : "small",
                              percent ? " (a percentage for a proportion)" : "");
        f.advice = "Look at the line of the file; tell the publisher. The figure counts as it stands.";
        quality_place(v, x->release, x->line, &f);
        break;
    }
    }
    return quality_find(q, &f, err);
}

status quality_report_seen(evaluation *v, const edition *head, error *err)
{
    struct quality *q = v->quality;
    status code = STATUS_OK;
    if (q->seen_count > 1)
        qsort(q->seen, q->seen_count, sizeof *q->seen, compare_seen);
    for (size_t i = 0; i < q->seen_count && code == STATUS_OK;) {
        size_t end = i + 1;
        while (end < q->seen_count && say_the_same(&q->seen[i], &q->seen[end]))
            end++;
        code = report(v, head, &q->seen[i], end - i, err);
        i = end;
    }
    return code != STATUS_OK ? code : quality_report_blanks(v, head, err);
}
