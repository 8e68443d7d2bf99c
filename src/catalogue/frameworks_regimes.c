/*
 * The rest of a framework's declaration: regimes with the returns and reviews that apply in each; the words that frameworks take from other
 * rooms; and frameworks whose bytes are in memory instead of in a folder.
 */
#include "catalogue/frameworks_work.h"

#include <string.h>

#define MAY          CYAML_FLAG_OPTIONAL
#define TEXT_MAXIMUM 4000
#define TEXT(key, need, holder, member)                                                                                \
    CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | (need), holder, member, 0, TEXT_MAXIMUM)

/* ---- words of other rooms ----------------------------------------------------------------------------- */

const char *const framework_events[] = {
    "cqc-rating", "segment", "recovery-support", "deficit-support", "special-measures", "lighter-regime", NULL};
const char *const framework_records[] = {"commitments", "challenges", "responses", "priorities",
                                         "partners",    "groups",     "reviews",   NULL};
const char *const framework_kinds[] = {"unknown",
                                       "england",
                                       "region",
                                       "icb",
                                       "sub-icb",
                                       "trust",
                                       "independent",
                                       "community-interest-company",
                                       "practice",
                                       "local-authority",
                                       "commissioning-hub",
                                       "non-english-commissioner",
                                       "group",
                                       NULL};

void framework_check_word(loader *l, const yaml_node *at, const char *const *known, const char *word, const char *what,
                          const char *of)
{
    suggestion s = {.typed = word};
    buffer all = {.maximum = 1000};
    for (size_t i = 0; known[i] != NULL; i++) {
        if (strcmp(known[i], word) == 0) {
            buffer_free(&all);
            return;
        }
        suggestion_offer(&s, known[i]);
        buffer_printf(&all, "%s%s", i == 0 ? "Use one of " : ", ", known[i]);
    }
    loader_report(l, at, &s, all.failed ? NULL : all.data, "Unknown %s '%.80s' in '%s'", what, word, of);
    buffer_free(&all);
}

void framework_check_words(loader *l, const yaml_node *list, const char *const *known, const char *const *words,
                           size_t count, const char *what, const char *of)
{
    const yaml_node *item = list != NULL ? list->first : NULL;
    for (size_t i = 0; i < count && item != NULL; i++, item = item->next)
        framework_check_word(l, item, known, words[i], what, of);
}

/* ---- regimes ------------------------------------------------------------------------------------------ */

static const cyaml_schema_field_t regime_fields[] = {
    TEXT("id", CYAML_FLAG_DEFAULT, raw_regime, id),
    TEXT("name", CYAML_FLAG_DEFAULT, raw_regime, name),
    TEXT("who", CYAML_FLAG_DEFAULT, raw_regime, who),
    TEXT("event", MAY, raw_regime, event),
    TEXT("note", MAY, raw_regime, note),
    CYAML_FIELD_BOOL("verified", CYAML_FLAG_DEFAULT, raw_regime, verified),
    CYAML_FIELD_END,
};
const cyaml_schema_value_t framework_regime_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, raw_regime, regime_fields)};

static const cyaml_schema_field_t applies_fields[] = {
    TEXT("regime", CYAML_FLAG_DEFAULT, raw_applies, regime),
    TEXT("how", CYAML_FLAG_DEFAULT, raw_applies, how),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t applies_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, raw_applies, applies_fields)};
static const cyaml_strval_t return_words[] = {{"return", RETURN_FILLED_IN}, {"review", RETURN_REVIEW}};

static const cyaml_schema_field_t return_fields[] = {
    TEXT("id", CYAML_FLAG_DEFAULT, raw_return, id),
    TEXT("name", CYAML_FLAG_DEFAULT, raw_return, name),
    TEXT("asked_by", CYAML_FLAG_DEFAULT, raw_return, asked_by),
    TEXT("note", MAY, raw_return, note),
    CYAML_FIELD_ENUM("kind", CYAML_FLAG_STRICT, raw_return, kind, return_words, CYAML_ARRAY_LEN(return_words)),
    CYAML_FIELD_SEQUENCE("applies", CYAML_FLAG_POINTER, raw_return, applies, &applies_entry, 1, CATALOGUE_LIST_MAXIMUM),
    CYAML_FIELD_BOOL("verified", CYAML_FLAG_DEFAULT, raw_return, verified),
    CYAML_FIELD_END,
};
const cyaml_schema_value_t framework_return_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, raw_return, return_fields)};

static void load_regimes(loader *l, const raw_framework *raw, const yaml_node *at, framework *f)
{
    framework_regime *out = loader_array(l, raw->regimes_count, sizeof *out);
    const yaml_node *list = yaml_key(at, "regimes"), *item = list != NULL ? list->first : NULL;
    size_t usual = 0;
    for (uint32_t i = 0; out != NULL && i < raw->regimes_count; i++, item = item->next) {
        const raw_regime *r = &raw->regimes[i];
        out[i] = (framework_regime){.id = loader_text(l, r->id),
                                    .name = loader_text(l, r->name),
                                    .who = loader_text(l, r->who),
                                    .event = loader_text(l, r->event),
                                    .note = loader_text(l, r->note),
                                    .verified = r->verified};
        usual += out[i].event[0] == 0;
        if (out[i].event[0] != 0)
            framework_check_word(l, yaml_key(item, "event"), framework_events, out[i].event, "event", out[i].id);
        for (uint32_t j = 0; j < i; j++)
            if (strcmp(out[j].id, out[i].id) == 0)
                loader_report(l, item, NULL, "Give each regime its own id", "Regime '%s' stands twice", out[i].id);
    }
    if (raw->regimes_count > 0 && usual != 1)
        loader_report(l, list, NULL, "Leave 'event' out of the usual regime, and out of no other",
                      "Framework '%s' needs one regime without an event: that of everyone else", f->id);
    f->regimes = out;
    f->regime_count = raw->regimes_count;
}

static const char *const *load_applies(loader *l, const raw_return *raw, const yaml_node *at, const framework *f)
{
    const char **how = loader_array(l, f->regime_count, sizeof *how);
    const yaml_node *list = yaml_key(at, "applies"), *item = list != NULL ? list->first : NULL;
    for (size_t i = 0; how != NULL && i < f->regime_count; i++)
        how[i] = "";
    for (uint32_t i = 0; how != NULL && f->regimes != NULL && i < raw->applies_count; i++, item = item->next) {
        suggestion s = {.typed = raw->applies[i].regime};
        size_t which = 0;
        for (; which < f->regime_count && strcmp(f->regimes[which].id, s.typed) != 0; which++)
            suggestion_offer(&s, f->regimes[which].id);
        if (which == f->regime_count)
            loader_report(l, yaml_key(item, "regime"), &s, "Regimes are declared in the framework's own list",
                          "Unknown regime '%.80s' in '%.80s'", s.typed, raw->id);
        else if (how[which][0] != 0)
            loader_report(l, item, NULL, "Say it once", "Regime '%s' stands twice in '%.80s'", f->regimes[which].id,
                          raw->id);
        else
            how[which] = loader_text(l, raw->applies[i].how);
    }
    return how;
}

static void load_returns(loader *l, const raw_framework *raw, const yaml_node *at, framework *f)
{
    framework_return *out = loader_array(l, raw->returns_count, sizeof *out);
    const yaml_node *list = yaml_key(at, "returns"), *item = list != NULL ? list->first : NULL;
    for (uint32_t i = 0; out != NULL && i < raw->returns_count; i++, item = item->next) {
        const raw_return *r = &raw->returns[i];
        out[i] = (framework_return){.id = loader_text(l, r->id),
                                    .name = loader_text(l, r->name),
                                    .asked_by = loader_text(l, r->asked_by),
                                    .note = loader_text(l, r->note),
                                    .review = r->kind == RETURN_REVIEW,
                                    .how = load_applies(l, r, item, f),
                                    .verified = r->verified};
        for (uint32_t j = 0; j < i; j++)
            if (strcmp(out[j].id, out[i].id) == 0)
                loader_report(l, item, NULL, "Give each return its own id", "Return '%s' stands twice", out[i].id);
    }
    f->returns = out;
    f->return_count = raw->returns_count;
}

void loader_add_regimes(loader *l, const raw_framework *raw, const yaml_node *at, framework *f)
{
    if ((raw->regimes_count > 0) != (raw->returns_count > 0))
        loader_report(l, at, NULL, "Each return says under 'applies' how it is asked in each regime",
                      "Framework '%s' needs 'regimes' and 'returns', or neither", f->id);
    load_regimes(l, raw, at, f);
    load_returns(l, raw, at, f);
}

/* ---- from memory -------------------------------------------------------------------------------------- */

status frameworks_read(const char *name, text bytes, const char *published, const framework_measure *measures,
                       size_t measure_count, catalogue *out, problems *list, error *err)
{
    *out = (catalogue){.sources = NULL};
    loader l = {.memory = &out->memory, .scratch = {.maximum = (size_t)128 << 20}, .list = list, .file = name};
    framework *kept = NULL;
    status code = STATUS_OK;
    bool room = true;
    for (size_t i = 0; i < measure_count && room; i++) {
        const measure stub = {.id = measures[i].id, .better = measures[i].better};
        room =
            loader_append(&l, (void **)(void *)&l.measures, &l.measure_count, &l.measure_capacity, &stub, sizeof stub);
    }
    if (room)
        loader_read(&l, PART_FRAMEWORKS, name, name, bytes.at, bytes.length);
    for (size_t i = 0; i < l.framework_count && published != NULL; i++)
        if (strcmp(l.frameworks[i].id, name) == 0) {
            l.whole = text_of(published);
            loader_add_published(&l, &l.frameworks[i]);
        }
    loader_order(&l, PART_FRAMEWORKS);
    kept = loader_array(&l, l.framework_count, sizeof *kept);
    if (l.fatal != STATUS_OK || kept == NULL) {
        code = error_set(err, STATUS_MEMORY, "Not enough memory for the frameworks");
    } else if (l.problem_count > 0) {
        code = STATUS_REFUSED;
        if (err != NULL)
            *err = l.first;
    } else {
        if (l.framework_count > 0)
            memcpy(kept, l.frameworks, l.framework_count * sizeof *kept);
        out->frameworks = kept;
        out->framework_count = l.framework_count;
    }
    loader_free(&l);
    if (code != STATUS_OK)
        catalogue_free(out);
    return code;
}
