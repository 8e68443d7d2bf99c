/*
 * Oversight frameworks: one declaration a framework year, with what is scored, how, and what follows from the scores.
 *
 * How a score is computed lives in oversight, which reads these settings; here they are checked, with file and line, for
 * everything that would make a score meaningless: an unknown measure, weights that are all nought, anchors out of order.
 */
#include "catalogue/frameworks_work.h"

#include <math.h>
#include <string.h>

#define MAY          CYAML_FLAG_OPTIONAL
#define TEXT_MAXIMUM 4000
#define TEXT(key, need, holder, member)                                                                                \
    CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | (need), holder, member, 0, TEXT_MAXIMUM)
#define LIST(key, need, holder, member, entry, least)                                                                  \
    CYAML_FIELD_SEQUENCE(key, CYAML_FLAG_POINTER | (need), holder, member, &(entry), least, CATALOGUE_LIST_MAXIMUM)

#define SCORE_BEST    1.0
#define SCORE_WORST   4.0
#define WEIGHT_MOST   100.0
#define SEGMENTS_MOST 5

/* ---- the shape -------------------------------------------------------------------------------------- */

static const cyaml_schema_value_t text_entry = {CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char *, 0, TEXT_MAXIMUM)};
static const cyaml_strval_t level_words[] = {{"england", LEVEL_ENGLAND},
                                             {"region", LEVEL_REGION},
                                             {"icb", LEVEL_ICB},
                                             {"sub-icb", LEVEL_SUB_ICB},
                                             {"provider", LEVEL_PROVIDER}};
static const cyaml_schema_value_t level_entry = {
    CYAML_VALUE_ENUM(CYAML_FLAG_STRICT, level, level_words, CYAML_ARRAY_LEN(level_words))};
static const cyaml_strval_t scoring_words[] = {
    {"discrete", SCORING_DISCRETE}, {"continuous", SCORING_CONTINUOUS}, {"ranked", SCORING_RANKED}};
static const cyaml_strval_t better_words[] = {{"higher", BETTER_HIGHER}, {"lower", BETTER_LOWER}};

static const cyaml_schema_field_t point_fields[] = {
    TEXT("value", MAY, raw_point, value),
    TEXT("score", CYAML_FLAG_DEFAULT, raw_point, score),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t point_entry = {CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, raw_point, point_fields)};

static const cyaml_schema_field_t group_fields[] = {
    TEXT("id", CYAML_FLAG_DEFAULT, raw_group, id),
    TEXT("name", CYAML_FLAG_DEFAULT, raw_group, name),
    LIST("reports", MAY, raw_group, reports, text_entry, 0),
    LIST("levels", MAY, raw_group, levels, level_entry, 1),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t group_entry = {CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, raw_group, group_fields)};

static const cyaml_schema_field_t metric_fields[] = {
    TEXT("id", CYAML_FLAG_DEFAULT, raw_metric, id),
    TEXT("name", CYAML_FLAG_DEFAULT, raw_metric, name),
    TEXT("domain", CYAML_FLAG_DEFAULT, raw_metric, domain),
    TEXT("measure", MAY, raw_metric, measure),
    TEXT("breakdown", MAY, raw_metric, breakdown),
    TEXT("not_measured_because", MAY, raw_metric, why_not),
    TEXT("note", MAY, raw_metric, note),
    TEXT("weight", MAY, raw_metric, weight),
    CYAML_FIELD_ENUM("scoring", MAY | CYAML_FLAG_STRICT, raw_metric, scoring, scoring_words,
                     CYAML_ARRAY_LEN(scoring_words)),
    CYAML_FIELD_ENUM("better", MAY | CYAML_FLAG_STRICT, raw_metric, better, better_words,
                     CYAML_ARRAY_LEN(better_words)),
    LIST("points", MAY, raw_metric, points, point_entry, 1),
    LIST("groups", MAY, raw_metric, groups, text_entry, 1),
    CYAML_FIELD_BOOL("verified", CYAML_FLAG_DEFAULT, raw_metric, verified),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t metric_entry = {CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, raw_metric, metric_fields)};

static const cyaml_schema_field_t adjustment_fields[] = {
    TEXT("id", CYAML_FLAG_DEFAULT, raw_adjustment, id),
    TEXT("name", CYAML_FLAG_DEFAULT, raw_adjustment, name),
    TEXT("note", MAY, raw_adjustment, note),
    TEXT("event", MAY, raw_adjustment, event),
    TEXT("measure", MAY, raw_adjustment, measure),
    TEXT("at_least", MAY, raw_adjustment, at_least),
    CYAML_FIELD_INT("no_better_than", MAY, raw_adjustment, no_better_than),
    CYAML_FIELD_INT("segment", MAY, raw_adjustment, segment),
    CYAML_FIELD_BOOL("verified", CYAML_FLAG_DEFAULT, raw_adjustment, verified),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t adjustment_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, raw_adjustment, adjustment_fields)};

static const cyaml_schema_field_t statement_fields[] = {
    TEXT("id", CYAML_FLAG_DEFAULT, raw_statement, id),
    TEXT("name", CYAML_FLAG_DEFAULT, raw_statement, name),
    TEXT("theme", CYAML_FLAG_DEFAULT, raw_statement, theme),
    LIST("measures", MAY, raw_statement, measures, text_entry, 0),
    LIST("records", MAY, raw_statement, records, text_entry, 0),
    CYAML_FIELD_BOOL("verified", CYAML_FLAG_DEFAULT, raw_statement, verified),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t statement_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, raw_statement, statement_fields)};

static const cyaml_schema_field_t segments_fields[] = {
    CYAML_FIELD_BOOL("quartiles", MAY, raw_segments, quartiles),
    LIST("thresholds", MAY, raw_segments, thresholds, text_entry, 0),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t framework_fields[] = {
    TEXT("id", CYAML_FLAG_DEFAULT, raw_framework, id),
    TEXT("name", CYAML_FLAG_DEFAULT, raw_framework, name),
    TEXT("authority", CYAML_FLAG_DEFAULT, raw_framework, authority),
    TEXT("document", CYAML_FLAG_DEFAULT, raw_framework, document),
    TEXT("note", MAY, raw_framework, note),
    TEXT("year", CYAML_FLAG_DEFAULT, raw_framework, year),
    CYAML_FIELD_BOOL("verified", CYAML_FLAG_DEFAULT, raw_framework, verified),
    LIST("levels", CYAML_FLAG_DEFAULT, raw_framework, levels, level_entry, 1),
    LIST("kinds", MAY, raw_framework, kinds, text_entry, 1),
    LIST("groups", MAY, raw_framework, groups, group_entry, 1),
    LIST("metrics", MAY, raw_framework, metrics, metric_entry, 1),
    CYAML_FIELD_MAPPING_PTR("segments", MAY, raw_framework, segments, segments_fields),
    LIST("adjustments", MAY, raw_framework, adjustments, adjustment_entry, 0),
    LIST("statements", MAY, raw_framework, statements, statement_entry, 1),
    LIST("regimes", MAY, raw_framework, regimes, framework_regime_entry, 1),
    LIST("returns", MAY, raw_framework, returns, framework_return_entry, 1),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t framework_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, raw_framework, framework_fields)};
const cyaml_schema_value_t shape_framework = {CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, raw_framework, framework_fields)};
const cyaml_schema_value_t shape_framework_list = {
    CYAML_VALUE_SEQUENCE(CYAML_FLAG_POINTER, raw_framework, &framework_entry, 0, CATALOGUE_LIST_MAXIMUM)};

/* ---- the meaning ------------------------------------------------------------------------------------ */

/* The measure, or NULL, which is reported unless that measure was itself declared with mistakes. */
static const measure *check_measure(loader *l, const char *id, const yaml_node *at, const char *what, const char *of)
{
    suggestion s = {.typed = id};
    for (size_t i = 0; i < l->measure_count; i++) {
        if (strcmp(l->measures[i].id, id) == 0)
            return &l->measures[i];
        suggestion_offer(&s, l->measures[i].id);
    }
    if (!l->measures_unread && !loader_is_bad(&l->bad_measures, id))
        loader_report(l, at, &s,
                      "Measures are declared in the folder measures/; where there is none yet, leave 'measure' out and "
                      "say why in 'not_measured_because'",
                      "Unknown measure '%.80s' in %s '%s'", id, what, of);
    return NULL;
}

static void check_measures(loader *l, const yaml_node *list, const char *const *ids, size_t count, const char *what,
                           const char *of)
{
    const yaml_node *item = list != NULL ? list->first : NULL;
    for (size_t i = 0; i < count && item != NULL; i++, item = item->next)
        (void)check_measure(l, ids[i], item, what, of);
}

static bool read_number(loader *l, const yaml_node *at, const char *key, const char *raw, const char *of, double *out)
{
    if (number_parse(text_of(raw), out))
        return true;
    loader_report(l, yaml_or(yaml_key(at, key), at), NULL, "Write the number alone: 65 or 1.25",
                  "'%s' in '%s' must be a number, and is '%.80s'", key, of, raw);
    return false;
}

static const framework_group *load_groups(loader *l, const raw_framework *raw, const yaml_node *at)
{
    framework_group *groups = loader_array(l, raw->groups_count, sizeof *groups);
    const yaml_node *item = raw->groups_count > 0 ? yaml_key(at, "groups")->first : NULL;
    for (uint32_t i = 0; groups != NULL && i < raw->groups_count; i++, item = item->next) {
        const raw_group *g = &raw->groups[i];
        groups[i] = (framework_group){.id = loader_text(l, g->id), .name = loader_text(l, g->name)};
        groups[i].any_level = g->levels_count == 0;
        for (uint32_t j = 0; j < g->levels_count; j++)
            groups[i].levels[g->levels[j]] = true;
        groups[i].reports = loader_texts(l, g->reports, g->reports_count, &groups[i].report_count);
        for (uint32_t j = 0; j < i; j++)
            if (strcmp(groups[j].id, groups[i].id) == 0)
                loader_report(l, item, NULL, "Give each group its own id", "Group '%s' stands twice", groups[i].id);
        check_measures(l, yaml_key(item, "reports"), groups[i].reports, groups[i].report_count, "group", groups[i].id);
    }
    return groups;
}

/* Anchors and steps stand from the best score to the worst, so that their values run one way. */
static void load_points(loader *l, const raw_metric *raw, const yaml_node *at, framework_metric *m)
{
    framework_point *points = loader_array(l, raw->points_count, sizeof *points);
    const yaml_node *list = yaml_key(at, "points"), *item = list != NULL ? list->first : NULL;
    bool good = points != NULL;
    for (uint32_t i = 0; good && i < raw->points_count; i++, item = item->next) {
        framework_point *p = &points[i];
        p->value = NAN;
        if (raw->points[i].value != NULL)
            good = read_number(l, item, "value", raw->points[i].value, m->id, &p->value);
        else if (m->scoring != SCORING_DISCRETE || i + 1 < raw->points_count) {
            loader_report(l, item, NULL, "Only the last step of discrete scoring may leave it out: all other values",
                          "'value' is missing in a point of metric '%s'", m->id);
            good = false;
        }
        good = good && read_number(l, item, "score", raw->points[i].score, m->id, &p->score);
        if (good && (p->score < SCORE_BEST || p->score > SCORE_WORST || (i > 0 && p->score <= points[i - 1].score))) {
            loader_report(l, item, NULL, "Write the points from the best score to the worst, within 1 to 4",
                          "Scores of metric '%s' must rise from 1 (best) towards 4 (worst)", m->id);
            good = false;
        }
        bool wrong_way =
            i > 0 && !isnan(p->value) &&
            (m->better == BETTER_HIGHER ? p->value >= points[i - 1].value : p->value <= points[i - 1].value);
        if (good && wrong_way) {
            loader_report(l, item, NULL, "Points stand from the best value to the worst",
                          "Values of metric '%s', of which %s is better, do not run from best to worst", m->id,
                          m->better == BETTER_HIGHER ? "higher" : "lower");
            good = false;
        }
    }
    m->points = points;
    m->point_count = raw->points_count;
}

static void check_points(loader *l, const raw_metric *raw, const yaml_node *at, const framework_metric *m)
{
    if (m->scoring == SCORING_RANKED && raw->points_count > 0)
        loader_report(l, yaml_key(at, "points"), NULL, "Leave 'points' out", "Metric '%s' is ranked, and has points",
                      m->id);
    if (m->scoring != SCORING_RANKED && raw->points_count < 2)
        loader_report(l, at, NULL, "For example: points: [{value: 92, score: 1}, {value: 55, score: 4}]",
                      "Metric '%s' needs two points or more", m->id);
}

static void load_metric_groups(loader *l, const raw_metric *raw, const yaml_node *at, const framework *f,
                               framework_metric *m)
{
    int32_t *groups = loader_array(l, raw->groups_count, sizeof *groups);
    const yaml_node *list = yaml_key(at, "groups"), *item = list != NULL ? list->first : NULL;
    for (uint32_t i = 0; groups != NULL && i < raw->groups_count; i++, item = item->next) {
        suggestion s = {.typed = raw->groups[i]};
        size_t at_group = 0;
        for (; at_group < f->group_count && strcmp(f->groups[at_group].id, raw->groups[i]) != 0; at_group++)
            suggestion_offer(&s, f->groups[at_group].id);
        if (at_group == f->group_count)
            loader_report(l, item, &s, "Groups are declared in the framework's own list",
                          "Unknown group '%.80s' in metric '%s'", raw->groups[i], m->id);
        groups[i] = (int32_t)at_group;
    }
    m->groups = groups;
    m->group_count = raw->groups_count;
}

static void load_metric(loader *l, const raw_metric *raw, const yaml_node *at, const framework *f, framework_metric *m)
{
    *m = (framework_metric){.id = loader_text(l, raw->id),
                            .name = loader_text(l, raw->name),
                            .domain = loader_text(l, raw->domain),
                            .measure = loader_text(l, raw->measure),
                            .breakdown = loader_text(l, raw->breakdown),
                            .why_not = loader_text(l, raw->why_not),
                            .note = loader_text(l, raw->note),
                            .scoring = raw->scoring,
                            .better = raw->better,
                            .weight = 1,
                            .verified = raw->verified,
                            .line = at->line};
    if (raw->weight != NULL && read_number(l, at, "weight", raw->weight, m->id, &m->weight) &&
        (m->weight < 0 || m->weight > WEIGHT_MOST))
        loader_report(l, yaml_key(at, "weight"), NULL, NULL, "'weight' of metric '%s' must be from 0 to 100", m->id);
    if (m->measure[0] == 0) {
        if (m->why_not[0] == 0)
            loader_report(l, at, NULL, "Say why in 'not_measured_because'", "Metric '%s' has no measure", m->id);
        return;
    }
    const measure *of = check_measure(l, m->measure, yaml_key(at, "measure"), "metric", m->id);
    if (yaml_key(at, "scoring") == NULL)
        loader_report(l, at, NULL, "discrete, continuous or ranked", "'scoring' is missing in metric '%s'", m->id);
    if (yaml_key(at, "better") == NULL) {
        if (of != NULL && of->better == BETTER_NEITHER)
            loader_report(l, at, NULL, "Write 'better: higher' or 'better: lower'",
                          "Measure '%s' of metric '%s' has no better direction", m->measure, m->id);
        m->better = of != NULL ? of->better : BETTER_HIGHER;
    }
    load_metric_groups(l, raw, at, f, m);
    load_points(l, raw, at, m);
    check_points(l, raw, at, m);
}

static void load_metrics(loader *l, const raw_framework *raw, const yaml_node *at, framework *f)
{
    framework_metric *metrics = loader_array(l, raw->metrics_count, sizeof *metrics);
    if (metrics == NULL || raw->metrics_count == 0)
        return;
    const yaml_node *item = yaml_key(at, "metrics")->first;
    double weights = 0;
    size_t measured = 0;
    for (uint32_t i = 0; i < raw->metrics_count; i++, item = item->next) {
        load_metric(l, &raw->metrics[i], item, f, &metrics[i]);
        if (metrics[i].measure[0] != 0) {
            weights += metrics[i].weight;
            measured++;
        }
        for (uint32_t j = 0; j < i; j++)
            if (strcmp(metrics[j].id, metrics[i].id) == 0)
                loader_report(l, item, NULL, "Give each metric its own id", "Metric '%s' stands twice in '%s'",
                              metrics[i].id, f->id);
    }
    if (measured > 0 && !(weights > 0))
        loader_report(l, yaml_key(at, "metrics"), NULL, "Give at least one metric a weight above 0",
                      "The weights of all metrics of framework '%s' are nought: there is nothing to average", f->id);
    f->metrics = metrics;
    f->metric_count = raw->metrics_count;
}

static void load_segments(loader *l, const raw_framework *raw, const yaml_node *at, framework *f)
{
    for (size_t i = 0; i + 1 < FRAMEWORK_SEGMENTS; i++)
        f->thresholds[i] = NAN;
    if (raw->segments == NULL)
        return;
    const yaml_node *n = yaml_key(at, "segments");
    f->by_quartiles = raw->segments->quartiles;
    uint32_t given = raw->segments->thresholds_count;
    if (f->by_quartiles == (given > 0) || (given > 0 && given != FRAMEWORK_SEGMENTS - 1)) {
        loader_report(l, n, NULL,
                      "Write 'quartiles: true', or three thresholds: the highest average of segments 1 to 3",
                      "Segments of framework '%s' are made by quartiles or by three thresholds", f->id);
        return;
    }
    for (uint32_t i = 0; i < given; i++) {
        if (!read_number(l, n, "thresholds", raw->segments->thresholds[i], f->id, &f->thresholds[i]))
            return;
        if (f->thresholds[i] < SCORE_BEST || f->thresholds[i] > SCORE_WORST ||
            (i > 0 && f->thresholds[i] <= f->thresholds[i - 1])) {
            loader_report(l, yaml_key(n, "thresholds"), NULL, "For example: [1.75, 2.25, 2.75]",
                          "Thresholds of framework '%s' must rise, within 1 to 4", f->id);
            return;
        }
    }
    f->thresholds_known = given > 0;
}

static void load_adjustments(loader *l, const raw_framework *raw, const yaml_node *at, framework *f)
{
    framework_adjustment *out = loader_array(l, raw->adjustments_count, sizeof *out);
    const yaml_node *list = yaml_key(at, "adjustments"), *item = list != NULL ? list->first : NULL;
    for (uint32_t i = 0; out != NULL && i < raw->adjustments_count; i++, item = item->next) {
        const raw_adjustment *r = &raw->adjustments[i];
        framework_adjustment *a = &out[i];
        *a = (framework_adjustment){.id = loader_text(l, r->id),
                                    .name = loader_text(l, r->name),
                                    .note = loader_text(l, r->note),
                                    .event = loader_text(l, r->event),
                                    .measure = loader_text(l, r->measure),
                                    .verified = r->verified};
        if ((a->event[0] != 0) == (a->measure[0] != 0))
            loader_report(l, item, NULL, "Write 'event' (a rating in the register) or 'measure' with 'at_least'",
                          "Adjustment '%s' needs an event or a measure, one of them", a->id);
        if (a->measure[0] != 0) {
            (void)check_measure(l, a->measure, yaml_key(item, "measure"), "adjustment", a->id);
            if (r->at_least == NULL)
                loader_report(l, item, NULL, "From what value of the measure on?", "'at_least' is missing in '%s'",
                              a->id);
            else
                (void)read_number(l, item, "at_least", r->at_least, a->id, &a->at_least);
        }
        if (a->event[0] != 0)
            framework_check_word(l, yaml_key(item, "event"), framework_events, a->event, "event", a->id);
        bool caps = r->no_better_than >= 1 && r->no_better_than <= SEGMENTS_MOST;
        bool sets = r->segment >= 1 && r->segment <= SEGMENTS_MOST;
        if (caps == sets)
            loader_report(l, item, NULL, "Write 'no_better_than: 3' or 'segment: 5'",
                          "Adjustment '%s' must say what segment follows, from 1 to 5", a->id);
        a->no_better_than = caps ? (int32_t)r->no_better_than : 0;
        a->segment = sets ? (int32_t)r->segment : 0;
    }
    f->adjustments = out;
    f->adjustment_count = raw->adjustments_count;
}

static void load_statements(loader *l, const raw_framework *raw, const yaml_node *at, framework *f)
{
    framework_statement *out = loader_array(l, raw->statements_count, sizeof *out);
    const yaml_node *list = yaml_key(at, "statements"), *item = list != NULL ? list->first : NULL;
    for (uint32_t i = 0; out != NULL && i < raw->statements_count; i++, item = item->next) {
        const raw_statement *r = &raw->statements[i];
        framework_statement *s = &out[i];
        *s = (framework_statement){.id = loader_text(l, r->id),
                                   .name = loader_text(l, r->name),
                                   .theme = loader_text(l, r->theme),
                                   .verified = r->verified};
        s->measures = loader_texts(l, r->measures, r->measures_count, &s->measure_count);
        s->records = loader_texts(l, r->records, r->records_count, &s->record_count);
        check_measures(l, yaml_key(item, "measures"), s->measures, s->measure_count, "statement", s->id);
        framework_check_words(l, yaml_key(item, "records"), framework_records, s->records, s->record_count, "record",
                              s->id);
        for (uint32_t j = 0; j < i; j++)
            if (strcmp(out[j].id, s->id) == 0)
                loader_report(l, item, NULL, "Give each statement its own id", "Statement '%s' stands twice in '%s'",
                              s->id, f->id);
    }
    f->statements = out;
    f->statement_count = raw->statements_count;
}

void loader_add_framework(loader *l, const raw_framework *raw, const yaml_node *at)
{
    int64_t before = l->problem_count;
    framework f = {.id = loader_text(l, raw->id),
                   .name = loader_text(l, raw->name),
                   .authority = loader_text(l, raw->authority),
                   .document = loader_text(l, raw->document),
                   .note = loader_text(l, raw->note),
                   .verified = raw->verified,
                   .file = loader_text(l, l->relative),
                   .line = at->line,
                   .whole = {arena_copy(l->memory, l->whole.at, l->whole.length), l->whole.length}};
    if (f.whole.at == NULL)
        l->fatal = STATUS_MEMORY;
    if (!catalogue_id_is_valid(f.id))
        loader_report(l, yaml_key(at, "id"), NULL,
                      "Small letters, digits and '-', beginning with a letter, at most 63: nhs-oversight-2025-26",
                      "'%.80s' cannot be the id of a framework", f.id);
    for (size_t i = 0; i < l->framework_count; i++)
        if (strcmp(l->frameworks[i].id, f.id) == 0)
            loader_report(l, yaml_key(at, "id"), NULL,
                          "A workspace's own catalogue may add but not redefine: choose another id",
                          "Framework '%s' is declared already, in %s line %d", f.id, l->frameworks[i].file,
                          (int)l->frameworks[i].line);
    if (!period_parse(text_of(raw->year), &f.year))
        loader_report(l, yaml_key(at, "year"), NULL, "Write it like FY2025-26",
                      "'year' of framework '%s' is no period: '%.80s'", f.id, raw->year);
    for (uint32_t i = 0; i < raw->levels_count; i++)
        f.levels[raw->levels[i]] = true;
    f.kinds = loader_texts(l, raw->kinds, raw->kinds_count, &f.kind_count);
    framework_check_words(l, yaml_key(at, "kinds"), framework_kinds, f.kinds, f.kind_count, "kind", f.id);
    if ((raw->metrics_count > 0) + (raw->statements_count > 0) + (raw->regimes_count > 0) != 1)
        loader_report(l, at, NULL,
                      "A framework scores metrics, gathers evidence under statements, or says which returns apply in "
                      "which regime",
                      "Framework '%s' needs 'metrics', 'statements' or 'regimes', one of them", f.id);
    f.groups = load_groups(l, raw, at);
    f.group_count = raw->groups_count;
    load_metrics(l, raw, at, &f);
    load_segments(l, raw, at, &f);
    load_adjustments(l, raw, at, &f);
    load_statements(l, raw, at, &f);
    loader_add_regimes(l, raw, at, &f);
    if (l->problem_count == before && l->fatal == STATUS_OK)
        (void)loader_append(l, (void **)(void *)&l->frameworks, &l->framework_count, &l->framework_capacity, &f,
                            sizeof f);
}

const framework *catalogue_framework(const catalogue *c, const char *id)
{
    for (size_t i = 0; i < c->framework_count; i++)
        if (strcmp(c->frameworks[i].id, id) == 0)
            return &c->frameworks[i];
    return NULL;
}
