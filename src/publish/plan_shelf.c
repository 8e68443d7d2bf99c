/*
 * plan_shelf: plans just worked out, kept for the files that follow the page. A few places behind one lock; each has an arena of its own. A plan that is
 * held by anybody stays; of the others the one that was asked for longest ago makes room. Where all are held, a place is waited for.
 */
#include "publish/plan_view.h"

#include <pthread.h>

enum { PLACES = 16 };

typedef enum place_state { PLACE_FREE = 0, PLACE_MAKING, PLACE_READY } place_state;

typedef struct shelf_place {
    place_state state;
    int32_t who; /* where not free */
    size_t held;
    uint64_t asked; /* when: the count of asking */
    arena memory;
    plan_view view; /* while it is being made, of the thread that makes it alone */
} shelf_place;

struct plan_shelf {
    pthread_mutex_t lock; /* of all that follows; views that are held are read without it */
    pthread_cond_t changed;
    uint64_t asked;
    shelf_place places[PLACES];
};

status plan_shelf_make(site *s, error *err)
{
    struct plan_shelf *shelf = arena_array(&s->memory, 1, sizeof *shelf);
    if (shelf == NULL)
        return error_set(err, STATUS_MEMORY, "Out of memory while preparing the plans");
    if (pthread_mutex_init(&shelf->lock, NULL) != 0)
        return error_set(err, STATUS_INTERNAL, "The plans cannot be locked");
    if (pthread_cond_init(&shelf->changed, NULL) != 0) {
        (void)pthread_mutex_destroy(&shelf->lock);
        return error_set(err, STATUS_INTERNAL, "The plans cannot be waited for");
    }
    s->shelf = shelf;
    return STATUS_OK;
}

void site_close_plans(site *s)
{
    if (s->shelf == NULL)
        return;
    for (size_t i = 0; i < PLACES; i++)
        arena_free(&s->shelf->places[i].memory);
    (void)pthread_cond_destroy(&s->shelf->changed);
    (void)pthread_mutex_destroy(&s->shelf->lock);
    s->shelf = NULL;
}

/* Where the organisation's plan is, or is being made; else the place to make it in; NULL where all are held. */
static shelf_place *place_find(struct plan_shelf *shelf, int32_t who)
{
    shelf_place *oldest = NULL;
    for (size_t i = 0; i < PLACES; i++) {
        shelf_place *at = &shelf->places[i];
        if (at->state != PLACE_FREE && at->who == who)
            return at;
        if (at->held == 0 && at->state != PLACE_MAKING && (oldest == NULL || at->asked < oldest->asked))
            oldest = at;
    }
    return oldest;
}

status plan_view_take(const site *s, int32_t who, const plan_view **out, error *err)
{
    struct plan_shelf *shelf = s->shelf;
    shelf_place *at = NULL;
    status code = STATUS_OK;
    *out = NULL;
    if (shelf == NULL)
        return error_set(err, STATUS_NOT_FOUND, "There are no waiting times to plan with");
    (void)pthread_mutex_lock(&shelf->lock);
    while ((at = place_find(shelf, who)) == NULL || at->state == PLACE_MAKING)
        (void)pthread_cond_wait(&shelf->changed, &shelf->lock);
    at->asked = ++shelf->asked;
    if (at->state != PLACE_READY || at->who != who) {
        at->state = PLACE_MAKING;
        at->who = who;
        (void)pthread_mutex_unlock(&shelf->lock);
        arena_reset(&at->memory);
        code = plan_view_make(s, who, PLAN_PAGE | PLAN_EVERY_MONTH, &at->memory, &at->view, err);
        (void)pthread_mutex_lock(&shelf->lock);
        at->state = code == STATUS_OK ? PLACE_READY : PLACE_FREE;
        (void)pthread_cond_broadcast(&shelf->changed);
    }
    if (code == STATUS_OK) {
        at->held++;
        *out = &at->view;
    }
    (void)pthread_mutex_unlock(&shelf->lock);
    return code;
}

void plan_view_release(const site *s, const plan_view *v)
{
    struct plan_shelf *shelf = s->shelf;
    if (shelf == NULL || v == NULL)
        return;
    (void)pthread_mutex_lock(&shelf->lock);
    for (size_t i = 0; i < PLACES; i++)
        if (&shelf->places[i].view == v)
            shelf->places[i].held--;
    (void)pthread_cond_broadcast(&shelf->changed);
    (void)pthread_mutex_unlock(&shelf->lock);
}
