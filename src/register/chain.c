/*
 * chain: what binds each event to the one before it.
 *
 * The hash of an event is the SHA-256 of its parts in a fixed order, a line each, none of which holds a line end (bodies are JSON, in which a line end
 * is written \u000a): anybody can work it out again with sha256sum. The key that signs is one of the parts, so that a signature cannot be taken off or
 * given to another key; the signature itself is over the hash.
 */
#include "register/work.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#define KEY_FILE_WORDS "concord-secret-key 1 "

static void add_line(sha256 *h, const char *line)
{
    sha256_add(h, line, strlen(line));
    sha256_add(h, "\n", 1);
}

void chain_hash(const register_event *event, const char *previous, char out[SHA256_TEXT])
{
    char sequence[NUMBER_TEXT];
    sha256 h;
    (void)snprintf(sequence, sizeof sequence, "%lld", (long long)event->sequence);
    sha256_begin(&h);
    add_line(&h, "concord-register 1");
    add_line(&h, previous);
    add_line(&h, sequence);
    add_line(&h, event->time);
    add_line(&h, event->actor);
    add_line(&h, event->organisation);
    add_line(&h, event->kind);
    add_line(&h, event->subject);
    add_line(&h, event->body);
    add_line(&h, event->key);
    sha256_end(&h, out);
}

bool hex_is_good(const char *at, size_t digits)
{
    return strspn(at, "0123456789abcdef") >= digits;
}

void chain_sign(const register_key *key, const char *hash, char out[129])
{
    unsigned char signature[crypto_sign_BYTES];
    (void)crypto_sign_detached(signature, NULL, (const unsigned char *)hash, SHA256_TEXT - 1, key->secret);
    (void)sodium_bin2hex(out, 129, signature, sizeof signature);
}

bool chain_signature_is_good(const register_event *event)
{
    unsigned char key[crypto_sign_PUBLICKEYBYTES], signature[crypto_sign_BYTES];
    if (event->key[0] == 0)
        return event->signature[0] == 0;
    return strlen(event->key) == 64 && strlen(event->signature) == 128 &&
           sodium_hex2bin(key, sizeof key, event->key, 64, NULL, NULL, NULL) == 0 &&
           sodium_hex2bin(signature, sizeof signature, event->signature, 128, NULL, NULL, NULL) == 0 &&
           crypto_sign_verify_detached(signature, (const unsigned char *)event->hash, SHA256_TEXT - 1, key) == 0;
}

/* ---- keys ---- */

status register_key_make(register_key *out, error *err)
{
    unsigned char public_key[crypto_sign_PUBLICKEYBYTES];
    if (sodium_init() < 0)
        return error_set(err, STATUS_INTERNAL, "libsodium does not start: there is no source of random numbers");
    (void)crypto_sign_keypair(public_key, out->secret);
    (void)sodium_bin2hex(out->public_key, sizeof out->public_key, public_key, sizeof public_key);
    return STATUS_OK;
}

status register_key_write(const register_key *key, const char *path, error *err)
{
    char line[sizeof KEY_FILE_WORDS + 130];
    size_t length = strlen(KEY_FILE_WORDS);
    memcpy(line, KEY_FILE_WORDS, length);
    (void)sodium_bin2hex(line + length, 129, key->secret, sizeof key->secret);
    length += 128;
    line[length++] = '\n';
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    int failure = fd < 0 || write(fd, line, length) != (ssize_t)length || fsync(fd) != 0 ? errno : 0;
    sodium_memzero(line, sizeof line);
    if (fd >= 0 && close(fd) != 0 && failure == 0)
        failure = errno;
    if (failure == 0)
        return STATUS_OK;
    status code = failure == EEXIST ? refuse(err, "Keep it, or name another file.",
                                             "There is a key file already; it is not written over")
                                    : error_set(err, STATUS_IO, "Cannot write the key: %s", strerror(failure));
    error_at(err, path, NULL, 0, NULL);
    return code;
}

status register_key_read(const char *path, register_key *out, error *err)
{
    buffer b = {0};
    unsigned char derived[crypto_sign_PUBLICKEYBYTES];
    size_t words = strlen(KEY_FILE_WORDS);
    status code = file_read(path, 4096, &b, err);
    if (code == STATUS_OK &&
        (b.length < words + 128 || memcmp(b.data, KEY_FILE_WORDS, words) != 0 || !hex_is_good(b.data + words, 128) ||
         sodium_hex2bin(out->secret, sizeof out->secret, b.data + words, 128, NULL, NULL, NULL) != 0 ||
         crypto_sign_ed25519_sk_to_pk(derived, out->secret) != 0)) {
        code = error_set(err, STATUS_REFUSED, "This file holds no key of Concord");
        error_at(err, path, NULL, 0, NULL);
        error_hint(err, "Make one with: concord register keygen FILE");
    }
    if (code == STATUS_OK)
        (void)sodium_bin2hex(out->public_key, sizeof out->public_key, derived, sizeof derived);
    if (b.data != NULL)
        sodium_memzero(b.data, b.length);
    buffer_free(&b);
    return code;
}

void register_key_wipe(register_key *key)
{
    sodium_memzero(key, sizeof *key);
}
