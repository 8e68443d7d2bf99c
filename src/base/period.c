/* Dates and periods. Days are counted from 1970-01-01 with the era method (400-year cycles of 146,097 days). */
#include "base/base.h"

#include <ctype.h>
#include <string.h>

static const char *const MONTHS[12] = {"January", "February", "March",     "April",   "May",      "June",
                                       "July",    "August",   "September", "October", "November", "December"};

static int days_in_month(int year, int month)
{
    static const int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

date date_of(int year, int month, int day)
{
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month))
        return DATE_NONE;
    int y = month <= 2 ? year - 1 : year;
    int era = y / 400, of_era = y % 400;
    int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

void date_parts(date d, int *year, int *month, int *day)
{
    int64_t z = (int64_t)d + 719468;
    int era = (int)((z >= 0 ? z : z - 146096) / 146097);
    int of_era = (int)(z - (int64_t)era * 146097);
    int y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int of_year = of_era - (365 * y + y / 4 - y / 100);
    int m = (5 * of_year + 2) / 153;
    *day = of_year - (153 * m + 2) / 5 + 1;
    *month = m < 10 ? m + 3 : m - 9;
    *year = y + era * 400 + (*month <= 2);
}

/* Reads exactly n digits. */
static bool digits(const char *s, size_t n, int *out)
{
    int value = 0;
    for (size_t i = 0; i < n; i++) {
        if (s[i] < '0' || s[i] > '9')
            return false;
        value = value * 10 + (s[i] - '0');
    }
    *out = value;
    return true;
}

bool date_parse(text t, date *out)
{
    int y, m, d;
    if (t.length != 10 || t.at[4] != '-' || t.at[7] != '-' || !digits(t.at, 4, &y) || !digits(t.at + 5, 2, &m) ||
        !digits(t.at + 8, 2, &d))
        return false;
    date value = date_of(y, m, d);
    if (value == DATE_NONE)
        return false;
    *out = value;
    return true;
}

/* Month whose name or three-letter (or "Sept") form starts at s and ends at a non-letter; 0 if none. */
static int month_name(const char *s, size_t n, size_t *used)
{
    size_t letters = 0;
    while (letters < n && isalpha((unsigned char)s[letters]))
        letters++;
    for (int m = 0; m < 12; m++) {
        size_t full = strlen(MONTHS[m]);
        if (letters != full && letters != 3 && !(letters == 4 && m == 8))
            continue;
        size_t i = 0;
        while (i < letters && tolower((unsigned char)s[i]) == tolower((unsigned char)MONTHS[m][i]))
            i++;
        if (i == letters) {
            *used = letters;
            return m + 1;
        }
    }
    return 0;
}

static int full_year(int two_digits)
{
    return two_digits < 70 ? 2000 + two_digits : 1900 + two_digits;
}

/* The number of up to four digits at position *i; its width, 0 where there is none or it is longer. */
static size_t number_here(text t, size_t *i, int *value)
{
    size_t start = *i;
    *value = 0;
    while (*i < t.length && isdigit((unsigned char)t.at[*i]) && *i - start < 5)
        *value = *value * 10 + (t.at[(*i)++] - '0');
    return *i - start <= 4 ? *i - start : 0;
}

bool date_parse_loose(text t, date *out)
{
    t = text_trim(t);
    if (date_parse(t, out))
        return true;
    int part[3] = {0, 0, 0}, named = -1;
    size_t width[3] = {0, 0, 0}, i = 0;
    if (t.length == 8 && digits(t.at, 4, &part[0]) && digits(t.at + 4, 2, &part[1]) && digits(t.at + 6, 2, &part[2])) {
        width[0] = 4, width[1] = width[2] = 2, i = 8;
    } else {
        for (int n = 0; n < 3; n++) {
            /* Between two parts stands at least one separator: "30/04/2026", "April 30, 2026". */
            size_t gap = 0;
            while (n > 0 && i < t.length && memchr("/- .,", t.at[i], 5) != NULL)
                i++, gap++;
            if (i == t.length || gap > 2 || (n > 0 && gap == 0))
                return false;
            if (isalpha((unsigned char)t.at[i])) {
                size_t used = 0;
                part[n] = month_name(t.at + i, t.length - i, &used);
                if (part[n] == 0 || named >= 0)
                    return false;
                named = n;
                i += used;
            } else if ((width[n] = number_here(t, &i, &part[n])) == 0) {
                return false;
            }
        }
    }
    bool time_follows = i + 1 < t.length && (t.at[i] == ' ' || t.at[i] == 'T') && isdigit((unsigned char)t.at[i + 1]);
    if (i < t.length && !time_follows)
        return false;
    int y = 2, m = 1, d = 0; /* which part is which */
    if (named < 0 && width[0] == 4)
        y = 0, d = 2;
    else if (named == 0)
        m = 0, d = 1;
    else if (named == 2)
        return false;
    if ((width[y] != 4 && width[y] != 2) || width[d] > 2 || (named < 0 && width[m] > 2))
        return false;
    date value = date_of(width[y] == 2 ? full_year(part[y]) : part[y], part[m], part[d]);
    if (value == DATE_NONE)
        return false;
    *out = value;
    return true;
}

void date_format(date d, char out[DATE_TEXT])
{
    int y, m, day;
    out[0] = 0;
    if (d == DATE_NONE || d == DATE_FOREVER)
        return;
    date_parts(d, &y, &m, &day);
    /* By hand: millions of dates are printed, and snprintf takes ten times as long. */
    unsigned year = (unsigned)y % 10000u;
    const unsigned figures[8] = {year / 1000,      year / 100 % 10,  year / 10 % 10,     year % 10,
                                 (unsigned)m / 10, (unsigned)m % 10, (unsigned)day / 10, (unsigned)day % 10};
    static const size_t places[8] = {0, 1, 2, 3, 5, 6, 8, 9};
    for (size_t i = 0; i < 8; i++)
        out[places[i]] = (char)('0' + figures[i]);
    out[4] = out[7] = '-';
    out[10] = 0;
}

period period_month(int year, int month)
{
    if (year < 1900 || year > 2999 || month < 1 || month > 12)
        return (period){0};
    return (period){PERIOD_MONTH, year * 12 + month - 1, 1};
}

/* "2025-26" at s, seven characters: the financial year's first calendar year. */
static bool financial_year(const char *s, int *year)
{
    int next;
    return digits(s, 4, year) && (s[4] == '-' || s[4] == '/') && digits(s + 5, 2, &next) && next == (*year + 1) % 100 &&
           *year >= 1900 && *year <= 2999;
}

static bool month_text(const char *s, int32_t *index)
{
    int y, m;
    if (!digits(s, 4, &y) || s[4] != '-' || !digits(s + 5, 2, &m) || y < 1900 || y > 2999 || m < 1 || m > 12)
        return false;
    *index = y * 12 + m - 1;
    return true;
}

bool period_parse(text t, period *out)
{
    int year;
    int32_t first, last;
    if (t.length == 7 && month_text(t.at, &first)) {
        *out = (period){PERIOD_MONTH, first, 1};
        return true;
    }
    if (t.length == 6 && memcmp(t.at, "CY", 2) == 0 && digits(t.at + 2, 4, &year) && year >= 1900 && year <= 2999) {
        *out = (period){PERIOD_CALENDAR_YEAR, year * 12, 12};
        return true;
    }
    if (t.length >= 9 && memcmp(t.at, "FY", 2) == 0 && t.at[6] == '-' && financial_year(t.at + 2, &year)) {
        if (t.length == 9) {
            *out = (period){PERIOD_FINANCIAL_YEAR, year * 12 + 3, 12};
            return true;
        }
        if (t.length == 12 && t.at[9] == '-' && t.at[10] == 'Q' && t.at[11] >= '1' && t.at[11] <= '4') {
            *out = (period){PERIOD_QUARTER, year * 12 + 3 + (t.at[11] - '1') * 3, 3};
            return true;
        }
        return false;
    }
    if (t.length == 16 && memcmp(t.at + 7, "..", 2) == 0 && month_text(t.at, &first) && month_text(t.at + 9, &last) &&
        last >= first) {
        *out = (period){PERIOD_RANGE, first, last - first + 1};
        return true;
    }
    return false;
}

static bool letter_or_digit(text t, size_t i)
{
    return i < t.length && isalnum((unsigned char)t.at[i]);
}

static size_t skip_separators(text t, size_t i)
{
    while (i < t.length && memchr(" -_,.'", t.at[i], 6) != NULL)
        i++;
    return i;
}

/* A four-digit year of our time at i, with no digit after it. */
static bool year_here(text t, size_t i, int *year)
{
    return i + 4 <= t.length && digits(t.at + i, 4, year) && *year >= 1990 && *year <= 2999 &&
           (i + 4 == t.length || !isdigit((unsigned char)t.at[i + 4]));
}

/* "2024-25" at i, with no digit after it. */
static bool financial_year_here(text t, size_t i, int *year)
{
    return i + 7 <= t.length && financial_year(t.at + i, year) && *year >= 1990 &&
           (i + 7 == t.length || !isdigit((unsigned char)t.at[i + 7]));
}

static period month_of_financial_year(int year, int month)
{
    return period_month(month < 4 ? year + 1 : year, month);
}

/* A month's name at i and what follows: a year, a financial year, two digits of a year, or a day and a year. */
static bool named_month_here(text t, size_t i, period *out, size_t *end)
{
    size_t used = 0;
    int year = 0, next = 0, month = month_name(t.at + i, t.length - i, &used);
    if (month == 0)
        return false;
    size_t at = skip_separators(t, i + used);
    if (financial_year_here(t, at, &year)) {
        *out = month_of_financial_year(year, month);
        *end = at + 7;
    } else if (year_here(t, at, &year)) {
        *out = period_month(year, month);
        *end = at + 4;
    } else if (at < t.length && isdigit((unsigned char)t.at[at])) {
        size_t width = 0;
        year = 0;
        while (width < 3 && at + width < t.length && isdigit((unsigned char)t.at[at + width]))
            year = year * 10 + (t.at[at + width++] - '0');
        size_t after = skip_separators(t, at + width);
        bool day_first = width <= 2 && after > at + width && year >= 1 && year <= 31 && year_here(t, after, &next);
        if (!day_first && width != 2)
            return false;
        *out = period_month(day_first ? next : full_year(year), month);
        *end = day_first ? after + 4 : at + 2;
    } else {
        return false;
    }
    return true;
}

/* What digits at i can say: yyyymmdd, a financial year and a month's name, or a year and a month's number. */
static bool numbered_month_here(text t, size_t i, period *out, size_t *end)
{
    int year = 0, month = 0, day = 0;
    size_t left = t.length - i, used = 0;
    const char *s = t.at + i;
    if (left >= 8 && digits(s, 4, &year) && digits(s + 4, 2, &month) && digits(s + 6, 2, &day)) {
        if ((left > 8 && isdigit((unsigned char)s[8])) || year < 1990 || date_of(year, month, day) == DATE_NONE)
            return false;
        *out = period_month(year, month);
        *end = i + 8;
        return true;
    }
    if (financial_year_here(t, i, &year)) {
        size_t at = skip_separators(t, i + 7);
        int named = at == i + 7 ? 0 : month_name(t.at + at, t.length - at, &used);
        if (named != 0) {
            *out = month_of_financial_year(year, named);
            *end = at + used;
            return true;
        }
    }
    if (left >= 7 && (s[4] == '-' || s[4] == '_') && digits(s, 4, &year) && digits(s + 5, 2, &month) &&
        (left == 7 || !isdigit((unsigned char)s[7])) && month >= 1 && month <= 12 && year >= 1990 && year <= 2999) {
        *out = period_month(year, month);
        *end = i + 7;
        return true;
    }
    return false;
}

static bool quarter_here(text t, size_t i, period *out, size_t *end)
{
    int q = 0, year = 0;
    if (i + 2 > t.length || (t.at[i] | 32) != 'q' || !digits(t.at + i + 1, 1, &q) || q < 1 || q > 4)
        return false;
    size_t at = skip_separators(t, i + 2);
    if (at == i + 2 || !financial_year_here(t, at, &year))
        return false;
    *out = (period){PERIOD_QUARTER, year * 12 + 3 + (q - 1) * 3, 3};
    *end = at + 7;
    return true;
}

/* Whether the month named at i is the second of two that are joined, as in "April to June 2026" or "Apr-Jun 26". */
static bool joined_to_another(text t, size_t i)
{
    size_t words = 0;
    for (size_t stop = i; stop > 0;) {
        size_t last = stop;
        while (last > 0 && !letter_or_digit(t, last - 1))
            last--;
        size_t first = last;
        while (first > 0 && letter_or_digit(t, first - 1))
            first--;
        size_t used = 0;
        if (first < last && month_name(t.at + first, last - first, &used) != 0 && used == last - first)
            return true;
        text word = {t.at + first, last - first};
        bool joins = text_is_nocase(word, "to") || text_is_nocase(word, "and") || text_is_nocase(word, "until");
        if (first == last || !joins || ++words > 1)
            return false;
        stop = first;
    }
    return false;
}

bool period_find(text t, period *out)
{
    period found = {0};
    for (size_t i = 0; i < t.length;) {
        period here = {0};
        size_t end = i + 1;
        unsigned char c = (unsigned char)t.at[i];
        bool read = false;
        if (isalpha(c) && (i == 0 || !letter_or_digit(t, i - 1))) {
            read = named_month_here(t, i, &here, &end);
            if (read && joined_to_another(t, i))
                return false;
            read = read || quarter_here(t, i, &here, &end);
        } else if (isdigit(c) && (i == 0 || !isdigit((unsigned char)t.at[i - 1]))) {
            read = numbered_month_here(t, i, &here, &end);
        }
        if (read && here.kind != PERIOD_NONE) {
            if (found.kind != PERIOD_NONE && period_compare(found, here) != 0)
                return false;
            found = here;
            i = end;
        } else {
            i++;
        }
    }
    if (found.kind == PERIOD_NONE)
        return false;
    *out = found;
    return true;
}

void period_format(period p, char out[PERIOD_TEXT])
{
    unsigned year = (unsigned)(p.first_month / 12) % 10000u, month = (unsigned)(p.first_month % 12) + 1u;
    int last = p.first_month + p.months - 1;
    out[0] = 0;
    switch (p.kind) {
    case PERIOD_NONE: break;
    case PERIOD_MONTH: (void)snprintf(out, PERIOD_TEXT, "%04u-%02u", year, month); break;
    case PERIOD_QUARTER: {
        unsigned fy = month < 4 ? year - 1 : year, q = month < 4 ? 4 : (month - 1) / 3;
        (void)snprintf(out, PERIOD_TEXT, "FY%04u-%02u-Q%u", fy % 10000u, (fy + 1) % 100u, q % 10u);
        break;
    }
    case PERIOD_FINANCIAL_YEAR: (void)snprintf(out, PERIOD_TEXT, "FY%04u-%02u", year, (year + 1) % 100u); break;
    case PERIOD_CALENDAR_YEAR: (void)snprintf(out, PERIOD_TEXT, "CY%04u", year); break;
    case PERIOD_RANGE:
        (void)snprintf(out, PERIOD_TEXT, "%04u-%02u..%04u-%02u", year, month, (unsigned)(last / 12) % 10000u,
                       (unsigned)(last % 12) + 1u);
        break;
    }
}

void period_words(period p, char out[PERIOD_WORDS])
{
    int last = p.first_month + p.months - 1;
    out[0] = 0;
    if (p.kind == PERIOD_RANGE && p.months == 1)
        p.kind = PERIOD_MONTH;
    switch (p.kind) {
    case PERIOD_NONE: break;
    case PERIOD_MONTH:
        (void)snprintf(out, PERIOD_WORDS, "%s %d", MONTHS[p.first_month % 12], p.first_month / 12);
        break;
    case PERIOD_FINANCIAL_YEAR:
        (void)snprintf(out, PERIOD_WORDS, "%d/%02d", p.first_month / 12, (p.first_month / 12 + 1) % 100);
        break;
    case PERIOD_CALENDAR_YEAR: (void)snprintf(out, PERIOD_WORDS, "%d", p.first_month / 12); break;
    case PERIOD_QUARTER:
    case PERIOD_RANGE:
        if (p.first_month / 12 == last / 12)
            (void)snprintf(out, PERIOD_WORDS, "%s to %s %d", MONTHS[p.first_month % 12], MONTHS[last % 12], last / 12);
        else
            (void)snprintf(out, PERIOD_WORDS, "%s %d to %s %d", MONTHS[p.first_month % 12], p.first_month / 12,
                           MONTHS[last % 12], last / 12);
        break;
    }
}

int period_compare(period a, period b)
{
    if (a.first_month != b.first_month)
        return a.first_month < b.first_month ? -1 : 1;
    if (a.months != b.months)
        return a.months < b.months ? -1 : 1;
    return a.kind == b.kind ? 0 : (a.kind < b.kind ? -1 : 1);
}

date period_first_day(period p)
{
    return p.kind == PERIOD_NONE ? DATE_NONE : date_of(p.first_month / 12, p.first_month % 12 + 1, 1);
}

date period_last_day(period p)
{
    if (p.kind == PERIOD_NONE)
        return DATE_NONE;
    int next = p.first_month + p.months;
    return date_of(next / 12, next % 12 + 1, 1) - 1;
}
