/*
 * biff: the cells of an xls (BIFF8, Excel 97 to 2003) from its bytes. Inside intake only.
 *
 * Our own reader: libfreexl 1.0.6 answers "done" and gives nothing for published files such as the A&E time series, does not tell hidden sheets, and gives a formula's error as a blank. It
 * touches nothing but the bytes it is given, checks every offset, and allocates at most for the shared texts and one row. xls.c runs it in a process of its own all the same.
 */
#ifndef CONCORD_INTAKE_BIFF_H
#define CONCORD_INTAKE_BIFF_H

#include "intake/grid.h"

/* bytes must outlive the grid. Refused: no compound file, a password, versions before 97, damage. */
MUST_USE status grid_open_biff(const char *bytes, size_t length, grid **out, error *err);

/* ---- compound.c: the file system that an xls is ---------------------------------------------------------- */

/* The stream of that name, put together from its sectors, into b (cleared first). STATUS_NOT_FOUND where there is none. */
MUST_USE status compound_read(const char *bytes, size_t length, const char *name, buffer *b, error *err);

static inline uint32_t biff_u16(const char *p)
{
    return (uint32_t)(unsigned char)p[0] | (uint32_t)(unsigned char)p[1] << 8;
}
static inline uint32_t biff_u32(const char *p)
{
    return biff_u16(p) | biff_u16(p + 2) << 16;
}

#endif
