/* A register replayed from the lines that an edition carries: it exports the same bytes as the register that the lines came from; whatever was
 * changed, taken out or swapped is refused. */
#include "harness.h"

#define LINES_MOST 64

typedef struct taken {
    char *lines[LINES_MOST];
    size_t count;
    char previous[SHA256_TEXT];
} taken;

static status line_take(void *context, const register_event *event, error *err)
{
    taken *t = context;
    buffer line = {0};
    assert_true(t->count < LINES_MOST);
    register_event_line(event, t->previous, &line);
    memcpy(t->previous, event->hash, sizeof t->previous);
    t->lines[t->count++] = line.data;
    return buffer_status(&line, err);
}

static void lines_of(bench *b, taken *t)
{
    *t = (taken){0};
    memset(t->previous, '0', sizeof t->previous - 1);
    assert_int_equal(register_events(b->log, 1, 0, NULL, line_take, t, NULL), STATUS_OK);
}

static void lines_free(taken *t)
{
    for (size_t i = 0; i < t->count; i++)
        free(t->lines[i]);
}

static void the_same_export_comes_out(void **state)
{
    bench b = {0};
    taken t;
    buffer ours = {0}, theirs = {0};
    register_log *again;
    error err = {0};
    (void)state;
    bench_open_with(&b, NULL);
    bench_partners(&b);
    bench_priority(&b);
    lines_of(&b, &t);
    assert_int_equal(register_open_lines((const char *const *)t.lines, t.count, "edition", &again, &err), STATUS_OK);
    assert_int_equal(register_last(again), register_last(b.log));
    assert_string_equal(register_head(again), register_head(b.log));
    assert_int_equal(register_count(again, REGISTER_TARGET), 1);
    assert_string_equal(register_value(register_at(again, REGISTER_TARGET, 0), FIELD_TITLE), "Fewer long waits");
    assert_int_equal(register_export(b.log, buffer_write, &ours, NULL), STATUS_OK);
    assert_int_equal(register_export(again, buffer_write, &theirs, NULL), STATUS_OK);
    assert_int_equal(ours.length, theirs.length);
    assert_memory_equal(ours.data, theirs.data, ours.length);
    register_close(again);
    buffer_free(&ours);
    buffer_free(&theirs);
    lines_free(&t);
    bench_close(&b);
}

/* The first events alone are a register too: that of an earlier day. */
static void every_beginning_is_a_register(void **state)
{
    bench b = {0};
    taken t;
    (void)state;
    bench_open_with(&b, NULL);
    bench_partners(&b);
    bench_priority(&b);
    lines_of(&b, &t);
    for (size_t n = 0; n <= t.count; n++) {
        register_log *again = NULL;
        status code = register_open_lines((const char *const *)t.lines, n, "edition", &again, NULL);
        assert_int_equal(code, STATUS_OK);
        assert_int_equal(register_last(again), n);
        register_close(again);
    }
    lines_free(&t);
    bench_close(&b);
}

static void refused(const char *const *lines, size_t count, const char *words)
{
    register_log *again = NULL;
    error err = {0};
    assert_int_equal(register_open_lines(lines, count, "edition", &again, &err), STATUS_REFUSED);
    assert_null(again);
    if (strstr(err.message, words) == NULL)
        fail_msg("'%s' does not say '%s'", err.message, words);
}

static void what_was_changed_is_refused(void **state)
{
    bench b = {0};
    taken t;
    (void)state;
    bench_open_with(&b, NULL);
    bench_partners(&b);
    lines_of(&b, &t);
    const char *lines[LINES_MOST];
    for (size_t i = 0; i < t.count; i++)
        lines[i] = t.lines[i];
    lines[1] = t.lines[2];
    lines[2] = t.lines[1];
    refused(lines, t.count, "Event 3 stands where event 2 belongs");
    refused(lines + 1, t.count - 1, "Event 3 stands where event 1 belongs");
    lines[1] = t.lines[1];
    lines[2] = "{}";
    refused(lines, t.count, "not an event as the register writes it");
    lines[2] = t.lines[2];
    char *letter = strstr(t.lines[1], "Norwich");
    assert_non_null(letter);
    *letter = 'n';
    refused(lines, t.count, "Event 2 does not give its hash");
    lines_free(&t);
    bench_close(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_export_comes_out),
        cmocka_unit_test(every_beginning_is_a_register),
        cmocka_unit_test(what_was_changed_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
