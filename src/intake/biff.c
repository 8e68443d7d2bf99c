/*
 * biff: records of BIFF8 ([MS-XLS]) into rows of cells.
 *
 * A workbook stream is a run of records: a number, a length, at most 8,224 bytes. The first substream (the globals) lists the sheets, the formats and the shared texts; each sheet is a substream
 * at the place that the list says, with its cells in order of rows. Charts within sheets are substreams within substreams and are stepped over.
 */
#include "intake/biff.h"
#include "intake/xlsx.h"

#include <stdlib.h>
#include <string.h>

#define STYLES_MAXIMUM ((size_t)65536)

enum {
    RECORD_FORMULA = 0x06,
    RECORD_EOF = 0x0a,
    RECORD_DATE_MODE = 0x22,
    RECORD_FILE_PASS = 0x2f,
    RECORD_CONTINUE = 0x3c,
    RECORD_SHEET = 0x85,
    RECORD_MULTIPLE_RK = 0xbd,
    RECORD_RICH_STRING = 0xd6,
    RECORD_XF = 0xe0,
    RECORD_TEXTS = 0xfc,
    RECORD_SHARED = 0xfd,
    RECORD_NUMBER = 0x203,
    RECORD_LABEL = 0x204,
    RECORD_TRUTH = 0x205,
    RECORD_STRING = 0x207,
    RECORD_RK = 0x27e,
    RECORD_FORMAT = 0x41e,
    RECORD_BOF = 0x809
};

typedef struct record {
    uint32_t number;
    const char *at;
    size_t length;
} record;

typedef struct own_format {
    uint32_t id;
    bool is_date;
} own_format;

typedef struct biff {
    grid base; /* must be first */
    buffer stream;
    arena memory;
    grid_sheet *sheets;
    uint32_t *places; /* per sheet */
    bool from_1904;
    own_format *formats;
    size_t format_count, format_capacity;
    bool *is_date; /* per style */
    size_t style_count, style_capacity;
    buffer text_bytes;
    xlsx_text *texts;
    size_t text_count, text_capacity;
    /* the sheet under way */
    size_t sheet, at;
    uint32_t depth;
    bool ended, pending; /* pending: a formula's text comes in the next record */
    int64_t line, cells_seen, pending_row;
    uint32_t pending_column;
    buffer row_bytes;
    size_t *offsets; /* per cell of the row: where its text starts */
    text *cells;
    uint8_t *kinds;
    size_t count, capacity;
} biff;

static status damaged(const biff *b, const char *what, error *err)
{
    status code = error_set(err, STATUS_REFUSED, "The workbook is damaged or cut off: %s", what);
    if (b->line > 0 && b->sheet < b->base.sheet_count)
        error_at(err, NULL, b->sheets[b->sheet].name, b->line, NULL);
    error_hint(err, "Download it again.");
    return code;
}

static bool record_next(const biff *b, size_t *at, record *out)
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
static bool characters_put(buffer *out, const char *at, size_t available, size_t count, bool wide)
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
        return damaged(b, "its shared texts are cut off", err);
    uint32_t count = biff_u32(r->at + 4);
    continued c = {b, next, r->at + 8, r->length - 8};
    for (uint32_t i = 0; i < count; i++) {
        size_t start = b->text_bytes.length;
        if (!shared_text_take(&c, &b->text_bytes))
            return damaged(b, "its shared texts are cut off", err);
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
        return damaged(b, "its list of sheets is cut off", err);
    if (r->at[5] != 0) /* a chart or a macro */
        return STATUS_OK;
    if (b->base.sheet_count == GRID_SHEETS_MAXIMUM)
        return error_set(err, STATUS_REFUSED, "The workbook has more sheets than any publication has");
    if (!characters_put(&name, r->at + 8, r->length - 8, (size_t)(unsigned char)r->at[6], (r->at[7] & 1) != 0)) {
        buffer_free(&name);
        return damaged(b, "its list of sheets is cut off", err);
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

static status globals_read(biff *b, error *err)
{
    record r;
    size_t at = 0;
    status code = STATUS_OK;
    if (!record_next(b, &at, &r) || r.number != RECORD_BOF || r.length < 4)
        return damaged(b, "it does not begin as workbooks do", err);
    if (biff_u16(r.at) != 0x0600) {
        code = error_set(err, STATUS_REFUSED, "This workbook is of Excel 95 or older, which is not read");
        error_hint(err, "Save it as an Excel workbook (xlsx) and add that.");
        return code;
    }
    while (code == STATUS_OK) {
        if (!record_next(b, &at, &r))
            return damaged(b, "its list of sheets is cut off", err);
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

/* ---- cells ------------------------------------------------------------------------------------------------------ */

static status cell_put(biff *b, uint32_t column, grid_kind kind, const char *bytes, size_t length, error *err)
{
    if (column < b->count)
        return damaged(b, "the cells of a row are not in order", err);
    if (column >= GRID_COLUMNS_MAXIMUM)
        return damaged(b, "a cell is beyond the columns that a sheet has", err);
    if (column + 1 > b->capacity) {
        size_t capacity = b->capacity == 0 ? 64 : b->capacity;
        while (capacity < column + 1)
            capacity *= 2;
        size_t *offsets = realloc(b->offsets, capacity * sizeof *offsets);
        b->offsets = offsets != NULL ? offsets : b->offsets;
        text *cells = realloc(b->cells, capacity * sizeof *cells);
        b->cells = cells != NULL ? cells : b->cells;
        uint8_t *kinds = realloc(b->kinds, capacity * sizeof *kinds);
        b->kinds = kinds != NULL ? kinds : b->kinds;
        if (offsets == NULL || cells == NULL || kinds == NULL)
            return error_set(err, STATUS_MEMORY, "Out of memory");
        b->capacity = capacity;
    }
    for (; b->count < column; b->count++) {
        b->offsets[b->count] = b->row_bytes.length;
        b->cells[b->count].length = 0;
        b->kinds[b->count] = GRID_BLANK;
    }
    b->offsets[column] = b->row_bytes.length;
    b->cells[column].length = length;
    b->kinds[column] = (uint8_t)kind;
    b->count = column + 1;
    buffer_put(&b->row_bytes, bytes, length);
    return buffer_status(&b->row_bytes, err);
}

static status number_put(biff *b, uint32_t column, uint32_t style, double value, error *err)
{
    char written[40], out[NUMBER_TEXT];
    size_t length = 0;
    if (style < b->style_count && b->is_date[style]) {
        date day = format_date(value, b->from_1904);
        if (day != DATE_NONE) {
            char shown[DATE_TEXT];
            date_format(day, shown);
            return cell_put(b, column, GRID_DATE, shown, strlen(shown), err);
        }
    }
    int n = snprintf(written, sizeof written, "%.17g", value);
    for (int i = 0; i < n; i++)
        if (written[i] == ',')
            written[i] = '.'; /* the locale's point */
    if (n <= 0 || !format_number((text){written, (size_t)n}, out, &length))
        return STATUS_OK; /* not a number: nothing */
    return cell_put(b, column, GRID_NUMBER, out, length, err);
}

static double double_at(const char *p)
{
    double value;
    uint64_t bits = (uint64_t)biff_u32(p) | (uint64_t)biff_u32(p + 4) << 32;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static double rk_value(uint32_t rk)
{
    double value;
    if ((rk & 2) != 0) {
        value = (double)((int32_t)rk >> 2);
    } else {
        uint64_t bits = (uint64_t)(rk & 0xfffffffcu) << 32;
        memcpy(&value, &bits, sizeof value);
    }
    return (rk & 1) != 0 ? value / 100 : value;
}

static const char *error_word(unsigned code)
{
    switch (code) {
    case 0x00: return "#NULL!";
    case 0x07: return "#DIV/0!";
    case 0x0f: return "#VALUE!";
    case 0x17: return "#REF!";
    case 0x1d: return "#NAME?";
    case 0x24: return "#NUM!";
    default: return "#N/A";
    }
}

static status truth_put(biff *b, uint32_t column, unsigned value, bool is_error, error *err)
{
    const char *word = is_error ? error_word(value) : value != 0 ? "TRUE" : "FALSE";
    return cell_put(b, column, is_error ? GRID_ERROR : GRID_BOOLEAN, word, strlen(word), err);
}

static status text_put(biff *b, uint32_t column, const char *at, size_t available, error *err)
{
    buffer out = {.maximum = GRID_TEXT_MAXIMUM};
    status code = STATUS_OK;
    if (available < 3 || !characters_put(&out, at + 3, available - 3, biff_u16(at), (at[2] & 1) != 0))
        code = damaged(b, "a text is cut off", err);
    else if (out.length > 0)
        code = cell_put(b, column, GRID_TEXT, out.data, out.length, err);
    buffer_free(&out);
    return code;
}

static status shared_put(biff *b, uint32_t column, const record *r, error *err)
{
    uint32_t index = biff_u32(r->at + 6);
    if (index >= b->text_count) {
        status code =
            error_set(err, STATUS_REFUSED, "The cell points to shared text number %u, and the workbook has %zu of them",
                      index, b->text_count);
        error_at(err, NULL, b->sheets[b->sheet].name, b->line, NULL);
        return code;
    }
    const xlsx_text *t = &b->texts[index];
    return t->length == 0 ? STATUS_OK : cell_put(b, column, GRID_TEXT, b->text_bytes.data + t->at, t->length, err);
}

static status formula_put(biff *b, uint32_t column, const record *r, error *err)
{
    const char *value = r->at + 6;
    if (biff_u16(value + 6) != 0xffff)
        return number_put(b, column, biff_u16(r->at + 4), double_at(value), err);
    switch (value[0]) {
    case 0:
        b->pending = true;
        b->pending_column = column;
        return STATUS_OK;
    case 1: return truth_put(b, column, (unsigned char)value[2], false, err);
    case 2: return truth_put(b, column, (unsigned char)value[2], true, err);
    default: return STATUS_OK;
    }
}

/* How many bytes of a cell's record must be there; 0 where it is no cell with something in it. */
static size_t cell_bytes(uint32_t number)
{
    switch (number) {
    case RECORD_NUMBER: return 14;
    case RECORD_FORMULA: return 14;
    case RECORD_RK: return 10;
    case RECORD_SHARED: return 10;
    case RECORD_MULTIPLE_RK: return 12;
    case RECORD_LABEL: return 9;
    case RECORD_RICH_STRING: return 9;
    case RECORD_TRUTH: return 8;
    default: return 0;
    }
}

static status cell_read(biff *b, const record *r, error *err)
{
    uint32_t column = biff_u16(r->at + 2), style = biff_u16(r->at + 4);
    status code = STATUS_OK;
    switch (r->number) {
    case RECORD_NUMBER: return number_put(b, column, style, double_at(r->at + 6), err);
    case RECORD_RK: return number_put(b, column, style, rk_value(biff_u32(r->at + 6)), err);
    case RECORD_MULTIPLE_RK:
        for (size_t at = 4; at + 8 <= r->length && code == STATUS_OK; at += 6, column++)
            code = number_put(b, column, biff_u16(r->at + at), rk_value(biff_u32(r->at + at + 2)), err);
        return code;
    case RECORD_SHARED: return shared_put(b, column, r, err);
    case RECORD_LABEL:
    case RECORD_RICH_STRING: return text_put(b, column, r->at + 6, r->length - 6, err);
    case RECORD_TRUTH: return truth_put(b, column, (unsigned char)r->at[6], r->at[7] != 0, err);
    default: return formula_put(b, column, r, err);
    }
}

/* ---- rows --------------------------------------------------------------------------------------------------------- */

static status row_give(biff *b, grid_row *row, error *err)
{
    b->cells_seen += (int64_t)b->count;
    if (b->cells_seen > GRID_CELLS_MAXIMUM)
        return error_set(err, STATUS_REFUSED, "The sheet has more than 200 million cells");
    for (size_t i = 0; i < b->count; i++)
        b->cells[i].at = b->cells[i].length > 0 ? b->row_bytes.data + b->offsets[i] : "";
    *row = (grid_row){b->line, b->cells, b->kinds, b->count};
    return STATUS_OK;
}

static status biff_next(grid *g, grid_row *row, error *err)
{
    biff *b = (biff *)g;
    record r;
    *row = (grid_row){0};
    b->count = 0;
    buffer_clear(&b->row_bytes);
    while (!b->ended) {
        size_t before = b->at;
        if (!record_next(b, &b->at, &r))
            return damaged(b, "a sheet ends in the middle", err);
        if (r.number == RECORD_BOF) {
            b->depth++;
        } else if (r.number == RECORD_EOF) {
            b->ended = b->depth <= 1;
            b->depth -= b->depth > 0;
        } else if (b->depth == 1 && r.number == RECORD_STRING && b->pending) {
            b->pending = false;
            status code = text_put(b, b->pending_column, r.at, r.length, err);
            if (code != STATUS_OK)
                return code;
        } else if (b->depth == 1 && cell_bytes(r.number) > 0) {
            if (r.length < cell_bytes(r.number))
                return damaged(b, "a cell is cut off", err);
            int64_t line = (int64_t)biff_u16(r.at) + 1;
            if (line != b->line) {
                if (b->count > 0) { /* the row is complete; this record is read again */
                    b->at = before;
                    return row_give(b, row, err);
                }
                if (line < b->line)
                    return damaged(b, "its rows are not in order", err);
                b->line = line;
            }
            b->pending = false;
            status code = cell_read(b, &r, err);
            if (code != STATUS_OK)
                return code;
        }
    }
    return b->count > 0 ? row_give(b, row, err) : STATUS_OK;
}

static status biff_begin(grid *g, size_t sheet, error *err)
{
    biff *b = (biff *)g;
    record r;
    b->sheet = sheet;
    b->at = b->places[sheet];
    b->line = b->cells_seen = 0;
    b->depth = 1;
    b->ended = b->pending = false;
    if (b->at >= b->stream.length || !record_next(b, &b->at, &r) || r.number != RECORD_BOF)
        return damaged(b, "a sheet is listed, but not there", err);
    return STATUS_OK;
}

static void biff_close(grid *g)
{
    biff *b = (biff *)g;
    buffer_free(&b->stream);
    buffer_free(&b->text_bytes);
    buffer_free(&b->row_bytes);
    arena_free(&b->memory);
    free(b->formats);
    free(b->is_date);
    free(b->texts);
    free(b->offsets);
    free(b->cells);
    free(b->kinds);
    free(b);
}

status grid_open_biff(const char *bytes, size_t length, grid **out, error *err)
{
    *out = NULL;
    biff *b = calloc(1, sizeof *b);
    if (b == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    b->base = (grid){.kind = "workbook (xls)", .begin = biff_begin, .next = biff_next, .close = biff_close};
    b->text_bytes.maximum = GRID_STRINGS_MAXIMUM;
    b->row_bytes.maximum = (size_t)16 << 20;
    b->sheets = arena_array(&b->memory, GRID_SHEETS_MAXIMUM, sizeof *b->sheets);
    b->places = arena_array(&b->memory, GRID_SHEETS_MAXIMUM, sizeof *b->places);
    b->base.sheets = b->sheets;
    status code = b->sheets == NULL || b->places == NULL ? error_set(err, STATUS_MEMORY, "Out of memory")
                                                         : compound_read(bytes, length, "Workbook", &b->stream, err);
    if (code == STATUS_NOT_FOUND) {
        code = compound_read(bytes, length, "Book", &b->stream, err);
        if (code == STATUS_NOT_FOUND)
            code = error_set(err, STATUS_REFUSED, "This is an old Office document, but no Excel workbook");
    }
    if (code == STATUS_OK)
        code = globals_read(b, err);
    if (code != STATUS_OK) {
        biff_close(&b->base);
        return code;
    }
    *out = &b->base;
    return STATUS_OK;
}
