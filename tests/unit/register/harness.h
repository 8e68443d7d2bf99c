/* A register in a folder of its own, and short words to write to it. */
#ifndef TEST_REGISTER_HARNESS_H
#define TEST_REGISTER_HARNESS_H

#include "register/register.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

typedef struct bench {
    char folder[64], path[128];
    register_log *log;
    error err;
    register_receipt receipt;
} bench;

static inline void bench_open_with(bench *b, const catalogue *c)
{
    const register_options options = {.make = true, .catalogue = c};
    /* Memory where there is such a folder: what is tested is kills and rules, not the disk, and thousands of events are appended one by one. */
    (void)snprintf(b->folder, sizeof b->folder, "%s/concord-register-XXXXXX",
                   access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    assert_non_null(mkdtemp(b->folder));
    (void)snprintf(b->path, sizeof b->path, "%s/register.sqlite", b->folder);
    assert_int_equal(register_open(b->path, &options, &b->log, &b->err), STATUS_OK);
}

static inline void bench_close(bench *b)
{
    static const char *const files[] = {"register.sqlite", "register.sqlite-journal", "key", "copy.sqlite",
                                        "copy.sqlite-journal"};
    char path[sizeof b->folder + 32];
    register_close(b->log);
    b->log = NULL;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", b->folder, files[i]);
        (void)unlink(path);
    }
    (void)rmdir(b->folder);
}

static inline status put(bench *b, const char *time, const char *who, const char *kind, const char *subject,
                         const char *body)
{
    const register_draft d = {
        .kind = kind, .subject = subject, .time = time, .actor = "A. Person", .organisation = who, .body = body};
    b->err = (error){0};
    return register_append(b->log, &d, &b->receipt, &b->err);
}

#define OK(...) assert_int_equal_said(put(__VA_ARGS__))
#define assert_int_equal_said(expression)                                                                              \
    do {                                                                                                               \
        status said = (expression);                                                                                    \
        if (said != STATUS_OK)                                                                                         \
            print_message("line %d: %s (%s)\n", __LINE__, b->err.message, b->err.hint);                                \
        assert_int_equal(said, STATUS_OK);                                                                             \
    } while (0)

/* A register with an ICB, a trust, a council, a voluntary body, NHS England, and a priority that is in force from 2026-02-01. */
static inline void bench_partners(bench *b)
{
    OK(b, "2026-01-05T09:00:00Z", "QMM", "register.open", "QMM",
       "{\"title\":\"Norfolk and Waveney\",\"name\":\"NHS Norfolk and Waveney ICB\",\"kind\":\"icb\"}");
    OK(b, "2026-01-05T09:01:00Z", "QMM", "partner.join", "RM1",
       "{\"name\":\"Norfolk and Norwich University Hospitals\",\"kind\":\"trust\"}");
    OK(b, "2026-01-05T09:02:00Z", "QMM", "partner.join", "E10000020",
       "{\"name\":\"Norfolk County Council\",\"kind\":\"council\"}");
    OK(b, "2026-01-05T09:03:00Z", "QMM", "partner.join", "VOL1",
       "{\"name\":\"A voluntary body\",\"kind\":\"voluntary\"}");
    OK(b, "2026-01-05T09:04:00Z", "QMM", "partner.join", "X24", "{\"name\":\"NHS England\",\"kind\":\"nhs-england\"}");
}

#define PRIORITY                                                                                                       \
    "{\"tier\":\"local\",\"title\":\"Fewer long "                                                                      \
    "waits\",\"measure\":\"rtt-over-52-weeks\",\"unit\":\"percent\",\"level\":1,\"by\":\"2027-03\","                   \
    "\"organisations\":[\"QMM\"],\"partners\":[\"RM1\",\"E10000020\"],\"why\":\"People wait too long\"}"

static inline void bench_priority(bench *b)
{
    OK(b, "2026-01-10T09:00:00Z", "QMM", "target.propose", "waits", PRIORITY);
    OK(b, "2026-01-11T09:00:00Z", "RM1", "target.develop", "waits", "{\"words\":\"We can do this in theatres\"}");
    OK(b, "2026-01-12T09:00:00Z", "RM1", "target.sign", "waits", "{\"revision\":1}");
    OK(b, "2026-01-12T10:00:00Z", "E10000020", "target.sign", "waits", "{\"revision\":1}");
    OK(b, "2026-01-12T11:00:00Z", "QMM", "target.sign", "waits", "{\"revision\":1}");
    OK(b, "2026-01-13T09:00:00Z", "QMM", "target.start", "waits", "{\"from\":\"2026-02-01\"}");
}

/* ---- a file in memory ---- */

typedef struct bytes {
    const char *at;
    size_t left, piece;
} bytes;

static inline status bytes_read(void *context, char *into, size_t capacity, size_t *got, error *err)
{
    bytes *b = context;
    size_t n = b->left < capacity ? b->left : capacity;
    (void)err;
    if (b->piece > 0 && n > b->piece)
        n = b->piece;
    memcpy(into, b->at, n);
    b->at += n;
    b->left -= n;
    *got = n;
    return STATUS_OK;
}

static inline status buffer_write(void *context, const char *at, size_t length, error *err)
{
    buffer_put(context, at, length);
    return buffer_status(context, err);
}

#endif
