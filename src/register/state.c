/*
 * state: what stands after the last event: subjects by kind and id, found by a hash of both.
 *
 * A million events mostly change a few thousand subjects again and again, so texts are written over in place where the new one fits; otherwise the
 * arena takes the new one and the old is left until the state is freed.
 */
#include "register/work.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SUBJECTS_MAXIMUM 16000000

void state_begin(register_state *s)
{
    *s = (register_state){.head = HASH_ZERO};
}

void state_free(register_state *s)
{
    for (int k = 0; k < REGISTER_KINDS; k++)
        free(s->of_kind[k]);
    free(s->slots);
    free(s->order);
    arena_free(&s->memory);
    state_begin(s);
}

static status full(error *err)
{
    return error_set(err, STATUS_MEMORY, "There is not enough memory for the register");
}

/* ---- finding ---- */

static size_t slot_of(const register_state *s, register_kind kind, const char *id)
{
    uint64_t h = 1469598103934665603U ^ (uint64_t)kind * 0x9e3779b97f4a7c15U; /* FNV-1a: ids are short */
    for (const char *p = id; *p != 0; p++)
        h = (h ^ (unsigned char)*p) * 1099511628211U;
    size_t at = (size_t)(h ^ h >> 29) & (s->slot_count - 1);
    while (s->slots[at] != NULL && (s->slots[at]->kind != kind || strcmp(s->slots[at]->id, id) != 0))
        at = (at + 1) & (s->slot_count - 1);
    return at;
}

register_subject *state_find(const register_state *s, register_kind kind, const char *id)
{
    return s->slot_count == 0 ? NULL : s->slots[slot_of(s, kind, id)];
}

static status slots_grow(register_state *s, error *err)
{
    size_t old_count = s->slot_count;
    register_subject **old = s->slots, **grown = calloc(old_count == 0 ? 256 : old_count * 2, sizeof *grown);
    if (grown == NULL)
        return full(err);
    s->slots = grown;
    s->slot_count = old_count == 0 ? 256 : old_count * 2;
    for (size_t i = 0; i < old_count; i++)
        if (old[i] != NULL)
            grown[slot_of(s, old[i]->kind, old[i]->id)] = old[i];
    free(old);
    return STATUS_OK;
}

static status list_grow(register_subject ***list, size_t *capacity, error *err)
{
    size_t more = *capacity == 0 ? 64 : *capacity * 2;
    register_subject **grown = realloc(*list, more * sizeof *grown);
    if (grown == NULL)
        return full(err);
    *list = grown;
    *capacity = more;
    return STATUS_OK;
}

status state_add(register_state *s, register_kind kind, const char *id, register_subject **out, error *err)
{
    size_t fields;
    (void)kind_fields(kind, &fields);
    status code = s->total < SUBJECTS_MAXIMUM ? STATUS_OK : full(err);
    if (code == STATUS_OK && (s->total + 1) * 2 > s->slot_count)
        code = slots_grow(s, err);
    if (code == STATUS_OK && s->count[kind] == s->capacity[kind])
        code = list_grow(&s->of_kind[kind], &s->capacity[kind], err);
    if (code == STATUS_OK && s->total == s->order_capacity)
        code = list_grow(&s->order, &s->order_capacity, err);
    if (code != STATUS_OK)
        return code;
    register_subject *made = arena_alloc(&s->memory, sizeof *made);
    if (made != NULL) {
        made->kind = kind;
        made->id = arena_string(&s->memory, id);
        made->owner = "";
        made->texts = arena_array(&s->memory, fields, sizeof *made->texts);
    }
    if (made == NULL || made->id == NULL || made->texts == NULL)
        return full(err);
    s->slots[slot_of(s, kind, id)] = made;
    s->of_kind[kind][s->count[kind]++] = made;
    s->order[s->total++] = made;
    *out = made;
    return STATUS_OK;
}

/* ---- values ---- */

/* Texts stand after the number of bytes that there is room for. */
status state_set(register_state *s, register_subject *subject, register_field field, const char *value, error *err)
{
    int slot = kind_slot(subject->kind, field);
    if (slot < 0)
        return STATUS_OK;
    char **place = &subject->texts[slot];
    if (value == NULL) {
        *place = NULL;
        return STATUS_OK;
    }
    size_t length = strlen(value);
    uint32_t room = 0;
    if (*place != NULL)
        memcpy(&room, *place - sizeof room, sizeof room);
    if (length > room) {
        room = (uint32_t)(length + (*place != NULL ? length / 2 : 0) + 3) & ~(uint32_t)3;
        char *block = arena_alloc(&s->memory, sizeof room + room + 1);
        if (block == NULL)
            return full(err);
        memcpy(block, &room, sizeof room);
        *place = block + sizeof room;
    }
    memmove(*place, value, length + 1);
    return STATUS_OK;
}

const char *register_value(const register_subject *s, register_field field)
{
    int slot = kind_slot(s->kind, field);
    return slot < 0 ? NULL : s->texts[slot];
}

double register_value_number(const register_subject *s, register_field field)
{
    const char *value = register_value(s, field);
    double number;
    return value != NULL && number_parse(text_of(value), &number) ? number : NAN;
}

date register_value_date(const register_subject *s, register_field field)
{
    const char *value = register_value(s, field);
    date day;
    return value != NULL && date_parse(text_of(value), &day) ? day : DATE_NONE;
}

/* ---- lists ---- */

bool register_list_next(const char **at, text *out)
{
    if (*at == NULL)
        return false;
    const char *from = *at + strspn(*at, " ");
    size_t n = strcspn(from, " ");
    *out = (text){from, n};
    *at = from + n;
    return n > 0;
}

bool register_list_has(const char *list, const char *code)
{
    const char *at = list;
    text word;
    while (register_list_next(&at, &word))
        if (text_is(word, code))
            return true;
    return false;
}

/* ---- who stands in for whom ---- */

const char *state_successor(const register_state *s, const char *code)
{
    /* A chain of mergers is short; the bound ends a circle, which partner.succeed refuses. */
    for (int hops = 0; hops < 32; hops++) {
        const register_subject *partner = state_find(s, REGISTER_PARTNER, code);
        const char *next =
            partner == NULL || partner->standing != STANDING_MERGED ? NULL : register_value(partner, FIELD_SUCCESSOR);
        if (next == NULL)
            return code;
        code = next;
    }
    return code;
}

bool same_organisation(const register_state *s, const char *a, const char *b)
{
    return strcmp(a, b) == 0 || strcmp(state_successor(s, a), state_successor(s, b)) == 0;
}

/* ---- applying an event ---- */

bool time_is_good(const char *time)
{
    static const char shape[] = "dddd-dd-ddTdd:dd:ddZ";
    date day;
    if (strlen(time) != sizeof shape - 1)
        return false;
    for (size_t i = 0; i < sizeof shape - 1; i++)
        if (shape[i] == 'd' ? time[i] < '0' || time[i] > '9' : time[i] != shape[i])
            return false;
    return date_parse((text){time, 10}, &day) && strncmp(time + 11, "24", 2) < 0 && time[14] < '6' && time[17] < '6' &&
           strncmp(time, "1990", 4) >= 0;
}

static date day_of(const char *time)
{
    date day = DATE_NONE;
    (void)date_parse((text){time, 10}, &day);
    return day;
}

/* Clocks are not asked here, so this is what keeps a slip of the hand (2062) from shutting everyone else out. */
#define YEARS_AHEAD 10

static status time_check(const register_state *s, const register_event *event, error *err)
{
    if (!time_is_good(event->time))
        return refuse(err, "Times are written 2026-04-01T09:30:00Z, in UTC.", "'%.40s' is not a time", event->time);
    if (s->last == 0)
        return STATUS_OK;
    if (strcmp(event->time, s->last_time) < 0)
        return refuse(err, "Give a time that is not before it, or none.",
                      "The time %s is before that of the last event, %s", event->time, s->last_time);
    if (day_of(event->time) > day_of(s->last_time) + YEARS_AHEAD * 366)
        return refuse(err, "Look at the year.", "The time %s is more than %d years after the last event, %s",
                      event->time, YEARS_AHEAD, s->last_time);
    return STATUS_OK;
}

static bool actor_is_good(const char *actor)
{
    size_t length = strlen(actor);
    for (text rest = {actor, length}; rest.length > 0;) {
        size_t n = text_utf8_length(rest);
        if (n == 0 || (unsigned char)rest.at[0] < 0x20 || rest.at[0] == 0x7f)
            return false;
        rest.at += n;
        rest.length -= n;
    }
    return length > 0 && length <= REGISTER_NAME_MAXIMUM && text_trim(text_of(actor)).length == length;
}

/* An organisation that has registered a key signs with it, always. */
static status key_check(const change *x, const register_subject *partner, error *err)
{
    const char *registered = register_value(partner, FIELD_PUBLIC_KEY), *used = x->event->key;
    bool makes_first = registered == NULL && x->of->apply == rule_partner_key;
    if (registered == NULL && !makes_first)
        return used[0] == 0 ? STATUS_OK
                            : refuse(err, "Register it first: concord register partner key.",
                                     "%s has not registered the key that signs", x->event->organisation);
    const char *wanted = makes_first ? given(x, FIELD_PUBLIC_KEY) : registered;
    if (strcmp(used, wanted) == 0)
        return STATUS_OK;
    return used[0] == 0 ? refuse(err, "Name the file of the key with --key.",
                                 "%s signs its events, and this one is not signed", x->event->organisation)
                        : refuse(err, "Use the key that was registered, or have another partner reset it.",
                                 "This is not the key that %s registered", x->event->organisation);
}

static status actor_check(const change *x, error *err)
{
    const register_state *s = x->state;
    const char *who = x->event->organisation;
    if (!actor_is_good(x->event->actor))
        return refuse(err, "Give the name of a person with --actor.",
                      "The actor is to be a name on one line of at most 300 bytes");
    if (!code_is_good(who))
        return error_set(err, STATUS_REFUSED, "'%.80s' is not the code of an organisation", who);
    if (x->of->apply == rule_register_open)
        return x->event->key[0] == 0
                   ? STATUS_OK
                   : error_set(err, STATUS_REFUSED, "The first event cannot be signed: no key is registered yet");
    if (s->last == 0)
        return refuse(err, "Begin it with: concord register start", "The register has no first event yet");
    const register_subject *partner = state_find(s, REGISTER_PARTNER, who);
    if (partner == NULL) {
        status code = error_set(err, STATUS_NOT_FOUND, "%s is not a partner in this register", who);
        error_hint(err, "A partner adds it with: concord register partner add %s", who);
        return code;
    }
    if (partner->standing == STANDING_MERGED)
        return refuse(err, "Act as the successor.", "%s became %s on %s", who, state_successor(s, who),
                      register_value(partner, FIELD_WHEN));
    if (partner->standing != STANDING_ACTIVE)
        return error_set(err, STATUS_REFUSED, "%s has left this register", who);
    return key_check(x, partner, err);
}

static bool is_priority(const register_subject *s)
{
    const char *tier = register_value(s, FIELD_TIER);
    return tier != NULL && strcmp(tier, "local") == 0;
}

/* What a person can do with what is there already. */
static const char *instead(const register_subject *s)
{
    switch (s->kind) {
    case REGISTER_TARGET:
        return is_priority(s) ? "Choose another id, or change it: concord priority revise."
                              : "Choose another id, or change it: concord target revise.";
    case REGISTER_COMMITMENT: return "Choose another id, or report on it: concord commit report.";
    case REGISTER_GROUP: return "Choose another id, or change its members: concord group add.";
    case REGISTER_COLLECTION: return "Choose another id, or change it: concord collection change.";
    default: return "Choose another id.";
    }
}

static bool may_be_there(const event_record *of)
{
    return of->apply == rule_partner_join || of->apply == rule_scenario_keep || of->apply == rule_target_adopt;
}

/* Targets and priorities have their ids in common. */
static const char *kind_words(register_kind kind)
{
    return kind == REGISTER_TARGET ? "target or priority" : register_kind_name(kind);
}

static status subject_check(change *x, error *err)
{
    register_state *s = x->state;
    const char *id = x->event->subject, *kind = register_kind_name(x->of->subject);
    if (!code_is_good(id))
        return refuse(err, "Use up to 64 letters, digits and . _ -", "'%.80s' cannot be the id of a %s", id, kind);
    x->subject = state_find(s, x->of->subject, id);
    if (x->of->makes && x->subject != NULL && !may_be_there(x->of))
        return refuse(err, instead(x->subject), "There is a %s '%s' already, from event %lld",
                      is_priority(x->subject) ? "priority" : kind, id, (long long)x->subject->first_event);
    if (!x->of->makes && x->subject == NULL) {
        status code =
            error_set(err, STATUS_NOT_FOUND, "There is no %s '%s' in the register", kind_words(x->of->subject), id);
        for (size_t i = 0; i < s->count[x->of->subject]; i++)
            if (text_distance(id, s->of_kind[x->of->subject][i]->id) < 4) {
                error_hint(err, "Did you mean '%s'?", s->of_kind[x->of->subject][i]->id);
                break;
            }
        return code;
    }
    return STATUS_OK;
}

/* What every event does to its subject, beside its own rule. */
static void subject_touch(register_subject *subject, const change *x)
{
    if (subject->first_event == 0) {
        subject->first_event = x->event->sequence;
        subject->made = x->on;
        subject->revision = subject->revision > 0 ? subject->revision : 1;
    }
    subject->version++;
    subject->last_event = x->event->sequence;
    subject->changed = x->on;
}

status state_apply(register_state *s, const register_event *event, const body *b, bool only_check, error *err)
{
    change x = {.state = s, .event = event, .body = b, .of = event_record_find(event->kind), .only_check = true};
    if (x.of == NULL)
        return error_set(err, STATUS_REFUSED, "There is no kind of event '%.60s'", event->kind);
    if (event->sequence != s->last + 1)
        return error_set(err, STATUS_REFUSED, "Event %lld cannot follow event %lld", (long long)event->sequence,
                         (long long)s->last);
    x.on = day_of(event->time);
    status code = time_check(s, event, err);
    if (code == STATUS_OK)
        code = body_check(b, x.of, err);
    if (code == STATUS_OK)
        code = actor_check(&x, err);
    if (code == STATUS_OK)
        code = subject_check(&x, err);
    if (code == STATUS_OK)
        code = x.of->apply(&x, err);
    if (code != STATUS_OK || only_check)
        return code;
    x.only_check = false;
    if (x.subject == NULL) {
        code = state_add(s, x.of->subject, event->subject, &x.subject, err);
        if (code == STATUS_OK && (x.subject->owner = arena_string(&s->memory, event->organisation)) == NULL)
            code = full(err);
    }
    if (code == STATUS_OK)
        code = x.of->apply(&x, err);
    if (code != STATUS_OK)
        return code;
    subject_touch(x.subject, &x);
    s->last = event->sequence;
    memcpy(s->head, event->hash, sizeof s->head);
    memcpy(s->last_time, event->time, sizeof s->last_time);
    return STATUS_OK;
}
