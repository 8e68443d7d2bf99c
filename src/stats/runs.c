/*
 * Run rules: is the order of the points random?
 *
 * Two counts tell: the longest run on one side of the centre, and how often the line crosses it. The boxes below
 * bound their joint distribution; they were computed from it (the test recomputes them from nothing but that
 * definition).
 */
#include "stats/charts.h"

#include <math.h>
#include <string.h>

#define MATHLIB_STANDALONE
#include <Rmath.h>

enum { FIRST_BOX = 10, LAST_BOX = 100 };

/* For n = 10..100: random variation means crossings >= c and longest run <= l. The cut box leaves out, from the
 * column longest run = l, crossings below c_border, and from the row crossings = c, runs above l_border; 0 = nothing
 * is cut. */
static const struct {
    uint8_t c, l, c_border, l_border;
} boxes[LAST_BOX - FIRST_BOX + 1] = {
    {2, 6, 3, 5},     {3, 7, 4, 6},    {3, 6, 0, 0},     {3, 6, 0, 0},     {3, 6, 0, 0},     {4, 7, 6, 6},
    {5, 8, 6, 7},     {5, 7, 0, 0},    {5, 7, 6, 6},     {5, 7, 6, 5},     {6, 7, 0, 0},     {7, 8, 0, 0},
    {6, 7, 7, 6},     {6, 7, 7, 6},    {6, 7, 7, 6},     {6, 7, 0, 0},     {9, 9, 13, 8},    {9, 8, 10, 7},
    {9, 8, 11, 7},    {10, 8, 0, 0},   {11, 10, 12, 9},  {11, 9, 14, 8},   {11, 8, 0, 0},    {11, 8, 12, 7},
    {11, 8, 13, 7},   {12, 8, 0, 0},   {13, 9, 15, 8},   {14, 10, 0, 0},   {13, 8, 0, 0},    {15, 11, 0, 0},
    {15, 9, 0, 0},    {15, 9, 17, 8},  {14, 8, 0, 0},    {14, 8, 0, 0},    {17, 10, 0, 0},   {17, 9, 0, 0},
    {17, 9, 19, 8},   {17, 9, 20, 7},  {19, 12, 20, 11}, {19, 10, 21, 9},  {19, 9, 0, 0},    {19, 9, 21, 8},
    {19, 9, 21, 7},   {21, 11, 23, 9}, {21, 10, 23, 8},  {21, 9, 0, 0},    {21, 9, 23, 8},   {23, 12, 25, 11},
    {23, 10, 24, 9},  {23, 10, 26, 8}, {23, 9, 0, 0},    {23, 9, 24, 8},   {25, 11, 27, 9},  {25, 10, 27, 9},
    {26, 11, 27, 10}, {26, 10, 27, 9}, {27, 12, 29, 10}, {27, 10, 0, 0},   {27, 10, 29, 8},  {28, 11, 29, 8},
    {29, 14, 30, 13}, {29, 11, 31, 9}, {29, 10, 30, 9},  {30, 11, 31, 10}, {30, 10, 0, 0},   {31, 12, 35, 10},
    {31, 11, 34, 8},  {31, 10, 33, 9}, {32, 11, 33, 8},  {33, 13, 37, 11}, {33, 11, 35, 9},  {33, 10, 0, 0},
    {34, 11, 36, 10}, {33, 10, 37, 8}, {35, 11, 0, 0},   {35, 11, 38, 8},  {35, 10, 36, 9},  {35, 10, 38, 8},
    {37, 12, 40, 11}, {37, 11, 39, 9}, {38, 12, 0, 0},   {37, 10, 39, 9},  {39, 13, 41, 12}, {39, 11, 40, 10},
    {39, 11, 42, 8},  {39, 10, 0, 0},  {39, 10, 41, 8},  {41, 12, 45, 10}, {41, 11, 44, 9},  {42, 12, 43, 10},
    {41, 10, 42, 9},
};

bool runs_method_find(const char *name, runs_method *out)
{
    static const char *const names[] = {"anhoej", "bestbox", "cutbox"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(name, names[i]) == 0) {
            *out = (runs_method)i;
            return true;
        }
    return false;
}

/* Lower 5 % quantile of Binomial(n - 1, 1/2): the least k with P(X <= k) >= 0.05. Summed term by term where 2^-(n-1)
 * is a comfortable number, which is several times faster than the general quantile for the lengths that charts have. */
static size_t crossings_quantile(size_t useful)
{
    const size_t steps = useful - 1;
    if (steps == 0)
        return 0;
    if (steps > 900)
        return (size_t)qbinom(0.05, (double)steps, 0.5, 1, 0);
    double term = ldexp(1, -(int)steps), total = term;
    size_t k = 0;
    while (total < 0.05) {
        k++;
        term *= (double)(steps - k + 1) / (double)k;
        total += term;
    }
    return k;
}

void runs_limits(size_t useful, size_t *longest_limit, size_t *crossings_limit)
{
    *longest_limit = *crossings_limit = 0;
    if (useful == 0)
        return;
    *longest_limit = (size_t)(nearbyint(log2((double)useful)) + 3);
    *crossings_limit = crossings_quantile(useful);
}

bool runs_signal(size_t useful, size_t crossings, size_t longest, runs_method method)
{
    if (useful == 0)
        return false;
    if (method == RUNS_ANHOEJ || useful < FIRST_BOX || useful > LAST_BOX) {
        size_t longest_limit = 0, crossings_limit = 0;
        runs_limits(useful, &longest_limit, &crossings_limit);
        return longest > longest_limit || crossings < crossings_limit;
    }
    const size_t c = boxes[useful - FIRST_BOX].c, l = boxes[useful - FIRST_BOX].l;
    if (crossings < c || longest > l)
        return true;
    const size_t c_border = boxes[useful - FIRST_BOX].c_border, l_border = boxes[useful - FIRST_BOX].l_border;
    if (method == RUNS_BEST_BOX || c_border == 0)
        return false;
    return (longest == l && crossings < c_border) || (crossings == c && longest > l_border);
}

runs_result runs_count(const double *values, double centre, const bool *excluded, size_t count, runs_method method)
{
    /* Written without branches on the side of a point: which side comes next is what a processor cannot guess. */
    runs_result r = {0};
    int before = 0;
    size_t run = 0;
    for (size_t i = 0; i < count; i++) {
        if (excluded && excluded[i])
            continue;
        r.observations++;
        const int side = (values[i] > centre) - (values[i] < centre);
        if (side == 0)
            continue;
        r.useful++;
        r.crossings += (size_t)((side != before) & (before != 0));
        run = side == before ? run + 1 : 1;
        before = side;
        r.longest = run > r.longest ? run : r.longest;
    }
    runs_limits(r.useful, &r.longest_limit, &r.crossings_limit);
    r.signal = runs_signal(r.useful, r.crossings, r.longest, method);
    return r;
}
