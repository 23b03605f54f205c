/* SPDX-License-Identifier: MIT */
#include "../../stages/flow.h"
#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>
#include <cmocka.h>
#include "make_jpeg.h"
#include "portraits.h"

static Arena *arena, *photo_arena; /* of the test's files; of the photo at work */
static Profile profile;
static Tools tools;
static char folder[] = "/tmp/headroom-flow-XXXXXX";

static int start(void **state)
{
    (void)state;
    arena = arena_create((size_t)256 << 20);
    photo_arena = arena_create((size_t)1 << 30);
    if (!arena || !photo_arena || !mkdtemp(folder))
        return -1;
    return profile_load(arena, "college-light-blue", &profile).code ||
                   flow_open(arena, NULL, &tools).code
               ? -1
               : 0;
}

static int stop(void **state)
{
    (void)state;
    flow_close(&tools);
    arena_destroy(photo_arena);
    arena_destroy(arena);
    return rmdir(folder);
}

static const char *write_bytes(const char *name, Bytes file)
{
    const char *path = arena_print(arena, "%s/%s", folder, name);
    FILE *out = fopen(path, "wb");
    assert_non_null(out);
    assert_int_equal(fwrite(file.data, 1, file.size, out), file.size);
    assert_int_equal(fclose(out), 0);
    return path;
}

/* Runs every stage of a mode, as a lane does. */
static Photo *run_flow(Mode mode, const char *path)
{
    static Photo photo;
    arena_reset(photo_arena);
    photo = (Photo){.arena = photo_arena, .mode = mode, .today = 20000, .picture_scale = 1,
                    .task = {.path = path, .id = id_parse("11010519491231002X"), .files_for_id = 1}};
    photo.source.header.dpi = photo.source.header.quality = NAN;
    facts_clear(&photo.facts);
    for (const Stage *stage = flow_of(mode); stage->name; stage++) {
        Err err = stage->run(&photo, &profile, &tools);
        if (err.code)
            fail_msg("%s of '%s': %s", stage->name, path, err.text);
    }
    assert_non_null(photo.record);
    return &photo;
}

static bool finds(const Photo *photo, CheckId check)
{
    for (int i = 0; i < photo->findings.count; i++)
        if (photo->findings.list[i].check == check)
            return true;
    return false;
}

static void stages_stand_in_the_order_of_the_map(void **state)
{
    (void)state;
    static const char *const ORDERS[][STAGE_MAX] = {
        [MODE_MAKE] = {"read", "decode", "detect", "background", "normalize", "measure", "encode",
                       "inspect", "judge", "store"},
        [MODE_CHECK] = {"read", "decode", "detect", "background", "normalize", "measure", "inspect",
                        "judge", "store"},
    };
    for (Mode mode = MODE_MAKE; mode <= MODE_CHECK; mode++) {
        const Stage *flow = flow_of(mode);
        int count = 0;
        for (; flow[count].name; count++) {
            assert_in_range(count, 0, STAGE_MAX - 1);
            assert_non_null(ORDERS[mode][count]);
            assert_string_equal(flow[count].name, ORDERS[mode][count]);
            assert_non_null(flow[count].run);
        }
        assert_null(ORDERS[mode][count]);
    }
}

static void a_path_that_cannot_be_read_is_rejected(void **state)
{
    (void)state;
    const char *paths[] = {"/nowhere/11010519491231002X.jpg", folder, "/dev/null"};
    for (Mode mode = MODE_MAKE; mode <= MODE_CHECK; mode++)
        for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
            Photo *photo = run_flow(mode, paths[i]);
            assert_int_equal(photo->verdict, VERDICT_REJECT);
            assert_true(finds(photo, CHECK_readable));
            assert_null(photo->output.file.data);
        }
}

static void files_without_a_picture_are_rejected(void **state)
{
    (void)state;
    static uint8_t png[] = "\x89PNG\r\n\x1a\n and nothing more", empty[1];
    Picture noise = {400, 533, arena_alloc(arena, 400 * 533 * 3)}, dot = {1, 1, (uint8_t *)"\x50\x60\x70"};
    unsigned seed = 7;
    for (int i = 0; i < 400 * 533 * 3; i++)
        noise.rgb[i] = (uint8_t)((seed = seed * 1664525u + 1013904223u) >> 24);
    Bytes jpeg = make_jpeg(arena, &noise, (MakeJpeg){.quality = 60});
    const struct {
        const char *name;
        Bytes file;
        CheckId check;
    } cases[] = {
        {"noise.jpg", jpeg, CHECK_faces},
        {"dot.jpg", make_jpeg(arena, &dot, (MakeJpeg){0}), CHECK_source_width_px},
        {"grey.jpg", make_jpeg(arena, &noise, (MakeJpeg){.components = 1}), CHECK_colour_components},
        {"cut.jpg", {jpeg.data, jpeg.size / 2}, CHECK_damage},
        {"head.jpg", {jpeg.data, 100}, CHECK_damage},
        {"png.jpg", {png, sizeof png}, CHECK_is_jpeg},
        {"empty.jpg", {empty, 0}, CHECK_is_jpeg},
    };
    for (Mode mode = MODE_MAKE; mode <= MODE_CHECK; mode++)
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            const char *path = write_bytes(cases[i].name, cases[i].file);
            Photo *photo = run_flow(mode, path);
            if (photo->verdict != VERDICT_REJECT || !finds(photo, cases[i].check))
                fail_msg("%s: verdict %d, %s not named", path, photo->verdict,
                         checks[cases[i].check].name);
            assert_null(photo->output.file.data);
            assert_string_equal(photo->output_path, "");
            assert_int_equal(unlink(path), 0);
        }
}

/* What the program itself makes of a portrait, in the test's arena. */
static Bytes made_file(void)
{
    Photo *photo = run_flow(MODE_MAKE, SOURCE_DIR "/samples/base/s_005_clean.jpg");
    assert_int_equal(photo->action, ACTION_MADE);
    assert_true(photo->verdict != VERDICT_REJECT);
    assert_non_null(photo->output.file.data);
    Bytes out = {arena_alloc(arena, photo->output.file.size), photo->output.file.size};
    memcpy(out.data, photo->output.file.data, out.size);
    return out;
}

static void a_portrait_is_made_at_the_asked_size(void **state)
{
    (void)state;
    made_file();
    Photo *photo = run_flow(MODE_MAKE, SOURCE_DIR "/samples/base/s_005_clean.jpg");
    const Facts *f = &photo->facts;
    assert_true(f->v[CHECK_width_px] == 480 && f->v[CHECK_height_px] == 640);
    assert_true(f->v[CHECK_dpi] == 300 && f->v[CHECK_baseline] == 1);
    assert_true(f->v[CHECK_file_bytes] >= 20480 && f->v[CHECK_file_bytes] <= 40000);
    assert_true(f->v[CHECK_quality] >= 60);
    assert_true(f->v[CHECK_eye_line_px] >= 200 && f->v[CHECK_eye_line_px] <= 300);
    assert_true(f->v[CHECK_hair_top_px] >= 50 && f->v[CHECK_hair_top_px] <= 110);
    assert_true(f->v[CHECK_face_width_px] >= 180 && f->v[CHECK_face_width_px] <= 300);
    assert_true(fabs(f->v[CHECK_centre_offset_px]) <= 24);
    assert_true(photo->crop.scale <= 1);
}

/* Time ran out behind encode: the lane leaves out inspect, and what was made counts no more. */
static void a_late_photo_is_rejected_for_its_time_alone(void **state)
{
    (void)state;
    Photo *photo = run_flow(MODE_MAKE, SOURCE_DIR "/samples/base/s_005_clean.jpg");
    assert_non_null(photo->output.file.data);
    photo->late = true;
    photo->budget.start_ns -= 11000000000;
    photo->record = NULL;
    for (const Stage *stage = flow_of(MODE_MAKE); stage->name; stage++)
        if (!stage->timed)
            assert_int_equal(stage->run(photo, &profile, &tools).code, ERR_NONE);
    assert_int_equal(photo->verdict, VERDICT_REJECT);
    assert_int_equal(photo->action, ACTION_NONE);
    assert_null(photo->output.file.data);
    assert_non_null(strstr(photo->record, "cpu_seconds"));
    for (int i = 0; i < photo->findings.count; i++) {
        const Finding *finding = &photo->findings.list[i];
        assert_true(finding->level != LEVEL_REJECT || finding->check == CHECK_cpu_seconds);
    }
}

static void every_asked_fact_is_measured_on_a_good_portrait(void **state)
{
    (void)state;
    Photo *photo = run_flow(MODE_MAKE, SOURCE_DIR "/samples/base/s_005_clean.jpg");
    for (CheckId i = BINDING_CHECKS; i < CHECK_COUNT; i++)
        if (profile.want[i].asked && i != CHECK_capture_age_days &&
            i != CHECK_cpu_seconds && isnan(photo->facts.v[i]))
            fail_msg("%s is not measured", checks[i].name);
}

/* Dark lenses and reflections unsettle the points; the report must name them all the same. */
static void glasses_and_pose_are_named(void **state)
{
    (void)state;
    static const CheckId RULES[] = {CHECK_yaw_deg,      CHECK_pitch_deg,  CHECK_gaze,
                                    CHECK_glasses_tint, CHECK_lens_glare, CHECK_red_eye};
    static const struct {
        const char *base;
        CheckId check; /* CHECK_COUNT: none of the rules may speak */
    } CASES[] = {{"s_013_darkglasses", CHECK_glasses_tint}, {"s_032_lensglare", CHECK_lens_glare},
                 {"s_021_yaw", CHECK_yaw_deg},              {"s_005_clean", CHECK_COUNT},
                 {"s_013_clean", CHECK_COUNT},              {"s_032_clean", CHECK_COUNT}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Photo *photo = run_flow(
            MODE_MAKE, arena_print(arena, SOURCE_DIR "/samples/base/%s.jpg", CASES[i].base));
        CheckId want = CASES[i].check;
        assert_true((photo->verdict != VERDICT_PASS) == (photo->thumb.data != NULL)); /* nobody looks at what passed */
        if (want < CHECK_COUNT && (!finds(photo, want) || isnan(photo->facts.v[want])))
            fail_msg("%s: %s is not named", CASES[i].base, checks[want].name);
        for (size_t k = 0; want == CHECK_COUNT && k < sizeof RULES / sizeof *RULES; k++)
            if (finds(photo, RULES[k]))
                fail_msg("%s: %s is named", CASES[i].base, checks[RULES[k]].name);
    }
}

static void our_own_file_passes_through_byte_for_byte(void **state)
{
    (void)state;
    Bytes made = made_file();
    const char *path = write_bytes("11010519491231002X.jpg", made);
    Photo *photo = run_flow(MODE_MAKE, path);
    assert_int_equal(photo->action, ACTION_PASSED_THROUGH);
    assert_int_equal(photo->output.file.size, made.size);
    assert_memory_equal(photo->output.file.data, made.data, made.size);
    assert_int_equal(unlink(path), 0);
}

/* Our file begins with the JFIF marker: SOI, APP0, length, "JFIF\0", version, unit, density. */
static void spoil_density(Bytes file)
{
    assert_memory_equal(file.data + 6, "JFIF", 5);
    file.data[15] = file.data[17] = 72;
    file.data[14] = file.data[16] = 0;
}

static Bytes with_exif(Bytes file)
{
    static const uint8_t EXIF[] = {0xff, 0xe1, 0, 28, 'E', 'x', 'i', 'f', 0, 0, 'I', 'I', 42, 0,
                                   8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6};
    return make_insert(arena, file, 20, EXIF, sizeof EXIF);
}

/* The clean header around the same coefficients is the file that was spoiled. */
static void only_the_header_of_a_good_picture_is_fixed(void **state)
{
    (void)state;
    static uint8_t zeros[512];
    Bytes made = made_file();
    Bytes dots = {arena_alloc(arena, made.size), made.size};
    memcpy(dots.data, made.data, made.size);
    spoil_density(dots);
    const Bytes spoiled[] = {dots, with_exif(made), with_exif(dots),
                             make_insert(arena, made, made.size, zeros, sizeof zeros),
                             make_with_icc(arena, made, make_srgb_profile(arena)), make_with_icc(arena, made, (Bytes){zeros, sizeof zeros})};
    for (size_t i = 0; i < sizeof spoiled / sizeof *spoiled; i++) {
        const char *path = write_bytes("11010519491231002X.jpg", spoiled[i]);
        Photo *photo = run_flow(MODE_MAKE, path);
        assert_int_equal(photo->action, ACTION_HEADER_FIXED);
        assert_true(photo->verdict != VERDICT_REJECT);
        assert_true(photo->facts.v[CHECK_dpi] == 300);
        assert_true(photo->facts.v[CHECK_metadata_bytes] == 0);
        assert_int_equal(photo->output.file.size, made.size);
        assert_memory_equal(photo->output.file.data, made.data, made.size);
        assert_int_equal(unlink(path), 0);
    }
}

static void a_check_writes_nothing_and_judges_the_file_itself(void **state)
{
    (void)state;
    Bytes made = made_file();
    spoil_density(made);
    const char *path = write_bytes("11010519491231002X.jpg", made);
    Photo *photo = run_flow(MODE_CHECK, path);
    assert_int_equal(photo->action, ACTION_NONE);
    assert_null(photo->output.file.data);
    assert_true(photo->facts.v[CHECK_dpi] == 72);
    assert_true(finds(photo, CHECK_dpi));
    assert_int_equal(unlink(path), 0);
}

/* Nothing is encoded, so nobody may say that no quality fits. */
static void a_check_tells_of_no_search(void **state)
{
    (void)state;
    static uint8_t empty[1];
    Picture large = make_picture(arena, 1400, 1866, 0);
    const Bytes files[] = {{empty, 0}, make_jpeg(arena, &large, (MakeJpeg){.quality = 98})};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        const char *path = write_bytes("11010519491231002X.jpg", files[i]);
        Photo *photo = run_flow(MODE_CHECK, path);
        assert_false(finds(photo, CHECK_byte_window));
        assert_false(photo->findings.missing[CHECK_byte_window]);
        assert_true(finds(photo, CHECK_file_bytes)); /* which says it */
        assert_int_equal(unlink(path), 0);
    }
}

/* Noise that no allowed quality presses into 40,000 bytes. */
static void what_no_quality_fits_is_not_called_made(void **state)
{
    (void)state;
    profile.quality_lo = 98;
    Photo *photo = run_flow(MODE_MAKE, SOURCE_DIR "/samples/base/s_005_clean.jpg");
    profile.quality_lo = 60;
    assert_true(finds(photo, CHECK_byte_window));
    assert_non_null(strstr(photo->record, "\"action\":\"none\""));
    assert_non_null(strstr(photo->record, "\"byte_window\":[{\"quality\":"));
    assert_true(isfinite(photo->facts.v[CHECK_eye_line_px])); /* the crop is told all the same */
}

/* Cut in the middle, the rest is grey. */
static void a_cut_photo_gets_no_advice_from_its_grey_part(void **state)
{
    (void)state;
    Bytes made = made_file();
    made.size = made.size * 2 / 5;
    for (Mode mode = MODE_MAKE; mode <= MODE_CHECK; mode++) {
        const char *path = write_bytes("11010519491231002X.jpg", made);
        Photo *photo = run_flow(mode, path);
        assert_int_equal(photo->verdict, VERDICT_REJECT);
        assert_true(finds(photo, CHECK_damage) && finds(photo, CHECK_end_marker));
        for (int i = 0; i < photo->findings.count; i++)
            if (photo->findings.list[i].check >= CHECK_faces)
                fail_msg("%s is told of lost pixels", checks[photo->findings.list[i].check].name);
        assert_true(photo->findings.missing[CHECK_faces] && photo->findings.missing[CHECK_white_top]);
        assert_null(strstr(photo->record, "\"advice\""));
        assert_int_equal(unlink(path), 0);
    }
}

/* A finished picture with no room above: it is kept as it is, and there is the same to say as of one that is made. */
static void a_picture_that_is_kept_is_advised_on_too(void **state)
{
    (void)state;
    Bytes made = made_file();
    Profile asked = profile;
    profile.want[CHECK_hair_top_px].good = profile.want[CHECK_hair_top_px].review = (Range){150, 170};
    const char *path = write_bytes("11010519491231002X.jpg", made);
    Photo *photo = run_flow(MODE_MAKE, path);
    profile = asked;
    assert_int_equal(photo->action, ACTION_PASSED_THROUGH);
    assert_true(finds(photo, CHECK_hair_top_px));
    assert_true(photo->advice.one < CHECK_COUNT);
    assert_non_null(strstr(photo->record, "\"advice\""));
    assert_int_equal(unlink(path), 0);
}

static void a_colour_profile_that_cannot_be_used_asks_for_a_person(void **state)
{
    (void)state;
    uint8_t nonsense[300] = {0};
    Picture picture = make_picture(arena, 600, 800, 0);
    Bytes plain = make_jpeg(arena, &picture, (MakeJpeg){0});
    Bytes odd = make_jpeg(arena, &picture, (MakeJpeg){.icc = {nonsense, sizeof nonsense}});
    const char *path = write_bytes("11010519491231002X.jpg", plain);
    assert_true(run_flow(MODE_MAKE, path)->facts.v[CHECK_colour_profile] == 1);
    path = write_bytes("11010519491231002X.jpg", odd);
    assert_true(run_flow(MODE_MAKE, path)->facts.v[CHECK_colour_profile] == 0);
    assert_int_equal(unlink(path), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stages_stand_in_the_order_of_the_map),
        cmocka_unit_test(a_path_that_cannot_be_read_is_rejected),
        cmocka_unit_test(files_without_a_picture_are_rejected),
        cmocka_unit_test(a_portrait_is_made_at_the_asked_size),
        cmocka_unit_test(a_late_photo_is_rejected_for_its_time_alone),
        cmocka_unit_test(every_asked_fact_is_measured_on_a_good_portrait),
        cmocka_unit_test(glasses_and_pose_are_named),
        cmocka_unit_test(our_own_file_passes_through_byte_for_byte),
        cmocka_unit_test(only_the_header_of_a_good_picture_is_fixed),
        cmocka_unit_test(a_colour_profile_that_cannot_be_used_asks_for_a_person),
        cmocka_unit_test(a_check_writes_nothing_and_judges_the_file_itself),
        cmocka_unit_test(a_check_tells_of_no_search),
        cmocka_unit_test(what_no_quality_fits_is_not_called_made),
        cmocka_unit_test(a_cut_photo_gets_no_advice_from_its_grey_part),
        cmocka_unit_test(a_picture_that_is_kept_is_advised_on_too),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
