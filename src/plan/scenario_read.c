/*
 * A scenario from its YAML text.
 *
 * The text is read by libyaml, the parser that libcyaml stands on, into its document of nodes, because each node knows its line; the
 * fields of each mapping are tables here. A gate before it bounds depth and size, and refuses references.
 */
#include "plan/scenario.h"

#include <math.h>
#include <string.h>
#include <yaml.h>

enum { DEPTH_MAXIMUM = 16, NODES_MAXIMUM = 100000 };

typedef struct scenario_reading {
    const char *file;
    yaml_document_t document;
    arena *memory;
    problems *list;
    error first;
    bool failed;
    scenario *out;
} scenario_reading;

static int32_t line_of(const yaml_node_t *node)
{
    return node == NULL ? 0 : (int32_t)node->start_mark.line + 1;
}

static void complain(scenario_reading *r, int32_t line, const char *hint, const char *format, ...) PRINTF_LIKE(4, 5);

static void complain(scenario_reading *r, int32_t line, const char *hint, const char *format, ...)
{
    error e;
    char message[400];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(message, sizeof message, format, args);
    va_end(args);
    (void)error_set(&e, STATUS_REFUSED, "%s", message);
    error_at(&e, r->file, NULL, line, NULL);
    if (hint != NULL)
        error_hint(&e, "%s", hint);
    if (!r->failed)
        r->first = e;
    r->failed = true;
    if (r->list != NULL)
        problems_add(r->list, &e);
}

/* ---- nodes ------------------------------------------------------------------------------------------ */

static const yaml_node_t *node_at(const scenario_reading *r, int index)
{
    return yaml_document_get_node((yaml_document_t *)(uintptr_t)&r->document, index);
}

static const char *scalar_of(const yaml_node_t *node)
{
    return node != NULL && node->type == YAML_SCALAR_NODE ? (const char *)node->data.scalar.value : NULL;
}

static const yaml_node_t *child(const scenario_reading *r, const yaml_node_t *map, const char *key)
{
    if (map == NULL || map->type != YAML_MAPPING_NODE)
        return NULL;
    for (const yaml_node_pair_t *p = map->data.mapping.pairs.start; p < map->data.mapping.pairs.top; p++) {
        const char *name = scalar_of(node_at(r, p->key));
        if (name != NULL && strcmp(name, key) == 0)
            return node_at(r, p->value);
    }
    return NULL;
}

/* Keys that are not in the list (terminated by NULL), or stand twice. */
static void keys_check(scenario_reading *r, const yaml_node_t *map, const char *what, const char *const *known)
{
    for (const yaml_node_pair_t *p = map->data.mapping.pairs.start; p < map->data.mapping.pairs.top; p++) {
        const yaml_node_t *key = node_at(r, p->key);
        const char *name = scalar_of(key), *nearest = NULL;
        char hint[160] = "";
        unsigned least = 4;
        bool good = false;
        for (size_t i = 0; known[i] != NULL && name != NULL; i++) {
            const unsigned away = text_distance(name, known[i]);
            good = good || strcmp(name, known[i]) == 0;
            if (away < least) {
                least = away;
                nearest = known[i];
            }
        }
        if (nearest != NULL)
            (void)snprintf(hint, sizeof hint, "Did you mean '%s'?", nearest);
        if (!good)
            complain(r, line_of(key), hint, "There is no '%.60s' in %s", name == NULL ? "?" : name, what);
        for (const yaml_node_pair_t *q = map->data.mapping.pairs.start; q < p && name != NULL; q++) {
            const char *other = scalar_of(node_at(r, q->key));
            if (other != NULL && strcmp(other, name) == 0)
                complain(r, line_of(key), "Leave one of them out.", "'%.60s' stands twice in %s", name, what);
        }
    }
}

static bool is_map(scenario_reading *r, const yaml_node_t *node, const char *what)
{
    if (node != NULL && node->type == YAML_MAPPING_NODE)
        return true;
    complain(r, line_of(node), "Write 'key: value' lines.", "%s must be a mapping", what);
    return false;
}

static const char *text_get(scenario_reading *r, const yaml_node_t *map, const char *key, const char *what, bool needed)
{
    const yaml_node_t *node = child(r, map, key);
    const char *value = scalar_of(node);
    if (value == NULL || value[0] == 0) {
        if (needed || (node != NULL && value == NULL))
            complain(r, line_of(node == NULL ? map : node), NULL, "'%s' of %s is missing", key, what);
        return "";
    }
    if (node->data.scalar.length > SCENARIO_TEXT_MAXIMUM || strlen(value) != node->data.scalar.length) {
        complain(r, line_of(node), NULL, "'%s' of %s is too long, or no text", key, what);
        return "";
    }
    const char *kept = arena_string(r->memory, value);
    return kept == NULL ? "" : kept;
}

static double number_get(scenario_reading *r, const yaml_node_t *map, const char *key, const char *what)
{
    const yaml_node_t *node = child(r, map, key);
    const char *value = scalar_of(node);
    double number = NAN;
    if (value == NULL)
        complain(r, line_of(map), NULL, "'%s' of %s is missing", key, what);
    else if (!number_parse(text_of(value), &number)) {
        complain(r, line_of(node), "Write the number alone, with a point: 0.02",
                 "'%s' of %s must be a number, and is '%.60s'", key, what, value);
        number = NAN;
    }
    return number;
}

static bool month_get(scenario_reading *r, const yaml_node_t *map, const char *key, const char *what, int32_t *out)
{
    const yaml_node_t *node = child(r, map, key);
    const char *value = scalar_of(node);
    period p = {0};
    if (node == NULL)
        return false;
    if (value == NULL || !period_parse(text_of(value), &p) || p.kind != PERIOD_MONTH) {
        complain(r, line_of(node), "Write it like 2027-03.", "'%s' of %s is no month: '%.60s'", key, what,
                 value == NULL ? "?" : value);
        return false;
    }
    *out = p.first_month;
    return true;
}

/* The items of a list; 0 where it is absent. */
static size_t items_of(scenario_reading *r, const yaml_node_t *map, const char *key, const yaml_node_item_t **first,
                       bool needed)
{
    const yaml_node_t *node = child(r, map, key);
    *first = NULL;
    if (node == NULL) {
        if (needed)
            complain(r, line_of(map), NULL, "'%s' of the scenario is missing", key);
        return 0;
    }
    if (node->type != YAML_SEQUENCE_NODE) {
        complain(r, line_of(node), "Begin each entry with '- '.", "'%s' must be a list", key);
        return 0;
    }
    const size_t count = (size_t)(node->data.sequence.items.top - node->data.sequence.items.start);
    if (count > SCENARIO_ITEMS_MAXIMUM) {
        complain(r, line_of(node), NULL, "'%s' has more than %d entries", key, SCENARIO_ITEMS_MAXIMUM);
        return 0;
    }
    *first = node->data.sequence.items.start;
    return count;
}

/* ---- assumptions ------------------------------------------------------------------------------------ */

static void assumptions_read(scenario_reading *r, const yaml_node_t *root)
{
    static const char *const keys[] = {"id", "name", "source", "unit", "low", "central", "high", NULL};
    const yaml_node_item_t *items = NULL;
    const size_t count = items_of(r, root, "assumptions", &items, true);
    scenario_assumption *all = arena_array(r->memory, count + 1, sizeof *all);
    size_t kept = 0;
    for (size_t i = 0; i < count && all != NULL; i++) {
        const yaml_node_t *node = node_at(r, items[i]);
        char what[120];
        if (!is_map(r, node, "An assumption"))
            continue;
        scenario_assumption *a = &all[kept];
        *a = (scenario_assumption){.id = text_get(r, node, "id", "an assumption", true), .line = line_of(node)};
        (void)snprintf(what, sizeof what, "assumption '%.80s'", a->id);
        keys_check(r, node, what, keys);
        a->name = text_get(r, node, "name", what, true);
        a->source = text_get(r, node, "source", what, true);
        a->unit = text_get(r, node, "unit", what, true);
        a->low = number_get(r, node, "low", what);
        a->central = number_get(r, node, "central", what);
        a->high = number_get(r, node, "high", what);
        if (a->low > a->central || a->central > a->high)
            complain(r, line_of(child(r, node, "central")), "Order them by value, not by what is better.",
                     "The values of %s must not fall from low to central to high", what);
        for (size_t k = 0; k < kept; k++)
            if (strcmp(all[k].id, a->id) == 0)
                complain(r, a->line, NULL, "There are two assumptions '%.80s': the other is in line %d", a->id,
                         (int)all[k].line);
        kept++;
    }
    r->out->assumptions = all;
    r->out->assumption_count = kept;
}

/* ---- levers ----------------------------------------------------------------------------------------- */

typedef struct lever_use {
    const char *name; /* "?name" may be left out */
    double least, most;
} lever_use;

typedef struct lever_table {
    const char *name;
    lever_use uses[LEVER_USES];
} lever_table;

#define SHARE(name)                                                                                                    \
    {                                                                                                                  \
        name, 0, 1                                                                                                     \
    }
#define CHANGE(name)                                                                                                   \
    {                                                                                                                  \
        name, -1, 10                                                                                                   \
    }
#define COST(name)                                                                                                     \
    {                                                                                                                  \
        "?cost_per_" name, 0, 1e9                                                                                      \
    }
static const lever_table tables[LEVER_KINDS] = {
    {"demand-growth", {{"share_a_year", -0.9, 10}}},
    {"demand-change", {CHANGE("share")}},
    {"extra-sessions", {{"sessions", -1e6, 1e6}, {"patients_per_session", 0, 1000}, COST("session")}},
    {"capacity-change", {CHANGE("share"), COST("patient")}},
    {"commissioner-cut", {SHARE("bought_share"), SHARE("cut_share")}},
    {"strike", {SHARE("share_lost")}},
    {"validation", {SHARE("share"), {"minimum_weeks", 0, 520}}},
    {"independent-sector", {SHARE("share"), {"?patients", 0, 1e6}, COST("patient")}},
    {"mutual-aid", {{"patients", 0, 1e6}, SHARE("accept_share"), {"minimum_weeks", 0, 520}, COST("patient")}},
    {"follow-up-reduction", {SHARE("reduction_share"), {"follow_ups_per_first", 0, 100}, SHARE("converted_share")}},
    {"non-attendance", {CHANGE("share")}},
};

const char *lever_kind_name(lever_kind kind)
{
    return tables[kind].name;
}

const char *lever_use_name(lever_kind kind, int n, bool *optional)
{
    const char *name = n < LEVER_USES ? tables[kind].uses[n].name : NULL;
    if (optional != NULL)
        *optional = name != NULL && name[0] == '?';
    return name != NULL && name[0] == '?' ? name + 1 : name;
}

static void use_check(scenario_reading *r, const lever_use *use, const scenario_assumption *a, const char *what)
{
    char hint[96];
    (void)snprintf(hint, sizeof hint, "It must be from %.15g to %.15g.", use->least, use->most);
    if (a->low < use->least || a->high > use->most)
        complain(r, a->line, hint, "Assumption '%.80s' cannot be '%s' of %s", a->id, use->name + (use->name[0] == '?'),
                 what);
}

static void uses_read(scenario_reading *r, const yaml_node_t *node, const char *what, scenario_lever *l)
{
    const yaml_node_t *use = child(r, node, "use");
    const char *known[LEVER_USES + 1] = {NULL};
    if (!is_map(r, use == NULL ? NULL : use, "'use' of a lever"))
        return;
    for (int i = 0; i < LEVER_USES; i++) {
        bool optional = false;
        known[i] = lever_use_name(l->kind, i, &optional);
        l->use[i] = -1;
        const yaml_node_t *named = known[i] == NULL ? NULL : child(r, use, known[i]);
        const char *id = scalar_of(named);
        if (known[i] == NULL || (id == NULL && optional))
            continue;
        if (id == NULL) {
            complain(r, line_of(use), "Name an assumption there.", "'%s' of %s is missing", known[i], what);
            continue;
        }
        for (size_t k = 0; k < r->out->assumption_count; k++)
            if (strcmp(r->out->assumptions[k].id, id) == 0)
                l->use[i] = (int32_t)k;
        if (l->use[i] < 0)
            complain(
                r, line_of(named),
                "A lever has no numbers of its own: write an assumption, with its source and range, and name it here.",
                "'%s' of %s: there is no assumption '%.60s'", known[i], what, id);
        else
            use_check(r, &tables[l->kind].uses[i], &r->out->assumptions[l->use[i]], what);
    }
    keys_check(r, use, "'use' of the lever", known);
}

static const char **names_read(scenario_reading *r, const yaml_node_t *map, const char *key, size_t *count)
{
    const yaml_node_item_t *items = NULL;
    *count = items_of(r, map, key, &items, false);
    const char **names = arena_array(r->memory, *count + 1, sizeof *names);
    for (size_t i = 0; i < *count && names != NULL; i++) {
        const char *name = scalar_of(node_at(r, items[i]));
        if (name == NULL)
            complain(r, line_of(map), NULL, "'%s' must be a list of codes", key);
        names[i] = name == NULL ? "" : arena_string(r->memory, name);
    }
    return names;
}

static void lists_read(scenario_reading *r, const yaml_node_t *node, scenario_lever *l)
{
    static const char *const keys[] = {"provider", "treatment_function", NULL};
    const yaml_node_t *lists = child(r, node, "lists");
    l->lists_line = line_of(lists == NULL ? node : lists);
    if (lists == NULL || !is_map(r, lists, "'lists' of a lever"))
        return;
    keys_check(r, lists, "'lists' of the lever", keys);
    l->providers = names_read(r, lists, "provider", &l->provider_count);
    l->treatment_functions = names_read(r, lists, "treatment_function", &l->treatment_function_count);
}

static void stage_read(scenario_reading *r, const yaml_node_t *node, scenario_lever *l)
{
    static const char *const names[] = {"both", "first", "admitted"};
    const char *stage = scalar_of(child(r, node, "stage"));
    for (int i = 0; i < 3 && stage != NULL; i++) {
        if (strcmp(names[i], stage) == 0) {
            l->stage = (lever_stage)i;
            return;
        }
    }
    if (stage != NULL)
        complain(r, line_of(child(r, node, "stage")), "Write first, admitted or both.", "There is no stage '%.60s'",
                 stage);
}

static bool kind_read(scenario_reading *r, const yaml_node_t *node, lever_kind *kind)
{
    const char *name = text_get(r, node, "kind", "a lever", true);
    buffer known = {0};
    bool found = false;
    for (int i = 0; i < LEVER_KINDS; i++) {
        buffer_printf(&known, "%s%s", i == 0 ? "There are: " : ", ", tables[i].name);
        if (strcmp(tables[i].name, name) == 0) {
            *kind = (lever_kind)i;
            found = true;
        }
    }
    if (!found && name[0] != 0)
        complain(r, line_of(child(r, node, "kind")), known.data, "There is no lever '%.60s'", name);
    buffer_free(&known);
    return found;
}

static void levers_read(scenario_reading *r, const yaml_node_t *root)
{
    static const char *const keys[] = {"kind", "lists", "to_provider", "stage", "from", "to", "use", "note", NULL};
    const yaml_node_item_t *items = NULL;
    const size_t count = items_of(r, root, "levers", &items, false);
    scenario_lever *all = arena_array(r->memory, count + 1, sizeof *all);
    size_t kept = 0;
    for (size_t i = 0; i < count && all != NULL; i++) {
        const yaml_node_t *node = node_at(r, items[i]);
        scenario_lever *l = &all[kept];
        *l = (scenario_lever){.first_month = INT32_MIN, .last_month = INT32_MAX, .line = line_of(node)};
        if (!is_map(r, node, "A lever") || !kind_read(r, node, &l->kind))
            continue;
        char what[80];
        (void)snprintf(what, sizeof what, "lever '%s'", lever_kind_name(l->kind));
        keys_check(r, node, what, keys);
        uses_read(r, node, what, l);
        lists_read(r, node, l);
        stage_read(r, node, l);
        (void)month_get(r, node, "from", what, &l->first_month);
        (void)month_get(r, node, "to", what, &l->last_month);
        if (l->first_month > l->last_month)
            complain(r, l->line, NULL, "'to' of %s comes before 'from'", what);
        l->to_provider = text_get(r, node, "to_provider", what, l->kind == LEVER_MUTUAL_AID);
        kept++;
    }
    r->out->levers = all;
    r->out->lever_count = kept;
}

/* ---- targets ---------------------------------------------------------------------------------------- */

static void targets_read(scenario_reading *r, const yaml_node_t *root)
{
    static const char *const keys[] = {"name", "measure", "at_least", "at_most", "by", "source", NULL};
    const yaml_node_item_t *items = NULL;
    const size_t count = items_of(r, root, "targets", &items, false);
    scenario_target *all = arena_array(r->memory, count + 1, sizeof *all);
    for (size_t i = 0; i < count && all != NULL; i++) {
        const yaml_node_t *node = node_at(r, items[i]);
        scenario_target *t = &all[i];
        if (!is_map(r, node, "A target"))
            continue;
        keys_check(r, node, "a target", keys);
        *t = (scenario_target){.name = text_get(r, node, "name", "a target", true),
                               .source = text_get(r, node, "source", "a target", true),
                               .at_least = child(r, node, "at_least") != NULL,
                               .measure = SIMULATE_MEASURES,
                               .line = line_of(node)};
        const char *measure = text_get(r, node, "measure", "a target", true);
        for (int m = 0; m < SIMULATE_MEASURES; m++)
            if (strcmp(simulate_measure_name((simulate_measure)m), measure) == 0)
                t->measure = (simulate_measure)m;
        if (t->measure == SIMULATE_MEASURES && measure[0] != 0)
            complain(r, line_of(child(r, node, "measure")),
                     "For example: within_18_weeks_share, over_52_weeks, percentile_92_weeks, waiting.",
                     "There is no measure '%.60s' of a simulation", measure);
        if (t->at_least == (child(r, node, "at_most") != NULL))
            complain(r, t->line, NULL, "A target has one of 'at_least' and 'at_most'");
        else
            t->level = number_get(r, node, t->at_least ? "at_least" : "at_most", "a target");
        if (!month_get(r, node, "by", "a target", &t->month) && child(r, node, "by") == NULL)
            complain(r, t->line, "Write it like 2027-03.", "'by' of a target is missing");
    }
    r->out->targets = all;
    r->out->target_count = count;
}

/* ---- the whole -------------------------------------------------------------------------------------- */

static void root_read(scenario_reading *r)
{
    static const char *const keys[] = {"scenario",    "version", "name",    "question", "author",
                                       "assumptions", "levers",  "targets", NULL};
    const yaml_node_t *root = yaml_document_get_root_node(&r->document);
    if (root == NULL || !is_map(r, root, "A scenario")) {
        if (root == NULL)
            complain(r, 1, "See the examples in catalogue/scenarios.", "There is no scenario in this file");
        return;
    }
    keys_check(r, root, "a scenario", keys);
    scenario *s = r->out;
    s->id = text_get(r, root, "scenario", "the scenario", true);
    s->name = text_get(r, root, "name", "the scenario", true);
    s->question = text_get(r, root, "question", "the scenario", false);
    s->author = text_get(r, root, "author", "the scenario", false);
    const char *version = text_get(r, root, "version", "the scenario", true);
    if (version[0] != 0 && (!number_parse_count(text_of(version), &s->version) || s->version < 1))
        complain(r, line_of(child(r, root, "version")), "Raise it by one whenever an assumption or a lever changes.",
                 "'version' of the scenario must be a whole number from 1, and is '%.60s'", version);
    assumptions_read(r, root);
    levers_read(r, root);
    targets_read(r, root);
}

/* The gate for hostile text, event by event: libyaml takes quadratic time for deep nesting, and references could be followed twice. */
static bool gate_passes(scenario_reading *r, const char *bytes, size_t length)
{
    yaml_parser_t parser;
    int depth = 0, nodes = 0;
    bool end = false;
    if (yaml_parser_initialize(&parser) == 0)
        return false;
    yaml_parser_set_input_string(&parser, (const unsigned char *)bytes, length);
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    while (!end && !r->failed) {
        yaml_event_t event;
        if (yaml_parser_parse(&parser, &event) == 0) {
            complain(r, (int32_t)parser.problem_mark.line + 1,
                     "Look for a tab, a missing colon, or a line that stands too far left or right.",
                     "This is not YAML: %s", parser.problem == NULL ? "it cannot be read" : parser.problem);
            break;
        }
        const int32_t line = (int32_t)event.start_mark.line + 1;
        if (event.type == YAML_SEQUENCE_START_EVENT || event.type == YAML_MAPPING_START_EVENT)
            depth++;
        if (event.type == YAML_SEQUENCE_END_EVENT || event.type == YAML_MAPPING_END_EVENT)
            depth--;
        if (depth > DEPTH_MAXIMUM || ++nodes > NODES_MAXIMUM)
            complain(r, line, NULL, "The scenario is nested more than %d deep, or has more than %d values",
                     DEPTH_MAXIMUM, NODES_MAXIMUM);
        if (event.type == YAML_ALIAS_EVENT)
            complain(r, line, "Write the value out.", "References (*name) are not read");
        end = event.type == YAML_STREAM_END_EVENT || event.type == YAML_NO_EVENT;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    return !r->failed;
}

status scenario_parse(const char *bytes, size_t length, const char *file, arena *memory, scenario *out, problems *list,
                      error *err)
{
    scenario_reading r = {.file = file, .memory = memory, .list = list, .out = out};
    yaml_parser_t parser;
    *out = (scenario){.file = file, .id = "", .name = ""};
    if (!gate_passes(&r, bytes, length)) {
        if (r.failed && err != NULL)
            *err = r.first;
        return r.failed ? STATUS_REFUSED
                        : error_set(err, STATUS_MEMORY, "There is not enough memory to read the scenario");
    }
    if (yaml_parser_initialize(&parser) == 0)
        return error_set(err, STATUS_MEMORY, "There is not enough memory to read the scenario");
    yaml_parser_set_input_string(&parser, (const unsigned char *)bytes, length);
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    if (yaml_parser_load(&parser, &r.document) == 0) {
        complain(&r, (int32_t)parser.problem_mark.line + 1, NULL, "This is not YAML");
    } else {
        sha256 hash;
        sha256_begin(&hash);
        sha256_add(&hash, bytes, length);
        sha256_end(&hash, out->sha256);
        root_read(&r);
        yaml_document_delete(&r.document);
    }
    yaml_parser_delete(&parser);
    if (r.failed && err != NULL)
        *err = r.first;
    return r.failed ? STATUS_REFUSED : STATUS_OK;
}

status scenario_read(const char *path, arena *memory, scenario *out, problems *list, error *err)
{
    buffer b = {0};
    *out = (scenario){.file = path};
    status code = file_read(path, SCENARIO_BYTES_MAXIMUM, &b, err);
    if (code == STATUS_OK) {
        const char *name = arena_string(memory, path);
        code = scenario_parse(b.data == NULL ? "" : b.data, b.length, name == NULL ? "" : name, memory, out, list, err);
    }
    buffer_free(&b);
    return code;
}
