/*
 * Requests as a browser, a proxy and an attacker send them, over real sockets. A body is compared with what site_render gives for the same path,
 * so that serve and publish cannot differ.
 */
#include "fixture.h"

#include <dlfcn.h>

/* ---- every page ------------------------------------------------------------------------------------------ */

static void every_path_has_the_bytes_of_publish(void **state)
{
    (void)state;
    site *pages = site_of(edition_install("one", 0), NULL);
    for (int anew = 0; anew < 2; anew++) {
        server *s = start("127.0.0.1:0", anew == 1);
        int fd = client_open(server_address(s));
        assert_true(fd >= 0);
        /* Twice: as it is made, and as it is kept; all on one connection. */
        for (int round = 0; round < 2; round++)
            for (size_t i = 0; i < site_path_count(pages); i++) {
                char url[1100];
                (void)snprintf(url, sizeof url, "/%s", site_path(pages, i));
                answer a = client_ask(fd, "GET", url, "");
                buffer wanted = bytes_of(pages, site_path(pages, i));
                if (a.code != 200 || a.closes || !same_bytes(&a.body, &wanted))
                    fail_msg("%s: %d, %zu bytes, not %zu", url, a.code, a.body.length, wanted.length);
                buffer_free(&wanted);
                answer_free(&a);
            }
        (void)close(fd);
        server_stop(s);
    }
    site_close(pages);
}

static void headers_are_sensible(void **state)
{
    (void)state;
    site *pages = site_of(edition_install("one", 0), NULL);
    server *s = start("127.0.0.1:0", false);
    static const char *const paths[] = {"/", "/index.html", "/web/concord.css", "/web/concord.js", "/nothing.html"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        answer a = client_once(server_address(s), "GET", paths[i], "");
        assert_int_equal(a.code, i == 4 ? 404 : 200);
        assert_string_equal(answer_header(&a, "X-Content-Type-Options"), "nosniff");
        assert_string_equal(answer_header(&a, "Referrer-Policy"), "no-referrer");
        assert_string_equal(answer_header(&a, "Cache-Control"), "no-cache");
        assert_string_equal(answer_header(&a, "Vary"), "Accept-Encoding");
        assert_string_equal(answer_header(&a, "Cross-Origin-Opener-Policy"), "same-origin");
        const char *policy = answer_header(&a, "Content-Security-Policy");
        assert_non_null(strstr(policy, "default-src 'none'"));
        assert_non_null(strstr(policy, "frame-ancestors 'none'"));
        assert_null(strstr(policy, "unsafe"));
        assert_null(strstr(policy, "http"));
        assert_string_equal(answer_header(&a, "Content-Type"), i == 2   ? "text/css; charset=utf-8"
                                                               : i == 3 ? "text/javascript; charset=utf-8"
                                                                        : "text/html; charset=utf-8");
        answer_free(&a);
    }
    /* What the policy promises the pages must keep: no styles or scripts inside them. */
    for (size_t i = 0; i < site_path_count(pages); i++) {
        const char *path = site_path(pages, i);
        buffer page = bytes_of(pages, path);
        size_t n = strlen(path);
        if (n > 5 && strcmp(path + n - 5, ".html") == 0 &&
            (strstr(page.data, "<style") != NULL || strstr(page.data, " style=\"") != NULL ||
             strstr(page.data, "<script>") != NULL || strstr(page.data, " onclick=") != NULL ||
             strstr(page.data, "src=\"data:") != NULL))
            fail_msg("%s has a style or script inside, which Content-Security-Policy forbids", path);
        buffer_free(&page);
    }
    site_close(pages);
    server_stop(s);
}

static void a_page_that_did_not_change_is_not_sent_again(void **state)
{
    (void)state;
    (void)edition_install("one", 0);
    for (int anew = 0; anew < 2; anew++) {
        server *s = start("127.0.0.1:0", anew == 1);
        int fd = client_open(server_address(s));
        char headers[1300], tag[1100];
        answer a = client_ask(fd, "GET", "/", "");
        (void)snprintf(tag, sizeof tag, "%s", answer_header(&a, "ETag"));
        assert_true(strlen(tag) > 10 && tag[0] == '"');
        answer_free(&a);
        static const struct {
            const char *format;
            int code;
        } cases[] = {{"If-None-Match: %s\r\n", 304},
                     {"If-None-Match: W/%s\r\n", 304},
                     {"If-None-Match: \"x\", %s\r\n", 304},
                     {"If-None-Match: *\r\n", 304},
                     {"If-None-Match: \"x\"\r\n", 200},
                     {"If-None-Match: \r\n", 200},
                     {"Accept-Encoding: gzip\r\nIf-None-Match: %s\r\n", 200}}; /* other bytes, another tag */
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
            (void)snprintf(headers, sizeof headers, "%.*s%s%s", (int)strcspn(cases[i].format, "%"), cases[i].format,
                           strchr(cases[i].format, '%') != NULL ? tag : "",
                           strchr(cases[i].format, '%') != NULL ? "\r\n" : "");
            a = client_ask(fd, "GET", "/", headers);
            if (a.code != cases[i].code)
                fail_msg("%s: %d, not %d", cases[i].format, a.code, cases[i].code);
            if (a.code == 304)
                assert_string_equal(answer_header(&a, "ETag"), tag);
            answer_free(&a);
        }
        (void)close(fd);
        server_stop(s);
    }
}

/* ---- compression ----------------------------------------------------------------------------------------- */

/* The program links only Brotli's encoder; its decoder comes in the same package and is loaded here. */
static buffer unbrotli(const buffer *in)
{
    typedef int (*decode)(size_t, const uint8_t *, size_t *, uint8_t *);
    void *library = dlopen("libbrotlidec.so.1", RTLD_NOW);
    buffer out = {0};
    size_t length = (size_t)4 << 20;
    assert_non_null(library);
    decode run;
    void *symbol = dlsym(library, "BrotliDecoderDecompress");
    assert_non_null(symbol);
    memcpy(&run, &symbol, sizeof run);
    uint8_t *bytes = malloc(length);
    assert_non_null(bytes);
    assert_int_equal(run(in->length, (const uint8_t *)in->data, &length, bytes), 1);
    buffer_put(&out, (const char *)bytes, length);
    free(bytes);
    (void)dlclose(library);
    return out;
}

static void compressed_bytes_are_the_same_page(void **state)
{
    static const struct {
        const char *accept, *encoding;
    } cases[] = {{"", ""},
                 {"identity", ""},
                 {"gzip", "gzip"},
                 {"br", "br"},
                 {"gzip, deflate, br", "br"},
                 {"gzip;q=1.0, br;q=0", "gzip"},
                 {"gzip;q=0", ""},
                 {"deflate", ""},
                 {"brotli, xgzip", ""},
                 {" gzip ", "gzip"},
                 {",,;;q=,gzip", "gzip"}};
    (void)state;
    site *pages = site_of(edition_install("one", 0), NULL);
    buffer wanted = bytes_of(pages, "index.html");
    for (int anew = 0; anew < 2; anew++) {
        server *s = start("127.0.0.1:0", anew == 1);
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
            char headers[120];
            (void)snprintf(headers, sizeof headers, "%s%s%s", i == 0 ? "" : "Accept-Encoding: ", cases[i].accept,
                           i == 0 ? "" : "\r\n");
            answer a = client_once(server_address(s), "GET", "/", headers);
            assert_int_equal(a.code, 200);
            if (strcmp(answer_header(&a, "Content-Encoding"), cases[i].encoding) != 0)
                fail_msg("%s: %s, not %s", cases[i].accept, answer_header(&a, "Content-Encoding"), cases[i].encoding);
            if (cases[i].encoding[0] == 0) {
                assert_true(same_bytes(&a.body, &wanted));
            } else {
                buffer plain = cases[i].encoding[0] == 'g' ? gunzip(&a.body) : unbrotli(&a.body);
                assert_true(a.body.length < wanted.length / 2);
                assert_true(same_bytes(&plain, &wanted));
                buffer_free(&plain);
            }
            answer_free(&a);
        }
        server_stop(s);
    }
    buffer_free(&wanted);
    site_close(pages);
}

/* ---- other methods, other paths, other bytes ------------------------------------------------------------- */

static void other_methods(void **state)
{
    (void)state;
    (void)edition_install("one", 0);
    server *s = start("127.0.0.1:0", false);
    int fd = client_open(server_address(s));
    answer get = client_ask(fd, "GET", "/", ""), head = client_ask(fd, "HEAD", "/", "");
    assert_int_equal(head.code, 200);
    assert_int_equal(head.body.length, 0);
    assert_int_equal(strtol(answer_header(&head, "Content-Length"), NULL, 10), (long)get.body.length);
    answer_free(&get);
    /* Still the same connection: HEAD left nothing in it. */
    get = client_ask(fd, "GET", "/nothing/here", "");
    assert_int_equal(get.code, 404);
    /* Its links work at any depth. */
    assert_non_null(strstr(get.body.data, "href=\"/index.html\""));
    assert_null(strstr(get.body.data, "href=\"index.html\""));
    answer_free(&get);
    (void)close(fd);
    static const char *const methods[] = {"POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "BREW"};
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        answer a = client_once(server_address(s), methods[i], "/", i < 2 ? "Content-Length: 0\r\n" : "");
        if (a.code != 405)
            fail_msg("%s: %d", methods[i], a.code);
        assert_string_equal(answer_header(&a, "Allow"), "GET, HEAD");
        answer_free(&a);
    }
    /* Bodies that nobody asked for are read past. */
    fd = client_open(server_address(s));
    buffer post = {0};
    buffer_printf(&post, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n");
    for (int i = 0; i < 30000; i++)
        buffer_text(&post, "0123456789");
    assert_true(client_send(fd, post.data, post.length));
    answer a = client_read(fd, false);
    assert_int_equal(a.code, 405);
    answer_free(&a);
    (void)close(fd);
    fd = client_open(server_address(s));
    static const char get_with_body[] = "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello";
    assert_true(client_send(fd, get_with_body, sizeof get_with_body - 1));
    a = client_read(fd, false);
    assert_int_equal(a.code, 200);
    answer_free(&a);
    (void)close(fd);
    buffer_free(&post);
    server_stop(s);
}

static void other_paths(void **state)
{
    static const struct {
        const char *path;
        int code;
    } cases[] = {
        {"/?a=b", 200},
        {"/index.html?x=/../../etc/passwd", 200},
        {"/organisation/", 404},
        {"/no/such/page.html", 404},
        {"/404.html", 200},
        {"/../../../../etc/passwd", 404},
        {"/web/../../../etc/passwd", 404},
        {"/%2e%2e/%2e%2e/etc/passwd", 404},
        {"/web/%2e%2e/%2e%2e/src/base/base.h", 404},
        {"/..%2f..%2fetc%2fpasswd", 404},
        {"/web/..%5c..%5cconcord.css", 404},
        {"//etc/passwd", 404},
        {"/web//concord.css", 404},
        {"/index%2ehtml", 200},
        {"/%", 404},
        {"/%zz%", 404},
        {"/%c0%ae%c0%ae/", 404},
        {"/editions/log.csv", 404},
        {"*", 414}, /* no path at all */
    };
    (void)state;
    (void)edition_install("one", 0);
    server *s = start("127.0.0.1:0", false);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect(server_address(s), "GET", cases[i].path, "", cases[i].code);
    /* Long ones, up to where the server's memory for a connection ends. */
    static const size_t lengths[] = {900, 1200, 8000, 30000, 40000, 200000};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        char *path = malloc(lengths[i] + 1);
        assert_non_null(path);
        memset(path, 'a', lengths[i]);
        path[0] = '/';
        path[lengths[i]] = 0;
        answer a = client_once(server_address(s), "GET", path, "");
        assert_true(a.code == (i == 0 ? 404 : 414) || (i >= 3 && (a.code == 0 || a.code == 431)));
        answer_free(&a);
        free(path);
    }
    expect(server_address(s), "GET", "/", "", 200);
    server_stop(s);
}

static void garbage_does_no_harm(void **state)
{
    static const char *const texts[] = {"\r\n\r\n",
                                        "GET\r\n\r\n",
                                        "GET / HTTP/9.9\r\n\r\n",
                                        "\x16\x03\x01\x02",
                                        "GET / HTTP/1.1\r\nHost",
                                        "HELO\r\n",
                                        "GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
                                        "GET / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
                                        "GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                                        "GET / HTTP/1.1\r\n: \r\n\r\n"};
    uint64_t random = 88172645463325252u;
    char noise[2000];
    (void)state;
    (void)edition_install("one", 0);
    server *s = start("127.0.0.1:0", false);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0] + 20; i++) {
        int fd = client_open(server_address(s));
        assert_true(fd >= 0);
        if (i < sizeof texts / sizeof texts[0]) {
            (void)client_send(fd, texts[i], strlen(texts[i]));
        } else {
            for (size_t k = 0; k < sizeof noise; k++) {
                random ^= random << 13;
                random ^= random >> 7;
                random ^= random << 17;
                noise[k] = (char)(random >> 24);
            }
            (void)client_send(fd, noise, sizeof noise);
        }
        /* Where the server waits for more, it may: a fifth of a second is enough to see that it lives. */
        const struct timeval patience = {.tv_usec = 200000};
        (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        (void)shutdown(fd, SHUT_WR);
        char sink[4096];
        while (recv(fd, sink, sizeof sink, 0) > 0)
            continue;
        (void)close(fd);
    }
    expect(server_address(s), "GET", "/", "", 200);
    server_stop(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_path_has_the_bytes_of_publish),
        cmocka_unit_test(headers_are_sensible),
        cmocka_unit_test(a_page_that_did_not_change_is_not_sent_again),
        cmocka_unit_test(compressed_bytes_are_the_same_page),
        cmocka_unit_test(other_methods),
        cmocka_unit_test(other_paths),
        cmocka_unit_test(garbage_does_no_harm),
    };
    return cmocka_run_group_tests(tests, open_workspace, close_workspace);
}
