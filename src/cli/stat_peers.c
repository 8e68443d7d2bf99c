/* stat_peers: see stat_peers.h. */
#include "cli/stat_peers.h"

#include "cli/as_of.h"
#include "cli/stat_command.h"

#include <math.h>
#include <string.h>

static status measure_find(const edition *e, const char *id, int32_t *out, error *err)
{
    const char *nearest = NULL;
    unsigned distance = 6;
    *out = edition_find_measure(e, id);
    if (*out >= 0)
        return STATUS_OK;
    for (size_t i = 0; i < e->measure_count; i++) {
        unsigned d = text_distance(e->measures[i].id, id);
        if (d < distance) {
            distance = d;
            nearest = e->measures[i].id;
        }
    }
    status code = error_set(err, STATUS_NOT_FOUND, "There is no measure '%.80s' in the newest edition", id);
    if (nearest != NULL)
        error_hint(err, "Did you mean '%s'? See: concord list measures", nearest);
    else
        error_hint(err, "See: concord list measures");
    return code;
}

/* A row for each organisation of the same level, with the latest value of each measure. */
static void figures_write(const edition *e, int32_t like, const int32_t *measures, const char *const *ids, size_t count,
                          buffer *out)
{
    buffer_text(out, "organisation,name");
    for (size_t k = 0; k < count; k++) {
        buffer_char(out, ',');
        buffer_csv(out, ids[k]);
    }
    buffer_char(out, '\n');
    for (size_t i = 0; i < e->org_count; i++) {
        const edition_org *one = &e->orgs[i];
        if (strcmp(one->level, e->orgs[like].level) != 0 || one->kind != e->orgs[like].kind)
            continue;
        buffer_csv(out, one->code);
        buffer_char(out, ',');
        buffer_csv(out, one->name);
        for (size_t k = 0; k < count; k++) {
            const edition_series *s = edition_find_series(e, measures[k], (int32_t)i, -1, GEOGRAPHY_CURRENT);
            buffer_char(out, ',');
            if (s != NULL)
                buffer_number(out, s->latest_value);
        }
        buffer_char(out, '\n');
    }
}

/* The arguments as if --organisation, --keep name and one --variable for each measure had been given. */
static status arguments_change(const cli *c, const arguments *a, arguments *changed, const char *const *ids,
                               size_t count, error *err)
{
    const command_option *options = c->command->options;
    *changed = *a;
    changed->repeat_count = 0;
    for (size_t i = 0; options[i].name != NULL; i++) {
        if (strcmp(options[i].name, "--organisation") == 0)
            changed->options[i] = "organisation";
        if (strcmp(options[i].name, "--keep") == 0)
            changed->options[i] = "name";
        if (strcmp(options[i].name, "--variable") != 0)
            continue;
        if (a->options[i] != NULL)
            return error_set(
                err, STATUS_USAGE,
                "--variable names columns of a file, --measure measures of the workspace: give one of them");
        changed->options[i] = ids[0];
        for (size_t k = 1; k < count; k++)
            changed->repeats[changed->repeat_count++] = (argument_repeat){.option = i, .value = ids[k]};
    }
    return a->positional_count > 1 ? error_set(err, STATUS_USAGE, "--measure reads the workspace, not a file")
                                   : STATUS_OK;
}

status peers_of_workspace(cli *c, const arguments *a, error *err)
{
    edition *newest = NULL;
    buffer csv = {0};
    const char *ids[STAT_COLUMNS_MAXIMUM / 2];
    int32_t measures[STAT_COLUMNS_MAXIMUM / 2], organisation = -1;
    size_t count = 0;
    arguments changed;
    status code = run_as_of(c, a, err);
    if (code == STATUS_OK)
        code = workspace_open(c, err);
    if (code == STATUS_OK)
        code = run_edition(c, NULL, &newest, err);
    for (; code == STATUS_OK; count++) {
        const char *id = argument_nth(c->command, a, "--measure", count);
        if (id == NULL)
            break;
        if (count == sizeof ids / sizeof ids[0]) {
            code = error_set(err, STATUS_USAGE, "--measure is given more than %zu times", count);
            break;
        }
        ids[count] = id;
        code = measure_find(newest, id, &measures[count], err);
    }
    if (code == STATUS_OK)
        code = arguments_change(c, a, &changed, ids, count, err);
    if (code == STATUS_OK) {
        organisation = edition_find_org(newest, a->positional[0]);
        if (organisation < 0) {
            code = error_set(err, STATUS_NOT_FOUND, "There is no organisation '%.60s' in the newest edition",
                             a->positional[0]);
            error_hint(err, "See: concord list orgs");
        }
    }
    if (code == STATUS_OK) {
        const char *code_of = newest->orgs[organisation].code;
        changed.positional = &code_of;
        changed.positional_count = 1;
        figures_write(newest, organisation, measures, ids, count, &csv);
        code = stat_command_run_csv(c, &changed, &csv, err);
    }
    buffer_free(&csv);
    edition_close(newest);
    return code;
}
