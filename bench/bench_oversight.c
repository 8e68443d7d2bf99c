/*
 * Oversight: every provider in England scored with 10,000 simulated rankings.
 *
 *     bench_oversight [EDITION.sqlite]
 *
 * Without an edition one is made of 215 trusts in three groups and ten metrics, eight of them shares of people (so that they vary by chance) and two of
 * minutes or rates, a tenth of the figures missing: about what England has. With one, every framework that it carries is scored. Wall and processor time, the best of five,
 * on one and on two threads; the answers of one, two, three and eight threads are compared field by field. Goal: under 2 s on two threads.
 */
#include "oversight/oversight.h"

#include "stats/stats.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TRUSTS = 215, METRICS = 10, ROUNDS = 5 };

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double processor_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double load(void)
{
    double averages[1] = {0};
    return getloadavg(averages, 1) == 1 ? averages[0] : 0;
}

static void stop(const char *what, const error *err)
{
    (void)fprintf(stderr, "%s: %s %s\n", what, err->message, err->hint);
    exit(1);
}

/* A number from 0 to 1 that belongs to a cell. */
static double drawn(uint64_t organisation, uint64_t metric)
{
    uint64_t bits[4];
    random_bits(7, organisation, metric, 0, bits);
    return (double)(bits[0] >> 11) / 9007199254740992.0;
}

static void framework_write(buffer *b)
{
    buffer_text(b,
                "id: bench\nname: Bench\nauthority: Nobody\ndocument: None\nyear: FY2025-26\nverified: false\n"
                "levels: [provider]\nkinds: [trust]\ngroups:\n  - {id: a, name: A, reports: [m0]}\n"
                "  - {id: b, name: B, reports: [m1]}\n  - {id: c, name: C}\nsegments: {quartiles: true}\nmetrics:\n");
    for (int m = 0; m < METRICS; m++)
        buffer_printf(b, "  - {id: M%d, name: M%d, domain: access, measure: m%d, scoring: ranked, verified: false}\n",
                      m, m, m);
}

static edition *edition_make(void)
{
    static edition_org bodies[TRUSTS];
    static edition_measure of[METRICS];
    static char codes[TRUSTS][8], ids[METRICS][8];
    buffer yaml = {0};
    framework_write(&yaml);
    edition_document documents[] = {{EDITION_DOCUMENT_FRAMEWORK, "bench", yaml.data}};
    for (int i = 0; i < TRUSTS; i++) {
        (void)snprintf(codes[i], sizeof codes[i], "R%03d", i);
        bodies[i] = (edition_org){.code = codes[i],
                                  .ons_code = "",
                                  .name = codes[i],
                                  .short_name = codes[i],
                                  .kind = ORG_TRUST,
                                  .level = "provider",
                                  .opened = DATE_NONE,
                                  .closed = DATE_FOREVER,
                                  .icb = -1,
                                  .region = -1,
                                  .became = "",
                                  .inexact = "",
                                  .hex_row = INT32_MIN,
                                  .hex_column = INT32_MIN,
                                  .hex_label = ""};
    }
    for (int m = 0; m < METRICS; m++) {
        (void)snprintf(ids[m], sizeof ids[m], "m%d", m);
        of[m] = (edition_measure){.id = ids[m],
                                  .name = ids[m],
                                  .short_name = ids[m],
                                  .domain = "access",
                                  .question = "",
                                  .definition = "",
                                  .why_it_matters = "",
                                  .sentence = "",
                                  .unit = m < 8 ? "percent" : "minutes",
                                  .unit_label = "",
                                  .authors = "",
                                  .checked_by = "",
                                  .review_by = "",
                                  .caveats = "",
                                  .source = "",
                                  .value_kind = m < 8 ? "ratio" : "given",
                                  .icb_from = "provider",
                                  .better = BETTER_HIGHER,
                                  .decimals = 1,
                                  .scale = m < 8 ? 100 : 1,
                                  .rule_version = ""};
    }
    const edition head = {.program_version = "",
                          .catalogue_version = "",
                          .orgs_version = "",
                          .rules = "",
                          .as_of = "",
                          .current = date_of(2026, 4, 1),
                          .latest = period_month(2026, 3),
                          .orgs = bodies,
                          .org_count = TRUSTS,
                          .measures = of,
                          .measure_count = METRICS,
                          .documents = documents,
                          .document_count = 1};
    edition_writer *w = NULL;
    edition *e = NULL;
    error err = {0};
    if (edition_writer_open(":memory:", &head, &w, &err) != STATUS_OK)
        stop("edition", &err);
    for (int m = 0; m < METRICS; m++)
        for (int i = 0; i < TRUSTS; i++) {
            if (drawn((uint64_t)i, (uint64_t)m + 100) < 0.1)
                continue;
            const int64_t people = 2000 + (int64_t)(drawn((uint64_t)i, 99) * 60000);
            const int64_t within = (int64_t)((0.5 + 0.4 * drawn((uint64_t)i, (uint64_t)m)) * (double)people);
            const edition_point p = {.period = period_month(2026, 3),
                                     .value = 100 * (double)within / (double)people,
                                     .numerator = within,
                                     .denominator = people,
                                     .has_numerator = true,
                                     .has_denominator = true,
                                     .target = (double)NAN,
                                     .mean = (double)NAN,
                                     .lower = (double)NAN,
                                     .upper = (double)NAN,
                                     .rule = "",
                                     .signal = "",
                                     .release = -1};
            edition_series s = {.measure = m,
                                .org = i,
                                .breakdown = -1,
                                .points = 1,
                                .first = p.period,
                                .last = p.period,
                                .latest_value = p.value,
                                .latest_target = (double)NAN,
                                .latest_target_index = -1,
                                .variation = "",
                                .assurance = "",
                                .note = ""};
            if (edition_writer_series(w, &s, &p, 1, &err) != STATUS_OK)
                stop("series", &err);
        }
    if (edition_from_writer(w, &e, &err) != STATUS_OK)
        stop("edition", &err);
    buffer_free(&yaml);
    return e;
}

static oversight_book *score(edition *e, unsigned threads, double *seconds)
{
    const oversight_options options = {
        .draws = OVERSIGHT_DRAWS, .seed = OVERSIGHT_SEED, .confidence = OVERSIGHT_CONFIDENCE, .threads = threads};
    oversight_book *book = NULL;
    error err = {0};
    const double start = now();
    if (oversight_book_open(e, NULL, &options, &book, &err) != STATUS_OK)
        stop("scoring", &err);
    *seconds = now() - start;
    return book;
}

/* Every number that the simulation gives. Doubles are compared as bytes: the same draws in another order would show. */
static bool same(const oversight_book *a, const oversight_book *b)
{
    for (size_t c = 0; c < a->chapter_count; c++) {
        const oversight_result *x = a->chapters[c].result, *y = b->chapters[c].result;
        if ((x == NULL) != (y == NULL) || (x != NULL && x->organisation_count != y->organisation_count))
            return false;
        for (size_t i = 0; x != NULL && i < x->organisation_count; i++) {
            const oversight_organisation *p = &x->organisations[i], *q = &y->organisations[i];
            if (p->org != q->org || memcmp(&p->average, &q->average, sizeof p->average) != 0 ||
                memcmp(&p->rank_lower, &q->rank_lower, sizeof p->rank_lower) != 0 ||
                memcmp(&p->rank_upper, &q->rank_upper, sizeof p->rank_upper) != 0 ||
                memcmp(p->segment_share, q->segment_share, sizeof p->segment_share) != 0)
                return false;
        }
    }
    return true;
}

typedef struct timing {
    double wall, processor; /* the least of each */
} timing;

static timing best_of(edition *e, unsigned threads)
{
    timing best = {INFINITY, INFINITY};
    double seconds;
    for (int i = 0; i < ROUNDS; i++) {
        const double start = processor_now();
        oversight_book_close(score(e, threads, &seconds));
        best.wall = fmin(best.wall, seconds);
        best.processor = fmin(best.processor, processor_now() - start);
    }
    return best;
}

int main(int count, char **arguments)
{
    edition *e = NULL;
    error err = {0};
    double seconds;
    if (count > 1) {
        if (edition_open(arguments[1], &e, &err) != STATUS_OK || edition_load_all(e, &err) != STATUS_OK)
            stop(arguments[1], &err);
    } else {
        e = edition_make();
    }
    oversight_book *one = score(e, 1, &seconds);
    size_t organisations = 0;
    for (size_t c = 0; c < one->chapter_count; c++)
        organisations += one->chapters[c].result == NULL ? 0 : one->chapters[c].result->organisation_count;
    bool agree = true;
    for (unsigned threads = 2; threads <= 8; threads += threads == 2 ? 1 : 5) {
        oversight_book *other = score(e, threads, &seconds);
        agree = agree && same(one, other);
        oversight_book_close(other);
    }
    oversight_book_close(one);
    (void)printf("oversight: %zu scores, %d rankings each, load average %.1f\n", organisations, OVERSIGHT_DRAWS,
                 load());
    const timing alone = best_of(e, 1), two = best_of(e, 2);
    (void)printf("  one thread   %.2f s, %.2f s of processor\n", alone.wall, alone.processor);
    (void)printf("  two threads  %.2f s, %.2f s of processor (goal: under 2 s)\n", two.wall, two.processor);
    (void)printf("  the same answer on 1, 2, 3 and 8 threads: %s\n", agree ? "yes" : "NO");
    edition_close(e);
    return agree ? 0 : 1;
}
