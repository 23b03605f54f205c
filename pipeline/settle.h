/* SPDX-License-Identifier: MIT */
/* Pure: what was measured of every photo, the roster and the decisions become what counts. Cheap, so
 * it runs over all rows after every belt: another roster or decision needs no photo measured again. */
#ifndef SETTLE_H
#define SETTLE_H

#include "alike.h"
#include "bind.h"
#include "decisions.h"
#include "photo.h"
#include "profile.h"

enum { HOME_BYTES = 128 };

/* One row of the journal. */
typedef struct SettleRow {
    const char *path;  /* its key */
    const char *shown; /* its last part is the file's name */
    const char *slip;  /* whose it is, as bind_frame reads it; NULL or "": its name says so */
    const char *sha256, *faults;
    const char *profile; /* hash of that which judged it; NULL: of this run */
    uint64_t likeness[ALIKE_WORDS];
    bool alike;         /* likeness is known */
    Verdict judged;     /* by its own pixels */
    const char *output; /* where its made photo lies, "" for none */
    bool stands;        /* and is what was written */
    bool kept;          /* an earlier attempt that passed, of which the file is gone or other now */
    bool gone;         /* no file is at its path any more; looked up only where bytes are shared */
    int attempt;
    int others; /* files of this person that are not among the rows */
    int elsewhere; /* other persons who hold these bytes and are not among the rows */
    const char *twin; /* the key of one of them; NULL: there is none */
} SettleRow;

/* Bytes that once counted for a person. With COUNTED_SOUND before the key they were sound (see Settled), but did not count. */
#define COUNTED_SOUND "sound:"
typedef struct Counted {
    const char *sha256, *key;
} Counted;

/* What a decision met. */
typedef enum Met {
    MET_NOTHING, /* nobody's photo is filed under its ID */
    MET_OTHERS,  /* other bytes than it judged, or several files and it does not say which */
    MET_IDLE,    /* its photo, of which it changes nothing: accept what is rejected or passes, waive what is not at fault, or a later line says otherwise */
    MET_PHOTO,
    MET_COUNT
} Met;

/* Small: there are as many as photos. Whose it is in full: bind_file on the row's path shown. */
typedef struct Settled {
    const char *key;      /* of its person; "" for nobody */
    const Person *person; /* of the roster, or NULL */
    Verdict verdict;
    double facts[BINDING_CHECKS]; /* NaN: nothing to judge */
    const Person *maybe;          /* a typo away; never applied */
    const char *twin;             /* key of whom same_bytes or same_picture is about, of several one; NULL: nobody */
    bool twin_before;             /* these bytes counted for that one before, whatever stands there now */
    const Decision *decisions;    /* on this person; see settle_met */
    size_t decision_count;
    const Met *met;          /* what each of them met, on all photos of this person */
    bool *waived;                 /* per check: it is at fault and a decision waives it; NULL: none is waived */
    bool *surfaced;               /* per check: unmeasured, and now asks for a look; NULL with waived */
    bool accepted;                /* in REVIEW, and a person accepted it */
    bool outgrown;                /* accepted, before it was known that its picture may be another person's: see Decision.known */
    bool rejected;                /* by a person */
    bool ready;                   /* belongs into photos/ and the package */
    bool sound;                   /* would be ready if roster and profile said nothing against it, and once it counted, nor its person's
                                     other files; of earlier attempts not told */
    bool kept_by;                 /* an earlier attempt of this person stays in photos/ */
    const struct Settled *yields_to; /* of another ID, with the same bytes: until that one counts, this
                                        row waits, then it goes; NULL: to nobody */
    bool drop;                    /* a row that is no longer wanted */
    bool open; /* its made photo belongs into photos/ or review/, if it may have a name there */
} Settled;

typedef struct SettleAsk {
    bool making;
    bool provisional; /* more rows may follow: who is alone with their bytes so far need not stay so */
    const Profile *profile;
    const Roster *roster; /* NULL: none */
    Decisions *decisions; /* NULL: none; those without a sha256 are bound where they can be */
    const SettleRow *rows;
    size_t count;
    const Counted *counted; /* by sha256: all that ever counted */
    size_t counted_count;
} SettleAsk;

typedef struct Settlement {
    Settled *rows;  /* as asked */
    bool *has_file; /* per person of the roster: some file is bound to them */
    bool *is_ready; /* per person: a photo that counts */
    const char **hint; /* per person: a file whose name is a typo away, or NULL; of several the last by path */
    const char **hint_path; /* its path */
    bool stands;    /* every made photo does, and no file whose bytes are shared is gone */
    size_t missing; /* eligible persons without a file */
    size_t unready; /* eligible persons without a photo that counts, the missing among them */
    size_t ready;   /* photos that count */
    size_t kept;    /* earlier attempts that count */
    size_t gone;    /* photos that count although their file was looked for by this run and is no more */
    Met *met;       /* per decision as asked */
    size_t met_count[MET_COUNT];
} Settlement;

Err settle_rows(Arena *arena, const SettleAsk *ask, Settlement *out);

/* The same in parts: `begin` makes room for persons and decisions, `some` settles rows of which none has to do with a row
 * of another part (no person, bytes or picture is shared), `suggest` then what is a stranger, once the files of all
 * persons are known, and `end` adds up. ask->rows are those of the part; out->rows lies in the arena given to `some`. */
Err settle_begin(Arena *arena, const SettleAsk *ask, Settlement *out);
Err settle_some(Arena *arena, const SettleAsk *ask, Settlement *out);
bool settle_is_stranger(const SettleAsk *ask, const SettleRow *row, const Settled *settled);
void settle_suggest(const SettleAsk *ask, Settlement *out);
void settle_end(const SettleAsk *ask, Settlement *out);

/* What a decision on its person met in a row. */
Met settle_met(const Settled *settled, const Decision *decision, const char *sha256);

/* Where the made photo of a row belongs, "" for none. */
void settle_home(const SettleAsk *ask, const SettleRow *row, const Settled *settled, char out[HOME_BYTES]);

#endif
