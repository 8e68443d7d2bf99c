/* sight: the embargoes and releases of the register, held against the list of editions. */
#include "cli/sight.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

date sight_today(void)
{
    time_t now = time(NULL);
    struct tm parts;
    date day = DATE_NONE;
    char words[DATE_TEXT];
    if (gmtime_r(&now, &parts) != NULL && strftime(words, sizeof words, "%Y-%m-%d", &parts) > 0 &&
        !date_parse(text_of(words), &day))
        day = DATE_NONE;
    return day;
}

/* ---- which edition is meant ---- */

static status found_none(const char *typed, error *err)
{
    status code = error_set(err, STATUS_NOT_FOUND, "There is no edition '%.80s' in this workspace", typed);
    error_hint(err,
               "Give newest, the first digits of an id, or all 64 digits of a partner's edition. See: concord list "
               "editions");
    return code;
}

static status found_several(const char *typed, error *err)
{
    status code = error_set(err, STATUS_USAGE, "Several editions have ids that begin with %.64s", typed);
    error_hint(err, "Give more digits of the id. See: concord list editions");
    return code;
}

status sight_edition(const char *workspace, const char *typed, arena *a, const char **id, error *err)
{
    const char **ids = NULL;
    edition_apart *apart = NULL;
    size_t count = 0, apart_count = 0;
    char digits[SHA256_TEXT] = "";
    const size_t length = strlen(typed);
    *id = NULL;
    status code = editions_list(workspace, a, &ids, &count, err);
    if (code == STATUS_OK)
        code = editions_apart(workspace, a, &apart, &apart_count, err);
    if (code != STATUS_OK)
        return code;
    if (text_is_nocase(text_of(typed), "newest") || text_is_nocase(text_of(typed), "latest")) {
        if (count > 0) {
            *id = ids[0];
            return STATUS_OK;
        }
        code = error_set(err, STATUS_NOT_FOUND, "There is no edition yet in this workspace");
        error_hint(err, "Make one with: concord edition");
        return code;
    }
    if (length == 0 || length >= sizeof digits)
        return found_none(typed, err);
    for (size_t i = 0; i < length; i++)
        digits[i] = (char)tolower((unsigned char)typed[i]);
    if (strspn(digits, "0123456789abcdef") != length)
        return found_none(typed, err);
    for (size_t i = 0; i < count + apart_count; i++) {
        const char *one = i < count ? ids[i] : apart[i - count].id;
        if (strncmp(one, digits, length) != 0 || (*id != NULL && strcmp(*id, one) == 0))
            continue;
        if (*id != NULL) {
            *id = NULL;
            return found_several(typed, err);
        }
        *id = one;
    }
    if (*id != NULL)
        return STATUS_OK;
    if (length != SHA256_TEXT - 1)
        return found_none(typed, err);
    *id = arena_string(a, digits);
    return *id == NULL ? error_set(err, STATUS_MEMORY, "There is not enough memory") : STATUS_OK;
}

/* ---- how it may be seen ---- */

/* Whole where it fits; else up to a blank, then the words that say that there is more. */
static void words_cut(char *out, size_t size, const char *words, const char *more)
{
    size_t length = strlen(words);
    if (length < size) {
        memcpy(out, words, length + 1);
        return;
    }
    length = size - 1 - strlen(more);
    size_t blank = length;
    while (blank > 0 && !isspace((unsigned char)words[blank]))
        blank--;
    /* One word as long as that: up to the beginning of a character. */
    while (blank == 0 && length > 0 && ((unsigned char)words[length] & 0xc0) == 0x80)
        length--;
    (void)snprintf(out, size, "%.*s%s", (int)(blank > 0 ? blank : length), words, more);
}

static bool released_to_all(const register_log *log, const char *id)
{
    for (size_t i = 0; i < register_count(log, REGISTER_RELEASE); i++) {
        const register_subject *r = register_at(log, REGISTER_RELEASE, i);
        if (register_value(r, FIELD_TO) == NULL && strcmp(register_value(r, FIELD_EDITION), id) == 0)
            return true;
    }
    return false;
}

edition_sight sight_of(const register_log *log, const char *const *ids, size_t count, size_t at, date on)
{
    edition_sight out = {.embargoed = false};
    /* From this edition back in time: a release to everyone of one of them opens what came before it. */
    for (size_t place = at; place < count && !out.embargoed && !released_to_all(log, ids[place]); place++)
        for (size_t i = 0; i < register_count(log, REGISTER_EMBARGO); i++) {
            const register_subject *e = register_at(log, REGISTER_EMBARGO, i);
            const char *sees = register_value(e, FIELD_SEES);
            if (e->standing != STANDING_ACTIVE || strcmp(register_value(e, FIELD_EDITION), ids[place]) != 0 ||
                register_value_date(e, FIELD_UNTIL) <= on)
                continue;
            out.embargoed = true;
            (void)snprintf(out.edition, sizeof out.edition, "%s", ids[place]);
            date_format(register_value_date(e, FIELD_UNTIL), out.until);
            (void)snprintf(out.owner, sizeof out.owner, "%s", e->owner);
            words_cut(out.reason, sizeof out.reason, register_value(e, FIELD_REASON), " ...");
            words_cut(out.sees, sizeof out.sees, sees == NULL ? "" : sees, " and others");
            break;
        }
    return out;
}

void sight_mark(const edition_sight *sight, char *out, size_t size)
{
    (void)snprintf(
        out, size,
        "Preview. These figures are under embargo until %s (%s: %s). Until then they are for %s alone: do not "
        "pass them on.",
        sight->until, sight->owner, sight->reason, sight->sees);
}

static status refused(const edition_sight *s, const char *id, error *err)
{
    status code = strcmp(s->edition, id) == 0
                      ? error_set(err, STATUS_REFUSED, "The newest edition is under embargo until %s (%s: %s)",
                                  s->until, s->owner, s->reason)
                      : error_set(err, STATUS_REFUSED,
                                  "The newest edition was made after one that is under embargo until %s (%s: %s), and "
                                  "holds its figures",
                                  s->until, s->owner, s->reason);
    error_hint(err, "Wait, lift it with: concord register lift ID, or use --preview, which marks every page.");
    return code;
}

/* A register that is not there embargoes nothing. */
static status log_open(const char *workspace, register_log **out, error *err)
{
    char path[4200];
    (void)snprintf(path, sizeof path, "%.4096s/register.sqlite", workspace);
    return register_open_if_any(path, out, err);
}

status sight_newest(cli *c, bool preview, const char **mark, error *err)
{
    register_log *log = NULL;
    const char **ids = NULL;
    size_t count = 0;
    *mark = NULL;
    status code = editions_list(c->workspace, &c->memory, &ids, &count, err);
    if (code == STATUS_OK)
        code = log_open(c->workspace, &log, err);
    if (code == STATUS_OK && log != NULL && count > 0) {
        edition_sight s = sight_of(log, ids, count, 0, sight_today());
        char words[600];
        sight_mark(&s, words, sizeof words);
        if (s.embargoed && !preview)
            code = refused(&s, ids[0], err);
        else if (s.embargoed && (*mark = arena_string(&c->memory, words)) == NULL)
            code = error_set(err, STATUS_MEMORY, "There is not enough memory");
    }
    register_close(log);
    return code;
}

status sight_choose(void *context, const char *const *ids, size_t count, size_t *at, char *mark, size_t size,
                    error *err)
{
    const sight_server *server = context;
    register_log *log = NULL;
    *at = 0;
    mark[0] = 0;
    status code = log_open(server->workspace, &log, err);
    if (code != STATUS_OK || log == NULL)
        return code;
    edition_sight newest = sight_of(log, ids, count, 0, sight_today());
    if (newest.embargoed && server->preview)
        sight_mark(&newest, mark, size);
    while (newest.embargoed && !server->preview && *at < count &&
           sight_of(log, ids, count, *at, sight_today()).embargoed)
        (*at)++;
    if (*at == count)
        code = refused(&newest, ids[0], err);
    register_close(log);
    return code;
}

const char *sight_released(const register_log *log, const char *id, date *when)
{
    const char *to = "";
    *when = DATE_NONE;
    for (size_t i = 0; log != NULL && i < register_count(log, REGISTER_RELEASE); i++) {
        const register_subject *r = register_at(log, REGISTER_RELEASE, i);
        if (strcmp(register_value(r, FIELD_EDITION), id) != 0)
            continue;
        *when = r->made;
        to = register_value(r, FIELD_TO);
        if (to == NULL)
            return "everyone";
    }
    return to;
}
