/* What was set out to be reached: an index of all targets and priorities at equal weight, and the page of each. */
#include "publish/charts.h"
#include "publish/figure.h"
#include "publish/record.h"

#define CHARTS_MOST 6 /* of one target; the figures of further organisations are in its table */

/* ---- the index ----------------------------------------------------------------------------------------- */

typedef struct tally {
    size_t national, others, known, on;
} tally;

/* A target is on its trajectory where every organisation that it is about is, and counts as one, whatever its tier. */
static tally count(const target_progress *rows, size_t n)
{
    tally t = {0};
    for (size_t i = 0; i < n;) {
        const register_subject *of = rows[i].target;
        const char *tier = register_value(of, FIELD_TIER);
        bool known = false, on = true;
        for (; i < n && rows[i].target == of; i++) {
            known = known || rows[i].on_trajectory_known;
            on = on && (rows[i].on_trajectory || !rows[i].on_trajectory_known);
        }
        const bool national = tier != NULL && strcmp(tier, "national") == 0;
        t.national += national;
        t.others += !national;
        t.known += known;
        t.on += known && on;
    }
    return t;
}

static void how_they_stand(page *p, const tally *t)
{
    RAW(p, "<p class=\"lede\">");
    if (t->national + t->others == 0) {
        RAW(p, "No target and no priority is in force.</p>\n");
        return;
    }
    buffer_printf(p->out, "%zu national target%s and %zu of the system\xe2\x80\x99s own priorities are in force. ",
                  t->national, plural(t->national), t->others);
    if (t->known == 0)
        RAW(p, "None has a level that is due yet.");
    else
        buffer_printf(p->out, "Of %zu with a level due, <strong>", t->known);
    if (t->known > 0 && t->on == 0)
        RAW(p, "none is on trajectory</strong>.");
    else if (t->known > 0)
        buffer_printf(p->out, "%zu %s on trajectory</strong>.", t->on, t->on == 1 ? "is" : "are");
    if (t->known > t->on)
        RAW(p, " A target is on trajectory only where every organisation of it is.");
    RAW(p, " Each counts alike.</p>\n");
}

static void others(page *p)
{
    const record *r = p->site->record;
    size_t told = 0;
    for (size_t i = 0; i < register_count(r->log, REGISTER_TARGET); i++) {
        const register_subject *of = register_at(r->log, REGISTER_TARGET, i);
        if (register_target_in_force(of))
            continue;
        if (told++ == 0)
            RAW(p, "<section><h2 id=\"others\">Not in force</h2>\n<ul class=\"tight\">");
        RAW(p, "<li>");
        record_about_link(p, of->id);
        RAW(p, ", ");
        page_text(p, record_tier(of));
        RAW(p, " of ");
        record_body_link(p, of->owner);
        RAW(p, " ");
        record_standing(p, of);
        RAW(p, "</li>\n");
    }
    if (told > 0)
        RAW(p, "</ul></section>\n");
}

static void partners(page *p)
{
    const record *r = p->site->record;
    RAW(p, "<section><h2 id=\"partners\">Who takes part</h2>\n<ul class=\"columns plain\">");
    for (size_t i = 0; i < register_count(r->log, REGISTER_PARTNER); i++) {
        const register_subject *x = register_at(r->log, REGISTER_PARTNER, i);
        if (x->standing != STANDING_ACTIVE)
            continue;
        RAW(p, "<li>");
        record_body_link(p, x->id);
        RAW(p, "</li>");
    }
    RAW(p, "</ul></section>\n");
}

void page_priorities(page *p)
{
    const record *r = p->site->record;
    const target_progress *rows = NULL;
    size_t n = 0;
    page_begin(p, &(page_head){.title = "Targets and priorities",
                               .description = "National targets and the priorities that partners agreed, side by "
                                              "side, and how each stands.",
                               .section = "priorities.html"});
    if (progress_of_targets(r->log, p->site->now, NULL, NULL, p->scratch, &rows, &n, NULL) != STATUS_OK)
        n = 0;
    const tally t = count(rows, n);
    RAW(p, "<h1><span class=\"caption\">");
    page_text(p, register_title(r->log));
    RAW(p, "</span> Targets and priorities</h1>\n");
    how_they_stand(p, &t);
    record_national_warning(p);
    record_target_grounds(p, NULL);
    record_targets(p, rows, n, NULL, "Targets and priorities in force, and how each stands");
    record_as_at(p);
    others(p);
    partners(p);
    page_end(p);
}

/* ---- one target: its charts ------------------------------------------------------------------------------ */

/* The target of the page beside the edition's own, whether or not it is in force; where it is the edition's own, that stands alone. */
static void own_aim(page *p, const target_progress *row, series_view *v)
{
    const char *tier = register_value(row->target, FIELD_TIER);
    const int32_t own = v->series->latest_target_index;
    series_aim *aim = arena_array(p->scratch, 1, sizeof *aim);
    v->aims = NULL;
    v->aim_count = 0;
    if (aim == NULL || series_aim_of(p->site->record->log, v->edition, row->target, p->scratch, aim, NULL) != STATUS_OK)
        return;
    const bool same = tier != NULL && strcmp(tier, "national") == 0 && own >= 0 &&
                      v->series->latest_target == aim->level &&
                      period_compare(v->edition->targets[own].by, aim->by) == 0;
    if (same || isnan(aim->level))
        return;
    v->aims = aim;
    v->aim_count = 1;
}

/* The series with the agreed levels beside its target, and the months up to the one by which it is to be met: the way there is part of the picture. */
static bool agreed_view(page *p, const target_progress *row, series_view *out)
{
    const site *s = p->site;
    const char *key = register_value(row->target, FIELD_BREAKDOWN);
    const int32_t breakdown = key == NULL ? -1 : edition_find_breakdown(s->now, key);
    if (row->measure < 0 || row->org < 0 || (key != NULL && breakdown < 0))
        return false;
    const edition_series *series = edition_find_series(s->now, row->measure, row->org, breakdown, GEOGRAPHY_CURRENT);
    standing x = standing_find(s, series);
    if (x.last == NULL || x.count < 2)
        return false;
    const edition_point *last = &x.points[x.count - 1];
    const int32_t end = last->period.first_month + last->period.months;
    int32_t ahead =
        row->by.kind == PERIOD_NONE || last->period.months != 1 ? 0 : row->by.first_month + row->by.months - end;
    ahead = ahead < 0 ? 0 : ahead > 36 ? 36 : ahead;
    edition_point *points = arena_array(p->scratch, x.count + (size_t)ahead, sizeof *points);
    if (points == NULL)
        return false;
    memcpy(points, x.points, x.count * sizeof *points);
    for (int32_t i = 0; i < ahead; i++) {
        const int32_t month = end + i;
        points[x.count + (size_t)i] = (edition_point){.period = period_month(month / 12, month % 12 + 1),
                                                      .missing = true,
                                                      .value = (double)NAN,
                                                      .mean = (double)NAN,
                                                      .lower = (double)NAN,
                                                      .upper = (double)NAN,
                                                      .rule = "",
                                                      .signal = "",
                                                      .release = -1};
    }
    *out = view_of(s, &x);
    for (size_t i = 0; i < (size_t)ahead; i++) /* the national target goes on */
        points[x.count + i].target = last->target;
    out->points = points;
    out->count = x.count + (size_t)ahead;
    own_aim(p, row, out);
    record_mark(s, p->scratch, out);
    return true;
}

static void charts(page *p, const target_progress *rows, size_t n)
{
    size_t drawn = 0;
    for (size_t i = 0; i < n && drawn < CHARTS_MOST; i++) {
        series_view v;
        if (!agreed_view(p, &rows[i], &v))
            continue;
        const char *unique = arena_printf(p->scratch, "agreed-%zu", ++drawn);
        RAW(p, "<figure class=\"chart-box\">");
        page_chart_both(p, &v, unique == NULL ? "agreed" : unique);
        record_marks_list(p, &v);
        RAW(p, "</figure>\n<p>");
        if (register_value(rows[i].target, FIELD_BREAKDOWN) == NULL) {
            page_link(p, path_series(p, rows[i].measure, rows[i].org, ".html"), "All the figures behind this chart");
            RAW(p, "</p>\n");
        } else {
            RAW(p, "One part of the measure is meant.</p>\n");
        }
    }
}

/* ---- the way there --------------------------------------------------------------------------------------- */

static const target_progress *row_with_points(const target_progress *rows, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (rows[i].month.kind != PERIOD_NONE)
            return &rows[i];
    return NULL;
}

/* A month of the trajectory, and the figure of each organisation in it. */
static void month_row(page *p, const edition_measure *m, const target_progress *rows, size_t n, period month,
                      double wanted)
{
    RAW(p, "<tr><th scope=\"row\" class=\"month\">");
    page_period(p, month);
    RAW(p, "</th><td class=\"number\">");
    buffer_clear(&p->words);
    figure_level(m, wanted, &p->words);
    page_text(p, p->words.data);
    RAW(p, "</td>");
    for (size_t i = 0; i < n; i++) {
        const edition_series *series =
            rows[i].org < 0 ? NULL
                            : edition_find_series(p->site->now, rows[i].measure, rows[i].org, -1, GEOGRAPHY_CURRENT);
        const edition_point *point = NULL;
        standing x = standing_find(p->site, series);
        for (size_t k = 0; k < x.count; k++)
            if (period_compare(x.points[k].period, month) == 0 && point_has_figure(&x.points[k]))
                point = &x.points[k];
        RAW(p, "<td class=\"number\">");
        if (point == NULL || register_value(rows[i].target, FIELD_BREAKDOWN) != NULL) {
            RAW(p, "<span class=\"none\">no figure</span></td>");
            continue;
        }
        page_figure(p, m, point);
        const bool meets = m->better == BETTER_LOWER ? point->value <= wanted : point->value >= wanted;
        if (meets)
            RAW(p, "<span class=\"under\">reached</span>");
        else
            RAW(p, "<span class=\"under late\">not reached</span>");
        if (point->estimated)
            RAW(p, "<span class=\"under\">estimated</span>");
        RAW(p, "</td>");
    }
    RAW(p, "</tr>\n");
}

static void trajectory(page *p, const register_subject *of, const target_progress *rows, size_t n)
{
    const char *list = register_value(of, FIELD_TRAJECTORY);
    const target_progress *one = row_with_points(rows, n);
    text word;
    if (list == NULL || one == NULL)
        return;
    const edition_measure *m = &p->site->now->measures[one->measure];
    RAW(p, "<section><h2 id=\"trajectory\">Month by month</h2>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
           "aria-labelledby=\"trajectory\"><table class=\"data\"><thead><tr><th scope=\"col\">Month</th><th "
           "scope=\"col\" class=\"number\">Agreed</th>");
    for (size_t i = 0; i < n; i++) {
        RAW(p, "<th scope=\"col\" class=\"number\">");
        page_text(p, record_name(p->site, rows[i].organisation));
        RAW(p, "</th>");
    }
    RAW(p, "</tr></thead><tbody>\n");
    while (register_list_next(&list, &word)) {
        const char *equals = memchr(word.at, '=', word.length);
        period month;
        double wanted;
        if (equals != NULL && period_parse((text){word.at, (size_t)(equals - word.at)}, &month) &&
            number_parse((text){equals + 1, word.length - (size_t)(equals + 1 - word.at)}, &wanted))
            month_row(p, m, rows, n, month, wanted);
    }
    RAW(p, "</tbody></table></div></section>\n");
}

/* ---- why, and who signed ----------------------------------------------------------------------------------- */

static void fact(page *p, const char *name, const char *value)
{
    if (value == NULL || value[0] == 0)
        return;
    RAW(p, "<div><dt>");
    page_text(p, name);
    RAW(p, "</dt><dd>");
    page_text(p, value);
    RAW(p, "</dd></div>");
}

static void facts(page *p, const register_subject *of)
{
    const char *id = register_value(of, FIELD_MEASURE);
    const int32_t which = id == NULL ? -1 : edition_find_measure(p->site->now, id);
    RAW(p, "<dl class=\"facts long\">");
    RAW(p, "<div><dt>Measure</dt><dd>");
    if (which >= 0)
        page_link(p, path_measure(p, which), p->site->now->measures[which].name);
    else
        page_text(p, id);
    RAW(p, "</dd></div>");
    fact(p, "For whom", register_value(of, FIELD_WHOM));
    fact(p, "Why", register_value(of, FIELD_WHY));
    fact(p, "Authority", register_value(of, FIELD_AUTHORITY));
    fact(p, "Document", register_value(of, FIELD_DOCUMENT));
    RAW(p, "<div><dt>Held by</dt><dd>");
    record_body_link(p, of->owner);
    RAW(p, "</dd></div>");
    const date from = register_value_date(of, FIELD_FROM);
    if (from != DATE_NONE) {
        RAW(p, "<div><dt>In force from</dt><dd>");
        page_date(p, from);
        RAW(p, "</dd></div>");
    }
    buffer_printf(p->out, "<div><dt>Revision</dt><dd>%lld</dd></div>", (long long)of->revision);
    RAW(p, "<div><dt>Stands as</dt><dd>");
    page_text(p, register_standing_name(of->standing));
    RAW(p, "</dd></div></dl>\n");
}

/* Which event signed for that body; 0 where it has not. */
static int64_t signature_of(const record *r, const register_subject *of, const char *code)
{
    const char *list = register_value(of, FIELD_SIGNATURES);
    text word;
    while (register_list_next(&list, &word)) {
        const char *equals = memchr(word.at, '=', word.length);
        char name[REGISTER_CODE_MAXIMUM + 1];
        int64_t sequence = 0;
        size_t length = equals == NULL ? sizeof name : (size_t)(equals - word.at);
        if (length >= sizeof name)
            continue;
        memcpy(name, word.at, length);
        name[length] = 0;
        for (const char *d = equals + 1; d < word.at + word.length && *d >= '0' && *d <= '9'; d++)
            sequence = sequence * 10 + (*d - '0');
        if (record_same(r, name, code))
            return sequence;
    }
    return 0;
}

static void signature_item(page *p, const register_subject *of, const char *code)
{
    const record *r = p->site->record;
    const register_event *e = record_event(r, signature_of(r, of, code));
    RAW(p, "<li><strong>");
    record_body_link(p, code);
    RAW(p, "</strong> ");
    if (e == NULL) {
        RAW(p, "<span class=\"late\">has not signed this revision</span></li>\n");
        return;
    }
    RAW(p, "signed on ");
    page_date(p, record_day(e));
    RAW(p, " (");
    page_text(p, e->actor);
    RAW(p, "), ");
    record_event_link(p, e->sequence);
    if (e->key[0] != 0)
        RAW(p, " <span class=\"tag\">with its key</span>");
    RAW(p, "</li>\n");
}

static void signatures(page *p, const register_subject *of)
{
    const char *tier = register_value(of, FIELD_TIER), *list = register_value(of, FIELD_PARTNERS);
    text word;
    if (tier == NULL || strcmp(tier, "local") != 0)
        return;
    RAW(p, "<section><h2 id=\"signatures\">Who signed</h2>\n<ul class=\"tight\">");
    signature_item(p, of, of->owner);
    while (register_list_next(&list, &word)) {
        const char *code = arena_copy(p->scratch, word.at, word.length);
        if (code != NULL)
            signature_item(p, of, code);
    }
    RAW(p, "</ul></section>\n");
}

/* What makes a good indicator: empty fields are shown as such. */
static void evidence(page *p, const register_subject *of)
{
    static const struct {
        register_field field;
        const char *name, *asks;
    } fields[] = {{FIELD_CLEAR, "Clear", "Is it plain what is counted?"},
                  {FIELD_RELEVANT, "Relevant", "Does it matter to people?"},
                  {FIELD_ATTRIBUTABLE, "Attributable", "Can those who signed change it?"},
                  {FIELD_VALID, "Valid", "Does it measure what it says?"},
                  {FIELD_AFFORDABLE, "Affordable", "Is it worth what it costs to collect?"},
                  {FIELD_RISKS, "Risks", "What could go wrong if only this is looked at?"}};
    const char *tier = register_value(of, FIELD_TIER);
    if (tier != NULL && strcmp(tier, "national") == 0)
        return;
    RAW(p, "<section><h2 id=\"evidence\">Is it a good indicator?</h2>\n<dl class=\"facts long\">");
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        const char *value = register_value(of, fields[i].field);
        RAW(p, "<div><dt>");
        page_text(p, fields[i].name);
        RAW(p, "</dt><dd>");
        if (value != NULL && value[0] != 0)
            page_text(p, value);
        else
            RAW(p, "<span class=\"late\">Not said</span>");
        RAW(p, "<span class=\"under\">");
        page_text(p, fields[i].asks);
        RAW(p, "</span></dd></div>");
    }
    RAW(p, "</dl></section>\n");
}

static void serving(page *p, const register_subject *of)
{
    const record *r = p->site->record;
    const size_t all = register_count(r->log, REGISTER_COMMITMENT), asked = register_count(r->log, REGISTER_CHALLENGE);
    const register_subject **list = arena_array(p->scratch, all + asked + 1, sizeof *list);
    size_t n = 0;
    for (size_t i = 0; i < all && list != NULL; i++) {
        const register_subject *x = register_at(r->log, REGISTER_COMMITMENT, i);
        if (register_value(x, FIELD_ABOUT) != NULL && strcmp(register_value(x, FIELD_ABOUT), of->id) == 0)
            list[n++] = x;
    }
    RAW(p, "<section><h2 id=\"commitments\">What was promised towards it</h2>\n");
    if (n == 0)
        RAW(p, "<p>Nothing is on record.</p>\n");
    record_commitments(p, list, n, "Commitments towards it");
    RAW(p, "</section>\n");
    n = 0;
    for (size_t i = 0; i < asked && list != NULL; i++) {
        const register_subject *x = register_at(r->log, REGISTER_CHALLENGE, i);
        if (record_about(r, register_value(x, FIELD_ABOUT)) == of)
            list[n++] = x;
    }
    if (n == 0)
        return;
    RAW(p, "<section><h2 id=\"challenges\">Challenges and answers</h2>\n");
    record_challenges(p, list, n);
    RAW(p, "</section>\n");
}

/* ---- the page --------------------------------------------------------------------------------------------- */

void page_priority(page *p, size_t which)
{
    const record *r = p->site->record;
    const register_subject *of = register_at(r->log, REGISTER_TARGET, which);
    const target_progress *rows = NULL;
    size_t n = 0;
    if (progress_of_targets(r->log, p->site->now, of->id, NULL, p->scratch, &rows, &n, NULL) != STATUS_OK)
        n = 0;
    page_begin(p, &(page_head){.title = record_title(of),
                               .description = "What is to be reached, by when, who agreed to it, and how it stands.",
                               .section = "priorities.html"});
    RAW(p, "<nav class=\"crumbs\" aria-label=\"Breadcrumb\"><ol><li><a");
    page_href(p, "index.html", NULL);
    RAW(p, ">Home</a></li><li><a");
    page_href(p, "priorities.html", NULL);
    RAW(p, ">Priorities</a></li></ol></nav>\n<h1><span class=\"caption\">");
    page_text(p, record_tier(of));
    RAW(p, "</span> ");
    page_text(p, record_title(of));
    RAW(p, "</h1>\n");
    for (size_t i = 0; i < n; i++) {
        if (i == 0)
            RAW(p, "<p class=\"lede\">");
        else
            RAW(p, "<p>");
        buffer_clear(&p->words);
        record_sentence(p->site->now, &rows[i], record_name(p->site, rows[i].organisation), p->site->record->as_at,
                        &p->words);
        page_text(p, page_words_take(p));
        RAW(p, "</p>\n");
    }
    if (!register_target_in_force(of)) {
        RAW(p, "<div class=\"inset\"><p>It is not in force: it stands as <strong>");
        page_text(p, register_standing_name(of->standing));
        RAW(p, "</strong>.</p></div>\n");
    }
    charts(p, rows, n);
    record_targets(p, rows, n, NULL, "How it stands");
    trajectory(p, of, rows, n);
    RAW(p, "<section><h2 id=\"what\">What was agreed</h2>\n");
    facts(p, of);
    RAW(p, "</section>\n");
    signatures(p, of);
    evidence(p, of);
    serving(p, of);
    RAW(p, "<section><h2 id=\"story\">What happened</h2>\n");
    record_story(p, of);
    RAW(p, "</section>\n");
    record_as_at(p);
    page_end(p);
}
