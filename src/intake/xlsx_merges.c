/*
 * xlsx_merges: which cells of a sheet are merged.
 *
 * They are listed behind the rows, where a reader that streams the rows finds them too late. So the part is gone through beforehand, as bytes: unpacking costs a fraction of parsing, and nothing else
 * of the part is looked at. At most MERGES_MAXIMUM are kept; a sheet with more is no table that people read.
 */
#include "intake/stream.h"
#include "intake/xlsx.h"

#include <stdlib.h>
#include <string.h>

#define MERGES_MAXIMUM  ((size_t)65536)
#define ELEMENT_MAXIMUM ((size_t)512) /* bytes of a mergeCell element */
#define SCAN_BYTES      ((size_t)1 << 16)

typedef struct merge_list {
    grid_merge *items;
    size_t count, capacity;
    bool no_memory;
} merge_list;

/* "BC12": column from 0, row from 1; what follows is left at *at. */
static bool place_read(const char **at, int32_t *column, int64_t *row)
{
    int64_t c = 0, r = 0;
    const char *p = *at;
    for (; *p >= 'A' && *p <= 'Z' && c < 100000; p++)
        c = c * 26 + (*p - 'A') + 1;
    for (; *p >= '0' && *p <= '9' && r < 100000000; p++)
        r = r * 10 + (*p - '0');
    *at = p;
    *column = (int32_t)(c - 1);
    *row = r;
    return c >= 1 && c <= (int64_t)GRID_COLUMNS_MAXIMUM && r >= 1 && r <= GRID_ROWS_MAXIMUM;
}

static void merge_add(merge_list *l, const char *element)
{
    grid_merge m;
    const char *at = strstr(element, "ref=");
    if (at == NULL || (at[4] != '"' && at[4] != '\''))
        return;
    at += 5;
    if (!place_read(&at, &m.first_column, &m.first_row) || *at++ != ':' ||
        !place_read(&at, &m.last_column, &m.last_row) || m.last_column < m.first_column || m.last_row < m.first_row ||
        l->count == MERGES_MAXIMUM)
        return;
    if (l->count == l->capacity) {
        size_t capacity = l->capacity == 0 ? 64 : l->capacity * 2;
        grid_merge *grown = realloc(l->items, capacity * sizeof *grown);
        if (grown == NULL) {
            l->no_memory = true;
            return;
        }
        l->items = grown;
        l->capacity = capacity;
    }
    l->items[l->count++] = m;
}

/* Takes the elements out of `length` bytes; returns how many bytes at the end may be the beginning of one. */
static size_t elements_find(merge_list *l, const char *bytes, size_t length, bool last)
{
    static const char name[] = "mergeCell";
    char element[ELEMENT_MAXIMUM + 1];
    for (const char *at = bytes; (at = memchr(at, 'm', length - (size_t)(at - bytes))) != NULL; at++) {
        size_t left = length - (size_t)(at - bytes);
        if (left < ELEMENT_MAXIMUM && !last)
            return left + (at > bytes); /* with the byte before it */
        if (at == bytes || (at[-1] != '<' && at[-1] != ':') || left < sizeof name ||
            memcmp(at, name, sizeof name - 1) != 0 || (unsigned char)at[sizeof name - 1] > ' ')
            continue;
        const char *end = memchr(at, '>', left < ELEMENT_MAXIMUM ? left : ELEMENT_MAXIMUM);
        if (end == NULL)
            continue;
        memcpy(element, at, (size_t)(end - at));
        element[end - at] = 0;
        merge_add(l, element);
    }
    return 1;
}

static int merge_compare(const void *left, const void *right)
{
    const grid_merge *a = left, *b = right;
    if (a->first_row != b->first_row)
        return a->first_row < b->first_row ? -1 : 1;
    return (a->first_column > b->first_column) - (a->first_column < b->first_column);
}

static status part_scan(zip_file_t *part, merge_list *l, error *err)
{
    char *bytes = malloc(SCAN_BYTES);
    size_t held = 0;
    bool ended = false;
    if (bytes == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    while (!ended && !l->no_memory) {
        zip_int64_t got = zip_fread(part, bytes + held, SCAN_BYTES - held);
        if (got < 0)
            break; /* who reads the rows will say what is wrong with the part */
        ended = got == 0;
        size_t length = held + (size_t)got;
        held = elements_find(l, bytes, length, ended);
        held = held < length ? held : length;
        memmove(bytes, bytes + length - held, held);
    }
    free(bytes);
    return l->no_memory ? error_set(err, STATUS_MEMORY, "Out of memory") : STATUS_OK;
}

/* NULL for what is not there or must not be unpacked: who reads the rows says so. */
static zip_file_t *part_open(zip_t *archive, const char *name)
{
    zip_stat_t st;
    zip_stat_init(&st);
    zip_int64_t index = zip_name_locate(archive, name, ZIP_FL_NOCASE);
    bool sane = index >= 0 && zip_stat_index(archive, (zip_uint64_t)index, 0, &st) == 0 &&
                (st.valid & (ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE)) == (ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE) &&
                !unpacked_absurdly(st.comp_size, st.size) && st.size <= INTAKE_TABLE_MAXIMUM;
    return sane ? zip_fopen_index(archive, (zip_uint64_t)index, 0) : NULL;
}

status xlsx_merges(grid *g, size_t sheet, const grid_merge **out, size_t *count, error *err)
{
    xlsx_book *book = (xlsx_book *)g;
    if (book->merges_of != sheet + 1) {
        merge_list l = {0};
        zip_file_t *part = part_open(book->archive, book->parts[sheet]);
        status code = part == NULL ? STATUS_OK : part_scan(part, &l, err);
        if (part != NULL)
            (void)zip_fclose(part);
        if (code != STATUS_OK) {
            free(l.items);
            return code;
        }
        if (l.count > 1)
            qsort(l.items, l.count, sizeof *l.items, merge_compare);
        free(book->merges);
        book->merges = l.items;
        book->merge_count = l.count;
        book->merges_of = sheet + 1;
    }
    *out = book->merges;
    *count = book->merge_count;
    return STATUS_OK;
}
