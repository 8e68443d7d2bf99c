/* rules of what is put on record: groups, ratings, notes, rebases, embargoes and releases, data collections, scenarios. */
#include "register/work.h"

#include <math.h>
#include <string.h>

static status standing_check(const change *x, error *err)
{
    return x->subject->standing == STANDING_ACTIVE
               ? STATUS_OK
               : error_set(err, STATUS_REFUSED, "The %s '%s' is not open: it was %s by event %lld",
                           register_kind_name(x->subject->kind), x->subject->id,
                           register_standing_name(x->subject->standing), (long long)x->subject->last_event);
}

/* The end of something is not before its start. */
static status order_check(const change *x, date start, error *err)
{
    char words[DATE_TEXT];
    date_format(start, words);
    return start == DATE_NONE || given_date(x, FIELD_UNTIL) >= start
               ? STATUS_OK
               : refuse(err, "Give a day on or after it.", "'%s' cannot end on %s: it began on %s", x->subject->id,
                        given(x, FIELD_UNTIL), words);
}

/* ---- groups ---- */

status rule_group_form(change *x, error *err)
{
    if (!x->only_check)
        return keep_given(x, err);
    return given(x, FIELD_SYSTEM) == NULL ? STATUS_OK : body_must_stand(x, given(x, FIELD_SYSTEM), x->on, err);
}

/* "RM1=2025-04-01..2026-04-01" in parts; `until` is DATE_FOREVER while it is a member. */
static void member_parts(text word, text *code, date *from, date *until)
{
    const char *equals = memchr(word.at, '=', word.length);
    size_t n = (size_t)(equals - word.at);
    *code = (text){word.at, n};
    *from = DATE_NONE;
    *until = DATE_FOREVER;
    (void)date_parse((text){equals + 1, 10}, from);
    if (word.length == n + 1 + 10 + 2 + 10)
        (void)date_parse((text){equals + 13, 10}, until);
}

/* The last membership of an organisation in the group. */
static bool member_find(const register_subject *group, const char *code, text *word, date *from, date *until)
{
    const char *at = register_value(group, FIELD_MEMBERS);
    bool found = false;
    text each, name;
    while (register_list_next(&at, &each)) {
        date begin, end;
        member_parts(each, &name, &begin, &end);
        if (!text_is(name, code))
            continue;
        *word = each;
        *from = begin;
        *until = end;
        found = true;
    }
    return found;
}

#define MEMBERS_MAXIMUM 1000

static size_t words_of(const char *list)
{
    text word;
    size_t count = 0;
    while (register_list_next(&list, &word))
        count++;
    return count;
}

status rule_group_add(change *x, error *err)
{
    const char *code = given(x, FIELD_OF), *before = register_value(x->subject, FIELD_MEMBERS);
    if (x->only_check) {
        text word;
        date from, until;
        status checked = standing_check(x, err);
        if (checked == STATUS_OK && given_date(x, FIELD_FROM) < register_value_date(x->subject, FIELD_FROM))
            checked = refuse(err, "Give a day on or after it.", "%s cannot join '%s' on %s: it was formed on %s", code,
                             x->subject->id, given(x, FIELD_FROM), register_value(x->subject, FIELD_FROM));
        if (checked == STATUS_OK && words_of(before) >= MEMBERS_MAXIMUM)
            checked = error_set(err, STATUS_REFUSED, "'%s' has had %d members, which is the most a group can have",
                                x->subject->id, MEMBERS_MAXIMUM);
        if (checked == STATUS_OK && member_find(x->subject, code, &word, &from, &until) &&
            (until == DATE_FOREVER || given_date(x, FIELD_FROM) < until))
            checked =
                error_set(err, STATUS_REFUSED, "%s is a member of '%s' on that day already", code, x->subject->id);
        return checked == STATUS_OK ? body_must_stand(x, code, given_date(x, FIELD_FROM), err) : checked;
    }
    buffer list = {0};
    buffer_printf(&list, "%s%s%s=%s..", before == NULL ? "" : before, before == NULL ? "" : " ", code,
                  given(x, FIELD_FROM));
    status kept = buffer_status(&list, err);
    if (kept == STATUS_OK)
        kept = keep(x, FIELD_MEMBERS, list.data, err);
    buffer_free(&list);
    return kept;
}

status rule_group_remove(change *x, error *err)
{
    const char *code = given(x, FIELD_OF), *list = register_value(x->subject, FIELD_MEMBERS);
    text word = {0};
    date from = DATE_NONE, until = DATE_NONE;
    bool is_member = member_find(x->subject, code, &word, &from, &until) && until == DATE_FOREVER;
    if (x->only_check) {
        status checked = standing_check(x, err);
        if (checked == STATUS_OK && !is_member)
            checked = error_set(err, STATUS_REFUSED, "%s is not a member of '%s'", code, x->subject->id);
        return checked == STATUS_OK ? order_check(x, from, err) : checked;
    }
    buffer changed = {0};
    size_t head = (size_t)(word.at - list) + word.length;
    buffer_put(&changed, list, head);
    buffer_text(&changed, given(x, FIELD_UNTIL));
    buffer_text(&changed, list + head);
    status kept = buffer_status(&changed, err);
    if (kept == STATUS_OK)
        kept = keep(x, FIELD_MEMBERS, changed.data, err);
    buffer_free(&changed);
    return kept;
}

status rule_group_end(change *x, error *err)
{
    if (x->only_check) {
        status code = standing_check(x, err);
        return code == STATUS_OK ? order_check(x, register_value_date(x->subject, FIELD_FROM), err) : code;
    }
    x->subject->standing = STANDING_ENDED;
    return keep(x, FIELD_UNTIL, given(x, FIELD_UNTIL), err);
}

status register_members(const register_subject *group, date on, arena *a, const char ***out, size_t *count, error *err)
{
    const char *list = register_value(group, FIELD_MEMBERS), *at = list;
    date ends = register_value_date(group, FIELD_UNTIL);
    text word, code;
    *count = 0;
    *out = arena_array(a, words_of(list) + 1, sizeof **out);
    if (*out == NULL)
        return error_set(err, STATUS_MEMORY, "There is not enough memory for the group");
    while (register_list_next(&at, &word)) {
        date from, until;
        member_parts(word, &code, &from, &until);
        if (on < from || on >= until || (ends != DATE_NONE && on >= ends))
            continue;
        if (((*out)[(*count)++] = arena_copy(a, code.at, code.length)) == NULL)
            return error_set(err, STATUS_MEMORY, "There is not enough memory for the group");
    }
    return STATUS_OK;
}

/* ---- ratings, notes, rebases ---- */

const register_subject *rating_of(const register_state *s, const char *organisation, const char *regime,
                                  const register_subject *but)
{
    for (size_t i = 0; i < s->count[REGISTER_RATING]; i++) {
        const register_subject *other = s->of_kind[REGISTER_RATING][i];
        if (other != but && other->standing == STANDING_ACTIVE &&
            strcmp(register_value(other, FIELD_REGIME), regime) == 0 &&
            same_organisation(s, register_value(other, FIELD_OF), organisation))
            return other;
    }
    return NULL;
}

status rule_rating_enter(change *x, error *err)
{
    const char *of = given(x, FIELD_OF), *regime = given(x, FIELD_REGIME);
    if (!x->only_check)
        return keep_given(x, err);
    if (given_date(x, FIELD_FROM) > x->on)
        return refuse(err, "Record it on the day, or after.", "The rating holds from %s only, after this event",
                      given(x, FIELD_FROM));
    status code = body_must_stand(x, of, given_date(x, FIELD_FROM), err);
    if (code != STATUS_OK)
        return code;
    const register_subject *other = rating_of(x->state, of, regime, NULL);
    const char *held = other == NULL ? of : register_value(other, FIELD_OF);
    if (other != NULL && strcmp(held, of) != 0)
        return refuse(err, "End it first: concord rating exit.",
                      "%s, which is %s now, has a %s that has not ended: '%s'", held, state_successor(x->state, of),
                      regime, other->id);
    return other == NULL ? STATUS_OK
                         : refuse(err, "End it first: concord rating exit.", "%s has a %s that has not ended: '%s'", of,
                                  regime, other->id);
}

status rule_rating_exit(change *x, error *err)
{
    if (x->only_check) {
        status code = standing_check(x, err);
        return code == STATUS_OK ? order_check(x, register_value_date(x->subject, FIELD_FROM), err) : code;
    }
    x->subject->standing = STANDING_ENDED;
    return keep(x, FIELD_UNTIL, given(x, FIELD_UNTIL), err);
}

/* No measure of ours begins before, so a year such as 1950 is a slip of the hand. */
#define FIRST_YEAR 1990

/* A note or rebase is about a month that a chart can have, of a body that there was in it. */
static status month_check(const change *x, error *err)
{
    const char *words = given(x, FIELD_PERIOD);
    int year, month, day;
    period p;
    if (!period_parse(text_of(words), &p)) /* body_check has seen to it */
        return refuse(err, NULL, "'%s' is not a month", words);
    date_parts(x->on, &year, &month, &day);
    if (p.first_month > period_month(year, month).first_month)
        return refuse(err, "Give the month that it is about.", "%s has not begun on %.10s: there are no figures of it",
                      words, x->event->time);
    if (p.first_month < period_month(FIRST_YEAR, 1).first_month)
        return refuse(err, "Give the month that it is about.", "%s is before %d: there are no figures of it", words,
                      FIRST_YEAR);
    return body_must_stand(x, given(x, FIELD_OF), period_first_day(p), err);
}

status rule_note_add(change *x, error *err)
{
    return x->only_check ? month_check(x, err) : keep_given(x, err);
}

static bool same_text(const char *a, const char *b)
{
    return strcmp(a == NULL ? "" : a, b == NULL ? "" : b) == 0;
}

/* Limits begin anew once: a second reason for the same month would stand beside the first, and nobody knew which of them counts. */
status rule_rebase_add(change *x, error *err)
{
    static const register_field place[] = {FIELD_PERIOD, FIELD_OF, FIELD_MEASURE, FIELD_BREAKDOWN};
    if (!x->only_check)
        return keep_given(x, err);
    for (size_t i = 0; i < x->state->count[REGISTER_REBASE]; i++) {
        const register_subject *other = x->state->of_kind[REGISTER_REBASE][i];
        bool same = other->standing == STANDING_ACTIVE;
        for (size_t k = 0; same && k < sizeof place / sizeof place[0]; k++)
            same = same_text(register_value(other, place[k]), given(x, place[k]));
        if (!same)
            continue;
        char made[DATE_TEXT];
        date_format(other->made, made);
        return refuse(err,
                      "Look with: concord rebase list. Whoever recorded it can withdraw it: concord rebase withdraw.",
                      "%s of %s is rebased from %s already: '%s', by %s on %s", given(x, FIELD_MEASURE),
                      given(x, FIELD_OF), given(x, FIELD_PERIOD), other->id, other->owner, made);
    }
    return month_check(x, err);
}

/* Notes, rebases and embargoes are taken back by whoever made them; that they were there stays in the log. */
status rule_withdraw(change *x, error *err)
{
    if (x->only_check) {
        status code = standing_check(x, err);
        if (code == STATUS_OK && !is_owner(x))
            code = refuse(err, NULL, "%s did not make the %s '%s': only %s can take it back", x->event->organisation,
                          register_kind_name(x->subject->kind), x->subject->id,
                          state_successor(x->state, x->subject->owner));
        return code;
    }
    x->subject->standing = STANDING_WITHDRAWN;
    return STATUS_OK;
}

/* ---- who sees what when ---- */

/* The embargo that covers an edition on a day: not lifted, and not past. */
static const register_subject *embargo_of(const change *x)
{
    for (size_t i = 0; i < x->state->count[REGISTER_EMBARGO]; i++) {
        const register_subject *e = x->state->of_kind[REGISTER_EMBARGO][i];
        if (e->standing == STANDING_ACTIVE && strcmp(register_value(e, FIELD_EDITION), given(x, FIELD_EDITION)) == 0 &&
            register_value_date(e, FIELD_UNTIL) > x->on)
            return e;
    }
    return NULL;
}

/* Editions are compared by their whole ids: a part of one, or another word, would hold nothing back. */
static status edition_check(const change *x, error *err)
{
    const char *id = given(x, FIELD_EDITION);
    return strlen(id) == SHA256_TEXT - 1 && hex_is_good(id, SHA256_TEXT - 1)
               ? STATUS_OK
               : refuse(err, "Give its whole id, of 64 digits and small letters. See: concord list editions",
                        "'%.80s' is not the id of an edition", id);
}

status rule_embargo_set(change *x, error *err)
{
    if (!x->only_check)
        return keep_given(x, err);
    status code = edition_check(x, err);
    if (code == STATUS_OK)
        code = bodies_must_stand(x, FIELD_SEES, err);
    if (code != STATUS_OK)
        return code;
    if (given_date(x, FIELD_UNTIL) < x->on)
        return refuse(err, "Give a day that has not passed.", "The embargo ends on %s, which is past on %.10s",
                      given(x, FIELD_UNTIL), x->event->time);
    for (size_t i = 0; i < x->state->count[REGISTER_RELEASE]; i++) {
        const register_subject *r = x->state->of_kind[REGISTER_RELEASE][i];
        if (register_value(r, FIELD_TO) == NULL &&
            strcmp(register_value(r, FIELD_EDITION), given(x, FIELD_EDITION)) == 0)
            return error_set(err, STATUS_REFUSED, "Edition %s was released to everyone by event %lld",
                             given(x, FIELD_EDITION), (long long)r->first_event);
    }
    return STATUS_OK;
}

/* A release is to everyone at once, unless an embargo says who sees it first, and why. */
status rule_edition_release(change *x, error *err)
{
    if (!x->only_check)
        return keep_given(x, err);
    const register_subject *embargo = embargo_of(x);
    const char *to = given(x, FIELD_TO), *at = to;
    text word;
    char code[REGISTER_CODE_MAXIMUM + 1];
    status good = edition_check(x, err);
    if (good != STATUS_OK)
        return good;
    if (to == NULL && embargo != NULL)
        return refuse(err, "Lift the embargo first, or name with --to those who see it now.",
                      "Edition %s is under embargo until %s", given(x, FIELD_EDITION),
                      register_value(embargo, FIELD_UNTIL));
    if (to != NULL && embargo == NULL)
        return refuse(err, "Record an embargo with its reason first, or release to everyone.",
                      "Edition %s is under no embargo, so it is released to everyone at once", given(x, FIELD_EDITION));
    while (register_list_next(&at, &word)) {
        memcpy(code, word.at, word.length);
        code[word.length] = 0;
        if (!register_list_has(register_value(embargo, FIELD_SEES), code))
            return error_set(err, STATUS_REFUSED, "The embargo '%s' does not name %s among those who see the edition",
                             embargo->id, code);
    }
    return STATUS_OK;
}

/* ---- data collections ---- */

static status hours_check(const change *x, error *err)
{
    double hours;
    return given(x, FIELD_HOURS) == NULL || (number_parse(text_of(given(x, FIELD_HOURS)), &hours) && hours >= 0)
               ? STATUS_OK
               : error_set(err, STATUS_REFUSED, "The hours of work cannot be below 0");
}

static status collection_check(const change *x, error *err)
{
    status code = hours_check(x, err);
    return code == STATUS_OK ? bodies_must_stand(x, FIELD_ORGANISATIONS, err) : code;
}

status rule_collection_add(change *x, error *err)
{
    return x->only_check ? collection_check(x, err) : keep_given(x, err);
}

status rule_collection_change(change *x, error *err)
{
    if (x->only_check) {
        status code = standing_check(x, err);
        return code == STATUS_OK ? collection_check(x, err) : code;
    }
    x->subject->revision++;
    return keep_given(x, err);
}

status rule_collection_end(change *x, error *err)
{
    if (x->only_check)
        return standing_check(x, err);
    x->subject->standing = STANDING_ENDED;
    return keep(x, FIELD_UNTIL, given(x, FIELD_UNTIL), err);
}

/* ---- scenarios ---- */

/* Keeping one again is its next version: whoever kept the first does that, and the number of the file grows, so that an answer that names a
 * version names one text. */
status rule_scenario_keep(change *x, error *err)
{
    const register_subject *s = x->subject;
    double wanted = 0;
    if (!number_parse(text_of(given(x, FIELD_REVISION)), &wanted) || !(wanted >= 1 && wanted <= 1e9) ||
        wanted != floor(wanted))
        return error_set(err, STATUS_REFUSED, "The version of a scenario is a whole number from 1 on");
    if (!x->only_check) {
        x->subject->revision = (int64_t)wanted;
        return keep_given(x, err);
    }
    if (s == NULL)
        return STATUS_OK;
    status code = standing_check(x, err);
    if (code == STATUS_OK && !is_owner(x))
        code = refuse(err, "Keep yours under another name: the first line of its file.",
                      "%s did not keep the scenario '%s': only %s can keep its next version", x->event->organisation,
                      s->id, state_successor(x->state, s->owner));
    if (code == STATUS_OK && wanted <= (double)s->revision)
        code = refuse(err, "Raise `version` in its file.", "Version %lld of the scenario '%s' is kept already",
                      (long long)s->revision, s->id);
    return code;
}

status rule_scenario_retire(change *x, error *err)
{
    if (!x->only_check) {
        x->subject->standing = STANDING_RETIRED;
        return STATUS_OK;
    }
    status code = standing_check(x, err);
    if (code == STATUS_OK && !is_owner(x))
        code = refuse(err, NULL, "%s did not keep the scenario '%s': only %s can retire it", x->event->organisation,
                      x->subject->id, state_successor(x->state, x->subject->owner));
    return code;
}
