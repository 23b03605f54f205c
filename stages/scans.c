/* SPDX-License-Identifier: MIT */
#include "scans.h"

#include <stdlib.h>

#include "jpeg_markers.h"

/* DC_MOST: 8 times the farthest that the mean of samples of 8 bits is from their middle; DC_SPARE for rounding. */
enum { COMPONENTS = 4, TABLES = 4, ROWS_PER_LOOK = 8, HEAD = 6 };
enum { DC_SIZE_MOST = 11, DC_MOST = 1024, DC_SPARE = 2 };

typedef struct Component {
    int id, h, v, quant;
    int across, down;       /* blocks that hold samples of the picture */
    int stride;             /* blocks of a row of whole MCUs */
    uint64_t *coefficients; /* of each block, a bit for each that is not 0; progressive files alone, */
    int16_t *means;         /* as this is */
    int mean;               /* the last one, in steps of the scan */
} Component;

typedef struct Scans {
    Arena *arena;
    const Budget *budget;
    bool progressive;
    int count, mcus_across, mcus_down;
    Component component[COMPONENTS];
    uint16_t steps[TABLES][SCAN_BLOCK]; /* of quantisation, in zigzag order */
    CodeTable dc[TABLES], ac[TABLES];
    int restart_interval; /* MCUs; 0: none */
    CodeBits bits;
    ScanBands *bands;
} Scans;

typedef struct Part {
    Component *component;
    const CodeTable *dc;
    ScanBand band; /* of the other coefficients */
} Part;

/* What a scan's header says, and where it stands. */
typedef struct Band {
    int count;
    Part part[COMPONENTS];
    int from, to, high, low; /* of coefficients; bits that came before, bits still to come */
    int ends_left;           /* blocks that the current run of ends has behind this one */
    int mcus_left, restart_left, restart_number;
} Band;

static bool read_codes(Scans *scans, const JpegPiece *piece)
{
    const uint8_t *at = piece->body;
    for (size_t left = piece->body_bytes; left;) {
        size_t taken = left < CODES_HEAD ? 0 : codes_bytes(at);
        int id = *at & 15;
        if (!taken || taken > left || id >= TABLES || *at >> 4 > 1 ||
            !codes_build(at, *at >> 4 ? &scans->ac[id] : &scans->dc[id]))
            return false;
        at += taken;
        left -= taken;
    }
    return true;
}

static bool read_steps(Scans *scans, const JpegPiece *piece)
{
    const uint8_t *at = piece->body;
    for (size_t left = piece->body_bytes; left;) {
        size_t taken = *at >> 4 ? 129 : 65;
        if (left < taken || (*at & 15) >= TABLES)
            return false;
        for (int i = 0; i < SCAN_BLOCK; i++)
            scans->steps[*at & 15][i] = (uint16_t)(*at >> 4 ? jpeg_be16(at + 1 + 2 * i) : at[1 + i]);
        at += taken;
        left -= taken;
    }
    return true;
}

static int ceil_div(int a, int b)
{
    return (a + b - 1) / b;
}

static bool set_blocks(Scans *scans, int width_px, int height_px)
{
    int h_most = 1, v_most = 1;
    for (int i = 0; i < scans->count; i++) {
        const Component *c = &scans->component[i];
        if (c->h < 1 || c->h > 4 || c->v < 1 || c->v > 4 || c->quant >= TABLES)
            return false;
        h_most = c->h > h_most ? c->h : h_most;
        v_most = c->v > v_most ? c->v : v_most;
    }
    scans->mcus_across = ceil_div(width_px, 8 * h_most);
    scans->mcus_down = ceil_div(height_px, 8 * v_most);
    for (int i = 0; i < scans->count; i++) {
        Component *c = &scans->component[i];
        c->across = ceil_div(ceil_div(width_px * c->h, h_most), 8);
        c->down = ceil_div(ceil_div(height_px * c->v, v_most), 8);
        c->stride = scans->mcus_across * c->h;
        size_t blocks = (size_t)c->stride * (size_t)(scans->mcus_down * c->v);
        if (!scans->progressive)
            continue;
        c->coefficients = ARENA_ARRAY(scans->arena, uint64_t, blocks);
        c->means = ARENA_ARRAY(scans->arena, int16_t, blocks);
        if (!c->coefficients || !c->means)
            return false;
    }
    return true;
}

/* False: not one that is counted here. */
static bool read_frame(Scans *scans, const JpegPiece *piece)
{
    const uint8_t *body = piece->body;
    if (scans->count || piece->marker > MARKER_SOF0 + 2 || piece->body_bytes < HEAD || body[0] != 8 || !body[5] ||
        body[5] > COMPONENTS || piece->body_bytes != HEAD + 3 * (size_t)body[5])
        return false;
    scans->progressive = piece->marker == MARKER_SOF0 + 2;
    scans->count = body[5];
    for (int i = 0; i < scans->count; i++) {
        const uint8_t *at = body + HEAD + 3 * i;
        scans->component[i] = (Component){.id = at[0], .h = at[1] >> 4, .v = at[1] & 15, .quant = at[2]};
    }
    int height = (int)jpeg_be16(body + 1), width = (int)jpeg_be16(body + 3);
    return width && height && set_blocks(scans, width, height);
}

static Component *component_by(Scans *scans, int id)
{
    for (int i = 0; i < scans->count; i++)
        if (scans->component[i].id == id)
            return &scans->component[i];
    return NULL;
}

static bool read_band(Scans *scans, const JpegPiece *piece, Band *out)
{
    const uint8_t *body = piece->body;
    *out = (Band){.count = piece->body_bytes ? body[0] : 0};
    if (!out->count || out->count > scans->count || piece->body_bytes != 4 + 2 * (size_t)out->count)
        return false;
    const uint8_t *last = body + 1 + 2 * out->count;
    out->from = last[0];
    out->to = last[1];
    out->high = last[2] >> 4;
    out->low = last[2] & 15;
    for (int i = 0; i < out->count; i++) {
        int tables = body[2 + 2 * i];
        Component *component = component_by(scans, body[1 + 2 * i]);
        if (!component || tables >> 4 >= TABLES || (tables & 15) >= TABLES)
            return false;
        component->mean = 0;
        out->part[i] = (Part){component, &scans->dc[tables >> 4], {.from = out->from ? out->from : 1, .to = out->to, .high = out->high, .low = out->low,
                                                                   .component = (int)(component - scans->component), .codes = &scans->ac[tables & 15]}};
    }
    bool band = out->from ? out->count == 1 && out->to >= out->from : out->to == 0;
    return scans->progressive ? band && out->to <= BAND_END && out->low <= 13 : out->from == 0 && out->to == BAND_END;
}

static bool first_coefficient(Scans *scans, const Band *band, const Part *part, size_t at)
{
    Component *component = part->component;
    if (band->high) {
        int bit = codes_take(&scans->bits, 1) << band->low;
        if (component->means)
            component->means[at] = (int16_t)(component->means[at] | bit);
        return true;
    }
    int size = codes_symbol(&scans->bits, part->dc), step = *scans->steps[component->quant];
    if (size < 0 || size > DC_SIZE_MOST)
        return false;
    component->mean += codes_value(&scans->bits, size);
    if (component->means)
        component->means[at] = (int16_t)(component->mean * (1 << band->low));
    return abs(component->mean) << band->low <= DC_MOST / (step ? step : 1) + DC_SPARE + (1 << band->low);
}

static bool block(Scans *scans, Band *band, const Part *part, size_t at)
{
    uint64_t none = 0, *known = scans->progressive ? &part->component->coefficients[at] : &none;
    if (!band->from && !first_coefficient(scans, band, part, at))
        return false;
    if (!band->to)
        return true;
    return band_block(&part->band, &scans->bits, &band->ends_left, known, NULL) &&
           band->ends_left < (scans->progressive ? band->mcus_left : 1) && (!scans->restart_interval || band->ends_left < band->restart_left);
}

static bool restart(Scans *scans, Band *band)
{
    if (band->ends_left || !codes_used_up(&scans->bits) || !codes_restart(&scans->bits, MARKER_RST0 + band->restart_number))
        return false;
    band->restart_number = (band->restart_number + 1) & 7;
    band->restart_left = scans->restart_interval;
    for (int i = 0; i < band->count; i++)
        band->part[i].component->mean = 0;
    return true;
}

/* One component: its blocks; several: those of an MCU. */
static bool mcu(Scans *scans, Band *band, int x, int y)
{
    if (band->count == 1)
        return block(scans, band, &band->part[0], (size_t)y * (size_t)band->part[0].component->stride + (size_t)x);
    for (int i = 0; i < band->count; i++) {
        const Part *part = &band->part[i];
        const Component *c = part->component;
        for (int row = y * c->v; row < (y + 1) * c->v; row++)
            for (int column = x * c->h; column < (x + 1) * c->h; column++)
                if (!block(scans, band, part, (size_t)row * (size_t)c->stride + (size_t)column))
                    return false;
    }
    return true;
}

static FastEnd count_scan(Scans *scans, Band *band)
{
    const Component *only = band->part[0].component;
    BandRow *rows = band->part[0].band.rows;
    int across = band->count == 1 ? only->across : scans->mcus_across, down = band->count == 1 ? only->down : scans->mcus_down;
    band->mcus_left = across * down;
    band->restart_left = scans->restart_interval;
    for (int y = 0; y < down; y++) {
        if (y % ROWS_PER_LOOK == 0 && scans->budget && budget_over(scans->budget))
            return FAST_LATE;
        if (rows)
            rows[y] = (BandRow){scans->bits, band->ends_left};
        for (int x = 0; x < across; x++, band->mcus_left--, band->restart_left--) {
            if (scans->restart_interval && !band->restart_left && !restart(scans, band))
                return FAST_DOUBTFUL;
            if (!mcu(scans, band, x, y))
                return FAST_DOUBTFUL;
        }
        if (codes_overrun(&scans->bits))
            return FAST_DOUBTFUL;
    }
    if (rows)
        rows[down] = (BandRow){scans->bits, 0};
    return !band->ends_left && codes_used_up(&scans->bits) ? FAST_DONE : FAST_DOUBTFUL;
}

/* Has its rows kept; where there is no room, or restarts are between, nothing of the file is. */
static void keep_band(Scans *scans, Band *band)
{
    ScanBands *bands = scans->bands;
    ScanBand *own = &band->part[0].band;
    if (!band->from || !bands)
        return;
    CodeTable *codes = ARENA_NEW(scans->arena, CodeTable);
    own->rows = ARENA_ARRAY(scans->arena, BandRow, (size_t)band->part[0].component->down + 1);
    if (!codes || !own->rows || scans->restart_interval || bands->count == SCAN_BANDS_MOST) {
        own->rows = NULL;
        scans->bands = NULL;
        return;
    }
    *codes = *own->codes;
    own->codes = codes;
    bands->band[bands->count++] = *own;
}

/* False: the rest is not to be counted; *end says what is known. */
static bool read_piece(Scans *scans, const uint8_t *data, const JpegPiece *piece, FastEnd *end)
{
    uint8_t marker = piece->marker;
    if (marker == MARKER_DHT)
        return read_codes(scans, piece);
    if (marker == MARKER_DQT)
        return read_steps(scans, piece);
    if (marker == MARKER_DRI) {
        scans->restart_interval = piece->body_bytes == 2 ? (int)jpeg_be16(piece->body) : 0;
        return piece->body_bytes == 2;
    }
    if (marker == MARKER_SOS) {
        Band band;
        if (!scans->count || !read_band(scans, piece, &band))
            return false;
        const uint8_t *codes = piece->body + piece->body_bytes;
        scans->bits = (CodeBits){.at = codes, .end = data + piece->end};
        if (scans->progressive)
            keep_band(scans, &band);
        *end = count_scan(scans, &band);
        return *end == FAST_DONE;
    }
    bool frame = marker >= MARKER_SOF0 && marker <= MARKER_SOF0 + 15 && marker != MARKER_JPG && marker != MARKER_DAC;
    return !frame || read_frame(scans, piece);
}

/* What was kept, for those who look at single blocks. */
static const ScanBands *give_bands(const Scans *scans)
{
    ScanBands *out = scans->bands;
    if (!out || !scans->progressive || scans->count != SCAN_COMPONENTS || out->count == 0)
        return NULL;
    for (int i = 0; i < SCAN_COMPONENTS; i++) {
        const Component *c = &scans->component[i];
        if (i && (c->h != 1 || c->v != 1))
            return NULL;
        out->component[i] = (ScanBlocks){.h = c->h, .v = c->v, .across = c->across, .down = c->down, .stride = c->stride, .means = c->means};
        for (int k = 0; k < SCAN_BLOCK; k++)
            out->component[i].quant[band_natural[k]] = (int16_t)scans->steps[c->quant][k];
    }
    return out;
}

FastEnd scans_count(Arena *arena, const uint8_t *data, size_t bytes, const Budget *budget, const ScanBands **out)
{
    FastEnd end = FAST_DONE;
    size_t at = 2;
    JpegPiece piece;
    *out = NULL;
    Scans *scans = ARENA_NEW(arena, Scans);
    ScanBands *bands = ARENA_NEW(arena, ScanBands);
    if (!scans || !bands)
        return FAST_DONE;
    scans->arena = arena;
    scans->budget = budget;
    scans->bands = bands;
    while (jpeg_piece_next(data, bytes, &at, &piece) && piece.marker != MARKER_EOI)
        if (piece.body && !read_piece(scans, data, &piece, &end))
            return end;
    *out = give_bands(scans);
    return end;
}
