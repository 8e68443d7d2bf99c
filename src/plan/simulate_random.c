/* Normal, exponential, gamma and Poisson numbers from a stream. */
#include "plan/simulate_random.h"

#include <math.h>

/* Box and Muller. */
double draws_normal(draws *d)
{
    if (d->has_spare) {
        d->has_spare = false;
        return d->spare;
    }
    const double radius = sqrt(-2 * log(draws_uniform(d))), angle = 2 * M_PI * draws_uniform(d);
    d->spare = radius * sin(angle);
    d->has_spare = true;
    return radius * cos(angle);
}

double draws_exponential(draws *d)
{
    return -log(draws_uniform(d));
}

/* Shape at least 1 (Marsaglia and Tsang, "A simple method for generating gamma variables", 2000). */
static double gamma_of_shape(draws *d, double shape)
{
    const double third = shape - 1.0 / 3, scale = 1 / sqrt(9 * third);
    for (;;) {
        const double x = draws_normal(d), root = 1 + scale * x;
        if (root <= 0)
            continue;
        const double v = root * root * root;
        const double u = draws_uniform(d);
        if (u < 1 - 0.0331 * x * x * x * x) /* a bound that nearly always decides, without a logarithm */
            return third * v;
        if (log(u) < 0.5 * x * x + third - third * v + third * log(v))
            return third * v;
    }
}

double draws_gamma_factor(draws *d, double cv)
{
    if (!(cv > 0))
        return 1;
    const double shape = 1 / (cv * cv);
    if (shape >= 1)
        return gamma_of_shape(d, shape) / shape;
    /* The shape is raised by 1 and the result brought down by a power of a uniform number. */
    const double above = gamma_of_shape(d, shape + 1);
    return above * pow(draws_uniform(d), 1 / shape) / shape;
}

static int64_t poisson_small(draws *d, double mean)
{
    double p = exp(-mean), sum = p;
    const double u = draws_uniform(d);
    int64_t k = 0;
    while (u > sum && k < 200) {
        k++;
        p *= mean / (double)k;
        sum += p;
    }
    return k;
}

/* log k!: exact sums for small k, else Stirling's series, good to 1e-13 from 16 on. */
static double log_factorial(double k)
{
    static const double small[16] = {0,
                                     0,
                                     0.69314718055994530942,
                                     1.79175946922805500081,
                                     3.17805383034794561965,
                                     4.78749174278204599425,
                                     6.57925121201010099506,
                                     8.52516136106541430017,
                                     10.60460290274525022842,
                                     12.80182748008146961121,
                                     15.10441257307551529523,
                                     17.50230784587388583929,
                                     19.98721449566188614952,
                                     22.55216385312342288557,
                                     25.19122118273868150009,
                                     27.89927138384089156609};
    if (k < 16)
        return small[(int)k];
    const double x = k + 1, inverse = 1 / x, square = inverse * inverse;
    return (x - 0.5) * log(x) - x + 0.91893853320467274178 +
           inverse * (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square / 1680)));
}

static int64_t poisson_large(draws *d, double mean)
{
    const double log_mean = log(mean), b = 0.931 + 2.53 * sqrt(mean), a = -0.059 + 0.02483 * b;
    const double inverse_alpha = 1.1239 + 1.1328 / (b - 3.4), v_r = 0.9277 - 3.6224 / (b - 2);
    for (;;) {
        const double u = draws_uniform(d) - 0.5, v = draws_uniform(d), us = 0.5 - fabs(u);
        const double k = floor((2 * a / us + b) * u + mean + 0.43);
        if (us >= 0.07 && v <= v_r)
            return (int64_t)k;
        if (k < 0 || (us < 0.013 && v > us))
            continue;
        if (log(v) + log(inverse_alpha) - log(a / (us * us) + b) <= -mean + k * log_mean - log_factorial(k))
            return (int64_t)k;
    }
}

int64_t draws_poisson(draws *d, double mean)
{
    if (!(mean > 0))
        return 0;
    return mean < 10 ? poisson_small(d, mean) : poisson_large(d, mean);
}
