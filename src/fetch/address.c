/* address: what a link leads to, whether files may come from there, and what a file is called. */
#include "fetch/internal.h"

#include <string.h>
#include <strings.h>

/* ---- patterns ---- */

static char folded(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Goes back to the last star only, which is enough, so that no pattern costs more than the product of the lengths. */
bool pattern_fits(const char *pattern, const char *words)
{
    const char *star = NULL, *resume_at = NULL;
    while (*words != 0) {
        if (*pattern == '*') {
            star = ++pattern;
            resume_at = words;
        } else if (*pattern != 0 && folded(*pattern) == folded(*words)) {
            pattern++;
            words++;
        } else if (star != NULL) {
            pattern = star;
            words = ++resume_at;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == 0;
}

/* ---- addresses ---- */

bool address_is_https(const char *address)
{
    return strncasecmp(address, "https://", 8) == 0;
}

const char *address_resolve(const char *base, const char *link, arena *a)
{
    const char *out = NULL;
    char *whole = NULL, *scheme = NULL, *user = NULL;
    text trimmed = text_trim(text_of(link));
    const char *clean = arena_copy(a, trimmed.at, trimmed.length);
    CURLU *u = curl_url();
    if (u == NULL || clean == NULL || trimmed.length > ADDRESS_MAXIMUM || clean[0] == '#' || clean[0] == 0)
        goto out;
    if (base != NULL && curl_url_set(u, CURLUPART_URL, base, 0) != CURLUE_OK)
        goto out;
    /* Spaces in addresses are common on hand-made pages. */
    if (curl_url_set(u, CURLUPART_URL, clean, CURLU_URLENCODE) != CURLUE_OK)
        goto out;
    (void)curl_url_set(u, CURLUPART_FRAGMENT, NULL, 0);
    if (curl_url_get(u, CURLUPART_USER, &user, 0) == CURLUE_OK ||
        curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK)
        goto out;
    bool plain = strcmp(scheme, "http") == 0;
    if (!plain && strcmp(scheme, "https") != 0)
        goto out;
    if (plain && base != NULL && address_is_https(base))
        (void)curl_url_set(u, CURLUPART_SCHEME, "https", 0);
    if (curl_url_get(u, CURLUPART_URL, &whole, 0) == CURLUE_OK && strlen(whole) <= ADDRESS_MAXIMUM)
        out = arena_string(a, whole);
out:
    curl_free(whole);
    curl_free(scheme);
    curl_free(user);
    curl_url_cleanup(u);
    return out;
}

/* A view of the server's name in an address, "www." left out. */
static text host_bare(const char *address)
{
    const char *at = strstr(address, "://");
    if (at == NULL)
        return (text){0};
    at += 3;
    text host = {.at = at, .length = at[0] == '[' ? strcspn(at, "]/?#") : strcspn(at, "/:?#")};
    if (host.length > 4 && strncasecmp(host.at, "www.", 4) == 0) {
        host.at += 4;
        host.length -= 4;
    }
    return host;
}

const char *address_host(const char *address, arena *a)
{
    const char *at = strstr(address, "://");
    char *host = at == NULL ? NULL : arena_copy(a, at + 3, strcspn(at + 3, "/?#"));
    for (char *p = host; p != NULL && *p != 0; p++)
        *p = folded(*p);
    return host == NULL ? "" : host;
}

static bool same_nocase(text x, text y)
{
    return x.length > 0 && x.length == y.length && strncasecmp(x.at, y.at, x.length) == 0;
}

bool address_allowed(const source *s, const char *address)
{
    text host = host_bare(address);
    for (size_t i = 0; i < s->landing_count; i++)
        if (same_nocase(host, host_bare(s->landing[i].page)))
            return true;
    for (size_t i = 0; i < s->host_count; i++) {
        text named = text_of(s->hosts[i]);
        if (named.length > 4 && strncasecmp(named.at, "www.", 4) == 0)
            named = (text){.at = named.at + 4, .length = named.length - 4};
        if (same_nocase(host, named))
            return true;
    }
    return false;
}

void address_key(const char *address, char out[ADDRESS_KEY])
{
    char whole[SHA256_TEXT];
    sha256 h;
    sha256_begin(&h);
    sha256_add(&h, address, strlen(address));
    sha256_end(&h, whole);
    memcpy(out, whole, ADDRESS_KEY - 1);
    out[ADDRESS_KEY - 1] = 0;
}

/* ---- names of files ---- */

const char *file_name_fit(const char *name, size_t length, arena *a)
{
    char fit[181];
    size_t n = 0;
    for (size_t i = length; i > 0; i--)
        if (name[i - 1] == '/' || name[i - 1] == '\\') {
            name += i;
            length -= i;
            break;
        }
    for (size_t i = 0; i < length && n + 1 < sizeof fit;) {
        size_t wide = text_utf8_length((text){.at = name + i, .length = length - i});
        bool odd = wide == 0 || (unsigned char)name[i] < 0x20 || name[i] == 0x7f || strchr("\"<>|:?*", name[i]) != NULL;
        wide = wide == 0 ? 1 : wide;
        if (n + wide >= sizeof fit)
            break;
        if (odd)
            fit[n++] = '_';
        else {
            memcpy(fit + n, name + i, wide);
            n += wide;
        }
        i += wide;
    }
    text t = text_trim((text){.at = fit, .length = n});
    while (t.length > 0 && t.at[0] == '.') {
        t.at++;
        t.length--;
    }
    const char *out = arena_copy(a, t.at, t.length);
    return out == NULL ? "" : out;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = folded(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static const char *percents_read(const char *at, size_t length, arena *a)
{
    char *out = arena_copy(a, at, length);
    size_t n = 0;
    for (size_t i = 0; out != NULL && i < length; i++) {
        bool code = at[i] == '%' && i + 2 < length && hex_value(at[i + 1]) >= 0 && hex_value(at[i + 2]) >= 0;
        char c = code ? (char)(hex_value(at[i + 1]) * 16 + hex_value(at[i + 2])) : at[i];
        out[n++] = c == 0 ? '\x01' : c; /* a name is no longer than it seems */
        i += code ? 2 : 0;
    }
    if (out != NULL)
        out[n] = 0;
    return out == NULL ? "" : out;
}

static const char *last_part(const char *at, size_t length, arena *a)
{
    const char *read = percents_read(at, length, a);
    return file_name_fit(read, strlen(read), a);
}

const char *address_file_name(const char *address, arena *a)
{
    const char *path = strstr(address, "://");
    path = path == NULL ? address : path + 3;
    path += strcspn(path, "/?#");
    size_t path_length = strcspn(path, "?#");
    const char *name = last_part(path, path_length, a);
    if (strchr(name, '.') == NULL && path[path_length] == '?') {
        /* As in file?uri=/folder/name.xlsx */
        const char *query = path + path_length + 1;
        const char *asked = last_part(query, strcspn(query, "&#"), a);
        if (strchr(asked, '.') != NULL)
            name = asked;
    }
    return name;
}
