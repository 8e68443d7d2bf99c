/*
 * compound: Microsoft's compound file, the small file system that an xls is ([MS-CFB]).
 *
 * The header names the sectors of the allocation table (more of them are chained at the end), the table chains the sectors of each stream, the directory is itself a stream. Streams under
 * 4,096 bytes live in a stream of their own, in pieces of 64 bytes. Every chain is followed for at most as many sectors as the file has, so none can go in circles.
 */
#include "intake/biff.h"

#include <string.h>

#define NO_SECTOR 0xfffffffau /* from here on: no sector, the end of a chain, and other marks */
#define HEADER    512u

typedef struct compound {
    const char *bytes;
    size_t length;
    uint32_t shift, sectors;
    buffer table; /* the allocation table: 4 bytes a sector */
    buffer small_table;
    buffer small; /* the stream of small streams */
} compound;

static status damaged(const char *what, error *err)
{
    status code = error_set(err, STATUS_REFUSED, "The workbook is damaged or cut off: %s", what);
    error_hint(err, "Download it again.");
    return code;
}

static const char *sector_at(const compound *c, uint32_t sector)
{
    uint64_t at = ((uint64_t)sector + 1) << c->shift;
    return at + ((uint64_t)1 << c->shift) <= c->length ? c->bytes + at : NULL;
}

/* The last sector of a file may be cut short; what is there counts. */
static size_t sector_length(const compound *c, uint32_t sector)
{
    uint64_t at = ((uint64_t)sector + 1) << c->shift, whole = (uint64_t)1 << c->shift;
    if (at >= c->length)
        return 0;
    return (size_t)(c->length - at < whole ? c->length - at : whole);
}

static status chain_read(const compound *c, uint32_t first, uint64_t most, buffer *out, error *err)
{
    uint32_t sector = first;
    for (uint32_t n = 0; sector < NO_SECTOR && out->length < most; n++) {
        size_t length = sector_length(c, sector);
        if (n > c->sectors || length == 0 || (size_t)sector * 4 + 4 > c->table.length)
            return damaged("the chain of its sectors leads nowhere", err);
        if (length > most - out->length)
            length = (size_t)(most - out->length);
        buffer_put(out, c->bytes + (((uint64_t)sector + 1) << c->shift), length);
        sector = biff_u32(c->table.data + (size_t)sector * 4);
    }
    return buffer_status(out, err);
}

static status table_read(compound *c, error *err)
{
    const uint32_t per_sector = (1u << c->shift) / 4;
    uint32_t count = biff_u32(c->bytes + 44), next = biff_u32(c->bytes + 68), seen = 0;
    if (count > c->sectors)
        return damaged("its allocation table is larger than the file", err);
    for (uint32_t i = 0; i < 109 && seen < count; i++, seen++) {
        const char *s = sector_at(c, biff_u32(c->bytes + 76 + 4 * i));
        if (s == NULL)
            return damaged("its allocation table is not there", err);
        buffer_put(&c->table, s, (size_t)1 << c->shift);
    }
    for (uint32_t n = 0; seen < count && next < NO_SECTOR; n++) {
        const char *list = sector_at(c, next);
        if (list == NULL || n > c->sectors)
            return damaged("its allocation table is not there", err);
        for (uint32_t i = 0; i + 1 < per_sector && seen < count; i++, seen++) {
            const char *s = sector_at(c, biff_u32(list + 4 * (size_t)i));
            if (s == NULL)
                return damaged("its allocation table is not there", err);
            buffer_put(&c->table, s, (size_t)1 << c->shift);
        }
        next = biff_u32(list + 4 * ((size_t)per_sector - 1));
    }
    return buffer_status(&c->table, err);
}

static bool entry_named(const char *entry, const char *name)
{
    size_t n = strlen(name);
    if (biff_u16(entry + 64) != 2 * n + 2)
        return false;
    for (size_t i = 0; i < n; i++)
        if (entry[2 * i] != name[i] || entry[2 * i + 1] != 0)
            return false;
    return true;
}

static status small_read(compound *c, const char *root, uint32_t first, uint64_t size, buffer *out, error *err)
{
    uint32_t table_first = biff_u32(c->bytes + 60);
    status code = chain_read(c, table_first, c->length, &c->small_table, err);
    if (code == STATUS_OK)
        code = chain_read(c, biff_u32(root + 116), c->length, &c->small, err);
    uint32_t piece = first;
    for (uint32_t n = 0; code == STATUS_OK && piece < NO_SECTOR && out->length < size; n++) {
        size_t at = (size_t)piece * 64;
        if (n > c->small.length / 64 || at + 64 > c->small.length || (size_t)piece * 4 + 4 > c->small_table.length)
            return damaged("the chain of its sectors leads nowhere", err);
        size_t length = size - out->length < 64 ? (size_t)(size - out->length) : 64;
        buffer_put(out, c->small.data + at, length);
        piece = biff_u32(c->small_table.data + (size_t)piece * 4);
    }
    return code == STATUS_OK ? buffer_status(out, err) : code;
}

status compound_read(const char *bytes, size_t length, const char *name, buffer *b, error *err)
{
    compound c = {.bytes = bytes, .length = length};
    buffer directory = {0};
    buffer_clear(b);
    if (length < HEADER || memcmp(bytes, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8) != 0)
        return damaged("it is no old Excel workbook", err);
    c.shift = biff_u16(bytes + 30);
    if (c.shift != 9 && c.shift != 12)
        return damaged("its sectors have no size that there is", err);
    c.sectors = (uint32_t)(length >> c.shift) + 1;
    status code = table_read(&c, err);
    if (code == STATUS_OK)
        code = chain_read(&c, biff_u32(bytes + 48), length, &directory, err);
    const char *found = NULL;
    for (size_t at = 0; code == STATUS_OK && at + 128 <= directory.length && found == NULL; at += 128)
        if ((unsigned char)directory.data[at + 66] == 2 && entry_named(directory.data + at, name))
            found = directory.data + at;
    if (code == STATUS_OK && found == NULL)
        code = error_set(err, STATUS_NOT_FOUND, "The file has no part called %.60s", name);
    if (code == STATUS_OK) {
        uint64_t size = biff_u32(found + 120);
        if (size > length)
            code = damaged("a part is larger than the file", err);
        else
            code = size < 4096 ? small_read(&c, directory.data, biff_u32(found + 116), size, b, err)
                               : chain_read(&c, biff_u32(found + 116), size, b, err);
        if (code == STATUS_OK && b->length < size)
            code = damaged("the list of its cells ends before its end", err);
    }
    buffer_free(&directory);
    buffer_free(&c.table);
    buffer_free(&c.small_table);
    buffer_free(&c.small);
    return code;
}
