/* SPDX-License-Identifier: MIT */
/* With s the scale, u = y*s and v = x*s every rule is linear: hair = hy*s - u, eyes = ey*s - u,
 * width = w*s, centre = ex*s - v. So the smallest slack is concave in s, its best u and v for a
 * given s have a closed form, and a ternary search over s finds the optimum; of many the smallest s, the most of the
 * source. */
#include "normalize.h"

/* Error of the tilt: measured 95th percentile of the eye network, degrees; of the ratios: absolute. */
static const double LIDS_ERROR = 0.015, LIPS_ERROR = 0.01;

/* Of the slack that a free hand would give a person: with so much of it nobody need shoot again. */
static const double ENOUGH = 1 / 3.0;

enum { HAIR, EYES, WIDTH, CENTRE, RULES };
static const CheckId RULE[RULES] = {CHECK_hair_top_px, CHECK_eye_line_px, CHECK_face_width_px,
                                    CHECK_centre_offset_px};

/* Where a rule has one end, so far from it is as good as anywhere: of the picture's height. */
static const double FAR = 0.02;

/* Slacks that are alike but for rounding. */
static const double AS_GOOD = 1e-9;

/* Where nothing says how high the eyes shall be: of the picture's height. */
static const double EYES_HEIGHT = 0.4;

typedef struct Window { /* a rule: slack 0 at both limits, 1 at `half` inside of them and no more */
    double lo, hi, half; /* a limit is infinite where there is none */
} Window;
static const Window ANY = {-INFINITY, INFINITY, 1};

typedef struct Trial {
    double s, u, v;      /* scale; crop origin in output pixels */
    double slack[RULES];
    double least;
} Trial;

typedef struct Problem {
    const Subject *subject;
    double out_width, out_height;
    double s_least, s_most; /* where the source still covers the output; 1, for nothing is enlarged */
    Window window[RULES];
    bool edge_x, edge_y; /* the crop must stay inside the source */
} Problem;

static Window window_of(const Profile *profile, CheckId check)
{
    const Want *want = &profile->want[check];
    const double lo = want->good.lo, hi = want->good.hi;
    if (!want->asked)
        return ANY;
    bool both = isfinite(lo) && isfinite(hi);
    return (Window){lo, hi, both ? fmax((hi - lo) / 2, 1e-9) : FAR * profile->height_px};
}

static Problem problem_of(const Subject *subject, const Profile *profile)
{
    Problem p = {.subject = subject, .out_width = profile->width_px,
                 .out_height = profile->height_px, .edge_x = true, .edge_y = true};
    p.s_least = fmax(p.out_width / subject->width_px, p.out_height / subject->height_px);
    p.s_most = 1;
    for (int i = 0; i < RULES; i++)
        p.window[i] = window_of(profile, RULE[i]);
    return p;
}

static double slack_of(Window window, double value)
{
    return fmin(1, fmin(value - window.lo, window.hi - value) / window.half);
}

static void judge(const Problem *p, Trial *t)
{
    const Subject *of = p->subject;
    double value[RULES] = {of->hair_top_y * t->s - t->u, of->eyes.y * t->s - t->u,
                           of->face_width * t->s, of->eyes.x * t->s - t->v - p->out_width / 2};
    t->least = INFINITY;
    for (int i = 0; i < RULES; i++) {
        t->slack[i] = slack_of(p->window[i], value[i]);
        t->least = fmin(t->least, t->slack[i]);
    }
}

static double clamp(double value, double lo, double hi)
{
    return fmax(lo, fmin(hi, value));
}

/* A crop's origin along one axis: where it must at least and at most be for a rule's full slack, and how far beyond it has none. */
typedef struct Reach {
    double least, most, half;
} Reach;

static Reach reach_of(Window window, double at)
{
    return (Reach){at - window.hi + window.half, at - window.lo - window.half, window.half};
}

/* The origin with the most slack for both rules: where one asks for more than the other allows, both lose as much;
 * where many serve, the one next to `wish`. */
static double origin_for(Reach one, Reach other, double wish)
{
    if (one.least > other.most)
        return (one.least * other.half + other.most * one.half) / (one.half + other.half);
    if (other.least > one.most)
        return (other.least * one.half + one.most * other.half) / (one.half + other.half);
    return fmax(fmax(one.least, other.least), fmin(fmin(one.most, other.most), wish));
}

/* Best place of the window at scale s. */
static Trial place(const Problem *p, double s)
{
    const Subject *of = p->subject;
    Reach hair = reach_of(p->window[HAIR], of->hair_top_y * s), eyes = reach_of(p->window[EYES], of->eyes.y * s);
    Reach centre = reach_of(p->window[CENTRE], of->eyes.x * s - p->out_width / 2);
    Trial t = {.s = s};
    t.u = origin_for(hair, eyes, of->eyes.y * s - EYES_HEIGHT * p->out_height);
    t.v = origin_for(centre, centre, of->eyes.x * s - p->out_width / 2);
    if (p->edge_y)
        t.u = clamp(t.u, 0, of->height_px * s - p->out_height);
    if (p->edge_x)
        t.v = clamp(t.v, 0, of->width_px * s - p->out_width);
    judge(p, &t);
    return t;
}

static Trial best_between(const Problem *p, double lo, double hi)
{
    for (int i = 0; i < 100; i++) {
        double a = lo + (hi - lo) / 3, b = hi - (hi - lo) / 3;
        if (place(p, a).least < place(p, b).least - AS_GOOD)
            lo = a;
        else
            hi = b;
    }
    return place(p, (lo + hi) / 2);
}

static Trial best_of(const Problem *p)
{
    return best_between(p, p->s_least, p->s_most);
}

static int divisor(int a, int b)
{
    return b ? divisor(b, a % b) : a;
}

/* Width and height in grid cells for a size k; exact where the proportion is of small numbers. */
static void cells_of(const Profile *profile, int k, int *width, int *height)
{
    int g = divisor(profile->width_px, profile->height_px);
    int w = profile->width_px / g, h = profile->height_px / g;
    if (w <= 16) {
        *width = w * k;
        *height = h * k;
    } else {
        *width = k;
        *height = (int)lround((double)k * profile->height_px / profile->width_px);
    }
}

static int cells_unit(const Profile *profile)
{
    int unit = profile->width_px / divisor(profile->width_px, profile->height_px);
    return unit <= 16 ? unit : 1;
}

/* The best window of k units, on the grid and inside the source. */
static Crop crop_on_grid(const Problem *p, const Profile *profile, int grid, int k)
{
    const Subject *of = p->subject;
    int columns = of->width_px / grid, rows = of->height_px / grid, width, height;
    cells_of(profile, k, &width, &height);
    if (width > columns || height > rows || width * grid < profile->width_px ||
        height * grid < profile->height_px)
        return (Crop){.found = false};
    double s = p->out_width / ((double)width * grid);
    Trial at = place(p, s);
    double x = clamp(round(at.v / s / grid), 0, columns - width);
    double y = clamp(round(at.u / s / grid), 0, rows - height);
    return (Crop){.found = true, .x = x * grid, .y = y * grid, .width = (double)width * grid,
                  .height = (double)height * grid, .scale = s};
}

static double slack_in(const Problem *p, const Crop *crop)
{
    Trial t = {.s = crop->scale, .u = crop->y * crop->scale, .v = crop->x * crop->scale};
    judge(p, &t);
    return t.least;
}

double normalize_slack(const Subject *subject, const Profile *profile, const Crop *crop)
{
    Problem p = problem_of(subject, profile);
    return slack_in(&p, crop);
}

/* Ideal and whole-pixel sizes differ by less than a unit: try the neighbours, keep the best. */
static void round_to_grid(const Problem *p, const Profile *profile, int grid, const Trial *best,
                          Crop *out)
{
    double ideal = p->out_width / best->s / grid / cells_unit(profile);
    double least = -INFINITY;
    for (int k = (int)floor(ideal) - 1; k <= (int)ceil(ideal) + 1; k++) {
        Crop crop = k > 0 ? crop_on_grid(p, profile, grid, k) : (Crop){.found = false};
        if (!crop.found)
            continue;
        double slack = slack_in(p, &crop);
        if (slack >= least) { /* of as good ones the largest */
            least = slack;
            *out = crop;
        }
    }
}

/* A rule that no crop keeps, whatever becomes of the others; RULES: none. */
static int hopeless(const Problem *p, const Trial *best)
{
    for (int i = 0; i < RULES; i++) {
        Problem alone = *p;
        for (int other = 0; other < RULES; other++)
            alone.window[other] = other == i ? p->window[i] : ANY;
        if (best->slack[i] < 0 && best_of(&alone).least < 0)
            return i;
    }
    return RULES;
}

/* The rule that cannot be kept, or the two with the least slack. */
static void name_conflict(const Problem *p, const Trial *t, Advice *advice)
{
    int first = 0, second = 1, alone = hopeless(p, t);
    if (t->slack[second] < t->slack[first]) {
        first = 1;
        second = 0;
    }
    for (int i = 2; i < RULES; i++)
        if (t->slack[i] < t->slack[first]) {
            second = first;
            first = i;
        } else if (t->slack[i] < t->slack[second]) {
            second = i;
        }
    advice->one = RULE[alone < RULES ? alone : first];
    if (alone == RULES && (t->slack[second] < t->slack[first] + 1e-6 || t->slack[second] < 0))
        advice->other = RULE[second];
}

static bool hair_too_high(const Problem *p)
{
    double rise_most = p->window[EYES].hi - p->window[HAIR].lo, width_least = p->window[WIDTH].lo;
    if (!isfinite(rise_most) || !isfinite(width_least))
        return false;
    return (p->subject->eyes.y - p->subject->hair_top_y) / p->subject->face_width > rise_most / width_least;
}

/* The next picture: all that this one shows, grown about its middle. */
static Subject grown(const Subject *of, double growth)
{
    double x = of->width_px / 2.0, y = of->height_px / 2.0;
    Subject to = *of;
    to.eyes = (Point){x + (of->eyes.x - x) * growth, y + (of->eyes.y - y) * growth};
    to.hair_top_y = y + (of->hair_top_y - y) * growth;
    to.face_width = of->face_width * growth;
    return to;
}

/* How much larger the person should be in the next picture for scale s to be had of it, with some play beyond. */
static double growth_for(const Problem *p, double s)
{
    const double PLAY = 1.1;
    double least = s / p->s_most, most = s / p->s_least;
    return most < 1 ? fmax(least, most / PLAY) : least > 1 ? fmin(most, least * PLAY) : 1;
}

/* By how much the window of `t` lies outside the next picture, on either side. */
static void put_aim(const Problem *p, const Trial *t, Advice *advice)
{
    const Subject *of = p->subject;
    const double ROUNDING_PX = 0.01;
    double above = fmax(0, -t->u / t->s), below = fmax(0, (t->u + p->out_height) / t->s - of->height_px);
    double left = -t->v / t->s, right = (t->v + p->out_width) / t->s - of->width_px;
    if (fmax(above, below) > ROUNDING_PX)
        advice->room_above_pct = fmax(1, 100 * (of->hair_top_y + above - below) / of->height_px);
    if (fmax(left, right) > ROUNDING_PX)
        advice->pan = left > right ? -1 : 1;
}

/* The least that the photographer must change: where the camera aims, then its distance, then both. */
static void advise(const Problem *p, const Trial *best, Advice *advice)
{
    static const struct { bool across, along; } AIMS[] = {{0, 0}, {1, 0}, {0, 1}, {1, 1}};
    enum { AIM_COUNT = sizeof AIMS / sizeof *AIMS };
    Problem next = *p;
    next.edge_x = next.edge_y = false;
    Trial wish = best_between(&next, p->s_least / 8, fmax(8, p->s_most));
    for (double lo = wish.s, hi = fmax(wish.s, p->s_least); hi - lo > 1e-6 * hi;) { /* of as good ones what this picture has */
        double mid = (lo + hi) / 2;
        if (place(&next, mid).least >= wish.least - AS_GOOD)
            wish = place(&next, lo = mid);
        else
            hi = mid;
    }
    double enough = wish.least > 0 ? wish.least * ENOUGH : wish.least - 1e-6;
    double growths[] = {1, growth_for(p, wish.s)};
    if (best->least < 0)
        name_conflict(p, best, advice);
    advice->hair_too_high = hair_too_high(p);
    for (int i = 0; i < 2 * AIM_COUNT; i++) {
        double growth = growths[i / AIM_COUNT];
        Subject subject = grown(p->subject, growth);
        next.subject = &subject;
        next.edge_x = !AIMS[i % AIM_COUNT].across;
        next.edge_y = !AIMS[i % AIM_COUNT].along;
        Trial t = best_of(&next);
        if (t.least < enough && i + 1 < 2 * AIM_COUNT)
            continue;
        /* the size of the person is the inverse of the distance */
        advice->nearer_pct = 100 * (1 - 1 / growth);
        put_aim(&next, &t, advice);
        return;
    }
}

void normalize_solve(const Subject *subject, const Profile *profile, int grid, Crop *out,
                     Advice *advice)
{
    Problem p = problem_of(subject, profile);
    *out = (Crop){.found = false};
    *advice = (Advice){.one = CHECK_COUNT, .other = CHECK_COUNT};
    bool covers = p.s_least <= 1;
    if (!covers) /* more pixels are needed: what is left to say is where the person stands */
        p.s_most = 8 * p.s_least;
    Trial best = best_of(&p);
    if (best.least < 0 && subject->hair_guessed) { /* no guess makes eyes or width break their rules */
        p.window[HAIR] = ANY;
        best = best_of(&p);
    }
    if (covers)
        round_to_grid(&p, profile, grid, &best, out);
    if (best.least < ENOUGH) /* no slack is more than 1 */
        advise(&p, &best, advice);
}

void normalize_facts(const Face *face, const Head *head, const Crop *crop, const Profile *profile,
                     Facts *out)
{
    double s = crop->scale, width = face->right_x - face->left_x;
    Point eyes = {(face->left_eye.x + face->right_eye.x) / 2,
                  (face->left_eye.y + face->right_eye.y) / 2};
    fact_set(out, CHECK_face_source_px, width, face->width_error);
    fact_set(out, CHECK_tilt_deg, face->tilt_deg, face->tilt_error);
    fact_set(out, CHECK_eye_opening, fmin(face->lids_left, face->lids_right), LIDS_ERROR);
    fact_set(out, CHECK_lip_gap, face->lips, LIPS_ERROR);
    if (!crop->found)
        return;
    /* a pixel's index names its centre, half a pixel inside; rows of the hair top are edges */
    fact_set(out, CHECK_hair_top_px, (head->hair_top_y - crop->y) * s, head->hair_top_error * s);
    fact_set(out, CHECK_eye_line_px, (eyes.y + 0.5 - crop->y) * s, face->eye_error * s);
    fact_set(out, CHECK_face_width_px, width * s, face->width_error * s);
    fact_set(out, CHECK_centre_offset_px,
             (eyes.x + 0.5 - crop->x) * s - profile->width_px / 2.0, face->eye_error * s);
}
