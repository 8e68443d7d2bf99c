/* What a source declares of its rows beyond their cells: which values a column may hold, and which counts add up to which. */
#include "catalogue/source_work.h"

#include <string.h>

void source_work_known(source_work *w, const raw_source *raw, const yaml_node *list, source *s)
{
    column_known *known = NULL;
    const yaml_node *at = list->first;
    for (uint32_t i = 0; i < raw->columns_count && w->l->fatal == STATUS_OK; i++, at = at->next) {
        const raw_column *r = &raw->columns[i];
        int32_t column = source_work_find(w, r->name);
        if (r->known_count == 0)
            continue;
        if (column < 0 || !source_work_holds_text(w->columns[column].type) || r->repeat != 0) {
            loader_report(w->l, yaml_key(at, "known"), NULL, "Columns of counts and numbers take any value",
                          "'known' does not fit column '%.80s' of source '%s'", r->name, w->id);
            continue;
        }
        if (known == NULL && (known = loader_array(w->l, w->column_count, sizeof *known)) == NULL)
            return;
        known[column].values = loader_texts(w->l, r->known, r->known_count, &known[column].count);
    }
    s->known = known;
}

/* One entry of 'of': a column, or "first..last" for a run of them in the order of the source. */
static void add_parts(const layout_work *y, const yaml_node *at, const char *entry, int32_t *parts, size_t *count)
{
    const source_work *w = y->w;
    const char *dots = strstr(entry, "..");
    char first_name[64];
    size_t length = dots == NULL ? strlen(entry) : (size_t)(dots - entry);
    (void)snprintf(first_name, sizeof first_name, "%.*s", length < sizeof first_name ? (int)length : 63, entry);
    int32_t first = source_work_need(w, at, first_name, "'row_sums'");
    int32_t last = dots == NULL ? first : source_work_need(w, at, dots + 2, "'row_sums'");
    if (first < 0 || last < 0)
        return;
    if (last < first)
        loader_report(w->l, at, NULL, "Write first..last, in the order of the source",
                      "'%.80s' in 'row_sums' of layout '%s' of source '%s' runs backwards", entry, y->id, w->id);
    for (int32_t c = first; c <= last && *count < w->column_count; c++)
        parts[(*count)++] = c;
}

static bool is_count(const layout_work *y, int32_t column)
{
    column_type type = y->w->columns[column].type;
    return y->taken[column] && (type == COLUMN_COUNT || type == COLUMN_BAND);
}

void layout_work_row_sums(layout_work *y, const raw_layout *raw, const yaml_node *list, source_layout *layout)
{
    source_work *w = y->w;
    layout_row_sum *sums = loader_array(w->l, raw->row_sums_count, sizeof *sums);
    const yaml_node *at = list != NULL ? list->first : NULL;
    for (uint32_t i = 0; sums != NULL && i < raw->row_sums_count; i++, at = at != NULL ? at->next : NULL) {
        const raw_row_sum *r = &raw->row_sums[i];
        int32_t *parts = loader_array(w->l, w->column_count, sizeof *parts);
        layout_row_sum sum = {.whole = source_work_need(w, yaml_key(at, "equals"), r->equals, "'row_sums'")};
        for (uint32_t k = 0; parts != NULL && k < r->of_count; k++)
            add_parts(y, yaml_key(at, "of"), r->of[k], parts, &sum.part_count);
        if (parts == NULL || sum.whole < 0)
            return;
        bool fits = is_count(y, sum.whole);
        for (size_t k = 0; k < sum.part_count; k++)
            fits &= is_count(y, parts[k]) && parts[k] != sum.whole && w->per_unit[parts[k]] == w->per_unit[sum.whole];
        if (!fits)
            loader_report(w->l, at, NULL,
                          "It names columns of counts that the layout fills, all with the same 'per_unit'",
                          "An entry in 'row_sums' of layout '%s' of source '%s' does not fit", y->id, w->id);
        sum.parts = parts;
        if (fits)
            sums[layout->row_sum_count++] = sum;
    }
    layout->row_sums = sums;
}
