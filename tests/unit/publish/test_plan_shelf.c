/* Plans kept on the shelf, asked for by many threads at once: each gets what one alone gets, once worked out they share it, and none is lost. */
#include "site_fixture.h"

#include "publish/plan_view.h"

#include <pthread.h>

enum { THREADS = 8, TURNS = 200 };

typedef struct asker {
    const site *site;
    int32_t whose[2];
    double needed[2]; /* as one thread alone finds it */
    int at, wrong, refused;
} asker;

static void *ask(void *context)
{
    asker *a = context;
    for (int i = 0; i < TURNS; i++) {
        const int k = (i + a->at) % 2;
        const plan_view *v = NULL;
        error err = {0};
        if (plan_view_take(a->site, a->whose[k], &v, &err) != STATUS_OK || v == NULL) {
            a->refused++;
            continue;
        }
        a->wrong += v->who != a->whose[k] || v->list.problem[0] != 0 || v->course_count < COURSE_FIRST_SCENARIO ||
                    !(v->answer.found.last_capacity == a->needed[k]);
        plan_view_release(a->site, v);
    }
    return NULL;
}

static void many_threads_get_what_one_gets(void **state)
{
    asker askers[THREADS];
    pthread_t threads[THREADS];
    asker first = {0};
    (void)state;
    site *s = fixture_open(fixture_edition("shelf", 0, "common-cause", "common-cause", MONTHS), NULL);
    first.site = s;
    first.whose[0] = edition_find_org(s->now, "D7T5G");
    first.whose[1] = edition_find_org(s->now, "RQ8");
    for (int k = 0; k < 2; k++) {
        arena memory = {0};
        plan_view alone;
        error err = {0};
        assert_int_equal(plan_view_make(s, first.whose[k], PLAN_PAGE | PLAN_EVERY_MONTH, &memory, &alone, &err),
                         STATUS_OK);
        first.needed[k] = alone.answer.found.last_capacity;
        assert_true(first.needed[k] > 0);
        arena_free(&memory);
    }
    for (int i = 0; i < THREADS; i++) {
        askers[i] = first;
        askers[i].at = i;
        assert_int_equal(pthread_create(&threads[i], NULL, ask, &askers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(askers[i].wrong, 0);
        assert_int_equal(askers[i].refused, 0);
    }
    buffer html = {0};
    render(s, "plan/D7T5G.html", &html); /* and it is the page that they would have made */
    buffer_char(&html, 0);
    assert_non_null(strstr(html.data, "What would it take to reach"));
    buffer_free(&html);
    site_close(s);
}

static void a_plan_that_is_held_stays_the_same_one(void **state)
{
    const plan_view *held = NULL, *again = NULL, *other = NULL;
    error err = {0};
    (void)state;
    site *s = fixture_open(fixture_edition("held", 0, "common-cause", "common-cause", MONTHS), NULL);
    const int32_t who = edition_find_org(s->now, "D7T5G");
    assert_int_equal(plan_view_take(s, who, &held, &err), STATUS_OK);
    assert_int_equal(plan_view_take(s, edition_find_org(s->now, "RQ8"), &other, &err), STATUS_OK);
    assert_int_equal(plan_view_take(s, who, &again, &err), STATUS_OK);
    assert_ptr_equal(held, again);
    assert_ptr_not_equal(held, other);
    plan_view_release(s, held);
    plan_view_release(s, again);
    plan_view_release(s, other);
    plan_view_release(s, NULL);
    site_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_threads_get_what_one_gets),
        cmocka_unit_test(a_plan_that_is_held_stays_the_same_one),
    };
    return cmocka_run_group_tests(tests, fixture_begin, fixture_end);
}
