/* Beside the chart of a series: how it is changing, and how it stands to every level that is asked for, national and agreed alike. */
#include "publish/series_verdicts.h"

#include "publish/charts.h"
#include "publish/record.h"
#include "publish/sentence.h"

static void side_fact(page *p, const char *name)
{
    RAW(p, "<div><dt>");
    page_text(p, name);
    RAW(p, "</dt><dd>");
}

static void change_with_unit(page *p, const edition_measure *m, const edition_point *now, const edition_point *then)
{
    if (page_change(p, m, now, then) && change_unit(m)[0] != 0) {
        RAW(p, " ");
        page_text(p, change_unit(m));
    }
    page_change_note(p, now, then);
}

/* What the limits say of one level, and how many people the latest figure is short of it. */
static void level_facts(page *p, const edition_measure *m, const series_view *v, const char *assurance, double wanted,
                        const char *heading, const char *gap)
{
    int64_t missing = 0;
    side_fact(p, heading);
    page_assurance(p, assurance, true);
    RAW(p, "</dd></div>");
    if (!sentence_gap_to(v, wanted, &missing))
        return;
    RAW(p, "<div class=\"gap\"><dt>");
    page_text(p, gap);
    RAW(p, "</dt><dd>");
    if (missing == 0) {
        RAW(p, "target met");
    } else {
        page_count(p, missing);
        RAW(p, " ");
        buffer_clear(&p->words);
        if (missing != 1 || sentence_one_noun(sentence_gap_noun(m), &p->words) == 0)
            buffer_text(&p->words, sentence_gap_noun(m));
        page_text(p, p->words.data);
    }
    RAW(p, "</dd></div>");
}

/* "Agreed locally: 70% by June 2026" beside the national target, as large. */
static void aim_facts(page *p, const edition_measure *m, const series_view *v, const series_aim *a)
{
    const char *words = series_aim_words(a);
    buffer_clear(&p->words);
    buffer_char(&p->words, (char)(words[0] - 32));
    buffer_printf(&p->words, "%s: ", words + 1);
    sentence_aim(m, a, &p->words);
    level_facts(p, m, v, a->assurance, a->level, page_words_take(p), "Gap to it");
}

/* Who agreed what, with the page of it: under the chart. */
void series_agreed_where(page *p, const series_view *v)
{
    if (v->aim_count == 0)
        return;
    RAW(p, "<p>");
    for (size_t i = 0; i < v->aim_count; i++) {
        const series_aim *a = &v->aims[i];
        if (i > 0)
            RAW(p, " ");
        buffer_text(p->out, a->tier == AIM_LOCAL      ? "Agreed locally: "
                            : a->tier == AIM_REGIONAL ? "Regional target: "
                                                      : "National target, in the register: ");
        record_about_link(p, a->id);
        RAW(p, ".");
    }
    RAW(p, "</p>\n");
}

/* Beside the chart: the two verdicts, and how the latest figure stands. */
void series_verdicts(page *p, const edition_measure *m, const standing *x, const series_view *v)
{
    RAW(p, "<dl class=\"verdicts\">");
    const bool closed = site_org_closed(p->site, x->series->org);
    side_fact(p, closed ? "Variation when it closed" : "Variation");
    if (x->series->variation[0] != 0) {
        page_variation(p, x->series->variation, true);
    } else { /* why there is none */
        buffer_clear(&p->words);
        sentence_change(v, &p->words);
        RAW(p, "<span class=\"none\">");
        page_text(p, p->words.data);
        RAW(p, "</span>");
    }
    RAW(p, "</dd></div>");
    /* Of a body that is no more nothing is to be expected, and no gap can be closed. */
    if (!closed && v->aim_count == 0) {
        level_facts(p, m, v, x->series->assurance, x->series->latest_target, "Assurance", "Gap to target");
    } else if (!closed) {
        if (x->series->latest_target_index >= 0) {
            buffer_clear(&p->words);
            buffer_text(&p->words, "National target: ");
            sentence_target(m, &p->site->now->targets[x->series->latest_target_index], &p->words);
            level_facts(p, m, v, x->series->assurance, x->series->latest_target, page_words_take(p), "Gap to it");
        }
        for (size_t i = 0; i < v->aim_count; i++)
            aim_facts(p, m, v, &v->aims[i]);
    }
    if (x->month_before != NULL) {
        const char *since = arena_printf(p->scratch, "Since the %s before", series_noun(x->series, false));
        side_fact(p, since == NULL ? "Since the one before" : since);
        change_with_unit(p, m, x->last, x->month_before);
        RAW(p, "</dd></div>");
    }
    if (x->year_before != NULL && x->year_before != x->month_before) {
        side_fact(p, "Since a year before");
        change_with_unit(p, m, x->last, x->year_before);
        RAW(p, "</dd></div>");
    }
    RAW(p, "</dl>\n");
}
