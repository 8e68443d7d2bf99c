/*
 * biff: records of BIFF8 ([MS-XLS]) into rows of cells.
 *
 * A workbook stream is a run of records: a number, a length, at most 8,224 bytes. The first substream (the globals) lists the sheets, the formats and the shared texts; each sheet is a substream
 * at the place that the list says, with its cells in order of rows. Charts within sheets are substreams within substreams and are stepped over.
 */
#include "intake/biff_book.h"

#include <stdlib.h>
#include <string.h>

/* ---- cells ------------------------------------------------------------------------------------------------------ */

static status cell_put(biff *b, uint32_t column, grid_kind kind, const char *bytes, size_t length, error *err)
{
    if (column < b->count)
        return biff_damaged(b, "the cells of a row are not in order", err);
    if (column >= GRID_COLUMNS_MAXIMUM)
        return biff_damaged(b, "a cell is beyond the columns that a sheet has", err);
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
        code = biff_damaged(b, "a text is cut off", err);
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
            return biff_damaged(b, "a sheet ends in the middle", err);
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
                return biff_damaged(b, "a cell is cut off", err);
            int64_t line = (int64_t)biff_u16(r.at) + 1;
            if (line != b->line) {
                if (b->count > 0) { /* the row is complete; this record is read again */
                    b->at = before;
                    return row_give(b, row, err);
                }
                if (line < b->line)
                    return biff_damaged(b, "its rows are not in order", err);
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
        return biff_damaged(b, "a sheet is listed, but not there", err);
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
