/* SPDX-License-Identifier: MIT */
/* The kernels against sums as they are written down, whole networks against OpenCV. */
#include "../../stages/net.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include "net_oracle.h"
#include "portraits.h"

enum { KERNELS_MOST = 3, TENSOR_FLOATS = 1 << 18 };

static Arena *arena;
static const NetKernels *kernels[KERNELS_MOST]; /* that this processor can run */
static int kernel_count;

static int start(void **state)
{
    (void)state;
    static const char *const NAMES[] = {"base", "avx2", "avx512"};
    arena = arena_create((size_t)256 << 20);
    for (int i = 0; i < KERNELS_MOST; i++)
        if (!net_choose(arena, NAMES[i], &kernels[kernel_count]).code)
            kernel_count++;
    return arena ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    arena_destroy(arena);
    return 0;
}

static float *noise(int count)
{
    float *out = ARENA_ARRAY(arena, float, (size_t)count);
    for (int i = 0; i < count; i++)
        out[i] = (float)rand() / (float)RAND_MAX * 2 - 1;
    return out;
}

/* One output as net_conv.h writes it down. */
static double by_the_book(const NetConv *job, bool depthwise, const int at[3])
{
    int x = at[0], y = at[1], c = at[2], block = c / NET_BLOCK, lane = c % NET_BLOCK;
    int taps = job->side * job->side, channels = depthwise ? 1 : job->channels_in;
    double sum = job->bias[c];
    for (int tap = 0; tap < taps; tap++)
        for (int k = 0; k < channels; k++) {
            int row = y * job->stride + tap / job->side, column = x * job->stride + tap % job->side;
            double in = job->in[row * job->in_row + column * job->in_pixel + (depthwise ? c : k)];
            sum += in * job->weights[((block * taps + tap) * channels + k) * NET_BLOCK + lane];
        }
    if (job->add_mode == ADD_BEFORE_RELU)
        sum += job->add[y * job->add_row + x * job->add_pixel + c];
    if (job->relu && sum < 0)
        sum = 0;
    if (job->add_mode == ADD_DOUBLED_AFTER_RELU)
        sum += job->add[y / 2 * job->add_row + x / 2 * job->add_pixel + c];
    return sum;
}

/* The weights of a 3x3 kernel as net_patch.h wants them: G g G' for each pair of channels. */
static float *patch_weights(const NetConv *job, int patch)
{
    static const double POINTS[] = {0, M_SQRT1_2, -M_SQRT1_2, M_SQRT2, -M_SQRT2}, TWO[] = {0, 1, -1};
    const int reach = patch + 2, count = net_pixel(job->channels_out) * job->channels_in;
    double g[6][3] = {0};
    for (int i = 0; i < reach - 1; i++) {
        const double *points = patch == 2 ? TWO : POINTS;
        double product = patch == 2 && i == 0 ? -1 : 1;
        for (int j = 0; j < reach - 1; j++)
            product *= i == j ? 1 : points[i] - points[j];
        for (int k = 0; k < 3; k++)
            g[i][k] = pow(points[i], k) / product;
    }
    g[reach - 1][2] = 1;
    float *out = ARENA_ARRAY(arena, float, (size_t)(reach * reach * count));
    for (int at = 0; at < reach * reach * count; at++) {
        int place = at / count, lane = at % NET_BLOCK, pair = at % count / NET_BLOCK;
        int block = pair / job->channels_in, k = pair % job->channels_in;
        double sum = 0;
        for (int tap = 0; tap < 9; tap++)
            sum += g[place / reach][tap / 3] * g[place % reach][tap % 3] *
                   job->weights[((block * 9 + tap) * job->channels_in + k) * NET_BLOCK + lane];
        out[at] = (float)sum;
    }
    return out;
}

/* The library's, which are these. */
static const float *given_patch_weights(const NetConv *job)
{
    const int count = (job->patch + 2) * (job->patch + 2) * net_pixel(job->channels_out) * job->channels_in;
    const float *want = patch_weights(job, job->patch);
    float *out = ARENA_ARRAY(arena, float, (size_t)count);
    net_patch_weights(job->patch, job->channels_in, job->channels_out, job->weights, out);
    for (int i = 0; i < count; i++)
        assert_float_equal(out[i], want[i], 1e-6);
    return out;
}

/* Every output, and nothing outside them. */
static void kernel_does(const NetKernels *kernel, NetConv job, bool depthwise)
{
    static const float UNTOUCHED = 12345;
    float *out = ARENA_ARRAY(arena, float, TENSOR_FLOATS);
    int first = job.out_row + job.out_pixel;
    for (int i = 0; i < TENSOR_FLOATS; i++)
        out[i] = UNTOUCHED;
    job.out = out + first;
    NetConv given = job;
    if (job.patch) {
        given.weights = given_patch_weights(&job);
        given.work = ARENA_ARRAY(arena, float, net_work_floats(job.patch, job.in_pixel, job.out_pixel));
    }
    (depthwise ? kernel->depthwise : job.patch ? kernel->patched : kernel->dense)(&given);
    for (int i = 0; i < TENSOR_FLOATS; i++) {
        int at = i - first, y = at / job.out_row, x = at % job.out_row / job.out_pixel;
        bool inside = at >= 0 && y < job.height && x < job.width;
        if (inside && at % job.out_pixel >= job.channels_out)
            continue; /* of a block that is not full: anything */
        if (inside)
            assert_float_equal(out[i], by_the_book(&job, depthwise, (int[]){x, y, at % job.out_pixel}), 1e-4);
        else
            assert_true(out[i] == UNTOUCHED);
    }
}

typedef struct Form {
    int width, height, channels_in, channels_out, side, stride;
    bool depthwise, relu;
    NetAdd add_mode;
} Form;

// clang-format off
static const Form FORMS[] = { /* sizes around whole tiles; channels in 1, odd, whole blocks */
    {1, 1, 1, 16, 1, 1, false, false, ADD_NOTHING},
    {2, 2, 64, 64, 3, 1, false, true, ADD_BEFORE_RELU},
    {3, 2, 5, 16, 3, 2, false, true, ADD_NOTHING},
    {4, 4, 96, 96, 3, 1, false, true, ADD_BEFORE_RELU},
    {5, 1, 16, 32, 3, 1, false, false, ADD_BEFORE_RELU},
    {6, 1, 16, 48, 1, 1, false, true, ADD_NOTHING},
    {7, 1, 16, 48, 1, 1, false, true, ADD_NOTHING},
    {8, 1, 16, 80, 1, 1, false, false, ADD_NOTHING},
    {9, 1, 16, 80, 3, 1, false, false, ADD_NOTHING},
    {8, 8, 24, 112, 1, 1, false, true, ADD_DOUBLED_AFTER_RELU},
    {17, 6, 3, 16, 3, 2, false, true, ADD_NOTHING},
    {16, 4, 48, 48, 1, 1, false, false, ADD_DOUBLED_AFTER_RELU},
    {1, 1, 16, 16, 3, 1, true, true, ADD_NOTHING},
    {9, 5, 48, 48, 3, 1, true, true, ADD_NOTHING},
    {6, 4, 80, 80, 3, 1, true, false, ADD_DOUBLED_AFTER_RELU},
    {6, 4, 32, 32, 3, 1, true, true, ADD_BEFORE_RELU},
    {7, 4, 24, 24, 3, 1, true, true, ADD_NOTHING},
    {1, 1, 15, 16, 3, 1, false, false, ADD_NOTHING}, /* these by patches, too: of a size, and one more and less */
    {4, 4, 31, 48, 3, 1, false, true, ADD_NOTHING},
    {5, 3, 15, 32, 3, 1, false, true, ADD_BEFORE_RELU},
    {16, 16, 15, 16, 3, 1, false, true, ADD_BEFORE_RELU},
    {7, 10, 63, 64, 3, 1, false, false, ADD_DOUBLED_AFTER_RELU},
    {31, 14, 15, 80, 3, 1, false, true, ADD_NOTHING},
    {9, 3, 16, 8, 1, 1, false, true, ADD_NOTHING}, /* blocks that are half full, and a little more and less */
    {8, 4, 31, 24, 3, 1, false, true, ADD_BEFORE_RELU},
    {16, 4, 24, 24, 1, 1, false, true, ADD_DOUBLED_AFTER_RELU},
    {6, 5, 63, 72, 3, 1, false, true, ADD_BEFORE_RELU},
    {8, 8, 48, 68, 1, 1, false, false, ADD_NOTHING},
    {11, 3, 24, 10, 1, 1, false, false, ADD_NOTHING},
    {8, 2, 7, 9, 3, 2, false, true, ADD_NOTHING},
    {32, 3, 3, 8, 3, 2, false, true, ADD_NOTHING},
    {5, 2, 16, 120, 1, 1, false, true, ADD_BEFORE_RELU},
};
// clang-format on

static void every_form_is_summed_as_written_down(void **state)
{
    (void)state;
    srand(3);
    assert_true(kernel_count >= 1);
    for (size_t f = 0; f < sizeof FORMS / sizeof *FORMS; f++) {
        const Form *form = &FORMS[f];
        int in_pixel = form->depthwise ? net_pixel(form->channels_in) : form->channels_in + 1;
        NetConv job = {.in = noise(TENSOR_FLOATS),
                       .weights = noise(1 << 17),
                       .bias = noise(256),
                       .add = noise(TENSOR_FLOATS),
                       .in_pixel = in_pixel,
                       .in_row = (form->width * form->stride + 2) * in_pixel,
                       .out_pixel = net_pixel(form->channels_out),
                       .out_row = (form->width + 2) * net_pixel(form->channels_out),
                       .add_pixel = net_pixel(form->channels_out),
                       .add_row = (form->width + 1) * net_pixel(form->channels_out),
                       .width = form->width,
                       .height = form->height,
                       .channels_in = form->channels_in,
                       .channels_out = form->channels_out,
                       .side = form->side,
                       .stride = form->stride,
                       .add_mode = form->add_mode,
                       .relu = form->relu};
        for (int k = 0; k < kernel_count; k++) {
            job.patch = 0;
            kernel_does(kernels[k], job, form->depthwise);
            bool fits = form->side == 3 && form->stride == 1 && !form->depthwise && job.in_pixel % NET_BLOCK == 0;
            for (job.patch = 2; fits && job.patch <= 4; job.patch += 2)
                kernel_does(kernels[k], job, false);
        }
        arena_reset(arena);
    }
}

static void an_unknown_or_impossible_choice_is_refused(void **state)
{
    (void)state;
    const NetKernels *chosen = NULL;
    assert_int_equal(net_choose(arena, "avx3", &chosen).code, ERR_USAGE);
    assert_int_equal(net_choose(arena, "bas", &chosen).code, ERR_USAGE);
    assert_int_equal(net_choose(arena, "", &chosen).code, ERR_NONE);
    assert_ptr_equal(chosen, kernels[kernel_count - 1]); /* the best one */
    assert_int_equal(net_choose(arena, NULL, &chosen).code, ERR_NONE);
    assert_ptr_equal(chosen, kernels[kernel_count - 1]);
}

/* A square of a real portrait, every step-th pixel, or noise. */
static float *planes(const Picture *picture, int step, const int size[2])
{
    int count = size[0] * size[1];
    float *out = noise(3 * count);
    for (int i = 0; picture && i < count; i++) {
        int x = i % size[0] * step % picture->width_px, y = i / size[0] * step % picture->height_px;
        for (int c = 0; c < 3; c++)
            out[c * count + i] = (float)picture->rgb[(y * picture->width_px + x) * 3 + c] / 127.5f - 1;
    }
    return out;
}

static double largest_difference(const NetMaps *got, const float *want)
{
    double most = 0;
    for (int c = 0; c < got->channels; c++)
        for (int y = 0; y < got->height; y++)
            for (int x = 0; x < got->width; x++) {
                float value = got->at[y * got->row + x * got->pixel + c];
                most = fmax(most, fabs(value - want[(c * got->height + y) * got->width + x]));
            }
    return most;
}

static void answers_like_opencv(const char *name, const float *in, const int size[2])
{
    Net *net = NULL;
    const char *stem = arena_print(arena, SOURCE_DIR "/models/face/%s", name);
    assert_int_equal(net_open(arena, arena_print(arena, "%s.net", stem), &net).code, ERR_NONE);
    int plane = size[0] * size[1], count = net_outputs(net) * plane >> (2 * net_shrinks(net));
    float *want = ARENA_ARRAY(arena, float, (size_t)count);
    void *oracle = oracle_open(arena_print(arena, "%s.onnx", stem));
    assert_non_null(oracle);
    assert_int_equal(oracle_run(oracle, in, size, want, count), 0);
    oracle_close(oracle);
    void *scratch = arena_alloc(arena, net_scratch_bytes(net, size[0], size[1]));
    assert_non_null(scratch);
    for (int k = 0; k < kernel_count; k++) {
        NetMaps input = net_input(net, size[0], size[1], scratch);
        for (int i = 0; i < plane; i++)
            for (int c = 0; c < 3; c++)
                input.at[i / size[0] * input.row + i % size[0] * input.pixel + c] = in[c * plane + i];
        NetMaps got = net_run(net, kernels[k], &input, scratch);
        assert_int_equal(got.channels * got.width * got.height, count);
        double most = largest_difference(&got, want);
        if (!(most <= 1e-4))
            fail_msg("%s, %s: %g from OpenCV's answer", name, kernels[k]->name, most);
    }
    net_close(net);
}

static void every_network_answers_like_opencv(void **state)
{
    (void)state;
    static const char *const FILES[] = {"s_005_clean.jpg", NULL};
    static const int FACE[] = {128, 128}, EYE[] = {64, 64}, FINDER[][2] = {{128, 160}, {320, 256}, {32, 160}};
    srand(4);
    for (size_t f = 0; f < sizeof FILES / sizeof *FILES; f++)
        for (int step = 1; step <= 5; step += 2) {
            Picture picture = {0};
            if (FILES[f])
                picture = portrait_picture(arena, SOURCE_DIR "/samples/base", FILES[f]);
            const Picture *seen = FILES[f] ? &picture : NULL;
            assert_true(!seen || picture.rgb);
            answers_like_opencv("face_points", planes(seen, step, FACE), FACE);
            answers_like_opencv("eye_points", planes(seen, step, EYE), EYE);
            answers_like_opencv("face_verifier", planes(seen, step, EYE), EYE);
            answers_like_opencv("head_cover", planes(seen, step, EYE), EYE);
            for (size_t i = 0; i < sizeof FINDER / sizeof *FINDER; i++)
                answers_like_opencv("face_finder", planes(seen, step, FINDER[i]), FINDER[i]);
            arena_reset(arena);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_is_summed_as_written_down),
        cmocka_unit_test(an_unknown_or_impossible_choice_is_refused),
        cmocka_unit_test(every_network_answers_like_opencv),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
