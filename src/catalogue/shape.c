/*
 * The shape of a file: our own walk over the tree, then libcyaml.
 *
 * libcyaml stops at the first thing it does not like and says so in its own words. An analyst wants to see everything at
 * once, in plain words. So the same schema is first walked over the tree; libcyaml then loads what passed, and whatever
 * it still refuses comes out with the line from its log.
 */
#include "catalogue/loader.h"

#include <stdlib.h>
#include <string.h>

typedef struct shape_walk {
    loader *l;
    const char *what;      /* "measure" */
    const yaml_node *item; /* the declaration being looked at */
} shape_walk;

/* "measure 'rtt-over-52-weeks'", or "a measure" where it has no id to be called by. */
static void name_item(const shape_walk *w, char out[128])
{
    const yaml_node *id = yaml_key(w->item, "id");
    if (id != NULL && id->kind == YAML_SCALAR && id->scalar[0] != 0)
        (void)snprintf(out, 128, "%s '%.64s'", w->what, id->scalar);
    else
        (void)snprintf(out, 128, "a %s", w->what);
}

static const char *kind_words(yaml_kind kind)
{
    return kind == YAML_SCALAR ? "a single value" : kind == YAML_LIST ? "a list" : "a block of keys";
}

static bool wrong_kind(const shape_walk *w, const yaml_node *n, yaml_kind wanted)
{
    if (n->kind == wanted)
        return false;
    char item[128];
    name_item(w, item);
    const char *hint = wanted == YAML_LIST ? "Write it in brackets, [a, b], or as lines that begin with '- '"
                       : wanted == YAML_MAP
                           ? "Write its keys indented under it, or in braces, {key: value}"
                           : "Write one value; quote it where it holds ':' or '#' or starts with a bracket or sign";
    if (n->key != NULL)
        loader_report(w->l, n, NULL, hint, "'%.64s' in %s must be %s, and is %s", n->key, item, kind_words(wanted),
                      kind_words(n->kind));
    else
        loader_report(w->l, n, NULL, hint, "This entry in %s must be %s, and is %s", item, kind_words(wanted),
                      kind_words(n->kind));
    return true;
}

static void wrong_value(const shape_walk *w, const yaml_node *n, const suggestion *s, const char *hint,
                        const char *wanted)
{
    char item[128];
    name_item(w, item);
    loader_report(w->l, n, s, hint, "'%.64s' in %s must be %s, and is '%.80s'", n->key != NULL ? n->key : "A value",
                  item, wanted, n->scalar);
}

static void check_enum(const shape_walk *w, const yaml_node *n, const cyaml_schema_value_t *schema)
{
    suggestion s = {.typed = n->scalar};
    char allowed[256] = "one of";
    size_t used = strlen(allowed);
    for (uint32_t i = 0; i < schema->enumeration.count; i++) {
        const char *word = schema->enumeration.strings[i].str;
        if (strcmp(word, n->scalar) == 0)
            return;
        suggestion_offer(&s, word);
        int written = snprintf(allowed + used, sizeof allowed - used, "%s %s", i > 0 ? "," : "", word);
        if (written > 0 && (size_t)written < sizeof allowed - used)
            used += (size_t)written;
    }
    wrong_value(w, n, &s, NULL, allowed);
}

/* A leading zero would be read as an octal number by some and as a decimal by others. */
static bool is_whole_number(const char *text_value)
{
    const char *digits = text_value[0] == '-' ? text_value + 1 : text_value;
    int64_t value = 0;
    if (digits[0] < '0' || digits[0] > '9' || (digits[0] == '0' && digits[1] != 0))
        return false;
    return number_parse_count(text_of(text_value), &value);
}

static void check_scalar(const shape_walk *w, const yaml_node *n, const cyaml_schema_value_t *schema)
{
    switch (schema->type) {
    case CYAML_STRING:
        if (strlen(n->scalar) > schema->string.max)
            wrong_value(w, n, NULL, "Shorten it", "a text of at most 4,000 bytes");
        break;
    case CYAML_BOOL:
        if (strcmp(n->scalar, "true") != 0 && strcmp(n->scalar, "false") != 0)
            wrong_value(w, n, NULL, NULL, "true or false");
        break;
    case CYAML_INT:
        if (!is_whole_number(n->scalar))
            wrong_value(w, n, NULL, NULL, "a whole number");
        break;
    case CYAML_ENUM: check_enum(w, n, schema); break;
    default: break;
    }
}

static void check_keys(const shape_walk *w, const yaml_node *n, const cyaml_schema_value_t *schema)
{
    char item[128];
    name_item(w, item);
    for (const yaml_node *child = n->first; child != NULL; child = child->next) {
        const cyaml_schema_field_t *field = schema->mapping.fields;
        suggestion s = {.typed = child->key};
        char known[256] = "The keys here are";
        size_t used = strlen(known);
        while (field->key != NULL && strcmp(field->key, child->key) != 0) {
            suggestion_offer(&s, field->key);
            int written = snprintf(known + used, sizeof known - used, "%s %s",
                                   field != schema->mapping.fields ? "," : "", field->key);
            if (written > 0 && (size_t)written < sizeof known - used)
                used += (size_t)written;
            field++;
        }
        if (field->key == NULL) {
            yaml_node at = {.line = child->key_line};
            loader_report(w->l, &at, &s, known, "Unknown key '%.64s' in %s", child->key, item);
        }
    }
    for (const cyaml_schema_field_t *field = schema->mapping.fields; field->key != NULL; field++) {
        if ((field->value.flags & CYAML_FLAG_OPTIONAL) != 0 || yaml_key(n, field->key) != NULL)
            continue;
        if (n == w->item)
            loader_report(w->l, n, NULL, NULL, "'%s' is missing in %s", field->key, item);
        else
            loader_report(w->l, n, NULL, NULL, "'%s' is missing in '%.64s' of %s", field->key,
                          n->key != NULL           ? n->key
                          : n->parent->key != NULL ? n->parent->key
                                                   : w->what,
                          item);
    }
}

/* Recursion is as deep as the schema, which is five. */
static void check_value(shape_walk *w, const yaml_node *n, const cyaml_schema_value_t *schema)
{
    if (schema->type == CYAML_MAPPING) {
        if (wrong_kind(w, n, YAML_MAP))
            return;
        check_keys(w, n, schema);
        for (const cyaml_schema_field_t *field = schema->mapping.fields; field->key != NULL; field++) {
            const yaml_node *child = yaml_key(n, field->key);
            if (child != NULL)
                check_value(w, child, &field->value);
        }
    } else if (schema->type == CYAML_SEQUENCE) {
        if (wrong_kind(w, n, YAML_LIST))
            return;
        char item[128];
        name_item(w, item);
        if (n->count > schema->sequence.max)
            loader_report(w->l, n, NULL, "Split it", "'%.64s' in %s holds %zu entries; the most is %u",
                          n->key != NULL ? n->key : "The list", item, n->count, (unsigned)schema->sequence.max);
        else if (n->count < schema->sequence.min)
            loader_report(w->l, n, NULL, "Write at least one entry, or leave the key out where it may be",
                          "'%.64s' in %s is an empty list", n->key != NULL ? n->key : "The list", item);
        else
            for (const yaml_node *child = n->first; child != NULL; child = child->next)
                check_value(w, child, schema->sequence.entry);
    } else if (!wrong_kind(w, n, YAML_SCALAR)) {
        check_scalar(w, n, schema);
    }
}

bool shape_check(loader *l, const yaml_node *root, const cyaml_schema_value_t *schema, const char *what)
{
    int64_t before = l->problem_count;
    shape_walk w = {.l = l, .what = what, .item = root};
    check_value(&w, root, schema);
    return l->problem_count == before;
}

/* ---- libcyaml --------------------------------------------------------------------------------------- */

typedef struct cyaml_notes {
    char message[256]; /* the first complaint */
    int64_t line;      /* of the innermost place in its backtrace */
} cyaml_notes;

/* libcyaml logs the complaint first, then "  in mapping field 'x' (line: 3, column: 5)" from the inside out. */
static void cyaml_note(cyaml_log_t severity, void *context, const char *format, va_list arguments)
{
    (void)severity;
    cyaml_notes *notes = context;
    char entry[256];
    (void)vsnprintf(entry, sizeof entry, format, arguments);
    const char *place = strstr(entry, "(line: ");
    if (place != NULL) {
        if (notes->line == 0)
            notes->line = (int64_t)strtoll(place + strlen("(line: "), NULL, 10);
    } else if (notes->message[0] == 0) {
        const char *words = strncmp(entry, "Load: ", 6) == 0 ? entry + 6 : entry;
        (void)snprintf(notes->message, sizeof notes->message, "%.200s", words);
        notes->message[strcspn(notes->message, "\n")] = 0;
    }
}

static cyaml_config_t cyaml_setting(cyaml_notes *notes)
{
    return (cyaml_config_t){.log_fn = cyaml_note,
                            .log_ctx = notes,
                            .mem_fn = cyaml_mem,
                            .log_level = CYAML_LOG_ERROR,
                            .flags = CYAML_CFG_NO_ALIAS};
}

void *shape_load(loader *l, const char *bytes, size_t length, const cyaml_schema_value_t *schema, unsigned *count)
{
    cyaml_notes notes = {.line = 0};
    cyaml_config_t setting = cyaml_setting(&notes);
    cyaml_data_t *data = NULL;
    *count = 1;
    cyaml_err_t answer = cyaml_load_data((const uint8_t *)bytes, length, &setting, schema, &data,
                                         schema->type == CYAML_SEQUENCE ? count : NULL);
    if (answer == CYAML_ERR_OOM) {
        l->fatal = STATUS_MEMORY;
        return NULL;
    }
    if (answer != CYAML_OK) {
        yaml_node at = {.line = notes.line < INT32_MAX ? (int32_t)notes.line : 0};
        loader_report(l, &at, NULL, "Compare with docs/catalogue.md", "This cannot be read as declared: %s",
                      notes.message[0] != 0 ? notes.message : cyaml_strerror(answer));
        return NULL;
    }
    if (data == NULL)
        *count = 0;
    return data;
}

void shape_free(const cyaml_schema_value_t *schema, void *data, unsigned count)
{
    cyaml_config_t setting = cyaml_setting(NULL);
    setting.log_fn = NULL;
    if (data != NULL)
        (void)cyaml_free(&setting, schema, data, schema->type == CYAML_SEQUENCE ? count : 0);
}
