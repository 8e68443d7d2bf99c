/* rule_sets: see rule_sets.h. */
#include "cli/rule_sets.h"

#include <string.h>
#include <unistd.h>

static bool names_file(const char *given)
{
    size_t n = strlen(given);
    return strchr(given, '/') != NULL || (n > 5 && strcmp(given + n - 5, ".yaml") == 0);
}

/* A built-in set with what the declaration says otherwise. */
static status rules_of(cli *c, const rule_set *declared, const spc_rules **out, error *err)
{
    const spc_rules *base = spc_rules_find(declared->based_on);
    spc_rules *made = arena_alloc(&c->memory, sizeof *made);
    char *name = arena_string(&c->memory, declared->name);
    if (made == NULL || name == NULL)
        return error_set(err, STATUS_MEMORY, "There is not enough memory for the rule set");
    if (base == NULL)
        return error_set(err, STATUS_INTERNAL, "There is no rule set '%s'", declared->based_on);
    *made = *base;
    made->name = name;
    if (declared->shift_points != RULE_AS_BASED_ON)
        made->shift_points = declared->shift_points;
    if (declared->trend_points != RULE_AS_BASED_ON)
        made->trend_points = declared->trend_points;
    if (declared->minimum_points != RULE_AS_BASED_ON)
        made->minimum_points = declared->minimum_points;
    if (declared->two_of_three_beyond != RULE_AS_BASED_ON)
        made->two_of_three_beyond = declared->two_of_three_beyond != 0;
    if (declared->two_of_three_any_side != RULE_AS_BASED_ON)
        made->two_of_three_any_side = declared->two_of_three_any_side != 0;
    if (declared->target_at_limit_counts != RULE_AS_BASED_ON)
        made->target_at_limit_counts = declared->target_at_limit_counts != 0;
    if (declared->flat_limits_compare != RULE_AS_BASED_ON)
        made->flat_limits_compare = declared->flat_limits_compare != 0;
    if (declared->trend_takes_next_step != RULE_AS_BASED_ON)
        made->trend_takes_next_step = declared->trend_takes_next_step != 0;
    if (declared->improvement_wins != RULE_AS_BASED_ON)
        made->improvement_wins = declared->improvement_wins != 0;
    if (declared->limit_factor > 0)
        made->limit_factor = declared->limit_factor;
    *out = made;
    return spc_rules_check(made, err);
}

static status from_file(cli *c, const char *path, const spc_rules **out, error *err)
{
    catalogue one = {0};
    problems list = {0};
    status code = rule_sets_read(path, &one, &list, err);
    if (code == STATUS_REFUSED && list.total > 0) {
        /* The error is the first of the problems: the others are told before it. */
        problems rest = {.items = list.items + 1, .count = list.count - 1, .total = list.total - 1};
        if (rest.total > 0)
            say_problems(c, &rest);
    } else if (code == STATUS_OK && one.rule_set_count != 1) {
        code = error_set(err, STATUS_REFUSED, "The file holds %zu rule sets", one.rule_set_count);
        error_at(err, path, NULL, 0, NULL);
        error_hint(err, "--rules takes a file with one; several belong in catalogue/rules/ of a workspace.");
    } else if (code == STATUS_OK) {
        code = rules_of(c, &one.rule_sets[0], out, err);
    }
    problems_free(&list);
    catalogue_free(&one);
    return code;
}

static status name_unknown(const cli *c, const char *given, error *err)
{
    size_t count = 0;
    const spc_rules *all = spc_rules_all(&count);
    size_t total = count + c->catalogue.rule_set_count;
    buffer names = {0};
    for (size_t i = 0; i < total; i++)
        buffer_printf(&names, "%s%s",
                      i == 0           ? ""
                      : i + 1 == total ? " or "
                                       : ", ",
                      i < count ? all[i].name : c->catalogue.rule_sets[i - count].name);
    status code = error_set(err, STATUS_USAGE, "--rules: there is no rule set '%s'", given);
    error_hint(err, "Use %s, or a file that ends in .yaml.", names.data == NULL ? "" : names.data);
    buffer_free(&names);
    return code;
}

status option_rule_set(cli *c, const char *given, const spc_rules **out, error *err)
{
    *out = spc_rules_find(given);
    if (*out != NULL)
        return STATUS_OK;
    if (names_file(given))
        return from_file(c, given, out, err);
    /* spc needs no workspace, but where there is one its own rule sets count. */
    const char *file = arena_printf(&c->memory, "%s/concord.yaml", workspace_path(c));
    status code = STATUS_OK;
    if (c->workspace_given != NULL || (file != NULL && access(file, F_OK) == 0))
        code = workspace_open(c, err);
    if (code == STATUS_OK && (c->home != NULL || c->catalogue_is_loaded))
        code = cli_catalogue(c, err);
    if (code != STATUS_OK)
        return code;
    const rule_set *declared = catalogue_rule_set(&c->catalogue, given);
    return declared == NULL ? name_unknown(c, given, err) : rules_of(c, declared, out, err);
}
