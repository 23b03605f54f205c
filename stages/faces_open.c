/* SPDX-License-Identifier: MIT */
#include "faces_inside.h"

#include <stdlib.h>
#include <unistd.h>

#include "heat.h"

/* HEADROOM_MODELS, the source folder, or share/headroom/models beside an installed program. The first that
 * has the file has the last word. ERR_MODEL unless it answers with so many maps, so much smaller than its input. */
static Err load_net(Arena *arena, const char *name, int outputs, int shrinks, Net **out)
{
    const char *asked = getenv("HEADROOM_MODELS");
    const char *folders[] = {asked ? asked : "", SOURCE_DIR "/models", INSTALLED_MODELS};
    const char *path = name;
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        if (!*folders[i])
            continue;
        path = arena_print(arena, "%s/face/%s", folders[i], name);
        if (!path)
            return fail(arena, ERR_MEMORY, "no memory for a network");
        if (access(path, F_OK) == 0)
            break;
    }
    TRY(net_open(arena, path, out));
    if (net_outputs(*out) == outputs && net_shrinks(*out) == shrinks)
        return OK;
    net_close(*out);
    *out = NULL;
    return fail(arena, ERR_MODEL, "not what its name says: '%s'", path);
}

/* The most that any network takes on the largest picture it is given. */
static Err give_scratch(Arena *arena, FaceFinder *finder)
{
    size_t bytes = net_scratch_bytes(finder->points, POINTS_SIDE, POINTS_SIDE), pixels = TILE_SIDE * TILE_SIDE;
    size_t eye = net_scratch_bytes(finder->eye, EYE_SIDE, EYE_SIDE);
    size_t verifier = net_scratch_bytes(finder->verifier, JUDGED_SIDE, JUDGED_SIDE);
    size_t cover = net_scratch_bytes(finder->cover, JUDGED_SIDE, JUDGED_SIDE);
    bytes = bytes > eye ? bytes : eye;
    bytes = bytes > verifier ? bytes : verifier;
    bytes = bytes > cover ? bytes : cover;
    if (finder->finder) {
        size_t search = net_scratch_bytes(finder->finder, 2 * SEARCH_SIDE, 2 * SEARCH_SIDE);
        bytes = bytes > search ? bytes : search;
    } else {
        pixels = 4 * YUNET_SIDE * YUNET_SIDE;
        finder->bgr = ARENA_ARRAY(arena, uint8_t, pixels * 3);
    }
    finder->scratch = arena_alloc(arena, bytes);
    finder->tile = ARENA_ARRAY(arena, float, pixels * NET_INPUT_PIXEL);
    finder->shrink = ARENA_NEW(arena, ShrinkScratch);
    finder->turned = ARENA_ARRAY(arena, uint8_t, 2 * TURNED_SIDE * TURNED_SIDE * 3);
    if (!finder->scratch || !finder->turned || !finder->tile || !finder->shrink || (finder->yunet && !finder->bgr))
        return fail(arena, ERR_MEMORY, "no memory for the networks");
    return OK;
}

static Err open_yunet(Arena *arena, const char *detector, FaceFinder *finder)
{
    TRY(yunet_load(arena, &finder->door));
    finder->yunet = finder->door->open(detector);
    return finder->yunet ? OK : fail(arena, ERR_MODEL, "cannot load detector '%s'", detector);
}

static Err open_nets(Arena *arena, const char *detector, FaceFinder *finder)
{
    TRY(net_choose(arena, getenv("HEADROOM_CPU"), &finder->kernels));
    if (!detector)
        TRY(load_net(arena, "face_finder.net", FINDER_CHANNELS, FINDER_SHIFT, &finder->finder));
    TRY(load_net(arena, "face_points.net", POINT_COUNT, FINDER_SHIFT, &finder->points));
    TRY(load_net(arena, "eye_points.net", EYE_POINT_COUNT, FINDER_SHIFT, &finder->eye));
    TRY(load_net(arena, "face_verifier.net", 1, JUDGED_SHIFT, &finder->verifier));
    return load_net(arena, "head_cover.net", 1, JUDGED_SHIFT, &finder->cover);
}

static Err open_all(Arena *arena, const char *detector, const FaceFinder *first, FaceFinder *finder)
{
    if (first)
        *finder = (FaceFinder){.finder = first->finder,
                               .points = first->points,
                               .eye = first->eye,
                               .verifier = first->verifier,
                               .cover = first->cover,
                               .shares = true,
                               .kernels = first->kernels};
    if (detector)
        TRY(open_yunet(arena, detector, finder));
    if (!first)
        TRY(open_nets(arena, detector, finder));
    return give_scratch(arena, finder);
}

Err faces_open(Arena *arena, const char *detector, const FaceFinder *first, FaceFinder **out)
{
    *out = NULL;
    FaceFinder *finder = ARENA_NEW(arena, FaceFinder);
    if (!finder)
        return fail(arena, ERR_MEMORY, "no memory for the networks");
    Err err = open_all(arena, detector, first, finder);
    if (err.code)
        faces_close(finder);
    else
        *out = finder;
    return err;
}

static void close_nets(FaceFinder *finder)
{
    net_close(finder->finder);
    net_close(finder->points);
    net_close(finder->eye);
    net_close(finder->verifier);
    net_close(finder->cover);
}

void faces_close(FaceFinder *finder)
{
    if (!finder->shares)
        close_nets(finder);
    if (finder->yunet)
        finder->door->close(finder->yunet);
}
