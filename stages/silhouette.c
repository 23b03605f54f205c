/* SPDX-License-Identifier: MIT */
/* Paper is smooth and reaches the edges; a person is neither. Fit a quadratic to the colours beside the
 * head, robustly, then let the paper grow in from the left, right and upper edge as far as the model
 * explains the pixels. What is left and touches the face is the person. */
#include "silhouette.h"

#include <assert.h>
#include <string.h>
#include "bitmap.h"
#include "paper_pixels.h"
#include "wide.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include "processor.h"
#endif

static const double INLIERS_LEAST = 0.45; /* long hair may cover the rest */
static const double EDGES_LEAST = 0.80;

void silhouette_paper(const Silhouette *in, int x, int y, double rgb[3])
{
    paper_colour(&in->paper, (double)x / in->width_px - 0.5, (double)y / in->height_px - 0.5, rgb);
}

typedef int CountLine(const Bitmap *map, int line);

static int count_row(const Bitmap *map, int y)
{
    int count = 0;
    for (int i = 0; i < map->words; i++)
        count += __builtin_popcountll(bitmap_row(map, y)[i]);
    return count;
}

/* In the upper half, where no shoulders are. */
static int count_column(const Bitmap *map, int x)
{
    int count = 0;
    for (int y = 0; y < map->height_px / 2; y++)
        count += bitmap_has(map, x, y);
    return count;
}

/* The line, of `length` pixels, behind those of a thin frame: they are no paper, soon others are. 0 where there is no frame. */
static int behind_frame(const Bitmap *alike, CountLine *count, int edge, int step, int length)
{
    const int most = alike->width_px / 80; /* no wider than what border is sure to tell of */
    if (count(alike, edge) > length / 10)
        return 0;
    for (int line = 1; line <= most; line++)
        if (count(alike, edge + line * step) >= length / 2)
            return line + 1;
    return 0;
}

/* Under a thin frame the paper goes on as it is behind it. False where there is none. */
static bool look_under_frame(const Bitmap *alike)
{
    const int last = alike->width_px - 1, height = alike->height_px;
    if (last < 64 || height < 64)
        return false;
    const int upper = behind_frame(alike, count_row, 0, 1, alike->width_px);
    for (int y = 0; y < upper; y++)
        memcpy(bitmap_row(alike, y), bitmap_row(alike, upper), (size_t)alike->words * sizeof *alike->bits);
    const int left = behind_frame(alike, count_column, 0, 1, height / 2), right = behind_frame(alike, count_column, last, -1, height / 2);
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < left && bitmap_has(alike, left, y); x++)
            bitmap_set(alike, x, y);
        for (int x = last; x > last - right && bitmap_has(alike, last - right, y); x--)
            bitmap_set(alike, x, y);
    }
    return upper || left || right;
}

/* Of those the ones that reach the left, right or upper edge. */
static void find_paper(const Bitmap *alike, Bitmap *paper)
{
    int last = alike->width_px - 1;
    memcpy(paper->bits, alike->bits, (size_t)alike->stride * sizeof *paper->bits);
    for (int y = 1; y < alike->height_px; y++) {
        const uint64_t *row = bitmap_row(alike, y);
        bitmap_row(paper, y)[0] |= row[0] & 1;
        bitmap_row(paper, y)[last / 64] |= row[last / 64] & (uint64_t)1 << (last % 64);
    }
    bitmap_grow(alike, paper);
}

typedef struct Rim { /* an object that merely touches the head hangs on by thin bridges */
    int reach;
    Bitmap thin;   /* what is no paper, but has paper at `reach` to one of four sides */
    Bitmap thick;  /* the rest of what is no paper */
} Rim;

/* None of a row too near to the upper or lower edge is thin. */
static inline void part_row(const Bitmap *paper, int y, const uint64_t *all, const uint64_t *inner, const Rim *rim)
{
    const int reach = rim->reach;
    const ptrdiff_t away = y >= reach && y < paper->height_px - reach ? (ptrdiff_t)reach * paper->stride : 0;
    const uint64_t *row = bitmap_row(paper, y);
    uint64_t *thin = bitmap_row(&rim->thin, y), *thick = bitmap_row(&rim->thick, y);
    APART
    for (int i = 0; i < paper->words; i++) {
        uint64_t near = row[i - away] | row[i + away] | row[i] << reach | row[i - 1] >> (64 - reach) |
                        row[i] >> reach | row[i + 1] << (64 - reach);
        uint64_t rest = ~row[i] & all[i], part = away ? near & rest & inner[i] : 0;
        thin[i] = part;
        thick[i] = rest & ~part;
    }
}

WIDE static void part_rows(const Bitmap *paper, const uint64_t *all, const uint64_t *inner, const Rim *rim)
{
    for (int y = 0; y < paper->height_px; y++)
        part_row(paper, y, all, inner, rim);
}

static bool part_foreign(Arena *arena, const Bitmap *paper, Rim *rim)
{
    uint64_t *all = ARENA_RAW(arena, uint64_t, 2 * (size_t)paper->words), *inner = all + paper->words;
    if (!all)
        return false;
    for (int i = 0; i < paper->words; i++) {
        all[i] = bitmap_between(i, 0, paper->width_px);
        inner[i] = bitmap_between(i, rim->reach, paper->width_px - rim->reach);
    }
    part_rows(paper, all, inner, rim);
    return true;
}

/* Thin pixels beside the person belong to it; none lies on an edge. The rows as one: zeros part them. */
WIDE static void take_beside(const Rim *rim, const Bitmap *person, const Bitmap *next)
{
    const size_t row = (size_t)person->stride, end = row * (size_t)person->height_px;
    const uint64_t *restrict was = person->bits, *restrict thin = rim->thin.bits;
    uint64_t *restrict now = next->bits;
    memcpy(now, was, (end < row ? end : row) * sizeof *now);
    for (size_t i = row; i + row < end; i++) {
        uint64_t beside = was[i - row] | was[i + row] | was[i] << 1 | was[i - 1] >> 63 | was[i] >> 1 | was[i + 1] << 63;
        now[i] = was[i] | (thin[i] & beside);
    }
    memcpy(now + end - row, was + end - row, row * sizeof *now);
}

/* From the face through everything thicker than a bridge, then its thin rim, a row of pixels at a time. */
static bool find_person(Arena *arena, const Bitmap *paper, const FacePlace *face, Bitmap *person)
{
    const int w = paper->width_px, h = paper->height_px;
    Rim rim = {.reach = w > 300 ? 4 : 2, .thin = bitmap_raw(arena, w, h), .thick = bitmap_raw(arena, w, h)};
    Bitmap next = bitmap_raw(arena, w, h);
    if (!rim.thin.bits || !rim.thick.bits || !next.bits || !person->bits || !part_foreign(arena, paper, &rim))
        return false;
    for (int i = 0; i < POINT_COUNT; i++) {
        int x = (int)face->points[i].x, y = (int)face->points[i].y;
        if (bitmap_has(&rim.thick, x, y))
            bitmap_set(person, x, y);
    }
    bitmap_grow(&rim.thick, person);
    for (int round = 0; round <= rim.reach; round++) {
        take_beside(&rim, person, &next);
        Bitmap before = *person;
        *person = next;
        next = before;
    }
    return true;
}

/* Eight bits as eight bytes of 0 or 1, the lowest first in memory on a little-endian machine. */
static uint64_t bytes_of(uint64_t bits)
{
    const uint64_t ONES = 0x0101010101010101, EACH = 0x8040201008040201;
    return ((((bits & 0xff) * ONES & EACH) + 0x7f7f7f7f7f7f7f7f) >> 7) & ONES;
}

/* The labels of up to 64 pixels. */
static void write_word(uint64_t paper, uint64_t person, int count, uint8_t *label)
{
    if (count == 64 && (!~paper || !~person)) { /* most words are of one kind */
        memset(label, paper ? LABEL_PAPER : LABEL_PERSON, 64);
        return;
    }
    for (int x = 0; x < count; x += 8) {
        uint64_t is_paper = paper >> x, is_person = person >> x;
        uint64_t labels = (bytes_of(~is_paper & ~is_person) * LABEL_FOREIGN) | (bytes_of(is_person) * LABEL_PERSON);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
        if (count - x >= 8) {
            memcpy(label + x, &labels, 8);
            continue;
        }
#endif
        for (int i = 0; i < 8 && x + i < count; i++)
            label[x + i] = (uint8_t)(labels >> (8 * i));
    }
}

#if defined(__x86_64__)
/* Returns how many pixels that are: all but less than 32. */
__attribute__((target("avx2"))) static int write_avx2(const uint64_t *paper, const uint64_t *person, int width_px, uint8_t *label)
{
    const __m256i places = _mm256_setr_epi64x(0, 0x0101010101010101, 0x0202020202020202, 0x0303030303030303);
    const __m256i bit = _mm256_set1_epi64x((int64_t)0x8040201008040201), foreign = _mm256_set1_epi8(LABEL_FOREIGN);
    int x = 0;
    for (; x + 32 <= width_px; x += 32) {
        __m256i p = _mm256_set1_epi32((int)(uint32_t)(paper[x / 64] >> x % 64));
        __m256i q = _mm256_set1_epi32((int)(uint32_t)(person[x / 64] >> x % 64));
        __m256i is_paper = _mm256_cmpeq_epi8(_mm256_and_si256(_mm256_shuffle_epi8(p, places), bit), bit);
        __m256i is_person = _mm256_cmpeq_epi8(_mm256_and_si256(_mm256_shuffle_epi8(q, places), bit), bit);
        __m256i other = _mm256_add_epi8(foreign, is_person); /* -1 where it is */
        _mm256_storeu_si256((__m256i *)(label + x), _mm256_andnot_si256(is_paper, other));
    }
    return x;
}
#endif

static void write_labels(const Bitmap *paper, const Bitmap *person, Silhouette *out)
{
    static_assert(LABEL_PAPER == 0 && LABEL_PERSON == 1 && LABEL_FOREIGN == 2, "foreign less one is a person");
#if defined(__x86_64__)
    const bool by_avx2 = processor_has_avx2();
#endif
    for (int y = 0; y < out->height_px; y++) {
        const uint64_t *is_paper = bitmap_row(paper, y), *is_person = bitmap_row(person, y);
        uint8_t *label = out->label + (size_t)y * (size_t)out->width_px;
        int x = 0;
#if defined(__x86_64__)
        x = by_avx2 ? write_avx2(is_paper, is_person, out->width_px, label) : 0;
#endif
        for (int end = (x / 64 + 1) * 64; x < out->width_px; x = end, end += 64)
            write_word(is_paper[x / 64] >> x % 64, is_person[x / 64] >> x % 64, (end < out->width_px ? end : out->width_px) - x, label + x);
    }
}

static Err label_pixels(Arena *arena, const Blocks *blocks, const FacePlace *face, Silhouette *out)
{
    Bitmap alike = bitmap_raw(arena, out->width_px, out->height_px);
    Bitmap paper = bitmap_new(arena, out->width_px, out->height_px);
    Bitmap person = bitmap_new(arena, out->width_px, out->height_px);
    if (!paper.bits || !alike.bits || !paper_pixels(arena, blocks, &out->paper, out->threshold, &alike))
        return (Err){ERR_MEMORY, "out of memory"};
    out->framed = look_under_frame(&alike);
    find_paper(&alike, &paper);
    if (!find_person(arena, &paper, face, &person))
        return (Err){ERR_MEMORY, "out of memory"};
    write_labels(&paper, &person, out);
    return OK;
}

/* Share of the way from the eyes to the face points that the paper took. */
static double leaked(const Silhouette *in, const FacePlace *face)
{
    int hits = 0, seen = 0;
    for (int i = 0; i < POINT_COUNT; i++)
        for (int step = 0; step < 4; step++) {
            double t = 0.3 + 0.2 * step;
            int x = (int)(face->eyes.x + t * (face->points[i].x - face->eyes.x));
            int y = (int)(face->eyes.y + t * (face->points[i].y - face->eyes.y));
            if (x < 0 || y < 0 || x >= in->width_px || y >= in->height_px)
                continue;
            seen++;
            hits += in->label[(size_t)y * (size_t)in->width_px + (size_t)x] == LABEL_PAPER;
        }
    return seen ? (double)hits / seen : 1;
}

Err silhouette_find(Arena *arena, const Blocks *blocks, const FacePlace *face, Silhouette *out)
{
    const Picture *picture = blocks->picture;
    size_t count = (size_t)picture->width_px * (size_t)picture->height_px;
    *out = (Silhouette){
        .picture = picture, .width_px = picture->width_px, .height_px = picture->height_px};
    out->label = ARENA_RAW(arena, uint8_t, count);
    if (!out->label)
        return (Err){ERR_MEMORY, "out of memory"};
    TRY(paper_model(arena, picture, face, &out->paper));
    if (!isfinite(out->paper.noise)) {
        memset(out->label, LABEL_PERSON, count);
        out->problem = "there is no paper beside the head";
        return OK;
    }
    out->threshold = paper_threshold(&out->paper);
    TRY(label_pixels(arena, blocks, face, out));
    out->uniform = out->paper.inliers >= INLIERS_LEAST &&
                   (out->paper.edges >= EDGES_LEAST || (out->framed && out->paper.behind_frame >= EDGES_LEAST));
    if (!out->uniform)
        out->problem = "the background is not uniform";
    else if (leaked(out, face) > 0.03)
        out->problem = "the face is not distinct from the background";
    return OK;
}
