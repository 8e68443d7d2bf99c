/*
 * workbook: is a file one of Excel's, and of which kind? Its content tells.
 *
 * xlsx is a zip with a workbook part. xls is a "compound file", a small file system of its own; so is an xlsx with a password, which hides as a stream called EncryptedPackage in one. Names of
 * streams are UTF-16 and stand in directory entries of 128 bytes, so they are looked for at such places.
 */
#include "intake/workbook.h"
#include "intake/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

static bool ends_nocase(const char *name, const char *ending)
{
    size_t n = strlen(name), m = strlen(ending);
    return n > m && text_is_nocase((text){name + n - m, m}, ending);
}

bool workbook_named(const char *path)
{
    return ends_nocase(path, ".xlsx") || ends_nocase(path, ".xls") || ends_nocase(path, ".xlsm");
}

static workbook_kind zip_look(int descriptor, const char *path)
{
    int failure = 0, own = dup(descriptor);
    if (own < 0)
        return WORKBOOK_NONE;
    zip_t *archive = zip_fdopen(own, 0, &failure);
    if (archive == NULL) {
        (void)close(own);
        return workbook_named(path) ? WORKBOOK_XLSX : WORKBOOK_NONE;
    }
    bool is = zip_name_locate(archive, "xl/workbook.xml", ZIP_FL_NOCASE) >= 0 ||
              zip_name_locate(archive, "xl/workbook.bin", ZIP_FL_NOCASE) >= 0;
    zip_discard(archive);
    return is ? WORKBOOK_XLSX : WORKBOOK_NONE;
}

/* True where a directory entry of the compound file has that name. */
static bool has_stream(const char *bytes, size_t length, const char *name)
{
    size_t n = strlen(name);
    for (size_t at = 512; at + 128 <= length; at += 128) {
        const char *entry = bytes + at;
        size_t name_bytes = (size_t)(unsigned char)entry[64] | (size_t)(unsigned char)entry[65] << 8;
        bool same = name_bytes == 2 * n + 2;
        for (size_t i = 0; i < n && same; i++)
            same = entry[2 * i] == name[i] && entry[2 * i + 1] == 0;
        if (same)
            return true;
    }
    return false;
}

static workbook_kind compound_look(const char *path)
{
    buffer b = {0};
    workbook_kind kind = WORKBOOK_OTHER_OFFICE;
    if (file_read(path, (size_t)XLS_FILE_MAXIMUM, &b, NULL) != STATUS_OK)
        kind = WORKBOOK_XLS; /* whoever opens it says why not */
    else if (has_stream(b.data, b.length, "EncryptedPackage"))
        kind = WORKBOOK_LOCKED;
    else if (has_stream(b.data, b.length, "Workbook") || has_stream(b.data, b.length, "Book"))
        kind = WORKBOOK_XLS;
    else if (workbook_named(path))
        kind = WORKBOOK_XLS;
    buffer_free(&b);
    return kind;
}

workbook_kind workbook_look(const char *path)
{
    char first[16];
    struct stat st;
    workbook_kind kind = WORKBOOK_NONE;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        return WORKBOOK_NONE;
    if (fstat(descriptor, &st) == 0 && S_ISREG(st.st_mode)) {
        ssize_t n = pread(descriptor, first, sizeof first, 0);
        content_kind content = n > 0 ? content_of((text){first, (size_t)n}) : CONTENT_EMPTY;
        if (content == CONTENT_ZIP)
            kind = zip_look(descriptor, path);
        else if (content == CONTENT_OLD_OFFICE)
            kind = compound_look(path);
    }
    (void)close(descriptor);
    return kind;
}

status workbook_open(const char *path, workbook_kind kind, int *descriptor, grid **out, error *err)
{
    status code;
    *out = NULL;
    *descriptor = -1;
    if (kind == WORKBOOK_LOCKED) {
        code = error_set(err, STATUS_REFUSED, "The workbook is protected by a password");
        error_hint(err, "Open it, save it without the password, and add that.");
        return code;
    }
    if (kind == WORKBOOK_OTHER_OFFICE) {
        code = error_set(err, STATUS_REFUSED, "This is an old Office document, but no Excel workbook");
        error_hint(err, "Save its table as CSV UTF-8 and add that.");
        return code;
    }
    *descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (*descriptor < 0)
        return error_set(err, STATUS_IO, "Cannot open the file: %s", strerror(errno));
    return kind == WORKBOOK_XLSX ? grid_open_xlsx(*descriptor, out, err) : grid_open_xls(*descriptor, out, err);
}
