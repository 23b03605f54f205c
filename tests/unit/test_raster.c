/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* memmem */
#include "../../stages/raster.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <lcms2.h>

static Arena *arena;

static Picture picture_new(int width_px, int height_px)
{
    Picture picture = {width_px, height_px, arena_alloc(arena, (size_t)width_px * height_px * 3)};
    assert_non_null(picture.rgb);
    return picture;
}

static uint8_t *pixel(const Picture *picture, int x, int y)
{
    return picture->rgb + 3 * ((size_t)y * picture->width_px + x);
}

static void fill_noise(Picture *picture, unsigned seed)
{
    for (size_t i = 0; i < (size_t)picture->width_px * picture->height_px * 3; i++) {
        seed = seed * 1664525u + 1013904223u;
        picture->rgb[i] = (uint8_t)(seed >> 24);
    }
}

/* The mean over the real-valued box that an output pixel covers. */
static double true_average(const Picture *in, const Picture *out, int x, int y, int c)
{
    double across = (double)in->width_px / out->width_px;
    double down = (double)in->height_px / out->height_px, sum = 0;
    for (int v = (int)floor(y * down); v < in->height_px && v < (y + 1) * down; v++)
        for (int u = (int)floor(x * across); u < in->width_px && u < (x + 1) * across; u++) {
            double wide = fmin(u + 1, (x + 1) * across) - fmax(u, x * across);
            double high = fmin(v + 1, (y + 1) * down) - fmax(v, y * down);
            if (wide > 0 && high > 0)
                sum += wide * high * pixel(in, u, v)[c];
        }
    return sum / (across * down);
}

static void reduce_is_the_exact_area_average(void **state)
{
    (void)state;
    static const int cases[][4] = {
        {16, 16, 16, 16}, {16, 16, 8, 8}, {7, 5, 3, 2},     {100, 90, 33, 89}, {1, 1, 1, 1},
        {3, 700, 2, 1},   {700, 3, 1, 2}, {640, 480, 160, 120}, {333, 217, 160, 104}, {5, 5, 1, 5},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Picture in = picture_new(cases[i][0], cases[i][1]);
        Picture out = {.width_px = cases[i][2], .height_px = cases[i][3]};
        fill_noise(&in, (unsigned)i);
        assert_int_equal(raster_reduce(arena, &in, &out).code, ERR_NONE);
        for (int y = 0; y < out.height_px; y++)
            for (int x = 0; x < out.width_px; x++)
                for (int c = 0; c < 3; c++) {
                    double wanted = true_average(&in, &out, x, y, c);
                    if (fabs(pixel(&out, x, y)[c] - wanted) > 0.5 + 1e-6)
                        fail_msg("case %zu at %d,%d: %d, not %f", i, x, y, pixel(&out, x, y)[c], wanted);
                }
        arena_reset(arena);
    }
}

/* Where the stored corner (0, 0) and its right neighbour go, by the EXIF standard's words. */
static void upright_follows_the_orientation(void **state)
{
    (void)state;
    static const struct {
        int orientation, corner_x, corner_y, right_x, right_y, width, height;
    } cases[] = {
        {1, 0, 0, 1, 0, 50, 70},   {2, 49, 0, 48, 0, 50, 70},   {3, 49, 69, 48, 69, 50, 70},
        {4, 0, 69, 1, 69, 50, 70}, {5, 0, 0, 0, 1, 70, 50},     {6, 69, 0, 69, 1, 70, 50},
        {7, 69, 49, 69, 48, 70, 50}, {8, 0, 49, 0, 48, 70, 50},
    };
    Picture in = picture_new(50, 70), out;
    fill_noise(&in, 7);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(raster_upright(arena, &in, cases[i].orientation, &out).code, ERR_NONE);
        assert_int_equal(out.width_px, cases[i].width);
        assert_int_equal(out.height_px, cases[i].height);
        int right_x = cases[i].right_x - cases[i].corner_x, right_y = cases[i].right_y - cases[i].corner_y;
        for (int y = 0; y < in.height_px; y++) /* rows go down as columns go right, turned */
            for (int x = 0; x < in.width_px; x++) {
                int down_x = right_x ? 0 : (cases[i].corner_x ? -1 : 1);
                int down_y = right_x ? (cases[i].corner_y ? -1 : 1) : 0;
                const uint8_t *to = pixel(&out, cases[i].corner_x + x * right_x + y * down_x,
                                          cases[i].corner_y + x * right_y + y * down_y);
                assert_memory_equal(to, pixel(&in, x, y), 3);
            }
    }
}

/* Centre of mass of a smooth dark spot; its faint skirt is left out, where rounding would weigh. */
static void find_spot(const Picture *picture, double *x, double *y)
{
    double sum = 0, sum_x = 0, sum_y = 0;
    for (int v = 0; v < picture->height_px; v++)
        for (int u = 0; u < picture->width_px; u++) {
            double dark = fmax(0, 247 - pixel(picture, u, v)[1]);
            sum += dark;
            sum_x += dark * (u + 0.5);
            sum_y += dark * (v + 0.5);
        }
    *x = sum_x / sum;
    *y = sum_y / sum;
}

static void frame_has_the_size_asked_and_no_shift(void **state)
{
    (void)state;
    static const struct {
        Box box;
        int width, height;
    } cases[] = {
        {{0, 0, 480, 640}, 480, 640},     {{10, 20, 481, 641}, 480, 640},
        {{3, 5, 777, 1036}, 480, 640},    {{11, 7, 959, 1279}, 480, 640},
        {{0, 0, 1100, 1467}, 480, 640},   {{50, 60, 1441, 1921}, 480, 640},
        {{1, 1, 1797, 2396}, 480, 640},   {{7, 9, 1499, 2001}, 240, 321},
        {{0, 0, 1800, 2400}, 150, 200},   {{0, 0, 1800, 2400}, 1, 1},
    };
    Picture in = picture_new(1800, 2400);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Box box = cases[i].box;
        for (int spot = 0; spot < 3; spot++) {
            double centre_x = box.x + box.width * (0.3 + 0.2 * spot);
            double centre_y = box.y + box.height * (0.7 - 0.2 * spot), radius = box.width / 12.0;
            for (int y = 0; y < in.height_px; y++)
                for (int x = 0; x < in.width_px; x++) {
                    double far = hypot(x + 0.5 - centre_x, y + 0.5 - centre_y) / radius;
                    double dark = 230 * exp(-far * far);
                    memset(pixel(&in, x, y), (int)lround(255 - dark), 3);
                }
            Picture out = {.width_px = cases[i].width, .height_px = cases[i].height};
            bool converted = true;
            assert_int_equal(raster_frame(arena, &in, box, NULL, &out, &converted).code, ERR_NONE);
            assert_false(converted);
            double x, y;
            find_spot(&out, &x, &y);
            double wanted_x = (centre_x - box.x) * out.width_px / box.width;
            double wanted_y = (centre_y - box.y) * out.height_px / box.height;
            if (out.width_px > 1 && hypot(x - wanted_x, y - wanted_y) > 0.05)
                fail_msg("case %zu: spot at %.3f,%.3f, not %.3f,%.3f", i, x, y, wanted_x, wanted_y);
        }
    }
}

static void frame_rings_no_more_than_one_lanczos_step(void **state)
{
    (void)state;
    Picture in = picture_new(1200, 1600);
    for (int y = 0; y < in.height_px; y++)
        for (int x = 0; x < in.width_px; x++)
            memset(pixel(&in, x, y), x < 600 ? 60 : 180, 3);
    static const int widths[] = {480, 700, 1000, 300, 150};
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        Picture out = {.width_px = widths[i], .height_px = widths[i] * 4 / 3};
        bool converted;
        Box all = {0, 0, in.width_px, in.height_px};
        assert_int_equal(raster_frame(arena, &in, all, NULL, &out, &converted).code, ERR_NONE);
        int low = 255, high = 0;
        for (int x = 0; x < out.width_px; x++) {
            int value = pixel(&out, x, out.height_px / 2)[0];
            low = value < low ? value : low;
            high = value > high ? value : high;
        }
        /* A step through Lanczos3 overshoots by at most 6.5 % of its height (its step response). */
        assert_in_range(low, 60 - 9, 60);
        assert_in_range(high, 180, 180 + 9);
        assert_memory_equal(pixel(&out, 0, 5), ((uint8_t[]){60, 60, 60}), 3);
        assert_memory_equal(pixel(&out, out.width_px - 1, 5), ((uint8_t[]){180, 180, 180}), 3);
    }
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
    static const uint8_t colours[][3] = {{128, 128, 128}, {230, 230, 230}, {40, 40, 40},  {122, 193, 245},
                                         {200, 150, 130}, {90, 60, 50},    {255, 255, 255}};
    for (size_t s = 0; s < 2; s++) {
        Bytes icc = profile_new(spaces[s]);
        for (size_t i = 0; i < sizeof colours / sizeof *colours; i++) {
            Picture in = picture_new(60, 80), out = {.width_px = 48, .height_px = 64};
            for (int p = 0; p < 60 * 80; p++)
                memcpy(in.rgb + 3 * p, colours[i], 3);
            bool converted = false;
            Box all = {0, 0, 60, 80};
            assert_int_equal(raster_frame(arena, &in, all, &icc, &out, &converted).code, ERR_NONE);
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
    case 0: icc.size = 100; break;                       /* shorter than a header */
    case 1: icc.size -= 40; break;                       /* cut off */
    case 2: memcpy(icc.data + 16, "CMYK", 4); break;     /* another colour space */
    case 3: memcpy(icc.data + 16, "GRAY", 4); break;
    case 4: memset(icc.data + 36, 0, 4); break;          /* no signature */
    case 5: memset(icc.data + 128, 0xff, 4); break;      /* absurd tag count */
    case 6: memset(icc.data + 132, 0, icc.size - 132); break;
    case 7: icc.data = NULL; break;
    case 8: icc.size = 0; break;
    case 9: memcpy(memmem(icc.data, 400, "rTRC", 4), "xTRC", 4); break;
    case 10: memcpy((uint8_t *)memmem(icc.data, 400, "gXYZ", 4) + 4, "\xff\xff\xff\xf0", 4); break;
    case 11: memset(icc.data + 400, 0, icc.size - 400); break; /* tags without content */
    default: fail_msg("no kind %d", kind);
    }
    return icc;
}

static void broken_profiles_leave_the_colours_alone(void **state)
{
    (void)state;
    for (int kind = 0; kind < 12; kind++) {
        Bytes icc = profile_damaged(kind);
        Picture in = picture_new(60, 80), out = {.width_px = 60, .height_px = 80};
        fill_noise(&in, 3);
        bool converted = true;
        Box all = {0, 0, 60, 80};
        assert_int_equal(raster_frame(arena, &in, all, &icc, &out, &converted).code, ERR_NONE);
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
    Picture in = picture_new(60, 80), out = {.width_px = 60, .height_px = 80};
    fill_noise(&in, 3);
    bool converted = true;
    Box all = {0, 0, 60, 80};
    assert_int_equal(raster_frame(arena, &in, all, &icc, &out, &converted).code, ERR_NONE);
    assert_false(converted);
    assert_memory_equal(in.rgb, out.rgb, 60 * 80 * 3);
}

static void full_arena_is_a_memory_error(void **state)
{
    (void)state;
    Picture in = picture_new(600, 800), out = {.width_px = 480, .height_px = 640};
    Arena *small = arena_create(100000);
    bool converted;
    Box all = {0, 0, 600, 800};
    assert_int_equal(raster_frame(small, &in, all, NULL, &out, &converted).code, ERR_MEMORY);
    assert_int_equal(raster_reduce(small, &in, &out).code, ERR_MEMORY);
    assert_int_equal(raster_upright(small, &in, 6, &out).code, ERR_MEMORY);
    arena_destroy(small);
}

static int set_up(void **state)
{
    (void)state;
    arena = arena_create(256u << 20);
    return !arena;
}

static int tear_down(void **state)
{
    (void)state;
    arena_destroy(arena);
    return 0;
}

static int start(void **state)
{
    (void)state;
    return raster_start("test_raster").code != ERR_NONE;
}

static int stop(void **state)
{
    (void)state;
    raster_stop();
    return 0;
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(reduce_is_the_exact_area_average),
        TEST(upright_follows_the_orientation),
        TEST(frame_has_the_size_asked_and_no_shift),
        TEST(frame_rings_no_more_than_one_lanczos_step),
        TEST(wide_gamut_profiles_become_srgb),
        TEST(broken_profiles_leave_the_colours_alone),
        TEST(absurd_profiles_leave_the_colours_alone),
        TEST(full_arena_is_a_memory_error),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
