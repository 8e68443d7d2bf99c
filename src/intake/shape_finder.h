/*
 * shape_finder: what the search for layouts in a file shares. Inside shape_*.c only.
 *
 * shape_look.c folds patterns and headings and looks at the first rows of a sheet, shape_bind.c holds one layout against one sheet, shape_find.c decides for the file.
 */
#ifndef CONCORD_INTAKE_SHAPE_FINDER_H
#define CONCORD_INTAKE_SHAPE_FINDER_H

#include "intake/shape.h"

/* Wordings of one thing, folded once. */
typedef struct folded_list {
    const char **items;
    size_t count;
} folded_list;

typedef struct folded_layout {
    const source *source;
    const source_layout *layout;
    folded_list *columns; /* per column: its wordings */
    folded_list *unpivots, *except;
    folded_list sheets;
    const char *group_row;
    size_t anchor; /* the first column that must be there */
} folded_layout;

typedef struct finder {
    const catalogue *catalogue;
    grid *grid;
    arena *memory; /* of the answer */
    arena scratch;
    folded_layout *layouts;
    size_t layout_count;
    sheet_look *looks;
    const char **sheet_names; /* folded */
    bool out_of_memory;
} finder;

/* ---- shape_look.c ---- */
bool list_meets(const folded_list *list, const char *folded);
/* The layouts of the catalogue (of `only`, where not NULL; with `plain` also those that are not shaped), folded. g is NULL for a csv. The caller frees f->scratch. */
MUST_USE status finder_open(finder *f, const catalogue *c, const source *only, bool plain, grid *g, arena *a,
                            error *err);
MUST_USE status look_row_keep(finder *f, const grid_row *row, look_row *out, error *err);
/* The first rows of a sheet, read once. */
MUST_USE status look_at(finder *f, size_t sheet, sheet_look **out, error *err);
/* Which of the looked at cells are merged: asked for where headings stand over each other. Kept in the look, because the grid forgets when another sheet is asked for. */
MUST_USE status look_merges(finder *f, sheet_look *look, error *err);

/* ---- shape_bind.c ---- */
/* The row of the look that is the layout's header, or comes nearest; best->layout is NULL where none does. Refused where two rows could be it. */
MUST_USE status bind_sheet(finder *f, const folded_layout *fl, sheet_look *look, binding *best, error *err);

#endif
