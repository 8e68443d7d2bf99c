/* concord serve: the same pages over HTTP, always from the newest edition. */
#include "cli/commands.h"
#include "cli/sight.h"

#include "serve/serve.h"

#include <unistd.h>

#ifndef CONCORD_VERSION
#define CONCORD_VERSION "unknown"
#endif

static const command_option options[] = {
    {"--listen", "HOST:PORT",
     "Where to listen: 127.0.0.1:8042. Loopback, or unix:/path for a socket behind a public server."},
    {"--threads", "N", "How many threads answer: one per core."},
    {"--preview", NULL, "Serve an edition that is under embargo too; every page says that it is a preview."},
    {"--no-cache", NULL, "Build every page anew (for measuring)."},
    {0},
};

static status serve_run(cli *c, const arguments *a, error *err)
{
    const char *listen = argument(c->command, a, "--listen"), *given = argument(c->command, a, "--threads");
    int64_t threads = 0;
    server *s = NULL;
    server_options serve = {.listen = listen == NULL ? "127.0.0.1:8042" : listen,
                            .program_version = c->plain ? "" : CONCORD_VERSION,
                            .no_cache = argument(c->command, a, "--no-cache") != NULL};
    status code = given == NULL ? STATUS_OK : option_count("--threads", given, 1, 256, &threads, err);
    if (code == STATUS_OK)
        code = workspace_open(c, err);
    if (code == STATUS_OK)
        code = home_folder(c, "web", &serve.web_folder, err);
    if (code != STATUS_OK)
        return code;
    c->ends_by_signal = true;
    serve.workspace = c->workspace;
    sight_server sight = {.workspace = c->workspace, .preview = argument(c->command, a, "--preview") != NULL};
    serve.choose = sight_choose;
    serve.choose_context = &sight;
    serve.threads = (unsigned)threads;
    /* A signal that comes between the look at the flag and the wait must not be lost: it is let in during the wait alone. */
    sigset_t ends, before;
    (void)sigemptyset(&ends);
    (void)sigaddset(&ends, SIGINT);
    (void)sigaddset(&ends, SIGTERM);
    (void)sigprocmask(SIG_BLOCK, &ends, &before);
    code = server_start(&serve, &s, err);
    if (code == STATUS_OK) {
        (void)fprintf(c->out, "Serving %s\n", server_address(s));
        (void)fflush(c->out);
        while (!cli_interrupted)
            (void)sigsuspend(&before);
    }
    server_stop(s);
    (void)sigprocmask(SIG_SETMASK, &before, NULL);
    return code;
}

const command command_serve = {
    .name = "serve",
    .summary = "Serve the pages of the newest edition.",
    .description =
        "Serves the same pages as publish writes, from the newest edition, until it is stopped (Ctrl-C). A new edition "
        "is picked up "
        "without a restart. While an edition is under embargo the one before it is served (concord register "
        "embargo).\n\n"
        "It cannot serve what was known on an earlier day: write those pages with concord publish DIR --as-of DATE "
        "and open them, or let a web server show the folder.\n\n"
        "It listens on this machine only. Put a web server such as nginx in front where others are to see it.",
    .example = "concord serve --listen 127.0.0.1:8042",
    .options = options,
    .run = serve_run,
};
