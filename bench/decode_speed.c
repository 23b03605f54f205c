/* SPDX-License-Identifier: MIT */
/* Our decoder beside libjpeg: whether coefficients and pixels are the same, ns for a byte of entropy-coded data, CPU ms of
 * a photo at the scale that decode takes, as Markdown: a row for each folder.  decode_speed FOLDER ... */
#include <dirent.h>
#include <time.h>

#include "../tests/unit/jpeg_oracle.h"

enum { ROUNDS = 5, WAYS = 5, HALF_FROM_PX = 1500 };
enum { SCAN_LIBJPEG, SCAN_OURS, ALL_LIBJPEG, ALL_BASE, ALL_BEST };

typedef struct Sums {
    int photos, plain, equal;
    double bytes, ms[WAYS]; /* of plain ones; the fastest of ROUNDS, interleaved */
} Sums;

static double cpu_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* A grey picture of an eighth needs no more of libjpeg than the Huffman codes and hardly anything else. */
static void scan_by_libjpeg(Bytes file)
{
    Oracle oracle;
    oracle_open(&oracle);
    if (!setjmp(oracle.escape)) {
        jpeg_mem_src(&oracle.info, file.data, (unsigned long)file.size);
        jpeg_read_header(&oracle.info, TRUE);
        oracle.info.out_color_space = JCS_GRAYSCALE;
        oracle.info.scale_num = 1;
        oracle.info.scale_denom = 8;
        jpeg_start_decompress(&oracle.info);
        JSAMPROW row = malloc(oracle.info.output_width);
        while (oracle.info.output_scanline < oracle.info.output_height)
            jpeg_read_scanlines(&oracle.info, &row, 1);
        free(row);
    }
    oracle_close(&oracle);
}

static void scan_by_us(const FastPlan *plan, Scan *scan)
{
    int across = 8 * plan->component[0].across, down = 8 * plan->component[0].down;
    int mcus = (plan->width_px + across - 1) / across * ((plan->height_px + down - 1) / down);
    int16_t blocks[SCAN_BLOCKS_MOST * SCAN_BLOCK];
    uint8_t ends[SCAN_BLOCKS_MOST];
    bool going = fast_scan(plan, scan);
    for (int i = 0; i < mcus && going; i++)
        going = scan_mcu(scan, blocks, ends);
    if (!going || !scan_ends(scan))
        abort(); /* it went well before */
}

static double time_way(int way, Bytes file, const FastPlan *plan, Arena *arena)
{
    Source source = {.data = file.data, .bytes = file.size};
    Picture picture;
    JpegDamage damage;
    Scan *scan = ARENA_NEW(arena, Scan);
    source.fast = way == ALL_BASE ? fast_kernels("base") : way == ALL_BEST ? fast_kernels(NULL) : NULL;
    double start = cpu_ms();
    if (way == SCAN_LIBJPEG)
        scan_by_libjpeg(file);
    else if (way == SCAN_OURS)
        scan_by_us(plan, scan);
    else if (jpeg_decode_source(arena, &source, plan->denominator, &picture, &damage).code)
        abort();
    double ms = cpu_ms() - start;
    arena_reset(arena);
    return ms;
}

static void measure(Bytes file, Arena *arena, Sums *sums)
{
    Oracle oracle;
    FastPlan plan;
    bool taken = false, half = false;
    oracle_open(&oracle);
    if (oracle_plan(&oracle, file.data, file.size, 1, &plan))
        half = plan.width_px >= HALF_FROM_PX && plan.height_px >= HALF_FROM_PX;
    plan.denominator = half ? 2 : 1;
    const char *complaint = oracle_complains(arena, file, plan.denominator, &taken);
    arena_reset(arena);
    sums->photos++;
    sums->plain += taken;
    sums->equal += !complaint;
    double best[WAYS];
    for (int round = 0; round < ROUNDS && taken; round++)
        for (int way = 0; way < WAYS; way++) {
            double ms = time_way(way, file, &plan, arena);
            best[way] = round && best[way] < ms ? best[way] : ms;
        }
    for (int way = 0; way < WAYS && taken; way++)
        sums->ms[way] += best[way];
    sums->bytes += taken ? (double)plan.bytes : 0;
    oracle_close(&oracle);
}

static bool read_file(const char *path, Bytes *out)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    fseek(file, 0, SEEK_END);
    out->size = (size_t)ftell(file);
    rewind(file);
    out->data = malloc(out->size + 1);
    bool whole = fread(out->data, 1, out->size, file) == out->size;
    fclose(file);
    return whole;
}

static int measure_folder(const char *folder, Arena *arena)
{
    DIR *dir = opendir(folder);
    Sums sums = {0};
    struct dirent *entry;
    while (dir && (entry = readdir(dir))) {
        char path[4096];
        Bytes file = {0};
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (entry->d_name[0] != '.' && read_file(path, &file))
            measure(file, arena, &sums);
        free(file.data);
    }
    if (dir)
        closedir(dir);
    printf("| %s | %d | %d | %d |", folder, sums.photos, sums.plain, sums.equal);
    for (int way = 0; way < WAYS; way++)
        printf(" %.2f |", way <= SCAN_OURS ? sums.ms[way] * 1e6 / fmax(1, sums.bytes) : sums.ms[way] / fmax(1, sums.plain));
    puts("");
    return sums.photos == 0 || sums.equal < sums.photos;
}

int main(int argc, char **argv)
{
    Arena *arena = arena_create((size_t)1 << 30);
    int bad = argc < 2;
    puts("| folder | photos | plain | as libjpeg | scan: libjpeg, ns/byte | ours | decode: libjpeg, ms | SSE2 | best |");
    puts("|---|---|---|---|---|---|---|---|---|");
    for (int i = 1; i < argc; i++)
        bad |= measure_folder(argv[i], arena);
    arena_destroy(arena);
    return bad;
}
