/* The links of pages as they are found on the web: resolved, with their words and dates, from whatever markup; names of files; patterns; which servers are allowed. */
#include "fetch/internal.h"

#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static arena memory;

static void links_of(const char *html, page_links *out)
{
    error err = {0};
    assert_int_equal(
        links_read(html, strlen(html), "https://www.example.org/statistics/visits/index.html", &memory, out, &err),
        STATUS_OK);
}

static void test_addresses_and_words(void **state)
{
    (void)state;
    static const struct {
        const char *href, *address; /* address NULL: left out */
    } cases[] = {
        {"a.xlsx", "https://www.example.org/statistics/visits/a.xlsx"},
        {"/wp-content/a b.xlsx", "https://www.example.org/wp-content/a%20b.xlsx"},
        {"../year-2025/", "https://www.example.org/statistics/year-2025/"},
        {"//files.example.org/a.csv", "https://files.example.org/a.csv"},
        {"http://www.example.org/a.csv", "https://www.example.org/a.csv"},
        {"https://www.example.org/a.csv#top", "https://www.example.org/a.csv"},
        {"?page=2", "https://www.example.org/statistics/visits/index.html?page=2"},
        {"file:///etc/passwd", NULL},
        {"javascript:alert(1)", NULL},
        {"mailto:a@example.org", NULL},
        {"ftp://example.org/a.csv", NULL},
        {"https://me:word@example.org/a.csv", NULL},
        {"#part", NULL},
        {"", NULL},
        {"data:text/csv,a", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        page_links links;
        char html[512];
        (void)snprintf(html, sizeof html, "<p>See <A HREF='%s'>The <b>visits</b>,\n  June&nbsp;2025 &amp; later</A>.",
                       cases[i].href);
        links_of(html, &links);
        assert_int_equal(links.count, cases[i].address == NULL ? 0 : 1);
        if (cases[i].address != NULL) {
            assert_string_equal(links.items[0].address, cases[i].address);
            assert_string_equal(links.items[0].words, "The visits, June 2025 & later");
        }
        links_free(&links);
    }
}

static void test_bad_markup_and_base(void **state)
{
    (void)state;
    page_links links;
    links_of("<html><head><base href='/data/'></head><ul><li><a href=one.csv>One<li><a href=\"two.csv\">Two<table><tr>"
             "<td><a href=three.csv>Three</a></td></table><a href=four.csv>Four <script>var a = '<a href=\"no\">';"
             "</script><!-- <a href=five.csv>Five</a> --> <a>no address</a>",
             &links);
    static const char *const expected[] = {"one", "two", "three", "four"};
    assert_int_equal(links.count, 4);
    for (size_t i = 0; i < links.count; i++) {
        char address[64];
        (void)snprintf(address, sizeof address, "https://www.example.org/data/%s.csv", expected[i]);
        assert_string_equal(links.items[i].address, address);
    }
    links_free(&links);
}

static void test_dates_of_publication(void **state)
{
    (void)state;
    static const struct {
        const char *html, *date;
    } cases[] = {
        {"<p><a href=a>June 2025 (published 10 July 2025)</a>", "2025-07-10"},
        {"<li><a href=a>June 2025</a> - revised on 12.08.2025</li><li>published 1 January 2026</li>", "2025-08-12"},
        {"<p><a href=a>June 2025</a> <em>Published:</em> 10 July 2025, updated 14 August 2025", "2025-08-14"},
        {"<td><a href=a>June 2025</a></td><td>Published 10 July 2025</td>", ""},
        {"<p><a href=a>June 2025, revised</a> and 10 July 2025", ""},
        {"<p><a href=a>published and so on</a>", ""},
        {"<p>Publication date: 3 March 2025 <a href=a>June 2025</a>", ""},
        {"<p><a href=a>x</a> Publication date 2025-03-04</p>", "2025-03-04"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        page_links links;
        char words[DATE_TEXT];
        links_of(cases[i].html, &links);
        assert_int_equal(links.count, 1);
        date_format(links.items[0].published, words);
        assert_string_equal(words, cases[i].date);
        links_free(&links);
    }
}

static void test_hostile_pages(void **state)
{
    (void)state;
    page_links links;
    buffer b = {0};
    for (int i = 0; i < 100000; i++)
        buffer_text(&b, "<div><a href=x>");
    links_of(b.data, &links);
    assert_in_range(links.count, 1, LINKS_MAXIMUM);
    links_free(&links);
    buffer_clear(&b);
    buffer_text(&b, "<a href=x>");
    for (int i = 0; i < 200000; i++)
        buffer_text(&b, "word ");
    links_of(b.data, &links);
    assert_int_equal(links.count, 1);
    assert_in_range(strlen(links.items[0].words), 400, 500);
    links_free(&links);
    buffer_clear(&b);
    buffer_text(&b, "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;\"><!ENTITY c SYSTEM "
                    "\"file:///etc/passwd\">]><a href=x>&b;&c;</a>");
    links_of(b.data, &links);
    assert_int_equal(links.count, 1);
    assert_null(strstr(links.items[0].words, "aaaa"));
    assert_null(strstr(links.items[0].words, "root"));
    links_free(&links);
    buffer_free(&b);
}

static void test_names_of_files(void **state)
{
    (void)state;
    static const struct {
        const char *address, *name;
    } cases[] = {
        {"https://e.org/a/Monthly-AE-June-2025.csv", "Monthly-AE-June-2025.csv"},
        {"https://e.org/MHSDS%20Data_4WW_2024.csv?v=2", "MHSDS Data_4WW_2024.csv"},
        {"https://e.org/file?uri=/people/sapeicb20222024.xlsx", "sapeicb20222024.xlsx"},
        {"https://e.org/a%2F..%2F..%2Fetc%2Fpasswd.csv", "passwd.csv"},
        {"https://e.org/..%5C..%5Cx.csv", "x.csv"},
        {"https://e.org/.hidden.csv", "hidden.csv"},
        {"https://e.org/a%00b%0A.csv", "a_b_.csv"},
        {"https://e.org/%ff%fe.csv", "__.csv"},
        {"https://e.org/", ""},
        {"https://e.org", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(address_file_name(cases[i].address, &memory), cases[i].name);
}

static void test_patterns(void **state)
{
    (void)state;
    assert_true(pattern_fits("*full-extract*.zip", "https://e.org/20260430-RTT-FULL-extract.csv.zip"));
    assert_false(pattern_fits("*full-extract*.zip", "https://e.org/20260430-RTT-full-extract.csv.zip?x"));
    assert_true(pattern_fits("", ""));
    assert_true(pattern_fits("*", ""));
    assert_false(pattern_fits("a", ""));
    assert_true(pattern_fits("*a*b*c", "xxaxxbxxbxxc"));
    assert_false(pattern_fits("*a*b*c", "xxaxxbxxbxxcd"));
    char many[2001];
    memset(many, 'a', 2000);
    many[2000] = 0;
    assert_false(pattern_fits("*a*a*a*a*a*a*a*a*a*a*a*a*a*b", many)); /* and soon */
}

static void test_servers(void **state)
{
    (void)state;
    const source_landing landing[] = {{.page = "https://www.example.org/a/"}, {.page = "http://127.0.0.1:8080/"}};
    const char *const hosts[] = {"files.example.net"};
    const source s = {.landing = landing, .landing_count = 2, .hosts = hosts, .host_count = 1};
    static const struct {
        const char *address;
        bool allowed;
    } cases[] = {{"https://www.example.org/b", true},       {"https://example.org/b", true},
                 {"https://FILES.example.net/b", true},     {"http://127.0.0.1:9999/b", true},
                 {"https://example.org.evil.com/b", false}, {"https://evil.com/?https://www.example.org/", false},
                 {"https://files.example.org/b", false},    {"nonsense", false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(address_allowed(&s, cases[i].address), cases[i].allowed);
}

static void test_periods(void **state)
{
    (void)state;
    static const struct {
        const char *words, *period;
    } cases[] = {{"Monthly A&E April 2025", "2025-04"},
                 {"RTT waiting times data 2024-25", "FY2024-25"},
                 {"https://e.org/rtt-data-2023-24/", "FY2023-24"},
                 {"2024/25", "FY2024-25"},
                 {"2024\xe2\x80\x93"
                  "25",
                  "FY2024-25"},
                 {"2024-2025", "FY2024-25"},
                 {"2024-26", ""},
                 {"Guidance", ""},
                 {"2019-20 and 2020-21", "FY2020-21"},
                 {"wp-content/uploads/20240425", "2024-04"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char words[PERIOD_TEXT];
        period_format(words_period(cases[i].words), words);
        assert_string_equal(words, cases[i].period);
    }
}

static void test_web_pages_in_disguise(void **state)
{
    (void)state;
    char title[160];
    const char *page = "\xef\xbb\xbf \n<!-- x --><!DOCTYPE HTML><html><head><title> Sorry,\xc2\xa0gone </title>";
    assert_true(is_web_page(page, strlen(page), title));
    assert_non_null(strstr(title, "Sorry"));
    assert_false(is_web_page("PK\003\004", 4, title));
    assert_false(is_web_page("a,b\n<html>,2\n", 13, title));
    assert_false(is_web_page("", 0, title));
    assert_false(is_web_page("<!-- never ends", 15, title));
}

/* The catalogue as shipped: its patterns fit the names under which publishers have put their files, and not those of other files that stand on the same pages. */
static void test_shipped_patterns(void **state)
{
    (void)state;
    static const struct {
        const char *source, *name, *words;
        bool meant;
    } cases[] = {
        {"ae-monthly", "Monthly-AE-December-2025-revised-g9Hy6.csv", "CSV", true},
        {"ae-monthly", "February-2026-CSV-Dl8t54.csv", "CSV", true},
        {"ae-monthly", "x.csv", "Monthly A&E April 2025 (CSV, 42KB)", true},
        {"ae-monthly", "Statistical-commentary-April-2025.pdf", "A&E commentary", false},
        {"ae-england-series", "Monthly-AE-Time-Series-June-2025-1-1.xls", "", true},
        {"ae-england-series", "Quarterly-AE-Time-Series-June-2025.xls", "", false},
        {"ambulance-ambsys", "AmbSYS-Time-Series-until-20250831.xlsx", "", true},
        {"beds-overnight-kh03", "Beds-Open-Overnight-Web_File-Q3-2024-25revised.xlsx", "", true},
        {"beds-overnight-kh03", "Beds-Timeseries-2010-11-onwards.xls", "", false},
        {"cancelled-operations", "Q3-2024-25-Cancelled-Operations-65554.xlsx", "", true},
        {"cancer-waits", "APRIL-2025-CWT-CRS-COMMISSIONER-WORKBOOK-FINAL.xlsx", "", true},
        {"cancer-waits", "January-2026-Monthly-Combined-Workbook-Provisional.xlsx", "", true},
        {"community-waits", "Community-health-services-waiting-lists-2024-25-August.xlsx", "", true},
        {"diagnostics-dm01", "Monthly-Diagnostics-Web-File-Provider-April-2025_3EY67.xls", "", true},
        {"diagnostics-dm01", "Monthly-Diagnostics-Web-File-Commissioner-April-2025.xls", "", false},
        {"mhsds-four-week-waits", "MHSDS%20Data_4WW_AprPerf_2024_v2.csv", "", true},
        {"population-sub-icb", "sapeicb20222024.xlsx", "", true},
        {"rtt-full-extract", "20260430-RTT-April-2026-full-extract.csv.zip", "", true},
        {"rtt-full-extract", "Full-CSV-data-file-Apr25.zip", "Full CSV data file Apr25 (ZIP, 4M)", true},
        {"rtt-full-extract", "Incomplete-Provider-Apr25.xlsx", "Incomplete Provider Apr25 (XLSX, 4M)", false},
        {"staff-survey", "NSS24%20detailed%20spreadsheets%20organisational%20results.xlsx", "", true},
        {"virtual-wards", "Monthly-Virtual-Ward-Aug2024.xlsx", "", true},
        {"workforce-statistics", "NHS%20Workforce%20Statistics%2C%20May%202025%20England%20and%20Organisation.xlsx", "",
         true},
        {"workforce-statistics", "NHS%20Workforce%20Statistics%2C%20May%202025%20Doctors%20by%20Grade.xlsx", "", false},
    };
    const char *folders[] = {CONCORD_SOURCE_DIR "/catalogue"};
    catalogue c;
    problems list = {0};
    error err = {0};
    assert_int_equal(catalogue_load(folders, 1, &c, &list, &err), STATUS_OK);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const source *s = catalogue_source(&c, cases[i].source);
        assert_non_null(s);
        const page_link link = {.address =
                                    arena_printf(&memory, "https://www.example.org/uploads/2025/06/%s", cases[i].name),
                                .words = cases[i].words};
        if (link_meant(s, &link) != cases[i].meant)
            fail_msg("%s: %s is %smeant", s->id, cases[i].name, cases[i].meant ? "not " : "");
    }
    for (size_t i = 0; i < c.source_count; i++)
        for (size_t k = 0; k < c.sources[i].landing_count; k++)
            assert_true(address_is_https(c.sources[i].landing[k].page));
    catalogue_free(&c);
    problems_free(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_addresses_and_words),
        cmocka_unit_test(test_bad_markup_and_base),
        cmocka_unit_test(test_dates_of_publication),
        cmocka_unit_test(test_hostile_pages),
        cmocka_unit_test(test_names_of_files),
        cmocka_unit_test(test_patterns),
        cmocka_unit_test(test_servers),
        cmocka_unit_test(test_periods),
        cmocka_unit_test(test_shipped_patterns),
        cmocka_unit_test(test_web_pages_in_disguise),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(&memory);
    return failed;
}
