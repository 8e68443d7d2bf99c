/*
 * Counts that are kept in parts of a unit, and England made of the rows of one role: with small files in two published layouts.
 */
#include "../intake/book.h"
#include "published_files.h"
#include "workspace.h"

static const char sickness[] =
    "DATE,NHSE_REGION_CODE,NHSE_REGION_NAME,ICS_CODE,ICS_NAME,ORG_CODE,ORG_NAME,ORG_TYPE,FTE_DAYS_LOST,"
    "FTE_DAYS_AVAILABLE,SICKNESS_ABSENCE_RATE_PERCENT\n"
    "28/02/2025,Y63,North East and Yorkshire,QWO,West Yorkshire,RR8,Leeds,Acute,12.5,250.00001,5.00\n"
    "28/02/2025,Y63,North East and Yorkshire,QWO,West Yorkshire,RAE,Bradford,Acute,0.25,100,0.25\n"
    "28/02/2025,Y61,East of England,QMM,Norfolk and Waveney,RM1,Norwich,Acute,7.12345,77.7,9.17\n"
    /* A file without one of the seven regions is refused as cut off; these add nothing. */
    "28/02/2025,Y56,London,QKK,South East London,RJ1,Guys,Acute,0,0,0\n"
    "28/02/2025,Y58,South West,QUY,Bristol,RA7,Bristol,Acute,0,0,0\n"
    "28/02/2025,Y59,South East,QKS,Kent,RVV,Kent,Acute,0,0,0\n"
    "28/02/2025,Y60,Midlands,QHL,Birmingham,RRK,Birmingham,Acute,0,0,0\n"
    "28/02/2025,Y62,North West,QYG,Cheshire,REM,Liverpool,Acute,0,0,0\n";

static const char mental_health[] =
    "REPORTING_PERIOD_START,REPORTING_PERIOD_END,STATUS,BREAKDOWN,PRIMARY_LEVEL,PRIMARY_LEVEL_DESCRIPTION,"
    "SECONDARY_LEVEL,SECONDARY_LEVEL_DESCRIPTION,MEASURE_ID,MEASURE_NAME,MEASURE_VALUE\n"
    "01/06/2024,31/08/2024,Performance,England,England,England,NONE,NONE,MRS01,Number,1003\n"
    "01/06/2024,31/08/2024,Performance,England,England,England,NONE,NONE,MRS01a,Number,101\n"
    "01/06/2024,31/08/2024,Performance,Provider,RR8,LEEDS,NONE,NONE,MRS01,Number,600\n"
    "01/06/2024,31/08/2024,Performance,Provider,RR8,LEEDS,NONE,NONE,MRS01a,Number,*\n"
    "01/06/2024,31/08/2024,Performance,ICB - GP Practice or Residence,QWO,WEST YORKSHIRE,NONE,NONE,MRS01,Number,800\n"
    "01/06/2024,31/08/2024,Performance,ICB - GP Practice or Residence,QWO,WEST YORKSHIRE,NONE,NONE,MRS01a,Number,80\n"
    "01/06/2024,31/08/2024,Performance,ICB - GP Practice or Residence,UNKNOWN,UNKNOWN,NONE,NONE,MRS01,Number,203\n";

static measure_part *explained(workspace *w, const char *measure_id, const char *who, const char *when, size_t *count)
{
    measure_part *parts = NULL;
    error err = {0};
    period p;
    assert_true(period_parse(text_of(when), &p));
    const edition_series *s = series_named(w->edition, measure_id, who, "", GEOGRAPHY_CURRENT);
    assert_non_null(s);
    check(measure_explain(w->facts, &house.catalogue, house.orgs, w->edition, s, p, &w->memory, &parts, count, &err),
          &err);
    return parts;
}

static void fractions_add_up_exactly(void **state)
{
    workspace w;
    size_t count;
    (void)state;
    workspace_make(&w);
    workspace_add(&w, "nhs_sickness_absence_2025-02.csv", sickness, "");
    workspace_evaluate(&w);
    const edition_measure *m = &w.edition->measures[edition_find_measure(w.edition, "sickness-absence")];
    assert_int_equal(m->numerator_parts, 100000);
    assert_int_equal(m->denominator_parts, 100000);
    const edition_point *p = current_point(&w, "sickness-absence", "QWO", "2025-02");
    assert_count(p, 1275000, 35000001);
    assert_true(edition_numerator(m, p) == 12.75 && edition_denominator(m, p) == 350.00001);
    assert_close(p->value, 100 * 12.75 / 350.00001);
    p = current_point(&w, "sickness-absence", "ENGLAND", "2025-02");
    assert_count(p, 1987345, 42770001);
    assert_close(p->value, 100 * 19.87345 / 427.70001);
    const measure_part *parts = explained(&w, "sickness-absence", "QWO", "2025-02", &count);
    int64_t sums[2] = {0};
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(parts[i].parts, 100000);
        sums[strcmp(parts[i].role, "denominator") == 0] += parts[i].amount;
        assert_int_equal(parts[i].line_count, 1);
    }
    assert_int_equal(sums[0], 1275000);
    assert_int_equal(sums[1], 35000001);
    workspace_remove(&w);
}

/* A tidy file gives whole units of a measure that is kept in parts. */
static void tidy_units(void **state)
{
    workspace w;
    (void)state;
    workspace_make(&w);
    workspace_add(&w, "local.csv",
                  "measure,organisation,period,numerator,denominator,value\n"
                  "cancer-62-day,RR8,2025-05,30,40,\n",
                  "");
    workspace_evaluate(&w);
    const edition_measure *m = &w.edition->measures[edition_find_measure(w.edition, "cancer-62-day")];
    const edition_point *p = current_point(&w, "cancer-62-day", "RR8", "2025-05");
    assert_non_null(p);
    assert_true(p->tidy);
    assert_int_equal(m->numerator_parts, 2);
    assert_count(p, 60, 80);
    assert_true(edition_numerator(m, p) == 30 && edition_denominator(m, p) == 40);
    assert_close(p->value, 75);
    workspace_remove(&w);
}

/* England is the line that the publication prints, not it and its parts together; a withheld number is no figure. */
static void england_of_a_role(void **state)
{
    workspace w;
    size_t count;
    (void)state;
    workspace_make(&w);
    workspace_add(&w, "MHSDS_4WW_AugPerf_2024.csv", mental_health, "");
    workspace_evaluate(&w);
    assert_count(current_point(&w, "mental-health-four-weeks-adults", "ENGLAND", "2024-08"), 101, 1003);
    assert_count(current_point(&w, "mental-health-four-weeks-adults", "QWO", "2024-08"), 80, 800);
    assert_null(current_point(&w, "mental-health-four-weeks-adults", "RR8", "2024-08"));
    assert_int_equal(edition_find_org(w.edition, "UNKNOWN"), -1);
    const measure_part *parts = explained(&w, "mental-health-four-weeks-adults", "ENGLAND", "2024-08", &count);
    assert_int_equal(count, 2);
    assert_string_equal(parts[0].organisation, "ENGLAND");
    assert_int_equal(parts[0].amount, 101);
    assert_int_equal(parts[0].line_count, 1);
    assert_int_equal(parts[0].lines[0], 3);
    assert_int_equal(parts[1].amount, 1003);
    assert_int_equal(parts[1].lines[0], 2);
    workspace_remove(&w);
}

/* Withheld is neither missing nor nought: a sum that it is a part of has no figure, and the edition says why. */
static void suppressed_is_told_apart(void **state)
{
    static const struct {
        const char *organisation, *period;
        bool is_there, suppressed;
    } expected[] = {
        {"RR8", "2025-04", true, false},     {"RAE", "2025-04", true, false},     {"QWO", "2025-04", true, false},
        {"RR8", "2025-05", true, false},     {"RAE", "2025-05", false, true},     {"QWO", "2025-05", false, true},
        {"ENGLAND", "2025-05", false, true}, {"RM1", "2025-05", false, false},    {"T6Y0W", "2025-05", false, false},
        {"RR8", "2025-06", true, false},     {"ENGLAND", "2025-06", true, false}, {"RM1", "2025-06", true, false},
    };
    static const char *const months[] = {"APRIL-2025", "MAY-2025", "JUNE-2025"};
    workspace w;
    (void)state;
    workspace_make(&w);
    for (int i = 0; i < 3; i++) {
        char name[32];
        buffer b = {0};
        ae_header(&b);
        ae_line(&b, months[i], &(ae_row){.provider = "RR8", .region_name = "", .attendances = {100}});
        if (i == 1)
            buffer_text(&b, "MSitAE-MAY-2025,RAE,,Bradford,*,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0\n");
        else
            ae_line(&b, months[i], &(ae_row){.provider = "RAE", .region_name = "", .attendances = {50}});
        if (i != 1)
            ae_line(&b, months[i], &(ae_row){.provider = "RM1", .region_name = "", .attendances = {70}});
        (void)snprintf(name, sizeof name, "ae-%s.csv", months[i]);
        workspace_add(&w, name, b.data, "");
        buffer_free(&b);
    }
    workspace_evaluate(&w);
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        const edition_point *p = current_point(&w, "ae-attendances", expected[i].organisation, expected[i].period);
        assert_non_null(p);
        assert_int_equal(p->missing, !expected[i].is_there);
        assert_int_equal(p->suppressed, expected[i].suppressed);
        assert_int_equal(p->has_numerator, expected[i].is_there);
        assert_int_equal(isnan(p->value), !expected[i].is_there);
    }
    assert_numerator(current_point(&w, "ae-attendances", "QWO", "2025-04"), 150);
    /* Measures that do not look at the cell have their figure. */
    assert_numerator(current_point(&w, "ae-12-hour-waits", "RAE", "2025-05"), 0);
    /* It is no blank and no gap; the checks count it as suppressed. */
    for (size_t i = 0; i < w.edition->finding_count; i++)
        if (strcmp(w.edition->findings[i].organisation, "RAE") == 0)
            fail_msg("%s", w.edition->findings[i].text);
    workspace_remove(&w);
}

/* A hospital gives its attendances and not how long they took: a share over everybody else's waits and its attendances too is none, of England neither. */
static void unpaired_in_england(void **state)
{
    static const char *const totals[] = {"", "TOTAL,TOTAL,TOTAL,TOTAL,600,0,0,0,0,0,50,0,0,0,0,0,0,0,0,0,0,0\n"};
    (void)state;
    for (size_t i = 0; i < sizeof totals / sizeof totals[0]; i++) {
        workspace w;
        buffer b = {0};
        ae_header(&b);
        ae_line(&b, "JUNE-2025",
                &(ae_row){.provider = "RJ1", .region_name = "LONDON", .attendances = {200}, .over_4 = {50}});
        buffer_text(&b, "MSitAE-JUNE-2025,RR8,NORTH,Trust RR8,400,0,0,0,0,0,,,,,,,0,0,0,0,0,0\n");
        buffer_text(&b, totals[i]);
        workspace_make(&w);
        workspace_add(&w, "ae-june-2025.csv", b.data, "");
        workspace_evaluate(&w);
        assert_count(current_point(&w, "ae-within-4-hours", "RJ1", "2025-06"), 150, 200);
        assert_null(current_point(&w, "ae-within-4-hours", "RR8", "2025-06"));
        assert_null(current_point(&w, "ae-within-4-hours", "QWO", "2025-06"));
        assert_null(current_point(&w, "ae-within-4-hours", "ENGLAND", "2025-06"));
        assert_numerator(current_point(&w, "ae-attendances", "ENGLAND", "2025-06"), 600);
        buffer_free(&b);
        workspace_remove(&w);
    }
}

/* A board gives its capacity and not who is in it. England's share is what the release's own line of totals makes it, where that prints one and it agrees. */
static void unpaired_as_printed(void **state)
{
    static const struct {
        const char *total;
        bool has;
    } cases[] = {{"17|||||England|300|2000|80\n", true}, {"17|||||England|300|2000|90\n", false}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        workspace w;
        char words[1200], path[400];
        (void)snprintf(words, sizeof words,
                       "== Virtual Ward Data - ICB\n6||Month:|January 2025\n"
                       "16||Region|Region Code|ICB code|Name|Virtual Ward Capacity|GP registered population|Patients "
                       "in a Virtual Ward\n%s18||North|Y63|QWO|West Yorkshire|100|1000|80\n"
                       "19||London|Y56|QKK|South East London|200|1000|\n",
                       cases[i].total);
        workspace_make(&w);
        (void)snprintf(path, sizeof path, "%s/Monthly-Virtual-Ward-Jan2025.xlsx", w.folder);
        book_write_xlsx(path, words);
        workspace_add_path(&w, path, "");
        (void)unlink(path);
        workspace_evaluate(&w);
        assert_numerator(current_point(&w, "virtual-ward-capacity", "ENGLAND", "2025-01"), 300);
        assert_count(current_point(&w, "virtual-ward-occupancy", "QWO", "2025-01"), 80, 100);
        assert_null(current_point(&w, "virtual-ward-occupancy", "QKK", "2025-01"));
        const edition_point *england = current_point(&w, "virtual-ward-occupancy", "ENGLAND", "2025-01");
        if (cases[i].has)
            assert_count(england, 80, 300);
        else
            assert_null(england);
        workspace_remove(&w);
    }
}

/* A series of which every figure is withheld is told as such, and not as missing. */
static void only_suppressed(void **state)
{
    workspace w;
    size_t found = 0;
    (void)state;
    workspace_make(&w);
    workspace_add(&w, "MHSDS_4WW_AugPerf_2024.csv", mental_health, "");
    workspace_evaluate(&w);
    assert_null(current_point(&w, "mental-health-four-weeks-adults", "RR8", "2024-08"));
    for (size_t i = 0; i < w.edition->finding_count; i++) {
        const edition_finding *f = &w.edition->findings[i];
        if (strcmp(f->kind, "suppressed") != 0 || strcmp(f->measure, "mental-health-four-weeks-adults") != 0)
            continue;
        found++;
        assert_string_equal(f->organisation, "RR8");
        assert_string_equal(f->source, "mhsds-four-week-waits");
        assert_int_equal(f->count, 1);
        assert_non_null(
            strstr(f->text, "1 organisation has no figure of mental-health-four-weeks-adults but suppressed ones: "));
    }
    assert_int_equal(found, 1);
    workspace_remove(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fractions_add_up_exactly), cmocka_unit_test(tidy_units),
        cmocka_unit_test(unpaired_in_england),      cmocka_unit_test(unpaired_as_printed),
        cmocka_unit_test(only_suppressed),          cmocka_unit_test(england_of_a_role),
        cmocka_unit_test(suppressed_is_told_apart),
    };
    return cmocka_run_group_tests(tests, house_open, house_close);
}
