/* Several processes write at once: nothing is lost, nobody is refused for being second, and of two who revise what they both read the second is told. */
#include "harness.h"

#include <sys/wait.h>

enum { WRITERS = 4, EACH = 60 };

static void child(const char *path, int who)
{
    register_log *log = NULL;
    static const char *const partners[] = {"QMM", "RM1", "E10000020", "VOL1"};
    const register_options options = {.wait_milliseconds = 60000};
    if (register_open(path, &options, &log, NULL) != STATUS_OK)
        _exit(9);
    for (int i = 0; i < EACH; i++) {
        char body[160];
        (void)snprintf(body, sizeof body,
                       "{\"measure\":\"m\",\"of\":\"RM1\",\"period\":\"2026-01\",\"words\":\"writer %d, note %d\"}",
                       who, i);
        const register_draft d = {.kind = "note.add",
                                  .now = "2026-02-01T09:00:00Z",
                                  .actor = "A",
                                  .organisation = partners[who],
                                  .body = body};
        if (register_append(log, &d, NULL, NULL) != STATUS_OK)
            _exit(8);
    }
    register_close(log);
    _exit(0);
}

static void test_writers(void **state)
{
    (void)state;
    bench bench_here = {0}, *b = &bench_here;
    pid_t pids[WRITERS];
    bench_open_with(b, NULL);
    bench_partners(b);
    register_close(b->log);
    b->log = NULL;
    for (int i = 0; i < WRITERS; i++) {
        pids[i] = fork();
        assert_true(pids[i] >= 0);
        if (pids[i] == 0)
            child(b->path, i);
    }
    for (int i = 0; i < WRITERS; i++) {
        int how = 0;
        assert_int_equal(waitpid(pids[i], &how, 0), pids[i]);
        assert_true(WIFEXITED(how));
        assert_int_equal(WEXITSTATUS(how), 0);
    }
    register_proof proof;
    assert_int_equal(register_verify(b->path, 0, NULL, &proof, NULL), STATUS_OK);
    assert_int_equal(proof.events, 5 + WRITERS * EACH);
    assert_int_equal(register_open(b->path, NULL, &b->log, NULL), STATUS_OK);
    int next[WRITERS] = {0};
    for (size_t i = 0; i < register_count(b->log, REGISTER_NOTE); i++) {
        int who, number;
        assert_int_equal(sscanf(register_value(register_at(b->log, REGISTER_NOTE, i), FIELD_WORDS),
                                "writer %d, note %d", &who, &number),
                         2);
        assert_int_equal(number, next[who]++);
    }
    bench_close(b);
}

static void test_two_editing(void **state)
{
    (void)state;
    bench bench_here = {0}, *b = &bench_here;
    register_log *second = NULL;
    bench_open_with(b, NULL);
    bench_partners(b);
    bench_priority(b);
    assert_int_equal(register_open(b->path, NULL, &second, NULL), STATUS_OK);
    int64_t read_by_both = register_find(b->log, REGISTER_TARGET, "waits")->version;
    register_draft d = {.kind = "target.revise",
                        .subject = "waits",
                        .now = "2026-02-01T09:00:00Z",
                        .actor = "A",
                        .organisation = "RM1",
                        .body = "{\"reason\":\"r\",\"level\":2}",
                        .if_version = read_by_both};
    error err = {0};
    assert_int_equal(register_append(b->log, &d, NULL, &err), STATUS_OK);
    d.organisation = "QMM";
    d.body = "{\"reason\":\"r\",\"level\":0.5}";
    assert_int_equal(register_append(second, &d, NULL, &err), STATUS_REFUSED);
    assert_string_equal(err.message, "'waits' has changed since you read it: it is at version 7, not 6 (event 12)");
    assert_string_equal(register_value(register_find(second, REGISTER_TARGET, "waits"), FIELD_LEVEL), "2");
    /* Having read it again, the second may; and the first handle takes that in. */
    d.if_version = 7;
    assert_int_equal(register_append(second, &d, NULL, &err), STATUS_OK);
    assert_int_equal(register_refresh(b->log, &err), STATUS_OK);
    assert_string_equal(register_value(register_find(b->log, REGISTER_TARGET, "waits"), FIELD_LEVEL), "0.5");
    register_close(second);
    bench_close(b);
}

/* Tells that it was asked, then waits for the pipe to end. */
static status pipe_read(void *context, char *into, size_t capacity, size_t *got, error *err)
{
    const int *ends = context;
    (void)err;
    if (write(ends[1], "x", 1) != 1)
        return STATUS_IO;
    ssize_t n = read(ends[0], into, capacity);
    *got = n > 0 ? (size_t)n : 0;
    return STATUS_OK;
}

static void test_busy(void **state)
{
    (void)state;
    bench bench_here = {0}, *b = &bench_here;
    int ends[2], back[2];
    char byte = 0;
    bench_open_with(b, NULL);
    bench_partners(b);
    register_close(b->log);
    b->log = NULL;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(pipe(back), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        /* Holds the register as an import does while it reads its file, which comes through the pipe. */
        register_log *log = NULL;
        if (register_open(b->path, NULL, &log, NULL) != STATUS_OK || write(back[1], "x", 1) != 1)
            _exit(9);
        register_import_report report;
        /* The writer's own end would keep the pipe from ending. */
        (void)close(ends[1]);
        int both[] = {ends[0], back[1]};
        (void)!register_import(log, pipe_read, both, "pipe", &report, NULL);
        register_close(log);
        _exit(0);
    }
    (void)close(ends[0]);
    assert_int_equal(read(back[0], &byte, 1), 1);
    assert_int_equal(read(back[0], &byte, 1), 1); /* the import has begun */
    const register_options options = {.wait_milliseconds = 50};
    error err = {0};
    assert_int_equal(register_open(b->path, &options, &b->log, &err), STATUS_OK);
    assert_int_equal(put(b, "2026-02-01T09:00:00Z", "RM1", "commitment.make", "c",
                         "{\"what\":\"x\",\"whom\":\"y\",\"due\":\"2026-06-30\"}"),
                     STATUS_BUSY);
    assert_string_equal(b->err.message, "Somebody else is writing to the register");
    (void)close(ends[1]);
    int how = 0;
    assert_int_equal(waitpid(pid, &how, 0), pid);
    assert_int_equal(put(b, "2026-02-01T09:00:00Z", "RM1", "commitment.make", "c",
                         "{\"what\":\"x\",\"whom\":\"y\",\"due\":\"2026-06-30\"}"),
                     STATUS_OK);
    (void)close(back[0]);
    (void)close(back[1]);
    bench_close(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_writers), cmocka_unit_test(test_two_editing),
                                       cmocka_unit_test(test_busy)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
