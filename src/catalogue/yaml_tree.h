/*
 * The YAML text as a tree of nodes that know their lines.
 *
 * libcyaml gives typed values without places; this tree, read from the same text by the same parser (libyaml), gives the
 * line of each value, so that every complaint can say where. It is also the gate for hostile text: depth, number of
 * nodes, keys of a mapping, anchors, aliases, tags and second documents are refused here, before libcyaml sees the text.
 * Internal to the catalogue. Nodes live in the arena given to yaml_tree_read. No recursion.
 */
#ifndef CONCORD_CATALOGUE_YAML_TREE_H
#define CONCORD_CATALOGUE_YAML_TREE_H

#include "base/base.h"

#define YAML_DEPTH_MAXIMUM 32
#define YAML_NODE_MAXIMUM  400000
#define YAML_KEY_MAXIMUM   256 /* of one mapping */

typedef enum yaml_kind { YAML_SCALAR = 0, YAML_LIST, YAML_MAP } yaml_kind;

typedef struct yaml_node {
    yaml_kind kind;
    int32_t line;       /* 1-based line where the value starts */
    const char *scalar; /* terminated, without zero bytes inside; NULL for lists and maps */
    const char *key;    /* in a map: its key; else NULL */
    int32_t key_line;
    size_t count; /* children */
    struct yaml_node *first, *last, *next, *parent;
} yaml_node;

/* *out is the root; never NULL on STATUS_OK. STATUS_REFUSED with message, line and hint (the caller adds the file). */
MUST_USE status yaml_tree_read(const char *bytes, size_t length, arena *a, yaml_node **out, error *err);

/* Child by key or position; NULL where there is none, and for a NULL node. */
const yaml_node *yaml_key(const yaml_node *map, const char *key);
const yaml_node *yaml_item(const yaml_node *list, size_t index);
/* The first that is not NULL, so that a missing value is reported at what should hold it. */
const yaml_node *yaml_or(const yaml_node *wanted, const yaml_node *holder);

#endif
