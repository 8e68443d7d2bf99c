/* Writing SVG quickly and safely: numbers without stdio, text that is always valid XML, and the marks of the signals. */
#include "publish/chart_draw.h"

#include <math.h>
#include <string.h>

enum { NUMBER_ROOM = 12 }; /* "-1000000.25" and more than that there is not */

/* Writes the text of a number at `at`; returns where it ends. One buffer_put for a whole command or attribute is what makes charts quick. */
static char *number_write(double value, char *at)
{
    if (!isfinite(value))
        value = 0;
    value = value > 1e6 ? 1e6 : value < -1e6 ? -1e6 : value;
    long hundredths = (long)(value * 100 + (value < 0 ? -0.5 : 0.5));
    char digits[NUMBER_ROOM];
    size_t from = sizeof digits;
    unsigned long rest = (unsigned long)(hundredths < 0 ? -hundredths : hundredths), fraction = rest % 100;
    rest /= 100;
    if (fraction > 0) {
        if (fraction % 10 > 0)
            digits[--from] = (char)('0' + fraction % 10);
        digits[--from] = (char)('0' + fraction / 10);
        digits[--from] = '.';
    }
    do {
        digits[--from] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (hundredths < 0)
        digits[--from] = '-';
    memcpy(at, digits + from, sizeof digits - from);
    return at + (sizeof digits - from);
}

void draw_number(double value, buffer *out)
{
    char digits[NUMBER_ROOM];
    buffer_put(out, digits, (size_t)(number_write(value, digits) - digits));
}

void draw_attribute(const char *name, double value, buffer *out)
{
    char words[48];
    size_t length = strlen(name);
    if (length > sizeof words - NUMBER_ROOM - 4)
        return;
    words[0] = ' ';
    memcpy(words + 1, name, length);
    memcpy(words + 1 + length, "=\"", 2);
    char *at = number_write(value, words + 3 + length);
    *at++ = '"';
    buffer_put(out, words, (size_t)(at - words));
}

void draw_move(char command, double x, double y, buffer *out)
{
    char words[2 * NUMBER_ROOM + 2];
    words[0] = command;
    char *at = number_write(x, words + 1);
    *at++ = ' ';
    at = number_write(y, at);
    buffer_put(out, words, (size_t)(at - words));
}

/* Bytes of the UTF-8 character at s (n bytes left) that XML 1.0 allows; 0 where there is none. */
static size_t xml_character(const unsigned char *s, size_t n)
{
    if (s[0] < 0x80)
        return s[0] >= 0x20 || s[0] == '\t' || s[0] == '\n' || s[0] == '\r' ? 1 : 0;
    size_t length = s[0] >= 0xc2 && s[0] <= 0xdf   ? 2
                    : s[0] >= 0xe0 && s[0] <= 0xef ? 3
                    : s[0] >= 0xf0 && s[0] <= 0xf4 ? 4
                                                   : 0;
    if (length == 0 || length > n)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) || (s[0] == 0xf0 && s[1] < 0x90) ||
        (s[0] == 0xf4 && s[1] > 0x8f))
        return 0;
    if (length == 3 && s[0] == 0xef && s[1] == 0xbf && s[2] >= 0xbe)
        return 0; /* U+FFFE, U+FFFF */
    return length;
}

static bool ends_word(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c >= 0x80;
}

void draw_text_n(const char *words, size_t length, buffer *out)
{
    const unsigned char *s = (const unsigned char *)words;
    size_t start = 0;
    for (size_t i = 0; i < length;) {
        const char *instead = NULL;
        size_t used = 1;
        switch (s[i]) {
        case '&': instead = "&amp;"; break;
        case '<': instead = "&lt;"; break;
        case '>': instead = "&gt;"; break;
        case '"': instead = "&quot;"; break;
        case '\'': /* as page_text: "Children's" as it is printed */
            if (i > 0 && ends_word(s[i - 1]))
                instead = "\xe2\x80\x99";
            break;
        default:
            if (s[i] < 0x20 || s[i] >= 0x80) {
                size_t character = xml_character(s + i, length - i);
                used = character == 0 ? 1 : character;
                instead = character == 0 ? "\xef\xbf\xbd" : NULL;
            }
        }
        if (instead != NULL) {
            buffer_put(out, words + start, i - start);
            buffer_text(out, instead);
            start = i + used;
        }
        i += used;
    }
    buffer_put(out, words + start, length - start);
}

void draw_text(const char *words, buffer *out)
{
    if (words != NULL)
        draw_text_n(words, strlen(words), out);
}

void draw_id(const char *unique, buffer *out)
{
    size_t before = out->length;
    for (const char *p = unique == NULL ? "" : unique; *p != 0; p++) {
        bool plain =
            (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') || *p == '-' || *p == '_';
        /* An id of XML starts with a letter. */
        if (out->length == before && !((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z')))
            buffer_char(out, 'c');
        buffer_char(out, plain ? *p : '-');
    }
    if (out->length == before)
        buffer_text(out, "chart");
}

void draw_label(double x, double y, const char *anchor, const char *class_name, const char *colour, const char *words,
                buffer *out)
{
    buffer_text(out, "<text");
    draw_attribute("x", x, out);
    draw_attribute("y", y, out);
    if (anchor[0] != 's') {
        buffer_text(out, " text-anchor=\"");
        buffer_text(out, anchor);
        buffer_char(out, '"');
    }
    buffer_text(out, " class=\"");
    buffer_text(out, class_name);
    buffer_text(out, "\" fill=\"");
    buffer_text(out, colour);
    buffer_text(out, "\">");
    draw_text(words, out);
    buffer_text(out, "</text>");
}

void draw_open(const char *unique, double width, double height, bool standalone, const char *title,
               const char *description, buffer *out)
{
    buffer_text(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" viewBox=\"0 0 ");
    draw_number(width, out);
    buffer_char(out, ' ');
    draw_number(height, out);
    buffer_char(out, '"');
    if (standalone) { /* a size for viewers that would otherwise choose their own; in a page the column decides */
        draw_attribute("width", width, out);
        draw_attribute("height", height, out);
    }
    /* Not role="img": that would hide the points and links inside from a screen reader. */
    buffer_text(out, " role=\"graphics-document\" aria-roledescription=\"chart\" aria-labelledby=\"");
    draw_id(unique, out);
    buffer_text(out, "-title\" aria-describedby=\"");
    draw_id(unique, out);
    buffer_text(out, "-desc\" font-family=\"Arial,Helvetica,sans-serif\" font-size=\"14\"><title id=\"");
    draw_id(unique, out);
    buffer_text(out, "-title\">");
    draw_text(title, out);
    buffer_text(out, "</title><desc id=\"");
    draw_id(unique, out);
    buffer_text(out, "-desc\">");
    draw_text(description, out);
    buffer_text(out, "</desc>");
    if (standalone) {
        buffer_text(out, "<style>");
        chart_style(out);
        buffer_text(out, "</style><rect class=\"chart-paper\" fill=\"" DRAW_PAPER "\"");
        draw_attribute("width", width, out);
        draw_attribute("height", height, out);
        buffer_text(out, "/>");
    }
}

spc_signal draw_signal(const char *name)
{
    static const struct {
        const char *name;
        spc_signal signal;
    } signals[] = {{"common-cause", SIGNAL_COMMON_CAUSE},
                   {"improvement", SIGNAL_IMPROVEMENT},
                   {"concern", SIGNAL_CONCERN},
                   {"high", SIGNAL_HIGH},
                   {"low", SIGNAL_LOW}};
    if (name != NULL && name[0] != 0)
        for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
            if (strcmp(name, signals[i].name) == 0)
                return signals[i].signal;
    return SIGNAL_NONE;
}

const char *draw_signal_class(spc_signal signal)
{
    switch (signal) {
    case SIGNAL_IMPROVEMENT: return "chart-improvement";
    case SIGNAL_CONCERN: return "chart-concern";
    case SIGNAL_HIGH:
    case SIGNAL_LOW: return "chart-neutral";
    default: return "chart-common";
    }
}

const char *draw_signal_colour(spc_signal signal)
{
    switch (signal) {
    case SIGNAL_IMPROVEMENT: return "#005eb8";
    case SIGNAL_CONCERN: return "#b84a00";
    case SIGNAL_HIGH:
    case SIGNAL_LOW: return "#6a2c91";
    default: return "#5b6d78";
    }
}

/* The three shapes cover about the same area, so that none shouts. */
void draw_mark(spc_signal signal, double x, double y, double size, buffer *out)
{
    switch (signal) {
    case SIGNAL_CONCERN: {
        double d = 6.6 * size;
        buffer_text(out, "<path d=\"");
        draw_move('M', x, y - d, out);
        draw_move('L', x + d, y, out);
        draw_move('L', x, y + d, out);
        draw_move('L', x - d, y, out);
        buffer_text(out, "z\"");
        break;
    }
    case SIGNAL_HIGH:
    case SIGNAL_LOW: {
        double d = 4.6 * size;
        buffer_text(out, "<rect");
        draw_attribute("x", x - d, out);
        draw_attribute("y", y - d, out);
        draw_attribute("width", 2 * d, out);
        draw_attribute("height", 2 * d, out);
        break;
    }
    default:
        buffer_text(out, "<circle");
        draw_attribute("cx", x, out);
        draw_attribute("cy", y, out);
        draw_attribute("r", (signal == SIGNAL_IMPROVEMENT ? 5.2 : 3) * size, out);
    }
    buffer_text(out, " class=\"");
    buffer_text(out, draw_signal_class(signal));
    buffer_text(out, "\" fill=\"");
    buffer_text(out, draw_signal_colour(signal));
    buffer_text(out, "\"/>");
}
