/* How one organisation's score came about: every step, how sure it is, what it hangs on, and what would move it. */
#include "publish/page_oversight.h"

#include "publish/chart_place.h"

#include <ctype.h>

typedef struct steps {
    page *p;
    const oversight_chapter *c;
    const framework *f;
    const oversight_organisation *o;
    size_t at; /* in the result */
} steps;

static bool gives_segments(const framework *f)
{
    return f->by_quartiles || f->thresholds_known;
}

/* "people" becomes "People": domains of a framework are its own. */
static const char *domain_words(page *p, const char *domain)
{
    char *words = arena_string(p->scratch, domain);
    if (words == NULL)
        return domain;
    words[0] = (char)toupper((unsigned char)words[0]);
    for (char *c = words; *c != 0; c++)
        if (*c == '-')
            *c = ' ';
    return words;
}

static void sentence(page *p,
                     void (*words)(page *, const oversight_chapter *, const oversight_organisation *, buffer *),
                     const oversight_chapter *c, const oversight_organisation *o)
{
    buffer b = {0};
    words(p, c, o, &b);
    page_text(p, b.data == NULL ? "" : b.data);
    p->out->failed = p->out->failed || b.failed;
    buffer_free(&b);
}

/* ---- where it stands ------------------------------------------------------------------------------------ */

static void strip(const steps *s)
{
    page *p = s->p;
    const oversight_organisation *o = s->o;
    if (isnan(o->average) || o->ranked < 2)
        return;
    chart_places places = {.ranked = o->ranked, .place = o->rank, .lower = o->rank_lower, .upper = o->rank_upper};
    for (size_t i = 0; i < s->c->result->organisation_count; i++) {
        const oversight_organisation *other = &s->c->result->organisations[i];
        if (other->group == o->group && other->segment_by_scores >= 1 && other->segment_by_scores <= PLACE_SEGMENTS)
            places.segments[other->segment_by_scores - 1]++;
    }
    places.first = chapter_place(s->c, o, &places.shared);
    places.title = arena_printf(p->scratch, "Place %d of %d among %s", (int)places.first, (int)o->ranked,
                                group_words(p, s->f, o->group));
    places.description =
        isnan(o->rank_lower)
            ? "All places in a row, the best on the left."
            : arena_printf(
                  p->scratch,
                  "All places in a row, the best on the left. By chance alone it could be from place %g to %g.",
                  o->rank_lower, o->rank_upper);
    if (places.title == NULL || places.description == NULL)
        return;
    RAW(p, "<section><h2 id=\"where\">Where it stands</h2>\n<div class=\"chart-box\"><div class=\"chart-wide\">");
    chart_place_strip(&places, "place", CHART_WIDE, p->out);
    RAW(p, "</div><div class=\"chart-narrow\">");
    chart_place_strip(&places, "place-narrow", CHART_NARROW, p->out);
    RAW(p, "</div></div>\n<p class=\"note\">Each mark is one of the ");
    buffer_printf(p->out, "%d ", (int)o->ranked);
    page_text(p, group_words(p, s->f, o->group));
    RAW(p, ", by the average of their scores.");
    if (!isnan(o->rank_lower))
        RAW(p,
            " The bar says where it could be by chance alone: 95 in 100 rankings that were simulated lie within it.");
    RAW(p, "</p></section>\n");
}

/* ---- the metrics ---------------------------------------------------------------------------------------- */

static void metric_name(const steps *s, size_t m)
{
    page *p = s->p;
    const framework_metric *metric = &s->f->metrics[m];
    int32_t at = metric->measure[0] == 0 ? -1 : edition_find_measure(p->site->now, metric->measure);
    if (at >= 0 && site_total(p->site, at, s->o->org) != NULL)
        page_link(p, path_series(p, at, s->o->org, ".html"), metric->name);
    else
        page_text(p, metric->name);
    RAW(p, "<span class=\"under\">");
    page_text(p, metric->id);
    verified_tag(p, metric->verified);
    RAW(p, "</span>");
}

static void step_words(const steps *s, size_t m)
{
    buffer b = {0};
    if (oversight_step(s->c->result, s->at, m, &b, NULL) == STATUS_OK)
        page_text(s->p, b.data == NULL ? "" : b.data);
    else
        s->p->out->failed = true;
    buffer_free(&b);
}

static void metric_row(const steps *s, size_t m)
{
    page *p = s->p;
    const framework_metric *metric = &s->f->metrics[m];
    const oversight_metric *v = &s->o->metrics[m];
    RAW(p, "<tr><th scope=\"row\">");
    metric_name(s, m);
    RAW(p, "</th><td data-label=\"Figure\"><strong>");
    buffer_clear(&p->words);
    words_value(p, metric, v->value, &p->words);
    page_text(p, p->words.data);
    RAW(p, "</strong><span class=\"under\">");
    page_period(p, v->period);
    RAW(p, "</span></td><td class=\"say\" data-label=\"How it is scored\">");
    step_words(s, m);
    if (metric->note[0] != 0) {
        RAW(p, "<span class=\"under\">");
        page_text(p, metric->note);
        RAW(p, "</span>");
    }
    RAW(p, "</td><td data-label=\"Score\"><span class=\"together\"><strong>");
    page_score(p, v->score);
    RAW(p, "</strong> ");
    chart_score_line(v->score, s->o->average, p->out);
    RAW(p, "</span>");
    if (metric->weight < 1 || metric->weight > 1) {
        RAW(p, "<span class=\"under\">weight ");
        buffer_number(p->out, metric->weight);
        RAW(p, "</span>");
    }
    RAW(p, "</td></tr>\n");
}

static void not_scored(const steps *s)
{
    page *p = s->p;
    size_t count = 0;
    for (size_t m = 0; m < s->f->metric_count; m++)
        count += isnan(s->o->metrics[m].score) ? 1 : 0;
    if (count == 0)
        return;
    buffer_printf(
        p->out,
        "<p>%zu of the framework\xe2\x80\x99s %zu metrics %s no score here and %s left out of the average:</p><ul>",
        count, s->f->metric_count, count == 1 ? "has" : "have", count == 1 ? "is" : "are");
    for (size_t m = 0; m < s->f->metric_count; m++) {
        if (!isnan(s->o->metrics[m].score))
            continue;
        RAW(p, "<li>");
        page_text(p, s->f->metrics[m].name);
        RAW(p, ": ");
        buffer b = {0};
        if (oversight_step(s->c->result, s->at, m, &b, NULL) == STATUS_OK && b.length > 0) {
            b.data[0] = (char)tolower((unsigned char)b.data[0]);
            page_text(p, b.data);
        }
        buffer_free(&b);
        RAW(p, ".");
        verified_tag(p, s->f->metrics[m].verified);
        RAW(p, "</li>");
    }
    RAW(p, "</ul>\n");
}

static void metrics(const steps *s)
{
    page *p = s->p;
    RAW(p, "<h3>2. Each metric gets a score</h3>\n");
    if (s->o->scored > 0) {
        RAW(p, "<table class=\"judged\"><thead><tr><th scope=\"col\">Metric</th><th scope=\"col\">Figure</th><th "
               "scope=\"col\">How it is scored</th><th scope=\"col\">Score<span class=\"unit\">1 is best, 4 worst; the "
               "line is the average</span></th></tr></thead><tbody>\n");
        for (size_t m = 0; m < s->f->metric_count; m++)
            if (!isnan(s->o->metrics[m].score))
                metric_row(s, m);
        RAW(p, "</tbody></table>\n");
    }
    not_scored(s);
}

/* ---- average, segment, adjustments ------------------------------------------------------------------------ */

/* Weighted, of one domain; NaN where it has no score. */
static double domain_average(const steps *s, const char *domain, size_t *count)
{
    double sum = 0, weights = 0;
    *count = 0;
    for (size_t m = 0; m < s->f->metric_count; m++)
        if (strcmp(s->f->metrics[m].domain, domain) == 0 && !isnan(s->o->metrics[m].score)) {
            sum += s->f->metrics[m].weight * s->o->metrics[m].score;
            weights += s->f->metrics[m].weight;
            ++*count;
        }
    return weights > 0 ? sum / weights : (double)NAN;
}

static void averages(const steps *s)
{
    page *p = s->p;
    const framework *f = s->f;
    bool equal = true;
    for (size_t m = 1; m < f->metric_count; m++)
        equal = equal && f->metrics[m].weight >= f->metrics[0].weight && f->metrics[m].weight <= f->metrics[0].weight;
    RAW(p, "<h3>3. The scores are averaged</h3>\n<p>");
    buffer_printf(p->out, "The %s of %d score%s is <strong>%.2f</strong>%s</p>\n",
                  equal ? "average" : "weighted average", (int)s->o->scored, plural((size_t)s->o->scored),
                  s->o->average, equal ? ", each with equal weight. By domain:" : ". By domain:");
    RAW(p, "<dl class=\"facts\">");
    for (size_t m = 0; m < f->metric_count; m++) {
        bool told = false;
        size_t count = 0;
        for (size_t k = 0; k < m && !told; k++)
            told = strcmp(f->metrics[k].domain, f->metrics[m].domain) == 0;
        if (told)
            continue;
        double average = domain_average(s, f->metrics[m].domain, &count);
        RAW(p, "<div><dt>");
        page_text(p, domain_words(p, f->metrics[m].domain));
        RAW(p, "</dt><dd>");
        if (isnan(average))
            RAW(p, "nothing scored");
        else
            buffer_printf(p->out, "%.2f (%zu metric%s)", average, count, plural(count));
        RAW(p, "</dd></div>");
    }
    RAW(p, "</dl>\n");
}

static void segment(const steps *s)
{
    page *p = s->p;
    const framework *f = s->f;
    const oversight_organisation *o = s->o;
    RAW(p, "<h3>4. The average gives a segment</h3>\n<p>");
    if (f->by_quartiles) {
        bool shared;
        int32_t place = chapter_place(s->c, o, &shared);
        buffer_printf(p->out, "The %d averages of the group are put in order and cut into quarters. %s %d of %d is in ",
                      (int)o->ranked, shared ? "Joint place" : "Place", (int)place, (int)o->ranked);
        buffer_printf(p->out, "<strong>segment %d</strong>.", (int)o->segment_by_scores);
    } else if (f->thresholds_known) {
        buffer_printf(p->out,
                      "Up to %.4g is segment 1, up to %.4g segment 2, up to %.4g segment 3, above it segment 4. "
                      "%.2f is in <strong>segment %d</strong>.",
                      f->thresholds[0], f->thresholds[1], f->thresholds[2], o->average, (int)o->segment_by_scores);
    } else {
        RAW(p,
            "The framework maps averages to segments by thresholds that it states and that are not known here. So no "
            "segment is given. <span class=\"tag\">not verified</span>");
    }
    RAW(p, "</p>\n<h3>5. Adjustments</h3>\n");
    if (f->adjustment_count == 0) {
        RAW(p, "<p>The framework has none.</p>\n");
        return;
    }
    RAW(p, "<ul>");
    for (size_t i = 0; i < f->adjustment_count; i++) {
        const framework_adjustment *a = &f->adjustments[i];
        RAW(p, "<li>");
        page_text(p, a->name);
        buffer_printf(p->out, a->segment > 0 ? " (segment %d): " : " (no better than segment %d): ",
                      (int)(a->segment > 0 ? a->segment : a->no_better_than));
        if (o->adjusted >> i & 1)
            buffer_text(p->out, a->measure[0] == 0 ? "<strong>applies</strong>, by the register."
                                                   : "<strong>applies</strong>, by its figure.");
        else if (a->event[0] != 0)
            RAW(p, "does not apply: the register has no such event in force.");
        else
            RAW(p, "does not apply.");
        verified_tag(p, a->verified);
        RAW(p, "</li>");
    }
    RAW(p, "</ul>\n");
    if (o->segment > 0)
        buffer_printf(p->out, "<p>So it is in <strong>segment %d</strong>.</p>\n", (int)o->segment);
}

/* ---- how sure, what it hangs on ---------------------------------------------------------------------------- */

static void how_sure(const steps *s)
{
    page *p = s->p;
    const oversight_organisation *o = s->o;
    if (isnan(o->rank_lower) || o->segment_by_scores < 1 || o->segment_by_scores > FRAMEWORK_SEGMENTS)
        return;
    RAW(p, "<section><h2 id=\"sure\">How sure is that?</h2><p>The figures are counts of people, and counts vary by "
           "chance. In ten thousand rankings with all figures drawn anew within their error, its scores gave:</p><dl "
           "class=\"facts\">");
    for (int i = 0; i < FRAMEWORK_SEGMENTS; i++) {
        double share = o->segment_share[i] * 100;
        buffer_printf(p->out, "<div><dt>Segment %d</dt><dd>", i + 1);
        if (share > 0 && share < 1)
            RAW(p, "under 1%");
        else if (share > 99 && share < 100)
            RAW(p, "over 99%");
        else
            buffer_printf(p->out, "%.0f%%", share);
        RAW(p, "</dd></div>");
    }
    RAW(p, "</dl></section>\n");
}

static void segment_cell(page *p, int32_t segment_now, int32_t then)
{
    if (then < 1)
        RAW(p, "no score");
    else if (then == segment_now)
        buffer_printf(p->out, "%d", (int)then);
    else
        buffer_printf(p->out, "<strong>%d</strong>, %s", (int)then, then < segment_now ? "better" : "worse");
}

static void needed_cell(const steps *s, size_t m)
{
    page *p = s->p;
    const oversight_metric *v = &s->o->metrics[m];
    const framework_metric *metric = &s->f->metrics[m];
    if (!v->can_move) {
        RAW(p, "<span class=\"none\">not by this alone</span>");
        return;
    }
    RAW(p, "<strong>");
    if (metric->scoring == SCORING_RANKED)
        buffer_text(p->out, metric->better == BETTER_HIGHER ? "above " : "below ");
    buffer_clear(&p->words);
    words_value(p, metric, v->needed_value, &p->words);
    page_text(p, p->words.data);
    RAW(p, "</strong>");
    if (v->needed_people > 0) {
        RAW(p, "<span class=\"under\">");
        page_count(p, v->needed_people);
        buffer_text(p->out, metric->better == BETTER_HIGHER ? " more" : " fewer");
        RAW(p, "</span>");
    }
}

static void what_it_hangs_on(const steps *s)
{
    page *p = s->p;
    const framework *f = s->f;
    const oversight_organisation *o = s->o;
    const bool moves = o->segment_by_scores > 1 && !words_held(s->c, o);
    if (!gives_segments(f) || o->scored == 0)
        return;
    RAW(p,
        "<section><h2 id=\"hangs-on\">What it hangs on</h2><p>What its segment would be if a metric were left out for "
        "everybody, or counted twice");
    if (moves)
        RAW(p, "; and the figure of that metric alone that would move it to the next better segment with everyone else "
               "as they are");
    RAW(p, ".</p><table class=\"judged\"><thead><tr><th scope=\"col\">Metric</th><th scope=\"col\">Segment without "
           "it</th><th scope=\"col\">Segment if counted twice</th>");
    if (moves)
        RAW(p, "<th scope=\"col\">Figure that would move it</th>");
    RAW(p, "</tr></thead><tbody>\n");
    for (size_t m = 0; m < f->metric_count; m++) {
        if (isnan(o->metrics[m].score))
            continue;
        RAW(p, "<tr><th scope=\"row\">");
        page_text(p, f->metrics[m].name);
        RAW(p, "</th><td data-label=\"Segment without it\"><span>");
        segment_cell(p, o->segment, o->metrics[m].segment_without);
        RAW(p, "</span></td><td data-label=\"Segment if counted twice\"><span>");
        segment_cell(p, o->segment, o->metrics[m].segment_doubled);
        RAW(p, "</span></td>");
        if (moves) {
            RAW(p, "<td data-label=\"Figure that would move it\">");
            needed_cell(s, m);
            RAW(p, "</td>");
        }
        RAW(p, "</tr>\n");
    }
    RAW(p, "</tbody></table></section>\n");
}

/* ---- the page --------------------------------------------------------------------------------------------- */

static void eligible(const steps *s)
{
    page *p = s->p;
    const framework *f = s->f;
    RAW(p, "<h3>1. Whom it is compared with</h3>\n<p>");
    if (f->group_count == 0) {
        RAW(p, "All organisations that the framework scores form one group.");
    } else {
        const framework_group *g = &f->groups[s->o->group];
        RAW(p, "It is one of ");
        buffer_printf(p->out, "%d ", (int)s->o->ranked);
        page_text(p, group_words(p, f, s->o->group));
        RAW(p, " with a score");
        for (size_t i = 0; i < g->report_count; i++) {
            int32_t at = edition_find_measure(p->site->now, g->reports[i]);
            buffer_text(p->out, i == 0 ? ", because it reports " : " and ");
            if (at >= 0)
                page_link(p, path_measure(p, at), p->site->now->measures[at].short_name);
            else
                page_text(p, g->reports[i]);
        }
        RAW(p, ". Only they are ranked with each other.");
    }
    RAW(p, "</p>\n");
}

void page_steps(page *p, int32_t which, int32_t who)
{
    const oversight_chapter *c = &p->site->book->chapters[which];
    const framework *f = c->framework;
    steps s = {.p = p, .c = c, .f = f, .o = chapter_organisation(c, who), .at = (size_t)c->place[who]};
    const edition_org *of = &p->site->now->orgs[who];
    const char *title = arena_printf(p->scratch, "%s: %s", org_long(p->site, who), f->name);
    page_begin(p, &(page_head){.title = title == NULL ? f->name : title, .section = "oversight.html"});
    RAW(p, "<nav class=\"crumbs\" aria-label=\"Breadcrumb\"><ol><li>");
    page_link(p, "index.html", "Home");
    RAW(p, "</li><li>");
    page_link(p, "oversight.html", "Oversight");
    RAW(p, "</li><li>");
    page_link(p, path_framework(p, f), f->name);
    RAW(p, "</li></ol></nav>\n<h1><span class=\"caption\">");
    page_text(p, f->name);
    RAW(p, "</span> ");
    page_text(p, org_long(p->site, who));
    RAW(p, "</h1>\n<p class=\"lede\">");
    sentence(p, words_standing, c, s.o);
    RAW(p, "</p>\n");
    if (!f->verified)
        RAW(p, "<div class=\"inset\"><p>Recomputed from published figures. <strong>Not all of the rules are "
               "verified</strong>, and only metrics that are published are scored, so this is not the published score. "
               "What is not verified says so beside it.</p></div>\n");
    strip(&s);
    RAW(p, "<section><h2 id=\"move\">What would move it to the next segment</h2><p class=\"lede\">");
    sentence(p, words_move, c, s.o);
    RAW(p, "</p></section>\n<section><h2 id=\"steps\">Step by step</h2>\n");
    eligible(&s);
    metrics(&s);
    if (s.o->scored > 0) {
        averages(&s);
        segment(&s);
    }
    RAW(p, "</section>\n");
    how_sure(&s);
    what_it_hangs_on(&s);
    RAW(p, "<section class=\"next\"><h2 id=\"next\">What next</h2><ul><li>");
    page_link(p, path_organisation(p, who), "How this organisation is doing");
    RAW(p, "</li><li>");
    page_link(p, path_framework(p, f), "Everyone that this framework scores");
    RAW(p, "</li>");
    int32_t icb = of->kind == ORG_ICB ? who : of->icb;
    if (icb >= 0 && p->site->org_name[icb] != NULL && !site_org_closed(p->site, icb)) {
        RAW(p, "<li>");
        page_link(p, path_system(p, icb), "Both views on its system");
        RAW(p, "</li>");
    }
    RAW(p, "</ul></section>\n");
    page_end(p);
}
