/* SPDX-License-Identifier: MIT */
/* Reads what the markers say in one walk over the bytes, so that limits are judged before libjpeg
 * allocates anything. Everything in a file may be a lie: each offset is checked against its
 * segment. */
#include "jpeg.h"

#include <string.h>

#include "exif.h"
#include "jpeg_format.h"
#include "jpeg_icc.h"
#include "jpeg_needs.h"
#include "jpeg_tables.h"

enum { COMPONENTS_MAX = 4, ADOBE_BYTES = 12 };
static const char XMP_PREFIX[] = "http://ns.adobe.com/xap/1.0/";

typedef struct Component {
    int id, h, v, table;
    bool scanned;
} Component;

typedef struct Walk {
    JpegHeader *out;
    Component component[COMPONENTS_MAX];
    QuantTable table[TABLES];
    bool missed[TABLES]; /* a scan took that table before it was there */
    CodeTables codes;
    IccChunks icc;
    const uint8_t *exif, *xmp;
    size_t exif_bytes, xmp_bytes;
    JpegNeeds needs;
    bool frame, wide_tables, adobe, adobe_plain;
    int adobe_transform;
} Walk;

static bool prefix_is(const JpegPiece *piece, const char *text, size_t bytes)
{
    return piece->body_bytes >= bytes && !memcmp(piece->body, text, bytes);
}

static void problem_set(Walk *walk, const char *text)
{
    if (!walk->out->problem)
        walk->out->problem = text;
}

static void read_frame(Walk *walk, const JpegPiece *piece)
{
    JpegHeader *out = walk->out;
    if (walk->frame) {
        problem_set(walk, "has two frame headers");
        return;
    }
    walk->frame = true;
    const uint8_t *body = piece->body;
    if (piece->body_bytes < 6 || piece->body_bytes != 6 + 3 * (size_t)body[5]) {
        problem_set(walk, "has a broken frame header");
        return;
    }
    int type = piece->marker - MARKER_SOF0;
    out->bits = body[0];
    out->height_px = (int)jpeg_be16(body + 1);
    out->width_px = (int)jpeg_be16(body + 3);
    out->components = body[5];
    out->progressive = type == 2 || type == 6 || type == 10 || type == 14;
    out->lossless = type == 3 || type == 7 || type == 11 || type == 15;
    out->arithmetic = type >= 8;
    out->baseline = type == 0 && out->bits == 8;
    for (int i = 0; i < out->components && i < COMPONENTS_MAX; i++) {
        const uint8_t *at = body + 6 + 3 * i;
        walk->component[i] = (Component){at[0], at[1] >> 4, at[1] & 15, at[2], false};
    }
}

/* A table that comes back between scans does not say how the picture was quantised at first. */
static void read_tables(Walk *walk, const JpegPiece *piece)
{
    const uint8_t *at = piece->body;
    size_t left = piece->body_bytes;
    while (left) {
        int id = *at & 15;
        size_t width = *at >> 4 ? 2 : 1;
        if (id >= TABLES || left < 1 + TABLE_VALUES * width) {
            problem_set(walk, "has a broken quantisation table");
            return;
        }
        QuantTable *table = &walk->table[id];
        if (!walk->out->scans || (!table->present && !walk->missed[id])) {
            table->present = true;
            walk->wide_tables |= width == 2;
            for (size_t i = 0; i < TABLE_VALUES; i++)
                table->value[i] = (uint16_t)(width == 2 ? jpeg_be16(at + 1 + 2 * i) : at[1 + i]);
        }
        left -= 1 + TABLE_VALUES * width;
        at += 1 + TABLE_VALUES * width;
    }
}

static void read_scan(Walk *walk, const JpegPiece *piece)
{
    walk->out->scans++;
    if (!walk->frame) {
        problem_set(walk, "has picture data before the frame header");
        return;
    }
    size_t count = piece->body_bytes ? piece->body[0] : 0;
    if (!count || piece->body_bytes < 1 + 2 * count) {
        problem_set(walk, "has a broken scan header");
        return;
    }
    for (size_t i = 0; i < count; i++)
        for (int c = 0; c < COMPONENTS_MAX; c++)
            if (walk->component[c].id == piece->body[1 + 2 * i]) {
                int table = walk->component[c].table % TABLES;
                walk->component[c].scanned = true;
                walk->missed[table] |= !walk->table[table].present;
            }
    tables_scan(piece->body, piece->body_bytes, walk->out->progressive, &walk->codes);
}

/* True when this is a JFIF header as we write it: first, and no thumbnail. */
static bool read_jfif(Walk *walk, const JpegPiece *piece)
{
    if (walk->out->jfif || !prefix_is(piece, "JFIF\0", 5) || piece->body_bytes < 14)
        return false;
    const uint8_t *body = piece->body;
    walk->out->jfif = true;
    double inch = body[7] == 1 ? 1 : body[7] == 2 ? 2.54 : 0;
    if (body[5] == 1) { /* of other versions nobody knows what the fields mean */
        walk->out->dpi = jpeg_be16(body + 8) * inch;
        walk->out->dpi_down = jpeg_be16(body + 10) * inch;
    }
    return piece->body_bytes == 14 && piece->start == 2;
}

static void read_metadata(Walk *walk, const JpegPiece *piece)
{
    JpegHeader *out = walk->out;
    if (piece->marker == MARKER_APP0 && read_jfif(walk, piece))
        return;
    if (piece->marker == MARKER_APP14 && prefix_is(piece, "Adobe", 5) && piece->body_bytes >= ADOBE_BYTES) {
        bool first = !walk->adobe;
        walk->adobe = true;
        walk->adobe_transform = piece->body[11];
        walk->adobe_plain |= first && piece->body_bytes == ADOBE_BYTES;
        if (first && walk->adobe_plain)
            return;
    }
    out->metadata_bytes += piece->end - piece->start;
    if (piece->marker == MARKER_APP1 && !walk->exif && prefix_is(piece, "Exif\0", 6)) {
        walk->exif = piece->body + 6;
        walk->exif_bytes = piece->body_bytes - 6;
    }
    if (piece->marker == MARKER_APP1 && !walk->xmp && prefix_is(piece, XMP_PREFIX, sizeof XMP_PREFIX)) {
        walk->xmp = piece->body + sizeof XMP_PREFIX;
        walk->xmp_bytes = piece->body_bytes - sizeof XMP_PREFIX;
    }
    if (piece->marker == MARKER_APP2 && prefix_is(piece, "ICC_PROFILE", 12))
        icc_chunk_read(&walk->icc, piece);
}

static void read_piece(Walk *walk, const JpegPiece *piece)
{
    uint8_t marker = piece->marker;
    if ((marker >= MARKER_APP0 && marker <= MARKER_APP15) || marker == MARKER_COM) {
        read_metadata(walk, piece);
        return;
    }
    if (!piece->body) {
        if (marker == MARKER_SOI)
            problem_set(walk, "has a second start marker inside");
        return;
    }
    if (marker == MARKER_DQT)
        read_tables(walk, piece);
    else if (marker == MARKER_DHT)
        tables_huffman(piece->body, piece->body_bytes, &walk->codes);
    else if (marker == MARKER_SOS)
        read_scan(walk, piece);
    else if (marker >= MARKER_SOF0 && marker <= 0xcf && marker != MARKER_JPG && marker != MARKER_DAC)
        read_frame(walk, piece);
}

static void walk_pieces(Walk *walk, const uint8_t *data, size_t bytes)
{
    JpegHeader *out = walk->out;
    size_t at = 2, behind = 2;
    JpegPiece piece;
    JpegTable taken[NEEDS_SLOTS];
    for (; !out->end_marker && jpeg_piece_next(data, bytes, &at, &piece); behind = at) {
        needs_piece(&walk->needs, &piece, piece.start - behind, taken);
        if (piece.marker == MARKER_EOI)
            out->end_marker = true;
        else
            read_piece(walk, &piece);
    }
    out->image_bytes = out->end_marker ? at : bytes;
    out->trailing_bytes = bytes - out->image_bytes;
}

static void check_whole(Walk *walk)
{
    const JpegHeader *out = walk->out;
    if (!walk->frame)
        problem_set(walk, "ends before its frame header: no picture inside");
    else if (!out->width_px || !out->height_px)
        problem_set(walk, "says that it is 0 pixels wide or high");
    else if (!out->components || out->components > COMPONENTS_MAX)
        problem_set(walk, "has an impossible number of colour components");
    if (!out->scans)
        problem_set(walk, "holds no picture data");
    for (int i = 0; i < out->components && i < COMPONENTS_MAX; i++)
        if (!walk->component[i].scanned)
            problem_set(walk, "lacks the data of a colour component");
}

static void name_sampling(Walk *walk)
{
    JpegHeader *out = walk->out;
    for (int i = 0; i < out->components && i < COMPONENTS_MAX; i++) {
        const Component *component = &walk->component[i];
        out->mcu_width_px = component->h * 8 > out->mcu_width_px ? component->h * 8 : out->mcu_width_px;
        out->mcu_height_px = component->v * 8 > out->mcu_height_px ? component->v * 8 : out->mcu_height_px;
    }
    static const struct {
        int across, down;
        const char *name;
    } names[] = {
        {1, 1, "4:4:4"}, {2, 1, "4:2:2"}, {2, 2, "4:2:0"}, {1, 2, "4:4:0"}, {4, 1, "4:1:1"}};
    if (walk->out->components != 3)
        return;
    const Component *luma = &walk->component[0], *cb = luma + 1, *cr = luma + 2;
    const char *name = "other";
    if (cb->h && cb->v && cb->h == cr->h && cb->v == cr->v)
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            if (luma->h == names[i].across * cb->h && luma->v == names[i].down * cb->v)
                name = names[i].name;
    strcpy(walk->out->sampling, name);
}

static size_t ceil_to(size_t value, size_t step)
{
    return (value + step - 1) / step * step;
}

/* libjpeg keeps every coefficient, of 2 bytes, when a picture comes in several scans. Each plane is
 * blocks of 8x8 samples, filled up to whole MCUs (jdmaster.c, jdcoefct.c). */
static size_t coefficient_bytes(const Walk *walk)
{
    const JpegHeader *out = walk->out;
    size_t across = 1, down = 1, blocks = 0;
    if (!out->progressive && out->scans < 2)
        return 0;
    for (int i = 0; i < out->components && i < COMPONENTS_MAX; i++) {
        across = (size_t)walk->component[i].h > across ? (size_t)walk->component[i].h : across;
        down = (size_t)walk->component[i].v > down ? (size_t)walk->component[i].v : down;
    }
    for (int i = 0; i < out->components && i < COMPONENTS_MAX; i++) {
        size_t h = (size_t)walk->component[i].h, v = (size_t)walk->component[i].v;
        if (h && v)
            blocks += ceil_to(ceil_to((size_t)out->width_px * h, across * 8) / (across * 8), h) *
                      ceil_to(ceil_to((size_t)out->height_px * v, down * 8) / (down * 8), v);
    }
    return blocks * TABLE_VALUES * 2;
}

/* As libjpeg guesses it (default_decompress_parms). */
static bool is_ycbcr(const Walk *walk)
{
    if (walk->out->components != 3)
        return false;
    if (walk->out->jfif)
        return true;
    if (walk->adobe)
        return walk->adobe_transform != 0;
    const Component *c = walk->component;
    return !(c[0].id == 'R' && c[1].id == 'G' && c[2].id == 'B');
}

static void measure_quality(Walk *walk)
{
    JpegHeader *out = walk->out;
    if (!walk->frame || !out->components || walk->component[0].table >= TABLES)
        return;
    const QuantTable *luma = &walk->table[walk->component[0].table], *chroma = NULL;
    if (out->components == 3 && walk->component[1].table < TABLES && out->ycbcr)
        chroma = &walk->table[walk->component[1].table];
    if (luma->present && (!chroma || chroma->present))
        quality_estimate(luma, chroma, &out->quality, &out->quality_error);
    out->dc_step[0] = luma->value[0] / 8.0; /* a block's first coefficient is 8 times its mean */
    out->dc_step[1] = chroma ? chroma->value[0] / 8.0 : 0;
}

static const QuantTable *table_of(const Walk *walk, int component)
{
    return &walk->table[walk->component[component].table & (TABLES - 1)];
}

static bool tables_differ(const Walk *walk, int a, int b)
{
    return memcmp(table_of(walk, a)->value, table_of(walk, b)->value, sizeof table_of(walk, a)->value) != 0;
}

/* Whether the components of a colour picture take tables as no encoder has them take: one of chroma that of luma and the other one
 * not, or all the second one though there is a first. */
static bool tables_are_swapped(const Walk *walk)
{
    const Component *c = walk->component;
    if (c[1].table != c[2].table)
        return tables_differ(walk, 1, 2) && (c[0].table == c[1].table || c[0].table == c[2].table);
    return c[0].table == c[1].table && c[0].table && walk->table[0].present;
}

/* Whether a picture that claims to be RGB is coded like YCbCr. */
static bool colours_are_mistaken(const Walk *walk)
{
    const Component *c = walk->component;
    bool named = c[0].id == 'R' && c[1].id == 'G' && c[2].id == 'B';
    return !walk->out->ycbcr && !named && (c[0].h > c[1].h || c[0].v > c[1].v || tables_differ(walk, 0, 1));
}

static void judge_tables(Walk *walk)
{
    JpegHeader *out = walk->out;
    TableFaults faults = {0};
    for (int i = 0; i < TABLES; i++) {
        bool used = false;
        for (int c = 0; c < out->components && c < COMPONENTS_MAX; c++)
            used |= walk->component[c].table == i;
        if (used && walk->table[i].present)
            tables_quant(&walk->table[i], &faults);
    }
    tables_codes(&walk->codes, out->progressive, &faults);
    if (out->components == 3)
        faults.odd += tables_are_swapped(walk) + colours_are_mistaken(walk);
    if (out->bits != 8 || out->lossless) /* other rules; refused anyway */
        return;
    out->tables_wrong = faults.wrong;
    out->tables_odd = faults.odd;
}

/* Beside JFIF, which says YCbCr, a transform that says otherwise misleads readers. */
static void count_needs(Walk *walk)
{
    JpegHeader *out = walk->out;
    JpegNeeds *needs = &walk->needs;
    bool idle = needs_end(needs);
    out->clean_bytes = needs->picture_bytes + (idle ? needs->taken_bytes : needs->table_bytes) + JPEG_CLEAN_BYTES;
    out->metadata_bytes += needs->spare_bytes + needs->idle_bytes + (out->arithmetic ? 0 : needs->arithmetic_bytes);
    if (walk->adobe_plain && out->jfif && walk->adobe_transform != 1)
        out->metadata_bytes += SEGMENT_HEAD + ADOBE_BYTES;
}

void jpeg_header(Arena *arena, const uint8_t *data, size_t bytes, JpegHeader *out)
{
    *out = (JpegHeader){.dpi = NAN, .dpi_down = NAN, .quality = NAN, .quality_error = NAN, .orientation = 1};
    out->format = format_find(data, bytes, &out->problem);
    if (out->format != FORMAT_JPEG)
        return;

    Walk walk = {.out = out};
    walk_pieces(&walk, data, bytes);
    check_whole(&walk);
    if (!out->problem && isnan(out->dpi))
        out->dpi = out->dpi_down = 0;
    name_sampling(&walk);
    out->coefficient_bytes = coefficient_bytes(&walk);
    out->ycbcr = is_ycbcr(&walk);
    out->baseline = out->baseline && !walk.wide_tables;
    measure_quality(&walk);
    judge_tables(&walk);
    icc_chunks_join(arena, &walk.icc, out);
    if (walk.exif) {
        Exif exif;
        exif_read(arena, walk.exif, walk.exif_bytes, &exif);
        out->orientation = exif.orientation;
        out->camera = exif.camera;
        out->software = exif.software;
        out->captured = exif.captured;
        out->fraction = exif.fraction;
        out->serial = exif.serial;
        out->not_srgb = exif.not_srgb;
    }
    if (walk.xmp)
        out->software = exif_add_xmp(arena, out->software, walk.xmp, walk.xmp_bytes);
    count_needs(&walk);
}
