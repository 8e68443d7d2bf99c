/* A rule set as written, and its schema: shared by rules.c, where both are, and load.c. */
#ifndef CONCORD_CATALOGUE_RULES_WORK_H
#define CONCORD_CATALOGUE_RULES_WORK_H

#include "catalogue/loader.h"

typedef struct raw_rule_set {
    char *id, *version, *description, *based_on, *limit_factor;
    int64_t shift_points, trend_points, minimum_points;
    bool two_of_three_counts_points_beyond_limits, two_of_three_third_point_on_any_side;
    bool target_equal_to_limit_counts, constant_series_compared_with_target, trend_point_takes_next_step;
    int when_both_meet;
} raw_rule_set;

extern const cyaml_schema_value_t shape_rule_set, shape_rule_set_list;

/* Checks one declaration, and adds it where it has no problem. */
void loader_add_rule_set(loader *l, const raw_rule_set *raw, const yaml_node *at);

#endif
