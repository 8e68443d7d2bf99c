/* Bytes that claim to be a zip: opened and drained; whatever comes out is bounded, and a failure has a sentence. */
#define _GNU_SOURCE /* memfd_create */
#include "intake/stream.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MOST ((size_t)32 << 20) /* what one input may unpack to before it is given up */

static void drain(const char *path)
{
    static char into[1 << 16];
    arena a = {0};
    intake_report report = {0};
    stream *s = NULL;
    error err = {0};
    char sha[SHA256_TEXT];
    size_t got = 1, all = 0;
    status code = stream_open(path, &a, &report, &s, &err);
    while (code == STATUS_OK && got > 0 && all < MOST) {
        code = stream_fill(s, into, sizeof into, &got, &err);
        all += got;
    }
    stream_close(s, sha, NULL);
    if ((code != STATUS_OK && err.message[0] == 0) || strlen(sha) != 64)
        __builtin_trap();
    arena_free(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size); /* libFuzzer calls it by name */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 4 || memcmp(data, "PK", 2) != 0)
        return 0; /* anything else is not taken for a zip */
    int descriptor = memfd_create("table", MFD_CLOEXEC);
    char path[64];
    if (descriptor < 0)
        return 0;
    if (write(descriptor, data, size) == (ssize_t)size) {
        (void)snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
        drain(path);
    }
    (void)close(descriptor);
    return 0;
}
