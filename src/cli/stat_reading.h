/* stat_reading: what the parts of stat_input share. Inside stat_input only. */
#ifndef CONCORD_CLI_STAT_READING_H
#define CONCORD_CLI_STAT_READING_H

#include "cli/stat_input.h"

typedef struct stat_slots {
    uint32_t *slots;
    size_t count; /* a power of two */
} stat_slots;

typedef struct stat_reading {
    size_t capacity, text_capacity, group_capacity, header_count;
    uint32_t *group_of;
    stat_slots text_slots, group_slots;
    stat_row_check row_check;
    bool when_is_told; /* the first date was read: the others must be of its sort */
} stat_reading;

MUST_USE status stat_no_memory(error *err);
bool stat_grow(void **items, size_t capacity, size_t size);

/* stat_columns.c: fills d->columns from the header. */
MUST_USE status stat_columns_find(stat_data *d, const stat_request *q, const text *headers, size_t count, error *err);
/* stat_cells.c: false where the cell is refused (a problem is added). */
bool stat_cell_read(stat_data *d, const stat_cells *c, text cell, int64_t line, double *out, problems *list);
/* stat_order.c: groups together, each by date; dates twice become problems. */
MUST_USE status stat_rows_order(stat_data *d, const stat_request *q, problems *list, error *err);

#endif
