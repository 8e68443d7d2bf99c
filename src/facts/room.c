/*
 * room: gives back what a release took that did not come in.
 *
 * The engine writes a large release into the file before it is committed, and a rollback leaves the file as long as it had
 * become: on a full disk nothing else could then be written either. So the length of the file and its headers are remembered
 * when a release begins, and when the store is closed after one that failed, the file is cut back to that length. That is
 * done only where the headers are still the same bytes: they are what the engine replaces, last of all, when anything new
 * counts, so nothing behind the old length can be in use.
 *
 * The engine's lock on the file is one of POSIX: it ends when the process closes any descriptor of that file. So the
 * descriptor stays open until the engine has closed its own.
 */
#include "facts/store.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool file_state(int descriptor, off_t *length, char header[STORE_HEADERS])
{
    struct stat about;
    if (descriptor < 0 || fstat(descriptor, &about) != 0 ||
        pread(descriptor, header, STORE_HEADERS, 0) != STORE_HEADERS)
        return false;
    *length = about.st_size;
    return true;
}

void room_remember(facts *f)
{
    store_room *r = &f->room;
    if (!r->open) {
        r->descriptor = open(f->path, O_RDWR | O_CLOEXEC);
        r->open = r->descriptor >= 0;
    }
    r->known = r->open && file_state(r->descriptor, &r->length, r->header);
}

void room_close(facts *f)
{
    store_room *r = &f->room;
    char header[STORE_HEADERS];
    off_t length;
    if (r->to_give_back && r->known && file_state(r->descriptor, &length, header) && length > r->length &&
        memcmp(header, r->header, STORE_HEADERS) == 0 && ftruncate(r->descriptor, r->length) == 0)
        (void)fsync(r->descriptor);
    if (r->open)
        (void)close(r->descriptor);
    r->open = false;
}
