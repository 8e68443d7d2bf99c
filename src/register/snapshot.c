/*
 * snapshot: the state after some event as bytes, so that a register of a million events opens without replaying them. The same events always give the
 * same bytes, so a replay proves a snapshot right or wrong.
 *
 * Numbers are little-endian; texts are their length and their bytes; a missing text has the length 2^32-1.
 */
#include "register/work.h"

#include <string.h>

static const char magic[] = "concord-snapshot 1\n";
#define MISSING UINT32_MAX

static void put_int(buffer *b, uint64_t value, int bytes)
{
    char out[8];
    for (int i = 0; i < bytes; i++)
        out[i] = (char)(unsigned char)(value >> (8 * i));
    buffer_put(b, out, (size_t)bytes);
}

static void put_text(buffer *b, const char *words)
{
    size_t length = words == NULL ? MISSING : strlen(words);
    put_int(b, length, 4);
    if (words != NULL)
        buffer_put(b, words, length);
}

void snapshot_encode(const register_state *s, buffer *out)
{
    buffer_put(out, magic, sizeof magic - 1);
    put_text(out, s->title);
    put_int(out, (uint64_t)s->last, 8);
    put_text(out, s->head);
    put_text(out, s->last_time);
    put_int(out, s->total, 8);
    for (size_t i = 0; i < s->total; i++) {
        const register_subject *x = s->order[i];
        size_t fields;
        (void)kind_fields(x->kind, &fields);
        put_int(out, (uint64_t)x->kind, 1);
        put_int(out, (uint64_t)x->standing, 1);
        put_text(out, x->id);
        put_text(out, x->owner);
        const int64_t counts[] = {x->version, x->revision,   x->first_event, x->last_event,
                                  x->reports, x->challenges, x->made,        x->changed};
        for (size_t k = 0; k < sizeof counts / sizeof counts[0]; k++)
            put_int(out, (uint64_t)counts[k], 8);
        for (size_t f = 0; f < fields; f++)
            put_text(out, x->texts[f]);
    }
}

/* ---- reading ---- */

typedef struct input {
    const char *at, *end;
    buffer words; /* a text with its terminating 0 */
    bool bad;
} input;

static uint64_t take_int(input *in, int bytes)
{
    uint64_t value = 0;
    if (in->end - in->at < bytes) {
        in->bad = true;
        return 0;
    }
    for (int i = 0; i < bytes; i++)
        value |= (uint64_t)(unsigned char)in->at[i] << (8 * i);
    in->at += bytes;
    return value;
}

/* NULL where missing, or where the bytes end (in->bad). Valid until the next call. */
static const char *take_text(input *in)
{
    uint64_t length = take_int(in, 4);
    if (in->bad || length == MISSING)
        return NULL;
    if (length > (uint64_t)(in->end - in->at) || memchr(in->at, 0, length) != NULL) {
        in->bad = true;
        return NULL;
    }
    buffer_clear(&in->words);
    buffer_put(&in->words, in->at, length);
    in->at += length;
    in->bad |= in->words.failed;
    return in->words.data;
}

static void take_fixed(input *in, char *out, size_t size)
{
    const char *words = take_text(in);
    if (words == NULL || strlen(words) >= size)
        in->bad = true;
    else
        memcpy(out, words, strlen(words) + 1);
}

static status take_subject(register_state *s, input *in, error *err)
{
    register_kind kind = (register_kind)take_int(in, 1);
    register_standing standing = (register_standing)take_int(in, 1);
    const char *id = take_text(in);
    register_subject *x = NULL;
    if (in->bad || kind >= REGISTER_KINDS || standing >= STANDING_COUNT || id == NULL ||
        state_find(s, kind, id) != NULL) {
        in->bad = true;
        return STATUS_OK;
    }
    status code = state_add(s, kind, id, &x, err);
    if (code != STATUS_OK)
        return code;
    x->standing = standing;
    const char *owner = take_text(in);
    x->owner = owner == NULL ? NULL : arena_string(&s->memory, owner);
    int64_t counts[8];
    for (size_t k = 0; k < 8; k++)
        counts[k] = (int64_t)take_int(in, 8);
    x->version = counts[0];
    x->revision = counts[1];
    x->first_event = counts[2];
    x->last_event = counts[3];
    x->reports = counts[4];
    x->challenges = counts[5];
    x->made = (date)counts[6];
    x->changed = (date)counts[7];
    in->bad |= x->owner == NULL;
    size_t count;
    const register_field *fields = kind_fields(kind, &count);
    for (size_t f = 0; f < count && code == STATUS_OK && !in->bad; f++) {
        const char *value = take_text(in);
        if (value != NULL)
            code = state_set(s, x, fields[f], value, err);
    }
    return code;
}

status snapshot_decode(register_state *s, const char *bytes, size_t length, error *err)
{
    input in = {.at = bytes, .end = bytes + length};
    status code = STATUS_OK;
    state_free(s);
    if (length < sizeof magic - 1 || memcmp(bytes, magic, sizeof magic - 1) != 0)
        return error_set(err, STATUS_REFUSED, "The snapshot is not of this format");
    in.at += sizeof magic - 1;
    take_fixed(&in, s->title, sizeof s->title);
    s->last = (int64_t)take_int(&in, 8);
    take_fixed(&in, s->head, sizeof s->head);
    take_fixed(&in, s->last_time, sizeof s->last_time);
    uint64_t total = take_int(&in, 8);
    for (uint64_t i = 0; i < total && code == STATUS_OK && !in.bad; i++)
        code = take_subject(s, &in, err);
    if (code == STATUS_OK && (in.bad || in.at != in.end))
        code = error_set(err, STATUS_REFUSED, "The snapshot is cut short or damaged");
    buffer_free(&in.words);
    if (code != STATUS_OK)
        state_free(s);
    return code;
}
