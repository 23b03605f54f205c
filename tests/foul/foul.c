/* SPDX-License-Identifier: MIT */
/* A decoder with a hole, for LD_PRELOAD: a JPEG that holds "FOUL:SIGSEGV" (or another crash) dies by
 * that signal when it is about to be decoded. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jpeglib.h>

static const struct {
    const char *mark;
    int signal;
} crashes[] = {
    {"FOUL:SIGSEGV", SIGSEGV}, {"FOUL:SIGBUS", SIGBUS}, {"FOUL:SIGABRT", SIGABRT},
    {"FOUL:SIGFPE", SIGFPE},   {"FOUL:SIGILL", SIGILL},
};

typedef void MemSrc(j_decompress_ptr info, const unsigned char *data, unsigned long bytes);

void jpeg_mem_src(j_decompress_ptr info, const unsigned char *data, unsigned long bytes)
{
    MemSrc *next;
    *(void **)&next = dlsym(RTLD_NEXT, "jpeg_mem_src");
    for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++)
        if (memmem(data, bytes, crashes[i].mark, strlen(crashes[i].mark)))
            raise(crashes[i].signal);
    next(info, data, bytes);
}
