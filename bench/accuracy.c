/* SPDX-License-Identifier: MIT */
/* Measures the measures: runs the MAKE flow on pictures with truth and prints, as Markdown, the
 * error of every geometric fact, the verdict and findings of every file, and which made faults were
 * named.
 *
 *   accuracy [--detector FILE] [--profile NAME] [--facts | --summary] FOLDER TRUTH.csv [FOLDER TRUTH.csv ...]
 *
 * --summary prints the tables alone, --facts each file's errors and all its facts besides.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "../pipeline/stage.h"
#include "../stages/flow.h"
#include "truth.h"

enum { ERRORS_MOST = 20000 };

/* Which check a made fault must name; any of the listed. One that is absent has no measure yet. */
// clang-format off
static const struct { const char *fault, *checks; } FAULTS[] = {
    {"bg_gradient",  "background_gradient background_spread background_left_right background_top_bottom"},
    {"bg_white",     "background_delta_e"},
    {"bg_red",       "background_delta_e"},
    {"bg_darkblue",  "background_delta_e"},
    {"bg_original",  "background_spread background_delta_e"},
    {"bg_curtain",   "background_spread"},
    {"cast",         "background_delta_e"},
    {"tilt",         "tilt_deg"},
    {"headlow",      "eye_line_px hair_top_px"},
    {"under",        "face_light white_level under_exposed"},
    {"over",         "over_exposed"},
    {"text",         "text"},
    {"border",       "border"},
    {"lowq",         "source_quality"},
    {"motion",       "sharpness"},
    {"blur",         "sharpness"},
    {"mouthopen",    "lip_gap"},
    {"oneeyeclosed", "eye_opening"},
    {"eyesclosed",   "eye_opening"},
    {"sidelight",    "light_balance"},
    {"yaw",          "yaw_deg"},
    {"pitch",        "pitch_deg"},
    {"darkglasses",  "glasses_tint"},
    {"lensglare",    "lens_glare"},
    {"coloredshirt", "white_top"},
    {"hat",          "head_cover"},
    {"hairoverbrow", "brow_hair"},
    {"hairovereyes", "brow_hair"},
    {"twopeople",    "faces"},
    {"nobody",       "faces"},
    {"lost_tag",     "turned_deg"},
};
// clang-format on

typedef enum Measure { EYES, WIDTH, HAIR, CHIN, ROLL, MOUTH, LIDS, LIPS, MEASURE_COUNT } Measure;
static const char *const MEASURE_NAME[] = {
    "eye centres, % of eye distance", "face width, % of it",  "hair top, % of face width",
    "chin, % of face width",          "tilt, degrees",        "mouth corners, % of eye distance",
    "lid ratio, smaller eye",         "lip gap / mouth width"};

typedef struct Errors {
    int count, unmeasured, beyond; /* beyond: larger than the declared error */
    double *value;                 /* signed */
} Errors;

/* Kinds of pictures told apart. The truth knows no more of skin than that. */
typedef enum Group {
    ALL,
    REAL,
    RENDERS,
    FEMALE,
    MALE,
    GLASSES,
    NO_GLASSES,
    LONG_HAIR,
    SHORT_HAIR,
    GROUP_COUNT
} Group;
static const char *const GROUP_NAME[] = {"all",
                                         "real people and composites",
                                         "renders",
                                         "renders, female",
                                         "renders, male",
                                         "renders, glasses",
                                         "renders, no glasses",
                                         "renders, long or tied hair",
                                         "renders, short hair"};

typedef struct Bench {
    const Profile *profile;
    Tools tools;
    Arena *arena;
    Errors errors[GROUP_COUNT][MEASURE_COUNT];
    bool in[GROUP_COUNT]; /* the picture at hand, and its errors */
    double at_hand[MEASURE_COUNT];
    int files, verdicts[4], faults, named, clean, clean_rejected;
    int counted; /* pictures with as many faces found as there are */
    double cpu_ms;
    bool facts, summary;
} Bench;

/* `declared` in the unit of the error; NaN: none is. */
static void add(Bench *b, Measure m, double error, double declared, double truth)
{
    if (!isfinite(truth))
        return;
    b->at_hand[m] = error;
    for (int g = 0; g < GROUP_COUNT; g++) {
        Errors *e = &b->errors[g][m];
        if (b->in[g] && !isfinite(error))
            e->unmeasured++;
        else if (b->in[g] && e->count < ERRORS_MOST) {
            e->value[e->count++] = error;
            e->beyond += fabs(error) > declared;
        }
    }
}

static void sort_in(Bench *b, const Table *t)
{
    const char *sex = get(t, "gender"), *glasses = get(t, "glasses"), *hair = get(t, "hair");
    bool render = sex[0], is_short = strstr(hair, "short") == hair;
    const bool in[GROUP_COUNT] = {
        [ALL] = true,
        [REAL] = !render,
        [RENDERS] = render,
        [FEMALE] = strcmp(sex, "female") == 0,
        [MALE] = strcmp(sex, "male") == 0,
        [GLASSES] = render && glasses[0],
        [NO_GLASSES] = render && !glasses[0],
        [LONG_HAIR] = render && !is_short && strcmp(hair, "hat") != 0,
        [SHORT_HAIR] = render && is_short,
    };
    memcpy(b->in, in, sizeof in);
}

static void compare(Bench *b, const Table *t, const Photo *p)
{
    const Face *f = &p->faces.best;
    double lx = number(t, "left_eye_x"), ly = number(t, "left_eye_y");
    double rx = number(t, "right_eye_x"), ry = number(t, "right_eye_y");
    double apart = hypot(rx - lx, ry - ly), left = number(t, "face_left_x");
    double width = number(t, "face_right_x") - left, hair = number(t, "hair_top_y");
    if (!isfinite(apart))
        return;
    double near = 100 * f->eye_error / apart;
    add(b, EYES, 100 * hypot(f->left_eye.x - lx, f->left_eye.y - ly) / apart, near, apart);
    add(b, EYES, 100 * hypot(f->right_eye.x - rx, f->right_eye.y - ry) / apart, near, apart);
    add(b, WIDTH, 100 * (f->right_x - f->left_x - width) / width, 100 * f->width_error / width, width);
    if (!(number(t, "hair_conf") < 0.5))
        add(b, HAIR, 100 * (p->head.hair_top_y - hair) / width, 100 * p->head.hair_top_error / width, hair);
    add(b, CHIN, 100 * (f->chin_y - number(t, "chin_y")) / width, NAN, number(t, "chin_y"));
    double roll = number(t, "roll_deg");
    add(b, ROLL, p->facts.v[CHECK_tilt_deg] - roll, p->facts.u[CHECK_tilt_deg], roll);
    double mx = number(t, "mouth_l_x"), my = number(t, "mouth_l_y");
    add(b, MOUTH, 100 * hypot(f->mouth_left.x - mx, f->mouth_left.y - my) / apart, NAN, mx);
    double lid = fmin(number(t, "lid_l"), number(t, "lid_r")), lips = number(t, "lip_gap");
    if (!isfinite(lid))
        lid = fmin(number(t, "lid_ratio_l"), number(t, "lid_ratio_r"));
    add(b, LIDS, p->facts.v[CHECK_eye_opening] - lid, NAN, lid);
    add(b, LIPS, p->facts.v[CHECK_lip_gap] - lips, NAN, lips);
}

static const char *wanted(const char *fault)
{
    for (size_t i = 0; i < sizeof FAULTS / sizeof *FAULTS; i++)
        if (strcmp(FAULTS[i].fault, fault) == 0)
            return FAULTS[i].checks;
    return NULL;
}

static bool listed(const char *list, const char *name)
{
    size_t length = strlen(name);
    for (const char *p = list; (p = strstr(p, name)); p += length)
        if ((p == list || p[-1] == ' ') && (p[length] == ' ' || p[length] == '\0'))
            return true;
    return false;
}

static void print_facts(const Photo *p, const double errors[MEASURE_COUNT])
{
    printf("    errors:");
    for (int m = 0; m < MEASURE_COUNT; m++)
        if (isfinite(errors[m]))
            printf(" %s %.3g;", MEASURE_NAME[m], errors[m]);
    printf("\n    ");
    for (CheckId i = 0; i < CHECK_COUNT; i++)
        if (isfinite(p->facts.v[i]))
            printf(" %s=%.4g", checks[i].name, p->facts.v[i]);
    printf(" action=%d settled=%d movement=%.3f score=%.2f hair: %s\n", p->action,
           p->faces.best.settled, p->faces.best.movement, p->faces.best.score,
           p->head.problem ? p->head.problem : "");
}

static void report(Bench *b, const Table *t, const Photo *p)
{
    static const char *const VERDICT[] = {"PASS", "REVIEW", "REJECT", "ERROR"};
    const char *fault = get(t, "fault"), *want = wanted(fault);
    bool named = false;
    char text[2048] = "";
    size_t used = 0;
    for (int i = 0; i < p->findings.count && used < sizeof text - 100; i++) {
        const Finding *f = &p->findings.list[i];
        const char *name = checks[f->check].name;
        if (f->level == LEVEL_NOTE)
            continue;
        named |= want && listed(want, name);
        char value[32] = "?";
        if (f->measured)
            snprintf(value, sizeof value, "%.4g", f->value);
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s %s%s", used ? ", " : "",
                                 name, value, f->level == LEVEL_REJECT ? "!" : "");
    }
    const char *mark = !fault[0] ? (p->verdict == VERDICT_REJECT ? "rejected" : "")
                       : !want   ? "no measure yet"
                       : named   ? "named"
                                 : "MISSED";
    b->verdicts[p->verdict]++;
    b->faults += fault[0] && want;
    b->named += named;
    b->clean += !fault[0];
    b->clean_rejected += !fault[0] && p->verdict == VERDICT_REJECT;
    if (!b->summary)
        printf("| %s | %s | %s | %s | %s |\n", get(t, "file"), fault, VERDICT[p->verdict], mark, text);
    if (b->facts)
        print_facts(p, b->at_hand);
}

static bool run_file(Bench *b, const char *folder, const Table *t)
{
    Photo p = {.arena = b->arena, .mode = MODE_MAKE};
    char path[1024];
    struct timespec from, to;
    snprintf(path, sizeof path, "%s/%s", folder, get(t, "file"));
    p.task = (Task){.path = path,
                    .id = {.kind = ID_RESIDENT18, .text = "11010519491231002X"},
                    .files_for_id = 1};
    facts_clear(&p.facts);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
    for (const Stage *s = flow_of(MODE_MAKE); s->name; s++) {
        Err err = s->run(&p, b->profile, &b->tools);
        if (err.code) {
            fprintf(stderr, "accuracy: %s: %s: %s\n", path, s->name, err.text);
            return false;
        }
    }
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
    b->cpu_ms +=
        1e3 * (double)(to.tv_sec - from.tv_sec) + 1e-6 * (double)(to.tv_nsec - from.tv_nsec);
    b->files++;
    b->counted += p.facts.v[CHECK_faces] == number(t, "faces");
    sort_in(b, t);
    for (int m = 0; m < MEASURE_COUNT; m++)
        b->at_hand[m] = NAN;
    compare(b, t, &p);
    report(b, t, &p);
    arena_reset(b->arena);
    return true;
}

static bool run_folder(Bench *b, const char *folder, const char *truth)
{
    static Table t;
    FILE *in = fopen(truth, "r");
    if (!in || !fgets(t.header_line, sizeof t.header_line, in)) {
        fprintf(stderr, "accuracy: cannot read '%s'\n", truth);
        return false;
    }
    t.columns = split(t.header_line, t.header);
    bool fine = true;
    while (fine && fgets(t.line, sizeof t.line, in)) {
        int columns = split(t.line, t.cell);
        while (columns < t.columns)
            t.cell[columns++] = "";
        fine = run_file(b, folder, &t);
    }
    fclose(in);
    return fine;
}

static int by_size(const void *a, const void *b)
{
    double x = fabs(*(const double *)a), y = fabs(*(const double *)b);
    return (x > y) - (x < y);
}

/* Sorts by size; the share of 0 to 1 from the smallest. */
static double quantile(Errors *e, double share)
{
    qsort(e->value, (size_t)e->count, sizeof *e->value, by_size);
    return fabs(e->value[(int)(share * (e->count - 1) + 0.5)]);
}

static void print_facts_errors(Bench *b)
{
    printf("\n| fact | n | not measured | median | p95 | bias | beyond the declared error |\n|---|---|---|---|---|---|---|\n");
    for (int m = 0; m < MEASURE_COUNT; m++) {
        Errors *e = &b->errors[ALL][m];
        double sum = 0;
        if (e->count == 0)
            continue;
        for (int i = 0; i < e->count; i++)
            sum += e->value[i];
        printf("| %s | %d | %d | %.2f | %.2f | %+.2f |", MEASURE_NAME[m], e->count, e->unmeasured,
               quantile(e, 0.5), quantile(e, 0.95), sum / e->count);
        if (m <= HAIR || m == ROLL)
            printf(" %.1f %% |\n", 100.0 * e->beyond / e->count);
        else
            printf(" |\n");
    }
}

/* One line a kind of picture: n, then median / 95th percentile. */
static void print_groups(Bench *b)
{
    static const Measure SHOWN[] = {EYES, WIDTH, HAIR, ROLL, MOUTH};
    printf("\n| pictures, median / p95 ");
    for (size_t i = 0; i < sizeof SHOWN / sizeof *SHOWN; i++)
        printf("| %s ", MEASURE_NAME[SHOWN[i]]);
    printf("|\n|---|---|---|---|---|---|\n");
    for (int g = REAL; g < GROUP_COUNT; g++) {
        if (b->errors[g][ROLL].count == 0)
            continue;
        printf("| %s, %d ", GROUP_NAME[g], b->errors[g][ROLL].count);
        for (size_t i = 0; i < sizeof SHOWN / sizeof *SHOWN; i++) {
            Errors *e = &b->errors[g][SHOWN[i]];
            if (e->count)
                printf("| %.2f / %.2f ", quantile(e, 0.5), quantile(e, 0.95));
            else
                printf("| ");
        }
        printf("|\n");
    }
}

static void summary(Bench *b)
{
    print_facts_errors(b);
    if (!b->summary)
        print_groups(b);
    printf("\n%d files, faces counted right in %d: PASS %d, REVIEW %d, REJECT %d, ERROR %d; made faults named %d of %d; "
           "without a fault %d, of these rejected %d; CPU %.1f ms per file\n",
           b->files, b->counted, b->verdicts[0], b->verdicts[1], b->verdicts[2], b->verdicts[3], b->named,
           b->faults, b->clean, b->clean_rejected, b->cpu_ms / b->files);
}

int main(int argc, char **argv)
{
    static Profile profile;
    static Bench b;
    const char *detector = NULL, *profile_name = "college-light-blue";
    int i = 1;
    for (; i < argc && strncmp(argv[i], "--", 2) == 0; i++) {
        if (strcmp(argv[i], "--facts") == 0)
            b.facts = true;
        else if (strcmp(argv[i], "--summary") == 0)
            b.summary = true;
        else if (strcmp(argv[i], "--detector") == 0 && i + 1 < argc)
            detector = argv[++i];
        else if (strcmp(argv[i], "--profile") == 0 && i + 1 < argc)
            profile_name = argv[++i];
    }
    if (i >= argc || (argc - i) % 2) {
        fprintf(stderr, "usage: accuracy [--detector FILE] [--profile NAME] [--facts | --summary] "
                        "FOLDER TRUTH.csv ...\n");
        return 2;
    }
    b.profile = &profile;
    b.arena = arena_create((size_t)1 << 30);
    Arena *lane = arena_create((size_t)64 << 20); /* lives as long as the tools */
    for (int g = 0; g < GROUP_COUNT; g++)
        for (int m = 0; m < MEASURE_COUNT; m++)
            b.errors[g][m].value = calloc(ERRORS_MOST, sizeof(double));
    Err err = profile_load(b.arena, profile_name, &profile);
    if (!err.code)
        err = flow_open(lane, detector, &b.tools);
    if (err.code) {
        fprintf(stderr, "accuracy: %s\n", err.text);
        return 3;
    }
    const char *slash = detector ? strrchr(detector, '/') : NULL;
    if (!b.summary)
        printf("Detector: %s. A `!` marks what rejects, `?` what could not be measured.\n\n"
           "| file | fault | verdict | | findings |\n|---|---|---|---|---|\n",
           slash      ? slash + 1
           : detector ? detector
                      : "own finder");
    for (; i < argc; i += 2)
        if (!run_folder(&b, argv[i], argv[i + 1]))
            return 3;
    summary(&b);
    flow_close(&b.tools);
    arena_destroy(lane);
    arena_destroy(b.arena);
    return 0;
}
