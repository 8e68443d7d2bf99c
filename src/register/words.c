/* words: what an event did and what it says, for those who read it. */
#include "register/work.h"

#include <string.h>

const char *register_event_words(const char *kind)
{
    static const struct {
        const char *kind, *words;
    } all[] = {
        {"challenge.close", "closed the challenge"},
        {"challenge.escalate", "escalated the challenge"},
        {"challenge.raise", "raised the challenge"},
        {"challenge.respond", "answered the challenge"},
        {"collection.add", "recorded the collection"},
        {"collection.change", "changed the collection"},
        {"collection.end", "ended the collection"},
        {"commitment.close", "closed the commitment"},
        {"commitment.escalate", "escalated the commitment"},
        {"commitment.make", "made the commitment"},
        {"commitment.report", "reported on the commitment"},
        {"commitment.transfer", "transferred the commitment"},
        {"edition.release", "recorded the release"},
        {"embargo.lift", "lifted the embargo"},
        {"embargo.set", "set the embargo"},
        {"group.add", "added a member to the group"},
        {"group.end", "ended the group"},
        {"group.form", "formed the group"},
        {"group.remove", "removed a member from the group"},
        {"measure.define", "defined the measure"},
        {"note.add", "added the note"},
        {"note.withdraw", "withdrew the note"},
        {"partner.join", "added the partner"},
        {"partner.key", "registered a key for"},
        {"partner.leave", "took out the partner"},
        {"partner.reset-key", "reset the key of"},
        {"partner.succeed", "recorded the successor of"},
        {"rating.enter", "recorded the rating"},
        {"rating.exit", "ended the rating"},
        {"rebase.add", "recorded the rebase"},
        {"rebase.withdraw", "withdrew the rebase"},
        {"register.open", "began the register"},
        {"scenario.keep", "kept the scenario"},
        {"scenario.retire", "retired the scenario"},
        {"target.adopt", "adopted"},
        {"target.develop", "co-developed"},
        {"target.propose", "proposed"},
        {"target.retire", "retired"},
        {"target.review", "reviewed"},
        {"target.revise", "revised"},
        {"target.sign", "signed"},
        {"target.start", "put in force"},
    };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (strcmp(all[i].kind, kind) == 0)
            return all[i].words;
    return kind;
}

status register_event_said(const register_event *event, arena *a, register_said *out, error *err)
{
    body b = {0};
    buffer scratch = {.maximum = BODY_ROOM};
    *out = (register_said){0};
    status code = body_begin(&b, err);
    if (code == STATUS_OK)
        code = body_parse(&b, event->body, strlen(event->body), &scratch, err);
    for (size_t i = 0; i < FIELD_IN_BODIES && code == STATUS_OK; i++)
        if (b.texts[i] != NULL && (out->texts[i] = arena_string(a, b.texts[i])) == NULL)
            code = error_set(err, STATUS_MEMORY, "There is not enough memory for the event");
    body_free(&b);
    buffer_free(&scratch);
    return code;
}
