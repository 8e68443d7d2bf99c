/* stat_order: rows of a group together, and in the order of their dates. */
#include "cli/stat_reading.h"

#include <stdlib.h>
#include <string.h>

typedef struct keyed_row {
    double key;
    uint32_t row;
} keyed_row;

static int keyed_compare(const void *left, const void *right)
{
    const keyed_row *a = left, *b = right;
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return a->row < b->row ? -1 : 1;
}

/* The column that orders rows, or NULL. */
static const stat_cells *when_column(const stat_data *d)
{
    for (size_t i = 0; i < d->column_count; i++)
        if (d->columns[i].present && d->columns[i].kind == STAT_WHEN)
            return &d->columns[i];
    return NULL;
}

static bool is_ordered(const stat_data *d, const stat_cells *when)
{
    const uint32_t *group = d->own->group_of;
    for (size_t i = 1; i < d->count; i++)
        if (group[i] < group[i - 1] ||
            (group[i] == group[i - 1] && when != NULL && when->numbers[i] < when->numbers[i - 1]))
            return false;
    return true;
}

static void group_sort(stat_data *d, const stat_group *g, const stat_cells *when, keyed_row *scratch)
{
    for (size_t i = 0; i < g->count; i++) {
        uint32_t row = d->order[g->first + i];
        scratch[i] = (keyed_row){.key = when->numbers[row], .row = row};
    }
    qsort(scratch, g->count, sizeof *scratch, keyed_compare);
    for (size_t i = 0; i < g->count; i++)
        d->order[g->first + i] = scratch[i].row;
}

/* A counting sort over groups keeps the order of the file within each; then each by date. */
static status rows_sort(stat_data *d, const stat_cells *when, error *err)
{
    status code = STATUS_OK;
    size_t longest = 0;
    keyed_row *scratch = NULL;
    size_t *place = calloc(d->group_count, sizeof *place);
    d->order = calloc(d->count, sizeof *d->order);
    if (place == NULL || d->order == NULL) {
        code = stat_no_memory(err);
        goto out;
    }
    for (size_t i = 0; i < d->count; i++) {
        size_t g = d->own->group_of[i];
        d->order[d->groups[g].first + place[g]++] = (uint32_t)i;
    }
    if (when == NULL)
        goto out;
    for (size_t g = 0; g < d->group_count; g++)
        longest = d->groups[g].count > longest ? d->groups[g].count : longest;
    scratch = calloc(longest, sizeof *scratch);
    if (scratch == NULL) {
        code = stat_no_memory(err);
        goto out;
    }
    for (size_t g = 0; g < d->group_count; g++)
        group_sort(d, &d->groups[g], when, scratch);
out:
    free(scratch);
    free(place);
    return code;
}

static void duplicate_refuse(const stat_data *d, const stat_group *g, const stat_cells *when, size_t before, size_t row,
                             problems *list)
{
    error e = {0};
    buffer name = {0};
    for (size_t k = 0; k < d->by_count; k++)
        buffer_printf(&name, "%s%.80s", k == 0 ? "" : ", ", d->texts[g->cells[k]]);
    (void)error_set(&e, STATUS_REFUSED, "%s%s%s has '%.40s' twice (row %lu too)",
                    d->by_count == 0 ? "The file" : "Group '", name.data == NULL ? "" : name.data,
                    d->by_count == 0 ? "" : "'", d->texts[when->texts[row]], (unsigned long)d->lines[before]);
    error_at(&e, d->source, NULL, d->lines[row], when->header);
    error_hint(&e, d->by_count == 0 ? "Part the rows with --by, or give each date once."
                                    : "Give each date once per group.");
    problems_add(list, &e);
    buffer_free(&name);
}

static void duplicates_refuse(const stat_data *d, const stat_cells *when, problems *list)
{
    for (size_t k = 0; k < d->group_count; k++) {
        const stat_group *g = &d->groups[k];
        for (size_t i = 1; i < g->count; i++) {
            size_t before = stat_row(d, g, i - 1), row = stat_row(d, g, i);
            if (when->numbers[before] == when->numbers[row])
                duplicate_refuse(d, g, when, before, row, list);
        }
    }
}

status stat_rows_order(stat_data *d, const stat_request *q, problems *list, error *err)
{
    const stat_cells *when = when_column(d);
    size_t next = 0;
    for (size_t g = 0; g < d->group_count; g++) {
        d->groups[g].first = next;
        next += d->groups[g].count;
    }
    if (!is_ordered(d, when)) {
        status code = rows_sort(d, when, err);
        if (code != STATUS_OK)
            return code;
    }
    if (when != NULL && !q->repeated_dates)
        duplicates_refuse(d, when, list);
    return STATUS_OK;
}
