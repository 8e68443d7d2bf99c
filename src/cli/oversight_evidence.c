/* oversight_evidence: measures and records under the statements of a framework that gathers evidence. */
#include "cli/oversight_evidence.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

status cli_register(cli *c, register_log **out, error *err)
{
    const char *path = arena_printf(&c->memory, "%s/register.sqlite", c->workspace);
    *out = NULL;
    return path == NULL ? error_set(err, STATUS_MEMORY, "There is not enough memory")
                        : register_open_if_any(path, out, err);
}

/* The organisation of the edition, not one that has merged away: then its successor is offered. */
static status organisation_find(const edition *e, const framework *f, const char *given, int32_t *out, error *err)
{
    status code = STATUS_OK;
    *out = given == NULL ? -1 : edition_find_org(e, given);
    if (given == NULL) {
        code = error_set(err, STATUS_USAGE, "Framework '%s' gathers evidence of one organisation", f->id);
        error_hint(err, "concord oversight %s ORG", f->id);
    } else if (*out < 0) {
        code = error_set(err, STATUS_NOT_FOUND, "There is no organisation '%s' in this edition", given);
        error_hint(err, "concord list orgs lists them with their codes");
    } else if (e->orgs[*out].closed != DATE_NONE && e->orgs[*out].closed <= e->current) {
        code = error_set(err, STATUS_NOT_FOUND, "%s (%s) has closed", e->orgs[*out].name, e->orgs[*out].code);
        error_hint(err, "%s", e->orgs[*out].became);
    }
    return code;
}

static void head_cells(table *t, const framework_statement *s)
{
    table_text(t, s->theme);
    table_text(t, s->name);
}

static void missing_cells(table *t, int count)
{
    for (int i = 0; i < count; i++)
        table_missing(t);
}

#define MEASURE_CELLS 6
#define RECORD_CELLS  6

static void measure_row(table *t, const framework_statement *s, const edition *e, int32_t who, const char *id)
{
    int32_t at = edition_find_measure(e, id);
    const edition_series *series = at < 0 ? NULL : edition_find_series(e, at, who, -1, GEOGRAPHY_CURRENT);
    head_cells(t, s);
    table_text(t, id);
    table_period(t, series != NULL ? series->last : (period){.months = 0});
    table_number(t, series != NULL ? series->latest_value : NAN);
    table_number(t, series != NULL ? series->latest_target : NAN);
    table_text(t, series != NULL && series->variation[0] != 0 ? series->variation : NULL);
    table_text(t, series != NULL && series->assurance[0] != 0 ? series->assurance : NULL);
    missing_cells(t, RECORD_CELLS);
}

static void record_row(table *t, const framework_statement *s, const oversight_record *record)
{
    head_cells(t, s);
    missing_cells(t, MEASURE_CELLS);
    table_text(t, record->record);
    table_text(t, record->id);
    table_text(t, record->standing);
    table_text(t, record->owner);
    table_date(t, record->on);
    table_text(t, record->words[0] != 0 ? record->words : NULL);
}

static status statement_rows(cli *c, table *t, const framework_statement *s, const edition *e, int32_t who,
                             register_log *log, error *err)
{
    size_t rows = s->measure_count;
    status code = STATUS_OK;
    for (size_t m = 0; m < s->measure_count; m++)
        measure_row(t, s, e, who, s->measures[m]);
    for (size_t k = 0; k < s->record_count && log != NULL && code == STATUS_OK; k++) {
        const oversight_record *records;
        size_t count;
        code = oversight_records(log, e->orgs[who].code, s->records[k], &c->memory, &records, &count, err);
        for (size_t i = 0; i < count && code == STATUS_OK; i++)
            record_row(t, s, &records[i]);
        rows += count;
    }
    if (rows == 0) {
        head_cells(t, s);
        missing_cells(t, MEASURE_CELLS + RECORD_CELLS);
    }
    return code;
}

status oversight_evidence_print(cli *c, const edition *e, const framework *f, const char *given, register_log *log,
                                output_format format, error *err)
{
    static const table_column columns[] = {
        {"theme", NULL, false, false},     {"statement", NULL, false, false}, {"measure", NULL, false, false},
        {"period", NULL, false, false},    {"value", NULL, true, false},      {"target", NULL, true, false},
        {"variation", NULL, false, false}, {"assurance", NULL, false, false}, {"record", NULL, false, false},
        {"id", NULL, false, false},        {"standing", NULL, false, false},  {"owner", NULL, false, false},
        {"on", NULL, false, false},        {"words", NULL, false, false}};
    int32_t who;
    status code = organisation_find(e, f, given, &who, err);
    if (code != STATUS_OK)
        return code;
    table t = {0};
    table_begin(&t, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < f->statement_count && code == STATUS_OK; i++)
        code = statement_rows(c, &t, &f->statements[i], e, who, log, err);
    if (code == STATUS_OK)
        code = table_print(c, &t, format, err);
    table_free(&t);
    return code;
}

/* ---- regimes ----------------------------------------------------------------------------------------- */

#define REGIMES_MOST 8 /* columns of a table */

static void return_cells(table *t, const framework_return *r)
{
    table_text(t, r->id);
    table_text(t, r->name);
    table_text(t, r->review ? "review" : "return");
    table_text(t, r->asked_by);
}

static status regimes_side_by_side(cli *c, const framework *f, output_format format, error *err)
{
    table_column columns[5 + REGIMES_MOST] = {{"return", NULL, false, false},
                                              {"name", NULL, false, false},
                                              {"kind", NULL, false, false},
                                              {"asked_by", "asked by", false, false}};
    size_t regimes = f->regime_count < REGIMES_MOST ? f->regime_count : REGIMES_MOST;
    for (size_t k = 0; k < regimes; k++)
        columns[4 + k] = (table_column){f->regimes[k].id, f->regimes[k].name, false, false};
    columns[4 + regimes] = (table_column){"verified", NULL, false, true};
    table t = {0};
    table_begin(&t, columns, 5 + regimes);
    for (size_t i = 0; i < f->return_count; i++) {
        return_cells(&t, &f->returns[i]);
        for (size_t k = 0; k < regimes; k++)
            table_text(&t, f->returns[i].how[k][0] == 0 ? NULL : f->returns[i].how[k]);
        table_bool(&t, f->returns[i].verified);
    }
    status code = table_print(c, &t, format, err);
    table_free(&t);
    return code;
}

status oversight_regimes_print(cli *c, const edition *e, const framework *f, const char *given,
                               const oversight_options *how, output_format format, error *err)
{
    static const table_column columns[] = {{"return", NULL, false, false}, {"name", NULL, false, false},
                                           {"kind", NULL, false, false},   {"asked_by", "asked by", false, false},
                                           {"how", NULL, false, false},    {"verified", NULL, false, true}};
    if (given == NULL)
        return regimes_side_by_side(c, f, format, err);
    int32_t who;
    status code = organisation_find(e, f, given, &who, err);
    if (code != STATUS_OK)
        return code;
    const oversight_book book = {.events = how->events, .event_count = how->event_count};
    int32_t which = oversight_regime_of(&book, f, e->orgs[who].code, e->latest);
    if (format == FORMAT_TABLE)
        (void)fprintf(c->out, "%s: %s\n", e->orgs[who].name, f->regimes[which].name);
    table t = {0};
    table_begin(&t, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < f->return_count; i++) {
        const char *asked = f->returns[i].how[which];
        return_cells(&t, &f->returns[i]);
        table_text(&t, asked[0] == 0 ? NULL : asked);
        table_bool(&t, f->returns[i].verified);
    }
    code = table_print(c, &t, format, err);
    table_free(&t);
    return code;
}

/* ---- as of a day ------------------------------------------------------------------------------------- */

typedef struct lines_kept {
    cli *c;
    const char **lines;
    size_t count;
} lines_kept;

static status line_keep(void *context, const register_event *event, const char *line, error *err)
{
    lines_kept *k = context;
    (void)event;
    k->lines[k->count] = arena_string(&k->c->memory, line);
    return k->lines[k->count++] == NULL ? error_set(err, STATUS_MEMORY, "There is not enough memory") : STATUS_OK;
}

status register_turn_back(cli *c, date known_on, register_log **log, error *err)
{
    lines_kept k = {.c = c};
    char until[DATE_TEXT];
    date_format(known_on, until);
    k.lines = arena_array(&c->memory, (size_t)register_last(*log) + 1, sizeof *k.lines);
    status code = k.lines == NULL ? error_set(err, STATUS_MEMORY, "There is not enough memory")
                                  : register_lines(*log, until, line_keep, &k, err);
    register_close(*log);
    *log = NULL;
    if (code == STATUS_OK && k.count > 0)
        code = register_open_lines(k.lines, k.count, "the register", log, err);
    return code;
}
