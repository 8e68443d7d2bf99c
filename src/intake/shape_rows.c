/*
 * shape_rows: the rows of a sheet become plain rows.
 *
 * A plain row has a cell for each column of the source, then one for the name that goes with each column of codes, then one for the period. What a sheet says of all its rows (constants, its
 * variant, its period) is filled in once; each row starts from a copy of that.
 */
#include "intake/shaper.h"

#include <stdlib.h>
#include <string.h>

/* ---- a row ------------------------------------------------------------------------------------------------------ */

/* The heading is kept with its line ends as blanks. */
static bool same_as_heading(text cell, text heading)
{
    if (cell.length != heading.length)
        return false;
    for (size_t i = 0; i < cell.length; i++)
        if (cell.at[i] != heading.at[i] && !(heading.at[i] == ' ' && (unsigned char)cell.at[i] < ' '))
            return false;
    return true;
}

/* True where the row repeats headings of the table: in their places, or, in a row of texts, anywhere. A second table stands below, or the same one once more. */
static bool is_heading_again(const shaper *s, const grid_row *row, bool anywhere)
{
    const binding *b = s->b;
    size_t same = 0, there = 0;
    for (size_t i = 0; i < b->layout->column_count; i++) {
        if (b->column_of[i] < 0 || b->layout->columns[i].column < 0)
            continue;
        text heading = text_trim(text_of(b->headings[b->column_of[i]]));
        bool found = same_as_heading(text_trim(cell_at(row, b->column_of[i])), heading);
        for (size_t k = 0; k < row->count && anywhere && !found; k++)
            found = same_as_heading(text_trim(row->cells[k]), heading);
        there++;
        same += heading.length > 0 && found;
    }
    return there > 1 && same > 1 && same * 2 > there;
}

/* Every heading in its place, in a table that stands in blocks. */
static bool is_next_block(const shaper *s, const grid_row *row)
{
    const binding *b = s->b;
    for (size_t i = 0; i < b->layout->column_count && b->layout->blocks; i++)
        if (b->column_of[i] >= 0 && b->layout->columns[i].column >= 0 &&
            !same_as_heading(text_trim(cell_at(row, b->column_of[i])),
                             text_trim(text_of(b->headings[b->column_of[i]]))))
            return false;
    return b->layout->blocks;
}

static void second_header_problem(shaper *s, const grid_row *row)
{
    char message[200];
    (void)snprintf(message, sizeof message, "The row is a second header, beside row %lld: there are two tables",
                   (long long)s->b->header_line);
    place_problem(
        s, row, -1, -1, message,
        "Put the second table into a file of its own, or take the line away if it only repeats the headings.");
}

/* Looks like a figure, or a token for one that is not there. */
static bool looks_like_figure(const shaper *s, text cell)
{
    cell = text_trim(cell);
    if (cell.length == 0)
        return false;
    double value;
    char c = cell.at[0];
    if (((c >= '0' && c <= '9') || c == '-' || c == '.') && cell.length < 32) {
        if (number_parse(cell, &value))
            return true;
        if (s->b->layout->thousands_commas && memchr(cell.at, ',', cell.length) != NULL)
            return true;
    }
    return cell_is_token(s->b->layout, cell);
}

static bool condition_holds(const shaper *s, const grid_row *row, size_t column)
{
    const layout_column *c = &s->b->layout->columns[column];
    return c->when.is_count == 0 || cell_meets(&s->when[column], cell_at(row, s->b->column_of[c->when.layout_column]));
}

typedef struct row_period {
    char joined[160];
    size_t length;
    text start, end;
} row_period;

static void period_collect(row_period *p, const layout_column *c, text cell)
{
    if (c->is_period_start)
        p->start = cell;
    if (c->is_period_end)
        p->end = cell;
    if (!c->is_period)
        return;
    cell = text_trim(cell);
    if (p->length > 0 && p->length + 1 < sizeof p->joined)
        p->joined[p->length++] = ' ';
    for (size_t i = 0; i < cell.length && p->length + 1 < sizeof p->joined; i++)
        p->joined[p->length++] = cell.at[i];
}

/* The row's own period into its cell. False where it has none. */
static bool period_put(shaper *s, const grid_row *row, const row_period *p, int32_t file_column)
{
    period found = {0};
    bool good = p->start.length > 0 || p->end.length > 0 ? period_of_days(p->start, p->end, &found)
                                                         : period_in_words((text){p->joined, p->length}, &found);
    if (!good) {
        char shown[CELL_SHOWN], message[256];
        cell_show(p->length > 0 ? (text){p->joined, p->length} : p->start, shown);
        (void)snprintf(message, sizeof message,
                       p->length == 0 && p->start.length == 0 ? "%.0sThe period of the row is blank"
                                                              : "%s is not a period",
                       shown);
        place_problem(s, row, file_column, (int32_t)s->period_at, message, NULL);
        return false;
    }
    char *out = scratch_take(s, PERIOD_TEXT);
    if (out == NULL)
        return false;
    period_format(found, out);
    s->flat[s->period_at] = text_of(out);
    return true;
}

static text fill_down(shaper *s, size_t column, text cell)
{
    if (s->filled[column] == NULL)
        return cell;
    if (cell_is_blank(cell))
        return (text){s->filled[column], s->filled_length[column]};
    s->filled_length[column] = cell.length < FILLED_MAXIMUM ? cell.length : FILLED_MAXIMUM;
    memcpy(s->filled[column], cell.at, s->filled_length[column]);
    return cell;
}

/* Puts the cells of the row in their places. *has_period: the row says its own; *good false after a problem that was reported. */
static void cells_place(shaper *s, const grid_row *row, bool *good, bool *period_wanted, row_period *p,
                        int32_t *period_column)
{
    const binding *b = s->b;
    for (size_t i = 0; i < b->layout->column_count; i++) {
        const layout_column *c = &b->layout->columns[i];
        int32_t at = b->column_of[i];
        if (at < 0)
            continue;
        text cell = fill_down(s, i, cell_at(row, at));
        if (c->is_period || c->is_period_start || c->is_period_end) {
            period_collect(p, c, cell);
            *period_wanted = true;
            *period_column = at;
            continue;
        }
        if (c->column < 0 || !condition_holds(s, row, i))
            continue;
        if (c->is_name) {
            s->flat[s->name_base + (size_t)c->column] = cell;
            continue;
        }
        if (c->by_name)
            name_to_code(s, &cell);
        if (s->is_figure[c->column])
            *good &= figure_make(s, row, at, c->column, c->rounded, &cell);
        s->flat[c->column] = cell;
    }
}

/* A row has figures where some cell that goes to a column of figures, or that is to become a row, looks like one. Others are notes, subtitles, blocks of headings. A text in
 * such a cell beside filled columns that must be filled is a problem of the cell, not a note. */
static bool has_figures(const shaper *s, const grid_row *row)
{
    const binding *b = s->b;
    bool texts = false, required = false, all_required = true;
    for (size_t i = 0; i < b->layout->column_count; i++) {
        const layout_column *c = &b->layout->columns[i];
        if (b->column_of[i] < 0)
            continue;
        text cell = cell_at(row, b->column_of[i]);
        bool no_value = cell_has_no_value(row, b->column_of[i]);
        if (c->required) {
            required = true;
            all_required &= !cell_is_blank(cell);
        }
        if (c->column < 0 || c->is_name || !s->is_figure[c->column])
            continue;
        if (no_value || looks_like_figure(s, cell))
            return true;
        texts |= !cell_is_blank(cell);
    }
    for (size_t i = 0; i < b->pivot_count; i++) {
        text cell = cell_at(row, b->pivots[i].file_column);
        bool no_value = cell_has_no_value(row, b->pivots[i].file_column);
        if (no_value || looks_like_figure(s, cell))
            return true;
        texts |= !cell_is_blank(cell);
    }
    return texts && required && all_required;
}

static bool required_filled(shaper *s, const grid_row *row)
{
    const binding *b = s->b;
    bool good = true;
    for (size_t i = 0; i < b->layout->column_count; i++) {
        const layout_column *c = &b->layout->columns[i];
        if (!c->required || b->column_of[i] < 0 || !condition_holds(s, row, i))
            continue;
        text cell = cell_at(row, b->column_of[i]);
        if (cell_is_dash(cell) && c->column >= 0 && s->b->source->columns[c->column].type == COLUMN_CODE) {
            place_problem(s, row, b->column_of[i], c->column, DASH_PROBLEM, DASH_HINT);
            good = false;
            continue;
        }
        if (!cell_is_blank(cell) || s->filled[i] != NULL || cell_has_no_value(row, b->column_of[i]))
            continue; /* that a formula has no value is said elsewhere */
        place_problem(s, row, b->column_of[i], c->column >= 0 ? c->column : (int32_t)s->period_at,
                      "The cell is blank, and this column must be filled", NULL);
        good = false;
    }
    return good;
}

/* Is anything of the row made, or told, by the column that the layout has there? */
static bool column_is_read(const source_layout *layout, size_t column)
{
    const layout_column *c = &layout->columns[column];
    bool is_read = c->column >= 0 || c->is_period || c->is_period_start || c->is_period_end;
    for (size_t i = 0; i < layout->set_aside_count; i++)
        is_read |= layout->set_aside[i].layout_column == (int32_t)column;
    for (size_t i = 0; i < layout->column_count; i++)
        is_read |= layout->columns[i].when.is_count > 0 && layout->columns[i].when.layout_column == (int32_t)column;
    return is_read;
}

/* Codes, names, periods and words whose formula has no value; figures are looked at where they are made. */
static bool words_there(shaper *s, const grid_row *row)
{
    const binding *b = s->b;
    bool good = true;
    for (size_t i = 0; i < b->layout->column_count; i++) {
        const layout_column *c = &b->layout->columns[i];
        bool figure = c->column >= 0 && !c->is_name && s->is_figure[c->column];
        if (!cell_has_no_value(row, b->column_of[i]) || figure || !column_is_read(b->layout, i))
            continue;
        no_value_problem(s, row, b->column_of[i], c->column >= 0 && !c->is_name ? c->column : (int32_t)s->period_at);
        good = false;
    }
    return good;
}

/* The rule that sets the row aside, NULL where it is a row. */
static const shaped_rule *rule_of(const shaper *s, const grid_row *row)
{
    for (size_t i = 0; i < s->b->layout->set_aside_count; i++) {
        const shaped_rule *r = &s->rules[i];
        int32_t at = s->b->column_of[r->rule->layout_column];
        text cell = cell_at(row, at);
        if (at >= 0 &&
            ((r->rule->blank && cell_is_blank(cell)) || (!cell_is_blank(cell) && cell_meets(&r->equals, cell))))
            return r;
    }
    return NULL;
}

/* One plain row goes on: to the mapping, or to the checks where it says a total. */
static status hand_on(shaper *s, const shaped_rule *rule, const text *cells, int64_t line, error *err)
{
    if (rule == NULL)
        return mapping_row(s->mapping, cells, s->width, line, err);
    period p = {0};
    status code = STATUS_OK;
    if (rule->rule->is_total) {
        if (!period_parse(cells[s->period_at], &p))
            return STATUS_OK;
        code = checks_say(s->checks, rule->rule, s->b, p, cells, s->b->layout, line, err);
    }
    if (code != STATUS_OK || rule->rule->kept_column < 0)
        return code;
    memcpy(s->total, cells, s->width * sizeof *cells);
    text *whom = &s->total[rule->rule->kept_column];
    *whom = cell_is_blank(*whom) ? text_of("England") : *whom;
    s->keeping_total = true;
    code = mapping_row(s->mapping, s->total, s->width, line, err);
    s->keeping_total = false;
    return code;
}

/* Each cell under a heading that is to become a row. */
static status pivots_hand_on(shaper *s, const grid_row *row, const shaped_rule *rule, int32_t sheet, error *err)
{
    status code = STATUS_OK;
    for (size_t i = 0; i < s->b->pivot_count && code == STATUS_OK; i++) {
        const pivot *p = &s->b->pivots[i];
        text cell = cell_at(row, p->file_column);
        bool no_value = cell_has_no_value(row, p->file_column);
        size_t mark = s->scratch_used;
        if (cell_is_blank(cell) && !no_value)
            continue;
        memcpy(s->one, s->flat, s->width * sizeof *s->one);
        if (!figure_make(s, row, p->file_column, p->unpivot->value_column, p->unpivot->rounded, &cell))
            continue;
        s->one[p->unpivot->value_column] = cell;
        if (p->unpivot->key_column >= 0)
            s->one[p->unpivot->key_column] = text_of(p->key);
        for (size_t k = 0; k < p->unpivot->set_count; k++)
            if (p->unpivot->set[k].text != NULL)
                s->one[p->unpivot->set[k].column] = text_of(p->unpivot->set[k].text);
        if (p->unpivot->dates) {
            char *out = scratch_take(s, PERIOD_TEXT);
            if (out == NULL)
                continue;
            period_format(p->period, out);
            s->one[s->period_at] = text_of(out);
        }
        const char *was = s->match.heading[p->unpivot->value_column];
        s->match.heading[p->unpivot->value_column] = s->b->headings[p->file_column];
        code = hand_on(s, rule, s->one, line_of_place(sheet, row->line, p->file_column + 1), err);
        s->match.heading[p->unpivot->value_column] = was;
        s->scratch_used = mark;
    }
    return code;
}

static status scratch_reserve(shaper *s, const grid_row *row, error *err)
{
    size_t need = (row->count + s->b->layout->column_count + 8) * NUMBER_TEXT;
    s->scratch_used = 0;
    if (need <= s->scratch_capacity)
        return STATUS_OK;
    char *grown = realloc(s->scratch, need);
    if (grown == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    s->scratch = grown;
    s->scratch_capacity = need;
    return STATUS_OK;
}

/* A line that is no row may still be what the rows below it are filled from: a group's own sum carries its code. */
static void rows_below_fill(shaper *s, const grid_row *row)
{
    for (size_t i = 0; i < s->b->layout->column_count; i++)
        if (s->b->column_of[i] >= 0 && s->filled[i] != NULL)
            (void)fill_down(s, i, cell_at(row, s->b->column_of[i]));
}

status shaper_row(shaper *s, const grid_row *row, bool *ended, error *err)
{
    *ended = false;
    size_t first = 0;
    while (first < row->count && cell_is_blank(row->cells[first]))
        first++;
    if (first < row->count && s->ends.count > 0 && cell_meets(&s->ends, row->cells[first])) {
        *ended = true;
        return STATUS_OK;
    }
    status code = scratch_reserve(s, row, err);
    if (code != STATUS_OK)
        return code;
    if (!has_figures(s, row)) {
        if (!is_next_block(s, row) && is_heading_again(s, row, true))
            second_header_problem(s, row);
        rows_below_fill(s, row);
        s->without_figures++;
        return STATUS_OK;
    }
    if (is_heading_again(s, row, false)) {
        if (!is_next_block(s, row))
            second_header_problem(s, row);
        return STATUS_OK;
    }
    if (!words_there(s, row))
        return STATUS_OK;
    const shaped_rule *rule = rule_of(s, row);
    bool good = true, period_wanted = false;
    row_period p = {0};
    int32_t period_column = -1, sheet = s->of.sheets == NULL ? 0 : (int32_t)s->b->sheet + 1;
    memcpy(s->flat, s->base, s->width * sizeof *s->flat);
    s->total_seen |=
        rule != NULL && rule->rule->is_total && strcmp(rule->rule->reason, total_reason(s->b->layout)) == 0;
    if (rule != NULL && rule->rule->kept_column < 0) {
        s->of.report->set_aside[rule->report].rows++;
        s->of.report->rows_in++;
        if (!rule->rule->is_total) {
            rows_below_fill(s, row);
            return STATUS_OK;
        }
    } else if (rule == NULL) {
        good = required_filled(s, row);
    }
    cells_place(s, row, &good, &period_wanted, &p, &period_column);
    if (period_wanted)
        good &= period_put(s, row, &p, period_column);
    if (!good)
        return STATUS_OK;
    for (size_t i = 0; i < s->b->layout->complete_count && rule == NULL && code == STATUS_OK; i++) {
        const layout_complete *whole = &s->b->layout->complete[i];
        code = complete_add(s->complete, whole, s->b->layout, (size_t)sheet,
                            cell_at(row, s->b->column_of[whole->layout_column]), err);
    }
    if (code != STATUS_OK)
        return code;
    if (s->b->pivot_count > 0)
        return pivots_hand_on(s, row, rule, sheet, err);
    return hand_on(s, rule, s->flat, line_of_place(sheet, row->line, 0), err);
}

status shaper_end(shaper *s, error *err)
{
    status code = mapping_end(s->mapping, err);
    if (code == STATUS_OK)
        code = sheet_end(s, err);
    if (code == STATUS_OK)
        code = complete_check(s->complete, s->source, s->of.sheets, s->of.path, s->of.report, s->of.memory, err);
    return code == STATUS_OK ? checks_compare(s->checks, s->of.sheets, s->of.path, s->of.report, s->of.memory, err)
                             : code;
}
