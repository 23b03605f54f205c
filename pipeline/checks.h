/* SPDX-License-Identifier: MIT */
/* Every number headroom judges: one row each. The sentences stand in text.c, the ranges in models/profiles. */
#ifndef CHECKS_H
#define CHECKS_H

#include <stdbool.h>

typedef enum Level { LEVEL_NOTE, LEVEL_REVIEW, LEVEL_REJECT } Level;

/* A fact describes the file under judgement: our 480x640 when making, the received file when
 * checking. source_* and the rows down to `colour_profile` always describe the received file.
 * Geometry is in pixels of the frame: the judged picture scaled to the profile's width.
 *
 *   name                       unit   level   clause */
// clang-format off
#define CHECKS(X) \
    X(id_valid,                 "",    REJECT, "五")    /* 1: the name holds exactly one valid ID */ \
    X(files_for_id,             "",    REJECT, "五")    /* files of this run that hold this ID */ \
    X(in_roster,                "",    REJECT, "五")    /* 1: the roster lists this ID */ \
    X(eligible,                 "",    REJECT, "五")    /* 1: that person is to graduate */ \
    X(roster_names,             "",    REVIEW, "五")    /* different names that the roster has for this ID; only where there are several */ \
    X(same_bytes,               "",    REJECT, "五")    /* other IDs that hold the very same file */ \
    X(same_picture,             "bit", REVIEW, "五")    /* differing bits of 256 to the nearest picture of another ID */ \
    X(code_gap,                 "",    REVIEW, "五")    /* numbers of the camera missing between code and photo */ \
    X(other_profile,            "",    REVIEW, "五")    /* 1: judged by another profile than this run's, and not given again */ \
    X(photo_gone,               "",    REVIEW, "五")    /* 1: what was made of it is gone or was changed, and its original not given again */ \
    X(id_check_digit,           "",    NOTE,   "五")    /* 1: right; a roster may vouch for a wrong one */ \
    X(roster_agrees,            "",    NOTE,   "五")    /* 1: sex and birth date of the roster are the number's */ \
    X(readable,                 "",    REJECT, "四.1")  /* 1: opened and read whole */ \
    X(source_bytes,             "B",   REJECT, "四.1")  /* size cap, before reading */ \
    X(is_jpeg,                  "",    REJECT, "四.1")  /* 1: JPEG inside, whatever the name says */ \
    X(megapixels,               "MP",  REJECT, "四.1")  /* from the header, before decoding */ \
    X(scan_count,               "",    REJECT, "四.1")  /* progressive scans, before decoding */ \
    X(decode_megabytes,         "MB",  REJECT, "四.1")  /* memory that decoding takes, by the header, before it */ \
    X(cpu_seconds,              "s",   REJECT, "四.1")  /* begun seconds of computing; only of a photo that was given up */ \
    X(bit_depth,                "bit", REJECT, "四.1") \
    X(colour_components,        "",    REJECT, "四.1")  /* 1 grey, 3 colour, 4 CMYK */ \
    X(damage,                   "",    REJECT, "四.1")  /* decoder warnings: data lost or altered */ \
    X(seams,                    "",    REVIEW, "四.1")  /* rows of blocks from which on levels are shifted, as by a flipped bit */ \
    X(odd_blocks,               "",    REVIEW, "四.1")  /* blocks that one turned bit would fit to all around them */ \
    X(coding_tables,            "",    REVIEW, "四.1")  /* entries of quantisation and Huffman tables as a flipped bit makes them */ \
    X(end_marker,               "",    REVIEW, "四.1")  /* 1: the file ends with EOI */ \
    X(source_width_px,          "px",  REJECT, "四.1")  /* upright; smaller would have to be enlarged */ \
    X(source_height_px,         "px",  REJECT, "四.1") \
    X(source_quality,           "",    REVIEW, "四.1")  /* IJG scale, from the quantisation tables */ \
    X(earlier_quality,          "",    REVIEW, "四.1")  /* IJG scale, of an earlier and coarser save that the coefficients still show; 100: none shows */ \
    X(source_trailing_bytes,    "B",   NOTE,   "四.1")  /* bytes after EOI in the received file */ \
    X(mirrored_by_tag,          "",    NOTE,   "一.2")  /* 1: the EXIF orientation mirrors */ \
    X(capture_age_days,         "d",   NOTE,   "一.1")  /* EXIF capture date to the day of the run */ \
    X(camera_data,              "",    NOTE,   "一.2")  /* 1: EXIF names a camera */ \
    X(editor_trace,             "",    REVIEW, "一.2")  /* 1: EXIF or XMP names a retouching program */ \
    X(colour_profile,           "",    REVIEW, "一.3")  /* 1: sRGB, or an ICC profile that converts; 0: one that does not; 2: none, and by its EXIF not sRGB */ \
    X(width_px,                 "px",  REJECT, "四.1") \
    X(height_px,                "px",  REJECT, "四.1") \
    X(dpi,                      "dpi", REVIEW, "四.1")  /* JFIF density per inch; 0: names none */ \
    X(baseline,                 "",    REVIEW, "四.1")  /* 1: baseline sequential Huffman */ \
    X(sampling_allowed,         "",    REVIEW, "四.1")  /* 1: 4:2:0 or 4:4:4 */ \
    X(quality,                  "",    REJECT, "四.1")  /* IJG scale, from the quantisation tables */ \
    X(file_bytes,               "B",   REJECT, "四.1") \
    X(trailing_bytes,           "B",   REVIEW, "四.1")  /* bytes after EOI */ \
    X(metadata_bytes,           "B",   REVIEW, "四.1")  /* EXIF, ICC, comments and the like */ \
    X(byte_window,              "",    REJECT, "四.1")  /* 1: some quality in range gives bytes in range; of files that are made */ \
    X(faces,                    "",    REJECT, "二.1") \
    X(turned_deg,               "deg", REJECT, "一.2")  /* quarter turns clockwise until the face stands upright */ \
    X(face_source_px,           "px",  REJECT, "四.2")  /* face width in source pixels: enlarging is forbidden */ \
    X(hair_top_px,              "px",  REJECT, "四.2")  /* top of the head incl. hair to the upper edge */ \
    X(eye_line_px,              "px",  REJECT, "四.2")  /* eye mid-point to the upper edge */ \
    X(face_width_px,            "px",  REJECT, "四.2")  /* between the ear-to-face junctions */ \
    X(centre_offset_px,         "px",  REJECT, "四.2")  /* eye mid-point x minus half the width */ \
    X(tilt_deg,                 "deg", REJECT, "二.2")  /* lines through the irises, the eyes' corners and lids, mean, clockwise */ \
    X(eye_opening,              "",    REVIEW, "二.2")  /* lid gap / eye width, the smaller eye */ \
    X(lip_gap,                  "",    REVIEW, "二.2")  /* inner lip gap / mouth width */ \
    X(yaw_deg,                  "deg", REVIEW, "二.2")  /* head turned, to the person's left positive */ \
    X(pitch_deg,                "deg", REVIEW, "二.2")  /* head lowered (> 0) or raised (< 0) */ \
    X(gaze,                     "",    REVIEW, "二.2")  /* irises aside of the eyes' middles, in eye widths */ \
    X(shoulders_deg,            "deg", REVIEW, "二.2")  /* slope between the shoulders, clockwise, as received */ \
    X(glasses_tint,             "%",   REVIEW, "二.3")  /* skin below both eyes darker than the cheeks or of another colour, or below one much so */ \
    X(lens_glare,               "%",   REVIEW, "二.3")  /* brighter than the brightest skin, share of a lens */ \
    X(glasses_frame,            "%",   REVIEW, "二.3")  /* dark line through an eye and beyond its corners */ \
    X(brow_hair,                "%",   REVIEW, "二.4")  /* far darker than the cheek just above a brow */ \
    X(head_cover,               "%",   REVIEW, "二.4")  /* how surely a hat, scarf or the like is worn */ \
    X(mouth_cover,              "%",   REVIEW, "二.4")  /* mouth and chin of no colour of this skin or of lips, the lesser share; 100 under a veil */ \
    X(ear_hair,                 "%",   REVIEW, "二.4")  /* the same outside the face's edge beside both ears, or beside one if it hangs there */ \
    X(background_delta_e,       "dE",  REJECT, "二.1")  /* CIEDE2000, median to the nearest allowed colour */ \
    X(background_spread,        "dE",  REJECT, "二.1")  /* 95th percentile from the plane's fit */ \
    X(background_gradient,      "dE",  REJECT, "二.1")  /* plane fit, largest difference over the frame */ \
    X(background_left_right,    "dE",  REVIEW, "二.1")  /* mean left half against right half */ \
    X(background_top_bottom,    "dE",  REVIEW, "二.1")  /* mean upper third against the rest */ \
    X(background_shadow,        "%",   REVIEW, "二.1")  /* darker paper beside the silhouette, share of it */ \
    X(background_objects,       "%",   REVIEW, "二.1")  /* foreign components, share of the background */ \
    X(over_exposed,             "%",   REVIEW, "三.1")  /* face pixels with luminance 247..255 */ \
    X(under_exposed,            "%",   REVIEW, "三.1")  /* face pixels with luminance 0..25 */ \
    X(face_light,               "",    REVIEW, "三.1")  /* 95th percentile of the face's luminance, 0..255 */ \
    X(white_level,              "",    REVIEW, "三.1")  /* 99th percentile of luminance, 0..255 */ \
    X(light_balance,            "",    REVIEW, "三.1")  /* intersection of cheek histograms, 0..1 */ \
    X(red_eye,                  "%",   REVIEW, "三.1")  /* strongly red share of the pupil's disc, the redder eye */ \
    X(face_colours,             "%",   REVIEW, "一.1")  /* how far colours of one lightness lie apart on the face, against lightness: 0 in one tone */ \
    X(skin_cast,                "",    REVIEW, "一.3")  /* cheeks off the mean colour of skins, in standard deviations */ \
    X(sharpness,                "",    REVIEW, "一.3")  /* steepness of edges at a fixed face scale; 0: the picture lies over itself */ \
    X(white_top,                "%",   REVIEW, "二.5")  /* white share of the clothes */ \
    X(silhouette_contrast,      "dE",  REVIEW, "二.5")  /* clothes against the paper beside them */ \
    X(mosaic,                   "",    REVIEW, "一.2")  /* columns at even distances across the eyes against the strongest other, as received */ \
    X(border,                   "px",  REVIEW, "一.4")  /* uniform frame along an edge, as received */ \
    X(text,                     "",    REVIEW, "一.4")  /* characters in a row, as received */
// clang-format on

typedef enum CheckId {
#define X(name, unit, level, clause) CHECK_##name,
    CHECKS(X)
#undef X
        CHECK_COUNT
} CheckId;

/* The first rows say whose photo it is. They follow roster, names and other photos, so the belt
 * leaves them out of what it measures: settle.h adds them. */
#define BINDING_CHECKS CHECK_readable

/* From here on they are of what the picture shows. */
#define SEEN_CHECKS CHECK_faces

typedef struct Check {
    const char *name;   /* the row, the profile key, the report's fact, the sample folder */
    const char *unit;   /* "" for a bare number */
    Level level;        /* when the value is out of range and the profile does not say otherwise */
    const char *clause; /* of the rule text */
} Check;

extern const Check checks[CHECK_COUNT];

/* Whether the window that was cut decides it: where the person stands, and how large. */
bool check_is_placement(CheckId check);

/* The check of that name, or CHECK_COUNT. */
CheckId check_find(const char *name);
bool check_is_waivable(CheckId check); /* no decision can waive whose photo it is */
const char *level_name(Level level); /* "NOTE", "REVIEW", "REJECT" */

/* Rules that no measure of ours covers: every report lists them. NULL ends the list. */
extern const char *const not_measurable[];

/* What was measured. v is NaN where it was not; u is the declared error (one side, about 95 %). */
typedef struct Facts {
    double v[CHECK_COUNT];
    double u[CHECK_COUNT];
} Facts;

void facts_clear(Facts *facts); /* everything unmeasured, no error */
void fact_set(Facts *facts, CheckId check, double value, double error);

/* Nothing to measure: no file was made. Judged neither good nor missing. u is then INFINITY. */
void fact_void(Facts *facts, CheckId check);

/* There, but hidden in this picture: listed as not checked, and asks nobody. u is then -INFINITY. */
void fact_hide(Facts *facts, CheckId check);

#endif
