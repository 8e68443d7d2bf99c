/*
 * The server as a browser, a proxy and an attacker see it: over real sockets on loopback, on a small edition. A body is compared with
 * what site_render gives for the same path, so that serve and publish cannot differ.
 */
#include "../publish/site_fixture.h"
#include "client.h"

#include "edition/edition.h"
#include "serve/serve.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>
#include <zlib.h>

static char workspace[128];

/* Makes the edition the newest of the workspace; the path that it is kept under. */
static const char *edition_install(const char *name, double offset)
{
    static char kept[2][400];
    static unsigned turn;
    char id[SHA256_TEXT];
    bool newest;
    error err = {0};
    const char *path = fixture_edition(name, offset, "improvement-high", "improvement", MONTHS);
    assert_int_equal(sha256_file(path, id, &err), STATUS_OK);
    if (editions_install(workspace, path, id, &newest, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    (void)snprintf(kept[turn % 2], sizeof kept[0], "%s/editions/%s.sqlite", workspace, id);
    return kept[turn++ % 2];
}

static int open_workspace(void **state)
{
    (void)state;
    char folder[200];
    (void)snprintf(fixture_folder, sizeof fixture_folder, "/tmp/concord-serve-XXXXXX");
    assert_non_null(mkdtemp(fixture_folder));
    (void)snprintf(workspace, sizeof workspace, "%s/ws", fixture_folder);
    (void)snprintf(folder, sizeof folder, "%s/editions", workspace);
    assert_int_equal(folder_make(folder, NULL), STATUS_OK);
    return 0;
}

static int close_workspace(void **state)
{
    (void)state;
    folder_remove(fixture_folder);
    return 0;
}

static server *start(const char *listen_at, bool no_cache)
{
    const server_options options = {.workspace = workspace, .web_folder = WEB_FOLDER, .program_version = "1.2.3", .listen = listen_at,
                                    .no_cache = no_cache, .threads = 2};
    server *s = NULL;
    error err = {0};
    if (server_start(&options, &s, &err) != STATUS_OK)
        fail_msg("%s. %s", err.message, err.hint);
    return s;
}

static site *site_of(const char *path, const char *before)
{
    const site_options options = {.edition_path = path, .previous_path = before, .web_folder = WEB_FOLDER, .program_version = "1.2.3"};
    site *s = NULL;
    error err = {0};
    if (site_open(&options, &s, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    return s;
}

/* The bytes that a path has in an edition. */
static buffer bytes_of(const site *s, const char *path)
{
    arena scratch = {0};
    buffer out = {0};
    const char *content_type;
    error err = {0};
    if (site_render(s, path, &scratch, &out, &content_type, &err) != STATUS_OK)
        fail_msg("%s: %s", path, err.message);
    arena_free(&scratch);
    return out;
}

static bool same_bytes(const buffer *a, const buffer *b)
{
    return a->length == b->length && (a->length == 0 || memcmp(a->data, b->data, a->length) == 0);
}

static void expect(const char *address, const char *method, const char *path, const char *headers, int code)
{
    answer a = client_once(address, method, path, headers);
    if (a.code != code)
        fail_msg("%s %.60s: %d, not %d", method, path, a.code, code);
    answer_free(&a);
}

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
            (strstr(page.data, "<style") != NULL || strstr(page.data, " style=\"") != NULL || strstr(page.data, "<script>") != NULL ||
             strstr(page.data, " onclick=") != NULL || strstr(page.data, "src=\"data:") != NULL))
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
        char headers[200], tag[100];
        answer a = client_ask(fd, "GET", "/", "");
        (void)snprintf(tag, sizeof tag, "%s", answer_header(&a, "ETag"));
        assert_true(strlen(tag) > 10 && tag[0] == '"');
        answer_free(&a);
        static const struct {
            const char *format;
            int code;
        } cases[] = {{"If-None-Match: %s\r\n", 304},       {"If-None-Match: W/%s\r\n", 304},   {"If-None-Match: \"x\", %s\r\n", 304},
                     {"If-None-Match: *\r\n", 304},        {"If-None-Match: \"x\"\r\n", 200},  {"If-None-Match: \r\n", 200},
                     {"Accept-Encoding: gzip\r\nIf-None-Match: %s\r\n", 200}}; /* other bytes, another tag */
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
            (void)snprintf(headers, sizeof headers, "%.*s%s%s", (int)strcspn(cases[i].format, "%"), cases[i].format,
                           strchr(cases[i].format, '%') != NULL ? tag : "", strchr(cases[i].format, '%') != NULL ? "\r\n" : "");
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

static buffer gunzip(const buffer *in)
{
    buffer out = {0};
    z_stream z = {0};
    char chunk[65536];
    assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
    z.next_in = (Bytef *)in->data;
    z.avail_in = (uInt)in->length;
    int code = Z_OK;
    while (code == Z_OK) {
        z.next_out = (Bytef *)chunk;
        z.avail_out = sizeof chunk;
        code = inflate(&z, Z_NO_FLUSH);
        buffer_put(&out, chunk, sizeof chunk - z.avail_out);
    }
    assert_int_equal(code, Z_STREAM_END);
    (void)inflateEnd(&z);
    return out;
}

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
            (void)snprintf(headers, sizeof headers, "%s%s%s", i == 0 ? "" : "Accept-Encoding: ", cases[i].accept, i == 0 ? "" : "\r\n");
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
    get = client_ask(fd, "GET", "/nothing", "");
    assert_int_equal(get.code, 404);
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
    static const char *const texts[] = {"\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\x16\x03\x01\x02", "GET / HTTP/1.1\r\nHost", "HELO\r\n",
                                        "GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "GET / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
                                        "GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "GET / HTTP/1.1\r\n: \r\n\r\n"};
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
        (void)shutdown(fd, SHUT_WR);
        char sink[4096];
        while (recv(fd, sink, sizeof sink, 0) > 0)
            continue;
        (void)close(fd);
    }
    expect(server_address(s), "GET", "/", "", 200);
    server_stop(s);
}

/* ---- where it listens -------------------------------------------------------------------------------------- */

static void refuses(const char *where, status wanted, const char *words)
{
    const server_options options = {.workspace = workspace, .web_folder = WEB_FOLDER, .program_version = "", .listen = where, .threads = 1};
    server *s = NULL;
    error err = {0};
    status code = server_start(&options, &s, &err);
    char line[1400];
    (void)error_format(&err, line, sizeof line);
    if (code != wanted || s != NULL || strstr(line, words) == NULL)
        fail_msg("%s: %d, %s", where, (int)code, line);
}

static void addresses(void **state)
{
    (void)state;
    (void)edition_install("one", 0);
    static const char *const loopback[] = {"127.0.0.1:0", "localhost:0", "127.1.2.3:0"};
    for (size_t i = 0; i < sizeof loopback / sizeof loopback[0]; i++) {
        server *s = start(loopback[i], false);
        assert_true(strncmp(server_address(s), "http://127.", 11) == 0);
        if (i < 2)
            expect(server_address(s), "GET", "/", "", 200);
        server_stop(s);
    }
    int six = socket(AF_INET6, SOCK_STREAM, 0);
    struct sockaddr_in6 at = {.sin6_family = AF_INET6, .sin6_addr = in6addr_loopback};
    if (six >= 0 && bind(six, (struct sockaddr *)&at, sizeof at) == 0) {
        server *s = start("[::1]:0", false);
        assert_true(strncmp(server_address(s), "http://[::1]:", 13) == 0);
        expect(server_address(s), "GET", "/", "", 200);
        server_stop(s);
    } else {
        print_message("this machine has no IPv6 loopback\n");
    }
    if (six >= 0)
        (void)close(six);
    static const char *const others[] = {"0.0.0.0:8042", "8.8.8.8:80", "192.168.0.1:0", "128.0.0.1:0"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        refuses(others[i], STATUS_USAGE, "nginx");
    static const char *const wrong[] = {"", ":", "8042", "127.0.0.1", "127.0.0.1:", "127.0.0.1:70000", "127.0.0.1:-1", "127.0.0.1:80x", "[::]:80", "[::2]:80",
                                        "example.org:80", "unix:", "unix:relative/path"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        refuses(wrong[i], STATUS_USAGE, "127.0.0.1:8042");
}

static void a_port_that_is_taken(void **state)
{
    (void)state;
    (void)edition_install("one", 0);
    server *s = start("127.0.0.1:0", false);
    refuses(server_address(s) + strlen("http://"), STATUS_IO, "another `concord serve`");
    expect(server_address(s), "GET", "/", "", 200);
    server_stop(s);
}

static void a_unix_socket(void **state)
{
    char where[200], path[180];
    struct stat st;
    (void)state;
    (void)edition_install("one", 0);
    (void)snprintf(path, sizeof path, "%s/socket", fixture_folder);
    (void)snprintf(where, sizeof where, "unix:%s", path);
    server *s = start(where, false);
    assert_string_equal(server_address(s), where);
    expect(where, "GET", "/", "", 200);
    /* One that answers is not taken over; one that was left behind by a killed server is. */
    refuses(where, STATUS_IO, "Cannot listen");
    expect(where, "GET", "/", "", 200);
    server_stop(s);
    assert_int_not_equal(stat(path, &st), 0);
    struct sockaddr_un left = {.sun_family = AF_UNIX};
    (void)snprintf(left.sun_path, sizeof left.sun_path, "%.100s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&left, sizeof left), 0);
    (void)close(fd);
    s = start(where, false);
    expect(where, "GET", "/", "", 200);
    server_stop(s);
    /* Anything else at that path stays. */
    assert_int_equal(file_write(path, "mine", 4, false, NULL), STATUS_OK);
    refuses(where, STATUS_IO, "Cannot listen");
    assert_int_equal(stat(path, &st), 0);
    (void)unlink(path);
}

static void a_workspace_without_an_edition(void **state)
{
    (void)state;
    char log[200];
    (void)snprintf(log, sizeof log, "%s/editions/log.csv", workspace);
    (void)unlink(log);
    refuses("127.0.0.1:0", STATUS_NOT_FOUND, "concord edition");
}

/* ---- a new edition while many ask ------------------------------------------------------------------------- */

#define CLIENTS 8
static const char *const hammered[] = {"index.html", "organisation/D7T5G.html", "series/rtt-within-18-weeks/D7T5G.html", "changes.html"};
#define HAMMERED (sizeof hammered / sizeof hammered[0])

typedef struct hammer {
    const char *address;
    const buffer *wanted[3]; /* of each edition, HAMMERED pages */
    atomic_bool *stop;
    atomic_int *newest_seen; /* the latest edition that anybody was given */
    size_t asked, failed, mixed, went_back;
    bool compress;
} hammer;

static void *hammer_run(void *context)
{
    hammer *h = context;
    int fd = client_open(h->address), mine = 0;
    while (!atomic_load(h->stop)) {
        size_t i = h->asked++ % HAMMERED;
        char url[200];
        (void)snprintf(url, sizeof url, "/%s", hammered[i]);
        answer a = client_ask(fd, "GET", url, h->compress ? "Accept-Encoding: gzip\r\n" : "");
        buffer plain = a.body;
        if (a.code == 200 && h->compress)
            plain = gunzip(&a.body);
        int from = -1;
        for (int e = 0; e < 3 && a.code == 200; e++)
            if (same_bytes(&plain, &h->wanted[e][i]))
                from = e;
        h->failed += a.code != 200 || a.closes;
        h->mixed += a.code == 200 && from < 0;
        h->went_back += from >= 0 && from < mine;
        mine = from > mine ? from : mine;
        int seen = atomic_load(h->newest_seen);
        while (from > seen && !atomic_compare_exchange_weak(h->newest_seen, &seen, from))
            continue;
        if (a.code == 200 && h->compress)
            buffer_free(&plain);
        if (a.closes) {
            (void)close(fd);
            fd = client_open(h->address);
        }
        answer_free(&a);
    }
    if (fd >= 0)
        (void)close(fd);
    return NULL;
}

static double seconds_now(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void new_editions_are_picked_up_without_a_failed_request(void **state)
{
    hammer hammers[CLIENTS];
    pthread_t threads[CLIENTS];
    buffer wanted[3][HAMMERED];
    char paths[3][400];
    atomic_bool stop = false;
    atomic_int seen = 0;
    size_t asked = 0;
    (void)state;
    /* What each of three editions, the second with the first before it and so on, says on these pages. */
    char log[200];
    (void)snprintf(log, sizeof log, "%s/editions/log.csv", workspace);
    (void)unlink(log);
    for (int e = 0; e < 3; e++)
        (void)snprintf(paths[e], sizeof paths[e], "%s", edition_install("made", e));
    for (int e = 0; e < 3; e++) {
        site *pages = site_of(paths[e], e == 0 ? NULL : paths[e - 1]);
        for (size_t i = 0; i < HAMMERED; i++)
            wanted[e][i] = bytes_of(pages, hammered[i]);
        site_close(pages);
    }
    for (size_t i = 0; i < HAMMERED; i++) {
        assert_false(same_bytes(&wanted[0][i], &wanted[1][i]));
        assert_false(same_bytes(&wanted[1][i], &wanted[2][i]));
    }
    (void)unlink(log);
    (void)edition_install("made", 0);
    server *s = start("127.0.0.1:0", false);
    for (int i = 0; i < CLIENTS; i++) {
        hammers[i] = (hammer){.address = server_address(s), .wanted = {wanted[0], wanted[1], wanted[2]}, .stop = &stop, .newest_seen = &seen,
                              .compress = i % 2 == 1};
        assert_int_equal(pthread_create(&threads[i], NULL, hammer_run, &hammers[i]), 0);
    }
    for (int e = 1; e < 3; e++) {
        (void)edition_install("made", e);
        double since = seconds_now();
        while (atomic_load(&seen) < e && seconds_now() - since < 20) {
            const struct timespec pause = {.tv_nsec = 20000000};
            (void)nanosleep(&pause, NULL);
        }
        double took = seconds_now() - since;
        if (atomic_load(&seen) < e)
            fail_msg("edition %d was not picked up within 20 seconds", e);
        /* Two seconds on a machine that does nothing else; sanitizers and neighbours take their time. */
        print_message("picked up after %.2f seconds\n", took);
        assert_true(took < (getenv("CONCORD_SLOW_MACHINE") != NULL ? 20 : 5));
    }
    atomic_store(&stop, true);
    for (int i = 0; i < CLIENTS; i++) {
        (void)pthread_join(threads[i], NULL);
        asked += hammers[i].asked;
        assert_int_equal(hammers[i].failed, 0);
        assert_int_equal(hammers[i].mixed, 0);
        assert_int_equal(hammers[i].went_back, 0);
    }
    print_message("%zu requests\n", asked);
    assert_true(asked > 100);
    server_stop(s);
    for (int e = 0; e < 3; e++)
        for (size_t i = 0; i < HAMMERED; i++)
            buffer_free(&wanted[e][i]);
}

static void an_edition_that_cannot_be_opened_leaves_the_present_one(void **state)
{
    char id[SHA256_TEXT], path[400], log[200];
    bool newest;
    error err = {0};
    (void)state;
    (void)edition_install("one", 0);
    server *s = start("127.0.0.1:0", false);
    answer before = client_once(server_address(s), "GET", "/", "");
    /* A line in the log whose file is not there, then a file that is no edition. */
    memset(id, 'a', sizeof id - 1);
    id[sizeof id - 1] = 0;
    (void)snprintf(path, sizeof path, "%s/rubbish", fixture_folder);
    (void)snprintf(log, sizeof log, "%s/editions/%s.sqlite", workspace, id);
    assert_int_equal(file_write(path, "rubbish", 7, false, NULL), STATUS_OK);
    assert_int_equal(editions_install(workspace, path, id, &newest, &err), STATUS_OK);
    const struct timespec pause = {.tv_sec = 1, .tv_nsec = 200000000};
    (void)nanosleep(&pause, NULL);
    answer after = client_once(server_address(s), "GET", "/", "");
    assert_int_equal(after.code, 200);
    assert_true(same_bytes(&before.body, &after.body));
    answer_free(&before);
    answer_free(&after);
    server_stop(s);
    (void)unlink(log);
    (void)snprintf(log, sizeof log, "%s/editions/log.csv", workspace);
    (void)unlink(log);
}

static void stopping_finishes_what_is_under_way(void **state)
{
    (void)state;
    site *pages = site_of(edition_install("one", 0), NULL);
    buffer wanted = bytes_of(pages, "index.html");
    for (int round = 0; round < 5; round++) {
        server *s = start("127.0.0.1:0", true);
        enum { OPEN = 6 };
        int fds[OPEN];
        for (int i = 0; i < OPEN; i++) {
            fds[i] = client_open(server_address(s));
            assert_true(fds[i] >= 0);
            static const char request[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
            if (i > 0) /* the first stays idle */
                assert_true(client_send(fds[i], request, sizeof request - 1));
        }
        /* Let some of them be taken up. */
        const struct timespec pause = {.tv_nsec = 3000000L * round};
        (void)nanosleep(&pause, NULL);
        double since = seconds_now();
        server_stop(s);
        assert_true(seconds_now() - since < 15);
        for (int i = 0; i < OPEN; i++) {
            answer a = i == 0 ? (answer){0} : client_read(fds[i], false);
            /* Wholly answered, or not at all: never half a page. */
            if (a.code == 200)
                assert_true(same_bytes(&a.body, &wanted));
            else
                assert_int_equal(a.body.length, 0);
            answer_free(&a);
            (void)close(fds[i]);
        }
    }
    server_stop(NULL);
    buffer_free(&wanted);
    site_close(pages);
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
        cmocka_unit_test(addresses),
        cmocka_unit_test(a_port_that_is_taken),
        cmocka_unit_test(a_unix_socket),
        cmocka_unit_test(stopping_finishes_what_is_under_way),
        cmocka_unit_test(an_edition_that_cannot_be_opened_leaves_the_present_one),
        cmocka_unit_test(new_editions_are_picked_up_without_a_failed_request),
        cmocka_unit_test(a_workspace_without_an_edition),
    };
    return cmocka_run_group_tests(tests, open_workspace, close_workspace);
}
