/* A source while it is being checked: shared by load_sources.c and load_layouts.c. */
#ifndef CONCORD_CATALOGUE_SOURCE_WORK_H
#define CONCORD_CATALOGUE_SOURCE_WORK_H

#include "catalogue/loader.h"

typedef struct source_work {
    loader *l;
    const char *id;
    bool tidy;
    source_column *columns;
    size_t column_count;
    source_role *roles;
    size_t role_count;
    bool *filled; /* per column: some layout fills it */
} source_work;

/* Replaces {from} and {to} by two-digit numbers: "weeks_{from}_{to}" at 9 is weeks_09_10. */
const char *source_work_fill(loader *l, const char *pattern, int64_t from);
/* How many columns an entry stands for, after checking that its pattern and its repeat go together; 0 after a problem. */
size_t source_work_repeat(const source_work *w, const yaml_node *at, int64_t repeat, const char *pattern);
/* The column's index, -1 where none. */
int32_t source_work_find(const source_work *w, const char *name);
/* The same, but reports the missing column with the names nearest to it. */
int32_t source_work_need(const source_work *w, const yaml_node *at, const char *name, const char *where);
bool source_work_holds_text(column_type type);

/* All layouts of the source, in the order in which they are written; marks w->filled. */
const source_layout *source_work_layouts(source_work *w, const raw_source *raw, const yaml_node *list);
/* Reports layouts that a file's headers could not tell apart, within s and against the sources loaded before. */
void source_work_check_layouts(loader *l, const source *s, const yaml_node *list);

#endif
