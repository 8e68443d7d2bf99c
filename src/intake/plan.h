/*
 * plan: a layout held against a file's header, sorted by kind of cell. Inside mapping.c and plan.c only.
 *
 * What is expected: a hundred thousand rows of a hundred small counts, most of them "0". So the counts are one plain array of (column
 * of the file, array to write to), and each other kind of cell has its own.
 */
#ifndef CONCORD_INTAKE_PLAN_H
#define CONCORD_INTAKE_PLAN_H

#include "intake/mapping.h"

/* A count or band cell, and where it goes. */
typedef struct count_plan {
    int32_t file_column, column;
    bool required, blank_is_zero;
    int32_t *bands; /* the one that is not NULL */
    int64_t *counts;
} count_plan;

/* What the catalogue knows of a column's values, and what of the file's it does not. */
#define KNOWN_NAMED   3
#define KNOWN_COUNTED ((size_t)10000) /* further values are not told apart */
typedef struct known_plan {
    const text *values;
    size_t count, last; /* where the value above was */
    bool refuse;        /* else the others are noted */
    const char *title;
    key_set unknown;
    int64_t rows;
    char shown[KNOWN_NAMED][CELL_SHOWN];
    struct known_plan *next;
} known_plan;

/* The words of a category that the catalogue asks for, as it writes them. */
typedef struct word_plan {
    text *words;
    size_t count, capacity, last; /* last: where the value above was */
} word_plan;

typedef struct text_plan {
    int32_t file_column, column;
    bool required;
    text *texts;
    const source_role *role; /* whose kinds of organisation are checked; NULL = none */
    const source_role *of;   /* whose codes the column holds; NULL = none */
    known_plan *known;       /* NULL = any value */
    bool unknown;            /* the cell above is not among them */
    word_plan *words;        /* NULL = taken as it stands */
    text raw, kept;          /* the cell above, and what was made of it; raw.at NULL where none */
} text_plan;

typedef struct number_plan {
    int32_t file_column, column;
    bool required;
    double *numbers;
} number_plan;

typedef struct name_plan {
    int32_t file_column, code_column;
    const char *last; /* the code of the row above: text of the batch, so the same code is the same pointer */
} name_plan;

typedef struct aside_plan {
    int32_t file_column;
    const layout_set_aside *rule;
    size_t report; /* index into report->set_aside */
} aside_plan;

struct mapping {
    mapping_setup of;
    const source *source;
    const source_layout *layout;
    arena memory; /* plans and columns: as long as the mapping */
    arena texts;  /* of the batch */
    count_plan *counts;
    size_t count_count;
    text_plan *text_cells;
    size_t text_count;
    known_plan *known;
    number_plan *numbers;
    size_t number_count;
    name_plan *names;
    size_t name_count;
    aside_plan *asides;
    size_t aside_count;
    int32_t period_column; /* of the file, -1 = none */
    char period_text[64];  /* the period cell last read; "" = none */
    period period_value;
    row_batch batch;
    bool *filled; /* per column of the source: a cell or a constant fills it */
    totals *totals;
    tidy *tidy;
    key_set named;
    complete *complete; /* of a plain layout that asks for it, else NULL */
    key_set rows_seen;  /* by the layout's one_row_per */
    key_set kinds_seen; /* codes whose kind has been checked */
    bool total_seen;
    longer_rows longer;
    int64_t problems;
    bool begun;
};

/* ---- known_values.c: texts that the catalogue does not know ---- */

/* *out is NULL where the catalogue does not say what values the column has. */
MUST_USE status known_plan_make(mapping *m, int32_t column, known_plan **out, error *err);
/* plan->kept; *good false after a problem. */
MUST_USE status known_check(mapping *m, text_plan *plan, int64_t line, bool *good, error *err);
/* At the end: what was kept all the same. */
void known_note(const mapping *m);
void known_plans_free(mapping *m);

/* ---- category_words.c: one spelling for each word of a category ---- */

/* *out is NULL where the column is no category, or of a tidy file, whose words a person chose. */
MUST_USE status word_plan_make(mapping *m, int32_t column, word_plan **out, error *err);
/* *word as the catalogue writes it, where it is one of its words but for capitals and white space; else with single spaces. In the batch's memory. */
MUST_USE status word_settle(mapping *m, word_plan *w, text *word, error *err);

/* ---- row_sums.c: counts of one row that make up another ---- */

/* The row in the batch's next place against the layout's row_sums; false after a problem. */
bool row_sums_hold(mapping *m, int64_t line);

/* ---- row_checks.c: what must hold of rows beyond their cells ---- */

/* The row in the batch's next place against those before it, by the layout's one_row_per. *wrong after a problem that names both places. */
MUST_USE status repeat_check(mapping *m, int64_t line, bool *wrong, error *err);
/* plan->kept against the kinds of the plan's role; codes that are not known pass. *good false after a problem. */
MUST_USE status kind_check(mapping *m, const text_plan *plan, int64_t line, bool *good, error *err);
/* plan->kept, where it is a code of a role: a dash is none, and is refused, as are the words of total lines that the layout does not set aside: "Total", "England", the name of a region. Such a line would be kept as one body more, and added to its own
 * parts. *good false after a problem. */
void total_word_check(mapping *m, const text_plan *plan, int64_t line, bool *good);
/* Refused: a second period in a file of a source that has one. */
MUST_USE status period_alone(const mapping *m, period found, int64_t line, error *err);

/* Makes the batch empty: every cell is there until it is found missing; columns that nothing fills are missing throughout. */
void batch_begin(mapping *m);

#endif
