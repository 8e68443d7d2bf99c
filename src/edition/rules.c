/* The parameters of an edition's rule set, by the names under which its table `rules` keeps them. */
#include "edition/internal.h"

#include <math.h>
#include <string.h>

const rule_parameter edition_rule_parameters[EDITION_RULES] = {
    {"flat_limits_compare", RULE_TRUTH, offsetof(edition_rules, flat_limits_compare)},
    {"improvement_wins", RULE_TRUTH, offsetof(edition_rules, improvement_wins)},
    {"limit_factor", RULE_FACTOR, offsetof(edition_rules, limit_factor)},
    {"minimum_points", RULE_COUNT, offsetof(edition_rules, minimum_points)},
    {"shift_points", RULE_COUNT, offsetof(edition_rules, shift_points)},
    {"target_at_limit_counts", RULE_TRUTH, offsetof(edition_rules, target_at_limit_counts)},
    {"trend_points", RULE_COUNT, offsetof(edition_rules, trend_points)},
    {"trend_takes_next_step", RULE_TRUTH, offsetof(edition_rules, trend_takes_next_step)},
    {"two_of_three_any_side", RULE_TRUTH, offsetof(edition_rules, two_of_three_any_side)},
    {"two_of_three_beyond", RULE_TRUTH, offsetof(edition_rules, two_of_three_beyond)},
};

double edition_rule_get(const edition_rules *rules, const rule_parameter *parameter)
{
    const char *at = (const char *)rules + parameter->at;
    double factor;
    int32_t count;
    bool truth;
    switch (parameter->kind) {
    case RULE_FACTOR: memcpy(&factor, at, sizeof factor); return factor;
    case RULE_COUNT: memcpy(&count, at, sizeof count); return count;
    default: memcpy(&truth, at, sizeof truth); return truth ? 1 : 0;
    }
}

/* False where the value is none that the parameter can have. */
static bool rule_set(edition_rules *rules, const rule_parameter *parameter, double value)
{
    char *at = (char *)rules + parameter->at;
    if (!isfinite(value) || value < 0 || value > 1e6)
        return false;
    const int32_t count = (int32_t)value;
    const bool truth = value != 0;
    switch (parameter->kind) {
    case RULE_FACTOR: memcpy(at, &value, sizeof value); return true;
    case RULE_COUNT: memcpy(at, &count, sizeof count); return value == (double)count;
    default: memcpy(at, &truth, sizeof truth); return value == 0 || value == 1;
    }
}

status edition_rules_load(edition *e, error *err)
{
    sqlite3 *db = e->private_->database;
    sqlite3_stmt *s = NULL;
    size_t known = 0;
    bool valid = true;
    if (sqlite3_prepare_v2(db, "SELECT key, value FROM rules", -1, &s, NULL) != SQLITE_OK)
        return edition_database_error(db, "Cannot read the edition", err);
    while (sqlite3_step(s) == SQLITE_ROW) {
        const char *key = (const char *)sqlite3_column_text(s, 0);
        const double value = sqlite3_column_type(s, 1) == SQLITE_NULL ? (double)NAN : sqlite3_column_double(s, 1);
        for (size_t i = 0; key != NULL && i < EDITION_RULES; i++)
            if (strcmp(key, edition_rule_parameters[i].key) == 0) {
                valid = valid && rule_set(&e->judged_by, &edition_rule_parameters[i], value);
                known++;
            }
    }
    (void)sqlite3_finalize(s);
    return known == EDITION_RULES && valid
               ? STATUS_OK
               : error_set(err, STATUS_REFUSED, "The edition is damaged: its rule set '%s' is not whole", e->rules);
}
