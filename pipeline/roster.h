/* SPDX-License-Identifier: MIT */
/* Who should have a photo: the eligibility batch, read from XLSX, XLS, CSV/TSV, DBF, a web page or XML of Excel 2003. */
#ifndef ROSTER_H
#define ROSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "err.h"
#include "idnum.h"

/* One row. Texts are UTF-8, trimmed, live in the arena; "" where the roster has no such column. */
typedef struct Person {
    Id id;               /* normalised; ID_OTHER (officer certificates) matches by exact text only.
                            problem ID_BAD_CHECK: the roster vouches, a note */
    const char *key;     /* id_key(): 15 and 18 digits of one person meet */
    const char *name, *student_no, *exam_no, *major, *class_name, *site, *level, *college, *remark;
    const char *status;  /* as written: 毕业, 结业, 退学 ... */
    const char *code;    /* what this person's collection code (采集码) says */
    const char *group;   /* class, else site, else major: what the lists are grouped by */
    bool eligible;       /* by the status column; true where there is none */
    bool contradicts_id; /* sex or birth date column says other than the number: a note */
    bool rows_differ;    /* its rows disagree on name or status; eligible only if all of them say so */
    uint32_t row;        /* in the sheet, from 1 */
    int rows;            /* rows with this key; 1 is right. Only the first is in the list */
    const char *row_list; /* "5, 9": all of them, where there are several; else NULL */
    int names;            /* different ones in them, as far as name_list has them */
    const char *name_list; /* "张三, 李四": all of them, where there are several; else NULL */
} Person;

/* How to read it; all optional but path. */
typedef struct RosterAsk {
    const char *path;
    const char *sheet;          /* name, or number from 1; NULL: the first visible that has a header */
    const char *encoding;       /* "utf-8", "gb18030" ...; NULL: found on the whole file */
    const char *const *columns; /* "id=证件号", "name=B", "status=" (ignore it): fields are those of
                                   roster_words.h; NULL-terminated; NULL: none */
} RosterAsk;

typedef struct Roster {
    Person *list;       /* in the roster's order, one per key */
    size_t count;
    uint32_t *by_key;   /* count indices, bytewise by key */
    size_t rows, duplicate_rows, eligible;
    char hash[17];      /* XXH3-64 of the meaning, hex */
    const char *note;   /* how it was read, for people: "XLSX, sheet '名单', header in row 3"; names sheets with
                           a header that were not read */
} Roster;

/* ERR_USAGE names file, sheet, cell and what to do: no ID column, an ID that a spreadsheet damaged
 * (1.1E+17, a tail of zeros with a wrong check digit, a numeric cell of 16 and more digits but for 18 of a DBF with their check digit), an
 * invalid ID, an unknown or empty status or kind of document, a row that has cells but no ID (lines
 * below the last person are left out), a CSV row of other width than its header, nobody at all, a file
 * that cannot be read. The first is told in full, of the others the cells. IDs are masked. */
Err roster_load(Arena *arena, const RosterAsk *ask, Roster *out);

/* Two certificates that only capital letters tell apart: no file name would, on many systems. `scratch`
 * holds a list meanwhile. ERR_USAGE names their rows. */
Err roster_refuse_twins(Arena *arena, Arena *scratch, const char *path, const Roster *roster);

/* The person of that key, or NULL. */
const Person *roster_find(const Roster *roster, const char *key);

/* A one-digit typo or a swap of neighbours away from `id` (18 digits) that is exactly one person of the
 * roster for whom `has_photo` (one flag per person) is false. Never applied by itself. NULL: none. */
const Person *roster_suggest(const Roster *roster, const char *id, const bool *has_photo);

#endif
