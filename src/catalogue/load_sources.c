/* A source as written into a source of the catalogue: names resolved, repeats expanded, contradictions reported. */
#include "catalogue/source_work.h"

#include <stdlib.h>
#include <string.h>

/* Names that the store uses for its own columns beside those of a source. */
static const char *const RESERVED[] = {"release", "line", "period", "rowid"};

/* ---- repeats ---------------------------------------------------------------------------------------- */

/* Replaces {from} and {to} by two-digit numbers: "weeks_{from}_{to}" at 9 is weeks_09_10. */
const char *source_work_fill(loader *l, const char *pattern, int64_t from)
{
    buffer b = {.maximum = 8192};
    for (const char *p = pattern; *p != 0;) {
        if (strncmp(p, "{from}", 6) == 0) {
            buffer_printf(&b, "%02lld", (long long)from);
            p += 6;
        } else if (strncmp(p, "{to}", 4) == 0) {
            buffer_printf(&b, "%02lld", (long long)from + 1);
            p += 4;
        } else {
            buffer_char(&b, *p++);
        }
    }
    const char *filled = loader_text(l, b.failed ? "" : b.data);
    buffer_free(&b);
    return filled;
}

/* How many columns an entry stands for, after checking that its pattern and its repeat go together; 0 after a problem. */
size_t source_work_repeat(const source_work *w, const yaml_node *at, int64_t repeat, const char *pattern)
{
    bool has_pattern = pattern != NULL && (strstr(pattern, "{from}") != NULL || strstr(pattern, "{to}") != NULL);
    const yaml_node *where = yaml_or(yaml_key(at, "repeat"), at);
    if (yaml_key(at, "repeat") == NULL) {
        if (!has_pattern)
            return 1;
        loader_report(w->l, where, NULL, "Add for example 'repeat: 104'",
                      "'%.80s' in source '%s' has a pattern but no 'repeat'", pattern, w->id);
        return 0;
    }
    if (repeat < 1 || repeat > CATALOGUE_REPEAT_MAXIMUM) {
        loader_report(w->l, where, NULL, NULL, "'repeat' in source '%s' must be between 1 and %d", w->id,
                      CATALOGUE_REPEAT_MAXIMUM);
        return 0;
    }
    if (!has_pattern) {
        loader_report(w->l, where, NULL, "Write for example weeks_{from}_{to}",
                      "An entry with 'repeat' in source '%s' needs {from} in its name", w->id);
        return 0;
    }
    return (size_t)repeat;
}

/* ---- columns, roles, breakdowns ---------------------------------------------------------------------- */

int32_t source_work_find(const source_work *w, const char *name)
{
    for (size_t i = 0; i < w->column_count; i++)
        if (strcmp(w->columns[i].name, name) == 0)
            return (int32_t)i;
    return -1;
}

/* The column's index, or -1 after a report with the names nearest to it. */
int32_t source_work_need(const source_work *w, const yaml_node *at, const char *name, const char *where)
{
    int32_t found = source_work_find(w, name);
    if (found >= 0)
        return found;
    suggestion s = {.typed = name};
    for (size_t i = 0; i < w->column_count; i++)
        suggestion_offer(&s, w->columns[i].name);
    loader_report(w->l, at, &s, "Columns are declared under 'columns' of the source",
                  "Unknown column '%.80s' in %s of source '%s'", name, where, w->id);
    return -1;
}

static void add_column(source_work *w, const yaml_node *at, const char *name, const char *title, column_type type,
                       int64_t per_unit)
{
    if (!catalogue_column_is_valid(name)) {
        loader_report(w->l, at, NULL,
                      "Small letters, digits and '_', beginning with a letter, at most 63: treatment_function",
                      "'%.80s' cannot be the name of a column of source '%s'", name, w->id);
        return;
    }
    for (size_t i = 0; i < sizeof RESERVED / sizeof RESERVED[0]; i++) {
        if (strcmp(name, RESERVED[i]) == 0) {
            loader_report(w->l, at, NULL, "The store keeps a column of that name itself; choose another",
                          "'%s' cannot be the name of a column of source '%s'", name, w->id);
            return;
        }
    }
    if (source_work_find(w, name) >= 0) {
        loader_report(w->l, at, NULL, "Each column is declared once", "Column '%s' stands twice in source '%s'", name,
                      w->id);
        return;
    }
    if (w->column_count == CATALOGUE_COLUMN_MAXIMUM) {
        loader_report(w->l, at, NULL, "Leave columns out that no measure needs", "Source '%s' has more than %d columns",
                      w->id, CATALOGUE_COLUMN_MAXIMUM);
        return;
    }
    w->per_unit[w->column_count] = per_unit;
    w->columns[w->column_count++] = (source_column){.name = name, .title = title, .type = type};
}

static void load_columns(source_work *w, const raw_source *raw, const yaml_node *list)
{
    w->columns = loader_array(w->l, CATALOGUE_COLUMN_MAXIMUM, sizeof *w->columns);
    w->per_unit = loader_array(w->l, CATALOGUE_COLUMN_MAXIMUM, sizeof *w->per_unit);
    if (w->columns == NULL || w->per_unit == NULL)
        return;
    const yaml_node *at = list->first;
    for (uint32_t i = 0; i < raw->columns_count; i++, at = at->next) {
        const raw_column *c = &raw->columns[i];
        size_t count = source_work_repeat(w, at, c->repeat, c->name);
        bool pattern = yaml_key(at, "repeat") != NULL;
        int64_t per_unit = yaml_key(at, "per_unit") != NULL ? c->per_unit : 1;
        if (per_unit < 1 || per_unit > 1000000 || (per_unit > 1 && c->type != COLUMN_COUNT))
            loader_report(w->l, yaml_key(at, "per_unit"), NULL,
                          "2 keeps halves, 100000 keeps five decimals; columns of the type 'count' only",
                          "'per_unit' of column '%.80s' of source '%s' must be between 1 and 1000000", c->name, w->id);
        for (size_t k = 0; k < count && w->l->fatal == STATUS_OK && w->column_count < CATALOGUE_COLUMN_MAXIMUM; k++) {
            const char *name = pattern ? source_work_fill(w->l, c->name, (int64_t)k) : loader_text(w->l, c->name);
            const char *title = pattern ? source_work_fill(w->l, c->title, (int64_t)k) : loader_text(w->l, c->title);
            add_column(w, at, name, title, c->type, per_unit);
        }
    }
}

bool source_work_holds_text(column_type type)
{
    return type == COLUMN_CODE || type == COLUMN_CATEGORY || type == COLUMN_TEXT;
}

/* Which kinds of organisation a role's codes may be of. */
static void load_kinds(source_work *w, const raw_role *raw, const yaml_node *list, source_role *role)
{
    static const char *const KINDS[] = {"provider",
                                        "unknown",
                                        "england",
                                        "region",
                                        "icb",
                                        "sub-icb",
                                        "trust",
                                        "independent",
                                        "community-interest-company",
                                        "practice",
                                        "local-authority",
                                        "commissioning-hub",
                                        "non-english-commissioner"};
    role->kinds = loader_texts(w->l, raw->kinds, raw->kinds_count, &role->kind_count);
    const yaml_node *at = list != NULL ? list->first : NULL;
    for (size_t i = 0; i < role->kind_count && at != NULL && w->l->fatal == STATUS_OK; i++, at = at->next) {
        suggestion s = {.typed = role->kinds[i]};
        bool known = false;
        for (size_t k = 0; k < sizeof KINDS / sizeof KINDS[0]; k++) {
            known |= strcmp(KINDS[k], role->kinds[i]) == 0;
            suggestion_offer(&s, KINDS[k]);
        }
        if (!known)
            loader_report(w->l, at, &s, "'provider' is whoever provides care; else icb, sub-icb, region, trust ...",
                          "Unknown kind of organisation '%.80s' in role '%s' of source '%s'", role->kinds[i],
                          role->name, w->id);
    }
}

static void load_roles(source_work *w, const raw_source *raw, const yaml_node *list)
{
    w->roles = loader_array(w->l, raw->roles_count, sizeof *w->roles);
    if (w->roles == NULL)
        return;
    const yaml_node *at = list->first;
    for (uint32_t i = 0; i < raw->roles_count; i++, at = at->next) {
        const raw_role *r = &raw->roles[i];
        source_role role = {.name = loader_text(w->l, r->name), .parent_column = -1, .parent_kind = ""};
        if (!catalogue_id_is_valid(role.name))
            loader_report(w->l, yaml_key(at, "name"), NULL, "Small letters, digits and '-': provider",
                          "'%.80s' cannot be the name of a role of source '%s'", role.name, w->id);
        for (size_t k = 0; k < w->role_count; k++)
            if (strcmp(w->roles[k].name, role.name) == 0)
                loader_report(w->l, yaml_key(at, "name"), NULL, NULL, "Role '%s' stands twice in source '%s'",
                              role.name, w->id);
        role.column = source_work_need(w, yaml_key(at, "column"), r->column, "a role");
        if (role.column >= 0 && w->columns[role.column].type != COLUMN_CODE)
            loader_report(w->l, yaml_key(at, "column"), NULL, "Give that column the type 'code'",
                          "Role '%s' of source '%s' needs a column of codes, and '%s' is none", role.name, w->id,
                          w->columns[role.column].name);
        if ((r->parent_column == NULL) != (r->parent_kind == NULL)) {
            loader_report(w->l, at, NULL, "'parent_kind' is icb or region",
                          "Role '%s' of source '%s' needs both 'parent_column' and 'parent_kind', or neither",
                          role.name, w->id);
        } else if (r->parent_column != NULL) {
            role.parent_column = source_work_need(w, yaml_key(at, "parent_column"), r->parent_column, "a role");
            role.parent_kind = loader_text(w->l, r->parent_kind);
            if (role.parent_column >= 0 && !source_work_holds_text(w->columns[role.parent_column].type))
                loader_report(w->l, yaml_key(at, "parent_column"), NULL,
                              "Give that column the type 'code' or 'category'",
                              "The parent column of role '%s' of source '%s' holds numbers", role.name, w->id);
            if (strcmp(role.parent_kind, "icb") != 0 && strcmp(role.parent_kind, "region") != 0)
                loader_report(w->l, yaml_key(at, "parent_kind"), NULL, "It is icb or region",
                              "Unknown parent kind '%.80s' of role '%s' in source '%s'", role.parent_kind, role.name,
                              w->id);
        }
        load_kinds(w, r, yaml_key(at, "kinds"), &role);
        w->roles[w->role_count++] = role;
    }
}

static const breakdown_value *load_breakdown_values(source_work *w, const raw_breakdown *raw, const yaml_node *list)
{
    breakdown_value *values = loader_array(w->l, raw->values_count, sizeof *values);
    if (values == NULL)
        return NULL;
    const yaml_node *at = list != NULL ? list->first : NULL;
    for (uint32_t i = 0; i < raw->values_count; i++, at = at->next) {
        const raw_breakdown_value *r = &raw->values[i];
        if ((r->name == NULL) == (r->same_as == NULL))
            loader_report(w->l, at, NULL, "A name for people, or the code of the value that it is another wording of",
                          "Value '%.80s' of breakdown '%.80s' of source '%s' needs either 'name' or 'same_as'", r->code,
                          raw->id, w->id);
        values[i] = (breakdown_value){.same_as = r->same_as == NULL ? NULL : loader_text(w->l, r->same_as),
                                      .code = loader_text(w->l, raw->values[i].code),
                                      .name = loader_text(w->l, r->name == NULL ? r->same_as : r->name)};
        if (values[i].code[0] == 0 || values[i].name[0] == 0)
            loader_report(w->l, at, NULL, "Write both code and name",
                          "An empty code or name in breakdown '%.64s' of source '%s'", raw->id, w->id);
        if (strpbrk(values[i].code, "=;") != NULL)
            loader_report(w->l, at, NULL, "'=' and ';' separate breakdowns from their values",
                          "Code '%.80s' in breakdown '%.64s' of source '%s' holds '=' or ';'", values[i].code, raw->id,
                          w->id);
        for (uint32_t k = 0; k < i; k++)
            if (strcmp(values[k].code, values[i].code) == 0)
                loader_report(w->l, at, NULL, NULL, "Code '%.80s' stands twice in breakdown '%.64s' of source '%s'",
                              values[i].code, raw->id, w->id);
    }
    return values;
}

static const source_breakdown *load_breakdowns(source_work *w, const raw_source *raw, const yaml_node *list)
{
    source_breakdown *breakdowns = loader_array(w->l, raw->breakdowns_count, sizeof *breakdowns);
    if (breakdowns == NULL)
        return NULL;
    const yaml_node *at = list != NULL ? list->first : NULL;
    for (uint32_t i = 0; i < raw->breakdowns_count; i++, at = at->next) {
        const raw_breakdown *r = &raw->breakdowns[i];
        source_breakdown b = {
            .id = loader_text(w->l, r->id), .name = loader_text(w->l, r->name), .value_count = r->values_count};
        if (!catalogue_id_is_valid(b.id))
            loader_report(w->l, yaml_key(at, "id"), NULL, "Small letters, digits and '-': treatment-function",
                          "'%.80s' cannot be the id of a breakdown of source '%s'", b.id, w->id);
        for (uint32_t k = 0; k < i; k++)
            if (strcmp(breakdowns[k].id, b.id) == 0)
                loader_report(w->l, yaml_key(at, "id"), NULL, NULL, "Breakdown '%s' stands twice in source '%s'", b.id,
                              w->id);
        b.column = source_work_need(w, yaml_key(at, "column"), r->column, "a breakdown");
        if (b.column >= 0 && !source_work_holds_text(w->columns[b.column].type))
            loader_report(w->l, yaml_key(at, "column"), NULL, "Give that column the type 'category'",
                          "Breakdown '%s' of source '%s' needs a column of categories or codes", b.id, w->id);
        b.values = load_breakdown_values(w, r, yaml_key(at, "values"));
        breakdowns[i] = b;
    }
    return breakdowns;
}

/* ---- the whole -------------------------------------------------------------------------------------- */

/* Facts keeps tidy rows in a table that it knows by name, so these columns are fixed; definition may be left out. */
static void check_tidy(source_work *w, const yaml_node *at)
{
    static const source_column WANTED[] = {{"measure", "", COLUMN_CODE},       {"organisation", "", COLUMN_CODE},
                                           {"breakdown", "", COLUMN_CATEGORY}, {"numerator", "", COLUMN_COUNT},
                                           {"denominator", "", COLUMN_COUNT},  {"value", "", COLUMN_NUMBER}};
    size_t wanted = sizeof WANTED / sizeof WANTED[0];
    int32_t definition = source_work_find(w, "definition");
    bool fits = w->column_count == wanted + (definition >= 0) &&
                (definition < 0 || w->columns[definition].type == COLUMN_CATEGORY);
    for (size_t i = 0; i < wanted; i++) {
        int32_t found = source_work_find(w, WANTED[i].name);
        if (found < 0 || w->columns[found].type != WANTED[i].type || !fits) {
            loader_report(w->l, yaml_key(at, "columns"), NULL, "Compare with catalogue/sources/tidy.yaml",
                          "The tidy source '%s' must have exactly the columns measure, organisation, breakdown, "
                          "numerator, denominator and value, of the types in the manual",
                          w->id);
            break;
        }
    }
    for (size_t i = 0; i < w->l->source_count; i++)
        if (w->l->sources[i].tidy && strcmp(w->l->sources[i].id, w->id) != 0)
            loader_report(w->l, yaml_or(yaml_key(at, "tidy"), at), NULL,
                          "Only one source may be tidy: leave 'tidy' out", "Source '%s' is tidy, and so is '%s' (%s)",
                          w->id, w->l->sources[i].id, w->l->sources[i].file);
}

static void check_texts(const source_work *w, const source *s, const yaml_node *at)
{
    const struct {
        const char *key, *value;
    } texts[] = {{"name", s->name}, {"publisher", s->publisher}, {"licence", s->licence}, {"frequency", s->frequency}};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (texts[i].value[0] == 0)
            loader_report(w->l, yaml_key(at, texts[i].key), NULL, NULL, "'%s' is empty in source '%s'", texts[i].key,
                          w->id);
    if (s->landing_page[0] != 0 && strncmp(s->landing_page, "https://", 8) != 0)
        loader_report(w->l, yaml_key(at, "landing_page"), NULL, "Write the whole address, https://..., or \"\"",
                      "The landing page of source '%s' is no https address", w->id);
}

static const char *table_name(loader *l, const char *id)
{
    char *name = arena_printf(l->memory, "rows_%s", id);
    if (name == NULL) {
        l->fatal = STATUS_MEMORY;
        return "";
    }
    for (char *p = name; *p != 0; p++)
        if (*p == '-')
            *p = '_';
    return name;
}

static source *source_declared(loader *l, const char *id)
{
    for (size_t i = 0; i < l->source_count; i++)
        if (strcmp(l->sources[i].id, id) == 0)
            return &l->sources[i];
    return NULL;
}

void loader_add_source(loader *l, const raw_source *raw, const yaml_node *at)
{
    int64_t before = l->problem_count;
    source s = {.id = loader_text(l, raw->id),
                .file = loader_text(l, l->relative),
                .folder = l->folder,
                .tidy = raw->tidy,
                .one_period = raw->one_period};
    source_work w = {.l = l, .id = s.id, .tidy = raw->tidy};
    if (!catalogue_id_is_valid(s.id))
        loader_report(l, yaml_key(at, "id"), NULL,
                      "Small letters, digits and '-', beginning with a letter, at most 63: rtt-full-extract",
                      "'%.80s' cannot be the id of a source", s.id);
    source *earlier = source_declared(l, s.id);
    if (earlier != NULL && earlier->folder < l->folder)
        s.overrides = earlier->file; /* a workspace's own takes the place of the program's */
    else if (earlier != NULL)
        loader_report(l, yaml_key(at, "id"), NULL, "Choose another id, or put both into one",
                      "Source '%s' is declared already, in %s", s.id, earlier->file);
    s.name = loader_text(l, raw->name);
    s.publisher = loader_text(l, raw->publisher);
    s.licence = loader_text(l, raw->licence);
    s.landing_page = loader_text(l, raw->landing_page);
    s.frequency = loader_text(l, raw->frequency);
    s.table = table_name(l, s.id);
    check_texts(&w, &s, at);
    source_work_published(&w, raw, yaml_key(at, "published_at"), &s);
    source_work_landing(&w, raw, at, &s);
    load_columns(&w, raw, yaml_key(at, "columns"));
    if (l->fatal != STATUS_OK)
        return;
    load_roles(&w, raw, yaml_key(at, "roles"));
    s.breakdowns = load_breakdowns(&w, raw, yaml_key(at, "breakdowns"));
    s.breakdown_count = raw->breakdowns_count;
    source_work_known(&w, raw, yaml_key(at, "columns"), &s);
    if (raw->tidy)
        check_tidy(&w, at);
    w.filled = loader_array(l, w.column_count, sizeof *w.filled);
    if (l->fatal != STATUS_OK)
        return;
    s.layouts = source_work_layouts(&w, raw, yaml_key(at, "layouts"));
    s.layout_count = raw->layouts_count;
    if (l->fatal == STATUS_OK && l->problem_count == before)
        for (size_t i = 0; i < w.column_count; i++)
            if (!w.filled[i])
                loader_report(l, yaml_key(at, "columns"), NULL, "Add a 'to:' in a layout, or remove the column",
                              "Column '%s' of source '%s' is filled by no layout", w.columns[i].name, s.id);
    s.columns = w.columns;
    s.per_unit = w.per_unit;
    s.column_count = w.column_count;
    s.roles = w.roles;
    s.role_count = w.role_count;
    if (l->problem_count == before)
        source_work_check_layouts(l, &s, yaml_key(at, "layouts"));
    if (l->problem_count == before && s.overrides != NULL)
        *earlier = s;
    else if (l->problem_count == before)
        (void)loader_append(l, (void **)(void *)&l->sources, &l->source_count, &l->source_capacity, &s, sizeof s);
    else
        loader_mark_bad(l, &l->bad_sources, s.id);
}
