/* SPDX-License-Identifier: MIT */
/* 3x3 convolutions of stride 1 by patches, after Winograd (Lavin and Gray, Fast Algorithms for Convolutional
 * Neural Networks, 2016): a patch of 2x2 or 4x4 outputs costs 16 or 36 products a channel pair, not 36 or 144.
 * Part of net_tile.h, which has the vectors and the product of matrices.
 *
 * With points p: the patch of inputs d becomes B d B', each of its places is multiplied with the same place of
 * the weights G g G', which lie so in the file, and A m A' of the sums is the patch of outputs. For 2x2 the
 * points are 0, 1, -1 and infinity. For 4x4 they are 0, +-1/sqrt 2, +-sqrt 2 and infinity: the error is a third of that
 * with the usual 0, +-1, +-2. */

enum { REACH_MOST = 6, PLACES_AHEAD = 3 };

static const float ROOT_HALF = 0.70710678f, ROOT_TWO = 1.41421356f;

/* B times one line of inputs. */
static inline __attribute__((always_inline)) void enter(const Vec in[REACH_MOST], Vec out[REACH_MOST], const int patch)
{
    if (patch == 2) {
        out[0] = in[0] - in[2];
        out[1] = in[1] + in[2];
        out[2] = in[2] - in[1];
        out[3] = in[3] - in[1];
        return;
    }
    const Vec even = in[4] - 2 * in[2], odd = (in[3] - 2 * in[1]) * ROOT_HALF;
    const Vec far_even = in[4] - 0.5f * in[2], far_odd = (in[3] - 0.5f * in[1]) * ROOT_TWO;
    out[0] = (in[0] + in[4]) - 2.5f * in[2];
    out[1] = even + odd;
    out[2] = even - odd;
    out[3] = far_even + far_odd;
    out[4] = far_even - far_odd;
    out[5] = (in[1] + in[5]) - 2.5f * in[3];
}

/* A' times one line of sums. */
static inline __attribute__((always_inline)) void leave(const Vec in[REACH_MOST], Vec out[REACH_MOST], const int patch)
{
    const Vec plus = in[1] + in[2], minus = in[1] - in[2];
    if (patch == 2) {
        out[0] = in[0] + plus;
        out[1] = minus + in[3];
        return;
    }
    const Vec far_plus = in[3] + in[4], far_minus = in[3] - in[4];
    out[0] = in[0] + plus + far_plus;
    out[1] = ROOT_HALF * minus + ROOT_TWO * far_minus;
    out[2] = 0.5f * plus + 2 * far_plus;
    out[3] = in[5] + (0.5f * ROOT_HALF) * minus + (2 * ROOT_TWO) * far_minus;
}

/* Where the patches of one chunk lie, and of each place its matrix: patch by patch, channels together. */
typedef struct Chunk {
    float *inputs, *sums;
    int across, first, count;        /* patches in a row of the output; of this chunk */
    size_t input_step, sum_step; /* floats from one place's matrix to the next */
} Chunk;

/* The inputs of a patch; beyond `columns` and `rows` there is nothing but zeros. */
typedef struct Inputs {
    const float *first;
    int columns, rows;
} Inputs;

/* One vector of channels of one patch; `step` floats from one place to the next. */
static inline __attribute__((always_inline)) void enter_patch(const NetConv *job, const Inputs *in, float *out,
                                                              size_t step, const int patch)
{
    const int reach = patch + 2;
    Vec lines[REACH_MOST][REACH_MOST];
    for (int x = 0; x < reach; x++) {
        Vec column[REACH_MOST], entered[REACH_MOST];
        for (int y = 0; y < reach; y++)
            column[y] = x < in->columns && y < in->rows
                            ? *(const Vec *)(in->first + y * job->in_row + x * job->in_pixel)
                            : (Vec){0};
        enter(column, entered, patch);
        for (int y = 0; y < reach; y++)
            lines[y][x] = entered[y];
    }
    for (int y = 0; y < reach; y++) {
        Vec entered[REACH_MOST];
        enter(lines[y], entered, patch);
        for (int x = 0; x < reach; x++)
            *(Vec *)(out + (size_t)(y * reach + x) * step) = entered[x];
    }
}

/* The sums of one patch for one vector of channels become outputs, as many as lie in the picture. */
static inline __attribute__((always_inline)) void leave_patch(const NetConv *job, const float *sums, size_t step,
                                                              const int at[3], const int patch)
{
    const int reach = patch + 2, channel = at[2];
    const Finish how = {job->add_mode, job->relu};
    const Vec bias = *(const Vec *)(job->bias + channel);
    Vec lines[REACH_MOST][REACH_MOST];
    for (int x = 0; x < reach; x++) {
        Vec column[REACH_MOST], left[REACH_MOST];
        for (int y = 0; y < reach; y++)
            column[y] = *(const Vec *)(sums + (size_t)(y * reach + x) * step);
        leave(column, left, patch);
        for (int y = 0; y < patch; y++)
            lines[y][x] = left[y];
    }
    for (int y = 0; y < patch && at[1] + y < job->height; y++) {
        Vec left[REACH_MOST];
        leave(lines[y], left, patch);
        for (int x = 0; x < patch && at[0] + x < job->width; x++) {
            const Spot spot = spot_at(job, at[0] + x, at[1] + y, how.add_mode);
            finish(how, &spot, channel, left[x] + bias);
        }
    }
}

static inline __attribute__((always_inline)) void enter_all(const NetConv *job, const Chunk *chunk, const int patch)
{
    const int reach = patch + 2;
    for (int i = 0; i < chunk->count; i++) {
        int x = (chunk->first + i) % chunk->across * patch, y = (chunk->first + i) / chunk->across * patch;
        const float *first = job->in + y * job->in_row + x * job->in_pixel;
        const int columns = job->width + 2 - x, rows = job->height + 2 - y;
        float *out = chunk->inputs + i * job->in_pixel;
        for (int c = 0; c < job->channels_in; c += LANES)
            if (columns >= reach && rows >= reach)
                enter_patch(job, &(Inputs){first + c, reach, reach}, out + c, chunk->input_step, patch);
            else
                enter_patch(job, &(Inputs){first + c, columns, rows}, out + c, chunk->input_step, patch);
    }
}

static inline __attribute__((always_inline)) void leave_all(const NetConv *job, const Chunk *chunk, const int patch)
{
    for (int i = 0; i < chunk->count; i++) {
        int x = (chunk->first + i) % chunk->across * patch, y = (chunk->first + i) / chunk->across * patch;
        for (int c = 0; c < job->channels_out; c += LANES)
            leave_patch(job, chunk->sums + i * job->out_pixel + c, chunk->sum_step, (const int[3]){x, y, c}, patch);
    }
}

/* Place by place, what all patches have there times the weights of that place. These are read once for few patches and
 * fill no inner cache from one photo to the next: without the look ahead a product waits for them. */
static void multiply_places(const NetConv *job, const Chunk *chunk, int places)
{
    static const float NO_BIAS[NET_CHANNELS_MOST] __attribute__((aligned(64)));
    const NetConv one = {.in = chunk->inputs,
                         .in_pixel = job->in_pixel,
                         .weights = job->weights,
                         .ahead = PLACES_AHEAD * (size_t)(net_pixel(job->channels_out) * job->channels_in),
                         .bias = NO_BIAS,
                         .out = chunk->sums,
                         .out_pixel = job->out_pixel,
                         .width = chunk->count,
                         .height = 1,
                         .channels_in = job->channels_in,
                         .channels_out = job->channels_out,
                         .side = 1,
                         .stride = 1};
    dense_places(&one, &(Places){.count = places,
                                 .in = chunk->input_step,
                                 .out = chunk->sum_step,
                                 .weights = (size_t)(net_pixel(job->channels_out) * job->channels_in)});
}

/* See net_conv.h. Chunks of nearly the same size, so that what they work with stays small. */
static void patched(const NetConv *job)
{
    const int reach = job->patch + 2, places = reach * reach;
    Chunk chunk = {.across = (job->width + job->patch - 1) / job->patch};
    const int all = chunk.across * ((job->height + job->patch - 1) / job->patch);
    const int chunks = (all + NET_PATCHES - 1) / NET_PATCHES;
    for (int i = 0; i < chunks; i++, chunk.first += chunk.count) {
        chunk.count = (all - chunk.first + chunks - i - 1) / (chunks - i);
        chunk.input_step = net_place_floats(chunk.count, job->in_pixel);
        chunk.sum_step = net_place_floats(chunk.count, job->out_pixel);
        chunk.inputs = job->work;
        chunk.sums = job->work + (size_t)places * chunk.input_step;
        if (job->patch == 2) {
            enter_all(job, &chunk, 2);
            multiply_places(job, &chunk, places);
            leave_all(job, &chunk, 2);
        } else {
            enter_all(job, &chunk, 4);
            multiply_places(job, &chunk, places);
            leave_all(job, &chunk, 4);
        }
    }
}
