/*
 * Sources built by hand for the tests of intake: the same columns as catalogue/sources declares, without its loader,
 * and a sink that counts and adds.
 */
#ifndef CONCORD_TESTS_HAND_SOURCES_H
#define CONCORD_TESTS_HAND_SOURCES_H

#include "intake/intake.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <unistd.h>

/* Sources written by hand leave out what most columns and rules do not have: it is zero. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static const char *const TOTAL_WORD[] = {"TOTAL"};

/* ---- A&E ---------------------------------------------------------------------------------------------- */

static const source_column AE_COLUMNS[] = {
    {"provider", "Provider", COLUMN_CODE},
    {"region_name", "Region", COLUMN_CATEGORY},
    {"attendances_type_1", "", COLUMN_COUNT},
    {"attendances_type_2", "", COLUMN_COUNT},
    {"attendances_other", "", COLUMN_COUNT},
    {"attendances_booked_type_1", "", COLUMN_COUNT},
    {"attendances_booked_type_2", "", COLUMN_COUNT},
    {"attendances_booked_other", "", COLUMN_COUNT},
    {"over_4_hours_type_1", "", COLUMN_COUNT},
    {"over_4_hours_type_2", "", COLUMN_COUNT},
    {"over_4_hours_other", "", COLUMN_COUNT},
    {"over_4_hours_booked_type_1", "", COLUMN_COUNT},
    {"over_4_hours_booked_type_2", "", COLUMN_COUNT},
    {"over_4_hours_booked_other", "", COLUMN_COUNT},
    {"waits_4_to_12_hours", "", COLUMN_COUNT},
    {"waits_over_12_hours", "", COLUMN_COUNT},
    {"emergency_admissions_type_1", "", COLUMN_COUNT},
    {"emergency_admissions_type_2", "", COLUMN_COUNT},
    {"emergency_admissions_other", "", COLUMN_COUNT},
    {"other_emergency_admissions", "", COLUMN_COUNT},
};

static const layout_column AE_MONTHLY[] = {
    {.header = "Period", .column = -1, .is_period = true, .required = true},
    {.header = "Org Code", .column = 0, .required = true},
    {.header = "Parent Org", .column = 1},
    {.header = "Org name", .column = 0, .is_name = true},
    {.header = "A&E attendances Type 1", .column = 2},
    {.header = "A&E attendances Type 2", .column = 3},
    {.header = "A&E attendances Other A&E Department", .column = 4},
    {.header = "A&E attendances Booked Appointments Type 1", .column = 5},
    {.header = "A&E attendances Booked Appointments Type 2", .column = 6},
    {.header = "A&E attendances Booked Appointments Other Department", .column = 7},
    {.header = "Attendances over 4hrs Type 1", .column = 8},
    {.header = "Attendances over 4hrs Type 2", .column = 9},
    {.header = "Attendances over 4hrs Other Department", .column = 10},
    {.header = "Attendances over 4hrs Booked Appointments Type 1", .column = 11},
    {.header = "Attendances over 4hrs Booked Appointments Type 2", .column = 12},
    {.header = "Attendances over 4hrs Booked Appointments Other Department", .column = 13},
    {.header = "Patients who have waited 4-12 hs from DTA to admission", .column = 14},
    {.header = "Patients who have waited 12+ hrs from DTA to admission", .column = 15},
    {.header = "Emergency admissions via A&E - Type 1", .column = 16},
    {.header = "Emergency admissions via A&E - Type 2", .column = 17},
    {.header = "Emergency admissions via A&E - Other A&E department", .column = 18},
    {.header = "Other emergency admissions", .column = 19},
};

static const layout_column AE_SHEET[] = {
    {.header = "Code", .column = 0, .required = true},
    {.header = "Region", .column = 1},
    {.header = "Name", .column = 0, .is_name = true},
    {.header = "Type 1 Departments - Major A&E", .occurrence = 1, .column = 2},
    {.header = "Type 2 Departments - Single Specialty", .occurrence = 1, .column = 3},
    {.header = "Type 3 Departments - Other A&E/Minor Injury Unit", .occurrence = 1, .column = 4},
    {.header = "Total attendances", .column = -1},
    {.header = "Type 1 Departments - Major A&E", .occurrence = 2, .column = -1},
    {.header = "Type 2 Departments - Single Specialty", .occurrence = 2, .column = -1},
    {.header = "Type 3 Departments - Other A&E/Minor Injury Unit", .occurrence = 2, .column = -1},
    {.header = "Total Attendances < 4 hours", .column = -1},
    {.header = "Type 1 Departments - Major A&E", .occurrence = 3, .column = 8},
    {.header = "Type 2 Departments - Single Specialty", .occurrence = 3, .column = 9},
    {.header = "Type 3 Departments - Other A&E/Minor Injury Unit", .occurrence = 3, .column = 10},
    {.header = "Total Attendances > 4 hours", .column = -1},
    {.header = "Percentage in 4 hours or less (all)", .column = -1},
    {.header = "Percentage in 4 hours or less (type 1)", .column = -1},
    {.header = "Percentage in 4 hours or less (type 2)", .column = -1},
    {.header = "Percentage in 4 hours or less (type 3)", .column = -1},
    {.header = "Emergency Admissions via Type 1 A&E", .column = 16},
    {.header = "Emergency Admissions via Type 2 A&E", .column = 17},
    {.header = "Emergency Admissions via Type 3 and 4 A&E", .column = 18},
    {.header = "Total Emergency Admissions via A&E", .column = -1},
    {.header = "Other Emergency admissions (i.e not via A&E)", .column = 19},
    {.header = "Total Emergency Admissions", .column = -1},
    {.header = "Number of patients spending >4 hours from decision to admit to admission", .column = 14},
    {.header = "Number of patients spending >12 hours from decision to admit to admission", .column = 15},
};

static const layout_set_aside AE_MONTHLY_ASIDE[] = {
    {.layout_column = 0, .equals = TOTAL_WORD, .equals_count = 1, .reason = "total of all providers", .is_total = true},
    {.layout_column = 1, .equals = TOTAL_WORD, .equals_count = 1, .reason = "total of all providers", .is_total = true},
};
static const layout_set_aside AE_SHEET_ASIDE[] = {{.layout_column = 0,
                                                   .equals = TOTAL_WORD,
                                                   .equals_count = 1,
                                                   .reason = "total of all providers",
                                                   .is_total = true}};
static const char *const DASH[] = {"-"};

static const source_layout AE_LAYOUTS[] = {
    {.id = "monthly-csv",
     .columns = AE_MONTHLY,
     .column_count = COUNT_OF(AE_MONTHLY),
     .set_aside = AE_MONTHLY_ASIDE,
     .set_aside_count = 2},
    {.id = "sheet-export",
     .columns = AE_SHEET,
     .column_count = COUNT_OF(AE_SHEET),
     .set_aside = AE_SHEET_ASIDE,
     .set_aside_count = 1,
     .missing = DASH,
     .missing_count = 1,
     .thousands_commas = true,
     .constants = {{.column = 5}, {.column = 6}, {.column = 7}, {.column = 11}, {.column = 12}, {.column = 13}},
     .constant_count = 6},
};

/* ---- tidy --------------------------------------------------------------------------------------------- */

static const source_column TIDY_COLUMNS[] = {
    {"measure", "", COLUMN_CODE},    {"organisation", "", COLUMN_CODE}, {"breakdown", "", COLUMN_CATEGORY},
    {"numerator", "", COLUMN_COUNT}, {"denominator", "", COLUMN_COUNT}, {"value", "", COLUMN_NUMBER},
};
static const layout_column TIDY_LAYOUT[] = {
    {.header = "measure", .column = 0, .required = true},
    {.header = "organisation", .column = 1, .required = true},
    {.header = "period", .column = -1, .is_period = true, .required = true},
    {.header = "numerator", .column = 3},
    {.header = "denominator", .column = 4},
    {.header = "value", .column = 5},
    {.header = "breakdown", .column = 2, .optional = true},
};
static const source_layout TIDY_LAYOUTS[] = {
    {.id = "tidy-csv", .columns = TIDY_LAYOUT, .column_count = COUNT_OF(TIDY_LAYOUT)}};

/* ---- a small one with every kind of cell ---------------------------------------------------------------- */

static const source_column SMALL_COLUMNS[] = {
    {"code", "", COLUMN_CODE}, {"people", "", COLUMN_COUNT}, {"band", "", COLUMN_BAND},    {"rate", "", COLUMN_NUMBER},
    {"note", "", COLUMN_TEXT}, {"absent", "", COLUMN_COUNT}, {"always", "", COLUMN_COUNT},
};
static const char *const SMALL_PEOPLE_WORDINGS[] = {"Persons", "Number of people"};
static const layout_column SMALL_LAYOUT[] = {
    {.header = "Code", .column = 0, .required = true},
    {.header = "People", .alternatives = SMALL_PEOPLE_WORDINGS, .alternative_count = 2, .column = 1, .required = true},
    {.header = "Band", .column = 2},
    {.header = "Rate", .column = 3},
    {.header = "Note", .column = 4, .optional = true},
};
static const char *const STAR[] = {"*"};
static const layout_set_aside SMALL_ASIDE[] = {
    {.layout_column = 0, .equals = TOTAL_WORD, .equals_count = 1, .reason = "totals", .is_total = true}};
static const source_layout SMALL_LAYOUTS[] = {{.id = "only",
                                               .columns = SMALL_LAYOUT,
                                               .column_count = COUNT_OF(SMALL_LAYOUT),
                                               .set_aside = SMALL_ASIDE,
                                               .set_aside_count = 1,
                                               .missing = DASH,
                                               .missing_count = 1,
                                               .suppressed = STAR,
                                               .suppressed_count = 1,
                                               .thousands_commas = true,
                                               .constants = {{.column = 6, .value = 7}},
                                               .constant_count = 1}};

/* ---- RTT ---------------------------------------------------------------------------------------------- */

#define RTT_FIXED      13
#define RTT_WIDTH      121
#define RTT_FIRST_BAND 6
#define RTT_TOTAL_ALL  (RTT_FIRST_BAND + 107)
static source_column RTT_COLUMNS[RTT_FIRST_BAND + 108];
static layout_column RTT_LAYOUT[RTT_WIDTH];
static char RTT_HEADERS[105][48];
static const char *const RTT_TOTALS[] = {"C_999"};
static const layout_set_aside RTT_ASIDE[] = {{.layout_column = 11,
                                              .equals = RTT_TOTALS,
                                              .equals_count = 1,
                                              .reason = "totals of the treatment functions",
                                              .is_total = false}};
static source_layout RTT_LAYOUTS[1];

static source SOURCES[4];
static measure MEASURES[2];
static catalogue CATALOGUE;

static void sources_build(void)
{
    static const layout_column fixed[RTT_FIXED] = {
        {.header = "Period", .column = -1, .is_period = true, .required = true},
        {.header = "Provider Parent Org Code", .column = 1},
        {.header = "Provider Parent Name", .column = -1},
        {.header = "Provider Org Code", .column = 0, .required = true},
        {.header = "Provider Org Name", .column = 0, .is_name = true},
        {.header = "Commissioner Parent Org Code", .column = 3},
        {.header = "Commissioner Parent Name", .column = -1},
        {.header = "Commissioner Org Code", .column = 2, .required = true},
        {.header = "Commissioner Org Name", .column = 2, .is_name = true},
        {.header = "RTT Part Type", .column = 4, .required = true},
        {.header = "RTT Part Description", .column = -1},
        {.header = "Treatment Function Code", .column = 5, .required = true},
        {.header = "Treatment Function Name", .column = -1},
    };
    static const source_column names[RTT_FIRST_BAND] = {
        {"provider", "", COLUMN_CODE},     {"provider_parent", "", COLUMN_CODE},
        {"commissioner", "", COLUMN_CODE}, {"commissioner_parent", "", COLUMN_CODE},
        {"part", "", COLUMN_CATEGORY},     {"treatment_function", "", COLUMN_CATEGORY},
    };
    memcpy(RTT_COLUMNS, names, sizeof names);
    memcpy(RTT_LAYOUT, fixed, sizeof fixed);
    for (int i = 0; i < 105; i++) {
        if (i < 104)
            (void)snprintf(RTT_HEADERS[i], sizeof RTT_HEADERS[i], "Gt %02d To %02d Weeks SUM 1", i, i + 1);
        else
            (void)snprintf(RTT_HEADERS[i], sizeof RTT_HEADERS[i], "Gt 104 Weeks SUM 1");
        RTT_COLUMNS[RTT_FIRST_BAND + i] = (source_column){RTT_HEADERS[i], "", COLUMN_BAND};
        RTT_LAYOUT[RTT_FIXED + i] = (layout_column){.header = RTT_HEADERS[i], .column = RTT_FIRST_BAND + i};
    }
    static const char *const last[3] = {"Total", "Patients with unknown clock start date", "Total All"};
    for (int i = 0; i < 3; i++) {
        RTT_COLUMNS[RTT_FIRST_BAND + 105 + i] = (source_column){last[i], "", COLUMN_COUNT};
        RTT_LAYOUT[RTT_FIXED + 105 + i] =
            (layout_column){.header = last[i], .column = RTT_FIRST_BAND + 105 + i, .required = i == 2};
    }
    RTT_LAYOUTS[0] = (source_layout){.id = "full-extract-csv",
                                     .columns = RTT_LAYOUT,
                                     .column_count = RTT_WIDTH,
                                     .set_aside = RTT_ASIDE,
                                     .set_aside_count = 1};
    SOURCES[0] = (source){.id = "ae-monthly",
                          .columns = AE_COLUMNS,
                          .column_count = COUNT_OF(AE_COLUMNS),
                          .layouts = AE_LAYOUTS,
                          .layout_count = 2};
    SOURCES[1] = (source){.id = "rtt-full-extract",
                          .columns = RTT_COLUMNS,
                          .column_count = COUNT_OF(RTT_COLUMNS),
                          .layouts = RTT_LAYOUTS,
                          .layout_count = 1};
    SOURCES[2] = (source){.id = "small",
                          .columns = SMALL_COLUMNS,
                          .column_count = COUNT_OF(SMALL_COLUMNS),
                          .layouts = SMALL_LAYOUTS,
                          .layout_count = 1};
    SOURCES[3] = (source){.id = "tidy",
                          .columns = TIDY_COLUMNS,
                          .column_count = COUNT_OF(TIDY_COLUMNS),
                          .layouts = TIDY_LAYOUTS,
                          .layout_count = 1,
                          .tidy = true};
    static const source_breakdown functions = {.id = "treatment-function", .name = "Treatment function", .column = 5};
    static const int32_t first = 0;
    SOURCES[1].breakdowns = &functions;
    SOURCES[1].breakdown_count = 1;
    MEASURES[0] = (measure){.id = "ae-attendances",
                            .unit = "count",
                            .unit_label = "attendances",
                            .domain = "urgent-care",
                            .value = VALUE_NUMERATOR,
                            .scale = 1,
                            .source = 0};
    MEASURES[1] = (measure){.id = "rtt-waiting-list",
                            .unit = "count",
                            .unit_label = "people",
                            .domain = "access",
                            .value = VALUE_NUMERATOR,
                            .scale = 1,
                            .source = 1,
                            .breakdowns = &first,
                            .breakdown_count = 1};
    CATALOGUE = (catalogue){.sources = SOURCES, .source_count = 4, .measures = MEASURES, .measure_count = 2};
}

/* ---- a sink that adds ----------------------------------------------------------------------------------- */

typedef struct seen {
    int begun;
    int64_t rows, names;
    const source *source;
    int64_t sum[160], missing[160], suppressed[160];
    int64_t part_2_total;     /* RTT: the incomplete pathways' total_all */
    char first_text[160][32]; /* of the first row */
    char last_name[64];
    int64_t last_line;
    period last_period;
    double last_number;
    int64_t fail_after; /* rows after which the sink fails; 0 = never */
} seen;

static status seen_begin(void *context, const source *s, const source_layout *layout, error *err)
{
    seen *r = context;
    (void)layout;
    (void)err;
    r->begun++;
    r->source = s;
    return STATUS_OK;
}

static status seen_name(void *context, text code, text name, error *err)
{
    seen *r = context;
    (void)code;
    (void)err;
    assert_int_equal(r->begun, 1);
    r->names++;
    (void)snprintf(r->last_name, sizeof r->last_name, "%.*s", (int)(name.length < 60 ? name.length : 60), name.at);
    return STATUS_OK;
}

static status seen_rows(void *context, const row_batch *batch, error *err)
{
    seen *r = context;
    assert_int_equal(r->begun, 1);
    assert_true(batch->count > 0 && batch->count <= ROW_BATCH);
    for (size_t c = 0; c < r->source->column_count; c++) {
        const row_column *column = &batch->columns[c];
        assert_int_equal(column->type, r->source->columns[c].type);
        for (size_t i = 0; i < batch->count; i++) {
            bool present = (column->present[i / 64] >> (i % 64) & 1) != 0;
            bool suppressed = (column->suppressed[i / 64] >> (i % 64) & 1) != 0;
            assert_false(present && suppressed);
            r->missing[c] += !present;
            r->suppressed[c] += suppressed;
            if (!present)
                continue;
            if (column->type == COLUMN_COUNT)
                r->sum[c] += column->as.counts[i];
            else if (column->type == COLUMN_BAND)
                r->sum[c] += column->as.bands[i];
            else if (column->type == COLUMN_NUMBER)
                r->last_number = column->as.numbers[i];
            else if (r->rows == 0 && i == 0)
                (void)snprintf(r->first_text[c], 32, "%.*s",
                               (int)(column->as.texts[i].length < 31 ? column->as.texts[i].length : 31),
                               column->as.texts[i].at);
        }
    }
    if (r->source == &SOURCES[1])
        for (size_t i = 0; i < batch->count; i++)
            if (text_is(batch->columns[4].as.texts[i], "Part_2"))
                r->part_2_total += batch->columns[RTT_TOTAL_ALL].as.counts[i];
    r->rows += (int64_t)batch->count;
    r->last_line = batch->line[batch->count - 1];
    r->last_period = batch->period[batch->count - 1];
    if (r->fail_after > 0 && r->rows >= r->fail_after)
        return error_set(err, STATUS_IO, "the disk is full");
    return STATUS_OK;
}

/* ---- a run ---------------------------------------------------------------------------------------------- */

typedef struct run {
    status code;
    error err;
    problems list;
    intake_report report;
    arena memory;
    seen seen;
} run;

static inline void run_file(run *r, const char *path, const intake_options *options)
{
    const int64_t fail_after = r->seen.fail_after;
    *r = (run){.seen = {.fail_after = fail_after}};
    const intake_sink sink = {&r->seen, seen_begin, seen_rows, seen_name};
    r->code = intake_read(path, &CATALOGUE, options, &sink, &r->memory, &r->report, &r->list, &r->err);
}

static inline void run_free(run *r)
{
    problems_free(&r->list);
    arena_free(&r->memory);
}

/* A folder of its own for each test program, under the current one (the build folder). */
static char FOLDER[64];
static inline int folder_make_own(void **state)
{
    (void)state;
    sources_build();
    (void)snprintf(FOLDER, sizeof FOLDER, "intake-test-XXXXXX");
    return mkdtemp(FOLDER) == NULL;
}

static inline const char *path_in(const char *name)
{
    static char path[512];
    (void)snprintf(path, sizeof path, "%s/%s", FOLDER, name);
    return path;
}

static inline int folder_remove_own(void **state)
{
    char command[128];
    (void)state;
    (void)snprintf(command, sizeof command, "rm -rf '%s'", FOLDER);
    return system(command);
}

/* Writes a file into the folder and answers its path (valid until the next call of path_in). */
static inline const char *file_of(const char *name, const char *bytes, size_t length)
{
    const char *path = path_in(name);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, length, f), length);
    assert_int_equal(fclose(f), 0);
    return path;
}

#endif
