/* SPDX-License-Identifier: MIT */
#include "grid.h"
#include <string.h>

enum { ROW_TEXT_MAX = 1 << 20, NUMBER_MAX = 32 };

Err grid_open(Table *table, Grid **out)
{
    Grid *grid = ARENA_NEW(table->own, Grid);
    *out = grid;
    if (!grid)
        return fail(table->arena, ERR_MEMORY, "out of memory");
    grid->table = table;
    grid->cells = ARENA_ARRAY(table->own, Cell, TABLE_COLUMNS_MAX);
    grid->texts = arena_raw(table->own, ROW_TEXT_MAX + NUMBER_MAX);
    grid->spans = ARENA_ARRAY(table->own, GridSpan, TABLE_COLUMNS_MAX);
    return grid->cells && grid->texts && grid->spans ? OK : fail(table->arena, ERR_MEMORY, "out of memory");
}

void grid_begin(Grid *grid, int sheet, TakeRow take, void *taker)
{
    *grid = (Grid){.table = grid->table, .sheet = sheet, .take = take, .taker = taker,
                   .cells = grid->cells, .texts = grid->texts, .spans = grid->spans};
    memset(grid->spans, 0, sizeof(GridSpan) * TABLE_COLUMNS_MAX);
}

Err grid_wrong(const Grid *grid, const char *what)
{
    return table_wrong(grid->table, grid->sheet, grid->row ? grid->row : 1, grid->in_cell ? grid->column : -1, what);
}

Err grid_row(Grid *grid, uint32_t row)
{
    TRY(grid_row_end(grid));
    if (grid->row == TABLE_ROWS_MAX && row > TABLE_ROWS_MAX)
        return grid_wrong(grid, "there are too many rows");
    if (row <= grid->row || row > TABLE_ROWS_MAX)
        return grid_wrong(grid, "the row behind it is out of order: save the workbook anew as XLSX");
    grid->row = row;
    grid->in_row = true;
    grid->behind = grid->filled = 0;
    grid->used = 0;
    return OK;
}

Err grid_row_end(Grid *grid)
{
    TRY(grid_cell_end(grid, false));
    TableRow row = {grid->cells, grid->filled, grid->row};
    bool given = grid->in_row && grid->filled > 0 && !grid->stop;
    grid->in_row = false;
    return given ? grid->take(grid->taker, &row, &grid->stop) : OK;
}

static bool is_taken(const Grid *grid, int column)
{
    return column < grid->span_count && grid->spans[column].last >= grid->row;
}

/* What reached down in `column` is known now. */
static Err end_span(Grid *grid, int column, uint32_t last)
{
    GridSpan span = grid->spans[column];
    grid->spans[column] = (GridSpan){0};
    return span.first ? table_merge(grid->table, (Merge){span.first, span.last < last ? span.last : last, column}) : OK;
}

Err grid_spans_end(Grid *grid)
{
    for (int i = 0; i < grid->span_count; i++)
        TRY(end_span(grid, i, grid->row));
    grid->span_count = 0;
    return OK;
}

/* Takes the columns from the cell's to `behind` down to row `last`. */
static Err reach_down(Grid *grid, uint32_t last)
{
    int end = grid->behind < TABLE_COLUMNS_MAX ? grid->behind : TABLE_COLUMNS_MAX;
    for (int i = grid->column; i < end; i++) {
        if (i > grid->column && is_taken(grid, i)) /* two cells over one another */
            continue;
        TRY(end_span(grid, i, grid->row));
        grid->spans[i] = (GridSpan){i == grid->column ? grid->row : 0, last};
    }
    grid->span_count = end > grid->span_count ? end : grid->span_count;
    return OK;
}

Err grid_cell(Grid *grid, const GridCell *cell)
{
    TRY(grid_cell_end(grid, false));
    int column = cell->column < 0 ? grid->behind : cell->column;
    while (cell->free && is_taken(grid, column))
        column++;
    bool unclear = !cell->free && cell->column < 0 && is_taken(grid, column); /* LibreOffice means the next free one */
    if (column < grid->behind || (column >= SHEET_COLUMNS && !cell->free) || unclear)
        return grid_wrong(grid, "the cell behind it is out of order: save the workbook anew as XLSX");
    if (++grid->cell_count > SHEET_CELLS_MAX)
        return grid_wrong(grid, "there are too many cells");
    uint32_t across = cell->across < SHEET_COLUMNS ? cell->across : SHEET_COLUMNS;
    grid->column = column < SHEET_COLUMNS ? column : SHEET_COLUMNS; /* no text is told so far right */
    grid->behind = grid->column + 1 + (int)across;
    grid->in_cell = true;
    grid->taken = is_taken(grid, column);
    grid->cell_start = grid->used;
    if (cell->down > TABLE_ROWS_MAX - grid->row)
        return grid_wrong(grid, "the row behind it is out of order: save the workbook anew as XLSX");
    return cell->down && grid->column < TABLE_COLUMNS_MAX ? reach_down(grid, grid->row + cell->down) : OK;
}

Err grid_add(Grid *grid, const char *text, size_t bytes)
{
    if (bytes >= TABLE_TEXT_MAX - (grid->used - grid->cell_start))
        return grid_wrong(grid, "a text is longer than 65,535 bytes");
    if (grid->used + bytes >= ROW_TEXT_MAX)
        return grid_wrong(grid, "the row is too long");
    memcpy(grid->texts + grid->used, text, bytes);
    grid->used += bytes;
    return OK;
}

Err grid_cell_end(Grid *grid, bool number)
{
    char plain[NUMBER_MAX], *text = grid->texts + grid->cell_start;
    if (!grid->in_cell)
        return OK;
    text[grid->used - grid->cell_start] = '\0';
    if (number && *text && table_plain_number(text, plain) == plain)
        strcpy(text, plain);
    if (*text && grid->column >= TABLE_COLUMNS_MAX)
        return grid_wrong(grid, "the table is wider than 1024 columns");
    if (*text && grid->taken)
        return grid_wrong(grid, "the cell behind it is out of order: save the workbook anew as XLSX");
    grid->in_cell = false;
    if (!*text)
        return OK;
    grid->used = grid->cell_start + strlen(text) + 1;
    for (; grid->filled < grid->column; grid->filled++)
        grid->cells[grid->filled] = (Cell){.text = ""};
    grid->cells[grid->filled++] = (Cell){.text = text, .number = number};
    return OK;
}
