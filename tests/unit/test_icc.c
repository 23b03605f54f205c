/* SPDX-License-Identifier: MIT */
/* Colour conversion by embedded profiles, against the formulas of colour science. */
#define _GNU_SOURCE /* memmem */
#include "../../stages/icc.h"

#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <lcms2.h>
#include <vips/vips.h>
#include "make_jpeg.h"
#include "noise.h"

static Arena *arena;
static IccSeat *seat;

static Picture picture_new(int width_px, int height_px)
{
    Picture picture = {width_px, height_px, arena_alloc(arena, (size_t)width_px * height_px * 3)};
    assert_non_null(picture.rgb);
    return picture;
}

typedef struct Primaries {
    double x[3], y[3], gamma;
} Primaries;

static const Primaries display_p3 = {{0.680, 0.265, 0.150}, {0.320, 0.690, 0.060}, 2.2};
static const Primaries adobe_rgb = {{0.640, 0.210, 0.150}, {0.330, 0.710, 0.060}, 2.19921875};

static Bytes profile_new(const Primaries *p)
{
    cmsCIExyY white = {0.3127, 0.3290, 1};
    cmsCIExyYTRIPLE rgb = {{p->x[0], p->y[0], 1}, {p->x[1], p->y[1], 1}, {p->x[2], p->y[2], 1}};
    cmsToneCurve *curve = cmsBuildGamma(NULL, p->gamma), *curves[3] = {curve, curve, curve};
    cmsHPROFILE profile = cmsCreateRGBProfile(&white, &rgb, curves);
    cmsUInt32Number size = 0;
    cmsSaveProfileToMem(profile, NULL, &size);
    Bytes bytes = {arena_alloc(arena, size), size};
    cmsSaveProfileToMem(profile, bytes.data, &size);
    cmsCloseProfile(profile);
    cmsFreeToneCurve(curve);
    return bytes;
}

static double from_linear(double v)
{
    v = v < 0 ? 0 : v > 1 ? 1 : v;
    return v <= 0.0031308 ? 12.92 * v : 1.055 * pow(v, 1 / 2.4) - 0.055;
}

/* RGB to XYZ for primaries with white D65, by the usual derivation; then to sRGB by its own. */
static void primaries_to_xyz(const Primaries *p, double m[3][3])
{
    double white[3] = {0.3127 / 0.3290, 1, (1 - 0.3127 - 0.3290) / 0.3290}, a[3][4];
    for (int c = 0; c < 3; c++) {
        a[0][c] = p->x[c] / p->y[c];
        a[1][c] = 1;
        a[2][c] = (1 - p->x[c] - p->y[c]) / p->y[c];
    }
    double base[3][3];
    for (int r = 0; r < 3; r++) {
        memcpy(base[r], a[r], sizeof base[r]);
        a[r][3] = white[r];
    }
    for (int k = 0; k < 3; k++) /* Gauss-Jordan; the pivots are never 0 for real primaries */
        for (int r = 0; r < 3; r++) {
            double factor = r == k ? 0 : a[r][k] / a[k][k];
            for (int c = 0; c < 4; c++)
                a[r][c] -= factor * a[k][c];
        }
    for (int r = 0; r < 3; r++)
        for (int c = 0; c < 3; c++)
            m[r][c] = base[r][c] * (a[c][3] / a[c][c]);
}

static void expected_srgb(const Primaries *p, const uint8_t in[3], double out[3])
{
    static const double srgb[3][3] = {{3.2404542, -1.5371385, -0.4985314},
                                      {-0.9692660, 1.8760108, 0.0415560},
                                      {0.0556434, -0.2040259, 1.0572252}};
    double m[3][3], xyz[3] = {0};
    primaries_to_xyz(p, m);
    for (int r = 0; r < 3; r++)
        for (int c = 0; c < 3; c++)
            xyz[r] += m[r][c] * pow(in[c] / 255.0, p->gamma);
    for (int r = 0; r < 3; r++) {
        double linear = 0;
        for (int c = 0; c < 3; c++)
            linear += srgb[r][c] * xyz[c];
        out[r] = 255 * from_linear(linear);
    }
}

static void wide_gamut_profiles_become_srgb(void **state)
{
    (void)state;
    static const Primaries *const spaces[] = {&display_p3, &adobe_rgb};
    static const uint8_t colours[][3] = {{128, 128, 128}, {230, 230, 230}, {40, 40, 40},
                                         {122, 193, 245}, {200, 150, 130}, {90, 60, 50},
                                         {255, 255, 255}};
    for (size_t s = 0; s < 2; s++) {
        Bytes icc = profile_new(spaces[s]);
        for (size_t i = 0; i < sizeof colours / sizeof *colours; i++) {
            Picture out = picture_new(48, 64);
            for (int p = 0; p < 48 * 64; p++)
                memcpy(out.rgb + 3 * p, colours[i], 3);
            bool converted = false;
            assert_int_equal(icc_to_srgb(seat, &icc, &out, &converted).code, ERR_NONE);
            assert_true(converted);
            double wanted[3];
            expected_srgb(spaces[s], colours[i], wanted);
            for (int c = 0; c < 3; c++)
                if (fabs(pixel(&out, 47, 63)[c] - wanted[c]) > 2.0)
                    fail_msg("space %zu colour %zu channel %d: %d, not %.1f", s, i, c,
                             pixel(&out, 47, 63)[c], wanted[c]);
        }
    }
}

static Bytes profile_damaged(int kind)
{
    Bytes icc = profile_new(&display_p3);
    switch (kind) {
    case 0:
        icc.size = 100;
        break; /* shorter than a header */
    case 1:
        icc.size -= 40;
        break; /* cut off */
    case 2:
        memcpy(icc.data + 16, "CMYK", 4);
        break; /* another colour space */
    case 3:
        memcpy(icc.data + 16, "GRAY", 4);
        break;
    case 4:
        memset(icc.data + 36, 0, 4);
        break; /* no signature */
    case 5:
        memset(icc.data + 128, 0xff, 4);
        break; /* absurd tag count */
    case 6:
        memset(icc.data + 132, 0, icc.size - 132);
        break;
    case 7:
        icc.data = NULL;
        break;
    case 8:
        icc.size = 0;
        break;
    case 9:
        memcpy(memmem(icc.data, 400, "rTRC", 4), "xTRC", 4);
        break;
    case 10:
        memcpy((uint8_t *)memmem(icc.data, 400, "gXYZ", 4) + 4, "\xff\xff\xff\xf0", 4);
        break;
    case 11:
        memset(icc.data + 400, 0, icc.size - 400);
        break; /* tags without content */
    default:
        fail_msg("no kind %d", kind);
    }
    return icc;
}

static void broken_profiles_leave_the_colours_alone(void **state)
{
    (void)state;
    for (int kind = 0; kind < 12; kind++) {
        Bytes icc = profile_damaged(kind);
        Picture in = picture_new(60, 80), out = picture_new(60, 80);
        fill_noise(&in, 3);
        fill_noise(&out, 3);
        bool converted = true;
        assert_int_equal(icc_to_srgb(seat, &icc, &out, &converted).code, ERR_NONE);
        if (converted)
            fail_msg("kind %d was used", kind);
        assert_memory_equal(in.rgb, out.rgb, 60 * 80 * 3);
    }
}

/* Each primary's XYZ taken times ten: whole in form, absurd in content. */
static void absurd_profiles_leave_the_colours_alone(void **state)
{
    (void)state;
    static const Primaries tinted = {{0.680, 0.265, 0.150}, {0.320, 0.690, 0.060}, 0.4};
    Bytes icc = profile_new(&tinted);
    Picture in = picture_new(60, 80), out = picture_new(60, 80);
    fill_noise(&in, 3);
    fill_noise(&out, 3);
    bool converted = true;
    assert_int_equal(icc_to_srgb(seat, &icc, &out, &converted).code, ERR_NONE);
    assert_false(converted);
    assert_memory_equal(in.rgb, out.rgb, 60 * 80 * 3);
}

static bool moves(Bytes icc)
{
    JpegHeader header = {.icc = icc.data, .icc_bytes = icc.size};
    return icc_moves(seat, &header);
}

static void only_other_colour_spaces_move_colours(void **state)
{
    (void)state;
    static const Primaries srgb_of_gamma = {{0.640, 0.300, 0.150}, {0.330, 0.600, 0.060}, 2.2};
    assert_false(moves((Bytes){0}));
    assert_false(moves(make_srgb_profile(arena)));
    assert_true(moves(profile_new(&display_p3)));
    assert_true(moves(profile_new(&adobe_rgb)));
    assert_true(moves(profile_new(&srgb_of_gamma))); /* the shadows */
    for (int kind = 0; kind < 12; kind++)
        assert_false(moves(profile_damaged(kind)));
}

static void linear_light_is_no_broken_profile(void **state)
{
    (void)state;
    static const Primaries linear = {{0.640, 0.300, 0.150}, {0.330, 0.600, 0.060}, 1};
    static const int values[][2] = {{0, 0}, {13, 63}, {64, 137}, {128, 188}, {255, 255}};
    Bytes icc = profile_new(&linear);
    assert_true(moves(icc));
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        Picture out = picture_new(1, 1);
        memset(out.rgb, values[i][0], 3);
        bool converted = false;
        assert_int_equal(icc_to_srgb(seat, &icc, &out, &converted).code, ERR_NONE);
        assert_true(converted);
        for (int c = 0; c < 3; c++)
            assert_true(abs(out.rgb[c] - values[i][1]) <= 1);
    }
}

/* What libvips makes of the same picture: another way through the same profile. */
static void vips_agrees(void **state)
{
    (void)state;
    static const Primaries *const spaces[] = {&display_p3, &adobe_rgb};
    for (size_t s = 0; s < 2; s++) {
        Bytes icc = profile_new(spaces[s]);
        Picture ours = picture_new(64, 64);
        fill_noise(&ours, 11);
        size_t bytes = 64 * 64 * 3, got = 0;
        VipsImage *in = vips_image_new_from_memory_copy(ours.rgb, bytes, 64, 64, 3, VIPS_FORMAT_UCHAR);
        VipsImage *tagged = NULL, *out = NULL;
        assert_int_equal(vips_copy(in, &tagged, "interpretation", VIPS_INTERPRETATION_sRGB, NULL), 0);
        vips_image_set_blob_copy(tagged, VIPS_META_ICC_NAME, icc.data, icc.size);
        assert_int_equal(vips_icc_transform(tagged, &out, "srgb", "embedded", TRUE, "depth", 8, NULL), 0);
        uint8_t *theirs = vips_image_write_to_memory(out, &got);
        assert_int_equal(got, bytes);
        bool converted = false;
        assert_int_equal(icc_to_srgb(seat, &icc, &ours, &converted).code, ERR_NONE);
        assert_true(converted);
        int far = 0;
        for (size_t i = 0; i < bytes; i++) /* deep shades may part by more than a level */
            far += abs(ours.rgb[i] - theirs[i]) > 2;
        if (far > (int)(bytes / 500))
            fail_msg("space %zu: %d of %zu values are more than two levels apart", s, far, bytes);
        g_free(theirs);
        g_object_unref(out);
        g_object_unref(tagged);
        g_object_unref(in);
    }
}

/* More profiles than are kept, again and again: each has its own colours every time. */
static void kept_transforms_are_not_mixed_up(void **state)
{
    (void)state;
    enum { PROFILES = 7 };
    uint8_t first[PROFILES][3];
    for (int round = 0; round < 3; round++)
        for (int i = 0; i < PROFILES; i++) {
            Primaries mine = adobe_rgb;
            mine.gamma = 1.9 + 0.1 * i;
            Bytes icc = profile_new(&mine);
            Picture out = picture_new(1, 1);
            bool converted = false;
            memcpy(out.rgb, (uint8_t[]){180, 120, 90}, 3);
            assert_int_equal(icc_to_srgb(seat, &icc, &out, &converted).code, ERR_NONE);
            assert_true(converted);
            if (round == 0)
                memcpy(first[i], out.rgb, 3);
            assert_memory_equal(out.rgb, first[i], 3);
            assert_true(i == 0 || round || memcmp(first[i], first[i - 1], 3));
        }
}

typedef struct Lane {
    pthread_t thread;
    const Picture *in, *wanted;
    const Bytes *icc;
    int wrong;
} Lane;

static void *run_lane(void *data)
{
    Lane *lane = data;
    Arena *own = arena_create(16u << 20);
    IccSeat *mine = icc_seat_open(own);
    Picture out = {lane->in->width_px, lane->in->height_px, NULL};
    size_t bytes = (size_t)out.width_px * out.height_px * 3;
    out.rgb = arena_alloc(own, bytes);
    for (int i = 0; i < 25; i++) {
        bool converted = false, broken = i % 3 == 0; /* others fail meanwhile */
        Bytes bad = {lane->icc->data, 131};
        memcpy(out.rgb, lane->in->rgb, bytes);
        Err err = icc_to_srgb(mine, broken ? &bad : lane->icc, &out, &converted);
        lane->wrong += err.code || converted == broken ||
                       memcmp(out.rgb, broken ? lane->in->rgb : lane->wanted->rgb, bytes);
    }
    icc_seat_close(mine);
    arena_destroy(own);
    return NULL;
}

static void lanes_do_not_disturb_each_other(void **state)
{
    (void)state;
    Bytes icc = profile_new(&display_p3);
    Picture in = picture_new(96, 128), wanted = picture_new(96, 128);
    fill_noise(&in, 5);
    fill_noise(&wanted, 5);
    bool converted = false;
    assert_int_equal(icc_to_srgb(seat, &icc, &wanted, &converted).code, ERR_NONE);
    assert_true(converted);
    Lane lanes[4];
    for (int i = 0; i < 4; i++) {
        lanes[i] = (Lane){.in = &in, .wanted = &wanted, .icc = &icc};
        assert_int_equal(pthread_create(&lanes[i].thread, NULL, run_lane, &lanes[i]), 0);
    }
    for (int i = 0; i < 4; i++) {
        assert_int_equal(pthread_join(lanes[i].thread, NULL), 0);
        assert_int_equal(lanes[i].wrong, 0);
    }
}

static int set_up(void **state)
{
    (void)state;
    arena = arena_create(256u << 20);
    seat = arena ? icc_seat_open(arena) : NULL;
    return !seat;
}

static int tear_down(void **state)
{
    (void)state;
    icc_seat_close(seat);
    arena_destroy(arena);
    return 0;
}

static int start(void **state)
{
    (void)state;
    return vips_init("test_icc");
}

static int stop(void **state)
{
    (void)state;
    vips_shutdown();
    return 0;
}

static void no_profile_is_srgb_unless_the_camera_says_otherwise(void **state)
{
    (void)state;
    static const uint8_t some[4];
    static const struct { JpegHeader header; bool converted; int says; } cases[] = {
        {{0}, false, 1}, {{.not_srgb = true}, false, 2}, {{.icc = some}, true, 1}, {{.icc = some}, false, 0},
        {{.icc = some, .not_srgb = true}, true, 1}, {{.icc_broken = true, .not_srgb = true}, false, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(icc_says(&cases[i].header, cases[i].converted), cases[i].says);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(wide_gamut_profiles_become_srgb),
        TEST(broken_profiles_leave_the_colours_alone),
        TEST(absurd_profiles_leave_the_colours_alone),
        TEST(only_other_colour_spaces_move_colours),
        TEST(linear_light_is_no_broken_profile),
        TEST(no_profile_is_srgb_unless_the_camera_says_otherwise),
        TEST(vips_agrees),
        TEST(kept_transforms_are_not_mixed_up),
        TEST(lanes_do_not_disturb_each_other),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
