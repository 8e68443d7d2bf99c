/*
 * workspace: where things are (the workspace, the program's own catalogue, organisations and pages) and who may write.
 *
 * A workspace is a folder with concord.yaml. Those who write hold the lock on its file `lock`: the kernel lets go of it when the process ends, however it ends, so a
 * crash never leaves a workspace locked. The file says who holds it, for the one who has to wait.
 */
#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#ifndef CONCORD_SOURCE_DIR
#define CONCORD_SOURCE_DIR ""
#endif
#ifndef CONCORD_SHARE_DIR
#define CONCORD_SHARE_DIR ""
#endif

static bool is_folder(const char *path)
{
    struct stat st;
    return path[0] != 0 && stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* ---- the program's own folders ---- */

static bool home_try(cli *c, const char *folder)
{
    const char *inside = folder[0] == 0 ? NULL : arena_printf(&c->memory, "%s/catalogue", folder);
    if (inside == NULL || !is_folder(inside))
        return false;
    c->home = arena_string(&c->memory, folder);
    return true;
}

void home_find(cli *c)
{
    const char *named = getenv("CONCORD_HOME");
    if (named != NULL && named[0] != 0) {
        /* Named but wrong: the error that follows speaks of it, rather than another folder being used in silence. */
        c->home = named;
        return;
    }
    char self[4096];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    if (n > 0) {
        self[n] = 0;
        char *slash = strrchr(self, '/');
        if (slash != NULL)
            *slash = 0;
        const char *beside = arena_printf(&c->memory, "%s/../share/concord", self);
        if (beside != NULL && home_try(c, beside))
            return;
    }
    if (home_try(c, CONCORD_SOURCE_DIR))
        return;
    (void)home_try(c, CONCORD_SHARE_DIR);
}

status home_folder(cli *c, const char *name, const char **out, error *err)
{
    status code = STATUS_OK;
    *out = c->home == NULL ? NULL : arena_printf(&c->memory, "%s/%s", c->home, name);
    if (*out != NULL && is_folder(*out))
        return STATUS_OK;
    code = error_set(err, STATUS_IO, "The folder %s of Concord itself was not found%s%s", name,
                     c->home == NULL ? "" : " in ", c->home == NULL ? "" : c->home);
    error_hint(
        err, "Install Concord (make install), or name the folder that holds catalogue, data and web in CONCORD_HOME.");
    return code;
}

/* ---- the workspace ---- */

const char *workspace_path(const cli *c)
{
    if (c->workspace_given != NULL)
        return c->workspace_given;
    const char *named = getenv("CONCORD_WORKSPACE");
    return named != NULL && named[0] != 0 ? named : ".";
}

/* concord.yaml holds one line that matters, "workspace: 1", the version of the folder's layout. */
static status layout_check(const char *path, error *err)
{
    buffer b = {0};
    status code = file_read(path, 65536, &b, err);
    const char *key = "workspace:";
    int64_t version = 0;
    for (const char *line = b.data; code == STATUS_OK && line != NULL && *line != 0;) {
        const char *end = strchr(line, '\n');
        size_t length = end == NULL ? strlen(line) : (size_t)(end - line);
        if (length > strlen(key) && strncmp(line, key, strlen(key)) == 0) {
            text value = text_trim((text){.at = line + strlen(key), .length = length - strlen(key)});
            if (!number_parse_count(value, &version))
                version = 0;
        }
        line = end == NULL ? NULL : end + 1;
    }
    if (code == STATUS_OK && version != 1) {
        code = version > 1 ? error_set(err, STATUS_REFUSED, "The workspace was made by a newer Concord (layout %lld)",
                                       (long long)version)
                           : error_set(err, STATUS_REFUSED, "This file does not say 'workspace: 1'");
        error_at(err, path, NULL, 0, NULL);
        error_hint(err, version > 1 ? "Use that version of Concord." : "Make a workspace with: concord -w FOLDER init");
    }
    buffer_free(&b);
    return code;
}

status workspace_open(cli *c, error *err)
{
    if (c->workspace_is_open)
        return STATUS_OK;
    const char *path = workspace_path(c);
    int n = snprintf(c->workspace, sizeof c->workspace, "%s", path);
    if (n < 0 || (size_t)n >= sizeof c->workspace)
        return error_set(err, STATUS_USAGE, "The path of the workspace is too long");
    const char *file = arena_printf(&c->memory, "%s/concord.yaml", path);
    if (file == NULL)
        return error_set(err, STATUS_MEMORY, "There is not enough memory");
    if (access(file, F_OK) != 0) {
        status code = error_set(err, STATUS_NOT_FOUND, "This folder is not a workspace: it has no concord.yaml");
        error_at(err, path, NULL, 0, NULL);
        error_hint(err, "Make one with: concord -w FOLDER init; or name one with -w or CONCORD_WORKSPACE.");
        return code;
    }
    status code = layout_check(file, err);
    c->workspace_is_open = code == STATUS_OK;
    return code;
}

/* ---- the lock ---- */

static void holder_read(const char *path, char out[256])
{
    out[0] = 0;
    buffer b = {0};
    if (file_read(path, 4096, &b, NULL) == STATUS_OK && b.length > 0) {
        text t = text_trim((text){.at = b.data, .length = b.length < 200 ? b.length : 200});
        (void)snprintf(out, 256, "%.*s", (int)t.length, t.at);
    }
    buffer_free(&b);
}

static void holder_write(int fd)
{
    char host[128] = "", since[64] = "", line[256];
    time_t now = time(NULL);
    struct tm parts;
    if (gethostname(host, sizeof host - 1) != 0)
        host[0] = 0;
    if (localtime_r(&now, &parts) != NULL)
        (void)strftime(since, sizeof since, "%Y-%m-%d %H:%M:%S", &parts);
    int n = snprintf(line, sizeof line, "process %ld on %s since %s\n", (long)getpid(),
                     host[0] != 0 ? host : "this machine", since);
    /* Who holds the lock is a courtesy: the lock itself does not depend on it, so a full disk must not matter here. */
    ssize_t wrote = n > 0 && ftruncate(fd, 0) == 0 ? pwrite(fd, line, (size_t)n, 0) : 0;
    (void)wrote;
}

static status lock_refused(const char *path, error *err)
{
    char holder[256];
    holder_read(path, holder);
    status code =
        error_set(err, STATUS_BUSY, "The workspace is in use by %s", holder[0] != 0 ? holder : "another process");
    error_hint(err, "Wait until it has finished, then try again.");
    return code;
}

status workspace_lock(cli *c, int wait_seconds, error *err)
{
    const char *path = arena_printf(&c->memory, "%s/lock", c->workspace);
    if (path == NULL)
        return error_set(err, STATUS_MEMORY, "There is not enough memory");
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0) {
        status code = error_set(err, STATUS_IO, "Cannot write to the workspace: %s", strerror(errno));
        error_at(err, path, NULL, 0, NULL);
        return code;
    }
    const struct timespec tenth = {.tv_nsec = 100000000};
    for (int64_t tenths = 0; flock(fd, LOCK_EX | LOCK_NB) != 0; tenths++) {
        if (errno != EWOULDBLOCK && errno != EINTR) {
            status code = error_set(err, STATUS_IO, "Cannot lock the workspace: %s", strerror(errno));
            error_at(err, path, NULL, 0, NULL);
            (void)close(fd);
            return code;
        }
        if (tenths >= (int64_t)wait_seconds * 10 || cli_interrupted) {
            status code = lock_refused(path, err);
            (void)close(fd);
            return code;
        }
        if (tenths == 0) {
            char holder[256];
            holder_read(path, holder);
            print_progress(c, "Waiting for the workspace: it is in use by %s",
                           holder[0] != 0 ? holder : "another process");
        }
        (void)nanosleep(&tenth, NULL);
    }
    wipe_progress(c);
    holder_write(fd);
    c->lock = fd;
    return STATUS_OK;
}

/* ---- what a run reads ---- */

status cli_catalogue(cli *c, error *err)
{
    if (c->catalogue_is_loaded)
        return STATUS_OK;
    const char *folders[2] = {0};
    size_t count = 1;
    status code = home_folder(c, "catalogue", &folders[0], err);
    if (code != STATUS_OK)
        return code;
    if (c->workspace_is_open) {
        folders[1] = arena_printf(&c->memory, "%s/catalogue", c->workspace);
        count += folders[1] != NULL && is_folder(folders[1]);
    }
    problems list = {0};
    code = catalogue_load(folders, count, &c->catalogue, &list, err);
    if (code != STATUS_OK)
        say_problems(c, &list);
    problems_free(&list);
    c->catalogue_is_loaded = code == STATUS_OK;
    return code;
}

void say_overrides(cli *c)
{
    for (size_t i = 0; i < c->catalogue.source_count; i++) {
        const source *s = &c->catalogue.sources[i];
        if (s->overrides != NULL)
            say_note(c, "The source %s is the workspace's own (catalogue/%s): it takes the place of the program's.",
                     s->id, s->file);
    }
}

status cli_orgs(cli *c, error *err)
{
    if (c->orgs != NULL)
        return STATUS_OK;
    const char *folder = NULL;
    status code = home_folder(c, "data/orgs", &folder, err);
    if (code != STATUS_OK)
        return code;
    problems list = {0};
    code = orgs_load(folder, &c->orgs, &list, err);
    if (code != STATUS_OK)
        say_problems(c, &list);
    problems_free(&list);
    return code;
}

status cli_successors(cli *c, org_index i, buffer *out, error *err)
{
    org_succession *successions = NULL;
    size_t count = 0;
    status code = orgs_successors(c->orgs, i, &c->memory, &successions, &count, err);
    for (size_t k = 0; k < count && code == STATUS_OK; k++) {
        const org *to = orgs_at(c->orgs, successions[k].to);
        buffer_printf(out, "%s%s (%s)", k == 0 ? "" : " or ", to->code,
                      to->short_name[0] != 0 ? to->short_name : to->name);
    }
    return code;
}

status cli_facts(cli *c, facts_mode mode, error *err)
{
    if (c->facts != NULL)
        return STATUS_OK;
    status code = cli_catalogue(c, err);
    return code != STATUS_OK ? code : facts_open(c->workspace, mode, &c->catalogue, &c->facts, err);
}

status cli_edition(cli *c, edition **out, error *err)
{
    const char *path = NULL;
    *out = NULL;
    status code = editions_newest_path(c->workspace, &c->memory, &path, err);
    return code != STATUS_OK ? code : edition_open(path, out, err);
}

void cli_close(cli *c)
{
    facts_close(c->facts);
    c->facts = NULL;
    orgs_free(c->orgs);
    c->orgs = NULL;
    if (c->catalogue_is_loaded)
        catalogue_free(&c->catalogue);
    c->catalogue_is_loaded = false;
    if (c->lock >= 0)
        (void)close(c->lock);
    c->lock = -1;
    arena_free(&c->memory);
}
