/* as_of: what was known on a day. */
#include "cli/as_of.h"

#include "cli/edition_rebases.h"

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

status run_as_of(cli *c, const arguments *a, error *err)
{
    date given;
    status code = option_as_of(c, a, &given, err);
    if (code != STATUS_OK || given == DATE_NONE)
        return code;
    date *kept = arena_alloc(&c->memory, sizeof *kept);
    if (kept == NULL)
        return error_set(err, STATUS_MEMORY, "There is not enough memory");
    *kept = given;
    c->as_of = kept;
    return STATUS_OK;
}

status as_of_suits_file(const cli *c, const arguments *a, const char *file, error *err)
{
    if (argument(c->command, a, "--as-of") == NULL)
        return STATUS_OK;
    status code = error_set(err, STATUS_USAGE, "--as-of is for figures of the workspace, and %.200s is read", file);
    error_hint(err, "Leave --as-of out: a file has no other days.");
    return code;
}

status edition_known(cli *c, date known_on, const char *only_measure, edition **out, error *err)
{
    measure_options options = {.as_at = DATE_NONE, .as_of = &known_on, .only_measure = only_measure};
    status code = cli_orgs(c, err);
    if (code == STATUS_OK)
        code = note_as_of(c, known_on, err);
    if (code == STATUS_OK)
        code = edition_rebases(c, &options, err);
    return code != STATUS_OK ? code : measure_view(c->facts, &c->catalogue, c->orgs, &options, NULL, out, err);
}

status run_edition(cli *c, const char *only_measure, edition **out, error *err)
{
    return c->as_of == NULL ? cli_edition(c, out, err) : edition_known(c, *c->as_of, only_measure, out, err);
}
