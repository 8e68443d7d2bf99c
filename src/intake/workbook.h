/* workbook: files of Excel among the files that are read. Inside intake only. */
#ifndef CONCORD_INTAKE_WORKBOOK_H
#define CONCORD_INTAKE_WORKBOOK_H

#include "intake/shape.h"

typedef enum workbook_kind {
    WORKBOOK_NONE = 0,
    WORKBOOK_XLSX,
    WORKBOOK_XLS,
    WORKBOOK_LOCKED,
    WORKBOOK_OTHER_OFFICE
} workbook_kind;

/* What the file is by its content; WORKBOOK_NONE for all that is no document of Excel, and for what cannot be opened. A zip that is damaged counts as a workbook where it is named so. */
workbook_kind workbook_look(const char *path);
/* True where the name says Excel. */
bool workbook_named(const char *path);
/* Opens a workbook of that kind, or refuses it in a sentence. *descriptor is to be closed after the grid. */
MUST_USE status workbook_open(const char *path, workbook_kind kind, int *descriptor, grid **out, error *err);

#endif
