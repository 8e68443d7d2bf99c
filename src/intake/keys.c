/* A set of keys in open addressing. Two 64-bit hashes side by side stand for the key, so that no text is kept. */
#include "intake/mapping.h"

#include <stdlib.h>

struct key_slot {
    key_hash key;
    int64_t line; /* 0 = free */
};

key_hash key_hash_begin(void)
{
    return (key_hash){0xcbf29ce484222325u, 0x9ae16a3b2f90404fu};
}

static void mix(key_hash *h, uint64_t byte)
{
    h->low = (h->low ^ byte) * 0x100000001b3u; /* FNV-1a */
    h->high = (h->high ^ byte) * 0xc6a4a7935bd1e995u;
    h->high ^= h->high >> 47;
}

void key_hash_add(key_hash *h, text part)
{
    for (size_t i = 0; i < part.length; i++)
        mix(h, (unsigned char)part.at[i]);
    for (size_t n = part.length, i = 0; i < 8; i++, n >>= 8)
        mix(h, n & 0xff);
}

static struct key_slot *slot_find(struct key_slot *slots, size_t capacity, key_hash key)
{
    size_t i = (size_t)(key.high ^ (key.low >> 29)) & (capacity - 1);
    while (slots[i].line != 0 && (slots[i].key.low != key.low || slots[i].key.high != key.high))
        i = (i + 1) & (capacity - 1);
    return &slots[i];
}

static status grow(key_set *set, error *err)
{
    size_t capacity = set->capacity == 0 ? 1024 : set->capacity * 2;
    struct key_slot *slots = calloc(capacity, sizeof *slots);
    if (slots == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    for (size_t i = 0; i < set->capacity; i++)
        if (set->slots[i].line != 0)
            *slot_find(slots, capacity, set->slots[i].key) = set->slots[i];
    free(set->slots);
    set->slots = slots;
    set->capacity = capacity;
    return STATUS_OK;
}

status key_set_add(key_set *set, key_hash key, int64_t line, int64_t *earlier, error *err)
{
    if (set->count * 2 >= set->capacity) {
        if (set->count >= KEYS_MAXIMUM) {
            status code = error_set(err, STATUS_REFUSED, "The file has more than %zu different keys", KEYS_MAXIMUM);
            error_hint(err, "Split it by period.");
            return code;
        }
        status code = grow(set, err);
        if (code != STATUS_OK)
            return code;
    }
    struct key_slot *slot = slot_find(set->slots, set->capacity, key);
    *earlier = slot->line;
    if (slot->line == 0) {
        *slot = (struct key_slot){key, line};
        set->count++;
    }
    return STATUS_OK;
}

void key_set_free(key_set *set)
{
    free(set->slots);
    *set = (key_set){0};
}
