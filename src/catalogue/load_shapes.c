/* The shape of a layout: which sheets, under which title, which columns are rows, where the period stands. */
#include "catalogue/source_work.h"

#include <string.h>

bool layout_is_shaped(const raw_layout *raw)
{
    return raw->shaped || raw->sheets_count > 0 || raw->variants_count > 0 || raw->unpivot_count > 0 ||
           raw->period_at_count > 0 || raw->ends_before_count > 0 || raw->form != NULL || raw->group_row != NULL ||
           raw->since != NULL || raw->only_these || raw->blocks || raw->heading_rows > 1;
}

const layout_value *layout_work_values(layout_work *y, const raw_constant *raw, uint32_t raw_count,
                                       const yaml_node *list, bool texts, size_t *count)
{
    loader *l = y->w->l;
    *count = 0;
    layout_value *values = loader_array(l, raw_count, sizeof *values);
    const yaml_node *at = list != NULL ? list->first : NULL;
    for (uint32_t i = 0; i < raw_count && values != NULL; i++, at = at->next) {
        const raw_constant *r = &raw[i];
        int32_t column = source_work_need(y->w, yaml_key(at, "column"), r->column, "'constants'");
        if (column < 0)
            continue;
        bool has_value = yaml_key(at, "value") != NULL;
        column_type type = y->w->columns[column].type;
        if (has_value == (r->text != NULL))
            loader_report(l, at, NULL, "Write exactly one of 'value' and 'text'",
                          "The constant for column '%s' of source '%s' has %s", r->column, y->w->id,
                          has_value ? "two" : "none");
        else if (source_work_holds_text(type) != (r->text != NULL))
            loader_report(l, yaml_key(at, "column"), NULL,
                          texts ? "Write 'text' for such a column" : "Constants are numbers",
                          source_work_holds_text(type) ? "Column '%s' of source '%s' holds texts"
                                                       : "Column '%s' of source '%s' holds numbers",
                          r->column, y->w->id);
        else if (r->text != NULL && !texts)
            loader_report(l, yaml_key(at, "column"), NULL, "Constants are numbers",
                          "Column '%s' of source '%s' holds texts", r->column, y->w->id);
        if (has_value && (r->value < 0 || (type == COLUMN_BAND && r->value > INT32_MAX)))
            loader_report(l, yaml_key(at, "value"), NULL, "Counts are never negative, bands below 2147483648",
                          "The constant for column '%s' of source '%s' is out of range", r->column, y->w->id);
        if (y->taken[column])
            loader_report(l, yaml_key(at, "column"), NULL, "Remove one of the two",
                          "Column '%s' is filled twice in layout '%s' of source '%s'", r->column, y->id, y->w->id);
        y->taken[column] = true;
        y->w->filled[column] = true;
        values[(*count)++] = (layout_value){column, r->text == NULL ? NULL : loader_text(l, r->text), r->value};
    }
    return values;
}

/* ---- columns ---------------------------------------------------------------------------------------- */

void layout_work_shape_column(layout_work *y, const raw_layout_column *raw, const yaml_node *at, layout_column *c)
{
    loader *l = y->w->l;
    c->when.layout_column = -1;
    c->fill_down = raw->fill_down;
    c->by_name = raw->by_name;
    c->rounded = raw->rounded;
    bool used =
        raw->fill_down || raw->by_name || raw->rounded || raw->period_start || raw->period_end || raw->when != NULL;
    if (used && !y->shaped)
        loader_report(l, at, NULL, "Add 'shaped: true' to the layout",
                      "Header '%.80s' has a key that only shaped layouts have (layout '%s' of source '%s')", c->header,
                      y->id, y->w->id);
    if (raw->when != NULL) /* the header is looked up once all columns are known */
        c->when.is = loader_texts(l, raw->when->is, raw->when->is_count, &c->when.is_count);
}

void layout_work_conditions(layout_work *y, const raw_layout *raw, const yaml_node *list)
{
    loader *l = y->w->l;
    size_t at_column = 0;
    const yaml_node *at = list->first;
    for (uint32_t i = 0; i < raw->columns_count && at != NULL; i++, at = at->next) {
        const raw_layout_column *r = &raw->columns[i];
        size_t repeats = yaml_key(at, "repeat") != NULL && r->repeat > 0 ? (size_t)r->repeat : 1;
        const char *header = r->when == NULL ? NULL : loader_text(l, r->when->header);
        for (size_t k = 0; k < repeats && at_column < y->count; k++, at_column++) {
            if (header == NULL)
                continue;
            suggestion s = {.typed = header};
            layout_column *c = &y->columns[at_column];
            for (size_t j = 0; j < y->count; j++) {
                suggestion_offer(&s, y->columns[j].header);
                if (layout_has_wording(&y->columns[j], header) && c->when.layout_column < 0)
                    c->when.layout_column = (int32_t)j;
            }
            if (c->when.layout_column < 0)
                loader_report(l, yaml_key(at, "when"), &s, "It must be one of the headers under 'columns'",
                              "Unknown header '%.80s' in 'when' of layout '%s' of source '%s'", header, y->id,
                              y->w->id);
        }
    }
}

/* ---- the rest --------------------------------------------------------------------------------------- */

/* A variant stands in for others of the same layout, by their names, and not in a circle. */
static void check_instead_of(layout_work *y, const layout_variant *variants, size_t count, const yaml_node *list)
{
    const yaml_node *at = list != NULL ? list->first : NULL;
    for (size_t i = 0; i < count; i++, at = at->next)
        for (size_t k = 0; k < variants[i].instead_of_count; k++) {
            suggestion s = {.typed = variants[i].instead_of[k]};
            bool good = false;
            for (size_t v = 0; v < count; v++) {
                if (v != i)
                    suggestion_offer(&s, variants[v].name);
                good |= v != i && strcmp(variants[v].name, variants[i].instead_of[k]) == 0 &&
                        variants[v].instead_of_count == 0;
            }
            if (!good)
                loader_report(y->w->l, yaml_key(at, "instead_of"), &s,
                              "Give the other variant a 'name', and 'instead_of' to one of the two only",
                              "Unknown variant '%.80s' in 'instead_of' of layout '%s' of source '%s'",
                              variants[i].instead_of[k], y->id, y->w->id);
        }
}

static void load_variants(layout_work *y, const raw_layout *raw, const yaml_node *list, source_layout *layout)
{
    loader *l = y->w->l;
    layout_variant *variants = loader_array(l, raw->variants_count, sizeof *variants);
    bool *before = loader_array(l, y->w->column_count, sizeof *before);
    const yaml_node *at = list != NULL ? list->first : NULL;
    if (variants == NULL || before == NULL)
        return;
    memcpy(before, y->taken, y->w->column_count * sizeof *before);
    for (uint32_t i = 0; i < raw->variants_count; i++, at = at->next) {
        const raw_variant *r = &raw->variants[i];
        layout_variant *v = &variants[i];
        memcpy(y->taken, before, y->w->column_count * sizeof *before); /* each variant may set the same columns */
        v->sheets = loader_texts(l, r->sheets, r->sheets_count, &v->sheet_count);
        v->titles = loader_texts(l, r->titles, r->titles_count, &v->title_count);
        v->set = layout_work_values(y, r->set, r->set_count, yaml_key(at, "set"), true, &v->set_count);
        if (v->sheet_count + v->title_count == 0)
            loader_report(l, at, NULL, "Write 'titles' or 'sheets' with patterns",
                          "A variant of layout '%s' of source '%s' does not say how to tell it", y->id, y->w->id);
        v->optional = r->optional;
        v->instead_of = loader_texts(l, r->instead_of, r->instead_of_count, &v->instead_of_count);
        v->name = r->name != NULL      ? loader_text(l, r->name)
                  : v->title_count > 0 ? v->titles[0]
                  : v->sheet_count > 0 ? v->sheets[0]
                                       : "";
    }
    if (l->fatal == STATUS_OK)
        check_instead_of(y, variants, raw->variants_count, list);
    layout->variants = variants;
    layout->variant_count = raw->variants_count;
}

static void load_unpivots(layout_work *y, const raw_layout *raw, const yaml_node *list, source_layout *layout)
{
    loader *l = y->w->l;
    layout_unpivot *unpivots = loader_array(l, raw->unpivot_count, sizeof *unpivots);
    bool *before = loader_array(l, y->w->column_count, sizeof *before);
    const yaml_node *at = list != NULL ? list->first : NULL;
    if (unpivots == NULL || before == NULL)
        return;
    memcpy(before, y->taken, y->w->column_count * sizeof *before);
    for (uint32_t i = 0; i < raw->unpivot_count; i++, at = at->next) {
        const raw_unpivot *r = &raw->unpivot[i];
        layout_unpivot *u = &unpivots[i];
        *u = (layout_unpivot){.value_column = -1, .key_column = -1, .dates = r->dates, .rounded = r->rounded};
        memcpy(y->taken, before, y->w->column_count * sizeof *before); /* they make different rows */
        u->headers = loader_texts(l, r->headers, r->headers_count, &u->header_count);
        u->except = loader_texts(l, r->except, r->except_count, &u->except_count);
        u->strip = r->strip == NULL ? "" : loader_text(l, r->strip);
        u->must_have = loader_texts(l, r->must_have, r->must_have_count, &u->must_have_count);
        u->optional = r->optional;
        u->at_least = u->must_have_count > 0 ? u->must_have_count : 1;
        if (yaml_key(at, "at_least") != NULL) {
            bool fits = r->at_least >= 1 && r->at_least <= CATALOGUE_COLUMN_MAXIMUM &&
                        (u->must_have_count == 0 || (size_t)r->at_least <= u->must_have_count);
            if (fits)
                u->at_least = (size_t)r->at_least;
            else
                loader_report(l, yaml_key(at, "at_least"), NULL,
                              "So many of 'must_have', or, without that, so many headings, are enough",
                              "'at_least' in an unpivoting of layout '%s' of source '%s' must be between 1 and %zu",
                              y->id, y->w->id,
                              u->must_have_count > 0 ? u->must_have_count : (size_t)CATALOGUE_COLUMN_MAXIMUM);
        }
        if ((u->header_count > 0) == u->dates)
            loader_report(l, at, NULL, "Write 'headers' with patterns, or 'dates: true' where the headings are months",
                          "An unpivoting of layout '%s' of source '%s' does not say which columns it means", y->id,
                          y->w->id);
        u->value_column = source_work_need(y->w, yaml_key(at, "to"), r->to, "'unpivot'");
        if (u->value_column >= 0) {
            if (source_work_holds_text(y->w->columns[u->value_column].type))
                loader_report(l, yaml_key(at, "to"), NULL, "Give that column the type 'count' or 'number'",
                              "Column '%s' of source '%s' holds texts, and the cells of an unpivoting are figures",
                              r->to, y->w->id);
            y->taken[u->value_column] = true;
            y->w->filled[u->value_column] = true;
        }
        if (r->heading_to != NULL) {
            u->key_column = source_work_need(y->w, yaml_key(at, "heading_to"), r->heading_to, "'unpivot'");
            if (u->key_column >= 0) {
                if (!source_work_holds_text(y->w->columns[u->key_column].type))
                    loader_report(l, yaml_key(at, "heading_to"), NULL, "Give that column the type 'category'",
                                  "Column '%s' of source '%s' holds numbers, and headings are texts", r->heading_to,
                                  y->w->id);
                y->taken[u->key_column] = true;
                y->w->filled[u->key_column] = true;
            }
        }
        y->has_period |= u->dates;
        u->set = layout_work_values(y, r->set, r->set_count, yaml_key(at, "set"), true, &u->set_count);
    }
    layout->unpivots = unpivots;
    layout->unpivot_count = raw->unpivot_count;
}

static void load_period_places(layout_work *y, const raw_layout *raw, const yaml_node *list, source_layout *layout)
{
    loader *l = y->w->l;
    layout_period_place *places = loader_array(l, raw->period_at_count, sizeof *places);
    const yaml_node *at = list != NULL ? list->first : NULL;
    if (places == NULL)
        return;
    for (uint32_t i = 0; i < raw->period_at_count; i++, at = at->next) {
        const raw_period_place *r = &raw->period_at[i];
        int given = (r->right_of != NULL) + (r->title != NULL) + (r->fixed != NULL) + r->sheet;
        period fixed;
        places[i] = r->right_of != NULL ? (layout_period_place){PERIOD_RIGHT_OF, loader_text(l, r->right_of)}
                    : r->title != NULL  ? (layout_period_place){PERIOD_IN_TITLE, loader_text(l, r->title)}
                    : r->fixed != NULL  ? (layout_period_place){PERIOD_FIXED, loader_text(l, r->fixed)}
                                        : (layout_period_place){PERIOD_IN_SHEET, ""};
        if (given != 1)
            loader_report(l, at, NULL, "Write exactly one of 'right_of', 'title', 'sheet: true' and 'fixed'",
                          "An entry in 'period_at' of layout '%s' of source '%s' has %s", y->id, y->w->id,
                          given == 0 ? "none" : "more than one");
        else if (r->fixed != NULL && !period_parse(text_of(places[i].text), &fixed))
            loader_report(l, yaml_key(at, "fixed"), NULL, "Write it as 2026-04, FY2025-26, FY2025-26-Q4 or CY2025",
                          "'%.60s' in 'period_at' of layout '%s' of source '%s' is not a period", places[i].text, y->id,
                          y->w->id);
    }
    layout->period_places = places;
    layout->period_place_count = raw->period_at_count;
}

void layout_work_shape(layout_work *y, const raw_layout *raw, const yaml_node *at, const yaml_node *like,
                       source_layout *layout)
{
    loader *l = y->w->l;
    layout->shaped = y->shaped;
    layout->form = raw->form == NULL ? "" : loader_text(l, raw->form);
    layout->part = raw->part == NULL ? "" : loader_text(l, raw->part);
    layout->optional = raw->optional;
    layout->only_these = raw->only_these;
    layout->blocks = raw->blocks;
    if (raw->since != NULL && (!raw->optional || !period_parse(text_of(loader_text(l, raw->since)), &layout->since)))
        loader_report(l, yaml_key(at, "since"), NULL,
                      "Beside 'optional: true', the first period whose files have the table: 2025-04, FY2025-26",
                      "'since' in layout '%s' of source '%s' does not fit", y->id, y->w->id);
    layout->group_row = raw->group_row == NULL ? "" : loader_text(l, raw->group_row);
    layout->heading_rows = raw->heading_rows > 1 ? (int32_t)raw->heading_rows : 1;
    if (yaml_key(at, "heading_rows") != NULL && (raw->heading_rows < 1 || raw->heading_rows > 3)) {
        loader_report(l, yaml_key(at, "heading_rows"), NULL, "2 joins two rows of headings: 'Available | Maternity'",
                      "'heading_rows' in layout '%s' of source '%s' must be between 1 and 3", y->id, y->w->id);
        layout->heading_rows = 1;
    }
    layout->sheets = loader_texts(l, raw->sheets, raw->sheets_count, &layout->sheet_count);
    layout->ends_before = loader_texts(l, raw->ends_before, raw->ends_before_count, &layout->ends_before_count);
    if (!y->shaped)
        return;
    if (y->has_start != y->has_end)
        loader_report(l, at, NULL, "Write both 'period_start: true' and 'period_end: true'",
                      "Layout '%s' of source '%s' has only one end of a period", y->id, y->w->id);
    load_unpivots(y, raw, yaml_or(yaml_key(at, "unpivot"), yaml_key(like, "unpivot")), layout);
    load_variants(y, raw, yaml_key(at, "variants"), layout);
    load_period_places(y, raw, yaml_or(yaml_key(at, "period_at"), yaml_key(like, "period_at")), layout);
}
