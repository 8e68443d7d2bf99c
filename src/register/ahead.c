/*
 * ahead: a second thread that reads the log and hashes it while the first one replays what was read.
 *
 * The hash of an event is held against the hash that the row before it states, not against what the replay has come to, so that it needs nothing of the
 * replay; the replay then stops at the first event that does not fit, and chains the rest. Batches go round in a ring: the reader waits for
 * an empty one, the replay for a full one. Only the reader uses the database until ahead_stop has returned.
 */
#include "register/work.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#define BATCH_EVENTS 1024
#define BATCH_BYTES  ((size_t)1 << 20) /* a batch ends early where its texts are long */
#define BATCHES      4
#define TEXTS        8

typedef struct batch {
    ahead_event events[BATCH_EVENTS];
    size_t starts[BATCH_EVENTS][TEXTS]; /* in texts, which may move while it grows */
    size_t count;
    buffer texts;
    bool full;
} batch;

struct read_ahead {
    register_log *log;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t filled, emptied;
    batch *ring;
    size_t reading, at; /* of the replay: its batch, and the event in it */
    bool stop, ended, out_of_memory;
    int step; /* SQLite's answer at the end */
};

static bool batch_take(batch *b, sqlite3_stmt *row, char previous[SHA256_TEXT])
{
    ahead_event *e = &b->events[b->count];
    error ignored;
    e->row_good = store_row(row, &e->event, &ignored) == STATUS_OK;
    const char *texts[TEXTS] = {e->event.time,    e->event.actor, e->event.organisation, e->event.kind,
                                e->event.subject, e->event.body,  e->event.key,          e->event.signature};
    char hash[SHA256_TEXT];
    chain_hash(&e->event, previous, hash);
    e->fits = strcmp(hash, e->event.hash) == 0;
    e->signature_good = chain_signature_is_good(&e->event);
    memcpy(previous, e->event.hash, SHA256_TEXT);
    for (int i = 0; i < TEXTS; i++) {
        b->starts[b->count][i] = b->texts.length;
        buffer_put(&b->texts, texts[i], strlen(texts[i]) + 1);
    }
    b->count++;
    return !b->texts.failed;
}

static void batch_point(batch *b)
{
    for (size_t i = 0; i < b->count; i++) {
        const char *texts[TEXTS];
        for (int k = 0; k < TEXTS; k++)
            texts[k] = b->texts.data + b->starts[i][k];
        register_event *e = &b->events[i].event;
        e->time = texts[0];
        e->actor = texts[1];
        e->organisation = texts[2];
        e->kind = texts[3];
        e->subject = texts[4];
        e->body = texts[5];
        e->key = texts[6];
        e->signature = texts[7];
    }
}

/* Fills the batch; false at the end of the log. */
static bool batch_fill(read_ahead *a, batch *b, char previous[SHA256_TEXT])
{
    b->count = 0;
    buffer_clear(&b->texts);
    while (b->count < BATCH_EVENTS && b->texts.length < BATCH_BYTES) {
        a->step = sqlite3_step(a->log->select);
        if (a->step != SQLITE_ROW)
            break;
        if (!batch_take(b, a->log->select, previous)) {
            a->out_of_memory = true;
            break;
        }
    }
    /* What was not copied whole points into SQLite's row, which goes on changing: nobody may see it. */
    if (a->out_of_memory)
        b->count = 0;
    else
        batch_point(b);
    return a->step == SQLITE_ROW && !a->out_of_memory;
}

static void *read_all(void *context)
{
    read_ahead *a = context;
    char previous[SHA256_TEXT] = HASH_ZERO;
    bool more = true;
    for (size_t i = 0; more; i = (i + 1) % BATCHES) {
        (void)pthread_mutex_lock(&a->lock);
        while (a->ring[i].full && !a->stop)
            (void)pthread_cond_wait(&a->emptied, &a->lock);
        more = !a->stop;
        (void)pthread_mutex_unlock(&a->lock);
        if (more)
            more = batch_fill(a, &a->ring[i], previous);
        (void)pthread_mutex_lock(&a->lock);
        a->ring[i].full = true;
        a->ended = !more;
        (void)pthread_cond_signal(&a->filled);
        (void)pthread_mutex_unlock(&a->lock);
    }
    return NULL;
}

status ahead_start(register_log *r, read_ahead **out, error *err)
{
    read_ahead *a = calloc(1, sizeof *a);
    *out = a;
    if (a == NULL || (a->ring = calloc(BATCHES, sizeof *a->ring)) == NULL) {
        free(a);
        *out = NULL;
        return error_set(err, STATUS_MEMORY, "There is not enough memory for the register");
    }
    a->log = r;
    a->step = SQLITE_ROW;
    (void)sqlite3_reset(r->select);
    (void)sqlite3_bind_int64(r->select, 1, INT64_MIN);
    (void)pthread_mutex_init(&a->lock, NULL);
    (void)pthread_cond_init(&a->filled, NULL);
    (void)pthread_cond_init(&a->emptied, NULL);
    if (pthread_create(&a->thread, NULL, read_all, a) == 0)
        return STATUS_OK;
    free(a->ring);
    free(a);
    *out = NULL;
    return error_set(err, STATUS_MEMORY, "There is no room for another thread");
}

const ahead_event *ahead_next(read_ahead *a)
{
    for (;;) {
        batch *b = &a->ring[a->reading];
        (void)pthread_mutex_lock(&a->lock);
        while (!b->full && !a->ended)
            (void)pthread_cond_wait(&a->filled, &a->lock);
        bool there = b->full;
        (void)pthread_mutex_unlock(&a->lock);
        if (!there)
            return NULL;
        if (a->at < b->count)
            return &b->events[a->at++];
        a->at = 0;
        a->reading = (a->reading + 1) % BATCHES;
        (void)pthread_mutex_lock(&a->lock);
        b->full = false;
        (void)pthread_cond_signal(&a->emptied);
        (void)pthread_mutex_unlock(&a->lock);
    }
}

bool ahead_stop(read_ahead *a, bool *out_of_memory)
{
    (void)pthread_mutex_lock(&a->lock);
    a->stop = true;
    (void)pthread_cond_signal(&a->emptied);
    (void)pthread_mutex_unlock(&a->lock);
    (void)pthread_join(a->thread, NULL);
    bool whole = a->step == SQLITE_DONE;
    *out_of_memory = a->out_of_memory;
    (void)pthread_cond_destroy(&a->emptied);
    (void)pthread_cond_destroy(&a->filled);
    (void)pthread_mutex_destroy(&a->lock);
    for (size_t i = 0; i < BATCHES; i++)
        buffer_free(&a->ring[i].texts);
    free(a->ring);
    free(a);
    return whole;
}
