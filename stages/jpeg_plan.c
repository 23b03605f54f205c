/* SPDX-License-Identifier: MIT */
#include "jpeg_plan.h"

#include <stdio.h>
#include <string.h>

#include <jpeglib.h>

static bool sampled(const jpeg_component_info *component, int across, int down)
{
    return component->h_samp_factor == across && component->v_samp_factor == down;
}

/* 4:2:0, 4:2:2 or 4:4:4, in the usual numbers. */
static bool sampling_is_plain(const jpeg_component_info *all)
{
    return sampled(&all[0], 2, 2) || sampled(&all[0], 2, 1) || sampled(&all[0], 1, 1);
}

/* Any sampling of luma whose blocks and one of each chroma are an MCU that scan.c can hold. */
static bool scan_is_readable(const struct jpeg_decompress_struct *info)
{
    const jpeg_component_info *all = info->comp_info;
    if (info->num_components != 3 || info->data_precision != 8 || info->progressive_mode || info->arith_code ||
        info->comps_in_scan != 3 || info->Ss != 0 || info->Se != DCTSIZE2 - 1 || info->Ah != 0 || info->Al != 0 ||
        all[0].h_samp_factor * all[0].v_samp_factor > SCAN_BLOCKS_MOST - 2 || !sampled(&all[1], 1, 1) ||
        !sampled(&all[2], 1, 1))
        return false;
    for (int c = 0; c < 3; c++)
        if (info->cur_comp_info[c] != &info->comp_info[c])
            return false;
    return true;
}

static bool copy_tables(const struct jpeg_decompress_struct *info, FastPlan *out)
{
    for (int c = 0; c < 3; c++) {
        const jpeg_component_info *from = &info->comp_info[c];
        if (from->quant_tbl_no < 0 || from->quant_tbl_no >= NUM_QUANT_TBLS || from->dc_tbl_no < 0 ||
            from->dc_tbl_no >= FAST_TABLES || from->ac_tbl_no < 0 || from->ac_tbl_no >= FAST_TABLES)
            return false;
        const JQUANT_TBL *quant = info->quant_tbl_ptrs[from->quant_tbl_no];
        const JHUFF_TBL *dc = info->dc_huff_tbl_ptrs[from->dc_tbl_no];
        const JHUFF_TBL *ac = info->ac_huff_tbl_ptrs[from->ac_tbl_no];
        if (!quant || !dc || !ac)
            return false;
        FastComponent *to = &out->component[c];
        *to = (FastComponent){.across = from->h_samp_factor,
                              .down = from->v_samp_factor,
                              .dc = from->dc_tbl_no,
                              .ac = from->ac_tbl_no};
        for (int i = 0; i < DCTSIZE2; i++)
            to->quant[i] = (int16_t)quant->quantval[i];
        memcpy(out->dc[to->dc].counts, dc->bits, sizeof dc->bits);
        memcpy(out->dc[to->dc].symbols, dc->huffval, sizeof dc->huffval);
        memcpy(out->ac[to->ac].counts, ac->bits, sizeof ac->bits);
        memcpy(out->ac[to->ac].symbols, ac->huffval, sizeof ac->huffval);
    }
    return true;
}

bool jpeg_is_plain(const struct jpeg_decompress_struct *info)
{
    return info->jpeg_color_space == JCS_YCbCr && info->scale_num == 1 && info->scale_denom >= 1 &&
           info->scale_denom <= 2 && scan_is_readable(info) && sampling_is_plain(info->comp_info);
}

bool jpeg_plan(const struct jpeg_decompress_struct *info, const uint8_t *end, FastPlan *out)
{
    if (!scan_is_readable(info))
        return false;
    *out = (FastPlan){.width_px = (int)info->image_width,
                      .height_px = (int)info->image_height,
                      .denominator = (int)info->scale_denom,
                      .restart_interval = (int)info->restart_interval,
                      .data = info->src->next_input_byte,
                      .bytes = (size_t)(end - info->src->next_input_byte)};
    return copy_tables(info, out);
}
