/* rules of commitments and challenges. They run both ways: who holds a commitment may be a trust as well as NHS England. */
#include "register/work.h"

#include <math.h>
#include <string.h>

static status open_check(const change *x, const char *what, error *err)
{
    return x->subject->standing != STANDING_CLOSED ? STATUS_OK
                                                   : refuse(err, "Nothing more can be recorded about it.",
                                                            "The %s '%s' is not open: it was closed by event %lld",
                                                            what, x->subject->id, (long long)x->subject->last_event);
}

static status holder_check(const change *x, error *err)
{
    return is_owner(x) ? STATUS_OK
                       : refuse(err, NULL, "%s does not hold the commitment '%s': %s does", x->event->organisation,
                                x->subject->id, state_successor(x->state, x->subject->owner));
}

/* One organisation out of a list. */
static status one_partner(const change *x, register_field field, error *err)
{
    const char *code = given(x, field);
    if (strchr(code, ' ') != NULL)
        return error_set(err, STATUS_REFUSED, "'%s' is to name one organisation here", register_field_name(field));
    return partner_must(x, code, err);
}

status rule_commitment_make(change *x, error *err)
{
    if (!x->only_check) {
        x->subject->standing = STANDING_OPEN;
        return keep_given(x, err);
    }
    const char *about = given(x, FIELD_ABOUT), *wanted = given(x, FIELD_LEVEL), *unit = given(x, FIELD_UNIT);
    const register_subject *served = about == NULL ? NULL : state_find(x->state, REGISTER_TARGET, about);
    double number;
    status code = STATUS_OK;
    if (state_find(x->state, REGISTER_TARGET, x->event->subject) != NULL)
        code = refuse(err, "Choose another id.",
                      "There is a target or priority '%s' already, and a challenge names one of the two by its id",
                      x->event->subject);
    if (code == STATUS_OK && given_date(x, FIELD_DUE) < x->on)
        code = refuse(err, "Give a day that has not passed.", "The commitment is due on %s, which is past on %.10s",
                      given(x, FIELD_DUE), x->event->time);
    if (code == STATUS_OK && about != NULL && served == NULL)
        code = error_set(err, STATUS_NOT_FOUND, "There is no target or priority '%s' in the register", about);
    if (code == STATUS_OK && served != NULL && served->standing == STANDING_RETIRED)
        code = error_set(err, STATUS_REFUSED, "The target '%s' is retired", about);
    if (code == STATUS_OK && (wanted != NULL || unit != NULL) && (given(x, FIELD_MEASURE) == NULL || unit == NULL))
        code = refuse(err, "Name it with --measure.", "A level needs a measure and its unit");
    if (code == STATUS_OK && wanted != NULL && number_parse(text_of(wanted), &number))
        code = level_check(number, unit, err);
    return code;
}

status rule_commitment_report(change *x, error *err)
{
    if (x->only_check) {
        status code = open_check(x, "commitment", err);
        return code == STATUS_OK ? holder_check(x, err) : code;
    }
    x->subject->reports++;
    status code = keep(x, FIELD_STATE, given(x, FIELD_STATE), err);
    return code == STATUS_OK && given(x, FIELD_VALUE) != NULL ? keep(x, FIELD_VALUE, given(x, FIELD_VALUE), err) : code;
}

status rule_commitment_escalate(change *x, error *err)
{
    if (x->only_check) {
        status code = open_check(x, "commitment", err);
        return code == STATUS_OK ? one_partner(x, FIELD_TO, err) : code;
    }
    x->subject->standing = STANDING_ESCALATED;
    return keep(x, FIELD_TO, given(x, FIELD_TO), err);
}

status rule_commitment_transfer(change *x, error *err)
{
    const char *to = given(x, FIELD_TO);
    if (x->only_check) {
        status code = open_check(x, "commitment", err);
        if (code == STATUS_OK)
            code = holder_check(x, err);
        if (code == STATUS_OK)
            code = one_partner(x, FIELD_TO, err);
        if (code == STATUS_OK && same_organisation(x->state, to, x->subject->owner))
            code = error_set(err, STATUS_REFUSED, "%s holds the commitment '%s' already", to, x->subject->id);
        return code;
    }
    const char *owner = arena_string(&x->state->memory, to);
    if (owner == NULL)
        return error_set(err, STATUS_MEMORY, "There is not enough memory for the register");
    x->subject->owner = owner;
    return STATUS_OK;
}

status rule_commitment_close(change *x, error *err)
{
    if (x->only_check) {
        status code = open_check(x, "commitment", err);
        if (code == STATUS_OK)
            code = holder_check(x, err);
        if (code == STATUS_OK && x->subject->challenges > 0)
            code = refuse(err, "Whoever raised it closes it: concord challenge close.",
                          "'%s' cannot be closed: %lld %s about it still open", x->subject->id,
                          (long long)x->subject->challenges,
                          x->subject->challenges == 1 ? "challenge is" : "challenges are");
        return code;
    }
    x->subject->standing = STANDING_CLOSED;
    return keep(x, FIELD_OUTCOME, given(x, FIELD_OUTCOME), err);
}

/* ---- challenges ---- */

static register_subject *challenged(const change *x, const char *about)
{
    register_subject *of = state_find(x->state, REGISTER_COMMITMENT, about);
    return of != NULL ? of : state_find(x->state, REGISTER_TARGET, about);
}

status rule_challenge_raise(change *x, error *err)
{
    register_subject *about = challenged(x, given(x, FIELD_ABOUT));
    if (!x->only_check) {
        x->subject->standing = STANDING_OPEN;
        about->challenges++;
        return keep_given(x, err);
    }
    if (about == NULL)
        return error_set(err, STATUS_NOT_FOUND, "There is no commitment, target or priority '%s' in the register",
                         given(x, FIELD_ABOUT));
    if (about->standing == STANDING_CLOSED || about->standing == STANDING_RETIRED)
        return refuse(err, "A challenge is about what is open.", "'%s' is %s", about->id,
                      register_standing_name(about->standing));
    if (same_organisation(x->state, about->owner, x->event->organisation))
        return refuse(err, "It records progress with: concord commit report.",
                      "%s holds '%s' itself and cannot challenge it", x->event->organisation, about->id);
    if (given(x, FIELD_ANSWER_BY) != NULL && given_date(x, FIELD_ANSWER_BY) < x->on)
        return refuse(err, "Give a day that has not passed.", "The answer is asked for by %s, which is past on %.10s",
                      given(x, FIELD_ANSWER_BY), x->event->time);
    return STATUS_OK;
}

status rule_challenge_respond(change *x, error *err)
{
    if (!x->only_check) {
        x->subject->standing = STANDING_ANSWERED;
        return STATUS_OK;
    }
    const register_subject *about = challenged(x, register_value(x->subject, FIELD_ABOUT));
    const char *to = register_value(x->subject, FIELD_TO);
    status code = open_check(x, "challenge", err);
    bool answers = same_organisation(x->state, about->owner, x->event->organisation) ||
                   (to != NULL && same_organisation(x->state, to, x->event->organisation));
    if (code == STATUS_OK && !answers)
        code = refuse(err, NULL, "The challenge '%s' is for %s to answer, not %s", x->subject->id,
                      state_successor(x->state, about->owner), x->event->organisation);
    if (code == STATUS_OK && x->subject->standing == STANDING_ANSWERED)
        code = error_set(err, STATUS_REFUSED, "The challenge '%s' was answered by event %lld", x->subject->id,
                         (long long)x->subject->last_event);
    return code;
}

static status raiser_check(const change *x, const char *what, error *err)
{
    return is_owner(x)
               ? STATUS_OK
               : refuse(err, NULL, "%s did not raise the challenge '%s': only %s can %s it", x->event->organisation,
                        x->subject->id, state_successor(x->state, x->subject->owner), what);
}

status rule_challenge_escalate(change *x, error *err)
{
    if (x->only_check) {
        status code = open_check(x, "challenge", err);
        if (code == STATUS_OK)
            code = raiser_check(x, "escalate", err);
        return code == STATUS_OK ? one_partner(x, FIELD_TO, err) : code;
    }
    x->subject->standing = STANDING_ESCALATED;
    return keep(x, FIELD_TO, given(x, FIELD_TO), err);
}

status rule_challenge_close(change *x, error *err)
{
    if (x->only_check) {
        status code = open_check(x, "challenge", err);
        return code == STATUS_OK ? raiser_check(x, "close", err) : code;
    }
    challenged(x, register_value(x->subject, FIELD_ABOUT))->challenges--;
    x->subject->standing = STANDING_CLOSED;
    return keep(x, FIELD_OUTCOME, given(x, FIELD_OUTCOME), err);
}
