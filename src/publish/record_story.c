/* What happened, in order: the events about a target or a commitment, challenges and their answers. */
#include "publish/record.h"

void record_event_link(page *p, int64_t sequence)
{
    const int64_t at = (sequence - 1) / LOG_EVENTS_A_PAGE;
    const char *path = record_log_path((size_t)at, p->scratch),
               *words = arena_printf(p->scratch, "event %lld", (long long)sequence),
               *anchor = arena_printf(p->scratch, "event-%lld", (long long)sequence);
    RAW(p, "<a");
    page_href(p, path == NULL ? "log.html" : path, anchor);
    RAW(p, ">");
    page_text(p, words);
    RAW(p, "</a>");
}

const char *record_log_path(size_t which, arena *a)
{
    return which == 0 ? "log.html" : arena_printf(a, "log-%zu.html", which + 1);
}

/* ---- one event ----------------------------------------------------------------------------------------- */

/* What somebody wrote in his own words. */
static const char *words_of(const register_said *said)
{
    static const register_field fields[] = {FIELD_WORDS, FIELD_REASON};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (said->texts[fields[i]] != NULL && said->texts[fields[i]][0] != 0)
            return said->texts[fields[i]];
    return NULL;
}

/* "reported on the commitment: at risk", "signed revision 2". */
static void deed(page *p, const register_event *e, const register_said *said)
{
    const char *state = said->texts[FIELD_STATE] != NULL ? said->texts[FIELD_STATE] : said->texts[FIELD_OUTCOME];
    page_text(p, register_event_words(e->kind));
    if (strcmp(e->kind, "target.sign") == 0 && said->texts[FIELD_REVISION] != NULL) {
        RAW(p, " revision ");
        page_text(p, said->texts[FIELD_REVISION]);
    } else if (strcmp(e->kind, "target.start") == 0 && said->texts[FIELD_FROM] != NULL) {
        date from;
        RAW(p, " from ");
        if (date_parse(text_of(said->texts[FIELD_FROM]), &from))
            page_date(p, from);
    } else if (state != NULL) {
        RAW(p, ": ");
        page_text(p, record_state_words(state));
    }
    if (said->texts[FIELD_TO] != NULL) {
        RAW(p, " to ");
        page_text(p, record_name(p->site, said->texts[FIELD_TO]));
    }
}

static void story_item(page *p, const register_event *e)
{
    register_said said;
    if (register_event_said(e, p->scratch, &said, NULL) != STATUS_OK)
        said = (register_said){0};
    RAW(p, "<li><p class=\"when\">");
    page_date(p, record_day(e));
    RAW(p, ", ");
    record_event_link(p, e->sequence);
    RAW(p, "</p><p><strong>");
    page_text(p, record_name(p->site, e->organisation));
    RAW(p, "</strong> (");
    page_text(p, e->actor);
    RAW(p, ") ");
    deed(p, e, &said);
    RAW(p, ".</p>");
    const char *words = words_of(&said);
    if (words != NULL) {
        RAW(p, "<blockquote><p>");
        page_text(p, words);
        RAW(p, "</p></blockquote>");
    }
    RAW(p, "</li>\n");
}

/* Is the event about that thing, or about a challenge to it? */
static bool belongs(const record *r, const register_event *e, const register_subject *of)
{
    register_kind kind;
    bool makes;
    if (!register_event_subject(e->kind, &kind, &makes))
        return false;
    if (kind == of->kind)
        return strcmp(e->subject, of->id) == 0;
    if (kind != REGISTER_CHALLENGE)
        return false;
    const register_subject *challenge = register_find(r->log, REGISTER_CHALLENGE, e->subject);
    return challenge != NULL && record_about(r, register_value(challenge, FIELD_ABOUT)) == of;
}

void record_story(page *p, const register_subject *of)
{
    const record *r = p->site->record;
    RAW(p, "<ol class=\"story\">\n");
    for (size_t i = 0; i < r->event_count; i++)
        if (belongs(r, &r->events[i], of))
            story_item(p, &r->events[i]);
    RAW(p, "</ol>\n");
}

/* ---- challenges ---------------------------------------------------------------------------------------- */

static void answers(page *p, const register_subject *challenge)
{
    const record *r = p->site->record;
    for (int64_t at = challenge->first_event + 1; at <= challenge->last_event; at++) {
        const register_event *e = record_event(r, at);
        register_said said;
        if (e == NULL || strncmp(e->kind, "challenge.", 10) != 0 || strcmp(e->subject, challenge->id) != 0 ||
            register_event_said(e, p->scratch, &said, NULL) != STATUS_OK)
            continue;
        RAW(p, "<p class=\"answer\">On ");
        page_date(p, record_day(e));
        RAW(p, " <strong>");
        page_text(p, record_name(p->site, e->organisation));
        RAW(p, "</strong> ");
        deed(p, e, &said);
        RAW(p, " (");
        record_event_link(p, e->sequence);
        RAW(p, ")");
        if (words_of(&said) != NULL) {
            RAW(p, ": \xe2\x80\x9c");
            page_text(p, words_of(&said));
            RAW(p, "\xe2\x80\x9d");
        }
        RAW(p, "</p>\n");
    }
}

void record_challenges(page *p, const register_subject *const *list, size_t count)
{
    if (count == 0)
        return;
    RAW(p, "<ul class=\"plain challenges\">\n");
    for (size_t i = 0; i < count; i++) {
        const register_subject *x = list[i];
        RAW(p, "<li><p class=\"asked\">\xe2\x80\x9c");
        page_text(p, record_title(x));
        RAW(p, "\xe2\x80\x9d</p><p class=\"note\">Asked by ");
        record_body_link(p, x->owner);
        RAW(p, " on ");
        page_date(p, x->made);
        RAW(p, " about ");
        record_about_link(p, register_value(x, FIELD_ABOUT));
        const date by = register_value_date(x, FIELD_ANSWER_BY);
        if (by != DATE_NONE) {
            RAW(p, ", to be answered by ");
            page_date(p, by);
        }
        RAW(p, ". ");
        record_standing(p, x);
        RAW(p, "</p>\n");
        answers(p, x);
        RAW(p, "</li>\n");
    }
    RAW(p, "</ul>\n");
}
