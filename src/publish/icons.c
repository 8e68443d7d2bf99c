/*
 * Variation and assurance icons of our own drawing, with the meaning and colours of Making Data Count.
 *
 * The frame says good or bad by shape, the same shapes as the points of the charts: circle improvement, diamond concern, square
 * special cause where neither way is better, an open ring with a wave for common cause. The letter says which way, H high or L low, and so
 * does the arrow head beside it. Assurance has a dashed target line: P stands above the line, F hangs below it, a question
 * mark stands on it. So every icon differs from every other without colour, at 24 px. Letters are paths: no font is needed.
 */
#include "publish/charts.h"

#include <string.h>

typedef enum icon_frame { FRAME_CIRCLE, FRAME_DIAMOND, FRAME_SQUARE, FRAME_RING } icon_frame;

typedef struct icon {
    const char *name, *words;
    icon_frame frame;
    const char *class_name, *colour;
    const char *strokes; /* letter and lines, 48 x 48 units */
    const char *solid;   /* filled shapes */
} icon;

#define LETTER_H     "M13 14v20M13 24h10M23 14v20"
#define LETTER_L     "M15 14v19h9"
#define HEAD_UP      "M29 29l5.5-10 5.5 10z"
#define HEAD_DOWN    "M28 19l5.5 10 5.5-10z"
#define DIAMOND_H    "M15 16v16M15 24h9M24 16v16"
#define DIAMOND_L    "M17 16v15h8"
#define DIAMOND_UP   "M29 28l4.5-8.5 4.5 8.5z"
#define DIAMOND_DOWN "M28.5 19.5l4.5 8.5 4.5-8.5z"

static const icon VARIATIONS[] = {
    {"common-cause", "No real change", FRAME_RING, "chart-common", "#5b6d78", "M9 25c3-9 6-9 9 0s6 9 9 0 6-9 12-1", ""},
    {"improvement-high", "Improving (high)", FRAME_CIRCLE, "chart-improvement", "#005eb8", LETTER_H, HEAD_UP},
    {"improvement-low", "Improving (low)", FRAME_CIRCLE, "chart-improvement", "#005eb8", LETTER_L, HEAD_DOWN},
    {"concern-high", "Concern (high)", FRAME_DIAMOND, "chart-concern", "#b84a00", DIAMOND_H, DIAMOND_UP},
    {"concern-low", "Concern (low)", FRAME_DIAMOND, "chart-concern", "#b84a00", DIAMOND_L, DIAMOND_DOWN},
    {"neither-high", "Unusually high", FRAME_SQUARE, "chart-neutral", "#6a2c91", LETTER_H, HEAD_UP},
    {"neither-low", "Unusually low", FRAME_SQUARE, "chart-neutral", "#6a2c91", LETTER_L, HEAD_DOWN},
};

static const icon ASSURANCES[] = {
    {"pass", "Will consistently meet the target", FRAME_CIRCLE, "chart-improvement", "#005eb8",
     "M20 30v-21h6.5a6 6 0 0 1 0 12h-6.5M9 37h6M21 37h6M33 37h6", ""},
    {"hit-and-miss", "Will hit and miss the target", FRAME_RING, "chart-common", "#5b6d78",
     "M18 17.5a6 6 0 1 1 8.6 5.4c-1.9 1-2.6 2-2.6 4.3M8 34h8M32 34h8",
     "M24 31.2a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 0 1 0-5.6z"},
    {"fail", "Will consistently miss the target", FRAME_DIAMOND, "chart-concern", "#b84a00",
     "M20 39v-18h10M20 29h8M14 15h5M21.5 15h5M29 15h5", ""},
};

static const icon *icon_find(const icon *icons, size_t count, const char *name)
{
    if (name != NULL)
        for (size_t i = 0; i < count; i++)
            if (strcmp(icons[i].name, name) == 0)
                return &icons[i];
    return NULL;
}

static void symbol(const icon *i, buffer *out)
{
    static const char *const frames[] = {
        [FRAME_CIRCLE] = "<circle cx=\"24\" cy=\"24\" r=\"22\"",
        [FRAME_DIAMOND] = "<path d=\"M24 .5 47.5 24 24 47.5 .5 24z\"",
        [FRAME_SQUARE] = "<rect x=\"4\" y=\"4\" width=\"40\" height=\"40\" rx=\"2\"",
        [FRAME_RING] = "<circle cx=\"24\" cy=\"24\" r=\"20.5\"",
    };
    const bool ring = i->frame == FRAME_RING;
    buffer_printf(out, "<symbol id=\"chart-icon-%s\" viewBox=\"0 0 48 48\">%s", i->name, frames[i->frame]);
    if (ring)
        buffer_printf(out, " class=\"chart-icon-ring\" fill=\"none\" stroke=\"%s\" stroke-width=\"3\"/>", i->colour);
    else
        buffer_printf(out, " class=\"%s\" fill=\"%s\"/>", i->class_name, i->colour);
    buffer_printf(out, "<path class=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"3.8\" d=\"%s\"/>",
                  ring ? "chart-icon-ring" : "chart-icon-letter", ring ? i->colour : "#fff", i->strokes);
    if (i->solid[0] != 0)
        buffer_printf(out, "<path class=\"%s\" fill=\"%s\" d=\"%s\"/>", ring ? i->class_name : "chart-on",
                      ring ? i->colour : "#fff", i->solid);
    buffer_text(out, "</symbol>");
}

void icon_sprite(buffer *out)
{
    buffer_text(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart-sprite\" width=\"0\" height=\"0\" "
                     "aria-hidden=\"true\" focusable=\"false\">");
    for (size_t i = 0; i < sizeof VARIATIONS / sizeof *VARIATIONS; i++)
        symbol(&VARIATIONS[i], out);
    for (size_t i = 0; i < sizeof ASSURANCES / sizeof *ASSURANCES; i++)
        symbol(&ASSURANCES[i], out);
    buffer_text(out, "</svg>");
}

static void icon_use(const icon *i, bool described, buffer *out)
{
    if (i == NULL)
        return;
    buffer_text(out, "<svg class=\"chart-icon\" width=\"32\" height=\"32\"");
    if (described) {
        buffer_text(out, " role=\"img\" aria-label=\"");
        buffer_text(out, i->words);
        buffer_text(out, "\"><title>");
        buffer_text(out, i->words);
        buffer_text(out, "</title>");
    } else {
        buffer_text(out, " aria-hidden=\"true\" focusable=\"false\">");
    }
    buffer_text(out, "<use href=\"#chart-icon-");
    buffer_text(out, i->name);
    buffer_text(out, "\"/></svg>");
}

static const icon *variation_find(const char *name)
{
    return icon_find(VARIATIONS, sizeof VARIATIONS / sizeof *VARIATIONS, name);
}

static const icon *assurance_find(const char *name)
{
    return icon_find(ASSURANCES, sizeof ASSURANCES / sizeof *ASSURANCES, name);
}

void icon_variation(const char *variation, bool described, buffer *out)
{
    icon_use(variation_find(variation), described, out);
}

void icon_assurance(const char *assurance, bool described, buffer *out)
{
    icon_use(assurance_find(assurance), described, out);
}

const char *icon_variation_words(const char *variation)
{
    const icon *i = variation_find(variation);
    return i == NULL ? "" : i->words;
}

const char *icon_assurance_words(const char *assurance)
{
    const icon *i = assurance_find(assurance);
    return i == NULL ? "" : i->words;
}
