/*
 * Importing any bytes as a register. Whatever they are, the import either takes all of them or leaves nothing, and what
 * it takes proves right and is exported as the same bytes. The first byte gives the size of the pieces in which the file
 * is handed over; where it is odd, the lines that are events are first numbered and chained anew, so that the search gets
 * past the hashes to the bodies and the rules.
 */
#include "register/work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct pieces {
    const uint8_t *bytes;
    size_t left, piece;
} pieces;

static status fill(void *context, char *into, size_t capacity, size_t *got, error *err)
{
    pieces *p = context;
    size_t n = p->left < p->piece ? p->left : p->piece;
    (void)err;
    n = n < capacity ? n : capacity;
    memcpy(into, p->bytes, n);
    p->bytes += n;
    p->left -= n;
    *got = n;
    return STATUS_OK;
}

static status collect(void *context, const char *bytes, size_t length, error *err)
{
    buffer_put(context, bytes, length);
    return buffer_status(context, err);
}

/* Every line that reads as an event gets the next number and the right hash; a closing line is made. */
static void chain_anew(const char *at, size_t length, buffer *out)
{
    char head[SHA256_TEXT] = HASH_ZERO, previous[SHA256_TEXT];
    arena memory = {0};
    int64_t next = 1;
    for (bool header = true; length > 0; header = false) {
        const char *end = memchr(at, '\n', length);
        size_t n = end == NULL ? length : (size_t)(end - at);
        register_event e = {0};
        if (header) {
            buffer_put(out, at, n);
            buffer_char(out, '\n');
        } else if (event_decode(at, n, &memory, &e, previous, NULL) == STATUS_OK) {
            e.sequence = next++;
            chain_hash(&e, head, e.hash);
            event_encode(&e, head, out);
            buffer_char(out, '\n');
            memcpy(head, e.hash, sizeof head);
        }
        at += n + (end != NULL);
        length -= n + (end != NULL);
    }
    buffer_printf(out, "{\"end\":%lld,\"head\":\"%s\"}\n", (long long)(next - 1), head);
    arena_free(&memory);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size); /* libFuzzer calls it by name */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char path[64];
    if (size == 0)
        return 0;
    if (path[0] == 0)
        (void)snprintf(path, sizeof path, "%s/concord-fuzz-%ld.sqlite",
                       access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp", (long)getpid());
    buffer file = {0};
    if (data[0] % 2 == 1)
        chain_anew((const char *)data + 1, size - 1, &file);
    else
        buffer_put(&file, (const char *)data + 1, size - 1);
    pieces p = {(const uint8_t *)file.data, file.length, 1 + (size_t)data[0] * 16};
    const register_options make = {.make = true};
    register_log *log = NULL;
    register_import_report report;
    error err = {0};
    (void)unlink(path);
    if (register_open(path, &make, &log, &err) != STATUS_OK)
        __builtin_trap();
    status code = register_import(log, fill, &p, "fuzz", &report, &err);
    if (code == STATUS_OK) {
        buffer out = {0};
        if (register_export(log, collect, &out, &err) != STATUS_OK || out.length != file.length ||
            memcmp(out.data, file.data, file.length) != 0 ||
            register_verify(path, report.events, report.head, NULL, &err) != STATUS_OK)
            __builtin_trap();
        buffer_free(&out);
    } else if (err.message[0] == 0 || register_refresh(log, &err) != STATUS_OK || register_last(log) != 0) {
        __builtin_trap();
    }
    register_close(log);
    buffer_free(&file);
    (void)unlink(path);
    return 0;
}
