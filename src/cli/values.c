/* values: what several commands take as options, with one wording for what is wrong with them. */
#include "cli/cli.h"

#include "stats/stats.h"

#include <string.h>

status option_period(const char *option, const char *value, period *out, error *err)
{
    if (period_parse(text_of(value), out))
        return STATUS_OK;
    status code = error_set(err, STATUS_USAGE, "%s: '%s' is not a period", option, value);
    error_hint(err, "Periods are written 2026-04, FY2025-26, FY2025-26-Q4, CY2024 or 2024-04..2024-06.");
    return code;
}

status option_date(const char *option, const char *value, date *out, error *err)
{
    if (date_parse(text_of(value), out))
        return STATUS_OK;
    status code = error_set(err, STATUS_USAGE, "%s: '%s' is not a date", option, value);
    error_hint(err, "Dates are written YYYY-MM-DD, for example 2026-06-11.");
    return code;
}

status option_number(const char *option, const char *value, double *out, error *err)
{
    if (number_parse(text_of(value), out))
        return STATUS_OK;
    return error_set(err, STATUS_USAGE, "%s: '%s' is not a number", option, value);
}

status option_count(const char *option, const char *value, int64_t low, int64_t high, int64_t *out, error *err)
{
    if (number_parse_count(text_of(value), out) && *out >= low && *out <= high)
        return STATUS_OK;
    return error_set(err, STATUS_USAGE, "%s: '%s' is not a whole number from %lld to %lld", option, value,
                     (long long)low, (long long)high);
}

status option_geography(const char *value, geography *out, date *as_at, error *err)
{
    *out = GEOGRAPHY_CURRENT;
    *as_at = DATE_NONE;
    if (value == NULL || strcmp(value, "current") == 0)
        return STATUS_OK;
    if (strcmp(value, "as-published") == 0) {
        *out = GEOGRAPHY_AS_PUBLISHED;
        return STATUS_OK;
    }
    if (strncmp(value, "as-at:", 6) == 0 && date_parse(text_of(value + 6), as_at)) {
        *out = GEOGRAPHY_AS_AT;
        return STATUS_OK;
    }
    status code = error_set(err, STATUS_USAGE, "--geography: there is no map '%s'", value);
    error_hint(err, "Use current, as-published or as-at:YYYY-MM-DD.");
    return code;
}

status option_rules(const char *value, error *err)
{
    if (value == NULL || spc_rules_find(value) != NULL)
        return STATUS_OK;
    size_t count = 0;
    const spc_rules *all = spc_rules_all(&count);
    buffer names = {0};
    for (size_t i = 0; i < count; i++)
        buffer_printf(&names, "%s%s", i == 0 ? "" : i + 1 == count ? " or " : ", ", all[i].name);
    status code = error_set(err, STATUS_USAGE, "--rules: there is no rule set '%s'", value);
    error_hint(err, "Use %s.", names.data == NULL ? "" : names.data);
    buffer_free(&names);
    return code;
}
