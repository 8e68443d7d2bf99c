/*
 * Workbooks for tests, made from a text that a person can read: the same text becomes an xlsx or an xls.
 *
 *   == Name of a sheet             (a name that ends in " (hidden)" is one)
 *   16|Org Code|Org Name|Total     row 16, cells from column A on
 *
 *   ^A5:A7                         merged cells (xlsx only)
 *   1904                           before the first sheet: days are counted from 1904 (@ dates are still those written)
 *
 * A cell is a number where it reads as one, a text otherwise; @2025-04-01 is a date, =formula a formula without a value, =<v/>formula one with an empty value, ="" one whose value is the empty text, as Excel writes it, !#N/A an error, ~TRUE a truth; "\n" within a text is a line end.
 */
#ifndef CONCORD_TESTS_BOOK_H
#define CONCORD_TESTS_BOOK_H

#include "base/base.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <zip.h>

typedef struct book_cell {
    int row, column;
    char kind; /* n t d f e b */
    char text[512];
    double number;
} book_cell;

typedef struct book_sheet {
    char name[64];
    bool hidden;
    char merged[512]; /* mergeCell elements */
    book_cell *cells;
    size_t count, capacity;
} book_sheet;

typedef struct book {
    book_sheet sheets[24];
    size_t count;
    bool from_1904;
} book;

static inline void book_add(book_sheet *s, int row, int column, const char *cell, size_t length)
{
    if (length == 0)
        return;
    if (s->count == s->capacity) {
        s->capacity = s->capacity == 0 ? 64 : s->capacity * 2;
        s->cells = realloc(s->cells, s->capacity * sizeof *s->cells);
        assert_non_null(s->cells);
    }
    book_cell *c = &s->cells[s->count++];
    *c = (book_cell){.row = row, .column = column, .kind = 't'};
    assert_true(length < sizeof c->text);
    size_t o = 0;
    for (size_t i = 0; i < length; i++) {
        bool line_end = cell[i] == '\\' && i + 1 < length && cell[i + 1] == 'n';
        c->text[o++] = line_end ? '\n' : cell[i];
        i += line_end;
    }
    date day;
    if (c->text[0] == '@' && date_parse(text_of(c->text + 1), &day)) {
        c->kind = 'd';
        c->number = day - date_of(1899, 12, 30);
    } else if (c->text[0] == '=' || c->text[0] == '!' || c->text[0] == '~') {
        c->kind = c->text[0] == '=' ? 'f' : c->text[0] == '!' ? 'e' : 'b';
        memmove(c->text, c->text + 1, o);
    } else if (number_parse(text_of(c->text), &c->number)) {
        c->kind = 'n';
    }
}

static inline void book_parse(book *b, const char *description)
{
    *b = (book){0};
    for (const char *line = description; *line != 0;) {
        size_t n = strcspn(line, "\n");
        if (n > 3 && strncmp(line, "== ", 3) == 0) {
            assert_true(b->count < 24 && n - 3 < sizeof b->sheets[0].name);
            book_sheet *s = &b->sheets[b->count++];
            memcpy(s->name, line + 3, n - 3);
            char *hidden = strstr(s->name, " (hidden)");
            s->hidden = hidden != NULL;
            if (hidden != NULL)
                *hidden = 0;
        } else if (n == 4 && strncmp(line, "1904", 4) == 0 && b->count == 0) {
            b->from_1904 = true;
        } else if (n > 1 && line[0] == '^' && b->count > 0) {
            book_sheet *s = &b->sheets[b->count - 1];
            size_t used = strlen(s->merged);
            (void)snprintf(s->merged + used, sizeof s->merged - used, "<mergeCell ref=\"%.*s\"/>", (int)n - 1,
                           line + 1);
        } else if (n > 0 && line[0] >= '0' && line[0] <= '9' && b->count > 0) {
            int column = 0;
            int64_t row = 0;
            size_t at = strcspn(line, "|\n");
            assert_true(number_parse_count((text){line, at}, &row));
            while (at < n && line[at] == '|') {
                size_t length = strcspn(line + at + 1, "|\n");
                book_add(&b->sheets[b->count - 1], (int)row, column++, line + at + 1, length);
                at += length + 1;
            }
        }
        line += n + (line[n] == '\n');
    }
    for (size_t i = 0; i < b->count && b->from_1904; i++)
        for (size_t k = 0; k < b->sheets[i].count; k++)
            b->sheets[i].cells[k].number -= b->sheets[i].cells[k].kind == 'd' ? 1462 : 0;
}

static inline void book_free(book *b)
{
    for (size_t i = 0; i < b->count; i++)
        free(b->sheets[i].cells);
}

/* ---- xlsx ---------------------------------------------------------------------------------------------------- */

static inline void book_letters(int column, char out[8])
{
    char reversed[8];
    int n = 0, o = 0;
    for (int c = column + 1; c > 0; c = (c - 1) / 26)
        reversed[n++] = (char)('A' + (c - 1) % 26);
    while (n > 0)
        out[o++] = reversed[--n];
    out[o] = 0;
}

/* Shared texts for the first sheet, texts in their cells for the others, so that both are read. */
static inline void book_sheet_xml(const book_sheet *s, bool shared, buffer *strings, size_t *string_count, buffer *xml)
{
    int row = 0;
    char letters[8];
    buffer_text(xml, "<?xml version=\"1.0\" encoding=\"UTF-8\"?><worksheet "
                     "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><dimension "
                     "ref=\"A1:XFD1048576\"/><sheetData>");
    for (size_t i = 0; i < s->count; i++) {
        const book_cell *c = &s->cells[i];
        if (c->row != row) {
            buffer_printf(xml, "%s<row r=\"%d\">", row > 0 ? "</row>" : "", c->row);
            row = c->row;
        }
        book_letters(c->column, letters);
        char number[NUMBER_TEXT];
        (void)number_format(c->number, number);
        switch (c->kind) {
        case 'n': buffer_printf(xml, "<c r=\"%s%d\"><v>%s</v></c>", letters, c->row, number); break;
        case 'd': buffer_printf(xml, "<c r=\"%s%d\" s=\"1\"><v>%s</v></c>", letters, c->row, number); break;
        case 'f':
            if (strcmp(c->text, "\"\"") == 0)
                buffer_printf(xml, "<c r=\"%s%d\" t=\"str\"><f>\"\"</f><v></v></c>", letters, c->row);
            else if (strncmp(c->text, "<v/>", 4) == 0)
                buffer_printf(xml, "<c r=\"%s%d\"><f>%s</f>%s</c>", letters, c->row, c->text + 4,
                              c->row % 2 == 0 ? "<v/>" : "<v></v>");
            else
                buffer_printf(xml, "<c r=\"%s%d\"><f>%s</f></c>", letters, c->row, c->text);
            break;
        case 'e': buffer_printf(xml, "<c r=\"%s%d\" t=\"e\"><v>%s</v></c>", letters, c->row, c->text); break;
        case 'b': buffer_printf(xml, "<c r=\"%s%d\" t=\"b\"><v>%d</v></c>", letters, c->row, c->text[0] == 'T'); break;
        default:
            if (shared) {
                buffer_printf(xml, "<c r=\"%s%d\" t=\"s\"><v>%zu</v></c>", letters, c->row, (*string_count)++);
                buffer_text(strings, "<si><r><t xml:space=\"preserve\">");
                buffer_html(strings, c->text);
                buffer_text(strings, "</t></r></si>");
            } else {
                buffer_printf(xml, "<c r=\"%s%d\" t=\"inlineStr\"><is><t>", letters, c->row);
                buffer_html(xml, c->text);
                buffer_text(xml, "</t></is></c>");
            }
        }
    }
    buffer_printf(xml, "%s</sheetData>%s%s%s</worksheet>", row > 0 ? "</row>" : "",
                  s->merged[0] != 0 ? "<mergeCells count=\"9\">" : "", s->merged,
                  s->merged[0] != 0 ? "</mergeCells>" : "");
}

typedef struct book_part {
    char name[64];
    buffer bytes;
} book_part;

static inline void book_zip(const char *path, book_part *parts, size_t count)
{
    int failure = 0;
    zip_t *z = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &failure);
    assert_non_null(z);
    for (size_t i = 0; i < count; i++) {
        zip_source_t *source = zip_source_buffer(z, parts[i].bytes.data, parts[i].bytes.length, 0);
        assert_true(zip_file_add(z, parts[i].name, source, ZIP_FL_ENC_UTF_8) >= 0);
    }
    assert_int_equal(zip_close(z), 0);
    for (size_t i = 0; i < count; i++)
        buffer_free(&parts[i].bytes);
}

#define BOOK_MAIN     "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define BOOK_RELATION "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

static inline void book_write_xlsx(const char *path, const char *description)
{
    book b;
    book_part parts[32] = {{"[Content_Types].xml", {0}},        {"_rels/.rels", {0}},   {"xl/workbook.xml", {0}},
                           {"xl/_rels/workbook.xml.rels", {0}}, {"xl/styles.xml", {0}}, {"xl/sharedStrings.xml", {0}}};
    size_t count = 6, strings = 0;
    book_parse(&b, description);
    buffer_text(&parts[0].bytes, "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>");
    buffer_text(&parts[1].bytes, "<Relationships><Relationship Id=\"rId1\" Type=\"" BOOK_RELATION
                                 "/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>");
    buffer_text(&parts[2].bytes, "<workbook xmlns=\"" BOOK_MAIN "\" xmlns:r=\"" BOOK_RELATION "\">");
    buffer_text(&parts[2].bytes, b.from_1904 ? "<workbookPr date1904=\"1\"/><sheets>" : "<sheets>");
    buffer_text(&parts[3].bytes, "<Relationships><Relationship Id=\"s\" Type=\"" BOOK_RELATION
                                 "/styles\" Target=\"styles.xml\"/><Relationship Id=\"t\" Type=\"" BOOK_RELATION
                                 "/sharedStrings\" Target=\"/xl/sharedStrings.xml\"/>");
    buffer_text(&parts[4].bytes,
                "<styleSheet xmlns=\"" BOOK_MAIN
                "\"><numFmts><numFmt numFmtId=\"170\" formatCode=\"mmm\\-yy\"/></numFmts><cellStyleXfs><xf "
                "numFmtId=\"14\"/></cellStyleXfs><cellXfs>"
                "<xf numFmtId=\"0\"/><xf numFmtId=\"170\"/></cellXfs></styleSheet>");
    buffer_text(&parts[5].bytes, "<sst xmlns=\"" BOOK_MAIN "\">");
    for (size_t i = 0; i < b.count; i++) {
        (void)snprintf(parts[count].name, sizeof parts[count].name, "xl/worksheets/sheet%zu.xml", i + 1);
        book_sheet_xml(&b.sheets[i], i % 2 == 0, &parts[5].bytes, &strings, &parts[count].bytes);
        buffer_text(&parts[2].bytes, "<sheet name=\"");
        buffer_html(&parts[2].bytes, b.sheets[i].name);
        buffer_printf(&parts[2].bytes, "\" sheetId=\"%zu\"%s r:id=\"w%zu\"/>", i + 1,
                      b.sheets[i].hidden ? " state=\"hidden\"" : "", i);
        buffer_printf(&parts[3].bytes,
                      "<Relationship Id=\"w%zu\" Type=\"" BOOK_RELATION
                      "/worksheet\" Target=\"worksheets/sheet%zu.xml\"/>",
                      i, i + 1);
        count++;
    }
    /* As Excel writes it: an extension whose element has the name of the one that says from when days are counted. */
    buffer_text(&parts[2].bytes,
                "</sheets><extLst><ext uri=\"{140A7094-0E35-4892-8432-C4D2E57EDEB5}\" "
                "xmlns:x15=\"http://schemas.microsoft.com/office/spreadsheetml/2010/11/main\"><x15:workbookPr "
                "chartTrackingRefBase=\"1\"/></ext></extLst></workbook>");
    buffer_text(&parts[3].bytes, "</Relationships>");
    buffer_text(&parts[5].bytes, "</sst>");
    book_free(&b);
    book_zip(path, parts, count);
}

/* ---- xls: BIFF8 in a compound file with sectors of 512 bytes ---------------------------------------------------- */

static inline void book_u16(buffer *b, unsigned v)
{
    buffer_char(b, (char)(v & 0xff));
    buffer_char(b, (char)(v >> 8 & 0xff));
}
static inline void book_u32(buffer *b, unsigned v)
{
    book_u16(b, v & 0xffff);
    book_u16(b, v >> 16);
}
static inline void book_record(buffer *b, unsigned number, const buffer *body)
{
    book_u16(b, number);
    book_u16(b, body == NULL ? 0 : (unsigned)body->length);
    if (body != NULL)
        buffer_put(b, body->data, body->length);
}
static inline void book_double(buffer *b, double v)
{
    char bytes[8];
    memcpy(bytes, &v, 8); /* the tests' machines are little-endian */
    buffer_put(b, bytes, 8);
}

/* ASCII as one byte a character, anything else refused: the tests need no more. */
static inline void book_cell_record(buffer *out, const book_cell *c, unsigned string_index)
{
    buffer body = {0};
    book_u16(&body, (unsigned)c->row - 1);
    book_u16(&body, (unsigned)c->column);
    book_u16(&body, c->kind == 'd' ? 1 : 0);
    switch (c->kind) {
    case 'n':
    case 'd':
        if (c->number >= 0 && c->number < 100000 && (double)(int)c->number == c->number && c->row % 2 == 0) {
            book_u32(&body, (unsigned)c->number << 2 | 2); /* RK: every other row, so that both forms are read */
            book_record(out, 0x27e, &body);
        } else {
            book_double(&body, c->number);
            book_record(out, 0x203, &body);
        }
        break;
    case 'e':
        buffer_char(&body, 0x2a);
        buffer_char(&body, 1);
        book_record(out, 0x205, &body);
        break;
    case 'b':
        buffer_char(&body, c->text[0] == 'T');
        buffer_char(&body, 0);
        book_record(out, 0x205, &body);
        break;
    case 'f': { /* a formula whose value is a text, which comes in a record of its own */
        buffer text_body = {0};
        buffer_put(&body, "\0\0\0\0\0\0\377\377", 8);
        buffer_put(&body, "\0\0\0\0\0\0\0\0", 8);
        book_record(out, 0x06, &body);
        book_u16(&text_body, (unsigned)strlen(c->text));
        buffer_char(&text_body, 0);
        buffer_put(&text_body, c->text, strlen(c->text));
        book_record(out, 0x207, &text_body);
        buffer_free(&text_body);
        break;
    }
    default: book_u32(&body, string_index); book_record(out, 0xfd, &body);
    }
    buffer_free(&body);
}

static inline void book_bof(buffer *out, unsigned type)
{
    buffer body = {0};
    book_u16(&body, 0x0600);
    book_u16(&body, type);
    buffer_put(&body, "\0\0\0\0\0\0\0\0\0\0\0\0", 12);
    book_record(out, 0x809, &body);
    buffer_free(&body);
}

static inline void book_workbook_stream(const book *b, buffer *out)
{
    buffer globals = {0}, sheets = {0}, body = {0}, strings = {0};
    unsigned string_count = 0;
    size_t starts[24];
    for (size_t i = 0; i < b->count; i++) {
        starts[i] = sheets.length;
        book_bof(&sheets, 0x10);
        for (size_t k = 0; k < b->sheets[i].count; k++) {
            const book_cell *c = &b->sheets[i].cells[k];
            book_cell_record(&sheets, c, string_count);
            if (c->kind != 't')
                continue;
            string_count++;
            book_u16(&strings, (unsigned)strlen(c->text));
            buffer_char(&strings, 0);
            buffer_put(&strings, c->text, strlen(c->text));
        }
        book_record(&sheets, 0x0a, NULL);
    }
    book_bof(&globals, 0x05);
    book_u16(&body, b->from_1904);
    book_record(&globals, 0x22, &body);
    buffer_clear(&body);
    book_u16(&body, 170); /* a format of our own, then two styles */
    book_u16(&body, 8);
    buffer_put(&body, "\0mmm\\-yy ", 9);
    book_record(&globals, 0x41e, &body);
    for (unsigned i = 0; i < 2; i++) {
        buffer_clear(&body);
        book_u16(&body, 0);
        book_u16(&body, i == 0 ? 0 : 170);
        buffer_put(&body, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
        book_record(&globals, 0xe0, &body);
    }
    /* The length of what comes before the sheets is known once the list of sheets and the shared texts are counted. */
    size_t sheet_bytes = 0, string_bytes = 0;
    for (size_t i = 0; i < b->count; i++)
        sheet_bytes += 4 + 8 + strlen(b->sheets[i].name);
    size_t pieces = (strings.length + 8 + 7999) / 8000;
    /* Shared texts are cut into records at the ends of texts only: no text here is as long as a record. */
    buffer sst = {0};
    size_t at = 0;
    for (bool first = true; first || at < strings.length; first = false) {
        buffer piece = {0};
        if (first) {
            book_u32(&piece, string_count);
            book_u32(&piece, string_count);
        }
        while (at < strings.length) {
            size_t length = 3 + ((unsigned char)strings.data[at] | (size_t)(unsigned char)strings.data[at + 1] << 8);
            if (piece.length + length > 8000)
                break;
            buffer_put(&piece, strings.data + at, length);
            at += length;
        }
        book_record(&sst, first ? 0xfc : 0x3c, &piece);
        buffer_free(&piece);
    }
    (void)pieces;
    string_bytes = sst.length;
    size_t before = globals.length + sheet_bytes + string_bytes + 4;
    for (size_t i = 0; i < b->count; i++) {
        buffer_clear(&body);
        book_u32(&body, (unsigned)(before + starts[i]));
        buffer_char(&body, b->sheets[i].hidden);
        buffer_char(&body, 0);
        buffer_char(&body, (char)strlen(b->sheets[i].name));
        buffer_char(&body, 0);
        buffer_put(&body, b->sheets[i].name, strlen(b->sheets[i].name));
        book_record(&globals, 0x85, &body);
    }
    buffer_put(out, globals.data, globals.length);
    buffer_put(out, sst.data, sst.length);
    book_record(out, 0x0a, NULL);
    buffer_put(out, sheets.data, sheets.length);
    while (out->length < 4096)
        buffer_char(out, 0);
    buffer_free(&globals);
    buffer_free(&sheets);
    buffer_free(&body);
    buffer_free(&strings);
    buffer_free(&sst);
}

static inline void book_entry(buffer *out, const char *name, int type, unsigned first, size_t size)
{
    size_t n = strlen(name), start = out->length;
    for (size_t i = 0; i < n; i++)
        book_u16(out, (unsigned char)name[i]);
    while (out->length < start + 64)
        buffer_char(out, 0);
    book_u16(out, n == 0 ? 0 : (unsigned)(2 * n + 2));
    buffer_char(out, (char)type);
    while (out->length < start + 116)
        buffer_char(out, (char)0);
    book_u32(out, first);
    book_u32(out, (unsigned)size);
    book_u32(out, 0);
}

static inline void book_write_xls(const char *path, const char *description, const char *stream_name)
{
    book b;
    buffer stream = {0}, file = {0};
    book_parse(&b, description);
    book_workbook_stream(&b, &stream);
    book_free(&b);
    size_t sectors = (stream.length + 511) / 512, tables = (sectors + 1 + 127) / 128;
    while ((sectors + 1 + tables + 127) / 128 > tables)
        tables++;
    assert_true(tables <= 109);
    /* Header, tables, directory, stream. */
    buffer_put(&file, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8);
    while (file.length < 24)
        buffer_char(&file, 0);
    book_u16(&file, 0x3e);
    book_u16(&file, 3);
    book_u16(&file, 0xfffe);
    book_u16(&file, 9);
    book_u16(&file, 6);
    while (file.length < 44)
        buffer_char(&file, 0);
    book_u32(&file, (unsigned)tables);
    book_u32(&file, (unsigned)tables); /* the directory's sector */
    book_u32(&file, 0);
    book_u32(&file, 4096);
    book_u32(&file, 0xfffffffe);
    book_u32(&file, 0);
    book_u32(&file, 0xfffffffe);
    book_u32(&file, 0);
    for (unsigned i = 0; i < 109; i++)
        book_u32(&file, i < tables ? i : 0xffffffff);
    for (unsigned i = 0; i < tables * 128; i++)
        book_u32(&file, i < tables              ? 0xfffffffd
                        : i == tables           ? 0xfffffffe
                        : i < tables + sectors  ? i + 1
                        : i == tables + sectors ? 0xfffffffe
                                                : 0xffffffff);
    book_entry(&file, "Root Entry", 5, 0xfffffffe, 0);
    book_entry(&file, stream_name, 2, (unsigned)tables + 1, stream.length);
    book_entry(&file, "", 0, 0, 0);
    book_entry(&file, "", 0, 0, 0);
    buffer_put(&file, stream.data, stream.length);
    while (file.length % 512 != 0)
        buffer_char(&file, 0);
    assert_int_equal(file_write(path, file.data, file.length, false, NULL), STATUS_OK);
    buffer_free(&stream);
    buffer_free(&file);
}

#endif
