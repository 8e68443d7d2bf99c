/* How the files of a source are laid out: which header goes where, which lines are no rows. */
#include "catalogue/source_work.h"

#include <stdlib.h>
#include <string.h>

/* ---- columns ---------------------------------------------------------------------------------------- */

static bool same_header(const char *a, const char *b)
{
    return text_is_nocase(text_of(a), b);
}

bool layout_has_wording(const layout_column *c, const char *header)
{
    if (same_header(c->header, header))
        return true;
    for (size_t i = 0; i < c->alternative_count; i++)
        if (same_header(c->alternatives[i], header))
            return true;
    return false;
}

/* One cell could otherwise be meant by two entries. */
static void check_not_doubled(const layout_work *y, const yaml_node *at, const layout_column *c)
{
    for (size_t i = 0; i < y->count; i++) {
        const layout_column *other = &y->columns[i];
        bool doubled = layout_has_wording(other, c->header);
        for (size_t k = 0; k < c->alternative_count && !doubled; k++)
            doubled = layout_has_wording(other, c->alternatives[k]);
        /* Cells that go to different columns in different rows are declared once for each. */
        if (doubled && other->occurrence == c->occurrence && (other->when.is_count == 0 || c->when.is_count == 0)) {
            loader_report(y->w->l, at, NULL, "Where a file has the same header twice, number them: 'occurrence: 2'",
                          "Header '%.80s' stands twice in layout '%s' of source '%s'", c->header, y->id, y->w->id);
            return;
        }
    }
}

static void take_column(layout_work *y, const yaml_node *at, const char *name, layout_column *c)
{
    c->column = source_work_need(y->w, yaml_or(yaml_key(at, "to"), at), name, "a layout");
    if (c->column < 0)
        return;
    if (y->taken[c->column] && (!y->conditional[c->column] || c->when.is_count == 0))
        loader_report(y->w->l, yaml_or(yaml_key(at, "to"), at), NULL, "Each column is filled from one header",
                      "Column '%s' is filled twice in layout '%s' of source '%s'", name, y->id, y->w->id);
    y->taken[c->column] = true;
    y->conditional[c->column] = c->when.is_count > 0;
    y->w->filled[c->column] = true;
}

/* Where the cells under a header go: exactly one of to, name_of, period and ignore. */
static void load_destination(layout_work *y, const raw_layout_column *raw, const yaml_node *at, const char *to,
                             layout_column *c)
{
    loader *l = y->w->l;
    int given =
        (raw->to != NULL) + (raw->name_of != NULL) + raw->period + raw->ignore + raw->period_start + raw->period_end;
    c->column = -1;
    if (given != 1) {
        loader_report(
            l, at, NULL,
            y->shaped
                ? "Write exactly one of 'to', 'name_of', 'ignore: true', 'period: true', 'period_start: true' and "
                  "'period_end: true'"
                : "Write exactly one of 'to', 'name_of', 'period: true' and 'ignore: true'",
            "Header '%.80s' in layout '%s' of source '%s' has %s destination", c->header, y->id, y->w->id,
            given == 0 ? "no" : "more than one");
    } else if (raw->to != NULL) {
        take_column(y, at, to, c);
    } else if (raw->name_of != NULL) {
        c->is_name = true;
        c->column = source_work_need(y->w, yaml_key(at, "name_of"), raw->name_of, "a layout");
        if (c->column >= 0 && y->w->columns[c->column].type != COLUMN_CODE)
            loader_report(l, yaml_key(at, "name_of"), NULL, "Names go with a column of the type 'code'",
                          "'name_of: %s' in layout '%s' of source '%s' is no column of codes", raw->name_of, y->id,
                          y->w->id);
    } else if (raw->period) {
        c->is_period = true;
        if (y->has_period && !y->shaped) /* in a shaped layout "Year" and "Month" together are the period */
            loader_report(l, at, NULL, "Keep one", "Layout '%s' of source '%s' has two period columns", y->id,
                          y->w->id);
        y->has_period = true;
    } else if (raw->period_start || raw->period_end) {
        c->is_period_start = raw->period_start;
        c->is_period_end = raw->period_end;
        y->has_start |= raw->period_start;
        y->has_end |= raw->period_end;
    } else if (raw->required && !y->shaped) {
        loader_report(l, yaml_key(at, "required"), NULL, "Remove one of the two",
                      "Header '%.80s' in layout '%s' of source '%s' is both ignored and required", c->header, y->id,
                      y->w->id);
    }
}

/* Only counts can be left blank for none, and a blank cannot both be none and refuse the file. */
static void check_blank(layout_work *y, const yaml_node *at, const layout_column *c)
{
    if (!c->blank_is_zero)
        return;
    bool counts = c->column >= 0 && !c->is_name &&
                  (y->w->columns[c->column].type == COLUMN_COUNT || y->w->columns[c->column].type == COLUMN_BAND);
    if (!counts || c->required)
        loader_report(y->w->l, yaml_key(at, "blank_is_zero"), NULL,
                      "Keep it for columns of counts or bands that are not required",
                      "'blank_is_zero' does not fit header '%.80s' in layout '%s' of source '%s'", c->header, y->id,
                      y->w->id);
}

static void load_layout_column(layout_work *y, const raw_layout_column *raw, const yaml_node *at)
{
    loader *l = y->w->l;
    size_t count = source_work_repeat(y->w, at, raw->repeat, raw->header);
    bool pattern = yaml_key(at, "repeat") != NULL;
    bool numbered = yaml_key(at, "occurrence") != NULL;
    if (numbered && (raw->occurrence < 1 || raw->occurrence > 64))
        loader_report(l, yaml_key(at, "occurrence"), NULL, "1 is the first column with that header",
                      "'occurrence' in layout '%s' of source '%s' must be between 1 and 64", y->id, y->w->id);
    for (size_t k = 0; k < count && l->fatal == STATUS_OK; k++) {
        layout_column c = {.occurrence =
                               numbered && raw->occurrence >= 1 && raw->occurrence <= 64 ? (int32_t)raw->occurrence : 1,
                           .optional = raw->optional,
                           .required = raw->required,
                           .blank_is_zero = raw->blank_is_zero};
        c.header = pattern ? source_work_fill(l, raw->header, (int64_t)k) : loader_text(l, raw->header);
        const char *to = raw->to == NULL ? NULL
                         : pattern       ? source_work_fill(l, raw->to, (int64_t)k)
                                         : loader_text(l, raw->to);
        c.alternatives = loader_texts(l, raw->alternatives, raw->alternatives_count, &c.alternative_count);
        if (l->fatal != STATUS_OK)
            return;
        layout_work_shape_column(y, raw, at, &c);
        if (c.header[0] == 0) {
            loader_report(l, at, NULL, "Columns without a heading need no entry",
                          "An empty header in layout '%s' of source '%s'", y->id, y->w->id);
            return;
        }
        check_not_doubled(y, at, &c);
        int64_t before = l->problem_count;
        load_destination(y, raw, at, to, &c);
        check_blank(y, at, &c);
        (void)loader_append(l, (void **)(void *)&y->columns, &y->count, &y->capacity, &c, sizeof c);
        if (l->problem_count != before || y->count >= (size_t)2 * CATALOGUE_COLUMN_MAXIMUM)
            return; /* the other repeats would say the same */
    }
}

/* An occurrence of 2 means nothing without an occurrence of 1. */
static void check_occurrences(const layout_work *y, const yaml_node *list)
{
    for (size_t i = 0; i < y->count; i++) {
        const layout_column *c = &y->columns[i];
        bool found = c->occurrence == 1;
        for (size_t k = 0; k < y->count && !found; k++)
            found = y->columns[k].occurrence == c->occurrence - 1 && layout_has_wording(&y->columns[k], c->header);
        if (!found)
            loader_report(y->w->l, list, NULL,
                          "Declare every column with that header, those not wanted with 'ignore: true'",
                          "Header '%.80s' has occurrence %d but no %d in layout '%s' of source '%s'", c->header,
                          (int)c->occurrence, (int)c->occurrence - 1, y->id, y->w->id);
    }
}

/* ---- lines that are no rows, constants, missing ------------------------------------------------------ */

static const layout_set_aside *load_set_aside(layout_work *y, const raw_layout *raw, const yaml_node *list)
{
    loader *l = y->w->l;
    layout_set_aside *rules = loader_array(l, raw->set_aside_count, sizeof *rules);
    if (rules == NULL)
        return NULL;
    const yaml_node *at = list != NULL ? list->first : NULL;
    for (uint32_t i = 0; i < raw->set_aside_count; i++, at = at->next) {
        const raw_set_aside *r = &raw->set_aside[i];
        const char *header = loader_text(l, r->header);
        int64_t occurrence = yaml_key(at, "occurrence") != NULL ? r->occurrence : 1;
        rules[i] = (layout_set_aside){
            .layout_column = -1, .reason = loader_text(l, r->reason), .is_total = r->total, .kept_column = -1};
        suggestion s = {.typed = header};
        for (size_t k = 0; k < y->count; k++) {
            if (layout_has_wording(&y->columns[k], header) && y->columns[k].occurrence == occurrence)
                rules[i].layout_column = (int32_t)k;
            suggestion_offer(&s, y->columns[k].header);
        }
        if (rules[i].layout_column < 0)
            loader_report(l, yaml_key(at, "header"), &s, "It must be one of the headers under 'columns'",
                          "Unknown header '%.80s' in 'set_aside' of layout '%s' of source '%s'", header, y->id,
                          y->w->id);
        rules[i].equals = loader_texts(l, r->equals, r->equals_count, &rules[i].equals_count);
        rules[i].blank = r->blank;
        if (r->equals_count == 0 && !r->blank)
            loader_report(l, at, NULL, "Write 'equals' with the texts of such cells",
                          "An entry in 'set_aside' of layout '%s' of source '%s' does not say which lines it means",
                          y->id, y->w->id);
        if ((r->blank || r->by_count > 0) && !y->shaped)
            loader_report(l, at, NULL, "Add 'shaped: true' to the layout",
                          "'blank' and 'by' in 'set_aside' need a shaped layout ('%s' of source '%s')", y->id,
                          y->w->id);
        int32_t *by = loader_array(l, r->by_count, sizeof *by);
        for (uint32_t k = 0; k < r->by_count && by != NULL; k++) {
            by[k] = source_work_need(y->w, yaml_key(at, "by"), r->by[k], "'set_aside'");
            rules[i].by_count += by[k] >= 0;
        }
        rules[i].by = by;
        if (r->kept_in != NULL) {
            int32_t kept = source_work_need(y->w, yaml_key(at, "kept_in"), r->kept_in, "'set_aside'");
            rules[i].kept_column = kept;
            if (kept >= 0)
                y->w->filled[kept] = true;
            if (!y->shaped || (kept >= 0 && y->w->columns[kept].type != COLUMN_CODE))
                loader_report(l, yaml_key(at, "kept_in"), NULL, "It names a column of codes, in a shaped layout",
                              "'kept_in' in 'set_aside' of layout '%s' of source '%s' does not fit", y->id, y->w->id);
        }
        if (rules[i].reason[0] == 0)
            loader_report(l, yaml_key(at, "reason"), NULL, "It is shown when lines are set aside",
                          "An empty reason in 'set_aside' of layout '%s' of source '%s'", y->id, y->w->id);
    }
    return rules;
}

static void load_constants(layout_work *y, const raw_layout *raw, const yaml_node *list, source_layout *layout)
{
    loader *l = y->w->l;
    size_t capacity = sizeof layout->constants / sizeof layout->constants[0], count = 0;
    if (raw->constants_count > capacity) {
        loader_report(l, list, NULL, NULL, "Layout '%s' of source '%s' has more than %zu constants", y->id, y->w->id,
                      capacity);
        return;
    }
    const layout_value *values = layout_work_values(y, raw->constants, raw->constants_count, list, y->shaped, &count);
    for (size_t i = 0; i < count; i++) {
        layout->constants[layout->constant_count].column = values[i].column;
        layout->constants[layout->constant_count].value = values[i].value;
        layout->constants[layout->constant_count].text = values[i].text;
        layout->constant_count++;
    }
}

static void check_marks(const layout_work *y, const source_layout *layout, const yaml_node *at)
{
    for (size_t i = 0; i < layout->missing_count; i++)
        for (size_t k = 0; k < layout->suppressed_count; k++)
            if (text_is_nocase(text_of(layout->missing[i]), layout->suppressed[k]))
                loader_report(y->w->l, yaml_key(at, "suppressed"), NULL,
                              "Missing is not known; suppressed is known and withheld",
                              "'%.80s' means both missing and suppressed in layout '%s' of source '%s'",
                              layout->missing[i], y->id, y->w->id);
}

static void load_complete(layout_work *y, const raw_layout *raw, const yaml_node *list, source_layout *layout)
{
    loader *l = y->w->l;
    layout_complete *rules = loader_array(l, raw->complete_count, sizeof *rules);
    const yaml_node *at = list != NULL ? list->first : NULL;
    if (rules == NULL)
        return;
    for (uint32_t i = 0; i < raw->complete_count; i++, at = at->next) {
        const raw_complete *r = &raw->complete[i];
        const char *header = loader_text(l, r->header);
        suggestion s = {.typed = header};
        rules[i] = (layout_complete){
            .layout_column = -1, .same = r->same, .of = r->of == NULL ? "organisations" : loader_text(l, r->of)};
        for (size_t k = 0; k < y->count; k++) {
            if (rules[i].layout_column < 0 && layout_has_wording(&y->columns[k], header))
                rules[i].layout_column = (int32_t)k;
            suggestion_offer(&s, y->columns[k].header);
        }
        if (rules[i].layout_column < 0)
            loader_report(l, yaml_key(at, "header"), &s, "It must be one of the headers under 'columns'",
                          "Unknown header '%.80s' in 'complete' of layout '%s' of source '%s'", header, y->id,
                          y->w->id);
        bool fits = r->at_least >= 0 && r->at_least <= 100000;
        if (fits)
            rules[i].at_least = (size_t)r->at_least;
        if (!fits || (r->at_least == 0 && !r->same) || (r->same && !y->shaped))
            loader_report(l, at, NULL,
                          "Write 'at_least' with a number up to 100000, or, in a shaped layout, 'same: true'",
                          "An entry in 'complete' of layout '%s' of source '%s' does not fit", y->id, y->w->id);
    }
    layout->complete = rules;
    layout->complete_count = raw->complete_count;
}

/* What must hold of a whole file, for a file that has been cut short or pasted together to be told. */
static void load_whole(layout_work *y, const raw_layout *raw, const yaml_node *at, source_layout *layout)
{
    loader *l = y->w->l;
    bool has_total = false;
    for (size_t i = 0; i < layout->set_aside_count && layout->set_aside != NULL; i++)
        has_total |= layout->set_aside[i].is_total;
    layout->total_required = raw->total_required;
    if (raw->total_required && !has_total)
        loader_report(l, yaml_key(at, "total_required"), NULL, "It needs a line with 'total: true' under 'set_aside'",
                      "'total_required' does not fit layout '%s' of source '%s'", y->id, y->w->id);
    if (raw->one_row_per_count == 0)
        return;
    int32_t *columns = loader_array(l, raw->one_row_per_count, sizeof *columns);
    for (uint32_t i = 0; i < raw->one_row_per_count && columns != NULL; i++) {
        int32_t c = source_work_need(y->w, yaml_key(at, "one_row_per"), raw->one_row_per[i], "'one_row_per'");
        if (c < 0)
            continue;
        columns[layout->one_row_per_count++] = c;
        column_type type = y->w->columns[c].type;
        bool filled = y->shaped ? y->w->filled[c] : y->taken[c]; /* a shape fills some by its title or headings */
        if (!filled || !source_work_holds_text(type))
            loader_report(
                l, yaml_key(at, "one_row_per"), NULL, "It names columns of codes or categories that the layout fills",
                "'one_row_per: %s' does not fit layout '%s' of source '%s'", raw->one_row_per[i], y->id, y->w->id);
    }
    layout->one_row_per = columns;
}

/* ---- the whole -------------------------------------------------------------------------------------- */

/* `like` is the node of the layout whose parts this one takes over where it does not write its own. */
static source_layout load_layout(source_work *w, const raw_layout *raw, const yaml_node *at, const yaml_node *like)
{
    loader *l = w->l;
    source_layout layout = {.id = loader_text(l, raw->id), .thousands_commas = raw->thousands_commas};
    layout_work y = {.w = w,
                     .id = layout.id,
                     .taken = loader_array(l, w->column_count, sizeof *y.taken),
                     .conditional = loader_array(l, w->column_count, sizeof *y.conditional),
                     .shaped = layout_is_shaped(raw)};
    if (l->fatal != STATUS_OK)
        return layout;
    if (!catalogue_id_is_valid(layout.id))
        loader_report(l, yaml_key(at, "id"), NULL, "Small letters, digits and '-': monthly-csv",
                      "'%.80s' cannot be the id of a layout of source '%s'", layout.id, w->id);
    const yaml_node *list = yaml_or(yaml_key(at, "columns"), yaml_key(like, "columns"));
    if (list == NULL) {
        loader_report(l, at, NULL, "Write the headings of the table under 'columns'",
                      "'columns' is missing in layout '%s' of source '%s'", y.id, w->id);
        free(y.columns);
        return layout;
    }
    const yaml_node *entry = list->first;
    for (uint32_t i = 0; i < raw->columns_count && l->fatal == STATUS_OK; i++, entry = entry->next) {
        if (y.count >= (size_t)2 * CATALOGUE_COLUMN_MAXIMUM) {
            loader_report(l, entry, NULL, NULL, "Layout '%s' of source '%s' has more than %d headers", y.id, w->id,
                          2 * CATALOGUE_COLUMN_MAXIMUM);
            break;
        }
        load_layout_column(&y, &raw->columns[i], entry);
    }
    check_occurrences(&y, list);
    layout_work_conditions(&y, raw, list);
    layout_column *kept = loader_array(l, y.count, sizeof *kept);
    if (kept != NULL && y.count > 0)
        memcpy(kept, y.columns, y.count * sizeof *kept);
    layout.columns = kept;
    layout.column_count = kept != NULL ? y.count : 0;
    layout.set_aside = load_set_aside(&y, raw, yaml_or(yaml_key(at, "set_aside"), yaml_key(like, "set_aside")));
    layout.set_aside_count = raw->set_aside_count;
    layout.missing = loader_texts(l, raw->missing, raw->missing_count, &layout.missing_count);
    layout.suppressed = loader_texts(l, raw->suppressed, raw->suppressed_count, &layout.suppressed_count);
    if (l->fatal == STATUS_OK)
        check_marks(&y, &layout, at);
    load_constants(&y, raw, yaml_key(at, "constants"), &layout);
    layout_work_shape(&y, raw, at, like, &layout);
    load_whole(&y, raw, at, &layout);
    load_complete(&y, raw, yaml_or(yaml_key(at, "complete"), yaml_key(like, "complete")), &layout);
    layout_work_row_sums(&y, raw, yaml_or(yaml_key(at, "row_sums"), yaml_key(like, "row_sums")), &layout);
    /* Of a publication with a table for each role, each layout fills the role of its table. */
    bool some_role = false;
    for (size_t i = 0; i < w->role_count; i++)
        some_role |= w->roles[i].column >= 0 && y.taken[w->roles[i].column];
    for (size_t i = 0; i < w->role_count; i++)
        if (w->roles[i].column >= 0 && !y.taken[w->roles[i].column] && !(y.shaped && some_role))
            loader_report(l, at, NULL, "Say which header holds the codes",
                          "Layout '%s' of source '%s' does not fill '%s', the column of role '%s'", y.id, w->id,
                          w->columns[w->roles[i].column].name, w->roles[i].name);
    if (w->tidy && !y.has_period)
        loader_report(l, at, NULL, "Add a column with 'period: true'",
                      "Layout '%s' of source '%s' has no period column, and tidy rows each have their own period", y.id,
                      w->id);
    free(y.columns);
    return layout;
}

/* Takes over from an earlier layout what `own` does not write itself; the earlier one's node. */
static const yaml_node *layout_inherit(source_work *w, const raw_source *raw, const yaml_node *list, uint32_t before,
                                       raw_layout *own, const yaml_node *at)
{
    suggestion s = {.typed = own->like};
    for (uint32_t i = 0; i < before; i++) {
        const raw_layout *from = &raw->layouts[i];
        suggestion_offer(&s, from->id);
        if (strcmp(from->id, own->like) != 0)
            continue;
        if (from->like != NULL) {
            loader_report(w->l, yaml_key(at, "like"), NULL, "Name the layout that has its own columns",
                          "Layout '%s' is itself like another", from->id);
            return NULL;
        }
#define INHERIT(list_name, count_name)                                                                                 \
    if (own->count_name == 0) {                                                                                        \
        own->list_name = from->list_name;                                                                              \
        own->count_name = from->count_name;                                                                            \
    }
        INHERIT(columns, columns_count)
        INHERIT(set_aside, set_aside_count)
        INHERIT(missing, missing_count)
        INHERIT(suppressed, suppressed_count)
        INHERIT(unpivot, unpivot_count)
        INHERIT(period_at, period_at_count)
        INHERIT(one_row_per, one_row_per_count)
        INHERIT(complete, complete_count)
        INHERIT(row_sums, row_sums_count)
        INHERIT(ends_before, ends_before_count)
#undef INHERIT
        own->thousands_commas |= from->thousands_commas;
        own->shaped |= layout_is_shaped(from);
        own->only_these |= from->only_these;
        own->blocks |= from->blocks;
        own->heading_rows = yaml_key(at, "heading_rows") != NULL ? own->heading_rows : from->heading_rows;
        own->form = own->form != NULL ? own->form : from->form;
        own->group_row = own->group_row != NULL ? own->group_row : from->group_row;
        own->part = own->part != NULL ? own->part : from->part;
        return yaml_item(list, i);
    }
    loader_report(w->l, yaml_key(at, "like"), &s, "It must be an earlier layout of the same source",
                  "Unknown layout '%.80s' in 'like' of source '%s'", own->like, w->id);
    return NULL;
}

const source_layout *source_work_layouts(source_work *w, const raw_source *raw, const yaml_node *list)
{
    source_layout *layouts = loader_array(w->l, raw->layouts_count, sizeof *layouts);
    if (layouts == NULL)
        return NULL;
    const yaml_node *at = list->first;
    for (uint32_t i = 0; i < raw->layouts_count && w->l->fatal == STATUS_OK; i++, at = at->next) {
        raw_layout own = raw->layouts[i];
        const yaml_node *like = NULL;
        if (own.like != NULL)
            like = layout_inherit(w, raw, list, i, &own, at);
        layouts[i] = load_layout(w, &own, at, like);
        for (uint32_t k = 0; k < i; k++)
            if (layouts[i].id != NULL && strcmp(layouts[k].id, layouts[i].id) == 0)
                loader_report(w->l, yaml_key(at, "id"), NULL, NULL, "Layout '%s' stands twice in source '%s'",
                              layouts[i].id, w->id);
    }
    return layouts;
}

/* ---- layouts that could not be told apart ------------------------------------------------------------ */

static bool is_in(const source_layout *layout, const layout_column *wanted)
{
    for (size_t i = 0; i < layout->column_count; i++)
        if (layout->columns[i].occurrence == wanted->occurrence &&
            layout_has_wording(&layout->columns[i], wanted->header))
            return true;
    return false;
}

/* Every header that a file of `a` must have is declared by `b`, and b needs nothing more: a file of a is a file of b. */
static bool within(const source_layout *a, const source_layout *b)
{
    for (size_t i = 0; i < a->column_count; i++)
        if (!a->columns[i].optional && !is_in(b, &a->columns[i]))
            return false;
    return true;
}

static void check_pair(loader *l, const yaml_node *at, const source *s, const source_layout *layout,
                       const source *earlier, const source_layout *other)
{
    /* Sheets of a workbook are told apart by their names and titles as well. */
    if (layout->shaped || other->shaped)
        return;
    if (within(layout, other) && within(other, layout))
        loader_report(l, at, NULL, "Files are recognised by their headers: make one layout of the two",
                      "Layout '%s' of source '%s' has the same headers as layout '%s' of source '%s'", layout->id,
                      s->id, other->id, earlier->id);
}

void source_work_check_layouts(loader *l, const source *s, const yaml_node *list)
{
    for (size_t a = 0; a < s->layout_count; a++) {
        const yaml_node *at = yaml_item(list, a);
        for (size_t b = 0; b < a; b++)
            check_pair(l, at, s, &s->layouts[a], s, &s->layouts[b]);
        for (size_t i = 0; i < l->source_count; i++)
            for (size_t b = 0; b < l->sources[i].layout_count && strcmp(l->sources[i].id, s->id) != 0; b++)
                check_pair(l, at, s, &s->layouts[a], &l->sources[i], &l->sources[i].layouts[b]);
    }
}
