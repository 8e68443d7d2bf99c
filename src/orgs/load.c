/*
 * Loads the folder: reads its files in the order of their names (so that the hash is the same everywhere), then builds the
 * index in the order in which the parts need each other. Problems are collected over all files before anything is refused:
 * who edits the organisations once a year wants to see every slip at once.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

enum { ALIASES, CONFLICTS, CURRENT, HEXES, INEXACT, KINDS, ORGANISATIONS, PARENTS, SUCCESSORS, TABLE_COUNT };

#define COLUMNS(...) ((const char *const[]){__VA_ARGS__}), sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)
#define TABLE(name, ...)                                                                                               \
    {                                                                                                                  \
        name, COLUMNS(__VA_ARGS__), NULL, NULL, 0                                                                      \
    }

enum { CODE, ONS_CODE, NAME, SHORT_NAME, KIND, OPENED, CLOSED, SOURCE };

static bool code_good(const char *code)
{
    size_t n = strlen(code);
    return n >= 2 && n <= CODE_LENGTH && strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == n;
}

typedef struct numbered {
    org item;
    size_t row;
} numbered;

static int by_code(const void *a, const void *b)
{
    return strcmp(((const numbered *)a)->item.code, ((const numbered *)b)->item.code);
}

static bool organisation_read(loading *l, const table *t, size_t r, org *g)
{
    *g = (org){
        .code = table_cell(t, r, CODE),
        .ons_code = table_cell(t, r, ONS_CODE),
        .name = table_cell(t, r, NAME),
        .short_name = table_cell(t, r, SHORT_NAME),
    };
    bool ok = true;
    if (!code_good(g->code)) {
        report(l, t, r, CODE, "A code has 2 to 16 capital letters and digits.", "\"%s\" is not a code", g->code);
        ok = false;
    }
    if (g->name[0] == 0 || g->short_name[0] == 0) {
        report(l, t, r, g->name[0] == 0 ? NAME : SHORT_NAME, "Every organisation has a name and a short name.",
               "%s has no name", g->code);
        ok = false;
    }
    if (!org_kind_parse(text_of(table_cell(t, r, KIND)), &g->kind)) {
        report(l, t, r, KIND, "The kinds are listed in data/orgs/README.md.", "\"%s\" is not a kind of organisation",
               table_cell(t, r, KIND));
        ok = false;
    }
    return cell_span(l, t, r, OPENED, CLOSED, &g->opened, &g->closed) && ok;
}

static void organisations_load(loading *l, const table *t, size_t alias_count)
{
    orgs *o = l->o;
    numbered *read = take(l, t->row_count, sizeof *read);
    o->items = take(l, t->row_count, sizeof *o->items);
    if (l->out_of_memory || !codes_make(l, 2 * t->row_count + alias_count))
        return;
    size_t count = 0;
    for (size_t r = 0; r < t->row_count; r++)
        if (organisation_read(l, t, r, &read[count].item))
            read[count++].row = r;
    qsort(read, count, sizeof *read, by_code);
    size_t england = 0;
    for (size_t i = 0; i < count; i++) {
        org_index at = (org_index)o->count;
        const org *g = &read[i].item;
        if (!code_add(l, g->code, at)) {
            report(l, t, read[i].row, CODE, "A code means one organisation: leave one of the rows out.",
                   "%s is there twice", g->code);
            continue;
        }
        o->items[o->count++] = *g;
        england += g->kind == ORG_ENGLAND;
    }
    /* After all the ODS codes, so that a clash is told of the ONS code. */
    for (size_t i = 0; i < count; i++) {
        const org *g = &read[i].item;
        org_index at = orgs_find(o, text_of(g->code));
        if (g->ons_code[0] != 0 && !code_add(l, g->ons_code, at))
            report(l, t, read[i].row, ONS_CODE, "A code means one organisation: correct one of the two.",
                   "the ONS code %s is that of another organisation", g->ons_code);
    }
    if (england != 1)
        report(l, t, t->row_count, t->column_count, "Exactly one row has the kind england.",
               "%zu organisations are England", england);
}

static void current_load(loading *l, const table *t)
{
    l->o->current = DATE_NONE;
    for (size_t r = 0; r < t->row_count; r++)
        (void)cell_date(l, t, r, 0, DATE_NONE, &l->o->current);
    if (t->row_count != 1 || l->o->current == DATE_NONE) {
        report(l, t, t->row_count, t->column_count, "Give one row: the day whose map is the current one.",
               "the current map has no date");
        l->o->current = date_of(2000, 1, 1);
    }
}

static void inexact_load(loading *l, const table *t)
{
    enum { BEFORE = 1, NOTE = 2 };
    orgs *o = l->o;
    o->note = take(l, o->count, sizeof *o->note);
    if (o->note == NULL)
        return;
    for (size_t i = 0; i < o->count; i++)
        o->note[i] = "";
    for (size_t r = 0; r < t->row_count; r++) {
        org_index i = cell_org(l, t, r, 0);
        date before;
        if (!cell_date(l, t, r, BEFORE, DATE_NONE, &before) || i < 0)
            continue;
        if (before == DATE_NONE || table_cell(t, r, NOTE)[0] == 0)
            report(l, t, r, before == DATE_NONE ? BEFORE : NOTE,
                   "Say before which day the figures are inexact, and why.", "the note is not complete");
        else
            o->note[i] = table_cell(t, r, NOTE);
    }
}

static void conflicts_load(loading *l, const table *t)
{
    orgs *o = l->o;
    o->conflicts = take(l, t->row_count, sizeof *o->conflicts);
    if (o->conflicts == NULL)
        return;
    for (size_t r = 0; r < t->row_count; r++) {
        if (table_cell(t, r, 0)[0] == 0 || table_cell(t, r, 1)[0] == 0)
            report(l, t, r, 0, "Say which code it is about and what is in conflict.",
                   "the row does not say what it is about");
        o->conflicts[r] = (org_conflict){table_cell(t, r, 0), table_cell(t, r, 1), table_cell(t, r, 2),
                                         table_cell(t, r, 3), table_cell(t, r, 4)};
    }
    o->conflict_count = t->row_count;
}

/* A file that is no csv, or an organisation that is missing, would make a hundred others look wrong: it is told first. */
static void index_make(loading *l, const table *t)
{
    if (l->found > 0)
        return;
    organisations_load(l, &t[ORGANISATIONS], t[ALIASES].row_count);
    if (l->found > 0 || l->out_of_memory)
        return;
    current_load(l, &t[CURRENT]);
    names_load(l, &t[ALIASES]);
    kinds_load(l, &t[KINDS]);
    if (l->out_of_memory)
        return;
    parents_load(l, &t[PARENTS]);
    successors_load(l, &t[SUCCESSORS]);
    hexes_load(l, &t[HEXES]);
    inexact_load(l, &t[INEXACT]);
    conflicts_load(l, &t[CONFLICTS]);
}

status orgs_load(const char *folder, orgs **out, problems *list, error *err)
{
    table tables[TABLE_COUNT] = {
        [ALIASES] = TABLE("aliases.csv", "alias", "code", "type", "source"),
        [CONFLICTS] = TABLE("conflicts.csv", "code", "what", "kept", "set_aside", "note"),
        [CURRENT] = TABLE("current.csv", "date", "source"),
        [HEXES] = TABLE("hexes.csv", "code", "row", "column", "label"),
        [INEXACT] = TABLE("inexact.csv", "code", "before", "note"),
        [KINDS] = TABLE("kinds.csv", "code", "kind", "from", "to", "source"),
        [ORGANISATIONS] =
            TABLE("organisations.csv", "code", "ons_code", "name", "short_name", "kind", "opened", "closed", "source"),
        [PARENTS] = TABLE("parents.csv", "child", "parent", "from", "to", "source"),
        [SUCCESSORS] = TABLE("successors.csv", "predecessor", "successor", "date", "share_numerator",
                             "share_denominator", "basis"),
    };
    problems own = {0};
    sha256 hash;
    status code = STATUS_OK;
    *out = NULL;
    orgs *o = calloc(1, sizeof *o);
    if (o == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory while loading the organisations");
    loading l = {.o = o, .folder = folder, .list = list != NULL ? list : &own};
    size_t before = l.list->count;

    sha256_begin(&hash);
    for (size_t i = 0; i < TABLE_COUNT; i++) {
        code = table_read(&l, &tables[i], &hash, err);
        if (code != STATUS_OK)
            goto out;
    }
    sha256_end(&hash, o->version);
    index_make(&l, tables);

    if (l.out_of_memory) {
        code = error_set(err, STATUS_MEMORY, "Out of memory while loading the organisations");
    } else if (l.found > 0) {
        code = error_set(err, STATUS_REFUSED, "The organisations in %s have %lld problem%s", folder, (long long)l.found,
                         l.found == 1 ? "" : "s");
        if (l.list->count > before) {
            char first[512];
            (void)error_format(&l.list->items[before], first, sizeof first);
            error_hint(err, "%s: %.300s", l.found == 1 ? "It is" : "The first", first);
        }
    }
out:
    problems_free(&own);
    if (code == STATUS_OK)
        *out = o;
    else
        orgs_free(o);
    return code;
}

void orgs_free(orgs *o)
{
    if (o == NULL)
        return;
    arena_free(&o->memory);
    free(o);
}

size_t orgs_count(const orgs *o)
{
    return o->count;
}

const org *orgs_at(const orgs *o, org_index i)
{
    return &o->items[i];
}

date orgs_current(const orgs *o)
{
    return o->current;
}

const char *orgs_version(const orgs *o)
{
    return o->version;
}

const char *orgs_inexact_note(const orgs *o, org_index i)
{
    return o->note[i];
}

const org_conflict *orgs_conflicts(const orgs *o, size_t *count)
{
    *count = o->conflict_count;
    return o->conflicts;
}
