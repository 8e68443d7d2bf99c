/*
 * html.h: the shell of a page and the few pieces that pages repeat. Internal to src/publish.
 *
 * Invariants: whatever comes from data goes through page_text; RAW takes string literals only, so markup can come from nowhere
 * else. No inline style and no inline script, so that a strict content security policy holds.
 */
#ifndef CONCORD_PUBLISH_HTML_H
#define CONCORD_PUBLISH_HTML_H

#include "publish/site.h"

/* A literal as it stands: "" refuses anything that is no literal. */
#define RAW(p, literal) buffer_put((p)->out, "" literal, sizeof(literal) - 1)

/* Escaped; an apostrophe within a word or after one becomes the typographic one, so that catalogue, organisations and pages agree. */
void page_text(page *p, const char *words);
/* Escaped and else as it stands: names of files, codes. */
void page_text_exact(page *p, const char *words);

typedef struct page_head {
    const char *title;       /* before " - Concord" */
    const char *description; /* for search engines; "" or NULL = none */
    const char *section;     /* path of the navigation entry that this page is under, "" = none */
    const char *csv, *json;  /* paths of the same as data, from the root; NULL = none */
} page_head;

/* Everything up to and including <main>; page_end closes it and adds the footer. */
void page_begin(page *p, const page_head *head);
void page_end(page *p);

/* href="..." of a path from the site's root, relative to this page; `anchor` without #, may be NULL. */
void page_href(page *p, const char *path, const char *anchor);
/* <a href=...>words</a> */
void page_link(page *p, const char *path, const char *words);
/* Paths of pages: for page_href. Into the page's scratch memory. */
const char *path_organisation(const page *p, int32_t who);
const char *path_series(const page *p, int32_t measure, int32_t who,
                        const char *extension); /* ".html", ".csv", ".as-published.json" */
const char *path_measure(const page *p, int32_t measure);
const char *path_map(const page *p, int32_t measure);
/* A link where the organisation has a page, else its name alone. `short_name` chooses which name. */
void page_org_link(page *p, int32_t who, bool short_name);
/* The short name, or the code where there is none. */
const char *org_short(const site *s, int32_t who);
const char *org_long(const site *s, int32_t who);

/* Breadcrumbs: England, region, ICB above `org`; `with_org` adds the organisation itself as a link. */
void page_breadcrumbs(page *p, int32_t who, bool with_org);

/* <time>-less words of a period. */
void page_period(page *p, period when);
/* A figure as people read it; "no figure" where there is none. */
void page_figure(page *p, const edition_measure *m, const edition_point *point);
void page_figure_exact(page *p, const edition_measure *m, double value, bool over_open_band);
/* With the measure's own decimals and no unit, for tables of many organisations. */
void page_figure_brief(page *p, const edition_measure *m, double value, bool over_open_band);
void page_count(page *p, int64_t value); /* 7,123,980 */
/* A count that may have a fraction (half a pathway, beds): grouped, with one decimal where it has one. Nothing for NaN. */
void page_amount(page *p, double value);
void page_number_plain(page *p, size_t value);
/* "+1.2" with a real minus sign; "no change"; to screen readers alone "not known" where either is missing. True where it is a number, so that
 * its unit should follow: change_unit. */
bool page_change(page *p, const edition_measure *m, const edition_point *now, const edition_point *then);
/* A line that says so where such a change is from, or to, a figure that is estimated; nothing where neither is. */
void page_change_note(page *p, const edition_point *now, const edition_point *then);
/* The date of an edition as of a past day, in words; nothing where it has none. */
void page_as_of(page *p);
/* A date in words: "30 April 2026". */
void page_date(page *p, date d);
/* "", "s" */
const char *plural(size_t count);

/* The unit of a change: "points" of a percentage, "minutes" ...; "" for counts and scores, which need none. */
const char *change_unit(const edition_measure *m);
/* "month", "quarter", "year" of the series' figures: "month" where it has none. `capital`: "Month". */
const char *series_noun(const edition_series *series, bool capital);
/* The unit as a table's head shows it: "%", "weeks", "people". */
const char *unit_head(const edition_measure *m);
/* The two icons. `words`: with their meaning beside them, else as a text alternative. */
void page_variation(page *p, const char *variation, bool words);
/* The name of a release's file, its member and its SHA-256: what a cell of class "file" holds. */
void page_release_file(page *p, const edition_release *r);
/* A mark where a series is seasonal, so that its verdict is read with care; else nothing. */
void page_seasonal(page *p, const edition_series *series);
void page_assurance(page *p, const char *assurance, bool words);

series_view view_of(const site *s, const standing *x);
void page_sentence(page *p, const series_view *v);
/* What a sentence_... or figure_... wrote into p->words, moved into scratch memory. */
const char *page_words_take(page *p);
/* "NHS Essex ICB", "England", "the South East". */
const char *org_in_sentence(page *p, int32_t who);
/* The SPC chart in its wide and its narrow form; the style sheet shows the one that fits. */
void page_chart_both(page *p, const series_view *v, const char *unique);

#endif
