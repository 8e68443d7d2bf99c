/*
 * Confidence intervals of single figures. Quantiles are R's own (r-mathlib), so that an analyst who checks a limit in
 * R sees the same digits.
 */
#include "stats/rates.h"

#include <math.h>

#define MATHLIB_STANDALONE
#include <Rmath.h>

static bool is_confidence(double confidence)
{
    return confidence > 0 && confidence < 1;
}

static double normal_z(double confidence)
{
    return qnorm(confidence + (1 - confidence) / 2, 0, 1, 1, 0);
}

void proportion_wilson(double numerator, double denominator, double confidence, double *lower, double *upper)
{
    *lower = *upper = NAN;
    if (!(denominator > 0) || !isfinite(denominator) || !(numerator >= 0) || !(numerator <= denominator) ||
        !is_confidence(confidence))
        return;
    const double z = normal_z(confidence);
    const double spread = z * sqrt(z * z + 4 * numerator * (1 - numerator / denominator));
    const double scale = 2 * (denominator + z * z);
    *lower = (2 * numerator + z * z - spread) / scale;
    *upper = (2 * numerator + z * z + spread) / scale;
    /* None of them, or all of them: one end is exact, whatever rounding says. */
    if (numerator == 0)
        *lower = 0;
    if (numerator == denominator)
        *upper = 1;
}

const char *poisson_method_name(poisson_method method)
{
    return method == POISSON_EXACT ? "exact" : method == POISSON_BYARS ? "byars" : "";
}

static double cube(double x)
{
    return x * x * x;
}

void count_byars(double count, double confidence, double *lower, double *upper)
{
    *lower = *upper = NAN;
    if (!(count >= 0) || !isfinite(count) || !is_confidence(confidence))
        return;
    const double z = normal_z(confidence), next = count + 1;
    *lower = count > 0 ? count * cube(1 - 1 / (9 * count) - z / (3 * sqrt(count))) : 0;
    *upper = next * cube(1 - 1 / (9 * next) + z / (3 * sqrt(next)));
}

void count_exact(double count, double confidence, double *lower, double *upper)
{
    *lower = *upper = NAN;
    if (!(count >= 0) || !isfinite(count) || !is_confidence(confidence))
        return;
    const double tail = (1 - confidence) / 2;
    *lower = count > 0 ? qchisq(tail, 2 * count, 1, 0) / 2 : 0;
    *upper = qchisq(1 - tail, 2 * count + 2, 1, 0) / 2;
}

poisson_method count_limits(double count, double confidence, double *lower, double *upper)
{
    const bool few = count < 10;
    if (few)
        count_exact(count, confidence, lower, upper);
    else
        count_byars(count, confidence, lower, upper);
    return isnan(*upper) ? POISSON_NONE : few ? POISSON_EXACT : POISSON_BYARS;
}

interval rate_crude(double count, double denominator, double multiplier, double confidence, poisson_method *method)
{
    interval r = {NAN, NAN, NAN};
    poisson_method used = POISSON_NONE;
    if (denominator > 0 && isfinite(denominator) && count >= 0) {
        used = count_limits(count, confidence, &r.lower, &r.upper);
        r.value = count / denominator * multiplier;
        r.lower = r.lower / denominator * multiplier;
        r.upper = r.upper / denominator * multiplier;
    }
    if (method)
        *method = used;
    return r;
}

interval mean_t(const double *values, size_t rows, double confidence, double *deviation, size_t *count)
{
    interval r = {NAN, NAN, NAN};
    long double sum = 0, rest = 0, squares = 0;
    size_t n = 0;
    for (size_t i = 0; i < rows; i++)
        if (!isnan(values[i])) {
            sum += values[i];
            n++;
        }
    double s = NAN;
    if (n > 0) {
        const long double first = sum / (long double)n;
        for (size_t i = 0; i < rows; i++)
            if (!isnan(values[i]))
                rest += values[i] - first;
        const long double mean = first + rest / (long double)n;
        for (size_t i = 0; i < rows; i++)
            if (!isnan(values[i]))
                squares += (values[i] - mean) * (values[i] - mean);
        r.value = (double)mean;
        if (n > 1 && is_confidence(confidence)) {
            s = (double)sqrtl(squares / (long double)(n - 1));
            const double reach = qt(confidence + (1 - confidence) / 2, (double)n - 1, 1, 0) * s / sqrt((double)n);
            r.lower = r.value - reach;
            r.upper = r.value + reach;
        }
    }
    if (deviation)
        *deviation = s;
    if (count)
        *count = n;
    return r;
}
