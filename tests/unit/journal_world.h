/* SPDX-License-Identifier: MIT */
/* An output folder with a journal, for tests. */
#ifndef JOURNAL_WORLD_H
#define JOURNAL_WORLD_H

#include "../../pipeline/journal.h"
#include "../../pipeline/made_file.h"
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <glib.h>
#include <sqlite3.h>

#define ONE "11010519491231002X"
#define TWO "440524188001010014"

typedef struct World {
    Arena *arena;
    char out[64];
    Outdir outdir;
    Journal *journal;
} World;

static inline void must(Err err)
{
    if (err.code)
        fail_msg("%s", err.text);
}

static inline void open_world(World *world)
{
    must(outdir_open(world->arena, world->out, &world->outdir));
    must(journal_open(world->arena, &world->outdir, world->out, &world->journal));
}

static inline void close_world(World *world)
{
    journal_close(world->journal);
    outdir_close(&world->outdir);
}

static inline int set_up(void **state)
{
    World *world = calloc(1, sizeof *world);
    world->arena = arena_create(1 << 26);
    strcpy(world->out, "/tmp/headroom-journal-XXXXXX");
    assert_non_null(mkdtemp(world->out));
    open_world(world);
    *state = world;
    return 0;
}

static inline int tear_down(void **state)
{
    World *world = *state;
    char command[128];
    close_world(world);
    snprintf(command, sizeof command, "rm -r %s", world->out);
    assert_int_equal(system(command), 0);
    arena_destroy(world->arena);
    free(world);
    return 0;
}

static inline void write_output(const World *world, const char *relative)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", world->out, relative);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("jpeg", file);
    fclose(file);
}

static inline bool is_there(const World *world, const char *relative)
{
    MadeFile file;
    assert_int_equal(made_file_look(NULL, world->outdir.folder, relative, &file).code, ERR_NONE);
    return file.bytes >= 0;
}

static inline void put(World *world, const char *path, const char *id, const char *output)
{
    Id bound = id_parse(id);
    Row row = {.path = path,
               .shown = path,
               .id = &bound,
               .files_for_id = 1,
               .attempt = 2,
               .stamp = {1, 2, 3, UINT64_MAX},
               .trusted = true,
               .sha256 = "aa",
               .profile = "p",
               .program = "g",
               .verdict = output[0] ? VERDICT_PASS : VERDICT_REJECT,
               .action = ACTION_MADE,
               .output = output,
               .output_sha256 = "bb",
               .record = "{\"a\":1}",
               .times = "{}"};
    must(journal_put(world->arena, world->journal, &row));
}

static inline void reopen(World *world)
{
    close_world(world);
    open_world(world);
}

static inline int add_text(void *user, int count, char **texts, char **names)
{
    (void)count, (void)names;
    g_string_append_printf(user, "%s\n", texts[0]);
    return 0;
}

/* Every column of every table, and every index. */
static inline char *shape_of(const World *world)
{
    static const char sql[] =
        "SELECT m.name||' '||p.cid||' '||p.name||' '||p.type||' '||p.\"notnull\"||' '||ifnull(p.dflt_value,'-')||' '||p.pk"
        " FROM sqlite_master m JOIN pragma_table_xinfo(m.name) p WHERE m.type='table' ORDER BY m.name, p.cid;"
        "SELECT name||' '||tbl_name||' '||ifnull(sql,'') FROM sqlite_master WHERE type='index' ORDER BY name;"
        "SELECT name||' '||wr FROM pragma_table_list ORDER BY name";
    char path[96];
    sqlite3 *db;
    GString *out = g_string_new("");
    snprintf(path, sizeof path, "%s/journal.db", world->out);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, add_text, out, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    return g_string_free(out, FALSE);
}

#endif
