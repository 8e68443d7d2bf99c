/*
 * What is not as it was: against the edition before, and within this one against the month before.
 */
#include "publish/charts.h"
#include "publish/html.h"

#include <stdlib.h>

/* ---- what really changed: news ------------------------------------------------------------------------ */

#define NEWS_RATE           0.10
#define NEWS_JUDGED_MAXIMUM 256

/* How likely such a signal is in a series that does nothing but vary by chance (normal, independent months).
 *   beyond limits  two-sided tail beyond |value - mean| / sigma, sigma = (upper - mean) / 3;
 *   shift of 7     2 x (1/2)^7;
 *   trend of 7     2 / 7!;
 *   two of three   2 x (3 q^2 (1/2 - q) + q^3), q = the tail beyond two sigma: all three on one side;
 *   none           the two-sided tail.
 * The smaller of rule and tail counts. */
static double signal_probability(const edition_point *p)
{
    double sigma = (p->upper - p->mean) / 3, tail = 1;
    if (sigma > 0)
        tail = erfc(fabs(p->value - p->mean) / sigma / sqrt(2));
    double rule = 1;
    if (strcmp(p->rule, "shift") == 0)
        rule = 2 * pow(0.5, 7);
    else if (strcmp(p->rule, "trend") == 0)
        rule = 2.0 / 5040;
    else if (strcmp(p->rule, "two-of-three") == 0) {
        double q = erfc(sqrt(2)) / 2;
        rule = 2 * (3 * q * q * (0.5 - q) + q * q * q);
    }
    return tail < rule ? tail : rule;
}

static bool is_special(const edition_point *p)
{
    return p != NULL && p->signal[0] != 0 && strcmp(p->signal, "common-cause") != 0;
}

static int compare_news(const void *a, const void *b)
{
    const news_item *x = a, *y = b;
    if (x->probability != y->probability)
        return x->probability < y->probability ? -1 : 1;
    return x->measure - y->measure;
}

size_t news_find(const site *s, int32_t who, news_item out[NEWS_MAXIMUM])
{
    news_item judged[NEWS_JUDGED_MAXIMUM];
    size_t n = 0;
    for (size_t m = 0; m < s->now->measure_count && n < NEWS_JUDGED_MAXIMUM; m++) {
        const edition_series *series = site_total(s, (int32_t)m, who);
        if (series == NULL)
            continue;
        standing x = standing_find(s, series);
        /* A verdict on an old month is no news of this one. */
        if (x.last == NULL || x.last->signal[0] == 0 ||
            period_compare(x.last->period, site_measure_latest(s, (int32_t)m)) != 0)
            continue;
        judged[n++] = (news_item){(int32_t)m, x, signal_probability(x.last)};
    }
    qsort(judged, n, sizeof *judged, compare_news);
    /* Benjamini and Hochberg (1995): all up to the largest k with p(k) <= k/n x rate. */
    size_t passed = 0;
    for (size_t k = 0; k < n; k++)
        if (judged[k].probability <= (double)(k + 1) / (double)n * NEWS_RATE)
            passed = k + 1;
    size_t kept = 0;
    for (size_t k = 0; k < passed && kept < NEWS_MAXIMUM; k++) {
        const edition_point *last = judged[k].standing.last, *before = judged[k].standing.month_before;
        bool fresh = !is_special(before) || strcmp(before->signal, last->signal) != 0;
        if (is_special(last) && (fresh || strcmp(last->rule, "beyond-limits") == 0))
            out[kept++] = judged[k];
    }
    return kept;
}

/* ---- against the edition before ------------------------------------------------------------------------- */

#define CHANGES_MAXIMUM ((size_t)20000)

typedef struct change_list {
    site *site;
    size_t capacity;
    bool failed;
} change_list;

static void change_add(change_list *list, site_change change)
{
    site *s = list->site;
    if (s->change_count == CHANGES_MAXIMUM || list->failed)
        return;
    if (s->change_count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 64 : list->capacity * 2;
        site_change *grown = arena_array(&s->memory, capacity, sizeof *grown);
        if (grown == NULL) {
            list->failed = true;
            return;
        }
        if (s->change_count > 0)
            memcpy(grown, s->changes, s->change_count * sizeof *grown);
        s->changes = grown;
        list->capacity = capacity;
    }
    s->changes[s->change_count++] = change;
}

static const char *figure_kept(site *s, const edition_measure *m, const edition_point *p)
{
    buffer words = {.maximum = 256};
    figure_words(m, p->value, p->over_open_band, &words);
    const char *kept = words.data == NULL ? "" : arena_copy(&s->memory, words.data, words.length);
    buffer_free(&words);
    return kept == NULL ? "" : kept;
}

static bool figures_differ(const edition_point *a, const edition_point *b)
{
    if (isnan(a->value) != isnan(b->value) || a->over_open_band != b->over_open_band)
        return true;
    return (!isnan(a->value) && a->value != b->value) || a->numerator != b->numerator ||
           a->denominator != b->denominator;
}

static void series_compare(change_list *list, const edition_series *now, const edition_series *then)
{
    site *s = list->site;
    const edition_measure *m = &s->now->measures[now->measure];
    size_t count = 0, old_count = 0;
    const edition_point *points = site_points(s, now, &count), *old = NULL;
    if (edition_points(s->previous, then, NULL, &old, &old_count, NULL) != STATUS_OK)
        return;
    for (size_t i = 0, k = 0; i < count && k < old_count;) {
        int order = period_compare(points[i].period, old[k].period);
        if (order == 0 && point_has_figure(&points[i]) && point_has_figure(&old[k]) &&
            figures_differ(&points[i], &old[k]))
            change_add(list, (site_change){CHANGE_REVISION, now->measure, now->org, points[i].period,
                                           figure_kept(s, m, &old[k]), figure_kept(s, m, &points[i])});
        i += order <= 0;
        k += order >= 0;
    }
    if (strcmp(now->variation, then->variation) != 0)
        change_add(list,
                   (site_change){CHANGE_SIGNAL, now->measure, now->org, now->last, then->variation, now->variation});
}

static void compare_with_previous(change_list *list)
{
    site *s = list->site;
    const edition *e = s->now, *before = s->previous;
    for (size_t m = 0; m < e->measure_count; m++) {
        int32_t old_measure = edition_find_measure(before, e->measures[m].id);
        period newest = {0};
        size_t fresh = 0;
        for (size_t o = 0; o < e->org_count; o++) {
            const edition_series *now = site_total(s, (int32_t)m, (int32_t)o);
            if (now == NULL)
                continue;
            int32_t old_org = edition_find_org(before, e->orgs[o].code);
            const edition_series *then = old_measure < 0 || old_org < 0
                                             ? NULL
                                             : edition_find_series(before, old_measure, old_org, -1, now->geography);
            if (then == NULL) {
                fresh++;
                continue;
            }
            if (newest.kind == PERIOD_NONE || period_compare(then->last, newest) > 0)
                newest = then->last;
            series_compare(list, now, then);
        }
        char had[PERIOD_WORDS] = "";
        if (newest.kind != PERIOD_NONE)
            period_words(newest, had);
        if (newest.kind == PERIOD_NONE || period_compare(site_measure_latest(s, (int32_t)m), newest) > 0)
            change_add(list, (site_change){CHANGE_NEW_PERIOD, (int32_t)m, -1, site_measure_latest(s, (int32_t)m),
                                           arena_string(&s->memory, had), ""});
        if (fresh > 0 && newest.kind != PERIOD_NONE)
            change_add(list, (site_change){CHANGE_NEW_SERIES, (int32_t)m, -1, site_measure_latest(s, (int32_t)m), "",
                                           arena_printf(&s->memory, "%zu", fresh)});
    }
}

/* Within one edition: the verdict on the latest month against that on the month before. */
static void compare_with_month_before(change_list *list)
{
    site *s = list->site;
    for (size_t m = 0; m < s->now->measure_count; m++)
        for (size_t o = 0; o < s->now->org_count; o++) {
            const edition_series *now = site_total(s, (int32_t)m, (int32_t)o);
            if (now == NULL)
                continue;
            standing x = standing_find(s, now);
            if (x.last == NULL || x.month_before == NULL || x.last->signal[0] == 0 || x.month_before->signal[0] == 0 ||
                strcmp(x.last->signal, x.month_before->signal) == 0 ||
                period_compare(x.last->period, site_measure_latest(s, (int32_t)m)) != 0)
                continue;
            change_add(list, (site_change){CHANGE_SIGNAL, (int32_t)m, (int32_t)o, x.last->period,
                                           x.month_before->signal, x.last->signal});
        }
}

status site_prepare_changes(site *s, error *err)
{
    change_list list = {.site = s};
    if (s->previous != NULL)
        compare_with_previous(&list);
    else
        compare_with_month_before(&list);
    if (list.failed)
        return error_set(err, STATUS_MEMORY, "Out of memory while preparing the pages");
    return STATUS_OK;
}
