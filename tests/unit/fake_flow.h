/* SPDX-License-Identifier: MIT */
/* A flow without pixels for tests of the belt: what a photo does stands in its name. */
#ifndef FAKE_FLOW_H
#define FAKE_FLOW_H

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "../../pipeline/aside.h"
#include "../../pipeline/stage.h"

static Err fake_read(Photo *photo, const Profile *profile, Tools *tools)
{
    (void)profile;
    (void)tools;
    snprintf(photo->source.sha256, sizeof photo->source.sha256, "sha of %.40s",
             strrchr(photo->task.path, '/'));
    photo->source.inode = 1;
    if (strstr(photo->task.path, "young")) {
        struct timespec now;
        clock_gettime(CLOCK_REALTIME, &now);
        photo->source.ctime_ns = now.tv_sec * 1000000000LL + now.tv_nsec - 1500000000;
    }
    photo->source.bytes = 1;
    if (strstr(photo->task.path, "slow"))
        usleep(300000);
    if (strstr(photo->task.path, "costly"))
        while (!budget_over(&photo->budget))
            ;
    if (strstr(photo->task.path, "endless"))
        sleep(30);
    return OK;
}

static void write_file(const char *out, const char *relative)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", out, relative);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fclose(file);
}

static Err fake_judge(Photo *photo, const Profile *profile, Tools *tools)
{
    (void)profile;
    if (strstr(photo->task.path, "hungry") && !arena_alloc(photo->arena, (size_t)1 << 40))
        return fail(photo->arena, ERR_MEMORY, "no memory for so much");
    if (strstr(photo->task.path, "orphan")) { /* stored, and then something fails */
        snprintf(photo->output_path, sizeof photo->output_path, "photos/orphan.JPG");
        write_file(tools->out, photo->output_path);
        return fail(photo->arena, ERR_MEMORY, "no memory for the record");
    }
    if (strstr(photo->task.path, "full"))
        return fail(photo->arena, ERR_IO, "the disk is full");
    if (tools->waits) { /* stored aside, for the belt to place */
        char aside[ASIDE_NAME];
        snprintf(photo->output_path, sizeof photo->output_path, "photos%.60s", strrchr(photo->task.path, '/'));
        aside_path(photo->output_path, aside);
        write_file(tools->out, aside);
    }
    assert_true(photo->late == (photo->faces.count == 0)); /* what was left out, and nothing else */
    photo->verdict = strstr(photo->task.path, "bad") || photo->late ? VERDICT_REJECT : VERDICT_PASS;
    return OK;
}

static Err fake_measure(Photo *photo, const Profile *profile, Tools *tools)
{
    (void)profile;
    (void)tools;
    photo->faces.count = 1;
    return OK;
}

static const Stage flow[] = {{"read", fake_read, true}, {"measure", fake_measure, true}, {"judge", fake_judge, false}, {0}};

static atomic_int opened, closed, shared;

/* A finder that is never asked anything. */
static Err fake_open(Arena *arena, const char *detector, Tools *tools)
{
    static char finder;
    if (detector)
        return fail(arena, ERR_MODEL, "cannot load '%s'", detector);
    assert_true(tools->first == NULL || tools->first == (FaceFinder *)&finder);
    tools->finder = (FaceFinder *)&finder;
    atomic_fetch_add(&opened, 1);
    atomic_fetch_add(&shared, tools->first != NULL);
    return OK;
}

/* Who shares what is another's is closed before. */
static void fake_close(Tools *tools)
{
    int sharing = atomic_fetch_sub(&shared, tools->first != NULL);
    assert_true(tools->first || sharing == 0);
    atomic_fetch_add(&closed, 1);
}

static Err fake_record(Arena *arena, const Photo *photo, const Profile *profile, const char **out)
{
    (void)profile;
    *out = arena_print(arena, "%d %s", photo->verdict, photo->error ? photo->error : "");
    return OK;
}

#endif
