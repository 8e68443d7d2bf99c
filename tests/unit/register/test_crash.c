/* A writer is killed (kill -9) 200 times at random moments. Every event that it was told is kept must be there afterwards, and the chain must prove right. */
#include "harness.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>

enum { KILLS = 200 };

typedef struct acknowledged {
    int64_t sequence;
    char hash[SHA256_TEXT];
} acknowledged;

/* Appends until it is killed, and tells of each event after register_append has returned. One write of less than PIPE_BUF bytes is whole or not there. */
static void child(const char *path, int tell)
{
    register_log *log = NULL;
    if (register_open(path, NULL, &log, NULL) != STATUS_OK)
        _exit(9);
    const acknowledged ready = {.sequence = 0};
    if (write(tell, &ready, sizeof ready) != (ssize_t)sizeof ready)
        _exit(7);
    for (;;) {
        register_receipt receipt;
        const register_draft d = {
            .kind = "note.add",
            .now = "2026-02-01T09:00:00Z",
            .actor = "A",
            .organisation = "RM1",
            .body = "{\"measure\":\"m\",\"of\":\"RM1\",\"period\":\"2026-01\",\"words\":\"A new ward\"}"};
        if (register_append(log, &d, &receipt, NULL) != STATUS_OK)
            _exit(8);
        acknowledged told = {.sequence = receipt.sequence};
        memcpy(told.hash, receipt.hash, sizeof told.hash);
        if (write(tell, &told, sizeof told) != (ssize_t)sizeof told)
            _exit(7);
    }
}

static void test_killed(void **state)
{
    (void)state;
    bench bench_here = {0}, *b = &bench_here;
    int64_t told_in_all = 0, last_told = 0;
    int silent = 0;
    uint64_t seed = 7;
    bench_open_with(b, NULL);
    bench_partners(b);
    register_close(b->log);
    b->log = NULL;
    for (int kill_count = 0; kill_count < KILLS; kill_count++) {
        int ends[2];
        assert_int_equal(pipe(ends), 0);
        pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0) {
            (void)close(ends[0]);
            child(b->path, ends[1]);
        }
        (void)close(ends[1]);
        /* Some while the file is being opened, the others up to some dozens of events after that. */
        acknowledged told = {0}, last = {0};
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        if (kill_count % 8 != 0)
            assert_int_equal(read(ends[0], &told, sizeof told), sizeof told);
        const struct timespec wait = {.tv_nsec = (long)((seed >> 33) % 8000) * 1000};
        (void)nanosleep(&wait, NULL);
        assert_int_equal(kill(pid, SIGKILL), 0);
        int how = 0;
        assert_int_equal(waitpid(pid, &how, 0), pid);
        assert_true(WIFSIGNALED(how));

        int64_t here = 0;
        while (read(ends[0], &told, sizeof told) == (ssize_t)sizeof told)
            if (told.sequence > 0) {
                last = told;
                here++;
            }
        (void)close(ends[0]);
        silent += here == 0;
        told_in_all += here;
        if (here > 0)
            last_told = last.sequence;
        register_proof proof;
        error err = {0};
        status code = register_verify(b->path, last.sequence, here > 0 ? last.hash : NULL, &proof, &err);
        if (code != STATUS_OK)
            fail_msg("after kill %d: %s", kill_count, err.message);
        /* At most the one event that was being acknowledged is there without having been told. */
        assert_true(proof.events >= last_told && proof.events <= (here > 0 ? last.sequence : proof.events) + 1);
    }
    print_message("%d kills, %lld events acknowledged and all of them there; %d kills came before the first\n", KILLS,
                  (long long)told_in_all, silent);
    assert_true(told_in_all > KILLS && silent < KILLS);
    bench_close(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_killed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
