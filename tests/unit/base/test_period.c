/* Periods: their strict text, their words, their days; and months found in the names that real files bear. */
#include "unit.h"

#include <stdlib.h>

static period parsed(const char *s)
{
    period p = {0};
    if (!period_parse(text_of(s), &p))
        fail_msg("not a period: %s", s);
    return p;
}

static void written_and_read_back(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words, *first, *last;
        period_kind kind;
    } cases[] = {
        {"2026-04", "April 2026", "2026-04-01", "2026-04-30", PERIOD_MONTH},
        {"2024-02", "February 2024", "2024-02-01", "2024-02-29", PERIOD_MONTH},
        {"2025-12", "December 2025", "2025-12-01", "2025-12-31", PERIOD_MONTH},
        {"FY2025-26", "2025/26", "2025-04-01", "2026-03-31", PERIOD_FINANCIAL_YEAR},
        {"FY1999-00", "1999/00", "1999-04-01", "2000-03-31", PERIOD_FINANCIAL_YEAR},
        {"FY2025-26-Q1", "April to June 2025", "2025-04-01", "2025-06-30", PERIOD_QUARTER},
        {"FY2025-26-Q3", "October to December 2025", "2025-10-01", "2025-12-31", PERIOD_QUARTER},
        {"FY2025-26-Q4", "January to March 2026", "2026-01-01", "2026-03-31", PERIOD_QUARTER},
        {"CY2024", "2024", "2024-01-01", "2024-12-31", PERIOD_CALENDAR_YEAR},
        {"2024-04..2024-06", "April to June 2024", "2024-04-01", "2024-06-30", PERIOD_RANGE},
        {"2024-12..2025-02", "December 2024 to February 2025", "2024-12-01", "2025-02-28", PERIOD_RANGE},
        {"2024-04..2024-04", "April 2024", "2024-04-01", "2024-04-30", PERIOD_RANGE},
        {"2020-09..2025-09", "September 2020 to September 2025", "2020-09-01", "2025-09-30", PERIOD_RANGE},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        period p = parsed(cases[i].text);
        char out[PERIOD_TEXT], words[PERIOD_WORDS], day[DATE_TEXT];
        assert_int_equal(p.kind, cases[i].kind);
        period_format(p, out);
        assert_string_equal(out, cases[i].text);
        period_words(p, words);
        assert_string_equal(words, cases[i].words);
        date_format(period_first_day(p), day);
        assert_string_equal(day, cases[i].first);
        date_format(period_last_day(p), day);
        assert_string_equal(day, cases[i].last);
    }
    period none = {0};
    char out[PERIOD_WORDS] = "x";
    period_format(none, out);
    assert_string_equal(out, "");
    period_words(none, out);
    assert_string_equal(out, "");
    assert_int_equal(period_first_day(none), DATE_NONE);
    assert_int_equal(period_last_day(none), DATE_NONE);
}

static void every_month_quarter_and_year_comes_back(void **state)
{
    (void)state;
    date day = date_of(1990, 1, 1);
    for (int year = 1990; year < 2100; year++) {
        for (int month = 1; month <= 12; month++) {
            period p = period_month(year, month), back = {0};
            char out[PERIOD_TEXT], words[PERIOD_WORDS];
            period_format(p, out);
            assert_true(period_parse(text_of(out), &back));
            assert_int_equal(period_compare(p, back), 0);
            assert_int_equal(period_first_day(p), day);
            day = period_last_day(p) + 1;
            period_words(p, words);
            assert_true(period_find(text_of(words), &back)); /* our own words are understood */
            assert_int_equal(period_compare(p, back), 0);
        }
        for (int q = 0; q <= 4; q++) {
            char out[PERIOD_TEXT + 20], again[PERIOD_TEXT];
            if (q == 0)
                (void)snprintf(out, sizeof out, "FY%d-%02d", year, (year + 1) % 100);
            else
                (void)snprintf(out, sizeof out, "FY%d-%02d-Q%d", year, (year + 1) % 100, q);
            period_format(parsed(out), again);
            assert_string_equal(again, out);
        }
    }
    assert_int_equal(period_month(2026, 0).kind, PERIOD_NONE);
    assert_int_equal(period_month(2026, 13).kind, PERIOD_NONE);
    assert_int_equal(period_month(1899, 12).kind, PERIOD_NONE);
    assert_int_equal(period_month(3000, 1).kind, PERIOD_NONE);
}

static void strict_periods(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "2026",
        "2026-4",
        "2026-00",
        "2026-13",
        "2026-04-30",
        "04-2026",
        "1899-12",
        "FY2025",
        "FY2025-27",
        "FY2025/26",
        "fy2025-26",
        "FY2025-26-Q0",
        "FY2025-26-Q5",
        "FY2025-26-Q",
        "FY2025-26Q1",
        "CY24",
        "CY20244",
        "cy2024",
        "2024-06..2024-04",
        "2024-04.2024-06",
        "2024-04..2024-13",
        "2024-04..",
        " 2026-04",
        "April 2026",
        "FY2025-26-Q11",
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        period p = {PERIOD_MONTH, 42, 1};
        if (period_parse(text_of(bad[i]), &p))
            fail_msg("read as a period: %s", bad[i]);
        assert_int_equal(p.first_month, 42);
    }
}

static void order(void **state)
{
    (void)state;
    static const char *const ascending[] = {"2024-01",      "CY2024",           "2024-04",   "2024-04..2024-04",
                                            "FY2024-25-Q1", "2024-04..2024-06", "FY2024-25", "2024-05"};
    for (size_t i = 0; i < COUNT_OF(ascending); i++)
        for (size_t j = 0; j < COUNT_OF(ascending); j++) {
            int order_of = period_compare(parsed(ascending[i]), parsed(ascending[j]));
            assert_int_equal(order_of, i < j ? -1 : i > j);
        }
}

/* Names of files as they are published, titles and headers inside them; NULL where no month may be claimed. */
static const struct {
    const char *title, *period;
} TITLES[] = {
    {"RTT-April-2026", "2026-04"},
    {"MSitAE-APRIL-2025", "2025-04"},
    {"20260430-RTT-April-2026-full-extract.csv.zip", "2026-04"},
    {"20260430-RTT", "2026-04"},
    {"Monthly-AE-April-2025.csv", "2025-04"},
    {"Monthly-AE-August-2024.csv", "2024-08"},
    {"Monthly-AE-December-2025-revised-g9Hy6.csv", "2025-12"},
    {"Monthly-AE-July-2024-revised.csv", "2024-07"},
    {"Monthly-AE-June-2025-1-1.csv", "2025-06"},
    {"Monthly-AE-Nov-25-CSV-revised.csv", "2025-11"},
    {"Monthly-AE-October-2025-revised-fly02sk.csv", "2025-10"},
    {"Monthly-AE-Time-Series-June-2025-1-1.xls", "2025-06"},
    {"sheet-export-August-2025-AE.csv", "2025-08"},
    {"February-2026-CSV-Dl8t54.csv", "2026-02"},
    {"July-2025-CSV-9jfy4.csv", "2025-07"},
    {"ae_activity_2024-04.csv", "2024-04"},
    {"nhs_sickness_absence_2024-11.csv", "2024-11"},
    {"etr_2025-07_folakeobalakun.csv", "2025-07"},
    {"etr_2026-04_mayaallek.csv", "2026-04"},
    {"AmbSYS-Time-Series-until-20250831.xlsx", "2025-08"},
    {"Beds-Open-Overnight-Web_File-Q3-2024-25revised.xlsx", "FY2024-25-Q3"},
    {"Q4-2024-25-Cancelled-Operations.xlsx", "FY2024-25-Q4"},
    {"Q3-2024-25-Cancelled-Operations-65554.xlsx", "FY2024-25-Q3"},
    {"q1 2025/26", "FY2025-26-Q1"},
    {"Community-health-services-waiting-lists-2024-25-August.xlsx", "2024-08"},
    {"Community-health-services-waiting-lists-2024-25-January.xlsx", "2025-01"},
    {"Community-health-services-waiting-lists-2025-26-May.xlsx", "2025-05"},
    {"FEBRUARY-2024-CWT-CRS-PROVIDER-WORKBOOK-FINAL.xlsx", "2024-02"},
    {"January-2026-Monthly-Combined-Workbook-Provisional.xlsx", "2026-01"},
    {"Integrated_Care_Boards_April_2023_EN_BSC_-187828753279616787.geo.json", "2023-04"},
    {"Monthly-Diagnostics-Web-File-Provider-April-2025_3EY67.xls", "2025-04"},
    {"Monthly-Virtual-Ward-Apr2025.xlsx", "2025-04"},
    {"Monthly-Virtual-Ward-Sep2024.xlsx", "2024-09"},
    {"NHS Workforce Statistics, September 2024 England and Organisation.xlsx", "2024-09"},
    {"Sept 2024", "2024-09"},
    {"Published 11 June 2026", "2026-06"},
    {"April 30, 2026", "2026-04"},
    {"Period: 2026-04-30", "2026-04"},
    {"January 2024-25", "2025-01"},
    {"December 2024-25", "2024-12"},
    {"MAY'26", "2026-05"},
    {"RTT April 2026, data to 30 April 2026", "2026-04"},
    /* Nothing there. */
    {"", NULL},
    {"System-Mapping.csv", NULL},
    {"CCG TO ICB CODES.csv", NULL},
    {"NSS24 detailed spreadsheets organisational results.xlsx", NULL},
    {"sapeicb20222024.xlsx", NULL},
    {"imd2025_england_icb24.csv", NULL},
    {"nhs-icb-2022.hexjson", NULL},
    {"MHSDS%20Data_4WW_AprPerf_2024_v2.csv", NULL},
    {"Marching 2025", NULL},
    {"Summary 25", NULL},
    {"April", NULL},
    {"May 1", NULL},
    {"April 1985", NULL},
    {"Q5 2024-25", NULL},
    {"Q3 2024-26", NULL},
    {"Q32024-25", NULL},
    {"2026-13", NULL},
    {"20260431-RTT", NULL},
    {"202604301234", NULL},
    {"FY2024-25", NULL},
    /* Two that differ, or a span. */
    {"rtt-by-icb-specialty-2022-10_2026-03.csv", NULL},
    {"derived_rtt_provider_parent_2026-01_to_2026-04.csv", NULL},
    {"20260611-RTT-April-2026", NULL},
    {"April 2025 to March 2026", NULL},
    {"April to June 2026", NULL},
    {"Apr-Jun 26", NULL},
    {"Q1 2024-25 and Q2 2024-25", NULL},
};

static void months_are_found_in_titles(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(TITLES); i++) {
        period p = {PERIOD_MONTH, 42, 1};
        char out[PERIOD_TEXT] = "";
        bool found = period_find(text_of(TITLES[i].title), &p);
        if (found)
            period_format(p, out);
        if (found != (TITLES[i].period != NULL) || (found && strcmp(out, TITLES[i].period) != 0))
            fail_msg("in '%s': found '%s', expected '%s'", TITLES[i].title, out,
                     TITLES[i].period == NULL ? "" : TITLES[i].period);
        if (!found)
            assert_int_equal(p.first_month, 42);
    }
}

/* A view ends where it says: no byte after it may be read (AddressSanitizer watches) or make a difference. */
static void a_cut_title_is_read_to_its_end_only(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(TITLES); i++) {
        size_t length = strlen(TITLES[i].title);
        for (size_t cut = 0; cut <= length; cut++) {
            arena a = {0};
            char *exact = malloc(cut == 0 ? 1 : cut);
            memcpy(exact, TITLES[i].title, cut);
            char *terminated = arena_copy(&a, TITLES[i].title, cut);
            assert_non_null(terminated);
            period from_exact = {0}, from_terminated = {0};
            date date_exact = 0, date_terminated = 0;
            assert_int_equal(period_find((text){exact, cut}, &from_exact),
                             period_find(text_of(terminated), &from_terminated));
            assert_int_equal(period_compare(from_exact, from_terminated), 0);
            assert_int_equal(date_parse_loose((text){exact, cut}, &date_exact),
                             date_parse_loose(text_of(terminated), &date_terminated));
            assert_int_equal(date_exact, date_terminated);
            assert_int_equal(period_parse((text){exact, cut}, &from_exact),
                             period_parse(text_of(terminated), &from_terminated));
            free(exact);
            arena_free(&a);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(written_and_read_back),
        cmocka_unit_test(every_month_quarter_and_year_comes_back),
        cmocka_unit_test(strict_periods),
        cmocka_unit_test(order),
        cmocka_unit_test(months_are_found_in_titles),
        cmocka_unit_test(a_cut_title_is_read_to_its_end_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
