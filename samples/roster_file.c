/* SPDX-License-Identifier: MIT */
/* Written with other means than the reader's: literal XML, shapelib, glib's conversion. */
#include "roster_file.h"

#include <glib.h>
#include <shapefil.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <zip.h>

enum { FIELDS = 6 };

typedef struct Field {
    const char *header, *dbf;
    size_t offset;
    int width; /* in bytes of GB18030 */
} Field;

// clang-format off
static const Field fields[FIELDS] = {
    {"姓名",     "XM",   offsetof(RosterRow, name),       48},
    {"身份证号", "SFZH", offsetof(RosterRow, id),         32},
    {"证件类型", "ZJLX", offsetof(RosterRow, id_type),    16},
    {"班级",     "BJMC", offsetof(RosterRow, class_name), 32},
    {"函授站",   "FY",   offsetof(RosterRow, site),       32},
    {"毕业结论", "BJYJL", offsetof(RosterRow, status),    16},
};
// clang-format on

static const char *cell(const RosterRow *row, int field)
{
    return (const char *)row + fields[field].offset;
}

static Err save(Arena *arena, const char *folder, const char *name, const GString *text)
{
    const char *path = arena_print(arena, "%s/%s", folder, name);
    if (!path || !g_file_set_contents(path, text->str, (gssize)text->len, NULL))
        return fail(arena, ERR_IO, "cannot write '%s/%s'", folder, name);
    return OK;
}

static Err write_csv(Arena *arena, const char *folder, const RosterRow *rows, int count)
{
    g_autoptr(GString) text = g_string_new("2026 年毕业生名单,,,,,\r\n");
    for (int i = -1; i < count; i++)
        for (int k = 0; k < FIELDS; k++)
            g_string_append_printf(text, "%s%s", i < 0 ? fields[k].header : cell(&rows[i], k),
                                   k == FIELDS - 1 ? "\r\n" : ",");
    gsize size = 0;
    g_autofree char *bytes =
        g_convert(text->str, (gssize)text->len, "GB18030", "UTF-8", NULL, &size, NULL);
    if (!bytes)
        return fail(arena, ERR_FORMAT, "a name is not to be had in GB18030");
    g_string_truncate(text, 0);
    g_string_append_len(text, bytes, (gssize)size);
    return save(arena, folder, "roster.csv", text);
}

static Err write_dbf(Arena *arena, const char *folder, const RosterRow *rows, int count)
{
    const char *path = arena_print(arena, "%s/roster.dbf", folder);
    DBFHandle dbf = path ? DBFCreateEx(path, "LDID/77") : NULL;
    bool whole = dbf;
    for (int k = 0; whole && k < FIELDS; k++)
        whole = DBFAddField(dbf, fields[k].dbf, FTString, fields[k].width, 0) == k;
    for (int i = 0; whole && i < count; i++)
        for (int k = 0; k < FIELDS; k++) {
            g_autofree char *text =
                g_convert(cell(&rows[i], k), -1, "GB18030", "UTF-8", NULL, NULL, NULL);
            whole &= text && DBFWriteStringAttribute(dbf, i, k, text);
        }
    if (dbf)
        DBFClose(dbf);
    return whole ? OK : fail(arena, ERR_IO, "cannot write '%s/roster.dbf'", folder);
}

static const struct {
    const char *name, *text;
} parts[] = {
    {"[Content_Types].xml",
     "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
     "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
     "<Default Extension=\"rels\" "
     "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
     "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
     "<Override PartName=\"/xl/workbook.xml\" ContentType="
     "\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>"
     "<Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType="
     "\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/></Types>"},
    {"_rels/.rels",
     "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
     "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
     "<Relationship Id=\"rId1\" Target=\"xl/workbook.xml\" Type=\"http://schemas."
     "openxmlformats.org/officeDocument/2006/relationships/officeDocument\"/></Relationships>"},
    {"xl/workbook.xml",
     "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
     "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" "
     "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">"
     "<sheets><sheet name=\"名单\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"},
    {"xl/_rels/workbook.xml.rels",
     "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
     "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
     "<Relationship Id=\"rId1\" Target=\"worksheets/sheet1.xml\" Type=\"http://schemas."
     "openxmlformats.org/officeDocument/2006/relationships/worksheet\"/></Relationships>"},
};

static void sheet_xml(GString *text, const RosterRow *rows, int count)
{
    g_string_append(text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?><worksheet xmlns="
                          "\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">"
                          "<sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is>"
                          "<t>2026 年毕业生名单</t></is></c></row>");
    for (int i = -1; i < count; i++) {
        g_string_append_printf(text, "<row r=\"%d\">", i + 3);
        for (int k = 0; k < FIELDS; k++) {
            g_autofree char *safe =
                g_markup_escape_text(i < 0 ? fields[k].header : cell(&rows[i], k), -1);
            g_string_append_printf(text, "<c r=\"%c%d\" t=\"inlineStr\"><is><t>%s</t></is></c>",
                                   'A' + k, i + 3, safe);
        }
        g_string_append(text, "</row>");
    }
    g_string_append(text, "</sheetData></worksheet>");
}

static bool add_part(zip_t *zip, const char *name, const char *text, size_t size)
{
    zip_source_t *source = zip_source_buffer(zip, text, size, 0);
    zip_int64_t at = source ? zip_file_add(zip, name, source, ZIP_FL_ENC_UTF_8) : -1;
    return at >= 0 && zip_file_set_mtime(zip, (zip_uint64_t)at, 1767225600, 0) == 0;
}

static Err write_xlsx(Arena *arena, const char *folder, const RosterRow *rows, int count)
{
    const char *path = arena_print(arena, "%s/roster.xlsx", folder);
    g_autoptr(GString) sheet = g_string_new("");
    zip_t *zip = path ? zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, NULL) : NULL;
    bool whole = zip;
    sheet_xml(sheet, rows, count);
    for (size_t i = 0; whole && i < sizeof parts / sizeof *parts; i++)
        whole = add_part(zip, parts[i].name, parts[i].text, strlen(parts[i].text));
    whole = whole && add_part(zip, "xl/worksheets/sheet1.xml", sheet->str, sheet->len);
    if (zip && zip_close(zip)) {
        zip_discard(zip);
        whole = false;
    }
    return whole ? OK : fail(arena, ERR_IO, "cannot write '%s/roster.xlsx'", folder);
}

Err roster_write(Arena *arena, const char *folder, const RosterRow *rows, int count)
{
    TRY(write_csv(arena, folder, rows, count));
    TRY(write_dbf(arena, folder, rows, count));
    return write_xlsx(arena, folder, rows, count);
}
