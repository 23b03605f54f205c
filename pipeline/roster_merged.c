/* SPDX-License-Identifier: MIT */
#include "roster_merged.h"

/* The first of them at `row` or below it. */
static size_t find_row(RowFacts *const blocks[ROW_BLOCKS_MAX], size_t rows, uint32_t row)
{
    size_t low = 0, high = rows;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (row_at(blocks, middle)->row < row)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void roster_share_merged(const Table *table, const Columns *columns, RowFacts *const blocks[ROW_BLOCKS_MAX], size_t rows)
{
    static const Field shared[] = {FIELD_MAJOR, FIELD_CLASS, FIELD_SITE, FIELD_LEVEL, FIELD_COLLEGE};
    size_t count;
    const Merge *merges = table_merges(table, &count);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < sizeof shared / sizeof *shared; j++) {
            size_t first = find_row(blocks, rows, merges[i].first);
            if (columns->at[shared[j]] != merges[i].column || first == rows || row_at(blocks, first)->row != merges[i].first)
                continue;
            for (size_t next = first + 1; next < rows && row_at(blocks, next)->row <= merges[i].last; next++)
                row_at(blocks, next)->text[shared[j]] = row_at(blocks, first)->text[shared[j]];
        }
}
