/* stat_bands: see stat_bands.h. */
#include "cli/stat_bands.h"

#include "base/base.h"

bool band_start(const char *words, int *start)
{
    text cell = text_trim(text_of(words));
    size_t i = 0;
    while (i < cell.length && (cell.at[i] < '0' || cell.at[i] > '9'))
        i++;
    size_t digits = i;
    int age = 0;
    for (; i < cell.length && cell.at[i] >= '0' && cell.at[i] <= '9' && i < digits + 3; i++)
        age = age * 10 + (cell.at[i] - '0');
    if (i == digits || (i < cell.length && cell.at[i] >= '0' && cell.at[i] <= '9'))
        return false;
    bool below = cell.at[0] == '<' || (cell.length >= 5 && text_is_nocase((text){.at = cell.at, .length = 5}, "under"));
    *start = below ? 0 : age;
    return true;
}

double esp2013_weight(int start)
{
    static const double weights[] = {5000, 5500, 5500, 5500, 6000, 6000, 6500, 7000, 7000, 7000,
                                     7000, 6500, 6000, 5500, 5000, 4000, 2500, 1500, 1000};
    if (start < 0 || start > 90 || start % 5 != 0)
        return 0;
    return weights[start / 5];
}
