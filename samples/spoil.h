/* SPDX-License-Identifier: MIT */
/* What each fault changes in a good shot. */
#ifndef SPOIL_H
#define SPOIL_H

#include "rng.h"
#include "shot.h"

/* Applies shot->fault to a good shot and measures the truth anew. */
void spoil_shot(const Bases *bases, Shot *shot, Rng *rng);

/* The file form of a bench corpus (and its variant) or of a finished 480x640 file. */
void spoil_corpus_form(const Order *order, Shot *shot);

/* NULL-ended names of the corpus variants. */
extern const char *const corpus_variants[];

#endif
