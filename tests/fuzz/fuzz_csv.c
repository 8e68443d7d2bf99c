/* The csv reader on any bytes, handed over in pieces whose size the first byte gives. Every field is read to its last byte. */
#include "intake/intake.h"

#include <string.h>

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size); /* libFuzzer calls it by name */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    pieces p = {data + 1, size - 1, 1 + (size_t)data[0] * 16};
    csv_reader *r = NULL;
    const text *fields;
    size_t count;
    int64_t line = 0, last = 0;
    unsigned sum = 0;
    error err;
    if (csv_open(fill, &p, &r, &err) != STATUS_OK)
        return 0;
    while (csv_next(r, &fields, &count, &line, &err) == STATUS_OK && fields != NULL) {
        if (line <= last)
            __builtin_trap();
        last = line;
        for (size_t i = 0; i < count; i++)
            for (size_t j = 0; j < fields[i].length; j++)
                sum += (unsigned char)fields[i].at[j];
    }
    csv_close(r);
    return sum == 0xffffffffu ? -1 : 0;
}
