/* row_sums: a row whose counts contradict each other, by the sums that its layout declares. */
#include "intake/plan.h"

static const char *heading_for(const mapping *m, int32_t column)
{
    for (size_t i = 0; i < m->count_count; i++)
        if (m->counts[i].column == column)
            return m->of.match->heading[m->counts[i].file_column];
    return m->source->columns[column].title;
}

static int64_t count_at(const row_column *column, size_t i)
{
    return column->type == COLUMN_BAND ? column->as.bands[i] : column->as.counts[i];
}

static bool has_bit(const uint64_t *bits, size_t i)
{
    return (bits[i / 64] >> (i % 64) & 1) != 0;
}

/* Cells without a figure are kept as 0, so nearly every row is done with after one pass over its counts. */
static bool parts_sum(const mapping *m, const layout_row_sum *sum, size_t i, int64_t *out)
{
    *out = 0;
    for (size_t p = 0; p < sum->part_count; p++)
        if (__builtin_add_overflow(*out, count_at(&m->batch.columns[sum->parts[p]], i), out))
            return false;
    return true;
}

/* A row that has only one side of the sum says nothing against it: new pathways have no weeks. Nor does one with a figure that is withheld. */
static bool can_be_told(const mapping *m, const layout_row_sum *sum, size_t i)
{
    bool some = false;
    if (!has_bit(m->batch.columns[sum->whole].present, i))
        return false;
    for (size_t p = 0; p < sum->part_count; p++) {
        const row_column *part = &m->batch.columns[sum->parts[p]];
        if (has_bit(part->suppressed, i))
            return false;
        some |= has_bit(part->present, i);
    }
    return some;
}

static void contradiction_say(mapping *m, const layout_row_sum *sum, int64_t line, int64_t whole, bool added,
                              int64_t parts)
{
    char message[480], said[NUMBER_TEXT], made[NUMBER_TEXT] = "more than can be counted";
    int32_t at = -1;
    number_grouped(whole, said);
    if (added)
        number_grouped(parts, made);
    for (size_t i = 0; i < m->count_count; i++)
        if (m->counts[i].column == sum->whole)
            at = m->counts[i].file_column;
    (void)snprintf(message, sizeof message,
                   "The row says %s, but the %zu column%s that make it up ('%.60s' %s '%.60s') add up to %s", said,
                   sum->part_count, sum->part_count == 1 ? "" : "s", heading_for(m, sum->parts[0]),
                   sum->part_count == 2 ? "and" : "to", heading_for(m, sum->parts[sum->part_count - 1]), made);
    mapping_problem(m, line, at, message, "One of the cells is wrong: download the file again, or ask its publisher.");
}

bool row_sums_hold(mapping *m, int64_t line)
{
    const size_t i = m->batch.count;
    for (size_t s = 0; s < m->layout->row_sum_count; s++) {
        const layout_row_sum *sum = &m->layout->row_sums[s];
        int64_t parts, whole = count_at(&m->batch.columns[sum->whole], i);
        bool added = parts_sum(m, sum, i, &parts);
        if ((added && parts == whole) || !can_be_told(m, sum, i))
            continue;
        contradiction_say(m, sum, line, whole, added, parts);
        return false; /* one wrong cell breaks each sum that it is in */
    }
    return true;
}
