/* Oversight: what frameworks there are, and everyone that one of them scores. */
#include "publish/page_oversight.h"

#include "publish/chart_place.h"

void verified_tag(page *p, bool verified)
{
    if (!verified)
        RAW(p, " <span class=\"tag\">not verified</span>");
}

void page_score(page *p, double score)
{
    if (!isnan(score))
        buffer_printf(p->out, "%.2f", score);
}

/* ---- words on a framework ------------------------------------------------------------------------------- */

static size_t metrics_measured(const framework *f)
{
    size_t count = 0;
    for (size_t i = 0; i < f->metric_count; i++)
        count += f->metrics[i].measure[0] != 0;
    return count;
}

static size_t metrics_unverified(const framework *f)
{
    size_t count = 0;
    for (size_t i = 0; i < f->metric_count; i++)
        count += !f->metrics[i].verified;
    return count;
}

/* One sentence: what a framework does. */
static void what_it_does(page *p, const oversight_chapter *c)
{
    const framework *f = c->framework;
    if (f->statement_count > 0) {
        size_t themes = 0;
        for (size_t i = 0; i < f->statement_count; i++)
            themes += i == 0 || strcmp(f->statements[i].theme, f->statements[i - 1].theme) != 0;
        buffer_printf(p->out, "Gathers evidence under %zu quality statements in %zu themes. It gives no scores.",
                      f->statement_count, themes);
    } else if (f->regime_count > 0) {
        buffer_printf(p->out, "Says which of %zu returns and reviews are asked of whom, in %zu regimes.",
                      f->return_count, f->regime_count);
    } else {
        size_t measured = metrics_measured(f), scored = chapter_scored(c);
        buffer_printf(p->out, "Scores organisations on %zu metric%s, from 1 (best) to 4, ", f->metric_count,
                      plural(f->metric_count));
        if (measured == f->metric_count)
            RAW(p, "all of which");
        else
            buffer_printf(p->out, "%zu of which", measured);
        RAW(p, " can be computed from published figures. ");
        if (scored > 0)
            buffer_printf(p->out, "%zu organisations have a score.", scored);
        else
            RAW(p, "No organisation has a figure in its year yet.");
    }
}

static void what_is_not_known(page *p, const framework *f)
{
    size_t unverified = metrics_unverified(f);
    if (f->verified)
        return;
    RAW(p, "<div class=\"inset\"><p><strong>Not all of this is verified.</strong> ");
    if (unverified > 0)
        buffer_printf(p->out,
                      "The scoring of %zu of %zu metrics is recalled from public documents, not read in the "
                      "framework itself. ",
                      unverified, f->metric_count);
    if (f->metric_count > 0 && !f->by_quartiles && !f->thresholds_known)
        RAW(p, "How averages become segments is not known here, so no segments are given. ");
    if (f->statement_count > 0)
        RAW(p, "The quality statements are recalled from a public document. ");
    RAW(p, "Whatever is not verified says so beside it.</p></div>\n");
}

/* ---- the index ------------------------------------------------------------------------------------------ */

static void card(page *p, const oversight_chapter *c)
{
    const framework *f = c->framework;
    RAW(p, "<li><h3>");
    page_link(p, path_framework(p, f), f->name);
    RAW(p, "</h3><p>");
    what_it_does(p, c);
    RAW(p, "</p><p class=\"note\">");
    page_text(p, f->authority);
    RAW(p, ", ");
    page_period(p, f->year);
    verified_tag(p, f->verified);
    RAW(p, "</p></li>\n");
}

static void systems(page *p)
{
    const site *s = p->site;
    if (s->icbs.count == 0)
        return;
    RAW(p,
        "<section><h2 id=\"systems\">Both views on one system</h2><p>NHS England scores; the Care Quality Commission "
        "gathers evidence. For each integrated care system both stand side by side on the same figures.</p>"
        "<form class=\"filter\" data-filter=\"list\" hidden><label for=\"find-both\">Find a "
        "system</label><input type=\"search\" id=\"find-both\" autocomplete=\"off\"><p class=\"count\" "
        "role=\"status\"></p></form><ul class=\"columns\" data-list>\n");
    for (size_t i = 0; i < s->icbs.count; i++) {
        int32_t who = s->icbs.items[i];
        RAW(p, "<li data-words=\"");
        page_text(p, org_long(s, who));
        RAW(p, " ");
        page_text(p, s->now->orgs[who].code);
        RAW(p, "\">");
        page_link(p, s->org_name[who] == NULL ? "oversight.html" : path_system(p, who), org_short(s, who));
        RAW(p, "</li>\n");
    }
    RAW(p, "</ul></section>\n");
}

void page_oversight(page *p)
{
    const oversight_book *b = p->site->book;
    page_begin(p,
               &(page_head){.title = "Oversight",
                            .description = "How trusts and systems are judged, recomputed in the open, step by step.",
                            .section = "oversight.html"});
    RAW(p,
        "<h1>Oversight</h1>\n<p class=\"lede\">How NHS trusts and systems are judged, recomputed here from published "
        "figures so that anyone can follow each step: how a figure becomes a score, scores an average, an average a "
        "segment, and how much of a place is chance.</p>\n<h2 id=\"frameworks\">Frameworks</h2>\n<ul class=\"measures "
        "plain\">\n");
    for (size_t i = 0; i < b->chapter_count; i++)
        card(p, &b->chapters[i]);
    RAW(p, "</ul>\n");
    for (size_t i = 0; i < b->unread_count; i++) {
        RAW(p, "<div class=\"inset\"><p><strong>The framework ");
        page_text(p, b->unread[i].id);
        RAW(p, " could not be read.</strong> ");
        page_text(p, b->unread[i].why);
        RAW(p, "</p></div>\n");
    }
    if (p->site->burden != NULL) {
        RAW(p, "<p>");
        page_link(p, "burden.html", "What is asked of systems, and what of it twice");
        RAW(p, "</p>\n");
    }
    if (b->chapter_count > 0)
        systems(p);
    RAW(p,
        "<section><h2 id=\"how\">How to read a score</h2><dl class=\"facts long\">"
        "<div><dt>Score</dt><dd>Each metric gives 1 (best) to 4. Most are ranked: the best of a group has 1, the last "
        "has 4, the others lie evenly between.</dd></div>"
        "<div><dt>Average</dt><dd>Of the scores that there are. A metric that is not reported is left out; it never "
        "counts as nought.</dd></div>"
        "<div><dt>Segment</dt><dd>1 is best. By quarters of the group, or by stated thresholds. A deficit, or a "
        "support programme, can change it afterwards.</dd></div>"
        "<div><dt>Likely place</dt><dd>Figures are counts of people, and counts vary by chance. All of them are drawn "
        "anew ten thousand times within their error, and everyone is scored and ranked each time: 95 in 100 of these "
        "rankings lie between the two places.</dd></div></dl></section>\n");
    page_end(p);
}

/* ---- everyone that a framework scores ------------------------------------------------------------------- */

/* How many of a group are in each segment by their scores, in order of place. */
static void count_segments(const oversight_chapter *c, int32_t group, int32_t counts[PLACE_SEGMENTS])
{
    memset(counts, 0, PLACE_SEGMENTS * sizeof *counts);
    for (size_t i = 0; i < c->result->organisation_count; i++) {
        const oversight_organisation *o = &c->result->organisations[i];
        if (o->group == group && o->segment_by_scores >= 1 && o->segment_by_scores <= PLACE_SEGMENTS)
            counts[o->segment_by_scores - 1]++;
    }
}

static void score_row(page *p, const oversight_chapter *c, const oversight_organisation *o, const int32_t *counts)
{
    const framework *f = c->framework;
    chart_places places = {.ranked = o->ranked, .place = o->rank, .lower = o->rank_lower, .upper = o->rank_upper};
    memcpy(places.segments, counts, sizeof places.segments);
    RAW(p, "<tr><th scope=\"row\"><a");
    page_href(p, path_steps(p, f, o->org), NULL);
    RAW(p, ">");
    page_text(p, org_short(p->site, o->org));
    RAW(p, "</a></th>");
    if (f->by_quartiles || f->thresholds_known) {
        buffer_printf(p->out, "<td class=\"number\" data-label=\"Segment\" data-sort=\"%d\">", (int)o->segment);
        if (o->segment > 0)
            buffer_printf(p->out, "<strong>%d</strong>", (int)o->segment);
        if (o->segment != o->segment_by_scores)
            buffer_printf(p->out, "<span class=\"under\">%d by its scores</span>", (int)o->segment_by_scores);
        RAW(p, "</td>");
    }
    bool shared;
    const int32_t place = chapter_place(c, o, &shared);
    RAW(p, "<td class=\"number\" data-label=\"Average score\">");
    page_score(p, o->average);
    buffer_printf(p->out,
                  "</td><td class=\"number\" data-label=\"Metrics\">%d</td><td class=\"number\" data-label=\"Place\" "
                  "data-sort=\"%d\">%d",
                  (int)o->scored, (int)place, (int)place);
    if (shared)
        RAW(p, "<span class=\"under\">joint</span>");
    buffer_printf(p->out, "</td><td class=\"place\" data-label=\"Likely place\" data-sort=\"%d\">", (int)place);
    chart_place_line(&places, p->out);
    RAW(p, "<span class=\"under\">");
    if (!isnan(o->rank_lower))
        buffer_printf(p->out, o->rank_lower < o->rank_upper ? "%g to %g" : "%g", o->rank_lower, o->rank_upper);
    RAW(p, "</span></td></tr>\n");
}

static void group_table(page *p, const oversight_chapter *c, size_t first, size_t end)
{
    const framework *f = c->framework;
    const oversight_organisation *of = &c->result->organisations[first];
    const char *name = f->group_count > 0 ? f->groups[of->group].name : "Organisations";
    int32_t counts[PLACE_SEGMENTS];
    count_segments(c, of->group, counts);
    buffer_printf(p->out, "<section><h2 id=\"group-%d\">", (int)of->group + 1);
    page_text(p, name);
    buffer_printf(p->out, " <span class=\"how-many\">%zu</span></h2>\n", end - first);
    RAW(p, "<form class=\"filter\" data-filter=\"rows\" hidden><label for=\"find-group-");
    buffer_printf(p->out, "%d\">Find one</label><input type=\"search\" id=\"find-group-%d\" autocomplete=\"off\">",
                  (int)of->group + 1, (int)of->group + 1);
    RAW(p, "<p class=\"count\" role=\"status\"></p></form><div class=\"scroll\" tabindex=\"0\" role=\"region\" "
           "aria-label=\"");
    page_text(p, name);
    RAW(p, "\"><table class=\"data ranks\" data-sortable><caption><span>");
    page_text(p, name);
    RAW(p, ", best average first</span></caption><thead><tr><th scope=\"col\">Organisation</th>");
    if (f->by_quartiles || f->thresholds_known)
        RAW(p, "<th scope=\"col\" class=\"number\">Segment</th>");
    RAW(p, "<th scope=\"col\" class=\"number\">Average score</th><th scope=\"col\" class=\"number\">Metrics</th>"
           "<th scope=\"col\" class=\"number\">Place</th><th scope=\"col\">Likely place<span class=\"unit\">the dot is "
           "its place, the bar where chance could put it</span></th></tr></thead><tbody>\n");
    for (size_t i = first; i < end; i++)
        score_row(p, c, &c->result->organisations[i], counts);
    RAW(p, "</tbody></table></div></section>\n");
}

/* "In acute trusts, 30 of 121 could as well be in another segment." */
static void how_sure(page *p, const oversight_chapter *c)
{
    size_t unsure = 0, sure = 0;
    for (size_t i = 0; i < c->result->organisation_count; i++) {
        const oversight_organisation *o = &c->result->organisations[i];
        if (o->segment_by_scores < 1 || o->segment_by_scores > FRAMEWORK_SEGMENTS || isnan(o->rank_lower))
            continue;
        if (o->segment_share[o->segment_by_scores - 1] < 0.95)
            unsure++;
        else
            sure++;
    }
    if (sure + unsure > 0)
        buffer_printf(p->out,
                      " Of %zu, %zu might by chance alone be in another segment: it is theirs in fewer than 95 of 100 "
                      "simulated rankings.",
                      sure + unsure, unsure);
}

static void metrics_table(page *p, const framework *f)
{
    static const char *const ways[] = {[SCORING_DISCRETE] = "By steps",
                                       [SCORING_CONTINUOUS] = "On a line between anchors",
                                       [SCORING_RANKED] = "By rank in the group"};
    RAW(p, "<section><h2 id=\"metrics\">What is scored</h2><div class=\"scroll\" tabindex=\"0\" role=\"region\" "
           "aria-labelledby=\"metrics\"><table class=\"data\"><thead><tr><th scope=\"col\">Metric</th><th "
           "scope=\"col\">Measure</th><th scope=\"col\">Scored</th><th scope=\"col\" class=\"number\">Weight</th><th "
           "scope=\"col\">Known from</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < f->metric_count; i++) {
        const framework_metric *m = &f->metrics[i];
        int32_t at = m->measure[0] == 0 ? -1 : edition_find_measure(p->site->now, m->measure);
        RAW(p, "<tr><th scope=\"row\">");
        page_text(p, m->name);
        RAW(p, "<span class=\"under\">");
        page_text(p, m->id);
        if (m->note[0] != 0) {
            RAW(p, ": ");
            page_text(p, m->note);
        }
        RAW(p, "</span></th><td>");
        if (at >= 0)
            page_link(p, path_measure(p, at), p->site->now->measures[at].short_name);
        else
            page_text(p, m->why_not);
        RAW(p, "</td><td>");
        page_text(p, at >= 0 ? ways[m->scoring] : "Not scored");
        RAW(p, "</td><td class=\"number\">");
        buffer_number(p->out, m->weight);
        RAW(p, "</td><td>");
        page_text(p, m->verified ? "the framework" : "not verified");
        RAW(p, "</td></tr>\n");
    }
    RAW(p, "</tbody></table></div>\n");
    if (f->adjustment_count > 0) {
        RAW(p, "<h3>What changes a segment afterwards</h3><ul>");
        for (size_t i = 0; i < f->adjustment_count; i++) {
            const framework_adjustment *a = &f->adjustments[i];
            RAW(p, "<li>");
            page_text(p, a->name);
            buffer_printf(p->out, a->segment > 0 ? ": segment %d" : ": no better than segment %d",
                          (int)(a->segment > 0 ? a->segment : a->no_better_than));
            verified_tag(p, a->verified);
            RAW(p, "</li>");
        }
        RAW(p, "</ul>");
    }
    RAW(p, "</section>\n");
}

/* ---- against what was published -------------------------------------------------------------------------- */

static void comparison_row(page *p, const oversight_chapter *c, const oversight_comparison *row)
{
    int32_t who = edition_find_org(p->site->now, row->organisation);
    RAW(p, "<tr><th scope=\"row\">");
    if (row->scored != NULL) {
        RAW(p, "<a");
        page_href(p, path_steps(p, c->framework, row->scored->org), NULL);
        RAW(p, ">");
        page_text(p, org_short(p->site, row->scored->org));
        RAW(p, "</a>");
    } else {
        page_text(p, who >= 0 ? org_short(p->site, who) : row->organisation);
    }
    RAW(p, "</th><td class=\"number\">");
    page_score(p, row->published_score);
    RAW(p, "</td><td class=\"number\">");
    page_score(p, row->scored == NULL ? (double)NAN : row->scored->average);
    RAW(p, "</td><td class=\"number\">");
    if (row->published_segment > 0)
        buffer_printf(p->out, "%d", (int)row->published_segment);
    RAW(p, "</td><td class=\"number\">");
    if (row->scored != NULL && row->scored->segment > 0)
        buffer_printf(p->out, "%d", (int)row->scored->segment);
    RAW(p, "</td><td>");
    page_text(p, row->agrees ? "agrees" : row->scored == NULL ? "not scored here" : "differs");
    RAW(p, "</td></tr>\n");
}

static void published(page *p, const oversight_chapter *c)
{
    const framework *f = c->framework;
    size_t agree = 0, segments = 0, same = 0;
    if (c->result == NULL || f->published_count == 0)
        return;
    for (size_t i = 0; i < f->published_count; i++) {
        const framework_published *row = &f->published[i];
        const oversight_comparison x = oversight_compare(c->result, row->organisation, row->score, row->segment);
        agree += x.agrees;
        segments += row->segment > 0 && x.scored != NULL;
        same += row->segment > 0 && x.scored != NULL && x.scored->segment == row->segment;
    }
    RAW(p, "<section><h2 id=\"published\">Beside the published table</h2><p>");
    buffer_printf(p->out, "%zu of the %zu organisations that were published have the same score and segment here.",
                  agree, f->published_count);
    if (segments > 0)
        buffer_printf(p->out, " The segment alone is the same for %zu of %zu.", same, segments);
    RAW(p,
        " Where they differ, the steps show what was counted here.</p><details class=\"fold\"><summary>Published and "
        "computed, side by side</summary><div class=\"scroll\" tabindex=\"0\" role=\"region\" "
        "aria-labelledby=\"published\"><table class=\"data\" data-sortable><thead><tr><th "
        "scope=\"col\">Organisation</th><th scope=\"col\" class=\"number\">Published score</th><th scope=\"col\" "
        "class=\"number\">Score here</th><th scope=\"col\" class=\"number\">Published segment</th><th scope=\"col\" "
        "class=\"number\">Segment here</th><th scope=\"col\">Same</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < f->published_count; i++) {
        const framework_published *row = &f->published[i];
        const oversight_comparison x = oversight_compare(c->result, row->organisation, row->score, row->segment);
        comparison_row(p, c, &x);
    }
    RAW(p, "</tbody></table></div></details></section>\n");
}

/* ---- regimes -------------------------------------------------------------------------------------------- */

static void regimes_table(page *p, const framework *f)
{
    RAW(p, "<section><h2 id=\"regimes\">Regimes</h2><dl class=\"facts long\">");
    for (size_t i = 0; i < f->regime_count; i++) {
        RAW(p, "<div><dt>");
        page_text(p, f->regimes[i].name);
        RAW(p, "</dt><dd>");
        page_text(p, f->regimes[i].who);
        RAW(p, ".");
        if (f->regimes[i].note[0] != 0) {
            RAW(p, " ");
            page_text(p, f->regimes[i].note);
        }
        verified_tag(p, f->regimes[i].verified);
        RAW(p, "</dd></div>");
    }
    RAW(p,
        "</dl></section>\n<section><h2 id=\"returns\">What is asked in each</h2><div class=\"scroll\" tabindex=\"0\" "
        "role=\"region\" aria-labelledby=\"returns\"><table class=\"data\"><thead><tr><th scope=\"col\">Return or "
        "review</th><th scope=\"col\">Asked by</th>");
    for (size_t k = 0; k < f->regime_count; k++) {
        RAW(p, "<th scope=\"col\">");
        page_text(p, f->regimes[k].name);
        RAW(p, "</th>");
    }
    RAW(p, "</tr></thead><tbody>\n");
    for (size_t i = 0; i < f->return_count; i++) {
        const framework_return *r = &f->returns[i];
        RAW(p, "<tr><th scope=\"row\">");
        page_text(p, r->name);
        RAW(p, "<span class=\"under\">");
        page_text(p, r->review ? "review" : "return");
        verified_tag(p, r->verified);
        RAW(p, "</span></th><td>");
        page_text(p, r->asked_by);
        RAW(p, "</td>");
        for (size_t k = 0; k < f->regime_count; k++) {
            RAW(p, "<td>");
            page_text(p, r->how[k][0] == 0 ? "not known here" : r->how[k]);
            RAW(p, "</td>");
        }
        RAW(p, "</tr>\n");
    }
    RAW(p, "</tbody></table></div></section>\n");
}

static void lighter_systems(page *p, const framework *f)
{
    const site *s = p->site;
    size_t told = 0;
    for (size_t i = 0; i < s->icbs.count; i++) {
        int32_t who = s->icbs.items[i];
        int32_t which = oversight_regime_of(s->book, f, s->now->orgs[who].code, s->now->latest);
        if (which < 0 || f->regimes[which].event[0] == 0)
            continue;
        RAW(p, "<li>");
        page_org_link(p, who, false);
        RAW(p, ": ");
        page_text(p, f->regimes[which].name);
        RAW(p, "</li>");
        told++;
    }
    if (told == 0)
        RAW(p, "<li>Every system is in the usual regime: the register has no event that says otherwise.</li>");
}

/* ---- statements ----------------------------------------------------------------------------------------- */

static void statements_list(page *p, const framework *f)
{
    RAW(p, "<section><h2 id=\"statements\">The quality statements</h2>\n");
    for (size_t i = 0; i < f->statement_count; i++) {
        const framework_statement *st = &f->statements[i];
        if (i == 0 || strcmp(st->theme, f->statements[i - 1].theme) != 0) {
            RAW(p, "<h3>");
            page_text(p, st->theme);
            RAW(p, "</h3><ul>");
        }
        RAW(p, "<li>");
        page_text(p, st->name);
        verified_tag(p, st->verified);
        RAW(p, "</li>");
        if (i + 1 == f->statement_count || strcmp(st->theme, f->statements[i + 1].theme) != 0)
            RAW(p, "</ul>\n");
    }
    RAW(p, "<p>");
    page_link(p, "oversight.html", "Choose a system");
    RAW(p, " to see the evidence under each.</p></section>\n");
}

/* ---- the page ------------------------------------------------------------------------------------------- */

void page_framework(page *p, int32_t which)
{
    const oversight_chapter *c = &p->site->book->chapters[which];
    const framework *f = c->framework;
    page_begin(
        p, &(page_head){.title = f->name,
                        .section = "oversight.html",
                        .csv = c->result == NULL ? NULL : arena_printf(p->scratch, "oversight/%s/scores.csv", f->id)});
    RAW(p, "<nav class=\"crumbs\" aria-label=\"Breadcrumb\"><ol><li>");
    page_link(p, "index.html", "Home");
    RAW(p, "</li><li>");
    page_link(p, "oversight.html", "Oversight");
    RAW(p, "</li></ol></nav>\n<h1><span class=\"caption\">");
    page_text(p, f->authority);
    RAW(p, "</span> ");
    page_text(p, f->name);
    RAW(p, "</h1>\n<p class=\"lede\">");
    what_it_does(p, c);
    if (c->result != NULL)
        how_sure(p, c);
    RAW(p, "</p>\n<p class=\"prose\">");
    page_text(p, f->note);
    RAW(p, "</p>\n<p class=\"note\">Source: ");
    page_text(p, f->document);
    RAW(p, ", ");
    page_period(p, f->year);
    RAW(p, ".</p>\n");
    what_is_not_known(p, f);
    if (c->trouble[0] != 0) {
        RAW(p, "<div class=\"inset\"><p><strong>Nobody could be scored.</strong> ");
        page_text(p, c->trouble);
        RAW(p, "</p></div>\n");
    }
    for (size_t i = 0, end; c->result != NULL && i < c->result->organisation_count; i = end) {
        for (end = i + 1; end < c->result->organisation_count &&
                          c->result->organisations[end].group == c->result->organisations[i].group;
             end++)
            ;
        group_table(p, c, i, end);
    }
    if (c->result != NULL && c->result->without_group > 0)
        buffer_printf(p->out,
                      "<p class=\"note\">%zu other organisation%s of the kinds that it scores report%s none of its "
                      "metrics in the year, or not what a group asks for, and are not scored.</p>\n",
                      c->result->without_group, plural(c->result->without_group),
                      c->result->without_group == 1 ? "s" : "");
    published(p, c);
    if (f->metric_count > 0)
        metrics_table(p, f);
    if (f->statement_count > 0)
        statements_list(p, f);
    if (f->regime_count > 0) {
        regimes_table(p, f);
        RAW(p, "<section><h2 id=\"who\">Who is in a lighter regime</h2><ul>");
        lighter_systems(p, f);
        RAW(p, "</ul></section>\n");
    }
    if (c->result != NULL) {
        RAW(p, "<section class=\"next\"><h2 id=\"next\">Take it as data</h2><ul><li><a");
        page_href(p, arena_printf(p->scratch, "oversight/%s/scores.csv", f->id), NULL);
        RAW(p, ">Scores, places and segments (CSV)</a></li><li><a");
        page_href(p, arena_printf(p->scratch, "oversight/%s/steps.csv", f->id), NULL);
        RAW(p, ">Every step of every organisation (CSV)</a></li></ul></section>\n");
    }
    page_end(p);
}
