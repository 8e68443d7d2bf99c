/*
 * stream: the bytes of the one table that a file holds, whatever it is packed in. Inside intake only.
 *
 * A second thread reads the file, takes its SHA-256, unpacks it and queues blocks; the caller takes them. The queue is
 * bounded, so memory is too. All of the thread's work is behind stream_open and stream_close.
 */
#ifndef CONCORD_INTAKE_STREAM_H
#define CONCORD_INTAKE_STREAM_H

#include "intake/intake.h"

/* An open file and the SHA-256 of what was read of it so far. */
typedef struct file_bytes {
    int descriptor;
    const char *path;
    int64_t size;
    int64_t at; /* everything before was read and hashed */
    sha256 hash;
} file_bytes;
/* Reads on; *got 0 at the end. */
MUST_USE status file_bytes_read(file_bytes *f, char *into, size_t capacity, size_t *got, error *err);

/* What turns the file's bytes into the table's. `read` is called by one thread only; *got 0 at the end. */
typedef struct unpacker {
    void *self;
    status (*read)(void *self, char *into, size_t capacity, size_t *got, error *err);
    void (*close)(void *self);
} unpacker;

/* Each opens an unpacker over f, which must outlive it. They set report->member, archived, notes and unknown_kind. */
MUST_USE status unpacker_open_zip(file_bytes *f, arena *a, intake_report *report, unpacker *out, error *err);
MUST_USE status unpacker_open_gz(file_bytes *f, unpacker *out, error *err);

/* True where a table unpacks to so much more than it is packed in that it can only be meant to fill a disk or memory. */
bool unpacked_absurdly(uint64_t packed, uint64_t unpacked);

typedef struct stream stream;
/* Opens path, tells what packs it, starts the thread. Sets report->bytes, and what the unpackers set. */
MUST_USE status stream_open(const char *path, arena *a, intake_report *report, stream **out, error *err);
/* The first bytes of the table (up to 4,096), before any is taken; length 0 where it is empty. */
MUST_USE status stream_peek(stream *s, text *out, error *err);
/* A csv_fill over a stream. */
MUST_USE status stream_fill(void *self, char *into, size_t capacity, size_t *got, error *err);
/* Of a packed table, reads on to the end (up to STREAM_HASH_ANYWAY bytes), where its check sum is: not STATUS_OK where it is damaged. A file
 * that is not packed has nothing to be checked by. */
MUST_USE status stream_check_rest(stream *s, error *err);
/* Ends the thread, gives the SHA-256 of the original file ("" where it could not be read, or where it is over
 * STREAM_HASH_ANYWAY and was not read to its end) and of its table as it is unpacked ("" where that was not read to its end; may be NULL), frees. A
 * NULL stream is fine. */
void stream_close(stream *s, char sha[SHA256_TEXT], char table_sha[SHA256_TEXT]);
/* A refused file of up to this many bytes is still read to its end for its SHA-256. */
#define STREAM_HASH_ANYWAY ((int64_t)512 << 20)

/* ---- what bytes are ---------------------------------------------------------------------------------- */

typedef enum content_kind {
    CONTENT_TEXT = 0,
    CONTENT_EMPTY,
    CONTENT_ZIP,
    CONTENT_GZ,
    CONTENT_OLD_OFFICE,
    CONTENT_PDF,
    CONTENT_HTML,
    CONTENT_XML,
    CONTENT_JSON,
    CONTENT_MAP,
    CONTENT_PICTURE,
    CONTENT_PARQUET,
    CONTENT_SQLITE,
    CONTENT_OTHER_ARCHIVE,
    CONTENT_BINARY
} content_kind;
content_kind content_of(text first_bytes);
/* STATUS_OK for text; else refuses with a sentence that says what it is. Sets report->unknown_kind for workbooks. */
MUST_USE status content_refuse(content_kind kind, intake_report *report, error *err);
/* Adds a note while there is room. */
void note_add(intake_report *report, arena *a, const char *format, ...) PRINTF_LIKE(3, 4);

#endif
