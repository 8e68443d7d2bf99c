/* Data quality: what the checks found when the edition was made, by kind, in plain words. */
#include "publish/html.h"

#include <string.h>

#define ROWS_SHOWN 200 /* of one kind; the files have all */

/* The kinds in the order of how much they matter, and what each means. */
static const struct {
    const char *kind, *title, *meaning;
} KINDS[] = {
    {"impossible", "Given figures that cannot be",
     "More than the whole, below nought, or not what numerator and denominator give. They are not used."},
    {"jump", "Figures that look like a unit error",
     "A figure is about ten, a hundred or a thousand times its neighbours, which agree among themselves. A factor of "
     "ten can be "
     "real; more is most likely a slip of the publisher or of who submitted it. The figure counts as it stands."},
    {"totals", "Printed totals beside the sum of the rows",
     "Many files print totals. They are never added, only held against the sum of the rows under them."},
    {"sums", "England beside the sum of its parts",
     "Regions and integrated care boards fall short of England where a file has organisations that are in none of "
     "them, such as "
     "national commissioning hubs, or where small counts are suppressed."},
    {"missing-release", "Periods that no file covers",
     "Between the first and the last period of a publication, no file for these was added. Every series has a gap "
     "there."},
    {"late", "Publications that are behind",
     "Going by the usual delay, newer files should be out; or a file came later than usual. Judged by the newest day "
     "that "
     "the files themselves show, never by today's date."},
    {"discontinued", "Series and publications that stopped",
     "An organisation has no figures any more though others have, or a publication ended more than a year ago. Closed "
     "organisations are among the notes: their figures go on under their successors."},
    {"gap", "Months missing within a series",
     "Others have a figure for the period, this organisation has none, and it had figures before and after."},
    {"blank", "In the file, but nothing submitted",
     "Organisations have a row in the file, but the cells for the measure are blank, or they have no row of that kind. "
     "That is "
     "not nought: the figure is missing. Those of one measure are told together."},
    {"nought", "Nought where there were many",
     "The figure is 0 where dozens were usual: truly none, or nothing submitted and 0 filled in."},
    {"suppressed", "Suppressed figures",
     "Small counts that the publisher hides. They are never nought here, and a sum that one is a part of has no "
     "figure."},
    {"unmapped", "Codes and values that nobody knows",
     "Codes in the files that the organisations data does not place, whose figures count for England only; values of a "
     "breakdown that the "
     "catalogue does not name, kept under their code; and figures of bodies from before they opened or after they "
     "closed."},
    {"tie", "Releases of which nothing tells the later",
     "Two files of one period; chance decides which counts until someone says."},
    {"revised", "Releases that replaced others", "Every release is kept; the latest counts."},
    {"period-length", "Given figures of another length of period",
     "A series has one: a year among months is set aside, not drawn among them."},
    {"partial", "Figures not made for want of a part",
     "Given figures that do not cover every organisation they would be made of."},
    {"tidy-overruled", "Given figures that published rows overrule",
     "Rows as published go before figures that were given by hand."},
    {"scenario", "Scenarios that were left out",
     "A file that cannot be read, or more scenarios than an edition carries: the planning pages do without them."},
    {"undated", "Releases without a date of publication",
     "They count from the end of their period and the usual delay on."},
    {"unplaced", "Organisations that no source places",
     "No source says to which system or region they belong, or of what kind they are. Their figures count for England; "
     "all "
     "of them are in data/issues.csv."},
    {"conflict", "Organisations data that contradicts itself",
     "One of the statements was kept; all of them are in data/issues.csv."},
};
#define KIND_COUNT (sizeof KINDS / sizeof KINDS[0])

static const char *const SEVERITIES[] = {"error", "warning", "note"};
static const char *const SEVERITY_WORDS[] = {"Error", "Warning", "Note"};

static size_t count_of(const edition *e, const char *kind, const char *severity)
{
    size_t n = 0;
    for (size_t i = 0; i < e->finding_count; i++)
        n += (kind == NULL || strcmp(e->findings[i].kind, kind) == 0) &&
             (severity == NULL || strcmp(e->findings[i].severity, severity) == 0);
    return n;
}

static const char *severity_words(const char *severity)
{
    for (size_t i = 0; i < 3; i++)
        if (strcmp(SEVERITIES[i], severity) == 0)
            return SEVERITY_WORDS[i];
    return "";
}

static void summary(page *p)
{
    const edition *e = p->site->now;
    RAW(p,
        "<section><h2 id=\"summary\">At a glance</h2>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
        "aria-labelledby=\"summary\"><table class=\"data tight\"><thead><tr><th scope=\"col\">What was looked for</th>"
        "<th scope=\"col\" class=\"number\">Errors</th><th scope=\"col\" class=\"number\">Warnings</th>"
        "<th scope=\"col\" class=\"number\">Notes</th></tr></thead><tbody>\n");
    for (size_t k = 0; k < KIND_COUNT; k++) {
        bool any = count_of(e, KINDS[k].kind, NULL) > 0;
        RAW(p, "<tr><th scope=\"row\">");
        if (any) {
            RAW(p, "<a href=\"#");
            page_text(p, KINDS[k].kind);
            RAW(p, "\">");
        }
        page_text(p, KINDS[k].title);
        if (any)
            RAW(p, "</a>");
        RAW(p, "</th>");
        for (size_t s = 0; s < 3; s++) {
            RAW(p, "<td class=\"number\">");
            page_number_plain(p, count_of(e, KINDS[k].kind, SEVERITIES[s]));
            RAW(p, "</td>");
        }
        RAW(p, "</tr>\n");
    }
    RAW(p, "</tbody><tfoot><tr><th scope=\"row\">All</th>");
    for (size_t s = 0; s < 3; s++) {
        RAW(p, "<td class=\"number\">");
        page_number_plain(p, count_of(e, NULL, SEVERITIES[s]));
        RAW(p, "</td>");
    }
    RAW(p, "</tr></tfoot></table></div>\n</section>\n");
}

/* Source, file, sheet and line as one text. */
static void where_line(page *p, const edition_finding *x)
{
    RAW(p, "<span class=\"where\">");
    page_text(p, x->source);
    if (x->file[0] != 0) {
        if (x->source[0] != 0)
            RAW(p, ": ");
        page_text(p, x->file);
    }
    if (x->sheet[0] != 0) {
        RAW(p, ", sheet ");
        page_text(p, x->sheet);
    }
    if (x->line > 0) {
        RAW(p, ", line ");
        buffer_int(p->out, x->line);
    }
    RAW(p, "</span>");
}

/* One cell holds the finding, where it is and what to do: at 320 pixels two columns are what fits. */
static void finding_row(page *p, const edition_finding *x)
{
    const edition *e = p->site->now;
    int32_t who = x->organisation[0] == 0 ? -1 : edition_find_org(e, x->organisation);
    RAW(p, "<tr><td>");
    page_text(p, severity_words(x->severity));
    RAW(p, "</td><td>");
    page_text(p, x->text);
    RAW(p, " ");
    page_text(p, x->advice);
    if (x->source[0] != 0 || x->file[0] != 0)
        where_line(p, x);
    if (who >= 0 && site_org_has_page(p->site, who)) {
        RAW(p, "<span class=\"where\">");
        page_org_link(p, who, true);
        RAW(p, "</span>");
    }
    RAW(p, "</td></tr>\n");
}

static void kind_section(page *p, size_t kind)
{
    const edition *e = p->site->now;
    size_t total = count_of(e, KINDS[kind].kind, NULL), shown = 0;
    if (total == 0)
        return;
    RAW(p, "<section><h2 id=\"");
    page_text(p, KINDS[kind].kind);
    RAW(p, "\">");
    page_text(p, KINDS[kind].title);
    RAW(p, "</h2>\n<p>");
    page_text(p, KINDS[kind].meaning);
    RAW(p, "</p>\n<details class=\"table\"");
    if (total <= 12)
        RAW(p, " open");
    RAW(p, "><summary>");
    page_number_plain(p, total);
    RAW(p, " finding");
    page_text(p, plural(total));
    RAW(p, "</summary>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"");
    page_text(p, KINDS[kind].kind);
    RAW(p, "\"><table class=\"data tight\" data-sortable><thead><tr><th scope=\"col\">Severity</th>"
           "<th scope=\"col\">Finding and what to do</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < e->finding_count && shown < ROWS_SHOWN; i++)
        if (strcmp(e->findings[i].kind, KINDS[kind].kind) == 0) {
            finding_row(p, &e->findings[i]);
            shown++;
        }
    RAW(p, "</tbody></table></div>\n");
    if (total > shown)
        RAW(p, "<p class=\"note\">The first 200 are shown; the files have all.</p>\n");
    RAW(p, "</details></section>\n");
}

void page_quality(page *p)
{
    const edition *e = p->site->now;
    page_begin(p, &(page_head){.title = "Data quality",
                               .description =
                                   "What the checks of the published files found: gaps, jumps, totals, late and "
                                   "missing files.",
                               .section = "data.html",
                               .csv = "data/quality.csv",
                               .json = "data/quality.json"});
    RAW(p, "<h1>Data quality</h1>\n<p class=\"lede\">Published figures have gaps, slips and late files. These are the "
           "ones "
           "that the checks found when this edition was made. No figure was changed for it.</p>\n<p>");
    page_number_plain(p, e->finding_count);
    RAW(p, " finding");
    page_text(p, plural(e->finding_count));
    RAW(p, " as <a download");
    page_href(p, "data/quality.csv", NULL);
    RAW(p, ">CSV</a> and <a download");
    page_href(p, "data/quality.json", NULL);
    RAW(p, ">JSON</a>. An error is a figure that is most likely wrong, a warning wants a look, a note is good to "
           "know.</p>\n");
    summary(p);
    for (size_t k = 0; k < KIND_COUNT; k++)
        kind_section(p, k);
    page_end(p);
}
