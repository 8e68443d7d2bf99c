/* xml: expat over an entry of a zip archive. */
#include "intake/xml.h"
#include "intake/stream.h"

#include <stdlib.h>
#include <string.h>

#define DEPTH_MAXIMUM 64
#define CHUNK         65536

/* What expat has allocated is counted here. Expat passes no context to its memory functions, so each block carries its parser's account. One parser belongs to one
 * thread, so the account is found through a thread's own variable while the parser is made or runs. */
typedef struct account {
    size_t used;
} account;

typedef union block_head {
    struct {
        account *of;
        size_t size;
    } in;
    max_align_t align;
} block_head;

static _Thread_local account *current;

struct xml_reader {
    XML_Parser parser;
    zip_file_t *entry;
    xml_handler handler;
    const char *what;
    uint64_t packed, declared, unpacked;
    account memory;
    bool paused, ended, failed;
    unsigned depth;
    unsigned extension; /* how deep the list of extensions is that is stepped over; 0 = none */
    error failure;
    const char *attributes[2 * 256 + 1];
};

static void *account_realloc(void *at, size_t size)
{
    block_head *head = at == NULL ? NULL : (block_head *)at - 1;
    account *of = head == NULL ? current : head->in.of;
    size_t was = head == NULL ? 0 : head->in.size;
    if (of == NULL || size > GRID_XML_MEMORY || of->used - was + size > GRID_XML_MEMORY)
        return NULL;
    block_head *moved = realloc(head, sizeof *moved + size);
    if (moved == NULL)
        return NULL;
    moved->in.of = of;
    moved->in.size = size;
    of->used += size - was;
    return moved + 1;
}

static void *account_malloc(size_t size)
{
    return account_realloc(NULL, size);
}

static void account_free(void *at)
{
    if (at == NULL)
        return;
    block_head *head = (block_head *)at - 1;
    head->in.of->used -= head->in.size;
    free(head);
}

void xml_fail(xml_reader *x, const error *why)
{
    if (x->failed)
        return;
    x->failed = true;
    x->failure = *why;
    (void)XML_StopParser(x->parser, XML_FALSE);
}

static void fail_with(xml_reader *x, const char *message, const char *hint)
{
    error why;
    (void)error_set(&why, STATUS_REFUSED, "The workbook cannot be read: %s %s", x->what, message);
    error_hint(&why, "%s", hint);
    xml_fail(x, &why);
}

void xml_pause(xml_reader *x)
{
    if (x->paused || x->failed)
        return;
    x->paused = true;
    (void)XML_StopParser(x->parser, XML_TRUE);
}

static const char *local_name(const char *name)
{
    const char *colon = strchr(name, ':');
    return colon == NULL ? name : colon + 1;
}

static void on_start(void *self, const XML_Char *name, const XML_Char **attributes)
{
    xml_reader *x = self;
    size_t n = 0;
    if (x->failed)
        return;
    if (++x->depth > DEPTH_MAXIMUM) {
        fail_with(x, "has elements within elements more than 64 deep, as no workbook has", "Save it anew in Excel.");
        return;
    }
    if (x->extension > 0)
        return;
    if (strcmp(local_name(name), "extLst") == 0) {
        x->extension = x->depth;
        return;
    }
    for (; attributes[n] != NULL && n < 2 * 256; n++)
        x->attributes[n] = n % 2 == 0 ? local_name(attributes[n]) : attributes[n];
    x->attributes[n] = NULL;
    x->handler.start(x->handler.context, local_name(name), x->attributes);
}

static void on_end(void *self, const XML_Char *name)
{
    xml_reader *x = self;
    if (x->failed)
        return;
    bool passed = x->extension > 0;
    if (passed && x->depth == x->extension)
        x->extension = 0;
    x->depth--;
    if (!passed)
        x->handler.end(x->handler.context, local_name(name));
}

static void on_text(void *self, const XML_Char *bytes, int length)
{
    xml_reader *x = self;
    if (!x->failed && x->extension == 0)
        x->handler.text(x->handler.context, bytes, length);
}

static void on_doctype(void *self, const XML_Char *name, const XML_Char *system_id, const XML_Char *public_id,
                       int has_subset)
{
    (void)name;
    (void)system_id;
    (void)public_id;
    (void)has_subset;
    fail_with(self, "declares entities (a DTD), as no workbook does and as attacks do",
              "Do not open it; download it again from its publisher.");
}

const char *xml_attribute(const char **attributes, const char *name)
{
    for (size_t i = 0; attributes[i] != NULL && attributes[i + 1] != NULL; i += 2)
        if (strcmp(attributes[i], name) == 0)
            return attributes[i + 1];
    return NULL;
}

static status damaged(const xml_reader *x, const char *why, error *err)
{
    status code =
        error_set(err, STATUS_REFUSED, "The workbook is damaged or cut off: %s cannot be unpacked (%s)", x->what, why);
    error_hint(err, "Download it again.");
    return code;
}

static status entry_open(xml_reader *x, zip_t *archive, const char *part, error *err)
{
    zip_stat_t st;
    zip_stat_init(&st);
    zip_int64_t index = zip_name_locate(archive, part, ZIP_FL_NOCASE);
    if (index < 0)
        return error_set(err, STATUS_NOT_FOUND, "The workbook has no part %.120s", part);
    if (zip_stat_index(archive, (zip_uint64_t)index, 0, &st) != 0 ||
        (st.valid & (ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE)) != (ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE))
        return damaged(x, "its size is not stated", err);
    if ((st.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && st.encryption_method != ZIP_EM_NONE) {
        status code = error_set(err, STATUS_REFUSED, "The workbook is protected by a password");
        error_hint(err, "Open it, save it without the password, and add that.");
        return code;
    }
    if (unpacked_absurdly(st.comp_size, st.size) || st.size > INTAKE_TABLE_MAXIMUM) {
        status code =
            error_set(err, STATUS_REFUSED,
                      "The workbook unpacks to far more than any publication has: %s has %llu bytes, packed in %llu",
                      x->what, (unsigned long long)st.size, (unsigned long long)st.comp_size);
        error_hint(err, "It may be made to do harm: delete it, and download it from the publisher again.");
        return code;
    }
    x->packed = st.comp_size;
    x->declared = st.size;
    x->entry = zip_fopen_index(archive, (zip_uint64_t)index, 0);
    return x->entry == NULL ? damaged(x, zip_strerror(archive), err) : STATUS_OK;
}

status xml_open(zip_t *archive, const char *part, const char *what, const xml_handler *handler, xml_reader **out,
                error *err)
{
    static const XML_Memory_Handling_Suite memory = {account_malloc, account_realloc, account_free};
    *out = NULL;
    xml_reader *x = calloc(1, sizeof *x);
    if (x == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory");
    x->handler = *handler;
    x->what = what;
    status code = entry_open(x, archive, part, err);
    if (code == STATUS_OK) {
        current = &x->memory;
        x->parser = XML_ParserCreate_MM(NULL, &memory, NULL);
        if (x->parser == NULL)
            code = error_set(err, STATUS_MEMORY, "Out of memory");
    }
    if (code != STATUS_OK) {
        xml_close(x);
        return code;
    }
    XML_SetUserData(x->parser, x);
    XML_SetElementHandler(x->parser, on_start, on_end);
    if (handler->text != NULL)
        XML_SetCharacterDataHandler(x->parser, on_text);
    XML_SetStartDoctypeDeclHandler(x->parser, on_doctype);
    *out = x;
    return STATUS_OK;
}

static status parse_failed(xml_reader *x, error *err)
{
    if (x->failed) {
        if (err != NULL)
            *err = x->failure;
        return x->failure.code;
    }
    enum XML_Error why = XML_GetErrorCode(x->parser);
    if (why == XML_ERROR_NO_MEMORY) {
        status code = error_set(err, STATUS_REFUSED,
                                "The workbook cannot be read: %s holds a text or a tag too long for a table", x->what);
        error_hint(err, "Save it anew in Excel.");
        return code;
    }
    status code = error_set(err, STATUS_REFUSED, "The workbook is damaged: %s is not proper XML at its line %llu (%s)",
                            x->what, (unsigned long long)XML_GetCurrentLineNumber(x->parser), XML_ErrorString(why));
    error_hint(err, "Download it again, or save it anew in Excel.");
    return code;
}

/* Reads the next piece of the part straight into expat's own buffer. */
static status feed(xml_reader *x, enum XML_Status *outcome, error *err)
{
    void *into = XML_GetBuffer(x->parser, CHUNK);
    if (into == NULL) {
        *outcome = XML_STATUS_ERROR;
        return STATUS_OK;
    }
    zip_int64_t got = zip_fread(x->entry, into, CHUNK);
    if (got < 0)
        return damaged(x, zip_error_strerror(zip_file_get_error(x->entry)), err);
    x->unpacked += (uint64_t)got;
    if (x->unpacked > x->declared || (got == 0 && x->unpacked < x->declared))
        return damaged(x, "it is not as long as the table of contents says", err);
    x->ended = got == 0;
    *outcome = XML_ParseBuffer(x->parser, (int)got, x->ended);
    return STATUS_OK;
}

status xml_run(xml_reader *x, bool *ended, error *err)
{
    *ended = false;
    current = &x->memory;
    enum XML_Status outcome = XML_STATUS_OK;
    if (x->failed)
        return parse_failed(x, err);
    if (x->paused) {
        x->paused = false;
        outcome = XML_ResumeParser(x->parser);
    }
    while (outcome == XML_STATUS_OK && !x->ended) {
        status code = feed(x, &outcome, err);
        if (code != STATUS_OK)
            return code;
    }
    if (outcome == XML_STATUS_ERROR)
        return parse_failed(x, err);
    *ended = outcome == XML_STATUS_OK && x->ended;
    return STATUS_OK;
}

void xml_close(xml_reader *x)
{
    if (x == NULL)
        return;
    if (x->parser != NULL)
        XML_ParserFree(x->parser);
    if (x->entry != NULL)
        (void)zip_fclose(x->entry);
    free(x);
}

status xml_read(zip_t *archive, const char *part, const char *what, const xml_handler *handler, xml_reader **handle,
                error *err)
{
    bool ended = false;
    status code = xml_open(archive, part, what, handler, handle, err);
    while (code == STATUS_OK && !ended)
        code = xml_run(*handle, &ended, err);
    xml_close(*handle);
    *handle = NULL;
    return code;
}
