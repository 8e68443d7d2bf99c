/*
 * charts: pictures and sentences that the pages are made of. publish.h has the four that the command line uses too.
 *
 * Purpose: SPC charts, sparklines, small multiples, dot plots, hex maps and icons as SVG, and the words that go with them.
 * Every chart can be read in greyscale, by a screen reader, in dark mode, printed, and by a person who never saw one.
 * Invariants: well-formed XML whatever names and figures come in; no NaN or infinity in an attribute; the same input gives the
 * same bytes; no locale, no clock, no style="" attribute (a strict Content-Security-Policy holds). Text goes in as plain
 * UTF-8 and is escaped here.
 * Style: a page puts chart_style into its style sheet once and inlines charts with standalone = false. With standalone = true
 * the SVG carries its own <style> and background, for files, packs and <img>.
 * Ownership: nothing is kept; everything is appended to `out`. Threads: any number.
 */
#ifndef CONCORD_PUBLISH_CHARTS_H
#define CONCORD_PUBLISH_CHARTS_H

#include "publish/publish.h"

/* The CSS rules of every chart and icon (light, dark, print, forced colours), without <style>. All classes start with "chart". */
void chart_style(buffer *out);

/* CHART_WIDE is 720 units wide, for columns of 560 px and more; CHART_NARROW 360, for phones, with the last 24 months. A page
 * may carry both, in class="chart-wide" and class="chart-narrow" boxes: chart_style shows the one that fits (41.25em). */
typedef enum chart_form { CHART_WIDE = 0, CHART_NARROW } chart_form;

/* The SPC chart. chart_spc_svg is this with CHART_WIDE and standalone. unique: prefix for ids, unique on the page; letters,
 * digits, '-' and '_' (others are replaced by '-'). A series without any figure gives a short SVG that says so. */
void chart_spc_write(const series_view *v, const char *unique, chart_form form, bool standalone, buffer *out);

/* ---- words ------------------------------------------------------------------------------------------ */

/* The finding in a few words, the title of the chart: "Improving: 64.9% in April 2026, above average for 8 months". */
void sentence_finding(const series_view *v, buffer *out);
/* The name of an organisation as it reads in a sentence: "NHS Essex ICB", "England", "the South East". */
void sentence_organisation(const edition_org *o, buffer *out);
/* What changed with the latest figure, in about four words, for the scorecard: "now improving", "new concern",
 * "no longer a concern", "still improving", "no real change", "target now met", "too early to say". */
void sentence_change(const series_view *v, buffer *out);
/* How far from its target the latest figure is, in people (or attendances ...): true and the number of them by which a ratio
 * misses it (0 where it is met); false where that has no meaning (no target, no numerator, a measure that is no ratio, neither way better). */
bool sentence_gap(const series_view *v, int64_t *missing);
/* The same to another level than the edition's target. */
bool sentence_gap_to(const series_view *v, double level, int64_t *missing);
/* "people", "attendances" ...: what the gap counts, from the unit label; "cases" where it does not say. */
const char *sentence_gap_noun(const edition_measure *m);
/* "70% by March 2027", "25 minutes in 2026/27". */
void sentence_target(const edition_measure *m, const edition_target *t, buffer *out);
void sentence_aim(const edition_measure *m, const series_aim *a, buffer *out);

/* ---- icons ------------------------------------------------------------------------------------------ */

/* The symbols that icons refer to; once per page, anywhere in the body before or after the icons. It takes no space. */
void icon_sprite(buffer *out);
/* An icon of 24 px or more (class chart-icon). variation and assurance are the names in edition_series; "" writes nothing.
 * described: give it a text alternative; false where the same words stand beside it (it is then hidden from screen readers). */
void icon_variation(const char *variation, bool described, buffer *out);
void icon_assurance(const char *assurance, bool described, buffer *out);
/* The words of an icon: "Improving (high)", "No real change", "Will consistently miss the target". "" for "". */
const char *icon_variation_words(const char *variation);
const char *icon_assurance_words(const char *assurance);

/* ---- small charts ----------------------------------------------------------------------------------- */

/* The last 24 periods with average and limits, the last point marked by the shape of its signal; 132 x 36 units. */
void chart_sparkline(const series_view *v, buffer *out);

/* One scale for many small charts: begin with a zeroed struct, add every series, then draw each. */
typedef struct chart_scale {
    bool any;
    double low, high; /* of figures and limits */
    int32_t first_month, last_month;
    bool two_lines; /* a heading needs two lines, so all have room for them */
} chart_scale;
void chart_scale_add(chart_scale *scale, const series_view *v);
/* Gives all charts of the scale two lines for their heading if this one needs them. */
void chart_scale_heading(chart_scale *scale, const series_view *v, const char *heading);
/* A small SPC chart on a shared scale; 232 x 148 units, 165 high with two lines; heading is shown above it (a breakdown value, an organisation). */
void chart_small(const series_view *v, const chart_scale *scale, const char *heading, buffer *out);

/* ---- dot plot --------------------------------------------------------------------------------------- */

typedef struct chart_dot {
    const char *name;    /* as shown */
    const char *link;    /* relative address, NULL where none */
    double value;        /* measure's unit; NaN: listed last as "no figure" */
    double lower, upper; /* 95% interval; NaN where none */
    bool over_open_band;
    bool peer; /* marked as a peer */
    bool own;  /* the organisation of the page */
} chart_dot;

typedef struct chart_dots {
    const edition_measure *measure;
    const char *subtitle;       /* "April 2026, 36 integrated care boards" */
    const char *title;          /* the finding; NULL: made from the figures */
    double reference;           /* England's value, NaN where none */
    const char *reference_name; /* "England" */
    double target;              /* NaN where none */
    period target_by;           /* PERIOD_NONE where not known */
    const chart_dot *items;
    size_t count;
} chart_dots;

/* value, lower and upper of a figure: Wilson's interval where the measure is a ratio of counts in per cent, else none. */
chart_dot chart_dot_of(const edition_measure *m, const edition_point *p);
/* Orders best first (highest first where neither way is better); equal values by name; those without a figure last. */
void chart_dots_rank(chart_dot *items, size_t count, better way);
/* Dots with their intervals in the order given, a line for the reference and one for the target. Up to 1,000 rows are drawn. */
void chart_dot_plot(const chart_dots *d, const char *unique, chart_form form, bool standalone, buffer *out);

/* ---- hex map ---------------------------------------------------------------------------------------- */

typedef struct chart_hex {
    const char *label;   /* three to five letters */
    const char *name;    /* "NHS Essex ICB" */
    const char *link;    /* NULL where none */
    int32_t row, column; /* odd rows are moved half a hex to the right */
    double value;        /* NaN: shown hatched, "no figure" */
    bool over_open_band;
} chart_hex;

typedef struct chart_hexes {
    const edition_measure *measure;
    const char *title; /* NULL: made from the figures */
    const char *subtitle;
    const chart_hex *items;
    size_t count;
} chart_hexes;

/* Five classes of about equal numbers, light to dark, each with its range written out. CHART_WIDE is as wide as its hexagons (at least
 * 420 units); CHART_NARROW is 360 units, and its hexagons and their words are as large as they can be. */
void chart_hex_map(const chart_hexes *h, const char *unique, chart_form form, bool standalone, buffer *out);

#endif
