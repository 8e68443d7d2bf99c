/* pages: the publishers' pages, kept from one run to the next, and what their links tell of periods. */
#include "fetch/internal.h"

#include <string.h>
#include <sys/stat.h>

/* ---- a page ---- */

static const run_page *page_of_run(const fetch *f, const char *address)
{
    for (const run_page *p = f->pages; p != NULL; p = p->next)
        if (strcmp(p->address, address) == 0)
            return p;
    return NULL;
}

static const char *page_path(const fetch *f, const char *address, arena *a)
{
    char key[ADDRESS_KEY];
    address_key(address, key);
    return arena_printf(a, "%s/pages/%s.html", f->folder, key);
}

static void hash_of(const buffer *b, char out[SHA256_TEXT])
{
    sha256 h;
    sha256_begin(&h);
    sha256_add(&h, b->data == NULL ? "" : b->data, b->length);
    sha256_end(&h, out);
}

/* The copy of last time, where it is there and whole. */
static bool copy_read(const fetch *f, const known *k, arena *a, buffer *b)
{
    char hash[SHA256_TEXT];
    const char *path = k == NULL ? NULL : page_path(f, k->address, a);
    if (path == NULL || file_read(path, (size_t)f->connection.limits.page_bytes, b, NULL) != STATUS_OK)
        return false;
    hash_of(b, hash);
    return strcmp(hash, k->sha256) == 0;
}

static status page_keep(fetch *f, const transfer *t, const buffer *b, arena *a, error *err)
{
    char hash[SHA256_TEXT];
    const char *path = page_path(f, t->address, a);
    if (path == NULL)
        return error_set(err, STATUS_MEMORY, "There is not enough memory for a page");
    hash_of(b, hash);
    status code = file_write(path, b->data == NULL ? "" : b->data, b->length, false, err);
    if (code == STATUS_OK)
        code = known_set(&f->known,
                         &(known){.address = t->address,
                                  .etag = t->etag_got,
                                  .modified = t->modified_got,
                                  .sha256 = hash,
                                  .name = t->came_from,
                                  .page = true},
                         err);
    return code;
}

status page_read(fetch *f, const source *s, const char *address, arena *a, const run_page **out, error *err)
{
    buffer body = {.maximum = (size_t)f->connection.limits.page_bytes + 1};
    buffer copy = {.maximum = (size_t)f->connection.limits.page_bytes + 1};
    status code = STATUS_OK;
    *out = page_of_run(f, address);
    if (*out != NULL)
        return STATUS_OK;
    const known *k = known_find(&f->known, address);
    bool there = k != NULL && k->page && copy_read(f, k, a, &copy);
    transfer t = {.address = address,
                  .source = s,
                  .etag = there ? k->etag : "",
                  .modified = there ? k->modified : "",
                  .body = &body,
                  .maximum = f->connection.limits.page_bytes,
                  .what = address};
    code = transfer_run(&f->connection, &t, a, err);
    if (code != STATUS_OK)
        goto out;
    const buffer *kept = t.unchanged ? &copy : &body;
    if (!t.unchanged && !f->dry)
        code = page_keep(f, &t, &body, a, err);
    run_page *p = code == STATUS_OK ? arena_alloc(&f->memory, sizeof *p) : NULL;
    if (p == NULL) {
        code = code == STATUS_OK ? error_set(err, STATUS_MEMORY, "There is not enough memory for a page") : code;
        goto out;
    }
    *p = (run_page){.address = arena_string(&f->memory, address),
                    .came_from = arena_string(&f->memory, t.unchanged && k->name[0] != 0 ? k->name : t.came_from),
                    .bytes = arena_copy(&f->memory, kept->data == NULL ? "" : kept->data, kept->length),
                    .length = kept->length,
                    .next = f->pages};
    if (p->address == NULL || p->came_from == NULL || p->bytes == NULL) {
        code = error_set(err, STATUS_MEMORY, "There is not enough memory for a page");
        goto out;
    }
    f->pages = p;
    *out = p;
out:
    buffer_free(&body);
    buffer_free(&copy);
    return code;
}

/* ---- periods ---- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "2024-25", "2024/25", "2024_25", "2024-2025" with years that follow each other; the latest one. */
period years_period(const char *words)
{
    period found = {0};
    for (size_t i = 0; words[i] != 0; i++) {
        if ((i > 0 && is_digit(words[i - 1])) || strspn(words + i, "0123456789") != 4)
            continue;
        int year =
            (words[i] - '0') * 1000 + (words[i + 1] - '0') * 100 + (words[i + 2] - '0') * 10 + words[i + 3] - '0';
        const char *next = words + i + 4;
        if (strncmp(next, "\xe2\x80\x93", 3) == 0)
            next += 2;
        else if (*next == 0 || strchr("-/_", *next) == NULL)
            continue;
        size_t digits = strspn(next + 1, "0123456789");
        int end = digits == 2 || digits == 4 ? (next[digits - 1] - '0') * 10 + next[digits] - '0' : -1;
        if (year < 1990 || year > 2999 || end != (year + 1) % 100)
            continue;
        period p = {.kind = PERIOD_FINANCIAL_YEAR, .first_month = year * 12 + 3, .months = 12};
        if (found.kind == PERIOD_NONE || period_compare(p, found) > 0)
            found = p;
    }
    return found;
}

period words_period(const char *words)
{
    period p = {0};
    if (period_find(text_of(words), &p))
        return p;
    return years_period(words);
}
