/* SPDX-License-Identifier: MIT */
/* An output folder with photos of made-up bytes, for the tests of package and verify. */
#ifndef PACKAGE_WORLD_H
#define PACKAGE_WORLD_H

#include "../../stages/package.h"
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "../../pipeline/digest.h"

enum { PEOPLE_MAX = 16 };

typedef struct World {
    Arena *arena;
    char out[64];
    PackageItem items[PEOPLE_MAX];
    size_t count, next;
    PackageAsk ask;
} World;

/* From the first again behind the last. */
static inline Err next_person(void *user, const PackageItem **item)
{
    World *world = user;
    *item = world->next < world->count ? &world->items[world->next++] : NULL;
    if (!*item)
        world->next = 0;
    return OK;
}

__attribute__((format(printf, 2, 3))) static inline char *in_world(World *world, const char *form,
                                                                   ...)
{
    char text[PATH_MAX];
    va_list list;
    va_start(list, form);
    vsnprintf(text, sizeof text, form, list);
    va_end(list);
    return arena_print(world->arena, "%s/%s", world->out, text);
}

static inline void write_bytes(const char *path, const void *data, size_t bytes)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, bytes, file), bytes);
    assert_int_equal(fclose(file), 0);
}

static inline uint8_t *read_bytes(World *world, const char *path, size_t *bytes)
{
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    *bytes = (size_t)info.st_size;
    uint8_t *data = arena_alloc(world->arena, *bytes + 1);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fread(data, 1, *bytes, file), *bytes);
    fclose(file);
    return data;
}

/* A photo of `bytes` bytes for person number i. */
static inline void add_person(World *world, size_t i, const char *id, size_t bytes)
{
    uint8_t *data = malloc(bytes + 1);
    char *sha256 = arena_alloc(world->arena, 65);
    for (size_t at = 0; at < bytes; at++)
        data[at] = (uint8_t)(at * 7 + i * 31 + at / 251);
    char *source = arena_print(world->arena, "photos/%s.JPG", id);
    write_bytes(in_world(world, "%s", source), data, bytes);
    digest_sha256(data, bytes, sha256);
    free(data);
    world->items[i] = (PackageItem){.id = id, .name = "张三", .group = i % 2 ? "机电2班" : "会计",
                                    .source = source, .bytes = bytes, .sha256 = sha256,
                                    .quality = 84, .source_sha256 = "source",
                                    .crop = "1,2,3,4", .decision = ""};
}

/* Five people with a photo, and in the middle one without. */
static inline int make_world(void **state)
{
    static const char *const ids[] = {"11010519491231002X", "34052419800101001X",
                                      "440308199901101512", "440524188001010014",
                                      "810000199408230021", "830000199201300022"};
    World *world = calloc(1, sizeof *world);
    world->arena = arena_create((size_t)1 << 28);
    strcpy(world->out, "/tmp/headroom-package-XXXXXX");
    assert_non_null(mkdtemp(world->out));
    assert_int_equal(mkdir(in_world(world, "photos"), 0700), 0);
    assert_int_equal(mkdir(in_world(world, ".tmp"), 0700), 0);
    for (size_t i = 0; i < 6; i++)
        add_person(world, i, ids[i], 1000 + 100 * i);
    world->items[3].source = "";
    world->items[3].decision = "missing";
    world->ask = (PackageAsk){.out = world->out, .name = "photos", .file_name = "{id}.JPG",
                              .next = next_person, .next_user = world};
    world->count = 6;
    *state = world;
    return 0;
}

static inline int drop_world(void **state)
{
    World *world = *state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", world->out);
    int code = system(command);
    arena_destroy(world->arena);
    free(world);
    return code;
}

static inline Packaged pack(World *world)
{
    Packaged out;
    world->next = 0;
    Err err = package_write(world->arena, &world->ask, &out);
    if (err.code)
        print_message("%s\n", err.text);
    assert_int_equal(err.code, ERR_NONE);
    return out;
}

static inline bool is_there(World *world, const char *name)
{
    return access(in_world(world, "%s", name), F_OK) == 0;
}

/* sha256sum -c in the package's folder. */
static inline bool sums_hold(World *world)
{
    char command[256];
    snprintf(command, sizeof command, "cd '%s/package' && sha256sum --quiet --strict -c SHA256SUMS >/dev/null 2>&1",
             world->out);
    return system(command) == 0;
}

#endif
