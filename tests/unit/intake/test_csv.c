/* The csv reader: RFC 4180 by cases, then against a naive twin on random texts and every way of cutting them into pieces. */
#include "intake/intake.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* Hands out `bytes` in pieces of `piece`. */
typedef struct pieces {
    const char *bytes;
    size_t length, at, piece;
} pieces;

static status pieces_fill(void *context, char *into, size_t capacity, size_t *got, error *err)
{
    pieces *p = context;
    size_t n = p->length - p->at;
    (void)err;
    n = n < p->piece ? n : p->piece;
    n = n < capacity ? n : capacity;
    memcpy(into, p->bytes + p->at, n);
    p->at += n;
    *got = n;
    return STATUS_OK;
}

/* All records as one text: each as "LINE:[field|field]", or "!LINE" at an error. */
static void read_all(const char *bytes, size_t length, size_t piece, buffer *out, error *err)
{
    pieces p = {bytes, length, 0, piece};
    csv_reader *r;
    const text *fields;
    size_t count;
    int64_t line = 0;
    buffer_clear(out);
    *err = (error){0};
    assert_int_equal(csv_open(pieces_fill, &p, &r, err), STATUS_OK);
    for (;;) {
        if (csv_next(r, &fields, &count, &line, err) != STATUS_OK) {
            buffer_printf(out, "!%lld", (long long)err->row);
            break;
        }
        if (fields == NULL)
            break;
        buffer_printf(out, "%lld:[", (long long)line);
        for (size_t i = 0; i < count; i++) {
            if (i > 0)
                buffer_char(out, '|');
            buffer_put(out, fields[i].at, fields[i].length);
        }
        buffer_char(out, ']');
    }
    csv_close(r);
}

static void expect(const char *bytes, const char *records)
{
    buffer out = {0};
    error err;
    for (size_t piece = 1; piece <= 9; piece += 4) {
        read_all(bytes, strlen(bytes), piece, &out, &err);
        assert_string_equal(out.data == NULL ? "" : out.data, records);
    }
    buffer_free(&out);
}

static void test_cases(void **state)
{
    (void)state;
    expect("", "");
    expect("a", "1:[a]");
    expect("a,b\n1,2\n", "1:[a|b]2:[1|2]");
    expect("a,b\r\n1,2", "1:[a|b]2:[1|2]");
    expect("a,b\r1,2\r", "1:[a|b]2:[1|2]");
    expect("a,\n,b\n", "1:[a|]2:[|b]");
    expect("\n\na\n\r\n\nb", "3:[a]6:[b]");
    expect("\xef\xbb\xbf"
           "a,b\n",
           "1:[a|b]");
    expect("\"a\",\"b,c\"\n", "1:[a|b,c]");
    expect("\"a\"\"b\",c\n", "1:[a\"b|c]");
    expect("\"\"\"\"\n", "1:[\"]");
    expect("\"\"\n", "1:[]");
    expect("\"\",x", "1:[|x]");
    expect("\"a\nb\",c\nd\n", "1:[a\nb|c]3:[d]");
    expect("\"a\r\nb\",c\r\nd", "1:[a\r\nb|c]3:[d]");
    expect("\"a\" ,b\n", "1:[a|b]");
    expect("5\" pipe,x\n", "1:[5\" pipe|x]");
    expect(" a , b\n", "1:[ a | b]");
    expect("x,\"y\"", "1:[x|y]");
    expect("\"16,670\",0\n", "1:[16,670|0]");
}

static void test_text_that_is_not_utf8(void **state)
{
    (void)state;
    expect("caf\xe9,\x80 5\n", "1:[caf\xc3\xa9|\xe2\x82\xac 5]");
    expect("caf\xc3\xa9,x\n", "1:[caf\xc3\xa9|x]");
    expect("St\x92s,\"\x93q\x94\"\n", "1:[St\xe2\x80\x99s|\xe2\x80\x9cq\xe2\x80\x9d]");
    expect("\x81\n", "1:[\xef\xbf\xbd]");
}

static void expect_error(const char *bytes, size_t length, int64_t line, const char *part)
{
    buffer out = {0};
    error err;
    char tail[32];
    read_all(bytes, length, 3, &out, &err);
    (void)snprintf(tail, sizeof tail, "!%lld", (long long)line);
    assert_non_null(out.data);
    assert_non_null(strstr(out.data, tail));
    assert_int_equal(err.code, STATUS_REFUSED);
    assert_non_null(strstr(err.message, part));
    assert_true(err.hint[0] != 0);
    buffer_free(&out);
}

static void test_errors(void **state)
{
    (void)state;
    expect_error("a\n\"b\nc\n", 7, 2, "never closed");
    expect_error("a\n\"b\"c\n", 7, 2, "closing quote");
    expect_error("a\nb\0c\n", 6, 2, "NUL");
    expect_error("a\n\"b\0c\"\n", 8, 2, "NUL");
    expect_error("\xff\xfe"
                 "a\0b\0",
                 6, 0, "UTF-16");
    expect_error("\xfe\xff\0a\0b", 6, 0, "UTF-16");
}

static void test_long_lines(void **state)
{
    (void)state;
    const size_t length = 3 * INTAKE_LINE_MAXIMUM;
    char *bytes = malloc(length);
    buffer out = {0};
    error err;
    assert_non_null(bytes);
    memset(bytes, 'x', length);
    read_all(bytes, length, 1 << 16, &out, &err);
    assert_string_equal(out.data, "!1");
    assert_non_null(strstr(err.message, "longer than"));
    /* An opening quote without an end. */
    bytes[0] = '"';
    read_all(bytes, length, 1 << 16, &out, &err);
    assert_string_equal(out.data, "!1");
    /* The longest line that is read, and one byte more. */
    memset(bytes, ',', length);
    bytes[INTAKE_LINE_MAXIMUM - 1] = '\n';
    pieces p = {bytes, INTAKE_LINE_MAXIMUM + 2, 0, 1 << 20};
    csv_reader *r;
    const text *fields;
    size_t count;
    int64_t line;
    assert_int_equal(csv_open(pieces_fill, &p, &r, &err), STATUS_OK);
    assert_int_equal(csv_next(r, &fields, &count, &line, &err), STATUS_OK);
    assert_int_equal(count, INTAKE_LINE_MAXIMUM);
    assert_int_equal(csv_next(r, &fields, &count, &line, &err), STATUS_OK);
    assert_int_equal(count, 3);
    csv_close(r);
    bytes[INTAKE_LINE_MAXIMUM - 1] = ',';
    bytes[INTAKE_LINE_MAXIMUM] = '\n';
    read_all(bytes, INTAKE_LINE_MAXIMUM + 2, 1 << 20, &out, &err);
    assert_string_equal(out.data, "!1");
    buffer_free(&out);
    free(bytes);
}

/* The twin: one byte at a time, nothing clever. Valid for ASCII without NUL. */
static void twin_record(buffer *out, buffer *record, int64_t line, bool only_nothing)
{
    if (!only_nothing)
        buffer_printf(out, "%lld:[%s]", (long long)line, record->data == NULL ? "" : record->data);
    buffer_clear(record);
}

static void twin_read(const char *s, size_t length, buffer *out)
{
    buffer record = {0};
    int64_t line = 1, started = 1;
    size_t i = 0, in_field = 0;
    bool nothing = true;
    buffer_clear(out);
    while (i < length) {
        if (s[i] == '"' && in_field == 0) {
            const int64_t opened = line;
            for (i++;; i++) {
                if (i >= length) {
                    buffer_printf(out, "!%lld", (long long)opened);
                    goto out;
                }
                if (s[i] == '"' && i + 1 < length && s[i + 1] == '"')
                    i++;
                else if (s[i] == '"')
                    break;
                line += s[i] == '\n' || (s[i] == '\r' && (i + 1 >= length || s[i + 1] != '\n'));
                buffer_char(&record, s[i]);
            }
            for (i++; i < length && (s[i] == ' ' || s[i] == '\t'); i++)
                ;
            nothing = false;
            if (i < length && s[i] != ',' && s[i] != '\r' && s[i] != '\n') {
                buffer_printf(out, "!%lld", (long long)line);
                goto out;
            }
            in_field = 1;
        } else if (s[i] == ',') {
            buffer_char(&record, '|');
            nothing = false;
            in_field = 0;
            i++;
        } else if (s[i] == '\n' || s[i] == '\r') {
            i += s[i] == '\r' && i + 1 < length && s[i + 1] == '\n' ? 2 : 1;
            twin_record(out, &record, started, nothing);
            started = ++line;
            nothing = true;
            in_field = 0;
        } else {
            buffer_char(&record, s[i++]);
            nothing = false;
            in_field = 1;
        }
    }
    twin_record(out, &record, started, nothing);
out:
    buffer_free(&record);
}

static void test_against_twin(void **state)
{
    (void)state;
    static const char letters[] = "aab0,,,\n\r\"\" \t";
    uint32_t seed = 12345;
    buffer ours = {0}, twins = {0};
    char s[200];
    for (int round = 0; round < 40000; round++) {
        size_t length = (size_t)round % 150;
        for (size_t i = 0; i < length; i++) {
            seed = seed * 1664525u + 1013904223u;
            /* Half of the rounds hold few quotes, so that they are not all errors. */
            size_t kinds = round % 2 == 0 ? 9 : sizeof letters - 1;
            s[i] = letters[(seed >> 16) % kinds];
        }
        error err;
        read_all(s, length, 1 + (seed >> 8) % 40, &ours, &err);
        twin_read(s, length, &twins);
        if (strcmp(ours.data == NULL ? "" : ours.data, twins.data == NULL ? "" : twins.data) != 0) {
            print_error("text <%.*s>\nours <%s>\ntwin <%s>\n", (int)length, s, ours.data, twins.data);
            fail();
        }
    }
    buffer_free(&ours);
    buffer_free(&twins);
}

/* Lines that cross the reader's own refills: 3 MB of numbered rows. */
static void test_many_lines(void **state)
{
    (void)state;
    buffer all = {0};
    for (int i = 0; i < 100000; i++)
        buffer_printf(&all, "%d,\"x,%d\",%s\r\n", i, i * 7, i % 3 == 0 ? "long text here to vary the width" : "");
    pieces p = {all.data, all.length, 0, 50000};
    csv_reader *r;
    const text *fields;
    size_t count;
    int64_t line, rows = 0;
    error err;
    assert_int_equal(csv_open(pieces_fill, &p, &r, &err), STATUS_OK);
    while (csv_next(r, &fields, &count, &line, &err) == STATUS_OK && fields != NULL) {
        char want[32];
        assert_int_equal(count, 3);
        (void)snprintf(want, sizeof want, "x,%d", (int)rows * 7);
        assert_true(text_is(fields[1], want));
        assert_int_equal(line, ++rows);
    }
    assert_int_equal(rows, 100000);
    csv_close(r);
    buffer_free(&all);
}

static status failing_fill(void *context, char *into, size_t capacity, size_t *got, error *err)
{
    int *calls = context;
    *got = 0;
    if ((*calls)++ > 0)
        return error_set(err, STATUS_IO, "the cable was pulled");
    memset(into, 'a', capacity < 4 ? capacity : 4);
    *got = 4;
    return STATUS_OK;
}

static void test_source_that_fails(void **state)
{
    (void)state;
    int calls = 0;
    csv_reader *r;
    const text *fields;
    size_t count;
    int64_t line;
    error err;
    assert_int_equal(csv_open(failing_fill, &calls, &r, &err), STATUS_OK);
    assert_int_equal(csv_next(r, &fields, &count, &line, &err), STATUS_IO);
    assert_string_equal(err.message, "the cable was pulled");
    csv_close(r);
    assert_int_equal(csv_open_path("no-such-file.csv", &r, &err), STATUS_IO);
    assert_null(r);
    assert_string_equal(err.file, "no-such-file.csv");
    csv_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_text_that_is_not_utf8),
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_long_lines),
        cmocka_unit_test(test_against_twin),
        cmocka_unit_test(test_many_lines),
        cmocka_unit_test(test_source_that_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
