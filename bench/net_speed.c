/* SPDX-License-Identifier: MIT */
/* CPU ms of one forward of each network, by each kind of kernels and by OpenCV, and of what a photo costs
 * in all, as Markdown.  net_speed [PHOTO.jpg ...] */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "../stages/detect.h"
#include "../stages/jpeg.h"
#include "../stages/net.h"
#include "../tests/unit/net_oracle.h"

enum { ROUNDS = 60, KERNELS_MOST = 3, MS_PER_S = 1000 };

typedef struct Job {
    const char *name;
    int size[2];
} Job;

static double cpu_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * MS_PER_S + (double)now.tv_nsec / 1e6;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double ms[ROUNDS])
{
    qsort(ms, ROUNDS, sizeof *ms, by_size);
    return ms[ROUNDS / 2];
}

static int choose_all(Arena *arena, const NetKernels *out[KERNELS_MOST])
{
    static const char *const NAMES[KERNELS_MOST] = {"base", "avx2", "avx512"};
    int count = 0;
    for (int i = 0; i < KERNELS_MOST; i++)
        if (!net_choose(arena, NAMES[i], &out[count]).code)
            count++;
    return count;
}

/* One row: every way once in each round, so that the machine's other work strikes all of them. */
static int time_net(Arena *arena, const Job *job)
{
    Net *net;
    const NetKernels *kernels[KERNELS_MOST];
    double ms[KERNELS_MOST + 1][ROUNDS];
    int ways = choose_all(arena, kernels), plane = job->size[0] * job->size[1];
    Err err = net_open(arena, arena_print(arena, SOURCE_DIR "/models/face/%s.net", job->name), &net);
    void *oracle = oracle_open(arena_print(arena, SOURCE_DIR "/models/face/%s.onnx", job->name));
    if (err.code || !oracle) {
        fprintf(stderr, "net_speed: %s\n", err.code ? err.text : "OpenCV cannot read the network");
        return 1;
    }
    int count = net_outputs(net) * plane >> (2 * net_shrinks(net));
    float *in = ARENA_ARRAY(arena, float, (size_t)plane * 3), *out = ARENA_ARRAY(arena, float, (size_t)count);
    void *scratch = arena_alloc(arena, net_scratch_bytes(net, job->size[0], job->size[1]));
    for (int i = 0; i < plane * 3; i++)
        in[i] = sinf((float)i / 50);
    for (int round = 0; round < ROUNDS; round++) {
        for (int way = 0; way < ways; way++) {
            NetMaps input = net_input(net, job->size[0], job->size[1], scratch);
            for (int i = 0; i < plane * 3; i++)
                input.at[i % plane / job->size[0] * input.row + i % job->size[0] * input.pixel + i / plane] = in[i];
            double start = cpu_ms();
            net_run(net, kernels[way], &input, scratch);
            ms[way][round] = cpu_ms() - start;
        }
        double start = cpu_ms();
        if (oracle_run(oracle, in, job->size, out, count))
            return 1;
        ms[ways][round] = cpu_ms() - start;
    }
    printf("| %s, %d x %d |", job->name, job->size[0], job->size[1]);
    for (int way = 0; way < KERNELS_MOST; way++)
        way < ways ? printf(" %.2f |", median(ms[way])) : printf(" |");
    printf(" %.2f |\n", median(ms[ways]));
    net_close(net);
    oracle_close(oracle);
    return 0;
}

static Picture read_photo(Arena *arena, const char *path)
{
    Picture picture = {0};
    JpegDamage damage;
    FILE *file = fopen(path, "rb");
    if (!file)
        return picture;
    uint8_t *data = arena_alloc(arena, 32 << 20);
    size_t size = fread(data, 1, 32 << 20, file);
    fclose(file);
    if (jpeg_decode(arena, data, size, 1, &picture, &damage).code)
        picture.rgb = NULL;
    return picture;
}

/* The whole stage on one decoded photo. */
static int time_photo(Arena *arena, const char *path)
{
    static const char *const NAMES[KERNELS_MOST] = {"base", "avx2", "avx512"};
    Picture picture = read_photo(arena, path);
    if (!picture.rgb) {
        fprintf(stderr, "net_speed: cannot read '%s'\n", path);
        return 1;
    }
    printf("| detect, %d x %d |", picture.width_px, picture.height_px);
    for (int way = 0; way < KERNELS_MOST; way++) {
        FaceFinder *finder;
        double ms[ROUNDS];
        setenv("HEADROOM_CPU", NAMES[way], 1);
        if (faces_open(arena, NULL, NULL, &finder).code) {
            printf(" |");
            continue;
        }
        for (int round = 0; round < ROUNDS; round++) {
            Faces faces;
            Facts facts = {0};
            double start = cpu_ms();
            if (detect_faces(finder, &picture, 1, &faces, &facts).code)
                return 1;
            ms[round] = cpu_ms() - start;
        }
        printf(" %.2f |", median(ms));
        faces_close(finder);
    }
    printf(" |\n");
    return 0;
}

int main(int argc, char **argv)
{
    static const Job JOBS[] = {{"face_finder", {128, 160}}, {"face_finder", {256, 320}},
                               {"face_points", {128, 128}}, {"eye_points", {64, 64}}, {"head_cover", {64, 64}},
                               {"face_verifier", {64, 64}}};
    Arena *arena = arena_create((size_t)1 << 30);
    if (!arena)
        return 1;
    printf("| CPU ms, median of %d | base | avx2 | avx512 | OpenCV |\n|---|---|---|---|---|\n", ROUNDS);
    int failed = 0;
    for (size_t i = 0; i < sizeof JOBS / sizeof *JOBS; i++, arena_reset(arena))
        failed |= time_net(arena, &JOBS[i]);
    for (int i = 1; i < argc; i++, arena_reset(arena))
        failed |= time_photo(arena, argv[i]);
    arena_destroy(arena);
    return failed;
}
