/*
 * cli: from the words of the command line to the command that runs, and from its status to the exit code.
 *
 * Options may stand anywhere; "--" ends them. -w, --plain, --help and --version belong to every command.
 */
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef CONCORD_VERSION
#define CONCORD_VERSION "unknown"
#endif

volatile sig_atomic_t cli_interrupted;
static volatile sig_atomic_t interrupting_signal;

/* The first signal asks for a clean end, the second ends at once: the store is whole either way. */
static void interrupt(int signal_number)
{
    if (cli_interrupted) {
        (void)signal(signal_number, SIG_DFL);
        (void)raise(signal_number);
        return;
    }
    cli_interrupted = 1;
    interrupting_signal = signal_number;
}

static void signals_catch(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = interrupt;
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
    /* A file that may not grow further (ulimit -f) is an error to be told, like a full disk, not the end. */
    (void)signal(SIGXFSZ, SIG_IGN);
}

/* ---- the words ---- */

typedef struct parsed {
    const command *command;
    arguments arguments;
    const char **positional;
    bool help, version, want_overview;
} parsed;

const char *argument(const command *of, const arguments *a, const char *option)
{
    for (size_t i = 0; of->options != NULL && of->options[i].name != NULL; i++)
        if (strcmp(of->options[i].name, option) == 0)
            return a->options[i];
    return NULL;
}

const char *argument_nth(const command *of, const arguments *a, const char *option, size_t n)
{
    if (n == 0)
        return argument(of, a, option);
    for (size_t i = 0; i < a->repeat_count; i++)
        if (strcmp(of->options[a->repeats[i].option].name, option) == 0 && --n == 0)
            return a->repeats[i].value;
    return NULL;
}

/* "COL ..." may be given several times. */
static bool option_repeats(const command_option *option)
{
    size_t length = option->value == NULL ? 0 : strlen(option->value);
    return length > 4 && strcmp(option->value + length - 4, " ...") == 0;
}

static status value_keep(parsed *p, size_t place, const char *value, error *err)
{
    arguments *a = &p->arguments;
    if (a->options[place] == NULL) {
        a->options[place] = value;
        return STATUS_OK;
    }
    if (a->repeat_count == ARGUMENT_REPEATS_MAXIMUM)
        return error_set(err, STATUS_USAGE, "%s is given more than %d times", p->command->options[place].name,
                         ARGUMENT_REPEATS_MAXIMUM);
    a->repeats[a->repeat_count++] = (argument_repeat){.option = place, .value = value};
    return STATUS_OK;
}

static const char *nearest_of(const char *typed, const char *const *names, size_t count)
{
    const char *best = NULL;
    unsigned best_distance = 4; /* further away it is another word, not a slip */
    for (size_t i = 0; i < count; i++) {
        unsigned distance = text_distance(typed, names[i]);
        if (distance < best_distance) {
            best_distance = distance;
            best = names[i];
        }
    }
    return best;
}

static status command_unknown(const char *typed, error *err)
{
    const char *names[64];
    size_t count = 0;
    for (size_t i = 0; i < command_count && count < 64; i++)
        if (!commands[i]->hidden)
            names[count++] = commands[i]->name;
    status code = error_set(err, STATUS_USAGE, "There is no command '%s'", typed);
    const char *near = nearest_of(typed, names, count);
    if (near != NULL)
        error_hint(err, "Did you mean '%s'? See: concord help", near);
    else
        error_hint(err, "See: concord help");
    return code;
}

static status option_unknown(const command *of, const char *typed, error *err)
{
    const char *names[COMMAND_OPTIONS_MAXIMUM + 3] = {"--workspace", "--plain", "--help"};
    size_t count = 3;
    for (size_t i = 0; of->options != NULL && of->options[i].name != NULL; i++)
        names[count++] = of->options[i].name;
    status code = error_set(err, STATUS_USAGE, "%s has no option '%s'", of->name, typed);
    const char *near = nearest_of(typed, names, count);
    if (near != NULL)
        error_hint(err, "Did you mean %s? See: concord %s --help", near, of->name);
    else
        error_hint(err, "See: concord %s --help", of->name);
    return code;
}

/* One of the command's own options at argv[*at]. */
static status option_take(parsed *p, int argc, char **argv, int *at, error *err)
{
    char *word = argv[*at];
    const char *equals = strchr(word, '=');
    size_t length = equals == NULL ? strlen(word) : (size_t)(equals - word);
    for (size_t i = 0; p->command->options != NULL && p->command->options[i].name != NULL; i++) {
        const command_option *option = &p->command->options[i];
        if (strlen(option->name) != length || strncmp(option->name, word, length) != 0)
            continue;
        if (p->arguments.options[i] != NULL && !option_repeats(option))
            return error_set(err, STATUS_USAGE, "%s is given twice", option->name);
        if (option->value == NULL) {
            if (equals != NULL)
                return error_set(err, STATUS_USAGE, "%s takes no value", option->name);
            p->arguments.options[i] = "";
            return STATUS_OK;
        }
        if (equals != NULL)
            return value_keep(p, i, equals + 1, err);
        if (*at + 1 >= argc) {
            status code = error_set(err, STATUS_USAGE, "%s needs a value: %s", option->name, option->value);
            error_hint(err, "See: concord %s --help", p->command->name);
            return code;
        }
        return value_keep(p, i, argv[++*at], err);
    }
    return option_unknown(p->command, word, err);
}

/* The options that belong to every command. *taken tells whether it was one. */
static status common_take(cli *c, parsed *p, int argc, char **argv, int *at, bool *taken, error *err)
{
    const char *word = argv[*at];
    *taken = true;
    if (strcmp(word, "-h") == 0 || strcmp(word, "--help") == 0) {
        p->help = true;
    } else if (strcmp(word, "--version") == 0) {
        p->version = true;
    } else if (strcmp(word, "--plain") == 0) {
        c->plain = true;
    } else if (strncmp(word, "--workspace=", 12) == 0) {
        c->workspace_given = word + 12;
    } else if (strcmp(word, "-w") == 0 || strcmp(word, "--workspace") == 0) {
        if (*at + 1 >= argc)
            return error_set(err, STATUS_USAGE, "%s needs the folder of the workspace", word);
        c->workspace_given = argv[++*at];
    } else {
        *taken = false;
    }
    return STATUS_OK;
}

static status words_parse(cli *c, int argc, char **argv, parsed *p, error *err)
{
    bool options_end = false, own_option = false; /* a part's options are not those of the whole */
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i];
        bool is_option = !options_end && word[0] == '-' && word[1] != 0;
        bool taken = false;
        status code = STATUS_OK;
        if (is_option && strcmp(word, "--") == 0) {
            options_end = true;
            continue;
        }
        if (is_option)
            code = common_take(c, p, argc, argv, &i, &taken, err);
        if (code != STATUS_OK)
            return code;
        if (taken)
            continue;
        if (p->command == NULL) {
            if (is_option) {
                code = error_set(err, STATUS_USAGE, "There is no option '%s' before the command", word);
                error_hint(err, "See: concord help");
                return code;
            }
            p->command = command_find(word);
            if (p->command == NULL)
                return command_unknown(word, err);
            continue;
        }
        /* A number such as -5 is a value, never an option. */
        if (is_option) {
            own_option = true;
            code = option_take(p, argc, argv, &i, err);
            if (code != STATUS_OK)
                return code;
        } else if (!own_option && p->arguments.positional_count == 0 && command_part(p->command, word) != NULL) {
            p->command = command_part(p->command, word);
        } else if (p->arguments.positional_count < ARGUMENTS_MAXIMUM) {
            p->positional[p->arguments.positional_count++] = word;
        } else {
            return error_set(err, STATUS_USAGE, "More than %d arguments", ARGUMENTS_MAXIMUM);
        }
    }
    return STATUS_OK;
}

static status positional_check(const parsed *p, error *err)
{
    const command *of = p->command;
    size_t count = p->arguments.positional_count;
    if (count >= of->at_least && count <= of->at_most)
        return STATUS_OK;
    buffer usage = {0};
    usage_line(of, &usage);
    status code = count < of->at_least
                      ? error_set(err, STATUS_USAGE, "%s needs more: %s", of->name, of->takes)
                      : error_set(err, STATUS_USAGE, "%s does not take '%s'", of->name, p->positional[of->at_most]);
    error_hint(err, "Usage: %s", usage.data == NULL ? "" : usage.data);
    buffer_free(&usage);
    return code;
}

/* ---- the run ---- */

static status run(cli *c, const parsed *p, error *err)
{
    if (p->version) {
        (void)fprintf(c->out, "concord %s\n", c->plain ? "(version)" : CONCORD_VERSION);
        return STATUS_OK;
    }
    if (p->command == NULL) {
        help_overview(p->help ? c->out : c->err);
        return p->help ? STATUS_OK : error_set(err, STATUS_USAGE, "No command was given");
    }
    if (p->help) {
        help_command(c->out, p->command);
        return STATUS_OK;
    }
    status code = positional_check(p, err);
    if (code != STATUS_OK)
        return code;
    c->command = p->command;
    home_find(c);
    return p->command->run(c, &p->arguments, err);
}

static void streams_prepare(cli *c)
{
    const char *no_color = getenv("NO_COLOR"), *terminal = getenv("TERM"), *plain = getenv("CONCORD_REPRODUCIBLE");
    c->out = stdout;
    c->err = stderr;
    c->out_terminal = isatty(STDOUT_FILENO) != 0;
    c->err_terminal = isatty(STDERR_FILENO) != 0;
    c->colour = c->out_terminal && (no_color == NULL || no_color[0] == 0) &&
                (terminal == NULL || strcmp(terminal, "dumb") != 0);
    c->plain = plain != NULL && plain[0] != 0 && strcmp(plain, "0") != 0;
}

int cli_main(int argc, char **argv)
{
    return cli_main_ranked(argc, argv, NULL);
}

int cli_main_ranked(int argc, char **argv, const struct simulate_ranks *ranks)
{
    cli c = {.lock = -1, .program = "concord", .ranks = ranks};
    error err = {0};
    parsed p = {0};
    streams_prepare(&c);
    signals_catch();
    p.positional = calloc(argc > 0 ? (size_t)argc : 1, sizeof *p.positional);
    p.arguments.positional = p.positional;
    status code = p.positional == NULL ? error_set(&err, STATUS_MEMORY, "There is not enough memory")
                                       : words_parse(&c, argc, argv, &p, &err);
    if (code == STATUS_OK)
        code = run(&c, &p, &err);
    if (fflush(stdout) != 0 || ferror(stdout) != 0) {
        if (code == STATUS_OK)
            code = error_set(&err, STATUS_IO, "Cannot write to standard output");
    }
    wipe_progress(&c);
    if (code != STATUS_OK && !(p.command == NULL && code == STATUS_USAGE && argc <= 1))
        say_error(&c, &err);
    int exit_code = status_exit_code(code);
    if (exit_code == 0 && c.some_refused)
        exit_code = status_exit_code(c.exit_status != STATUS_OK ? c.exit_status : STATUS_REFUSED);
    cli_close(&c);
    free(p.positional);
    if (interrupting_signal != 0 && !c.ends_by_signal) {
        /* Ended as asked: whoever started us is told by the usual means. */
        (void)signal(interrupting_signal, SIG_DFL);
        (void)raise(interrupting_signal);
    }
    return exit_code;
}
