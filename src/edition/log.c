/*
 * Which edition is the newest. editions/log.csv is an append-only list of ids: the order of making is the workspace's own history and
 * is kept out of the editions, whose content must not depend on it.
 */
#include "edition/edition.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOG_MAXIMUM ((size_t)64 << 20)

status editions_list(const char *workspace, arena *a, const char ***ids, size_t *count, error *err)
{
    *ids = NULL;
    *count = 0;
    char path[4096];
    int n = snprintf(path, sizeof path, "%s/editions/log.csv", workspace);
    if (n < 0 || (size_t)n >= sizeof path)
        return error_set(err, STATUS_IO, "The workspace's path is too long");
    if (access(path, F_OK) != 0)
        return STATUS_OK;
    buffer log = {0};
    status code = file_read(path, LOG_MAXIMUM, &log, err);
    if (code != STATUS_OK)
        goto out;
    size_t lines = 0;
    for (size_t i = 0; i < log.length; i++)
        lines += log.data[i] == '\n';
    const char **list = arena_array(a, lines + 1, sizeof *list);
    if (list == NULL) {
        code = error_set(err, STATUS_MEMORY, "Out of memory");
        goto out;
    }
    /* Newest first; a line cut short by a crash is not an id and is passed over. */
    size_t end = log.length, found = 0;
    while (end > 0) {
        size_t start = end;
        while (start > 0 && log.data[start - 1] != '\n')
            start--;
        if (end - start == SHA256_TEXT - 1 && strspn(log.data + start, "0123456789abcdef") >= SHA256_TEXT - 1 &&
            end < log.length)
            list[found++] = arena_copy(a, log.data + start, end - start);
        if (found > 0 && list[found - 1] == NULL) {
            code = error_set(err, STATUS_MEMORY, "Out of memory");
            goto out;
        }
        if (start == 0)
            break;
        end = start - 1;
    }
    *ids = list;
    *count = found;
out:
    buffer_free(&log);
    return code;
}

status editions_newest_path(const char *workspace, arena *a, const char **path, error *err)
{
    const char **ids;
    size_t count;
    status code = editions_list(workspace, a, &ids, &count, err);
    if (code != STATUS_OK)
        return code;
    if (count == 0) {
        error_set(err, STATUS_NOT_FOUND, "There is no edition yet in this workspace");
        error_hint(err, "Make one with `concord edition`");
        error_at(err, workspace, NULL, 0, NULL);
        return STATUS_NOT_FOUND;
    }
    *path = arena_printf(a, "%s/editions/%s.sqlite", workspace, ids[0]);
    return *path == NULL ? error_set(err, STATUS_MEMORY, "Out of memory") : STATUS_OK;
}

/* Appends one whole line with one write, after making sure the log ends in a line end (a crash may have cut it). */
static status log_append(const char *path, const char *id, error *err)
{
    char line[SHA256_TEXT + 2];
    size_t length = 0;
    char last = '\n';
    int fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (fd < 0)
        goto failed;
    off_t size = lseek(fd, 0, SEEK_END);
    if (size > 0 && pread(fd, &last, 1, size - 1) != 1)
        goto failed;
    if (last != '\n')
        line[length++] = '\n';
    memcpy(line + length, id, SHA256_TEXT - 1);
    length += SHA256_TEXT - 1;
    line[length++] = '\n';
    if (write(fd, line, length) != (ssize_t)length || fsync(fd) != 0)
        goto failed;
    (void)close(fd);
    return STATUS_OK;
failed:
    error_set(err, STATUS_IO, "Cannot write the list of editions: %s", strerror(errno));
    error_at(err, path, NULL, 0, NULL);
    if (fd >= 0)
        (void)close(fd);
    return STATUS_IO;
}

/* A new name in a folder outlives a power cut only once the folder itself is on the disk. */
static status sync_folder(const char *path, error *err)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int failure = fd < 0 || fsync(fd) != 0 ? errno : 0;
    if (fd >= 0)
        (void)close(fd);
    if (failure == 0)
        return STATUS_OK;
    error_set(err, STATUS_IO, "Cannot keep the edition: %s", strerror(failure));
    error_at(err, path, NULL, 0, NULL);
    return STATUS_IO;
}

/* Under its name, read-only. */
static status file_place(const char *built_path, const char *final, error *err)
{
    if (chmod(built_path, 0444) == 0 && rename(built_path, final) == 0)
        return STATUS_OK;
    status code = error_set(err, STATUS_IO, "Cannot keep the edition: %s", strerror(errno));
    error_at(err, final, NULL, 0, NULL);
    return code;
}

status editions_install_apart(const char *workspace, const char *built_path, const char *id, error *err)
{
    arena scratch = {0};
    const char *final = arena_printf(&scratch, "%s/editions/%s.sqlite", workspace, id),
               *folder = arena_printf(&scratch, "%s/editions", workspace);
    status code = final == NULL || folder == NULL ? error_set(err, STATUS_MEMORY, "Out of memory")
                                                  : file_place(built_path, final, err);
    if (code == STATUS_OK)
        code = sync_folder(folder, err);
    arena_free(&scratch);
    return code;
}

status editions_install(const char *workspace, const char *built_path, const char *id, bool *already_newest, error *err)
{
    arena scratch = {0};
    const char **ids;
    size_t count;
    *already_newest = false;
    status code = editions_list(workspace, &scratch, &ids, &count, err);
    if (code != STATUS_OK)
        goto out;
    const char *final = arena_printf(&scratch, "%s/editions/%s.sqlite", workspace, id);
    const char *log = arena_printf(&scratch, "%s/editions/log.csv", workspace),
               *folder = arena_printf(&scratch, "%s/editions", workspace);
    if (final == NULL || log == NULL || folder == NULL) {
        code = error_set(err, STATUS_MEMORY, "Out of memory");
        goto out;
    }
    if ((code = file_place(built_path, final, err)) != STATUS_OK)
        goto out;
    *already_newest = count > 0 && strcmp(ids[0], id) == 0;
    if (*already_newest)
        goto out;
    /* First the edition, then the line that names it; a new log is itself a new name. */
    code = sync_folder(folder, err);
    if (code == STATUS_OK)
        code = log_append(log, id, err);
    if (code == STATUS_OK && count == 0)
        code = sync_folder(folder, err);
out:
    arena_free(&scratch);
    return code;
}
