/* SPDX-License-Identifier: MIT */
/* Portraits with known eyes, read from a truth.csv. One test file includes it once. */
#ifndef PORTRAITS_H
#define PORTRAITS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../../stages/jpeg.h"

typedef struct Portrait {
    char file[64], fault[64];
    int faces;
    Point left_eye, right_eye;
} Portrait;

static inline Bytes portrait_file(Arena *arena, const char *folder, const char *name)
{
    Bytes out = {0};
    FILE *file = fopen(arena_print(arena, "%s/%s", folder, name), "rb");
    if (!file)
        return out;
    fseek(file, 0, SEEK_END);
    out.size = (size_t)ftell(file);
    rewind(file);
    out.data = arena_alloc(arena, out.size);
    out.size = fread(out.data, 1, out.size, file);
    fclose(file);
    return out;
}

static inline Picture portrait_picture(Arena *arena, const char *folder, const char *name)
{
    Picture picture = {0};
    JpegDamage damage;
    Bytes file = portrait_file(arena, folder, name);
    if (file.data && jpeg_decode(arena, file.data, file.size, 1, &picture, &damage).code)
        picture.rgb = NULL;
    return picture;
}

/* The cell of a named column; quoted cells may hold commas. */
static inline void portrait_cell(const char *header, const char *row, const char *column, char *out)
{
    size_t size = strlen(column);
    *out = '\0';
    for (;;) {
        size_t name = strcspn(header, ",\r\n"), cell = strcspn(row, ",\r\n");
        if (*row == '"')
            cell = strcspn(row + 1, "\"") + 2;
        if (name == size && !strncmp(header, column, size)) {
            snprintf(out, 64, "%.*s", (int)cell, row);
            return;
        }
        if (header[name] != ',' || row[cell] != ',')
            return;
        header += name + 1;
        row += cell + 1;
    }
}

static inline double portrait_number(const char *header, const char *row, const char *column)
{
    char cell[64];
    portrait_cell(header, row, column, cell);
    return *cell ? atof(cell) : NAN;
}

/* Up to `most` rows of a truth.csv; 0 where there is no such file. */
static inline int portrait_list(const char *csv, Portrait *out, int most)
{
    char header[1024], row[1024];
    int count = 0;
    FILE *file = fopen(csv, "r");
    if (!file)
        return 0;
    if (!fgets(header, sizeof header, file))
        *header = '\0';
    while (count < most && fgets(row, sizeof row, file)) {
        Portrait *p = &out[count++];
        portrait_cell(header, row, "file", p->file);
        portrait_cell(header, row, "fault", p->fault);
        p->faces = (int)portrait_number(header, row, "faces");
        p->left_eye = (Point){portrait_number(header, row, "left_eye_x"),
                              portrait_number(header, row, "left_eye_y")};
        p->right_eye = (Point){portrait_number(header, row, "right_eye_x"),
                               portrait_number(header, row, "right_eye_y")};
    }
    fclose(file);
    return count;
}

#endif
