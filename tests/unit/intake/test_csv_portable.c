/* The csv reader as it is built for processors without SSE2: the same tests over its portable scanner. */
#undef __SSE2__
#include "../../../src/intake/csv.c"
#define record test_record /* the reader's own name for a struct */
#include "test_csv.c"
