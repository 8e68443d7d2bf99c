/*
 * page_oversight: what the pages of oversight share: the book, their paths, and the sentences on a score. Internal to src/publish.
 *
 * Include it first: the names of the catalogue's types are also names of parameters in html.h.
 */
#ifndef CONCORD_PUBLISH_PAGE_OVERSIGHT_H
#define CONCORD_PUBLISH_PAGE_OVERSIGHT_H

#include "oversight/oversight.h"

#include "publish/html.h"

/* A framework's page, the page of an organisation's steps, of both views on a system. */
const char *path_framework(const page *p, const framework *f);
const char *path_steps(const page *p, const framework *f, int32_t who);
const char *path_system(const page *p, int32_t who);

/* The organisation in the chapter's result; NULL where it is not scored. */
const oversight_organisation *chapter_organisation(const oversight_chapter *c, int32_t who);
/* The place among the group, 1 = best: of those level the first of their places, and whether there are others. */
int32_t chapter_place(const oversight_chapter *c, const oversight_organisation *o, bool *shared);
size_t chapter_scored(const oversight_chapter *c); /* organisations with an average */

/* "not verified", in words; nothing where it is. */
void verified_tag(page *p, bool verified);
/* "acute trusts": a group's name in the middle of a sentence; "organisations" where the framework has no groups. */
const char *group_words(page *p, const framework *f, int32_t group);
/* Two decimals, as scores are published. */
void page_score(page *p, double score);

/* In p->words, whole sentences. */
/* "Segment 2 of 4, where 1 is best." and how it came about, with place and interval. */
void words_standing(page *p, const oversight_chapter *c, const oversight_organisation *o, buffer *out);
/* Does an adjustment hold the organisation where it is, however much better its scores were? */
bool words_held(const oversight_chapter *c, const oversight_organisation *o);
/* What would move the organisation to the next better segment, in one sentence. */
void words_move(page *p, const oversight_chapter *c, const oversight_organisation *o, buffer *out);
/* A metric's value as people read it: "64.9%", "31.4 minutes". */
void words_value(page *p, const framework_metric *m, double value, buffer *out);

#endif
