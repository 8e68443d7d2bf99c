/* Where the server listens, how it takes up a new edition while many ask, how it stops. */
#include "fixture.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

/* ---- where it listens -------------------------------------------------------------------------------------- */

static void refuses(const char *where, status wanted, const char *words)
{
    const server_options options = {
        .workspace = workspace, .web_folder = WEB_FOLDER, .program_version = "", .listen = where, .threads = 1};
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
    static const char *const wrong[] = {"",
                                        ":",
                                        "8042",
                                        "127.0.0.1",
                                        "127.0.0.1:",
                                        "127.0.0.1:70000",
                                        "127.0.0.1:-1",
                                        "127.0.0.1:80x",
                                        "[::]:80",
                                        "[::2]:80",
                                        "example.org:80",
                                        "unix:",
                                        "unix:relative/path"};
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
static const char *const hammered[] = {"index.html", "organisation/D7T5G.html", "series/rtt-within-18-weeks/D7T5G.html",
                                       "changes.html"};
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
        hammers[i] = (hammer){.address = server_address(s),
                              .wanted = {wanted[0], wanted[1], wanted[2]},
                              .stop = &stop,
                              .newest_seen = &seen,
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
    char id[SHA256_TEXT], path[400], log[300];
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
