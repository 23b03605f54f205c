/* SPDX-License-Identifier: MIT */
/* Invented persons: valid identity numbers that never repeat within a seed, and file names. */
#ifndef PERSON_H
#define PERSON_H

#include "rng.h"
#include "shot.h"

/* The valid number of person `index` of a seed. */
void person_number(uint64_t seed, int index, char out[19]);

/* Sets shot->id and shot->name by index, fault and the stream. */
void person_name(const Order *order, Shot *shot, Rng *rng);

#endif
