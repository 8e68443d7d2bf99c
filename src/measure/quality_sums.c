/*
 * England beside its parts: where a publication says England by itself, or England is made of every row, does it agree with the sum
 * of the regions and of the integrated care boards? Counts only: percentages do not add up.
 */
#include "measure/quality.h"

#include <stdlib.h>
#include <string.h>

#define NOTE_SHARE    0.01 /* up to one per cent apart: hubs, commissioners outside England, rounding */
#define WARNING_SHARE 0.10

void quality_add_sums(evaluation *v, const edition *head, const edition_series *s, const edition_point *points,
                      size_t count)
{
    struct quality *q = v->quality;
    const edition_org *o = &head->orgs[s->org];
    size_t at = o->kind == ORG_ENGLAND ? SUM_ENGLAND : o->kind == ORG_REGION ? SUM_REGIONS : SUM_ICBS;
    if (o->kind != ORG_ENGLAND && o->kind != ORG_REGION && o->kind != ORG_ICB)
        return;
    for (size_t i = 0; i < count; i++) {
        int32_t month = points[i].period.first_month - q->base_month;
        if (!points[i].has_numerator || month < 0 || month >= q->span)
            continue;
        size_t cell = (size_t)s->measure * (size_t)q->span + (size_t)month;
        level_sum *sum = &q->sums[cell * SUM_LEVELS + at];
        if (__builtin_add_overflow(sum->sum, points[i].numerator, &sum->sum))
            sum->sum = INT64_MAX;
        sum->organisations++;
        q->sum_period[cell] = points[i].period;
    }
}

/* What one measure's England figures and the sums at one level come to over all periods. */
typedef struct agreement {
    size_t compared, differing;
    double worst;
    period worst_period;
    int64_t england, parts;
} agreement;

static agreement agree(const struct quality *q, size_t measure_at, size_t parts_at)
{
    agreement out = {0};
    for (int32_t month = 0; month < q->span; month++) {
        size_t cell = measure_at * (size_t)q->span + (size_t)month;
        const level_sum *england = &q->sums[cell * SUM_LEVELS + SUM_ENGLAND],
                        *parts = &q->sums[cell * SUM_LEVELS + parts_at];
        if (england->organisations == 0 || parts->organisations == 0)
            continue;
        out.compared++;
        double apart = (double)parts->sum - (double)england->sum, whole = (double)england->sum;
        apart = apart < 0 ? -apart : apart;
        if (apart == 0)
            continue;
        out.differing++;
        double share = whole > 0 ? apart / whole : 1;
        if (share > out.worst) {
            out.worst = share;
            out.worst_period = q->sum_period[cell];
            out.england = england->sum;
            out.parts = parts->sum;
        }
    }
    return out;
}

/* Is England said, or made of more rows than the level is made of? Where both come from the same tidy lines there is nothing to compare. */
static const char *how_england(const measure *m)
{
    return m->level_role[LEVEL_ENGLAND] == MEASURE_ALL_ROWS ? "all rows of the file"
                                                            : "the file's own line for England";
}

static status say_apart(evaluation *v, const edition *head, size_t measure_at, const char *parts_words,
                        const agreement *apart, error *err)
{
    struct quality *q = v->quality;
    const agreement a = *apart;
    const edition_measure *m = &head->measures[measure_at];
    const measure *declared = catalogue_measure(v->catalogue, m->id);
    if (declared == NULL)
        return STATUS_OK;
    char when[PERIOD_WORDS], england[NUMBER_TEXT], parts[NUMBER_TEXT];
    period_words(a.worst_period, when);
    number_grouped(a.england / (m->numerator_parts > 1 ? m->numerator_parts : 1), england);
    number_grouped(a.parts / (m->numerator_parts > 1 ? m->numerator_parts : 1), parts);
    edition_finding f = {.kind = "sums",
                         .severity = a.worst <= NOTE_SHARE ? "note" : "warning",
                         .source = m->source,
                         .measure = m->id,
                         .organisation = "ENGLAND",
                         .first = a.worst_period,
                         .last = a.worst_period,
                         .count = (int64_t)a.differing,
                         .advice =
                             a.worst <= NOTE_SHARE
                                 ? "Expected where a file has national hubs or commissioners outside the map."
                                 : "See which organisations of the file are at no ICB or region: concord check --kind "
                                   "unmapped."};
    f.text = quality_text(q,
                          "%s: the %s do not add up to England (%s) in %zu of %zu periods; furthest apart in %s: %s "
                          "beside %s (%.1f%%).",
                          m->id, parts_words, how_england(declared), a.differing, a.compared, when, parts, england,
                          a.worst * 100);
    return quality_find(q, &f, err);
}

/* One finding where both levels say the same, as they do where what is missing is at neither. */
static status look_at_measure(evaluation *v, const edition *head, size_t measure_at, size_t *agreeing, error *err)
{
    agreement regions = agree(v->quality, measure_at, SUM_REGIONS), icbs = agree(v->quality, measure_at, SUM_ICBS);
    *agreeing += regions.compared > 0 && regions.differing == 0 ? 1 : 0;
    *agreeing += icbs.compared > 0 && icbs.differing == 0 ? 1 : 0;
    bool alike = regions.differing == icbs.differing && regions.compared == icbs.compared &&
                 regions.parts == icbs.parts && regions.england == icbs.england;
    status code = STATUS_OK;
    if (alike && regions.differing > 0)
        return say_apart(v, head, measure_at, "regions and the integrated care boards", &regions, err);
    if (regions.differing > 0)
        code = say_apart(v, head, measure_at, "regions", &regions, err);
    if (code == STATUS_OK && icbs.differing > 0)
        code = say_apart(v, head, measure_at, "integrated care boards", &icbs, err);
    return code;
}

status quality_look_at_sums(evaluation *v, const edition *head, error *err)
{
    struct quality *q = v->quality;
    status code = STATUS_OK;
    if (q->sums == NULL)
        return STATUS_OK;
    for (size_t s = 0; s < head->source_count && code == STATUS_OK; s++) {
        size_t agreeing = 0;
        for (size_t m = 0; m < head->measure_count && code == STATUS_OK; m++) {
            if (strcmp(head->measures[m].source, head->sources[s].id) != 0)
                continue;
            code = look_at_measure(v, head, m, &agreeing, err);
        }
        if (agreeing == 0 || code != STATUS_OK)
            continue;
        edition_finding f = {.kind = "sums",
                             .severity = "note",
                             .source = head->sources[s].id,
                             .count = (int64_t)agreeing,
                             .advice = "Nothing needs doing."};
        f.text =
            quality_text(q, "%s: %zu sum%s of regions and integrated care boards %s with England in every period.",
                         head->sources[s].id, agreeing, agreeing == 1 ? "" : "s", agreeing == 1 ? "agrees" : "agree");
        code = quality_find(q, &f, err);
    }
    return code;
}
