/*
 * xlsx: what the parts of the xlsx reader share. Inside xlsx*.c only.
 *
 * xlsx.c finds the parts of a workbook and reads the small ones (sheets, formats, shared texts); xlsx_sheet.c streams a sheet.
 */
#ifndef CONCORD_INTAKE_XLSX_H
#define CONCORD_INTAKE_XLSX_H

#include "intake/xml.h"

#define XLSX_STYLES_MAXIMUM ((size_t)65536)

typedef struct xlsx_text {
    uint32_t at, length;
} xlsx_text;

typedef struct xlsx_book {
    grid base; /* must be first: a grid is an xlsx_book */
    zip_t *archive;
    arena memory;       /* names, sheets, formats */
    const char **parts; /* per sheet: its part in the archive */
    bool from_1904;
    bool *is_date; /* per style */
    size_t style_count;
    buffer text_bytes; /* the shared texts, one after the other */
    xlsx_text *texts;
    size_t text_count, text_capacity;
    grid_merge *merges; /* of sheet merges_of - 1 */
    size_t merge_count, merges_of;
    struct xlsx_sheet *open; /* the sheet under way */
} xlsx_book;

/* ---- xlsx_sheet.c ---- */
MUST_USE status xlsx_sheet_begin(grid *g, size_t sheet, error *err);
MUST_USE status xlsx_sheet_next(grid *g, grid_row *row, error *err);
void xlsx_sheet_close(xlsx_book *book);

/* ---- xlsx_merges.c ---- */
MUST_USE status xlsx_merges(grid *g, size_t sheet, const grid_merge **out, size_t *count, error *err);

/* ---- formats.c: what a number is by its format ---- */
/* True where the format shows a day, month or year ("dd/mm/yyyy", "mmm-yy"); hours alone are none. */
bool format_is_date(const char *code);
/* The same for the formats that every workbook has by number. */
bool format_id_is_date(int64_t id);
/* The day of a serial number; DATE_NONE outside 1900 (1904) to 9999. */
date format_date(double serial, bool from_1904);
/* The text of a number as Excel shows it: 15 digits. `written` as in the file; false where it is no number. */
bool format_number(text written, char out[NUMBER_TEXT], size_t *length);

#endif
