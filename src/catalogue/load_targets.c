/* A target as written into a target of the catalogue. */
#include "catalogue/loader.h"

#include <string.h>

static double read_level(loader *l, const char *id, const yaml_node *at, const char *key, const char *raw)
{
    double value = 0;
    if (raw != NULL && !number_parse(text_of(raw), &value))
        loader_report(l, yaml_key(at, key), NULL, "Write the number alone, in the unit of the measure: 65",
                      "'%s' in target '%s' must be a number, and is '%.80s'", key, id, raw);
    return value;
}

/* NULL where there is none or where it was declared with mistakes; only the first is reported. */
static const measure *find_measure(loader *l, const raw_target *raw, const char *id, const yaml_node *at, target *t)
{
    suggestion s = {.typed = raw->measure};
    for (size_t i = 0; i < l->measure_count; i++) {
        if (strcmp(l->measures[i].id, raw->measure) == 0) {
            t->measure = (int32_t)i;
            return &l->measures[i];
        }
        suggestion_offer(&s, l->measures[i].id);
    }
    if (!l->measures_unread && !loader_is_bad(&l->bad_measures, raw->measure))
        loader_report(l, yaml_key(at, "measure"), &s, "Measures are declared in the folder measures/",
                      "Unknown measure '%.80s' in target '%s'", raw->measure, id);
    return NULL;
}

static void load_applies(loader *l, const raw_target *raw, const yaml_node *at, const measure *m, target *t)
{
    const yaml_node *entry = yaml_key(at, "applies_to")->first;
    for (uint32_t i = 0; i < raw->applies_to_count; i++, entry = entry->next) {
        level of = raw->applies_to[i];
        if (t->applies[of])
            loader_report(l, entry, NULL, NULL, "Level '%s' stands twice in target '%s'", level_name(of), t->id);
        if (m != NULL && m->level_role[of] == MEASURE_NOT_AT_LEVEL)
            loader_report(l, entry, NULL, "Compare with 'levels' of the measure",
                          "Target '%s' applies to level '%s', at which measure '%s' is not shown", t->id,
                          level_name(of), m->id);
        t->applies[of] = true;
    }
}

static void check_amounts(loader *l, const raw_target *raw, const yaml_node *at, const measure *m, const target *t)
{
    const char *id = t->id;
    if (raw->needs_baseline && raw->improvement == NULL)
        loader_report(l, at, NULL, "Write how many points better than the baseline",
                      "'improvement' is missing in target '%s', which needs a baseline", id);
    if (!raw->needs_baseline && raw->improvement != NULL)
        loader_report(l, yaml_key(at, "improvement"), NULL, "Add 'needs_baseline: true'",
                      "Target '%s' has an improvement but no baseline", id);
    if (!raw->needs_baseline && raw->level == NULL)
        loader_report(l, at, NULL, NULL, "'level' is missing in target '%s'", id);
    if (raw->improvement != NULL && !(t->improvement > 0))
        loader_report(l, yaml_key(at, "improvement"), NULL, "It is points better, whichever way is better",
                      "'improvement' in target '%s' must be above 0", id);
    if (m != NULL && strcmp(m->unit, "percent") == 0 && (t->level < 0 || t->level > 100))
        loader_report(l, yaml_key(at, "level"), NULL, "Measure and target are in per cent",
                      "'level' in target '%s' must be between 0 and 100", id);
}

static int32_t last_month(period p)
{
    return p.first_month + p.months - 1;
}

/* Two levels due in the same month for the same organisations: neither could be said to be in force. */
static void check_differs(loader *l, const yaml_node *at, const target *t)
{
    for (size_t i = 0; i < l->target_count; i++) {
        const target *other = &l->targets[i];
        if (other->measure != t->measure || last_month(other->by) != last_month(t->by) || other->needs_baseline ||
            t->needs_baseline)
            continue;
        for (int k = 0; k < LEVEL_COUNT; k++) {
            if (other->applies[k] && t->applies[k]) {
                loader_report(l, at, NULL, "Give them different months or different levels of organisation",
                              "Targets '%s' and '%s' are due in the same month for level '%s'", other->id, t->id,
                              level_name((level)k));
                break;
            }
        }
    }
}

void loader_add_target(loader *l, const raw_target *raw, const yaml_node *at)
{
    int64_t before = l->problem_count;
    target t = {.id = loader_text(l, raw->id),
                .file = loader_text(l, l->relative),
                .line = at->line,
                .needs_baseline = raw->needs_baseline,
                .verified = raw->verified};
    if (!catalogue_id_is_valid(t.id))
        loader_report(l, yaml_key(at, "id"), NULL,
                      "Small letters, digits and '-', beginning with a letter, at most 63: ae-within-4-hours-2026-03",
                      "'%.80s' cannot be the id of a target", t.id);
    for (size_t i = 0; i < l->target_count; i++)
        if (strcmp(l->targets[i].id, t.id) == 0)
            loader_report(
                l, yaml_key(at, "id"), NULL, "A workspace's own catalogue may add but not redefine: choose another id",
                "Target '%s' is declared already, in %s line %d", t.id, l->targets[i].file, (int)l->targets[i].line);
    t.authority = loader_text(l, raw->authority);
    t.document = loader_text(l, raw->document);
    t.note = loader_text(l, raw->note);
    if (t.authority[0] == 0 || t.document[0] == 0)
        loader_report(l, yaml_key(at, t.authority[0] == 0 ? "authority" : "document"), NULL, "Say who set it and where",
                      "'%s' is empty in target '%s'", t.authority[0] == 0 ? "authority" : "document", t.id);
    t.level = read_level(l, t.id, at, "level", raw->level);
    t.improvement = read_level(l, t.id, at, "improvement", raw->improvement);
    if (!period_parse(text_of(raw->by), &t.by))
        loader_report(l, yaml_key(at, "by"), NULL, "Write it like 2026-03 or FY2025-26",
                      "'by' in target '%s' is no period: '%.80s'", t.id, raw->by);
    const measure *m = find_measure(l, raw, t.id, at, &t);
    load_applies(l, raw, at, m, &t);
    check_amounts(l, raw, at, m, &t);
    if (m != NULL && l->problem_count == before)
        check_differs(l, at, &t);
    if (m != NULL && l->problem_count == before && l->fatal == STATUS_OK)
        (void)loader_append(l, (void **)(void *)&l->targets, &l->target_count, &l->target_capacity, &t, sizeof t);
}
