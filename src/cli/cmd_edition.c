/* concord edition: everything is evaluated into the snapshot that everybody sees. */
#include "cli/as_of.h"
#include "cli/commands.h"
#include "cli/edition_rebases.h"
#include "cli/rule_sets.h"

#include "measure/measure.h"

/* The evaluation asks for a plain flag; the signal's is looked at whenever a step is told. */
typedef struct watch {
    cli *cli;
    bool interrupted;
} watch;

static void step_show(void *context, const char *step, size_t done, size_t total)
{
    watch *w = context;
    w->interrupted = cli_interrupted != 0;
    if (total > 0)
        print_progress(w->cli, "%s: %zu of %zu", step, done, total);
    else
        print_progress(w->cli, "%s", step);
}

static const command_option options[] = {
    {"--rules", "NAME|FILE",
     "The SPC rule set: its name (mdc-2023 is the default), or a .yaml file that declares one."},
    {"--as-of", "DATE", "What was known on that day. Kept apart: it does not become the newest edition."},
    {"--wait", "SECONDS", "How long to wait for another process that writes to the workspace: 60."},
    {0},
};

static status edition_run(cli *c, const arguments *a, error *err)
{
    const char *rules = argument(c->command, a, "--rules"), *wait = argument(c->command, a, "--wait");
    int64_t seconds = 60;
    char id[SHA256_TEXT] = "";
    bool unchanged = false;
    watch watching = {.cli = c};
    const struct spc_rules *judged_by = NULL;
    date known_on = DATE_NONE;
    status code = option_rule_set(c, rules, &judged_by, err);
    if (code == STATUS_OK)
        code = option_as_of(c, a, &known_on, err);
    if (code == STATUS_OK && wait != NULL)
        code = option_count("--wait", wait, 0, 86400, &seconds, err);
    if (code == STATUS_OK)
        code = workspace_open(c, err);
    if (code == STATUS_OK)
        code = workspace_lock(c, (int)seconds, err);
    if (code == STATUS_OK)
        code = cli_orgs(c, err);
    if (code == STATUS_OK)
        code = cli_facts(c, FACTS_READ, err);
    if (code != STATUS_OK)
        return code;
    measure_options evaluate = {.rule_set = judged_by,
                                .as_at = DATE_NONE,
                                .as_of = known_on == DATE_NONE ? NULL : &known_on,
                                .progress = step_show,
                                .progress_context = &watching,
                                .interrupted = &watching.interrupted};
    code = home_folder(c, "catalogue", &evaluate.catalogue_folder, err);
    if (code == STATUS_OK)
        code = edition_rebases(c, &evaluate, err);
    if (code == STATUS_OK)
        code = measure_edition(c->workspace, c->facts, &c->catalogue, c->orgs, &evaluate, id, &unchanged, err);
    wipe_progress(c);
    if (code == STATUS_OK && known_on != DATE_NONE)
        code = note_as_of(c, known_on, err);
    if (code == STATUS_OK)
        (void)fprintf(c->out, "%s%s\n", unchanged ? "Nothing has changed since edition " : "Made edition ",
                      c->plain ? "(id)" : id);
    return code;
}

const command command_edition = {
    .name = "edition",
    .summary = "Evaluate every measure into a new edition.",
    .description =
        "Evaluates every measure for every organisation and period over the releases that count, judges every series "
        "with the "
        "SPC rules, and keeps the result as an edition: one file, named by its content, never changed. The same "
        "figures, "
        "catalogue, organisations and register give the same edition, whatever the order in which files were "
        "added.\n\n"
        "An edition carries the events of the workspace's register, so that pages made from it show who agreed to "
        "what; as of a day, those up to that day.\n\n"
        "The rule set is a built-in one or an analyst's own, from the folder catalogue/rules of the workspace or from "
        "a file; "
        "the edition keeps its name and every parameter.\n\n"
        "Limits start anew where the register says so (concord rebase); the note of the series says since when, why "
        "and by "
        "whom.\n\n"
        "Pages, show and serve use the newest edition. Where nothing has changed, no new one is made.",
    .example = "concord edition",
    .options = options,
    .run = edition_run,
};
