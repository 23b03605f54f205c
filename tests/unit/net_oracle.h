/* SPDX-License-Identifier: MIT */
/* What OpenCV makes of an ONNX network. */
#ifndef NET_ORACLE_H
#define NET_ORACLE_H

#ifdef __cplusplus
extern "C" {
#endif

/* `in`: 3 planes of height x width. `out`: the answer's planes one after the other, `count` floats in all.
 * Returns 0, or 1 when OpenCV fails or the answer has another size. */
int oracle_run(const char *onnx, const float *in, const int size[2], float *out, int count);

#ifdef __cplusplus
}
#endif

#endif
