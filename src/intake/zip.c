/*
 * zip: the one table among the entries of a zip file, inflated with libzip, which checks its CRC and length.
 *
 * Not tables: folders, what operating systems leave behind (__MACOSX/, .DS_Store ...), and documents (.txt, .pdf ...: noted). With
 * two tables we cannot know which is meant, so the file is refused.
 */
#include "intake/stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <zip.h>

#define ENTRIES_MAXIMUM 10000

typedef struct zip_unpacker {
    file_bytes *file;
    zip_t *archive;
    zip_file_t *entry;
    uint64_t declared, unpacked;
} zip_unpacker;

static bool ends_nocase(const char *name, const char *ending)
{
    size_t n = strlen(name), m = strlen(ending);
    return n >= m && text_is_nocase((text){name + n - m, m}, ending);
}

static const char *last_part(const char *name)
{
    const char *slash = strrchr(name, '/');
    return slash == NULL ? name : slash + 1;
}

static bool is_litter(const char *name)
{
    const char *part = last_part(name);
    return part[0] == 0 || strncmp(name, "__MACOSX/", 9) == 0 || strstr(name, "/__MACOSX/") != NULL ||
           strncmp(part, "._", 2) == 0 || strcmp(part, ".DS_Store") == 0 ||
           text_is_nocase(text_of(part), "thumbs.db") || text_is_nocase(text_of(part), "desktop.ini");
}

static bool ends_with_any(const char *name, const char *const *endings, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (ends_nocase(name, endings[i]))
            return true;
    return false;
}

static bool is_document(const char *name)
{
    static const char *const endings[] = {".txt", ".pdf", ".doc",  ".docx", ".md",
                                          ".rtf", ".htm", ".html", ".png",  ".jpg"};
    return ends_with_any(name, endings, sizeof endings / sizeof endings[0]);
}

static bool is_archive(const char *name)
{
    static const char *const endings[] = {".zip", ".gz", ".7z", ".rar", ".tar", ".bz2", ".xz", ".zst"};
    return ends_with_any(name, endings, sizeof endings / sizeof endings[0]);
}

static status damaged(error *err, const char *what)
{
    status code = error_set(err, STATUS_REFUSED, "The zip is damaged or cut off: %s", what);
    error_hint(err, "Download it again.");
    return code;
}

static status zip_read(void *self, char *into, size_t capacity, size_t *got, error *err)
{
    zip_unpacker *z = self;
    *got = 0;
    zip_int64_t n = zip_fread(z->entry, into, capacity);
    if (n < 0)
        return damaged(err, zip_error_strerror(zip_file_get_error(z->entry)));
    *got = (size_t)n;
    z->unpacked += (uint64_t)n;
    if (z->unpacked > z->declared || (n == 0 && z->unpacked < z->declared))
        return damaged(err, "its table is not as long as its table of contents says");
    return STATUS_OK;
}

static void zip_unpacker_close(void *self)
{
    zip_unpacker *z = self;
    if (z->entry != NULL)
        (void)zip_fclose(z->entry);
    if (z->archive != NULL)
        zip_discard(z->archive);
    free(z);
}

/* A zip by its parts may be a document of an office program. */
static status office_refused(zip_t *archive, intake_report *report, error *err)
{
    const char *what = NULL;
    if (zip_name_locate(archive, "xl/workbook.xml", 0) >= 0 || zip_name_locate(archive, "xl/workbook.bin", 0) >= 0)
        what = "This is an Excel workbook (xlsx); workbooks are not read yet";
    else if (zip_name_locate(archive, "[Content_Types].xml", 0) >= 0)
        what = "This is an Office document, not a table";
    else if (zip_name_locate(archive, "mimetype", 0) >= 0 && zip_name_locate(archive, "content.xml", 0) >= 0)
        what = "This is an OpenDocument file; these are not read";
    if (what == NULL)
        return STATUS_OK;
    report->unknown_kind = true;
    status code = error_set(err, STATUS_REFUSED, "%s", what);
    error_hint(err, "Save the sheet as CSV UTF-8 and add that.");
    return code;
}

static status two_tables(error *err, const char *first, const char *second, size_t count)
{
    status code = count == 2
                      ? error_set(err, STATUS_REFUSED, "The zip holds two tables: %.180s and %.180s", first, second)
                      : error_set(err, STATUS_REFUSED, "The zip holds %zu tables, among them %.180s and %.180s", count,
                                  first, second);
    error_hint(err, "Unpack it and add each on its own.");
    return code;
}

/* The index of the one table. */
static status table_find(zip_t *archive, arena *a, intake_report *report, zip_uint64_t *index, error *err)
{
    zip_int64_t count = zip_get_num_entries(archive, 0);
    const char *first = NULL, *second = NULL, *document = NULL;
    size_t tables = 0, documents = 0;
    if (count > ENTRIES_MAXIMUM)
        return error_set(err, STATUS_REFUSED, "The zip holds %lld files; one table is expected", (long long)count);
    for (zip_int64_t i = 0; i < count; i++) {
        const char *name = zip_get_name(archive, (zip_uint64_t)i, ZIP_FL_ENC_GUESS);
        if (name == NULL)
            return damaged(err, "an entry has no name");
        if (is_litter(name))
            continue;
        if (is_document(name)) {
            document = documents++ == 0 ? name : document;
            continue;
        }
        if (tables++ == 0) {
            *index = (zip_uint64_t)i;
            first = name;
        } else if (second == NULL) {
            second = name;
        }
    }
    if (tables > 1)
        return two_tables(err, first, second, tables);
    if (tables == 0) {
        status code = document == NULL
                          ? error_set(err, STATUS_REFUSED, "The zip holds no file")
                          : error_set(err, STATUS_REFUSED, "The zip holds no table, only %.200s", document);
        error_hint(err, "Look into it, and download it again if that is not what you expect.");
        return code;
    }
    if (is_archive(first)) {
        status code = error_set(err, STATUS_REFUSED, "The zip holds another archive, %.200s", first);
        error_hint(err, "Unpack it and add the table that is inside.");
        return code;
    }
    if (documents > 0)
        note_add(report, a, "the zip also holds %zu document%s that %s left out: %.200s%s", documents,
                 documents == 1 ? "" : "s", documents == 1 ? "was" : "were", document, documents > 1 ? " ..." : "");
    return STATUS_OK;
}

/* libzip gives the entry's local time as a time_t by the time zone of this machine; taken back the same way it is the date in the file. */
static date entry_date(const zip_stat_t *st)
{
    struct tm parts;
    if ((st->valid & ZIP_STAT_MTIME) == 0 || localtime_r(&st->mtime, &parts) == NULL)
        return DATE_NONE;
    date d = date_of(parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday);
    return d == date_of(1980, 1, 1) ? DATE_NONE : d; /* the format's zero */
}

static status entry_check(const zip_stat_t *st, error *err)
{
    const zip_uint64_t need = ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE;
    if ((st->valid & need) != need)
        return damaged(err, "it does not say how long its table is");
    if ((st->valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && st->encryption_method != ZIP_EM_NONE) {
        status code = error_set(err, STATUS_REFUSED, "The zip is protected by a password");
        error_hint(err, "Unpack it and add the table that is inside.");
        return code;
    }
    if ((st->valid & ZIP_STAT_COMP_METHOD) != 0 && zip_compression_method_supported(st->comp_method, 0) == 0) {
        status code = error_set(err, STATUS_REFUSED, "The zip is packed by a method that is not read (number %u)",
                                (unsigned)st->comp_method);
        error_hint(err, "Unpack it and add the table that is inside.");
        return code;
    }
    if (st->size > INTAKE_TABLE_MAXIMUM)
        return error_set(err, STATUS_REFUSED, "The table in the zip has %llu bytes; over %llu is not read",
                         (unsigned long long)st->size, (unsigned long long)INTAKE_TABLE_MAXIMUM);
    if (unpacked_absurdly(st->comp_size, st->size))
        return error_set(err, STATUS_REFUSED,
                         "The table in the zip unpacks to over 500 times its size, as no publication does");
    return STATUS_OK;
}

status unpacker_open_zip(file_bytes *f, arena *a, intake_report *report, unpacker *out, error *err)
{
    status code = STATUS_OK;
    int failure = 0, own = -1;
    zip_unpacker *z = calloc(1, sizeof *z);
    if (z == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    z->file = f;
    own = dup(f->descriptor);
    if (own < 0) {
        code = error_set(err, STATUS_IO, "Cannot read the file: %s", strerror(errno));
        goto out;
    }
    z->archive = zip_fdopen(own, 0, &failure);
    if (z->archive == NULL) {
        zip_error_t reason;
        zip_error_init_with_code(&reason, failure);
        code = failure == ZIP_ER_MEMORY ? error_set(err, STATUS_MEMORY, "Out of memory")
                                        : damaged(err, zip_error_strerror(&reason));
        zip_error_fini(&reason);
        (void)close(own);
        goto out;
    }
    zip_uint64_t index = 0;
    zip_stat_t st;
    zip_stat_init(&st);
    code = office_refused(z->archive, report, err);
    if (code == STATUS_OK)
        code = table_find(z->archive, a, report, &index, err);
    if (code != STATUS_OK)
        goto out;
    report->member = arena_string(a, zip_get_name(z->archive, index, ZIP_FL_ENC_GUESS));
    if (report->member == NULL) {
        code = error_set(err, STATUS_MEMORY, "Out of memory");
        goto out;
    }
    if (zip_stat_index(z->archive, index, 0, &st) != 0) {
        code = damaged(err, "its table of contents cannot be read");
        goto out;
    }
    report->archived = entry_date(&st);
    code = entry_check(&st, err);
    if (code != STATUS_OK)
        goto out;
    z->declared = st.size;
    z->entry = zip_fopen_index(z->archive, index, 0);
    if (z->entry == NULL)
        code = damaged(err, zip_strerror(z->archive));
out:
    if (code != STATUS_OK) {
        zip_unpacker_close(z);
        return code;
    }
    *out = (unpacker){z, zip_read, zip_unpacker_close};
    return STATUS_OK;
}
