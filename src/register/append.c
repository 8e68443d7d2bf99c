/* append: from a draft to an event on the disk; and reading of what stands. */
#include "register/work.h"

#include <math.h>
#include <sqlite3.h>
#include <string.h>

/* ---- measures ---- */

static status measure_unknown(const register_log *r, const char *id, error *err)
{
    const char *near[3];
    size_t count = catalogue_nearest_measures(r->options.catalogue, id, near, 3);
    status code =
        error_set(err, STATUS_NOT_FOUND, "There is no measure '%s', in the catalogue or defined in the register", id);
    if (count > 0)
        error_hint(err, "Did you mean %s? Or define a local measure: concord target measure ID.", near[0]);
    else
        error_hint(err, "See: concord list measures. Or define a local measure: concord target measure ID.");
    return code;
}

/* NULL where neither the catalogue nor the register knows the measure. */
static const char *measure_unit(const register_log *r, const char *id)
{
    const measure *m = r->options.catalogue == NULL ? NULL : catalogue_measure(r->options.catalogue, id);
    const register_subject *local = state_find(&r->state, REGISTER_MEASURE, id);
    return m != NULL ? m->unit : local != NULL ? register_value(local, FIELD_UNIT) : NULL;
}

/* A measure is one of the catalogue or a local one; its unit is filled in, so that the rules need no catalogue when the
 * log is replayed. */
static status measure_check(register_log *r, const event_record *of, error *err)
{
    const char *id = r->body.texts[FIELD_MEASURE], *at = r->body.texts[FIELD_MEASURES],
               *said = r->body.texts[FIELD_UNIT];
    text word;
    if (r->options.catalogue == NULL)
        return STATUS_OK;
    while (register_list_next(&at, &word)) {
        char each[REGISTER_CODE_MAXIMUM + 1];
        (void)snprintf(each, sizeof each, "%.*s", (int)(word.length < sizeof each ? word.length : sizeof each - 1),
                       word.at);
        if (measure_unit(r, each) == NULL)
            return measure_unknown(r, each, err);
    }
    if (id == NULL || !code_is_good(id))
        return STATUS_OK;
    const char *unit = measure_unit(r, id);
    if (unit == NULL)
        return measure_unknown(r, id, err);
    if (said != NULL && strcmp(unit, said) != 0)
        return refuse(err, NULL, "The unit of %s is %s, not %s", id, unit, said);
    for (size_t i = 0; of->fields[i].field != FIELD_COUNT; i++)
        if (of->fields[i].field == FIELD_UNIT)
            body_set(&r->body, FIELD_UNIT, unit);
    return STATUS_OK;
}

/* ---- appending ---- */

static status version_check(const register_log *r, const register_draft *d, const event_record *of, error *err)
{
    if (d->if_version == 0)
        return STATUS_OK;
    const register_subject *s = state_find(&r->state, of->subject, d->subject == NULL ? "" : d->subject);
    if (s == NULL || s->version == d->if_version)
        return STATUS_OK;
    return refuse(err, "Read it again, and decide anew.",
                  "'%s' has changed since you read it: it is at version %lld, not %lld (event %lld)", s->id,
                  (long long)s->version, (long long)d->if_version, (long long)s->last_event);
}

static status event_make(register_log *r, const register_draft *d, register_event *e, register_receipt *out,
                         char signature[129], error *err)
{
    const event_record *of = event_record_find(d->kind);
    if (of == NULL)
        return error_set(err, STATUS_USAGE, "There is no kind of event '%.60s'", d->kind);
    status code = body_from_json(&r->body, d->body, err);
    if (code == STATUS_OK)
        code = measure_check(r, of, err);
    if (code == STATUS_OK)
        code = version_check(r, d, of, err);
    if (code != STATUS_OK)
        return code;
    *e = (register_event){.sequence = r->state.last + 1,
                          .actor = d->actor == NULL ? "" : d->actor,
                          .kind = of->name,
                          .organisation = d->organisation == NULL ? "" : d->organisation,
                          .signature = ""};
    if (d->subject != NULL && strlen(d->subject) < sizeof out->subject)
        (void)snprintf(out->subject, sizeof out->subject, "%s", d->subject);
    else if (d->subject == NULL && of->makes && of->subject != REGISTER_PARTNER)
        (void)snprintf(out->subject, sizeof out->subject, "%s-%lld", register_kind_name(of->subject),
                       (long long)e->sequence);
    else
        return error_set(err, STATUS_REFUSED, "%s needs the id of a %s", of->name, register_kind_name(of->subject));
    const char *time = d->time != NULL                                            ? d->time
                       : d->now == NULL || strcmp(d->now, r->state.last_time) < 0 ? r->state.last_time
                                                                                  : d->now;
    if (strlen(time) >= sizeof out->time)
        return refuse(err, "Times are written 2026-04-01T09:30:00Z, in UTC.", "'%.40s' is not a time", time);
    (void)snprintf(out->time, sizeof out->time, "%s", time);
    e->time = out->time;
    e->subject = out->subject;
    e->key = d->key == NULL ? "" : d->key->public_key;
    buffer_clear(&r->encoded);
    body_encode(&r->body, &r->encoded);
    if (r->encoded.length > REGISTER_BODY_MAXIMUM)
        return error_set(err, STATUS_REFUSED, "The body is longer than %d bytes", REGISTER_BODY_MAXIMUM);
    code = buffer_status(&r->encoded, err);
    e->body = r->encoded.data;
    if (code == STATUS_OK)
        code = state_apply(&r->state, e, &r->body, true, err);
    if (code != STATUS_OK)
        return code;
    chain_hash(e, r->state.head, e->hash);
    if (d->key != NULL) {
        chain_sign(d->key, e->hash, signature);
        e->signature = signature;
    }
    /* What is written must be what is read back: the same check as on a replay. */
    return body_parse(&r->body, e->body, r->encoded.length, &r->scratch, err);
}

status register_append(register_log *r, const register_draft *draft, register_receipt *out, error *err)
{
    register_receipt receipt = {0};
    register_event e;
    char signature[129];
    if (r->options.read_only)
        return error_set(err, STATUS_USAGE, "The register was opened for reading only");
    status code = store_begin(r, true, err);
    if (code != STATUS_OK)
        return code;
    code = store_catch_up(r, err);
    if (code == STATUS_OK)
        code = event_make(r, draft, &e, &receipt, signature, err);
    if (code == STATUS_OK)
        code = store_insert(r, &e, err);
    if (code == STATUS_OK) {
        r->stale = true; /* until the commit the state may be ahead of the file */
        code = state_apply(&r->state, &e, &r->body, false, err);
    }
    if (code == STATUS_OK) {
        receipt.sequence = e.sequence;
        memcpy(receipt.hash, e.hash, sizeof receipt.hash);
        if (e.sequence % REGISTER_SNAPSHOT_STEP == 0)
            code = store_snapshot(r, err);
    }
    if (code != STATUS_OK) {
        store_rollback(r);
        return code;
    }
    code = store_commit(r, err);
    r->stale = code != STATUS_OK;
    if (code == STATUS_OK && out != NULL)
        *out = receipt;
    return code;
}

status register_check(register_log *r, const register_draft *draft, error *err)
{
    register_receipt receipt = {0};
    register_event e;
    char signature[129];
    status code = register_refresh(r, err);
    return code == STATUS_OK ? event_make(r, draft, &e, &receipt, signature, err) : code;
}

/* ---- reading ---- */

status register_events(register_log *r, int64_t first, int64_t last, const char *subject, register_visitor visit,
                       void *context, error *err)
{
    sqlite3_stmt *s = NULL;
    status code = STATUS_OK;
    int step = SQLITE_DONE;
    static const char all[] =
        "SELECT sequence, time, actor, organisation, kind, subject, body, key, signature, hash FROM events "
        "WHERE sequence BETWEEN ?1 AND ?2 AND (?3 IS NULL OR subject = ?3) ORDER BY sequence";
    if (sqlite3_prepare_v2(r->db, all, -1, &s, NULL) != SQLITE_OK || sqlite3_bind_int64(s, 1, first) != SQLITE_OK ||
        sqlite3_bind_int64(s, 2, last == 0 ? INT64_MAX : last) != SQLITE_OK ||
        (subject != NULL && sqlite3_bind_text(s, 3, subject, -1, SQLITE_STATIC) != SQLITE_OK)) {
        code = store_failed(r, "read", err);
        goto out;
    }
    while (code == STATUS_OK && (step = sqlite3_step(s)) == SQLITE_ROW) {
        register_event event;
        code = store_row(s, &event, err);
        if (code == STATUS_OK)
            code = visit(context, &event, err);
    }
    if (code == STATUS_OK && step != SQLITE_DONE)
        code = store_failed(r, "read", err);
out:
    (void)sqlite3_finalize(s);
    return code;
}

int64_t register_last(const register_log *r)
{
    return r->state.last;
}

const char *register_head(const register_log *r)
{
    return r->state.head;
}

const char *register_last_time(const register_log *r)
{
    return r->state.last_time;
}

const char *register_title(const register_log *r)
{
    return r->state.title;
}

const char *register_snapshot_note(const register_log *r)
{
    return r->snapshot_note;
}

size_t register_count(const register_log *r, register_kind kind)
{
    return r->state.count[kind];
}

const register_subject *register_at(const register_log *r, register_kind kind, size_t i)
{
    return r->state.of_kind[kind][i];
}

const register_subject *register_find(const register_log *r, register_kind kind, const char *id)
{
    return state_find(&r->state, kind, id);
}

const char *register_successor_of(const register_log *r, const char *code)
{
    return state_successor(&r->state, code);
}

size_t register_national_count(const register_log *r)
{
    size_t count = 0;
    for (size_t i = 0; i < r->state.count[REGISTER_TARGET]; i++) {
        const register_subject *t = r->state.of_kind[REGISTER_TARGET][i];
        const char *tier = register_value(t, FIELD_TIER);
        count += register_target_in_force(t) && tier != NULL && strcmp(tier, "national") == 0;
    }
    return count;
}

bool register_overdue(const register_subject *commitment, date on)
{
    date due = register_value_date(commitment, FIELD_DUE);
    return commitment->standing != STANDING_CLOSED && due != DATE_NONE && due < on;
}

double register_target_level(const register_subject *of, period month)
{
    const char *at = register_value(of, FIELD_TRAJECTORY), *by = register_value(of, FIELD_BY);
    bool has_trajectory = at != NULL;
    period p;
    text word;
    double asked;
    if (month.kind != PERIOD_MONTH)
        return NAN;
    while (register_list_next(&at, &word))
        if (period_parse((text){word.at, 7}, &p) && p.first_month == month.first_month &&
            number_parse((text){word.at + 8, word.length - 8}, &asked))
            return asked;
    asked = register_value_number(of, FIELD_LEVEL);
    if (has_trajectory && (by == NULL || !period_parse(text_of(by), &p) || month.first_month < p.first_month))
        return NAN;
    return asked;
}
