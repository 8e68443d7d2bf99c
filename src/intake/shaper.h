/*
 * shaper: what the making of plain rows shares. Inside shape_*.c only.
 *
 * A plain row has a cell for each column of the source, then one for the name that goes with each column of codes, then one for the period. shape_sheet.c settles what holds of a whole sheet, shape_cells.c
 * makes cells, shape_rows.c rows.
 */
#ifndef CONCORD_INTAKE_SHAPER_H
#define CONCORD_INTAKE_SHAPER_H

#include "intake/shape.h"
#include "intake/stream.h"

#define FILLED_MAXIMUM ((size_t)4096) /* bytes of a cell that is carried down */

typedef struct folded_patterns {
    const char **items;
    size_t count;
} folded_patterns;

typedef struct shaped_rule {
    const layout_set_aside *rule;
    folded_patterns equals;
    size_t report; /* place in report->set_aside */
} shaped_rule;

struct shaper {
    shaper_setup of;
    const source *source;
    mapping *mapping;
    checks *checks;
    arena memory, sheet_memory;
    source_layout plain; /* the layout of plain rows */
    header_match match;
    size_t width, name_base, period_at;
    bool *is_figure; /* per column of the source: counts and numbers */
    /* of the sheet */
    const binding *b;
    text *base, *flat, *one;
    folded_patterns *when; /* per column of the layout */
    shaped_rule *rules;
    folded_patterns ends;
    char **filled; /* per column of the layout: the cell carried down */
    size_t *filled_length;
    bool has_totals, any_rounded, row_figures;
    bool total_seen; /* on the sheet under way */
    complete *complete;
    bool keeping_total; /* the row under way is a total that is kept beside its parts: it is no part itself */
    text *total;        /* its cells */
    char *scratch;      /* converted cells of the row */
    size_t scratch_used, scratch_capacity;
    char period_text[PERIOD_TEXT];
    int64_t without_figures;
};

/* ---- shape_sheet.c ---- */
/* The reason of the layout's first kind of total line, which is the total of all: those of groups come behind it. */
const char *total_reason(const source_layout *layout);
/* Refused: the sheet under way has no line of that kind, and its layout says that each has. */
status sheet_end(const shaper *s, error *err);

/* ---- shape_cells.c ---- */
/* The cell folded; longer ones than any pattern are cut. */
bool cell_meets(const folded_patterns *patterns, text cell);
bool cell_is_blank(text cell);
/* Does the layout have this text for what is missing or withheld? */
bool cell_is_token(const source_layout *layout, text cell);
/* Bytes that are kept until the row is done; NULL where the row needs more than was reserved. */
char *scratch_take(shaper *s, size_t bytes);
/* A blank cell beyond the row's end. */
text cell_at(const grid_row *row, int32_t column);
/* Is it a formula whose value the file does not hold? */
bool cell_has_no_value(const grid_row *row, int32_t column);
/* The problem of such a cell, with its address. */
void no_value_problem(shaper *s, const grid_row *row, int32_t file_column, int32_t to_column);
/* A problem with the place and heading of the sheet's column; to_column -1: of the row. */
void place_problem(shaper *s, const grid_row *row, int32_t file_column, int32_t to_column, const char *message,
                   const char *hint);
/* A figure on its way into a column of counts: parts of one, and formulae without a value. False after a problem. */
bool figure_make(shaper *s, const grid_row *row, int32_t file_column, int32_t to_column, bool rounded, text *cell);
/* The code of an organisation that is given by name. */
void name_to_code(const shaper *s, text *cell);

#endif
