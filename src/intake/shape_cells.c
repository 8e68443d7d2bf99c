/* shape_cells: one cell of a sheet on its way into a plain row. */
#include "intake/shaper.h"

#include <math.h>
#include <string.h>

/* The cell folded on the stack; longer ones than any pattern are cut. */
bool cell_meets(const folded_patterns *patterns, text cell)
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

bool cell_is_blank(text cell)
{
    return cell.length == 0 || text_trim(cell).length == 0;
}

bool cell_is_token(const source_layout *layout, text cell)
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
char *scratch_take(shaper *s, size_t bytes)
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

void place_problem(shaper *s, const grid_row *row, int32_t file_column, int32_t to_column, const char *message,
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

bool cell_has_no_value(const grid_row *row, int32_t column)
{
    return row->kinds != NULL && column >= 0 && (size_t)column < row->count && row->kinds[column] == GRID_NO_VALUE;
}

void no_value_problem(shaper *s, const grid_row *row, int32_t file_column, int32_t to_column)
{
    char letters[COLUMN_LETTERS], message[160];
    place_letters(file_column + 1, letters);
    (void)snprintf(message, sizeof message, "Cell %s%lld holds a formula whose value is not in the file", letters,
                   (long long)row->line);
    place_problem(s, row, file_column, to_column, message,
                  "Open the workbook in Excel or LibreOffice, save it, and add that.");
}

/* A figure on its way into a column of counts: parts of one, and formulae without a value. */
bool figure_make(shaper *s, const grid_row *row, int32_t file_column, int32_t to_column, bool rounded, text *cell)
{
    const char *why = NULL;
    if (cell_has_no_value(row, file_column)) {
        no_value_problem(s, row, file_column, to_column);
        return false;
    }
    column_type type = s->source->columns[to_column].type;
    int64_t per_unit = source_per_unit(s->source, to_column);
    if ((type == COLUMN_COUNT || type == COLUMN_BAND) &&
        (per_unit > 1 || rounded || memchr(cell->at, '.', cell->length) != NULL) &&
        !cell_is_token(s->b->layout, *cell) && !parts_make(s, cell, per_unit, rounded, &why)) {
        char shown[CELL_SHOWN], message[256];
        cell_show(*cell, shown);
        (void)snprintf(message, sizeof message, "%s %s", shown, why);
        place_problem(s, row, file_column, to_column, message, NULL);
        return false;
    }
    return true;
}

text cell_at(const grid_row *row, int32_t column)
{
    return column >= 0 && (size_t)column < row->count ? row->cells[column] : (text){"", 0};
}

/* The code of an organisation that is given by name. */
void name_to_code(const shaper *s, text *cell)
{
    const orgs *o = s->of.options->orgs;
    if (o == NULL || cell_is_blank(*cell) || orgs_find(o, text_trim(*cell)) >= 0)
        return;
    org_index found = orgs_find_name(o, text_trim(*cell));
    if (found >= 0)
        *cell = text_of(orgs_at(o, found)->code);
}
