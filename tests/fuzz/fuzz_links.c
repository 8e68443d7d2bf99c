/* Bytes that claim to be a publisher's page: its links are read, each is a whole address of http or https, and every name made of one is fit for a file. */
#include "fetch/internal.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size); /* libFuzzer calls it by name */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    arena a = {.maximum = (size_t)256 << 20};
    page_links links = {0};
    char title[160];
    error err = {0};
    status code = links_read((const char *)data, size, "https://www.example.org/statistics/", &a, &links, &err);
    for (size_t i = 0; i < links.count; i++) {
        const char *address = links.items[i].address, *name = address_file_name(address, &a);
        bool web = strncmp(address, "https://", 8) == 0 || strncmp(address, "http://", 7) == 0;
        if (!web || strchr(name, '/') != NULL || name[0] == '.' || strlen(name) > 180 ||
            strpbrk(address, "\t\n\r ") != NULL)
            __builtin_trap();
        (void)words_period(links.items[i].words);
        (void)pattern_fits("*data*20*.csv", address);
    }
    if (code != STATUS_OK && err.message[0] == 0)
        __builtin_trap();
    (void)is_web_page((const char *)data, size, title);
    links_free(&links);
    arena_free(&a);
    return 0;
}
