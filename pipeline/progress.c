/* SPDX-License-Identifier: MIT */
#include "progress.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const double LINE_EVERY_S = 0.2, LINES_EVERY_S = 5, OBJECTS_EVERY_S = 1;

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static bool is_set(const char *variable)
{
    const char *value = getenv(variable);
    return value && *value;
}

static ProgressStyle style_of(ProgressMode mode, FILE *to)
{
    const char *term = getenv("TERM");
    bool terminal = isatty(fileno(to)) && term && strcmp(term, "dumb") != 0;
    switch (mode) {
    case PROGRESS_AUTO:
        return terminal ? PROGRESS_LINE : PROGRESS_SILENT;
    case PROGRESS_ALWAYS:
        return terminal ? PROGRESS_LINE : PROGRESS_LINES;
    case PROGRESS_NEVER:
        return PROGRESS_SILENT;
    case PROGRESS_JSON:
        return PROGRESS_OBJECTS;
    }
    return PROGRESS_SILENT;
}

void progress_start(Progress *progress, ProgressMode mode, Lang lang, FILE *to, size_t total)
{
    *progress = (Progress){.to = to, .lang = lang, .total = total, .start_s = now_s()};
    progress->style = style_of(mode, to);
    progress->colour = progress->style == PROGRESS_LINE && !is_set("NO_COLOR");
}

void progress_again(Progress *progress)
{
    progress->done = 0;
    progress->drawn = false;
    progress->start_s = now_s();
}

void progress_step(Progress *progress, Verdict verdict)
{
    progress->done++;
    progress->failed += verdict == VERDICT_REJECT || verdict == VERDICT_ERROR;
    if (progress->done == progress->total) /* lists and packages may take a while: say that the photos are done */
        progress->last_s = progress->start_s - LINES_EVERY_S;
    progress_tick(progress);
}

double progress_seconds(const Progress *progress)
{
    return now_s() - progress->start_s;
}

static double interval(ProgressStyle style)
{
    if (style == PROGRESS_LINE)
        return LINE_EVERY_S;
    return style == PROGRESS_LINES ? LINES_EVERY_S : OBJECTS_EVERY_S;
}

static void draw_object(const Progress *progress, double rate, double left_s)
{
    fprintf(progress->to,
            "{\"type\":\"progress\",\"done\":%zu,\"total\":%zu,\"failed\":%zu,\"per_second\":%.1f,"
            "\"eta_s\":%.0f}\n",
            progress->done, progress->total, progress->failed, rate, left_s);
    fflush(progress->to);
}

static void draw_line(Progress *progress, double rate, double left_s)
{
    const char *red = progress->colour && progress->failed ? "\x1b[31m" : "";
    const char *plain = *red ? "\x1b[0m" : "";
    int left = (int)(left_s + 0.5);
    char text[256];
    snprintf(text, sizeof text, text_message(progress->lang, MESSAGE_progress), progress->done,
             progress->total, 100.0 * (double)progress->done / (double)progress->total, rate, red,
             progress->failed, plain, left / 3600, left / 60 % 60, left % 60);
    if (progress->style == PROGRESS_LINE)
        fprintf(progress->to, "\r%s\x1b[K", text);
    else
        fprintf(progress->to, "%s\n", text);
    progress->drawn = progress->style == PROGRESS_LINE;
    fflush(progress->to);
}

void progress_tick(Progress *progress)
{
    double now = now_s();
    if (progress->style == PROGRESS_SILENT || !progress->done || !progress->total ||
        now - progress->last_s < interval(progress->style))
        return;
    double rate = (double)progress->done / (now - progress->start_s + 1e-9);
    double left_s = (double)(progress->total - progress->done) / rate;
    progress->last_s = now;
    if (progress->style == PROGRESS_OBJECTS)
        draw_object(progress, rate, left_s);
    else
        draw_line(progress, rate, left_s);
}

void progress_clear(Progress *progress)
{
    if (progress->drawn)
        fputs("\r\x1b[K", progress->to);
    progress->drawn = false;
}
