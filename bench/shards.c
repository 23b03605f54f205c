/* SPDX-License-Identifier: MIT */
/* Writes published shards of photos that never were, to measure merge on as many records as a nation has:
 * shards OUT SHARDS RECORDS [photos]. Every record has a valid number, a plausible line and a fingerprint of its own;
 * 85 of 100 pass, 10 are to be looked at, 5 to be shot again; one in 100,000 shows another one's picture with 9 other
 * bits. Without "photos" no photo was made, so that nothing can pass; with it every record that may pass has one of
 * four bytes, all of them links to few files. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "../pipeline/digest.h"
#include "../pipeline/home.h"
#include "../pipeline/outdir.h"
#include "../pipeline/shard_frame.h"

enum { FLUSH_BYTES = 1 << 18, LINKS_MAX = 30000, TWIN_EVERY = 100000, DAYS = 2500 };

typedef struct Part {
    char folder[PATH_MAX];
    int fd, dir;
    FrameBytes bytes;
    uint64_t chain;
    uint32_t rows, linked;
    char seed[64]; /* the file that the next photos are links to */
} Part;

static void stop(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

static uint64_t mix(uint64_t x) /* splitmix64 */
{
    x += 0x9e3779b97f4a7c15;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
}

/* Number `n`: 1,000 a day and region, born from 2000 on. */
static void make_id(uint32_t n, char out[19])
{
    static const int weights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    uint32_t day = n / 1000 % DAYS;
    int sum = 0;
    snprintf(out, 19, "%06u%04u%02u%02u%03u", 110101 + n / 1000 / DAYS, 2000 + day / 336, day / 28 % 12 + 1, day % 28 + 1,
             n % 1000);
    for (int i = 0; i < 17; i++)
        sum += (out[i] - '0') * weights[i];
    out[17] = "10X98765432"[sum % 11];
    out[18] = '\0';
}

static void flush(Part *part)
{
    if (part->bytes.failed)
        stop("memory");
    for (size_t at = 0; at < part->bytes.size;) {
        ssize_t wrote = write(part->fd, part->bytes.data + at, part->bytes.size - at);
        if (wrote <= 0)
            stop(part->folder);
        at += (size_t)wrote;
    }
    part->bytes.size = 0;
}

static void make_photo(Part *part, const char *held)
{
    if (part->linked++ % LINKS_MAX) {
        if (linkat(part->dir, part->seed, part->dir, held, 0))
            stop(held);
        return;
    }
    int fd = openat(part->dir, held, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, "jpeg", 4) != 4)
        stop(held);
    close(fd);
    snprintf(part->seed, sizeof part->seed, "%s", held);
}

static void fingerprint(uint32_t n, char out[65])
{
    uint64_t from = n % TWIN_EVERY == 1 ? n - 1 : n;
    for (int i = 0; i < 4; i++)
        snprintf(out + 16 * i, 17, "%016" PRIx64, mix(4 * from + (uint64_t)i) ^ (from != n && i == 2 ? 0x1ff : 0));
}

static void put_row(Part *part, uint32_t n, const char *id, bool photos)
{
    char path[128], shown[64], sha256[65], photo[65], likeness[65], record[1024], held[64] = "";
    unsigned lot = (unsigned)(mix(n) % 100);
    Verdict verdict = lot < 85 ? VERDICT_PASS : lot < 95 ? VERDICT_REVIEW : VERDICT_REJECT;
    const char *const names[] = {"PASS", "REVIEW", "REJECT"};
    const char *faults = "[{\"check\":\"tilt_deg\",\"level\":\"REVIEW\",\"value\":-4.2,\"lo\":-3,\"hi\":3}]";
    snprintf(shown, sizeof shown, "photos/%04u/%s.jpg", n / 3000, id);
    snprintf(path, sizeof path, "/data/%s", shown);
    digest_sha256(path, strlen(path), sha256);
    digest_sha256("jpeg", 4, photo);
    fingerprint(n, likeness);
    home_held(path, held);
    int size = snprintf(
        record, sizeof record,
        "{\"type\":\"photo\",\"schema\":1,\"id\":\"%s\",\"id_kind\":\"resident18\",\"verdict\":\"%s\",\"action\":\"made\","
        "\"source\":{\"path\":\"%s\",\"bytes\":3912345,\"sha256\":\"%s\",\"width\":3000,\"height\":4000,\"orientation\":1},"
        "\"facts\":{\"readable\":1,\"source_bytes\":3912345,\"faces\":1,\"hair_top_px\":%u.1,\"eye_line_px\":251.3,"
        "\"face_width_px\":214.5,\"tilt_deg\":-1.1},\"findings\":%s,"
        "\"output\":{\"path\":\"%s\",\"bytes\":4,\"quality\":84,\"subsampling\":\"4:2:0\",\"sha256\":\"%s\"}}",
        id, names[verdict], shown, sha256, 60 + lot, verdict == VERDICT_PASS ? "[]" : faults, held, photo);
    if (size >= (int)sizeof record)
        stop("record");
    bool made = photos && verdict != VERDICT_REJECT;
    ShardRow row = {.row = {.path = path, .shown = shown, .stamp = {3912345, 1, 1, n + 1}, .trusted = true,
                            .sha256 = sha256, .verdict = verdict, .action = made ? ACTION_MADE : ACTION_NONE,
                            .output = made ? held : "", .output_sha256 = made ? photo : "", .likeness = likeness,
                            .faults = verdict == VERDICT_PASS ? "[]" : faults, .record = record, .times = ""}};
    if (made) {
        struct stat info;
        make_photo(part, held + strlen(".held/"));
        if (fstatat(part->dir, held + strlen(".held/"), &info, 0))
            stop(held);
        row.output_bytes = info.st_size;
        row.output_mtime_ns = info.st_mtim.tv_sec * 1000000000LL + info.st_mtim.tv_nsec;
    }
    frame_put_row(&part->bytes, &part->chain, &row);
    part->rows++;
    if (part->bytes.size > FLUSH_BYTES)
        flush(part);
}

static void open_part(Arena *arena, const char *out, Shard shard, Part *part)
{
    char path[PATH_MAX + 16];
    if (!shard_folder(out, shard, part->folder))
        stop("path");
    snprintf(path, sizeof path, "%s/.held", part->folder);
    if (outdir_make(arena, path).code || (part->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
        stop(path);
    snprintf(path, sizeof path, "%s/journal", part->folder);
    part->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (part->fd < 0 || write(part->fd, shard_magic, SHARD_MAGIC_BYTES) != SHARD_MAGIC_BYTES)
        stop(path);
}

static void close_part(Part *part)
{
    ShardEnd end = {.rows = calloc(part->rows + 1, sizeof *end.rows), .count = part->rows};
    for (uint32_t i = 0; end.rows && i < part->rows; i++)
        end.rows[i] = i;
    if (!end.rows)
        stop("memory");
    frame_put_end(&part->bytes, &part->chain, &end);
    flush(part);
    free(end.rows);
    free(part->bytes.data);
    close(part->fd);
    close(part->dir);
}

int main(int argc, char **argv)
{
    unsigned count = argc > 3 ? (unsigned)atoi(argv[2]) : 0;
    uint32_t records = argc > 3 ? (uint32_t)atol(argv[3]) : 0;
    bool photos = argc > 4 && strcmp(argv[4], "photos") == 0;
    Arena *arena = arena_create(1 << 26);
    Part *parts = calloc(count + 1, sizeof *parts);
    Profile profile;
    if (!count || count > SHARDS_MAX || !records || !arena || !parts)
        return fputs("usage: shards OUT SHARDS RECORDS [photos]\n", stderr), EXIT_FAILURE;
    if (profile_load(arena, profile_names()[0], &profile).code)
        stop("profile");
    for (unsigned i = 0; i < count; i++) {
        ShardHead head = {{i + 1, count}, "make " HEADROOM_VERSION " own", profile.hash, "", records, records};
        open_part(arena, argv[1], head.shard, &parts[i]);
        frame_put_head(&parts[i].bytes, &parts[i].chain, &head);
    }
    for (uint32_t n = 0; n < records; n++) {
        char id[19];
        make_id(n, id);
        put_row(&parts[shard_of(NULL, id, count) - 1], n, id, photos);
    }
    for (unsigned i = 0; i < count; i++)
        close_part(&parts[i]);
    free(parts);
    arena_destroy(arena);
    return EXIT_SUCCESS;
}
