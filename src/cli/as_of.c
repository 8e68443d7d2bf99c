/* as_of: what was known on a day. */
#include "cli/as_of.h"

#include "measure/measure.h"

status option_as_of(const cli *c, const arguments *a, date *out, error *err)
{
    const char *given = argument(c->command, a, "--as-of");
    *out = DATE_NONE;
    return given == NULL ? STATUS_OK : option_date("--as-of", given, out, err);
}

status note_as_of(cli *c, date known_on, error *err)
{
    release *all = NULL;
    size_t count = 0, known = 0, ruled = 0;
    char day[DATE_TEXT];
    date_format(known_on, day);
    status code = cli_facts(c, FACTS_READ, err);
    if (code == STATUS_OK)
        code = facts_releases(c->facts, &c->memory, &all, &count, err);
    if (code != STATUS_OK)
        return code;
    for (size_t i = 0; i < count; i++) {
        known_by by;
        if (release_known(&all[i], &by) > known_on)
            continue;
        known++;
        ruled += by == KNOWN_BY_PERIOD;
    }
    say_note(c, "As of %s: %zu of %zu %s.%s", day, known, count, count == 1 ? "release counts" : "releases count",
             ruled == 0 ? ""
                        : " Those without a date of publication count from the end of their period and the usual "
                          "delay on (concord list releases).");
    return STATUS_OK;
}
