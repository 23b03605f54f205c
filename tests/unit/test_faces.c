/* SPDX-License-Identifier: MIT */
#include "../../stages/faces.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include "portraits.h"

static Arena *arena;
static char folder[] = "/tmp/headroom-faces-XXXXXX";

static int make_arena(void **state)
{
    (void)state;
    arena = arena_create((size_t)256 << 20);
    return arena && mkdtemp(folder) ? 0 : -1;
}

static int drop_arena(void **state)
{
    (void)state;
    arena_destroy(arena);
    return rmdir(folder);
}

static const char *write_bytes(const char *name, const void *data, size_t size)
{
    const char *path = arena_print(arena, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
    return path;
}

static void refuses(const char *detector)
{
    FaceFinder *finder = (FaceFinder *)folder;
    Err err = faces_open(arena, detector, NULL, &finder);
    assert_int_equal(err.code, ERR_MODEL);
    assert_null(finder);
    assert_non_null(strstr(err.text, detector));
}

static void refuses_own(const char *path)
{
    FaceFinder *finder = (FaceFinder *)folder;
    Err err = faces_open(arena, NULL, NULL, &finder);
    assert_int_equal(err.code, ERR_MODEL);
    assert_null(finder);
    assert_non_null(strstr(err.text, path));
}

static void a_missing_detector_is_named(void **state)
{
    (void)state;
    refuses("/nowhere/yunet.onnx");
    refuses("");
    refuses(folder);
}

/* OpenCV throws on each of these; none may leave as an exception or a crash. */
static void a_broken_detector_is_named(void **state)
{
    (void)state;
    Bytes whole = portrait_file(arena, SOURCE_DIR "/models/face", "eye_points.onnx");
    assert_true(whole.size > 1000);
    static const char TEXT[] = "this is no network";
    refuses(write_bytes("a.onnx", TEXT, sizeof TEXT));
    refuses(write_bytes("a.onnx", TEXT, 0));
    refuses(write_bytes("a.onnx", whole.data, whole.size / 2));
    for (int i = 0; i < 16; i++)
        whole.data[i] ^= 0xff;
    const char *path = write_bytes("a.onnx", whole.data, whole.size);
    refuses(path);
    assert_int_equal(unlink(path), 0);
}

/* A network, but not a detector: it opens or not, and never finds anything. */
static void another_network_finds_no_face(void **state)
{
    (void)state;
    FaceFinder *finder = NULL;
    FaceList list;
    Picture picture = portrait_picture(arena, SOURCE_DIR "/samples/base", "s_005_clean.jpg");
    assert_non_null(picture.rgb);
    Err err = faces_open(arena, SOURCE_DIR "/models/face/eye_points.onnx", NULL, &finder);
    if (!err.code)
        err = faces_find(finder, &picture, SEARCH_FIRST, &list);
    assert_int_equal(err.code, ERR_MODEL);
    if (finder)
        faces_close(finder);
}

static void a_wrong_models_folder_falls_back_to_the_source(void **state)
{
    (void)state;
    FaceFinder *finder = NULL;
    setenv("HEADROOM_MODELS", "/nowhere", 1); /* the source folder still has them */
    assert_int_equal(faces_open(arena, NULL, NULL, &finder).code, ERR_NONE);
    faces_close(finder);
    unsetenv("HEADROOM_MODELS");
}

/* A file that is there has the last word, also when it is damaged or another network: no other folder's is
 * taken in silence. */
static void a_wrong_network_is_named_and_not_passed_over(void **state)
{
    (void)state;
    static const char TEXT[] = "this is no network";
    Bytes eye = portrait_file(arena, SOURCE_DIR "/models/face", "eye_points.net");
    Bytes finder = portrait_file(arena, SOURCE_DIR "/models/face", "face_finder.net");
    const char *face = arena_print(arena, "%s/face", folder);
    assert_int_equal(mkdir(face, 0700), 0);
    setenv("HEADROOM_MODELS", folder, 1);
    const char *path = write_bytes("face/face_finder.net", TEXT, sizeof TEXT);
    refuses_own(path);
    write_bytes("face/face_finder.net", eye.data, eye.size);
    refuses_own(path);
    finder.data[finder.size / 2] ^= 1;
    write_bytes("face/face_finder.net", finder.data, finder.size);
    refuses_own(path);
    unsetenv("HEADROOM_MODELS");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(face), 0);
}

static void kernels_that_there_are_not_are_refused(void **state)
{
    (void)state;
    FaceFinder *finder = NULL;
    setenv("HEADROOM_CPU", "none", 1);
    assert_int_equal(faces_open(arena, NULL, NULL, &finder).code, ERR_USAGE);
    assert_null(finder);
    setenv("HEADROOM_CPU", "base", 1);
    assert_int_equal(faces_open(arena, NULL, NULL, &finder).code, ERR_NONE);
    faces_close(finder);
    unsetenv("HEADROOM_CPU");
}

/* Bit for bit, and also when the one that opened the networks has worked in between. */
static void a_finder_that_shares_answers_like_the_first(void **state)
{
    (void)state;
    FaceFinder *first = NULL, *other = NULL;
    Picture picture = portrait_picture(arena, SOURCE_DIR "/samples/base", "s_005_clean.jpg");
    assert_non_null(picture.rgb);
    size_t before = arena_used(arena);
    assert_int_equal(faces_open(arena, NULL, NULL, &first).code, ERR_NONE);
    size_t own = arena_used(arena) - before;
    assert_int_equal(faces_open(arena, NULL, first, &other).code, ERR_NONE);
    size_t shared = arena_used(arena) - before - own;
    assert_true(own - shared > 3 << 20); /* the weights */
    FaceList found[2];
    SoftPoint points[2][POINT_COUNT];
    for (int i = 0; i < 2; i++) {
        FaceFinder *finder = i ? other : first;
        FaceList none;
        Picture turned = faces_turned(i ? first : other, &picture);
        assert_int_equal(faces_find(i ? first : other, &turned, SEARCH_FIRST, &none).code, ERR_NONE);
        memset(&found[i], 0, sizeof found[i]);
        assert_int_equal(faces_find(finder, &picture, SEARCH_FIRST, &found[i]).code, ERR_NONE);
        assert_int_equal(faces_points(finder, &picture, found[i].list[0].face, points[i]).code, ERR_NONE);
    }
    assert_in_range(found[0].count, 1, CANDIDATE_MAX);
    assert_memory_equal(&found[0], &found[1], sizeof found[0]);
    assert_memory_equal(points[0], points[1], sizeof points[0]);
    faces_close(other);
    faces_close(first);
}

static void a_crop_outside_the_picture_is_no_error(void **state)
{
    (void)state;
    static const FaceCrop CROPS[] = {
        {{-5000, -5000}, 300, 0}, {{450, 500}, 0.5, 0},  {{450, 500}, 20000, 1},
        {{899, 1199}, 400, 3.1},  {{450, 500}, 400, -9},
    };
    FaceFinder *finder = NULL;
    Picture picture = portrait_picture(arena, SOURCE_DIR "/samples/base", "s_005_clean.jpg");
    assert_non_null(picture.rgb);
    assert_int_equal(faces_open(arena, NULL, NULL, &finder).code, ERR_NONE);
    for (size_t i = 0; i < sizeof CROPS / sizeof *CROPS; i++) {
        SoftPoint points[POINT_COUNT], eye[EYE_POINT_COUNT];
        assert_int_equal(faces_points(finder, &picture, CROPS[i], points).code, ERR_NONE);
        assert_int_equal(faces_eye(finder, &picture, CROPS[i], i % 2, eye).code, ERR_NONE);
        for (int k = 0; k < POINT_COUNT; k++)
            assert_true(isfinite(points[k].at.x) && isfinite(points[k].at.y) && points[k].spread >= 0);
    }
    faces_close(finder);
}

/* The square of a face is one; its lower edge, the shirt, and the paper beside the head are none. */
static void the_verifier_tells_faces_from_what_is_none(void **state)
{
    (void)state;
    static const char *const FILES[] = {"s_005_clean.jpg", "s_013_darkglasses.jpg", "s_021_yaw.jpg", "s_040_clean.jpg"};
    FaceFinder *finder = NULL;
    assert_int_equal(faces_open(arena, NULL, NULL, &finder).code, ERR_NONE);
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
        FaceList list;
        double face, shirt, paper;
        Picture picture = portrait_picture(arena, SOURCE_DIR "/samples/base", FILES[i]);
        assert_non_null(picture.rgb);
        assert_int_equal(faces_find(finder, &picture, SEARCH_FIRST, &list).code, ERR_NONE);
        assert_true(list.count >= 1);
        FaceCrop crop = list.list[0].face;
        crop.side *= 1.4;
        assert_int_equal(faces_verify(finder, &picture, crop, &face).code, ERR_NONE);
        FaceCrop below = {{crop.centre.x, picture.height_px - 0.4 * crop.side}, 0.8 * crop.side, 0};
        assert_int_equal(faces_verify(finder, &picture, below, &shirt).code, ERR_NONE);
        FaceCrop beside = {{0.1 * crop.side, 0.1 * crop.side}, 0.5 * crop.side, 0};
        assert_int_equal(faces_verify(finder, &picture, beside, &paper).code, ERR_NONE);
        if (face < 0.6 || shirt > 0.4 || paper > 0.4)
            fail_msg("%s: face %.3f, shirt %.3f, paper %.3f", FILES[i], face, shirt, paper);
    }
    faces_close(finder);
}

static void every_search_lists_the_portrait_largest_first(void **state)
{
    (void)state;
    FaceFinder *finder = NULL;
    FaceList list;
    Picture picture = portrait_picture(arena, SOURCE_DIR "/samples/base", "s_005_clean.jpg");
    assert_non_null(picture.rgb);
    assert_int_equal(faces_open(arena, NULL, NULL, &finder).code, ERR_NONE);
    for (int search = 0; search < SEARCH_COUNT; search++) {
        assert_int_equal(faces_find(finder, &picture, (FaceSearch)search, &list).code, ERR_NONE);
        assert_in_range(list.count, 0, CANDIDATE_MAX);
        for (int i = 0; i < list.count; i++) {
            assert_true(list.list[i].score >= 0 && list.list[i].score <= 1);
            assert_true(i == 0 || list.list[i].face.side <= list.list[i - 1].face.side);
        }
        if (search == SEARCH_FIRST)
            assert_true(list.count >= 1);
    }
    faces_close(finder);
}

/* Both edges of each limit; the longest that may be looked at are. */
static void strips_are_not_looked_at(void **state)
{
    (void)state;
    static const struct {
        int width, height;
        bool sought;
    } rows[] = {{32, 32, true},      {31, 32, false},     {32, 31, false},     {32, 2048, true},   {32, 2112, false},
                {2112, 32, false},   {500, 32000, true},  {32000, 500, true},  {800, 32001, false}, {32001, 800, false},
                {300, 40100, false}, {40500, 300, false}, {65500, 380, false}, {480, 640, true}};
    FaceFinder *finder;
    assert_int_equal(faces_open(arena, NULL, NULL, &finder).code, ERR_NONE);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Picture picture = {.width_px = rows[i].width, .height_px = rows[i].height};
        assert_int_equal(faces_can_be_sought(&picture), rows[i].sought);
        if (!rows[i].sought)
            continue;
        picture.rgb = calloc((size_t)picture.width_px * (size_t)picture.height_px, 3);
        assert_non_null(picture.rgb);
        for (FaceSearch search = SEARCH_FIRST; search < SEARCH_COUNT; search++) {
            FaceList list;
            assert_int_equal(faces_find(finder, &picture, search, &list).code, ERR_NONE);
            assert_int_equal(list.count, 0);
        }
        free(picture.rgb);
    }
    faces_close(finder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_missing_detector_is_named),
        cmocka_unit_test(a_broken_detector_is_named),
        cmocka_unit_test(another_network_finds_no_face),
        cmocka_unit_test(a_wrong_models_folder_falls_back_to_the_source),
        cmocka_unit_test(a_wrong_network_is_named_and_not_passed_over),
        cmocka_unit_test(kernels_that_there_are_not_are_refused),
        cmocka_unit_test(a_finder_that_shares_answers_like_the_first),
        cmocka_unit_test(a_crop_outside_the_picture_is_no_error),
        cmocka_unit_test(strips_are_not_looked_at),
        cmocka_unit_test(the_verifier_tells_faces_from_what_is_none),
        cmocka_unit_test(every_search_lists_the_portrait_largest_first),
    };
    return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
