/* The libcyaml schemas: which keys there are, of what type, which may be left out. Meaning is checked in load_*.c. */
#include "catalogue/schema.h"

#define NEEDED       CYAML_FLAG_DEFAULT
#define MAY          CYAML_FLAG_OPTIONAL
#define TEXT_MAXIMUM 4000

#define TEXT_FIELD(key, need, holder, member)                                                                          \
    CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | (need), holder, member, 0, TEXT_MAXIMUM)
#define LIST_FIELD(key, need, holder, member, entry, least)                                                            \
    CYAML_FIELD_SEQUENCE(key, CYAML_FLAG_POINTER | (need), holder, member, &(entry), least, CATALOGUE_LIST_MAXIMUM)

static const cyaml_schema_value_t text_entry = {CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char *, 0, TEXT_MAXIMUM)};

/* ---- sources ---------------------------------------------------------------------------------------- */

static const cyaml_strval_t column_types[] = {
    {"code", COLUMN_CODE},   {"category", COLUMN_CATEGORY}, {"text", COLUMN_TEXT},
    {"count", COLUMN_COUNT}, {"band", COLUMN_BAND},         {"number", COLUMN_NUMBER},
};

static const cyaml_schema_field_t column_fields[] = {
    TEXT_FIELD("name", NEEDED, raw_column, name),
    TEXT_FIELD("title", NEEDED, raw_column, title),
    CYAML_FIELD_ENUM("type", NEEDED | CYAML_FLAG_STRICT, raw_column, type, column_types, CYAML_ARRAY_LEN(column_types)),
    CYAML_FIELD_INT("repeat", MAY, raw_column, repeat),
    CYAML_FIELD_INT("per_unit", MAY, raw_column, per_unit),
    LIST_FIELD("known", MAY, raw_column, known, text_entry, 1),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t column_entry = {CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, raw_column, column_fields)};

static const cyaml_schema_field_t role_fields[] = {
    TEXT_FIELD("name", NEEDED, raw_role, name),
    TEXT_FIELD("column", NEEDED, raw_role, column),
    TEXT_FIELD("parent_column", MAY, raw_role, parent_column),
    TEXT_FIELD("parent_kind", MAY, raw_role, parent_kind),
    LIST_FIELD("kinds", MAY, raw_role, kinds, text_entry, 1),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t role_entry = {CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, raw_role, role_fields)};

static const cyaml_schema_field_t breakdown_value_fields[] = {
    TEXT_FIELD("code", NEEDED, raw_breakdown_value, code),
    TEXT_FIELD("name", MAY, raw_breakdown_value, name),
    TEXT_FIELD("same_as", MAY, raw_breakdown_value, same_as),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t breakdown_value_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, raw_breakdown_value, breakdown_value_fields)};

static const cyaml_schema_field_t breakdown_fields[] = {
    TEXT_FIELD("id", NEEDED, raw_breakdown, id),
    TEXT_FIELD("name", NEEDED, raw_breakdown, name),
    TEXT_FIELD("column", NEEDED, raw_breakdown, column),
    LIST_FIELD("values", MAY, raw_breakdown, values, breakdown_value_entry, 0),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t breakdown_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, raw_breakdown, breakdown_fields)};

static const cyaml_schema_field_t condition_fields[] = {
    TEXT_FIELD("header", NEEDED, raw_condition, header),
    LIST_FIELD("is", NEEDED, raw_condition, is, text_entry, 1),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t layout_column_fields[] = {
    TEXT_FIELD("header", NEEDED, raw_layout_column, header),
    LIST_FIELD("alternatives", MAY, raw_layout_column, alternatives, text_entry, 0),
    CYAML_FIELD_INT("occurrence", MAY, raw_layout_column, occurrence),
    CYAML_FIELD_INT("repeat", MAY, raw_layout_column, repeat),
    TEXT_FIELD("to", MAY, raw_layout_column, to),
    TEXT_FIELD("name_of", MAY, raw_layout_column, name_of),
    CYAML_FIELD_BOOL("period", MAY, raw_layout_column, period),
    CYAML_FIELD_BOOL("ignore", MAY, raw_layout_column, ignore),
    CYAML_FIELD_BOOL("optional", MAY, raw_layout_column, optional),
    CYAML_FIELD_BOOL("required", MAY, raw_layout_column, required),
    CYAML_FIELD_BOOL("blank_is_zero", MAY, raw_layout_column, blank_is_zero),
    CYAML_FIELD_BOOL("period_start", MAY, raw_layout_column, period_start),
    CYAML_FIELD_BOOL("period_end", MAY, raw_layout_column, period_end),
    CYAML_FIELD_BOOL("fill_down", MAY, raw_layout_column, fill_down),
    CYAML_FIELD_BOOL("by_name", MAY, raw_layout_column, by_name),
    CYAML_FIELD_BOOL("rounded", MAY, raw_layout_column, rounded),
    CYAML_FIELD_MAPPING_PTR("when", CYAML_FLAG_POINTER | MAY, raw_layout_column, when, condition_fields),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t layout_column_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, raw_layout_column, layout_column_fields)};

static const cyaml_schema_field_t set_aside_fields[] = {
    TEXT_FIELD("header", NEEDED, raw_set_aside, header),
    CYAML_FIELD_INT("occurrence", MAY, raw_set_aside, occurrence),
    LIST_FIELD("equals", MAY, raw_set_aside, equals, text_entry, 1),
    CYAML_FIELD_BOOL("blank", MAY, raw_set_aside, blank),
    TEXT_FIELD("reason", NEEDED, raw_set_aside, reason),
    CYAML_FIELD_BOOL("total", MAY, raw_set_aside, total),
    LIST_FIELD("by", MAY, raw_set_aside, by, text_entry, 1),
    TEXT_FIELD("kept_in", MAY, raw_set_aside, kept_in),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t set_aside_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, raw_set_aside, set_aside_fields)};

static const cyaml_schema_field_t constant_fields[] = {
    TEXT_FIELD("column", NEEDED, raw_constant, column),
    CYAML_FIELD_INT("value", MAY, raw_constant, value),
    TEXT_FIELD("text", MAY, raw_constant, text),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t constant_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, raw_constant, constant_fields)};

static const cyaml_schema_field_t variant_fields[] = {
    TEXT_FIELD("name", MAY, raw_variant, name),
    CYAML_FIELD_BOOL("optional", MAY, raw_variant, optional),
    LIST_FIELD("instead_of", MAY, raw_variant, instead_of, text_entry, 1),
    LIST_FIELD("sheets", MAY, raw_variant, sheets, text_entry, 1),
    LIST_FIELD("titles", MAY, raw_variant, titles, text_entry, 1),
    LIST_FIELD("set", NEEDED, raw_variant, set, constant_entry, 0),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t variant_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, raw_variant, variant_fields)};

static const cyaml_schema_field_t unpivot_fields[] = {
    LIST_FIELD("headers", MAY, raw_unpivot, headers, text_entry, 1),
    CYAML_FIELD_BOOL("dates", MAY, raw_unpivot, dates),
    LIST_FIELD("except", MAY, raw_unpivot, except, text_entry, 1),
    LIST_FIELD("must_have", MAY, raw_unpivot, must_have, text_entry, 1),
    CYAML_FIELD_INT("at_least", MAY, raw_unpivot, at_least),
    CYAML_FIELD_BOOL("optional", MAY, raw_unpivot, optional),
    TEXT_FIELD("to", NEEDED, raw_unpivot, to),
    TEXT_FIELD("heading_to", MAY, raw_unpivot, heading_to),
    TEXT_FIELD("strip", MAY, raw_unpivot, strip),
    CYAML_FIELD_BOOL("rounded", MAY, raw_unpivot, rounded),
    LIST_FIELD("set", MAY, raw_unpivot, set, constant_entry, 1),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t unpivot_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, raw_unpivot, unpivot_fields)};

static const cyaml_schema_field_t period_place_fields[] = {
    TEXT_FIELD("right_of", MAY, raw_period_place, right_of),
    TEXT_FIELD("title", MAY, raw_period_place, title),
    TEXT_FIELD("fixed", MAY, raw_period_place, fixed),
    CYAML_FIELD_BOOL("sheet", MAY, raw_period_place, sheet),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t period_place_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, raw_period_place, period_place_fields)};

static const cyaml_schema_field_t complete_fields[] = {
    TEXT_FIELD("header", NEEDED, raw_complete, header),
    CYAML_FIELD_INT("at_least", MAY, raw_complete, at_least),
    TEXT_FIELD("of", MAY, raw_complete, of),
    CYAML_FIELD_BOOL("same", MAY, raw_complete, same),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t complete_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, raw_complete, complete_fields)};

static const cyaml_schema_field_t row_sum_fields[] = {
    TEXT_FIELD("equals", NEEDED, raw_row_sum, equals),
    LIST_FIELD("of", NEEDED, raw_row_sum, of, text_entry, 1),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t row_sum_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, raw_row_sum, row_sum_fields)};

static const cyaml_schema_field_t layout_fields[] = {
    TEXT_FIELD("id", NEEDED, raw_layout, id),
    CYAML_FIELD_BOOL("thousands_commas", MAY, raw_layout, thousands_commas),
    CYAML_FIELD_BOOL("total_required", MAY, raw_layout, total_required),
    LIST_FIELD("one_row_per", MAY, raw_layout, one_row_per, text_entry, 1),
    LIST_FIELD("complete", MAY, raw_layout, complete, complete_entry, 1),
    LIST_FIELD("row_sums", MAY, raw_layout, row_sums, row_sum_entry, 1),
    LIST_FIELD("missing", MAY, raw_layout, missing, text_entry, 0),
    LIST_FIELD("suppressed", MAY, raw_layout, suppressed, text_entry, 0),
    LIST_FIELD("columns", MAY, raw_layout, columns, layout_column_entry, 1),
    LIST_FIELD("set_aside", MAY, raw_layout, set_aside, set_aside_entry, 0),
    LIST_FIELD("constants", MAY, raw_layout, constants, constant_entry, 0),
    CYAML_FIELD_BOOL("shaped", MAY, raw_layout, shaped),
    TEXT_FIELD("form", MAY, raw_layout, form),
    TEXT_FIELD("part", MAY, raw_layout, part),
    TEXT_FIELD("like", MAY, raw_layout, like),
    CYAML_FIELD_BOOL("optional", MAY, raw_layout, optional),
    TEXT_FIELD("since", MAY, raw_layout, since),
    CYAML_FIELD_BOOL("only_these", MAY, raw_layout, only_these),
    CYAML_FIELD_BOOL("blocks", MAY, raw_layout, blocks),
    LIST_FIELD("sheets", MAY, raw_layout, sheets, text_entry, 1),
    CYAML_FIELD_INT("heading_rows", MAY, raw_layout, heading_rows),
    TEXT_FIELD("group_row", MAY, raw_layout, group_row),
    LIST_FIELD("variants", MAY, raw_layout, variants, variant_entry, 1),
    LIST_FIELD("unpivot", MAY, raw_layout, unpivot, unpivot_entry, 1),
    LIST_FIELD("period_at", MAY, raw_layout, period_at, period_place_entry, 1),
    LIST_FIELD("ends_before", MAY, raw_layout, ends_before, text_entry, 1),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t layout_entry = {CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, raw_layout, layout_fields)};

static const cyaml_schema_field_t landing_fields[] = {
    TEXT_FIELD("page", NEEDED, raw_landing, page),
    LIST_FIELD("follow", MAY, raw_landing, follow, text_entry, 1),
    CYAML_FIELD_BOOL("verified", NEEDED, raw_landing, verified),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t landing_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, raw_landing, landing_fields)};

static const cyaml_schema_field_t link_fields[] = {
    TEXT_FIELD("address", MAY, raw_link, address),
    TEXT_FIELD("words", MAY, raw_link, words),
    LIST_FIELD("except", MAY, raw_link, except, text_entry, 1),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t link_entry = {CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, raw_link, link_fields)};

static const cyaml_schema_field_t date_place_fields[] = {
    TEXT_FIELD("right_of", MAY, raw_date_place, right_of),
    TEXT_FIELD("below", MAY, raw_date_place, below),
    TEXT_FIELD("title", MAY, raw_date_place, title),
    LIST_FIELD("sheets", MAY, raw_date_place, sheets, text_entry, 1),
    CYAML_FIELD_BOOL("revised", MAY, raw_date_place, revised),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t date_place_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, raw_date_place, date_place_fields)};

static const cyaml_schema_field_t source_fields[] = {
    TEXT_FIELD("id", NEEDED, raw_source, id),
    TEXT_FIELD("name", NEEDED, raw_source, name),
    TEXT_FIELD("publisher", NEEDED, raw_source, publisher),
    TEXT_FIELD("licence", NEEDED, raw_source, licence),
    TEXT_FIELD("landing_page", NEEDED, raw_source, landing_page),
    TEXT_FIELD("frequency", NEEDED, raw_source, frequency),
    CYAML_FIELD_BOOL("tidy", MAY, raw_source, tidy),
    CYAML_FIELD_BOOL("one_period", MAY, raw_source, one_period),
    LIST_FIELD("published_at", MAY, raw_source, published_at, date_place_entry, 1),
    LIST_FIELD("landing", MAY, raw_source, landing, landing_entry, 1),
    LIST_FIELD("links", MAY, raw_source, links, link_entry, 1),
    LIST_FIELD("hosts", MAY, raw_source, hosts, text_entry, 1),
    LIST_FIELD("columns", NEEDED, raw_source, columns, column_entry, 1),
    LIST_FIELD("roles", NEEDED, raw_source, roles, role_entry, 1),
    LIST_FIELD("breakdowns", MAY, raw_source, breakdowns, breakdown_entry, 0),
    LIST_FIELD("layouts", NEEDED, raw_source, layouts, layout_entry, 1),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t source_entry = {CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, raw_source, source_fields)};
const cyaml_schema_value_t shape_source = {CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, raw_source, source_fields)};
const cyaml_schema_value_t shape_source_list = {
    CYAML_VALUE_SEQUENCE(CYAML_FLAG_POINTER, raw_source, &source_entry, 0, CATALOGUE_LIST_MAXIMUM)};

/* ---- measures --------------------------------------------------------------------------------------- */

static const cyaml_strval_t better_words[] = {
    {"neither", BETTER_NEITHER}, {"higher", BETTER_HIGHER}, {"lower", BETTER_LOWER}};
static const cyaml_strval_t value_words[] = {{"ratio", VALUE_RATIO},
                                             {"numerator", VALUE_NUMERATOR},
                                             {"percentile", VALUE_PERCENTILE},
                                             {"given", VALUE_GIVEN},
                                             {"published", VALUE_PUBLISHED}};
static const cyaml_strval_t level_words[] = {{"england", LEVEL_ENGLAND},
                                             {"region", LEVEL_REGION},
                                             {"icb", LEVEL_ICB},
                                             {"sub-icb", LEVEL_SUB_ICB},
                                             {"provider", LEVEL_PROVIDER}};

static const cyaml_schema_field_t filter_fields[] = {
    TEXT_FIELD("column", NEEDED, raw_filter, column),
    LIST_FIELD("is", MAY, raw_filter, is, text_entry, 1),
    LIST_FIELD("is_not", MAY, raw_filter, is_not, text_entry, 1),
    LIST_FIELD("kind", MAY, raw_filter, kind, text_entry, 1),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t filter_entry = {CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, raw_filter, filter_fields)};

static const cyaml_schema_field_t sum_fields[] = {
    LIST_FIELD("sum", NEEDED, raw_sum, sum, text_entry, 1),
    LIST_FIELD("minus", MAY, raw_sum, minus, text_entry, 1),
    LIST_FIELD("where", MAY, raw_sum, where, filter_entry, 0),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t bands_fields[] = {
    LIST_FIELD("closed", NEEDED, raw_bands, closed, text_entry, 1),
    TEXT_FIELD("open", NEEDED, raw_bands, open),
    LIST_FIELD("where", MAY, raw_bands, where, filter_entry, 0),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t levels_fields[] = {
    TEXT_FIELD("england", MAY, raw_levels, by_level[LEVEL_ENGLAND]),
    TEXT_FIELD("region", MAY, raw_levels, by_level[LEVEL_REGION]),
    TEXT_FIELD("icb", MAY, raw_levels, by_level[LEVEL_ICB]),
    TEXT_FIELD("sub-icb", MAY, raw_levels, by_level[LEVEL_SUB_ICB]),
    TEXT_FIELD("provider", MAY, raw_levels, by_level[LEVEL_PROVIDER]),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t definition_fields[] = {
    TEXT_FIELD("id", NEEDED, raw_definition, id),
    TEXT_FIELD("from", NEEDED, raw_definition, from),
    TEXT_FIELD("document", NEEDED, raw_definition, document),
    TEXT_FIELD("what", MAY, raw_definition, what),
    CYAML_FIELD_BOOL("verified", NEEDED, raw_definition, verified),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t definition_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, raw_definition, definition_fields)};

static const cyaml_schema_field_t measure_fields[] = {
    TEXT_FIELD("id", NEEDED, raw_measure, id),
    TEXT_FIELD("name", NEEDED, raw_measure, name),
    TEXT_FIELD("short_name", NEEDED, raw_measure, short_name),
    TEXT_FIELD("domain", NEEDED, raw_measure, domain),
    TEXT_FIELD("source", NEEDED, raw_measure, source),
    TEXT_FIELD("question", NEEDED, raw_measure, question),
    TEXT_FIELD("definition", NEEDED, raw_measure, definition),
    TEXT_FIELD("why_it_matters", NEEDED, raw_measure, why_it_matters),
    TEXT_FIELD("sentence", NEEDED, raw_measure, sentence),
    TEXT_FIELD("unit", NEEDED, raw_measure, unit),
    TEXT_FIELD("unit_label", NEEDED, raw_measure, unit_label),
    CYAML_FIELD_INT("decimals", NEEDED, raw_measure, decimals),
    CYAML_FIELD_ENUM("better", NEEDED | CYAML_FLAG_STRICT, raw_measure, better, better_words,
                     CYAML_ARRAY_LEN(better_words)),
    CYAML_FIELD_ENUM("value", NEEDED | CYAML_FLAG_STRICT, raw_measure, value, value_words,
                     CYAML_ARRAY_LEN(value_words)),
    TEXT_FIELD("percentile", MAY, raw_measure, percentile),
    TEXT_FIELD("scale", MAY, raw_measure, scale),
    CYAML_FIELD_MAPPING_PTR("numerator", CYAML_FLAG_POINTER | MAY, raw_measure, numerator, sum_fields),
    CYAML_FIELD_MAPPING_PTR("denominator", CYAML_FLAG_POINTER | MAY, raw_measure, denominator, sum_fields),
    CYAML_FIELD_MAPPING_PTR("bands", CYAML_FLAG_POINTER | MAY, raw_measure, bands, bands_fields),
    CYAML_FIELD_MAPPING_PTR("levels", CYAML_FLAG_POINTER, raw_measure, levels, levels_fields),
    CYAML_FIELD_BOOL("england_from_parts", MAY, raw_measure, england_from_parts),
    LIST_FIELD("breakdowns", MAY, raw_measure, breakdowns, text_entry, 0),
    LIST_FIELD("caveats", MAY, raw_measure, caveats, text_entry, 0),
    LIST_FIELD("definitions", MAY, raw_measure, definitions, definition_entry, 1),
    TEXT_FIELD("authors", NEEDED, raw_measure, authors),
    TEXT_FIELD("checked_by", NEEDED, raw_measure, checked_by),
    TEXT_FIELD("review_by", NEEDED, raw_measure, review_by),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t measure_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, raw_measure, measure_fields)};
const cyaml_schema_value_t shape_measure = {CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, raw_measure, measure_fields)};
const cyaml_schema_value_t shape_measure_list = {
    CYAML_VALUE_SEQUENCE(CYAML_FLAG_POINTER, raw_measure, &measure_entry, 0, CATALOGUE_LIST_MAXIMUM)};

/* ---- targets ---------------------------------------------------------------------------------------- */

static const cyaml_schema_value_t level_entry = {
    CYAML_VALUE_ENUM(CYAML_FLAG_STRICT, level, level_words, CYAML_ARRAY_LEN(level_words))};

static const cyaml_schema_field_t target_fields[] = {
    TEXT_FIELD("id", NEEDED, raw_target, id),
    TEXT_FIELD("measure", NEEDED, raw_target, measure),
    TEXT_FIELD("level", MAY, raw_target, level),
    TEXT_FIELD("improvement", MAY, raw_target, improvement),
    TEXT_FIELD("by", NEEDED, raw_target, by),
    TEXT_FIELD("authority", NEEDED, raw_target, authority),
    TEXT_FIELD("document", NEEDED, raw_target, document),
    TEXT_FIELD("note", MAY, raw_target, note),
    LIST_FIELD("applies_to", NEEDED, raw_target, applies_to, level_entry, 1),
    CYAML_FIELD_BOOL("needs_baseline", MAY, raw_target, needs_baseline),
    CYAML_FIELD_BOOL("verified", NEEDED, raw_target, verified),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t target_entry = {CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, raw_target, target_fields)};
const cyaml_schema_value_t shape_target = {CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, raw_target, target_fields)};
const cyaml_schema_value_t shape_target_list = {
    CYAML_VALUE_SEQUENCE(CYAML_FLAG_POINTER, raw_target, &target_entry, 0, CATALOGUE_LIST_MAXIMUM)};
