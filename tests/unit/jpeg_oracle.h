/* SPDX-License-Identifier: MIT */
/* libjpeg has the last word on our own decoder: its header, its coefficients, its pixels. */
#ifndef JPEG_ORACLE_H
#define JPEG_ORACLE_H

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jpeglib.h>

#include "../../stages/jpeg.h"
#include "../../stages/jpeg_plan.h"

typedef struct Oracle {
    struct jpeg_error_mgr errors;
    jmp_buf escape;
    struct jpeg_decompress_struct info;
    jvirt_barray_ptr *coefficients;
} Oracle;

static inline void oracle_escapes(j_common_ptr info)
{
    longjmp(((Oracle *)info->err)->escape, 1);
}

static inline void oracle_is_silent(j_common_ptr info)
{
    (void)info;
}

static inline void oracle_hears(j_common_ptr info, int level)
{
    info->err->num_warnings += level < 0;
}

/* Begins; oracle_close ends it in any case. */
static inline void oracle_open(Oracle *oracle)
{
    memset(oracle, 0, sizeof *oracle);
    oracle->info.err = jpeg_std_error(&oracle->errors);
    oracle->errors.error_exit = oracle_escapes;
    oracle->errors.output_message = oracle_is_silent;
    oracle->errors.emit_message = oracle_hears;
    jpeg_create_decompress(&oracle->info);
}

static inline void oracle_close(Oracle *oracle)
{
    jpeg_destroy_decompress(&oracle->info);
}

/* The plan of a plain file, for its header as libjpeg reads it. */
static inline bool oracle_plan(Oracle *oracle, const uint8_t *data, size_t bytes, int denominator, FastPlan *out)
{
    if (setjmp(oracle->escape))
        return false;
    jpeg_mem_src(&oracle->info, data, (unsigned long)bytes);
    jpeg_read_header(&oracle->info, TRUE);
    oracle->info.scale_num = 1;
    oracle->info.scale_denom = (unsigned)denominator;
    return !oracle->errors.num_warnings && jpeg_is_plain(&oracle->info) && jpeg_plan(&oracle->info, data + bytes, out);
}

/* After oracle_plan: all coefficients, as far as libjpeg comes. */
static inline bool oracle_reads(Oracle *oracle)
{
    if (setjmp(oracle->escape))
        return false;
    oracle->coefficients = jpeg_read_coefficients(&oracle->info);
    return true;
}

/* The blocks of an MCU in the order of the scan. */
static inline void oracle_mcu(Oracle *oracle, int x, int y, int16_t *out)
{
    j_common_ptr info = (j_common_ptr)&oracle->info;
    for (int c = 0; c < 3; c++) {
        const jpeg_component_info *component = &oracle->info.comp_info[c];
        int across = component->h_samp_factor, down = component->v_samp_factor;
        JBLOCKARRAY rows = info->mem->access_virt_barray(info, oracle->coefficients[c], (JDIMENSION)(y * down),
                                                         (JDIMENSION)down, FALSE);
        for (int row = 0; row < down; row++, out += across * DCTSIZE2)
            memcpy(out, rows[row][x * across], (size_t)across * DCTSIZE2 * sizeof *out);
    }
}

typedef struct OracleCount {
    int mcus, equal; /* of the file; decoded by us and equal to libjpeg's */
    bool whole;      /* we took it all */
} OracleCount;

/* Our scan beside libjpeg's coefficients, after oracle_reads. An MCU counts once the next one was begun or
 * the scan had its end: only then is it known that its bits were there. -1 in `equal`: one differs. */
static inline OracleCount oracle_compare(Oracle *oracle, const FastPlan *plan)
{
    int across = (plan->width_px + 8 * plan->component[0].across - 1) / (8 * plan->component[0].across);
    int down = (plan->height_px + 8 * plan->component[0].down - 1) / (8 * plan->component[0].down);
    OracleCount count = {.mcus = across * down};
    Scan *scan = malloc(sizeof *scan);
    int16_t ours[2][SCAN_BLOCKS_MOST * SCAN_BLOCK], theirs[SCAN_BLOCKS_MOST * SCAN_BLOCK];
    uint8_t ends[SCAN_BLOCKS_MOST];
    bool begun = fast_scan(plan, scan);
    for (int i = 0; begun && i <= count.mcus; i++) {
        count.whole = i == count.mcus && scan_ends(scan);
        if (!count.whole && (i == count.mcus || !scan_mcu(scan, ours[i % 2], ends)))
            break;
        for (int b = 0; i < count.mcus && b < scan->block_count; b++)
            for (int k = 1; k < SCAN_BLOCK && !ends[b]; k++)
                if (ours[i % 2][b * SCAN_BLOCK + k])
                    abort();
        if (i == 0)
            continue;
        oracle_mcu(oracle, (i - 1) % across, (i - 1) / across, theirs);
        if (memcmp(ours[(i - 1) % 2], theirs, (size_t)scan->block_count * SCAN_BLOCK * sizeof *theirs)) {
            count.equal = -1;
            break;
        }
        count.equal = i;
    }
    free(scan);
    return count;
}

static inline bool oracle_same(const Picture *a, const Picture *b)
{
    return a->width_px == b->width_px && a->height_px == b->height_px &&
           !memcmp(a->rgb, b->rgb, (size_t)a->width_px * (size_t)a->height_px * 3);
}

/* The pixels that our decoder alone makes. */
static inline FastEnd oracle_decode(Arena *arena, const FastPlan *plan, const IdctKernels *kernels, Picture *out)
{
    int d = plan->denominator;
    *out = (Picture){(plan->width_px + d - 1) / d, (plan->height_px + d - 1) / d, NULL};
    out->rgb = (uint8_t *)arena_alloc(arena, (size_t)out->width_px * (size_t)out->height_px * 3);
    FastPlan own = *plan;
    return out->rgb ? fast_decode(arena, &own, kernels, out->rgb) : FAST_DOUBTFUL;
}

/* What is wrong with our decoder, beside libjpeg, on this file; NULL: nothing. A caller must get what libjpeg says in any
 * case; and what ours takes libjpeg must take without a word, with the same coefficients and the same
 * pixels for all kernels. `taken`: whether it did. */
static inline const char *oracle_complains(Arena *arena, Bytes file, int denominator, bool *taken)
{
    Source source = {.data = file.data, .bytes = file.size};
    Picture system, through, best, base;
    JpegDamage damage, again;
    *taken = false;
    if (jpeg_decode_source(arena, &source, denominator, &system, &damage).code)
        return "no room for libjpeg";
    source.fast = fast_kernels(NULL);
    if (jpeg_decode_source(arena, &source, denominator, &through, &again).code)
        return "no room for a caller";
    if (damage.failed != again.failed || damage.warnings != again.warnings || !damage.text != !again.text ||
        (damage.text && strcmp(damage.text, again.text)))
        return "a caller hears of other damage";
    if (!damage.failed && !oracle_same(&system, &through))
        return "a caller sees other pixels";

    Oracle oracle;
    FastPlan plan;
    OracleCount count = {0};
    oracle_open(&oracle);
    bool plain = oracle_plan(&oracle, file.data, file.size, denominator, &plan);
    if (plain && oracle_reads(&oracle))
        count = oracle_compare(&oracle, &plan);
    oracle_close(&oracle);
    if (!plain)
        return NULL;
    *taken = oracle_decode(arena, &plan, fast_kernels(NULL), &best) == FAST_DONE;
    if (count.equal < 0)
        return "other coefficients";
    if (*taken != (oracle_decode(arena, &plan, fast_kernels("base"), &base) == FAST_DONE))
        return "the kernels disagree on whether it is plain";
    if (*taken && (damage.failed || damage.warnings || !count.whole || count.equal != count.mcus))
        return "taken, though damaged";
    if (*taken && !(oracle_same(&system, &best) && oracle_same(&best, &base)))
        return "other pixels";
    return NULL;
}

#endif
