/* SPDX-License-Identifier: MIT */
/* Rows of every kind that has to do with others, settled as a whole and in parts of any size: the same. */
#include "../../pipeline/settle_out.h"
#include "../../pipeline/settle_parts.h"
#include "../../pipeline/made_file.h"
#include "journal_world.h"

enum { PERSONS = 160, ROWS = 260, SHOWN = 4 };

typedef struct Scene {
    Arena *arena;
    Profile profile;
    Person people[PERSONS];
    uint32_t by_key[PERSONS];
    Roster roster;
    Decision list[SHOWN];
    Decisions decisions;
    char ids[2 * PERSONS][20];
    unsigned seed;
} Scene;

static unsigned draw(Scene *scene, unsigned below)
{
    scene->seed = scene->seed * 1103515245u + 12345u;
    return (scene->seed >> 16) % below;
}

/* Every second is a valid number, and may be on the roster; the one behind it is one typo away. */
static void make_id(unsigned n, char out[20])
{
    static const int weights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    snprintf(out, 20, "11010519%02u0%u%02u%03u", 70 + n / 2 % 30, 1 + n / 2 % 9, 10 + n / 60 % 18, 12);
    for (int i = 0; i < 17; i++)
        sum += (out[i] - '0') * weights[i];
    out[17] = "10X98765432"[sum % 11];
    out[18] = '\0';
    out[16] = n % 2 ? '7' : '2';
}

static int by_key(const void *a, const void *b)
{
    return strcmp(((const Person *)a)->key, ((const Person *)b)->key);
}

static void make_scene(Scene *scene, unsigned seed)
{
    *scene = (Scene){.seed = seed, .arena = arena_create(1 << 20)};
    must(profile_load(scene->arena, "college-light-blue", &scene->profile));
    for (unsigned i = 0; i < 2 * PERSONS; i++)
        make_id(i, scene->ids[i]);
    for (unsigned i = 0; i < PERSONS; i++)
        scene->people[i] = (Person){.id = id_parse(scene->ids[2 * i]), .key = scene->ids[2 * i], .name = "n", .group = "g",
                                    .eligible = i % 11 != 0};
    qsort(scene->people, PERSONS, sizeof *scene->people, by_key);
    for (uint32_t i = 0; i < PERSONS; i++)
        scene->by_key[i] = i;
    scene->roster = (Roster){.list = scene->people, .count = PERSONS, .by_key = scene->by_key, .eligible = PERSONS};
    static const Ruling rulings[SHOWN] = {RULING_REJECT, RULING_ACCEPT, RULING_REJECT, RULING_WAIVE};
    for (unsigned i = 0; i < SHOWN; i++) {
        Decision *decision = &scene->list[i];
        *decision = (Decision){.id = scene->ids[2 * i], .by = "b", .reason = "r", .date = "2024-01-01",
                               .check = rulings[i] == RULING_WAIVE ? CHECK_tilt_deg : CHECK_COUNT, .ruling = rulings[i]};
        strcpy(decision->key, decision->id);
        snprintf(decision->tag, sizeof decision->tag, "t%u", i);
    }
    scene->decisions = (Decisions){scene->list, SHOWN};
}

/* Of few fingerprints, each with some of its bits turned. */
static void make_likeness(Scene *scene, char out[65])
{
    unsigned family = draw(scene, 3) ? draw(scene, 5000) : draw(scene, 60);
    for (unsigned i = 0; i < 64; i++)
        out[i] = "0123456789abcdef"[(family * 2654435761u >> (i % 28)) * (i + 3) * (family + 1) % 16];
    for (unsigned turns = draw(scene, 5); turns; turns--)
        out[draw(scene, 64)] = "0123456789abcdef"[draw(scene, 16)];
    out[64] = '\0';
}

/* What had passed and is kept, since a newer attempt did not: another picture. */
static void put_earlier(Scene *scene, World *world, const Row *newer, const char *id)
{
    char output[64], sha256[65], likeness[65];
    snprintf(output, sizeof output, "photos/%s.JPG", id);
    snprintf(sha256, sizeof sha256, "e%s", newer->sha256 + 1);
    write_output(world, output);
    make_likeness(scene, likeness);
    Row row = *newer;
    row.likeness = likeness;
    row.output = output;
    row.sha256 = sha256;
    row.attempt = newer->attempt > 1 ? newer->attempt - 1 : 2;
    row.verdict = row.final = VERDICT_PASS;
    row.settled = "{}";
    must(journal_put(world->arena, world->journal, &row));
    must(journal_retire(world->arena, world->journal, row.path, newer));
}

static void put_rows(Scene *scene, World *world)
{
    for (unsigned i = 0; i < ROWS; i++) {
        char path[96], sha256[65], likeness[65], held[96];
        const char *id = scene->ids[draw(scene, 2 * PERSONS) & (draw(scene, 5) ? ~1u : ~0u)];
        if (i % 29 == 0)
            snprintf(path, sizeof path, "/%03u/someone%u.jpg", draw(scene, 500), i);
        else
            snprintf(path, sizeof path, "/%03u/%u/%s.jpg", draw(scene, 500), i, id);
        snprintf(sha256, sizeof sha256, "%064x", draw(scene, 8) ? i + 1000 : draw(scene, 40));
        make_likeness(scene, likeness);
        snprintf(held, sizeof held, ".held/%u.JPG", i);
        write_output(world, held);
        Id bound = id_parse(id);
        Row row = {.path = path, .shown = path + 1, .id = &bound, .files_for_id = 1, .attempt = 1 + (int)draw(scene, 3), .sha256 = sha256,
                   .profile = i % 17 ? scene->profile.hash : "other", .program = "make g", .verdict = draw(scene, 4) ? VERDICT_PASS : VERDICT_REVIEW, .action = ACTION_MADE,
                   .output = held, .output_sha256 = "bb", .likeness = likeness, .record = "{}", .times = "{}", .faults = "[]"};
        if (i % 13 == 0 && i % 29)
            put_earlier(scene, world, &row, id);
        must(journal_put(world->arena, world->journal, &row));
    }
    must(journal_commit(world->arena, world->journal));
}

typedef struct Said {
    FILE *file;
    const Outdir *outdir;
} Said;

static Err say(void *user, const Line *line)
{
    const Said *said = user;
    MadeFile made;
    TRY(made_file_look(NULL, said->outdir->folder, line->output, &made));
    bool there = *line->output && made.bytes >= 0;
    fprintf(said->file, "%s|%s|%s|%s|%d|%d\n", line->id, line->settled, line->kept_settled, line->output, line->verdict == VERDICT_PASS, there);
    return OK;
}

/* All that settling says, twice, since the second time rows lie elsewhere. */
static char *settle_in(unsigned seed, bool with_roster, size_t part_rows)
{
    World *world;
    Scene *scene = calloc(1, sizeof *scene);
    char *text = NULL;
    size_t size;
    set_up((void **)&world);
    make_scene(scene, seed);
    put_rows(scene, world);
    FILE *file = open_memstream(&text, &size);
    for (int round = 0; round < 2; round++) {
        Settlement end;
        SettleJob job = {.journal = world->journal, .outdir = &world->outdir, .making = true, .profile = &scene->profile,
                         .roster = with_roster ? &scene->roster : NULL, .decisions = &scene->decisions, .part_rows = part_rows};
        must(settle_ahead(world->arena, &job, true));
        must(settle_out(world->arena, &job, &end));
        must(journal_each(world->arena, world->journal, say, &(Said){file, &world->outdir}));
        fprintf(file, "%zu %zu %zu %zu %d", end.missing, end.unready, end.ready, end.kept, end.stands);
        for (int i = 0; i < MET_COUNT; i++)
            fprintf(file, " %zu", end.met_count[i]);
        for (unsigned i = 0; with_roster && i < PERSONS; i++)
            fprintf(file, " %d%d%s", end.has_file[i], end.is_ready[i], end.hint[i] ? end.hint[i] : "");
        for (unsigned i = 0; i < SHOWN; i++)
            fprintf(file, " %d %s", end.met[i], scene->list[i].sha256);
        fputc('\n', file);
    }
    fclose(file);
    arena_destroy(scene->arena);
    free(scene);
    tear_down((void **)&world);
    return text;
}

static size_t count_of(const char *text, const char *what)
{
    size_t count = 0;
    for (const char *at = text; (at = strstr(at, what)); at++)
        count++;
    return count;
}

static void parts_of_any_size_are_settled_like_the_whole(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 7, 40, 125};
    size_t same_bytes = 0, same_picture = 0, maybe = 0, kept = 0, passed = 0;
    for (unsigned seed = 1; seed <= 3; seed++) {
        char *whole = settle_in(seed, seed % 2, ROWS);
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            char *parts = settle_in(seed, seed % 2, sizes[i]);
            assert_string_equal(whole, parts);
            free(parts);
        }
        same_bytes += count_of(whole, "\"same_bytes\",\"level\":\"REJECT\"");
        same_picture += count_of(whole, "\"same_picture\",\"level\":\"REVIEW\"");
        maybe += count_of(whole, "\"maybe\"");
        kept += count_of(whole, "\"kept\":true");
        passed += count_of(whole, "|1|1\n");
        free(whole);
    }
    assert_true(same_bytes > 20 && same_picture > 20 && maybe > 10 && kept > 2 && passed > 100); /* else nothing was compared */
}

/* Few are apart where few have to do with others: else memory would be that of all rows. */
static void only_who_has_to_do_with_others_is_apart(void **state)
{
    (void)state;
    World *world;
    Profile profile;
    bool whole;
    Parts parts;
    set_up((void **)&world);
    must(profile_load(world->arena, "college-light-blue", &profile));
    for (unsigned i = 0; i < 100; i++) {
        char path[32], id[20], sha256[8], likeness[65];
        make_id(2 * (i == 60 ? 10 : i), id); /* a second file of one person, in another part */
        snprintf(path, sizeof path, "/%02u/%s.jpg", i, id);
        snprintf(sha256, sizeof sha256, "%u", i == 70 ? 20 : i); /* the same bytes */
        for (unsigned k = 0; k < 64; k++)
            likeness[k] = "0123456789abcdef"[((i + 1) * 2654435761u * (k + 1) >> 13) % 16];
        if (i == 81)
            for (unsigned k = 0; k < 64; k++)
                likeness[k] = k == 5 ? 'f' : "0123456789abcdef"[(81 * 2654435761u * (k + 1) >> 13) % 16]; /* of 80 */
        likeness[64] = '\0';
        Id bound = id_parse(id);
        Row row = {.path = path, .shown = path, .id = &bound, .files_for_id = 1, .attempt = 1, .sha256 = sha256, .profile = profile.hash,
                   .program = "g", .verdict = VERDICT_PASS, .action = ACTION_NONE, .output = "", .output_sha256 = "",
                   .likeness = likeness, .record = "{}", .times = "{}", .faults = "[]"};
        must(journal_put(world->arena, world->journal, &row));
    }
    must(journal_commit(world->arena, world->journal));
    SettleJob job = {.journal = world->journal, .outdir = &world->outdir, .profile = &profile};
    must(parts_find(world->arena, &job, 25, &parts, &whole));
    assert_false(whole);
    assert_int_equal(parts.count, 4);
    assert_int_equal(parts.list[3].rows.count, 25);
    assert_int_equal(parts.apart_count, 5); /* 10 with 60, 20, 70, 80, 81 */
    static const unsigned apart[] = {10, 20, 70, 80, 81};
    for (size_t i = 0; i < sizeof apart / sizeof *apart; i++) {
        char path[32], id[20];
        make_id(2 * apart[i], id);
        snprintf(path, sizeof path, "%s.jpg", id);
        assert_true(parts_is_apart(&parts, parts_key(NULL, path, path, "")));
    }
    assert_false(parts_is_apart(&parts, parts_key(NULL, ONE ".jpg", ONE ".jpg", "")));
    tear_down((void **)&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_of_any_size_are_settled_like_the_whole),
        cmocka_unit_test(only_who_has_to_do_with_others_is_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
