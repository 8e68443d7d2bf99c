/* files: a file from its address to its place in the folder, whole or not at all. */
#include "fetch/internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define HEAD_BYTES      4096 /* enough to tell a web page */
#define PARTIAL_DAYS    30
#define SIDECAR_MAXIMUM 8192

/* Where a download lies while it is on its way. */
typedef struct places {
    const char *partial; /* partial/KEY.part */
    const char *sidecar; /* partial/KEY.from: the address and what the server said of that version */
    const char *folder;  /* files/KEY */
} places;

static bool places_of(const fetch *f, const char *address, arena *a, places *out)
{
    char key[ADDRESS_KEY];
    address_key(address, key);
    out->partial = arena_printf(a, "%s/partial/%s.part", f->folder, key);
    out->sidecar = arena_printf(a, "%s/partial/%s.from", f->folder, key);
    out->folder = arena_printf(a, "%s/files/%s", f->folder, key);
    return out->partial != NULL && out->sidecar != NULL && out->folder != NULL;
}

/* ---- half files ---- */

/* What a half file can be gone on with: a strong ETag, else Last-Modified. */
static const char *strong_validator(const transfer *t)
{
    return t->etag_got[0] != 0 && strncmp(t->etag_got, "W/", 2) != 0 ? t->etag_got : t->modified_got;
}

/* Written before the first byte of the version that it speaks of. */
static void sidecar_write(void *context, const transfer *t)
{
    const places *p = context;
    buffer b = {.maximum = SIDECAR_MAXIMUM};
    buffer_printf(&b, "%s\n%s\n", t->address, strong_validator(t));
    /* Where this fails, the half file cannot be gone on with, no more: it is fetched from the beginning. */
    if (strong_validator(t)[0] == 0 || b.failed || b.data == NULL ||
        file_write(p->sidecar, b.data, b.length, false, NULL) != STATUS_OK)
        (void)unlink(p->sidecar);
    buffer_free(&b);
}

/* The validator of the half file that is there; NULL where there is none that can be gone on with. */
static const char *sidecar_read(const places *p, const char *address, arena *a)
{
    buffer b = {0};
    const char *out = NULL;
    struct stat st;
    if (stat(p->partial, &st) == 0 && st.st_size > 0 && file_read(p->sidecar, SIDECAR_MAXIMUM, &b, NULL) == STATUS_OK &&
        b.length > 0) {
        const char *end = strchr(b.data, '\n');
        const char *last = end == NULL ? NULL : strchr(end + 1, '\n');
        if (last != NULL && last > end + 1 && strlen(address) == (size_t)(end - b.data) &&
            strncmp(b.data, address, strlen(address)) == 0)
            out = arena_copy(a, end + 1, (size_t)(last - end - 1));
    }
    buffer_free(&b);
    return out;
}

void partials_tidy(const fetch *f)
{
    char folder[4200];
    int n = snprintf(folder, sizeof folder, "%s/partial", f->folder);
    DIR *d = n > 0 && (size_t)n < sizeof folder ? opendir(folder) : NULL;
    if (d == NULL)
        return;
    time_t oldest = time(NULL) - (time_t)PARTIAL_DAYS * 86400;
    for (const struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
        struct stat st;
        if (e->d_name[0] != '.' && fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) &&
            st.st_mtime < oldest)
            (void)unlinkat(dirfd(d), e->d_name, 0);
    }
    (void)closedir(d);
}

/* ---- what came ---- */

static status web_page_check(const char *path, error *err)
{
    char head[HEAD_BYTES], title[160];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, head, sizeof head);
    if (fd >= 0)
        (void)close(fd);
    if (n <= 0) {
        (void)error_set(err, STATUS_REFUSED, "The file is empty");
        error_hint(err, "Try again later, or look with a browser at what is there.");
        return STATUS_REFUSED;
    }
    if (!is_web_page(head, (size_t)n, title))
        return STATUS_OK;
    (void)error_set(err, STATUS_REFUSED, "The server sent a web page in place of the file%s%s%s",
                    title[0] != 0 ? ": \"" : "", title, title[0] != 0 ? "\"" : "");
    error_hint(err, "Try again later, or look with a browser at what is there.");
    return STATUS_REFUSED;
}

/* filename="..." or filename*=UTF-8''... of a Content-Disposition; "" where none. */
static const char *disposition_name(const char *said, arena *a)
{
    const char *at = said;
    while (*at != 0 && strncasecmp(at, "filename=", 9) != 0)
        at++;
    if (*at == 0)
        return "";
    at += 9;
    bool quoted = *at == '"';
    at += quoted;
    return file_name_fit(at, strcspn(at, quoted ? "\"" : "; "), a);
}

static const char *name_of(const fetch_link *link, const transfer *t, arena *a)
{
    const char *name = disposition_name(t->disposition, a);
    if (name[0] == 0)
        name = link->file_name;
    if (strchr(name, '.') == NULL)
        name = address_file_name(t->came_from, a);
    return name[0] == 0 ? "download" : name;
}

static date day_of(int64_t seconds)
{
    return seconds < 0 || seconds / 86400 >= DATE_FOREVER ? DATE_NONE : (date)(seconds / 86400);
}

/* The day on which the server answered by its own clock, which Last-Modified is to be held against; by ours where it does not say. */
static date day_received(const transfer *t)
{
    date said = t->date_got[0] == 0 ? DATE_NONE : day_of((int64_t)curl_getdate(t->date_got, NULL));
    return said != DATE_NONE ? said : day_of((int64_t)time(NULL));
}

static bool have(const fetch *f, const char *sha256_text)
{
    const fetch_watch *w = &f->connection.watch;
    return w->have != NULL && w->have(w->context, sha256_text);
}

static void folder_sync(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        (void)fsync(fd);
        (void)close(fd);
    }
}

/* From the partial file to its place under its own name; what lay there before goes. */
static status place_take(const places *p, const char *path, error *err)
{
    status code = folder_make(p->folder, err);
    if (code == STATUS_OK && rename(p->partial, path) != 0) {
        code = error_set(err, STATUS_IO, "Cannot keep the download: %s", strerror(errno));
        error_at(err, path, NULL, 0, NULL);
    }
    folder_sync(p->folder);
    (void)unlink(p->sidecar);
    return code;
}

static void place_drop(const places *p)
{
    (void)unlink(p->partial);
    (void)unlink(p->sidecar);
}

static bool is_file(const char *path)
{
    struct stat st;
    return path != NULL && stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* ---- one file ---- */

/* Which file in the store one with this SHA-256 took the place of at its address; "" where none. One that never got there is passed over. */
static const char *before_of(const fetch *f, const known *k, const char *sha256_text)
{
    if (k == NULL || k->page)
        return "";
    return strcmp(k->sha256, sha256_text) != 0 && have(f, k->sha256) ? k->sha256 : k->before;
}

/* The whole file lies in partial/: is it one, is it new, and where does it go? */
static status came(fetch *f, const fetch_link *link, const transfer *t, const places *p, bool was_known, arena *a,
                   fetch_file *out, error *err)
{
    status code = web_page_check(p->partial, err);
    if (code == STATUS_OK)
        code = sha256_file(p->partial, out->sha256, err);
    if (code != STATUS_OK) {
        place_drop(p);
        error_at(err, link->address, NULL, 0, NULL);
        return code;
    }
    out->name = name_of(link, t, a);
    out->modified = day_of(t->modified_time);
    out->received = day_received(t);
    out->bytes = t->bytes;
    out->resumed_from = t->resumed_from;
    const char *before = before_of(f, known_find(&f->known, link->address), out->sha256);
    (void)snprintf(out->replaces, sizeof out->replaces, "%s", before);
    if (have(f, out->sha256)) {
        out->result = FETCH_SAME;
        out->bytes = 0;
        place_drop(p);
    } else {
        out->result = was_known ? FETCH_CHANGED : FETCH_NEW;
        out->path = arena_printf(a, "%s/%s", p->folder, out->name);
        code = out->path == NULL ? error_set(err, STATUS_MEMORY, "There is not enough memory for a name")
                                 : place_take(p, out->path, err);
    }
    if (code == STATUS_OK)
        code = known_set(&f->known,
                         &(known){.address = link->address,
                                  .etag = t->etag_got,
                                  .modified = t->modified_got,
                                  .sha256 = out->sha256,
                                  .name = out->name,
                                  .before = out->replaces},
                         err);
    if (code == STATUS_OK) {
        const char *list = arena_printf(a, "%s/known.tsv", f->folder);
        code = list == NULL ? error_set(err, STATUS_MEMORY, "There is not enough memory for a name")
                            : known_write(list, &f->known, err);
    }
    return code;
}

status fetch_take(fetch *f, const source *s, const fetch_link *link, arena *a, fetch_file *out, error *err)
{
    places p;
    *out = (fetch_file){.modified = DATE_NONE, .received = DATE_NONE};
    if (f->dry)
        return error_set(err, STATUS_INTERNAL, "A dry run fetches no file");
    if (!places_of(f, link->address, a, &p))
        return error_set(err, STATUS_MEMORY, "There is not enough memory for a name");
    const known *k = known_find(&f->known, link->address);
    const char *waiting = k == NULL || k->page ? NULL : arena_printf(a, "%s/%s", p.folder, k->name);
    bool stored = k != NULL && !k->page && have(f, k->sha256);
    bool ask_changed = stored || is_file(waiting);
    transfer t = {.address = link->address,
                  .source = s,
                  .etag = ask_changed ? k->etag : "",
                  .modified = ask_changed ? k->modified : "",
                  .path = p.partial,
                  .maximum = f->connection.limits.file_bytes,
                  .from_validator = sidecar_read(&p, link->address, a),
                  .begins = sidecar_write,
                  .begins_context = &p,
                  .what = link->file_name[0] != 0 ? link->file_name : link->address};
    t.resume = t.from_validator != NULL;
    if (!t.resume)
        place_drop(&p);
    status code = transfer_run(&f->connection, &t, a, err);
    if (code != STATUS_OK) {
        /* What was refused, or cannot be gone on with, is not kept. */
        if (code == STATUS_REFUSED || !is_file(p.sidecar) || t.bytes == 0)
            place_drop(&p);
        return code;
    }
    if (!t.unchanged)
        return came(f, link, &t, &p, k != NULL && ask_changed, a, out, err);
    place_drop(&p);
    out->result = stored ? FETCH_SAME : FETCH_WAITING;
    out->path = stored ? NULL : waiting;
    out->name = k->name;
    out->modified = day_of(t.modified_time >= 0  ? t.modified_time
                           : k->modified[0] != 0 ? (int64_t)curl_getdate(k->modified, NULL)
                                                 : -1);
    out->received = day_received(&t);
    memcpy(out->sha256, k->sha256, SHA256_TEXT);
    (void)snprintf(out->replaces, sizeof out->replaces, "%s", k->before);
    return STATUS_OK;
}

void fetch_done(fetch *f, const fetch_file *file)
{
    (void)f;
    if (file->path == NULL)
        return;
    (void)unlink(file->path);
    char folder[4200];
    int n = snprintf(folder, sizeof folder, "%s", file->path);
    char *slash = n > 0 && (size_t)n < sizeof folder ? strrchr(folder, '/') : NULL;
    if (slash != NULL) {
        *slash = 0;
        (void)rmdir(folder);
    }
}
