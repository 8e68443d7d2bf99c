/*
 * Counts that are kept in parts of a unit, and England made of the rows of one role: with small files in two published layouts.
 */
#include "workspace.h"

static const char sickness[] =
    "DATE,NHSE_REGION_CODE,NHSE_REGION_NAME,ICS_CODE,ICS_NAME,ORG_CODE,ORG_NAME,ORG_TYPE,FTE_DAYS_LOST,"
    "FTE_DAYS_AVAILABLE,SICKNESS_ABSENCE_RATE_PERCENT\n"
    "28/02/2025,Y63,North East and Yorkshire,QWO,West Yorkshire,RR8,Leeds,Acute,12.5,250.00001,5.00\n"
    "28/02/2025,Y63,North East and Yorkshire,QWO,West Yorkshire,RAE,Bradford,Acute,0.25,100,0.25\n"
    "28/02/2025,Y61,East of England,QMM,Norfolk and Waveney,RM1,Norwich,Acute,7.12345,77.7,9.17\n";

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fractions_add_up_exactly),
        cmocka_unit_test(tidy_units),
        cmocka_unit_test(england_of_a_role),
    };
    return cmocka_run_group_tests(tests, house_open, house_close);
}
