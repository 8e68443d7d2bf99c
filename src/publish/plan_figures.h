/* plan_figures: the drawings of a planning page. Private to publish. */
#ifndef CONCORD_PUBLISH_PLAN_FIGURES_H
#define CONCORD_PUBLISH_PLAN_FIGURES_H

#include "publish/html.h"
#include "publish/plan_view.h"

/* A course that is drawn. */
typedef struct drawn_course {
    const char *name;
    const course *course;
    bool band;     /* with its range: of one course at most, two in one grey look like one */
    size_t series; /* how its line looks, the same on every chart: 1 as today, 2 what it takes, 3 the reader's own */
} drawn_course;

/* The share within the goal's weeks: as published, then of each course, in a wide and a narrow form. The last course is the one that is asked about. */
void plan_paths_figure(page *p, const plan_view *v, const drawn_course *drawn, size_t count, const char *title,
                       const char *unique);
/* What each assumption does to the share at the end, widest first. */
void plan_tornado_figure(page *p, const plan_view *v, const char *unique);

#endif
