/* The day of publication: as files print it, as names, pages and servers say it, and which of them counts. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "shipped.h"
#include "intake/published.h"

static const char *const SOURCE = "id: visits\n"
                                  "name: Visits\n"
                                  "publisher: Test\n"
                                  "licence: None\n"
                                  "landing_page: \"\"\n"
                                  "frequency: monthly\n"
                                  "published_at:\n"
                                  "  - {right_of: \"Published:\"}\n"
                                  "  - {below: Release date}\n"
                                  "  - {title: \"*first put out*\", sheets: [Cover*]}\n"
                                  "  - {right_of: \"Revised:\", revised: true}\n"
                                  "columns:\n"
                                  "  - {name: provider, title: Provider, type: code}\n"
                                  "  - {name: visits, title: Visits, type: count}\n"
                                  "roles:\n"
                                  "  - {name: provider, column: provider}\n"
                                  "layouts:\n"
                                  "  - id: csv\n"
                                  "    columns:\n"
                                  "      - {header: Code, to: provider, required: true}\n"
                                  "      - {header: Visits made, to: visits}\n"
                                  "  - id: book\n"
                                  "    sheets: [Clinics]\n"
                                  "    period_at: [{right_of: \"Period:\"}]\n"
                                  "    columns:\n"
                                  "      - {header: Org Code, to: provider, required: true}\n"
                                  "      - {header: Visits, to: visits}\n";

static int set_up(void **state)
{
    (void)state;
    char folder[128];
    error err = {0};
    if (folder_make_own() != 0)
        return 1;
    (void)snprintf(folder, sizeof folder, "%s/catalogue/sources", FOLDER);
    if (folder_make(folder, &err) != STATUS_OK)
        return 1;
    (void)text_file("catalogue/sources/visits.yaml", SOURCE);
    return catalogue_of(path_in("catalogue"));
}

static void test_dates_in_words(void **state)
{
    (void)state;
    static const struct {
        const char *words, *day, *rest;
    } cases[] = {
        {"10th July 2025", "2025-07-10", ""},
        {"1st May 2025", "2025-05-01", ""},
        {"22nd Sept 2025", "2025-09-22", ""},
        {"23rd January, 2025", "2025-01-23", ""},
        {"Thursday 12th March 2026", "2026-03-12", ""},
        {" 13/02/2025 ", "2025-02-13", ""},
        {"2025-05-15", "2025-05-15", ""},
        {"2025-05-15 09:30", "2025-05-15", " 09:30"},
        {"April 30, 2026", "2026-04-30", ""},
        {"15-May-25", "2025-05-15", ""},
        {"Published: 12th June 2025", "2025-06-12", ""},
        {"The tables were originally published at 9.30am 7 November 2025.", "2025-11-07", ""},
        {"12 June 2025 (revised 9 October 2025)", "2025-06-12", " (revised 9 October 2025)"},
        {"31 February 2025", "", ""},
        {"June 2025", "", ""},
        {"to be confirmed", "", ""},
        {"12", "", ""},
        {"", "", ""},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        date day = DATE_NONE;
        text rest = {0};
        bool found = date_in_words(text_of(cases[i].words), &day, &rest);
        assert_int_equal(found, cases[i].day[0] != 0);
        assert_date(found ? day : DATE_NONE, cases[i].day);
        if (found)
            assert_true(text_is(rest, cases[i].rest));
    }
}

#define TABLE "16|Org Code|Visits\n17|RJ1|10\n18|RJ2|20\n"

/* What a workbook prints, and what becomes of it. */
static void test_workbooks(void **state)
{
    (void)state;
    static const struct {
        const char *lines, *published, *note;
        bool revised;
    } cases[] = {
        {"4|Published:|12th June 2025\n", "2025-06-12", NULL, false},
        {"4|Published:||@2025-06-12\n", "2025-06-12", NULL, false},
        {"4|Published: 12th June 2025\n", "2025-06-12", NULL, false},
        {"4|Published:|12th June 2025\n5|Revised:|9th October 2025\n", "2025-10-09", NULL, true},
        {"4|Published:|12th June 2025 (revised 9 October 2025)\n", "2025-10-09", NULL, true},
        {"4|Published:|12th June 2025\n5|Revised:|-\n", "2025-06-12", NULL, false},
        {"4|Published:|12th June 2025\n5|Revised:\n", "2025-06-12", NULL, false},
        {"4|Published:|12th June 2025\n5|Revised:|Yes, see notes\n", "2025-06-12", NULL, true},
        {"4|Published:|12th June 2025\n5|Revised:|No\n", "2025-06-12", NULL, false},
        /* a revision of earlier months, left standing */
        {"4|Published:|12th June 2025\n5|Revised:|10th April 2025\n", "2025-06-12", NULL, false},
        {"4||Release date\n5||12/06/2025\n", "2025-06-12", NULL, false},
        {"4|Published:|next week\n", "", "'next week' by 'Published:' (sheet 'Clinics', row 4) is no date", false},
        {"4|Published:|12th June 2025\n5|Revised:|soon\n", "2025-06-12", "taken for the day of revision", false},
        /* of the month before, or a slip in the year */
        {"4|Published:|12th June 2024\n", "", "says 2024-06-12, which is before its period", false},
        {"4|Put out|12th June 2025\n", "", NULL, false},
        {"", "", NULL, false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        for (int xls = 0; xls < 2; xls++) {
            char description[1024];
            run r;
            (void)snprintf(description, sizeof description, "== Clinics\n3|Period:|May 2025\n%s" TABLE, cases[i].lines);
            const char *path = path_in(xls != 0 ? "visits.xls" : "visits.xlsx");
            if (xls != 0)
                book_write_xls(path, description, "Workbook");
            else
                book_write_xlsx(path, description);
            run_file(&r, path, NULL);
            if (r.code != STATUS_OK)
                print_error("%zu: %s\n", i, r.err.message);
            assert_int_equal(r.code, STATUS_OK); /* a date is never a reason to refuse */
            assert_int_equal(r.seen.rows, 2);
            assert_date(r.report.published, cases[i].published);
            assert_int_equal(r.report.revised, cases[i].revised);
            assert_int_equal(r.report.note_count, cases[i].note != NULL);
            if (cases[i].note != NULL)
                assert_true(has_note(&r, cases[i].note));
            run_free(&r);
        }
}

/* On a cover; and below the header nothing is looked for. */
static void test_sheets(void **state)
{
    (void)state;
    run r;
    const char *path = path_in("cover.xlsx");
    book_write_xlsx(
        path,
        "== Cover page\n2|These tables were first put out at 9.30am on 7 November 2025.\n3|Published:|1 May 2026\n"
        "== Clinics\n3|Period:|May 2025\n" TABLE "20|Published: 1 June 2026\n");
    run_file(&r, path, NULL);
    assert_int_equal(r.code, STATUS_OK);
    assert_date(r.report.published, "2025-11-07");
    run_free(&r);
}

/* --published wins over all; of file, name and page the latest counts; the server's day only where there is no other, and where it can be. */
static void test_which_counts(void **state)
{
    (void)state;
    static const struct {
        const char *lines, *name;
        int page, modified, received; /* days of June 2025, negative: of April; 0 = none */
        const char *published, *note;
    } cases[] = {
        {"4|Published:|12th June 2025\n", "a.xlsx", 0, 0, 0, "2025-06-12", NULL},
        {"4|Published:|12th June 2025\n", "a-revised-2025-07-01.xlsx", 0, 0, 0, "2025-07-01", NULL},
        {"4|Published:|12th June 2025\n", "a-published-2025-06-01.xlsx", 0, 0, 0, "2025-06-12", NULL},
        {"4|Published:|12th June 2025\n", "a.xlsx", 20, 0, 0, "2025-06-20", NULL},
        {"4|Published:|12th June 2025\n", "a.xlsx", 0, 20, 25, "2025-06-12", NULL},
        {"", "a.xlsx", 10, 20, 25, "2025-06-10", NULL},
        {"", "a.xlsx", 0, 20, 25, "2025-06-20", NULL},
        {"", "a.xlsx", 0, 25, 25, "2025-06-25", NULL},
        {"", "a.xlsx", 0, 26, 25, "", "after it was fetched"},
        {"", "a.xlsx", 0, -10, 25, "", "before the end of its period"},
        {"", "a.xlsx", 0, 20, 0, "2025-06-20", NULL},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char description[1024];
        const int days[] = {cases[i].page, cases[i].modified, cases[i].received};
        date d[3];
        for (size_t k = 0; k < 3; k++)
            d[k] = days[k] == 0 ? DATE_NONE : days[k] > 0 ? date_of(2025, 6, days[k]) : date_of(2025, 4, -days[k]);
        const intake_dates dates = {d[0], d[1], d[2]};
        intake_options options = {.published = DATE_NONE, .dates = &dates};
        run r;
        (void)snprintf(description, sizeof description, "== Clinics\n3|Period:|May 2025\n%s" TABLE, cases[i].lines);
        const char *path = path_in(cases[i].name);
        book_write_xlsx(path, description);
        run_file(&r, path, &options);
        assert_int_equal(r.code, STATUS_OK);
        assert_date(r.report.published, cases[i].published);
        assert_int_equal(cases[i].note != NULL, r.report.note_count > 0);
        if (cases[i].note != NULL)
            assert_true(has_note(&r, cases[i].note));
        run_free(&r);
        options.published = date_of(2024, 1, 2);
        run_file(&r, path, &options);
        assert_date(r.report.published, "2024-01-02");
        run_free(&r);
    }
}

/* Lines above the header of a csv say the same. */
static void test_csv(void **state)
{
    (void)state;
    run r;
    run_file(&r,
             text_file("visits.csv", "Visits to clinics,\n\nPeriod:,May 2025\nPublished:,12th June 2025\n"
                                     "Revised:,9th October 2025\nCode,Visits made\nRJ1,10\n"),
             NULL);
    assert_int_equal(r.code, STATUS_OK);
    assert_date(r.report.published, "2025-10-09");
    assert_true(r.report.revised);
    assert_int_equal(period_compare(r.report.first_period, period_month(2025, 5)), 0);
    run_free(&r);
    /* A file that begins with its header has no such lines, whatever its rows hold. */
    run_file(&r, text_file("2025-05.csv", "Code,Visits made\nPublished:,10\n"), NULL);
    assert_int_equal(r.code, STATUS_OK);
    assert_date(r.report.published, "");
    run_free(&r);
}

/* The published files themselves, where they are there. */
static void test_published_files(void **state)
{
    (void)state;
    static const struct {
        const char *file, *published;
        bool revised;
    } cases[] = {
        {"diagnostics/Monthly-Diagnostics-Web-File-Provider-August-2024.xls", "2025-07-10", true},
        {"diagnostics/Monthly-Diagnostics-Web-File-Provider-June-2025_45KNG.xls", "2025-08-14", false},
        {"beds_flow/Beds-Open-Overnight-Web_File-Q3-2024-25revised.xlsx", "2025-05-21", true},
        {"beds_flow/Monthly-Virtual-Ward-Apr2025.xlsx", "2025-05-15", false},
        {"beds_flow/Q2-2024-25-Cancelled-Operations.xlsx", "2024-11-14", false},
        {"community/Community-health-services-waiting-lists-2024-25-March.xlsx", "2025-05-15", false},
        {"community/Community-health-services-waiting-lists-2024-25-August.xlsx", "2024-10-10", false},
        {"cancer/January-2026-Monthly-Combined-Workbook-Provisional.xlsx", "2026-03-12", false},
        {"population/sapeicb20222024.xlsx", "2025-11-07", false},
        {"ae/Monthly-AE-Time-Series-June-2025-1-1.xls", "2025-07-10", false},
    };
    const char *folder = CONCORD_SOURCE_DIR "/catalogue";
    char path[1024];
    if (access(CONCORD_SOURCE_DIR "/../shared/data", R_OK) != 0) {
        print_message("without ../shared/data there are no published files to read\n");
        skip();
    }
    catalogue_free(&CATALOGUE);
    assert_int_equal(catalogue_of(folder), 0);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        run r;
        (void)snprintf(path, sizeof path, "%s/../shared/data/%s", CONCORD_SOURCE_DIR, cases[i].file);
        run_file(&r, path, NULL);
        if (r.code != STATUS_OK)
            print_error("%s: %s\n", cases[i].file, r.err.message);
        assert_int_equal(r.code, STATUS_OK);
        assert_date(r.report.published, cases[i].published);
        assert_int_equal(r.report.revised, cases[i].revised);
        run_free(&r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dates_in_words),
        cmocka_unit_test(test_workbooks),
        cmocka_unit_test(test_sheets),
        cmocka_unit_test(test_which_counts),
        cmocka_unit_test(test_csv),
        cmocka_unit_test(test_published_files), /* last: it reads another catalogue */
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
