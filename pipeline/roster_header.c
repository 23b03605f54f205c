/* SPDX-License-Identifier: MIT */
#include "roster_header.h"
#include <string.h>

static AboveRow *place_of(Above *above, uint32_t number)
{
    return &above->rows[number % ABOVE_MAX];
}

void above_reset(Above *above)
{
    for (int i = 0; i < ABOVE_MAX; i++)
        above->rows[i].number = 0;
}

void above_keep(Above *above, const TableRow *row)
{
    AboveRow *kept = place_of(above, row->number);
    bool blank = true;
    kept->count = row->count;
    for (int i = 0; i < row->count; i++) {
        roster_word(row->cells[i].text, kept->words[i]);
        blank = blank && !kept->words[i][0];
    }
    kept->number = blank ? 0 : row->number;
}

const AboveRow *above_row(const Above *above, uint32_t number, int distance)
{
    for (int i = 1; i <= distance; i++)
        if (i > ABOVE_MAX || number <= (uint32_t)i || above->rows[(number - (uint32_t)i) % ABOVE_MAX].number != number - (uint32_t)i)
            return NULL;
    return &above->rows[(number - (uint32_t)distance) % ABOVE_MAX];
}

static bool is_empty(const char *text)
{
    size_t bytes;
    roster_trim(text, &bytes);
    return bytes == 0;
}

TableRow above_complete(Above *above, const TableRow *row, int distance)
{
    TableRow whole = {.cells = above->cells, .count = row->count, .number = row->number};
    memcpy(above->cells, row->cells, (size_t)row->count * sizeof *row->cells);
    for (int i = 1; i <= distance; i++) {
        const AboveRow *upper = above_row(above, row->number, i);
        for (; upper && whole.count < upper->count; whole.count++)
            above->cells[whole.count] = (Cell){.text = ""};
        for (int j = 0; upper && j < upper->count; j++)
            if (is_empty(above->cells[j].text))
                above->cells[j] = (Cell){.text = upper->words[j]};
    }
    return whole;
}

static bool is_same(const AboveRow *upper, const TableRow *row)
{
    char word[WORD_SIZE];
    for (int i = 0; i < row->count; i++) {
        roster_word(row->cells[i].text, word);
        if (strcmp(word, i < upper->count ? upper->words[i] : "") != 0)
            return false;
    }
    return true;
}

bool above_is_again(const Above *above, uint32_t number, int distance, const TableRow *row)
{
    for (int i = 1; i <= distance; i++)
        if (is_same(above_row(above, number, i), row))
            return true;
    return false;
}
