/*
 * links: the links of a page, however badly it is written.
 *
 * Expected: pages of a few hundred kilobytes made by content systems and by hand. libxml2's HTML parser mends them as browsers do; it is asked for its events only, so that
 * no tree is built of what a stranger wrote. Of a page we want addresses, the words of links, and a date of publication printed with one.
 */
#include "fetch/internal.h"

#include <libxml/HTMLparser.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define WORDS_MAXIMUM 500
#define AFTER_MAXIMUM 200 /* bytes behind a link in which a date is looked for */

typedef struct reading {
    const char *base;
    arena *memory;
    page_links *links;
    bool in_link, after_link; /* collecting words; collecting what follows */
    const char *address;
    buffer words, after;
    status failed;
} reading;

/* ---- dates ---- */

/* A date at the beginning of what follows "published": one to three words of it. */
static bool date_ahead(const char *at, date *out)
{
    static const char *const PASSED[] = {"on", "date", "the", "in", "and", "version"};
    for (int passed = 0; passed < 3; passed++) {
        at += strcspn(at, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
        size_t word = strcspn(at, " ");
        bool pass = false;
        for (size_t i = 0; i < sizeof PASSED / sizeof PASSED[0]; i++)
            pass = pass || (word == strlen(PASSED[i]) && strncasecmp(at, PASSED[i], word) == 0);
        if (!pass)
            break;
        at += word;
    }
    size_t length = 0;
    bool found = false;
    for (int words = 0; words < 3 && at[length] != 0; words++) {
        length += strspn(at + length, " ");
        length += strcspn(at + length, " ");
        size_t bare = length;
        while (bare > 0 && strchr(").,;:]", at[bare - 1]) != NULL)
            bare--;
        found = date_parse_loose((text){.at = at, .length = bare}, out) || found;
    }
    return found;
}

static date date_published(const char *words)
{
    static const char *const SAID[] = {"published", "revised", "updated", "publication"};
    date latest = DATE_NONE;
    for (const char *at = words; *at != 0; at++)
        for (size_t i = 0; i < sizeof SAID / sizeof SAID[0]; i++) {
            date d;
            size_t length = strlen(SAID[i]);
            if (strncasecmp(at, SAID[i], length) == 0 && date_ahead(at + length, &d) && d > latest)
                latest = d;
        }
    return latest;
}

/* ---- the page ---- */

/* White space folds to one space; the buffer's end decides, so nothing is looked at twice. */
static void put_folded(buffer *b, const char *at, size_t length, size_t maximum)
{
    for (size_t i = 0; i < length && b->length < maximum; i++) {
        bool hard_space = (unsigned char)at[i] == 0xc2 && i + 1 < length && (unsigned char)at[i + 1] == 0xa0;
        bool space = hard_space || (unsigned char)at[i] <= ' ';
        i += hard_space;
        if (!space)
            buffer_char(b, at[i]);
        else if (b->length > 0 && b->data[b->length - 1] != ' ')
            buffer_char(b, ' ');
    }
}

static void link_add(reading *r)
{
    text words = text_trim((text){.at = r->words.data == NULL ? "" : r->words.data, .length = r->words.length});
    page_link link = {.address = r->address, .words = arena_copy(r->memory, words.at, words.length)};
    page_links *l = r->links;
    if (l->count == LINKS_MAXIMUM || link.words == NULL)
        return;
    if (l->count == l->capacity) {
        size_t capacity = l->capacity == 0 ? 256 : l->capacity * 2;
        page_link *grown = realloc(l->items, capacity * sizeof *grown);
        if (grown == NULL) {
            r->failed = STATUS_MEMORY;
            return;
        }
        l->items = grown;
        l->capacity = capacity;
    }
    link.published = date_published(link.words);
    l->items[l->count++] = link;
    r->after_link = true;
    buffer_clear(&r->after);
}

static void after_ends(reading *r)
{
    if (!r->after_link)
        return;
    r->after_link = false;
    date d = r->after.data == NULL ? DATE_NONE : date_published(r->after.data);
    page_link *link = &r->links->items[r->links->count - 1];
    if (d > link->published)
        link->published = d;
}

static void link_ends(reading *r)
{
    if (!r->in_link)
        return;
    r->in_link = false;
    link_add(r);
}

static bool is_block(const char *name)
{
    static const char *const BLOCKS[] = {"p",  "li", "td", "th", "tr", "div", "dd", "dt",
                                         "ul", "h1", "h2", "h3", "h4", "h5",  "h6", "section"};
    for (size_t i = 0; i < sizeof BLOCKS / sizeof BLOCKS[0]; i++)
        if (strcasecmp(name, BLOCKS[i]) == 0)
            return true;
    return false;
}

static const char *attribute(const xmlChar **list, const char *name)
{
    for (; list != NULL && list[0] != NULL; list += 2)
        if (strcasecmp((const char *)list[0], name) == 0)
            return (const char *)list[1];
    return NULL;
}

static void element_starts(void *context, const xmlChar *name_at, const xmlChar **attributes)
{
    reading *r = context;
    const char *name = (const char *)name_at;
    const char *href = attribute(attributes, "href");
    if (is_block(name)) {
        /* A link that holds a whole block goes on; what follows a link does not. */
        after_ends(r);
        return;
    }
    if (strcasecmp(name, "base") == 0 && href != NULL) {
        const char *base = address_resolve(r->base, href, r->memory);
        r->base = base == NULL ? r->base : base;
    }
    if (strcasecmp(name, "a") != 0)
        return;
    link_ends(r);
    after_ends(r);
    r->address = href == NULL ? NULL : address_resolve(r->base, href, r->memory);
    r->in_link = r->address != NULL;
    buffer_clear(&r->words);
}

static void element_ends(void *context, const xmlChar *name_at)
{
    reading *r = context;
    const char *name = (const char *)name_at;
    if (strcasecmp(name, "a") == 0)
        link_ends(r);
    else if (is_block(name))
        after_ends(r);
}

static void characters(void *context, const xmlChar *at, int length)
{
    reading *r = context;
    if (r->in_link)
        put_folded(&r->words, (const char *)at, (size_t)length, WORDS_MAXIMUM);
    else if (r->after_link)
        put_folded(&r->after, (const char *)at, (size_t)length, AFTER_MAXIMUM);
}

static bool is_utf8(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length;) {
        size_t wide = text_utf8_length((text){.at = bytes + i, .length = length - i});
        if (wide == 0)
            return false;
        i += wide;
    }
    return true;
}

static void silent(void *context, const char *format, ...)
{
    (void)context;
    (void)format;
}

status links_read(const char *html, size_t length, const char *address, arena *a, page_links *out, error *err)
{
    reading r = {.base = address, .memory = a, .links = out};
    htmlSAXHandler sax = {.startElement = element_starts,
                          .endElement = element_ends,
                          .characters = characters,
                          .cdataBlock = NULL,
                          .warning = silent,
                          .error = silent};
    *out = (page_links){0};
    bool utf8 = is_utf8(html, length);
    htmlParserCtxtPtr parser =
        htmlCreatePushParserCtxt(&sax, &r, NULL, 0, NULL, utf8 ? XML_CHAR_ENCODING_UTF8 : XML_CHAR_ENCODING_NONE);
    if (parser == NULL)
        return error_set(err, STATUS_MEMORY, "There is not enough memory for a page");
    (void)htmlCtxtUseOptions(parser, HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET);
    for (size_t done = 0; done < length && r.failed == STATUS_OK;) {
        size_t part = length - done < 65536 ? length - done : 65536;
        (void)htmlParseChunk(parser, html + done, (int)part, 0);
        done += part;
    }
    (void)htmlParseChunk(parser, "", 0, 1);
    link_ends(&r);
    after_ends(&r);
    htmlFreeParserCtxt(parser);
    buffer_free(&r.words);
    buffer_free(&r.after);
    return r.failed == STATUS_OK ? STATUS_OK : error_set(err, r.failed, "There is not enough memory for a page");
}

void links_free(page_links *links)
{
    free(links->items);
    *links = (page_links){0};
}

/* ---- a page where a file was expected ---- */

bool is_web_page(const char *bytes, size_t length, char title[160])
{
    title[0] = 0;
    text t = text_trim((text){.at = bytes, .length = length});
    while (t.length >= 4 && strncmp(t.at, "<!--", 4) == 0) {
        size_t end = 4;
        while (end + 3 <= t.length && strncmp(t.at + end, "-->", 3) != 0)
            end++;
        if (end + 3 > t.length)
            return false;
        t = text_trim((text){.at = t.at + end + 3, .length = t.length - end - 3});
    }
    if (!((t.length >= 14 && strncasecmp(t.at, "<!doctype html", 14) == 0) ||
          (t.length >= 5 && strncasecmp(t.at, "<html", 5) == 0) ||
          (t.length >= 5 && strncasecmp(t.at, "<head", 5) == 0)))
        return false;
    for (size_t i = 0; i + 7 < t.length; i++)
        if (strncasecmp(t.at + i, "<title>", 7) == 0) {
            const char *from = t.at + i + 7;
            size_t left = t.length - i - 7;
            const char *end = memchr(from, '<', left);
            text words = text_trim((text){.at = from, .length = end == NULL ? left : (size_t)(end - from)});
            (void)snprintf(title, 160, "%.*s", (int)(words.length > 120 ? 120 : words.length), words.at);
            break;
        }
    return true;
}
