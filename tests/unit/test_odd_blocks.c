/* SPDX-License-Identifier: MIT */
#include "../../stages/odd_blocks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdalign.h>
#include <cmocka.h>

#include "../../stages/jpeg.h"
#include "../../stages/odd_chains.h"
#include "../../stages/odd_edges.h"
#include "make_jpeg.h"
#include "odd_pictures.h"
#include "arena_fixture.h"

enum { SIDE = 8 };

/* -1: libjpeg has something to say. */
static int odd(Bytes file, int denominator, Picture *out)
{
    JpegDamage damage;
    const Source source = {.data = file.data, .bytes = file.size, .fast = fast_kernels(NULL)};
    assert_int_equal(jpeg_decode_source(arena, &source, denominator, out, &damage).code, ERR_NONE);
    if (damage.warnings || damage.failed)
        return -1;
    assert_true(damage.planned);
    return (int)odd_blocks_count(arena, out, &damage.plan);
}

static void sound_pictures_have_none(void **state)
{
    (void)state;
    odd_none_is_found(arena, MAKE_SCANS, MAKE_SCAN_COUNT, odd);
}

/* A square block `height` levels above grey ground, and in every other block of the whole picture (`ground`) or around it alone
 * (`near`) one of so many. */
typedef struct Squares {
    int height, ground, near;
} Squares;

static Picture draw(Squares how, int denominator)
{
    const int side = SIDE / denominator;
    Picture picture = {200, 160, arena_alloc(arena, 3 * 200 * 160)};
    for (int y = 0; y < picture.height_px; y++)
        for (int x = 0; x < picture.width_px; x++) {
            int column = x / side, row = y / side, other = (column + row) % 2;
            int around = abs(column - 8) <= 3 && abs(row - 8) <= 3 && other ? how.near : 0;
            int level = 100 + (column == 8 && row == 8 ? how.height : around ? around : other ? how.ground : 0);
            memset(picture.rgb + 3 * (y * picture.width_px + x), level, 3);
        }
    return picture;
}

static bool is_square(const OddBlock *block)
{
    return block->component == 0 && block->x == 8 && block->y == 8;
}

/* A square steps by its height at each edge; that counts from 9 levels on, twice what most edges step by, and 2.5 times what
 * most blocks two away do; 4 times is far more. */
static void squares_are_suspects_from_a_step_on(void **state)
{
    (void)state;
    static const struct {
        Squares squares;
        int count, far;
    } cases[] = {
        {{8, 0, 0}, 0, 0},  {{9, 0, 0}, 1, 1},  {{-8, 0, 0}, 0, 0}, {{-9, 0, 0}, 1, 1}, {{14, 8, 1}, 0, 0}, {{20, 8, 1}, 1, 1},
        {{40, 0, 6}, 1, 1}, {{20, 0, 9}, 0, 0}, {{39, 0, 8}, 1, 0}, {{40, 0, 8}, 1, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int denominator = 1; denominator <= 2; denominator++) {
            Picture picture = draw(cases[i].squares, denominator);
            FastPlan plan = {.width_px = 200 * denominator, .height_px = 160 * denominator, .denominator = denominator,
                             .component = {{2, 2, 0, 0, {0}}, {1, 1, 1, 1, {0}}, {1, 1, 1, 1, {0}}}};
            OddEdges edges;
            assert_true(odd_edges_find(arena, &picture, &plan, &edges));
            int found = 0, far = 0;
            for (int k = 0; k < edges.all.count; k++)
                found += is_square(&edges.all.blocks[k]);
            for (int k = 0; k < edges.far.count; k++)
                far += is_square(&edges.far.blocks[k]);
            if (found != cases[i].count || far != cases[i].far)
                fail_msg("case %zu, 1/%d: %d, %d", i, denominator, found, far);
            arena_reset(arena);
        }
}

typedef struct Difference {
    int left, top, right, bottom; /* pixels */
    double rms; /* of the worst block of 8 x 8 */
    int x, y;   /* of that */
    int seen;   /* blocks from 10 on */
} Difference;

static Difference compare(const Picture *a, const Picture *b)
{
    Difference out = {a->width_px, a->height_px, -1, -1, 0, 0, 0, 0};
    for (int y = 0; y + SIDE <= a->height_px; y += SIDE)
        for (int x = 0; x + SIDE <= a->width_px; x += SIDE) {
            double sum = odd_squares(a, b, x, y);
            if (sum == 0)
                continue;
            out.left = x < out.left ? x : out.left;
            out.right = x + SIDE > out.right ? x + SIDE : out.right;
            out.top = y < out.top ? y : out.top;
            out.bottom = y + SIDE > out.bottom ? y + SIDE : out.bottom;
            double rms = sqrt(sum / (3 * SIDE * SIDE));
            out.seen += rms >= 10;
            if (rms > out.rms)
                out.rms = rms, out.x = x, out.y = y;
        }
    return out;
}

/* Whether nothing but one block is wrong, clearly, and not at an edge. */
static bool is_alone(Difference d, const Picture *p)
{
    return d.right - d.left <= 32 && d.bottom - d.top <= 32 && d.rms >= 20 && d.left >= 16 && d.top >= 16 && d.right <= p->width_px - 16 &&
           d.bottom <= p->height_px - 16;
}

static Picture keep(Arena *kept, const Picture *picture)
{
    const size_t bytes = 3 * (size_t)picture->width_px * (size_t)picture->height_px;
    Picture copy = {picture->width_px, picture->height_px, arena_alloc(kept, bytes)};
    memcpy(copy.rgb, picture->rgb, bytes);
    return copy;
}

typedef struct Turned {
    size_t at;
    uint8_t bit;
} Turned;

/* One between `from` and the end marker. */
static Turned turn_a_bit(Bytes file, size_t from, unsigned *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    Turned out = {from + (*seed >> 8) % (file.size - 2 - from), (uint8_t)(1u << (*seed >> 4 & 7))};
    arena_reset(arena);
    file.data[out.at] ^= out.bit;
    return out;
}

/* One bit in each of many copies: of the blocks that are clearly wrong alone most are told, whatever the file's kind. */
static void blocks_with_a_turned_bit_are_counted(void **state)
{
    (void)state;
    for (int k = 0; k < MAKE_SCAN_COUNT; k++) {
        const int denominator = k % 2 + 1;
        Arena *kept = arena_create((size_t)1 << 26);
        Picture picture = make_picture(kept, 160, 240, 4), sound, out;
        Bytes file = make_jpeg(kept, &picture, MAKE_SCANS[k]);
        assert_int_equal(odd(file, 1, &out), 0);
        sound = keep(kept, &out);
        size_t from = make_find(file, 0, 0xda) + 14;
        int alone = 0, told = 0;
        unsigned seed = 99u + (unsigned)k;
        for (int n = 0; n < 800; n++) {
            const Turned turned = turn_a_bit(file, from, &seed);
            int count = odd(file, 1, &out);
            bool wrong = count >= 0 && is_alone(compare(&sound, &out), &sound);
            if (wrong && denominator > 1)
                count = odd(file, denominator, &out);
            file.data[turned.at] ^= turned.bit;
            alone += wrong;
            told += wrong && count == 1;
        }
        arena_destroy(kept);
        if (alone < 6 || told < 0.5 * alone)
            fail_msg("kind %d: %d told of %d", k, told, alone);
    }
}

/* A block's codes: where they begin, from the first block's on, and what they say. */
typedef struct Coded {
    size_t at;
    int16_t block[SCAN_BLOCK];
} Coded;

/* Of all blocks; 0: not to be read. */
static int read_codes(Bytes file, Coded *out, int most)
{
    JpegDamage damage;
    Picture picture;
    const Source source = {.data = file.data, .bytes = file.size};
    assert_int_equal(jpeg_decode_source(arena, &source, 1, &picture, &damage).code, ERR_NONE);
    Scan *scan = ARENA_NEW(arena, Scan);
    if (damage.failed || damage.warnings || !damage.planned || !fast_scan(&damage.plan, scan))
        return 0;
    const BlockGrid grid = step_grid(&damage.plan);
    int count = 0;
    size_t at = 0;
    for (int mcu = 0; mcu < grid.across * grid.down; mcu++) {
        alignas(64) int16_t blocks[SCAN_BLOCKS_MOST * SCAN_BLOCK];
        uint8_t ends[SCAN_BLOCKS_MOST];
        assert_true(scan_ready(scan));
        ScanBits bits = scan->bits;
        for (int i = 0; i < scan->block_count; i++, count++) {
            const ScanBits begin = bits;
            assert_true(count < most);
            out[count].at = at;
            assert_true(scan_block(scan, scan->component[i], &bits, out[count].block));
            at += scan_between(&begin, &bits);
        }
        assert_true(scan_mcu(scan, blocks, ends));
    }
    return count;
}

/* How many blocks in a row have other codes. */
static int row_of_others(const Coded *a, const Coded *b, int count)
{
    int first = count, last = -1;
    for (int i = 0; i < count; i++)
        if (memcmp(a[i].block, b[i].block, sizeof a[i].block) || a[i].at != b[i].at) {
            first = i < first ? i : first;
            last = i;
        }
    return last - first + 1;
}

/* One bit in each of many copies: where 2 to 8 blocks in a row are other ones until the codes fit again, a block is clearly
 * wrong, and all behind has hardly another level, most are told: 85 of 103. */
static void rows_of_blocks_behind_a_turned_bit_are_told(void **state)
{
    (void)state;
    enum { MOST = 4000 };
    int rows = 0, told = 0;
    Arena *kept = arena_create((size_t)1 << 26);
    for (int k = 0; k < MAKE_SCAN_COUNT; k++) {
        Picture picture = make_picture(kept, 160, 240, 4), sound, out;
        Bytes file = make_jpeg(kept, &picture, MAKE_SCANS[k]);
        Coded *codes[2] = {arena_alloc(kept, MOST * sizeof(Coded)), arena_alloc(kept, MOST * sizeof(Coded))};
        const int blocks = read_codes(file, codes[0], MOST);
        assert_int_equal(odd(file, 1, &out), 0);
        sound = keep(kept, &out);
        size_t from = make_find(file, 0, 0xda) + 14;
        unsigned seed = 5u + (unsigned)k;
        for (int n = 0; n < 900; n++) {
            const Turned turned = turn_a_bit(file, from, &seed);
            int count = odd(file, 1, &out), others = 0;
            if (count >= 0 && read_codes(file, codes[1], MOST) == blocks)
                others = row_of_others(codes[0], codes[1], blocks);
            file.data[turned.at] ^= turned.bit;
            if (others < 2 || others > 8)
                continue;
            Difference d = compare(&sound, &out);
            bool inside = d.x >= 16 && d.y >= 16 && d.x + 24 <= sound.width_px && d.y + 24 <= sound.height_px;
            if (d.rms < 20 || d.seen > 16 || !inside)
                continue;
            rows++;
            told += count > 0;
        }
    }
    arena_destroy(kept);
    if (rows < 70 || told < 0.75 * rows)
        fail_msg("%d told of %d", told, rows);
}

/* Plain squares on the grid of blocks, which some turned bit gives the level around them, are not taken for one. */
static int told_of_squares(int least, int most)
{
    enum { PICTURES = 90, SQUARES = 10, WIDTH = 320, HEIGHT = 400 };
    static const int SAMPLINGS[][2] = {{2, 2}, {2, 1}, {1, 1}};
    unsigned seed = 3;
    int told = 0;
    for (int i = 0; i < PICTURES; i++) {
        Picture picture = make_picture(arena, WIDTH, HEIGHT, i / 3 % 3), out;
        for (int n = 0; n < SQUARES; n++) {
            seed = seed * 1664525u + 1013904223u;
            const int x = (int)(seed >> 8) % (WIDTH / SIDE) * SIDE, y = (int)(seed >> 16) % (HEIGHT / SIDE) * SIDE;
            const int levels = (least + n * (most - least) / SQUARES) * (n % 2 ? 1 : -1);
            for (int k = 0; k < SIDE * SIDE * 3; k++) {
                uint8_t *at = picture.rgb + 3 * ((y + k / (3 * SIDE)) * WIDTH + x) + k % (3 * SIDE);
                int level = *at + levels;
                *at = (uint8_t)(level < 0 ? 0 : level > 255 ? 255 : level);
            }
        }
        MakeJpeg kind = {.quality = 60 + i * 7 % 39, .across = SAMPLINGS[i % 3][0], .down = SAMPLINGS[i % 3][1]};
        told += odd(make_jpeg(arena, &picture, kind), 1, &out) > 0;
        arena_reset(arena);
    }
    return told;
}

static void plain_squares_on_the_grid_are_hardly_told(void **state)
{
    (void)state;
    int faint = told_of_squares(20, 64), hard = told_of_squares(90, 110);
    if (faint > 6 || hard > 3)
        fail_msg("%d and %d of 90", faint, hard);
}

/* Of pictures of a few blocks or less, with neighbours beyond the edges, nothing is read. */
static void small_pictures_are_borne(void **state)
{
    (void)state;
    for (int side = 1; side <= 90; side += 4)
        for (int k = 0; k < MAKE_SCAN_COUNT; k++)
            for (int denominator = 1; denominator <= 2; denominator++) {
                Picture picture = make_picture(arena, side, 91 - side, 20), out;
                JpegDamage damage;
                Bytes file = make_jpeg(arena, &picture, MAKE_SCANS[k]);
                const Source source = {.data = file.data, .bytes = file.size};
                assert_int_equal(jpeg_decode_source(arena, &source, denominator, &out, &damage).code, ERR_NONE);
                assert_true(damage.planned && odd_blocks_count(arena, &out, &damage.plan) == 0);
                arena_reset(arena);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sound_pictures_have_none),
        cmocka_unit_test(squares_are_suspects_from_a_step_on),
        cmocka_unit_test(blocks_with_a_turned_bit_are_counted),
        cmocka_unit_test(rows_of_blocks_behind_a_turned_bit_are_told),
        cmocka_unit_test(plain_squares_on_the_grid_are_hardly_told),
        cmocka_unit_test(small_pictures_are_borne),
    };
    return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
