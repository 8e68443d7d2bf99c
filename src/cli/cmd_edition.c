/* concord edition: everything is evaluated into the snapshot that everybody sees. */
#include "cli/commands.h"

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
    {"--rules", "NAME", "The SPC rule set, a built-in one: mdc-2023 (the default), plotthedots-0.2.2 ..."},
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
    status code = option_rules(rules, err);
    /* Everybody reads an edition, so its verdicts rest on rules that come with the program. */
    if (code != STATUS_OK)
        error_hint(err,
                   "An edition is judged by a built-in rule set: mdc-2023, plotthedots-0.2.2 or "
                   "powerbi-spc-2026-06. Rule sets of your own are for: concord show --rules, concord spc --rules.");
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
    measure_options evaluate = {.rules = rules,
                                .as_at = DATE_NONE,
                                .progress = step_show,
                                .progress_context = &watching,
                                .interrupted = &watching.interrupted};
    code = measure_edition(c->workspace, c->facts, &c->catalogue, c->orgs, &evaluate, id, &unchanged, err);
    wipe_progress(c);
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
        "catalogue and organisations give the same edition, whatever the order in which files were added.\n\n"
        "Pages, show and serve use the newest edition. Where nothing has changed, no new one is made.",
    .example = "concord edition",
    .options = options,
    .run = edition_run,
};
