/* Numbers as people read them: rounded once, in one way, with the words and signs of the unit. */
#include "publish/figure.h"

#include "publish/publish.h"

#include <math.h>
#include <string.h>

/* The 104+ weeks band is the open end of the published waiting-time bands. */
static const char OPEN_BAND[] = "104+";
static const char MINUS[] = "\xe2\x88\x92";

static const double POWERS[] = {1, 10, 100, 1000, 10000, 100000, 1000000};

figure_unit figure_unit_of(const edition_measure *m)
{
    static const struct {
        const char *name;
        figure_unit unit;
    } units[] = {{"percent", FIGURE_PERCENT}, {"count", FIGURE_COUNT},     {"weeks", FIGURE_WEEKS},
                 {"days", FIGURE_DAYS},       {"minutes", FIGURE_MINUTES}, {"rate", FIGURE_RATE}};
    if (m->unit != NULL)
        for (size_t i = 0; i < sizeof units / sizeof *units; i++)
            if (strcmp(m->unit, units[i].name) == 0)
                return units[i].unit;
    return FIGURE_SCORE;
}

bool figure_never_negative(figure_unit unit)
{
    return unit != FIGURE_SCORE;
}

static int decimals_within(int64_t decimals)
{
    return decimals < 0 ? 0 : decimals > 6 ? 6 : (int)decimals;
}

void figure_fixed(double value, int decimals, bool grouped, const char *minus, buffer *out)
{
    if (!isfinite(value))
        return;
    if (decimals < 0 || decimals > 6)
        decimals = decimals_within(decimals);
    double scaled = fabs(value) * POWERS[decimals];
    if (!(scaled < 1e15)) {
        buffer_number(out, value);
        return;
    }
    uint64_t rest = (uint64_t)llround(scaled);
    char digits[48];
    size_t at = sizeof digits;
    if (value < 0 && rest > 0)
        buffer_text(out, minus);
    for (int i = 0; i < decimals; i++, rest /= 10)
        digits[--at] = (char)('0' + rest % 10);
    if (decimals > 0)
        digits[--at] = '.';
    int placed = 0;
    do {
        if (grouped && placed > 0 && placed % 3 == 0)
            digits[--at] = ',';
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
        placed++;
    } while (rest > 0);
    buffer_put(out, digits + at, sizeof digits - at);
}

bool figure_under(double value, int decimals)
{
    return decimals >= 0 && decimals <= 6 && value > 0 && value * POWERS[decimals] < 0.5;
}

/* 7.12 million: three digits that count. */
static void count_words(double value, buffer *out)
{
    static const struct {
        double size;
        const char *word;
    } sizes[] = {{1e9, " billion"}, {1e6, " million"}};
    double magnitude = fabs(value);
    for (size_t i = 0; i < 2; i++) {
        if (magnitude < sizes[i].size)
            continue;
        double n = magnitude / sizes[i].size;
        figure_fixed(value / sizes[i].size, n < 9.995 ? 2 : n < 99.95 ? 1 : 0, true, MINUS, out);
        buffer_text(out, sizes[i].word);
        return;
    }
    figure_fixed(value, 0, true, MINUS, out);
}

/* Does the number show as plain 1, so that its unit is singular? */
static bool shows_as_one(double value, int decimals)
{
    return decimals == 0 && llround(fabs(value)) == 1;
}

static const char *unit_word(figure_unit unit, bool one)
{
    switch (unit) {
    case FIGURE_WEEKS: return one ? " week" : " weeks";
    case FIGURE_DAYS: return one ? " day" : " days";
    case FIGURE_MINUTES: return one ? " minute" : " minutes";
    default: return "";
    }
}

/* " per 100,000 people" after a rate whose label says so. */
static void rate_words(const edition_measure *m, buffer *out)
{
    if (m->unit_label != NULL && strncmp(m->unit_label, "per ", 4) == 0) {
        buffer_char(out, ' ');
        buffer_text(out, m->unit_label);
    }
}

static void number_words(const edition_measure *m, figure_unit unit, double value, int decimals, buffer *out)
{
    if (unit == FIGURE_COUNT) {
        count_words(value, out);
        return;
    }
    if (unit == FIGURE_PERCENT && (value == 0 || value == 100))
        decimals = 0; /* exactly none, exactly all */
    if (unit == FIGURE_PERCENT && figure_under(value, decimals)) {
        buffer_text(out, "under "); /* 2 people of 200,000 are not 0.00% */
        value = 1 / POWERS[decimals];
    }
    figure_fixed(value, decimals, true, MINUS, out);
    if (unit == FIGURE_PERCENT)
        buffer_char(out, '%');
    (void)m;
}

void figure_bare(const edition_measure *m, double value, bool over_open_band, buffer *out)
{
    if (over_open_band)
        buffer_text(out, OPEN_BAND);
    else if (!isfinite(value))
        buffer_text(out, "no figure");
    else
        number_words(m, figure_unit_of(m), value, decimals_within(m->decimals), out);
}

void figure_words(const edition_measure *m, double value, bool over_open_band, buffer *out)
{
    figure_unit unit = figure_unit_of(m);
    figure_bare(m, value, over_open_band, out);
    if (over_open_band)
        buffer_text(out, unit_word(unit, false));
    else if (isfinite(value)) {
        buffer_text(out, unit_word(unit, shows_as_one(value, decimals_within(m->decimals))));
        if (unit == FIGURE_RATE)
            rate_words(m, out);
    }
}

void figure_exact(const edition_measure *m, double value, bool over_open_band, buffer *out)
{
    int decimals = decimals_within(m->decimals);
    if (over_open_band)
        buffer_text(out, OPEN_BAND);
    else if (!isfinite(value))
        buffer_text(out, "no figure");
    else if (figure_unit_of(m) == FIGURE_COUNT)
        /* A count that was shared out by successors has a fraction; a person has none. Full-time equivalents and beds do. */
        figure_fixed(value, m->numerator_parts > 1 ? 1 : 0, true, "-", out);
    else
        figure_fixed(value, decimals == 0 ? 0 : decimals_within((int64_t)decimals + 1), true, "-", out);
}

void figure_level(const edition_measure *m, double level, buffer *out)
{
    figure_unit unit = figure_unit_of(m);
    if (!isfinite(level))
        return;
    int decimals = 0;
    while (decimals < 4 &&
           fabs(level * POWERS[decimals] - nearbyint(level * POWERS[decimals])) > 1e-7 * fmax(1, fabs(level)))
        decimals++;
    if (unit == FIGURE_COUNT)
        count_words(level, out);
    else
        figure_fixed(level, decimals, true, MINUS, out);
    if (unit == FIGURE_PERCENT)
        buffer_char(out, '%');
    buffer_text(out, unit_word(unit, shows_as_one(level, decimals)));
    if (unit == FIGURE_RATE)
        rate_words(m, out);
}

void figure_axis(const edition_measure *m, double value, double step, double largest, buffer *out)
{
    figure_unit unit = figure_unit_of(m);
    const char *suffix = unit == FIGURE_PERCENT ? "%" : "";
    double size = 1;
    if (largest >= 1e9 && unit != FIGURE_PERCENT) {
        size = 1e9;
        suffix = "bn";
    } else if (largest >= 1e6 && unit != FIGURE_PERCENT) {
        size = 1e6;
        suffix = "m";
    }
    int decimals = 0;
    double shown = step / size;
    while (decimals < 6 && fabs(shown * POWERS[decimals] - nearbyint(shown * POWERS[decimals])) > 1e-6)
        decimals++;
    figure_fixed(value / size, decimals, true, MINUS, out);
    if (value != 0 || unit == FIGURE_PERCENT)
        buffer_text(out, suffix);
}
