/*
 * record_pages.h: the door to the pages of the register, for pages that know nothing of it. Internal to src/publish. What it means: record.h.
 */
#ifndef CONCORD_PUBLISH_RECORD_PAGES_H
#define CONCORD_PUBLISH_RECORD_PAGES_H

#include "publish/html.h"

/* Fills s->record from the edition; leaves it NULL where the edition carries no register. */
MUST_USE status record_open(site *s, error *err);
void record_close(site *s);
/* Its pages and files, in order: none without a record. The path of the i-th, its kind and which one it is; NULL without memory. */
size_t record_entry_count(const site *s);
const char *record_entry(site *s, size_t i, page_kind *kind, int32_t *which);
void page_priorities(page *p);
void page_priority(page *p, size_t which);
void page_commitments(page *p);
void page_commitment(page *p, size_t which);
void page_partner(page *p, size_t which);
void page_log(page *p, size_t which);
/* What `concord register export` writes. */
void file_register(const site *s, buffer *out);

/* Does the body with that code take part in anything on record? */
bool record_has(const site *s, const char *code);
/* Everything that was agreed with one body: sections of its page; nothing where there is none. */
void record_of_body(page *p, const char *code);

/* Protected ground that the scorecard of a system, a region or England has no measure of: a line; with or without a register. */
void record_scorecard_grounds(page *p, int32_t who);

/* Fills the marks of a view: notes and rebases of its series, ratings and regimes of its organisation, those of whom it succeeded too. None
 * without a record. */
void record_mark(const site *s, arena *a, series_view *v);
/* What their numbers mean; nothing where there are none. */
void record_marks_list(page *p, const series_view *v);

#endif
