/*
 * downloads: which file took the place of which at a publisher's address.
 *
 * A publisher may put a mended file in place of another without a word: the same address, the same date printed in it. What tells the later then is that it was fetched later. It is kept by the
 * SHA-256 of the file, written before the file is read, so that a kill in between loses nothing.
 */
#include "facts/store.h"

status facts_downloaded(facts *f, const char *hash, const char *replaces, error *err)
{
    if (f->mode != FACTS_WRITE || f->incoming != NULL)
        return error_set(err, STATUS_INTERNAL, "A download was noted out of turn");
    statement st = {0};
    buffer_text(&st.sql, "INSERT INTO downloads SELECT ");
    statement_bind(&st, text_of(hash));
    buffer_text(&st.sql, ", later FROM (SELECT COALESCE(max(number), 0) + 1 AS later FROM downloads WHERE sha256 = ");
    statement_bind(&st, text_of(replaces));
    buffer_text(&st.sql, ") AS before WHERE later > COALESCE((SELECT max(number) FROM downloads WHERE sha256 = ");
    statement_bind(&st, text_of(hash));
    buffer_text(&st.sql, "), 0)");
    status code = store_query(f, &st, NULL, NULL, err);
    statement_free(&st);
    return code;
}

typedef struct hashes {
    arena *memory;
    const char **items;
    size_t count, capacity;
} hashes;

static status hashes_seen(void *context, duckdb_data_chunk chunk, idx_t rows, error *err)
{
    hashes *h = context;
    cells texts = cells_of(chunk, 0);
    for (idx_t r = 0; r < rows; r++) {
        if (h->count == h->capacity) {
            size_t capacity = h->capacity == 0 ? 256 : h->capacity * 2;
            const char **grown = arena_array(h->memory, capacity, sizeof *grown);
            if (grown == NULL)
                return error_set(err, STATUS_MEMORY, "There is not enough memory");
            for (size_t i = 0; i < h->count; i++)
                grown[i] = h->items[i];
            h->items = grown;
            h->capacity = capacity;
        }
        if ((h->items[h->count] = cell_string(&texts, r, h->memory)) == NULL)
            return error_set(err, STATUS_MEMORY, "There is not enough memory");
        h->count++;
    }
    return STATUS_OK;
}

status facts_files(facts *f, arena *a, const char ***out, size_t *count, error *err)
{
    hashes h = {.memory = a};
    statement st = {0};
    status code = STATUS_OK;
    buffer_text(&st.sql, "SELECT sha256 FROM releases");
    if (f->has_contents)
        buffer_text(&st.sql, " UNION SELECT sha256 FROM contents WHERE is_table = 0");
    if (f->has_fixed_tables)
        code = store_query(f, &st, hashes_seen, &h, err);
    statement_free(&st);
    *out = h.items;
    *count = h.count;
    return code;
}
