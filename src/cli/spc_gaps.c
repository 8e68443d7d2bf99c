/*
 * spc_gaps: months and quarters that a csv passes over.
 *
 * A file that has no row for a month says nothing of it, and its neighbours would be taken for neighbours: a moving range, a run and the
 * line of a chart would go across the gap. With --period the absent months of each group become rows without a value.
 */
#include "cli/spc_input.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Rows filled in at most: twenty for each row of the file, so that one wrong date cannot ask for all the memory there is. */
#define FILLED_PER_ROW 20
#define FILLED_ALWAYS  100000

static int64_t month_of(date d)
{
    int year = 0, month = 0, day = 0;
    date_parts(d, &year, &month, &day);
    return (int64_t)year * 12 + month - 1;
}

static period month_at(int64_t month)
{
    return period_month((int)(month / 12), (int)(month % 12) + 1);
}

static void same_period_refuse(const spc_request *r, const spc_input *in, const spc_group *g, size_t row,
                               problems *list)
{
    error e = {0};
    char words[DATE_TEXT];
    date_format(in->dates[row], words);
    words[7] = 0;
    (void)error_set(&e, STATUS_REFUSED, "%s%s%s has two rows in the %s of %s (row %lld too)",
                    g->name[0] == 0 ? "The file" : "Group '", g->name, g->name[0] == 0 ? "" : "'",
                    r->period_months == 1 ? "month" : "quarter", words, (long long)in->lines[row - 1]);
    error_at(&e, strcmp(r->path, "-") == 0 ? "standard input" : r->path, NULL, in->lines[row], r->date);
    error_hint(&e, "With --period a group has one row in each: give each once, or leave --period out.");
    problems_add(list, &e);
}

/* How many rows there will be; two rows of one period are refused. */
static size_t rows_needed(const spc_request *r, const spc_input *in, problems *list)
{
    size_t needed = in->count;
    for (size_t k = 0; k < in->group_count; k++) {
        const spc_group *g = &in->groups[k];
        for (size_t i = g->first + 1; i < g->first + g->count; i++) {
            int64_t step = month_of(in->dates[i]) / r->period_months - month_of(in->dates[i - 1]) / r->period_months;
            if (step == 0)
                same_period_refuse(r, in, g, i, list);
            else
                needed += (size_t)step - 1;
        }
    }
    return needed;
}

/* A row that is filled in is dated as the one before it: by the month, its first day, or its last. */
static void row_fill(const spc_request *r, const spc_input *in, size_t before, int64_t step, spc_input *out, size_t at)
{
    int64_t month = month_of(in->dates[before]);
    bool last_day = !in->months[before] && in->dates[before] == period_last_day(month_at(month));
    period filled = month_at(month + step * r->period_months);
    out->dates[at] = last_day ? period_last_day(filled) : period_first_day(filled);
    out->months[at] = in->months[before];
    out->values[at] = (double)NAN;
    out->lines[at] = 0;
    if (out->targets != NULL)
        out->targets[at] = (double)NAN;
}

static void rows_fill(const spc_request *r, spc_input *in, spc_input *out)
{
    size_t at = 0;
    for (size_t k = 0; k < in->group_count; k++) {
        spc_group *g = &in->groups[k];
        size_t first = at;
        for (size_t i = g->first; i < g->first + g->count; i++) {
            out->dates[at] = in->dates[i];
            out->months[at] = in->months[i];
            out->values[at] = in->values[i];
            out->lines[at] = in->lines[i];
            if (out->targets != NULL)
                out->targets[at] = in->targets[i];
            at++;
            if (i + 1 == g->first + g->count)
                break;
            int64_t steps = month_of(in->dates[i + 1]) / r->period_months - month_of(in->dates[i]) / r->period_months;
            for (int64_t step = 1; step < steps; step++)
                row_fill(r, in, i, step, out, at++);
        }
        g->first = first;
        g->count = at - first;
    }
}

status spc_gaps_fill(const spc_request *r, spc_input *in, problems *list, error *err)
{
    size_t needed = rows_needed(r, in, list);
    if (list->total > 0 || needed == in->count)
        return STATUS_OK;
    if (needed - in->count > in->count * FILLED_PER_ROW + FILLED_ALWAYS) {
        status code = error_set(err, STATUS_REFUSED, "%zu %s are absent between the dates of %zu rows",
                                needed - in->count, r->period_months == 1 ? "months" : "quarters", in->count);
        error_hint(err, "Look for a wrong year, or leave --period out.");
        return code;
    }
    spc_input out = {.has_targets = in->has_targets};
    out.dates = calloc(needed, sizeof *out.dates);
    out.values = calloc(needed, sizeof *out.values);
    out.months = calloc(needed, sizeof *out.months);
    out.lines = calloc(needed, sizeof *out.lines);
    out.targets = in->has_targets ? calloc(needed, sizeof *out.targets) : NULL;
    if (out.dates == NULL || out.values == NULL || out.months == NULL || out.lines == NULL ||
        (in->has_targets && out.targets == NULL)) {
        spc_input_free(&out);
        return error_set(err, STATUS_MEMORY, "There is not enough memory for the rows");
    }
    rows_fill(r, in, &out);
    spc_input_take(in, &out);
    in->count = in->capacity = needed;
    return STATUS_OK;
}
