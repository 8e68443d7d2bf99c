/*
 * sums: grouped sums over the rows of one source.
 *
 * One statement counts the groups; then one statement per distinct set of filters adds the columns that its terms need, each column once, and its groups are
 * merged into the first result (both come in the same order). Filters in WHERE rather than beside each of a hundred sums let the engine
 * test them once per row. Columns of a term are added up here, in int64, so missing and present stay apart.
 */
#include "facts/store.h"

#include <stdlib.h>
#include <string.h>

enum { PERIOD_KEYS = 4 }; /* release, first month, months, kind */

typedef struct collector {
    const facts_query *query;
    arena *memory;
    facts_group *groups;
    size_t count, capacity;
    size_t sum_count;
    bool withheld; /* some row asked for has a suppressed cell */
} collector;

/* ---- which pairs of release and period count ---- */

typedef struct wanted {
    int64_t release;
    period period;
} wanted;

static int wanted_compare(const void *left, const void *right)
{
    const wanted *a = left, *b = right;
    if (a->release != b->release)
        return a->release < b->release ? -1 : 1;
    return period_compare(a->period, b->period);
}

/* ---- composing ---- */

static bool filters_equal(const measure_sum *a, const measure_sum *b)
{
    const measure_filter *x = a->filters, *y = b->filters;
    size_t i = 0, j = 0;
    for (;;) {
        while (i < a->filter_count && x[i].by_kind)
            i++;
        while (j < b->filter_count && y[j].by_kind)
            j++;
        if (i == a->filter_count || j == b->filter_count)
            return i == a->filter_count && j == b->filter_count;
        if (x[i].column != y[j].column || x[i].except != y[j].except || x[i].value_count != y[j].value_count)
            return false;
        for (size_t k = 0; k < x[i].value_count; k++)
            if (strcmp(x[i].values[k], y[j].values[k]) != 0)
                return false;
        i++;
        j++;
    }
}

void statement_filters(statement *st, const facts *f, const source *s, const measure_sum *sum)
{
    for (size_t i = 0; i < sum->filter_count; i++) {
        const measure_filter *filter = &sum->filters[i];
        if (filter->by_kind)
            continue;
        buffer_text(&st->sql, " AND ");
        statement_column(st, f, s, filter->column);
        buffer_text(&st->sql, filter->except ? " NOT IN (" : " IN (");
        for (size_t k = 0; k < filter->value_count; k++) {
            if (k > 0)
                buffer_text(&st->sql, ", ");
            statement_bind(st, text_of(filter->values[k]));
        }
        buffer_text(&st->sql, filter->value_count > 0 ? ")" : "NULL)");
    }
}

/* "SELECT keys ..., " so that every statement of a question has its keys in the same places. */
static void keys_compose(statement *st, const facts *f, const facts_query *q)
{
    buffer_text(&st->sql, "SELECT CAST(_release AS BIGINT), CAST(_first_month AS BIGINT), CAST(_months AS BIGINT), "
                          "CAST(_kind AS BIGINT)");
    for (size_t i = 0; i < q->group_count; i++) {
        buffer_text(&st->sql, ", COALESCE(");
        statement_column(st, f, q->source, q->group_by[i]);
        buffer_text(&st->sql, ", '')");
    }
}

void statement_releases(statement *st, const int64_t *releases, size_t count)
{
    buffer_text(&st->sql, "_release IN (");
    for (size_t i = 0; i < count; i++)
        buffer_printf(&st->sql, "%s%lld", i > 0 ? ", " : "", (long long)releases[i]);
    buffer_text(&st->sql, count > 0 ? ")" : "NULL)");
}

static void rows_compose(statement *st, const facts_query *q)
{
    buffer_text(&st->sql, " FROM ");
    statement_name(st, q->source->table);
    buffer_text(&st->sql, " WHERE ");
    statement_releases(st, q->releases, q->release_count);
}

/* GROUP BY and ORDER BY the keys: period first, then release, then the texts, which the engine compares byte by byte. */
static void grouping_compose(statement *st, const facts_query *q)
{
    buffer_text(&st->sql, " GROUP BY 1, 2, 3, 4");
    for (size_t i = 0; i < q->group_count; i++)
        buffer_printf(&st->sql, ", %zu", PERIOD_KEYS + 1 + i);
    buffer_text(&st->sql, " ORDER BY 2, 3, 4, 1");
    for (size_t i = 0; i < q->group_count; i++)
        buffer_printf(&st->sql, ", %zu", PERIOD_KEYS + 1 + i);
}

/* ---- groups ---- */

static period period_at(const cells *keys, idx_t r)
{
    return (period){.kind = (period_kind)cell_int(&keys[3], r),
                    .first_month = (int32_t)cell_int(&keys[1], r),
                    .months = (int32_t)cell_int(&keys[2], r)};
}

static status groups_seen(void *context, duckdb_data_chunk chunk, idx_t rows, error *err)
{
    collector *c = context;
    size_t group_count = c->query->group_count;
    cells keys[PERIOD_KEYS];
    for (idx_t k = 0; k < PERIOD_KEYS; k++)
        keys[k] = cells_of(chunk, k);
    cells count = cells_of(chunk, PERIOD_KEYS + group_count);
    cells first = cells_of(chunk, PERIOD_KEYS + group_count + 1);
    cells last = cells_of(chunk, PERIOD_KEYS + group_count + 2);
    cells suppressed = cells_of(chunk, PERIOD_KEYS + group_count + 3);
    for (idx_t r = 0; r < rows; r++) {
        c->withheld = c->withheld || cell_int(&suppressed, r) > 0;
        if (c->count == c->capacity) {
            size_t capacity = c->capacity == 0 ? 1024 : c->capacity * 2;
            facts_group *grown = realloc(c->groups, capacity * sizeof *grown);
            if (grown == NULL)
                return error_set(err, STATUS_MEMORY, "There is not enough memory for the sums");
            c->groups = grown;
            c->capacity = capacity;
        }
        text *texts = arena_array(c->memory, group_count + 1, sizeof *texts);
        int64_t *sums = arena_array(c->memory, c->sum_count + 1, sizeof *sums);
        bool *present = arena_array(c->memory, c->sum_count + 1, sizeof *present);
        facts_span *spans = arena_array(c->memory, c->query->term_count + 1, sizeof *spans);
        if (texts == NULL || sums == NULL || present == NULL || spans == NULL)
            return error_set(err, STATUS_MEMORY, "There is not enough memory for the sums");
        for (size_t k = 0; k < group_count; k++) {
            cells column = cells_of(chunk, PERIOD_KEYS + k);
            text t = result_text(&column, r);
            texts[k] = (text){.at = arena_copy(c->memory, t.at, t.length), .length = t.length};
            if (texts[k].at == NULL)
                return error_set(err, STATUS_MEMORY, "There is not enough memory for the sums");
        }
        c->groups[c->count++] = (facts_group){.period = period_at(keys, r),
                                              .release = cell_int(&keys[0], r),
                                              .keys = texts,
                                              .sums = sums,
                                              .present = present,
                                              .spans = spans,
                                              .rows = cell_int(&count, r),
                                              .first_line = cell_int(&first, r),
                                              .last_line = cell_int(&last, r)};
    }
    return STATUS_OK;
}

/* Finds the groups, and whether anything is withheld in the rows that are asked for. Mostly not: then nobody need look which. */
static status groups_find(facts *f, collector *c, error *err)
{
    statement st = {0};
    bool declared = false;
    for (size_t i = 0; i < c->query->source->layout_count; i++)
        declared = declared || c->query->source->layouts[i].suppressed_count > 0;
    keys_compose(&st, f, c->query);
    buffer_text(&st.sql, ", CAST(count(*) AS BIGINT), CAST(min(_line) AS BIGINT), CAST(max(_line) AS BIGINT), ");
    buffer_text(&st.sql, declared ? "CAST(count(_suppressed) AS BIGINT)" : "CAST(0 AS BIGINT)");
    rows_compose(&st, c->query);
    grouping_compose(&st, c->query);
    status code = store_query(f, &st, groups_seen, c, err);
    statement_free(&st);
    return code;
}

/* ---- the sums of the terms that share their filters ---- */

typedef struct batch {
    collector *collector;
    const size_t *terms; /* indices into query.terms */
    size_t term_count;
    const size_t *places;  /* where each term's first sum goes */
    int32_t *column_place; /* source column -> its sum in the statement, -1 where not asked for */
    size_t asked;          /* sums in the statement; after them the rows, their first and their last line */
    bool withheld;         /* then, for each term, the rows with a suppressed cell among its columns */
    size_t next;           /* the first group that was not passed yet */
} batch;

static bool group_is(const facts_group *g, const facts_query *q, const cells *keys, duckdb_data_chunk chunk, idx_t r)
{
    if (g->release != cell_int(&keys[0], r) || g->period.first_month != cell_int(&keys[1], r) ||
        g->period.months != cell_int(&keys[2], r) || (int64_t)g->period.kind != cell_int(&keys[3], r))
        return false;
    for (size_t k = 0; k < q->group_count; k++) {
        cells column = cells_of(chunk, PERIOD_KEYS + k);
        if (!text_equal(g->keys[k], result_text(&column, r)))
            return false;
    }
    return true;
}

/* Adds the columns of a list that have a sum; false on overflow. */
static bool columns_add_up(const batch *b, duckdb_data_chunk chunk, idx_t r, const int32_t *columns, size_t count,
                           int64_t *total, bool *any)
{
    idx_t sums_from = PERIOD_KEYS + b->collector->query->group_count;
    *total = 0;
    *any = false;
    for (size_t i = 0; i < count; i++) {
        cells column = cells_of(chunk, sums_from + (idx_t)b->column_place[columns[i]]);
        if (!cell_present(&column, r))
            continue;
        *any = true;
        if (__builtin_add_overflow(*total, cell_int(&column, r), total))
            return false;
    }
    return true;
}

static bool term_fill(const batch *b, size_t which, duckdb_data_chunk chunk, idx_t r, const facts_group *g)
{
    const facts_term *term = &b->collector->query->terms[b->terms[which]];
    const measure_sum *sum = term->sum;
    int64_t *sums = (int64_t *)g->sums + b->places[b->terms[which]];
    bool *present = (bool *)g->present + b->places[b->terms[which]];
    if (term->each) {
        for (size_t i = 0; i < sum->column_count; i++)
            if (!columns_add_up(b, chunk, r, &sum->columns[i], 1, &sums[i], &present[i]))
                return false;
        return true;
    }
    int64_t plus, minus;
    bool any_plus, any_minus;
    if (!columns_add_up(b, chunk, r, sum->columns, sum->column_count, &plus, &any_plus) ||
        !columns_add_up(b, chunk, r, sum->minus, sum->minus_count, &minus, &any_minus))
        return false;
    present[0] = any_plus && (any_minus || sum->minus_count == 0);
    return !__builtin_sub_overflow(plus, minus, &sums[0]);
}

static status sums_seen(void *context, duckdb_data_chunk chunk, idx_t rows, error *err)
{
    batch *b = context;
    collector *c = b->collector;
    cells keys[PERIOD_KEYS];
    for (idx_t k = 0; k < PERIOD_KEYS; k++)
        keys[k] = cells_of(chunk, k);
    for (idx_t r = 0; r < rows; r++) {
        while (b->next < c->count && !group_is(&c->groups[b->next], c->query, keys, chunk, r))
            b->next++;
        if (b->next == c->count)
            return error_set(err, STATUS_INTERNAL, "The store gave its groups in two different orders");
        idx_t after = PERIOD_KEYS + c->query->group_count + (idx_t)b->asked;
        cells count = cells_of(chunk, after), first = cells_of(chunk, after + 1), last = cells_of(chunk, after + 2);
        for (size_t t = 0; t < b->term_count; t++) {
            cells suppressed = cells_of(chunk, b->withheld ? after + 3 + (idx_t)t : after);
            ((facts_span *)c->groups[b->next].spans)[b->terms[t]] =
                (facts_span){.rows = cell_int(&count, r),
                             .first_line = cell_int(&first, r),
                             .last_line = cell_int(&last, r),
                             .suppressed = b->withheld ? cell_int(&suppressed, r) : 0};
        }
        for (size_t t = 0; t < b->term_count; t++)
            if (!term_fill(b, t, chunk, r, &c->groups[b->next]))
                return error_set(err, STATUS_REFUSED, "A sum over %s is larger than can be counted",
                                 c->query->source->id);
        b->next++;
    }
    return STATUS_OK;
}

static void column_ask(statement *st, const facts *f, batch *b, size_t *asked, int32_t column)
{
    if (b->column_place[column] >= 0)
        return;
    b->column_place[column] = (int32_t)(*asked)++;
    buffer_text(&st->sql, ", CAST(SUM(");
    statement_column(st, f, b->collector->query->source, column);
    buffer_text(&st->sql, ") AS BIGINT)");
}

/* Names of a row's suppressed columns are parted by one blank (suppressed_fill in append.c). Names are the catalogue's: small letters, digits, _. */
static void suppressed_ask(statement *st, const source *s, const measure_sum *sum)
{
    buffer_text(&st->sql, ", CAST(COALESCE(sum(CASE WHEN _suppressed IS NOT NULL AND (");
    for (size_t i = 0; i < sum->column_count + sum->minus_count; i++) {
        int32_t column = i < sum->column_count ? sum->columns[i] : sum->minus[i - sum->column_count];
        buffer_printf(&st->sql, "%sstrpos(' ' || _suppressed || ' ', ' %s ') > 0", i > 0 ? " OR " : "",
                      s->columns[column].name);
    }
    buffer_text(&st->sql, ") THEN 1 ELSE 0 END), 0) AS BIGINT)");
}

static status batch_run(facts *f, batch *b, error *err)
{
    const facts_query *q = b->collector->query;
    statement st = {0};
    size_t asked = 0;
    b->next = 0;
    for (size_t k = 0; k < q->source->column_count; k++)
        b->column_place[k] = -1;
    keys_compose(&st, f, q);
    for (size_t t = 0; t < b->term_count; t++) {
        const measure_sum *sum = q->terms[b->terms[t]].sum;
        for (size_t i = 0; i < sum->column_count; i++)
            column_ask(&st, f, b, &asked, sum->columns[i]);
        for (size_t i = 0; i < sum->minus_count; i++)
            column_ask(&st, f, b, &asked, sum->minus[i]);
    }
    status code = STATUS_OK;
    b->asked = asked;
    b->withheld = b->collector->withheld;
    if (asked > 0) {
        buffer_text(&st.sql, ", CAST(count(*) AS BIGINT), CAST(min(_line) AS BIGINT), CAST(max(_line) AS BIGINT)");
        for (size_t t = 0; b->withheld && t < b->term_count; t++)
            suppressed_ask(&st, q->source, q->terms[b->terms[t]].sum);
        rows_compose(&st, q);
        statement_filters(&st, f, q->source, q->terms[b->terms[0]].sum);
        grouping_compose(&st, q);
        code = store_query(f, &st, sums_seen, b, err);
    }
    statement_free(&st);
    return code;
}

static status terms_run(facts *f, collector *c, const size_t *places, error *err)
{
    const facts_query *q = c->query;
    bool *done = calloc(q->term_count + 1, sizeof *done);
    size_t *terms = calloc(q->term_count + 1, sizeof *terms);
    int32_t *column_place = calloc(q->source->column_count + 1, sizeof *column_place);
    status code = done != NULL && terms != NULL && column_place != NULL
                      ? STATUS_OK
                      : error_set(err, STATUS_MEMORY, "There is not enough memory");
    for (size_t t = 0; t < q->term_count && code == STATUS_OK; t++) {
        if (done[t])
            continue;
        size_t count = 0;
        for (size_t u = t; u < q->term_count; u++) {
            if (done[u] || !filters_equal(q->terms[t].sum, q->terms[u].sum))
                continue;
            done[u] = true;
            terms[count++] = u;
        }
        batch b = {.collector = c, .terms = terms, .term_count = count, .places = places, .column_place = column_place};
        code = batch_run(f, &b, err);
    }
    free(done);
    free(terms);
    free(column_place);
    return code;
}

/* ---- the question ---- */

static status query_check(const facts *f, const facts_query *q, error *err)
{
    const source *s = q->source;
    if (store_source_index(f, s) < 0)
        return error_set(err, STATUS_INTERNAL, "The source %s is not in the catalogue of this store", s->id);
    for (size_t i = 0; i < q->group_count; i++) {
        int32_t k = q->group_by[i];
        if (k < 0 || (size_t)k >= s->column_count || s->columns[k].type > COLUMN_TEXT)
            return error_set(err, STATUS_INTERNAL, "Rows of %s cannot be grouped by column %d", s->id, (int)k);
    }
    for (size_t t = 0; t < q->term_count; t++) {
        const measure_sum *sum = q->terms[t].sum;
        for (size_t i = 0; i < sum->column_count + sum->minus_count; i++) {
            int32_t k = i < sum->column_count ? sum->columns[i] : sum->minus[i - sum->column_count];
            if (k < 0 || (size_t)k >= s->column_count ||
                (s->columns[k].type != COLUMN_COUNT && s->columns[k].type != COLUMN_BAND))
                return error_set(err, STATUS_REFUSED, "Only columns of counts can be added up; %s of %s is none",
                                 k >= 0 && (size_t)k < s->column_count ? s->columns[k].name : "?", s->id);
        }
    }
    return STATUS_OK;
}

/* A release of several periods may count for some of them only. */
static status pairs_keep(collector *c, error *err)
{
    const facts_query *q = c->query;
    wanted *pairs = calloc(q->release_count + 1, sizeof *pairs);
    if (pairs == NULL)
        return error_set(err, STATUS_MEMORY, "There is not enough memory");
    for (size_t i = 0; i < q->release_count; i++)
        pairs[i] = (wanted){.release = q->releases[i], .period = q->periods[i]};
    qsort(pairs, q->release_count, sizeof *pairs, wanted_compare);
    size_t kept = 0;
    for (size_t i = 0; i < c->count; i++) {
        wanted key = {.release = c->groups[i].release, .period = c->groups[i].period};
        if (bsearch(&key, pairs, q->release_count, sizeof *pairs, wanted_compare) != NULL)
            c->groups[kept++] = c->groups[i];
    }
    c->count = kept;
    free(pairs);
    return STATUS_OK;
}

status facts_sums(facts *f, const facts_query *q, arena *a, facts_result *out, error *err)
{
    *out = (facts_result){0};
    status code = query_check(f, q, err);
    if (code != STATUS_OK)
        return code;
    size_t *places = calloc(q->term_count + 1, sizeof *places);
    if (places == NULL)
        return error_set(err, STATUS_MEMORY, "There is not enough memory");
    collector c = {.query = q, .memory = a};
    for (size_t t = 0; t < q->term_count; t++) {
        places[t] = c.sum_count;
        c.sum_count += q->terms[t].each ? q->terms[t].sum->column_count : 1;
    }
    if (f->tables[store_source_index(f, q->source)].exists && q->release_count > 0) {
        code = groups_find(f, &c, err);
        if (code == STATUS_OK)
            code = terms_run(f, &c, places, err);
        if (code == STATUS_OK)
            code = pairs_keep(&c, err);
    }
    if (code == STATUS_OK) {
        out->groups = arena_array(a, c.count + 1, sizeof *out->groups);
        if (out->groups == NULL)
            code = error_set(err, STATUS_MEMORY, "There is not enough memory for the sums");
        else if (c.count > 0)
            memcpy(out->groups, c.groups, c.count * sizeof *c.groups);
        out->count = code == STATUS_OK ? c.count : 0;
        out->sum_count = c.sum_count;
    }
    free(c.groups);
    free(places);
    return code;
}
