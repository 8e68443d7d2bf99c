/*
 * What the parts of the loader share: where problems go, how text is taken over, and "did you mean".
 * Internal to the catalogue. A loader lives for one call of catalogue_load (or one test of shape.c).
 */
#ifndef CONCORD_CATALOGUE_LOADER_H
#define CONCORD_CATALOGUE_LOADER_H

#include "catalogue/catalogue.h"
#include "catalogue/schema.h"
#include "catalogue/yaml_tree.h"

/* Ids that were declared but not well: what refers to them is not reported as well. */
typedef struct id_list {
    const char **ids;
    size_t count, capacity;
} id_list;

typedef struct loader {
    arena *memory; /* the catalogue's */
    arena scratch; /* the trees and texts of the files; until the end of the load */
    problems *list;
    error first; /* the first problem */
    int64_t problem_count;
    status fatal;         /* STATUS_MEMORY or STATUS_IO: nothing more is worth doing */
    const char *file;     /* shown in problems: FOLDER/sources/x.yaml */
    const char *relative; /* kept in the catalogue: sources/x.yaml */
    text whole;           /* the bytes of that file */
    size_t folder;        /* which of the folders it is in: 0 = the program's own catalogue */
    source *sources;
    size_t source_count, source_capacity;
    measure *measures;
    size_t measure_count, measure_capacity;
    target *targets;
    size_t target_count, target_capacity;
    rule_set *rule_sets;
    size_t rule_set_count, rule_set_capacity;
    framework *frameworks;
    size_t framework_count, framework_capacity;
    id_list bad_sources, bad_measures;
    bool sources_unread, measures_unread; /* a file could not be parsed: what it declares is not known */
} loader;

/* Frees all but the catalogue's memory, which outlives the loader. */
void loader_free(loader *l);

/* Up to three of the names offered that are nearest to what was typed, nearest first. */
typedef struct suggestion {
    const char *typed;
    const char *names[3];
    unsigned distances[3];
    size_t count;
} suggestion;
void suggestion_offer(suggestion *s, const char *name);

/* Reports a problem at a node's line (NULL: the file only). The hint is "Did you mean ...?" where s has names, else hint. */
void loader_report(loader *l, const yaml_node *at, const suggestion *s, const char *hint, const char *format, ...)
    PRINTF_LIKE(5, 6);
/* The same for an error that has its line already. */
void loader_report_error(loader *l, const error *e);

/* Zeroed catalogue memory; NULL sets l->fatal. At least one element is allocated. */
void *loader_array(loader *l, size_t count, size_t size);
/* A copy in catalogue memory with white space folded to single spaces and trimmed; NULL gives "". */
const char *loader_text(loader *l, const char *raw);
/* A copy of each; *count follows. */
const char *const *loader_texts(loader *l, char *const *raw, size_t raw_count, size_t *count);
/* Appends to a malloc'ed array; false sets l->fatal. */
bool loader_append(loader *l, void **items, size_t *count, size_t *capacity, const void *item, size_t size);
void loader_mark_bad(loader *l, id_list *list, const char *id);
bool loader_is_bad(const id_list *list, const char *id);

/* [a-z][a-z0-9-]* without doubled or final '-', at most 63 long: fit for addresses and file names. */
bool catalogue_id_is_valid(const char *id);
/* The same with '_': fit for a column of a database. */
bool catalogue_column_is_valid(const char *name);

/* ---- shape.c ---- */
/* Compares the tree with the schema and reports every key that is unknown or missing and every value of the wrong type. */
bool shape_check(loader *l, const yaml_node *root, const cyaml_schema_value_t *schema, const char *what);
/* Loads with libcyaml; what it refuses is reported in our form, with the line from its log. NULL then. */
void *shape_load(loader *l, const char *bytes, size_t length, const cyaml_schema_value_t *schema, unsigned *count);
void shape_free(const cyaml_schema_value_t *schema, void *data, unsigned count);

/* ---- load_sources.c, load_measures.c, load_targets.c ---- */
/* Each checks one declaration, and adds it where it has no problem. */
void loader_add_source(loader *l, const raw_source *raw, const yaml_node *at);
void loader_add_measure(loader *l, const raw_measure *raw, const yaml_node *at);
void loader_add_target(loader *l, const raw_target *raw, const yaml_node *at);

/* ---- load.c ---- */
typedef enum catalogue_part {
    PART_SOURCES = 0,
    PART_MEASURES,
    PART_TARGETS,
    PART_RULES,
    PART_FRAMEWORKS,
    PART_COUNT
} catalogue_part;
/* Loads the text of one file. path and relative must outlive the loader. */
void loader_read(loader *l, catalogue_part part, const char *path, const char *relative, const char *bytes,
                 size_t length);
/* Orders what was loaded; to be called once after the last file of a part and before the first of the next. */
void loader_order(loader *l, catalogue_part part);

#endif
