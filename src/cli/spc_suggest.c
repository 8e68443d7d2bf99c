/*
 * spc_suggest: see spc_suggest.h.
 *
 * Limits that are redrawn by a program hide the change that they are there to show. So this says where new limits would be in order and why,
 * and how to ask for them; a person decides.
 */
#include "cli/spc_suggest.h"

#define SUGGEST_ROWS_MAXIMUM 20000

const table_column spc_suggest_columns[] = {
    {"group", NULL, false, false},       {"date", NULL, false, false},        {"reason", NULL, false, false},
    {"points", NULL, true, false},       {"mean_before", NULL, true, false},  {"mean_after", NULL, true, false},
    {"lower_before", NULL, true, false}, {"upper_before", NULL, true, false}, {"suggestion", NULL, false, false}};
const size_t spc_suggest_column_count = sizeof spc_suggest_columns / sizeof spc_suggest_columns[0];
const char *const spc_suggest_header =
    "group,date,reason,points,mean_before,mean_after,lower_before,upper_before,suggestion\n";

static void suggestion_words(const spc_rebase *s, const char *day, buffer *out)
{
    if (s->reason == REBASE_NONE)
        buffer_text(out, "No new limits are called for");
    else
        buffer_printf(
            out, "%zu values from %s on are %s: mean %.6g, before %.6g. If the cause is known and lasts: --rebase %s",
            s->points, day, s->reason == REBASE_SUSTAINED_HIGHER ? "higher" : "lower", s->mean_after, s->mean_before,
            day);
}

static void row_csv(const spc_group *g, const spc_rebase *s, const char *day, const char *reason, const char *words,
                    buffer *out)
{
    buffer_csv(out, g->name);
    buffer_printf(out, ",%s,%s,", day, reason);
    if (s->reason != REBASE_NONE) {
        buffer_printf(out, "%zu,", s->points);
        buffer_number(out, s->mean_before);
        buffer_char(out, ',');
        buffer_number(out, s->mean_after);
        buffer_char(out, ',');
        buffer_number(out, s->lower_before);
        buffer_char(out, ',');
        buffer_number(out, s->upper_before);
        buffer_char(out, ',');
    } else {
        buffer_text(out, ",,,,,");
    }
    buffer_csv(out, words);
    buffer_char(out, '\n');
}

static void row_table(const spc_group *g, const spc_rebase *s, const char *day, const char *reason, const char *words,
                      table *t)
{
    table_text(t, g->name);
    table_text(t, day);
    table_text(t, reason);
    if (s->reason != REBASE_NONE) {
        table_int(t, (int64_t)s->points);
        table_number(t, s->mean_before);
        table_number(t, s->mean_after);
        table_number(t, s->lower_before);
        table_number(t, s->upper_before);
    } else {
        for (int i = 0; i < 5; i++)
            table_missing(t);
    }
    table_text(t, words);
}

status spc_suggest_group(const spc_input *in, const spc_group *g, const double *values, const spc_options *options,
                         buffer *csv, table *t, error *err)
{
    static const char *const reasons[] = {"", "sustained-higher", "sustained-lower"};
    spc_rebase found = {0};
    if (g->count > SUGGEST_ROWS_MAXIMUM) {
        status code =
            error_set(err, STATUS_REFUSED, "--suggest-rebase takes groups of at most %d rows, and one has %zu",
                      SUGGEST_ROWS_MAXIMUM, g->count);
        error_hint(err, "Part the rows with --by, or chart them without it.");
        return code;
    }
    status code = spc_suggest_rebase(values, g->count, options, &found, err);
    if (code != STATUS_OK)
        return code;
    char day[DATE_TEXT] = "";
    if (found.reason != REBASE_NONE) {
        date_format(in->dates[g->first + found.at], day);
        if (in->months[g->first + found.at])
            day[7] = 0;
    }
    buffer words = {0};
    suggestion_words(&found, day, &words);
    code = buffer_status(&words, err);
    if (code == STATUS_OK && csv != NULL)
        row_csv(g, &found, day, reasons[found.reason], words.data, csv);
    else if (code == STATUS_OK)
        row_table(g, &found, day, reasons[found.reason], words.data, t);
    buffer_free(&words);
    return code;
}
