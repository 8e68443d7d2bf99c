/*
 * Lookups made once per site: which series an organisation is shown by, who belongs to whom, how a path names an
 * organisation. Pages are rendered by the thousand, so each asks a table, never a search over all series.
 */
#include "publish/site.h"

#include <stdlib.h>

static const char *name_of(const edition_org *o)
{
    return o->short_name != NULL && o->short_name[0] != 0 ? o->short_name : o->name;
}

/* Plain byte order would put "the" names apart by case; codes break ties, so the order is total. */
static int compare_names(const edition_org *a, const edition_org *b)
{
    const char *x = name_of(a), *y = name_of(b);
    for (;; x++, y++) {
        int c = *x >= 'A' && *x <= 'Z' ? *x + 32 : (unsigned char)*x;
        int d = *y >= 'A' && *y <= 'Z' ? *y + 32 : (unsigned char)*y;
        if (c != d)
            return c - d;
        if (c == 0)
            return strcmp(a->code, b->code);
    }
}

/* Trusts before other providers: they carry nearly all of the care and a reader looks for them first. */
static int kind_rank(org_kind kind)
{
    return kind == ORG_TRUST ? 0 : 1;
}

typedef struct sortable {
    const edition_org *org;
    int32_t index;
} sortable;

static int compare_sortable(const void *a, const void *b)
{
    const sortable *x = a, *y = b;
    int by_kind = kind_rank(x->org->kind) - kind_rank(y->org->kind);
    return by_kind != 0 ? by_kind : compare_names(x->org, y->org);
}

bool site_org_closed(const site *s, int32_t who)
{
    date closed = s->now->orgs[who].closed;
    return closed != DATE_NONE && closed != DATE_FOREVER && closed <= s->now->current;
}

static bool is_child(const site *s, int32_t who, int32_t parent, int which)
{
    const edition_org *o = &s->now->orgs[who];
    const edition_org *up = &s->now->orgs[parent];
    bool fits = which == CHILD_ICB       ? o->kind == ORG_ICB
                : which == CHILD_SUB_ICB ? o->kind == ORG_SUB_ICB
                                         : org_kind_is_provider(o->kind);
    if (!fits || s->org_name[who] == NULL)
        return false;
    return up->kind == ORG_REGION ? o->region == parent : up->kind == ORG_ICB && o->icb == parent;
}

static status list_make(site *s, const bool *chosen, org_list *out, error *err)
{
    size_t n = 0, total = s->now->org_count;
    for (size_t i = 0; i < total; i++)
        n += chosen[i];
    sortable *sorted = calloc(n + 1, sizeof *sorted);
    int32_t *items = arena_array(&s->memory, n + 1, sizeof *items);
    status code = STATUS_OK;
    if (sorted == NULL || items == NULL) {
        code = error_set(err, STATUS_MEMORY, "Out of memory while preparing the pages");
        goto out;
    }
    n = 0;
    for (size_t i = 0; i < total; i++)
        if (chosen[i])
            sorted[n++] = (sortable){&s->now->orgs[i], (int32_t)i};
    qsort(sorted, n, sizeof *sorted, compare_sortable);
    for (size_t i = 0; i < n; i++)
        items[i] = sorted[i].index;
    *out = (org_list){items, n};
out:
    free(sorted);
    return code;
}

/* A code as a path component: letters, digits and '-' stay; any other byte becomes _XX, so that no code of a file can
 * leave its folder or clash with another. */
char *site_path_component(arena *a, const char *code)
{
    size_t length = strlen(code);
    if (length > 64)
        length = 64;
    char *out = arena_alloc(a, length * 3 + 1);
    if (out == NULL)
        return NULL;
    char *w = out;
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)code[i];
        if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c == '-' && i > 0))
            *w++ = (char)c;
        else
            w += snprintf(w, 4, "_%02X", c);
    }
    return out;
}

static status totals_prepare(site *s, error *err)
{
    const edition *e = s->now;
    size_t cells = e->org_count * e->measure_count;
    s->current_total = arena_array(&s->memory, cells + 1, sizeof *s->current_total);
    s->published_total = arena_array(&s->memory, cells + 1, sizeof *s->published_total);
    s->org_name = arena_array(&s->memory, e->org_count + 1, sizeof *s->org_name);
    s->measure_latest = arena_array(&s->memory, e->measure_count + 1, sizeof *s->measure_latest);
    s->org_latest = arena_array(&s->memory, e->org_count + 1, sizeof *s->org_latest);
    if (s->current_total == NULL || s->published_total == NULL || s->org_name == NULL || s->measure_latest == NULL ||
        s->org_latest == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory while preparing the pages");
    for (size_t i = 0; i < cells; i++)
        s->current_total[i] = s->published_total[i] = -1;
    for (size_t i = 0; i < e->series_count; i++) {
        const edition_series *x = &e->series[i];
        if (x->breakdown >= 0)
            continue;
        size_t cell = (size_t)x->org * e->measure_count + (size_t)x->measure;
        if (x->geography == GEOGRAPHY_CURRENT)
            s->current_total[cell] = (int32_t)i;
        else if (x->geography == GEOGRAPHY_AS_PUBLISHED)
            s->published_total[cell] = (int32_t)i;
    }
    for (size_t m = 0; m < e->measure_count; m++)
        for (size_t o = 0; o < e->org_count; o++) {
            const edition_series *x = site_total(s, (int32_t)m, (int32_t)o);
            period *latest = &s->measure_latest[m];
            if (x != NULL && x->last.kind != PERIOD_NONE &&
                (latest->kind == PERIOD_NONE || period_compare(x->last, *latest) > 0))
                *latest = x->last;
            if (x != NULL && x->last.kind != PERIOD_NONE && x->last.first_month + x->last.months > s->org_latest[o])
                s->org_latest[o] = x->last.first_month + x->last.months;
        }
    for (size_t o = 0; o < e->org_count; o++) {
        org_kind kind = e->orgs[o].kind;
        bool has_page = kind == ORG_ENGLAND || kind == ORG_REGION || kind == ORG_ICB || kind == ORG_GROUP;
        for (size_t m = 0; m < e->measure_count && !has_page; m++)
            has_page = site_total(s, (int32_t)m, (int32_t)o) != NULL;
        if (!has_page)
            continue;
        s->org_name[o] = site_path_component(&s->memory, e->orgs[o].code);
        if (s->org_name[o] == NULL)
            return error_set(err, STATUS_MEMORY, "Out of memory while preparing the pages");
    }
    return STATUS_OK;
}

static bool measure_has_target(const edition *e, int32_t measure)
{
    for (size_t i = 0; i < e->target_count; i++)
        if (e->targets[i].measure == measure)
            return true;
    return false;
}

/* Boards look first at what they are held to, then at shares and waits, which can be compared, then at counts. The edition's own
 * order, by domain, holds otherwise. */
static int measure_rank(const edition *e, int32_t measure)
{
    return measure_has_target(e, measure) ? 0 : strcmp(e->measures[measure].value_kind, "numerator") != 0 ? 1 : 2;
}

static status order_choose(site *s, error *err)
{
    const edition *e = s->now;
    s->order = arena_array(&s->memory, e->measure_count + 1, sizeof *s->order);
    if (s->order == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory while preparing the pages");
    size_t n = 0;
    for (size_t first = 0, end = 0; first < e->measure_count; first = end) {
        for (end = first; end < e->measure_count && strcmp(e->measures[end].domain, e->measures[first].domain) == 0;)
            end++;
        for (int rank = 0; rank < 3; rank++)
            for (size_t m = first; m < end; m++)
                if (measure_rank(e, (int32_t)m) == rank)
                    s->order[n++] = (int32_t)m;
    }
    return STATUS_OK;
}

static void headlines_choose(site *s)
{
    static const char *const wanted[] = {"rtt-within-18-weeks", "ae-within-4-hours", "rtt-over-52-weeks",
                                         "rtt-waiting-list",    "ae-12-hour-waits",  "ae-attendances"};
    const edition *e = s->now;
    size_t n = 0;
    for (size_t i = 0; i < 3; i++)
        s->headline[i] = -1;
    if (s->england < 0)
        return;
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted && n < 3; i++) {
        int32_t m = edition_find_measure(e, wanted[i]);
        if (m >= 0 && site_total(s, m, s->england) != NULL)
            s->headline[n++] = m;
    }
    for (size_t m = 0; m < e->measure_count && n < 3; m++) {
        bool have = site_total(s, (int32_t)m, s->england) == NULL;
        for (size_t i = 0; i < n; i++)
            have = have || s->headline[i] == (int32_t)m;
        if (!have)
            s->headline[n++] = (int32_t)m;
    }
}

/* A map of counts would be a map of how many people live there, so only shares and waits are mapped. */
static status mapped_choose(site *s, error *err)
{
    const edition *e = s->now;
    s->mapped = arena_array(&s->memory, e->measure_count + 1, sizeof *s->mapped);
    if (s->mapped == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory while preparing the pages");
    for (size_t k = 0; k < e->measure_count; k++) {
        int32_t m = s->order[k];
        size_t with = 0;
        for (size_t i = 0; i < s->icbs.count; i++)
            with += site_total(s, m, s->icbs.items[i]) != NULL;
        if (with >= 2 && strcmp(e->measures[m].value_kind, "numerator") != 0)
            s->mapped[s->mapped_count++] = m;
    }
    /* The headline of the home page first, where it can be mapped. */
    for (size_t i = 1; i < s->mapped_count; i++) {
        if (s->mapped[i] != s->headline[0])
            continue;
        memmove(s->mapped + 1, s->mapped, i * sizeof *s->mapped);
        s->mapped[0] = s->headline[0];
    }
    return STATUS_OK;
}

status site_prepare_lookups(site *s, error *err)
{
    const edition *e = s->now;
    status code = totals_prepare(s, err);
    if (code != STATUS_OK)
        return code;
    s->england = -1;
    bool *chosen = calloc(e->org_count + 1, sizeof *chosen);
    if (chosen == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory while preparing the pages");
    for (size_t i = 0; i < e->org_count; i++)
        if (e->orgs[i].kind == ORG_ENGLAND)
            s->england = (int32_t)i;
    org_list *lists[3] = {&s->regions, &s->icbs, &s->closed_icbs};
    for (int l = 0; l < 3 && code == STATUS_OK; l++) {
        for (size_t i = 0; i < e->org_count; i++) {
            bool closed = site_org_closed(s, (int32_t)i);
            org_kind kind = e->orgs[i].kind;
            chosen[i] = l == 0 ? kind == ORG_REGION : kind == ORG_ICB && closed == (l == 2);
        }
        code = list_make(s, chosen, lists[l], err);
    }
    for (int which = 0; which < 3 && code == STATUS_OK; which++) {
        s->children[which] = arena_array(&s->memory, e->org_count + 1, sizeof **s->children);
        if (s->children[which] == NULL)
            code = error_set(err, STATUS_MEMORY, "Out of memory while preparing the pages");
        for (size_t parent = 0; parent < e->org_count && code == STATUS_OK; parent++) {
            org_kind kind = e->orgs[parent].kind;
            if (kind != ORG_ICB && kind != ORG_REGION)
                continue;
            for (size_t i = 0; i < e->org_count; i++)
                chosen[i] = is_child(s, (int32_t)i, (int32_t)parent, which) && !site_org_closed(s, (int32_t)i);
            code = list_make(s, chosen, &s->children[which][parent], err);
        }
    }
    free(chosen);
    if (code != STATUS_OK)
        return code;
    code = order_choose(s, err);
    if (code == STATUS_OK)
        code = edition_groups(e, &s->memory, &s->groups, &s->group_count, err);
    if (code != STATUS_OK)
        return code;
    headlines_choose(s);
    return mapped_choose(s, err);
}

const edition_series *site_total(const site *s, int32_t measure, int32_t who)
{
    size_t cell = (size_t)who * s->now->measure_count + (size_t)measure;
    int32_t i = s->current_total[cell] >= 0 ? s->current_total[cell] : s->published_total[cell];
    return i < 0 ? NULL : &s->now->series[i];
}

const edition_series *site_published(const site *s, int32_t measure, int32_t who)
{
    int32_t i = s->published_total[(size_t)who * s->now->measure_count + (size_t)measure];
    return i < 0 ? NULL : &s->now->series[i];
}

bool site_org_has_page(const site *s, int32_t who)
{
    return who >= 0 && s->org_name[who] != NULL;
}

org_list site_children(const site *s, int32_t parent, int which)
{
    return s->children[which][parent];
}

const edition_point *site_points(const site *s, const edition_series *series, size_t *count)
{
    const edition_point *points = NULL;
    *count = 0;
    /* After edition_load_all the points are in memory: nothing is allocated, nothing can fail. */
    if (series == NULL || edition_points(s->now, series, NULL, &points, count, NULL) != STATUS_OK)
        *count = 0;
    return points;
}

standing standing_find(const site *s, const edition_series *series)
{
    standing out = {.series = series};
    out.points = site_points(s, series, &out.count);
    size_t last = out.count;
    while (last > 0 && !point_has_figure(&out.points[last - 1]))
        last--;
    if (last == 0)
        return out;
    out.last = &out.points[last - 1];
    for (size_t i = last - 1; i > 0; i--) {
        const edition_point *p = &out.points[i - 1];
        int32_t months = out.last->period.first_month - p->period.first_month;
        if (p->period.kind != out.last->period.kind || p->period.months != out.last->period.months ||
            !point_has_figure(p))
            continue;
        if (months == out.last->period.months)
            out.month_before = p;
        if (months == 12)
            out.year_before = p;
        if (months >= 12)
            break;
    }
    return out;
}

bool site_series_old(const site *s, const edition_series *series)
{
    return series->last.kind != PERIOD_NONE &&
           s->org_latest[series->org] - (series->last.first_month + series->last.months) >= 24;
}

period site_measure_latest(const site *s, int32_t measure)
{
    return s->measure_latest[measure];
}
