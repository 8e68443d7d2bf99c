/*
 * body: the body of an event as canonical JSON.
 *
 * Canonical means: one object, keys in byte order, no white space, strings as buffer_json writes them, numbers as number_format does, lists of
 * strings. There is one way to write a body, so what is hashed and signed does not depend on who wrote it. Parsing accepts
 * exactly what encoding gives: it reads, writes again and compares.
 */
#include "register/work.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LIST_MAXIMUM  1000
#define WORDS_MAXIMUM 8000
#define SCENARIO_TEXT 32000 /* of a scenario: with its escapes and the other fields it fits into a body */

status body_begin(body *b, error *err)
{
    *b = (body){.room = malloc(BODY_ROOM)};
    return b->room != NULL ? STATUS_OK : error_set(err, STATUS_MEMORY, "There is not enough memory for the register");
}

void body_free(body *b)
{
    free(b->room);
    *b = (body){0};
}

/* ---- writing ---- */

static bool is_list(field_type type)
{
    return type == TYPE_CODES || type == TYPE_TRAJECTORY;
}

static void encode_list(const char *list, buffer *out)
{
    buffer_char(out, '[');
    const char *at = list;
    text word;
    for (bool first = true; register_list_next(&at, &word); first = false) {
        /* Words of lists are codes and months: nothing in them needs escaping. body_check holds that. */
        buffer_text(out, first ? "\"" : ",\"");
        buffer_put(out, word.at, word.length);
        buffer_char(out, '"');
    }
    buffer_char(out, ']');
}

/* What needs no escape and is one byte a character: nearly all that is written, and a replay writes every body again to compare it. */
static bool is_plain(const char *s, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)s[i] < 0x20 || (unsigned char)s[i] > 0x7e || s[i] == '"' || s[i] == '\\')
            return false;
    return true;
}

static void encode_string(const char *s, buffer *out)
{
    size_t length = strlen(s);
    if (!is_plain(s, length)) {
        buffer_json(out, s);
        return;
    }
    buffer_char(out, '"');
    buffer_put(out, s, length);
    buffer_char(out, '"');
}

void body_encode(const body *b, buffer *out)
{
    bool first = true;
    buffer_char(out, '{');
    for (int f = 0; f < FIELD_IN_BODIES; f++) {
        if (b->texts[f] == NULL)
            continue;
        buffer_text(out, first ? "\"" : ",\"");
        buffer_text(out, field_records[f].name);
        buffer_text(out, "\":");
        if (is_list(field_records[f].type))
            encode_list(b->texts[f], out);
        else if (field_records[f].type == TYPE_NUMBER)
            buffer_text(out, b->texts[f]);
        else
            encode_string(b->texts[f], out);
        first = false;
    }
    buffer_char(out, '}');
}

/* ---- reading what is canonical ---- */

typedef struct cursor {
    const char *at, *end;
    char *room, *room_end;
} cursor;

static bool take(cursor *c, char wanted)
{
    if (c->at == c->end || *c->at != wanted)
        return false;
    c->at++;
    return true;
}

static bool put(cursor *c, char byte)
{
    if (c->room == c->room_end)
        return false;
    *c->room++ = byte;
    return true;
}

static bool take_escape(cursor *c)
{
    if (c->at == c->end)
        return false;
    char escaped = *c->at++;
    if (escaped == '"' || escaped == '\\')
        return put(c, escaped);
    /* Only control characters are written so: \u000a. */
    if (escaped != 'u' || c->end - c->at < 4 || memcmp(c->at, "00", 2) != 0 || c->at[2] < '0' || c->at[2] > '1')
        return false;
    char digit = c->at[3];
    int low = digit >= '0' && digit <= '9' ? digit - '0' : digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
    int code = (c->at[2] - '0') * 16 + low;
    c->at += 4;
    return low >= 0 && code != 0 && put(c, (char)code);
}

/* The inside of a string to room, without a terminating 0. */
static bool take_string(cursor *c)
{
    if (!take(c, '"'))
        return false;
    while (c->at < c->end && *c->at != '"') {
        char byte = *c->at++;
        if (byte == 0 || !(byte == '\\' ? take_escape(c) : put(c, byte)))
            return false;
    }
    return take(c, '"');
}

static bool take_list(cursor *c)
{
    if (!take(c, '['))
        return false;
    if (take(c, ']'))
        return true;
    do {
        if (!take_string(c) || !put(c, ' '))
            return false;
    } while (take(c, ','));
    c->room--; /* the last space */
    return take(c, ']');
}

static bool take_number(cursor *c)
{
    const char *from = c->at;
    while (c->at < c->end && strchr("+-.0123456789eE", *c->at) != NULL && *c->at != 0)
        if (!put(c, *c->at++))
            return false;
    return c->at > from;
}

static bool take_value(cursor *c, field_type type)
{
    return is_list(type) ? take_list(c) : type == TYPE_NUMBER ? take_number(c) : take_string(c);
}

/* One "key":value; *field is the last one that was read, so that keys ascend. */
static bool take_pair(cursor *c, body *b, int *field)
{
    if (!take(c, '"'))
        return false;
    const char *key = c->at;
    while (c->at < c->end && *c->at != '"')
        c->at++;
    size_t length = (size_t)(c->at - key);
    int f = *field + 1;
    while (f < FIELD_IN_BODIES &&
           !(strncmp(field_records[f].name, key, length) == 0 && field_records[f].name[length] == 0))
        f++;
    if (f == FIELD_IN_BODIES || !take(c, '"') || !take(c, ':'))
        return false;
    *field = f;
    b->texts[f] = c->room;
    return take_value(c, field_records[f].type) && put(c, 0);
}

status body_parse(body *b, const char *json, size_t length, buffer *scratch, error *err)
{
    memset(b->texts, 0, sizeof b->texts);
    cursor c = {.at = json, .end = json + length, .room = b->room, .room_end = b->room + BODY_ROOM};
    bool good = length <= REGISTER_BODY_MAXIMUM && take(&c, '{');
    int field = -1;
    if (good && !take(&c, '}')) {
        do
            good = take_pair(&c, b, &field);
        while (good && take(&c, ','));
        good = good && take(&c, '}');
    }
    if (good && c.at == c.end) {
        buffer_clear(scratch);
        body_encode(b, scratch);
        good = !scratch->failed && scratch->length == length && memcmp(scratch->data, json, length) == 0;
    } else {
        good = false;
    }
    return good ? STATUS_OK : error_set(err, STATUS_REFUSED, "The body is not canonical JSON of known fields");
}

/* ---- reading any JSON ---- */

static status field_refused(error *err, int f, const char *what)
{
    status code = error_set(err, STATUS_REFUSED, "'%s' %s", field_records[f].name, what);
    return code;
}

static bool put_text(cursor *c, const char *s, size_t length)
{
    if (length > (size_t)(c->room_end - c->room) || memchr(s, 0, length) != NULL)
        return false;
    memcpy(c->room, s, length);
    c->room += length;
    return true;
}

static bool put_number(cursor *c, double value)
{
    char words[NUMBER_TEXT];
    return isfinite(value) && put_text(c, words, number_format(value, words));
}

/* "2026-04=61" from itself, or from {"period": "2026-04", "value": 61}. */
static bool put_item(cursor *c, const json_t *item, field_type type)
{
    if (json_is_string(item))
        return put_text(c, json_string_value(item), json_string_length(item));
    const json_t *month = json_object_get(item, "period"), *value = json_object_get(item, "value");
    return type == TYPE_TRAJECTORY && json_is_string(month) && json_is_number(value) && json_object_size(item) == 2 &&
           put_text(c, json_string_value(month), json_string_length(month)) && put(c, '=') &&
           put_number(c, json_number_value(value));
}

static status list_from_json(cursor *c, int f, const json_t *value, error *err)
{
    if (!json_is_array(value))
        return field_refused(err, f, "is to be a list");
    for (size_t i = 0; i < json_array_size(value); i++)
        if ((i > 0 && !put(c, ' ')) || !put_item(c, json_array_get(value, i), field_records[f].type))
            return field_refused(err, f, "holds something that does not belong in the list");
    return STATUS_OK;
}

static status value_from_json(cursor *c, int f, const json_t *value, error *err)
{
    if (is_list(field_records[f].type))
        return list_from_json(c, f, value, err);
    if (field_records[f].type == TYPE_NUMBER)
        return json_is_number(value) && put_number(c, json_number_value(value))
                   ? STATUS_OK
                   : field_refused(err, f, "is to be a number");
    if (!json_is_string(value) || !put_text(c, json_string_value(value), json_string_length(value)))
        return field_refused(err, f, "is to be a text (at most 64 KB in all)");
    return STATUS_OK;
}

static status field_unknown(const char *key, error *err)
{
    const char *near = NULL;
    unsigned best = 4;
    for (int f = 0; f < FIELD_IN_BODIES; f++)
        if (text_distance(key, field_records[f].name) < best) {
            best = text_distance(key, field_records[f].name);
            near = field_records[f].name;
        }
    status code = error_set(err, STATUS_REFUSED, "There is no field '%s'", key);
    if (near != NULL)
        error_hint(err, "Did you mean '%s'?", near);
    return code;
}

status body_from_json(body *b, const char *json, error *err)
{
    json_error_t problem;
    memset(b->texts, 0, sizeof b->texts);
    size_t length = json == NULL ? 0 : strlen(json);
    if (length > REGISTER_BODY_MAXIMUM)
        return error_set(err, STATUS_REFUSED, "The body is longer than %d bytes", REGISTER_BODY_MAXIMUM);
    json_t *root = length == 0 ? json_object() : json_loadb(json, length, JSON_REJECT_DUPLICATES, &problem);
    if (root == NULL)
        return error_set(err, STATUS_REFUSED, "This is not JSON: %s (line %d, column %d)", problem.text, problem.line,
                         problem.column);
    cursor c = {.room = b->room, .room_end = b->room + BODY_ROOM};
    status code = json_is_object(root) ? STATUS_OK : error_set(err, STATUS_REFUSED, "The JSON is to be one object");
    const char *key;
    json_t *value;
    json_object_foreach(root, key, value)
    {
        register_field field;
        if (code == STATUS_OK && (!register_field_find(key, &field) || field >= FIELD_IN_BODIES))
            code = field_unknown(key, err);
        if (code != STATUS_OK)
            break;
        if (json_is_null(value))
            continue;
        b->texts[field] = c.room;
        code = value_from_json(&c, (int)field, value, err);
        if (code == STATUS_OK && !put(&c, 0))
            code = field_refused(err, (int)field, "is too long");
    }
    json_decref(root);
    return code;
}

/* ---- is each field well-formed? ---- */

bool code_is_good(const char *code)
{
    size_t length = strlen(code);
    return length > 0 && length <= REGISTER_CODE_MAXIMUM &&
           strspn(code, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") == length;
}

static bool words_are_good(const char *words, bool lines, size_t maximum)
{
    size_t length = strlen(words);
    if (length == 0 || length > maximum || text_trim(text_of(words)).length != length)
        return false;
    if (is_plain(words, length))
        return true;
    for (text rest = text_of(words); rest.length > 0;) {
        size_t n = text_utf8_length(rest);
        unsigned char byte = (unsigned char)rest.at[0];
        if (n == 0 || (byte < 0x20 && !(lines && byte == '\n')) || byte == 0x7f)
            return false;
        rest.at += n;
        rest.length -= n;
    }
    return true;
}

static status list_check(int f, const char *list, error *err)
{
    const char *at = list;
    text word;
    size_t count = 0;
    if (list[0] == 0 || list[0] == ' ' || strstr(list, "  ") != NULL || list[strlen(list) - 1] == ' ')
        return field_refused(err, f, "is an empty list, or has an empty word in it");
    while (register_list_next(&at, &word)) {
        char code[REGISTER_CODE_MAXIMUM + 1];
        if (++count > LIST_MAXIMUM)
            return field_refused(err, f, "has more than 1,000 words");
        if (word.length > REGISTER_CODE_MAXIMUM)
            return field_refused(err, f, "has a word that is too long for a code");
        memcpy(code, word.at, word.length);
        code[word.length] = 0;
        const char *rest = at;
        if (!code_is_good(code))
            return error_set(err, STATUS_REFUSED, "'%s': '%s' is not a code", field_records[f].name, code);
        if (register_list_has(rest, code))
            return error_set(err, STATUS_REFUSED, "'%s' names %s twice", field_records[f].name, code);
    }
    return STATUS_OK;
}

/* Months in order and without a gap, each with a number. */
static status trajectory_check(const char *list, error *err)
{
    const char *at = list;
    text word;
    int32_t last = 0;
    size_t count = 0;
    while (register_list_next(&at, &word)) {
        period month;
        double asked;
        char canonical[NUMBER_TEXT], said[PERIOD_TEXT] = "", before[PERIOD_TEXT] = "";
        const char *equals = memchr(word.at, '=', word.length);
        size_t n = equals == NULL ? word.length : (size_t)(equals - word.at);
        text number = {.at = word.at + n + 1, .length = word.length - n - (equals != NULL)};
        if (equals == NULL || !period_parse((text){word.at, n}, &month) || month.kind != PERIOD_MONTH ||
            !number_parse(number, &asked) || number_format(asked, canonical) != number.length ||
            memcmp(canonical, number.at, number.length) != 0)
            return refuse(err, "Write it as 2026-04=61,2026-05=62.5 and so on.",
                          "The trajectory has '%.*s', which is not a month and its level",
                          (int)(word.length < 80 ? word.length : 80), word.at);
        if (count > 0 && month.first_month != last + 1) {
            period_format(month, said);
            period_format(period_month(last / 12, last % 12 + 1), before);
            return refuse(err,
                          month.first_month <= last ? "Give the months in order." : "Give a level for every month.",
                          month.first_month == last  ? "The trajectory has %s twice, after %s"
                          : month.first_month < last ? "The trajectory is out of order: %s comes after %s"
                                                     : "The trajectory has a gap: %s comes after %s",
                          said, before);
        }
        last = month.first_month;
        count++;
    }
    return count > 0 && count <= 240 ? STATUS_OK : error_set(err, STATUS_REFUSED, "A trajectory has 1 to 240 months");
}

static status number_check(int f, const char *value, error *err)
{
    double parsed;
    char canonical[NUMBER_TEXT];
    if (!number_parse(text_of(value), &parsed) || number_format(parsed, canonical) == 0 ||
        strcmp(canonical, value) != 0)
        return field_refused(err, f, "is not a number as it is to be written");
    return STATUS_OK;
}

static status value_check(int f, const char *value, error *err)
{
    period month;
    date day;
    char words[DATE_TEXT];
    switch (field_records[f].type) {
    case TYPE_CODE:
        return code_is_good(value) ? STATUS_OK
                                   : refuse(err, "Codes have up to 64 letters, digits and . _ -",
                                            "'%s': '%.80s' is not a code", field_records[f].name, value);
    case TYPE_CODES: return list_check(f, value, err);
    case TYPE_NAME:
        return words_are_good(value, false, REGISTER_NAME_MAXIMUM)
                   ? STATUS_OK
                   : field_refused(err, f,
                                   "is to be one line of at most 300 bytes, not empty, without space at its ends");
    case TYPE_WORDS:
        if (f == FIELD_SCENARIO)
            return words_are_good(value, true, SCENARIO_TEXT)
                       ? STATUS_OK
                       : field_refused(err, f, "is to be a text of at most 32,000 bytes, not empty, without tabs");
        return words_are_good(value, true, WORDS_MAXIMUM)
                   ? STATUS_OK
                   : field_refused(err, f,
                                   "is to be a text of at most 8,000 bytes, not empty, without space at its ends");
    case TYPE_DATE:
        if (!date_parse(text_of(value), &day))
            return refuse(err, "Dates are written YYYY-MM-DD, for example 2026-06-11.", "'%s': '%.40s' is not a date",
                          field_records[f].name, value);
        date_format(day, words);
        return strcmp(words, value) == 0 ? STATUS_OK : field_refused(err, f, "is not a date as it is to be written");
    case TYPE_MONTH:
        if (!period_parse(text_of(value), &month) || month.kind != PERIOD_MONTH || strlen(value) != 7)
            return refuse(err, "Months are written YYYY-MM, for example 2027-03.", "'%s': '%.40s' is not a month",
                          field_records[f].name, value);
        return STATUS_OK;
    case TYPE_NUMBER: return number_check(f, value, err);
    case TYPE_TRAJECTORY: return trajectory_check(value, err);
    case TYPE_KEY:
        return strlen(value) == 64 && hex_is_good(value, 64) ? STATUS_OK
                                                             : field_refused(err, f, "is to be 64 hexadecimal digits");
    }
    return STATUS_OK;
}

static status choice_check(const event_record *of, const field_rule *rule, const char *value, error *err)
{
    if (rule->choices == NULL || choice_is(rule->choices, value))
        return STATUS_OK;
    status code =
        error_set(err, STATUS_REFUSED, "%s: '%s' cannot be '%.60s'", of->name, field_records[rule->field].name, value);
    buffer words = {0};
    char near[40] = "";
    unsigned best = 4;
    for (const char *at = rule->choices; *at != 0; at += *at == '|') {
        char each[sizeof near];
        int n = (int)strcspn(at, "|");
        (void)snprintf(each, sizeof each, "%.*s", n, at);
        buffer_printf(&words, "%s%s", words.length > 0 ? ", " : "", each);
        if (text_distance(value, each) < best) {
            best = text_distance(value, each);
            memcpy(near, each, sizeof near);
        }
        at += n;
    }
    if (near[0] != 0)
        error_hint(err, "Did you mean %s? It is one of %s.", near, words.data == NULL ? "" : words.data);
    else
        error_hint(err, "Use one of %s.", words.data == NULL ? "" : words.data);
    buffer_free(&words);
    return code;
}

status body_check(const body *b, const event_record *of, error *err)
{
    const field_rule *rule = of->fields;
    for (int f = 0; f < FIELD_IN_BODIES; f++) {
        const char *value = b->texts[f];
        bool taken = rule->field == (register_field)f;
        if (value != NULL && !taken)
            return error_set(err, STATUS_REFUSED, "%s does not take '%s'", of->name, field_records[f].name);
        if (value == NULL && taken && rule->required)
            return error_set(err, STATUS_REFUSED, "%s needs '%s'", of->name, field_records[f].name);
        status code = value == NULL ? STATUS_OK : value_check(f, value, err);
        if (code == STATUS_OK && value != NULL)
            code = choice_check(of, rule, value, err);
        if (code != STATUS_OK)
            return code;
        rule += taken;
    }
    return STATUS_OK;
}
