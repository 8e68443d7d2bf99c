/* The example of docs/new-source.md: its table and its description, taken from the page, do what the page says. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "book.h"
#include "intake/intake.h"

#include <unistd.h>

static char FOLDER[64];

static int set_up(void **state)
{
    (void)state;
    (void)snprintf(FOLDER, sizeof FOLDER, "manual-test-XXXXXX");
    return mkdtemp(FOLDER) == NULL;
}

static int tear_down(void **state)
{
    char command[128];
    (void)state;
    (void)snprintf(command, sizeof command, "rm -rf '%s'", FOLDER);
    return system(command);
}

/* The fenced block of that language. */
static text block_of(const char *page, const char *language)
{
    char fence[32];
    (void)snprintf(fence, sizeof fence, "```%s\n", language);
    const char *start = strstr(page, fence);
    assert_non_null(start);
    start += strlen(fence);
    const char *end = strstr(start, "```\n");
    assert_non_null(end);
    return (text){start, (size_t)(end - start)};
}

typedef struct seen {
    int64_t rows, sum;
    const source *source;
} seen;

static status begin(void *context, const source *s, const source_layout *layout, error *err)
{
    (void)layout;
    (void)err;
    ((seen *)context)->source = s;
    return STATUS_OK;
}

static status rows(void *context, const row_batch *batch, error *err)
{
    seen *r = context;
    (void)err;
    int32_t visits = source_column_find(r->source, "visits"), ages = source_column_find(r->source, "ages");
    for (size_t i = 0; i < batch->count; i++) {
        assert_true(text_is(batch->columns[ages].as.texts[i], "Adults") ||
                    text_is(batch->columns[ages].as.texts[i], "Children"));
        if ((batch->columns[visits].present[i / 64] >> (i % 64) & 1) != 0)
            r->sum += batch->columns[visits].as.counts[i];
    }
    r->rows += (int64_t)batch->count;
    return STATUS_OK;
}

static void trial(void *context, const intake_trial *t)
{
    int *fitting = context;
    if (!t->fits)
        return;
    (*fitting)++;
    assert_string_equal(t->source->id, "clinic-visits");
    assert_string_equal(t->sheet, "Clinics");
    assert_int_equal(t->header_line, 2);
    assert_int_equal(t->found, 2);
    assert_int_equal(t->declared, 2);
    assert_int_equal(t->to_rows, 2);
    assert_int_equal(t->period.first_month, 2025 * 12 + 4);
}

static void test_new_source(void **state)
{
    (void)state;
    char path[512], folder[256];
    buffer page = {0}, table = {0};
    assert_int_equal(file_read(CONCORD_SOURCE_DIR "/docs/new-source.md", 1 << 20, &page, NULL), STATUS_OK);
    text csv = block_of(page.data, "csv"), yaml = block_of(page.data, "yaml");
    /* The csv block as a sheet. */
    buffer_text(&table, "== Clinics\n");
    int line = 1;
    for (size_t at = 0; at < csv.length; line++) {
        buffer_printf(&table, "%d|", line);
        for (; at < csv.length && csv.at[at] != '\n'; at++)
            buffer_char(&table, csv.at[at] == ',' ? '|' : csv.at[at]);
        buffer_char(&table, '\n');
        at++;
    }
    (void)snprintf(folder, sizeof folder, "%s/catalogue/sources", FOLDER);
    assert_int_equal(folder_make(folder, NULL), STATUS_OK);
    (void)snprintf(path, sizeof path, "%s/clinic-visits.yaml", folder);
    assert_int_equal(file_write(path, yaml.at, yaml.length, false, NULL), STATUS_OK);
    (void)snprintf(folder, sizeof folder, "%s/catalogue", FOLDER);
    const char *const folders[] = {CONCORD_SOURCE_DIR "/catalogue", folder};
    catalogue c;
    problems list = {0};
    error err = {0};
    if (catalogue_load(folders, 2, &c, &list, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    (void)snprintf(path, sizeof path, "%s/Visits-to-clinics.xlsx", FOLDER);
    book_write_xlsx(path, table.data);
    int fitting = 0;
    assert_int_equal(intake_try(path, &c, NULL, trial, &fitting, &err), STATUS_OK);
    assert_int_equal(fitting, 1);
    assert_int_equal(intake_try(path, &c, "no-such-source", trial, &fitting, &err), STATUS_NOT_FOUND);
    seen r = {0};
    const intake_sink sink = {&r, begin, rows, NULL};
    intake_report report;
    arena a = {0};
    if (intake_read(path, &c, NULL, &sink, &a, &report, &list, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    assert_string_equal(report.source->id, "clinic-visits");
    assert_int_equal(report.first_period.first_month, 2025 * 12 + 4);
    assert_int_equal(report.rows_in, 5);
    assert_int_equal(report.rows_kept, 4);
    assert_int_equal(r.rows, 4);
    assert_int_equal(r.sum, 42);
    assert_int_equal(report.totals_checked, 2);
    assert_int_equal(report.totals_differing, 0);
    assert_int_equal(report.set_aside[0].rows, 1);
    arena_free(&a);
    problems_free(&list);
    catalogue_free(&c);
    buffer_free(&page);
    buffer_free(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_new_source)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
