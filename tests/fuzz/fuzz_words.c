/* Fuzz target: what base reads out of a cell, a title or a file name (numbers, dates, periods), and how it escapes any text. What
 * was read must come back the same when it is written and read again. */
#include "base/base.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void hold(bool held)
{
    if (!held)
        abort();
}

static void read_number(text t)
{
    int64_t count = 0, count_again = 0;
    double number = 0, number_again = 0;
    char out[NUMBER_TEXT];
    if (number_parse_count(t, &count)) {
        buffer b = {0};
        buffer_int(&b, count);
        hold(number_parse_count((text){b.data, b.length}, &count_again) && count_again == count);
        buffer_free(&b);
    }
    if (number_parse(t, &number)) {
        (void)number_format(number, out);
        hold(number_parse(text_of(out), &number_again) && number_again == number);
    }
}

static void read_date_and_period(text t)
{
    date day = 0, day_again = 0;
    char out[DATE_TEXT], written[PERIOD_TEXT], words[PERIOD_WORDS];
    period p = {0}, again = {0};
    if (date_parse_loose(t, &day)) {
        date_format(day, out);
        hold(date_parse(text_of(out), &day_again) && day_again == day);
    }
    if (period_parse(t, &p) || period_find(t, &p)) {
        period_format(p, written);
        hold(period_parse(text_of(written), &again) && period_compare(p, again) == 0);
        period_words(p, words);
        hold(words[0] != 0 && period_first_day(p) <= period_last_day(p));
    }
}

static void escape(text t)
{
    arena a = {0};
    buffer b = {0};
    const char *terminated = arena_copy(&a, t.at, t.length);
    hold(terminated != NULL);
    buffer_json(&b, terminated);
    for (text rest = {b.data, b.length}; rest.length > 0;) {
        size_t length = text_utf8_length(rest);
        hold(length > 0 && (unsigned char)rest.at[0] >= 0x20);
        rest.at += length;
        rest.length -= length;
    }
    buffer_clear(&b);
    buffer_html(&b, terminated);
    hold(b.length == 0 || strpbrk(b.data, "<>\"'") == NULL);
    buffer_csv(&b, terminated);
    hold(buffer_status(&b, NULL) == STATUS_OK);
    error err = {0};
    (void)error_set(&err, STATUS_REFUSED, "%s", terminated);
    error_at(&err, terminated, terminated, 1, terminated);
    char line[256];
    (void)error_format(&err, line, sizeof line);
    for (const char *c = line; *c != 0; c++)
        hold((unsigned char)*c >= 0x20);
    buffer_free(&b);
    arena_free(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    text t = {(const char *)bytes, size};
    read_number(text_trim(t));
    read_date_and_period(t);
    escape(t);
    return 0;
}
