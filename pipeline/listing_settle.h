/* SPDX-License-Identifier: MIT */
#ifndef LISTING_SETTLE_H
#define LISTING_SETTLE_H

#include "listing.h"

/* Sorts the index and drops what was named twice; the first mention stays. */
Err listing_settle(Arena *arena, Listing *list);

#endif
