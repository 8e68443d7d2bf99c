/*
 * Checks of releases: periods between a source's first and last that no release covers, a source that has fallen behind, releases
 * that came later than usual, those that replaced others, printed totals that differ from the sum of the rows, and suppression.
 *
 * Lateness needs a day to judge by, and the clock is none (an edition must not depend on it): it is the date of --as-of, else the newest day that
 * the store itself gives evidence of: a published date, the date inside a zip, or the end of a period that some file covers.
 */
#include "measure/quality.h"

#include <stdlib.h>
#include <string.h>

#define DATED_LEAST     4   /* releases with a date, before "usual" means anything */
#define LATE_DAYS_LEAST 7   /* later than the usual delay by more than this ... */
#define LATE_SPREADS    3   /* ... and by more than so many median absolute deviations */
#define ENDED_MONTHS    12  /* a source so far behind is called discontinued, not late */
#define SUPPRESSED_MUCH 0.2 /* share of cells from which on suppression is a warning */

static int32_t step_of(period p)
{
    return p.kind == PERIOD_MONTH ? 1 : p.kind == PERIOD_QUARTER ? 3 : 0;
}

/* ---- periods that no release covers -------------------------------------------------------------------- */

static status find_missing(evaluation *v, const selected *list, size_t count, error *err)
{
    struct quality *q = v->quality;
    const source *s = &v->catalogue->sources[list->source];
    status code = STATUS_OK;
    for (size_t i = 1; i < count && code == STATUS_OK; i++) {
        period before = list[i - 1].period, after = list[i].period;
        int32_t every = step_of(before);
        if (every == 0 || after.kind != before.kind || after.first_month <= before.first_month + every)
            continue;
        period first = before, last = after;
        first.first_month += every;
        last.first_month -= every;
        int64_t periods = (last.first_month - first.first_month) / every + 1;
        char when[2 * PERIOD_WORDS + 8];
        quality_run_words(first, last, when);
        edition_finding f = {.kind = "missing-release",
                             .severity = "warning",
                             .source = s->id,
                             .first = first,
                             .last = last,
                             .count = periods,
                             .advice = "Download it from the publisher's page and add it; series have a gap there."};
        f.text = quality_text(q, "No release of %s covers %s.", s->id, when);
        code = quality_find(q, &f, err);
    }
    return code;
}

/* ---- late ---------------------------------------------------------------------------------------------- */

date quality_reference(const evaluation *v)
{
    if (v->options->as_of != NULL)
        return *v->options->as_of;
    date newest = DATE_NONE;
    for (size_t i = 0; i < v->release_count; i++) {
        const release *r = &v->releases[i];
        known_by by;
        date known = release_known(r, &by), covered = period_last_day(r->last_period);
        known = by == KNOWN_BY_PERIOD ? covered : known;
        newest = known > newest ? known : newest;
    }
    return newest;
}

static int compare_days(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

/* The usual delay of a source: the median over its dated releases that are no revisions, and the median deviation from it. False below DATED_LEAST. */
static bool usual_delay(const evaluation *v, const char *source_id, int32_t *median, int32_t *spread)
{
    int32_t days[512];
    size_t n = 0;
    for (size_t i = 0; i < v->release_count && n < sizeof days / sizeof days[0]; i++) {
        const release *r = &v->releases[i];
        if (strcmp(r->source, source_id) == 0 && r->published != DATE_NONE && !r->revised)
            days[n++] = r->published - period_last_day(r->last_period);
    }
    if (n < DATED_LEAST)
        return false;
    qsort(days, n, sizeof *days, compare_days);
    *median = days[n / 2];
    for (size_t i = 0; i < n; i++)
        days[i] = days[i] > *median ? days[i] - *median : *median - days[i];
    qsort(days, n, sizeof *days, compare_days);
    *spread = days[n / 2];
    return true;
}

static status find_behind(evaluation *v, const selected *list, size_t count, date reference, error *err)
{
    struct quality *q = v->quality;
    const source *s = &v->catalogue->sources[list->source];
    period newest = list[count - 1].period, due = newest;
    int32_t every = step_of(newest), delay, spread;
    if (every == 0 || reference == DATE_NONE)
        return STATUS_OK;
    bool known = usual_delay(v, s->id, &delay, &spread);
    if (!known)
        delay = every == 1 ? RELEASE_DELAY_MONTH : RELEASE_DELAY_QUARTER;
    for (;;) {
        period next = due;
        next.first_month += every;
        if (period_last_day(next) > reference - delay)
            break;
        due = next;
    }
    int32_t behind = due.first_month - newest.first_month;
    if (behind == 0)
        return STATUS_OK;
    char day[DATE_TEXT], has[PERIOD_WORDS], expected[PERIOD_WORDS];
    date_format(reference, day);
    period_words(newest, has);
    period_words(due, expected);
    period first = newest;
    first.first_month += every;
    bool ended = behind > ENDED_MONTHS;
    edition_finding f = {.kind = ended ? "discontinued" : "late",
                         .severity = "warning",
                         .source = s->id,
                         .first = first,
                         .last = due,
                         .count = behind / every,
                         .advice = ended ? "See whether the publication has stopped or goes on under another name."
                                         : "Look at the publisher's page for the newer files and add them."};
    f.text = quality_text(q,
                          "The newest %s of %s is %s; by %s (%s) %s would usually be out: %d days after the end of the "
                          "period%s.",
                          every == 1 ? "month" : "quarter", s->id, has, day,
                          v->options->as_of != NULL ? "--as-of" : "the newest day in the store", expected, delay,
                          known ? ", as its own releases were" : "");
    return quality_find(q, &f, err);
}

static status find_published_late(evaluation *v, const release *r, error *err)
{
    int32_t delay, spread;
    if (r->published == DATE_NONE || r->revised || !usual_delay(v, r->source, &delay, &spread))
        return STATUS_OK;
    int32_t days = r->published - period_last_day(r->last_period), over = days - delay;
    if (over <= LATE_DAYS_LEAST || over <= LATE_SPREADS * spread)
        return STATUS_OK;
    char day[DATE_TEXT];
    date_format(r->published, day);
    edition_finding f = {.kind = "late",
                         .severity = "note",
                         .source = r->source,
                         .first = r->first_period,
                         .last = r->last_period,
                         .file = r->file_name,
                         .count = over,
                         .advice = "Nothing needs doing, unless it is a revision that does not say so."};
    f.text = quality_text(v->quality, "%s was published on %s, %d days after the end of its period; %d days are usual.",
                          r->file_name, day, days, delay);
    return quality_find(v->quality, &f, err);
}

/* ---- replaced ------------------------------------------------------------------------------------------ */

static bool covers(const release *r, period p)
{
    return r->first_period.first_month <= p.first_month && r->last_period.first_month >= p.first_month;
}

/* The release that counts where this one does not, for its first such period; -1 where none competes. */
static int32_t replaced_by(const evaluation *v, size_t at, period *when)
{
    const release *r = &v->releases[at];
    for (size_t i = 0; i < v->selection_count; i++) {
        const selected *s = &v->selection[i];
        const source *of = &v->catalogue->sources[s->source];
        const release *winner = &v->releases[s->release];
        if (strcmp(of->id, r->source) == 0 && (size_t)s->release != at && covers(r, s->period) &&
            source_layouts_compete(of, r->layout, winner->layout)) {
            *when = s->period;
            return s->release;
        }
    }
    return -1;
}

/* Of a release that still counts: those that count in its place for some of its months or some of its roles. */
static status find_replaced_in_part(evaluation *v, size_t at, error *err)
{
    struct quality *q = v->quality;
    const release *r = &v->releases[at];
    for (size_t other = 0; other < v->release_count; other++) {
        const release *by = &v->releases[other];
        const source *of = catalogue_source(v->catalogue, r->source);
        period first = {0}, last = {0};
        uint32_t roles = 0;
        int64_t periods = 0;
        if (other == at || of == NULL || strcmp(by->source, r->source) != 0)
            continue;
        for (size_t i = 0; i < v->selection_count; i++) {
            const selected *s = &v->selection[i];
            uint32_t taken = s->roles & v->release_roles[at];
            if ((size_t)s->release != other || taken == 0 || &v->catalogue->sources[s->source] != of ||
                !covers(r, s->period) || !source_layouts_compete(of, r->layout, by->layout))
                continue;
            first = periods == 0 ? s->period : first;
            last = s->period;
            roles |= taken;
            periods++;
        }
        if (periods == 0)
            continue;
        buffer names = {.maximum = 1000};
        bool all_roles = (v->release_roles[at] & ~roles) == 0;
        for (size_t k = 0; k < of->role_count && k < 32 && !all_roles; k++)
            if ((roles >> k & 1u) != 0)
                buffer_printf(&names, "%s%s", names.length == 0 ? ", for its figures by " : " and by ",
                              of->roles[k].name);
        char words[2 * PERIOD_WORDS + 8];
        quality_run_words(first, last, words);
        edition_finding f = {.kind = "revised",
                             .severity = "note",
                             .source = r->source,
                             .first = first,
                             .last = last,
                             .file = r->file_name,
                             .count = 1};
        f.text =
            names.failed
                ? NULL
                : quality_text(
                      q, "%s was replaced in part by %s for %s%s (%s); both are kept, and the rest of it counts.",
                      r->file_name, by->file_name, words, names.length == 0 ? "" : names.data, v->release_basis[other]);
        f.advice = quality_text(q, "See what changed: concord diff %.8s %.8s", r->sha256, by->sha256);
        buffer_free(&names);
        status code = quality_find(q, &f, err);
        if (code != STATUS_OK)
            return code;
    }
    return STATUS_OK;
}

static status find_revised(evaluation *v, size_t at, error *err)
{
    struct quality *q = v->quality;
    const release *r = &v->releases[at];
    period when = r->first_period;
    char words[2 * PERIOD_WORDS + 8];
    quality_run_words(r->first_period, r->last_period, words);
    edition_finding f = {.kind = "revised",
                         .severity = "note",
                         .source = r->source,
                         .first = r->first_period,
                         .last = r->last_period,
                         .file = r->file_name,
                         .count = 1};
    int32_t winner = replaced_by(v, at, &when);
    if (!v->release_latest[at] && winner >= 0) {
        const release *by = &v->releases[winner];
        f.text = quality_text(q, "%s was replaced by %s for %s (%s); both are kept.", r->file_name, by->file_name,
                              words, v->release_basis[winner]);
        f.advice = quality_text(q, "See what changed: concord diff %.8s %.8s", r->sha256, by->sha256);
        return quality_find(q, &f, err);
    }
    if (v->release_latest[at] && !catalogue_source(v->catalogue, r->source)->tidy) {
        status code = find_replaced_in_part(v, at, err);
        if (code != STATUS_OK)
            return code;
    }
    if (!r->revised)
        return STATUS_OK;
    /* A revision replaces what competes with it; where nothing does, the first release is not here. */
    bool has_original = false;
    for (size_t i = 0; i < v->release_count && !has_original; i++) {
        const release *other = &v->releases[i];
        const source *of = catalogue_source(v->catalogue, r->source);
        has_original = i != at && of != NULL && strcmp(other->source, r->source) == 0 &&
                       covers(other, r->first_period) && source_layouts_compete(of, other->layout, r->layout);
    }
    if (has_original)
        return STATUS_OK;
    f.text = quality_text(q, "%s is marked revised; the release of %s that it revises is not in the store.",
                          r->file_name, words);
    f.advice = "Nothing needs doing, unless you want to see what the revision changed: add the first release too.";
    return quality_find(q, &f, err);
}

/* ---- printed totals and suppression ---------------------------------------------------------------------- */

/* The first note that speaks of a total, without its end. */
static const char *total_note(struct quality *q, const char *notes)
{
    for (const char *at = notes; at != NULL && *at != 0;) {
        const char *end = strchr(at, '\n');
        size_t length = end == NULL ? strlen(at) : (size_t)(end - at);
        if (strncmp(at, "the total", 9) == 0)
            return arena_copy(&q->memory, at, length);
        at = end == NULL ? NULL : end + 1;
    }
    return "";
}

static status find_totals(evaluation *v, const release *r, const release_quality *x, error *err)
{
    struct quality *q = v->quality;
    if (x->totals_differing == 0)
        return STATUS_OK;
    const char *note = total_note(q, x->notes);
    char checked[NUMBER_TEXT], differing[NUMBER_TEXT];
    number_grouped(x->totals_checked, checked);
    number_grouped(x->totals_differing, differing);
    edition_finding f = {.kind = "totals",
                         .severity = "warning",
                         .source = r->source,
                         .first = r->first_period,
                         .last = r->last_period,
                         .file = r->file_name,
                         .count = x->totals_differing,
                         .advice =
                             "Compare the total's line with the rows above it; figures here are made from the rows."};
    f.text = quality_text(q, "%s prints %s totals, of which %s differ%s from the sum of its own rows%s%s.",
                          r->file_name, checked, differing, x->totals_differing == 1 ? "s" : "",
                          note != NULL && note[0] != 0 ? ": " : "", note == NULL ? "" : note);
    return quality_find(q, &f, err);
}

/* What was kept, but is odd: reading told it, and it is told again where the figures are used. */
static status find_oddities(evaluation *v, const release *r, const release_quality *x, error *err)
{
    static const struct {
        const char *words, *advice;
    } ODD[] = {{" not in the catalogue: ",
                "Its figures are in the totals and stand under the code alone: give it a name under 'values' of the "
                "breakdown, or ask the publisher what it is."},
               {" before it opened or after it closed: ",
                "Check the code and the period; figures of a body that was taken over belong to its successor."}};
    status code = STATUS_OK;
    for (const char *at = x->notes; at != NULL && *at != 0 && code == STATUS_OK;) {
        const char *end = strchr(at, '\n');
        const char *note = arena_copy(&v->quality->memory, at, end == NULL ? strlen(at) : (size_t)(end - at));
        if (note == NULL)
            return error_set(err, STATUS_MEMORY, "Out of memory");
        for (size_t i = 0; i < sizeof ODD / sizeof ODD[0] && code == STATUS_OK; i++) {
            if (strstr(note, ODD[i].words) == NULL)
                continue;
            edition_finding f = {.kind = "unmapped",
                                 .severity = "warning",
                                 .source = r->source,
                                 .first = r->first_period,
                                 .last = r->last_period,
                                 .file = r->file_name,
                                 .count = 1,
                                 .advice = ODD[i].advice};
            f.text = quality_text(v->quality, "%s: %s.", r->file_name, note);
            code = quality_find(v->quality, &f, err);
        }
        at = end == NULL ? NULL : end + 1;
    }
    return code;
}

static status find_suppressed(evaluation *v, const release *r, const release_quality *x, error *err)
{
    if (x->cells_suppressed == 0)
        return STATUS_OK;
    double all = (double)(x->cells_suppressed + x->figures_present), share = (double)x->cells_suppressed / all;
    char cells[NUMBER_TEXT], of[NUMBER_TEXT], rows[NUMBER_TEXT], all_rows[NUMBER_TEXT];
    number_grouped(x->rows_suppressed, rows);
    number_grouped(x->rows, all_rows);
    number_grouped(x->cells_suppressed, cells);
    number_grouped(x->cells_suppressed + x->figures_present, of);
    edition_finding f = {.kind = "suppressed",
                         .severity = share > SUPPRESSED_MUCH ? "warning" : "note",
                         .source = r->source,
                         .first = r->first_period,
                         .last = r->last_period,
                         .file = r->file_name,
                         .count = x->cells_suppressed,
                         .advice = "Suppressed counts are not nought: a sum that one is a part of has no figure."};
    f.text = quality_text(v->quality, "%s of %s figures (%.1f%%) of %s are suppressed, in %s of %s rows.", cells, of,
                          share * 100, r->file_name, rows, all_rows);
    return quality_find(v->quality, &f, err);
}

/* For a source whose printed totals were all right: that they were looked at. */
static status find_totals_agree(evaluation *v, const char *source_id, int64_t releases, int64_t totals, error *err)
{
    char number[NUMBER_TEXT];
    number_grouped(totals, number);
    edition_finding f = {
        .kind = "totals", .severity = "note", .source = source_id, .count = totals, .advice = "Nothing needs doing."};
    f.text = quality_text(v->quality, "%s: %s printed total%s in %lld file%s agree%s with the sums of the rows.",
                          source_id, number, totals == 1 ? "" : "s", (long long)releases, releases == 1 ? "" : "s",
                          totals == 1 ? "s" : "");
    return quality_find(v->quality, &f, err);
}

static const release_quality *quality_of(const release_quality *all, size_t count, int64_t ordinal)
{
    for (size_t i = 0; i < count; i++)
        if (all[i].ordinal == ordinal)
            return &all[i];
    return NULL;
}

/* Everything about the releases of one source, which are a run of evaluation.releases. */
static status look_at_source(evaluation *v, size_t from, size_t end, const release_quality *all, size_t count,
                             error *err)
{
    int64_t agreeing = 0, totals = 0;
    status code = STATUS_OK;
    for (size_t i = from; i < end && code == STATUS_OK; i++) {
        const release *r = &v->releases[i];
        const release_quality *x = quality_of(all, count, r->ordinal);
        code = find_published_late(v, r, err);
        if (code == STATUS_OK)
            code = find_revised(v, i, err);
        if (code == STATUS_OK && x != NULL)
            code = find_totals(v, r, x, err);
        if (code == STATUS_OK && x != NULL)
            code = find_oddities(v, r, x, err);
        if (code == STATUS_OK && x != NULL)
            code = find_suppressed(v, r, x, err);
        if (x != NULL && x->totals_checked > 0 && x->totals_differing == 0) {
            agreeing++;
            totals += x->totals_checked;
        }
    }
    return code == STATUS_OK && agreeing > 0 ? find_totals_agree(v, v->releases[from].source, agreeing, totals, err)
                                             : code;
}

status quality_look_at_releases(evaluation *v, error *err)
{
    release_quality *all = NULL;
    size_t count = 0;
    date reference = quality_reference(v);
    status code = facts_quality(v->facts, &v->quality->memory, &all, &count, err);
    for (size_t i = 0; i < v->release_count && code == STATUS_OK;) {
        size_t end = i + 1;
        while (end < v->release_count && strcmp(v->releases[end].source, v->releases[i].source) == 0)
            end++;
        code = look_at_source(v, i, end, all, count, err);
        i = end;
    }
    for (size_t i = 0; i < v->selection_count && code == STATUS_OK;) {
        size_t end = i + 1;
        while (end < v->selection_count && v->selection[end].source == v->selection[i].source)
            end++;
        code = find_missing(v, v->selection + i, end - i, err);
        if (code == STATUS_OK && end - i > 1)
            code = find_behind(v, v->selection + i, end - i, reference, err);
        i = end;
    }
    return code;
}
