/* gz: one or more gzip members (RFC 1952) inflated with zlib, which checks each member's CRC and length. */
#include "intake/stream.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define PACKED_BYTES ((size_t)1 << 16)

typedef struct gz {
    file_bytes *file;
    z_stream z;
    unsigned char packed[PACKED_BYTES];
    uint64_t unpacked;
    bool inside;  /* within a member */
    bool padding; /* past the last member, only noughts may follow */
} gz;

static status gz_refused(error *err, const char *what)
{
    status code = error_set(err, STATUS_REFUSED, "%s", what);
    error_hint(err, "Download it again.");
    return code;
}

static status gz_more(gz *g, bool *end, error *err)
{
    *end = false;
    if (g->z.avail_in > 0)
        return STATUS_OK;
    size_t got = 0;
    status code = file_bytes_read(g->file, (char *)g->packed, PACKED_BYTES, &got, err);
    g->z.next_in = g->packed;
    g->z.avail_in = (uInt)got;
    *end = got == 0;
    return code;
}

/* Between members: another begins, or the file ends, perhaps after noughts (tapes and some tools pad). */
static status gz_between(gz *g, bool *end, error *err)
{
    for (;;) {
        status code = gz_more(g, end, err);
        if (code != STATUS_OK || *end)
            return code;
        if (*g->z.next_in == 0) {
            g->padding = true;
            g->z.next_in++;
            g->z.avail_in--;
        } else if (g->padding || *g->z.next_in != 0x1f) {
            return gz_refused(err, "The gz file has other bytes after its end");
        } else {
            g->inside = true;
            return inflateReset(&g->z) == Z_OK ? STATUS_OK
                                               : error_set(err, STATUS_INTERNAL, "zlib could not start again");
        }
    }
}

static status gz_read(void *self, char *into, size_t capacity, size_t *got, error *err)
{
    gz *g = self;
    *got = 0;
    while (*got == 0) {
        bool end = false;
        status code = g->inside ? gz_more(g, &end, err) : gz_between(g, &end, err);
        if (code != STATUS_OK)
            return code;
        if (end)
            return g->inside ? gz_refused(err, "The gz file is cut off: it ends before its table does") : STATUS_OK;
        uInt room = capacity > ((size_t)1 << 30) ? (uInt)1 << 30 : (uInt)capacity;
        g->z.next_out = (unsigned char *)into;
        g->z.avail_out = room;
        int answer = inflate(&g->z, Z_NO_FLUSH);
        *got = room - g->z.avail_out;
        g->unpacked += *got;
        if (answer == Z_STREAM_END)
            g->inside = false;
        else if (answer == Z_MEM_ERROR)
            return error_set(err, STATUS_MEMORY, "Out of memory");
        else if (answer != Z_OK && answer != Z_BUF_ERROR)
            return gz_refused(err, "The gz file is damaged");
        if (unpacked_absurdly((uint64_t)g->file->at, g->unpacked))
            return gz_refused(err, "The gz file unpacks to over 500 times its size, as no publication does");
    }
    return STATUS_OK;
}

static void gz_close(void *self)
{
    gz *g = self;
    (void)inflateEnd(&g->z);
    free(g);
}

status unpacker_open_gz(file_bytes *f, unpacker *out, error *err)
{
    gz *g = calloc(1, sizeof *g);
    if (g == NULL || inflateInit2(&g->z, 16 + MAX_WBITS) != Z_OK) {
        free(g);
        return error_set(err, STATUS_MEMORY, "Out of memory");
    }
    g->file = f;
    g->inside = true;
    *out = (unpacker){g, gz_read, gz_close};
    return STATUS_OK;
}
