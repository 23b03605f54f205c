/* SPDX-License-Identifier: MIT */
/* How often slips are read: drawn ones, by size, tilt, turn, light, focus and noise. Prints a Markdown table: read,
 * seen but not read, not seen, read as something else. Usage: read_codes [SCENES]; read_codes PGM says what a picture shows,
 * read_codes --draw TEXT draws a code's modules; read_codes --held SCENES PX_PER_MM SHEET.pgm TEXT SLIP.pgm ... the same for
 * printed slips that somebody holds before the camera (held.h), in files of 12 MP as a camera writes them; SHEET is uncut. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "../samples/jpegout.h"
#include "../samples/qr.h"
#include "../samples/rng.h"
#include "../samples/sample_file.h"
#include "../samples/slip.h"
#include "../stages/codes.h"
#include "../stages/decode.h"
#include "held.h"

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

static bool read_pgm(Arena *arena, const char *path, Paper8 *out)
{
    FILE *file = fopen(path, "rb");
    int width, height;
    if (!file || fscanf(file, "P5 %d %d 255", &width, &height) != 2 || width < 2 || height < 2 || width > 8192 || height > 8192)
        return fprintf(stderr, "read_codes: '%s' is no PGM\n", path), false;
    fgetc(file);
    size_t count = (size_t)width * (size_t)height;
    uint8_t *grey = arena_alloc(arena, count);
    bool whole = grey && fread(grey, 1, count, file) == count;
    fclose(file);
    *out = (Paper8){.width_px = width, .height_px = height, .grey = grey};
    return whole;
}

static int read_picture(Arena *arena, const CodesDoor *door, const char *path)
{
    Paper8 grey;
    Codes codes;
    if (!read_pgm(arena, path, &grey))
        return 2;
    Picture picture = {grey.width_px, grey.height_px, arena_alloc(arena, (size_t)grey.width_px * (size_t)grey.height_px * 3)};
    for (size_t i = 0; picture.rgb && i < (size_t)grey.width_px * (size_t)grey.height_px; i++)
        memset(picture.rgb + 3 * i, grey.grey[i], 3);
    Err err = codes_find(arena, door, &picture, &codes);
    for (int i = 0; !err.code && i < codes.count; i++)
        puts(codes.texts[i]);
    if (!err.code && codes.unread)
        puts("unread");
    return err.code != ERR_NONE;
}

/* ---- printed slips, held ---- */

typedef struct HeldRow {
    const char *name;
    HeldScene most; /* angles and slope: the most to either side */
    bool sheet;
} HeldRow;

// clang-format off
static const HeldRow held_rows[] = {
    {"frame 350 mm wide",              {350,  8,  8, 8, 0, 0.95, 0.2, 0, 4, 1.2, 0, 4, 0}, false},
    {"frame 500 mm wide",              {500,  8,  8, 8, 0, 0.95, 0.2, 0, 4, 1.2, 0, 4, 0}, false},
    {"frame 650 mm wide",              {650,  8,  8, 8, 0, 0.95, 0.2, 0, 4, 1.2, 0, 4, 0}, false},
    {"frame 800 mm wide",              {800,  8,  8, 8, 0, 0.95, 0.2, 0, 4, 1.2, 0, 4, 0}, false},
    {"frame 1000 mm wide",             {1000, 8,  8, 8, 0, 0.95, 0.2, 0, 4, 1.2, 0, 4, 0}, false},
    {"frame 1300 mm wide",             {1300, 8,  8, 8, 0, 0.95, 0.2, 0, 4, 1.2, 0, 4, 0}, false},
    {"500 mm, tilt and turn to 30 degrees", {500, 30, 30, 30, 0, 0.95, 0.2, 0, 4, 1.2, 0, 4, 0}, false},
    {"800 mm, tilt and turn to 30 degrees", {800, 30, 30, 30, 0, 0.95, 0.2, 0, 4, 1.2, 0, 4, 0}, false},
    {"500 mm, bent to a radius of 60 mm", {500, 15, 15, 15, 60, 0.95, 0.2, 0, 4, 1.2, 0, 4, 0}, false},
    {"500 mm, blur 4 px",              {500, 15, 15, 15, 0, 0.95, 0.2, 0, 4, 4, 0, 4, 0}, false},
    {"500 mm, blur 7 px",              {500, 15, 15, 15, 0, 0.95, 0.2, 0, 4, 7, 0, 4, 0}, false},
    {"500 mm, shaken by 12 px",        {500, 15, 15, 15, 0, 0.95, 0.2, 0, 4, 1.2, 12, 4, 0}, false},
    {"500 mm, noise 20",               {500, 15, 15, 15, 0, 0.95, 0.2, 0, 4, 1.2, 0, 20, 0}, false},
    {"500 mm, a sixth of the light",   {500, 15, 15, 15, 0, 0.16, 0.2, 0, 4, 1.2, 0, 4, 0}, false},
    {"500 mm, a shadow's edge, light from a side", {500, 15, 15, 15, 0, 0.95, 0.9, 0.6, 4, 1.2, 0, 4, 0}, false},
    {"500 mm, fingers reach in 25 mm", {500, 15, 15, 15, 0, 0.95, 0.2, 0, 25, 1.2, 0, 4, 0}, false},
    {"500 mm, fingers reach in 35 mm", {500, 15, 15, 15, 0, 0.95, 0.2, 0, 35, 1.2, 0, 4, 0}, false},
    {"650 mm, all of it: 20 degrees, bent, blur 2, shaken by 4, noise 8, shadow", {650, 20, 20, 20, 100, 0.7, 0.5, 0.4, 12, 2, 4, 8, 0}, false},
    {"500 mm, a sheet that is not cut",    {500, 15, 15, 15, 0, 0.95, 0.2, 0, 4, 1.2, 0, 4, 0}, true},
    {"800 mm, a sheet that is not cut",    {800, 15, 15, 15, 0, 0.95, 0.2, 0, 4, 1.2, 0, 4, 0}, true},
};
// clang-format on

enum { SLIPS_MAX = 64, CAMERA_QUALITY = 85 };

typedef struct Held {
    Arena *arena;
    const CodesDoor *door;
    Profile profile;
    Picture behind; /* whoever holds them */
    Paper8 sheet, slips[SLIPS_MAX];
    const char *texts[SLIPS_MAX];
    int count;
} Held;

/* A portrait of 12 MP. */
static Err open_behind(Arena *arena, Held *held)
{
    const Order order = {.seed = 3, .only = FAULT_COUNT, .sure = true, .corpus = 'a'};
    Bases *bases = ARENA_NEW(arena, Bases);
    Shot shot;
    Decoded decoded;
    Facts facts;
    Source source = {0};
    Bytes file;
    TRY(bases_load(arena, SOURCE_DIR "/samples/base", bases));
    shot_plan(&order, bases, 1, &shot);
    TRY(sample_file(arena, &shot, &file));
    source.data = file.data;
    source.bytes = file.size;
    TRY(decode_source(arena, &held->profile, 0, &source, &facts, &decoded));
    TRY(decode_again(arena, &source, 1, &decoded));
    held->behind = decoded.picture;
    return OK;
}

static HeldScene draw_scene(const HeldRow *row, uint64_t seed)
{
    Rng rng = rng_stream(seed, (uint64_t)(row - held_rows), 7);
    HeldScene out = row->most;
    out.tilt_deg *= rng_range(&rng, -1, 1);
    out.turn_deg *= rng_range(&rng, -1, 1);
    out.nod_deg *= rng_range(&rng, -1, 1);
    out.slope *= rng_range(&rng, -1, 1);
    out.seed = seed;
    return out;
}

/* What the program sees of a camera's file. */
static Err try_held(const Held *held, const HeldRow *row, uint64_t seed, Tally *out)
{
    int which = (int)(seed % (uint64_t)held->count);
    HeldScene scene = draw_scene(row, seed);
    FileForm form = {.sampling = SAMPLING_420, .orientation = 1};
    JpegWish wish = {.form = &form, .quality = CAMERA_QUALITY, .components = 3};
    Picture frame = held->behind;
    Source source = {0};
    Decoded decoded;
    Facts facts;
    Codes codes;
    Bytes file;
    size_t bytes = (size_t)frame.width_px * (size_t)frame.height_px * 3;
    frame.rgb = arena_raw(held->arena, bytes);
    if (!frame.rgb)
        return fail(held->arena, ERR_MEMORY, "no memory for a frame");
    memcpy(frame.rgb, held->behind.rgb, bytes);
    TRY(held_paint(held->arena, row->sheet ? &held->sheet : &held->slips[which], &scene, &frame));
    TRY(jpegout_encode(held->arena, &frame, &wish, &file));
    source.data = file.data;
    source.bytes = file.size;
    TRY(decode_source(held->arena, &held->profile, 0, &source, &facts, &decoded));
    clock_t start = clock();
    TRY(codes_find(held->arena, held->door, &decoded.picture, &codes));
    out->ms += (double)(clock() - start) * 1000 / CLOCKS_PER_SEC;
    bool one = codes.count == 1 && !codes.unread;
    bool right = one && !row->sheet && strcmp(codes.texts[0], held->texts[which]) == 0;
    out->read += right;
    out->wrong += one && !right;
    out->lost += !codes.count && !codes.unread;
    out->seen += !one && (codes.count || codes.unread);
    return OK;
}

static int measure_held(const CodesDoor *door, int count, char **words)
{
    static Held held;
    Arena *kept = arena_create((size_t)1 << 30);
    int scenes = atoi(words[0]);
    held = (Held){.arena = arena_create((size_t)1 << 30), .door = door};
    if (!kept || !held.arena || profile_load(kept, "college-light-blue", &held.profile).code || open_behind(kept, &held).code)
        return fputs("read_codes: no memory, no profile or no portrait\n", stderr), 1;
    if (!read_pgm(kept, words[2], &held.sheet))
        return 2;
    held.sheet.px_per_mm = atof(words[1]);
    for (int i = 3; i + 1 < count && held.count < SLIPS_MAX; i += 2, held.count++) {
        held.texts[held.count] = words[i];
        if (!read_pgm(kept, words[i + 1], &held.slips[held.count]))
            return 2;
        held.slips[held.count].px_per_mm = held.sheet.px_per_mm;
    }
    puts("| slip | read | several or unreadable | not seen | read wrongly | ms |\n| --- | --- | --- | --- | --- | --- |");
    for (size_t i = 0; i < sizeof held_rows / sizeof *held_rows; i++) {
        Tally tally = {0};
        for (int seed = 0; seed < scenes; seed++) {
            arena_reset(held.arena);
            Err err = try_held(&held, &held_rows[i], (uint64_t)seed, &tally);
            if (err.code)
                return fprintf(stderr, "codes: %s\n", err.text ? err.text : "no memory"), 1;
        }
        printf("| %s | %d | %d | %d | %d | %.0f |\n", held_rows[i].name, tally.read, tally.seen, tally.lost, tally.wrong,
               tally.ms / scenes);
        fflush(stdout);
    }
    return 0;
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
    if (count > 6 && !strcmp(words[1], "--held"))
        return measure_held(door, count - 2, words + 2);
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
