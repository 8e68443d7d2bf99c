/* The documents of an edition: what is written is read again, in order, and two of one name are refused. */
#include "made.h"

static edition with_documents(edition_document *documents, size_t count)
{
    edition head = made_head();
    head.documents = documents;
    head.document_count = count;
    head.register_events = 12;
    head.register_head = "abc";
    return head;
}

static void documents_are_read_as_they_were_written(void **state)
{
    edition_document documents[] = {{"scenario", "b", "two: \"lines\"\n\n"},
                                    {"framework", "oversight", ""},
                                    {"register-event", "000000000010", "{\"é\":10}"},
                                    {"register-event", "000000000009", "{\"n\":9}"},
                                    {"scenario", "a", "x"}};
    place p;
    char id[SHA256_TEXT];
    edition_writer *w;
    edition *e;
    error err = {0};
    size_t count;
    (void)state;
    place_make(&p);
    const edition head = with_documents(documents, 5);
    check(edition_writer_open(place_path(&p, "made.sqlite"), &head, &w, &err), &err);
    check(edition_writer_close(w, id, &err), &err);
    check(edition_open(place_path(&p, "made.sqlite"), &e, &err), &err);
    assert_int_equal(e->document_count, 5);
    static const int order[] = {1, 3, 2, 4, 0}; /* by kind, then name */
    for (size_t i = 0; i < 5; i++) {
        const edition_document *d = &documents[order[i]];
        assert_string_equal(e->documents[i].kind, d->kind);
        assert_string_equal(e->documents[i].name, d->name);
        assert_string_equal(e->documents[i].text, d->text);
        assert_ptr_equal(edition_find_document(e, d->kind, d->name), &e->documents[i]);
    }
    assert_null(edition_find_document(e, "scenario", "c"));
    assert_null(edition_find_document(e, "scenari", "a"));
    assert_ptr_equal(edition_documents_of(e, EDITION_DOCUMENT_REGISTER_EVENT, &count), &e->documents[1]);
    assert_int_equal(count, 2);
    assert_null(edition_documents_of(e, "zebra", &count));
    assert_int_equal(count, 0);
    assert_int_equal(e->register_events, 12);
    assert_string_equal(e->register_head, "abc");
    edition_close(e);
    place_remove(&p);
}

static void two_of_one_name_are_refused(void **state)
{
    edition_document documents[] = {{"scenario", "a", "x"}, {"scenario", "a", "y"}};
    place p;
    edition_writer *w = NULL;
    error err = {0};
    (void)state;
    place_make(&p);
    const edition head = with_documents(documents, 2);
    assert_int_equal(edition_writer_open(place_path(&p, "made.sqlite"), &head, &w, &err), STATUS_REFUSED);
    assert_string_equal(err.message, "Two documents of the kind scenario are called 'a'");
    assert_null(w);
    assert_int_equal(access(place_path(&p, "made.sqlite"), F_OK), -1);
    place_remove(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(documents_are_read_as_they_were_written),
        cmocka_unit_test(two_of_one_name_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
