/* A measure as written into a measure of the catalogue: columns, filters, roles and breakdowns resolved against its source. */
#include "catalogue/loader.h"

#include <stdlib.h>
#include <string.h>

typedef struct measure_work {
    loader *l;
    const char *id;
    const source *s;
    bool resolved; /* the source is known, so names in it can be looked up */
} measure_work;

static const char *const DOMAINS[] = {"access",     "urgent-care",   "cancer",        "diagnostics",
                                      "community",  "mental-health", "beds-and-flow", "workforce",
                                      "inequality", "finance",       "population"};
static const char *const UNITS[] = {"percent", "count", "weeks", "minutes", "days", "rate", "score"};
/* As in the organisations data; a filter may ask for any. */
static const char *const KINDS[] = {"unknown",  "england",         "region",           "icb",
                                    "sub-icb",  "trust",           "independent",      "community-interest-company",
                                    "practice", "local-authority", "commissioning-hub"};
#define COUNT_OF(list) (sizeof(list) / sizeof((list)[0]))

static bool is_one_of(const char *word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(words[i], word) == 0)
            return true;
    return false;
}

static void need_one_of(const measure_work *w, const yaml_node *at, const char *what, const char *word,
                        const char *const *words, size_t count)
{
    if (is_one_of(word, words, count))
        return;
    suggestion s = {.typed = word};
    char known[256] = "It is one of";
    size_t used = strlen(known);
    for (size_t i = 0; i < count; i++) {
        suggestion_offer(&s, words[i]);
        int written = snprintf(known + used, sizeof known - used, "%s %s", i > 0 ? "," : "", words[i]);
        if (written > 0 && (size_t)written < sizeof known - used)
            used += (size_t)written;
    }
    loader_report(w->l, at, &s, known, "Unknown %s '%.80s' in measure '%s'", what, word, w->id);
}

/* ---- sums ------------------------------------------------------------------------------------------- */

static int32_t need_column(const measure_work *w, const yaml_node *at, const char *name)
{
    int32_t found = source_column_find(w->s, name);
    if (found >= 0)
        return found;
    suggestion s = {.typed = name};
    for (size_t i = 0; i < w->s->column_count; i++)
        suggestion_offer(&s, w->s->columns[i].name);
    char hint[256];
    (void)snprintf(hint, sizeof hint, "The columns of source '%s' are in %s", w->s->id, w->s->file);
    loader_report(w->l, at, &s, hint, "Unknown column '%.80s' in measure '%s'", name, w->id);
    return -1;
}

static void add_summed(const measure_work *w, const yaml_node *at, int32_t column, int32_t *columns, size_t *count)
{
    column_type type = w->s->columns[column].type;
    if (type != COLUMN_COUNT && type != COLUMN_BAND) {
        loader_report(w->l, at, NULL, "Only counts and bands are added up", "Column '%s' in measure '%s' is no count",
                      w->s->columns[column].name, w->id);
        return;
    }
    for (size_t i = 0; i < *count; i++) {
        if (columns[i] == column) {
            loader_report(w->l, at, NULL, "It would be counted twice",
                          "Column '%s' stands twice in one sum of measure '%s'", w->s->columns[column].name, w->id);
            return;
        }
    }
    columns[(*count)++] = column;
}

/* "a..b" is a, b and every column between them in the order of the source. */
static void add_range(const measure_work *w, const yaml_node *at, const char *range, const char *dots, int32_t *columns,
                      size_t *count)
{
    char name[2][128];
    size_t first = (size_t)(dots - range);
    if (first >= sizeof name[0] || strlen(dots + 2) >= sizeof name[1]) {
        loader_report(w->l, at, NULL, "Write first..last", "Unknown columns '%.80s' in measure '%s'", range, w->id);
        return;
    }
    memcpy(name[0], range, first);
    name[0][first] = 0;
    memcpy(name[1], dots + 2, strlen(dots + 2) + 1);
    int32_t from = need_column(w, at, name[0]), to = need_column(w, at, name[1]);
    if (from < 0 || to < 0)
        return;
    if (to < from) {
        loader_report(w->l, at, NULL, "Write first..last, in the order of the source",
                      "'%.80s' in measure '%s' runs backwards", range, w->id);
        return;
    }
    int64_t before = w->l->problem_count;
    for (int32_t c = from; c <= to && w->l->problem_count == before; c++)
        add_summed(w, at, c, columns, count);
}

static const int32_t *load_columns(const measure_work *w, char *const *raw, size_t raw_count, const yaml_node *list,
                                   size_t *count)
{
    int32_t *columns = loader_array(w->l, w->s->column_count, sizeof *columns);
    *count = 0;
    if (columns == NULL)
        return NULL;
    const yaml_node *at = list != NULL ? list->first : NULL;
    for (size_t i = 0; i < raw_count; i++, at = at->next) {
        const char *dots = strstr(raw[i], "..");
        if (dots != NULL) {
            add_range(w, at, raw[i], dots, columns, count);
        } else {
            int32_t column = need_column(w, at, raw[i]);
            if (column >= 0)
                add_summed(w, at, column, columns, count);
        }
    }
    return columns;
}

static bool is_role_column(const source *s, int32_t column)
{
    for (size_t i = 0; i < s->role_count; i++)
        if (s->roles[i].column == column)
            return true;
    return false;
}

static measure_filter load_filter(const measure_work *w, const raw_filter *raw, const yaml_node *at)
{
    measure_filter f = {.column = need_column(w, yaml_key(at, "column"), raw->column),
                        .by_kind = raw->kind_count > 0,
                        .except = raw->is_not_count > 0};
    if ((raw->is_count > 0) + (raw->is_not_count > 0) + (raw->kind_count > 0) != 1) {
        loader_report(w->l, at, NULL,
                      "'is' lists values of the column, 'is_not' all that it must not be, 'kind' lists kinds of "
                      "organisation",
                      "A filter in measure '%s' needs one of 'is', 'is_not' and 'kind'", w->id);
        return f;
    }
    if (f.except)
        f.values = loader_texts(w->l, raw->is_not, raw->is_not_count, &f.value_count);
    else if (f.by_kind)
        f.values = loader_texts(w->l, raw->kind, raw->kind_count, &f.value_count);
    else
        f.values = loader_texts(w->l, raw->is, raw->is_count, &f.value_count);
    if (f.column < 0 || w->l->fatal != STATUS_OK)
        return f;
    column_type type = w->s->columns[f.column].type;
    if (type != COLUMN_CODE && type != COLUMN_CATEGORY && type != COLUMN_TEXT)
        loader_report(w->l, yaml_key(at, "column"), NULL, "Filters look at codes and categories",
                      "Column '%s' in a filter of measure '%s' holds numbers", raw->column, w->id);
    const yaml_node *value = f.by_kind ? yaml_key(at, "kind")->first : NULL;
    if (f.by_kind && !is_role_column(w->s, f.column))
        loader_report(w->l, yaml_key(at, "column"), NULL, "Kinds are known of the organisations in a role's column",
                      "Column '%s' in a filter of measure '%s' names no organisations", raw->column, w->id);
    for (size_t i = 0; f.by_kind && i < f.value_count; i++, value = value->next)
        need_one_of(w, value, "kind of organisation", f.values[i], KINDS, COUNT_OF(KINDS));
    return f;
}

static const measure_filter *load_filters(const measure_work *w, const raw_filter *raw, size_t count,
                                          const yaml_node *list)
{
    measure_filter *filters = loader_array(w->l, count, sizeof *filters);
    const yaml_node *at = list != NULL ? list->first : NULL;
    for (size_t i = 0; filters != NULL && i < count; i++, at = at->next)
        filters[i] = load_filter(w, &raw[i], at);
    return filters;
}

static measure_sum load_sum(const measure_work *w, const raw_sum *raw, const yaml_node *at)
{
    measure_sum sum = {.columns = NULL};
    sum.columns = load_columns(w, raw->sum, raw->sum_count, yaml_key(at, "sum"), &sum.column_count);
    sum.minus = load_columns(w, raw->minus, raw->minus_count, yaml_key(at, "minus"), &sum.minus_count);
    sum.filters = load_filters(w, raw->where, raw->where_count, yaml_key(at, "where"));
    sum.filter_count = raw->where_count;
    return sum;
}

/* ---- the value -------------------------------------------------------------------------------------- */

static bool read_number(const measure_work *w, const yaml_node *at, const char *key, const char *raw, double *out)
{
    if (number_parse(text_of(raw), out))
        return true;
    loader_report(w->l, yaml_key(at, key), NULL, "Write it like 0.92",
                  "'%s' in measure '%s' must be a number, and is '%.80s'", key, w->id, raw);
    return false;
}

static void refuse_key(const measure_work *w, const yaml_node *at, const char *key, const char *why)
{
    const yaml_node *n = yaml_key(at, key);
    if (n != NULL)
        loader_report(w->l, n, NULL, "Remove it, or change 'value'", "'%s' in measure '%s' has no meaning: %s", key,
                      w->id, why);
}

static void need_key(const measure_work *w, const yaml_node *at, const char *key, const char *why)
{
    if (yaml_key(at, key) == NULL)
        loader_report(w->l, at, NULL, NULL, "'%s' is missing in measure '%s': %s", key, w->id, why);
}

/* Rows of a tidy file are a numerator and a denominator, so local measures need not say so. */
static measure_sum tidy_sum(const measure_work *w, const char *column)
{
    measure_sum sum = {.column_count = 1};
    int32_t *columns = loader_array(w->l, 1, sizeof *columns);
    if (columns != NULL)
        columns[0] = source_column_find(w->s, column);
    sum.columns = columns;
    return sum;
}

static void load_percentile(const measure_work *w, const raw_measure *raw, const yaml_node *at, measure *m)
{
    need_key(w, at, "percentile", "value is 'percentile'");
    need_key(w, at, "bands", "value is 'percentile'");
    refuse_key(w, at, "numerator", "a percentile has 'bands'");
    refuse_key(w, at, "denominator", "a percentile has 'bands'");
    if (raw->percentile != NULL && read_number(w, at, "percentile", raw->percentile, &m->percentile) &&
        !(m->percentile > 0 && m->percentile < 1))
        loader_report(w->l, yaml_key(at, "percentile"), NULL, "0.5 is the median",
                      "'percentile' in measure '%s' must be between 0 and 1", w->id);
    if (strcmp(m->unit, "weeks") != 0)
        loader_report(w->l, yaml_key(at, "unit"), NULL, "Bands are one week wide",
                      "The unit of measure '%s' must be weeks", w->id);
    if (raw->bands == NULL || !w->resolved)
        return;
    const yaml_node *bands = yaml_key(at, "bands");
    m->numerator.columns = load_columns(w, raw->bands->closed, raw->bands->closed_count, yaml_key(bands, "closed"),
                                        &m->numerator.column_count);
    m->numerator.filters = load_filters(w, raw->bands->where, raw->bands->where_count, yaml_key(bands, "where"));
    m->numerator.filter_count = raw->bands->where_count;
    m->open_band = need_column(w, yaml_key(bands, "open"), raw->bands->open);
    int32_t *all = loader_array(w->l, m->numerator.column_count + 1, sizeof *all);
    if (w->l->fatal != STATUS_OK || m->open_band < 0)
        return;
    m->denominator = m->numerator;
    memcpy(all, m->numerator.columns, m->numerator.column_count * sizeof *all);
    m->denominator.columns = all;
    add_summed(w, yaml_key(bands, "open"), m->open_band, all, &m->denominator.column_count);
    for (size_t i = 1; i < m->numerator.column_count; i++) {
        if (m->numerator.columns[i] != m->numerator.columns[i - 1] + 1) {
            loader_report(w->l, yaml_key(bands, "closed"), NULL,
                          "Write them as one range from the shortest wait to the longest",
                          "The bands of measure '%s' do not follow one another", w->id);
            break;
        }
    }
}

static void load_parts(const measure_work *w, const raw_measure *raw, const yaml_node *at, measure *m)
{
    bool ratio = m->value == VALUE_RATIO || m->value == VALUE_PUBLISHED, tidy = w->resolved && w->s->tidy;
    if (m->value == VALUE_GIVEN) {
        refuse_key(w, at, "numerator", "the value is given in the file");
        refuse_key(w, at, "denominator", "the value is given in the file");
        if (w->resolved && !tidy)
            loader_report(w->l, yaml_key(at, "value"), NULL, "Use the tidy source, or another 'value'",
                          "Measure '%s' takes its value as given, but its source '%s' is not tidy", w->id, w->s->id);
        return;
    }
    if (!tidy) {
        need_key(w, at, "numerator", "it says what is counted");
        if (ratio)
            need_key(w, at, "denominator",
                     m->value == VALUE_RATIO ? "value is 'ratio'"
                                             : "it must be 1, so that only one published figure is taken");
    }
    if (!ratio)
        refuse_key(w, at, "denominator", "the value is the numerator");
    if (!w->resolved)
        return;
    if (raw->numerator != NULL)
        m->numerator = load_sum(w, raw->numerator, yaml_key(at, "numerator"));
    else if (tidy)
        m->numerator = tidy_sum(w, "numerator");
    if (raw->denominator != NULL && ratio)
        m->denominator = load_sum(w, raw->denominator, yaml_key(at, "denominator"));
    else if (tidy && ratio)
        m->denominator = tidy_sum(w, "denominator");
}

/* Columns kept in parts of different size (halves, thousandths) cannot be added up. */
static int64_t sum_parts(const measure_work *w, const yaml_node *at, const measure_sum *sum)
{
    int64_t parts = 0;
    for (size_t i = 0; i < sum->column_count + sum->minus_count; i++) {
        int64_t own =
            source_per_unit(w->s, i < sum->column_count ? sum->columns[i] : sum->minus[i - sum->column_count]);
        if (parts != 0 && own != parts) {
            loader_report(w->l, at, NULL, "Declare them with the same 'per_unit' in the source",
                          "A sum of measure '%s' adds columns that are kept in different parts of a unit", w->id);
            return 1;
        }
        parts = own;
    }
    return parts == 0 ? 1 : parts;
}

static void load_unit(const measure_work *w, const raw_measure *raw, const yaml_node *at, measure *m)
{
    bool percent = strcmp(m->unit, "percent") == 0;
    need_one_of(w, yaml_key(at, "unit"), "unit", m->unit, UNITS, COUNT_OF(UNITS));
    if (raw->decimals < 0 || raw->decimals > 6)
        loader_report(w->l, yaml_key(at, "decimals"), NULL, NULL, "'decimals' in measure '%s' must be between 0 and 6",
                      w->id);
    else
        m->decimals = (int32_t)raw->decimals;
    bool published = m->value == VALUE_PUBLISHED; /* a published per cent is one already, unless scale says otherwise */
    m->scale = percent && !published ? 100 : 1;
    if (raw->scale != NULL && read_number(w, at, "scale", raw->scale, &m->scale) &&
        (!(m->scale > 0) || (percent && !published && (m->scale < 100 || m->scale > 100))))
        loader_report(w->l, yaml_key(at, "scale"), NULL,
                      "For percent it is 100 and may be left out; for a rate it is for example 100000",
                      "'scale' in measure '%s' does not fit", w->id);
    bool counts = m->value == VALUE_NUMERATOR;
    if (counts != (strcmp(m->unit, "count") == 0) && (counts || m->value == VALUE_RATIO))
        loader_report(w->l, yaml_key(at, "unit"), NULL,
                      "A numerator alone is a count; a ratio is a percent, a rate or a mean",
                      "Unit '%.32s' in measure '%s' does not go with its 'value'", m->unit, w->id);
    if (m->value != VALUE_PERCENTILE) {
        refuse_key(w, at, "percentile", "value is not 'percentile'");
        refuse_key(w, at, "bands", "value is not 'percentile'");
    }
}

/* ---- levels, breakdowns, texts ------------------------------------------------------------------------ */

static int32_t load_role(const measure_work *w, const yaml_node *at, level of, const char *role)
{
    if (of == LEVEL_ENGLAND && strcmp(role, "all") == 0)
        return MEASURE_ALL_ROWS;
    suggestion s = {.typed = role};
    for (size_t i = 0; w->resolved && i < w->s->role_count; i++) {
        if (strcmp(w->s->roles[i].name, role) == 0)
            return (int32_t)i;
        suggestion_offer(&s, w->s->roles[i].name);
    }
    if (w->resolved)
        loader_report(w->l, at, &s, "Write a role of the source; England may be 'all', for all rows",
                      "Unknown role '%.80s' for level '%s' in measure '%s'", role, level_name(of), w->id);
    return MEASURE_NOT_AT_LEVEL;
}

static void load_levels(const measure_work *w, const raw_measure *raw, const yaml_node *at, measure *m)
{
    const yaml_node *levels = yaml_key(at, "levels");
    for (int i = 0; i < LEVEL_COUNT; i++) {
        const char *role = raw->levels != NULL ? raw->levels->by_level[i] : NULL;
        m->level_role[i] = role == NULL
                               ? MEASURE_NOT_AT_LEVEL
                               : load_role(w, yaml_or(yaml_key(levels, level_name((level)i)), levels), (level)i, role);
    }
    if (levels->count == 0)
        loader_report(w->l, levels, NULL, "Write for example {england: all, icb: commissioner, provider: provider}",
                      "Measure '%s' is shown at no level", w->id);
}

static void load_breakdowns(const measure_work *w, const raw_measure *raw, const yaml_node *at, measure *m)
{
    int32_t *indices = loader_array(w->l, raw->breakdowns_count, sizeof *indices);
    if (indices == NULL || !w->resolved)
        return;
    const yaml_node *list = yaml_key(at, "breakdowns");
    const yaml_node *entry = list != NULL ? list->first : NULL;
    for (uint32_t i = 0; i < raw->breakdowns_count; i++, entry = entry->next) {
        int32_t found = source_breakdown_find(w->s, raw->breakdowns[i]);
        suggestion s = {.typed = raw->breakdowns[i]};
        for (size_t k = 0; k < w->s->breakdown_count; k++)
            suggestion_offer(&s, w->s->breakdowns[k].id);
        bool doubled = false;
        for (size_t k = 0; k < m->breakdown_count; k++)
            doubled = doubled || indices[k] == found;
        if (found < 0)
            loader_report(w->l, entry, &s, "Breakdowns are declared in the source",
                          "Unknown breakdown '%.80s' in measure '%s'", raw->breakdowns[i], w->id);
        else if (doubled)
            loader_report(w->l, entry, NULL, NULL, "Breakdown '%s' stands twice in measure '%s'", raw->breakdowns[i],
                          w->id);
        else
            indices[m->breakdown_count++] = found;
    }
    m->breakdowns = indices;
}

static void check_sentence(const measure_work *w, const yaml_node *at, const measure *m)
{
    static const char *const PLACES[] = {"{period}", "{organisation}", "{value}", "{numerator}", "{denominator}"};
    static const char *const HINT = "It may hold {period}, {organisation}, {value}, {numerator} and {denominator}";
    for (const char *p = strpbrk(m->sentence, "{}"); p != NULL; p = strpbrk(p, "{}")) {
        size_t length = 0;
        for (size_t i = 0; i < COUNT_OF(PLACES) && length == 0; i++)
            if (strncmp(p, PLACES[i], strlen(PLACES[i])) == 0)
                length = strlen(PLACES[i]);
        if (length == 0) {
            loader_report(w->l, at, NULL, HINT, "Unknown place '%.20s' in the sentence of measure '%s'", p, w->id);
            return;
        }
        p += length;
    }
    if (strstr(m->sentence, "{organisation}") == NULL || strstr(m->sentence, "{period}") == NULL ||
        (strstr(m->sentence, "{value}") == NULL && strstr(m->sentence, "{numerator}") == NULL))
        loader_report(w->l, at, NULL, HINT,
                      "The sentence of measure '%s' must say {period}, {organisation} and {value} or {numerator}",
                      w->id);
    bool alone = m->value == VALUE_GIVEN || m->value == VALUE_PUBLISHED;
    if (strstr(m->sentence, "{denominator}") != NULL && (m->value == VALUE_NUMERATOR || alone))
        loader_report(w->l, at, NULL, "Leave it out",
                      "The sentence of measure '%s' has {denominator}, but the measure has none", w->id);
    if (strstr(m->sentence, "{numerator}") != NULL && (m->value == VALUE_PERCENTILE || alone))
        loader_report(w->l, at, NULL, "Use {value}",
                      "The sentence of measure '%s' has {numerator}, but the measure has none", w->id);
}

static void load_texts(const measure_work *w, const raw_measure *raw, const yaml_node *at, measure *m)
{
    const struct {
        const char *key, *raw;
        const char **to;
    } texts[] = {
        {"name", raw->name, &m->name},
        {"short_name", raw->short_name, &m->short_name},
        {"domain", raw->domain, &m->domain},
        {"question", raw->question, &m->question},
        {"definition", raw->definition, &m->definition},
        {"why_it_matters", raw->why_it_matters, &m->why_it_matters},
        {"sentence", raw->sentence, &m->sentence},
        {"unit", raw->unit, &m->unit},
        {"unit_label", raw->unit_label, &m->unit_label},
        {"authors", raw->authors, &m->authors},
        {"checked_by", raw->checked_by, &m->checked_by},
        {"review_by", raw->review_by, &m->review_by},
    };
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        *texts[i].to = loader_text(w->l, texts[i].raw);
        if ((*texts[i].to)[0] == 0)
            loader_report(w->l, yaml_key(at, texts[i].key), NULL, "Every measure says it",
                          "'%s' is empty in measure '%s'", texts[i].key, w->id);
    }
    m->caveats = loader_texts(w->l, raw->caveats, raw->caveats_count, &m->caveat_count);
    period review;
    date day;
    if (m->review_by[0] != 0 && !period_parse(text_of(m->review_by), &review) &&
        !date_parse(text_of(m->review_by), &day))
        loader_report(w->l, yaml_key(at, "review_by"), NULL, "Write it like 2027-03 or 2027-03-31",
                      "'review_by' in measure '%s' is no month or day: '%.80s'", w->id, m->review_by);
}

/* ---- versions of the definition ---- */

static void load_definitions(const measure_work *w, const raw_measure *raw, const yaml_node *at, measure *m)
{
    size_t count = raw->definitions_count;
    const yaml_node *list = yaml_key(at, "definitions"), *entry = list == NULL ? NULL : list->first;
    measure_definition *made = count == 0 ? NULL : loader_array(w->l, count, sizeof *made);
    if (made == NULL)
        return;
    for (size_t i = 0; i < count; i++, entry = entry == NULL ? NULL : entry->next) {
        const raw_definition *r = &raw->definitions[i];
        const yaml_node *here = entry == NULL ? at : entry;
        made[i] = (measure_definition){.id = loader_text(w->l, r->id),
                                       .document = loader_text(w->l, r->document),
                                       .what = r->what == NULL ? "" : loader_text(w->l, r->what),
                                       .verified = r->verified};
        if (!catalogue_id_is_valid(made[i].id))
            loader_report(w->l, here, NULL, "Small letters, digits and '-': planning-2025-26",
                          "'%.80s' cannot be the id of a definition of measure '%s'", made[i].id, w->id);
        if (!period_parse(text_of(r->from), &made[i].from))
            loader_report(w->l, here, NULL, "Write it like FY2025-26 or 2025-04",
                          "'from' in definition '%.80s' of measure '%s' is no period: '%.80s'", made[i].id, w->id,
                          r->from);
        for (size_t k = 0; k < i; k++)
            if (strcmp(made[k].id, made[i].id) == 0)
                loader_report(w->l, here, NULL, "Each version has an id of its own",
                              "Definition '%s' stands twice in measure '%s'", made[i].id, w->id);
        if (i > 0 && made[i].from.first_month < made[i - 1].from.first_month)
            loader_report(w->l, here, NULL, "Put the earliest first",
                          "Definition '%s' of measure '%s' begins before the one above it", made[i].id, w->id);
    }
    m->definitions = made;
    m->definition_count = count;
}

/* ---- the whole -------------------------------------------------------------------------------------- */

/* False where the source itself was declared with mistakes: those are reported, and are enough. */
static bool find_source(measure_work *w, const raw_measure *raw, const yaml_node *at, measure *m)
{
    suggestion s = {.typed = raw->source};
    for (size_t i = 0; i < w->l->source_count; i++) {
        if (strcmp(w->l->sources[i].id, raw->source) == 0) {
            m->source = (int32_t)i;
            w->s = &w->l->sources[i];
            w->resolved = true;
            return true;
        }
        suggestion_offer(&s, w->l->sources[i].id);
    }
    if (w->l->sources_unread || loader_is_bad(&w->l->bad_sources, raw->source))
        return false;
    loader_report(w->l, yaml_key(at, "source"), &s, "Sources are declared in the folder sources/",
                  "Unknown source '%.80s' in measure '%s'", raw->source, w->id);
    return true;
}

void loader_add_measure(loader *l, const raw_measure *raw, const yaml_node *at)
{
    int64_t before = l->problem_count;
    measure m = {.id = loader_text(l, raw->id),
                 .file = loader_text(l, l->relative),
                 .line = at->line,
                 .open_band = -1,
                 .better = raw->better,
                 .value = raw->value,
                 .england_from_parts = raw->england_from_parts};
    measure_work w = {.l = l, .id = m.id};
    if (!catalogue_id_is_valid(m.id))
        loader_report(l, yaml_key(at, "id"), NULL,
                      "Small letters, digits and '-', beginning with a letter, at most 63: rtt-over-52-weeks",
                      "'%.80s' cannot be the id of a measure", m.id);
    for (size_t i = 0; i < l->measure_count; i++)
        if (strcmp(l->measures[i].id, m.id) == 0)
            loader_report(
                l, yaml_key(at, "id"), NULL, "A workspace's own catalogue may add but not redefine: choose another id",
                "Measure '%s' is declared already, in %s line %d", m.id, l->measures[i].file, (int)l->measures[i].line);
    load_texts(&w, raw, at, &m);
    bool usable = find_source(&w, raw, at, &m);
    need_one_of(&w, yaml_key(at, "domain"), "domain", m.domain, DOMAINS, COUNT_OF(DOMAINS));
    load_unit(&w, raw, at, &m);
    if (m.value == VALUE_PERCENTILE)
        load_percentile(&w, raw, at, &m);
    else
        load_parts(&w, raw, at, &m);
    m.numerator_parts = m.denominator_parts = 1;
    if (w.resolved) {
        m.numerator_parts = sum_parts(&w, yaml_key(at, "numerator"), &m.numerator);
        m.denominator_parts = sum_parts(&w, yaml_key(at, "denominator"), &m.denominator);
    }
    load_levels(&w, raw, at, &m);
    load_breakdowns(&w, raw, at, &m);
    load_definitions(&w, raw, at, &m);
    check_sentence(&w, yaml_key(at, "sentence"), &m);
    if (usable && l->problem_count == before && l->fatal == STATUS_OK)
        (void)loader_append(l, (void **)(void *)&l->measures, &l->measure_count, &l->measure_capacity, &m, sizeof m);
    else
        loader_mark_bad(l, &l->bad_measures, m.id);
}
