/*
 * The pictures of the manual are what the program draws today: docs/images/plot-*.svg.
 * CONCORD_UPDATE=1 in the environment writes them anew.
 */
#include "test_plot_gallery.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

static void test_images(void **state)
{
    (void)state;
    const char *update = getenv("CONCORD_UPDATE");
    for (size_t i = 0; i < COUNT(GALLERY); i++) {
        char path[1024];
        buffer drawing = {0}, file = {0}, kept = {0};
        const plot_medium medium = {.unique = GALLERY[i].name};
        (void)snprintf(path, sizeof path, "%s/docs/images/%s.svg", CONCORD_SOURCE_DIR, GALLERY[i].name);
        GALLERY[i].draw(&medium, &drawing);
        assert_int_equal(plot_finish(PLOT_SVG, &drawing, 0, &file, NULL), STATUS_OK);
        assert_true(file.length < 60 * 1024);
        if (update != NULL && update[0] == '1')
            assert_int_equal(file_write(path, file.data, file.length, false, NULL), STATUS_OK);
        if (file_read(path, (size_t)1 << 20, &kept, NULL) != STATUS_OK || kept.length != file.length ||
            memcmp(kept.data, file.data, file.length) != 0)
            fail_msg(
                "docs/images/%s.svg is not what is drawn today; look at it, then run this test with CONCORD_UPDATE=1",
                GALLERY[i].name);
        buffer_free(&drawing);
        buffer_free(&file);
        buffer_free(&kept);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_images)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
