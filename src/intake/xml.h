/*
 * xml: a part of a zip archive through expat, as a stream of elements. Inside intake only.
 *
 * Expat is told to refuse what a table of cells never needs and what attacks are made of: document type declarations (so there are no entities to expand), more than 64 levels, a token
 * or tree that needs more memory than GRID_XML_MEMORY. Names come without their prefix: workbooks differ in that. What stands in a list of extensions (extLst) is passed over: its elements are called like those
 * that they extend, such as a second workbookPr, and hold no figures.
 * A handler may ask to pause: xml_run then returns, and goes on from there when called again.
 */
#ifndef CONCORD_INTAKE_XML_H
#define CONCORD_INTAKE_XML_H

#include "intake/grid.h"

#include <expat.h>
#include <zip.h>

typedef struct xml_reader xml_reader;
typedef struct xml_handler {
    void *context;
    /* attributes: name, value, name, value ..., NULL. Names without prefix. */
    void (*start)(void *context, const char *name, const char **attributes);
    void (*end)(void *context, const char *name);
    void (*text)(void *context, const char *bytes, int length); /* may be NULL */
} xml_handler;

/* Opens a part; STATUS_NOT_FOUND where the archive has none of that name. `what` names it in messages: "the list of sheets". */
MUST_USE status xml_open(zip_t *archive, const char *part, const char *what, const xml_handler *handler,
                         xml_reader **out, error *err);
/* Parses until a handler pauses or fails, or the part ends (*ended). */
MUST_USE status xml_run(xml_reader *x, bool *ended, error *err);
/* For handlers: return from xml_run after this event. */
void xml_pause(xml_reader *x);
/* For handlers: stop for good; xml_run gives back the error. Only the first counts. */
void xml_fail(xml_reader *x, const error *why);
/* The value of an attribute, NULL where there is none. */
const char *xml_attribute(const char **attributes, const char *name);
void xml_close(xml_reader *x); /* NULL is fine */

/* Opens, parses to the end, closes. *handle is the reader meanwhile, for handlers that fail. */
MUST_USE status xml_read(zip_t *archive, const char *part, const char *what, const xml_handler *handler,
                         xml_reader **handle, error *err);

#endif
