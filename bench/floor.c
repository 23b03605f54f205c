/* SPDX-License-Identifier: MIT */
/* What no program that makes such a portrait gets round: of each photo one decode to grey at 1/8, one encode of
 * 480 x 640, one forward of the face finder. Prints CPU ms a photo of the three and of all, median.
 * floor PHOTO.jpg ... */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <jpeglib.h>
#include "../stages/jpeg.h"
#include "../stages/net.h"
#include "../stages/raster.h"

enum { FILE_BYTES_MAX = 64 << 20, WIDTH = 480, HEIGHT = 640, QUALITY = 84, ACROSS = 128, DOWN = 160, PARTS = 3 };

typedef struct Floor {
    Arena *arena;
    Net *net;
    const NetKernels *kernels;
    void *scratch;
    double *ms[PARTS + 1];
    int count;
} Floor;

static double cpu_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static double grey_ms(const Bytes *file, uint8_t *row)
{
    struct jpeg_decompress_struct info;
    struct jpeg_error_mgr errors;
    double start = cpu_ms();
    info.err = jpeg_std_error(&errors); /* these files are ours: an error ends the program */
    jpeg_create_decompress(&info);
    jpeg_mem_src(&info, file->data, file->size);
    jpeg_read_header(&info, TRUE);
    info.out_color_space = JCS_GRAYSCALE;
    info.scale_denom = 8;
    jpeg_start_decompress(&info);
    while (info.output_scanline < info.output_height)
        jpeg_read_scanlines(&info, &row, 1);
    jpeg_finish_decompress(&info);
    jpeg_destroy_decompress(&info);
    return cpu_ms() - start;
}

/* Not timed: the middle of the photo, as large as its shape allows. */
static Err portrait(Arena *arena, const Bytes *file, Picture *out)
{
    Picture whole;
    JpegDamage damage;
    TRY(jpeg_decode(arena, file->data, file->size, 1, &whole, &damage));
    int width = whole.width_px * HEIGHT < whole.height_px * WIDTH ? whole.width_px : whole.height_px * WIDTH / HEIGHT;
    Box box = {.width = width, .height = width * HEIGHT / WIDTH};
    box.x = (whole.width_px - box.width) / 2;
    box.y = (whole.height_px - box.height) / 2;
    *out = (Picture){.width_px = WIDTH, .height_px = HEIGHT};
    if (!whole.rgb || box.width < WIDTH)
        return fail(arena, ERR_USAGE, "a photo is damaged or smaller than %d x %d", WIDTH, HEIGHT);
    return raster_frame(arena, &whole, box, out);
}

static double forward_ms(const Floor *to, const Picture *picture)
{
    NetMaps in = net_input(to->net, ACROSS, DOWN, to->scratch);
    for (int y = 0; y < DOWN; y++)
        for (int x = 0; x < ACROSS; x++)
            for (int c = 0; c < 3; c++)
                in.at[y * in.row + x * in.pixel + c] =
                    (float)picture->rgb[3 * (y * HEIGHT / DOWN * WIDTH + x * WIDTH / ACROSS) + c] / 127.5f - 1;
    double start = cpu_ms();
    net_run(to->net, to->kernels, &in, to->scratch);
    return cpu_ms() - start;
}

static Err measure(Floor *to, const char *path)
{
    FILE *stream = fopen(path, "rb");
    Bytes file = {.data = stream ? arena_raw(to->arena, FILE_BYTES_MAX) : NULL}, made;
    if (!file.data)
        return fail(to->arena, ERR_USAGE, "cannot read '%s'", path);
    file.size = fread(file.data, 1, FILE_BYTES_MAX, stream);
    fclose(stream);
    uint8_t *row = arena_raw(to->arena, 1 << 16);
    Picture picture;
    if (!row)
        return fail(to->arena, ERR_MEMORY, "no memory");
    TRY(portrait(to->arena, &file, &picture));
    double ms[PARTS];
    ms[0] = grey_ms(&file, row);
    double start = cpu_ms();
    TRY(jpeg_encode(to->arena, &picture, QUALITY, false, 300, &made));
    ms[1] = cpu_ms() - start;
    ms[2] = forward_ms(to, &picture);
    for (int i = 0; i < PARTS; i++)
        to->ms[i][to->count] = ms[i];
    to->ms[PARTS][to->count++] = ms[0] + ms[1] + ms[2];
    return OK;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static Err open_net(Arena *arena, Floor *to)
{
    TRY(net_choose(arena, NULL, &to->kernels));
    TRY(net_open(arena, SOURCE_DIR "/models/face/face_finder.net", &to->net));
    to->scratch = arena_alloc(arena, net_scratch_bytes(to->net, ACROSS, DOWN));
    return to->scratch ? OK : fail(arena, ERR_MEMORY, "no memory");
}

int main(int argc, char **argv)
{
    Arena *arena = arena_create(1 << 26), *photo = arena_create((size_t)1 << 30);
    Floor to = {.arena = photo};
    if (!arena || !photo || argc < 2)
        return 2;
    for (int i = 0; i <= PARTS; i++)
        if (!(to.ms[i] = ARENA_ARRAY(arena, double, (size_t)argc)))
            return 1;
    Err err = open_net(arena, &to);
    for (int i = 1; i < argc && !err.code; i++, arena_reset(photo))
        err = measure(&to, argv[i]);
    if (err.code) {
        fprintf(stderr, "floor: %s\n", err.text);
        return 1;
    }
    static const char *const names[] = {"grey", "encode", "forward", "all"};
    for (int i = 0; i <= PARTS; i++) {
        qsort(to.ms[i], (size_t)to.count, sizeof(double), by_size);
        printf("%s %.3f%c", names[i], to.ms[i][to.count / 2], i < PARTS ? ' ' : '\n');
    }
    net_close(to.net);
    arena_destroy(photo);
    arena_destroy(arena);
    return 0;
}
