/* CSV tables in memory, and grouping of their rows by key columns. */
#include "reference.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_KEY = 1024 };

void *need(void *memory)
{
    if (!memory) {
        fputs("reference_run: out of memory\n", stderr);
        exit(4);
    }
    return memory;
}

void *make_array(size_t count, size_t size)
{
    return need(calloc(count ? count : 1, size));
}

/* What lives as long as the process: tables, groupings, names. Everything else is freed where it was made. */
static arena lifetime;

void *keep_array(size_t count, size_t size)
{
    return need(arena_array(&lifetime, count ? count : 1, size));
}

char *keep_text(const char *text_to_keep)
{
    return need(arena_string(&lifetime, text_to_keep));
}

void keep_end(void)
{
    arena_free(&lifetime);
}

typedef struct cell_list {
    char **items;
    size_t count, capacity;
} cell_list;

static char **keep_cells(cell_list *list)
{
    char **kept = keep_array(list->count, sizeof *kept);
    if (list->count > 0)
        memcpy(kept, list->items, list->count * sizeof *kept);
    free(list->items);
    *list = (cell_list){0};
    return kept;
}

static void cell_push(cell_list *list, char *cell)
{
    if (list->count == list->capacity) {
        list->capacity = list->capacity ? list->capacity * 2 : 1024;
        list->items = need(realloc(list->items, list->capacity * sizeof *list->items));
    }
    list->items[list->count++] = cell;
}

/* Reads one cell in place; *end_of_row tells whether it was the last of its line. Returns where the next one starts. */
static char *take_cell(char *at, char **cell, bool *end_of_row)
{
    char *out = at;
    *cell = at;
    bool quoted = *at == '"';
    if (quoted)
        at++;
    for (;; at++) {
        if (*at == 0)
            break;
        if (quoted) {
            if (*at == '"' && at[1] == '"')
                at++;
            else if (*at == '"') {
                quoted = false;
                continue;
            }
        } else if (*at == ',' || *at == '\n' || (*at == '\r' && at[1] == '\n'))
            break;
        *out++ = *at;
    }
    const char stop = *at;
    if (stop == '\r')
        at++;
    *end_of_row = stop != ',';
    char *next = stop ? at + 1 : at;
    *out = 0;
    return next;
}

status table_read(table *t, error *err)
{
    buffer bytes = {0};
    const status read = file_read(t->path, (size_t)1 << 30, &bytes, err);
    if (read != STATUS_OK)
        return read;
    char *at = keep_array(bytes.length + 1, 1); /* the cells point into it */
    if (bytes.length > 0)
        memcpy(at, bytes.data, bytes.length);
    buffer_free(&bytes);
    if (!*at)
        return error_set(err, STATUS_REFUSED, "%s is empty", t->name);
    if (memcmp(at, "\xEF\xBB\xBF", 3) == 0)
        at += 3;
    cell_list cells = {0};
    bool end = false;
    while (*at && !end) {
        char *cell = NULL;
        at = take_cell(at, &cell, &end);
        cell_push(&cells, cell);
    }
    t->columns = cells.count;
    t->header = keep_cells(&cells);
    while (*at) {
        size_t in_row = 0;
        end = false;
        while (!end) {
            char *cell = NULL;
            at = take_cell(at, &cell, &end);
            cell_push(&cells, cell);
            in_row++;
            if (!*at && !end) { /* the file ends after a comma: one more, empty cell */
                cell_push(&cells, at);
                in_row++;
                end = true;
            }
        }
        if (in_row != t->columns) {
            free(cells.items);
            return error_set(err, STATUS_REFUSED, "%s: row %zu has %zu cells, the header %zu", t->name, t->rows + 2,
                             in_row, t->columns);
        }
        t->rows++;
    }
    t->cells = keep_cells(&cells);
    return STATUS_OK;
}

size_t table_column(const table *t, const char *name)
{
    for (size_t c = 0; c < t->columns; c++)
        if (strcmp(t->header[c], name) == 0)
            return c;
    return SIZE_MAX;
}

const char *table_cell(const table *t, size_t row, size_t column)
{
    return column < t->columns && row < t->rows ? t->cells[row * t->columns + column] : "";
}

const char *table_get(const table *t, size_t row, const char *column)
{
    return table_cell(t, row, table_column(t, column));
}

bool cell_is_missing(const char *cell)
{
    return !*cell || strcmp(cell, "NA") == 0 || strcmp(cell, "NaN") == 0;
}

double cell_number(const char *cell, bool *bad)
{
    if (cell_is_missing(cell))
        return NAN;
    if (strcmp(cell, "Inf") == 0)
        return INFINITY;
    if (strcmp(cell, "-Inf") == 0)
        return -INFINITY;
    double value = NAN;
    if (!number_parse(text_of(cell), &value)) {
        if (bad)
            *bad = true;
        return NAN;
    }
    return value;
}

double table_number(const table *t, size_t row, const char *column)
{
    return cell_number(table_get(t, row, column), NULL);
}

static const char *join_cells(const table *t, size_t row, const size_t *columns, size_t count, char out[LONGEST_KEY])
{
    size_t used = 0;
    for (size_t c = 0; c < count; c++) {
        const char *cell = table_cell(t, row, columns[c]);
        const size_t length = strlen(cell);
        if (used + length + 2 > LONGEST_KEY) {
            fprintf(stderr, "reference_run: %s: a key of row %zu is longer than %d characters\n", t->name, row + 2,
                    LONGEST_KEY);
            exit(1);
        }
        if (c > 0)
            out[used++] = '|';
        memcpy(out + used, cell, length);
        used += length;
    }
    out[used] = 0;
    return out;
}

static size_t split_columns(const table *t, const char *columns, size_t out[8])
{
    char copy[256];
    snprintf(copy, sizeof copy, "%s", columns);
    size_t count = 0;
    char *rest = copy;
    for (char *name; count < 8 && (name = strsep(&rest, ",")) != NULL;)
        out[count++] = table_column(t, name);
    return count;
}

const char *row_key(const table *t, size_t row, const char *columns)
{
    static char key[LONGEST_KEY];
    size_t numbers[8];
    const size_t count = split_columns(t, columns, numbers);
    return join_cells(t, row, numbers, count, key);
}

typedef struct keyed_row {
    char *key;
    size_t row;
} keyed_row;

static int by_key_then_row(const void *left, const void *right)
{
    const keyed_row *a = left, *b = right;
    const int order = strcmp(a->key, b->key);
    return order ? order : (a->row > b->row) - (a->row < b->row);
}

typedef struct first_row {
    size_t row, group;
} first_row;

static int by_first_row(const void *left, const void *right)
{
    const first_row *a = left, *b = right;
    return (a->row > b->row) - (a->row < b->row);
}

groups groups_make(const table *t, const char *columns)
{
    groups g = {.table = t};
    size_t numbers[8];
    const size_t number_count = split_columns(t, columns, numbers);
    keyed_row *keyed = make_array(t->rows, sizeof *keyed);
    for (size_t r = 0; r < t->rows; r++) {
        char key[LONGEST_KEY];
        keyed[r].key = keep_text(join_cells(t, r, numbers, number_count, key));
        keyed[r].row = r;
    }
    qsort(keyed, t->rows, sizeof *keyed, by_key_then_row);
    g.rows = keep_array(t->rows, sizeof *g.rows);
    g.keys = keep_array(t->rows, sizeof *g.keys);
    g.starts = keep_array(t->rows + 1, sizeof *g.starts);
    for (size_t i = 0; i < t->rows; i++) {
        if (i == 0 || strcmp(keyed[i].key, keyed[i - 1].key) != 0) {
            g.keys[g.count] = keyed[i].key;
            g.starts[g.count++] = i;
        }
        g.rows[i] = keyed[i].row;
    }
    g.starts[g.count] = t->rows;
    first_row *firsts = make_array(g.count, sizeof *firsts);
    for (size_t i = 0; i < g.count; i++)
        firsts[i] = (first_row){g.rows[g.starts[i]], i};
    qsort(firsts, g.count, sizeof *firsts, by_first_row);
    g.by_file = keep_array(g.count, sizeof *g.by_file);
    for (size_t i = 0; i < g.count; i++)
        g.by_file[i] = firsts[i].group;
    free(firsts);
    free(keyed);
    return g;
}

size_t groups_find(const groups *g, const char *key)
{
    size_t low = 0, high = g->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = strcmp(g->keys[middle], key);
        if (order == 0)
            return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return SIZE_MAX;
}

table *folder_table(folder *f, const char *name, const char *columns)
{
    for (size_t i = 0; i < f->count; i++) {
        table *t = &f->tables[i];
        if (strcmp(t->name, name) != 0)
            continue;
        char copy[256];
        snprintf(copy, sizeof copy, "%s", columns);
        char *rest = copy;
        for (char *column; (column = strsep(&rest, ",")) != NULL;)
            if (table_column(t, column) == SIZE_MAX)
                return NULL;
        return t;
    }
    return NULL;
}
