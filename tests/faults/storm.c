/* SPDX-License-Identifier: MIT */
/* storm PROFILE SEED FROM COUNT FILES...: damaged copies of the files, FROM to FROM + COUNT - 1, through everything that reads a
 * photo's bytes (header, limits, pixels, colours, inspection, cleaning) and the judge, which is asked only
 * for what these measure. libjpeg itself, called here in two plain ways of its manual, is the oracle: what it
 * complains of in either must not pass, nor what was cut short. Ends with 1 where something did or took over a second
 * of computing; a crash or a hang names its number on stderr. */
#include "mutation.h"
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#include <jpeglib.h>
#include <jerror.h>
#include "../../stages/decode.h"
#include "../../stages/inspect.h"
#include "../../stages/jpeg.h"
#include "../../stages/jpeg_fast.h"
#include "../../stages/judge.h"
#include "../../stages/icc.h"
#include "../../stages/raster.h"

enum { PHOTO_BYTES = 256 << 20, HANG_SECONDS = 60, TODAY = 20000 };
static const double SLOW_SECONDS = 1;

/* ---- the oracle ---- */

typedef struct Oracle {
    struct jpeg_error_mgr errors;
    jmp_buf out;
    struct jpeg_source_mgr source;
    const uint8_t *data, *end;
    size_t piece; /* bytes at a time */
} Oracle;

static void give_up(j_common_ptr info)
{
    longjmp(((Oracle *)info->err)->out, 1);
}

static void say_nothing(j_common_ptr info)
{
    (void)info;
}

static void do_nothing(j_decompress_ptr info)
{
    (void)info;
}

static boolean give_more(j_decompress_ptr info)
{
    static const JOCTET end[] = {0xff, JPEG_EOI};
    Oracle *oracle = (Oracle *)info->err;
    size_t left = (size_t)(oracle->end - oracle->data);
    info->src->next_input_byte = left ? oracle->data : end;
    info->src->bytes_in_buffer = !left ? sizeof end : left < oracle->piece ? left : oracle->piece;
    oracle->data += left ? info->src->bytes_in_buffer : 0;
    if (!left)
        WARNMS(info, JWRN_JPEG_EOF);
    return TRUE;
}

static void skip(j_decompress_ptr info, long bytes)
{
    for (; bytes > (long)info->src->bytes_in_buffer; give_more(info))
        bytes -= (long)info->src->bytes_in_buffer;
    info->src->next_input_byte += bytes > 0 ? bytes : 0;
    info->src->bytes_in_buffer -= bytes > 0 ? (size_t)bytes : 0;
}

/* Whether libjpeg warns or gives up when it is given so many bytes at a time. */
static bool complains_of_pieces(const uint8_t *data, size_t size, size_t piece)
{
    Oracle oracle = {.data = data, .end = data + size, .piece = piece};
    struct jpeg_decompress_struct info;
    JSAMPARRAY row;
    info.err = jpeg_std_error(&oracle.errors);
    oracle.errors.error_exit = give_up;
    oracle.errors.output_message = say_nothing;
    jpeg_create_decompress(&info);
    if (setjmp(oracle.out)) {
        jpeg_destroy_decompress(&info);
        return true;
    }
    oracle.source = (struct jpeg_source_mgr){.init_source = do_nothing,
                                             .fill_input_buffer = give_more,
                                             .skip_input_data = skip,
                                             .resync_to_restart = jpeg_resync_to_restart,
                                             .term_source = do_nothing};
    info.src = &oracle.source;
    jpeg_read_header(&info, TRUE);
    jpeg_start_decompress(&info);
    row = info.mem->alloc_sarray((j_common_ptr)&info, JPOOL_IMAGE,
                                 info.output_width * (JDIMENSION)info.output_components, 1);
    while (info.output_scanline < info.output_height)
        jpeg_read_scanlines(&info, row, 1);
    jpeg_finish_decompress(&info);
    bool warned = oracle.errors.num_warnings > 0;
    jpeg_destroy_decompress(&info);
    return warned;
}

/* Few bytes at a time, as from a pipe: with many at hand libjpeg-turbo does not warn of every bad Huffman code; and
 * all at hand: then it counts more of the bytes behind the last code as too many. */
static bool complains(const uint8_t *data, size_t size)
{
    return complains_of_pieces(data, size, 64) || complains_of_pieces(data, size, size);
}

/* ---- the doors ---- */

/* Only what is measured here: the rest would ask for a person, and nothing could pass. */
static void ask_of_bytes_alone(Profile *profile)
{
    for (CheckId i = 0; i < CHECK_COUNT; i++)
        if (!(i >= CHECK_is_jpeg && i <= CHECK_end_marker) && !(i >= CHECK_width_px && i <= CHECK_metadata_bytes))
            profile->want[i].asked = false;
    profile->want[CHECK_cpu_seconds].asked = false;
}

static void must(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "storm: %s\n", what);
        abort();
    }
}

static IccSeat *seat;

static Decoded decode_by_libjpeg(Arena *arena, const Profile *profile, Source source, Facts *facts)
{
    Decoded out;
    must(!decode_source(arena, profile, TODAY, &source, facts, &out).code, "decoding by libjpeg ends in an error");
    return out;
}

static bool same_picture(const Picture *a, const Picture *b)
{
    if (!a->rgb || !b->rgb)
        return a->rgb == b->rgb;
    return a->width_px == b->width_px && a->height_px == b->height_px &&
           !memcmp(a->rgb, b->rgb, (size_t)a->width_px * (size_t)a->height_px * 3);
}

static Verdict judge(Arena *arena, const Profile *profile, const uint8_t *data, size_t size)
{
    Budget budget = budget_start(profile);
    Source source = {.data = data, .bytes = size, .budget = &budget};
    Facts facts;
    Findings findings;
    Decoded decoded;
    Output output = {0};
    Bytes clean;
    bool converted, complies;
    facts_clear(&facts);
    Decoded other = decode_by_libjpeg(arena, profile, source, &facts);
    source.fast = fast_kernels(NULL);
    Facts before = facts;
    facts_clear(&facts);
    must(!decode_source(arena, profile, TODAY, &source, &facts, &decoded).code, "decoding ends in an error");
    must(!memcmp(&before, &facts, sizeof facts) && same_picture(&decoded.picture, &other.picture),
         "the two decoders differ");
    Picture *picture = &decoded.picture, frame = {.width_px = 60, .height_px = 80};
    if (picture->rgb && picture->width_px >= 60 && picture->height_px >= 80)
        must(!raster_frame(arena, picture, (Box){0, 0, picture->width_px, picture->height_px}, &frame).code,
             "scaling ends in an error");
    Bytes icc = {(uint8_t *)(uintptr_t)source.header.icc, source.header.icc_bytes};
    if (frame.rgb)
        must(!icc_to_srgb(seat, &icc, &frame, &converted).code, "a colour profile ends in an error");
    must(!inspect_file(arena, &(Bytes){(uint8_t *)(uintptr_t)data, size}, profile, &facts, &output).code, "inspecting ends in an error");
    if (inspect_keeps(&source.header, size, profile, &complies))
        must(!jpeg_clean_header(arena, data, size, 300, &clean).code, "what is kept cannot be cleaned");
    return judge_facts(&facts, profile, &findings);
}

/* ---- all of them ---- */

static volatile unsigned current;

static void tell_number(void)
{
    char text[64];
    int length = snprintf(text, sizeof text, "storm: at number %u\n", current);
    if (write(STDERR_FILENO, text, (size_t)length) < 0)
        _exit(1);
}

static void on_signal(int number)
{
    tell_number();
    signal(number, SIG_DFL);
    raise(number);
}

void __sanitizer_set_death_callback(void (*)(void)) __attribute__((weak));

/* By computing time: the machine may be busy. 0: none. */
static void set_alarm(int seconds)
{
    setitimer(ITIMER_PROF, &(struct itimerval){.it_value.tv_sec = seconds}, NULL);
}

static double cpu_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static long peak_kib(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

typedef struct Tally {
    size_t verdicts[VERDICT_ERROR + 1], complaints, wrong, slow;
    double slowest;
} Tally;

static void storm_one(Arena *arena, const Profile *profile, const Data *one, Tally *tally)
{
    double before = cpu_s();
    Verdict verdict = judge(arena, profile, one->bytes, one->size);
    double took = cpu_s() - before;
    bool damaged = complains(one->bytes, one->size);
    bool cut = mutation_kind(current) == TRUNCATED;
    tally->verdicts[verdict]++;
    tally->complaints += damaged;
    tally->slowest = fmax(tally->slowest, took);
    if (took > SLOW_SECONDS) {
        tally->slow++;
        printf("number %u takes %.2f s\n", current, took);
    }
    if (verdict == VERDICT_PASS && (damaged || cut)) {
        tally->wrong++;
        printf("number %u, %s, passes%s\n", current, mutation_name(mutation_kind(current)),
               damaged ? ", and libjpeg complains" : "");
    }
}

int main(int argc, char **argv)
{
    static Data files[MUTATION_FILES_MAX];
    static uint8_t copy[MUTATION_BYTES_MAX];
    int count = argc - 5;
    Tally tally = {0};
    Profile profile;
    Arena *lasting = arena_create(1 << 24), *arena = arena_create(PHOTO_BYTES);
    if (count < 1 || count > MUTATION_FILES_MAX || !lasting || !arena)
        return fprintf(stderr, "usage: storm PROFILE SEED FROM COUNT FILES...\n"), 2;
    for (int i = 0; i < count; i++)
        if (!mutation_load(argv[5 + i], &files[i]))
            return perror(argv[5 + i]), 1;
    seat = icc_seat_open(lasting);
    must(!profile_load(lasting, argv[1], &profile).code && seat, "cannot begin");
    ask_of_bytes_alone(&profile);
    if (__sanitizer_set_death_callback)
        __sanitizer_set_death_callback(tell_number);
    for (size_t i = 0; !__sanitizer_set_death_callback && i < 3; i++)
        signal((const int[]){SIGSEGV, SIGBUS, SIGABRT}[i], on_signal);
    signal(SIGPROF, on_signal);
    unsigned from = (unsigned)strtoul(argv[3], NULL, 10), end = from + (unsigned)strtoul(argv[4], NULL, 10);
    long early_kib = 0;
    for (current = from; current < end; current++) {
        Data one = {.size = mutation(strtoull(argv[2], NULL, 10), current, files, (size_t)count, copy)};
        one.bytes = memcpy(malloc(one.size), copy, one.size); /* of just that size, for the sanitizers */
        set_alarm(HANG_SECONDS);
        storm_one(arena, &profile, &one, &tally);
        free(one.bytes);
        arena_reset(arena);
        if (current - from == (end - from) / 10)
            early_kib = peak_kib();
    }
    set_alarm(0);
    printf("%u mutants: %zu pass, %zu review, %zu reject; libjpeg complains of %zu; %zu wrong; slowest %.0f ms, %zu slow; "
           "%.0f s of CPU; peak %ld MiB after a tenth, %ld at the end\n",
           end - from, tally.verdicts[VERDICT_PASS], tally.verdicts[VERDICT_REVIEW], tally.verdicts[VERDICT_REJECT],
           tally.complaints, tally.wrong, tally.slowest * 1e3, tally.slow, cpu_s(), early_kib >> 10, peak_kib() >> 10);
    for (int i = 0; i < count; i++)
        free(files[i].bytes);
    arena_destroy(arena);
    icc_seat_close(seat);
    arena_destroy(lasting);
    return tally.wrong || tally.slow;
}
