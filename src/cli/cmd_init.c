/* concord init: a folder becomes a workspace. */
#include "cli/commands.h"

#include <string.h>
#include <unistd.h>

static const char *const contents =
    "# A Concord workspace. The published files are in releases/, what was read from them in facts.duckdb, the\n"
    "# editions that everybody sees in editions/. Sources, measures and targets of your own go into catalogue/.\n"
    "workspace: 1\n";

static status init_run(cli *c, const arguments *a, error *err)
{
    (void)a;
    static const char *const folders[] = {"releases", "editions", "catalogue/sources", "catalogue/measures",
                                          "catalogue/targets"};
    const char *path = workspace_path(c);
    const char *file = arena_printf(&c->memory, "%s/concord.yaml", path);
    if (file == NULL)
        return error_set(err, STATUS_MEMORY, "There is not enough memory");
    if (access(file, F_OK) == 0) {
        status code = workspace_open(c, err);
        if (code == STATUS_OK)
            (void)fprintf(c->out, "%s is a workspace already; nothing was changed.\n", path);
        return code;
    }
    status code = folder_make(path, err);
    for (size_t i = 0; i < sizeof folders / sizeof folders[0] && code == STATUS_OK; i++) {
        const char *folder = arena_printf(&c->memory, "%s/%s", path, folders[i]);
        code = folder == NULL ? error_set(err, STATUS_MEMORY, "There is not enough memory") : folder_make(folder, err);
    }
    /* Last, so that a folder without it is not taken for a workspace. */
    if (code == STATUS_OK)
        code = file_write(file, contents, strlen(contents), true, err);
    if (code == STATUS_OK)
        (void)fprintf(c->out, "Made the workspace %s. Add published files with: concord -w %s add PATH...\n", path,
                      path);
    return code;
}

const command command_init = {
    .name = "init",
    .summary = "Make a workspace.",
    .description = "Makes the folder given with -w (or $CONCORD_WORKSPACE, or the current folder) a workspace: "
                   "concord.yaml, and folders for "
                   "the original files, for editions and for a catalogue of your own.\n\n"
                   "A folder that is a workspace already is left as it is.",
    .example = "concord -w board init",
    .run = init_run,
};
