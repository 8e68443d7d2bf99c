/* Which edition is meant by what somebody types, and embargoes whose words are longer than there is room for. */
#include "cli/sight.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define OLDER   "343c2f89c8ff0123456789abcdef0123456789abcdef0123456789abcdef0123"
#define NEWEST  "343d2f89c8ff0123456789abcdef0123456789abcdef0123456789abcdef0123"
#define APART   "9a00000000000000000000000000000000000000000000000000000000000000"
#define PARTNER "FEDCBA9876543210FEDCBA9876543210fedcba9876543210fedcba9876543210"

static char workspace[] = "/tmp/concord-sight-XXXXXX";
static arena memory;

static const char *inside(const char *name)
{
    static char path[256];
    (void)snprintf(path, sizeof path, "%s/%s", workspace, name);
    return path;
}

static int begin(void **state)
{
    (void)state;
    return mkdtemp(workspace) == NULL ? -1 : 0;
}

static int end(void **state)
{
    (void)state;
    (void)unlink(inside("editions/log.csv"));
    (void)unlink(inside("editions/" APART ".sqlite"));
    (void)rmdir(inside("editions"));
    arena_free(&memory);
    return rmdir(workspace);
}

static void test_without_an_edition(void **state)
{
    (void)state;
    const char *id = NULL;
    error err = {0};
    assert_int_equal(sight_edition(workspace, "newest", &memory, &id, &err), STATUS_NOT_FOUND);
    assert_string_equal(err.message, "There is no edition yet in this workspace");
    assert_null(id);
}

static void test_the_edition_that_is_meant(void **state)
{
    static const char log[] = OLDER "\n" NEWEST "\n" OLDER "\n" NEWEST "\n";
    static const struct {
        const char *typed, *is; /* NULL: refused */
    } cases[] = {
        {"newest", NEWEST},
        {"Newest", NEWEST},
        {"LATEST", NEWEST},
        {"343c", OLDER},
        {"343C2F89C8FF", OLDER},
        {"343D", NEWEST},
        {OLDER, OLDER},
        {"9", APART},
        {"9A", APART},
        {PARTNER, "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"},
        {"343", NULL},
        {"344", NULL},
        {"", NULL},
        {"newest ", NULL},
        {"winter", NULL},
        {"fedcba9876543210", NULL},
        {OLDER "0", NULL},
        {"zedcba9876543210FEDCBA9876543210fedcba9876543210fedcba9876543210", NULL},
    };
    (void)state;
    assert_int_equal(folder_make(inside("editions"), NULL), STATUS_OK);
    assert_int_equal(file_write(inside("editions/log.csv"), log, sizeof log - 1, false, NULL), STATUS_OK);
    assert_int_equal(file_write(inside("editions/" APART ".sqlite"), "x", 1, false, NULL), STATUS_OK);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *id = NULL;
        error err = {0};
        status code = sight_edition(workspace, cases[i].typed, &memory, &id, &err);
        if (cases[i].is == NULL && (code == STATUS_OK || id != NULL || err.message[0] == 0 || err.hint[0] == 0))
            fail_msg("'%s' is not refused", cases[i].typed);
        if (cases[i].is != NULL && (code != STATUS_OK || strcmp(id, cases[i].is) != 0))
            fail_msg("'%s' gives %s", cases[i].typed, id == NULL ? err.message : id);
    }
}

static void put(register_log *log, const char *kind, const char *subject, const char *body)
{
    const register_draft draft = {.kind = kind,
                                  .subject = subject,
                                  .time = "2026-01-05T09:00:00Z",
                                  .actor = "A. Person",
                                  .organisation = "QMM",
                                  .body = body};
    register_receipt receipt;
    error err = {0};
    if (register_append(log, &draft, &receipt, &err) != STATUS_OK)
        fail_msg("%s: %s", kind, err.message);
}

/* Fifty codes, and a reason in characters of two bytes after words of odd lengths: neither is cut inside. */
static void test_long_words(void **state)
{
    (void)state;
    for (int blanks = 0; blanks < 2; blanks++)
        for (int shift = 0; shift < 4; shift++) {
            buffer sees = {0}, reason = {0}, body = {0};
            register_log *log = NULL;
            assert_int_equal(register_open(":memory:", &(register_options){.make = true}, &log, NULL), STATUS_OK);
            put(log, "register.open", "QMM", "{\"title\":\"T\",\"name\":\"N\",\"kind\":\"icb\"}");
            for (int i = 0; i < 50; i++)
                buffer_printf(&sees, "%s\"BODY%0*d\"", i == 0 ? "" : ",", 3 + shift, i);
            for (int i = 0; i < shift; i++)
                buffer_char(&reason, 'a');
            for (int i = 0; i < 150; i++)
                buffer_text(&reason, blanks == 1 && i % 7 == 6 ? " " : "\xc3\xa9");
            buffer_text(&reason, "z");
            buffer_printf(&body, "{\"edition\":\"" OLDER "\",\"until\":\"2026-04-01\",\"sees\":[%s],\"reason\":\"%s\"}",
                          sees.data, reason.data);
            put(log, "embargo.set", "e", body.data);
            const char *const ids[] = {OLDER};
            date on;
            assert_true(date_parse(text_of("2026-02-01"), &on));
            edition_sight s = sight_of(log, ids, 1, 0, on);
            assert_true(s.embargoed);
            char *cut = strstr(s.sees, " and others");
            assert_non_null(cut);
            assert_int_equal(strlen(cut), strlen(" and others"));
            *cut = 0;
            for (const char *word = s.sees; word != NULL; word = strchr(word, ' ')) {
                word += *word == ' ';
                assert_int_equal(strcspn(word, " "), 4 + 3 + shift); /* whole codes */
            }
            size_t length = strlen(s.reason);
            assert_string_equal(s.reason + length - 4, " ...");
            assert_true(length > 150);
            for (text rest = text_of(s.reason); rest.length > 0;) {
                size_t n = text_utf8_length(rest);
                assert_true(n > 0);
                rest.at += n;
                rest.length -= n;
            }
            if (blanks == 1) {
                assert_memory_equal(s.reason, reason.data, length - 4);
                assert_int_equal(reason.data[length - 4], ' ');
            }
            char mark[600];
            sight_mark(&s, mark, sizeof mark);
            assert_non_null(strstr(mark, "do not pass them on."));
            register_close(log);
            buffer_free(&sees);
            buffer_free(&reason);
            buffer_free(&body);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_without_an_edition),
                                       cmocka_unit_test(test_the_edition_that_is_meant),
                                       cmocka_unit_test(test_long_words)};
    return cmocka_run_group_tests_name("sight", tests, begin, end);
}
