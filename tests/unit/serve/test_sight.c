/* Which edition is served while the newest may not be seen yet: the one before it, until it may; and the words on top of a preview. */
#include "fixture.h"

#include <stdatomic.h>
#include <time.h>

static atomic_int under_embargo, preview;

static status choose(void *context, const char *const *ids, size_t count, size_t *at, char *mark, size_t size,
                     error *err)
{
    (void)context;
    assert_non_null(ids[0]);
    *at = atomic_load(&under_embargo) && !atomic_load(&preview) ? 1 : 0;
    mark[0] = 0;
    if (atomic_load(&under_embargo) && atomic_load(&preview))
        (void)snprintf(mark, size, "Preview <for some>");
    return *at < count ? STATUS_OK : error_set(err, STATUS_REFUSED, "The newest edition is under embargo");
}

static server_options options_of(void)
{
    return (server_options){.workspace = workspace,
                            .web_folder = WEB_FOLDER,
                            .program_version = "1.2.3",
                            .listen = "127.0.0.1:0",
                            .threads = 1,
                            .choose = choose};
}

/* Does the front page come from that edition, with or without the mark, within ten seconds? */
static bool comes_to_show(const char *address, const char *path, bool marked)
{
    const char *name = strrchr(path, '/') + 1;
    char id[13];
    (void)snprintf(id, sizeof id, "%.12s", name);
    for (int i = 0; i < 100; i++) {
        answer a = client_once(address, "GET", "/", "");
        bool shown = strstr(a.head, id) != NULL, mark = false;
        for (size_t k = 0; !mark && k < a.body.length; k++)
            mark = strncmp(a.body.data + k, "Preview &lt;for some&gt;", 24) == 0;
        answer_free(&a);
        if (shown && mark == marked)
            return true;
        const struct timespec tenth = {0, 100000000};
        (void)nanosleep(&tenth, NULL);
    }
    return false;
}

/* A new event of the register is seen by its file. */
static void register_touch(void)
{
    char path[300];
    static size_t times;
    (void)snprintf(path, sizeof path, "%s/register.sqlite", workspace);
    assert_int_equal(file_write(path, "12345678", 1 + times++ % 8, false, NULL), STATUS_OK);
}

static void an_embargo_keeps_the_newest_back(void **state)
{
    (void)state;
    char earlier[400], newest[400];
    (void)snprintf(earlier, sizeof earlier, "%s", edition_install("one", 0));
    (void)snprintf(newest, sizeof newest, "%s", edition_install("two", 5));
    const server_options options = options_of();
    server *s = NULL;
    error err = {0};
    atomic_store(&under_embargo, 1);
    assert_int_equal(server_start(&options, &s, &err), STATUS_OK);
    assert_true(comes_to_show(server_address(s), earlier, false));
    atomic_store(&preview, 1);
    register_touch();
    assert_true(comes_to_show(server_address(s), newest, true));
    /* The day comes: without a change of any file. */
    atomic_store(&under_embargo, 0);
    assert_true(comes_to_show(server_address(s), newest, false));
    /* An embargo on what is shown already. */
    atomic_store(&preview, 0);
    atomic_store(&under_embargo, 1);
    register_touch();
    assert_true(comes_to_show(server_address(s), earlier, false));
    server_stop(s);
}

static void nothing_that_may_be_seen_is_a_refusal(void **state)
{
    (void)state;
    char log[300];
    (void)snprintf(log, sizeof log, "%s/editions/log.csv", workspace);
    (void)unlink(log);
    (void)edition_install("three", 9);
    const server_options options = options_of();
    server *s = NULL;
    error err = {0};
    atomic_store(&under_embargo, 1);
    atomic_store(&preview, 0);
    assert_int_equal(server_start(&options, &s, &err), STATUS_REFUSED);
    assert_null(s);
    assert_non_null(strstr(err.message, "under embargo"));
}

int main(void)
{
    (void)start, (void)site_of, (void)bytes_of, (void)same_bytes, (void)expect, (void)gunzip;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_embargo_keeps_the_newest_back),
        cmocka_unit_test(nothing_that_may_be_seen_is_a_refusal),
    };
    return cmocka_run_group_tests_name("sight", tests, open_workspace, close_workspace);
}
