/* Words in few words: the title of a chart, what changed, and what one point says. */
#include "publish/chart_draw.h"
#include "publish/sentence.h"

#include <math.h>
#include <string.h>

void sentence_point(const series_view *v, size_t index, buffer *out)
{
    const edition_point *p = &v->points[index];
    if (!series_has_figure(p)) {
        buffer_text(out, "no figure");
        return;
    }
    spc_signal signal = isfinite(p->value) && !p->estimated ? draw_signal(p->signal) : SIGNAL_NONE;
    if (p->estimated)
        buffer_text(out, "estimated");
    else if (signal == SIGNAL_COMMON_CAUSE)
        buffer_text(out, "usual variation");
    else if (signal > SIGNAL_COMMON_CAUSE) {
        spc_rule rule = series_rule(p->rule);
        bool high = series_direction(v, index, signal, rule);
        buffer_text(out, signal == SIGNAL_IMPROVEMENT ? "improvement: "
                         : signal == SIGNAL_CONCERN   ? "concern: "
                         : signal == SIGNAL_HIGH      ? "unusually high: "
                                                      : "unusually low: ");
        switch (rule) {
        case SPC_BEYOND_LIMITS: buffer_text(out, high ? "above the upper limit" : "below the lower limit"); break;
        case SPC_TREND: buffer_text(out, high ? "part of a long rise" : "part of a long fall"); break;
        case SPC_TWO_OF_THREE:
            buffer_text(out, high ? "one of two close to the upper limit" : "one of two close to the lower limit");
            break;
        case SPC_SHIFT: buffer_text(out, high ? "part of a run above average" : "part of a run below average"); break;
        case SPC_NONE: buffer_text(out, high ? "high" : "low"); break;
        }
    }
    if (p->revised)
        buffer_text(out, p->estimated || signal != SIGNAL_NONE ? ", revised since first published"
                                                               : "revised since first published");
}

static void finding_reason(const series_reading *r, buffer *out)
{
    const char *noun = sentence_period_noun(r->last->period);
    switch (r->rule) {
    case SPC_SHIFT: buffer_printf(out, ", %s average for %zu %ss", r->high ? "above" : "below", r->run, noun); break;
    case SPC_TREND:
        if (r->run > 1)
            buffer_printf(out, ", after %zu %ss in a row", r->run, r->high ? "rise" : "fall");
        break;
    case SPC_BEYOND_LIMITS: buffer_printf(out, ", %s its usual range", r->high ? "above" : "below"); break;
    case SPC_TWO_OF_THREE: buffer_printf(out, ", at the %s edge of what is usual", r->high ? "upper" : "lower"); break;
    case SPC_NONE: break;
    }
}

void sentence_finding(const series_view *v, buffer *out)
{
    series_reading r;
    series_read(v, &r);
    if (r.last == NULL) {
        buffer_text(out, "No figures");
        return;
    }
    char when[PERIOD_WORDS];
    period_words(r.last->period, when);
    switch (r.signal) {
    case SIGNAL_IMPROVEMENT: buffer_text(out, "Improving: "); break;
    case SIGNAL_CONCERN: buffer_text(out, "Concern: "); break;
    case SIGNAL_HIGH: buffer_text(out, "Unusually high: "); break;
    case SIGNAL_LOW: buffer_text(out, "Unusually low: "); break;
    case SIGNAL_COMMON_CAUSE: buffer_text(out, "No real change: "); break;
    case SIGNAL_NONE: break;
    }
    figure_words(r.measure, r.last->value, r.last->over_open_band, out);
    buffer_text(out, " in ");
    buffer_text(out, when);
    if (v->without_season)
        buffer_text(out, " with its season taken out");
    if (r.signal > SIGNAL_COMMON_CAUSE)
        finding_reason(&r, out);
    else if (r.signal == SIGNAL_COMMON_CAUSE)
        buffer_text(out, ", within its usual range");
    else if (r.last->estimated)
        buffer_text(out, ", estimated, so not judged");
    else if (!r.last->over_open_band && r.figures < r.needed)
        buffer_text(out, r.figures > 1         ? ", too early to say whether it is changing"
                         : r.before == NULL    ? ", the first figure"
                         : r.before->estimated ? ", the first figure that is not estimated"
                                               : ", too early to say whether it is changing");
    else if (r.constant && r.figures > 1)
        buffer_printf(out, ", the same for %zu %ss", r.figures, sentence_period_noun(r.last->period));
}

/* Did the first of the agreed levels that asks the same of both points begin to be met, or cease to be? "agreed level now met" */
static const char *agreed_change(const series_view *v, const series_reading *now, const series_reading *then)
{
    const bool higher = now->measure->better == BETTER_HIGHER;
    if (!now->judged || then->last == NULL || !isfinite(then->last->value) || then->last->estimated)
        return NULL;
    for (size_t i = 0; i < v->aim_count; i++) {
        const double level = series_aim_level(&v->aims[i], now->last->period),
                     before = series_aim_level(&v->aims[i], then->last->period);
        const bool met = higher ? now->last->value >= level : now->last->value <= level,
                   was = higher ? then->last->value >= before : then->last->value <= before;
        if (isfinite(level) && isfinite(before) && met != was)
            return met ? "agreed level now reached" : "agreed level no longer reached";
    }
    return NULL;
}

void sentence_change(const series_view *v, buffer *out)
{
    series_reading now, then;
    series_read(v, &now);
    if (now.last == NULL) {
        buffer_text(out, "no figures yet");
        return;
    }
    if (now.last->estimated) {
        buffer_text(out, "estimated, not judged");
        return;
    }
    if (series_closed(v) && now.signal != SIGNAL_NONE) { /* nothing there is new, or can be done about */
        static const char *const words[] = {[SIGNAL_COMMON_CAUSE] = "showed no real change",
                                            [SIGNAL_IMPROVEMENT] = "was improving",
                                            [SIGNAL_CONCERN] = "was a concern",
                                            [SIGNAL_HIGH] = "was unusually high",
                                            [SIGNAL_LOW] = "was unusually low"};
        buffer_text(out, words[now.signal]);
        return;
    }
    if (now.signal == SIGNAL_NONE) {
        buffer_text(out, now.figures >= now.needed                   ? "no limits to judge by"
                         : now.figures <= 1 && now.before == NULL    ? "first figure"
                         : now.figures <= 1 && now.before->estimated ? "first figure not estimated"
                                                                     : "too early to say");
        return;
    }
    series_view earlier = *v;
    earlier.count = now.last_index;
    series_read(&earlier, &then);
    bool same_way = then.last != NULL && then.signal == now.signal;
    if (now.signal > SIGNAL_COMMON_CAUSE && !same_way) {
        static const char *const words[] = {[SIGNAL_IMPROVEMENT] = "now improving",
                                            [SIGNAL_CONCERN] = "new concern",
                                            [SIGNAL_HIGH] = "now unusually high",
                                            [SIGNAL_LOW] = "now unusually low"};
        buffer_text(out, words[now.signal]);
    } else if (now.judged && then.last != NULL && isfinite(then.last->value) && isfinite(then.last->target) &&
               then.last->target == now.level && now.met != then.met) {
        buffer_text(out, now.met ? "target now met" : "target no longer met");
    } else if (agreed_change(v, &now, &then) != NULL) {
        buffer_text(out, agreed_change(v, &now, &then));
    } else if (now.signal > SIGNAL_COMMON_CAUSE) {
        static const char *const words[] = {[SIGNAL_IMPROVEMENT] = "still improving",
                                            [SIGNAL_CONCERN] = "still a concern",
                                            [SIGNAL_HIGH] = "still unusually high",
                                            [SIGNAL_LOW] = "still unusually low"};
        buffer_text(out, words[now.signal]);
    } else if (then.last != NULL && then.signal == SIGNAL_IMPROVEMENT) {
        buffer_text(out, "no longer improving");
    } else if (then.last != NULL && then.signal == SIGNAL_CONCERN) {
        buffer_text(out, "no longer a concern");
    } else if (then.last != NULL && then.signal > SIGNAL_COMMON_CAUSE) {
        buffer_text(out, "back in usual range");
    } else {
        buffer_text(out, "no real change");
    }
}
