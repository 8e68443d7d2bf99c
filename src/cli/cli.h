/*
 * cli: the command line.
 *
 * Every command is one record in the table of commands.c: its name, what it takes, what it does, an example. The record drives the parser,
 * `concord help`, `concord COMMAND --help`, the man pages and the shell completion, so they cannot disagree.
 *
 * Invariants: data goes to standard output, everything else to standard error; an error is one line. Exit codes: 0 done, 1 some data was
 * refused, 2 usage, 3 input or output, 4 a defect of ours. Colour and progress only on a terminal, and no colour where NO_COLOR is set.
 * Ownership: one `cli` lives from cli_main's start to its end and owns the catalogue, the organisations and the open files of a run.
 */
#ifndef CONCORD_CLI_H
#define CONCORD_CLI_H

#include "base/base.h"
#include "catalogue/catalogue.h"
#include "edition/edition.h"
#include "facts/facts.h"
#include "orgs/orgs.h"

#include <signal.h>

/* ---- what a command takes ---- */

typedef struct command_option {
    const char *name;  /* "--format" */
    const char *value; /* "table|csv|json", "DATE"; NULL for a switch; "COL ..." may be given several times */
    const char *help;
} command_option;

#define COMMAND_OPTIONS_MAXIMUM  48
#define ARGUMENTS_MAXIMUM        65536
#define ARGUMENT_REPEATS_MAXIMUM 64

typedef struct argument_repeat {
    size_t option; /* its place in the command's table */
    const char *value;
} argument_repeat;

typedef struct arguments {
    const char
        *options[COMMAND_OPTIONS_MAXIMUM]; /* by place in the command's table; NULL where not given; "" for a switch */
    argument_repeat repeats[ARGUMENT_REPEATS_MAXIMUM]; /* values after the first, of options that may be given again */
    size_t repeat_count;
    const char *const *positional;
    size_t positional_count;
} arguments;

typedef struct cli cli;

typedef struct command {
    const char *name;
    const char *alias;             /* another name, or NULL */
    const char *takes;             /* "MEASURE ORG", for the usage line */
    size_t at_least, at_most;      /* positional arguments */
    const char *summary;           /* one line */
    const char *description;       /* paragraphs, parted by an empty line */
    const char *example;           /* lines that start with "concord " */
    const command_option *options; /* ends with a zeroed one */
    status (*run)(cli *c, const arguments *a, error *err);
    bool hidden;
    const struct command *const
        *parts; /* commands of its own, named "plan project"; ends with NULL. The word after it chooses */
} command;

/* The table, ordered as help shows it. */
extern const command *const commands[];
extern const size_t command_count;
const command *command_find(const char *name);
/* The part of a command that a word names, or NULL. */
const command *command_part(const command *of, const char *word);
/* The given value of an option of the command, or NULL. The name must be in the command's table. */
const char *argument(const command *of, const arguments *a, const char *option);
/* The n-th value (from 0) of an option that may be given several times, or NULL. */
const char *argument_nth(const command *of, const arguments *a, const char *option, size_t n);

/* ---- a run ---- */

struct cli {
    const command *command;
    const char *program; /* argv[0]'s last part */
    FILE *out, *err;
    bool out_terminal, err_terminal, colour;
    bool plain;                  /* CONCORD_REPRODUCIBLE or --plain: no program version, no dates of this run */
    const char *home;            /* holds catalogue/, data/orgs/ and web/; NULL where none was found */
    const char *workspace_given; /* -w, or NULL */
    char workspace[4096];        /* absolute or as given; set by workspace_open */
    bool workspace_is_open;
    int lock; /* descriptor of the lock file, -1 */
    catalogue catalogue;
    bool catalogue_is_loaded;
    orgs *orgs;
    facts *facts;
    arena memory;                       /* the run's */
    bool some_refused;                  /* a command went on after data that was refused: exit 1 ... */
    status exit_status;                 /* ... or after worse, such as a file that could not be opened: its exit code */
    const date *as_of;                  /* what was known on that day, by --as-of (as_of.h); NULL: what is known now */
    const struct simulate_ranks *ranks; /* simulations over several machines (concord-mpi); NULL: this one alone */
    bool progress_shown;
    bool ends_by_signal; /* being stopped is this command's regular end: exit 0 */
};

/* Set by SIGINT and SIGTERM: long work looks at it and stops cleanly. */
extern volatile sig_atomic_t cli_interrupted;

/* Runs the command line; returns the exit code. */
int cli_main(int argc, char **argv);
/* The same as one of several ranks of a simulation: only the first of them prints. */
int cli_main_ranked(int argc, char **argv, const struct simulate_ranks *ranks);

/* ---- workspace.c: where things are ---- */

void home_find(cli *c);
/* A folder of home: "catalogue", "data/orgs", "web". STATUS_IO with a hint where there is none. */
MUST_USE status home_folder(cli *c, const char *name, const char **out, error *err);
/* -w, else $CONCORD_WORKSPACE, else the current folder; not checked. */
const char *workspace_path(const cli *c);
/* Checks that it is a workspace (concord.yaml). */
MUST_USE status workspace_open(cli *c, error *err);
/* Takes the lock of those who write, waiting up to wait_seconds; STATUS_BUSY says who holds it. */
MUST_USE status workspace_lock(cli *c, int wait_seconds, error *err);
/* The catalogue of the program and of the workspace (where one is open), problems to standard error. */
MUST_USE status cli_catalogue(cli *c, error *err);
/* A note for each source of the workspace that takes the place of one of the program's. */
void say_overrides(cli *c);
MUST_USE status cli_orgs(cli *c, error *err);
/* Who took an organisation over, for a sentence: "T6Y0W (Norfolk and Suffolk) or D7T5G (Essex)"; nothing where nobody did. After cli_orgs. */
MUST_USE status cli_successors(cli *c, org_index i, buffer *out, error *err);
MUST_USE status cli_facts(cli *c, facts_mode mode, error *err); /* loads the catalogue too */
/* The newest edition. The caller closes it. */
MUST_USE status cli_edition(cli *c, edition **out, error *err);
void cli_close(cli *c);

/* ---- output.c: tables, messages, progress ---- */

typedef enum output_format { FORMAT_TABLE = 0, FORMAT_CSV, FORMAT_JSON } output_format;
/* NULL is a table. */
MUST_USE status format_parse(const char *name, output_format *out, error *err);

/* A table is built cell by cell, then printed. Cells are copied. */
typedef struct table_column {
    const char *name;  /* as in csv and JSON */
    const char *title; /* as in a table; NULL = name */
    bool number;       /* right-aligned; a JSON number */
    bool truth;        /* "yes" or "no"; a JSON true or false */
} table_column;
typedef struct table {
    const table_column *columns;
    size_t column_count;
    buffer cells; /* each terminated by 0 */
    size_t count; /* cells */
} table;
void table_begin(table *t, const table_column *columns, size_t column_count);
void table_text(table *t, const char *cell); /* NULL is missing */
void table_int(table *t, int64_t value);
void table_number(table *t, double value); /* NaN is missing */
void table_missing(table *t);
void table_date(table *t, date d);
void table_period(table *t, period p);
void table_bool(table *t, bool value); /* "yes" or "no" */
MUST_USE status table_print(const cli *c, const table *t, output_format format, error *err);
void table_free(table *t);

/* "concord: FILE, row R: message. Hint." on standard error, one line. */
void say_error(cli *c, const error *err);
/* The kept problems, a line each, and how many more there are. */
void say_problems(cli *c, const problems *list);
void say_note(cli *c, const char *format, ...) PRINTF_LIKE(2, 3);
/* A line that is overwritten, on a terminal only. NULL wipes it. */
void print_progress(cli *c, const char *format, ...) PRINTF_LIKE(2, 3);
void wipe_progress(cli *c);

/* ---- help.c ---- */
void help_overview(FILE *to);
void help_command(FILE *to, const command *of);
void usage_line(const command *of, buffer *b);
MUST_USE status generate_man(const cli *c, FILE *to, const char *name, error *err);
MUST_USE status generate_completion(FILE *to, const char *shell, error *err);

/* ---- values that several commands take ---- */

MUST_USE status option_period(const char *option, const char *value, period *out, error *err);
MUST_USE status option_date(const char *option, const char *value, date *out, error *err);
MUST_USE status option_number(const char *option, const char *value, double *out, error *err);
MUST_USE status option_count(const char *option, const char *value, int64_t low, int64_t high, int64_t *out,
                             error *err);
/* "current", "as-published", "as-at:YYYY-MM-DD". NULL is current. */
MUST_USE status option_geography(const char *value, geography *out, date *as_at, error *err);
/* The rule set must exist. NULL stays NULL. */
MUST_USE status option_rules(const char *value, error *err);

#endif
