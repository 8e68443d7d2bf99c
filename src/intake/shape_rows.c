/*
 * shape_rows: the rows of a sheet become plain rows.
 *
 * A plain row has a cell for each column of the source, then one for the name that goes with each column of codes, then one for the period. What a sheet says of all its rows (constants, its
 * variant, its period) is filled in once; each row starts from a copy of that.
 */
#include "intake/shape.h"
#include "intake/stream.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define HEADING_ROWS_KEPT 3
#define FILLED_MAXIMUM    ((size_t)4096) /* bytes of a cell that is carried down */

typedef struct folded_patterns {
    const char **items;
    size_t count;
} folded_patterns;

typedef struct shaped_rule {
    const layout_set_aside *rule;
    folded_patterns equals;
    size_t report; /* place in report->set_aside */
} shaped_rule;

struct shaper {
    shaper_setup of;
    const source *source;
    mapping *mapping;
    checks *checks;
    arena memory, sheet_memory;
    source_layout plain; /* the layout of plain rows */
    header_match match;
    size_t width, name_base, period_at;
    bool *is_figure; /* per column of the source: counts and numbers */
    /* of the sheet */
    const binding *b;
    text *base, *flat, *one;
    folded_patterns *when; /* per column of the layout */
    shaped_rule *rules;
    folded_patterns ends;
    char **filled; /* per column of the layout: the cell carried down */
    size_t *filled_length;
    bool has_totals, any_rounded, row_figures;
    char *scratch; /* converted cells of the row */
    size_t scratch_used, scratch_capacity;
    char period_text[PERIOD_TEXT];
    int64_t without_figures;
};

/* ---- opening ----------------------------------------------------------------------------------------------- */

static status out_of_memory(error *err)
{
    return error_set(err, STATUS_MEMORY, "Out of memory");
}

static bool holds_text(column_type type)
{
    return type == COLUMN_CODE || type == COLUMN_CATEGORY || type == COLUMN_TEXT;
}

/* The layout that plain rows have: the same for every sheet of the source. */
static status plain_make(shaper *s, error *err)
{
    const source *of = s->source;
    size_t n = of->column_count;
    s->name_base = n;
    s->period_at = 2 * n;
    s->width = 2 * n + 1;
    layout_column *columns = arena_array(&s->memory, s->width, sizeof *columns);
    s->match = (header_match){.source = of, .layout = &s->plain, .column_count = s->width, .needed = s->width};
    s->match.column_of = arena_array(&s->memory, s->width, sizeof *s->match.column_of);
    s->match.heading = arena_array(&s->memory, s->width, sizeof *s->match.heading);
    s->match.use = arena_array(&s->memory, s->width, sizeof *s->match.use);
    s->is_figure = arena_array(&s->memory, n, sizeof *s->is_figure);
    s->base = arena_array(&s->memory, s->width, sizeof *s->base);
    s->flat = arena_array(&s->memory, s->width, sizeof *s->flat);
    s->one = arena_array(&s->memory, s->width, sizeof *s->one);
    if (columns == NULL || s->match.column_of == NULL || s->match.heading == NULL || s->match.use == NULL ||
        s->is_figure == NULL || s->base == NULL || s->flat == NULL || s->one == NULL)
        return out_of_memory(err);
    for (size_t i = 0; i < s->width; i++) {
        bool is_name = i >= n && i < 2 * n;
        int32_t column = i < n ? (int32_t)i : is_name && of->columns[i - n].type == COLUMN_CODE ? (int32_t)(i - n) : -1;
        columns[i] = (layout_column){.header = "",
                                     .column = column,
                                     .is_name = is_name && column >= 0,
                                     .is_period = i == 2 * n,
                                     .optional = true};
        s->match.column_of[i] = (int32_t)i;
        s->match.heading[i] = i < n ? of->columns[i].name : "";
        if (i < n)
            s->is_figure[i] = !holds_text(of->columns[i].type);
    }
    s->plain = (source_layout){.id = "plain", .columns = columns, .column_count = s->width};
    return STATUS_OK;
}

static status row_kept(void *context, const row_batch *batch, size_t i, error *err)
{
    shaper *s = context;
    status code = STATUS_OK;
    if (!s->has_totals)
        return STATUS_OK;
    for (size_t r = 0; r < s->b->layout->set_aside_count && code == STATUS_OK; r++)
        if (s->b->layout->set_aside[r].is_total)
            code = checks_add(s->checks, &s->b->layout->set_aside[r], s->b, batch, i, s->any_rounded, err);
    return code;
}

static bool source_is_tidy(const shaper_setup *setup)
{
    return setup->file->source->tidy;
}

status shaper_open(const shaper_setup *setup, shaper **out, error *err)
{
    *out = NULL;
    if (source_is_tidy(setup))
        return error_set(err, STATUS_REFUSED, "The tidy source cannot have shaped layouts");
    shaper *s = calloc(1, sizeof *s);
    if (s == NULL)
        return out_of_memory(err);
    s->of = *setup;
    s->source = setup->file->source;
    status code = plain_make(s, err);
    if (code == STATUS_OK)
        code = checks_open(s->source, &s->memory, &s->checks, err);
    const mapping_setup mapped = {.match = &s->match,
                                  .catalogue = setup->catalogue,
                                  .options = setup->options,
                                  .sink = setup->sink,
                                  .report = setup->report,
                                  .memory = setup->memory,
                                  .list = setup->list,
                                  .path = setup->path,
                                  .header_line = setup->file->bindings[0].header_line,
                                  .name_period = setup->name_period,
                                  .shaped = true,
                                  .sheets = setup->sheets,
                                  .kept = row_kept,
                                  .kept_context = s};
    if (code == STATUS_OK)
        code = mapping_open(&mapped, &s->mapping, err);
    if (code != STATUS_OK) {
        shaper_close(s);
        return code;
    }
    *out = s;
    return STATUS_OK;
}

void shaper_close(shaper *s)
{
    if (s == NULL)
        return;
    mapping_close(s->mapping);
    checks_close(s->checks);
    free(s->scratch);
    arena_free(&s->sheet_memory);
    arena_free(&s->memory);
    free(s);
}

/* ---- beginning a sheet --------------------------------------------------------------------------------------- */

static status patterns_fold(shaper *s, const char *const *raw, size_t count, folded_patterns *out, error *err)
{
    *out = (folded_patterns){arena_array(&s->sheet_memory, count + 1, sizeof *out->items), count};
    if (out->items == NULL)
        return out_of_memory(err);
    for (size_t i = 0; i < count; i++)
        if ((out->items[i] = heading_fold(&s->sheet_memory, text_of(raw[i]))) == NULL)
            return out_of_memory(err);
    return STATUS_OK;
}

static status rules_make(shaper *s, error *err)
{
    const source_layout *layout = s->b->layout;
    intake_report *report = s->of.report;
    const size_t most = sizeof report->set_aside / sizeof report->set_aside[0];
    s->rules = arena_array(&s->sheet_memory, layout->set_aside_count + 1, sizeof *s->rules);
    if (s->rules == NULL)
        return out_of_memory(err);
    s->has_totals = false;
    for (size_t i = 0; i < layout->set_aside_count; i++) {
        const layout_set_aside *rule = &layout->set_aside[i];
        size_t r = 0;
        while (r < report->set_aside_count && strcmp(report->set_aside[r].reason, rule->reason) != 0)
            r++;
        if (r == most)
            return error_set(err, STATUS_REFUSED, "Source %s sets rows aside for more than %zu reasons", s->source->id,
                             most);
        if (r == report->set_aside_count)
            report->set_aside[report->set_aside_count++] = (intake_set_aside){rule->reason, 0};
        s->rules[i] = (shaped_rule){rule, {0}, r};
        s->has_totals |= rule->is_total;
        status code = patterns_fold(s, rule->equals, rule->equals_count, &s->rules[i].equals, err);
        if (code != STATUS_OK)
            return code;
    }
    return STATUS_OK;
}

static status base_set(shaper *s, int32_t column, const char *value_text, int64_t value, error *err)
{
    const char *kept = value_text != NULL ? value_text : arena_printf(&s->sheet_memory, "%lld", (long long)value);
    if (kept == NULL)
        return out_of_memory(err);
    s->base[column] = text_of(kept);
    return STATUS_OK;
}

static status base_make(shaper *s, error *err)
{
    const binding *b = s->b;
    status code = STATUS_OK;
    for (size_t i = 0; i < s->width; i++)
        s->base[i] = (text){"", 0};
    for (size_t i = 0; i < b->layout->constant_count && code == STATUS_OK; i++)
        code = base_set(s, b->layout->constants[i].column, b->layout->constants[i].text, b->layout->constants[i].value,
                        err);
    for (size_t i = 0; b->variant != NULL && i < b->variant->set_count && code == STATUS_OK; i++)
        code = base_set(s, b->variant->set[i].column, b->variant->set[i].text, b->variant->set[i].value, err);
    return code;
}

static bool rows_say_period(const binding *b)
{
    for (size_t i = 0; i < b->layout->column_count; i++)
        if (b->column_of[i] >= 0 && (b->layout->columns[i].is_period || b->layout->columns[i].is_period_start))
            return true;
    for (size_t i = 0; i < b->pivot_count; i++)
        if (b->pivots[i].unpivot->dates)
            return true;
    return false;
}

static status period_settle(shaper *s, error *err)
{
    const binding *b = s->b;
    period p = b->period;
    if (rows_say_period(b)) {
        s->period_text[0] = 0;
        return STATUS_OK;
    }
    if (p.kind == PERIOD_NONE)
        p = s->of.name_period;
    if (p.kind == PERIOD_NONE)
        p = s->of.options->period;
    if (p.kind == PERIOD_NONE) {
        status code =
            error_set(err, STATUS_REFUSED, "Neither the table's title nor the file's name says which period it is for");
        error_at(err, s->of.path, s->of.sheets == NULL ? NULL : s->of.sheets[b->sheet].name, b->header_line, NULL);
        error_hint(err, "Say it: --period 2025-08");
        return code;
    }
    period_format(p, s->period_text);
    s->base[s->period_at] = text_of(s->period_text);
    return STATUS_OK;
}

/* The headings that problems name are those of this sheet. */
static void headings_set(shaper *s)
{
    const binding *b = s->b;
    for (size_t i = 0; i < s->source->column_count; i++)
        s->match.heading[i] = s->source->columns[i].name;
    for (size_t i = 0; i < b->layout->column_count; i++) {
        const layout_column *c = &b->layout->columns[i];
        if (b->column_of[i] >= 0 && c->column >= 0 && !c->is_name)
            s->match.heading[c->column] = b->headings[b->column_of[i]];
        if (b->column_of[i] >= 0 && c->is_period)
            s->match.heading[s->period_at] = b->headings[b->column_of[i]];
    }
}

static void unknown_note(const shaper *s)
{
    const binding *b = s->b;
    if (b->unknown_columns == 0)
        return;
    char shown[CELL_SHOWN];
    cell_show(text_of(b->unknown_first), shown);
    const char *sheet = s->of.sheets == NULL ? "" : s->of.sheets[b->sheet].name;
    note_add(s->of.report, s->of.memory, "%zu column%s that layout %s does not know %s left out%s%.60s%s: %s%s",
             b->unknown_columns, b->unknown_columns == 1 ? "" : "s", b->layout->id,
             b->unknown_columns == 1 ? "was" : "were", sheet[0] != 0 ? " (sheet '" : "", sheet,
             sheet[0] != 0 ? "')" : "", shown, b->unknown_columns > 1 ? " ..." : "");
}

status shaper_sheet(shaper *s, const binding *b, error *err)
{
    s->b = b;
    arena_reset(&s->sheet_memory);
    s->any_rounded = false;
    status code = rules_make(s, err);
    if (code == STATUS_OK)
        code = patterns_fold(s, b->layout->ends_before, b->layout->ends_before_count, &s->ends, err);
    s->when = arena_array(&s->sheet_memory, b->layout->column_count + 1, sizeof *s->when);
    s->filled = arena_array(&s->sheet_memory, b->layout->column_count + 1, sizeof *s->filled);
    s->filled_length = arena_array(&s->sheet_memory, b->layout->column_count + 1, sizeof *s->filled_length);
    if (code == STATUS_OK && (s->when == NULL || s->filled == NULL || s->filled_length == NULL))
        code = out_of_memory(err);
    for (size_t i = 0; i < b->layout->column_count && code == STATUS_OK; i++) {
        const layout_column *c = &b->layout->columns[i];
        s->any_rounded |= c->rounded;
        code = patterns_fold(s, c->when.is, c->when.is_count, &s->when[i], err);
        if (code == STATUS_OK && c->fill_down && (s->filled[i] = arena_alloc(&s->sheet_memory, FILLED_MAXIMUM)) == NULL)
            code = out_of_memory(err);
    }
    for (size_t i = 0; i < b->layout->unpivot_count; i++)
        s->any_rounded |= b->layout->unpivots[i].rounded;
    if (code == STATUS_OK)
        code = base_make(s, err);
    if (code == STATUS_OK)
        code = period_settle(s, err);
    if (code != STATUS_OK)
        return code;
    headings_set(s);
    unknown_note(s);
    mapping_tokens(s->mapping, b->layout);
    return STATUS_OK;
}

/* ---- cells ---------------------------------------------------------------------------------------------------- */

/* The cell folded on the stack; longer ones than any pattern are cut. */
static bool cell_meets(const folded_patterns *patterns, text cell)
{
    char folded[256];
    size_t o = 0;
    bool space = false;
    cell = text_trim(cell);
    for (size_t i = 0; i < cell.length && o + 2 < sizeof folded; i++) {
        unsigned char c = (unsigned char)cell.at[i];
        bool wide = c == 0xc2 && i + 1 < cell.length && (unsigned char)cell.at[i + 1] == 0xa0;
        i += wide;
        if (wide || c == ' ' || (c >= '\t' && c <= '\r')) {
            space = true;
            continue;
        }
        if (space)
            folded[o++] = ' ';
        space = false;
        folded[o++] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
    folded[o] = 0;
    for (size_t i = 0; i < patterns->count; i++)
        if (pattern_meets(patterns->items[i], folded))
            return true;
    return false;
}

static bool is_blank(text cell)
{
    return cell.length == 0 || text_trim(cell).length == 0;
}

static bool is_token(const source_layout *layout, text cell)
{
    cell = text_trim(cell);
    for (size_t i = 0; i < layout->missing_count; i++)
        if (text_is_nocase(cell, layout->missing[i]))
            return true;
    for (size_t i = 0; i < layout->suppressed_count; i++)
        if (text_is_nocase(cell, layout->suppressed[i]))
            return true;
    return false;
}

/* Kept until the row is done. The buffer is made once for the widest row, because cells point into it. */
static char *scratch_take(shaper *s, size_t bytes)
{
    if (bytes > s->scratch_capacity - s->scratch_used)
        return NULL;
    char *at = s->scratch + s->scratch_used;
    s->scratch_used += bytes;
    return at;
}

/* A count that is kept in parts of one: "79.5" in halves is "159". False where it is not so many parts, unless it may be rounded. The text is left alone where it is no number: the
 * mapping says so. */
static bool parts_make(shaper *s, text *cell, int64_t per_unit, bool rounded, const char **why)
{
    double value = 0;
    text t = text_trim(*cell);
    char plain[64];
    size_t n = 0;
    for (size_t i = 0; i < t.length && n + 1 < sizeof plain; i++)
        if (t.at[i] != ',' || !s->b->layout->thousands_commas)
            plain[n++] = t.at[i];
    if (!number_parse((text){plain, n}, &value))
        return true;
    double parts = value * (double)per_unit, whole = round(parts);
    if (fabs(whole) > 9e15)
        return true;
    if (!rounded && fabs(parts - whole) > 1e-6 * fmax(1.0, fabs(whole) * 1e-6)) {
        *why = per_unit == 1   ? "is not a whole number"
               : per_unit == 2 ? "is not a number of halves"
                               : "has more decimals than are kept";
        return false;
    }
    char *out = scratch_take(s, NUMBER_TEXT);
    if (out == NULL)
        return true;
    int length = snprintf(out, NUMBER_TEXT, "%lld", (long long)whole);
    *cell = (text){out, length > 0 ? (size_t)length : 0};
    return true;
}

static void place_problem(shaper *s, const grid_row *row, int32_t file_column, int32_t to_column, const char *message,
                          const char *hint)
{
    int32_t sheet = s->of.sheets == NULL ? 0 : (int32_t)s->b->sheet + 1;
    const char *was = to_column >= 0 ? s->match.heading[to_column] : NULL;
    if (to_column >= 0 && file_column >= 0 && (size_t)file_column < s->b->width)
        s->match.heading[to_column] = s->b->headings[file_column];
    mapping_problem(s->mapping, line_of_place(sheet, row->line, file_column + 1), to_column, message, hint);
    if (to_column >= 0)
        s->match.heading[to_column] = was;
}

/* A figure on its way into a column of counts: parts of one, and formulae without a value. */
static bool figure_make(shaper *s, const grid_row *row, int32_t file_column, int32_t to_column, bool rounded,
                        text *cell)
{
    const char *why = NULL;
    if (row->kinds != NULL && (size_t)file_column < row->count && row->kinds[file_column] == GRID_NO_VALUE) {
        place_problem(s, row, file_column, to_column, "The cell holds a formula whose value is not in the file",
                      "Open the workbook in Excel, save it, and add that.");
        return false;
    }
    column_type type = s->source->columns[to_column].type;
    int64_t per_unit = source_per_unit(s->source, to_column);
    if ((type == COLUMN_COUNT || type == COLUMN_BAND) &&
        (per_unit > 1 || rounded || memchr(cell->at, '.', cell->length) != NULL) && !is_token(s->b->layout, *cell) &&
        !parts_make(s, cell, per_unit, rounded, &why)) {
        char shown[CELL_SHOWN], message[256];
        cell_show(*cell, shown);
        (void)snprintf(message, sizeof message, "%s %s", shown, why);
        place_problem(s, row, file_column, to_column, message, NULL);
        return false;
    }
    return true;
}

static text cell_at(const grid_row *row, int32_t column)
{
    return column >= 0 && (size_t)column < row->count ? row->cells[column] : (text){"", 0};
}

/* The code of an organisation that is given by name. */
static void name_to_code(const shaper *s, text *cell)
{
    const orgs *o = s->of.options->orgs;
    if (o == NULL || is_blank(*cell) || orgs_find(o, text_trim(*cell)) >= 0)
        return;
    org_index found = orgs_find_name(o, text_trim(*cell));
    if (found >= 0)
        *cell = text_of(orgs_at(o, found)->code);
}

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

/* True where the row repeats the headings, as tables in several blocks do. */
static bool is_heading_again(const shaper *s, const grid_row *row)
{
    const binding *b = s->b;
    size_t same = 0, there = 0;
    for (size_t i = 0; i < b->layout->column_count; i++) {
        if (b->column_of[i] < 0 || b->layout->columns[i].column < 0)
            continue;
        text cell = text_trim(cell_at(row, b->column_of[i])),
             heading = text_trim(text_of(b->headings[b->column_of[i]]));
        there++;
        same += heading.length > 0 && same_as_heading(cell, heading);
    }
    return there > 1 && same * 2 > there;
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
    return is_token(s->b->layout, cell);
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
    if (is_blank(cell))
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
        bool no_value =
            row->kinds != NULL && (size_t)b->column_of[i] < row->count && row->kinds[b->column_of[i]] == GRID_NO_VALUE;
        if (c->required) {
            required = true;
            all_required &= !is_blank(cell);
        }
        if (c->column < 0 || c->is_name || !s->is_figure[c->column])
            continue;
        if (no_value || looks_like_figure(s, cell))
            return true;
        texts |= !is_blank(cell);
    }
    for (size_t i = 0; i < b->pivot_count; i++) {
        text cell = cell_at(row, b->pivots[i].file_column);
        bool no_value = row->kinds != NULL && (size_t)b->pivots[i].file_column < row->count &&
                        row->kinds[b->pivots[i].file_column] == GRID_NO_VALUE;
        if (no_value || looks_like_figure(s, cell))
            return true;
        texts |= !is_blank(cell);
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
        if (!is_blank(cell) || s->filled[i] != NULL)
            continue;
        place_problem(s, row, b->column_of[i], c->column >= 0 ? c->column : (int32_t)s->period_at,
                      "The cell is blank, and this column must be filled", NULL);
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
        if (at >= 0 && ((r->rule->blank && is_blank(cell)) || (!is_blank(cell) && cell_meets(&r->equals, cell))))
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
    if (!rule->rule->is_total || !period_parse(cells[s->period_at], &p))
        return STATUS_OK;
    return checks_say(s->checks, rule->rule, s->b, p, cells, s->b->layout, line, err);
}

/* Each cell under a heading that is to become a row. */
static status pivots_hand_on(shaper *s, const grid_row *row, const shaped_rule *rule, int32_t sheet, error *err)
{
    status code = STATUS_OK;
    for (size_t i = 0; i < s->b->pivot_count && code == STATUS_OK; i++) {
        const pivot *p = &s->b->pivots[i];
        text cell = cell_at(row, p->file_column);
        bool no_value =
            row->kinds != NULL && (size_t)p->file_column < row->count && row->kinds[p->file_column] == GRID_NO_VALUE;
        size_t mark = s->scratch_used;
        if (is_blank(cell) && !no_value)
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
        return out_of_memory(err);
    s->scratch = grown;
    s->scratch_capacity = need;
    return STATUS_OK;
}

status shaper_row(shaper *s, const grid_row *row, bool *ended, error *err)
{
    *ended = false;
    size_t first = 0;
    while (first < row->count && is_blank(row->cells[first]))
        first++;
    if (first < row->count && s->ends.count > 0 && cell_meets(&s->ends, row->cells[first])) {
        *ended = true;
        return STATUS_OK;
    }
    status code = scratch_reserve(s, row, err);
    if (code != STATUS_OK)
        return code;
    if (!has_figures(s, row)) {
        for (size_t i = 0; i < s->b->layout->column_count; i++)
            if (s->b->column_of[i] >= 0 && s->filled[i] != NULL)
                (void)fill_down(s, i, cell_at(row, s->b->column_of[i]));
        s->without_figures++;
        return STATUS_OK;
    }
    if (is_heading_again(s, row))
        return STATUS_OK;
    const shaped_rule *rule = rule_of(s, row);
    bool good = true, period_wanted = false;
    row_period p = {0};
    int32_t period_column = -1, sheet = s->of.sheets == NULL ? 0 : (int32_t)s->b->sheet + 1;
    memcpy(s->flat, s->base, s->width * sizeof *s->flat);
    if (rule != NULL) {
        s->of.report->set_aside[rule->report].rows++;
        s->of.report->rows_in++;
        if (!rule->rule->is_total)
            return STATUS_OK;
    } else {
        good = required_filled(s, row);
    }
    cells_place(s, row, &good, &period_wanted, &p, &period_column);
    if (period_wanted)
        good &= period_put(s, row, &p, period_column);
    if (!good)
        return STATUS_OK;
    if (s->b->pivot_count > 0)
        return pivots_hand_on(s, row, rule, sheet, err);
    return hand_on(s, rule, s->flat, line_of_place(sheet, row->line, 0), err);
}

status shaper_end(shaper *s, error *err)
{
    status code = mapping_end(s->mapping, err);
    if (code == STATUS_OK)
        checks_compare(s->checks, s->of.sheets, s->of.report, s->of.memory);
    return code;
}
