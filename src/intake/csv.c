/*
 * csv: a streaming reader of RFC 4180 csv.
 *
 * What is expected: tens of megabytes with a hundred short fields to a line, hardly any of them quoted; now and then a
 * hostile file. So the reader looks for separators 64 bytes at a time (a bit for each comma, and for each of the rarer
 * quote, line end and NUL), and hands out views into its one buffer; nothing is copied but quoted fields that hold a
 * doubled quote (undoubled in place) and fields that are not UTF-8 (converted beside).
 * A record that is not yet whole is scanned again after more bytes have come: with a quarter of a megabyte to a refill that is
 * one line in hundreds, and never more than a handful of times for the longest record.
 */
#include "intake/intake.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define REFILL  ((size_t)1 << 18)
#define PADDING ((size_t)64) /* a block may be looked at past the end, and one byte before a field */

struct csv_reader {
    csv_fill fill;
    void *context;
    FILE *owned;  /* opened by csv_open_path; NULL for standard input */
    char *memory; /* padding, bytes, padding */
    char *bytes;
    size_t capacity;   /* of bytes */
    size_t start, end; /* what is not yet handed out */
    bool begun, ended;
    text *fields;
    size_t field_capacity;
    int64_t line;    /* of the byte at start */
    char *converted; /* fields that were not UTF-8 */
    size_t converted_capacity;
};

/* One record as found by record_scan. */
typedef struct record {
    size_t count;
    size_t after; /* where the next record starts */
    int64_t lines;
    bool high;    /* a byte over 0x7f may be in it */
    bool doubled; /* a doubled quote is in it */
} record;

#ifdef __SSE2__
static void block_scan(const char *at, uint64_t *commas, uint64_t *others, bool *high)
{
    const __m128i comma = _mm_set1_epi8(','), quote = _mm_set1_epi8('"'), feed = _mm_set1_epi8('\n'),
                  carriage = _mm_set1_epi8('\r'), nul = _mm_setzero_si128();
    uint64_t c = 0, o = 0;
    __m128i all = nul;
    for (unsigned i = 0; i < 4; i++) {
        __m128i x = _mm_loadu_si128((const __m128i *)(const void *)(at + 16 * i));
        __m128i other = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(x, quote), _mm_cmpeq_epi8(x, feed)),
                                     _mm_or_si128(_mm_cmpeq_epi8(x, carriage), _mm_cmpeq_epi8(x, nul)));
        c |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(x, comma)) << (16 * i);
        o |= (uint64_t)(unsigned)_mm_movemask_epi8(other) << (16 * i);
        all = _mm_or_si128(all, x);
    }
    *commas = c;
    *others = o;
    *high |= _mm_movemask_epi8(all) != 0;
}
#else
/* The high bit of each byte of x that equals c. */
static uint64_t bytes_equal(uint64_t x, unsigned char c)
{
    const uint64_t low7 = 0x7f7f7f7f7f7f7f7fu;
    uint64_t y = x ^ (0x0101010101010101u * c);
    return ~(((y & low7) + low7) | y | low7);
}

/* Gathers the high bits of eight bytes into eight bits. */
static uint64_t bits_gather(uint64_t high_bits)
{
    return ((high_bits >> 7) * 0x0102040810204080u) >> 56;
}

static void block_scan(const char *at, uint64_t *commas, uint64_t *others, bool *high)
{
    uint64_t c = 0, o = 0, all = 0;
    for (unsigned i = 0; i < 8; i++) {
        uint64_t x;
        memcpy(&x, at + 8 * i, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        x = __builtin_bswap64(x);
#endif
        c |= bits_gather(bytes_equal(x, ',')) << (8 * i);
        o |= bits_gather(bytes_equal(x, '"') | bytes_equal(x, '\n') | bytes_equal(x, '\r') | bytes_equal(x, 0))
             << (8 * i);
        all |= x;
    }
    *commas = c;
    *others = o;
    *high |= (all & 0x8080808080808080u) != 0;
}
#endif

status csv_open(csv_fill fill, void *context, csv_reader **out, error *err)
{
    *out = NULL;
    csv_reader *r = calloc(1, sizeof *r);
    if (r == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    r->fill = fill;
    r->context = context;
    r->capacity = INTAKE_LINE_MAXIMUM + REFILL;
    r->memory = calloc(1, r->capacity + 2 * PADDING);
    r->field_capacity = 256;
    r->fields = malloc(r->field_capacity * sizeof *r->fields);
    if (r->memory == NULL || r->fields == NULL) {
        csv_close(r);
        return error_set(err, STATUS_MEMORY, "Out of memory");
    }
    r->bytes = r->memory + PADDING;
    r->line = 1;
    *out = r;
    return STATUS_OK;
}

static status file_fill(void *context, char *into, size_t capacity, size_t *got, error *err)
{
    *got = fread(into, 1, capacity, context);
    if (*got == 0 && ferror((FILE *)context) != 0)
        return error_set(err, STATUS_IO, "Cannot read the file: %s", strerror(errno));
    return STATUS_OK;
}

status csv_open_path(const char *path, csv_reader **out, error *err)
{
    *out = NULL;
    bool standard = strcmp(path, "-") == 0;
    FILE *f = standard ? stdin : fopen(path, "rb");
    if (f == NULL) {
        status code = error_set(err, STATUS_IO, "Cannot open the file: %s", strerror(errno));
        error_at(err, path, NULL, 0, NULL);
        return code;
    }
    status code = csv_open(file_fill, f, out, err);
    if (code == STATUS_OK && !standard)
        (*out)->owned = f;
    else if (!standard)
        (void)fclose(f);
    return code;
}

void csv_close(csv_reader *r)
{
    if (r == NULL)
        return;
    if (r->owned != NULL)
        (void)fclose(r->owned);
    free(r->memory);
    free(r->fields);
    free(r->converted);
    free(r);
}

/* Takes off a UTF-8 byte order mark; UTF-16 and UTF-32 are refused by name, because their NULs would puzzle. */
static status mark_take(csv_reader *r, error *err)
{
    const char *b = r->bytes;
    if (r->end >= 3 && memcmp(b, "\xef\xbb\xbf", 3) == 0) {
        r->start = 3;
    } else if (r->end >= 2 && (memcmp(b, "\xff\xfe", 2) == 0 || memcmp(b, "\xfe\xff", 2) == 0)) {
        status code = error_set(err, STATUS_REFUSED, "The file is written in UTF-16");
        error_hint(err, "Save it as CSV UTF-8.");
        return code;
    }
    return STATUS_OK;
}

/* Moves the unfinished record to the front and reads on behind it. */
static status refill(csv_reader *r, error *err)
{
    if (r->start > 0) {
        memmove(r->bytes, r->bytes + r->start, r->end - r->start);
        r->end -= r->start;
        r->start = 0;
    }
    size_t want = r->capacity - r->end;
    if (want > REFILL)
        want = REFILL;
    while (want > 0 && !r->ended) {
        size_t got = 0;
        status code = r->fill(r->context, r->bytes + r->end, want, &got, err);
        if (code != STATUS_OK)
            return code;
        if (got > want)
            return error_set(err, STATUS_INTERNAL, "A csv source returned more bytes than were asked for");
        r->ended = got == 0;
        r->end += got;
        want -= got;
    }
    if (!r->begun) {
        r->begun = true;
        return mark_take(r, err);
    }
    return STATUS_OK;
}

static status fields_reserve(csv_reader *r, size_t count, error *err)
{
    if (count <= r->field_capacity)
        return STATUS_OK;
    size_t capacity = r->field_capacity * 2;
    while (capacity < count)
        capacity *= 2;
    text *fields = realloc(r->fields, capacity * sizeof *fields);
    if (fields == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory for a record of %zu fields", count);
    r->fields = fields;
    r->field_capacity = capacity;
    return STATUS_OK;
}

static status line_refused(error *err, int64_t line, const char *message, const char *hint)
{
    status code = error_set(err, STATUS_REFUSED, "%s", message);
    error_at(err, NULL, NULL, line, NULL);
    error_hint(err, "%s", hint);
    return code;
}

static status nul_refused(error *err, int64_t line)
{
    return line_refused(err, line, "A NUL byte: this is not text in UTF-8 or Windows-1252",
                        "If it is a table, save it as CSV UTF-8.");
}

/* What record_scan and its helpers came to. */
typedef enum scan { SCAN_WHOLE, SCAN_PARTIAL, SCAN_FAILED } scan;

/* A quoted field whose opening quote is at `open`. *delimiter is where its comma or line end is, or r->end at the end of the file. */
static scan quoted_scan(csv_reader *r, size_t open, record *rec, size_t *delimiter, status *code, error *err)
{
    char *b = r->bytes;
    size_t at = open + 1, line_ends = 0;
    for (;;) {
        char *quote = memchr(b + at, '"', r->end - at);
        if (quote == NULL) {
            if (!r->ended)
                return SCAN_PARTIAL;
            *code = line_refused(err, r->line + rec->lines, "A quoted field is never closed",
                                 "The file may be cut off, or a quote is missing.");
            return SCAN_FAILED;
        }
        at = (size_t)(quote - b);
        if (at + 1 == r->end && !r->ended)
            return SCAN_PARTIAL;
        if (at + 1 == r->end || b[at + 1] != '"')
            break;
        rec->doubled = true;
        at += 2;
    }
    for (size_t i = open + 1; i < at; i++) {
        unsigned char c = (unsigned char)b[i];
        if (c == 0) {
            *code = nul_refused(err, r->line + rec->lines + (int64_t)line_ends);
            return SCAN_FAILED;
        }
        line_ends += c == '\n' || (c == '\r' && b[i + 1] != '\n');
        rec->high |= c >= 0x80;
    }
    r->fields[rec->count++] = (text){b + open + 1, at - open - 1};
    at++;
    while (at < r->end && (b[at] == ' ' || b[at] == '\t'))
        at++;
    if (at == r->end && !r->ended)
        return SCAN_PARTIAL;
    if (at < r->end && strchr(",\r\n", b[at]) == NULL) {
        *code =
            line_refused(err, r->line + rec->lines + (int64_t)line_ends, "Text follows the closing quote of a field",
                         "A quote inside a quoted field is written twice.");
        return SCAN_FAILED;
    }
    rec->lines += (int64_t)line_ends;
    *delimiter = at;
    return SCAN_WHOLE;
}

/* Ends the record at a line end, which may be two bytes of which the second is not there yet. */
static scan line_end(const csv_reader *r, size_t at, record *rec)
{
    if (r->bytes[at] == '\r' && at + 1 == r->end && !r->ended)
        return SCAN_PARTIAL;
    rec->after = at + (r->bytes[at] == '\r' && at + 1 < r->end && r->bytes[at + 1] == '\n' ? 2 : 1);
    rec->lines++;
    return SCAN_WHOLE;
}

/* Finds the fields of the record at r->start. */
static scan record_scan(csv_reader *r, record *rec, status *code, error *err)
{
    char *b = r->bytes;
    size_t at = r->start, field = r->start;
    *rec = (record){0};
    while (at < r->end) {
        uint64_t commas, others;
        *code = fields_reserve(r, rec->count + PADDING + 2, err);
        if (*code != STATUS_OK)
            return SCAN_FAILED;
        block_scan(b + at, &commas, &others, &rec->high);
        if (r->end - at < 64) {
            uint64_t known = ((uint64_t)1 << (r->end - at)) - 1;
            commas &= known;
            others &= known;
        }
        uint64_t plain = others == 0 ? commas : commas & ((others & (0 - others)) - 1);
        text *f = r->fields + rec->count;
        for (; plain != 0; plain &= plain - 1) {
            size_t comma = at + (size_t)__builtin_ctzll(plain);
            *f++ = (text){b + field, comma - field};
            field = comma + 1;
        }
        rec->count = (size_t)(f - r->fields);
        if (others == 0) {
            at += 64;
            continue;
        }
        at += (size_t)__builtin_ctzll(others);
        if (b[at] == 0) {
            *code = nul_refused(err, r->line + rec->lines);
            return SCAN_FAILED;
        }
        if (b[at] != '"') {
            r->fields[rec->count++] = (text){b + field, at - field};
            return line_end(r, at, rec);
        }
        if (at != field) { /* a quote inside an unquoted field is itself */
            at++;
            continue;
        }
        scan found = quoted_scan(r, at, rec, &at, code, err);
        if (found != SCAN_WHOLE)
            return found;
        if (at == r->end) {
            rec->after = at;
            rec->lines++;
            return SCAN_WHOLE;
        }
        if (b[at] != ',')
            return line_end(r, at, rec);
        field = ++at;
    }
    if (!r->ended)
        return SCAN_PARTIAL;
    *code = fields_reserve(r, rec->count + 1, err);
    if (*code != STATUS_OK)
        return SCAN_FAILED;
    r->fields[rec->count++] = (text){b + field, r->end - field};
    rec->after = r->end;
    rec->lines++;
    return SCAN_WHOLE;
}

/* The byte before a quoted field's text is its quote; before any other field's it is a separator or the padding. */
static bool was_quoted(text field)
{
    return field.at[-1] == '"';
}

static void quotes_undouble(csv_reader *r, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        text *f = &r->fields[i];
        if (!was_quoted(*f) || memchr(f->at, '"', f->length) == NULL)
            continue;
        char *into = r->bytes + (f->at - r->bytes), *from = into, *stop = into + f->length;
        while (from < stop) {
            if (*from == '"')
                from++; /* record_scan has seen that quotes come in pairs here */
            *into++ = *from++;
        }
        f->length = (size_t)(into - f->at);
    }
}

/* Length of the UTF-8 sequence at s (Unicode, table 3-7), 0 where it is none. */
static size_t sequence_length(const unsigned char *s, size_t left)
{
    if (s[0] < 0x80)
        return 1;
    size_t need = s[0] >= 0xc2 && s[0] <= 0xdf   ? 2
                  : s[0] >= 0xe0 && s[0] <= 0xef ? 3
                  : s[0] >= 0xf0 && s[0] <= 0xf4 ? 4
                                                 : 0;
    if (need == 0 || need > left)
        return 0;
    for (size_t i = 1; i < need; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) || (s[0] == 0xf0 && s[1] < 0x90) ||
        (s[0] == 0xf4 && s[1] > 0x8f))
        return 0;
    return need;
}

static bool is_utf8(text t)
{
    const unsigned char *s = (const unsigned char *)t.at;
    for (size_t i = 0; i < t.length;) {
        size_t n = sequence_length(s + i, t.length - i);
        if (n == 0)
            return false;
        i += n;
    }
    return true;
}

/* Windows-1252, bytes 0x80 to 0x9f, as Unicode; U+FFFD for the five that it leaves undefined. */
static const uint16_t WINDOWS_1252[32] = {0x20ac, 0xfffd, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
                                          0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0xfffd, 0x017d, 0xfffd,
                                          0xfffd, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
                                          0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0xfffd, 0x017e, 0x0178};

/* Writes t to out with every byte that is not part of UTF-8 taken as Windows-1252; at most three bytes for one. */
static size_t to_utf8(text t, char *out)
{
    const unsigned char *s = (const unsigned char *)t.at;
    size_t o = 0;
    for (size_t i = 0; i < t.length;) {
        size_t n = sequence_length(s + i, t.length - i);
        if (n > 0) {
            memcpy(out + o, s + i, n);
            o += n;
            i += n;
            continue;
        }
        unsigned code = s[i] < 0xa0 ? WINDOWS_1252[s[i] - 0x80] : s[i];
        if (code < 0x800) {
            out[o++] = (char)(0xc0 | (code >> 6));
        } else {
            out[o++] = (char)(0xe0 | (code >> 12));
            out[o++] = (char)(0x80 | ((code >> 6) & 0x3f));
        }
        out[o++] = (char)(0x80 | (code & 0x3f));
        i++;
    }
    return o;
}

static status fields_convert(csv_reader *r, size_t count, error *err)
{
    size_t need = 0;
    for (size_t i = 0; i < count; i++)
        if (!is_utf8(r->fields[i]))
            need += 3 * r->fields[i].length;
    if (need == 0)
        return STATUS_OK;
    if (need > r->converted_capacity) {
        char *fresh = realloc(r->converted, need);
        if (fresh == NULL)
            return error_set(err, STATUS_MEMORY, "Out of memory");
        r->converted = fresh;
        r->converted_capacity = need;
    }
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        if (is_utf8(r->fields[i]))
            continue;
        size_t length = to_utf8(r->fields[i], r->converted + used);
        r->fields[i] = (text){r->converted + used, length};
        used += length;
    }
    return STATUS_OK;
}

status csv_next(csv_reader *r, const text **fields, size_t *count, int64_t *line, error *err)
{
    *fields = NULL;
    *count = 0;
    for (;;) {
        record rec;
        status code = STATUS_OK;
        if (r->start == r->end && r->ended)
            return STATUS_OK;
        scan found = r->start == r->end ? SCAN_PARTIAL : record_scan(r, &rec, &code, err);
        if (found == SCAN_FAILED)
            return code;
        size_t length = (found == SCAN_WHOLE ? rec.after : r->end) - r->start;
        if (length > INTAKE_LINE_MAXIMUM) {
            code = error_set(err, STATUS_REFUSED, "The line that starts here is longer than %zu bytes",
                             INTAKE_LINE_MAXIMUM);
            error_at(err, NULL, NULL, r->line, NULL);
            error_hint(err, "This is not a table, or a quote is missing.");
            return code;
        }
        if (found == SCAN_PARTIAL) {
            code = refill(r, err);
            if (code != STATUS_OK)
                return code;
            continue;
        }
        *line = r->line;
        r->start = rec.after;
        r->line += rec.lines;
        if (rec.count == 1 && r->fields[0].length == 0 && !was_quoted(r->fields[0]))
            continue;
        if (rec.doubled)
            quotes_undouble(r, rec.count);
        if (rec.high) {
            code = fields_convert(r, rec.count, err);
            if (code != STATUS_OK)
                return code;
        }
        *fields = r->fields;
        *count = rec.count;
        return STATUS_OK;
    }
}
