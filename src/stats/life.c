/* Abridged life table: how long would people live if they met today's death rates at every age? */
#include "stats/rates.h"

#include <math.h>

#define MATHLIB_STANDALONE
#include <Rmath.h>

const double life_band_start[LIFE_BANDS] = {0,  1,  5,  10, 15, 20, 25, 30, 35, 40,
                                            45, 50, 55, 60, 65, 70, 75, 80, 85, 90};

static const double fewest_people = 5000, widest_interval = 20;

const char *life_refusal_text(life_refusal refusal)
{
    static const char *const texts[] = {"",
                                        "5,000 people or fewer",
                                        "an age band without people, or with negative or missing deaths",
                                        "more deaths than people in an age band",
                                        "a 95 % interval wider than 20 years",
                                        "no deaths in the last age band"};
    return (size_t)refusal < sizeof texts / sizeof texts[0] ? texts[refusal] : "";
}

static life_refusal check_bands(const double *population, const double *deaths)
{
    double people = 0;
    for (size_t i = 0; i < LIFE_BANDS; i++) {
        if (!(population[i] > 0) || !(deaths[i] >= 0) || isinf(population[i]))
            return LIFE_BAD_BAND;
        if (deaths[i] > population[i])
            return LIFE_TOO_MANY_DEATHS;
        people += population[i];
    }
    if (people <= fewest_people)
        return LIFE_FEW_PEOPLE;
    return deaths[LIFE_BANDS - 1] > 0 ? LIFE_GOOD : LIFE_NO_LAST_DEATHS;
}

life_refusal life_table(const double *population, const double *deaths, double confidence, life_row *rows)
{
    enum { LAST = LIFE_BANDS - 1 };
    double people = 0, dead = 0;
    for (size_t i = LIFE_BANDS; i-- > 0;) {
        people += population[i];
        dead += deaths[i];
        rows[i] = (life_row){people, dead, {NAN, NAN, NAN}};
    }
    life_refusal refusal = check_bands(population, deaths);
    if (refusal != LIFE_GOOD)
        return refusal;

    double width[LIFE_BANDS], share[LIFE_BANDS], q[LIFE_BANDS], alive[LIFE_BANDS + 1], lived[LIFE_BANDS],
        expectancy[LIFE_BANDS];
    alive[0] = 1;
    for (size_t i = 0; i < LIFE_BANDS; i++) {
        const double m = deaths[i] / population[i];
        share[i] = i == 0 ? 0.1 : 0.5;
        width[i] = i == LAST ? 2 / m : life_band_start[i + 1] - life_band_start[i];
        if (i == LAST || deaths[i] > population[i] / width[i] / share[i])
            q[i] = 1;
        else
            q[i] = m * width[i] / (1 + m * width[i] * (1 - share[i]));
        alive[i + 1] = alive[i] * (1 - q[i]);
        lived[i] = i == LAST ? alive[i] / m : width[i] * (alive[i + 1] + share[i] * (alive[i] - alive[i + 1]));
    }
    double years = 0, variance = 0;
    double deviation[LIFE_BANDS];
    for (size_t i = LIFE_BANDS; i-- > 0;) {
        years += lived[i];
        expectancy[i] = alive[i] > 0 ? years / alive[i] : NAN;
        if (i == LAST) {
            const double m = deaths[i] / population[i];
            variance += 4 / (deaths[i] * m * m) * (alive[i] / 2) * (alive[i] / 2);
        } else if (deaths[i] > 0) {
            const double later = isnan(expectancy[i + 1]) ? 0 : expectancy[i + 1];
            const double reach = (1 - share[i]) * width[i] + later;
            variance += q[i] * q[i] * (1 - q[i]) / deaths[i] * alive[i] * alive[i] * reach * reach;
        }
        deviation[i] = alive[i] > 0 ? sqrt(variance) / alive[i] : NAN;
    }
    if (2 * qnorm(0.975, 0, 1, 1, 0) * deviation[0] > widest_interval)
        return LIFE_WIDE;
    const double z = qnorm(confidence + (1 - confidence) / 2, 0, 1, 1, 0);
    for (size_t i = 0; i < LIFE_BANDS; i++)
        rows[i].expectancy =
            (interval){expectancy[i], expectancy[i] - z * deviation[i], expectancy[i] + z * deviation[i]};
    return LIFE_GOOD;
}
