/*
 * Publishing: every path is written as it renders, unchanged files are left alone, only files of an earlier publication are removed, foreign
 * folders are refused, any number of threads gives the same bytes; and what changed between two editions is told.
 */
#include "site_fixture.h"

static site *tested;

static int open_once(void **state)
{
    if (fixture_begin(state) != 0)
        return -1;
    tested = fixture_open(fixture_edition("now", 0, "improvement-high", "improvement", MONTHS), NULL);
    return 0;
}

static int close_once(void **state)
{
    site_close(tested);
    return fixture_end(state);
}

static const char *in_folder(const char *name)
{
    static char path[4][512];
    static size_t turn;
    turn = (turn + 1) % 4;
    (void)snprintf(path[turn], sizeof path[turn], "%s/%s", fixture_folder, name);
    return path[turn];
}

static void publish(const char *folder, unsigned threads, publish_result *result)
{
    error err = {0};
    if (publish_site(tested, folder, threads, NULL, NULL, result, &err) != STATUS_OK)
        fail_msg("%s %s", err.message, err.file);
}

static void check_folder(const char *folder)
{
    buffer want = {0}, have = {0};
    char path[1024];
    for (size_t i = 0; i < site_path_count(tested); i++) {
        (void)render(tested, site_path(tested, i), &want);
        (void)snprintf(path, sizeof path, "%s/%s", folder, site_path(tested, i));
        assert_int_equal(file_read(path, (size_t)1 << 24, &have, NULL), STATUS_OK);
        assert_int_equal(have.length, want.length);
        assert_memory_equal(have.data, want.data, want.length);
    }
    buffer_free(&want);
    buffer_free(&have);
}

static void file_put(const char *path, const char *words)
{
    assert_int_equal(file_write(path, words, strlen(words), false, NULL), STATUS_OK);
}

static bool file_there(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0;
}

static void writes_what_it_renders(void **state)
{
    (void)state;
    publish_result result = {0};
    publish(in_folder("one/site"), 1, &result);
    check_folder(in_folder("one/site"));
    assert_int_equal(result.files, site_path_count(tested));
    assert_true(result.pages > 20 && result.pages < result.files && result.bytes > 100000);
    publish(in_folder("many"), 7, &result);
    check_folder(in_folder("many"));
}

static void leaves_alone_what_would_not_change(void **state)
{
    (void)state;
    struct stat before[64], after;
    publish_result result = {0};
    publish(in_folder("again"), 2, &result);
    size_t n = site_path_count(tested) < 64 ? site_path_count(tested) : 64;
    char path[1024];
    for (size_t i = 0; i < n; i++) {
        (void)snprintf(path, sizeof path, "%s/again/%s", fixture_folder, site_path(tested, i));
        assert_int_equal(stat(path, &before[i]), 0);
    }
    file_put(in_folder("again/index.html"), "spoilt");
    publish(in_folder("again"), 2, &result);
    check_folder(in_folder("again"));
    for (size_t i = 1; i < n; i++) {
        (void)snprintf(path, sizeof path, "%s/again/%s", fixture_folder, site_path(tested, i));
        assert_int_equal(stat(path, &after), 0);
        assert_true(after.st_ino == before[i].st_ino && after.st_mtim.tv_nsec == before[i].st_mtim.tv_nsec);
    }
}

static void removes_only_what_it_wrote_before(void **state)
{
    (void)state;
    publish_result result = {0};
    publish(in_folder("site"), 2, &result);
    assert_int_equal(folder_make(in_folder("site/series/gone"), NULL), STATUS_OK);
    file_put(in_folder("site/series/gone/X.html"), "an older page");
    file_put(in_folder("site/notes.txt"), "somebody's own");
    file_put(in_folder("outside.txt"), "outside");
    FILE *list = fopen(in_folder("site/.concord-site"), "a");
    assert_non_null(list);
    (void)fprintf(list, "series/gone/X.html\n../outside.txt\n/etc/none\n");
    (void)fclose(list);
    publish(in_folder("site"), 2, &result);
    assert_false(file_there(in_folder("site/series/gone/X.html")));
    assert_false(file_there(in_folder("site/series/gone")));
    assert_true(file_there(in_folder("site/notes.txt")));
    assert_true(file_there(in_folder("outside.txt")));
    check_folder(in_folder("site"));
}

static void refuses_foreign_folders(void **state)
{
    (void)state;
    error err = {0};
    assert_int_equal(folder_make(in_folder("foreign"), NULL), STATUS_OK);
    file_put(in_folder("foreign/thesis.doc"), "years of work");
    assert_int_equal(publish_site(tested, in_folder("foreign"), 1, NULL, NULL, NULL, &err), STATUS_REFUSED);
    assert_non_null(strstr(err.message, "not of a published site"));
    assert_true(err.hint[0] != 0 && err.file[0] != 0);
    assert_false(file_there(in_folder("foreign/index.html")));
    assert_int_equal(folder_make(in_folder("listed"), NULL), STATUS_OK);
    file_put(in_folder("listed/.concord-site"), "thesis.doc\n");
    file_put(in_folder("listed/thesis.doc"), "years of work");
    assert_int_equal(publish_site(tested, in_folder("listed"), 1, NULL, NULL, NULL, &err), STATUS_REFUSED);
    assert_true(file_there(in_folder("listed/thesis.doc")));
    file_put(in_folder("plain"), "a file");
    assert_int_equal(publish_site(tested, in_folder("plain"), 1, NULL, NULL, NULL, &err), STATUS_IO);
}

static void unknown_paths_are_not_found(void **state)
{
    (void)state;
    static const char *const paths[] = {
        "", "nothing.html", "../index.html", "organisation/../index.html", "/index.html", "web/README.md"};
    arena scratch = {0};
    buffer b = {0};
    const char *type = NULL;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        assert_false(site_has(tested, paths[i]));
        assert_int_equal(site_render(tested, paths[i], &scratch, &b, &type, NULL), STATUS_NOT_FOUND);
    }
    assert_true(site_has(tested, "index.html") && site_has(tested, "web/concord.css"));
    arena_free(&scratch);
    buffer_free(&b);
}

static void a_full_buffer_is_told(void **state)
{
    (void)state;
    arena scratch = {0};
    buffer b = {.maximum = 2000};
    const char *type = NULL;
    assert_int_equal(site_render(tested, "index.html", &scratch, &b, &type, NULL), STATUS_MEMORY);
    arena_free(&scratch);
    buffer_free(&b);
}

static void series_as_data(void **state)
{
    (void)state;
    buffer b = {0};
    assert_string_equal(render(tested, "series/rtt-within-18-weeks/D7T5G.csv", &b), "text/csv; charset=utf-8");
    static const char start[] = "measure,organisation,breakdown,period,numerator,denominator,value,target,mean,lower,"
                                "upper,segment,rule,signal\n"
                                "rtt-within-18-weeks,D7T5G,,2023-10,610,1000,61,65,60.5,52,69,1,,common-cause\n";
    assert_memory_equal(b.data, start, sizeof start - 1);
    assert_non_null(strstr(b.data, "\nrtt-within-18-weeks,D7T5G,,2024-10,,,,65,")); /* the gap */
    assert_non_null(strstr(b.data, "\nrtt-within-18-weeks,D7T5G,treatment-function=C_110,2023-10,610,1000,61,"));
    size_t lines = 0;
    for (const char *c = b.data; *c != 0; c++)
        lines += *c == '\n';
    assert_int_equal(lines, 1 + 2 * MONTHS);
    assert_string_equal(render(tested, "series/rtt-within-18-weeks/D7T5G.json", &b), "application/json");
    assert_non_null(strstr(
        b.data,
        "[\"rtt-within-18-weeks\",\"D7T5G\",null,\"2023-10\",610,1000,61,65,60.5,52,69,1,null,\"common-cause\"]"));
    assert_true(site_has(tested, "series/rtt-within-18-weeks/D7T5G.as-published.csv"));
    assert_false(site_has(tested, "series/rtt-within-18-weeks/QH8.as-published.csv"));
    (void)render(tested, "data/index.csv", &b);
    assert_non_null(strstr(b.data, "\nrtt-within-18-weeks,QH8,NHS Mid and South Essex Integrated Care "
                                   "Board,icb,as-published,2023-10,2026-03,30,"));
    assert_non_null(strstr(b.data, ",improvement-high,fail,series/rtt-within-18-weeks/D7T5G.csv,"));
    (void)render(tested, "data/issues.csv", &b);
    assert_non_null(strstr(b.data, "unmapped,\"../X\"\"<1\",2026-03,3,"));
    (void)render(tested, "data/quality.csv", &b);
    assert_non_null(strstr(b.data,
                           "jump,error,rtt-full-extract,rtt-within-18-weeks,D7T5G,2026-03,2026-03,April<b>.csv,One & "
                           "two,7,1,"));
    (void)render(tested, "data/quality.json", &b);
    assert_non_null(strstr(b.data, "\"finding\": \"Essex has <i>ten</i> times \\\"too\\\" many.\""));
    buffer_free(&b);
}

static void tells_what_changed(void **state)
{
    (void)state;
    char before[256];
    (void)snprintf(before, sizeof before, "%s", fixture_edition("before", 1, "concern-low", "concern", MONTHS - 1));
    site *s = fixture_open(in_folder("now.sqlite"), before);
    buffer b = {0};
    (void)render(s, "changes.html", &b);
    static const char *const says[] = {"now has March 2026 (before: February 2026)",
                                       "Earlier figures that were revised", "Concern</td>", "Improving</span>",
                                       "62.0%</td><td class=\"number\">61.0%"};
    for (size_t i = 0; i < sizeof says / sizeof *says; i++)
        if (strstr(b.data, says[i]) == NULL)
            fail_msg("changes.html does not say: %s", says[i]);
    (void)render(s, "index.html", &b);
    assert_non_null(strstr(b.data, "since the edition before"));
    buffer_free(&b);
    site_close(s);
}

/* A real change where neither way is better is a verdict too: it is counted at the head of the page. */
static void counts_what_is_unusual(void **state)
{
    (void)state;
    site *s = fixture_open(fixture_edition("unusual", 0, "neither-low", "low", MONTHS), NULL);
    buffer b = {0};
    (void)render(s, "organisation/D7T5G.html", &b);
    if (strstr(b.data, "1 is unusual and ") == NULL)
        fail_msg("%s", "The page of the organisation leaves the unusual measure out of its counts");
    assert_non_null(strstr(b.data, "(low)"));
    buffer_free(&b);
    site_close(s);
}

static void says_what_cannot_be_opened(void **state)
{
    (void)state;
    site *s = NULL;
    error err = {0};
    site_options options = {
        .edition_path = in_folder("now.sqlite"), .web_folder = in_folder("no-such-folder"), .program_version = ""};
    assert_int_equal(site_open(&options, &s, &err), STATUS_IO);
    assert_null(s);
    assert_true(err.hint[0] != 0);
    options =
        (site_options){.edition_path = in_folder("no-edition.sqlite"), .web_folder = WEB_FOLDER, .program_version = ""};
    assert_int_not_equal(site_open(&options, &s, &err), STATUS_OK);
    assert_null(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_what_it_renders),
        cmocka_unit_test(leaves_alone_what_would_not_change),
        cmocka_unit_test(removes_only_what_it_wrote_before),
        cmocka_unit_test(refuses_foreign_folders),
        cmocka_unit_test(unknown_paths_are_not_found),
        cmocka_unit_test(a_full_buffer_is_told),
        cmocka_unit_test(series_as_data),
        cmocka_unit_test(tells_what_changed),
        cmocka_unit_test(counts_what_is_unusual),
        cmocka_unit_test(says_what_cannot_be_opened),
    };
    return cmocka_run_group_tests(tests, open_once, close_once);
}
