/* Arenas and buffers: alignment, zeroing, maxima, stickiness of failure; CSV, HTML and JSON as others read them. */
#include "unit.h"

#include <math.h>

static void arena_hands_out_zeroed_aligned_memory(void **state)
{
    (void)state;
    arena a = {0};
    static const size_t sizes[] = {0, 1, 15, 16, 17, 4000, 4096, 5000, 100000, 5000000};
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < COUNT_OF(sizes); i++) {
            unsigned char *at = arena_alloc(&a, sizes[i]);
            assert_non_null(at);
            assert_int_equal((uintptr_t)at % 16, 0);
            for (size_t j = 0; j < sizes[i]; j++)
                assert_int_equal(at[j], 0);
            memset(at, 0xff, sizes[i]); /* the next round must see zeros again */
        }
        arena_reset(&a);
        assert_int_equal(a.used, 0);
    }
    arena_free(&a);
    arena_free(&a);
    assert_null(a.head);
}

static void arena_pieces_do_not_overlap(void **state)
{
    (void)state;
    arena a = {0};
    enum { PIECES = 2000 };
    unsigned char *at[PIECES];
    size_t size[PIECES];
    uint64_t seed = 7;
    for (size_t i = 0; i < PIECES; i++) {
        size[i] = next_random(&seed) % 300;
        at[i] = arena_alloc(&a, size[i]);
        assert_non_null(at[i]);
        memset(at[i], (int)(i % 251), size[i]);
    }
    for (size_t i = 0; i < PIECES; i++)
        for (size_t j = 0; j < size[i]; j++)
            assert_int_equal(at[i][j], i % 251);
    arena_free(&a);
}

static void arena_keeps_its_maximum(void **state)
{
    (void)state;
    arena a = {.maximum = 100};
    assert_null(arena_alloc(&a, 101));
    assert_non_null(arena_alloc(&a, 48));
    assert_non_null(arena_alloc(&a, 48));
    assert_int_equal(a.used, 96);
    assert_null(arena_alloc(&a, 1)); /* needs 16 */
    assert_null(arena_alloc(&a, SIZE_MAX));
    arena_reset(&a);
    assert_non_null(arena_alloc(&a, 96));
    arena_free(&a);

    arena unlimited = {.maximum = SIZE_MAX};
    assert_null(arena_alloc(&unlimited, SIZE_MAX));
    assert_null(arena_alloc(&unlimited, SIZE_MAX - 15));
    assert_null(arena_array(&unlimited, SIZE_MAX / 2, 3));
    assert_null(arena_copy(&unlimited, "", SIZE_MAX));
    arena_free(&unlimited);
}

static void arena_copies_text(void **state)
{
    (void)state;
    arena a = {0};
    assert_string_equal(arena_copy(&a, "Midlands", 3), "Mid");
    assert_string_equal(arena_copy(&a, NULL, 0), "");
    assert_string_equal(arena_string(&a, "Essex"), "Essex");
    assert_null(arena_string(&a, NULL));
    assert_string_equal(arena_printf(&a, "%s-%d", "QMM", 42), "QMM-42");
    int *counts = arena_array(&a, 10, sizeof *counts);
    assert_non_null(counts);
    assert_int_equal(counts[9], 0);
    arena_free(&a);
}

static void buffer_agrees_with_a_plain_array(void **state)
{
    (void)state;
    buffer b = {0};
    static char twin[200000];
    size_t length = 0;
    uint64_t seed = 11;
    while (length < sizeof twin - 200) {
        char piece[128];
        size_t n = next_random(&seed) % sizeof piece;
        for (size_t i = 0; i < n; i++)
            piece[i] = (char)next_random(&seed);
        memcpy(twin + length, piece, n);
        length += n;
        buffer_put(&b, piece, n);
        assert_int_equal(b.length, length);
        assert_int_equal(b.data[b.length], 0);
    }
    assert_memory_equal(b.data, twin, length);
    buffer_clear(&b);
    assert_int_equal(b.length, 0);
    assert_string_equal(b.data, "");
    buffer_free(&b);
    buffer_free(&b);
    assert_null(b.data);
}

static void buffer_keeps_its_maximum_and_its_failure(void **state)
{
    (void)state;
    error err = {0};
    buffer b = {.maximum = 10};
    buffer_put(&b, "0123456789", 10);
    assert_int_equal(buffer_status(&b, &err), STATUS_OK);
    assert_string_equal(b.data, "0123456789");
    buffer_char(&b, 'x');
    assert_true(b.failed);
    assert_string_equal(b.data, "0123456789");
    assert_int_equal(buffer_status(&b, &err), STATUS_MEMORY);
    assert_non_null(strstr(err.message, "10 bytes"));
    assert_int_equal(buffer_status(&b, NULL), STATUS_MEMORY);

    buffer_clear(&b);
    buffer_printf(&b, "%s", "01234567890");
    assert_true(b.failed);
    buffer_text(&b, ""); /* sticky, even for nothing */
    assert_true(b.failed);
    buffer_clear(&b);
    assert_false(b.failed);
    buffer_text(&b, "0123456789");
    assert_false(b.failed);
    buffer_free(&b);
    assert_int_equal(b.maximum, 10);

    buffer huge = {.maximum = SIZE_MAX};
    buffer_put(&huge, "", 0);
    assert_string_equal(huge.data, "");
    buffer_put(&huge, "x", SIZE_MAX - 1); /* refused before it is read */
    assert_true(huge.failed);
    buffer_free(&huge);
}

static void buffer_writes_numbers(void **state)
{
    (void)state;
    buffer b = {0};
    static const int64_t values[] = {0, 1, -1, 9, 10, 7123980, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        char expected[32];
        (void)snprintf(expected, sizeof expected, "%lld", (long long)values[i]);
        buffer_clear(&b);
        buffer_int(&b, values[i]);
        assert_string_equal(b.data, expected);
    }
    buffer_clear(&b);
    buffer_number(&b, 64.9);
    buffer_char(&b, '|');
    buffer_number(&b, (double)NAN);
    buffer_number(&b, (double)INFINITY);
    buffer_char(&b, '|');
    buffer_json_number(&b, (double)-INFINITY);
    buffer_char(&b, '|');
    buffer_json_number(&b, -0.5);
    assert_string_equal(b.data, "64.9||null|-0.5");
    buffer_free(&b);
}

static void csv_quotes_only_where_needed(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"", ""},
        {"plain", "plain"},
        {"two words", "two words"},
        {"St Helens, Knowsley", "\"St Helens, Knowsley\""},
        {"say \"no\"", "\"say \"\"no\"\"\""},
        {"\"", "\"\"\"\""},
        {"line\nline", "\"line\nline\""},
        {"line\r", "\"line\r\""},
        {" lead", "\" lead\""},
        {"trail\t", "\"trail\t\""},
        {" ", "\" \""},
    };
    buffer b = {0};
    for (size_t i = 0; i < COUNT_OF(pairs); i++) {
        buffer_clear(&b);
        buffer_put(&b, "", 0);
        buffer_csv(&b, pairs[i][0]);
        assert_string_equal(b.data, pairs[i][1]);
    }
    buffer_clear(&b);
    buffer_csv(&b, NULL);
    assert_string_equal(b.data, "");
    buffer_free(&b);
}

static void html_is_escaped(void **state)
{
    (void)state;
    buffer b = {0};
    buffer_html(&b, "<a href=\"x\" title='y'>R&D</a>");
    assert_string_equal(b.data, "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;R&amp;D&lt;/a&gt;");
    buffer_clear(&b);
    buffer_html(&b, "");
    buffer_html(&b, NULL);
    assert_int_equal(b.length, 0);
    buffer_html(&b, "Ll\xc5\xb7n");
    assert_string_equal(b.data, "Ll\xc5\xb7n");
    buffer_free(&b);
}

static void json_is_escaped(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"", "\"\""},
        {"a\"b\\c", "\"a\\\"b\\\\c\""},
        {"tab\tline\n\x01", "\"tab\\u0009line\\u000a\\u0001\""},
        {"\xc2\xa3 \xe2\x82\xac \xf0\x9f\x8f\xa5", "\"\xc2\xa3 \xe2\x82\xac \xf0\x9f\x8f\xa5\""},
        /* A byte of a Windows code page, a cut character, an overlong form, a surrogate, past the last character. */
        {"\xa3", "\"\xef\xbf\xbd\""},
        {"\xe2\x82", "\"\xef\xbf\xbd\xef\xbf\xbd\""},
        {"\xc0\xaf", "\"\xef\xbf\xbd\xef\xbf\xbd\""},
        {"\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
        {"\xf4\x90\x80\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
        {"\xf5", "\"\xef\xbf\xbd\""},
    };
    buffer b = {0};
    for (size_t i = 0; i < COUNT_OF(pairs); i++) {
        buffer_clear(&b);
        buffer_json(&b, pairs[i][0]);
        assert_string_equal(b.data, pairs[i][1]);
    }
    buffer_clear(&b);
    buffer_json(&b, NULL);
    assert_string_equal(b.data, "null");
    buffer_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arena_hands_out_zeroed_aligned_memory),
        cmocka_unit_test(arena_pieces_do_not_overlap),
        cmocka_unit_test(arena_keeps_its_maximum),
        cmocka_unit_test(arena_copies_text),
        cmocka_unit_test(buffer_agrees_with_a_plain_array),
        cmocka_unit_test(buffer_keeps_its_maximum_and_its_failure),
        cmocka_unit_test(buffer_writes_numbers),
        cmocka_unit_test(csv_quotes_only_where_needed),
        cmocka_unit_test(html_is_escaped),
        cmocka_unit_test(json_is_escaped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
