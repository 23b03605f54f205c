/* SPDX-License-Identifier: MIT */
/* Pure: whose photo a file is, by its name and the roster. What is not plain binds nobody. */
#ifndef BIND_H
#define BIND_H

#include "checks.h"
#include "roster.h"

typedef struct Bound {
    Id id;                /* what the photo is filed under: the roster's number where it lists one.
                             Kind ID_NONE, text "": nobody, and problem says why */
    Id named;             /* what the name holds */
    char key[64];         /* id_key of id; "" for nobody */
    const Person *person; /* NULL: nobody of the roster, or no roster */
} Bound;

/* `roster` NULL: a valid number in the name is enough. With a roster, 15 and 18 digits of one person
 * meet; a number with a wrong check digit binds where the roster lists it; other certificates bind
 * where the whole name, or a part of it between separators, is exactly what the roster says. */
void bind_file(const Roster *roster, const char *path, Bound *out);

/* Where codes bind the frames (slips.h): `slip` is "=ID" or "!problem" (id_problem_name), then, if it is known, between
 * tabs how many frames are missing in between and how the SHA-256 of the frame with the code begins, then a newline and
 * that frame's path; "" or NULL: bind_file. */
void bind_frame(const Roster *roster, const char *path, const char *slip, Bound *out);

/* Whether it binds nobody for the order of frames or for what cannot be seen, not for what a code says. */
bool bind_is_doubt(const char *slip);

/* Whether a file's name would bind it to the person of `key` if a roster listed nobody else. False where a code says whose
 * it is. */
bool bind_would(const char *path, const char *slip, const char *key);

/* How many frames are missing between that and the photo, by the camera's counter; NaN: nothing tells. */
double bind_missing(const char *slip);

/* How the SHA-256 of the frame with the code begins, up to a newline or the end; "": not known. */
const char *bind_slip_bytes(const char *slip);

/* The frame with the code, or NULL. */
const char *bind_slip(const char *slip);

/* The facts of a binding that depend on no other photo; NaN: nothing to judge. `slip` as of bind_frame, `roster` may be NULL. */
void bind_facts(const Bound *bound, const Roster *roster, const char *slip, double facts[BINDING_CHECKS]);

#endif
