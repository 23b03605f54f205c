/* SPDX-License-Identifier: MIT */
/* Pure: a frame that shows a code (采集码 or a slip) says whose the frames behind it are, until the next one.
 * Where the order of shooting or the code leaves a doubt, nobody is bound. */
#ifndef SLIPS_H
#define SLIPS_H

#include "roster.h"

typedef enum ShotKind {
    SHOT_PLAIN,
    SHOT_CODE,   /* shows one code */
    SHOT_CODES,  /* several different ones */
    SHOT_UNREAD, /* looks like a code that cannot be read, or the frame itself cannot */
} ShotKind;

/* One frame. */
typedef struct Shot {
    const char *path;   /* its folder and its number tell the order, too */
    const char *camera; /* maker, model, number of the body; "" where it does not say */
    bool body;          /* it says the number of the body */
    bool timed, fine;   /* it says when; to parts of a second */
    int64_t time_ns;    /* of the camera's clock, which knows no zone */
    ShotKind kind;
    const char *code;   /* of SHOT_CODE */
} Shot;

typedef enum SlipProblem {
    SLIP_FINE,
    SLIP_NO_FRAMES, /* nothing was shot behind it */
    SLIP_UNKNOWN,   /* nobody of the roster; without one: no valid number */
    SLIP_SHARED,    /* several persons of the roster */
    SLIP_SEVERAL,   /* several codes in one frame */
    SLIP_UNREAD,
    SLIP_TWICE,     /* shown again behind another one */
    SLIP_ORDER,     /* equal times, or times and file numbers that contradict one another */
    SLIP_NO_TIME,   /* some frame with a code does not say when it was shot */
    SLIP_CAMERAS,   /* several cameras, whose clocks are not one, or nothing says that it is one: neither the body's
                       number nor one counter of four digits in each folder */
    SLIP_PROBLEM_COUNT
} SlipProblem;

enum { SLIP_NONE = UINT32_MAX };
enum { SLIP_UNCOUNTED = -1 };

typedef struct ShotBound {
    bool is_slip;
    SlipProblem slip;     /* of a slip */
    uint32_t frames;      /* behind a slip */
    IdProblem unbound;    /* of a photo; ID_FINE: it is bound */
    Id id;                /* of whom a photo or a slip is; kind ID_NONE: nobody */
    const Person *person; /* of the roster, or NULL */
    int missing;          /* of a bound photo: numbers of the camera's counter between it and its slip that no frame
                             has; SLIP_UNCOUNTED: no counter tells */
    uint32_t by;          /* the slip of a photo, also where that is why nobody is bound; of a slip shown again: the
                             first one. SLIP_NONE: there is none */
} ShotBound;

/* `out`: count of them, as the shots. With a roster a code is the text of its 采集码 column or an ID; without one a
 * valid ID. */
Err slips_bind(Arena *arena, const Roster *roster, const Shot *shots, size_t count, ShotBound *out);

const char *slip_problem_name(SlipProblem problem); /* "", "no_frames", "unknown", ... */

#endif
