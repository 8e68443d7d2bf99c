/*
 * From what people and files write to an organisation: by code (hash), by name (binary search), and the nearest ones.
 *
 * Codes are looked up for every row of every file, so the table holds upper-case codes, ODS and ONS together, in one open
 * hash that is at most half full: one or two probes. Names come once per file or per typed request.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

static int upper(int c)
{
    return c >= 'a' && c <= 'z' ? c - 32 : c;
}

/* ---- codes ------------------------------------------------------------------------------------------------- */

static uint64_t hash_of(const char *code, size_t length)
{
    uint64_t h = 14695981039346656037u; /* FNV-1a */
    for (size_t i = 0; i < length; i++)
        h = (h ^ (unsigned char)code[i]) * 1099511628211u;
    return h ^ (h >> 29);
}

/* The slot that holds the code, or the free one where it would go. */
static code_slot *slot_of(const orgs *o, const char *code, size_t length)
{
    size_t at = (size_t)hash_of(code, length) & (o->code_slots - 1);
    while (o->codes[at].code != NULL &&
           (strncmp(o->codes[at].code, code, length) != 0 || o->codes[at].code[length] != 0))
        at = (at + 1) & (o->code_slots - 1);
    return &o->codes[at];
}

bool codes_make(loading *l, size_t most)
{
    size_t slots = 64;
    while (slots < 2 * most)
        slots *= 2;
    l->o->codes = take(l, slots, sizeof *l->o->codes);
    l->o->code_slots = slots;
    return l->o->codes != NULL;
}

/* Upper case and trimmed into key; 0 where it cannot be a code. */
static size_t code_key(text code, char key[CODE_LENGTH + 1])
{
    code = text_trim(code);
    if (code.length == 0 || code.length > CODE_LENGTH)
        return 0;
    for (size_t i = 0; i < code.length; i++)
        key[i] = (char)upper((unsigned char)code.at[i]);
    key[code.length] = 0;
    return code.length;
}

bool code_add(loading *l, const char *code, org_index i)
{
    char key[CODE_LENGTH + 1];
    size_t length = code_key(text_of(code), key);
    if (length == 0)
        return false;
    code_slot *slot = slot_of(l->o, key, length);
    if (slot->code != NULL)
        return slot->org == i;
    slot->code = arena_copy(&l->o->memory, key, length);
    slot->org = i;
    if (slot->code == NULL)
        l->out_of_memory = true;
    return true;
}

org_index orgs_find(const orgs *o, text code)
{
    char key[CODE_LENGTH + 1];
    size_t length = code_key(code, key);
    if (length == 0)
        return -1;
    const code_slot *slot = slot_of(o, key, length);
    return slot->code == NULL ? -1 : slot->org;
}

/* ---- names ------------------------------------------------------------------------------------------------- */

/* Words in upper case with one space between; "&" is AND; apostrophes and full stops vanish (KING'S, C.I.C), other
 * punctuation parts words. False where it does not fit: such a name is nobody's. */
static bool name_key(text name, char out[NAME_KEY_LENGTH])
{
    static const char board[] = "INTEGRATED CARE BOARD";
    size_t n = 0;
    bool gap = false;
    for (size_t i = 0; i < name.length; i++) {
        unsigned char c = (unsigned char)name.at[i];
        const char *put = NULL;
        char one[2] = {0};
        if (c == '\'' || c == '.')
            continue;
        if (name.length - i >= 3 &&
            (memcmp(name.at + i, "\xe2\x80\x99", 3) == 0 || memcmp(name.at + i, "\xe2\x80\x98", 3) == 0)) {
            i += 2;
            continue;
        }
        if (name.length - i >= 3 && memcmp(name.at + i, "\xe2\x80", 2) == 0) {
            i += 2; /* dashes and other general punctuation */
        } else if (name.length - i >= 2 && memcmp(name.at + i, "\xc2\xa0", 2) == 0) {
            i += 1;
        } else if (c == '&') {
            put = "AND";
            gap = true;
        } else if (c >= 0x80 || (upper(c) >= 'A' && upper(c) <= 'Z') || (c >= '0' && c <= '9')) {
            one[0] = (char)upper(c);
            put = one;
        }
        if (put == NULL) {
            gap = true;
            continue;
        }
        size_t length = strlen(put);
        if (n + length + 2 > NAME_KEY_LENGTH)
            return false;
        if (gap && n > 0)
            out[n++] = ' ';
        memcpy(out + n, put, length);
        n += length;
        gap = c == '&';
    }
    out[n] = 0;
    char *at = strstr(out, board);
    if (at != NULL) {
        char *rest = at + sizeof board - 1;
        memcpy(at, "ICB", 3);
        memmove(at + 3, rest, strlen(rest) + 1);
    }
    return n > 0;
}

static int compare_keys(const void *a, const void *b)
{
    const name_entry *x = a, *y = b;
    int c = strcmp(x->key, y->key);
    if (c != 0)
        return c;
    if (x->rank != y->rank)
        return x->rank < y->rank ? -1 : 1;
    return (x->org > y->org) - (x->org < y->org);
}

static void name_add(loading *l, const char *name, int rank, org_index i)
{
    char key[NAME_KEY_LENGTH];
    if (!name_key(text_of(name), key))
        return;
    char *kept = arena_string(&l->o->memory, key);
    if (kept == NULL)
        l->out_of_memory = true;
    else
        l->o->names[l->o->name_count++] = (name_entry){kept, rank, i};
}

void names_load(loading *l, const table *t)
{
    enum { ALIAS, CODE, TYPE };
    orgs *o = l->o;
    o->names = take(l, 2 * o->count + t->row_count, sizeof *o->names);
    if (o->names == NULL)
        return;
    for (size_t i = 0; i < o->count; i++) {
        name_add(l, o->items[i].name, 0, (org_index)i);
        name_add(l, o->items[i].short_name, 1, (org_index)i);
    }
    for (size_t r = 0; r < t->row_count; r++) {
        const char *type = table_cell(t, r, TYPE), *alias = table_cell(t, r, ALIAS);
        org_index i = cell_org(l, t, r, CODE);
        if (i < 0)
            continue;
        if (strcmp(type, "name") == 0) {
            name_add(l, alias, 0, i);
        } else if (strcmp(type, "code") == 0) {
            if (!code_add(l, alias, i))
                report(l, t, r, ALIAS, "A code means one organisation: correct one of the two.",
                       "\"%s\" is no code, or that of another organisation", alias);
        } else {
            report(l, t, r, TYPE, "Write name or code.", "\"%s\" is not a type of alias", type);
        }
    }
    qsort(o->names, o->name_count, sizeof *o->names, compare_keys);
}

org_index orgs_find_name(const orgs *o, text name)
{
    char key[NAME_KEY_LENGTH];
    if (!name_key(name, key))
        return -1;
    size_t low = 0, high = o->name_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(o->names[middle].key, key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == o->name_count || strcmp(o->names[low].key, key) != 0)
        return -1;
    const name_entry *first = &o->names[low];
    for (size_t k = low + 1; k < o->name_count && o->names[k].rank == first->rank && strcmp(o->names[k].key, key) == 0;
         k++)
        if (o->names[k].org != first->org)
            return -1;
    return first->org;
}

/* ---- nearest ----------------------------------------------------------------------------------------------- */

typedef struct candidate {
    unsigned score;
    int order; /* among equals: systems before regions before trusts before the rest; open before closed */
    org_index org;
} candidate;

static int compare_candidates(const void *a, const void *b)
{
    const candidate *x = a, *y = b;
    if (x->score != y->score)
        return x->score < y->score ? -1 : 1;
    if (x->order != y->order)
        return x->order < y->order ? -1 : 1;
    return (x->org > y->org) - (x->org < y->org);
}

static int order_of(const orgs *o, const org *g)
{
    int order;
    switch (g->kind) {
    case ORG_ICB: order = 0; break;
    case ORG_ENGLAND:
    case ORG_REGION: order = 2; break;
    case ORG_TRUST: order = 4; break;
    case ORG_SUB_ICB: order = 6; break;
    default: order = 8;
    }
    return order + (org_open_on(g, o->current) ? 0 : 1);
}

/* Takes the next word of a key off *at into word; false at the end. */
static bool word_take(const char **at, char word[64])
{
    while (**at == ' ')
        (*at)++;
    size_t n = 0;
    for (; **at != 0 && **at != ' '; (*at)++)
        if (n + 1 < 64)
            word[n++] = **at;
    word[n] = 0;
    return n > 0;
}

/* How far what was typed is from the name: for each typed word the distance to the nearest word of the name (the start of
 * a word is near), and no credit for words that are nowhere near. */
static unsigned name_distance(const char *typed, const char *name)
{
    unsigned total = 0;
    char word[64], other[64];
    for (const char *at = typed; word_take(&at, word);) {
        unsigned length = (unsigned)strlen(word), best = length;
        for (const char *in = name; best > 0 && word_take(&in, other);) {
            unsigned d = text_distance(word, other);
            if (length >= 3 && strncmp(other, word, length) == 0)
                d = 0;
            if (d * 3 <= length && d < best)
                best = d;
        }
        total += best;
    }
    return total;
}

size_t orgs_nearest(const orgs *o, const char *typed, org_index *out, size_t capacity)
{
    char key[NAME_KEY_LENGTH], name[NAME_KEY_LENGTH];
    arena scratch = {0};
    size_t found = 0;
    candidate *list = arena_array(&scratch, o->count + 1, sizeof *list);
    if (list == NULL || capacity == 0 || !name_key(text_of(typed), key))
        goto out;
    unsigned length = (unsigned)strlen(key);
    for (size_t i = 0; i < o->count; i++) {
        const org *g = &o->items[i];
        unsigned by_code = text_distance(key, g->code);
        unsigned by_name = name_key(text_of(g->name), name) ? name_distance(key, name) : length;
        if (by_name > 0 && name_key(text_of(g->short_name), name)) {
            unsigned by_short = name_distance(key, name);
            by_name = by_short < by_name ? by_short : by_name;
        }
        unsigned score = length;
        if (by_code * 2 < length && by_code <= 2)
            score = by_code;
        if (by_name * 2 < length && by_name < score)
            score = by_name;
        if (score < length)
            list[found++] = (candidate){score, order_of(o, g), (org_index)i};
    }
    qsort(list, found, sizeof *list, compare_candidates);
    found = found < capacity ? found : capacity;
    for (size_t i = 0; i < found; i++)
        out[i] = list[i].org;
out:
    arena_free(&scratch);
    return found;
}
