/* The hex map: every ICB of the current map has one place, and no place has two. */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

#define SIDE_MAXIMUM 100

static int compare(const void *a, const void *b)
{
    const org_hex *x = a, *y = b;
    return (x->org > y->org) - (x->org < y->org);
}

static bool side_read(loading *l, const table *t, size_t r, size_t column, int32_t *out)
{
    int64_t value;
    if (!number_parse_count(text_of(table_cell(t, r, column)), &value) || value < 0 || value >= SIDE_MAXIMUM) {
        report(l, t, r, column, "Count rows from the north and columns from the west, from 0.",
               "\"%s\" is not a whole number from 0 to %d", table_cell(t, r, column), SIDE_MAXIMUM - 1);
        return false;
    }
    *out = (int32_t)value;
    return true;
}

static bool label_good(const char *label)
{
    size_t n = strlen(label);
    return n >= 3 && n <= 5 && strspn(label, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == n;
}

void hexes_load(loading *l, const table *t)
{
    enum { CODE, ROW, COLUMN, LABEL };
    orgs *o = l->o;
    o->hexes = take(l, t->row_count, sizeof *o->hexes);
    if (o->hexes == NULL)
        return;
    for (size_t r = 0; r < t->row_count; r++) {
        org_hex h = {.label = table_cell(t, r, LABEL)};
        h.org = cell_org(l, t, r, CODE);
        bool ok = side_read(l, t, r, ROW, &h.row);
        if (!side_read(l, t, r, COLUMN, &h.column) || !ok || h.org < 0)
            continue;
        if (!label_good(h.label))
            report(l, t, r, LABEL, "A label has three to five capital letters.", "\"%s\" does not fit into a hexagon",
                   h.label);
        const org *g = &o->items[h.org];
        if (g->kind != ORG_ICB || !org_open_on(g, o->current))
            report(l, t, r, CODE, "Only ICBs that are open on the date of current.csv have a place on the map.",
                   "%s is not an ICB of the current map", g->code);
        for (size_t k = 0; k < o->hex_count; k++) {
            if (o->hexes[k].row == h.row && o->hexes[k].column == h.column)
                report(l, t, r, ROW, "Move one of them.", "%s lies where %s lies", g->code,
                       o->items[o->hexes[k].org].code);
            if (o->hexes[k].org == h.org)
                report(l, t, r, CODE, "Leave one of the rows out.", "%s is on the map twice", g->code);
        }
        o->hexes[o->hex_count++] = h;
    }
    qsort(o->hexes, o->hex_count, sizeof *o->hexes, compare);
    for (size_t i = 0, k = 0; i < o->count; i++) {
        while (k < o->hex_count && (size_t)o->hexes[k].org < i)
            k++;
        if (o->items[i].kind == ORG_ICB && org_open_on(&o->items[i], o->current) &&
            (k == o->hex_count || (size_t)o->hexes[k].org != i))
            report(l, t, t->row_count, t->column_count, "Give it a row and a column beside its neighbours.",
                   "%s (%s) has no place on the hex map", o->items[i].code, o->items[i].short_name);
    }
}

const org_hex *orgs_hexes(const orgs *o, size_t *count)
{
    *count = o->hex_count;
    return o->hexes;
}
