/* Reporting, text and arrays for the loader. */
#include "catalogue/loader.h"

#include <stdlib.h>
#include <string.h>

void suggestion_offer(suggestion *s, const char *name)
{
    unsigned distance = text_distance(s->typed, name);
    size_t typed = strlen(s->typed), offered = strlen(name);
    /* A name that begins like what was typed is as near as a slip of two letters: "attendances" for attendances_type_1. */
    bool begins = typed >= 4 && offered > typed && strncmp(s->typed, name, typed) == 0;
    if (begins && distance > 2)
        distance = 2;
    unsigned allowed = typed <= 3 ? 1 : typed <= 6 ? 2 : typed <= 9 ? 3 : 4;
    if (distance > allowed)
        return;
    size_t place = 0;
    while (place < s->count && s->distances[place] <= distance) {
        if (strcmp(s->names[place], name) == 0)
            return;
        place++;
    }
    if (place == 3)
        return;
    size_t last = s->count < 3 ? s->count : 2;
    for (size_t i = last; i > place; i--) {
        s->names[i] = s->names[i - 1];
        s->distances[i] = s->distances[i - 1];
    }
    s->names[place] = name;
    s->distances[place] = distance;
    if (s->count < 3)
        s->count++;
}

static void hint_names(error *e, const suggestion *s)
{
    size_t count = 1; /* what is much farther than the nearest is not meant */
    while (count < s->count && s->distances[count] <= s->distances[0] + 1)
        count++;
    if (count == 1)
        error_hint(e, "Did you mean '%.80s'?", s->names[0]);
    else if (count == 2)
        error_hint(e, "Did you mean '%.80s' or '%.80s'?", s->names[0], s->names[1]);
    else
        error_hint(e, "Did you mean '%.80s', '%.80s' or '%.80s'?", s->names[0], s->names[1], s->names[2]);
}

void loader_report_error(loader *l, const error *e)
{
    error placed = *e;
    error_at(&placed, l->file, NULL, 0, NULL);
    if (l->problem_count++ == 0)
        l->first = placed;
    if (l->list != NULL)
        problems_add(l->list, &placed);
}

void loader_report(loader *l, const yaml_node *at, const suggestion *s, const char *hint, const char *format, ...)
{
    char message[sizeof((error *)0)->message];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    error e;
    (void)error_set(&e, STATUS_REFUSED, "%s", message);
    /* A list or block starts below its key, which is where a person looks. */
    error_at(&e, NULL, NULL, at == NULL ? 0 : at->key != NULL ? at->key_line : at->line, NULL);
    if (s != NULL && s->count > 0)
        hint_names(&e, s);
    else if (hint != NULL)
        error_hint(&e, "%s", hint);
    loader_report_error(l, &e);
}

void *loader_array(loader *l, size_t count, size_t size)
{
    void *memory = arena_array(l->memory, count == 0 ? 1 : count, size);
    if (memory == NULL)
        l->fatal = STATUS_MEMORY;
    return memory;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

const char *loader_text(loader *l, const char *raw)
{
    text t = text_trim(text_of(raw != NULL ? raw : ""));
    char *copy = arena_copy(l->memory, t.at, t.length);
    if (copy == NULL) {
        l->fatal = STATUS_MEMORY;
        return "";
    }
    size_t to = 0;
    for (size_t from = 0; from < t.length; from++) {
        bool space = is_space(copy[from]);
        if (space && to > 0 && copy[to - 1] == ' ')
            continue;
        copy[to++] = space ? ' ' : copy[from];
    }
    copy[to] = 0;
    return copy;
}

const char *const *loader_texts(loader *l, char *const *raw, size_t raw_count, size_t *count)
{
    const char **copies = loader_array(l, raw_count, sizeof *copies);
    *count = copies == NULL ? 0 : raw_count;
    for (size_t i = 0; i < *count; i++)
        copies[i] = loader_text(l, raw[i]);
    return copies;
}

bool loader_append(loader *l, void **items, size_t *count, size_t *capacity, const void *item, size_t size)
{
    if (*count == *capacity) {
        size_t wanted = *capacity == 0 ? 16 : *capacity * 2;
        void *grown = wanted > SIZE_MAX / size ? NULL : realloc(*items, wanted * size);
        if (grown == NULL) {
            l->fatal = STATUS_MEMORY;
            return false;
        }
        *items = grown;
        *capacity = wanted;
    }
    memcpy((char *)*items + *count * size, item, size);
    (*count)++;
    return true;
}

void loader_mark_bad(loader *l, id_list *list, const char *id)
{
    const char *copy = arena_string(&l->scratch, id != NULL ? id : "");
    if (copy == NULL)
        l->fatal = STATUS_MEMORY;
    else
        (void)loader_append(l, (void **)(void *)&list->ids, &list->count, &list->capacity, &copy, sizeof copy);
}

bool loader_is_bad(const id_list *list, const char *id)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->ids[i], id) == 0)
            return true;
    return false;
}

static bool word_is_valid(const char *word, char joint)
{
    size_t n = strlen(word);
    if (n == 0 || n > 63 || word[0] < 'a' || word[0] > 'z' || word[n - 1] == joint)
        return false;
    for (size_t i = 1; i < n; i++) {
        char c = word[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (!plain && (c != joint || word[i - 1] == joint))
            return false;
    }
    return true;
}

bool catalogue_id_is_valid(const char *id)
{
    return word_is_valid(id, '-');
}

bool catalogue_column_is_valid(const char *name)
{
    return word_is_valid(name, '_');
}

void loader_free(loader *l)
{
    free(l->sources);
    free(l->measures);
    free(l->targets);
    free(l->rule_sets);
    free(l->frameworks);
    free(l->bad_sources.ids);
    free(l->bad_measures.ids);
    arena_free(&l->scratch);
}
