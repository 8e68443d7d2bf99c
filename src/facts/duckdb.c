/*
 * duckdb: the store as a DuckDB file: opening it hardened, running statements, reading results.
 *
 * DuckDB was chosen because it is columnar (a grouped sum over 105 bands of a year of national extracts takes a fraction of a second), keeps a
 * transaction's rows out of the file until commit, and can be read from R, Python and Power BI. It is opened so that a crafted store cannot make it fetch or
 * load anything: no extensions, no other files, and a configuration that SQL cannot change.
 */
#include "facts/store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Bit packing alone is tried when a column is written: counts are small, and trying every scheme would double the time of `add`
 * for a file 15 % smaller. The memory limit leaves room under 1 GB for reading a file at the same time. */
static const char *const settings[][2] = {
    {"autoinstall_known_extensions", "false"}, {"autoload_known_extensions", "false"},
    {"allow_community_extensions", "false"},   {"memory_limit", "700MB"},
    {"force_compression", "bitpacking"},
};

/* Rows of a row group. A national extract fills several of these. With the engine's own size (122,880) every second or third extract would make it
 * join the rest of one release with the next when it checkpoints, and so write both again. */
#define ROW_GROUP_SIZE "30720"

static bool mentions(const char *message, const char *words)
{
    return message != NULL && strstr(message, words) != NULL;
}

/* The engine names the process that holds its lock as "(PID 123)". */
static long holder_of(const char *message)
{
    const char *at = strstr(message, "(PID ");
    return at == NULL ? 0 : strtol(at + 5, NULL, 10);
}

status store_error(const facts *f, const char *what, const char *engine_message, error *err)
{
    const char *said = engine_message == NULL ? "no reason was given" : engine_message;
    status code;
    if (mentions(said, "Could not set lock on file") || mentions(said, "Conflicting lock")) {
        long holder = holder_of(said);
        if (holder > 0)
            code = error_set(err, STATUS_BUSY, "The workspace is in use by process %ld", holder);
        else
            code = error_set(err, STATUS_BUSY, "The workspace is in use by another process");
        error_hint(err, "Wait until it has finished, then try again.");
    } else if (mentions(said, "No space left") || mentions(said, "Disk quota") || mentions(said, "File too large")) {
        /* Whatever was asked: room is wanted for writing only, be it for what a question spills to the disk. */
        code =
            error_set(err, STATUS_IO, "Cannot write to the store: the disk is full or the file may not grow any more");
        error_hint(err, "Nothing was changed. Make room, then try again.");
    } else if (mentions(said, "Out of Memory") || mentions(said, "could not allocate")) {
        code = error_set(err, STATUS_MEMORY, "%s: there is not enough memory", what);
    } else if (mentions(said, "not a valid DuckDB database")) {
        code = error_set(err, STATUS_IO, "%s: this is not a store of Concord", what);
        error_hint(err, "Move the file away and add the published files again: the originals are in releases/.");
    } else if (mentions(said, "newer version of DuckDB") || mentions(said, "storage version")) {
        code = error_set(err, STATUS_IO, "%s: the store was written by another version of DuckDB", what);
        error_hint(err, "Use the Concord that wrote it, or add the published files in releases/ to a new workspace.");
    } else if (mentions(said, "IO Error") || mentions(said, "Permission denied")) {
        code = error_set(err, STATUS_IO, "%s: %s", what, said);
    } else {
        code = error_set(err, STATUS_INTERNAL, "%s: %s", what, said);
    }
    error_at(err, f->path, NULL, 0, NULL);
    return code;
}

static status settings_apply(duckdb_config config, const facts *f, error *err)
{
    char spill[sizeof f->path + 8];
    (void)snprintf(spill, sizeof spill, "%s.tmp", f->path);
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
        if (duckdb_set_config(config, settings[i][0], settings[i][1]) != DuckDBSuccess)
            return error_set(err, STATUS_INTERNAL, "This DuckDB does not know the setting %s", settings[i][0]);
    if (duckdb_set_config(config, "temp_directory", spill) != DuckDBSuccess)
        return error_set(err, STATUS_INTERNAL, "This DuckDB does not know the setting temp_directory");
    return STATUS_OK;
}

static void put_quoted(buffer *b, const char *s)
{
    buffer_char(b, '\'');
    for (; *s != 0; s++) {
        if (*s == '\'')
            buffer_char(b, '\'');
        buffer_char(b, *s);
    }
    buffer_char(b, '\'');
}

/* The file is attached (only so can the size of its row groups be chosen); from then on no other file can be touched and no
 * setting changed, before anything that the file holds is looked at. */
static status file_attach(facts *f, error *err)
{
    static const char *const then[] = {"USE store", "SET enable_external_access = false",
                                       "SET lock_configuration = true"};
    buffer sql = {0};
    buffer_text(&sql, "ATTACH ");
    put_quoted(&sql, f->path);
    buffer_text(&sql,
                f->mode == FACTS_READ ? " AS store (READ_ONLY)" : " AS store (ROW_GROUP_SIZE " ROW_GROUP_SIZE ")");
    status code = buffer_status(&sql, err);
    if (code == STATUS_OK) {
        duckdb_result result;
        if (duckdb_query(f->connection, sql.data, &result) != DuckDBSuccess)
            code = store_error(f, "Cannot open the store", duckdb_result_error(&result), err);
        duckdb_destroy_result(&result);
    }
    buffer_free(&sql);
    for (size_t i = 0; i < sizeof then / sizeof then[0] && code == STATUS_OK; i++)
        code = store_run(f, then[i], err);
    return code;
}

status facts_open(const char *workspace, facts_mode mode, const catalogue *c, facts **out, error *err)
{
    *out = NULL;
    facts *f = calloc(1, sizeof *f);
    if (f == NULL)
        return error_set(err, STATUS_MEMORY, "There is not enough memory");
    duckdb_config config = NULL;
    char *message = NULL;
    status code = STATUS_OK;
    f->catalogue = c;
    f->mode = mode;
    int n = snprintf(f->path, sizeof f->path, "%s/facts.duckdb", workspace);
    if (n < 0 || (size_t)n >= sizeof f->path) {
        code = error_set(err, STATUS_USAGE, "The path of the workspace is too long");
        goto out;
    }
    if (mode == FACTS_READ && access(f->path, F_OK) != 0) {
        code = error_set(err, STATUS_NOT_FOUND, "There are no figures in this workspace yet");
        error_at(err, f->path, NULL, 0, NULL);
        error_hint(err, "Add published files with: concord add PATH...");
        goto out;
    }
    if (duckdb_create_config(&config) != DuckDBSuccess) {
        code = error_set(err, STATUS_MEMORY, "There is not enough memory");
        goto out;
    }
    code = settings_apply(config, f, err);
    if (code != STATUS_OK)
        goto out;
    if (duckdb_open_ext(NULL, &f->database, config, &message) != DuckDBSuccess) {
        code = store_error(f, "Cannot open the store", message, err);
        goto out;
    }
    if (duckdb_connect(f->database, &f->connection) != DuckDBSuccess) {
        code = store_error(f, "Cannot open the store", NULL, err);
        goto out;
    }
    code = file_attach(f, err);
    if (code == STATUS_OK)
        code = schema_prepare(f, err);
    if (code == STATUS_OK && mode == FACTS_WRITE)
        code = insertion_register(f, err);
out:
    if (message != NULL)
        duckdb_free(message);
    if (config != NULL)
        duckdb_destroy_config(&config);
    if (code != STATUS_OK) {
        facts_close(f);
        return code;
    }
    *out = f;
    return STATUS_OK;
}

void facts_close(facts *f)
{
    if (f == NULL)
        return;
    insertion_drop(f);
    if (f->connection != NULL)
        duckdb_disconnect(&f->connection);
    if (f->database != NULL)
        duckdb_close(&f->database);
    room_close(f);
    arena_free(&f->memory);
    free(f);
}

/* ---- statements ---- */

void statement_bind(statement *s, text value)
{
    if (s->count == s->capacity) {
        size_t capacity = s->capacity == 0 ? 16 : s->capacity * 2;
        text *grown = realloc(s->values, capacity * sizeof *grown);
        if (grown == NULL) {
            s->failed = true;
            return;
        }
        s->values = grown;
        s->capacity = capacity;
    }
    s->values[s->count++] = value;
    buffer_printf(&s->sql, "$%zu", s->count);
}

void statement_name(statement *s, const char *identifier)
{
    buffer_char(&s->sql, '"');
    for (const char *p = identifier; *p != 0; p++) {
        if (*p == '"')
            buffer_char(&s->sql, '"');
        buffer_char(&s->sql, *p);
    }
    buffer_char(&s->sql, '"');
}

void statement_free(statement *s)
{
    buffer_free(&s->sql);
    free(s->values);
    *s = (statement){0};
}

status store_run(facts *f, const char *sql, error *err)
{
    duckdb_result result;
    status code = STATUS_OK;
    if (duckdb_query(f->connection, sql, &result) != DuckDBSuccess)
        code = store_error(f, "Cannot write to the store", duckdb_result_error(&result), err);
    duckdb_destroy_result(&result);
    return code;
}

static status chunks_read(duckdb_result *result, store_chunk each, void *context, error *err)
{
    status code = STATUS_OK;
    while (code == STATUS_OK) {
        duckdb_data_chunk chunk = duckdb_fetch_chunk(*result);
        if (chunk == NULL)
            break;
        idx_t rows = duckdb_data_chunk_get_size(chunk);
        if (rows > 0 && each != NULL)
            code = each(context, chunk, rows, err);
        duckdb_destroy_data_chunk(&chunk);
    }
    return code;
}

status store_query(facts *f, const statement *s, store_chunk each, void *context, error *err)
{
    if (s->failed || s->sql.failed)
        return error_set(err, STATUS_MEMORY, "There is not enough memory for the question to the store");
    duckdb_prepared_statement prepared = NULL;
    duckdb_result result = {0};
    bool have_result = false;
    status code = STATUS_OK;
    if (duckdb_prepare(f->connection, s->sql.data, &prepared) != DuckDBSuccess) {
        code = store_error(f, "Cannot read the store", duckdb_prepare_error(prepared), err);
        goto out;
    }
    for (size_t i = 0; i < s->count; i++) {
        const char *at = s->values[i].at == NULL ? "" : s->values[i].at;
        if (duckdb_bind_varchar_length(prepared, (idx_t)(i + 1), at, (idx_t)s->values[i].length) != DuckDBSuccess) {
            code = error_set(err, STATUS_INTERNAL, "A value could not be handed to the store");
            goto out;
        }
    }
    have_result = true;
    if (duckdb_execute_prepared(prepared, &result) != DuckDBSuccess) {
        code = store_error(f, "Cannot read the store", duckdb_result_error(&result), err);
        goto out;
    }
    code = chunks_read(&result, each, context, err);
out:
    if (have_result)
        duckdb_destroy_result(&result);
    if (prepared != NULL)
        duckdb_destroy_prepare(&prepared);
    return code;
}

/* ---- cells of a result ---- */

cells cells_of(duckdb_data_chunk chunk, idx_t column)
{
    duckdb_vector v = duckdb_data_chunk_get_vector(chunk, column);
    return (cells){.data = duckdb_vector_get_data(v), .validity = duckdb_vector_get_validity(v)};
}

bool cell_present(const cells *c, idx_t row)
{
    return c->validity == NULL || (c->validity[row / 64] >> (row % 64) & 1U) != 0;
}

int64_t cell_int(const cells *c, idx_t row)
{
    return cell_present(c, row) ? ((const int64_t *)c->data)[row] : 0;
}

text result_text(const cells *c, idx_t row)
{
    if (!cell_present(c, row))
        return (text){.at = "", .length = 0};
    duckdb_string_t *s = (duckdb_string_t *)c->data + row;
    return (text){.at = duckdb_string_t_data(s), .length = duckdb_string_t_length(*s)};
}

const char *cell_string(const cells *c, idx_t row, arena *a)
{
    text t = result_text(c, row);
    return arena_copy(a, t.at, t.length);
}
