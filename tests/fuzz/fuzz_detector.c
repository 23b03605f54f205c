/* SPDX-License-Identifier: MIT */
/* Any bytes as --detector: no finder, an error, or faces that are somewhere. What OpenCV itself makes of them is not
 * ours: tests/README.md says what is promised. */
#include "../../stages/faces.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void must(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { WIDTH = 96, HEIGHT = 128 };
    char path[] = "/tmp/headroom-fuzz-XXXXXX";
    int fd = mkstemp(path);
    must(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    Arena *arena = arena_create(64 << 20);
    Picture picture = {WIDTH, HEIGHT, arena_alloc(arena, WIDTH * HEIGHT * 3)};
    for (int i = 0; i < WIDTH * HEIGHT * 3; i++)
        picture.rgb[i] = (uint8_t)(i * 7);
    FaceFinder *finder;
    FaceList found = {0};
    Err err = faces_open(arena, path, NULL, &finder);
    must(err.code == ERR_NONE || (err.code == ERR_MODEL && err.text && !finder));
    if (!err.code && faces_find(finder, &picture, SEARCH_FIRST, &found).code == ERR_NONE)
        for (int i = 0; i < found.count; i++)
            must(isfinite(found.list[i].face.centre.x + found.list[i].face.side + found.list[i].face.angle));
    if (finder)
        faces_close(finder);
    arena_destroy(arena);
    return unlink(path) | close(fd);
}
