/*
 * stream: opening a file, and the thread that reads, hashes and unpacks it ahead of the parser.
 *
 * The queue is a ring of BLOCKS blocks: the reading thread fills the block at `filled`, the caller empties the one at
 * `taken`. One mutex guards the two counters and the end state; the bytes of a block belong to one side at a time.
 */
#include "intake/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCKS      8u
#define BLOCK_BYTES ((size_t)1 << 18)
#define PEEK_BYTES  ((size_t)4096)

typedef struct block {
    char *bytes;
    size_t length;
} block;

struct stream {
    file_bytes file;
    unpacker from;
    block blocks[BLOCKS];
    size_t offset; /* into the block being taken; the caller's own */
    pthread_t thread;
    bool has_lock, has_thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    /* guarded by lock */
    uint64_t filled, taken; /* blocks, ever */
    bool ended, cancelled;
    status code; /* of the reading thread, with `failure`, once ended */
    error failure;
    char sha[SHA256_TEXT];
    char table_sha[SHA256_TEXT];
};

status file_bytes_read(file_bytes *f, char *into, size_t capacity, size_t *got, error *err)
{
    ssize_t n;
    do
        n = pread(f->descriptor, into, capacity, f->at);
    while (n < 0 && errno == EINTR);
    *got = n > 0 ? (size_t)n : 0;
    if (n < 0)
        return error_set(err, STATUS_IO, "Cannot read the file: %s", strerror(errno));
    sha256_add(&f->hash, into, *got);
    f->at += n;
    return STATUS_OK;
}

static status plain_read(void *self, char *into, size_t capacity, size_t *got, error *err)
{
    return file_bytes_read(self, into, capacity, got, err);
}

bool unpacked_absurdly(uint64_t packed, uint64_t unpacked)
{
    /* Real extracts unpack 25-fold; wide tables of noughts may reach 200. Small files do no harm whatever their ratio. */
    return unpacked > (uint64_t)64 << 20 && unpacked / 500 > packed;
}

/* Fills one block; *length under BLOCK_BYTES means the end. */
static status block_fill(stream *s, char *bytes, size_t *length, error *err)
{
    *length = 0;
    while (*length < BLOCK_BYTES) {
        size_t got = 0;
        status code = s->from.read(s->from.self, bytes + *length, BLOCK_BYTES - *length, &got, err);
        if (code != STATUS_OK || got == 0)
            return code;
        *length += got;
    }
    return STATUS_OK;
}

/* Reads what is left of the file, so that its SHA-256 is known whatever became of the table. */
static bool hash_rest(stream *s, char *scratch, bool whole)
{
    if (!whole && s->file.size > STREAM_HASH_ANYWAY)
        return false;
    size_t got = 1;
    while (got > 0)
        if (file_bytes_read(&s->file, scratch, BLOCK_BYTES, &got, NULL) != STATUS_OK)
            return false;
    return true;
}

static void *stream_run(void *self)
{
    stream *s = self;
    status code = STATUS_OK;
    error failure = {0};
    uint64_t total = 0;
    bool cancelled = false;
    const bool packed = s->from.self != &s->file; /* else the table is the file */
    sha256 table;
    sha256_begin(&table);
    for (size_t length = BLOCK_BYTES; code == STATUS_OK && length == BLOCK_BYTES;) {
        (void)pthread_mutex_lock(&s->lock);
        while (s->filled - s->taken == BLOCKS && !s->cancelled)
            (void)pthread_cond_wait(&s->changed, &s->lock);
        cancelled = s->cancelled;
        block *b = &s->blocks[s->filled % BLOCKS];
        (void)pthread_mutex_unlock(&s->lock);
        if (cancelled)
            break;
        code = block_fill(s, b->bytes, &length, &failure);
        total += length;
        if (packed)
            sha256_add(&table, b->bytes, length);
        if (code == STATUS_OK && total > INTAKE_TABLE_MAXIMUM)
            code = error_set(&failure, STATUS_REFUSED, "The table is larger than %llu bytes",
                             (unsigned long long)INTAKE_TABLE_MAXIMUM);
        (void)pthread_mutex_lock(&s->lock);
        b->length = length;
        s->filled += length > 0;
        (void)pthread_cond_signal(&s->changed);
        (void)pthread_mutex_unlock(&s->lock);
    }
    (void)pthread_mutex_lock(&s->lock);
    s->ended = true;
    s->code = code;
    s->failure = failure;
    (void)pthread_cond_signal(&s->changed);
    (void)pthread_mutex_unlock(&s->lock);
    char *scratch = malloc(BLOCK_BYTES); /* the blocks may still be with the caller */
    if (scratch != NULL && hash_rest(s, scratch, code == STATUS_OK && !cancelled))
        sha256_end(&s->file.hash, s->sha);
    free(scratch);
    if (packed && code == STATUS_OK && !cancelled)
        sha256_end(&table, s->table_sha);
    else if (!packed)
        memcpy(s->table_sha, s->sha, SHA256_TEXT);
    return NULL;
}

/* True where the name ends in what the content is not: a download that was cut off, or an error message in its place. */
static bool name_belies(const char *path, content_kind kind, const char **what)
{
    static const struct {
        const char *ending, *what;
        content_kind kind;
    } known[] = {{".zip", "zip", CONTENT_ZIP}, {".gz", "gz", CONTENT_GZ}};
    size_t n = strlen(path);
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        size_t m = strlen(known[i].ending);
        if (n > m && text_is_nocase((text){path + n - m, m}, known[i].ending) && kind != known[i].kind) {
            *what = known[i].what;
            return true;
        }
    }
    return false;
}

static status unpacker_open(stream *s, arena *a, intake_report *report, error *err)
{
    char first[512];
    const char *what = NULL;
    size_t got = 0;
    ssize_t n = pread(s->file.descriptor, first, sizeof first, 0);
    if (n < 0)
        return error_set(err, STATUS_IO, "Cannot read the file: %s", strerror(errno));
    got = (size_t)n;
    content_kind kind = content_of((text){first, got});
    if (kind == CONTENT_ZIP)
        return unpacker_open_zip(&s->file, a, report, &s->from, err);
    if (kind == CONTENT_GZ)
        return unpacker_open_gz(&s->file, &s->from, err);
    if ((kind == CONTENT_TEXT || kind == CONTENT_BINARY) && name_belies(s->file.path, kind, &what)) {
        status code = error_set(err, STATUS_REFUSED, "The file is named .%s, but it is not one", what);
        error_hint(err, "The download may be damaged or cut off: download it again.");
        return code;
    }
    if (kind == CONTENT_TEXT && (uint64_t)s->file.size > INTAKE_TABLE_MAXIMUM) {
        status code = error_set(err, STATUS_REFUSED, "The file has %lld bytes; a table of over %llu is not read",
                                (long long)s->file.size, (unsigned long long)INTAKE_TABLE_MAXIMUM);
        error_hint(err, "Split it by period.");
        return code;
    }
    s->from = (unpacker){&s->file, plain_read, NULL};
    return content_refuse(kind, report, err);
}

status stream_open(const char *path, arena *a, intake_report *report, stream **out, error *err)
{
    *out = NULL;
    status code = STATUS_OK;
    stream *s = calloc(1, sizeof *s);
    if (s == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    s->file.path = path;
    sha256_begin(&s->file.hash);
    /* Non-blocking, so that a named pipe cannot hold us; it changes nothing for a regular file. */
    s->file.descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat st;
    if (s->file.descriptor < 0 || fstat(s->file.descriptor, &st) != 0) {
        code = error_set(err, STATUS_IO, "Cannot open the file: %s", strerror(errno));
        goto out;
    }
    if (!S_ISREG(st.st_mode)) {
        code = error_set(err, STATUS_IO, "%s",
                         S_ISDIR(st.st_mode) ? "This is a folder, not a file" : "This is not a regular file");
        goto out;
    }
    s->file.size = report->bytes = st.st_size;
    if (pthread_mutex_init(&s->lock, NULL) != 0) {
        code = error_set(err, STATUS_MEMORY, "Out of memory");
        goto out;
    }
    if (pthread_cond_init(&s->changed, NULL) != 0) {
        (void)pthread_mutex_destroy(&s->lock);
        code = error_set(err, STATUS_MEMORY, "Out of memory");
        goto out;
    }
    s->has_lock = true;
    code = unpacker_open(s, a, report, err);
    if (code != STATUS_OK)
        goto out;
    for (size_t i = 0; i < BLOCKS; i++) {
        s->blocks[i].bytes = malloc(BLOCK_BYTES);
        if (s->blocks[i].bytes == NULL) {
            code = error_set(err, STATUS_MEMORY, "Out of memory");
            goto out;
        }
    }
    if (pthread_create(&s->thread, NULL, stream_run, s) != 0)
        code = error_set(err, STATUS_MEMORY, "Cannot start a thread");
    else
        s->has_thread = true;
out:
    *out = s; /* also where it failed: stream_close gives the SHA-256 */
    return code;
}

status stream_peek(stream *s, text *out, error *err)
{
    *out = (text){0};
    (void)pthread_mutex_lock(&s->lock);
    while (s->filled == s->taken && !s->ended)
        (void)pthread_cond_wait(&s->changed, &s->lock);
    status code = STATUS_OK;
    if (s->filled > s->taken) {
        const block *b = &s->blocks[s->taken % BLOCKS];
        *out = (text){b->bytes, b->length < PEEK_BYTES ? b->length : PEEK_BYTES};
    } else {
        code = s->code;
        if (code != STATUS_OK && err != NULL)
            *err = s->failure;
    }
    (void)pthread_mutex_unlock(&s->lock);
    return code;
}

status stream_fill(void *self, char *into, size_t capacity, size_t *got, error *err)
{
    stream *s = self;
    text ready;
    *got = 0;
    status code = stream_peek(s, &ready, err);
    if (code != STATUS_OK || ready.length == 0)
        return code;
    block *b = &s->blocks[s->taken % BLOCKS]; /* only this thread changes `taken` */
    *got = b->length - s->offset < capacity ? b->length - s->offset : capacity;
    memcpy(into, b->bytes + s->offset, *got);
    s->offset += *got;
    if (s->offset == b->length) {
        s->offset = 0;
        (void)pthread_mutex_lock(&s->lock);
        s->taken++;
        (void)pthread_cond_signal(&s->changed);
        (void)pthread_mutex_unlock(&s->lock);
    }
    return STATUS_OK;
}

status stream_check_rest(stream *s, error *err)
{
    char piece[16384];
    size_t got = 1;
    status code = STATUS_OK;
    if (!s->has_thread || s->from.self == &s->file)
        return STATUS_OK;
    for (int64_t all = 0; code == STATUS_OK && got > 0 && all < STREAM_HASH_ANYWAY; all += (int64_t)got)
        code = stream_fill(s, piece, sizeof piece, &got, err);
    return code;
}

void stream_close(stream *s, char sha[SHA256_TEXT], char table_sha[SHA256_TEXT])
{
    sha[0] = 0;
    if (table_sha != NULL)
        table_sha[0] = 0;
    if (s == NULL)
        return;
    if (s->has_thread) {
        (void)pthread_mutex_lock(&s->lock);
        s->cancelled = true;
        (void)pthread_cond_signal(&s->changed);
        (void)pthread_mutex_unlock(&s->lock);
        (void)pthread_join(s->thread, NULL);
    } else if (s->file.descriptor >= 0 && s->has_lock) { /* a regular file that was refused at once */
        char *scratch = malloc(BLOCK_BYTES);
        if (scratch != NULL && hash_rest(s, scratch, false))
            sha256_end(&s->file.hash, s->sha);
        free(scratch);
    }
    memcpy(sha, s->sha, SHA256_TEXT);
    if (table_sha != NULL)
        memcpy(table_sha, s->table_sha, SHA256_TEXT);
    if (s->from.close != NULL)
        s->from.close(s->from.self);
    if (s->has_lock) {
        (void)pthread_cond_destroy(&s->changed);
        (void)pthread_mutex_destroy(&s->lock);
    }
    for (size_t i = 0; i < BLOCKS; i++)
        free(s->blocks[i].bytes);
    if (s->file.descriptor >= 0)
        (void)close(s->file.descriptor);
    free(s);
}
