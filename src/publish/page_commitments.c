/* Who promised what to whom: an index of all commitments and challenges, and the story of each. */
#include "publish/record.h"

static size_t choose(const record *r, int which, const register_subject **out)
{
    size_t n = 0;
    for (size_t i = 0; i < register_count(r->log, REGISTER_COMMITMENT); i++) {
        const register_subject *of = register_at(r->log, REGISTER_COMMITMENT, i);
        const int is = of->standing == STANDING_CLOSED ? 2 : record_overdue(r, of) ? 0 : 1;
        if (is == which)
            out[n++] = of;
    }
    return n;
}

static void how_it_stands(page *p, size_t overdue, size_t open, size_t closed)
{
    RAW(p, "<p class=\"lede\">");
    if (overdue + open + closed == 0) {
        RAW(p, "Nobody has made a commitment yet.</p>\n");
        return;
    }
    buffer_printf(p->out, "%zu commitment%s on record: %zu open, of which ", overdue + open + closed,
                  overdue + open + closed == 1 ? " is" : "s are", overdue + open);
    if (overdue > 0)
        buffer_printf(p->out, "<strong>%zu %s overdue</strong>", overdue, overdue == 1 ? "is" : "are");
    else
        RAW(p, "none is overdue");
    buffer_printf(p->out, ", and %zu closed. Partners, the system and the centre all stand in the same list.</p>\n",
                  closed);
}

static void part(page *p, int which, const char *title, const char *id, const register_subject **list)
{
    const size_t n = choose(p->site->record, which, list);
    if (n == 0)
        return;
    RAW(p, "<section><h2 id=\"");
    page_text(p, id);
    RAW(p, "\">");
    page_text(p, title);
    RAW(p, "</h2>\n");
    record_commitments(p, list, n, title);
    RAW(p, "</section>\n");
}

void page_commitments(page *p)
{
    const record *r = p->site->record;
    const size_t challenges = register_count(r->log, REGISTER_CHALLENGE);
    const register_subject **list =
        arena_array(p->scratch, register_count(r->log, REGISTER_COMMITMENT) + challenges + 1, sizeof *list);
    page_begin(p, &(page_head){.title = "Commitments",
                               .description = "Who promised what to whom by when, and what became of it.",
                               .section = "commitments.html"});
    RAW(p, "<h1>Commitments</h1>\n");
    if (list != NULL) {
        how_it_stands(p, choose(r, 0, list), choose(r, 1, list), choose(r, 2, list));
        record_as_at(p);
        part(p, 0, "Overdue", "overdue", list);
        part(p, 1, "Open", "open", list);
        part(p, 2, "Closed", "closed", list);
        if (challenges > 0) {
            RAW(p, "<section><h2 id=\"challenges\">Challenges and answers</h2>\n");
            for (size_t i = 0; i < challenges; i++)
                list[i] = register_at(r->log, REGISTER_CHALLENGE, i);
            record_challenges(p, list, challenges);
            RAW(p, "</section>\n");
        }
    }
    page_end(p);
}

/* ---- one commitment ------------------------------------------------------------------------------------ */

static void fact_begin(page *p, const char *name)
{
    RAW(p, "<div><dt>");
    page_text(p, name);
    RAW(p, "</dt><dd>");
}

/* "NHS England was to fund ... by 31 March 2026. It is closed: kept." */
static void answer(page *p, const register_subject *of)
{
    RAW(p, "<p class=\"lede\">");
    record_body_link(p, of->owner);
    RAW(p, " promised this to ");
    page_text(p, register_value(of, FIELD_WHOM));
    RAW(p, " by ");
    page_date(p, register_value_date(of, FIELD_DUE));
    RAW(p, ". <strong>");
    record_commitment_state(p, of);
    if (record_overdue(p->site->record, of))
        RAW(p, ", and overdue");
    RAW(p, ".</strong></p>\n");
}

void page_commitment(page *p, size_t which)
{
    const record *r = p->site->record;
    const register_subject *of = register_at(r->log, REGISTER_COMMITMENT, which);
    const char *about = register_value(of, FIELD_ABOUT);
    page_begin(p, &(page_head){.title = record_title(of),
                               .description = "A commitment: who made it, to whom, by when, and what became of it.",
                               .section = "commitments.html"});
    RAW(p, "<nav class=\"crumbs\" aria-label=\"Breadcrumb\"><ol><li><a");
    page_href(p, "index.html", NULL);
    RAW(p, ">Home</a></li><li><a");
    page_href(p, "commitments.html", NULL);
    RAW(p, ">Commitments</a></li></ol></nav>\n<h1><span class=\"caption\">Commitment</span> ");
    page_text(p, record_title(of));
    RAW(p, "</h1>\n");
    answer(p, of);
    RAW(p, "<dl class=\"facts long\">");
    fact_begin(p, "Made by");
    record_body_link(p, of->owner);
    RAW(p, "</dd></div>");
    fact_begin(p, "For");
    page_text(p, register_value(of, FIELD_WHOM));
    RAW(p, "</dd></div>");
    if (about != NULL) {
        fact_begin(p, "Towards");
        record_about_link(p, about);
        RAW(p, "</dd></div>");
    }
    fact_begin(p, "Made on");
    page_date(p, of->made);
    RAW(p, "</dd></div>");
    fact_begin(p, "Due");
    page_date(p, register_value_date(of, FIELD_DUE));
    RAW(p, "</dd></div>");
    if (register_value(of, FIELD_TO) != NULL) {
        fact_begin(p, "Escalated to");
        record_body_link(p, register_value(of, FIELD_TO));
        RAW(p, "</dd></div>");
    }
    if (of->standing == STANDING_CLOSED) {
        const date due = register_value_date(of, FIELD_DUE);
        fact_begin(p, "Closed on");
        page_date(p, of->changed);
        if (due != DATE_NONE && of->changed > due)
            buffer_printf(p->out, ", %d day%s after it was due", (int)(of->changed - due),
                          plural((size_t)(of->changed - due)));
        RAW(p, "</dd></div>");
    }
    fact_begin(p, "Progress reports");
    buffer_printf(p->out, "%lld</dd></div></dl>\n", (long long)of->reports);
    record_as_at(p);
    RAW(p, "<section><h2 id=\"story\">What happened</h2>\n");
    record_story(p, of);
    RAW(p, "</section>\n");
    page_end(p);
}
