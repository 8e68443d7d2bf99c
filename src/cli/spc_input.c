/* spc_input: see spc_input.h. */
#include "cli/spc_input.h"

#include "intake/intake.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- growing ---- */

static status no_memory(error *err)
{
    return error_set(err, STATUS_MEMORY, "There is not enough memory for the rows");
}

static bool grow(void **items, size_t capacity, size_t size)
{
    void *grown = realloc(*items, capacity * size);
    if (grown == NULL)
        return false;
    *items = grown;
    return true;
}

static status rows_grow(spc_input *in, error *err)
{
    if (in->count < in->capacity)
        return STATUS_OK;
    if (in->count >= SPC_ROWS_MAXIMUM)
        return error_set(err, STATUS_REFUSED, "The file has more than %zu rows", SPC_ROWS_MAXIMUM);
    size_t capacity = in->capacity == 0 ? 4096 : in->capacity * 2;
    if (!grow((void **)&in->dates, capacity, sizeof *in->dates) ||
        !grow((void **)&in->values, capacity, sizeof *in->values) ||
        !grow((void **)&in->months, capacity, sizeof *in->months) ||
        !grow((void **)&in->lines, capacity, sizeof *in->lines) ||
        !grow((void **)&in->group_of, capacity, sizeof *in->group_of))
        return no_memory(err);
    if (in->has_targets && !grow((void **)&in->targets, capacity, sizeof *in->targets))
        return no_memory(err);
    in->capacity = capacity;
    return STATUS_OK;
}

void spc_input_free(spc_input *in)
{
    free(in->groups);
    free(in->dates);
    free(in->values);
    free(in->months);
    free(in->lines);
    free(in->targets);
    free(in->group_of);
    free(in->slots);
    arena_free(&in->memory);
    *in = (spc_input){0};
}

/* ---- groups: open addressing over their names ---- */

static uint64_t name_hash(text name)
{
    uint64_t h = 1469598103934665603U;
    for (size_t i = 0; i < name.length; i++)
        h = (h ^ (unsigned char)name.at[i]) * 1099511628211U;
    return h ^ (h >> 29);
}

/* A slot holds 1 + the group, 0 = free. */
static size_t slot_of(const spc_input *in, text name)
{
    size_t at = (size_t)name_hash(name) & (in->slot_count - 1);
    while (in->slots[at] != 0 && !text_is(name, in->groups[in->slots[at] - 1].name))
        at = (at + 1) & (in->slot_count - 1);
    return at;
}

static status groups_grow(spc_input *in, error *err)
{
    size_t capacity = in->group_capacity == 0 ? 256 : in->group_capacity * 2;
    if (!grow((void **)&in->groups, capacity, sizeof *in->groups))
        return no_memory(err);
    in->group_capacity = capacity;
    free(in->slots);
    in->slot_count = capacity * 2;
    in->slots = calloc(in->slot_count, sizeof *in->slots);
    if (in->slots == NULL)
        return no_memory(err);
    for (size_t i = 0; i < in->group_count; i++)
        in->slots[slot_of(in, text_of(in->groups[i].name))] = (uint32_t)i + 1;
    return STATUS_OK;
}

static status group_find(spc_input *in, text name, uint32_t *out, error *err)
{
    /* Rows of a group mostly follow each other. */
    if (in->count > 0 && text_is(name, in->groups[in->group_of[in->count - 1]].name)) {
        *out = in->group_of[in->count - 1];
        return STATUS_OK;
    }
    if (in->group_count == in->group_capacity) {
        status code = groups_grow(in, err);
        if (code != STATUS_OK)
            return code;
    }
    size_t at = slot_of(in, name);
    if (in->slots[at] == 0) {
        char *kept = arena_copy(&in->memory, name.at == NULL ? "" : name.at, name.length);
        if (kept == NULL)
            return no_memory(err);
        in->groups[in->group_count++] = (spc_group){.name = kept};
        in->slots[at] = (uint32_t)in->group_count;
    }
    *out = in->slots[at] - 1;
    return STATUS_OK;
}

/* ---- columns ---- */

typedef struct places {
    size_t by, date, value, target;
    bool has_by, has_target;
} places;

static status column_find(const text *headers, size_t count, const char *option, const char *wanted, size_t *out,
                          error *err)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        if (text_is(text_trim(headers[i]), wanted)) {
            *out = i;
            found++;
        }
    }
    if (found == 1)
        return STATUS_OK;
    buffer names = {0};
    for (size_t i = 0; i < count && i < 12; i++) {
        text name = text_trim(headers[i]);
        buffer_printf(&names, "%s%.*s", i == 0 ? "" : ", ", (int)(name.length < 40 ? name.length : 40), name.at);
    }
    status code = found == 0 ? error_set(err, STATUS_REFUSED, "There is no column '%s'", wanted)
                             : error_set(err, STATUS_REFUSED, "The column '%s' is there %zu times", wanted, found);
    error_hint(err, "%s names one of these columns: %s%s.", option, names.data == NULL ? "" : names.data,
               count > 12 ? " ..." : "");
    buffer_free(&names);
    return code;
}

static status columns_find(const spc_request *r, const text *headers, size_t count, places *out, error *err)
{
    status code = column_find(headers, count, "--date", r->date, &out->date, err);
    if (code == STATUS_OK)
        code = column_find(headers, count, "--value", r->value, &out->value, err);
    out->has_by = r->by != NULL;
    if (code == STATUS_OK && out->has_by)
        code = column_find(headers, count, "--by", r->by, &out->by, err);
    out->has_target = r->target != NULL;
    if (code == STATUS_OK && out->has_target)
        code = column_find(headers, count, "--target", r->target, &out->target, err);
    return code;
}

/* ---- cells ---- */

static bool date_read(text cell, date *out, bool *is_month)
{
    *is_month = false;
    if (date_parse(cell, out))
        return true;
    period p;
    if (cell.length == 7 && period_parse(cell, &p) && p.kind == PERIOD_MONTH) {
        *is_month = true;
        *out = period_first_day(p);
        return true;
    }
    return date_parse_loose(cell, out);
}

static bool value_read(text cell, double *out)
{
    if (cell.length == 0 || text_is_nocase(cell, "na") || text_is(cell, "-")) {
        *out = NAN;
        return true;
    }
    return number_parse(cell, out);
}

static void cell_refused(problems *list, const spc_request *r, const char *column, int64_t line, const char *what,
                         text cell, const char *hint)
{
    error e = {0};
    (void)error_set(&e, STATUS_REFUSED, "'%.*s' is not a %s", (int)(cell.length < 60 ? cell.length : 60), cell.at,
                    what);
    error_at(&e, strcmp(r->path, "-") == 0 ? "standard input" : r->path, NULL, line, column);
    error_hint(&e, "%s", hint);
    problems_add(list, &e);
}

static status row_take(spc_input *in, const spc_request *r, const places *at, const text *fields, size_t count,
                       int64_t line, problems *list, error *err)
{
    size_t last = at->date > at->value ? at->date : at->value;
    last = at->has_by && at->by > last ? at->by : last;
    last = at->has_target && at->target > last ? at->target : last;
    if (count == 1 && text_trim(fields[0]).length == 0)
        return STATUS_OK; /* an empty line */
    if (count <= last) {
        error e = {0};
        (void)error_set(&e, STATUS_REFUSED, "The row has %zu %s, and column %zu is needed", count,
                        count == 1 ? "cell" : "cells", last + 1);
        error_at(&e, strcmp(r->path, "-") == 0 ? "standard input" : r->path, NULL, line, NULL);
        problems_add(list, &e);
        return STATUS_OK;
    }
    status code = rows_grow(in, err);
    uint32_t group = 0;
    if (code == STATUS_OK)
        code = group_find(in, at->has_by ? text_trim(fields[at->by]) : (text){.at = "", .length = 0}, &group, err);
    if (code != STATUS_OK)
        return code;
    text date_cell = text_trim(fields[at->date]), value_cell = text_trim(fields[at->value]);
    text target_cell = at->has_target ? text_trim(fields[at->target]) : (text){.at = "", .length = 0};
    size_t n = in->count;
    if (!date_read(date_cell, &in->dates[n], &in->months[n]))
        cell_refused(list, r, r->date, line, "date", date_cell, "Dates are written 2026-04-30, 2026-04 or 30/04/2026.");
    else if (!value_read(value_cell, &in->values[n]))
        cell_refused(list, r, r->value, line, "number", value_cell,
                     "Leave the cell empty, or write NA, where there is no value.");
    else if (at->has_target && !value_read(target_cell, &in->targets[n]))
        cell_refused(list, r, r->target, line, "number", target_cell,
                     "Leave the cell empty, or write NA, where there is no target.");
    else {
        in->lines[n] = line;
        in->group_of[n] = group;
        in->groups[group].count++;
        in->count++;
    }
    return STATUS_OK;
}

/* ---- order ---- */

typedef struct row_order {
    date date;
    uint32_t row;
} row_order;

static int order_compare(const void *left, const void *right)
{
    const row_order *a = left, *b = right;
    if (a->date != b->date)
        return a->date < b->date ? -1 : 1;
    return a->row < b->row ? -1 : 1;
}

void spc_input_take(spc_input *in, const spc_input *rows)
{
    free(in->dates);
    free(in->values);
    free(in->months);
    free(in->lines);
    free(in->targets);
    in->dates = rows->dates;
    in->values = rows->values;
    in->months = rows->months;
    in->lines = rows->lines;
    in->targets = rows->targets;
}

/* Rows of a group together (a counting sort, so that their order stays), then by date where they are not already. */
static status rows_sort(spc_input *in, error *err)
{
    bool sorted = true;
    size_t next = 0;
    for (size_t g = 0; g < in->group_count; g++) {
        in->groups[g].first = next;
        next += in->groups[g].count;
    }
    for (size_t i = 1; i < in->count && sorted; i++)
        sorted = in->group_of[i] > in->group_of[i - 1] ||
                 (in->group_of[i] == in->group_of[i - 1] && in->dates[i] >= in->dates[i - 1]);
    if (sorted)
        return STATUS_OK;
    row_order *order = calloc(in->count, sizeof *order);
    size_t *place = calloc(in->group_count, sizeof *place);
    spc_input out = {.capacity = in->count};
    out.dates = calloc(in->count, sizeof *out.dates);
    out.values = calloc(in->count, sizeof *out.values);
    out.months = calloc(in->count, sizeof *out.months);
    out.lines = calloc(in->count, sizeof *out.lines);
    out.targets = in->has_targets ? calloc(in->count, sizeof *out.targets) : NULL;
    status code = STATUS_OK;
    if (order == NULL || place == NULL || out.dates == NULL || out.values == NULL || out.months == NULL ||
        out.lines == NULL || (in->has_targets && out.targets == NULL)) {
        code = no_memory(err);
        spc_input_free(&out);
        goto out;
    }
    for (size_t i = 0; i < in->count; i++) {
        size_t g = in->group_of[i];
        order[in->groups[g].first + place[g]++] = (row_order){.date = in->dates[i], .row = (uint32_t)i};
    }
    for (size_t g = 0; g < in->group_count; g++)
        qsort(order + in->groups[g].first, in->groups[g].count, sizeof *order, order_compare);
    for (size_t i = 0; i < in->count; i++) {
        out.dates[i] = in->dates[order[i].row];
        out.values[i] = in->values[order[i].row];
        out.months[i] = in->months[order[i].row];
        out.lines[i] = in->lines[order[i].row];
        if (in->has_targets)
            out.targets[i] = in->targets[order[i].row];
    }
    spc_input_take(in, &out);
out:
    free(order);
    free(place);
    return code;
}

static void duplicates_refuse(const spc_input *in, const spc_request *r, problems *list)
{
    for (size_t g = 0; g < in->group_count; g++) {
        const spc_group *group = &in->groups[g];
        for (size_t i = group->first + 1; i < group->first + group->count; i++) {
            if (in->dates[i] != in->dates[i - 1])
                continue;
            error e = {0};
            char words[DATE_TEXT];
            date_format(in->dates[i], words);
            (void)error_set(&e, STATUS_REFUSED, "%s%s%s has the date %s twice (row %lld too)",
                            group->name[0] == 0 ? "The file" : "Group '", group->name, group->name[0] == 0 ? "" : "'",
                            words, (long long)in->lines[i - 1]);
            error_at(&e, strcmp(r->path, "-") == 0 ? "standard input" : r->path, NULL, in->lines[i], r->date);
            error_hint(&e, r->by == NULL ? "Part the rows with --by, or give each date once."
                                         : "Give each date once per group.");
            problems_add(list, &e);
        }
    }
}

/* ---- the whole ---- */

static status rows_read(csv_reader *reader, spc_input *in, const spc_request *r, problems *list, error *err)
{
    const text *fields = NULL;
    size_t count = 0;
    int64_t line = 0;
    places at = {0};
    status code = csv_next(reader, &fields, &count, &line, err);
    if (code == STATUS_OK && fields == NULL) {
        code = error_set(err, STATUS_REFUSED, "The file is empty");
        error_hint(err, "It needs a line of column names, and rows.");
    }
    if (code == STATUS_OK)
        code = columns_find(r, fields, count, &at, err);
    while (code == STATUS_OK) {
        code = csv_next(reader, &fields, &count, &line, err);
        if (code != STATUS_OK || fields == NULL)
            break;
        code = row_take(in, r, &at, fields, count, line, list, err);
    }
    return code;
}

status spc_input_read(const spc_request *r, spc_input *out, problems *list, error *err)
{
    csv_reader *reader = NULL;
    *out = (spc_input){.has_targets = r->target != NULL};
    status code = csv_open_path(r->path, &reader, err);
    if (code == STATUS_OK)
        code = rows_read(reader, out, r, list, err);
    csv_close(reader);
    if (code == STATUS_OK && list->total == 0)
        code = rows_sort(out, err);
    if (code == STATUS_OK && list->total == 0)
        duplicates_refuse(out, r, list);
    if (code == STATUS_OK && list->total == 0 && r->period_months > 0)
        code = spc_gaps_fill(r, out, list, err);
    if (code == STATUS_OK && list->total > 0)
        code = error_set(err, STATUS_REFUSED, "%lld %s wrong", (long long)list->total,
                         list->total == 1 ? "cell is" : "cells are");
    if (code != STATUS_OK && err != NULL && err->file[0] == 0)
        error_at(err, strcmp(r->path, "-") == 0 ? "standard input" : r->path, NULL, 0, NULL);
    return code;
}
