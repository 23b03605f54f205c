/* SPDX-License-Identifier: MIT */
/* A silhouette's labels as bits: what is asked of pixels of one label is asked of 64 at once. */
#ifndef LABELS_H
#define LABELS_H

#include "silhouette.h"

/* One bit per label of a row, 1 where it is the wanted one; behind the row 0 up to the next multiple of 64. */
typedef void LabelsPack(const uint8_t *label, int width_px, Label wanted, uint64_t *row);

/* The fastest that this processor has: to be asked for once per picture. */
LabelsPack *labels_packer(void);

static inline const uint8_t *labels_row(const Silhouette *in, int y)
{
    return in->label + (size_t)y * (size_t)in->width_px;
}

/* Bits of word i that lie from `from` to before `to`. */
static inline uint64_t labels_between(int i, int from, int to)
{
    from -= 64 * i;
    to -= 64 * i;
    if (from >= 64 || to <= 0)
        return 0;
    uint64_t part = from > 0 ? ~(uint64_t)0 << from : ~(uint64_t)0;
    return to < 64 ? part & (((uint64_t)1 << to) - 1) : part;
}

#endif
