/* SPDX-License-Identifier: MIT */
/* Tables as offices write them: files from literal text, workbooks from literal XML, DBF by the library. */
#ifndef MAKE_TABLE_H
#define MAKE_TABLE_H

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <shapefil.h>
#include <zip.h>
#include "../../pipeline/table.h"
#include "folder_fixture.h"

enum { MADE_PATH = 256 };

static void made_path(const char *name, char out[MADE_PATH])
{
    snprintf(out, MADE_PATH, "%s/%s", folder, name);
}

__attribute__((unused)) static void make_file(const char *path, const void *data, size_t bytes)
{
    FILE *file = fopen(path, "wb");
    assert(file && fwrite(data, 1, bytes, file) == bytes);
    fclose(file);
}

/* One part of a workbook. */
typedef struct Part {
    const char *name, *text;
} Part;

#define TYPES "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
#define RELATIONS(list) "<Relationships>" list "</Relationships>"
#define RELATION(id, type, target)                                                                 \
    "<Relationship Id=\"" id "\" Type=\"" TYPES type "\" Target=\"" target "\"/>"
#define SHEET(rows)                                                                                \
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><worksheet><sheetData>" rows "</sheetData></worksheet>"
#define TEXT(place, text) "<c r=\"" place "\" t=\"inlineStr\"><is><t>" text "</t></is></c>"
#define SHARED(place, index) "<c r=\"" place "\" t=\"s\"><v>" index "</v></c>"
#define NUMBER(place, value) "<c r=\"" place "\"><v>" value "</v></c>"
#define ROW(number, cells) "<row r=\"" number "\">" cells "</row>"

/* What every workbook here starts with; later parts of the same name replace these. */
static const Part usual_parts[] = {
    {"_rels/.rels", RELATIONS(RELATION("r1", "officeDocument", "xl/workbook.xml"))},
    {"xl/workbook.xml", "<workbook xmlns:r=\"r\"><sheets><sheet name=\"名单\" r:id=\"r1\"/>"
                        "<sheet name=\"二\" r:id=\"r2\"/></sheets></workbook>"},
    {"xl/_rels/workbook.xml.rels",
     RELATIONS(RELATION("r1", "worksheet", "worksheets/sheet1.xml")
                   RELATION("r2", "worksheet", "/xl/worksheets/sheet2.xml")
                       RELATION("r3", "sharedStrings", "sharedStrings.xml"))},
    {"xl/sharedStrings.xml", "<sst><si><t>身份证号</t></si><si><t>姓名</t></si></sst>"},
    {"xl/worksheets/sheet2.xml", SHEET("")},
};

static void add_part(zip_t *zip, const Part *part)
{
    zip_source_t *source = zip_source_buffer(zip, part->text, strlen(part->text), 0);
    assert(source && zip_file_add(zip, part->name, source, ZIP_FL_OVERWRITE) >= 0);
}

/* `parts` ends in a name of NULL. */
__attribute__((unused)) static void make_xlsx(const char *path, const Part *parts)
{
    zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, NULL);
    assert(zip);
    for (size_t i = 0; i < sizeof usual_parts / sizeof *usual_parts; i++)
        add_part(zip, &usual_parts[i]);
    for (; parts->name; parts++)
        add_part(zip, parts);
    assert(zip_close(zip) == 0);
}

typedef struct DbfColumn {
    const char *name;
    char type;
    int width;
} DbfColumn;

/* Rows of as many texts as there are columns; both end in NULL. `page`: "LDID/77", or NULL. */
__attribute__((unused)) static void make_dbf(const char *path, const char *page,
                                             const DbfColumn *columns, const char *const *cells)
{
    DBFHandle dbf = DBFCreateEx(path, page);
    int count = 0;
    assert(dbf);
    for (; columns[count].name; count++)
        assert(DBFAddNativeFieldType(dbf, columns[count].name, columns[count].type,
                                     columns[count].width, 0) >= 0);
    for (int i = 0; cells[i]; i++)
        assert(DBFWriteAttributeDirectly(dbf, i / count, i % count, (void *)cells[i]));
    DBFClose(dbf);
}

/* "1:a|b|#5;" row by row; '#' before numbers. */
typedef struct Dump {
    char text[4096];
    size_t used;
    uint32_t stop_at; /* 0: never */
} Dump;

static Err dump_row(void *to, const TableRow *row, bool *stop)
{
    Dump *dump = to;
    size_t room = sizeof dump->text;
    dump->used += snprintf(dump->text + dump->used, room - dump->used, "%u:", row->number);
    for (int i = 0; i < row->count && dump->used < room; i++)
        dump->used += snprintf(dump->text + dump->used, room - dump->used, "%s%s%s", i ? "|" : "",
                               row->cells[i].number ? "#" : "", row->cells[i].text);
    assert(dump->used + 1 < room);
    strcpy(dump->text + dump->used++, ";");
    *stop = row->number == dump->stop_at;
    return OK;
}

__attribute__((unused)) static Err dump_table(Arena *arena, const char *path, int sheet, Dump *dump)
{
    Table *table;
    Err err = table_open(arena, path, CHARSET_FIND, &table);
    if (!err.code)
        err = table_read(table, sheet, dump_row, dump);
    table_close(&table);
    return err;
}

#endif
