/* Arenas: blocks that grow by doubling, so that a lifetime's memory goes in a few frees. Buffers: bytes that
 * grow by doubling up to a maximum, with a sticky failure. */
#include "base/base.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ALIGNMENT     ((size_t)16)
#define FIRST_BLOCK   ((size_t)4096)
#define LARGEST_BLOCK ((size_t)4 << 20)

struct arena_block {
    struct arena_block *next;
    size_t capacity;
    size_t used;
    size_t padding; /* keeps the bytes that follow 16-byte aligned */
};

static char *block_bytes(struct arena_block *block)
{
    return (char *)(block + 1);
}

void *arena_alloc(arena *a, size_t bytes)
{
    size_t maximum = a->maximum == 0 ? (size_t)8 << 30 : a->maximum;
    if (bytes > maximum || bytes > SIZE_MAX / 2)
        return NULL;
    size_t need = bytes == 0 ? ALIGNMENT : (bytes + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
    if (need > maximum || a->used > maximum - need)
        return NULL;
    struct arena_block *block = a->head;
    if (block == NULL || block->capacity - block->used < need) {
        size_t capacity = block == NULL ? FIRST_BLOCK : block->capacity * 2;
        if (capacity > LARGEST_BLOCK)
            capacity = LARGEST_BLOCK;
        if (capacity < need)
            capacity = need;
        struct arena_block *fresh = malloc(sizeof *fresh + capacity);
        if (fresh == NULL)
            return NULL;
        *fresh = (struct arena_block){.next = block, .capacity = capacity};
        a->head = block = fresh;
    }
    void *out = block_bytes(block) + block->used;
    block->used += need;
    a->used += need;
    memset(out, 0, need);
    return out;
}

void *arena_array(arena *a, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes))
        return NULL;
    return arena_alloc(a, bytes);
}

char *arena_copy(arena *a, const char *bytes, size_t length)
{
    if (length == SIZE_MAX)
        return NULL;
    char *out = arena_alloc(a, length + 1);
    if (out != NULL && length > 0)
        memcpy(out, bytes, length);
    return out;
}

char *arena_string(arena *a, const char *s)
{
    return s == NULL ? NULL : arena_copy(a, s, strlen(s));
}

char *arena_printf(arena *a, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *out = length < 0 ? NULL : arena_alloc(a, (size_t)length + 1);
    if (out != NULL)
        (void)vsnprintf(out, (size_t)length + 1, format, again);
    va_end(again);
    return out;
}

void arena_reset(arena *a)
{
    struct arena_block *keep = a->head;
    if (keep == NULL)
        return;
    for (struct arena_block *block = keep->next; block != NULL;) {
        struct arena_block *next = block->next;
        free(block);
        block = next;
    }
    keep->next = NULL;
    keep->used = 0;
    a->used = 0;
}

void arena_free(arena *a)
{
    arena_reset(a);
    free(a->head);
    a->head = NULL;
    a->used = 0;
}

static bool buffer_grow(buffer *b, size_t more)
{
    size_t maximum = b->maximum == 0 ? (size_t)1 << 30 : b->maximum;
    if (b->failed)
        return false;
    if (maximum > SIZE_MAX / 4)
        maximum = SIZE_MAX / 4; /* so that neither the terminator nor the doubling below can overflow */
    if (more > maximum || b->length > maximum - more) {
        b->failed = true;
        return false;
    }
    size_t need = b->length + more + 1;
    if (need <= b->capacity)
        return true;
    size_t capacity = b->capacity < 128 ? 256 : b->capacity;
    while (capacity < need)
        capacity *= 2;
    char *data = realloc(b->data, capacity);
    if (data == NULL) {
        b->failed = true;
        return false;
    }
    b->data = data;
    b->capacity = capacity;
    return true;
}

void buffer_put(buffer *b, const char *bytes, size_t length)
{
    if (!buffer_grow(b, length))
        return;
    if (length > 0)
        memcpy(b->data + b->length, bytes, length);
    b->length += length;
    b->data[b->length] = 0;
}

void buffer_text(buffer *b, const char *s)
{
    if (s != NULL)
        buffer_put(b, s, strlen(s));
}

void buffer_char(buffer *b, char c)
{
    buffer_put(b, &c, 1);
}

void buffer_printf(buffer *b, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (length < 0) {
        b->failed = true;
    } else if (buffer_grow(b, (size_t)length)) {
        (void)vsnprintf(b->data + b->length, (size_t)length + 1, format, again);
        b->length += (size_t)length;
    }
    va_end(again);
}

void buffer_int(buffer *b, int64_t value)
{
    char digits[24];
    size_t at = sizeof digits;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (value < 0)
        digits[--at] = '-';
    buffer_put(b, digits + at, sizeof digits - at);
}

void buffer_number(buffer *b, double value)
{
    char out[NUMBER_TEXT];
    buffer_put(b, out, number_format(value, out));
}

void buffer_csv(buffer *b, const char *s)
{
    if (s == NULL)
        return;
    size_t length = strlen(s);
    bool quote = length > 0 && (s[0] == ' ' || s[0] == '\t' || s[length - 1] == ' ' || s[length - 1] == '\t');
    if (!quote && strpbrk(s, ",\"\r\n") == NULL) {
        buffer_put(b, s, length);
        return;
    }
    buffer_char(b, '"');
    for (const char *p = s; *p != 0; p++) {
        if (*p == '"')
            buffer_char(b, '"');
        buffer_char(b, *p);
    }
    buffer_char(b, '"');
}

void buffer_html(buffer *b, const char *s)
{
    if (s == NULL)
        return;
    for (;;) {
        size_t plain = strcspn(s, "&<>\"'");
        buffer_put(b, s, plain);
        s += plain;
        switch (*s++) {
        case 0: return;
        case '&': buffer_text(b, "&amp;"); break;
        case '<': buffer_text(b, "&lt;"); break;
        case '>': buffer_text(b, "&gt;"); break;
        case '"': buffer_text(b, "&quot;"); break;
        default: buffer_text(b, "&#39;"); break;
        }
    }
}

void buffer_json(buffer *b, const char *s)
{
    if (s == NULL) {
        buffer_text(b, "null");
        return;
    }
    buffer_char(b, '"');
    for (text rest = text_of(s); rest.length > 0;) {
        unsigned char c = (unsigned char)rest.at[0];
        size_t length = text_utf8_length(rest);
        if (c == '"' || c == '\\') {
            buffer_char(b, '\\');
            buffer_char(b, (char)c);
        } else if (c < 0x20) {
            buffer_printf(b, "\\u%04x", (unsigned)c);
        } else if (length == 0) {
            buffer_text(b, "\xef\xbf\xbd");
            length = 1;
        } else {
            buffer_put(b, rest.at, length);
        }
        rest.at += length;
        rest.length -= length;
    }
    buffer_char(b, '"');
}

void buffer_json_number(buffer *b, double value)
{
    if (isfinite(value))
        buffer_number(b, value);
    else
        buffer_text(b, "null");
}

void buffer_clear(buffer *b)
{
    b->length = 0;
    b->failed = false;
    if (b->data != NULL)
        b->data[0] = 0;
}

void buffer_free(buffer *b)
{
    free(b->data);
    *b = (buffer){.maximum = b->maximum};
}

status buffer_status(const buffer *b, error *err)
{
    if (!b->failed)
        return STATUS_OK;
    return error_set(err, STATUS_MEMORY, "Out of memory after %zu bytes of output", b->length);
}
