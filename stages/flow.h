/* SPDX-License-Identifier: MIT */
/* THE MAP: which stage follows which, and what each may touch. */
#ifndef FLOW_H
#define FLOW_H

#include "../pipeline/stage.h"

/* The stages of a mode in order, NULL name at the end. */
const Stage *flow_of(Mode mode);

/* What a lane needs. `detector`: a YuNet ONNX file, or NULL for our own finder. `arena` lives
 * as long as the tools: it is not the one that each photo resets. */
Err flow_open(Arena *arena, const char *detector, Tools *tools);
void flow_close(Tools *tools);

#endif
