/*
 * spc_input: dated values by group from any csv, ready for control charts.
 *
 * Invariants after spc_input_read: groups in the order of their first row; within a group rows in date order, no date twice; a missing value is
 * NaN. Rows are kept in flat arrays (17 bytes and a little each), so ten million fit.
 */
#ifndef CONCORD_CLI_SPC_INPUT_H
#define CONCORD_CLI_SPC_INPUT_H

#include "base/base.h"

#define SPC_ROWS_MAXIMUM ((size_t)1 << 31)

typedef struct spc_request {
    const char *path;              /* "-" is standard input */
    const char *by, *date, *value; /* headers; by may be NULL: one group without a name */
    const char *target;            /* header of the column of targets, or NULL */
    int32_t period_months; /* 1 or 3: months or quarters that no row has become missing rows; 0 = rows as they are */
} spc_request;

typedef struct spc_group {
    const char *name;
    size_t first, count; /* rows */
} spc_group;

typedef struct spc_input {
    spc_group *groups;
    size_t group_count;
    date *dates;
    double *values;
    bool *months;    /* the date was written as a month: it is printed as one */
    int64_t *lines;  /* 0: the row was filled in */
    double *targets; /* NULL where no column was asked for; NaN = none */
    size_t count;
    bool has_targets;
    arena memory;                    /* names */
    size_t group_capacity, capacity; /* while reading */
    uint32_t *group_of, *slots;
    size_t slot_count;
} spc_input;

/* Refuses a column that is not there (naming those that are) or is there twice, text where a number belongs (line and column; the first 20 in
 * problems), a date that is none, and a date twice in a group. Blank, NA and - are missing.
 * With period_months also two rows of one period in a group, and gaps that would more than multiply the rows. STATUS_REFUSED, STATUS_IO. */
MUST_USE status spc_input_read(const spc_request *request, spc_input *out, problems *list, error *err);
void spc_input_free(spc_input *in);

/* ---- spc_gaps.c ---- */
/* The part of spc_input_read that fills in the periods that are absent within a group; rows must be in order. */
/* Puts other rows in the place of those of `in`, which are freed. */
void spc_input_take(spc_input *in, const spc_input *rows);
MUST_USE status spc_gaps_fill(const spc_request *request, spc_input *in, problems *list, error *err);

#endif
