/* Groups across the tree of organisations, from the documents that the edition carries (src/measure/groups.c writes them). */
#include "edition/internal.h"

#include <string.h>

static status damaged(const edition_document *d, error *err)
{
    return error_set(err, STATUS_REFUSED, "The edition's list of the members of %.100s cannot be read", d->name);
}

/* The next line of the text at *at, without its end; false at the end. */
static bool line_next(const char **at, text *out)
{
    size_t length = strcspn(*at, "\n");
    if (**at == 0)
        return false;
    *out = (text){*at, length};
    *at += (*at)[length] == '\n' ? length + 1 : length;
    return true;
}

/* "RM1 2025-04-01 -" */
static bool member_read(const edition *e, text line, arena *a, edition_member *out)
{
    const char *space = memchr(line.at, ' ', line.length);
    size_t n = space == NULL ? 0 : (size_t)(space - line.at);
    if (n == 0 || line.length < n + 1 + 10 + 2 || line.at[n + 11] != ' ')
        return false;
    text until = {line.at + n + 12, line.length - n - 12};
    out->code = arena_copy(a, line.at, n);
    out->until = DATE_FOREVER;
    if (out->code == NULL || !date_parse((text){line.at + n + 1, 10}, &out->from) ||
        (!text_is(until, "-") && !date_parse(until, &out->until)))
        return false;
    out->org = edition_org_named(e, (text){out->code, n});
    return true;
}

static status group_read(const edition *e, const edition_document *d, arena *a, edition_group *out, error *err)
{
    static const char kind[] = "kind ";
    const char *at = d->text;
    text line;
    size_t lines = 0;
    for (const char *p = d->text; *p != 0; p++)
        lines += *p == '\n';
    *out = (edition_group){.code = d->name, .org = edition_org_named(e, text_of(d->name))};
    if (out->org < 0 || !line_next(&at, &line) || line.length < sizeof kind - 1 ||
        memcmp(line.at, kind, sizeof kind - 1) != 0)
        return damaged(d, err);
    out->kind = arena_copy(a, line.at + sizeof kind - 1, line.length - (sizeof kind - 1));
    out->members = arena_array(a, lines + 1, sizeof *out->members);
    if (out->kind == NULL || out->members == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory for groups of organisations");
    while (line_next(&at, &line))
        if (!member_read(e, line, a, &out->members[out->member_count++]))
            return damaged(d, err);
    return STATUS_OK;
}

status edition_groups(const edition *e, arena *a, edition_group **out, size_t *count, error *err)
{
    const edition_document *documents = edition_documents_of(e, EDITION_DOCUMENT_GROUP, count);
    *out = arena_array(a, *count + 1, sizeof **out);
    if (*out == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory for groups of organisations");
    for (size_t i = 0; i < *count; i++) {
        status code = group_read(e, &documents[i], a, &(*out)[i], err);
        if (code != STATUS_OK)
            return code;
    }
    return STATUS_OK;
}
