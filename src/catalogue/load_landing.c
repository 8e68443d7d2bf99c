/* Where the files of a source are published: its pages, the links that lead to files, the servers they may come from. */
#include "catalogue/source_work.h"

#include <string.h>

#define PAGES_MAXIMUM 16
#define LINKS_MAXIMUM 32

/* The name of the server in an address, without a port; an empty text where there is none. */
static text host_of(const char *address)
{
    const char *at = strstr(address, "://");
    if (at == NULL)
        return (text){0};
    at += 3;
    return (text){.at = at, .length = strcspn(at, "/:?#")};
}

static bool is_address(const char *address)
{
    bool scheme = strncmp(address, "https://", 8) == 0 || strncmp(address, "http://", 7) == 0;
    return scheme && host_of(address).length > 0 && strpbrk(address, " \t\"<>@\\") == NULL;
}

static void load_pages(source_work *w, const raw_source *raw, const yaml_node *list, source *s)
{
    loader *l = w->l;
    if (raw->landing_count > PAGES_MAXIMUM) {
        loader_report(l, list, NULL, "Name the page that lists the others, and 'follow' them",
                      "Source '%s' names more than %d pages", w->id, PAGES_MAXIMUM);
        return;
    }
    source_landing *pages = loader_array(l, raw->landing_count, sizeof *pages);
    const yaml_node *at = list != NULL ? list->first : NULL;
    for (uint32_t i = 0; i < raw->landing_count && pages != NULL && at != NULL; i++, at = at->next) {
        const raw_landing *r = &raw->landing[i];
        pages[i] = (source_landing){.page = loader_text(l, r->page), .verified = r->verified};
        pages[i].follow = loader_texts(l, r->follow, r->follow_count, &pages[i].follow_count);
        if (!is_address(pages[i].page))
            loader_report(l, yaml_or(yaml_key(at, "page"), at), NULL, "Write the whole address: https://...",
                          "'%.120s' under 'landing' of source '%s' is no address of a page", pages[i].page, w->id);
        for (size_t k = 0; k < i; k++)
            if (strcmp(pages[k].page, pages[i].page) == 0)
                loader_report(l, yaml_or(yaml_key(at, "page"), at), NULL, "Remove one of the two",
                              "A page stands twice under 'landing' of source '%s'", w->id);
        for (size_t k = 0; k < pages[i].follow_count; k++)
            if (strspn(pages[i].follow[k], "*") == strlen(pages[i].follow[k]))
                loader_report(l, yaml_key(at, "follow"), NULL,
                              "Write what the addresses of those pages have in common: \"*/rtt-data-20*\"",
                              "A pattern under 'follow' of source '%s' would follow every link of the page", w->id);
    }
    s->landing = pages;
    s->landing_count = pages == NULL ? 0 : raw->landing_count;
}

static void load_links(source_work *w, const raw_source *raw, const yaml_node *list, source *s)
{
    loader *l = w->l;
    if (raw->links_count > LINKS_MAXIMUM) {
        loader_report(l, list, NULL, "Write patterns that fit several links", "Source '%s' has more than %d links",
                      w->id, LINKS_MAXIMUM);
        return;
    }
    source_link *links = loader_array(l, raw->links_count, sizeof *links);
    const yaml_node *at = list != NULL ? list->first : NULL;
    for (uint32_t i = 0; i < raw->links_count && links != NULL && at != NULL; i++, at = at->next) {
        const raw_link *r = &raw->links[i];
        links[i] = (source_link){.address = loader_text(l, r->address), .words = loader_text(l, r->words)};
        links[i].except = loader_texts(l, r->except, r->except_count, &links[i].except_count);
        size_t said = strlen(links[i].address) - strspn(links[i].address, "*") + strlen(links[i].words) -
                      strspn(links[i].words, "*");
        if (said == 0)
            loader_report(l, at, NULL, "Write what the addresses or the words of the links have in common: \"*.xlsx\"",
                          "A link of source '%s' would meet every link of the page", w->id);
    }
    s->links = links;
    s->link_count = links == NULL ? 0 : raw->links_count;
}

static void load_hosts(source_work *w, const raw_source *raw, const yaml_node *list, source *s)
{
    s->hosts = loader_texts(w->l, raw->hosts, raw->hosts_count, &s->host_count);
    const yaml_node *at = list != NULL ? list->first : NULL;
    for (size_t i = 0; i < s->host_count && at != NULL; i++, at = at->next) {
        const char *host = s->hosts[i];
        size_t fit = strspn(host, "abcdefghijklmnopqrstuvwxyz0123456789.-");
        if (fit != strlen(host) || strchr(host, '.') == NULL || host[0] == '.')
            loader_report(w->l, at, NULL, "Only its name, in small letters: files.digital.nhs.uk",
                          "'%.80s' under 'hosts' of source '%s' is no name of a server", host, w->id);
    }
}

void source_work_landing(source_work *w, const raw_source *raw, const yaml_node *at, source *s)
{
    const yaml_node *pages = yaml_key(at, "landing"), *links = yaml_key(at, "links"), *hosts = yaml_key(at, "hosts");
    load_pages(w, raw, pages, s);
    load_links(w, raw, links, s);
    load_hosts(w, raw, hosts, s);
    if (pages != NULL && links == NULL)
        loader_report(w->l, pages, NULL, "Add 'links' with a pattern of their addresses: - {address: \"*.xlsx\"}",
                      "Source '%s' has pages under 'landing', but not which links on them lead to its files", w->id);
    if (pages == NULL && (links != NULL || hosts != NULL))
        loader_report(w->l, yaml_or(links, hosts), NULL, "Add 'landing' with the page that lists the files",
                      "Source '%s' has links, but no page under 'landing' to find them on", w->id);
}
