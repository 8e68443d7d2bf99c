/* Waiting lists from a csv. */
#include "cli/simulate_lists.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LISTS_COLUMNS_MAXIMUM 1024
#define LISTS_LINES_MAXIMUM   200000

typedef enum list_field {
    FIELD_PROVIDER = 0,
    FIELD_TREATMENT_FUNCTION,
    FIELD_REFERRALS,
    FIELD_CAPACITY,
    FIELD_ADMITTED_CAPACITY,
    FIELD_REMOVAL_RATE,
    FIELD_ADMITTED_SHARE,
    FIELD_CANCELLED,
    FIELD_NOT_ATTENDED,
    FIELD_REFERRAL_VARIATION,
    FIELD_CAPACITY_VARIATION,
    FIELD_WAIT,
    FIELD_ADMITTED_WAIT,
    FIELDS,
    FIELD_OTHER
} list_field;

static const char *const field_names[FIELDS] = {"provider",           "treatment_function", "referrals",
                                                "capacity",           "admitted_capacity",  "removal_rate",
                                                "admitted_share",     "cancelled_share",    "not_attended_share",
                                                "referral_variation", "capacity_variation", "wait_",
                                                "admitted_wait_"};

typedef struct list_column {
    list_field field;
    int32_t period;   /* of referrals_2026-05; -1: every month */
    int32_t from, to; /* weeks of wait_FROM_TO; to INT32_MAX: open */
    const char *header;
} list_column;

typedef struct lists_reading {
    const char *path;
    csv_reader *csv;
    int32_t first_month, months;
    arena *memory;
    simulate_lists *out;
    problems *list;
    list_column columns[LISTS_COLUMNS_MAXIMUM];
    size_t column_count, room;
    bool by_month[FIELDS];
    int64_t line;
    error *err;
    bool failed;
} lists_reading;

static void complain(lists_reading *r, const char *column, const char *hint, const char *format, ...) PRINTF_LIKE(4, 5);

static void complain(lists_reading *r, const char *column, const char *hint, const char *format, ...)
{
    error e;
    char message[400];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(message, sizeof message, format, args);
    va_end(args);
    (void)error_set(&e, STATUS_REFUSED, "%s", message);
    error_at(&e, r->path, NULL, r->line, column);
    if (hint != NULL)
        error_hint(&e, "%s", hint);
    if (!r->failed && r->err != NULL)
        *r->err = e;
    r->failed = true;
    problems_add(r->list, &e);
}

/* ---- the header ------------------------------------------------------------------------------------- */

/* "18_52" or "52_". */
static bool weeks_parse(const char *words, int32_t *from, int32_t *to)
{
    const char *middle = strchr(words, '_');
    int64_t low = 0, high = INT32_MAX;
    if (middle == NULL || !number_parse_count((text){.at = words, .length = (size_t)(middle - words)}, &low))
        return false;
    if (middle[1] != 0 && !number_parse_count(text_of(middle + 1), &high))
        return false;
    if (low < 0 || high <= low || (high != INT32_MAX && high > 520) || low > 520)
        return false;
    *from = (int32_t)low;
    *to = (int32_t)high;
    return true;
}

static bool starts_with(const char *words, const char *start)
{
    return strncmp(words, start, strlen(start)) == 0;
}

static void column_read(lists_reading *r, text header)
{
    list_column *c = &r->columns[r->column_count++];
    const text name = text_trim(header);
    *c = (list_column){.field = FIELD_OTHER, .period = -1, .header = arena_copy(r->memory, name.at, name.length)};
    if (c->header == NULL)
        c->header = "";
    for (int f = 0; f < FIELD_WAIT; f++) {
        const size_t length = strlen(field_names[f]);
        period p = {0};
        if (strcmp(c->header, field_names[f]) == 0) {
            c->field = (list_field)f;
            return;
        }
        if ((f != FIELD_REFERRALS && f != FIELD_CAPACITY && f != FIELD_ADMITTED_CAPACITY) ||
            !starts_with(c->header, field_names[f]) || c->header[length] != '_' ||
            !period_parse(text_of(c->header + length + 1), &p) || p.kind != PERIOD_MONTH)
            continue;
        const int32_t at = p.first_month - r->first_month;
        if (at < 0 || at >= r->months)
            return; /* a month that is not simulated */
        c->field = (list_field)f;
        c->period = at;
        r->by_month[f] = true;
        return;
    }
    for (int f = FIELD_WAIT; f <= FIELD_ADMITTED_WAIT; f++) {
        if (!starts_with(c->header, field_names[f]))
            continue;
        if (weeks_parse(c->header + strlen(field_names[f]), &c->from, &c->to))
            c->field = (list_field)f;
        else
            complain(
                r, c->header,
                "Write wait_0_18 for those who have waited from 0 to below 18 weeks, wait_52_ for 52 weeks and more.",
                "The column is not of a run of weeks");
        return;
    }
}

/* Two columns of one figure, weeks that overlap, months that are missing. */
static void header_check(lists_reading *r)
{
    int32_t months[FIELDS] = {0};
    bool there[FIELDS] = {false};
    for (size_t i = 0; i < r->column_count; i++) {
        const list_column *c = &r->columns[i];
        if (c->field == FIELD_OTHER)
            continue;
        there[c->field] = true;
        months[c->field] += c->period >= 0 ? 1 : 0;
        for (size_t k = 0; k < i; k++) {
            const list_column *o = &r->columns[k];
            if (o->field != c->field)
                continue;
            if (c->field >= FIELD_WAIT ? c->from < o->to && o->from < c->to : c->period == o->period)
                complain(r, c->header, NULL, "The column is of the same %s as '%.60s'",
                         c->field >= FIELD_WAIT ? "weeks" : "figure", o->header);
        }
    }
    static const list_field needed[] = {FIELD_PROVIDER, FIELD_TREATMENT_FUNCTION, FIELD_REFERRALS, FIELD_CAPACITY,
                                        FIELD_WAIT};
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
        if (!there[needed[i]])
            complain(r, NULL, "See: concord plan simulate --help", "There is no column '%s%s'", field_names[needed[i]],
                     needed[i] == FIELD_WAIT ? "FROM_TO" : "");
    for (int f = 0; f < FIELD_WAIT; f++)
        if (months[f] > 0 && months[f] < r->months)
            complain(r, NULL, "Give every month that is simulated, or one column without a month.",
                     "Of '%s' there are %d months, and %d are simulated", field_names[f], (int)months[f],
                     (int)r->months);
}

/* ---- a row ------------------------------------------------------------------------------------------ */

static double *periods_of(lists_reading *r, double **kept)
{
    if (*kept == NULL)
        *kept = arena_array(r->memory, (size_t)r->months, sizeof **kept);
    return *kept;
}

/* People who have waited from `from` to below `to` weeks, spread evenly; the open band over half a year. */
static void waiting_spread(int32_t *weeks, const list_column *c, int64_t people)
{
    const int32_t to = c->to == INT32_MAX ? c->from + SIMULATE_OPEN_BAND_WEEKS : c->to;
    int64_t placed = 0;
    for (int32_t w = c->from; w < to; w++) {
        const int64_t until = people * (w - c->from + 1) / (to - c->from);
        weeks[w < SIMULATE_WEEKS ? w : SIMULATE_WEEKS - 1] += (int32_t)(until - placed);
        placed = until;
    }
}

typedef struct row_values {
    double *referrals, *capacity, *admitted, *removals;
    int32_t *waiting, *waiting_admitted;
} row_values;

static double *array_of(lists_reading *r, row_values *v, list_field field)
{
    switch (field) {
    case FIELD_REFERRALS: return periods_of(r, &v->referrals);
    case FIELD_CAPACITY: return periods_of(r, &v->capacity);
    case FIELD_ADMITTED_CAPACITY: return periods_of(r, &v->admitted);
    case FIELD_REMOVAL_RATE: return periods_of(r, &v->removals);
    default: return NULL;
    }
}

static double *share_of(simulate_list *l, list_field field)
{
    switch (field) {
    case FIELD_ADMITTED_SHARE: return &l->admitted_share;
    case FIELD_CANCELLED: return &l->cancelled_share;
    case FIELD_NOT_ATTENDED: return &l->not_attended_share;
    case FIELD_REFERRAL_VARIATION: return &l->referral_variation;
    case FIELD_CAPACITY_VARIATION: return &l->slot_variation;
    default: return NULL;
    }
}

static void wait_read(lists_reading *r, const list_column *c, text cell, row_values *v)
{
    int32_t **weeks = c->field == FIELD_WAIT ? &v->waiting : &v->waiting_admitted;
    int64_t people = 0;
    if (cell.length > 0 &&
        (!number_parse_count(cell, &people) || people < 0 || people > SIMULATE_PEOPLE_MAXIMUM / 10)) {
        complain(r, c->header, "Write a whole number of people.", "'%.*s' is no number of people",
                 (int)(cell.length < 40 ? cell.length : 40), cell.at);
        return;
    }
    if (*weeks == NULL)
        *weeks = arena_array(r->memory, SIMULATE_WEEKS, sizeof **weeks);
    if (*weeks != NULL)
        waiting_spread(*weeks, c, people);
}

static void cell_read(lists_reading *r, const list_column *c, text cell, simulate_list *l, scenario_place *place,
                      row_values *v)
{
    double value = 0;
    if (c->field == FIELD_OTHER || (r->by_month[c->field < FIELDS ? c->field : 0] && c->period < 0))
        return;
    if (c->field == FIELD_PROVIDER || c->field == FIELD_TREATMENT_FUNCTION) {
        const char *name = arena_copy(r->memory, cell.at, cell.length);
        if (cell.length == 0)
            complain(r, c->header, NULL, "The cell is empty");
        if (c->field == FIELD_PROVIDER)
            place->provider = name == NULL ? "" : name;
        else
            place->treatment_function = name == NULL ? "" : name;
        return;
    }
    if (c->field == FIELD_WAIT || c->field == FIELD_ADMITTED_WAIT) {
        wait_read(r, c, cell, v);
        return;
    }
    if (cell.length == 0 && c->field != FIELD_REFERRALS && c->field != FIELD_CAPACITY)
        return;
    if (!number_parse(cell, &value) || value < 0) {
        complain(r, c->header, "Write a number, 0 or more.", "'%.*s' cannot be %s",
                 (int)(cell.length < 40 ? cell.length : 40), cell.at, field_names[c->field]);
        return;
    }
    double *array = array_of(r, v, c->field), *share = share_of(l, c->field);
    if (share != NULL)
        *share = value;
    for (int32_t p = 0; p < r->months && array != NULL; p++)
        if (c->period < 0 || c->period == p)
            array[p] = value;
}

static bool room_make(lists_reading *r)
{
    if (r->out->count < r->room)
        return true;
    const size_t room = r->room < 256 ? 256 : r->room * 2;
    simulate_list *lists = arena_array(r->memory, room, sizeof *lists);
    scenario_place *places = arena_array(r->memory, room, sizeof *places);
    if (lists == NULL || places == NULL)
        return false;
    if (r->out->count > 0) {
        memcpy(lists, r->out->lists, r->out->count * sizeof *lists);
        memcpy(places, r->out->places, r->out->count * sizeof *places);
    }
    r->out->lists = lists;
    r->out->places = places;
    r->room = room;
    return true;
}

static void row_read(lists_reading *r, const text *fields, size_t count)
{
    simulate_list *l = &r->out->lists[r->out->count];
    scenario_place *place = &r->out->places[r->out->count];
    row_values v = {NULL, NULL, NULL, NULL, NULL, NULL};
    *l = (simulate_list){.name = NULL};
    *place = (scenario_place){.provider = "", .treatment_function = ""};
    if (count != r->column_count) {
        complain(r, NULL, NULL, "The row has %zu cells and the header %zu", count, r->column_count);
        return;
    }
    for (size_t i = 0; i < count; i++)
        cell_read(r, &r->columns[i], text_trim(fields[i]), l, place, &v);
    l->name = arena_printf(r->memory, "%s, %s", place->provider, place->treatment_function);
    l->referrals = v.referrals;
    l->slots = v.capacity;
    l->admitted_slots = v.admitted;
    l->removal_rate = v.removals;
    l->waiting = v.waiting;
    l->waiting_admitted = v.admitted != NULL ? v.waiting_admitted : NULL;
    r->out->count++;
}

/* ---- lists twice ------------------------------------------------------------------------------------ */

static int place_compare(const void *x, const void *y)
{
    const scenario_place *a = *(const scenario_place *const *)x, *b = *(const scenario_place *const *)y;
    const int by_provider = strcmp(a->provider, b->provider);
    return by_provider != 0 ? by_provider : strcmp(a->treatment_function, b->treatment_function);
}

static void twins_find(lists_reading *r)
{
    const simulate_lists *l = r->out;
    const scenario_place **sorted = arena_array(r->memory, l->count + 1, sizeof *sorted);
    for (size_t i = 0; i < l->count && sorted != NULL; i++)
        sorted[i] = &l->places[i];
    if (sorted != NULL && l->count > 1)
        qsort(sorted, l->count, sizeof *sorted, place_compare);
    r->line = 0;
    for (size_t i = 1; i < l->count && sorted != NULL; i++)
        if (place_compare(&sorted[i - 1], &sorted[i]) == 0)
            complain(r, NULL, "Add their figures up.", "Provider '%.60s', treatment function '%.60s' has two rows",
                     sorted[i]->provider, sorted[i]->treatment_function);
}

/* ---- the whole -------------------------------------------------------------------------------------- */

status simulate_lists_read_on(csv_reader *from, const char *path, int32_t first_month, int32_t months, arena *memory,
                              simulate_lists *out, problems *list, error *err)
{
    lists_reading *r = calloc(1, sizeof *r);
    const text *fields = NULL;
    size_t count = 0;
    *out = (simulate_lists){0};
    if (r == NULL)
        return error_set(err, STATUS_MEMORY, "There is not enough memory for the lists");
    *r = (lists_reading){.path = path,
                         .csv = from,
                         .first_month = first_month,
                         .months = months,
                         .memory = memory,
                         .out = out,
                         .list = list,
                         .err = err};
    status code = csv_next(from, &fields, &count, &r->line, err);
    if (code == STATUS_OK && (fields == NULL || count > LISTS_COLUMNS_MAXIMUM)) {
        complain(r, NULL, NULL, fields == NULL ? "The file is empty" : "The file has more than %d columns",
                 LISTS_COLUMNS_MAXIMUM);
        code = STATUS_REFUSED;
    }
    for (size_t i = 0; i < count && code == STATUS_OK; i++)
        column_read(r, fields[i]);
    if (code == STATUS_OK)
        header_check(r);
    while (code == STATUS_OK && !(r->failed && out->count == 0)) {
        code = csv_next(from, &fields, &count, &r->line, err);
        if (code != STATUS_OK || fields == NULL)
            break;
        if (out->count == LISTS_LINES_MAXIMUM || !room_make(r))
            code = error_set(err, STATUS_MEMORY, "The file has more than %d lists", LISTS_LINES_MAXIMUM);
        else
            row_read(r, fields, count);
    }
    if (code == STATUS_OK && !r->failed && out->count == 0)
        complain(r, NULL, NULL, "The file has no list");
    if (code == STATUS_OK && !r->failed)
        twins_find(r);
    if (code == STATUS_OK && r->failed)
        code = STATUS_REFUSED;
    free(r);
    return code;
}

status simulate_lists_read(const char *path, int32_t first_month, int32_t months, arena *memory, simulate_lists *out,
                           problems *list, error *err)
{
    csv_reader *csv = NULL;
    status code = csv_open_path(path, &csv, err);
    if (code == STATUS_OK)
        code = simulate_lists_read_on(csv, path, first_month, months, memory, out, list, err);
    csv_close(csv);
    return code;
}
