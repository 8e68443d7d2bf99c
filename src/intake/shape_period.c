/* Periods in the words of titles: what a table is said to be for. */
#include "intake/shape.h"

#include <string.h>

static const char *const MONTHS[12] = {"january", "february", "march",     "april",   "may",      "june",
                                       "july",    "august",   "september", "october", "november", "december"};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A word at t that is a month's name or its first three letters: 1 to 12 and how long it is. */
static int month_at(text t, size_t *length)
{
    size_t n = 0;
    while (n < t.length && is_letter(t.at[n]))
        n++;
    *length = n;
    for (int m = 0; m < 12; m++) {
        bool same = n == strlen(MONTHS[m]) || n == 3 || (n == 4 && m == 8);
        for (size_t i = 0; i < n && same; i++)
            same = (t.at[i] | 0x20) == MONTHS[m][i];
        if (same)
            return m + 1;
    }
    return 0;
}

static bool year_at(text t, int *out, size_t *length)
{
    size_t n = 0;
    int year = 0;
    while (n < t.length && n < 5 && is_digit(t.at[n]))
        year = year * 10 + (t.at[n++] - '0');
    *length = n;
    *out = year;
    return n == 4 && year >= 1990 && year < 3000;
}

/* Whole months from first to last: the kind that they are. */
static period period_of_months(int32_t first, int32_t last)
{
    int32_t months = last - first + 1;
    period p = {PERIOD_RANGE, first, months};
    if (months == 1)
        p.kind = PERIOD_MONTH;
    else if (months == 3 && first % 3 == 0)
        p.kind = PERIOD_QUARTER;
    else if (months == 12 && first % 12 == 3)
        p.kind = PERIOD_FINANCIAL_YEAR;
    else if (months == 12 && first % 12 == 0)
        p.kind = PERIOD_CALENDAR_YEAR;
    return p;
}

static size_t skip_spaces(text t, size_t at)
{
    while (at < t.length && (t.at[at] == ' ' || t.at[at] == ','))
        at++;
    return at;
}

/* "January to March 2025", "October 2024 to March 2025", "April - June 2024". */
static bool range_find(text t, period *out)
{
    for (size_t i = 0; i < t.length; i++) {
        size_t n = 0, year_length = 0;
        int from_year = 0, to_year = 0;
        if (!is_letter(t.at[i]) || (i > 0 && is_letter(t.at[i - 1])))
            continue;
        int from = month_at((text){t.at + i, t.length - i}, &n);
        size_t at = skip_spaces(t, i + n);
        if (from == 0)
            continue;
        if (year_at((text){t.at + at, t.length - at}, &from_year, &year_length))
            at = skip_spaces(t, at + year_length);
        else
            from_year = 0;
        if (at + 2 <= t.length && text_is_nocase((text){t.at + at, 2}, "to"))
            at = skip_spaces(t, at + 2);
        else if (at < t.length && t.at[at] == '-')
            at = skip_spaces(t, at + 1);
        else
            continue;
        int to = month_at((text){t.at + at, t.length - at}, &n);
        at = skip_spaces(t, at + n);
        if (to == 0 || !year_at((text){t.at + at, t.length - at}, &to_year, &year_length))
            continue;
        if (from_year == 0)
            from_year = from <= to ? to_year : to_year - 1;
        int32_t first = from_year * 12 + from - 1, last = to_year * 12 + to - 1;
        if (last <= first || last - first >= 120)
            continue;
        *out = period_of_months(first, last);
        return true;
    }
    return false;
}

/* "2024-25" or "2024/25" at t: its first year, 0 where it is none. */
static int financial_year_at(text t)
{
    int year = 0;
    size_t n = 0;
    if (t.length < 7 || !year_at((text){t.at, 4}, &year, &n) || (t.at[4] != '-' && t.at[4] != '/') ||
        !is_digit(t.at[5]) || !is_digit(t.at[6]) || (t.length > 7 && is_digit(t.at[7])))
        return 0;
    return (year + 1) % 100 == (t.at[5] - '0') * 10 + (t.at[6] - '0') ? year : 0;
}

/* "Quarter 2 2024-25", "2024/25 Q2": the number of a quarter and a financial year, in any order. */
static bool quarter_find(text t, period *out)
{
    int quarter = 0, year = 0;
    for (size_t i = 0; i < t.length; i++) {
        bool begins = i == 0 || (!is_letter(t.at[i - 1]) && !is_digit(t.at[i - 1]));
        size_t at = i;
        if (!begins)
            continue;
        if (i + 7 <= t.length && text_is_nocase((text){t.at + i, 7}, "quarter"))
            at = skip_spaces(t, i + 7);
        else if ((t.at[i] | 0x20) == 'q')
            at = i + 1;
        bool alone = at > i && at < t.length && t.at[at] >= '1' && t.at[at] <= '4' &&
                     (at + 1 == t.length || (!is_digit(t.at[at + 1]) && !is_letter(t.at[at + 1])));
        int found = alone ? t.at[at] - '0' : 0, from = financial_year_at((text){t.at + i, t.length - i});
        if ((found != 0 && quarter != 0 && found != quarter) || (from != 0 && year != 0 && from != year))
            return false;
        quarter = found != 0 ? found : quarter;
        year = from != 0 ? from : year;
    }
    if (quarter == 0 || year == 0)
        return false;
    *out = (period){PERIOD_QUARTER, year * 12 + 3 * quarter, 3};
    return true;
}

/* One month and one year of four digits, in any order: "2020 Apr" of two cells. */
static bool month_and_year_find(text t, period *out, bool *has_month)
{
    int month = 0, year = 0, found = 0;
    size_t n = 0;
    *has_month = false;
    for (size_t i = 0; i<t.length; i += n> 0 ? n : 1) {
        n = 0;
        if (is_letter(t.at[i])) {
            found = month_at((text){t.at + i, t.length - i}, &n);
            if (found != 0 && month != 0 && found != month)
                return false;
            month = found != 0 ? found : month;
            *has_month |= found != 0;
        } else if (is_digit(t.at[i])) {
            bool is_year = year_at((text){t.at + i, t.length - i}, &found, &n);
            while (i + n < t.length && is_digit(t.at[i + n]))
                n++;
            is_year &= n == 4;
            if (is_year && year != 0 && found != year)
                return false;
            year = is_year ? found : year;
        }
    }
    if (month == 0 || year == 0)
        return false;
    *out = period_month(year, month);
    return true;
}

/* The only year of four digits: "NHS Staff Survey 2024", "Mid-2022 ICB 2024" (the year behind "mid"). */
static bool year_find(text t, period *out)
{
    int found = 0, year = 0;
    size_t n = 0;
    for (size_t i = 0; i<t.length; i += n> 0 ? n : 1) {
        bool begins = i == 0 || !is_digit(t.at[i - 1]);
        n = 0;
        if (!begins || !year_at((text){t.at + i, t.length - i}, &year, &n))
            continue;
        if (i >= 4 && text_is_nocase((text){t.at + i - 4, 3}, "mid")) {
            found = year;
            break;
        }
        if (found != 0 && found != year)
            return false;
        found = year;
    }
    if (found == 0)
        return false;
    *out = period_of_months(found * 12, found * 12 + 11);
    return true;
}

bool period_in_words(text t, period *out)
{
    date day;
    t = text_trim(t);
    if (t.length == 0 || t.length > 1000)
        return false;
    if (date_parse_loose(t, &day)) {
        int y, m, d;
        date_parts(day, &y, &m, &d);
        *out = period_month(y, m);
        return true;
    }
    bool has_month = false;
    if (period_parse(t, out) || range_find(t, out) || quarter_find(t, out) || period_find(t, out) ||
        month_and_year_find(t, out, &has_month))
        return true;
    return !has_month && year_find(t, out);
}

bool period_of_days(text first, text last, period *out)
{
    date from, to;
    int y, m, d;
    if (!date_parse_loose(text_trim(first), &from) || !date_parse_loose(text_trim(last), &to) || to < from)
        return false;
    date_parts(from, &y, &m, &d);
    int32_t first_month = y * 12 + m - 1;
    if (d != 1)
        return false;
    date_parts(to + 1, &y, &m, &d);
    if (d != 1)
        return false;
    /* A window of several months stays one whatever months it falls on: rolling windows are one series. */
    *out = period_of_months(first_month, y * 12 + m - 2);
    if (out->kind != PERIOD_MONTH)
        out->kind = PERIOD_RANGE;
    return true;
}
