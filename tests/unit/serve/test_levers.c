/* The levers of a plan over HTTP: answers, refusals, limits, and many at once, from one edition that nobody changes. */
#include "fixture.h"

#include <pthread.h>

static server *serving;

static int open_server(void **state)
{
    const int failed = open_workspace(state);
    if (failed != 0)
        return failed;
    (void)edition_install("one", 0);
    serving = start("127.0.0.1:0", false);
    return 0;
}

static int close_server(void **state)
{
    server_stop(serving);
    return close_workspace(state);
}

static answer ask(const char *path)
{
    return client_once(server_address(serving), "GET", path, "");
}

static const char *body_of(answer *a)
{
    buffer_char(&a->body, 0); /* ended, to be searched */
    return a->body.data == NULL ? "" : a->body.data;
}

static void a_form_that_works_without_a_script(void **state)
{
    (void)state;
    answer a = ask("/plan/D7T5G?growth=2&capacity=10&by=2027-03&target=80&profile=flat&function=C_110&cost=1900");
    assert_int_equal(a.code, 200);
    assert_string_equal(answer_header(&a, "Content-Type"), "text/html; charset=utf-8");
    assert_null(strstr(answer_header(&a, "Content-Security-Policy"), "unsafe"));
    const char *page = body_of(&a);
    static const char *const kept[] = {"value=\"2\"",
                                       "value=\"10\"",
                                       "value=\"2027-03\"",
                                       "value=\"80\"",
                                       "value=\"1900\"",
                                       "value=\"flat\" selected",
                                       "value=\"C_110\" selected",
                                       "<form class=\"levers\" method=\"get\"",
                                       "With 10% more treatments, at once, and new pathways growing by 2% a year"};
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        if (strstr(page, kept[i]) == NULL)
            fail_msg("no '%s'", kept[i]);
    assert_null(strstr(page, " style=\""));
    answer_free(&a);
    a = ask("/plan/D7T5G");
    assert_int_equal(a.code, 200);
    answer_free(&a);
}

static void the_answer_alone(void **state)
{
    (void)state;
    answer a = ask("/plan/D7T5G?capacity=10&part=answer");
    assert_int_equal(a.code, 200);
    const char *words = body_of(&a);
    assert_null(strstr(words, "<html"));
    assert_null(strstr(words, "<form"));
    assert_non_null(strstr(words, "class=\"lede said\""));
    answer_free(&a);
}

static void what_cannot_be_used_is_said_beside_its_field(void **state)
{
    static const char *const wrong[] = {"growth=abc",          "growth=-99",     "capacity=-200", "capacity=1e400",
                                        "by=2020-01",          "by=never",       "target=100",    "target=-1",
                                        "profile=other",       "function=C_999", "cost=-5",       "cost=%00",
                                        "growth=%3Cscript%3E", "by=2999-01"};
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char path[200];
        (void)snprintf(path, sizeof path, "/plan/D7T5G?%s", wrong[i]);
        answer a = ask(path);
        const bool empty = strcmp(wrong[i], "cost=%00") == 0; /* nothing is left of it */
        if (a.code != (empty ? 200 : 400))
            fail_msg("%s: %d", path, a.code);
        const char *page = body_of(&a);
        if (!empty && (strstr(page, "There is a problem") == NULL || strstr(page, "aria-invalid=\"true\"") == NULL))
            fail_msg("%s says nothing", path);
        assert_null(strstr(page, "<script>"));
        answer_free(&a);
    }
}

/* The trust's one treatment function has figures up to December 2025 alone, all together up to March 2026: 20 years on is another month. */
static void a_month_out_of_reach_of_the_function_alone(void **state)
{
    static const struct {
        const char *query;
        int code;
    } cases[] = {{"by=2046-03", 200},
                 {"function=C_110&by=2046-03", 400},
                 {"function=C_110&by=2045-12", 200},
                 {"function=C_110&by=2026-01", 200},
                 {"function=C_110&by=2025-12", 400},
                 {"function=C_110", 200}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char path[200];
        (void)snprintf(path, sizeof path, "/plan/RQ8?%s&part=answer", cases[i].query);
        answer a = ask(path);
        if (a.code != cases[i].code)
            fail_msg("%s: %d, not %d", path, a.code, cases[i].code);
        if (a.code == 400)
            assert_non_null(strstr(body_of(&a), "href=\"#by\""));
        answer_free(&a);
    }
}

static void there_is_no_plan_of_nobody(void **state)
{
    static const char *const paths[] = {"/plan/XXX", "/plan/XXX?growth=2", "/plan/", "/plan/RAJ", "/plan/../plan/XXX"};
    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        expect(server_address(serving), "GET", paths[i], "", 404);
    expect(server_address(serving), "POST", "/plan/D7T5G", "Content-Length: 0\r\n", 405);
    expect(server_address(serving), "HEAD", "/plan/D7T5G?growth=2", "", 200);
}

static void too_much_is_refused(void **state)
{
    char path[6000] = "/plan/D7T5G?growth=";
    (void)state;
    for (size_t n = strlen(path), i = 0; i < SITE_FIELD_TEXT_MAXIMUM + 1; i++)
        path[n + i] = '1';
    expect(server_address(serving), "GET", path, "", 414);
    (void)snprintf(path, sizeof path, "/plan/D7T5G?");
    for (int i = 0; i < SITE_FIELDS_MAXIMUM + 1; i++)
        (void)snprintf(path + strlen(path), sizeof path - strlen(path), "a%d=1&", i);
    expect(server_address(serving), "GET", path, "", 414);
}

/* ---- many at once ------------------------------------------------------------------------------------------ */

typedef struct asker {
    pthread_t thread;
    unsigned seed;
    size_t failures;
} asker;

enum { ASKERS = 4, QUESTIONS = 60, DIFFERENT = 5 };
static buffer wanted[DIFFERENT];

static void question(int which, char path[96])
{
    (void)snprintf(path, 96, "/plan/%s?growth=%d&capacity=%d&part=answer", which % 2 == 0 ? "D7T5G" : "RQ8", which,
                   5 * which);
}

static void *ask_many(void *context)
{
    asker *x = context;
    int fd = client_open(server_address(serving));
    for (int i = 0; i < QUESTIONS; i++) {
        char path[96];
        x->seed = x->seed * 1103515245u + 12345u;
        const int which = (int)(x->seed >> 16) % DIFFERENT;
        question(which, path);
        answer a = client_ask(fd, "GET", path, "");
        x->failures += a.code != 200 || !same_bytes(&a.body, &wanted[which]);
        answer_free(&a);
    }
    (void)close(fd);
    return NULL;
}

static void the_same_question_has_the_same_answer_from_every_thread(void **state)
{
    asker askers[ASKERS];
    (void)state;
    for (int i = 0; i < DIFFERENT; i++) {
        char path[96];
        question(i, path);
        answer a = ask(path);
        assert_int_equal(a.code, 200);
        wanted[i] = a.body;
    }
    for (int i = 0; i < ASKERS; i++) {
        askers[i] = (asker){.seed = (unsigned)i};
        assert_int_equal(pthread_create(&askers[i].thread, NULL, ask_many, &askers[i]), 0);
    }
    for (int i = 0; i < ASKERS; i++) {
        assert_int_equal(pthread_join(askers[i].thread, NULL), 0);
        assert_int_equal(askers[i].failures, 0);
    }
    for (int i = 0; i < DIFFERENT; i++)
        buffer_free(&wanted[i]);
}

/* Queries of any bytes that an address can hold: an answer or a refusal, and the server lives. */
static void any_query(void **state)
{
    uint64_t random = 2463534242u;
    static const char letters[] = "growthcapacityby=&=&%%20+2029-03;1.5e9\"'<>flat";
    (void)state;
    for (int round = 0; round < 200; round++) {
        char path[400] = "/plan/RQ8?";
        size_t n = strlen(path);
        for (size_t i = 0; i < 40 + (size_t)round; i++) {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            path[n++] = letters[random % (sizeof letters - 1)];
        }
        path[n] = 0;
        answer a = ask(path);
        if (a.code != 200 && a.code != 400 && a.code != 414)
            fail_msg("%s: %d", path, a.code);
        answer_free(&a);
    }
    expect(server_address(serving), "GET", "/", "", 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_form_that_works_without_a_script),
        cmocka_unit_test(the_answer_alone),
        cmocka_unit_test(what_cannot_be_used_is_said_beside_its_field),
        cmocka_unit_test(a_month_out_of_reach_of_the_function_alone),
        cmocka_unit_test(there_is_no_plan_of_nobody),
        cmocka_unit_test(too_much_is_refused),
        cmocka_unit_test(the_same_question_has_the_same_answer_from_every_thread),
        cmocka_unit_test(any_query),
    };
    return cmocka_run_group_tests(tests, open_server, close_server);
}
