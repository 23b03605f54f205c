/* SPDX-License-Identifier: MIT */
#include "seal.h"
#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "digest.h"

/* A field more is to be mixed in below. */
static_assert(sizeof(char *) != 8 || sizeof(Person) == 216, "mix_roster knows every field");
static_assert(sizeof(char *) != 8 || sizeof(Decision) == 248, "mix_decisions knows every field");

/* A text of any length: block after block, each digested with what came of those before. */
typedef struct Mix {
    char text[1 << 16];
    size_t bytes;
    bool failed;
} Mix;

enum { DIGEST_BYTES = 64 };

static void mix_block(Mix *mix)
{
    char digest[DIGEST_BYTES + 1];
    digest_sha256(mix->text, mix->bytes, digest);
    mix->failed = mix->failed || !*digest;
    memcpy(mix->text, digest, DIGEST_BYTES);
    mix->bytes = DIGEST_BYTES;
}

static void mix_bytes(Mix *mix, const char *from, size_t bytes)
{
    while (bytes) {
        size_t room = sizeof mix->text - mix->bytes, part = bytes < room ? bytes : room;
        memcpy(mix->text + mix->bytes, from, part);
        mix->bytes += part;
        from += part;
        bytes -= part;
        if (mix->bytes == sizeof mix->text)
            mix_block(mix);
    }
}

/* With its end, so that "ab", "c" is not "a", "bc"; NULL is not "". */
static void mix_text(Mix *mix, const char *text)
{
    text = text ? text : "\1";
    mix_bytes(mix, text, strlen(text) + 1);
}

static void mix_number(Mix *mix, long long number)
{
    char text[24];
    snprintf(text, sizeof text, "%lld", number);
    mix_text(mix, text);
}

static void mix_stamp(Mix *mix, const struct stat *info)
{
    mix_number(mix, info->st_size);
    mix_number(mix, info->st_mtim.tv_sec);
    mix_number(mix, info->st_mtim.tv_nsec);
    mix_number(mix, info->st_ctim.tv_sec);
    mix_number(mix, info->st_ctim.tv_nsec);
    mix_number(mix, (long long)info->st_ino);
}

/* ---- what they are made from ---- */

/* A version's name does not tell one build from another: the file does. False: it cannot be looked at. */
static bool mix_program(Mix *mix, const Work *work)
{
    struct stat info;
    if (stat("/proc/self/exe", &info))
        return false;
    mix_number(mix, info.st_size);
    mix_number(mix, info.st_mtim.tv_sec);
    mix_number(mix, info.st_mtim.tv_nsec);
    mix_text(mix, work->program);
    return true;
}

static void mix_options(Mix *mix, const Work *work)
{
    const Cli *cli = work->cli;
    mix_text(mix, cli->out);
    mix_text(mix, cli->split);
    mix_number(mix, cli->lang);
    mix_number(mix, cli->timing);
    mix_number(mix, cli->complete);
    mix_text(mix, work->profile.hash);
    mix_text(mix, work->profile.name);
    mix_text(mix, work->profile.title_zh);
    mix_text(mix, work->profile.title_en);
}

static void mix_roster(Mix *mix, const Roster *roster)
{
    if (!roster)
        return;
    mix_number(mix, (long long)roster->rows);
    for (size_t i = 0; i < roster->count; i++) {
        const Person *p = &roster->list[i];
        const char *texts[] = {p->id.text,    p->key,   p->name,  p->student_no, p->exam_no, p->major,  p->class_name,
                               p->site,       p->level, p->college, p->remark,   p->status,  p->group,  p->row_list,
                               p->code,       p->name_list};
        const long long numbers[] = {p->id.kind,     p->id.problem, p->eligible, p->contradicts_id,
                                     p->rows_differ, p->row,        p->rows,     p->names};
        for (size_t j = 0; j < sizeof texts / sizeof *texts; j++)
            mix_text(mix, texts[j]);
        for (size_t j = 0; j < sizeof numbers / sizeof *numbers; j++)
            mix_number(mix, numbers[j]);
    }
}

/* As their file has them: which bytes a decision is bound to stands in the journal. */
static void mix_decisions(Mix *mix, const Work *work)
{
    mix_text(mix, work->cli->decisions);
    for (size_t i = 0; work->decisions && i < work->decisions->count; i++) {
        const Decision *one = &work->decisions->list[i];
        const char *texts[] = {one->id, one->by, one->reason, one->date, one->key, one->tag, one->given ? one->sha256 : NULL};
        for (size_t j = 0; j < sizeof texts / sizeof *texts; j++)
            mix_text(mix, texts[j]);
        mix_number(mix, one->check);
        mix_number(mix, one->ruling);
        mix_number(mix, one->day);
        mix_number(mix, one->line);
    }
}

/* ---- what came of it ---- */

static void mix_file(Mix *mix, int folder, const char *name)
{
    struct stat info;
    mix_text(mix, name);
    if (fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) == 0)
        mix_stamp(mix, &info);
}

static uint64_t sum_of(const char *name, const struct stat *info)
{
    const long long stamp[] = {info->st_size, info->st_mtim.tv_sec, info->st_mtim.tv_nsec, info->st_ctim.tv_sec, info->st_ctim.tv_nsec, (long long)info->st_ino};
    return digest_xxh3(stamp, sizeof stamp, digest_xxh3(name, strlen(name), 0));
}

static void close_folder(DIR **folder)
{
    if (*folder)
        closedir(*folder);
}

/* In any order: a sum of what is mixed of each. False: a folder that is there cannot be read. */
static bool mix_folder(Mix *mix, int out, const char *name)
{
    uint64_t sum = 0, count = 0;
    int fd = openat(out, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    bool none = fd < 0 && errno == ENOENT;
    CLEANUP(close_folder) DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    if (fd >= 0 && !folder)
        close(fd);
    mix_text(mix, name);
    if (!folder)
        return none;
    errno = 0;
    for (struct dirent *entry; (entry = readdir(folder)); errno = 0, count++) {
        struct stat info = {0}; /* of what is gone meanwhile: no such file has that */
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (fstatat(fd, entry->d_name, &info, AT_SYMLINK_NOFOLLOW))
            info = (struct stat){0};
        sum += sum_of(entry->d_name, &info);
    }
    mix_number(mix, (long long)sum);
    mix_number(mix, (long long)count);
    return !errno;
}

static bool mix_files(Mix *mix, int out)
{
    static const char *const files[] = {"report.jsonl", "report.csv", "report.html", "report.xlsx", ".package"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        mix_file(mix, out, files[i]);
    return mix_folder(mix, out, "lists") && mix_folder(mix, out, "package") && mix_folder(mix, out, "thumbs");
}

/* "" where something cannot be looked at: then nothing agrees. */
static void make_key(const Work *work, char key[65])
{
    Mix *mix = calloc(1, sizeof *mix);
    key[0] = '\0';
    if (!mix)
        return;
    if (mix_program(mix, work)) {
        mix_options(mix, work);
        mix_roster(mix, work->roster);
        mix_decisions(mix, work);
        if (mix_files(mix, work->outdir.folder) && !mix->failed)
            digest_sha256(mix->text, mix->bytes, key);
    }
    free(mix);
}

static int by_sha256(const void *a, const void *b)
{
    const Past *const *one = a, *const *two = b;
    return strcmp((*one)->sha256, (*two)->sha256);
}

/* Settling asks of bytes that several rows share whether each file is still there, whoever lists it. */
static bool shared_are_there(const Past **rows, size_t count)
{
    qsort(rows, count, sizeof *rows, by_sha256);
    for (size_t i = 0; i < count; i++) {
        bool shared = (i && by_sha256(&rows[i - 1], &rows[i]) == 0) ||
                      (i + 1 < count && by_sha256(&rows[i], &rows[i + 1]) == 0);
        if (shared && access(rows[i]->path, F_OK) && errno == ENOENT)
            return false;
    }
    return true;
}

/* Nothing is to be done, and every row is as settling left it. */
static bool all_stand(const Work *work)
{
    const History *history = &work->history;
    const Past **rows = ARENA_ARRAY(work->arena, const Past *, history->count + 1);
    size_t count = 0;
    if (!rows || work->plan.count || work->plan.dropped_count)
        return false;
    for (size_t i = 0; i < history->count; i++) {
        const Past *past = &history->list[i];
        if (!past->output_stands)
            return false;
        if (!past->kept && past->sha256[0])
            rows[count++] = past;
    }
    return !count || shared_are_there(rows, count);
}

/* ---- what was said ---- */

enum { NUMBERS_MAX = 4 + 2 + CHECK_COUNT + 4 + MET_COUNT + OUTCOME_LISTS + 3 };

/* All of them, to be written and to be read. */
static size_t numbers_of(Work *work, size_t *at[NUMBERS_MAX])
{
    Tally *tally = &work->tally;
    Settlement *settlement = &work->settlement;
    Outcome *outcome = &work->outcome;
    size_t *const single[] = {&tally->open,       &settlement->missing, &settlement->unready, &settlement->ready,
                              &settlement->kept,  &outcome->packable,   &outcome->zips,       &outcome->photos, &outcome->recalled};
    size_t count = 0;
    for (size_t i = 0; i < sizeof single / sizeof *single; i++)
        at[count++] = single[i];
    for (int i = 0; i < 4; i++)
        at[count++] = &tally->verdicts[i];
    for (CheckId i = 0; i < CHECK_COUNT; i++)
        at[count++] = &tally->reasons[i];
    for (Met i = 0; i < MET_COUNT; i++)
        at[count++] = &settlement->met_count[i];
    for (int i = 0; i < OUTCOME_LISTS; i++)
        at[count++] = &outcome->lists[i];
    assert(count == NUMBERS_MAX);
    return count;
}

static size_t decision_count(const Work *work)
{
    return work->decisions ? work->decisions->count : 0;
}

static bool read_number(const char **text, size_t *out)
{
    char *end;
    errno = 0;
    unsigned long long number = strtoull(*text, &end, 10);
    bool read = end != *text && !errno;
    *text = end;
    *out = (size_t)number;
    return read;
}

/* False: it is not as say_again writes it. */
static bool restore(Work *work, const char *text)
{
    size_t *at[NUMBERS_MAX], count = numbers_of(work, at), packed = 0, met = 0;
    for (size_t i = 0; i < count; i++)
        if (!read_number(&text, at[i]))
            return false;
    if (!read_number(&text, &packed))
        return false;
    work->outcome.packed = packed;
    for (size_t i = 0; i < decision_count(work); i++) {
        if (!read_number(&text, &met) || met >= MET_COUNT)
            return false;
        work->settlement.met[i] = (Met)met;
    }
    return !*text;
}

static void close_file(FILE **file)
{
    if (*file)
        fclose(*file);
}

static void free_text(char **text)
{
    free(*text);
}

static Err say_again(Work *work, const char **out)
{
    CLEANUP(free_text) char *text = NULL;
    size_t *at[NUMBERS_MAX], count = numbers_of(work, at), bytes;
    CLEANUP(close_file) FILE *file = open_memstream(&text, &bytes);
    if (!file)
        return fail(work->arena, ERR_MEMORY, "no memory for the seal");
    for (size_t i = 0; i < count; i++)
        fprintf(file, "%zu ", *at[i]);
    fprintf(file, "%d", work->outcome.packed);
    for (size_t i = 0; i < decision_count(work); i++)
        fprintf(file, " %d", (int)work->settlement.met[i]);
    *out = fflush(file) ? NULL : arena_copy(work->arena, text);
    return *out ? OK : fail(work->arena, ERR_MEMORY, "no memory for the seal");
}

Err seal_look(Work *work)
{
    char key[65];
    const char *text = "";
    work->sealed = false;
    if (!work->journal || work->cli->new_only || !all_stand(work))
        return OK;
    make_key(work, key);
    if (!key[0])
        return OK;
    TRY(journal_sealed(work->arena, work->journal, key, &text));
    work->settlement.met = ARENA_ARRAY(work->arena, Met, decision_count(work) + 1);
    if (!work->settlement.met)
        return fail(work->arena, ERR_MEMORY, "no memory for the seal");
    work->sealed = *text && restore(work, text);
    return OK;
}

Err seal_put(Work *work)
{
    char key[65];
    const char *text;
    bool waits = work->cli->complete && !work->outcome.packed;
    if (work->cli->new_only || waits || !work->settlement.stands)
        return OK;
    make_key(work, key);
    if (!key[0])
        return OK;
    TRY(say_again(work, &text));
    return journal_seal(work->arena, work->journal, key, text);
}
