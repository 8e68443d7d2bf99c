/*
 * raster: our SVG as PNG and PDF, through librsvg and cairo.
 *
 * For files that go into documents and slides. PDF stays vector with its text as text. Fonts are the machine's: Arial where it is,
 * else Helvetica, else any sans-serif, so pixels may differ between machines; the SVG is the same everywhere.
 * Invariants: reads nothing but the text given (no links, no files, no network); the light theme; no date in the PDF, so the same SVG
 * on the same machine gives the same bytes. Threads: any number.
 */
#ifndef CONCORD_PUBLISH_RASTER_H
#define CONCORD_PUBLISH_RASTER_H

#include "base/base.h"

#define RASTER_MOST_SVG    ((size_t)32 << 20) /* bytes of SVG */
#define RASTER_MOST_SIDE   16000              /* pixels */
#define RASTER_MOST_PIXELS 100000000.0        /* 100 million: 400 MB while it is drawn */

/* PNG, `scale` pixels per unit (0 = 2; 0.1 to 20). Errors: STATUS_USAGE for the scale; STATUS_REFUSED for what is no SVG, has no
 * size, or would be larger than the maxima above (the message says how large, the hint what to do); STATUS_MEMORY. */
MUST_USE status raster_png(const char *svg, size_t length, double scale, buffer *out, error *err);

/* PDF, one page of the drawing's size, a unit being 0.75 points (as in print: 96 units an inch). Errors as above. */
MUST_USE status raster_pdf(const char *svg, size_t length, buffer *out, error *err);

#endif
