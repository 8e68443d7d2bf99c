/*
 * Every page of a hostile little edition: tags balance, attributes are quoted, ids are unique, nothing of the data becomes markup, no inline
 * style or script, every link and fragment leads somewhere.
 */
#include "site_fixture.h"

static site *tested;

static int open_once(void **state)
{
    if (fixture_begin(state) != 0)
        return -1;
    tested = fixture_open(fixture_edition("now", 0, "improvement-high", "improvement", MONTHS), NULL);
    return 0;
}

static int close_once(void **state)
{
    site_close(tested);
    return fixture_end(state);
}

/* ---- a strict little reader of tags --------------------------------------------------------------------- */

typedef struct markup {
    const char *path;
    char ids[4096][64];
    size_t id_count;
    char links[4096][256];
    size_t link_count;
    size_t headings[7];
} markup;

static bool is_void(const char *name)
{
    static const char *const names[] = {"meta", "link", "input", "br", "hr", "img", "!DOCTYPE"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static const char *name_read(const char *c, char *out, size_t size)
{
    size_t n = 0;
    while (*c != 0 && strchr(" \t\n\r/>=\"'<", *c) == NULL && n + 1 < size)
        out[n++] = *c++;
    out[n] = 0;
    return c;
}

static void attribute_check(markup *m, const char *element, const char *name, const char *value)
{
    if (strcmp(name, "style") == 0 || strncmp(name, "on", 2) == 0)
        fail_msg("%s: inline %s on <%s>", m->path, name, element);
    if (strcmp(name, "id") == 0) {
        for (size_t i = 0; i < m->id_count; i++)
            if (strcmp(m->ids[i], value) == 0)
                fail_msg("%s: id %s twice", m->path, value);
        assert_true(m->id_count < 4096);
        (void)snprintf(m->ids[m->id_count++], 64, "%s", value);
    }
    bool address = strcmp(name, "href") == 0 || strcmp(name, "src") == 0;
    if (address &&
        (strncmp(value, "http://", 7) == 0 || strncmp(value, "//", 2) == 0 || strstr(value, "javascript:") != NULL))
        fail_msg("%s: address %s", m->path, value);
    if (address && strncmp(value, "https://", 8) != 0) {
        assert_true(m->link_count < 4096);
        (void)snprintf(m->links[m->link_count++], 256, "%s", value);
    } else if (address && strcmp(element, "a") != 0) {
        fail_msg("%s: <%s> asks another host: %s", m->path, element, value);
    }
}

static const char *tag_read(markup *m, const char *c, char *element, bool *closes, bool *ends)
{
    *closes = *c == '/';
    *ends = false;
    c = name_read(*closes ? c + 1 : c, element, 64);
    if (element[0] == 0)
        fail_msg("%s: a bare < before %.40s", m->path, c);
    for (;;) {
        while (*c == ' ' || *c == '\n')
            c++;
        if (*c == '>')
            return c + 1;
        if (*c == '/' && c[1] == '>') {
            *ends = true;
            return c + 2;
        }
        char name[64], value[4096] = "";
        const char *start = c;
        c = name_read(c, name, sizeof name);
        if (c == start)
            fail_msg("%s: cannot read <%s ... %.40s", m->path, element, c);
        if (*c == '=') {
            if (c[1] != '"')
                fail_msg("%s: unquoted %s in <%s>", m->path, name, element);
            const char *end = strchr(c + 2, '"');
            assert_non_null(end);
            size_t n = (size_t)(end - c - 2);
            memcpy(value, c + 2, n < sizeof value - 1 ? n : sizeof value - 1);
            if (strchr(value, '<') != NULL)
                fail_msg("%s: < within %s of <%s>", m->path, name, element);
            c = end + 1;
        }
        attribute_check(m, element, name, value);
    }
}

static void markup_read(markup *m, const char *html)
{
    char stack[128][64];
    size_t depth = 0;
    for (const char *c = strchr(html, '<'); c != NULL; c = strchr(c, '<')) {
        char element[64];
        bool closes, ends;
        c = tag_read(m, c + 1, element, &closes, &ends);
        if (element[0] == 'h' && element[1] >= '1' && element[1] <= '6' && element[2] == 0 && !closes)
            m->headings[element[1] - '0']++;
        if (is_void(element) || ends)
            continue;
        if (!closes) {
            assert_true(depth < 128);
            (void)snprintf(stack[depth++], 64, "%s", element);
        } else {
            if (depth == 0 || strcmp(stack[depth - 1], element) != 0)
                fail_msg("%s: </%s> closes <%s>", m->path, element, depth == 0 ? "nothing" : stack[depth - 1]);
            depth--;
        }
        if (strcmp(element, "script") == 0 && !closes && strncmp(c, "</script>", 9) != 0)
            fail_msg("%s: inline script", m->path);
        if (strcmp(element, "style") == 0)
            fail_msg("%s: inline style sheet", m->path);
    }
    if (depth != 0)
        fail_msg("%s: <%s> is never closed", m->path, stack[depth - 1]);
}

static bool is_page(const char *path)
{
    size_t n = strlen(path);
    return n > 5 && strcmp(path + n - 5, ".html") == 0;
}

static void every_page_is_well_formed_and_safe(void **state)
{
    (void)state;
    static markup m;
    buffer html = {0};
    size_t pages = 0;
    for (size_t i = 0; i < site_path_count(tested); i++) {
        const char *path = site_path(tested, i);
        if (!is_page(path))
            continue;
        pages++;
        assert_string_equal(render(tested, path, &html), "text/html; charset=utf-8");
        m = (markup){.path = path};
        markup_read(&m, html.data);
        if (m.headings[1] != 1)
            fail_msg("%s has %zu h1", path, m.headings[1]);
        if (strstr(html.data, "<script>") != NULL || strstr(html.data, "alert(1)</script>") != NULL)
            fail_msg("%s lets a name of the data become markup", path);
        if (strstr(html.data, ">nan") != NULL || strstr(html.data, "NaN") != NULL ||
            strstr(html.data, "(null)") != NULL)
            fail_msg("%s shows a number that is none", path);
    }
    assert_true(pages > 25);
    buffer_free(&html);
}

/* "../series/a/b.html#x" seen from "measure/m.html". */
static void resolve(const char *from, const char *link, char out[512])
{
    (void)snprintf(out, 512, "%s", from);
    char *slash = strrchr(out, '/');
    if (link[0] == '#' || link[0] == 0)
        return;
    out[slash == NULL ? 0 : (size_t)(slash - out) + 1] = 0;
    while (strncmp(link, "../", 3) == 0) {
        link += 3;
        size_t n = strlen(out);
        if (n == 0)
            fail_msg("%s links above the site", from);
        out[n - 1] = 0;
        slash = strrchr(out, '/');
        out[slash == NULL ? 0 : (size_t)(slash - out) + 1] = 0;
    }
    size_t n = strlen(out);
    (void)snprintf(out + n, 512 - n, "%.*s", (int)strcspn(link, "#?"), link);
}

static bool page_has_id(const char *path, const char *id, buffer *html)
{
    char wanted[128];
    (void)snprintf(wanted, sizeof wanted, " id=\"%s\"", id);
    (void)render(tested, path, html);
    return strstr(html->data, wanted) != NULL;
}

static void every_link_leads_somewhere(void **state)
{
    (void)state;
    static markup m;
    buffer html = {0}, other = {0};
    size_t links = 0;
    for (size_t i = 0; i < site_path_count(tested); i++) {
        const char *path = site_path(tested, i);
        if (!is_page(path))
            continue;
        (void)render(tested, path, &html);
        m = (markup){.path = path};
        markup_read(&m, html.data);
        for (size_t k = 0; k < m.link_count; k++) {
            char there[512];
            resolve(path, m.links[k], there);
            if (!site_has(tested, there))
                fail_msg("%s links to %s, which is %s: not there", path, m.links[k], there);
            const char *anchor = strchr(m.links[k], '#');
            if (anchor != NULL && anchor[1] != 0 && !page_has_id(there, anchor + 1, &other))
                fail_msg("%s links to %s: no such place on that page", path, m.links[k]);
            links++;
        }
    }
    assert_true(links > 500);
    buffer_free(&html);
    buffer_free(&other);
}

static void pages_say_what_they_must(void **state)
{
    (void)state;
    static const struct {
        const char *path, *says;
    } cases[] = {
        {"organisation/D7T5G.html", "Earlier figures are inexact."},
        {"organisation/D7T5G.html", "As published at the time"},
        {"organisation/D7T5G.html", "those of the providers in it"},
        {"organisation/D7T5G.html", "<strong>1 is improving</strong>"},
        {"organisation/D7T5G.html", "id=\"matrix\""},
        {"organisation/QH8.html", "This organisation has closed."},
        {"organisation/QH8.html", "When it closed, of "},
        {"organisation/QH8.html",
         "Became part of NHS Essex ICB (<a href=\"../organisation/D7T5G.html\">D7T5G</a>) on 1 April 2026."},
        {"organisation/_2E_2E_2FX_22_3C1.html", "belong to no system"},
        {"organisation/RAJ.html", "latest figure January 2026, others have March 2026"},
        {"series/rtt-within-18-weeks/D7T5G.html", "id=\"as-published\""},
        {"series/rtt-within-18-weeks/D7T5G.html", "By treatment function"},
        {"series/rtt-within-18-weeks/D7T5G.html", "April&lt;b&gt;.csv"},
        {"series/rtt-within-18-weeks/D7T5G.html", "concord explain rtt-within-18-weeks D7T5G 2026-03"},
        {"series/rtt-within-18-weeks/D7T5G.html", "<span class=\"tag\">estimated</span>"},
        {"series/ae-wait/D7T5G.html", "104+"},
        {"series/rtt-waiting-list/RQ8.html", "One month so far"},
        {"measure/rtt-within-18-weeks.html", "&lt;script&gt;alert(1)&lt;/script&gt;"},
        {"changes.html", "first edition"},
        {"data.html", "Contains public sector information"},
        {"data.html", "nobody places"},
        {"quality.html", "Essex has &lt;i&gt;ten&lt;/i&gt; times"},
        {"quality.html", "April&lt;b&gt;.csv, sheet One &amp; two, line 7"},
        {"quality.html", "<a href=\"#jump\">Figures that look like a unit error</a>"},
        {"404.html", "There is no page at this address"},
    };
    buffer html = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        (void)render(tested, cases[i].path, &html);
        if (strstr(html.data, cases[i].says) == NULL)
            fail_msg("%s does not say: %s", cases[i].path, cases[i].says);
    }
    buffer_free(&html);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_page_is_well_formed_and_safe),
        cmocka_unit_test(every_link_leads_somewhere),
        cmocka_unit_test(pages_say_what_they_must),
    };
    return cmocka_run_group_tests(tests, open_once, close_once);
}
