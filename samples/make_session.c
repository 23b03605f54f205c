/* SPDX-License-Identifier: MIT */
/* make_session: a card of camera frames out of a list, slips with codes between portraits: for --bind qr. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "jpegout.h"
#include "meta.h"
#include "sample_file.h"
#include "slip.h"

enum { FIELDS = 7, LINE_MAX_BYTES = 1024, QUALITY = 92 };

static const char usage[] =
    "usage: make_session OUT <LIST\n"
    "a line of LIST is a frame, its fields between tabs:\n"
    "  file   date and time (2026:06:01 09:00:00), - for none   parts of the second, digits, - for none\n"
    "  number of the camera's body, - for none   photo N | red N | large N | code | codes | thumb | broken   text   second text\n"
    "photo N is a portrait of sample person N, red N one before red paper, large N one of 12 MP; thumb covers a part of the code; broken is cut short\n";

typedef struct Frame {
    char *file, *captured, *fraction, *serial, *kind, *texts[2];
} Frame;

static const char *known(const char *field)
{
    return field && *field && strcmp(field, "-") != 0 ? field : NULL;
}

static void write_form(const Frame *frame, FileForm *form)
{
    form->exif = known(frame->captured) != NULL;
    form->make = "Canon";
    form->model = "Canon EOS 90D";
    form->software = NULL;
    form->fraction = known(frame->fraction);
    form->serial = known(frame->serial);
    snprintf(form->captured, sizeof form->captured, "%s", frame->captured);
}

/* Of "photo N", "red N" and "large N" the number, else -1. */
static int person_of(const Frame *frame)
{
    int number;
    bool any = sscanf(frame->kind, "photo %d", &number) == 1 || sscanf(frame->kind, "red %d", &number) == 1 ||
               sscanf(frame->kind, "large %d", &number) == 1;
    return any ? number : -1;
}

static Err make_photo(Arena *arena, const Bases *bases, const Frame *frame, Bytes *out)
{
    const Order order = {.seed = 3, .only = *frame->kind == 'r' ? FAULT_bg_red : FAULT_COUNT, .sure = true, .sizes = SIZE_SMALL, .corpus = *frame->kind == 'l' ? 'a' : 0};
    Shot shot;
    shot_plan(&order, bases, person_of(frame), &shot);
    write_form(frame, &shot.form);
    return sample_file(arena, &shot, out);
}

static Err make_slip(Arena *arena, const Frame *frame, uint64_t seed, Bytes *out)
{
    const SlipScene scene = {.width_px = 900, .height_px = 1200, .texts = {frame->texts[0], known(frame->texts[1])},
                             .module_px = 7, .tilt_deg = (double)(seed % 21) - 10, .lean = 0.3, .gain = 0.9, .slope = 0.3,
                             .blur_px = 0.8, .noise = 3, .thumb = strcmp(frame->kind, "thumb") == 0, .seed = seed};
    FileForm form = {.sampling = SAMPLING_420, .orientation = 1};
    Picture picture;
    TRY(slip_paint(arena, &scene, &picture));
    write_form(frame, &form);
    JpegWish wish = {.form = &form, .quality = QUALITY, .components = 3};
    if (form.exif)
        TRY(meta_exif(arena, &form, &wish.exif));
    TRY(jpegout_encode(arena, &picture, &wish, out));
    if (strcmp(frame->kind, "broken") == 0)
        out->size /= 2;
    return OK;
}

static Err write_frame(Arena *arena, const char *folder, const Frame *frame, const Bytes *file)
{
    const char *path = arena_print(arena, "%s/%s", folder, frame->file);
    char *slash = path ? strrchr(path, '/') : NULL;
    if (!slash)
        return fail(arena, ERR_MEMORY, "no memory for a path");
    *slash = '\0';
    if (mkdir(path, 0777) && errno != EEXIST)
        return fail(arena, ERR_IO, "cannot make the folder '%s': %m", path);
    *slash = '/';
    FILE *out = fopen(path, "wb");
    bool whole = out && fwrite(file->data, 1, file->size, out) == file->size;
    whole = out && !fclose(out) && whole;
    return whole ? OK : fail(arena, ERR_IO, "cannot write '%s': %m", path);
}

static bool read_frame(char *line, Frame *out)
{
    char *fields[FIELDS] = {0}, *rest = line;
    line[strcspn(line, "\n")] = '\0';
    for (int i = 0; i < FIELDS && rest; i++)
        fields[i] = strsep(&rest, "\t");
    *out = (Frame){fields[0], fields[1], fields[2], fields[3], fields[4], {fields[5], fields[6]}};
    return out->kind && (person_of(out) >= 0 || out->texts[0]);
}

static Err make_all(Arena *arena, const Bases *bases, const char *folder)
{
    char line[LINE_MAX_BYTES];
    uint64_t seed = 0;
    while (fgets(line, sizeof line, stdin)) {
        Frame frame;
        Bytes file;
        arena_reset(arena);
        if (!read_frame(line, &frame))
            return fail(arena, ERR_USAGE, "line %d of the list is no frame", (int)seed + 1);
        TRY(person_of(&frame) >= 0 ? make_photo(arena, bases, &frame, &file) : make_slip(arena, &frame, seed, &file));
        TRY(write_frame(arena, folder, &frame, &file));
        seed++;
    }
    return OK;
}

int main(int count, char **words)
{
    if (count != 2 || words[1][0] == '-')
        return fputs(usage, stderr), 2;
    if (mkdir(words[1], 0777) && errno != EEXIST)
        return perror(words[1]), 1;
    Arena *kept = arena_create((size_t)1 << 30), *arena = arena_create((size_t)512 << 20);
    Bases *bases = kept ? ARENA_NEW(kept, Bases) : NULL;
    if (!bases || !arena)
        return fputs("make_session: no memory\n", stderr), 1;
    Err err = bases_load(kept, SOURCE_DIR "/samples/base", bases);
    if (!err.code)
        err = make_all(arena, bases, words[1]);
    if (err.code)
        fprintf(stderr, "make_session: %s\n", err.text);
    arena_destroy(kept);
    arena_destroy(arena);
    return err.code != ERR_NONE;
}
