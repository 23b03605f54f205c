/* SPDX-License-Identifier: MIT */
#include "slip_line.h"
#include <string.h>
#include "../pipeline/idnum.h"
#include "line.h"

typedef struct Problem {
    const char *name;
    MessageId message;
} Problem;

// clang-format off
static const Problem problems[] = {
    {"no_frames", MESSAGE_slip_no_frames}, {"unknown", MESSAGE_slip_unknown}, {"shared", MESSAGE_slip_shared},
    {"several", MESSAGE_slip_several},     {"unread", MESSAGE_slip_unread},   {"twice", MESSAGE_slip_twice},
    {"order", MESSAGE_slip_order},         {"no_time", MESSAGE_slip_no_time}, {"cameras", MESSAGE_slip_cameras},
};
// clang-format on

static const char *problem_text(Lang lang, const char *problem)
{
    for (size_t i = 0; i < sizeof problems / sizeof *problems; i++)
        if (strcmp(problem, problems[i].name) == 0)
            return text_message(lang, problems[i].message);
    return "";
}

static const char *name_of(Arena *arena, const json_t *line)
{
    char id[64];
    const char *name = line_text(line, "name");
    if (*name)
        return name;
    id_mask(line_text(line, "id"), id);
    return arena_copy(arena, id);
}

void slip_add_text(Arena *arena, Lang lang, json_t *line)
{
    const char *problem = line_text(line, "problem"), *name = name_of(arena, line);
    int frames = (int)line_number(line, "frames", 0);
    char *fine = *problem ? NULL : arena_print(arena, text_message(lang, MESSAGE_slip_fine), name ? name : "", frames);
    const char *text = *problem ? problem_text(lang, problem) : fine;
    if (fine)
        text_plural(fine);
    if (text)
        json_object_set_new(line, "text", json_string(text));
}

bool slip_is_wrong(const json_t *line)
{
    const char *problem = line_text(line, "problem");
    return *problem && strcmp(problem, "no_frames") != 0; /* yet */
}

const char *slip_words(Arena *arena, Lang lang, const json_t *line)
{
    const char *problem = line_text(line, "problem");
    const char *what = slip_is_wrong(line) ? problem_text(lang, problem) : name_of(arena, line);
    return what ? arena_print(arena, text_message(lang, MESSAGE_slip_seen), what) : NULL;
}

const char *slip_unbound(Arena *arena, Lang lang, const json_t *record)
{
    switch (id_problem_find(line_text(record, "id_problem"))) {
    case ID_BEFORE_CODE:
        return text_message(lang, MESSAGE_unbound_before_code);
    case ID_BAD_CODE:
        return arena_print(arena, text_message(lang, MESSAGE_unbound_bad_code), line_text(record, "bound_by"));
    case ID_UNREAD_CODE:
        return text_message(lang, MESSAGE_unbound_unread_code);
    case ID_NO_ORDER:
        return text_message(lang, MESSAGE_unbound_no_order);
    case ID_NO_NUMBER:
        return text_message(lang, MESSAGE_unbound_no_number);
    case ID_AMBIGUOUS:
        return text_message(lang, MESSAGE_unbound_ambiguous);
    case ID_BAD_DATE:
        return text_message(lang, MESSAGE_unbound_bad_date);
    case ID_BAD_CHECK:
        return text_message(lang, MESSAGE_unbound_bad_check);
    case ID_FINE:
        break;
    }
    return NULL;
}
