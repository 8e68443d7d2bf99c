/*
 * releases: what was published, which of two releases counts, the names they give, and single rows of them.
 */
#include "facts/store.h"

#include <stdlib.h>
#include <string.h>

/* ---- order of publication ---- */

static int compare_dates(date a, date b) /* DATE_NONE is the smallest: a known date is later than none */
{
    return (a > b) - (a < b);
}

int facts_release_later(const release *a, const release *b, bool *tie)
{
    if (tie != NULL)
        *tie = false;
    int order = compare_dates(a->published, b->published);
    if (order == 0)
        order = (a->downloads > b->downloads) - (a->downloads < b->downloads);
    if (order == 0)
        order = (int)a->revised - (int)b->revised;
    if (order == 0)
        order = compare_dates(a->archived, b->archived);
    if (order != 0)
        return order;
    order = strcmp(a->sha256, b->sha256);
    if (tie != NULL)
        *tie = order != 0;
    return order != 0 ? order : strcmp(a->member, b->member);
}

static int release_compare(const void *left, const void *right)
{
    const release *a = left, *b = right;
    int order = strcmp(a->source, b->source);
    if (order == 0)
        order = period_compare(a->first_period, b->first_period);
    if (order == 0)
        order = period_compare(a->last_period, b->last_period);
    return order != 0 ? order : facts_release_later(a, b, NULL);
}

/* ---- reading the list ---- */

/* Items of one kind growing in heap memory until all are known. */
typedef struct list {
    arena *memory;
    void *items;
    size_t count, capacity, size;
} list;

static void *list_add(list *l)
{
    if (l->count == l->capacity) {
        size_t capacity = l->capacity == 0 ? 64 : l->capacity * 2;
        void *grown = realloc(l->items, capacity * l->size);
        if (grown == NULL)
            return NULL;
        l->items = grown;
        l->capacity = capacity;
    }
    return (char *)l->items + l->size * l->count++;
}

/* Moves the items into the arena. */
static void *list_finish(list *l)
{
    void *kept = arena_array(l->memory, l->count + 1, l->size);
    if (kept != NULL && l->count > 0)
        memcpy(kept, l->items, l->count * l->size);
    return kept;
}

static status no_memory(error *err)
{
    return error_set(err, STATUS_MEMORY, "There is not enough memory");
}

static period period_cells(duckdb_data_chunk chunk, idx_t from, idx_t r)
{
    cells kind = cells_of(chunk, from), month = cells_of(chunk, from + 1), months = cells_of(chunk, from + 2);
    return (period){.kind = (period_kind)cell_int(&kind, r),
                    .first_month = (int32_t)cell_int(&month, r),
                    .months = (int32_t)cell_int(&months, r)};
}

static date date_cell(duckdb_data_chunk chunk, idx_t column, idx_t r)
{
    cells c = cells_of(chunk, column);
    return cell_present(&c, r) ? (date)cell_int(&c, r) : DATE_NONE;
}

static int64_t int_cell(duckdb_data_chunk chunk, idx_t column, idx_t r)
{
    cells c = cells_of(chunk, column);
    return cell_int(&c, r);
}

static const char *string_cell(duckdb_data_chunk chunk, idx_t column, idx_t r, arena *a)
{
    cells c = cells_of(chunk, column);
    return cell_string(&c, r, a);
}

static status releases_seen(void *context, duckdb_data_chunk chunk, idx_t rows, error *err)
{
    list *l = context;
    for (idx_t r = 0; r < rows; r++) {
        release *to = list_add(l);
        if (to == NULL)
            return no_memory(err);
        *to = (release){.ordinal = int_cell(chunk, 0, r),
                        .sha256 = string_cell(chunk, 1, r, l->memory),
                        .source = string_cell(chunk, 2, r, l->memory),
                        .layout = string_cell(chunk, 3, r, l->memory),
                        .file_name = string_cell(chunk, 4, r, l->memory),
                        .member = string_cell(chunk, 5, r, l->memory),
                        .first_period = period_cells(chunk, 6, r),
                        .last_period = period_cells(chunk, 9, r),
                        .published = date_cell(chunk, 12, r),
                        .revised = int_cell(chunk, 13, r) != 0,
                        .archived = date_cell(chunk, 14, r),
                        .rows_in = int_cell(chunk, 15, r),
                        .rows_kept = int_cell(chunk, 16, r),
                        .rows_set_aside = int_cell(chunk, 17, r),
                        .bytes = int_cell(chunk, 18, r),
                        .sheets = string_cell(chunk, 19, r, l->memory),
                        .table = string_cell(chunk, 20, r, l->memory),
                        .downloads = int_cell(chunk, 21, r),
                        .totals_checked = int_cell(chunk, 22, r),
                        .totals_differing = int_cell(chunk, 23, r)};
        if (to->sheets == NULL || to->table == NULL || to->sha256 == NULL || to->source == NULL || to->layout == NULL ||
            to->file_name == NULL || to->member == NULL)
            return no_memory(err);
    }
    return STATUS_OK;
}

status facts_releases(facts *f, arena *a, release **out, size_t *count, error *err)
{
    list l = {.memory = a, .size = sizeof(release)};
    *out = NULL;
    *count = 0;
    status code = STATUS_OK;
    if (f->has_fixed_tables) {
        statement st = {0};
        buffer_text(&st.sql,
                    "SELECT ordinal, releases.sha256, source, layout, file_name, member, first_kind, first_month, "
                    "first_months, last_kind,"
                    " last_month, last_months, published, revised, archived, rows_in, rows_kept, "
                    "rows_set_aside, bytes, ");
        buffer_text(&st.sql, f->has_workbooks ? "COALESCE(sheets, ''), " : "'', ");
        buffer_text(&st.sql, f->has_contents ? "COALESCE(contents.sha256, releases.sha256)" : "releases.sha256");
        buffer_text(&st.sql, f->has_downloads ? ", COALESCE(number, 0)" : ", CAST(0 AS BIGINT)");
        buffer_text(&st.sql, f->has_checks ? ", COALESCE(totals_checked, 0), COALESCE(totals_differing, 0)"
                                           : ", CAST(0 AS BIGINT), CAST(0 AS BIGINT)");
        buffer_text(&st.sql, " FROM releases");
        if (f->has_checks)
            buffer_text(&st.sql, " LEFT JOIN checks ON checks.release = ordinal");
        if (f->has_workbooks)
            buffer_text(&st.sql, " LEFT JOIN workbooks ON workbooks.release = ordinal");
        if (f->has_contents)
            buffer_text(&st.sql, " LEFT JOIN contents ON contents.release = ordinal AND is_table = 1");
        if (f->has_downloads)
            buffer_text(&st.sql,
                        " LEFT JOIN (SELECT ordinal AS of_release, max(number) AS number FROM (SELECT ordinal, sha256 "
                        "FROM releases UNION ALL SELECT release, sha256 FROM contents WHERE is_table = 0) AS files_of "
                        "JOIN downloads ON downloads.sha256 = files_of.sha256 GROUP BY ordinal) AS numbered ON "
                        "of_release = ordinal");
        code = store_query(f, &st, releases_seen, &l, err);
        statement_free(&st);
    }
    if (code == STATUS_OK) {
        if (l.count > 0)
            qsort(l.items, l.count, sizeof(release), release_compare);
        *out = list_finish(&l);
        *count = l.count;
        if (*out == NULL)
            code = no_memory(err);
    }
    free(l.items);
    return code;
}

/* ---- names ---- */

typedef struct named {
    const char *code, *name;
    size_t rank; /* place of its release in the order of lateness: larger is later */
} named;

typedef struct naming {
    list names;
    const int64_t *ordinals; /* by rank */
    size_t release_count;
} naming;

static status names_seen(void *context, duckdb_data_chunk chunk, idx_t rows, error *err)
{
    naming *n = context;
    for (idx_t r = 0; r < rows; r++) {
        int64_t ordinal = int_cell(chunk, 0, r);
        size_t rank = 0;
        while (rank < n->release_count && n->ordinals[rank] != ordinal)
            rank++;
        named *to = list_add(&n->names);
        if (to == NULL)
            return no_memory(err);
        *to = (named){.code = string_cell(chunk, 1, r, n->names.memory),
                      .name = string_cell(chunk, 2, r, n->names.memory),
                      .rank = rank};
        if (to->code == NULL || to->name == NULL)
            return no_memory(err);
    }
    return STATUS_OK;
}

static int named_compare(const void *left, const void *right)
{
    const named *a = left, *b = right;
    int order = strcmp(a->code, b->code);
    if (order == 0 && a->rank != b->rank)
        order = a->rank > b->rank ? -1 : 1; /* the latest first */
    return order != 0 ? order : strcmp(a->name, b->name);
}

/* Later in what it covers, then later in publication: independent of source and of the order of adding. */
static int release_lateness(const void *left, const void *right)
{
    const release *a = left, *b = right;
    int order = period_compare(a->last_period, b->last_period);
    return order != 0 ? order : facts_release_later(a, b, NULL);
}

static status ordinals_rank(facts *f, const int64_t *releases, size_t release_count, int64_t **out, size_t *count,
                            error *err)
{
    arena scratch = {0};
    release *all = NULL;
    size_t all_count = 0;
    *out = calloc(release_count + 1, sizeof **out);
    *count = 0;
    status code = *out == NULL ? no_memory(err) : facts_releases(f, &scratch, &all, &all_count, err);
    if (code == STATUS_OK) {
        qsort(all, all_count, sizeof *all, release_lateness);
        for (size_t i = 0; i < all_count; i++)
            for (size_t k = 0; k < release_count; k++)
                if (releases[k] == all[i].ordinal) {
                    (*out)[(*count)++] = all[i].ordinal;
                    break;
                }
    }
    arena_free(&scratch);
    return code;
}

status facts_names(facts *f, const int64_t *releases, size_t release_count, arena *a, code_name **out, size_t *count,
                   error *err)
{
    naming n = {.names = {.memory = a, .size = sizeof(named)}};
    int64_t *ordinals = NULL;
    *out = NULL;
    *count = 0;
    status code = ordinals_rank(f, releases, release_count, &ordinals, &n.release_count, err);
    n.ordinals = ordinals;
    if (code == STATUS_OK && f->has_fixed_tables && n.release_count > 0) {
        statement st = {0};
        buffer_text(&st.sql, "SELECT DISTINCT release, code, name FROM (SELECT release AS _release, release, code, "
                             "name FROM names) AS given WHERE ");
        statement_releases(&st, ordinals, n.release_count);
        code = store_query(f, &st, names_seen, &n, err);
        statement_free(&st);
    }
    if (code == STATUS_OK) {
        named *items = n.names.items;
        if (n.names.count > 0)
            qsort(items, n.names.count, sizeof *items, named_compare);
        *out = arena_array(a, n.names.count + 1, sizeof **out);
        if (*out == NULL)
            code = no_memory(err);
        for (size_t i = 0; i < n.names.count && code == STATUS_OK; i++)
            if (i == 0 || strcmp(items[i].code, items[i - 1].code) != 0)
                (*out)[(*count)++] = (code_name){.code = items[i].code, .name = items[i].name};
    }
    free(n.names.items);
    free(ordinals);
    return code;
}

/* ---- tidy rows ---- */

enum {
    TIDY_MEASURE,
    TIDY_ORGANISATION,
    TIDY_BREAKDOWN,
    TIDY_NUMERATOR,
    TIDY_DENOMINATOR,
    TIDY_VALUE,
    TIDY_DEFINITION,
    TIDY_COLUMNS
};
static const char *const tidy_columns[TIDY_COLUMNS] = {"measure",     "organisation", "breakdown", "numerator",
                                                       "denominator", "value",        "definition"};

static status tidy_seen(void *context, duckdb_data_chunk chunk, idx_t rows, error *err)
{
    list *l = context;
    cells numerator = cells_of(chunk, 8), denominator = cells_of(chunk, 9), value = cells_of(chunk, 10);
    for (idx_t r = 0; r < rows; r++) {
        tidy_row *to = list_add(l);
        if (to == NULL)
            return no_memory(err);
        *to = (tidy_row){.release = int_cell(chunk, 0, r),
                         .line = int_cell(chunk, 1, r),
                         .period = period_cells(chunk, 2, r),
                         .measure = string_cell(chunk, 5, r, l->memory),
                         .organisation = string_cell(chunk, 6, r, l->memory),
                         .breakdown = string_cell(chunk, 7, r, l->memory),
                         .definition = string_cell(chunk, 11, r, l->memory),
                         .numerator = cell_int(&numerator, r),
                         .denominator = cell_int(&denominator, r),
                         .has_numerator = cell_present(&numerator, r),
                         .has_denominator = cell_present(&denominator, r),
                         .has_value = cell_present(&value, r)};
        to->value = to->has_value ? ((const double *)value.data)[r] : 0.0;
        if (to->measure == NULL || to->organisation == NULL || to->breakdown == NULL || to->definition == NULL)
            return no_memory(err);
    }
    return STATUS_OK;
}

static const source *tidy_source(const facts *f, int32_t columns[TIDY_COLUMNS])
{
    for (size_t i = 0; i < f->catalogue->source_count; i++) {
        const source *s = &f->catalogue->sources[i];
        if (!s->tidy || !f->tables[i].exists)
            continue;
        bool all = true;
        for (size_t k = 0; k < TIDY_COLUMNS; k++) {
            columns[k] = source_column_find(s, tidy_columns[k]);
            all = all && (columns[k] >= 0 || k == TIDY_DEFINITION);
        }
        if (all)
            return s;
    }
    return NULL;
}

status facts_tidy(facts *f, const int64_t *releases, size_t release_count, arena *a, tidy_row **out, size_t *count,
                  error *err)
{
    list l = {.memory = a, .size = sizeof(tidy_row)};
    int32_t columns[TIDY_COLUMNS];
    const source *s = tidy_source(f, columns);
    status code = STATUS_OK;
    *out = NULL;
    *count = 0;
    if (s != NULL && release_count > 0) {
        statement st = {0};
        buffer_text(
            &st.sql,
            "SELECT _release, _line, CAST(_kind AS BIGINT), CAST(_first_month AS BIGINT), CAST(_months AS BIGINT)");
        for (size_t k = 0; k < TIDY_COLUMNS; k++) {
            bool words = k < TIDY_NUMERATOR || k == TIDY_DEFINITION;
            const char *type = words ? "VARCHAR" : k < TIDY_VALUE ? "BIGINT" : "DOUBLE PRECISION";
            buffer_text(&st.sql, words ? ", COALESCE(CAST(" : ", CAST(");
            if (columns[k] < 0)
                buffer_text(&st.sql, "NULL");
            else
                statement_column(&st, f, s, columns[k]);
            buffer_printf(&st.sql, " AS %s)%s", type, words ? ", '')" : "");
        }
        buffer_text(&st.sql, " FROM ");
        statement_name(&st, s->table);
        buffer_text(&st.sql, " WHERE ");
        statement_releases(&st, releases, release_count);
        buffer_text(&st.sql, " ORDER BY 6, 7, 8, 4, 5, 3, 1, 2");
        code = store_query(f, &st, tidy_seen, &l, err);
        statement_free(&st);
    }
    if (code == STATUS_OK) {
        *out = list_finish(&l);
        *count = l.count;
        if (*out == NULL)
            code = no_memory(err);
    }
    free(l.items);
    return code;
}

/* ---- lines behind a figure ---- */

static status lines_seen(void *context, duckdb_data_chunk chunk, idx_t rows, error *err)
{
    cells line = cells_of(chunk, 0);
    for (idx_t r = 0; r < rows; r++) {
        int64_t *to = list_add(context);
        if (to == NULL)
            return no_memory(err);
        *to = cell_int(&line, r);
    }
    return STATUS_OK;
}

static void condition_compose(statement *st, const facts *f, const source *s, const facts_condition *condition)
{
    buffer_text(&st->sql, " AND COALESCE(");
    statement_column(st, f, s, condition->column);
    buffer_text(&st->sql, ", '') IN (");
    for (size_t i = 0; i < condition->value_count; i++) {
        if (i > 0)
            buffer_text(&st->sql, ", ");
        statement_bind(st, condition->values[i]);
    }
    buffer_text(&st->sql, condition->value_count > 0 ? ")" : "NULL)");
}

status facts_lines(facts *f, const source *s, int64_t ordinal, period p, const facts_condition *conditions,
                   size_t condition_count, const measure_sum *sum, arena *a, int64_t **lines, size_t *count, error *err)
{
    list l = {.memory = a, .size = sizeof(int64_t)};
    int32_t index = store_source_index(f, s);
    *lines = NULL;
    *count = 0;
    if (index < 0)
        return error_set(err, STATUS_INTERNAL, "The source %s is not in the catalogue of this store", s->id);
    for (size_t i = 0; i < condition_count; i++)
        if (conditions[i].column < 0 || (size_t)conditions[i].column >= s->column_count ||
            s->columns[conditions[i].column].type > COLUMN_TEXT)
            return error_set(err, STATUS_INTERNAL, "Rows of %s cannot be chosen by column %d", s->id,
                             (int)conditions[i].column);
    status code = STATUS_OK;
    if (f->tables[index].exists) {
        statement st = {0};
        buffer_text(&st.sql, "SELECT CAST(_line AS BIGINT) FROM ");
        statement_name(&st, s->table);
        buffer_printf(&st.sql, " WHERE _release = %lld AND _first_month = %d AND _months = %d AND _kind = %d",
                      (long long)ordinal, (int)p.first_month, (int)p.months, (int)p.kind);
        for (size_t i = 0; i < condition_count; i++)
            condition_compose(&st, f, s, &conditions[i]);
        if (sum != NULL)
            statement_filters(&st, f, s, sum);
        buffer_text(&st.sql, " ORDER BY 1");
        code = store_query(f, &st, lines_seen, &l, err);
        statement_free(&st);
    }
    if (code == STATUS_OK) {
        *lines = list_finish(&l);
        *count = l.count;
        if (*lines == NULL)
            code = no_memory(err);
    }
    free(l.items);
    return code;
}

static status count_seen(void *context, duckdb_data_chunk chunk, idx_t rows, error *err)
{
    (void)err;
    cells c = cells_of(chunk, 0);
    if (rows > 0)
        *(int64_t *)context = cell_int(&c, 0);
    return STATUS_OK;
}

status facts_release_published(facts *f, const char *hash, date published, bool *changed, error *err)
{
    int64_t others = 0;
    *changed = false;
    if (f->mode != FACTS_WRITE || f->incoming != NULL || published == DATE_NONE)
        return error_set(err, STATUS_INTERNAL, "A publication date was set out of turn");
    statement st = {0};
    buffer_printf(&st.sql, "SELECT CAST(count(*) AS BIGINT) FROM releases WHERE published IS DISTINCT FROM %d AND ",
                  (int)published);
    statement_file(&st, f, hash);
    status code = store_query(f, &st, count_seen, &others, err);
    statement_free(&st);
    if (code != STATUS_OK || others == 0)
        return code;
    st = (statement){0};
    buffer_printf(&st.sql, "UPDATE releases SET published = %d WHERE ", (int)published);
    statement_file(&st, f, hash);
    code = store_query(f, &st, NULL, NULL, err);
    statement_free(&st);
    *changed = code == STATUS_OK;
    return code;
}
