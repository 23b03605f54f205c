/* SPDX-License-Identifier: MIT */
/* Are the rules on pose, eyes and glasses worth having? Runs the flow on labelled faces and on generated
 * samples and prints, as Markdown, what each rule wrongly flags and what it misses with Wilson's 95 %
 * intervals, and which findings each planted fault brings. SAMPLES holds a few photos of every fault, RENDERS
 * many of some faults and of none: of those each rule's share of right answers.
 *
 *   rules [--profile NAME] FACES LABELS.csv SAMPLES [RENDERS ...]
 *   rules --points FACES POINTS.csv      our 68 points of every face as CSV, for pose_fit.py */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../pipeline/stage.h"
#include "../stages/flow.h"

enum { LINE_MOST = 2048, FAULTS_MOST = 96, FLAGGED = 1, UNMEASURED = 2, HIDDEN = 3 };

/* One row per question: which faces a rule must flag, and which it must not. */
// clang-format off
static const struct Question {
    CheckId check;
    const char *wrong, *right, *what;
} QUESTIONS[] = {
    {CHECK_yaw_deg,      "turned",   "facing",      "labelled points turned by 22 degrees and more; by 10 at most"},
    {CHECK_yaw_deg,      "",         "ordinary",    "official portraits as they are, some of them turned"},
    {CHECK_pitch_deg,    "lowered",  "level",       "labelled points lowered by 16 degrees and more; at most 8 either way"},
    {CHECK_pitch_deg,    "raised",   "level",       "raised by 16 and more"},
    {CHECK_pitch_deg,    "",         "ordinary",    ""},
    {CHECK_gaze,         "",         "ordinary",    "without nine that look aside, by eye"},
    {CHECK_shoulders_deg, "drawn_slanting", "drawn_straight", "41 of 60 portraits drawn by lot where it is measured, clear by eye on a grid"},
    {CHECK_shoulders_deg, "",        "ordinary",    "many of whom turn; where it is not measured it asks nobody"},
    {CHECK_glasses_tint, "dark",     "ordinary",    "sunglasses, by eye"},
    {CHECK_glasses_tint, "",         "clear",       "clear glasses, by eye"},
    {CHECK_lens_glare,   "",         "ordinary",    ""},
    {CHECK_lens_glare,   "",         "clear",       ""},
    {CHECK_glasses_frame, "",        "ordinary",    ""},
    {CHECK_glasses_frame, "",        "clear",       "no rim across a pupil by eye"},
    {CHECK_red_eye,      "",         "ordinary",    ""},
    {CHECK_brow_hair,    "drawn_fringe", "drawn_brows", "120 generated faces drawn by lot, hair or hat over a brow by eye"},
    {CHECK_brow_hair,    "fringe",   "ordinary",    "hair over a brow, by eye among the 85 that the measure puts highest"},
    {CHECK_head_cover,   "unseen_covered", "unseen_bare", "faces that trained nothing: hats, caps, scarves, hoods, turbans, by eye; without crowns, headbands, flowers, headphones and heads cut off by a caption"},
    {CHECK_head_cover,   "",         "ordinary",    ""},
    {CHECK_mouth_cover,  "",         "ordinary",    ""},
    {CHECK_ear_hair,     "drawn_covered_ears", "drawn_ears", "115 portraits drawn by lot where it is measured, hair over both ears by eye"},
    {CHECK_ear_hair,     "drawn_hidden_ear", "drawn_open_ears", "108 of 120 portraits drawn by lot of those with hair, neck or collar beside an ear, hair over one ear or both by eye"},
    {CHECK_ear_hair,     "covered_ears", "ordinary", "hair over both by eye among the 77 that the measure puts highest, and those drawn; not flagged wrongly: hair over one or both"},
    {CHECK_eye_opening,  "closed_eyes", "open_eyes", "lids of the labelled points under 0.10; 0.20 and more"},
    {CHECK_lip_gap,      "open_lips", "closed_lips", "inner lips of the labelled points over 0.20; under 0.03"},
};
// clang-format on
enum { QUESTION_COUNT = sizeof QUESTIONS / sizeof *QUESTIONS };

typedef struct Share {
    int hits, of;
} Share;

typedef struct Planted {
    int faults;
    char fault[FAULTS_MOST][64];
    CheckId check[FAULTS_MOST]; /* that must name it; CHECK_COUNT: none */
    int photos[FAULTS_MOST], decoded[FAULTS_MOST], counted[FAULTS_MOST], found[FAULTS_MOST][CHECK_COUNT];
} Planted;

typedef struct Bench {
    const Profile *profile;
    Tools tools;
    Arena *arena;
    Share wrong[QUESTION_COUNT][2], right[QUESTION_COUNT][2]; /* per half of the faces */
    int unmeasured[QUESTION_COUNT], faces, without;
    bool points;
    Planted each, many; /* SAMPLES; RENDERS */
} Bench;

static bool run_photo(Bench *b, const char *path, Mode mode, Photo *p)
{
    *p = (Photo){.arena = b->arena, .mode = mode};
    p->task = (Task){.path = path, .id = {.kind = ID_RESIDENT18, .text = "11010519491231002X"},
                     .files_for_id = 1};
    facts_clear(&p->facts);
    for (const Stage *s = flow_of(mode); s->name && strcmp(s->name, "store"); s++) {
        Err err = s->run(p, b->profile, &b->tools);
        if (err.code) {
            fprintf(stderr, "rules: %s: %s: %s\n", path, s->name, err.text);
            return false;
        }
    }
    return true;
}

/* 0, FLAGGED, UNMEASURED (asks for a person) or HIDDEN (asks nobody): what the profile makes of one fact alone. */
static int outcome(const Bench *b, const Photo *p, CheckId check)
{
    double v = p->facts.v[check], u = p->facts.u[check];
    Range good = b->profile->want[check].good;
    if (isnan(v))
        return !isinf(u) ? UNMEASURED : u < 0 ? HIDDEN : 0;
    return v < good.lo + u || v > good.hi - u ? FLAGGED : 0;
}

static bool has(const char *labels, const char *label)
{
    size_t length = strlen(label);
    for (const char *p = labels; length && (p = strstr(p, label)); p += length)
        if ((p == labels || p[-1] == ' ') && (p[length] == ' ' || p[length] == '\0'))
            return true;
    return false;
}

static void count(Share *share, bool hit)
{
    share->of++;
    share->hits += hit;
}

static void print_points(const char *file, const Face *face)
{
    printf("%s", file);
    for (int i = 0; i < POINT_COUNT; i++)
        printf(",%.3f,%.3f", face->points[i].x, face->points[i].y);
    printf("\n");
}

/* FACES/file with its labels, "file,label label ..." */
static bool run_face(Bench *b, const char *folder, char *line)
{
    char path[LINE_MOST + 1024];
    line[strcspn(line, "\r\n")] = '\0';
    char *labels = strchr(line, ',');
    if (!labels)
        return true;
    *labels++ = '\0';
    snprintf(path, sizeof path, "%.1000s/%s", folder, line);
    Photo p;
    if (!run_photo(b, path, MODE_CHECK, &p))
        return false;
    if (b->points && p.faces.count == 1 && p.faces.best.settled)
        print_points(line, &p.faces.best);
    int half = b->faces++ % 2;
    b->without += p.faces.count != 1;
    for (int i = 0; i < QUESTION_COUNT && p.faces.count == 1; i++) {
        int is = outcome(b, &p, QUESTIONS[i].check);
        bool wrong = has(labels, QUESTIONS[i].wrong);
        if (wrong)
            count(&b->wrong[i][half], is == 0 || is == HIDDEN); /* unmeasured asks for a person, too */
        else if (has(labels, QUESTIONS[i].right) && !(QUESTIONS[i].check == CHECK_ear_hair && has(labels, "hidden_ear")))
            count(&b->right[i][half], is == FLAGGED);
        else
            continue;
        b->unmeasured[i] += is == UNMEASURED || is == HIDDEN;
    }
    arena_reset(b->arena);
    return true;
}

/* The cell of a named column. */
static void cell_of(const char *header, const char *row, const char *column, char out[64])
{
    size_t size = strlen(column);
    *out = '\0';
    while (*header && *row) {
        size_t name = strcspn(header, ",\r\n"), cell = strcspn(row, ",\r\n");
        if (name == size && !strncmp(header, column, size)) {
            snprintf(out, 64, "%.*s", (int)cell, row);
            return;
        }
        header += name + (header[name] != '\0');
        row += cell + (row[cell] != '\0');
    }
}

static int fault_index(Planted *p, const char *name, const char *checks_named)
{
    int i = 0;
    while (i < p->faults && strcmp(p->fault[i], name))
        i++;
    if (i == p->faults && i < FAULTS_MOST - 1) {
        char first[64];
        snprintf(first, sizeof first, "%.*s", (int)strcspn(checks_named, "|"), checks_named);
        p->check[i] = check_find(first);
        snprintf(p->fault[p->faults++], sizeof *p->fault, "%s", name);
    }
    return i;
}

static bool run_sample(Bench *b, Planted *to, const char *folder, const char *header, const char *line)
{
    char path[1024], file[64], fault[64], named[64], faces[64];
    cell_of(header, line, "file", file);
    cell_of(header, line, "fault", fault);
    cell_of(header, line, "checks", named);
    cell_of(header, line, "faces", faces);
    snprintf(path, sizeof path, "%s/photos/%s", folder, file);
    Photo p;
    if (!run_photo(b, path, MODE_MAKE, &p))
        return false;
    int at = fault_index(to, *fault ? fault : "none", named);
    to->photos[at]++;
    to->decoded[at] += p.picture.rgb != NULL;
    to->counted[at] += p.picture.rgb && p.facts.v[CHECK_faces] == atoi(faces);
    for (int i = 0; i < p.findings.count; i++)
        if (p.findings.list[i].level != LEVEL_NOTE)
            to->found[at][p.findings.list[i].check]++;
    arena_reset(b->arena);
    return true;
}

/* Wilson's interval of 95 %, as "1.2 % (0.5 to 2.8; 4 of 330)". */
static void print_share(Share s)
{
    const double Z = 1.96;
    if (s.of == 0) {
        printf(" |");
        return;
    }
    double n = s.of, p = s.hits / n, middle = p + Z * Z / (2 * n);
    double half = Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n)), all = 1 + Z * Z / n;
    printf(" %.1f %% (%.1f to %.1f; %d of %d) |", 100 * p, fmax(0, 100 * (middle - half) / all),
           fmin(100, 100 * (middle + half) / all), s.hits, s.of);
}

static void print_questions(const Bench *b)
{
    printf("## Labelled faces\n\n%d faces; in %d of them not exactly one face was found, and these are "
           "left out. The limits are round numbers\nchosen with all of them in view; both halves "
           "are shown, so that luck would show. What could not be measured is not missed: it asks "
           "for a\nperson, too.\n\n"
           "| rule | flagged though right: first | second | missed: first | second | not measured | "
           "faces |\n|---|---|---|---|---|---|---|\n", b->faces, b->without);
    for (int i = 0; i < QUESTION_COUNT; i++) {
        printf("| %s |", checks[QUESTIONS[i].check].name);
        print_share(b->right[i][0]);
        print_share(b->right[i][1]);
        print_share(b->wrong[i][0]);
        print_share(b->wrong[i][1]);
        printf(" %d | %s%s%s%s%s |\n", b->unmeasured[i], QUESTIONS[i].wrong,
               *QUESTIONS[i].wrong ? " against " : "", QUESTIONS[i].right,
               *QUESTIONS[i].what ? ": " : "", QUESTIONS[i].what);
    }
}

static void print_faults(const Planted *p)
{
    printf("\n## Cross-talk\n\nGenerated samples, one fault each: pictures with as many faces found as there are, "
           "of those decoded; and the findings (review or\nreject) that they brought, photos of photos.\n\n"
           "| planted | photos | faces | findings |\n|---|---|---|---|\n");
    for (int f = 0; f < p->faults; f++) {
        printf("| %s | %d | %d of %d |", p->fault[f], p->photos[f], p->counted[f], p->decoded[f]);
        for (int round = p->photos[f], first = 1; round > 0; round--) /* the most frequent first */
            for (CheckId c = 0; c < CHECK_COUNT; c++)
                if (p->found[f][c] == round) {
                    printf("%s %s %d", first ? "" : ",", checks[c].name, round);
                    first = 0;
                }
        printf(" |\n");
    }
}

static void print_renders(const Planted *p)
{
    int none = 0, decoded = 0, counted = 0;
    while (none < p->faults && strcmp(p->fault[none], "none"))
        none++;
    if (none == p->faults)
        return;
    printf("\n## Renders with exact truth\n\nGenerated samples, %d without a fault. Balanced: the mean of "
           "what is caught and what is rightly let through.\n\n"
           "| planted | rule | caught | flagged without the fault | balanced |\n|---|---|---|---|---|\n",
           p->photos[none]);
    for (int f = 0; f < p->faults; f++) {
        CheckId c = p->check[f];
        decoded += p->decoded[f];
        counted += p->counted[f];
        if (f == none || c == CHECK_COUNT)
            continue;
        Share caught = {p->found[f][c], p->photos[f]}, wrong = {p->found[none][c], p->photos[none]};
        printf("| %s | %s |", p->fault[f], checks[c].name);
        print_share(caught);
        print_share(wrong);
        printf(" %.1f %% |\n", 50.0 * caught.hits / caught.of + 50 - 50.0 * wrong.hits / wrong.of);
    }
    printf("\nFaces counted right:");
    print_share((Share){counted, decoded});
    printf("\n");
}

/* A folder of generated samples with its manifest, or labelled faces where `to` is NULL. */
static bool each_line(Bench *b, const char *csv, const char *folder, Planted *to)
{
    char header[LINE_MOST], line[LINE_MOST];
    FILE *in = fopen(csv, "r");
    if (!in || !fgets(header, sizeof header, in)) {
        fprintf(stderr, "rules: cannot read '%s'\n", csv);
        return false;
    }
    bool fine = true;
    while (fine && fgets(line, sizeof line, in))
        fine = to ? run_sample(b, to, folder, header, line) : run_face(b, folder, line);
    fclose(in);
    return fine;
}

static bool run_samples(Bench *b, const char *folder, Planted *to)
{
    char manifest[1024];
    snprintf(manifest, sizeof manifest, "%s/manifest.csv", folder);
    return each_line(b, manifest, folder, to);
}

int main(int argc, char **argv)
{
    static Profile profile;
    static Bench b;
    const char *name = "college-light-blue";
    int i = 1;
    if (argc > 2 && !strcmp(argv[1], "--profile"))
        name = argv[2], i = 3;
    b.points = argc > 1 && !strcmp(argv[1], "--points");
    i += b.points;
    if (b.points ? argc - i != 2 : argc - i < 3) {
        fprintf(stderr, "usage: rules [--profile NAME | --points] FACES LABELS.csv [SAMPLES [RENDERS ...]]\n");
        return 2;
    }
    Arena *life = arena_create((size_t)64 << 20); /* of profile and tools */
    b.arena = arena_create((size_t)1 << 30);
    b.profile = &profile;
    Err err = profile_load(life, name, &profile);
    if (!err.code)
        err = flow_open(life, NULL, &b.tools);
    if (err.code) {
        fprintf(stderr, "rules: %s\n", err.text);
        return 3;
    }
    bool fine = each_line(&b, argv[i + 1], argv[i], NULL);
    if (fine && !b.points)
        fine = run_samples(&b, argv[i + 2], &b.each);
    for (int more = i + 3; fine && more < argc; more++)
        fine = run_samples(&b, argv[more], &b.many);
    if (fine && !b.points) {
        print_questions(&b);
        print_renders(&b.many);
        print_faults(&b.each);
    }
    flow_close(&b.tools);
    arena_destroy(b.arena);
    arena_destroy(life);
    return fine ? 0 : 3;
}
