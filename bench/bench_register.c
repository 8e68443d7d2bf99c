/*
 * A register of a million events: how long it takes to open (from its snapshot), to verify (every hash, rule and snapshot), to export, and to append one
 * event that is on the disk. Goals: open under 1 s, verify under 5 s.
 *
 * The events are made on the fly as an export and imported: 2,000 priorities, 20,000 commitments, and then progress reports, challenges, responses and
 * closures about them, as a system of a few dozen partners would write them in a great many years. Usage: bench_register [EVENTS]
 */
#include "register/work.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { PARTNERS = 30, TARGETS = 2000, COMMITMENTS = 20000 };

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* On a machine that others use too, what it takes of the processor says more than the clock on the wall. */
static double processor_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* ---- an export that is made as it is read ---- */

typedef struct making {
    int64_t next, count;
    char head[SHA256_TEXT];
    buffer out;
    size_t at;
    uint64_t seed;
    int64_t open_challenge, about;
} making;

static uint64_t draw(making *m, uint64_t below)
{
    m->seed = m->seed * 6364136223846793005u + 1442695040888963407u;
    return (m->seed >> 33) % below;
}

typedef struct words {
    char body[1024], subject[64], organisation[16];
    const char *kind;
} words;

static void make_begin(making *m, words *w)
{
    int64_t n = m->next;
    if (n == 1) {
        w->kind = "register.open";
        (void)snprintf(w->subject, sizeof w->subject, "P0");
        (void)snprintf(w->body, sizeof w->body, "{\"kind\":\"icb\",\"name\":\"Partner 0\",\"title\":\"A system\"}");
    } else if (n <= PARTNERS) {
        w->kind = "partner.join";
        (void)snprintf(w->subject, sizeof w->subject, "P%lld", (long long)n - 1);
        (void)snprintf(w->body, sizeof w->body, "{\"kind\":\"trust\",\"name\":\"Partner %lld\"}", (long long)n - 1);
    } else if (n <= PARTNERS + TARGETS) {
        w->kind = "target.propose";
        (void)snprintf(w->subject, sizeof w->subject, "target-%lld", (long long)n);
        (void)snprintf(w->body, sizeof w->body,
                       "{\"by\":\"2027-03\",\"clear\":\"One definition, counted "
                       "monthly\",\"level\":%d,\"measure\":\"rtt-within-18-weeks\",\"organisations\":[\"P%d\"],"
                       "\"partners\":[\"P%d\",\"P%d\"],\"tier\":\"local\",\"title\":\"Priority "
                       "%lld\",\"unit\":\"percent\",\"why\":\"People wait too long here, and the poorest wait "
                       "longest\"}",
                       (int)draw(m, 100), (int)draw(m, PARTNERS), 1 + (int)draw(m, 10), 11 + (int)draw(m, 10),
                       (long long)n);
    } else {
        w->kind = "commitment.make";
        (void)snprintf(w->subject, sizeof w->subject, "commitment-%lld", (long long)n);
        (void)snprintf(w->organisation, sizeof w->organisation, "P%lld", (long long)n % PARTNERS);
        (void)snprintf(w->body, sizeof w->body,
                       "{\"about\":\"target-%lld\",\"due\":\"2026-12-31\",\"what\":\"Open two more theatres and staff "
                       "them on six days a week\",\"whom\":\"People of the "
                       "system\"}",
                       (long long)(PARTNERS + 1 + n % TARGETS));
    }
}

/* Reports, and now and then a challenge, its response and its end. */
static void make_work(making *m, words *w)
{
    if (m->open_challenge != 0) {
        int64_t age = m->next - m->open_challenge;
        w->kind = age == 1 ? "challenge.respond" : "challenge.close";
        (void)snprintf(w->subject, sizeof w->subject, "challenge-%lld", (long long)m->open_challenge);
        (void)snprintf(w->organisation, sizeof w->organisation, "P%lld",
                       age == 1 ? (long long)m->about % PARTNERS : ((long long)m->about + 1) % PARTNERS);
        (void)snprintf(w->body, sizeof w->body,
                       age == 1 ? "{\"words\":\"The second theatre opens in May; the delay came from the lift\"}"
                                : "{\"outcome\":\"accepted\",\"words\":\"Agreed\"}");
        m->open_challenge = age == 1 ? m->open_challenge : 0;
        return;
    }
    m->about = PARTNERS + TARGETS + 1 + (int64_t)draw(m, COMMITMENTS);
    if (draw(m, 100) < 2) {
        w->kind = "challenge.raise";
        (void)snprintf(w->subject, sizeof w->subject, "challenge-%lld", (long long)m->next);
        (void)snprintf(w->organisation, sizeof w->organisation, "P%lld", ((long long)m->about + 1) % PARTNERS);
        (void)snprintf(w->body, sizeof w->body,
                       "{\"about\":\"commitment-%lld\",\"words\":\"When will the second theatre open?\"}",
                       (long long)m->about);
        m->open_challenge = m->next;
        return;
    }
    w->kind = "commitment.report";
    (void)snprintf(w->subject, sizeof w->subject, "commitment-%lld", (long long)m->about);
    (void)snprintf(w->organisation, sizeof w->organisation, "P%lld", (long long)m->about % PARTNERS);
    (void)snprintf(w->body, sizeof w->body,
                   "{\"state\":\"on-track\",\"value\":%d.5,\"words\":\"The first theatre is open; %d people were "
                   "treated this month\"}",
                   (int)draw(m, 100), (int)draw(m, 900));
}

static void make_line(making *m)
{
    words w = {.organisation = "P0"};
    char stamp[32];
    int64_t minute = m->next * 400 / (m->count + 1) * 60 * 24 / 24;
    (void)snprintf(stamp, sizeof stamp, "2026-%02d-%02dT%02d:%02d:00Z", 1 + (int)(minute / 60 / 24 / 28) % 12,
                   1 + (int)(minute / 60 / 24) % 28, (int)(minute / 60) % 24, (int)minute % 60);
    if (m->next <= PARTNERS + TARGETS + COMMITMENTS)
        make_begin(m, &w);
    else
        make_work(m, &w);
    register_event e = {.sequence = m->next,
                        .time = stamp,
                        .actor = "A. Person",
                        .organisation = w.organisation,
                        .kind = w.kind,
                        .subject = w.subject,
                        .body = w.body,
                        .key = "",
                        .signature = ""};
    char previous[SHA256_TEXT];
    memcpy(previous, m->head, sizeof previous);
    chain_hash(&e, previous, e.hash);
    memcpy(m->head, e.hash, sizeof m->head);
    event_encode(&e, previous, &m->out);
    buffer_char(&m->out, '\n');
    m->next++;
}

static status make_read(void *context, char *into, size_t capacity, size_t *got, error *err)
{
    making *m = context;
    (void)err;
    if (m->at == m->out.length) {
        buffer_clear(&m->out);
        m->at = 0;
        if (m->next == 0) {
            buffer_text(&m->out, "{\"concord_register\":1,\"title\":\"A system\"}\n");
            m->next = 1;
        }
        while (m->next <= m->count && m->out.length < 60000)
            make_line(m);
        if (m->next == m->count + 1) {
            buffer_printf(&m->out, "{\"end\":%lld,\"head\":\"%s\"}\n", (long long)m->count, m->head);
            m->next++;
        }
    }
    size_t n = m->out.length - m->at < capacity ? m->out.length - m->at : capacity;
    if (n > 0)
        memcpy(into, m->out.data + m->at, n);
    m->at += n;
    *got = n;
    return STATUS_OK;
}

static status count_bytes(void *context, const char *bytes, size_t length, error *err)
{
    (void)bytes;
    (void)err;
    *(int64_t *)context += (int64_t)length;
    return STATUS_OK;
}

/* ---- the measurements ---- */

static int failed(const error *err)
{
    fprintf(stderr, "bench_register: %s\n", err->message);
    return 4;
}

int main(int argc, char **argv)
{
    char folder[] = "/tmp/concord-bench-XXXXXX", path[128];
    int64_t count = 1000000;
    error err = {0};
    if (argc > 1 && !number_parse_count(text_of(argv[1]), &count))
        return 2;
    if (mkdtemp(folder) == NULL)
        return 3;
    (void)snprintf(path, sizeof path, "%s/register.sqlite", folder);
    making m = {.count = count, .head = HASH_ZERO, .seed = 1};
    register_options options = {.make = true};
    register_log *log = NULL;
    register_import_report report;
    register_proof proof;
    double start = seconds_now();
    if (register_open(path, &options, &log, &err) != STATUS_OK ||
        register_import(log, make_read, &m, "made", &report, &err) != STATUS_OK)
        return failed(&err);
    printf("import of %lld events: %.2f s\n", (long long)report.added, seconds_now() - start);
    register_close(log);
    struct stat st;
    printf("the file: %.0f MB\n", stat(path, &st) == 0 ? (double)st.st_size / 1e6 : 0.0);

    start = seconds_now();
    double used = processor_now();
    if (register_open(path, NULL, &log, &err) != STATUS_OK)
        return failed(&err);
    printf("open: %.3f s, %.3f s of the processor (goal 1 s)\n", seconds_now() - start, processor_now() - used);
    start = seconds_now();
    int64_t bytes = 0;
    if (register_export(log, count_bytes, &bytes, &err) != STATUS_OK)
        return failed(&err);
    printf("export: %.2f s, %.0f MB\n", seconds_now() - start, (double)bytes / 1e6);
    start = seconds_now();
    enum { APPENDS = 50 };
    for (int i = 0; i < APPENDS; i++) {
        const register_draft d = {
            .kind = "note.add",
            .now = "2030-01-01T00:00:00Z",
            .actor = "A",
            .organisation = "P0",
            .body = "{\"measure\":\"m\",\"of\":\"P1\",\"period\":\"2026-01\",\"words\":\"A new ward\"}"};
        if (register_append(log, &d, NULL, &err) != STATUS_OK)
            return failed(&err);
    }
    printf("append, each on the disk: %.2f ms\n", (seconds_now() - start) * 1000 / APPENDS);
    register_close(log);

    start = seconds_now();
    used = processor_now();
    if (register_verify(path, 0, NULL, &proof, &err) != STATUS_OK)
        return failed(&err);
    printf("verify: %.2f s, %.2f s of the processor (goal 5 s), %lld events, %lld snapshots\n", seconds_now() - start,
           processor_now() - used, (long long)proof.events, (long long)proof.snapshots);
    start = seconds_now();
    options = (register_options){.ignore_snapshots = true};
    if (register_open(path, &options, &log, &err) != STATUS_OK)
        return failed(&err);
    printf("open without a snapshot: %.2f s\n", seconds_now() - start);
    register_close(log);
    buffer_free(&m.out);
    (void)unlink(path);
    (void)rmdir(folder);
    return 0;
}
