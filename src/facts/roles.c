/*
 * roles: for whom a release has rows. A publication may hold its figures by provider in one file and by commissioner in another, or both in
 * one; what a release supersedes depends on what it holds, and its rows are what tells.
 */
#include "facts/store.h"

#define ROLES_MOST 32

typedef struct gathering {
    const release *releases;
    size_t count, role_count;
    uint32_t *out;
} gathering;

static status roles_seen(void *context, duckdb_data_chunk chunk, idx_t rows, error *err)
{
    gathering *g = context;
    cells ordinal = cells_of(chunk, 0);
    (void)err;
    for (idx_t r = 0; r < rows; r++)
        for (size_t i = 0; i < g->count; i++) {
            if (g->releases[i].ordinal != cell_int(&ordinal, r))
                continue;
            for (size_t k = 0; k < g->role_count; k++) {
                cells named = cells_of(chunk, (idx_t)k + 1);
                if (cell_int(&named, r) > 0)
                    g->out[i] |= (uint32_t)1 << k;
            }
        }
    return STATUS_OK;
}

status facts_roles(facts *f, const source *s, const release *releases, size_t count, uint32_t *out, error *err)
{
    gathering g = {.releases = releases,
                   .count = count,
                   .out = out,
                   .role_count = s->role_count < ROLES_MOST ? s->role_count : ROLES_MOST};
    const uint32_t all = g.role_count < ROLES_MOST ? ((uint32_t)1 << g.role_count) - 1u : UINT32_MAX;
    int32_t index = store_source_index(f, s);
    status code = STATUS_OK;
    for (size_t i = 0; i < count; i++)
        out[i] = 0;
    if (index < 0)
        return error_set(err, STATUS_INTERNAL, "The source %s is not in the catalogue of this store", s->id);
    if (g.role_count > 1 && count > 1 && f->tables[index].exists) {
        statement st = {0};
        buffer_text(&st.sql, "SELECT _release");
        for (size_t k = 0; k < g.role_count; k++) {
            buffer_text(&st.sql, ", CAST(count(NULLIF(");
            statement_column(&st, f, s, s->roles[k].column);
            buffer_text(&st.sql, ", '')) AS BIGINT)");
        }
        buffer_text(&st.sql, " FROM ");
        statement_name(&st, s->table);
        buffer_text(&st.sql, " GROUP BY _release");
        code = store_query(f, &st, roles_seen, &g, err);
        statement_free(&st);
    }
    /* Of one role, or with no row that names anybody: it stands for all that the source has. */
    for (size_t i = 0; i < count && code == STATUS_OK; i++)
        if (out[i] == 0)
            out[i] = all;
    return code;
}
