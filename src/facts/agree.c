/*
 * agree: do the sheets of one release agree with each other?
 *
 * A publication may print the same people on several sheets: all of them on one, by kind on another. Both are rows of one table, a total being a row that says "ALL ..." where the others say which kind. A
 * sheet that was cut off half-way would be stored as if it were whole; what the other sheet has tells. Asked before the release is committed, so that nothing is stored where they do not agree.
 *
 * For each category that has such totals, and the first two together: every combination of the other columns that has a total and kinds is compared; where some organisations of a
 * sheet have both, one with a total and no kinds, or kinds and no total, lacks rows.
 */
#include "facts/store.h"

#include <string.h>

#define AGREE_SHARE                                                                                                    \
    100 /* a hundredth of the totals may differ by a slip of the publisher's; more is a sheet that is not whole */
#define NAMED_MOST 200

/* What one category's totals say. */
typedef struct agreement {
    int64_t compared, lacking, differing, line;
} agreement;

static status agreement_seen(void *context, duckdb_data_chunk chunk, idx_t rows, error *err)
{
    agreement *a = context;
    int64_t *const to[] = {&a->compared, &a->lacking, &a->differing, &a->line};
    (void)err;
    for (idx_t k = 0; k < 4 && rows > 0; k++) {
        cells c = cells_of(chunk, k);
        *to[k] = cell_int(&c, 0);
    }
    return STATUS_OK;
}

static status totals_seen(void *context, duckdb_data_chunk chunk, idx_t rows, error *err)
{
    bool *has = context;
    (void)err;
    for (idx_t k = 0; k < duckdb_data_chunk_get_column_count(chunk) && rows > 0; k++) {
        cells c = cells_of(chunk, k);
        has[k] = cell_int(&c, 0) > 0;
    }
    return STATUS_OK;
}

static status words_seen(void *context, duckdb_data_chunk chunk, idx_t rows, error *err)
{
    buffer *b = context;
    (void)err;
    for (idx_t k = 0; k < duckdb_data_chunk_get_column_count(chunk) && rows > 0; k++) {
        cells c = cells_of(chunk, k);
        text t = result_text(&c, 0);
        if (t.length > 0)
            buffer_printf(b, "%s%.*s", b->length > 0 ? ", " : "", (int)(t.length < 80 ? t.length : 80), t.at);
    }
    return STATUS_OK;
}

static bool is_key(const source_column *c)
{
    return c->type == COLUMN_CODE || c->type == COLUMN_CATEGORY;
}

static int32_t count_column(const source *s)
{
    for (size_t k = 0; k < s->column_count; k++)
        if (s->columns[k].type == COLUMN_COUNT)
            return (int32_t)k;
    return -1;
}

static void rows_of(statement *st, const source *s, int64_t ordinal)
{
    buffer_text(&st->sql, " FROM ");
    statement_name(st, s->table);
    buffer_printf(&st->sql, " WHERE _release = %lld", (long long)ordinal);
}

/* Which categories have totals: a count for each column of the source, 0 for what is none. */
static status find_totals(facts *f, const source *s, int64_t ordinal, bool *has, error *err)
{
    statement st = {0};
    buffer_text(&st.sql, "SELECT ");
    for (size_t k = 0; k < s->column_count; k++) {
        buffer_text(&st.sql, k > 0 ? ", " : "");
        if (s->columns[k].type != COLUMN_CATEGORY) {
            buffer_text(&st.sql, "CAST(0 AS BIGINT)");
            continue;
        }
        buffer_text(&st.sql, "CAST(count(CASE WHEN ");
        statement_name(&st, s->columns[k].name);
        buffer_text(&st.sql, " LIKE 'ALL %' THEN 1 END) AS BIGINT)");
    }
    rows_of(&st, s, ordinal);
    status code = store_query(f, &st, totals_seen, has, err);
    statement_free(&st);
    return code;
}

/* The rows of the release in a table of their own, with 64-bit hashes for keys: each comparison over the texts would take as long as storing them did. */
static status rows_gather(facts *f, const source *s, int64_t ordinal, error *err)
{
    statement st = {0};
    buffer_text(
        &st.sql,
        "CREATE OR REPLACE TEMP TABLE agreeing AS SELECT _first_month, _line, _suppressed IS NOT NULL AS withheld, ");
    statement_name(&st, s->columns[count_column(s)].name);
    buffer_text(&st.sql, " AS people");
    for (size_t k = 0; k < s->column_count; k++) {
        if (!is_key(&s->columns[k]))
            continue;
        buffer_text(&st.sql, ", hash(");
        statement_name(&st, s->columns[k].name);
        buffer_printf(&st.sql, ") AS key_%zu, ", k);
        statement_name(&st, s->columns[k].name);
        buffer_printf(&st.sql,
                      s->columns[k].type == COLUMN_CODE ? " <> '' AS named_%zu" : " LIKE 'ALL %%' AS total_%zu", k);
    }
    rows_of(&st, s, ordinal);
    status code = store_query(f, &st, NULL, NULL, err);
    statement_free(&st);
    return code;
}

/* The categories that are added up: one, or two of them together where a sheet has one row for everybody and the other a row for each pair. */
typedef struct over {
    int32_t columns[2]; /* -1 = none */
} over;

static void keys_compose(statement *st, const source *s, const over *o, bool organisations)
{
    for (size_t k = 0; k < s->column_count; k++)
        if ((int32_t)k != o->columns[0] && (int32_t)k != o->columns[1] && is_key(&s->columns[k]))
            buffer_printf(&st->sql, s->columns[k].type == COLUMN_CODE && !organisations ? ", named_%zu" : ", key_%zu",
                          k); /* which role, not who; else who */
}

static void roles_compose(statement *st, const source *s)
{
    for (size_t k = 0; k < s->column_count; k++)
        if (s->columns[k].type == COLUMN_CODE)
            buffer_printf(&st->sql, ", min(CASE WHEN named_%zu THEN 1 ELSE 0 END) AS named_%zu", k, k);
}

static void sum_compose(statement *st, const over *o, bool whole)
{
    buffer_text(&st->sql, ", sum(CASE WHEN ");
    for (int i = 0; i < 2; i++)
        if (o->columns[i] >= 0)
            buffer_printf(&st->sql, "%s%stotal_%d", i > 0 ? " AND " : "", whole ? "" : "NOT ", o->columns[i]);
    buffer_printf(&st->sql, " THEN people END) AS %s", whole ? "whole" : "parts");
}

static status compare(facts *f, const source *s, const over *o, agreement *out, error *err)
{
    statement st = {0};
    buffer_text(&st.sql,
                "SELECT CAST(sum(pairs) AS BIGINT), CAST(sum(CASE WHEN pairs > 0 THEN lone ELSE 0 END) AS BIGINT), "
                "CAST(sum(unequal) AS BIGINT), CAST(min(CASE WHEN pairs > 0 AND lone_line < COALESCE(unequal_line, "
                "lone_line + 1) THEN lone_line ELSE unequal_line END) AS BIGINT) FROM (SELECT count(CASE WHEN whole "
                "IS NOT NULL AND parts IS NOT NULL THEN 1 END) AS pairs, count(CASE WHEN lone THEN 1 END) AS lone, "
                "count(CASE WHEN whole <> parts THEN 1 END) AS unequal, min(CASE WHEN lone THEN line END) AS "
                "lone_line, min(CASE WHEN whole <> parts THEN line END) AS unequal_line FROM (SELECT *, (whole > 0 AND "
                "parts IS NULL) OR (whole IS NULL AND parts > 0) AS lone FROM (SELECT _first_month");
    keys_compose(&st, s, o, true);
    roles_compose(&st, s);
    sum_compose(&st, o, true);
    sum_compose(&st, o, false);
    buffer_text(&st.sql, ", min(_line) AS line FROM agreeing GROUP BY _first_month");
    keys_compose(&st, s, o, true);
    /* What is withheld is no part of a sum. */
    buffer_text(&st.sql, " HAVING NOT bool_or(withheld)) AS grouped) AS judged GROUP BY _first_month");
    keys_compose(&st, s, o, false);
    buffer_text(&st.sql, ") AS sets");
    status code = store_query(f, &st, agreement_seen, out, err);
    statement_free(&st);
    return code;
}

/* Whose figures they are, as the first line of them has it. */
static status words_of(facts *f, const source *s, int64_t ordinal, const over *o, int64_t line, buffer *out, error *err)
{
    statement st = {0};
    buffer_text(&st.sql, "SELECT ");
    bool first = true;
    for (size_t k = 0; k < s->column_count; k++)
        if (is_key(&s->columns[k]) && (int32_t)k != o->columns[0] && (int32_t)k != o->columns[1]) {
            buffer_text(&st.sql, first ? "" : ", ");
            statement_name(&st, s->columns[k].name);
            first = false;
        }
    rows_of(&st, s, ordinal);
    buffer_printf(&st.sql, " AND _line = %lld LIMIT 1", (long long)line);
    status code = first ? STATUS_OK : store_query(f, &st, words_seen, out, err);
    statement_free(&st);
    return code;
}

/* The name of a sheet by its number; "" for a csv. */
static void sheet_name(const char *sheets, int32_t number, char *out, size_t size)
{
    out[0] = 0;
    for (const char *at = sheets; at != NULL && *at != 0 && number > 0; number--) {
        const char *end = strchr(at, '\n');
        if (number == 1)
            (void)snprintf(out, size, "%.*s", (int)(end == NULL ? strlen(at) : (size_t)(end - at)), at);
        at = end == NULL ? NULL : end + 1;
    }
}

static status refuse(facts *f, const source *s, const release *r, const over *o, const agreement *a, error *err)
{
    bool two = o->columns[1] >= 0;
    const char *title = s->columns[o->columns[0]].title, *second = two ? s->columns[o->columns[1]].title : "";
    buffer who = {.maximum = NAMED_MOST * 8};
    char sheet[256], lacking[NUMBER_TEXT], differing[NUMBER_TEXT];
    status code = words_of(f, s, r->ordinal, o, a->line, &who, err);
    if (code != STATUS_OK)
        goto out;
    line_place place = place_of_line(a->line);
    sheet_name(r->sheets, place.sheet, sheet, sizeof sheet);
    number_grouped(a->lacking, lacking);
    number_grouped(a->differing, differing);
    const char *what =
        a->lacking > 0 ? "have no rows to be made of, or rows have no total" : "are not the sum of their rows";
    code =
        error_set(err, STATUS_REFUSED, "The sheets do not agree: %s of the totals over '%s'%s%s%s %s (the first: %s)",
                  a->lacking > 0 ? lacking : differing, title, two ? " and '" : "", second, two ? "'" : "", what,
                  who.data == NULL ? "" : who.data);
    error_at(err, r->file_name, sheet[0] == 0 ? NULL : sheet, place.row, NULL);
    error_hint(err, "A sheet has been cut off, or rows were taken out. Download the file again.");
out:
    buffer_free(&who);
    return code;
}

status facts_release_agrees(facts *f, const release *r, error *err)
{
    bool has[512] = {false};
    status code = incoming_wait(f, err);
    const source *s = incoming_source(f);
    if (code != STATUS_OK || s == NULL || count_column(s) < 0 || s->column_count > sizeof has / sizeof has[0])
        return code;
    size_t categories = 0;
    for (size_t k = 0; k < s->column_count; k++)
        categories += s->columns[k].type == COLUMN_CATEGORY;
    if (categories == 0)
        return STATUS_OK;
    code = find_totals(f, s, r->ordinal, has, err);
    size_t first = 0;
    bool together = false, gathered = false;
    while (first < s->column_count && !has[first])
        first++;
    for (size_t k = first; k < s->column_count && code == STATUS_OK; k++)
        for (size_t i = k; i < s->column_count && code == STATUS_OK; i++) {
            agreement a = {0};
            const over o = {{(int32_t)k, i == k ? -1 : (int32_t)i}};
            /* Each alone, and the first two together: a query each. */
            if (!has[k] || !has[i] || (i != k && (k != first || together)))
                continue;
            together = together || i != k;
            code = gathered ? STATUS_OK : rows_gather(f, s, r->ordinal, err);
            gathered = true;
            if (code == STATUS_OK)
                code = compare(f, s, &o, &a, err);
            if (code == STATUS_OK && (a.lacking > 0 || a.differing * AGREE_SHARE > a.compared))
                code = refuse(f, s, r, &o, &a, err);
        }
    if (gathered) {
        statement st = {0};
        buffer_text(&st.sql, "DROP TABLE agreeing");
        status dropped = store_query(f, &st, NULL, NULL, code == STATUS_OK ? err : NULL);
        statement_free(&st);
        code = code == STATUS_OK ? dropped : code;
    }
    return code;
}
