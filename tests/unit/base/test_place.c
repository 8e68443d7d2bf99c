/* Places in workbooks: packed into one number and taken apart again, in the order of the sheets; names of sheets and columns. */
#include "unit.h"

static void there_and_back(void **state)
{
    static const int32_t sheets[] = {1, 2, 17, 1024}, columns[] = {0, 1, 26, 16384};
    static const int64_t rows[] = {1, 2, 65536, 1048576};
    int64_t before = 0;
    (void)state;
    for (size_t s = 0; s < 4; s++)
        for (size_t r = 0; r < 4; r++)
            for (size_t c = 0; c < 4; c++) {
                int64_t line = line_of_place(sheets[s], rows[r], columns[c]);
                line_place at = place_of_line(line);
                assert_int_equal(at.sheet, sheets[s]);
                assert_int_equal(at.row, rows[r]);
                assert_int_equal(at.column, columns[c]);
                assert_true(line > before && line < (int64_t)1 << 53);
                before = line;
            }
    line_place csv = place_of_line(line_of_place(0, 181000, 0));
    assert_int_equal(csv.sheet, 0);
    assert_int_equal(csv.row, 181000);
}

static void names(void **state)
{
    static const struct {
        int32_t column;
        const char *letters;
    } all[] = {{1, "A"},   {26, "Z"},   {27, "AA"},     {28, "AB"}, {52, "AZ"},
               {53, "BA"}, {702, "ZZ"}, {16384, "XFD"}, {0, ""},    {-3, ""}};
    char out[COLUMN_LETTERS];
    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        place_letters(all[i].column, out);
        assert_string_equal(out, all[i].letters);
    }
    place_letters(INT32_MAX, out);
    assert_true(strlen(out) == COLUMN_LETTERS - 1);
    const char *sheets = "Cover\nTable 4\n\nLast";
    assert_true(text_is(line_sheet(sheets, 1), "Cover"));
    assert_true(text_is(line_sheet(sheets, 2), "Table 4"));
    assert_true(text_is(line_sheet(sheets, 3), ""));
    assert_true(text_is(line_sheet(sheets, 4), "Last"));
    assert_true(text_is(line_sheet(sheets, 5), ""));
    assert_true(text_is(line_sheet(sheets, 0), ""));
    assert_true(text_is(line_sheet(NULL, 1), ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(there_and_back), cmocka_unit_test(names)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
