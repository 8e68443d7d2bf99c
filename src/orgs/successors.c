/*
 * Who took over whose figures, and how much of them.
 *
 * Shares are kept as whole numbers over whole numbers (pathways that went to each over pathways in all), so that carried
 * figures can be computed exactly and rounded once, at the end. A row with no share (a split whose parts nobody published)
 * is told but not followed.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

#define PARTS_MAXIMUM 16 /* what orgs.h promises to be enough */
#define STEPS_MAXIMUM 16 /* successions one after the other */

static int compare(org_index a, date when_a, org_index other_a, org_index b, date when_b, org_index other_b)
{
    if (a != b)
        return a < b ? -1 : 1;
    if (when_a != when_b)
        return when_a < when_b ? -1 : 1;
    return (other_a > other_b) - (other_a < other_b);
}

static int by_from(const void *a, const void *b)
{
    const org_succession *x = a, *y = b;
    return compare(x->from, x->when, x->to, y->from, y->when, y->to);
}

static int by_to(const void *a, const void *b)
{
    const org_succession *x = a, *y = b;
    return compare(x->to, x->when, x->from, y->to, y->when, y->from);
}

/* ---- carrying ---------------------------------------------------------------------------------------------- */

typedef struct fraction {
    int64_t numerator, denominator;
} fraction;

static __int128 common_divisor(__int128 a, __int128 b)
{
    while (b != 0) {
        __int128 rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static bool reduce(__int128 numerator, __int128 denominator, fraction *out)
{
    __int128 divisor = common_divisor(numerator, denominator);
    numerator /= divisor;
    denominator /= divisor;
    if (numerator > INT64_MAX || denominator > INT64_MAX)
        return false;
    *out = (fraction){(int64_t)numerator, (int64_t)denominator};
    return true;
}

static bool multiply(fraction a, fraction b, fraction *out)
{
    return reduce((__int128)a.numerator * b.numerator, (__int128)a.denominator * b.denominator, out);
}

static bool add(fraction a, fraction b, fraction *out)
{
    /* Each product is under 2^126, so their sum still fits. */
    return reduce((__int128)a.numerator * b.denominator + (__int128)b.numerator * a.denominator,
                  (__int128)a.denominator * b.denominator, out);
}

typedef struct carrying {
    const orgs *o;
    date on;
    org_share parts[PARTS_MAXIMUM];
    size_t count;
} carrying;

static bool part_add(carrying *c, org_index to, fraction share)
{
    size_t k = 0;
    while (k < c->count && c->parts[k].to < to)
        k++;
    if (k < c->count && c->parts[k].to == to) {
        fraction sum;
        if (!add((fraction){c->parts[k].numerator, c->parts[k].denominator}, share, &sum))
            return false;
        c->parts[k].numerator = sum.numerator;
        c->parts[k].denominator = sum.denominator;
        return true;
    }
    if (c->count == PARTS_MAXIMUM)
        return false;
    memmove(&c->parts[k + 1], &c->parts[k], (c->count - k) * sizeof c->parts[0]);
    c->parts[k] = (org_share){to, share.numerator, share.denominator};
    c->count++;
    return true;
}

/* Follows the first succession of i after `after`; then each successor from that day on. An organisation may be its own
 * successor in part (it kept its code but not all its area): time moves on, so this ends. */
static bool carry_on(carrying *c, org_index i, date after, fraction share, int steps)
{
    const orgs *o = c->o;
    size_t k = o->successor_start[i], last = o->successor_start[i + 1];
    while (k < last && o->successors[k].when <= after)
        k++;
    if (k == last || o->successors[k].when > c->on || o->successors[k].denominator == 0)
        return part_add(c, i, share);
    if (steps == STEPS_MAXIMUM)
        return false;
    date when = o->successors[k].when;
    for (; k < last && o->successors[k].when == when; k++) {
        fraction next;
        const org_succession *s = &o->successors[k];
        if (s->denominator == 0 || !multiply(share, (fraction){s->numerator, s->denominator}, &next) ||
            !carry_on(c, s->to, when, next, steps + 1))
            return false;
    }
    return true;
}

size_t orgs_carry(const orgs *o, org_index i, date from, date on, org_share *out, size_t capacity)
{
    /* The caller asks this for every row it reads: most organisations never had a successor. */
    carrying c = {.o = o, .on = on};
    if (o->successor_start[i] == o->successor_start[i + 1] || !carry_on(&c, i, from, (fraction){1, 1}, 0)) {
        c.parts[0] = (org_share){i, 1, 1};
        c.count = 1;
    }
    size_t count = c.count < capacity ? c.count : capacity;
    if (count > 0)
        memcpy(out, c.parts, count * sizeof *out);
    return count;
}

/* ---- loading ----------------------------------------------------------------------------------------------- */

enum { PREDECESSOR, SUCCESSOR, DATE, NUMERATOR, DENOMINATOR, BASIS };

static bool share_read(loading *l, const table *t, size_t r, org_succession *s)
{
    const char *top = table_cell(t, r, NUMERATOR), *bottom = table_cell(t, r, DENOMINATOR);
    s->numerator = s->denominator = 0;
    if (top[0] == 0 && bottom[0] == 0)
        return true;
    if (!number_parse_count(text_of(top), &s->numerator) || s->numerator <= 0) {
        report(l, t, r, NUMERATOR, "Give the whole number that went to this successor, or leave both cells empty.",
               "\"%s\" is not a whole number above 0", top);
        return false;
    }
    if (!number_parse_count(text_of(bottom), &s->denominator) || s->denominator < s->numerator) {
        report(l, t, r, DENOMINATOR,
               "Give the whole number that all the successors got together, or leave both cells empty.",
               "\"%s\" is not a whole number of at least %s", bottom, top);
        return false;
    }
    return true;
}

/* Each organisation's successions of one day must share out all of it, once. */
static bool check_group(loading *l, const table *t, const size_t *row_of, size_t first, size_t last)
{
    const orgs *o = l->o;
    const org_succession *list = o->successors;
    const char *code = o->items[list[first].from].code;
    fraction sum = {0, 1};
    int64_t before = l->found;
    bool known = list[first].denominator != 0, fits = true;
    for (size_t k = first; k < last; k++) {
        if ((list[k].denominator != 0) != known) {
            report(l, t, row_of[k], NUMERATOR, "Give the share of every successor, or of none.",
                   "some shares of %s are given and others not", code);
            return false;
        }
        if (k > first && list[k].to == list[k - 1].to) {
            report(l, t, row_of[k], SUCCESSOR, "Make one row of the two.", "%s names the same successor twice", code);
            return false;
        }
        if (known)
            fits = fits && add(sum, (fraction){list[k].numerator, list[k].denominator}, &sum);
        for (size_t n = o->successor_start[list[k].to]; n < o->successor_start[list[k].to + 1]; n++) {
            if (list[k].to != list[k].from && list[n].when == list[k].when)
                report(l, t, row_of[k], SUCCESSOR, "Name the organisation that holds the figures in the end.",
                       "%s goes to %s, which itself had successors on that day", code, o->items[list[k].to].code);
        }
    }
    if (known && (!fits || sum.numerator != sum.denominator))
        report(l, t, row_of[first], NUMERATOR, "The shares of one organisation on one day must make 1 exactly.",
               "the shares of %s do not add up to 1", code);
    if (!known && last - first == 1)
        report(l, t, row_of[first], NUMERATOR, "A single successor takes all: write 1 and 1.",
               "%s has one successor but no share", code);
    if (last - first == 1 && list[first].to == list[first].from)
        report(l, t, row_of[first], SUCCESSOR, "Leave the row out: an organisation that goes on needs none.",
               "%s is its own and only successor", code);
    return l->found == before;
}

typedef struct numbered {
    org_succession succession;
    size_t row;
} numbered;

static int by_from_numbered(const void *a, const void *b)
{
    return by_from(&((const numbered *)a)->succession, &((const numbered *)b)->succession);
}

void successors_load(loading *l, const table *t)
{
    orgs *o = l->o;
    numbered *read = take(l, t->row_count, sizeof *read);
    if (read == NULL)
        return;
    size_t count = 0;
    for (size_t r = 0; r < t->row_count; r++) {
        org_succession s = {.basis = table_cell(t, r, BASIS)};
        s.from = cell_org(l, t, r, PREDECESSOR);
        s.to = cell_org(l, t, r, SUCCESSOR);
        bool ok = s.from >= 0 && s.to >= 0;
        if (!cell_date(l, t, r, DATE, DATE_NONE, &s.when))
            continue;
        if (s.when == DATE_NONE) {
            report(l, t, r, DATE, "Write the first day of the successor, as 2026-04-01.", "a succession needs a date");
            continue;
        }
        if (share_read(l, t, r, &s) && ok)
            read[count++] = (numbered){s, r};
    }
    qsort(read, count, sizeof *read, by_from_numbered);
    o->successors = take(l, count, sizeof *o->successors);
    o->predecessors = take(l, count, sizeof *o->predecessors);
    size_t *row_of = take(l, count, sizeof *row_of);
    if (l->out_of_memory)
        return;
    o->successor_count = count;
    for (size_t k = 0; k < count; k++) {
        o->successors[k] = o->predecessors[k] = read[k].succession;
        row_of[k] = read[k].row;
    }
    qsort(o->predecessors, count, sizeof *o->predecessors, by_to);
    o->successor_start = part_starts(l, o->successors, count, sizeof *o->successors, offsetof(org_succession, from));
    o->predecessor_start =
        part_starts(l, o->predecessors, count, sizeof *o->predecessors, offsetof(org_succession, to));
    if (l->out_of_memory)
        return;
    for (size_t first = 0, last; first < count; first = last) {
        const org_succession *s = o->successors;
        for (last = first + 1; last < count && s[last].from == s[first].from && s[last].when == s[first].when;)
            last++;
        if (!check_group(l, t, row_of, first, last))
            continue;
        carrying c = {.o = o, .on = DATE_FOREVER};
        if (!carry_on(&c, s[first].from, s[first].when - 1, (fraction){1, 1}, 0))
            report(l, t, row_of[first], NUMERATOR,
                   "Name the organisations that hold the figures in the end, with smaller numbers.",
                   "the successions of %s are too many or their shares too fine to be carried exactly",
                   o->items[s[first].from].code);
    }
}

/* ---- lists --------------------------------------------------------------------------------------------------- */

static status list_copy(const org_succession *from, size_t first, size_t last, arena *a, org_succession **out,
                        size_t *count, error *err)
{
    *count = last - first;
    *out = arena_array(a, *count + 1, sizeof **out);
    if (*out == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory while listing successors");
    if (*count > 0)
        memcpy(*out, from + first, *count * sizeof **out);
    return STATUS_OK;
}

status orgs_successors(const orgs *o, org_index i, arena *a, org_succession **out, size_t *count, error *err)
{
    return list_copy(o->successors, o->successor_start[i], o->successor_start[i + 1], a, out, count, err);
}

status orgs_predecessors(const orgs *o, org_index i, arena *a, org_succession **out, size_t *count, error *err)
{
    return list_copy(o->predecessors, o->predecessor_start[i], o->predecessor_start[i + 1], a, out, count, err);
}
