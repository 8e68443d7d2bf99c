/* concord explain: where a figure comes from, down to release, file and lines. */
#include "cli/commands.h"
#include "cli/figures.h"
#include "cli/suppressed.h"

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

/* The run of lines that starts at i ends before the index given back: lines of a csv or whole rows that follow one another, or cells side by side. */
static size_t run_end(const int64_t *lines, size_t count, size_t i)
{
    size_t end = i + 1;
    for (line_place last = place_of_line(lines[i]); end < count; end++) {
        line_place next = place_of_line(lines[end]);
        bool beside = last.column > 0 ? next.row == last.row && next.column == last.column + 1
                                      : next.row == last.row + 1 && next.column == 0;
        if (next.sheet != last.sheet || !beside)
            break;
        last = next;
    }
    return end;
}

static void place_put(line_place p, buffer *out)
{
    char letters[COLUMN_LETTERS];
    place_letters(p.column, letters);
    buffer_printf(out, "%s%lld", letters, (long long)p.row);
}

/* "2-5 9 11-12": runs of lines; of a workbook by sheet: sheet "Provider" 16-20 22; sheet "Table 4" D16-F16. */
static void lines_words(const release *r, const int64_t *lines, size_t count, buffer *out)
{
    int32_t sheet = 0;
    for (size_t i = 0, end; i < count; i = end) {
        line_place first = place_of_line(lines[i]);
        end = run_end(lines, count, i);
        if (i > 0)
            buffer_text(out, first.sheet != sheet ? "; " : " ");
        if (first.sheet != sheet) {
            text name = line_sheet(r->sheets, first.sheet);
            sheet = first.sheet;
            if (name.length > 0)
                buffer_printf(out, "sheet \"%.*s\" ", (int)name.length, name.at);
            else
                buffer_printf(out, "sheet %d ", (int)sheet);
        }
        place_put(first, out);
        if (end > i + 1) {
            buffer_char(out, '-');
            place_put(place_of_line(lines[end - 1]), out);
        }
    }
}

static void part_row(table *t, const measure_part *p, bool short_lines)
{
    buffer lines = {0};
    char share[2 * NUMBER_TEXT];
    lines_words(p->release, p->lines, p->line_count, &lines);
    if (short_lines && lines.length > TABLE_LINES && lines.data != NULL) {
        size_t keep = TABLE_LINES;
        while (keep > 0 && lines.data[keep] != ' ')
            keep--;
        (void)snprintf(lines.data + keep, lines.capacity - keep, " ...");
    }
    (void)snprintf(share, sizeof share, "%lld/%lld", (long long)p->share_numerator, (long long)p->share_denominator);
    table_text(t, p->role);
    table_text(t, p->organisation);
    if (p->parts > 1)
        table_number(t, edition_count(true, p->amount, p->parts));
    else
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

static void count_print(const cli *c, const char *what, double value)
{
    char number[NUMBER_TEXT];
    if (number_format(value, number) > 0)
        (void)fprintf(c->out, "%s%s\n", what, number);
}

/* The rule set of the verdict, with what most tells it from another. */
static void rules_print(const cli *c, const edition *e)
{
    const spc_rules r = edition_rules_of(e);
    (void)fprintf(c->out, "Judged by   %s: shift of %d, trend of %d, limits %.4g mean moving ranges out", r.name,
                  (int)r.shift_points, (int)r.trend_points, r.limit_factor);
    if (r.minimum_points > 0)
        (void)fprintf(c->out, " from %d figures on", (int)r.minimum_points);
    (void)fputc('\n', c->out);
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
    count_print(c, "Numerator   ", edition_numerator(f->measure, p));
    count_print(c, "Denominator ", edition_denominator(f->measure, p));
    (void)fprintf(c->out, "Definition  %s\n", f->measure->definition);
    (void)fprintf(c->out, "Rule        %s, version %s\n", f->measure->id,
                  c->plain ? "(version)" : f->measure->rule_version);
    (void)fprintf(c->out, "Edition     %s\n", c->plain ? "(id)" : f->newest->id);
    rules_print(c, f->edition);
    if (f->edition->as_of[0] != 0)
        (void)fprintf(c->out, "As of       %s: what was known on that day\n", f->edition->as_of);
    if (p->estimated)
        (void)fputs("Estimated   by the successors' share of a split organisation; kept out of the limits\n", c->out);
    if (f->org->kind == ORG_GROUP)
        (void)fputs("Group       the figures of its members as they were published, added up\n", c->out);
    else if (p->tidy)
        (void)fputs("Given       as a figure in a tidy file, not computed from rows\n", c->out);
    if (p->revised)
        (void)fputs("Revised     an earlier release of this period is kept too\n", c->out);
    (void)fputc('\n', c->out);
    buffer_free(&value);
}

/* Under which version of the measure's definition the figure was made. */
static void definition_print(const cli *c, const figure *f, const measure_part *parts, size_t count)
{
    const measure *m = catalogue_measure(&c->catalogue, f->measure->id);
    char since[PERIOD_TEXT];
    for (size_t i = 0; m != NULL && count > 0 && i < m->definition_count; i++) {
        const measure_definition *d = &m->definitions[i];
        if (strcmp(d->id, parts[0].definition) != 0)
            continue;
        period_format(d->from, since);
        (void)fprintf(c->out, "Made under  the definition %s, for figures from %s on: %s%s\n", d->id, since,
                      d->document, d->verified ? "" : " (not yet confirmed)");
        if (d->what[0] != 0)
            (void)fprintf(c->out, "            %s\n", d->what);
        (void)fputc('\n', c->out);
    }
}

static status point_find(const figure *f, cli *c, period wanted, date known_on, const edition_point **out, error *err)
{
    const suppressed_request asked = {
        .measure = f->measure->id,
        .organisation = f->org->code,
        .breakdown = f->series->breakdown < 0 ? NULL : f->edition->breakdowns[f->series->breakdown].key,
        .period = wanted,
        .known_on = known_on};
    bool withheld = false;
    const edition_point *points = NULL;
    size_t count = 0;
    char words[PERIOD_TEXT];
    status code = edition_points(f->edition, f->series, &c->memory, &points, &count, err);
    for (size_t i = 0; i < count && code == STATUS_OK; i++) {
        withheld = withheld || (period_compare(points[i].period, wanted) == 0 && points[i].suppressed);
        if (period_compare(points[i].period, wanted) == 0 && !points[i].missing) {
            *out = &points[i];
            return STATUS_OK;
        }
    }
    if (code == STATUS_OK)
        code = suppressed_look(c, &asked, err);
    if (code != STATUS_OK)
        return code;
    period_format(wanted, words);
    code = error_set(err, STATUS_NOT_FOUND,
                     withheld ? "%s has no figure for %s in %s: the publisher suppressed a part of the sum"
                              : "%s has no figure for %s in %s",
                     f->measure->id, f->org->code, words);
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
    request.period = wanted;
    if (code == STATUS_OK)
        code = figure_find(c, &request, &f, err);
    if (code == STATUS_OK)
        code = point_find(&f, c, wanted, request.known_on, &point, err);
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
    if (format == FORMAT_TABLE)
        definition_print(c, &f, parts, count);
    code = table_print(c, &t, format, err);
out:
    table_free(&t);
    figure_close(&f);
    return code;
}

static const command_option options[] = {
    FIGURE_OPTIONS,
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
