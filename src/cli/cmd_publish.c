/* concord publish: the newest edition as a static site. */
#include "cli/as_of.h"
#include "cli/commands.h"
#include "cli/edition_rebases.h"
#include "cli/sight.h"

#include "measure/measure.h"
#include "publish/publish.h"

#ifndef CONCORD_VERSION
#define CONCORD_VERSION "unknown"
#endif

static void pages_show(void *context, size_t done, size_t total)
{
    print_progress(context, "Writing pages: %zu of %zu", done, total);
}

/* The edition as of a day, made now: the same day over the same releases gives the same edition. */
static status edition_as_of(cli *c, date known_on, const char **path, error *err)
{
    measure_options evaluate = {.as_at = DATE_NONE, .as_of = &known_on};
    char id[SHA256_TEXT] = "";
    bool unchanged;
    status code = workspace_lock(c, 60, err);
    if (code == STATUS_OK)
        code = cli_orgs(c, err);
    if (code == STATUS_OK)
        code = note_as_of(c, known_on, err);
    if (code == STATUS_OK)
        code = home_folder(c, "catalogue", &evaluate.catalogue_folder, err);
    if (code == STATUS_OK)
        code = edition_rebases(c, &evaluate, err);
    if (code == STATUS_OK)
        code = measure_edition(c->workspace, c->facts, &c->catalogue, c->orgs, &evaluate, id, &unchanged, err);
    *path = code != STATUS_OK ? NULL : arena_printf(&c->memory, "%s/editions/%s.sqlite", c->workspace, id);
    return code == STATUS_OK && *path == NULL ? error_set(err, STATUS_MEMORY, "There is not enough memory") : code;
}

/* The newest edition, and the one before it for "what changed". */
static status site_prepare(cli *c, date known_on, bool preview, site **out, error *err)
{
    const char **ids = NULL;
    size_t count = 0;
    site_options options = {.program_version = c->plain ? "" : CONCORD_VERSION};
    status code = home_folder(c, "web", &options.web_folder, err);
    if (code == STATUS_OK)
        code = sight_newest(c, preview, &options.mark, err);
    if (code == STATUS_OK && known_on != DATE_NONE) {
        code = edition_as_of(c, known_on, &options.edition_path, err);
        return code != STATUS_OK ? code : site_open(&options, out, err);
    }
    if (code == STATUS_OK)
        code = editions_newest_path(c->workspace, &c->memory, &options.edition_path, err);
    if (code == STATUS_OK)
        code = editions_list(c->workspace, &c->memory, &ids, &count, err);
    if (code == STATUS_OK && count > 1)
        options.previous_path = arena_printf(&c->memory, "%s/editions/%s.sqlite", c->workspace, ids[1]);
    return code != STATUS_OK ? code : site_open(&options, out, err);
}

static const command_option options[] = {
    {"--as-of", "DATE", "Publish what was known on that day instead of the newest edition."},
    {"--preview", NULL, "Publish an edition that is under embargo; every page says that it is a preview."},
    {"--threads", "N", "How many threads write pages: one per core."},
    {0},
};

static status publish_run(cli *c, const arguments *a, error *err)
{
    const char *given = argument(c->command, a, "--threads");
    int64_t threads = 0;
    date known_on = DATE_NONE;
    site *s = NULL;
    publish_result result = {0};
    status code = given == NULL ? STATUS_OK : option_count("--threads", given, 1, 256, &threads, err);
    if (code == STATUS_OK)
        code = option_as_of(c, a, &known_on, err);
    if (code == STATUS_OK)
        code = workspace_open(c, err);
    if (code == STATUS_OK)
        code = site_prepare(c, known_on, argument(c->command, a, "--preview") != NULL, &s, err);
    if (code == STATUS_OK)
        code = publish_site(s, a->positional[0], (unsigned)threads, pages_show, c, &result, err);
    wipe_progress(c);
    if (code == STATUS_OK) {
        char pages[NUMBER_TEXT], files[NUMBER_TEXT];
        number_grouped((int64_t)result.pages, pages);
        number_grouped((int64_t)result.files, files);
        (void)fprintf(c->out, "Published %s pages (%s files, %.1f MB) in %s\n", pages, files,
                      (double)result.bytes / 1e6, a->positional[0]);
    }
    site_close(s);
    return code;
}

const command command_publish = {
    .name = "publish",
    .takes = "DIR",
    .at_least = 1,
    .at_most = 1,
    .summary = "Write the newest edition as a static site.",
    .description =
        "Writes a page for every integrated care system, region, provider and measure of the newest edition, with "
        "charts, tables, "
        "CSV and JSON. The pages need no server and no JavaScript: any web host, or the disk itself, will do.\n\n"
        "An edition under embargo (concord register embargo) is not published before its day, unless with "
        "--preview.\n\n"
        "Files that would not change are left alone. Files of an earlier publication that are no longer part of the "
        "site are "
        "removed; nothing else in the folder is touched, and a folder that holds other things is refused.",
    .example = "concord publish public",
    .options = options,
    .run = publish_run,
};
