/* SPDX-License-Identifier: MIT */
/* First without a coefficient's value, which is quick, since most turned bits fit nowhere. */
#include "odd_window.h"

#include <string.h>

enum { WORD = 8 };

/* Behind the last bit that was taken. */
static size_t place_of(const WindowPass *pass, const CodeBits *bits)
{
    return (size_t)(bits->at - pass->coded) * 8 + (size_t)(bits->lent - bits->count);
}

static CodeBits bits_from(const WindowPass *pass, size_t bit)
{
    CodeBits bits = {.at = pass->coded + bit / 8, .end = pass->coded + pass->bytes, .clean = true};
    codes_skip(&bits, (int)(bit % 8));
    return bits;
}

/* The bits at hand where the rows begin fill the end of the first word. */
static bool copy_bits(Arena *arena, const BandRow *first, const BandRow *last, WindowPass *out)
{
    out->coded = ARENA_RAW(arena, uint8_t, WORD + (size_t)(last->bits.at - first->bits.at));
    if (!out->coded)
        return false;
    uint64_t word = first->bits.count ? first->bits.word >> (64 - first->bits.count) : 0;
    for (int i = 0; i < WORD; i++)
        out->coded[i] = (uint8_t)(word >> (56 - 8 * i));
    out->bytes = WORD;
    for (const uint8_t *at = first->bits.at; at < last->bits.at; at += *at == 0xff ? 2 : 1)
        out->coded[out->bytes++] = *at;
    return true;
}

static bool read_pass(Arena *arena, const ScanBand *band, uint64_t *known, OddWindow *out)
{
    const BandRow *row = &band->rows[out->first_row];
    WindowPass *pass = out->pass[out->pass_count++] = ARENA_NEW(arena, WindowPass);
    if (!pass || !copy_bits(arena, row, row + out->rows, pass))
        return false;
    pass->band = band;
    CodeBits bits = bits_from(pass, (size_t)(64 - row->bits.count));
    int ends_left = row->ends_left;
    bool whole = true;
    for (int i = 0; i < out->count && whole; i++) {
        if (i >= out->begin && i <= out->end)
            pass->place[i - out->begin] = (WindowPlace){place_of(pass, &bits), ends_left, known[i]};
        whole = band_block(band, &bits, &ends_left, &known[i], out->blocks[i].at);
    }
    if (out->end == out->count)
        pass->place[out->end - out->begin] = (WindowPlace){place_of(pass, &bits), ends_left, 0};
    return whole;
}

bool odd_window_read(Arena *arena, const ScanBands *bands, const OddBlock *at, OddWindow *out)
{
    const ScanBlocks *grid = &bands->component[at->component];
    const int above = at->y < WINDOW_ASIDE ? at->y : WINDOW_ASIDE, left = grid->down - 1 - at->y;
    *out = (OddWindow){.grid = grid, .first_row = at->y - above, .rows = above + 1 + (left < WINDOW_ASIDE ? left : WINDOW_ASIDE)};
    out->count = out->rows * grid->across;
    out->suspect = above * grid->across + at->x;
    out->begin = out->suspect > WINDOW_BACK ? out->suspect - WINDOW_BACK : 0;
    out->end = out->count - out->suspect > WINDOW_ON + 1 ? out->suspect + WINDOW_ON + 1 : out->count;
    out->blocks = ARENA_ARRAY(arena, WindowBlock, (size_t)out->count);
    uint64_t *known = ARENA_ARRAY(arena, uint64_t, (size_t)out->count);
    if (!out->blocks || !known)
        return false;
    for (int i = 0; i < bands->count; i++)
        if (bands->band[i].component == at->component && !read_pass(arena, &bands->band[i], known, out))
            return false;
    for (int i = 0; i < out->count; i++)
        out->blocks[i].at[0] = grid->means[(size_t)(out->first_row + i / grid->across) * (size_t)grid->stride + (size_t)(i % grid->across)];
    return true;
}

/* What of a block is not 0 before a scan: what was read again, elsewhere as it was. */
static uint64_t known_before(const OddWindow *window, const WindowPass *pass, int i)
{
    const uint64_t before = pass->place[i].known;
    return i < window->to && window->places ? (window->known[i] & window->places) | (before & ~window->places) : before;
}

/* Reads a scan from the first block on: up to the last one, with values, or else until all fits as before, behind what was other in
 * a scan before. False: it does not. */
static bool read_again(OddWindow *window, const WindowPass *pass, bool values)
{
    const int end = values ? window->to : window->limit;
    CodeBits bits = bits_from(pass, pass->place[window->from].bit);
    int ends_left = pass->place[window->from].ends_left;
    for (int i = window->from; i < end; i++) {
        window->known[i] = known_before(window, pass, i);
        if (!band_block(pass->band, &bits, &ends_left, &window->known[i], values ? window->tried[i].at : NULL))
            return false;
        if (values || i + 1 < window->to || place_of(pass, &bits) != pass->place[i + 1].bit || ends_left != pass->place[i + 1].ends_left)
            continue;
        window->to = i + 1;
        return true;
    }
    window->open = !values;
    return values;
}

/* The values that a scan brought before, of coefficients that have nothing to do with the turned bit. */
static bool read_before(OddWindow *window, const WindowPass *pass)
{
    for (int i = window->from; i < window->to; i++) {
        CodeBits bits = bits_from(pass, pass->place[i].bit);
        uint64_t known = pass->place[i].known;
        int ends_left = pass->place[i].ends_left;
        if (!band_block(pass->band, &bits, &ends_left, &known, window->tried[i].at))
            return false;
    }
    return true;
}

/* All scans from number `number` on, which has a turned bit; with values, those before, too. */
static bool read_scans(OddWindow *window, int number, bool values)
{
    window->places = 0;
    for (int i = values ? 0 : number; i < window->pass_count; i++) {
        const WindowPass *pass = window->pass[i];
        const uint64_t places = band_between(pass->band->from, pass->band->to);
        if (i == number || places & window->places) {
            if (!read_again(window, pass, values))
                return false;
            window->places |= places;
        } else if (values && !read_before(window, pass)) {
            return false;
        }
    }
    return true;
}

static void turn(const WindowPass *pass, size_t bit)
{
    pass->coded[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
}

static bool read_values(OddWindow *window, int number)
{
    memset(window->tried + window->from, 0, (size_t)(window->to - window->from) * sizeof *window->tried);
    bool whole = read_scans(window, number, true);
    for (int i = window->from; i < window->to; i++)
        window->tried[i].at[0] = window->blocks[window->begin + i].at[0];
    return whole;
}

bool odd_window_try(OddWindow *window, WindowTurn turned, int most)
{
    const WindowPass *pass = window->pass[turned.pass];
    const int all = window->end - window->begin;
    turn(pass, turned.bit);
    window->from = window->to = turned.from;
    window->open = false;
    window->limit = all - turned.from > most ? turned.from + most : all;
    bool whole = read_scans(window, turned.pass, false) && window->to > window->suspect - window->begin &&
                 read_values(window, turned.pass);
    turn(pass, turned.bit);
    return whole;
}

bool odd_window_first(OddWindow *window, WindowTurn turned)
{
    const WindowPass *pass = window->pass[turned.pass];
    turn(pass, turned.bit);
    window->from = turned.from;
    window->to = turned.from + 1;
    bool whole = read_values(window, turned.pass);
    turn(pass, turned.bit);
    return whole;
}
