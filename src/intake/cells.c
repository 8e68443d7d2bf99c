/* One cell: text to a count, a number or a trimmed text; blank, missing and suppressed told apart. */
#include "intake/mapping.h"

#include <string.h>

static bool among(text cell, const char *const *tokens, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text_is_nocase(cell, tokens[i]))
            return true;
    return false;
}

/* CELL_VALUE where it is none of blank, missing or suppressed. *cell is trimmed. */
static cell_state cell_kind(const source_layout *layout, text *cell)
{
    *cell = text_trim(*cell);
    if (cell->length == 0 || among(*cell, layout->missing, layout->missing_count))
        return CELL_MISSING;
    if (among(*cell, layout->suppressed, layout->suppressed_count))
        return CELL_SUPPRESSED;
    return CELL_VALUE;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Takes the commas out of "16,670" where they stand before groups of three, up to a fraction. False where they stand elsewhere. */
static bool commas_remove(text cell, char out[64], text *plain)
{
    size_t o = 0, i = 0, group = 0;
    bool seen = false;
    if (cell.length >= 64)
        return false;
    if (cell.length > 0 && (cell.at[0] == '-' || cell.at[0] == '+'))
        out[o++] = cell.at[i++];
    for (; i < cell.length && (is_digit(cell.at[i]) || cell.at[i] == ','); i++) {
        if (cell.at[i] == ',') {
            if (group == 0 || group > 3 || (seen && group != 3))
                return false;
            seen = true;
            group = 0;
        } else {
            out[o++] = cell.at[i];
            group++;
        }
    }
    if (seen && group != 3)
        return false;
    for (; i < cell.length; i++)
        out[o++] = cell.at[i];
    *plain = (text){out, o};
    return memchr(out, ',', o) == NULL;
}

cell_state cell_count(const source_layout *layout, text cell, int64_t maximum, int64_t *out, const char **why)
{
    char scratch[64];
    cell_state state = cell_kind(layout, &cell);
    if (state != CELL_VALUE)
        return state;
    *why = "is not a whole number";
    if (layout->thousands_commas && memchr(cell.at, ',', cell.length) != NULL && !commas_remove(cell, scratch, &cell))
        return CELL_BAD;
    bool negative = cell.at[0] == '-';
    size_t digits = negative ? 1 : 0;
    for (size_t i = digits; i < cell.length; i++)
        if (!is_digit(cell.at[i]))
            return CELL_BAD;
    if (digits == cell.length)
        return CELL_BAD;
    *why = negative ? "is negative, and a count cannot be" : "is too large for a count";
    return !negative && number_parse_count(cell, out) && *out <= maximum ? CELL_VALUE : CELL_BAD;
}

cell_state cell_number(const source_layout *layout, text cell, double *out, const char **why)
{
    char scratch[64];
    cell_state state = cell_kind(layout, &cell);
    if (state != CELL_VALUE)
        return state;
    *why = "is not a number";
    if (cell.at[cell.length - 1] == '%')
        cell = text_trim((text){cell.at, cell.length - 1});
    if (layout->thousands_commas && memchr(cell.at, ',', cell.length) != NULL && !commas_remove(cell, scratch, &cell))
        return CELL_BAD;
    return number_parse(cell, out) ? CELL_VALUE : CELL_BAD;
}

cell_state cell_text(const source_layout *layout, text cell, text *out)
{
    cell_state state = cell_kind(layout, &cell);
    *out = cell;
    return state;
}

bool cell_is_dash(text cell)
{
    cell = text_trim(cell);
    for (size_t i = 0; i < cell.length; i++) {
        unsigned char c = (unsigned char)cell.at[i];
        if (c != '-' && c != 0xe2 && c != 0x80 && !(c >= 0x90 && c <= 0x95))
            return false;
    }
    return cell.length > 0;
}

void cell_show(text cell, char out[CELL_SHOWN])
{
    const size_t most = CELL_SHOWN - 6; /* quotes, dots, terminator */
    cell = text_trim(cell);
    size_t n = cell.length;
    if (n > most)
        for (n = most; n > 0 && ((unsigned char)cell.at[n] & 0xc0) == 0x80;)
            n--;
    (void)snprintf(out, CELL_SHOWN, "'%.*s%s'", (int)n, n > 0 ? cell.at : "", n < cell.length ? "..." : "");
}
