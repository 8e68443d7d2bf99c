/* shape_sheet: opening, and what holds of all rows of a sheet: constants, the variant, the period, the lines that are set aside. */
#include "intake/shaper.h"

#include <stdlib.h>
#include <string.h>

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
    s->total = arena_array(&s->memory, s->width, sizeof *s->total);
    if (columns == NULL || s->match.column_of == NULL || s->match.heading == NULL || s->match.use == NULL ||
        s->is_figure == NULL || s->base == NULL || s->flat == NULL || s->one == NULL || s->total == NULL)
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
    if (!s->has_totals || s->keeping_total)
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
    if (code == STATUS_OK)
        code = complete_open(&s->memory, &s->complete, err);
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
    complete_close(s->complete);
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
    if (b->other_period.kind != PERIOD_NONE) {
        char first[PERIOD_WORDS], second[PERIOD_WORDS];
        period_words(p, first);
        period_words(b->other_period, second);
        status code = error_set(
            err, STATUS_REFUSED,
            "Two periods stand above the table, %s and, in row %lld, %s: it cannot be told which one it is for", first,
            (long long)b->other_period_row, second);
        error_at(err, s->of.path, s->of.sheets == NULL ? NULL : s->of.sheets[b->sheet].name, b->other_period_row, NULL);
        error_hint(err, "Take away the line that is wrong, or download the file again.");
        return code;
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
    char misfit[200];
    if (period_misfit(s->source, b->layout, p, misfit, sizeof misfit)) {
        status code = error_set(err, STATUS_REFUSED, "The period of the table does not fit: %s", misfit);
        error_at(err, s->of.path, s->of.sheets == NULL ? NULL : s->of.sheets[b->sheet].name, b->header_line, NULL);
        error_hint(err, "Correct the title above the table (or the name of the file), or download the file again.");
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

/* What the layout knows and this year leaves out: told once, for sheets of one layout have the same columns. */
static void gone_note(const shaper *s)
{
    const binding *b = s->b;
    const binding *first = s->of.file->bindings;
    while (first->layout != b->layout)
        first++;
    if (b->gone_count == 0 || first != b)
        return;
    buffer said = {0};
    for (size_t i = 0; i < b->gone_count && i < 3; i++)
        buffer_printf(&said, "%s'%.100s'", i > 0 ? "; " : "", b->gone[i]);
    note_add(s->of.report, s->of.memory, "%zu column%s of layout %s %s not there: %s%s", b->gone_count,
             b->gone_count == 1 ? "" : "s", b->layout->id, b->gone_count == 1 ? "is" : "are",
             said.data == NULL ? "" : said.data, b->gone_count > 3 ? " ..." : "");
    buffer_free(&said);
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

const char *total_reason(const source_layout *layout)
{
    for (size_t i = 0; i < layout->set_aside_count; i++)
        if (layout->set_aside[i].is_total)
            return layout->set_aside[i].reason;
    return "";
}

status sheet_end(const shaper *s, error *err)
{
    if (s->b == NULL || !s->b->layout->total_required || s->total_seen)
        return STATUS_OK;
    const char *reason = total_reason(s->b->layout);
    status code = error_set(err, STATUS_REFUSED,
                            "The table has no line with the %.80s, and every one of %s (layout %s) has: it has been "
                            "cut off, or the line was taken out",
                            reason, s->source->id, s->b->layout->id);
    error_at(err, s->of.path, s->of.sheets == NULL ? NULL : s->of.sheets[s->b->sheet].name, 0, NULL);
    error_hint(err, "Nothing of it was kept, because what is missing cannot be known. Download it again and add the "
                    "whole file.");
    return code;
}

status shaper_sheet(shaper *s, const binding *b, error *err)
{
    status ended = sheet_end(s, err);
    if (ended != STATUS_OK)
        return ended;
    s->b = b;
    s->total_seen = false;
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
    gone_note(s);
    mapping_tokens(s->mapping, b->layout);
    return STATUS_OK;
}
