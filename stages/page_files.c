/* SPDX-License-Identifier: MIT */
/* The files of stages/page/, inside the program as they are, with a NUL behind each. */
#include "page_files.h"
#include <string.h>

#define FILES(X) X(report_html, "report.html") X(report_css, "report.css") X(report_js, "report.js") X(qr_js, "qr.js") \
    X(desk_js, "desk.js") X(live_html, "live.html") X(live_css, "live.css") X(live_js, "live.js")

#define INCLUDE(name, file) \
    extern const char page_file_##name[]; \
    __asm__(".pushsection .rodata\n.global page_file_" #name "\npage_file_" #name ":\n" \
            ".incbin \"" SOURCE_DIR "/stages/page/" file "\"\n.byte 0\n.popsection\n");
FILES(INCLUDE)

const char *page_file(const char *name)
{
#define FIND(symbol, file) \
    if (strcmp(name, file) == 0) \
        return page_file_##symbol;
    FILES(FIND)
    return NULL;
}
