/* SPDX-License-Identifier: MIT */
/* What OpenCV makes of an ONNX network. */
#ifndef NET_ORACLE_H
#define NET_ORACLE_H

#ifdef __cplusplus
extern "C" {
#endif

/* NULL: OpenCV cannot read it. One thread. */
void *oracle_open(const char *onnx);
void oracle_close(void *oracle);

/* `in`: 3 planes of size[1] x size[0]. `out`: the answer's planes one after the other, `count` floats in all.
 * Returns 0, or 1 when OpenCV fails or the answer has another size. */
int oracle_run(void *oracle, const float *in, const int size[2], float *out, int count);

#ifdef __cplusplus
}
#endif

#endif
