/* oversight_evidence: measures and records under the statements of a framework that gathers evidence. */
#include "cli/oversight_evidence.h"

#include <math.h>
#include <stdio.h>

status register_open_if_any(cli *c, register_log **out, error *err)
{
    const register_options options = {.read_only = true};
    const char *path = arena_printf(&c->memory, "%s/register.sqlite", c->workspace);
    *out = NULL;
    if (path == NULL)
        return error_set(err, STATUS_MEMORY, "There is not enough memory");
    status code = register_open(path, &options, out, err);
    return code == STATUS_NOT_FOUND ? STATUS_OK : code;
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
    int32_t who = given == NULL ? -1 : edition_find_org(e, given);
    if (who < 0) {
        status code = error_set(err, given == NULL ? STATUS_USAGE : STATUS_NOT_FOUND,
                                given == NULL ? "Framework '%s' gathers evidence of one organisation%s"
                                              : "Framework '%s': there is no organisation '%s' in this edition",
                                f->id, given == NULL ? "" : given);
        error_hint(err, "concord oversight %s ORG", f->id);
        return code;
    }
    table t = {0};
    status code = STATUS_OK;
    table_begin(&t, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < f->statement_count && code == STATUS_OK; i++)
        code = statement_rows(c, &t, &f->statements[i], e, who, log, err);
    if (code == STATUS_OK)
        code = table_print(c, &t, format, err);
    table_free(&t);
    return code;
}
