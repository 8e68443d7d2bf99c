/* What a register has in force for one series, worked out from the same events for the site, the command line and the words on both. */
#include "publish/publish.h"
#include "register/register.h"
#include "stats/stats.h"

#include <math.h>
#include <string.h>

double series_aim_level(const series_aim *a, period p)
{
    const int32_t month = p.first_month + p.months - 1;
    double asked = NAN;
    if (a->step_count == 0)
        return a->level;
    for (size_t i = 0; i < a->step_count && a->steps[i].month <= month; i++)
        asked = a->steps[i].level;
    return asked;
}

const char *series_aim_words(const series_aim *a)
{
    return a->tier == AIM_NATIONAL ? "national target" : a->tier == AIM_REGIONAL ? "regional target" : "agreed locally";
}

bool series_aim_has_way(const series_aim *a)
{
    return a->step_count > 1;
}

/* ---- whose it is -------------------------------------------------------------------------------------- */

static int32_t org_now(const register_log *log, const edition *e, const char *code)
{
    return edition_find_org(e, register_successor_of(log, code));
}

static bool is_for(const register_log *log, const edition *e, const register_subject *of, int32_t who)
{
    const char *list = register_value(of, FIELD_ORGANISATIONS);
    char code[REGISTER_CODE_MAXIMUM + 1];
    text word;
    if (list == NULL || list[0] == 0)
        return org_now(log, e, of->owner) == who;
    while (register_list_next(&list, &word)) {
        if (word.length >= sizeof code)
            continue;
        memcpy(code, word.at, word.length);
        code[word.length] = 0;
        if (org_now(log, e, code) == who)
            return true;
    }
    return false;
}

/* A national target of the catalogue stands in the edition already, where that has one for the series. */
static bool in_edition(const edition *e, const register_subject *of, const series_aim *a, const edition_series *series)
{
    if (a->tier != AIM_NATIONAL || series == NULL || isnan(series->latest_target))
        return false;
    for (size_t i = 0; i < e->target_count; i++)
        if (e->targets[i].measure == series->measure && strcmp(e->targets[i].id, of->id) == 0)
            return true;
    const int32_t t = series->latest_target_index;
    return series->latest_target == a->level &&
           (t < 0 || (size_t)t >= e->target_count || period_compare(e->targets[t].by, a->by) == 0);
}

/* ---- how it stands ------------------------------------------------------------------------------------ */

/* As measure/series.c judges the edition's own target: by the limits at the last point, or, where a rule set lets figures that never change be compared, by those. */
static const char *assure(const edition *e, int32_t which, const edition_point *points, size_t count, double asked)
{
    const edition_point *last = count == 0 ? NULL : &points[count - 1];
    if (last == NULL || last->estimated || isnan(last->value))
        return "";
    const spc_rules rules = edition_rules_of(e);
    double lower = last->lower, upper = last->upper;
    if (rules.flat_limits_compare && isnan(lower) && isnan(upper)) {
        int32_t present = 0;
        bool flat = true;
        for (size_t i = count; i > 0 && (points[i - 1].segment == last->segment || points[i - 1].missing); i--) {
            if (points[i - 1].missing || isnan(points[i - 1].value))
                continue;
            present++;
            flat = flat && points[i - 1].value == last->value;
        }
        if (flat && present > 1 && present >= rules.minimum_points)
            lower = upper = last->value;
    }
    return spc_assurance_name(spc_assure(last->mean, lower, upper, asked, e->measures[which].better, &rules));
}

/* ---- reading it --------------------------------------------------------------------------------------- */

static status no_memory(error *err)
{
    return error_set(err, STATUS_MEMORY, "There is not enough memory for the targets of a series");
}

static status steps_read(const register_subject *of, arena *a, series_aim *out, error *err)
{
    const char *list = register_value(of, FIELD_TRAJECTORY);
    size_t words = 0;
    text word;
    for (const char *at = list; at != NULL && register_list_next(&at, &word);)
        words++;
    aim_step *steps = words == 0 ? NULL : arena_array(a, words, sizeof *steps);
    if (words > 0 && steps == NULL)
        return no_memory(err);
    while (list != NULL && register_list_next(&list, &word)) {
        const char *equals = memchr(word.at, '=', word.length);
        period month;
        double asked;
        if (equals != NULL && period_parse((text){word.at, (size_t)(equals - word.at)}, &month) &&
            number_parse((text){equals + 1, word.length - (size_t)(equals + 1 - word.at)}, &asked))
            steps[out->step_count++] = (aim_step){month.first_month, asked};
    }
    out->steps = steps;
    return STATUS_OK;
}

status series_aim_of(const register_log *log, const edition *e, const register_subject *of, arena *a, series_aim *out,
                     error *err)
{
    const char *tier = register_value(of, FIELD_TIER), *title = register_value(of, FIELD_TITLE),
               *by = register_value(of, FIELD_BY);
    const int32_t owner = org_now(log, e, of->owner);
    *out = (series_aim){.id = arena_string(a, of->id),
                        .title = arena_string(a, title == NULL || title[0] == 0 ? of->id : title),
                        .tier = tier != NULL && strcmp(tier, "national") == 0   ? AIM_NATIONAL
                                : tier != NULL && strcmp(tier, "regional") == 0 ? AIM_REGIONAL
                                                                                : AIM_LOCAL,
                        .level = register_value_number(of, FIELD_LEVEL),
                        .assurance = ""};
    if (out->id == NULL || out->title == NULL)
        return no_memory(err);
    out->by_system = out->tier == AIM_LOCAL && owner >= 0 && e->orgs[owner].kind == ORG_ICB;
    if (by == NULL || !period_parse(text_of(by), &out->by))
        out->by = (period){0};
    status code = steps_read(of, a, out, err);
    if (isnan(out->level) && out->step_count > 0)
        out->level = out->steps[out->step_count - 1].level;
    return code;
}

status series_aims_find(const struct register_log *log, const edition *e, int32_t which, int32_t who, int32_t breakdown,
                        const edition_series *series, const edition_point *points, size_t count, arena *a,
                        const series_aim **out, size_t *aim_count, error *err)
{
    const size_t targets = register_count(log, REGISTER_TARGET);
    const char *key = breakdown < 0 ? "" : e->breakdowns[breakdown].key;
    series_aim *aims = NULL;
    status code = STATUS_OK;
    *out = NULL;
    *aim_count = 0;
    if (org_now(log, e, e->orgs[who].code) != who)
        return STATUS_OK;
    for (size_t i = 0; i < targets && code == STATUS_OK; i++) {
        const register_subject *of = register_at(log, REGISTER_TARGET, i);
        const char *id = register_value(of, FIELD_MEASURE), *part = register_value(of, FIELD_BREAKDOWN);
        series_aim aim;
        if (!register_target_in_force(of) || id == NULL || strcmp(id, e->measures[which].id) != 0 ||
            strcmp(part == NULL ? "" : part, key) != 0 || !is_for(log, e, of, who))
            continue;
        code = series_aim_of(log, e, of, a, &aim, err);
        if (code != STATUS_OK || isnan(aim.level) || in_edition(e, of, &aim, series))
            continue;
        aim.assurance = assure(e, which, points, count, aim.level);
        if (aims == NULL && (aims = arena_array(a, targets - i, sizeof *aims)) == NULL)
            return no_memory(err);
        aims[(*aim_count)++] = aim;
    }
    *out = aims;
    return code;
}
