#include "intake/grid.h"
status grid_open_xls(int descriptor, grid **out, error *err)
{
    (void)descriptor;
    *out = NULL;
    return error_set(err, STATUS_REFUSED, "xls");
}
