/* SPDX-License-Identifier: MIT */
/* Loops over pixels for the processor at hand: compiled three times, chosen when the program is loaded. Only for
 * functions whose results do not depend on it: whole numbers, or floats without fused multiply-add. */
#ifndef WIDE_H
#define WIDE_H

/* The sanitizers' run-time is not there yet when such choices are made. */
#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(__SANITIZE_ADDRESS__) &&             \
    !defined(__SANITIZE_THREAD__) && !defined(__clang__)
#define WIDE __attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#define SHIFTS __attribute__((target_clones("bmi2", "default"))) /* by what was just read, each waiting for the one before */
#else
#define WIDE
#define SHIFTS
#endif

/* Before a loop: what its pointers lead to does not overlap. A loop that the compiler leaves as it is, as with
 * a sanitizer, is no fault. */
#if defined(__clang__)
#pragma clang diagnostic ignored "-Wpass-failed"
#define APART _Pragma("clang loop vectorize(assume_safety)")
#else
#define APART _Pragma("GCC ivdep")
#endif

#endif
