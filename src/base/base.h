/*
 * base: what every other room of Concord stands on.
 *
 * Purpose: statuses and errors that say what, where and what to do; memory that is freed by lifetime
 * (arenas) or grows with a stated maximum (buffers); months, quarters and years as the NHS writes them;
 * dates; numbers as text; SHA-256.
 *
 * Invariants: nothing here prints, exits or aborts. There are no globals. Every function is safe to call
 * from any thread on its own arguments.
 * Ownership: callers own every struct; x_free accepts a zeroed struct and may be called twice.
 */
#ifndef CONCORD_BASE_H
#define CONCORD_BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define MUST_USE                         __attribute__((warn_unused_result))
#define PRINTF_LIKE(format_at, first_at) __attribute__((format(printf, format_at, first_at)))

/* ---- status and error ------------------------------------------------------------------------------- */

/* What a fallible function answers. status_exit_code maps each to the exit code of the command line. */
typedef enum status {
    STATUS_OK = 0,
    STATUS_REFUSED,   /* the data is wrong: a malformed file, a bad definition (exit 1) */
    STATUS_USAGE,     /* the request is wrong: an option, an unknown measure or organisation (exit 2) */
    STATUS_NOT_FOUND, /* what was asked for by name is not there (exit 2) */
    STATUS_IO,        /* the disk, a socket, a database file (exit 3) */
    STATUS_BUSY,      /* somebody else holds the workspace (exit 3) */
    STATUS_MEMORY,    /* out of memory, or a stated maximum was reached (exit 4) */
    STATUS_INTERNAL   /* a defect of ours (exit 4) */
} status;

int status_exit_code(status code);

/* An error says what is wrong (message), where (file, sheet, row, column; empty or 0 where not known) and
 * what to do (hint). It holds its text, so it needs no freeing and may be copied. Any `error *err`
 * parameter may be NULL: the status alone then tells. */
typedef struct error {
    status code;
    char message[512];
    char file[256];
    char sheet[64];
    int64_t row;      /* 1-based line or row in the file; 0 = not known */
    char column[128]; /* header text of the column, or empty */
    char hint[384];
} error;

/* Sets code and message, clears the place and the hint; returns code, so that `return error_set(...)` reads well.
 * Control characters and bytes that are not UTF-8, as hostile files hold, become '?'. The arguments may be parts of *err. */
status error_set(error *err, status code, const char *format, ...) PRINTF_LIKE(3, 4);
/* Adds the place to an error already set. NULL or 0 leaves that part as it is. */
void error_at(error *err, const char *file, const char *sheet, int64_t row, const char *column);
/* Adds what to do. */
void error_hint(error *err, const char *format, ...) PRINTF_LIKE(2, 3);
/* "FILE, sheet S, row R, column C: message. Hint." as one line; always terminated. Returns its length. */
size_t error_format(const error *err, char *out, size_t out_size);

/* Problems in rows or definitions are collected, so that an analyst sees them all (the first `limit`). */
typedef struct problems {
    error *items;
    size_t count; /* items kept, at most limit */
    size_t capacity;
    size_t limit;  /* 0 means 20 */
    int64_t total; /* all that were reported, kept or not */
} problems;

/* Keeps a copy of err while fewer than limit are kept; always counts it. err may not be NULL. */
void problems_add(problems *list, const error *err);
void problems_free(problems *list);

/* ---- memory ----------------------------------------------------------------------------------------- */

/* An arena hands out memory that is freed all at once. Name arenas by lifetime: process, edition, request, scratch.
 * A zeroed arena is ready. Allocations are 16-byte aligned and zeroed. NULL when memory or `maximum` is exhausted. */
typedef struct arena {
    struct arena_block *head;
    size_t used;    /* bytes handed out */
    size_t maximum; /* 0 = 8 GiB */
} arena;

void *arena_alloc(arena *a, size_t bytes);
/* count * size with overflow check. */
void *arena_array(arena *a, size_t count, size_t size);
char *arena_copy(arena *a, const char *text, size_t length); /* adds a terminating 0 */
char *arena_string(arena *a, const char *text);              /* NULL gives NULL */
char *arena_printf(arena *a, const char *format, ...) PRINTF_LIKE(2, 3);
void arena_reset(arena *a); /* keeps one block for reuse */
void arena_free(arena *a);

/* A view of text that somebody else owns; not terminated. */
typedef struct text {
    const char *at;
    size_t length;
} text;

text text_of(const char *terminated);
bool text_equal(text a, text b);
bool text_is(text a, const char *terminated);
/* ASCII case-insensitive comparison. */
bool text_is_nocase(text a, const char *terminated);
/* Bytes of the UTF-8 character that t starts with (RFC 3629); 0 where t is empty or does not start with a valid one. */
size_t text_utf8_length(text t);
text text_trim(text t); /* white space, no-break space (UTF-8) and a byte order mark off both ends */

/* A growing byte buffer with a maximum. Writes after a failure do nothing: check `failed` once, at the end.
 * A zeroed buffer is ready. `maximum` bounds `length` (0 = 1 GiB). `data` is NULL until the first write (of nothing, too),
 * then always terminated by a 0 that `length` leaves out. What is written may not be a part of the buffer itself. */
typedef struct buffer {
    char *data;
    size_t length;
    size_t capacity;
    size_t maximum;
    bool failed;
} buffer;

void buffer_put(buffer *b, const char *bytes, size_t length);
void buffer_text(buffer *b, const char *terminated);
void buffer_char(buffer *b, char c);
void buffer_printf(buffer *b, const char *format, ...) PRINTF_LIKE(2, 3);
void buffer_int(buffer *b, int64_t value);
/* number_format's text. NaN and infinities write nothing: a missing figure is an empty cell. */
void buffer_number(buffer *b, double value);
/* A CSV field: quoted only where it holds a comma, a quote, a line end, or white space at an end. */
void buffer_csv(buffer *b, const char *terminated);
/* Text escaped for HTML element content and double-quoted attributes. */
void buffer_html(buffer *b, const char *terminated);
/* A JSON string with its quotes (RFC 8259); invalid UTF-8 becomes U+FFFD. NULL writes null. */
void buffer_json(buffer *b, const char *terminated);
/* A JSON number; NaN and infinities write null. */
void buffer_json_number(buffer *b, double value);
/* Keeps the memory. */
void buffer_clear(buffer *b);
void buffer_free(buffer *b);
status buffer_status(const buffer *b, error *err) MUST_USE; /* STATUS_MEMORY where failed */

/* ---- dates and periods ------------------------------------------------------------------------------ */

/* Days since 1970-01-01 in the proleptic Gregorian calendar. DATE_NONE where there is none. */
typedef int32_t date;
#define DATE_NONE    INT32_MIN
#define DATE_FOREVER INT32_MAX /* "still open" in a `to` */

date date_of(int year, int month, int day);               /* DATE_NONE where there is no such day */
void date_parts(date d, int *year, int *month, int *day); /* d must be neither DATE_NONE nor DATE_FOREVER */
bool date_parse(text t, date *out);                       /* YYYY-MM-DD only */
/* Also dd/mm/yyyy, dd-mm-yyyy, dd.mm.yyyy, yyyy/mm/dd, yyyymmdd, "30 April 2026", "April 30, 2026", "30-Apr-26" (two-digit
 * years are 1970 to 2069); the day comes before the month. A time after a space or T is left out. *out only changes on success. */
bool date_parse_loose(text t, date *out);
#define DATE_TEXT 16
void date_format(date d, char out[DATE_TEXT]); /* "" for DATE_NONE and DATE_FOREVER, else YYYY-MM-DD */

typedef enum period_kind {
    PERIOD_NONE = 0,
    PERIOD_MONTH,
    PERIOD_QUARTER, /* of the financial year: Q1 is April to June */
    PERIOD_FINANCIAL_YEAR,
    PERIOD_CALENDAR_YEAR,
    PERIOD_RANGE /* any run of whole months, such as a rolling three-month window */
} period_kind;

/* A run of whole months. A zeroed period is "none". */
typedef struct period {
    period_kind kind;
    int32_t first_month; /* year * 12 + month - 1 */
    int32_t months;
} period;

period period_month(int year, int month);
/* Strict: 2026-04, FY2025-26, FY2025-26-Q4, CY2024, 2024-04..2024-06. */
bool period_parse(text t, period *out);
/* Finds a month or financial-year quarter inside a title, header, code or file name: "RTT-April-2026",
 * "MSitAE-APRIL-2025", "Monthly-AE-Nov-25-CSV", "ae_activity_2024-05", "Q3 2024-25", "20260430-RTT", "April 30, 2026", and a
 * month of a financial year: "January 2024-25", "2024-25-January" (both January 2025). Case-insensitive; years 1990 to 2999.
 * "2009-10" is October 2009, not a financial year. False when there is none, when two different ones are found, or when
 * months are joined ("April to June 2026"): *out is then as it was. */
bool period_find(text t, period *out);
#define PERIOD_TEXT 24
void period_format(period p, char out[PERIOD_TEXT]);
/* "April 2026", "2025/26", "January to March 2026", "2024", "April to June 2024". */
#define PERIOD_WORDS 48
void period_words(period p, char out[PERIOD_WORDS]);
/* By first month, then length, then kind. */
int period_compare(period a, period b);
date period_first_day(period p);
date period_last_day(period p);

/* Which way a measure is better. */
typedef enum better { BETTER_NEITHER = 0, BETTER_HIGHER, BETTER_LOWER } better;

/* ---- numbers ---------------------------------------------------------------------------------------- */

#define NUMBER_TEXT 32
/* The shortest text that reads back as the same double; "" for NaN and infinities; never an exponent
 * for magnitudes from 1e-5 up to 1e15; "0" for both zeros. Returns the length. */
size_t number_format(double value, char out[NUMBER_TEXT]);
/* A whole decimal number, optional sign; false on anything else, overflow included. */
bool number_parse_count(text t, int64_t *out);
/* A decimal number with optional sign, fraction and exponent in the C locale; no inf, nan or hex, nothing that
 * overflows, no white space, at most 63 bytes. */
bool number_parse(text t, double *out);
/* 7123980 -> "7,123,980". */
void number_grouped(int64_t value, char out[NUMBER_TEXT]);

/* ---- places in workbooks ----------------------------------------------------------------------------- */

/* Where a row of a workbook stands, in one number that fits where lines of a csv do (below 2^53). Places order by sheet, then row, then column. */
typedef struct line_place {
    int32_t sheet;  /* 1-based place in the list of sheets; 0 = the file has none, `row` is a line of a csv */
    int32_t column; /* 1-based column whose cell became the row, 0 = the whole row */
    int64_t row;    /* 1-based */
} line_place;
static inline int64_t line_of_place(int32_t sheet, int64_t row, int32_t column)
{
    return sheet == 0 ? row : (int64_t)1 << 51 | (int64_t)sheet << 36 | row << 15 | column;
}
static inline line_place place_of_line(int64_t line)
{
    if ((line >> 51 & 1) == 0)
        return (line_place){0, 0, line};
    return (line_place){(int32_t)(line >> 36 & 0x7fff), (int32_t)(line & 0x7fff), line >> 15 & 0x1fffff};
}
/* The name of a sheet (1-based) in a list of one name per line; empty where it is not there. */
text line_sheet(const char *sheets, int32_t sheet);
/* "D" of 4, "AB" of 28; "" for less than 1. */
#define COLUMN_LETTERS 8
void place_letters(int32_t column, char out[COLUMN_LETTERS]);

/* ---- hashing ---------------------------------------------------------------------------------------- */

#define SHA256_TEXT 65
typedef struct sha256 {
    union {
        uint64_t align;
        unsigned char bytes[256];
    } state;
} sha256;
void sha256_begin(sha256 *h);
void sha256_add(sha256 *h, const void *bytes, size_t length);
void sha256_end(sha256 *h, char out[SHA256_TEXT]); /* lower-case hex */
status sha256_file(const char *path, char out[SHA256_TEXT], error *err) MUST_USE;

/* ---- files ------------------------------------------------------------------------------------------ */

/* Reads a whole file of at most `maximum` bytes into b (cleared first); STATUS_REFUSED where it is larger. An empty file is
 * an empty text. */
status file_read(const char *path, size_t maximum, buffer *b, error *err) MUST_USE;
/* Writes to a temporary name beside `path` (ending in .part), renames: readers see the old or the new, never half, and a
 * failure leaves the old. Where `durable`, file and folder are synced, so that the new survives a power cut. */
status file_write(const char *path, const char *bytes, size_t length, bool durable, error *err) MUST_USE;
status folder_make(const char *path, error *err) MUST_USE; /* with parents; an existing folder is fine */

/* ---- names like this one ---------------------------------------------------------------------------- */

/* Edit distance (Levenshtein, ASCII case-insensitive), for "did you mean"; texts over 64 bytes give 255. */
unsigned text_distance(const char *a, const char *b);

#endif
