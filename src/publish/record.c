/* The register of an edition, replayed; who and what its codes and ids mean. */
#include "publish/record.h"

#include <stdlib.h>

/* ---- opening ------------------------------------------------------------------------------------------- */

static status full(error *err)
{
    return error_set(err, STATUS_MEMORY, "Out of memory while preparing the pages");
}

typedef struct keeping {
    record *record;
    arena *memory;
    buffer bytes;
} keeping;

static status event_keep(void *context, const register_event *event, error *err)
{
    keeping *k = context;
    register_event *kept = &k->record->events[k->record->event_count];
    *kept = *event;
    const char **texts[] = {&kept->time,    &kept->actor, &kept->organisation, &kept->kind,
                            &kept->subject, &kept->body,  &kept->key,          &kept->signature};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if ((*texts[i] = arena_string(k->memory, *texts[i])) == NULL)
            return full(err);
    k->record->event_count++;
    return STATUS_OK;
}

static status bytes_keep(void *context, const char *at, size_t length, error *err)
{
    keeping *k = context;
    buffer_put(&k->bytes, at, length);
    return buffer_status(&k->bytes, err);
}

/* The lines of the edition through the import: a register that does not hold together is refused before a page is written. */
static status replay(site *s, record *r, error *err)
{
    size_t count;
    const edition_document *documents = edition_documents_of(s->now, EDITION_DOCUMENT_REGISTER_EVENT, &count);
    const char **lines = arena_array(&s->memory, count + 1, sizeof *lines);
    if (lines == NULL)
        return full(err);
    for (size_t i = 0; i < count; i++)
        lines[i] = documents[i].text;
    status code = register_open_lines(lines, count, "the edition's register", &r->log, err);
    if (code == STATUS_OK && strcmp(register_head(r->log), s->now->register_head) != 0)
        code = error_set(err, STATUS_REFUSED, "The edition's register does not end in the hash that the edition names");
    if (code != STATUS_OK)
        return code;
    keeping k = {.record = r, .memory = &s->memory};
    r->events = arena_array(&s->memory, count + 1, sizeof *r->events);
    code = r->events == NULL ? full(err) : register_events(r->log, 1, 0, NULL, event_keep, &k, err);
    if (code == STATUS_OK)
        code = register_export(r->log, bytes_keep, &k, err);
    if (code == STATUS_OK) {
        r->length = k.bytes.length;
        r->bytes = arena_copy(&s->memory, k.bytes.data, k.bytes.length);
        if (r->bytes == NULL)
            code = full(err);
    }
    buffer_free(&k.bytes);
    return code;
}

/* A page for each; of partners only for those whom the edition has no page of. */
static status paths_make(site *s, record *r, register_kind kind, const char *folder, const char ***out, error *err)
{
    const size_t count = register_count(r->log, kind);
    const char **paths = arena_array(&s->memory, count + 1, sizeof *paths);
    *out = paths;
    for (size_t i = 0; i < count && paths != NULL; i++) {
        const char *id = register_at(r->log, kind, i)->id;
        const int32_t who = kind == REGISTER_PARTNER ? edition_find_org(s->now, id) : -1;
        paths[i] = NULL;
        if (who >= 0 && site_org_has_page(s, who))
            continue;
        const char *component = site_path_component(&s->memory, id);
        paths[i] = component == NULL ? NULL : arena_printf(&s->memory, "%s/%s.html", folder, component);
        if (paths[i] == NULL)
            return full(err);
    }
    return paths == NULL ? full(err) : STATUS_OK;
}

status record_open(site *s, error *err)
{
    if (s->now->register_events == 0)
        return STATUS_OK;
    record *r = arena_array(&s->memory, 1, sizeof *r);
    if (r == NULL)
        return full(err);
    *r = (record){.as_at = DATE_NONE};
    s->record = r;
    status code = replay(s, r, err);
    if (code == STATUS_OK)
        code = paths_make(s, r, REGISTER_TARGET, "priority", &r->target_path, err);
    if (code == STATUS_OK)
        code = paths_make(s, r, REGISTER_COMMITMENT, "commitment", &r->commitment_path, err);
    if (code == STATUS_OK)
        code = paths_make(s, r, REGISTER_PARTNER, "partner", &r->partner_path, err);
    if (code != STATUS_OK)
        return code;
    if (r->event_count > 0)
        r->as_at = record_day(&r->events[r->event_count - 1]);
    if (s->now->latest.kind != PERIOD_NONE && period_last_day(s->now->latest) > r->as_at)
        r->as_at = period_last_day(s->now->latest);
    return STATUS_OK;
}

void file_register(const site *s, buffer *out)
{
    buffer_put(out, s->record->bytes, s->record->length);
}

void record_close(site *s)
{
    if (s->record == NULL)
        return;
    register_close(s->record->log);
    s->record = NULL;
}

/* ---- its pages -------------------------------------------------------------------------------------------- */

size_t record_entry_count(const site *s)
{
    const record *r = s->record;
    size_t n = 3;
    if (r == NULL)
        return 0;
    for (size_t i = 0; i < register_count(r->log, REGISTER_PARTNER); i++)
        n += r->partner_path[i] != NULL;
    return n + register_count(r->log, REGISTER_TARGET) + register_count(r->log, REGISTER_COMMITMENT) +
           record_log_pages(r);
}

const char *record_entry(site *s, size_t i, page_kind *kind, int32_t *which)
{
    static const struct {
        const char *path;
        page_kind kind;
    } alone[] = {{"priorities.html", PAGE_PRIORITIES},
                 {"commitments.html", PAGE_COMMITMENTS},
                 {"data/register.jsonl", FILE_REGISTER}};
    const record *r = s->record;
    const size_t targets = register_count(r->log, REGISTER_TARGET), pages = record_log_pages(r),
                 commitments = register_count(r->log, REGISTER_COMMITMENT);
    *which = (int32_t)i;
    if (i < 3) {
        *kind = alone[i].kind;
        return alone[i].path;
    }
    i -= 3;
    *which = (int32_t)i;
    *kind = PAGE_PRIORITY;
    if (i < targets)
        return r->target_path[i];
    i -= targets;
    *which = (int32_t)i;
    *kind = PAGE_COMMITMENT;
    if (i < commitments)
        return r->commitment_path[i];
    i -= commitments;
    *which = (int32_t)i;
    *kind = PAGE_LOG;
    if (i < pages)
        return record_log_path(i, &s->memory);
    i -= pages;
    *kind = PAGE_PARTNER;
    for (size_t k = 0; k < register_count(r->log, REGISTER_PARTNER); k++)
        if (r->partner_path[k] != NULL && i-- == 0) {
            *which = (int32_t)k;
            return r->partner_path[k];
        }
    return NULL;
}

/* ---- who ----------------------------------------------------------------------------------------------- */

bool record_same(const record *r, const char *a, const char *b)
{
    return a != NULL && b != NULL && strcmp(register_successor_of(r->log, a), register_successor_of(r->log, b)) == 0;
}

static const register_subject *partner_of(const record *r, const char *code)
{
    return register_find(r->log, REGISTER_PARTNER, code);
}

const char *record_name(const site *s, const char *code)
{
    const int32_t who = edition_find_org(s->now, code);
    if (who >= 0)
        return org_short(s, who);
    const register_subject *partner = partner_of(s->record, code);
    const char *name = partner == NULL ? NULL : register_value(partner, FIELD_NAME);
    return name == NULL || name[0] == 0 ? code : name;
}

/* The path of the page of a body; NULL where it has none. */
static const char *body_path(page *p, const char *code)
{
    const record *r = p->site->record;
    const int32_t who = edition_find_org(p->site->now, code);
    if (who >= 0 && site_org_has_page(p->site, who))
        return path_organisation(p, who);
    for (size_t i = 0; i < register_count(r->log, REGISTER_PARTNER); i++)
        if (strcmp(register_at(r->log, REGISTER_PARTNER, i)->id, code) == 0)
            return r->partner_path[i];
    return NULL;
}

void record_body_then(page *p, const char *code)
{
    const char *path = body_path(p, code);
    if (path != NULL)
        page_link(p, path, record_name(p->site, code));
    else
        page_text(p, record_name(p->site, code));
}

void record_body_link(page *p, const char *code)
{
    record_body_then(p, register_successor_of(p->site->record->log, code));
}

void record_actor(page *p, const register_event *e)
{
    page_text(p, record_name(p->site, e->organisation));
    if (e->actor[0] != 0) {
        RAW(p, ", ");
        page_text(p, e->actor);
    }
}

/* ---- what ---------------------------------------------------------------------------------------------- */

const char *record_tier(const register_subject *of)
{
    const char *tier = register_value(of, FIELD_TIER);
    return tier == NULL                    ? "Target"
           : strcmp(tier, "national") == 0 ? "National target"
           : strcmp(tier, "regional") == 0 ? "Regional target"
                                           : "Local priority";
}

const char *record_title(const register_subject *of)
{
    const char *words = of->kind == REGISTER_TARGET       ? register_value(of, FIELD_TITLE)
                        : of->kind == REGISTER_COMMITMENT ? register_value(of, FIELD_WHAT)
                        : of->kind == REGISTER_CHALLENGE  ? register_value(of, FIELD_WORDS)
                                                          : register_value(of, FIELD_NAME);
    return words == NULL || words[0] == 0 ? of->id : words;
}

const register_subject *record_about(const record *r, const char *id)
{
    const register_subject *of = id == NULL ? NULL : register_find(r->log, REGISTER_TARGET, id);
    return of != NULL || id == NULL ? of : register_find(r->log, REGISTER_COMMITMENT, id);
}

void record_about_link(page *p, const char *id)
{
    const record *r = p->site->record;
    const register_subject *of = record_about(r, id);
    if (of == NULL) {
        page_text(p, id);
        return;
    }
    const char *const *paths = of->kind == REGISTER_TARGET ? r->target_path : r->commitment_path;
    for (size_t i = 0; i < register_count(r->log, of->kind); i++)
        if (register_at(r->log, of->kind, i) == of)
            page_link(p, paths[i], record_title(of));
}

bool record_overdue(const record *r, const register_subject *commitment)
{
    return register_overdue(commitment, r->as_at);
}

date record_day(const register_event *e)
{
    date d;
    return strlen(e->time) >= 10 && date_parse((text){e->time, 10}, &d) ? d : DATE_NONE;
}

const register_event *record_event(const record *r, int64_t sequence)
{
    return sequence < 1 || sequence > (int64_t)r->event_count ? NULL : &r->events[sequence - 1];
}

static bool list_names(const record *r, const char *list, const char *code)
{
    text word;
    while (register_list_next(&list, &word)) {
        char name[REGISTER_CODE_MAXIMUM + 1];
        if (word.length >= sizeof name)
            continue;
        memcpy(name, word.at, word.length);
        name[word.length] = 0;
        if (record_same(r, name, code))
            return true;
    }
    return false;
}

bool record_target_of(const record *r, const register_subject *of, const char *code)
{
    return record_same(r, of->owner, code) || list_names(r, register_value(of, FIELD_ORGANISATIONS), code) ||
           list_names(r, register_value(of, FIELD_PARTNERS), code);
}

void record_standing(page *p, const register_subject *of)
{
    RAW(p, "<span class=\"tag\">");
    page_text(p, register_standing_name(of->standing));
    RAW(p, "</span>");
}

bool record_has(const site *s, const char *code)
{
    const record *r = s->record;
    if (r == NULL)
        return false;
    const char *now = register_successor_of(r->log, code);
    if (partner_of(r, code) != NULL || partner_of(r, now) != NULL)
        return true;
    for (size_t i = 0; i < register_count(r->log, REGISTER_TARGET); i++)
        if (record_target_of(r, register_at(r->log, REGISTER_TARGET, i), now))
            return true;
    return false;
}

void record_as_at(page *p)
{
    RAW(p, "<p class=\"note\">As at ");
    page_date(p, p->site->record->as_at);
    RAW(p, ", from the register\xe2\x80\x99s <a");
    page_href(p, "log.html", NULL);
    RAW(p, ">");
    page_number_plain(p, p->site->record->event_count);
    RAW(p, " events</a>.</p>\n");
}

void record_national_warning(page *p)
{
    const size_t count = register_national_count(p->site->record->log);
    if (count <= REGISTER_NATIONAL_MAXIMUM)
        return;
    buffer_printf(p->out,
                  "<div class=\"inset warn\"><p><strong>%zu national targets are in force as priorities.</strong> More "
                  "than %d leave little room for what a system sets itself.</p></div>\n",
                  count, REGISTER_NATIONAL_MAXIMUM);
}
