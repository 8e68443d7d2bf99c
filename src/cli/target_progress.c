/* target_progress: targets and priorities against the newest edition. */
#include "cli/target_progress.h"

#include "cli/as_of.h"

#include "oversight/oversight.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const table_column columns[] = {
    {"target", NULL, false, false},
    {"tier", NULL, false, false},
    {"organisation", NULL, false, false},
    {"measure", NULL, false, false},
    {"period", NULL, false, false},
    {"value", NULL, true, false},
    {"level_due", "due", true, false},
    {"on_trajectory", "on trajectory", false, true},
    {"short_of_due", "short by", true, false},
    {"people_short_of_due", "people", true, false},
    {"level", "in the end", true, false},
    {"by", NULL, false, false},
    {"short_of_end", "still short by", true, false},
    {"people_short_of_end", "people in the end", true, false},
    {"trend_a_month", "trend a month", true, false},
    {"expected", "expected by then", true, false},
    {"expected_lower", "from", true, false},
    {"expected_upper", "to", true, false},
    {"assurance", NULL, false, false},
    {"likely", "likely to be met", false, false},
    {"note", NULL, false, false},
};

static double shown(double value, output_format format)
{
    return format == FORMAT_TABLE ? round(value * 100) / 100 : value;
}

static void people_cell(table *t, bool known, int64_t people)
{
    if (known)
        table_int(t, people);
    else
        table_missing(t);
}

static void text_cell(table *t, const char *words)
{
    table_text(t, words == NULL || words[0] == 0 ? NULL : words);
}

static void progress_row(table *t, const target_progress *p, output_format format)
{
    table_text(t, p->target->id);
    table_text(t, register_value(p->target, FIELD_TIER));
    table_text(t, p->organisation);
    table_text(t, register_value(p->target, FIELD_MEASURE));
    table_period(t, p->month);
    table_number(t, shown(p->value, format));
    table_number(t, p->due);
    if (p->on_trajectory_known)
        table_bool(t, p->on_trajectory);
    else
        table_missing(t);
    table_number(t, shown(p->short_of_due, format));
    people_cell(t, p->people_known && p->on_trajectory_known, p->people_short_of_due);
    table_number(t, p->level);
    table_period(t, p->by);
    table_number(t, shown(p->short_of_end, format));
    people_cell(t, p->people_known && !isnan(p->level), p->people_short_of_end);
    table_number(t, p->forecast.trend ? shown(p->forecast.slope, format) : NAN);
    table_number(t, shown(p->forecast.expected, format));
    table_number(t, shown(p->forecast.lower, format));
    table_number(t, shown(p->forecast.upper, format));
    text_cell(t, p->assurance);
    text_cell(t, progress_outlook_name(p->outlook));
    text_cell(t, p->note);
}

/* A target is on its trajectory where every organisation that it is about is, and counts as one, whatever its tier. */
typedef struct tally {
    size_t on, known;
} tally;

static void count_target(const target_progress *rows, size_t count, tally *all, tally *national)
{
    bool known = false, on = true;
    for (size_t i = 0; i < count; i++) {
        known = known || rows[i].on_trajectory_known;
        on = on && (rows[i].on_trajectory || !rows[i].on_trajectory_known);
    }
    const char *tier = register_value(rows[0].target, FIELD_TIER);
    bool of_nation = tier != NULL && strcmp(tier, "national") == 0;
    all->known += known;
    all->on += known && on;
    national->known += known && of_nation;
    national->on += known && on && of_nation;
}

status target_progress_print(register_run *r, register_filter filter, error *err)
{
    const arguments *a = r->arguments;
    const target_progress *rows = NULL;
    size_t count = 0, first = 0;
    tally all = {0}, national = {0};
    edition *e = NULL;
    table t = {0};
    status code = run_edition(r->cli, NULL, &e, err);
    if (code == STATUS_OK)
        code = progress_of_targets(r->log, e, a->positional_count > 1 ? a->positional[1] : NULL,
                                   register_option(r, "--organisation"), &r->cli->memory, &rows, &count, err);
    table_begin(&t, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; code == STATUS_OK && i < count; i++) {
        if (filter == NULL || filter(r, rows[i].target)) {
            progress_row(&t, &rows[i], r->format);
            if (i + 1 == count || rows[i + 1].target != rows[i].target)
                count_target(rows + first, i + 1 - first, &all, &national);
        }
        if (i + 1 < count && rows[i + 1].target != rows[i].target)
            first = i + 1;
    }
    if (code == STATUS_OK)
        code = table_print(r->cli, &t, r->format, err);
    if (code == STATUS_OK && r->format == FORMAT_TABLE)
        (void)fprintf(
            r->cli->out,
            "On trajectory: %zu of %zu with a level due (national %zu of %zu, others %zu of %zu). Each counts "
            "alike.\n",
            all.on, all.known, national.on, national.known, all.on - national.on, all.known - national.known);
    table_free(&t);
    edition_close(e);
    return code;
}
