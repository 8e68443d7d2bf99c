/*
 * A strict little reader of the XML that charts write: enough to fail on anything that a browser or librsvg would refuse, and to give
 * tests the boxes of the words. Header-only; no external entities, no doctype: charts have none.
 */
#ifndef CONCORD_TEST_CHART_XML_H
#define CONCORD_TEST_CHART_XML_H

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* NULL where well-formed, else what is wrong. */
static inline const char *xml_problem(const char *s)
{
    static const char *const entities[] = {"amp;", "lt;", "gt;", "quot;", "#39;"};
    char open[32][24];
    int depth = 0, roots = 0;
    for (const unsigned char *u = (const unsigned char *)s; *u != 0; u++) {
        if (*u < 0x20 && *u != '\n' && *u != '\t')
            return "control character";
        if (*u >= 0x80) {
            int more = *u >= 0xf0 && *u <= 0xf4 ? 3 : *u >= 0xe0 && *u < 0xf0 ? 2 : *u >= 0xc2 && *u < 0xe0 ? 1 : -1;
            if (more < 0)
                return "bad UTF-8";
            for (; more > 0; more--)
                if ((*++u & 0xc0) != 0x80)
                    return "bad UTF-8";
        }
    }
    while (*s != 0) {
        if (*s == '&') {
            bool known = false;
            for (int i = 0; i < 5; i++)
                known = known || strncmp(s + 1, entities[i], strlen(entities[i])) == 0;
            if (!known)
                return "bare ampersand";
            s++;
            continue;
        }
        if (*s != '<') {
            if (depth == 0)
                return "text outside the root";
            s++;
            continue;
        }
        bool closing = s[1] == '/';
        const char *name = s + 1 + closing;
        size_t n = strcspn(name, " />");
        if (n == 0 || n >= 24 || strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789") < n)
            return "bad element name";
        s = name + n;
        if (closing) {
            if (*s != '>' || depth == 0 || strlen(open[depth - 1]) != n || strncmp(open[depth - 1], name, n) != 0)
                return "closing tag that does not fit";
            depth--;
            s++;
            continue;
        }
        const char *seen[24];
        size_t seen_length[24];
        int attributes = 0;
        while (*s == ' ') {
            const char *key = ++s;
            size_t k = strspn(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-0123456789");
            if (k == 0 || strncmp(key + k, "=\"", 2) != 0)
                return "bad attribute";
            if (k == 5 && strncmp(key, "style", 5) == 0)
                return "style attribute";
            for (int i = 0; i < attributes; i++)
                if (seen_length[i] == k && strncmp(seen[i], key, k) == 0)
                    return "attribute twice";
            if (attributes == 24)
                return "too many attributes";
            seen[attributes] = key;
            seen_length[attributes++] = k;
            for (s = key + k + 2; *s != '"'; s++)
                if (*s == 0 || *s == '<')
                    return "attribute not closed";
            s++;
        }
        if (depth == 0 && ++roots > 1)
            return "two roots";
        if (strncmp(s, "/>", 2) == 0) {
            s += 2;
            continue;
        }
        if (*s != '>' || depth == 32)
            return "tag not closed";
        memcpy(open[depth], name, n);
        open[depth++][n] = 0;
        s++;
    }
    return depth != 0 ? "element not closed" : roots == 0 ? "nothing" : NULL;
}

/* How often a piece of text occurs. */
static inline size_t xml_count(const char *s, const char *piece)
{
    size_t n = 0;
    for (const char *p = strstr(s, piece); p != NULL; p = strstr(p + 1, piece))
        n++;
    return n;
}

typedef struct text_box {
    double left, right, top, bottom;
    char words[80];
} text_box;

static inline double xml_attribute(const char *tag, const char *end, const char *key, double otherwise)
{
    char want[32];
    (void)snprintf(want, sizeof want, " %s=\"", key);
    const char *p = strstr(tag, want);
    return p == NULL || p > end ? otherwise : strtod(p + strlen(want), NULL);
}

/* The boxes of all <text> elements; width gives the width of words at a size. */
static inline size_t xml_text_boxes(const char *s, double (*width)(const char *, double, bool), text_box *boxes,
                                    size_t capacity)
{
    size_t n = 0;
    for (const char *p = strstr(s, "<text"); p != NULL && n < capacity; p = strstr(p + 1, "<text")) {
        const char *end = strchr(p, '>'), *close = strstr(p, "</text>");
        if (p[5] != ' ' || end == NULL || close == NULL)
            continue;
        double x = xml_attribute(p, end, "x", 0), y = xml_attribute(p, end, "y", 0),
               size = xml_attribute(p, end, "font-size", 14);
        bool bold = xml_attribute(p, end, "font-weight", 400) > 600;
        text_box *b = &boxes[n++];
        size_t length = (size_t)(close - end - 1);
        length = length < sizeof b->words - 1 ? length : sizeof b->words - 1;
        memcpy(b->words, end + 1, length);
        b->words[length] = 0;
        for (char *e = strchr(b->words, '&'); e != NULL; e = strchr(e + 1, '&')) { /* an entity is one character wide */
            char *semicolon = strchr(e, ';');
            if (semicolon != NULL)
                memmove(e + 1, semicolon + 1, strlen(semicolon));
        }
        double w = width(b->words, size, bold);
        const char *middle = strstr(p, "text-anchor=\"middle\""), *last = strstr(p, "text-anchor=\"end\"");
        b->left = middle != NULL && middle < end ? x - w / 2 : last != NULL && last < end ? x - w : x;
        b->right = b->left + w;
        b->top = y - 0.72 * size;
        b->bottom = y + 0.2 * size;
    }
    return n;
}

#endif
