/* SPDX-License-Identifier: MIT */
/* libjpeg leaves its depths by longjmp, which runs no cleanup and forgets locals. So whatever a
 * session needs lives in one struct outside the guarded function, memory comes from the arena, and
 * both ways out pass jpeg_destroy. */
#include "jpeg.h"

#include <assert.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

#include "jpeg_plan.h"
#include "scans.h"

/* For the coefficients of one progressive picture, where no budget says it; libjpeg's own bookkeeping is small. */
enum { LIBJPEG_BYTES_MAX = 512 << 20 };

/* First in every session, so that libjpeg's pointer to `manager` is a pointer to the session. */
typedef struct Guard {
    struct jpeg_error_mgr manager;
    jmp_buf escape;
    Arena *arena;
    int warnings;     /* that mean lost or altered data */
    const char *text; /* of the first one, or of the error */
    bool end_missing;
    bool out_of_memory;
} Guard;

static const char *message_text(j_common_ptr cinfo)
{
    Guard *guard = (Guard *)cinfo->err;
    char text[JMSG_LENGTH_MAX];
    cinfo->err->format_message(cinfo, text);
    const char *copy = arena_copy(guard->arena, text);
    return copy ? copy : "broken picture data";
}

_Noreturn static void on_error(j_common_ptr cinfo)
{
    Guard *guard = (Guard *)cinfo->err;
    guard->out_of_memory |= cinfo->err->msg_code == JERR_OUT_OF_MEMORY;
    guard->text = message_text(cinfo);
    longjmp(guard->escape, 1);
}

/* Which warnings cost picture data. Whoever adds a case here must have seen an intact picture. */
static bool warning_harms(int code)
{
    switch (code) {
    case JWRN_JFIF_MAJOR:  /* an odd version number */
    case JWRN_ADOBE_XFORM: /* an odd transform byte: taken as YCbCr */
    case JWRN_BOGUS_ICC:   /* we assemble the profile ourselves */
        return false;
    default:
        return true;
    }
}

static void note_loss(Guard *guard, const char *text)
{
    guard->warnings++;
    guard->text = guard->text ? guard->text : text;
}

static void on_message(j_common_ptr cinfo, int level)
{
    Guard *guard = (Guard *)cinfo->err;
    if (level >= 0)
        return;
    int code = cinfo->err->msg_code;
    if (code == JWRN_JPEG_EOF) { /* harmless when no block was missing: others warn about those */
        guard->end_missing = true;
        return;
    }
    if (warning_harms(code))
        note_loss(guard, guard->text ? NULL : message_text(cinfo));
}

static void on_output(j_common_ptr cinfo)
{
    (void)cinfo; /* stdout and stderr belong to the program */
}

static struct jpeg_error_mgr *guard_start(Guard *guard, Arena *arena)
{
    guard->arena = arena;
    jpeg_std_error(&guard->manager);
    guard->manager.error_exit = on_error;
    guard->manager.emit_message = on_message;
    guard->manager.output_message = on_output;
    return &guard->manager;
}

typedef struct Decoding {
    Guard guard;
    struct jpeg_decompress_struct info;
    struct jpeg_progress_mgr progress;
    const Source *source;
    int denominator;
    Picture picture;
    FastPlan plan;
    const ScanBands *bands;
    bool planned, no_room, late;
    unsigned calls; /* of on_progress */
    size_t fed;     /* bytes of the source that libjpeg was given */
} Decoding;

/* Where more than 512 bytes for each block of an MCU are at hand, libjpeg-turbo decodes Huffman codes in a way
 * that takes one that does not exist for the end of the block, and says nothing. Fed by less it takes
 * the way that warns, which costs 3 to 4 % of the decoding. */
enum { FEED_BYTES = 500 };

static void feed(j_decompress_ptr info)
{
    Decoding *decoding = (Decoding *)info->err;
    size_t left = decoding->source->bytes - decoding->fed;
    info->src->next_input_byte = decoding->source->data + decoding->fed;
    info->src->bytes_in_buffer = left < FEED_BYTES ? left : FEED_BYTES;
    decoding->fed += info->src->bytes_in_buffer;
}

static boolean on_hunger(j_decompress_ptr info)
{
    static const JOCTET end[] = {0xff, JPEG_EOI};
    feed(info);
    if (info->src->bytes_in_buffer)
        return TRUE;
    WARNMS(info, JWRN_JPEG_EOF);
    info->src->next_input_byte = end;
    info->src->bytes_in_buffer = sizeof end;
    return TRUE;
}

/* A progressive file may stop between two scans, or lack one, with no other sign than bits of coefficients that never
 * came. The format lets an encoder leave out detail; no known one does. */
static bool scans_missing(const struct jpeg_decompress_struct *info)
{
    if (!info->coef_bits)
        return false;
    for (int c = 0; c < info->num_components; c++)
        for (int i = 0; i < DCTSIZE2; i++)
            if (info->coef_bits[c][i] != 0)
                return true;
    return false;
}

/* libjpeg calls it for every row of blocks, also of scans that it only collects, and for every row
 * of samples that it hands out. */
static void on_progress(j_common_ptr cinfo)
{
    enum { CALLS_PER_LOOK = 16 }; /* the clock costs as much as many rows of samples */
    Decoding *decoding = (Decoding *)cinfo->err;
    if (decoding->calls++ % CALLS_PER_LOOK)
        return;
    decoding->late = budget_over(decoding->source->budget);
    if (decoding->late)
        longjmp(decoding->guard.escape, 1);
}

static void bound(Decoding *decoding)
{
    const Budget *budget = decoding->source->budget;
    j_decompress_ptr info = &decoding->info;
    info->mem->max_memory_to_use = LIBJPEG_BYTES_MAX;
    if (!budget)
        return;
    decoding->progress.progress_monitor = on_progress;
    info->progress = &decoding->progress;
    size_t used = arena_used(decoding->guard.arena);
    if (budget->memory_bytes) /* 1: nothing is left; 0 would be no limit */
        info->mem->max_memory_to_use = budget->memory_bytes > used ? (long)(budget->memory_bytes - used) : 1;
}

static bool picture_room(Decoding *decoding)
{
    Picture *picture = &decoding->picture;
    if (picture->rgb) /* what was tried first left it behind */
        return true;
    picture->width_px = (int)decoding->info.output_width;
    picture->height_px = (int)decoding->info.output_height;
    picture->rgb = ARENA_RAW(decoding->guard.arena, uint8_t,
                             (size_t)picture->width_px * (size_t)picture->height_px * 3);
    decoding->no_room = !picture->rgb;
    return picture->rgb;
}

/* Without libjpeg, where the caller wants it, the file is plain and nothing in it gives cause for doubt. */
static FastEnd decode_fast(Decoding *decoding)
{
    const Source *source = decoding->source;
    j_decompress_ptr info = &decoding->info;
    decoding->planned = !decoding->guard.warnings && !decoding->guard.end_missing &&
                        jpeg_plan(info, source->data + source->bytes, &decoding->plan);
    decoding->plan.budget = source->budget;
    if (!source->fast || !decoding->planned || !jpeg_is_plain(info))
        return FAST_DOUBTFUL;
    jpeg_calc_output_dimensions(info);
    if (!picture_room(decoding)) /* libjpeg's way ends for the same reason */
        return FAST_DOUBTFUL;
    return fast_decode(decoding->guard.arena, &decoding->plan, source->fast, decoding->picture.rgb);
}

/* What libjpeg took without a word, counted anew. */
static void count_codes(Decoding *decoding)
{
    const Source *source = decoding->source;
    FastEnd end = decoding->planned ? fast_count(decoding->guard.arena, &decoding->plan)
                                    : scans_count(decoding->guard.arena, source->data, source->bytes, source->budget, &decoding->bands);
    decoding->late = end == FAST_LATE;
    if (end == FAST_DOUBTFUL)
        note_loss(&decoding->guard, "Corrupt JPEG data: not the codes of a picture of this size");
}

/* Runs under the guard: no CLEANUP and no resource but the session's own. */
static bool decode_rows(Decoding *decoding)
{
    j_decompress_ptr info = &decoding->info;
    jpeg_create_decompress(info);
    bound(decoding);
    jpeg_mem_src(info, decoding->source->data, (unsigned long)decoding->source->bytes);
    info->src->fill_input_buffer = on_hunger;
    feed(info);
    jpeg_read_header(info, TRUE);
    if (info->num_components != 3 || info->data_precision != 8) {
        decoding->guard.text = "not an 8-bit picture of 3 components";
        return false;
    }
    info->out_color_space = JCS_RGB;
    info->scale_num = 1;
    info->scale_denom = (unsigned)decoding->denominator;
    info->do_block_smoothing = FALSE; /* would invent what missing scans should have brought */
    FastEnd end = decode_fast(decoding);
    decoding->late = end == FAST_LATE;
    if (end != FAST_DOUBTFUL)
        return end == FAST_DONE;
    jpeg_start_decompress(info);
    if (scans_missing(info))
        note_loss(&decoding->guard, "Progressive scans are missing");
    if (!picture_room(decoding))
        return false;
    size_t stride = (size_t)info->output_width * 3;
    while (info->output_scanline < info->output_height) {
        JSAMPROW rows[16];
        unsigned count = info->output_height - info->output_scanline;
        count = count < 16 ? count : 16;
        for (unsigned i = 0; i < count; i++)
            rows[i] = decoding->picture.rgb + stride * (info->output_scanline + i);
        jpeg_read_scanlines(info, rows, count);
    }
    jpeg_finish_decompress(info);
    if (!decoding->guard.warnings)
        count_codes(decoding);
    return !decoding->late;
}

static bool decode_guarded(Decoding *decoding)
{
    if (setjmp(decoding->guard.escape))
        return false;
    return decode_rows(decoding);
}

Err jpeg_decode_source(Arena *arena, const Source *source, int denominator, Picture *out,
                       JpegDamage *damage)
{
    assert(denominator == 1 || denominator == 2 || denominator == 4 || denominator == 8);
    *out = (Picture){0};
    *damage = (JpegDamage){0};
    Decoding decoding = {.source = source, .denominator = denominator};
    decoding.info.err = guard_start(&decoding.guard, arena);
    bool whole = decode_guarded(&decoding);
    jpeg_destroy_decompress(&decoding.info);

    if (decoding.no_room || decoding.guard.out_of_memory)
        return fail(arena, ERR_MEMORY, "no room to decode a picture of %d x %d",
                    decoding.picture.width_px, decoding.picture.height_px);
    *damage = (JpegDamage){decoding.guard.warnings, decoding.guard.text, .failed = !whole, .late = decoding.late,
                           .planned = whole && decoding.planned && !decoding.guard.warnings, .plan = decoding.plan, .bands = decoding.bands};
    if (whole)
        *out = decoding.picture;
    return OK;
}

Err jpeg_decode(Arena *arena, const uint8_t *data, size_t bytes, int denominator, Picture *out,
                JpegDamage *damage)
{
    const Source source = {.data = data, .bytes = bytes};
    return jpeg_decode_source(arena, &source, denominator, out, damage);
}

/* Writes into the arena; a full buffer is left behind for one of twice the size. */
typedef struct Sink {
    struct jpeg_destination_mgr manager;
    uint8_t *data;
    size_t size;
    bool no_room;
} Sink;

typedef struct Encoding {
    Guard guard;
    struct jpeg_compress_struct info;
    Sink sink;
    const Picture *picture;
    int quality, dpi;
    bool full_chroma;
} Encoding;

static void sink_open(j_compress_ptr info)
{
    Encoding *encoding = (Encoding *)info->err;
    Sink *sink = &encoding->sink;
    sink->data = arena_raw(encoding->guard.arena, sink->size);
    if (!sink->data) {
        sink->no_room = true;
        ERREXIT1(info, JERR_OUT_OF_MEMORY, 0);
    }
    sink->manager.next_output_byte = sink->data;
    sink->manager.free_in_buffer = sink->size;
}

static boolean sink_grow(j_compress_ptr info)
{
    Sink *sink = &((Encoding *)info->err)->sink;
    const uint8_t *full = sink->data;
    size_t filled = sink->size;
    sink->size *= 2;
    sink_open(info);
    memcpy(sink->data, full, filled);
    sink->manager.next_output_byte += filled;
    sink->manager.free_in_buffer -= filled;
    return TRUE;
}

static void sink_close(j_compress_ptr info)
{
    Sink *sink = &((Encoding *)info->err)->sink;
    sink->size -= sink->manager.free_in_buffer;
}

static void encode_rows(Encoding *encoding)
{
    j_compress_ptr info = &encoding->info;
    const Picture *picture = encoding->picture;
    jpeg_create_compress(info);
    info->dest = &encoding->sink.manager;
    info->image_width = (JDIMENSION)picture->width_px;
    info->image_height = (JDIMENSION)picture->height_px;
    info->input_components = 3;
    info->in_color_space = JCS_RGB;
    jpeg_set_defaults(info); /* YCbCr, JFIF 1.01, 4:2:0, standard Huffman tables */
    jpeg_set_quality(info, encoding->quality, TRUE);
    info->density_unit = 1;
    info->X_density = info->Y_density = (UINT16)encoding->dpi;
    if (encoding->full_chroma)
        info->comp_info[0].h_samp_factor = info->comp_info[0].v_samp_factor = 1;
    jpeg_start_compress(info, TRUE);
    size_t stride = (size_t)picture->width_px * 3;
    while (info->next_scanline < info->image_height) {
        JSAMPROW row = picture->rgb + stride * info->next_scanline;
        jpeg_write_scanlines(info, &row, 1);
    }
    jpeg_finish_compress(info);
}

static bool encode_guarded(Encoding *encoding)
{
    if (setjmp(encoding->guard.escape))
        return false;
    encode_rows(encoding);
    return true;
}

Err jpeg_encode(Arena *arena, const Picture *picture, int quality, bool full_chroma, int dpi,
                Bytes *out)
{
    assert(quality >= 1 && quality <= 100 && dpi >= 1 && dpi <= 65535);
    Encoding encoding = {
        .picture = picture, .quality = quality, .dpi = dpi, .full_chroma = full_chroma};
    encoding.sink.manager = (struct jpeg_destination_mgr){
        .init_destination = sink_open, .empty_output_buffer = sink_grow, .term_destination = sink_close};
    encoding.sink.size = (size_t)picture->width_px * (size_t)picture->height_px / 2 + 4096;
    encoding.info.err = guard_start(&encoding.guard, arena);
    bool whole = encode_guarded(&encoding);
    jpeg_destroy_compress(&encoding.info);

    *out = (Bytes){0};
    if (encoding.guard.out_of_memory)
        return fail(arena, ERR_MEMORY, "no room to encode a picture of %d x %d", picture->width_px,
                    picture->height_px);
    if (!whole)
        return fail(arena, ERR_FORMAT, "cannot encode a picture of %d x %d: %s", picture->width_px,
                    picture->height_px, encoding.guard.text);
    *out = (Bytes){.data = encoding.sink.data, .size = encoding.sink.size};
    return OK;
}
