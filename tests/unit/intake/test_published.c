/* The published files in ../shared/data, as they are. They are not part of the project: without them the tests are skipped. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "hand_sources.h"

#include <dirent.h>
#include <time.h>

static const char *data_folder(const char *name)
{
    static char path[1024];
    (void)snprintf(path, sizeof path, "%s/../shared/data/%s", CONCORD_SOURCE_DIR, name);
    if (access(path, R_OK) != 0)
        skip();
    return path;
}

static double seconds(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Rows, set-aside rows and England's figures as in the issue and facts.md. */
static void test_rtt_extract(void **state)
{
    (void)state;
    run r = {0};
    double start = seconds();
    run_file(&r, data_folder("rtt/20260430-RTT-April-2026-full-extract.csv.zip"), NULL);
    print_message("RTT extract: %.3f s\n", seconds() - start);
    assert_int_equal(r.code, STATUS_OK);
    assert_string_equal(r.report.source->id, "rtt-full-extract");
    assert_int_equal(r.report.rows_in, 180781);
    assert_int_equal(r.report.set_aside_count, 1);
    assert_int_equal(r.report.rows_kept + r.report.set_aside[0].rows, 180781);
    assert_int_equal(r.seen.rows, r.report.rows_kept);
    assert_int_equal(r.seen.part_2_total, 7123980);
    assert_string_equal(r.report.member, "20260430-RTT-April-2026-full-extract.csv");
    assert_int_equal(r.report.first_period.first_month, 2026 * 12 + 3);
    assert_int_equal(r.report.last_period.first_month, 2026 * 12 + 3);
    assert_int_equal(r.report.archived, date_of(2026, 6, 3));
    assert_int_equal(r.report.note_count, 0);
    assert_true(r.seen.names > 400);
    assert_string_equal(r.report.sha256, "6057bf5639182eb4689922e904fb656b7c02380527134c2da1e0e90f89dd5936");
    run_free(&r);
}

/* Every A&E month reads without a problem; each period is there once, and all total lines agree with their rows. */
static void test_ae_files(void **state)
{
    (void)state;
    char folder[1024];
    (void)snprintf(folder, sizeof folder, "%s", data_folder("ae"));
    DIR *d = opendir(folder);
    assert_non_null(d);
    int files = 0;
    period found[100];
    for (struct dirent *e; (e = readdir(d)) != NULL;) {
        size_t n = strlen(e->d_name);
        if (n < 4 || strcmp(e->d_name + n - 4, ".csv") != 0)
            continue;
        char path[2048], message[1200], when[PERIOD_TEXT];
        (void)snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        run r = {0};
        run_file(&r, path, NULL);
        (void)error_format(&r.err, message, sizeof message);
        if (r.code != STATUS_OK)
            print_message("%s\n", message);
        assert_int_equal(r.code, STATUS_OK);
        period_format(r.report.first_period, when);
        int64_t attendances = 0;
        for (int c = 2; c <= 7; c++)
            attendances += r.seen.sum[c];
        bool september_2024 = strcmp(when, "2024-09") == 0, sheet = strncmp(e->d_name, "sheet", 5) == 0;
        /* The file's own total line is the check of the sums: where it differs there is a note. */
        assert_int_equal(r.report.note_count, september_2024 ? 1 : 0);
        if (september_2024)
            assert_non_null(strstr(r.report.notes[0], "6 columns outside the table were left out (columns 23 to 28"));
        assert_int_equal(r.report.set_aside[0].rows, sheet ? 0 : 1);
        assert_int_equal(r.report.rows_in, r.report.rows_kept + r.report.set_aside[0].rows);
        assert_int_equal(r.seen.names, r.report.rows_kept);
        assert_int_equal(r.report.revised, strstr(e->d_name, "revised") != NULL);
        assert_int_equal(period_compare(r.report.first_period, r.report.last_period), 0);
        for (int i = 0; i < files; i++)
            assert_true(period_compare(found[i], r.report.first_period) != 0);
        assert_true(files < (int)COUNT_OF(found));
        found[files] = r.report.first_period;
        if (strcmp(when, "2025-06") == 0)
            assert_int_equal(attendances, 2350478);
        assert_in_range(attendances, 2000000, 2500000);
        files++;
        run_free(&r);
    }
    (void)closedir(d);
    assert_true(files >= 21);
}

/* Files of no source, so far: named as such, with nothing read. */
static void test_files_of_no_source(void **state)
{
    (void)state;
    static const char *const names[] = {
        "rtt/rtt-by-icb-specialty-2022-10_2026-03.csv",
        "rtt/waiting list flow for STPs.csv",
        "orgs/System-Mapping.csv",
        "orgs/etr_2026-04_mayaallek.csv",
        "orgs/icb_region_lookup.csv",
        "orgs/lookup_trust_trust.csv",
        "orgs/derived_rtt_provider_parent_2026-01_to_2026-04.csv",
        "ae/Monthly-AE-Time-Series-June-2025-1-1.xls",
        "cancer/January-2026-Monthly-Combined-Workbook-Provisional.xlsx",
        "population/imd2025_england_icb24.csv",
        "workforce/nhs_sickness_absence_2025-01.csv",
        "mental_health/MHSDS%20Data_4WW_AugPerf_2024.csv",
    };
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        run r = {0};
        run_file(&r, data_folder(names[i]), NULL);
        assert_int_equal(r.code, STATUS_REFUSED);
        assert_true(r.report.unknown_kind);
        assert_int_equal(r.seen.begun, 0);
        assert_int_equal(strlen(r.report.sha256), 64);
        run_free(&r);
    }
}

/* The catalogue as it ships reads the same files in the same way as the sources built by hand. */
static void test_with_the_catalogue(void **state)
{
    (void)state;
    static const char *const names[] = {"ae/Monthly-AE-September-2024.csv", "ae/sheet-export-August-2025-AE.csv",
                                        "ae/Monthly-AE-June-2025-1-1.csv",
                                        "rtt/20260430-RTT-April-2026-full-extract.csv.zip"};
    const char *folder = CONCORD_SOURCE_DIR "/catalogue";
    const catalogue by_hand = CATALOGUE;
    catalogue shipped;
    problems list = {0};
    error err;
    if (catalogue_load(&folder, 1, &shipped, &list, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        run r = {0}, q = {0};
        run_file(&r, data_folder(names[i]), NULL);
        CATALOGUE = shipped;
        run_file(&q, data_folder(names[i]), NULL);
        CATALOGUE = by_hand;
        assert_int_equal(q.code, STATUS_OK);
        assert_string_equal(q.report.source->id, r.report.source->id);
        assert_string_equal(q.report.layout->id, r.report.layout->id);
        assert_int_equal(q.report.rows_kept, r.report.rows_kept);
        assert_int_equal(q.seen.names, r.seen.names);
        assert_int_equal(q.seen.sum[2], r.seen.sum[2]);
        run_free(&r);
        run_free(&q);
    }
    problems_free(&list);
    catalogue_free(&shipped);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rtt_extract), cmocka_unit_test(test_ae_files),
                                       cmocka_unit_test(test_files_of_no_source),
                                       cmocka_unit_test(test_with_the_catalogue)};
    return cmocka_run_group_tests(tests, folder_make_own, folder_remove_own);
}
