/* SPDX-License-Identifier: MIT */
/* One student's picture on its way. Each part is written by one stage and read by later ones. */
#ifndef PHOTO_H
#define PHOTO_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "arena.h"
#include "budget.h"
#include "checks.h"
#include "idnum.h"

typedef enum Verdict { VERDICT_PASS, VERDICT_REVIEW, VERDICT_REJECT, VERDICT_ERROR } Verdict;
typedef enum Action { ACTION_NONE, ACTION_MADE, ACTION_PASSED_THROUGH, ACTION_HEADER_FIXED } Action;
typedef enum Mode { MODE_MAKE, MODE_CHECK } Mode;

typedef struct Point {
    double x, y;
} Point;

/* Packed RGB, 8 bit, row after row without gaps, origin top left. */
typedef struct Picture {
    int width_px, height_px;
    uint8_t *rgb; /* height_px * width_px * 3 bytes in the photo's arena; NULL: none */
} Picture;

typedef struct Bytes {
    uint8_t *data;
    size_t size;
} Bytes;

/* What plan says about a file before it is opened. */
typedef struct Task {
    const char *path; /* "photos.zip//name.jpg" inside an archive */
    uint32_t entry;   /* then: which one, from 1; else 0 */
    const char *problem; /* why the file is refused unopened, or NULL */
    bool quarantined;    /* that is because it crashed a library twice */
    Id id;            /* id.kind == ID_NONE where no ID could be bound */
    int files_for_id; /* files of this run that hold this ID; 1 is right */
    const char *known_sha256; /* of an unchanged attempt, or NULL */
    const char *known_hash;   /* the profile hash of that attempt, or NULL */
    bool hold;                /* never straight into photos/ or review/ */
    char held[64];            /* where it waits instead */
} Task;

typedef enum Format {
    FORMAT_EMPTY, FORMAT_JPEG, FORMAT_PNG, FORMAT_WEBP, FORMAT_HEIC, FORMAT_GIF, FORMAT_BMP,
    FORMAT_TIFF, FORMAT_PDF, FORMAT_HTML, FORMAT_ZIP, FORMAT_OTHER
} Format;

/* What the markers of a JPEG say, without decoding. Strings and icc live in the arena. */
typedef struct JpegHeader {
    Format format;
    const char *problem;          /* why it is not a readable JPEG; NULL if it is */
    int width_px, height_px;      /* as stored, before the orientation */
    int components, bits, scans;
    bool progressive, arithmetic, lossless;
    bool baseline;                /* SOF0, Huffman, 8 bit */
    char sampling[8];             /* "4:2:0", "4:4:4", "4:2:2", "other", "" for grey */
    int tables_wrong, tables_odd; /* entries of coding tables against the standard, against what encoders do */
    double dc_step[2];            /* of luma and chroma: levels between two means of a block; 0 without tables */
    int mcu_width_px, mcu_height_px; /* where all components come in one scan: 8 to 32 in sound files */
    bool ycbcr;                   /* three components, YCbCr (by JFIF, Adobe transform or IDs) */
    bool jfif;
    double dpi, dpi_down;         /* JFIF 1.x density across and down, one per cm turned to inches; 0: names none; NaN: problem */
    double quality, quality_error;/* IJG scale 1..100, its error; NaN without tables */
    size_t metadata_bytes;        /* APPn and COM other than JFIF without thumbnail and Adobe's 12 bytes; padding (jpeg_needs.h) */
    size_t image_bytes;           /* SOI to EOI; the file's size where EOI is missing */
    size_t trailing_bytes;
    size_t coefficient_bytes;     /* what libjpeg holds of a file of several scans; else 0 */
    size_t clean_bytes;           /* what jpeg_clean_header would leave of it */
    bool end_marker;
    int orientation;              /* EXIF 1..8; 1 where absent or illegal */
    const char *camera;           /* EXIF Make and Model, or NULL */
    const char *software;         /* programs that EXIF and XMP name, or NULL */
    const char *captured;         /* EXIF DateTimeOriginal "YYYY:MM:DD HH:MM:SS", or NULL */
    const char *fraction;         /* EXIF SubSecTimeOriginal, digits, or NULL */
    const char *serial;           /* EXIF BodySerialNumber, or NULL */
    bool not_srgb;               /* EXIF: the colours are others, Adobe RGB say */
    const uint8_t *icc;           /* assembled profile, or NULL */
    bool icc_broken;              /* there are ICC chunks, but they do not make a profile */
    size_t icc_bytes;
} JpegHeader;

typedef struct Source {
    const uint8_t *data; /* the whole file; NULL where it could not be read */
    size_t bytes;        /* by fstat, also when over the cap */
    const char *problem; /* why it could not be read; NULL if it could */
    char sha256[65];     /* lower-case hex; "" where not read */
    int64_t mtime_ns, ctime_ns;
    uint64_t inode;
    JpegHeader header;
    int width_px, height_px; /* upright */
    int warnings;            /* libjpeg warnings that mean lost or altered data */
    const char *warning;     /* the first one */
    const Budget *budget;    /* of its photo, for whoever decodes it; NULL: no limits */
    const struct IdctKernels *fast; /* to decode plain files without libjpeg; NULL: libjpeg for all */
} Source;

enum { POINT_COUNT = 68 };

/* All in pixels of the upright source. NaN where not measured. */
typedef struct Face {
    double score;           /* of the finder, 0..1 */
    Point box_low, box_high;
    Point points[POINT_COUNT];
    double movement;        /* of the points between two passes, share of the eye distance */
    bool settled;
    Point left_eye, right_eye; /* iris centres; left = smaller x */
    double eye_error;       /* declared, pixels */
    double tilt_deg, tilt_error; /* clockwise positive; the error as declared */
    double left_x, right_x; /* ear-to-face junctions */
    double width_error;
    double chin_y;
    Point mouth_left, mouth_right;
    double lids_left, lids_right, lips; /* ratios as in checks eye_opening, lip_gap */
} Face;

typedef struct Faces {
    int count;       /* faces that matter: at least 14 % of the picture's width */
    Face best;       /* the largest; valid where count >= 1 */
} Faces;

/* The person against the paper. */
typedef struct Head {
    double hair_top_y;      /* upright source pixels; NaN where the silhouette leaks */
    double hair_top_error;
    const char *problem;    /* why it could not be measured, or NULL */
} Head;

/* Window on the upright source, in its pixels; uniform scale = width_px(target) / width. */
typedef struct Crop {
    bool found;
    double x, y, width, height, scale;
} Crop;

/* How to shoot again, where the rules cannot be met by a crop. */
typedef struct Advice {
    CheckId one, other;     /* rules in conflict, or one that no crop keeps; CHECK_COUNT: none */
    double nearer_pct;      /* of the distance: less (> 0) or more (< 0) of it; 0: none */
    double room_above_pct;  /* of the picture's height, to be left above the head at that distance; 0: as it is */
    int pan;                /* the camera to the left (-1) or right (1), until the person is in the middle; 0: as it is */
    bool hair_too_high;     /* d/w > hi/lo: can never fit */
} Advice;

typedef struct Background {
    double r, g, b;         /* median, sRGB 0..255; NaN */
    double delta_e;         /* to the nearest allowed colour */
    int nearest;            /* index into profile colours; -1 */
} Background;

typedef struct Output {
    Bytes file;             /* in the arena */
    int quality;
    char sampling[8];
    char sha256[65];
    int encodes;
    int nearest_quality[2]; /* where no quality fits: the two neighbours of the window */
    size_t nearest_bytes[2];
} Output;

typedef struct Finding {
    CheckId check;
    Level level;
    bool measured;
    double value, lo, hi, error; /* lo, hi: the range that was asked; +-INFINITY where open */
    double review_below, review_above; /* how far beyond lo and hi it would still be REVIEW */
    bool advised; /* of a placement: the photo's advice says how to shoot again, or the crop was made here */
    bool lit;     /* of the background's spread: a gradient makes it, so it is the light that is wrong */
} Finding;

typedef struct Findings {
    int count;
    Finding list[CHECK_COUNT];
    bool missing[CHECK_COUNT]; /* asked but not measured */
    bool hidden[CHECK_COUNT];  /* asked but hidden in this picture: fact_hide */
} Findings;

enum { CODES_MAX = 4 };

/* QR codes that a frame shows. */
typedef struct Codes {
    int count;
    const char *texts[CODES_MAX]; /* UTF-8, different ones */
    bool unread;                  /* there may be one that could not be read */
} Codes;

enum { STAGE_MAX = 12 };

typedef struct Photo {
    Arena *arena;
    Mode mode;
    int today;              /* days since 1970-01-01, of the run */
    Task task;
    Budget budget;
    bool late;              /* out of time: what would still cost is left out */
    Source source;
    Picture picture;        /* decoded, upright, source colours */
    double picture_scale;   /* source pixels per picture pixel: 1, 2 or 4 */
    Faces faces;
    Head head;
    Crop crop;              /* the whole picture when checking */
    Advice advice;
    Picture frame;          /* the judged picture at the profile's size, sRGB */
    Background background;
    Codes codes;            /* looked for in the flow of codes alone */
    char likeness[65];      /* fingerprint of the picture of the face, hex; "" for none */
    Output output;
    Action action;
    Facts facts;
    Findings findings;
    Verdict verdict;
    int attempt;            /* of its person, from 1; known when it comes home */
    bool unchanged;         /* same bytes and profile as the last attempt: later stages step aside */
    const char *error;      /* VERDICT_ERROR: what failed on the machine; else NULL */
    char output_path[128];  /* below OUT: "photos/<ID>.JPG", "review/<ID>.JPG", or "" */
    const char *record;     /* one JSON object, for the journal */
    Bytes thumb;            /* small JPEG of the judged picture; none of what passed */
    double ms[STAGE_MAX];   /* wall time per stage of the flow, in its order */
} Photo;

#endif
