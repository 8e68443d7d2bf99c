/* site_plan: which organisations have a planning page. */
#include "publish/plan_view.h"

static status no_memory(error *err)
{
    return error_set(err, STATUS_MEMORY, "Out of memory while preparing the plans");
}

static double waiting_of(const edition_flow *f)
{
    const edition_flow_month *m = f->month_count == 0 ? NULL : &f->months[f->month_count - 1];
    double sum = 0;
    for (size_t w = 0; m != NULL && w <= EDITION_FLOW_WEEKS; w++)
        sum += m->waiting[w];
    return sum;
}

static bool any_flows(const edition *e)
{
    for (size_t i = 0; i < e->org_count; i++)
        if (edition_has_flows(e, (int32_t)i))
            return true;
    return false;
}

status site_prepare_plans(site *s, error *err)
{
    const edition *e = s->now;
    arena scratch = {0};
    status code = edition_load_flows(s->now, err);
    s->plans = arena_array(&s->memory, e->org_count + 1, sizeof *s->plans);
    if (code == STATUS_OK && s->plans == NULL)
        code = no_memory(err);
    if (code == STATUS_OK && any_flows(e))
        code = plan_scenarios_read(s, err);
    if (code == STATUS_OK && any_flows(e))
        code = plan_shelf_make(s, err);
    for (size_t i = 0; i < e->org_count && code == STATUS_OK; i++) {
        const edition_flow *flows = NULL;
        size_t count = 0;
        if (s->org_name[i] == NULL || site_org_closed(s, (int32_t)i) || !edition_has_flows(e, (int32_t)i))
            continue;
        arena_reset(&scratch);
        code = edition_flows(e, (int32_t)i, "", &scratch, &flows, &count, err);
        s->plans[i] = code == STATUS_OK && count == 1 && waiting_of(&flows[0]) >= PLAN_FEWEST_WAITING;
    }
    arena_free(&scratch);
    return code;
}

bool site_has_plan(const site *s, int32_t who)
{
    return s->plans != NULL && who >= 0 && (size_t)who < s->now->org_count && s->plans[who];
}
