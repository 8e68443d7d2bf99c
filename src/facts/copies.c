/*
 * copies: the same table in another file.
 *
 * A publication is put out as csv and in a zip, or somebody has unpacked it: the files differ, the figures are one release. Which of the files names it must not depend on
 * which came first, so it is the one with the lesser SHA-256; the others are remembered, so that they are known at once when they come again.
 */
#include "facts/store.h"

#include <string.h>

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

static status publication_merge(facts *f, const release *there, const release *another, error *err)
{
    statement st = {0};
    buffer_text(&st.sql, "UPDATE releases SET published = ");
    date_put(&st.sql, there->published > another->published ? there->published : another->published);
    buffer_printf(&st.sql, ", revised = %d, archived = ", there->revised || another->revised ? 1 : 0);
    date_put(&st.sql, there->archived > another->archived ? there->archived : another->archived);
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
    bool lesser = strcmp(another->sha256, there->sha256) < 0;
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
        code = store_run(f, "COMMIT", err);
    if (code != STATUS_OK)
        undone = store_run(f, "ROLLBACK", NULL);
    else
        f->room.to_give_back = false;
    *renamed = code == STATUS_OK && lesser;
    return undone == STATUS_OK ? code : undone;
}
