/* Text views, numbers as text, and edit distance. */
#include "base/base.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

text text_of(const char *s)
{
    return (text){s, s == NULL ? 0 : strlen(s)};
}

bool text_equal(text a, text b)
{
    return a.length == b.length && (a.length == 0 || memcmp(a.at, b.at, a.length) == 0);
}

bool text_is(text a, const char *s)
{
    return text_equal(a, text_of(s));
}

static int lower(int c)
{
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

bool text_is_nocase(text a, const char *s)
{
    if (a.length != text_of(s).length)
        return false;
    for (size_t i = 0; i < a.length; i++)
        if (lower(a.at[i]) != lower(s[i]))
            return false;
    return true;
}

/* Bytes of white space at the start of t: ASCII, U+00A0 or U+FEFF. */
static size_t space_at_start(text t)
{
    if (t.length == 0)
        return 0;
    if (strchr(" \t\r\n\v\f", t.at[0]) != NULL && t.at[0] != 0)
        return 1;
    if (t.length >= 2 && memcmp(t.at, "\xc2\xa0", 2) == 0)
        return 2;
    if (t.length >= 3 && memcmp(t.at, "\xef\xbb\xbf", 3) == 0)
        return 3;
    return 0;
}

text text_trim(text t)
{
    for (size_t n = space_at_start(t); n > 0; n = space_at_start(t)) {
        t.at += n;
        t.length -= n;
    }
    for (;;) {
        if (t.length >= 1 && space_at_start((text){t.at + t.length - 1, 1}) == 1)
            t.length -= 1;
        else if (t.length >= 2 && space_at_start((text){t.at + t.length - 2, 2}) == 2)
            t.length -= 2;
        else if (t.length >= 3 && space_at_start((text){t.at + t.length - 3, 3}) == 3)
            t.length -= 3;
        else
            return t;
    }
}

size_t text_utf8_length(text t)
{
    const unsigned char *s = (const unsigned char *)t.at;
    if (t.length == 0)
        return 0;
    if (s[0] < 0x80)
        return 1;
    size_t length = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
    if (s[0] < 0xc2 || s[0] > 0xf4 || t.length < length)
        return 0;
    /* Only the second byte has a narrower range, after these four first bytes: no overlong form, no surrogate, nothing
     * past U+10FFFF. */
    unsigned low = s[0] == 0xe0 ? 0xa0 : s[0] == 0xf0 ? 0x90 : 0x80;
    unsigned high = s[0] == 0xed ? 0x9f : s[0] == 0xf4 ? 0x8f : 0xbf;
    if (s[1] < low || s[1] > high)
        return 0;
    for (size_t i = 2; i < length; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    return length;
}

/* The shortest of 15, 16 or 17 significant digits that reads back the same; the exponent is written out
 * as zeros where the magnitude allows, so that spreadsheets and people read it. */
size_t number_format(double value, char out[NUMBER_TEXT])
{
    out[0] = 0;
    if (!isfinite(value))
        return 0;
    if (value == 0) {
        memcpy(out, "0", 2);
        return 1;
    }
    if (fabs(value) < 1e15 && value == (double)(int64_t)value) {
        int n = snprintf(out, NUMBER_TEXT, "%lld", (long long)value);
        return (size_t)n;
    }
    int digits = 15;
    char scratch[NUMBER_TEXT];
    for (; digits <= 17; digits++) {
        (void)snprintf(scratch, sizeof scratch, "%.*e", digits - 1, value);
        if (digits == 17 || strtod(scratch, NULL) == value)
            break;
    }
    int exponent = (int)strtol(strchr(scratch, 'e') + 1, NULL, 10);
    if (exponent >= -5 && exponent < 15) {
        int decimals = digits - 1 - exponent;
        (void)snprintf(out, NUMBER_TEXT, "%.*f", decimals > 0 ? decimals : 0, value);
        size_t n = strlen(out);
        if (strchr(out, '.') != NULL) {
            while (out[n - 1] == '0')
                out[--n] = 0;
            if (out[n - 1] == '.')
                out[--n] = 0;
        }
        return n;
    }
    return (size_t)snprintf(out, NUMBER_TEXT, "%.*g", digits, value);
}

bool number_parse_count(text t, int64_t *out)
{
    size_t i = 0;
    bool negative = false;
    if (t.length > 0 && (t.at[0] == '-' || t.at[0] == '+')) {
        negative = t.at[0] == '-';
        i = 1;
    }
    if (i == t.length)
        return false;
    int64_t value = 0;
    for (; i < t.length; i++) {
        if (t.at[i] < '0' || t.at[i] > '9')
            return false;
        int digit = t.at[i] - '0';
        if (__builtin_mul_overflow(value, (int64_t)10, &value) ||
            (negative ? __builtin_sub_overflow(value, (int64_t)digit, &value)
                      : __builtin_add_overflow(value, (int64_t)digit, &value)))
            return false;
    }
    *out = value;
    return true;
}

bool number_parse(text t, double *out)
{
    char scratch[64];
    if (t.length == 0 || t.length >= sizeof scratch)
        return false;
    for (size_t i = 0; i < t.length; i++)
        if (strchr("0123456789+-.eE", t.at[i]) == NULL || t.at[i] == 0)
            return false;
    memcpy(scratch, t.at, t.length);
    scratch[t.length] = 0;
    char *end;
    double value = strtod(scratch, &end);
    if (end != scratch + t.length || end == scratch || !isfinite(value))
        return false;
    *out = value;
    return true;
}

void number_grouped(int64_t value, char out[NUMBER_TEXT])
{
    char digits[NUMBER_TEXT];
    int n = snprintf(digits, sizeof digits, "%lld", (long long)value);
    int start = digits[0] == '-' ? 1 : 0, o = 0;
    for (int i = 0; i < n; i++) {
        if (i > start && (n - i) % 3 == 0)
            out[o++] = ',';
        out[o++] = digits[i];
    }
    out[o] = 0;
}

unsigned text_distance(const char *a, const char *b)
{
    size_t n = strlen(a), m = strlen(b);
    if (n > 64 || m > 64)
        return 255;
    unsigned row[66];
    for (size_t j = 0; j <= m; j++)
        row[j] = (unsigned)j;
    for (size_t i = 1; i <= n; i++) {
        unsigned diagonal = row[0];
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= m; j++) {
            unsigned above = row[j];
            unsigned best = diagonal + (lower(a[i - 1]) != lower(b[j - 1]));
            if (above + 1 < best)
                best = above + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j] = best;
            diagonal = above;
        }
    }
    return row[m];
}
