/* SHA-256 (libsodium), whole-file reads with a maximum, and writes that readers never see half done. */
#include "base/base.h"
#include "base/sha256_blocks.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

_Static_assert(sizeof(crypto_hash_sha256_state) <= sizeof(sha256), "sha256 must hold libsodium's state");

static crypto_hash_sha256_state *state_of(sha256 *h)
{
    return (crypto_hash_sha256_state *)(void *)h->state.bytes;
}

void sha256_begin(sha256 *h)
{
    (void)crypto_hash_sha256_init(state_of(h));
}

void sha256_add(sha256 *h, const void *bytes, size_t length)
{
    crypto_hash_sha256_state *state = state_of(h);
    const unsigned char *at = bytes;
    size_t filled = (size_t)(state->count / 8 % 64), blocks = filled == 0 ? length / 64 : 0;
    if (filled > 0 && length >= 64 - filled) {
        (void)crypto_hash_sha256_update(state, at, 64 - filled);
        at += 64 - filled;
        length -= 64 - filled;
        blocks = length / 64;
    }
    if (blocks > 0 && sha256_blocks(state->state, at, blocks)) {
        state->count += (uint64_t)blocks * 512; /* in bits, as libsodium counts */
        at += blocks * 64;
        length -= blocks * 64;
    }
    if (length > 0)
        (void)crypto_hash_sha256_update(state, at, length);
}

void sha256_end(sha256 *h, char out[SHA256_TEXT])
{
    unsigned char digest[crypto_hash_sha256_BYTES];
    (void)crypto_hash_sha256_final(state_of(h), digest);
    (void)sodium_bin2hex(out, SHA256_TEXT, digest, sizeof digest);
}

status sha256_file(const char *path, char out[SHA256_TEXT], error *err)
{
    FILE *f = fopen(path, "rb");
    if (f == NULL) {
        status code = error_set(err, STATUS_IO, "Cannot open the file: %s", strerror(errno));
        error_at(err, path, NULL, 0, NULL);
        return code;
    }
    sha256 h;
    sha256_begin(&h);
    char chunk[65536];
    size_t n;
    while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
        sha256_add(&h, chunk, n);
    int failure = ferror(f) != 0 ? errno : 0;
    (void)fclose(f);
    if (failure != 0) {
        status code = error_set(err, STATUS_IO, "Cannot read the file: %s", strerror(failure));
        error_at(err, path, NULL, 0, NULL);
        return code;
    }
    sha256_end(&h, out);
    return STATUS_OK;
}

status file_read(const char *path, size_t maximum, buffer *b, error *err)
{
    buffer_clear(b);
    buffer_put(b, "", 0); /* an empty file is an empty text, not NULL */
    status code = STATUS_OK;
    FILE *f = fopen(path, "rb");
    if (f == NULL) {
        code = error_set(err, STATUS_IO, "Cannot open the file: %s", strerror(errno));
        goto out;
    }
    char chunk[65536];
    size_t n;
    while ((n = fread(chunk, 1, sizeof chunk, f)) > 0) {
        if (n > maximum || b->length > maximum - n) {
            code = error_set(err, STATUS_REFUSED, "The file is larger than %zu bytes", maximum);
            goto out;
        }
        buffer_put(b, chunk, n);
    }
    if (ferror(f) != 0)
        code = error_set(err, STATUS_IO, "Cannot read the file: %s", strerror(errno));
    else
        code = buffer_status(b, err);
out:
    if (f != NULL)
        (void)fclose(f);
    if (code != STATUS_OK)
        error_at(err, path, NULL, 0, NULL);
    return code;
}

/* A rename is on the disk only when the folder that holds the name is. Returns 0 or errno. */
static int sync_folder_of(const char *path)
{
    char folder[4096] = ".";
    const char *slash = strrchr(path, '/');
    if (slash != NULL)
        (void)snprintf(folder, sizeof folder, "%.*s", slash == path ? 1 : (int)(slash - path), path);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return errno;
    int failure = fsync(fd) != 0 ? errno : 0;
    (void)close(fd);
    return failure;
}

status file_write(const char *path, const char *bytes, size_t length, bool durable, error *err)
{
    char temporary[4096];
    /* Unique among processes by the process, among threads by the place of this very array. */
    int n =
        snprintf(temporary, sizeof temporary, "%s.%ld-%zx.part", path, (long)getpid(), (size_t)(uintptr_t)temporary);
    if (n < 0 || (size_t)n >= sizeof temporary)
        return error_set(err, STATUS_IO, "The path is too long: %s", path);
    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0) {
        status code = error_set(err, STATUS_IO, "Cannot write: %s", strerror(errno));
        error_at(err, path, NULL, 0, NULL);
        return code;
    }
    int failure = 0;
    while (length > 0 && failure == 0) {
        ssize_t wrote = write(fd, bytes, length);
        if (wrote > 0) {
            bytes += wrote;
            length -= (size_t)wrote;
        } else if (wrote == 0 || errno != EINTR) {
            failure = wrote == 0 ? EIO : errno;
        }
    }
    if (failure == 0 && durable && fsync(fd) != 0)
        failure = errno;
    if (close(fd) != 0 && failure == 0)
        failure = errno;
    if (failure == 0 && rename(temporary, path) != 0)
        failure = errno;
    if (failure != 0)
        (void)unlink(temporary);
    else if (durable)
        failure = sync_folder_of(path);
    if (failure != 0) {
        status code = error_set(err, STATUS_IO, "Cannot write: %s", strerror(failure));
        error_at(err, path, NULL, 0, NULL);
        return code;
    }
    return STATUS_OK;
}

status folder_make(const char *path, error *err)
{
    char part[4096];
    size_t n = strlen(path);
    if (n == 0 || n >= sizeof part)
        return error_set(err, STATUS_IO, "The path is empty or too long: %s", path);
    memcpy(part, path, n + 1);
    for (size_t i = 1; i <= n; i++) {
        if (part[i] != '/' && part[i] != 0)
            continue;
        char keep = part[i];
        part[i] = 0;
        if (mkdir(part, 0755) != 0 && errno != EEXIST) {
            status code = error_set(err, STATUS_IO, "Cannot make the folder: %s", strerror(errno));
            error_at(err, part, NULL, 0, NULL);
            return code;
        }
        part[i] = keep;
    }
    struct stat st;
    if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode)) {
        status code = error_set(err, STATUS_IO, "This is not a folder");
        error_at(err, path, NULL, 0, NULL);
        return code;
    }
    return STATUS_OK;
}
