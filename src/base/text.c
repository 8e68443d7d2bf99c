/* Text views and edit distance. */
#include "base/base.h"

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
    /* Most cells start and end with a letter or a figure, and each is asked. */
    unsigned char first = (unsigned char)t.at[0];
    if (first > ' ' && first < 0xc2)
        return 0;
    if (first == ' ' || (first >= '\t' && first <= '\r'))
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
        unsigned char last = t.length == 0 ? 0 : (unsigned char)t.at[t.length - 1];
        if (last > ' ' && last < 0x80)
            return t;
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
