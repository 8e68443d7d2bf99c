/*
 * checks: the totals that a file prints, held against the sums of its own rows.
 *
 * A total line is the total of the rows that share its values in some columns ("all English providers", for each route and tumour type). Each kind of total line keeps one set of sums per
 * such group. The sums are made only of what is kept, so a difference means that a row was misread, or that the publisher's own figures do not add up; both are worth a note.
 */
#include "intake/shape.h"
#include "intake/stream.h"

#include <stdlib.h>
#include <string.h>

#define GROUPS_MAXIMUM ((size_t)1 << 18)
#define TOLD_MOST      3 /* differences told one by one */
#define KINDS_MAXIMUM  ((size_t)256)

typedef struct check_sum {
    int64_t sum, said, rows;
    bool unsure, is_said, rounded;
} check_sum;

typedef struct check_group {
    key_hash key;
    const layout_set_aside *rule;
    bool taken;
    int64_t line; /* of the total line, 0 = none yet */
    const char *label;
    check_sum *sums; /* per count column */
} check_group;

struct checks {
    const source *source;
    arena *memory;
    int32_t *place; /* per column of the source: which sum, -1 = no count */
    size_t place_count;
    check_group *groups;
    size_t count, capacity;
};

status checks_open(const source *s, arena *a, checks **out, error *err)
{
    checks *c = arena_alloc(a, sizeof *c);
    *out = c;
    if (c == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    c->source = s;
    c->memory = a;
    c->place = arena_array(a, s->column_count, sizeof *c->place);
    if (c->place == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    for (size_t i = 0; i < s->column_count; i++)
        c->place[i] =
            s->columns[i].type == COLUMN_COUNT || s->columns[i].type == COLUMN_BAND ? (int32_t)c->place_count++ : -1;
    return STATUS_OK;
}

void checks_close(checks *c)
{
    if (c != NULL) {
        free(c->groups);
        c->groups = NULL;
    }
}

static check_group *slot_of(check_group *groups, size_t capacity, key_hash key)
{
    size_t i = (size_t)(key.high ^ (key.low >> 29)) & (capacity - 1);
    while (groups[i].taken && (groups[i].key.low != key.low || groups[i].key.high != key.high))
        i = (i + 1) & (capacity - 1);
    return &groups[i];
}

static status group_find(checks *c, key_hash key, check_group **out, error *err)
{
    if (c->count * 2 >= c->capacity) {
        size_t capacity = c->capacity == 0 ? 256 : c->capacity * 2;
        if (capacity > GROUPS_MAXIMUM)
            return error_set(err, STATUS_REFUSED, "The file has more groups with totals than any publication has");
        check_group *grown = calloc(capacity, sizeof *grown);
        if (grown == NULL)
            return error_set(err, STATUS_MEMORY, "Out of memory");
        for (size_t i = 0; i < c->capacity; i++)
            if (c->groups[i].taken)
                *slot_of(grown, capacity, c->groups[i].key) = c->groups[i];
        free(c->groups);
        c->groups = grown;
        c->capacity = capacity;
    }
    check_group *g = slot_of(c->groups, c->capacity, key);
    if (!g->taken) {
        *g = (check_group){
            .key = key, .taken = true, .sums = arena_array(c->memory, c->place_count + 1, sizeof *g->sums)};
        if (g->sums == NULL)
            return error_set(err, STATUS_MEMORY, "Out of memory");
        c->count++;
    }
    *out = g;
    return STATUS_OK;
}

static void key_start(key_hash *key, const layout_set_aside *rule, const void *sheet, period p)
{
    *key = key_hash_begin();
    key_hash_add(key, (text){(const char *)&rule, sizeof rule});
    key_hash_add(key, (text){(const char *)&sheet, sizeof sheet});
    key_hash_add(key, (text){(const char *)&p.first_month, sizeof p.first_month});
}

static void key_add(key_hash *key, text cell)
{
    char folded[128];
    const size_t n = word_fold(cell, folded, sizeof folded);
    key_hash_add(key, (text){folded, n});
}

status checks_add(checks *c, const layout_set_aside *rule, const void *sheet, const row_batch *batch, size_t i,
                  bool rounded, error *err)
{
    key_hash key;
    check_group *g;
    uint64_t bit = (uint64_t)1 << (i % 64);
    key_start(&key, rule, sheet, batch->period[i]);
    for (size_t k = 0; k < rule->by_count; k++) {
        const row_column *column = &batch->columns[rule->by[k]];
        bool is_text = column->type == COLUMN_CODE || column->type == COLUMN_CATEGORY || column->type == COLUMN_TEXT;
        key_add(&key, is_text && (column->present[i / 64] & bit) != 0 ? column->as.texts[i] : (text){"", 0});
    }
    status code = group_find(c, key, &g, err);
    for (size_t k = 0; k < c->source->column_count && code == STATUS_OK; k++) {
        const row_column *column = &batch->columns[k];
        if (c->place[k] < 0)
            continue;
        check_sum *sum = &g->sums[c->place[k]];
        sum->unsure |= (column->suppressed[i / 64] & bit) != 0;
        sum->rounded |= rounded;
        if ((column->present[i / 64] & bit) == 0)
            continue;
        sum->rows++;
        sum->unsure |= __builtin_add_overflow(
            sum->sum, column->type == COLUMN_COUNT ? column->as.counts[i] : column->as.bands[i], &sum->sum);
    }
    return code;
}

status checks_say(checks *c, const layout_set_aside *rule, const void *sheet, period p, const text *cells,
                  const source_layout *tokens, int64_t line, error *err)
{
    key_hash key;
    check_group *g;
    key_start(&key, rule, sheet, p);
    buffer label = {.maximum = 200};
    for (size_t k = 0; k < rule->by_count; k++) {
        text cell = text_trim(cells[rule->by[k]]);
        key_add(&key, cell);
        if (cell.length > 0 && label.length + cell.length < 120)
            buffer_printf(&label, "%s%.*s", label.length > 0 ? ", " : "", (int)cell.length, cell.at);
    }
    status code = group_find(c, key, &g, err);
    if (code == STATUS_OK && g->line == 0) {
        g->line = line;
        g->rule = rule;
        g->label = arena_string(c->memory, label.data == NULL ? "" : label.data);
    }
    for (size_t k = 0; k < c->source->column_count && code == STATUS_OK; k++) {
        int64_t value = 0;
        const char *why = NULL;
        if (c->place[k] < 0 || cells[k].length == 0 ||
            cell_count(tokens, cells[k], INT64_MAX, &value, &why) != CELL_VALUE)
            continue;
        check_sum *sum = &g->sums[c->place[k]];
        if (!sum->is_said) {
            sum->is_said = true;
            sum->said = value;
        }
    }
    buffer_free(&label);
    return code;
}

static int by_line(const void *a, const void *b)
{
    const check_group *x = *(const check_group *const *)a, *y = *(const check_group *const *)b;
    return (x->line > y->line) - (x->line < y->line);
}

static void difference_note(const checks *c, const check_group *g, size_t column, const grid_sheet *sheets,
                            intake_report *report, arena *a)
{
    char said[NUMBER_TEXT], sum[NUMBER_TEXT], place[160];
    const check_sum *s = &g->sums[c->place[column]];
    int64_t unit = source_per_unit(c->source, (int32_t)column);
    line_place at = place_of_line(g->line);
    (void)snprintf(place, sizeof place, at.sheet > 0 && sheets != NULL ? "sheet '%.80s', row %lld" : "%.0sline %lld",
                   at.sheet > 0 && sheets != NULL ? sheets[at.sheet - 1].name : "", (long long)at.row);
    if (unit == 1) {
        number_grouped(s->said, said);
        number_grouped(s->sum, sum);
    } else {
        (void)number_format((double)s->said / (double)unit, said);
        (void)number_format((double)s->sum / (double)unit, sum);
    }
    note_add(report, a, "the total (%s%s%s) says %s for %s; the rows add up to %s", place, g->label[0] != 0 ? ", " : "",
             g->label, said, c->source->columns[column].name, sum);
}

/* The total lines of one kind on one sheet. */
typedef struct total_kind {
    const layout_set_aside *rule;
    int32_t sheet;
    size_t figures, above; /* all of them, and those that are far above their sums */
    const check_group *shown;
    size_t shown_column; /* the first of those */
} total_kind;

static void kind_count(const checks *c, const check_group *g, total_kind *kind)
{
    for (size_t k = 0; k < c->source->column_count; k++) {
        const check_sum *s = c->place[k] < 0 ? NULL : &g->sums[c->place[k]];
        if (s == NULL || !s->is_said || s->unsure || s->said <= 0)
            continue;
        kind->figures++;
        if (s->said - s->sum <= s->said / 10 + (s->rounded ? s->rows + 1 : 0))
            continue;
        if (kind->above++ == 0) {
            kind->shown = g;
            kind->shown_column = k;
        }
    }
}

static status rows_missing(const checks *c, const total_kind *kind, const grid_sheet *sheets, const char *path,
                           error *err)
{
    char said[NUMBER_TEXT], sum[NUMBER_TEXT];
    const check_sum *s = &kind->shown->sums[c->place[kind->shown_column]];
    int64_t unit = source_per_unit(c->source, (int32_t)kind->shown_column);
    number_grouped(s->said / unit, said);
    number_grouped(s->sum / unit, sum);
    status code = error_set(
        err, STATUS_REFUSED,
        "Rows are missing: the total line (%.80s) says %s for %s, and the rows add up to %s; %zu of its %zu "
        "figures are so",
        kind->rule->reason, said, c->source->columns[kind->shown_column].name, sum, kind->above, kind->figures);
    line_place at = place_of_line(kind->shown->line);
    error_at(err, path, at.sheet > 0 && sheets != NULL ? sheets[at.sheet - 1].name : NULL, at.row, NULL);
    error_hint(err, "The file seems to have been cut off. Nothing of it was kept: download it again.");
    return code;
}

/* A slip of the publisher is in a figure or two; rows that are gone are in all of them. */
static status shortfall_check(const checks *c, const check_group *const *order, size_t count, const grid_sheet *sheets,
                              const char *path, error *err)
{
    total_kind kinds[KINDS_MAXIMUM];
    size_t known = 0;
    for (size_t i = 0; i < count; i++) {
        size_t k = 0;
        int32_t sheet = place_of_line(order[i]->line).sheet;
        while (k < known && (kinds[k].rule != order[i]->rule || kinds[k].sheet != sheet))
            k++;
        if (k == KINDS_MAXIMUM)
            continue; /* no publication has so many */
        if (k == known)
            kinds[known++] = (total_kind){.rule = order[i]->rule, .sheet = sheet};
        kind_count(c, order[i], &kinds[k]);
    }
    for (size_t k = 0; k < known; k++)
        if (kinds[k].figures > 1 && kinds[k].above * 2 > kinds[k].figures)
            return rows_missing(c, &kinds[k], sheets, path, err);
    return STATUS_OK;
}

status checks_compare(const checks *c, const grid_sheet *sheets, const char *path, intake_report *report, arena *a,
                      error *err)
{
    size_t said = 0, told = 0;
    const check_group **order = malloc((c->count + 1) * sizeof *order);
    if (order == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    for (size_t i = 0; i < c->capacity; i++)
        if (c->groups[i].taken && c->groups[i].line != 0)
            order[said++] = &c->groups[i];
    qsort(order, said, sizeof *order, by_line);
    status code = shortfall_check(c, order, said, sheets, path, err);
    for (size_t i = 0; i < said; i++)
        for (size_t k = 0; k < c->source->column_count; k++) {
            if (c->place[k] < 0)
                continue;
            const check_sum *s = &order[i]->sums[c->place[k]];
            if (!s->is_said || s->unsure)
                continue;
            report->totals_checked++;
            int64_t gap = s->said > s->sum ? s->said - s->sum : s->sum - s->said;
            if (gap <= (s->rounded ? s->rows + 1 : 0)) /* each rounded cell may be half a part off */
                continue;
            report->totals_differing++;
            if (told++ < TOLD_MOST)
                difference_note(c, order[i], k, sheets, report, a);
        }
    if (report->totals_differing > TOLD_MOST)
        note_add(report, a, "%lld more totals differ from the rows, of %lld that the file prints",
                 (long long)(report->totals_differing - TOLD_MOST), (long long)report->totals_checked);
    free(order);
    return code;
}
