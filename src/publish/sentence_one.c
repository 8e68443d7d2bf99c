/* One of something: the templates of measures speak of many ("{value} people were waiting"), so that a count of 1 needs other words. */
#include "publish/sentence.h"

#include <string.h>

typedef struct noun {
    const char *many, *one;
} noun;

/* Those of several words before those that they begin with. */
static const noun NOUNS[] = {{"children and young people", "child or young person"},
                             {"nurses and health visitors", "nurse or health visitor"},
                             {"people", "person"},
                             {"patients", "patient"},
                             {"children", "child"},
                             {"adults", "adult"},
                             {"attendances", "attendance"},
                             {"admissions", "admission"},
                             {"appointments", "appointment"},
                             {"pathways", "pathway"},
                             {"referrals", "referral"},
                             {"tests", "test"},
                             {"operations", "operation"},
                             {"treatments", "treatment"},
                             {"discharges", "discharge"},
                             {"handovers", "handover"},
                             {"incidents", "incident"},
                             {"contacts", "contact"},
                             {"visits", "visit"},
                             {"calls", "call"},
                             {"cases", "case"},
                             {"beds", "bed"},
                             {"doctors", "doctor"},
                             {"midwives", "midwife"},
                             {"managers", "manager"}};
static const noun VERBS[] = {{"were", "was"}, {"are", "is"}, {"have", "has"}};

/* Words that come before a noun and change nothing: "new pathways", "full-time equivalent doctors". */
static const char *const BEFORE[] = {"new",       "completed",  "open",  "emergency", "diagnostic", "first",
                                     "full-time", "equivalent", "young", "adult",     "virtual",    "ward"};

static bool word_ends(char c)
{
    return c == 0 || strchr(" .,:;?!)", c) != NULL;
}

/* Which of them `words` begins with; NULL where none. */
static const noun *begins_with(const char *words, const noun *table, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t n = strlen(table[i].many);
        if (strncmp(words, table[i].many, n) == 0 && word_ends(words[n]))
            return &table[i];
    }
    return NULL;
}

static size_t adjective_length(const char *words)
{
    for (size_t i = 0; i < sizeof BEFORE / sizeof *BEFORE; i++) {
        size_t n = strlen(BEFORE[i]);
        if (strncmp(words, BEFORE[i], n) == 0 && words[n] == ' ')
            return n + 1;
    }
    return 0;
}

size_t sentence_one_noun(const char *words, buffer *out)
{
    for (size_t at = strspn(words, " "), before; at < strlen(words); at += before) {
        const noun *found = begins_with(words + at, NOUNS, sizeof NOUNS / sizeof *NOUNS);
        if (found != NULL) {
            buffer_put(out, words, at);
            buffer_text(out, found->one);
            return at + strlen(found->many);
        }
        before = adjective_length(words + at);
        if (before == 0)
            return 0;
    }
    return 0;
}

size_t sentence_one_verb(const char *words, buffer *out)
{
    const noun *found = words[0] == ' ' ? begins_with(words + 1, VERBS, sizeof VERBS / sizeof *VERBS) : NULL;
    if (found == NULL)
        return 0;
    buffer_char(out, ' ');
    buffer_text(out, found->one);
    return 1 + strlen(found->many);
}
