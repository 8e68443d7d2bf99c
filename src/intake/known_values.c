/*
 * known_values: texts that the catalogue does not know, where it says what there is.
 *
 * A value outside `known` of its column is in no measure, so that its figures would vanish: it refuses the file. One that a breakdown has no name for is only new: it is kept under its code, and told once for its column.
 */
#include "intake/plan.h"
#include "intake/stream.h"

#include <ctype.h>
#include <string.h>

/* Some breakdowns only list other wordings of a few values: what they do not list is as well known. */
static bool names_values(const source_breakdown *b)
{
    for (size_t i = 0; i < b->value_count; i++)
        if (b->values[i].same_as == NULL)
            return true;
    return false;
}

status known_plan_make(mapping *m, int32_t column, known_plan **out, error *err)
{
    const source *s = m->source;
    const source_breakdown *b = NULL;
    const size_t named = s->known != NULL ? s->known[column].count : 0;
    *out = NULL;
    for (size_t i = 0; i < s->breakdown_count && named == 0; i++)
        if (s->breakdowns[i].column == column && names_values(&s->breakdowns[i]))
            b = &s->breakdowns[i];
    if (named == 0 && b == NULL)
        return STATUS_OK;
    known_plan *k = arena_alloc(&m->memory, sizeof *k);
    text *values = arena_array(&m->memory, named + (b == NULL ? 0 : b->value_count), sizeof *values);
    if (k == NULL || values == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    k->refuse = named > 0;
    k->title = b != NULL ? b->name : s->columns[column].title;
    k->values = values;
    k->count = named > 0 ? named : b->value_count;
    for (size_t i = 0; i < k->count; i++)
        values[i] = text_of(named > 0 ? s->known[column].values[i] : b->values[i].code);
    k->next = m->known;
    m->known = k;
    *out = k;
    return STATUS_OK;
}

/* Files are in the order of the catalogue more often than not: the search goes on where it stopped. */
static bool is_known(known_plan *k, text value)
{
    for (size_t i = 0, at = k->last; i < k->count; i++, at = at + 1 == k->count ? 0 : at + 1)
        if (text_equal(k->values[at], value)) {
            k->last = at;
            return true;
        }
    return false;
}

static void unknown_refuse(mapping *m, const text_plan *plan, int64_t line)
{
    const known_plan *k = plan->known;
    char shown[CELL_SHOWN], message[256], hint[380] = "";
    size_t used = 0;
    cell_show(plan->kept, shown);
    (void)snprintf(message, sizeof message, "%s is not known here, so its figures would be in no measure", shown);
    for (size_t i = 0; i < k->count && used + k->values[i].length + 8 < sizeof hint - 130; i++)
        used += (size_t)snprintf(hint + used, sizeof hint - used, "%s%.*s", i == 0 ? "Known are " : ", ",
                                 (int)k->values[i].length, k->values[i].at);
    (void)snprintf(hint + used, sizeof hint - used,
                   ". Where the publication has a new one, add it under 'known' of the column %.30s of the source.",
                   m->source->columns[plan->column].name);
    mapping_problem(m, line, plan->file_column, message, hint);
}

status known_check(mapping *m, text_plan *plan, int64_t line, bool *good, error *err)
{
    known_plan *k = plan->known;
    int64_t earlier = 0;
    plan->unknown = !is_known(k, plan->kept);
    if (!plan->unknown)
        return STATUS_OK;
    if (k->refuse) {
        unknown_refuse(m, plan, line);
        plan->raw = (text){0}; /* the next row with it is wrong as well */
        *good = false;
        return STATUS_OK;
    }
    k->rows++;
    key_hash key = key_hash_begin();
    key_hash_add(&key, plan->kept);
    if (k->unknown.count >= KNOWN_COUNTED)
        return STATUS_OK;
    status code = key_set_add(&k->unknown, key, line, &earlier, err);
    if (code == STATUS_OK && earlier == 0 && k->unknown.count <= KNOWN_NAMED)
        cell_show(plan->kept, k->shown[k->unknown.count - 1]);
    return code;
}

void known_note(const mapping *m)
{
    for (const known_plan *k = m->known; k != NULL; k = k->next) {
        char rows[NUMBER_TEXT], title[80], names[KNOWN_NAMED * (CELL_SHOWN + 4)] = "";
        const size_t count = k->unknown.count;
        size_t used = 0;
        if (count == 0)
            continue;
        (void)snprintf(title, sizeof title, "%s", k->title);
        if (title[0] != 0 && islower((unsigned char)title[1]))
            title[0] = (char)tolower((unsigned char)title[0]);
        for (size_t i = 0; i < count && i < KNOWN_NAMED; i++)
            used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", i == 0 ? "" : ", ", k->shown[i]);
        number_grouped(k->rows, rows);
        note_add(m->of.report, m->of.memory, "%s %s%s %s not in the catalogue: %s row%s, kept under %s", title, names,
                 count > KNOWN_NAMED ? " ..." : "", count == 1 ? "is" : "are", rows, k->rows == 1 ? "" : "s",
                 count == 1 ? "its code" : "their codes");
    }
}

void known_plans_free(mapping *m)
{
    for (known_plan *k = m->known; k != NULL; k = k->next)
        key_set_free(&k->unknown);
    m->known = NULL;
}
