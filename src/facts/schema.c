/*
 * schema: the tables of the store, made from the catalogue.
 *
 * `releases` and `names` are fixed; every source has one table of typed rows (its columns as declared). A source may gain columns from one
 * version to the next: opening for writing adds them (rows that are already there miss them). A column that changed its type is refused, because
 * guessing would change figures.
 */
#include "facts/store.h"

#include <string.h>

static const char *const fixed_tables =
    "CREATE TABLE IF NOT EXISTS releases(ordinal BIGINT NOT NULL, sha256 VARCHAR NOT NULL, source VARCHAR NOT NULL, "
    "layout VARCHAR NOT NULL,"
    " file_name VARCHAR NOT NULL, member VARCHAR NOT NULL, first_kind BIGINT NOT NULL, first_month BIGINT NOT NULL, "
    "first_months BIGINT NOT NULL,"
    " last_kind BIGINT NOT NULL, last_month BIGINT NOT NULL, last_months BIGINT NOT NULL, published BIGINT, revised "
    "BIGINT NOT NULL,"
    " archived BIGINT, rows_in BIGINT NOT NULL, rows_kept BIGINT NOT NULL, rows_set_aside BIGINT NOT NULL, bytes "
    "BIGINT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS names(release BIGINT NOT NULL, code VARCHAR NOT NULL, name VARCHAR NOT NULL);"
    "CREATE TABLE IF NOT EXISTS checks(release BIGINT NOT NULL, totals_checked BIGINT NOT NULL, totals_differing "
    "BIGINT NOT NULL, notes VARCHAR NOT NULL);"
    "CREATE TABLE IF NOT EXISTS workbooks(release BIGINT NOT NULL, sheets VARCHAR NOT NULL);"
    "CREATE TABLE IF NOT EXISTS contents(release BIGINT NOT NULL, sha256 VARCHAR NOT NULL, is_table BIGINT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS downloads(sha256 VARCHAR NOT NULL, number BIGINT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS files(sha256 VARCHAR NOT NULL, file_name VARCHAR NOT NULL)";

const char *schema_type(column_type type)
{
    switch (type) {
    case COLUMN_CODE:
    case COLUMN_CATEGORY:
    case COLUMN_TEXT: return "VARCHAR";
    case COLUMN_COUNT: return "BIGINT";
    case COLUMN_BAND: return "INTEGER";
    case COLUMN_NUMBER: return "DOUBLE";
    }
    return "VARCHAR";
}

int32_t store_source_index(const facts *f, const source *s)
{
    for (size_t i = 0; i < f->catalogue->source_count; i++)
        if (&f->catalogue->sources[i] == s || strcmp(f->catalogue->sources[i].id, s->id) == 0)
            return (int32_t)i;
    return -1;
}

void statement_column(statement *st, const facts *f, const source *s, int32_t column)
{
    int32_t index = store_source_index(f, s);
    if (index >= 0 && f->tables[index].has_column[column]) {
        statement_name(st, s->columns[column].name);
        return;
    }
    buffer_printf(&st->sql, "CAST(NULL AS %s)", schema_type(s->columns[column].type));
}

/* What the file has of one source's table. */
typedef struct inspection {
    const source *source;
    store_table *table;
} inspection;

static status column_seen(void *context, duckdb_data_chunk chunk, idx_t rows, error *err)
{
    inspection *in = context;
    cells names = cells_of(chunk, 0);
    cells types = cells_of(chunk, 1);
    for (idx_t r = 0; r < rows; r++) {
        text name = result_text(&names, r);
        in->table->exists = true;
        for (size_t k = 0; k < in->source->column_count; k++) {
            const source_column *column = &in->source->columns[k];
            if (!text_is(name, column->name))
                continue;
            in->table->has_column[k] = true;
            if (text_is(result_text(&types, r), schema_type(column->type)))
                continue;
            status code = error_set(err, STATUS_REFUSED,
                                    "The column %s of source %s has another type in the store than in the catalogue",
                                    column->name, in->source->id);
            error_at(err, in->source->file, NULL, 0, column->name);
            error_hint(err, "Give the changed column a new name, or add the published files to a new workspace.");
            return code;
        }
    }
    return STATUS_OK;
}

static status table_inspect(facts *f, const source *s, store_table *t, error *err)
{
    statement st = {0};
    inspection in = {.source = s, .table = t};
    t->exists = false;
    memset(t->has_column, 0, s->column_count * sizeof *t->has_column);
    buffer_text(&st.sql, "SELECT column_name, data_type FROM information_schema.columns WHERE table_catalog = 'store' "
                         "AND table_schema = 'main' AND table_name = ");
    statement_bind(&st, text_of(s->table));
    status code = store_query(f, &st, column_seen, &in, err);
    statement_free(&st);
    return code;
}

static status table_create(facts *f, const source *s, error *err)
{
    statement st = {0};
    buffer_text(&st.sql, "CREATE TABLE ");
    statement_name(&st, s->table);
    buffer_text(
        &st.sql,
        "(_release BIGINT, _line BIGINT, _first_month INTEGER, _months INTEGER, _kind INTEGER, _suppressed VARCHAR");
    for (size_t k = 0; k < s->column_count; k++) {
        buffer_text(&st.sql, ", ");
        statement_name(&st, s->columns[k].name);
        buffer_printf(&st.sql, " %s", schema_type(s->columns[k].type));
    }
    buffer_char(&st.sql, ')');
    status code = store_query(f, &st, NULL, NULL, err);
    statement_free(&st);
    return code;
}

static status columns_add(facts *f, const source *s, store_table *t, error *err)
{
    for (size_t k = 0; k < s->column_count; k++) {
        if (t->has_column[k])
            continue;
        statement st = {0};
        buffer_text(&st.sql, "ALTER TABLE ");
        statement_name(&st, s->table);
        buffer_text(&st.sql, " ADD COLUMN ");
        statement_name(&st, s->columns[k].name);
        buffer_printf(&st.sql, " %s", schema_type(s->columns[k].type));
        status code = store_query(f, &st, NULL, NULL, err);
        statement_free(&st);
        if (code != STATUS_OK)
            return code;
        t->has_column[k] = true;
    }
    return STATUS_OK;
}

static status fixed_seen(void *context, duckdb_data_chunk chunk, idx_t rows, error *err)
{
    facts *f = context;
    cells names = cells_of(chunk, 0);
    (void)err;
    for (idx_t r = 0; r < rows; r++) {
        f->has_fixed_tables = f->has_fixed_tables || text_is(result_text(&names, r), "names");
        f->has_contents = f->has_contents || text_is(result_text(&names, r), "contents");
        f->has_checks = f->has_checks || text_is(result_text(&names, r), "checks");
        f->has_downloads = f->has_downloads || text_is(result_text(&names, r), "downloads");
        f->has_workbooks = f->has_workbooks || text_is(result_text(&names, r), "workbooks");
    }
    return STATUS_OK;
}

static status fixed_tables_inspect(facts *f, error *err)
{
    statement st = {0};
    buffer_text(&st.sql, "SELECT table_name FROM information_schema.tables WHERE table_catalog = 'store' AND "
                         "table_schema = 'main' AND table_name IN ('names', 'checks', 'workbooks', "
                         "'contents', 'downloads')");
    status code = store_query(f, &st, fixed_seen, f, err);
    statement_free(&st);
    return code;
}

status schema_prepare(facts *f, error *err)
{
    const catalogue *c = f->catalogue;
    f->tables = arena_array(&f->memory, c->source_count + 1, sizeof *f->tables);
    if (f->tables == NULL)
        return error_set(err, STATUS_MEMORY, "There is not enough memory");
    bool writing = f->mode == FACTS_WRITE;
    status code = writing ? store_run(f, fixed_tables, err) : STATUS_OK;
    if (code == STATUS_OK)
        code = fixed_tables_inspect(f, err);
    for (size_t i = 0; i < c->source_count && code == STATUS_OK; i++) {
        const source *s = &c->sources[i];
        store_table *t = &f->tables[i];
        t->has_column = arena_array(&f->memory, s->column_count + 1, sizeof *t->has_column);
        if (t->has_column == NULL)
            return error_set(err, STATUS_MEMORY, "There is not enough memory");
        code = table_inspect(f, s, t, err);
        if (code != STATUS_OK || !writing)
            continue;
        if (!t->exists) {
            code = table_create(f, s, err);
            for (size_t k = 0; k < s->column_count; k++)
                t->has_column[k] = true;
            t->exists = true;
        } else {
            code = columns_add(f, s, t, err);
        }
    }
    return code;
}
