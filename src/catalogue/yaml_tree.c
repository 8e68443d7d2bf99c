/* Events of libyaml into nodes with lines; see yaml_tree.h for what is refused and why. */
#include "catalogue/yaml_tree.h"

#include <string.h>
#include <yaml.h>

typedef struct tree_builder {
    arena *memory;
    yaml_node *open[YAML_DEPTH_MAXIMUM]; /* lists and maps that have not ended */
    size_t depth;
    yaml_node *root;
    size_t nodes;
    const char *key; /* read and waiting for its value */
    int32_t key_line;
    error *err;
} tree_builder;

static int32_t line_of(yaml_mark_t mark)
{
    return mark.line < INT32_MAX - 1 ? (int32_t)mark.line + 1 : INT32_MAX;
}

static status refuse(tree_builder *b, int32_t line, const char *message, const char *hint)
{
    status code = error_set(b->err, STATUS_REFUSED, "%s", message);
    error_at(b->err, NULL, NULL, line, NULL);
    error_hint(b->err, "%s", hint);
    return code;
}

static status add_node(tree_builder *b, yaml_kind kind, int32_t line, yaml_node **out)
{
    if (++b->nodes > YAML_NODE_MAXIMUM)
        return refuse(b, line, "The file holds too many values", "Split it into several files");
    yaml_node *n = arena_array(b->memory, 1, sizeof *n);
    if (n == NULL)
        return error_set(b->err, STATUS_MEMORY, "Not enough memory for the catalogue");
    n->kind = kind;
    n->line = line;
    yaml_node *parent = b->depth > 0 ? b->open[b->depth - 1] : NULL;
    n->parent = parent;
    if (parent == NULL) {
        b->root = n;
    } else {
        n->key = b->key;
        n->key_line = b->key_line;
        b->key = NULL;
        if (parent->last != NULL)
            parent->last->next = n;
        else
            parent->first = n;
        parent->last = n;
        parent->count++;
    }
    *out = n;
    return STATUS_OK;
}

static status add_key(tree_builder *b, const char *key, int32_t line)
{
    const yaml_node *map = b->open[b->depth - 1];
    if (map->count >= YAML_KEY_MAXIMUM)
        return refuse(b, line, "One block holds more than 256 keys", "Use a list");
    for (const yaml_node *n = map->first; n != NULL; n = n->next) {
        if (strcmp(n->key, key) == 0) {
            status code =
                error_set(b->err, STATUS_REFUSED, "The key '%.80s' stands twice in the same block, first on line %d",
                          key, (int)n->key_line);
            error_at(b->err, NULL, NULL, line, NULL);
            error_hint(b->err, "Keep one of the two");
            return code;
        }
    }
    b->key = key;
    b->key_line = line;
    return STATUS_OK;
}

static bool awaits_key(const tree_builder *b)
{
    return b->depth > 0 && b->open[b->depth - 1]->kind == YAML_MAP && b->key == NULL;
}

static status take_scalar(tree_builder *b, const yaml_event_t *event, int32_t line)
{
    const char *value = (const char *)event->data.scalar.value;
    size_t length = event->data.scalar.length;
    if (memchr(value, 0, length) != NULL)
        return refuse(b, line, "A text holds a zero byte", "Remove the \\0");
    const char *copy = arena_copy(b->memory, value, length);
    if (copy == NULL)
        return error_set(b->err, STATUS_MEMORY, "Not enough memory for the catalogue");
    if (awaits_key(b))
        return add_key(b, copy, line);
    yaml_node *n = NULL;
    status code = add_node(b, YAML_SCALAR, line, &n);
    if (code == STATUS_OK)
        n->scalar = copy;
    return code;
}

static status take_open(tree_builder *b, yaml_kind kind, int32_t line)
{
    if (awaits_key(b))
        return refuse(b, line, "A key is a list or a block", "Keys are plain words, such as 'name:'");
    if (b->depth == YAML_DEPTH_MAXIMUM)
        return refuse(b, line, "The file is nested more than 32 levels deep",
                      "Catalogue files need fewer than ten; check the brackets");
    yaml_node *n = NULL;
    status code = add_node(b, kind, line, &n);
    if (code == STATUS_OK)
        b->open[b->depth++] = n;
    return code;
}

static const char *const ANCHOR_HINT = "Write the values out: catalogue files use no '&' anchors, '*' aliases or '!' "
                                       "tags; quote a text that starts with such a sign";

static status take_event(tree_builder *b, const yaml_event_t *event, size_t *documents)
{
    int32_t line = line_of(event->start_mark);
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (++*documents > 1)
            return refuse(b, line, "The file holds a second YAML document", "Remove the '---' line, or use a list");
        return STATUS_OK;
    case YAML_ALIAS_EVENT: return refuse(b, line, "The file uses a YAML alias", ANCHOR_HINT);
    case YAML_SCALAR_EVENT:
        if (event->data.scalar.anchor != NULL || event->data.scalar.tag != NULL)
            return refuse(b, line, "The file uses a YAML anchor or tag", ANCHOR_HINT);
        return take_scalar(b, event, line);
    case YAML_SEQUENCE_START_EVENT:
        if (event->data.sequence_start.anchor != NULL || event->data.sequence_start.tag != NULL)
            return refuse(b, line, "The file uses a YAML anchor or tag", ANCHOR_HINT);
        return take_open(b, YAML_LIST, line);
    case YAML_MAPPING_START_EVENT:
        if (event->data.mapping_start.anchor != NULL || event->data.mapping_start.tag != NULL)
            return refuse(b, line, "The file uses a YAML anchor or tag", ANCHOR_HINT);
        return take_open(b, YAML_MAP, line);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT: b->depth--; return STATUS_OK;
    default: return STATUS_OK;
    }
}

/* The line of a byte, for reader errors (bad UTF-8), which come without a mark. */
static int32_t line_at_offset(const char *bytes, size_t length, size_t offset)
{
    int32_t line = 1;
    for (size_t i = 0; i < length && i < offset && line < INT32_MAX; i++)
        if (bytes[i] == '\n')
            line++;
    return line;
}

static status parser_problem(const yaml_parser_t *parser, const char *bytes, size_t length, error *err)
{
    if (parser->error == YAML_MEMORY_ERROR)
        return error_set(err, STATUS_MEMORY, "Not enough memory for the catalogue");
    const char *problem = parser->problem != NULL ? parser->problem : "it cannot be read";
    int32_t line = parser->error == YAML_READER_ERROR ? line_at_offset(bytes, length, parser->problem_offset)
                                                      : line_of(parser->problem_mark);
    status code = parser->context != NULL
                      ? error_set(err, STATUS_REFUSED, "This is not valid YAML: %s, %s", problem, parser->context)
                      : error_set(err, STATUS_REFUSED, "This is not valid YAML: %s", problem);
    error_at(err, NULL, NULL, line, NULL);
    if (parser->error == YAML_READER_ERROR)
        error_hint(err, "Save the file as UTF-8 text");
    else
        error_hint(err, "Check the indentation (spaces, never tabs) and the brackets on this line and the one before, "
                        "and quote texts that hold ': ' or ' #' or start with a sign");
    return code;
}

status yaml_tree_read(const char *bytes, size_t length, arena *a, yaml_node **out, error *err)
{
    yaml_parser_t parser;
    *out = NULL;
    if (yaml_parser_initialize(&parser) == 0)
        return error_set(err, STATUS_MEMORY, "Not enough memory for the catalogue");
    yaml_parser_set_input_string(&parser, (const unsigned char *)bytes, length);
    tree_builder b = {.memory = a, .err = err};
    status code = STATUS_OK;
    size_t documents = 0;
    bool end = false;
    while (code == STATUS_OK && !end) {
        yaml_event_t event;
        if (yaml_parser_parse(&parser, &event) == 0) {
            code = parser_problem(&parser, bytes, length, err);
            break;
        }
        end = event.type == YAML_STREAM_END_EVENT;
        code = take_event(&b, &event, &documents);
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    if (code == STATUS_OK && b.root == NULL)
        code = refuse(&b, 1, "The file is empty", "Write what it declares, or remove the file");
    if (code == STATUS_OK)
        *out = b.root;
    return code;
}

const yaml_node *yaml_key(const yaml_node *map, const char *key)
{
    if (map == NULL || map->kind != YAML_MAP)
        return NULL;
    for (const yaml_node *n = map->first; n != NULL; n = n->next)
        if (strcmp(n->key, key) == 0)
            return n;
    return NULL;
}

const yaml_node *yaml_item(const yaml_node *list, size_t index)
{
    if (list == NULL || list->kind != YAML_LIST || index >= list->count)
        return NULL;
    const yaml_node *n = list->first;
    while (index-- > 0)
        n = n->next;
    return n;
}

const yaml_node *yaml_or(const yaml_node *wanted, const yaml_node *holder)
{
    return wanted != NULL ? wanted : holder;
}
