/*
 * `concord spc` on any bytes, with the options that change what is judged: a column of targets, --period with its gaps, --season, suggested
 * rebases, rebases, a baseline. The first byte chooses the options, the rest is the csv. Whatever comes in is answered or refused with a
 * sentence, and no NaN or infinity is printed.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memfd_create */
#endif
#include "../unit/cli/stat_harness.h"

#include <sys/mman.h>
#include <unistd.h>

/* Names and values of options, a switch followed by ""; all have --date m and --value v besides. */
static const char *const cases[][14] = {
    {"--by", "t", "--target", "x", NULL},
    {"--by", "t", "--period", "month", "--target", "x", "--better", "higher", NULL},
    {"--by", "t", "--period", "month", "--season", "check", "--summary", "", NULL},
    {"--by", "t", "--period", "month", "--season", "adjust", "--better", "lower", NULL},
    {"--by", "t", "--period", "quarter", "--season", "adjust", "--format", "json", NULL},
    {"--by", "t", "--period", "month", "--season", "adjust", "--suggest-rebase", "", NULL},
    {"--by", "t", "--suggest-rebase", "", "--format", "table", NULL},
    {"--by", "t", "--period", "month", "--target", "x", "--season", "adjust", "--plot", "terminal", NULL},
    {"--by", "t", "--target", "x", "--rebase", "2023-01,2024-04", "--rules", "plotthedots-0.2.2", "--format", "json",
     NULL},
    {"--period", "month", "--target", "x", "--baseline-points", "12", "--screen", "off", "--better", "higher", NULL},
};
enum { CASES = sizeof cases / sizeof cases[0] };

static bool holds(const uint8_t *data, size_t size, const char *word)
{
    return memmem(data, size, word, strlen(word)) != NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const char *const *of = cases[(data[0] + CASES * 32 - 'A') % CASES];
    int file = memfd_create("csv", MFD_CLOEXEC);
    if (file < 0 || write(file, data + 1, size - 1) != (ssize_t)(size - 1))
        __builtin_trap();
    char path[32];
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    const char *positional = path;
    arguments a = {.positional = &positional, .positional_count = 1};
    stat_answer answer = {0};
    /* A workspace of this folder would bring rule sets of its own; the built-in names are found before it is looked for. */
    cli c = {.command = &command_spc, .program = "concord", .lock = -1, .plain = true};
    c.out = open_memstream(&answer.out, &answer.out_length);
    c.err = open_memstream(&answer.said, &answer.said_length);
    if (c.out == NULL || c.err == NULL)
        __builtin_trap();
    stat_argument(c.command, &a, "--date", "m");
    stat_argument(c.command, &a, "--value", "v");
    for (size_t i = 0; of[i] != NULL; i += 2)
        stat_argument(c.command, &a, of[i], of[i + 1]);
    answer.code = command_spc.run(&c, &a, &answer.err);
    (void)fclose(c.out);
    (void)fclose(c.err);
    arena_free(&c.memory);
    (void)close(file);
    if (answer.code == STATUS_INTERNAL || answer.code == STATUS_IO ||
        (answer.code != STATUS_OK && answer.err.message[0] == 0))
        __builtin_trap();
    /* The name of a group may be "nan", but then the file has it. */
    const bool in_file = holds(data, size, "nan") || holds(data, size, "NaN") || holds(data, size, "inf") ||
                         holds(data, size, "Infinity");
    if (!in_file && answer.out != NULL && stat_holds_no_figure(answer.out))
        __builtin_trap();
    stat_answer_free(&answer);
    return 0;
}
