/*
 * rules of partners: who takes part, who became whom, who signs. Every rule checks first; with only_check it stops there, so that what is refused
 * has changed nothing.
 */
#include "register/work.h"

#include <math.h>
#include <string.h>

/* ---- what the rules share ---- */

status refuse(error *err, const char *hint, const char *format, ...)
{
    char message[sizeof((error *)0)->message];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(message, sizeof message, format, args);
    va_end(args);
    status code = error_set(err, STATUS_REFUSED, "%s", message);
    if (hint != NULL && hint[0] != 0)
        error_hint(err, "%s", hint);
    return code;
}

date given_date(const change *x, register_field field)
{
    date day = DATE_NONE;
    if (given(x, field) != NULL)
        (void)date_parse(text_of(given(x, field)), &day);
    return day;
}

status keep(change *x, register_field field, const char *value, error *err)
{
    return state_set(x->state, x->subject, field, value, err);
}

status keep_given(change *x, error *err)
{
    for (int f = 0; f < FIELD_IN_BODIES; f++) {
        status code = given(x, (register_field)f) == NULL
                          ? STATUS_OK
                          : keep(x, (register_field)f, given(x, (register_field)f), err);
        if (code != STATUS_OK)
            return code;
    }
    return STATUS_OK;
}

bool is_owner(const change *x)
{
    return same_organisation(x->state, x->subject->owner, x->event->organisation);
}

status partner_must(const change *x, const char *code, error *err)
{
    const register_subject *partner = state_find(x->state, REGISTER_PARTNER, code);
    if (partner != NULL && partner->standing == STANDING_ACTIVE)
        return STATUS_OK;
    if (partner != NULL && partner->standing == STANDING_MERGED)
        return body_must_stand(x, code, DATE_FOREVER, err);
    status refused = error_set(err, STATUS_NOT_FOUND, "%s is not a partner in this register", code);
    error_hint(err, "Add it with: concord register partner add %s", code);
    return refused;
}

status body_must_stand(const change *x, const char *code, date on, error *err)
{
    const register_subject *partner = state_find(x->state, REGISTER_PARTNER, code);
    if (partner == NULL || partner->standing != STANDING_MERGED || register_value_date(partner, FIELD_WHEN) > on)
        return STATUS_OK;
    const char *now = state_successor(x->state, code);
    status refused =
        error_set(err, STATUS_REFUSED, "%s became %s on %s", code, now, register_value(partner, FIELD_WHEN));
    error_hint(err, "Use %s.", now);
    return refused;
}

status bodies_must_stand(const change *x, register_field list, error *err)
{
    const char *at = given(x, list);
    text word;
    char code[REGISTER_CODE_MAXIMUM + 1];
    status good = STATUS_OK;
    while (good == STATUS_OK && register_list_next(&at, &word)) {
        memcpy(code, word.at, word.length);
        code[word.length] = 0;
        good = body_must_stand(x, code, x->on, err);
    }
    return good;
}

status level_check(double wanted, const char *unit, error *err)
{
    if (strcmp(unit, "percent") == 0 && (wanted < 0 || wanted > 100))
        return refuse(err, "A level of a percentage is from 0 to 100.",
                      "The level %g is outside the unit of the measure, percent", wanted);
    if (strcmp(unit, "score") != 0 && wanted < 0)
        return refuse(err, "Only a score can be below 0.", "The level %g is outside the unit of the measure, %s",
                      wanted, unit);
    if (strcmp(unit, "count") == 0 && wanted != floor(wanted))
        return refuse(err, "A count is a whole number.", "The level %g is outside the unit of the measure, count",
                      wanted);
    return STATUS_OK;
}

/* ---- partners ---- */

status rule_register_open(change *x, error *err)
{
    if (x->only_check) {
        if (x->state->last != 0)
            return error_set(err, STATUS_REFUSED, "This register was begun before, as '%s'", x->state->title);
        return strcmp(x->event->subject, x->event->organisation) == 0
                   ? STATUS_OK
                   : error_set(err, STATUS_REFUSED, "The first partner is the organisation that begins the register");
    }
    (void)snprintf(x->state->title, sizeof x->state->title, "%s", given(x, FIELD_TITLE));
    return keep_given(x, err);
}

status rule_partner_join(change *x, error *err)
{
    if (x->only_check) {
        if (x->subject != NULL && x->subject->standing == STANDING_MERGED)
            return refuse(err, "Use its successor.", "%s became %s", x->event->subject,
                          state_successor(x->state, x->event->subject));
        if (x->subject != NULL && x->subject->standing == STANDING_ACTIVE)
            return error_set(err, STATUS_REFUSED, "%s is a partner already, since event %lld", x->event->subject,
                             (long long)x->subject->first_event);
        return STATUS_OK;
    }
    x->subject->standing = STANDING_ACTIVE;
    return keep_given(x, err);
}

/* Open commitments of a partner bind it: it hands them over or closes them first. */
static const register_subject *open_commitment_of(const register_state *s, const char *code)
{
    for (size_t i = 0; i < s->count[REGISTER_COMMITMENT]; i++) {
        const register_subject *c = s->of_kind[REGISTER_COMMITMENT][i];
        if (c->standing != STANDING_CLOSED && same_organisation(s, c->owner, code))
            return c;
    }
    return NULL;
}

static status active_check(const change *x, error *err)
{
    if (x->subject->standing == STANDING_MERGED)
        return refuse(err, NULL, "%s became %s already", x->subject->id, state_successor(x->state, x->subject->id));
    return x->subject->standing == STANDING_ACTIVE
               ? STATUS_OK
               : error_set(err, STATUS_REFUSED, "%s has left this register", x->subject->id);
}

status rule_partner_leave(change *x, error *err)
{
    if (x->only_check) {
        const register_subject *bound = open_commitment_of(x->state, x->subject->id);
        if (!same_organisation(x->state, x->subject->id, x->event->organisation))
            return refuse(err, NULL, "%s cannot take %s out of the register: a partner leaves by itself",
                          x->event->organisation, x->subject->id);
        if (bound != NULL)
            return refuse(err, "Close it, or transfer it, first.", "%s holds the open commitment '%s'", x->subject->id,
                          bound->id);
        return active_check(x, err);
    }
    x->subject->standing = STANDING_LEFT;
    return STATUS_OK;
}

/* Two ratings of one kind cannot hold for one body, so of those of the two one ends before they become one. */
static status ratings_check(const change *x, const char *successor, error *err)
{
    const register_state *s = x->state;
    for (size_t i = 0; i < s->count[REGISTER_RATING]; i++) {
        const register_subject *theirs, *mine = s->of_kind[REGISTER_RATING][i];
        const char *regime = register_value(mine, FIELD_REGIME);
        if (mine->standing != STANDING_ACTIVE ||
            !same_organisation(s, register_value(mine, FIELD_OF), x->subject->id) ||
            (theirs = rating_of(s, successor, regime, mine)) == NULL)
            continue;
        return refuse(err, "End one of them first: concord rating exit.",
                      "%s and %s have each a %s that has not ended: '%s' and '%s'", x->subject->id, successor, regime,
                      mine->id, theirs->id);
    }
    return STATUS_OK;
}

status rule_partner_succeed(change *x, error *err)
{
    const char *successor = given(x, FIELD_SUCCESSOR);
    if (x->only_check) {
        status code = active_check(x, err);
        if (code == STATUS_OK && strcmp(successor, x->subject->id) == 0)
            code = error_set(err, STATUS_REFUSED, "%s cannot be its own successor", successor);
        if (code == STATUS_OK)
            code = partner_must(x, successor, err); /* an active one, so no circle can be made */
        if (code == STATUS_OK && strcmp(x->event->organisation, successor) != 0 &&
            strcmp(x->event->organisation, x->subject->id) != 0)
            code = refuse(err, NULL, "Only %s or %s can record this", x->subject->id, successor);
        if (code == STATUS_OK && given_date(x, FIELD_WHEN) > x->on)
            code = refuse(err, "Record it on the day, or after.", "%s becomes %s on %s only, after this event",
                          x->subject->id, successor, given(x, FIELD_WHEN));
        return code == STATUS_OK ? ratings_check(x, successor, err) : code;
    }
    x->subject->standing = STANDING_MERGED;
    return keep_given(x, err);
}

status rule_partner_key(change *x, error *err)
{
    if (x->only_check)
        return strcmp(x->event->organisation, x->subject->id) == 0
                   ? active_check(x, err)
                   : refuse(err, NULL, "%s cannot register a key for %s", x->event->organisation, x->subject->id);
    return keep_given(x, err);
}

/* A lost key would shut an organisation out for ever; another partner vouches for it, and the log shows who did. */
status rule_partner_reset_key(change *x, error *err)
{
    if (x->only_check) {
        if (strcmp(x->event->organisation, x->subject->id) == 0)
            return refuse(err, "With its key, an organisation registers another: concord register partner key.",
                          "Another partner must reset the key of %s", x->subject->id);
        if (register_value(x->subject, FIELD_PUBLIC_KEY) == NULL)
            return error_set(err, STATUS_REFUSED, "%s has no key", x->subject->id);
        return active_check(x, err);
    }
    return keep(x, FIELD_PUBLIC_KEY, NULL, err);
}

status rule_measure_define(change *x, error *err)
{
    return x->only_check ? STATUS_OK : keep_given(x, err);
}
