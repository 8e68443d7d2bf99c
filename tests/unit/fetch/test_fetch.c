/* Fetching from a publisher's server on loopback that does all that servers do: errors, redirects, half files, pages that change, pages in place of files. */
#include "publisher.h"

#include "fetch/fetch.h"

#include <dirent.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define LARGE 300000

/* One test's folder, server, source and store. */
typedef struct scene {
    char folder[64];
    publisher server;
    char page[64], other_page[64];
    source_landing landing[2];
    source_link links[2];
    const char *follow[1];
    source source;
    fetch_limits limits;
    char stored[8][SHA256_TEXT];
    size_t stored_count;
    arena memory;
    fetch *fetch;
    bool stop;
} scene;

static char large[LARGE + 1];

static bool scene_have(void *context, const char *hash)
{
    const scene *s = context;
    for (size_t i = 0; i < s->stored_count; i++)
        if (strcmp(s->stored[i], hash) == 0)
            return true;
    return false;
}

static bool scene_stopped(void *context)
{
    return ((const scene *)context)->stop;
}

static void fetch_begin(scene *s, bool dry)
{
    error err = {0};
    const fetch_watch watch = {.context = s, .have = scene_have, .stopped = scene_stopped};
    char folder[128];
    (void)snprintf(folder, sizeof folder, "%s/update", s->folder);
    status code = fetch_open(folder, "concord/test (unit tests)", &s->limits, &watch, dry, &s->fetch, &err);
    if (code != STATUS_OK)
        fail_msg("%s", err.message);
}

static void scene_begin(scene *s, publication *publications, size_t count)
{
    *s = (scene){.folder = "/tmp/concord-fetch-XXXXXX", .follow = {"*/year-*"}};
    (void)setenv("no_proxy", "127.0.0.1,localhost", 1);
    for (size_t i = 0; i < LARGE; i++)
        large[i] = (char)('a' + i * i % 23);
    assert_non_null(mkdtemp(s->folder));
    assert_true(publisher_start(&s->server, publications, count));
    (void)snprintf(s->page, sizeof s->page, "http://127.0.0.1:%d/visits/", s->server.port);
    s->landing[0] = (source_landing){.page = s->page, .follow = s->follow, .follow_count = 1};
    s->links[0] = (source_link){.address = "*.csv", .words = ""};
    s->source = (source){.id = "visits", .landing = s->landing, .landing_count = 1, .links = s->links, .link_count = 1};
    s->limits = fetch_limits_usual;
    s->limits.pause_milliseconds = 1;
    s->limits.stall_seconds = 2;
    s->limits.total_seconds = 20;
    fetch_begin(s, false);
}

static void scene_end(scene *s)
{
    char command[128];
    fetch_close(s->fetch);
    publisher_stop(&s->server);
    arena_free(&s->memory);
    (void)snprintf(command, sizeof command, "rm -rf %s", s->folder);
    assert_int_equal(system(command), 0);
}

static void again(scene *s)
{
    fetch_close(s->fetch);
    fetch_begin(s, false);
}

static size_t files_in(const scene *s, const char *part)
{
    char path[128];
    size_t count = 0;
    (void)snprintf(path, sizeof path, "%s/update/%s", s->folder, part);
    DIR *d = opendir(path);
    for (const struct dirent *e = d == NULL ? NULL : readdir(d); e != NULL; e = readdir(d))
        count += e->d_name[0] != '.';
    if (d != NULL)
        (void)closedir(d);
    return count;
}

static status find(scene *s, const char *since, fetch_list *list, error *err)
{
    problems unread = {0};
    period p = {0};
    if (since != NULL)
        assert_true(period_parse(text_of(since), &p));
    *err = (error){0};
    status code = fetch_find(s->fetch, &s->source, p, &s->memory, list, &unread, err);
    if (unread.total > 0 && code == STATUS_OK)
        *err = unread.items[0];
    problems_free(&unread);
    return code;
}

/* Takes the file at a path of the server. */
static status take(scene *s, const char *path, fetch_file *file, error *err)
{
    char *address = arena_printf(&s->memory, "http://127.0.0.1:%d%s", s->server.port, path);
    const fetch_link link = {.address = address, .words = "", .file_name = strrchr(path, '/') + 1};
    *err = (error){0};
    return fetch_take(s->fetch, &s->source, &link, &s->memory, file, err);
}

static void holds(const fetch_file *file, const char *bytes, size_t length)
{
    buffer b = {0};
    assert_non_null(file->path);
    assert_int_equal(file_read(file->path, (size_t)10 << 20, &b, NULL), STATUS_OK);
    assert_int_equal(b.length, length);
    assert_memory_equal(b.data, bytes, length);
    buffer_free(&b);
}

static void says(const error *err, status code, const char *words)
{
    assert_int_equal(err->code, code);
    if (strstr(err->message, words) == NULL)
        fail_msg("'%s' is not in: %s", words, err->message);
    assert_true(err->hint[0] != 0);
    assert_true(strncmp(err->file, "http://", 7) == 0);
}

/* ---- pages ---- */

static void test_pages_and_years(void **state)
{
    (void)state;
    publication all[] = {
        {.path = "/visits/",
         .body =
             "<a href=year-2024-25/>2024-25</a> <a href='year-2023-24/'>2023-24</a> <a href=year-2022-23/>2022-23</a>"
             "<a href=about/>About</a> <a href=Visits-May-2025.csv>May 2025</a> (revised 3 July 2025)"},
        {.path = "/visits/year-2024-25/",
         .body = "<p><a href='/files/Visits-April-2024.csv'>April 2024</a> <a href=../Visits-May-2025.csv>again</a>"
                 "<a href=/files/Visits-April-2024.pdf>April 2024, pdf</a>"},
        {.path = "/visits/year-2023-24/", .body = "<a href='/files/Visits-June-2023.csv'>June 2023</a>"},
        {.path = "/visits/year-2022-23/", .code = 500}};
    scene s;
    fetch_list list;
    error err;
    scene_begin(&s, all, 4);
    s.limits.tries = 1;
    again(&s);
    assert_int_equal(find(&s, NULL, &list, &err), STATUS_OK);
    assert_int_equal(list.count, 3);
    assert_string_equal(list.items[0].words, "May 2025");
    assert_int_equal(list.items[0].published, date_of(2025, 7, 3));
    assert_string_equal(list.items[1].file_name, "Visits-April-2024.csv");
    assert_int_equal(list.items[2].period.first_month, 2023 * 12 + 5);
    assert_int_equal(list.pages, 3);
    says(&err, STATUS_IO, "(500)"); /* told, and the others are read */
    assert_int_equal(find(&s, "2024-04", &list, &err), STATUS_OK);
    assert_int_equal(list.count, 2);
    assert_int_equal(list.pages, 2);
    assert_int_equal(all[2].asked, 1); /* a year before that is not even looked at */
    /* Nothing on the first page, and all years before that: no page has changed. */
    all[0].body = "<a href=year-2011-12/>2011-12</a>";
    again(&s);
    assert_int_equal(find(&s, "2024-04", &list, &err), STATUS_OK);
    assert_int_equal(list.count, 0);
    assert_int_equal(list.older_pages, 1);
    all[0].body = "<a href=year-2011-12/>2011-12</a>";
    again(&s);
    assert_int_equal(find(&s, "2012-02", &list, &err), STATUS_OK); /* its year ends in March */
    says(&err, STATUS_IO, "(404)");
    assert_string_equal(all[0].agent, "concord/test (unit tests)");
    scene_end(&s);
}

static void test_a_page_that_has_not_changed(void **state)
{
    (void)state;
    publication all[] = {{.path = "/visits/", .body = "<a href=a.csv>a</a>", .etag = "\"one\""},
                         {.path = "/old/", .code = 301, .headers = "Location: /visits/\r\n"}};
    scene s;
    fetch_list list;
    error err;
    scene_begin(&s, all, 2);
    (void)snprintf(s.page, sizeof s.page, "http://127.0.0.1:%d/old/", s.server.port);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(find(&s, NULL, &list, &err), STATUS_OK);
        assert_int_equal(list.count, 1);
        /* Relative to where the page came from in the end, by the copy too. */
        assert_non_null(strstr(list.items[0].address, "/visits/a.csv"));
        again(&s);
    }
    assert_int_equal(all[0].unchanged, 2);
    /* A copy that was tampered with is not believed. */
    char command[160];
    (void)snprintf(command, sizeof command, "for f in %s/update/pages/*; do echo x >> $f; done", s.folder);
    assert_int_equal(system(command), 0);
    assert_int_equal(find(&s, NULL, &list, &err), STATUS_OK);
    assert_int_equal(all[0].unchanged, 2);
    /* The page changes: no link of it fits. */
    all[0].etag = "\"two\"";
    all[0].body = "<p>Our figures have moved to a <a href=dashboard.html>dashboard</a>.";
    again(&s);
    assert_int_equal(find(&s, NULL, &list, &err), STATUS_REFUSED);
    says(&err, STATUS_REFUSED, "the publisher has changed the page (1 page with 1 links looked at)");
    scene_end(&s);
}

static void test_links_to_another_server(void **state)
{
    (void)state;
    publication all[] = {{.path = "/visits/", .body = "<a href='http://files.example.net/a.csv'>a</a>"}};
    scene s;
    fetch_list list;
    error err;
    scene_begin(&s, all, 1);
    assert_int_equal(find(&s, NULL, &list, &err), STATUS_REFUSED);
    says(&err, STATUS_REFUSED, "files.example.net");
    const char *const hosts[] = {"files.example.net"};
    s.source.hosts = hosts;
    s.source.host_count = 1;
    again(&s);
    assert_int_equal(find(&s, NULL, &list, &err), STATUS_OK);
    assert_int_equal(list.count, 1);
    s.source.landing_count = 0;
    assert_int_equal(find(&s, NULL, &list, &err), STATUS_REFUSED);
    assert_non_null(strstr(err.message, "names no page"));
    scene_end(&s);
}

static void test_page_too_large_and_dry_run(void **state)
{
    (void)state;
    publication all[] = {{.path = "/visits/", .body = large}};
    scene s;
    fetch_list list;
    error err;
    scene_begin(&s, all, 1);
    s.limits.page_bytes = 100000;
    again(&s);
    assert_int_equal(find(&s, NULL, &list, &err), STATUS_REFUSED);
    says(&err, STATUS_REFUSED, "The page is larger than 0 MB");
    fetch_close(s.fetch);
    char command[128];
    (void)snprintf(command, sizeof command, "rm -rf %s/update", s.folder);
    assert_int_equal(system(command), 0);
    all[0].body = "<a href=a.csv>a</a>";
    fetch_begin(&s, true);
    assert_int_equal(find(&s, NULL, &list, &err), STATUS_OK);
    assert_int_equal(list.count, 1);
    char path[128];
    struct stat st;
    (void)snprintf(path, sizeof path, "%s/update", s.folder);
    assert_int_not_equal(stat(path, &st), 0); /* nothing was written */
    scene_end(&s);
}

/* ---- files ---- */

static void test_new_unchanged_changed(void **state)
{
    (void)state;
    publication all[] = {{.path = "/a.csv",
                          .body = "code,visits\nRJ1,10\n",
                          .etag = "\"1\"",
                          .modified = "Thu, 12 Jun 2025 09:30:00 GMT"}};
    scene s;
    fetch_file file;
    error err;
    scene_begin(&s, all, 1);
    assert_int_equal(take(&s, "/a.csv", &file, &err), STATUS_OK);
    assert_int_equal(file.result, FETCH_NEW);
    assert_string_equal(file.name, "a.csv");
    assert_int_equal(file.modified, date_of(2025, 6, 12));
    holds(&file, all[0].body, strlen(all[0].body));
    /* It was not added: it still lies there, and is not fetched again. */
    again(&s);
    assert_int_equal(take(&s, "/a.csv", &file, &err), STATUS_OK);
    assert_int_equal(file.result, FETCH_WAITING);
    assert_int_equal(all[0].unchanged, 1);
    holds(&file, all[0].body, strlen(all[0].body));
    assert_int_equal(file.modified, date_of(2025, 6, 12));
    /* Now it is in the store. */
    memcpy(s.stored[s.stored_count++], file.sha256, SHA256_TEXT);
    fetch_done(s.fetch, &file);
    assert_int_equal(files_in(&s, "files"), 0);
    again(&s);
    assert_int_equal(take(&s, "/a.csv", &file, &err), STATUS_OK);
    assert_int_equal(file.result, FETCH_SAME);
    assert_null(file.path);
    assert_int_equal(all[0].unchanged, 2);
    /* Another ETag, the same bytes: nothing to add. */
    all[0].etag = "\"2\"";
    assert_int_equal(take(&s, "/a.csv", &file, &err), STATUS_OK);
    assert_int_equal(file.result, FETCH_SAME);
    assert_null(file.path);
    /* A revision at the same address. */
    all[0].etag = "\"3\"";
    all[0].body = "code,visits\nRJ1,11\n";
    assert_int_equal(take(&s, "/a.csv", &file, &err), STATUS_OK);
    assert_int_equal(file.result, FETCH_CHANGED);
    holds(&file, all[0].body, strlen(all[0].body));
    /* What was fetched but is neither waiting nor stored (the store was made anew) is fetched as a whole. */
    fetch_done(s.fetch, &file);
    again(&s);
    assert_int_equal(take(&s, "/a.csv", &file, &err), STATUS_OK);
    assert_int_equal(file.result, FETCH_NEW);
    assert_string_equal(all[0].if_none_match, "");
    scene_end(&s);
}

static void test_half_files(void **state)
{
    (void)state;
    publication all[] = {
        {.path = "/cut.csv", .body = large, .etag = "\"1\"", .cut_after = 100000, .cuts = 1},
        {.path = "/dated.csv",
         .body = large,
         .modified = "Thu, 12 Jun 2025 09:30:00 GMT",
         .cut_after = 200000,
         .cuts = 1},
        {.path = "/whole.csv", .body = large, .etag = "\"1\"", .cut_after = 1000, .cuts = 1, .no_ranges = true},
        {.path = "/never.csv", .body = large, .etag = "\"1\"", .cut_after = 50000},
        {.path = "/nothing.csv", .body = large, .cut_after = 60000, .no_ranges = true}};
    scene s;
    fetch_file file;
    error err;
    scene_begin(&s, all, 5);
    /* Gone on with at once, by ETag, by date, or from the beginning where the server cannot. */
    assert_int_equal(take(&s, "/cut.csv", &file, &err), STATUS_OK);
    assert_int_equal(file.resumed_from, 100000);
    assert_string_equal(all[0].range, "bytes=100000-");
    assert_string_equal(all[0].if_range, "\"1\"");
    holds(&file, large, LARGE);
    assert_int_equal(take(&s, "/dated.csv", &file, &err), STATUS_OK);
    assert_int_equal(file.resumed_from, 200000);
    holds(&file, large, LARGE);
    assert_int_equal(take(&s, "/whole.csv", &file, &err), STATUS_OK);
    assert_int_equal(file.resumed_from, 0);
    holds(&file, large, LARGE);
    assert_int_equal(files_in(&s, "partial"), 0);
    /* The connection never holds: what came is kept for the next time, but is no file. */
    s.limits.tries = 1;
    again(&s);
    assert_int_equal(take(&s, "/never.csv", &file, &err), STATUS_IO);
    says(&err, STATUS_IO, "The connection was cut after 50000 of 300000 bytes");
    assert_int_equal(files_in(&s, "partial"), 2);
    assert_int_equal(files_in(&s, "files"), 3);
    all[3].cut_after = 0;
    again(&s);
    assert_int_equal(take(&s, "/never.csv", &file, &err), STATUS_OK);
    assert_int_equal(file.resumed_from, 50000);
    holds(&file, large, LARGE);
    /* Without a validator a half file is worth nothing. */
    assert_int_equal(take(&s, "/nothing.csv", &file, &err), STATUS_IO);
    assert_int_equal(files_in(&s, "partial"), 0);
    scene_end(&s);
}

static void test_a_half_file_of_an_older_version(void **state)
{
    (void)state;
    static char newer[LARGE + 1];
    publication all[] = {{.path = "/a.csv", .body = large, .etag = "\"1\"", .cut_after = 50000}};
    scene s;
    fetch_file file;
    error err;
    scene_begin(&s, all, 1);
    s.limits.tries = 1;
    again(&s);
    assert_int_equal(take(&s, "/a.csv", &file, &err), STATUS_IO);
    memset(newer, 'z', LARGE);
    all[0] = (publication){.path = "/a.csv", .body = newer, .etag = "\"2\""};
    assert_int_equal(take(&s, "/a.csv", &file, &err), STATUS_OK);
    assert_string_equal(all[0].if_range, "\"1\""); /* which is not so any more: the whole comes */
    assert_int_equal(file.resumed_from, 0);
    holds(&file, newer, LARGE);
    scene_end(&s);
}

static void test_errors_of_servers(void **state)
{
    (void)state;
    publication all[] = {
        {.path = "/gone.csv", .code = 410},
        {.path = "/secret.csv", .code = 403},
        {.path = "/broken.csv", .code = 500, .body = "<html>oops"},
        {.path = "/busy.csv", .code = 503, .headers = "Retry-After: 7200\r\n"},
        {.path = "/soon.csv", .code = 503, .times = 1, .headers = "Retry-After: 1\r\n", .body = "a\n1\n"},
        {.path = "/flaky.csv", .code = 502, .times = 2, .body = "a\n1\n"},
        {.path = "/odd.csv", .code = 418},
        {.path = "/page.xlsx", .body = "<!DOCTYPE html><title>Page not found</title>"},
        {.path = "/empty.csv", .body = ""},
        {.path = "/large.csv", .body = large},
        {.path = "/longer.csv", .body = large, .no_length = true}};
    static const struct {
        const char *path;
        status code;
        const char *words;
        int asked;
    } cases[] = {{"/gone.csv", STATUS_IO, "nothing at this address (410)", 1},
                 {"/secret.csv", STATUS_IO, "does not give this out (403)", 1},
                 {"/broken.csv", STATUS_IO, "an error of its own (500)", 3},
                 {"/busy.csv", STATUS_IO, "asks to come back in 7200 seconds", 1},
                 {"/odd.csv", STATUS_IO, "not understood (418)", 1},
                 {"/page.xlsx", STATUS_REFUSED, "a web page in place of the file: \"Page not found\"", 1},
                 {"/empty.csv", STATUS_REFUSED, "The file is empty", 1},
                 {"/large.csv", STATUS_REFUSED, "larger than 0 MB", 1},
                 {"/longer.csv", STATUS_REFUSED, "larger than 0 MB", 1}};
    scene s;
    fetch_file file;
    error err;
    scene_begin(&s, all, sizeof all / sizeof all[0]);
    s.limits.file_bytes = 200000;
    again(&s);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(take(&s, cases[i].path, &file, &err), cases[i].code);
        says(&err, cases[i].code, cases[i].words);
        for (size_t k = 0; k < sizeof all / sizeof all[0]; k++)
            if (strcmp(all[k].path, cases[i].path) == 0)
                assert_int_equal(all[k].asked, cases[i].asked);
    }
    assert_int_equal(take(&s, "/none.csv", &file, &err), STATUS_IO);
    says(&err, STATUS_IO, "nothing at this address (404)");
    assert_int_equal(files_in(&s, "files"), 0);
    assert_int_equal(files_in(&s, "partial"), 0);
    assert_int_equal(take(&s, "/soon.csv", &file, &err), STATUS_OK);
    holds(&file, "a\n1\n", 4);
    assert_int_equal(take(&s, "/flaky.csv", &file, &err), STATUS_OK);
    assert_int_equal(all[5].asked, 3);
    scene_end(&s);
}

static void test_redirects(void **state)
{
    (void)state;
    char elsewhere[] = "Location: http://localhost:1/a.csv\r\n";
    publication all[] = {{.path = "/moved.csv", .code = 302, .headers = "Location: new/a%20b.csv\r\n"},
                         {.path = "/new/a%20b.csv", .body = "a\n1\n"},
                         {.path = "/round.csv", .code = 307, .headers = "Location: /round.csv\r\n"},
                         {.path = "/file.csv", .code = 301, .headers = "Location: file:///etc/passwd\r\n"},
                         {.path = "/gopher.csv", .code = 301, .headers = "Location: gopher://127.0.0.1/x\r\n"},
                         {.path = "/nowhere.csv", .code = 301},
                         {.path = "/elsewhere.csv", .code = 308, .headers = elsewhere}};
    scene s;
    fetch_file file;
    error err;
    scene_begin(&s, all, 7);
    assert_int_equal(take(&s, "/moved.csv", &file, &err), STATUS_OK);
    holds(&file, "a\n1\n", 4);
    assert_int_equal(take(&s, "/round.csv", &file, &err), STATUS_REFUSED);
    says(&err, STATUS_REFUSED, "round in circles: more than 5 redirects");
    assert_int_equal(all[2].asked, 6);
    assert_int_equal(take(&s, "/file.csv", &file, &err), STATUS_REFUSED);
    says(&err, STATUS_REFUSED, "file:///etc/passwd, which is no address of the web");
    assert_int_equal(take(&s, "/gopher.csv", &file, &err), STATUS_REFUSED);
    assert_int_equal(take(&s, "/nowhere.csv", &file, &err), STATUS_REFUSED);
    says(&err, STATUS_REFUSED, "without saying where");
    assert_int_equal(take(&s, "/elsewhere.csv", &file, &err), STATUS_REFUSED);
    says(&err, STATUS_REFUSED, "localhost:1, which the source does not name");
    assert_int_equal(files_in(&s, "partial"), 0);
    scene_end(&s);
}

static void test_slow_and_absent_servers(void **state)
{
    (void)state;
    publication all[] = {{.path = "/slow.csv", .body = "0123456789abcdef", .slow_ms = 400, .etag = "\"1\""}};
    scene s;
    fetch_file file;
    error err;
    scene_begin(&s, all, 1);
    s.limits.tries = 1;
    s.limits.stall_seconds = 1;
    again(&s);
    assert_int_equal(take(&s, "/slow.csv", &file, &err), STATUS_IO);
    says(&err, STATUS_IO, "too slow");
    s.stop = true;
    again(&s);
    assert_int_equal(take(&s, "/slow.csv", &file, &err), STATUS_IO);
    assert_non_null(strstr(err.message, "Interrupted"));
    s.stop = false;
    again(&s);
    const fetch_link nobody = {.address = "http://127.0.0.1:1/a.csv", .words = "", .file_name = "a.csv"};
    assert_int_equal(fetch_take(s.fetch, &s.source, &nobody, &s.memory, &file, &err), STATUS_IO);
    says(&err, STATUS_IO, "127.0.0.1:1 does not answer");
    scene_end(&s);
}

static void test_names_from_the_server_and_the_lock(void **state)
{
    (void)state;
    publication all[] = {{.path = "/download?id=7",
                          .body = "a\n1\n",
                          .headers = "Content-Disposition: attachment; filename=\"../../Visits June 2025.csv\"\r\n"
                                     "Date: Fri, 11 Jul 2025 08:00:00 GMT\r\n"},
                         {.path = "/later.csv", .body = "a\n2\n", .modified = "Thu, 12 Jun 2999 09:30:00 GMT"}};
    scene s;
    fetch_file file;
    error err;
    scene_begin(&s, all, 2);
    assert_int_equal(take(&s, "/download?id=7", &file, &err), STATUS_OK);
    assert_string_equal(file.name, "Visits June 2025.csv");
    assert_int_equal(file.received, date_of(2025, 7, 11)); /* by the server's own clock */
    assert_int_equal(file.modified, DATE_NONE);
    assert_non_null(strstr(file.path, s.folder));
    assert_null(strstr(file.path, ".."));
    assert_int_equal(take(&s, "/later.csv", &file, &err), STATUS_OK);
    /* A day that cannot be is handed on as it is, with the day of the answer: whoever reads the file knows its period and says so. */
    assert_int_equal(file.modified, date_of(2999, 6, 12));
    assert_true(file.received > date_of(2024, 1, 1) && file.received < file.modified);
    fetch *second = NULL;
    char folder[128];
    (void)snprintf(folder, sizeof folder, "%s/update", s.folder);
    assert_int_equal(fetch_open(folder, "x", NULL, NULL, false, &second, &err), STATUS_BUSY);
    assert_null(second);
    scene_end(&s);
}

/* Killed at any moment, the next run finds either a half file that it goes on with, or a whole one; never half a file among the whole ones. */
static void test_killed_in_the_middle(void **state)
{
    (void)state;
    publication all[] = {{.path = "/a.csv", .body = large, .etag = "\"1\"", .slow_ms = 50}};
    scene s;
    fetch_file file;
    error err;
    scene_begin(&s, all, 1);
    fetch_close(s.fetch);
    s.fetch = NULL;
    for (int round = 0; round < 6; round++) {
        int asked = all[0].asked;
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            fetch_begin(&s, false);
            _exit(take(&s, "/a.csv", &file, &err) == STATUS_OK ? 0 : 1);
        }
        const struct timespec step = {.tv_nsec = 5000000}, t = {.tv_nsec = (long)(20 + round * 60) * 1000000};
        for (int i = 0; i < 2000 && *(volatile int *)&all[0].asked == asked; i++)
            (void)nanosleep(&step, NULL);
        (void)nanosleep(&t, NULL);
        (void)kill(child, SIGKILL);
        int how = 0;
        assert_int_equal(waitpid(child, &how, 0), child);
    }
    fetch_begin(&s, false);
    all[0].slow_ms = 0;
    assert_int_equal(take(&s, "/a.csv", &file, &err), STATUS_OK);
    holds(&file, large, LARGE);
    assert_true(all[0].partial > 0);
    assert_int_equal(files_in(&s, "partial"), 0);
    scene_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pages_and_years),
        cmocka_unit_test(test_a_page_that_has_not_changed),
        cmocka_unit_test(test_links_to_another_server),
        cmocka_unit_test(test_page_too_large_and_dry_run),
        cmocka_unit_test(test_new_unchanged_changed),
        cmocka_unit_test(test_half_files),
        cmocka_unit_test(test_a_half_file_of_an_older_version),
        cmocka_unit_test(test_errors_of_servers),
        cmocka_unit_test(test_redirects),
        cmocka_unit_test(test_slow_and_absent_servers),
        cmocka_unit_test(test_names_from_the_server_and_the_lock),
        cmocka_unit_test(test_killed_in_the_middle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
