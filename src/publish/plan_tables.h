/* plan_tables: the tables of a planning page. Private to publish. */
#ifndef CONCORD_PUBLISH_PLAN_TABLES_H
#define CONCORD_PUBLISH_PLAN_TABLES_H

#include "publish/html.h"
#include "publish/plan_view.h"

/* Opens a table that scrolls within the page: label for screen readers and as its caption. */
void plan_table_open(page *p, const char *label, bool sortable);
void plan_table_close(page *p);
/* Cells of figures. */
void plan_cell_people(page *p, double people);
void plan_cell_share(page *p, double share);
void plan_cell_weeks(page *p, const plan_list *list, double weeks);

/* Tables whose rows become cards on a phone. Heads are "Name|unit"; those from words_from on are of words. The body is open. */
void plan_cards_open(page *p, const char *label, const char *const *names, size_t count, size_t words_from);
void plan_cards_close(page *p);
/* Opens a cell under the head of that name. */
void plan_card_cell(page *p, const char *name, bool number);
/* A value of an assumption with its unit. */
void plan_card_value(page *p, const char *name, double value, const char *unit);
/* The anchor of a scenario on its page. */
const char *plan_anchor(const page *p, const scenario *s);

/* The list now, at the end as today, and at the end of the last of the courses given. */
void plan_table_answer(page *p, const plan_view *v, const course *const *courses, const char *const *names,
                       size_t count);
/* Courses month by month. */
void plan_table_months(page *p, const plan_view *v, const course *const *courses, const char *const *names,
                       size_t count);
void plan_table_scenarios(page *p, const plan_view *v);
void plan_table_bars(page *p, const plan_view *v);
/* What is assumed: of all courses, and each scenario with its owner, reason, versions and assumptions (plan_assumed.c). */
void plan_assumed(page *p, const plan_view *v);
void plan_table_functions(page *p, const plan_view *v);

#endif
