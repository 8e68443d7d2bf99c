/* Tables of what was agreed: targets and priorities in one table at equal weight, and commitments. At 320 px each row becomes a card. */
#include "publish/charts.h"
#include "publish/figure.h"
#include "publish/record.h"

/* ---- words --------------------------------------------------------------------------------------------- */

static bool lower_is_better(const edition_measure *m)
{
    return m->better == BETTER_LOWER;
}

/* "312 people", "1 attendance": whom the gap counts. */
static void people_words(const edition_measure *m, int64_t people, buffer *out)
{
    char grouped[NUMBER_TEXT];
    number_grouped(people, grouped);
    buffer_printf(out, "%s %s", grouped, sentence_gap_noun(m));
}

/* The month by which it was to be reached is over, and the edition has no figure for that month: what is likely is no answer any more. */
static bool over_without_figure(const target_progress *row, date as_at)
{
    return row->by.kind != PERIOD_NONE && as_at != DATE_NONE && period_last_day(row->by) < as_at &&
           row->outlook != OUTLOOK_MET && row->outlook != OUTLOOK_MISSED;
}

/* " 1% is to be reached by June 2026, which is likely." */
static void end_words(const edition_measure *m, const target_progress *row, date as_at, buffer *out)
{
    static const char *const likely[OUTLOOK_COUNT] = {[OUTLOOK_UNKNOWN] = "",
                                                      [OUTLOOK_MET] = ", and it was",
                                                      [OUTLOOK_MISSED] = ", and it was not",
                                                      [OUTLOOK_LIKELY] = ", which is likely",
                                                      [OUTLOOK_OPEN] = ", which could go either way",
                                                      [OUTLOOK_UNLIKELY] =
                                                          ", which is unlikely unless something changes"};
    const bool unknown = over_without_figure(row, as_at);
    const bool past = unknown || row->outlook == OUTLOOK_MET || row->outlook == OUTLOOK_MISSED;
    char when[PERIOD_WORDS];
    if (isnan(row->level))
        return;
    buffer_char(out, ' ');
    figure_level(m, row->level, out);
    buffer_text(out, past ? " was to be reached" : " is to be reached");
    if (row->by.kind != PERIOD_NONE) {
        period_words(row->by, when);
        buffer_printf(out, " by %s", when);
    }
    buffer_printf(out, "%s.",
                  unknown                                  ? "; there is no figure for that month yet"
                  : (unsigned)row->outlook < OUTLOOK_COUNT ? likely[row->outlook]
                                                           : "");
}

void record_sentence(const edition *e, const target_progress *row, const char *whose, date as_at, buffer *out)
{
    char when[PERIOD_WORDS];
    if (row->measure < 0 || row->month.kind == PERIOD_NONE) {
        buffer_printf(out, "No figure yet for %s: %s.", whose, row->note[0] != 0 ? row->note : "none was reported");
        return;
    }
    const edition_measure *m = &e->measures[row->measure];
    period_words(row->month, when);
    buffer_printf(out, "%s: ", whose);
    figure_words(m, row->value, false, out);
    buffer_printf(out, " in %s.", when);
    if (row->on_trajectory_known) {
        buffer_text(out, " Agreed for that month is ");
        figure_level(m, row->due, out);
        if (row->on_trajectory) {
            buffer_text(out, ": on trajectory.");
        } else {
            buffer_text(out, ": not on trajectory");
            if (row->people_known && row->people_short_of_due > 0) {
                buffer_text(out, ", ");
                people_words(m, row->people_short_of_due, out);
                buffer_text(out, lower_is_better(m) ? " too many" : " short");
            }
            buffer_char(out, '.');
        }
    }
    if (m->better != BETTER_NEITHER)
        end_words(m, row, as_at, out);
    else
        buffer_printf(out, " No verdict: %s.", row->note);
}

/* ---- targets and priorities ---------------------------------------------------------------------------- */

static size_t list_length(const char *list)
{
    text word;
    size_t n = 0;
    while (register_list_next(&list, &word))
        n++;
    return n;
}

static void targets_head(page *p, const char *caption)
{
    RAW(p, "<table class=\"score agreed\" role=\"table\"><caption class=\"hidden\">");
    page_text(p, caption);
    RAW(p, "</caption><thead role=\"rowgroup\"><tr role=\"row\">"
           "<th scope=\"col\" role=\"columnheader\">Target or priority</th>"
           "<th scope=\"col\" role=\"columnheader\" class=\"number\">Latest</th>"
           "<th scope=\"col\" role=\"columnheader\" class=\"number\">Agreed for that month</th>"
           "<th scope=\"col\" role=\"columnheader\">On trajectory</th>"
           "<th scope=\"col\" role=\"columnheader\" class=\"number\">In the end</th>"
           "<th scope=\"col\" role=\"columnheader\" class=\"number\">Gap in people</th>"
           "<th scope=\"col\" role=\"columnheader\">Likely to be met</th>"
           "<th scope=\"col\" role=\"columnheader\">Agreed by</th></tr></thead>\n");
}

static void level_of(page *p, const edition_measure *m, double wanted)
{
    buffer_clear(&p->words);
    figure_level(m, wanted, &p->words);
    page_text(p, p->words.data);
}

static void figure_cells(page *p, const edition_measure *m, const target_progress *row)
{
    if (m == NULL || row->month.kind == PERIOD_NONE) {
        RAW(p, "<td role=\"cell\" class=\"number latest\" data-label=\"Latest\">no figure</td>");
    } else {
        RAW(p, "<td role=\"cell\" class=\"number latest\" data-label=\"Latest\">");
        buffer_clear(&p->words);
        figure_words(m, row->value, false, &p->words);
        page_text(p, p->words.data);
        RAW(p, "<span class=\"under\">");
        page_period(p, row->month);
        RAW(p, "</span></td>");
    }
    if (m == NULL || !row->on_trajectory_known) {
        RAW(p, "<td role=\"cell\" class=\"number\" data-label=\"Agreed for that month\"><span class=\"none\">no level "
               "yet</span></td><td role=\"cell\" data-label=\"On trajectory\"><span class=\"none\">not due "
               "yet</span></td>");
        return;
    }
    RAW(p, "<td role=\"cell\" class=\"number\" data-label=\"Agreed for that month\">");
    level_of(p, m, row->due);
    RAW(p, "</td><td role=\"cell\" data-label=\"On trajectory\">");
    if (row->on_trajectory)
        RAW(p, "<strong>Yes</strong></td>");
    else
        RAW(p, "<strong class=\"late\">No</strong></td>");
}

static void end_cells(page *p, const edition_measure *m, const target_progress *row)
{
    RAW(p, "<td role=\"cell\" class=\"number\" data-label=\"In the end\">");
    if (m != NULL && !isnan(row->level))
        level_of(p, m, row->level);
    else if (!isnan(row->level))
        buffer_number(p->out, row->level);
    else
        RAW(p, "<span class=\"none\">no level</span>");
    if (row->by.kind != PERIOD_NONE) {
        RAW(p, "<span class=\"under\">by ");
        page_period(p, row->by);
        RAW(p, "</span>");
    }
    RAW(p, "</td>");
    const int64_t gap = row->on_trajectory_known ? row->people_short_of_due : row->people_short_of_end;
    if (m == NULL || !row->people_known || (!row->on_trajectory_known && isnan(row->level))) {
        RAW(p, "<td role=\"cell\" class=\"number blank\"><span class=\"hidden\">no people are counted</span></td>");
    } else if (gap == 0) {
        RAW(p, "<td role=\"cell\" class=\"number\" data-label=\"Gap in people\">none</td>");
    } else {
        RAW(p, "<td role=\"cell\" class=\"number\" data-label=\"Gap in people\">");
        page_count(p, gap);
        RAW(p, "<span class=\"under\">");
        page_text(p, sentence_gap_noun(m));
        if (!row->on_trajectory_known)
            RAW(p, ", to the end");
        RAW(p, "</span></td>");
    }
    if (over_without_figure(row, p->site->record->as_at)) {
        RAW(p, "<td role=\"cell\" data-label=\"Likely to be met\"><span class=\"none\">no figure for that month "
               "yet</span></td>");
        return;
    }
    if (row->outlook == OUTLOOK_UNKNOWN) {
        RAW(p, "<td role=\"cell\" data-label=\"Likely to be met\"><span class=\"none\">too early to say</span></td>");
        return;
    }
    RAW(p, "<td role=\"cell\" data-label=\"Likely to be met\">");
    page_text(p, progress_outlook_name(row->outlook));
    RAW(p, "</td>");
}

static void agreed_cell(page *p, const register_subject *of)
{
    const char *authority = register_value(of, FIELD_AUTHORITY), *tier = register_value(of, FIELD_TIER);
    RAW(p, "<td role=\"cell\" data-label=\"Agreed by\">");
    if (tier != NULL && strcmp(tier, "local") == 0) {
        const size_t wanted = 1 + list_length(register_value(of, FIELD_PARTNERS));
        buffer_printf(p->out, "%zu of %zu signed", list_length(register_value(of, FIELD_SIGNATURES)), wanted);
    } else {
        page_text(p, authority != NULL ? authority : record_name(p->site, of->owner));
    }
    buffer_printf(p->out, "<span class=\"under\">revision %lld, ", (long long)of->revision);
    page_text(p, register_standing_name(of->standing));
    RAW(p, "</span></td>");
}

/* The agreed level of each month, folded: it is long, and the page of the priority draws it. */
static void months_fold(page *p, const register_subject *of, const edition_measure *m)
{
    const char *list = register_value(of, FIELD_TRAJECTORY);
    text word;
    size_t told = 0;
    if (list == NULL || m == NULL)
        return;
    RAW(p, "<details class=\"fold within\"><summary>The level agreed for each month<span class=\"hidden\">: ");
    page_text(p, record_title(of));
    RAW(p, "</span></summary>");
    while (register_list_next(&list, &word)) {
        const char *equals = memchr(word.at, '=', word.length);
        period month;
        double wanted;
        if (equals == NULL || !period_parse((text){word.at, (size_t)(equals - word.at)}, &month) ||
            !number_parse((text){equals + 1, word.length - (size_t)(equals + 1 - word.at)}, &wanted))
            continue;
        if (told++ > 0)
            RAW(p, ", ");
        page_period(p, month);
        RAW(p, " ");
        level_of(p, m, wanted);
    }
    RAW(p, "</details>");
}

static void target_row(page *p, const target_progress *row, const char *who)
{
    const site *s = p->site;
    const register_subject *of = row->target;
    const edition_measure *m = row->measure < 0 ? NULL : &s->now->measures[row->measure];
    RAW(p, "<tbody role=\"rowgroup\"><tr role=\"row\"><th scope=\"row\" role=\"rowheader\">");
    record_about_link(p, of->id);
    RAW(p, "<span class=\"under\">");
    page_text(p, record_tier(of));
    RAW(p, "</span><span class=\"under\">");
    if (m != NULL)
        page_text(p, m->short_name);
    else
        page_text(p, register_value(of, FIELD_MEASURE));
    if (who == NULL || !record_same(s->record, who, row->organisation)) {
        RAW(p, ", ");
        record_body_link(p, row->organisation);
    }
    RAW(p, "</span></th>");
    figure_cells(p, m, row);
    end_cells(p, m, row);
    agreed_cell(p, of);
    RAW(p, "</tr>\n<tr role=\"row\" class=\"say\"><td role=\"cell\" colspan=\"8\">");
    buffer_clear(&p->words);
    record_sentence(s->now, row, record_name(s, row->organisation), s->record->as_at, &p->words);
    page_text(p, page_words_take(p));
    months_fold(p, of, m);
    RAW(p, "</td></tr></tbody>\n");
}

void record_targets(page *p, const target_progress *rows, size_t count, const char *who, const char *caption)
{
    if (count == 0)
        return;
    targets_head(p, caption);
    for (size_t i = 0; i < count; i++)
        target_row(p, &rows[i], who);
    RAW(p, "</table>\n");
}

/* ---- commitments --------------------------------------------------------------------------------------- */

const char *record_state_words(const char *state)
{
    static const struct {
        const char *state, *words;
    } all[] = {{"on-track", "on track"},
               {"at-risk", "at risk"},
               {"late", "late"},
               {"done", "done"},
               {"met", "kept"},
               {"not-met", "not kept"},
               {"withdrawn", "withdrawn"},
               {"continue", "to continue"},
               {"change", "to be changed"},
               {"retire", "to be retired"},
               {"accepted", "accepted"},
               {"not-accepted", "not accepted"}};
    for (size_t i = 0; state != NULL && i < sizeof all / sizeof *all; i++)
        if (strcmp(all[i].state, state) == 0)
            return all[i].words;
    return state == NULL ? "" : state;
}

void record_commitment_state(page *p, const register_subject *of)
{
    const char *state = register_value(of, FIELD_STATE), *outcome = register_value(of, FIELD_OUTCOME);
    if (of->standing == STANDING_CLOSED) {
        RAW(p, "Closed: ");
        page_text(p, outcome == NULL ? "no outcome given" : record_state_words(outcome));
        const date due = register_value_date(of, FIELD_DUE);
        if (due != DATE_NONE && of->changed > due && (outcome == NULL || strcmp(outcome, "withdrawn") != 0))
            buffer_printf(p->out, ", %d day%s late", (int)(of->changed - due), plural((size_t)(of->changed - due)));
        return;
    }
    if (of->standing == STANDING_ESCALATED)
        RAW(p, "Escalated");
    else
        RAW(p, "Open");
    if (state != NULL) {
        RAW(p, ", reported ");
        page_text(p, record_state_words(state));
    }
}

static void due_cell(page *p, const register_subject *of)
{
    RAW(p, "<td role=\"cell\" data-label=\"Due\">");
    page_date(p, register_value_date(of, FIELD_DUE));
    if (record_overdue(p->site->record, of))
        RAW(p, "<strong class=\"under late\">Overdue</strong>");
    RAW(p, "</td>");
}

static void commitment_row(page *p, const register_subject *of)
{
    const char *about = register_value(of, FIELD_ABOUT), *whom = register_value(of, FIELD_WHOM);
    RAW(p, "<tbody role=\"rowgroup\" class=\"brief\"><tr role=\"row\"><th scope=\"row\" role=\"rowheader\">");
    record_about_link(p, of->id);
    if (about != NULL) {
        RAW(p, "<span class=\"under\">Towards ");
        record_about_link(p, about);
        RAW(p, "</span>");
    }
    RAW(p, "</th><td role=\"cell\" data-label=\"From\"><span>");
    record_body_link(p, of->owner);
    RAW(p, "</span></td><td role=\"cell\" data-label=\"For\"><span>");
    page_text(p, whom);
    RAW(p, "</span></td>");
    due_cell(p, of);
    RAW(p, "<td role=\"cell\" data-label=\"State\"><span>");
    record_commitment_state(p, of);
    RAW(p, "</span>");
    if (of->challenges > 0)
        buffer_printf(p->out, "<span class=\"under\">%lld open challenge%s</span>", (long long)of->challenges,
                      plural((size_t)of->challenges));
    RAW(p, "</td></tr></tbody>\n");
}

void record_commitments(page *p, const register_subject *const *list, size_t count, const char *caption)
{
    if (count == 0)
        return;
    RAW(p, "<table class=\"score promised\" role=\"table\"><caption class=\"hidden\">");
    page_text(p, caption);
    RAW(p, "</caption><thead role=\"rowgroup\"><tr role=\"row\"><th scope=\"col\" role=\"columnheader\">Commitment</th>"
           "<th scope=\"col\" role=\"columnheader\">From</th><th scope=\"col\" role=\"columnheader\">For</th>"
           "<th scope=\"col\" role=\"columnheader\">Due</th><th scope=\"col\" role=\"columnheader\">State</th></tr>"
           "</thead>\n");
    for (size_t i = 0; i < count; i++)
        commitment_row(p, list[i]);
    RAW(p, "</table>\n");
}
