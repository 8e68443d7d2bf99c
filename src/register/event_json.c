/*
 * event_json: an event as one line of JSON. There is one way to write it, so a line that was changed in any byte is seen: it is read, written again
 * and compared.
 */
#include "register/work.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static void put_member(buffer *out, const char *name, const char *value)
{
    buffer_printf(out, ",\"%s\":", name);
    buffer_json(out, value);
}

void event_encode(const register_event *event, const char *previous, buffer *out)
{
    buffer_text(out, "{\"actor\":");
    buffer_json(out, event->actor);
    buffer_text(out, ",\"body\":");
    buffer_text(out, event->body);
    put_member(out, "hash", event->hash);
    if (event->key[0] != 0)
        put_member(out, "key", event->key);
    put_member(out, "kind", event->kind);
    put_member(out, "organisation", event->organisation);
    put_member(out, "previous", previous);
    buffer_printf(out, ",\"sequence\":%lld", (long long)event->sequence);
    if (event->signature[0] != 0)
        put_member(out, "signature", event->signature);
    put_member(out, "subject", event->subject);
    put_member(out, "time", event->time);
    buffer_char(out, '}');
}

static const char *member(const json_t *root, const char *name, bool needed, bool *bad)
{
    const json_t *value = json_object_get(root, name);
    if (value == NULL && !needed)
        return "";
    if (!json_is_string(value) || strlen(json_string_value(value)) != json_string_length(value)) {
        *bad = true;
        return "";
    }
    return json_string_value(value);
}

/* The body as it stands in the line, from "body": to the next member. Within a JSON string a quote follows a backslash, never a comma, so neither mark
 * can be part of a text. */
static char *body_text(const char *line, size_t length, arena *memory)
{
    static const char before[] = ",\"body\":", after[] = ",\"hash\":\"";
    char *copy = arena_copy(memory, line, length), *from = copy == NULL ? NULL : strstr(copy, before);
    char *to = from == NULL ? NULL : strstr(from, after);
    if (to == NULL)
        return NULL;
    *to = 0;
    return from + sizeof before - 1;
}

status event_decode(const char *line, size_t length, arena *memory, register_event *out, char previous[SHA256_TEXT],
                    error *err)
{
    json_error_t problem;
    buffer again = {0};
    bool bad = false;
    json_t *root = json_loadb(line, length, JSON_REJECT_DUPLICATES, &problem);
    if (root == NULL)
        return error_set(err, STATUS_REFUSED, "The line is not JSON: %s", problem.text);
    *out = (register_event){
        .time = arena_string(memory, member(root, "time", true, &bad)),
        .actor = arena_string(memory, member(root, "actor", true, &bad)),
        .organisation = arena_string(memory, member(root, "organisation", true, &bad)),
        .kind = arena_string(memory, member(root, "kind", true, &bad)),
        .subject = arena_string(memory, member(root, "subject", true, &bad)),
        .key = arena_string(memory, member(root, "key", false, &bad)),
        .signature = arena_string(memory, member(root, "signature", false, &bad)),
        .body = body_text(line, length, memory),
    };
    const char *hash = member(root, "hash", true, &bad), *before = member(root, "previous", true, &bad);
    const json_t *sequence = json_object_get(root, "sequence");
    bad |= !json_is_integer(sequence) || strlen(hash) != 64 || !hex_is_good(hash, 64) || strlen(before) != 64 ||
           !hex_is_good(before, 64);
    if (!bad) {
        out->sequence = json_integer_value(sequence);
        (void)snprintf(out->hash, sizeof out->hash, "%s", hash);
        (void)snprintf(previous, SHA256_TEXT, "%s", before);
    }
    json_decref(root);
    if (out->time == NULL || out->actor == NULL || out->organisation == NULL || out->kind == NULL ||
        out->subject == NULL || out->key == NULL || out->signature == NULL)
        return error_set(err, STATUS_MEMORY, "There is not enough memory for the line");
    if (!bad && out->body != NULL) {
        event_encode(out, previous, &again);
        bad = again.failed || again.length != length || memcmp(again.data, line, length) != 0;
        buffer_free(&again);
    }
    return bad || out->body == NULL
               ? error_set(err, STATUS_REFUSED, "The line is not an event as the register writes it")
               : STATUS_OK;
}
