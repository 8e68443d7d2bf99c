/* sight: the embargoes and releases of the register, held against the list of editions. */
#include "cli/sight.h"

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
            (void)snprintf(out.reason, sizeof out.reason, "%s", register_value(e, FIELD_REASON));
            (void)snprintf(out.sees, sizeof out.sees, "%s", sees == NULL ? "" : sees);
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
    const register_options options = {.read_only = true};
    char path[4200];
    *out = NULL;
    (void)snprintf(path, sizeof path, "%.4096s/register.sqlite", workspace);
    status code = register_open(path, &options, out, err);
    if (code != STATUS_NOT_FOUND)
        return code;
    if (err != NULL)
        *err = (error){0};
    return STATUS_OK;
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
