/*
 * Rule sets for control charts that an analyst declares, each as what differs from a built-in one.
 *
 * The rules themselves live in stats, which this room may not see. So a declaration is checked here, with its file and line,
 * against what the rules can be at all, and is kept as plain settings, of which each may be left as in the set it is based on;
 * whoever applies it fills the settings in (src/cli/rule_sets.c).
 */
#include "catalogue/rules_work.h"

#include <stdlib.h>
#include <string.h>

#define MAY          CYAML_FLAG_OPTIONAL
#define TEXT_MAXIMUM 4000
#define TEXT_FIELD(key, need, member)                                                                                  \
    CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | (need), raw_rule_set, member, 0, TEXT_MAXIMUM)

#define RULES_FILE_MAXIMUM  ((size_t)4 << 20)
#define MINIMUM_POINTS_MOST 100
#define LIMIT_FACTOR_LEAST  0.5
#define LIMIT_FACTOR_MOST   10.0

/* ---- the shape -------------------------------------------------------------------------------------- */

enum { MEET_FIRST_RULE = 0, MEET_IMPROVEMENT };

static const cyaml_strval_t meet_words[] = {{"first-rule", MEET_FIRST_RULE}, {"improvement", MEET_IMPROVEMENT}};

static const cyaml_schema_field_t rule_set_fields[] = {
    TEXT_FIELD("id", CYAML_FLAG_DEFAULT, id),
    TEXT_FIELD("version", MAY, version),
    TEXT_FIELD("description", MAY, description),
    TEXT_FIELD("based_on", MAY, based_on),
    CYAML_FIELD_INT("shift_points", MAY, raw_rule_set, shift_points),
    CYAML_FIELD_INT("trend_points", MAY, raw_rule_set, trend_points),
    CYAML_FIELD_INT("minimum_points", MAY, raw_rule_set, minimum_points),
    CYAML_FIELD_BOOL("two_of_three_counts_points_beyond_limits", MAY, raw_rule_set,
                     two_of_three_counts_points_beyond_limits),
    CYAML_FIELD_BOOL("two_of_three_third_point_on_any_side", MAY, raw_rule_set, two_of_three_third_point_on_any_side),
    CYAML_FIELD_BOOL("target_equal_to_limit_counts", MAY, raw_rule_set, target_equal_to_limit_counts),
    CYAML_FIELD_BOOL("constant_series_compared_with_target", MAY, raw_rule_set, constant_series_compared_with_target),
    CYAML_FIELD_BOOL("trend_point_takes_next_step", MAY, raw_rule_set, trend_point_takes_next_step),
    CYAML_FIELD_ENUM("when_improvement_and_concern_meet", MAY | CYAML_FLAG_STRICT, raw_rule_set, when_both_meet,
                     meet_words, CYAML_ARRAY_LEN(meet_words)),
    TEXT_FIELD("limit_factor", MAY, limit_factor),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t rule_set_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, raw_rule_set, rule_set_fields)};
const cyaml_schema_value_t shape_rule_set = {CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, raw_rule_set, rule_set_fields)};
const cyaml_schema_value_t shape_rule_set_list = {
    CYAML_VALUE_SEQUENCE(CYAML_FLAG_POINTER, raw_rule_set, &rule_set_entry, 0, CATALOGUE_LIST_MAXIMUM)};

/* ---- the meaning ------------------------------------------------------------------------------------ */

const char *const rule_sets_built_in[RULE_SETS_BUILT_IN] = {"mdc-2023", "plotthedots-0.2.2", "powerbi-spc-2026-06"};

static bool is_built_in(const char *name)
{
    for (size_t i = 0; i < RULE_SETS_BUILT_IN; i++)
        if (strcmp(rule_sets_built_in[i], name) == 0)
            return true;
    return false;
}

/* Small letters, digits, '-' and '.', so that it can stand in an option and in the name of a file. */
static bool version_is_valid(const char *version)
{
    size_t n = strlen(version);
    return n > 0 && n <= 24 && strspn(version, "abcdefghijklmnopqrstuvwxyz0123456789-.") == n && version[0] != '.' &&
           version[0] != '-' && strpbrk(version, "0123456789") != NULL;
}

static void load_name(loader *l, const raw_rule_set *raw, const yaml_node *at, rule_set *r)
{
    const char *id = loader_text(l, raw->id), *version = loader_text(l, raw->version);
    r->name = raw->version == NULL ? id : arena_printf(l->memory, "%s-%s", id, version);
    if (r->name == NULL) {
        l->fatal = STATUS_MEMORY;
        r->name = "";
    } else if (is_built_in(r->name)) {
        loader_report(l, yaml_key(at, "id"), NULL, "A rule set never changes once it has a name: choose another id",
                      "Rule set '%s' is built in and cannot be redefined", r->name);
    } else if (!catalogue_id_is_valid(id)) {
        loader_report(l, yaml_key(at, "id"), NULL,
                      "Small letters, digits and '-', beginning with a letter, at most 63: trust-board-2026",
                      "'%.80s' cannot be the id of a rule set", id);
    } else if (raw->version != NULL && !version_is_valid(version)) {
        loader_report(l, yaml_key(at, "version"), NULL,
                      "A number, year or month, with '-' or '.' where needed: 2026-04, at most 24 characters",
                      "'%.80s' cannot be the version of rule set '%s'", version, id);
    } else if (raw->version == NULL && strpbrk(id, "0123456789") == NULL) {
        loader_report(l, at, NULL,
                      "Add 'version: 2026-04', or put it in the id: a published verdict names the version it was "
                      "judged by",
                      "Rule set '%s' has no version", id);
    }
    for (size_t i = 0; i < l->rule_set_count; i++)
        if (strcmp(l->rule_sets[i].name, r->name) == 0)
            loader_report(l, yaml_key(at, "id"), NULL,
                          "A workspace's own catalogue may add but not redefine: choose another id or version",
                          "Rule set '%s' is declared already, in %s line %d", r->name, l->rule_sets[i].file,
                          (int)l->rule_sets[i].line);
}

static void load_based_on(loader *l, const raw_rule_set *raw, const yaml_node *at, rule_set *r)
{
    r->based_on = raw->based_on == NULL ? rule_sets_built_in[0] : loader_text(l, raw->based_on);
    if (is_built_in(r->based_on))
        return;
    suggestion s = {.typed = r->based_on};
    for (size_t i = 0; i < RULE_SETS_BUILT_IN; i++)
        suggestion_offer(&s, rule_sets_built_in[i]);
    loader_report(l, yaml_key(at, "based_on"), &s, "Use mdc-2023, plotthedots-0.2.2 or powerbi-spc-2026-06",
                  "Unknown rule set '%.80s' in 'based_on' of rule set '%s'", r->based_on, r->name);
}

/* RULE_AS_BASED_ON where the key is not there. */
static int32_t load_points(loader *l, const yaml_node *at, const rule_set *r, const char *key, int64_t given,
                           int32_t least, int32_t most)
{
    const yaml_node *n = yaml_key(at, key);
    if (n == NULL)
        return RULE_AS_BASED_ON;
    if (given < least || given > most)
        loader_report(l, n, NULL, NULL, "'%s' in rule set '%s' must be from %d to %d, and is %lld", key, r->name,
                      (int)least, (int)most, (long long)given);
    return given < least || given > most ? RULE_AS_BASED_ON : (int32_t)given;
}

static int32_t load_choice(const yaml_node *at, const char *key, bool given)
{
    return yaml_key(at, key) == NULL ? RULE_AS_BASED_ON : given ? 1 : 0;
}

static void load_limit_factor(loader *l, const raw_rule_set *raw, const yaml_node *at, rule_set *r)
{
    if (raw->limit_factor == NULL)
        return;
    if (!number_parse(text_of(raw->limit_factor), &r->limit_factor) || r->limit_factor < LIMIT_FACTOR_LEAST ||
        r->limit_factor > LIMIT_FACTOR_MOST)
        loader_report(l, yaml_key(at, "limit_factor"), NULL,
                      "It is what the average moving range is multiplied by: 2.66 for three sigma",
                      "'limit_factor' in rule set '%s' must be a number from 0.5 to 10, and is '%.80s'", r->name,
                      raw->limit_factor);
}

void loader_add_rule_set(loader *l, const raw_rule_set *raw, const yaml_node *at)
{
    int64_t before = l->problem_count;
    rule_set r = {
        .description = loader_text(l, raw->description), .file = loader_text(l, l->relative), .line = at->line};
    load_name(l, raw, at, &r);
    load_based_on(l, raw, at, &r);
    r.shift_points = load_points(l, at, &r, "shift_points", raw->shift_points, 6, 8);
    r.trend_points = load_points(l, at, &r, "trend_points", raw->trend_points, 5, 7);
    r.minimum_points = load_points(l, at, &r, "minimum_points", raw->minimum_points, 0, MINIMUM_POINTS_MOST);
    r.two_of_three_beyond =
        load_choice(at, "two_of_three_counts_points_beyond_limits", raw->two_of_three_counts_points_beyond_limits);
    r.two_of_three_any_side =
        load_choice(at, "two_of_three_third_point_on_any_side", raw->two_of_three_third_point_on_any_side);
    r.target_at_limit_counts = load_choice(at, "target_equal_to_limit_counts", raw->target_equal_to_limit_counts);
    r.flat_limits_compare =
        load_choice(at, "constant_series_compared_with_target", raw->constant_series_compared_with_target);
    r.trend_takes_next_step = load_choice(at, "trend_point_takes_next_step", raw->trend_point_takes_next_step);
    r.improvement_wins = load_choice(at, "when_improvement_and_concern_meet", raw->when_both_meet == MEET_IMPROVEMENT);
    load_limit_factor(l, raw, at, &r);
    if (l->problem_count == before && l->fatal == STATUS_OK)
        (void)loader_append(l, (void **)(void *)&l->rule_sets, &l->rule_set_count, &l->rule_set_capacity, &r, sizeof r);
}

/* ---- one file by itself ------------------------------------------------------------------------------ */

status rule_sets_read(const char *path, catalogue *out, problems *list, error *err)
{
    *out = (catalogue){.sources = NULL};
    loader l = {.memory = &out->memory, .scratch = {.maximum = (size_t)128 << 20}, .list = list, .file = path};
    buffer bytes = {.maximum = RULES_FILE_MAXIMUM + 1};
    rule_set *kept = NULL;
    status code = file_read(path, RULES_FILE_MAXIMUM, &bytes, err);
    if (code != STATUS_OK)
        goto out;
    loader_read(&l, PART_RULES, path, path, bytes.data != NULL ? bytes.data : "", bytes.length);
    kept = loader_array(&l, l.rule_set_count, sizeof *kept);
    if (l.fatal != STATUS_OK || kept == NULL) {
        code = error_set(err, STATUS_MEMORY, "Not enough memory for the rule sets");
        goto out;
    }
    if (l.problem_count > 0) {
        code = STATUS_REFUSED;
        if (err != NULL)
            *err = l.first;
        goto out;
    }
    if (l.rule_set_count > 0)
        memcpy(kept, l.rule_sets, l.rule_set_count * sizeof *kept);
    out->rule_sets = kept;
    out->rule_set_count = l.rule_set_count;
out:
    buffer_free(&bytes);
    loader_free(&l);
    if (code != STATUS_OK)
        catalogue_free(out);
    return code;
}

const rule_set *catalogue_rule_set(const catalogue *c, const char *name)
{
    for (size_t i = 0; i < c->rule_set_count; i++)
        if (strcmp(c->rule_sets[i].name, name) == 0)
            return &c->rule_sets[i];
    return NULL;
}
