/* SPDX-License-Identifier: MIT */
/* The package of a run, between journal and stages. */
#ifndef WORK_PACKAGE_H
#define WORK_PACKAGE_H

#include "../stages/packing.h"
#include "work.h"

/* Writes it and notes the delivery; where --complete refuses it, or nothing is new, what belongs there no more goes. */
Err work_package(Work *work, Packing *packing);

#endif
