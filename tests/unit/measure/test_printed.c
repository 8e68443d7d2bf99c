/*
 * Figures held against what the publications themselves print: the line for England, or one organisation's, with the file, sheet and cell where it stands.
 * Needs ../shared; without it the tests skip.
 */
#include "workspace.h"

#define DATA CONCORD_SOURCE_DIR "/../shared/data/"

static workspace w;
static bool there;

static const char *const files[] = {
    "cancer/APRIL-2025-CWT-CRS-PROVIDER-WORKBOOK-FINAL.xlsx",
    "cancer/APRIL-2025-CWT-CRS-COMMISSIONER-WORKBOOK-FINAL.xlsx",
    "cancer/January-2026-Monthly-Combined-Workbook-Provisional.xlsx",
    "diagnostics/Monthly-Diagnostics-Web-File-Provider-June-2025_45KNG.xls",
    "community/Community-health-services-waiting-lists-2025-26-June.xlsx",
    "ambulance/AmbSYS-Time-Series-until-20250831.xlsx",
    "beds_flow/Beds-Open-Overnight-Web_File-Q4-2024-25.xlsx",
    "beds_flow/Q4-2024-25-Cancelled-Operations.xlsx",
    "beds_flow/Monthly-Virtual-Ward-June2025.xlsx",
    "workforce/NHS Workforce Statistics, May 2025 England and Organisation.xlsx",
    "workforce/nhs_sickness_absence_2025-02.csv",
    "workforce/NSS24 detailed spreadsheets organisational results.xlsx",
    "mental_health/MHSDS%20Data_4WW_AugPerf_2024.csv",
    "population/imd2025_england_icb24.csv",
    "ae/Monthly-AE-Time-Series-June-2025-1-1.xls",
};

static int shared_open(void **state)
{
    there = access(DATA "cancer", R_OK) == 0;
    int failed = house_open(state);
    if (!there || failed != 0)
        return failed;
    workspace_make(&w);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char path[600];
        (void)snprintf(path, sizeof path, "%s%s", DATA, files[i]);
        workspace_add_path(&w, path, "");
    }
    workspace_evaluate(&w);
    return 0;
}

static int shared_close(void **state)
{
    if (there)
        workspace_remove(&w);
    return house_close(state);
}

static void needs_shared(void)
{
    if (there)
        return;
    print_message("../shared is not there: nothing to compare with\n");
    skip();
}

typedef struct printed {
    const char *measure, *organisation, *breakdown, *period;
    double value, numerator, denominator; /* as printed; NaN where the publication prints none */
    double within;                        /* what the value may differ by: what is printed is rounded */
    const char *where;
} printed;

#define NONE ((double)NAN)

static void as_printed(void **state)
{
    static const printed all[] = {
        /* cancer: the line of England in both kinds of workbook, half pathways, a board and a type of cancer */
        {"cancer-28-day", "ENGLAND", "", "2025-04", 76.6593430341449, 212837, 277640, 1e-9,
         "28-DAY FDS (ALL ROUTES) H152"},
        {"cancer-31-day", "ENGLAND", "", "2025-04", 91.3033473173668, 51580, 56493, 1e-9, "31-DAY (ALL CANCER) I150"},
        {"cancer-62-day", "ENGLAND", "", "2025-04", 70.1415885017297, 19667, 28039, 1e-9, "62-DAY (ALL CANCER) I157"},
        {"cancer-62-day", "RM1", "", "2025-04", 55.4824561403509, 126.5, 228, 1e-9, "62-DAY (ALL CANCER) I74"},
        {"cancer-62-day", "RJ1", "", "2025-04", 57.9037800687285, 168.5, 291, 1e-9, "62-DAY (ALL CANCER) I47"},
        {"cancer-28-day", "RGT", "", "2025-04", 79.9842084484801, 2026, 2533, 1e-9, "28-DAY FDS (ALL ROUTES) H24"},
        {"cancer-62-day", "QUE", "", "2025-04", 74.3243243243243, 275, 370, 1e-9,
         "commissioners, 62-DAY (ALL CANCER) I20"},
        {"cancer-28-day", "ENGLAND", "", "2026-01", 72.7609598661208, 194784, 267704, 1e-9,
         "System Level Performance K16"},
        {"cancer-31-day", "ENGLAND", "", "2026-01", 89.833601178518796, 53663, 59736, 1e-9,
         "System Level Performance K57"},
        {"cancer-62-day", "ENGLAND", "", "2026-01", 68.391204509080805, 19657, 28742, 1e-9,
         "System Level Performance K111"},
        /* On the map of today QUE has become part of Central East: as published. */
        {"cancer-62-day", "QUE", "", "2026-01", 65.871121718377101, 276, 419, 1e-9, "System Level Performance K4592"},
        {"cancer-62-day", "QUE", "cancer-type=Lung", "2026-01", 100 * 26.0 / 39.0, 26, 39, 1e-9,
         "System Level Performance K5832"},
        {"cancer-62-day", "QUE", "route=Screening", "2026-01", 56.25, 18, 32, 1e-9, "System Level Performance K5099"},
        /* Regions are printed nowhere: London is the sum of its boards' lines. */
        {"cancer-62-day", "Y56", "", "2026-01", 100 * 2052.0 / 2838.0, 2052, 2838, 1e-9,
         "System Level Performance, the boards of London"},
        {"cancer-28-day-people", "ENGLAND", "", "2026-01", 267704, 267704, NONE, 0, "System Level Performance H16"},
        /* diagnostics: the file's own line of totals, with which reading compares the rows */
        {"diagnostics-waiting-list", "ENGLAND", "", "2025-06", 1733071, 1733071, NONE, 0, "Provider by Test, Total"},
        {"diagnostics-6-weeks", "ENGLAND", "", "2025-06", 100 * 369531.0 / 1733071.0, 369531, 1733071, 1e-9,
         "Provider by Test, Total"},
        /* community: England is the printed line; three services have no rows of providers */
        {"community-waiting-list", "ENGLAND", "", "2025-06", 1177877, 1177877, NONE, 0, "Table 2 D4"},
        {"community-waiting-list-adults", "ENGLAND", "", "2025-06", 851975, 851975, NONE, 0, "Table 2 D5"},
        {"community-waiting-list-children", "ENGLAND", "", "2025-06", 325902, 325902, NONE, 0, "Table 2 D6"},
        {"community-waiting-list", "ENGLAND", "service=(A) Adult safeguarding", "2025-06", 1550, 1550, NONE, 0,
         "Table 4 D6"},
        /* ambulances: seconds as printed, rounded to whole ones */
        {"ambulance-c1-mean", "ENGLAND", "", "2025-08", 467 / 60.0, NONE, NONE, 0.51 / 60, "Raw A25"},
        {"ambulance-c2-mean", "ENGLAND", "", "2025-08", 1623 / 60.0, 626178942, 385921, 0.51 / 60, "Raw A31"},
        {"ambulance-c2-mean", "RX9", "", "2025-08", 2255 / 60.0, 83150191, 36871, 0.51 / 60, "Raw A31"},
        {"ambulance-c3-mean", "ENGLAND", "", "2025-08", 5569 / 60.0, NONE, NONE, 0.51 / 60, "Raw A34"},
        {"ambulance-c4-mean", "ENGLAND", "", "2025-08", 7440 / 60.0, NONE, NONE, 0.51 / 60, "Raw A37"},
        {"ambulance-handover-mean", "ENGLAND", "", "2025-08", 1556 / 60.0, NONE, 407251, 0.51 / 60, "Raw A142"},
        {"ambulance-c2-p90", "ENGLAND", "", "2025-08", 3285 / 60.0, NONE, NONE, 1e-9, "Raw A32"},
        {"ambulance-c2-p90", "RX9", "", "2025-08", 4599 / 60.0, NONE, NONE, 1e-9, "Raw A32"},
        /* beds: each cell is kept in thousandths, so sums may be off by half of one a cell */
        {"bed-occupancy-general-acute", "ENGLAND", "", "FY2024-25-Q4", 92.531032292489524, NONE, NONE, 1e-4,
         "NHS Trust by Sector T16"},
        {"bed-occupancy", "ENGLAND", "", "FY2024-25-Q4", 90.17364279327118, NONE, NONE, 1e-4,
         "NHS Trust by Sector S16"},
        {"bed-occupancy", "ENGLAND", "sector=Mental Illness", "FY2024-25-Q4", 89.485097895661492, NONE, NONE, 1e-3,
         "NHS Trust by Sector W16"},
        {"beds-available", "ENGLAND", "", "FY2024-25-Q4", 132177.929, NONE, NONE, 0.1, "NHS Trust by Sector G16"},
        {"cancelled-operations", "ENGLAND", "", "FY2024-25-Q4", 21834, 21834, NONE, 0, "Provider F18"},
        {"cancelled-28-day-breaches", "ENGLAND", "", "FY2024-25-Q4", 100 * 5125.0 / 21834.0, 5125, 21834, 1e-9,
         "Provider G18"},
        {"virtual-ward-capacity", "ENGLAND", "", "2025-06", 12554, 12554, NONE, 0, "Virtual Ward Data - ICB F17"},
        {"virtual-ward-occupancy", "ENGLAND", "", "2025-06", 77.6, 9737, 12554, 0.05, "Virtual Ward Data - ICB J17"},
        {"virtual-ward-rate", "ENGLAND", "", "2025-06", 19.7, 12554, 63769849, 0.05, "Virtual Ward Data - ICB G17"},
        /* workforce */
        {"staff-all", "ENGLAND", "", "2025-05", 1373862.75008, 1373862.75008, NONE, 1e-5, "3. NHSE, Org & SG - FTE G8"},
        {"staff-doctors", "ENGLAND", "", "2025-05", 147864.31213, NONE, NONE, 1e-5, "3. NHSE, Org & SG - FTE I8"},
        {"staff-nurses", "ENGLAND", "", "2025-05", 368438.96023, NONE, NONE, 1e-5, "3. NHSE, Org & SG - FTE T8"},
        {"sickness-absence", "RM1", "", "2025-02", 4.63, 11489.59228, 248220.59953, 0.005, "the rate of RM1"},
        {"sickness-absence", "RGT", "", "2025-02", 4.23, 15075.61027, 356366.88856, 0.005, "the rate of RGT"},
        {"staff-survey-recommend-work", "RM1", "", "CY2024", 40.144896277681163 + 10.954307798683821, NONE, NONE, 2e-5,
         "V144 + W144"},
        {"staff-survey-compassionate", "RM1", "", "CY2024", 6.9180354725584294, NONE, NONE, 1e-5,
         "PEOPLE PROMISE ELEMENTS G144"},
        {"staff-survey-engagement", "RM1", "", "CY2024", 6.3899730536439066, NONE, NONE, 1e-5, "THEMES G144"},
        {"staff-survey-morale", "RM1", "", "CY2024", 5.5747038669490747, NONE, NONE, 1e-5, "THEMES O144"},
        {"mental-health-four-weeks-adults", "ENGLAND", "", "2024-08", 7.204117, 924, 12826, 5e-7, "MRS01b"},
        {"mental-health-four-weeks-children", "ENGLAND", "", "2024-08", 17.804087, 3955, 22214, 1e-6, "MRS08b"},
        {"deprivation-score", "QE1", "", "CY2025", 25.813, NONE, NONE, 1e-9, "imd_average_score of E54000048"},
        {"ae-england-within-4-hours", "ENGLAND", "", "2025-06", 75.545, 1775669, 2350478, 0.0005, "Performance"},
    };
    size_t bad = 0;
    (void)state;
    needs_shared();
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        const printed *x = &all[i];
        const edition_point *p =
            point_named(&w, w.edition, x->measure, x->organisation, x->breakdown, GEOGRAPHY_AS_PUBLISHED, x->period);
        int32_t m = edition_find_measure(w.edition, x->measure);
        if (p == NULL || m < 0) {
            print_error("%s of %s (%s), %s: no figure\n", x->measure, x->organisation, x->breakdown, x->period);
            bad++;
            continue;
        }
        double n = edition_numerator(&w.edition->measures[m], p), d = edition_denominator(&w.edition->measures[m], p);
        if (!(fabs(p->value - x->value) <= x->within) || (!isnan(x->numerator) && !(fabs(n - x->numerator) < 1e-9)) ||
            (!isnan(x->denominator) && !(fabs(d - x->denominator) < 1e-9))) {
            print_error("%s of %s (%s), %s: %.10g (%.10g of %.10g), printed %.10g (%.10g of %.10g) in %s\n", x->measure,
                        x->organisation, x->breakdown, x->period, p->value, n, d, x->value, x->numerator,
                        x->denominator, x->where);
            bad++;
        }
    }
    assert_int_equal(bad, 0);
    print_message("%zu printed figures met\n", sizeof all / sizeof all[0]);
}

/* What explains a figure adds up to it, and names sheets and cells that exist. */
static void explained_by_sheet(void **state)
{
    static const struct {
        const char *measure, *organisation, *period, *sheet;
    } all[] = {
        {"cancer-62-day", "RJ1", "2025-04", "62-DAY (BY CANCER)"},
        {"cancer-62-day", "ENGLAND", "2025-04", "62-DAY (BY CANCER)"},
        {"bed-occupancy", "RM1", "FY2024-25-Q4", "NHS Trust by Sector"},
        {"community-waiting-list", "ENGLAND", "2025-06", "Table 4"},
        {"ambulance-c2-mean", "ENGLAND", "2025-08", "Raw"},
        {"diagnostics-6-weeks", "RM1", "2025-06", "Provider by Test"},
    };
    (void)state;
    needs_shared();
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        measure_part *parts;
        size_t count;
        error err = {0};
        period when;
        int64_t sums[2] = {0};
        assert_true(period_parse(text_of(all[i].period), &when));
        const edition_series *s = series_named(w.edition, all[i].measure, all[i].organisation, "", GEOGRAPHY_CURRENT);
        const edition_point *p =
            point_named(&w, w.edition, all[i].measure, all[i].organisation, "", GEOGRAPHY_CURRENT, all[i].period);
        assert_non_null(s);
        assert_non_null(p);
        check(
            measure_explain(w.facts, &house.catalogue, house.orgs, w.edition, s, when, &w.memory, &parts, &count, &err),
            &err);
        assert_true(count > 0);
        for (size_t k = 0; k < count; k++) {
            sums[strcmp(parts[k].role, "denominator") == 0] += parts[k].amount;
            assert_true(parts[k].line_count > 0);
            for (size_t j = 0; j < parts[k].line_count; j++) {
                line_place at = place_of_line(parts[k].lines[j]);
                assert_true(at.row > 0);
                if (!text_is(line_sheet(parts[k].release->sheets, at.sheet), all[i].sheet))
                    fail_msg("%s of %s: sheet %d is not %s", all[i].measure, all[i].organisation, (int)at.sheet,
                             all[i].sheet);
            }
        }
        assert_int_equal(sums[0], p->numerator);
        if (p->has_denominator)
            assert_int_equal(sums[1], p->denominator);
    }
}

/* The workbooks by provider and by commissioner of one month stand side by side, and neither is a revision of the other. */
static void parts_side_by_side(void **state)
{
    size_t latest = 0;
    (void)state;
    needs_shared();
    for (size_t i = 0; i < w.edition->release_count; i++) {
        const edition_release *r = &w.edition->releases[i];
        if (strcmp(r->source, "cancer-waits") != 0 || r->first_period.first_month != period_month(2025, 4).first_month)
            continue;
        assert_string_equal(r->basis, "only release");
        latest += r->latest;
    }
    assert_int_equal(latest, 2);
    const edition_point *p = current_point(&w, "cancer-28-day", "ENGLAND", "2025-04");
    assert_false(p->revised);
}

/* Every domain has figures of an integrated care board. */
static void a_board_has_its_domains(void **state)
{
    static const char *const domains[] = {"access",        "urgent-care",   "cancer",    "diagnostics", "community",
                                          "mental-health", "beds-and-flow", "workforce", "inequality"};
    size_t measures = 0;
    (void)state;
    needs_shared();
    int32_t who = edition_find_org(w.edition, "QE1");
    assert_true(who >= 0);
    for (size_t d = 2; d < sizeof domains / sizeof domains[0]; d++) {
        size_t own = 0;
        for (size_t m = 0; m < w.edition->measure_count; m++)
            own += strcmp(w.edition->measures[m].domain, domains[d]) == 0 &&
                   edition_find_series(w.edition, (int32_t)m, who, -1, GEOGRAPHY_CURRENT) != NULL;
        assert_true(own > 0);
        measures += own;
    }
    assert_true(measures >= 25);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_printed),
        cmocka_unit_test(explained_by_sheet),
        cmocka_unit_test(parts_side_by_side),
        cmocka_unit_test(a_board_has_its_domains),
    };
    return cmocka_run_group_tests(tests, shared_open, shared_close);
}
