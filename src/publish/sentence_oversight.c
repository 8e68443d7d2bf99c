/* What a score means, in whole sentences: where an organisation stands, and what would move it on. */
#include "publish/page_oversight.h"

#include "publish/charts.h"
#include "publish/figure.h"

#include <ctype.h>

static const edition_measure *measure_of(const edition *e, const framework_metric *m)
{
    int32_t at = m->measure[0] == 0 ? -1 : edition_find_measure(e, m->measure);
    return at < 0 ? NULL : &e->measures[at];
}

void words_value(page *p, const framework_metric *m, double value, buffer *out)
{
    const edition_measure *of = measure_of(p->site->now, m);
    if (of != NULL)
        figure_words(of, value, false, out);
    else if (!isnan(value))
        buffer_number(out, value);
}

const char *group_words(page *p, const framework *f, int32_t group)
{
    if (f->group_count == 0 || group < 0)
        return "organisations";
    char *words = arena_string(p->scratch, f->groups[group].name);
    if (words == NULL)
        return "organisations";
    /* "Acute trusts" becomes "acute trusts", "NHS trusts" stays. */
    if (isupper((unsigned char)words[0]) && islower((unsigned char)words[1]))
        words[0] = (char)tolower((unsigned char)words[0]);
    return words;
}

/* ---- where it stands ---------------------------------------------------------------------------------- */

void sentence_oversight_adjustments(const framework *f, const oversight_organisation *o, buffer *out)
{
    for (size_t i = 0; i < f->adjustment_count; i++)
        if (o->adjusted >> i & 1)
            buffer_printf(
                out, " %s: %s %d.", f->adjustments[i].name,
                f->adjustments[i].segment > 0 ? "that alone makes it segment" : "so it can be no better than segment",
                (int)(f->adjustments[i].segment > 0 ? f->adjustments[i].segment : f->adjustments[i].no_better_than));
}

void words_standing(page *p, const oversight_chapter *c, const oversight_organisation *o, buffer *out)
{
    const framework *f = c->framework;
    if (isnan(o->average)) {
        buffer_text(out, "It has no score: none of the metrics that apply to it has a figure in the year.");
        return;
    }
    if (o->segment > FRAMEWORK_SEGMENTS)
        buffer_printf(out, "Segment %d, beyond the four that scores give. ", (int)o->segment);
    else if (o->segment > 0)
        buffer_printf(out, "Segment %d of %d, where 1 is best. ", (int)o->segment, FRAMEWORK_SEGMENTS);
    bool shared;
    int32_t place = chapter_place(c, o, &shared);
    if (o->scored == 1)
        buffer_printf(out, "Its one metric that can be scored has %.2f", o->average);
    else
        buffer_printf(out, "The %d metrics that can be scored average %.2f", (int)o->scored, o->average);
    buffer_printf(out, ", from 1 (best) to 4: %splace %d of %d among %s.", shared ? "joint " : "", (int)place,
                  (int)o->ranked, group_words(p, f, o->group));
    if (!isnan(o->rank_lower) && o->rank_lower < o->rank_upper)
        buffer_printf(out, " By chance alone it could be anywhere from place %g to %g.", o->rank_lower, o->rank_upper);
    if (o->segment == 0)
        buffer_text(out, " No segment can be given: how averages become segments is not known here.");
    sentence_oversight_adjustments(f, o, out);
}

/* ---- what would move it on ---------------------------------------------------------------------------- */

/* How far apart a group's organisations are on a metric. */
static double spread(const oversight_result *r, int32_t group, size_t metric)
{
    double sum = 0, squares = 0, n = 0;
    for (size_t i = 0; i < r->organisation_count; i++) {
        const oversight_organisation *o = &r->organisations[i];
        double v = o->metrics[metric].value;
        if (o->group != group || isnan(v))
            continue;
        sum += v;
        squares += v * v;
        n++;
    }
    return n < 2 ? 0 : sqrt(fmax(squares / n - (sum / n) * (sum / n), 0));
}

/* The metric whose change would be the smallest, measured by how far apart the group's organisations are; -1 where none is enough. */
static int32_t nearest_metric(const oversight_result *r, const oversight_organisation *o)
{
    int32_t best = -1;
    double least = INFINITY;
    for (size_t m = 0; m < r->framework->metric_count; m++) {
        const oversight_metric *v = &o->metrics[m];
        double apart = v->can_move ? spread(r, o->group, m) : 0;
        double far = apart > 0 ? fabs(v->needed_value - v->value) / apart : INFINITY;
        if (v->can_move && far < least) {
            least = far;
            best = (int32_t)m;
        }
    }
    return best;
}

static void put_fixed(const edition_measure *m, double value, int decimals, buffer *out)
{
    figure_fixed(value, decimals, true, "\xe2\x88\x92", out);
    if (strcmp(m->unit, "percent") == 0)
        buffer_char(out, '%');
    else if (change_unit(m)[0] != 0)
        buffer_printf(out, " %s", change_unit(m));
}

/* With as many digits as tell the two apart. */
static int decimals_apart(const edition_measure *m, double a, double b)
{
    int decimals = (int)m->decimals;
    while (decimals < (int)m->decimals + 3 && fabs(round(a * pow(10, decimals)) - round(b * pow(10, decimals))) < 0.5)
        decimals++;
    return decimals > 6 ? 6 : decimals;
}

static void words_metric_move(const oversight_result *r, const oversight_organisation *o, int32_t which, buffer *out)
{
    const framework_metric *m = &r->framework->metrics[which];
    const oversight_metric *v = &o->metrics[which];
    const edition_measure *of = measure_of(r->edition, m);
    bool higher = m->better == BETTER_HIGHER;
    if (of == NULL)
        return;
    int decimals = decimals_apart(of, v->value, v->needed_value);
    buffer_printf(out, "With everyone else as they are, it would be in segment %d if \xe2\x80\x9c%s\xe2\x80\x9d were ",
                  (int)o->segment_by_scores - 1, m->name);
    if (m->scoring == SCORING_RANKED)
        buffer_text(out, higher ? "above " : "below ");
    put_fixed(of, v->needed_value, decimals, out);
    if (m->scoring != SCORING_RANKED)
        buffer_text(out, higher ? " or more" : " or less");
    buffer_text(out, " instead of ");
    put_fixed(of, v->value, decimals, out);
    if (v->needed_people > 0) {
        char grouped[NUMBER_TEXT];
        number_grouped(v->needed_people, grouped);
        buffer_printf(out, ": %s %s %s", grouped, higher ? "more" : "fewer", sentence_gap_noun(of));
    }
    buffer_char(out, '.');
}

static bool is_held(const framework *f, const oversight_organisation *o)
{
    return o->segment_by_scores > 1 && score_adjusted(f, o->adjusted, o->segment_by_scores - 1) >= o->segment;
}

bool words_held(const oversight_chapter *c, const oversight_organisation *o)
{
    return is_held(c->framework, o);
}

void sentence_oversight_move(const oversight_result *r, const oversight_organisation *o, buffer *out)
{
    const framework *f = r->framework;
    if (isnan(o->average)) {
        buffer_text(out, "It would be scored once one of the metrics has a figure.");
        return;
    }
    if (o->segment_by_scores == 0) {
        buffer_text(out, "That cannot be said: how averages become segments is not known here.");
        return;
    }
    if (o->segment > o->segment_by_scores) {
        buffer_printf(out, "Its scores alone would make it segment %d.", (int)o->segment_by_scores);
        for (size_t i = 0; i < f->adjustment_count; i++)
            if ((o->adjusted >> i & 1) && score_adjusted(f, UINT64_C(1) << i, o->segment_by_scores) == o->segment)
                buffer_printf(out, " \xe2\x80\x9c%s\xe2\x80\x9d holds it in segment %d until that ends.",
                              f->adjustments[i].name, (int)o->segment);
        return;
    }
    if (o->segment_by_scores == 1) {
        buffer_text(out, "Nothing: it is in the best segment.");
        return;
    }
    if (is_held(f, o)) {
        buffer_text(out, "Better scores alone would not.");
        for (size_t i = 0; i < f->adjustment_count; i++)
            if ((o->adjusted >> i & 1) && score_adjusted(f, UINT64_C(1) << i, o->segment_by_scores - 1) >= o->segment)
                buffer_printf(out, " \xe2\x80\x9c%s\xe2\x80\x9d lets it be no better than segment %d until that ends.",
                              f->adjustments[i].name, (int)o->segment);
        return;
    }
    int32_t which = nearest_metric(r, o);
    if (which >= 0)
        words_metric_move(r, o, which, out);
    else
        buffer_printf(
            out, "No metric alone would be enough: for segment %d its average of %.2f would have to be %s %.2f.",
            (int)o->segment_by_scores - 1, o->average, f->thresholds_known ? "at most" : "below", o->average_for_next);
}

void words_move(page *p, const oversight_chapter *c, const oversight_organisation *o, buffer *out)
{
    (void)p;
    sentence_oversight_move(c->result, o, out);
}
