/* concord catalogue check: are the definitions right? */
#include "cli/commands.h"

#include <string.h>
#include <unistd.h>

static status catalogue_run(cli *c, const arguments *a, error *err)
{
    if (strcmp(a->positional[0], "check") != 0) {
        status code = error_set(err, STATUS_USAGE, "catalogue cannot '%s'", a->positional[0]);
        error_hint(err, "Use: concord catalogue check");
        return code;
    }
    /* Outside a workspace the program's own catalogue is checked. */
    const char *file = arena_printf(&c->memory, "%s/concord.yaml", workspace_path(c));
    status code = STATUS_OK;
    if (c->workspace_given != NULL || (file != NULL && access(file, F_OK) == 0))
        code = workspace_open(c, err);
    if (code == STATUS_OK)
        code = cli_catalogue(c, err);
    if (code != STATUS_OK)
        return code;
    (void)fprintf(c->out, "%zu sources, %zu measures, %zu targets", c->catalogue.source_count,
                  c->catalogue.measure_count, c->catalogue.target_count);
    if (c->catalogue.rule_set_count > 0)
        (void)fprintf(c->out, ", %zu rule set%s", c->catalogue.rule_set_count,
                      c->catalogue.rule_set_count == 1 ? "" : "s");
    (void)fprintf(c->out, ": no problems.\n");
    (void)fflush(c->out);
    say_overrides(c);
    return STATUS_OK;
}

const command command_catalogue = {
    .name = "catalogue",
    .takes = "check",
    .at_least = 1,
    .at_most = 1,
    .summary = "Check the definitions of sources, measures, targets and rule sets.",
    .description = "Reads the catalogue of the program and the workspace's own (catalogue/ in it), and lists every "
                   "problem with its file and "
                   "line and what to do about it. Exit code 1 where there is one.",
    .example = "concord catalogue check",
    .run = catalogue_run,
};
