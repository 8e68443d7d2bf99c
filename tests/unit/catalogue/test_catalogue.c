/*
 * The catalogue that is shipped: it loads without a problem, says what issue 2 asks for, and its A&E layouts and measures give
 * the known figures of June 2025 when applied by hand to the published file (../shared; skipped where that is absent).
 */
#include "folders.h"

#include <math.h>

#include "catalogue/loader.h"

static catalogue shipped;

static int load_shipped(void **state)
{
    (void)state;
    const char *folders[] = {CONCORD_SOURCE_DIR "/catalogue"};
    problems list = {.limit = 50};
    error err;
    status code = catalogue_load(folders, 1, &shipped, &list, &err);
    for (size_t i = 0; i < list.count; i++) {
        char line[1400];
        (void)error_format(&list.items[i], line, sizeof line);
        print_error("%s\n", line);
    }
    problems_free(&list);
    return code == STATUS_OK ? 0 : -1;
}

static int free_shipped(void **state)
{
    (void)state;
    catalogue_free(&shipped);
    return 0;
}

static void test_sources(void **state)
{
    (void)state;
    assert_true(shipped.source_count >= 3);
    const source *rtt = catalogue_source(&shipped, "rtt-full-extract");
    assert_non_null(rtt);
    assert_string_equal(rtt->table, "rows_rtt_full_extract");
    assert_int_equal(rtt->layouts[0].column_count, 121);
    int32_t first = source_column_find(rtt, "weeks_00_01"), last = source_column_find(rtt, "weeks_103_104");
    assert_int_equal(last - first, 103);
    assert_int_equal(source_column_find(rtt, "weeks_104_plus"), last + 1);
    for (int32_t i = first; i <= last + 1; i++)
        assert_int_equal(rtt->columns[i].type, COLUMN_BAND);
    const source_layout *extract = &rtt->layouts[0];
    assert_string_equal(extract->columns[13].header, "Gt 00 To 01 Weeks SUM 1");
    assert_string_equal(extract->columns[116].header, "Gt 103 To 104 Weeks SUM 1");
    assert_int_equal(extract->columns[116].column, last);
    assert_int_equal(rtt->breakdowns[0].value_count, 23);
    const source *tidy = catalogue_source(&shipped, "tidy");
    assert_true(tidy->tidy);
    assert_string_equal(tidy->table, "rows_tidy");
    assert_null(catalogue_source(&shipped, "nothing"));
    assert_int_equal(source_column_find(rtt, "nothing"), -1);
    assert_int_equal(source_breakdown_find(rtt, "treatment-function"), 0);
    assert_int_equal(source_breakdown_find(rtt, "age"), -1);
}

static void test_measures(void **state)
{
    (void)state;
    static const struct {
        const char *id;
        measure_value value;
        better better;
        int numerator, denominator; /* how many columns are added up */
        bool breakdown, parts;
    } WANTED[] = {
        {"rtt-waiting-list", VALUE_NUMERATOR, BETTER_LOWER, 1, 0, true, false},
        {"rtt-within-18-weeks", VALUE_RATIO, BETTER_HIGHER, 18, 1, true, false},
        {"rtt-over-52-weeks", VALUE_RATIO, BETTER_LOWER, 53, 1, true, false},
        {"rtt-over-65-weeks", VALUE_RATIO, BETTER_LOWER, 40, 1, true, false},
        {"rtt-over-78-weeks", VALUE_RATIO, BETTER_LOWER, 27, 1, true, false},
        {"rtt-median-wait", VALUE_PERCENTILE, BETTER_LOWER, 104, 105, true, false},
        {"rtt-92nd-percentile-wait", VALUE_PERCENTILE, BETTER_LOWER, 104, 105, true, false},
        {"rtt-referrals", VALUE_NUMERATOR, BETTER_NEITHER, 1, 0, true, false},
        {"rtt-completed", VALUE_NUMERATOR, BETTER_HIGHER, 1, 0, true, false},
        {"rtt-completed-admitted", VALUE_NUMERATOR, BETTER_HIGHER, 1, 0, true, false},
        {"rtt-completed-non-admitted", VALUE_NUMERATOR, BETTER_HIGHER, 1, 0, true, false},
        {"rtt-independent-sector-share", VALUE_RATIO, BETTER_NEITHER, 1, 1, true, false},
        {"rtt-completed-unknown-sector", VALUE_NUMERATOR, BETTER_NEITHER, 1, 0, true, false},
        {"ae-attendances", VALUE_NUMERATOR, BETTER_NEITHER, 6, 0, false, true},
        {"ae-within-4-hours", VALUE_RATIO, BETTER_HIGHER, 6, 6, false, true},
        {"ae-type-1-within-4-hours", VALUE_RATIO, BETTER_HIGHER, 2, 2, false, true},
        {"ae-12-hour-waits", VALUE_NUMERATOR, BETTER_LOWER, 1, 0, false, true},
        {"ae-emergency-admissions", VALUE_NUMERATOR, BETTER_NEITHER, 3, 0, false, true},
        {"emergency-admissions-total", VALUE_NUMERATOR, BETTER_NEITHER, 4, 0, false, true},
    };
    size_t wanted = sizeof WANTED / sizeof WANTED[0];
    assert_true(shipped.measure_count >= wanted);
    for (size_t i = 0; i < wanted; i++) {
        const measure *m = catalogue_measure(&shipped, WANTED[i].id);
        assert_non_null(m);
        assert_int_equal(m->value, WANTED[i].value);
        assert_int_equal(m->better, WANTED[i].better);
        assert_int_equal(m->numerator.column_count, WANTED[i].numerator);
        assert_int_equal(m->denominator.column_count, WANTED[i].denominator);
        assert_int_equal(m->breakdown_count, WANTED[i].breakdown ? 1 : 0);
        assert_int_equal(m->england_from_parts, WANTED[i].parts);
        assert_int_equal(m->level_role[LEVEL_ENGLAND], MEASURE_ALL_ROWS);
        assert_true(m->caveat_count > 0);
        assert_true(m->line > 0);
    }
    for (size_t i = 1; i < shipped.measure_count; i++)
        assert_true(strcmp(shipped.measures[i - 1].id, shipped.measures[i].id) < 0);
    /* A provider is shown by provider, an ICB by commissioner. */
    const measure *rtt = catalogue_measure(&shipped, "rtt-within-18-weeks");
    const source *s = &shipped.sources[rtt->source];
    assert_string_equal(s->roles[rtt->level_role[LEVEL_PROVIDER]].name, "provider");
    assert_string_equal(s->roles[rtt->level_role[LEVEL_ICB]].name, "commissioner");
    assert_string_equal(s->roles[rtt->level_role[LEVEL_SUB_ICB]].name, "commissioner");
    const measure *share = catalogue_measure(&shipped, "rtt-independent-sector-share");
    assert_int_equal(share->level_role[LEVEL_PROVIDER], MEASURE_NOT_AT_LEVEL);
    assert_true(share->numerator.filters[1].by_kind);
    assert_string_equal(share->numerator.filters[1].values[0], "independent");
    /* Counts in parts of a unit: halves of pathways, hundred-thousandths of staff; a published figure is taken as it is. */
    assert_int_equal(catalogue_measure(&shipped, "cancer-62-day")->numerator_parts, 2);
    assert_int_equal(catalogue_measure(&shipped, "staff-all")->numerator_parts, 100000);
    assert_int_equal(catalogue_measure(&shipped, "staff-all")->denominator_parts, 1);
    assert_int_equal(catalogue_measure(&shipped, "ambulance-c2-p90")->value, VALUE_PUBLISHED);
    const measure *cancer = catalogue_measure(&shipped, "cancer-62-day");
    assert_true(cancer->numerator.filters[1].except);
    assert_int_equal(cancer->level_role[LEVEL_ENGLAND], cancer->level_role[LEVEL_ICB]);
    assert_int_equal(cancer->breakdown_count, 2);
    assert_null(catalogue_measure(&shipped, "nothing"));
    const char *near[3];
    assert_int_equal(catalogue_nearest_measures(&shipped, "rtt-over-53-weeks", near, 3), 3);
    assert_string_equal(near[0], "rtt-over-52-weeks");
    assert_int_equal(catalogue_nearest_measures(&shipped, "rtt-within-18", near, 1), 1);
    assert_string_equal(near[0], "rtt-within-18-weeks");
}

static int32_t measure_index(const char *id)
{
    return (int32_t)(catalogue_measure(&shipped, id) - shipped.measures);
}

static void test_targets(void **state)
{
    (void)state;
    static const struct {
        const char *measure;
        level of;
        const char *period;
        double level; /* 0 = none */
    } WANTED[] = {
        {"rtt-within-18-weeks", LEVEL_ENGLAND, "2024-01", 65},
        {"rtt-within-18-weeks", LEVEL_ENGLAND, "2026-03", 65},
        {"rtt-within-18-weeks", LEVEL_ENGLAND, "FY2025-26", 65},
        {"rtt-within-18-weeks", LEVEL_ENGLAND, "2026-04", 70},
        {"rtt-within-18-weeks", LEVEL_ICB, "2027-03", 70},
        {"rtt-within-18-weeks", LEVEL_ENGLAND, "2027-04", 92},
        {"rtt-within-18-weeks", LEVEL_ENGLAND, "2029-03", 92},
        {"rtt-within-18-weeks", LEVEL_ENGLAND, "2029-04", 0},
        /* A trust's own targets need its baseline, so the earliest that does not is in force. */
        {"rtt-within-18-weeks", LEVEL_PROVIDER, "2026-02", 92},
        {"rtt-over-52-weeks", LEVEL_PROVIDER, "2026-03", 1},
        {"rtt-over-52-weeks", LEVEL_PROVIDER, "2026-04", 0},
        {"ae-within-4-hours", LEVEL_PROVIDER, "2025-06", 78},
        {"ae-within-4-hours", LEVEL_ENGLAND, "2026-02..2026-04", 82},
        {"ae-attendances", LEVEL_ENGLAND, "2025-06", 0},
    };
    for (size_t i = 0; i < sizeof WANTED / sizeof WANTED[0]; i++) {
        period p;
        assert_true(period_parse(text_of(WANTED[i].period), &p));
        const target *t = catalogue_target(&shipped, measure_index(WANTED[i].measure), WANTED[i].of, p);
        assert_int_equal(t != NULL, WANTED[i].level > 0);
        if (t != NULL)
            assert_true(fabs(t->level - WANTED[i].level) < 1e-12);
    }
    assert_null(
        catalogue_target(&shipped, measure_index("ae-within-4-hours"), LEVEL_ENGLAND, (period){.kind = PERIOD_NONE}));
    size_t unverified = 0, baseline = 0;
    for (size_t i = 0; i < shipped.target_count; i++) {
        unverified += !shipped.targets[i].verified;
        baseline += shipped.targets[i].needs_baseline;
    }
    assert_int_equal(shipped.target_count, 18);
    assert_int_equal(unverified, 4);
    assert_int_equal(baseline, 2);
}

/* ---- figures of a published file, by hand ------------------------------------------------------------- */

static size_t split_csv(char *line, char **fields, size_t capacity)
{
    size_t count = 0;
    char *p = line;
    while (count < capacity) {
        bool quoted = *p == '"';
        fields[count++] = quoted ? ++p : p;
        while (*p != 0 && *p != (quoted ? '"' : ',') && *p != '\r' && *p != '\n')
            p++;
        bool more = quoted ? p[0] != 0 && p[1] == ',' : *p == ',';
        char *next = p + (quoted ? 2 : 1);
        *p = 0;
        if (!more)
            break;
        p = next;
    }
    return count;
}

static int64_t count_of(char *cell)
{
    char *to = cell;
    for (char *from = cell; *from != 0; from++)
        if (*from != ',')
            *to++ = *from;
    *to = 0;
    int64_t value = 0;
    assert_true(cell[0] == 0 || number_parse_count(text_trim(text_of(cell)), &value));
    return value;
}

/* Adds up each kept column of a layout over the lines that are not set aside. Asserts that every header is declared. */
static void sum_file(const source *s, const source_layout *layout, const char *path, int64_t *sums)
{
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    char line[8192];
    char *fields[64];
    int32_t place[64];
    assert_non_null(fgets(line, sizeof line, f));
    size_t heads = split_csv(line, fields, 64);
    for (size_t i = 0; i < heads; i++) {
        int32_t seen = 0;
        place[i] = -1;
        for (size_t k = 0; k <= i; k++)
            seen += text_is_nocase(text_trim(text_of(fields[i])), fields[k]);
        for (size_t k = 0; k < layout->column_count; k++)
            if (text_is_nocase(text_trim(text_of(fields[i])), layout->columns[k].header) &&
                layout->columns[k].occurrence == seen)
                place[i] = (int32_t)k;
        if (place[i] < 0 && text_trim(text_of(fields[i])).length > 0)
            fail_msg("%s: header '%s' (%d) is not declared", path, fields[i], (int)seen);
    }
    memset(sums, 0, s->column_count * sizeof *sums);
    while (fgets(line, sizeof line, f) != NULL) {
        size_t count = split_csv(line, fields, 64);
        bool aside = false;
        for (size_t i = 0; i < count && i < heads; i++)
            for (size_t k = 0; k < layout->set_aside_count; k++)
                aside = aside || (layout->set_aside[k].layout_column == place[i] &&
                                  text_is_nocase(text_trim(text_of(fields[i])), layout->set_aside[k].equals[0]));
        for (size_t i = 0; i < count && i < heads && !aside; i++) {
            const layout_column *c = place[i] >= 0 ? &layout->columns[place[i]] : NULL;
            if (c != NULL && !c->is_name && c->column >= 0 && s->columns[c->column].type == COLUMN_COUNT)
                sums[c->column] += count_of(fields[i]);
        }
    }
    (void)fclose(f);
}

static int64_t evaluate(const measure_sum *sum, const int64_t *sums)
{
    int64_t total = 0;
    for (size_t i = 0; i < sum->column_count; i++)
        total += sums[sum->columns[i]];
    for (size_t i = 0; i < sum->minus_count; i++)
        total -= sums[sum->minus[i]];
    return total;
}

#define AE_FOLDER CONCORD_SOURCE_DIR "/../shared/data/ae/"

static void test_figures_of_june_2025(void **state)
{
    (void)state;
    if (access(AE_FOLDER, R_OK) != 0)
        skip();
    const source *s = catalogue_source(&shipped, "ae-monthly");
    int64_t sums[64];
    sum_file(s, &s->layouts[0], AE_FOLDER "Monthly-AE-June-2025-1-1.csv", sums);
    assert_int_equal(evaluate(&catalogue_measure(&shipped, "ae-attendances")->numerator, sums), 2350478);
    const measure *within = catalogue_measure(&shipped, "ae-within-4-hours");
    int64_t numerator = evaluate(&within->numerator, sums), denominator = evaluate(&within->denominator, sums);
    assert_int_equal(denominator, 2350478);
    assert_int_equal(denominator - numerator, 574809);
    assert_true(fabs(within->scale * (double)numerator / (double)denominator - 75.545) < 5e-4);
    const measure *major = catalogue_measure(&shipped, "ae-type-1-within-4-hours");
    double share =
        major->scale * (double)evaluate(&major->numerator, sums) / (double)evaluate(&major->denominator, sums);
    assert_true(fabs(share - 61.7188) < 5e-5);
    /* The file's own TOTAL line. */
    assert_int_equal(evaluate(&catalogue_measure(&shipped, "ae-12-hour-waits")->numerator, sums), 38683);
    assert_int_equal(evaluate(&catalogue_measure(&shipped, "ae-emergency-admissions")->numerator, sums),
                     396175 + 1389 + 4879);
    assert_int_equal(evaluate(&catalogue_measure(&shipped, "emergency-admissions-total")->numerator, sums),
                     396175 + 1389 + 4879 + 134453);
}

/* Every published file has only headers that are declared. The sheet export has its own totals to compare with: RC9 etc. */
static void test_every_published_header(void **state)
{
    (void)state;
    if (access(AE_FOLDER, R_OK) != 0)
        skip();
    const source *s = catalogue_source(&shipped, "ae-monthly");
    static const char *const MONTHLY[] = {
        "February-2026-CSV-Dl8t54.csv",      "July-2025-CSV-9jfy4.csv",       "Monthly-AE-April-2025.csv",
        "Monthly-AE-July-2024-revised.csv",  "Monthly-AE-September-2024.csv", "ae_activity_2024-04.csv",
        "Monthly-AE-Nov-25-CSV-revised.csv",
    };
    int64_t sums[64];
    for (size_t i = 0; i < sizeof MONTHLY / sizeof MONTHLY[0]; i++) {
        char path[512];
        (void)snprintf(path, sizeof path, "%s%s", AE_FOLDER, MONTHLY[i]);
        sum_file(s, &s->layouts[0], path, sums);
        /* All are set aside that should be: England has 1.8 to 2.6 million attendances a month, twice that with its total. */
        int64_t attendances = evaluate(&catalogue_measure(&shipped, "ae-attendances")->numerator, sums);
        assert_true(attendances > 1800000 && attendances < 2600000);
    }
    assert_string_equal(s->layouts[2].id, "sheet-export");
    sum_file(s, &s->layouts[2], AE_FOLDER "sheet-export-August-2025-AE.csv", sums);
    int64_t august = evaluate(&catalogue_measure(&shipped, "ae-attendances")->numerator, sums);
    assert_true(august > 1800000 && august < 2600000);
    /* Over 4 hours and within 4 hours come from different thirds of the same headers: the share tells whether they do. */
    const measure *within = catalogue_measure(&shipped, "ae-within-4-hours");
    double share = 100.0 * (double)evaluate(&within->numerator, sums) / (double)evaluate(&within->denominator, sums);
    assert_true(share > 70 && share < 80);
}

/* ---- libcyaml's own refusals --------------------------------------------------------------------------- */

/* The walk over the schema comes first, so libcyaml never sees these in a load; its words must be ours all the same. */
static void test_cyaml_refusal(void **state)
{
    (void)state;
    static const struct {
        const char *yaml;
        int line;
        const char *message;
    } CASES[] = {
        /* libcyaml knows only the last key that it understood */
        {"id: t\nmeasure: m\nby: 2026-03\nwrong: 1\n", 3, "Unexpected key: wrong"},
        {"id: t\nmeasure: m\nby: 2026-03\nauthority: a\ndocument: d\napplies_to: [nowhere]\nverified: true\n", 6,
         "Invalid ENUM value: nowhere"},
        {"id: t\nmeasure: [m]\n", 2, ""},
        {"id: t\nmeasure: *m\n", 2, ""},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        arena memory = {.maximum = 0};
        problems list = {.limit = 5};
        loader l = {.memory = &memory, .list = &list, .file = "targets/x.yaml"};
        unsigned count = 0;
        assert_null(shape_load(&l, CASES[i].yaml, strlen(CASES[i].yaml), &shape_target, &count));
        assert_int_equal(list.total, 1);
        assert_string_equal(list.items[0].file, "targets/x.yaml");
        assert_non_null(strstr(list.items[0].message, CASES[i].message));
        assert_non_null(strstr(list.items[0].message, "cannot be read as declared"));
        assert_int_equal(list.items[0].row, CASES[i].line);
        problems_free(&list);
        loader_free(&l);
        arena_free(&memory);
    }
}

static void test_level_names(void **state)
{
    (void)state;
    assert_string_equal(level_name(LEVEL_ENGLAND), "england");
    assert_string_equal(level_name(LEVEL_SUB_ICB), "sub-icb");
    assert_string_equal(level_name(LEVEL_COUNT), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sources),
        cmocka_unit_test(test_measures),
        cmocka_unit_test(test_targets),
        cmocka_unit_test(test_figures_of_june_2025),
        cmocka_unit_test(test_every_published_header),
        cmocka_unit_test(test_cyaml_refusal),
        cmocka_unit_test(test_level_names),
    };
    return cmocka_run_group_tests(tests, load_shipped, free_shipped);
}
