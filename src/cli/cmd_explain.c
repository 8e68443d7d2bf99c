/* concord explain: where a figure comes from, down to release, file and lines. */
#include "cli/commands.h"
#include "cli/figures.h"

#include "measure/measure.h"
#include "publish/publish.h"

#include <string.h>

#define TABLE_LINES 48 /* a table shows so many characters of the lines; csv and JSON have them all */

static const table_column columns[] = {
    {"role", NULL, false, false},        {"organisation", NULL, false, false}, {"amount", NULL, true, false},
    {"share", NULL, false, false},       {"source", NULL, false, false},       {"first_period", "from", false, false},
    {"last_period", "to", false, false}, {"file", NULL, false, false},         {"member", NULL, false, false},
    {"sha256", NULL, false, false},      {"line_count", "rows", true, false},  {"lines", NULL, false, false},
};

/* "2-5 9 11-12": runs of lines. */
static void lines_words(const int64_t *lines, size_t count, buffer *out)
{
    for (size_t i = 0; i < count;) {
        size_t end = i;
        while (end + 1 < count && lines[end + 1] == lines[end] + 1)
            end++;
        buffer_printf(out, "%s%lld", i > 0 ? " " : "", (long long)lines[i]);
        if (end > i)
            buffer_printf(out, "-%lld", (long long)lines[end]);
        i = end + 1;
    }
}

static void part_row(table *t, const measure_part *p, bool short_lines)
{
    buffer lines = {0};
    char share[2 * NUMBER_TEXT];
    lines_words(p->lines, p->line_count, &lines);
    if (short_lines && lines.length > TABLE_LINES && lines.data != NULL) {
        size_t keep = TABLE_LINES;
        while (keep > 0 && lines.data[keep] != ' ')
            keep--;
        (void)snprintf(lines.data + keep, lines.capacity - keep, " ...");
    }
    (void)snprintf(share, sizeof share, "%lld/%lld", (long long)p->share_numerator, (long long)p->share_denominator);
    table_text(t, p->role);
    table_text(t, p->organisation);
    table_int(t, p->amount);
    table_text(t, p->share_numerator == p->share_denominator ? "1" : share);
    table_text(t, p->release->source);
    table_period(t, p->release->first_period);
    table_period(t, p->release->last_period);
    table_text(t, p->release->file_name);
    table_text(t, p->release->member[0] == 0 ? NULL : p->release->member);
    table_text(t, p->release->sha256);
    table_int(t, (int64_t)p->line_count);
    table_text(t, lines.data == NULL ? "" : lines.data);
    buffer_free(&lines);
}

static void figure_print(const cli *c, const figure *f, const edition_point *p)
{
    char words[PERIOD_WORDS];
    buffer value = {0};
    period_words(p->period, words);
    figure_exact(f->measure, p->value, p->over_open_band, &value);
    (void)fprintf(c->out, "%s (%s), %s", f->org->name, f->org->code, f->measure->name);
    if (f->series->breakdown >= 0)
        (void)fprintf(c->out, ", %s", f->edition->breakdowns[f->series->breakdown].name);
    (void)fprintf(c->out, ", %s\n\n", words);
    (void)fprintf(c->out, "Value       %s %s\n", value.data == NULL ? "" : value.data, f->measure->unit_label);
    if (p->has_numerator)
        (void)fprintf(c->out, "Numerator   %lld\n", (long long)p->numerator);
    if (p->has_denominator)
        (void)fprintf(c->out, "Denominator %lld\n", (long long)p->denominator);
    (void)fprintf(c->out, "Definition  %s\n", f->measure->definition);
    (void)fprintf(c->out, "Rule        %s, version %s\n", f->measure->id,
                  c->plain ? "(version)" : f->measure->rule_version);
    (void)fprintf(c->out, "Edition     %s\n", c->plain ? "(id)" : f->newest->id);
    if (p->estimated)
        (void)fputs("Estimated   by the successors' share of a split organisation; kept out of the limits\n", c->out);
    if (p->tidy)
        (void)fputs("Given       as a figure in a tidy file, not computed from rows\n", c->out);
    if (p->revised)
        (void)fputs("Revised     an earlier release of this period is kept too\n", c->out);
    (void)fputc('\n', c->out);
    buffer_free(&value);
}

static status point_find(const figure *f, cli *c, period wanted, const edition_point **out, error *err)
{
    const edition_point *points = NULL;
    size_t count = 0;
    char words[PERIOD_TEXT];
    status code = edition_points(f->edition, f->series, &c->memory, &points, &count, err);
    for (size_t i = 0; i < count && code == STATUS_OK; i++) {
        if (period_compare(points[i].period, wanted) == 0 && !points[i].missing) {
            *out = &points[i];
            return STATUS_OK;
        }
    }
    if (code != STATUS_OK)
        return code;
    period_format(wanted, words);
    code = error_set(err, STATUS_NOT_FOUND, "%s has no figure for %s in %s", f->measure->id, f->org->code, words);
    error_hint(err, "See the periods there are: concord show %s %s --format table", f->measure->id, f->org->code);
    return code;
}

static status explain_run(cli *c, const arguments *a, error *err)
{
    output_format format = FORMAT_TABLE;
    figure_request request;
    figure f = {0};
    period wanted = {0};
    const edition_point *point = NULL;
    measure_part *parts = NULL;
    size_t count = 0;
    table t = {0};
    status code = format_parse(argument(c->command, a, "--format"), &format, err);
    if (code == STATUS_OK)
        code = option_period("PERIOD", a->positional[2], &wanted, err);
    if (code == STATUS_OK)
        code = figure_request_read(c, a, &request, err);
    if (code == STATUS_OK)
        code = figure_find(c, &request, &f, err);
    if (code == STATUS_OK)
        code = point_find(&f, c, wanted, &point, err);
    if (code == STATUS_OK)
        code = cli_orgs(c, err);
    if (code == STATUS_OK)
        code = cli_facts(c, FACTS_READ, err);
    if (code == STATUS_OK)
        code = measure_explain(c->facts, &c->catalogue, c->orgs, f.edition, f.series, wanted, &c->memory, &parts,
                               &count, err);
    if (code != STATUS_OK)
        goto out;
    table_begin(&t, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < count; i++)
        part_row(&t, &parts[i], format == FORMAT_TABLE);
    if (format == FORMAT_TABLE)
        figure_print(c, &f, point);
    code = table_print(c, &t, format, err);
out:
    table_free(&t);
    figure_close(&f);
    return code;
}

static const command_option options[] = {
    {"--breakdown", "VALUE", "One part: treatment-function=C_110, or just C_110."},
    {"--geography", "current|as-published|as-at:DATE", "Which map of organisations: current is the default."},
    {"--rules", "NAME|FILE", "The SPC rule set, as in show."},
    {"--format", "table|csv|json", "How to print; csv and JSON have every line number."},
    {0},
};

const command command_explain = {
    .name = "explain",
    .takes = "MEASURE ORG PERIOD",
    .at_least = 3,
    .at_most = 3,
    .summary = "Say where a figure comes from: releases, files, lines, rule.",
    .description = "Names every release whose rows make the figure, the reporting organisations, what each adds to "
                   "numerator and denominator, "
                   "the share where an organisation was split, and the lines of the original file (kept in releases/). "
                   "Also the version of "
                   "the measure's definition and the edition.",
    .example = "concord explain rtt-within-18-weeks QMM 2026-04",
    .options = options,
    .run = explain_run,
};
