/*
 * register_work: what the commands over the register share (target, priority, commit, challenge, respond, note, rebase, group, rating, collection,
 * commitments, register).
 *
 * Each of them is a table of actions. An action that writes names the event that it records; its fields are options of the same name (--legal-basis is
 * legal_basis), or come as JSON, so that the register's own tables say what there is to be given. An action that reads has a function.
 */
#ifndef CONCORD_CLI_REGISTER_WORK_H
#define CONCORD_CLI_REGISTER_WORK_H

#include "cli/cli.h"

#include "register/register.h"

/* What stands at a place after the action's name: the subject's id, or a field of the event. */
#define PLACE_NONE    ((register_field)(-1))
#define PLACE_SUBJECT FIELD_COUNT
#define PLACE_WORDS   ((register_field)(-2)) /* actions of its own stand there: concord register partner */
#define PLACES        3

typedef struct register_run register_run;

typedef struct register_action {
    const char *name;   /* "sign" */
    const char *within; /* "partner " of an action that stands under another word; else NULL */
    const char *event;  /* "target.sign", NULL where it only reads */
    register_field places[PLACES];
    size_t at_least;                            /* how many of the places must be given */
    const char *fixed;                          /* JSON that is always part of the body, or NULL */
    status (*run)(register_run *r, error *err); /* instead of the usual way; NULL = register_write */
    const char *const *options;                 /* beside the event's fields, and those that all take; ends with NULL */
    bool own_log;                               /* the action opens the register itself, or needs none */
    bool whole; /* it reads, but all of the register whatever the day (verify, export): no --as-of */
} register_action;

struct register_run {
    cli *cli;
    const arguments *arguments;
    const register_action *action;
    register_log *log;
    output_format format;
    char now[REGISTER_TIME_TEXT];
    char at[REGISTER_TIME_TEXT]; /* --at, or "" */
    date on;                     /* --on, --at, or today */
    struct json_t *body;         /* of an action that writes */
    const char *subject;         /* of an action that writes, NULL = numbered */
    register_receipt receipt;
};

/* The options that all writing actions take; to be part of each command's table. */
#define REGISTER_WRITE_OPTIONS                                                                                         \
    {"--as", "ORG", "The organisation that acts (ODS or ONS code, or a partner's); else $CONCORD_ORGANISATION."},      \
        {"--actor", "NAME", "The person who acts; else $CONCORD_ACTOR."},                                              \
        {"--at", "TIME", "When: YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ (UTC); now where not given."},                      \
        {"--key", "FILE", "Sign with this key (made by: concord register keygen)."},                                   \
        {"--if-version", "N", "Refuse if somebody has changed it since you read version N."},                          \
        {"--json", "FILE|-", "Take the fields from a JSON object, and the id as \"id\"; options are put over it."},    \
    {                                                                                                                  \
        "--format", "table|csv|json", "How to print: a table (the default), csv or JSON."                              \
    }

/* The option of commands that also read; register_command_run turns the register back and refuses it to what writes or proves. */
#define REGISTER_AS_OF_OPTION                                                                                          \
    {                                                                                                                  \
        "--as-of", "DATE", "Of what only reads: as it stood, and as figures were known, at the end of this day."       \
    }

/* Runs the action that the first argument names. */
MUST_USE status register_command_run(cli *c, const arguments *a, const register_action *actions, error *err);
/* The option of a field: "--legal-basis" of legal_basis. */
void register_option_name(register_field field, char out[40]);
/* The usual way to write: body from fixed parts, JSON, places and options; appended; the receipt printed. */
MUST_USE status register_write(register_run *r, error *err);
/* r->body and r->subject (NULL where neither the command line nor the JSON has an id), organisations checked. In register_body.c, with what it needs. */
MUST_USE status register_body_collect(register_run *r, error *err);
MUST_USE status register_body_append(register_run *r, error *err);
#define REGISTER_ACTION_WORDS 60
/* "commit make", "register partner add", "respond": the action as it is typed. */
void register_action_words(const cli *c, const register_action *of, char out[REGISTER_ACTION_WORDS]);
/* The value of an option of this command, or NULL. */
const char *register_option(const register_run *r, const char *option);

/* Opens WORKSPACE/register.sqlite; `make` where an empty one is to be made. */
MUST_USE status register_log_open(register_run *r, bool make, error *err);

/* ---- register_orgs.c ---- */

typedef enum register_body_is { BODY_ACTS = 0, BODY_NAMED, BODY_EVER } register_body_is;
/* The code that the register uses for what was typed: ONS codes become ODS codes; one that has closed by `on` cannot act then, nor be named for that
 * day, and is refused with its successor, but for BODY_EVER; one that neither the organisations data nor the register knows is refused with near ones. */
MUST_USE status register_organisation(cli *c, const register_log *log, const char *typed, date on, register_body_is is,
                                      const char **out, error *err);

/* ---- register_views.c ---- */

typedef bool (*register_filter)(const register_run *r, const register_subject *s);
/* Lists the subjects of a kind: id, standing and these fields (ends with FIELD_COUNT); as JSON, whole objects. */
MUST_USE status register_list_print(register_run *r, register_kind kind, const register_field *columns,
                                    register_filter filter, error *err);
/* One subject with its fields and its events. */
MUST_USE status register_show_print(register_run *r, register_kind kind, const char *id, error *err);
/* The events of the log, or of one subject. */
MUST_USE status register_events_print(register_run *r, const char *subject, error *err);
void register_subject_json(const register_subject *s, const register_log *log, buffer *out);
/* register_status.c: title, events, head, and how many things are open and overdue on the day of the run. */
MUST_USE status register_status_print(register_run *r, error *err);
/* Prints what the run made. */
MUST_USE status register_out(const register_run *r, const buffer *b, error *err);

#endif
