/* What a cell's number format makes of its number: a date, or a number of 15 digits. Shared by the readers of xlsx and xls. */
#include "intake/xlsx.h"

#include <math.h>
#include <string.h>

bool format_id_is_date(int64_t id)
{
    /* ECMA-376 part 1, 18.8.30: 14 to 17 and 22 show days; 18 to 21 and 45 to 47 only times. 27 to 36 and 50 to 58 are dates of East Asian locales. */
    return (id >= 14 && id <= 17) || id == 22 || (id >= 27 && id <= 31) || id == 36 || (id >= 50 && id <= 58);
}

bool format_is_date(const char *code)
{
    bool month = false, time = false;
    for (const char *p = code; *p != 0 && *p != ';'; p++) {
        if (*p == '"' || *p == '[') {
            const char *end = strchr(p + 1, *p == '"' ? '"' : ']');
            if (*p == '[' && (p[1] == 'h' || p[1] == 'H' || p[1] == 's' || p[1] == 'S'))
                time = true;
            if (end == NULL)
                return false;
            p = end;
        } else if ((*p == '\\' || *p == '_' || *p == '*') && p[1] != 0) {
            p++;
        } else if (*p == 'y' || *p == 'Y' || *p == 'd' || *p == 'D') {
            return true;
        } else if (*p == 'h' || *p == 'H' || *p == 's' || *p == 'S') {
            time = true;
        } else if (*p == 'm' || *p == 'M') {
            month = true;
        }
    }
    return month && !time; /* m beside hours or seconds is minutes */
}

date format_date(double serial, bool from_1904)
{
    if (!(serial >= 1) || serial > 2958465.999)
        return DATE_NONE;
    int32_t day = (int32_t)floor(serial);
    if (from_1904)
        return date_of(1904, 1, 1) + day;
    /* Excel counts a 29 February 1900 that there never was, as number 60. */
    return date_of(1899, 12, day >= 60 ? 30 : 31) + day;
}

bool format_number(text written, char out[NUMBER_TEXT], size_t *length)
{
    size_t digits = 0, n = written.length;
    bool plain = n > 0;
    for (size_t i = 0; i < n && plain; i++) {
        char c = written.at[i];
        bool digit = c >= '0' && c <= '9';
        digits += digit;
        plain = digit || (c == '.' && i > 0 && i + 1 < n) || (c == '-' && i == 0 && n > 1);
    }
    /* Whole as it stands: no digit beyond the fifteenth and no noughts behind a point. */
    if (plain && digits <= 15 && n < NUMBER_TEXT && (memchr(written.at, '.', n) == NULL || written.at[n - 1] != '0')) {
        double value;
        if (memchr(written.at, '.', n) == NULL || number_parse(written, &value)) {
            memcpy(out, written.at, n);
            out[n] = 0;
            *length = n;
            return true;
        }
    }
    double value = 0, shown = 0;
    char rounded[48];
    if (!number_parse(text_trim(written), &value))
        return false;
    (void)snprintf(rounded, sizeof rounded, "%.15g", value);
    for (char *p = rounded; *p != 0; p++)
        if (*p == ',')
            *p = '.'; /* the locale's point */
    if (!number_parse(text_of(rounded), &shown))
        shown = value;
    *length = number_format(shown, out);
    return *length > 0;
}
