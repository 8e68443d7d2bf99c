/* help: the command table as text, as man pages and as shell completion. */
#include "cli/cli.h"

#include <string.h>

#ifndef CONCORD_VERSION
#define CONCORD_VERSION "unknown"
#endif

static const command_option common_options[] = {
    {"-w, --workspace", "FOLDER", "The workspace; else $CONCORD_WORKSPACE, else the current folder."},
    {"--plain", NULL, "Leave program version and dates of the run out of what is written (for comparing runs)."},
    {"-h, --help", NULL, "Show this help."},
    {0},
};

const command *command_find(const char *name)
{
    for (size_t i = 0; i < command_count; i++) {
        const command *of = commands[i];
        if (strcmp(of->name, name) == 0 || (of->alias != NULL && strcmp(of->alias, name) == 0))
            return of;
    }
    return NULL;
}

const command *command_part(const command *of, const char *word)
{
    for (size_t i = 0; of->parts != NULL && of->parts[i] != NULL; i++)
        if (strcmp(of->parts[i]->name + strlen(of->name) + 1, word) == 0)
            return of->parts[i];
    return NULL;
}

void usage_line(const command *of, buffer *b)
{
    buffer_printf(b, "concord [-w WORKSPACE] %s", of->name);
    for (size_t i = 0; of->options != NULL && of->options[i].name != NULL; i++) {
        buffer_printf(b, " [%s", of->options[i].name);
        if (of->options[i].value != NULL)
            buffer_printf(b, " %s", of->options[i].value);
        buffer_char(b, ']');
    }
    if (of->takes != NULL && of->takes[0] != 0)
        buffer_printf(b, " %s", of->takes);
}

void help_overview(FILE *to)
{
    (void)fputs("Concord: one figure, everywhere, at the same moment.\n\n"
                "Usage: concord [-w WORKSPACE] COMMAND [options]\n\nCommands:\n",
                to);
    for (size_t i = 0; i < command_count; i++)
        if (!commands[i]->hidden)
            (void)fprintf(to, "  %-11s %s\n", commands[i]->name, commands[i]->summary);
    (void)fputs("\nWithout -w the workspace is $CONCORD_WORKSPACE, else the current folder.\n"
                "Help on a command: concord COMMAND --help\n"
                "Exit codes: 0 done, 1 some data was refused, 2 usage, 3 input or output, 4 a defect of Concord.\n",
                to);
}

/* Text folded at 88 columns; empty lines part paragraphs. */
static void print_folded(FILE *to, const char *s)
{
    size_t column = 0;
    while (*s != 0) {
        if (s[0] == '\n') {
            (void)fputs("\n\n", to);
            column = 0;
            while (*s == '\n')
                s++;
            continue;
        }
        size_t length = strcspn(s, " \n");
        if (column > 0 && column + 1 + length > 88) {
            (void)fputc('\n', to);
            column = 0;
        }
        if (column > 0)
            column += (size_t)fprintf(to, " ");
        column += (size_t)fprintf(to, "%.*s", (int)length, s);
        s += length;
        while (*s == ' ')
            s++;
    }
    (void)fputc('\n', to);
}

static void print_options(FILE *to, const command_option *options)
{
    for (size_t i = 0; options != NULL && options[i].name != NULL; i++) {
        char left[80];
        (void)snprintf(left, sizeof left, "%s%s%s", options[i].name, options[i].value != NULL ? " " : "",
                       options[i].value != NULL ? options[i].value : "");
        if (strlen(left) > 28)
            (void)fprintf(to, "  %s\n  %-28s %s\n", left, "", options[i].help);
        else
            (void)fprintf(to, "  %-28s %s\n", left, options[i].help);
    }
}

void help_command(FILE *to, const command *of)
{
    buffer usage = {0};
    usage_line(of, &usage);
    (void)fprintf(to, "%s\n\nUsage: %s\n", of->summary, usage.data == NULL ? "" : usage.data);
    buffer_free(&usage);
    if (of->alias != NULL)
        (void)fprintf(to, "Also: concord %s\n", of->alias);
    (void)fputc('\n', to);
    print_folded(to, of->description);
    (void)fputs("\nOptions:\n", to);
    print_options(to, of->options);
    print_options(to, common_options);
    if (of->parts != NULL)
        (void)fputs("\nCommands of its own, each with --help:\n", to);
    for (size_t i = 0; of->parts != NULL && of->parts[i] != NULL; i++)
        (void)fprintf(to, "  %-15s %s\n", of->parts[i]->name, of->parts[i]->summary);
    (void)fputs("\nExample:\n", to);
    for (const char *line = of->example; *line != 0;) {
        size_t length = strcspn(line, "\n");
        (void)fprintf(to, "  %.*s\n", (int)length, line);
        line += length + (line[length] == '\n');
    }
}

/* ---- man pages ---- */

/* Text for troff: backslashes and hyphens literal, no line that starts with a control character. */
static void man_text(FILE *to, const char *s)
{
    bool line_start = true;
    for (; *s != 0; s++) {
        if (line_start && (*s == '.' || *s == '\''))
            (void)fputs("\\&", to);
        if (*s == '\\')
            (void)fputs("\\e", to);
        else if (*s == '-')
            (void)fputs("\\-", to);
        else if (*s == '\n' && s[1] == '\n')
            (void)fputs("\n.PP", to);
        else
            (void)fputc(*s, to);
        line_start = *s == '\n';
    }
    (void)fputc('\n', to);
}

static void man_options(FILE *to, const command_option *options)
{
    for (size_t i = 0; options != NULL && options[i].name != NULL; i++) {
        (void)fputs(".TP\n\\fB", to);
        for (const char *p = options[i].name; *p != 0; p++)
            (void)fputs(*p == '-' ? "\\-" : (char[]){*p, 0}, to);
        (void)fprintf(to, "\\fR%s", options[i].value != NULL ? " \\fI" : "");
        (void)fprintf(to, "%s%s\n", options[i].value != NULL ? options[i].value : "",
                      options[i].value != NULL ? "\\fR" : "");
        man_text(to, options[i].help);
    }
}

static void man_header(FILE *to, const char *page, const char *summary, bool plain)
{
    (void)fprintf(to, ".TH \"%s\" 1 \"\" \"Concord %s\" \"Concord manual\"\n.SH NAME\n", page,
                  plain ? "" : CONCORD_VERSION);
    (void)fprintf(to, "%s \\- ", page);
    man_text(to, summary);
}

static void man_overview(FILE *to, bool plain)
{
    man_header(to, "concord", "from published NHS figures to a page for every integrated care system", plain);
    (void)fputs(
        ".SH SYNOPSIS\n\\fBconcord\\fR [\\fB\\-w\\fR \\fIWORKSPACE\\fR] \\fICOMMAND\\fR [options]\n.SH COMMANDS\n", to);
    for (size_t i = 0; i < command_count; i++) {
        if (commands[i]->hidden)
            continue;
        (void)fprintf(to, ".TP\n\\fBconcord\\-%s\\fR(1)\n", commands[i]->name);
        man_text(to, commands[i]->summary);
    }
    (void)fputs(
        ".SH \"EXIT STATUS\"\n0 done, 1 some data was refused, 2 usage, 3 input or output, 4 a defect of Concord.\n",
        to);
    (void)fputs(".SH ENVIRONMENT\n.TP\n\\fBCONCORD_WORKSPACE\\fR\nThe workspace where \\-w is not given.\n"
                ".TP\n\\fBCONCORD_HOME\\fR\nThe folder that holds catalogue, data and web of the program.\n"
                ".TP\n\\fBNO_COLOR\\fR\nNo colour, on a terminal either.\n",
                to);
}

static void man_command(FILE *to, const command *of, bool plain)
{
    char page[64];
    (void)snprintf(page, sizeof page, "concord-%s", of->name);
    man_header(to, page, of->summary, plain);
    buffer usage = {0};
    usage_line(of, &usage);
    (void)fputs(".SH SYNOPSIS\n", to);
    man_text(to, usage.data == NULL ? "" : usage.data);
    buffer_free(&usage);
    (void)fputs(".SH DESCRIPTION\n", to);
    man_text(to, of->description);
    (void)fputs(".SH OPTIONS\n", to);
    man_options(to, of->options);
    man_options(to, common_options);
    (void)fputs(".SH EXAMPLE\n.nf\n", to);
    man_text(to, of->example);
    (void)fputs(".fi\n", to);
    for (size_t i = 0; of->parts != NULL && of->parts[i] != NULL; i++) {
        const command *part = of->parts[i];
        (void)fprintf(to, ".SH \"%s\"\n", part->name);
        man_text(to, part->summary);
        (void)fputs(".PP\n", to);
        man_text(to, part->description);
        man_options(to, part->options);
        (void)fputs(".PP\n.nf\n", to);
        man_text(to, part->example);
        (void)fputs(".fi\n", to);
    }
    (void)fputs(".SH \"SEE ALSO\"\n\\fBconcord\\fR(1)\n", to);
}

status generate_man(const cli *c, FILE *to, const char *name, error *err)
{
    if (name == NULL || strcmp(name, "concord") == 0) {
        man_overview(to, c->plain);
        return STATUS_OK;
    }
    const command *of = command_find(name);
    if (of == NULL)
        return error_set(err, STATUS_USAGE, "There is no command '%s'", name);
    man_command(to, of, c->plain);
    return STATUS_OK;
}

/* ---- completion ---- */

static void bash_command(FILE *to, const command *of)
{
    (void)fprintf(to, "    \"%s\") words=\"--workspace --plain --help", of->name);
    for (size_t i = 0; of->options != NULL && of->options[i].name != NULL; i++)
        (void)fprintf(to, " %s", of->options[i].name);
    for (size_t i = 0; of->parts != NULL && of->parts[i] != NULL; i++)
        (void)fprintf(to, " %s", of->parts[i]->name + strlen(of->name) + 1);
    (void)fputs("\" ;;\n", to);
    for (size_t i = 0; of->parts != NULL && of->parts[i] != NULL; i++)
        bash_command(to, of->parts[i]);
}

/* The values an option lists ("table|csv|json"), which may differ from command to command; capitals mean free text. */
static void bash_values_of(FILE *to, const command *of)
{
    const command_option *options = of->options;
    for (size_t k = 0; options != NULL && options[k].name != NULL; k++) {
        if (options[k].value == NULL || strchr(options[k].value, '|') == NULL)
            continue;
        (void)fprintf(to, "    \"%s %s\") COMPREPLY=($(compgen -W \"", of->name, options[k].name);
        for (const char *p = options[k].value; *p != 0; p++)
            (void)fputc(*p == '|' ? ' ' : *p, to);
        (void)fputs("\" -- \"$current\")); return ;;\n", to);
    }
}

static void bash_values(FILE *to)
{
    (void)fputs("    case \"$command $previous\" in\n", to);
    for (size_t i = 0; i < command_count; i++) {
        bash_values_of(to, commands[i]);
        for (size_t k = 0; commands[i]->parts != NULL && commands[i]->parts[k] != NULL; k++)
            bash_values_of(to, commands[i]->parts[k]);
    }
    (void)fputs("    esac\n", to);
}

status generate_completion(FILE *to, const char *shell, error *err)
{
    if (shell == NULL || strcmp(shell, "bash") != 0) {
        status code = error_set(err, STATUS_USAGE, "There is no completion for '%s'", shell == NULL ? "" : shell);
        error_hint(err, "Use: concord generate completion bash (zsh reads it too, after bashcompinit).");
        return code;
    }
    (void)fputs("# Completion for concord, generated from its command table by: concord generate completion "
                "bash\n_concord() {\n"
                "    local current=\"${COMP_WORDS[COMP_CWORD]}\" previous=\"${COMP_WORDS[COMP_CWORD-1]}\" command=\"\" "
                "words=\"\" i\n"
                "    COMPREPLY=()\n"
                "    case \"$previous\" in\n"
                "    -w|--workspace) COMPREPLY=($(compgen -d -- \"$current\")); return ;;\n",
                to);
    (void)fputs("    esac\n"
                "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
                "        case \"${COMP_WORDS[i]}\" in\n"
                "        -w|--workspace) ((i++)) ;;\n"
                "        -*) ;;\n"
                "        *) command=\"${COMP_WORDS[i]}\"; break ;;\n"
                "        esac\n"
                "    done\n"
                "    [[ $((i + 1)) -ge $COMP_CWORD ]] || case \"$command ${COMP_WORDS[i+1]}\" in\n",
                to);
    for (size_t i = 0; i < command_count; i++)
        for (size_t k = 0; commands[i]->parts != NULL && commands[i]->parts[k] != NULL; k++)
            (void)fprintf(to, "    \"%s\") command=\"%s\" ;;\n", commands[i]->parts[k]->name,
                          commands[i]->parts[k]->name);
    (void)fputs("    esac\n", to);
    bash_values(to);
    (void)fputs("    case \"$command\" in\n    \"\") words=\"--workspace --plain --help --version", to);
    for (size_t i = 0; i < command_count; i++)
        if (!commands[i]->hidden)
            (void)fprintf(to, " %s", commands[i]->name);
    (void)fputs("\" ;;\n", to);
    for (size_t i = 0; i < command_count; i++)
        if (!commands[i]->hidden)
            bash_command(to, commands[i]);
    (void)fputs("    esac\n"
                "    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
                "    [[ \"$current\" == -* || -z \"$command\" ]] || COMPREPLY+=($(compgen -f -- \"$current\"))\n"
                "}\n"
                "complete -o filenames -F _concord concord\n",
                to);
    return STATUS_OK;
}
