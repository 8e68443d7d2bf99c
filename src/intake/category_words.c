/*
 * category_words: one spelling for each word of a category.
 *
 * Measures ask for "ALL ROUTES", and a publisher may print "All Routes" the month after, or break the line within a heading that becomes a value. Taken as
 * they stand such words would be in no measure, or counted beside the totals that they are. So a word that is one the catalogue asks for but for capitals and white space is stored as the
 * catalogue writes it, and of all others runs of white space (line breaks and non-breaking spaces too) become one space.
 */
#include "intake/plan.h"

#include <string.h>

/* The next character, white space as ' ' and runs of it as one; capitals as small letters where `fold`. 0 at the end. */
static unsigned char next(text *t, bool fold)
{
    bool space = false;
    while (t->length > 0) {
        unsigned char c = (unsigned char)t->at[0];
        size_t width = c == ' ' || (c >= '\t' && c <= '\r')                            ? 1
                       : c == 0xc2 && t->length > 1 && (unsigned char)t->at[1] == 0xa0 ? 2
                                                                                       : 0;
        if (width == 0) {
            if (space)
                return ' ';
            t->at++;
            t->length--;
            return fold && c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : c;
        }
        space = true;
        t->at += width;
        t->length -= width;
    }
    return 0;
}

static bool same_word(text a, text b)
{
    unsigned char c = next(&a, true);
    if (c == ' ') /* a cell is trimmed of blanks, but not of those that do not break */
        c = next(&a, true);
    while (c != 0 && c == next(&b, true))
        c = next(&a, true);
    return c == 0 && next(&b, true) == 0;
}

size_t word_fold(text word, char *out, size_t size)
{
    size_t n = 0;
    for (unsigned char c; n < size && (c = next(&word, true)) != 0;)
        if (c != ' ' || n > 0)
            out[n++] = (char)c;
    return n;
}

static bool word_add(mapping *m, word_plan *w, const char *word)
{
    text t = text_of(word);
    for (size_t i = 0; i < w->count; i++)
        if (text_equal(w->words[i], t))
            return true;
    if (w->count == w->capacity) {
        size_t capacity = w->capacity == 0 ? 32 : w->capacity * 2;
        text *grown = arena_array(&m->memory, capacity, sizeof *grown);
        if (grown == NULL)
            return false;
        for (size_t i = 0; i < w->count; i++)
            grown[i] = w->words[i];
        w->words = grown;
        w->capacity = capacity;
    }
    w->words[w->count++] = t;
    return true;
}

static bool sum_add(mapping *m, word_plan *w, const measure_sum *sum, int32_t column)
{
    for (size_t i = 0; i < sum->filter_count; i++)
        for (size_t k = 0; k < sum->filters[i].value_count; k++)
            if (sum->filters[i].column == column && !sum->filters[i].by_kind &&
                !word_add(m, w, sum->filters[i].values[k]))
                return false;
    return true;
}

status word_plan_make(mapping *m, int32_t column, word_plan **out, error *err)
{
    const source *s = m->source;
    const catalogue *c = m->of.catalogue;
    *out = NULL;
    if (s->columns[column].type != COLUMN_CATEGORY || s->tidy)
        return STATUS_OK;
    word_plan *w = arena_alloc(&m->memory, sizeof *w);
    bool good = w != NULL;
    if (good)
        *w = (word_plan){0};
    for (size_t i = 0; good && c != NULL && i < c->measure_count; i++)
        if (&c->sources[c->measures[i].source] == s)
            good =
                sum_add(m, w, &c->measures[i].numerator, column) && sum_add(m, w, &c->measures[i].denominator, column);
    for (size_t i = 0; good && i < s->breakdown_count; i++)
        for (size_t k = 0; good && s->breakdowns[i].column == column && k < s->breakdowns[i].value_count; k++)
            good = word_add(m, w, s->breakdowns[i].values[k].code) &&
                   (s->breakdowns[i].values[k].same_as == NULL || word_add(m, w, s->breakdowns[i].values[k].same_as));
    for (size_t k = 0; good && s->known != NULL && k < s->known[column].count; k++)
        good = word_add(m, w, s->known[column].values[k]);
    *out = w;
    return good ? STATUS_OK : error_set(err, STATUS_MEMORY, "Out of memory");
}

status word_settle(mapping *m, word_plan *w, text *word, error *err)
{
    for (size_t i = 0, at = w->last; i < w->count; i++, at = at + 1 == w->count ? 0 : at + 1)
        if (text_equal(w->words[at], *word)) {
            w->last = at;
            return STATUS_OK;
        }
    for (size_t i = 0; i < w->count; i++)
        if (same_word(*word, w->words[i])) {
            *word = w->words[i];
            return STATUS_OK;
        }
    char *copy = arena_alloc(&m->texts, word->length + 1);
    if (copy == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    size_t n = 0;
    for (unsigned char c; (c = next(word, false)) != 0;)
        if (c != ' ' || n > 0)
            copy[n++] = (char)c;
    copy[n] = 0;
    *word = (text){copy, n};
    return STATUS_OK;
}
