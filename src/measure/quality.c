/*
 * The checks of data quality, in order: what is noted down while figures are made, then the findings, written into the edition.
 */
#include "measure/quality.h"

#include <stdlib.h>
#include <string.h>

status quality_grow(void **items, size_t count, size_t *capacity, size_t size, error *err)
{
    if (count < *capacity)
        return STATUS_OK;
    size_t larger = *capacity == 0 ? 256 : *capacity * 2, bytes;
    void *grown = __builtin_mul_overflow(larger, size, &bytes) ? NULL : realloc(*items, bytes);
    if (grown == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory for the checks of data quality");
    *items = grown;
    *capacity = larger;
    return STATUS_OK;
}

status quality_see(struct quality *q, const quality_sight *s, error *err)
{
    status code = quality_grow((void **)&q->seen, q->seen_count, &q->seen_capacity, sizeof *q->seen, err);
    if (code == STATUS_OK)
        q->seen[q->seen_count++] = *s;
    return code;
}

const char *quality_text(struct quality *q, const char *format, ...)
{
    char line[1024];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    return n < 0 ? NULL : arena_copy(&q->memory, line, (size_t)n < sizeof line ? (size_t)n : sizeof line - 1);
}

static const char *kept(const char *given)
{
    return given == NULL ? "" : given;
}

status quality_find(struct quality *q, const edition_finding *f, error *err)
{
    status code = quality_grow((void **)&q->findings, q->finding_count, &q->finding_capacity, sizeof *q->findings, err);
    if (code == STATUS_OK && f->text == NULL)
        code = error_set(err, STATUS_MEMORY, "Out of memory for the checks of data quality");
    if (code != STATUS_OK)
        return code;
    edition_finding *to = &q->findings[q->finding_count++];
    *to = *f;
    const char **texts[] = {&to->kind,         &to->severity, &to->source, &to->measure,
                            &to->organisation, &to->file,     &to->sheet,  &to->advice};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        *texts[i] = kept(*texts[i]);
    return STATUS_OK;
}

/* The n-th line of the list of sheets, from 1; "" where there is none. */
static const char *sheet_named(struct quality *q, const char *sheets, int32_t n)
{
    for (const char *at = sheets; at != NULL && n > 0; n--) {
        const char *end = strchr(at, '\n');
        if (n == 1)
            return arena_copy(&q->memory, at, end == NULL ? strlen(at) : (size_t)(end - at));
        at = end == NULL ? NULL : end + 1;
    }
    return "";
}

void quality_place(const evaluation *v, int32_t release_at, int64_t line, edition_finding *f)
{
    if (release_at < 0)
        return;
    const release *r = &v->releases[release_at];
    line_place place = place_of_line(line);
    f->file = r->file_name;
    f->line = place.row;
    f->sheet = sheet_named(v->quality, r->sheets, place.sheet);
}

void quality_run_words(period first, period last, char out[2 * PERIOD_WORDS + 8])
{
    char a[PERIOD_WORDS], b[PERIOD_WORDS];
    period_words(first, a);
    period_words(last, b);
    if (period_compare(first, last) == 0)
        (void)snprintf(out, 2 * PERIOD_WORDS + 8, "%s", a);
    else
        (void)snprintf(out, 2 * PERIOD_WORDS + 8, "%s to %s", a, b);
}

/* ---- while figures are made ---------------------------------------------------------------------------- */

status quality_begin(evaluation *v, error *err)
{
    v->quality = calloc(1, sizeof *v->quality);
    if (v->quality == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory for the checks of data quality");
    v->quality->on = v->options->only_measure == NULL && v->options->only_release == NULL &&
                     v->options->geography != GEOGRAPHY_AS_AT;
    return STATUS_OK;
}

void quality_free(evaluation *v)
{
    struct quality *q = v->quality;
    if (q == NULL)
        return;
    free(q->blanks);
    free(q->presences);
    free(q->seen);
    free(q->places);
    free(q->findings);
    arena_free(&q->memory);
    free(q);
    v->quality = NULL;
}

status quality_blank(evaluation *v, int32_t measure_at, int32_t organisation, period p, int32_t release_at,
                     int64_t line, error *err)
{
    struct quality *q = v->quality;
    if (q == NULL || !q->on)
        return STATUS_OK;
    status code = quality_grow((void **)&q->blanks, q->blank_count, &q->blank_capacity, sizeof *q->blanks, err);
    if (code == STATUS_OK)
        q->blanks[q->blank_count++] = (blank){measure_at, organisation, p, release_at, line};
    return code;
}

status quality_issue_place(evaluation *v, int32_t release_at, int64_t line, error *err)
{
    struct quality *q = v->quality;
    if (q == NULL || !q->on || v->issue_count == 0)
        return STATUS_OK;
    status code = quality_grow((void **)&q->places, q->place_count, &q->place_capacity, sizeof *q->places, err);
    if (code == STATUS_OK)
        q->places[q->place_count++] = (issue_place){v->issues[v->issue_count - 1].text, release_at, line};
    return code;
}

/* Tables over measures and months, once all contributions are known. */
status quality_prepare(evaluation *v, const edition *head, error *err)
{
    struct quality *q = v->quality;
    if (q == NULL || !q->on || v->contribution_count == 0)
        return STATUS_OK;
    int32_t first = INT32_MAX, last = INT32_MIN;
    for (size_t i = 0; i < v->contribution_count; i++) {
        int32_t month = v->contributions[i].period.first_month;
        first = month < first ? month : first;
        last = month > last ? month : last;
    }
    q->base_month = first;
    q->span = last - first + 1;
    size_t cells;
    if (__builtin_mul_overflow(head->measure_count, (size_t)q->span, &cells))
        return error_set(err, STATUS_MEMORY, "Out of memory for the checks of data quality");
    q->sums = arena_array(&q->memory, cells + 1, SUM_LEVELS * sizeof *q->sums);
    q->sum_period = arena_array(&q->memory, cells + 1, sizeof *q->sum_period);
    q->covered = arena_array(&q->memory, cells + 1, sizeof *q->covered);
    if (q->sums == NULL || q->sum_period == NULL || q->covered == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory for the checks of data quality");
    /* From catalogue and working numbers to those of the edition. */
    for (size_t i = 0; i < q->blank_count; i++) {
        blank *b = &q->blanks[i];
        const char *id = v->catalogue->measures[b->measure].id;
        b->measure = -1;
        for (size_t m = 0; m < head->measure_count && b->measure < 0; m++)
            if (strcmp(head->measures[m].id, id) == 0)
                b->measure = (int32_t)m;
        b->organisation = v->organisations[b->organisation].final;
    }
    return STATUS_OK;
}

status quality_series(evaluation *v, const edition *head, const edition_series *s, const edition_point *points,
                      size_t count, error *err)
{
    struct quality *q = v->quality;
    if (q == NULL || !q->on || q->sums == NULL || s->breakdown >= 0 || s->geography != GEOGRAPHY_CURRENT)
        return STATUS_OK;
    quality_add_sums(v, head, s, points, count);
    return quality_look_at_points(v, head, s, points, count, err);
}

status quality_unseen(evaluation *v, const edition *head, const edition_series *s, const edition_point *points,
                      size_t count, error *err)
{
    struct quality *q = v->quality;
    if (q == NULL || !q->on || q->sums == NULL || s->breakdown >= 0 || s->geography != GEOGRAPHY_CURRENT)
        return STATUS_OK;
    quality_sight x = {.kind = SEEN_WITHHELD, .source = -1, .org = s->org, .measure = s->measure, .release = -1};
    for (size_t i = 0; i < count; i++) {
        if (!points[i].suppressed)
            continue;
        x.first = x.periods == 0 ? points[i].period : x.first;
        x.last = points[i].period;
        x.periods++;
    }
    const measure *m = catalogue_measure(v->catalogue, head->measures[s->measure].id);
    x.source = m == NULL ? -1 : m->source;
    return x.periods == 0 ? STATUS_OK : quality_see(q, &x, err);
}

/* ---- the findings -------------------------------------------------------------------------------------- */

static int severity_rank(const char *severity)
{
    return strcmp(severity, "error") == 0 ? 0 : strcmp(severity, "warning") == 0 ? 1 : 2;
}

/* What matters most comes first: figures that are wrong, then figures that are not there, then what is good to know. */
static int kind_rank(const char *kind)
{
    static const char *const order[] = {"impossible",      "jump",           "totals",        "tie",      "sums",
                                        "missing-release", "late",           "nought",        "gap",      "blank",
                                        "discontinued",    "suppressed",     "period-length", "unmapped", "partial",
                                        "revised",         "tidy-overruled", "scenario",      "undated",  "conflict"};
    int at = 0;
    while (at < (int)(sizeof order / sizeof order[0]) && strcmp(order[at], kind) != 0)
        at++;
    return at;
}

static int compare_findings(const void *a, const void *b)
{
    const edition_finding *x = a, *y = b;
    int c = severity_rank(x->severity) - severity_rank(y->severity);
    if (c == 0)
        c = kind_rank(x->kind) - kind_rank(y->kind);
    if (c == 0)
        c = strcmp(x->source, y->source);
    /* Of codes that nobody knows, those with most rows. */
    if (c == 0 && strcmp(x->kind, "unmapped") == 0 && x->count != y->count)
        return x->count > y->count ? -1 : 1;
    if (c == 0)
        c = strcmp(x->organisation, y->organisation);
    if (c == 0)
        c = strcmp(x->measure, y->measure);
    if (c == 0)
        c = period_compare(x->first, y->first);
    if (c == 0)
        c = strcmp(x->file, y->file);
    return c != 0 ? c : strcmp(x->text, y->text);
}

/* Where the figures of each organisation first stand: for codes that nobody knows. */
static status find_unmapped(evaluation *v, const edition *head, error *err)
{
    struct quality *q = v->quality;
    size_t known = orgs_count(v->orgs);
    const contribution **first = arena_array(&q->memory, head->org_count + 1, sizeof *first); /* by edition index */
    if (first == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory for the checks of data quality");
    for (size_t k = 0; k < v->contribution_count; k++) {
        const contribution *c = &v->contributions[k], **to = &first[c->organisation];
        if (head->orgs[c->organisation].unmapped && c->release >= 0 && c->first_line > 0 &&
            (*to == NULL || c->release < (*to)->release ||
             (c->release == (*to)->release && c->first_line < (*to)->first_line)))
            *to = c;
    }
    for (size_t i = known; i < v->organisation_count; i++) {
        const working_org *w = &v->organisations[i];
        if (w->rows == 0)
            continue;
        edition_finding f = {.kind = "unmapped",
                             .severity = "warning",
                             .source = w->source,
                             .organisation = w->code,
                             .count = w->rows,
                             .advice =
                                 "Its figures count for England but for no ICB or region. Where it is an organisation, "
                                 "add it to the organisations data (docs/organisations.md)."};
        if (w->final >= 0 && first[w->final] != NULL)
            quality_place(v, first[w->final]->release, first[w->final]->first_line, &f);
        char rows[NUMBER_TEXT];
        number_grouped(w->rows, rows);
        f.text = quality_text(q, "%s (%s) is not in the organisations data; %s row%s name%s it.", w->code, w->name,
                              rows, w->rows == 1 ? "" : "s", w->rows == 1 ? "s" : "");
        status code = quality_find(q, &f, err);
        if (code != STATUS_OK)
            return code;
    }
    return STATUS_OK;
}

/* What the evaluation itself lists: the same, as findings. */
static status find_issues(evaluation *v, error *err)
{
    static const struct {
        const char *kind, *severity, *advice;
        bool of_source;
    } kinds[] = {
        {"tie", "warning", "Add the later one again with --published DATE.", true},
        {"tidy-overruled", "note", "Nothing needs doing: rows as published go before figures given by hand.", false},
        {"partial", "note", "Add tidy lines for the organisations that are missing.", false},
        {"impossible", "error", "Correct the line in the tidy file and add the file again.", false},
        {"period-length", "warning", "Give the figures of that period by the length that the series has.", false},
        {"scenario", "warning", "Correct the file or take it away, then evaluate again.", false},
        {"undated", "note", "Give the dates with: concord add --published DATE FILE.", false},
    };
    struct quality *q = v->quality;
    int64_t conflicts = 0, unplaced = 0;
    for (size_t i = 0; i < v->issue_count; i++) {
        conflicts += strcmp(v->issues[i].kind, "conflict") == 0;
        unplaced += strcmp(v->issues[i].kind, "unplaced") == 0;
    }
    /* They are about the organisations data, not about what was added: a line each, the list is among the edition's issues. */
    if (conflicts > 0) {
        edition_finding f = {.kind = "conflict",
                             .severity = "note",
                             .count = conflicts,
                             .advice = "Nothing needs doing. The site lists them: data/issues.csv."};
        f.text = quality_text(q, "%lld statement%s of the organisations data contradict%s others; one of each is kept.",
                              (long long)conflicts, conflicts == 1 ? "" : "s", conflicts == 1 ? "s" : "");
        status code = quality_find(q, &f, err);
        if (code != STATUS_OK)
            return code;
    }
    if (unplaced > 0) {
        edition_finding f = {.kind = "unplaced",
                             .severity = "note",
                             .count = unplaced,
                             .advice = "Nothing needs doing: their figures count for England. The site lists them: "
                                       "data/issues.csv."};
        f.text = quality_text(q,
                              "Of %lld organisation%s no source says to which system or region they belong, or of what "
                              "kind they are.",
                              (long long)unplaced, unplaced == 1 ? "" : "s");
        status code = quality_find(q, &f, err);
        if (code != STATUS_OK)
            return code;
    }
    for (size_t i = 0; i < v->issue_count; i++)
        for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
            const edition_issue *x = &v->issues[i];
            if (strcmp(x->kind, kinds[k].kind) != 0)
                continue;
            edition_finding f = {.kind = kinds[k].kind,
                                 .severity = kinds[k].severity,
                                 .source = kinds[k].of_source ? x->code : "",
                                 .organisation = kinds[k].of_source ? "" : x->code,
                                 .count = x->rows,
                                 .text = x->text,
                                 .advice = kinds[k].advice};
            if (period_parse(text_of(x->period), &f.first))
                f.last = f.first;
            for (size_t at = 0; at < q->place_count; at++)
                if (q->places[at].text == x->text)
                    quality_place(v, q->places[at].release, q->places[at].line, &f);
            status code = quality_find(q, &f, err);
            if (code != STATUS_OK)
                return code;
        }
    return STATUS_OK;
}

status quality_finish(evaluation *v, const edition *head, edition_writer *w, error *err)
{
    struct quality *q = v->quality;
    if (q == NULL || !q->on)
        return STATUS_OK;
    status code = quality_look_at_presence(v, head, err);
    if (code == STATUS_OK)
        code = quality_report_seen(v, head, err);
    if (code == STATUS_OK)
        code = quality_report_withheld(v, head, err);
    if (code == STATUS_OK)
        code = quality_look_at_sums(v, head, err);
    if (code == STATUS_OK)
        code = quality_look_at_releases(v, err);
    if (code == STATUS_OK)
        code = find_unmapped(v, head, err);
    if (code == STATUS_OK)
        code = find_issues(v, err);
    if (code != STATUS_OK)
        return code;
    if (q->finding_count > 1)
        qsort(q->findings, q->finding_count, sizeof *q->findings, compare_findings);
    return edition_writer_findings(w, q->findings, q->finding_count, err);
}
