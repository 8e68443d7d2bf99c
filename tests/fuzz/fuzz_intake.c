/* A whole file through recognition and mapping, with the catalogue as it ships; the bytes stand in a file in memory. */
#define _GNU_SOURCE /* memfd_create */
#include "intake/intake.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size); /* libFuzzer calls it by name */
int LLVMFuzzerInitialize(int *argc, char ***argv);

static catalogue shipped;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const char *folder = CONCORD_SOURCE_DIR "/catalogue";
    problems list = {0};
    error err;
    (void)argc;
    (void)argv;
    if (catalogue_load(&folder, 1, &shipped, &list, &err) != STATUS_OK) {
        (void)fprintf(stderr, "%s\n", err.message);
        exit(1);
    }
    problems_free(&list);
    return 0;
}

typedef struct told {
    const source *source;
    int64_t rows;
    unsigned sum;
} told;

static status begin(void *context, const source *s, const source_layout *layout, error *err)
{
    told *t = context;
    (void)layout;
    (void)err;
    if (t->source != NULL)
        __builtin_trap(); /* begun twice */
    t->source = s;
    return STATUS_OK;
}

static status rows(void *context, const row_batch *batch, error *err)
{
    told *t = context;
    (void)err;
    if (t->source == NULL || batch->count == 0 || batch->count > ROW_BATCH)
        __builtin_trap();
    for (size_t c = 0; c < t->source->column_count; c++) {
        const row_column *column = &batch->columns[c];
        for (size_t i = 0; i < batch->count; i++) {
            if ((column->present[i / 64] >> (i % 64) & 1) == 0)
                continue;
            if ((column->type == COLUMN_COUNT && column->as.counts[i] < 0) ||
                (column->type == COLUMN_BAND && column->as.bands[i] < 0))
                __builtin_trap();
            if (column->type == COLUMN_CODE || column->type == COLUMN_CATEGORY || column->type == COLUMN_TEXT)
                for (size_t j = 0; j < column->as.texts[i].length; j++)
                    t->sum += (unsigned char)column->as.texts[i].at[j];
        }
    }
    t->rows += (int64_t)batch->count;
    return STATUS_OK;
}

static status name(void *context, text code, text said, error *err)
{
    told *t = context;
    (void)err;
    for (size_t i = 0; i < code.length; i++)
        t->sum += (unsigned char)code.at[i];
    for (size_t i = 0; i < said.length; i++)
        t->sum += (unsigned char)said.at[i];
    return STATUS_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int descriptor = memfd_create("2025-08.csv", MFD_CLOEXEC);
    char path[64];
    if (descriptor < 0)
        return 0;
    if (write(descriptor, data, size) == (ssize_t)size) {
        told t = {0};
        const intake_sink sink = {&t, begin, rows, name};
        const period august = period_month(2025, 8);
        const intake_options options = {.period = size % 2 == 0 ? august : (period){0},
                                        .published = DATE_NONE}; /* sheets have no period of their own */
        intake_report report;
        arena a = {0};
        problems list = {0};
        error err = {0};
        (void)snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
        status code = intake_read(path, &shipped, &options, &sink, &a, &report, &list, &err);
        if (code == STATUS_OK && (t.rows != report.rows_kept || t.rows == 0 || list.total != 0))
            __builtin_trap();
        if (code != STATUS_OK && err.message[0] == 0)
            __builtin_trap(); /* every refusal has a sentence */
        problems_free(&list);
        arena_free(&a);
    }
    (void)close(descriptor);
    return 0;
}
