/* Pages that explain: how figures are judged, the accessibility statement, the page that is not there. */
#include "publish/charts.h"
#include "publish/html.h"

#include "stats/stats.h"

/* ---- methods ------------------------------------------------------------------------------------------ */

static void icon_row(page *p, bool variation, const char *name, const char *meaning)
{
    RAW(p, "<div><dt>");
    if (variation)
        icon_variation(name, false, p->out);
    else
        icon_assurance(name, false, p->out);
    page_text(p, variation ? icon_variation_words(name) : icon_assurance_words(name));
    RAW(p, "</dt><dd>");
    page_text(p, meaning);
    RAW(p, "</dd></div>\n");
}

static void icons(page *p)
{
    RAW(p, "<section><h2 id=\"icons\">The icons</h2>\n<p>Two questions, two icons. They follow the meaning and colours "
           "of NHS England\xe2\x80\x99s Making Data "
           "Count; the drawings are our own.</p>\n<h3>Variation: has it really changed?</h3>\n<dl class=\"legend\">\n");
    icon_row(p, true, "improvement-high", "Really better: unusually high, where high is good.");
    icon_row(p, true, "improvement-low", "Really better: unusually low, where low is good.");
    icon_row(p, true, "concern-high", "Really worse: unusually high, where high is bad.");
    icon_row(p, true, "concern-low", "Really worse: unusually low, where low is bad.");
    icon_row(p, true, "common-cause",
             "The ups and downs that chance alone brings. Nothing to explain, nothing to celebrate.");
    icon_row(p, true, "neither-high", "Unusually high, where neither way is better: worth knowing why.");
    icon_row(p, true, "neither-low", "Unusually low, where neither way is better: worth knowing why.");
    RAW(p, "</dl>\n<h3>Assurance: will the target be met?</h3>\n<dl class=\"legend\">\n");
    icon_row(p, false, "pass",
             "The target lies on the far side of the limits: as things are, it will be met month after month.");
    icon_row(p, false, "hit-and-miss",
             "The target lies between the limits: it will be met in some months and missed in others, by chance.");
    icon_row(p, false, "fail",
             "The target lies beyond the limits: as things are, it will not be met. Only a real change can bring it "
             "within reach.");
    RAW(p, "</dl></section>\n");
}

/* A chart of England that has limits to explain. */
static standing example_find(const site *s)
{
    for (size_t k = 0; k < s->now->measure_count && s->england >= 0; k++) {
        const edition_series *series = site_total(s, s->order[k], s->england);
        if (series != NULL && series->variation[0] != 0)
            return standing_find(s, series);
    }
    return (standing){0};
}

static void chart_example(page *p)
{
    const site *s = p->site;
    RAW(p, "<section><h2 id=\"chart\">How to read a chart</h2>\n");
    standing x = example_find(s);
    if (x.count > 1) {
        series_view v = view_of(s, &x);
        RAW(p, "<figure class=\"chart-box\">");
        page_chart_both(p, &v, "example");
        RAW(p, "</figure>\n");
    }
    RAW(p, "<ul><li><strong>The grey line</strong> joins the months. A month without a figure is a gap.</li>"
           "<li><strong>The average</strong> is the solid dark line across.</li>"
           "<li><strong>The limits</strong> are the dashed lines, with a light band between them. Unless something has "
           "changed, nearly every month falls "
           "within them.</li>"
           "<li><strong>The target</strong> is the dark red line, named where it ends.</li>"
           "<li><strong>The points</strong> tell by shape as well as by colour: a small grey dot is ordinary, a blue "
           "circle an improvement, an orange "
           "diamond a concern, a purple square unusual where neither way is better. A ring means that the figure has "
           "been revised.</li></ul></section>\n");
}

static void rule_fact(page *p, const char *name, const char *value)
{
    RAW(p, "<div><dt>");
    page_text(p, name);
    RAW(p, "</dt><dd>");
    page_text(p, value);
    RAW(p, "</dd></div>");
}

static void rule_count(page *p, const char *name, int32_t months)
{
    const char *words = arena_printf(p->scratch, "%d month%s", (int)months, plural((size_t)months));
    rule_fact(p, name, words == NULL ? "" : words);
}

/* Every parameter, so that a reader with a program of their own can judge as the edition did. */
static void rule_set_in_full(page *p, const spc_rules *r)
{
    const char *factor = arena_printf(p->scratch, "%.5g", r->limit_factor);
    RAW(p, "<h3>The rule set in full</h3>\n<dl class=\"facts long\">");
    rule_fact(p, "Name", r->name);
    rule_count(p, "On one side of the average", r->shift_points);
    rule_count(p, "All rising, or all falling", r->trend_points);
    if (r->minimum_points > 0)
        rule_count(p, "Needed for limits", r->minimum_points);
    else
        rule_fact(p, "Needed for limits", "no least number");
    rule_fact(p, "Limits", factor == NULL ? "" : factor);
    rule_fact(p, "Two of three: months outside the limits", r->two_of_three_beyond ? "count too" : "do not count");
    rule_fact(p, "Two of three: the third month",
              r->two_of_three_any_side ? "may lie anywhere" : "lies on the same side of the average");
    rule_fact(p, "Where improvement and concern meet in one month",
              r->improvement_wins ? "it is called an improvement" : "the first rule in the order above decides");
    rule_fact(p, "A month in two trends, or where a rise meets a fall",
              r->trend_takes_next_step
                  ? "goes the way of the next step of any trend"
                  : "goes the way of the next step only where it belongs to both a rise and a fall");
    rule_fact(p, "A target that equals a limit", r->target_at_limit_counts ? "lies beyond it" : "lies within it");
    rule_fact(p, "A figure that never changes",
              r->flat_limits_compare ? "is compared with its target" : "gets no verdict on its target");
    RAW(p, "</dl>\n");
}

static void rules(page *p)
{
    const spc_rules r = edition_rules_of(p->site->now);
    RAW(p, "<section><h2 id=\"rules\">How change is told from chance</h2>\n<p>Every figure goes up and down. To react "
           "to each movement is to chase chance. "
           "A statistical process control chart shows how much a figure moves by itself, and four rules say when it "
           "has done more than that. "
           "The rule set is <code>");
    page_text(p, r.name);
    RAW(p, "</code>. A month is called a real change if:</p>\n<ol>");
    buffer_printf(p->out,
                  "<li>it lies outside the limits;</li><li>it is one of %d months in a row that all rise, or all "
                  "fall;</li><li>two of three months in a row%s lie more than two thirds of the way to %s%s;</li>"
                  "<li>it is one of %d months in a row on one side of the average.</li></ol>\n",
                  (int)r.trend_points, r.two_of_three_any_side ? "" : ", all on one side of the average,",
                  r.two_of_three_any_side ? "the same limit" : "a limit",
                  r.two_of_three_beyond ? "" : " but not beyond it", (int)r.shift_points);
    RAW(p, "<h3>How the limits are made</h3>\n<p>Take the distance from each month to the next, and average those "
           "distances. Distances that stand out "
           "(3.267 times the average or more) are left out once, so that a single jump does not widen the limits. The "
           "limits are the average figure "
           "plus and minus ");
    buffer_printf(p->out, "%.5g", r.limit_factor);
    RAW(p, " times that distance. This is the XmR chart, in use since the 1930s.</p>\n");
    if (r.minimum_points > 0)
        buffer_printf(p->out,
                      "<p>With fewer than %d months there are no limits and no verdict: too little is known.</p>\n",
                      (int)r.minimum_points);
    RAW(p, "<p>Estimated months are drawn, but take no part in limits or verdicts.</p>\n");
    rule_set_in_full(p, &r);
    RAW(p, "</section>\n");
}

static void seasons(page *p)
{
    RAW(p,
        "<section><h2 id=\"seasons\">Figures with a season</h2>\n<p>Some figures are high every winter and low every "
        "summer. Limits that are the same all year take that for change. So each series with three whole years or "
        "more is checked before it is judged: its trend is taken out by a moving average over a year, and the "
        "months of the year are compared, by rank (Kruskal and Wallis) and by variance. If such differences would "
        "come by chance less than once in a hundred times, the series is marked as seasonal.</p>\n<p>Icons, "
        "sentences and scorecards judge the figure as it is, and say that it is seasonal. Its page also has a chart "
        "with the season taken out: each month less what its month of the year usually adds (the median). That chart "
        "asks for care too: the season is worked out from the same figures, so its limits are a little too "
        "narrow.</p></section>\n");
}

static void news_rule(page *p)
{
    RAW(p,
        "<section><h2 id=\"news\">How \xe2\x80\x9cwhat really changed\xe2\x80\x9d is chosen</h2>\n<p>Judge twenty "
        "measures and one will look unusual by chance. False-discovery control keeps such false alarms rare. Every "
        "measure of "
        "an organisation that has a verdict on the latest month is one test (figures that end more than half a year "
        "ago, "
        "of yearly ones two years, are no news and are left out, as are bodies that have closed), and gets the "
        "likelihood (p) that ordinary "
        "variation would bring such a signal:</p>\n<ul>"
        "<li>outside the limits: the two tails of the normal curve beyond that month\xe2\x80\x99s distance from the "
        "average, "
        "where one standard deviation is a third of the way to the limit;</li>"
        "<li>n months in a row on one side of the average: 2 \xc3\x97 \xc2\xbd to the power n;</li>"
        "<li>n months in a row that all rise, or all fall: 2 divided by n factorial;</li>"
        "<li>two of three months near a limit: about 1 in 640;</li>"
        "<li>no signal: 1.</li></ul>\n<p>The smallest of those that apply counts, times four, because four rules were "
        "looked "
        "at. A figure with a season is judged twice, as it is and with its season taken out: only a signal that is "
        "there both times counts, with the larger p. Benjamini and Hochberg\xe2\x80\x99s procedure then decides how "
        "far down the list of p-values one may go "
        "so "
        "that, on average, no more than one in ten of the changes it calls real is chance. The command "
        "<code>concord fdr</code> does the same with any data.</p>\n<p>Each real change is told once: when the "
        "procedure first "
        "calls it, or when it turns round. A month outside the limits is told each time. At most five are shown, the "
        "least "
        "likely to be chance first.</p></section>\n");
}

static void comparison(page *p)
{
    RAW(p, "<section><h2 id=\"compare\">How organisations are compared</h2>\n<p>Shares are compared with 95% intervals "
           "(Wilson\xe2\x80\x99s), which say how far chance "
           "could have moved a share of so many people. Where intervals overlap by much, who is ahead cannot be told. "
           "Figures of different months are never "
           "put in one order. Counts are not ranked: a larger population has more of everything.</p></section>\n");
}

static void funnels(page *p)
{
    RAW(p, "<section><h2 id=\"funnel\">How a funnel plot works</h2>\n<p>The share of a small organisation swings more "
           "by chance "
           "than that of a large one. A funnel plot puts each organisation at its size and draws limits around the "
           "average of all "
           "that narrow as size grows. By chance alone one in twenty would lie beyond the 95% limits, and one in 500 "
           "beyond the "
           "99.8% limits.</p>\n<p>Organisations also differ for reasons that no such limits know: whom they treat, "
           "where they are, "
           "how they count. If nearly all lay outside, the plot would say nothing. So the limits are widened by the "
           "spread that "
           "organisations ordinarily show (overdispersion), which is measured after the most extreme tenth at each end "
           "has been "
           "pulled in, so that real outliers do not widen their own limits. The calculation is on the arcsine scale, "
           "as Spiegelhalter "
           "describes it, and the command <code>concord funnel</code> does the same with any data. Only the latest "
           "month is used, and "
           "only figures on 20 people or cases and more.</p>\n<p>A dot beyond the 99.8% limits is a reason to ask why. "
           "The answer may be "
           "in the data, in the patients, or in the care.</p></section>\n");
}

static void inequality(page *p)
{
    RAW(p,
        "<section><h2 id=\"inequality\">How inequality is measured</h2>\n<p>Where figures are given by deprivation, "
        "from the most "
        "deprived group (1) to the least, a page says how they differ in three ways.</p>\n<ul>"
        "<li><strong>The gap</strong> is the figure of the most deprived group less that of the least deprived "
        "(absolute), and the one "
        "divided by the other (relative). It uses the two ends alone.</li>"
        "<li><strong>The slope index of inequality</strong> uses every group: a line is fitted through their figures, "
        "each at the "
        "middle of its share of the people and weighted by it. The index is how far the line rises or falls from the "
        "most deprived end "
        "to the least deprived.</li>"
        "<li><strong>The relative index of inequality</strong> is the fitted figure at the least deprived end divided "
        "by that at the "
        "most deprived end: 1 means no difference.</li></ul>\n<p>The limits say how far chance could have moved each "
        "(95%, in closed form: normal for gap and slope, Fieller\xe2\x80\x99s for the relative index). If those of a "
        "gap or slope "
        "include 0, or those of a ratio include 1, no inequality has been shown. With 13 months or more the gap has a "
        "control chart of its own. The command <code>concord inequality</code> does more, with any "
        "data.</p></section>\n");
}

static void map_of_organisations(page *p)
{
    RAW(p, "<section><h2 id=\"map\">Which map of the NHS</h2>\n<p>Organisations merge and split. Unless a page says "
           "otherwise, figures are on the map of ");
    page_date(p, p->site->now->current);
    RAW(p, ", with history carried over: an integrated care board formed that day has a past, added up from the "
           "sub-ICB locations or providers that now make "
           "it up. Where only figures of a predecessor are known, they are shared out by the number of people waiting "
           "in each part in January 2026; "
           "these months are marked as estimated. Where the files as published say something else, both are shown.</p>"
           "<p>Waiting list figures of a system are of the people it is responsible for. A&amp;E figures of a system "
           "are of the providers in it.</p>"
           "<p>On the hex map each system is one hexagon of the same size, near to where it lies. The five classes "
           "hold about equally many systems.</p></section>\n");
}

static void missing_figures(page *p)
{
    RAW(p, "<section><h2 id=\"missing\">Missing figures</h2>\n<p>Missing is missing: never zero, never guessed. A "
           "percentile that lies in the open band of the "
           "longest waits is shown as 104+ weeks. Counts are added up as whole numbers and divided once, at the "
           "end.</p></section>\n");
}

void page_methods(page *p)
{
    page_begin(p,
               &(page_head){.title = "How figures are judged",
                            .description = "What the icons mean, how limits are made, how change is told from chance.",
                            .section = "methods.html"});
    RAW(p,
        "<h1>How figures are judged</h1>\n<p class=\"lede\">One question is asked of every figure: has it really "
        "changed, or is it chance? The same rules "
        "answer it everywhere.</p>\n<p class=\"jump\"><a href=\"#icons\">Icons</a> <a href=\"#chart\">Charts</a> <a "
        "href=\"#rules\">Rules</a> "
        "<a href=\"#seasons\">Seasons</a> <a href=\"#news\">What really changed</a> <a href=\"#compare\">Comparing</a> "
        "<a href=\"#funnel\">Funnel plots</a> <a href=\"#inequality\">Inequality</a> <a href=\"#map\">Map of the "
        "NHS</a></p>\n<div class=\"prose\">\n");
    icons(p);
    chart_example(p);
    rules(p);
    seasons(p);
    news_rule(p);
    comparison(p);
    funnels(p);
    inequality(p);
    map_of_organisations(p);
    missing_figures(p);
    RAW(p, "</div>\n");
    icon_sprite(p->out);
    page_end(p);
}

/* ---- accessibility ------------------------------------------------------------------------------------ */

void page_accessibility(page *p)
{
    page_begin(p, &(page_head){.title = "Accessibility",
                               .description = "How this site is meant to work for everyone.",
                               .section = ""});
    RAW(p, "<h1>Accessibility</h1>\n<div class=\"prose\">\n<p class=\"lede\">Everyone should be able to read these "
           "figures, whatever they read with.</p>\n"
           "<h2 id=\"works\">What you can do</h2>\n<ul><li>read every page with a screen reader: every chart has a "
           "title, a description and the same figures as a "
           "table</li><li>use every page with a keyboard alone</li><li>read without colour: points and icons differ in "
           "shape</li>"
           "<li>enlarge to 400%, or read on a screen 320 pixels wide, without scrolling sideways; wide tables scroll "
           "by themselves</li>"
           "<li>read in dark mode, with your own colours, or on paper</li><li>use every page without "
           "JavaScript</li></ul>\n"
           "<h2 id=\"standard\">How it is checked</h2>\n<p>The aim is the Web Content Accessibility Guidelines version "
           "2.2 at level AA. Every kind of page is "
           "checked with axe-core in a browser, in light and dark and at two widths, whenever the program is tested. "
           "Automatic checks find only part of "
           "what gets in people\xe2\x80\x99s way; a test with people who use assistive technology has not been made "
           "yet.</p>\n"
           "<h2 id=\"known\">What is known not to work well</h2>\n<ul><li>Charts with many points are long to listen "
           "to: the table after each chart is "
           "quicker.</li></ul>\n<h2 id=\"tell\">Tell us</h2>\n<p>Please tell whoever publishes this copy of the site "
           "what stands in your way. "
           "Concord is free software, so anyone may mend it.</p>\n</div>\n");
    page_end(p);
}

/* ---- not found ---------------------------------------------------------------------------------------- */

void page_not_found(page *p)
{
    page_begin(p, &(page_head){.title = "Page not found", .description = "", .section = ""});
    RAW(p, "<h1>Page not found</h1>\n<div class=\"prose\"><p class=\"lede\">There is no page at this "
           "address.</p>\n<p>If you typed it, check it. An organisation "
           "may have closed, merged or been given a new code; its successor is on its page.</p>\n<ul><li><a");
    page_href(p, "organisations.html", NULL);
    RAW(p, ">Find an organisation</a></li><li><a");
    page_href(p, "measures.html", NULL);
    RAW(p, ">Choose a measure</a></li><li><a");
    page_href(p, "index.html", NULL);
    RAW(p, ">Start at home</a></li></ul></div>\n");
    page_end(p);
}
