/* The register as it stands in the edition: every event in order, and how anybody can check that nothing was changed. */
#include "publish/record.h"

size_t record_log_pages(const record *r)
{
    return r->event_count == 0 ? 1 : (r->event_count + LOG_EVENTS_A_PAGE - 1) / LOG_EVENTS_A_PAGE;
}

/* ---- how to verify --------------------------------------------------------------------------------------- */

static void proof(page *p)
{
    const record *r = p->site->record;
    size_t signed_events = 0;
    for (size_t i = 0; i < r->event_count; i++)
        signed_events += r->events[i].key[0] != 0;
    RAW(p, "<p class=\"lede\">Every agreement, promise, question and answer is an event in one register. Each holds a "
           "mark worked out from itself and from the one before, so that none can be changed, taken out or put in "
           "another order without that being seen.</p>\n<dl class=\"facts long\"><div><dt>Register</dt><dd>");
    page_text(p, register_title(r->log));
    RAW(p, "</dd></div><div><dt>Events</dt><dd>");
    page_number_plain(p, r->event_count);
    RAW(p, "</dd></div><div><dt>Signed with a key</dt><dd>");
    page_number_plain(p, signed_events);
    RAW(p, "</dd></div><div><dt>Head: the mark of the last</dt><dd><code class=\"hash\">");
    page_text(p, register_head(r->log));
    RAW(p, "</code></dd></div></dl>\n");
}

static void verify(page *p)
{
    const record *r = p->site->record;
    RAW(p, "<section><h2 id=\"verify\">Check it yourself</h2>\n<p>Every partner can hold a copy. Take the file, import "
           "it into a workspace of your own, and verify it: the head that you are told must be the one above, and the "
           "one that any other partner has.</p>\n<p class=\"downloads\"><a download");
    page_href(p, "data/register.jsonl", NULL);
    RAW(p, ">The register as JSON Lines</a></p>\n<pre><code>concord register import register.jsonl\nconcord register "
           "verify --head ");
    buffer_printf(p->out, "%zu:", r->event_count);
    page_text(p, register_head(r->log));
    RAW(p, "</code></pre>\n<p>Whoever keeps a copy finds out at once if the register is written anew: <code>"
           "concord register verify --against register.jsonl</code> says at which event, and what differs.</p>\n"
           "</section>\n");
}

/* ---- who saw what when --------------------------------------------------------------------------------- */

static void edition_cell(page *p, const register_subject *x)
{
    const char *id = register_value(x, FIELD_EDITION);
    const char *start = id == NULL ? "" : arena_copy(p->scratch, id, strlen(id) < 12 ? strlen(id) : 12);
    RAW(p, "<th scope=\"row\"><code>");
    page_text(p, start);
    RAW(p, "</code>");
    if (id != NULL && strcmp(id, p->site->now->id) == 0)
        RAW(p, "<span class=\"under\">this edition</span>");
    RAW(p, "</th>");
}

static void names(page *p, const char *list)
{
    text word;
    size_t told = 0;
    while (register_list_next(&list, &word)) {
        const char *code = arena_copy(p->scratch, word.at, word.length);
        if (code == NULL)
            return;
        if (told++ > 0)
            RAW(p, ", ");
        record_body_link(p, code);
    }
}

static void release_rows(page *p)
{
    const record *r = p->site->record;
    for (size_t i = 0; i < register_count(r->log, REGISTER_RELEASE); i++) {
        const register_subject *x = register_at(r->log, REGISTER_RELEASE, i);
        RAW(p, "<tr>");
        edition_cell(p, x);
        RAW(p, "<td>Released on ");
        page_date(p, x->made);
        RAW(p, "</td><td>");
        if (register_value(x, FIELD_TO) == NULL)
            RAW(p, "everyone at once");
        else
            names(p, register_value(x, FIELD_TO));
        RAW(p, "</td><td>");
        page_text(p, register_value(x, FIELD_WORDS));
        RAW(p, "</td><td>");
        record_event_link(p, x->first_event);
        RAW(p, "</td></tr>\n");
    }
}

static void embargo_rows(page *p)
{
    const record *r = p->site->record;
    for (size_t i = 0; i < register_count(r->log, REGISTER_EMBARGO); i++) {
        const register_subject *x = register_at(r->log, REGISTER_EMBARGO, i);
        RAW(p, "<tr>");
        edition_cell(p, x);
        RAW(p, "<td>Held back until ");
        page_date(p, register_value_date(x, FIELD_UNTIL));
        if (x->standing == STANDING_WITHDRAWN) {
            RAW(p, ", lifted on ");
            page_date(p, x->changed);
        }
        RAW(p, "</td><td>seen before then by ");
        names(p, register_value(x, FIELD_SEES));
        RAW(p, "</td><td>");
        page_text(p, register_value(x, FIELD_REASON));
        RAW(p, "</td><td>");
        record_event_link(p, x->first_event);
        RAW(p, "</td></tr>\n");
    }
}

static void releases(page *p)
{
    const record *r = p->site->record;
    RAW(p, "<section><h2 id=\"releases\">Who saw which edition when</h2>\n<p>An edition is for everyone at the same "
           "moment. Where somebody is to see it first, that is an embargo, with its reason, and stands here.</p>\n");
    if (register_count(r->log, REGISTER_RELEASE) + register_count(r->log, REGISTER_EMBARGO) == 0) {
        RAW(p, "<p>No release and no embargo is on record.</p></section>\n");
        return;
    }
    RAW(p, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"releases\"><table class=\"data\">"
           "<thead><tr><th scope=\"col\">Edition</th><th scope=\"col\">When</th><th scope=\"col\">To whom</th><th "
           "scope=\"col\">Words</th><th scope=\"col\">On record</th></tr></thead><tbody>\n");
    release_rows(p);
    embargo_rows(p);
    RAW(p, "</tbody></table></div></section>\n");
}

/* ---- the events ------------------------------------------------------------------------------------------ */

static const char *words_of(page *p, const register_event *e)
{
    static const register_field fields[] = {FIELD_TITLE,  FIELD_WHAT,   FIELD_WORDS,
                                            FIELD_REASON, FIELD_RATING, FIELD_NAME};
    register_said said;
    if (register_event_said(e, p->scratch, &said, NULL) != STATUS_OK)
        return "";
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (said.texts[fields[i]] != NULL)
            return said.texts[fields[i]];
    return "";
}

static void event_row(page *p, const register_event *e)
{
    register_kind kind;
    bool makes;
    buffer_printf(p->out, "<tr id=\"event-%lld\"><td class=\"number\">%lld</td><td class=\"month\">",
                  (long long)e->sequence, (long long)e->sequence);
    page_date(p, record_day(e));
    RAW(p, "</td><td>");
    page_text(p, record_name(p->site, e->organisation));
    RAW(p, "<span class=\"under\">");
    page_text(p, e->actor);
    RAW(p, "</span></td><td>");
    page_text(p, register_event_words(e->kind));
    RAW(p, " ");
    const bool known = register_event_subject(e->kind, &kind, &makes);
    if (known && (kind == REGISTER_TARGET || kind == REGISTER_COMMITMENT))
        record_about_link(p, e->subject);
    else if (known && kind == REGISTER_PARTNER)
        record_body_then(p, e->subject);
    else
        page_text(p, e->subject);
    RAW(p, "</td><td class=\"words\">");
    page_text(p, words_of(p, e));
    RAW(p, "</td><td>");
    if (e->key[0] != 0)
        RAW(p, "<span class=\"tag\">signed</span>");
    buffer_printf(p->out, "<code>%.12s</code>", e->hash);
    RAW(p, "</td></tr>\n");
}

/* The first page, the last, and those near this one: a long log has thousands. */
static bool in_pager(size_t i, size_t which, size_t pages)
{
    return i == 0 || i + 1 == pages || (i + 3 >= which && i <= which + 3);
}

static void pager(page *p, size_t which)
{
    const size_t pages = record_log_pages(p->site->record);
    if (pages < 2)
        return;
    RAW(p, "<nav class=\"choice\" aria-label=\"Pages of the log\"><ul class=\"plain\">");
    for (size_t i = 0; i < pages; i++) {
        const size_t last = (i + 1) * LOG_EVENTS_A_PAGE, all = p->site->record->event_count;
        const char *path = in_pager(i, which, pages) ? record_log_path(i, p->scratch) : NULL;
        if (path == NULL)
            continue;
        RAW(p, "<li><a");
        page_href(p, path, NULL);
        if (i == which)
            RAW(p, " aria-current=\"page\"");
        buffer_printf(p->out, ">%zu to %zu</a></li>", i * LOG_EVENTS_A_PAGE + 1, last < all ? last : all);
    }
    RAW(p, "</ul></nav>\n");
}

static void events(page *p, size_t which)
{
    const record *r = p->site->record;
    RAW(p, "<section><h2 id=\"events\">The events</h2>\n");
    pager(p, which);
    RAW(p, "<div class=\"scroll whole\" tabindex=\"0\" role=\"region\" aria-labelledby=\"events\"><table class=\"data "
           "log\">"
           "<thead><tr><th scope=\"col\" class=\"number\">Event</th><th scope=\"col\">When</th><th "
           "scope=\"col\">Who</th><th scope=\"col\">What</th><th scope=\"col\">In words</th><th scope=\"col\">Mark"
           "</th></tr></thead><tbody>\n");
    for (size_t i = which * LOG_EVENTS_A_PAGE; i < (which + 1) * LOG_EVENTS_A_PAGE && i < r->event_count; i++)
        event_row(p, &r->events[i]);
    RAW(p, "</tbody></table></div>\n</section>\n");
}

void page_log(page *p, size_t which)
{
    const char *title = which == 0 ? "The log" : arena_printf(p->scratch, "The log, page %zu", which + 1);
    page_begin(p, &(page_head){.title = title,
                               .description = "Every event of the register, in order, and how to check that nothing "
                                              "was changed.",
                               .section = "log.html"});
    RAW(p, "<h1>");
    page_text(p, title);
    RAW(p, "</h1>\n");
    if (which == 0) {
        proof(p);
        verify(p);
        releases(p);
    }
    events(p, which);
    page_end(p);
}
