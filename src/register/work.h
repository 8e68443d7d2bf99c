/* work: what the files of the register share. The public words are in register.h. */
#ifndef CONCORD_REGISTER_WORK_H
#define CONCORD_REGISTER_WORK_H

#include "register/register.h"

/* ---- kinds.c: the tables that drive bodies, rules, the command line and the documentation ---- */

typedef enum field_type {
    TYPE_CODE = 0,   /* letters, digits and . _ - */
    TYPE_CODES,      /* a list of codes */
    TYPE_NAME,       /* one line */
    TYPE_WORDS,      /* lines */
    TYPE_DATE,       /* YYYY-MM-DD */
    TYPE_MONTH,      /* YYYY-MM */
    TYPE_NUMBER,     /* a JSON number */
    TYPE_TRAJECTORY, /* a list of "YYYY-MM=NUMBER", months without a gap */
    TYPE_KEY         /* 64 hexadecimal digits */
} field_type;

typedef struct field_record {
    const char *name;
    field_type type;
} field_record;
extern const field_record field_records[FIELD_COUNT];

typedef struct field_rule {
    register_field field;
    bool required;
    const char *choices; /* "met|not-met", NULL = any */
} field_rule;
#define FIELD_RULES_END                                                                                                \
    {                                                                                                                  \
        .field = FIELD_COUNT                                                                                           \
    }

typedef struct change change;

typedef struct event_record {
    const char *name;
    register_kind subject;
    bool makes;                             /* makes its subject; else the subject must be there */
    const field_rule *fields;               /* in the order of register_field */
    status (*apply)(change *x, error *err); /* checks, then, unless x->only_check, changes the state */
} event_record;
extern const event_record event_records[];
extern const size_t event_record_count;
const event_record *event_record_find(const char *name);
/* The fields that subjects of a kind keep; *count of them. */
const register_field *kind_fields(register_kind kind, size_t *count);
/* Place of a field among them, -1 where the kind does not keep it. */
int kind_slot(register_kind kind, register_field field);
bool choice_is(const char *choices, const char *value);

/* ---- body.c: canonical JSON ---- */

/* The texts of a body by field, NULL where absent; they live in `room`. */
typedef struct body {
    const char *texts[FIELD_IN_BODIES];
    char *room; /* allocated once, BODY_ROOM bytes */
} body;
#define BODY_ROOM (2 * REGISTER_BODY_MAXIMUM + 256)
MUST_USE status body_begin(body *b, error *err);
void body_free(body *b);
/* Canonical text to fields; refuses what is not exactly canonical. */
MUST_USE status body_parse(body *b, const char *json, size_t length, buffer *scratch, error *err);
/* Any JSON object to fields. */
MUST_USE status body_from_json(body *b, const char *json, error *err);
/* Canonical JSON: keys in order, no white space, numbers by number_format, strings by buffer_json. */
void body_encode(const body *b, buffer *out);
/* Sets a field from text that lives long enough. */
static inline void body_set(body *b, register_field field, const char *value)
{
    b->texts[field] = value;
}
/* Are these the fields that the kind of event takes, each well-formed? */
MUST_USE status body_check(const body *b, const event_record *of, error *err);
bool code_is_good(const char *code);

/* ---- state.c: what stands ---- */

typedef struct register_state {
    arena memory;
    register_subject **of_kind[REGISTER_KINDS];
    size_t count[REGISTER_KINDS], capacity[REGISTER_KINDS];
    register_subject **slots; /* open addressing by kind and id, at most half full */
    size_t slot_count, total;
    register_subject **order; /* in the order of making, over all kinds */
    size_t order_capacity;
    char title[REGISTER_NAME_MAXIMUM + 1];
    int64_t last;
    char head[SHA256_TEXT];
    char last_time[REGISTER_TIME_TEXT];
} register_state;

void state_begin(register_state *s);
void state_free(register_state *s);
register_subject *state_find(const register_state *s, register_kind kind, const char *id);
MUST_USE status state_add(register_state *s, register_kind kind, const char *id, register_subject **out, error *err);
/* NULL removes the value. */
MUST_USE status state_set(register_state *s, register_subject *subject, register_field field, const char *value,
                          error *err);
const char *state_successor(const register_state *s, const char *code);
bool same_organisation(const register_state *s, const char *a, const char *b);

/* The event after the last one, checked against the state and applied to it (or only checked). `b` holds the parsed body and is used up. The
 * hash is the caller's business. */
struct change {
    register_state *state;
    const register_event *event;
    const event_record *of;
    register_subject *subject; /* NULL while an event that makes it is checked */
    const body *body;
    date on;
    bool only_check;
};
MUST_USE status state_apply(register_state *s, const register_event *event, const body *b, bool only_check, error *err);
/* Time well-formed, not before the last event; actor and organisation; who may act; the subject found or free. */
bool time_is_good(const char *time);

/* ---- rules_*.c ---- */

static inline const char *given(const change *x, register_field field)
{
    return x->body->texts[field];
}
date given_date(const change *x, register_field field);
/* Copies the fields that the subject keeps from the body; those that are absent stay. */
MUST_USE status keep_given(change *x, error *err);
MUST_USE status keep(change *x, register_field field, const char *value, error *err);
bool is_owner(const change *x); /* the acting organisation, or whom it succeeded, holds the subject */
MUST_USE status refuse(error *err, const char *hint, const char *format, ...) PRINTF_LIKE(3, 4);
MUST_USE status partner_must(const change *x, const char *code, error *err); /* is an active partner */
/* A partner that has become another by that day cannot be meant from then on: refused with its successor. Bodies that are no partners are not judged
 * here: what the organisations data knows of them is not part of a replay. */
MUST_USE status body_must_stand(const change *x, const char *code, date on, error *err);
MUST_USE status bodies_must_stand(const change *x, register_field list,
                                  error *err); /* each of a list, on the event's day */
/* The rating or regime of the same kind that holds for the organisation or for one that it succeeded; NULL where none does. */
const register_subject *rating_of(const register_state *s, const char *organisation, const char *regime,
                                  const register_subject *but);
status rule_register_open(change *x, error *err);
status rule_partner_join(change *x, error *err);
status rule_partner_leave(change *x, error *err);
status rule_partner_succeed(change *x, error *err);
status rule_partner_key(change *x, error *err);
status rule_partner_reset_key(change *x, error *err);
status rule_measure_define(change *x, error *err);
status rule_target_adopt(change *x, error *err);
status rule_target_propose(change *x, error *err);
status rule_target_develop(change *x, error *err);
status rule_target_revise(change *x, error *err);
status rule_target_sign(change *x, error *err);
status rule_target_start(change *x, error *err);
status rule_target_review(change *x, error *err);
status rule_target_retire(change *x, error *err);
status rule_commitment_make(change *x, error *err);
status rule_commitment_report(change *x, error *err);
status rule_commitment_escalate(change *x, error *err);
status rule_commitment_transfer(change *x, error *err);
status rule_commitment_close(change *x, error *err);
status rule_challenge_raise(change *x, error *err);
status rule_challenge_respond(change *x, error *err);
status rule_challenge_escalate(change *x, error *err);
status rule_challenge_close(change *x, error *err);
status rule_group_form(change *x, error *err);
status rule_group_add(change *x, error *err);
status rule_group_remove(change *x, error *err);
status rule_group_end(change *x, error *err);
status rule_rating_enter(change *x, error *err);
status rule_rating_exit(change *x, error *err);
status rule_note_add(change *x, error *err);
status rule_rebase_add(change *x, error *err);
status rule_withdraw(change *x, error *err);
status rule_embargo_set(change *x, error *err);
status rule_edition_release(change *x, error *err);
status rule_collection_add(change *x, error *err);
status rule_collection_change(change *x, error *err);
status rule_collection_end(change *x, error *err);
status rule_scenario_keep(change *x, error *err);
status rule_scenario_retire(change *x, error *err);
/* Within the unit? "percent" 0 to 100, "count" whole and not negative, others not negative, "score" anything. */
MUST_USE status level_check(double wanted, const char *unit, error *err);

/* ---- chain.c: hashes, signatures, keys ---- */

#define HASH_ZERO "0000000000000000000000000000000000000000000000000000000000000000"
/* SHA-256 over the event's parts and the hash before it. */
void chain_hash(const register_event *event, const char *previous, char out[SHA256_TEXT]);
/* Ed25519 over the 64 characters of the hash. */
void chain_sign(const register_key *key, const char *hash, char out[129]);
bool chain_signature_is_good(const register_event *event);
bool hex_is_good(const char *at, size_t digits);

/* ---- snapshot.c ---- */

void snapshot_encode(const register_state *s, buffer *out);
MUST_USE status snapshot_decode(register_state *s, const char *bytes, size_t length, error *err);

/* ---- store.c: the SQLite file ---- */

struct register_log {
    struct sqlite3 *db;
    struct sqlite3_stmt *select, *insert;
    char *path;
    register_options options;
    register_state state;
    body body;
    buffer scratch, encoded;
    bool stale; /* the state may be ahead of the file: it is replayed before the next use */
    char snapshot_note[256];
};

/* The file open and of the right format; its events not looked at. */
MUST_USE status store_open_bare(const char *path, const register_options *options, register_log **out, error *err);
MUST_USE status store_begin(register_log *r, bool write, error *err);
MUST_USE status store_commit(register_log *r, error *err);
void store_rollback(register_log *r);
MUST_USE status store_insert(register_log *r, const register_event *event, error *err);
MUST_USE status store_snapshot(register_log *r, error *err);
/* Brings the state up to the last event of the file, inside a transaction. */
MUST_USE status store_catch_up(register_log *r, error *err);
/* The event of a row of `select`; texts belong to the statement. STATUS_REFUSED where a column has the wrong type. */
MUST_USE status store_row(struct sqlite3_stmt *row, register_event *out, error *err);
status store_failed(register_log *r, const char *doing, error *err);

/* ---- event_json.c: an event as a line ---- */

void event_encode(const register_event *event, const char *previous, buffer *out);
/* An event of a line; texts live in `memory`. */
MUST_USE status event_decode(const char *line, size_t length, arena *memory, register_event *out,
                             char previous[SHA256_TEXT], error *err);

/* ---- ahead.c: the log read and hashed by another thread ---- */

typedef struct ahead_event {
    register_event event;
    bool row_good;       /* every column has the kind that it should */
    bool fits;           /* its hash is that of its parts and of the hash that the row before it states */
    bool signature_good; /* signed by its key, or neither key nor signature */
} ahead_event;
typedef struct read_ahead read_ahead;

/* Reads all events, in order. The log's database is the reader's until ahead_stop. */
status ahead_start(register_log *r, read_ahead **out, error *err);
/* The next event; NULL after the last. It stays until the call after. */
const ahead_event *ahead_next(read_ahead *a);
/* Ends the reading. False where SQLite could not read to the end (the handle says why), or where *out_of_memory. */
bool ahead_stop(read_ahead *a, bool *out_of_memory);

#endif
