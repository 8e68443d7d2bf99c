/* Groups across the tree of organisations: their members, and on the pages of the members the groups. */
#include "publish/page_groups.h"

#include "publish/tables.h"

#include <stdlib.h>

static const edition_group *group_of(const site *s, int32_t who)
{
    for (size_t i = 0; i < s->group_count; i++)
        if (s->groups[i].org == who)
            return &s->groups[i];
    return NULL;
}

static bool is_member(const edition_member *m, date on)
{
    return m->from <= on && on < m->until;
}

static void dates_write(page *p, date from, date until)
{
    RAW(p, "<span class=\"under\">since ");
    page_date(p, from);
    if (until != DATE_FOREVER) {
        RAW(p, ", until ");
        page_date(p, until - 1);
    }
    RAW(p, "</span>");
}

static int compare_org(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

/* Members of today that have a page, each once. */
static org_list members_now(page *p, const edition_group *g)
{
    int32_t *items = arena_array(p->scratch, g->member_count + 1, sizeof *items);
    size_t n = 0, kept = 0;
    for (size_t i = 0; items != NULL && i < g->member_count; i++)
        if (g->members[i].org >= 0 && site_org_has_page(p->site, g->members[i].org) &&
            is_member(&g->members[i], p->site->now->current))
            items[n++] = g->members[i].org;
    if (n > 1)
        qsort(items, n, sizeof *items, compare_org);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || items[i] != items[i - 1])
            items[kept++] = items[i];
    return (org_list){items, kept};
}

void group_members_write(page *p, int32_t who)
{
    const edition_group *g = group_of(p->site, who);
    if (g == NULL)
        return;
    RAW(p,
        "<section><h2 id=\"members\">Members</h2>\n<p>A figure of the group is the sum of its members\xe2\x80\x99 own, "
        "as they were published, in the months in which they are members. Where one of them has no figure, the "
        "group has none.</p>\n<ul class=\"columns two\">");
    for (size_t i = 0; i < g->member_count; i++) {
        const edition_member *m = &g->members[i];
        RAW(p, "<li>");
        if (m->org >= 0 && site_org_has_page(p->site, m->org))
            page_org_link(p, m->org, true);
        else
            page_text(p, m->code);
        dates_write(p, m->from, m->until);
        RAW(p, "</li>");
    }
    RAW(p, "</ul></section>\n");
    table_by_domain(p, members_now(p, g), "members-figures", "Its members side by side", "Member");
}

void groups_of_write(page *p, int32_t who)
{
    const site *s = p->site;
    size_t n = 0;
    for (size_t g = 0; g < s->group_count; g++) {
        const edition_group *group = &s->groups[g];
        const edition_member *member = NULL;
        for (size_t i = 0; i < group->member_count; i++)
            if (group->members[i].org == who)
                member = &group->members[i];
        if (member == NULL && s->now->orgs[group->org].icb != who)
            continue;
        if (n++ == 0)
            RAW(p, "<section><h2 id=\"groups\">Collaboratives, places and clusters</h2><ul class=\"plain\">");
        RAW(p, "<li>");
        page_org_link(p, group->org, true);
        if (member != NULL)
            dates_write(p, member->from, member->until);
        RAW(p, "</li>");
    }
    if (n > 0)
        RAW(p, "</ul></section>\n");
}

void groups_of_measure_write(page *p, int32_t measure)
{
    const site *s = p->site;
    int32_t *items = arena_array(p->scratch, s->group_count + 1, sizeof *items);
    size_t n = 0;
    for (size_t g = 0; items != NULL && g < s->group_count; g++)
        if (site_total(s, measure, s->groups[g].org) != NULL)
            items[n++] = s->groups[g].org;
    if (n == 0)
        return;
    RAW(p, "<section><h2 id=\"groups\">Collaboratives, places and clusters</h2>\n");
    table_of_measure(p, measure, (org_list){items, n}, "Collaboratives, places and clusters", "Group");
    RAW(p, "</section>\n");
}
