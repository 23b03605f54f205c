/* SPDX-License-Identifier: MIT */
/* flips SEED COUNT all|data|head|scans|mixed OUT FILES...: copies of the files in turn with one flipped bit each, anywhere, behind or
 * before the header of the first scan; `scans`: a scan left out, cut short, or exchanged for that of the next file; `mixed`: a piece of the
 * data that comes from the next file. Those that decode without a word (damage, seams, odd_blocks, coding_tables), though a band of 8 rows or a block of
 * 8x8 pixels is under 30 dB against the sound file, are written to OUT under valid identity numbers, for
 * `headroom check` or `run` to judge, and told, a line each; last how many there were of each kind. */
#include "mutation.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "../../stages/decode.h"
#include "../../stages/jpeg_fast.h"
#include "../../stages/jpeg_markers.h"

enum { PHOTO_BYTES = 256 << 20, TODAY = 20000, SIDE = 8 };
static const double SEEN_DB = 30;

typedef struct Tally {
    size_t unread, damage, seams, blocks, tables, unseen, passed_band, passed_block;
    size_t bands; /* that are seen, with those told of */
} Tally;

typedef struct Difference {
    double band_db, block_db;
    int blocks; /* under SEEN_DB */
    int x, y;   /* of the worst one */
} Difference;

static double decibels(double squares, double values)
{
    return squares > 0 ? 10 * log10(255 * 255 * values / squares) : 99;
}

static Difference compare(const Picture *a, const Picture *b)
{
    Difference out = {.band_db = 99, .block_db = 99};
    for (int y = 0; y < a->height_px; y += SIDE) {
        double band = 0;
        int height = y + SIDE <= a->height_px ? SIDE : a->height_px - y;
        for (int x = 0; x < a->width_px; x += SIDE) {
            double block = 0;
            int width = x + SIDE <= a->width_px ? SIDE : a->width_px - x;
            for (int row = 0; row < height; row++) {
                size_t at = 3 * ((size_t)(y + row) * (size_t)a->width_px + (size_t)x);
                for (int i = 0; i < 3 * width; i++)
                    block += pow(a->rgb[at + (size_t)i] - b->rgb[at + (size_t)i], 2);
            }
            band += block;
            double db = decibels(block, 3.0 * height * width);
            out.blocks += db < SEEN_DB;
            if (db < out.block_db)
                out = (Difference){out.band_db, db, out.blocks, x, y};
        }
        out.band_db = fmin(out.band_db, decibels(band, 3.0 * height * a->width_px));
    }
    return out;
}

/* xorshift64 of a splitmix64: neighbours start far apart. */
static uint64_t random_of(uint64_t seed, unsigned n)
{
    uint64_t z = (seed << 32 | n) + 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* Behind the header of the first scan. */
static size_t data_begins(const Data *file)
{
    for (size_t i = 2; i + 4 < file->size && file->bytes[i] == 0xff;) {
        size_t length = (size_t)file->bytes[i + 2] << 8 | file->bytes[i + 3];
        if (file->bytes[i + 1] == 0xda)
            return i + 2 + length;
        i += 2 + length;
    }
    return 0;
}

/* Where scan number `n` with its tables begins, or the last one ends; 0: there are fewer. */
static size_t scan_begins(const Data *file, size_t n)
{
    size_t at = 2, begins = 0;
    JpegPiece piece;
    for (size_t scans = 0; jpeg_piece_next(file->bytes, file->size, &at, &piece);) {
        bool tables = piece.marker == MARKER_DHT || piece.marker == MARKER_SOS || piece.marker == MARKER_EOI;
        if (tables && !begins)
            begins = piece.start;
        if (tables && scans == n)
            return begins;
        if (piece.marker == MARKER_SOS)
            scans++, begins = 0;
    }
    return 0;
}

static size_t scan_count(const Data *file)
{
    size_t count = 0;
    while (scan_begins(file, count + 1))
        count++;
    return count;
}

/* Puts `count` bytes in the place of those in the copy from `from` to `to`. */
static void put(Data *copy, size_t from, size_t to, const uint8_t *bytes, size_t count)
{
    memmove(copy->bytes + from + count, copy->bytes + to, copy->size - to);
    if (count)
        memcpy(copy->bytes + from, bytes, count);
    copy->size += count - (to - from);
}

static const char *alter_scan(uint64_t random, const Data *file, const Data *next, Data *copy)
{
    size_t scan = (size_t)(random >> 8) % scan_count(file), from = scan_begins(file, scan), to = scan_begins(file, scan + 1);
    size_t next_from = scan_begins(next, scan), next_to = scan_begins(next, scan + 1);
    if (random % 3 == 0)
        return put(copy, from, to, NULL, 0), "left out";
    if (random % 3 == 1 && next_from && next_to)
        return put(copy, from, to, next->bytes + next_from, next_to - next_from), "exchanged";
    return put(copy, to - (size_t)(random >> 32) % ((to - from) / 2), to, NULL, 0), "cut short";
}

/* Alters a copy of the first file, with what the other one has; says how. */
static void alter(uint64_t random, const char *where, const Data *const pair[2], Data *copy, char *what)
{
    const Data *file = pair[0], *next = pair[1];
    size_t begins = data_begins(file), from = *where == 'd' || *where == 'm' ? begins : 2, to = *where == 'h' ? begins : file->size;
    memcpy(copy->bytes, file->bytes, file->size);
    copy->size = file->size;
    size_t at = from + (size_t)((random >> 3) % (to - from));
    if (*where == 's') {
        sprintf(what, "scan %s", alter_scan(random, file, next, copy));
    } else if (*where == 'm') {
        size_t count = 1 + (size_t)(random >> 40) % 4000, left = to - at;
        count = count < left ? count : left;
        if (at + count <= next->size)
            memcpy(copy->bytes + at, next->bytes + at, count);
        sprintf(what, "byte %zu, %zu bytes", at, count);
    } else {
        copy->bytes[at] ^= (uint8_t)(1u << (random & 7));
        sprintf(what, "byte %zu bit %u", at, (unsigned)(random & 7));
    }
}

static bool decoded(Arena *arena, const Profile *profile, const Data *file, Facts *facts, Picture *out)
{
    Decoded picture;
    Source source = {.data = file->bytes, .bytes = file->size, .fast = fast_kernels(NULL)};
    facts_clear(facts);
    if (decode_source(arena, profile, TODAY, &source, facts, &picture).code)
        return false;
    *out = picture.picture;
    return out->rgb != NULL;
}

static bool told(const Facts *facts, Tally *tally)
{
    bool damage = facts->v[CHECK_damage] > 0, seams = facts->v[CHECK_seams] > 0, tables = facts->v[CHECK_coding_tables] > 0;
    bool blocks = facts->v[CHECK_odd_blocks] > 0;
    tally->damage += damage;
    tally->seams += !damage && seams;
    tally->blocks += !damage && !seams && blocks;
    tally->tables += !damage && !seams && !blocks && tables;
    return damage || seams || blocks || tables;
}

static bool store(const char *folder, unsigned n, const Data *file)
{
    char id[19], path[4096];
    mutation_id(n, id);
    snprintf(path, sizeof path, "%s/%u_%s.jpg", folder, n, id);
    FILE *out = fopen(path, "wbe");
    bool whole = out && fwrite(file->bytes, 1, file->size, out) == file->size;
    return out && fclose(out) == 0 && whole;
}

typedef struct Flips {
    Arena *arena;
    Profile profile;
    const char *out;
    Tally tally;
} Flips;

/* What is known of number `n`, whose bytes are `file`. False: nothing can be written. */
static bool judge(Flips *flips, unsigned n, const Picture *sound, const Data *file, const char *what)
{
    Facts facts;
    Picture picture;
    Tally *tally = &flips->tally;
    if (!decoded(flips->arena, &flips->profile, file, &facts, &picture))
        return tally->unread++, true;
    bool same_size = picture.width_px == sound->width_px && picture.height_px == sound->height_px;
    Difference difference = same_size ? compare(sound, &picture) : (Difference){0};
    bool band = difference.band_db < SEEN_DB;
    tally->bands += band;
    if (told(&facts, tally))
        return true;
    if (!band && difference.block_db >= SEEN_DB)
        return tally->unseen++, true;
    tally->passed_band += band;
    tally->passed_block += !band;
    printf("%u %s: band %.1f dB, block %.1f dB at %d,%d, %d blocks seen\n", n, what, difference.band_db, difference.block_db, difference.x,
           difference.y, difference.blocks);
    return store(flips->out, n, file);
}

int main(int argc, char **argv)
{
    static Data files[MUTATION_FILES_MAX];
    static Picture sound[MUTATION_FILES_MAX];
    int count = argc - 5;
    Flips flips = {.profile = {.pixels_max_mp = 100, .scans_max = 64}, .arena = arena_create(PHOTO_BYTES)};
    Arena *lasting = arena_create((size_t)1 << 30);
    if (count < 1 || count > MUTATION_FILES_MAX || !lasting || !flips.arena)
        return fprintf(stderr, "usage: flips SEED COUNT all|data|head|scans|mixed OUT FILES... (at most %d)\n", MUTATION_FILES_MAX), 2;
    flips.out = argv[4];
    for (int i = 0; i < count; i++) {
        Facts facts;
        if (!mutation_load(argv[5 + i], &files[i]) || data_begins(&files[i]) <= 2 || !decoded(lasting, &flips.profile, &files[i], &facts, &sound[i]) ||
            told(&facts, &flips.tally))
            return fprintf(stderr, "flips: %s: not a sound photo\n", argv[5 + i]), 1;
    }
    unsigned end = (unsigned)strtoul(argv[2], NULL, 10);
    Data copy = {.bytes = malloc(2 * (size_t)MUTATION_BYTES_MAX)};
    for (unsigned n = 0; n < end; n++) {
        char how[64], what[4096];
        size_t i = n % (size_t)count;
        const Data *const pair[] = {&files[i], &files[(i + 1) % (size_t)count]};
        alter(random_of(strtoull(argv[1], NULL, 10), n), argv[3], pair, &copy, how);
        snprintf(what, sizeof what, "%s %s", argv[5 + i], how);
        if (!judge(&flips, n, &sound[i], &copy, what))
            return perror(argv[4]), 1;
        arena_reset(flips.arena);
    }
    free(copy.bytes);
    const Tally *t = &flips.tally;
    printf("%u: %zu not decoded, %zu damaged, %zu seams, %zu odd blocks, %zu tables, %zu others not seen; not told: a band %zu, of %zu seen; "
           "a block alone %zu\n", end, t->unread, t->damage, t->seams, t->blocks, t->tables, t->unseen, t->passed_band, t->bands, t->passed_block);
    for (int i = 0; i < count; i++)
        free(files[i].bytes);
    arena_destroy(flips.arena);
    arena_destroy(lasting);
    return 0;
}
