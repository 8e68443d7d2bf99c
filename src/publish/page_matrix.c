/* The matrix of one organisation (variation across, assurance down), and how many measures have which verdict. */
#include "publish/scorecard.h"

#include "publish/charts.h"
#include "publish/html.h"

/* ---- what is asked of a measure ----------------------------------------------------------------------- */

size_t scorecard_asks(const site *s, int32_t measure, int32_t who, score_ask out[SCORE_ASKS_MOST])
{
    const edition_series *x = site_total(s, measure, who);
    size_t n = 0, count = 0;
    const series_aim *aims = site_total_aims(s, measure, who, &count);
    const bool closed = site_org_closed(s, who); /* of a body that is no more nothing is to be expected */
    if (x != NULL && x->latest_target_index >= 0)
        out[n++] = (score_ask){.level = x->latest_target, .assurance = closed ? "" : x->assurance};
    for (size_t i = 0; i < count && n < SCORE_ASKS_MOST; i++)
        out[n++] = (score_ask){.aim = &aims[i], .level = aims[i].level, .assurance = closed ? "" : aims[i].assurance};
    return n;
}

bool score_ask_local(const score_ask *ask)
{
    return ask->aim != NULL && ask->aim->tier != AIM_NATIONAL;
}

/* ---- the matrix --------------------------------------------------------------------------------------- */

static bool starts_with(const char *words, const char *start)
{
    return strncmp(words, start, strlen(start)) == 0;
}

static int matrix_column(const char *variation)
{
    return starts_with(variation, "improvement")    ? 0
           : strcmp(variation, "common-cause") == 0 ? 1
           : starts_with(variation, "concern")      ? 2
                                                    : -1;
}

static int matrix_row(const char *assurance)
{
    return strcmp(assurance, "pass") == 0           ? 0
           : strcmp(assurance, "hit-and-miss") == 0 ? 1
           : strcmp(assurance, "fail") == 0         ? 2
                                                    : 3;
}

/* What the matrix places: not what ended years before the rest. */
static const edition_series *matrix_series(const site *s, int32_t measure, int32_t who)
{
    const edition_series *x = site_total(s, measure, who);
    return x != NULL && site_series_old(s, x) ? NULL : x;
}

/* Whose level puts a measure into a row: a measure with two may stand in two rows. */
typedef struct placed {
    bool here, national, local; /* the last two: where the row of the other one is to be told apart */
} placed;

static placed placed_in(const site *s, int32_t m, int32_t who, int row, int column)
{
    const edition_series *x = matrix_series(s, m, who);
    score_ask asks[SCORE_ASKS_MOST];
    placed at = {0};
    if (x == NULL || matrix_column(x->variation) != column)
        return at;
    const size_t n = scorecard_asks(s, m, who, asks);
    bool judged = false, local = false;
    for (size_t i = 0; i < n; i++) {
        judged = judged || asks[i].assurance[0] != 0;
        local = local || score_ask_local(&asks[i]);
    }
    if (!judged) {
        at.here = row == matrix_row("");
        return at;
    }
    for (size_t i = 0; i < n; i++) {
        if (asks[i].assurance[0] == 0 || matrix_row(asks[i].assurance) != row)
            continue;
        at.here = true;
        at.national = at.national || (local && !score_ask_local(&asks[i]));
        at.local = at.local || score_ask_local(&asks[i]);
    }
    return at;
}

static size_t matrix_count(const site *s, int32_t who, int row, int column)
{
    size_t n = 0;
    for (size_t m = 0; m < s->now->measure_count; m++)
        n += placed_in(s, (int32_t)m, who, row, column).here;
    return n;
}

static void matrix_cell(page *p, int32_t who, int row, int column)
{
    static const char *const heads[] = {"Improving", "No real change", "Concern"};
    const edition *e = p->site->now;
    if (matrix_count(p->site, who, row, column) == 0) {
        RAW(p, "<td class=\"empty\"><span class=\"none\">none</span></td>");
        return;
    }
    RAW(p, "<td data-label=\"");
    buffer_text(p->out, heads[column]);
    RAW(p, "\"><ul class=\"plain\">");
    for (size_t k = 0; k < e->measure_count; k++) {
        int32_t m = p->site->order[k];
        const placed at = placed_in(p->site, m, who, row, column);
        if (!at.here)
            continue;
        RAW(p, "<li>");
        page_link(p, path_series(p, m, who, ".html"), e->measures[m].short_name);
        page_seasonal(p, matrix_series(p->site, m, who));
        if (at.national && at.local)
            RAW(p, " <span class=\"none\">national target and agreed locally</span>");
        else if (at.national)
            RAW(p, " <span class=\"none\">national target</span>");
        else if (at.local)
            RAW(p, " <span class=\"none\">agreed locally</span>");
        RAW(p, "</li>");
    }
    RAW(p, "</ul></td>");
}

#define NAMES_MAXIMUM 12 /* longer lists of measures are folded away */

static bool matrix_leaves(const edition_series *x, bool unusual)
{
    return x != NULL && matrix_column(x->variation) < 0 && starts_with(x->variation, "neither") == unusual;
}

static void not_judged(page *p, size_t count)
{
    const int months = edition_rules_of(p->site->now).minimum_points;
    if (count > NAMES_MAXIMUM)
        buffer_printf(p->out, "<details class=\"fold note\"><summary>%zu not judged yet", count);
    else
        RAW(p, "<p class=\"note\">Not judged yet");
    if (months > 1)
        buffer_printf(p->out, " (it takes %d figures)", months);
    if (count > NAMES_MAXIMUM)
        RAW(p, "</summary><p>");
    else
        RAW(p, ": ");
}

/* Measures that the matrix cannot place: neither way is better and the level is unusual (wanted = true), or too few months. */
static void matrix_rest(page *p, int32_t who, bool unusual)
{
    const edition *e = p->site->now;
    size_t n = 0, count = 0;
    for (size_t m = 0; m < e->measure_count; m++)
        count += matrix_leaves(matrix_series(p->site, (int32_t)m, who), unusual);
    for (size_t k = 0; k < e->measure_count; k++) {
        int32_t m = p->site->order[k];
        const edition_series *x = matrix_series(p->site, m, who);
        if (!matrix_leaves(x, unusual))
            continue;
        if (n == 0 && unusual)
            RAW(p, "<p class=\"note\">Unusual, where neither up nor down is better: ");
        else if (n == 0)
            not_judged(p, count);
        else
            RAW(p, ", ");
        n++;
        page_link(p, path_series(p, m, who, ".html"), e->measures[m].short_name);
        if (unusual)
            buffer_text(p->out, strcmp(x->variation, "neither-high") == 0 ? " (high)" : " (low)");
    }
    if (n == 0)
        return;
    RAW(p, ".</p>");
    if (!unusual && count > NAMES_MAXIMUM)
        RAW(p, "</details>");
    RAW(p, "\n");
}

void matrix_write(page *p, int32_t who)
{
    static const char *const assurances[] = {"pass", "hit-and-miss", "fail", ""};
    static const char *const rows[] = {"Will meet the target", "Hit and miss", "Will miss the target",
                                       "No target to judge by"};
    static const char *const classes[] = {"pass", "mixed", "miss", "no-target"};
    const score_tally tally = scorecard_tally(p->site, who);
    if (tally.improving + tally.unchanged + tally.concern == 0) { /* twelve cells of "none" help nobody */
        RAW(p, "<p>No measure can be placed by how it is changing and whether it will meet its target.</p>\n");
        matrix_rest(p, who, true);
        matrix_rest(p, who, false);
        return;
    }
    RAW(p, "<table class=\"matrix\"><caption class=\"hidden\">Measures by variation (across) and assurance "
           "(down)</caption>"
           "<thead><tr><td></td><th scope=\"col\"><span class=\"head-icon\">");
    icon_variation("improvement-high", false, p->out);
    RAW(p, "</span>Improving</th><th scope=\"col\"><span class=\"head-icon\">");
    icon_variation("common-cause", false, p->out);
    RAW(p, "</span>No real change</th><th scope=\"col\"><span class=\"head-icon\">");
    icon_variation("concern-high", false, p->out);
    RAW(p, "</span>Concern</th></tr></thead><tbody>\n");
    for (int row = 0; row < 4; row++) {
        bool bare = true;
        for (int column = 0; column < 3; column++)
            bare = bare && matrix_count(p->site, who, row, column) == 0;
        RAW(p, "<tr class=\"");
        buffer_text(p->out, classes[row]);
        if (bare)
            RAW(p, " bare");
        RAW(p, "\"><th scope=\"row\"><span class=\"head-icon\">");
        icon_assurance(assurances[row], false, p->out);
        RAW(p, "</span>");
        buffer_text(p->out, rows[row]);
        RAW(p, "</th>");
        for (int column = 0; column < 3; column++)
            matrix_cell(p, who, row, column);
        RAW(p, "</tr>\n");
    }
    RAW(p, "</tbody></table>\n");
    matrix_rest(p, who, true);
    matrix_rest(p, who, false);
}

score_tally scorecard_tally(const site *s, int32_t who)
{
    score_tally tally = {0};
    score_ask asks[SCORE_ASKS_MOST];
    for (size_t m = 0; m < s->now->measure_count; m++) {
        const edition_series *x = site_total(s, (int32_t)m, who);
        if (x == NULL)
            continue;
        tally.measures++;
        if (site_series_old(s, x))
            continue;
        int column = matrix_column(x->variation);
        tally.improving += column == 0;
        tally.unchanged += column == 1;
        tally.concern += column == 2;
        tally.unusual += starts_with(x->variation, "neither");
        const size_t n = scorecard_asks(s, (int32_t)m, who, asks);
        for (size_t i = 0; i < n; i++) {
            const bool missed = matrix_row(asks[i].assurance) == 2, local = score_ask_local(&asks[i]);
            tally.missing_target += missed && !local;
            tally.missing_agreed += missed && local;
            tally.agreed += local;
        }
        if (tally.latest.kind == PERIOD_NONE ||
            (x->last.kind != PERIOD_NONE && period_compare(x->last, tally.latest) > 0))
            tally.latest = x->last;
    }
    tally.judged = tally.improving + tally.unchanged + tally.concern + tally.unusual;
    return tally;
}
