/* original: the file as it was published is kept in the workspace, so that every figure can be traced back to it for ever. */
#include "cli/add.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

status file_state_read(const char *path, file_state *out, error *err)
{
    struct stat st;
    if (stat(path, &st) != 0) {
        status code = error_set(err, STATUS_IO, "Cannot open the file: %s", strerror(errno));
        error_at(err, path, NULL, 0, NULL);
        return code;
    }
    *out = (file_state){.device = (uint64_t)st.st_dev,
                        .inode = (uint64_t)st.st_ino,
                        .size = (int64_t)st.st_size,
                        .changed_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec};
    return STATUS_OK;
}

bool file_state_same(const file_state *a, const file_state *b)
{
    return a->device == b->device && a->inode == b->inode && a->size == b->size && a->changed_ns == b->changed_ns;
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

static int copy_bytes(int from, int to)
{
    static const size_t chunk_size = (size_t)1 << 17;
    char *chunk = malloc(chunk_size);
    int failure = chunk == NULL ? ENOMEM : 0;
    while (failure == 0) {
        ssize_t got = read(from, chunk, chunk_size);
        if (got == 0)
            break;
        if (got < 0) {
            failure = errno == EINTR ? 0 : errno;
            continue;
        }
        for (ssize_t done = 0; done < got && failure == 0;) {
            ssize_t wrote = write(to, chunk + done, (size_t)(got - done));
            if (wrote >= 0)
                done += wrote;
            else if (errno != EINTR)
                failure = errno;
        }
    }
    free(chunk);
    return failure;
}

/* A rename is durable once the folder that holds the name is synced. */
static void folder_sync(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        (void)fsync(fd);
        (void)close(fd);
    }
}

static status keep_failed(const char *path, int failure, error *err)
{
    status code = error_set(err, STATUS_IO, "Cannot keep the original file: %s", strerror(failure));
    error_at(err, path, NULL, 0, NULL);
    error_hint(err, "Nothing was changed. %s",
               failure == ENOSPC || failure == EDQUOT || failure == EFBIG ? "Make room, then try again." : "");
    return code;
}

static bool path_fits(int length, size_t size)
{
    return length > 0 && (size_t)length < size;
}

status original_keep(const char *workspace, const char *path, const char *sha256_text, bool *made, error *err)
{
    char folder[4096], kept[4096], part[4096];
    struct stat st;
    *made = false;
    if (!path_fits(snprintf(folder, sizeof folder, "%s/releases/%s", workspace, sha256_text), sizeof folder) ||
        !path_fits(snprintf(kept, sizeof kept, "%s/%s", folder, last_part(path)), sizeof kept) ||
        !path_fits(snprintf(part, sizeof part, "%s/releases/%s.part", workspace, sha256_text), sizeof part))
        return error_set(err, STATUS_IO, "The path of the file is too long");
    if (stat(kept, &st) == 0)
        return STATUS_OK; /* a run that was killed before its commit had got this far */
    status code = folder_make(folder, err);
    if (code != STATUS_OK)
        return code;
    *made = true;
    int from = open(path, O_RDONLY | O_CLOEXEC);
    int to = from < 0 ? -1 : open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    int failure = from < 0 || to < 0 ? errno : copy_bytes(from, to);
    if (failure == 0 && fsync(to) != 0)
        failure = errno;
    if (to >= 0 && close(to) != 0 && failure == 0)
        failure = errno;
    if (from >= 0)
        (void)close(from);
    if (failure == 0 && rename(part, kept) != 0)
        failure = errno;
    if (failure != 0) {
        (void)unlink(part);
        original_drop(workspace, path, sha256_text);
        return keep_failed(path, failure, err);
    }
    folder_sync(folder);
    return STATUS_OK;
}

void original_drop(const char *workspace, const char *path, const char *sha256_text)
{
    char folder[4096], kept[4096];
    if (!path_fits(snprintf(folder, sizeof folder, "%s/releases/%s", workspace, sha256_text), sizeof folder) ||
        !path_fits(snprintf(kept, sizeof kept, "%s/%s", folder, last_part(path)), sizeof kept))
        return;
    (void)unlink(kept);
    (void)rmdir(folder);
}

void originals_tidy(const char *workspace)
{
    char folder[4096], file[4096];
    if (!path_fits(snprintf(folder, sizeof folder, "%s/releases", workspace), sizeof folder))
        return;
    DIR *d = opendir(folder);
    const struct dirent *entry;
    while (d != NULL && (entry = readdir(d)) != NULL) {
        size_t length = strlen(entry->d_name);
        bool half = length == SHA256_TEXT - 1 + 5 && strcmp(entry->d_name + length - 5, ".part") == 0;
        if (half && path_fits(snprintf(file, sizeof file, "%s/%s", folder, entry->d_name), sizeof file))
            (void)unlink(file);
    }
    if (d != NULL)
        (void)closedir(d);
}
