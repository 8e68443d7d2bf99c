/*
 * The commands over statistics on any bytes: the first byte chooses one of the cases of the table-driven test (its command and options), the
 * rest is the csv. Whatever comes in is answered or refused with a sentence, and no NaN or infinity is printed.
 */
#include "../unit/cli/stat_harness.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const stat_case *of = &stat_cases[(data[0] + STAT_CASES - 'A' % STAT_CASES) % STAT_CASES];
    stat_answer answer = stat_try(of, (const char *)data + 1, size - 1);
    if (answer.code == STATUS_INTERNAL || answer.code == STATUS_IO ||
        (answer.code != STATUS_OK && answer.err.message[0] == 0))
        __builtin_trap();
    /* A text of the file may be "nan", but then only where the file has it. */
    bool in_file = false;
    for (size_t i = 1; i + 3 <= size && !in_file; i++)
        in_file = memcmp(data + i, "nan", 3) == 0 || memcmp(data + i, "NaN", 3) == 0 ||
                  memcmp(data + i, "inf", 3) == 0 || memcmp(data + i, "Inf", 3) == 0;
    if (!in_file && answer.out != NULL && stat_holds_no_figure(answer.out))
        __builtin_trap();
    stat_answer_free(&answer);
    return 0;
}
