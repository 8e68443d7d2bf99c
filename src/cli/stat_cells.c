/* stat_cells: what one cell of a file has to be, and what is said where it is not. */
#include "cli/stat_reading.h"

#include <math.h>
#include <string.h>

static bool is_missing(text cell)
{
    static const char *const words[] = {"na", "n/a", "nan", "null", "-", "..", "*"};
    if (cell.length == 0)
        return true;
    if (cell.length > 4)
        return false;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (text_is_nocase(cell, words[i]))
            return true;
    return false;
}

/* "16,670": commas between groups of three digits. */
static bool grouped_parse(text cell, double *out)
{
    char plain[NUMBER_TEXT];
    size_t n = 0, since = 0;
    bool comma = false, fraction = false;
    for (size_t i = 0; i < cell.length && n < sizeof plain; i++) {
        char c = cell.at[i];
        if (c == ',') {
            if (fraction || (comma ? since != 3 : since < 1 || since > 3))
                return false;
            comma = true;
            since = 0;
            continue;
        }
        if (c == '.') {
            if (fraction || !comma || since != 3)
                return false;
            fraction = true;
        } else if (c >= '0' && c <= '9') {
            since += !fraction;
        } else if (i > 0 || (c != '-' && c != '+')) {
            return false;
        }
        plain[n++] = c;
    }
    return comma && since == 3 && n < sizeof plain && number_parse((text){.at = plain, .length = n}, out);
}

static bool truth_parse(text cell, double *out)
{
    static const char *const no[] = {"no", "false", "0", "n", "f"};
    static const char *const yes[] = {"yes", "true", "1", "y", "t"};
    for (size_t i = 0; i < 5; i++) {
        if (text_is_nocase(cell, yes[i]) || text_is_nocase(cell, no[i])) {
            *out = text_is_nocase(cell, yes[i]) ? 1 : 0;
            return true;
        }
    }
    return false;
}

/* "2019/20" and, where it cannot be a month, "2019-20". */
static bool financial_year_parse(text cell, period *out)
{
    int64_t year = 0, next = 0;
    if (cell.length != 7 || (cell.at[4] != '/' && cell.at[4] != '-') ||
        !number_parse_count((text){.at = cell.at, .length = 4}, &year) ||
        !number_parse_count((text){.at = cell.at + 5, .length = 2}, &next) || year < 1000 || next != (year + 1) % 100)
        return false;
    *out = period_month((int)year, 4);
    return true;
}

bool stat_when_parse(text cell, double *key, bool *is_date)
{
    date d = DATE_NONE;
    period p = {0};
    int64_t whole = 0;
    *is_date = true;
    if (cell.length <= 7 && number_parse_count(cell, &whole)) {
        *is_date = false;
        *key = (double)whole;
        return true;
    }
    if (date_parse(cell, &d)) {
        *key = d;
        return true;
    }
    if (period_parse(cell, &p) || financial_year_parse(cell, &p)) {
        *key = period_first_day(p);
        return true;
    }
    if (!date_parse_loose(cell, &d))
        return false;
    *key = d;
    return true;
}

static bool refuse(const stat_data *d, const stat_cells *c, int64_t line, text cell, const char *what, const char *hint,
                   problems *list)
{
    error e = {0};
    (void)error_set(&e, STATUS_REFUSED, "'%.*s' %s", (int)(cell.length < 60 ? cell.length : 60),
                    cell.at == NULL ? "" : cell.at, what);
    error_at(&e, d->source, NULL, line, c->header);
    error_hint(&e, "%s", hint);
    problems_add(list, &e);
    return false;
}

static bool when_read(stat_data *d, const stat_cells *c, text cell, int64_t line, double *out, problems *list)
{
    bool is_date = false;
    if (!stat_when_parse(cell, out, &is_date))
        return refuse(d, c, line, cell, "is not a date",
                      "Dates are written 2026-04-30, 2026-04, 30/04/2026 or 2025/26; whole numbers will do too.", list);
    if (!d->own->when_is_told) {
        d->own->when_is_told = true;
        d->when_is_date = is_date;
    }
    if (is_date != d->when_is_date)
        return refuse(d, c, line, cell,
                      is_date ? "is a date, and those before are whole numbers"
                              : "is a whole number, and those before are dates",
                      "Write all of them the same way.", list);
    return true;
}

static bool number_read(const stat_data *d, const stat_cells *c, text cell, int64_t line, double *out, problems *list)
{
    static const char *const blank = "Leave the cell empty, or write NA, where there is no value.";
    if (!number_parse(cell, out) && !grouped_parse(cell, out))
        return refuse(d, c, line, cell, "is not a number",
                      cell.at[cell.length - 1] == '%' ? "Write the figure without the sign." : blank, list);
    if (fabs(*out) > STAT_LARGEST)
        return refuse(d, c, line, cell, "is too large to be a figure", "Figures go up to 1,000,000,000,000,000.", list);
    if (c->kind == STAT_COUNT && (*out < 0 || *out != floor(*out)))
        return refuse(d, c, line, cell, "is not a count", "Counts are whole numbers, 0 or more.", list);
    if (c->kind == STAT_AMOUNT && *out < 0)
        return refuse(d, c, line, cell, "is below 0", "Only 0 or more makes sense here.", list);
    if (c->kind == STAT_ABOVE && *out <= 0)
        return refuse(d, c, line, cell, "is not above 0", "Only figures above 0 make sense here.", list);
    if (c->kind == STAT_SHARE && (*out < 0 || *out > 1))
        return refuse(d, c, line, cell, "is not between 0 and 1", "It is a probability or a share of 1.", list);
    return true;
}

bool stat_cell_read(stat_data *d, const stat_cells *c, text cell, int64_t line, double *out, problems *list)
{
    if (c->kind == STAT_WHEN)
        return when_read(d, c, cell, line, out, list);
    if (is_missing(cell)) {
        *out = c->kind == STAT_TRUTH ? 0 : NAN;
        return true;
    }
    if (c->kind == STAT_TRUTH && !truth_parse(cell, out))
        return refuse(d, c, line, cell, "is neither yes nor no", "Write yes or no, true or false, 1 or 0.", list);
    return c->kind == STAT_TRUTH || number_read(d, c, cell, line, out, list);
}
