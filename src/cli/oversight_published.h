/* oversight_published: computed scores beside published ones. */
#ifndef CONCORD_CLI_OVERSIGHT_PUBLISHED_H
#define CONCORD_CLI_OVERSIGHT_PUBLISHED_H

#include "cli/cli.h"

#include "oversight/oversight.h"

/* A line for each organisation of the file, or where path is NULL of the framework's own published table; STATUS_NOT_FOUND where it has none. */
MUST_USE status oversight_published_print(cli *c, const oversight_result *r, const char *path, output_format format,
                                          error *err);

#endif
