/*
 * figure: numbers as people read them. Private to publish.
 *
 * One rounding everywhere: half away from zero after scaling, so that the sentence, the chart, the icon and the table never
 * disagree. Nothing here depends on the locale.
 */
#ifndef CONCORD_PUBLISH_FIGURE_H
#define CONCORD_PUBLISH_FIGURE_H

#include "edition/edition.h"

/* Units that a measure may have, told once from the text of the edition. */
typedef enum figure_unit {
    FIGURE_SCORE = 0,
    FIGURE_PERCENT,
    FIGURE_COUNT,
    FIGURE_WEEKS,
    FIGURE_DAYS,
    FIGURE_MINUTES,
    FIGURE_RATE
} figure_unit;
figure_unit figure_unit_of(const edition_measure *m);
/* Cannot be below 0 by its nature. */
bool figure_never_negative(figure_unit unit);

/* Exactly `decimals` (0..6) digits after the point; thousands commas where grouped; `minus` is "-" or the minus sign U+2212.
 * Magnitudes from 1e15 are written by buffer_number. NaN and infinities write nothing. */
void figure_fixed(double value, int decimals, bool grouped, const char *minus, buffer *out);
/* More than nought, but shown as nought with so many decimals: people read "under 0.01%" instead. */
bool figure_under(double value, int decimals);
/* As the templates of sentences want it: a percent with its sign, other units bare: "64.9%", "11.9", "7.12 million", "104+". */
void figure_bare(const edition_measure *m, double value, bool over_open_band, buffer *out);
/* A level that somebody set: as few digits as tell it: "70%", "1.5%", "18 weeks". */
void figure_level(const edition_measure *m, double level, buffer *out);
/* A label of the value axis; step is the distance of the labels, largest the largest of them in size: "65%", "7.2m", "250,000". */
void figure_axis(const edition_measure *m, double value, double step, double largest, buffer *out);

#endif
