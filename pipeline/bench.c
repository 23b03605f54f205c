/* SPDX-License-Identifier: MIT */
#include "bench.h"
#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <jansson.h>
#include "outdir.h"
#include "progress.h"

typedef struct Bench {
    const Run *run;
    float *ms[STAGE_MAX]; /* per stage, one value per photo */
    size_t count;
    size_t bytes; /* of the received files */
    size_t verdicts[4];
    size_t encoded, encodes; /* photos that were, and how often the whole picture was */
    Progress progress;
} Bench;

typedef struct Clock {
    double wall_s, cpu_s;
} Clock;

static Clock clock_now(void)
{
    struct timespec now;
    struct rusage use;
    clock_gettime(CLOCK_MONOTONIC, &now);
    getrusage(RUSAGE_SELF, &use);
    return (Clock){(double)now.tv_sec + (double)now.tv_nsec / 1e9,
                   (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
                       (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6};
}

static double peak_mib(void)
{
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    return (double)use.ru_maxrss / 1024;
}

static Err note(void *user, size_t index, const Photo *photo, const char *times)
{
    (void)index;
    (void)times;
    Bench *bench = user;
    for (int i = 0; bench->run->flow[i].name; i++)
        bench->ms[i][bench->count] = (float)photo->ms[i];
    bench->count++;
    bench->bytes += photo->source.bytes;
    bench->verdicts[photo->verdict]++;
    bench->encoded += photo->output.encodes > 0;
    bench->encodes += (size_t)photo->output.encodes;
    progress_step(&bench->progress, photo->verdict);
    return OK;
}

static int compare(const void *a, const void *b)
{
    float one = *(const float *)a, two = *(const float *)b;
    return (one > two) - (one < two);
}

/* Nearest rank; `values` sorted. */
static double percentile(const float *values, size_t count, double share)
{
    return count ? (double)values[(size_t)(share * (double)(count - 1) + 0.5)] : 0;
}

static double encodes_each(const Bench *bench)
{
    return bench->encoded ? (double)bench->encodes / (double)bench->encoded : 0;
}

static void drop(json_t **value)
{
    json_decref(*value);
}

static void print_json(const Bench *bench, Clock spent)
{
    double photos = (double)bench->count;
    CLEANUP(drop)
    json_t *out = json_pack("{s:s,s:I,s:i,s:f,s:f,s:f,s:f,s:f,s:f}", "type", "bench", "photos",
                            (json_int_t)bench->count, "lanes", bench->run->lanes, "seconds",
                            spent.wall_s, "per_second", photos / spent.wall_s, "cpu_ms_per_photo",
                            spent.cpu_s * 1e3 / photos, "megabytes", (double)bench->bytes / 1e6,
                            "peak_mib", peak_mib(), "encodes", encodes_each(bench));
    json_t *verdicts =
        json_pack("{s:I,s:I,s:I,s:I}", "pass", (json_int_t)bench->verdicts[0], "review",
                  (json_int_t)bench->verdicts[1], "reject", (json_int_t)bench->verdicts[2], "error",
                  (json_int_t)bench->verdicts[3]);
    json_t *stages = json_object();
    for (int i = 0; bench->run->flow[i].name; i++)
        json_object_set_new(stages, bench->run->flow[i].name,
                            json_pack("{s:f,s:f}", "p50_ms",
                                      percentile(bench->ms[i], bench->count, 0.5), "p95_ms",
                                      percentile(bench->ms[i], bench->count, 0.95)));
    json_object_set_new(out, "verdicts", verdicts);
    json_object_set_new(out, "stages", stages);
    json_dumpf(out, stdout, JSON_COMPACT | JSON_REAL_PRECISION(6));
    putchar('\n');
}

static void print_table(const Bench *bench, Clock spent)
{
    double photos = (double)bench->count;
    printf("%-12s %9s %9s\n", "stage", "p50 ms", "p95 ms");
    for (int i = 0; bench->run->flow[i].name; i++)
        printf("%-12s %9.2f %9.2f\n", bench->run->flow[i].name,
               percentile(bench->ms[i], bench->count, 0.5),
               percentile(bench->ms[i], bench->count, 0.95));
    printf("photos %zu  lanes %d  seconds %.2f  photos/s %.1f  CPU ms/photo %.1f  peak MiB %.0f\n",
           bench->count, bench->run->lanes, spent.wall_s, photos / spent.wall_s,
           spent.cpu_s * 1e3 / photos, peak_mib());
    printf("pass %zu  review %zu  reject %zu  error %zu  encodes of each that was %.2f\n", bench->verdicts[0],
           bench->verdicts[1], bench->verdicts[2], bench->verdicts[3], encodes_each(bench));
}

#define FOLDER_NAME "headroom-bench-"

typedef struct Folder {
    Arena *arena;
    Outdir dir;
} Folder;

static Err remove_one(void *user, const char *relative)
{
    Folder *folder = user;
    return outdir_remove(folder->arena, &folder->dir, relative);
}

/* The private folder goes, whatever happened. */
static void remove_folder(Folder *folder)
{
    static const char *const parts[] = {"photos", "review", ".held", "lists", ".tmp", "."};
    char path[PATH_MAX];
    Err err = outdir_each(folder->arena, &folder->dir, remove_one, folder);
    (void)err; /* what cannot be removed keeps its folder */
    err = outdir_each_held(folder->arena, &folder->dir, remove_one, folder);
    (void)err;
    err = outdir_remove(folder->arena, &folder->dir, ".lock");
    (void)err;
    outdir_close(&folder->dir);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        snprintf(path, sizeof path, "%s/%s", folder->dir.path, parts[i]);
        rmdir(strcmp(parts[i], ".") ? path : folder->dir.path);
    }
}

static void close_listing(DIR **listing)
{
    if (*listing)
        closedir(*listing);
}

/* What a killed measurement left, which holds photos of people. One without a lock is just being made. */
static void remove_abandoned(Arena *arena, const char *base)
{
    CLEANUP(close_listing) DIR *listing = opendir(base);
    for (struct dirent *entry; listing && (entry = readdir(listing));) {
        struct stat info;
        if (strncmp(entry->d_name, FOLDER_NAME, sizeof FOLDER_NAME - 1) != 0)
            continue;
        const char *path = arena_print(arena, "%s/%s", base, entry->d_name);
        const char *lock = path ? arena_print(arena, "%s/.lock", path) : NULL;
        if (!lock || lstat(path, &info) || !S_ISDIR(info.st_mode) || info.st_uid != geteuid() || lstat(lock, &info) ||
            !S_ISREG(info.st_mode))
            continue;
        Folder folder = {.arena = arena};
        Err err = outdir_open(arena, path, &folder.dir);
        if (err.code)
            outdir_close(&folder.dir); /* in use */
        else
            remove_folder(&folder);
    }
}

Err bench_run(Arena *arena, const Cli *cli, const Run *run, RunEnd *end)
{
    Bench bench = {.run = run};
    for (int i = 0; run->flow[i].name; i++)
        if (!(bench.ms[i] = ARENA_ARRAY(arena, float, run->plan->count)))
            return fail(arena, ERR_MEMORY, "no memory for the times");
    if (!run->plan->count)
        return fail(arena, ERR_USAGE, "no photos to measure");
    const char *base = getenv("TMPDIR");
    base = base && *base ? base : "/tmp";
    remove_abandoned(arena, base);
    char *out = arena_print(arena, "%s/" FOLDER_NAME "XXXXXX", base);
    if (!out || !mkdtemp(out))
        return fail(arena, ERR_IO, "cannot make a folder for the measurement: %m");
    Folder folder = {.arena = arena};
    Err err = outdir_open(arena, out, &folder.dir);
    Run mine = *run;
    mine.out = out;
    mine.together = true;
    mine.home = note;
    mine.user = &bench;
    progress_start(&bench.progress, cli->quiet ? PROGRESS_NEVER : cli->progress, cli->lang, stderr,
                   run->plan->count);
    Clock before = clock_now();
    if (!err.code)
        err = run_belt(arena, &mine, end);
    Clock after = clock_now(), spent = {after.wall_s - before.wall_s, after.cpu_s - before.cpu_s};
    progress_clear(&bench.progress);
    remove_folder(&folder);
    TRY(err);
    for (int i = 0; run->flow[i].name; i++)
        qsort(bench.ms[i], bench.count, sizeof(float), compare);
    if (cli->json)
        print_json(&bench, spent);
    else
        print_table(&bench, spent);
    return OK;
}
