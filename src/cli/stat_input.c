/* stat_input: see stat_input.h. Cells are judged in stat_cells.c, columns found in stat_columns.c, rows ordered in stat_order.c. */
#include "cli/stat_reading.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

status stat_no_memory(error *err)
{
    return error_set(err, STATUS_MEMORY, "There is not enough memory for the rows");
}

bool stat_grow(void **items, size_t capacity, size_t size)
{
    void *grown = realloc(*items, capacity * size);
    if (grown == NULL)
        return false;
    *items = grown;
    return true;
}

/* ---- texts and groups: open addressing, a slot holds 1 + the place ---- */

static uint64_t mix(uint64_t h)
{
    h ^= h >> 32;
    h *= 0x9e3779b97f4a7c15U;
    return h ^ (h >> 29);
}

static uint64_t text_hash(const char *at, size_t length)
{
    uint64_t h = 1469598103934665603U;
    for (size_t i = 0; i < length; i++)
        h = (h ^ (unsigned char)at[i]) * 1099511628211U;
    return mix(h);
}

static uint64_t cells_hash(const uint32_t *cells, size_t count)
{
    uint64_t h = count;
    for (size_t i = 0; i < count; i++)
        h = mix(h ^ ((uint64_t)cells[i] + 1));
    return h;
}

static bool slots_fit(stat_slots *s, size_t count, size_t *needs_rehash)
{
    *needs_rehash = 0;
    if (s->slots != NULL && (count + 1) * 2 <= s->count)
        return true;
    size_t fresh = s->count == 0 ? 1024 : s->count * 2;
    free(s->slots);
    s->slots = calloc(fresh, sizeof *s->slots);
    s->count = s->slots == NULL ? 0 : fresh;
    *needs_rehash = count;
    return s->slots != NULL;
}

static void slot_put(stat_slots *s, uint64_t hash, size_t place)
{
    size_t at = (size_t)hash & (s->count - 1);
    while (s->slots[at] != 0)
        at = (at + 1) & (s->count - 1);
    s->slots[at] = (uint32_t)place + 1;
}

static status text_keep(stat_data *d, text cell, uint32_t *out, error *err)
{
    stat_reading *r = d->own;
    size_t rehash = 0;
    if (!slots_fit(&r->text_slots, d->text_count, &rehash))
        return stat_no_memory(err);
    for (size_t i = 0; i < rehash; i++)
        slot_put(&r->text_slots, text_hash(d->texts[i], strlen(d->texts[i])), i);
    uint64_t hash = text_hash(cell.at, cell.length);
    size_t at = (size_t)hash & (r->text_slots.count - 1);
    for (; r->text_slots.slots[at] != 0; at = (at + 1) & (r->text_slots.count - 1)) {
        uint32_t place = r->text_slots.slots[at] - 1;
        if (text_is(cell, d->texts[place])) {
            *out = place;
            return STATUS_OK;
        }
    }
    if (d->text_count == r->text_capacity) {
        size_t capacity = r->text_capacity == 0 ? 1024 : r->text_capacity * 2;
        if (capacity > UINT32_MAX || !stat_grow((void **)&d->texts, capacity, sizeof *d->texts))
            return stat_no_memory(err);
        r->text_capacity = capacity;
    }
    char *kept = arena_copy(&d->memory, cell.at == NULL ? "" : cell.at, cell.length);
    if (kept == NULL)
        return stat_no_memory(err);
    r->text_slots.slots[at] = (uint32_t)d->text_count + 1;
    *out = (uint32_t)d->text_count;
    d->texts[d->text_count++] = kept;
    return STATUS_OK;
}

static status group_find(stat_data *d, const uint32_t *cells, uint32_t *out, error *err)
{
    stat_reading *r = d->own;
    size_t bytes = d->by_count * sizeof *cells, rehash = 0;
    /* Rows of a group mostly follow each other. */
    if (d->count > 0 && (bytes == 0 || memcmp(d->groups[r->group_of[d->count - 1]].cells, cells, bytes) == 0)) {
        *out = r->group_of[d->count - 1];
        return STATUS_OK;
    }
    if (!slots_fit(&r->group_slots, d->group_count, &rehash))
        return stat_no_memory(err);
    for (size_t i = 0; i < rehash; i++)
        slot_put(&r->group_slots, cells_hash(d->groups[i].cells, d->by_count), i);
    size_t at = (size_t)cells_hash(cells, d->by_count) & (r->group_slots.count - 1);
    for (; r->group_slots.slots[at] != 0; at = (at + 1) & (r->group_slots.count - 1)) {
        uint32_t place = r->group_slots.slots[at] - 1;
        if (bytes == 0 || memcmp(d->groups[place].cells, cells, bytes) == 0) {
            *out = place;
            return STATUS_OK;
        }
    }
    if (d->group_count == r->group_capacity) {
        size_t capacity = r->group_capacity == 0 ? 256 : r->group_capacity * 2;
        if (!stat_grow((void **)&d->groups, capacity, sizeof *d->groups))
            return stat_no_memory(err);
        r->group_capacity = capacity;
    }
    uint32_t *kept = arena_array(&d->memory, d->by_count + 1, sizeof *kept);
    if (kept == NULL)
        return stat_no_memory(err);
    if (bytes > 0)
        memcpy(kept, cells, bytes);
    r->group_slots.slots[at] = (uint32_t)d->group_count + 1;
    *out = (uint32_t)d->group_count;
    d->groups[d->group_count++] = (stat_group){.cells = kept};
    return STATUS_OK;
}

/* ---- rows ---- */

static status rows_grow(stat_data *d, error *err)
{
    stat_reading *r = d->own;
    if (d->count < r->capacity)
        return STATUS_OK;
    if (d->count >= STAT_ROWS_MAXIMUM)
        return error_set(err, STATUS_REFUSED, "The file has more than %zu rows", STAT_ROWS_MAXIMUM);
    size_t capacity = r->capacity == 0 ? 1024 : r->capacity * 2;
    bool good = stat_grow((void **)&d->lines, capacity, sizeof *d->lines) &&
                stat_grow((void **)&r->group_of, capacity, sizeof *r->group_of);
    for (size_t i = 0; i < d->column_count && good; i++) {
        stat_cells *c = &d->columns[i];
        bool is_by = i >= d->by_first && i < d->by_first + d->by_count;
        if (!c->present || is_by)
            continue;
        if (c->kind != STAT_TEXT)
            good = stat_grow((void **)&c->numbers, capacity, sizeof *c->numbers);
        if (good && (c->kind == STAT_TEXT || c->kind == STAT_WHEN))
            good = stat_grow((void **)&c->texts, capacity, sizeof *c->texts);
    }
    r->capacity = capacity;
    return good ? STATUS_OK : stat_no_memory(err);
}

static bool row_is_blank(const text *fields, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text_trim(fields[i]).length > 0)
            return false;
    return true;
}

/* A stray comma moves every cell behind it, so a row of another length is refused. Empty cells too many are harmless. */
static bool row_fits(const stat_data *d, const text *fields, size_t count, int64_t line, problems *list)
{
    size_t wanted = d->own->header_count;
    if (count == wanted || (count > wanted && row_is_blank(fields + wanted, count - wanted)))
        return true;
    error e = {0};
    (void)error_set(&e, STATUS_REFUSED, "The row has %zu cells, the header %zu", count, wanted);
    error_at(&e, d->source, NULL, line, NULL);
    error_hint(&e, "A cell that holds a comma needs quotes around it.");
    problems_add(list, &e);
    return false;
}

static status row_take(stat_data *d, const text *fields, size_t count, int64_t line, problems *list, error *err)
{
    if (row_is_blank(fields, count) || !row_fits(d, fields, count, line, list))
        return STATUS_OK;
    stat_reading *r = d->own;
    uint32_t by[STAT_BY_MAXIMUM] = {0}, group = 0;
    size_t n = d->count;
    bool good = true;
    status code = rows_grow(d, err);
    for (size_t i = 0; i < d->column_count && code == STATUS_OK; i++) {
        stat_cells *c = &d->columns[i];
        if (!c->present)
            continue;
        text cell = text_trim(fields[c->place]);
        bool is_by = i >= d->by_first && i < d->by_first + d->by_count;
        if (is_by)
            code = text_keep(d, cell, &by[i - d->by_first], err);
        else if (c->kind == STAT_TEXT || c->kind == STAT_WHEN)
            code = text_keep(d, cell, &c->texts[n], err);
        if (code == STATUS_OK && !is_by && c->kind != STAT_TEXT)
            good &= stat_cell_read(d, c, cell, line, &c->numbers[n], list);
    }
    if (code == STATUS_OK && good)
        code = group_find(d, by, &group, err);
    if (code != STATUS_OK || !good)
        return code;
    d->lines[n] = line > UINT32_MAX ? UINT32_MAX : (uint32_t)line;
    r->group_of[n] = group;
    if (r->row_check != NULL) {
        error wrong = {0};
        if (r->row_check(d, n, &wrong) != STATUS_OK)
            problems_add(list, &wrong);
    }
    d->groups[group].count++;
    d->count++;
    return STATUS_OK;
}

static status rows_read(csv_reader *reader, const stat_request *q, stat_data *d, problems *list, error *err)
{
    const text *fields = NULL;
    size_t count = 0;
    int64_t line = 0;
    status code = csv_next(reader, &fields, &count, &line, err);
    if (code == STATUS_OK && fields == NULL) {
        code = error_set(err, STATUS_REFUSED, "The file is empty");
        error_hint(err, "It needs a line of column names, and rows.");
    }
    if (code == STATUS_OK)
        code = stat_columns_find(d, q, fields, count, err);
    while (code == STATUS_OK) {
        code = csv_next(reader, &fields, &count, &line, err);
        if (code != STATUS_OK || fields == NULL)
            break;
        code = row_take(d, fields, count, line, list, err);
    }
    if (code == STATUS_OK && d->count == 0 && list->total == 0) {
        code = error_set(err, STATUS_REFUSED, "The file has a line of column names but no row");
        error_hint(err, "There is nothing to compute.");
    }
    return code;
}

void stat_numbers(const stat_data *d, const stat_group *g, size_t column, double *out)
{
    const stat_cells *c = &d->columns[column];
    for (size_t i = 0; i < g->count; i++)
        out[i] = c->present ? c->numbers[stat_row(d, g, i)] : NAN;
}

static void reading_free(stat_data *d)
{
    if (d->own == NULL)
        return;
    free(d->own->group_of);
    free(d->own->text_slots.slots);
    free(d->own->group_slots.slots);
    free(d->own);
    d->own = NULL;
}

void stat_data_free(stat_data *d)
{
    reading_free(d);
    for (size_t i = 0; i < d->column_count; i++) {
        free(d->columns[i].numbers);
        free(d->columns[i].texts);
    }
    free(d->groups);
    free(d->lines);
    free(d->order);
    free(d->texts);
    arena_free(&d->memory);
    *d = (stat_data){0};
}

status stat_input_read(const stat_request *q, stat_data *out, problems *list, error *err)
{
    csv_reader *reader = q->from;
    *out = (stat_data){.source = strcmp(q->path, "-") == 0 ? "standard input" : q->path};
    out->own = calloc(1, sizeof *out->own);
    status code = out->own == NULL ? stat_no_memory(err) : STATUS_OK;
    if (code == STATUS_OK)
        out->own->row_check = q->row_check;
    if (code == STATUS_OK && reader == NULL)
        code = csv_open_path(q->path, &reader, err);
    if (code == STATUS_OK)
        code = rows_read(reader, q, out, list, err);
    if (q->from == NULL)
        csv_close(reader);
    if (code == STATUS_OK && list->total == 0)
        code = stat_rows_order(out, q, list, err);
    if (code == STATUS_OK && list->total > 0)
        code = error_set(err, STATUS_REFUSED, "%lld %s refused: nothing was computed", (long long)list->total,
                         list->total == 1 ? "cell or row is" : "cells or rows are");
    if (code != STATUS_OK && err != NULL && err->file[0] == 0)
        error_at(err, out->source, NULL, 0, NULL);
    reading_free(out);
    return code;
}
