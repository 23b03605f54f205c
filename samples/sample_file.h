/* SPDX-License-Identifier: MIT */
/* A shot's file: painted, encoded, and damaged where the fault asks for it. */
#ifndef SAMPLE_FILE_H
#define SAMPLE_FILE_H

#include "../pipeline/err.h"
#include "../pipeline/photo.h"
#include "shot.h"

Err sample_file(Arena *arena, const Shot *shot, Bytes *out);

/* The same picture as somebody sends it on: a few columns and rows cut off, saved anew with a lower quality. */
Err sample_sent_on(Arena *arena, const Shot *shot, Bytes *out);

#endif
