/* concord check: what the checks of data quality found, as a table, csv or JSON. */
#include "cli/as_of.h"
#include "cli/commands.h"

#include "measure/measure.h"

#include <ctype.h>
#include <string.h>

#define TABLE_ROWS 200 /* of a table on a terminal or in a pipe; csv and JSON have them all */

static const table_column columns[] = {
    {"kind", NULL, false, false},           {"severity", NULL, false, false},
    {"source", NULL, false, false},         {"measure", NULL, false, false},
    {"organisation", NULL, false, false},   {"first_period", "from", false, false},
    {"last_period", "to", false, false},    {"file", NULL, false, false},
    {"sheet", NULL, false, false},          {"line", NULL, true, false},
    {"count", NULL, true, false},           {"finding", NULL, false, false},
    {"advice", "what to do", false, false},
};
/* A table has what fits: the place is in the sentence or in csv and JSON. */
static const table_column short_columns[] = {{"severity", NULL, false, false},
                                             {"kind", NULL, false, false},
                                             {"source", NULL, false, false},
                                             {"finding", NULL, false, false}};

/* Where nothing is chosen: how many there are of a sort, and the first of them. */
static const table_column overview_columns[] = {{"severity", NULL, false, false},
                                                {"kind", NULL, false, false},
                                                {"source", NULL, false, false},
                                                {"findings", NULL, true, false},
                                                {"finding", "the first of them", false, false}};

static const char *const kinds[] = {
    "jump",     "totals",   "missing-release", "gap",     "discontinued", "blank",
    "nought",   "sums",     "suppressed",      "late",    "revised",      "unmapped",
    "tie",      "conflict", "tidy-overruled",  "partial", "impossible",   "period-length",
    "scenario", "undated",  "unplaced"};
#define KIND_COUNT (sizeof kinds / sizeof kinds[0])

typedef struct wanted {
    const char *kind, *source, *organisation;
} wanted;

static bool is_wanted(const wanted *w, const edition_finding *f)
{
    return (w->kind == NULL || strcmp(w->kind, f->kind) == 0) &&
           (w->source == NULL || strcmp(w->source, f->source) == 0) &&
           (w->organisation == NULL || strcmp(w->organisation, f->organisation) == 0);
}

static void finding_row(table *t, const edition_finding *f)
{
    table_text(t, f->kind);
    table_text(t, f->severity);
    table_text(t, f->source);
    table_text(t, f->measure);
    table_text(t, f->organisation);
    table_period(t, f->first);
    table_period(t, f->last);
    table_text(t, f->file);
    table_text(t, f->sheet);
    if (f->line > 0)
        table_int(t, f->line);
    else
        table_missing(t);
    table_int(t, f->count);
    table_text(t, f->text);
    table_text(t, f->advice);
}

/* ---- what is asked for ---------------------------------------------------------------------------------- */

static status unknown_kind(const char *given, error *err)
{
    buffer b = {0};
    for (size_t i = 0; i < KIND_COUNT; i++)
        buffer_printf(&b, "%s%s", i == 0 ? "" : i + 1 == KIND_COUNT ? " or " : ", ", kinds[i]);
    status code = error_set(err, STATUS_USAGE, "--kind: there is no kind of finding '%s'", given);
    error_hint(err, "Use %s.", b.data == NULL ? "" : b.data);
    buffer_free(&b);
    return code;
}

static status wanted_read(cli *c, const arguments *a, const edition *e, wanted *out, error *err)
{
    *out = (wanted){.kind = argument(c->command, a, "--kind"), .source = argument(c->command, a, "--source")};
    const char *organisation = argument(c->command, a, "--organisation");
    bool known = out->kind == NULL;
    for (size_t i = 0; i < KIND_COUNT && !known; i++)
        known = strcmp(kinds[i], out->kind) == 0;
    if (!known)
        return unknown_kind(out->kind, err);
    known = out->source == NULL;
    for (size_t i = 0; i < e->source_count && !known; i++)
        known = strcmp(e->sources[i].id, out->source) == 0;
    if (!known) {
        status code = error_set(err, STATUS_NOT_FOUND, "--source: there is no source '%s'", out->source);
        error_hint(err, "See: concord list sources");
        return code;
    }
    if (organisation == NULL)
        return STATUS_OK;
    int32_t at = edition_find_org(e, organisation);
    if (at >= 0) {
        out->organisation = e->orgs[at].code;
        return STATUS_OK;
    }
    /* Codes without a figure, such as those of rows that were left out, have findings too. */
    for (size_t i = 0; i < e->finding_count; i++)
        if (text_is_nocase(text_of(e->findings[i].organisation), organisation)) {
            out->organisation = e->findings[i].organisation;
            return STATUS_OK;
        }
    status code =
        error_set(err, STATUS_NOT_FOUND, "--organisation: there is no organisation '%s' in the edition", organisation);
    error_hint(err, "Use an ODS or ONS code, or ENGLAND. See: concord list orgs");
    return code;
}

/* ---- where the findings are ----------------------------------------------------------------------------- */

/* Are the releases of the store those of the edition? Sets how many the edition lacks. */
static status edition_lacks(cli *c, const edition *e, size_t *lacking, error *err)
{
    release *all = NULL;
    size_t count = 0;
    *lacking = 0;
    status code = cli_facts(c, FACTS_READ, err);
    if (code == STATUS_OK)
        code = facts_releases(c->facts, &c->memory, &all, &count, err);
    for (size_t i = 0; i < count && code == STATUS_OK; i++) {
        bool there = false;
        for (size_t k = 0; k < e->release_count && !there; k++)
            there =
                strcmp(all[i].sha256, e->releases[k].sha256) == 0 && strcmp(all[i].source, e->releases[k].source) == 0;
        *lacking += !there;
    }
    return code;
}

static status evaluate_now(cli *c, const date *known_on, edition **out, error *err)
{
    const measure_options options = {.as_at = DATE_NONE, .as_of = known_on};
    status code = cli_orgs(c, err);
    if (code == STATUS_OK)
        code = cli_facts(c, FACTS_READ, err);
    return code != STATUS_OK ? code : measure_view(c->facts, &c->catalogue, c->orgs, &options, NULL, out, err);
}

/* The newest edition has them; where the store has more than it, or a day is given, the store is checked as it stands. */
static status checked(cli *c, date known_on, edition **out, error *err)
{
    size_t lacking = 0;
    *out = NULL;
    status code = workspace_open(c, err);
    if (code == STATUS_OK && known_on != DATE_NONE) {
        code = note_as_of(c, known_on, err);
        return code != STATUS_OK ? code : evaluate_now(c, &known_on, out, err);
    }
    if (code != STATUS_OK)
        return code;
    code = cli_edition(c, out, err);
    if (code == STATUS_NOT_FOUND)
        return evaluate_now(c, NULL, out, err);
    if (code == STATUS_OK)
        code = edition_lacks(c, *out, &lacking, err);
    if (code != STATUS_OK || lacking == 0)
        return code;
    say_note(c, "%zu %s not in the newest edition; checked with %s", lacking,
             lacking == 1 ? "release is" : "releases are", lacking == 1 ? "it" : "them");
    edition_close(*out);
    *out = NULL;
    return evaluate_now(c, NULL, out, err);
}

/* ---- the command ---------------------------------------------------------------------------------------- */

/* "3 errors, 12 warnings and 40 notes: jump 3, gap 10 ..." */
static void summary_words(const edition *e, const wanted *w, size_t count[3], buffer *b)
{
    static const char *const severities[] = {"error", "warning", "note"};
    size_t of_kind[KIND_COUNT] = {0};
    for (size_t i = 0; i < e->finding_count; i++) {
        const edition_finding *f = &e->findings[i];
        if (!is_wanted(w, f))
            continue;
        for (size_t k = 0; k < 3; k++)
            count[k] += strcmp(f->severity, severities[k]) == 0;
        for (size_t k = 0; k < KIND_COUNT; k++)
            of_kind[k] += strcmp(f->kind, kinds[k]) == 0;
    }
    buffer_printf(b, "%zu error%s, %zu warning%s and %zu note%s", count[0], count[0] == 1 ? "" : "s", count[1],
                  count[1] == 1 ? "" : "s", count[2], count[2] == 1 ? "" : "s");
    const char *before = ": ";
    for (size_t k = 0; k < KIND_COUNT; k++)
        if (of_kind[k] > 0) {
            buffer_printf(b, "%s%s %zu", before, kinds[k], of_kind[k]);
            before = ", ";
        }
}

static bool is_alike(const edition_finding *a, const edition_finding *b)
{
    return strcmp(a->severity, b->severity) == 0 && strcmp(a->kind, b->kind) == 0 && strcmp(a->source, b->source) == 0;
}

static void brief_row(table *t, const edition_finding *f, size_t alike)
{
    table_text(t, f->severity);
    table_text(t, f->kind);
    table_text(t, f->source);
    if (alike > 0)
        table_int(t, (int64_t)alike);
    table_text(t, f->text);
}

/* A line for each severity, kind and source, with how many findings it has and the first of them; errors one by one. */
static void overview_rows(const edition *e, table *t)
{
    for (size_t i = 0, alike; i < e->finding_count; i += alike) {
        const edition_finding *f = &e->findings[i];
        alike = 1;
        while (i + alike < e->finding_count && strcmp(f->severity, "error") != 0 &&
               is_alike(f, &e->findings[i + alike]))
            alike++;
        brief_row(t, f, alike);
    }
}

/* What was chosen, finding by finding. */
static size_t chosen_rows(const edition *e, const wanted *w, bool brief, table *t)
{
    size_t shown = 0, left = 0;
    for (size_t i = 0; i < e->finding_count; i++) {
        const edition_finding *f = &e->findings[i];
        if (!is_wanted(w, f))
            continue;
        if (brief && shown == TABLE_ROWS) {
            left++;
            continue;
        }
        shown++;
        if (brief)
            brief_row(t, f, 0);
        else
            finding_row(t, f);
    }
    return left;
}

static status findings_print(cli *c, const edition *e, const wanted *w, output_format format, size_t count[3],
                             error *err)
{
    table t = {0};
    buffer summary = {0};
    size_t left = 0;
    bool brief = format == FORMAT_TABLE,
         overview = brief && w->kind == NULL && w->source == NULL && w->organisation == NULL;
    summary_words(e, w, count, &summary);
    status code = buffer_status(&summary, err);
    if (code == STATUS_OK && brief)
        (void)fprintf(c->out, "%s\n", summary.data);
    else if (code == STATUS_OK)
        say_note(c, "%s", summary.data);
    if (overview)
        table_begin(&t, overview_columns, sizeof overview_columns / sizeof overview_columns[0]);
    else if (brief)
        table_begin(&t, short_columns, sizeof short_columns / sizeof short_columns[0]);
    else
        table_begin(&t, columns, sizeof columns / sizeof columns[0]);
    if (overview)
        overview_rows(e, &t);
    else
        left = chosen_rows(e, w, brief, &t);
    bool any = count[0] + count[1] + count[2] > 0;
    if (code == STATUS_OK && (any || !brief))
        code = table_print(c, &t, format, err);
    if (code == STATUS_OK && left > 0)
        say_note(c, "%zu more; choose with --kind, --source or --organisation, or see all with --format csv", left);
    if (code == STATUS_OK && overview && any)
        say_note(c, "of each severity, kind and source the first; see all with --kind, --source or --format csv");
    table_free(&t);
    buffer_free(&summary);
    return code;
}

static status check_run(cli *c, const arguments *a, error *err)
{
    output_format format;
    date known_on = DATE_NONE;
    edition *e = NULL;
    wanted w;
    size_t count[3] = {0};
    status code = format_parse(argument(c->command, a, "--format"), &format, err);
    if (code == STATUS_OK)
        code = option_as_of(c, a, &known_on, err);
    if (code == STATUS_OK)
        code = checked(c, known_on, &e, err);
    if (code == STATUS_OK)
        code = wanted_read(c, a, e, &w, err);
    if (code == STATUS_OK)
        code = findings_print(c, e, &w, format, count, err);
    if (code == STATUS_OK && argument(c->command, a, "--strict") != NULL && count[0] + count[1] > 0)
        c->some_refused = true;
    edition_close(e);
    return code;
}

static const command_option options[] = {
    {"--kind", "KIND", "Only findings of one kind, such as gap, jump, totals or unmapped."},
    {"--source", "SOURCE", "Only those of one publication: concord list sources."},
    {"--organisation", "ORG", "Only those of one organisation: an ODS or ONS code, or ENGLAND."},
    {"--as-of", "DATE", "Check what was known on that day, and what was late by then."},
    {"--strict", NULL, "Exit with 1 where there is an error or a warning."},
    {"--format", "table|csv|json", "How to print; csv and JSON have file, sheet, line and what to do."},
    {0},
};

const command command_check = {
    .name = "check",
    .summary = "Check the quality of the data: gaps, jumps, totals, late and missing files.",
    .description = "Lists what the checks of data quality found in the newest edition: months missing from a series, "
                   "organisations "
                   "that stopped, blank where there were figures, noughts, figures ten or a hundred times too large, "
                   "printed totals that "
                   "differ from their rows, England beside the sum of its parts, suppressed figures, periods that no "
                   "file covers, late, "
                   "revised and discontinued publications, organisations that nobody knows. Each finding is an error, "
                   "a warning or a "
                   "note, in a sentence, with what to do.\n\n"
                   "Where files were added since the newest edition they are checked too. Findings are no failure: the "
                   "exit code is 0, "
                   "unless --strict is given.",
    .example = "concord check --kind jump\nconcord check --source ae-monthly --format csv",
    .options = options,
    .run = check_run,
};
