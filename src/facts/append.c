/*
 * append: the rows of one release on their way into the store.
 *
 * The reader of a file and the engine both need most of a core for a national extract, so they work side by side: facts_append copies a batch
 * into one of a few chunks, whole columns at a time, and a second thread runs one INSERT that takes the chunks as they come (through a table
 * function of ours). The chunks are handed over by reference, so a cell is copied once on our side. The INSERT is part of the transaction that
 * facts_release_begin opened: nothing of it is seen until commit, and a crash leaves nothing.
 */
#include "facts/store.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS         8
#define NAMES_MAXIMUM ((size_t)1 << 20) /* names that one release may give: far above any publication */
#define INCOMING      "concord_incoming"

typedef struct given_name {
    const char *code, *name;
} given_name;

struct insertion {
    facts *f;
    const source *source;
    int64_t ordinal;
    statement insert;
    pthread_t thread;
    bool thread_started, synchronised;
    pthread_mutex_t lock;
    pthread_cond_t filled, spare;
    /* Under the lock. Counters only grow; slot = counter % SLOTS. freed <= taken <= produced <= freed + SLOTS. */
    uint64_t produced, taken, freed;
    bool ended, dropped, finished;
    status code;
    error failure;
    duckdb_data_chunk slots[SLOTS];
    arena names_memory;
    given_name *names;
    size_t name_count, name_capacity;
};

static duckdb_type engine_type(column_type type)
{
    switch (type) {
    case COLUMN_CODE:
    case COLUMN_CATEGORY:
    case COLUMN_TEXT: return DUCKDB_TYPE_VARCHAR;
    case COLUMN_COUNT: return DUCKDB_TYPE_BIGINT;
    case COLUMN_BAND: return DUCKDB_TYPE_INTEGER;
    case COLUMN_NUMBER: return DUCKDB_TYPE_DOUBLE;
    }
    return DUCKDB_TYPE_VARCHAR;
}

static duckdb_type type_at(const source *s, size_t place)
{
    switch (place) {
    case STORE_RELEASE:
    case STORE_LINE: return DUCKDB_TYPE_BIGINT;
    case STORE_FIRST_MONTH:
    case STORE_MONTHS:
    case STORE_KIND: return DUCKDB_TYPE_INTEGER;
    case STORE_SUPPRESSED: return DUCKDB_TYPE_VARCHAR;
    default: return engine_type(s->columns[place - STORE_OWN_COLUMNS].type);
    }
}

/* ---- the table function that the INSERT reads from ---- */

static void incoming_bind(duckdb_bind_info info)
{
    const facts *f = duckdb_bind_get_extra_info(info);
    if (f->incoming == NULL) {
        duckdb_bind_set_error(info, "no release is being added");
        return;
    }
    const source *s = f->incoming->source;
    for (size_t i = 0; i < STORE_OWN_COLUMNS + s->column_count; i++) {
        char name[32];
        duckdb_logical_type type = duckdb_create_logical_type(type_at(s, i));
        (void)snprintf(name, sizeof name, "c%zu", i);
        duckdb_bind_add_result_column(info, name, type);
        duckdb_destroy_logical_type(&type);
    }
}

static void incoming_init(duckdb_init_info info)
{
    duckdb_init_set_max_threads(info, 1);
}

static void incoming_take(duckdb_function_info info, duckdb_data_chunk output)
{
    const facts *f = duckdb_function_get_extra_info(info);
    insertion *in = f->incoming;
    duckdb_data_chunk chunk = NULL;
    (void)pthread_mutex_lock(&in->lock);
    in->freed = in->taken; /* the engine has consumed what it was given last time */
    (void)pthread_cond_signal(&in->spare);
    while (in->taken == in->produced && !in->ended && !in->dropped)
        (void)pthread_cond_wait(&in->filled, &in->lock);
    bool dropped = in->dropped;
    if (!dropped && in->taken < in->produced)
        chunk = in->slots[in->taken++ % SLOTS];
    (void)pthread_mutex_unlock(&in->lock);
    if (dropped) {
        duckdb_function_set_error(info, "the release was dropped");
        return;
    }
    if (chunk == NULL) {
        duckdb_data_chunk_set_size(output, 0);
        return;
    }
    idx_t columns = duckdb_data_chunk_get_column_count(output);
    for (idx_t i = 0; i < columns; i++)
        duckdb_vector_reference_vector(duckdb_data_chunk_get_vector(output, i), duckdb_data_chunk_get_vector(chunk, i));
    duckdb_data_chunk_set_size(output, duckdb_data_chunk_get_size(chunk));
}

status insertion_register(facts *f, error *err)
{
    duckdb_table_function function = duckdb_create_table_function();
    duckdb_table_function_set_name(function, INCOMING);
    duckdb_table_function_set_extra_info(function, f, NULL);
    duckdb_table_function_set_bind(function, incoming_bind);
    duckdb_table_function_set_init(function, incoming_init);
    duckdb_table_function_set_function(function, incoming_take);
    duckdb_state state = duckdb_register_table_function(f->connection, function);
    duckdb_destroy_table_function(&function);
    return state == DuckDBSuccess ? STATUS_OK
                                  : store_error(f, "Cannot prepare the store", "a table function was refused", err);
}

static void *insert_run(void *context)
{
    insertion *in = context;
    error failure = {0};
    status code = store_query(in->f, &in->insert, NULL, NULL, &failure);
    (void)pthread_mutex_lock(&in->lock);
    in->code = code;
    in->failure = failure;
    in->finished = true;
    (void)pthread_cond_broadcast(&in->spare);
    (void)pthread_mutex_unlock(&in->lock);
    return NULL;
}

/* ---- begin and end ---- */

static void insertion_join(insertion *in, bool drop)
{
    if (!in->thread_started)
        return;
    (void)pthread_mutex_lock(&in->lock);
    in->ended = true;
    in->dropped = in->dropped || drop;
    (void)pthread_cond_broadcast(&in->filled);
    (void)pthread_mutex_unlock(&in->lock);
    (void)pthread_join(in->thread, NULL);
    in->thread_started = false;
}

static void insertion_free(insertion *in)
{
    if (in == NULL)
        return;
    for (size_t i = 0; i < SLOTS; i++)
        if (in->slots[i] != NULL)
            duckdb_destroy_data_chunk(&in->slots[i]);
    if (in->synchronised) {
        (void)pthread_cond_destroy(&in->filled);
        (void)pthread_cond_destroy(&in->spare);
        (void)pthread_mutex_destroy(&in->lock);
    }
    statement_free(&in->insert);
    arena_free(&in->names_memory);
    free(in->names);
    free(in);
}

/* There is nothing to do about a rollback that fails: what was not committed is gone when the file is opened next. */
static void rollback(facts *f)
{
    status ignored = store_run(f, "ROLLBACK", NULL);
    (void)ignored;
}

void insertion_drop(facts *f)
{
    insertion *in = f->incoming;
    if (in == NULL)
        return;
    insertion_join(in, true);
    f->incoming = NULL;
    insertion_free(in);
    rollback(f);
    f->room.to_give_back = true;
}

void facts_release_abort(facts *f)
{
    if (f != NULL)
        insertion_drop(f);
}

static status chunks_make(insertion *in, error *err)
{
    const source *s = in->source;
    size_t columns = STORE_OWN_COLUMNS + s->column_count;
    duckdb_logical_type *types = calloc(columns, sizeof *types);
    if (types == NULL)
        return error_set(err, STATUS_MEMORY, "There is not enough memory");
    for (size_t i = 0; i < columns; i++)
        types[i] = duckdb_create_logical_type(type_at(s, i));
    status code = duckdb_vector_size() >= ROW_BATCH ? STATUS_OK
                                                    : error_set(err, STATUS_INTERNAL, "This DuckDB has short vectors");
    for (size_t i = 0; i < SLOTS && code == STATUS_OK; i++) {
        in->slots[i] = duckdb_create_data_chunk(types, (idx_t)columns);
        if (in->slots[i] == NULL)
            code = error_set(err, STATUS_MEMORY, "There is not enough memory");
    }
    for (size_t i = 0; i < columns; i++)
        duckdb_destroy_logical_type(&types[i]);
    free(types);
    return code;
}

static void insert_compose(insertion *in)
{
    statement *st = &in->insert;
    buffer_text(&st->sql, "INSERT INTO ");
    statement_name(st, in->source->table);
    buffer_text(&st->sql, "(_release, _line, _first_month, _months, _kind, _suppressed");
    for (size_t k = 0; k < in->source->column_count; k++) {
        buffer_text(&st->sql, ", ");
        statement_name(st, in->source->columns[k].name);
    }
    buffer_text(&st->sql, ") SELECT * FROM " INCOMING "()");
}

static status insertion_start(insertion *in, error *err)
{
    if (pthread_mutex_init(&in->lock, NULL) != 0)
        return error_set(err, STATUS_MEMORY, "There is not enough memory for a lock");
    (void)pthread_cond_init(&in->filled, NULL);
    (void)pthread_cond_init(&in->spare, NULL);
    in->synchronised = true;
    /* Signals are the command's business: the thread that reads the file is the one to be interrupted. */
    sigset_t all, before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&in->thread, NULL, insert_run, in);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failed != 0)
        return error_set(err, STATUS_MEMORY, "Cannot start a thread");
    in->thread_started = true;
    return STATUS_OK;
}

static status first_int(void *context, duckdb_data_chunk chunk, idx_t rows, error *err)
{
    (void)err;
    cells c = cells_of(chunk, 0);
    if (rows > 0)
        *(int64_t *)context = cell_int(&c, 0);
    return STATUS_OK;
}

status facts_has_release(facts *f, const char *hash, bool *out, error *err)
{
    int64_t count = 0;
    *out = false;
    if (!f->has_fixed_tables)
        return STATUS_OK;
    statement st = {0};
    buffer_text(&st.sql, "SELECT CAST(count(*) AS BIGINT) FROM releases WHERE ");
    statement_file(&st, f, hash);
    status code = store_query(f, &st, first_int, &count, err);
    statement_free(&st);
    *out = count > 0;
    return code;
}

status facts_release_begin(facts *f, const source *s, release *r, error *err)
{
    if (f->mode != FACTS_WRITE || f->incoming != NULL || store_source_index(f, s) < 0)
        return error_set(err, STATUS_INTERNAL, "A release was begun out of turn");
    room_remember(f);
    status code = store_run(f, "BEGIN TRANSACTION", err);
    if (code != STATUS_OK)
        return code;
    insertion *in = calloc(1, sizeof *in);
    f->incoming = in;
    if (in == NULL) {
        rollback(f);
        return error_set(err, STATUS_MEMORY, "There is not enough memory");
    }
    in->f = f;
    in->source = s;
    statement st = {0};
    int64_t last = 0;
    buffer_text(&st.sql, "SELECT CAST(COALESCE(max(ordinal), 0) AS BIGINT) FROM releases");
    code = store_query(f, &st, first_int, &last, err);
    statement_free(&st);
    in->ordinal = last + 1;
    if (code == STATUS_OK)
        code = chunks_make(in, err);
    if (code == STATUS_OK) {
        insert_compose(in);
        code = insertion_start(in, err);
    }
    if (code != STATUS_OK) {
        insertion_drop(f);
        return code;
    }
    r->ordinal = in->ordinal;
    return STATUS_OK;
}

/* ---- rows ---- */

static uint64_t word_mask(size_t count, size_t word)
{
    size_t rest = count - word * 64;
    return rest >= 64 ? UINT64_MAX : ((uint64_t)1 << rest) - 1;
}

/* Whole words of the mask are copied: ours and the engine's have the same layout. Columns without a gap need none. */
static void validity_fill(duckdb_vector v, const uint64_t *present, size_t count)
{
    size_t words = (count + 63) / 64;
    bool whole = true;
    for (size_t w = 0; w < words && whole; w++)
        whole = (present[w] & word_mask(count, w)) == word_mask(count, w);
    if (whole)
        return;
    duckdb_vector_ensure_validity_writable(v);
    memcpy(duckdb_vector_get_validity(v), present, words * sizeof *present);
}

/* Texts of up to 12 bytes (codes, parts, functions: nearly all) live inside the cell and need no call into the engine. */
static void texts_fill(duckdb_vector v, const text *texts, const uint64_t *present, size_t count)
{
    duckdb_string_t *to = duckdb_vector_get_data(v);
    for (size_t r = 0; r < count; r++) {
        bool there = (present[r / 64] >> (r % 64) & 1U) != 0;
        text t = there ? texts[r] : (text){.at = "", .length = 0};
        if (t.length <= sizeof to[r].value.inlined.inlined) {
            memset(&to[r], 0, sizeof to[r]);
            to[r].value.inlined.length = (uint32_t)t.length;
            if (t.length > 0)
                memcpy(to[r].value.inlined.inlined, t.at, t.length);
        } else {
            duckdb_vector_assign_string_element_len(v, (idx_t)r, t.at, (idx_t)t.length);
        }
    }
    validity_fill(v, present, count);
}

static void column_fill(duckdb_vector v, const row_column *c, size_t count)
{
    void *to = duckdb_vector_get_data(v);
    switch (c->type) {
    case COLUMN_CODE:
    case COLUMN_CATEGORY:
    case COLUMN_TEXT: texts_fill(v, c->as.texts, c->present, count); return;
    case COLUMN_COUNT: memcpy(to, c->as.counts, count * sizeof *c->as.counts); break;
    case COLUMN_BAND: memcpy(to, c->as.bands, count * sizeof *c->as.bands); break;
    case COLUMN_NUMBER: memcpy(to, c->as.numbers, count * sizeof *c->as.numbers); break;
    }
    validity_fill(v, c->present, count);
}

/* Suppressed cells are rare: a row that has some lists their columns' names, so that suppressed is kept apart from missing at no cost to
 * the others. */
static void suppressed_fill(duckdb_vector v, const source *s, const row_batch *rows)
{
    duckdb_vector_ensure_validity_writable(v);
    uint64_t *validity = duckdb_vector_get_validity(v);
    size_t words = (rows->count + 63) / 64;
    for (size_t w = 0; w < words; w++) {
        uint64_t any = 0;
        for (size_t k = 0; k < s->column_count; k++)
            any |= rows->columns[k].suppressed[w];
        validity[w] = any & word_mask(rows->count, w);
        for (size_t bit = 0; validity[w] != 0 && bit < 64; bit++) {
            if ((validity[w] >> bit & 1U) == 0)
                continue;
            buffer list = {0};
            for (size_t k = 0; k < s->column_count; k++)
                if ((rows->columns[k].suppressed[w] >> bit & 1U) != 0)
                    buffer_printf(&list, "%s%s", list.length > 0 ? " " : "", s->columns[k].name);
            duckdb_vector_assign_string_element_len(v, (idx_t)(w * 64 + bit), list.data == NULL ? "" : list.data,
                                                    (idx_t)list.length);
            buffer_free(&list);
        }
    }
}

static void own_columns_fill(duckdb_data_chunk chunk, const insertion *in, const row_batch *rows)
{
    int64_t *ordinal = duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, STORE_RELEASE));
    int64_t *line = duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, STORE_LINE));
    int32_t *first_month = duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, STORE_FIRST_MONTH));
    int32_t *months = duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, STORE_MONTHS));
    int32_t *kind = duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, STORE_KIND));
    memcpy(line, rows->line, rows->count * sizeof *line);
    for (size_t r = 0; r < rows->count; r++) {
        ordinal[r] = in->ordinal;
        first_month[r] = rows->period[r].first_month;
        months[r] = rows->period[r].months;
        kind[r] = (int32_t)rows->period[r].kind;
    }
    suppressed_fill(duckdb_data_chunk_get_vector(chunk, STORE_SUPPRESSED), in->source, rows);
}

/* Waits until a chunk is free; NULL where the INSERT has failed. */
static duckdb_data_chunk slot_wait(insertion *in)
{
    duckdb_data_chunk chunk = NULL;
    (void)pthread_mutex_lock(&in->lock);
    while (in->produced - in->freed == SLOTS && !in->finished)
        (void)pthread_cond_wait(&in->spare, &in->lock);
    if (!in->finished)
        chunk = in->slots[in->produced % SLOTS];
    (void)pthread_mutex_unlock(&in->lock);
    return chunk;
}

status facts_append(facts *f, const row_batch *rows, error *err)
{
    insertion *in = f->incoming;
    if (in == NULL || rows->count > ROW_BATCH)
        return error_set(err, STATUS_INTERNAL, "Rows were handed over out of turn");
    if (rows->count == 0)
        return STATUS_OK;
    duckdb_data_chunk chunk = slot_wait(in);
    if (chunk == NULL) {
        if (err != NULL)
            *err = in->failure;
        return in->code != STATUS_OK ? in->code : error_set(err, STATUS_INTERNAL, "The store stopped taking rows");
    }
    duckdb_data_chunk_reset(chunk);
    own_columns_fill(chunk, in, rows);
    for (size_t k = 0; k < in->source->column_count; k++)
        column_fill(duckdb_data_chunk_get_vector(chunk, (idx_t)(STORE_OWN_COLUMNS + k)), &rows->columns[k],
                    rows->count);
    duckdb_data_chunk_set_size(chunk, (idx_t)rows->count);
    (void)pthread_mutex_lock(&in->lock);
    in->produced++;
    (void)pthread_cond_signal(&in->filled);
    (void)pthread_mutex_unlock(&in->lock);
    return STATUS_OK;
}

status facts_append_name(facts *f, text code, text name, error *err)
{
    insertion *in = f->incoming;
    if (in == NULL)
        return error_set(err, STATUS_INTERNAL, "A name was handed over out of turn");
    if (in->name_count == in->name_capacity) {
        if (in->name_count >= NAMES_MAXIMUM)
            return error_set(err, STATUS_REFUSED, "The file names more than %zu organisations", NAMES_MAXIMUM);
        size_t capacity = in->name_capacity == 0 ? 256 : in->name_capacity * 2;
        given_name *grown = realloc(in->names, capacity * sizeof *grown);
        if (grown == NULL)
            return error_set(err, STATUS_MEMORY, "There is not enough memory for the names");
        in->names = grown;
        in->name_capacity = capacity;
    }
    given_name *n = &in->names[in->name_count];
    n->code = arena_copy(&in->names_memory, code.at, code.length);
    n->name = arena_copy(&in->names_memory, name.at, name.length);
    if (n->code == NULL || n->name == NULL)
        return error_set(err, STATUS_MEMORY, "There is not enough memory for the names");
    in->name_count++;
    return STATUS_OK;
}

/* ---- commit ---- */

static status names_store(facts *f, const insertion *in, error *err)
{
    duckdb_appender appender = NULL;
    bool good = duckdb_appender_create(f->connection, NULL, "names", &appender) == DuckDBSuccess;
    for (size_t i = 0; i < in->name_count && good; i++) {
        good = duckdb_append_int64(appender, in->ordinal) == DuckDBSuccess &&
               duckdb_append_varchar(appender, in->names[i].code) == DuckDBSuccess &&
               duckdb_append_varchar(appender, in->names[i].name) == DuckDBSuccess &&
               duckdb_appender_end_row(appender) == DuckDBSuccess;
    }
    if (good)
        good = duckdb_appender_close(appender) == DuckDBSuccess;
    status code = good ? STATUS_OK : store_error(f, "Cannot store the names", duckdb_appender_error(appender), err);
    (void)duckdb_appender_destroy(&appender);
    return code;
}

static void date_put(buffer *b, date d)
{
    if (d == DATE_NONE)
        buffer_text(b, "NULL");
    else
        buffer_int(b, d);
}

static status release_store(facts *f, const insertion *in, const release *r, error *err)
{
    statement st = {0};
    const char *texts[] = {r->sha256, in->source->id, r->layout, r->file_name, r->member};
    const int64_t numbers[] = {r->first_period.kind, r->first_period.first_month, r->first_period.months,
                               r->last_period.kind,  r->last_period.first_month,  r->last_period.months};
    const int64_t counts[] = {r->rows_in, r->rows_kept, r->rows_set_aside, r->bytes};
    buffer_printf(&st.sql, "INSERT INTO releases VALUES (%lld", (long long)in->ordinal);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        buffer_text(&st.sql, ", ");
        statement_bind(&st, text_of(texts[i] == NULL ? "" : texts[i]));
    }
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        buffer_printf(&st.sql, ", %lld", (long long)numbers[i]);
    buffer_text(&st.sql, ", ");
    date_put(&st.sql, r->published);
    buffer_printf(&st.sql, ", %d, ", r->revised ? 1 : 0);
    date_put(&st.sql, r->archived);
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
        buffer_printf(&st.sql, ", %lld", (long long)counts[i]);
    buffer_char(&st.sql, ')');
    status code = store_query(f, &st, NULL, NULL, err);
    statement_free(&st);
    return code;
}

/* Beside the release rather than in its line, so that a store of before these needs no change of its tables. */
static status checks_store(facts *f, const insertion *in, const release *r, error *err)
{
    statement st = {0};
    buffer_printf(&st.sql, "INSERT INTO checks VALUES (%lld, %lld, %lld, ", (long long)in->ordinal,
                  (long long)r->totals_checked, (long long)r->totals_differing);
    statement_bind(&st, text_of(r->notes == NULL ? "" : r->notes));
    buffer_char(&st.sql, ')');
    status code = store_query(f, &st, NULL, NULL, err);
    statement_free(&st);
    return code;
}

/* Places of rows count sheets by number: their names make them readable. */
static status sheets_store(facts *f, const insertion *in, const release *r, error *err)
{
    if (r->sheets == NULL || r->sheets[0] == 0)
        return STATUS_OK;
    statement st = {0};
    buffer_printf(&st.sql, "INSERT INTO workbooks VALUES (%lld, ", (long long)in->ordinal);
    statement_bind(&st, text_of(r->sheets));
    buffer_char(&st.sql, ')');
    status code = store_query(f, &st, NULL, NULL, err);
    statement_free(&st);
    return code;
}

status incoming_wait(facts *f, error *err)
{
    insertion *in = f->incoming;
    if (in == NULL)
        return error_set(err, STATUS_INTERNAL, "A release was looked at out of turn");
    insertion_join(in, false);
    if (in->code != STATUS_OK && err != NULL)
        *err = in->failure;
    return in->code;
}

const source *incoming_source(const facts *f)
{
    return f->incoming == NULL ? NULL : f->incoming->source;
}

status facts_release_commit(facts *f, const release *r, error *err)
{
    insertion *in = f->incoming;
    if (in == NULL)
        return error_set(err, STATUS_INTERNAL, "A release was committed out of turn");
    status code = incoming_wait(f, err);
    if (code == STATUS_OK && in->name_count > 0)
        code = names_store(f, in, err);
    if (code == STATUS_OK)
        code = release_store(f, in, r, err);
    if (code == STATUS_OK)
        code = checks_store(f, in, r, err);
    if (code == STATUS_OK)
        code = sheets_store(f, in, r, err);
    if (code == STATUS_OK)
        code = contents_store(f, in->ordinal, r, err);
    if (code == STATUS_OK)
        code = store_run(f, "COMMIT", err);
    if (code != STATUS_OK) {
        insertion_drop(f);
        return code;
    }
    f->incoming = NULL;
    f->room.to_give_back = false;
    insertion_free(in);
    return STATUS_OK;
}
