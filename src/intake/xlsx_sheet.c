/*
 * xlsx_sheet: the rows of one sheet, streamed.
 *
 * Expat calls for each element; a row is put together in one buffer and handed over when its end tag comes, whereupon the parser pauses until the next row is asked for. Only cells
 * with something in them count: workbooks hold thousands of cells that are nothing but a border.
 */
#include "intake/xlsx.h"

#include <stdlib.h>
#include <string.h>

#define ROW_BYTES_MAXIMUM ((size_t)16 << 20)

typedef enum cell_type { TYPE_NUMBER = 0, TYPE_SHARED, TYPE_TEXT, TYPE_BOOLEAN, TYPE_ERROR, TYPE_DATE } cell_type;

/* A cell of the row under way. Texts of the row's own buffer are offsets until the row is complete, because the buffer may move. */
typedef struct held {
    const char *shared; /* NULL: in the buffer, at `at` */
    size_t at, length;
} held;

typedef struct xlsx_sheet {
    xlsx_book *book;
    xml_reader *xml;
    const char *name;
    bool in_data, in_row, in_cell, in_inline, in_phonetic, collecting, has_formula, has_value, row_ready, ended;
    int64_t line, last_line, cells_seen;
    cell_type type;
    size_t style, column, next_column, value_at;
    char *bytes;
    size_t used, capacity;
    held *helds;
    text *cells;
    uint8_t *kinds;
    size_t count, cell_capacity;
} xlsx_sheet;

static void column_letters(size_t column, char out[8])
{
    char reversed[8];
    size_t n = 0;
    for (size_t c = column + 1; c > 0 && n < 6; c = (c - 1) / 26)
        reversed[n++] = (char)('A' + (c - 1) % 26);
    for (size_t i = 0; i < n; i++)
        out[i] = reversed[n - 1 - i];
    out[n] = 0;
}

static void cell_fail(xlsx_sheet *s, status code, const char *message)
{
    error why;
    char letters[8];
    (void)error_set(&why, code, "%s", message);
    column_letters(s->column, letters);
    error_at(&why, NULL, s->name, s->line, s->in_cell ? letters : NULL);
    if (code == STATUS_REFUSED)
        error_hint(&why, "Download the workbook again, or save it anew in Excel.");
    xml_fail(s->xml, &why);
}

/* ---- growing ----------------------------------------------------------------------------------------- */

static bool bytes_add(xlsx_sheet *s, const char *bytes, size_t length)
{
    if (length > ROW_BYTES_MAXIMUM - s->used || s->used - s->value_at + length > GRID_TEXT_MAXIMUM) {
        cell_fail(s, STATUS_REFUSED, "The cell holds more text than a table does");
        return false;
    }
    if (s->used + length > s->capacity) {
        size_t capacity = s->capacity == 0 ? 16384 : s->capacity;
        while (capacity < s->used + length)
            capacity *= 2;
        char *grown = realloc(s->bytes, capacity);
        if (grown == NULL) {
            cell_fail(s, STATUS_MEMORY, "Out of memory");
            return false;
        }
        s->bytes = grown;
        s->capacity = capacity;
    }
    memcpy(s->bytes + s->used, bytes, length);
    s->used += length;
    return true;
}

static bool cells_reserve(xlsx_sheet *s, size_t count)
{
    if (count <= s->cell_capacity)
        return true;
    size_t capacity = s->cell_capacity == 0 ? 64 : s->cell_capacity;
    while (capacity < count)
        capacity *= 2;
    held *helds = realloc(s->helds, capacity * sizeof *helds);
    s->helds = helds != NULL ? helds : s->helds;
    text *cells = realloc(s->cells, capacity * sizeof *cells);
    s->cells = cells != NULL ? cells : s->cells;
    uint8_t *kinds = realloc(s->kinds, capacity * sizeof *kinds);
    s->kinds = kinds != NULL ? kinds : s->kinds;
    if (helds == NULL || cells == NULL || kinds == NULL) {
        cell_fail(s, STATUS_MEMORY, "Out of memory");
        return false;
    }
    s->cell_capacity = capacity;
    return true;
}

/* Puts a cell into the row, with blanks up to it. */
static bool cell_put(xlsx_sheet *s, grid_kind kind, const char *shared, size_t at, size_t length)
{
    if (!cells_reserve(s, s->column + 1))
        return false;
    while (s->count < s->column) {
        s->helds[s->count] = (held){"", 0, 0};
        s->kinds[s->count++] = GRID_BLANK;
    }
    s->helds[s->count] = (held){shared, at, length};
    s->kinds[s->count++] = (uint8_t)kind;
    return true;
}

/* ---- a cell ------------------------------------------------------------------------------------------ */

/* "BC12" to column 54 (from 0); false where it is no reference. */
static bool reference_column(const char *reference, size_t *out)
{
    size_t column = 0, n = 0;
    for (; reference[n] >= 'A' && reference[n] <= 'Z' && n < 4; n++)
        column = column * 26 + (size_t)(reference[n] - 'A') + 1;
    if (n == 0 || n > 3 || reference[n] < '0' || reference[n] > '9')
        return false;
    *out = column - 1;
    return true;
}

static void cell_start(xlsx_sheet *s, const char **attributes)
{
    const char *reference = NULL, *type = NULL, *style = NULL;
    for (size_t i = 0; attributes[i] != NULL && attributes[i + 1] != NULL; i += 2) {
        if (attributes[i][1] != 0)
            continue;
        switch (attributes[i][0]) {
        case 'r': reference = attributes[i + 1]; break;
        case 't': type = attributes[i + 1]; break;
        case 's': style = attributes[i + 1]; break;
        default: break;
        }
    }
    s->column = s->next_column;
    s->in_cell = true;
    s->has_formula = s->has_value = false;
    s->value_at = s->used;
    if (reference != NULL && !reference_column(reference, &s->column)) {
        cell_fail(s, STATUS_REFUSED, "A cell says that it is at a place that no sheet has");
        return;
    }
    if (s->column >= GRID_COLUMNS_MAXIMUM) {
        cell_fail(s, STATUS_REFUSED, "The row has more than 16,384 columns, which is more than Excel has");
        return;
    }
    if (s->column < s->next_column) {
        cell_fail(s, STATUS_REFUSED, "The cells of the row are not in order, or one is there twice");
        return;
    }
    s->next_column = s->column + 1;
    int64_t number = 0;
    s->style = style != NULL && number_parse_count(text_of(style), &number) && number >= 0 ? (size_t)number : 0;
    s->type = type == NULL || strcmp(type, "n") == 0 ? TYPE_NUMBER
              : strcmp(type, "s") == 0               ? TYPE_SHARED
              : strcmp(type, "b") == 0               ? TYPE_BOOLEAN
              : strcmp(type, "e") == 0               ? TYPE_ERROR
              : strcmp(type, "d") == 0               ? TYPE_DATE
                                                     : TYPE_TEXT;
}

static void cell_shared(xlsx_sheet *s, text value)
{
    int64_t index = -1;
    if (!number_parse_count(value, &index) || index < 0 || (uint64_t)index >= s->book->text_count) {
        char message[160];
        (void)snprintf(message, sizeof message,
                       "The cell points to shared text number %lld, and the workbook has %zu of them", (long long)index,
                       s->book->text_count);
        cell_fail(s, STATUS_REFUSED, message);
        return;
    }
    const xlsx_text *t = &s->book->texts[index];
    s->used = s->value_at;
    if (t->length > 0)
        (void)cell_put(s, GRID_TEXT, s->book->text_bytes.data + t->at, 0, t->length);
}

static void cell_number_put(xlsx_sheet *s, text value)
{
    char out[NUMBER_TEXT > DATE_TEXT ? NUMBER_TEXT : DATE_TEXT];
    size_t length = 0;
    grid_kind kind = GRID_NUMBER;
    if (!format_number(value, out, &length)) {
        (void)cell_put(s, GRID_TEXT, NULL, s->value_at, value.length);
        return;
    }
    double serial = 0;
    if (s->style < s->book->style_count && s->book->is_date[s->style] && number_parse(text_trim(value), &serial)) {
        date day = format_date(serial, s->book->from_1904);
        if (day != DATE_NONE) {
            date_format(day, out);
            length = strlen(out);
            kind = GRID_DATE;
        }
    }
    s->used = s->value_at;
    if (bytes_add(s, out, length))
        (void)cell_put(s, kind, NULL, s->value_at, length);
}

static void cell_end(xlsx_sheet *s)
{
    text value = {s->bytes == NULL ? "" : s->bytes + s->value_at, s->used - s->value_at};
    if (value.length == 0) {
        if (s->has_formula && !(s->has_value && s->type == TYPE_TEXT))
            (void)cell_put(s, GRID_NO_VALUE, "", 0, 0);
    } else {
        switch (s->type) {
        case TYPE_SHARED: cell_shared(s, value); break;
        case TYPE_NUMBER: cell_number_put(s, value); break;
        case TYPE_TEXT: (void)cell_put(s, GRID_TEXT, NULL, s->value_at, value.length); break;
        case TYPE_ERROR: (void)cell_put(s, GRID_ERROR, NULL, s->value_at, value.length); break;
        case TYPE_BOOLEAN: {
            bool truth = value.at[0] == '1' || value.at[0] == 't';
            s->used = s->value_at;
            (void)cell_put(s, GRID_BOOLEAN, truth ? "TRUE" : "FALSE", 0, truth ? 4 : 5);
            break;
        }
        case TYPE_DATE: {
            date day;
            char out[DATE_TEXT];
            if (date_parse_loose(value, &day)) {
                date_format(day, out);
                s->used = s->value_at;
                if (bytes_add(s, out, strlen(out)))
                    (void)cell_put(s, GRID_DATE, NULL, s->value_at, strlen(out));
            } else {
                (void)cell_put(s, GRID_TEXT, NULL, s->value_at, value.length);
            }
            break;
        }
        }
    }
    s->in_cell = false;
}

/* ---- rows -------------------------------------------------------------------------------------------- */

static void row_start(xlsx_sheet *s, const char **attributes)
{
    const char *number = xml_attribute(attributes, "r");
    int64_t line = s->last_line + 1;
    s->in_row = true;
    s->line = 0;
    if (number != NULL && (!number_parse_count(text_of(number), &line) || line < 1)) {
        cell_fail(s, STATUS_REFUSED, "A row has no proper number");
        return;
    }
    if (line > GRID_ROWS_MAXIMUM) {
        cell_fail(s, STATUS_REFUSED, "A row has a number beyond 1,048,576, which is more than Excel has");
        return;
    }
    s->line = line;
    if (line <= s->last_line) {
        cell_fail(s, STATUS_REFUSED, "The rows are not in order, or one is there twice");
        return;
    }
    s->last_line = line;
    s->count = s->next_column = s->used = s->value_at = 0;
}

static void row_end(xlsx_sheet *s)
{
    s->in_row = false;
    if (s->count == 0)
        return;
    s->cells_seen += (int64_t)s->count;
    if (s->cells_seen > GRID_CELLS_MAXIMUM) {
        cell_fail(s, STATUS_REFUSED, "The sheet has more than 200 million cells");
        return;
    }
    for (size_t i = 0; i < s->count; i++)
        s->cells[i] =
            (text){s->helds[i].shared != NULL ? s->helds[i].shared : s->bytes + s->helds[i].at, s->helds[i].length};
    s->row_ready = true;
    xml_pause(s->xml);
}

/* ---- elements ---------------------------------------------------------------------------------------- */

static void on_start(void *self, const char *name, const char **attributes)
{
    xlsx_sheet *s = self;
    if (!s->in_data) {
        s->in_data = strcmp(name, "sheetData") == 0;
        return;
    }
    if (name[0] == 'c' && name[1] == 0) {
        if (s->in_row && !s->in_cell)
            cell_start(s, attributes);
    } else if (name[0] == 'v' && name[1] == 0) {
        s->collecting = s->in_cell && !s->in_inline;
        s->has_value = true;
    } else if (name[0] == 'f' && name[1] == 0) {
        s->has_formula = true;
    } else if (strcmp(name, "row") == 0) {
        if (!s->in_row)
            row_start(s, attributes);
    } else if (strcmp(name, "is") == 0) {
        s->in_inline = s->in_cell;
    } else if (s->in_inline && strcmp(name, "t") == 0) {
        s->collecting = !s->in_phonetic;
    } else if (s->in_inline && strcmp(name, "rPh") == 0) {
        s->in_phonetic = true;
    }
}

static void on_end(void *self, const char *name)
{
    xlsx_sheet *s = self;
    if (!s->in_data)
        return;
    if (name[0] == 'c' && name[1] == 0) {
        if (s->in_cell)
            cell_end(s);
    } else if ((name[0] == 'v' || name[0] == 't') && name[1] == 0) {
        s->collecting = false;
    } else if (strcmp(name, "row") == 0) {
        if (s->in_row)
            row_end(s);
    } else if (strcmp(name, "is") == 0) {
        s->in_inline = false;
    } else if (strcmp(name, "rPh") == 0) {
        s->in_phonetic = false;
    } else if (strcmp(name, "sheetData") == 0) {
        s->in_data = false;
    }
}

static void on_text(void *self, const char *bytes, int length)
{
    xlsx_sheet *s = self;
    if (s->collecting && length > 0)
        (void)bytes_add(s, bytes, (size_t)length);
}

/* ---- the grid's operations --------------------------------------------------------------------------- */

void xlsx_sheet_close(xlsx_book *book)
{
    xlsx_sheet *s = book->open;
    if (s == NULL)
        return;
    xml_close(s->xml);
    free(s->bytes);
    free(s->helds);
    free(s->cells);
    free(s->kinds);
    free(s);
    book->open = NULL;
}

status xlsx_sheet_begin(grid *g, size_t sheet, error *err)
{
    xlsx_book *book = (xlsx_book *)g;
    xlsx_sheet_close(book);
    xlsx_sheet *s = calloc(1, sizeof *s);
    if (s == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    book->open = s;
    s->book = book;
    s->name = g->sheets[sheet].name;
    const xml_handler handler = {s, on_start, on_end, on_text};
    status code = xml_open(book->archive, book->parts[sheet], "a sheet", &handler, &s->xml, err);
    if (code == STATUS_NOT_FOUND) {
        code = error_set(err, STATUS_REFUSED, "The workbook is damaged: the sheet is listed, but not there");
        error_hint(err, "Download it again.");
    }
    if (code != STATUS_OK)
        xlsx_sheet_close(book);
    return code;
}

status xlsx_sheet_next(grid *g, grid_row *row, error *err)
{
    xlsx_sheet *s = ((xlsx_book *)g)->open;
    *row = (grid_row){0};
    if (s == NULL)
        return error_set(err, STATUS_INTERNAL, "No sheet was begun");
    s->row_ready = false;
    while (!s->row_ready && !s->ended) {
        status code = xml_run(s->xml, &s->ended, err);
        if (code != STATUS_OK) {
            if (err != NULL && err->sheet[0] == 0)
                error_at(err, NULL, s->name, s->last_line, NULL);
            return code;
        }
    }
    if (s->row_ready)
        *row = (grid_row){s->line, s->cells, s->kinds, s->count};
    return STATUS_OK;
}
