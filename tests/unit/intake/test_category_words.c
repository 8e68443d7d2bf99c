/* Words of a category that a publisher spells another way, and a dash where a code should be. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "shipped.h"

#include "intake/mapping.h"

static char SECTORS[512]; /* each sector of a row that was kept, in brackets, once */

static status sectors_seen(void *context, const row_batch *batch, error *err)
{
    const int32_t column = *(const int32_t *)context;
    (void)err;
    for (size_t i = 0; i < batch->count; i++) {
        char word[80];
        const text t = batch->columns[column].as.texts[i];
        (void)snprintf(word, sizeof word, "[%.*s]", (int)t.length, t.at);
        if (strstr(SECTORS, word) == NULL)
            (void)snprintf(SECTORS + strlen(SECTORS), sizeof SECTORS - strlen(SECTORS), "%s", word);
    }
    return STATUS_OK;
}

static status begun(void *context, const source *s, const source_layout *layout, error *err)
{
    (void)layout;
    (void)err;
    *(int32_t *)context = source_column_find(s, "sector");
    return STATUS_OK;
}

#define SHEET(england, acute)                                                                                          \
    "== NHS Trust by Sector\n"                                                                                         \
    "2||Title:|Average daily number of available and occupied beds open overnight by sector\n"                         \
    "5||Period:|January to March 2025\n8||Published:|21st May 2025\n"                                                  \
    "14|||||||Available||||||Occupied||||||% Occupied\n"                                                               \
    "15||Year|Period End|Region Code|Org Code|Org Name|Total |" acute                                                  \
    "|Learning Disabilities|Maternity|Mental Illness||Total |" acute                                                   \
    "|Learning Disabilities|Maternity|Mental Illness||Total |" acute                                                   \
    "|Learning Disabilities|Maternity|Mental Illness\n"                                                                \
    "16||2024-25|March||" england "|60|40|0|20|0||30|20|0|10|0||0.5|0.5|-|0.5|-\n"                                     \
    "19||2024-25|March|Y56|RZ2|SOUTHMOOR|60|40|0|20|0||30|20|0|10|0||0.5|0.5|-|0.5|-\n"

static status read_book(const char *content, error *err)
{
    const char *path = path_in("Beds-Open-Overnight-Web_File-Q4-2024-25.xlsx");
    int32_t column = -1;
    const intake_sink sink = {&column, begun, sectors_seen, seen_name};
    arena memory = {0};
    problems list = {0};
    intake_report report;
    book_write_xlsx(path, content);
    SECTORS[0] = 0;
    status code = intake_read(path, &CATALOGUE, NULL, &sink, &memory, &report, &list, err);
    if (code == STATUS_OK)
        assert_int_equal(report.totals_differing, 0);
    if (list.total > 0)
        (void)error_set(err, code, "%s", list.items[0].message);
    problems_free(&list);
    arena_free(&memory);
    return code;
}

static void test_other_spelling(void **state)
{
    static const char *const books[] = {SHEET("|England", "General & Acute"), SHEET("|England", "GENERAL & ACUTE"),
                                        SHEET("|England", "General\xc2\xa0&  acute "),
                                        SHEET("|England (all trusts)", "general & acute")};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(books); i++) {
        error err = {0};
        status code = read_book(books[i], &err);
        if (code != STATUS_OK)
            print_error("%zu: %s\n", i, err.message);
        assert_int_equal(code, STATUS_OK);
        assert_non_null(strstr(SECTORS, "[General & Acute]"));
        assert_null(strstr(SECTORS, "GENERAL"));
        assert_null(strstr(SECTORS, "general"));
    }
}

static void test_dash_is_no_code(void **state)
{
    error err = {0};
    (void)state;
    assert_int_equal(read_book(SHEET("-|All trusts", "General & Acute"), &err), STATUS_REFUSED);
    assert_non_null(strstr(err.message, "A dash stands where the code of an organisation should"));
}

static void test_fold(void **state)
{
    static const struct {
        const char *word, *folded;
    } cases[] = {{"ALL ROUTES", "all routes"},
                 {" All \n Routes\xc2\xa0", "all routes"},
                 {"\xc2\xa0x\t\xc2\xa0y", "x y"},
                 {"\xc3\x89tage", "\xc3\x89tage"}, /* letters beyond ASCII stay */
                 {"", ""}};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char out[32];
        size_t n = word_fold(text_of(cases[i].word), out, sizeof out);
        assert_int_equal(n, strlen(cases[i].folded));
        assert_memory_equal(out, cases[i].folded, n);
    }
}

static int set_up(void **state)
{
    (void)state;
    return folder_make_own() != 0 || catalogue_of(CONCORD_SOURCE_DIR "/catalogue") != 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_other_spelling),
        cmocka_unit_test(test_dash_is_no_code),
        cmocka_unit_test(test_fold),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
