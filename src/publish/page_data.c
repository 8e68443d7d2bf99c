/* The figures as data: files, columns, licence, sources and releases, and what could not be placed. */
#include "publish/html.h"

#define ISSUES_SHOWN 200

static void files(page *p)
{
    RAW(p, "<section><h2 id=\"files\">Files</h2>\n<p>Every chart has its figures as CSV and JSON beside it, at "
           "<code>series/MEASURE/CODE.csv</code> and "
           "<code>.json</code>, with all breakdowns. Where figures as published differ from those on "
           "today\xe2\x80\x99s map, they are at "
           "<code>series/MEASURE/CODE.as-published.csv</code>. The index lists them all:</p>\n<ul><li><a download");
    page_href(p, "data/index.csv", NULL);
    RAW(p, ">Index of all series, CSV</a></li><li><a download");
    page_href(p, "data/index.json", NULL);
    RAW(p, ">Index of all series, JSON</a></li></ul>\n");
    RAW(p, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Columns\"><table "
           "class=\"data\"><caption>Columns of a series</caption><thead><tr>"
           "<th scope=\"col\">Column</th><th scope=\"col\">What it holds</th></tr></thead><tbody>\n");
    static const struct {
        const char *name, *meaning;
    } columns[] = {
        {"measure", "Which measure; measures are listed with their definitions."},
        {"organisation", "ODS code; England is ENGLAND."},
        {"breakdown", "Empty for the total, else such as treatment-function=C_110."},
        {"period", "A month as 2026-04; a year as FY2025-26; a quarter as FY2025-26-Q4 (January to March)."},
        {"numerator, denominator", "The counts that the figure is made of; empty where it has none."},
        {"value", "In the measure's unit: a percentage as 64.9. Full precision. Empty where missing."},
        {"target", "The level in force with the earliest due month on or after the period."},
        {"mean", "Average of the months of a segment; there from the first month on."},
        {"lower, upper", "Limits; empty where there are too few months to work them out, or all figures are the same."},
        {"segment", "Counts recalculations of the limits, from 1."},
        {"rule", "beyond-limits, trend, two-of-three, shift, or empty."},
        {"signal",
         "improvement, concern, high, low, common-cause, or empty where there are no limits; suppressed where the "
         "publisher withholds the figure or a part of it."},
    };
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        RAW(p, "<tr><th scope=\"row\"><code>");
        page_text(p, columns[i].name);
        RAW(p, "</code></th><td>");
        page_text(p, columns[i].meaning);
        RAW(p, "</td></tr>\n");
    }
    RAW(p, "</tbody></table></div></section>\n");
}

static void licence(page *p)
{
    RAW(p,
        "<section class=\"prose\"><h2 id=\"licence\">Licence</h2>\n<p>The figures are public sector information "
        "published by NHS England, licensed under the "
        "<a rel=\"external noopener license\" "
        "href=\"https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/\">Open Government Licence "
        "v3.0</a>. You may use them for anything, if you say where they come from. Please "
        "write:</p>\n<blockquote><p>Contains public sector information "
        "from NHS England, licensed under the Open Government Licence v3.0. Worked out by Concord, edition ");
    buffer_printf(p->out, "%.12s", p->site->now->id);
    RAW(p, ".</p></blockquote>\n<p>Organisation codes and names come from the Organisation Data Service and the Office "
           "for National Statistics, under the same "
           "licence. Concord, the program, is free software under the GNU General Public License, version 3 or "
           "later.</p></section>\n");
}

static void source_link(page *p, const edition_source *source)
{
    if (strncmp(source->landing_page, "https://", 8) != 0) {
        page_text(p, source->name);
        return;
    }
    RAW(p, "<a rel=\"external noopener\" href=\"");
    page_text(p, source->landing_page);
    RAW(p, "\">");
    page_text(p, source->name);
    RAW(p, "</a>");
}

static void release_row(page *p, const edition_release *r)
{
    RAW(p, "<tr><th scope=\"row\" class=\"file\">");
    page_release_file(p, r);
    RAW(p, "</th><td>");
    page_period(p, r->first_period);
    if (period_compare(r->first_period, r->last_period) != 0) {
        RAW(p, " to ");
        page_period(p, r->last_period);
    }
    RAW(p, "</td><td>");
    page_text(p, r->published[0] != 0 ? r->published : "not stated");
    RAW(p, "</td><td>");
    page_text(p, r->latest ? "in use" : "superseded, kept");
    RAW(p, "<span class=\"under\">");
    page_text(p, r->basis);
    RAW(p, "</span></td><td class=\"number\">");
    page_count(p, r->rows_in);
    RAW(p, "</td><td class=\"number\">");
    page_count(p, r->rows_kept);
    RAW(p, "</td></tr>\n");
}

static void sources(page *p)
{
    const edition *e = p->site->now;
    RAW(p, "<section><h2 id=\"sources\">Sources and releases</h2>\n<p>A release is one file as published, known by its "
           "SHA-256. A later file for the same month "
           "counts, and the earlier one is kept.</p>\n");
    for (size_t i = 0; i < e->source_count; i++) {
        size_t n = 0;
        for (size_t k = 0; k < e->release_count; k++)
            n += strcmp(e->releases[k].source, e->sources[i].id) == 0;
        if (n == 0)
            continue;
        RAW(p, "<h3>");
        source_link(p, &e->sources[i]);
        RAW(p, "</h3>\n<p>");
        page_text(p, e->sources[i].publisher);
        RAW(p, ". ");
        page_text(p, e->sources[i].licence);
        RAW(p, ".</p>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Releases: ");
        page_text(p, e->sources[i].name);
        RAW(p, "\"><table class=\"data\" data-sortable><thead><tr><th scope=\"col\">File, and its SHA-256</th><th "
               "scope=\"col\">Months</th>"
               "<th scope=\"col\">Published</th><th scope=\"col\">Use, and why</th><th scope=\"col\" "
               "class=\"number\">Rows</th>"
               "<th scope=\"col\" class=\"number\">Rows kept</th></tr></thead><tbody>\n");
        for (size_t k = 0; k < e->release_count; k++)
            if (strcmp(e->releases[k].source, e->sources[i].id) == 0)
                release_row(p, &e->releases[k]);
        RAW(p, "</tbody></table></div>\n");
    }
    RAW(p, "</section>\n");
}

static void issues(page *p)
{
    const edition *e = p->site->now;
    RAW(p, "<section><h2 id=\"issues\">What needs a person\xe2\x80\x99s attention</h2>\n");
    RAW(p, "<p>Gaps, jumps, totals that differ, late and missing files: see <a");
    page_href(p, "quality.html", NULL);
    RAW(p, ">data quality</a>.</p>\n");
    if (e->issue_count == 0) {
        RAW(p, "<p>Nothing: every code is placed and no sources contradict each other.</p></section>\n");
        return;
    }
    RAW(p, "<p>Codes that nobody knows (unmapped), organisations that no source places or tells the kind of "
           "(unplaced), and "
           "sources that contradict each other (conflict). Nothing is dropped in silence. <a "
           "download");
    page_href(p, "data/issues.csv", NULL);
    RAW(p, ">All ");
    page_number_plain(p, e->issue_count);
    RAW(p, " as CSV</a></p>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"issues\"><table "
           "class=\"data\" data-sortable><thead><tr>"
           "<th scope=\"col\">Kind</th><th scope=\"col\">Code</th><th scope=\"col\">Period</th><th scope=\"col\" "
           "class=\"number\">Rows</th>"
           "<th scope=\"col\">What</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < e->issue_count && i < ISSUES_SHOWN; i++) {
        const edition_issue *x = &e->issues[i];
        RAW(p, "<tr><td>");
        page_text(p, x->kind);
        RAW(p, "</td><td>");
        page_text(p, x->code);
        RAW(p, "</td><td>");
        page_text(p, x->period);
        RAW(p, "</td><td class=\"number\">");
        if (x->rows > 0)
            page_count(p, x->rows);
        RAW(p, "</td><td>");
        page_text(p, x->text);
        RAW(p, "</td></tr>\n");
    }
    RAW(p, "</tbody></table></div>\n");
    if (e->issue_count > ISSUES_SHOWN)
        RAW(p, "<p class=\"note\">The first 200 are shown; the file has all.</p>\n");
    RAW(p, "</section>\n");
}

static void edition_facts(page *p)
{
    const edition *e = p->site->now;
    const char *names[] = {"Edition", "Catalogue", "Organisations", "Rule set", "Made by Concord"};
    const char *values[] = {e->id, e->catalogue_version, e->orgs_version, e->rules, e->program_version};
    RAW(p, "<section><h2 id=\"edition\">This edition</h2>\n<p>An edition is a snapshot that never changes. The same "
           "files, catalogue and organisations give the "
           "same edition, byte for byte.</p>\n<dl class=\"facts long\">");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        RAW(p, "<div><dt>");
        page_text(p, names[i]);
        RAW(p, "</dt><dd><code class=\"hash\">");
        page_text(p, values[i]);
        RAW(p, "</code></dd></div>");
    }
    RAW(p, "<div><dt>Map of the NHS</dt><dd>");
    page_date(p, e->current);
    RAW(p, "</dd></div>");
    if (e->as_of[0] != 0) {
        RAW(p, "<div><dt>What was known on</dt><dd>");
        page_as_of(p);
        RAW(p, "</dd></div>");
    }
    if (e->register_events > 0) {
        RAW(p, "<div><dt>Register</dt><dd>");
        page_count(p, e->register_events);
        RAW(p, " events, head <code class=\"hash\">");
        page_text(p, e->register_head);
        RAW(p, "</code></dd></div>");
    }
    RAW(p, "</dl>\n");
    if (e->register_events > 0) {
        RAW(p, "<p>An edition is released to everyone at the same moment; where it was not, the register says why: <a");
        page_href(p, "log.html", "releases");
        RAW(p, ">who saw which edition when</a>. <a download");
        page_href(p, "data/register.jsonl", NULL);
        RAW(p, ">The register as JSON Lines</a>.</p>\n");
    }
    RAW(p, "</section>\n");
}

void page_data(page *p)
{
    page_begin(p,
               &(page_head){.title = "Data and licence",
                            .description = "Every series as CSV and JSON, the releases behind them, and the licence.",
                            .section = "data.html"});
    RAW(p, "<h1>Data and licence</h1>\n<p class=\"lede\">Every figure on this site is a file that you can take, under "
           "an open licence, with the way it came.</p>\n"
           "<p class=\"jump\"><a href=\"#files\">Files</a> <a href=\"#licence\">Licence</a> <a "
           "href=\"#sources\">Sources and releases</a> "
           "<a href=\"#issues\">Conflicts and unknown codes</a> <a href=\"#edition\">This edition</a></p>\n");
    files(p);
    licence(p);
    sources(p);
    issues(p);
    edition_facts(p);
    page_end(p);
}
