/*
 * xlsx: a workbook's parts: which sheets there are and where, which formats are dates, the texts that sheets share.
 *
 * An xlsx is a zip of XML parts. The package's relationships name the workbook part, the workbook names its sheets, and the workbook's relationships say in which part each one is. Shared texts
 * are the only part that is kept whole: cells point into them at random.
 */
#include "intake/xlsx.h"
#include "intake/stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RELATIONS_MAXIMUM ((size_t)16384)

/* ---- relationships ----------------------------------------------------------------------------------- */

typedef struct relation {
    const char *id, *type, *target;
} relation;

typedef struct relations {
    xml_reader *xml;
    arena *memory;
    relation *items;
    size_t count, capacity;
    bool failed;
} relations;

static void fail_memory(xml_reader *x)
{
    error why;
    (void)error_set(&why, STATUS_MEMORY, "Out of memory");
    xml_fail(x, &why);
}

static void fail_many(xml_reader *x, const char *what)
{
    error why;
    (void)error_set(&why, STATUS_REFUSED, "The workbook has more %s than any publication has", what);
    xml_fail(x, &why);
}

static void end_ignored(void *self, const char *name)
{
    (void)self;
    (void)name;
}

static const char *ending_of(const char *type)
{
    const char *slash = strrchr(type, '/');
    return slash == NULL ? type : slash + 1;
}

static void relation_start(void *self, const char *name, const char **attributes)
{
    relations *r = self;
    const char *id = xml_attribute(attributes, "Id"), *type = xml_attribute(attributes, "Type"),
               *to = xml_attribute(attributes, "Target");
    if (strcmp(name, "Relationship") != 0 || id == NULL || type == NULL || to == NULL)
        return;
    if (r->count == RELATIONS_MAXIMUM) {
        fail_many(r->xml, "parts");
        return;
    }
    if (r->count == r->capacity) {
        size_t capacity = r->capacity == 0 ? 32 : r->capacity * 2;
        relation *grown = realloc(r->items, capacity * sizeof *grown);
        if (grown == NULL) {
            fail_memory(r->xml);
            return;
        }
        r->items = grown;
        r->capacity = capacity;
    }
    relation item = {arena_string(r->memory, id), arena_string(r->memory, ending_of(type)),
                     arena_string(r->memory, to)};
    if (item.id == NULL || item.type == NULL || item.target == NULL)
        fail_memory(r->xml);
    else
        r->items[r->count++] = item;
}

static status relations_read(xlsx_book *book, const char *part, relations *out, error *err)
{
    *out = (relations){.memory = &book->memory};
    const xml_handler handler = {out, relation_start, end_ignored, NULL};
    return xml_read(book->archive, part, "the list of parts", &handler, &out->xml, err);
}

/* The folder of `from` and the target: "xl/workbook.xml" and "worksheets/sheet1.xml" are "xl/worksheets/sheet1.xml". "../" is taken off; a target from "/" on is whole. */
static const char *target_path(arena *a, const char *from, const char *to)
{
    if (to[0] == '/')
        return arena_string(a, to + 1);
    const char *slash = strrchr(from, '/');
    size_t folder = slash == NULL ? 0 : (size_t)(slash - from) + 1;
    while (strncmp(to, "../", 3) == 0) {
        to += 3;
        while (folder > 0 && (--folder == 0 || from[folder - 1] != '/'))
            continue;
    }
    return arena_printf(a, "%.*s%s", (int)folder, from, to);
}

/* ---- the list of sheets ------------------------------------------------------------------------------ */

typedef struct sheet_list {
    xml_reader *xml;
    xlsx_book *book;
    const relations *parts;
    const char *workbook;
    grid_sheet *sheets;
} sheet_list;

static void sheet_add(sheet_list *l, const char *name, const char *state, const char *id)
{
    xlsx_book *book = l->book;
    const relation *part = NULL;
    for (size_t i = 0; i < l->parts->count && part == NULL; i++)
        if (strcmp(l->parts->items[i].id, id) == 0)
            part = &l->parts->items[i];
    if (part == NULL || strcmp(part->type, "worksheet") != 0)
        return; /* a chart on a sheet of its own has no cells */
    if (book->base.sheet_count == GRID_SHEETS_MAXIMUM) {
        fail_many(l->xml, "sheets");
        return;
    }
    size_t i = book->base.sheet_count;
    l->sheets[i] = (grid_sheet){arena_string(&book->memory, name), state != NULL && strcmp(state, "visible") != 0};
    book->parts[i] = target_path(&book->memory, l->workbook, part->target);
    if (l->sheets[i].name == NULL || book->parts[i] == NULL)
        fail_memory(l->xml);
    else
        book->base.sheet_count++;
}

static void sheet_start(void *self, const char *name, const char **attributes)
{
    sheet_list *l = self;
    if (strcmp(name, "workbookPr") == 0) {
        const char *value = xml_attribute(attributes, "date1904");
        l->book->from_1904 |= value != NULL && (strcmp(value, "1") == 0 || strcmp(value, "true") == 0);
    } else if (strcmp(name, "sheet") == 0) {
        const char *title = xml_attribute(attributes, "name"), *id = xml_attribute(attributes, "id");
        if (title != NULL && id != NULL)
            sheet_add(l, title, xml_attribute(attributes, "state"), id);
    }
}

/* ---- formats ------------------------------------------------------------------------------------------ */

typedef struct own_format {
    int64_t id;
    bool is_date;
} own_format;

typedef struct style_list {
    xml_reader *xml;
    xlsx_book *book;
    own_format *formats;
    size_t format_count, format_capacity, style_capacity;
    bool in_cells;
} style_list;

static void format_add(style_list *l, const char **attributes)
{
    const char *id = xml_attribute(attributes, "numFmtId"), *code = xml_attribute(attributes, "formatCode");
    own_format f = {0};
    if (id == NULL || code == NULL || !number_parse_count(text_of(id), &f.id))
        return;
    f.is_date = format_is_date(code);
    if (l->format_count == XLSX_STYLES_MAXIMUM) {
        fail_many(l->xml, "number formats");
        return;
    }
    if (l->format_count == l->format_capacity) {
        size_t capacity = l->format_capacity == 0 ? 64 : l->format_capacity * 2;
        own_format *grown = realloc(l->formats, capacity * sizeof *grown);
        if (grown == NULL) {
            fail_memory(l->xml);
            return;
        }
        l->formats = grown;
        l->format_capacity = capacity;
    }
    l->formats[l->format_count++] = f;
}

static void style_add(style_list *l, const char **attributes)
{
    xlsx_book *book = l->book;
    const char *id = xml_attribute(attributes, "numFmtId");
    int64_t number = 0;
    if (book->style_count == XLSX_STYLES_MAXIMUM) {
        fail_many(l->xml, "cell styles");
        return;
    }
    if (book->style_count == l->style_capacity) {
        size_t capacity = l->style_capacity == 0 ? 256 : l->style_capacity * 2;
        bool *grown = realloc(book->is_date, capacity * sizeof *grown);
        if (grown == NULL) {
            fail_memory(l->xml);
            return;
        }
        book->is_date = grown;
        l->style_capacity = capacity;
    }
    bool is_date = false;
    if (id != NULL && number_parse_count(text_of(id), &number)) {
        is_date = format_id_is_date(number);
        for (size_t i = 0; i < l->format_count; i++)
            if (l->formats[i].id == number)
                is_date = l->formats[i].is_date;
    }
    book->is_date[book->style_count++] = is_date;
}

static void style_start(void *self, const char *name, const char **attributes)
{
    style_list *l = self;
    if (strcmp(name, "numFmt") == 0)
        format_add(l, attributes);
    else if (strcmp(name, "cellXfs") == 0)
        l->in_cells = true;
    else if (l->in_cells && strcmp(name, "xf") == 0)
        style_add(l, attributes);
}

static void style_end(void *self, const char *name)
{
    style_list *l = self;
    if (strcmp(name, "cellXfs") == 0)
        l->in_cells = false;
}

/* ---- shared texts ------------------------------------------------------------------------------------- */

typedef struct text_list {
    xml_reader *xml;
    xlsx_book *book;
    size_t start;
    bool in_item, in_text, in_phonetic;
} text_list;

static void text_start(void *self, const char *name, const char **attributes)
{
    text_list *l = self;
    (void)attributes;
    if (strcmp(name, "si") == 0) {
        l->in_item = true;
        l->start = l->book->text_bytes.length;
    } else if (strcmp(name, "rPh") == 0) {
        l->in_phonetic = true;
    } else if (strcmp(name, "t") == 0) {
        l->in_text = l->in_item && !l->in_phonetic;
    }
}

static void text_end(void *self, const char *name)
{
    text_list *l = self;
    xlsx_book *book = l->book;
    if (strcmp(name, "t") == 0) {
        l->in_text = false;
    } else if (strcmp(name, "rPh") == 0) {
        l->in_phonetic = false;
    } else if (strcmp(name, "si") == 0 && l->in_item) {
        l->in_item = false;
        if (book->text_count == book->text_capacity) {
            size_t capacity = book->text_capacity == 0 ? 1024 : book->text_capacity * 2;
            if (capacity * sizeof *book->texts > GRID_STRINGS_MAXIMUM) {
                fail_many(l->xml, "shared texts");
                return;
            }
            xlsx_text *grown = realloc(book->texts, capacity * sizeof *grown);
            if (grown == NULL) {
                fail_memory(l->xml);
                return;
            }
            book->texts = grown;
            book->text_capacity = capacity;
        }
        book->texts[book->text_count++] =
            (xlsx_text){(uint32_t)l->start, (uint32_t)(book->text_bytes.length - l->start)};
    }
}

static void text_bytes(void *self, const char *bytes, int length)
{
    text_list *l = self;
    if (!l->in_text)
        return;
    buffer_put(&l->book->text_bytes, bytes, (size_t)length);
    if (l->book->text_bytes.failed)
        fail_many(l->xml, "shared text");
}

/* ---- the workbook ------------------------------------------------------------------------------------- */

static void book_close(grid *g)
{
    xlsx_book *book = (xlsx_book *)g;
    xlsx_sheet_close(book);
    if (book->archive != NULL)
        zip_discard(book->archive);
    free(book->is_date);
    free(book->merges);
    free(book->texts);
    buffer_free(&book->text_bytes);
    arena_free(&book->memory);
    free(book);
}

static status archive_open(xlsx_book *book, int descriptor, error *err)
{
    int failure = 0, own = dup(descriptor);
    if (own < 0)
        return error_set(err, STATUS_IO, "Cannot read the file: %s", strerror(errno));
    book->archive = zip_fdopen(own, 0, &failure);
    if (book->archive != NULL)
        return STATUS_OK;
    (void)close(own);
    if (failure == ZIP_ER_MEMORY)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    status code =
        error_set(err, STATUS_REFUSED, "The workbook is damaged or cut off: its table of contents is not there");
    error_hint(err, "Download it again.");
    return code;
}

static const char *part_of_type(xlsx_book *book, const relations *r, const char *from, const char *type)
{
    for (size_t i = 0; i < r->count; i++)
        if (strcmp(r->items[i].type, type) == 0)
            return target_path(&book->memory, from, r->items[i].target);
    return NULL;
}

/* A part that need not be there. */
static status optional(status code, error *err)
{
    if (code == STATUS_NOT_FOUND && err != NULL)
        *err = (error){0};
    return code == STATUS_NOT_FOUND ? STATUS_OK : code;
}

static status sheets_read(xlsx_book *book, const char *workbook, const relations *parts, error *err)
{
    sheet_list l = {.book = book, .parts = parts, .workbook = workbook};
    l.sheets = arena_array(&book->memory, GRID_SHEETS_MAXIMUM, sizeof *l.sheets);
    book->parts = arena_array(&book->memory, GRID_SHEETS_MAXIMUM, sizeof *book->parts);
    if (l.sheets == NULL || book->parts == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    book->base.sheets = l.sheets;
    const xml_handler handler = {&l, sheet_start, end_ignored, NULL};
    status code = xml_read(book->archive, workbook, "the list of sheets", &handler, &l.xml, err);
    if (code == STATUS_OK && book->base.sheet_count == 0)
        code = error_set(err, STATUS_REFUSED, "The workbook has no sheets with cells");
    return code;
}

static status styles_read(xlsx_book *book, const char *part, error *err)
{
    style_list l = {.book = book};
    const xml_handler handler = {&l, style_start, style_end, NULL};
    status code = part == NULL
                      ? STATUS_OK
                      : optional(xml_read(book->archive, part, "the list of formats", &handler, &l.xml, err), err);
    free(l.formats);
    return code;
}

static status texts_read(xlsx_book *book, const char *part, error *err)
{
    text_list l = {.book = book};
    const xml_handler handler = {&l, text_start, text_end, text_bytes};
    return part == NULL
               ? STATUS_OK
               : optional(xml_read(book->archive, part, "the list of shared texts", &handler, &l.xml, err), err);
}

static status parts_read(xlsx_book *book, error *err)
{
    relations package = {0}, parts = {0};
    const char *workbook = NULL, *own_relations = NULL;
    status code = optional(relations_read(book, "_rels/.rels", &package, err), err);
    if (code != STATUS_OK)
        goto out;
    workbook = part_of_type(book, &package, "", "officeDocument");
    if (workbook == NULL)
        workbook = "xl/workbook.xml";
    size_t n = strlen(workbook);
    if (n > 4 && strcmp(workbook + n - 4, ".bin") == 0) {
        code = error_set(err, STATUS_REFUSED, "This is a binary Excel workbook (xlsb), which is not read");
        error_hint(err, "Save it as an Excel workbook (xlsx) and add that.");
        goto out;
    }
    const char *slash = strrchr(workbook, '/');
    size_t folder = slash == NULL ? 0 : (size_t)(slash - workbook) + 1;
    own_relations = arena_printf(&book->memory, "%.*s_rels/%s.rels", (int)folder, workbook, workbook + folder);
    code = own_relations == NULL ? error_set(err, STATUS_MEMORY, "Out of memory")
                                 : relations_read(book, own_relations, &parts, err);
    if (code == STATUS_OK)
        code = sheets_read(book, workbook, &parts, err);
    if (code == STATUS_OK)
        code = styles_read(book, part_of_type(book, &parts, workbook, "styles"), err);
    if (code == STATUS_OK)
        code = texts_read(book, part_of_type(book, &parts, workbook, "sharedStrings"), err);
    if (code == STATUS_NOT_FOUND) {
        code = error_set(err, STATUS_REFUSED, "The workbook is damaged: it has no list of sheets");
        error_hint(err, "Download it again.");
    }
out:
    free(package.items);
    free(parts.items);
    return code;
}

status grid_open_xlsx(int descriptor, grid **out, error *err)
{
    *out = NULL;
    xlsx_book *book = calloc(1, sizeof *book);
    if (book == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    book->base = (grid){.kind = "workbook (xlsx)",
                        .begin = xlsx_sheet_begin,
                        .next = xlsx_sheet_next,
                        .merges = xlsx_merges,
                        .close = book_close};
    book->text_bytes.maximum = GRID_STRINGS_MAXIMUM;
    status code = archive_open(book, descriptor, err);
    if (code == STATUS_OK)
        code = parts_read(book, err);
    if (code != STATUS_OK) {
        book_close(&book->base);
        return code;
    }
    *out = &book->base;
    return STATUS_OK;
}
