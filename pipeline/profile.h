/* SPDX-License-Identifier: MIT */
/* What is asked of a photo: ranges, target size, colours. Read once, then const. */
#ifndef PROFILE_H
#define PROFILE_H

#include <stdbool.h>
#include <stdint.h>
#include "checks.h"
#include "err.h"

enum { PROFILE_COLOURS_MAX = 8 };

typedef struct Range {
    double lo, hi; /* inclusive; -INFINITY or INFINITY where open */
} Range;

/* In `good`: fine. Outside good but in `review`: a person looks. Outside both: `level`. */
typedef struct Want {
    bool asked;
    Range good, review; /* review == good where the profile names no second range */
    Level level;
} Want;

typedef struct Colour {
    char name[32];
    uint8_t r, g, b; /* sRGB */
} Colour;

typedef struct Profile {
    char name[64];
    char title_zh[128], title_en[128];
    int width_px, height_px, dpi;
    int bytes_lo, bytes_hi;   /* legal for our file */
    int target_lo;            /* preferred lower bound; the search aims at target_lo..bytes_hi */
    int quality_lo;           /* IJG scale, never below */
    int pixels_max_mp, scans_max, source_bytes_max;
    int memory_max_mb, time_max_s; /* of one photo; 0: no limit */
    bool white_top;           /* white clothes are asked for */
    int colour_count;
    Colour colours[PROFILE_COLOURS_MAX];
    char file_name[64];       /* template, "{id}.JPG" */
    Want want[CHECK_COUNT];
    char hash[17];            /* XXH3-64 of the meaning, hex: part of what makes a result stale */
} Profile;

/* Reads a shipped profile by name, or a file when `name` holds a '/' or ends in .ini.
 * ERR_USAGE with file and line on any unknown or repeated key, wrong unit or range. */
Err profile_load(Arena *arena, const char *name, Profile *out);
bool profile_is_file(const char *name); /* and not one that is shipped */

/* Parses the text of a profile; `file` is for messages only. A fuzz door. */
Err profile_parse(Arena *arena, const char *file, const char *text, size_t bytes, Profile *out);

/* Names of the shipped profiles, NULL at the end. */
const char *const *profile_names(void);

#endif
