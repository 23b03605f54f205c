/* SPDX-License-Identifier: MIT */
/* THE MAP: which stage follows which, and what each may touch. */
#ifndef FLOW_H
#define FLOW_H

#include "../pipeline/stage.h"

/* The stages of a mode in order, NULL name at the end. */
const Stage *flow_of(Mode mode);

/* read > decode > codes: before the plan, for --bind qr; its tools and its record. */
const Stage *flow_of_codes(void);
Err flow_open_codes(Arena *arena, const char *detector, Tools *tools);
Err flow_record_codes(Arena *arena, const Photo *photo, const Profile *profile, const char **out);

/* What a lane needs. `detector`: a YuNet ONNX file, or NULL for our own finder. `arena` lives
 * as long as the tools: it is not the one that each photo resets. Tools with a `first` are closed before it. */
Err flow_open(Arena *arena, const char *detector, Tools *tools);
void flow_close(Tools *tools);

#endif
