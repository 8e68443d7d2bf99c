/* Where the files of a source say when they were published or revised. */
#include "catalogue/source_work.h"

#include <string.h>

#define PLACES_MAXIMUM 16

static bool says_nothing(const char *pattern)
{
    return strspn(pattern, "*") == strlen(pattern);
}

void source_work_published(source_work *w, const raw_source *raw, const yaml_node *list, source *s)
{
    loader *l = w->l;
    if (raw->published_at_count > PLACES_MAXIMUM) {
        loader_report(l, list, NULL, "Write patterns that fit several places",
                      "Source '%s' names more than %d places under 'published_at'", w->id, PLACES_MAXIMUM);
        return;
    }
    source_date_place *places = loader_array(l, raw->published_at_count, sizeof *places);
    const yaml_node *at = list != NULL ? list->first : NULL;
    for (uint32_t i = 0; i < raw->published_at_count && places != NULL && at != NULL; i++, at = at->next) {
        const raw_date_place *r = &raw->published_at[i];
        int given = (r->right_of != NULL) + (r->below != NULL) + (r->title != NULL);
        places[i] = (source_date_place){.kind = r->right_of != NULL ? DATE_RIGHT_OF
                                                : r->below != NULL  ? DATE_BELOW
                                                                    : DATE_IN_CELL,
                                        .text = loader_text(l, r->right_of != NULL ? r->right_of
                                                               : r->below != NULL  ? r->below
                                                                                   : r->title),
                                        .revised = r->revised};
        places[i].sheets = loader_texts(l, r->sheets, r->sheets_count, &places[i].sheet_count);
        if (given != 1)
            loader_report(l, at, NULL, "Write exactly one of 'right_of', 'below' and 'title'",
                          "An entry in 'published_at' of source '%s' has %s", w->id,
                          given == 0 ? "none" : "more than one");
        else if (says_nothing(places[i].text))
            loader_report(l, at, NULL, "Write the words that stand with the date: \"Published:\"",
                          "An entry in 'published_at' of source '%s' would meet every cell", w->id);
    }
    s->published_at = places;
    s->published_at_count = places == NULL ? 0 : raw->published_at_count;
}
