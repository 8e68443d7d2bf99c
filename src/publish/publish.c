/*
 * Writing the whole site into a folder: some tens of thousands of small files.
 *
 * Invariants: nothing but what an earlier publication by this program wrote is ever removed: it is known from the list
 * `.concord-site` in the folder, one path per line. The list that names both old and new files is written before the first page
 * and the list of the new ones after the last, so that an interrupted run leaves no file that the next one would not know.
 * A file is compared with what it would become and left alone where they agree, so that copying tools and caches see no change.
 */
#include "publish/site.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define LIST_NAME ".concord-site"
#define LIST_HEAD                                                                                                      \
    "Files written by concord publish, one path per line. Files that are not listed here are never touched.\n"
#define LIST_MAXIMUM    ((size_t)256 << 20)
#define PATH_MAXIMUM    4096
#define THREADS_MAXIMUM 64

/* ---- the list of what was written ---------------------------------------------------------------------- */

/* A path from a list that somebody may have edited: inside the folder, or it is not ours. */
static bool path_is_safe(const char *path)
{
    if (path[0] == 0 || path[0] == '/' || strlen(path) >= 1024)
        return false;
    for (const char *c = path; *c != 0; c++)
        if ((unsigned char)*c < 0x20 || *c == '\\' || (c[0] == '.' && c[1] == '.') || (c[0] == '/' && c[1] == '/'))
            return false;
    return true;
}

static status list_write(const site *s, const char *list_path, const buffer *older, error *err)
{
    buffer list = {.maximum = LIST_MAXIMUM};
    buffer_text(&list, LIST_HEAD);
    for (size_t i = 0; i < s->entry_count; i++) {
        buffer_text(&list, s->entries[i].path);
        buffer_char(&list, '\n');
    }
    if (older != NULL && older->data != NULL)
        buffer_put(&list, older->data, older->length);
    status code = buffer_status(&list, err);
    if (code == STATUS_OK)
        code = file_write(list_path, list.data, list.length, true, err);
    buffer_free(&list);
    return code;
}

static status folder_check(const char *folder, const char *list_path, buffer *older, error *err)
{
    status code = folder_make(folder, err);
    if (code != STATUS_OK)
        return code;
    struct stat st;
    if (lstat(list_path, &st) == 0) {
        code = file_read(list_path, LIST_MAXIMUM, older, err);
        if (code != STATUS_OK)
            return code;
        size_t head = strlen(LIST_HEAD);
        if (older->length >= head && memcmp(older->data, LIST_HEAD, head) == 0) {
            memmove(older->data, older->data + head, older->length - head + 1);
            older->length -= head;
            return STATUS_OK;
        }
        code = error_set(err, STATUS_REFUSED, "The folder's list of published files is not one that concord wrote");
        error_at(err, list_path, NULL, 0, NULL);
        error_hint(err, "Publish into an empty folder");
        return code;
    }
    DIR *d = opendir(folder);
    if (d == NULL) {
        code = error_set(err, STATUS_IO, "Cannot open the folder: %s", strerror(errno));
        error_at(err, folder, NULL, 0, NULL);
        return code;
    }
    bool foreign = false;
    for (struct dirent *entry = readdir(d); entry != NULL; entry = readdir(d))
        foreign = foreign || (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0);
    (void)closedir(d);
    if (foreign) {
        code = error_set(err, STATUS_REFUSED, "The folder holds files that are not of a published site");
        error_at(err, folder, NULL, 0, NULL);
        error_hint(err, "Name a new or empty folder, or one that `concord publish` wrote before");
    }
    return code;
}

/* Removes files of the older list that the site no longer has, then the folders that this leaves empty. */
static void older_remove(const site *s, const char *folder, buffer *older)
{
    char path[PATH_MAXIMUM];
    for (char *line = older->data; line != NULL && *line != 0;) {
        char *end = strchr(line, '\n');
        if (end != NULL)
            *end = 0;
        if (path_is_safe(line) && !site_has(s, line) &&
            snprintf(path, sizeof path, "%s/%s", folder, line) < (int)sizeof path && unlink(path) == 0) {
            char *slash = strrchr(path, '/');
            for (size_t stop = strlen(folder); slash != NULL && (size_t)(slash - path) > stop;
                 slash = strrchr(path, '/')) {
                *slash = 0;
                if (rmdir(path) != 0)
                    break;
            }
        }
        line = end == NULL ? NULL : end + 1;
    }
}

/* ---- workers ------------------------------------------------------------------------------------------ */

typedef struct publication {
    const site *site;
    const char *folder;
    int folder_fd;
    atomic_size_t next, done;
    atomic_int_fast64_t bytes;
    atomic_bool stop;
    pthread_mutex_t lock; /* of what follows */
    status code;
    error error;
    void (*progress)(void *context, size_t done, size_t total);
    void *progress_context;
} publication;

typedef enum file_state { FILE_ABSENT, FILE_SAME, FILE_OTHER } file_state;

/* Does the file hold exactly these bytes? */
static file_state file_compare(int folder_fd, const char *path, const buffer *want)
{
    int fd = openat(folder_fd, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return errno == ENOENT ? FILE_ABSENT : FILE_OTHER;
    struct stat st;
    bool same = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (uint64_t)st.st_size == want->length;
    char chunk[65536];
    size_t at = 0;
    while (same && at < want->length) {
        ssize_t n = read(fd, chunk, sizeof chunk);
        if (n < 0 && errno == EINTR)
            continue;
        same = n > 0 && (size_t)n <= want->length - at && memcmp(chunk, want->data + at, (size_t)n) == 0;
        at += n > 0 ? (size_t)n : 0;
    }
    (void)close(fd);
    return same ? FILE_SAME : FILE_OTHER;
}

/* A file that nobody can be reading needs no temporary name: half the work of the disk. */
static status file_create(int folder_fd, const char *path, const buffer *bytes, error *err)
{
    int fd = openat(folder_fd, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    int failure = fd < 0 ? errno : 0;
    for (size_t at = 0; failure == 0 && at < bytes->length;) {
        ssize_t n = write(fd, bytes->data + at, bytes->length - at);
        if (n < 0 && errno != EINTR)
            failure = errno;
        at += n > 0 ? (size_t)n : 0;
    }
    if (fd >= 0 && close(fd) != 0 && failure == 0)
        failure = errno;
    if (failure == 0)
        return STATUS_OK;
    if (fd >= 0)
        (void)unlinkat(folder_fd, path, 0);
    status code = error_set(err, STATUS_IO, "Cannot write: %s", strerror(failure));
    error_at(err, path, NULL, 0, NULL);
    if (failure == ENOSPC)
        error_hint(err, "Make room on the disk and publish again: what is written already is kept");
    return code;
}

/* Readers of a page that is replaced see the old or the new one, never half. */
static status page_write(publication *job, const char *path, const buffer *bytes, error *err)
{
    file_state there = file_compare(job->folder_fd, path, bytes);
    if (there == FILE_SAME)
        return STATUS_OK;
    if (there == FILE_ABSENT)
        return file_create(job->folder_fd, path, bytes, err);
    char full[PATH_MAXIMUM];
    if (snprintf(full, sizeof full, "%s/%s", job->folder, path) >= (int)sizeof full)
        return error_set(err, STATUS_IO, "The path is too long: %s", path);
    return file_write(full, bytes->data == NULL ? "" : bytes->data, bytes->length, false, err);
}

static void publication_fail(publication *job, status code, const error *err)
{
    (void)pthread_mutex_lock(&job->lock);
    if (job->code == STATUS_OK) {
        job->code = code;
        job->error = *err;
    }
    (void)pthread_mutex_unlock(&job->lock);
    atomic_store(&job->stop, true);
}

static void publication_progress(publication *job)
{
    size_t done = atomic_fetch_add(&job->done, 1) + 1;
    if (job->progress == NULL || (done % 256 != 0 && done != job->site->entry_count))
        return;
    (void)pthread_mutex_lock(&job->lock);
    job->progress(job->progress_context, done, job->site->entry_count);
    (void)pthread_mutex_unlock(&job->lock);
}

static void *publication_work(void *context)
{
    publication *job = context;
    buffer bytes = {0};
    arena scratch = {0};
    while (!atomic_load(&job->stop)) {
        size_t i = atomic_fetch_add(&job->next, 1);
        if (i >= job->site->entry_count)
            break;
        const char *path = job->site->entries[i].path, *type = NULL;
        error err = {0};
        buffer_clear(&bytes);
        arena_reset(&scratch);
        status code = site_render(job->site, path, &scratch, &bytes, &type, &err);
        if (code == STATUS_OK)
            code = page_write(job, path, &bytes, &err);
        if (code != STATUS_OK) {
            publication_fail(job, code, &err);
            break;
        }
        atomic_fetch_add(&job->bytes, (int_fast64_t)bytes.length);
        publication_progress(job);
    }
    buffer_free(&bytes);
    arena_free(&scratch);
    return NULL;
}

/* Every folder that a path needs. Paths of one folder mostly follow each other, so few are asked for twice. */
static status folders_make(const site *s, const char *folder, error *err)
{
    char last[PATH_MAXIMUM] = "", full[PATH_MAXIMUM];
    for (size_t i = 0; i < s->entry_count; i++) {
        const char *path = s->entries[i].path, *slash = strrchr(path, '/');
        if (slash == NULL)
            continue;
        size_t length = (size_t)(slash - path);
        if (strncmp(last, path, length) == 0 && last[length] == 0)
            continue;
        if (snprintf(last, sizeof last, "%.*s", (int)length, path) >= (int)sizeof last ||
            snprintf(full, sizeof full, "%s/%s", folder, last) >= (int)sizeof full)
            return error_set(err, STATUS_IO, "The path is too long: %s", path);
        status code = folder_make(full, err);
        if (code != STATUS_OK)
            return code;
    }
    return STATUS_OK;
}

static void publication_run(publication *job, unsigned threads)
{
    pthread_t workers[THREADS_MAXIMUM];
    size_t started = 0;
    /* This thread works too; where no other can be started it does all of it. */
    while (started + 1 < threads && pthread_create(&workers[started], NULL, publication_work, job) == 0)
        started++;
    (void)publication_work(job);
    for (size_t i = 0; i < started; i++)
        (void)pthread_join(workers[i], NULL);
}

static unsigned thread_count(unsigned asked)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned threads = asked > 0 ? asked : cores > 0 ? (unsigned)cores : 1;
    return threads > THREADS_MAXIMUM ? THREADS_MAXIMUM : threads;
}

static void result_fill(const site *s, publication *job, publish_result *result)
{
    *result = (publish_result){.files = s->entry_count, .bytes = (int64_t)atomic_load(&job->bytes)};
    for (size_t i = 0; i < s->entry_count; i++) {
        const char *dot = strrchr(s->entries[i].path, '.');
        result->pages += dot != NULL && strcmp(dot, ".html") == 0;
    }
}

status publish_site(const site *s, const char *folder, unsigned threads,
                    void (*progress)(void *context, size_t done, size_t total), void *progress_context,
                    publish_result *result, error *err)
{
    char list_path[PATH_MAXIMUM];
    buffer older = {.maximum = LIST_MAXIMUM};
    publication job = {
        .site = s, .folder = folder, .folder_fd = -1, .progress = progress, .progress_context = progress_context};
    bool locked = false;
    status code = STATUS_OK;
    if (snprintf(list_path, sizeof list_path, "%s/" LIST_NAME, folder) >= (int)sizeof list_path)
        return error_set(err, STATUS_IO, "The path is too long: %s", folder);
    code = folder_check(folder, list_path, &older, err);
    if (code == STATUS_OK)
        code = list_write(s, list_path, &older, err);
    if (code == STATUS_OK)
        code = folders_make(s, folder, err);
    if (code != STATUS_OK)
        goto out;
    job.folder_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (job.folder_fd < 0 || pthread_mutex_init(&job.lock, NULL) != 0) {
        code = error_set(err, STATUS_IO, "Cannot open the folder: %s", strerror(errno));
        error_at(err, folder, NULL, 0, NULL);
        goto out;
    }
    locked = true;
    publication_run(&job, thread_count(threads));
    code = job.code;
    if (code != STATUS_OK) {
        if (err != NULL)
            *err = job.error;
        goto out;
    }
    older_remove(s, folder, &older);
    code = list_write(s, list_path, NULL, err);
    if (code == STATUS_OK && result != NULL)
        result_fill(s, &job, result);
out:
    if (locked)
        (void)pthread_mutex_destroy(&job.lock);
    if (job.folder_fd >= 0)
        (void)close(job.folder_fd);
    buffer_free(&older);
    return code;
}
