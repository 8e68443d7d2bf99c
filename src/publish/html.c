/* The shell of a page (head, header, breadcrumbs, footer) and the pieces that pages repeat: links, figures, changes, icons. */
#include "publish/html.h"
#include "publish/charts.h"
#include "publish/figure.h"

void page_text_exact(page *p, const char *words)
{
    buffer_html(p->out, words);
}

static bool ends_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

void page_text(page *p, const char *words)
{
    const char *from = words == NULL ? "" : words;
    for (const char *at = strchr(from, '\''); at != NULL; at = strchr(at + 1, '\'')) {
        if (at == words || !ends_word(at[-1]))
            continue;
        const char *before = arena_copy(p->scratch, from, (size_t)(at - from));
        buffer_html(p->out, before == NULL ? "" : before);
        RAW(p, "\xe2\x80\x99");
        from = at + 1;
    }
    buffer_html(p->out, from);
}

/* ---- links -------------------------------------------------------------------------------------------- */

void page_href(page *p, const char *path, const char *anchor)
{
    RAW(p, " href=\"");
    buffer_text(p->out, p->root);
    page_text(p, path);
    if (anchor != NULL) {
        RAW(p, "#");
        page_text(p, anchor);
    }
    RAW(p, "\"");
}

void page_link(page *p, const char *path, const char *words)
{
    RAW(p, "<a");
    page_href(p, path, NULL);
    RAW(p, ">");
    page_text(p, words);
    RAW(p, "</a>");
}

/* Out of scratch memory a link leads home: the page stays whole, and buffer_status tells of the same shortage. */
static const char *path_or_home(const char *path)
{
    return path == NULL ? "index.html" : path;
}

const char *path_organisation(const page *p, int32_t who)
{
    return path_or_home(arena_printf(p->scratch, "organisation/%s.html", p->site->org_name[who]));
}

const char *path_series(const page *p, int32_t measure, int32_t who, const char *extension)
{
    return path_or_home(arena_printf(p->scratch, "series/%s/%s%s", p->site->now->measures[measure].id,
                                     p->site->org_name[who], extension));
}

const char *path_measure(const page *p, int32_t measure)
{
    return path_or_home(arena_printf(p->scratch, "measure/%s.html", p->site->now->measures[measure].id));
}

const char *path_map(const page *p, int32_t measure)
{
    return path_or_home(arena_printf(p->scratch, "map/%s.html", p->site->now->measures[measure].id));
}

const char *org_long(const site *s, int32_t who)
{
    const edition_org *o = &s->now->orgs[who];
    return o->name != NULL && o->name[0] != 0 ? o->name : o->code;
}

const char *org_short(const site *s, int32_t who)
{
    const edition_org *o = &s->now->orgs[who];
    return o->short_name != NULL && o->short_name[0] != 0 ? o->short_name : org_long(s, who);
}

void page_org_link(page *p, int32_t who, bool short_name)
{
    const char *name = short_name ? org_short(p->site, who) : org_long(p->site, who);
    if (site_org_has_page(p->site, who))
        page_link(p, path_organisation(p, who), name);
    else
        page_text(p, name);
}

void page_breadcrumbs(page *p, int32_t who, bool with_org)
{
    const edition_org *o = &p->site->now->orgs[who];
    int32_t above[4] = {p->site->england, o->region, o->icb, with_org ? who : -1};
    RAW(p, "<nav class=\"crumbs\" aria-label=\"Breadcrumb\"><ol><li><a");
    page_href(p, "index.html", NULL);
    RAW(p, ">Home</a></li>");
    for (int i = 0; i < 4; i++) {
        if (above[i] < 0 || (i < 3 && above[i] == who))
            continue;
        RAW(p, "<li>");
        page_org_link(p, above[i], true);
        RAW(p, "</li>");
    }
    RAW(p, "</ol></nav>\n");
}

/* ---- the shell ---------------------------------------------------------------------------------------- */

static void navigation_entry(page *p, const char *path, const char *words, const char *section)
{
    RAW(p, "<li><a");
    page_href(p, path, NULL);
    if (section != NULL && strcmp(section, path) == 0)
        RAW(p, " aria-current=\"page\"");
    RAW(p, ">");
    page_text(p, words);
    RAW(p, "</a></li>");
}

static void alternate(page *p, const char *path, const char *type)
{
    if (path == NULL)
        return;
    RAW(p, "<link rel=\"alternate\" type=\"");
    page_text(p, type);
    RAW(p, "\"");
    page_href(p, path, NULL);
    RAW(p, ">\n");
}

void page_begin(page *p, const page_head *head)
{
    RAW(p, "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n<title>");
    page_text(p, head->title);
    RAW(p, " - Concord</title>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
           "<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"theme-color\" content=\"#003a70\">\n");
    if (head->description != NULL && head->description[0] != 0) {
        RAW(p, "<meta name=\"description\" content=\"");
        page_text(p, head->description);
        RAW(p, "\">\n");
    }
    RAW(p, "<link rel=\"stylesheet\"");
    page_href(p, "web/concord.css", NULL);
    RAW(p, ">\n<link rel=\"icon\" type=\"image/svg+xml\"");
    page_href(p, "web/icon.svg", NULL);
    RAW(p, ">\n");
    alternate(p, head->csv, "text/csv");
    alternate(p, head->json, "application/json");
    RAW(p, "<script defer src=\"");
    buffer_text(p->out, p->root);
    RAW(p, "web/concord.js\"></script>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">Skip to main content</a>\n"
           "<header class=\"top\"><div class=\"wide\"><a class=\"brand\"");
    page_href(p, "index.html", NULL);
    RAW(p,
        "><svg class=\"mark\" viewBox=\"0 0 34 36\" width=\"34\" height=\"36\" aria-hidden=\"true\" "
        "focusable=\"false\">"
        "<path d=\"M17 1l7.4 4.3v8.5L17 18.100l-7.400-4.300V5.300z\"/><path d=\"M8.800 17.500l7.400 4.300v8.500l-7.400 "
        "4.300-7.400-4.300v-8.500z\"/>"
        "<path d=\"M25.200 17.500l7.400 4.300v8.500l-7.400 4.300-7.400-4.300v-8.500z\"/></svg><span>Concord</span></a>"
        "<nav aria-label=\"Main\"><ul>");
    navigation_entry(p, "index.html", "Home", head->section);
    navigation_entry(p, "organisations.html", "Find", head->section);
    navigation_entry(p, "measures.html", "Measures", head->section);
    if (p->site->record != NULL) {
        navigation_entry(p, "priorities.html", "Priorities", head->section);
        navigation_entry(p, "commitments.html", "Commitments", head->section);
    }
    if (site_has_oversight(p->site))
        navigation_entry(p, "oversight.html", "Oversight", head->section);
    navigation_entry(p, "changes.html", "What changed", head->section);
    navigation_entry(p, "methods.html", "Methods", head->section);
    navigation_entry(p, "data.html", "Data", head->section);
    RAW(p, "</ul></nav></div></header>\n");
    if (p->site->now->as_of[0] != 0) {
        RAW(p,
            "<aside class=\"known\" aria-label=\"Date of the figures\"><p class=\"wide\">What was known on <strong>");
        page_as_of(p);
        RAW(p, "</strong>. Later releases and revisions are left out.</p></aside>\n");
    }
    if (p->site->mark != NULL && p->site->mark[0] != 0) {
        RAW(p, "<aside class=\"known\" aria-label=\"Preview\"><p class=\"wide\"><strong>");
        page_text(p, p->site->mark);
        RAW(p, "</strong></p></aside>\n");
    }
    RAW(p, "<main id=\"main\" class=\"wide\" tabindex=\"-1\">\n");
}

/* Tidy files are what a workspace adds of its own. */
static bool has_local_figures(const edition *e)
{
    for (size_t i = 0; i < e->release_count; i++)
        if (strcmp(e->releases[i].source, "tidy") == 0)
            return true;
    return false;
}

void page_end(page *p)
{
    const edition *e = p->site->now;
    char latest[PERIOD_WORDS];
    period_words(e->latest, latest);
    RAW(p, "</main>\n<footer class=\"bottom\"><div class=\"wide\"><p class=\"print-only\">Concord: figures to ");
    page_text(p, latest);
    RAW(p, ", edition ");
    buffer_printf(p->out, "%.12s", e->id);
    RAW(p, ", page ");
    page_text(p, p->path);
    RAW(p, "</p><ul class=\"plain\"><li><a");
    page_href(p, "methods.html", NULL);
    RAW(p, ">How figures are judged</a></li><li><a");
    page_href(p, "data.html", NULL);
    RAW(p, ">Data, sources and licence</a></li><li><a");
    page_href(p, "quality.html", NULL);
    RAW(p, ">Data quality</a></li><li><a");
    if (p->site->record != NULL) {
        page_href(p, "log.html", NULL);
        RAW(p, ">The log of what was agreed</a></li><li><a");
    }
    page_href(p, "accessibility.html", NULL);
    RAW(p, ">Accessibility</a></li></ul>"
           "<p>Concord shows figures that NHS England publishes");
    if (has_local_figures(e))
        RAW(p, ", and figures that were added locally");
    RAW(p, ". It is not an NHS service and nobody at the NHS has "
           "approved it. "
           "Contains public sector information licensed under the Open Government Licence v3.0.</p>"
           "<p class=\"edition\">Figures to ");
    page_text(p, latest);
    if (e->as_of[0] != 0) {
        RAW(p, ", as known on ");
        page_as_of(p);
    }
    RAW(p, ". Edition <code>");
    buffer_printf(p->out, "%.12s", e->id);
    RAW(p, "</code>, made by Concord ");
    page_text(p, p->site->program_version);
    RAW(p, ".</p></div></footer>\n</body>\n</html>\n");
}

/* ---- words -------------------------------------------------------------------------------------------- */

const char *plural(size_t count)
{
    return count == 1 ? "" : "s";
}

void page_period(page *p, period when)
{
    char words[PERIOD_WORDS];
    period_words(when, words);
    page_text(p, words);
}

void page_date(page *p, date d)
{
    static const char *const months[] = {"January", "February", "March",     "April",   "May",      "June",
                                         "July",    "August",   "September", "October", "November", "December"};
    if (d == DATE_NONE || d == DATE_FOREVER)
        return;
    int year, month, day;
    date_parts(d, &year, &month, &day);
    buffer_printf(p->out, "%d %s %d", day, months[month - 1], year);
}

void page_as_of(page *p)
{
    date d;
    if (date_parse(text_of(p->site->now->as_of), &d))
        page_date(p, d);
}

void page_figure(page *p, const edition_measure *m, const edition_point *point)
{
    if (point == NULL || !point_has_figure(point)) {
        RAW(p, "no figure");
        return;
    }
    buffer_clear(&p->words);
    figure_words(m, point->value, point->over_open_band, &p->words);
    page_text(p, p->words.data);
}

void page_figure_exact(page *p, const edition_measure *m, double value, bool over_open_band)
{
    if (isnan(value) && !over_open_band)
        return;
    figure_exact(m, value, over_open_band, p->out);
}

void page_figure_brief(page *p, const edition_measure *m, double value, bool over_open_band)
{
    if (isnan(value))
        page_figure_exact(p, m, value, over_open_band);
    else if (m->decimals == 0)
        page_count(p, (int64_t)llround(value));
    else if (figure_unit_of(m) == FIGURE_PERCENT && figure_under(value, (int)m->decimals))
        buffer_printf(p->out, "&lt;%.*f", (int)m->decimals, pow(10, -(double)m->decimals));
    else
        figure_fixed(value, (int)m->decimals, true, "\xe2\x88\x92", p->out);
}

void page_count(page *p, int64_t value)
{
    char grouped[NUMBER_TEXT];
    number_grouped(value, grouped);
    buffer_text(p->out, grouped);
}

void page_amount(page *p, double value)
{
    char fixed[64], grouped[NUMBER_TEXT];
    if (!isfinite(value) || !(fabs(value) < 9e15))
        return;
    (void)snprintf(fixed, sizeof fixed, "%.1f", fabs(value) - floor(fabs(value)));
    bool up = fixed[0] == '1'; /* .95 and above rounds to the next whole */
    number_grouped((int64_t)(value < 0 ? ceil(value) : floor(value)) + (up ? value < 0 ? -1 : 1 : 0), grouped);
    buffer_text(p->out, grouped);
    if (!up && fixed[2] != '0')
        buffer_text(p->out, fixed + 1);
}

void page_number_plain(page *p, size_t value)
{
    page_count(p, (int64_t)value);
}

/* A change is of the figures as shown: 64.9 after 64.9 is no change, whatever their further digits. */
bool page_change(page *p, const edition_measure *m, const edition_point *now, const edition_point *then)
{
    if (now == NULL || then == NULL || isnan(now->value) || isnan(then->value)) {
        RAW(p, "<span class=\"hidden\">not known</span>");
        return false;
    }
    double unit = pow(10, m->decimals);
    double change = round(now->value * unit) / unit - round(then->value * unit) / unit;
    if (fabs(change) < 0.5 / unit) {
        RAW(p, "<span class=\"same\">no change</span>");
        return false;
    }
    if (change < 0)
        RAW(p, "\xe2\x88\x92"); /* a minus sign, not a hyphen: screen readers read it */
    else
        RAW(p, "+");
    if (m->decimals == 0)
        page_count(p, (int64_t)fabs(round(change)));
    else
        figure_fixed(fabs(change), (int)m->decimals, true, "", p->out);
    return true;
}

void page_change_note(page *p, const edition_point *now, const edition_point *then)
{
    if (now == NULL || then == NULL || isnan(now->value) || isnan(then->value) || !(now->estimated || then->estimated))
        return;
    RAW(p, "<span class=\"under\">");
    page_text(p, now->estimated ? "estimated" : "from an estimated figure");
    RAW(p, "</span>");
}

const char *change_unit(const edition_measure *m)
{
    switch (figure_unit_of(m)) {
    case FIGURE_PERCENT: return "points";
    case FIGURE_WEEKS: return "weeks";
    case FIGURE_DAYS: return "days";
    case FIGURE_MINUTES: return "minutes";
    default: return "";
    }
}

const char *series_noun(const edition_series *series, bool capital)
{
    const int32_t months = series == NULL || series->last.kind == PERIOD_NONE ? 1 : series->last.months;
    switch (months) {
    case 1: return capital ? "Month" : "month";
    case 3: return capital ? "Quarter" : "quarter";
    case 12: return capital ? "Year" : "year";
    default: return capital ? "Period" : "period";
    }
}

const char *unit_head(const edition_measure *m)
{
    if (strcmp(m->unit, "percent") == 0)
        return "%";
    if (strcmp(m->unit, "count") == 0)
        return m->unit_label != NULL && m->unit_label[0] != 0 ? m->unit_label : "number";
    return m->unit;
}

const char *domain_title(const char *domain)
{
    static const struct {
        const char *id, *title;
    } titles[] = {{"access", "Planned care: access and waiting"},
                  {"urgent-care", "Urgent and emergency care"},
                  {"cancer", "Cancer"},
                  {"diagnostics", "Diagnostics"},
                  {"community", "Community services"},
                  {"mental-health", "Mental health"},
                  {"beds-and-flow", "Beds and flow"},
                  {"workforce", "Workforce"},
                  {"inequality", "Inequality"},
                  {"finance", "Finance"},
                  {"population", "Population"}};
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
        if (strcmp(titles[i].id, domain) == 0)
            return titles[i].title;
    return domain;
}

const char *org_kind_caption(org_kind kind)
{
    switch (kind) {
    case ORG_ENGLAND: return "The whole country";
    case ORG_REGION: return "NHS region";
    case ORG_ICB: return "Integrated care system";
    case ORG_SUB_ICB: return "Sub-ICB location";
    case ORG_TRUST: return "NHS trust";
    case ORG_INDEPENDENT: return "Independent provider";
    case ORG_COMMUNITY_INTEREST: return "Community interest company";
    case ORG_PRACTICE: return "Practice";
    case ORG_LOCAL_AUTHORITY: return "Local authority";
    case ORG_GROUP: return "Group of organisations";
    case ORG_COMMISSIONING_HUB: return "Commissioner outside the integrated care boards";
    default: return "Organisation of a kind not known";
    }
}

const char *org_kind_words(org_kind kind)
{
    switch (kind) {
    case ORG_ENGLAND: return "England";
    case ORG_REGION: return "region";
    case ORG_ICB: return "integrated care system";
    case ORG_SUB_ICB: return "sub-ICB location";
    case ORG_TRUST: return "NHS trust";
    case ORG_INDEPENDENT: return "independent provider";
    case ORG_COMMUNITY_INTEREST: return "community interest company";
    case ORG_PRACTICE: return "practice";
    case ORG_LOCAL_AUTHORITY: return "local authority";
    case ORG_GROUP: return "group";
    case ORG_COMMISSIONING_HUB: return "commissioner";
    default: return "organisation";
    }
}

/* ---- icons and series --------------------------------------------------------------------------------- */

series_view view_of(const site *s, const standing *x)
{
    series_view v = {.edition = s->now, .series = x->series, .points = x->points, .count = x->count};
    if (s->aims != NULL && x->series != NULL)
        v.aims =
            site_aims(s, x->series->measure, x->series->org, x->series->breakdown, x->series->geography, &v.aim_count);
    return v;
}

void page_variation(page *p, const char *variation, bool words)
{
    if (variation == NULL || variation[0] == 0) {
        RAW(p, "<span class=\"none\">too early to say</span>");
        return;
    }
    icon_variation(variation, !words, p->out);
    if (!words)
        return;
    RAW(p, "<span class=\"verdict\">");
    page_text(p, icon_variation_words(variation));
    RAW(p, "</span>");
}

void page_release_file(page *p, const edition_release *r)
{
    page_text_exact(p, r->file_name);
    if (r->member[0] != 0) {
        RAW(p, "<span class=\"under\">");
        page_text_exact(p, r->member);
        RAW(p, "</span>");
    }
    RAW(p, "<code class=\"hash\">");
    page_text(p, r->sha256);
    RAW(p, "</code>");
}

void page_seasonal(page *p, const edition_series *series)
{
    if (series_is_seasonal(series) && series->variation[0] != 0)
        RAW(p, " <span class=\"tag\">seasonal</span>");
}

void page_assurance(page *p, const char *assurance, bool words)
{
    if (assurance == NULL || assurance[0] == 0) {
        RAW(p, "<span class=\"none\">no verdict</span>");
        return;
    }
    icon_assurance(assurance, !words, p->out);
    if (!words)
        return;
    RAW(p, "<span class=\"verdict\">");
    page_text(p, icon_assurance_words(assurance));
    RAW(p, "</span>");
}

void page_sentence(page *p, const series_view *v)
{
    buffer_clear(&p->words);
    sentence_series(v, &p->words);
    page_text(p, p->words.data);
}

const char *page_words_take(page *p)
{
    const char *copy = p->words.data == NULL ? "" : arena_copy(p->scratch, p->words.data, p->words.length);
    buffer_clear(&p->words);
    return copy == NULL ? "" : copy;
}

const char *org_in_sentence(page *p, int32_t who)
{
    buffer_clear(&p->words);
    sentence_organisation(&p->site->now->orgs[who], &p->words);
    return page_words_take(p);
}

void page_chart_both(page *p, const series_view *v, const char *unique)
{
    RAW(p, "<div class=\"chart-wide\">");
    chart_spc_write(v, unique, CHART_WIDE, false, p->out);
    RAW(p, "</div><div class=\"chart-narrow\">");
    chart_spc_write(v, path_or_home(arena_printf(p->scratch, "%s-narrow", unique)), CHART_NARROW, false, p->out);
    RAW(p, "</div>\n");
}
