/* register_orgs: from what was typed to the code that the register uses. */
#include "cli/register_work.h"

#include <string.h>

static status closed_refused(cli *c, org_index i, date on, register_body_is is, error *err)
{
    const org *g = orgs_at(c->orgs, i);
    char closed[DATE_TEXT], today[DATE_TEXT];
    buffer names = {0};
    date_format(g->closed, closed);
    date_format(on, today);
    status code = cli_successors(c, i, &names, err);
    if (code != STATUS_OK) {
        buffer_free(&names);
        return code;
    }
    code = error_set(err, STATUS_REFUSED, "%s (%s) closed on %s and cannot %s %s", g->code, g->short_name, closed,
                     is == BODY_ACTS ? "act on" : "be named for", today);
    if (names.length > 0)
        error_hint(err, "Its successor is %s.", names.data == NULL ? "" : names.data);
    else
        error_hint(err, "The organisations data names no successor.");
    buffer_free(&names);
    return code;
}

static status unknown_refused(cli *c, const char *typed, error *err)
{
    org_index near[3];
    size_t count = orgs_nearest(c->orgs, typed, near, 3);
    status code = error_set(err, STATUS_NOT_FOUND,
                            "'%s' is neither an organisation that Concord knows nor a partner in the register", typed);
    if (count > 0)
        error_hint(err,
                   "Did you mean %s (%s)? A body without an ODS code is added with: concord register partner add CODE "
                   "--name NAME --kind KIND",
                   orgs_at(c->orgs, near[0])->code, orgs_at(c->orgs, near[0])->short_name);
    else
        error_hint(err, "Add it with: concord register partner add CODE --name NAME --kind KIND");
    return code;
}

status register_organisation(cli *c, const register_log *log, const char *typed, date on, register_body_is is,
                             const char **out, error *err)
{
    status code = cli_orgs(c, err);
    if (code != STATUS_OK)
        return code;
    /* A partner's code in the register goes first: councils stand there under the code that the partners chose. */
    const register_subject *partner = log == NULL ? NULL : register_find(log, REGISTER_PARTNER, typed);
    org_index i = orgs_find(c->orgs, text_of(typed));
    /* A target, note or rating may be about a group, which is measured like an organisation. */
    const register_subject *group = log == NULL || i >= 0 ? NULL : register_find(log, REGISTER_GROUP, typed);
    if (group != NULL && partner == NULL) {
        *out = group->id;
        return STATUS_OK;
    }
    if (i < 0 && partner == NULL)
        return unknown_refused(c, typed, err);
    const org *g = i < 0 ? NULL : orgs_at(c->orgs, i);
    if (g != NULL && is != BODY_EVER && g->closed != DATE_NONE && g->closed <= on)
        return closed_refused(c, i, on, is, err);
    *out = partner != NULL ? partner->id : g->code;
    return STATUS_OK;
}
