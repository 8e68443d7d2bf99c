/* A season in words: which months of the year are high, which low, how much that makes, and what it means for the limits. */
#include "publish/charts.h"
#include "publish/figure.h"

#include <math.h>
#include <string.h>

static const char *const MONTH_NAMES[12] = {"January", "February", "March",     "April",   "May",      "June",
                                            "July",    "August",   "September", "October", "November", "December"};

/* The seasons around the highest effect (way 1) or the lowest (-1) that are at least half as far out as it. */
static int32_t stretch(const edition_season *season, double way, int32_t *first)
{
    const int32_t n = season->count;
    int32_t top = 0, length = 1;
    for (int32_t i = 1; i < n; i++)
        if (way * season->effects[i] > way * season->effects[top])
            top = i;
    const double half = way * season->effects[top] / 2;
    *first = top;
    while (length < n && way * season->effects[(*first + n - 1) % n] >= half) {
        *first = (*first + n - 1) % n;
        length++;
    }
    while (length < n && way * season->effects[(*first + length) % n] >= half)
        length++;
    return length;
}

/* "December to February", "July and August", "August"; nothing where it is more than half of the year, since that says nothing. */
static bool stretch_words(const edition_season *season, double way, buffer *out)
{
    int32_t first, length = stretch(season, way, &first);
    const int32_t months = 12 / season->count;
    if (length * months > 6)
        return false;
    const int32_t last = (first * months + length * months - 1) % 12;
    buffer_text(out, MONTH_NAMES[first * months]);
    if (length * months > 1) {
        buffer_text(out, length * months == 2 ? " and " : " to ");
        buffer_text(out, MONTH_NAMES[last]);
    }
    return true;
}

static void high_and_low(const edition_season *season, buffer *out)
{
    buffer high = {.maximum = 256}, low = {.maximum = 256};
    bool any_high = stretch_words(season, 1, &high), any_low = stretch_words(season, -1, &low);
    buffer_text(out, "usually ");
    if (any_high) {
        buffer_text(out, "highest in ");
        buffer_text(out, high.data);
    }
    if (any_low) {
        buffer_text(out, any_high ? " and lowest in " : "lowest in ");
        buffer_text(out, low.data);
    }
    if (!any_high && !any_low)
        buffer_text(out, "higher in some months of the year than in others");
    buffer_free(&high);
    buffer_free(&low);
}

/* "about 11,800": nobody knows a season to the last person. */
static double three_digits(double value)
{
    double step = 1;
    while (fabs(value) / step >= 1000 && step < 1e12)
        step *= 10;
    return step > 1 ? round(value / step) * step : value;
}

/* How far the highest season lies from the lowest, in the measure's unit: per cents differ by percentage points. */
static void reach_words(const edition_measure *m, const edition_season *season, buffer *out)
{
    double high = season->effects[0], low = season->effects[0];
    for (int32_t i = 1; i < season->count; i++) {
        high = fmax(high, season->effects[i]);
        low = fmin(low, season->effects[i]);
    }
    if (figure_unit_of(m) == FIGURE_PERCENT) {
        figure_fixed(high - low, m->decimals > 0 ? 1 : 0, true, "-", out);
        buffer_text(out, " percentage points");
    } else {
        figure_words(m, three_digits(high - low), false, out);
    }
}

void sentence_season(const series_view *v, buffer *out)
{
    if (!series_is_seasonal(v->series))
        return;
    const edition_season *season = v->series->season;
    const edition_measure *m = &v->edition->measures[v->series->measure];
    buffer_text(out, "This series is seasonal: it is ");
    high_and_low(season, out);
    buffer_text(out, ", and the season alone makes a difference of about ");
    reach_words(m, season, out);
    buffer_printf(out,
                  " (%d years of figures). The limits do not allow for that, so a signal in those %s may be the season "
                  "and no change: read it with care.",
                  (int)season->years, season->count == 12 ? "months" : "quarters");
}

void sentence_season_brief(const series_view *v, buffer *out)
{
    if (!series_is_seasonal(v->series))
        return;
    buffer_text(out, "Seasonal: ");
    high_and_low(v->series->season, out);
    buffer_text(out, ", which the limits do not allow for.");
}
