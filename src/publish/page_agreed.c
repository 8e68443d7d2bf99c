/* What was agreed with one body, national and local alike: a part of the page of an organisation, and the page of a partner who is none. */
#include "publish/record.h"

#include <ctype.h>

typedef struct rows {
    target_progress *items;
    size_t count, capacity;
} rows;

static void row_add(page *p, rows *list, const target_progress *row)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity * 2 + 8;
        target_progress *grown = arena_array(p->scratch, capacity, sizeof *grown);
        if (grown == NULL)
            return;
        if (list->count > 0)
            memcpy(grown, list->items, list->count * sizeof *grown);
        list->items = grown;
        list->capacity = capacity;
    }
    list->items[list->count++] = *row;
}

/* The target's own organisations: where the body itself has no figures of the measure. */
static void rows_of_target(page *p, const register_subject *of, rows *out)
{
    const target_progress *list;
    size_t count;
    if (progress_of_targets(p->site->record->log, p->site->now, of->id, NULL, p->scratch, &list, &count, NULL) !=
        STATUS_OK)
        return;
    for (size_t i = 0; i < count; i++)
        row_add(p, out, &list[i]);
}

/* Its own figures where it has some. */
static bool row_of_body(page *p, const register_subject *of, const char *code, rows *out)
{
    const target_progress *list;
    size_t count;
    if (edition_find_org(p->site->now, code) < 0 ||
        progress_of_targets(p->site->record->log, p->site->now, of->id, code, p->scratch, &list, &count, NULL) !=
            STATUS_OK)
        return false;
    for (size_t i = 0; i < count; i++)
        if (list[i].month.kind != PERIOD_NONE) {
            row_add(p, out, &list[i]);
            return true;
        }
    return false;
}

static bool is_national(const register_subject *of)
{
    const char *tier = register_value(of, FIELD_TIER);
    return tier != NULL && strcmp(tier, "national") == 0;
}

/* Who sets a national target answers for it like whoever signs a local one. */
static bool is_authority(const page *p, const register_subject *of, const char *code)
{
    const char *authority = register_value(of, FIELD_AUTHORITY);
    return authority != NULL && strcmp(authority, record_name(p->site, code)) == 0;
}

static void not_in_force(page *p, const char *code)
{
    const record *r = p->site->record;
    size_t told = 0;
    for (size_t i = 0; i < register_count(r->log, REGISTER_TARGET); i++) {
        const register_subject *of = register_at(r->log, REGISTER_TARGET, i);
        if (register_target_in_force(of) || !record_target_of(r, of, code))
            continue;
        if (told++ == 0)
            RAW(p, "<p>Not in force: ");
        else
            RAW(p, ", ");
        record_about_link(p, of->id);
        RAW(p, " ");
        record_standing(p, of);
    }
    if (told > 0)
        RAW(p, ".</p>\n");
}

static void targets_section(page *p, const char *code)
{
    const record *r = p->site->record;
    rows list = {0};
    for (size_t i = 0; i < register_count(r->log, REGISTER_TARGET); i++) {
        const register_subject *of = register_at(r->log, REGISTER_TARGET, i);
        if (!register_target_in_force(of) || !(is_national(of) || record_target_of(r, of, code)))
            continue;
        if (!row_of_body(p, of, code, &list) && (record_target_of(r, of, code) || is_authority(p, of, code)))
            rows_of_target(p, of, &list);
    }
    RAW(p, "<section><h2 id=\"priorities\">Targets and priorities</h2>\n");
    record_national_warning(p);
    if (list.count == 0)
        RAW(p, "<p>None that it set, signed or is named in is in force.</p>\n");
    else
        RAW(p, "<p>National targets and the priorities that partners here agreed themselves, in the order in which "
               "they were made. Each counts alike.</p>\n");
    record_targets(p, list.items, list.count, code, "Targets and priorities, and how each stands");
    if (list.count > 0)
        record_target_grounds(p, code);
    not_in_force(p, code);
    RAW(p, "</section>\n");
}

/* ---- commitments --------------------------------------------------------------------------------------- */

/* A letter or digit of a code or of a word, in any alphabet; a full stop only between two others, as in "t.park". */
static bool is_in_word(const char *whole, const char *at)
{
    const unsigned char c = (unsigned char)*at;
    if (c == '.')
        return at > whole && at[1] != 0 && at[1] != '.' && at[-1] != '.' && is_in_word(whole, at + 1) &&
               is_in_word(whole, at - 1);
    return isalnum(c) || c == '_' || c == '-' || c >= 0x80;
}

/* Does the code stand in the words as a word of its own? */
static bool names_code(const char *words, const char *code)
{
    const size_t length = strlen(code);
    for (const char *at = words; length > 0 && (at = strstr(at, code)) != NULL; at++)
        if ((at == words || !is_in_word(words, at - 1)) && (at[length] == 0 || !is_in_word(words, at + length)))
            return true;
    return false;
}

/* Is it for that body: named in its words, or towards a target that is its own too? */
static bool is_for(page *p, const register_subject *of, const char *code)
{
    const record *r = p->site->record;
    const char *whom = register_value(of, FIELD_WHOM), *about = register_value(of, FIELD_ABOUT);
    const register_subject *towards = about == NULL ? NULL : register_find(r->log, REGISTER_TARGET, about);
    if (towards != NULL && record_target_of(r, towards, code))
        return true;
    for (size_t i = 0; whom != NULL && i < register_count(r->log, REGISTER_PARTNER); i++) {
        const register_subject *partner = register_at(r->log, REGISTER_PARTNER, i);
        const char *name = register_value(partner, FIELD_NAME);
        if (record_same(r, partner->id, code) &&
            ((name != NULL && text_is_nocase(text_trim(text_of(whom)), name)) || names_code(whom, partner->id)))
            return true;
    }
    return false;
}

static size_t commitments_choose(page *p, const char *code, bool from, const register_subject **out)
{
    const record *r = p->site->record;
    size_t n = 0;
    for (int overdue = 1; overdue >= 0; overdue--) /* those that are late come first, those that are done last */
        for (int closed = 0; closed < 2; closed++)
            for (size_t i = 0; i < register_count(r->log, REGISTER_COMMITMENT); i++) {
                const register_subject *of = register_at(r->log, REGISTER_COMMITMENT, i);
                const bool own = record_same(r, of->owner, code);
                if (record_overdue(r, of) == (overdue == 1) && (of->standing == STANDING_CLOSED) == (closed == 1) &&
                    own == from && (own || is_for(p, of, code)))
                    out[n++] = of;
            }
    return n;
}

static void commitments(page *p, const char *code)
{
    const record *r = p->site->record;
    const register_subject **list =
        arena_array(p->scratch, register_count(r->log, REGISTER_COMMITMENT) + 1, sizeof *list);
    if (list == NULL)
        return;
    RAW(p, "<section><h2 id=\"commitments\">Commitments</h2>\n");
    const size_t from = commitments_choose(p, code, true, list);
    RAW(p, "<h3 id=\"commitments-from\">What it promised</h3>\n");
    if (from == 0)
        RAW(p, "<p>Nothing is on record.</p>\n");
    record_commitments(p, list, from, "Commitments that it made");
    const size_t to = commitments_choose(p, code, false, list);
    RAW(p, "<h3 id=\"commitments-to\">What others promised it, or towards a priority that it shares</h3>\n");
    if (to == 0)
        RAW(p, "<p>Nothing is on record.</p>\n");
    record_commitments(p, list, to, "Commitments that others made");
    RAW(p, "</section>\n");
}

static void challenges(page *p, const char *code)
{
    const record *r = p->site->record;
    const size_t all = register_count(r->log, REGISTER_CHALLENGE);
    const register_subject **list = arena_array(p->scratch, all + 1, sizeof *list);
    size_t n = 0;
    for (size_t i = 0; i < all && list != NULL; i++) {
        const register_subject *x = register_at(r->log, REGISTER_CHALLENGE, i),
                               *about = record_about(r, register_value(x, FIELD_ABOUT));
        if (record_same(r, x->owner, code) || (about != NULL && record_same(r, about->owner, code)) ||
            record_same(r, register_value(x, FIELD_TO), code))
            list[n++] = x;
    }
    if (n == 0)
        return;
    RAW(p, "<section><h2 id=\"challenges\">Challenges and answers</h2>\n");
    record_challenges(p, list, n);
    RAW(p, "</section>\n");
}

/* ---- regimes and ratings ------------------------------------------------------------------------------- */

static void ratings(page *p, const char *code)
{
    const record *r = p->site->record;
    size_t told = 0;
    for (size_t i = 0; i < register_count(r->log, REGISTER_RATING); i++) {
        const register_subject *x = register_at(r->log, REGISTER_RATING, i);
        if (!record_same(r, register_value(x, FIELD_OF), code))
            continue;
        if (told++ == 0)
            RAW(p, "<section><h2 id=\"ratings\">Ratings and regimes</h2>\n<ul class=\"tight\">");
        RAW(p, "<li><strong>");
        page_text(p, record_regime(register_value(x, FIELD_REGIME)));
        RAW(p, "</strong>: ");
        page_text(p, register_value(x, FIELD_RATING));
        RAW(p, ", from ");
        page_date(p, register_value_date(x, FIELD_FROM));
        if (register_value_date(x, FIELD_UNTIL) != DATE_NONE) {
            RAW(p, " to ");
            page_date(p, register_value_date(x, FIELD_UNTIL));
        } else {
            RAW(p, ", still in force");
        }
        RAW(p, ". Recorded by ");
        record_body_link(p, x->owner);
        RAW(p, ", ");
        record_event_link(p, x->first_event);
        if (register_value(x, FIELD_SOURCE) != NULL) {
            RAW(p, ". Source: ");
            page_text(p, register_value(x, FIELD_SOURCE));
        }
        RAW(p, ".</li>\n");
    }
    if (told > 0)
        RAW(p, "</ul></section>\n");
}

const char *record_regime(const char *regime)
{
    static const struct {
        const char *regime, *words;
    } all[] = {{"cqc-rating", "Care Quality Commission rating"}, {"segment", "Oversight segment"},
               {"recovery-support", "Recovery support"},         {"deficit-support", "Deficit support"},
               {"special-measures", "Special measures"},         {"lighter-regime", "Lighter regime"}};
    for (size_t i = 0; regime != NULL && i < sizeof all / sizeof *all; i++)
        if (strcmp(all[i].regime, regime) == 0)
            return all[i].words;
    return regime == NULL ? "" : regime;
}

/* ---- all of it ----------------------------------------------------------------------------------------- */

void record_of_body(page *p, const char *code)
{
    const record *r = p->site->record;
    if (!record_has(p->site, code))
        return;
    const char *now = register_successor_of(r->log, code);
    if (strcmp(now, code) != 0) {
        RAW(p, "<section><h2 id=\"priorities\">Targets and priorities</h2>\n<p>What was agreed with it stands on the "
               "page of its successor, ");
        record_body_link(p, now);
        RAW(p, ".</p></section>\n");
        return;
    }
    targets_section(p, code);
    commitments(p, code);
    challenges(p, code);
    ratings(p, code);
    record_as_at(p);
}

static const char *partner_kind_words(const char *kind)
{
    static const struct {
        const char *kind, *words;
    } all[] = {{"icb", "Integrated care board"}, {"trust", "NHS trust"},
               {"council", "Council"},           {"primary-care", "Primary care"},
               {"voluntary", "Voluntary body"},  {"independent", "Independent provider"},
               {"healthwatch", "Healthwatch"},   {"nhs-england", "The centre"},
               {"region", "NHS region"},         {"cqc", "Regulator"},
               {"government", "Government"},     {"other", "Partner"}};
    for (size_t i = 0; kind != NULL && i < sizeof all / sizeof *all; i++)
        if (strcmp(all[i].kind, kind) == 0)
            return all[i].words;
    return "Partner";
}

void page_partner(page *p, size_t which)
{
    const record *r = p->site->record;
    const register_subject *partner = register_at(r->log, REGISTER_PARTNER, which);
    const char *name = record_name(p->site, partner->id);
    const char *about = arena_printf(p->scratch, "What %s agreed to, promised and was asked.", name);
    page_begin(p, &(page_head){.title = name, .description = about, .section = "priorities.html"});
    RAW(p, "<nav class=\"crumbs\" aria-label=\"Breadcrumb\"><ol><li><a");
    page_href(p, "index.html", NULL);
    RAW(p, ">Home</a></li><li><a");
    page_href(p, "priorities.html", NULL);
    RAW(p, ">Priorities</a></li></ol></nav>\n<h1><span class=\"caption\">");
    page_text(p, partner_kind_words(register_value(partner, FIELD_KIND)));
    RAW(p, "</span> ");
    page_text(p, name);
    RAW(p, "</h1>\n<p class=\"lede\">");
    page_text(p, name);
    RAW(p, " takes part in \xe2\x80\x9c");
    page_text(p, register_title(r->log));
    RAW(p, "\xe2\x80\x9d. Here is what it agreed to, what it promised, and what others promised it.</p>\n");
    record_of_body(p, partner->id);
    page_end(p);
}
