/*
 * intake: from a file to rows.
 *
 * Reads csv, zip, gz and the workbooks of Excel (xlsx, xls), recognises the source by content (its header), finds the period, and hands typed rows to a sink.
 * Knows nothing of measures or of the store: the sink is whatever the caller makes of the rows.
 * Invariants: hostile input costs bounded memory and time (INTAKE_LINE_MAXIMUM, INTAKE_TABLE_MAXIMUM); a malformed
 * cell anywhere refuses the whole file, and the first 20 are listed with line and column; what the sink got of a refused file is to be thrown away.
 * Threads: none are visible; one call may use a second thread to inflate while it parses.
 */
#ifndef CONCORD_INTAKE_H
#define CONCORD_INTAKE_H

#include "base/base.h"
#include "catalogue/catalogue.h"
#include "orgs/orgs.h"

#define INTAKE_LINE_MAXIMUM  ((size_t)1 << 20)   /* bytes in one csv record */
#define INTAKE_TABLE_MAXIMUM ((uint64_t)4 << 30) /* bytes of one table after unpacking */

/* ---- csv, for everybody who reads one ---------------------------------------------------------------- */

/* A streaming reader of RFC 4180 csv: quoted fields, doubled quotes, LF or CRLF or CR, an optional UTF-8 byte order mark. Bytes that are not
 * UTF-8 are read as Windows-1252 (Latin-1's printable superset). Fields are views into the reader's memory, valid until the next record. */
typedef struct csv_reader csv_reader;
typedef status (*csv_fill)(void *context, char *into, size_t capacity, size_t *got, error *err); /* *got 0 = end */
MUST_USE status csv_open(csv_fill fill, void *context, csv_reader **out, error *err);
/* From a path ("-" is standard input). */
MUST_USE status csv_open_path(const char *path, csv_reader **out, error *err);
/* *fields NULL at the end. line: where the record starts, 1-based. Lines without a byte are passed over (a line of commas is not); blanks
 * and tabs between a closing quote and the comma are dropped; a quote inside an unquoted field is itself. Refused, with the line: a
 * record over INTAKE_LINE_MAXIMUM, a NUL byte, an unclosed quote, text after a closing quote, UTF-16. After an error the reader can only be closed. */
MUST_USE status csv_next(csv_reader *r, const text **fields, size_t *count, int64_t *line, error *err);
void csv_close(csv_reader *r);

/* ---- files ------------------------------------------------------------------------------------------ */

/* What a publisher's page and server say of a file that was fetched. DATE_NONE where they say nothing. */
typedef struct intake_dates {
    date page; /* the day that the page prints with the link */
    date
        modified; /* Last-Modified: taken only where nothing else tells, it is after the end of the period and not after `received` */
    date received; /* the server's own day when it sent the file */
} intake_dates;

typedef struct intake_options {
    period period;             /* --period, or none */
    date published;            /* --published, or DATE_NONE */
    const intake_dates *dates; /* of a file that was fetched; NULL = none */
    const orgs
        *orgs; /* for layouts that name organisations by name; may be NULL: such names are then kept as they are */
} intake_options;

typedef struct intake_sink {
    void *context;
    /* Called once the source, layout and period are known; before any row. */
    status (*begin)(void *context, const source *s, const source_layout *layout, error *err);
    status (*rows)(void *context, const row_batch *batch, error *err);
    status (*name)(void *context, text code, text name, error *err);
} intake_sink;

typedef struct intake_set_aside {
    const char *reason;
    int64_t rows;
} intake_set_aside;

/* What was found. Text belongs to the arena given to intake_read. */
typedef struct intake_report {
    const source *source;
    const source_layout *layout;
    char sha256
        [SHA256_TEXT]; /* of the original file, set even where it is refused; "" where it cannot be read, or was refused and is over 512 MB */
    char table_sha256
        [SHA256_TEXT]; /* of the table, or the workbook, as it is unpacked: that of the file where it came bare */
    const char *file_name, *member;
    period first_period, last_period;
    date
        published; /* options.published, else the latest day that the file prints, that a name has behind "published" or "revised", or that the page says; DATE_NONE where none */
    date printed,
        printed_revised; /* the days of publication and of revision that the file prints; DATE_NONE where none */
    bool revised;        /* "revised" is in the name of file or member, or the file prints the day of a revision */
    date archived;       /* the zip entry's own date, else DATE_NONE */
    int64_t bytes;       /* of the original */
    int64_t rows_in, rows_kept;
    intake_set_aside set_aside[16];
    size_t set_aside_count;
    const char
        *notes[16]; /* harmless things worth saying: "6 columns without a heading were left out (columns 23 to 28)" */
    size_t note_count;
    int64_t totals_checked,
        totals_differing; /* figures of total lines that were held against the sums of the rows; the differing ones are noted */
    const char *
        parts; /* "" or the parts of the source that the file holds, in order, parted by commas: "commissioner,provider" */
    const char *const *sheets; /* names of the workbook's sheets, by which line_place counts; NULL for a csv */
    size_t sheet_count;
    bool unknown_kind; /* refused because no source has such a file (as against a damaged or changed one) */
} intake_report;

/* Reads one file. The kind is told by content: the layout whose declared headers are all there, and no undeclared heading. Columns without a
 * heading are left out with a note; so are headed ones beyond them (outside the table) whose cells are all blank. Where most but not all of a
 * layout's headers are there, the file is refused as that source with the columns that are missing, renamed, doubled or new.
 * The period comes from the content (a period column, row by row; tidy rows have their own), else the name of member or file, else
 * options.period, else the file is refused with the hint --period. Where options.period differs from the content or the name, the file is
 * refused with that sentence; where the name differs from the content, the content holds, with a note.
 * options may be NULL, and sink->name too. sink->begin is called with the first row that is kept; never for a file without one.
 * problems: malformed cells and other row errors, first 20 (list->total counts all); a header's differences likewise.
 * Returns STATUS_REFUSED, STATUS_IO, STATUS_MEMORY, or what the sink returned; err then has message, place and mostly a hint. */
MUST_USE status intake_read(const char *path, const catalogue *c, const intake_options *options,
                            const intake_sink *sink, arena *a, intake_report *report, problems *list, error *err);

/* ---- what a layout sees in a file --------------------------------------------------------------------- */

/* One layout held against one sheet. Texts are valid during the call that tells it. */
typedef struct intake_trial {
    const source *source;
    const source_layout *layout;
    const char *sheet;      /* "" in a csv */
    int64_t header_line;    /* the row that is taken for the header; 0 = none looks like it */
    size_t declared, found; /* columns that must be there, and are */
    size_t to_rows;         /* columns whose cells become rows */
    bool fits;
    const char *missing; /* what is not there, parted by "; " */
    const char *unknown; /* headings of the sheet that the layout does not know */
    period period;       /* of the whole sheet, where its title or name says one */
} intake_trial;
typedef void (*intake_told)(void *context, const intake_trial *trial);

/* Holds every layout of every source (or of the one named; NULL = all) against every sheet of the file that its patterns name, and tells what it sees, fit or not. Reads no rows.
 * STATUS_NOT_FOUND where there is no such source; refuses files that are no table. */
MUST_USE status intake_try(const char *path, const catalogue *c, const char *source_id, intake_told told, void *context,
                           error *err);

#endif
