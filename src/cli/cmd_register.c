/* concord register: beginning it, its partners and keys, its log, proving it, and copies of it. */
#include "cli/commands.h"
#include "cli/register_work.h"
#include "cli/sight.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LOCK_WAIT_SECONDS 10

/* ---- partners ---- */

static const char *partner_kind(org_kind kind)
{
    switch (kind) {
    case ORG_ICB: return "icb";
    case ORG_TRUST: return "trust";
    case ORG_REGION: return "region";
    case ORG_LOCAL_AUTHORITY: return "council";
    case ORG_PRACTICE: return "primary-care";
    case ORG_INDEPENDENT: return "independent";
    default: return "other";
    }
}

/* What the organisations data knows of the code; the options go over it. Bodies that it does not know need a name and a kind. */
static status known_fill(register_run *r, const char *typed, error *err)
{
    status code = cli_orgs(r->cli, err);
    org_index i = code == STATUS_OK ? orgs_find(r->cli->orgs, text_of(typed)) : -1;
    if (code != STATUS_OK)
        return code;
    r->subject = typed;
    if (i < 0)
        return STATUS_OK;
    const org *g = orgs_at(r->cli->orgs, i);
    code = register_organisation(r->cli, NULL, typed, r->on, BODY_ACTS, &r->subject, err);
    if (code != STATUS_OK)
        return code;
    bool good =
        (json_object_get(r->body, "name") != NULL || json_object_set_new(r->body, "name", json_string(g->name)) == 0) &&
        (json_object_get(r->body, "kind") != NULL ||
         json_object_set_new(r->body, "kind", json_string(partner_kind(g->kind))) == 0) &&
        (g->ons_code[0] == 0 || json_object_set_new(r->body, "ons_code", json_string(g->ons_code)) == 0);
    return good ? STATUS_OK : error_set(err, STATUS_MEMORY, "There is not enough memory");
}

static status partner_add(register_run *r, error *err)
{
    status code = register_body_collect(r, err);
    if (code == STATUS_OK)
        code = known_fill(r, r->subject, err);
    return code == STATUS_OK ? register_body_append(r, err) : code;
}

static status partner_key(register_run *r, error *err)
{
    const char *file = register_option(r, "--new-key");
    register_key key;
    status code = register_body_collect(r, err);
    if (code == STATUS_OK && file != NULL) {
        code = register_key_read(file, &key, err);
        if (code == STATUS_OK && json_object_set_new(r->body, "public_key", json_string(key.public_key)) != 0)
            code = error_set(err, STATUS_MEMORY, "There is not enough memory");
        register_key_wipe(&key);
    }
    return code == STATUS_OK ? register_body_append(r, err) : code;
}

static const register_field partner_columns[] = {FIELD_NAME,      FIELD_KIND, FIELD_ONS_CODE,
                                                 FIELD_SUCCESSOR, FIELD_WHEN, FIELD_COUNT};

static status partner_list(register_run *r, error *err)
{
    return register_list_print(r, REGISTER_PARTNER, partner_columns, NULL, err);
}

static const char *const key_options[] = {"--new-key", NULL};
static const register_action partner_actions[] = {
    {.name = "list", .places = {PLACE_NONE}, .run = partner_list},
    {.name = "add",
     .within = "partner ",
     .event = "partner.join",
     .places = {PLACE_SUBJECT, PLACE_NONE},
     .at_least = 1,
     .run = partner_add},
    {.name = "leave",
     .within = "partner ",
     .event = "partner.leave",
     .places = {PLACE_SUBJECT, PLACE_NONE},
     .at_least = 1},
    {.name = "succeed",
     .within = "partner ",
     .event = "partner.succeed",
     .places = {PLACE_SUBJECT, FIELD_SUCCESSOR, PLACE_NONE},
     .at_least = 2},
    {.name = "key",
     .within = "partner ",
     .event = "partner.key",
     .places = {PLACE_SUBJECT, PLACE_NONE},
     .at_least = 1,
     .run = partner_key,
     .options = key_options},
    {.name = "reset-key",
     .within = "partner ",
     .event = "partner.reset-key",
     .places = {PLACE_SUBJECT, PLACE_NONE},
     .at_least = 1},
    {0},
};

static status partner_run(register_run *r, error *err)
{
    arguments rest = *r->arguments;
    rest.positional++;
    rest.positional_count--;
    return register_command_run(r->cli, &rest, partner_actions, err);
}

/* ---- beginning ---- */

/* A register that takes in nothing is not left behind, so that what was refused has changed nothing. Whoever begins one holds the workspace's lock:
 * nobody else can have begun it meanwhile, and an empty one takes no event but the first. */
static status begin(register_run *r, status (*fill)(register_run *r, error *err), error *err)
{
    status code = workspace_open(r->cli, err);
    const char *path = arena_printf(&r->cli->memory, "%s/register.sqlite", r->cli->workspace);
    if (code == STATUS_OK && path == NULL)
        code = error_set(err, STATUS_MEMORY, "There is not enough memory");
    bool is_new = code == STATUS_OK && access(path, F_OK) != 0;
    if (is_new) {
        code = workspace_lock(r->cli, LOCK_WAIT_SECONDS, err);
        is_new = code == STATUS_OK && access(path, F_OK) != 0; /* whoever held the lock may have begun it */
    }
    if (code == STATUS_OK)
        code = register_log_open(r, true, err);
    if (code == STATUS_OK)
        code = fill(r, err);
    if (code != STATUS_OK && is_new &&
        (r->log == NULL || (register_refresh(r->log, NULL) == STATUS_OK && register_last(r->log) == 0))) {
        register_close(r->log);
        r->log = NULL;
        (void)unlink(path);
    }
    return code;
}

static status first_event(register_run *r, error *err)
{
    status code = register_body_collect(r, err);
    const char *as = register_option(r, "--as");
    as = as != NULL ? as : getenv("CONCORD_ORGANISATION");
    if (code == STATUS_OK && register_last(r->log) > 0) {
        code = error_set(err, STATUS_REFUSED, "There is a register here already: '%s', at event %lld",
                         register_title(r->log), (long long)register_last(r->log));
        error_hint(err, "See: concord register log");
    }
    if (code == STATUS_OK && (as == NULL || as[0] == 0)) {
        code = error_set(err, STATUS_USAGE, "Which organisation begins the register is not said");
        error_hint(err, "Give --as ORG.");
    }
    if (code != STATUS_OK)
        return code;
    /* Nobody is a partner yet, so a council that the organisations data does not know brings its name and kind with it. */
    code = known_fill(r, as, err);
    if (code == STATUS_OK && orgs_find(r->cli->orgs, text_of(as)) < 0) {
        code = error_set(err, STATUS_NOT_FOUND, "'%s' is not an organisation that Concord knows", as);
        error_hint(err, "Begin the register as an organisation with an ODS or ONS code; it then adds the others.");
    }
    return code == STATUS_OK ? register_body_append(r, err) : code;
}

static status start_run(register_run *r, error *err)
{
    return begin(r, first_event, err);
}

static status key_print_json(const register_run *r, const char *path, const register_key *key, error *err)
{
    buffer out = {0};
    buffer_text(&out, "{\"file\": ");
    buffer_json(&out, path);
    buffer_printf(&out, ", \"public_key\": \"%s\"}\n", key->public_key);
    status code = register_out(r, &out, err);
    buffer_free(&out);
    return code;
}

static status keygen_run(register_run *r, error *err)
{
    register_key key;
    const char *path = r->arguments->positional[1];
    status code = register_key_make(&key, err);
    if (code == STATUS_OK)
        code = register_key_write(&key, path, err);
    if (code == STATUS_OK && r->format == FORMAT_JSON)
        code = key_print_json(r, path, &key, err);
    else if (code == STATUS_OK)
        (void)fprintf(r->cli->out,
                      "Wrote a secret key to %s: keep it, and show it to nobody. Register its public half with: "
                      "concord register partner key ORG --new-key %s "
                      "--key %s\n",
                      path, path, path);
    register_key_wipe(&key);
    return code;
}

/* ---- files of exports ---- */

static status file_chunk(void *context, char *into, size_t capacity, size_t *got, error *err)
{
    FILE *f = context;
    *got = fread(into, 1, capacity, f);
    return ferror(f) ? error_set(err, STATUS_IO, "Cannot read the file: %s", strerror(errno)) : STATUS_OK;
}

static status file_open(const char *path, FILE **out, error *err)
{
    *out = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    if (*out != NULL)
        return STATUS_OK;
    status code = error_set(err, STATUS_IO, "Cannot open the file: %s", strerror(errno));
    error_at(err, path, NULL, 0, NULL);
    return code;
}

static void file_shut(FILE *f)
{
    if (f != NULL && f != stdin)
        (void)fclose(f);
}

static status events_take(register_run *r, error *err)
{
    const char *path = r->arguments->positional[1];
    FILE *f = NULL;
    register_import_report report = {0};
    status code = file_open(path, &f, err);
    if (code == STATUS_OK)
        code = register_import(r->log, file_chunk, f, path, &report, err);
    file_shut(f);
    if (code == STATUS_OK && r->format == FORMAT_JSON)
        (void)fprintf(r->cli->out, "{\"events\": %lld, \"present\": %lld, \"added\": %lld, \"head\": \"%s\"}\n",
                      (long long)report.events, (long long)report.present, (long long)report.added, report.head);
    else if (code == STATUS_OK)
        (void)fprintf(r->cli->out, "%lld events in the file, all right: %lld were here, %lld are new. Head: %s\n",
                      (long long)report.events, (long long)report.present, (long long)report.added, report.head);
    return code;
}

static status import_run(register_run *r, error *err)
{
    return begin(r, events_take, err);
}

static status stream_write(void *context, const char *bytes, size_t length, error *err)
{
    return fwrite(bytes, 1, length, context) == length
               ? STATUS_OK
               : error_set(err, STATUS_IO, "Cannot write the export: %s", strerror(errno));
}

/* Beside the file, then renamed: an export that was interrupted is never taken for one. */
static status export_file(register_run *r, const char *path, error *err)
{
    const char *part = arena_printf(&r->cli->memory, "%s.part", path);
    FILE *f = part == NULL ? NULL : fopen(part, "wb");
    status code = STATUS_OK;
    if (f == NULL) {
        code = error_set(err, STATUS_IO, "Cannot write the export: %s", strerror(errno));
        error_at(err, path, NULL, 0, NULL);
        return code;
    }
    code = register_export(r->log, stream_write, f, err);
    if (fclose(f) != 0 && code == STATUS_OK)
        code = error_set(err, STATUS_IO, "Cannot write the export: %s", strerror(errno));
    if (code == STATUS_OK && rename(part, path) != 0)
        code = error_set(err, STATUS_IO, "Cannot write the export: %s", strerror(errno));
    if (code != STATUS_OK)
        (void)remove(part);
    return code;
}

static status export_run(register_run *r, error *err)
{
    if (r->arguments->positional_count < 2 || strcmp(r->arguments->positional[1], "-") == 0)
        return register_export(r->log, stream_write, r->cli->out, err);
    status code = export_file(r, r->arguments->positional[1], err);
    if (code == STATUS_OK && r->format == FORMAT_JSON)
        (void)fprintf(r->cli->out, "{\"events\": %lld, \"head\": \"%s\"}\n", (long long)register_last(r->log),
                      register_head(r->log));
    else if (code == STATUS_OK)
        (void)fprintf(r->cli->out, "Wrote %lld events to %s. Head: %s\n", (long long)register_last(r->log),
                      r->arguments->positional[1], register_head(r->log));
    return code;
}

/* ---- proof ---- */

/* "17:HASH" as a partner noted it. */
static status noted_read(const char *noted, int64_t *sequence, const char **hash, error *err)
{
    const char *colon = strchr(noted, ':');
    if (colon != NULL && number_parse_count((text){noted, (size_t)(colon - noted)}, sequence) && *sequence > 0 &&
        strlen(colon + 1) == 64 && strspn(colon + 1, "0123456789abcdef") == 64) {
        *hash = colon + 1;
        return STATUS_OK;
    }
    status code = error_set(err, STATUS_USAGE, "--head: '%.80s' is not a head", noted);
    error_hint(err, "A head is written N:HASH, as concord register verify prints it.");
    return code;
}

static status compared(register_run *r, const char *against, register_import_report *report, error *err)
{
    FILE *f = NULL;
    status code = file_open(against, &f, err);
    if (code == STATUS_OK)
        code = register_log_open(r, false, err);
    if (code == STATUS_OK)
        code = register_compare(r->log, file_chunk, f, against, report, err);
    file_shut(f);
    return code;
}

static status verify_run(register_run *r, error *err)
{
    const char *noted = register_option(r, "--head"), *against = register_option(r, "--against"), *hash = NULL;
    register_proof proof = {0};
    register_import_report report = {0};
    int64_t sequence = 0;
    status code = noted == NULL ? STATUS_OK : noted_read(noted, &sequence, &hash, err);
    if (code == STATUS_OK)
        code = workspace_open(r->cli, err);
    const char *path = arena_printf(&r->cli->memory, "%s/register.sqlite", r->cli->workspace);
    if (code == STATUS_OK && path == NULL)
        code = error_set(err, STATUS_MEMORY, "There is not enough memory");
    if (code == STATUS_OK)
        code = register_verify(path, sequence, hash, &proof, err);
    if (code != STATUS_OK)
        return code;
    if (r->format == FORMAT_JSON) {
        /* One object, so only once all of it is known. */
        if (against != NULL)
            code = compared(r, against, &report, err);
        if (code != STATUS_OK)
            return code;
        (void)fprintf(r->cli->out, "{\"events\": %lld, \"signed\": %lld, \"snapshots\": %lld, \"head\": \"%s\"",
                      (long long)proof.events, (long long)proof.signed_events, (long long)proof.snapshots, proof.head);
        if (against != NULL)
            (void)fprintf(r->cli->out, ", \"same_as_file\": %lld", (long long)report.events);
        (void)fprintf(r->cli->out, "}\n");
        return STATUS_OK;
    }
    (void)fprintf(r->cli->out,
                  "Nothing was changed, removed or put in another order: %lld events, %lld signed. Head: %lld:%s\n",
                  (long long)proof.events, (long long)proof.signed_events, (long long)proof.events, proof.head);
    if (against == NULL)
        return STATUS_OK;
    code = compared(r, against, &report, err);
    if (code == STATUS_OK)
        (void)fprintf(r->cli->out, "The first %lld events are those of %s.\n", (long long)report.events, against);
    return code;
}

static status log_run(register_run *r, error *err)
{
    return register_events_print(r, r->arguments->positional_count > 1 ? r->arguments->positional[1] : NULL, err);
}

/* ---- who sees what when ---- */

static const register_field release_columns[] = {FIELD_EDITION, FIELD_TO, FIELD_WORDS, FIELD_COUNT};
static const register_field embargo_columns[] = {FIELD_EDITION, FIELD_UNTIL, FIELD_SEES, FIELD_REASON, FIELD_COUNT};

/* The register keeps whole ids: an embargo on a part of one would hold nothing back. */
static status edition_event_run(register_run *r, error *err)
{
    const char *id = NULL;
    status code = register_body_collect(r, err);
    const char *typed = code != STATUS_OK ? NULL : json_string_value(json_object_get(r->body, "edition"));
    if (typed != NULL)
        code = sight_edition(r->cli->workspace, typed, &r->cli->memory, &id, err);
    if (code == STATUS_OK && id != NULL && json_object_set_new(r->body, "edition", json_string(id)) != 0)
        code = error_set(err, STATUS_MEMORY, "There is not enough memory");
    return code == STATUS_OK ? register_body_append(r, err) : code;
}

static status releases_run(register_run *r, error *err)
{
    return register_list_print(r, REGISTER_RELEASE, release_columns, NULL, err);
}

static status embargoes_run(register_run *r, error *err)
{
    return register_list_print(r, REGISTER_EMBARGO, embargo_columns, NULL, err);
}

/* ---- the command ---- */

static const char *const verify_options[] = {"--head", "--against", NULL};
static const register_action actions[] = {
    {.name = "start",
     .event = "register.open",
     .places = {FIELD_TITLE, PLACE_NONE},
     .at_least = 1,
     .run = start_run,
     .own_log = true},
    {.name = "partner",
     .places = {PLACE_WORDS, PLACE_WORDS, PLACE_WORDS},
     .at_least = 1,
     .run = partner_run,
     .own_log = true},
    {.name = "status", .places = {PLACE_NONE}, .run = register_status_print},
    {.name = "log", .places = {PLACE_SUBJECT, PLACE_NONE}, .run = log_run},
    {.name = "verify",
     .places = {PLACE_NONE},
     .run = verify_run,
     .options = verify_options,
     .own_log = true,
     .whole = true},
    {.name = "export", .places = {PLACE_SUBJECT, PLACE_NONE}, .run = export_run, .whole = true},
    {.name = "import",
     .places = {PLACE_SUBJECT, PLACE_NONE},
     .at_least = 1,
     .run = import_run,
     .own_log = true,
     .whole = true},
    {.name = "keygen",
     .places = {PLACE_SUBJECT, PLACE_NONE},
     .at_least = 1,
     .run = keygen_run,
     .own_log = true,
     .whole = true},
    {.name = "release",
     .event = "edition.release",
     .places = {FIELD_EDITION, PLACE_NONE},
     .at_least = 1,
     .run = edition_event_run},
    {.name = "releases", .places = {PLACE_NONE}, .run = releases_run},
    {.name = "embargo",
     .event = "embargo.set",
     .places = {FIELD_EDITION, PLACE_SUBJECT, PLACE_NONE},
     .at_least = 1,
     .run = edition_event_run},
    {.name = "embargoes", .places = {PLACE_NONE}, .run = embargoes_run},
    {.name = "lift", .event = "embargo.lift", .places = {PLACE_SUBJECT, PLACE_NONE}, .at_least = 1},
    {0},
};

static const command_option options[] = {
    {"--name", "NAME", "Of a partner; known for organisations with an ODS code."},
    {"--kind",
     "icb|trust|council|primary-care|voluntary|independent|healthwatch|nhs-england|region|cqc|government|other",
     "Of a partner."},
    {"--ons-code", "CODE", "Of a partner."},
    {"--when", "DATE", "The day on which a partner became its successor."},
    {"--new-key", "FILE", "The key whose public half is registered."},
    {"--head", "N:HASH", "verify: event N must have this hash, as you noted it."},
    {"--against", "FILE", "verify: compare with an export."},
    {"--until", "DATE", "The end of an embargo."},
    {"--sees", "ORG,...", "Who sees an edition during its embargo."},
    {"--to", "ORG,...", "To whom an edition under embargo is released."},
    {"--reason", "WORDS", "Why."},
    {"--words", "WORDS", "Of a release."},
    REGISTER_AS_OF_OPTION,
    REGISTER_WRITE_OPTIONS,
    {0},
};

static status register_run_command(cli *c, const arguments *a, error *err)
{
    return register_command_run(c, a, actions, err);
}

const command command_register = {
    .name = "register",
    .takes =
        "start TITLE|status|partner list|add|leave|succeed|key|reset-key [ORG]|log [ID]|verify|export [FILE]|import "
        "FILE|keygen FILE|release EDITION|releases|embargo EDITION "
        "[ID]|embargoes|lift ID",
    .at_least = 1,
    .at_most = 4,
    .summary = "The register of agreements: begin it, its partners, its log, prove it, copy it.",
    .description =
        "The register is a log that only grows: every target, priority, commitment, challenge, note and rating is an "
        "event, bound to the one before it by a hash. verify proves that nothing "
        "was changed, removed or put in another order, and says where if it was. What verify cannot see is a log that "
        "was written anew as a whole: for that, keep an export or note the head, and "
        "give it with --against or --head.\n\n"
        "export writes JSON Lines that any partner can keep, check and import; import takes the events that are not "
        "here yet, all or none, and refuses a file that was changed, cut short or "
        "comes from a register that has parted from this one.\n\n"
        "status says on one page what stands: the title, the events, the last one and its head, the partners, what is "
        "open and what is overdue (targets and priorities in force after their month, commitments after their day), "
        "how many national targets are over ten, and what protected ground no target or priority in force covers.\n\n"
        "partner add takes name and kind from the organisations data; bodies without an ODS code bring --name and "
        "--kind. partner succeed OLD NEW hands what OLD held to NEW. With "
        "partner key an organisation registers a key; from then on all its events must be signed with it (--key).\n\n"
        "release records that an edition was released, to everyone at once; to some first only under an embargo, which "
        "says who and why. EDITION is newest, the first digits of an id, or all 64 digits of a partner's edition. "
        "Until the day of an embargo (its edition and "
        "those made after it) "
        "publish refuses and serve shows the edition before; concord list editions says what was released when and to "
        "whom.",
    .example = "concord register start \"Norfolk and Suffolk\" --as T6Y0W --actor \"A. Secretary\"\nconcord register "
               "partner add RM1 --as T6Y0W --actor \"A. Secretary\"\nconcord register export our-copy.jsonl\nconcord "
               "register verify --against our-copy.jsonl",
    .options = options,
    .run = register_run_command,
};
