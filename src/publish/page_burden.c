/* What is asked of systems: by whom, how much work it is, what is asked twice, which figures tell the same story, how few would do. */
#include "publish/page_oversight.h"
#include "publish/record.h"

static const char *text_or(const register_subject *s, register_field field, const char *otherwise)
{
    const char *words = register_value(s, field);
    return words == NULL || words[0] == 0 ? otherwise : words;
}

static bool stands(const page *p, const register_subject *s)
{
    date until = register_value_date(s, FIELD_UNTIL);
    return until == DATE_NONE || until > p->site->record->as_at;
}

static void hours_cell(page *p, double hours)
{
    RAW(p, "<td class=\"number\" data-label=\"Hours a year\">");
    if (isnan(hours))
        RAW(p, "<span class=\"none\">not known</span>");
    else
        page_count(p, (int64_t)llround(hours));
    RAW(p, "</td>");
}

static void measure_name(page *p, const char *id)
{
    int32_t at = edition_find_measure(p->site->now, id);
    if (at >= 0)
        page_link(p, path_measure(p, at), p->site->now->measures[at].name);
    else
        page_text(p, id);
}

static void measure_names(page *p, const char *list)
{
    text word;
    bool first = true;
    while (register_list_next(&list, &word)) {
        const char *id = arena_copy(p->scratch, word.at, word.length);
        if (!first)
            RAW(p, ", ");
        first = false;
        measure_name(p, id == NULL ? "" : id);
    }
    if (first)
        RAW(p, "<span class=\"none\">none named</span>");
}

/* ---- the answer ------------------------------------------------------------------------------------------- */

static void answer(page *p, const burden *b)
{
    RAW(p, "<p class=\"lede\">");
    if (b->collections == 0) {
        RAW(p, "No collection that is on record stands now.");
    } else {
        buffer_printf(p->out, "%zu collection%s and report%s %s on record, which take <strong>", b->collections,
                      plural(b->collections), plural(b->collections), b->collections == 1 ? "is" : "are");
        page_count(p, (int64_t)llround(b->hours));
        RAW(p, " hours a year</strong>.");
        if (b->duplicate_count > 0)
            buffer_printf(p->out, " %zu measure%s asked for more than once, as often, of the same organisations.",
                          b->duplicate_count, b->duplicate_count == 1 ? " is" : "s are");
        else
            RAW(p, " No measure is asked for twice.");
        if (b->kept > 0 && b->kept < b->compared)
            buffer_printf(p->out, " %zu of the %zu measures that can be compared tell %.0f%% of what all of them tell.",
                          b->kept, b->compared, b->explained * 100);
    }
    RAW(p, "</p>\n");
}

/* ---- what is asked ------------------------------------------------------------------------------------------ */

static void collections(page *p)
{
    const register_log *r = p->site->record->log;
    RAW(p, "<section><h2 id=\"collections\">What is asked</h2>\n<table class=\"judged\"><thead><tr><th "
           "scope=\"col\">Collection or report</th><th scope=\"col\">Asked by</th><th scope=\"col\">On which legal "
           "basis</th><th scope=\"col\">How often</th><th scope=\"col\" class=\"number\">Hours a year</th><th "
           "scope=\"col\">Measures that it repeats</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < register_count(r, REGISTER_COLLECTION); i++) {
        const register_subject *s = register_at(r, REGISTER_COLLECTION, i);
        RAW(p, "<tr><th scope=\"row\">");
        page_text(p, text_or(s, FIELD_NAME, s->id));
        if (!stands(p, s)) {
            RAW(p, "<span class=\"under\">ended on ");
            page_date(p, register_value_date(s, FIELD_UNTIL));
            RAW(p, "</span>");
        }
        RAW(p, "</th><td data-label=\"Asked by\">");
        page_text(p, text_or(s, FIELD_ASKED_BY, "not known"));
        RAW(p, "</td><td data-label=\"Legal basis\">");
        page_text(p, text_or(s, FIELD_LEGAL_BASIS, "not known"));
        RAW(p, "</td><td data-label=\"How often\">");
        page_text(p, text_or(s, FIELD_FREQUENCY, "not known"));
        RAW(p, "</td>");
        hours_cell(p, register_value_number(s, FIELD_HOURS));
        RAW(p, "<td data-label=\"Measures\"><span>");
        measure_names(p, register_value(s, FIELD_MEASURES));
        RAW(p, "</span></td></tr>\n");
    }
    RAW(p, "</tbody></table>\n</section>\n");
}

static void askers(page *p, const burden *b)
{
    if (b->asker_count < 2)
        return;
    RAW(p, "<section><h2 id=\"askers\">Who asks, and how much work it is</h2>\n<table class=\"judged\"><thead><tr><th "
           "scope=\"col\">Who asks</th><th scope=\"col\" class=\"number\">Collections</th><th scope=\"col\" "
           "class=\"number\">Hours a year</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < b->asker_count; i++) {
        RAW(p, "<tr><th scope=\"row\">");
        page_text(p, b->askers[i].name);
        buffer_printf(p->out, "</th><td class=\"number\" data-label=\"Collections\">%zu</td>",
                      b->askers[i].collections);
        hours_cell(p, b->askers[i].hours);
        RAW(p, "</tr>\n");
    }
    RAW(p, "</tbody></table></section>\n");
}

static void duplicates(page *p, const burden *b)
{
    if (b->duplicate_count == 0)
        return;
    RAW(p,
        "<section><h2 id=\"twice\">Asked more than once</h2><p>The same measure, as often, of the same organisations. "
        "The hours are those of all these collections together; how many fewer there would be, only those who fill "
        "them in know.</p><ul class=\"tight\">\n");
    for (size_t i = 0; i < b->duplicate_count; i++) {
        const burden_duplicate *d = &b->duplicates[i];
        RAW(p, "<li><strong>");
        measure_name(p, d->measure);
        RAW(p, "</strong>, ");
        page_text(p, d->frequency);
        RAW(p, ": ");
        for (size_t k = 0; k < d->count; k++) {
            buffer_text(p->out, k == 0 ? "" : k + 1 == d->count ? " and " : ", ");
            page_text(p, text_or(d->collections[k], FIELD_NAME, d->collections[k]->id));
            RAW(p, " (");
            page_text(p, text_or(d->collections[k], FIELD_ASKED_BY, "not known"));
            RAW(p, ")");
        }
        RAW(p, "; ");
        page_count(p, (int64_t)llround(d->hours));
        RAW(p, " hours a year in all</li>\n");
    }
    RAW(p, "</ul></section>\n");
}

/* ---- what tells the same story -------------------------------------------------------------------------------- */

static void alike(page *p, const burden *b)
{
    if (b->pair_count == 0)
        return;
    RAW(p,
        "<section><h2 id=\"alike\">Measures that tell the same story</h2><p>Their figures rise and fall together over "
        "systems and months (rank correlation of 0.8 or more). One could stand for the other; that does not make "
        "either of them unneeded: the people behind them may be others.</p><ul class=\"tight\">\n");
    for (size_t i = 0; i < b->pair_count && i < 20; i++) {
        const burden_pair *pair = &b->pairs[i];
        RAW(p, "<li>");
        measure_name(p, b->measures[pair->a].id);
        RAW(p, " and ");
        measure_name(p, b->measures[pair->b].id);
        RAW(p, ": ");
        if (pair->correlation < 0)
            RAW(p, "\xe2\x88\x92");
        buffer_printf(p->out, "%.2f <span class=\"note\">over ", fabs(pair->correlation));
        page_number_plain(p, pair->pairs);
        RAW(p, " pairs of figures</span></li>\n");
    }
    RAW(p, "</ul>");
    if (b->pair_count > 20)
        buffer_printf(p->out, "<p class=\"note\">The 20 strongest of %zu pairs.</p>", b->pair_count);
    RAW(p, "</section>\n");
}

static void smallest(page *p, const burden *b)
{
    if (b->compared < 2)
        return;
    RAW(p,
        "<section><h2 id=\"smallest\">How few would tell most of it</h2><p>Chosen one after another: each time the "
        "measure that, with those before it, tells most of how all of them differ between systems and months. What "
        "is not in the list adds little to it.</p>\n"
        "<table class=\"judged\"><thead><tr><th scope=\"col\">Measure</th><th scope=\"col\" class=\"number\">Told so "
        "far</th></tr></thead><tbody>\n");
    for (size_t choice = 1; choice <= b->measure_count; choice++)
        for (size_t i = 0; i < b->measure_count; i++) {
            const burden_measure *m = &b->measures[i];
            if (m->choice != choice || !m->kept)
                continue;
            RAW(p, "<tr><th scope=\"row\">");
            measure_name(p, m->id);
            buffer_printf(p->out, "</th><td class=\"number\" data-label=\"Told so far\">%.0f%%</td></tr>\n",
                          m->explained * 100);
        }
    RAW(p, "</tbody></table>\n");
    if (b->measure_count > b->compared)
        buffer_printf(p->out, "<p class=\"note\">%zu other measure%s too few figures to be compared.</p>",
                      b->measure_count - b->compared, b->measure_count - b->compared == 1 ? " has" : "s have");
    RAW(p, "</section>\n");
}

static void grounds(page *p, const burden *b)
{
    RAW(p,
        "<section><h2 id=\"grounds\">Protected ground</h2><p>Mental health, community services and inequality must not "
        "fall out of sight when less is asked.</p><ul>");
    for (size_t i = 0; i < BURDEN_GROUNDS; i++) {
        const burden_ground *g = &b->grounds[i];
        RAW(p, "<li><strong>");
        buffer_printf(p->out, "%c%s:</strong> ", g->name[0] >= 'a' && g->name[0] <= 'z' ? g->name[0] - 32 : g->name[0],
                      g->name + 1);
        if (g->asked == 0) {
            RAW(p, "no target or collection has a measure of it.");
        } else if (g->kept == 0 && b->compared > 0) {
            RAW(p, "the smallest set would leave it without a measure. Keep ");
            measure_name(p, g->first_one);
            RAW(p, ".");
        } else {
            buffer_printf(p->out, "%zu measure%s asked for, %zu of them in the smallest set.", g->asked,
                          g->asked == 1 ? " is" : "s are", g->kept);
        }
        RAW(p, "</li>");
    }
    RAW(p, "</ul></section>\n");
}

void page_burden(page *p)
{
    const burden *b = p->site->burden;
    page_begin(p, &(page_head){.title = "What is asked of systems",
                               .description = "Data collections and reports: who asks, how much work they are, what is "
                                              "asked twice.",
                               .section = "oversight.html"});
    RAW(p, "<nav class=\"crumbs\" aria-label=\"Breadcrumb\"><ol><li>");
    page_link(p, "index.html", "Home");
    if (site_has_oversight(p->site)) {
        RAW(p, "</li><li>");
        page_link(p, "oversight.html", "Oversight");
    }
    RAW(p, "</li></ol></nav>\n<h1><span class=\"caption\">Burden</span> What is asked of systems</h1>\n");
    answer(p, b);
    duplicates(p, b);
    collections(p);
    askers(p, b);
    alike(p, b);
    smallest(p, b);
    grounds(p, b);
    RAW(p, "<p class=\"note\">From the register, as it stood on ");
    page_date(p, p->site->record->as_at);
    RAW(p, "; figures compared are those of systems in this edition.</p>\n");
    page_end(p);
}
