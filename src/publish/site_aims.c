/* Which series of the edition have levels agreed for them: made once when a site is opened, looked up by every page. */
#include "publish/record.h"

#include <stdlib.h>

typedef struct aim_set {
    int32_t org, measure, breakdown;
    geography geography;
    const series_aim *items;
    size_t count;
} aim_set;

struct aim_book {
    aim_set *sets; /* ordered */
    size_t count, capacity;
};

static int compare_sets(const void *a, const void *b)
{
    const aim_set *x = a, *y = b;
    const int32_t left[] = {x->org, x->measure, x->breakdown, (int32_t)x->geography},
                  right[] = {y->org, y->measure, y->breakdown, (int32_t)y->geography};
    for (size_t i = 0; i < sizeof left / sizeof *left; i++)
        if (left[i] != right[i])
            return left[i] < right[i] ? -1 : 1;
    return 0;
}

static status set_add(site *s, struct aim_book *book, aim_set set, error *err)
{
    for (size_t i = 0; i < book->count; i++)
        if (compare_sets(&book->sets[i], &set) == 0)
            return STATUS_OK;
    const edition_series *series = edition_find_series(s->now, set.measure, set.org, set.breakdown, set.geography);
    if (series == NULL && set.geography != GEOGRAPHY_CURRENT)
        return STATUS_OK;
    size_t points = 0;
    const edition_point *at = site_points(s, series, &points);
    status code = series_aims_find(s->record->log, s->now, set.measure, set.org, set.breakdown, series, at, points,
                                   &s->memory, &set.items, &set.count, err);
    if (code != STATUS_OK || set.count == 0)
        return code;
    if (book->count == book->capacity) {
        const size_t capacity = book->capacity * 2 + 16;
        aim_set *grown = arena_array(&s->memory, capacity, sizeof *grown);
        if (grown == NULL)
            return error_set(err, STATUS_MEMORY, "Out of memory while preparing the pages");
        if (book->count > 0)
            memcpy(grown, book->sets, book->count * sizeof *grown);
        book->sets = grown;
        book->capacity = capacity;
    }
    book->sets[book->count++] = set;
    return STATUS_OK;
}

/* The series of one target and one of its organisations, on both maps. */
static status sets_of(site *s, struct aim_book *book, const register_subject *of, const char *code, error *err)
{
    static const geography maps[] = {GEOGRAPHY_CURRENT, GEOGRAPHY_AS_PUBLISHED};
    const char *id = register_value(of, FIELD_MEASURE), *part = register_value(of, FIELD_BREAKDOWN);
    const int32_t who = edition_find_org(s->now, register_successor_of(s->record->log, code)),
                  which = id == NULL ? -1 : edition_find_measure(s->now, id),
                  breakdown = part == NULL ? -1 : edition_find_breakdown(s->now, part);
    status done = STATUS_OK;
    if (who < 0 || which < 0 || (part != NULL && breakdown < 0))
        return STATUS_OK;
    for (size_t i = 0; i < 2 && done == STATUS_OK; i++)
        done = set_add(s, book, (aim_set){.org = who, .measure = which, .breakdown = breakdown, .geography = maps[i]},
                       err);
    return done;
}

status site_prepare_aims(site *s, error *err)
{
    const record *r = s->record;
    status code = STATUS_OK;
    if (r == NULL)
        return STATUS_OK;
    struct aim_book *book = arena_array(&s->memory, 1, sizeof *book);
    if (book == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory while preparing the pages");
    for (size_t i = 0; i < register_count(r->log, REGISTER_TARGET) && code == STATUS_OK; i++) {
        const register_subject *of = register_at(r->log, REGISTER_TARGET, i);
        const char *list = register_value(of, FIELD_ORGANISATIONS);
        text word;
        if (!register_target_in_force(of))
            continue;
        if (list == NULL || list[0] == 0)
            code = sets_of(s, book, of, of->owner, err);
        while (list != NULL && code == STATUS_OK && register_list_next(&list, &word)) {
            const char *who = arena_copy(&s->memory, word.at, word.length);
            code = who == NULL ? error_set(err, STATUS_MEMORY, "Out of memory while preparing the pages")
                               : sets_of(s, book, of, who, err);
        }
    }
    if (book->count > 1)
        qsort(book->sets, book->count, sizeof *book->sets, compare_sets);
    s->aims = book->count == 0 ? NULL : book;
    return code;
}

const series_aim *site_aims(const site *s, int32_t which, int32_t who, int32_t breakdown, geography g, size_t *count)
{
    *count = 0;
    if (s->aims == NULL)
        return NULL;
    const aim_set wanted = {.org = who, .measure = which, .breakdown = breakdown, .geography = g};
    const aim_set *found = bsearch(&wanted, s->aims->sets, s->aims->count, sizeof wanted, compare_sets);
    if (found == NULL)
        return NULL;
    *count = found->count;
    return found->items;
}

const series_aim *site_total_aims(const site *s, int32_t which, int32_t who, size_t *count)
{
    const edition_series *x = site_total(s, which, who);
    return site_aims(s, which, who, -1, x == NULL ? GEOGRAPHY_CURRENT : x->geography, count);
}
