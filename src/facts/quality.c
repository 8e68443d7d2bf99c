/*
 * quality: what the store can say of a release by itself: how its own totals agreed when it was read, and how much of it is
 * suppressed. The totals were found while reading; suppression is counted from the rows, which name their suppressed cells.
 */
#include "facts/store.h"

#include <stdlib.h>
#include <string.h>

typedef struct gathering {
    facts *facts;
    arena *memory;
    release_quality *items; /* ordered by ordinal */
    size_t count, capacity;
} gathering;

static release_quality *quality_of(const gathering *g, int64_t ordinal)
{
    size_t low = 0, high = g->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (g->items[middle].ordinal == ordinal)
            return &g->items[middle];
        if (g->items[middle].ordinal < ordinal)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static status releases_seen(void *context, duckdb_data_chunk chunk, idx_t rows, error *err)
{
    gathering *g = context;
    cells ordinal = cells_of(chunk, 0);
    for (idx_t r = 0; r < rows; r++) {
        if (g->count == g->capacity) {
            size_t capacity = g->capacity == 0 ? 64 : g->capacity * 2;
            release_quality *grown = realloc(g->items, capacity * sizeof *grown);
            if (grown == NULL)
                return error_set(err, STATUS_MEMORY, "There is not enough memory");
            g->items = grown;
            g->capacity = capacity;
        }
        g->items[g->count++] = (release_quality){.ordinal = cell_int(&ordinal, r), .notes = ""};
    }
    return STATUS_OK;
}

static status checks_seen(void *context, duckdb_data_chunk chunk, idx_t rows, error *err)
{
    gathering *g = context;
    cells ordinal = cells_of(chunk, 0), checked = cells_of(chunk, 1), differing = cells_of(chunk, 2),
          notes = cells_of(chunk, 3);
    for (idx_t r = 0; r < rows; r++) {
        release_quality *q = quality_of(g, cell_int(&ordinal, r));
        if (q == NULL)
            continue;
        q->totals_known = true;
        q->totals_checked = cell_int(&checked, r);
        q->totals_differing = cell_int(&differing, r);
        q->notes = cell_string(&notes, r, g->memory);
        if (q->notes == NULL)
            return error_set(err, STATUS_MEMORY, "There is not enough memory");
    }
    return STATUS_OK;
}

static status suppressed_seen(void *context, duckdb_data_chunk chunk, idx_t rows, error *err)
{
    gathering *g = context;
    cells ordinal = cells_of(chunk, 0), all = cells_of(chunk, 1), with = cells_of(chunk, 2), held = cells_of(chunk, 3);
    (void)err;
    for (idx_t r = 0; r < rows; r++) {
        release_quality *q = quality_of(g, cell_int(&ordinal, r));
        if (q == NULL)
            continue;
        q->rows = cell_int(&all, r);
        q->rows_suppressed = cell_int(&with, r);
        q->cells_suppressed = cell_int(&held, r);
    }
    return STATUS_OK;
}

static status present_seen(void *context, duckdb_data_chunk chunk, idx_t rows, error *err)
{
    gathering *g = context;
    cells ordinal = cells_of(chunk, 0), present = cells_of(chunk, 1);
    (void)err;
    for (idx_t r = 0; r < rows; r++) {
        release_quality *q = quality_of(g, cell_int(&ordinal, r));
        if (q != NULL)
            q->figures_present = cell_int(&present, r);
    }
    return STATUS_OK;
}

/* Names of a row's suppressed columns are parted by one blank (suppressed_fill in append.c). */
static status source_suppressed(gathering *g, const source *s, error *err)
{
    statement st = {0};
    bool any = false;
    buffer_text(&st.sql, "SELECT _release, CAST(count(*) AS BIGINT), CAST(count(_suppressed) AS BIGINT), "
                         "CAST(COALESCE(sum(length(_suppressed) - length(replace(_suppressed, ' ', '')) + 1), 0) AS "
                         "BIGINT) FROM ");
    statement_name(&st, s->table);
    buffer_text(&st.sql, " GROUP BY _release");
    status code = store_query(g->facts, &st, suppressed_seen, g, err);
    statement_free(&st);
    st = (statement){0};
    buffer_text(&st.sql, "SELECT _release, CAST(0");
    for (size_t k = 0; k < s->column_count; k++) {
        if (s->columns[k].type < COLUMN_COUNT)
            continue;
        buffer_text(&st.sql, " + count(");
        statement_column(&st, g->facts, s, (int32_t)k);
        buffer_char(&st.sql, ')');
    }
    buffer_text(&st.sql, " AS BIGINT) FROM ");
    statement_name(&st, s->table);
    buffer_text(&st.sql, " WHERE _release IN (-1");
    for (size_t i = 0; i < g->count; i++)
        if (g->items[i].cells_suppressed > 0) {
            buffer_printf(&st.sql, ", %lld", (long long)g->items[i].ordinal);
            any = true;
        }
    buffer_text(&st.sql, ") GROUP BY _release");
    if (code == STATUS_OK && any)
        code = store_query(g->facts, &st, present_seen, g, err);
    statement_free(&st);
    return code;
}

static status question(gathering *g, const char *sql, store_chunk each, error *err)
{
    statement st = {0};
    buffer_text(&st.sql, sql);
    status code = store_query(g->facts, &st, each, g, err);
    statement_free(&st);
    return code;
}

status facts_quality(facts *f, arena *a, release_quality **out, size_t *count, error *err)
{
    gathering g = {.facts = f, .memory = a};
    *out = NULL;
    *count = 0;
    status code = STATUS_OK;
    if (f->has_fixed_tables)
        code = question(&g, "SELECT ordinal FROM releases ORDER BY ordinal", releases_seen, err);
    if (code == STATUS_OK && f->has_checks)
        code = question(&g, "SELECT release, totals_checked, totals_differing, notes FROM checks", checks_seen, err);
    for (size_t i = 0; i < f->catalogue->source_count && code == STATUS_OK; i++)
        if (f->tables[i].exists)
            code = source_suppressed(&g, &f->catalogue->sources[i], err);
    if (code == STATUS_OK) {
        *out = arena_array(a, g.count + 1, sizeof **out);
        if (*out == NULL)
            code = error_set(err, STATUS_MEMORY, "There is not enough memory");
        else if (g.count > 0)
            memcpy(*out, g.items, g.count * sizeof **out);
        *count = code == STATUS_OK ? g.count : 0;
    }
    free(g.items);
    return code;
}
