/* SPDX-License-Identifier: MIT */
/* make_samples: any number of camera-like portraits with known truth, and the bench corpora.
 *
 * Photo i depends on the seed, the kind of order and i alone: 300 photos are the first 300 of
 * 3,000, and any number of jobs writes the same bytes. Jobs are processes that share the loaded
 * bases; the manifest needs no pixels, so the parent writes it. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "points.h"
#include "sample_file.h"
#include "spoil.h"

typedef struct Request {
    Order order;
    int count, jobs;
    const char *bases, *out;
    bool points;
} Request;

static const char usage[] =
    "usage: make_samples [options] OUT\n"
    "       make_samples --pack-mask IN.pgm OUT.mask\n"
    "  -n, --count N        photos (40)\n"
    "  -s, --seed N         another seed, other people and faults (1)\n"
    "  -j, --jobs N         processes; the files are the same for any number (2)\n"
    "      --faults SHARE   share of photos with one fault, 0 to 1 (0.1)\n"
    "      --fault NAME     every photo has this fault; 'list' names them all\n"
    "      --each           every fault in turn, a good photo before each four\n"
    "      --take N         the same people photographed anew: retakes of take 0 (0)\n"
    "      --received       finished 480x640 files for `headroom check`\n"
    "      --size MIX       mixed, small (480x640 to 960x1280) or large (8 to 12 megapixels)\n"
    "      --corpus a|b|c|d a bench corpus instead of samples\n"
    "      --variant NAME   of a corpus: progressive optimised 444 422 restart p3 adobergb o1..o8\n"
    "      --points         points.csv beside manifest.csv: the 68 points of who is alone in a photo\n"
    "      --bases FOLDER   base portraits (samples/base of the source tree)\n";

static int complain(const char *text, const char *what)
{
    fprintf(stderr, "make_samples: %s '%s'\n", text, what);
    return 2;
}

static int list_faults(void)
{
    static const char *const families[] = {"camera", "received", "unjudged"};
    for (int i = 0; i < FAULT_COUNT; i++)
        printf("%s,%s,%s,%s\n", faults[i].name, families[faults[i].family], faults[i].verdicts,
               faults[i].checks);
    return 0;
}

static Err write_file(Arena *arena, const char *folder, const char *name, const Bytes *file)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *out = fopen(path, "wb");
    if (!out)
        return fail(arena, ERR_IO, "cannot write '%s': %m", path);
    bool whole = fwrite(file->data, 1, file->size, out) == file->size;
    whole &= !fclose(out);
    return whole ? OK : fail(arena, ERR_IO, "cannot write '%s': %m", path);
}

static Err make_photo(Arena *arena, const Request *request, const Bases *bases, int index)
{
    Shot shot;
    Bytes file;
    char folder[512];
    snprintf(folder, sizeof folder, "%s/photos", request->out);
    shot_plan(&request->order, bases, index, &shot);
    TRY(sample_file(arena, &shot, &file));
    TRY(write_file(arena, folder, shot.name[0], &file));
    return shot.name[1][0] ? write_file(arena, folder, shot.name[1], &file) : OK;
}

static int run_job(const Request *request, const Bases *bases, int job)
{
    Arena *arena = arena_create((size_t)512 << 20);
    for (int i = job; arena && i < request->count; i += request->jobs) {
        Err err = make_photo(arena, request, bases, i);
        if (err.code) {
            fprintf(stderr, "make_samples: photo %d: %s\n", i, err.text);
            return 1;
        }
        arena_reset(arena);
    }
    return arena ? 0 : 1;
}

static void print_point(FILE *out, const double at[2])
{
    fprintf(out, "%.2f,%.2f,", at[0], at[1]);
}

/* What the program must say: a base whose head leans by itself is near the limit of tilt_deg. */
static const char *verdicts_of(const Shot *shot)
{
    const char *verdicts = faults[shot->fault].verdicts;
    return !strcmp(verdicts, "PASS") && fabs(shot->truth.roll_deg) > 1.5 ? "PASS|REVIEW" : verdicts;
}

/* The first 19 columns are those of the truth CSVs; truth of nobody or of two is left out. */
static void print_row(FILE *out, const Shot *shot, const char *name, const char *base,
                      const Point points[POINT_COUNT])
{
    double left_x, right_x;
    static const char *const spaces[] = {"sRGB", "Display P3", "Adobe RGB"};
    static const char *const samplings[] = {"4:2:0", "4:2:2", "4:4:4"};
    const Truth *t = &shot->truth;
    const Fault *fault = &faults[shot->fault];
    fprintf(out, "%s,%d,%d,%d,", name, shot->width_px, shot->height_px, t->faces);
    if (t->faces == 1) {
        print_point(out, t->left_eye), print_point(out, t->right_eye);
        print_point(out, t->mouth_left), print_point(out, t->mouth_right);
        points_sides(points, &left_x, &right_x);
        fprintf(out, "%.1f,%.2f,%.2f,", t->hair_top_y, left_x, right_x);
    } else {
        fputs(",,,,,,,,,,,", out);
    }
    for (int c = 0; c < 3; c++)
        fprintf(out, "%.0f,", shot->paper.rgb[c] * shot->light.gain * shot->light.cast[c]);
    fprintf(out, "%s,%s,%s,%s,%s,%.2f,%s,%d,%s,%s,%.3f\n", shot->id,
            shot->fault == FAULT_none ? "" : fault->name, verdicts_of(shot), fault->checks, base,
            t->roll_deg, shot->form.exif ? shot->form.model : "",
            shot->form.exif ? shot->form.orientation : 1, spaces[shot->form.space],
            samplings[shot->form.sampling], shot->slack);
}

/* A row of points.csv, or with no points its header. */
static void print_points(FILE *out, const char *name, const Point points[POINT_COUNT])
{
    fputs(name ? name : "file", out);
    for (int i = 0; i < POINT_COUNT; i++)
        if (points)
            fprintf(out, ",%.2f,%.2f", points[i].x, points[i].y);
        else
            fprintf(out, ",x%d,y%d", i, i);
    fputc('\n', out);
}

static FILE *open_points(const Request *request)
{
    char path[1024] = "/dev/null"; /* nobody asked for them */
    if (request->points)
        snprintf(path, sizeof path, "%s/points.csv", request->out);
    FILE *out = fopen(path, "w");
    if (out)
        print_points(out, NULL, NULL);
    return out;
}

static int write_manifest(const Request *request, const Bases *bases, const BasePoints *of_bases)
{
    char path[1024];
    FILE *points_file = open_points(request);
    if (!points_file)
        return complain("cannot write points.csv in", request->out);
    snprintf(path, sizeof path, "%s/manifest.csv", request->out);
    FILE *out = fopen(path, "w");
    if (!out)
        return complain("cannot write", path);
    fputs(
        "file,width,height,faces,left_eye_x,left_eye_y,right_eye_x,right_eye_y,mouth_l_x,mouth_l_y,"
        "mouth_r_x,mouth_r_y,hair_top_y,face_left_x,face_right_x,paper_r,paper_g,paper_b,id,fault,"
        "verdicts,checks,base,roll_deg,camera,orientation,profile,sampling,slack\n",
        out);
    for (int i = 0; i < request->count; i++) {
        Shot shot;
        shot_plan(&request->order, bases, i, &shot);
        Point points[POINT_COUNT];
        points_of(of_bases, &shot, points);
        for (int k = 0; k < 2 && shot.name[k][0]; k++) {
            print_row(out, &shot, shot.name[k], bases->list[shot.person[0].base].name, points);
            if (shot.truth.faces == 1)
                print_points(points_file, shot.name[k], points);
        }
    }
    bool lost = fclose(points_file) != 0;
    return fclose(out) || lost ? 1 : 0;
}

static int make_all(const Request *request)
{
    char path[1024];
    Arena *arena = arena_create((size_t)1 << 30);
    Bases *bases = arena ? ARENA_NEW(arena, Bases) : NULL;
    if (!bases)
        return complain("no memory for", request->bases);
    BasePoints *points = ARENA_NEW(arena, BasePoints);
    if (!points)
        return complain("no memory for", request->bases);
    Err err = bases_load(arena, request->bases, bases);
    if (!err.code)
        err = points_load(arena, request->bases, bases, points);
    if (err.code)
        return fprintf(stderr, "make_samples: %s\n", err.text), 1;
    snprintf(path, sizeof path, "%s/photos", request->out);
    if ((mkdir(request->out, 0777) && errno != EEXIST) || (mkdir(path, 0777) && errno != EEXIST))
        return complain("cannot make the folder", path);
    for (int job = 0; job < request->jobs; job++) {
        pid_t child = fork();
        if (child < 0)
            return complain("cannot start a job for", request->out);
        if (!child)
            _exit(run_job(request, bases, job));
    }
    int result = write_manifest(request, bases, points), status;
    while (wait(&status) > 0)
        result |= WIFEXITED(status) ? WEXITSTATUS(status) : 1;
    arena_destroy(arena);
    return result;
}

static int pack_mask(char **paths)
{
    Arena *arena = arena_create((size_t)64 << 20);
    Err err = base_pack_mask(arena, paths[0], paths[1]);
    if (err.code)
        fprintf(stderr, "make_samples: %s\n", err.text);
    arena_destroy(arena);
    return err.code != ERR_NONE;
}

enum {
    OPT_FAULTS = 256,
    OPT_FAULT,
    OPT_EACH,
    OPT_RECEIVED,
    OPT_SIZE,
    OPT_CORPUS,
    OPT_VARIANT,
    OPT_BASES,
    OPT_PACK,
    OPT_TAKE,
    OPT_POINTS
};

// clang-format off
static const struct option options[] = {
    {"count", required_argument, NULL, 'n'},          {"seed", required_argument, NULL, 's'},
    {"jobs", required_argument, NULL, 'j'},           {"help", no_argument, NULL, 'h'},
    {"faults", required_argument, NULL, OPT_FAULTS},  {"fault", required_argument, NULL, OPT_FAULT},
    {"each", no_argument, NULL, OPT_EACH},            {"received", no_argument, NULL, OPT_RECEIVED},
    {"size", required_argument, NULL, OPT_SIZE},      {"corpus", required_argument, NULL, OPT_CORPUS},
    {"variant", required_argument, NULL, OPT_VARIANT}, {"bases", required_argument, NULL, OPT_BASES},
    {"pack-mask", no_argument, NULL, OPT_PACK},       {"take", required_argument, NULL, OPT_TAKE},
    {"points", no_argument, NULL, OPT_POINTS},
    {0},
};
// clang-format on

static bool known_variant(const char *name)
{
    for (int i = 0; corpus_variants[i]; i++)
        if (!strcmp(corpus_variants[i], name))
            return true;
    return false;
}

/* False: a value that means nothing. */
static bool take_option(int option, Request *request)
{
    static const char *const mixes[] = {"mixed", "small", "large"};
    Order *order = &request->order;
    char *end = "";
    switch (option) {
    case 'n':
        request->count = (int)strtol(optarg, &end, 10);
        return !*end && request->count >= 0;
    case 's':
        order->seed = strtoull(optarg, &end, 10);
        return !*end;
    case 'j':
        request->jobs = (int)strtol(optarg, &end, 10);
        return !*end && request->jobs >= 1 && request->jobs <= 256;
    case OPT_TAKE:
        order->take = (int)strtol(optarg, &end, 10);
        return !*end && order->take >= 0;
    case OPT_FAULTS:
        order->fault_share = strtod(optarg, &end);
        return !*end && order->fault_share >= 0 && order->fault_share <= 1;
    case OPT_FAULT:
        order->only = fault_find(optarg);
        return order->only < FAULT_COUNT;
    case OPT_EACH:
        order->each = true;
        return true;
    case OPT_RECEIVED:
        order->received = true;
        return true;
    case OPT_POINTS:
        request->points = true;
        return true;
    case OPT_CORPUS:
        order->corpus = *optarg;
        return *optarg >= 'a' && *optarg <= 'd' && !optarg[1];
    case OPT_VARIANT:
        order->variant = optarg;
        return known_variant(optarg);
    case OPT_BASES:
        request->bases = optarg;
        return true;
    case OPT_SIZE:
        for (int i = 0; i < 3; i++)
            if (!strcmp(optarg, mixes[i])) {
                order->sizes = (SizeMix)i;
                return true;
            }
        return false;
    }
    return false;
}

int main(int count, char **words)
{
    Request request = {.order = {.seed = 1, .fault_share = 0.1, .only = FAULT_COUNT},
                       .count = 40,
                       .jobs = 2,
                       .bases = SOURCE_DIR "/samples/base"};
    bool pack = false;
    for (int option; (option = getopt_long(count, words, "n:s:j:h", options, NULL)) != -1;) {
        if (option == 'h')
            return fputs(usage, stdout), 0;
        if (option == '?')
            return fputs(usage, stderr), 2;
        if (option == OPT_FAULT && !strcmp(optarg, "list"))
            return list_faults();
        if (option == OPT_PACK)
            pack = true;
        else if (!take_option(option, &request))
            return complain("not a possible value:", optarg);
    }
    if (count - optind != (pack ? 2 : 1))
        return fputs(usage, stderr), 2;
    request.out = words[optind];
    if (faults[request.order.only < FAULT_COUNT ? request.order.only : 0].family == FAMILY_RECEIVED)
        request.order.received = true;
    return pack ? pack_mask(words + optind) : make_all(&request);
}
