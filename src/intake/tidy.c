/* Tidy rows name their measure, so more can be wrong with them than with a cell: an unknown measure, no figure, one that cannot be, a breakdown
 * that the measure does not have, the same twice. */
#include "intake/mapping.h"
#include "intake/stream.h"

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

#define CLOSED_NAMED 3

struct tidy {
    const catalogue *catalogue;
    const orgs *orgs;      /* NULL = none */
    int64_t not_open;      /* lines for a body that was not there in their period */
    buffer closed;         /* the first of them, in words */
    int32_t column[PARTS]; /* -1 = the source has none (breakdown and definition only) */
    key_set seen;
    const measure *known; /* the measure last looked up; NULL where there is none of that id */
    size_t measure_length;
    char measure[64]; /* longer ones are looked up each time */
};

status tidy_open(const source *s, const catalogue *c, const orgs *o, arena *a, tidy **out, error *err)
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
    t->orgs = o;
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
    if (t == NULL)
        return;
    key_set_free(&t->seen);
    buffer_free(&t->closed);
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

/* The nearest of all names may be nothing like it: another name is meant only where a letter in three or fewer is wrong, or it is part of it. */
static bool is_near(const char *typed, const char *name)
{
    size_t length = strlen(typed);
    return (length >= 3 && strstr(name, typed) != NULL) || text_distance(typed, name) * 3 <= length;
}

static void measure_unknown(const tidy *t, text id, error *problem)
{
    char shown[CELL_SHOWN], typed[128];
    const char *near[1];
    cell_show(id, shown);
    (void)error_set(problem, STATUS_REFUSED, "%s is not a measure of the catalogue", shown);
    (void)snprintf(typed, sizeof typed, "%.*s", id.length < sizeof typed ? (int)id.length : (int)sizeof typed - 1,
                   id.at);
    if (catalogue_nearest_measures(t->catalogue, typed, near, 1) > 0 && is_near(typed, near[0]))
        error_hint(problem, "Did you mean %s? `concord list measures` shows them all.", near[0]);
    else
        error_hint(problem, "`concord list measures` shows them all. A measure of your own is described first: see "
                            "docs/catalogue.md, local measures.");
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

/* ---- breakdowns ---- */

static bool has_breakdown(const source *s, const measure *m, text id)
{
    for (size_t i = 0; i < m->breakdown_count; i++)
        if (text_is(id, s->breakdowns[m->breakdowns[i]].id))
            return true;
    return false;
}

/* "treatment-function=C_110", several joined by ';'. A measure without published rows takes any: nobody has declared which it has. */
static bool breakdown_wrong(const tidy *t, text given, error *problem)
{
    const measure *m = t->known;
    const source *s = &t->catalogue->sources[m->source];
    char shown[CELL_SHOWN];
    buffer ids = {0};
    bool good = true, formed = true;
    for (size_t at = 0; at < given.length;) {
        size_t end = at, equals = 0;
        while (end < given.length && given.at[end] != ';')
            end++;
        while (at + equals < end && given.at[at + equals] != '=')
            equals++;
        formed &= equals > 0 && at + equals + 1 < end;
        good &= s->tidy || has_breakdown(s, m, (text){given.at + at, equals});
        at = end + 1;
    }
    if (good && formed)
        return false;
    cell_show(given, shown);
    for (size_t i = 0; i < m->breakdown_count; i++)
        buffer_printf(&ids, "%s%s", i == 0 ? "" : ", ", s->breakdowns[m->breakdowns[i]].id);
    const char *there = ids.data == NULL ? "" : ids.data;
    if (m->breakdown_count > 0)
        (void)error_set(problem, STATUS_REFUSED, "%s is not a breakdown of %s, which has these: %s", shown, m->id,
                        there);
    else if (!s->tidy)
        (void)error_set(problem, STATUS_REFUSED, "%s is not a breakdown of %s, which has none", shown, m->id);
    else
        (void)error_set(problem, STATUS_REFUSED, "%s is not a breakdown and its value", shown);
    if (m->breakdown_count > 0)
        error_hint(problem, "Write it as %s=VALUE, or leave the cell empty for the total.",
                   s->breakdowns[m->breakdowns[0]].id);
    else
        error_hint(problem, s->tidy ? "Write it as NAME=VALUE, or leave the cell empty for the total."
                                    : "Leave the cell empty: the figure is the total.");
    buffer_free(&ids);
    return true;
}

/* ---- figures ---- */

static bool figure_wrong(const tidy *t, const row_batch *batch, size_t i, error *problem, int32_t *column)
{
    const int32_t numerator = t->column[PART_NUMERATOR], denominator = t->column[PART_DENOMINATOR],
                  value = t->column[PART_VALUE];
    bool suppressed = (batch->columns[numerator].suppressed[i / 64] >> (i % 64) & 1) != 0;
    given_figure f = {.has_numerator = is_there(batch, numerator, i),
                      .has_denominator = is_there(batch, denominator, i),
                      .has_value = is_there(batch, value, i)};
    *column = f.has_value ? value : numerator;
    if (!f.has_numerator && !f.has_value && !suppressed) {
        *column = value;
        (void)error_set(problem, STATUS_REFUSED, "The line has neither a numerator nor a value");
        error_hint(problem, "Leave out lines for which there is no figure: a gap is shown as a gap.");
        return true;
    }
    f.numerator = f.has_numerator ? batch->columns[numerator].as.counts[i] : 0;
    f.denominator = f.has_denominator ? batch->columns[denominator].as.counts[i] : 0;
    f.value = f.has_value ? batch->columns[value].as.numbers[i] : 0;
    const char *why = given_figure_impossible(t->known, &f);
    if (why == NULL)
        return false;
    (void)error_set(problem, STATUS_REFUSED, "The line gives %s, which %s cannot be", why, t->known->id);
    error_hint(problem, "Correct the line. Its measure is in %s.", t->known->unit_label);
    return true;
}

/* ---- bodies that were not there ---- */

/* Told, not refused: a successor's or a late figure may well be given under the old code. */
static void closed_note(tidy *t, text code, period p, int64_t line)
{
    org_index found = t->orgs == NULL ? -1 : orgs_find(t->orgs, code);
    if (found < 0)
        return;
    const org *o = orgs_at(t->orgs, found);
    bool after = o->closed != DATE_NONE && o->closed <= period_first_day(p);
    bool before = o->opened != DATE_NONE && o->opened > period_last_day(p);
    if ((!after && !before) || t->not_open++ >= CLOSED_NAMED)
        return;
    char on[DATE_TEXT], when[PERIOD_TEXT];
    date_format(after ? o->closed : o->opened, on);
    period_format(p, when);
    buffer_printf(&t->closed, "%s%.*s in %s (line %lld; %s %s)", t->closed.length > 0 ? ", " : "",
                  code.length < 40 ? (int)code.length : 40, code.at, when, (long long)line, after ? "closed" : "opened",
                  on);
}

void tidy_note(const tidy *t, intake_report *report, arena *a)
{
    char lines[NUMBER_TEXT];
    if (t->not_open == 0)
        return;
    number_grouped(t->not_open, lines);
    note_add(report, a, "%s line%s %s for an organisation before it opened or after it closed: %s%s", lines,
             t->not_open == 1 ? "" : "s", t->not_open == 1 ? "is" : "are", t->closed.data,
             t->not_open > CLOSED_NAMED ? " ..." : "");
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
    if (breakdown_wrong(t, text_at(batch, t->column[PART_BREAKDOWN], i), problem)) {
        *column = t->column[PART_BREAKDOWN];
        return STATUS_OK;
    }
    if (figure_wrong(t, batch, i, problem, column))
        return STATUS_OK;
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
    if (!*wrong)
        closed_note(t, text_at(batch, t->column[PART_ORGANISATION], i), batch->period[i], batch->line[i]);
    if (*wrong) {
        *column = -1;
        (void)error_set(problem, STATUS_REFUSED,
                        "The same measure, organisation, period and breakdown are on line %lld already",
                        (long long)earlier);
        error_hint(problem, "Keep the line that holds.");
    }
    return STATUS_OK;
}
