/* SPDX-License-Identifier: MIT */
/* A workbook is a ZIP of XML parts that point at each other by relations: the package to the workbook,
 * the workbook to its sheets and to the shared strings. */
#include "xlsx.h"
#include <string.h>

enum { PARTS_MAX = 10000, SHEETS_MAX = 256, SMALL_PART_MAX = 4 << 20, PART_NAME_MAX = 512 };

/* Targets of one .rels part. */
typedef struct Relation {
    const char *id, *part;
} Relation;

typedef struct Relations {
    Table *table;
    const char *base; /* of the part they belong to, with its last '/' */
    Relation *list;
    int count;
    const char *workbook, *strings; /* found by their type */
    bool stop;
} Relations;

typedef struct Workbook {
    Table *table;
    const Relations *relations;
    bool stop;
} Workbook;

Err xlsx_part(Table *table, const char *part, uint64_t cap, const XmlEvents *events)
{
    XlsxReader *reader = table->reader;
    size_t index;
    if (!archive_find(reader->archive, part, &index))
        return fail(table->arena, ERR_USAGE,
                    "'%s' is no XLSX workbook: there is no '%s' in it; save it as XLSX",
                    table->path, part);
    Err err = xml_read(table->arena, reader->archive, index, cap, events);
    if (err.code == ERR_USAGE && !strstr(err.text, table->path))
        return fail(table->arena, ERR_USAGE, "'%s' is damaged, part '%s': %s", table->path, part,
                    err.text);
    return err;
}

static Err nothing(void *to, const char *name)
{
    (void)to, (void)name;
    return OK;
}

static Err no_text(void *to, const char *text, size_t bytes)
{
    (void)to, (void)text, (void)bytes;
    return OK;
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

/* "/xl/a.xml" from the root, "a.xml" from the folder of its part. */
static const char *resolve(Arena *own, const char *base, const char *target)
{
    if (strlen(target) > PART_NAME_MAX)
        return NULL;
    return target[0] == '/' ? arena_copy(own, target + 1)
                            : arena_print(own, "%s%s", base, target);
}

static Err take_relation(void *to, const char *name, const char **attributes)
{
    Relations *relations = to;
    Arena *own = relations->table->own;
    const char *id = xml_attribute(attributes, "Id");
    const char *type = xml_attribute(attributes, "Type");
    const char *target = xml_attribute(attributes, "Target");
    const char *mode = xml_attribute(attributes, "TargetMode");
    if (strcmp(name, "Relationship") != 0 || !id || !type || !target ||
        (mode && strcmp(mode, "External") == 0))
        return OK;
    if (relations->count == SHEETS_MAX)
        return fail(relations->table->arena, ERR_USAGE, "too many relations");
    Relation relation = {arena_copy(own, id), resolve(own, relations->base, target)};
    if (!relation.id || !relation.part)
        return fail(relations->table->arena, ERR_USAGE, "a name is too long");
    relations->list[relations->count++] = relation;
    if (ends_with(type, "/officeDocument"))
        relations->workbook = relation.part;
    else if (ends_with(type, "/sharedStrings"))
        relations->strings = relation.part;
    return OK;
}

static Err read_relations(Table *table, const char *part, const char *base, Relations *out)
{
    *out = (Relations){.table = table, .base = base};
    out->list = ARENA_ARRAY(table->own, Relation, SHEETS_MAX);
    if (!out->list)
        return fail(table->arena, ERR_MEMORY, "out of memory");
    XmlEvents events = {take_relation, nothing, no_text, out, &out->stop};
    return xlsx_part(table, part, SMALL_PART_MAX, &events);
}

static const char *part_of(const Relations *relations, const char *id)
{
    for (int i = 0; id && i < relations->count; i++)
        if (strcmp(relations->list[i].id, id) == 0)
            return relations->list[i].part;
    return NULL;
}

/* <sheet name="名单" sheetId="1" r:id="rId1" state="hidden"/>; charts are no sheets of cells, but
 * count where sheets are numbered. */
static Err take_sheet(void *to, const char *name, const char **attributes)
{
    Workbook *workbook = to;
    Table *table = workbook->table;
    const char *title = xml_attribute(attributes, "name");
    const char *state = xml_attribute(attributes, "state");
    if (strcmp(name, "sheet") != 0)
        return OK;
    if (table->sheet_count == SHEETS_MAX)
        return fail(table->arena, ERR_USAGE, "too many sheets");
    Sheet *sheet = &table->sheets[table->sheet_count++];
    *sheet = (Sheet){.name = arena_copy(table->own, title ? title : ""),
                     .part = part_of(workbook->relations, xml_attribute(attributes, "id")),
                     .hidden = state && strcmp(state, "visible") != 0};
    if (!sheet->name)
        return fail(table->arena, ERR_MEMORY, "out of memory");
    if (!sheet->part)
        return fail(table->arena, ERR_USAGE, "sheet '%s' has no part", sheet->name);
    return OK;
}

/* "xl/workbook.xml": folder "xl/", relations "xl/_rels/workbook.xml.rels". */
static Err read_workbook(Table *table, const char *part)
{
    const char *slash = strrchr(part, '/');
    size_t folder = slash ? (size_t)(slash + 1 - part) : 0;
    char *base = arena_copy(table->own, part);
    char *relations_part = arena_print(table->own, "%.*s_rels/%s.rels", (int)folder, part,
                                       part + folder);
    if (!base || !relations_part)
        return fail(table->arena, ERR_MEMORY, "out of memory");
    base[folder] = '\0';
    Relations relations;
    TRY(read_relations(table, relations_part, base, &relations));
    Workbook workbook = {.table = table, .relations = &relations};
    XmlEvents events = {take_sheet, nothing, no_text, &workbook, &workbook.stop};
    TRY(xlsx_part(table, part, SMALL_PART_MAX, &events));
    ((XlsxReader *)table->reader)->strings_part = relations.strings;
    return OK;
}

static Err xlsx_open(Table *table)
{
    XlsxReader *reader = ARENA_NEW(table->own, XlsxReader);
    Arena *own = table->own;
    if (!reader)
        return fail(table->arena, ERR_MEMORY, "out of memory");
    table->reader = reader;
    reader->cells = ARENA_ARRAY(own, Cell, TABLE_COLUMNS_MAX);
    reader->texts = arena_alloc(own, XLSX_ROW_TEXT + TABLE_TEXT_MAX);
    table->sheets = ARENA_ARRAY(own, Sheet, SHEETS_MAX);
    table->sheet_count = 0;
    table->charset = CHARSET_FIND;
    if (!reader->cells || !reader->texts || !table->sheets)
        return fail(table->arena, ERR_MEMORY, "out of memory");
    Err err = archive_open(table->arena, table->path, &reader->archive);
    if (err.code)
        return err.code != ERR_USAGE ? err : fail(table->arena, ERR_USAGE, "'%s' is no XLSX workbook, or it is damaged: save it anew as XLSX",
                                                  table->path);
    if (archive_count(reader->archive) > PARTS_MAX)
        return fail(table->arena, ERR_USAGE, "'%s' has too many parts", table->path);
    Relations package;
    TRY(read_relations(table, "_rels/.rels", "", &package));
    if (!package.workbook)
        return fail(table->arena, ERR_USAGE, "'%s' is no XLSX workbook", table->path);
    if (ends_with(package.workbook, ".bin"))
        return fail(table->arena, ERR_USAGE, "'%s' is a binary workbook (XLSB): save it as XLSX",
                    table->path);
    TRY(read_workbook(table, package.workbook));
    if (table->sheet_count == 0)
        return fail(table->arena, ERR_USAGE, "'%s' has no sheets", table->path);
    return OK;
}

static void xlsx_close(Table *table)
{
    XlsxReader *reader = table->reader;
    if (reader)
        archive_close(&reader->archive);
}

const TableKind table_xlsx = {"XLSX", xlsx_open, xlsx_sheet_read, xlsx_close, NULL};
