/* biff_globals: records, texts, and what holds of a whole workbook: its sheets, formats, styles and shared texts. */
#include "intake/biff_book.h"

#include <stdlib.h>
#include <string.h>

#define STYLES_MAXIMUM ((size_t)65536)

status biff_damaged(const biff *b, const char *what, error *err)
{
    status code = error_set(err, STATUS_REFUSED, "The workbook is damaged or cut off: %s", what);
    if (b->line > 0 && b->sheet < b->base.sheet_count)
        error_at(err, NULL, b->sheets[b->sheet].name, b->line, NULL);
    error_hint(err, "Download it again.");
    return code;
}

bool record_next(const biff *b, size_t *at, record *out)
{
    if (b->stream.length < 4 || *at > b->stream.length - 4)
        return false;
    out->number = biff_u16(b->stream.data + *at);
    out->length = biff_u16(b->stream.data + *at + 2);
    out->at = b->stream.data + *at + 4;
    if (out->length > b->stream.length - *at - 4)
        return false;
    *at += 4 + out->length;
    return true;
}

/* ---- texts ------------------------------------------------------------------------------------------------- */

static void utf8_put(buffer *out, uint32_t c)
{
    if (c < 0x80) {
        buffer_char(out, (char)c);
    } else if (c < 0x800) {
        buffer_char(out, (char)(0xc0 | c >> 6));
        buffer_char(out, (char)(0x80 | (c & 0x3f)));
    } else if (c < 0x10000) {
        buffer_char(out, (char)(0xe0 | c >> 12));
        buffer_char(out, (char)(0x80 | (c >> 6 & 0x3f)));
        buffer_char(out, (char)(0x80 | (c & 0x3f)));
    } else {
        buffer_char(out, (char)(0xf0 | c >> 18));
        buffer_char(out, (char)(0x80 | (c >> 12 & 0x3f)));
        buffer_char(out, (char)(0x80 | (c >> 6 & 0x3f)));
        buffer_char(out, (char)(0x80 | (c & 0x3f)));
    }
}

/* One unit of UTF-16; halves of a pair are joined through *high. */
static void unit_put(buffer *out, uint32_t unit, uint32_t *high)
{
    if (unit >= 0xd800 && unit < 0xdc00) {
        *high = unit;
        return;
    }
    if (unit >= 0xdc00 && unit < 0xe000) {
        utf8_put(out, *high != 0 ? 0x10000 + ((*high - 0xd800) << 10) + (unit - 0xdc00) : 0xfffd);
    } else if (unit != 0) {
        utf8_put(out, unit);
    }
    *high = 0;
}

/* Characters that lie whole in a record: 16 bits each, or 8 where the flag is clear. */
bool characters_put(buffer *out, const char *at, size_t available, size_t count, bool wide)
{
    uint32_t high = 0;
    if (count > (wide ? available / 2 : available))
        return false;
    for (size_t i = 0; i < count; i++)
        unit_put(out, wide ? biff_u16(at + 2 * i) : (uint32_t)(unsigned char)at[i], &high);
    return true;
}

/* A run of bytes over a record and those that continue it. */
typedef struct continued {
    const biff *of;
    size_t next; /* where the next record starts */
    const char *at;
    size_t left;
} continued;

static bool continue_on(continued *c)
{
    record r;
    size_t at = c->next;
    if (!record_next(c->of, &at, &r) || r.number != RECORD_CONTINUE)
        return false;
    c->next = at;
    c->at = r.at;
    c->left = r.length;
    return true;
}

static bool bytes_take(continued *c, char *out, size_t length)
{
    while (length > 0) {
        if (c->left == 0 && !continue_on(c))
            return false;
        size_t n = c->left < length ? c->left : length;
        if (out != NULL) {
            memcpy(out, c->at, n);
            out += n;
        }
        c->at += n;
        c->left -= n;
        length -= n;
    }
    return true;
}

/* A shared text: characters that go over the end of a record go on in the next one behind a byte that says anew how wide they are. */
static bool shared_text_take(continued *c, buffer *out)
{
    char head[3], more[4];
    uint32_t runs = 0, extra = 0, high = 0;
    if (c->left == 0 && !continue_on(c))
        return false;
    if (!bytes_take(c, head, 3))
        return false;
    size_t count = biff_u16(head);
    bool wide = (head[2] & 1) != 0;
    if ((head[2] & 8) != 0) {
        if (!bytes_take(c, more, 2))
            return false;
        runs = biff_u16(more);
    }
    if ((head[2] & 4) != 0) {
        if (!bytes_take(c, more, 4))
            return false;
        extra = biff_u32(more);
    }
    while (count > 0) {
        if (c->left == 0) {
            if (!continue_on(c) || c->left == 0)
                return false;
            wide = (c->at[0] & 1) != 0;
            c->at++;
            c->left--;
            continue;
        }
        if (wide && c->left < 2)
            return false;
        unit_put(out, wide ? biff_u16(c->at) : (uint32_t)(unsigned char)c->at[0], &high);
        c->at += wide ? 2 : 1;
        c->left -= wide ? 2 : 1;
        count--;
    }
    return bytes_take(c, NULL, (size_t)runs * 4) && bytes_take(c, NULL, extra);
}

static status texts_read(biff *b, const record *r, size_t next, error *err)
{
    if (r->length < 8)
        return biff_damaged(b, "its shared texts are cut off", err);
    uint32_t count = biff_u32(r->at + 4);
    continued c = {b, next, r->at + 8, r->length - 8};
    for (uint32_t i = 0; i < count; i++) {
        size_t start = b->text_bytes.length;
        if (!shared_text_take(&c, &b->text_bytes))
            return biff_damaged(b, "its shared texts are cut off", err);
        if (b->text_bytes.failed)
            return error_set(err, STATUS_REFUSED, "The workbook has more shared text than any publication has");
        if (b->text_count == b->text_capacity) {
            size_t capacity = b->text_capacity == 0 ? 1024 : b->text_capacity * 2;
            xlsx_text *grown =
                capacity * sizeof *grown > GRID_STRINGS_MAXIMUM ? NULL : realloc(b->texts, capacity * sizeof *grown);
            if (grown == NULL)
                return error_set(err, STATUS_REFUSED, "The workbook has more shared texts than any publication has");
            b->texts = grown;
            b->text_capacity = capacity;
        }
        b->texts[b->text_count++] = (xlsx_text){(uint32_t)start, (uint32_t)(b->text_bytes.length - start)};
    }
    return STATUS_OK;
}

/* ---- the globals --------------------------------------------------------------------------------------------- */

static status sheet_read(biff *b, const record *r, error *err)
{
    buffer name = {.maximum = 1024};
    if (r->length < 8)
        return biff_damaged(b, "its list of sheets is cut off", err);
    if (r->at[5] != 0) /* a chart or a macro */
        return STATUS_OK;
    if (b->base.sheet_count == GRID_SHEETS_MAXIMUM)
        return error_set(err, STATUS_REFUSED, "The workbook has more sheets than any publication has");
    if (!characters_put(&name, r->at + 8, r->length - 8, (size_t)(unsigned char)r->at[6], (r->at[7] & 1) != 0)) {
        buffer_free(&name);
        return biff_damaged(b, "its list of sheets is cut off", err);
    }
    size_t i = b->base.sheet_count;
    b->sheets[i] = (grid_sheet){arena_string(&b->memory, name.data == NULL ? "" : name.data), (r->at[4] & 3) != 0};
    b->places[i] = biff_u32(r->at);
    buffer_free(&name);
    if (b->sheets[i].name == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    b->base.sheet_count++;
    return STATUS_OK;
}

static status format_read(biff *b, const record *r, error *err)
{
    buffer code_text = {.maximum = 4096};
    if (r->length < 5)
        return STATUS_OK;
    if (b->format_count == b->format_capacity) {
        size_t capacity = b->format_capacity == 0 ? 64 : b->format_capacity * 2;
        own_format *grown = capacity > STYLES_MAXIMUM ? NULL : realloc(b->formats, capacity * sizeof *grown);
        if (grown == NULL)
            return error_set(err, STATUS_REFUSED, "The workbook has more number formats than any publication has");
        b->formats = grown;
        b->format_capacity = capacity;
    }
    if (characters_put(&code_text, r->at + 5, r->length - 5, biff_u16(r->at + 2), (r->at[4] & 1) != 0))
        b->formats[b->format_count++] =
            (own_format){biff_u16(r->at), format_is_date(code_text.data == NULL ? "" : code_text.data)};
    buffer_free(&code_text);
    return STATUS_OK;
}

static status style_read(biff *b, const record *r, error *err)
{
    if (r->length < 4)
        return STATUS_OK;
    if (b->style_count == b->style_capacity) {
        size_t capacity = b->style_capacity == 0 ? 256 : b->style_capacity * 2;
        bool *grown = capacity > STYLES_MAXIMUM ? NULL : realloc(b->is_date, capacity * sizeof *grown);
        if (grown == NULL)
            return error_set(err, STATUS_REFUSED, "The workbook has more cell styles than any publication has");
        b->is_date = grown;
        b->style_capacity = capacity;
    }
    uint32_t id = biff_u16(r->at + 2);
    bool is_date = format_id_is_date(id);
    for (size_t i = 0; i < b->format_count; i++)
        if (b->formats[i].id == id)
            is_date = b->formats[i].is_date;
    b->is_date[b->style_count++] = is_date;
    return STATUS_OK;
}

status globals_read(biff *b, error *err)
{
    record r;
    size_t at = 0;
    status code = STATUS_OK;
    if (!record_next(b, &at, &r) || r.number != RECORD_BOF || r.length < 4)
        return biff_damaged(b, "it does not begin as workbooks do", err);
    if (biff_u16(r.at) != 0x0600) {
        code = error_set(err, STATUS_REFUSED, "This workbook is of Excel 95 or older, which is not read");
        error_hint(err, "Save it as an Excel workbook (xlsx) and add that.");
        return code;
    }
    while (code == STATUS_OK) {
        if (!record_next(b, &at, &r))
            return biff_damaged(b, "its list of sheets is cut off", err);
        if (r.number == RECORD_EOF)
            break;
        switch (r.number) {
        case RECORD_FILE_PASS:
            code = error_set(err, STATUS_REFUSED, "The workbook is protected by a password");
            error_hint(err, "Open it, save it without the password, and add that.");
            break;
        case RECORD_DATE_MODE: b->from_1904 = r.length >= 2 && biff_u16(r.at) == 1; break;
        case RECORD_SHEET: code = sheet_read(b, &r, err); break;
        case RECORD_FORMAT: code = format_read(b, &r, err); break;
        case RECORD_XF: code = style_read(b, &r, err); break;
        case RECORD_TEXTS: code = texts_read(b, &r, at, err); break;
        default: break;
        }
    }
    if (code == STATUS_OK && b->base.sheet_count == 0)
        code = error_set(err, STATUS_REFUSED, "The workbook has no sheets with cells");
    return code;
}
