/*
 * Which release counts. Of the releases of a source that cover a period the latest counts (facts_release_later): by publication,
 * never by the time of adding. A release of several months is the release of each of its months. A release hides an earlier one only for whom it has rows itself: where a
 * publication comes by provider and by commissioner, in two files or in one, the latest of each role counts, and a file by provider alone leaves the rest standing.
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
    if (winner->downloads != other->downloads)
        return "fetched later";
    if (winner->revised != other->revised)
        return "revised";
    return "archive date";
}

/* The latest release of list[from..end) that has a role left to be taken; it takes those from all others. False where none has. */
static bool choose(evaluation *v, const selected *list, uint32_t *left, size_t from, size_t end, selected *out)
{
    const release *all = v->releases;
    size_t best = end, next = end;
    for (size_t i = from; i < end; i++)
        if (left[i] != 0 &&
            (best == end || facts_release_later(&all[list[i].release], &all[list[best].release], NULL) > 0))
            best = i;
    if (best == end)
        return false;
    const release *winner = &all[list[best].release];
    *out = list[best];
    out->roles = left[best];
    for (size_t i = from; i < end; i++) {
        const release *r = &all[list[i].release];
        if (i != best && (left[i] & out->roles) != 0 &&
            (next == end || facts_release_later(r, &all[list[next].release], NULL) > 0))
            next = i;
        left[i] &= ~out->roles;
    }
    out->revised = next != end;
    out->tie = false;
    if (next != end)
        (void)facts_release_later(winner, &all[list[next].release], &out->tie);
    v->release_latest[out->release] = true;
    v->release_basis[out->release] =
        next == end ? "only release" : basis_of(winner, &all[list[next].release], out->tie);
    return true;
}

/* Releases are ordered by source: one question for each. */
static status find_roles(evaluation *v, error *err)
{
    status code = STATUS_OK;
    for (size_t i = 0; i < v->release_count && code == STATUS_OK;) {
        size_t end = i + 1;
        while (end < v->release_count && strcmp(v->releases[end].source, v->releases[i].source) == 0)
            end++;
        code = facts_roles(v->facts, &v->catalogue->sources[source_index(v->catalogue, v->releases[i].source)],
                           v->releases + i, end - i, v->release_roles + i, err);
        i = end;
    }
    return code;
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
    v->release_roles = arena_array(&v->memory, n + 1, sizeof *v->release_roles);
    v->release_latest = arena_array(&v->memory, n + 1, sizeof *v->release_latest);
    v->release_basis = arena_array(&v->memory, n + 1, sizeof *v->release_basis);
    for (size_t i = 0; i < n; i++)
        pairs += (size_t)(all[i].last_period.first_month - all[i].first_period.first_month) + 1;
    selected *list = arena_array(&v->memory, pairs + 1, sizeof *list);
    if (v->release_roles == NULL || v->release_latest == NULL || v->release_basis == NULL || list == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory for %zu releases", n);
    code = find_roles(v, err);
    if (code != STATUS_OK)
        return code;
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
            list[count++] = (selected){.release = (int32_t)i, .source = of_source, .period = p};
            continue;
        }
        for (; p.first_month <= all[i].last_period.first_month; p.first_month += p.months > 0 ? p.months : 1)
            list[count++] = (selected){.release = (int32_t)i, .source = of_source, .period = p};
    }
    if (count > 0)
        qsort(list, count, sizeof *list, compare_selected);
    size_t kept = 0;
    uint32_t *left = arena_array(&v->memory, count + 1, sizeof *left);
    selected *picked = arena_array(&v->memory, count + 1, sizeof *picked);
    if (left == NULL || picked == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory for %zu releases", n);
    for (size_t i = 0; i < count; i++)
        left[i] = v->release_roles[list[i].release];
    for (size_t i = 0; i < count;) {
        size_t end = i + 1, chosen = kept;
        while (end < count && list[end].source == list[i].source &&
               period_compare(list[end].period, list[i].period) == 0)
            end++;
        for (;;) {
            selected one;
            if (!choose(v, list, left, i, end, &one))
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

status measure_releases(facts *f, const catalogue *c, const date *as_of, const release *all, size_t count, bool *out,
                        error *err)
{
    const measure_options options = {.as_of = as_of};
    evaluation v = {.facts = f, .catalogue = c, .options = &options};
    status code = evaluation_select(&v, NULL, err);
    for (size_t i = 0; i < count && code == STATUS_OK; i++) {
        out[i] = false;
        for (size_t k = 0; k < v.release_count; k++)
            out[i] = out[i] || (v.releases[k].ordinal == all[i].ordinal && v.release_latest[k]);
    }
    evaluation_free(&v);
    return code;
}
