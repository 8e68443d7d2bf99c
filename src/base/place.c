/* Places in workbooks, in words. */
#include "base/base.h"

#include <string.h>

text line_sheet(const char *sheets, int32_t sheet)
{
    const char *at = sheets == NULL ? "" : sheets;
    for (int32_t i = 1; sheet > 0 && *at != 0; i++) {
        const char *end = strchr(at, '\n');
        size_t length = end == NULL ? strlen(at) : (size_t)(end - at);
        if (i == sheet)
            return (text){at, length};
        at += length + (end != NULL);
    }
    return (text){"", 0};
}

void place_letters(int32_t column, char out[COLUMN_LETTERS])
{
    char reversed[COLUMN_LETTERS];
    size_t n = 0;
    for (; column > 0 && n + 1 < sizeof reversed; column = (column - 1) / 26)
        reversed[n++] = (char)('A' + (column - 1) % 26);
    for (size_t i = 0; i < n; i++)
        out[i] = reversed[n - 1 - i];
    out[n] = 0;
}
