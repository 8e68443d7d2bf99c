/* Total lines as a check: what the publisher says all rows add up to, against what they do add up to. */
#include "intake/mapping.h"
#include "intake/stream.h"

#define NOTES_MOST 4 /* columns told one by one; the rest are counted */

typedef struct column_total {
    int64_t sum;
    bool unsure; /* a suppressed cell, or a sum over 2^63: there is nothing to compare */
    bool said;
    int64_t value, line;
} column_total;

struct totals {
    column_total *columns; /* as many as the source has */
    size_t count;
};

status totals_open(const header_match *match, arena *a, totals **out, error *err)
{
    *out = NULL;
    bool any = false;
    for (size_t i = 0; i < match->layout->set_aside_count; i++)
        any |= match->layout->set_aside[i].is_total;
    if (!any)
        return STATUS_OK;
    totals *t = arena_alloc(a, sizeof *t);
    if (t != NULL)
        t->columns = arena_array(a, match->source->column_count, sizeof *t->columns);
    if (t == NULL || t->columns == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    t->count = match->source->column_count;
    *out = t;
    return STATUS_OK;
}

void totals_add(totals *t, const row_batch *batch, size_t i)
{
    for (size_t c = 0; c < t->count; c++) {
        const row_column *column = &batch->columns[c];
        column_total *total = &t->columns[c];
        if (column->type != COLUMN_COUNT && column->type != COLUMN_BAND)
            continue;
        uint64_t bit = (uint64_t)1 << (i % 64);
        total->unsure |= (column->suppressed[i / 64] & bit) != 0;
        if ((column->present[i / 64] & bit) == 0)
            continue;
        int64_t value = column->type == COLUMN_COUNT ? column->as.counts[i] : column->as.bands[i];
        total->unsure |= __builtin_add_overflow(total->sum, value, &total->sum);
    }
}

void totals_say(totals *t, int32_t column, int64_t value, int64_t line)
{
    column_total *total = &t->columns[column];
    if (!total->said)
        *total = (column_total){total->sum, total->unsure, true, value, line};
}

/* A slip of the publisher is in a figure or two; rows that are gone are in all of them. */
static status rows_missing(const column_total *shown, const char *heading, size_t above, size_t figures, error *err)
{
    char said[NUMBER_TEXT], sum[NUMBER_TEXT];
    number_grouped(shown->value, said);
    number_grouped(shown->sum, sum);
    status code =
        error_set(err, STATUS_REFUSED,
                  "Rows are missing: the total line says %s for %.120s, and the rows add up to %s; %zu of its "
                  "%zu figures are so",
                  said, heading, sum, above, figures);
    error_at(err, NULL, NULL, shown->line, heading);
    error_hint(err, "The file seems to have been cut off. Nothing of it was kept: download it again.");
    return code;
}

status totals_compare(const totals *t, const header_match *match, intake_report *report, arena *a, error *err)
{
    size_t more = 0, told = 0, figures = 0, above = 0;
    const column_total *shown = NULL;
    const char *shown_heading = "";
    for (size_t i = 0; i < match->layout->column_count; i++) {
        int32_t file_column = match->column_of[i], c = match->layout->columns[i].column;
        if (file_column < 0 || c < 0)
            continue;
        const column_total *total = &t->columns[c];
        if (!total->said || total->unsure)
            continue;
        report->totals_checked++;
        figures += total->value > 0;
        if (total->value == total->sum)
            continue;
        if (total->value > 0 && total->value - total->sum > total->value / 10 && above++ == 0) {
            shown = total;
            shown_heading = match->heading[file_column];
        }
        report->totals_differing++;
        if (told == NOTES_MOST) {
            more++;
            continue;
        }
        char said[NUMBER_TEXT], sum[NUMBER_TEXT];
        number_grouped(total->value, said);
        number_grouped(total->sum, sum);
        note_add(report, a, "the total line (line %lld) says %s for %s; the rows add up to %s", (long long)total->line,
                 said, match->heading[file_column], sum);
        told++;
    }
    if (more > 0)
        note_add(report, a, "the total line differs from the rows in %zu more column%s", more, more == 1 ? "" : "s");
    return figures > 1 && above * 2 > figures ? rows_missing(shown, shown_heading, above, figures, err) : STATUS_OK;
}
