/*
 * biff_book: what the parts of the xls reader share. Inside biff*.c only.
 *
 * biff_globals.c reads records, texts and what holds of the whole workbook, biff.c the sheets.
 */
#ifndef CONCORD_INTAKE_BIFF_BOOK_H
#define CONCORD_INTAKE_BIFF_BOOK_H

#include "intake/biff.h"
#include "intake/xlsx.h"

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

/* ---- biff_globals.c ---- */
/* The refusal of what no proper workbook has. */
status biff_damaged(const biff *b, const char *what, error *err);
/* The record at *at, which is moved behind it; false at the end, and where it is cut off. */
bool record_next(const biff *b, size_t *at, record *out);
/* So many characters of one or two bytes each as UTF-8; false where they are not all there. */
bool characters_put(buffer *out, const char *at, size_t available, size_t count, bool wide);
/* Sheets, formats, styles and shared texts. */
MUST_USE status globals_read(biff *b, error *err);

#endif
