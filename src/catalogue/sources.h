/*
 * sources: how the files of a publication are recognised and read, and what typed table they fill. Part of catalogue.h, which others include.
 */
#ifndef CONCORD_CATALOGUE_SOURCES_H
#define CONCORD_CATALOGUE_SOURCES_H

#include "base/base.h"

typedef enum column_type {
    COLUMN_CODE = 0, /* an organisation's or other code; stored as text, trimmed */
    COLUMN_CATEGORY, /* one of few values (RTT part, treatment function); stored as text, trimmed */
    COLUMN_TEXT,
    COLUMN_COUNT, /* int64, never negative */
    COLUMN_BAND,  /* a count below 2^31, for wide tables of bands (the 105 weekly bands); stored as 32 bits */
    COLUMN_NUMBER /* a double */
} column_type;

typedef struct source_column {
    const char *name;  /* snake_case, a field's word: treatment_function, weeks_17_18, attendances_type_1 */
    const char *title; /* for people */
    column_type type;
} source_column;

/* A condition on a cell of the same row, before anything is made of it. */
typedef struct layout_condition {
    int32_t layout_column;
    const char *const *is; /* any of these patterns, trimmed, case-insensitive */
    size_t is_count;       /* 0 = no condition */
} layout_condition;

/* How one column of a layout is found and where it goes. */
typedef struct layout_column {
    const char *header;              /* header text; compared trimmed, white space folded, case-insensitive */
    const char *const *alternatives; /* other wordings over the years */
    size_t alternative_count;
    int32_t occurrence; /* 1 = the first column with that header, 2 = the second ... */
    int32_t column;     /* index into source.columns; -1 = declared but not kept */
    bool is_name;       /* holds the name of the organisation whose code goes to `column`; kept once per code */
    bool is_period;     /* holds the period of the row (RTT-April-2026) */
    bool optional;      /* may be absent: column stays missing */
    bool required;      /* a blank cell here refuses the file */
    bool blank_is_zero; /* a count left blank is none; where every such cell of a row is blank, all are missing */
    /* Of shaped layouts only (source_layout.shaped): */
    bool is_period_start, is_period_end; /* holds the first or last day of the period of the row */
    bool fill_down;                      /* a blank cell means the same as the cell above */
    bool by_name;                        /* the cell may be an organisation's name: its code is looked up */
    bool rounded;                        /* what per_unit does not keep of the cell is rounded off, not refused */
    layout_condition when;               /* the cell goes to `column` only in rows that meet this */
} layout_column;

/* Lines that are declared not to be rows, such as totals: counted, with the reason, and not kept. */
typedef struct layout_set_aside {
    int32_t layout_column;     /* which cell is looked at */
    const char *const *equals; /* any of these, trimmed, case-insensitive */
    size_t equals_count;
    const char *reason; /* "totals of the treatment functions" */
    bool is_total; /* a total of all other rows: its counts are compared with their sums, a difference is reported */
    /* Of shaped layouts only: >= 0: the line is kept as well, as a row beside those that it sums up, which no total is made of. This column holds whose figure it
     * is: the code that the layout puts there (a region's), else "England". */
    int32_t kept_column;
    /* Of shaped layouts only: `equals` may hold patterns ("ALL ENGLISH*"); */
    bool blank;        /* a blank cell is met too */
    const int32_t *by; /* the line is the total of the rows that have the same values in these columns of the source */
    size_t by_count;
} layout_set_aside;

/* What a whole file has, where no total line tells that one has been cut short: of the rows that are kept, so many different texts under a heading, or the same ones in each sheet that says so. */
typedef struct layout_complete {
    int32_t layout_column;
    size_t at_least; /* 0 = any number */
    const char *of;  /* what they are, for messages: "regions" */
    bool
        same; /* sheets of the file whose layouts say so have the same ones; a tenth may differ, which is noted (shaped layouts only) */
} layout_complete;

/* What holds within every row: the count of one column of the source is the sum of those of others. */
typedef struct layout_row_sum {
    int32_t whole;
    const int32_t *parts;
    size_t part_count;
} layout_row_sum;

/* A column of the source that a layout fills with the same value in every row: a text where text is not NULL. */
typedef struct layout_value {
    int32_t column;
    const char *text;
    int64_t value;
} layout_value;

/* One of several kinds of sheet that differ in their title or name only, and what each of them says of its rows. */
typedef struct layout_variant {
    const char *name; /* "52-104 weeks": for messages, and for instead_of */
    bool optional;    /* a file of the form may lack it; else it must be there */
    const char *const *
        instead_of; /* names of the variants for which this one stands in files of other years: a file has it or them, never both */
    size_t instead_of_count;
    const char *const *sheets; /* patterns of the sheet's name; none = any */
    size_t sheet_count;
    const char *const *titles; /* patterns of a cell above the header; none = any */
    size_t title_count;
    const layout_value *set;
    size_t set_count;
} layout_variant;

/* Columns that are rows: each cell under a heading that meets a pattern becomes a row of its own. */
typedef struct layout_unpivot {
    const char *const *headers; /* patterns: "(A) *" */
    size_t header_count;
    const char *const *except; /* patterns of those that are not meant after all */
    size_t except_count;
    const char *const *
        must_have; /* patterns: headings that the table must have, as they stand in it; none = at least one that meets `headers` */
    size_t must_have_count;
    size_t at_least;      /* so many of must_have are enough; without must_have, so many headings that meet `headers` */
    bool optional;        /* the table may have none of these columns */
    bool dates;           /* the headings are months or days instead */
    int32_t value_column; /* takes the cell */
    int32_t key_column;   /* takes the heading, -1 = none */
    const char *strip;    /* taken off the front of the heading: "F" of "F17" */
    const layout_value *set;
    size_t set_count;
    bool rounded;
} layout_unpivot;

/* Where the period of a sheet's rows is said, if no column says it; the first place that says one counts. */
typedef enum period_place_kind {
    PERIOD_RIGHT_OF =
        0, /* the first cell with something in it to the right of a cell that meets the pattern, above the header */
    PERIOD_IN_TITLE, /* in a cell above the header that meets the pattern */
    PERIOD_IN_SHEET, /* in the name of the sheet */
    PERIOD_FIXED     /* it is `text` */
} period_place_kind;
typedef struct layout_period_place {
    period_place_kind kind;
    const char *text;
} layout_period_place;

typedef struct source_layout {
    const char *id;
    const layout_column *columns;
    size_t column_count;
    const layout_set_aside *set_aside;
    size_t set_aside_count;
    const char *const *missing; /* cell texts that mean missing, beside blank: "-" */
    size_t missing_count;
    const char *const *suppressed; /* cell texts that mean suppressed: "*" (kept apart from missing) */
    size_t suppressed_count;
    bool thousands_commas; /* "16,670" is a count */
    bool
        total_required; /* a file (of a shaped layout: a sheet) without a line of the first kind of total that is set aside has been cut short: refused */
    const layout_complete *complete;
    size_t complete_count;
    const layout_row_sum *row_sums; /* a row that contradicts one refuses the file */
    size_t row_sum_count;
    const int32_t
        *one_row_per;         /* of one period a file has one row for each combination of these columns of the source */
    size_t one_row_per_count; /* 0 = rows may repeat */
    struct {
        int32_t column;
        int64_t value;
        const char *text; /* not NULL: a text (shaped layouts only) */
    } constants[16];      /* columns this layout fills with a constant */
    size_t constant_count;
    /* A layout of a workbook, or of a csv that needs more than columns in their place. Its headings may hold `*` for any text; columns that it does not know are left out with a note. */
    bool shaped;
    const char *form; /* layouts of one form are found in one file together */
    bool optional;    /* a file of the form may lack this one */
    period since;     /* with optional: only files of earlier periods may lack it; PERIOD_NONE = any */
    bool only_these;  /* a column that it does not know refuses the file, instead of being left out with a note */
    bool
        blocks; /* the table stands in several blocks, each under the same headings; else a second header refuses the file */
    const char *
        part; /* releases of one source and period with different parts stand side by side: "provider", "commissioner"; "" = the whole */
    const char *const *sheets; /* patterns of the names of sheets; none = any, and a csv */
    size_t sheet_count;
    const char
        *group_row; /* pattern of a cell: its row, further up, holds the headings over groups of columns; "" = none */
    int32_t heading_rows; /* 1 to 3: the headings of several rows are joined by " | ", "Available | Maternity" */
    const layout_variant *variants;
    size_t variant_count;
    const layout_unpivot *unpivots;
    size_t unpivot_count;
    const layout_period_place *period_places;
    size_t period_place_count;
    const char *const
        *ends_before; /* patterns: a row whose first cell meets one is the first line of the notes under the table */
    size_t ends_before_count;
} source_layout;

/* A column that names organisations, and what it says of their parents. */
typedef struct source_role {
    const char *name; /* "provider", "commissioner" */
    int32_t column;
    int32_t parent_column;   /* -1 = the file gives no parent */
    const char *parent_kind; /* "icb" or "region": of the parent as published */
    const char *const *
        kinds; /* "icb", "trust" ... or "provider" (whoever provides care): a known code of another kind refuses the file; none = any */
    size_t kind_count;
} source_role;

typedef struct breakdown_value {
    const char *code, *name; /* C_110, "Trauma and Orthopaedic" */
    const char *
        same_as; /* another code for the same value: "Subsequent" is "Subsequent Treatment" of earlier years; NULL = none */
} breakdown_value;

typedef struct source_breakdown {
    const char *id;   /* "treatment-function" */
    const char *name; /* "Treatment function" */
    int32_t column;
    const breakdown_value *values; /* names of known codes; other codes are shown as they are */
    size_t value_count;
} source_breakdown;

/* Where a file says when it was published or revised: in the first cell with something in it to the right of a cell that meets the pattern,
 * in the cell below that, or in that cell itself. */
typedef enum date_place_kind { DATE_RIGHT_OF = 0, DATE_BELOW, DATE_IN_CELL } date_place_kind;
typedef struct source_date_place {
    date_place_kind kind;
    const char *text;          /* pattern: "Published:" */
    const char *const *sheets; /* patterns of names; none = the sheets that hold its tables, above the header */
    size_t sheet_count;
    bool revised; /* the day of a revision */
} source_date_place;

/* Where the publisher lists the files of a source, for whoever fetches them. */
typedef struct source_landing {
    const char *page;          /* https://..., or http://... */
    const char *const *follow; /* patterns of the addresses of pages one level down that are looked on as well */
    size_t follow_count;
    bool verified; /* somebody has seen that the page is there and lists the files */
} source_landing;

/* A link that leads to a file of the source: all that is given must be met. `*` stands for any text, letters of any case. */
typedef struct source_link {
    const char *address;       /* pattern of the whole address, "" = any */
    const char *words;         /* pattern of the text of the link, "" = any */
    const char *const *except; /* patterns of addresses or words: links that are not meant */
    size_t except_count;
} source_link;

/* The only values that a column of texts may hold; another one refuses the file. */
typedef struct column_known {
    const char *const *values;
    size_t count; /* 0 = any */
} column_known;

typedef struct source {
    const char *id; /* "rtt-full-extract" */
    const char *name, *publisher, *licence, *landing_page, *frequency;
    const char *table; /* name of the rows' table: rows_rtt_full_extract */
    const source_column *columns;
    size_t column_count;
    /* Per column. Counts that come in fractions are kept as whole numbers of small parts, so that they still add up exactly: 2 for patients of which two trusts count half each,
     * 100000 for full-time equivalents of five decimals. What is shown is what is kept divided by this. 1 where there are no fractions; NULL where no column has any. */
    const int64_t *per_unit;
    const column_known *known; /* per column; NULL where no column has any */
    const source_layout *layouts;
    size_t layout_count;
    const source_role *roles;
    size_t role_count;
    const source_breakdown *breakdowns;
    size_t breakdown_count;
    const char *file; /* where it was declared */
    size_t folder;    /* in which of the folders of the catalogue: 0 = the program's own */
    bool tidy;        /* the built-in tidy layout: rows name their measure */
    bool one_period;  /* a file holds one period: one with two has been put together from two files */
    const source_date_place *published_at;
    size_t published_at_count;
    const char
        *overrides; /* file of the program's own source of that id, whose place this one has taken; NULL = none */
    const source_landing *landing;
    size_t landing_count;
    const source_link *links;
    size_t link_count;
    const char *const *hosts; /* further servers that the files may be fetched from, beside those of the pages */
    size_t host_count;
} source;

#endif
