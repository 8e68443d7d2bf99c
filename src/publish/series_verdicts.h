/* series_verdicts.h: what stands beside and below the chart of a series. Internal to src/publish. */
#ifndef CONCORD_PUBLISH_SERIES_VERDICTS_H
#define CONCORD_PUBLISH_SERIES_VERDICTS_H

#include "publish/html.h"

/* Variation, assurance and gap of each level, changes. */
void series_verdicts(page *p, const edition_measure *m, const standing *x, const series_view *v);
/* Links to what was agreed for it; nothing where there is nothing. */
void series_agreed_where(page *p, const series_view *v);

#endif
