/* SPDX-License-Identifier: MIT */
/* XML, of a part of an archive or in memory, as a stream of events. */
#ifndef XML_H
#define XML_H

#include "archive.h"

typedef struct XmlEvents {
    /* Names come without their prefix. Attributes: name, value, ..., NULL. */
    Err (*open)(void *to, const char *name, const char **attributes);
    Err (*close)(void *to, const char *name);
    Err (*text)(void *to, const char *text, size_t bytes); /* in pieces */
    void *to;
    bool *stop; /* set by an event: enough was read */
} XmlEvents;

/* Reads entry `index`. ERR_USAGE: no XML, a DOCTYPE (and so no entities), more than `cap` bytes or far
 * more than it takes in the archive, deeper than 64 elements, a single token over 1 MiB. Errors live in `arena`. */
Err xml_read(Arena *arena, Archive *archive, size_t index, uint64_t cap, const XmlEvents *events);

/* Of a tag in a text, while its event is told; of an empty element's end both are behind it. */
typedef struct XmlPlace {
    size_t start, end;
} XmlPlace;

/* The same of UTF-8 in memory, whatever encoding it names. `place` may be NULL. */
Err xml_read_text(Arena *arena, const char *text, size_t bytes, const XmlEvents *events, XmlPlace *place);

/* The value of the attribute, whatever its prefix; NULL: it has none. */
const char *xml_attribute(const char **attributes, const char *name);

#endif
