/* concord update from end to end: a publisher's server on loopback, a source of a workspace's own catalogue, the command as a process of its own; also killed in the middle. */
#include "../fetch/publisher.h"

#include "base/base.h"
#include "cli/cli.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static char folder[] = "/tmp/concord-update-XXXXXX";
static publisher server;
static buffer said;

static const char april[] = "Code,Name,Visits\nRJ1,Northwater,10\nRJ2,Southmoor,20\n";
static const char may[] = "Code,Name,Visits\nRJ1,Northwater,11\nRJ2,Southmoor,21\n";
static const char may_revised[] = "Code,Name,Visits\nRJ1,Northwater,12\nRJ2,Southmoor,22\n";
static const char june_broken[] = "Code,Name,Visits\nRJ1,Northwater,many\n";
static char page[1000] = "<ul><li><a href=Visits-April-2025.csv>April 2025</a>"
                         "<li><a href=Visits-May-2025.csv>May 2025</a> (published 12 June 2025)</ul>";
static publication published[] = {
    {.path = "/visits/", .body = page},
    {.path = "/visits/Visits-April-2025.csv",
     .body = april,
     .etag = "\"a\"",
     .modified = "Thu, 08 May 2025 09:30:00 GMT"},
    {.path = "/visits/Visits-May-2025.csv", .body = may, .etag = "\"m\"", .modified = "Thu, 01 May 2025 09:30:00 GMT"},
    {.path = "/visits/Visits-June-2025.csv", .body = june_broken, .etag = "\"j\""},
    {.path = "/visits/Visits-July-2025.csv", .body = april, .etag = "\"y\"", .slow_ms = 300},
    {.path = "/visits/Visits-September-2025-published-2025-10-09.csv",
     .body = "Code,Name,Visits\nRJ1,Northwater,13\n",
     .modified = "Mon, 20 Oct 2025 09:30:00 GMT"},
    {.path = "/visits/Visits-August-2025-published-2025-10-09.csv"},
    {.path = "/visits/Visits-April-2025-again.csv", .body = april, .etag = "\"again\""}};

/* Starts a command line; its words go to a file. */
static pid_t begin(const char *words)
{
    char line[600], out[600];
    char *argv[20];
    int argc = 0;
    (void)snprintf(line, sizeof line, "concord -w %s/board --plain %s", folder, words);
    (void)snprintf(out, sizeof out, "%s/said", folder);
    for (char *rest = NULL, *word = strtok_r(line, " ", &rest); word != NULL && argc < 19;
         word = strtok_r(NULL, " ", &rest))
        argv[argc++] = word;
    argv[argc] = NULL;
    (void)fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        int fd = open(out, O_WRONLY | O_CREAT | O_TRUNC, 0644);
        if (fd < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0)
            _exit(99);
        int code = cli_main(argc, argv);
        (void)fflush(NULL);
        _exit(code);
    }
    assert_true(child > 0);
    return child;
}

static int run(const char *words)
{
    char out[600];
    int how = 0;
    pid_t child = begin(words);
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_true(WIFEXITED(how));
    (void)snprintf(out, sizeof out, "%s/said", folder);
    assert_int_equal(file_read(out, 1 << 20, &said, NULL), STATUS_OK);
    return WEXITSTATUS(how);
}

static void has(const char *words)
{
    if (strstr(said.data, words) == NULL)
        fail_msg("'%s' was not said, but:\n%s", words, said.data);
}

static void lacks(const char *words)
{
    if (strstr(said.data, words) != NULL)
        fail_msg("'%s' was said:\n%s", words, said.data);
}

static int begin_group(void **state)
{
    (void)state;
    char path[600], yaml[2000];
    (void)setenv("no_proxy", "127.0.0.1", 1);
    (void)setenv("CONCORD_HOME", CONCORD_SOURCE_DIR, 1);
    if (mkdtemp(folder) == NULL || !publisher_start(&server, published, sizeof published / sizeof published[0]))
        return -1;
    if (run("init") != 0)
        return -1;
    int n = snprintf(
        yaml, sizeof yaml,
        "id: visits\nname: Visits\npublisher: Example\nlicence: OGL\nlanding_page: \"\"\nfrequency: monthly\n"
        "landing:\n  - {page: \"http://127.0.0.1:%d/visits/\", verified: false}\n"
        "links:\n  - {address: \"*.csv\", words: \"* 2025\"}\n"
        "columns:\n  - {name: provider, title: Provider, type: code}\n  - {name: visits, title: Visits, type: count}\n"
        "roles:\n  - {name: provider, column: provider}\n"
        "layouts:\n  - id: plain\n    columns:\n      - {header: Code, to: provider, required: true}\n"
        "      - {header: Name, name_of: provider}\n      - {header: Visits, to: visits}\n",
        server.port);
    (void)snprintf(path, sizeof path, "%s/board/catalogue/sources", folder);
    if (folder_make(path, NULL) != STATUS_OK)
        return -1;
    (void)snprintf(path, sizeof path, "%s/board/catalogue/sources/visits.yaml", folder);
    return file_write(path, yaml, (size_t)n, false, NULL) == STATUS_OK ? 0 : -1;
}

static int end_group(void **state)
{
    (void)state;
    char remove[200];
    publisher_stop(&server);
    buffer_free(&said);
    (void)snprintf(remove, sizeof remove, "rm -rf %s", folder);
    return system(remove) == 0 ? 0 : -1;
}

static void test_dry_run_then_update_then_again(void **state)
{
    (void)state;
    struct stat st;
    char path[600];
    assert_int_equal(run("update --pause 0 --dry-run visits"), 0);
    has("/visits/Visits-April-2025.csv: would be fetched");
    has("visits: 2 files on 1 page; 2 would be fetched");
    (void)snprintf(path, sizeof path, "%s/board/update", folder);
    assert_int_not_equal(stat(path, &st), 0);
    assert_int_equal(published[1].asked, 0);

    assert_int_equal(run("update --pause 0 visits"), 0);
    has("visits: 2 files on 1 page; 2 new\n");
    has("Visits-April-2025.csv: visits, 2025-04, 2 rows in, 2 kept");
    has("Visits-May-2025.csv: visits, 2025-05, 2 rows in, 2 kept");

    assert_int_equal(run("update --pause 0 visits"), 0);
    has("visits: 2 files on 1 page; 2 as before\n");
    assert_int_equal(published[1].unchanged, 1);

    /* The day of publication: as the page prints it; else Last-Modified. */
    assert_int_equal(run("list releases --format csv"), 0);
    has("2025-05-08");
    has("2025-06-12");
    lacks("2025-05-01"); /* a file about May cannot have been published then */
}

static void test_a_revision_and_a_format(void **state)
{
    (void)state;
    published[2].body = may_revised;
    published[2].etag = "\"m2\"";
    (void)snprintf(page, sizeof page,
                   "<ul><li><a href=Visits-April-2025.csv>April 2025</a>"
                   "<li><a href=Visits-May-2025.csv>May 2025</a> (published 12 June 2025, revised 10 July 2025)</ul>");
    assert_int_equal(run("update --pause 0 --format csv visits"), 0);
    has("source,address,period,result,published,why");
    has("Visits-April-2025.csv,2025-04,as it was,,");
    has("Visits-May-2025.csv,2025-05,added,2025-07-10,");
}

static void test_a_file_that_is_refused(void **state)
{
    (void)state;
    (void)snprintf(page, sizeof page, "<a href=Visits-June-2025.csv>June 2025</a>");
    for (int i = 0; i < 2; i++) { /* it waits, and is tried again without being fetched again */
        assert_int_equal(run("update --pause 0 visits"), 1);
        has("Visits-June-2025.csv: not added: ");
        has("row 2, column 'Visits': 'many' is not a whole number.");
        has("It lies at ");
    }
    has("1 fetched before, but not added");
    assert_int_equal(published[3].unchanged, 1);
    /* Mended by the publisher. */
    published[3].body = april;
    published[3].etag = "\"j2\"";
    published[3].body = "Code,Name,Visits\nRJ1,Northwater,5\n";
    assert_int_equal(run("update --pause 0 visits"), 0);
    has("1 changed");
    has("Visits-June-2025.csv: visits, 2025-06, 1 row in, 1 kept");
}

static void test_what_goes_wrong_is_said(void **state)
{
    (void)state;
    (void)snprintf(page, sizeof page,
                   "<a href=Visits-August-2025.csv>August 2025</a> <a href=Visits-April-2025.csv>April 2025</a>");
    assert_int_equal(run("update --pause 0 --since 2025-04 visits"), 3);
    has("Visits-August-2025.csv: There is nothing at this address (404).");
    has("visits: 2 files on 1 page; 1 as before, 1 not fetched");
    (void)snprintf(page, sizeof page, "<a href=dashboard>Look here</a>");
    assert_int_equal(run("update --pause 0 visits"), 1);
    has("No link of this page leads to a file of visits any more: the publisher has changed the page");
    has("Nobody has checked the pages of visits yet");
    assert_int_equal(run("update vists"), 2);
    has("There is no source vists. Did you mean visits?");
    assert_int_equal(run("update tidy"), 1);
    has("names no page where the files of tidy are listed");
    assert_int_equal(run("update --since lately visits"), 2);
}

static void test_since_leaves_older_ones_out(void **state)
{
    (void)state;
    (void)snprintf(page, sizeof page,
                   "<a href=Visits-April-2025.csv>April 2025</a> <a href=Visits-May-2024.csv>May 2024 of 2025</a>");
    assert_int_equal(run("update --pause 0 visits"), 0); /* the newest is June 2025: from July 2024 on */
    has("1 file on 1 page");
    assert_int_equal(run("update --pause 0 --since 2025-05 visits"), 0);
    has("0 files on 1 page, ");
}

/* Waits until the server has been asked for it once more, and a little longer, so that the file is on its way. */
static void on_its_way(const publication *p, int asked_before)
{
    const struct timespec step = {.tv_nsec = 10000000}, moment = {.tv_nsec = 400000000};
    for (int i = 0; i < 3000 && *(const volatile int *)&p->asked == asked_before; i++)
        (void)nanosleep(&step, NULL);
    (void)nanosleep(&moment, NULL);
}

static void test_killed_and_interrupted(void **state)
{
    (void)state;
    int how = 0;
    char out[600];
    (void)snprintf(page, sizeof page, "<a href=Visits-July-2025.csv>July 2025</a>");
    published[4].body = "Code,Name,Visits\nRJ1,Northwater,7\nRJ2,Southmoor,8\nRJ3,Westhaven,9\n";
    int asked = published[4].asked;
    pid_t child = begin("update --pause 0 visits");
    on_its_way(&published[4], asked);
    assert_int_equal(kill(child, SIGTERM), 0);
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_true(WIFSIGNALED(how)); /* ended cleanly, then by the signal itself, as whoever started it expects */
    (void)snprintf(out, sizeof out, "%s/said", folder);
    assert_int_equal(file_read(out, 1 << 20, &said, NULL), STATUS_OK);
    has("Interrupted");
    asked = published[4].asked;
    child = begin("update --pause 0 visits");
    on_its_way(&published[4], asked);
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, &how, 0), child);
    /* The store is whole, and the next run ends what was begun. */
    assert_int_equal(run("list releases --format csv"), 0);
    lacks("Visits-July-2025");
    has("Visits-June-2025");
    published[4].slow_ms = 0;
    assert_int_equal(run("update --pause 0 visits"), 0);
    has("Visits-July-2025.csv: visits, 2025-07, 3 rows in, 3 kept");
}

/* A day in the name is when the file was published, whatever the server says of its own copy. */
static void test_a_day_in_the_name(void **state)
{
    (void)state;
    (void)snprintf(page, sizeof page, "<a href=Visits-September-2025-published-2025-10-09.csv>September 2025</a>");
    assert_int_equal(run("update --pause 0 visits"), 0);
    assert_int_equal(run("list releases --format csv"), 0);
    has("2025-10-09");
    lacks("2025-10-20");
}

/* Replaced at the same address under the same date: the file that was fetched later counts, whatever its SHA-256. */
static void test_replaced_without_a_word(void **state)
{
    (void)state;
    /* Each has a lesser SHA-256 than the one before: ca68, bfef, 6bf3, 2289, 019d, so that their order would be the wrong way round. */
    static const struct {
        const char *body, *modified, *published;
    } versions[] = {
        {"Code,Name,Visits\nRJ1,Northwater,59\n", "Mon, 20 Oct 2025 09:30:00 GMT", "2025-10-09"},
        {"Code,Name,Visits\nRJ1,Northwater,18\n", "Mon, 03 Nov 2025 09:30:00 GMT", "2025-11-03"},
        {"Code,Name,Visits\nRJ1,Northwater,41\n", NULL, "2025-11-03"},
        {"Code,Name,Visits\nRJ1,Northwater,53\n", NULL, "2025-11-03"},
        {"Code,Name,Visits\nRJ1,Northwater,22\n", "Wed, 01 Jan 2200 09:30:00 GMT", "2025-11-03"},
    };
    publication *of = &published[6];
    char sha[SHA256_TEXT], line[200];
    (void)snprintf(page, sizeof page, "<a href=Visits-August-2025-published-2025-10-09.csv>August 2025</a>");
    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
        sha256 h;
        char before[SHA256_TEXT];
        memcpy(before, sha, sizeof before);
        sha256_begin(&h);
        sha256_add(&h, versions[i].body, strlen(versions[i].body));
        sha256_end(&h, sha);
        if (i > 0)
            assert_true(strcmp(sha, before) < 0);
        of->body = versions[i].body;
        of->modified = versions[i].modified;
        assert_int_equal(run("update --pause 0 visits"), 0);
        if (i > 0)
            has("; a revision of Visits-August-2025-published-2025-10-09.csv, which stays");
        lacks("Warning");
        assert_int_equal(run("list releases --format csv"), 0);
        (void)snprintf(line, sizeof line,
                       "visits,2025-08,2025-08,%s,no,yes,Visits-August-2025-published-2025-10-09.csv,1,1,0,%s",
                       versions[i].published, sha);
        has(line);
    }
    assert_int_equal(run("edition"), 0);
}

/* A copy of what is there is not fetched again and again. */
static void test_a_copy_is_known(void **state)
{
    (void)state;
    publication *of = &published[7];
    (void)snprintf(page, sizeof page, "<a href=Visits-April-2025-again.csv>April 2025</a>");
    assert_int_equal(run("update --pause 0 visits"), 0);
    assert_int_equal(of->asked, 1);
    assert_int_equal(run("update --pause 0 visits"), 0);
    assert_int_equal(of->unchanged, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dry_run_then_update_then_again),
        cmocka_unit_test(test_a_revision_and_a_format),
        cmocka_unit_test(test_a_file_that_is_refused),
        cmocka_unit_test(test_what_goes_wrong_is_said),
        cmocka_unit_test(test_since_leaves_older_ones_out),
        cmocka_unit_test(test_killed_and_interrupted),
        cmocka_unit_test(test_a_day_in_the_name),
        cmocka_unit_test(test_replaced_without_a_word),
        cmocka_unit_test(test_a_copy_is_known),
    };
    return cmocka_run_group_tests(tests, begin_group, end_group);
}
