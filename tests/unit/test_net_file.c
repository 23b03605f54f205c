/* SPDX-License-Identifier: MIT */
/* A network's file is whole and fits together, or it is refused. */
#include "../../stages/faces.h"
#include "../../stages/net_layers.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>
#include "../../pipeline/digest.h"
#include "portraits.h"
#include "arena_fixture.h"

enum { ROW = 64, ROW_U16 = 16, SUM_BYTES = 8 };
enum { DEPTHWISE, SIDE, STRIDE, RELU, CHANNELS_IN, CHANNELS_OUT, IN, OUT, ADD, ADD_MODE, PATCH, ZERO };

static Bytes eye_file(void)
{
    Bytes file = portrait_file(arena, SOURCE_DIR "/models/face", "eye_points.net");
    assert_true(file.size > 1000);
    return file;
}

static void sign(Bytes file)
{
    uint64_t size = file.size, sum;
    memcpy(file.data + 24, &size, sizeof size);
    sum = digest_xxh64(file.data, file.size - SUM_BYTES);
    memcpy(file.data + file.size - SUM_BYTES, &sum, sizeof sum);
}

static ErrCode code_of(Bytes file)
{
    Net *net = NULL;
    Err err = net_read(arena, "eye_points.net", file.data, file.size, &net);
    assert_true(err.code ? !net && strstr(err.text, "eye_points.net") : net != NULL);
    return err.code;
}

static void our_networks_are_read(void **state)
{
    (void)state;
    static const char *const NAMES[] = {"face_finder", "face_points", "eye_points", "head_cover", "face_verifier"};
    static const int OUTPUTS[] = {10, 68, 9, 1, 1};
    for (int i = 0; i < 5; i++) {
        Net *net = NULL;
        const char *path = arena_print(arena, SOURCE_DIR "/models/face/%s.net", NAMES[i]);
        assert_int_equal(net_open(arena, path, &net).code, ERR_NONE);
        assert_int_equal(net_outputs(net), OUTPUTS[i]);
        net_close(net);
    }
}

static void a_file_signed_anew_is_read(void **state)
{
    (void)state;
    Bytes file = eye_file();
    sign(file);
    assert_int_equal(code_of(file), ERR_NONE); /* so what is refused below is so for its content */
}

static void what_cannot_be_opened_is_named(void **state)
{
    (void)state;
    static const char *const PATHS[] = {"/nowhere/x.net", SOURCE_DIR "/models/face", "/dev/null",
                                        SOURCE_DIR "/README.md", SOURCE_DIR "/models/face/eye_points.onnx"};
    for (size_t i = 0; i < sizeof PATHS / sizeof *PATHS; i++) {
        Net *net = NULL;
        Err err = net_open(arena, PATHS[i], &net);
        assert_int_equal(err.code, ERR_MODEL);
        assert_null(net);
        assert_non_null(strstr(err.text, PATHS[i]));
    }
}

static void every_length_but_its_own_is_refused(void **state)
{
    (void)state;
    Bytes file = eye_file();
    static const size_t LENGTHS[] = {0, 1, 63, 64, 71, 72, 73, 1000};
    for (size_t i = 0; i < sizeof LENGTHS / sizeof *LENGTHS; i++)
        assert_int_equal(code_of((Bytes){file.data, LENGTHS[i]}), ERR_MODEL);
    assert_int_equal(code_of((Bytes){file.data, file.size - 1}), ERR_MODEL);
    /* also with a right sum: some weights less, and some more */
    uint8_t *longer = arena_alloc(arena, file.size + 64);
    memcpy(longer, file.data, file.size);
    Bytes more = {longer, file.size + 64}, less = {longer, file.size - 64};
    sign(more);
    assert_int_equal(code_of(more), ERR_MODEL);
    sign(less);
    assert_int_equal(code_of(less), ERR_MODEL);
}

static void any_flipped_bit_is_refused(void **state)
{
    (void)state;
    Bytes file = eye_file();
    for (size_t at = 0; at < file.size; at += at < 2048 || at + 16 > file.size ? 1 : 4099) {
        file.data[at] ^= (uint8_t)(1 << at % 8);
        assert_int_equal(code_of(file), ERR_MODEL);
        file.data[at] ^= (uint8_t)(1 << at % 8);
    }
    assert_int_equal(code_of(file), ERR_NONE);
}

typedef struct Change {
    int layer, field, value;
} Change;

/* With a right sum. Layers of the eye network: 0 stem, 1 and 2 halve, 3 and 4 a residual block. */
static void layers_that_do_not_fit_together_are_refused(void **state)
{
    (void)state;
    // clang-format off
    static const Change CHANGES[] = {
        {0, DEPTHWISE, 1}, {1, DEPTHWISE, 1}, {3, DEPTHWISE, 2}, {1, SIDE, 0}, {1, SIDE, 2}, {1, SIDE, 5},
        {1, SIDE, 1}, {1, STRIDE, 0}, {2, STRIDE, 1}, {1, STRIDE, 3}, {1, RELU, 2}, {0, CHANNELS_IN, 0},
        {0, CHANNELS_IN, 2}, {0, CHANNELS_IN, 4}, {1, CHANNELS_IN, 513}, {0, CHANNELS_OUT, 0},
        {0, CHANNELS_OUT, 7}, {1, CHANNELS_OUT, 32}, {1, CHANNELS_OUT, 513}, {1, IN, 0}, {1, IN, 15},
        {1, IN, 16}, {1, OUT, 0}, {1, OUT, 16}, {1, OUT, 0xffff}, {4, ADD, 0}, {4, ADD, 0xffff},
        {4, ADD, 16}, {4, ADD_MODE, 0}, {4, ADD_MODE, 2}, {4, ADD_MODE, 3}, {3, ADD_MODE, 1}, {3, ADD, 1},
        {0, PATCH, 2}, {1, PATCH, 2}, {3, PATCH, 1}, {3, PATCH, 3}, {3, PATCH, 6},
        {11, PATCH, 2}, {17, PATCH, 2}, {0, ZERO, 1}, {2, ZERO + 4, 1},
    };
    // clang-format on
    Bytes file = eye_file();
    for (size_t i = 0; i < sizeof CHANGES / sizeof *CHANGES; i++) {
        Change change = CHANGES[i];
        uint16_t *row = (uint16_t *)(file.data + ROW) + change.layer * ROW_U16, was = row[change.field];
        assert_int_not_equal(was, change.value);
        row[change.field] = (uint16_t)change.value;
        sign(file);
        if (code_of(file) != ERR_MODEL)
            fail_msg("change %zu is let through", i);
        row[change.field] = was;
    }
    sign(file);
    assert_int_equal(code_of(file), ERR_NONE);
}

static void an_output_onto_what_is_being_read_is_refused(void **state)
{
    (void)state;
    Bytes file = eye_file();
    uint16_t *row = (uint16_t *)(file.data + ROW) + 4 * ROW_U16, out = row[OUT];
    row[OUT] = row[IN];
    sign(file);
    assert_int_equal(code_of(file), ERR_MODEL);
    row[OUT] = row[ADD];
    sign(file);
    assert_int_equal(code_of(file), ERR_MODEL);
    row[OUT] = out;
    sign(file);
    assert_int_equal(code_of(file), ERR_NONE);
}

/* The first answers to a wave of a network whose fourth layer is done by such patches. */
static void answers(int patch, float out[EYE_POINT_COUNT])
{
    Net *net = NULL;
    const NetKernels *kernels = NULL;
    Bytes file = eye_file();
    ((uint16_t *)(file.data + ROW))[3 * ROW_U16 + PATCH] = (uint16_t)patch;
    sign(file);
    assert_int_equal(net_read(arena, "eye_points.net", file.data, file.size, &net).code, ERR_NONE);
    assert_int_equal(net_choose(arena, NULL, &kernels).code, ERR_NONE);
    void *scratch = arena_alloc(arena, net_scratch_bytes(net, 64, 64));
    NetMaps input = net_input(net, 64, 64, scratch);
    for (int i = 0; i < 64 * 64 * NET_INPUT_PIXEL; i++)
        input.at[i / 256 * input.row + i % 256] = sinf((float)i / 50);
    NetMaps got = net_run(net, kernels, &input, scratch);
    memcpy(out, got.at, sizeof(float) * EYE_POINT_COUNT);
}

/* The same weights serve all. */
static void patches_of_any_size_answer_alike(void **state)
{
    (void)state;
    float plain[EYE_POINT_COUNT], other[EYE_POINT_COUNT];
    answers(0, plain);
    for (int patch = 2; patch <= 4; patch += 2) {
        answers(patch, other);
        for (int i = 0; i < EYE_POINT_COUNT; i++)
            assert_float_equal(other[i], plain[i], 1e-4);
    }
}

static void counts_out_of_range_are_refused(void **state)
{
    (void)state;
    static const struct {
        int at;
        uint32_t value;
    } CHANGES[] = {{8, 0}, {8, 2}, {8, 4}, {12, 0}, {12, 65}, {12, 25}, {12, 0x80000000}, {16, 1},
                   {16, 2}, {16, 17}, {16, 0xffffffff}, {20, 1}, {32, 1}, {60, 1}};
    for (size_t i = 0; i < sizeof CHANGES / sizeof *CHANGES; i++) {
        Bytes file = eye_file();
        memcpy(file.data + CHANGES[i].at, &CHANGES[i].value, 4);
        sign(file);
        assert_int_equal(code_of(file), ERR_MODEL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(our_networks_are_read),
        cmocka_unit_test(a_file_signed_anew_is_read),
        cmocka_unit_test(what_cannot_be_opened_is_named),
        cmocka_unit_test(every_length_but_its_own_is_refused),
        cmocka_unit_test(any_flipped_bit_is_refused),
        cmocka_unit_test(layers_that_do_not_fit_together_are_refused),
        cmocka_unit_test(an_output_onto_what_is_being_read_is_refused),
        cmocka_unit_test(patches_of_any_size_answer_alike),
        cmocka_unit_test(counts_out_of_range_are_refused),
    };
    return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
