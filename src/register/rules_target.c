/* rules of targets and priorities: proposed, co-developed, signed by every named partner, in force, reviewed, retired. */
#include "register/work.h"

#include <math.h>
#include <string.h>

bool register_target_in_force(const register_subject *of)
{
    return of->standing == STANDING_IN_FORCE || of->standing == STANDING_REVIEWED;
}

static bool is_local(const register_subject *s)
{
    const char *tier = register_value(s, FIELD_TIER);
    return tier != NULL && strcmp(tier, "local") == 0;
}

static const char *value_after(const change *x, register_field field)
{
    const char *new_one = given(x, field);
    return new_one != NULL || x->subject == NULL ? new_one : register_value(x->subject, field);
}

/* The last day of the month that a target is due by. */
static date due_day(const char *month)
{
    period p;
    return month != NULL && period_parse(text_of(month), &p) ? period_last_day(p) : DATE_NONE;
}

static status levels_check(const change *x, const char *unit, error *err)
{
    const char *wanted = value_after(x, FIELD_LEVEL), *trajectory = value_after(x, FIELD_TRAJECTORY), *at = trajectory;
    double number;
    text word, last = {0};
    if (wanted == NULL && trajectory == NULL)
        return refuse(err, "Give --level, --trajectory or both.", "A target needs a level or a trajectory");
    status code = wanted != NULL && number_parse(text_of(wanted), &number) ? level_check(number, unit, err) : STATUS_OK;
    while (code == STATUS_OK && register_list_next(&at, &word)) {
        if (number_parse((text){word.at + 8, word.length - 8}, &number))
            code = level_check(number, unit, err);
        last = word;
    }
    const char *by = value_after(x, FIELD_BY);
    if (code == STATUS_OK && last.length > 0 && by != NULL && memcmp(last.at, by, 7) != 0)
        code = refuse(err, "End the trajectory in the month by which the target is to be met.",
                      "The trajectory ends in %.7s, but the target is due by %s", last.at, by);
    if (code == STATUS_OK && last.length > 0 && wanted != NULL &&
        (strlen(wanted) != last.length - 8 || memcmp(wanted, last.at + 8, last.length - 8) != 0))
        code = refuse(err, "Leave --level out, or make them the same.",
                      "The trajectory ends at %.*s, but the level is %s", (int)(last.length - 8), last.at + 8, wanted);
    return code;
}

static status partners_check(const change *x, error *err)
{
    const char *at = value_after(x, FIELD_PARTNERS);
    const char *owner = x->subject == NULL ? x->event->organisation : x->subject->owner;
    text word;
    size_t others = 0;
    char code[REGISTER_CODE_MAXIMUM + 1];
    while (register_list_next(&at, &word)) {
        memcpy(code, word.at, word.length);
        code[word.length] = 0;
        others += !same_organisation(x->state, code, owner);
        /* Those named before a merger stay named: their successor signs in their stead. */
        if (given(x, FIELD_PARTNERS) != NULL) {
            status known = partner_must(x, code, err);
            if (known != STATUS_OK)
                return known;
        }
    }
    return others > 0 ? STATUS_OK
                      : refuse(err, "Name them with --partners.",
                               "A local priority needs at least one partner beside %s", owner);
}

/* The days by which it is due, and the bodies whose figures it is about. */
static status due_check(const change *x, error *err)
{
    status code = bodies_must_stand(x, FIELD_ORGANISATIONS, err);
    if (code != STATUS_OK)
        return code;
    if (given(x, FIELD_BY) != NULL && due_day(given(x, FIELD_BY)) < x->on)
        return refuse(err,
                      x->of->apply == rule_target_adopt ? "See which are still to come: concord list targets."
                                                        : "Give a month that has not passed.",
                      "The target is due by %s, which is past on %.10s", given(x, FIELD_BY), x->event->time);
    return STATUS_OK;
}

static status free_of_commitments(const change *x, error *err)
{
    return state_find(x->state, REGISTER_COMMITMENT, x->event->subject) == NULL
               ? STATUS_OK
               : refuse(err, "Choose another id.",
                        "There is a commitment '%s' already, and a challenge names one of the two by its id",
                        x->event->subject);
}

/* A national target is adopted once; after it was retired whoever had adopted it may take it up again. */
static status adopted_check(const change *x, error *err)
{
    const register_subject *s = x->subject;
    char made[DATE_TEXT];
    if (s == NULL)
        return STATUS_OK;
    if (strcmp(register_value(s, FIELD_TIER), "national") != 0)
        return refuse(err, "Retire that one first, or propose it anew under another id.",
                      "There is a %s '%s' already, from event %lld", is_local(s) ? "priority" : "regional target",
                      s->id, (long long)s->first_event);
    date_format(s->made, made);
    if (s->standing != STANDING_RETIRED)
        return refuse(
            err,
            "There is nothing more to do: see concord target show. To hold it at another level, retire it and "
            "adopt it again with --level.",
            "'%s' is in force already: %s adopted it on %s (event %lld)", s->id, s->owner, made,
            (long long)s->first_event);
    return is_owner(x) ? STATUS_OK
                       : refuse(err, NULL, "%s adopted '%s' and retired it: only %s can take it up again", s->owner,
                                s->id, state_successor(x->state, s->owner));
}

/* What was said of it before it was retired does not come back with it. */
static status adopted_anew(change *x, error *err)
{
    static const register_field gone[] = {FIELD_OUTCOME, FIELD_WHY, FIELD_ORGANISATIONS};
    status code = STATUS_OK;
    if (x->subject->first_event != 0)
        x->subject->revision++;
    for (size_t i = 0; i < sizeof gone / sizeof gone[0] && code == STATUS_OK; i++)
        code = keep(x, gone[i], NULL, err);
    return code;
}

status rule_target_adopt(change *x, error *err)
{
    if (x->only_check) {
        double wanted = NAN;
        status code = adopted_check(x, err);
        if (code == STATUS_OK)
            code = free_of_commitments(x, err);
        if (code == STATUS_OK)
            code = due_check(x, err);
        if (code == STATUS_OK && number_parse(text_of(given(x, FIELD_LEVEL)), &wanted))
            code = level_check(wanted, given(x, FIELD_UNIT), err);
        return code;
    }
    x->subject->standing = STANDING_IN_FORCE;
    status code = adopted_anew(x, err);
    if (code == STATUS_OK)
        code = keep_given(x, err);
    return code == STATUS_OK ? keep(x, FIELD_TIER, "national", err) : code;
}

status rule_target_propose(change *x, error *err)
{
    bool local = strcmp(given(x, FIELD_TIER), "local") == 0;
    if (x->only_check) {
        status code = free_of_commitments(x, err);
        if (code == STATUS_OK)
            code = due_check(x, err);
        if (code == STATUS_OK)
            code = levels_check(x, given(x, FIELD_UNIT), err);
        if (code == STATUS_OK && local)
            code = partners_check(x, err);
        if (code == STATUS_OK && !local && given(x, FIELD_AUTHORITY) == NULL)
            code = refuse(err, "Say who set it, with --authority.", "A regional target needs an authority");
        return code;
    }
    x->subject->standing = STANDING_PROPOSED;
    return keep_given(x, err);
}

/* Is the organisation one of the named partners of the priority, or its owner? */
static bool is_named(const change *x)
{
    const char *at = register_value(x->subject, FIELD_PARTNERS);
    text word;
    char code[REGISTER_CODE_MAXIMUM + 1];
    while (register_list_next(&at, &word)) {
        memcpy(code, word.at, word.length);
        code[word.length] = 0;
        if (same_organisation(x->state, code, x->event->organisation))
            return true;
    }
    return is_owner(x);
}

static status named_check(const change *x, error *err)
{
    if (!is_local(x->subject))
        return error_set(err, STATUS_REFUSED, "'%s' is not a local priority: there is nothing to co-develop or sign",
                         x->subject->id);
    return is_named(x) ? STATUS_OK
                       : refuse(err, "Its owner can name it: concord priority revise ID --partners.",
                                "%s is not a partner of the priority '%s'", x->event->organisation, x->subject->id);
}

static status standing_refused(const change *x, const char *what, error *err)
{
    return error_set(err, STATUS_REFUSED, "'%s' cannot be %s: it is %s", x->subject->id, what,
                     register_standing_name(x->subject->standing));
}

static status append_word(change *x, register_field field, const char *word, error *err)
{
    const char *before = register_value(x->subject, field);
    buffer list = {0};
    buffer_printf(&list, "%s%s%s", before == NULL ? "" : before, before == NULL ? "" : " ", word);
    status code = buffer_status(&list, err);
    if (code == STATUS_OK)
        code = keep(x, field, list.data, err);
    buffer_free(&list);
    return code;
}

status rule_target_develop(change *x, error *err)
{
    if (x->only_check) {
        status code = named_check(x, err);
        if (code == STATUS_OK && is_owner(x))
            code = refuse(err, NULL, "%s proposed '%s': it is for the other partners to co-develop it",
                          x->event->organisation, x->subject->id);
        if (code == STATUS_OK && x->subject->standing != STANDING_PROPOSED &&
            x->subject->standing != STANDING_CO_DEVELOPED)
            code = standing_refused(x, "co-developed", err);
        return code;
    }
    x->subject->standing = STANDING_CO_DEVELOPED;
    if (register_list_has(register_value(x->subject, FIELD_CO_DEVELOPERS), x->event->organisation))
        return STATUS_OK;
    return append_word(x, FIELD_CO_DEVELOPERS, x->event->organisation, err);
}

status rule_target_revise(change *x, error *err)
{
    if (x->only_check) {
        status code = STATUS_OK;
        bool named = is_local(x->subject) ? is_named(x) : is_owner(x);
        const char *tier = register_value(x->subject, FIELD_TIER);
        if (tier != NULL && strcmp(tier, "national") == 0)
            code = refuse(err, "Its authority changes it; retire it and adopt the new one.",
                          "'%s' is a national target: it cannot be revised here", x->subject->id);
        else if (!named)
            code = refuse(err, NULL, "%s is not a partner of '%s' and cannot revise it", x->event->organisation,
                          x->subject->id);
        else if (x->subject->standing == STANDING_RETIRED)
            code = standing_refused(x, "revised", err);
        if (code == STATUS_OK)
            code = due_check(x, err);
        if (code == STATUS_OK)
            code = levels_check(x, register_value(x->subject, FIELD_UNIT), err);
        return code == STATUS_OK && is_local(x->subject) ? partners_check(x, err) : code;
    }
    /* What was signed is no longer what stands: everyone signs again. */
    bool developed = register_value(x->subject, FIELD_CO_DEVELOPERS) != NULL;
    x->subject->revision++;
    x->subject->standing = developed ? STANDING_CO_DEVELOPED : STANDING_PROPOSED;
    status code = keep(x, FIELD_SIGNATURES, NULL, err);
    if (code == STATUS_OK)
        code = keep(x, FIELD_FROM, NULL, err);
    return code == STATUS_OK ? keep_given(x, err) : code;
}

/* Has the organisation (or one it succeeded) signed the present revision? */
static bool has_signed(const change *x, const char *organisation)
{
    const char *at = register_value(x->subject, FIELD_SIGNATURES);
    text word;
    char code[REGISTER_CODE_MAXIMUM + 1];
    while (register_list_next(&at, &word)) {
        size_t n = (size_t)((const char *)memchr(word.at, '=', word.length) - word.at);
        memcpy(code, word.at, n);
        code[n] = 0;
        if (same_organisation(x->state, code, organisation))
            return true;
    }
    return false;
}

static bool all_have_signed(const change *x)
{
    const char *at = register_value(x->subject, FIELD_PARTNERS);
    text word;
    char code[REGISTER_CODE_MAXIMUM + 1];
    while (register_list_next(&at, &word)) {
        memcpy(code, word.at, word.length);
        code[word.length] = 0;
        if (!has_signed(x, code))
            return false;
    }
    return has_signed(x, x->subject->owner);
}

status rule_target_sign(change *x, error *err)
{
    if (x->only_check) {
        status code = named_check(x, err);
        double revision = 0;
        if (code == STATUS_OK && x->subject->standing != STANDING_RETIRED && has_signed(x, x->event->organisation))
            code = refuse(err, NULL, "%s has signed revision %lld of '%s' already", x->event->organisation,
                          (long long)x->subject->revision, x->subject->id);
        if (code == STATUS_OK && x->subject->standing == STANDING_PROPOSED)
            code = refuse(err, "A partner records its part with: concord priority develop.",
                          "'%s' cannot be signed: no partner has co-developed it yet", x->subject->id);
        if (code == STATUS_OK && x->subject->standing != STANDING_CO_DEVELOPED)
            code = standing_refused(x, "signed", err);
        if (code == STATUS_OK && number_parse(text_of(given(x, FIELD_REVISION)), &revision) &&
            revision != (double)x->subject->revision)
            code =
                refuse(err,
                       revision < (double)x->subject->revision
                           ? "It was revised: read it with concord priority show, then sign the revision that stands."
                           : "Read it with concord priority show, then sign the revision that stands.",
                       "'%s' is at revision %lld, not %s", x->subject->id, (long long)x->subject->revision,
                       given(x, FIELD_REVISION));
        return code;
    }
    char signature[REGISTER_CODE_MAXIMUM + 32];
    (void)snprintf(signature, sizeof signature, "%s=%lld", x->event->organisation, (long long)x->event->sequence);
    status code = append_word(x, FIELD_SIGNATURES, signature, err);
    if (code == STATUS_OK && all_have_signed(x))
        x->subject->standing = STANDING_SIGNED;
    return code;
}

status rule_target_start(change *x, error *err)
{
    bool local = is_local(x->subject);
    if (x->only_check) {
        if (!is_owner(x))
            return refuse(err, NULL, "%s does not own '%s': %s puts it in force", x->event->organisation,
                          x->subject->id, state_successor(x->state, x->subject->owner));
        if (local && (x->subject->standing == STANDING_PROPOSED || x->subject->standing == STANDING_CO_DEVELOPED))
            return refuse(err, "Every named partner signs first.", "'%s' cannot be in force: it is %s", x->subject->id,
                          register_standing_name(x->subject->standing));
        if (x->subject->standing != (local ? STANDING_SIGNED : STANDING_PROPOSED))
            return standing_refused(x, "put in force", err);
        if (given_date(x, FIELD_FROM) < x->subject->made) {
            char made[DATE_TEXT];
            date_format(x->subject->made, made);
            return refuse(err, "Give a day on or after it.", "'%s' cannot be in force from %s: it was proposed on %s",
                          x->subject->id, given(x, FIELD_FROM), made);
        }
        const char *by = register_value(x->subject, FIELD_BY);
        return given_date(x, FIELD_FROM) <= due_day(by)
                   ? STATUS_OK
                   : refuse(err, "Give a day before it, or revise when it is due: concord priority revise --by.",
                            "'%s' cannot be in force from %s: it is due by %s", x->subject->id, given(x, FIELD_FROM),
                            by);
    }
    x->subject->standing = STANDING_IN_FORCE;
    return keep_given(x, err);
}

status rule_target_review(change *x, error *err)
{
    if (x->only_check) {
        if (!register_target_in_force(x->subject))
            return standing_refused(x, "reviewed", err);
        return is_local(x->subject) && !is_named(x) ? refuse(err, NULL, "%s is not a partner of the priority '%s'",
                                                             x->event->organisation, x->subject->id)
                                                    : STATUS_OK;
    }
    x->subject->standing = STANDING_REVIEWED;
    return keep(x, FIELD_OUTCOME, given(x, FIELD_OUTCOME), err);
}

status rule_target_retire(change *x, error *err)
{
    if (x->only_check) {
        if (x->subject->standing == STANDING_RETIRED)
            return error_set(err, STATUS_REFUSED, "'%s' is retired already", x->subject->id);
        return is_owner(x) ? STATUS_OK
                           : refuse(err, NULL, "%s does not own '%s': only %s can retire it", x->event->organisation,
                                    x->subject->id, state_successor(x->state, x->subject->owner));
    }
    x->subject->standing = STANDING_RETIRED;
    return STATUS_OK;
}
