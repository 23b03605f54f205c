/* SPDX-License-Identifier: MIT */
/* Every fault a sample can have, and what the program must say of it. One fault per photo. */
#ifndef FAULTS_H
#define FAULTS_H

typedef enum Family {
    FAMILY_CAMERA,   /* a camera original, for `headroom run` */
    FAMILY_RECEIVED, /* a finished 480x640 file with a wrong header or size, for `headroom check` */
} Family;

/* verdicts and checks: alternatives separated by '|'; checks "" where none need be named.
 * weight: share among the faults of its family.
 *
 *   name              family    weight verdicts         checks */
// clang-format off
#define FAULTS(X) \
    X(none,              CAMERA,   0, "PASS",           "") \
    X(bg_red,            CAMERA,   3, "REJECT",         "background_delta_e") \
    X(bg_white,          CAMERA,   3, "REJECT",         "background_delta_e") \
    X(bg_dark_blue,      CAMERA,   3, "REJECT",         "background_delta_e") \
    X(bg_pale,           CAMERA,   2, "REVIEW",         "background_delta_e") \
    X(bg_striped,        CAMERA,   3, "REJECT|REVIEW",  "background_spread|background_objects") \
    X(bg_curtain,        CAMERA,   3, "REJECT|REVIEW",  "background_spread|background_objects") \
    X(bg_gradient,       CAMERA,   3, "REJECT",         "background_gradient|background_top_bottom") \
    X(bg_lamp_aside,     CAMERA,   3, "REVIEW|REJECT",  "background_left_right|background_gradient") \
    X(bg_shadow,         CAMERA,   3, "REVIEW|REJECT",  "background_shadow|background_spread") \
    X(bg_object,         CAMERA,   3, "REVIEW|REJECT",  "background_objects|background_spread") \
    X(off_centre,        CAMERA,   3, "REJECT",         "centre_offset_px") \
    X(hair_cut,          CAMERA,   3, "REJECT|REVIEW",  "hair_top_px") \
    X(head_low,          CAMERA,   3, "REJECT",         "eye_line_px|hair_top_px") \
    X(no_room_above,     CAMERA,   3, "REJECT",         "hair_top_px") \
    X(face_too_small,    CAMERA,   3, "REJECT",         "face_source_px|face_width_px") \
    X(face_too_close,    CAMERA,   3, "REJECT",         "face_width_px") \
    X(tilt_strong,       CAMERA,   3, "REJECT",         "tilt_deg") \
    X(tilt_mild,         CAMERA,   3, "REVIEW",         "tilt_deg") \
    X(two_people,        CAMERA,   3, "REJECT",         "faces") \
    X(nobody,            CAMERA,   3, "REJECT",         "faces") \
    X(blur,              CAMERA,   3, "REVIEW|REJECT",  "sharpness|faces") \
    X(motion,            CAMERA,   3, "REVIEW|REJECT",  "sharpness|faces") \
    X(under_exposed,     CAMERA,   3, "REVIEW|REJECT",  "under_exposed|face_light|white_level") \
    X(over_exposed,      CAMERA,   3, "REVIEW|REJECT",  "over_exposed") \
    X(side_light,        CAMERA,   3, "REVIEW",         "light_balance") \
    X(text,              CAMERA,   3, "REVIEW|REJECT",  "text") \
    X(border,            CAMERA,   3, "REVIEW|REJECT",  "border") \
    X(low_quality,       CAMERA,   3, "REVIEW|REJECT",  "source_quality") \
    X(blue_shirt,        CAMERA,   2, "REVIEW",         "white_top|silhouette_contrast") \
    X(closed_eye,        CAMERA,   2, "REVIEW",         "eye_opening") \
    X(open_mouth,        CAMERA,   2, "REVIEW",         "lip_gap") \
    X(heavy_noise,       CAMERA,   1, "REJECT",         "byte_window") \
    X(editor,            CAMERA,   2, "REVIEW",         "editor_trace") \
    X(old_capture,       CAMERA,   1, "PASS",           "capture_age_days") \
    X(mirrored_tag,      CAMERA,   1, "PASS",           "mirrored_by_tag") \
    X(no_camera_data,    CAMERA,   1, "PASS",           "camera_data") \
    X(grey,              CAMERA,   1, "REJECT",         "colour_components") \
    X(cmyk,              CAMERA,   1, "REJECT",         "colour_components") \
    X(png_inside,        CAMERA,   1, "REJECT",         "is_jpeg") \
    X(webp_inside,       CAMERA,   1, "REJECT",         "is_jpeg") \
    X(heic_inside,       CAMERA,   1, "REJECT",         "is_jpeg") \
    X(truncated,         CAMERA,   1, "REJECT",         "damage") \
    X(missing_end,       CAMERA,   1, "REVIEW",         "end_marker") \
    X(bytes_after_end,   CAMERA,   1, "PASS",           "source_trailing_bytes") \
    X(twelve_bits,       CAMERA,   1, "REJECT",         "bit_depth") \
    X(huge_header,       CAMERA,   1, "REJECT",         "megapixels") \
    X(many_scans,        CAMERA,   1, "REJECT",         "scan_count") \
    X(bad_check_digit,   CAMERA,   1, "REJECT",         "id_valid") \
    X(no_number,         CAMERA,   1, "REJECT",         "id_valid") \
    X(two_numbers,       CAMERA,   1, "REJECT",         "id_valid") \
    X(duplicate,         CAMERA,   2, "REJECT",         "files_for_id") \
    X(turned_head,       CAMERA,   1, "REVIEW|REJECT",  "yaw_deg") \
    X(lowered_head,      CAMERA,   1, "REVIEW|REJECT",  "pitch_deg") \
    X(eyes_aside,        CAMERA,   1, "REVIEW",         "gaze") \
    X(shoulders,         CAMERA,   1, "REVIEW",         "shoulders_deg") \
    X(dark_glasses,      CAMERA,   1, "REVIEW",         "glasses_tint") \
    X(lens_glare,        CAMERA,   1, "REVIEW",         "lens_glare") \
    X(frame_over_eye,    CAMERA,   1, "REVIEW|REJECT",  "glasses_frame") \
    X(red_eyes,          CAMERA,   1, "REVIEW",         "red_eye") \
    X(hair_over_face,    CAMERA,   1, "REVIEW|REJECT",  "brow_hair|ear_hair") \
    X(lost_tag,          CAMERA,   0, "REJECT",         "turned_deg") \
    X(hat,               CAMERA,   0, "REVIEW|REJECT",  "head_cover|brow_hair") \
    X(mask,              CAMERA,   0, "REVIEW",         "mouth_cover") \
    X(grey_picture,      CAMERA,   0, "REVIEW",         "face_colours") \
    X(sepia,             CAMERA,   0, "REVIEW",         "face_colours") \
    X(colour_cast,       CAMERA,   0, "REVIEW|REJECT",  "skin_cast") \
    X(mosaic,            CAMERA,   0, "REVIEW",         "mosaic") \
    X(saved_again,       CAMERA,   0, "REVIEW",         "earlier_quality") \
    X(veil,              CAMERA,   0, "REVIEW",         "mouth_cover") \
    X(received_wrong_size,   RECEIVED, 1, "REJECT", "width_px|height_px|source_width_px|source_height_px") \
    X(received_no_dpi,       RECEIVED, 1, "REVIEW", "dpi") \
    X(received_progressive,  RECEIVED, 1, "REVIEW", "baseline") \
    X(received_422,          RECEIVED, 1, "REVIEW", "sampling_allowed") \
    X(received_low_quality,  RECEIVED, 1, "REJECT", "quality") \
    X(received_too_heavy,    RECEIVED, 1, "REJECT", "file_bytes") \
    X(received_tail,         RECEIVED, 1, "REVIEW", "trailing_bytes") \
    X(received_exif,         RECEIVED, 1, "REVIEW", "metadata_bytes")
// clang-format on

typedef enum FaultId {
#define X(name, family, weight, verdicts, checks) FAULT_##name,
    FAULTS(X)
#undef X
        FAULT_COUNT
} FaultId;

typedef struct Fault {
    const char *name;
    Family family;
    int weight;
    const char *verdicts, *checks;
} Fault;

extern const Fault faults[FAULT_COUNT];

FaultId fault_find(const char *name); /* FAULT_COUNT: no such fault */

#endif
