/*
 * Blanks, together: who is in a file but has nothing there. Hundreds of them, told one by one, would hide what matters, so those of one column (the
 * measures that look at it) are one finding, with how many they are and the first few by name.
 */
#include "measure/quality.h"

#include <stdlib.h>
#include <string.h>

#define BLANKS_NAMED 3 /* organisations told by name */

/* By source, severity and column (the measures that look at it), so that one slip of a form is one finding, whoever filled it in. */
static int compare_columns(const void *a, const void *b)
{
    const quality_sight *x = a, *y = b;
    if (x->source != y->source)
        return x->source < y->source ? -1 : 1;
    if (x->regular != y->regular)
        return x->regular ? -1 : 1;
    if (x->measure != y->measure)
        return x->measure < y->measure ? -1 : 1;
    int c = period_compare(x->first, y->first);
    if (c == 0)
        c = (x->org > y->org) - (x->org < y->org);
    return c != 0 ? c : period_compare(x->last, y->last);
}

static int64_t periods_of(const quality_sight *x)
{
    int32_t every = quality_step(x->first);
    return every == 0 ? 1 : (x->last.first_month - x->first.first_month) / every + 1;
}

/* Of a run of one column: those who are blank, each once, and how many of their periods are. */
static status report_column(evaluation *v, const edition *head, const quality_sight *run, size_t count,
                            const char *what, error *err)
{
    struct quality *q = v->quality;
    int64_t organisations = 0, periods = 0;
    buffer names = {.maximum = 1000};
    period first = run->first, last = run->last;
    for (size_t i = 0; i < count; i++) {
        bool again = false;
        for (size_t k = 0; k < i && !again; k++)
            again = run[k].org == run[i].org;
        periods += periods_of(&run[i]);
        first = period_compare(run[i].first, first) < 0 ? run[i].first : first;
        last = period_compare(run[i].last, last) > 0 ? run[i].last : last;
        if (again)
            continue;
        if (organisations++ < BLANKS_NAMED) {
            const edition_org *o = &head->orgs[run[i].org];
            char when[2 * PERIOD_WORDS + 8];
            quality_run_words(run[i].first, run[i].last, when);
            buffer_printf(&names, "%s%s (%s)", names.length > 0 ? ", " : "",
                          o->short_name[0] != 0 ? o->short_name : o->name, when);
        }
    }
    bool one = organisations == 1;
    edition_finding f = {.kind = "blank",
                         .severity = run->regular ? "warning" : "note",
                         .source = run->source < 0 ? "" : v->catalogue->sources[run->source].id,
                         .measure = head->measures[run->measure].id,
                         .organisation = one ? head->orgs[run->org].code : "",
                         .first = first,
                         .last = last,
                         .count = periods,
                         .advice = "Treat it as missing. Ask whether they submitted late."};
    f.text = names.failed
                 ? NULL
                 : quality_text(q,
                                "%lld organisation%s in the file%s but with nothing for %s, for %lld of their "
                                "periods: %s%s. Blank cells or no such row, which is not nought.",
                                (long long)organisations, one ? " is" : "s are", one ? "" : "s", what,
                                (long long)periods, names.data, organisations > BLANKS_NAMED ? " and others" : "");
    quality_place(v, run->release, run->line, &f);
    buffer_free(&names);
    return quality_find(q, &f, err);
}

static const char *name_of(const edition_org *o)
{
    return o->short_name[0] != 0 ? o->short_name : o->name;
}

status quality_report_withheld(evaluation *v, const edition *head, error *err)
{
    struct quality *q = v->quality;
    for (size_t m = 0; m < head->measure_count; m++) {
        int64_t organisations = 0, figures = 0;
        buffer names = {.maximum = 1000};
        edition_finding f = {.kind = "suppressed",
                             .severity = "note",
                             .measure = head->measures[m].id,
                             .advice =
                                 "Treat them as suppressed: they are there, and small; missing is another thing."};
        for (size_t i = 0; i < q->seen_count; i++) {
            const quality_sight *x = &q->seen[i];
            if (x->kind != SEEN_WITHHELD || x->measure != (int32_t)m)
                continue;
            if (organisations < BLANKS_NAMED)
                buffer_printf(&names, "%s%s", organisations > 0 ? ", " : "", name_of(&head->orgs[x->org]));
            f.first = organisations == 0 || period_compare(x->first, f.first) < 0 ? x->first : f.first;
            f.last = organisations == 0 || period_compare(x->last, f.last) > 0 ? x->last : f.last;
            f.source = x->source < 0 ? "" : v->catalogue->sources[x->source].id;
            f.organisation = organisations == 0 ? head->orgs[x->org].code : "";
            organisations++;
            figures += (int64_t)x->periods;
        }
        f.count = figures;
        if (organisations > 0)
            f.text = names.failed ? NULL
                                  : quality_text(q, "%lld organisation%s no figure of %s but suppressed ones: %s%s.",
                                                 (long long)organisations, organisations == 1 ? " has" : "s have",
                                                 head->measures[m].id, names.data,
                                                 organisations > BLANKS_NAMED ? " and others" : "");
        buffer_free(&names);
        status code = organisations == 0 ? STATUS_OK : quality_find(q, &f, err);
        if (code != STATUS_OK)
            return code;
    }
    return STATUS_OK;
}

/* Do two runs name the same organisations and periods? Then one finding stands for both columns. */
static bool same_blanks(const quality_sight *a, const quality_sight *b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (a[i].org != b[i].org || period_compare(a[i].first, b[i].first) != 0 ||
            period_compare(a[i].last, b[i].last) != 0)
            return false;
    return true;
}

static size_t column_run(const quality_sight *blanks, size_t from, size_t count)
{
    size_t end = from + 1;
    while (end < count && blanks[end].source == blanks[from].source && blanks[end].regular == blanks[from].regular &&
           blanks[end].measure == blanks[from].measure)
        end++;
    return end - from;
}

status quality_report_blanks(evaluation *v, const edition *head, error *err)
{
    struct quality *q = v->quality;
    size_t n = 0;
    status code = STATUS_OK;
    quality_sight *blanks = arena_array(&q->memory, q->seen_count + 1, sizeof *blanks);
    if (blanks == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory for the checks of data quality");
    for (size_t i = 0; i < q->seen_count; i++)
        if (q->seen[i].kind == SEEN_BLANK)
            blanks[n++] = q->seen[i];
    if (n > 1)
        qsort(blanks, n, sizeof *blanks, compare_columns);
    for (size_t i = 0; i < n && code == STATUS_OK;) {
        size_t run = column_run(blanks, i, n), alike = 0;
        bool told = false;
        for (size_t k = 0; k < n; k += column_run(blanks, k, n)) {
            if (k == i || column_run(blanks, k, n) != run || blanks[k].source != blanks[i].source ||
                blanks[k].regular != blanks[i].regular || !same_blanks(&blanks[i], &blanks[k], run))
                continue;
            told = told || k < i;
            alike++;
        }
        if (!told) {
            const char *id = head->measures[blanks[i].measure].id;
            const char *what =
                alike == 0 ? id : quality_text(q, "%s and %zu other measure%s", id, alike, alike == 1 ? "" : "s");
            code = what == NULL ? error_set(err, STATUS_MEMORY, "Out of memory for the checks of data quality")
                                : report_column(v, head, &blanks[i], run, what, err);
        }
        i += run;
    }
    return code;
}
