/* Files of our own making, read with the catalogue that is shipped or one of a test's own. */
#ifndef CONCORD_TESTS_SHIPPED_H
#define CONCORD_TESTS_SHIPPED_H

#include "book.h"
#include "intake/intake.h"

#include <unistd.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static char FOLDER[64];
static catalogue CATALOGUE;

/* What came to the sink: how many cells were withheld and how many missing, per column. */
typedef struct seen {
    const source *source;
    int64_t rows, sum[256], suppressed[256], missing[256];
} seen;

typedef struct run {
    status code;
    error err;
    problems list;
    intake_report report;
    arena memory;
    seen seen;
} run;

static inline int catalogue_of(const char *folder)
{
    problems list = {0};
    error err = {0};
    status code = catalogue_load(&folder, 1, &CATALOGUE, &list, &err);
    if (code != STATUS_OK)
        print_error("%s: %s\n", err.file, err.message);
    problems_free(&list);
    return code != STATUS_OK;
}

static inline int folder_make_own(void)
{
    (void)snprintf(FOLDER, sizeof FOLDER, "intake-test-XXXXXX");
    return mkdtemp(FOLDER) == NULL;
}

static inline int tear_down(void **state)
{
    char command[128];
    (void)state;
    catalogue_free(&CATALOGUE);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", FOLDER);
    return system(command);
}

/* A path in the folder, valid for the next eight calls. */
static inline const char *path_in(const char *name)
{
    static char paths[8][512];
    static unsigned next;
    char *path = paths[next++ % 8];
    (void)snprintf(path, sizeof paths[0], "%s/%s", FOLDER, name);
    return path;
}

static inline const char *file_of(const char *name, const char *bytes, size_t length)
{
    const char *path = path_in(name);
    error err = {0};
    assert_int_equal(file_write(path, bytes, length, false, &err), STATUS_OK);
    return path;
}

static inline const char *text_file(const char *name, const char *bytes)
{
    return file_of(name, bytes, strlen(bytes));
}

static inline status seen_begin(void *context, const source *s, const source_layout *layout, error *err)
{
    (void)layout;
    (void)err;
    ((seen *)context)->source = s;
    return STATUS_OK;
}

static inline status seen_rows(void *context, const row_batch *batch, error *err)
{
    seen *r = context;
    (void)err;
    for (size_t c = 0; c < r->source->column_count && c < COUNT_OF(r->sum); c++)
        for (size_t i = 0; i < batch->count; i++) {
            const row_column *column = &batch->columns[c];
            uint64_t bit = (uint64_t)1 << (i % 64);
            if ((column->suppressed[i / 64] & bit) != 0)
                r->suppressed[c]++;
            else if ((column->present[i / 64] & bit) == 0)
                r->missing[c]++;
            else if (column->type == COLUMN_COUNT)
                r->sum[c] += column->as.counts[i];
        }
    r->rows += (int64_t)batch->count;
    return STATUS_OK;
}

static inline status seen_name(void *context, text code, text name, error *err)
{
    (void)context;
    (void)code;
    (void)name;
    (void)err;
    return STATUS_OK;
}

static inline void run_file(run *r, const char *path, const intake_options *options)
{
    *r = (run){0};
    const intake_sink sink = {&r->seen, seen_begin, seen_rows, seen_name};
    r->code = intake_read(path, &CATALOGUE, options, &sink, &r->memory, &r->report, &r->list, &r->err);
}

static inline void run_free(run *r)
{
    problems_free(&r->list);
    arena_free(&r->memory);
}

static inline bool has_note(const run *r, const char *part)
{
    for (size_t i = 0; i < r->report.note_count; i++)
        if (strstr(r->report.notes[i], part) != NULL)
            return true;
    return false;
}

static inline void assert_date(date d, const char *expected)
{
    char words[DATE_TEXT];
    date_format(d, words);
    assert_string_equal(words, expected);
}

#endif
