/* Tables of the Power BI visual PowerBI-SPC: its outlier rules on given limits (input.csv) against its flags
 * (expected_flags.csv). */
#include "reference.h"

#include <stdlib.h>

static const char *flag_word(int way)
{
    return way > 0 ? "upper" : way < 0 ? "lower" : "none";
}

/* A point in a rise and in a fall belongs to the later one. */
static int trend_way(const double *values, const spc_point *points, size_t count, size_t i)
{
    const bool rise = points[i].fired & SPC_FIRED_RISE, fall = points[i].fired & SPC_FIRED_FALL;
    if (rise && fall)
        return i + 1 < count && values[i + 1] > values[i] ? 1 : -1;
    return rise ? 1 : fall ? -1 : 0;
}

/* The highlight option colours the whole triple: every point within a window of three whose near points agree. */
static int series_way(const spc_point *points, size_t count, size_t i)
{
    int way = 0;
    for (size_t end = i; end < count && end <= i + 2; end++) {
        int sum = 0;
        for (size_t j = end >= 2 ? end - 2 : 0; j <= end; j++)
            sum += points[j].near ? points[j].side : 0;
        if (sum >= 2 || sum <= -2)
            way = sum > 0 ? 1 : -1;
    }
    return way;
}

static int bool_way(bool fired, const spc_point *point)
{
    return fired ? point->side : 0;
}

void suite_powerbi(folder *f)
{
    table *input = folder_table(f, "input.csv", "case,i,value,cl,ll95,ul95,ll99,ul99");
    table *flags = folder_table(f, "expected_flags.csv", "case,i,astronomical,shift,trend,two_in_three");
    if (!input || !flags)
        return;
    input->claimed = flags->claimed = true;
    const groups cases = groups_make(input, "case"), expected = groups_make(flags, "case,i");
    check c = check_begin("powerbi", f, "expected_flags.csv");
    size_t met = 0;
    for (size_t k = 0; k < cases.count; k++) {
        const size_t g = cases.by_file[k], count = cases.starts[g + 1] - cases.starts[g];
        const size_t *file_rows = cases.rows + cases.starts[g];
        size_t *rows = make_array(count, sizeof *rows); /* by i, whatever the order in the file */
        for (size_t i = 0; i < count; i++) {
            const double at = table_number(input, file_rows[i], "i");
            if (at >= 0 && at < (double)count)
                rows[(size_t)at] = file_rows[i];
        }
        double *values = make_array(count, sizeof *values);
        spc_point *points = make_array(count, sizeof *points);
        spc_rules rules = *spc_rules_find("powerbi-spc-2026-06");
        for (size_t i = 0; i < count; i++) {
            values[i] = table_number(input, rows[i], "value");
            points[i].mean = table_number(input, rows[i], "cl");
            points[i].near_lower = table_number(input, rows[i], "ll95");
            points[i].near_upper = table_number(input, rows[i], "ul95");
            points[i].lower = table_number(input, rows[i], "ll99");
            points[i].upper = table_number(input, rows[i], "ul99");
        }
        const double shift = table_number(input, rows[0], "n_shift"), trend = table_number(input, rows[0], "n_trend");
        if (shift >= 1)
            rules.shift_points = (int32_t)shift;
        if (trend >= 1)
            rules.trend_points = (int32_t)trend;
        spc_judge(values, count, &rules, BETTER_NEITHER, points);
        check_case(&c, cases.keys[g]);
        for (size_t i = 0; i < count; i++, met++) {
            char key[1100];
            snprintf(key, sizeof key, "%s|%s", cases.keys[g], table_get(input, rows[i], "i"));
            const size_t e = groups_find(&expected, key);
            if (e == SIZE_MAX) {
                check_absent(&c, key);
                continue;
            }
            const size_t row = expected.rows[expected.starts[e]];
            const spc_point *p = &points[i];
            const int beyond = p->fired & SPC_FIRED_ABOVE ? 1 : p->fired & SPC_FIRED_BELOW ? -1 : 0;
            check_text(&c, "astronomical", table_get(flags, row, "astronomical"), flag_word(beyond));
            check_text(&c, "shift", table_get(flags, row, "shift"), flag_word(bool_way(p->fired & SPC_FIRED_SHIFT, p)));
            check_text(&c, "trend", table_get(flags, row, "trend"), flag_word(trend_way(values, points, count, i)));
            check_text(&c, "two_in_three", table_get(flags, row, "two_in_three"),
                       flag_word(bool_way(p->fired & SPC_FIRED_TWO_OF_THREE, p)));
            if (table_column(flags, "two_in_three_highlight_series") != SIZE_MAX)
                check_text(&c, "two_in_three_highlight_series", table_get(flags, row, "two_in_three_highlight_series"),
                           flag_word(series_way(points, count, i)));
        }
        free(points);
        free(values);
        free(rows);
    }
    if (met != flags->rows)
        check_absent(&c, "number of rows");
    check_end(&c);
}
