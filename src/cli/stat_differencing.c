/* stat_differencing: which differences of published areas would give a small count away. */
#include "cli/stat_differencing.h"

#include <math.h>

enum { COUNT, AREA, PART };
#define MEMBERSHIP_MAXIMUM ((size_t)100000000)
#define FINDINGS_MAXIMUM   ((size_t)100000)

const stat_column differencing_columns[] = {
    {.option = "--count", .usual = "count|number|n", .kind = STAT_COUNT, .needed = true},
    {.option = "--area", .usual = "area", .kind = STAT_TEXT, .needed = true},
    {.option = "--part", .usual = "part", .kind = STAT_TEXT, .needed = true},
    {0},
};

void differencing_declare(stat_run *r)
{
    stat_output_column(r, "larger", OUTPUT_TEXT);
    stat_output_column(r, "smaller", OUTPUT_TEXT);
    stat_output_column(r, "difference", OUTPUT_NUMBER);
    stat_output_column(r, "nested", OUTPUT_TRUTH);
}

typedef struct areas {
    size_t *area_of, *part_of; /* by place in the group */
    const char **area_names;
    size_t area_count, part_count;
    size_t *part_rows; /* the first row of each part */
    int64_t *counts;
    bool *membership, *published;
} areas;

/* 1 + place by text, in order of appearance. */
static bool places_find(stat_run *r, const stat_group *g, size_t column, size_t *place_of, size_t *first_rows,
                        size_t *count)
{
    size_t *known = stat_scratch(r, r->data.text_count, sizeof *known);
    if (known == NULL || place_of == NULL || first_rows == NULL)
        return false;
    for (size_t i = 0; i < g->count; i++) {
        size_t row = stat_row(&r->data, g, i);
        uint32_t words = r->data.columns[column].texts[row];
        if (known[words] == 0) {
            first_rows[*count] = row;
            known[words] = ++*count;
        }
        place_of[i] = known[words] - 1;
    }
    return true;
}

static status membership_fill(stat_run *r, const stat_group *g, areas *a, error *err)
{
    status code = STATUS_OK;
    for (size_t i = 0; i < g->count; i++) {
        size_t row = stat_row(&r->data, g, i), part = a->part_of[i], cell = a->area_of[i] * a->part_count + part;
        double count = stat_cell(r, COUNT, row);
        if (isnan(count))
            return stat_refuse(r, row, COUNT, err, "The count of a part is missing");
        if (a->part_rows[part] != row && a->counts[part] != (int64_t)count) {
            code = stat_refuse(r, row, COUNT, err, "The part '%.60s' has another count than in row %lu",
                               stat_text(&r->data, PART, row), (unsigned long)r->data.lines[a->part_rows[part]]);
            error_hint(err, "A part has one count, whichever areas it belongs to.");
            return code;
        }
        if (a->membership[cell])
            return stat_refuse(r, row, PART, err, "The part '%.60s' is in the area '%.60s' twice",
                               stat_text(&r->data, PART, row), stat_text(&r->data, AREA, row));
        a->counts[part] = (int64_t)count;
        a->membership[cell] = true;
        a->published[a->area_of[i]] = true;
    }
    return code;
}

static status areas_make(stat_run *r, const stat_group *g, areas *a, error *err)
{
    size_t *area_rows = stat_scratch(r, g->count, sizeof *area_rows);
    *a = (areas){.area_of = stat_scratch(r, g->count, sizeof *a->area_of),
                 .part_of = stat_scratch(r, g->count, sizeof *a->part_of),
                 .part_rows = stat_scratch(r, g->count, sizeof *a->part_rows)};
    if (!places_find(r, g, AREA, a->area_of, area_rows, &a->area_count) ||
        !places_find(r, g, PART, a->part_of, a->part_rows, &a->part_count))
        return stat_full(err);
    if (a->part_count > MEMBERSHIP_MAXIMUM / a->area_count)
        return error_set(err, STATUS_REFUSED, "%zu areas of %zu parts are too many to compare", a->area_count,
                         a->part_count);
    a->area_names = stat_scratch(r, a->area_count, sizeof *a->area_names);
    a->counts = stat_scratch(r, a->part_count, sizeof *a->counts);
    a->membership = stat_scratch(r, a->area_count * a->part_count, sizeof *a->membership);
    a->published = stat_scratch(r, a->area_count, sizeof *a->published);
    if (a->area_names == NULL || a->counts == NULL || a->membership == NULL || a->published == NULL)
        return stat_full(err);
    for (size_t i = 0; i < a->area_count; i++)
        a->area_names[i] = stat_text(&r->data, AREA, area_rows[i]);
    return membership_fill(r, g, a, err);
}

status differencing_group(stat_run *r, const stat_group *g, const disclosure_rule *rule, bool overlaps, error *err)
{
    areas a;
    status code = areas_make(r, g, &a, err);
    area_overlap *found = code == STATUS_OK ? stat_scratch(r, FINDINGS_MAXIMUM, sizeof *found) : NULL;
    if (code == STATUS_OK && found == NULL)
        code = stat_full(err);
    if (code != STATUS_OK)
        return code;
    size_t count = disclosure_differences(a.membership, a.counts, a.published, a.area_count, a.part_count, rule,
                                          overlaps, found, FINDINGS_MAXIMUM);
    for (size_t i = 0; i < count && i < FINDINGS_MAXIMUM && code == STATUS_OK; i++) {
        stat_row_begin(r, g, SIZE_MAX);
        stat_put_text(r, a.area_names[found[i].larger]);
        stat_put_text(r, a.area_names[found[i].smaller]);
        stat_put_count(r, found[i].difference);
        stat_put_truth(r, found[i].nested);
        code = stat_row_end(r, err);
    }
    if (count > FINDINGS_MAXIMUM)
        say_note(r->cli, "%zu further pairs are not listed.", count - FINDINGS_MAXIMUM);
    if (count > 0)
        r->cli->some_refused = true;
    return code;
}
