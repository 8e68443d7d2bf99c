/*
 * Which release counts. Of the releases of a source that cover a period the latest counts (facts_release_later): by publication,
 * never by the time of adding. A release of several months is the release of each of its months. Where a publication comes in several files that
 * hold different parts (by provider, by commissioner), the latest of each part counts: they stand side by side.
 */
#include "measure/internal.h"

#include <stdlib.h>
#include <string.h>

static int32_t source_index(const catalogue *c, const char *id)
{
    for (size_t i = 0; i < c->source_count; i++)
        if (strcmp(c->sources[i].id, id) == 0)
            return (int32_t)i;
    return -1;
}

static bool named_by(const edition *like, const release *r)
{
    if (like == NULL)
        return true;
    for (size_t i = 0; i < like->release_count; i++)
        if (strcmp(like->releases[i].sha256, r->sha256) == 0 && strcmp(like->releases[i].source, r->source) == 0)
            return true;
    return false;
}

static int compare_selected(const void *a, const void *b)
{
    const selected *x = a, *y = b;
    if (x->source != y->source)
        return x->source < y->source ? -1 : 1;
    int c = period_compare(x->period, y->period);
    return c != 0 ? c : (x->release > y->release) - (x->release < y->release);
}

/* Why the winner of a period won over the runner-up. */
static const char *basis_of(const release *winner, const release *other, bool tie)
{
    if (tie)
        return "tie";
    if (winner->published != other->published)
        return "published date";
    if (winner->revised != other->revised)
        return "revised";
    return "archive date";
}

/* The latest release of list[from..end) that is not done yet; those whose part of the table it holds too are done with it. False where none is left. */
static bool choose(evaluation *v, const selected *list, bool *done, size_t from, size_t end, selected *out)
{
    const release *all = v->releases;
    size_t best = end, next = end;
    for (size_t i = from; i < end; i++)
        if (!done[i] && (best == end || facts_release_later(&all[list[i].release], &all[list[best].release], NULL) > 0))
            best = i;
    if (best == end)
        return false;
    const release *winner = &all[list[best].release];
    const source *of = &v->catalogue->sources[list[best].source];
    done[best] = true;
    for (size_t i = from; i < end; i++) {
        const release *r = &all[list[i].release];
        if (done[i] || !source_layouts_compete(of, r->layout, winner->layout))
            continue;
        done[i] = true;
        if (next == end || facts_release_later(r, &all[list[next].release], NULL) > 0)
            next = i;
    }
    *out = list[best];
    out->revised = next != end;
    out->tie = false;
    if (next != end)
        (void)facts_release_later(winner, &all[list[next].release], &out->tie);
    v->release_latest[out->release] = true;
    v->release_basis[out->release] =
        next == end ? "only release" : basis_of(winner, &all[list[next].release], out->tie);
    return true;
}

static status list_tie(evaluation *v, const selected *s, error *err)
{
    char when[PERIOD_TEXT];
    period_format(s->period, when);
    return evaluation_issue(v, "tie", v->catalogue->sources[s->source].id, when,
                            "Two releases of this period have nothing that tells which is later; the one with the "
                            "greater SHA-256 counts. Add one of them again with --published DATE.",
                            0, err);
}

status evaluation_select(evaluation *v, const edition *like, error *err)
{
    release *all;
    size_t all_count, n = 0, pairs = 0;
    status code = facts_releases(v->facts, &v->memory, &all, &all_count, err);
    if (code != STATUS_OK)
        return code;
    for (size_t i = 0; i < all_count; i++)
        if (source_index(v->catalogue, all[i].source) >= 0 && named_by(like, &all[i]) && evaluation_counts(v, &all[i]))
            all[n++] = all[i];
    v->releases = all;
    v->release_count = n;
    v->release_latest = arena_array(&v->memory, n + 1, sizeof *v->release_latest);
    v->release_basis = arena_array(&v->memory, n + 1, sizeof *v->release_basis);
    for (size_t i = 0; i < n; i++)
        pairs += (size_t)(all[i].last_period.first_month - all[i].first_period.first_month) + 1;
    selected *list = arena_array(&v->memory, pairs + 1, sizeof *list);
    if (v->release_latest == NULL || v->release_basis == NULL || list == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory for %zu releases", n);
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        v->release_basis[i] = "";
        int32_t of_source = source_index(v->catalogue, all[i].source);
        /* Tidy rows are chosen figure by figure (tidy.c), so a tidy release is never superseded as a whole. */
        if (v->catalogue->sources[of_source].tidy) {
            v->release_latest[i] = true;
            v->release_basis[i] = "only release";
            continue;
        }
        period p = all[i].first_period;
        if (period_compare(p, all[i].last_period) == 0) {
            list[count++] = (selected){(int32_t)i, of_source, p, false, false};
            continue;
        }
        for (; p.first_month <= all[i].last_period.first_month; p.first_month += p.months > 0 ? p.months : 1)
            list[count++] = (selected){(int32_t)i, of_source, p, false, false};
    }
    if (count > 0)
        qsort(list, count, sizeof *list, compare_selected);
    size_t kept = 0;
    bool *hidden = arena_array(&v->memory, count + 1, sizeof *hidden);
    selected *picked = arena_array(&v->memory, count + 1, sizeof *picked);
    if (hidden == NULL || picked == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory for %zu releases", n);
    for (size_t i = 0; i < count;) {
        size_t end = i + 1, chosen = kept;
        while (end < count && list[end].source == list[i].source &&
               period_compare(list[end].period, list[i].period) == 0)
            end++;
        for (;;) {
            selected one;
            if (!choose(v, list, hidden, i, end, &one))
                break;
            if (one.tie && (code = list_tie(v, &one, err)) != STATUS_OK)
                return code;
            picked[chosen++] = one;
        }
        if (chosen - kept > 1)
            qsort(picked + kept, chosen - kept, sizeof *picked, compare_selected);
        kept = chosen;
        i = end;
    }
    v->selection = picked;
    v->selection_count = kept;
    return STATUS_OK;
}
