/* Protected ground: mental health, community services and inequality must not fall out of sight. Where a scorecard has no measure of one, or the targets in
 * force none, that is said. */
#include "publish/record.h"

static bool is_ground(const burden_ground *g, const char *domain)
{
    return strcmp(g->domain, domain) == 0;
}

/* Does a body have figures about that ground? Figures by deprivation tell of inequality. */
static bool has_figures(const site *s, int32_t who, const burden_ground *g)
{
    for (size_t m = 0; m < s->now->measure_count; m++) {
        if (site_total(s, (int32_t)m, who) == NULL)
            continue;
        if (is_ground(g, s->now->measures[m].domain))
            return true;
        size_t count;
        const edition_series *all = edition_series_of(s->now, (int32_t)m, who, &count);
        for (size_t i = 0; i < count && strcmp(g->domain, "inequality") == 0; i++)
            if (all[i].breakdown >= 0 &&
                strncmp(s->now->breakdowns[all[i].breakdown].breakdown, "deprivation-", 12) == 0)
                return true;
    }
    return false;
}

/* "mental health, community services or inequality" of those that lack something; how many. */
static size_t names(page *p, const bool lacks[BURDEN_GROUNDS])
{
    size_t n = 0, told = 0;
    for (size_t i = 0; i < BURDEN_GROUNDS; i++)
        n += lacks[i];
    for (size_t i = 0; i < BURDEN_GROUNDS; i++) {
        if (!lacks[i])
            continue;
        if (told > 0)
            buffer_text(p->out, told + 1 == n ? " or " : ", ");
        told++;
        page_text(p, burden_ground_at(i)->name);
    }
    return n;
}

static bool any_of(const bool lacks[BURDEN_GROUNDS])
{
    return lacks[0] || lacks[1] || lacks[2];
}

void record_scorecard_grounds(page *p, int32_t who)
{
    const org_kind kind = p->site->now->orgs[who].kind;
    bool lacks[BURDEN_GROUNDS];
    if ((kind != ORG_ENGLAND && kind != ORG_REGION && kind != ORG_ICB) || site_org_closed(p->site, who))
        return;
    for (size_t i = 0; i < BURDEN_GROUNDS; i++)
        lacks[i] = !has_figures(p->site, who, burden_ground_at(i));
    if (!any_of(lacks))
        return;
    RAW(p, "<p class=\"note\">This scorecard has no measure of ");
    (void)names(p, lacks);
    RAW(p, ". What is not looked at is easily given up: these are protected ground.</p>\n");
}

void record_target_grounds(page *p, const char *code)
{
    const record *r = p->site->record;
    bool lacks[BURDEN_GROUNDS] = {true, true, true};
    for (size_t i = 0; i < register_count(r->log, REGISTER_TARGET); i++) {
        const register_subject *of = register_at(r->log, REGISTER_TARGET, i);
        const char *id = register_value(of, FIELD_MEASURE);
        const int32_t which = id == NULL ? -1 : edition_find_measure(p->site->now, id);
        if (!register_target_in_force(of) || which < 0 || (code != NULL && !record_target_of(r, of, code)))
            continue;
        for (size_t g = 0; g < BURDEN_GROUNDS; g++)
            lacks[g] = lacks[g] && !is_ground(burden_ground_at(g), p->site->now->measures[which].domain);
    }
    if (!any_of(lacks))
        return;
    RAW(p, "<div class=\"inset warn\"><p>No target or priority in force has a measure of ");
    (void)names(p, lacks);
    RAW(p, ". These are protected ground: what is not looked at is easily given up.</p></div>\n");
}
