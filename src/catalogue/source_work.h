/* A source while it is being checked: shared by load_sources.c and load_layouts.c. */
#ifndef CONCORD_CATALOGUE_SOURCE_WORK_H
#define CONCORD_CATALOGUE_SOURCE_WORK_H

#include "catalogue/loader.h"

typedef struct source_work {
    loader *l;
    const char *id;
    bool tidy;
    source_column *columns;
    int64_t *per_unit;
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

/* A layout while it is being checked: shared by load_layouts.c and load_shapes.c. */
typedef struct layout_work {
    source_work *w;
    const char *id;
    layout_column *columns;
    size_t count, capacity;
    bool *taken;       /* per source column: filled by this layout */
    bool *conditional; /* per source column: filled under conditions only, so it may be filled again under others */
    bool has_period, has_start, has_end;
    bool shaped;
} layout_work;
/* True where the header or one of its alternatives is `header`. */
bool layout_has_wording(const layout_column *c, const char *header);
/* Values that a layout, a variant or an unpivoting sets; marks the columns as filled. */
const layout_value *layout_work_values(layout_work *y, const raw_constant *raw, uint32_t raw_count,
                                       const yaml_node *list, bool texts, size_t *count);
/* True where the layout is written in the language of shapes: sheets, unpivoting ... */
bool layout_is_shaped(const raw_layout *raw);
/* The keys of a column that only shaped layouts have. */
void layout_work_shape_column(layout_work *y, const raw_layout_column *raw, const yaml_node *at, layout_column *c);
/* Conditions, once all columns are known. */
void layout_work_conditions(layout_work *y, const raw_layout *raw, const yaml_node *list);
/* All that is not in columns, lines set aside and constants. `like` is the node of the layout that this one takes over from, or NULL. */
void layout_work_shape(layout_work *y, const raw_layout *raw, const yaml_node *at, const yaml_node *like,
                       source_layout *layout);

/* What holds of rows: `row_sums` of the layout. Once its columns are known. */
void layout_work_row_sums(layout_work *y, const raw_layout *raw, const yaml_node *list, source_layout *layout);

/* The values that columns may hold: `known` of the entries of `columns`. */
void source_work_known(source_work *w, const raw_source *raw, const yaml_node *list, source *s);

/* Where its files say when they were published: the entries of `published_at`. Reports what cannot be. */
void source_work_published(source_work *w, const raw_source *raw, const yaml_node *list, source *s);

/* Where the files are published: landing, links, hosts. Reports what cannot be. */
void source_work_landing(source_work *w, const raw_source *raw, const yaml_node *at, source *s);

/* All layouts of the source, in the order in which they are written; marks w->filled. */
const source_layout *source_work_layouts(source_work *w, const raw_source *raw, const yaml_node *list);
/* Reports layouts that a file's headers could not tell apart, within s and against the sources loaded before. */
void source_work_check_layouts(loader *l, const source *s, const yaml_node *list);

#endif
