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
    folded_list *unpivots, *except, *must_have;
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

/* ---- shape_find.c ---- */
/* Do the layout's patterns name the sheet? */
bool sheet_named(const finder *f, const folded_layout *fl, size_t sheet);
/* "provider-workbook": layouts of one form are found in one file together. */
const char *form_of(const source_layout *layout);
/* What a sheet lacks of a layout, and what is in it that the layout does not know: "'Org Code'; 'Total'". */
void missing_list(const binding *b, buffer *out);
void unknown_list(const binding *b, buffer *out, size_t most);
/* "'Notes', 'Data' ...": the names of the sheets, up to so many bytes. */
void sheets_list(const finder *f, size_t most, buffer *out);
/* Refuses a sheet that looks like a layout and differs; each column that is missing is a problem too. */
status sheet_differs(finder *f, const binding *b, const char *path, problems *list, error *err);

/* ---- shape_whole.c: what must hold of the whole file ---- */
/* Sheets that no layout of the source names and that have all columns and the title of one that is read ("Data (2)"): refused where they are for the same period, as far as is known; else kept->left_out. */
MUST_USE status copies_check(finder *f, shaped_file *kept, error *err);
/* Of all that was found in the file, `kept` is what would be read. Refused, with the sheet and what to do: a variant that is missing or stands beside the one that it replaced, a title that is not known, a sheet that nearly
 * fits, sheets that say the same or are for different periods though a file has one, sheets of another form or source, and columns that are there twice, not known or not the same in each sheet. */
MUST_USE status whole_check(finder *f, const shaped_file *kept, const binding *all, size_t count, const char *path,
                            problems *list, error *err);

/* ---- shape_near.c: which source is meant, where none fits? ---- */
typedef struct near_source {
    const source *source; /* NULL = none */
    const source_layout *layout;
    binding binding; /* on a sheet that has another name; binding.layout NULL where only the name of the file tells */
} near_source;
/* Holds the layouts against sheets whatever their names, then the name of the file against the links of the sources. */
MUST_USE status near_find(finder *f, const char *path, near_source *out, error *err);
/* Refuses with the source, the sheet that is not there and the sheets that are. */
status near_refuse(const finder *f, const near_source *near, const char *path, error *err);

#endif
