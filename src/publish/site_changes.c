/*
 * What is not as it was: against the edition before, and within this one against the month before.
 */
#include "publish/chart_draw.h"
#include "publish/charts.h"
#include "publish/html.h"
#include "publish/sentence.h"

#include "stats/stats.h"

#include <stdlib.h>

/* ---- what really changed: news ------------------------------------------------------------------------ */

#define NEWS_RATE           0.10
#define NEWS_JUDGED_MAXIMUM 256
/* A run is counted over at most so many months; longer ones are no likelier to be chance. */
#define NEWS_POINTS 240

typedef struct judged_series {
    news_item item;
    double before; /* the same probability a month earlier, as it stood then */
    bool called_now, called_before;
} judged_series;

static bool is_special(const edition_point *p)
{
    return p != NULL && p->signal[0] != 0 && strcmp(p->signal, "common-cause") != 0;
}

/* spc_signal_p of the point at `at`, judged by the limits of the edition without what came after it. 1 where the edition
 * calls it common cause, NaN (no test) where it has no verdict. */
static double signal_probability(const site *s, const standing *x, size_t at)
{
    if (x->points[at].signal[0] == 0)
        return (double)NAN;
    if (!is_special(&x->points[at]))
        return 1;
    double values[NEWS_POINTS];
    spc_point points[NEWS_POINTS];
    size_t first = at, count = 0;
    while (first > 0 && at - first + 1 < NEWS_POINTS)
        first--;
    /* One segment: limits that were drawn anew start a new count. */
    for (size_t i = at + 1; i > first; i--)
        if (x->points[i - 1].segment != 0 && x->points[i - 1].segment != x->points[at].segment) {
            first = i;
            break;
        }
    for (size_t i = first; i <= at; i++) {
        const edition_point *p = &x->points[i];
        const double mean = p->mean;
        values[count] = p->missing || p->estimated ? (double)NAN : p->value;
        points[count++] = (spc_point){.mean = mean,
                                      .lower = p->lower,
                                      .upper = p->upper,
                                      .near_lower = mean + (p->lower - mean) * 2 / 3,
                                      .near_upper = mean + (p->upper - mean) * 2 / 3,
                                      .segment = 1};
    }
    const spc_rules rules = edition_rules_of(s->now);
    spc_judge(values, count, &rules, s->now->measures[x->series->measure].better, points);
    return spc_signal_p(values, points, count, &rules);
}

/* Of a seasonal series: is the same signal there when the season is taken out? Then the larger probability counts; else the signal is the
 * season's, and as likely as can be. */
static double probability_in_season(const site *s, const standing *x, const series_view *without, size_t at)
{
    const double as_it_is = signal_probability(s, x, at);
    if (without->points == NULL || isnan(as_it_is))
        return as_it_is;
    standing adjusted = *x;
    adjusted.points = without->points;
    return season_signal_p(as_it_is, draw_signal(x->points[at].signal), signal_probability(s, &adjusted, at),
                           draw_signal(without->points[at].signal));
}

#define MONTHS_CURRENT        6
#define MONTHS_CURRENT_YEARLY 24

bool site_series_current(const site *s, const edition_series *series)
{
    if (series->last.kind == PERIOD_NONE || site_org_closed(s, series->org) ||
        period_compare(series->last, site_measure_latest(s, series->measure)) != 0)
        return false;
    const int32_t behind =
        s->now->latest.first_month + s->now->latest.months - series->last.first_month - series->last.months;
    return behind <= (series->last.months >= 12 ? MONTHS_CURRENT_YEARLY : MONTHS_CURRENT);
}

static int compare_news(const void *a, const void *b)
{
    const judged_series *x = a, *y = b;
    if (x->item.probability != y->item.probability)
        return x->item.probability < y->item.probability ? -1 : 1;
    return x->item.measure - y->item.measure;
}

/* Every total series of the organisation that has a verdict and may be news. */
static size_t judged_find(const site *s, int32_t who, judged_series *judged)
{
    size_t n = 0;
    arena memory = {0};
    for (size_t m = 0; m < s->now->measure_count && n < NEWS_JUDGED_MAXIMUM; m++) {
        const edition_series *series = site_total(s, (int32_t)m, who);
        if (series == NULL || !site_series_current(s, series))
            continue;
        standing x = standing_find(s, series);
        if (x.last == NULL || x.last->signal[0] == 0)
            continue;
        const series_view v = view_of(s, &x);
        series_view without;
        (void)season_take_out(&v, &memory, &without); /* no points where there is no season */
        double now = probability_in_season(s, &x, &without, (size_t)(x.last - x.points)), before = (double)NAN;
        if (isnan(now))
            continue;
        if (x.month_before != NULL)
            before = probability_in_season(s, &x, &without, (size_t)(x.month_before - x.points));
        judged[n++] = (judged_series){.item = {(int32_t)m, x, now}, .before = before};
    }
    arena_free(&memory);
    return n;
}

size_t news_find(const site *s, int32_t who, news_item out[NEWS_MAXIMUM])
{
    judged_series judged[NEWS_JUDGED_MAXIMUM];
    double now[NEWS_JUDGED_MAXIMUM], before[NEWS_JUDGED_MAXIMUM];
    bool called_now[NEWS_JUDGED_MAXIMUM] = {false}, called_before[NEWS_JUDGED_MAXIMUM] = {false};
    size_t work[NEWS_JUDGED_MAXIMUM], n = judged_find(s, who, judged), kept = 0;
    fdr_summary summary;
    for (size_t i = 0; i < n; i++) {
        now[i] = judged[i].item.probability;
        before[i] = judged[i].before;
    }
    if (fdr_control(now, n, NEWS_RATE, work, NULL, called_now, &summary, NULL) != STATUS_OK ||
        fdr_control(before, n, NEWS_RATE, work, NULL, called_before, &summary, NULL) != STATUS_OK)
        return 0;
    for (size_t i = 0; i < n; i++) {
        judged[i].called_now = called_now[i];
        judged[i].called_before = called_before[i];
    }
    qsort(judged, n, sizeof *judged, compare_news);
    /* One message per real change: not again what was called a month ago, unless the latest month is exceptional by itself. */
    for (size_t i = 0; i < n && kept < NEWS_MAXIMUM; i++) {
        const standing *x = &judged[i].item.standing;
        bool told = judged[i].called_before && strcmp(x->month_before->signal, x->last->signal) == 0;
        if (judged[i].called_now && is_special(x->last) && (!told || strcmp(x->last->rule, "beyond-limits") == 0))
            out[kept++] = judged[i].item;
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

/* What a reader of the page is told of a series: revisions of figures that both editions have, and another verdict. */
static status change_told(void *context, const edition_change *c, error *err)
{
    change_list *list = context;
    site *s = list->site;
    const edition_series *now = c->after_series, *then = c->before_series;
    const edition_measure *m = &s->now->measures[now->measure];
    (void)err;
    if (c->kind == EDITION_REVISED)
        change_add(list, (site_change){CHANGE_REVISION, now->measure, now->org, c->period, figure_kept(s, m, c->before),
                                       figure_kept(s, m, c->after)});
    else if (c->kind == EDITION_VARIATION && site_series_current(s, now))
        change_add(list,
                   (site_change){CHANGE_SIGNAL, now->measure, now->org, now->last, then->variation, now->variation});
    return STATUS_OK;
}

static void series_compare(change_list *list, const edition_series *now, const edition_series *then)
{
    arena points = {0};
    if (edition_compare_series(list->site->previous, then, list->site->now, now, &points, change_told, list, NULL) !=
        STATUS_OK)
        list->failed = true;
    arena_free(&points);
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
        if (site_measure_latest(s, (int32_t)m).kind == PERIOD_NONE)
            continue; /* a measure that no file here feeds */
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

/* Within one edition, by the rule of the scorecards: the verdict on the latest figure against that on the figure before it. */
static void compare_with_month_before(change_list *list)
{
    site *s = list->site;
    for (size_t m = 0; m < s->now->measure_count; m++)
        for (size_t o = 0; o < s->now->org_count; o++) {
            const edition_series *now = site_total(s, (int32_t)m, (int32_t)o);
            spc_signal before, after;
            if (now == NULL || !site_series_current(s, now))
                continue;
            const standing x = standing_find(s, now);
            const series_view v = {.edition = s->now, .series = now, .points = x.points, .count = x.count};
            if (x.last == NULL || !series_verdict_changed(&v, &before, &after))
                continue;
            change_add(list, (site_change){CHANGE_SIGNAL, (int32_t)m, (int32_t)o, x.last->period,
                                           spc_signal_name(before), spc_signal_name(after)});
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
