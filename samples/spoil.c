/* SPDX-License-Identifier: MIT */
/* One fault spoils one thing: the paper, the place, the light, the file. */
#include "spoil.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "face.h"

const char *const corpus_variants[] = {"progressive", "optimised", "444", "422", "restart", "p3",
                                       "adobergb",    "o1",        "o2",  "o3",  "o4",      "o5",
                                       "o6",          "o7",        "o8",  NULL};

void spoil_corpus_form(const Order *order, Shot *shot)
{
    FileForm *form = &shot->form;
    const char *variant = order->variant ? order->variant : "";
    bool finished = order->corpus == 'd' || order->received;
    *form = (FileForm){.quality = 92,
                       .orientation = 1,
                       .exif = !finished,
                       .make = form->make,
                       .model = form->model,
                       .dpi = finished ? 300 : 72};
    snprintf(form->captured, sizeof form->captured, "2026:05:20 09:30:00");
    form->bytes_hi = finished ? 34000 : 0;
    form->progressive = !strcmp(variant, "progressive");
    form->optimise = !strcmp(variant, "optimised");
    form->restart_rows = !strcmp(variant, "restart");
    if (!strcmp(variant, "444"))
        form->sampling = SAMPLING_444;
    if (!strcmp(variant, "422"))
        form->sampling = SAMPLING_422;
    if (!strcmp(variant, "p3"))
        form->space = SPACE_P3;
    if (!strcmp(variant, "adobergb"))
        form->space = SPACE_ADOBE;
    if (variant[0] == 'o' && variant[1] >= '1' && variant[1] <= '8')
        form->orientation = variant[1] - '0';
}

static void place_between(const Bases *bases, Shot *shot, Rng *rng, const Spot range[2],
                          const char *base_fault)
{
    enum { ATTEMPTS = 600, ATTEMPTS_PER_BASE = 30 }; /* a face to wear costs far more than a place */
    int base = -1;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        if (base < 0 || (!*base_fault && attempt % ATTEMPTS_PER_BASE == 0)) {
            base = *base_fault ? bases_find(bases, base_fault) : rng_int(rng, 0, bases->drawn - 1);
            if (base >= 0 && !*base_fault && !bases->list[base].good)
                base = -1;
            if (base < 0)
                continue;
            shot_wear(bases, shot, base);
        }
        Spot spot = {rng_range(rng, range[0].face_share, range[1].face_share),
                     rng_range(rng, range[0].eye_u, range[1].eye_u),
                     rng_range(rng, range[0].hair_v, range[1].hair_v)};
        shot_place(shot, 0, &spot);
        if (shot_fits_canvas(shot, 0))
            return;
    }
}

static void use_base(const Bases *bases, Shot *shot, Rng *rng, const char *fault)
{
    Spot range[2] = {{0.36, 0.48, 0.12}, {0.44, 0.52, 0.18}};
    if (shot->width_px < 600) {
        range[0].face_share = 0.43;
        range[1].face_share = 0.5;
    }
    place_between(bases, shot, rng, range, fault);
}

/* Of 480x640 no window but the whole can be cut: frame and noise cannot be cropped away. */
static void use_small(const Bases *bases, Shot *shot, Rng *rng)
{
    const Spot range[2] = {{0.43, 0.49, 0.11}, {0.49, 0.51, 0.14}};
    shot->width_px = 480;
    shot->height_px = 640;
    place_between(bases, shot, rng, range, "");
}

static void spoil_paper(Shot *shot, Rng *rng)
{
    Paper *paper = &shot->paper;
    static const double colour[][3] = {
        {200, 33, 49}, {249, 249, 247}, {43, 103, 195}, {186, 218, 242}};
    double face = shot->truth.face_right_x - shot->truth.face_left_x;
    double eye_x = (shot->truth.left_eye[0] + shot->truth.right_eye[0]) / 2, side = rng_sign(rng);
    switch ((int)shot->fault) {
    case FAULT_bg_red:
    case FAULT_bg_white:
    case FAULT_bg_dark_blue:
    case FAULT_bg_pale:
        memcpy(paper->rgb, colour[shot->fault - FAULT_bg_red], sizeof paper->rgb);
        break;
    case FAULT_bg_striped:
    case FAULT_bg_curtain:
        paper->curtain = shot->fault == FAULT_bg_curtain;
        paper->stripe = paper->curtain ? rng_range(rng, 0.22, 0.3) : rng_range(rng, 0.16, 0.26);
        paper->stripe_px = face * rng_range(rng, 0.16, 0.3);
        break;
    case FAULT_bg_gradient:
        paper->slope_y = side * rng_range(rng, 0.3, 0.45);
        paper->slope_x = rng_range(rng, -0.2, 0.2);
        break;
    case FAULT_bg_lamp_aside:
        paper->slope_x = side * rng_range(rng, 0.16, 0.22);
        break;
    case FAULT_bg_shadow:
        paper->shadow = rng_range(rng, 0.28, 0.4);
        paper->shadow_dx = side * rng_range(rng, 0.25, 0.35);
        paper->shadow_dy = 0.12;
        paper->shadow_blur = 0.1;
        break;
    case FAULT_bg_object:
        paper->object = true;
        paper->object_box[2] = 0.2 * face / shot->width_px;
        paper->object_box[3] = rng_range(rng, 0.5, 0.8) * face / shot->height_px;
        paper->object_box[0] =
            (eye_x + side * rng_range(rng, 0.70, 0.88) * face) / shot->width_px - paper->object_box[2] / 2;
        paper->object_box[1] = (shot->truth.hair_top_y + 0.1 * face) / shot->height_px;
        break;
    }
}

static void tilt_by(const Bases *bases, Shot *shot, Rng *rng, double degrees)
{
    const Spot range[2] = {{0.36, 0.49, 0.15}, {0.42, 0.51, 0.19}};
    for (int attempt = 0; attempt < 50; attempt++) {
        shot->person[0].tilt_deg = degrees;
        place_between(bases, shot, rng, range, "");
        /* the base's own roll is part of the angle */
        Placed *p = &shot->person[0];
        p->tilt_deg = degrees - shot->worn[0].roll_deg;
        Spot spot = {rng_range(rng, range[0].face_share, range[1].face_share), 0.5, 0.16};
        shot_place(shot, 0, &spot);
        shot_truth(shot);
        if (shot_fits_canvas(shot, 0) && shot->slack > 0.3)
            return;
    }
}

static void add_second(const Bases *bases, Shot *shot, Rng *rng)
{
    const Spot range[2] = {{0.24, 0.26, 0.18}, {0.27, 0.3, 0.24}};
    shot->person_count = 2;
    place_between(bases, shot, rng, range, "");
    shot->person[1] = shot->person[0];
    shot->worn[1] = shot->worn[0];
    const Spot beside[2] = {{0.24, 0.71, 0.2}, {0.27, 0.74, 0.26}};
    int first = shot->person[0].base;
    Placed kept = shot->person[0];
    Base face = shot->worn[0];
    do
        place_between(bases, shot, rng, beside, "");
    while (shot->person[0].base == first);
    shot->person[1] = shot->person[0];
    shot->worn[1] = shot->worn[0];
    shot->person[0] = kept;
    shot->worn[0] = face;
}

static void spoil_place(const Bases *bases, Shot *shot, Rng *rng)
{
    double tall = (double)shot->width_px / shot->height_px;
    Spot range[2] = {{0.36, 0.49, 0.12}, {0.44, 0.51, 0.18}};
    switch ((int)shot->fault) {
    case FAULT_off_centre: /* at no scale up to 300 px does the face reach the middle */
        range[0].eye_u = range[1].eye_u = 0.38 * 0.62;
        range[0].face_share = 0.36, range[1].face_share = 0.4;
        if (rng_unit(rng) < 0.5)
            range[0].eye_u = range[1].eye_u = 1 - 0.38 * 0.62;
        break;
    case FAULT_hair_cut:
        range[0].hair_v = -0.06, range[1].hair_v = -0.03;
        break;
    case FAULT_no_room_above: /* 300 px of face would leave 24 px above it */
        range[0].hair_v = 0.06 * 0.4 * tall, range[1].hair_v = 0.09 * 0.4 * tall;
        break;
    case FAULT_head_low: /* of 480x640 no higher window can be cut */
        shot->width_px = 480, shot->height_px = 640;
        range[0] = (Spot){0.42, 0.49, 0.25}, range[1] = (Spot){0.48, 0.51, 0.28};
        break;
    case FAULT_face_too_small:
        shot->width_px = 480, shot->height_px = 640;
        range[0].face_share = 0.25, range[1].face_share = 0.32;
        break;
    case FAULT_face_too_close: /* 480 px of picture would hold 330 px of face and more */
        range[0].face_share = 0.69, range[1].face_share = 0.76;
        range[0].hair_v = 0.08, range[1].hair_v = 0.1;
        break;
    case FAULT_tilt_strong:
        tilt_by(bases, shot, rng, rng_sign(rng) * rng_range(rng, 8, 12));
        return;
    case FAULT_tilt_mild:
        tilt_by(bases, shot, rng, rng_sign(rng) * rng_range(rng, 4.1, 4.9));
        return;
    case FAULT_two_people:
        add_second(bases, shot, rng);
        return;
    case FAULT_nobody:
        shot->person_count = 0;
        return;
    default:
        return;
    }
    place_between(bases, shot, rng, range, "");
}

static void spoil_light(const Bases *bases, Shot *shot, Rng *rng)
{
    const Base *base = &shot->worn[0];
    double face = base->face_right_x - base->face_left_x;
    switch ((int)shot->fault) {
    case FAULT_blur:
        shot->light.blur_px = face * rng_range(rng, 0.022, 0.03);
        break;
    case FAULT_motion:
        shot->light.motion_px = face * rng_range(rng, 0.07, 0.1);
        break;
    case FAULT_under_exposed: /* half of them all of the picture, half the person against the light
                               */
        if (rng_unit(rng) < 0.5)
            shot->light.gain = rng_range(rng, 0.28, 0.38);
        else
            shot->light.person_gain = rng_range(rng, 0.09, 0.26);
        break;
    case FAULT_over_exposed:
        shot->light.person_gain = rng_range(rng, 1.4, 1.6);
        break;
    case FAULT_side_light:
        shot->light.side = rng_sign(rng) * rng_range(rng, 0.65, 0.8);
        break;
    case FAULT_heavy_noise:
        use_small(bases, shot, rng);
        shot->light.noise = rng_range(rng, 30, 36);
        break;
    }
}

/* The person alone: the colour of the paper is another check's. */
static void spoil_colours(Shot *shot, Rng *rng)
{
    static const double sepia[3] = {1, 0.86, 0.68}, casts[][3] = {{0.75, 1, 0.75}, {1, 0.7, 1}, {0.62, 0.88, 1}};
    shot->light.one_tone = shot->fault == FAULT_grey_picture || shot->fault == FAULT_sepia;
    if (shot->fault == FAULT_sepia)
        memcpy(shot->light.tone, sepia, sizeof sepia);
    if (shot->fault == FAULT_colour_cast)
        memcpy(shot->light.tone, casts[rng_int(rng, 0, 2)], sizeof casts[0]);
}

static void spoil_look(const Bases *bases, Shot *shot, Rng *rng)
{
    shot->mosaic = shot->fault == FAULT_mosaic;
    shot->mask = shot->fault == FAULT_mask;
    shot->veil = shot->fault == FAULT_veil;
    switch ((int)shot->fault) {
    case FAULT_text:
        shot->text = true;
        break;
    case FAULT_border:
        use_small(bases, shot, rng);
        shot->border = true;
        break;
    case FAULT_blue_shirt:
        use_base(bases, shot, rng, "coloredshirt");
        break;
    case FAULT_closed_eye:
        use_base(bases, shot, rng, "oneeyeclosed");
        break;
    case FAULT_open_mouth:
        use_base(bases, shot, rng, "mouthopen");
        break;
    case FAULT_turned_head:
        use_base(bases, shot, rng, "yaw"); /* to the person's right; the mirrored one to the left */
        face_turn_further(&shot->worn[0], shot->worn[0].bend.mirrored ? 2 : -2, 0);
        break;
    case FAULT_lowered_head:
        use_base(bases, shot, rng, "pitch");
        face_turn_further(&shot->worn[0], 0, 15);
        break;
    case FAULT_eyes_aside:
        use_base(bases, shot, rng, "s_040_clean"); /* its lashes do not hide where the irises are */
        shot->aside = rng_sign(rng) * rng_range(rng, 0.14, 0.15);
        break;
    case FAULT_shoulders:
        face_slant_shoulders(&shot->worn[0], rng_sign(rng) * rng_range(rng, 18, 24));
        break;
    case FAULT_frame_over_eye:
        shot->low_glasses = true;
        break;
    case FAULT_red_eyes:
        shot->red_eyes = true;
        break;
    case FAULT_hair_over_face:
        use_base(bases, shot, rng, "hairoverbrow");
        break;
    case FAULT_hat:
        use_base(bases, shot, rng, "hat");
        break;
    case FAULT_dark_glasses:
        use_base(bases, shot, rng, "darkglasses");
        break;
    case FAULT_lens_glare:
        use_base(bases, shot, rng, "lensglare");
        break;
    }
}

static void spoil_form(Shot *shot, Rng *rng)
{
    FileForm *form = &shot->form;
    static const int mirrored[] = {2, 4, 5, 7}, lying[] = {3, 6, 8};
    switch ((int)shot->fault) {
    case FAULT_low_quality:
        form->quality = rng_int(rng, 14, 28);
        break;
    case FAULT_editor:
        form->exif = true, form->software = rng_unit(rng) < 0.5 ? "Adobe Photoshop 25.0 (Windows)" : "Meitu";
        break;
    case FAULT_old_capture:
        form->exif = true;
        memcpy(form->captured, "2023", 4);
        break;
    case FAULT_mirrored_tag:
        form->exif = true, form->orientation = mirrored[rng_int(rng, 0, 3)];
        break;
    case FAULT_lost_tag:
        form->orientation = lying[rng_int(rng, 0, 2)], form->untagged = true;
        break;
    case FAULT_no_camera_data:
        form->exif = false, form->orientation = 1;
        break;
    case FAULT_saved_again:
        form->first_quality = rng_int(rng, 20, 45);
        form->progressive = false; /* an earlier save is looked for in one scan alone */
        break;
    case FAULT_truncated: /* half a progressive file is a whole picture, only coarse */
    case FAULT_twelve_bits:
    case FAULT_huge_header:
        form->progressive = false;
        break;
    case FAULT_many_scans:
        form->many_scans = form->progressive = true;
        break;
    }
}

static void spoil_received(const Bases *bases, Shot *shot, Rng *rng)
{
    const Spot range[2] = {{0.5, 0.49, 0.12}, {0.56, 0.51, 0.14}};
    FileForm *form = &shot->form;
    switch ((int)shot->fault) {
    case FAULT_received_wrong_size:
        shot->width_px = 413, shot->height_px = 626;
        place_between(bases, shot, rng, range, "");
        break;
    case FAULT_received_no_dpi:
        form->dpi = 0;
        break;
    case FAULT_received_progressive:
        form->progressive = true;
        break;
    case FAULT_received_422:
        form->sampling = SAMPLING_422;
        break;
    case FAULT_received_low_quality:
        form->bytes_hi = 0, form->quality = rng_int(rng, 40, 50);
        break;
    case FAULT_received_too_heavy:
        form->bytes_hi = 0, form->quality = 98, form->sampling = SAMPLING_444;
        break;
    case FAULT_received_exif:
        form->exif = true;
        break;
    }
}

void spoil_shot(const Bases *bases, Shot *shot, Rng *rng)
{
    spoil_paper(shot, rng);
    spoil_place(bases, shot, rng);
    spoil_light(bases, shot, rng);
    spoil_colours(shot, rng);
    spoil_look(bases, shot, rng);
    spoil_form(shot, rng);
    spoil_received(bases, shot, rng);
    shot_truth(shot);
    double aside = shot->aside * (shot->truth.right_eye[0] - shot->truth.left_eye[0]);
    shot->truth.left_eye[0] += aside; /* where the irises are */
    shot->truth.right_eye[0] += aside;
    if (shot->fault == FAULT_hair_cut)
        shot->truth.hair_top_y = 0; /* the first row is hair */
}
