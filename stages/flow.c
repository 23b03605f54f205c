/* SPDX-License-Identifier: MIT */
/* THE MAP. A stage takes parts of the photo, never the photo: this file alone unpacks it, so it shows
 * which data each stage reads and writes. A stage whose input is missing steps aside; judge is near
 * the end and lists every reason. */
#include "flow.h"

#include <stdlib.h>
#include <string.h>
#include "background.h"
#include "codes.h"
#include "decode.h"
#include "detect.h"
#include "encode.h"
#include "eyes.h"
#include "hair.h"
#include "icc.h"
#include "inspect.h"
#include "jpeg.h"
#include "jpeg_fast.h"
#include "judge.h"
#include "light.h"
#include "likeness.h"
#include "marks.h"
#include "mosaic.h"
#include "mouth.h"
#include "normalize.h"
#include "pose.h"
#include "raster.h"
#include "read.h"
#include "record.h"
#include "shoulders.h"
#include "silhouette.h"
#include "skin.h"
#include "store.h"
#include "thumb.h"

/* Working sizes: the silhouette is found on SMALL (one pixel is 0.6 % of a face), paper and clothes on a frame of PAPER_WIDTH. */
enum { SMALL_LONGEST_PX = 640, PAPER_WIDTH_PX = 240 };

static Err run_read(Photo *p, const Profile *profile, Tools *tools)
{
    for (CheckId i = 0; i < BINDING_CHECKS; i++) /* whose photo it is, the belt settles */
        fact_void(&p->facts, i);
    fact_void(&p->facts, CHECK_cpu_seconds); /* of no photo that is in time */
    if (p->mode == MODE_CHECK)
        fact_void(&p->facts, CHECK_byte_window); /* nothing is searched: quality and file_bytes tell of the file itself */
    if (p->task.entry || p->task.problem)
        return read_entry(p->arena, tools->seat, &p->task, profile, &p->source, &p->facts);
    return read_source(p->arena, p->task.path, profile, &p->source, &p->facts);
}

static Err run_decode(Photo *p, const Profile *profile, Tools *tools)
{
    if (!p->source.data)
        return OK;
    Decoded decoded = {0};
    p->source.budget = &p->budget;
    p->source.fast = tools->idct;
    TRY(decode_source(p->arena, profile, p->today, &p->source, &p->facts, &decoded));
    p->picture = decoded.picture;
    p->picture_scale = decoded.scale;
    if (p->source.width_px > 0) {
        fact_set(&p->facts, CHECK_source_width_px, p->source.width_px, 0);
        fact_set(&p->facts, CHECK_source_height_px, p->source.height_px, 0);
    }
    return OK;
}

static Err run_detect(Photo *p, const Profile *profile, Tools *tools)
{
    (void)profile;
    if (!p->picture.rgb)
        return OK;
    return detect_faces(tools->finder, &p->picture, p->picture_scale, &p->faces, &p->facts);
}

/* Silhouette and head on the received picture, in source pixels; and what was laid over it. */
static Err run_background(Photo *p, const Profile *profile, Tools *tools)
{
    (void)profile;
    (void)tools;
    p->head = (Head){.hair_top_y = NAN, .hair_top_error = NAN};
    if (!p->picture.rgb)
        return OK;
    int width = p->picture.width_px, height = p->picture.height_px;
    double k = fmin(1, (double)SMALL_LONGEST_PX / (width > height ? width : height));
    Picture small;
    Blocks blocks;
    TRY(raster_reduce_to(p->arena, &p->picture, (int)fmax(1, round(width * k)), (int)fmax(1, round(height * k)), &small));
    TRY(blocks_new(p->arena, &small, &blocks));
    k = (double)small.width_px / (width * p->picture_scale); /* small pixels per source pixel */
    if (p->faces.count == 0)
        return marks_measure(p->arena, &blocks, NULL, &p->facts);
    FacePlace face = face_place(&p->faces.best, 0, 0, 1 / p->picture_scale);
    TRY(mosaic_measure(p->arena, &p->picture, &face, &p->facts));
    face = face_place(&p->faces.best, 0, 0, k);
    TRY(marks_measure(p->arena, &blocks, &face, &p->facts));
    Silhouette silhouette;
    TRY(silhouette_find(p->arena, &blocks, &face, &silhouette));
    silhouette_hair_top(&small, &face, &silhouette, &p->head);
    if (p->faces.best.settled)
        shoulders_measure(&face, &silhouette, &p->facts);
    p->head.hair_top_y /= k;
    p->head.hair_top_error /= k;
    return OK;
}

/* Where no silhouette shows the hair, the crop needs an estimate all the same; the fact stays NaN. */
static double hair_top_or_estimate(const Head *head, const Face *face)
{
    const double RISE = 0.85; /* eyes to hair top, in face widths: the median of portraits */
    double eyes_y = (face->left_eye.y + face->right_eye.y) / 2;
    if (isfinite(head->hair_top_y))
        return head->hair_top_y;
    return fmax(0, eyes_y - RISE * (face->right_x - face->left_x));
}

static void choose_window(Photo *p, const Profile *profile)
{
    const Face *face = &p->faces.best;
    if (p->faces.count != 1 || !isfinite(face->left_x) || !isfinite(face->left_eye.x))
        return;
    Subject subject = {.width_px = p->source.width_px, .height_px = p->source.height_px,
                       .eyes = {(face->left_eye.x + face->right_eye.x) / 2, (face->left_eye.y + face->right_eye.y) / 2},
                       .face_width = face->right_x - face->left_x,
                       .hair_top_y = hair_top_or_estimate(&p->head, face),
                       .hair_guessed = !isfinite(p->head.hair_top_y)};
    normalize_solve(&subject, profile, (int)p->picture_scale, &p->crop, &p->advice);
}

static Crop whole_picture(const Source *source, const Profile *profile)
{
    return (Crop){.found = true, .width = source->width_px, .height = source->height_px,
                  .scale = (double)profile->width_px / source->width_px};
}

/* The judged picture: the window at the profile's size, or the whole picture reduced to its width. */
static Err cut_frame(Photo *p, const Profile *profile, IccSeat *seat)
{
    double k = p->picture_scale;
    Box box = {0, 0, p->picture.width_px, p->picture.height_px};
    Picture frame = {.width_px = p->picture.width_px, .height_px = p->picture.height_px};
    if (p->crop.found && p->action == ACTION_MADE) {
        box = (Box){(int)(p->crop.x / k), (int)(p->crop.y / k), (int)(p->crop.width / k), (int)(p->crop.height / k)};
        frame = (Picture){.width_px = profile->width_px, .height_px = profile->height_px};
    } else if (p->picture.width_px > profile->width_px) {
        frame.width_px = profile->width_px;
        frame.height_px = (int)fmax(1, round((double)p->picture.height_px * profile->width_px / p->picture.width_px));
    }
    Bytes icc = {(uint8_t *)(uintptr_t)p->source.header.icc, p->source.header.icc_bytes};
    bool converted;
    if (frame.width_px == p->picture.width_px && frame.height_px == p->picture.height_px)
        frame = p->picture; /* which nobody asks again, so that its colours may change with the frame's */
    else
        TRY(raster_frame(p->arena, &p->picture, box, &frame));
    TRY(icc_to_srgb(seat, &icc, &frame, &converted));
    fact_set(&p->facts, CHECK_colour_profile, icc_says(&p->source.header, converted), 0);
    p->frame = frame;
    return OK;
}

static Err run_normalize(Photo *p, const Profile *profile, Tools *tools)
{
    p->advice = (Advice){.one = CHECK_COUNT, .other = CHECK_COUNT};
    if (!p->picture.rgb)
        return OK;
    bool complies = false;
    bool keeps = inspect_keeps(&p->source.header, p->source.bytes, profile, &complies) && !icc_moves(tools->icc, &p->source.header);
    if (p->mode == MODE_CHECK || keeps) {
        if (keeps && p->mode == MODE_MAKE)
            choose_window(p, profile); /* for its advice: it has the asked size, so there is but one window */
        p->crop = whole_picture(&p->source, profile);
        p->action = p->mode == MODE_CHECK ? ACTION_NONE : complies ? ACTION_PASSED_THROUGH : ACTION_HEADER_FIXED;
    } else {
        choose_window(p, profile);
        p->action = p->crop.found ? ACTION_MADE : ACTION_NONE;
        while (p->crop.found && p->crop.scale * p->picture_scale > 1.0001 && p->picture_scale > 1) {
            Decoded finer; /* the face is small: more pixels are needed than were decoded */
            TRY(decode_again(p->arena, &p->source, (int)p->picture_scale / 2, &finer));
            fact_set(&p->facts, CHECK_decode_megabytes, finer.megabytes, 0);
            if (!finer.picture.rgb) { /* never enlarge what there is */
                p->crop.found = false;
                p->action = ACTION_NONE;
                break;
            }
            p->picture = finer.picture;
            p->picture_scale = finer.scale;
        }
    }
    return cut_frame(p, profile, tools->icc);
}

/* Facts of the judged picture. */
static Err run_measure(Photo *p, const Profile *profile, Tools *tools)
{
    (void)tools;
    p->background = (Background){.r = NAN, .g = NAN, .b = NAN, .delta_e = NAN, .nearest = -1};
    if (!p->frame.rgb || p->faces.count == 0)
        return OK;
    Crop crop = p->crop.found ? p->crop : whole_picture(&p->source, profile);
    normalize_facts(&p->faces.best, &p->head, &p->crop, profile, &p->facts);
    FacePlace face = face_place(&p->faces.best, crop.x, crop.y, p->frame.width_px / crop.width);
    Luma luma = luma_plane(p->arena, &p->frame);
    if (!luma.at)
        return (Err){ERR_MEMORY, "out of memory"};
    TRY(light_measure(p->arena, &p->frame, &luma, &face, &p->facts));
    likeness_of(&luma, &face, p->likeness);
    glasses_measure(&p->frame, &face, &p->facts); /* dark lenses may be why points do not settle */
    if (p->faces.best.settled) {
        pose_measure(&face, &p->facts);
        eyes_measure(&p->frame, &face, &p->facts);
        hair_measure(&p->frame, &face, &p->facts);
        glasses_frame_measure(&p->frame, &face, &p->facts);
    }
    Picture small;
    TRY(raster_reduce_to(p->arena, &p->frame, PAPER_WIDTH_PX, p->frame.height_px * PAPER_WIDTH_PX / p->frame.width_px, &small));
    face = face_place(&p->faces.best, crop.x, crop.y, small.width_px / crop.width);
    skin_measure(&small, &face, &p->facts);
    Blocks blocks;
    Silhouette silhouette;
    TRY(blocks_new(p->arena, &small, &blocks));
    TRY(silhouette_find(p->arena, &blocks, &face, &silhouette));
    TRY(background_measure(p->arena, &face, &silhouette, profile, &p->background, &p->facts));
    if (p->faces.best.settled) {
        ears_measure(&small, &face, &silhouette, &p->facts);
        mouth_measure(&small, &face, &p->facts);
    }
    return clothes_measure(p->arena, &small, &face, &silhouette, &p->facts);
}

static Err run_encode(Photo *p, const Profile *profile, Tools *tools)
{
    (void)tools;
    Bytes received = {(uint8_t *)(uintptr_t)p->source.data, p->source.bytes};
    switch (p->action) {
    case ACTION_NONE:
        fact_void(&p->facts, CHECK_byte_window);
        return OK;
    case ACTION_MADE:
        return (p->crop.scale == 1 ? encode_again : encode_frame)(p->arena, profile, &p->frame, &p->output, &p->facts);
    case ACTION_PASSED_THROUGH:
        p->output.file = received;
        memcpy(p->output.sha256, p->source.sha256, sizeof p->output.sha256);
        break;
    case ACTION_HEADER_FIXED:
        TRY(jpeg_clean_header(p->arena, received.data, received.size, profile->dpi, &p->output.file));
        break;
    }
    fact_set(&p->facts, CHECK_byte_window, 1, 0);
    return OK;
}

/* The file under judgement, read back: ours when making, the received one when checking. */
static Err run_inspect(Photo *p, const Profile *profile, Tools *tools)
{
    (void)tools;
    if (p->mode == MODE_MAKE && p->output.file.data)
        return inspect_file(p->arena, &p->output.file, profile, &p->facts, &p->output);
    if (p->mode == MODE_MAKE) { /* no file was made: byte_window says so where it was tried */
        for (CheckId i = CHECK_width_px; i <= CHECK_metadata_bytes; i++)
            fact_void(&p->facts, i);
        return OK;
    }
    if (!p->source.data)
        return OK;
    return inspect_file(p->arena, &(Bytes){(uint8_t *)(uintptr_t)p->source.data, p->source.bytes}, profile, &p->facts, &p->output);
}

/* What was measured stays, what was made does not. */
static void give_up(Photo *p)
{
    fact_set(&p->facts, CHECK_cpu_seconds, budget_seconds(&p->budget), 0);
    p->crop.found = p->crop.found && p->mode == MODE_CHECK;
    p->output = (Output){0};
    for (CheckId i = CHECK_width_px; i <= CHECK_byte_window && p->mode == MODE_MAKE; i++)
        fact_void(&p->facts, i);
}

static Err run_judge(Photo *p, const Profile *profile, Tools *tools)
{
    (void)tools;
    if (p->late)
        give_up(p);
    if (!p->output.file.data)
        p->action = ACTION_NONE;
    judge_forget_ruined(&p->facts, profile);
    p->verdict = judge_facts(&p->facts, profile, &p->findings);
    if (p->mode == MODE_MAKE && !p->output.file.data && p->verdict == VERDICT_PASS)
        p->verdict = VERDICT_REVIEW; /* nothing can pass that was not made */
    return OK;
}

static Err run_store(Photo *p, const Profile *profile, Tools *tools)
{
    if (p->mode == MODE_MAKE && p->output.file.data && tools->out) {
        store_path(p->verdict, p->action, &p->task, profile->file_name, p->output_path);
        if (p->output_path[0])
            TRY(store_file(p->arena, tools->out, p->output_path, &p->output.file, tools->waits));
    }
    if (p->verdict != VERDICT_PASS && !p->late)
        TRY(thumb_make(p->arena, &p->frame, &p->thumb));
    return record_json(p->arena, p, profile, &p->record);
}

static Err run_codes(Photo *p, const Profile *profile, Tools *tools)
{
    (void)profile;
    TRY(codes_find(p->arena, tools->codes, &p->picture, &p->codes));
    p->codes.unread = p->codes.unread || (!p->codes.count && p->source.warnings); /* it may be in what is lost */
    return OK;
}

// clang-format off
static const Stage MAKE[] = {
    {"read",       run_read, true},
    {"decode",     run_decode, true},
    {"detect",     run_detect, true},
    {"background", run_background, true},
    {"normalize",  run_normalize, true},
    {"measure",    run_measure, true},
    {"encode",     run_encode, true},
    {"inspect",    run_inspect, true},
    {"judge",      run_judge, false},
    {"store",      run_store, false},
    {0},
};
static const Stage CHECK[] = {
    {"read",       run_read, true},
    {"decode",     run_decode, true},
    {"detect",     run_detect, true},
    {"background", run_background, true},
    {"normalize",  run_normalize, true},
    {"measure",    run_measure, true},
    {"inspect",    run_inspect, true},
    {"judge",      run_judge, false},
    {"store",      run_store, false},
    {0},
};
static const Stage CODES[] = {
    {"read",       run_read, true},
    {"decode",     run_decode, true},
    {"codes",      run_codes, false}, /* who is out of time may hide one */
    {0},
};
// clang-format on

const Stage *flow_of_codes(void)
{
    return CODES;
}

const Stage *flow_of(Mode mode)
{
    return mode == MODE_MAKE ? MAKE : CHECK;
}

Err flow_open_codes(Arena *arena, const char *detector, Tools *tools)
{
    (void)detector;
    tools->seat = ARENA_NEW(arena, ArchiveSeat);
    if (!tools->seat)
        return fail(arena, ERR_MEMORY, "no memory for a lane");
    tools->seat->arena = arena;
    tools->idct = tools->fast_decoder ? fast_kernels(getenv("HEADROOM_CPU")) : NULL;
    return codes_load(arena, &tools->codes);
}

Err flow_record_codes(Arena *arena, const Photo *photo, const Profile *profile, const char **out)
{
    (void)profile;
    return codes_json(arena, &photo->codes, &photo->source, out);
}

Err flow_open(Arena *arena, const char *detector, Tools *tools)
{
    tools->seat = ARENA_NEW(arena, ArchiveSeat);
    tools->icc = icc_seat_open(arena);
    tools->idct = tools->fast_decoder ? fast_kernels(getenv("HEADROOM_CPU")) : NULL;
    if (!tools->seat || !tools->icc)
        return fail(arena, ERR_MEMORY, "no memory for a lane");
    tools->seat->arena = arena;
    return faces_open(arena, detector, tools->first, &tools->finder);
}

void flow_close(Tools *tools)
{
    if (tools->finder)
        faces_close(tools->finder);
    tools->finder = NULL;
    if (tools->icc)
        icc_seat_close(tools->icc);
    tools->icc = NULL;
    if (tools->seat)
        archive_seat_close(tools->seat);
}
