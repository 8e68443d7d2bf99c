/* Files: SHA-256 by the vectors of its standard, whole reads, writes that leave the old or the new. */
#include "unit.h"

#include <sodium.h>

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[1024];

static const char *in_folder(const char *name)
{
    static char path[1200];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static int make_folder(void **state)
{
    (void)state;
    const char *place = getenv("TMPDIR");
    (void)snprintf(folder, sizeof folder, "%s/concord-base-XXXXXX", place == NULL || *place == 0 ? P_tmpdir : place);
    return mkdtemp(folder) == NULL ? -1 : 0;
}

/* Also says how many names there were, so that a test can tell what was left behind. */
static int names_in(const char *path, bool remove_them)
{
    int count = 0;
    DIR *d = opendir(path);
    assert_non_null(d);
    for (struct dirent *entry; (entry = readdir(d)) != NULL;) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        count++;
        char inner[2048];
        (void)snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
        if (remove_them && unlink(inner) != 0) {
            (void)names_in(inner, true);
            (void)rmdir(inner);
        }
    }
    (void)closedir(d);
    return count;
}

static int empty_folder(void **state)
{
    (void)state;
    (void)names_in(folder, true);
    return 0;
}

static int remove_folder(void **state)
{
    (void)empty_folder(state);
    return rmdir(folder);
}

static void sha256_agrees_with_the_standard(void **state)
{
    (void)state;
    /* FIPS 180-4: the one-block, two-block and long messages of its examples, and the empty one. */
    static const struct {
        const char *message, *digest;
    } vectors[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    char out[SHA256_TEXT];
    sha256 h;
    for (size_t i = 0; i < COUNT_OF(vectors); i++) {
        sha256_begin(&h);
        for (const char *c = vectors[i].message; *c != 0; c++)
            sha256_add(&h, c, 1);
        sha256_add(&h, NULL, 0);
        sha256_end(&h, out);
        assert_string_equal(out, vectors[i].digest);
    }
    char million[1000];
    memset(million, 'a', sizeof million);
    buffer all = {0};
    for (int i = 0; i < 1000; i++)
        buffer_put(&all, million, sizeof million);
    assert_int_equal(file_write(in_folder("a"), all.data, all.length, false, NULL), STATUS_OK);
    assert_int_equal(sha256_file(in_folder("a"), out, NULL), STATUS_OK);
    assert_string_equal(out, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    buffer_free(&all);
}

/* By the processor's own instructions, in parts of all lengths, against libsodium as a whole. */
static void sha256_in_parts_agrees_with_libsodium(void **state)
{
    (void)state;
    static unsigned char bytes[5000];
    uint32_t seed = 12345;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)((seed = seed * 1664525 + 1013904223) >> 24);
    for (size_t length = 0; length < sizeof bytes; length += 1 + length / 40) {
        unsigned char digest[crypto_hash_sha256_BYTES];
        char expected[SHA256_TEXT], out[SHA256_TEXT];
        sha256 h;
        assert_int_equal(crypto_hash_sha256(digest, bytes, length), 0);
        (void)sodium_bin2hex(expected, sizeof expected, digest, sizeof digest);
        for (int round = 0; round < 8; round++) {
            sha256_begin(&h);
            for (size_t at = 0; at < length;) {
                seed = seed * 1664525 + 1013904223;
                size_t part = 1 + (seed >> 16) % (round == 0 ? 5000 : 40U * (unsigned)round);
                part = part > length - at ? length - at : part;
                sha256_add(&h, bytes + at, part);
                at += part;
            }
            sha256_end(&h, out);
            assert_string_equal(out, expected);
        }
    }
}

static void what_is_not_there_is_said(void **state)
{
    (void)state;
    error err = {0};
    char out[SHA256_TEXT];
    buffer b = {0};
    assert_int_equal(sha256_file(in_folder("none"), out, &err), STATUS_IO);
    assert_string_equal(err.file, in_folder("none"));
    assert_non_null(strstr(err.message, "No such file"));
    assert_int_equal(sha256_file(folder, out, &err), STATUS_IO);
    assert_non_null(strstr(err.message, "directory"));
    assert_int_equal(file_read(in_folder("none"), 10, &b, &err), STATUS_IO);
    assert_int_equal(file_read(folder, 10, &b, &err), STATUS_IO);
    assert_int_equal(file_write(in_folder("none/x"), "x", 1, true, &err), STATUS_IO);
    assert_string_equal(err.file, in_folder("none/x"));
    buffer_free(&b);
}

static void whole_files_are_read_up_to_a_maximum(void **state)
{
    (void)state;
    error err = {0};
    buffer b = {0};
    assert_int_equal(file_write(in_folder("ten"), "0123456789", 10, false, NULL), STATUS_OK);
    assert_int_equal(file_read(in_folder("ten"), 10, &b, &err), STATUS_OK);
    assert_string_equal(b.data, "0123456789");
    assert_int_equal(file_read(in_folder("ten"), 9, &b, &err), STATUS_REFUSED);
    assert_non_null(strstr(err.message, "9 bytes"));
    assert_int_equal(file_write(in_folder("empty"), "", 0, false, NULL), STATUS_OK);
    buffer fresh = {0};
    assert_int_equal(file_read(in_folder("empty"), 0, &fresh, &err), STATUS_OK);
    assert_int_equal(fresh.length, 0);
    assert_string_equal(fresh.data, "");
    buffer_free(&fresh);
    buffer_free(&b);
}

static void a_write_replaces_and_leaves_nothing_else(void **state)
{
    (void)state;
    buffer b = {0};
    for (int durable = 0; durable < 2; durable++) {
        assert_int_equal(file_write(in_folder("f"), "old figures", 11, durable == 1, NULL), STATUS_OK);
        assert_int_equal(file_write(in_folder("f"), "new", 3, durable == 1, NULL), STATUS_OK);
        assert_int_equal(file_read(in_folder("f"), 100, &b, NULL), STATUS_OK);
        assert_string_equal(b.data, "new");
        assert_int_equal(names_in(folder, false), 1);
    }
    /* A name alone, without a folder in it. */
    char here[4096];
    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(chdir(folder), 0);
    assert_int_equal(file_write("plain", "x", 1, true, NULL), STATUS_OK);
    assert_int_equal(chdir(here), 0);
    assert_int_equal(names_in(folder, false), 2);
    buffer_free(&b);
}

/* A disk that is full, played by a limit on the size of files in a child process. */
static void a_failed_write_leaves_the_old(void **state)
{
    (void)state;
    static char large[100000];
    assert_int_equal(file_write(in_folder("f"), "old", 3, true, NULL), STATUS_OK);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct rlimit limit = {50000, 50000};
        error err = {0};
        (void)signal(SIGXFSZ, SIG_IGN);
        bool good = setrlimit(RLIMIT_FSIZE, &limit) == 0 &&
                    file_write(in_folder("f"), large, sizeof large, true, &err) == STATUS_IO &&
                    strstr(err.message, "File too large") != NULL;
        _exit(good ? 0 : 1);
    }
    int answer = -1;
    assert_int_equal(waitpid(child, &answer, 0), child);
    assert_int_equal(answer, 0);
    buffer b = {0};
    assert_int_equal(file_read(in_folder("f"), sizeof large, &b, NULL), STATUS_OK);
    assert_string_equal(b.data, "old");
    assert_int_equal(names_in(folder, false), 1);
    buffer_free(&b);
}

#define WRITES 300
static void *write_again_and_again(void *letter)
{
    char text_of_one_letter[5000], path[1200];
    memset(text_of_one_letter, *(const char *)letter, sizeof text_of_one_letter);
    (void)snprintf(path, sizeof path, "%s/shared", folder);
    size_t failures = 0;
    for (int i = 0; i < WRITES; i++)
        failures += file_write(path, text_of_one_letter, sizeof text_of_one_letter, false, NULL) != STATUS_OK;
    return failures == 0 ? letter : NULL;
}

static void readers_never_see_half_a_file(void **state)
{
    (void)state;
    static char letters[] = "ab";
    pthread_t writers[2];
    assert_non_null(write_again_and_again(&letters[0]));
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&writers[i], NULL, write_again_and_again, &letters[i]), 0);
    buffer b = {0};
    for (int i = 0; i < WRITES; i++) {
        assert_int_equal(file_read(in_folder("shared"), 10000, &b, NULL), STATUS_OK);
        assert_int_equal(b.length, 5000);
        assert_int_equal(strspn(b.data, b.data[0] == 'a' ? "a" : "b"), 5000);
    }
    for (size_t i = 0; i < 2; i++) {
        void *answer = NULL;
        assert_int_equal(pthread_join(writers[i], &answer), 0);
        assert_ptr_equal(answer, &letters[i]);
    }
    assert_int_equal(names_in(folder, false), 1);
    buffer_free(&b);
}

static void folders_are_made_with_their_parents(void **state)
{
    (void)state;
    error err = {0};
    struct stat st;
    assert_int_equal(folder_make(in_folder("a/b//c/"), &err), STATUS_OK);
    assert_int_equal(stat(in_folder("a/b/c"), &st), 0);
    assert_true(S_ISDIR(st.st_mode));
    assert_int_equal(folder_make(in_folder("a/b/c"), &err), STATUS_OK);
    assert_int_equal(folder_make("/", &err), STATUS_OK);
    assert_int_equal(file_write(in_folder("file"), "x", 1, false, NULL), STATUS_OK);
    assert_int_equal(folder_make(in_folder("file"), &err), STATUS_IO);
    assert_non_null(strstr(err.message, "not a folder"));
    assert_int_equal(folder_make(in_folder("file/inner"), &err), STATUS_IO);
    assert_int_equal(folder_make("", &err), STATUS_IO);
    char long_path[5000];
    memset(long_path, 'x', sizeof long_path);
    long_path[sizeof long_path - 1] = 0;
    assert_int_equal(folder_make(long_path, &err), STATUS_IO);
    assert_int_equal(file_write(long_path, "x", 1, false, &err), STATUS_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(sha256_agrees_with_the_standard, empty_folder),
        cmocka_unit_test(sha256_in_parts_agrees_with_libsodium),
        cmocka_unit_test_teardown(what_is_not_there_is_said, empty_folder),
        cmocka_unit_test_teardown(whole_files_are_read_up_to_a_maximum, empty_folder),
        cmocka_unit_test_teardown(a_write_replaces_and_leaves_nothing_else, empty_folder),
        cmocka_unit_test_teardown(a_failed_write_leaves_the_old, empty_folder),
        cmocka_unit_test_teardown(readers_never_see_half_a_file, empty_folder),
        cmocka_unit_test_teardown(folders_are_made_with_their_parents, empty_folder),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
