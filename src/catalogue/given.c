/* Figures that a tidy line gives: whether they can be, by what their measure is. */
#include "catalogue/catalogue.h"

#include <math.h>
#include <string.h>

static bool is_count(const measure *m)
{
    return strcmp(m->unit, "count") == 0;
}

bool given_figure_is_ratio(const measure *m, const given_figure *f)
{
    return (m->value == VALUE_RATIO || (m->value == VALUE_GIVEN && !is_count(m))) && f->has_numerator &&
           f->has_denominator;
}

/* A share of people or events, which no more than all of them can be. Occupancy is none: more beds can be taken than there are; nor is
 * spending against what was planned. */
static bool part_of_whole(const measure *m)
{
    return (m->value == VALUE_RATIO || m->value == VALUE_GIVEN) && strcmp(m->unit, "percent") == 0 &&
           strcmp(m->domain, "beds-and-flow") != 0 && strcmp(m->domain, "finance") != 0;
}

/* How far a value may be from what its counts give: half of its last decimal, or a thousandth. */
static double rounding_of(double value)
{
    char digits[40];
    (void)snprintf(digits, sizeof digits, "%.9f", value);
    const char *point = strchr(digits, '.');
    size_t decimals = point == NULL ? 0 : strlen(point + 1);
    while (decimals > 0 && point[decimals] == '0')
        decimals--;
    return fmax(0.5 * pow(10, -(double)decimals), 1e-3 * fabs(value)) * (1 + 1e-9);
}

static bool is_negative(const given_figure *f)
{
    return (f->has_value && f->value < 0) || (f->has_numerator && f->numerator < 0) ||
           (f->has_denominator && f->denominator < 0);
}

const char *given_figure_impossible(const measure *m, const given_figure *f)
{
    static const char *const never_negative[] = {"percent", "count", "weeks", "minutes", "days"};
    const bool ratio = given_figure_is_ratio(m, f), local = m->value == VALUE_GIVEN;
    for (size_t i = 0; is_negative(f) && i < sizeof never_negative / sizeof never_negative[0]; i++)
        if (strcmp(m->unit, never_negative[i]) == 0)
            return "a figure below nought";
    if (ratio && f->denominator == 0 && f->numerator > 0)
        return "some of none: the denominator is 0";
    if (part_of_whole(m) && ratio && f->numerator > f->denominator)
        return "more than all: the numerator is greater than the denominator";
    if (part_of_whole(m) && f->has_value && f->value > m->scale)
        return "more than all: the value is above 100%";
    if (ratio && f->has_value && f->denominator > 0 &&
        fabs(f->value - m->scale * (double)f->numerator / (double)f->denominator) > rounding_of(f->value))
        return "a value that contradicts its numerator and denominator";
    if (local && is_count(m) && f->has_value && f->has_numerator &&
        fabs(f->value - (double)f->numerator) > rounding_of(f->value))
        return "a value that contradicts its numerator";
    if (local && !is_count(m) && !f->has_value && f->has_numerator && !f->has_denominator)
        return "a numerator with neither a denominator nor a value";
    return NULL;
}
