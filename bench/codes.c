/* SPDX-License-Identifier: MIT */
/* How often slips are read: drawn ones, by size, tilt, turn, light, focus and noise. Prints a Markdown table: read,
 * seen but not read, not seen, read as something else. Usage: read_codes [SCENES]; read_codes PGM says what a picture shows,
 * read_codes --draw TEXT draws a code's modules. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "../samples/qr.h"
#include "../samples/rng.h"
#include "../samples/slip.h"
#include "../stages/codes.h"

enum { WIDTH = 900, HEIGHT = 1200 };

typedef struct Row {
    const char *name;
    double module_px, tilt, lean, gain, slope, blur, noise; /* tilt and lean: the most to either side */
} Row;

// clang-format off
static const Row rows[] = {
    {"module 1.5 px",                  1.5, 15, 0.3, 0.9, 0.3, 0.6, 3},
    {"module 2 px",                    2,   15, 0.3, 0.9, 0.3, 0.6, 3},
    {"module 2.5 px",                  2.5, 15, 0.3, 0.9, 0.3, 0.6, 3},
    {"module 3 px",                    3,   15, 0.3, 0.9, 0.3, 0.6, 3},
    {"module 4 px",                    4,   15, 0.3, 0.9, 0.3, 0.6, 3},
    {"module 6 px",                    6,   15, 0.3, 0.9, 0.3, 0.6, 3},
    {"module 10 px",                   10,  15, 0.3, 0.9, 0.3, 0.6, 3},
    {"module 6 px, any tilt",          6,  180, 0.3, 0.9, 0.3, 0.6, 3},
    {"module 6 px, turned away far",   6,   15, 1,   0.9, 0.3, 0.6, 3},
    {"module 6 px, a fifth of the light", 6, 15, 0.3, 0.2, 0.3, 0.6, 3},
    {"module 6 px, light from a side", 6,   15, 0.3, 0.9, 1.6, 0.6, 3},
    {"module 6 px, blur 2 px",         6,   15, 0.3, 0.9, 0.3, 2,   3},
    {"module 6 px, blur 3 px",         6,   15, 0.3, 0.9, 0.3, 3,   3},
    {"module 6 px, noise 15",          6,   15, 0.3, 0.9, 0.3, 0.6, 15},
};
// clang-format on

typedef struct Tally {
    int read, seen, lost, wrong;
    double ms;
} Tally;

static Err try_scene(Arena *arena, const CodesDoor *door, const Row *row, uint64_t seed, Tally *out)
{
    Rng rng = rng_stream(seed, (uint64_t)(row - rows), 3);
    char text[19];
    Picture picture;
    Codes codes;
    snprintf(text, sizeof text, "11010519%010d", rng_int(&rng, 0, 999999999));
    SlipScene scene = {.width_px = WIDTH, .height_px = HEIGHT, .texts = {text}, .module_px = row->module_px,
                       .tilt_deg = rng_range(&rng, -row->tilt, row->tilt), .lean = rng_range(&rng, -row->lean, row->lean),
                       .gain = row->gain, .slope = row->slope, .blur_px = row->blur, .noise = row->noise, .seed = seed};
    TRY(slip_paint(arena, &scene, &picture));
    clock_t start = clock();
    TRY(codes_find(arena, door, &picture, &codes));
    out->ms += (double)(clock() - start) * 1000 / CLOCKS_PER_SEC;
    bool right = codes.count == 1 && !codes.unread && strcmp(codes.texts[0], text) == 0;
    out->read += right;
    out->seen += !right && codes.unread;
    out->lost += !codes.count && !codes.unread;
    out->wrong += codes.count && !codes.unread && !right;
    return OK;
}

/* Modules as 0 and 1, a row a line. */
static int draw(const char *text)
{
    QrCode code;
    if (!qr_encode(text, &code))
        return 2;
    for (int row = 0; row < code.side; row++, putchar('\n'))
        for (int column = 0; column < code.side; column++)
            putchar(code.dark[row][column] ? '1' : '0');
    return 0;
}

static int read_picture(Arena *arena, const CodesDoor *door, const char *path)
{
    FILE *file = fopen(path, "rb");
    Picture picture;
    Codes codes;
    int width, height;
    if (!file || fscanf(file, "P5 %d %d 255", &width, &height) != 2 || width < 1 || height < 1 || width > 8192 || height > 8192)
        return fputs("read_codes: no PGM\n", stderr), 2;
    fgetc(file);
    picture = (Picture){width, height, arena_alloc(arena, (size_t)width * (size_t)height * 3)};
    for (size_t i = 0; picture.rgb && i < (size_t)width * (size_t)height; i++)
        memset(picture.rgb + 3 * i, fgetc(file), 3);
    fclose(file);
    Err err = codes_find(arena, door, &picture, &codes);
    for (int i = 0; !err.code && i < codes.count; i++)
        puts(codes.texts[i]);
    if (!err.code && codes.unread)
        puts("unread");
    return err.code != ERR_NONE;
}

int main(int count, char **words)
{
    if (count == 3 && !strcmp(words[1], "--draw"))
        return draw(words[2]);
    int scenes = count > 1 ? atoi(words[1]) : 100;
    Arena *arena = arena_create((size_t)256 << 20), *kept = arena_create(1 << 20);
    const CodesDoor *door;
    if (!arena || !kept || codes_load(kept, &door).code)
        return fputs("codes: no codes.so here\n", stderr), 3;
    if (count > 1 && !scenes)
        return read_picture(arena, door, words[1]);
    puts("| slip | read | seen, not read | not seen | read wrongly | ms |\n| --- | --- | --- | --- | --- | --- |");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Tally tally = {0};
        for (int seed = 0; seed < scenes; seed++) {
            arena_reset(arena);
            Err err = try_scene(arena, door, &rows[i], (uint64_t)seed, &tally);
            if (err.code)
                return fprintf(stderr, "codes: %s\n", err.text ? err.text : "no memory"), 1;
        }
        printf("| %s | %d | %d | %d | %d | %.0f |\n", rows[i].name, tally.read, tally.seen, tally.lost, tally.wrong,
               tally.ms / scenes);
    }
    arena_destroy(arena);
    arena_destroy(kept);
    return 0;
}
