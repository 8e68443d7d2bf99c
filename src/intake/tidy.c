/* Tidy rows name their measure, so more can be wrong with them than with a cell: an unknown measure, no figure, the same twice. */
#include "intake/mapping.h"

#include <string.h>

typedef enum tidy_part {
    PART_MEASURE,
    PART_ORGANISATION,
    PART_BREAKDOWN,
    PART_NUMERATOR,
    PART_DENOMINATOR,
    PART_VALUE,
    PART_DEFINITION,
    PARTS
} tidy_part;

struct tidy {
    const catalogue *catalogue;
    int32_t column[PARTS]; /* -1 = the source has none (breakdown and definition only) */
    key_set seen;
    const measure *known; /* the measure last looked up; NULL where there is none of that id */
    size_t measure_length;
    char measure[64]; /* longer ones are looked up each time */
};

status tidy_open(const source *s, const catalogue *c, arena *a, tidy **out, error *err)
{
    static const struct {
        const char *name;
        column_type type;
    } parts[PARTS] = {{"measure", COLUMN_CODE},       {"organisation", COLUMN_CODE}, {"breakdown", COLUMN_CATEGORY},
                      {"numerator", COLUMN_COUNT},    {"denominator", COLUMN_COUNT}, {"value", COLUMN_NUMBER},
                      {"definition", COLUMN_CATEGORY}};
    tidy *t = arena_alloc(a, sizeof *t);
    *out = NULL;
    if (t == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    t->catalogue = c;
    for (int p = 0; p < PARTS; p++) {
        t->column[p] = -1;
        for (size_t i = 0; i < s->column_count; i++)
            if (strcmp(s->columns[i].name, parts[p].name) == 0)
                t->column[p] = (int32_t)i;
        if (t->column[p] < 0 && (p == PART_BREAKDOWN || p == PART_DEFINITION))
            continue;
        bool is_text = parts[p].type == COLUMN_CODE || parts[p].type == COLUMN_CATEGORY;
        column_type type = t->column[p] < 0 ? COLUMN_COUNT : s->columns[t->column[p]].type;
        bool fits =
            is_text ? type == COLUMN_CODE || type == COLUMN_CATEGORY || type == COLUMN_TEXT : type == parts[p].type;
        if (t->column[p] < 0 || !fits)
            return error_set(err, STATUS_REFUSED, "The tidy source '%s' has no proper column '%s'", s->id,
                             parts[p].name);
    }
    *out = t;
    return STATUS_OK;
}

void tidy_close(tidy *t)
{
    if (t != NULL)
        key_set_free(&t->seen);
}

static bool is_there(const row_batch *batch, int32_t column, size_t i)
{
    return column >= 0 && (batch->columns[column].present[i / 64] >> (i % 64) & 1) != 0;
}

static text text_at(const row_batch *batch, int32_t column, size_t i)
{
    return is_there(batch, column, i) ? batch->columns[column].as.texts[i] : (text){"", 0};
}

static bool measure_exists(tidy *t, text id)
{
    if (id.length == t->measure_length && id.length > 0 && memcmp(id.at, t->measure, id.length) == 0)
        return t->known != NULL;
    t->known = NULL;
    for (size_t i = 0; i < t->catalogue->measure_count && t->known == NULL; i++)
        if (text_is(id, t->catalogue->measures[i].id))
            t->known = &t->catalogue->measures[i];
    t->measure_length = 0;
    if (id.length < sizeof t->measure && id.length > 0) {
        memcpy(t->measure, id.at, id.length);
        t->measure_length = id.length;
    }
    return t->known != NULL;
}

static void measure_unknown(const tidy *t, text id, error *problem)
{
    char shown[CELL_SHOWN], typed[128];
    const char *near[1];
    cell_show(id, shown);
    (void)error_set(problem, STATUS_REFUSED, "%s is not a measure of the catalogue", shown);
    (void)snprintf(typed, sizeof typed, "%.*s", id.length < sizeof typed ? (int)id.length : (int)sizeof typed - 1,
                   id.at);
    if (catalogue_nearest_measures(t->catalogue, typed, near, 1) > 0)
        error_hint(problem, "Did you mean %s? `concord list measures` shows them all.", near[0]);
    else
        error_hint(problem, "`concord list measures` shows them all.");
}

/* A measure whose definition has versions: the line says under which one its figure was made. */
static bool definition_wrong(const measure *m, text given, error *problem)
{
    buffer ids = {0};
    if (m->definition_count == 0) {
        if (given.length > 0) {
            (void)error_set(problem, STATUS_REFUSED, "The measure %s has one definition, without versions", m->id);
            error_hint(problem, "Leave the cell empty.");
        }
        return given.length > 0;
    }
    for (size_t i = 0; i < m->definition_count; i++) {
        if (text_is(given, m->definitions[i].id))
            goto known;
        buffer_printf(&ids, "%s%s", i == 0 ? "" : i + 1 == m->definition_count ? " or " : ", ", m->definitions[i].id);
    }
    char shown[CELL_SHOWN];
    cell_show(given, shown);
    if (given.length == 0)
        (void)error_set(problem, STATUS_REFUSED,
                        "The line does not say under which definition of %s its figure was made", m->id);
    else
        (void)error_set(problem, STATUS_REFUSED, "%s is not a definition of %s", shown, m->id);
    error_hint(problem, "Write %s in the column definition.", ids.data == NULL ? "" : ids.data);
    buffer_free(&ids);
    return true;
known:
    buffer_free(&ids);
    return false;
}

status tidy_check(tidy *t, const row_batch *batch, size_t i, bool *wrong, error *problem, int32_t *column, error *err)
{
    text measure_id = text_at(batch, t->column[PART_MEASURE], i);
    *wrong = true;
    if (!measure_exists(t, measure_id)) {
        *column = t->column[PART_MEASURE];
        measure_unknown(t, measure_id, problem);
        return STATUS_OK;
    }
    if (definition_wrong(t->known, text_at(batch, t->column[PART_DEFINITION], i), problem)) {
        *column = t->column[PART_DEFINITION];
        return STATUS_OK;
    }
    bool suppressed = (batch->columns[t->column[PART_NUMERATOR]].suppressed[i / 64] >> (i % 64) & 1) != 0;
    if (!is_there(batch, t->column[PART_NUMERATOR], i) && !is_there(batch, t->column[PART_VALUE], i) && !suppressed) {
        *column = t->column[PART_VALUE];
        (void)error_set(problem, STATUS_REFUSED, "The line has neither a numerator nor a value");
        error_hint(problem, "Leave out lines for which there is no figure: a gap is shown as a gap.");
        return STATUS_OK;
    }
    char when[PERIOD_TEXT];
    period_format(batch->period[i], when);
    key_hash key = key_hash_begin();
    key_hash_add(&key, measure_id);
    key_hash_add(&key, text_at(batch, t->column[PART_ORGANISATION], i));
    key_hash_add(&key, text_of(when));
    key_hash_add(&key, text_at(batch, t->column[PART_BREAKDOWN], i));
    int64_t earlier = 0;
    status code = key_set_add(&t->seen, key, batch->line[i], &earlier, err);
    if (code != STATUS_OK)
        return code;
    *wrong = earlier != 0;
    if (*wrong) {
        *column = -1;
        (void)error_set(problem, STATUS_REFUSED,
                        "The same measure, organisation, period and breakdown are on line %lld already",
                        (long long)earlier);
        error_hint(problem, "Keep the line that holds.");
    }
    return STATUS_OK;
}
