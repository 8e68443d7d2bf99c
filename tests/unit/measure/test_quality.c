/*
 * The checks of data quality on made-up A&E files that have one of everything wrong, and on a table for the unit check. Every planted fault
 * must be found as such, and nothing else may be.
 */
#include "measure/quality.h"
#include "published_files.h"
#include "workspace.h"

/* ---- a figure among its neighbours ---------------------------------------------------------------------- */

static void a_power_of_ten_is_told_from_a_change(void **state)
{
    static const struct {
        double is, neighbours[6];
        size_t count;
        double least;
        int power;
    } cases[] = {
        {1000, {100, 110, 90, 105, 95, 102}, 6, 100, 1},
        {10, {100, 110, 90, 105, 95, 102}, 6, 100, -1},
        {10500, {100, 110, 90, 105, 95, 102}, 6, 100, 2},
        {0.1, {100, 110, 90, 105, 95, 102}, 6, 100, -3},
        {1000, {100, 110, 90, 105, 95, 102}, 6, 1000, 0},    /* too small to speak of */
        {300, {100, 110, 90, 105, 95, 102}, 6, 100, 0},      /* three times: it happens */
        {500, {100, 110, 90, 105, 95, 102}, 6, 100, 0},      /* between the powers */
        {1000, {100, 100, 100, 1000, 1000, 1000}, 6, 10, 0}, /* a new level: neighbours do not agree */
        {1000, {100, 100, 100}, 3, 10, 0},                   /* too few */
        {0, {100, 100, 100, 100}, 4, 10, 0},                 /* nought is another matter */
        {0.65, {65, 64, 66, 65, 63, 67}, 6, 1, -2},          /* a proportion for a percentage */
        {65, {0.65, 0.64, 0.66, 0.65}, 4, 0, 2},
        {100, {0, 10, 10, 10, 10, 10}, 6, 1, 0}, /* a nought among the neighbours */
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (quality_power(cases[i].is, cases[i].neighbours, cases[i].count, cases[i].least) != cases[i].power)
            fail_msg("case %zu: %d instead of %d", i,
                     quality_power(cases[i].is, cases[i].neighbours, cases[i].count, cases[i].least), cases[i].power);
}

/* ---- files with faults ---------------------------------------------------------------------------------- */

#define REGION "NHS ENGLAND LONDON"
enum { MONTHS = 15 }; /* June 2024 to August 2025 */
static const char *const MONTH_NAMES[] = {"JUNE-2024",     "JULY-2024",     "AUGUST-2024",   "SEPTEMBER-2024",
                                          "OCTOBER-2024",  "NOVEMBER-2024", "DECEMBER-2024", "JANUARY-2025",
                                          "FEBRUARY-2025", "MARCH-2025",    "APRIL-2025",    "MAY-2025",
                                          "JUNE-2025",     "JULY-2025",     "AUGUST-2025"};
enum { JANUARY = 7, FEBRUARY = 8, MARCH = 9, APRIL = 10, MAY = 11, JUNE = 12, JULY = 13, AUGUST = 14 };

static void line_of(buffer *b, int month, const char *provider, int64_t attendances)
{
    ae_line(b, MONTH_NAMES[month],
            &(ae_row){.provider = provider,
                      .region_name = REGION,
                      .attendances = {attendances},
                      .over_4 = {attendances / 4},
                      .waits = {attendances / 10, attendances / 20},
                      .admissions = {attendances / 5}});
}

static void month_file(buffer *b, int month, bool with_faults)
{
    ae_header(b);
    line_of(b, month, "RYJ", with_faults && month == APRIL ? 40000 : 4000 + 10 * month);
    line_of(b, month, "RDE", with_faults && month == MARCH ? 60 : 6000 - 10 * month);
    if (!with_faults || month != MAY)
        line_of(b, month, "RRK", 7000);
    if (!with_faults || month < JUNE)
        line_of(b, month, "RAE", 8000);
    line_of(b, month, "RCF", with_faults && month == JUNE ? 0 : 9000);
    if (with_faults && month == FEBRUARY)
        buffer_printf(b, "MSitAE-%s,RR8," REGION ",Trust RR8,,,,,,,,,,,,,,,,,,\n", MONTH_NAMES[month]);
    else
        line_of(b, month, "RR8", 5000);
    if (with_faults && month == JULY)
        line_of(b, month, "ZZ7", 50);
}

static void fill(workspace *w, bool with_faults)
{
    workspace_make(w);
    for (int month = 0; month < MONTHS; month++) {
        buffer b = {0};
        char name[64], published[DATE_TEXT];
        if (with_faults && month == JANUARY)
            continue;
        month_file(&b, month, with_faults);
        /* Published a fortnight after the end of the month; July two months late. */
        period p = {PERIOD_MONTH, 2024 * 12 + 5 + month, 1};
        date_format(period_last_day(p) + (with_faults && month == JULY ? 61 : 14), published);
        (void)snprintf(name, sizeof name, "ae-%s.csv", MONTH_NAMES[month]);
        workspace_add(w, name, b.data, published);
        buffer_free(&b);
    }
    if (with_faults) {
        buffer b = {0};
        month_file(&b, AUGUST, true);
        line_of(&b, AUGUST, "RRV", 100);
        workspace_add(w, "ae-AUGUST-2025-revised.csv", b.data, "2026-01-15");
        buffer_free(&b);
    }
}

static size_t finding_count_of(const edition *e, const char *kind)
{
    size_t n = 0;
    for (size_t i = 0; i < e->finding_count; i++)
        n += strcmp(e->findings[i].kind, kind) == 0;
    return n;
}

static const edition_finding *finding_named(const edition *e, const char *kind, const char *organisation)
{
    for (size_t i = 0; i < e->finding_count; i++)
        if (strcmp(e->findings[i].kind, kind) == 0 && strcmp(e->findings[i].organisation, organisation) == 0)
            return &e->findings[i];
    fail_msg("there is no finding %s of %s", kind, organisation);
    return NULL;
}

static void assert_period(period p, const char *wanted)
{
    char out[PERIOD_TEXT];
    period_format(p, out);
    assert_string_equal(out, wanted);
}

static void every_fault_is_found(void **state)
{
    workspace w;
    (void)state;
    fill(&w, true);
    workspace_evaluate(&w);
    const edition *e = w.edition;

    const edition_finding *f = finding_named(e, "jump", "RDE");
    assert_string_equal(f->severity, "error"); /* a hundred times too small */
    assert_period(f->first, "2025-03");
    assert_string_equal(f->file, "ae-MARCH-2025.csv");
    assert_int_equal(f->line, 4);
    assert_non_null(strstr(f->text, "a hundred times too small"));
    f = finding_named(e, "jump", "RYJ");
    assert_string_equal(f->severity, "warning");
    assert_non_null(strstr(f->text, "ten times too large"));

    f = finding_named(e, "missing-release", "");
    assert_string_equal(f->source, "ae-monthly");
    assert_period(f->first, "2025-01");
    assert_int_equal(finding_count_of(e, "missing-release"), 1);

    f = finding_named(e, "gap", "RRK");
    assert_period(f->first, "2025-05");
    assert_period(f->last, "2025-05");
    assert_string_equal(f->severity, "warning");
    assert_int_equal(finding_count_of(e, "gap"),
                     1); /* January 2025, which nobody has, is told once, as a missing release */

    f = finding_named(e, "discontinued", "RAE");
    assert_period(f->first, "2025-06");
    assert_period(f->last, "2025-08");

    f = finding_named(e, "blank", "RR8");
    assert_period(f->first, "2025-02");
    assert_string_equal(f->file, "ae-FEBRUARY-2025.csv");
    assert_int_equal(f->line, 8);

    f = finding_named(e, "nought", "RCF");
    assert_period(f->first, "2025-06");

    f = finding_named(e, "unmapped", "ZZ7");
    assert_int_equal(f->count, 1);
    assert_string_equal(f->file, "ae-JULY-2025.csv");
    assert_int_equal(f->line, 8);

    f = finding_named(e, "revised", "");
    assert_string_equal(f->file, "ae-AUGUST-2025.csv");
    assert_non_null(strstr(f->text, "ae-AUGUST-2025-revised.csv"));

    size_t late = 0, behind = 0;
    for (size_t i = 0; i < e->finding_count; i++)
        if (strcmp(e->findings[i].kind, "late") == 0) {
            bool of_file = e->findings[i].file[0] != 0;
            late += of_file && strcmp(e->findings[i].file, "ae-JULY-2025.csv") == 0;
            behind += !of_file;
            /* By the revision of 15 January 2026 December was out, a fortnight after its end. */
            if (!of_file)
                assert_period(e->findings[i].last, "2025-12");
        }
    assert_int_equal(late, 1);
    assert_int_equal(behind, 1);
    workspace_remove(&w);
}

/* Forty blanks of one column are one finding, with how many they are and the first by name. */
static void blanks_of_one_column_are_one_finding(void **state)
{
    workspace w;
    (void)state;
    workspace_make(&w);
    for (int month = 0; month < 4; month++) {
        static const char *const names[] = {"APRIL-2025", "MAY-2025", "JUNE-2025", "JULY-2025"};
        static const char *const trusts[] = {"RYJ", "RDE", "RRK", "RCF", "RR8"};
        char name[32];
        buffer b = {0};
        ae_header(&b);
        for (size_t i = 0; i < 5; i++) {
            if (month == 1 && i < 4)
                buffer_printf(&b, "MSitAE-MAY-2025,%s,,T%s,,,,,,,,,,,,,,,,,,\n", trusts[i], trusts[i]);
            else
                ae_line(&b, names[month],
                        &(ae_row){.provider = trusts[i],
                                  .region_name = "",
                                  .attendances = {1000},
                                  .over_4 = {200},
                                  .waits = {50, 40},
                                  .admissions = {90, 0, 0, 80}});
        }
        (void)snprintf(name, sizeof name, "ae-%s.csv", names[month]);
        workspace_add(&w, name, b.data, "");
        buffer_free(&b);
    }
    workspace_evaluate(&w);
    assert_int_equal(finding_count_of(w.edition, "blank"), 1);
    const edition_finding *f = finding_named(w.edition, "blank", "");
    assert_int_equal(f->count, 4);
    assert_string_equal(f->source, "ae-monthly");
    assert_string_equal(f->file, "ae-MAY-2025.csv");
    assert_non_null(strstr(f->text, "4 organisations are in the files but with nothing for "));
    assert_non_null(strstr(f->text, "for 4 of their periods: "));
    assert_non_null(strstr(f->text, "(May 2025) and others. Blank cells"));
    assert_period(f->first, "2025-05");
    workspace_remove(&w);
}

static void sound_files_have_no_fault(void **state)
{
    workspace w;
    (void)state;
    fill(&w, false);
    workspace_evaluate(&w);
    for (size_t i = 0; i < w.edition->finding_count; i++)
        if (strcmp(w.edition->findings[i].severity, "note") != 0)
            fail_msg("%s: %s", w.edition->findings[i].kind, w.edition->findings[i].text);
    workspace_remove(&w);
}

/* Findings are ordered by severity first, and say what to do. */
static void findings_are_in_order_and_complete(void **state)
{
    workspace w;
    (void)state;
    fill(&w, true);
    workspace_evaluate(&w);
    const edition *e = w.edition;
    int before = 0;
    for (size_t i = 0; i < e->finding_count; i++) {
        const edition_finding *f = &e->findings[i];
        int place = strcmp(f->severity, "error") == 0 ? 0 : strcmp(f->severity, "warning") == 0 ? 1 : 2;
        assert_true(place >= before);
        before = place;
        assert_true(f->text[0] != 0 && f->advice[0] != 0 && f->kind[0] != 0);
    }
    workspace_remove(&w);
}

/* A view of one measure is for showing it: it has no findings, and costs none. */
static void a_view_of_one_measure_is_not_checked(void **state)
{
    workspace w;
    edition *view;
    error err = {0};
    const measure_options options = {.as_at = DATE_NONE, .only_measure = "ae-attendances"};
    (void)state;
    fill(&w, true);
    check(measure_view(w.facts, &house.catalogue, house.orgs, &options, NULL, &view, &err), &err);
    assert_int_equal(view->finding_count, 0);
    edition_close(view);
    workspace_remove(&w);
}

static void suppressed_cells_are_counted(void **state)
{
    static const char *const words =
        "REPORTING_PERIOD_START,REPORTING_PERIOD_END,STATUS,BREAKDOWN,PRIMARY_LEVEL,PRIMARY_LEVEL_DESCRIPTION,"
        "SECONDARY_LEVEL,SECONDARY_LEVEL_DESCRIPTION,MEASURE_ID,MEASURE_NAME,MEASURE_VALUE\n"
        "01/06/2024,31/08/2024,Performance,Provider,RRP,A trust,NONE,NONE,MRS01,Number,*\n"
        "01/06/2024,31/08/2024,Performance,Provider,RRP,A trust,NONE,NONE,MRS01a,Number,25\n"
        "01/06/2024,31/08/2024,Performance,Provider,RAE,A trust,NONE,NONE,MRS01,Number,30\n"
        "01/06/2024,31/08/2024,Performance,Provider,RAE,A trust,NONE,NONE,MRS01a,Number,*\n";
    workspace w;
    release_quality *all;
    size_t count;
    error err = {0};
    (void)state;
    workspace_make(&w);
    workspace_add(&w, "mhsds.csv", words, "");
    check(facts_quality(w.facts, &w.memory, &all, &count, &err), &err);
    assert_int_equal(count, 1);
    assert_true(all[0].totals_known);
    assert_int_equal(all[0].rows, 4);
    assert_int_equal(all[0].rows_suppressed, 2);
    assert_int_equal(all[0].cells_suppressed, 2);
    assert_int_equal(all[0].figures_present, 2);
    workspace_remove(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_power_of_ten_is_told_from_a_change),
        cmocka_unit_test(blanks_of_one_column_are_one_finding),
        cmocka_unit_test(every_fault_is_found),
        cmocka_unit_test(sound_files_have_no_fault),
        cmocka_unit_test(findings_are_in_order_and_complete),
        cmocka_unit_test(a_view_of_one_measure_is_not_checked),
        cmocka_unit_test(suppressed_cells_are_counted),
    };
    return cmocka_run_group_tests(tests, house_open, house_close);
}
