/*
 * number: figures as text, and text as figures.
 *
 * A million series in and out are a hundred million figures, so both ways are fast where figures usually are, and exact everywhere.
 * Formatting: a double is m x 2^e; for magnitudes from 1e-5 up to 1e15 its decimal digits are m x 5^k x 2^(e+k) with k at most 21, which fits in
 * 128 bits, so digits and the test whether they read back as the same double are whole-number arithmetic without any rounding error.
 * Parsing: up to 2^53 digits' worth and powers of ten up to 10^22 are exact doubles, so one multiplication or division rounds
 * correctly (Clinger 1990). Everything else goes through the C library.
 */
#include "base/base.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- digits ---- */

/* Writes value (no sign) and returns its length. */
static size_t digits_write(uint64_t value, char *out)
{
    char reversed[20];
    size_t n = 0;
    do {
        reversed[n++] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    for (size_t i = 0; i < n; i++)
        out[i] = reversed[n - 1 - i];
    return n;
}

/* digits / 10^decimals, trailing zeros of the fraction left out. */
static size_t decimal_write(bool negative, uint64_t digits, int decimals, char out[NUMBER_TEXT])
{
    char all[20];
    size_t n = 0;
    while (decimals > 0 && digits % 10 == 0) {
        digits /= 10;
        decimals--;
    }
    size_t length = digits_write(digits, all), fraction = (size_t)decimals;
    if (negative)
        out[n++] = '-';
    if (fraction == 0) {
        memcpy(out + n, all, length);
        n += length;
    } else if (length > fraction) {
        memcpy(out + n, all, length - fraction);
        n += length - fraction;
        out[n++] = '.';
        memcpy(out + n, all + length - fraction, fraction);
        n += fraction;
    } else {
        out[n++] = '0';
        out[n++] = '.';
        for (size_t i = length; i < fraction; i++)
            out[n++] = '0';
        memcpy(out + n, all, length);
        n += length;
    }
    out[n] = 0;
    return n;
}

/* ---- formatting ---- */

typedef unsigned __int128 wide;

static const uint64_t powers_of_5[] = {
    1U,
    5U,
    25U,
    125U,
    625U,
    3125U,
    15625U,
    78125U,
    390625U,
    1953125U,
    9765625U,
    48828125U,
    244140625U,
    1220703125U,
    6103515625U,
    30517578125U,
    152587890625U,
    762939453125U,
    3814697265625U,
    19073486328125U,
    95367431640625U,
    476837158203125U,
    2384185791015625U,
};

/* m x 5^k / 2^shift, rounded half to even: the digits of the double with k decimals. */
static uint64_t digits_with(uint64_t m, int k, int shift)
{
    wide all = (wide)m * powers_of_5[k];
    wide whole = all >> shift, rest = all - (whole << shift), half = (wide)1 << (shift - 1);
    if (rest > half || (rest == half && (whole & 1) != 0))
        whole++;
    return (uint64_t)whole;
}

/* Does digits / 10^k read back as m / 2^bits? It does within half a step to each neighbour; the step below a power of two is half
 * as wide; a tie goes to an even m. All figures are taken four-fold. */
static bool reads_back(uint64_t digits, uint64_t m, int k, int shift)
{
    wide given = (wide)digits << (shift + 2), unit = (wide)powers_of_5[k];
    wide above = ((wide)m * 4 + 2) * unit, below = ((wide)m * 4 - (m == (uint64_t)1 << 52 ? 1 : 2)) * unit;
    if ((m & 1) == 0)
        return given >= below && given <= above;
    return given > below && given < above;
}

/* For magnitudes from 1e-5 up to 1e15 that are not whole. False where 15, 16 and 17 digits do not fit the arithmetic. */
static bool format_fast(double value, char out[NUMBER_TEXT], size_t *length)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    uint64_t m = (bits & (((uint64_t)1 << 52) - 1)) | (uint64_t)1 << 52;
    int e = (int)(bits >> 52 & 0x7ff) - 1075;
    /* log10 2 = 0.30103; the estimate is right or one too low, which the comparison mends. */
    int tens = (int)floor((e + 52) * 0.30102999566398119);
    int k = 14 - tens;
    if (k < 1 || k > 20)
        return false;
    if (digits_with(m, k, -(e + k)) >= 1000000000000000U)
        k--;
    for (int extra = 0; extra <= 2; extra++, k++) {
        int shift = -(e + k);
        if (k < 0 || shift < 1)
            return false;
        uint64_t digits = digits_with(m, k, shift);
        if (extra < 2 && !reads_back(digits, m, k, shift))
            continue;
        *length = decimal_write(bits >> 63 != 0, digits, k, out);
        return true;
    }
    return false;
}

/* The shortest of 15, 16 or 17 significant digits that reads back the same, by the C library; the exponent is written out
 * as zeros where the magnitude allows, so that spreadsheets and people read it. */
static size_t format_slow(double value, char out[NUMBER_TEXT])
{
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

size_t number_format(double value, char out[NUMBER_TEXT])
{
    size_t length = 0;
    double size = fabs(value);
    out[0] = 0;
    if (!isfinite(value))
        return 0;
    if (size < 1e15 && value == (double)(int64_t)value)
        return decimal_write(value < 0, (uint64_t)size, 0, out);
    if (size >= 1e-5 && size < 1e15 && format_fast(value, out, &length))
        return length;
    return format_slow(value, out);
}

/* ---- parsing ---- */

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

/* Sign, digits, point, digits, at most 19 digits in all: what figures mostly are. False: try the slow way. */
static bool parse_fast(text t, double *out)
{
    static const double powers_of_10[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,
                                          1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19};
    size_t i = 0, digits = 0, decimals = 0;
    uint64_t whole = 0;
    bool negative = t.at[0] == '-', point = false;
    if (negative || t.at[0] == '+')
        i = 1;
    for (; i < t.length; i++) {
        unsigned digit = (unsigned)(unsigned char)t.at[i] - '0';
        if (digit <= 9) {
            whole = whole * 10 + digit;
            digits++;
            decimals += point;
        } else if (t.at[i] == '.' && !point) {
            point = true;
        } else {
            return false;
        }
    }
    if (digits == 0 || digits > 19 || whole > (uint64_t)1 << 53)
        return false;
    double value = (double)whole / powers_of_10[decimals];
    *out = negative ? -value : value;
    return true;
}

bool number_parse(text t, double *out)
{
    char scratch[64];
    if (t.length == 0 || t.length >= sizeof scratch)
        return false;
    if (parse_fast(t, out))
        return true;
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
