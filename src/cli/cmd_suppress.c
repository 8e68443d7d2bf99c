/* concord suppress: counts made fit to publish, and the check that they are. */
#include "cli/commands.h"
#include "cli/stat_command.h"
#include "cli/stat_differencing.h"

#include <math.h>
#include <string.h>

enum { COUNT, ROW, COLUMN, LEVEL, AREA, PART };
enum { TOTALS_BOTH, TOTALS_ROWS, TOTALS_COLUMNS, TOTALS_NONE };
#define CELLS_MAXIMUM ((size_t)20000000)

typedef struct hiding {
    const disclosure_rule *rule;
    bool check;
    size_t secondary; /* cells, in all groups */
} hiding;

/* A group as a table: a line of cells where there is no --row and no --column. */
typedef struct cells {
    disclosure_table table;
    size_t *source; /* by cell: 1 + row of the data; 0 = not in the file */
    const char **row_names, **column_names;
    size_t *cell_of; /* by place in the group: its cell; SIZE_MAX for national counts */
} cells;

static status rule_find(const stat_run *r, hiding *w, error *err)
{
    const char *given = stat_given(r, "--rule");
    size_t count = 0;
    w->rule = disclosure_rule_find(given == NULL ? "nhs-hospital-activity" : given);
    if (w->rule != NULL)
        return STATUS_OK;
    const disclosure_rule *all = disclosure_rules_all(&count);
    buffer names = {0};
    for (size_t i = 0; i < count; i++)
        buffer_printf(&names, "%s%s", i == 0 ? "" : i + 1 == count ? " or " : ", ", all[i].name);
    status code = error_set(err, STATUS_USAGE, "--rule: there is no rule '%.60s'", given);
    error_hint(err, "Use %s.", names.data == NULL ? "" : names.data);
    buffer_free(&names);
    return code;
}

static status prepare(stat_run *r, error *err)
{
    hiding *w = arena_alloc(&r->memory, sizeof *w);
    if (w == NULL)
        return stat_full(err);
    r->state = w;
    w->check = stat_switch(r, "--check");
    status code = rule_find(r, w, err);
    if (code != STATUS_OK)
        return code;
    if (w->check) {
        r->columns_read = differencing_columns;
        differencing_declare(r);
        if (r->plot != NULL)
            return stat_usage(r, err, "--check has no plot");
        return STATUS_OK;
    }
    if (stat_given(r, "--area") != NULL || stat_given(r, "--part") != NULL)
        return stat_usage(r, err, "--area and --part belong to --check");
    if (stat_given(r, "--column") != NULL && stat_given(r, "--row") == NULL)
        return stat_usage(r, err, "--column makes a table together with --row");
    if (stat_given(r, "--row") != NULL) {
        stat_output_column(r, "row", OUTPUT_TEXT);
        if (stat_given(r, "--column") != NULL)
            stat_output_column(r, "column", OUTPUT_TEXT);
    } else {
        stat_output_column(r, "line", OUTPUT_NUMBER);
    }
    stat_output_column(r, "published", OUTPUT_TEXT);
    stat_output_column(r, "state", OUTPUT_TEXT);
    return STATUS_OK;
}

/* ---- the table ---- */

/* National counts are named by --level, or all are with --national. */
static bool is_national(const stat_run *r, size_t row)
{
    if (stat_switch(r, "--national"))
        return true;
    if (!stat_has(r, LEVEL))
        return false;
    text cell = text_of(stat_text(&r->data, LEVEL, row));
    return text_is_nocase(cell, "england") || text_is_nocase(cell, "national");
}

static status counts_check(const stat_run *r, const stat_group *g, error *err)
{
    for (size_t i = 0; i < g->count; i++) {
        size_t row = stat_row(&r->data, g, i);
        if (!isnan(stat_cell(r, COUNT, row)))
            continue;
        status code = stat_refuse(r, row, COUNT, err, "The count is missing");
        error_hint(err, "Suppression needs the true counts, not those that are suppressed already.");
        return code;
    }
    return STATUS_OK;
}

/* The place of each text of a column among those of the group, in order of appearance. Returns how many there are. */
static size_t names_place(stat_run *r, const stat_group *g, size_t column, size_t *place_of_row, const char **names)
{
    size_t count = 0, *known = stat_scratch(r, r->data.text_count, sizeof *known);
    if (known == NULL)
        return SIZE_MAX;
    for (size_t i = 0; i < g->count; i++) {
        size_t row = stat_row(&r->data, g, i);
        if (is_national(r, row))
            continue;
        uint32_t words = r->data.columns[column].texts[row];
        if (known[words] == 0) {
            names[count++] = r->data.texts[words];
            known[words] = count;
        }
        place_of_row[i] = known[words] - 1;
    }
    return count;
}

static status cells_fill(stat_run *r, const stat_group *g, cells *t, const size_t *rows, const size_t *columns,
                         error *err)
{
    for (size_t i = 0, line = 0; i < g->count; i++) {
        size_t row = stat_row(&r->data, g, i), cell = SIZE_MAX;
        if (!is_national(r, row)) {
            cell = rows == NULL ? line++ : rows[i] * t->table.columns + (columns == NULL ? 0 : columns[i]);
            if (t->source[cell] != 0) {
                status code = stat_refuse(r, row, ROW, err, "This cell of the table is there twice (row %lu too)",
                                          (unsigned long)r->data.lines[t->source[cell] - 1]);
                error_hint(err, "Part the rows with --by, or sum them up.");
                return code;
            }
            t->source[cell] = row + 1;
            t->table.cells[cell].count = (int64_t)stat_cell(r, COUNT, row);
        }
        t->cell_of[i] = cell;
    }
    for (size_t cell = 0; rows != NULL && cell < t->table.rows * t->table.columns; cell++) {
        if (t->source[cell] != 0)
            continue;
        status code = error_set(err, STATUS_REFUSED, "The table has no count for '%.60s' and '%.60s'",
                                t->row_names[cell / t->table.columns],
                                t->column_names == NULL ? "" : t->column_names[cell % t->table.columns]);
        error_hint(err, "Each row of the table needs each column: write 0 where there is nobody.");
        return code;
    }
    return STATUS_OK;
}

static status table_make(stat_run *r, const stat_group *g, cells *t, error *err)
{
    bool has_rows = stat_given(r, "--row") != NULL, has_columns = stat_given(r, "--column") != NULL;
    size_t totals = stat_choice(r, "--totals"), local = 0;
    size_t *rows = NULL, *columns = NULL;
    for (size_t i = 0; i < g->count; i++)
        local += !is_national(r, stat_row(&r->data, g, i));
    *t = (cells){.table = {.rows = local > 0, .columns = local},
                 .cell_of = stat_scratch(r, g->count, sizeof *t->cell_of)};
    t->table.row_totals = totals == TOTALS_BOTH || totals == TOTALS_ROWS;
    t->table.column_totals = totals == TOTALS_BOTH || totals == TOTALS_COLUMNS;
    /* A list has one total: that of its single line. */
    if (!has_columns) {
        t->table.row_totals = totals != TOTALS_NONE;
        t->table.column_totals = false;
    }
    if (has_rows) {
        rows = stat_scratch(r, g->count, sizeof *rows);
        t->row_names = stat_scratch(r, g->count, sizeof *t->row_names);
        if (rows == NULL || t->row_names == NULL)
            return stat_full(err);
        t->table.rows = names_place(r, g, ROW, rows, t->row_names);
        t->table.columns = local > 0;
    }
    if (has_columns) {
        columns = stat_scratch(r, g->count, sizeof *columns);
        t->column_names = stat_scratch(r, g->count, sizeof *t->column_names);
        if (columns == NULL || t->column_names == NULL)
            return stat_full(err);
        t->table.columns = names_place(r, g, COLUMN, columns, t->column_names);
    }
    if (t->table.rows == SIZE_MAX || t->table.columns == SIZE_MAX || t->cell_of == NULL)
        return stat_full(err);
    if (t->table.rows > 0 && t->table.columns > CELLS_MAXIMUM / t->table.rows)
        return error_set(err, STATUS_REFUSED, "The table has %zu rows and %zu columns: more than %zu cells",
                         t->table.rows, t->table.columns, CELLS_MAXIMUM);
    t->table.cells = stat_scratch(r, t->table.rows * t->table.columns, sizeof *t->table.cells);
    t->source = stat_scratch(r, t->table.rows * t->table.columns, sizeof *t->source);
    if (t->table.cells == NULL || t->source == NULL)
        return stat_full(err);
    status code = cells_fill(r, g, t, rows, columns, err);
    /* Rows without columns are one list, lying on its side. */
    if (has_rows && !has_columns) {
        t->table.columns = t->table.rows;
        t->table.rows = t->table.columns > 0;
    }
    return code;
}

static status suppress(stat_run *r, cells *t, error *err)
{
    hiding *w = r->state;
    size_t n = t->table.rows * t->table.columns, added = 0;
    size_t *work = stat_scratch(r, 3 * (t->table.rows + t->table.columns + 2), sizeof *work);
    status code = work == NULL ? stat_full(err) : disclosure_primary(t->table.cells, n, w->rule, false, err);
    if (code != STATUS_OK || n == 0)
        return code;
    code = disclosure_secondary(&t->table, work, &added, err);
    w->secondary += added;
    if (code != STATUS_REFUSED)
        return code;
    size_t weak = disclosure_weak_cell(&t->table, work);
    if (weak >= n)
        return code;
    code = stat_refuse(r, t->source[weak] - 1, COUNT, err,
                       "This count cannot be hidden: the others beside it are all 0, or there are none");
    error_hint(err, "Do not publish the total (--totals), or put rows together.");
    return code;
}

static const char *const state_words[] = {"shown", "primary", "secondary"};

static void table_draw(stat_run *r, const stat_group *g, const cells *t)
{
    buffer *drawing = NULL;
    const plot_medium *medium = stat_plot_medium(r, &drawing);
    if (medium == NULL)
        return;
    bool on_side = t->row_names != NULL && t->column_names == NULL;
    plot_disclosure_input input = {.words = stat_plot_words(r, g, COUNT),
                                   .cells = t->table.cells,
                                   .row_names = t->row_names,
                                   .column_names = t->column_names,
                                   .rows = on_side ? t->table.columns : t->table.rows,
                                   .columns = on_side ? t->table.rows : t->table.columns};
    if (t->row_names == NULL) { /* a list reads downwards */
        input.rows = t->table.columns;
        input.columns = t->table.rows;
    }
    plot_disclosure(&input, medium, drawing);
    stat_plot_add(r);
}

static status row_put(stat_run *r, const stat_group *g, const cells *t, size_t i, error *err)
{
    size_t row = stat_row(&r->data, g, i), cell = t->cell_of[i];
    const hiding *w = r->state;
    disclosure_cell national = {.count = (int64_t)stat_cell(r, COUNT, row)};
    status code = STATUS_OK;
    if (cell == SIZE_MAX)
        code = disclosure_primary(&national, 1, w->rule, true, err);
    if (code != STATUS_OK)
        return code;
    const disclosure_cell *c = cell == SIZE_MAX ? &national : &t->table.cells[cell];
    char words[NUMBER_TEXT] = "*";
    if (c->state == CELL_SHOWN)
        (void)snprintf(words, sizeof words, "%lld", (long long)c->published);
    stat_row_begin(r, g, row);
    if (stat_given(r, "--row") != NULL) {
        stat_put_text(r, stat_text(&r->data, ROW, row));
        if (stat_given(r, "--column") != NULL)
            stat_put_text(r, stat_text(&r->data, COLUMN, row));
    } else {
        stat_put_count(r, r->data.lines[row]);
    }
    stat_put_text(r, words);
    stat_put_text(r, state_words[c->state]);
    return stat_row_end(r, err);
}

static status group(stat_run *r, const stat_group *g, error *err)
{
    const hiding *w = r->state;
    cells t;
    if (w->check)
        return differencing_group(r, g, w->rule, stat_switch(r, "--overlaps"), err);
    status code = counts_check(r, g, err);
    if (code == STATUS_OK)
        code = table_make(r, g, &t, err);
    if (code == STATUS_OK)
        code = suppress(r, &t, err);
    if (code == STATUS_OK && r->plot != NULL)
        table_draw(r, g, &t);
    for (size_t i = 0; i < g->count && code == STATUS_OK; i++)
        code = row_put(r, g, &t, i, err);
    return code;
}

static const stat_column columns[] = {
    {.option = "--count", .usual = "count|number|n", .kind = STAT_COUNT, .needed = true},
    {.option = "--row", .kind = STAT_TEXT},
    {.option = "--column", .kind = STAT_TEXT},
    {.option = "--level", .kind = STAT_TEXT},
    {0},
};

static const command_option options[] = {
    {"--count", "COL", "The true counts: 'count' is the default."},
    {"--row", "COL", "The rows of a table whose totals are published."},
    {"--column", "COL", "Its columns. Without both the counts of a group are one list with a total."},
    STAT_OPTION_BY,
    STAT_OPTION_KEEP,
    {"--rule", "NAME",
     "nhs-hospital-activity (the default: 1 to 7 suppressed, others to the nearest 5), under-5, under-10, round-5, "
     "round-10, none."},
    {"--totals", "both|rows|columns|none", "Which totals are published: both is the default."},
    {"--level", "COL", "A column that says England or national for counts that are published as they are."},
    {"--national", NULL, "All counts are national."},
    {"--check", NULL, "Check instead whether the difference of two published areas gives a small count away."},
    {"--area", "COL", "With --check: the areas. Each row says that a part belongs to an area."},
    {"--part", "COL", "With --check: the parts that areas are made of; --count is the part's count."},
    {"--overlaps", NULL, "With --check: look at areas that overlap too, not only at nested ones."},
    STAT_OPTION_FORMAT,
    STAT_OPTION_PLOT,
    {0},
};

const stat_command stat_suppress = {
    .command =
        {
            .name = "suppress",
            .takes = "[FILE]",
            .at_most = 1,
            .summary = "Make counts fit to publish: suppression, rounding, and a check of differences.",
            .description = "Reads a csv (or standard input) of counts and prints what may be published: small counts "
                           "as *, others rounded, by a named "
                           "rule; then further counts as * until no suppressed one can be worked out from the totals "
                           "of its row or column. The true "
                           "counts are not printed. Each cell of a table must be there once. A count that nothing "
                           "beside it can hide is refused.\n\n"
                           "--check prints pairs of areas whose difference the rule would suppress, and ends with exit "
                           "code 1 where there is any.",
            .example = "concord suppress admissions.csv --row ward --column cause --count people\n"
                       "concord suppress --check parts.csv --area area --part part --count people",
            .options = options,
            .run = stat_command_run,
        },
    .columns = columns,
    .prepare = prepare,
    .group = group,
};
