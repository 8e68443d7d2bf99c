/*
 * register: who agreed to what, when, and what became of it.
 *
 * The register is an append-only log of events in one SQLite file, `register.sqlite` in the workspace. Every event holds its sequence number,
 * time, actor (a person), organisation, kind, subject and body (canonical JSON), and a SHA-256 over all of that and over the hash of the event
 * before it. So nothing in it can be changed, removed or put in another order without that being seen (register_verify). An organisation may
 * sign its events with an Ed25519 key; once it has registered one, it must.
 *
 * What stands now (targets, priorities, commitments, groups ...) is a replay: a function of the events alone, the same for everyone who holds
 * them. Snapshots of it only save time and are checked against the chain.
 *
 * Invariants: an event that breaks a rule is refused with a sentence and changes nothing. What register_append acknowledged is on the disk: a kill
 * or a power cut afterwards does not lose it. Times never run backwards. There is no clock in here: callers give the time.
 * Ownership: register_open allocates, register_close frees. Subjects and their texts belong to the log and stay valid until the next
 * register_append, register_refresh, register_import or register_close.
 * Threads: one handle belongs to one thread at a time. Any number of processes may append: they wait for each other.
 */
#ifndef CONCORD_REGISTER_H
#define CONCORD_REGISTER_H

#include "base/base.h"
#include "catalogue/catalogue.h"

/* ---- what the register speaks of ----------------------------------------------------------------------- */

typedef enum register_kind {
    REGISTER_PARTNER = 0, /* an organisation that takes part: trust, board, council, voluntary body, NHS England, CQC */
    REGISTER_MEASURE,     /* a local measure, fed by tidy files */
    REGISTER_TARGET,      /* national, regional, or a local priority: field `tier` */
    REGISTER_COMMITMENT,
    REGISTER_CHALLENGE,
    REGISTER_GROUP, /* provider collaborative, place, cluster: across the tree */
    REGISTER_RATING,
    REGISTER_NOTE,
    REGISTER_REBASE,
    REGISTER_EMBARGO,
    REGISTER_RELEASE,
    REGISTER_COLLECTION, /* a data collection or report asked of a system */
    REGISTER_SCENARIO,   /* assumptions and levers of a plan, as YAML; its id is the scenario's own */
    REGISTER_KINDS
} register_kind;
/* "partner", "measure", "target" ... */
const char *register_kind_name(register_kind kind);

typedef enum register_standing {
    STANDING_ACTIVE =
        0, /* partners, measures, groups, ratings, notes, rebases, embargoes, releases, collections, scenarios */
    STANDING_PROPOSED,
    STANDING_CO_DEVELOPED,
    STANDING_SIGNED,
    STANDING_IN_FORCE,
    STANDING_REVIEWED, /* in force, and reviewed */
    STANDING_RETIRED,
    STANDING_OPEN,
    STANDING_ANSWERED,
    STANDING_ESCALATED,
    STANDING_CLOSED,
    STANDING_LEFT,
    STANDING_MERGED,
    STANDING_WITHDRAWN,
    STANDING_ENDED,
    STANDING_COUNT
} register_standing;
/* "proposed", "co-developed", "in force" ... */
const char *register_standing_name(register_standing standing);

/* The fields of bodies, in the order of their JSON names, which is the order of canonical JSON; then those that only a replay fills. */
typedef enum register_field {
    FIELD_ABOUT = 0, /* the target or commitment that a challenge is about; the target a commitment serves */
    FIELD_AFFORDABLE,
    FIELD_ANSWER_BY,
    FIELD_ASKED_BY,
    FIELD_ATTRIBUTABLE,
    FIELD_AUTHORITY,
    FIELD_BETTER,
    FIELD_BREAKDOWN,
    FIELD_BY, /* the month by which a target is to be met, YYYY-MM */
    FIELD_CLEAR,
    FIELD_DEFINITION,
    FIELD_DOCUMENT,
    FIELD_DUE, /* the day by which a commitment is to be kept */
    FIELD_EDITION,
    FIELD_FREQUENCY,
    FIELD_FROM,
    FIELD_HOURS, /* hours of work a year */
    FIELD_KIND,
    FIELD_LEGAL_BASIS,
    FIELD_LEVEL, /* in the measure's unit */
    FIELD_MEASURE,
    FIELD_MEASURES,
    FIELD_NAME,
    FIELD_OF, /* the organisation that a note, rebase or rating is about */
    FIELD_ONS_CODE,
    FIELD_ORGANISATIONS, /* whose figures a target is about */
    FIELD_OUTCOME,
    FIELD_PARTNERS,
    FIELD_PERIOD,
    FIELD_PUBLIC_KEY,
    FIELD_QUESTION,
    FIELD_RATING,
    FIELD_REASON,
    FIELD_REGIME,
    FIELD_RELEVANT,
    FIELD_REVISION,
    FIELD_RISKS,
    FIELD_SCENARIO, /* the text of a scenario's file, without the end of its last line */
    FIELD_SEES,
    FIELD_SOURCE,
    FIELD_STATE,
    FIELD_SUCCESSOR,
    FIELD_SYSTEM,
    FIELD_TIER,
    FIELD_TITLE,
    FIELD_TO,
    FIELD_TRAJECTORY, /* "2026-04=61 2026-05=62.5" */
    FIELD_UNIT,
    FIELD_UNTIL,
    FIELD_VALID,
    FIELD_VALUE,
    FIELD_WHAT,
    FIELD_WHEN,
    FIELD_WHOM,
    FIELD_WHY,
    FIELD_WORDS,
    FIELD_IN_BODIES,                       /* how many there are */
    FIELD_CO_DEVELOPERS = FIELD_IN_BODIES, /* codes */
    FIELD_SIGNATURES,                      /* "RM1=17 QMM=18": who signed the present revision, by which event */
    FIELD_MEMBERS,                         /* "RM1=2025-04-01.. RGP=2025-04-01..2026-04-01": half-open dates */
    FIELD_COUNT
} register_field;
/* As in JSON: "about", "legal_basis"; the last ones "co_developers", "signatures", "members". */
const char *register_field_name(register_field field);
bool register_field_find(const char *name, register_field *out);

/* How a field stands in JSON: a text, a list of texts, or a number. */
typedef enum register_shape { SHAPE_TEXT = 0, SHAPE_LIST, SHAPE_NUMBER } register_shape;
register_shape register_field_shape(register_field field);
/* The fields that subjects of a kind keep; *count of them. */
const register_field *register_kind_fields(register_kind kind, size_t *count);
/* The kind of subject that a kind of event is about, and whether it makes it; false for an unknown one. */
bool register_event_subject(const char *event, register_kind *kind, bool *makes);

/* One thing that the register speaks of, as it stands after the last event. */
typedef struct register_subject {
    register_kind kind;
    register_standing standing;
    const char *id;
    const char *
        owner; /* the organisation that made it; of commitments the one that holds it. register_successor_of says who that is now */
    int64_t version; /* how many events it has seen; grows with each */
    int64_t
        revision; /* how often its content was written: 1 when made; of a scenario the version that its file gives */
    int64_t first_event, last_event; /* sequence numbers */
    int64_t reports;                 /* progress reports, of commitments */
    int64_t challenges;              /* challenges about it that are not closed */
    date made, changed;              /* days of the first and the last event */
    char **texts;                    /* by place in the fields of its kind: see register_value */
} register_subject;

/* The text of a field, NULL where it has none. Lists are codes with a space between; numbers as number_format writes them. */
const char *register_value(const register_subject *s, register_field field);
/* NaN where there is none. */
double register_value_number(const register_subject *s, register_field field);
/* DATE_NONE where there is none. */
date register_value_date(const register_subject *s, register_field field);

/* ---- the log --------------------------------------------------------------------------------------------- */

#define REGISTER_FORMAT        1
#define REGISTER_TIME_TEXT     21 /* 2026-04-01T09:30:00Z */
#define REGISTER_BODY_MAXIMUM  65536
#define REGISTER_NAME_MAXIMUM  300
#define REGISTER_CODE_MAXIMUM  64
#define REGISTER_SNAPSHOT_STEP 10000 /* events between two snapshots */

typedef struct register_event {
    int64_t sequence; /* from 1, without gaps */
    const char *time; /* UTC */
    const char *actor, *organisation;
    const char *kind;      /* "target.sign": see docs/register.md */
    const char *subject;   /* id */
    const char *body;      /* canonical JSON */
    const char *key;       /* public key in hex, "" where not signed */
    const char *signature; /* hex, "" where not signed */
    char hash[SHA256_TEXT];
} register_event;

typedef struct register_log register_log;

/* How a register is opened. */
typedef struct register_options {
    bool make; /* there is none yet: make an empty one. Without it a missing file is STATUS_NOT_FOUND */
    bool read_only;
    int wait_milliseconds;      /* for other writers; 0 = 10,000 */
    const catalogue *catalogue; /* measures are checked against it when something is appended; NULL = not checked */
    bool ignore_snapshots;      /* replay from the first event */
} register_options;

/* Opens the register at path (WORKSPACE/register.sqlite) and brings the state up to its last event: from the newest snapshot that the
 * chain bears out, and the events after it, each checked against the chain. STATUS_NOT_FOUND; STATUS_REFUSED for a file that is no register, is of a
 * newer Concord, is cut short or does not bear its chain out (where, in err); STATUS_BUSY; STATUS_IO; STATUS_MEMORY. */
MUST_USE status register_open(const char *path, const register_options *options, register_log **out, error *err);
/* For reading; where there is no file, which is fine, *out is NULL. Errors as register_open. */
MUST_USE status register_open_if_any(const char *path, register_log **out, error *err);
void register_close(register_log *r);
/* Takes in what others have appended since. */
MUST_USE status register_refresh(register_log *r, error *err);

/* The sequence number of the last event, 0 where there is none, and its hash (64 zeros where there is none). */
int64_t register_last(const register_log *r);
const char *register_head(const register_log *r);
/* The time of the last event, "" where there is none. */
const char *register_last_time(const register_log *r);
/* What the register is called; "" before its first event. */
const char *register_title(const register_log *r);
/* "" or, where a snapshot was passed over because the chain does not bear it out, a sentence. */
const char *register_snapshot_note(const register_log *r);

/* An Ed25519 key pair of libsodium. */
typedef struct register_key {
    unsigned char secret[64];
    char public_key[SHA256_TEXT]; /* 64 hexadecimal digits */
} register_key;
MUST_USE status register_key_make(register_key *out, error *err);
/* A key file is one line: "concord-secret-key 1 HEX"; it is made readable by its owner alone and is never written over. */
MUST_USE status register_key_write(const register_key *key, const char *path, error *err);
MUST_USE status register_key_read(const char *path, register_key *out, error *err);
void register_key_wipe(register_key *key);

/* What is to be appended. */
typedef struct register_draft {
    const char *kind;    /* "commitment.make" */
    const char *subject; /* NULL: numbered by the event, "note-17", for what is being made */
    const char *time;    /* YYYY-MM-DDTHH:MM:SSZ, not before the last event's; NULL: now_or_last */
    const char *now;     /* where time is NULL: this or the last event's time, whichever is later (clocks differ) */
    const char *actor, *organisation;
    const char *body;        /* a JSON object in any order; NULL is {} */
    int64_t if_version;      /* refuse unless the subject is at this version; 0 = whatever it is */
    const register_key *key; /* NULL = not signed */
} register_draft;

typedef struct register_receipt {
    int64_t sequence;
    char hash[SHA256_TEXT];
    char subject[REGISTER_CODE_MAXIMUM + 32];
    char time[REGISTER_TIME_TEXT];
} register_receipt;

/* Checks the draft against the rules and against what others have appended meanwhile, appends it, and returns when it is on the disk.
 * STATUS_REFUSED where it breaks a rule (and, with if_version, where somebody else was quicker); STATUS_NOT_FOUND for an unknown subject or
 * partner; STATUS_BUSY where other writers do not let go in time. Nothing is changed then. */
MUST_USE status register_append(register_log *r, const register_draft *draft, register_receipt *out, error *err);
/* Would it be appended? The same checks and errors, nothing written. */
MUST_USE status register_check(register_log *r, const register_draft *draft, error *err);

/* The names of the kinds of events, ordered; NULL past the end. */
const char *register_event_name(size_t i);
/* The i-th field that a kind of event takes, whether it must be given and its choices ("met|not-met", NULL = any). False past the end. */
bool register_event_field(const char *kind, size_t i, register_field *field, bool *required, const char **choices);

/* "signed", "raised the challenge": what an event did, between the organisation and the subject; the kind itself where it is none of ours. */
const char *register_event_words(const char *kind);
/* What the body of an event says, by field; NULL where it says nothing. Lists are words with a space between, as register_value gives them. */
typedef struct register_said {
    const char *texts[FIELD_IN_BODIES];
} register_said;
/* Into arena memory. STATUS_REFUSED where the body is not as the register writes it; STATUS_MEMORY. */
MUST_USE status register_event_said(const register_event *event, arena *a, register_said *out, error *err);

/* Events from `first` to `last` (0 = the end), of one subject where `subject` is not NULL, in order. The visitor's event is valid during
 * the call only; what it returns other than STATUS_OK ends the visit and is returned. */
typedef status (*register_visitor)(void *context, const register_event *event, error *err);
MUST_USE status register_events(register_log *r, int64_t first, int64_t last, const char *subject,
                                register_visitor visit, void *context, error *err);

/* ---- what stands now --------------------------------------------------------------------------------------- */

/* All subjects of a kind in the order in which they were made. */
size_t register_count(const register_log *r, register_kind kind);
const register_subject *register_at(const register_log *r, register_kind kind, size_t i); /* i must be in range */
const register_subject *register_find(const register_log *r, register_kind kind, const char *id); /* NULL where none */

/* The code of the organisation that stands in for `code` now: successors are followed; `code` itself where it has none. */
const char *register_successor_of(const register_log *r, const char *code);
/* Is the target in force (STANDING_IN_FORCE or STANDING_REVIEWED)? */
bool register_target_in_force(const register_subject *of);
/* National targets in force that count as priorities; more than REGISTER_NATIONAL_MAXIMUM is to be shown as a warning. */
#define REGISTER_NATIONAL_MAXIMUM 10
size_t register_national_count(const register_log *r);
/* Is an open commitment overdue on that day (due before it)? */
bool register_overdue(const register_subject *commitment, date on);
/* The level that a target asks for in a month: its trajectory's where it has one for that month, its level from the month by which it is due
 * and where there is no trajectory, NaN otherwise. */
double register_target_level(const register_subject *of, period month);
/* Members of a group on a day, as codes, into arena memory, in the order in which they joined. */
MUST_USE status register_members(const register_subject *group, date on, arena *a, const char ***out, size_t *count,
                                 error *err);
/* The words of a list ("RM1 QMM"), one by one: *at starts as the list's text; false at the end. */
bool register_list_next(const char **at, text *out);
bool register_list_has(const char *list, const char *code);

/* ---- proof, and copies ------------------------------------------------------------------------------------- */

typedef struct register_proof {
    int64_t events; /* that were checked and found right */
    int64_t signed_events;
    int64_t snapshots;
    char head[SHA256_TEXT];
    int64_t failed_at; /* sequence number of the first event that is wrong; 0 = none */
} register_proof;

/* Replays the whole log from its first event and checks every hash, sequence number, time, rule and signature, and every snapshot. What it cannot
 * see: a log that was rewritten from some event to its end without signatures. For that, a partner compares with an export of his own
 * (register_compare) or with a head that he noted: expect_sequence and expect_hash (0 and NULL = none).
 * STATUS_REFUSED where something is wrong: err says at which event and what; out->failed_at too. */
MUST_USE status register_verify(const char *path, int64_t expect_sequence, const char *expect_hash, register_proof *out,
                                error *err);

/* An event as a line of an export, without the line's end. previous: the hash of the event before it, 64 zeros before the first. */
void register_event_line(const register_event *event, const char *previous, buffer *out);

/* Takes an event and its line of an export; both are valid during the call only. */
typedef status (*register_line_taker)(void *context, const register_event *event, const char *line, error *err);
/* The events up to the end of a day ("2026-04-01"; "" = all of them) with their lines, in order. */
MUST_USE status register_lines(register_log *r, const char *until, register_line_taker take, void *context, error *err);

/* JSON Lines: a header, an event a line, a closing line with count and head. The text goes to `write` in pieces. */
typedef status (*register_writer)(void *context, const char *bytes, size_t length, error *err);
MUST_USE status register_export(register_log *r, register_writer write, void *context, error *err);

typedef struct register_import_report {
    int64_t events;  /* in the file */
    int64_t present; /* that were here before */
    int64_t added;
    char head[SHA256_TEXT];
} register_import_report;

/* Gives the next bytes of a file; *got 0 at its end. */
typedef status (*register_reader)(void *context, char *into, size_t capacity, size_t *got, error *err);
/* Takes the events of an export that are not here yet, in one step or not at all. Every line is checked (hash, order, rules, signatures); a file
 * whose events differ from those here is a fork and is refused. Errors give the line of the file. `name` is the file's name for errors. */
MUST_USE status register_import(register_log *r, register_reader read, void *context, const char *name,
                                register_import_report *out, error *err);
/* A register in memory from the event lines of an export, in order, without header and closing line; checked like an import, of which errors give the
 * line (the first event's is 2). It may be read, exported and replayed like any other; nothing of it is kept. `name` is for errors. */
MUST_USE status register_open_lines(const char *const *lines, size_t count, const char *name, register_log **out,
                                    error *err);
/* Are the events here those of the export? Says at the first that differs, which fields do. Nothing is changed. */
MUST_USE status register_compare(register_log *r, register_reader read, void *context, const char *name,
                                 register_import_report *out, error *err);

#endif
