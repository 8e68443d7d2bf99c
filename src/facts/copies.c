/*
 * copies: the same table in another file.
 *
 * A publication is put out as csv and in a zip, or somebody has unpacked it: the files differ, the figures are one release. The same bytes may also come under two names. Which
 * of the files names the release must not depend on which came first (facts_release_names); the others are remembered, so that they are known at once when they come again.
 */
#include "facts/store.h"

#include <string.h>

bool facts_release_names(const release *another, const release *there)
{
    int order = strcmp(another->sha256, there->sha256);
    return order != 0 ? order < 0 : strcmp(another->file_name, there->file_name) < 0;
}

static bool is_known(const char *sha256_text)
{
    return sha256_text != NULL && sha256_text[0] != 0;
}

const release *facts_release_same(const release *all, size_t count, const release *r)
{
    for (size_t i = 0; i < count && is_known(r->table); i++)
        if (is_known(all[i].table) && strcmp(all[i].table, r->table) == 0 && strcmp(all[i].source, r->source) == 0 &&
            period_compare(all[i].first_period, r->first_period) == 0 &&
            period_compare(all[i].last_period, r->last_period) == 0)
            return &all[i];
    return NULL;
}

void statement_file(statement *st, const facts *f, const char *hash)
{
    buffer_text(&st->sql, "(sha256 = ");
    statement_bind(st, text_of(hash));
    if (f->has_contents) {
        buffer_text(&st->sql, " OR ordinal IN (SELECT release FROM contents WHERE is_table = 0 AND contents.sha256 = ");
        statement_bind(st, text_of(hash));
        buffer_char(&st->sql, ')');
    }
    buffer_char(&st->sql, ')');
}

static status content_put(facts *f, int64_t ordinal, const char *hash, bool is_table, error *err)
{
    statement st = {0};
    buffer_printf(&st.sql, "INSERT INTO contents VALUES (%lld, ", (long long)ordinal);
    statement_bind(&st, text_of(hash));
    buffer_printf(&st.sql, ", %d)", is_table ? 1 : 0);
    status code = store_query(f, &st, NULL, NULL, err);
    statement_free(&st);
    return code;
}

static status count_seen(void *context, duckdb_data_chunk chunk, idx_t rows, error *err)
{
    cells c = cells_of(chunk, 0);
    (void)err;
    if (rows > 0)
        *(int64_t *)context = cell_int(&c, 0);
    return STATUS_OK;
}

status facts_name_is_new(facts *f, const char *hash, const char *file_name, bool *out, error *err)
{
    int64_t count = 0;
    *out = false;
    if (f->mode != FACTS_WRITE)
        return error_set(err, STATUS_INTERNAL, "The names of a file were asked for out of turn");
    statement st = {0};
    buffer_text(&st.sql, "SELECT CAST(count(*) AS BIGINT) FROM (SELECT sha256, file_name FROM releases UNION ALL "
                         "SELECT sha256, file_name FROM files) AS seen WHERE sha256 = ");
    statement_bind(&st, text_of(hash));
    buffer_text(&st.sql, " AND file_name = ");
    statement_bind(&st, text_of(file_name));
    status code = store_query(f, &st, count_seen, &count, err);
    statement_free(&st);
    *out = count == 0;
    return code;
}

/* The names of both, so that neither is read again when it comes again. */
static status names_put(facts *f, const release *there, const release *another, error *err)
{
    const release *const both[] = {there, another};
    status code = STATUS_OK;
    for (size_t i = 0; i < 2 && code == STATUS_OK; i++) {
        statement st = {0};
        buffer_text(&st.sql, "DELETE FROM files WHERE sha256 = ");
        statement_bind(&st, text_of(both[i]->sha256));
        buffer_text(&st.sql, " AND file_name = ");
        statement_bind(&st, text_of(both[i]->file_name));
        code = store_query(f, &st, NULL, NULL, err);
        statement_free(&st);
        if (code != STATUS_OK)
            break;
        st = (statement){0};
        buffer_text(&st.sql, "INSERT INTO files VALUES (");
        statement_bind(&st, text_of(both[i]->sha256));
        buffer_text(&st.sql, ", ");
        statement_bind(&st, text_of(both[i]->file_name));
        buffer_char(&st.sql, ')');
        code = store_query(f, &st, NULL, NULL, err);
        statement_free(&st);
    }
    return code;
}

status contents_store(facts *f, int64_t ordinal, const release *r, error *err)
{
    if (!is_known(r->table) || strcmp(r->table, r->sha256) == 0)
        return STATUS_OK;
    return content_put(f, ordinal, r->table, true, err);
}

static void date_put(buffer *b, date d)
{
    if (d == DATE_NONE)
        buffer_text(b, "NULL");
    else
        buffer_int(b, d);
}

static date earlier(date a, date b) /* DATE_NONE says nothing */
{
    return a == DATE_NONE || (b != DATE_NONE && b < a) ? b : a;
}

/* A zip of a csv may be made years later, so a date in an archive alone does not make known later what was there without one: it counts up to the usual delay. */
static date archived_merge(const release *there, const release *another)
{
    date kept = earlier(there->archived, another->archived);
    bool bare = there->archived == DATE_NONE || another->archived == DATE_NONE;
    return kept != DATE_NONE && bare ? earlier(kept, release_usual(there)) : kept;
}

static status publication_merge(facts *f, const release *there, const release *another, error *err)
{
    statement st = {0};
    buffer_text(&st.sql, "UPDATE releases SET published = ");
    date_put(&st.sql, earlier(there->published, another->published));
    buffer_printf(&st.sql, ", revised = %d, archived = ", there->revised || another->revised ? 1 : 0);
    date_put(&st.sql, archived_merge(there, another));
    buffer_printf(&st.sql, " WHERE ordinal = %lld", (long long)there->ordinal);
    status code = store_query(f, &st, NULL, NULL, err);
    statement_free(&st);
    return code;
}

static status release_rename(facts *f, const release *there, const release *another, error *err)
{
    statement st = {0};
    buffer_text(&st.sql, "UPDATE releases SET sha256 = ");
    statement_bind(&st, text_of(another->sha256));
    buffer_text(&st.sql, ", file_name = ");
    statement_bind(&st, text_of(another->file_name));
    buffer_text(&st.sql, ", member = ");
    statement_bind(&st, text_of(another->member == NULL ? "" : another->member));
    buffer_printf(&st.sql, ", bytes = %lld WHERE ordinal = %lld", (long long)another->bytes, (long long)there->ordinal);
    status code = store_query(f, &st, NULL, NULL, err);
    statement_free(&st);
    if (code != STATUS_OK)
        return code;
    st = (statement){0};
    buffer_text(&st.sql, "UPDATE checks SET notes = ");
    statement_bind(&st, text_of(another->notes == NULL ? "" : another->notes));
    buffer_printf(&st.sql, " WHERE release = %lld", (long long)there->ordinal);
    code = store_query(f, &st, NULL, NULL, err);
    statement_free(&st);
    return code;
}

/* What tells the table again: rows of `contents` but for the file that names the release. */
static status contents_merge(facts *f, const release *there, const release *another, error *err)
{
    const char *const files[] = {there->sha256, another->sha256};
    const char *names = strcmp(another->sha256, there->sha256) < 0 ? another->sha256 : there->sha256;
    statement st = {0};
    buffer_printf(&st.sql, "DELETE FROM contents WHERE release = %lld AND (is_table = 1 OR sha256 IN (",
                  (long long)there->ordinal);
    statement_bind(&st, text_of(files[0]));
    buffer_text(&st.sql, ", ");
    statement_bind(&st, text_of(files[1]));
    buffer_text(&st.sql, "))");
    status code = store_query(f, &st, NULL, NULL, err);
    statement_free(&st);
    for (size_t i = 0; i < 2 && code == STATUS_OK; i++)
        if (strcmp(files[i], names) != 0)
            code = content_put(f, there->ordinal, files[i], false, err);
    if (code == STATUS_OK && strcmp(another->table, names) != 0)
        code = content_put(f, there->ordinal, another->table, true, err);
    return code;
}

status facts_release_merge(facts *f, const release *there, const release *another, bool *renamed, error *err)
{
    *renamed = false;
    if (f->mode != FACTS_WRITE || f->incoming != NULL || !is_known(another->table))
        return error_set(err, STATUS_INTERNAL, "Two files of one table were merged out of turn");
    bool lesser = facts_release_names(another, there);
    status undone = STATUS_OK;
    status code = store_run(f, "BEGIN TRANSACTION", err);
    if (code != STATUS_OK)
        return code;
    code = publication_merge(f, there, another, err);
    if (code == STATUS_OK && lesser)
        code = release_rename(f, there, another, err);
    if (code == STATUS_OK)
        code = contents_merge(f, there, another, err);
    if (code == STATUS_OK)
        code = names_put(f, there, another, err);
    if (code == STATUS_OK)
        code = store_run(f, "COMMIT", err);
    if (code != STATUS_OK)
        undone = store_run(f, "ROLLBACK", NULL);
    else
        f->room.to_give_back = false;
    *renamed = code == STATUS_OK && lesser;
    return undone == STATUS_OK ? code : undone;
}
