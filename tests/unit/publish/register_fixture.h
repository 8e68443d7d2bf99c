/*
 * A small register for the tests of pages, in memory of the program: national, regional and local targets, promises from both sides (one overdue, one
 * kept, one withdrawn), a challenge with its answer, notes and a rebase on a chart, ratings that begin and end, a release, an embargo; and hostile words
 * wherever somebody may write.
 */
#ifndef CONCORD_TEST_REGISTER_FIXTURE_H
#define CONCORD_TEST_REGISTER_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "edition/edition.h"
#include "register/register.h"

#define RECORD_HOSTILE "<script>alert(2)</script> & 'quoted' \\\"words\\\""
#define RECORD_MOST    512

typedef struct record_line {
    const char *time, *who, *kind, *subject, *body;
} record_line;

static const record_line record_events[] = {
    {"2025-11-03T09:00:00Z", "QH8", "register.open", "QH8",
     "{\"title\":\"Essex " RECORD_HOSTILE "\",\"name\":\"NHS Mid and South Essex ICB\",\"kind\":\"icb\"}"},
    {"2025-11-03T09:01:00Z", "QH8", "partner.join", "RAJ",
     "{\"name\":\"Mid and South Essex NHS Foundation Trust\",\"kind\":\"trust\"}"},
    {"2025-11-03T09:02:00Z", "QH8", "partner.join", "E10000012",
     "{\"name\":\"Essex County Council " RECORD_HOSTILE "\",\"kind\":\"council\"}"},
    {"2025-11-03T09:03:00Z", "QH8", "partner.join", "X24", "{\"name\":\"NHS England\",\"kind\":\"nhs-england\"}"},
    {"2025-11-10T09:00:00Z", "QH8", "target.adopt", "rtt-18",
     "{\"title\":\"Waiting 18 weeks or less\",\"measure\":\"rtt-within-18-weeks\",\"unit\":\"percent\",\"level\":65,"
     "\"by\":\"2027-03\",\"authority\":\"NHS England\",\"document\":\"Guidance\"}"},
    {"2025-11-17T09:00:00Z", "QH8", "target.propose", "nearer-home",
     "{\"tier\":\"local\",\"title\":\"Sooner " RECORD_HOSTILE
     "\",\"measure\":\"rtt-within-18-weeks\",\"unit\":\"percent\",\"trajectory\":[\"2026-01=58\",\"2026-02=59\","
     "\"2026-03=75\",\"2026-04=76\",\"2026-05=77\",\"2026-06=78\"],\"by\":\"2026-06\",\"organisations\":[\"QH8\","
     "\"RAJ\"],\"partners\":[\"RAJ\",\"E10000012\"],\"whom\":\"People who wait\",\"why\":\"" RECORD_HOSTILE
     "\",\"clear\":\"As published\",\"risks\":\"" RECORD_HOSTILE "\"}"},
    {"2025-11-20T09:00:00Z", "RAJ", "target.develop", "nearer-home", "{\"words\":\"Two " RECORD_HOSTILE "\"}"},
    {"2025-11-24T09:00:00Z", "RAJ", "target.sign", "nearer-home", "{\"revision\":1}"},
    {"2025-11-24T09:01:00Z", "E10000012", "target.sign", "nearer-home", "{\"revision\":1}"},
    {"2025-11-24T09:02:00Z", "QH8", "target.sign", "nearer-home", "{\"revision\":1}"},
    {"2025-12-01T09:00:00Z", "QH8", "target.start", "nearer-home", "{\"from\":\"2026-01-01\"}"},
    {"2025-12-02T09:00:00Z", "QH8", "target.propose", "only-proposed",
     "{\"tier\":\"local\",\"title\":\"A shorter list\",\"measure\":\"rtt-waiting-list\",\"unit\":\"count\",\"level\":"
     "900,\"by\":\"2026-12\",\"organisations\":[\"QH8\"],\"partners\":[\"RAJ\"],\"why\":\"It is long\"}"},
    {"2026-01-12T09:00:00Z", "X24", "commitment.make", "theatre-money",
     "{\"what\":\"Fund theatres " RECORD_HOSTILE "\",\"whom\":\"Mid and South Essex NHS Foundation "
     "Trust\",\"due\":\"2026-03-31\",\"about\":\"nearer-home\"}"},
    {"2026-01-13T09:00:00Z", "QH8", "commitment.make", "overdue-one",
     "{\"what\":\"Open a second hub\",\"whom\":\"Residents\",\"due\":\"2026-02-28\",\"about\":\"nearer-home\"}"},
    {"2026-01-14T09:00:00Z", "RAJ", "commitment.make", "taken-back",
     "{\"what\":\"Share beds\",\"whom\":\"Residents\",\"due\":\"2026-12-31\"}"},
    {"2026-03-02T09:00:00Z", "X24", "commitment.report", "theatre-money",
     "{\"state\":\"at-risk\",\"words\":\"Slips " RECORD_HOSTILE "\"}"},
    {"2026-03-05T09:00:00Z", "RAJ", "challenge.raise", "late-money",
     "{\"about\":\"theatre-money\",\"words\":\"Who pays " RECORD_HOSTILE "?\",\"answer_by\":\"2026-03-16\"}"},
    {"2026-03-12T09:00:00Z", "X24", "challenge.respond", "late-money",
     "{\"words\":\"The region does " RECORD_HOSTILE "\"}"},
    {"2026-03-13T09:00:00Z", "RAJ", "challenge.close", "late-money",
     "{\"outcome\":\"accepted\",\"words\":\"Thank you\"}"},
    {"2026-03-14T09:00:00Z", "RAJ", "commitment.close", "taken-back",
     "{\"outcome\":\"withdrawn\",\"words\":\"Another way was found\"}"},
    {"2026-03-20T09:00:00Z", "RAJ", "challenge.raise", "still-open",
     "{\"about\":\"overdue-one\",\"words\":\"Where is the hub?\"}"},
    {"2026-04-01T09:00:00Z", "RAJ", "partner.join", "D7T5G", "{\"name\":\"NHS Essex ICB\",\"kind\":\"icb\"}"},
    {"2026-04-01T09:01:00Z", "D7T5G", "partner.succeed", "QH8", "{\"successor\":\"D7T5G\",\"when\":\"2026-04-01\"}"},
    {"2026-04-02T09:00:00Z", "D7T5G", "note.add", "ward",
     "{\"measure\":\"rtt-within-18-weeks\",\"of\":\"D7T5G\",\"period\":\"2025-06\",\"words\":\"A ward " RECORD_HOSTILE
     "\"}"},
    {"2026-04-02T09:01:00Z", "RAJ", "note.add", "strike",
     "{\"measure\":\"rtt-within-18-weeks\",\"of\":\"D7T5G\",\"period\":\"2025-06\",\"words\":\"Strike days\"}"},
    {"2026-04-02T09:02:00Z", "RAJ", "note.add", "wrong",
     "{\"measure\":\"rtt-within-18-weeks\",\"of\":\"D7T5G\",\"period\":\"2025-07\",\"words\":\"Never said\"}"},
    {"2026-04-02T09:03:00Z", "RAJ", "note.withdraw", "wrong", "{\"reason\":\"A mistake\"}"},
    {"2026-04-02T09:04:00Z", "D7T5G", "rebase.add", "validated",
     "{\"measure\":\"rtt-within-18-weeks\",\"of\":\"QH8\",\"period\":\"2024-10\",\"reason\":\"Lists were "
     "validated\"}"},
    {"2026-04-03T09:00:00Z", "X24", "rating.enter", "support",
     "{\"of\":\"D7T5G\",\"regime\":\"recovery-support\",\"rating\":\"Support " RECORD_HOSTILE
     "\",\"from\":\"2024-06-01\"}"},
    {"2026-04-03T09:01:00Z", "X24", "rating.exit", "support", "{\"until\":\"2025-09-01\",\"reason\":\"Delivered\"}"},
    {"2026-04-03T09:02:00Z", "X24", "rating.enter", "cqc",
     "{\"of\":\"RAJ\",\"regime\":\"cqc-rating\",\"rating\":\"Good\",\"from\":\"2020-01-01\",\"source\":\"Report\"}"},
    {"2026-04-10T09:00:00Z", "D7T5G", "edition.release", "april",
     "{\"edition\":\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\",\"words\":\"To "
     "everyone\"}"},
    {"2026-04-11T09:00:00Z", "D7T5G", "embargo.set", "may",
     "{\"edition\":\"fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210\",\"until\":\"2026-05-14\","
     "\"sees\":[\"RAJ\"],\"reason\":\"Board meets first\"}"},
};
#define RECORD_EVENTS (sizeof record_events / sizeof record_events[0])

typedef struct record_kept {
    edition_document documents[RECORD_MOST];
    char names[RECORD_MOST][24];
    size_t count;
    char head[SHA256_TEXT];
    buffer exported; /* what `concord register export` writes */
} record_kept;
static record_kept kept_record;

static status record_line_keep(void *context, const register_event *event, error *err)
{
    record_kept *k = context;
    buffer line = {0};
    (void)err;
    register_event_line(event, k->head, &line);
    memcpy(k->head, event->hash, sizeof k->head);
    (void)snprintf(k->names[k->count], sizeof k->names[0], "%012lld", (long long)event->sequence);
    k->documents[k->count] = (edition_document){EDITION_DOCUMENT_REGISTER_EVENT, k->names[k->count], line.data};
    k->count++;
    return STATUS_OK;
}

static status record_bytes_keep(void *context, const char *at, size_t length, error *err)
{
    buffer_put(context, at, length);
    return buffer_status(context, err);
}

/* With more notes: a rating after them, and promises to bodies that are named in full, by a code, or only seem to be named. */
#define PROMISE(words, to) "{\"what\":\"" words "\",\"whom\":\"" to "\",\"due\":\"2026-12-31\"}"
static const record_line record_with_notes[] = {
    {"2026-04-12T09:00:00Z", "X24", "rating.enter", "segment-3",
     "{\"of\":\"RAJ\",\"regime\":\"segment\",\"rating\":\"3\",\"from\":\"2026-01-01\"}"},
    {"2026-04-12T09:00:00Z", "RAJ", "commitment.make", "part-of-a-name", PROMISE("A part of a name", "NHS")},
    {"2026-04-12T09:00:00Z", "RAJ", "commitment.make", "small-letters", PROMISE("In small letters", "nhs england")},
    {"2026-04-12T09:00:00Z", "RAJ", "commitment.make", "within-a-word", PROMISE("Within a word", "The CX24B group")},
    {"2026-04-12T09:00:00Z", "RAJ", "commitment.make", "by-code", PROMISE("By its code", "Boards (X24, QH8).")},
};
#define RECORD_WITH_NOTES (sizeof record_with_notes / sizeof record_with_notes[0])

/* Before the fixture is made: so many notes, and national targets, more. */
static size_t record_more_notes, record_more_targets;
static bool record_off; /* no register at all */

static void record_append(register_log *r, const record_line *e)
{
    error err = {0};
    register_receipt receipt;
    const register_draft draft = {.kind = e->kind,
                                  .subject = e->subject,
                                  .time = e->time,
                                  .actor = "A. Person",
                                  .organisation = e->who,
                                  .body = e->body};
    if (register_append(r, &draft, &receipt, &err) != STATUS_OK)
        fail_msg("%s: %s (%s)", e->kind, err.message, err.hint);
}

static void record_append_more(register_log *r)
{
    static const char when[] = "2026-04-12T09:00:00Z";
    char id[32];
    for (size_t i = 0; i < record_more_notes; i++)
        record_append(r, &(record_line){when, "RAJ", "note.add", NULL,
                                        "{\"measure\":\"ae-wait\",\"of\":\"RAJ\",\"period\":\"2025-06\",\"words\":"
                                        "\"One of many\"}"});
    for (size_t i = 0; i < RECORD_WITH_NOTES && record_more_notes > 0; i++)
        record_append(r, &record_with_notes[i]);
    for (size_t i = 0; i < record_more_targets; i++) {
        (void)snprintf(id, sizeof id, "national-%zu", i);
        record_append(r,
                      &(record_line){when, "RAJ", "target.adopt", id,
                                     "{\"title\":\"One more\",\"measure\":\"ae-wait\",\"unit\":\"weeks\",\"level\":9,"
                                     "\"by\":\"2027-03\",\"authority\":\"NHS England\",\"document\":\"Guidance\"}"});
    }
}

/* Fills the documents of the head; the register is made once. */
static void record_fixture(edition *head)
{
    record_kept *k = &kept_record;
    error err = {0};
    register_log *r = NULL;
    if (record_off)
        return;
    if (k->count == 0) {
        memset(k->head, '0', sizeof k->head - 1);
        if (register_open(":memory:", &(register_options){.make = true}, &r, &err) != STATUS_OK)
            fail_msg("%s", err.message);
        for (size_t i = 0; i < RECORD_EVENTS; i++)
            record_append(r, &record_events[i]);
        record_append_more(r);
        assert_int_equal(register_events(r, 1, 0, NULL, record_line_keep, k, NULL), STATUS_OK);
        assert_int_equal(register_export(r, record_bytes_keep, &k->exported, NULL), STATUS_OK);
        register_close(r);
    }
    head->documents = k->documents;
    head->document_count = k->count;
    head->register_events = (int64_t)k->count;
    head->register_head = k->head;
}

static void record_fixture_free(void)
{
    for (size_t i = 0; i < kept_record.count; i++) {
        union {
            const char *constant;
            char *own;
        } line = {.constant = kept_record.documents[i].text};
        free(line.own);
    }
    buffer_free(&kept_record.exported);
    kept_record = (record_kept){0};
}

#endif
